/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/columns.h"
#include "cli/json_output.h"
#include "cli/ref_listing.h"
#include "cli/tagging.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git tag [-a | -s | -u <key-id>] [-f] [-m <msg> | -F <file>] [-e] "
    "[(--trailer <token>[(=|:)<value>])...] <tagname> [<commit> | <object>]",
    "git tag -d <tagname>...",
    "git tag [-n[<num>]] -l [--contains <commit>] [--no-contains <commit>] "
    "[--points-at <object>] [--column[=<options>] | --no-column] "
    "[--create-reflog] [--sort=<key>] [--format=<format>] [--merged <commit>] "
    "[--no-merged <commit>] [<pattern>...]",
    "git tag -v [--format=<format>] <tagname>...", NULL};

struct tag_listing {
    struct ref_listing listing;
    struct cli_columns columns;
    bool wants_columns;
    bool has_column_option;
    const char *column_text;
    int lines; /* -n; -1: not given */
    const char *format;
};

static int parse_column(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct tag_listing *tags = option->value;

    (void)cli;
    tags->has_column_option = true;
    tags->column_text = is_negated ? "never" : argument;
    return 0;
}

static int parse_color(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct tag_listing *tags = option->value;

    (void)cli;
    tags->listing.has_color_option = true;
    tags->listing.color = is_negated ? "never" : argument;
    return 0;
}

static int list_tags(struct cli *cli, struct tag_listing *tags, int argc,
                     char **argv)
{
    struct ref_listing *listing = &tags->listing;
    struct qn_ref_values_options wanted = {.has_color = false};
    struct qn_ref_list list = QN_REF_LIST_INIT;
    struct qn_buf format = QN_BUF_INIT, line = QN_BUF_INIT, all = QN_BUF_INIT;
    struct qn_ref_values *values = NULL;
    struct qn_ref_format *compiled = NULL;
    size_t i;

    listing->filter.kinds = QN_REF_LIST_TAGS;
    listing->filter.patterns = (const char *const *)argv;
    listing->filter.pattern_count = (size_t)argc;
    cli_json_refuse(cli, listing->is_json, tags->format != NULL, "--format");
    cli_start_pager(cli, true);
    ref_listing_resolve(cli, listing);
    wanted.has_color = ref_listing_wants_color(cli, listing, "color.ui");
    wanted.is_strict = cli_config_bool(cli, "core.warnambiguousrefs", true);
    ref_listing_describe(cli, listing, tags->format, &wanted);
    cli_check(cli, qn_ref_values_new(cli->ctx, &cli->scope, &wanted, &values));
    ref_listing_add_keys(cli, "tag.sort", listing);
    if (tags->format)
        cli_check(cli, qn_buf_append_string(cli->ctx, &format, tags->format));
    else if (tags->lines > 0)
        cli_check(cli, qn_buf_printf(cli->ctx, &format,
                                     "%%(align:15)%%(refname:lstrip=2)%%(end) "
                                     "%%(contents:lines=%d)",
                                     tags->lines));
    else
        cli_check(cli, qn_buf_append_string(cli->ctx, &format,
                                            "%(refname:lstrip=2)"));
    cli_check(cli, qn_ref_format_new(cli->ctx, values, qn_buf_string(&format),
                                     QN_REF_QUOTE_NONE, &compiled));
    cli_check(cli,
              qn_ref_list_fill(cli->ctx, &cli->scope, &listing->filter, &list));
    cli_check(cli, qn_ref_list_sort(cli->ctx, values, listing->sort.items,
                                    listing->sort.count,
                                    listing->filter.ignores_case, &list));
    if (listing->is_json)
        ref_listing_json(cli, values, &list, 0, REF_LISTING_OF_SUBJECT);
    for (i = 0; !listing->is_json && i < list.count; i++) {
        struct qn_buf *out = tags->wants_columns ? &all : &line;

        if (!tags->wants_columns)
            qn_buf_clear(&line);
        qn_buf_truncate(out, out->size);
        {
            size_t before = out->size;

            cli_check(cli, qn_ref_format_append(cli->ctx, compiled,
                                                &list.items[i], out));
            if (out->size == before && listing->omits_empty)
                continue;
        }
        cli_check(cli, qn_buf_append_byte(cli->ctx, out, '\n'));
        if (!tags->wants_columns)
            cli_write(cli, line.data, line.size);
    }
    if (tags->wants_columns)
        cli_columns_print(cli, &tags->columns, qn_buf_bytes(&all));
    qn_ref_format_free(compiled);
    qn_ref_values_free(values);
    ref_listing_describe_end(&wanted);
    qn_ref_list_dispose(&list);
    qn_buf_dispose(&format);
    qn_buf_dispose(&line);
    qn_buf_dispose(&all);
    return 0;
}

/* Options that only a listing has. */
static void check_list_options(struct cli *cli, const struct tag_listing *tags)
{
    static const struct {
        char letter;
        const char *name;
    } names[] = {{'c', "--contains"},
                 {'C', "--no-contains"},
                 {'p', "--points-at"},
                 {'m', "--merged"},
                 {'M', "--no-merged"}};
    size_t i;

    if (tags->lines >= 0)
        cli_die_with(cli, "the '%s' option is only allowed in list mode", "-n");
    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (tags->listing.commits.count &&
            *tags->listing.commits.items[0] == names[i].letter)
            cli_die_with(cli, "the '%s' option is only allowed in list mode",
                         names[i].name);
}

