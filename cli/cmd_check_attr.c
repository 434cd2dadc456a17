/* SPDX-License-Identifier: MIT */
#include "cli/json_output.h"
#include "cli/work.h"
#include "path/attributes.h"
#include "text/quote.h"

static const char *const usage[] = {
    "git check-attr [--source <tree-ish>] [-a | --all | <attr>...] [--] "
    "<pathname>...",
    "git check-attr --stdin [-z] [--source <tree-ish>] [-a | --all | "
    "<attr>...]",
    NULL};

struct check {
    struct cli *cli;
    struct qn_attributes *attributes;
    bool all, cached, from_stdin, nul, is_json;
    struct cli_json json;
    const char *source;
    struct qn_attribute *wanted;
    size_t count;
    const char *path; /* as given */
};

static enum qn_status put_one(struct qn_ctx *ctx, void *data,
                              const struct qn_attribute *attribute)
{
    struct check *check = data;
    struct cli *cli = check->cli;
    struct qn_buf text = QN_BUF_INIT;
    const char *value = attribute->state == QN_ATTRIBUTE_SET     ? "set"
                        : attribute->state == QN_ATTRIBUTE_UNSET ? "unset"
                        : attribute->state == QN_ATTRIBUTE_VALUE
                            ? attribute->value
                            : "unspecified";

    if (check->is_json) {
        cli_json_begin(&check->json);
        cli_json_string(&check->json, "path", check->path);
        cli_json_string(&check->json, "attribute", attribute->name);
        cli_json_string(&check->json, "state",
                        attribute->state == QN_ATTRIBUTE_VALUE ? "value"
                                                               : value);
        if (attribute->state == QN_ATTRIBUTE_VALUE)
            cli_json_text(&check->json, "value", qn_bytes_from_string(value));
        cli_json_end(&check->json);
        return QN_OK;
    }
    if (check->nul) {
        cli_puts(cli, check->path);
        cli_put(cli, '\0');
        cli_puts(cli, attribute->name);
        cli_put(cli, '\0');
        cli_puts(cli, value);
        cli_put(cli, '\0');
        return QN_OK;
    }
    cli_check(cli, qn_quote_path(ctx, &text, qn_bytes_from_string(check->path),
                                 true));
    cli_write(cli, text.data, text.size);
    cli_printf(cli, ": %s: %s\n", attribute->name, value);
    qn_buf_dispose(&text);
    return QN_OK;
}

static void check_one(struct check *check, const char *path)
{
    struct cli *cli = check->cli;
    struct qn_buf top = QN_BUF_INIT;

    if (path[0])
        cli_path_from_top(cli, path, &top);
    check->path = path;
    if (check->all) {
        cli_check(cli, qn_attributes_all(cli->ctx, check->attributes,
                                         qn_buf_bytes(&top), put_one, check));
    } else {
        cli_check(cli, qn_attributes_get(cli->ctx, check->attributes,
                                         qn_buf_bytes(&top), check->wanted,
                                         check->count));
        for (size_t i = 0; i < check->count; i++)
            cli_check(cli, put_one(cli->ctx, check, &check->wanted[i]));
    }
    qn_buf_dispose(&top);
}

static void fail_usage(struct cli *cli, const struct cli_option *options,
                       const char *text)
{
    cli_error(cli, "%s", text);
    cli_usage(cli, usage, options);
}

/* Which arguments are attributes? Those before "--"; without one the first; all
 * with --stdin. */
static int split_arguments(struct check *check, int argc, char **argv,
                           const struct cli_option *options)
{
    int dashes = -1, attribute_count;

    for (int i = 0; i < argc && dashes < 0; i++) {
        if (strcmp(argv[i], "--") == 0)
            dashes = i;
    }
    if (check->all) {
        if (dashes > 0)
            fail_usage(check->cli, options,
                       "Attributes and --all both specified");
        attribute_count = 0;
    } else if (dashes == 0) {
        fail_usage(check->cli, options, "No attribute specified");
        return 0;
    } else if (dashes < 0) {
        if (argc == 0)
            fail_usage(check->cli, options, "No attribute specified");
        attribute_count = check->from_stdin ? argc : 1;
    } else {
        attribute_count = dashes;
    }
    check->count = (size_t)attribute_count;
    return dashes < 0 ? attribute_count : dashes + 1;
}

static void find_source(struct cli *cli, const char *name, struct qn_id *tree)
{
    struct qn_revision revision = QN_REVISION_INIT;

    cli_open_views(cli);
    if (qn_revision_parse(cli->ctx, &cli->scope, name, &revision) ||
        qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_TREE,
                         tree))
        cli_die_with(cli, "%s: not a valid tree-ish source", name);
    qn_revision_dispose(&revision);
}

int cmd_check_attr(struct cli *cli, int argc, char **argv)
{
    struct check check = {.cli = cli};
    const struct cli_option options[] = {
        CLI_FLAG('a', "all", &check.all, "all that are set on a file"),
        CLI_FLAG(0, "cached", &check.cached,
                 "use .gitattributes of the index only"),
        CLI_FLAG(0, "stdin", &check.from_stdin, "read paths from stdin"),
        CLI_FLAG('z', NULL, &check.nul, "records end with NUL"),
        CLI_STRING(0, "source", &check.source, "tree-ish",
                   "use .gitattributes of this tree"),
        CLI_JSON(&check.is_json),
        CLI_END};
    struct cli_work work;
    struct qn_id tree;
    int first;

    argc = cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_DASHDASH);
    cli_work_open(cli, &work, CLI_WORK_NO_TREE);
    first = split_arguments(&check, argc, argv, options);
    if (check.from_stdin ? first < argc : first >= argc)
        fail_usage(cli, options,
                   check.from_stdin ? "Can't specify files with --stdin"
                                    : "No file specified");
    check.wanted =
        qn_memory_calloc(cli->ctx, check.count + 1, sizeof(*check.wanted));
    for (size_t i = 0; i < check.count; i++) {
        check.wanted[i].name = argv[i];
        if (!qn_attributes_is_valid_name(qn_bytes_from_string(argv[i])))
            return cli_error(cli, "%s: not a valid attribute name", argv[i]),
                   CLI_EXIT_FATAL;
    }
    if (check.source)
        find_source(cli, check.source, &tree);
    cli_check(cli, qn_attributes_new(cli->ctx, cli->repo,
                                     check.source   ? QN_ATTRIBUTES_TREE
                                     : check.cached ? QN_ATTRIBUTES_INDEX
                                                    : QN_ATTRIBUTES_WORK_TREE,
                                     work.index, check.source ? &tree : NULL,
                                     &check.attributes));
    if (check.is_json)
        cli_json_begin_list(&check.json, cli);
    if (check.from_stdin) {
        struct qn_buf line = QN_BUF_INIT;

        while (cli_read_record(cli, check.nul ? '\0' : '\n', &line)) {
            struct qn_buf plain = QN_BUF_INIT;
            const char *path = qn_buf_string(&line);

            if (!check.nul && path[0] == '"') {
                if (qn_quote_unquote_c(cli->ctx, qn_buf_bytes(&line), &plain,
                                       NULL))
                    cli_die_with(cli, "line is badly quoted");
                path = qn_buf_string(&plain);
            }
            check_one(&check, path);
            qn_buf_dispose(&plain);
        }
        qn_buf_dispose(&line);
    } else {
        for (int i = first; i < argc; i++)
            check_one(&check, argv[i]);
    }
    if (check.is_json)
        cli_json_end_list(&check.json);
    qn_memory_free(check.wanted);
    qn_attributes_free(check.attributes);
    cli_work_close(&work);
    return 0;
}
