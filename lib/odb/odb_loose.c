/* SPDX-License-Identifier: MIT */
#include "odb/odb_loose.h"

#include "base/checked.h"
#include "base/env.h"
#include "base/memory.h"
#include "codec/inflate.h"
#include "os/directory.h"

#include <stdlib.h>

/* Files larger than this are mapped, not read. */
#define READ_LIMIT (1u << 20)
/* Compressed bytes that surely hold the header. */
#define FRONT_SIZE 256

enum qn_status qn_odb_loose_path(struct qn_ctx *ctx, struct qn_odb_loose *loose,
                                 const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(id, hex);
    qn_buf_clear(&loose->path);
    return qn_buf_printf(ctx, &loose->path, "%s/%.2s/%s", loose->directory, hex,
                         hex + 2);
}

bool qn_odb_loose_parse_header(struct qn_bytes bytes, enum qn_object_type *type,
                               uint64_t *size, size_t *header_size)
{
    size_t end = qn_bytes_find(bytes, '\0');
    size_t space = qn_bytes_find(bytes, ' ');
    struct qn_bytes digits;

    if (end == bytes.size || space >= end)
        return false;
    *type = qn_object_type_from_name(qn_bytes_first(bytes, space));
    digits = qn_bytes_make(bytes.data + space + 1, end - space - 1);
    if (*type == QN_OBJECT_NONE || digits.size == 0 ||
        (digits.size > 1 && digits.data[0] == '0') ||
        !qn_bytes_to_u64(digits, size))
        return false;
    *header_size = end + 1;
    return true;
}

static enum qn_status fail_corrupt(struct qn_ctx *ctx,
                                   struct qn_odb_loose *loose,
                                   const struct qn_id *id, const char *what)
{
    const char *reason =
        what && strstr(what, " header") ? "odb.bad-header" : "odb.corrupt";
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(id, hex);
    if (what)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", what, hex);
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, reason, hex,
                              "loose object %s (stored in %s) is corrupt", hex,
                              qn_buf_string(&loose->path));
}

/* What an opened loose file holds: a mapping, or the bytes in loose->raw. */
struct content {
    struct qn_file_map map;
    struct qn_bytes bytes;
    uint64_t size; /* of the file */
};

/* QN_END: there is no such file.  `most`: bytes that are needed at most. */
static enum qn_status open_content(struct qn_ctx *ctx,
                                   struct qn_odb_loose *loose,
                                   const struct qn_id *id, uint64_t most,
                                   struct content *content)
{
    struct qn_file_stat stat;
    enum qn_status status;
    size_t used = 0;
    int fd = -1;

    memset(content, 0, sizeof(*content));
    status = qn_odb_loose_path(ctx, loose, id);
    if (!status)
        status = qn_file_open_if_exists(ctx, qn_buf_string(&loose->path),
                                        QN_FILE_READ, &fd);
    if (status)
        return status;
    if (fd < 0)
        return QN_END;
    status = qn_file_stat_fd(ctx, fd, &stat);
    if (status)
        goto out;
    content->size = stat.size;
    if (stat.kind != QN_FILE_REGULAR) {
        status = fail_corrupt(ctx, loose, id, NULL);
    } else if (stat.size == 0) {
        if (!qn_id_is_equal(id, &loose->empty))
            qn_ctx_report(ctx, QN_REPORT_ERROR, "", "object file %s is empty",
                          qn_buf_string(&loose->path));
        loose->empty = *id;
        status = QN_END; /* as good as none */
    } else if (stat.size > READ_LIMIT && most > READ_LIMIT) {
        status =
            qn_file_map_fd(ctx, fd, qn_buf_string(&loose->path), &content->map);
        content->bytes = qn_bytes_make(content->map.data, content->map.size);
    } else {
        size_t wanted = (size_t)(stat.size < most ? stat.size : most);

        qn_buf_clear(&loose->raw);
        status = qn_buf_reserve(ctx, &loose->raw, wanted);
        if (!status)
            status = qn_file_read(ctx, fd, loose->raw.data, wanted, &used);
        content->bytes = qn_bytes_make(loose->raw.data, used);
    }
out:
    qn_file_close(fd);
    return status;
}

