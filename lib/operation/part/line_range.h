/* SPDX-License-Identifier: MIT */
/* "-L start,end:file" and "-L :name:file": a range of lines, git-log(1). */
#ifndef QN_OPERATION_PART_LINE_RANGE_H
#define QN_OPERATION_PART_LINE_RANGE_H

#include "diff/patch.h"
#include "walk/revision.h"

struct qn_line_range {
    struct qn_bytes range; /* "start,end" or ":name" */
    struct qn_bytes path;  /* NUL terminated */
    uint32_t after;        /* where a search begins: lines in front of it */
};

/* QN_INVALID "-L argument not 'start,end:file' ...". */
enum qn_status qn_line_range_split(struct qn_ctx *ctx, const char *text,
                                   struct qn_line_range *out) QN_MUST_USE;
/* In a text. */
enum qn_status qn_line_range_in(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_text_lines *lines,
                                const struct qn_line_range *spec,
                                struct qn_patch_range *out) QN_MUST_USE;
/* In the file as the commit has it. */
enum qn_status qn_line_range_find(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_id *commit,
                                  const struct qn_line_range *spec,
                                  struct qn_patch_range *out) QN_MUST_USE;

#endif
