/* SPDX-License-Identifier: MIT */
/* Walks of commits, in Git's orders.
 *
 *   history -> show (tips) and hide (what is not wanted) -> next, next ...
 *
 * Belongs to the thread of its repository handle, which must outlive it.
 */
#ifndef QUOIN_HISTORY_H
#define QUOIN_HISTORY_H

#include <quoin/repository.h>

#ifdef __cplusplus
extern "C" {
#endif

struct qn_history;

enum qn_history_order {
    QN_HISTORY_DEFAULT = 0,     /* newest first, as parents show up */
    QN_HISTORY_DATE = 1,        /* no parent before its children */
    QN_HISTORY_AUTHOR_DATE = 2, /* likewise, by the author's date */
    QN_HISTORY_TOPOLOGICAL = 3  /* lines of history are kept together */
};
enum qn_history_flags {
    QN_HISTORY_REVERSE = 1,
    QN_HISTORY_FIRST_PARENT = 2,
    QN_HISTORY_NO_MERGES = 4,
    QN_HISTORY_ONLY_MERGES = 8
};

struct qn_history_options {
    uint32_t size;            /* sizeof(struct qn_history_options) */
    uint32_t order;           /* enum qn_history_order */
    uint32_t flags;           /* enum qn_history_flags */
    uint32_t path_count;      /* of paths */
    int64_t max_count;        /* 0: no limit */
    int64_t skip;             /* the first so many */
    int64_t since;            /* seconds since 1970; 0: no limit */
    int64_t until;            /* likewise */
    const char *const *paths; /* pathspecs: only commits that change them */
};
#define QN_HISTORY_OPTIONS_INIT                                                \
    {                                                                          \
        sizeof(struct qn_history_options), 0, 0, 0, 0, 0, 0, 0, 0              \
    }

QN_API enum qn_status
qn_history_new(struct qn_ctx *ctx, struct qn_repository *repository,
               QN_NULLABLE const struct qn_history_options *options,
               QN_OWNED struct qn_history **out);
QN_API void qn_history_free(QN_NULLABLE struct qn_history *history);
/* Before the first next: a tip, and what is left out with all it reaches. */
QN_API enum qn_status qn_history_show(struct qn_ctx *ctx,
                                      struct qn_history *history,
                                      const char *revision);
QN_API enum qn_status qn_history_hide(struct qn_ctx *ctx,
                                      struct qn_history *history,
                                      const char *revision);
/* QN_END: there are no more. */
QN_API enum qn_status qn_history_next(struct qn_ctx *ctx,
                                      struct qn_history *history,
                                      struct qn_id *out);
/* Of the commit that next gave last. */
QN_API void qn_history_tree(const struct qn_history *history,
                            struct qn_id *out);
QN_API int64_t qn_history_time(const struct qn_history *history);
QN_API uint32_t qn_history_parent_count(const struct qn_history *history);
QN_API void qn_history_parent(const struct qn_history *history, uint32_t number,
                              struct qn_id *out);

#ifdef __cplusplus
}
#endif

#endif
