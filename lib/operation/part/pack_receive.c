/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_receive.h"

#include "odb/odb_lease.h"
#include "odb/odb_pack.h"
#include "operation/part/pack_check.h"
#include "os/file.h"
#include "os/sync.h"
#include "os/temporary.h"
#include "pack/pack_indexer.h"

#include <inttypes.h>

struct job {
    const struct qn_pack_receive_options *options;
    struct qn_pack_check *check;
};

static enum qn_status find_base(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id, struct qn_object *out)
{
    struct job *job = data;

    return qn_odb_read(ctx, job->options->odb, id, out);
}

static enum qn_status see_object(struct qn_ctx *ctx, void *data,
                                 const struct qn_pack_indexer_object *object)
{
    struct job *job = data;

    return qn_pack_check_object(ctx, job->check, object);
}

static enum qn_status begin_job(struct qn_ctx *ctx, struct job *job,
                                uint32_t algorithm,
                                struct qn_pack_indexer_options *how)
{
    const struct qn_pack_receive_options *options = job->options;
    struct qn_pack_check_options check = {
        .algorithm = algorithm,
        .objects = options->check & QN_PACK_RECEIVE_OBJECTS,
        .links = options->check &
                 (QN_PACK_RECEIVE_LINKS | QN_PACK_RECEIVE_CONTAINED),
        .policy = options->policy,
        .big_file_threshold = options->big_file_threshold};

    how->algorithm = algorithm;
    how->data = job;
    how->level = options->level;
    how->thread_count = options->thread_count;
    how->big_file_threshold = options->big_file_threshold;
    how->max_input_size = options->max_input_size;
    how->rest = options->rest;
    how->title = options->title;
    how->source = options->source;
    how->salvages = options->salvages;
    if (options->fixes_thin)
        how->base = find_base;
    if (!check.objects && !check.links)
        return QN_OK;
    how->object = see_object;
    return qn_pack_check_new(ctx, &check, &job->check);
}

static enum qn_status finish_job(struct qn_ctx *ctx, struct job *job,
                                 const char *path,
                                 const struct qn_pack_indexer *indexer,
                                 struct qn_pack_receive *out)
{
    out->checksum = indexer->table.checksum;
    out->count = indexer->table.count;
    out->local_count = indexer->local_count;
    out->is_contained = true;
    if (!job->check)
        return QN_OK;
    return qn_pack_check_finish(ctx, job->check, job->options->odb, path,
                                indexer, &out->is_contained, &out->missing);
}

/* Write `bytes` beside `path`, then give them its name. */
static enum qn_status write_file(struct qn_ctx *ctx, const char *path,
                                 struct qn_bytes bytes)
{
    struct qn_buf prefix = QN_BUF_INIT, temporary = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &prefix, "%s.tmp_", path);
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0444,
                                          &fd, &temporary);
    if (!status)
        status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&temporary));
    else
        qn_file_close(fd);
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&temporary), path);
    if (!status)
        qn_temporary_forget(qn_buf_string(&temporary));
    else if (temporary.size)
        qn_temporary_remove(qn_buf_string(&temporary));
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&temporary);
    return status;
}

/* A .keep file; one that is there already stays as it is. */
static enum qn_status write_keep(struct qn_ctx *ctx,
                                 const struct qn_pack_receive_file *file,
                                 bool *is_new)
{
    struct qn_bytes text = qn_bytes_from_string(file->keep ? file->keep : "");
    enum qn_status status;
    int fd = -1;

    *is_new = false;
    if (!file->keep_path)
        return QN_OK;
    status = qn_file_open(ctx, file->keep_path,
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE,
                          0600, &fd);
    if (status == QN_EXISTS) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (!status)
        status = qn_file_close_written(ctx, fd, file->keep_path);
    else
        qn_file_close(fd);
    *is_new = !status;
    return status;
}