static void close_content(struct content *content)
{
    if (content->map.data)
        qn_file_unmap(&content->map);
}

static enum qn_status read_header(struct qn_ctx *ctx,
                                  struct qn_odb_loose *loose,
                                  const struct qn_id *id, struct qn_bytes bytes,
                                  enum qn_object_type *type, uint64_t *size,
                                  size_t *header_size)
{
    uint8_t front[QN_ODB_LOOSE_HEADER_MAX];
    enum qn_status status;
    size_t used = 0;

    status = qn_inflate_front(ctx, bytes, front, sizeof(front), &used);
    if (status == QN_CORRUPT) {
        qn_inflate_explain(ctx, bytes);
        return fail_corrupt(ctx, loose, id, "unable to unpack %s header");
    }
    if (status)
        return status;
    if (qn_bytes_find(qn_bytes_make(front, used), '\0') == used)
        return fail_corrupt(ctx, loose, id,
                            "header for %s too long, exceeds 32 bytes");
    if (!qn_odb_loose_parse_header(qn_bytes_make(front, used), type, size,
                                   header_size))
        return fail_corrupt(ctx, loose, id, "unable to parse %s header");
    return QN_OK;
}

static enum qn_status loose_read(struct qn_ctx *ctx,
                                 struct qn_odb_source *source,
                                 const struct qn_id *id, struct qn_object *out)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    struct content content;
    enum qn_object_type type;
    size_t header_size, whole, used = 0;
    enum qn_status status;
    uint64_t size;

    status = open_content(ctx, loose, id, UINT64_MAX, &content);
    if (!status)
        status = read_header(ctx, loose, id, content.bytes, &type, &size,
                             &header_size);
    if (status)
        goto out;
    if (!qn_checked_to_size(size, &whole) ||
        !qn_checked_add_size(whole, header_size, &whole)) {
        status = qn_ctx_fail(ctx, QN_TOO_BIG, "object too large for memory");
        goto out;
    }
    if (whole / 1040 > content.bytes.size) { /* deflate cannot do that */
        status = fail_corrupt(ctx, loose, id, "corrupt loose object '%s'");
        goto out;
    }
    qn_buf_clear(&out->data);
    status = qn_buf_reserve(ctx, &out->data, whole);
    if (!status)
        status =
            qn_inflate_exact(ctx, content.bytes, out->data.data, whole, &used);
    if (!status && used != content.bytes.size) {
        status =
            fail_corrupt(ctx, loose, id, "garbage at end of loose object '%s'");
    } else if (status == QN_CORRUPT) {
        qn_inflate_explain(ctx, content.bytes);
        status = fail_corrupt(ctx, loose, id, "corrupt loose object '%s'");
    }
    if (status)
        goto out;
    memmove(out->data.data, out->data.data + header_size, (size_t)size);
    out->data.size = (size_t)size;
    out->data.data[size] = '\0';
    out->type = type;
out:
    close_content(&content);
    return status;
}

static enum qn_status loose_read_info(struct qn_ctx *ctx,
                                      struct qn_odb_source *source,
                                      const struct qn_id *id, unsigned want,
                                      struct qn_odb_info *out)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    enum qn_object_type type = QN_OBJECT_NONE;
    struct content content;
    size_t header_size;
    enum qn_status status;
    uint64_t size = 0;

    status = open_content(ctx, loose, id, FRONT_SIZE, &content);
    if (!status && want & (QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE))
        status = read_header(ctx, loose, id, content.bytes, &type, &size,
                             &header_size);
    if (!status) {
        memset(out, 0, sizeof(*out));
        out->type = type;
        out->size = size;
        out->disk_size = content.size;
        out->delta_base.algorithm = id->algorithm;
        out->is_loose = true;
    }
    close_content(&content);
    return status;
}

