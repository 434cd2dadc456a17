/* SPDX-License-Identifier: MIT */
/* Options before the command; git(1).  Each becomes a variable of the process
 * environment, where the library and child processes look for it. */
#include "cli/cli.h"
#include "cli/manual.h"
#include "cli/trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cli_print_usage(struct cli *cli, bool to_stderr)
{
    static const char text[] =
        "usage: git [-v | --version] [-h | --help] [-C <path>] "
        "[-c <name>=<value>]\n"
        "           [--exec-path[=<path>]] [--html-path] [--man-path] "
        "[--info-path]\n"
        "           [-p | --paginate | -P | --no-pager] "
        "[--no-replace-objects] [--no-lazy-fetch]\n"
        "           [--no-optional-locks] [--no-advice] [--bare] "
        "[--git-dir=<path>]\n"
        "           [--work-tree=<path>] [--namespace=<name>] "
        "[--config-env=<name>=<envvar>]\n"
        "           <command> [<args>]\n";

    if (to_stderr)
        cli_stderr(cli, "%s", text);
    else
        cli_puts(cli, text);
}

static void set_variable(const char *name, const char *value)
{
    if (setenv(name, value, 1) != 0)
        exit(CLI_EXIT_FATAL);
}

/* Append 'text' in single quotes, as a shell would read it; "!" goes outside
 * of the quotes, too, as Git writes it. */
static char *append_quoted(char *out, const char *text, size_t size)
{
    size_t i;

    *out++ = '\'';
    for (i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '!') {
            *out++ = '\'';
            *out++ = '\\';
            *out++ = text[i];
            *out++ = '\'';
        } else {
            *out++ = text[i];
        }
    }
    *out++ = '\'';
    return out;
}

/* GIT_CONFIG_PARAMETERS: 'key'='value' with spaces between; 'key'= where there
 * is no value. */
static void add_parameter(const char *key, size_t key_size, const char *value)
{
    const char *old = getenv("GIT_CONFIG_PARAMETERS");
    size_t old_size = old ? strlen(old) : 0;
    size_t value_size = value ? strlen(value) : 0;
    char *text = malloc(old_size + 4 * (key_size + value_size) + 16);
    char *end = text;

    if (!text)
        exit(CLI_EXIT_FATAL);
    if (old_size > 0) {
        memcpy(end, old, old_size);
        end += old_size;
        *end++ = ' ';
    }
    end = append_quoted(end, key, key_size);
    *end++ = '=';
    if (value)
        end = append_quoted(end, value, value_size);
    *end = '\0';
    set_variable("GIT_CONFIG_PARAMETERS", text);
    free(text);
}

static void add_config(const char *text)
{
    const char *equals = strchr(text, '=');

    if (equals)
        add_parameter(text, (size_t)(equals - text), equals + 1);
    else
        add_parameter(text, strlen(text), NULL);
}

static bool add_config_env(struct cli *cli, const char *text, int *code)
{
    const char *equals = strrchr(text, '=');
    const char *value;

    if (!equals) {
        *code = cli_fatal(cli, "invalid config format: %s", text);
        return false;
    }
    if (!equals[1]) {
        *code = cli_fatal(cli,
                          "missing environment variable name for "
                          "configuration '%.*s'",
                          (int)(equals - text), text);
        return false;
    }
    value = getenv(equals + 1);
    if (!value) {
        *code = cli_fatal(cli,
                          "missing environment variable '%s' for "
                          "configuration '%.*s'",
                          equals + 1, (int)(equals - text), text);
        return false;
    }
    add_parameter(text, (size_t)(equals - text), value);
    return true;
}

/* Options that only set a variable. */
static const struct {
    const char *option;
    const char *variable;
    const char *value;
} switches[] = {
    {"--no-replace-objects", "GIT_NO_REPLACE_OBJECTS", "1"},
    {"--no-lazy-fetch", "GIT_NO_LAZY_FETCH", "1"},
    {"--no-optional-locks", "GIT_OPTIONAL_LOCKS", "0"},
    {"--no-advice", "GIT_ADVICE", "0"},
    {"--literal-pathspecs", "GIT_LITERAL_PATHSPECS", "1"},
    {"--no-literal-pathspecs", "GIT_LITERAL_PATHSPECS", "0"},
    {"--glob-pathspecs", "GIT_GLOB_PATHSPECS", "1"},
    {"--noglob-pathspecs", "GIT_NOGLOB_PATHSPECS", "1"},
    {"--icase-pathspecs", "GIT_ICASE_PATHSPECS", "1"},
};

/* Options with a value: "--x=value", or the next word. */
static const struct {
    const char *option;
    const char *variable; /* NULL: config-env */
    const char *complaint;
} values[] = {
    {"--git-dir", "GIT_DIR", "no directory given for '--git-dir' option"},
    {"--work-tree", "GIT_WORK_TREE",
     "no directory given for '--work-tree' option"},
    {"--namespace", "GIT_NAMESPACE", "no namespace given for --namespace"},
    {"--attr-source", "GIT_ATTR_SOURCE",
     "no attribute source given for --attr-source"},
    {"--config-env", NULL, "no config key given for --config-env"},
};

static int complain(struct cli *cli, const char *text)
{
    cli_stderr(cli, "%s\n", text);
    cli_print_usage(cli, true);
    return CLI_EXIT_USAGE;
}

