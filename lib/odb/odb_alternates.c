/* SPDX-License-Identifier: MIT */
#include "odb/odb_alternates.h"

#include "base/buf.h"
#include "base/memory.h"
#include "os/file.h"

#include <string.h>

#define DEPTH_LIMIT 5

void qn_odb_alternates_dispose(struct qn_odb_alternates *alternates)
{
    size_t i;

    for (i = 0; i < alternates->count; i++) {
        qn_memory_free(alternates->paths[i]);
        qn_memory_free(alternates->reals[i]);
    }
    qn_memory_free(alternates->paths);
    qn_memory_free(alternates->reals);
    *alternates = (struct qn_odb_alternates)QN_ODB_ALTERNATES_INIT;
}

/* Add a directory unless it is there already; `*is_new` says which. */
static enum qn_status add(struct qn_ctx *ctx, struct qn_odb_alternates *list,
                          struct qn_bytes path, struct qn_bytes real,
                          bool *is_new)
{
    enum qn_status status;
    char *path_copy, *real_copy;
    size_t i;

    *is_new = false;
    for (i = 0; i < list->count; i++)
        if (qn_bytes_is_string(real, list->reals[i]))
            return QN_OK;
    status = qn_memory_grow(ctx, &list->paths, &list->capacity, list->count + 1,
                            sizeof(*list->paths));
    if (!status)
        status = qn_memory_grow(ctx, &list->reals, &list->real_capacity,
                                list->count + 1, sizeof(*list->reals));
    if (status)
        return status;
    path_copy = qn_memory_string(ctx, path);
    real_copy = path_copy ? qn_memory_string(ctx, real) : NULL;
    if (!real_copy) {
        qn_memory_free(path_copy);
        return QN_NO_MEMORY;
    }
    list->paths[list->count] = path_copy;
    list->reals[list->count++] = real_copy;
    *is_new = true;
    return QN_OK;
}

static int octal(uint8_t byte)
{
    return byte >= '0' && byte <= '7' ? byte - '0' : -1;
}

/* Undo the quoting of a C string that begins with '"'; takes it off `rest`. */
static enum qn_status unquote(struct qn_ctx *ctx, struct qn_bytes *rest,
                              struct qn_buf *out, bool *is_sound)
{
    static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v\\\\\"\"";
    enum qn_status status = QN_OK;
    size_t i = 1;

    *is_sound = false;
    while (!status && i < rest->size) {
        uint8_t byte = rest->data[i++];

        if (byte == '"') {
            *rest = qn_bytes_from(*rest, i);
            *is_sound = true;
            return QN_OK;
        }
        if (byte == '\\' && i < rest->size) {
            const char *letter = letters;

            byte = rest->data[i++];
            while (*letter && (uint8_t)*letter != byte)
                letter += 2;
            if (*letter) {
                byte = (uint8_t)letter[1];
            } else if (i + 1 < rest->size && octal(byte) >= 0 &&
                       octal(rest->data[i]) >= 0 &&
                       octal(rest->data[i + 1]) >= 0) {
                byte = (uint8_t)(octal(byte) << 6 | octal(rest->data[i]) << 3 |
                                 octal(rest->data[i + 1]));
                i += 2;
            } else {
                return QN_OK;
            }
        }
        status = qn_buf_append_byte(ctx, out, byte);
    }
    return status;
}

/* Take one path off the front of `rest`; `out` is empty for a comment. */
static enum qn_status next_path(struct qn_ctx *ctx, struct qn_bytes *rest,
                                uint8_t separator, struct qn_buf *out)
{
    struct qn_bytes piece, quoted = *rest;
    enum qn_status status;
    bool is_sound;

    qn_buf_clear(out);
    if (rest->data[0] == '"') {
        status = unquote(ctx, &quoted, out, &is_sound);
        if (status)
            return status;
        if (is_sound) {
            /* What follows is a separator, whatever it is. */
            *rest = quoted.size > 0 ? qn_bytes_from(quoted, 1) : quoted;
            return QN_OK;
        }
        qn_buf_clear(out);
    }
    qn_bytes_next(rest, separator, &piece);
    if (piece.size > 0 && piece.data[0] == '#')
        return QN_OK;
    return qn_buf_append_bytes(ctx, out, piece);
}

static enum qn_status link_list(struct qn_ctx *ctx,
                                struct qn_odb_alternates *list,
                                struct qn_bytes text, uint8_t separator,
                                const char *base, unsigned depth);

