/* SPDX-License-Identifier: MIT */
/* The patch of one file, taken apart: hunks that can be chosen, split and
 * edited, and put together again.
 *
 *   patch text (and the same in colours, line for line)
 *     -> header, a mode change, hunks -> text of those chosen
 *
 * Hunks that came from one share context lines; neighbours that are both chosen
 * are joined again.  Source: git-add(1) "INTERACTIVE MODE", experiments.
 */
#ifndef QN_DIFF_FILE_PATCH_H
#define QN_DIFF_FILE_PATCH_H

#include "base/buf.h"
#include "base/ctx.h"
#include "diff/hunk_apply.h"

enum qn_file_patch_use {
    QN_FILE_PATCH_UNDECIDED = 0,
    QN_FILE_PATCH_USE,
    QN_FILE_PATCH_SKIP
};

struct qn_file_patch_hunk {
    size_t start, end;             /* in `plain`, the lines */
    size_t color_start, color_end; /* in `colored` */
    struct qn_hunk_range range;
    size_t extra, extra_end;             /* behind the second "@@" */
    size_t color_extra, color_extra_end; /* the same; equal: none */
    bool has_own_header; /* `color_start` is at a line that stands for it */
    bool is_mode;        /* not lines, but a change of the mode */
    uint32_t pieces;     /* how many it can be split into */
    enum qn_file_patch_use use;
};

struct qn_file_patch {
    struct qn_buf plain, colored; /* colored empty: there are no colours */
    /* The header without the lines of a mode change: two parts. */
    size_t head_end, head_cut, head_next;
    size_t color_head_end, color_head_cut, color_head_next;
    uint32_t old_mode, new_mode; /* 0: not there */
    bool is_added, is_deleted, is_binary;
    struct qn_file_patch_hunk *hunks;
    size_t count, capacity;
    enum qn_file_patch_use use; /* when there is no hunk */
    size_t header_lines;
};

struct qn_file_patch_colors {
    const char *frag, *context, *old_line, *new_line, *reset;
};

/* Copies both texts. */
enum qn_status qn_file_patch_parse(struct qn_ctx *ctx, struct qn_bytes plain,
                                   struct qn_bytes colored,
                                   struct qn_file_patch *out) QN_MUST_USE;
void qn_file_patch_dispose(struct qn_file_patch *patch);

bool qn_file_patch_has_colors(const struct qn_file_patch *patch);
/* Append the header / a hunk as it is shown; `colors` NULL: without. */
enum qn_status qn_file_patch_show_head(struct qn_ctx *ctx,
                                       const struct qn_file_patch *patch,
                                       struct qn_buf *out) QN_MUST_USE;
enum qn_status
qn_file_patch_show_hunk(struct qn_ctx *ctx, const struct qn_file_patch *patch,
                        size_t i, const struct qn_file_patch_colors *colors,
                        struct qn_buf *out) QN_MUST_USE;
/* Hunk i becomes its pieces. */
enum qn_status qn_file_patch_split(struct qn_ctx *ctx,
                                   struct qn_file_patch *patch,
                                   size_t i) QN_MUST_USE;
/* Put other lines (perhaps with a header) in the place of a hunk's; lines that
 * begin with `comment` are left out.  `*is_empty`: nothing was left, and
 * nothing done. */
enum qn_status qn_file_patch_replace(struct qn_ctx *ctx,
                                     struct qn_file_patch *patch, size_t i,
                                     struct qn_bytes text, const char *comment,
                                     const struct qn_file_patch_colors *colors,
                                     bool *is_empty) QN_MUST_USE;
/* Make the counts of all hunks what their lines say. */
void qn_file_patch_recount(struct qn_file_patch *patch);
/* Append the hunks that are used (`all`: every one), for qn_hunk_apply_run. */
enum qn_status qn_file_patch_assemble(struct qn_ctx *ctx,
                                      const struct qn_file_patch *patch,
                                      bool all, struct qn_buf *out) QN_MUST_USE;

#endif
