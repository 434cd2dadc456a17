/* SPDX-License-Identifier: MIT */
/* Finding deltas: which objects of a list are best stored as a difference from
 * another one.
 *
 *   objects of one type, alike by name, the largest first -> a window that
 *   slides over them -> for each the smallest delta that keeps chains short
 *
 * What is stored as a delta already, and will be copied so, is neither target
 * nor base: that is what keeps circles out.  The list
 * is cut in parts of a fixed length, so that the result does not depend on how
 * many threads there are.
 */
#ifndef QN_OPERATION_PART_DELTA_SEARCH_H
#define QN_OPERATION_PART_DELTA_SEARCH_H

#include "odb/odb.h"

#define QN_DELTA_SEARCH_NONE UINT32_MAX

struct qn_delta_search_item {
    const uint8_t *row; /* raw id; borrowed */
    uint32_t name_hash; /* qn_delta_search_hash of the path, or 0 */
    bool is_preferred;  /* reserved: a base that is not written */
    /* out */
    enum qn_object_type type;
    uint64_t size;
    uint32_t base;  /* item it is a delta of, or NONE */
    uint32_t root;  /* item at the end of its chain of copied deltas; itself:
                       it is not copied as a delta */
    uint32_t order; /* bases come before what is built on them */
    uint32_t delta_size; /* inflated */
    uint32_t depth;
    struct qn_buf delta; /* compressed; owned */
};

struct qn_delta_search {
    struct qn_odb *odb;
    uint32_t window; /* 0: no search; Git's default is 10 */
    uint32_t depth;  /* Git's default is 50 */
    uint64_t big_file_threshold;
    int level;
};

/* Git's hash of names: those that end alike are near each other. */
uint32_t qn_delta_search_hash(struct qn_bytes path);
enum qn_status qn_delta_search_run(struct qn_ctx *ctx,
                                   const struct qn_delta_search *search,
                                   struct qn_delta_search_item *items,
                                   size_t count) QN_MUST_USE;

#endif
