/* SPDX-License-Identifier: MIT */
#include "operation/op_repack_parts.h"

#include "base/env.h"
#include "base/memory.h"
#include "odb/odb_alternates.h"
#include "odb/odb_pack.h"
#include "operation/part/graph_prune.h"
#include "operation/part/prune_packed.h"
#include "operation/part/server_info.h"
#include "os/file.h"

struct repacking {
    const struct qn_op_repack *options;
    struct qn_op_repack_result *result;
    struct qn_odb *odb;
    struct qn_repack_packs packs; /* as they were in the beginning */
    struct qn_buf base;           /* "<objects>/pack/pack" */
    struct qn_buf input;
    struct qn_id *made; /* checksums of new packs */
    size_t made_count, made_capacity;
};

/* ---- what is said to pack-objects */

static void fill(const struct repacking *run, struct qn_op_pack_objects *how,
                 enum qn_op_pack_objects_input kind)
{
    *how = run->options->how;
    how->scope = run->options->scope;
    how->kind = kind;
    how->input = QN_BYTES_NONE;
    how->base_name = qn_buf_string(&run->base);
    how->is_stream = false;
    how->skips_empty = true;
    how->keeps_true_parents = true;
    how->want.honors_keep = !run->options->packs_kept;
    how->want.keep_packs = run->options->keep_packs;
    how->want.keep_count = run->options->keep_count;
}

static enum qn_status note_made(struct qn_ctx *ctx, struct repacking *run,
                                const struct qn_op_pack_objects_result *made)
{
    enum qn_status status =
        qn_memory_grow(ctx, &run->made, &run->made_capacity,
                       run->made_count + made->count, sizeof(*run->made));
    size_t i;

    for (i = 0; i < made->count && !status; i++)
        run->made[run->made_count++] = made->packs[i];
    run->result->pack_count = run->made_count;
    run->result->written += made->written;
    run->result->written_deltas += made->written_deltas;
    run->result->reused += made->reused;
    run->result->reused_deltas += made->reused_deltas;
    return status;
}