static enum qn_status loose_exists(struct qn_ctx *ctx,
                                   struct qn_odb_source *source,
                                   const struct qn_id *id, bool *out)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    enum qn_status status = qn_odb_loose_path(ctx, loose, id);

    *out = !status && qn_file_exists(qn_buf_string(&loose->path));
    return status;
}

static enum qn_status loose_freshen(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    const struct qn_id *id, bool *out)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    enum qn_status status = loose_exists(ctx, source, id, out);

    if (status || !*out)
        return status;
    if (qn_file_touch(ctx, qn_buf_string(&loose->path),
                      qn_env_clock(qn_ctx_env(ctx), true)) != QN_OK) {
        qn_ctx_clear(ctx);
        *out = false;
    }
    return QN_OK;
}

void qn_odb_loose_forget(struct qn_odb_loose *loose, const struct qn_id *id)
{
    struct qn_odb_loose_names *names;

    if (!loose->names)
        return;
    names = &loose->names[id->bytes[0]];
    qn_memory_free(names->rows);
    memset(names, 0, sizeof(*names));
}

static void forget_all(struct qn_odb_loose *loose)
{
    int i;

    for (i = 0; loose->names && i < 256; i++)
        qn_memory_free(loose->names[i].rows);
    qn_memory_free(loose->names);
    loose->names = NULL;
}

static int compare_sha1(const void *a, const void *b)
{
    return memcmp(a, b, 20);
}

static int compare_sha256(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

static enum qn_status list_directory(struct qn_ctx *ctx,
                                     struct qn_odb_loose *loose, unsigned first,
                                     struct qn_odb_loose_names *names)
{
    uint32_t algorithm = loose->options->algorithm;
    size_t id_size = qn_id_size(algorithm), capacity = 0;
    struct qn_directory *listing = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    qn_buf_clear(&loose->path);
    status =
        qn_buf_printf(ctx, &loose->path, "%s/%02x", loose->directory, first);
    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&loose->path), &listing);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        names->is_listed = true;
        return QN_OK;
    }
    while (!status && qn_directory_next(listing, &name, &kind)) {
        char hex[QN_ID_MAX_HEX_SIZE + 3];
        struct qn_id id;
        size_t size = strlen(name);

        if (size != 2 * id_size - 2)
            continue;
        hex[0] = "0123456789abcdef"[first >> 4];
        hex[1] = "0123456789abcdef"[first & 15];
        memcpy(hex + 2, name, size);
        if (!qn_id_from_hex(&id, algorithm, qn_bytes_make(hex, size + 2)))
            continue;
        status = qn_memory_grow(ctx, &names->rows, &capacity, names->count + 1,
                                id_size);
        if (!status)
            memcpy(names->rows + names->count++ * id_size, id.bytes, id_size);
    }
    status = qn_directory_end(ctx, listing, status);
    if (!status && names->count > 1)
        qsort(names->rows, names->count, id_size,
              id_size == 20 ? compare_sha1 : compare_sha256);
    names->is_listed = !status;
    return status;
}

static enum qn_status names_of(struct qn_ctx *ctx, struct qn_odb_loose *loose,
                               unsigned first,
                               const struct qn_odb_loose_names **out)
{
    struct qn_odb_loose_names *names;

    if (!loose->names) {
        loose->names = qn_memory_calloc(ctx, 256, sizeof(*loose->names));
        if (!loose->names)
            return QN_NO_MEMORY;
    }
    names = &loose->names[first];
    if (!names->is_listed) {
        enum qn_status status = list_directory(ctx, loose, first, names);

        if (status) {
            qn_memory_free(names->rows);
            memset(names, 0, sizeof(*names));
            return status;
        }
    }
    *out = names;
    return QN_OK;
}

