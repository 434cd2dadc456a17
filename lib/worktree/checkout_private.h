/* SPDX-License-Identifier: MIT */
/* What the files of the checkout share. */
#ifndef QN_WORKTREE_CHECKOUT_PRIVATE_H
#define QN_WORKTREE_CHECKOUT_PRIVATE_H

#include "worktree/checkout.h"

#include <stdatomic.h>

/* What is to be written by the caller's thread, one by one. */
enum qn_checkout_turn {
    QN_CHECKOUT_TURN_NONE = 0, /* written already, or by another phase */
    QN_CHECKOUT_TURN_SERIAL,   /* its filter is a program */
    QN_CHECKOUT_TURN_DELAYED   /* which put it off */
};

struct qn_checkout_job {
    const struct qn_work_tree *tree;
    struct qn_index *index;
    struct qn_odb *odb;
    const size_t *positions;
    size_t count;
    struct qn_checkout_options *options;
    uint8_t *turns; /* one for each position: enum qn_checkout_turn */
    size_t *pieces; /* where each begins; the end of the last */
    size_t piece_count;
    bool is_serial; /* the phase of those */
    bool writes_links;
    atomic_ullong failed;
    atomic_ullong written;
};

/* A file whose content a long-running filter gave: written while the filter is
 * at work for the next one. */
struct qn_checkout_held {
    bool is_held;
    size_t item;
    struct qn_buf path;
    struct qn_buf content;
};

/* One thread's tools. */
struct qn_checkout_worker {
    struct qn_odb *odb;
    struct qn_filter *filter;
    struct qn_object object;
    struct qn_buf filtered;
    struct qn_buf path;
    size_t item;         /* of the job: what is being written */
    const char *process; /* of the entry that was put off */
    bool may_hold;       /* content of the kind that may be held */
    struct qn_checkout_held held;
};

/* Write entry `i` of the job. */
enum qn_status qn_checkout_write_one(struct qn_ctx *ctx,
                                     struct qn_checkout_job *job,
                                     struct qn_checkout_worker *worker,
                                     size_t i) QN_MUST_USE;
/* Write the file that is held, if any. */
enum qn_status
qn_checkout_write_held(struct qn_ctx *ctx, struct qn_checkout_job *job,
                       struct qn_checkout_worker *worker) QN_MUST_USE;
/* Those whose turn is SERIAL, in order; then what their filters put off. */
enum qn_status
qn_checkout_delayed_run(struct qn_ctx *ctx, struct qn_checkout_job *job,
                        struct qn_checkout_worker *worker) QN_MUST_USE;

#endif
