/* SPDX-License-Identifier: MIT */
#include "refs/refs_files.h"

#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "text/ref_name.h"

#include <errno.h>
#include <string.h>

#define LOCK_ATTEMPTS 3 /* others may remove directories under our hands */

static enum qn_status open_files(struct qn_ctx *ctx, struct qn_refs *refs)
{
    struct qn_refs_files *files = qn_memory_calloc(ctx, 1, sizeof(*files));

    if (!files)
        return QN_NO_MEMORY;
    refs->state = files;
    return qn_buf_printf(ctx, &files->packed_path, "%s/packed-refs",
                         refs->options->common_directory);
}

static void close_files(struct qn_refs *refs)
{
    struct qn_refs_files *files = refs->state;

    if (!files)
        return;
    qn_packed_refs_release(files->packed);
    qn_buf_dispose(&files->packed_path);
    qn_buf_dispose(&files->logless);
    qn_loose_refs_names_dispose(&files->names);
    qn_memory_free(files);
}

static enum qn_status create_files(struct qn_ctx *ctx,
                                   const struct qn_refs_options *options)
{
    static const char *const names[] = {"refs", "refs/heads", "refs/tags"};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < QN_COUNT_OF(names); i++) {
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/%s", options->common_directory,
                               names[i]);
        if (!status)
            status = qn_directory_make_all(ctx, qn_buf_string(&path), 0777);
        if (!status)
            status = qn_refs_files_share(ctx, options, qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_refs_files_share(struct qn_ctx *ctx,
                                   const struct qn_refs_options *options,
                                   const char *path)
{
    struct qn_file_stat stat;
    enum qn_status status;
    uint32_t mode;

    if (!options->shared_mode)
        return QN_OK;
    status = qn_file_stat(ctx, path, &stat);
    if (status)
        return status;
    mode = (stat.mode & 07777) | options->shared_mode;
    if (stat.kind == QN_FILE_DIRECTORY)
        mode |= (mode & 0444) >> 2 | 02000;
    if (mode == (stat.mode & 07777))
        return QN_OK;
    return qn_file_chmod(ctx, path, mode);
}

enum qn_status qn_refs_files_packed(struct qn_ctx *ctx, struct qn_refs *refs,
                                    struct qn_packed_refs **out)
{
    struct qn_refs_files *files = refs->state;
    const char *path = qn_buf_string(&files->packed_path);
    struct qn_packed_refs *fresh;
    struct qn_file_stat stat;
    enum qn_status status = qn_file_stat(ctx, path, &stat);

    if (status)
        return status;
    if (!files->packed || !qn_packed_refs_is_current(files->packed, &stat)) {
        status =
            qn_packed_refs_open(ctx, path, refs->options->algorithm, &fresh);
        if (status)
            return status;
        qn_packed_refs_release(files->packed);
        files->packed = fresh;
    }
    *out = files->packed;
    return QN_OK;
}

static enum qn_status take_record(struct qn_ctx *ctx,
                                  const struct qn_packed_record *record,
                                  struct qn_ref *out)
{
    enum qn_status status;

    qn_buf_clear(&out->name);
    status = qn_buf_append_bytes(ctx, &out->name, record->name);
    out->id = record->id;
    out->has_peeled = record->has_peeled;
    out->peeled = record->peeled;
    return status;
}

enum qn_status qn_refs_files_read(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const char *name, struct qn_ref *out,
                                  bool *found)
{
    struct qn_refs_files *files = refs->state;
    struct qn_packed_record record;
    struct qn_packed_refs *packed;
    struct qn_refs_place place;
    enum qn_status status;

    qn_ref_clear(out, refs->options->algorithm);
    *found = false;
    if (files->vacant != name) { /* the same pointer */
        status = qn_loose_refs_read(ctx, refs, name, out, found);
        if (status)
            return status;
    }
    files->vacant = NULL;
    if (*found)
        return qn_buf_append_string(ctx, &out->name, name);
    qn_refs_place_of(name, &place);
    if (!place.is_shared)
        return QN_OK;
    status = qn_refs_files_packed(ctx, refs, &packed);
    if (!status)
        status = qn_packed_refs_find(
            ctx, packed, qn_bytes_from_string(place.name), &record, found);
    if (!status && *found)
        status = take_record(ctx, &record, out);
    return status;
}

struct merge_walk {
    struct qn_refs *refs;
    struct qn_packed_refs *packed;
    struct qn_bytes prefix;
    size_t position; /* in packed */
    bool has_record; /* one is read ahead */
    struct qn_packed_record record;
    struct qn_ref ref;
    qn_refs_each_fn *each;
    void *data;
};

static enum qn_status advance_packed(struct qn_ctx *ctx,
                                     struct merge_walk *walk)
{
    enum qn_status status =
        qn_packed_refs_next(ctx, walk->packed, &walk->position, &walk->record);

    walk->has_record = false;
    if (status)
        return status == QN_END ? QN_OK : status;
    walk->has_record = walk->record.name.size >= walk->prefix.size &&
                       (walk->prefix.size == 0 ||
                        memcmp(walk->record.name.data, walk->prefix.data,
                               walk->prefix.size) == 0);
    return QN_OK;
}

static enum qn_status emit_packed(struct qn_ctx *ctx, struct merge_walk *walk)
{
    enum qn_status status;

    qn_buf_clear(&walk->ref.target); /* the rest is the record's */
    walk->ref.is_symbolic = false;
    status = take_record(ctx, &walk->record, &walk->ref);
    walk->ref.is_broken =
        qn_id_is_null(&walk->ref.id) ||
        !qn_ref_name_is_valid(walk->record.name, QN_REF_NAME_ONE_LEVEL);
    if (!status)
        status = walk->each(ctx, walk->data, &walk->ref);
    return status ? status : advance_packed(ctx, walk);
}

static enum qn_status emit_loose(struct qn_ctx *ctx, struct merge_walk *walk,
                                 const char *name)
{
    enum qn_status status;
    bool found;

    status = qn_refs_files_read(ctx, walk->refs, name, &walk->ref, &found);
    if (status || !found) /* gone since it was listed */
        return status;
    if (!qn_ref_name_is_valid(qn_bytes_from_string(name),
                              QN_REF_NAME_ONE_LEVEL)) {
        qn_id_clear(&walk->ref.id, walk->refs->options->algorithm);
        walk->ref.is_broken = true;
        walk->ref.is_symbolic = false;
    }
    if (!walk->ref.is_symbolic && qn_id_is_null(&walk->ref.id))
        walk->ref.is_broken = true;
    return walk->each(ctx, walk->data, &walk->ref);
}

/* Loose and packed names side by side; the loose one counts. */
static enum qn_status merge_names(struct qn_ctx *ctx, struct merge_walk *walk,
                                  const struct qn_loose_names *names)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < names->count; i++) {
        struct qn_bytes name = qn_bytes_from_string(names->names[i]);
        int order = 1;

        while (!status && walk->has_record &&
               (order = qn_bytes_compare(walk->record.name, name)) < 0)
            status = emit_packed(ctx, walk);
        if (!status && walk->has_record && order == 0)
            status = advance_packed(ctx, walk);
        if (!status)
            status = emit_loose(ctx, walk, names->names[i]);
    }
    while (!status && walk->has_record)
        status = emit_packed(ctx, walk);
    return status;
}

