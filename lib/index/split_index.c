/* SPDX-License-Identifier: MIT */
/* The split index (extension "link"): most entries live in a shared file
 * "sharedindex.<checksum>", and the index says what to drop, replace and add.
 *
 * In memory a split index is a whole one; the shared entries are kept beside
 * it, and what to say of them is found by comparing both when the index is
 * written. So no change of an entry has to be tracked.
 */
#include "base/env.h"
#include "base/memory.h"
#include "codec/ewah.h"
#include "index/index.h"
#include "index/index_internal.h"
#include "os/directory.h"
#include "os/temporary.h"

#include <string.h>

#define SHARED_PREFIX "sharedindex."

void qn_split_index_free(struct qn_index_split *split)
{
    if (!split)
        return;
    qn_index_free(split->base);
    qn_buf_dispose(&split->base_path);
    qn_memory_free(split);
}

/* The directory of `path`, with its slash. */
static struct qn_bytes directory_of(const char *path)
{
    struct qn_bytes whole = qn_bytes_from_string(path);
    size_t slash = qn_bytes_find_last(whole, '/');

    return slash == whole.size ? QN_BYTES_NONE
                               : qn_bytes_first(whole, slash + 1);
}

static enum qn_status read_shared(struct qn_ctx *ctx, struct qn_index *index,
                                  const char *path, const struct qn_id *id)
{
    struct qn_index_split *split = index->split;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    int fd = -1;
    enum qn_status status;

    qn_buf_clear(&split->base_path);
    status = qn_buf_append_bytes(ctx, &split->base_path, directory_of(path));
    if (!status)
        status = qn_buf_printf(ctx, &split->base_path, SHARED_PREFIX "%s",
                               qn_id_to_hex(id, hex));
    if (!status)
        status = qn_index_new(ctx, index->algorithm, &split->base);
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&split->base_path),
                              QN_FILE_READ, 0, &fd);
    if (!status)
        status = qn_file_map_fd(ctx, fd, qn_buf_string(&split->base_path),
                                &split->base->map);
    if (!status)
        status = qn_index_read_bytes(ctx, split->base,
                                     qn_buf_string(&split->base_path), true);
    qn_file_close(fd);
    if (status)
        return status;
    if (!qn_id_is_equal(&split->base->checksum, id))
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.shared-changed", NULL,
                                  "broken index, expect %s in %s",
                                  qn_id_to_hex(id, hex),
                                  qn_buf_string(&split->base_path));
    split->base_id = *id;
    /* Who reads it keeps it from being cleared away. */
    if (qn_file_touch(ctx, qn_buf_string(&split->base_path),
                      qn_env_clock(qn_ctx_env(ctx), true)))
        qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status read_bitmap(struct qn_ctx *ctx, struct qn_bytes *data,
                                  size_t bit_limit, uint64_t **out)
{
    size_t words = qn_ewah_plain_count(bit_limit) + 1;
    struct qn_ewah ewah;
    enum qn_status status;

    *out = qn_memory_calloc(ctx, words, sizeof(**out));
    if (!*out)
        return QN_NO_MEMORY;
    if (data->size == 0)
        return QN_OK;
    status = qn_ewah_parse(ctx, data, &ewah);
    if (status)
        return status;
    if (ewah.bit_count > bit_limit)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-link", NULL,
                                  "corrupt link extension");
    qn_ewah_or_into(&ewah, *out, words);
    return QN_OK;
}

