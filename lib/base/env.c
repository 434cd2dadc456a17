/* SPDX-License-Identifier: MIT */
#include "base/env.h"

#include "base/compiler.h"
#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct qn_env {
    struct qn_env_options options;
    atomic_uint owners;
    atomic_uint_fast64_t used;
    atomic_uint_fast64_t peak;
    atomic_uint_fast64_t limit; /* 0: none */
    _Atomic(void *) pool;
    void (*pool_release)(void *);
    struct qn_env *whole; /* of a part: owners and pool are there */
    _Atomic(struct qn_env *) parts;
    struct qn_env *next; /* of the whole's parts */
};

/* In front of every block, so that freeing one needs nothing but the block. */
struct header {
    struct qn_env *env;
    size_t size;
};

_Static_assert(sizeof(struct header) % _Alignof(max_align_t) == 0 ||
                   sizeof(void *) < 8,
               "blocks behind a header stay aligned");

#define HEADER_SIZE                                                            \
    ((sizeof(struct header) + _Alignof(max_align_t) - 1) /                     \
     _Alignof(max_align_t) * _Alignof(max_align_t))

static void *reallocate_default(void *data, void *pointer, size_t size)
{
    (void)data;
    if (size == 0) {
        free(pointer);
        return NULL;
    }
    return realloc(pointer, size);
}

