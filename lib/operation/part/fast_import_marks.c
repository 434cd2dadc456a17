/* SPDX-License-Identifier: MIT */
/* Marks: numbers that the stream gives to objects, and files of them. */
#include "base/endian.h"
#include "base/memory.h"
#include "operation/part/fast_import_private.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/lock_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct qn_bytes mark_key(uint64_t mark, uint8_t key[8])
{
    qn_endian_store64(key, mark);
    return qn_bytes_make(key, 8);
}

enum qn_status qn_fast_import_parse_mark(struct qn_ctx *ctx,
                                         struct qn_fast_import *import,
                                         const char **at, uint64_t *mark)
{
    const char *start = *at + 1;
    char *end;

    *mark = strtoull(start, &end, 10);
    if (*start < '0' || *start > '9')
        return qn_ctx_fail(ctx, QN_INVALID, "no value after ':' in mark: %s",
                           qn_fast_import_line(import));
    *at = end;
    return QN_OK;
}

enum qn_status qn_fast_import_find_mark(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        uint64_t mark, uint32_t *object)
{
    uint8_t key[8];
    const struct qn_map_item *item =
        qn_map_find(&import->marks, mark_key(mark, key));

    if (!item)
        return qn_ctx_fail(ctx, QN_INVALID, "mark :%" PRIu64 " not declared",
                           mark);
    *object = (uint32_t)item->number;
    return QN_OK;
}

enum qn_status qn_fast_import_read_mark(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        uint64_t *mark)
{
    const char *word = qn_fast_import_after(import, "mark :");

    *mark = 0;
    if (!word)
        return QN_OK;
    *mark = strtoull(word, NULL, 10);
    return qn_fast_import_next(ctx, import);
}

enum qn_status qn_fast_import_set_mark(struct qn_ctx *ctx,
                                       struct qn_fast_import *import,
                                       uint64_t mark, uint32_t object)
{
    struct qn_map_item *item;
    uint8_t key[8];

    if (mark == 0)
        return QN_OK;
    while (mark >= import->mark_limit && import->mark_limit < UINT64_MAX / 1024)
        import->mark_limit *= 1024;
    item = qn_map_put(ctx, &import->marks, mark_key(mark, key), NULL);
    if (!item)
        return QN_NO_MEMORY;
    item->number = object;
    return QN_OK;
}

/* ---- files */

/* The path as --relative-marks has it, appended. */
static bool parse_line(struct qn_bytes line, uint64_t *mark,
                       struct qn_bytes *hex)
{
    size_t space = qn_bytes_find(line, ' ');

    if (line.size == 0 || line.data[0] != ':' || space == line.size ||
        !qn_bytes_to_u64(qn_bytes_from(qn_bytes_first(line, space), 1), mark) ||
        *mark == 0)
        return false;
    *hex = qn_bytes_from(line, space + 1);
    return true;
}

static enum qn_status take_line(struct qn_ctx *ctx,
                                struct qn_fast_import *import,
                                struct qn_bytes line)
{
    struct qn_bytes hex;
    struct qn_id id;
    char text[QN_ID_MAX_HEX_SIZE + 1];
    uint64_t mark;
    uint32_t object;
    enum qn_status status;

    if (!parse_line(line, &mark, &hex) ||
        !qn_id_from_hex(&id, import->store.algorithm, hex))
        return qn_ctx_fail(ctx, QN_INVALID, "corrupt mark line: %.*s",
                           QN_BYTES_ARG(line));
    status = qn_import_store_find(ctx, &import->store, &id, &object);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail(ctx, QN_INVALID, "object not found: %s",
                           qn_id_to_hex(&id, text));
    return status ? status : qn_fast_import_set_mark(ctx, import, mark, object);
}

static enum qn_status read_file(struct qn_ctx *ctx, const char *path,
                                struct qn_buf *out)
{
    enum qn_status status = qn_file_read_all(ctx, path, out);

    if (!status || status == QN_NO_MEMORY)
        return status;
    return qn_ctx_fail(ctx, status, "cannot read '%s': %s", path,
                       strerror(qn_ctx_errno(ctx)));
}

enum qn_status qn_fast_import_read_marks(struct qn_ctx *ctx,
                                         struct qn_fast_import *import)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;

    if (import->ignores_missing_marks &&
        !qn_file_exists(import->import_marks)) {
        import->has_read_marks = true;
        return QN_OK;
    }
    status = read_file(ctx, import->import_marks, &text);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        bool ends = line.data + line.size < text.data + text.size;

        if (ends && line.size > 0 && *line.data == ':')
            status = take_line(ctx, import, line);
        else /* with its end, if it has one */
            status = qn_ctx_fail(ctx, QN_INVALID, "corrupt mark line: %.*s%s",
                                 QN_BYTES_ARG(line), ends ? "\n" : "");
    }
    qn_buf_dispose(&text);
    import->has_read_marks = status == QN_OK;
    return status;
}

static int compare_items(const void *a, const void *b)
{
    const struct qn_map_item *x = *(const struct qn_map_item *const *)a;
    const struct qn_map_item *y = *(const struct qn_map_item *const *)b;

    return memcmp(x->key.data, y->key.data, 8);
}

enum qn_status qn_fast_import_list_marks(struct qn_ctx *ctx,
                                         const struct qn_fast_import *import,
                                         struct qn_buf *out)
{
    const struct qn_map *marks = &import->marks;
    const struct qn_map_item **order =
        qn_memory_array(ctx, marks->count + 1, sizeof(*order));
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = order ? QN_OK : QN_NO_MEMORY;
    struct qn_id id;
    size_t i;

