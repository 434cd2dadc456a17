/* SPDX-License-Identifier: MIT */
/* Commits as rows: what a walk knows of each commit it met.
 *
 * A row is loaded from the commit-graph where that has it, else from the raw
 * commit.  Rows are never removed; positions are stable and dense.  The table
 * belongs to one walk: flags, parents and the spare numbers are the walk's to
 * change (parent lists may be cut short or rewritten in place).
 *
 * The graph is not used where history is not what the objects say: shallow
 * boundaries, grafts, replacements.
 */
#ifndef QN_WALK_COMMIT_TABLE_H
#define QN_WALK_COMMIT_TABLE_H

#include "base/ctx.h"
#include "hash/id.h"
#include "hash/id_map.h"
#include "object/object.h"
#include "odb/odb.h"
#include "walk/commit_graph.h"
#include "walk/grafts.h"
#include "walk/revision.h"

enum qn_commit_state {
    QN_COMMIT_NEW = 0,
    QN_COMMIT_LOADED = 1,
    QN_COMMIT_MISSING = 2
};

struct qn_commit_row {
    int64_t time;        /* committer's */
    uint64_t generation; /* QN_COMMIT_GRAPH_INFINITY: not in the graph */
    uint32_t edge;       /* its parents are edges[edge..] */
    uint32_t parent_count;
    uint32_t graph;  /* position there, or QN_COMMIT_GRAPH_NONE */
    uint32_t map;    /* position in the table's ids, when not in the graph */
    uint32_t flags;  /* the walk's */
    uint32_t same;   /* the walk's: parents (bits) with the same tree */
    uint32_t number; /* the walk's */
    uint32_t source; /* the walk's: tip it was reached from, + 1 */
    uint8_t state;   /* enum qn_commit_state */
};

/* The bytes of a commit that was read not long ago. */
struct qn_commit_kept {
    uint32_t row; /* + 1; 0: none */
    struct qn_buf data;
};

/* A commit that was read ahead, by position in the table's ids; it gets its row
 * when it is asked for, so that rows do not depend on the reading ahead. */
struct qn_commit_ahead {
    int64_t time;
    uint32_t parents[2]; /* positions in the ids */
    uint32_t known;      /* parents + 1; 0: it was not read ahead */
};

struct qn_commit_table {
    struct qn_odb *odb; /* borrowed */
    struct qn_commit_graph *graph;
    uint32_t *graph_rows; /* by graph position: row + 1 */
    struct qn_commit_row *rows;
    size_t count;
    size_t capacity;
    uint32_t *edges; /* rows of parents */
    size_t edge_count;
    size_t edge_capacity;
    struct qn_id_map ids; /* commits that are not in the graph */
    uint32_t *id_rows;    /* by position in ids */
    size_t id_row_capacity;
    uint8_t *trees; /* raw ids, by position in ids */
    size_t tree_capacity;
    struct qn_commit_ahead *ahead; /* by position in ids */
    size_t ahead_count;
    size_t ahead_capacity;
    size_t ahead_made;  /* commits read ahead, and what it cost in vain */
    size_t ahead_used;  /* of these, asked for */
    size_t ahead_next;  /* entries to look at the next time */
    size_t ahead_wait;  /* commits to be read one by one after a poor look */
    size_t raw_count;   /* commits read one by one... */
    size_t ahead_after; /* ...this many before the next look ahead */
    struct qn_grafts grafts;     /* commits with other parents */
    struct qn_object object;     /* scratch */
    struct qn_commit_kept *kept; /* by the low bits of the row; or NULL */
    uint32_t algorithm;
    bool is_damage_told; /* of the graph */
    bool lacks_trees;    /* and that is so: not every object is here */
};

/* Of the scope, repo and refs may be NULL: then the graph is used unless there
 * are grafts or loose refs/replace. */
enum qn_status qn_commit_table_new(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_commit_table **out) QN_MUST_USE;
/* Before anything is put into it: a commit that has no parents here. */
enum qn_status qn_commit_table_add_shallow(struct qn_ctx *ctx,
                                           struct qn_commit_table *table,
                                           const struct qn_id *id) QN_MUST_USE;
/* Likewise: commits with other parents, lines like those of info/grafts. */
enum qn_status qn_commit_table_add_grafts(struct qn_ctx *ctx,
                                          struct qn_commit_table *table,
                                          struct qn_bytes text) QN_MUST_USE;
void qn_commit_table_free(struct qn_commit_table *table);

/* The row of a commit, made when it is new; not loaded. */
enum qn_status qn_commit_table_put(struct qn_ctx *ctx,
                                   struct qn_commit_table *table,
                                   const struct qn_id *id,
                                   uint32_t *out) QN_MUST_USE;
/* The row of a commit that has one; false: it has none. */
bool qn_commit_table_find(const struct qn_commit_table *table,
                          const struct qn_id *id, uint32_t *out);
/* Is there a row of this commit, and is it loaded?  Makes none. */
bool qn_commit_table_has(const struct qn_commit_table *table,
                         const struct qn_id *id);
/* Load parents, time and generation.  QN_NOT_FOUND when there is no such
 * commit; asked again, it answers the same. */
enum qn_status qn_commit_table_load(struct qn_ctx *ctx,
                                    struct qn_commit_table *table,
                                    uint32_t row) QN_MUST_USE;
void qn_commit_table_id(const struct qn_commit_table *table, uint32_t row,
                        struct qn_id *out);
/* Of a loaded row, for who is going to read it: a tree that the graph names and
 * that is not there is looked up in the commit. */
enum qn_status qn_commit_table_sound_tree(struct qn_ctx *ctx,
                                          struct qn_commit_table *table,
                                          uint32_t row,
                                          struct qn_id *out) QN_MUST_USE;
/* Of a loaded row. */
void qn_commit_table_tree(const struct qn_commit_table *table, uint32_t row,
                          struct qn_id *out);
/* Is a commit that the graph named an object that is here?  One that is gone,
 * as its children say, counts as sound: who reads it says so. */
enum qn_status qn_commit_table_check(struct qn_ctx *ctx,
                                     struct qn_commit_table *table,
                                     uint32_t row, bool *is_sound) QN_MUST_USE;
/* Once. */
void qn_commit_table_tell_damage(struct qn_ctx *ctx,
                                 struct qn_commit_table *table);
/* The graph is wrong: no row is loaded any more, flags (but `kept_flags`) and
 * what else the walk has noted are gone; from now on the objects are read. Rows
 * keep their numbers. */
enum qn_status qn_commit_table_drop_graph(struct qn_ctx *ctx,
                                          struct qn_commit_table *table,
                                          uint32_t kept_flags) QN_MUST_USE;
/* From now on keep the bytes of the commits read last, within a budget, for
 * those who show what they walk. */
enum qn_status qn_commit_table_keep(struct qn_ctx *ctx,
                                    struct qn_commit_table *table) QN_MUST_USE;
/* The bytes when they are kept; borrowed until the next load. */
bool qn_commit_table_kept(const struct qn_commit_table *table, uint32_t row,
                          struct qn_bytes *out);
/* Reads the raw commit; 0 when the date cannot be read. */
enum qn_status qn_commit_table_author_time(struct qn_ctx *ctx,
                                           struct qn_commit_table *table,
                                           uint32_t row,
                                           int64_t *out) QN_MUST_USE;

#endif
