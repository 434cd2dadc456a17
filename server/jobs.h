/* SPDX-License-Identifier: MIT */
/* Threads that do what takes long, and the queue before them. */
#ifndef QUOIN_SERVER_JOBS_H
#define QUOIN_SERVER_JOBS_H

#include "base/ctx.h"

struct jobs;
struct qn_env;

/* On a worker's thread, with its context: no error is set, the deadline is. */
typedef void job_fn(struct qn_ctx *ctx, void *data);

struct jobs_options {
    unsigned workers;
    unsigned most_waiting;
    unsigned talks; /* jobs that wait for their client, at most so many at once:
                       the other workers are there for all else */
    int64_t seconds; /* for one job; 0: any */
    uint64_t memory; /* bytes, for one job; 0: any */
};
/* NULL: no memory, or no threads. */
struct jobs *jobs_new(struct qn_env *env, const struct jobs_options *options);
enum job_kind {
    JOB_ANSWER, /* all that it needs is there */
    JOB_TALK    /* it waits for its client now and then */
};
/* False: too many wait already, or it is closing. */
bool jobs_add(struct jobs *jobs, enum job_kind kind, job_fn *run, void *data);
/* Nothing new is taken; what is there finishes, and after `seconds` what still
 * runs is cancelled. */
void jobs_close(struct jobs *jobs, unsigned seconds);
/* After that; NULL is fine. */
void jobs_free(struct jobs *jobs);
/* Does one of them wait that may talk to its client? */
bool jobs_talks_wait(struct jobs *jobs);
void jobs_count(struct jobs *jobs, unsigned *running, unsigned *waiting);

#endif