/* A pack of the same bytes may have been there already, as something else. */
static enum qn_status remove_stale(struct qn_ctx *ctx,
                                   const struct qn_op_pack_objects *how,
                                   const struct qn_op_pack_objects_result *made)
{
    const struct {
        const char *extension;
        bool is_wanted;
    } files[] = {{".bitmap", how->writes_bitmap},
                 {".mtimes", how->kind == QN_OP_PACK_OBJECTS_CRUFT},
                 {".promisor", how->promisor != NULL}};
    struct qn_buf path = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i, k;

    for (i = 0; i < made->count && !status; i++)
        for (k = 0; k < QN_COUNT_OF(files) && !status; k++) {
            if (files[k].is_wanted)
                continue;
            qn_buf_clear(&path);
            status = qn_buf_printf(ctx, &path, "%s-%s%s", how->base_name,
                                   qn_id_to_hex(&made->packs[i], hex),
                                   files[k].extension);
            if (!status)
                status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
        }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status pack(struct qn_ctx *ctx, struct repacking *run,
                           const struct qn_op_pack_objects *how)
{
    struct qn_op_pack_objects_result made = {.packs = NULL};
    enum qn_status status = qn_op_pack_objects_run(ctx, how, &made);

    if (!status && how->base_name)
        status = remove_stale(ctx, how, &made);
    if (!status)
        status = note_made(ctx, run, &made);
    qn_op_pack_objects_result_dispose(&made);
    if (!status)
        status = qn_odb_store_refresh(ctx, qn_odb_get_store(run->odb));
    return status ? status : qn_odb_refresh(ctx, run->odb);
}

static bool has_promisor(const struct repacking *run)
{
    size_t i;

    for (i = 0; i < run->packs.count; i++)
        if (run->packs.items[i].is_promisor)
            return true;
    return false;
}

/* What packs with a .promisor file hold, into one of that kind. */
static enum qn_status pack_promised(struct qn_ctx *ctx, struct repacking *run,
                                    bool only_rolled)
{
    struct qn_op_pack_objects how;
    enum qn_status status = QN_OK;
    size_t i;

    qn_buf_clear(&run->input);
    for (i = 0; i < run->packs.count && !status; i++) {
        const struct qn_repack_pack *item = &run->packs.items[i];

        if (item->is_promisor && !item->is_kept &&
            (item->is_rolled || !only_rolled))
            status = qn_buf_printf(ctx, &run->input, "%s.pack\n", item->name);
    }
    if (status || run->input.size == 0)
        return status;
    fill(run, &how, QN_OP_PACK_OBJECTS_PACKS);
    how.input = qn_buf_bytes(&run->input);
    how.promisor = "";
    return pack(ctx, run, &how);
}

/* ---- the three ways */

static enum qn_status pack_reachable(struct qn_ctx *ctx, struct repacking *run)
{
    const struct qn_op_repack *options = run->options;
    struct qn_op_pack_objects how;

    fill(run, &how, QN_OP_PACK_OBJECTS_REVISIONS);
    how.all = how.reflog = how.indexed = true;
    how.filter = options->filter;
    how.excludes_promised = has_promisor(run);
    if (!options->all) {
        how.unpacked = true;
        how.want.is_incremental = true;
    } else if (options->deletes && !options->is_cruft) {
        if (options->has_unpack_since) {
            how.unreachable = QN_PACK_GATHER_UNPACK;
            how.unpack_since = options->unpack_since;
        } else if (options->loosens) {
            how.unreachable = QN_PACK_GATHER_UNPACK;
        } else if (options->keeps_unreachable) {
            how.unreachable = QN_PACK_GATHER_BOTH;
        }
    }
    return pack(ctx, run, &how);
}

static enum qn_status pack_rolled(struct qn_ctx *ctx, struct repacking *run)
{
    struct qn_op_pack_objects how;
    enum qn_status status = QN_OK;
    size_t i;

    qn_buf_clear(&run->input);
    for (i = 0; i < run->packs.count && !status; i++) {
        const struct qn_repack_pack *item = &run->packs.items[i];

        if (item->is_cruft)
            continue;
        if (!item->is_rolled || item->is_kept || item->is_promisor)
            status = qn_buf_printf(ctx, &run->input, "^%s.pack\n", item->name);
        else
            status = qn_buf_printf(ctx, &run->input, "%s.pack\n", item->name);
    }
    fill(run, &how, QN_OP_PACK_OBJECTS_PACKS);
    how.input = qn_buf_bytes(&run->input);
    how.unpacked = true;
    return status ? status : pack(ctx, run, &how);
}

/* What the old packs have and the new ones do not. */
static enum qn_status pack_filtered(struct qn_ctx *ctx, struct repacking *run)
{
    const struct qn_op_repack *options = run->options;
    enum qn_status status = QN_OK;
    struct qn_op_pack_objects how;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    qn_buf_clear(&run->input);
    for (i = 0; i < run->made_count && !status; i++)
        status = qn_buf_printf(ctx, &run->input, "^pack-%s.pack\n",
                               qn_id_to_hex(&run->made[i], hex));
    for (i = 0; i < run->packs.count && !status; i++) {
        const struct qn_repack_pack *item = &run->packs.items[i];

        status = qn_buf_printf(ctx, &run->input, "%s%s.pack\n",
                               item->is_kept ? "^" : "", item->name);
    }
    fill(run, &how, QN_OP_PACK_OBJECTS_PACKS);
    if (options->filter_to)
        how.base_name = options->filter_to;
    how.input = qn_buf_bytes(&run->input);
    how.skips_empty = false;
    return status ? status : pack(ctx, run, &how);
}

/* Was it put among the others?  --filter-to may have put it elsewhere. */
static bool is_here(struct qn_ctx *ctx, const struct repacking *run,
                    const struct qn_id *name)
{
    struct qn_buf path = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool answer;

    answer = qn_buf_printf(ctx, &path, "%s-%s.pack", qn_buf_string(&run->base),
                           qn_id_to_hex(name, hex)) == QN_OK &&
             qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return answer;
}

/* The names of packs that stay, and with "-" of those that go. */
static enum qn_status list_for_cruft(struct qn_ctx *ctx, struct repacking *run)
{
    const struct qn_op_repack *options = run->options;
    enum qn_status status = QN_OK;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    qn_buf_clear(&run->input);
    for (i = 0; i < run->made_count && !status; i++)
        if (is_here(ctx, run, &run->made[i]))
            status = qn_buf_printf(ctx, &run->input, "pack-%s.pack\n",
                                   qn_id_to_hex(&run->made[i], hex));
    for (i = 0; i < run->packs.count && !status; i++) {
        struct qn_repack_pack *item = &run->packs.items[i];
        bool stays = item->is_kept;

        if (item->is_cruft && !options->has_cruft_expiration &&
            options->combine_below != 0 && item->size >= options->combine_below)
            stays = true;
        item->goes = !stays;
        status = qn_buf_printf(ctx, &run->input, "%s%s.pack\n",
                               stays ? "" : "-", item->name);
    }
    return status;
}

static enum qn_status pack_cruft(struct qn_ctx *ctx, struct repacking *run)
{
    const struct qn_op_repack *options = run->options;
    struct qn_op_pack_objects how;
    enum qn_status status = list_for_cruft(ctx, run);

    fill(run, &how, QN_OP_PACK_OBJECTS_CRUFT);
    how.writes_bitmap = false; /* what is unreachable leads out of its pack */
    if (options->cruft_how) {
        how.window = options->cruft_how->window;
        how.depth = options->cruft_how->depth;
        how.window_memory = options->cruft_how->window_memory;
        how.threads = options->cruft_how->threads;
    }
    if (options->max_cruft_size)
        how.max_size = options->max_cruft_size;
    if (options->max_cruft_size &&
        options->max_cruft_size < QN_OP_REPACK_LEAST_SIZE) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "repack.least-size",
                      "minimum pack size limit is 1 MiB");
        how.max_size = QN_OP_REPACK_LEAST_SIZE;
    }
    how.has_expiration = options->has_cruft_expiration;
    how.expiration = options->cruft_expiration;
    how.input = qn_buf_bytes(&run->input);
    how.want.is_local = false;
    if (!status)
        status = pack(ctx, run, &how);
    if (status || !options->expire_to || !options->deletes)
        return status;
    /* What is in none of these is what expired. */
    status = list_for_cruft(ctx, run);
    if (!status) {
        struct qn_op_pack_objects_result made = {.packs = NULL};

        how.has_expiration = false;
        how.base_name = options->expire_to;
        how.input = qn_buf_bytes(&run->input);
        status = qn_op_pack_objects_run(ctx, &how, &made);
        qn_op_pack_objects_result_dispose(&made);
    }
    return status;
}

