/* SPDX-License-Identifier: MIT */
/* What the parts of the server share: settings, and the things that live as
 * long as it does. */
#ifndef QUOIN_SERVER_SERVER_H
#define QUOIN_SERVER_SERVER_H

#include "base/ctx.h"
#include "base/env.h"
#include "server/access.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/metrics.h"
#include "server/passwords.h"
#include "server/repositories.h"
#include "server/response_cache.h"
#include "server/settings.h"

#include <pthread.h>
#include <stdatomic.h>

/* Rules and users, as they were read together; counted. */
struct policy {
    struct access *access;
    struct passwords *passwords;
    atomic_uint count;
};

struct server {
    const struct settings *settings;
    struct qn_env *env;
    struct repositories *repositories;
    struct response_cache *cache;
    struct jobs *jobs;
    struct metrics metrics;
    struct limits *limits;
    struct response_crowd crowd;
    uint32_t umask; /* of this process */
    char agent[64];
    pthread_mutex_t lock;  /* of the policy */
    struct policy *policy; /* server_policy */
    atomic_bool is_stopping;
};

/* How many workers may wait for clients: three of four, but one at least. */
unsigned server_talks(const struct settings *settings);
/* The policy as it is now; give it back. */
struct policy *server_policy(struct server *server);
void server_policy_release(struct policy *policy);
/* Read the files again; what is wrong with them changes nothing. */
enum qn_status server_reload(struct qn_ctx *ctx,
                             struct server *server) QN_MUST_USE;

#endif
