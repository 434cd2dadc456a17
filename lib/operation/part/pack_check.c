/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_check.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "operation/part/object_checker.h"
#include "operation/part/object_links.h"
#include "os/file.h"
#include "os/mutex.h"
#include "pack/pack_reader.h"

#include <stdlib.h>

#define SHARD_COUNT 32u

struct finding {
    uint64_t order; /* what Git looks at first: no deltas, then deltas */
    uint32_t serial;
    bool is_error;
    bool is_whole; /* `text` is all there is to say: the links are broken */
    char *text;
};

struct shard { /* what objects name, by the first byte of the id */
    struct qn_mutex *mutex;
    struct qn_id_map ids; /* values: bits of types, and who names it first */
};

struct qn_pack_check {
    struct qn_pack_check_options options;
    struct qn_object_checker *checker;
    struct shard shards[SHARD_COUNT];
    struct qn_mutex *mutex; /* guards what follows */
    struct finding *findings;
    size_t count;
    size_t capacity;
    struct qn_id_map missing; /* special blobs that the odb does not have */
    enum { COLLECT, REPORT, LOOK_AGAIN } mode;
    bool has_error; /* was reported at the end */
};

struct look {
    struct qn_pack_check *check;
    uint32_t entry;
};

static enum qn_status keep(struct qn_ctx *ctx, struct qn_pack_check *check,
                           uint64_t order, bool is_error, bool is_whole,
                           const char *text)
{
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(text));
    enum qn_status status = copy ? QN_OK : QN_NO_MEMORY;

    qn_mutex_lock(check->mutex);
    if (!status)
        status = qn_memory_grow(ctx, &check->findings, &check->capacity,
                                check->count + 1, sizeof(*check->findings));
    if (!status) {
        check->findings[check->count] = (struct finding){
            order, (uint32_t)check->count, is_error, is_whole, copy};
        check->count++;
        copy = NULL;
    }
    qn_mutex_unlock(check->mutex);
    qn_memory_free(copy);
    return status;
}

static void found(struct qn_ctx *ctx, void *data,
                  const struct qn_object_finding *finding)
{
    struct qn_pack_check *check = data;
    const bool is_error = finding->severity >= QN_CHECK_ERROR;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT;
    uint32_t position;
    bool is_new;

    if (check->mode != COLLECT && strstr(finding->name, "Missing") &&
        strncmp(finding->name, "git", 3) == 0) {
        if (check->mode == LOOK_AGAIN &&
            qn_id_map_put(ctx, &check->missing, &finding->id, &position,
                          &is_new) == QN_OK &&
            strcmp(finding->name, "gitmodulesMissing") == 0)
            check->missing.values[position] = 1;
        return;
    }
    if (check->mode == LOOK_AGAIN)
        return;
    if (qn_buf_printf(ctx, &text, "object %s: %s: %s",
                      qn_id_to_hex(&finding->id, hex), finding->name,
                      finding->message) == QN_OK) {
        if (check->mode == REPORT) {
            check->has_error = check->has_error || is_error;
            qn_ctx_report(ctx, is_error ? QN_REPORT_ERROR : QN_REPORT_WARNING,
                          "fsck.finding", "%s", qn_buf_string(&text));
        } else {
            (void)!keep(ctx, check, finding->order, is_error, false,
                        qn_buf_string(&text));
        }
    }
    qn_buf_dispose(&text);
}

enum qn_status qn_pack_check_new(struct qn_ctx *ctx,
                                 const struct qn_pack_check_options *options,
                                 struct qn_pack_check **out)
{
    struct qn_object_checker_options how = {.algorithm = options->algorithm,
                                            .policy = options->policy,
                                            .found = found,
                                            .big_file_threshold =
                                                options->big_file_threshold};
    struct qn_pack_check *check = qn_memory_calloc(ctx, 1, sizeof(*check));
    enum qn_status status = check ? QN_OK : QN_NO_MEMORY;
    uint32_t i;

    if (status)
        return status;
    check->options = *options;
    how.data = check;
    qn_id_map_init(&check->missing, options->algorithm);
    for (i = 0; i < SHARD_COUNT; i++)
        qn_id_map_init(&check->shards[i].ids, options->algorithm);
    for (i = 0; i < SHARD_COUNT && !status; i++)
        status = qn_mutex_new(ctx, &check->shards[i].mutex);
    if (!status)
        status = qn_mutex_new(ctx, &check->mutex);
    if (!status)
        status = qn_object_checker_new(ctx, &how, &check->checker);
    if (status)
        qn_pack_check_free(check);
    else
        *out = check;
    return status;
}

