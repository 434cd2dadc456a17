/* SPDX-License-Identifier: MIT */
#include "operation/part/clone_refs.h"

#include "base/memory.h"

#include <string.h>

void qn_clone_refs_dispose(struct qn_clone_refs *refs)
{
    qn_memory_free(refs->refs);
    qn_arena_dispose(&refs->arena);
    *refs = (struct qn_clone_refs)QN_CLONE_REFS_INIT;
}

static enum qn_status keep_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct qn_clone_refs *refs = data;
    struct qn_clone_ref *kept;
    enum qn_status status;

    if (ref->is_broken || qn_id_is_null(&ref->id))
        return QN_OK;
    status = qn_memory_grow(ctx, &refs->refs, &refs->capacity, refs->count + 1,
                            sizeof(*refs->refs));
    if (status)
        return status;
    kept = &refs->refs[refs->count];
    kept->name = qn_arena_copy(ctx, &refs->arena, qn_buf_bytes(&ref->name));
    if (!kept->name)
        return QN_NO_MEMORY;
    kept->target = NULL;
    kept->id = ref->id;
    refs->count++;
    return QN_OK;
}

static enum qn_status read_head(struct qn_ctx *ctx, struct qn_refs *there,
                                struct qn_clone_refs *out)
{
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;
    bool found = false, is_symbolic;

    status = qn_refs_find(ctx, there, "HEAD", &ref, &found);
    is_symbolic = !status && found && ref.is_symbolic;
    if (!status && found)
        status = qn_refs_resolve(ctx, there, "HEAD", &ref, &found);
    if (!status && is_symbolic) { /* the last one, as a server tells of it */
        out->head_target =
            qn_arena_copy(ctx, &out->arena, qn_buf_bytes(&ref.name));
        if (!out->head_target)
            status = QN_NO_MEMORY;
    }
    if (!status && found) {
        out->has_head = true;
        out->head_id = ref.id;
    }
    qn_ref_dispose(&ref);
    return status;
}

const char *qn_clone_refs_guess(const struct qn_clone_refs *refs,
                                const char *likely)
{
    const char *names[] = {likely, "master"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++) {
        size_t k;

        for (k = 0; names[i] && k < refs->count; k++)
            if (strncmp(refs->refs[k].name, "refs/heads/", 11) == 0 &&
                strcmp(refs->refs[k].name + 11, names[i]) == 0 &&
                qn_id_is_equal(&refs->refs[k].id, &refs->head_id))
                return refs->refs[k].name;
    }
    for (i = 0; i < refs->count; i++)
        if (strncmp(refs->refs[i].name, "refs/heads/", 11) == 0 &&
            qn_id_is_equal(&refs->refs[i].id, &refs->head_id))
            return refs->refs[i].name;
    return NULL;
}

enum qn_status qn_clone_refs_read(struct qn_ctx *ctx, struct qn_repo *source,
                                  const char *likely, struct qn_clone_refs *out)
{
    struct qn_refs *there = NULL;
    enum qn_status status;

    status = qn_repo_refs(ctx, source, &there);
    if (!status)
        status = read_head(ctx, there, out);
    if (!status)
        status = qn_refs_walk(ctx, there, "", 0, keep_ref, out);
    /* what it would not tell of over a connection */
    if (!status && !out->has_head && out->head_target &&
        strcmp(qn_config_string(qn_repo_config(source), "lsrefs.unborn",
                                "advertise"),
               "advertise") != 0)
        out->head_target = NULL;
    if (!status && out->has_head && !out->head_target)
        out->head_target = qn_clone_refs_guess(out, likely);
    qn_refs_free(there);
    return status;
}

const struct qn_clone_ref *qn_clone_refs_find(const struct qn_clone_refs *refs,
                                              const char *name)
{
    size_t low = 0;
    size_t high = refs->count;

    while (low < high) { /* the walk came in byte order */
        size_t middle = low + (high - low) / 2;
        int order = strcmp(refs->refs[middle].name, name);

        if (order == 0)
            return &refs->refs[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static enum qn_status map_one(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                              struct qn_clone_ref *ref,
                              const struct qn_clone_refs_plan *plan)
{
    bool is_branch = strncmp(ref->name, "refs/heads/", 11) == 0;
    bool is_tag = strncmp(ref->name, "refs/tags/", 10) == 0;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status;

    ref->target = NULL;
    if (plan->is_nothing)
        return QN_OK;
    if (plan->is_mirror) {
        if (!plan->only_branch || strcmp(plan->only_branch, ref->name) == 0)
            ref->target = ref->name;
        return QN_OK;
    }
    if (is_tag &&
        (plan->only_branch && strcmp(plan->only_branch, ref->name) == 0
             ? true
             : !plan->no_tags && !plan->is_only_mapped)) {
        ref->target = ref->name;
        return QN_OK;
    }
    if (!is_branch ||
        (plan->only_branch && strcmp(plan->only_branch, ref->name) != 0))
        return QN_OK;
    if (plan->is_bare) {
        ref->target = ref->name;
        return QN_OK;
    }
    status = qn_buf_printf(ctx, &name, "refs/remotes/%s/%s", plan->remote_name,
                           ref->name + 11);
    if (!status)
        ref->target = qn_arena_copy(ctx, &refs->arena, qn_buf_bytes(&name));
    if (!status && !ref->target)
        status = QN_NO_MEMORY;
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_clone_refs_map(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                                 const struct qn_clone_refs_plan *plan)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < refs->count && !status; i++)
        status = map_one(ctx, refs, &refs->refs[i], plan);
    return status;
}

enum qn_status qn_clone_refs_follow(struct qn_ctx *ctx,
                                    struct qn_clone_refs *refs,
                                    struct qn_odb *odb)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < refs->count; i++) {
        struct qn_clone_ref *ref = &refs->refs[i];
        bool is_here = false;

        if (ref->target || strncmp(ref->name, "refs/tags/", 10) != 0)
            continue;
        status = qn_odb_exists(ctx, odb, &ref->id, &is_here);
        if (!status && is_here)
            ref->target = ref->name;
    }
    return status;
}

enum qn_status qn_clone_refs_write(struct qn_ctx *ctx,
                                   const struct qn_clone_refs *refs,
                                   struct qn_refs *here,
                                   const struct qn_refs_writer *writer)
{
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status;
    size_t count = 0;
    size_t i;

    status = qn_ref_transaction_new(ctx, here, &transaction);
    if (!status)
        qn_ref_transaction_expect_new(transaction);
    for (i = 0; i < refs->count && !status; i++) {
        const struct qn_clone_ref *ref = &refs->refs[i];

        if (!ref->target)
            continue;
        count++;
        status =
            qn_ref_transaction_update(ctx, transaction, ref->target, &ref->id,
                                      NULL, QN_REF_SKIP_REFLOG, NULL);
    }
    if (!status && count)
        status = qn_ref_transaction_commit(ctx, transaction, writer);
    qn_ref_transaction_free(transaction);
    return status;
}