static bool is_set(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

/* Bring together: shared entries that are not dropped, some replaced by the
 * first entries of the index, and what the index adds. */
static enum qn_status merge_entries(struct qn_ctx *ctx, struct qn_index *index,
                                    const uint64_t *dropped,
                                    const uint64_t *replaced)
{
    struct qn_index *base = index->split->base;
    struct qn_index_entry **own = index->entries;
    size_t own_count = index->count, next = 0, kept = 0;
    struct qn_index_entry **all =
        qn_memory_array(ctx, base->count + own_count + 1, sizeof(*all));
    enum qn_status status = QN_OK;

    if (!all)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < base->count; i++) {
        struct qn_index_entry *entry = base->entries[i];

        if (is_set(replaced, i)) {
            if (next == own_count || is_set(dropped, i) ||
                own[next]->path.size != 0)
                goto bad;
            own[next]->path = entry->path;
            all[kept++] = own[next++];
        } else if (!is_set(dropped, i)) {
            struct qn_index_entry *copy =
                qn_arena_alloc(ctx, &index->arena, sizeof(*copy));

            if (!copy) {
                status = QN_NO_MEMORY;
                goto out;
            }
            *copy = *entry;
            all[kept++] = copy;
        }
    }
    for (; next < own_count; next++) {
        if (own[next]->path.size == 0)
            goto bad;
        all[kept++] = own[next];
    }
    index->entries = all;
    index->count = kept;
    index->capacity = base->count + own_count + 1;
    index->is_sparse |= base->is_sparse;
    all = own;
    qn_index_sort(index);
    goto out;
bad:
    status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-link", NULL,
                                "corrupt link extension");
out:
    qn_memory_free(all);
    return status;
}

enum qn_status qn_split_index_read(struct qn_ctx *ctx, struct qn_index *index,
                                   const char *path, struct qn_bytes data)
{
    size_t width = qn_id_size(index->algorithm);
    uint64_t *dropped = NULL, *replaced = NULL;
    struct qn_id id;
    enum qn_status status;

    if (data.size < width)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-link", NULL,
                                  "corrupt link extension (too short)");
    qn_id_from_row(&id, index->algorithm, data.data);
    data = qn_bytes_from(data, width);
    index->split = qn_memory_calloc(ctx, 1, sizeof(*index->split));
    if (!index->split)
        return QN_NO_MEMORY;
    qn_id_clear(&index->split->base_id, index->algorithm);
    if (qn_id_is_null(&id))
        return QN_OK; /* split, and nothing shared yet */
    status = read_shared(ctx, index, path, &id);
    if (!status)
        status = read_bitmap(ctx, &data, index->split->base->count, &dropped);
    if (!status)
        status = read_bitmap(ctx, &data, index->split->base->count, &replaced);
    if (!status && data.size > 0)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-link", NULL,
                                    "garbage at the end of link extension");
    if (!status)
        status = merge_entries(ctx, index, dropped, replaced);
    qn_memory_free(dropped);
    qn_memory_free(replaced);
    return status;
}

static bool is_same_entry(const struct qn_index_entry *a,
                          const struct qn_index_entry *b)
{
    const uint8_t in_file =
        QN_INDEX_ASSUME_VALID | QN_INDEX_INTENT_TO_ADD | QN_INDEX_SKIP_WORKTREE;

    return a->mode == b->mode && ((a->flags ^ b->flags) & in_file) == 0 &&
           memcmp(&a->stat, &b->stat, sizeof(a->stat)) == 0 &&
           qn_id_is_equal(&a->id, &b->id);
}

struct planner {
    struct qn_index *index;
    struct qn_split_index_plan *plan;
    struct qn_index_entry **added;
    size_t added_count;
    uint64_t *dropped;
    uint64_t *replaced;
};

static void compare_with_base(struct planner *planner)
{
    struct qn_index *index = planner->index, *base = index->split->base;
    struct qn_split_index_plan *plan = planner->plan;
    size_t base_count = base ? base->count : 0, i = 0, b = 0;

    while (i < index->count || b < base_count) {
        struct qn_index_entry *entry =
            i < index->count ? index->entries[i] : NULL;
        struct qn_index_entry *shared =
            b < base_count ? base->entries[b] : NULL;
        int order = !entry ? 1
                    : !shared
                        ? -1
                        : qn_index_compare_keys(entry->path, entry->stage,
                                                shared->path, shared->stage);

        if (order < 0) {
            planner->added[planner->added_count++] = entry;
            i++;
            continue;
        }
        if (order > 0) {
            planner->dropped[b / 64] |= UINT64_C(1) << (b % 64);
        } else {
            /* A racy entry is written with size 0, so it is not the same. */
            if (!is_same_entry(entry, shared) ||
                (!(entry->flags & QN_INDEX_UPTODATE) &&
                 qn_index_is_racy(index, entry))) {
                planner->replaced[b / 64] |= UINT64_C(1) << (b % 64);
                plan->entries[plan->replaced_count++] = entry;
            }
            i++;
        }
        b++;
    }
}

