/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/packing.h"
#include "cli/progress.h"
#include "cli/upkeep.h"
#include "operation/op_bundle.h"
#include "operation/op_pack_objects.h"
#include "os/file.h"
#include "os/lock_file.h"

#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git bundle create [-q | --quiet | --progress]\n"
    "                  [--version=<version>] <file> <git-rev-list-args>",
    "git bundle verify [-q | --quiet] <file>",
    "git bundle list-heads <file> [<refname>...]",
    "git bundle unbundle [--progress] <file> [<refname>...]", NULL};
static const char *const create_usage[] = {
    "git bundle create [-q | --quiet | --progress]\n"
    "                  [--version=<version>] <file> <git-rev-list-args>",
    NULL};
static const char *const verify_usage[] = {
    "git bundle verify [-q | --quiet] <file>", NULL};
static const char *const list_usage[] = {
    "git bundle list-heads <file> [<refname>...]", NULL};
static const char *const unbundle_usage[] = {
    "git bundle unbundle [--progress] <file> [<refname>...]", NULL};

/* The file, relative to where the user is; "-" stays. */
static const char *file_argument(struct cli *cli, int argc, char **argv,
                                 const char *const *words,
                                 const struct cli_option *options,
                                 struct qn_buf *room)
{
    if (argc < 1)
        cli_usage_with(cli, words, options, "need a <file> argument");
    if (strcmp(argv[0], "-") == 0)
        return argv[0];
    if (argv[0][0] != '/')
        cli_check(cli, qn_buf_append_string(cli->ctx, room, cli_prefix(cli)));
    cli_check(cli, qn_buf_append_string(cli->ctx, room, argv[0]));
    return qn_buf_string(room);
}

/* ---- reading */

/* False, and told, when it is no bundle.  `*shown`: its name for messages. */
static bool open_bundle(struct cli *cli, const char *path,
                        struct qn_bundle *bundle, int *fd, const char **shown)
{
    enum qn_status status;

    *fd = STDIN_FILENO;
    *shown = strcmp(path, "-") == 0 ? "<stdin>" : path;
    if (*shown == path && qn_file_open(cli->ctx, path, QN_FILE_READ, 0, fd)) {
        qn_ctx_clear(cli->ctx);
        cli_error(cli, "could not open '%s'", path);
        return false;
    }
    qn_bundle_init(bundle);
    status = qn_bundle_read(cli->ctx, bundle, *fd, *shown);
    if (!status)
        return true;
    if (strcmp(qn_ctx_reason(cli->ctx), "bundle.header") != 0)
        cli_die(cli);
    cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    qn_ctx_clear(cli->ctx);
    qn_bundle_dispose(bundle);
    return false;
}

static void put_refs(struct cli *cli, const struct qn_bundle_refs *refs)
{
    size_t i;

    for (i = 0; i < refs->count; i++) {
        cli_put_id(cli, &refs->items[i].id);
        cli_printf(cli, " %s\n", refs->items[i].name);
    }
}

static void put_wanted(struct cli *cli, const struct qn_bundle_refs *refs,
                       int argc, char **argv)
{
    size_t i;
    int j;

    for (i = 0; i < refs->count; i++) {
        for (j = 0; j < argc && strcmp(argv[j], refs->items[i].name) != 0; j++)
            ;
        if (argc > 0 && j == argc)
            continue;
        cli_put_id(cli, &refs->items[i].id);
        cli_printf(cli, " %s\n", refs->items[i].name);
    }
}

static void describe(struct cli *cli, const struct qn_bundle *bundle)
{
    const struct qn_bundle_refs *refs = &bundle->refs;
    struct qn_buf filter = QN_BUF_INIT;
    size_t i;

    if (refs->count == 1)
        cli_puts(cli, "The bundle contains this ref:\n");
    else
        cli_printf(cli, "The bundle contains these %zu refs:\n", refs->count);
    put_refs(cli, refs);
    refs = &bundle->prerequisites;
    if (refs->count == 0)
        cli_puts(cli, "The bundle records a complete history.\n");
    else if (refs->count == 1)
        cli_puts(cli, "The bundle requires this ref:\n");
    else
        cli_printf(cli, "The bundle requires these %zu refs:\n", refs->count);
    for (i = 0; i < refs->count; i++) { /* comments are not shown */
        cli_put_id(cli, &refs->items[i].id);
        cli_puts(cli, " \n");
    }
    cli_printf(cli, "The bundle uses this hash algorithm: %s\n",
               qn_id_algorithm_name(bundle->algorithm));
    if (bundle->filter.count > 0) {
        cli_check(cli,
                  qn_filter_spec_append(cli->ctx, &bundle->filter, &filter));
        cli_printf(cli, "The bundle uses this filter: %s\n",
                   qn_buf_string(&filter));
    }
    qn_buf_dispose(&filter);
}

