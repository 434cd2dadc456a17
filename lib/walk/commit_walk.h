/* SPDX-License-Identifier: MIT */
/* Commit walks: from tips, through parents, in Git's orders.
 *
 * Commits are rows of a table private to the walk (position, parents, time,
 * generation), filled from the commit-graph where there is one and from raw
 * commits otherwise.
 */
#ifndef QN_WALK_COMMIT_WALK_H
#define QN_WALK_COMMIT_WALK_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "path/pathspec.h"
#include "walk/revision.h"

enum qn_walk_order {
    QN_WALK_DEFAULT = 0, /* reverse chronological, as parents show up */
    QN_WALK_DATE,        /* --date-order */
    QN_WALK_AUTHOR_DATE, /* --author-date-order */
    QN_WALK_TOPO         /* --topo-order */
};

enum qn_walk_commit_flags { /* what a commit of the output is */
                            QN_WALK_UNINTERESTING = 1,
                            QN_WALK_BOUNDARY = 2,
                            QN_WALK_LEFT = 4,       /* --left-right */
                            QN_WALK_PATCH_SAME = 8, /* --cherry-mark */
                            QN_WALK_TREESAME = 16,
                            QN_WALK_BOTTOM = 32
};

struct qn_walk_options {
    enum qn_walk_order order;
    bool is_reversed;
    bool first_parent_only;
    bool exclude_first_parent_only;
    bool shows_boundary;
    bool ancestry_path;
    const struct qn_id *ancestry; /* --ancestry-path=<commit>; or NULL */
    size_t ancestry_count;
    bool full_history, dense_off /* --sparse */, simplify_merges,
        simplify_by_decoration, show_pulls, remove_empty;
    bool rewrites_parents; /* --parents, --children, --graph */
    bool tracks_children;  /* --children: for qn_commit_walk_children */
    bool left_right, left_only, right_only, cherry_mark, cherry_pick;
    bool merges_only, no_merges;
    int64_t min_parents, max_parents; /* -1: no limit */
    int64_t max_count, skip;          /* -1, 0: none */
    bool max_count_is_oldest;         /* the last ones of all */
    bool unpacked_only;               /* --unpacked */
    bool maximal_only; /* only what no other commit of the output reaches */
    /* --grep-reflog, asked with the entry's message; or NULL */
    enum qn_status (*filter_reflog)(struct qn_ctx *ctx, void *data,
                                    struct qn_bytes message, bool *keep);
    int64_t since, until, since_as_filter; /* seconds; 0: none */
    bool walks_reflogs;                    /* -g */
    bool no_walk, no_walk_unsorted;
    bool ignores_missing;
    /* Told of each one that is ignored; or NULL. */
    enum qn_status (*missing)(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id);
    void *missing_data;
    /* Commits without parents, beside those that the repository says; or NULL
     */
    const struct qn_id *shallow;
    size_t shallow_count;
    bool gives_ids_only; /* no trees nor parents of the commits given out */
    const struct qn_pathspec *pathspec; /* or NULL: history simplification */
    /* --grep, --author, --committer: asked for each commit that would be shown;
     * or NULL. */
    enum qn_status (*filter)(struct qn_ctx *ctx, void *data,
                             const struct qn_id *commit, bool *keep);
    void *filter_data;
};

struct qn_commit_walk;
enum qn_status qn_commit_walk_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_walk_options *options,
                                  struct qn_commit_walk **out) QN_MUST_USE;
void qn_commit_walk_free(struct qn_commit_walk *walk);
/* Tips, before the first next.  `name`: what the user wrote (for --source), or
 * NULL. */
enum qn_status qn_commit_walk_add(struct qn_ctx *ctx,
                                  struct qn_commit_walk *walk,
                                  const struct qn_id *commit, unsigned flags,
                                  const char *name) QN_MUST_USE;

/* "a...b": both, `a` on the left, without what both reach. */
enum qn_status
qn_commit_walk_add_symmetric(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                             const struct qn_revision_scope *scope,
                             const struct qn_id *a,
                             const struct qn_id *b) QN_MUST_USE;

/* In the place of a tip, for a walk of reflogs.  `name` as the user wrote it,
 * "@{n}" and all. */
enum qn_status qn_commit_walk_add_reflog(struct qn_ctx *ctx,
                                         struct qn_commit_walk *walk,
                                         const char *ref_name,
                                         const char *name) QN_MUST_USE;
/* One entry of a reflog; lives as long as the walk. */
struct qn_walk_reflog_entry {
    const char *name;       /* as given, without "@{n}" */
    const char *short_name; /* the same without refs/heads/ and kin */
    uint64_t index;         /* n */
    struct qn_bytes ident;
    struct qn_bytes message;
    int64_t seconds;
    int zone;
    bool by_date; /* "name@{<date>}" was given: dates in the place of n */
};

/* Before or between next: the trees of commits that are out of range and border
 * on it (for rev-list --objects) are excluded from `objects`. */
struct qn_object_walk;
enum qn_status
qn_commit_walk_exclude_trees(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                             struct qn_object_walk *objects) QN_MUST_USE;
/* A commit that was named counts as such an edge too, if it is out of range. */
enum qn_status qn_commit_walk_add_edge(struct qn_ctx *ctx,
                                       struct qn_commit_walk *walk,
                                       const struct qn_id *id) QN_MUST_USE;
/* A commit out of range that borders on it; QN_END.  `*next` starts at 0. */
enum qn_status qn_commit_walk_edge(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk, size_t *next,
                                   struct qn_id *out) QN_MUST_USE;

/* The children in range of a commit, `position` as below, of a walk that tracks
 * them; borrowed until the next call. */
enum qn_status qn_commit_walk_children(struct qn_ctx *ctx,
                                       struct qn_commit_walk *walk,
                                       uint32_t position,
                                       const struct qn_id **children,
                                       size_t *count) QN_MUST_USE;

/* One commit of the output; borrowed until the next call. */
struct qn_walk_commit {
    struct qn_id id;
    struct qn_id tree;
    unsigned flags;              /* enum qn_walk_commit_flags */
    const struct qn_id *parents; /* rewritten when asked for */
    uint32_t parent_count;
    int64_t time;       /* committer's, seconds */
    uint32_t position;  /* of the walk's table: stable, dense */
    const char *source; /* name of the tip, or NULL */
    const struct qn_walk_reflog_entry *reflog; /* -g; or NULL */
};
/* Before next: the commits (their trees) are going to be read, so that one that
 * the graph names and that is not there is worth a look: the walk goes on
 * without the graph then, and says so. */
void qn_commit_walk_prove(struct qn_commit_walk *walk, bool reads_trees);
/* Before next: who wants to show the commits may get their bytes from the walk,
 * when it has read them a short while ago. */
enum qn_status
qn_commit_walk_keep_bytes(struct qn_ctx *ctx,
                          struct qn_commit_walk *walk) QN_MUST_USE;
/* Of the commit that next gave last; false: they are not kept. */
bool qn_commit_walk_bytes(const struct qn_commit_walk *walk, uint32_t position,
                          struct qn_bytes *out);
/* QN_OK, or QN_END. */
enum qn_status qn_commit_walk_next(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk,
                                   struct qn_walk_commit *out) QN_MUST_USE;

#endif
