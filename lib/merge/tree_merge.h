/* SPDX-License-Identifier: MIT */
/* Merge of trees: base, ours and theirs to a tree, what is in conflict, and
 * what there is to say.  Git's default strategy ("ort").
 *
 *   walk -> renames of each side -> directory renames -> apply -> resolve
 *        -> tree, stages, messages
 *
 * Never touches index or work tree: it reads and writes objects.  The tree is
 * complete, conflicted files hold conflict markers.  Rules:
 * docs/formats/tree-merge.md.
 */
#ifndef QN_MERGE_TREE_MERGE_H
#define QN_MERGE_TREE_MERGE_H

#include "merge/text_merge.h"
#include "path/attributes.h"
#include "walk/merge_base.h"
#include "walk/revision.h"

enum qn_tree_merge_directory_renames {
    QN_TREE_MERGE_DIRECTORY_CONFLICT = 0, /* the default: apply, but conflict */
    QN_TREE_MERGE_DIRECTORY_APPLY,
    QN_TREE_MERGE_DIRECTORY_NONE
};

struct qn_tree_merge_options {
    const char *our_label, *their_label;
    const char *base_label; /* NULL: the base's short id and kin */
    enum qn_text_merge_style style;
    enum qn_text_merge_favor favor;
    struct qn_text_diff_options diff; /* histogram unless told otherwise */
    bool skips_renames;
    bool tells_progress;    /* of looking for them */
    uint32_t minimum_score; /* of 60000; 0: 50% */
    uint32_t rename_limit;  /* 0: 7000 */
    enum qn_tree_merge_directory_renames directory_renames;
    const char *default_driver;       /* merge.default; or NULL */
    struct qn_attributes *attributes; /* or NULL: none are looked at */
    const struct qn_config *config;   /* for merge drivers; or NULL */
    const char *directory;     /* the work tree: drivers run there; or NULL */
    const char *git_directory; /* modules/ of it: submodules; or NULL */
    const char *subtree; /* theirs sits at this path; "": guess; NULL: no */
    unsigned verbosity;  /* 5: inner merges are told of, too */
    /* Bring a text to work-tree form and back, in place (-X renormalize), when
     * `renormalizes`. */
    bool renormalizes;
    enum qn_status (*renormalize)(struct qn_ctx *ctx, void *data,
                                  struct qn_bytes path, struct qn_buf *text);
    void *renormalize_data;
};
/* Defaults, and what merge.* of the configuration says. */
enum qn_status
qn_tree_merge_options_init(struct qn_ctx *ctx,
                           struct qn_tree_merge_options *options,
                           const struct qn_config *config) QN_MUST_USE;

/* One -X option (`text` is borrowed); QN_NOT_FOUND (without a message) when
 * there is none of that name. */
enum qn_status qn_tree_merge_options_set(struct qn_tree_merge_options *options,
                                         const char *text) QN_MUST_USE;

/* A path in conflict; a stage is there when its mode is not 0. */
struct qn_tree_merge_conflict {
    struct qn_bytes path;
    uint32_t modes[3]; /* base, ours, theirs */
    struct qn_id ids[3];
};

struct qn_tree_merge_message {
    struct qn_bytes path; /* what it is sorted by */
    const char *type;     /* "CONFLICT (contents)": for merge-tree -z */
    struct qn_bytes text; /* without the last LF */
    struct qn_bytes *paths;
    size_t path_count;
};

/* A submodule in conflict; `short_id` of theirs, "" when it is not there. */
struct qn_tree_merge_submodule {
    struct qn_bytes path;
    char short_id[QN_ID_MAX_HEX_SIZE + 1];
};

struct qn_tree_merge_result {
    struct qn_id tree;
    bool is_clean;
    struct qn_tree_merge_conflict *conflicts; /* by path */
    size_t conflict_count, conflict_capacity;
    struct qn_tree_merge_message *messages; /* in the order of printing */
    size_t message_count, message_capacity;
    struct qn_tree_merge_submodule *submodules;
    size_t submodule_count, submodule_capacity;
    uint32_t needed_limit; /* rename limit that was passed; 0: it was not */
    struct qn_arena arena;
};
void qn_tree_merge_result_dispose(struct qn_tree_merge_result *result);

/* Three trees; `base` NULL: empty. `out` is initialised here, dispose always.
 */
enum qn_status
qn_tree_merge_trees(struct qn_ctx *ctx, struct qn_odb *odb,
                    const struct qn_id *base, const struct qn_id *ours,
                    const struct qn_id *theirs,
                    const struct qn_tree_merge_options *options,
                    struct qn_tree_merge_result *out) QN_MUST_USE;

/* Two commits over their merge bases, which are merged into one first when
 * there are several. `base_count` (may be NULL): how many there were. */
enum qn_status
qn_tree_merge_commits(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                      const struct qn_id *ours, const struct qn_id *theirs,
                      const struct qn_tree_merge_options *options,
                      size_t *base_count,
                      struct qn_tree_merge_result *out) QN_MUST_USE;

#endif
