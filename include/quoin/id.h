/* SPDX-License-Identifier: MIT */
/* Object ids: the name of an object is the hash of its content.
 *
 * `bytes` past the algorithm's width are zero, so that ids compare and hash as
 * whole structs.  Ids are passed by pointer; bulk tables hold raw rows.
 */
#ifndef QUOIN_ID_H
#define QUOIN_ID_H

#include <quoin/api.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QN_ID_MAX_SIZE     32 /* bytes of the widest id */
#define QN_ID_MAX_HEX_SIZE 64 /* hex digits of the widest id, without a NUL */

/* Algorithms: the numbers are those of Git's formats (pack-index, reftable,
 * multi-pack-index all call SHA-1 "1" and SHA-256 "2"). */
enum qn_hash_algorithm {
    QN_HASH_NONE = 0,
    QN_HASH_SHA1 = 1,
    QN_HASH_SHA256 = 2
};

struct qn_id {
    uint8_t bytes[QN_ID_MAX_SIZE];
    uint32_t algorithm; /* enum qn_hash_algorithm */
};

/* Full hex, either case: 40 or 64 digits.  0: it is not; `*out` is untouched.
 */
QN_API int qn_id_parse(const char *hex, struct qn_id *out);
/* Digits and a NUL into `hex`, which has room for QN_ID_MAX_HEX_SIZE + 1. */
QN_API void qn_id_format(const struct qn_id *id, char *hex);
/* 1: they are the same. */
QN_API int qn_id_same(const struct qn_id *a, const struct qn_id *b);

#ifdef __cplusplus
}
#endif

#endif
