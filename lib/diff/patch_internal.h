/* SPDX-License-Identifier: MIT */
/* The diff machine's inside, shared by the files that print one format each. */
#ifndef QN_DIFF_PATCH_INTERNAL_H
#define QN_DIFF_PATCH_INTERNAL_H

#include "base/map.h"
#include "diff/hunks.h"
#include "diff/patch.h"
#include "diff/patch_moved.h"
#include "diff/submodule_ignore.h"
#include "diff/whitespace.h"
#include "text/regex.h"

struct qn_patch_driver; /* diff/driver.h */

/* What a command that compares said of a pair. */
enum qn_patch_answer {
    QN_PATCH_ANSWER_NONE = 0, /* there was none, or it is not trusted */
    QN_PATCH_ANSWER_SAME,
    QN_PATCH_ANSWER_DIFFERENT
};

struct qn_patch {
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_diff_options options;
    struct qn_attributes *attributes;
    struct qn_attributes *own_attributes;
    const struct qn_diff_content *content;
    struct qn_similarity engine;
    int64_t big_size; /* core.bigFileThreshold: larger ones are binary */
    struct qn_buf texts[2];
    struct qn_buf header;
    struct qn_buf scratch;
    struct qn_hunks hunks;
    struct qn_regex **ignored; /* -I, compiled */
    struct qn_regex *pickaxe;
    struct qn_regex *word_regex;  /* of the options, compiled */
    const struct qn_regex *words; /* of the pair at hand; NULL: white space */
    struct qn_map drivers;        /* name -> struct qn_patch_driver */
    size_t null_digits; /* digits of an id of zeros; 0: not known yet */
    uint32_t algorithm;
    uint32_t needed_limit;
    bool was_degraded;
    bool converts; /* textconv is in force for the pair at hand */
    size_t shown_count, total_count; /* what external drivers are told */
    enum qn_patch_answer answer;     /* for the pair at hand */
    size_t same_count;               /* pairs that had nothing to show */
    struct qn_buf same; /* a byte a pair: has nothing; empty: not asked */
    bool has_problems;
    const struct qn_patch_range *ranges; /* of the pair at hand; NULL: all */
    size_t range_count;
    const struct qn_patch_remark *remarks;
    size_t remark_count;
    struct qn_patch_moved moved;
    struct qn_submodule_ignore ignore;
    struct qn_whitespace whitespace; /* of the pair at hand, in colours */
    struct qn_diff_list list;        /* of qn_patch_trees */
};

/* What a path's diff attribute says. */
struct qn_patch_path {
    const struct qn_patch_driver *driver; /* NULL: none of a name */
    int is_binary;                        /* 1, 0, -1: the content decides */
};
struct qn_patch_driver {
    int is_binary; /* -1: not said */
    int algorithm; /* -1: not said */
    struct qn_regex **headings;
    bool *negates;
    size_t heading_count;
    struct qn_regex *words;
    const char *textconv; /* borrowed from the configuration */
    const char *command;
    bool trusts_exit_code; /* of the command */
};
enum qn_status qn_patch_driver_find(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_bytes path,
                                    struct qn_patch_path *out) QN_MUST_USE;
/* The patch's attributes, made when first needed; NULL without a repository. */
enum qn_status qn_patch_driver_attributes(struct qn_ctx *ctx,
                                          struct qn_patch *patch) QN_MUST_USE;
void qn_patch_driver_free_all(struct qn_patch *patch);
/* patch_command.c: what the drivers' commands do. */
/* Is side `side` of the pair converted before it is shown? */
bool qn_patch_command_converts(const struct qn_patch *patch,
                               const struct qn_diff_side *side,
                               const struct qn_patch_path *path);
/* The text that textconv makes of patch->texts[i], in its place. */
enum qn_status qn_patch_command_convert(struct qn_ctx *ctx,
                                        struct qn_patch *patch,
                                        const struct qn_diff_side *side,
                                        const struct qn_patch_path *path,
                                        struct qn_buf *text) QN_MUST_USE;
/* The external driver of a pair; `words` NULL: none. */
struct qn_patch_command {
    const char *words; /* for the shell; borrowed */
    bool is_trusted;   /* exit code 1 says "different", 0 "the same" */
};
enum qn_status qn_patch_command_find(struct qn_ctx *ctx, struct qn_patch *patch,
                                     const struct qn_diff_pair *pair,
                                     struct qn_patch_command *out) QN_MUST_USE;
/* Its output, appended; patch->answer is set. */
enum qn_status qn_patch_command_run(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_diff_pair *pair,
                                    const struct qn_patch_command *command,
                                    struct qn_buf *out) QN_MUST_USE;
/* patch_workers.c: all patches of a list, made side by side.  `*is_done` false:
 * nothing was printed, since that is not possible or not worth it. */
enum qn_status qn_patch_workers_print(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_list *list,
                                      struct qn_buf *out,
                                      bool *is_done) QN_MUST_USE;
/* A qn_hunk_heading_fn; `data` is the driver. */
bool qn_patch_driver_heading(struct qn_ctx *ctx, void *data,
                             struct qn_bytes line, struct qn_bytes *heading);

