/* SPDX-License-Identifier: MIT */
/* Stand-ins for floors that are being laid; this file goes when they are. */
#include "cli/cli.h"
#include "os/temporary.h"

#pragma weak qn_repo_open
#pragma weak qn_repo_git_directory
#pragma weak qn_repo_work_tree
#pragma weak qn_repo_prefix
#pragma weak qn_repo_odb
#pragma weak qn_repo_refs
#pragma weak qn_repo_config
#pragma weak qn_repo_outside_config
#pragma weak qn_config_string
#pragma weak qn_config_bool
#pragma weak qn_config_int64
#pragma weak qn_config_find
#pragma weak qn_config_at
#pragma weak qn_config_count
#pragma weak qn_config_parse_bool
#pragma weak qn_config_parse_int64
#pragma weak qn_temporary_unlink_all

enum qn_status qn_repo_open(struct qn_ctx *ctx,
                            const struct qn_repo_open_options *options,
                            struct qn_repo **out)
{
    (void)options;
    (void)out;
    return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "repo.not-found", NULL,
                              "repositories cannot be opened yet");
}

const char *qn_repo_work_tree(const struct qn_repo *repo)
{
    (void)repo;
    return NULL;
}

const char *qn_repo_prefix(const struct qn_repo *repo)
{
    (void)repo;
    return "";
}

enum qn_status qn_repo_odb(struct qn_ctx *ctx, struct qn_repo *repo,
                           struct qn_odb **out)
{
    (void)repo;
    (void)out;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "not yet");
}

enum qn_status qn_repo_refs(struct qn_ctx *ctx, struct qn_repo *repo,
                            struct qn_refs **out)
{
    (void)repo;
    (void)out;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "not yet");
}

const struct qn_config *qn_repo_config(const struct qn_repo *repo)
{
    (void)repo;
    return NULL;
}

enum qn_status qn_repo_outside_config(struct qn_ctx *ctx,
                                      struct qn_config **out)
{
    (void)ctx;
    (void)out;
    return QN_OK;
}

const char *qn_config_string(const struct qn_config *config, const char *key,
                             const char *fallback)
{
    (void)config;
    (void)key;
    return fallback;
}

enum qn_status qn_config_bool(struct qn_ctx *ctx,
                              const struct qn_config *config, const char *key,
                              bool fallback, bool *out)
{
    (void)ctx;
    (void)config;
    (void)key;
    *out = fallback;
    return QN_OK;
}

enum qn_status qn_config_int64(struct qn_ctx *ctx,
                               const struct qn_config *config, const char *key,
                               int64_t fallback, int64_t *out)
{
    (void)ctx;
    (void)config;
    (void)key;
    *out = fallback;
    return QN_OK;
}

const struct qn_config_entry *qn_config_find(const struct qn_config *config,
                                             const char *key)
{
    (void)config;
    (void)key;
    return NULL;
}

size_t qn_config_count(const struct qn_config *config)
{
    (void)config;
    return 0;
}

const struct qn_config_entry *qn_config_at(const struct qn_config *config,
                                           size_t i)
{
    (void)config;
    (void)i;
    return NULL;
}

bool qn_config_parse_bool(const char *value, bool *out)
{
    *out = !value || strcmp(value, "true") == 0;
    return *out || strcmp(value, "false") == 0;
}

bool qn_config_parse_int64(const char *value, int64_t *out)
{
    uint64_t number = 0;

    if (!qn_bytes_to_u64(qn_bytes_from_string(value), &number))
        return false;
    *out = (int64_t)number;
    return true;
}

void qn_temporary_unlink_all(void)
{
}
