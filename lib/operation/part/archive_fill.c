/* SPDX-License-Identifier: MIT */
#include "operation/part/archive_fill.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "hash/id_list.h"
#include "object/tree.h"
#include "os/parallel.h"
#include "worktree/filter.h"

#include <string.h>

/* Larger ones are not held beside others. */
#define LARGE_SIZE ((uint64_t)4 << 20)

enum way {
    WAY_EMPTY, /* a directory */
    WAY_PLAIN, /* the content as it is */
    WAY_LARGE, /* the same, by the caller's thread, alone */
    WAY_MADE   /* changed by a filter or export-subst, likewise */
};

struct slot {
    struct qn_buf path; /* of the tree */
    struct qn_archive_item item;
    enum way way;
    uint64_t size;
    struct qn_object object;
    struct qn_archive_packed packed;
};

struct state {
    struct qn_odb *odb;
    struct qn_deflate_stream *deflate;
};

struct run {
    const struct qn_archive_fill *options;
    struct qn_buf name; /* with the prefix */
    struct qn_archive_walk walk;
    struct qn_filter *ahead; /* what is to be done */
    struct qn_filter *here;  /* doing it */
    struct qn_archive_subst *subst;
    struct qn_deflate_stream *deflate;
    struct qn_object object;
    struct qn_archive_packed packed;
    struct qn_buf made[2];
    uint64_t stream_from; /* contents beyond it go in pieces, as they are */
};

static bool is_file(uint32_t mode)
{
    return qn_mode_is_file(mode);
}

static bool is_directory(uint32_t mode)
{
    return qn_mode_is_tree(mode) || qn_mode_is_gitlink(mode);
}

enum qn_status qn_archive_fill_add(struct qn_ctx *ctx,
                                   const struct qn_archive_fill *options,
                                   const struct qn_archive_member *member)
{
    if (options->tell)
        options->tell(options->tell_data, member->path);
    return options->kind == QN_ARCHIVE_ZIP
               ? qn_archive_zip_add(ctx, options->writer, member)
               : qn_archive_tar_add(ctx, options->writer, member);
}

/* ---- ahead: the walk, and what is to be done */

/* Its name below the directory: Git's filters go by it. */
static struct qn_bytes below(const struct run *run, const struct slot *slot)
{
    return qn_bytes_from(slot->item.path, run->options->directory.size);
}

static enum qn_status plan(struct qn_ctx *ctx, struct qn_filter *filter,
                           struct qn_bytes path, bool is_served,
                           struct qn_filter_plan *out)
{
    enum qn_status status = qn_filter_plan(ctx, filter, path, out);

    if (!status && is_served)
        out->driver = out->smudge = out->process = NULL;
    return status;
}

static enum qn_status choose_way(struct qn_ctx *ctx, struct run *run,
                                 struct slot *slot)
{
    struct qn_filter_plan todo;
    enum qn_status status = QN_OK;

    if (is_directory(slot->item.mode)) {
        slot->way = WAY_EMPTY;
        return QN_OK;
    }
    slot->way = WAY_PLAIN;
    if (!is_file(slot->item.mode))
        return QN_OK;
    status =
        plan(ctx, run->ahead, below(run, slot), run->options->is_served, &todo);
    if (!status && (!qn_filter_plan_is_plain_out(&todo) ||
                    (slot->item.has_subst && run->options->commit)))
        slot->way = WAY_MADE;
    return status;
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *data)
{
    struct run *run = shared;
    struct slot *slot = data;
    struct qn_archive_item item;
    enum qn_status status = qn_archive_walk_next(ctx, &run->walk, &item);

    if (status)
        return status;
    qn_buf_clear(&slot->path);
    slot->item = item;
    slot->size = 0;
    slot->packed.is_made = false;
    status = qn_buf_append_bytes(ctx, &slot->path, item.path);
    slot->item.path = qn_buf_bytes(&slot->path);
    return status ? status : choose_way(ctx, run, slot);
}