static enum qn_status write_index(struct qn_ctx *ctx,
                                  const struct qn_pack_receive_options *options,
                                  const struct qn_pack_receive_file *file,
                                  const struct qn_pack_table *table,
                                  struct qn_pack_receive *out)
{
    struct qn_buf index = QN_BUF_INIT, reverse = QN_BUF_INIT;
    enum qn_status status;

    status = qn_pack_table_write_as(ctx, table, &options->form, &index,
                                    file->reverse_path ? &reverse : NULL);
    if (!status)
        status = write_keep(ctx, file, &out->was_kept);
    if (!status && file->reverse_path)
        status = write_file(ctx, file->reverse_path, qn_buf_bytes(&reverse));
    if (!status)
        status = write_file(ctx, file->index_path, qn_buf_bytes(&index));
    qn_buf_dispose(&index);
    qn_buf_dispose(&reverse);
    return status;
}

static enum qn_status compare(struct qn_ctx *ctx,
                              const struct qn_pack_receive_options *options,
                              const char *path,
                              const struct qn_pack_table *table)
{
    if (!options->odb || qn_odb_algorithm(options->odb) != table->algorithm)
        return QN_OK;
    return qn_odb_pack_compare(ctx, qn_odb_get_store(options->odb), path,
                               table);
}

enum qn_status
qn_pack_receive_index(struct qn_ctx *ctx, uint32_t algorithm,
                      const struct qn_pack_receive_options *options,
                      const struct qn_pack_receive_file *file,
                      struct qn_pack_receive *out)
{
    struct job job = {.options = options};
    struct qn_pack_indexer_options how = {0};
    struct qn_pack_indexer indexer = {0};
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    status = begin_job(ctx, &job, algorithm, &how);
    if (!status)
        status = qn_pack_indexer_run(ctx, file->path, &how, &indexer);
    if (!status)
        status = finish_job(ctx, &job, file->path, &indexer, out);
    if (!status)
        status = compare(ctx, options, file->path, &indexer.table);
    if (!status)
        status = write_index(ctx, options, file, &indexer.table, out);
    qn_pack_indexer_dispose(&indexer);
    qn_pack_check_free(job.check);
    return status;
}

/* Where the pack is written while it comes. */
static enum qn_status open_file(struct qn_ctx *ctx,
                                const struct qn_pack_receive_options *options,
                                int *fd, struct qn_buf *path)
{
    enum qn_status status;

    if (options->arriving) {
        status = qn_odb_lease_take_store(ctx, qn_odb_get_store(options->odb));
        if (!status)
            status = qn_file_unlink_if_exists(ctx, options->arriving);
        if (!status)
            status = qn_file_open(ctx, options->arriving,
                                  QN_FILE_READ | QN_FILE_WRITE |
                                      QN_FILE_CREATE | QN_FILE_TRUNCATE,
                                  0444, fd);
        return status ? status
                      : qn_buf_append_string(ctx, path, options->arriving);
    }
    if (!options->path)
        return qn_odb_pack_temporary(ctx, qn_odb_get_store(options->odb), fd,
                                     path);
    status = qn_file_open(ctx, options->path,
                          QN_FILE_READ | QN_FILE_WRITE | QN_FILE_CREATE |
                              QN_FILE_EXCLUSIVE,
                          0600, fd);
    if (status == QN_EXISTS)
        return qn_ctx_fail_reason(ctx, QN_EXISTS, "pack.exists", options->path,
                                  "unable to create '%s': File exists",
                                  options->path);
    if (!status)
        status = qn_buf_append_string(ctx, path, options->path);
    if (!status)
        status = qn_temporary_add(ctx, options->path);
    return status;
}

