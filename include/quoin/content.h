/* SPDX-License-Identifier: MIT */
/* Bytes that the library hands over: an object, a patch, a message.
 *
 * A content is immutable and belongs to whoever got it; it may be read from any
 * thread and outlives the repository it came from.
 */
#ifndef QUOIN_CONTENT_H
#define QUOIN_CONTENT_H

#include <quoin/api.h>
#include <quoin/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct qn_content;

/* The kinds of objects; the numbers are those of packs. */
enum qn_content_type {
    QN_CONTENT_NONE = 0, /* no object: a patch, say */
    QN_CONTENT_COMMIT = 1,
    QN_CONTENT_TREE = 2,
    QN_CONTENT_BLOB = 3,
    QN_CONTENT_TAG = 4
};

/* enum qn_content_type. */
QN_API uint32_t qn_content_type(const struct qn_content *content);
/* The bytes, and a NUL behind them that does not count. */
QN_API QN_BORROWED const uint8_t *
qn_content_data(const struct qn_content *content);
QN_API size_t qn_content_size(const struct qn_content *content);
QN_API void qn_content_free(QN_NULLABLE struct qn_content *content);

#ifdef __cplusplus
}
#endif

#endif