/* The loose names are all taken before packed-refs is looked at: a ref that is
 * packed in between is then seen in one of the two. */
static enum qn_status walk_files(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *prefix, unsigned flags,
                                 qn_refs_each_fn *each, void *data)
{
    struct qn_loose_names names = QN_LOOSE_NAMES_INIT;
    struct merge_walk walk = {.refs = refs,
                              .prefix = qn_bytes_from_string(prefix),
                              .ref = QN_REF_INIT,
                              .each = each,
                              .data = data};
    struct qn_packed_refs *packed;
    enum qn_status status;

    status = qn_loose_refs_list(ctx, refs->options, "", prefix, flags, &names);
    if (!status)
        status = qn_refs_files_packed(ctx, refs, &packed);
    if (!status) {
        walk.packed = qn_packed_refs_retain(packed);
        walk.position = qn_packed_refs_seek(packed, walk.prefix);
        status = advance_packed(ctx, &walk);
        if (!status)
            status = merge_names(ctx, &walk, &names);
        qn_packed_refs_release(walk.packed);
    }
    qn_ref_dispose(&walk.ref);
    qn_loose_refs_names_dispose(&names);
    return status;
}

/* As they were seen last: whoever asks has just read under a lock. */
static enum qn_status next_packed(struct qn_ctx *ctx, struct qn_refs *refs,
                                  struct qn_bytes start, struct qn_buf *name,
                                  bool *found)
{
    const struct qn_refs_files *files = refs->state;
    struct qn_packed_record record;
    struct qn_packed_refs *packed = files->packed;
    enum qn_status status = QN_OK;
    size_t position;

    *found = false;
    if (!packed)
        status = qn_refs_files_packed(ctx, refs, &packed);
    if (status)
        return status;
    position = qn_packed_refs_seek(packed, start);
    status = qn_packed_refs_next(ctx, packed, &position, &record);
    if (status)
        return status == QN_END ? QN_OK : status;
    *found = true;
    return qn_buf_append_bytes(ctx, name, record.name);
}