/* ---- the workers */

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *data,
                              void *work)
{
    const struct run *run = shared;
    struct state *state = data;
    struct slot *slot = work;
    struct qn_odb_info info;
    enum qn_status status;

    if (slot->way == WAY_EMPTY ||
        (slot->way == WAY_MADE && slot->item.has_subst))
        return QN_OK;
    status = qn_odb_read_info(ctx, state->odb, &slot->item.id,
                              QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    if (status)
        return status;
    slot->size = info.size;
    /* What is as large as that is not converted, as in Git. */
    if (is_file(slot->item.mode) && info.size > run->stream_from)
        slot->way = WAY_LARGE;
    if (slot->way == WAY_PLAIN && info.size > LARGE_SIZE)
        slot->way = WAY_LARGE;
    if (slot->way != WAY_PLAIN)
        return QN_OK;
    status = qn_odb_read_typed(ctx, state->odb, &slot->item.id, QN_OBJECT_BLOB,
                               &slot->object);
    if (!status && run->options->kind == QN_ARCHIVE_ZIP &&
        is_file(slot->item.mode))
        status = qn_archive_zip_pack(ctx, qn_object_bytes(&slot->object),
                                     run->options->writer->level,
                                     &state->deflate, &slot->packed);
    return status;
}

/* ---- the caller's thread: what is not made yet, and writing */

static enum qn_status make(struct qn_ctx *ctx, struct run *run,
                           const struct slot *slot, struct qn_bytes *content)
{
    const struct qn_archive_fill *options = run->options;
    struct qn_bytes path = below(run, slot);
    struct qn_filter_plan todo;
    bool changed = false;
    enum qn_status status = QN_OK;

    if (!run->here)
        status = qn_filter_new_of(ctx, options->tree, options->source,
                                  options->root, &run->here);
    if (!status)
        status = plan(ctx, run->here, path, options->is_served, &todo);
    qn_buf_clear(&run->made[0]);
    if (!status)
        status =
            qn_filter_to_work_tree(ctx, run->here, &todo, path, &slot->item.id,
                                   *content, &run->made[0], &changed);
    if (!status && changed)
        *content = qn_buf_bytes(&run->made[0]);
    if (status || !slot->item.has_subst || !options->commit)
        return status;
    if (!run->subst)
        status = qn_archive_subst_new(ctx, options->scope, options->commit,
                                      options->is_served, &run->subst);
    qn_buf_clear(&run->made[1]);
    if (!status)
        status = qn_archive_subst_expand(ctx, run->subst, *content,
                                         &run->made[1], &changed);
    if (!status && changed)
        *content = qn_buf_bytes(&run->made[1]);
    return status;
}

static enum qn_status add_stream(struct qn_ctx *ctx, struct run *run,
                                 struct qn_archive_member *member)
{
    struct qn_odb_stream *stream = NULL;
    enum qn_object_type type;
    enum qn_status status =
        qn_odb_stream_open(ctx, run->options->scope->odb, &member->id, &type,
                           &member->size, &stream);

    if (status)
        return status;
    member->stream = stream;
    status = qn_archive_fill_add(ctx, run->options, member);
    qn_odb_stream_close(stream);
    return status;
}

/* One that was not read ahead. */
static enum qn_status add_alone(struct qn_ctx *ctx, struct run *run,
                                const struct slot *slot,
                                struct qn_archive_member *member)
{
    const struct qn_archive_fill *options = run->options;
    bool packs = options->kind == QN_ARCHIVE_ZIP && is_file(slot->item.mode);
    enum qn_status status;

    if (slot->way == WAY_LARGE && is_file(slot->item.mode) &&
        (!packs || slot->size > run->stream_from))
        return add_stream(ctx, run, member);
    status = qn_odb_read_typed(ctx, options->scope->odb, &slot->item.id,
                               QN_OBJECT_BLOB, &run->object);
    member->content = qn_object_bytes(&run->object);
    if (!status && slot->way == WAY_MADE)
        status = make(ctx, run, slot, &member->content);
    member->size = member->content.size;
    if (!status && packs)
        status =
            qn_archive_zip_pack(ctx, member->content, options->writer->level,
                                &run->deflate, &run->packed);
    if (status)
        return status;
    member->packed = packs ? &run->packed : NULL;
    return qn_archive_fill_add(ctx, options, member);
}

static enum qn_status consume(struct qn_ctx *ctx, void *shared, void *data)
{
    struct run *run = shared;
    struct slot *slot = data;
    struct qn_archive_member member = {.mode = slot->item.mode,
                                       .id = slot->item.id,
                                       .is_binary = slot->item.is_binary};
    enum qn_status status;

    qn_buf_clear(&run->name);
    status = qn_buf_append_string(ctx, &run->name, run->options->prefix);
    if (!status)
        status = qn_buf_append_bytes(ctx, &run->name, below(run, slot));
    if (status)
        return status;
    member.path = qn_buf_bytes(&run->name);
    if (slot->way == WAY_LARGE || slot->way == WAY_MADE)
        return add_alone(ctx, run, slot, &member);
    if (slot->way == WAY_PLAIN) {
        member.content = qn_object_bytes(&slot->object);
        member.size = member.content.size;
        member.packed = slot->packed.is_made ? &slot->packed : NULL;
    }
    return qn_archive_fill_add(ctx, run->options, &member);
}

/* ---- */

static enum qn_status begin_walk(struct qn_ctx *ctx, struct run *run)
{
    const struct qn_archive_fill *options = run->options;

    run->walk.odb = options->scope->odb;
    run->walk.attributes = qn_filter_attributes(run->ahead);
    run->walk.pathspec = options->pathspec;
    run->walk.directory = options->directory;
    if (options->kind == QN_ARCHIVE_ZIP)
        run->walk.config = qn_repo_config(options->scope->repo);
    return qn_archive_walk_begin(ctx, &run->walk, options->root);
}

/* A partial clone: all that is needed in one fetch. */
static enum qn_status fetch_all(struct qn_ctx *ctx, struct run *run)
{
    struct qn_id_list ids = {0};
    struct qn_archive_item item;
    enum qn_status status = QN_OK;

    if (!qn_odb_fetches(run->options->scope->odb))
        return QN_OK;
    while (!status) {
        status = qn_archive_walk_next(ctx, &run->walk, &item);
        if (!status && !is_directory(item.mode))
            status = qn_id_list_add(ctx, &ids, &item.id);
    }
    if (status == QN_END)
        status =
            qn_odb_prefetch(ctx, run->options->scope->odb, ids.ids, ids.count);
    qn_id_list_dispose(&ids);
    return status ? status : begin_walk(ctx, run);
}

static enum qn_status state_init(struct qn_ctx *ctx, void *shared, void *data)
{
    const struct run *run = shared;
    struct state *state = data;

    return qn_odb_fork(ctx, run->options->scope->odb, &state->odb);
}

static void state_dispose(void *shared, void *data)
{
    struct state *state = data;

    (void)shared;
    qn_odb_free(state->odb);
    qn_deflate_stream_free(state->deflate);
}

static void slot_dispose(void *shared, void *data)
{
    struct slot *slot = data;

    (void)shared;
    qn_buf_dispose(&slot->path);
    qn_object_dispose(&slot->object);
    qn_buf_dispose(&slot->packed.deflated);
}

enum qn_status qn_archive_fill_run(struct qn_ctx *ctx,
                                   const struct qn_archive_fill *options)
{
    struct run run = {.options = options,
                      .stream_from = options->tree->big_file_threshold};
    const struct qn_parallel_options parallel = {
        .shared = &run,
        .state_size = sizeof(struct state),
        .state_init = state_init,
        .state_dispose = state_dispose};
    const struct qn_parallel_pipeline pipeline = {.slot_size =
                                                      sizeof(struct slot),
                                                  .slot_dispose = slot_dispose,
                                                  .produce = produce,
                                                  .compute = compute,
                                                  .consume = consume};
    enum qn_status status = qn_filter_new_of(
        ctx, options->tree, options->source, options->root, &run.ahead);

    if (!status)
        status = qn_archive_walk_check(
            ctx, options->scope->odb, options->root, options->pathspec,
            qn_filter_attributes(run.ahead), options->directory);
    if (!status && options->begin)
        status = options->begin(ctx, options->data);
    if (!status)
        status = begin_walk(ctx, &run);
    if (!status)
        status = fetch_all(ctx, &run);
    if (!status)
        status = qn_parallel_pipeline_run(ctx, &parallel, &pipeline);
    if (!status && options->end)
        status =
            options->end(ctx, options->data, qn_filter_attributes(run.ahead));
    qn_archive_walk_dispose(&run.walk);
    qn_filter_free(run.ahead);
    qn_filter_free(run.here);
    qn_archive_subst_free(run.subst);
    qn_deflate_stream_free(run.deflate);
    qn_object_dispose(&run.object);
    qn_buf_dispose(&run.packed.deflated);
    qn_buf_dispose(&run.name);
    qn_buf_dispose(&run.made[0]);
    qn_buf_dispose(&run.made[1]);
    return status;
}
