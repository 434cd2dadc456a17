/* SPDX-License-Identifier: MIT */
#include "cli/update_ref.h"

#include <string.h>

static const char *const usage[] = {
    "git update-ref [<options>] -d <ref> [<old-oid>]",
    "git update-ref [<options>] <ref> <new-oid> [<old-oid>]",
    "git update-ref [<options>] --stdin [-z] [--batch-updates]", NULL};

/* One update in a transaction of its own. */
static enum qn_status update_one(struct cli *cli, const char *name,
                                 const struct qn_id *new_id,
                                 const struct qn_id *old_id,
                                 const struct update_ref_options *options)
{
    unsigned flags = (options->no_deref ? QN_REF_NO_DEREF : 0u) |
                     (options->makes_log ? QN_REF_FORCE_REFLOG : 0u);
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status =
        qn_ref_transaction_new(cli->ctx, cli->refs, &transaction);

    if (!status)
        status = qn_ref_transaction_update(cli->ctx, transaction, name, new_id,
                                           old_id, flags, options->message);
    if (!status)
        status = qn_ref_transaction_commit(cli->ctx, transaction,
                                           cli_ref_writer(cli));
    qn_ref_transaction_free(transaction);
    return status;
}

static void parse_old(struct cli *cli, const char *text, struct qn_id *out)
{
    qn_id_clear(out, qn_repo_algorithm(cli->repo));
    if (*text && !cli_find_id(cli, text, out))
        cli_die_with(cli, "%s: not a valid old SHA1", text);
}

static int delete_one(struct cli *cli, int argc, char **argv,
                      const struct update_ref_options *options)
{
    struct qn_id old_id, none;
    bool has_old = false;

    if (argc > 1) {
        parse_old(cli, argv[1], &old_id);
        has_old = !qn_id_is_null(&old_id); /* as git: zero is no condition */
    }
    qn_id_clear(&none, qn_repo_algorithm(cli->repo));
    if (update_one(cli, argv[0], &none, has_old ? &old_id : NULL, options)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "refs.packed-corrupt") == 0)
            cli_die(cli);
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return 1;
    }
    return 0;
}

static int set_one(struct cli *cli, int argc, char **argv,
                   const struct update_ref_options *options)
{
    struct qn_id new_id, old_id;

    if (!cli_find_id(cli, argv[1], &new_id))
        cli_die_with(cli, "%s: not a valid SHA1", argv[1]);
    if (argc > 2)
        parse_old(cli, argv[2], &old_id);
    if (update_one(cli, argv[0], &new_id, argc > 2 ? &old_id : NULL, options))
        cli_die_with(cli, "update_ref failed for ref '%s': %s", argv[0],
                     qn_ctx_message(cli->ctx));
    return 0;
}

int cmd_update_ref(struct cli *cli, int argc, char **argv)
{
    struct update_ref_options options = {.message = NULL};
    bool deletes = false, is_stdin = false;
    const struct cli_option table[] = {
        CLI_STRING('m', NULL, &options.message, "reason",
                   "the reason, for the reflog"),
        CLI_FLAG_WITH('d', NULL, &deletes, "delete the ref", 0),
        CLI_FLAG(0, "no-deref", &options.no_deref,
                 "change the ref itself, not what it points to"),
        CLI_FLAG_WITH('z', NULL, &options.has_nul, "fields end in NUL", 0),
        CLI_FLAG(0, "stdin", &is_stdin, "read updates from stdin"),
        CLI_FLAG(0, "create-reflog", &options.makes_log, "make a reflog"),
        CLI_FLAG('0', "batch-updates", &options.is_batch,
                 "let single updates fail"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, table, usage, 0);
    if (options.message && !*options.message)
        cli_die_with(cli, "Refusing to perform update with empty message.");
    cli_open_refs(cli);
    if (options.is_batch && !is_stdin)
        cli_die_with(cli, "--batch-updates can only be used with --stdin");
    if (is_stdin) {
        if (deletes || argc > 0)
            cli_usage(cli, usage, table);
        update_ref_stdin(cli, &options);
        return 0;
    }
    if (options.has_nul)
        cli_usage(cli, usage, table);
    if (deletes) {
        if (argc < 1 || argc > 2)
            cli_usage(cli, usage, table);
        return delete_one(cli, argc, argv, &options);
    }
    if (argc < 2 || argc > 3)
        cli_usage(cli, usage, table);
    return set_one(cli, argc, argv, &options);
}
