/* SPDX-License-Identifier: MIT */
/* hook: run or list what is configured for an event; git-hook(1). */
#include "cli/cli.h"
#include "operation/part/run_hook.h"
#include "os/file.h"
#include "os/parallel.h"
#include "program/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git hook run [--allow-unknown-hook-name] [--ignore-missing] "
    "[--to-stdin=<path>] [(-j|--jobs) <n>] <hook-name> [-- <hook-args>]",
    "git hook list [--allow-unknown-hook-name] [-z] [--show-scope] <hook-name>",
    NULL};
static const char *const run_usage[] = {
    "git hook run [--allow-unknown-hook-name] [--ignore-missing] "
    "[--to-stdin=<path>] [(-j|--jobs) <n>] <hook-name> [-- <hook-args>]",
    NULL};
static const char *const list_usage[] = {
    "git hook list [--allow-unknown-hook-name] [-z] [--show-scope] <hook-name>",
    NULL};

static bool check_event(struct cli *cli, const char *event, bool allows_unknown)
{
    if (allows_unknown || qn_hook_is_known(qn_bytes_from_string(event)))
        return true;
    cli_error(cli,
              "unknown hook event '%s';\n"
              "use --allow-unknown-hook-name to allow non-native hook names",
              event);
    return false;
}

static int list(struct cli *cli, int argc, char **argv)
{
    bool ends_in_nul = false, shows_scope = false, allows_unknown = false;
    const struct cli_option options[] = {
        {CLI_KIND_FLAG, 'z', NULL, &ends_in_nul, NULL, "names end in NUL",
         CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "show-scope", &shows_scope, "whose configuration it is"),
        CLI_FLAG(0, "allow-unknown-hook-name", &allows_unknown,
                 "events that Git does not know, too"),
        CLI_END};
    struct qn_buf names = QN_BUF_INIT;
    char terminator;

    argc = cli_parse(cli, argc, argv, options, list_usage, 0);
    if (argc != 1)
        cli_usage_with(cli, list_usage, options,
                       "you must specify a hook event name to list");
    if (!check_event(cli, argv[0], allows_unknown))
        return 1;
    terminator = ends_in_nul ? '\0' : '\n';
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (cli->repo) {
        cli_check(cli, qn_run_hook_list(cli->ctx, cli->repo, argv[0],
                                        terminator, shows_scope, &names));
    } else {
        const struct qn_hook_options bare = {.config = cli_config(cli),
                                             .shows_scope = shows_scope};

        cli_check(cli,
                  qn_hook_list(cli->ctx, &bare, argv[0], terminator, &names));
    }
    cli_write(cli, names.data, names.size);
    if (names.size == 0)
        cli_warning(cli, "no hooks found for event '%s'", argv[0]);
    return names.size == 0;
}

static void read_input(struct cli *cli, const char *path, struct qn_buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        cli_die_with(cli, "could not open '%s' for reading: %s", path,
                     strerror(errno));
    cli_check(cli, qn_file_read_rest(cli->ctx, fd, out));
    close(fd);
}

static int run(struct cli *cli, int argc, char **argv)
{
    bool ignores_missing = false, allows_unknown = false, was_run = false;
    const char *input = NULL;
    int jobs = 0;
    const struct cli_option options[] = {
        CLI_FLAG(0, "allow-unknown-hook-name", &allows_unknown,
                 "events that Git does not know, too"),
        CLI_FLAG(0, "ignore-missing", &ignores_missing,
                 "say nothing where there is none"),
        CLI_STRING(0, "to-stdin", &input, "path", "what it reads"),
        {CLI_KIND_INTEGER, 'j', "jobs", &jobs, "n", "so many at once", 0, 0,
         NULL},
        CLI_END};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_run_hook hook = {.was_run = &was_run};
    int code = 0;

    argc =
        cli_parse(cli, argc, argv, options, run_usage, CLI_PARSE_KEEP_DASHDASH);
    if (argc == 0 || (argc > 1 && strcmp(argv[1], "--") != 0 &&
                      strcmp(argv[1], "--end-of-options") != 0))
        cli_usage(cli, run_usage, options);
    if (!check_event(cli, argv[0], allows_unknown))
        return 1;
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (jobs < -1)
        cli_die_with(cli,
                     "invalid value for -j: %d (use -1 for CPU count or a "
                     "positive integer)",
                     jobs);
    hook.name = argv[0];
    hook.is_asked = true;
    hook.jobs = jobs < 0 ? qn_os_processor_count() : (uint32_t)jobs;
    hook.arguments =
        argc > 2 ? (const char *const *)(uintptr_t)(argv + 2) : NULL;
    if (input) {
        read_input(cli, input, &text);
        hook.input = qn_buf_bytes(&text);
        hook.has_input = true;
    }
    cli_flush(cli);
    if (cli->repo) {
        cli_check(cli, qn_run_hook(cli->ctx, cli->repo, &hook, &code));
    } else {
        const struct qn_hook_options bare = {.config = cli_config(cli),
                                             .arguments = hook.arguments,
                                             .input = hook.input,
                                             .has_input = hook.has_input,
                                             .jobs = hook.jobs};

        cli_check(cli, qn_hook_run(cli->ctx, &bare, argv[0], &code, &was_run));
    }
    qn_buf_dispose(&text);
    if (!was_run && !ignores_missing)
        return cli_error(cli, "cannot find a hook named %s", argv[0]);
    return code;
}

int cmd_hook(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand subcommands[] = {
        {"run", run, false}, {"list", list, false}, {NULL, NULL, false}};

    return cli_run_subcommand(cli, argc, argv, subcommands, usage);
}
