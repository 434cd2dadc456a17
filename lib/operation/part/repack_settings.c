/* SPDX-License-Identifier: MIT */
/* What the configuration says of a repack (repack.*, and what pack-objects
 * reads). */
#include "config/config.h"
#include "operation/op_repack.h"

static enum qn_status read_bool(struct qn_ctx *ctx, struct qn_repo *repo,
                                const char *key, bool *value)
{
    return qn_config_bool(ctx, qn_repo_config(repo), key, *value, value);
}

static enum qn_status read_number(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *key, uint32_t *value)
{
    int64_t number = *value;
    enum qn_status status =
        qn_config_int64(ctx, qn_repo_config(repo), key, number, &number);

    if (!status)
        *value = (uint32_t)number;
    return status;
}

/* A number that has a least value; `*value` as it is by default. `option`: what
 * Git calls it when it complains. */
static enum qn_status read_least(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const char *key, const char *option,
                                 uint32_t least, uint32_t *value)
{
    int64_t number = *value;
    enum qn_status status =
        qn_config_int64(ctx, qn_repo_config(repo), key, number, &number);

    if (!status && (number < (int64_t)least || number > INT32_MAX))
        return qn_ctx_fail(ctx, QN_INVALID, "invalid value for %s: %lld",
                           option, (long long)number);
    if (!status)
        *value = (uint32_t)number;
    return status;
}

static enum qn_status read_midx(struct qn_ctx *ctx, struct qn_repo *repo,
                                struct qn_op_repack *how)
{
    bool has_cruft = true;
    enum qn_status status =
        read_bool(ctx, repo, "repack.midxmustcontaincruft", &has_cruft);

    how->midx_skips_cruft = !has_cruft;
    how->midx_split_factor = 2;
    how->midx_new_layer = 8;
    if (!status)
        status = read_least(ctx, repo, "repack.midxsplitfactor",
                            "--midx-split-factor", 2, &how->midx_split_factor);
    if (!status)
        status =
            read_least(ctx, repo, "repack.midxnewlayerthreshold",
                       "--midx-new-layer-threshold", 1, &how->midx_new_layer);
    return status;
}

enum qn_status qn_op_repack_configure(struct qn_ctx *ctx, struct qn_repo *repo,
                                      struct qn_op_repack *how,
                                      struct qn_op_pack_objects *cruft)
{
    bool offsets = true, islands = false, info = true;
    enum qn_status status =
        qn_op_pack_objects_configure(ctx, qn_repo_config(repo), &how->how);

    if (!status)
        status = read_bool(ctx, repo, "repack.usedeltabaseoffset", &offsets);
    if (!status)
        status = read_bool(ctx, repo, "repack.usedeltaislands", &islands);
    if (!status)
        status = read_bool(ctx, repo, "repack.updateserverinfo", &info);
    if (!status)
        status = read_midx(ctx, repo, how);
    how->how.names_offsets = offsets;
    how->how.uses_islands = islands;
    how->how.reuses_objects = how->how.reuses_deltas = true;
    how->skips_server_info = !info;
    *cruft = how->how;
    return status ? status : qn_op_repack_configure_cruft(ctx, repo, 0, cruft);
}

enum qn_status qn_op_repack_configure_cruft(struct qn_ctx *ctx,
                                            struct qn_repo *repo,
                                            unsigned given,
                                            struct qn_op_pack_objects *cruft)
{
    int64_t memory = (int64_t)cruft->window_memory;
    enum qn_status status = QN_OK;

    if (!(given & QN_OP_REPACK_GIVEN_WINDOW))
        status = read_number(ctx, repo, "repack.cruftwindow", &cruft->window);
    if (!status && !(given & QN_OP_REPACK_GIVEN_DEPTH))
        status = read_number(ctx, repo, "repack.cruftdepth", &cruft->depth);
    if (!status && !(given & QN_OP_REPACK_GIVEN_THREADS))
        status = read_number(ctx, repo, "repack.cruftthreads", &cruft->threads);
    if (!status && !(given & QN_OP_REPACK_GIVEN_MEMORY))
        status = qn_config_int64(ctx, qn_repo_config(repo),
                                 "repack.cruftwindowmemory", memory, &memory);
    cruft->window_memory = (uint64_t)memory;
    return status;
}

enum qn_status qn_op_repack_wants_bitmaps(struct qn_ctx *ctx,
                                          struct qn_repo *repo, bool is_whole,
                                          bool *out)
{
    enum qn_status status;

    *out = qn_repo_is_bare(repo) && is_whole;
    status = read_bool(ctx, repo, "pack.writebitmaps", out);
    return status ? status : read_bool(ctx, repo, "repack.writebitmaps", out);
}
