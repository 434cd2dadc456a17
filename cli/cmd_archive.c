/* SPDX-License-Identifier: MIT */
#include "cli/archiving.h"
#include "cli/connecting.h"
#include "cli/remote_said.h"
#include "operation/op_archive.h"
#include "operation/part/archive_fetch.h"
#include "os/file.h"
#include "text/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void list(struct cli *cli, const struct qn_archive_formats *formats)
{
    size_t i;

    for (i = 0; i < formats->count; i++)
        cli_printf(cli, "%s\n", formats->items[i].name);
}

static void check_level(struct archiving *a,
                        const struct qn_archive_format *format)
{
    if (!qn_archive_format_takes_level(format, a->level))
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
                               .user_umask = cli_umask(),
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

/* ---- an archive of another repository */

static enum qn_status take_data(struct qn_ctx *ctx, void *data,
                                struct qn_bytes bytes)
{
    enum qn_status status = write_out(ctx, data, bytes);

    cli_flush(data); /* what comes slowly is seen as it comes */
    return status;
}

/* How it ended, in Git's words; the exit code. */
static int end_fetch(struct cli *cli, enum qn_status status,
                     struct cli_remote_said *said)
{
    const char *reason = qn_ctx_reason(cli->ctx);
    const char *message = qn_ctx_message(cli->ctx);

    cli_remote_said_end(said);
    if (!status)
        return 0;
    if (strcmp(reason, "archive.remote-died") == 0)
        cli_stderr(cli, "remote: %s\n", message);
    else if (strcmp(reason, "archive.band") == 0)
        cli_stderr(cli, "%s\n", message);
    else
        cli_die(cli);
    return 1;
}

static int fetch_archive(struct archiving *a, struct cli_list *words)
{
    struct cli *cli = a->cli;
    struct cli_remote_said said = {.cli = cli};
    struct qn_connection_options options;
    struct qn_archive_fetch fetch = {.connection = &options,
                                     .out = {take_data, cli},
                                     .said = cli_remote_said_take,
                                     .said_data = &said};
    struct qn_remote *remote;
    enum qn_status status;
    int code;

    remote = cli_remote(cli, a->remote, false);
    if (remote->urls.count == 0)
        cli_die_with(cli, "git archive: Remote with no URL");
    cli_connection_options(cli, remote, QN_SERVICE_UPLOAD_ARCHIVE, &options);
    options.program = a->program;
    fetch.words = words->items;
    fetch.count = words->count;
    cli_remote_said_begin(cli, &said, options.url);
    status = qn_archive_fetch_run(cli->ctx, &fetch);
    code = end_fetch(cli, status, &said);
    qn_remote_free(remote);
    return code;
}

/* What is said there: without what is for here only. */
static void gather_words(struct archiving *a, int argc, char **argv,
                         struct cli_list *words)
{
    struct cli *cli = a->cli;
    const struct qn_archive_format *format = NULL;
    struct qn_archive_formats formats;
    struct qn_buf line = QN_BUF_INIT;
    int i;

    cli_check(cli,
              qn_archive_formats_read(cli->ctx, cli_config(cli), &formats));
    cli_check(cli, qn_op_archive_check(cli->ctx, cli_config(cli)));
    if (a->output)
        format = qn_archive_formats_of_file(&formats, a->output);
    if (format) {
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &line, "--format=%s", format->name));
        cli_list_add(cli, words, detach(cli, &line));
    }
    for (i = 0; i < argc; i++)
        cli_list_add(cli, words, argv[i]);
    qn_archive_formats_dispose(&formats);
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

/* The options that are for here only, wherever the archive is made.  True: it
 * is made elsewhere. */
static bool take_local(struct archiving *a, int *argc, char **argv,
                       struct cli_list *words)
{
    const struct cli_option options[] = {
        CLI_FILE('o', "output", &a->output, "write to this file"),
        CLI_STRING(0, "remote", &a->remote, "repository",
                   "of this repository instead of the one here"),
        CLI_STRING(0, "exec", &a->program, "program",
                   "the path of git-upload-archive there"),
        CLI_END};
    struct cli *cli = a->cli;
    const char *name = argv[0];
    int i;

    if (*argc == 2 && (strcmp(argv[1], "-h") == 0 ||
                       strncmp(argv[1], "--git-completion", 16) == 0 ||
                       strncmp(argv[1], "--help", 6) == 0))
        return false; /* about all of them */
    *argc = cli_parse(cli, *argc, argv, options, usage,
                      CLI_PARSE_KEEP_UNKNOWN | CLI_PARSE_KEEP_DASHDASH);
    for (i = *argc; i > 0; i--) /* the name was not kept */
        argv[i] = argv[i - 1];
    argv[0] = (char *)(uintptr_t)name;
    argv[++*argc] = NULL;
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (a->output)
        open_output(cli, a->output);
    if (!a->remote)
        return false;
    gather_words(a, *argc - 1, argv + 1, words);
    return true;
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
        {CLI_KIND_STRING, 0, "mtime", &a.mtime, "time",
         "when all files were changed last", CLI_OPTION_NO_NEGATE},
        CLI_NUMBER(&a.level, "how hard to compress"),
        CLI_FLAG('l', "list", &a.lists, "show which formats there are"),
        CLI_STRING(0, "remote", &a.remote, "repository",
                   "of this repository instead of the one here"),
        CLI_STRING(0, "exec", &a.program, "program",
                   "the path of git-upload-archive there"),
        CLI_END};
    struct cli_list words = {0};
    int code;

    if (take_local(&a, &argc, argv, &words))
        return fetch_archive(&a, &words);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    code = write_archive(&a, argc, argv);
    if (code < 0)
        cli_usage(cli, usage, options);
    return code;
}