void qn_refs_files_remove_empty(struct qn_ctx *ctx, const char *path)
{
    struct qn_loose_names pending = QN_LOOSE_NAMES_INIT;
    struct qn_buf child = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    /* Directories top down, then removed bottom up. */
    for (i = 0; !status; i++) {
        const char *at = i == 0 ? path : pending.names[i - 1];
        struct qn_directory *directory = NULL;
        enum qn_file_kind kind;
        const char *entry;

        status = qn_directory_open(ctx, at, &directory);
        while (!status && qn_directory_next(directory, &entry, &kind)) {
            qn_buf_clear(&child);
            status = qn_buf_printf(ctx, &child, "%s/%s", at, entry);
            if (status || !qn_file_is_directory(qn_buf_string(&child)))
                continue;
            status = qn_memory_grow(ctx, &pending.names, &pending.capacity,
                                    pending.count + 1, sizeof(*pending.names));
            if (!status)
                pending.names[pending.count] =
                    qn_arena_copy(ctx, &pending.arena, qn_buf_bytes(&child));
            if (!status && !pending.names[pending.count++])
                status = QN_NO_MEMORY;
        }
        status = qn_directory_end(ctx, directory, status);
        if (i == pending.count)
            break;
    }
    for (i = pending.count + 1; !status && i > 0; i--)
        status = qn_directory_remove(ctx, i == 1 ? path : pending.names[i - 2]);
    if (status)
        qn_ctx_clear(ctx);
    qn_buf_dispose(&child);
    qn_loose_refs_names_dispose(&pending);
}

enum qn_status qn_refs_files_prune(struct qn_ctx *ctx, struct qn_refs *refs,
                                   const char *top, const char *name)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf stop = QN_BUF_INIT;
    struct qn_refs_place place;
    enum qn_status status;
    size_t slash = 0;
    int depth;

    qn_refs_place_of(name, &place);
    status = qn_loose_refs_path(ctx, refs->options, top, name, &path);
    /* refs/heads and its like stay. */
    for (depth = 0; depth < 2; depth++) {
        const char *next = strchr(place.name + slash, '/');

        if (!next)
            goto out;
        slash = (size_t)(next - place.name) + 1;
    }
    if (!status)
        status = qn_buf_append_bytes(
            ctx, &stop,
            qn_bytes_first(qn_buf_bytes(&path),
                           path.size - strlen(place.name) + slash - 1));
    if (!status)
        qn_directory_prune_parents(qn_buf_string(&path), qn_buf_string(&stop));
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&stop);
    return status;
}

enum qn_status qn_refs_files_take_lock(struct qn_ctx *ctx, struct qn_refs *refs,
                                       const char *name, const char *other,
                                       struct qn_lock_file *lock)
{
    const int64_t timeout_ms = refs->options->files_lock_timeout_ms;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int attempt;

    status = qn_loose_refs_path(ctx, refs->options, "", name, &path);
    for (attempt = 0; !status; attempt++) {
        status = other ? qn_lock_file_take_linked(
                             ctx, lock, qn_buf_string(&path), other, timeout_ms)
                       : qn_lock_file_take_in_place(
                             ctx, lock, qn_buf_string(&path), 0666, timeout_ms);
        if (!status)
            break;
        if (status != QN_NOT_FOUND || attempt >= LOCK_ATTEMPTS ||
            qn_ctx_errno(ctx) != ENOENT)
            break;
        qn_ctx_clear(ctx);
        status = qn_directory_make_parents(ctx, qn_buf_string(&path), 0777);
    }
    qn_buf_dispose(&path);
    return status;
}

const struct qn_refs_backend qn_refs_files_backend = {
    .format = QN_REFS_FILES,
    .create = create_files,
    .open = open_files,
    .close = close_files,
    .read = qn_refs_files_read,
    .walk = walk_files,
    .next = next_packed,
    .begin = qn_refs_files_begin,
    .lock = qn_refs_files_lock,
    .stage = qn_refs_files_stage,
    .ready = qn_refs_files_ready,
    .finish = qn_refs_files_finish,
    .rollback = qn_refs_files_rollback,
    .rename = qn_refs_files_rename,
    .pack = qn_refs_files_pack,
    .log_walk = qn_refs_files_log_walk,
    .log_exists = qn_refs_files_log_exists,
    .log_expire = qn_refs_files_log_expire,
    .log_create = qn_refs_files_log_create,
    .log_delete = qn_refs_files_log_delete,
    .log_list = qn_refs_files_log_list,
};
