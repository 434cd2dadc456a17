/* SPDX-License-Identifier: MIT */
#include "cli/rev_parse.h"

#include "cli/cli.h"
#include "os/file.h"
#include "text/pathname.h"

#include <stdlib.h>
#include <string.h>

void cli_print_local_variables(struct cli *cli)
{
    cli_puts(cli, "GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
                  "GIT_CONFIG\n"
                  "GIT_CONFIG_PARAMETERS\n"
                  "GIT_CONFIG_COUNT\n"
                  "GIT_OBJECT_DIRECTORY\n"
                  "GIT_DIR\n"
                  "GIT_WORK_TREE\n"
                  "GIT_IMPLICIT_WORK_TREE\n"
                  "GIT_GRAFT_FILE\n"
                  "GIT_INDEX_FILE\n"
                  "GIT_NO_REPLACE_OBJECTS\n"
                  "GIT_REPLACE_REF_BASE\n"
                  "GIT_PREFIX\n"
                  "GIT_SHALLOW_FILE\n"
                  "GIT_COMMON_DIR\n");
}

void cli_resolve_git_dir(struct cli *cli, const char *path)
{
    struct qn_repo_open_options options = {.git_directory = path,
                                           .ignores_variables = true};
    struct qn_repo *repo = NULL;

    if (qn_repo_open(cli->ctx, &options, &repo))
        cli_die_with(cli, "not a gitdir '%s'", path);
    cli_printf(cli, "%s\n", qn_repo_git_directory_shown(repo));
    qn_repo_release(repo);
}

/* ------------------------------------------------------------------- parseopt
 */

struct spec_option {
    char short_name;
    char *long_name;
    char *argument; /* NULL: none, "": the default word */
    char *help;
    bool is_group, is_optional, is_hidden, no_negate;
};

struct spec {
    char **usage;
    size_t usage_count;
    size_t usage_capacity;
    struct spec_option *options;
    size_t count;
    size_t capacity;
    struct qn_buf out; /* "set -- ..." */
    const struct cli_option *table;
};

static char *copy(struct cli *cli, struct qn_bytes text)
{
    char *result = qn_memory_string(cli->ctx, text);

    if (!result)
        cli_die(cli);
    return result;
}

/* "<opts><flags>*<arg-hint>? SP help", or a heading. */
static void parse_line(struct cli *cli, struct spec *spec, struct qn_bytes line)
{
    struct spec_option option = {0};
    size_t space = qn_bytes_find(line, ' ');
    struct qn_bytes names = qn_bytes_first(line, space);
    size_t flags = 0;
    size_t comma;

    if (line.size == 0 || space == line.size || space == 0) {
        option.is_group = true;
        option.help = copy(cli, qn_bytes_trim(line));
    } else {
        option.help = copy(cli, qn_bytes_trim(qn_bytes_from(line, space)));
        while (flags < names.size && !strchr("*=?!", names.data[flags]))
            flags++;
        comma = qn_bytes_find(qn_bytes_first(names, flags), ',');
        if (flags == 1) {
            option.short_name = (char)names.data[0];
        } else if (comma == 1) {
            option.short_name = (char)names.data[0];
            option.long_name =
                copy(cli, qn_bytes_make(names.data + 2, flags - 2));
        } else {
            option.long_name = copy(cli, qn_bytes_first(names, flags));
        }
        for (; flags < names.size && strchr("*=?!", names.data[flags]);
             flags++) {
            option.is_hidden |= names.data[flags] == '*';
            option.no_negate |= names.data[flags] == '!';
            option.is_optional |= names.data[flags] == '?';
            if (names.data[flags] == '=' || names.data[flags] == '?')
                option.argument = copy(cli, QN_BYTES(""));
        }
        if (flags < names.size && option.argument)
            option.argument = copy(cli, qn_bytes_from(names, flags));
    }
    cli_check(cli, qn_memory_grow(cli->ctx, &spec->options, &spec->capacity,
                                  spec->count + 1, sizeof(*spec->options)));
    spec->options[spec->count++] = option;
}

static void read_spec(struct cli *cli, struct spec *spec)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    bool is_usage = true;

    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &text));
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        if (is_usage && qn_bytes_is_string(line, "--")) {
            is_usage = false;
        } else if (is_usage) {
            cli_check(cli, qn_memory_grow(
                               cli->ctx, &spec->usage, &spec->usage_capacity,
                               spec->usage_count + 2, sizeof(*spec->usage)));
            spec->usage[spec->usage_count++] = copy(cli, line);
            spec->usage[spec->usage_count] = NULL;
        } else if (line.size > 0) {
            parse_line(cli, spec, line);
        }
    }
    if (is_usage)
        cli_die_with(cli, "premature end of input");
    if (spec->usage_count == 0)
        cli_die_with(cli, "no usage string given before the `--' separator");
    qn_buf_dispose(&text);
}

