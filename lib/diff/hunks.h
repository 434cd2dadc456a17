/* SPDX-License-Identifier: MIT */
/* Hunks: changes of a text diff, grouped with their context, and written as
 * unified diff text.  Rules: docs/formats/text-diff.md. */
#ifndef QN_DIFF_HUNKS_H
#define QN_DIFF_HUNKS_H

#include "diff/text_diff.h"

/* Is the line (with its LF) one that heads a function?  Then `*heading` is a
 * view of what is shown of it. */
typedef bool qn_hunk_heading_fn(struct qn_ctx *ctx, void *data,
                                struct qn_bytes line, struct qn_bytes *heading);

struct qn_hunk_options {
    uint32_t context;
    uint32_t inter_hunk;
    bool has_function_context;   /* -W */
    unsigned flags;              /* enum qn_text_diff_flags of the diff */
    qn_hunk_heading_fn *heading; /* NULL: a letter, "_" or "$" begins it */
    void *heading_data;
    /* -I: changes all of whose lines match are ignored; or NULL. */
    bool (*is_ignored)(struct qn_ctx *ctx, void *data, struct qn_bytes line);
    void *ignored_data;
};

struct qn_hunk {
    size_t first, last; /* changes first .. last of the diff */
    uint32_t old_start, old_count;
    uint32_t new_start, new_count;
    struct qn_bytes heading; /* in the old text; empty: none */
    bool has_counts; /* "@@ -5,0 +5,1 @@": both in full, numbers from 1 on */
};

struct qn_hunks {
    struct qn_hunk *items;
    size_t count;
    size_t capacity;
};
#define QN_HUNKS_INIT                                                          \
    {                                                                          \
        NULL, 0, 0                                                             \
    }
void qn_hunks_dispose(struct qn_hunks *hunks);

/* Replace what is in `out`; its room is used again. */
enum qn_status qn_hunks_build(struct qn_ctx *ctx,
                              const struct qn_text_diff *diff,
                              const struct qn_hunk_options *options,
                              struct qn_hunks *out) QN_MUST_USE;

/* Append "@@ -1,2 +3,4 @@ heading\n". */
enum qn_status qn_hunks_append_header(struct qn_ctx *ctx,
                                      const struct qn_hunk *hunk,
                                      struct qn_buf *out) QN_MUST_USE;

/* How lines begin; '\n' is added where the text's last line has none. */
struct qn_hunk_style {
    char context, old_line, new_line;
    bool suppresses_blank_empty;
};
/* Append one hunk with its header, without colours. */
enum qn_status qn_hunks_append(struct qn_ctx *ctx,
                               const struct qn_text_diff *diff,
                               const struct qn_hunk *hunk,
                               const struct qn_hunk_style *style,
                               struct qn_buf *out) QN_MUST_USE;

/* The size of the longest well-formed UTF-8 text that `text` begins with. */
size_t qn_hunks_utf8_prefix(struct qn_bytes text);

#endif
