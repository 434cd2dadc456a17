/* SPDX-License-Identifier: MIT */
/* The parts of a commit walk see each other through this header only. */
#ifndef QN_WALK_COMMIT_WALK_PRIVATE_H
#define QN_WALK_COMMIT_WALK_PRIVATE_H

#include "base/arena.h"
#include "diff/tree_diff.h"
#include "refs/refs.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"
#include "walk/commit_walk.h"
#include "walk/path_values.h"

/* Flags of rows; the first six are those of enum qn_walk_commit_flags. */
enum {
    WALK_SEEN = 1 << 8,    /* came into the queue once */
    WALK_ADDED = 1 << 9,   /* its parents were looked at */
    WALK_QUEUED = 1 << 10, /* is in the queue */
    WALK_LISTED = 1 << 11, /* is in the limited list */
    WALK_SHOWN = 1 << 12,  /* was given out */
    WALK_CHILD_SHOWN = 1 << 13,
    WALK_ON_PATH = 1 << 14, /* --ancestry-path */
    WALK_PULL = 1 << 15,    /* --show-pulls: same as a later parent only */
    WALK_SIMPLIFIED = 1 << 16,
    WALK_TIP = 1 << 17,
    WALK_MARK = 1 << 18,  /* scratch, cleared after use */
    WALK_ASKED = 1 << 19, /* given to --ancestry-path= */
    WALK_GIVEN = 1 << 20  /* next has given it; stays through a restart */
};

#define WALK_SAME_MAX 32 /* parents that have a bit in row->same */

struct walk_tip {
    uint32_t row;
    unsigned flags; /* as they were given */
    char *name;     /* or NULL */
};

struct walk_reflog_row {
    struct qn_id id;
    struct qn_walk_reflog_entry entry;
};

struct walk_reflog {
    const char *name;
    const char *short_name;
    struct walk_reflog_row *rows; /* newest first */
    size_t count;
    size_t capacity;
    size_t next;
    bool by_date;
};

struct walk_child {
    uint32_t row;
    uint32_t next; /* child + 1 */
};

struct qn_commit_walk {
    struct qn_walk_options options;
    struct qn_commit_table *table;
    struct qn_odb *odb;   /* borrowed */
    struct qn_refs *refs; /* likewise */
    struct qn_repo *repo; /* likewise */
    struct qn_commit_queue queue;
    struct walk_tip *tips;
    size_t tip_count;
    size_t tip_capacity;
    size_t queued_interesting; /* queued rows that are not uninteresting */
    uint32_t *list;            /* limited: what is left to give out */
    size_t list_count;
    size_t list_capacity;
    size_t list_next;
    uint32_t *boundary; /* parents of shown commits */
    size_t boundary_count;
    size_t boundary_capacity;
    size_t boundary_next;
    uint32_t *edges; /* out of range, with a child in it */
    size_t edge_count;
    size_t edge_capacity;
    struct walk_child *children; /* --children */
    size_t child_count;
    size_t child_capacity;
    uint32_t *first_child; /* by row: child + 1 */
    size_t first_child_count;
    struct qn_id *parents; /* of the commit given out */
    size_t parent_capacity;
    struct qn_commit_graph_key *keys; /* of the pathspec's literal paths */
    size_t *key_ends;                 /* by pattern: end of its keys */
    size_t key_count;
    size_t key_capacity;
    size_t pattern_count;
    struct walk_reflog *reflogs; /* --walk-reflogs */
    size_t reflog_count;
    size_t reflog_capacity;
    const struct walk_reflog_row *reflog_row; /* of the commit given out */
    struct qn_arena reflog_arena;
    struct qn_id_map decorated; /* --simplify-by-decoration */
    bool uses_filters;
    struct qn_path_values *values; /* NULL: by tree diff */
    struct qn_diff_list diff;
    uint32_t *stack; /* scratch */
    size_t stack_count;
    size_t stack_capacity;
    int64_t skipped;
    int64_t given;
    bool proves_trees;   /* and their trees */
    bool proves_commits; /* who is given a commit is going to read it */
    bool is_restarted;
    bool is_prepared;
    bool is_limited;
    bool has_uninteresting;
    bool is_reading_boundary;
    bool has_edges;
};