static int64_t clock_default(void *data, bool wall)
{
    struct timespec now;

    (void)data;
    if (clock_gettime(wall ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now))
        return 0;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const char *variable_default(void *data, const char *name)
{
    (void)data;
    (void)name;
    return NULL;
}

static int zone_default(void *data, int64_t seconds)
{
    (void)data;
    (void)seconds;
    return 0;
}

struct qn_env *qn_env_new(const struct qn_env_options *options)
{
    struct qn_env_options own = QN_ENV_OPTIONS_INIT;
    struct qn_env *env;
    const char *directory;

    if (options) {
        if (options->size != sizeof(own))
            return NULL;
        own = *options;
    }
    if (!own.reallocate)
        own.reallocate = reallocate_default;
    if (!own.clock)
        own.clock = clock_default;
    if (!own.variable)
        own.variable = variable_default;
    if (!own.zone)
        own.zone = zone_default;
    directory = own.directory ? own.directory : "/";
    env = own.reallocate(own.data, NULL, sizeof(*env) + strlen(directory) + 1);
    if (!env)
        return NULL;
    memset(env, 0, sizeof(*env));
    strcpy((char *)(env + 1), directory);
    own.directory = (char *)(env + 1);
    env->options = own;
    atomic_init(&env->owners, 1);
    atomic_init(&env->limit, own.memory_limit);
    return env;
}

struct qn_env *qn_env_new_part(struct qn_env *env)
{
    struct qn_env *whole = env->whole ? env->whole : env;
    struct qn_env *part =
        whole->options.reallocate(whole->options.data, NULL, sizeof(*part));

    if (!part)
        return NULL;
    memset(part, 0, sizeof(*part));
    part->options = whole->options;
    part->whole = whole;
    part->next = atomic_load(&whole->parts);
    while (!atomic_compare_exchange_weak(&whole->parts, &part->next, part))
        ;
    return part;
}

void qn_env_set_memory_limit(struct qn_env *part, uint64_t bytes)
{
    atomic_store_explicit(&part->limit, bytes, memory_order_relaxed);
}

struct qn_env *qn_env_retain(struct qn_env *env)
{
    struct qn_env *whole = env->whole ? env->whole : env;

    atomic_fetch_add_explicit(&whole->owners, 1, memory_order_relaxed);
    return env;
}

void qn_env_release(struct qn_env *env)
{
    struct qn_env *part;
    void *pool;

    if (env && env->whole)
        env = env->whole;
    if (!env ||
        atomic_fetch_sub_explicit(&env->owners, 1, memory_order_acq_rel) != 1)
        return;
    pool = atomic_load(&env->pool);
    if (pool && env->pool_release)
        env->pool_release(pool);
    while ((part = atomic_load(&env->parts)) != NULL) {
        atomic_store(&env->parts, part->next);
        env->options.reallocate(env->options.data, part, 0);
    }
    env->options.reallocate(env->options.data, env, 0);
}

uint32_t qn_env_thread_count(const struct qn_env *env)
{
    return env->options.thread_count;
}

int64_t qn_env_clock(const struct qn_env *env, bool wall)
{
    return env->options.clock(env->options.data, wall);
}

const char *qn_env_variable(const struct qn_env *env, const char *name)
{
    return env->options.variable(env->options.data, name);
}

int qn_env_zone(const struct qn_env *env, int64_t seconds)
{
    return env->options.zone(env->options.data, seconds);
}

struct qn_trace *qn_env_trace(const struct qn_env *env)
{
    return env->options.trace;
}

const char *qn_env_directory(const struct qn_env *env)
{
    return env->options.directory;
}

bool qn_env_forbids_processes(const struct qn_env *env)
{
    return env->options.forbids_processes;
}

uint64_t qn_env_memory_used(const struct qn_env *env)
{
    return atomic_load_explicit(&((struct qn_env *)env)->used,
                                memory_order_relaxed);
}

uint64_t qn_env_memory_peak(const struct qn_env *env)
{
    return atomic_load_explicit(&((struct qn_env *)env)->peak,
                                memory_order_relaxed);
}

void *qn_env_pool(const struct qn_env *env)
{
    const struct qn_env *whole = env->whole ? env->whole : env;

    return atomic_load_explicit(&((struct qn_env *)whole)->pool,
                                memory_order_acquire);
}

void *qn_env_set_pool(struct qn_env *env, void *pool, void (*release)(void *))
{
    void *expected = NULL;

    if (env->whole)
        env = env->whole;
    if (!atomic_compare_exchange_strong(&env->pool, &expected, pool))
        return expected;
    env->pool_release = release;
    return pool;
}

/* Only large blocks are counted: small ones would make every thread fight for
 * one cache line, and do not add up to a budget that matters. */
#define COUNTED_SIZE 2048

static bool charge_one(struct qn_env *env, size_t size)
{
    uint_fast64_t limit =
        atomic_load_explicit(&env->limit, memory_order_relaxed);
    uint_fast64_t now;
    uint_fast64_t peak;

    now = atomic_fetch_add_explicit(&env->used, size, memory_order_relaxed) +
          size;
    if (limit && now > limit) {
        atomic_fetch_sub_explicit(&env->used, size, memory_order_relaxed);
        return false;
    }
    peak = atomic_load_explicit(&env->peak, memory_order_relaxed);
    while (now > peak && !atomic_compare_exchange_weak(&env->peak, &peak, now))
        ;
    return true;
}

static bool charge(struct qn_env *env, size_t size)
{
    if (size < COUNTED_SIZE)
        return true;
    if (!charge_one(env, size))
        return false;
    if (!env->whole || charge_one(env->whole, size))
        return true;
    atomic_fetch_sub_explicit(&env->used, size, memory_order_relaxed);
    return false;
}

static void discharge(struct qn_env *env, size_t size)
{
    if (size < COUNTED_SIZE)
        return;
    atomic_fetch_sub_explicit(&env->used, size, memory_order_relaxed);
    if (env->whole)
        atomic_fetch_sub_explicit(&env->whole->used, size,
                                  memory_order_relaxed);
}

void *qn_memory_new(struct qn_env *env, size_t size)
{
    struct header *header;

    if (size > SIZE_MAX - HEADER_SIZE || !charge(env, size))
        return NULL;
    header = env->options.reallocate(env->options.data, NULL,
                                     HEADER_SIZE + (size ? size : 1));
    if (!header) {
        discharge(env, size);
        return NULL;
    }
    header->env = env;
    header->size = size;
    return (uint8_t *)header + HEADER_SIZE;
}

void *qn_memory_resize(struct qn_env *env, void *pointer, size_t size)
{
    struct header *header;
    struct header *moved;
    struct qn_env *owner; /* another part's block may grow in ours */
    size_t old;

    if (!pointer)
        return qn_memory_new(env, size);
    header = (struct header *)((uint8_t *)pointer - HEADER_SIZE);
    old = header->size;
    owner = header->env;
    if (size > SIZE_MAX - HEADER_SIZE || !charge(env, size))
        return NULL;
    moved = env->options.reallocate(env->options.data, header,
                                    HEADER_SIZE + (size ? size : 1));
    if (!moved) {
        discharge(env, size);
        return NULL;
    }
    discharge(owner, old);
    moved->env = env;
    moved->size = size;
    return (uint8_t *)moved + HEADER_SIZE;
}

void qn_memory_free(void *pointer)
{
    struct header *header;
    struct qn_env *env;

    if (!pointer)
        return;
    header = (struct header *)((uint8_t *)pointer - HEADER_SIZE);
    env = header->env;
    discharge(env, header->size);
    env->options.reallocate(env->options.data, header, 0);
}
