/* SPDX-License-Identifier: MIT */
/* The diff machine: a list of pairs (or two trees) to text in every format.
 *
 *   trees -> tree diff -> break, renames, join -> pickaxe -> order -> filter
 *         -> raw, stat, summary, patch ...
 *
 * A qn_patch belongs to one thread; workers have one each (with their own odb
 * view) and append to buffers of their own.  Formats: docs/formats/diff.md.
 */
#ifndef QN_DIFF_PATCH_H
#define QN_DIFF_PATCH_H

#include "diff/options.h"
#include "diff/tree_diff.h"
#include "path/attributes.h"
#include "repo/repo.h"

struct qn_patch;

/* `repo` and `odb` are borrowed and outlive it; `repo` NULL: --no-index.
 * `options` is copied (what it points to is borrowed).  `attributes`: borrowed,
 * or NULL for the work tree's (made when first needed). */
enum qn_status qn_patch_new(struct qn_ctx *ctx, struct qn_repo *repo,
                            struct qn_odb *odb,
                            const struct qn_diff_options *options,
                            struct qn_attributes *attributes,
                            struct qn_patch **out) QN_MUST_USE;
void qn_patch_free(struct qn_patch *patch);

/* Its copy of the options: may be changed between diffs (pathspec, prefixes).
 */
struct qn_diff_options *qn_patch_options(struct qn_patch *patch);

/* How sides without an id (work tree files) are read; borrowed. */
void qn_patch_set_content(struct qn_patch *patch,
                          const struct qn_diff_content *content);

/* --remerge-diff: lines for the headers of paths (which may not differ at all),
 * sorted by path; borrowed. */
struct qn_patch_remark {
    struct qn_bytes path, text;
};
void qn_patch_set_remarks(struct qn_patch *patch,
                          const struct qn_patch_remark *remarks, size_t count);

/* The difference of two trees (NULL: empty) in all formats of the options,
 * appended.  `*count` (may be NULL): pairs that were left to be shown. */
enum qn_status qn_patch_trees(struct qn_ctx *ctx, struct qn_patch *patch,
                              const struct qn_id *old_tree,
                              const struct qn_id *new_tree, struct qn_buf *out,
                              size_t *count) QN_MUST_USE;

/* The same in two steps.  Collect: the list as it will be shown. */
enum qn_status qn_patch_collect(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_id *old_tree,
                                const struct qn_id *new_tree,
                                struct qn_diff_list *list) QN_MUST_USE;
/* The blobs that will be read for it, as far as the trees tell, appended to
 * `ids`: so that those of many differences can be fetched together
 * (qn_odb_prefetch).  Reads no blob. */
enum qn_status qn_patch_foresee(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_id *old_tree,
                                const struct qn_id *new_tree,
                                struct qn_id_list *ids) QN_MUST_USE;
/* Renames, pickaxe, order, filter on a list that came from elsewhere. */
enum qn_status qn_patch_refine(struct qn_ctx *ctx, struct qn_patch *patch,
                               struct qn_diff_list *list) QN_MUST_USE;
/* Print. */
enum qn_status qn_patch_print(struct qn_ctx *ctx, struct qn_patch *patch,
                              const struct qn_diff_list *list,
                              struct qn_buf *out) QN_MUST_USE;

/* Pairs of the list printed last that turned out to be the same where ids
 * cannot tell (white space ignored, -I, a command that is trusted); for an exit
 * code: options.tells_exit_code. */
size_t qn_patch_same_count(const struct qn_patch *patch);

/* How many lines of a pair come and go, as --numstat counts. */
struct qn_patch_counts {
    uint64_t added, deleted;
    bool is_binary, is_unmerged;
};
enum qn_status qn_patch_stat_count(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_diff_pair *pair,
                                   struct qn_patch_counts *out) QN_MUST_USE;

/* Lines start .. end-1 of the new side. */
struct qn_patch_range {
    uint32_t start, end;
};
/* The patch of one pair, for these ranges only, each a hunk (log -L). */
enum qn_status qn_patch_print_ranges(struct qn_ctx *ctx, struct qn_patch *patch,
                                     const struct qn_diff_pair *pair,
                                     const struct qn_patch_range *ranges,
                                     size_t count,
                                     struct qn_buf *out) QN_MUST_USE;
/* Does a line of this path head a function? */
bool qn_patch_is_heading(struct qn_ctx *ctx, struct qn_patch *patch,
                         struct qn_bytes path, struct qn_bytes line);

/* The text that the path's textconv makes of a file's content, in its place;
 * `*converted` false: it has none. */
enum qn_status qn_patch_convert(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_diff_side *side,
                                struct qn_buf *text,
                                bool *converted) QN_MUST_USE;

/* A merge against all its parents (options.combined); trees, not commits. */
enum qn_status qn_patch_combined(struct qn_ctx *ctx, struct qn_patch *patch,
                                 const struct qn_id *parents, size_t count,
                                 const struct qn_id *tree, struct qn_buf *out,
                                 size_t *shown) QN_MUST_USE;

/* The same of one path whose pairs are known (an unmerged path: each stage
 * against the work tree); what is raw or else the patch. */
enum qn_status qn_patch_combined_path(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_pair *pairs,
                                      size_t count,
                                      struct qn_buf *out) QN_MUST_USE;

/* Is anything in the list shown that the formats show at all: pairs, remarks?
 */
bool qn_patch_shows_anything(const struct qn_patch *patch,
                             const struct qn_diff_list *list);
/* Did --check find anything, so far? */
bool qn_patch_has_problems(const struct qn_patch *patch);
/* The largest rename limit that would have been needed; 0: none was passed. */
uint32_t qn_patch_needed_limit(const struct qn_patch *patch,
                               bool *was_degraded);

#endif
