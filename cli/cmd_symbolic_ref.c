/* SPDX-License-Identifier: MIT */
#include "cli/ref_tools.h"
#include "text/ref_name.h"

#include <string.h>

static const char *const usage[] = {
    "git symbolic-ref [-m <reason>] <name> <ref>",
    "git symbolic-ref [-q] [--short] [--no-recurse] <name>",
    "git symbolic-ref --delete [-q] <name>", NULL};

/* Where `name` points to; dies as git does when it points nowhere. */
static bool read_target(struct cli *cli, const char *name, bool recurses,
                        struct qn_buf *out)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found;

    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, name, &ref, &found));
    if ((found && !ref.is_symbolic && ref.is_broken) ||
        !qn_ref_name_is_valid(qn_bytes_from_string(name),
                              QN_REF_NAME_ONE_LEVEL))
        cli_die_with(cli, "No such ref: %s", name);
    if (!found || !ref.is_symbolic) {
        qn_ref_dispose(&ref);
        return false;
    }
    if (recurses) {
        cli_check(cli,
                  qn_refs_resolve(cli->ctx, cli->refs, name, &ref, &found));
        if (ref.is_broken)
            cli_die_with(cli, "No such ref: %s", name);
    }
    cli_check(cli,
              qn_buf_append_bytes(cli->ctx, out, qn_buf_bytes(&ref.target)));
    qn_ref_dispose(&ref);
    return true;
}

static int show(struct cli *cli, const char *name, bool is_quiet, bool is_short,
                bool recurses)
{
    struct qn_buf target = QN_BUF_INIT;
    struct qn_buf short_name = QN_BUF_INIT;

    if (!read_target(cli, name, recurses, &target)) {
        if (!qn_ref_name_is_valid(qn_bytes_from_string(name),
                                  QN_REF_NAME_ONE_LEVEL))
            cli_die_with(cli, "No such ref: %s", name);
        if (is_quiet)
            return 1;
        cli_die_with(cli, "ref %s is not a symbolic ref", name);
    }
    if (is_short)
        cli_check(cli,
                  qn_refs_shorten(cli->ctx, cli->refs, qn_buf_string(&target),
                                  false, &short_name));
    cli_printf(cli, "%s\n", qn_buf_string(is_short ? &short_name : &target));
    qn_buf_dispose(&target);
    qn_buf_dispose(&short_name);
    return 0;
}

static enum qn_status change(struct cli *cli, const char *name,
                             const char *target, const char *message)
{
    struct qn_ref_transaction *transaction = NULL;
    unsigned flags = QN_REF_NO_DEREF | (target ? 0u : QN_REF_DELETE);
    enum qn_status status =
        qn_ref_transaction_new(cli->ctx, cli->refs, &transaction);

    if (!status)
        status = qn_ref_transaction_symbolic(
            cli->ctx, transaction, name, target, NULL, NULL, flags, message);
    if (!status)
        status = qn_ref_transaction_commit(cli->ctx, transaction,
                                           cli_ref_writer(cli));
    qn_ref_transaction_free(transaction);
    return status;
}

static int set(struct cli *cli, const char *name, const char *target,
               const char *message)
{
    if (strcmp(name, "HEAD") == 0 && strncmp(target, "refs/", 5) != 0)
        cli_die_with(cli, "Refusing to point HEAD outside of refs/");
    if (!qn_ref_name_is_valid(qn_bytes_from_string(target),
                              QN_REF_NAME_ONE_LEVEL))
        cli_die_with(cli, "Refusing to set '%s' to invalid ref '%s'", name,
                     target ? target : "");
    if (!qn_ref_name_is_safe(qn_bytes_from_string(name)))
        return cli_error(cli, "refusing to update ref with bad name '%s'",
                         name);
    if (change(cli, name, target, message))
        return cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    return 0;
}

static int delete_ref(struct cli *cli, const char *name)
{
    struct qn_buf target = QN_BUF_INIT;

    if (!read_target(cli, name, false, &target))
        cli_die_with(cli, "Cannot delete %s, not a symbolic ref", name);
    qn_buf_dispose(&target);
    if (strcmp(name, "HEAD") == 0)
        cli_die_with(cli, "deleting '%s' is not allowed", name);
    if (change(cli, name, NULL, NULL))
        return cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    return 0;
}

int cmd_symbolic_ref(struct cli *cli, int argc, char **argv)
{
    bool is_quiet = false, is_short = false, deletes = false, recurses = true;
    const char *message = NULL;
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &is_quiet,
                 "say nothing about refs that are not symbolic"),
        CLI_FLAG('d', "delete", &deletes, "delete the symbolic ref"),
        CLI_FLAG(0, "short", &is_short, "show a short name"),
        CLI_FLAG(0, "recurse", &recurses, "follow chains to their end"),
        CLI_STRING('m', NULL, &message, "reason", "reason for the reflog"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (message && !*message)
        cli_die_with(cli, "Refusing to perform update with empty message");
    if (deletes ? argc != 1 : argc < 1 || argc > 2) {
        cli_usage(cli, usage, options);
        return CLI_EXIT_USAGE;
    }
    cli_open_refs(cli);
    if (deletes)
        return delete_ref(cli, argv[0]);
    if (argc == 1)
        return show(cli, argv[0], is_quiet, is_short, recurses);
    return set(cli, argv[0], argv[1], message);
}
