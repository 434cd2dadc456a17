/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/housekeeping.h"
#include "cli/progress.h"
#include "operation/op_prune.h"
#include "text/date.h"

static const char *const usage[] = {
    "git prune [-n] [-v] [--progress] [--expire <time>] [--] [<head>...]",
    NULL};

struct prune {
    struct cli *cli;
    bool shows_objects;
};

static void put_object(void *data, const struct qn_id *id,
                       enum qn_object_type type)
{
    struct prune *prune = data;
    const char *name = qn_object_type_name(type);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (prune->shows_objects)
        cli_printf(prune->cli, "%s %s\n", qn_id_to_hex(id, hex),
                   name ? name : "unknown");
}

static void put_line(void *data, bool is_problem, const char *text)
{
    struct prune *prune = data;

    if (is_problem)
        cli_stderr(prune->cli, "%s\n", text);
    else if (prune->shows_objects)
        cli_printf(prune->cli, "%s\n", text);
}

/* Without a time everything is old enough; --no-expire: nothing is. */
static int take_expire(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    int64_t *expire = option->value;

    *expire = 0;
    if (!is_negated && qn_date_expiry(cli->ctx, argument, expire))
        cli_die_with(cli, "malformed expiration date '%s'", argument);
    return 0;
}

int cmd_prune(struct cli *cli, int argc, char **argv)
{
    struct qn_op_prune how = {.expire = INT64_MAX};
    struct prune prune = {.cli = cli};
    bool is_verbose = false, all_packed = false;
    int progress = -1, i;
    const struct cli_option options[] = {
        CLI_FLAG('n', "dry-run", &how.is_dry_run, "only say what would go"),
        CLI_FLAG('v', "verbose", &is_verbose, "say what goes"),
        CLI_PROGRESS(&progress),
        CLI_CALLBACK(0, "expire", &how.expire, "expiry-date",
                     "only what is older than that", 0, take_expire),
        {CLI_KIND_FLAG, 0, "exclude-promisor-objects", &all_packed, NULL,
         "what a promisor has may be missing", 0, 0, NULL},
        CLI_END};
    struct qn_id *heads;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (cli_has_precious_objects(cli))
        cli_die_with(cli, "cannot prune in a precious-objects repo");
    heads = qn_memory_calloc(cli->ctx, (size_t)argc + 1, sizeof(*heads));
    cli_check(cli, heads ? QN_OK : QN_NO_MEMORY);
    for (i = 0; i < argc; i++) {
        struct qn_revision revision = QN_REVISION_INIT;

        if (qn_revision_parse(cli->ctx, &cli->scope, argv[i], &revision))
            cli_die_with(cli, "unrecognized argument: %s", argv[i]);
        heads[how.head_count++] = revision.id;
        qn_revision_dispose(&revision);
    }
    prune.shows_objects = is_verbose || how.is_dry_run;
    how.repo = cli->repo;
    how.heads = heads;
    how.object = put_object;
    how.line = put_line;
    how.data = &prune;
    cli_show_progress(cli, cli_wants_progress(progress));
    cli_check(cli, qn_op_prune_run(cli->ctx, &how));
    if (how.was_busy)
        cli_warning(cli, "objects are being written; nothing that is "
                         "unreachable was removed");
    qn_memory_free(heads);
    return 0;
}
