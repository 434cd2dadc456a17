/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/connecting.h"
#include "operation/op_archive.h"
#include "os/file.h"
#include "text/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const usage[] = {
    "git archive [--format=<format>] [--prefix=<prefix>/] [-o <file>] [-v]\n"
    "            [-<level>] [--mtime=<time>] [--add-file=<file>]\n"
    "            [--worktree-attributes] <tree-ish> [<path>...]",
    "git archive [--remote=<repository> [--exec=<program>]] --list", NULL};

/* In the order given; a prefix counts for the files behind it. */
struct extras {
    struct cli *cli;
    struct qn_archive_extra *items;
    size_t count, capacity;
    const char *prefix;
};

struct archiving {
    struct cli *cli;
    struct extras extras;
    const char *format, *output, *mtime, *remote, *program;
    bool lists, is_verbose, uses_work_tree_attributes;
    int level;
};

/* ---- files that are in no tree */

static int take_prefix(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct extras *extras = option->value;

    (void)cli;
    extras->prefix = is_negated ? NULL : argument;
    return 0;
}

static struct qn_archive_extra *add_extra(struct extras *extras)
{
    struct qn_archive_extra *extra;

    cli_check(extras->cli, qn_memory_grow(extras->cli->ctx, &extras->items,
                                          &extras->capacity, extras->count + 1,
                                          sizeof(*extras->items)));
    extra = &extras->items[extras->count++];
    memset(extra, 0, sizeof(*extra));
    return extra;
}

static char *detach(struct cli *cli, struct qn_buf *buf)
{
    char *text = qn_buf_detach(cli->ctx, buf);

    if (!text)
        cli_die(cli);
    return text;
}

/* What the user gave, from the top of the work tree, as messages name it. */
static void from_prefix(struct cli *cli, const char *path, struct qn_buf *out)
{
    if (*path != '/' && *path)
        cli_check(cli, qn_buf_append_string(cli->ctx, out, cli_prefix(cli)));
    cli_check(cli, qn_buf_append_string(cli->ctx, out, path));
}

static int take_file(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct extras *extras = option->value;
    struct qn_buf shown = QN_BUF_INIT, name = QN_BUF_INIT;
    struct qn_archive_extra *extra;
    struct qn_file_stat stat;
    const char *slash;

    if (is_negated) {
        extras->count = 0;
        return 0;
    }
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    from_prefix(cli, argument, &shown);
    cli_check(cli, qn_file_stat(cli->ctx, argument, &stat));
    if (stat.kind == QN_FILE_NONE)
        cli_die_with(cli, "File not found: %s", qn_buf_string(&shown));
    if (stat.kind != QN_FILE_REGULAR)
        cli_die_with(cli, "Not a regular file: %s", qn_buf_string(&shown));
    slash = strrchr(argument, '/');
    cli_check(cli, qn_buf_printf(cli->ctx, &name, "%s%s",
                                 extras->prefix ? extras->prefix : "",
                                 slash ? slash + 1 : argument));
    extra = add_extra(extras);
    extra->path = argument;
    extra->mode = stat.mode;
    extra->name = detach(cli, &name);
    qn_buf_dispose(&shown);
    return 0;
}

/* "<path>:<content>"; the path may be quoted as C does. */
static int take_virtual_file(struct cli *cli, const struct cli_option *option,
                             const char *argument, bool is_negated)
{
    struct extras *extras = option->value;
    struct qn_bytes rest = qn_bytes_from_string(argument);
    struct qn_buf path = QN_BUF_INIT, name = QN_BUF_INIT;
    struct qn_archive_extra *extra;
    size_t size = 0;

    if (is_negated) {
        extras->count = 0;
        return 0;
    }
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (*argument == '"') {
        if (qn_quote_unquote_c(cli->ctx, rest, &path, &size))
            cli_die_with(cli, "unclosed quote: '%s'", argument);
        if (path.size == 0) /* as Git has it */
            cli_check(cli, qn_buf_append_string(cli->ctx, &path, "\"\""));
        rest = qn_bytes_from(rest, size);
        if (rest.size == 0 || rest.data[0] != ':')
            cli_die_with(cli, "missing colon: '%s'", argument);
    } else {
        size = qn_bytes_find(rest, ':');
        if (size == rest.size)
            cli_die_with(cli, "missing colon: '%s'", argument);
        if (size == 0)
            cli_die_with(cli, "empty file name: '%s'", argument);
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &path,
                                           qn_bytes_first(rest, size)));
        rest = qn_bytes_from(rest, size);
    }
    from_prefix(cli, qn_buf_string(&path), &name);
    extra = add_extra(extras);
    extra->name = detach(cli, &name);
    extra->content = qn_bytes_from(rest, 1);
    qn_buf_dispose(&path);
    return 0;
}

/* ---- an archive of the repository here */

static enum qn_status write_out(struct qn_ctx *ctx, void *data,
                                struct qn_bytes bytes)
{
    (void)ctx;
    cli_write(data, bytes.data, bytes.size);
    return QN_OK;
}

