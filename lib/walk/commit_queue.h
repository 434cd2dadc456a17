/* SPDX-License-Identifier: MIT */
/* A queue of commits, the newest first: by generation, then time, then order of
 * arrival (first in, first out among equals).  A binary heap. */
#ifndef QN_WALK_COMMIT_QUEUE_H
#define QN_WALK_COMMIT_QUEUE_H

#include "base/ctx.h"

struct qn_commit_queue_entry {
    uint64_t generation; /* the same for all where it does not count */
    int64_t time;
    uint32_t sequence;
    uint32_t row;
};

struct qn_commit_queue {
    struct qn_commit_queue_entry *entries;
    size_t count;
    size_t capacity;
    uint32_t next_sequence;
};

void qn_commit_queue_dispose(struct qn_commit_queue *queue);
enum qn_status qn_commit_queue_push(struct qn_ctx *ctx,
                                    struct qn_commit_queue *queue,
                                    uint64_t generation, int64_t time,
                                    uint32_t row) QN_MUST_USE;
/* False when it is empty. */
bool qn_commit_queue_pop(struct qn_commit_queue *queue, uint32_t *row);

#endif