static inline bool qn_patch_has_old(const struct qn_diff_pair *pair)
{
    return pair->old_side.mode != 0;
}

static inline bool qn_patch_has_new(const struct qn_diff_pair *pair)
{
    return pair->new_side.mode != 0;
}

/* The name as it is shown: without the --relative part. */
struct qn_bytes qn_patch_name(const struct qn_patch *patch,
                              struct qn_bytes path);
/* Append a name, quoted when needed. */
enum qn_status qn_patch_append_name(struct qn_ctx *ctx,
                                    const struct qn_patch *patch,
                                    const char *prefix, struct qn_bytes path,
                                    struct qn_buf *out) QN_MUST_USE;
/* "a/{b => c}/d". */
enum qn_status qn_patch_append_rename(struct qn_ctx *ctx,
                                      const struct qn_patch *patch,
                                      struct qn_bytes old_path,
                                      struct qn_bytes new_path,
                                      struct qn_buf *out) QN_MUST_USE;
/* Append an id of `digits` hex digits: 0 all of them, -1 the default. */
enum qn_status qn_patch_append_id(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_id *id, int digits,
                                  struct qn_buf *out) QN_MUST_USE;
/* Read a side's content (submodules and absent ones, too) into `out`. */
enum qn_status qn_patch_read_side(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_side *side,
                                  struct qn_buf *out) QN_MUST_USE;
/* Both sides into patch->texts; are they binary? */
enum qn_status qn_patch_read_pair(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_pair *pair,
                                  struct qn_patch_path paths[2],
                                  bool *is_binary) QN_MUST_USE;
/* The options of a pair's text diff. */
void qn_patch_text_options(const struct qn_patch *patch,
                           const struct qn_patch_path paths[2],
                           struct qn_text_diff_options *text,
                           struct qn_hunk_options *hunks);

/* patch_raw.c: --raw, --name-only, --name-status */
enum qn_status qn_patch_raw_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_list *list,
                                  struct qn_buf *out) QN_MUST_USE;
/* patch_stat.c: --numstat, --stat, --shortstat, --dirstat, --summary */
enum qn_status qn_patch_stat_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_diff_list *list,
                                   struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_patch_summary_print(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_list *list,
                                      struct qn_buf *out) QN_MUST_USE;
/* patch_text.c: -p */
enum qn_status qn_patch_text_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_diff_pair *pair,
                                   struct qn_buf *out) QN_MUST_USE;
/* patch_differs.c: the same, counted when there is nothing to show. */
enum qn_status qn_patch_differs_print(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_pair *pair,
                                      struct qn_buf *out) QN_MUST_USE;
/* Ask the pairs that have to be asked before names are printed. */
enum qn_status
qn_patch_differs_find(struct qn_ctx *ctx, struct qn_patch *patch,
                      const struct qn_diff_list *list) QN_MUST_USE;
/* The header of a path that has remarks and no difference. */
enum qn_status qn_patch_text_remark(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_bytes path,
                                    struct qn_buf *out) QN_MUST_USE;
/* patch_ranges.c: the hunks of patch->ranges. */
enum qn_status qn_patch_ranges_put(
    struct qn_ctx *ctx, struct qn_patch *patch, const struct qn_text_diff *diff,
    bool has_old,
    enum qn_status (*put)(struct qn_ctx *ctx, struct qn_patch *patch,
                          const struct qn_text_diff *diff,
                          const struct qn_hunk *hunk, struct qn_buf *out),
    struct qn_buf *out) QN_MUST_USE;
/* patch_check.c: --check. */
enum qn_status qn_patch_check_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_diff_pair *pair,
                                    struct qn_buf *out) QN_MUST_USE;
/* patch_words.c: one hunk by words. */
enum qn_status qn_patch_words_hunk(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_text_diff *diff,
                                   const struct qn_hunk *hunk,
                                   struct qn_buf *out) QN_MUST_USE;
/* patch_color.c: one hunk with colours; and its first line alone. */
enum qn_status qn_patch_color_header(struct qn_ctx *ctx, struct qn_patch *patch,
                                     const struct qn_hunk *hunk,
                                     struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_patch_color_hunk(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_text_diff *diff,
                                   const struct qn_hunk *hunk,
                                   struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_patch_color_collect(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_text_diff *diff,
                                      const struct qn_hunk *hunk) QN_MUST_USE;
/* patch_binary.c: "GIT binary patch". */
enum qn_status qn_patch_binary_print(struct qn_ctx *ctx, struct qn_bytes a,
                                     struct qn_bytes b, int level,
                                     struct qn_buf *out) QN_MUST_USE;
/* patch_pickaxe.c: drop what -S, -G, --find-object do not want. */
enum qn_status qn_patch_pickaxe_run(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_diff_list *list) QN_MUST_USE;

/* Put the line prefix before every line from `start` on, but for those that
 * tell of unmerged paths or end the lines of a word diff: Git has none there.
 */
enum qn_status qn_patch_prefix_lines(struct qn_ctx *ctx,
                                     const struct qn_patch *patch,
                                     struct qn_buf *out,
                                     size_t start) QN_MUST_USE;

#endif