static void choose_columns(struct cli *cli, struct tag_listing *tags, int mode)
{
    tags->wants_columns =
        cli_columns_decide(cli, "tag", tags->column_text,
                           tags->has_column_option, &tags->columns) &&
        mode == 'l';
    if (!tags->wants_columns || tags->lines < 0)
        return;
    if (tags->has_column_option)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--column", "-n");
    tags->wants_columns = false;
}

/* -s and -u, or what is configured. */
static void choose_signing(struct cli *cli, struct tag_options *tag, int signs)
{
    bool is_object = tag->annotates || tag->messages.count || tag->file ||
                     tag->edits || tag->trailers.count;

    if (signs < 0)
        signs = cli_config_bool(cli, "tag.gpgsign", false);
    if (tag->key)
        signs = 1;
    if (is_object && !tag->annotates && !signs &&
        cli_config_bool(cli, "tag.forcesignannotated", false))
        signs = 1;
    tag->signs = signs > 0;
}

static int set_signs(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = !is_negated;
    return 0;
}

/* What is to be done: l, d, v or c. */
static int choose_mode(const struct tag_listing *tags, int given, int argc)
{
    if (given)
        return given;
    return argc == 0 || tags->listing.commits.count || tags->lines >= 0 ? 'l'
                                                                        : 'c';
}

int cmd_tag(struct cli *cli, int argc, char **argv)
{
    struct tag_listing tags = {.lines = -1, .columns = {.padding = 2}};
    struct tag_options tag = {.cleanup = NULL};
    int given = 0, signs = -1;
    const struct cli_option options[] = {
        CLI_MODE('l', "list", &given, 'l', "list names"),
        {CLI_KIND_INTEGER, 'n', NULL, &tags.lines, "n", "lines of each message",
         CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, 1, NULL},
        CLI_MODE('d', "delete", &given, 'd', "delete tags"),
        CLI_MODE('v', "verify", &given, 'v', "verify tags"),
        CLI_GROUP("Creating"),
        CLI_FLAG('a', "annotate", &tag.annotates, "an object with a message"),
        {CLI_KIND_LIST, 'm', "message", &tag.messages, "message", "the message",
         CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FILE('F', "file", &tag.file, "read the message from a file"),
        CLI_LIST(0, "trailer", &tag.trailers, "trailer", "add trailers"),
        CLI_FLAG('e', "edit", &tag.edits, "edit the message"),
        CLI_CALLBACK('s', "sign", &signs, NULL, "sign it",
                     CLI_OPTION_NO_ARGUMENT, set_signs),
        CLI_STRING(0, "cleanup", &tag.cleanup, "mode",
                   "how to clean the message"),
        CLI_STRING('u', "local-user", &tag.key, "key-id", "sign with that key"),
        CLI_FLAG('f', "force", &tag.force, "even if it is there"),
        CLI_FLAG(0, "create-reflog", &tag.makes_log, "make a reflog"),
        CLI_GROUP("Listing"),
        CLI_CALLBACK(0, "column", &tags, "style", "list in columns",
                     CLI_OPTION_OPTIONAL, parse_column),
        REF_LISTING_CONTAINS(&tags.listing),
        REF_LISTING_WITH(&tags.listing),
        REF_LISTING_MERGED(&tags.listing),
        CLI_FLAG(0, "omit-empty", &tags.listing.omits_empty,
                 "no lines for tags that expand to nothing"),
        CLI_LIST(0, "sort", &tags.listing.sort, "key", "field to sort by"),
        REF_LISTING_POINTS_AT(&tags.listing, CLI_OPTION_COMPLETE_BARE |
                                                 CLI_OPTION_LAST_ARGUMENT),
        CLI_STRING(0, "format", &tags.format, "format", "how to show a tag"),
        CLI_CALLBACK(0, "color", &tags, "when", "obey colours",
                     CLI_OPTION_OPTIONAL, parse_color),
        CLI_FLAG('i', "ignore-case", &tags.listing.filter.ignores_case,
                 "case does not matter"),
        CLI_JSON(&tags.listing.is_json),
        CLI_END};
    int mode;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    mode = choose_mode(&tags, given, argc);
    if (tags.listing.is_json && mode != 'l')
        cli_die_with(cli, "the '%s' option is only allowed in list mode",
                     "--json");
    if (mode != 'c' &&
        (tag.annotates || tag.messages.count || tag.file || tag.edits ||
         tag.trailers.count || tag.key || signs > 0 || tag.force))
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    choose_columns(cli, &tags, mode);
    if (mode == 'l')
        return list_tags(cli, &tags, argc, argv);
    check_list_options(cli, &tags);
    if (mode == 'd')
        return tag_delete(cli, argc, argv);
    if (mode == 'v')
        return tag_verify(cli, tags.format, argc, argv);
    choose_signing(cli, &tag, signs);
    if (argc > 2)
        cli_die_with(cli, "too many arguments");
    if (!argc)
        cli_usage(cli, usage, options);
    return tag_create(cli, &tag, argv[0], argc > 1 ? argv[1] : "HEAD");
}