void qn_pack_check_free(struct qn_pack_check *check)
{
    size_t i;

    if (!check)
        return;
    for (i = 0; i < SHARD_COUNT; i++) {
        qn_mutex_free(check->shards[i].mutex);
        qn_id_map_dispose(&check->shards[i].ids);
    }
    for (i = 0; i < check->count; i++)
        qn_memory_free(check->findings[i].text);
    qn_memory_free(check->findings);
    qn_object_checker_free(check->checker);
    qn_id_map_dispose(&check->missing);
    qn_mutex_free(check->mutex);
    qn_memory_free(check);
}

/* A value: the types that are expected (bits), and the first entry that names
 * it. */
static uint64_t make_value(uint64_t old, enum qn_object_type type,
                           uint32_t entry)
{
    uint64_t from = old ? old >> 8 : UINT32_MAX;

    return (old & 0xff) | 1u << type | (entry < from ? entry : from) << 8;
}

static enum qn_status note_link(struct qn_ctx *ctx, void *data,
                                enum qn_object_type type, const uint8_t *row)
{
    struct look *look = data;
    struct shard *shard = &look->check->shards[row[0] % SHARD_COUNT];
    enum qn_status status;
    uint32_t at;
    bool is_new;

    qn_mutex_lock(shard->mutex);
    status = qn_id_map_put_row(ctx, &shard->ids, row, &at, &is_new);
    if (!status)
        shard->ids.values[at] =
            make_value(is_new ? 0 : shard->ids.values[at], type, look->entry);
    qn_mutex_unlock(shard->mutex);
    return status;
}

static enum qn_status keep_broken(struct qn_ctx *ctx,
                                  struct qn_pack_check *check, uint64_t order,
                                  const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &text, "%s\n%s", qn_ctx_message(ctx),
                           qn_id_to_hex(id, hex));
    qn_ctx_clear(ctx);
    if (!status)
        status = keep(ctx, check, order, true, true, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_pack_check_object(struct qn_ctx *ctx,
                                    struct qn_pack_check *check,
                                    const struct qn_pack_indexer_object *object)
{
    uint64_t order = (uint64_t)object->is_delta << 32 | object->entry;
    struct look look = {check, object->entry};
    enum qn_status status = QN_OK;
    bool is_sound = true;

    if (object->type == QN_OBJECT_BLOB)
        return QN_OK;
    if (check->options.objects)
        status = qn_object_checker_look(ctx, check->checker, &object->id,
                                        object->type, object->content, order,
                                        &is_sound);
    if (status || !is_sound)
        return status;
    /* Parsing a commit or tag tells already what its neighbours must be. */
    if (check->options.links || object->type != QN_OBJECT_TREE)
        status =
            qn_object_links_each(ctx, check->options.algorithm, object->type,
                                 object->content, false, note_link, &look);
    return status == QN_CORRUPT ? keep_broken(ctx, check, order, &object->id)
                                : status;
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *one = a, *two = b;

    if (one->order != two->order)
        return one->order < two->order ? -1 : 1;
    return one->serial < two->serial ? -1 : 1;
}

static enum qn_status tell_findings(struct qn_ctx *ctx,
                                    struct qn_pack_check *check)
{
    size_t i;

    if (check->count > 0)
        qsort(check->findings, check->count, sizeof(*check->findings),
              compare_findings);
    for (i = 0; i < check->count; i++) {
        const struct finding *finding = &check->findings[i];
        const char *end = strchr(finding->text, '\n');

        if (!finding->is_whole) {
            qn_ctx_report(
                ctx, finding->is_error ? QN_REPORT_ERROR : QN_REPORT_WARNING,
                "fsck.finding", "%s", finding->text);
            if (finding->is_error)
                return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.bad-object",
                                          NULL, "fsck error in packed object");
            continue;
        }
        qn_ctx_report(ctx, QN_REPORT_ERROR, "fsck.finding", "%.*s",
                      (int)(end - finding->text), finding->text);
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.bad-object", end + 1,
                                  "Not all child objects of %s are reachable",
                                  end + 1);
    }
    return QN_OK;
}

/* The pack's table by id. */
struct rows {
    const struct qn_pack_indexer *indexer;
    struct qn_id_map ids; /* values: entries */
};

static enum qn_status list_rows(struct qn_ctx *ctx, struct rows *rows)
{
    const struct qn_pack_table *table = &rows->indexer->table;
    size_t size = qn_id_size(table->algorithm), i;
    enum qn_status status = QN_OK;
    uint32_t at;
    bool is_new;

    qn_id_map_init(&rows->ids, table->algorithm);
    for (i = 0; i < table->count && !status; i++) {
        status = qn_id_map_put_row(ctx, &rows->ids, table->rows + i * size, &at,
                                   &is_new);
        if (!status && is_new)
            rows->ids.values[at] = i;
    }
    return status;
}

