/* SPDX-License-Identifier: MIT */
/* The inside of blame: which lines wait at which file of which commit.
 *
 *   blame_board.c   origins by commit, the queue, results
 *   blame_text.c    contents of origins, kept for the next comparison
 *   blame_ahead.c   those that a partial clone has not, fetched together
 *   blame_path.c    what a path is in a commit; where a file was renamed from
 *   blame_pass.c    one origin: lines to parents, by comparison of texts
 *   blame_move.c    -M and -C
 *   blame_ignore.c  --ignore-rev
 *
 * Invariants
 * 1. Each line asked for is in just one span: of an origin, or of the results.
 * 2. Spans of an origin are sorted by `from` until it is looked for lines that
 *    moved; of equal ones the one that came first is told of first.
 * 3. An origin that others point to (a result, `previous`) is kept until the
 *    end; another is used again once its lines have gone.
 */
#ifndef QN_OPERATION_PART_BLAME_BOARD_H
#define QN_OPERATION_PART_BLAME_BOARD_H

#include "base/arena.h"
#include "base/progress.h"
#include "diff/patch.h"
#include "diff/rename.h"
#include "diff/tree_diff.h"
#include "hash/id_map.h"
#include "index/index.h"
#include "operation/op_blame.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"

struct qn_blame_span {
    uint32_t line, count, from;
    uint32_t turn; /* of equal `from`, while they are sorted */
    bool is_ignored, is_unblamable;
};

struct qn_blame_spans {
    struct qn_blame_span *items;
    size_t count, capacity;
};

/* A file in a commit, and the lines that wait there. */
struct qn_blame_origin {
    struct qn_blame_source source;
    struct qn_blame_origin *next; /* of the same commit; or free ones */
    uint32_t commit;              /* row; QN_BLAME_UNCOMMITTED */
    bool is_kept;
    bool has_text; /* it counts as read */
    struct qn_blame_spans spans;
};

#define QN_BLAME_UNCOMMITTED UINT32_MAX

#define QN_BLAME_TEXTS 16
struct qn_blame_text {
    struct qn_id id;
    const uint8_t *path; /* as the bytes are converted by path; or NULL */
    uint64_t used;       /* when, 0: never */
    struct qn_buf data;
};

#define QN_BLAME_STEPS 2048
/* A name in a tree, looked up. */
struct qn_blame_step {
    struct qn_id tree;
    struct qn_bytes name; /* in a path of the arena */
    struct qn_id id;
    uint32_t mode; /* 0: it is not there */
};

struct qn_blame {
    const struct qn_revision_scope *scope;
    struct qn_op_blame_options options;
    struct qn_commit_table *table;
    struct qn_commit_queue queue;
    struct qn_blame_origin **heads; /* by row */
    size_t head_capacity;
    struct qn_blame_origin *free;
    struct qn_arena arena;

    /* The newest text. */
    struct qn_buf final_data;
    struct qn_text_lines final;
    uint32_t *scores; /* of the lines before; count + 1 of them, or NULL */
    struct qn_buf uncommitted;
    uint32_t *tops; /* parents of what is not committed: rows */
    size_t top_count;

    /* Range. */
    struct qn_id_map in_range; /* when `has_range` */
    bool has_range;
    struct qn_id_map ignored;
    /* Reversed: children in range, as arcs. */
    uint32_t *first_child; /* by row: of `children`, + 1 */
    size_t first_child_count, first_child_capacity;
    struct qn_blame_arc *children;
    size_t child_count, child_capacity;

    /* Contents. */
    struct qn_patch *patch; /* for conversions; or NULL */
    struct qn_rename_options rename;
    struct qn_index *index; /* read when what is not committed asks for it */
    struct qn_blame_text texts[QN_BLAME_TEXTS];
    uint64_t clock;
    uint32_t ahead; /* commits looked at for what is to be fetched */
    struct qn_object object;
    struct qn_blame_step *steps;
    struct qn_commit_graph_key *keys; /* of `keys_path` */
    size_t key_count, key_capacity;
    const uint8_t *keys_path;
    bool has_filters;

    /* Scratch. */
    struct qn_blame_spans stay, go, todo;
    struct qn_blame_spans small; /* not worth a search */
    uint32_t *parents;
    size_t parent_capacity;
    struct qn_blame_origin **origins;
    size_t origin_capacity;

    struct qn_blame_hunk *hunks;
    size_t hunk_count, hunk_capacity;
    struct qn_blame_stats stats;
    struct qn_progress progress;
};

struct qn_blame_arc {
    uint32_t row;
    uint32_t next; /* + 1 */
};

/* ---- blame_board.c */

enum qn_status qn_blame_board_add(struct qn_ctx *ctx,
                                  struct qn_blame_spans *spans,
                                  const struct qn_blame_span *span) QN_MUST_USE;
/* Sort by `from`; of equal ones who came first stays first. */
void qn_blame_board_sort(struct qn_blame_spans *spans);
/* The origin of a path in a commit: found among those there are, or made; a
 * path that is made is that of `path`, which has to last. */
