/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "odb/odb_alternates.h"
#include "operation/op_fsck.h"

static const char *const usage[] = {"git fsck [<options>] [<object>...]", NULL};

static void put_line(void *data, bool is_error, const char *text)
{
    struct cli *cli = data;

    if (is_error)
        cli_stderr(cli, "%s\n", text);
    else
        cli_printf(cli, "%s\n", text);
}

/* What the arguments name; those that name nothing are told of. */
static void read_arguments(struct cli *cli, int argc, char **argv,
                           struct qn_op_fsck_head *heads, size_t *count,
                           int *code)
{
    int i;

    for (i = 0; i < argc; i++) {
        struct qn_revision revision = QN_REVISION_INIT;

        if (qn_revision_parse(cli->ctx, &cli->scope, argv[i], &revision)) {
            cli_forget(cli);
            cli_error(cli, "invalid parameter: expected sha1, got '%s'",
                      argv[i]);
            *code |= QN_FSCK_OBJECT;
            continue;
        }
        heads[*count].id = revision.id;
        heads[(*count)++].name = argv[i];
        qn_revision_dispose(&revision);
    }
}

/* A command that verifies; `bit` when it finds something. */
static int verify(struct cli *cli, const char *what, const char *directory,
                  int bit)
{
    const struct cli_command *command = cli_find_command(what);
    const char *before = cli->command;
    const char *words[] = {what,      "verify",        "--object-dir",
                           directory, "--no-progress", NULL};
    int code;

    cli->command = what;
    code = command->run(cli, 5, (char **)(uintptr_t)words);
    cli->command = before;
    return code ? bit : 0;
}

static int verify_accelerators(struct cli *cli)
{
    struct qn_odb_alternates list = QN_ODB_ALTERNATES_INIT;
    int code = 0;
    size_t i;

    cli_open_views(cli);
    cli_check(cli,
              qn_odb_alternates_find(
                  cli->ctx, qn_odb_store_directory(qn_odb_get_store(cli->odb)),
                  qn_env_variable(cli->env, "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
                  &list));
    for (i = 0; i < list.count; i++) {
        if (cli_config_bool(cli, "core.commitgraph", true))
            code |= verify(cli, "commit-graph", list.paths[i],
                           QN_FSCK_COMMIT_GRAPH);
    }
    for (i = 0; i < list.count; i++) {
        if (cli_config_bool(cli, "core.multipackindex", true))
            code |= verify(cli, "multi-pack-index", list.paths[i],
                           QN_FSCK_MULTI_PACK_INDEX);
    }
    qn_odb_alternates_dispose(&list);
    return code;
}

int cmd_fsck(struct cli *cli, int argc, char **argv)
{
    struct qn_op_fsck how = {.shows_dangling = true,
                             .uses_reflogs = true,
                             .checks_references = true};
    struct qn_op_fsck_head *heads;
    bool full = true;
    int progress = -1, code = 0;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &how.is_verbose, "say what is looked at"),
        CLI_FLAG(0, "unreachable", &how.shows_unreachable,
                 "show what nothing reaches"),
        CLI_FLAG(0, "dangling", &how.shows_dangling,
                 "show what nothing refers to"),
        CLI_FLAG(0, "tags", &how.shows_tags, "show tags"),
        CLI_FLAG(0, "root", &how.shows_root, "show commits without parents"),
        CLI_FLAG(0, "cache", &how.uses_indexes, "the index is a head, too"),
        CLI_FLAG(0, "reflogs", &how.uses_reflogs, "reflogs are heads, too"),
        CLI_FLAG(0, "full", &full, "packs and alternates, too"),
        CLI_FLAG(0, "connectivity-only", &how.connectivity_only,
                 "look only at what is reached"),
        CLI_FLAG(0, "strict", &how.is_strict, "be stricter"),
        CLI_FLAG(0, "lost-found", &how.keeps_lost,
                 "keep what dangles in lost-found"),
        CLI_PROGRESS(&progress),
        CLI_FLAG(0, "name-objects", &how.names_objects,
                 "say how objects are reached"),
        CLI_FLAG(0, "references", &how.checks_references, "look at refs, too"),
        CLI_END};
    unsigned found = 0;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    heads = qn_memory_calloc(cli->ctx, (size_t)argc + 1, sizeof(*heads));
    cli_check(cli, heads ? QN_OK : QN_NO_MEMORY);
    read_arguments(cli, argc, argv, heads, &how.head_count, &code);
    how.repo = cli->repo;
    how.heads = heads;
    how.has_arguments = argc > 0;
    how.local_only = !full;
    if (how.keeps_lost)
        how.uses_reflogs = false; /* as the manual does not say */
    how.line = put_line;
    how.data = cli;
    cli_show_progress(cli, !how.is_verbose && cli_wants_progress(progress));
    cli_check(cli, qn_op_fsck_run(cli->ctx, &how, &found));
    qn_memory_free(heads);
    code |= (int)found;
    cli_show_progress(cli, false);
    return code | verify_accelerators(cli);
}

int cmd_fsck_objects(struct cli *cli, int argc, char **argv)
{
    return cmd_fsck(cli, argc, argv);
}
