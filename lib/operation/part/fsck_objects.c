/* SPDX-License-Identifier: MIT */
/* The first half of fsck: objects by themselves. */
#include "base/memory.h"
#include "hash/hash.h"
#include "object/commit.h"
#include "odb/odb_pack.h"
#include "operation/part/fsck_private.h"
#include "operation/part/object_links.h"
#include "pack/pack_file.h"
#include "pack/pack_indexer.h"

#include <stdlib.h>

struct job { /* one object that is looked at */
    struct qn_fsck *fsck;
    uint32_t position;
    enum qn_object_type type;
    uint32_t parents;
};

static void keep(struct qn_ctx *ctx, struct qn_fsck *fsck, uint32_t position,
                 bool is_error, const char *text)
{
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(text));
    struct qn_fsck_finding *finding;

    qn_mutex_lock(fsck->mutex);
    if (copy && qn_memory_grow(ctx, &fsck->findings, &fsck->finding_capacity,
                               fsck->finding_count + 1,
                               sizeof(*fsck->findings)) == QN_OK) {
        finding = &fsck->findings[fsck->finding_count];
        finding->position = position;
        finding->serial = (uint32_t)fsck->finding_count++;
        finding->is_error = is_error;
        finding->text = copy;
        copy = NULL;
    }
    qn_mutex_unlock(fsck->mutex);
    qn_memory_free(copy);
}

static bool found(struct qn_ctx *ctx, void *data, const char *name,
                  enum qn_check_severity severity, const char *message)
{
    struct job *job = data;
    const struct qn_op_fsck *options = job->fsck->options;
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    bool is_error;

    if (options->severity)
        severity = options->severity(options->data, name, severity);
    if (severity == QN_CHECK_IGNORE)
        return false;
    if (severity == QN_CHECK_WARN && options->is_strict)
        severity = QN_CHECK_ERROR;
    is_error = severity >= QN_CHECK_ERROR;
    qn_id_map_id(&job->fsck->ids, job->position, &id);
    if (qn_buf_printf(ctx, &text, "%s in %s %s: %s: %s",
                      is_error ? "error" : "warning",
                      qn_object_type_name(job->type), qn_id_to_hex(&id, hex),
                      name, message) == QN_OK)
        keep(ctx, job->fsck, job->position, true, qn_buf_string(&text));
    qn_buf_dispose(&text);
    if (is_error)
        atomic_fetch_or(&job->fsck->code, QN_FSCK_OBJECT);
    return is_error;
}

static enum qn_status note_link(struct qn_ctx *ctx, void *data,
                                enum qn_object_type type, const uint8_t *row)
{
    struct job *job = data;
    uint32_t position = qn_id_map_find_row(&job->fsck->ids, row);

    (void)ctx;
    job->parents += type == QN_OBJECT_COMMIT;
    if (position == QN_ID_MAP_NONE)
        atomic_fetch_add_explicit(&job->fsck->broken, 1, memory_order_relaxed);
    else
        atomic_store_explicit(&job->fsck->used[position], 1,
                              memory_order_relaxed);
    return QN_OK;
}

static void show_extras(struct qn_ctx *ctx, struct job *job,
                        struct qn_bytes content)
{
    const struct qn_op_fsck *options = job->fsck->options;
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1], other[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    struct qn_tag tag;

    qn_id_map_id(&job->fsck->ids, job->position, &id);
    qn_id_to_hex(&id, hex);
    if (options->shows_root && job->type == QN_OBJECT_COMMIT &&
        job->parents == 0 && qn_buf_printf(ctx, &text, "root %s", hex) == QN_OK)
        keep(ctx, job->fsck, job->position, false, qn_buf_string(&text));
    if (options->shows_tags && job->type == QN_OBJECT_TAG &&
        qn_tag_parse(ctx, content, job->fsck->algorithm, &tag) == QN_OK &&
        qn_buf_printf(ctx, &text, "tagged %.*s %s (%.*s) in %s",
                      QN_BYTES_ARG(tag.type), qn_id_to_hex(&tag.object, other),
                      QN_BYTES_ARG(tag.name), hex) == QN_OK)
        keep(ctx, job->fsck, job->position, false, qn_buf_string(&text));
    qn_ctx_clear(ctx);
    qn_buf_dispose(&text);
}

/* Its links could not be read to the end. */
static enum qn_status keep_broken(struct qn_ctx *ctx, struct job *job)
{
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    struct qn_id id;

