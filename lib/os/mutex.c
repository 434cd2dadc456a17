/* SPDX-License-Identifier: MIT */
#include "os/mutex.h"

#include "base/memory.h"

#include <pthread.h>

struct qn_mutex {
    pthread_mutex_t handle;
};

enum qn_status qn_mutex_new(struct qn_ctx *ctx, struct qn_mutex **out)
{
    struct qn_mutex *mutex = qn_memory_calloc(ctx, 1, sizeof(*mutex));
    int number;

    if (!mutex)
        return QN_NO_MEMORY;
    number = pthread_mutex_init(&mutex->handle, NULL);
    if (number) {
        qn_memory_free(mutex);
        return qn_ctx_fail_errno(ctx, number, "could not make a mutex");
    }
    *out = mutex;
    return QN_OK;
}

void qn_mutex_free(struct qn_mutex *mutex)
{
    if (!mutex)
        return;
    (void)pthread_mutex_destroy(&mutex->handle);
    qn_memory_free(mutex);
}

void qn_mutex_lock(struct qn_mutex *mutex)
{
    (void)pthread_mutex_lock(&mutex->handle);
}

void qn_mutex_unlock(struct qn_mutex *mutex)
{
    (void)pthread_mutex_unlock(&mutex->handle);
}