/* ---- afterwards */

static void choose_what_goes(struct repacking *run)
{
    const struct qn_op_repack *options = run->options;
    size_t i;

    for (i = 0; i < run->packs.count; i++) {
        struct qn_repack_pack *item = &run->packs.items[i];

        if (options->is_cruft)
            continue; /* list_for_cruft has said so */
        item->goes = !item->is_kept &&
                     (options->geometric ? item->is_rolled : options->all);
    }
    for (i = 0; i < run->made_count; i++)
        qn_repack_packs_save(&run->packs, &run->made[i]);
}

/* Is this pack to be removed? */
static bool goes(const void *data, const struct qn_pack_file *pack)
{
    const struct repacking *run = data;
    const char *slash = strrchr(pack->path, '/');
    size_t start = slash ? (size_t)(slash + 1 - pack->path) : 0;
    size_t size = pack->stem_size - start, i;

    for (i = 0; pack->is_local && i < run->packs.count; i++) {
        const struct qn_repack_pack *item = &run->packs.items[i];

        if (item->goes && !item->is_kept && strlen(item->name) == size &&
            memcmp(item->name, pack->path + start, size) == 0)
            return true;
    }
    return false;
}

static enum qn_status remove_packs(struct qn_ctx *ctx, struct repacking *run)
{
    struct qn_graph_prune graph = {NULL};
    enum qn_status status =
        qn_odb_store_refresh(ctx, qn_odb_get_store(run->odb));

    if (!status)
        status = qn_odb_refresh(ctx, run->odb); /* the new ones */
    if (!status)
        status = qn_graph_prune_begin(ctx, run->odb, &graph);
    if (!status)
        status = qn_graph_prune_packs(ctx, &graph, goes, run);
    if (!status)
        status = qn_repack_packs_remove(ctx, run->odb, &run->packs);
    qn_graph_prune_end(ctx, &graph, run->options->scope->repo);
    return status;
}

