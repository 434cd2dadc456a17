/* SPDX-License-Identifier: MIT */
/* The environment: what a process gives the library, made once.
 *
 *   in:  allocator, clock, variables, trace sink, policies, budgets
 *   out: one counted, immutable object that every context and handle shares
 *
 * The library itself never reads the process's environment, clock, locale or
 * directory: it asks here.  Safe to share between threads; after qn_env_new
 * nothing in it changes but counters.
 */
#ifndef QUOIN_ENV_H
#define QUOIN_ENV_H

#include <quoin/api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct qn_env;
struct qn_trace; /* trace/trace.h */

/* All allocation goes through these.  `reallocate` is called with (NULL, n) to
 * allocate, (p, n) to resize and (p, 0) to free; NULL means no memory.  It is
 * called from every thread. */
typedef void *qn_reallocate_fn(void *data, void *pointer, size_t size);

/* Nanoseconds.  `wall`: since 1970-01-01 UTC; otherwise monotonic. */
typedef int64_t qn_clock_fn(void *data, bool wall);

/* The value of an environment variable, or NULL.  Borrowed: it must stay valid
 * for the life of the environment. */
typedef const char *qn_variable_fn(void *data, const char *name);

/* Minutes east of UTC of local time at `seconds` since the epoch. */
typedef int qn_zone_fn(void *data, int64_t seconds);

struct qn_env_options {
    uint32_t size;                /* sizeof(struct qn_env_options) */
    uint32_t thread_count;        /* workers wanted; 0: as many as processors */
    uint64_t memory_limit;        /* bytes, of everything; 0: no limit */
    void *data;                   /* handed to each function below */
    qn_reallocate_fn *reallocate; /* NULL: the C library's */
    qn_clock_fn *clock;           /* NULL: the C library's */
    qn_variable_fn *variable;     /* NULL: no variables are set */
    qn_zone_fn *zone;             /* NULL: UTC */
    struct qn_trace *trace;       /* NULL: no tracing; must outlive the env */
    const char
        *directory; /* absolute path that relative ones start from; copied */
    bool forbids_processes; /* refuse to start any child process */
};

#define QN_ENV_OPTIONS_INIT                                                    \
    {                                                                          \
        sizeof(struct qn_env_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0            \
    }

/* Make an environment with a count of one.  NULL: no memory, or options of a
 * size that this library does not know. */
QN_API struct qn_env *qn_env_new(const struct qn_env_options *options);

/* One more owner.  Returns `env`. */
QN_API struct qn_env *qn_env_retain(struct qn_env *env);

/* One owner less; the last one frees it.  NULL is fine. */
QN_API void qn_env_release(struct qn_env *env);

QN_API uint32_t qn_env_thread_count(const struct qn_env *env);
QN_API int64_t qn_env_clock(const struct qn_env *env, bool wall);
/* NULL when the variable is not set. */
QN_API const char *qn_env_variable(const struct qn_env *env, const char *name);
QN_API int qn_env_zone(const struct qn_env *env, int64_t seconds);
QN_API struct qn_trace *qn_env_trace(const struct qn_env *env);
QN_API const char *qn_env_directory(const struct qn_env *env);
QN_API bool qn_env_forbids_processes(const struct qn_env *env);

/* Bytes allocated now, and the most there ever were. */
QN_API uint64_t qn_env_memory_used(const struct qn_env *env);
QN_API uint64_t qn_env_memory_peak(const struct qn_env *env);

#ifdef __cplusplus
}
#endif

#endif
