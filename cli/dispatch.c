/* SPDX-License-Identifier: MIT */
/* From a word to what runs: a subcommand of ours, quoin-<x> or git-<x> on PATH,
 * an alias; else a suggestion. */
#include "cli/alias.h"
#include "cli/cli.h"
#include "cli/command_list.h"
#include "cli/trace.h"
#include "os/temporary.h"
#include "path/pathspec.h"
#include "trace/trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct cli_command commands[] = {
#define COMMAND(name, ident, flags, summary)                                   \
    {name, cmd_##ident, flags, summary},
#include "cli/commands.h"
#undef COMMAND
};

const struct cli_command *cli_commands(size_t *count)
{
    *count = QN_COUNT_OF(commands);
    return commands;
}

const struct cli_command *cli_find_command(const char *name)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* ------------------------------------------------------ starting the library
 */

static const char *get_variable(void *data, const char *name)
{
    (void)data;
    return getenv(name);
}

/* Minutes east of UTC: the difference of the two broken-down times. */
static int get_zone(void *data, int64_t seconds)
{
    time_t now = (time_t)seconds;
    struct tm local;
    struct tm utc;
    int days;

    (void)data;
    if (!localtime_r(&now, &local) || !gmtime_r(&now, &utc))
        return 0;
    days = local.tm_year != utc.tm_year ? local.tm_year - utc.tm_year
                                        : local.tm_yday - utc.tm_yday;
    return days * 24 * 60 + (local.tm_hour - utc.tm_hour) * 60 + local.tm_min -
           utc.tm_min;
}

/* Has this been said?  What is wrong with a file that many parts of a command
 * open for themselves is said once. */
static bool is_said(struct cli *cli, const char *reason, const char *message)
{
    static const char *const once[] = {"commit-graph.damaged", "grafts.bad",
                                       "odb.alternate", "hook.jobs",
                                       "advice.graftFileDeprecated"};
    const char *text = qn_buf_string(&cli->said);
    const char *end = text + cli->said.size;
    size_t i = 0;

    while (i < QN_COUNT_OF(once) && strcmp(reason, once[i]) != 0)
        i++;
    if (i == QN_COUNT_OF(once))
        return false;
    for (; text < end; text += strlen(text) + 1)
        if (strcmp(text, message) == 0)
            return true;
    if (qn_buf_append(cli->ctx, &cli->said, message, strlen(message) + 1))
        qn_ctx_clear(cli->ctx);
    return false;
}

static void on_report(void *data, int level, const char *reason,
                      const char *message)
{
    struct cli *cli = data;

    if (cli->is_mute || is_said(cli, reason, message))
        return;
    if (level != QN_REPORT_HINT)
        cli_trace_reason(reason, message);
    switch (level) {
    case QN_REPORT_ERROR:
        cli_error(cli, "%s", message);
        break;
    case QN_REPORT_WARNING:
        cli_warning(cli, "%s", message);
        break;
    case QN_REPORT_HINT:
        /* These say themselves how to switch them off. */
        if (strcmp(reason, "advice.ignoredHook") == 0 ||
            strcmp(reason, "advice.graftFileDeprecated") == 0) {
            if (cli_advice_is_on(cli, reason + 7))
                cli_advise(cli, NULL, message);
            break;
        }
        cli_advise(cli, strncmp(reason, "advice.", 7) == 0 ? reason + 7 : NULL,
                   message);
        break;
    default:
        cli_stderr(cli, "%s\n", message);
        break;
    }
}

/* --literal-pathspecs and kin, which set these. */
static void read_pathspec_flags(struct cli *cli)
{
    static const struct {
        const char *name;
        unsigned flag;
    } variables[] = {{"GIT_LITERAL_PATHSPECS", QN_PATHSPEC_LITERAL},
                     {"GIT_GLOB_PATHSPECS", QN_PATHSPEC_GLOB},
                     {"GIT_NOGLOB_PATHSPECS", QN_PATHSPEC_NOGLOB},
                     {"GIT_ICASE_PATHSPECS", QN_PATHSPEC_ICASE}};

    for (size_t i = 0; i < QN_COUNT_OF(variables); i++) {
        const char *value = qn_env_variable(cli->env, variables[i].name);
        bool is_on = false;

        if (!value)
            continue;
        if (!qn_config_parse_bool(value, &is_on))
            cli->bad_variable = variables[i].name;
        else if (is_on)
            cli->pathspec_flags |= variables[i].flag;
    }
}

bool cli_start(struct cli *cli)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    char *directory = getcwd(NULL, 0);

    if (!directory) {
        cli_fatal(cli, "Unable to read current working directory: %s",
                  strerror(errno));
        return false;
    }
    options.variable = get_variable;
    options.zone = get_zone;
    options.directory = directory;
    if (getenv("QUOIN_THREADS"))
        options.thread_count = (uint32_t)atoi(getenv("QUOIN_THREADS"));
    options.trace = cli_trace_get();
    cli->directory = directory; /* kept for the life of the process */
    cli->env = qn_env_new(&options);
    cli->ctx = cli->env ? qn_ctx_new(cli->env) : NULL;
    if (!cli->ctx) {
        cli_fatal(cli, "out of memory");
        return false;
    }
    qn_ctx_set_report(cli->ctx, on_report, cli);
    read_pathspec_flags(cli);
    return true;
}

int cli_finish(struct cli *cli, int code)
{
    cli_flush(cli);
    cli_end_pager(cli);
    cli_trace_finish(cli, code);
    qn_temporary_unlink_all(); /* leases of writers; locks, of what died */
    return code;
}

void cli_exit(struct cli *cli, int code)
{
    code = cli_finish(cli, code);
    exit(code);
}

/* ----------------------------------------------------------- external commands
 */