static enum qn_status fail_type(struct qn_ctx *ctx, const struct rows *rows,
                                const struct qn_id *id, uint64_t value,
                                enum qn_object_type type, uint32_t entry)
{
    const struct qn_pack_table *table = &rows->indexer->table;
    const uint32_t from = (uint32_t)(value >> 8);
    enum qn_object_type wanted = QN_OBJECT_COMMIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1], other[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id by;

    while (wanted == type || !(value >> wanted & 1))
        wanted++;
    qn_id_to_hex(id, hex);
    qn_id_from_row(&by, table->algorithm,
                   table->rows + from * qn_id_size(table->algorithm));
    qn_id_to_hex(&by, other);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "fsck.wrong-type",
                  "object %s is a %s, not a %s", hex,
                  qn_object_type_name(from < entry ? wanted : type),
                  qn_object_type_name(from < entry ? type : wanted));
    if (from < entry)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.wrong-type", hex,
                                  "invalid %s object %s",
                                  qn_object_type_name(type), hex);
    if (rows->indexer->types[from] != QN_OBJECT_COMMIT)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.wrong-type", other,
                                  "Not all child objects of %s are reachable",
                                  other);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "fsck.wrong-type",
                  "bad %s pointer %s in commit %s", qn_object_type_name(wanted),
                  hex, other);
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.wrong-type", other,
                              "invalid commit");
}

/* One id that is named: in the pack, or here, and of the right type? */
static enum qn_status check_link(struct qn_ctx *ctx, const struct rows *rows,
                                 struct qn_odb *odb, const struct qn_id *id,
                                 uint64_t value, bool is_wanted,
                                 bool *is_contained)
{
    uint32_t at = qn_id_map_find(&rows->ids, id);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info = {0};
    enum qn_status status = QN_NOT_FOUND;

    if (at != QN_ID_MAP_NONE) {
        uint32_t entry = (uint32_t)rows->ids.values[at];
        uint8_t type = rows->indexer->types[entry];

        return (value & 0xff) == 1u << type
                   ? QN_OK
                   : fail_type(ctx, rows, id, value, (enum qn_object_type)type,
                               entry);
    }
    *is_contained = false;
    if (!is_wanted) /* only types were asked about */
        return QN_OK;
    if (odb)
        status = qn_odb_read_info(ctx, odb, id, QN_ODB_WANT_TYPE, &info);
    if (status == QN_PROMISED) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    qn_id_to_hex(id, hex);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.missing-link", hex,
                                  "did not receive expected object %s", hex);
    if (!status && (value & 0xff) != 1u << info.type) {
        enum qn_object_type wanted = QN_OBJECT_COMMIT;

        while (wanted == info.type || !(value >> wanted & 1))
            wanted++;
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.wrong-type", hex,
                                  "object %s: expected type %s, found %s", hex,
                                  qn_object_type_name(wanted),
                                  qn_object_type_name(info.type));
    }
    return status;
}

struct named { /* by a shard's map */
    const uint8_t *row;
    uint64_t value;
};

static int compare_named(const void *a, const void *b)
{
    return memcmp(((const struct named *)a)->row,
                  ((const struct named *)b)->row, 20);
}

static enum qn_status check_links(struct qn_ctx *ctx,
                                  struct qn_pack_check *check,
                                  const struct rows *rows, struct qn_odb *odb,
                                  bool *is_contained)
{
    enum qn_status status = QN_OK;
    size_t count = 0, at = 0, i, j;
    struct named *named;
    struct qn_id id;

    for (i = 0; i < SHARD_COUNT; i++)
        count += check->shards[i].ids.count;
    named = qn_memory_array(ctx, count + 1, sizeof(*named));
    if (!named)
        return QN_NO_MEMORY;
    for (i = 0; i < SHARD_COUNT; i++)
        for (j = 0; j < check->shards[i].ids.count; j++) {
            const struct qn_id_map *ids = &check->shards[i].ids;

            named[at].row = ids->rows + j * ids->row_size;
            named[at++].value = ids->values[j];
        }
    qsort(named, count, sizeof(*named), compare_named);
    for (i = 0; i < count && !status; i++) {
        qn_id_from_row(&id, check->options.algorithm, named[i].row);
        if (i % 256 == 0)
            status = qn_ctx_check(ctx);
        if (!status)
            status = check_link(ctx, rows, odb, &id, named[i].value,
                                check->options.links, is_contained);
    }
    qn_memory_free(named);
    return status;
}

/* Blobs that trees call .gitmodules and that are in the pack go into a view of
 * their own, so that they can be looked at. */