static enum qn_status settle_file(struct qn_ctx *ctx,
                                  const struct qn_pack_receive_options *options,
                                  const struct qn_pack_table *table,
                                  struct qn_pack_receive *out)
{
    struct qn_buf index = QN_BUF_INIT, reverse = QN_BUF_INIT;
    struct qn_buf keep = QN_BUF_INIT;
    struct qn_bytes stem = qn_bytes_from_string(options->path);
    struct qn_pack_receive_file file = {.path = options->path};
    enum qn_status status = compare(ctx, options, options->path, table);

    stem.size -= stem.size > 5 ? 5 : 0; /* ".pack" */
    if (!status)
        status = qn_buf_append_bytes(ctx, &out->name, stem);
    if (!status)
        status =
            qn_buf_printf(ctx, &keep, "%s.keep", qn_buf_string(&out->name));
    if (options->index_path)
        stem = qn_bytes_first(qn_bytes_from_string(options->index_path),
                              strlen(options->index_path) - 4);
    if (!status)
        status = qn_buf_printf(ctx, &index, "%.*s.idx", QN_BYTES_ARG(stem));
    if (!status)
        status = qn_buf_printf(ctx, &reverse, "%.*s.rev", QN_BYTES_ARG(stem));
    file.index_path = qn_buf_string(&index);
    file.reverse_path = options->skips_reverse ? NULL : qn_buf_string(&reverse);
    file.keep_path = options->keep ? qn_buf_string(&keep) : NULL;
    file.keep = options->keep;
    if (!status)
        status = qn_file_chmod(ctx, options->path, 0444);
    if (!status)
        status = write_index(ctx, options, &file, table, out);
    if (!status)
        qn_temporary_forget(options->path);
    qn_buf_dispose(&index);
    qn_buf_dispose(&reverse);
    qn_buf_dispose(&keep);
    return status;
}

static enum qn_status
check_expected(struct qn_ctx *ctx,
               const struct qn_pack_receive_options *options,
               const struct qn_pack_table *table)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return !options->expected ||
                   qn_id_is_equal(options->expected, &table->checksum)
               ? QN_OK
               : qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.unexpected", NULL,
                                    "another pack came: %s",
                                    qn_id_to_hex(&table->checksum, hex));
}

enum qn_status
qn_pack_receive_run(struct qn_ctx *ctx,
                    const struct qn_pack_receive_options *options,
                    struct qn_pack_receive *out)
{
    struct qn_odb_store *store = qn_odb_get_store(options->odb);
    struct job job = {.options = options};
    struct qn_pack_indexer_options how = {0};
    struct qn_pack_indexer indexer = {0};
    struct qn_odb_pack_install install = {.keep = options->keep,
                                          .promisor = options->promisor,
                                          .form = &options->form,
                                          .skips_reverse =
                                              options->skips_reverse,
                                          .was_kept = &out->was_kept};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    memset(out, 0, sizeof(*out));
    status = open_file(ctx, options, &fd, &path);
    if (!status)
        status = begin_job(ctx, &job, qn_odb_algorithm(options->odb), &how);
    if (!status)
        status = qn_pack_indexer_receive(ctx, options->fd, options->front, fd,
                                         qn_buf_string(&path), &how, &indexer);
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    else
        qn_file_close(fd);
    if (!status)
        status = check_expected(ctx, options, &indexer.table);
    if (!status)
        status = finish_job(ctx, &job, qn_buf_string(&path), &indexer, out);
    install.temporary = qn_buf_string(&path);
    install.table = &indexer.table;
    if (!status && options->path)
        status = settle_file(ctx, options, &indexer.table, out);
    else if (!status)
        status = qn_odb_pack_install(ctx, store, &install, &out->name);
    if (status && path.size && !options->arriving)
        qn_temporary_remove(qn_buf_string(&path));
    qn_pack_indexer_dispose(&indexer);
    qn_pack_check_free(job.check);
    qn_buf_dispose(&path);
    return status;
}

void qn_pack_receive_dispose(struct qn_pack_receive *receive)
{
    qn_buf_dispose(&receive->name);
    qn_buf_dispose(&receive->missing);
}