static enum qn_status clean(struct qn_ctx *ctx, struct repacking *run)
{
    enum qn_status status;

    choose_what_goes(run);
    status = remove_packs(ctx, run);
    /* From here on only the packs that are left count. */
    if (!status)
        status = qn_odb_store_refresh(ctx, qn_odb_get_store(run->odb));
    if (!status)
        status = qn_odb_refresh(ctx, run->odb);
    return status ? status
                  : qn_prune_packed_run(ctx, run->odb, true, NULL, NULL);
}

static enum qn_status make_packs(struct qn_ctx *ctx, struct repacking *run)
{
    const struct qn_op_repack *options = run->options;
    enum qn_status status = QN_OK;

    if (options->geometric) {
        if (options->midx == QN_OP_REPACK_MIDX_LAYERS)
            status = qn_op_repack_mark_layers(ctx, options, &run->packs);
        if (status)
            return status;
        qn_repack_packs_split(&run->packs, options->geometric, false);
        qn_repack_packs_split(&run->packs, options->geometric, true);
        status = pack_promised(ctx, run, true);
        return status ? status : pack_rolled(ctx, run);
    }
    if (options->all && has_promisor(run))
        status = pack_promised(ctx, run, false);
    if (!status)
        status = pack_reachable(ctx, run);
    if (!status && options->filter)
        status = pack_filtered(ctx, run);
    if (!status && options->is_cruft)
        status = pack_cruft(ctx, run);
    return status;
}

/* What alternates have is not packed again: a bitmap would lead out of its
 * packs. */
static enum qn_status can_have_bitmap(struct qn_ctx *ctx,
                                      struct qn_op_repack *how)
{
    const char *own = qn_odb_store_directory(qn_odb_get_store(how->scope->odb));
    const char *variable =
        qn_env_variable(qn_ctx_env(ctx), "GIT_ALTERNATE_OBJECT_DIRECTORIES");
    struct qn_odb_alternates alternates = QN_ODB_ALTERNATES_INIT;
    enum qn_status status;

    if (!how->how.want.is_local ||
        !(how->how.writes_bitmap || (how->midx && !how->midx_without_bitmap)))
        return QN_OK;
    status = qn_odb_alternates_find(ctx, own, variable, &alternates);
    if (!status && alternates.count > 1) { /* the first is its own */
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bitmap.open",
                      "disabling bitmap writing, as some objects are not being "
                      "packed");
        how->how.writes_bitmap = how->midx_bitmap = false;
    }
    qn_odb_alternates_dispose(&alternates);
    return status;
}

enum qn_status qn_op_repack_run(struct qn_ctx *ctx,
                                const struct qn_op_repack *repack,
                                struct qn_op_repack_result *result)
{
    struct qn_op_repack copy = *repack;
    const struct qn_op_repack *options = &copy;
    struct repacking run = {
        .options = options, .result = result, .odb = options->scope->odb};
    enum qn_status status;

    run.input.limit = SIZE_MAX;
    status = can_have_bitmap(ctx, &copy);
    if (!status)
        status =
            qn_buf_printf(ctx, &run.base, "%s/pack/pack",
                          qn_odb_store_directory(qn_odb_get_store(run.odb)));
    if (!status)
        status = qn_repack_packs_list(ctx, run.odb, options->keep_packs,
                                      options->keep_count, &run.packs);
    if (!status)
        status = make_packs(ctx, &run);
    if (!status && options->deletes)
        choose_what_goes(&run);
    if (!status && options->midx) {
        struct qn_op_repack how = *options;

        how.midx_made_objects = result->written;
        status = qn_op_repack_write_midx(ctx, &how, &run.packs, run.made,
                                         run.made_count);
    }
    if (!status && options->deletes)
        status = clean(ctx, &run);
    if (!status && !options->skips_server_info)
        status = qn_server_info_write(ctx, options->scope, false);
    qn_repack_packs_dispose(&run.packs);
    qn_buf_dispose(&run.base);
    qn_buf_dispose(&run.input);
    qn_memory_free(run.made);
    return status;
}
