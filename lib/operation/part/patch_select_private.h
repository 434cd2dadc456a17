/* SPDX-License-Identifier: MIT */
/* What the sources of patch_select share. */
#ifndef QN_OPERATION_PART_PATCH_SELECT_PRIVATE_H
#define QN_OPERATION_PART_PATCH_SELECT_PRIVATE_H

#include "operation/part/patch_select.h"

#define QN_PATCH_NOWHERE SIZE_MAX

/* Where the dialogue is in one file. */
struct qn_patch_place {
    struct qn_patch_select *all;
    struct qn_file_patch *file;
    size_t number;               /* of the file */
    size_t at;                   /* hunk */
    size_t shown;                /* the hunk on the screen, or NOWHERE */
    size_t next_open, last_open; /* other hunks not decided; or NOWHERE */
    bool is_left;                /* go to another file, or end */
    int step;                    /* to the file behind or before */
};

/* One command line of the user; `all->answer` has it. */
enum qn_status qn_patch_select_goto(struct qn_ctx *ctx,
                                    struct qn_patch_place *place) QN_MUST_USE;
enum qn_status qn_patch_select_search(struct qn_ctx *ctx,
                                      struct qn_patch_place *place) QN_MUST_USE;
/* `*is_done`: the hunk was replaced by what the user made of it. */
enum qn_status qn_patch_select_edit(struct qn_ctx *ctx,
                                    struct qn_patch_place *place,
                                    bool *is_done) QN_MUST_USE;
enum qn_status qn_patch_select_help(struct qn_ctx *ctx,
                                    struct qn_patch_place *place,
                                    const char *keys) QN_MUST_USE;
/* printf in a colour, a line end behind it. */
enum qn_status qn_patch_select_line(
    struct qn_ctx *ctx, const struct qn_patch_select_options *options,
    const char *color, const char *format, ...) QN_PRINTF(4, 5);

#endif