static enum qn_status lend_blobs(struct qn_ctx *ctx,
                                 struct qn_pack_check *check,
                                 const struct rows *rows, struct qn_odb *view,
                                 const char *path, struct qn_buf *missing)
{
    const struct qn_pack_table *table = &rows->indexer->table;
    struct qn_file_map map = {NULL, 0, false};
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf index = QN_BUF_INIT;
    struct qn_pack_file *pack = NULL;
    struct qn_pack_reader reader;
    enum qn_status status;
    struct qn_id id, same;
    uint32_t i, at;

    qn_pack_reader_init(&reader, 1 << 20);
    status = qn_file_map(ctx, path, &map);
    if (!status)
        status = qn_pack_table_write(ctx, table, &index, NULL);
    if (!status)
        status =
            qn_pack_file_wrap(ctx, qn_bytes_make(map.data, map.size),
                              qn_buf_bytes(&index), table->algorithm, &pack);
    for (i = 0; i < check->missing.count && !status; i++) {
        qn_id_map_id(&check->missing, i, &id);
        at = qn_id_map_find(&rows->ids, &id);
        if (at == QN_ID_MAP_NONE) {
            if (check->missing.values[i])
                status = qn_buf_append(ctx, missing, id.bytes,
                                       qn_id_size(table->algorithm));
            continue;
        }
        status = qn_pack_reader_read(
            ctx, &reader, pack, table->offsets[rows->ids.values[at]], &object);
        if (!status)
            status = qn_odb_write(ctx, view, object.type,
                                  qn_object_bytes(&object), &same);
    }
    qn_pack_file_release(pack);
    qn_pack_reader_dispose(&reader);
    qn_object_dispose(&object);
    qn_buf_dispose(&index);
    if (map.data)
        qn_file_unmap(&map);
    return status;
}

static enum qn_status check_specials(struct qn_ctx *ctx,
                                     struct qn_pack_check *check,
                                     const struct rows *rows,
                                     struct qn_odb *odb, const char *path,
                                     struct qn_buf *missing)
{
    struct qn_odb *view = NULL;
    enum qn_status status;
    bool is_sound = true;

    if (!odb)
        return QN_OK;
    status = qn_odb_new(ctx, qn_odb_get_store(odb),
                        QN_ODB_IN_MEMORY | QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH,
                        &view);
    check->mode = LOOK_AGAIN;
    if (!status)
        status = qn_object_checker_finish(ctx, check->checker, view, &is_sound);
    if (!status && check->missing.count > 0)
        status = lend_blobs(ctx, check, rows, view, path, missing);
    check->mode = REPORT;
    if (!status)
        status = qn_object_checker_finish(ctx, check->checker, view, &is_sound);
    /* What is missing is the caller's affair. */
    if (!status && check->has_error)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.bad-object", NULL,
                                    check->missing.count > 0
                                        ? "fsck error in packed object"
                                        : "fsck error in pack objects");
    qn_odb_free(view);
    return status;
}

static int compare_table_rows(const void *a, const void *b)
{
    const uint8_t *const *one = a, *const *two = b;

    return memcmp(*one, *two, 20);
}

enum qn_status qn_pack_check_twice(struct qn_ctx *ctx,
                                   const struct qn_pack_table *table)
{
    size_t size = qn_id_size(table->algorithm), i;
    const uint8_t **rows =
        qn_memory_array(ctx, table->count + 1, sizeof(*rows));
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_id id;

    if (!rows)
        return QN_NO_MEMORY;
    for (i = 0; i < table->count; i++)
        rows[i] = table->rows + i * size;
    if (table->count > 1)
        qsort(rows, table->count, sizeof(*rows), compare_table_rows);
    for (i = 1; i < table->count && !status; i++) {
        if (memcmp(rows[i - 1], rows[i], size) != 0)
            continue;
        qn_id_from_row(&id, table->algorithm, rows[i]);
        qn_id_to_hex(&id, hex);
        status = qn_ctx_fail_reason(
            ctx, QN_CORRUPT, "pack.duplicate", hex,
            "The same object %s appears twice in the pack", hex);
    }
    qn_memory_free(rows);
    return status;
}

enum qn_status qn_pack_check_finish(struct qn_ctx *ctx,
                                    struct qn_pack_check *check,
                                    struct qn_odb *odb, const char *path,
                                    const struct qn_pack_indexer *indexer,
                                    bool *is_contained, struct qn_buf *missing)
{
    struct rows rows = {.indexer = indexer};
    enum qn_status status = tell_findings(ctx, check);

    *is_contained = true;
    qn_id_map_init(&rows.ids, check->options.algorithm);
    if (!status)
        status = list_rows(ctx, &rows);
    if (!status)
        status = check_links(ctx, check, &rows, odb, is_contained);
    if (!status && check->options.objects)
        status = check_specials(ctx, check, &rows, odb, path, missing);
    if (!status && check->options.links)
        status = qn_pack_check_twice(ctx, &indexer->table);
    qn_id_map_dispose(&rows.ids);
    return status;
}
