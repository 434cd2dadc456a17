/* SPDX-License-Identifier: MIT */
/* The first half of fsck: objects by themselves. */
#include "base/buf.h"
#include "base/memory.h"
#include "object/commit.h"
#include "odb/odb_pack.h"
#include "operation/part/fsck_private.h"
#include "operation/part/object_links.h"
#include "pack/pack_file.h"
#include "pack/pack_indexer.h"

#include <stdarg.h>
#include <stdlib.h>

struct job { /* one object that is looked at */
    struct qn_fsck *fsck;
    uint32_t position;
    enum qn_object_type type;
    uint32_t parents;
    uint32_t count; /* of entries of a tree */
};

static void keep_text(struct qn_ctx *ctx, struct qn_fsck *fsck, uint64_t order,
                      bool is_error, const char *text)
{
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(text));
    struct qn_fsck_finding *finding;

    qn_mutex_lock(fsck->mutex);
    if (copy && qn_memory_grow(ctx, &fsck->findings, &fsck->finding_capacity,
                               fsck->finding_count + 1,
                               sizeof(*fsck->findings)) == QN_OK) {
        finding = &fsck->findings[fsck->finding_count];
        finding->order = order;
        finding->serial = (uint32_t)fsck->finding_count++;
        finding->is_error = is_error;
        finding->text = copy;
        copy = NULL;
    }
    qn_mutex_unlock(fsck->mutex);
    qn_memory_free(copy);
}

void qn_fsck_keep(struct qn_ctx *ctx, struct qn_fsck *fsck, uint64_t order,
                  bool is_error, const char *format, ...)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    va_list arguments;

    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, &text, format, arguments);
    va_end(arguments);
    if (!status)
        keep_text(ctx, fsck, order, is_error, qn_buf_string(&text));
    qn_buf_dispose(&text);
}

static enum qn_status note_link(struct qn_ctx *ctx, void *data,
                                enum qn_object_type type, const uint8_t *row)
{
    struct job *job = data;
    uint32_t position = qn_id_map_find_row(&job->fsck->ids, row);
    unsigned char bit = (unsigned char)(1u << type);
    atomic_uchar *claims;

    (void)ctx;
    job->parents += type == QN_OBJECT_COMMIT;
    if (position == QN_ID_MAP_NONE) {
        atomic_fetch_add_explicit(&job->fsck->broken, 1, memory_order_relaxed);
        return QN_OK;
    }
    claims = &job->fsck->claims[position];
    if (!(atomic_load_explicit(claims, memory_order_relaxed) & bit))
        atomic_fetch_or_explicit(claims, bit, memory_order_relaxed);
    return QN_OK;
}

