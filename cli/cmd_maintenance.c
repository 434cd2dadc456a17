/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/connecting.h"
#include "cli/housekeeping.h"
#include "cli/maintenance.h"
#include "cli/progress.h"
#include "operation/op_maintain.h"

#include <string.h>
#include <unistd.h>

const char *const cli_maintenance_usage[] = {
    "git maintenance <subcommand> [<options>]", NULL};

static int take_task(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct qn_op_maintain *op = option->value;
    enum qn_op_maintain_task task = qn_op_maintain_find(argument);
    size_t i;

    (void)is_negated;
    if (task == QN_OP_MAINTAIN_COUNT) {
        cli_error(cli, "'%s' is not a valid task", argument);
        return 1;
    }
    for (i = 0; i < op->count; i++)
        if (op->tasks[i] == task) {
            cli_error(cli, "task '%s' cannot be selected multiple times",
                      argument);
            return 1;
        }
    op->tasks[op->count++] = task;
    return 0;
}

static int take_schedule(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    struct qn_op_maintain *op = option->value;

    if (is_negated)
        cli_die_with(cli, "--no-schedule is not allowed");
    op->schedule = qn_op_maintain_parse_schedule(argument);
    if (op->schedule == QN_OP_MAINTAIN_NEVER)
        cli_die_with(cli, "unrecognized --schedule argument '%s'", argument);
    return 0;
}

#define TASK_OPTIONS(op)                                                       \
    CLI_FLAG(0, "auto", &(op).is_auto, "only tasks that are worth it"),        \
        CLI_CALLBACK(0, "task", &(op), "task", "this task",                    \
                     CLI_OPTION_NO_NEGATE, take_task)

static void check_words(struct cli *cli, const struct qn_op_maintain *op)
{
    if (op->is_auto && op->schedule)
        cli_die_with(cli, "options '--auto' and '--schedule=' cannot be used "
                          "together");
    if (op->count > 0 && op->schedule)
        cli_die_with(cli, "options '--task=' and '--schedule=' cannot be used "
                          "together");
}

static bool prefetch(void *data, const char *remote)
{
    static const char *const options[] = {
        "--prefetch",
        "--prune",
        "--no-tags",
        "--no-write-fetch-head",
        "--recurse-submodules=no",
        "--quiet",
    };
    struct cli *cli = data;
    struct cli_list words = {NULL, 0, 0, false};
    bool works;
    size_t i;

    cli_list_add(cli, &words, "git");
    cli_list_add(cli, &words, "fetch");
    cli_list_add(cli, &words, remote);
    for (i = 0; i < QN_COUNT_OF(options); i++)
        cli_list_add(cli, &words, options[i]);
    cli_list_add(cli, &words, NULL);
    works = cli_run_self(cli, words.items, NULL) == 0;
    qn_memory_free(words.items);
    return works;
}

static int run(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance run [--auto] [--[no-]quiet] [--task=<task>] "
        "[--schedule]",
        NULL};
    struct qn_house_calls calls = cli_house_calls(cli);
    struct qn_op_maintain op = {.calls = &calls,
                                .prefetch = prefetch,
                                .prefetch_data = cli,
                                .is_quiet = !isatty(2)};
    int detach = -1;
    const struct cli_option options[] = {
        TASK_OPTIONS(op),
        CLI_CALLBACK(0, "schedule", &op, "frequency",
                     "tasks that are due so often", 0, take_schedule),
        CLI_TRISTATE(0, "detach", &detach, "go on in the background"),
        CLI_FLAG(0, "quiet", &op.is_quiet, "say nothing"), CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    check_words(cli, &op);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    op.repo = cli->repo;
    op.detaches = detach > 0;
    cli_check(cli, qn_op_maintain_choose(cli->ctx, &op));
    cli_show_progress(cli, cli_wants_progress(op.is_quiet ? 0 : -1));
    cli_check(cli, qn_op_maintain_run(cli->ctx, &op));
    return op.has_failed;
}

static int is_needed(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance is-needed [--task=<task>] [--auto]", NULL};
    struct qn_op_maintain op = {.is_quiet = true};
    const struct cli_option options[] = {TASK_OPTIONS(op), CLI_END};
    bool answer = false;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    check_words(cli, &op);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    op.repo = cli->repo;
    cli_check(cli, qn_op_maintain_choose(cli->ctx, &op));
    cli_check(cli, qn_op_maintain_is_needed(cli->ctx, &op, &answer));
    return answer ? 0 : 1;
}

int cmd_maintenance(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {
        {"run", run, false},
        {"start", cli_maintenance_start, false},
        {"stop", cli_maintenance_stop, false},
        {"register", cli_maintenance_register, false},
        {"unregister", cli_maintenance_unregister, false},
        {"is-needed", is_needed, false},
        {NULL, NULL, false}};

    return cli_run_subcommand(cli, argc, argv, list, cli_maintenance_usage);
}
