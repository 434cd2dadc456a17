/* SPDX-License-Identifier: MIT */
/* What is borrowed is copied: everything into one pack, as `repack -a -d`; then
 * the lenders are forgotten. */
#include "odb/odb_lease.h"
#include "operation/op_clone_parts.h"
#include "operation/op_repack.h"
#include "os/file.h"
#include "walk/grafts.h"

static enum qn_status repack(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope)
{
    struct qn_op_pack_objects cruft = {.window = 0};
    struct qn_op_repack how = {.scope = scope, .all = true, .deletes = true};
    struct qn_op_repack_result result = {.pack_count = 0};
    bool bitmaps = false;
    enum qn_status status =
        qn_op_repack_configure(ctx, scope->repo, &how, &cruft);

    if (!status)
        status = qn_op_repack_wants_bitmaps(ctx, scope->repo, true, &bitmaps);
    how.packs_kept = how.how.writes_bitmap = bitmaps;
    how.how.reuses_objects = how.how.reuses_deltas = true;
    how.cruft_how = &cruft;
    return status ? status : qn_op_repack_run(ctx, &how, &result);
}

/* Of packs that came, the store knows a .keep that has gone meanwhile: the
 * repository is opened anew. */
static enum qn_status repack_anew(struct qn_cloning *clone)
{
    struct qn_repo_open_options open = {.git_directory =
                                            qn_repo_git_directory(clone->repo)};
    struct qn_grafts *grafts = NULL;
    struct qn_revision_scope scope = {.grafts = &grafts};
    struct qn_ctx *ctx = clone->ctx;
    enum qn_status status = qn_repo_open(ctx, &open, &scope.repo);

    if (!status)
        status = qn_repo_odb_raw(ctx, scope.repo, &scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, scope.repo, &scope.refs);
    if (!status)
        status = repack(ctx, &scope);
    qn_odb_free(scope.odb);
    qn_refs_free(scope.refs);
    qn_grafts_free(grafts);
    qn_repo_release(scope.repo);
    return status;
}

enum qn_status qn_clone_dissociate(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_odb *odb = NULL;
    enum qn_status status = QN_OK;

    if (!options->dissociates)
        return QN_OK;
    status = qn_repo_path(ctx, clone->repo, "objects/info/alternates", &path);
    if (!status && qn_file_exists(qn_buf_string(&path))) {
        /* Git's repack shows how far it is on a terminal only */
        if (!options->shows_progress || options->hears_server)
            qn_ctx_set_progress(ctx, NULL, NULL);
        qn_odb_lease_drop(qn_repo_odb_store(clone->repo)); /* refs name it */
        status = repack_anew(clone);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
        if (!status)
            status = qn_repo_odb_raw(ctx, clone->repo, &odb);
        if (!status)
            status = qn_odb_store_refresh(ctx, qn_odb_get_store(odb));
    }
    qn_odb_free(odb);
    qn_buf_dispose(&path);
    return status;
}
