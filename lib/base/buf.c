/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "base/checked.h"
#include "base/ctx.h"
#include "base/memory.h"

#include <stdio.h>

void qn_buf_dispose(struct qn_buf *buf)
{
    size_t limit = buf->limit;

    qn_memory_free(buf->data);
    *buf = (struct qn_buf)QN_BUF_INIT;
    buf->limit = limit;
}

void qn_buf_truncate(struct qn_buf *buf, size_t size)
{
    if (size >= buf->size)
        return;
    buf->size = size;
    buf->data[size] = '\0';
}

enum qn_status qn_buf_reserve(struct qn_ctx *ctx, struct qn_buf *buf,
                              size_t more)
{
    size_t limit = buf->limit ? buf->limit : qn_ctx_buf_limit(ctx);
    size_t needed;
    size_t capacity;
    uint8_t *data;

    if (!qn_checked_add_size(buf->size, more, &needed) || needed == SIZE_MAX ||
        (limit && needed > limit))
        return qn_ctx_fail(ctx, QN_TOO_BIG,
                           "a buffer would grow past its limit of %zu bytes",
                           limit);
    if (needed < buf->capacity)
        return QN_OK;
    capacity = buf->capacity + buf->capacity / 2;
    if (capacity < needed + 1)
        capacity = needed + 1;
    if (capacity < 64)
        capacity = 64;
    data = qn_memory_resize(qn_ctx_env(ctx), buf->data, capacity);
    if (!data)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory (%zu bytes)",
                           capacity);
    buf->data = data;
    buf->capacity = capacity;
    return QN_OK;
}

enum qn_status qn_buf_append(struct qn_ctx *ctx, struct qn_buf *buf,
                             const void *data, size_t size)
{
    enum qn_status status = qn_buf_reserve(ctx, buf, size);

    if (status)
        return status;
    if (size)
        memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
    return QN_OK;
}

enum qn_status qn_buf_append_bytes(struct qn_ctx *ctx, struct qn_buf *buf,
                                   struct qn_bytes bytes)
{
    return qn_buf_append(ctx, buf, bytes.data, bytes.size);
}

enum qn_status qn_buf_append_string(struct qn_ctx *ctx, struct qn_buf *buf,
                                    const char *string)
{
    return qn_buf_append(ctx, buf, string, strlen(string));
}

enum qn_status qn_buf_append_byte(struct qn_ctx *ctx, struct qn_buf *buf,
                                  uint8_t byte)
{
    return qn_buf_append(ctx, buf, &byte, 1);
}

enum qn_status qn_buf_append_repeat(struct qn_ctx *ctx, struct qn_buf *buf,
                                    uint8_t byte, size_t count)
{
    enum qn_status status = qn_buf_reserve(ctx, buf, count);

    if (status)
        return status;
    memset(buf->data + buf->size, byte, count);
    buf->size += count;
    buf->data[buf->size] = '\0';
    return QN_OK;
}

enum qn_status qn_buf_vprintf(struct qn_ctx *ctx, struct qn_buf *buf,
                              const char *format, va_list arguments)
{
    enum qn_status status = qn_buf_reserve(ctx, buf, 63);
    va_list again;
    int size;

    if (status)
        return status;
    va_copy(again, arguments);
    size = vsnprintf((char *)buf->data + buf->size, buf->capacity - buf->size,
                     format, again);
    va_end(again);
    if (size < 0) {
        buf->data[buf->size] = '\0';
        return qn_ctx_fail(ctx, QN_INVALID, "a format cannot be printed");
    }
    if ((size_t)size >= buf->capacity - buf->size) {
        buf->data[buf->size] = '\0';
        status = qn_buf_reserve(ctx, buf, (size_t)size);
        if (status)
            return status;
        vsnprintf((char *)buf->data + buf->size, (size_t)size + 1, format,
                  arguments);
    }
    buf->size += (size_t)size;
    return QN_OK;
}

enum qn_status qn_buf_printf(struct qn_ctx *ctx, struct qn_buf *buf,
                             const char *format, ...)
{
    enum qn_status status;
    va_list arguments;

    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, buf, format, arguments);
    va_end(arguments);
    return status;
}

enum qn_status qn_buf_splice(struct qn_ctx *ctx, struct qn_buf *buf,
                             size_t offset, size_t count, struct qn_bytes bytes)
{
    enum qn_status status;
    size_t tail;

    if (offset > buf->size || count > buf->size - offset)
        return qn_ctx_fail(ctx, QN_INTERNAL, "a splice is out of range");
    status = qn_buf_reserve(ctx, buf, bytes.size);
    if (status)
        return status;
    tail = buf->size - offset - count;
    memmove(buf->data + offset + bytes.size, buf->data + offset + count, tail);
    if (bytes.size)
        memcpy(buf->data + offset, bytes.data, bytes.size);
    buf->size = offset + bytes.size + tail;
    buf->data[buf->size] = '\0';
    return QN_OK;
}

void qn_buf_swap(struct qn_buf *a, struct qn_buf *b)
{
    struct qn_buf other = *a;

    *a = *b;
    *b = other;
}

char *qn_buf_detach(struct qn_ctx *ctx, struct qn_buf *buf)
{
    char *block;

    if (qn_buf_reserve(ctx, buf, 0))
        return NULL;
    buf->data[buf->size] = '\0';
    block = (char *)buf->data;
    buf->data = NULL;
    buf->size = buf->capacity = 0;
    return block;
}
