/* SPDX-License-Identifier: MIT */
/* shell: what sshd runs for an account that serves repositories and nothing
 * else.
 *
 *   -c "git-upload-pack '<directory>'"   the service, in this process
 *   -c "<name> <arguments>"              ~/git-shell-commands/<name>
 *   (nothing)                            the same, line by line
 */
#include "cli/cli.h"
#include "os/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMANDS "git-shell-commands"

static const char *const usage[] = {"git shell [-c <command> [<argument>]]",
                                    NULL};

/* One word in single quotes, in place; "'\''" and "'\!'" within it are a quote
 * and a mark.  NULL: it is none. */
static char *unquote(char *text)
{
    char *from = text, *to = text;

    if (*from++ != '\'')
        return NULL;
    for (;;) {
        if (!*from)
            return NULL;
        if (*from != '\'') {
            *to++ = *from++;
            continue;
        }
        from++;
        if (!*from) {
            *to = '\0';
            return text;
        }
        if (from[0] != '\\' || (from[1] != '\'' && from[1] != '!') ||
            from[2] != '\'')
            return NULL;
        *to++ = from[1];
        from += 3;
    }
}

/* Is it one of the services?  Then run it.  False: it is something else. */
static bool run_service(struct cli *cli, const char *text, int *code)
{
    static const char *const names[] = {"receive-pack", "upload-pack",
                                        "upload-archive"};
    const struct cli_command *command;
    char *words[3] = {NULL, NULL, NULL};
    size_t i, size;

    if (strncmp(text, "git", 3) != 0 || (text[3] != '-' && text[3] != ' '))
        return false;
    text += 4;
    for (i = 0; i < QN_COUNT_OF(names); i++) {
        size = strlen(names[i]);
        if (strncmp(text, names[i], size) == 0 &&
            (text[size] == ' ' || text[size] == '\0'))
            break;
    }
    if (i == QN_COUNT_OF(names))
        return false;
    words[0] = (char *)(uintptr_t)names[i];
    words[1] = text[size] ? unquote(strdup(text + size + 1)) : NULL;
    if (!words[1] || words[1][0] == '-')
        cli_die_with(cli, "bad argument");
    command = cli_find_command(names[i]);
    if (!command)
        cli_die_with(cli, "%s is not done yet", names[i]);
    cli->command = names[i];
    *code = command->run(cli, 2, words);
    return true;
}

static void go_home(struct cli *cli)
{
    const char *home = getenv("HOME");

    if (!home)
        cli_die_with(cli, "could not determine user's home directory; "
                          "HOME is unset");
    if (chdir(home) != 0)
        cli_die_with(cli, "could not chdir to user's home directory");
}

static bool is_name(const char *name)
{
    return *name && name[strcspn(name, "./")] == '\0';
}

/* 0..255, or -1: there is no such command. */
static int run_own(struct cli *cli, const char *name, char **argv)
{
    struct qn_process_options options = {.argv = (const char *const *)argv};
    struct qn_process *process = NULL;
    char path[4096];
    int code = 0;

    if ((size_t)snprintf(path, sizeof(path), COMMANDS "/%s", name) >=
            sizeof(path) ||
        access(path, F_OK) != 0)
        return -1;
    argv[0] = path;
    cli_flush(cli);
    if (qn_process_start(cli->ctx, &options, &process)) {
        qn_ctx_clear(cli->ctx);
        return -1;
    }
    cli_check(cli, qn_process_wait(cli->ctx, process, &code));
    return code;
}

static int run_command(struct cli *cli, const char *text)
{
    const char *problem = NULL;
    char **words;
    int count = 0, code = 0;

    if (run_service(cli, text, &code))
        return code;
    go_home(cli);
    words = cli_split_words(strdup(text), &count, &problem);
    if (!words)
        cli_die_with(cli, "invalid command format '%s': %s", text, problem);
    code = count > 0 && is_name(words[0]) ? run_own(cli, words[0], words) : -1;
    if (code < 0)
        cli_die_with(cli, "unrecognized command '%s'", text);
    return code;
}

/* One line of the interactive shell; true: it is over. */
static bool run_line(struct cli *cli, char *line)
{
    const char *problem = NULL;
    char *copy = strdup(line);
    char **words;
    int count = 0;
    bool is_over = false;

    words = cli_split_words(copy, &count, &problem);
    if (!words) {
        cli_stderr(cli, "invalid command format '%s': %s\n", line, problem);
    } else if (count > 0) {
        const char *name = words[0];

        is_over = strcmp(name, "quit") == 0 || strcmp(name, "logout") == 0 ||
                  strcmp(name, "exit") == 0 || strcmp(name, "bye") == 0;
        if (!is_over && !is_name(name))
            cli_stderr(cli, "invalid command format '%s'\n", name);
        else if (!is_over && run_own(cli, name, words) < 0)
            cli_stderr(cli, "unrecognized command '%s'\n", name);
    }
    free(words);
    free(copy);
    return is_over;
}

static int run_lines(struct cli *cli)
{
    char *greeting[] = {NULL, NULL}, *help[] = {NULL, NULL};
    char *line = NULL;
    size_t size = 0;
    bool is_over = false;
    int code;

    go_home(cli);
    if (access(COMMANDS, R_OK | X_OK) != 0)
        cli_die_with(cli, "Interactive git shell is not enabled.\n"
                          "hint: ~/" COMMANDS
                          " should exist and have read and execute access.");
    code = run_own(cli, "no-interactive-login", greeting);
    if (code >= 0)
        return code;
    (void)run_own(cli, "help", help);
    while (!is_over) {
        ssize_t count;

        cli_stderr(cli, "git> ");
        count = getline(&line, &size, stdin);
        if (count < 0) {
            cli_stderr(cli, "\n");
            break;
        }
        if (count > 0 && line[count - 1] == '\n')
            line[count - 1] = '\0';
        if (*line)
            is_over = run_line(cli, line);
    }
    free(line);
    return 0;
}

int cmd_shell(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};

    if (cli->has_help)
        cli_parse(cli, argc, argv, options, usage, 0);
    if (argc == 1)
        return run_lines(cli);
    if (argc != 3 || strcmp(argv[1], "-c") != 0)
        cli_die_with(cli, "Run with no arguments or with -c cmd");
    return run_command(cli, argv[2]);
}