enum qn_status qn_split_index_plan_make(struct qn_ctx *ctx,
                                        struct qn_index *index,
                                        struct qn_split_index_plan *out)
{
    struct qn_index *base = index->split->base;
    size_t base_count = base ? base->count : 0;
    size_t words = qn_ewah_plain_count(base_count) + 1;
    struct planner planner = {.index = index, .plan = out};
    enum qn_status status = QN_NO_MEMORY;

    out->entries =
        qn_memory_array(ctx, index->count + 1, sizeof(*out->entries));
    planner.added =
        qn_memory_array(ctx, index->count + 1, sizeof(*planner.added));
    planner.dropped = qn_memory_calloc(ctx, words, sizeof(uint64_t));
    planner.replaced = qn_memory_calloc(ctx, words, sizeof(uint64_t));
    if (!out->entries || !planner.added || !planner.dropped ||
        !planner.replaced)
        goto out;
    compare_with_base(&planner);
    memcpy(out->entries + out->replaced_count, planner.added,
           planner.added_count * sizeof(*planner.added));
    out->count = out->replaced_count + planner.added_count;
    status = qn_buf_append(ctx, &out->link, index->split->base_id.bytes,
                           qn_id_size(index->algorithm));
    if (!status)
        status = qn_ewah_append(ctx, planner.dropped, (uint32_t)base_count,
                                &out->link);
    if (!status)
        status = qn_ewah_append(ctx, planner.replaced, (uint32_t)base_count,
                                &out->link);
out:
    qn_memory_free(planner.added);
    qn_memory_free(planner.dropped);
    qn_memory_free(planner.replaced);
    return status;
}

void qn_split_index_plan_dispose(struct qn_split_index_plan *plan)
{
    qn_memory_free(plan->entries);
    qn_buf_dispose(&plan->link);
}

/* A copy of the entries, as the shared file has them. */
static enum qn_status copy_entries(struct qn_ctx *ctx, struct qn_index *index,
                                   struct qn_index **out)
{
    struct qn_index *copy = NULL;
    enum qn_status status = qn_index_new(ctx, index->algorithm, &copy);

    for (size_t i = 0; i < index->count && !status; i++)
        status = qn_index_append(ctx, copy, index->entries[i]);
    if (status) {
        qn_index_free(copy);
        return status;
    }
    copy->version_wanted = qn_index_version(index);
    *out = copy;
    return QN_OK;
}

static enum qn_status write_shared(struct qn_ctx *ctx, struct qn_index *index,
                                   const char *path)
{
    struct qn_buf data = QN_BUF_INIT, temporary = QN_BUF_INIT;
    struct qn_buf prefix = QN_BUF_INIT, final = QN_BUF_INIT;
    struct qn_index *copy = NULL;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    int fd = -1;
    enum qn_status status = copy_entries(ctx, index, &copy);

    if (!status)
        status = qn_index_serialise_shared(ctx, copy, &data, &id);
    if (!status)
        status = qn_buf_printf(ctx, &prefix, "%.*ssharedindex_",
                               QN_BYTES_ARG(directory_of(path)));
    if (!status)
        status = qn_buf_printf(ctx, &final, "%.*s" SHARED_PREFIX "%s",
                               QN_BYTES_ARG(directory_of(path)),
                               qn_id_to_hex(&id, hex));
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0666,
                                          &fd, &temporary);
    if (!status)
        status = qn_file_write(ctx, fd, data.data, data.size);
    if (!status) {
        int written = fd;

        fd = -1;
        status = qn_file_close_written(ctx, written, qn_buf_string(&temporary));
    }
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&temporary),
                                qn_buf_string(&final));
    if (!status) {
        qn_temporary_forget(qn_buf_string(&temporary));
        /* Paths of our entries may lie in the old shared file: it stays until
         * the index goes. */
        copy->split = qn_memory_calloc(ctx, 1, sizeof(*copy->split));
        if (copy->split)
            copy->split->base = index->split->base;
        else
            status = QN_NO_MEMORY;
    }
    if (!status) {
        index->split->base = copy;
        index->split->base_id = id;
        copy = NULL;
    } else if (fd >= 0 && temporary.size > 0) {
        qn_temporary_remove(qn_buf_string(&temporary));
    }
    qn_file_close(fd);
    qn_index_free(copy);
    qn_buf_dispose(&data);
    qn_buf_dispose(&temporary);
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&final);
    return status;
}