static void tell_path(void *data, struct qn_bytes path)
{
    cli_stderr(data, "%.*s\n", QN_BYTES_ARG(path));
}

static uint32_t read_umask(void)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    return (uint32_t)mask;
}

static void list(struct cli *cli, const struct qn_archive_formats *formats)
{
    size_t i;

    for (i = 0; i < formats->count; i++)
        cli_printf(cli, "%s\n", formats->items[i].name);
}

static void check_level(struct archiving *a,
                        const struct qn_archive_format *format)
{
    bool is_good =
        format->command || (format->kind == QN_ARCHIVE_ZIP && a->level <= 9);

    if (a->level >= 0 && !is_good)
        cli_die_with(a->cli, "Argument not supported for format '%s': -%d",
                     format->name, a->level);
}

static int write_archive(struct archiving *a, int argc, char **argv)
{
    struct cli *cli = a->cli;
    struct qn_archive_formats formats;
    struct qn_op_archive op = {.scope = &cli->scope,
                               .formats = &formats,
                               .directory = cli_prefix(cli),
                               .prefix = a->extras.prefix,
                               .mtime = a->mtime,
                               .level = a->level,
                               .user_umask = read_umask(),
                               .uses_work_tree_attributes =
                                   a->uses_work_tree_attributes,
                               .extras = a->extras.items,
                               .extra_count = a->extras.count,
                               .pathspec_flags = cli->pathspec_flags,
                               .out = {write_out, cli},
                               .tell = a->is_verbose ? tell_path : NULL,
                               .tell_data = cli};
    const struct qn_config *config = cli_config(cli);
    enum qn_status status;

    cli_check(cli, qn_archive_formats_read(cli->ctx, config, &formats));
    cli_check(cli, qn_op_archive_check(cli->ctx, config));
    if (a->lists) {
        if (argc > 0)
            cli_die_with(cli, "extra command line parameter '%s'", argv[0]);
        list(cli, &formats);
        qn_archive_formats_dispose(&formats);
        return 0;
    }
    if (argc == 0)
        return -1;
    op.format =
        qn_archive_formats_find(&formats, a->format ? a->format : "tar");
    if (!a->format && a->output)
        op.format = qn_archive_formats_of_file(&formats, a->output);
    if (!op.format && !a->format)
        op.format = &formats.items[0];
    if (!op.format)
        cli_die_with(cli, "Unknown archive format '%s'", a->format);
    check_level(a, op.format);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    op.directory = cli_prefix(cli);
    op.name = argv[0];
    op.paths = (const char *const *)argv + 1;
    op.path_count = (size_t)argc - 1;
    status = qn_op_archive_run(cli->ctx, &op);
    if (status && strcmp(qn_ctx_reason(cli->ctx), "archive.hung-up") == 0)
        cli_exit(cli, 128 + 13); /* as by SIGPIPE */
    cli_check(cli, status);
    qn_archive_formats_dispose(&formats);
    return 0;
}

/* ---- */

static void open_output(struct cli *cli, const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0666);

    if (fd < 0)
        cli_die_with(cli, "could not open '%s' for writing: %s", path,
                     strerror(errno));
    cli->out_fd = fd;
}

int cmd_archive(struct cli *cli, int argc, char **argv)
{
    struct archiving a = {.cli = cli, .level = -1, .extras = {.cli = cli}};
    struct extras *extras = &a.extras;
    const struct cli_option options[] = {
        CLI_STRING(0, "format", &a.format, "format", "tar, zip, tar.gz, ..."),
        CLI_CALLBACK(0, "prefix", extras, "prefix",
                     "put this in front of each name", 0, take_prefix),
        CLI_CALLBACK(0, "add-file", extras, "file",
                     "add a file that is not tracked", 0, take_file),
        CLI_CALLBACK(0, "add-virtual-file", extras, "path:content",
                     "add a file of this content", 0, take_virtual_file),
        CLI_FILE('o', "output", &a.output, "write to this file"),
        CLI_FLAG(0, "worktree-attributes", &a.uses_work_tree_attributes,
                 "take attributes from the work tree"),
        CLI_FLAG('v', "verbose", &a.is_verbose, "tell each name"),
        CLI_STRING(0, "mtime", &a.mtime, "time",
                   "when all files were changed last"),
        CLI_NUMBER(&a.level, "how hard to compress"),
        CLI_FLAG('l', "list", &a.lists, "show which formats there are"),
        CLI_STRING(0, "remote", &a.remote, "repository",
                   "of this repository instead of the one here"),
        CLI_STRING(0, "exec", &a.program, "program",
                   "the path of git-upload-archive there"),
        CLI_END};
    int code;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (a.remote)
        cli_die_with(cli, "--remote is not done yet");
    if (a.output)
        open_output(cli, a.output);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    code = write_archive(&a, argc, argv);
    if (code < 0)
        cli_usage(cli, usage, options);
    return code;
}
