/* SPDX-License-Identifier: MIT */
#include "server/server.h"

#include <stdlib.h>

unsigned server_talks(const struct settings *settings)
{
    unsigned workers = (unsigned)settings->workers;

    return workers - workers / 4 - (workers == 2 || workers == 3);
}

struct policy *server_policy(struct server *server)
{
    struct policy *policy;

    (void)pthread_mutex_lock(&server->lock);
    policy = server->policy;
    atomic_fetch_add(&policy->count, 1);
    (void)pthread_mutex_unlock(&server->lock);
    return policy;
}

void server_policy_release(struct policy *policy)
{
    if (!policy || atomic_fetch_sub(&policy->count, 1) != 1)
        return;
    access_free(policy->access);
    passwords_free(policy->passwords);
    free(policy);
}

enum qn_status server_reload(struct qn_ctx *ctx, struct server *server)
{
    struct policy *policy = calloc(1, sizeof(*policy)), *old;
    enum qn_status status;

    if (!policy)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    atomic_init(&policy->count, 1);
    status = access_load(ctx, server->settings->access, &policy->access);
    if (!status)
        status =
            passwords_load(ctx, server->settings->users, &policy->passwords);
    if (status) {
        server_policy_release(policy);
        return status;
    }
    (void)pthread_mutex_lock(&server->lock);
    old = server->policy;
    server->policy = policy;
    (void)pthread_mutex_unlock(&server->lock);
    server_policy_release(old);
    return QN_OK;
}
