/* SPDX-License-Identifier: MIT */
/* Finding deltas: which objects of a list are best stored as a difference from
 * another one.
 *
 *   objects of one type, alike by name, the largest first -> a window that
 *   slides over them -> for each the smallest delta that keeps chains short
 *
 * What is stored as a delta already, and will be copied so, is neither target
 * nor base; a base always comes before what is built on it in the order that is
 * searched: these two keep circles out.  The list is cut in parts whose length
 * depends on the list alone, so that the result does not depend on how many
 * threads there are.
 *
 * Small deltas are kept, compressed, as far as `cache_size` goes; others are
 * found again, from the base that was chosen, when they are written
 * (qn_delta_search_again).
 */
#ifndef QN_OPERATION_PART_DELTA_SEARCH_H
#define QN_OPERATION_PART_DELTA_SEARCH_H

#include "base/progress.h"
#include "operation/part/pack_list.h"

struct qn_delta_islands;

struct qn_delta_search {
    struct qn_pack_list *list;              /* prepared */
    const struct qn_delta_islands *islands; /* or NULL */
    uint32_t window;                        /* 0: no search; Git's: 10 */
    uint32_t depth;                         /* Git's: 50 */
    uint32_t thread_count;                  /* 0: the environment's */
    uint64_t window_memory;                 /* of one thread; 0: any */
    uint64_t big_file_threshold;            /* larger ones are left alone */
    uint64_t cache_size;                    /* 0: any */
    uint64_t cache_limit;                   /* kept whatever they save */
    int level;
    bool reuses_deltas;
    bool by_path;                 /* first among those of one path */
    struct qn_progress *progress; /* told of each candidate; or NULL */
};

/* How many objects the search will look at. */
size_t qn_delta_search_count(const struct qn_delta_search *search);
enum qn_status
qn_delta_search_run(struct qn_ctx *ctx,
                    const struct qn_delta_search *search) QN_MUST_USE;

/* The delta of an entry that was not kept: made again and appended,
 * compressed.  `odb`: the calling thread's view. */
enum qn_status qn_delta_search_again(struct qn_ctx *ctx,
                                     const struct qn_delta_search *search,
                                     struct qn_odb *odb, uint32_t number,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
