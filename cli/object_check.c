/* SPDX-License-Identifier: MIT */
#include "cli/object_check.h"

#include "object/check.h"
#include "operation/part/object_checker.h"

static bool on_finding(struct qn_ctx *ctx, void *data, const char *name,
                       enum qn_check_severity severity, const char *message)
{
    (void)ctx;
    if (severity == QN_CHECK_IGNORE)
        return false;
    cli_error(data, "object fails fsck: %s: %s", name, message);
    return true;
}

void cli_check_object(struct cli *cli, uint32_t algorithm,
                      enum qn_object_type type, struct qn_bytes content)
{
    const struct qn_check rules = {.algorithm = algorithm,
                                   .is_strict = true,
                                   .found = on_finding,
                                   .data = cli};
    bool is_sound = true;

    if (type == QN_OBJECT_BLOB)
        return;
    cli_check(cli, qn_check_object(cli->ctx, &rules, type, content, &is_sound));
    if (!is_sound)
        cli_die_with(cli, "refusing to create malformed object");
}

struct tag_check {
    struct cli *cli;
    bool is_strict;
};

static bool on_tag(struct qn_ctx *ctx, void *data, const char *name,
                   enum qn_check_severity severity, const char *message)
{
    struct tag_check *check = data;

    (void)ctx;
    if (severity < QN_CHECK_ERROR && !check->is_strict) {
        cli_stderr(check->cli,
                   "warning: tag input does not pass fsck: %s: %s\n", name,
                   message);
        return false;
    }
    cli_error(check->cli, "tag input does not pass fsck: %s: %s", name,
              message);
    return true;
}

void cli_check_tag(struct cli *cli, struct qn_bytes content, bool is_strict)
{
    struct tag_check data = {cli, is_strict};
    struct qn_check_policy policy;
    const struct qn_check rules = {.algorithm = qn_repo_algorithm(cli->repo),
                                   .policy = &policy,
                                   .is_strict = true,
                                   .found = on_tag,
                                   .data = &data};
    bool is_sound = true;

    qn_check_policy_init(&policy, rules.algorithm);
    cli_check(cli, qn_check_policy_set(cli->ctx, &policy, "extraHeaderEntry",
                                       "warn"));
    cli_check(cli, qn_object_checker_configure(
                       cli->ctx, &policy, cli_config(cli), "fsck.", false));
    cli_check(cli, qn_check_object(cli->ctx, &rules, QN_OBJECT_TAG, content,
                                   &is_sound));
    qn_check_policy_dispose(&policy);
    if (!is_sound)
        cli_die_with(cli, "tag on stdin did not pass our strict fsck check");
}
