/* SPDX-License-Identifier: MIT */
/* Object ids: the name of an object is the hash of its content.
 *
 * `bytes` past the algorithm's width are zero, so that ids compare and hash as
 * whole structs.  Ids are passed by pointer; bulk tables hold raw rows.
 */
#ifndef QUOIN_ID_H
#define QUOIN_ID_H

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

#ifdef __cplusplus
}
#endif

#endif
