/* SPDX-License-Identifier: MIT */
#include "server/jobs.h"

#include "base/env.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct job {
    job_fn *run;
    void *data;
};

struct queue {
    struct job *waiting; /* a ring */
    unsigned first, count;
};

struct jobs {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct qn_env *env;
    struct qn_cancel *cancel;
    struct jobs_options options;
    pthread_t *threads;
    struct queue queues[2]; /* of each kind */
    unsigned thread_count, running, talking;
    bool is_closing;
};

static void run_one(struct jobs *jobs, struct qn_ctx *ctx, struct job job)
{
    int64_t seconds = jobs->options.seconds;
    uint64_t memory = jobs->options.memory;
    struct qn_env *part = qn_ctx_env(ctx);

    /* What earlier jobs left (open repositories, scratch) is not this one's. */
    qn_env_set_memory_limit(part,
                            memory ? qn_env_memory_used(part) + memory : 0);
    qn_ctx_clear(ctx);
    qn_ctx_set_deadline(ctx, seconds > 0 ? qn_env_clock(jobs->env, false) +
                                               seconds * INT64_C(1000000000)
                                         : 0);
    job.run(ctx, job.data);
    qn_ctx_set_report(ctx, NULL, NULL);
    qn_ctx_set_progress(ctx, NULL, NULL);
}

/* What is to be done next; false: nothing now.  With the lock held. */
static bool take_job(struct jobs *jobs, struct job *out, enum job_kind *kind)
{
    struct queue *queue = &jobs->queues[JOB_ANSWER];

    *kind = JOB_ANSWER;
    if (queue->count == 0 && jobs->talking < jobs->options.talks) {
        *kind = JOB_TALK;
        queue = &jobs->queues[JOB_TALK];
    }
    if (queue->count == 0)
        return false;
    *out = queue->waiting[queue->first];
    queue->first = (queue->first + 1) % jobs->options.most_waiting;
    queue->count--;
    jobs->running++;
    jobs->talking += *kind == JOB_TALK;
    return true;
}

static unsigned count_waiting(const struct jobs *jobs)
{
    return jobs->queues[JOB_ANSWER].count + jobs->queues[JOB_TALK].count;
}

static void *work(void *data)
{
    struct jobs *jobs = data;
    struct qn_env *part = qn_env_new_part(jobs->env);
    struct qn_ctx *ctx = part ? qn_ctx_new(part) : NULL;

    if (ctx)
        qn_ctx_set_cancel(ctx, jobs->cancel);
    (void)pthread_mutex_lock(&jobs->lock);
    while (ctx) {
        enum job_kind kind;
        struct job job;

        if (!take_job(jobs, &job, &kind)) {
            if (jobs->is_closing && count_waiting(jobs) == 0)
                break;
            (void)pthread_cond_wait(&jobs->changed, &jobs->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&jobs->lock);
        run_one(jobs, ctx, job);
        (void)pthread_mutex_lock(&jobs->lock);
        jobs->running--;
        jobs->talking -= kind == JOB_TALK;
        (void)pthread_cond_broadcast(&jobs->changed);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    qn_ctx_free(ctx);
    return NULL;
}

struct jobs *jobs_new(struct qn_env *env, const struct jobs_options *options)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));
    pthread_condattr_t attributes;
    unsigned i;

    if (!jobs)
        return NULL;
    jobs->env = env;
    jobs->options = *options;
    jobs->cancel = qn_cancel_new(env);
    jobs->threads = calloc(options->workers, sizeof(*jobs->threads));
    for (i = 0; i < 2; i++)
        jobs->queues[i].waiting =
            calloc(options->most_waiting, sizeof(*jobs->queues[i].waiting));
    (void)pthread_mutex_init(&jobs->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&jobs->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    for (i = 0; jobs->threads && jobs->queues[0].waiting &&
                jobs->queues[1].waiting && i < options->workers;
         i++) {
        if (pthread_create(&jobs->threads[i], NULL, work, jobs) != 0)
            break;
        jobs->thread_count++;
    }
    if (jobs->thread_count > 0)
        return jobs;
    jobs_close(jobs, 0);
    jobs_free(jobs);
    return NULL;
}

bool jobs_add(struct jobs *jobs, enum job_kind kind, job_fn *run, void *data)
{
    struct queue *queue = &jobs->queues[kind];
    bool may;

    (void)pthread_mutex_lock(&jobs->lock);
    may = !jobs->is_closing && queue->count < jobs->options.most_waiting;
    if (may) {
        unsigned at =
            (queue->first + queue->count) % jobs->options.most_waiting;

        queue->waiting[at] = (struct job){run, data};
        queue->count++;
        (void)pthread_cond_signal(&jobs->changed);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    return may;
}

void jobs_close(struct jobs *jobs, unsigned seconds)
{
    struct timespec until;
    unsigned i;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)seconds;
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->is_closing = true;
    (void)pthread_cond_broadcast(&jobs->changed);
    while (jobs->running + count_waiting(jobs) > 0)
        if (pthread_cond_timedwait(&jobs->changed, &jobs->lock, &until) != 0)
            break;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (jobs->cancel)
        qn_cancel_request(jobs->cancel);
    for (i = 0; i < jobs->thread_count; i++)
        (void)pthread_join(jobs->threads[i], NULL);
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    qn_cancel_free(jobs->cancel);
    (void)pthread_cond_destroy(&jobs->changed);
    (void)pthread_mutex_destroy(&jobs->lock);
    free(jobs->threads);
    free(jobs->queues[JOB_ANSWER].waiting);
    free(jobs->queues[JOB_TALK].waiting);
    free(jobs);
}

void jobs_count(struct jobs *jobs, unsigned *running, unsigned *waiting)
{
    (void)pthread_mutex_lock(&jobs->lock);
    *running = jobs->running;
    *waiting = count_waiting(jobs);
    (void)pthread_mutex_unlock(&jobs->lock);
}

bool jobs_talks_wait(struct jobs *jobs)
{
    bool is;

    (void)pthread_mutex_lock(&jobs->lock);
    is = jobs->queues[JOB_TALK].count > 0;
    (void)pthread_mutex_unlock(&jobs->lock);
    return is;
}
