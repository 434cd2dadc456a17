/* SPDX-License-Identifier: MIT */
/* From a word to what runs: a subcommand of ours, quoin-<x> or git-<x> on PATH,
 * an alias; else a suggestion. */
#include "cli/cli.h"
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

static void on_report(void *data, int level, const char *reason,
                      const char *message)
{
    struct cli *cli = data;

    switch (level) {
    case QN_REPORT_ERROR:
        cli_error(cli, "%s", message);
        break;
    case QN_REPORT_WARNING:
        cli_warning(cli, "%s", message);
        break;
    case QN_REPORT_HINT:
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

        if (value && qn_config_parse_bool(value, &is_on) && is_on)
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
    return code;
}

void cli_exit(struct cli *cli, int code)
{
    code = cli_finish(cli, code);
    qn_temporary_unlink_all(); /* locks, mostly, of a command that died */
    exit(code);
}

/* ----------------------------------------------------------- external commands
 */

/* Look for `prefix``name` on PATH and become it. */
static void run_program(const char *prefix, int argc, char **argv)
{
    const char *path = getenv("PATH");
    struct qn_bytes rest = qn_bytes_from_string(path ? path : "");
    struct qn_bytes directory;
    char program[4096];
    char *word;

    while (qn_bytes_next(&rest, ':', &directory)) {
        int size = snprintf(program, sizeof(program), "%.*s/%s%s",
                            QN_BYTES_ARG(directory), prefix, argv[0]);

        if (directory.size == 0 || size < 0 ||
            (size_t)size >= sizeof(program) || access(program, X_OK) != 0)
            continue;
        cli_trace_dashed(argc, argv, true);
        word = argv[0];
        argv[0] = program;
        execv(program, argv);
        argv[0] = word;
        return;
    }
}

/* --------------------------------------------------------------------- aliases
 */

#define ALIAS_MAX 32

struct alias_run {
    const char *names[ALIAS_MAX]; /* expanded so far, in order */
    int count;
};

static const char *find_alias(struct cli *cli, const char *name)
{
    const struct qn_config *config = cli_config(cli);
    const struct qn_config_entry *entry;
    char key[512];
    size_t i;
    bool is_plain = *name != '\0';

    snprintf(key, sizeof(key), "alias.%s.command", name);
    entry = qn_config_find(config, key);
    if (!entry) {
        for (i = 0; name[i]; i++)
            if (!((name[i] >= 'a' && name[i] <= 'z') ||
                  (name[i] >= 'A' && name[i] <= 'Z') ||
                  (name[i] >= '0' && name[i] <= '9') || name[i] == '-'))
                is_plain = false;
        snprintf(key, sizeof(key), "alias.%s", name);
        entry = is_plain ? qn_config_find(config, key) : NULL;
    }
    if (!entry)
        return NULL;
    if (!entry->value) {
        cli_error(cli, "missing value for '%s'", key);
        cli_die_with(cli, "unable to parse command-line config");
    }
    return entry->value;
}

char **cli_split_words(char *text, int *count, const char **problem)
{
    size_t size = strlen(text);
    char **words = calloc(size / 2 + 3, sizeof(*words));
    char *out = text;
    char quote = 0;
    size_t i;

    *count = 0;
    if (!words)
        return NULL;
    words[(*count)++] = out;
    for (i = 0; i < size; i++) {
        char c = text[i];

        if (!quote && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            *out++ = '\0';
            while (text[i + 1] == ' ' || text[i + 1] == '\t' ||
                   text[i + 1] == '\n' || text[i + 1] == '\r')
                i++;
            if (text[i + 1])
                words[(*count)++] = out;
        } else if (!quote && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote && quote) {
            quote = 0;
        } else if (c == '\\' && quote != '\'') {
            c = text[++i];
            if (!c) {
                *problem = "cmdline ends with \\";
                free(words);
                return NULL;
            }
            *out++ = c;
        } else {
            *out++ = c;
        }
    }
    *out = '\0';
    if (quote) {
        *problem = "unclosed quote";
        free(words);
        return NULL;
    }
    return words;
}

/* A shell alias runs at the top of the work tree, with GIT_PREFIX. */
static int run_shell_alias(struct cli *cli, const char *name,
                           const char *command, int argc, char **argv)
{
    char **words = calloc((size_t)argc + 5, sizeof(*words));
    size_t size = strlen(command) + 16;
    char *script = malloc(size);
    static char sh[] = "sh";
    static char dash_c[] = "-c";
    int count = 0;
    int i;

    if (!words || !script)
        return cli_fatal(cli, "out of memory");
    if (cli->repo) {
        const char *top = qn_repo_work_tree(cli->repo);

        if (!getenv("GIT_DIR") && top && *qn_repo_prefix(cli->repo) &&
            chdir(top) != 0)
            return cli_fatal(cli, "cannot change to '%s': %s", top,
                             strerror(errno));
        setenv("GIT_PREFIX", qn_repo_prefix(cli->repo), 1);
    }
    words[count++] = sh;
    words[count++] = dash_c;
    if (argc > 1) {
        snprintf(script, size, "%s \"$@\"", command);
        words[count++] = script;
        words[count] = malloc(strlen(command) + 1);
        if (!words[count])
            return cli_fatal(cli, "out of memory");
        strcpy(words[count++], command);
    } else {
        snprintf(script, size, "%s", command);
        words[count++] = script;
        words[count++] = argv[0];
    }
    for (i = 1; i < argc; i++)
        words[count++] = argv[i];
    cli_flush(cli);
    cli_trace_exec(count, words);
    execvp("sh", words);
    return cli_fatal(cli, "while expanding alias '%s': '%s': %s", name, command,
                     strerror(errno));
}

static int refuse_loop(struct cli *cli, const struct alias_run *run,
                       const char *again)
{
    char text[2048] = "";
    size_t used = 0;
    int i;

    for (i = 0; i < run->count; i++) {
        const char *mark = strcmp(run->names[i], again) == 0 ? " <=="
                           : i == run->count - 1             ? " ==>"
                                                             : "";
        int more = snprintf(text + used, sizeof(text) - used, "\n  %s%s",
                            run->names[i], mark);

        if (more < 0 || (size_t)more >= sizeof(text) - used)
            break;
        used += (size_t)more;
    }
    return cli_fatal(cli,
                     "alias loop detected: expansion of '%s' does not "
                     "terminate:%s",
                     run->names[0], text);
}

/* Options in front of an alias's command: -c and -p are fine, the rest would
 * change where we are. */
static int alias_globals(struct cli *cli, const char *name, int argc,
                         char **argv, int *index)
{
    int code = 0;
    int start;

    for (start = 0; start < argc && argv[start][0] == '-'; start++) {
        const char *word = argv[start];

        if (strcmp(word, "-c") == 0 && start + 1 < argc)
            start++;
        else if (strcmp(word, "-p") != 0 && strcmp(word, "--paginate") != 0 &&
                 (strcmp(word, "-C") == 0 || strncmp(word, "--no-", 5) == 0 ||
                  strncmp(word, "--git-dir", 9) == 0 ||
                  strncmp(word, "--work-tree", 11) == 0 ||
                  strncmp(word, "--namespace", 11) == 0 ||
                  strcmp(word, "-P") == 0 || strcmp(word, "--bare") == 0))
            return cli_fatal(cli,
                             "alias '%s' changes environment variables.\n"
                             "You can use '!git' in the alias to do this",
                             name);
    }
    return cli_parse_globals(cli, argc, argv, index, &code) ? 0 : code;
}

static void trace_shell_alias(const char *name, const char *command, int argc,
                              char **argv)
{
    char **words = calloc((size_t)argc + 1, sizeof(*words));

    if (!words)
        return;
    memcpy(words, argv, (size_t)argc * sizeof(*words));
    words[0] = (char *)command;
    cli_trace_alias(name, argc, words, true);
    free(words);
}

/* Expand argv[0].  True: `*argc` and `*argv` are the new words; false: done,
 * `*code`, or there is no such alias (`*code` is -1). */
static bool expand_alias(struct cli *cli, struct alias_run *run, int *argc,
                         char ***argv, int *code)
{
    const char *name = (*argv)[0];
    const char *value = find_alias(cli, name);
    const char *problem = "";
    char **words;
    char **all;
    char *copy;
    int count = 0;
    int index = 0;

    *code = -1;
    if (!value)
        return false;
    if (*argc > 1 && strcmp((*argv)[1], "-h") == 0)
        cli_stderr(cli, "'%s' is aliased to '%s'\n", name, value);
    if (value[0] == '!') {
        trace_shell_alias(name, value + 1, *argc, *argv);
        *code = run_shell_alias(cli, name, value + 1, *argc, *argv);
        return false;
    }
    copy = malloc(strlen(value) + 1);
    if (!copy)
        abort();
    strcpy(copy, value);
    words = cli_split_words(copy, &count, &problem);
    if (!words) {
        *code = cli_fatal(cli, "bad alias.%s string: %s", name, problem);
        return false;
    }
    *code = alias_globals(cli, name, count, words, &index);
    if (*code)
        return false;
    if (index >= count) {
        *code = cli_fatal(cli, "empty alias for %s", name);
        return false;
    }
    if (strcmp(words[index], name) == 0) {
        *code = cli_fatal(cli, "recursive alias: %s", name);
        return false;
    }
    cli_trace_alias(name, count - index, words + index, false);
    all = calloc((size_t)(count - index + *argc + 1), sizeof(*all));
    if (!all || run->count >= ALIAS_MAX)
        abort();
    memcpy(all, words + index, (size_t)(count - index) * sizeof(*all));
    memcpy(all + count - index, *argv + 1, (size_t)(*argc - 1) * sizeof(*all));
    run->names[run->count++] = name;
    *argc = count - index + *argc - 1;
    *argv = all;
    return true;
}

/* ----------------------------------------------------------------------- lists
 */

static bool wants_word(const char *list, const char *word)
{
    struct qn_bytes rest = qn_bytes_from_string(list);
    struct qn_bytes piece;

    while (qn_bytes_next(&rest, ',', &piece))
        if (qn_bytes_is_string(piece, word))
            return true;
    return false;
}

static void list_aliases(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    size_t count = qn_config_count(config);
    size_t i;

    for (i = 0; i < count; i++) {
        struct qn_bytes key =
            qn_bytes_from_string(qn_config_at(config, i)->key);

        if (!qn_bytes_has_prefix(key, "alias."))
            continue;
        key = qn_bytes_from(key, 6);
        if (qn_bytes_has_suffix(key, ".command"))
            key = qn_bytes_first(key, key.size - 8);
        cli_printf(cli, "%.*s\n", QN_BYTES_ARG(key));
    }
}

static int list_commands(struct cli *cli, const char *list)
{
    struct qn_bytes rest = qn_bytes_from_string(list);
    struct qn_bytes piece;
    bool no_helpers = wants_word(list, "nohelpers");
    size_t i;

    while (qn_bytes_next(&rest, ',', &piece)) {
        if (qn_bytes_is_string(piece, "builtins") ||
            qn_bytes_is_string(piece, "main") ||
            qn_bytes_is_string(piece, "parseopt") ||
            qn_bytes_has_prefix(piece, "list-")) {
            for (i = 0; i < QN_COUNT_OF(commands); i++)
                if (!no_helpers || (!(commands[i].flags & CLI_COMMAND_HIDDEN) &&
                                    !strstr(commands[i].name, "--")))
                    cli_printf(cli, "%s\n", commands[i].name);
        } else if (qn_bytes_is_string(piece, "alias")) {
            cli_open_repo(cli, CLI_OPEN_GENTLY);
            list_aliases(cli);
        } else if (!qn_bytes_is_string(piece, "nohelpers") &&
                   !qn_bytes_is_string(piece, "others") &&
                   !qn_bytes_is_string(piece, "config")) {
            return cli_fatal(cli, "unsupported command listing type '%.*s'",
                             QN_BYTES_ARG(piece));
        }
    }
    return 0;
}

/* --------------------------------------------------------------------- running
 */

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
    cli->has_help = argc == 2 && strcmp(argv[1], "-h") == 0;
    if (cli->pager == 1 && !cli->has_help) {
        if (!(command->flags & CLI_COMMAND_NO_REPO))
            cli_open_repo(cli, CLI_OPEN_GENTLY);
        cli_start_pager(cli, true);
    }
    cli_trace_command(argc, argv);
    qn_span_begin(cli->ctx, &span, "cli.run", command->name);
    code = command->run(cli, argc, argv);
    qn_span_end(cli->ctx, &span);
    return code;
}

