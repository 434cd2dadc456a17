/* SPDX-License-Identifier: MIT */
#include "cli/alias.h"

#include "cli/cli.h"
#include "cli/trace.h"
#include "program/shell_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *cli_alias_find(struct cli *cli, const char *name)
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
    int code;
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
    if (!qn_shell_command_needs_shell(command)) {
        snprintf(script, size, "%s", command);
        argv[0] = script;
        cli_flush(cli);
        cli_trace_exec(argc, argv);
        code = cli_become(cli, script, argv);
        if (code >= 0)
            return code;
        if (errno == ENOENT)
            cli_error(cli, "cannot run %s: %s", command, strerror(ENOENT));
        return cli_fatal(cli, "while expanding alias '%s': '%s': %s", name,
                         command, strerror(errno));
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
    code = cli_become(cli, "sh", words);
    if (code >= 0)
        return code;
    return cli_fatal(cli, "while expanding alias '%s': '%s': %s", name, command,
                     strerror(errno));
}

int cli_alias_refuse_loop(struct cli *cli, const struct cli_alias_run *run,
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
        else if (strcmp(word, "--version") == 0 || strcmp(word, "--help") == 0)
            return 0; /* no options in an alias: found to be no commands */
        else if (strcmp(word, "-C") == 0 || strncmp(word, "--no-", 5) == 0 ||
                 strncmp(word, "--git-dir", 9) == 0 ||
                 strncmp(word, "--work-tree", 11) == 0 ||
                 strncmp(word, "--namespace", 11) == 0 ||
                 strncmp(word, "--attr-source", 13) == 0 ||
                 strstr(word, "-pathspecs") || strcmp(word, "-P") == 0 ||
                 strcmp(word, "--bare") == 0)
            return cli_fatal(cli,
                             "alias '%s' changes environment variables.\n"
                             "You can use '!git' in the alias to do this",
                             name);
    }
    for (start = 0; start < argc && argv[start][0] == '-'; start++)
        if (strcmp(argv[start], "-c") == 0 ||
            strncmp(argv[start], "--config-env", 12) == 0)
            cli_forget_config(cli);
    return cli_parse_globals(cli, argc, argv, index, &code) ? 0 : code;
}

static void trace_shell_alias(const char *name, const char *command, int argc,
                              char **argv)
{
    char **words = calloc((size_t)argc + 1, sizeof(*words));

    if (!words)
        return;
    memcpy(words, argv, (size_t)argc * sizeof(*words));
    words[0] = (char *)(uintptr_t)command;
    cli_trace_alias(name, argc, words, true);
    free(words);
}

/* Expand argv[0].  True: `*argc` and `*argv` are the new words; false: done,
 * `*code`, or there is no such alias (`*code` is -1). */
bool cli_alias_expand(struct cli *cli, struct cli_alias_run *run, int *argc,
                      char ***argv, int *code)
{
    const char *name = (*argv)[0];
    const char *value = cli_alias_find(cli, name);
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
    if (!all || run->count >= CLI_ALIAS_MAX)
        abort();
    memcpy(all, words + index, (size_t)(count - index) * sizeof(*all));
    memcpy(all + count - index, *argv + 1, (size_t)(*argc - 1) * sizeof(*all));
    run->names[run->count++] = name;
    *argc = count - index + *argc - 1;
    *argv = all;
    return true;
}
