/* SPDX-License-Identifier: MIT */
/* Object ids as values: compare, parse, print.  The struct is in <quoin/id.h>.
 */
#ifndef QN_HASH_ID_H
#define QN_HASH_ID_H

#include "base/bytes.h"
#include "base/ctx.h"

#include <quoin/id.h>
#include <string.h>

/* Bytes of an id: 20 or 32 (0 for QN_HASH_NONE). */
static inline size_t qn_id_size(uint32_t algorithm)
{
    return algorithm == QN_HASH_SHA256 ? 32
           : algorithm == QN_HASH_SHA1 ? 20
                                       : 0;
}

static inline size_t qn_id_hex_size(uint32_t algorithm)
{
    return 2 * qn_id_size(algorithm);
}

static inline bool qn_id_is_equal(const struct qn_id *a, const struct qn_id *b)
{
    return memcmp(a->bytes, b->bytes, QN_ID_MAX_SIZE) == 0;
}

/* The id of all zeros, which is no object. */
static inline bool qn_id_is_null(const struct qn_id *id)
{
    static const uint8_t zeros[QN_ID_MAX_SIZE];

    return memcmp(id->bytes, zeros, QN_ID_MAX_SIZE) == 0;
}

static inline int qn_id_compare(const struct qn_id *a, const struct qn_id *b)
{
    return memcmp(a->bytes, b->bytes, QN_ID_MAX_SIZE);
}

/* An id from a raw row of a table. */
static inline void qn_id_from_row(struct qn_id *id, uint32_t algorithm,
                                  const uint8_t *row)
{
    memset(id, 0, sizeof(*id));
    memcpy(id->bytes, row, qn_id_size(algorithm));
    id->algorithm = algorithm;
}

static inline void qn_id_clear(struct qn_id *id, uint32_t algorithm)
{
    memset(id, 0, sizeof(*id));
    id->algorithm = algorithm;
}

/* Full hex of just the right length (either case); false when it is not. */
bool qn_id_from_hex(struct qn_id *id, uint32_t algorithm, struct qn_bytes hex);

/* Write hex digits and a NUL; `hex` has room for QN_ID_MAX_HEX_SIZE + 1.
 * Returns `hex`. */
char *qn_id_to_hex(const struct qn_id *id, char *hex);

/* "sha1", "sha256"; NULL for others. */
const char *qn_id_algorithm_name(uint32_t algorithm);
/* QN_HASH_NONE when unknown. */
uint32_t qn_id_algorithm_from_name(struct qn_bytes name);

/* The ids of the empty tree and the empty blob. */
const struct qn_id *qn_id_empty_tree(uint32_t algorithm);
const struct qn_id *qn_id_empty_blob(uint32_t algorithm);

#endif
