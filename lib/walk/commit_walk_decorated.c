/* SPDX-License-Identifier: MIT */
/* --simplify-by-decoration: a commit counts as changed when a ref names it. */
#include "walk/commit_walk_private.h"

struct finding {
    struct qn_commit_walk *walk;
    const struct qn_revision_scope *scope;
};

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct finding *finding = data;
    struct qn_ref end = QN_REF_INIT;
    struct qn_id commit;
    enum qn_status status = QN_OK;
    uint32_t position;
    bool found = true;
    bool is_new;

    if (ref->is_broken)
        return QN_OK;
    if (qn_bytes_has_prefix(qn_buf_bytes(&ref->name), "refs/replace/") &&
        qn_odb_replaces(finding->scope->odb) &&
        qn_id_from_hex(&commit, ref->id.algorithm,
                       qn_bytes_from(qn_buf_bytes(&ref->name), 13)))
        return qn_id_map_put(ctx, &finding->walk->decorated, &commit, &position,
                             &is_new);
    if (ref->is_symbolic)
        status = qn_refs_resolve(ctx, finding->scope->refs,
                                 qn_buf_string(&ref->name), &end, &found);
    if (!status && found) {
        status = qn_revision_peel(ctx, finding->scope->odb,
                                  ref->is_symbolic ? &end.id : &ref->id,
                                  QN_OBJECT_COMMIT, &commit);
        if (!status)
            status = qn_id_map_put(ctx, &finding->walk->decorated, &commit,
                                   &position, &is_new);
        else if (status != QN_NO_MEMORY) { /* no commit: nothing to show */
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    qn_ref_dispose(&end);
    return status;
}

enum qn_status
qn_commit_walk_find_decorated(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                              const struct qn_revision_scope *scope)
{
    struct finding finding = {walk, scope};
    struct qn_ref head = QN_REF_INIT;
    struct qn_id id;
    uint32_t position;
    bool is_new;
    const struct qn_id_map *grafted = &walk->table->grafts.ids;
    enum qn_status status = QN_OK;
    bool found = false;
    uint32_t i;

    for (i = 0; i < grafted->count && !status; i++) {
        qn_id_map_id(grafted, i, &id);
        status = qn_id_map_put(ctx, &walk->decorated, &id, &position, &is_new);
    }
    if (!status)
        status = qn_refs_walk(ctx, scope->refs, "refs/", 0, add_ref, &finding);
    if (!status) /* of those at the root HEAD alone: not ORIG_HEAD */
        status = qn_refs_resolve(ctx, scope->refs, "HEAD", &head, &found);
    if (!status && found)
        status = add_ref(ctx, &finding, &head);
    qn_ref_dispose(&head);
    return status;
}

bool qn_commit_walk_is_decorated(struct qn_commit_walk *walk, uint32_t row)
{
    struct qn_id id;

    qn_commit_table_id(walk->table, row, &id);
    return qn_id_map_find(&walk->decorated, &id) != QN_ID_MAP_NONE;
}
