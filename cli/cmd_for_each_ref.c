/* SPDX-License-Identifier: MIT */
#include "cli/json_output.h"
#include "cli/ref_listing.h"
#include "cli/work.h"

#include <string.h>

static const char *const usage[] = {
    "git for-each-ref [--count=<count>] [--shell|--perl|--python|--tcl] "
    "[(--sort=<key>)...] [--format=<format>] [--include-root-refs] "
    "[--points-at=<object>] [--merged[=<object>]] [--no-merged[=<object>]] "
    "[--contains[=<object>]] [--no-contains[=<object>]] "
    "[(--exclude=<pattern>)...] [--start-after=<marker>] "
    "[ --stdin | (<pattern>...)]",
    NULL};

static void read_patterns(struct cli *cli, struct cli_list *out)
{
    struct qn_buf line = QN_BUF_INIT;

    while (cli_read_record(cli, '\n', &line)) {
        char *copy = qn_memory_string(cli->ctx, qn_buf_bytes(&line));

        if (!copy)
            cli_die(cli);
        cli_list_add(cli, out, copy);
    }
    qn_buf_dispose(&line);
}

static int parse_color(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct ref_listing *listing = option->value;

    (void)cli;
    listing->has_color_option = true;
    listing->color = is_negated ? "never" : argument;
    return 0;
}

static void set_patterns(struct cli *cli, struct ref_listing *listing, int argc,
                         char **argv, bool is_stdin)
{
    static struct cli_list patterns;
    int i;

    if (is_stdin) {
        if (argc)
            cli_die_with(cli, "unknown arguments supplied with --stdin");
        read_patterns(cli, &patterns);
    }
    for (i = 0; i < argc; i++)
        cli_list_add(cli, &patterns, argv[i]);
    listing->filter.patterns = patterns.items;
    listing->filter.pattern_count = patterns.count;
}

int cmd_for_each_ref(struct cli *cli, int argc, char **argv)
{
    struct ref_listing listing = {.color = NULL};
    bool shell = false, perl = false, python = false, tcl = false,
         is_stdin = false;
    static const char usual[] = "%(objectname) %(objecttype)\t%(refname)";
    const char *format = usual;
    int count = 0;
    const struct cli_option options[] = {
        CLI_FLAG('s', "shell", &shell, "quote for shells"),
        CLI_FLAG('p', "perl", &perl, "quote for Perl"),
        CLI_FLAG(0, "python", &python, "quote for Python"),
        CLI_FLAG(0, "tcl", &tcl, "quote for Tcl"),
        CLI_FLAG(0, "omit-empty", &listing.omits_empty,
                 "no lines for refs that expand to nothing"),
        CLI_INTEGER(0, "count", &count, "show at most so many"),
        CLI_STRING(0, "format", &format, "format", "how to show a ref"),
        CLI_STRING(0, "start-after", &listing.filter.start_after, "marker",
                   "start behind this name"),
        CLI_CALLBACK(0, "color", &listing, "when", "obey colours",
                     CLI_OPTION_OPTIONAL, parse_color),
        CLI_LIST(0, "exclude", &listing.excludes, "pattern", "refs to leave"),
        CLI_LIST(0, "sort", &listing.sort, "key", "field to sort by"),
        REF_LISTING_POINTS_AT(&listing, 0),
        REF_LISTING_MERGED(&listing),
        REF_LISTING_CONTAINS(&listing),
        CLI_FLAG(0, "ignore-case", &listing.filter.ignores_case,
                 "case does not matter"),
        CLI_FLAG(0, "stdin", &is_stdin, "patterns come from stdin"),
        CLI_FLAG(0, "include-root-refs", &listing.filter.includes_root,
                 "HEAD and its like, too"),
        CLI_JSON(&listing.is_json),
        CLI_END};
    struct qn_ref_values_options wanted = {.has_color = false};
    struct qn_ref_list list = QN_REF_LIST_INIT;
    struct qn_ref_values *values = NULL;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (!format) /* --no-format: there git 2.55 dies of a signal */
        format = usual;
    if (count < 0) {
        cli_error(cli, "invalid --count argument: `%d'", count);
        cli_usage(cli, usage, options);
    }
    if (shell + perl + python + tcl > 1) {
        cli_error(cli, "more than one quoting style?");
        cli_usage(cli, usage, options);
    }
    cli_json_refuse(cli, listing.is_json, format != usual, "--format");
    listing.quote = shell    ? QN_REF_QUOTE_SHELL
                    : perl   ? QN_REF_QUOTE_PERL
                    : python ? QN_REF_QUOTE_PYTHON
                    : tcl    ? QN_REF_QUOTE_TCL
                             : QN_REF_QUOTE_NONE;
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (listing.filter.start_after && listing.sort.count)
        cli_die_with(cli, "cannot use --start-after with custom sort options");
    set_patterns(cli, &listing, argc, argv, is_stdin);
    if (listing.filter.start_after && listing.filter.pattern_count)
        cli_die_with(cli, "cannot use --start-after with patterns");
    ref_listing_resolve(cli, &listing);
    wanted.has_color = ref_listing_wants_color(cli, &listing, "color.ui");
    wanted.is_strict = cli_config_bool(cli, "core.warnambiguousrefs", true);
    ref_listing_describe(cli, &listing, format, &wanted);
    cli_check(cli, qn_ref_values_new(cli->ctx, &cli->scope, &wanted, &values));
    {
        struct qn_ref_format *probe = NULL;

        if (qn_ref_format_new(cli->ctx, values, format, listing.quote,
                              &probe)) {
            if (strcmp(qn_ctx_reason(cli->ctx), "ref-format.malformed") != 0)
                cli_die(cli);
            cli_error(cli, "%s", qn_ctx_message(cli->ctx));
            cli_usage(cli, usage, options);
        }
        qn_ref_format_free(probe);
    }
    ref_listing_print(cli, &listing, values, format, &list, count);
    qn_ref_values_free(values);
    ref_listing_describe_end(&wanted);
    qn_ref_list_dispose(&list);
    return 0;
}
