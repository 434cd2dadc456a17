/* SPDX-License-Identifier: MIT */
#include "operation/op_bundle.h"

#include "base/memory.h"
#include "operation/part/pack_receive.h"
#include "operation/part/reachable.h"
#include "os/file.h"
#include "transport/address.h"
#include "walk/commit_walk.h"

#include <string.h>

#define PIECE_SIZE ((size_t)64 << 10)
#define LINE_LIMIT ((size_t)1 << 20) /* a line of a header is no longer */

void qn_bundle_init(struct qn_bundle *bundle)
{
    memset(bundle, 0, sizeof(*bundle));
    bundle->algorithm = QN_HASH_SHA1;
}

static void dispose_refs(struct qn_bundle_refs *refs)
{
    size_t i;

    for (i = 0; i < refs->count; i++)
        qn_memory_free(refs->items[i].name);
    qn_memory_free(refs->items);
}

void qn_bundle_dispose(struct qn_bundle *bundle)
{
    dispose_refs(&bundle->prerequisites);
    dispose_refs(&bundle->refs);
    qn_filter_spec_dispose(&bundle->filter);
    qn_buf_dispose(&bundle->front);
}

/* ---- the header */

struct reader {
    int fd;
    struct qn_buf *buf; /* what was read ahead */
    size_t at;
    bool is_end;
};

/* The next line without its line feed; `is_end`: there is none. */
static enum qn_status next_line(struct qn_ctx *ctx, struct reader *reader,
                                struct qn_bytes *line)
{
    enum qn_status status = QN_OK;
    size_t used;

    while (!status) {
        struct qn_bytes rest =
            qn_bytes_from(qn_buf_bytes(reader->buf), reader->at);
        size_t end = qn_bytes_find(rest, '\n');

        if (end < rest.size) {
            *line = qn_bytes_first(rest, end);
            reader->at += end + 1;
            return QN_OK;
        }
        if (rest.size > LINE_LIMIT)
            return qn_ctx_fail(ctx, QN_INVALID, "bundle header too long");
        status = qn_buf_reserve(ctx, reader->buf, PIECE_SIZE);
        if (!status)
            status = qn_file_read_some(ctx, reader->fd,
                                       reader->buf->data + reader->buf->size,
                                       PIECE_SIZE, &used);
        if (!status && used == 0) {
            /* Room for more was made: the bytes may have moved. */
            *line = qn_bytes_from(qn_buf_bytes(reader->buf), reader->at);
            reader->at = reader->buf->size;
            reader->is_end = true;
            return QN_OK;
        }
        reader->buf->size += status ? 0 : used;
    }
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx, struct qn_bundle_refs *refs,
                              const struct qn_id *id, struct qn_bytes name)
{
    enum qn_status status =
        qn_memory_grow(ctx, &refs->items, &refs->capacity, refs->count + 1,
                       sizeof(*refs->items));

    if (status)
        return status;
    refs->items[refs->count].name = qn_memory_string(ctx, name);
    if (!refs->items[refs->count].name)
        return QN_NO_MEMORY;
    refs->items[refs->count++].id = *id;
    return QN_OK;
}

static enum qn_status take_capability(struct qn_ctx *ctx,
                                      struct qn_bundle *bundle,
                                      struct qn_bytes line)
{
    struct qn_bytes value = qn_bytes_from(line, qn_bytes_find(line, '=') + 1);

    if (qn_bytes_has_prefix(line, "object-format=")) {
        bundle->algorithm = qn_id_algorithm_from_name(value);
        if (bundle->algorithm == QN_HASH_NONE)
            return qn_ctx_fail_reason(
                ctx, QN_UNSUPPORTED, "bundle.header", NULL,
                "unrecognized bundle hash algorithm: %.*s",
                QN_BYTES_ARG(value));
        return QN_OK;
    }
    if (!qn_bytes_has_prefix(line, "filter="))
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "bundle.header", NULL,
                                  "unknown capability '%.*s'",
                                  QN_BYTES_ARG(line));
    return qn_filter_spec_parse(ctx, &bundle->filter, value);
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* "<id> <ref>", or behind a "-" an id, and perhaps a comment. */
static enum qn_status take_ref(struct qn_ctx *ctx, struct qn_bundle *bundle,
                               struct qn_bytes line)
{
    bool is_prerequisite = line.size > 0 && line.data[0] == '-';
    struct qn_bytes rest = qn_bytes_from(line, is_prerequisite);
    size_t digits = qn_id_hex_size(bundle->algorithm);
    struct qn_id id;
    bool is_good =
        qn_id_from_hex(&id, bundle->algorithm, qn_bytes_first(rest, digits)) &&
        (rest.size > digits ? is_blank(rest.data[digits]) : is_prerequisite);

    if (!is_good)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "bundle.header", NULL,
                                  "unrecognized header: %s%.*s (%zu)",
                                  is_prerequisite ? "-" : "",
                                  QN_BYTES_ARG(rest), rest.size);
    return add_ref(ctx,
                   is_prerequisite ? &bundle->prerequisites : &bundle->refs,
                   &id, qn_bytes_from(rest, digits + 1));
}

enum qn_status qn_bundle_read(struct qn_ctx *ctx, struct qn_bundle *bundle,
                              int fd, const char *path)
{
    struct reader reader = {.fd = fd, .buf = &bundle->front};
    struct qn_bytes line;
    enum qn_status status = next_line(ctx, &reader, &line);

    if (!status && qn_bytes_is_string(line, "# v2 git bundle"))
        bundle->version = 2;
    else if (!status && qn_bytes_is_string(line, "# v3 git bundle"))
        bundle->version = 3;
    else if (status == QN_OK || status == QN_INVALID)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "bundle.header", path,
            "'%s' does not look like a v2 or v3 bundle file", path);
    while (!status && !reader.is_end) {
        status = next_line(ctx, &reader, &line);
        if (status || line.size == 0 || reader.is_end)
            break; /* a line without its end counts for nothing */
        if (bundle->version == 3 && line.data[0] == '@')
            status = take_capability(ctx, bundle, qn_bytes_from(line, 1));
        else
            status = take_ref(ctx, bundle, line);
    }
    if (!status)
        status =
            qn_buf_splice(ctx, &bundle->front, 0, reader.at, QN_BYTES_NONE);
    return status;
}

