/* SPDX-License-Identifier: MIT */
/* How a fetch tells what became of refs: " * [new branch]      x -> origin/x",
 * or for programs (--porcelain).  git-fetch(1) OUTPUT. */
#ifndef QN_OPERATION_PART_FETCH_DISPLAY_H
#define QN_OPERATION_PART_FETCH_DISPLAY_H

#include "operation/part/fetch_map.h"

struct qn_fetch_display {
    struct qn_odb *odb;
    bool is_porcelain, is_compact, is_verbose, is_quiet;
    int terminal_width;
    bool has_head; /* FETCH_HEAD is written: what goes there alone is told */
    struct qn_buf url;    /* behind "From "; without ".git" */
    bool was_told;        /* that line */
    size_t width;         /* of the column of sources */
    size_t summary_width; /* 0: no padding */
    struct qn_buf *out;
};

/* The URL as messages show it, appended: without slashes and ".git" at its end,
 * and without a password. */
enum qn_status qn_fetch_display_url(struct qn_ctx *ctx, const char *url,
                                    struct qn_buf *out) QN_MUST_USE;
/* Find the widths for a map.  `has_failures`: nothing is padded. */
enum qn_status qn_fetch_display_measure(struct qn_ctx *ctx,
                                        struct qn_fetch_display *display,
                                        const struct qn_fetch_map *map,
                                        bool has_failures) QN_MUST_USE;
enum qn_status
qn_fetch_display_entry(struct qn_ctx *ctx, struct qn_fetch_display *display,
                       const struct qn_fetch_entry *entry) QN_MUST_USE;
/* One that was pruned. */
enum qn_status qn_fetch_display_pruned(struct qn_ctx *ctx,
                                       struct qn_fetch_display *display,
                                       const char *name,
                                       const struct qn_id *old_id) QN_MUST_USE;

/* "branch 'x'", "tag 'x'", ... of `source`, for FETCH_HEAD; "" for HEAD. */
enum qn_status qn_fetch_display_note(struct qn_ctx *ctx, const char *source,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