/* What info/alternates of a directory names. */
static enum qn_status read_alternates(struct qn_ctx *ctx,
                                      struct qn_odb_alternates *list,
                                      const char *directory, unsigned depth)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &path, "%s/info/alternates", directory);
    if (!status)
        status = qn_file_open_if_exists(ctx, qn_buf_string(&path), QN_FILE_READ,
                                        &fd);
    if (!status && fd >= 0)
        status = qn_file_read_rest(ctx, fd, &text);
    qn_file_close(fd);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "odb.alternate",
                      "unable to access '%s': %s", qn_buf_string(&path),
                      strerror(qn_ctx_errno(ctx)));
        qn_ctx_clear(ctx);
        qn_buf_clear(&text);
        status = QN_OK;
    }
    if (!status && text.size > 0) {
        if (depth > DEPTH_LIMIT)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "odb.alternate",
                          "%s: ignoring alternate object stores, nesting too "
                          "deep",
                          directory);
        else
            status = link_list(ctx, list, qn_buf_bytes(&text), '\n', directory,
                               depth);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* The real path; what it ends in need not be there. */
static enum qn_status real_path(struct qn_ctx *ctx, const struct qn_buf *path,
                                struct qn_buf *out)
{
    struct qn_bytes whole = qn_buf_bytes(path);
    size_t slash = qn_bytes_find_last(whole, '/');
    struct qn_buf parent = QN_BUF_INIT;
    enum qn_status status = qn_file_real_path(ctx, qn_buf_string(path), out);

    if (status != QN_NOT_FOUND || slash >= whole.size)
        return status;
    qn_ctx_clear(ctx);
    qn_buf_clear(out);
    status =
        qn_buf_append_bytes(ctx, &parent, qn_bytes_first(whole, slash + 1));
    if (!status)
        status = qn_file_real_path(ctx, qn_buf_string(&parent), out);
    if (!status && out->size > 1)
        status = qn_buf_append_byte(ctx, out, '/');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_bytes_from(whole, slash + 1));
    qn_buf_dispose(&parent);
    return status;
}

static enum qn_status link_one(struct qn_ctx *ctx,
                               struct qn_odb_alternates *list,
                               struct qn_buf *path, const char *base,
                               unsigned depth)
{
    struct qn_buf real = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool is_new = false;

    if (path->data[0] != '/' && base) {
        status = qn_buf_splice(ctx, path, 0, 0, QN_BYTES("/"));
        if (!status)
            status = qn_buf_splice(ctx, path, 0, 0, qn_bytes_from_string(base));
        if (status)
            return status;
    }
    while (path->size > 1 && path->data[path->size - 1] == '/')
        qn_buf_truncate(path, path->size - 1);
    status = real_path(ctx, path, &real);
    if (status == QN_OK && qn_file_is_directory(qn_buf_string(&real))) {
        status =
            add(ctx, list, qn_buf_bytes(&real), qn_buf_bytes(&real), &is_new);
        if (!status && is_new)
            status =
                read_alternates(ctx, list, qn_buf_string(&real), depth + 1);
    } else if (status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        if (status)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "odb.alternate",
                          "unable to normalize alternate object path: %s",
                          qn_buf_string(path));
        else
            qn_ctx_report(ctx, QN_REPORT_ERROR, "odb.alternate",
                          "object directory %s does not exist; check "
                          ".git/objects/info/alternates",
                          qn_buf_string(&real));
        status = QN_OK;
    }
    qn_buf_dispose(&real);
    return status;
}

/* The recursion through link_one and read_alternates ends at DEPTH_LIMIT. */
static enum qn_status link_list(struct qn_ctx *ctx,
                                struct qn_odb_alternates *list,
                                struct qn_bytes text, uint8_t separator,
                                const char *base, unsigned depth)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    while (!status && text.size > 0) {
        status = next_path(ctx, &text, separator, &path);
        if (!status && path.size > 0)
            status = link_one(ctx, list, &path, base, depth);
    }
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_odb_alternates_find(struct qn_ctx *ctx, const char *directory,
                                      const char *variable,
                                      struct qn_odb_alternates *out)
{
    struct qn_odb_alternates list = QN_ODB_ALTERNATES_INIT;
    struct qn_buf real = QN_BUF_INIT;
    enum qn_status status;
    bool is_new;

    status = qn_file_real_path(ctx, directory, &real);
    if (status == QN_NOT_FOUND) { /* an empty repository of few files */
        qn_ctx_clear(ctx);
        qn_buf_clear(&real);
        status = qn_buf_append_string(ctx, &real, directory);
    }
    if (!status)
        status = add(ctx, &list, qn_bytes_from_string(directory),
                     qn_buf_bytes(&real), &is_new);
    if (!status && variable)
        status =
            link_list(ctx, &list, qn_bytes_from_string(variable), ':', NULL, 0);
    if (!status)
        status = read_alternates(ctx, &list, directory, 0);
    qn_buf_dispose(&real);
    if (status)
        qn_odb_alternates_dispose(&list);
    else
        *out = list;
    return status;
}
