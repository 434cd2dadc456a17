/* SPDX-License-Identifier: MIT */
#include "operation/part/log_remerge.h"

#include "base/memory.h"
#include "merge/tree_merge.h"
#include "show/pretty.h"

#include <stdlib.h>

struct qn_log_remerge {
    struct qn_revision_scope scope; /* its own views; writes stay in memory */
    struct qn_patch *patch;
    struct qn_tree_merge_options options;
    struct qn_patch_remark *remarks;
    size_t remark_count, remark_capacity;
    struct qn_object object;
};

void qn_log_remerge_free(struct qn_log_remerge *r)
{
    if (!r)
        return;
    qn_patch_free(r->patch);
    qn_refs_free(r->scope.refs);
    qn_odb_free(r->scope.odb);
    qn_memory_free(r->remarks);
    qn_object_dispose(&r->object);
    qn_memory_free(r);
}

/* A view for one merge: what it writes is forgotten with it. */
static enum qn_status renew(struct qn_ctx *ctx, struct qn_log_remerge *r,
                            const struct qn_diff_options *diff)
{
    enum qn_status status;
    struct qn_odb *odb = NULL;
    struct qn_patch *patch = NULL;

    status = qn_odb_new(ctx, qn_repo_odb_store(r->scope.repo), QN_ODB_IN_MEMORY,
                        &odb);
    if (!status)
        status = qn_patch_new(ctx, r->scope.repo, odb, diff, NULL, &patch);
    if (status) {
        qn_odb_free(odb);
        return status;
    }
    qn_patch_free(r->patch);
    qn_odb_free(r->scope.odb);
    r->patch = patch;
    r->scope.odb = odb;
    return QN_OK;
}

enum qn_status qn_log_remerge_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_diff_options *diff,
                                  struct qn_log_remerge **out)
{
    struct qn_log_remerge *r = qn_memory_calloc(ctx, 1, sizeof(*r));
    enum qn_status status;

    if (!r)
        return QN_NO_MEMORY;
    r->scope.repo = scope->repo;
    status = qn_repo_refs(ctx, scope->repo, &r->scope.refs);
    if (!status)
        status = qn_tree_merge_options_init(ctx, &r->options,
                                            qn_repo_config(scope->repo));
    if (!status)
        status = renew(ctx, r, diff);
    if (status)
        qn_log_remerge_free(r);
    else
        *out = r;
    return status;
}

/* "<short id> (<subject>)" */
static enum qn_status make_label(struct qn_ctx *ctx, struct qn_log_remerge *r,
                                 const struct qn_id *id, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_commit commit;
    size_t digits = 0;
    enum qn_status status =
        qn_odb_abbreviate(ctx, r->scope.odb, id, 0, &digits);

    if (!status)
        status = qn_odb_read_typed(ctx, r->scope.odb, id, QN_OBJECT_COMMIT,
                                   &r->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&r->object),
                                 id->algorithm, &commit);
    if (!status)
        status = qn_buf_printf(ctx, out, "%.*s (", (int)digits,
                               qn_id_to_hex(id, hex));
    if (!status)
        status = qn_pretty_subject(ctx, commit.message, " ", out, NULL);
    return status ? status : qn_buf_append_byte(ctx, out, ')');
}

static int compare_remarks(const void *a, const void *b)
{
    const struct qn_patch_remark *x = a;
    const struct qn_patch_remark *y = b;
    int order = qn_bytes_compare(x->path, y->path);

    return order ? order : qn_bytes_compare(x->text, y->text);
}

static enum qn_status take_remarks(struct qn_ctx *ctx, struct qn_log_remerge *r,
                                   const struct qn_tree_merge_result *result)
{
    enum qn_status status = QN_OK;
    size_t i;

    r->remark_count = 0;
    for (i = 0; i < result->message_count && !status; i++) {
        const struct qn_tree_merge_message *m = &result->messages[i];

        if (!qn_bytes_has_prefix(m->text, "CONFLICT"))
            continue;
        status = qn_memory_grow(ctx, &r->remarks, &r->remark_capacity,
                                r->remark_count + 1, sizeof(*r->remarks));
        if (!status)
            r->remarks[r->remark_count++] =
                (struct qn_patch_remark){m->path, m->text};
    }
    if (!status && r->remark_count > 1)
        qsort(r->remarks, r->remark_count, sizeof(*r->remarks),
              compare_remarks);
    return status;
}

enum qn_status qn_log_remerge_append(struct qn_ctx *ctx,
                                     struct qn_log_remerge *r,
                                     const struct qn_id parents[2],
                                     const struct qn_id *tree,
                                     struct qn_buf *out, size_t *count)
{
    struct qn_diff_options diff = *qn_patch_options(r->patch);
    struct qn_buf labels[2] = {QN_BUF_INIT, QN_BUF_INIT};
    struct qn_tree_merge_result result = {.is_clean = true};
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    size_t base_count = 0;
    enum qn_status status = make_label(ctx, r, &parents[0], &labels[0]);

    if (!status)
        status = make_label(ctx, r, &parents[1], &labels[1]);
    if (status)
        goto out;
    r->options.our_label = qn_buf_string(&labels[0]);
    r->options.their_label = qn_buf_string(&labels[1]);
    status = qn_tree_merge_commits(ctx, &r->scope, &parents[0], &parents[1],
                                   &r->options, &base_count, &result);
    if (!status)
        status = take_remarks(ctx, r, &result);
    if (!status)
        status = qn_patch_collect(ctx, r->patch, &result.tree, tree, &list);
    if (!status) {
        qn_patch_set_remarks(r->patch, r->remarks, r->remark_count);
        *count = list.count + qn_patch_shows_anything(r->patch, &list);
        status = qn_patch_print(ctx, r->patch, &list, out);
        qn_patch_set_remarks(r->patch, NULL, 0);
    }
    if (!status)
        status = renew(ctx, r, &diff);
out:
    qn_diff_list_dispose(&list);
    qn_tree_merge_result_dispose(&result);
    qn_buf_dispose(&labels[0]);
    qn_buf_dispose(&labels[1]);
    return status;
}