/* 1: taken, 0: not one of these, -1: `*code`. */
static int take_value(struct cli *cli, char **argv, int *index, int argc,
                      int *code)
{
    const char *word = argv[*index];
    size_t i;

    for (i = 0; i < QN_COUNT_OF(values); i++) {
        size_t size = strlen(values[i].option);
        const char *value;

        if (strncmp(word, values[i].option, size) != 0 ||
            (word[size] != '\0' && word[size] != '='))
            continue;
        if (word[size] == '=') {
            value = word + size + 1;
        } else if (*index + 1 < argc) {
            value = argv[++*index];
        } else {
            *code = complain(cli, values[i].complaint);
            return -1;
        }
        if (values[i].variable)
            set_variable(values[i].variable, value);
        else if (!add_config_env(cli, value, code))
            return -1;
        return 1;
    }
    return 0;
}

#ifndef QUOIN_EXEC_PATH
#define QUOIN_EXEC_PATH "/usr/local/libexec/quoin"
#endif

const char *cli_exec_path(void)
{
    const char *path = getenv("GIT_EXEC_PATH");

    return path && *path ? path : QUOIN_EXEC_PATH;
}

void cli_set_path(void)
{
    const char *own = cli_exec_path();
    const char *path = getenv("PATH");
    size_t size = strlen(own);
    char *all;

    if (access(own, X_OK) != 0 || (path && strncmp(path, own, size) == 0 &&
                                   (path[size] == ':' || !path[size])))
        return;
    all = malloc(size + (path ? strlen(path) : 0) + 2);
    if (!all)
        exit(CLI_EXIT_FATAL);
    memcpy(all, own, size + 1);
    if (path) {
        all[size] = ':';
        strcpy(all + size + 1, path);
    }
    set_variable("PATH", all);
    free(all);
}

static int take_simple(struct cli *cli, const char *word, int *code)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(switches); i++)
        if (strcmp(word, switches[i].option) == 0) {
            set_variable(switches[i].variable, switches[i].value);
            return 1;
        }
    *code = 0;
    if (strcmp(word, "--exec-path") == 0 || strcmp(word, "--html-path") == 0 ||
        strcmp(word, "--man-path") == 0 || strcmp(word, "--info-path") == 0)
        cli_trace_name("_query_");
    if (strcmp(word, "--exec-path") == 0)
        cli_printf(cli, "%s\n", cli_exec_path());
    else if (strcmp(word, "--html-path") == 0)
        cli_printf(cli, "%s\n", cli_manual_html_path());
    else if (strcmp(word, "--man-path") == 0)
        cli_printf(cli, "%s\n", cli_manual_man_path());
    else if (strcmp(word, "--info-path") == 0)
        cli_puts(cli, "/usr/share/info\n");
    else
        return 0;
    return -1;
}

static bool set_bare(struct cli *cli)
{
    char *directory = NULL;

    (void)cli;
    set_variable("GIT_IMPLICIT_WORK_TREE", "0");
    if (getenv("GIT_DIR"))
        return true;
    directory = getcwd(NULL, 0);
    if (directory)
        set_variable("GIT_DIR", directory);
    free(directory);
    return true;
}

static bool change_directory(struct cli *cli, const char *path, int *code)
{
    if (*path && !cli->began_in)
        cli->began_in = getcwd(NULL, 0);
    if (!*path || chdir(path) == 0)
        return true;
    *code = cli_fatal(cli, "cannot change to '%s': %s", path, strerror(errno));
    return false;
}

/* One option; 1: taken, -1: `*code`. */
static int take_option(struct cli *cli, int argc, char **argv, int *index,
                       int *code)
{
    const char *word = argv[*index];
    bool has_next = *index + 1 < argc;
    int taken = take_simple(cli, word, code);

    if (taken)
        return taken;
    taken = take_value(cli, argv, index, argc, code);
    if (taken)
        return taken;
    if (strcmp(word, "-C") == 0) {
        if (!has_next) {
            *code = complain(cli, "no directory given for '-C' option");
            return -1;
        }
        return change_directory(cli, argv[++*index], code) ? 1 : -1;
    }
    if (strcmp(word, "-c") == 0) {
        if (!has_next) {
            *code = complain(cli, "-c expects a configuration string");
            return -1;
        }
        add_config(argv[++*index]);
    } else if (strcmp(word, "-p") == 0 || strcmp(word, "--paginate") == 0) {
        cli->pager = 1;
    } else if (strcmp(word, "-P") == 0 || strcmp(word, "--no-pager") == 0) {
        cli->pager = 0;
        set_variable("GIT_PAGER", "cat");
    } else if (strcmp(word, "--bare") == 0) {
        set_bare(cli);
    } else if (strncmp(word, "--exec-path=", 12) == 0) {
        set_variable("GIT_EXEC_PATH", word + 12);
    } else {
        cli_stderr(cli, "unknown option: %s\n", word);
        cli_print_usage(cli, true);
        *code = CLI_EXIT_USAGE;
        return -1;
    }
    return 1;
}

bool cli_parse_globals(struct cli *cli, int argc, char **argv, int *index,
                       int *code)
{
    static char version[] = "version";
    static char help[] = "help";

    while (*index < argc) {
        char *word = argv[*index];

        if (word[0] != '-')
            return true;
        if (strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0) {
            argv[*index] = version;
            return true;
        }
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            argv[*index] = help;
            return true;
        }
        if (strncmp(word, "--list-cmds=", 12) == 0)
            return true; /* dispatch prints the lists: aliases need config */
        if (take_option(cli, argc, argv, index, code) < 0)
            return false;
        ++*index;
    }
    return true;
}