/* Comments of prerequisites are for who made the bundle. */
static void drop_comments(struct qn_bundle *bundle)
{
    size_t i;

    for (i = 0; i < bundle->prerequisites.count; i++)
        bundle->prerequisites.items[i].name[0] = '\0';
}

/* Quietly nothing is said of what is missing. */
static void check(struct cli *cli, const struct qn_bundle *bundle,
                  bool is_quiet, bool *complete)
{
    struct qn_ctx *ctx = is_quiet ? qn_ctx_fork(cli->ctx) : cli->ctx;
    enum qn_status status =
        ctx ? qn_bundle_check(ctx, &cli->scope, bundle, complete)
            : QN_NO_MEMORY;

    if (is_quiet && ctx)
        qn_ctx_free(ctx);
    if (is_quiet && status && status != QN_NO_MEMORY)
        *complete = false;
    else
        cli_check(cli, status);
}

static int run_verify(struct cli *cli, int argc, char **argv)
{
    bool quiet = false, complete;
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &quiet, "say nothing of what is in it"),
        CLI_END};
    struct qn_buf room = QN_BUF_INIT;
    struct qn_bundle bundle;
    const char *path, *shown;
    int fd;

    argc = cli_parse(cli, argc, argv, options, verify_usage, 0);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    path = file_argument(cli, argc, argv, verify_usage, options, &room);
    if (!cli->repo) {
        qn_buf_dispose(&room);
        return cli_error(cli, "need a repository to verify a bundle");
    }
    cli_open_views(cli);
    if (!open_bundle(cli, path, &bundle, &fd, &shown))
        return 1;
    drop_comments(&bundle);
    check(cli, &bundle, quiet, &complete);
    if (complete) {
        if (!quiet)
            describe(cli, &bundle);
        cli_stderr(cli, "%s is okay\n", shown);
    }
    qn_bundle_dispose(&bundle);
    qn_buf_dispose(&room);
    return complete ? 0 : 1;
}

static int run_list_heads(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {CLI_END};
    struct qn_buf room = QN_BUF_INIT;
    struct qn_bundle bundle;
    const char *path, *shown;
    int fd;

    argc = cli_parse(cli, argc, argv, options, list_usage, 0);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    path = file_argument(cli, argc, argv, list_usage, options, &room);
    if (!open_bundle(cli, path, &bundle, &fd, &shown))
        return 1;
    put_wanted(cli, &bundle.refs, argc - 1, argv + 1);
    qn_bundle_dispose(&bundle);
    qn_buf_dispose(&room);
    return 0;
}

static int run_unbundle(struct cli *cli, int argc, char **argv)
{
    int progress = -1;
    bool complete;
    const struct cli_option options[] = {CLI_PROGRESS(&progress), CLI_END};
    struct qn_buf room = QN_BUF_INIT;
    struct qn_bundle bundle;
    const char *path, *shown;
    int fd;

    argc = cli_parse(cli, argc, argv, options, unbundle_usage, 0);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    path = file_argument(cli, argc, argv, unbundle_usage, options, &room);
    if (!cli->repo)
        cli_die_with(cli, "Need a repository to unbundle.");
    if (!open_bundle(cli, path, &bundle, &fd, &shown))
        return 1;
    cli_open_views(cli);
    drop_comments(&bundle);
    cli_check(cli, qn_bundle_check(cli->ctx, &cli->scope, &bundle, &complete));
    if (!complete)
        return 1;
    cli_show_progress(cli, cli_wants_progress(progress));
    if (qn_bundle_unpack(cli->ctx, &cli->scope, &bundle, fd,
                         "Unbundling objects")) {
        cli_fail(cli);
        return cli_error(cli, "index-pack died");
    }
    put_wanted(cli, &bundle.refs, argc - 1, argv + 1);
    qn_bundle_dispose(&bundle);
    qn_buf_dispose(&room);
    cli_upkeep(cli, QN_OP_UPKEEP_PACKS);
    return 0;
}

/* ---- writing */

struct creating {
    struct cli *cli;
    struct qn_filter_spec filter;
};

/* --filter; what else is no option of rev-list is none at all. */
static enum qn_status take_option(struct qn_ctx *ctx, void *data,
                                  const char *const *words, size_t count,
                                  size_t *used)
{
    struct creating *c = data;

    (void)count;
    *used = 0;
    if (words[0][0] != '-')
        return QN_OK;
    *used = 1;
    if (strncmp(words[0], "--filter=", 9) == 0)
        return qn_filter_spec_parse(ctx, &c->filter,
                                    qn_bytes_from_string(words[0] + 9));
    if (strcmp(words[0], "--no-filter") == 0) {
        qn_filter_spec_clear(&c->filter);
        return QN_OK;
    }
    cli_error(c->cli, "unrecognized argument: %s", words[0]);
    cli_exit(c->cli, 1);
    return QN_OK;
}

