/* SPDX-License-Identifier: MIT */
/* interpret-trailers: read and add the lines at the end of messages. */
#include "cli/cli.h"
#include "os/file.h"
#include "show/trailer_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git interpret-trailers [--in-place] [--trim-empty] "
    "[(--trailer (<key>|<key-alias>)[(=|:)<value>])...] [--parse] [<file>...]",
    NULL};

struct interpret {
    struct qn_trailer_edit edit;
    struct qn_trailer_new *added;
    size_t capacity;
    struct qn_trailer_new next; /* what --where and its like said last */
    bool in_place;
};

static int add(struct cli *cli, const struct cli_option *option,
               const char *argument, bool is_negated)
{
    struct interpret *interpret = option->value;

    if (is_negated) {
        interpret->edit.added_count = 0;
        return 0;
    }
    cli_check(cli,
              qn_memory_grow(cli->ctx, &interpret->added, &interpret->capacity,
                             interpret->edit.added_count + 1,
                             sizeof(*interpret->added)));
    interpret->next.text = argument;
    interpret->added[interpret->edit.added_count++] = interpret->next;
    return 0;
}

static int set_where(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct interpret *interpret = option->value;

    (void)cli;
    if (is_negated) {
        interpret->next.where = QN_TRAILER_WHERE_DEFAULT;
        return 0;
    }
    return !qn_trailer_parse_where(argument, &interpret->next.where);
}

static int set_exists(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct interpret *interpret = option->value;

    (void)cli;
    if (is_negated) {
        interpret->next.if_exists = QN_TRAILER_EXISTS_DEFAULT;
        return 0;
    }
    return !qn_trailer_parse_exists(argument, &interpret->next.if_exists);
}

static int set_missing(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct interpret *interpret = option->value;

    (void)cli;
    if (is_negated) {
        interpret->next.if_missing = QN_TRAILER_MISSING_DEFAULT;
        return 0;
    }
    return !qn_trailer_parse_missing(argument, &interpret->next.if_missing);
}

static int set_parse(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct interpret *interpret = option->value;

    (void)cli;
    (void)argument;
    (void)is_negated;
    interpret->edit.only_trailers = true;
    interpret->edit.only_input = true;
    interpret->edit.unfolds = true;
    return 0;
}

/* Beside the file, then over it, with its mode. */
static void replace_file(struct cli *cli, const char *path,
                         struct qn_bytes text)
{
    struct qn_file_stat stat;
    struct qn_buf prefix = QN_BUF_INIT;
    struct qn_buf beside = QN_BUF_INIT;
    int fd = -1;

    if (qn_file_stat(cli->ctx, path, &stat) || stat.kind == QN_FILE_NONE)
        cli_die_with(cli, "could not stat %s: %s", path, strerror(ENOENT));
    if (stat.kind != QN_FILE_REGULAR)
        cli_die_with(cli, "file %s is not a regular file", path);
    cli_check(cli, qn_buf_printf(cli->ctx, &prefix, "%s.trailers-", path));
    cli_check(cli, qn_file_create_temporary(cli->ctx, qn_buf_string(&prefix),
                                            stat.mode & 0777, &fd, &beside));
    cli_check(cli, qn_file_write(cli->ctx, fd, text.data, text.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&beside)));
    cli_check(
        cli, qn_file_chmod(cli->ctx, qn_buf_string(&beside), stat.mode & 0777));
    cli_check(cli, qn_file_rename(cli->ctx, qn_buf_string(&beside), path));
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&beside);
}

static void interpret_file(struct cli *cli, struct interpret *interpret,
                           const char *path)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf out = QN_BUF_INIT;

    if (path) {
        if (qn_file_read_all(cli->ctx, path, &text))
            cli_die_with(cli, "could not read input file '%s': %s", path,
                         strerror(qn_ctx_errno(cli->ctx)));
    } else {
        cli_check(cli, qn_file_read_rest(cli->ctx, STDIN_FILENO, &text));
    }
    cli_check(cli, qn_trailer_edit(cli->ctx, qn_buf_bytes(&text),
                                   &interpret->edit, &out));
    if (interpret->in_place)
        replace_file(cli, path, qn_buf_bytes(&out));
    else
        cli_write(cli, out.data, out.size);
    qn_buf_dispose(&text);
    qn_buf_dispose(&out);
}

int cmd_interpret_trailers(struct cli *cli, int argc, char **argv)
{
    struct interpret interpret = {.in_place = false};
    struct qn_trailer_edit *edit = &interpret.edit;
    const struct cli_option options[] = {
        CLI_FLAG(0, "in-place", &interpret.in_place, "change the files"),
        CLI_FLAG(0, "trim-empty", &edit->trims_empty,
                 "leave trailers without a value out"),
        CLI_CALLBACK(0, "where", &interpret, "placement",
                     "where the next new ones go", 0, set_where),
        CLI_CALLBACK(0, "if-exists", &interpret, "action",
                     "what to do when there is one of that key", 0, set_exists),
        CLI_CALLBACK(0, "if-missing", &interpret, "action",
                     "what to do when there is none", 0, set_missing),
        CLI_FLAG(0, "only-trailers", &edit->only_trailers,
                 "print nothing but trailers"),
        CLI_FLAG(0, "only-input", &edit->only_input,
                 "do not look at the configuration"),
        CLI_FLAG(0, "unfold", &edit->unfolds, "each on one line"),
        CLI_CALLBACK(0, "parse", &interpret, NULL,
                     "--only-trailers --only-input --unfold",
                     CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, set_parse),
        CLI_FLAG(0, "no-divider", &edit->ignores_divider,
                 "\"---\" does not end the message"),
        CLI_CALLBACK(0, "trailer", &interpret, "trailer", "one to add", 0, add),
        CLI_END};
    int i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (edit->only_input && edit->added_count > 0)
        cli_usage_with(cli, usage, options,
                       "--trailer with --only-input does not make sense");
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    edit->config = cli_config(cli);
    edit->added = interpret.added;
    for (i = 0; i < argc; i++)
        interpret_file(cli, &interpret, argv[i]);
    if (argc == 0) {
        if (interpret.in_place)
            cli_die_with(cli, "no input file given for in-place editing");
        interpret_file(cli, &interpret, NULL);
    }
    qn_memory_free(interpret.added);
    return 0;
}