int cli_dispatch(struct cli *cli, int argc, char **argv)
{
    struct alias_run run = {.count = 0};
    const char *instead = NULL;
    char *as_typed;
    int code = 0;
    int i;

    if (argc <= 0) {
        static char word[] = "help";
        char *words[] = {word, NULL};

        cmd_help(cli, 1, words);
        return 1;
    }
    if (strncmp(argv[0], "--list-cmds=", 12) == 0)
        return list_commands(cli, argv[0] + 12);
    as_typed = argv[0];
    for (;;) {
        const struct cli_command *command = cli_find_command(argv[0]);

        if (command)
            return run_command(cli, command, argc, argv);
        cli_flush(cli);
        run_program("quoin-", argc, argv);
        run_program("git-", argc, argv);
        cli_trace_dashed(argc, argv, false);
        cli_open_repo(cli, CLI_OPEN_GENTLY);
        if (!expand_alias(cli, &run, &argc, &argv, &code)) {
            if (code >= 0)
                return code;
            break;
        }
        for (i = 0; i < run.count; i++)
            if (strcmp(run.names[i], argv[0]) == 0)
                return refuse_loop(cli, &run, argv[0]);
    }
    if (run.count > 0) {
        cli_stderr(cli,
                   "expansion of alias '%s' failed; '%s' is not a git "
                   "command\n",
                   as_typed, argv[0]);
        return 1;
    }
    code = cli_suggest(cli, argv[0], &instead);
    if (code >= 0 || !instead)
        return code;
    return run_command(cli, cli_find_command(instead), argc, argv);
}
