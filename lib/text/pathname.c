/* SPDX-License-Identifier: MIT */
#include "text/pathname.h"

#include "base/ctx.h"

struct qn_bytes qn_pathname_base(struct qn_bytes path)
{
    size_t slash = qn_bytes_find_last(path, '/');

    return slash < path.size ? qn_bytes_from(path, slash + 1) : path;
}

struct qn_bytes qn_pathname_directory(struct qn_bytes path)
{
    size_t slash = qn_bytes_find_last(path, '/');

    if (slash == path.size)
        return qn_bytes_first(path, 0);
    while (slash > 1 && path.data[slash - 1] == '/')
        slash--;
    return qn_bytes_first(path, slash ? slash : 1);
}

enum qn_status qn_pathname_join(struct qn_ctx *ctx, struct qn_bytes a,
                                struct qn_bytes b, struct qn_buf *out)
{
    enum qn_status status;

    if (a.size == 0 || qn_pathname_is_absolute(b))
        return qn_buf_append_bytes(ctx, out, b);
    status = qn_buf_reserve(ctx, out, a.size + 1 + b.size);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, a);
    if (!status && a.data[a.size - 1] != '/')
        status = qn_buf_append_byte(ctx, out, '/');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, b);
    return status;
}

/* Cut the last part of what stands in `out` from `top` on. */
static bool drop_part(struct qn_buf *out, size_t top)
{
    size_t size = out->size;

    if (size > top && out->data[size - 1] == '/')
        size--;
    if (size == top)
        return false;
    while (size > top && out->data[size - 1] != '/')
        size--;
    qn_buf_truncate(out, size);
    return true;
}

enum qn_status qn_pathname_normalise(struct qn_ctx *ctx, struct qn_bytes path,
                                     struct qn_buf *out)
{
    struct qn_bytes rest = path;
    size_t start = out->size;
    size_t top;
    enum qn_status status;

    status = qn_buf_reserve(ctx, out, path.size + 1);
    if (status)
        return status;
    if (qn_pathname_is_absolute(path))
        out->data[out->size++] = '/';
    top = out->size;
    while (rest.size > 0) {
        size_t slash = qn_bytes_find(rest, '/');
        struct qn_bytes part = qn_bytes_first(rest, slash);

        rest = qn_bytes_from(rest, slash);
        while (rest.size > 0 && rest.data[0] == '/')
            rest = qn_bytes_from(rest, 1);
        if (part.size == 0 || qn_bytes_is_string(part, "."))
            continue;
        if (qn_bytes_is_string(part, "..")) {
            if (drop_part(out, top))
                continue;
            qn_buf_truncate(out, start);
            return qn_ctx_fail(ctx, QN_INVALID, "path '%.*s' leads outside",
                               QN_BYTES_ARG(path));
        }
        memcpy(out->data + out->size, part.data, part.size);
        out->size += part.size;
        if (part.data + part.size < path.data + path.size)
            out->data[out->size++] = '/';
    }
    out->data[out->size] = '\0';
    return QN_OK;
}

enum qn_status qn_pathname_relative(struct qn_ctx *ctx, struct qn_bytes from,
                                    struct qn_bytes to, struct qn_buf *out)
{
    size_t common = 0;
    size_t i = 0;
    enum qn_status status = QN_OK;

    while (from.size > 1 && from.data[from.size - 1] == '/')
        from.size--;
    while (i < from.size && i < to.size && from.data[i] == to.data[i]) {
        if (from.data[i] == '/')
            common = i + 1;
        i++;
    }
    if (i == from.size && (i == to.size || to.data[i] == '/' || i == 0))
        common = i + (i > 0 && i < to.size && to.data[i] == '/');
    else if (i == to.size && i < from.size && from.data[i] == '/')
        common = i + 1;
    from = qn_bytes_from(from, common);
    to = qn_bytes_from(to, common);
    while (from.size > 0 && !status) {
        size_t slash = qn_bytes_find(from, '/');

        from = qn_bytes_from(from, slash + 1);
        status = qn_buf_append_string(ctx, out, "../");
        if (!status && from.size == 0 && to.size == 0)
            qn_buf_truncate(out, out->size);
    }
    if (status)
        return status;
    if (to.size == 0 && (out->size == 0 || out->data[out->size - 1] != '/'))
        return qn_buf_append_string(ctx, out, "./");
    return qn_buf_append_bytes(ctx, out, to);
}

bool qn_pathname_is_below(struct qn_bytes path, struct qn_bytes directory,
                          struct qn_bytes *rest)
{
    struct qn_bytes tail;

    while (directory.size > 0 && directory.data[directory.size - 1] == '/')
        directory.size--;
    if (path.size < directory.size ||
        (directory.size > 0 &&
         memcmp(path.data, directory.data, directory.size) != 0))
        return false;
    tail = qn_bytes_from(path, directory.size);
    if (tail.size > 0 && directory.size > 0 && tail.data[0] != '/')
        return false;
    while (tail.size > 0 && tail.data[0] == '/')
        tail = qn_bytes_from(tail, 1);
    if (rest)
        *rest = tail;
    return true;
}
