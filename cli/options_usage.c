/* SPDX-License-Identifier: MIT */
/* The usage text, made from the option table. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#define HELP_COLUMN 26

static void emit(struct cli *cli, bool to_stderr, const char *text)
{
    if (to_stderr)
        cli_stderr(cli, "%s", text);
    else
        cli_puts(cli, text);
}

static void option_name(const struct cli_option *option, char *text,
                        size_t size)
{
    const char *argument = option->argument;
    bool can_negate = option->long_name &&
                      !(option->flags & CLI_OPTION_NO_NEGATE) &&
                      option->kind != CLI_KIND_REFUSED;
    bool is_optional = (option->flags & CLI_OPTION_OPTIONAL) != 0;
    char dashes[128] = "";
    char value[96] = "";

    if (option->kind == CLI_KIND_NUMBER)
        snprintf(dashes, sizeof(dashes), "-<n>");
    else if (option->short_name && option->long_name)
        snprintf(dashes, sizeof(dashes), "-%c, --%s%s", option->short_name,
                 can_negate ? "[no-]" : "", option->long_name);
    else if (option->short_name)
        snprintf(dashes, sizeof(dashes), "-%c", option->short_name);
    else
        snprintf(dashes, sizeof(dashes), "--%s%s", can_negate ? "[no-]" : "",
                 option->long_name);
    /* "..." stands for itself; a word is shown in angle brackets. */
    if (argument && strcmp(argument, "...") == 0)
        snprintf(value, sizeof(value),
                 is_optional ? option->long_name ? "[=...]" : "[...]" : " ...");
    else if (argument && is_optional)
        snprintf(value, sizeof(value), option->long_name ? "[=<%s>]" : "[<%s>]",
                 argument);
    else if (argument)
        snprintf(value, sizeof(value), " <%s>", argument);
    snprintf(text, size, "    %s%s", dashes, value);
}

void cli_print_options(struct cli *cli, bool to_stderr,
                       const char *const *usage,
                       const struct cli_option *options, bool with_hidden)
{
    const struct cli_option *option;
    char line[512];
    size_t i;

    if (cli->parseopt && !to_stderr)
        cli_puts(cli, "cat <<\\EOF\n");
    for (i = 0; usage[i] && *usage[i]; i++) {
        snprintf(line, sizeof(line), "%s%s\n",
                 i == 0 ? "usage: " : "   or: ", usage[i]);
        emit(cli, to_stderr, line);
    }
    /* Behind an empty line: text about the command. */
    for (; usage[i]; i++) {
        snprintf(line, sizeof(line), "%s%s\n", *usage[i] ? "    " : "",
                 usage[i]);
        emit(cli, to_stderr, line);
    }
    if (options && options->kind != CLI_KIND_GROUP)
        emit(cli, to_stderr, "\n");
    for (option = options; option && option->kind; option++) {
        char name[256];

        if (option->kind == CLI_KIND_GROUP) {
            snprintf(line, sizeof(line), "\n%s\n",
                     option->help ? option->help : "");
            emit(cli, to_stderr, line);
            continue;
        }
        if ((option->flags & CLI_OPTION_HIDDEN) && !with_hidden)
            continue;
        option_name(option, name, sizeof(name));
        if (strlen(name) < HELP_COLUMN - 1)
            snprintf(line, sizeof(line), "%-*s%s\n", HELP_COLUMN, name,
                     option->help ? option->help : "");
        else
            snprintf(line, sizeof(line), "%s\n%*s%s\n", name, HELP_COLUMN, "",
                     option->help ? option->help : "");
        emit(cli, to_stderr, line);
    }
    emit(cli, to_stderr, "\n");
    if (cli->parseopt && !to_stderr)
        cli_puts(cli, "EOF\n");
}

void cli_usage(struct cli *cli, const char *const *usage,
               const struct cli_option *options)
{
    cli_print_options(cli, true, usage, options, false);
    cli_exit(cli, CLI_EXIT_USAGE);
}

void cli_usage_with(struct cli *cli, const char *const *usage,
                    const struct cli_option *options, const char *text)
{
    cli_stderr(cli, "fatal: %s\n\n", text);
    cli_usage(cli, usage, options);
}

void cli_exclude_many(struct cli *cli, size_t count, const bool *given,
                      const char *const *names)
{
    const char *found[4];
    size_t number = 0;

    for (size_t i = 0; i < count; i++)
        if (given[i])
            found[number++] = names[i];
    if (number == 2)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     found[0], found[1]);
    if (number == 3)
        cli_die_with(cli,
                     "options '%s', '%s', and '%s' cannot be used together",
                     found[0], found[1], found[2]);
    if (number == 4)
        cli_die_with(
            cli, "options '%s', '%s', '%s', and '%s' cannot be used together",
            found[0], found[1], found[2], found[3]);
}

void cli_exclude(struct cli *cli, bool a_is_given, const char *a,
                 bool b_is_given, const char *b)
{
    if (a_is_given && b_is_given)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together", a,
                     b);
}