    for (i = 0; !status && i < marks->count; i++)
        order[i] = &marks->items[i];
    if (!status && marks->count)
        qsort(order, marks->count, sizeof(const struct qn_map_item *),
              compare_items);
    for (i = 0; !status && i < marks->count; i++) {
        qn_import_store_id(&import->store, (uint32_t)order[i]->number, &id);
        status = qn_buf_printf(ctx, out, ":%" PRIu64 " %s\n",
                               qn_endian_load64(order[i]->key.data),
                               qn_id_to_hex(&id, hex));
    }
    qn_memory_free(order);
    return status;
}

enum qn_status qn_fast_import_write_marks(struct qn_ctx *ctx,
                                          struct qn_fast_import *import)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (!import->export_marks ||
        (import->import_marks && !import->has_read_marks))
        return QN_OK; /* what is in them would be lost */
    status = qn_fast_import_list_marks(ctx, import, &text);
    if (!status)
        status = qn_directory_make_parents(ctx, import->export_marks, 0777);
    if (!status)
        status = qn_lock_file_take(ctx, &lock, import->export_marks, 0666, 0);
    if (!status)
        status = qn_lock_file_write(ctx, &lock, qn_buf_bytes(&text));
    if (!status)
        status = qn_lock_file_commit(ctx, &lock, NULL, QN_SYNC_NONE);
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&text);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "fast-import.marks",
                      "unable to write marks file %s: %s", import->export_marks,
                      strerror(qn_ctx_errno(ctx)));
        qn_ctx_clear(ctx);
        import->is_incomplete = true;
        return QN_OK;
    }
    return status;
}

/* ---- submodules */

static struct qn_fast_import_submodule *
find_submodule(struct qn_ctx *ctx, struct qn_fast_import *import,
               struct qn_bytes name)
{
    struct qn_fast_import_submodule *submodule;
    size_t i;

    for (i = 0; i < import->submodule_count; i++)
        if (qn_bytes_is_string(name, import->submodules[i].name))
            return &import->submodules[i];
    if (qn_memory_grow(ctx, &import->submodules, &import->submodule_capacity,
                       import->submodule_count + 1,
                       sizeof(*import->submodules)))
        return NULL;
    submodule = &import->submodules[import->submodule_count];
    memset(submodule, 0, sizeof(*submodule));
    submodule->name = qn_memory_string(ctx, name);
    if (!submodule->name)
        return NULL;
    import->submodule_count++;
    return submodule;
}

static enum qn_status
take_submodule_line(struct qn_ctx *ctx, struct qn_fast_import *import,
                    struct qn_fast_import_submodule *submodule,
                    struct qn_bytes line, bool is_from)
{
    struct qn_map_item *item;
    struct qn_bytes hex;
    struct qn_id id;
    uint64_t mark;
    uint8_t key[8];
    enum qn_status status;

    if (!parse_line(line, &mark, &hex) ||
        (!qn_id_from_hex(&id, QN_HASH_SHA1, hex) &&
         !qn_id_from_hex(&id, QN_HASH_SHA256, hex)) ||
        (!is_from && id.algorithm != import->store.algorithm))
        return qn_ctx_fail(ctx, QN_INVALID, "corrupt mark line: %.*s",
                           QN_BYTES_ARG(line));
    if (is_from) {
        item =
            qn_map_put(ctx, &submodule->from,
                       qn_bytes_make(id.bytes, qn_id_size(id.algorithm)), NULL);
        if (!item)
            return QN_NO_MEMORY;
        item->number = mark;
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &submodule->ids, &submodule->id_capacity,
                            submodule->id_count + 1, sizeof(*submodule->ids));
    if (status)
        return status;
    item = qn_map_put(ctx, &submodule->to, mark_key(mark, key), NULL);
    if (!item)
        return QN_NO_MEMORY;
    submodule->ids[submodule->id_count] = id;
    item->number = submodule->id_count++;
    return QN_OK;
}

enum qn_status qn_fast_import_read_submodule(struct qn_ctx *ctx,
                                             struct qn_fast_import *import,
                                             const char *text, bool is_from)
{
    const char *colon = strchr(text, ':');
    struct qn_fast_import_submodule *submodule;
    struct qn_buf content = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;

    if (!colon)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "expected format name:filename for submodule rewrite option");
    submodule = find_submodule(ctx, import,
                               qn_bytes_make(text, (size_t)(colon - text)));
    status = submodule ? read_file(ctx, colon + 1, &content) : QN_NO_MEMORY;
    rest = qn_buf_bytes(&content);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        status = take_submodule_line(ctx, import, submodule, line, is_from);
    if (!status && is_from)
        submodule->has_from = true;
    else if (!status)
        submodule->has_to = true;
    qn_buf_dispose(&content);
    return status;
}

enum qn_status qn_fast_import_check_submodules(struct qn_ctx *ctx,
                                               struct qn_fast_import *import)
{
    size_t i;

    for (i = 0; i < import->submodule_count; i++)
        if (import->submodules[i].has_from && !import->submodules[i].has_to)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "missing to marks for submodule '%s'",
                               import->submodules[i].name);
    return QN_OK;
}

enum qn_status qn_fast_import_rewrite(struct qn_ctx *ctx,
                                      struct qn_fast_import *import,
                                      const uint8_t *row, size_t size,
                                      struct qn_id *out, bool *found)
{
    uint8_t key[8];
    size_t i;

    (void)ctx;
    *found = false;
    for (i = 0; i < import->submodule_count && !*found; i++) {
        const struct qn_fast_import_submodule *submodule =
            &import->submodules[i];
        const struct qn_map_item *item =
            qn_map_find(&submodule->from, qn_bytes_make(row, size));

        if (item)
            item = qn_map_find(&submodule->to, mark_key(item->number, key));
        if (!item)
            continue;
        *out = submodule->ids[item->number];
        *found = true;
    }
    return QN_OK;
}
