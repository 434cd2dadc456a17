/* SPDX-License-Identifier: MIT */
/* Owned bytes that grow, with a limit.
 *
 * Invariants: size <= capacity; data is NULL exactly when capacity is 0; once
 * anything was appended through these functions, data[size] is a NUL that does
 * not count.  A failed call leaves contents and size as they were.
 */
#ifndef QN_BASE_BUF_H
#define QN_BASE_BUF_H

#include "base/bytes.h"
#include "base/compiler.h"

#include <quoin/status.h>
#include <stdarg.h>

struct qn_ctx;

struct qn_buf {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t limit; /* the most bytes it may hold; 0: the context's limit */
};

#define QN_BUF_INIT                                                            \
    {                                                                          \
        NULL, 0, 0, 0                                                          \
    }

void qn_buf_dispose(struct qn_buf *buf);

/* Forget the contents, keep the room. */
static inline void qn_buf_clear(struct qn_buf *buf)
{
    buf->size = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

static inline struct qn_bytes qn_buf_bytes(const struct qn_buf *buf)
{
    return qn_bytes_make(buf->data, buf->size);
}

/* The contents as a C string; "" when empty. */
static inline const char *qn_buf_string(const struct qn_buf *buf)
{
    return buf->data ? (const char *)buf->data : "";
}

/* Cut to `size` bytes; does nothing when it is shorter. */
void qn_buf_truncate(struct qn_buf *buf, size_t size);

/* Room for `more` bytes (and the NUL) beyond size.  QN_TOO_BIG past the limit,
 * QN_NO_MEMORY. The caller may then write at data + size and add to size. */
enum qn_status qn_buf_reserve(struct qn_ctx *ctx, struct qn_buf *buf,
                              size_t more) QN_MUST_USE;

enum qn_status qn_buf_append(struct qn_ctx *ctx, struct qn_buf *buf,
                             const void *data, size_t size) QN_MUST_USE;
enum qn_status qn_buf_append_bytes(struct qn_ctx *ctx, struct qn_buf *buf,
                                   struct qn_bytes bytes) QN_MUST_USE;
enum qn_status qn_buf_append_string(struct qn_ctx *ctx, struct qn_buf *buf,
                                    const char *string) QN_MUST_USE;
enum qn_status qn_buf_append_byte(struct qn_ctx *ctx, struct qn_buf *buf,
                                  uint8_t byte) QN_MUST_USE;
enum qn_status qn_buf_append_repeat(struct qn_ctx *ctx, struct qn_buf *buf,
                                    uint8_t byte, size_t count) QN_MUST_USE;
enum qn_status qn_buf_printf(struct qn_ctx *ctx, struct qn_buf *buf,
                             const char *format, ...)
    QN_PRINTF(3, 4) QN_MUST_USE;
enum qn_status qn_buf_vprintf(struct qn_ctx *ctx, struct qn_buf *buf,
                              const char *format,
                              va_list arguments) QN_MUST_USE;

/* Replace `count` bytes at `offset` by `bytes` (an insert when count is 0). */
enum qn_status qn_buf_splice(struct qn_ctx *ctx, struct qn_buf *buf,
                             size_t offset, size_t count,
                             struct qn_bytes bytes) QN_MUST_USE;

/* Swap two buffers. */
void qn_buf_swap(struct qn_buf *a, struct qn_buf *b);

/* Take the block out (the caller frees it with qn_memory_free); the buffer is
 * empty then.  NUL terminated.  NULL: QN_NO_MEMORY. */
char *qn_buf_detach(struct qn_ctx *ctx, struct qn_buf *buf) QN_MUST_USE;

#endif