/* Look for `prefix``name` on PATH and become it; or the exit code.  -1: none.
 */
static int run_program(struct cli *cli, const char *prefix, int argc,
                       char **argv)
{
    const char *path = getenv("PATH");
    struct qn_bytes rest = qn_bytes_from_string(path ? path : "");
    struct qn_bytes directory;
    char program[4096];
    char *word;
    int code;

    while (qn_bytes_next(&rest, ':', &directory)) {
        int size = snprintf(program, sizeof(program), "%.*s/%s%s",
                            QN_BYTES_ARG(directory), prefix, argv[0]);

        if (directory.size == 0 || size < 0 ||
            (size_t)size >= sizeof(program) || access(program, X_OK) != 0)
            continue;
        cli_trace_dashed(argc, argv, true);
        word = argv[0];
        argv[0] = program;
        code = cli_become(cli, program, argv);
        argv[0] = word;
        return code;
    }
    return -1;
}

/* --------------------------------------------------------------------- running
 */

/* pager.<command> of those that look at it before anything else. */
static void start_early_pager(struct cli *cli,
                              const struct cli_command *command)
{
    static const char *const later[] = {"branch", "config", "diff", "tag"};
    size_t i;

    if (cli->has_help || cli->pager == 0 || !cli_out_is_terminal(cli))
        return;
    if (!(command->flags & CLI_COMMAND_NO_REPO))
        cli_open_repo(cli, CLI_OPEN_GENTLY);
    for (i = 0; i < QN_COUNT_OF(later); i++)
        if (strcmp(command->name, later[i]) == 0)
            break;
    if (i == QN_COUNT_OF(later) && strcmp(command->name, "rev-parse") != 0 &&
        !(command->flags & CLI_COMMAND_NO_REPO))
        cli_choose_pager(cli, command->name);
    cli_start_chosen_pager(cli);
}

/* What is no subcommand: a program of that name, with a pager if its name has
 * one.  The exit code, or -1: there is none. */
static int run_beside(struct cli *cli, int argc, char **argv)
{
    int code;

    cli_flush(cli);
    if (cli->pager != 0 && cli_out_is_terminal(cli)) {
        cli_open_repo(cli, CLI_OPEN_GENTLY);
        cli_choose_pager(cli, argv[0]);
        cli_start_chosen_pager(cli);
    }
    code = run_program(cli, "quoin-", argc, argv);
    return code >= 0 ? code : run_program(cli, "git-", argc, argv);
}

static int run_command(struct cli *cli, const struct cli_command *command,
                       int argc, char **argv)
{
    static char help[] = "help";
    struct qn_span span;
    int code;

    cli->command = command->name;
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        char *words[] = {help, argv[0], NULL};

        return cmd_help(cli, 2, words);
    }
    cli->has_help =
        argc == 2 &&
        (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help-all") == 0 ||
         strncmp(argv[1], "--git-completion-helper", 23) == 0);
    start_early_pager(cli, command);
    cli_trace_command(argc, argv);
    qn_span_begin(cli->ctx, &span, "cli.run", command->name);
    code = command->run(cli, argc, argv);
    qn_span_end(cli->ctx, &span);
    return code;
}

/* A command, a program git-<word> or an alias of these; -1: there is none, and
 * argv[0] is what was looked for last. */
static int run_word(struct cli *cli, struct cli_alias_run *run, int *argc,
                    char ***argv)
{
    int code = 0;
    int i;

    for (;;) {
        const struct cli_command *command = cli_find_command((*argv)[0]);

        if (command)
            return run_command(cli, command, *argc, *argv);
        code = run_beside(cli, *argc, *argv);
        if (code >= 0)
            return code;
        cli_trace_dashed(*argc, *argv, false);
        cli_open_repo(cli, CLI_OPEN_GENTLY);
        if (!cli_alias_expand(cli, run, argc, argv, &code)) {
            return code;
        }
        for (i = 0; i < run->count; i++)
            if (strcmp(run->names[i], (*argv)[0]) == 0)
                return cli_alias_refuse_loop(cli, run, (*argv)[0]);
    }
}

int cli_dispatch(struct cli *cli, int argc, char **argv)
{
    struct cli_alias_run run = {.count = 0};
    const char *instead = NULL;
    char *as_typed;
    int code = 0;

    if (argc <= 0) {
        static char word[] = "help";
        char *words[] = {word, NULL};

        cmd_help(cli, 1, words);
        return 1;
    }
    if (strncmp(argv[0], "--list-cmds=", 12) == 0)
        return cli_list_commands(cli, argv[0] + 12);
    as_typed = argv[0];
    if (argc > 1 && strcmp(argv[1], "--help") == 0 &&
        !cli_find_command(argv[0])) {
        static char help[] = "help";
        static char only_commands[] = "--exclude-guides";
        char *words[] = {help, only_commands, argv[0], NULL};

        return cmd_help(cli, 3, words);
    }
    code = run_word(cli, &run, &argc, &argv);
    if (code >= 0)
        return code;
    if (run.count > 0) {
        cli_stderr(cli,
                   "expansion of alias '%s' failed; '%s' is not a git "
                   "command\n",
                   as_typed, argv[0]);
        return 1;
    }
    if (cli_command_is_git(argv[0])) {
        cli_stderr(cli, "git: '%s' is not done yet in quoin.\n", argv[0]);
        return 1;
    }
    code = cli_suggest(cli, argv[0], &instead);
    if (code >= 0 || !instead)
        return code;
    argv[0] = strdup(instead);
    if (!argv[0])
        return cli_fatal(cli, "out of memory");
    code = run_word(cli, &run, &argc, &argv);
    if (code >= 0)
        return code;
    cli_stderr(cli, "git: '%s' is not done yet in quoin.\n", argv[0]);
    return 1;
}