static void show_extras(struct qn_ctx *ctx, struct job *job,
                        const struct qn_id *id, struct qn_bytes content)
{
    const struct qn_op_fsck *options = job->fsck->options;
    char hex[QN_ID_MAX_HEX_SIZE + 1], other[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_tag tag;

    qn_id_to_hex(id, hex);
    if (options->shows_root && job->type == QN_OBJECT_COMMIT &&
        job->parents == 0)
        qn_fsck_keep(ctx, job->fsck, job->position, false, "root %s", hex);
    if (options->shows_tags && job->type == QN_OBJECT_TAG &&
        qn_tag_parse(ctx, content, job->fsck->algorithm, &tag) == QN_OK)
        qn_fsck_keep(ctx, job->fsck, job->position, false,
                     "tagged %.*s %s (%.*s) in %s", QN_BYTES_ARG(tag.type),
                     qn_id_to_hex(&tag.object, other), QN_BYTES_ARG(tag.name),
                     hex);
    qn_ctx_clear(ctx);
}

/* It cannot be taken apart.  A tree is told of twice by Git: when its links
 * are followed, and when it is checked (which the checker does). */
static void keep_broken(struct qn_ctx *ctx, struct job *job,
                        const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_fsck *fsck = job->fsck;

    qn_id_to_hex(id, hex);
    atomic_fetch_or(&fsck->code, QN_FSCK_OBJECT);
    if (*qn_ctx_message(ctx))
        qn_fsck_keep(ctx, fsck, job->position, true, "error: %s",
                     qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    if (job->type == QN_OBJECT_TREE && job->count == 0)
        qn_fsck_keep(ctx, fsck, job->position, true,
                     "error in tree %s: broken links", hex);
    if (job->type != QN_OBJECT_TREE)
        qn_fsck_keep(ctx, fsck, job->position, true,
                     "error: %s: object could not be parsed: "
                     "%s/objects/%.2s/%s",
                     hex, fsck->common_shown, hex, hex + 2);
}

enum qn_status qn_fsck_look(struct qn_ctx *ctx, struct qn_fsck *fsck,
                            uint32_t position, enum qn_object_type type,
                            struct qn_bytes content)
{
    struct job job = {fsck, position, type, 0, 0};
    enum qn_status status = QN_OK;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_sound = true;
    struct qn_id id;

    atomic_store_explicit(&fsck->types[position], (unsigned char)type,
                          memory_order_relaxed);
    if (type == QN_OBJECT_BLOB && !fsck->options->is_verbose)
        return QN_OK;
    qn_id_map_id(&fsck->ids, position, &id);
    if (type != QN_OBJECT_BLOB)
        status = qn_fsck_parse(ctx, fsck,
                               &(struct qn_fsck_links_of){&id, type, content,
                                                          false, note_link,
                                                          &job, &job.count});
    if (status == QN_CORRUPT) {
        keep_broken(ctx, &job, &id);
        status = QN_OK;
        if (type != QN_OBJECT_TREE) {
            atomic_store(&fsck->bad[position], 1);
            return QN_OK;
        }
        is_sound = false;
    }
    if (!status && fsck->options->is_verbose)
        qn_fsck_keep(ctx, fsck, position, true, "Checking %s %s",
                     qn_object_type_name(type), qn_id_to_hex(&id, hex));
    if (!status && type != QN_OBJECT_BLOB) {
        bool is_fine;

        status = qn_object_checker_look(ctx, fsck->checker, &id, type, content,
                                        position, &is_fine);
        is_sound = is_sound && is_fine;
    }
    if (!status && is_sound &&
        (fsck->options->shows_root || fsck->options->shows_tags))
        show_extras(ctx, &job, &id, content);
    return status;
}

struct pack_job {
    struct qn_fsck *fsck;
    struct qn_pack_file *pack;
    struct qn_pack_reverse order; /* of its entries, by the index alone */
};

static enum qn_status look_packed(struct qn_ctx *ctx, void *data,
                                  const struct qn_pack_indexer_object *object)
{
    struct pack_job *job = data;
    const struct qn_pack_file *pack = job->pack;
    uint32_t position, at;

    if (object->entry >= job->order.count)
        return QN_OK;
    at = qn_pack_reverse_position(&job->order, object->entry);
    position = qn_id_map_find_row(&job->fsck->ids,
                                  qn_pack_index_row(&pack->index, at));
    if (position == QN_ID_MAP_NONE)
        return QN_OK;
    if (atomic_load_explicit(&job->fsck->types[position],
                             memory_order_relaxed) != QN_OBJECT_NONE)
        return QN_OK; /* another copy was looked at */
    return qn_fsck_look(ctx, job->fsck, position, object->type,
                        object->content);
}

enum qn_status qn_fsck_pack_name(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                                 const struct qn_pack_file *pack,
                                 struct qn_buf *out)
{
    const char *name = strrchr(pack->path, '/');

    return pack->is_local && name
               ? qn_buf_printf(ctx, out, "%s/objects/pack/%s",
                               fsck->common_shown, name + 1)
               : qn_buf_append_string(ctx, out, pack->path);
}

/* Is each object where the index says, and what it says? */
static void compare_index(struct qn_ctx *ctx, struct pack_job *job,
                          const struct qn_pack_table *table)
{
    const struct qn_pack_file *pack = job->pack;
    size_t id_size = job->fsck->id_size;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf shown = QN_BUF_INIT;
    struct qn_id id;
    uint32_t i;

    if (qn_fsck_pack_name(ctx, job->fsck, pack, &shown))
        return;
    for (i = 0; i < pack->index.count; i++) {
        uint32_t at = qn_pack_reverse_position(&job->order, i);
        const uint8_t *row = qn_pack_index_row(&pack->index, at);

        if (qn_pack_index_offset(&pack->index, at) == table->offsets[i] &&
            memcmp(row, table->rows + i * id_size, id_size) == 0)
            continue;
        qn_id_from_row(&id, job->fsck->algorithm, row);
        qn_fsck_say(ctx, job->fsck, true, "error: packed %s from %s is corrupt",
                    qn_id_to_hex(&id, hex), qn_buf_string(&shown));
        atomic_fetch_or(&job->fsck->code, QN_FSCK_PACK);
    }
    qn_buf_dispose(&shown);
}

/* The index's own checksum; what it says is looked at all the same. */
static enum qn_status check_index(struct qn_ctx *ctx, struct pack_job *job)
{
    struct qn_pack_file *pack = job->pack;
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_status status;

    status = qn_pack_index_verify(ctx, &pack->index, pack->path);
    if (status != QN_CORRUPT)
        return status;
    qn_ctx_clear(ctx);
    status = qn_fsck_pack_name(ctx, job->fsck, pack, &shown);
    if (!status)
        qn_fsck_say(ctx, job->fsck, true,
                    "error: Packfile index for %s hash mismatch",
                    qn_buf_string(&shown));
    atomic_fetch_or(&job->fsck->code, QN_FSCK_PACK);
    qn_buf_dispose(&shown);
    return status;
}

static enum qn_status check_pack(struct qn_ctx *ctx, void *data,
                                 struct qn_pack_file *pack)
{
    struct pack_job job = {.fsck = data, .pack = pack};
    struct qn_pack_indexer_options how = {
        .algorithm = job.fsck->algorithm, .object = look_packed, .data = &job};
    struct qn_pack_indexer indexer = {0};
    enum qn_status status;

    if (qn_pack_file_open_index(ctx, pack)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    status = qn_pack_file_open_data(ctx, pack);
    if (!status)
        status = qn_pack_reverse_open(ctx, "", &pack->index, &job.order);
    if (!status)
        status = check_index(ctx, &job);
    if (!status)
        status = qn_pack_indexer_run(ctx, pack->path, &how, &indexer);
    if (!status)
        compare_index(ctx, &job, &indexer.table);
    qn_pack_indexer_dispose(&indexer);
    qn_pack_reverse_close(&job.order);
    qn_progress_add(ctx, &job.fsck->progress, pack->index.count);
    if (status == QN_CORRUPT || status == QN_UNSUPPORTED ||
        status == QN_NOT_FOUND) {
        qn_fsck_say(ctx, job.fsck, true, "error: %s", qn_ctx_message(ctx));
        atomic_fetch_or(&job.fsck->code, QN_FSCK_PACK);
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status;
}

/* What could not be looked at is as if it were not there. */
static void mark_unread(struct qn_fsck *fsck)
{
    uint32_t i;

    for (i = 0; i < fsck->ids.count; i++)
        if (atomic_load(&fsck->types[i]) == QN_OBJECT_NONE)
            atomic_store(&fsck->bad[i], 1);
}

static int compare_findings(const void *a, const void *b)
{
    const struct qn_fsck_finding *one = a, *two = b;

    if (one->order != two->order)
        return one->order < two->order ? -1 : 1;
    return one->serial < two->serial ? -1 : 1;
}

static enum qn_status count_objects(struct qn_ctx *ctx, void *data,
                                    struct qn_pack_file *pack)
{
    uint64_t *objects = data;

    if (qn_pack_file_open_index(ctx, pack)) {
        qn_ctx_clear(ctx); /* told of when it was listed */
        return QN_OK;
    }
    *objects += pack->index.count;
    return QN_OK;
}

static enum qn_status check_packs(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    uint64_t count = 0;
    enum qn_status status =
        qn_odb_pack_each(ctx, fsck->odb, count_objects, &count);

    if (count) {
        qn_progress_begin(ctx, &fsck->progress, QN_PROGRESS_BEGIN,
                          "Checking objects", count);
        qn_progress_set(ctx, &fsck->progress, 0);
    }
    if (!status)
        status = qn_odb_pack_each(ctx, fsck->odb, check_pack, fsck);
    qn_progress_end(ctx, &fsck->progress);
    return status;
}

static void put_findings(struct qn_fsck *fsck)
{
    size_t i;

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
    fsck->finding_capacity = 0;
}

enum qn_status qn_fsck_objects(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    enum qn_status status;
    bool is_sound;

    if (fsck->options->is_verbose)
        qn_fsck_say(ctx, fsck, true, "Checking object directory");
    qn_progress_begin(ctx, &fsck->progress, QN_PROGRESS_BEGIN,
                      "Checking object directories", 256);
    status = qn_fsck_loose(ctx, fsck);
    qn_progress_set(ctx, &fsck->progress, 256);
    qn_progress_end(ctx, &fsck->progress);
    if (!status && !fsck->options->local_only)
        status = check_packs(ctx, fsck);
    if (!status)
        status = qn_fsck_conflicts(ctx, fsck);
    if (!status)
        status =
            qn_object_checker_finish(ctx, fsck->checker, fsck->odb, &is_sound);
    if (!status && !fsck->options->local_only)
        mark_unread(fsck);
    put_findings(fsck);
    return status;
}