    atomic_fetch_or(&job->fsck->code, QN_FSCK_OBJECT);
    status = qn_buf_printf(ctx, &text, "error: %s", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    if (!status && job->type == QN_OBJECT_TREE) {
        keep(ctx, job->fsck, job->position, true, qn_buf_string(&text));
        qn_buf_clear(&text);
        qn_id_map_id(&job->fsck->ids, job->position, &id);
        status = qn_buf_printf(ctx, &text, "error in tree %s: broken links",
                               qn_id_to_hex(&id, hex));
        if (!status)
            keep(ctx, job->fsck, job->position, true, qn_buf_string(&text));
    }
    qn_buf_dispose(&text);
    return status;
}

/* Any thread. */
static enum qn_status look(struct qn_ctx *ctx, struct qn_fsck *fsck,
                           uint32_t position, enum qn_object_type type,
                           struct qn_bytes content)
{
    struct job job = {fsck, position, type, 0};
    struct qn_check check = {
        .algorithm = fsck->algorithm,
        .is_strict = fsck->options->is_strict,
        .found = found,
        .data = &job,
        .is_dot_git = fsck->options->is_dot_git,
        .is_dot_file = fsck->options->is_dot_file,
    };
    enum qn_status status;
    bool is_sound;

    atomic_store_explicit(&fsck->types[position], (unsigned char)type,
                          memory_order_relaxed);
    if (type == QN_OBJECT_BLOB)
        return QN_OK;
    status = qn_check_object(ctx, &check, type, content, &is_sound);
    if (!status)
        status = qn_object_links_each(ctx, fsck->algorithm, type, content,
                                      false, note_link, &job);
    if (status == QN_CORRUPT)
        return keep_broken(ctx, &job);
    if (!status && is_sound &&
        (fsck->options->shows_root || fsck->options->shows_tags))
        show_extras(ctx, &job, content);
    return status;
}

struct pack_job {
    struct qn_fsck *fsck;
    struct qn_pack_file *pack;
};

static enum qn_status look_packed(struct qn_ctx *ctx, void *data,
                                  const struct qn_pack_indexer_object *object)
{
    struct pack_job *job = data;
    const struct qn_pack_file *pack = job->pack;
    uint32_t position, at;

    if (object->entry >= pack->reverse.count)
        return QN_OK;
    at = qn_pack_reverse_position(&pack->reverse, object->entry);
    position = qn_id_map_find_row(&job->fsck->ids,
                                  qn_pack_index_row(&pack->index, at));
    if (position == QN_ID_MAP_NONE)
        return QN_OK;
    return look(ctx, job->fsck, position, object->type, object->content);
}

static void tell(struct qn_fsck *fsck, struct qn_ctx *ctx, unsigned code,
                 const char *message)
{
    struct qn_buf text = QN_BUF_INIT;

    if (qn_buf_printf(ctx, &text, "error: %s", message) == QN_OK)
        fsck->options->line(fsck->options->data, true, qn_buf_string(&text));
    atomic_fetch_or(&fsck->code, code);
    qn_buf_dispose(&text);
}

/* Is each object where the index says, and what it says? */
static void compare_index(struct qn_ctx *ctx, struct pack_job *job,
                          const struct qn_pack_table *table)
{
    const struct qn_pack_file *pack = job->pack;
    size_t id_size = job->fsck->id_size;
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    uint32_t i;

    for (i = 0; i < pack->index.count; i++) {
        uint32_t at = qn_pack_reverse_position(&pack->reverse, i);
        const uint8_t *row = qn_pack_index_row(&pack->index, at);

        if (qn_pack_index_offset(&pack->index, at) == table->offsets[i] &&
            memcmp(row, table->rows + i * id_size, id_size) == 0)
            continue;
        qn_id_from_row(&id, job->fsck->algorithm, row);
        qn_buf_clear(&text);
        if (qn_buf_printf(ctx, &text, "packed %s from %s is corrupt",
                          qn_id_to_hex(&id, hex), pack->path) == QN_OK)
            tell(job->fsck, ctx, QN_FSCK_PACK, qn_buf_string(&text));
    }
    qn_buf_dispose(&text);
}

static enum qn_status check_pack(struct qn_ctx *ctx, void *data,
                                 struct qn_pack_file *pack)
{
    struct pack_job job = {data, pack};
    struct qn_pack_indexer_options how = {
        .algorithm = job.fsck->algorithm, .object = look_packed, .data = &job};
    struct qn_pack_indexer indexer = {0};
    enum qn_status status = qn_pack_file_open_reverse(ctx, pack);