enum qn_status qn_bundle_open(struct qn_ctx *ctx, const char *path,
                              struct qn_bundle *bundle, int *fd, bool *found)
{
    struct qn_file_stat info;
    enum qn_status status;
    int opened = -1;

    *found = false;
    if (!qn_address_is_local(path))
        return QN_OK;
    status = qn_file_stat(ctx, path, &info);
    if (!status && info.kind != QN_FILE_REGULAR)
        return QN_OK;
    if (!status)
        status = qn_file_open(ctx, path, QN_FILE_READ, 0, &opened);
    if (status)
        return status;
    qn_bundle_init(bundle);
    status = qn_bundle_read(ctx, bundle, opened, path);
    if (!status) {
        *fd = opened;
        *found = true;
        return QN_OK;
    }
    if (status == QN_INVALID || status == QN_UNSUPPORTED) {
        /* it is something else, for who does not ask for a bundle */
        if (status == QN_UNSUPPORTED)
            qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                          qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_bundle_dispose(bundle);
    qn_file_close(opened);
    return status;
}

/* ---- prerequisites */

static enum qn_status is_commit_here(struct qn_ctx *ctx, struct qn_odb *odb,
                                     const struct qn_id *id, bool *out)
{
    struct qn_odb_info info;
    enum qn_status status =
        qn_odb_read_info(ctx, odb, id, QN_ODB_WANT_TYPE, &info);

    *out = !status;
    if (status != QN_NOT_FOUND)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status report_missing(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const struct qn_bundle_refs *wanted,
                                     bool *complete)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < wanted->count; i++) {
        bool is_here;

        status =
            is_commit_here(ctx, scope->odb, &wanted->items[i].id, &is_here);
        if (status || is_here)
            continue;
        if (*complete)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "bundle.lacks",
                          "Repository lacks these prerequisite commits:");
        *complete = false;
        qn_ctx_report(ctx, QN_REPORT_ERROR, "bundle.lacks", "%s ",
                      qn_id_to_hex(&wanted->items[i].id, hex));
    }
    return status;
}

/* Does some ref reach all of them? */
static enum qn_status are_reached(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_bundle_refs *wanted,
                                  bool *out)
{
    static const char *const all[] = {"--all"};
    struct qn_revision_args args;
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    enum qn_status status;
    size_t i, used;

    qn_revision_args_init(&args);
    status = qn_revision_args_refs_option(ctx, scope, &args, all, 1, &used);
    for (i = 0; i < args.count; i++)
        args.tips[i].flags |= QN_WALK_UNINTERESTING;
    args.walk.ignores_missing = true;
    args.walk.gives_ids_only = true;
    if (!status)
        status = qn_commit_walk_new(ctx, scope, &args.walk, &walk);
    if (!status)
        status = qn_revision_args_start(ctx, &args, walk);
    for (i = 0; !status && i < wanted->count; i++)
        status = qn_commit_walk_add(ctx, walk, &wanted->items[i].id, 0, NULL);
    if (!status)
        status = qn_commit_walk_next(ctx, walk, &commit);
    *out = status == QN_END;
    qn_commit_walk_free(walk);
    qn_revision_args_dispose(&args);
    return status == QN_END ? QN_OK : status;
}

/* What no ref reaches may have lost objects that it needs. */
static enum qn_status check_connected(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const struct qn_bundle_refs *wanted,
                                      bool *complete)
{
    const struct qn_reachable from = {.odb = scope->odb};
    struct qn_id_map set;
    enum qn_status status = are_reached(ctx, scope, wanted, complete);
    size_t i;

    if (status || *complete)
        return status;
    qn_id_map_init(&set, qn_odb_algorithm(scope->odb));
    for (i = 0; !status && i < wanted->count; i++)
        status = qn_reachable_find(ctx, &from, &wanted->items[i].id, 1, &set);
    qn_id_map_dispose(&set);
    *complete = status == QN_OK;
    if (status == QN_NOT_FOUND || status == QN_CORRUPT) {
        qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "bundle.lacks",
                      "some prerequisite commits exist in the object store, "
                      "but are not connected to the repository's history");
        return QN_OK;
    }
    return status;
}

enum qn_status qn_bundle_check(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_bundle *bundle, bool *complete)
{
    const struct qn_bundle_refs *wanted = &bundle->prerequisites;
    enum qn_status status;

    *complete = true;
    status = report_missing(ctx, scope, wanted, complete);
    if (!status && *complete && wanted->count > 0)
        status = check_connected(ctx, scope, wanted, complete);
    return status;
}

enum qn_status qn_bundle_unpack(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_bundle *bundle, int fd,
                                const char *title)
{
    struct qn_pack_receive_options options = {.fd = fd,
                                              .odb = scope->odb,
                                              .fixes_thin = true,
                                              .level = -1,
                                              .title = title};
    struct qn_pack_receive received = {.name = QN_BUF_INIT};
    enum qn_status status;

    options.front = qn_buf_bytes(&bundle->front);
    if (bundle->filter.count > 0)
        options.promisor = "from-bundle";
    status = qn_pack_receive_run(ctx, &options, &received);
    qn_pack_receive_dispose(&received);
    return status;
}
