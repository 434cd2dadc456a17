/* SPDX-License-Identifier: MIT */
#include "refs/refs_reftable.h"

#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "refs/refs_files.h"
#include "text/ref_name.h"

#include <string.h>

static enum qn_status open_reftable(struct qn_ctx *ctx, struct qn_refs *refs)
{
    refs->state = qn_memory_calloc(ctx, 1, sizeof(struct qn_refs_reftable));
    return refs->state ? QN_OK : QN_NO_MEMORY;
}

static void close_reftable(struct qn_refs *refs)
{
    struct qn_refs_reftable *state = refs->state;
    size_t i;

    if (!state)
        return;
    for (i = 0; i < state->count; i++)
        qn_reftable_stack_free(state->stacks[i]);
    qn_memory_free(state->stacks);
    qn_buf_dispose(&state->path);
    qn_memory_free(state);
}

static enum qn_status write_stub(struct qn_ctx *ctx,
                                 const struct qn_refs_options *options,
                                 const char *name, const char *text)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &path, "%s/%s", options->git_directory, name);
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, text, strlen(text));
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    else
        qn_file_close(fd);
    if (!status)
        status = qn_refs_files_share(ctx, options, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status make_directory(struct qn_ctx *ctx,
                                     const struct qn_refs_options *options,
                                     const char *name)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s/%s", options->git_directory, name);

    if (!status)
        status = qn_directory_make_all(ctx, qn_buf_string(&path), 0777);
    if (!status)
        status = qn_refs_files_share(ctx, options, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

/* The stubs make old gits see a repository that they cannot read. */
static enum qn_status create_reftable(struct qn_ctx *ctx,
                                      const struct qn_refs_options *options)
{
    enum qn_status status = make_directory(ctx, options, "reftable");

    if (!status)
        status = make_directory(ctx, options, "refs");
    if (!status)
        status = write_stub(ctx, options, "HEAD", "ref: refs/heads/.invalid\n");
    if (!status)
        status = write_stub(ctx, options, "refs/heads",
                            "this repository uses the reftable format\n");
    return status;
}

enum qn_status qn_refs_reftable_stack(struct qn_ctx *ctx, struct qn_refs *refs,
                                      const char *name,
                                      struct qn_reftable_stack **out,
                                      const char **local)
{
    struct qn_refs_reftable *state = refs->state;
    struct qn_refs_place place;
    enum qn_status status;
    size_t i;

    qn_refs_place_of(name, &place);
    *local = place.name;
    if (place.is_shared && state->shared) {
        *out = state->shared;
        return (*out)->is_pinned ? QN_OK : qn_reftable_stack_refresh(ctx, *out);
    }
    qn_buf_clear(&state->path);
    status = qn_refs_place_directory(ctx, refs->options, &place, &state->path);
    for (i = 0; !status && i < state->count; i++) {
        const struct qn_buf *directory = &state->stacks[i]->directory;

        if (directory->size == state->path.size + strlen("/reftable") &&
            memcmp(directory->data, state->path.data, state->path.size) == 0) {
            *out = state->stacks[i];
            if (place.is_shared)
                state->shared = *out;
            return (*out)->is_pinned ? QN_OK
                                     : qn_reftable_stack_refresh(ctx, *out);
        }
    }
    if (!status)
        status = qn_memory_grow(ctx, &state->stacks, &state->capacity,
                                state->count + 1,
                                sizeof(struct qn_reftable_stack *));
    if (!status)
        status = qn_reftable_stack_new(ctx, refs->options,
                                       qn_buf_bytes(&state->path),
                                       &state->stacks[state->count]);
    if (!status)
        *out = state->stacks[state->count++];
    if (!status && place.is_shared)
        state->shared = *out;
    return status;
}

/* A record as a ref; false for a tombstone. */
static enum qn_status take_record(struct qn_ctx *ctx, uint32_t algorithm,
                                  const struct qn_reftable_record *record,
                                  struct qn_ref *out)
{
    enum qn_status status = QN_OK;

    switch (record->kind) {
    case QN_REFTABLE_SYMBOLIC:
        out->is_symbolic = true;
        status = qn_buf_append_bytes(ctx, &out->target, record->target);
        break;
    case QN_REFTABLE_PEELED:
        qn_id_from_row(&out->peeled, algorithm, record->peeled);
        qn_id_from_row(&out->id, algorithm, record->value);
        out->has_peeled = true;
        break;
    default:
        qn_id_from_row(&out->id, algorithm, record->value);
        out->has_peeled = true;
        out->is_broken = qn_id_is_null(&out->id);
    }
    return status;
}

/* FETCH_HEAD and MERGE_HEAD are files in every format. */
static enum qn_status read_pseudo(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const char *name, struct qn_ref *out,
                                  bool *found)
{
    enum qn_status status = qn_loose_refs_read(ctx, refs, name, out, found);

    if (!status && *found)
        status = qn_buf_append_string(ctx, &out->name, name);
    return status;
}

static enum qn_status read_reftable(struct qn_ctx *ctx, struct qn_refs *refs,
                                    const char *name, struct qn_ref *out,
                                    bool *found)
{
    uint32_t algorithm = refs->options->algorithm;
    struct qn_reftable_cursor cursor;
    struct qn_reftable_stack *stack;
    const char *local;
    enum qn_status status;

    qn_ref_clear(out, algorithm);
    *found = false;
    status = qn_refs_reftable_stack(ctx, refs, name, &stack, &local);
    if (!status && qn_ref_name_is_pseudo(qn_bytes_from_string(local)))
        return read_pseudo(ctx, refs, name, out, found);
    if (!status)
        status =
            qn_reftable_stack_find(ctx, stack, QN_REFTABLE_REFS,
                                   qn_bytes_from_string(local), &cursor, found);
    if (status || !*found)
        return status;
    *found = cursor.record.kind != QN_REFTABLE_DELETED;
    if (*found) {
        status = take_record(ctx, algorithm, &cursor.record, out);
        if (!status)
            status = qn_buf_append_string(ctx, &out->name, name);
    }
    qn_reftable_cursor_dispose(&cursor);
    return status;
}

struct table_walk {
    struct qn_refs *refs;
    struct qn_bytes prefix;
    unsigned flags;
    struct qn_reftable_merge merge;
    size_t shared_count; /* the first cursors are the shared stack's ... */
    bool is_split;       /* ... and another stack holds the worktree's own */
    struct qn_ref ref;
};

static bool is_shown(const struct table_walk *walk, struct qn_bytes name,
                     size_t source)
{
    bool is_root = !qn_bytes_has_prefix(name, "refs/");

    if (is_root &&
        (!(walk->flags & QN_REFS_INCLUDE_ROOT) || !qn_ref_name_is_root(name)))
        return false;
    if (!walk->is_split)
        return true;
    return qn_ref_name_is_per_worktree(name) == (source >= walk->shared_count);
}

static enum qn_status walk_records(struct qn_ctx *ctx, struct table_walk *walk,
                                   qn_refs_each_fn *each, void *data)
{
    struct qn_reftable_record *record;
    struct qn_ref *ref = &walk->ref;
    enum qn_status status = QN_OK;
    size_t source;

    while (!status) {
        struct qn_bytes name;

        status = qn_reftable_merge_next(ctx, &walk->merge, &record, &source);
        if (status)
            return status == QN_END ? QN_OK : status;
        name = qn_buf_bytes(&record->key);
        if (walk->prefix.size &&
            (name.size < walk->prefix.size ||
             memcmp(name.data, walk->prefix.data, walk->prefix.size) != 0))
            return QN_OK;
        if (record->kind == QN_REFTABLE_DELETED ||
            !is_shown(walk, name, source))
            continue;
        qn_ref_clear(ref, walk->refs->options->algorithm);
        status = qn_buf_append_bytes(ctx, &ref->name, name);
        if (!status)
            status =
                take_record(ctx, walk->refs->options->algorithm, record, ref);
        if (!status && !qn_ref_name_is_valid(name, QN_REF_NAME_ONE_LEVEL))
            ref->is_broken = true;
        if (!status)
            status = each(ctx, data, ref);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    return status;
}

static enum qn_status walk_reftable(struct qn_ctx *ctx, struct qn_refs *refs,
                                    const char *prefix, unsigned flags,
                                    qn_refs_each_fn *each, void *data)
{
    struct table_walk walk = {.refs = refs,
                              .prefix = qn_bytes_from_string(prefix),
                              .flags = flags,
                              .merge = QN_REFTABLE_MERGE_INIT,
                              .ref = QN_REF_INIT};
    struct qn_bytes start = walk.prefix;
    struct qn_reftable_stack *shared, *own;
    const char *local;
    enum qn_status status;

    if (!(flags & QN_REFS_INCLUDE_ROOT) &&
        qn_bytes_compare(start, QN_BYTES("refs/")) < 0)
        start = QN_BYTES("refs/");
    status = qn_refs_reftable_stack(ctx, refs, "refs/heads/", &shared, &local);
    if (!status)
        status = qn_refs_reftable_stack(ctx, refs, "HEAD", &own, &local);
    if (!status)
        status = qn_reftable_merge_add(ctx, &walk.merge, shared->tables,
                                       shared->count, QN_REFTABLE_REFS);
    walk.shared_count = walk.merge.count;
    if (!status && own != shared) {
        walk.is_split = true;
        status = qn_reftable_merge_add(ctx, &walk.merge, own->tables,
                                       own->count, QN_REFTABLE_REFS);
    }
    if (!status)
        status = qn_reftable_merge_seek(ctx, &walk.merge, start);
    if (!status)
        status = walk_records(ctx, &walk, each, data);
    qn_reftable_merge_dispose(&walk.merge);
    qn_ref_dispose(&walk.ref);
    return status;
}

static enum qn_status next_reftable(struct qn_ctx *ctx, struct qn_refs *refs,
                                    struct qn_bytes start, struct qn_buf *name,
                                    bool *found)
{
    struct qn_reftable_merge merge = QN_REFTABLE_MERGE_INIT;
    struct qn_reftable_record *record;
    struct qn_reftable_stack *stack;
    const char *local;
    enum qn_status status;

    *found = false;
    status = qn_refs_reftable_stack(ctx, refs, "refs/heads/", &stack, &local);
    if (!status)
        status = qn_reftable_merge_add(ctx, &merge, stack->tables, stack->count,
                                       QN_REFTABLE_REFS);
    if (!status)
        status = qn_reftable_merge_seek(ctx, &merge, start);
    while (!status && !*found) {
        status = qn_reftable_merge_next(ctx, &merge, &record, NULL);
        *found = !status && record->kind != QN_REFTABLE_DELETED;
    }
    if (*found)
        status = qn_buf_append_bytes(ctx, name, qn_buf_bytes(&record->key));
    qn_reftable_merge_dispose(&merge);
    return status == QN_END ? QN_OK : status;
}

static enum qn_status pack_reftable(struct qn_ctx *ctx, struct qn_refs *refs,
                                    const struct qn_refs_pack_options *options)
{
    static const char *const names[] = {"refs/heads/", "HEAD"};
    struct qn_reftable_stack *stack;
    const char *local;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < QN_COUNT_OF(names); i++) {
        status = qn_refs_reftable_stack(ctx, refs, names[i], &stack, &local);
        if (!status)
            status = options->is_auto ? qn_reftable_compact_auto(ctx, stack)
                                      : qn_reftable_compact_all(ctx, stack);
    }
    if (status == QN_LOCKED)
        return qn_ctx_fail_reason(ctx, QN_LOCKED, "os.locked", NULL,
                                  "unable to compact stack: data is locked");
    return status;
}

const struct qn_refs_backend qn_refs_reftable_backend = {
    .format = QN_REFS_REFTABLE,
    .create = create_reftable,
    .open = open_reftable,
    .close = close_reftable,
    .read = read_reftable,
    .walk = walk_reftable,
    .next = next_reftable,
    .lock = qn_refs_reftable_lock,
    .finish = qn_refs_reftable_finish,
    .rollback = qn_refs_reftable_rollback,
    .rename = qn_refs_reftable_rename,
    .pack = pack_reftable,
    .log_walk = qn_refs_reftable_log_walk,
    .log_exists = qn_refs_reftable_log_exists,
    .log_expire = qn_refs_reftable_log_expire,
    .log_create = qn_refs_reftable_log_create,
    .log_delete = qn_refs_reftable_log_delete,
    .log_list = qn_refs_reftable_log_list,
};
