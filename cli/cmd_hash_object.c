/* SPDX-License-Identifier: MIT */
#include "cli/object_check.h"
#include "cli/work.h"
#include "hash/hash.h"
#include "os/file.h"
#include "worktree/filter.h"

#include <string.h>

static const char *const usage[] = {
    "git hash-object [-t <type>] [-w] [--path=<file> | --no-filters]\n"
    "                       [--stdin [--literally]] [--] <file>...",
    "git hash-object [-t <type>] [-w] --stdin-paths [--no-filters]", NULL};

struct hash_object {
    struct cli *cli;
    const char *type, *path;
    bool writes, no_filters, is_literal, reads_stdin, reads_paths;
    bool repeats_stdin;
    uint32_t algorithm;
    struct qn_work_tree tree;
    struct qn_filter *filter; /* NULL until it is needed */
    bool has_tree;
};

/* What git would store of content that is at `path`. */
static struct qn_bytes clean(struct hash_object *h, const char *path,
                             struct qn_bytes content, struct qn_buf *out)
{
    struct cli *cli = h->cli;
    struct qn_filter_plan plan;
    struct qn_buf name = QN_BUF_INIT;
    bool changed = false;

    if (h->no_filters || !path || strcmp(h->type, "blob") != 0 || !cli->repo ||
        !qn_repo_work_tree(cli->repo))
        return content;
    if (!h->filter) {
        cli_check(cli, qn_work_tree_open(cli->ctx, cli->repo, &h->tree));
        h->has_tree = true;
        cli_check(cli,
                  qn_filter_new(cli->ctx, &h->tree, QN_ATTRIBUTES_WORK_TREE,
                                NULL, &h->filter));
    }
    cli_check(cli, qn_buf_printf(cli->ctx, &name, "%s%s",
                                 path[0] == '/' ? "" : cli_prefix(cli), path));
    cli_check(cli,
              qn_filter_plan(cli->ctx, h->filter, qn_buf_bytes(&name), &plan));
    cli_check(cli, qn_filter_to_git(
                       cli->ctx, h->filter, &plan, qn_buf_bytes(&name), content,
                       h->writes ? QN_FILTER_CHECK_SAFE : 0, out, &changed));
    qn_buf_dispose(&name);
    return changed ? qn_buf_bytes(out) : content;
}

static void hash(struct hash_object *h, struct qn_bytes content)
{
    struct cli *cli = h->cli;
    enum qn_object_type type =
        qn_object_type_from_name(qn_bytes_from_string(h->type));
    struct qn_id id;

    if (type == QN_OBJECT_NONE)
        cli_die_with(cli, "invalid object type \"%s\"", h->type);
    if (!h->is_literal)
        cli_check_object(cli, h->algorithm, type, content);
    if (h->writes) {
        cli_check(cli, qn_odb_write(cli->ctx, cli->odb, type, content, &id));
    } else {
        cli_check(
            cli, qn_hash_object(cli->ctx, h->algorithm, h->type, content, &id));
    }
    cli_put_id(cli, &id);
    cli_put(cli, '\n');
}

static void hash_fd(struct hash_object *h, int fd, const char *path)
{
    struct qn_buf content = QN_BUF_INIT;
    struct qn_buf out = QN_BUF_INIT;

    cli_check(h->cli, qn_file_read_rest(h->cli->ctx, fd, &content));
    hash(h, clean(h, path, qn_buf_bytes(&content), &out));
    qn_buf_dispose(&content);
    qn_buf_dispose(&out);
}

static void hash_path(struct hash_object *h, const char *path)
{
    struct cli *cli = h->cli;
    int fd = -1;

    if (qn_file_open(cli->ctx, path, QN_FILE_READ, 0, &fd))
        cli_die_with(cli, "could not open '%s%s' for reading: %s",
                     path[0] == '/' ? "" : cli_prefix(cli), path,
                     strerror(qn_ctx_errno(cli->ctx)));
    if (qn_file_is_directory(path))
        cli_die_with(cli,
                     h->writes ? "Unable to add %s%s to database"
                               : "Unable to hash %s%s",
                     path[0] == '/' ? "" : cli_prefix(cli), path);
    hash_fd(h, fd, h->path ? h->path : path);
    qn_file_close(fd);
}

static void hash_stdin_paths(struct hash_object *h)
{
    struct qn_buf line = QN_BUF_INIT;

    while (cli_read_record(h->cli, '\n', &line)) {
        hash_path(h, qn_buf_string(&line));
        cli_flush(h->cli);
    }
    qn_buf_dispose(&line);
}

static void check(struct hash_object *h, const struct cli_option *options,
                  int argc)
{
    const char *problem = NULL;

    if (h->reads_paths) {
        if (h->reads_stdin)
            problem = "Can't use --stdin-paths with --stdin";
        else if (argc > 0)
            problem = "Can't specify files with --stdin-paths";
        else if (h->path)
            problem = "Can't use --stdin-paths with --path";
    } else if (h->path && h->no_filters) {
        problem = "Can't use --path with --no-filters";
    } else if (h->repeats_stdin) {
        problem = "Multiple --stdin arguments are not supported";
    }
    if (problem) {
        cli_error(h->cli, "%s", problem);
        cli_usage(h->cli, usage, options);
    }
}

int cmd_hash_object(struct cli *cli, int argc, char **argv)
{
    struct hash_object h = {
        .cli = cli, .type = "blob", .algorithm = QN_HASH_SHA1};
    int stdin_count = 0;
    const struct cli_option options[] = {
        CLI_STRING('t', NULL, &h.type, "type", "type of the object"),
        CLI_FLAG_WITH('w', NULL, &h.writes, "write it, too", 0),
        CLI_COUNTER(0, "stdin", &stdin_count, "read the content from stdin"),
        CLI_FLAG(0, "stdin-paths", &h.reads_paths, "read paths from stdin"),
        CLI_FLAG(0, "no-filters", &h.no_filters,
                 "take the content as it stands"),
        CLI_FLAG(0, "literally", &h.is_literal, "do not check the content"),
        CLI_STRING(0, "path", &h.path, "file", "filters of this path"),
        CLI_END};
    int i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    h.reads_stdin = stdin_count > 0;
    h.repeats_stdin = stdin_count > 1;
    cli_open_repo(cli, h.writes ? CLI_OPEN_VIEWS : CLI_OPEN_GENTLY);
    if (cli->repo)
        h.algorithm = qn_repo_algorithm(cli->repo);
    check(&h, options, argc);
    if (h.reads_stdin)
        hash_fd(&h, 0, h.path);
    for (i = 0; i < argc; i++)
        hash_path(&h, argv[i]);
    if (h.reads_paths)
        hash_stdin_paths(&h);
    if (h.writes)
        cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    qn_filter_free(h.filter);
    if (h.has_tree)
        qn_work_tree_close(&h.tree);
    return 0;
}