static void write_bundle(struct cli *cli, struct qn_bundle_create *create,
                         const char *path, bool shows)
{
    struct qn_op_pack_objects_result result = {.packs = NULL};
    struct qn_op_pack_objects how = {.scope = NULL};
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    bool is_file = strcmp(path, "-") != 0;
    enum qn_status status;

    create->fd = STDOUT_FILENO;
    if (is_file) {
        if (qn_lock_file_take(cli->ctx, &lock, path, 0666, 0))
            cli_die(cli);
        create->fd = lock.fd;
    }
    cli_flush(cli);
    cli_show_progress(cli, shows);
    if (shows) {
        cli_packing_announce(cli, &how);
        create->announce = how.announce;
        create->announce_data = how.announce_data;
    }
    status = qn_bundle_create_run(cli->ctx, create, &result);
    if (status)
        qn_lock_file_rollback(&lock);
    if (status == QN_PROMISED || status == QN_NOT_FOUND ||
        status == QN_CORRUPT) { /* an object: it is the packing that ends */
        (void)cli_fatal(cli, "%s", qn_ctx_message(cli->ctx));
        cli_error(cli, "pack-objects died");
        cli_exit(cli, 1);
    }
    cli_check(cli, status);
    if (is_file)
        cli_check(cli,
                  qn_lock_file_commit(cli->ctx, &lock, NULL, QN_SYNC_NONE));
    cli_packing_print(cli, &result, false, shows);
    qn_op_pack_objects_result_dispose(&result);
}

/* The last one counts; --no-quiet asks for it. */
static int take_quiet(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated;
    return 0;
}

static int run_create(struct cli *cli, int argc, char **argv)
{
    int progress = -1, version = -1;
    bool implied = false; /* nothing comes of it */
    const struct cli_option options[] = {
        CLI_CALLBACK('q', "quiet", &progress, NULL, "show no progress",
                     CLI_OPTION_NO_ARGUMENT, take_quiet),
        CLI_PROGRESS(&progress),
        CLI_TRISTATE_WITH(0, "all-progress", &progress, "the same",
                          CLI_OPTION_HIDDEN),
        CLI_FLAG_WITH(0, "all-progress-implied", &implied, "the same",
                      CLI_OPTION_HIDDEN),
        CLI_INTEGER(0, "version", &version, "write this version of the format"),
        CLI_END};
    struct creating c = {.cli = cli, .filter = QN_FILTER_SPEC_INIT};
    struct qn_bundle_create create = {.fd = -1};
    struct qn_buf room = QN_BUF_INIT;
    struct qn_revision_args args;
    struct qn_pathspec *pathspec = NULL;
    struct qn_odb *raw = NULL;
    const char *path;

    argc = cli_parse(cli, argc, argv, options, create_usage,
                     CLI_PARSE_STOP_AT_ARGUMENT);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    path = file_argument(cli, argc, argv, create_usage, options, &room);
    if (!cli->repo)
        cli_die_with(cli, "Need a repository to create a bundle.");
    cli_open_views(cli);
    qn_revision_args_init(&args);
    args.input_fd = 0;
    args.keeps_refs = true;
    cli_check(cli, qn_revision_args_parse(cli->ctx, &cli->scope, &args,
                                          (const char *const *)argv + 1,
                                          (size_t)argc - 1, take_option, &c));
    if (args.path_count > 0)
        cli_check(cli,
                  qn_pathspec_new(cli->ctx, args.paths, args.path_count,
                                  cli_prefix(cli), qn_repo_work_tree(cli->repo),
                                  cli->pathspec_flags, &pathspec));
    cli_check(cli, qn_repo_odb_as_is(cli->ctx, cli->repo, &raw));
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
    if (version == 0 || version < -1)
        cli_die_with(cli, "unsupported bundle version %d", version);
    create.version = version < 0 ? 0 : (uint32_t)version;
    create.scope = &cli->scope;
    create.args = &args;
    create.pathspec = pathspec;
    create.filter = c.filter.count ? &c.filter : NULL;
    create.config = cli_config(cli);
    write_bundle(cli, &create, path, cli_wants_progress(progress));
    qn_pathspec_free(pathspec);
    qn_revision_args_dispose(&args);
    qn_filter_spec_dispose(&c.filter);
    qn_buf_dispose(&room);
    return 0;
}

int cmd_bundle(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {
        {"create", run_create, false},
        {"verify", run_verify, false},
        {"list-heads", run_list_heads, false},
        {"unbundle", run_unbundle, false},
        {NULL, NULL, false}};

    return cli_run_subcommand(cli, argc, argv, list, usage);
}