enum qn_status qn_blame_board_origin(struct qn_ctx *ctx, struct qn_blame *blame,
                                     uint32_t commit, struct qn_bytes path,
                                     const struct qn_id *blob, uint32_t mode,
                                     struct qn_blame_origin **out) QN_MUST_USE;
/* The spans go to an origin, which is put into the queue; `spans` is empty
 * then. */
enum qn_status qn_blame_board_give(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *to,
                                   struct qn_blame_spans *spans) QN_MUST_USE;
/* `stay` is what the origin keeps; what it had before is no more. */
void qn_blame_board_keep(struct qn_blame *blame,
                         struct qn_blame_origin *origin);
/* An origin was cut: it keeps `stay`, the parent takes `go`. */
enum qn_status qn_blame_board_pass(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *origin,
                                   struct qn_blame_origin *parent) QN_MUST_USE;
/* Look at all commits. */
enum qn_status qn_blame_board_run(struct qn_ctx *ctx,
                                  struct qn_blame *blame) QN_MUST_USE;
/* 1 and the letters and digits of final lines. */
enum qn_status qn_blame_board_score(struct qn_ctx *ctx, struct qn_blame *blame,
                                    uint32_t line, uint32_t count,
                                    uint32_t *out) QN_MUST_USE;

/* ---- blame_text.c */

/* The text of an origin; borrowed until QN_BLAME_TEXTS - 1 others were asked
 * for. */
enum qn_status qn_blame_text_get(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin,
                                 struct qn_bytes *out) QN_MUST_USE;
enum qn_status qn_blame_text_blob(struct qn_ctx *ctx, struct qn_blame *blame,
                                  struct qn_bytes path, const struct qn_id *id,
                                  uint32_t mode,
                                  struct qn_bytes *out) QN_MUST_USE;
/* What an origin has against one of a parent. */
enum qn_status qn_blame_text_diff(struct qn_ctx *ctx, struct qn_blame *blame,
                                  struct qn_blame_origin *parent,
                                  struct qn_blame_origin *origin,
                                  struct qn_text_diff *out) QN_MUST_USE;

/* ---- blame_ahead.c */

/* In a partial clone, before the text of an origin is read that is not here:
 * fetch it, and what the path was before, in one request. */
enum qn_status
qn_blame_ahead_fetch(struct qn_ctx *ctx, struct qn_blame *blame,
                     const struct qn_blame_origin *origin) QN_MUST_USE;

/* ---- blame_path.c */

/* What a path is in a commit's tree; mode 0: nothing. */
enum qn_status qn_blame_path_find(struct qn_ctx *ctx, struct qn_blame *blame,
                                  uint32_t commit, struct qn_bytes path,
                                  struct qn_id *id, uint32_t *mode) QN_MUST_USE;
/* Is the path in the first parent as it is here?  Cheap; false: who knows. */
bool qn_blame_path_is_unchanged(struct qn_ctx *ctx, struct qn_blame *blame,
                                uint32_t commit, struct qn_bytes path);
/* What changed between a parent and a commit (or what is not committed). */
enum qn_status qn_blame_path_changes(struct qn_ctx *ctx, struct qn_blame *blame,
                                     uint32_t parent, uint32_t commit,
                                     bool is_harder,
                                     struct qn_diff_list *list) QN_MUST_USE;
/* The file in the parent that was renamed to this one; NULL: none. */
enum qn_status qn_blame_path_rename(struct qn_ctx *ctx, struct qn_blame *blame,
                                    uint32_t parent,
                                    const struct qn_blame_origin *origin,
                                    struct qn_blame_origin **out) QN_MUST_USE;

/* ---- blame_pass.c */

/* Hand on what parents have. */
enum qn_status qn_blame_pass_run(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin) QN_MUST_USE;

/* ---- blame_move.c */

/* Before the searches with another threshold, and after them all: what is too
 * small to be looked for is kept aside meanwhile.  In the order that is left
 * lines are told of: the small ones first, those of the last search before
 * others. */
enum qn_status qn_blame_move_begin(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *origin,
                                   uint32_t threshold) QN_MUST_USE;
/* Keep the small ones aside, also when no parent has the file. */
enum qn_status qn_blame_move_aside(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *origin,
                                   uint32_t threshold) QN_MUST_USE;
enum qn_status qn_blame_move_end(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin) QN_MUST_USE;
enum qn_status qn_blame_move_within(struct qn_ctx *ctx, struct qn_blame *blame,
                                    struct qn_blame_origin *origin,
                                    struct qn_blame_origin *parent) QN_MUST_USE;
/* `parent`: its row; `same`: what the file is there, or NULL. */
enum qn_status qn_blame_move_across(struct qn_ctx *ctx, struct qn_blame *blame,
                                    struct qn_blame_origin *origin,
                                    uint32_t parent,
                                    struct qn_blame_origin *same) QN_MUST_USE;

/* ---- blame_ignore.c */

/* Hand lines on to the parent as if the commit had not been. */
enum qn_status qn_blame_ignore_pass(struct qn_ctx *ctx, struct qn_blame *blame,
                                    struct qn_blame_origin *origin,
                                    struct qn_blame_origin *parent) QN_MUST_USE;

#endif
