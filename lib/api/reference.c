/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "base/memory.h"

#include <quoin/reference.h>

struct qn_reference_changes {
    struct qn_repository *repository;
    struct qn_ref_transaction *transaction;
};

enum qn_status qn_reference_find(struct qn_ctx *ctx,
                                 struct qn_repository *repository,
                                 const char *name, struct qn_id *out)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_resolve(ctx, repository->refs, name, &ref, &found);

    if (!status && (!found || ref.is_broken))
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "refs.not-found", name,
                                    "there is no ref '%s'", name);
    if (!status)
        *out = ref.id;
    qn_ref_dispose(&ref);
    return status;
}

struct each_state {
    qn_reference_each_fn *each;
    void *data;
};

static enum qn_status give_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct each_state *state = data;

    (void)ctx;
    return state->each(state->data, qn_buf_string(&ref->name), &ref->id,
                       ref->is_symbolic ? qn_buf_string(&ref->target) : NULL)
               ? QN_END
               : QN_OK;
}

enum qn_status qn_reference_each(struct qn_ctx *ctx,
                                 struct qn_repository *repository,
                                 const char *prefix, qn_reference_each_fn *each,
                                 void *data)
{
    struct each_state state = {each, data};

    return qn_refs_walk(ctx, repository->refs, prefix, 0, give_ref, &state);
}

enum qn_status qn_reference_changes_new(struct qn_ctx *ctx,
                                        struct qn_repository *repository,
                                        struct qn_reference_changes **out)
{
    struct qn_reference_changes *changes =
        qn_memory_calloc(ctx, 1, sizeof(*changes));
    enum qn_status status;

    if (!changes)
        return QN_NO_MEMORY;
    changes->repository = repository;
    status =
        qn_ref_transaction_new(ctx, repository->refs, &changes->transaction);
    if (status)
        qn_reference_changes_free(changes);
    else
        *out = changes;
    return status;
}

void qn_reference_changes_free(struct qn_reference_changes *changes)
{
    if (!changes)
        return;
    qn_ref_transaction_free(changes->transaction);
    qn_memory_free(changes);
}

enum qn_status qn_reference_changes_set(
    struct qn_ctx *ctx, struct qn_reference_changes *changes, const char *name,
    const struct qn_id *new_id, const struct qn_id *old_id, const char *message)
{
    return qn_ref_transaction_update(ctx, changes->transaction, name, new_id,
                                     old_id, 0, message);
}

enum qn_status qn_reference_changes_remove(struct qn_ctx *ctx,
                                           struct qn_reference_changes *changes,
                                           const char *name,
                                           const struct qn_id *old_id)
{
    struct qn_id none;

    qn_id_clear(&none, qn_repo_algorithm(changes->repository->repo));
    return qn_ref_transaction_update(ctx, changes->transaction, name, &none,
                                     old_id, QN_REF_NO_DEREF, NULL);
}

enum qn_status qn_reference_changes_point(struct qn_ctx *ctx,
                                          struct qn_reference_changes *changes,
                                          const char *name, const char *target,
                                          const char *message)
{
    return qn_ref_transaction_symbolic(ctx, changes->transaction, name, target,
                                       NULL, NULL, QN_REF_NO_DEREF, message);
}

enum qn_status qn_reference_changes_commit(struct qn_ctx *ctx,
                                           struct qn_reference_changes *changes)
{
    enum qn_status status = qn_odb_sync(ctx, changes->repository->odb);

    return status ? status
                  : qn_repo_commit_refs(ctx, changes->repository->repo,
                                        changes->transaction);
}
