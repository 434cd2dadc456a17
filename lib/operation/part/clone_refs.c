/* SPDX-License-Identifier: MIT */
#include "operation/part/clone_refs.h"

#include "base/memory.h"
#include "text/ref_name.h"
#include "text/refspec.h"

#include <string.h>

void qn_clone_refs_dispose(struct qn_clone_refs *refs)
{
    qn_memory_free(refs->refs);
    qn_memory_free(refs->extras);
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
    kept->is_followed = false;
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
        ref->is_followed =
            plan->is_single &&
            !(plan->only_branch && strcmp(plan->only_branch, ref->name) == 0);
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

/* ---- remote.<name>.fetch that was configured before */

static enum qn_status add_extra(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                                const struct qn_clone_ref *ref,
                                struct qn_bytes target)
{
    enum qn_status status =
        qn_memory_grow(ctx, &refs->extras, &refs->extra_capacity,
                       refs->extra_count + 1, sizeof(*refs->extras));
    struct qn_clone_ref *extra;

    if (status)
        return status;
    extra = &refs->extras[refs->extra_count];
    *extra = *ref;
    extra->is_followed = false;
    extra->target = qn_arena_copy(ctx, &refs->arena, target);
    if (!extra->target)
        return QN_NO_MEMORY;
    refs->extra_count++;
    return QN_OK;
}

static bool is_open(const struct qn_clone_ref *ref,
                    const struct qn_clone_refs_plan *plan)
{
    return !plan->only_branch || strcmp(plan->only_branch, ref->name) == 0;
}

static enum qn_status add_matches(struct qn_ctx *ctx,
                                  struct qn_clone_refs *refs,
                                  const struct qn_clone_refs_plan *plan,
                                  const struct qn_refspec *spec)
{
    struct qn_buf target = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < refs->count; i++) {
        bool matched = false;

        if (!is_open(&refs->refs[i], plan))
            continue;
        qn_buf_clear(&target);
        status =
            qn_refspec_map(ctx, spec, qn_bytes_from_string(refs->refs[i].name),
                           &target, &matched);
        if (!status && matched &&
            qn_ref_name_is_valid(qn_buf_bytes(&target), 0))
            status =
                add_extra(ctx, refs, &refs->refs[i], qn_buf_bytes(&target));
    }
    qn_buf_dispose(&target);
    return status;
}

static enum qn_status add_named(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                                const struct qn_clone_refs_plan *plan,
                                const struct qn_refspec *spec)
{
    const char *to = spec->destination;
    const struct qn_clone_ref *found = NULL;
    struct qn_buf name = QN_BUF_INIT;
    bool is_whole = strncmp(to, "refs/", 5) == 0;
    bool has_kind = strncmp(to, "heads/", 6) == 0 ||
                    strncmp(to, "tags/", 5) == 0 ||
                    strncmp(to, "remotes/", 8) == 0;
    enum qn_status status = QN_OK;
    size_t rule;

    for (rule = 0; !status && !found && rule < QN_REF_NAME_RULE_COUNT; rule++) {
        qn_buf_clear(&name);
        status = qn_ref_name_expand(ctx, rule,
                                    qn_bytes_from_string(spec->source), &name);
        if (!status)
            found = qn_clone_refs_find(refs, qn_buf_string(&name));
        if (found && !is_open(found, plan))
            found = NULL;
    }
    qn_buf_clear(&name);
    if (!status && !found)
        status =
            qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "fetch.no-ref", spec->source,
                               "couldn't find remote ref %s", spec->source);
    if (!status)
        status = qn_buf_printf(ctx, &name, "%s%s",
                               is_whole   ? ""
                               : has_kind ? "refs/"
                                          : "refs/heads/",
                               to);
    if (!status)
        status = add_extra(ctx, refs, found, qn_buf_bytes(&name));
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status map_extras(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                                 const struct qn_clone_refs_plan *plan)
{
    const struct qn_remote_refspecs *list = plan->configured;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && list && i < list->count; i++) {
        const struct qn_refspec *spec = &list->items[i];

        if (spec->is_negative || spec->is_exact_id || !spec->source ||
            !spec->destination || !*spec->destination)
            continue;
        status = spec->is_pattern ? add_matches(ctx, refs, plan, spec)
                                  : add_named(ctx, refs, plan, spec);
    }
    return status;
}

enum qn_status qn_clone_refs_map(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                                 const struct qn_clone_refs_plan *plan)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < refs->count && !status; i++)
        status = map_one(ctx, refs, &refs->refs[i], plan);
    return status ? status : map_extras(ctx, refs, plan);
}

const char *qn_clone_refs_target(const struct qn_clone_refs *refs,
                                 const char *name)
{
    const struct qn_clone_ref *found = qn_clone_refs_find(refs, name);
    size_t i;

    for (i = 0; i < refs->extra_count; i++)
        if (strcmp(refs->extras[i].name, name) == 0)
            return refs->extras[i].target;
    return found ? found->target : NULL;
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
        if (!status && is_here) {
            ref->target = ref->name;
            ref->is_followed = true;
        }
    }
    return status;
}

static enum qn_status write_followed(struct qn_ctx *ctx,
                                     const struct qn_clone_refs *refs,
                                     struct qn_refs *here,
                                     const struct qn_refs_writer *writer,
                                     const char *message)
{
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < refs->count && !status; i++) {
        const struct qn_clone_ref *ref = &refs->refs[i];

        if (!ref->target || !ref->is_followed)
            continue;
        if (!transaction)
            status = qn_ref_transaction_new(ctx, here, &transaction);
        if (!status)
            status = qn_ref_transaction_update(ctx, transaction, ref->target,
                                               &ref->id, NULL, 0, message);
    }
    if (!status && transaction)
        status = qn_ref_transaction_commit(ctx, transaction, writer);
    qn_ref_transaction_free(transaction);
    return status;
}

enum qn_status qn_clone_refs_write(struct qn_ctx *ctx,
                                   const struct qn_clone_refs *refs,
                                   struct qn_refs *here,
                                   const struct qn_refs_writer *writer,
                                   const char *message)
{
    unsigned flags =
        qn_refs_get_format(here) == QN_REFS_REFTABLE ? 0 : QN_REF_SKIP_REFLOG;
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status;
    size_t count = 0;
    size_t i;

    status = qn_ref_transaction_new(ctx, here, &transaction);
    if (!status)
        qn_ref_transaction_expect_new(transaction);
    for (i = 0; i < refs->count + refs->extra_count && !status; i++) {
        const struct qn_clone_ref *ref =
            i < refs->count ? &refs->refs[i] : &refs->extras[i - refs->count];

        if (!ref->target || ref->is_followed)
            continue;
        count++;
        status =
            qn_ref_transaction_update(ctx, transaction, ref->target, &ref->id,
                                      NULL, flags, flags ? NULL : "");
    }
    if (!status && count)
        status = qn_ref_transaction_commit(ctx, transaction, writer);
    qn_ref_transaction_free(transaction);
    return status ? status : write_followed(ctx, refs, here, writer, message);
}
