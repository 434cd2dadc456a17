/* SPDX-License-Identifier: MIT */
/* Which of their refs a push would change, and to what; what of that is refused
 * here already.
 *
 *   refspecs, our refs, their refs -> their refs with what each should become
 *   -> forward, forced, or why not (leases first)
 *
 * Rows are in the order in which they told of their refs; new ones behind.
 * git-push(1).
 */
#ifndef QN_OPERATION_PART_PUSH_MATCH_H
#define QN_OPERATION_PART_PUSH_MATCH_H

#include "base/map.h"
#include "hash/id_list.h"
#include "repo/remote.h"
#include "walk/revision.h"
#include "wire/remote_refs.h"

enum qn_push_status {
    QN_PUSH_NONE = 0, /* nothing is pushed there */
    QN_PUSH_OK,
    QN_PUSH_REJECT_NON_FORWARD,
    QN_PUSH_REJECT_EXISTS,
    QN_PUSH_REJECT_NO_DELETE,
    QN_PUSH_REJECT_FETCH_FIRST,
    QN_PUSH_REJECT_NEEDS_FORCE,
    QN_PUSH_REJECT_STALE,
    QN_PUSH_REJECT_UPDATED, /* since we looked: --force-if-includes */
    QN_PUSH_UP_TO_DATE,
    QN_PUSH_REMOTE_REJECT,
    QN_PUSH_WAITING, /* sent; nothing was heard of it */
    QN_PUSH_ATOMIC_FAILED
};

struct qn_push_outcome { /* what the other side did instead */
    const char *name;    /* NULL: as asked */
    struct qn_id old_id, new_id;
    bool has_old, has_new, is_forced;
    struct qn_push_outcome *next;
};

struct qn_push_row {
    const char *name;    /* theirs, in full */
    const char *source;  /* ours: a full name, or as it was written; NULL:
                            nothing is pushed there, or it is deleted */
    struct qn_id old_id; /* null: it is not there */
    struct qn_id new_id; /* null: it is deleted */
    struct qn_id expected;
    bool has_source; /* something is pushed there, be it nothing */
    bool is_forced;  /* "+", --force */
    bool has_lease;  /* `expected` counts */
    bool checks_includes;
    bool was_forced; /* it is no forward */
    enum qn_push_status status;
    const char *reason; /* the other side's */
    struct qn_push_outcome *outcomes;
};

struct qn_push_rows {
    struct qn_push_row *items;
    size_t count, capacity;
    struct qn_arena arena;
    struct qn_map names; /* to positions in `items` */
};
void qn_push_rows_dispose(struct qn_push_rows *rows);
/* By their full name; NULL. */
struct qn_push_row *qn_push_rows_find(const struct qn_push_rows *rows,
                                      const char *name);

struct qn_push_lease {
    const char *name;      /* as it was written */
    bool has_expected;     /* else: what was fetched last */
    struct qn_id expected; /* null: it is not there */
};

struct qn_push_match {
    const struct qn_revision_scope *scope;
    const struct qn_remote *remote;
    const struct qn_remote_refspecs *refspecs;
    const struct qn_remote_refs *theirs;
    bool all, mirrors, prunes, follows_tags, is_forced;
    bool leases_all, checks_includes;
    const struct qn_push_lease *leases;
    size_t lease_count;
    /* A destination that is not in full; `type` of the source. */
    void (*unqualified)(void *data, const char *source, const char *name,
                        enum qn_object_type type);
    void *data;
};

/* Before anybody is asked (`theirs` is not looked at): does each source mean
 * something?  `*is_fine` false: errors were reported. */
enum qn_status qn_push_match_check(struct qn_ctx *ctx,
                                   const struct qn_push_match *match,
                                   bool *is_fine) QN_MUST_USE;
/* `*is_fine` false: errors were reported.  `out` begins as zeros. */
enum qn_status qn_push_match_find(struct qn_ctx *ctx,
                                  const struct qn_push_match *match,
                                  struct qn_push_rows *out,
                                  bool *is_fine) QN_MUST_USE;
/* Set the status of each: OK, up to date, or refused. */
enum qn_status qn_push_match_judge(struct qn_ctx *ctx,
                                   const struct qn_push_match *match,
                                   struct qn_push_rows *rows) QN_MUST_USE;

#endif