    if (!status)
        status = qn_pack_file_open_data(ctx, pack);
    if (!status)
        status = qn_pack_index_verify(ctx, &pack->index, pack->path);
    if (!status)
        status = qn_pack_indexer_run(ctx, pack->path, &how, &indexer);
    if (!status)
        compare_index(ctx, &job, &indexer.table);
    qn_pack_indexer_dispose(&indexer);
    qn_progress_add(ctx, &job.fsck->progress, pack->index.count);
    if (status == QN_CORRUPT || status == QN_UNSUPPORTED) {
        tell(job.fsck, ctx, QN_FSCK_PACK, qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status;
}

struct loose_job {
    struct qn_fsck *fsck;
    struct qn_object object;
};

static enum qn_status check_loose(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id)
{
    struct loose_job *job = data;
    struct qn_fsck *fsck = job->fsck;
    char hex[QN_ID_MAX_HEX_SIZE + 1], other[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT;
    struct qn_ctx *quiet;
    enum qn_status status;
    uint32_t position;
    struct qn_id real;

    quiet = qn_ctx_fork(ctx); /* what it reports is said better here */
    if (!quiet)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    status = qn_odb_read(quiet, fsck->odb, id, &job->object);
    qn_ctx_free(quiet);
    if (!status)
        status = qn_hash_object(ctx, fsck->algorithm,
                                qn_object_type_name(job->object.type),
                                qn_object_bytes(&job->object), &real);
    qn_id_to_hex(id, hex);
    if (status == QN_CORRUPT || status == QN_NOT_FOUND)
        status = qn_buf_printf(ctx, &text,
                               "%s: object corrupt or missing: %s/%.2s/%s", hex,
                               fsck->options->directory_shown, hex, hex + 2);
    else if (!status && !qn_id_is_equal(id, &real))
        status = qn_buf_printf(ctx, &text,
                               "%s: hash-path mismatch, found at: %s/%.2s/%s",
                               qn_id_to_hex(&real, other),
                               fsck->options->directory_shown, hex, hex + 2);
    position = qn_id_map_find(&fsck->ids, id);
    if (position == QN_ID_MAP_NONE)
        return status;
    if (text.size > 0)
        fsck->bad[position] = 1;
    if (!status && text.size > 0)
        tell(fsck, ctx, QN_FSCK_OBJECT, qn_buf_string(&text));
    else if (!status)
        status = look(ctx, fsck, position, job->object.type,
                      qn_object_bytes(&job->object));
    qn_buf_dispose(&text);
    return status;
}

static int compare_findings(const void *a, const void *b)
{
    const struct qn_fsck_finding *one = a, *two = b;

    if (one->position != two->position)
        return one->position < two->position ? -1 : 1;
    return one->serial < two->serial ? -1 : 1;
}

static enum qn_status count_objects(struct qn_ctx *ctx, void *data,
                                    struct qn_pack_file *pack)
{
    uint64_t *count = data;

    (void)ctx;
    count[0] += pack->index.count;
    count[1]++;
    return QN_OK;
}

static enum qn_status check_packs(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    uint64_t count[2] = {0, 0}; /* objects, packs */
    enum qn_status status =
        qn_odb_pack_each(ctx, fsck->odb, count_objects, count);

    if (count[0]) {
        qn_progress_begin(ctx, &fsck->progress, QN_PROGRESS_BEGIN,
                          "Checking objects", count[0]);
        qn_progress_set(ctx, &fsck->progress, 0);
    }
    if (!status)
        status = qn_odb_pack_each(ctx, fsck->odb, check_pack, fsck);
    qn_progress_end(ctx, &fsck->progress);
    /* Those are read with their packs. */
    qn_progress_begin(ctx, &fsck->progress, QN_PROGRESS_BEGIN_LATER,
                      "Verifying reverse pack-indexes", count[1]);
    if (count[1])
        qn_progress_set(ctx, &fsck->progress, count[1]);
    qn_progress_end(ctx, &fsck->progress);
    return status;
}

enum qn_status qn_fsck_objects(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    unsigned flags = QN_ODB_LIST_NO_PACKED;
    struct loose_job job = {fsck, QN_OBJECT_INIT};
    enum qn_status status;
    size_t i;

    if (fsck->options->local_only)
        flags |= QN_ODB_LIST_LOCAL;
    qn_progress_begin(ctx, &fsck->progress, QN_PROGRESS_BEGIN,
                      "Checking object directories", 256);
    status = qn_odb_list(ctx, fsck->odb, flags, check_loose, &job);
    qn_object_dispose(&job.object);
    qn_progress_set(ctx, &fsck->progress, 256);
    qn_progress_end(ctx, &fsck->progress);
    if (!status && !fsck->options->local_only)
        status = check_packs(ctx, fsck);
    if (fsck->finding_count > 1)
        qsort(fsck->findings, fsck->finding_count, sizeof(*fsck->findings),
              compare_findings);
    for (i = 0; i < fsck->finding_count; i++) {
        fsck->options->line(fsck->options->data, fsck->findings[i].is_error,
                            fsck->findings[i].text);
        qn_memory_free(fsck->findings[i].text);
    }
    qn_memory_free(fsck->findings);
    fsck->findings = NULL;
    fsck->finding_count = 0;
    return status;
}
