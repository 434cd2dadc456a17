/* SPDX-License-Identifier: MIT */
#include "program/pager.h"

#include "base/env.h"

#include <stdio.h>
#include <string.h>

const char *qn_pager_name(struct qn_ctx *ctx, const struct qn_config *config)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    const char *pager = qn_env_variable(env, "GIT_PAGER");

    if (!pager && config)
        pager = qn_config_string(config, "core.pager", NULL);
    if (!pager)
        pager = qn_env_variable(env, "PAGER");
    if (!pager)
        pager = "less";
    if (!*pager || strcmp(pager, "cat") == 0)
        return NULL;
    return pager;
}

enum qn_status qn_pager_for_command(struct qn_ctx *ctx,
                                    const struct qn_config *config,
                                    const char *command, bool fallback,
                                    bool *use, const char **program)
{
    char key[128];
    const struct qn_config_entry *entry;
    bool is_set;

    (void)ctx;
    *use = fallback;
    *program = NULL;
    if (snprintf(key, sizeof(key), "pager.%s", command) >= (int)sizeof(key))
        return QN_OK;
    entry = config ? qn_config_find(config, key) : NULL;
    if (!entry)
        return QN_OK;
    if (qn_config_parse_bool(entry->value, &is_set)) {
        *use = is_set;
    } else {
        *use = true;
        *program = entry->value;
    }
    return QN_OK;
}

void qn_pager_variables(struct qn_ctx *ctx, const char *out[3])
{
    const struct qn_env *env = qn_ctx_env(ctx);
    size_t count = 0;

    if (!qn_env_variable(env, "LESS"))
        out[count++] = "LESS=FRX";
    if (!qn_env_variable(env, "LV"))
        out[count++] = "LV=-c";
    out[count] = NULL;
}