static inline struct qn_commit_row *walk_row(struct qn_commit_walk *walk,
                                             uint32_t row)
{
    return &walk->table->rows[row];
}

static inline uint32_t walk_parent(const struct qn_commit_walk *walk,
                                   uint32_t row, uint32_t i)
{
    return walk->table->edges[walk->table->rows[row].edge + i];
}

/* A commit that counts as a parent: in range, or a bottom of --ancestry-path.
 */
static inline bool walk_is_relevant(struct qn_commit_walk *walk, uint32_t row)
{
    return (walk_row(walk, row)->flags &
            (QN_WALK_UNINTERESTING | QN_WALK_BOTTOM)) != QN_WALK_UNINTERESTING;
}

enum qn_status qn_commit_walk_push(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk, uint32_t row);
bool qn_commit_walk_pop(struct qn_commit_walk *walk, uint32_t *row);
enum qn_status qn_commit_walk_keep(struct qn_ctx *ctx, uint32_t **rows,
                                   size_t *count, size_t *capacity,
                                   uint32_t row);
/* Make ready for the first commit; once. */
enum qn_status qn_commit_walk_prepare(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk);
/* Set UNINTERESTING on all known ancestors. */
enum qn_status qn_commit_walk_exclude(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk,
                                      uint32_t row);
/* Look at a row's parents: simplify, and queue those that are new. */
enum qn_status qn_commit_walk_parents(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk,
                                      uint32_t row);

/* The next row of the output. */
enum qn_status qn_commit_walk_next_row(struct qn_ctx *ctx,
                                       struct qn_commit_walk *walk,
                                       uint32_t *row);
/* commit_walk_restart.c */
enum qn_status qn_commit_walk_restart(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk);
/* commit_walk_edge.c: while the list is whole. */
enum qn_status qn_commit_walk_note_edges(struct qn_ctx *ctx,
                                         struct qn_commit_walk *walk);
/* commit_walk_limit.c */
enum qn_status qn_commit_walk_limit(struct qn_ctx *ctx,
                                    struct qn_commit_walk *walk);
/* commit_walk_sort.c: the list, children before parents. */
enum qn_status qn_commit_walk_sort(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk,
                                   enum qn_walk_order order);
/* commit_walk_children.c */
enum qn_status qn_commit_walk_note_children(struct qn_ctx *ctx,
                                            struct qn_commit_walk *walk);
/* commit_walk_cherry.c */
enum qn_status qn_commit_walk_find_cherries(struct qn_ctx *ctx,
                                            struct qn_commit_walk *walk);
/* commit_walk_reflog.c */
enum qn_status qn_commit_walk_next_reflog(struct qn_ctx *ctx,
                                          struct qn_commit_walk *walk,
                                          uint32_t *row);
void qn_commit_walk_drop_reflogs(struct qn_commit_walk *walk);
/* commit_walk_decorated.c: commits that refs name are those to be shown. */
enum qn_status
qn_commit_walk_find_decorated(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                              const struct qn_revision_scope *scope);
bool qn_commit_walk_is_decorated(struct qn_commit_walk *walk, uint32_t row);
/* commit_walk_simplify.c */
enum qn_status qn_commit_walk_make_keys(struct qn_ctx *ctx,
                                        struct qn_commit_walk *walk);
enum qn_status qn_commit_walk_compare(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk,
                                      uint32_t row);
void qn_commit_walk_judge(struct qn_commit_walk *walk, uint32_t row);
enum qn_status qn_commit_walk_rewrite(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk,
                                      uint32_t row);
enum qn_status qn_commit_walk_simplify_merges(struct qn_ctx *ctx,
                                              struct qn_commit_walk *walk);

#endif