static enum qn_status loose_find_prefix(struct qn_ctx *ctx,
                                        struct qn_odb_source *source,
                                        const struct qn_odb_prefix *prefix,
                                        qn_odb_id_fn *each, void *data)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    size_t id_size = qn_id_size(prefix->algorithm), i;
    unsigned first = prefix->row[0];
    unsigned last = prefix->digits >= 2   ? first
                    : prefix->digits == 1 ? first | 15
                                          : 255;
    const struct qn_odb_loose_names *names;
    enum qn_status status = QN_OK;
    struct qn_id id;

    for (; first <= last && !status; first++) {
        status = names_of(ctx, loose, first, &names);
        for (i = 0; !status && i < names->count; i++) {
            const uint8_t *row = names->rows + i * id_size;

            if (!qn_odb_prefix_has(prefix, row))
                continue;
            qn_id_from_row(&id, prefix->algorithm, row);
            status = each(ctx, data, &id);
        }
    }
    return status;
}

static enum qn_status loose_list(struct qn_ctx *ctx,
                                 struct qn_odb_source *source, unsigned flags,
                                 qn_odb_id_fn *each, void *data)
{
    struct qn_odb_prefix everything;

    if (flags & QN_ODB_LIST_NO_LOOSE ||
        (flags & QN_ODB_LIST_LOCAL && !source->is_local))
        return QN_OK;
    memset(&everything, 0, sizeof(everything));
    everything.algorithm = ((struct qn_odb_loose *)source)->options->algorithm;
    return loose_find_prefix(ctx, source, &everything, each, data);
}

static enum qn_status loose_stream(struct qn_ctx *ctx,
                                   struct qn_odb_source *source,
                                   const struct qn_id *id,
                                   enum qn_object_type *type, uint64_t *size,
                                   struct qn_odb_stream **out)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    struct qn_odb_stream_input input;
    struct content content;
    size_t header_size;
    enum qn_status status;

    status = open_content(ctx, loose, id, UINT64_MAX, &content);
    if (!status)
        status = read_header(ctx, loose, id, content.bytes, type, size,
                             &header_size);
    if (!status && !content.map.data) { /* small: whole */
        struct qn_object object = QN_OBJECT_INIT;

        status = loose_read(ctx, source, id, &object);
        if (!status)
            status = qn_odb_stream_from_buf(ctx, &object.data, out);
        qn_object_dispose(&object);
        return status;
    }
    if (!status) {
        memset(&input, 0, sizeof(input));
        input.in = content.bytes;
        input.skip = header_size;
        input.size = *size;
        input.map = &content.map;
        status = qn_odb_stream_inflate(ctx, &input, out);
    }
    close_content(&content);
    return status;
}

static enum qn_status loose_refresh(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    struct qn_odb_snapshot *snapshot)
{
    (void)ctx;
    (void)snapshot;
    forget_all((struct qn_odb_loose *)source);
    return QN_OK;
}

static void loose_free(struct qn_odb_source *source)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;

    forget_all(loose);
    qn_buf_dispose(&loose->path);
    qn_buf_dispose(&loose->raw);
    qn_buf_dispose(&loose->plain);
    qn_memory_free(loose->directory);
    qn_memory_free(loose);
}

static const struct qn_odb_source_table loose_table = {
    .name = "loose",
    .read = loose_read,
    .read_info = loose_read_info,
    .exists = loose_exists,
    .find_prefix = loose_find_prefix,
    .stream = loose_stream,
    .write = qn_odb_loose_write,
    .freshen = loose_freshen,
    .list = loose_list,
    .refresh = loose_refresh,
    .free = loose_free,
};

enum qn_status qn_odb_loose_new(struct qn_ctx *ctx,
                                const struct qn_odb_store_options *options,
                                const char *directory, bool is_local,
                                struct qn_odb_source **out)
{
    struct qn_odb_loose *loose = qn_memory_calloc(ctx, 1, sizeof(*loose));

    if (!loose)
        return QN_NO_MEMORY;
    loose->source.table = &loose_table;
    loose->source.is_local = is_local;
    loose->options = options;
    loose->directory = qn_memory_string(ctx, qn_bytes_from_string(directory));
    if (!loose->directory) {
        qn_memory_free(loose);
        return QN_NO_MEMORY;
    }
    *out = &loose->source;
    return QN_OK;
}