static void add_quoted(struct cli *cli, struct qn_buf *out, const char *text)
{
    cli_check(cli, qn_buf_append_string(cli->ctx, out, " '"));
    for (; *text; text++) {
        if (*text == '\'' || *text == '!')
            cli_check(cli, qn_buf_printf(cli->ctx, out, "'\\%c'", *text));
        else
            cli_check(cli, qn_buf_append_byte(cli->ctx, out, (uint8_t)*text));
    }
    cli_check(cli, qn_buf_append_byte(cli->ctx, out, '\''));
}

static struct spec *the_spec(const struct cli_option *option)
{
    return option->value;
}

/* What was given goes out in its full form. */
static int take(struct cli *cli, const struct cli_option *option,
                const char *argument, bool is_negated)
{
    struct spec *spec = the_spec(option);
    bool is_stuck = option->number != 0;

    if (option->short_name == 'h' ||
        (option->long_name && strcmp(option->long_name, "help") == 0)) {
        cli_print_options(cli, false, (const char *const *)spec->usage,
                          spec->table, false);
        return -1;
    }
    if (is_negated)
        cli_check(cli, qn_buf_printf(cli->ctx, &spec->out, " --no-%s",
                                     option->long_name));
    else if (option->short_name && (!option->long_name || !is_stuck))
        cli_check(cli, qn_buf_printf(cli->ctx, &spec->out, " -%c",
                                     option->short_name));
    else
        cli_check(cli, qn_buf_printf(cli->ctx, &spec->out, " --%s",
                                     option->long_name));
    if (!argument)
        return 0;
    if (!is_stuck) {
        add_quoted(cli, &spec->out, argument);
        return 0;
    }
    if (option->long_name)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &spec->out, '='));
    {
        struct qn_buf quoted = QN_BUF_INIT;

        add_quoted(cli, &quoted, argument);
        cli_check(cli,
                  qn_buf_append_bytes(cli->ctx, &spec->out,
                                      qn_bytes_from(qn_buf_bytes(&quoted), 1)));
        qn_buf_dispose(&quoted);
    }
    return 0;
}

static struct cli_option *make_table(struct cli *cli, struct spec *spec,
                                     bool is_stuck)
{
    struct cli_option *table =
        qn_memory_calloc(cli->ctx, spec->count + 1, sizeof(*table));
    size_t i;

    if (!table)
        cli_die(cli);
    for (i = 0; i < spec->count; i++) {
        const struct spec_option *from = &spec->options[i];
        struct cli_option *to = &table[i];

        to->help = from->help;
        if (from->is_group) {
            to->kind = CLI_KIND_GROUP;
            continue;
        }
        to->kind = CLI_KIND_CALLBACK;
        to->callback = take;
        to->value = spec;
        to->number = is_stuck;
        to->short_name = from->short_name;
        to->long_name = from->long_name;
        to->argument = from->argument && *from->argument ? from->argument
                       : from->argument                  ? "..."
                                                         : NULL;
        to->flags = (from->is_optional ? CLI_OPTION_OPTIONAL : 0u) |
                    (from->is_hidden ? CLI_OPTION_HIDDEN : 0u) |
                    (from->no_negate ? CLI_OPTION_NO_NEGATE : 0u) |
                    (from->argument ? 0u : CLI_OPTION_NO_ARGUMENT);
    }
    return table;
}

static const char *const parseopt_usage[] = {
    "git rev-parse --parseopt [<options>] -- [<args>...]", NULL};

int cli_rev_parse_parseopt(struct cli *cli, int argc, char **argv)
{
    bool keeps_dashdash = false;
    bool stops = false;
    bool is_stuck = false;
    const struct cli_option own[] = {
        CLI_FLAG_WITH(0, "keep-dashdash", &keeps_dashdash,
                      "keep the `--` passed as an argument", 0),
        CLI_FLAG_WITH(0, "stop-at-non-option", &stops,
                      "stop at the first argument that is no option", 0),
        CLI_FLAG_WITH(0, "stuck-long", &is_stuck, "output in stuck long form",
                      0),
        CLI_END};
    struct spec spec = {.out = QN_BUF_INIT};
    struct cli_option *table;
    char **words;
    int count;
    int i;

    count = cli_parse(cli, argc, argv, own, parseopt_usage,
                      CLI_PARSE_KEEP_DASHDASH | CLI_PARSE_STOP_AT_ARGUMENT);
    if (count < 1 || strcmp(argv[0], "--") != 0)
        cli_usage(cli, parseopt_usage, own);
    read_spec(cli, &spec);
    table = make_table(cli, &spec, is_stuck);
    words = argv; /* argv[0] is "--", in the place of the command */
    spec.table = table;
    cli->parseopt = true;
    count = cli_parse(cli, count, words, table, (const char *const *)spec.usage,
                      (keeps_dashdash ? CLI_PARSE_KEEP_DASHDASH : 0u) |
                          (stops ? CLI_PARSE_STOP_AT_ARGUMENT : 0u));
    cli_printf(cli, "set --%s --", qn_buf_string(&spec.out));
    qn_buf_clear(&spec.out);
    for (i = 0; i < count; i++)
        add_quoted(cli, &spec.out, words[i]);
    cli_printf(cli, "%s\n", qn_buf_string(&spec.out));
    qn_buf_dispose(&spec.out);
    return 0;
}