enum qn_status qn_split_index_prepare(struct qn_ctx *ctx,
                                      struct qn_index *index, const char *path)
{
    struct qn_split_index_plan plan = {0};
    enum qn_status status;
    unsigned percent;
    bool is_due;

    qn_index_compact(index);
    if (!index->split->base)
        return write_shared(ctx, index, path);
    status = qn_split_index_plan_make(ctx, index, &plan);
    if (status)
        return status;
    /* More than a fifth not shared: share anew. */
    percent = index->split_change ? index->split_change - 1 : 20;
    is_due = percent == 0 ||
             (percent < 100 && plan.count > 0 &&
              (uint64_t)index->count * percent < (uint64_t)plan.count * 100);
    qn_split_index_plan_dispose(&plan);
    return is_due ? write_shared(ctx, index, path) : QN_OK;
}

static enum qn_status expire_one(struct qn_ctx *ctx, struct qn_buf *path,
                                 int64_t expiry)
{
    struct qn_file_stat stat;
    enum qn_status status = qn_file_stat(ctx, qn_buf_string(path), &stat);

    if (status || stat.kind != QN_FILE_REGULAR ||
        stat.mtime_ns / 1000000000 > expiry)
        return status;
    return qn_file_unlink_if_exists(ctx, qn_buf_string(path));
}

void qn_split_index_expire(struct qn_ctx *ctx, const struct qn_index *index,
                           const char *path, int64_t expiry)
{
    struct qn_bytes top = directory_of(path);
    struct qn_buf file = QN_BUF_INIT;
    struct qn_directory *listing = NULL;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t front = strlen(SHARED_PREFIX);
    const char *name;
    enum qn_file_kind kind;
    enum qn_status status = qn_buf_append_bytes(ctx, &file, top);

    if (!status)
        status = qn_directory_open(ctx, top.size ? qn_buf_string(&file) : ".",
                                   &listing);
    qn_id_to_hex(&index->split->base_id, hex);
    while (!status && qn_directory_next(listing, &name, &kind)) {
        if (strncmp(name, SHARED_PREFIX, front) != 0 ||
            strcmp(name + front, hex) == 0)
            continue;
        qn_buf_clear(&file);
        status = qn_buf_printf(ctx, &file, "%.*s%s", QN_BYTES_ARG(top), name);
        if (!status && expire_one(ctx, &file, expiry))
            qn_ctx_clear(ctx);
    }
    if (status)
        qn_ctx_clear(ctx);
    if (listing)
        qn_directory_close(listing);
    qn_buf_dispose(&file);
}

enum qn_status qn_index_set_split(struct qn_ctx *ctx, struct qn_index *index,
                                  bool is_split)
{
    if (is_split == (index->split != NULL))
        return QN_OK;
    index->is_changed = true;
    if (!is_split) {
        /* Paths of entries may lie in the shared file's map: take copies. */
        for (size_t i = 0; i < index->count; i++) {
            struct qn_index_entry *entry = index->entries[i];
            char *path = qn_arena_copy(ctx, &index->arena, entry->path);

            if (!path)
                return QN_NO_MEMORY;
            entry->path.data = (const uint8_t *)path;
        }
        qn_split_index_free(index->split);
        index->split = NULL;
        return QN_OK;
    }
    index->split = qn_memory_calloc(ctx, 1, sizeof(*index->split));
    if (!index->split)
        return QN_NO_MEMORY;
    qn_id_clear(&index->split->base_id, index->algorithm);
    return QN_OK;
}

void qn_index_set_split_change(struct qn_index *index, unsigned percent)
{
    index->split_change = percent + 1;
}

const char *qn_index_shared_path(const struct qn_index *index)
{
    return index->split && index->split->base
               ? qn_buf_string(&index->split->base_path)
               : NULL;
}

bool qn_index_is_split(const struct qn_index *index)
{
    return index->split != NULL;
}
