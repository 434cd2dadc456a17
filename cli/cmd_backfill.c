/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "hash/id_list.h"
#include "operation/part/list_objects.h"
#include "walk/object_walk.h"
#include "walk/revision_args.h"

#include <string.h>

static const char *const usage[] = {
    "git backfill [--min-batch-size=<n>] [--[no-]sparse]\n"
    "             [--[no-]include-edges] [<revision-range>]",
    NULL};

#define BATCH 50000

struct filling {
    struct cli *cli;
    struct qn_odb *raw; /* never fetches: what is here? */
    struct qn_id_list missing;
    uint64_t batch;
    int sparse, edges;
};

static void fetch(struct filling *f)
{
    struct cli *cli = f->cli;

    cli_check(cli, qn_odb_prefetch(cli->ctx, cli->odb, f->missing.ids,
                                   f->missing.count));
    f->missing.count = 0;
}

/* Blobs come by path: those of one path are neighbours in a batch, which ends
 * where enough are gathered. */
static enum qn_status take(struct qn_ctx *ctx, void *data,
                           const struct qn_walk_object *object)
{
    struct filling *f = data;
    bool is_here = true;
    enum qn_status status = QN_OK;

    if (object->type == QN_OBJECT_BLOB)
        status = qn_odb_exists(ctx, f->raw, &object->id, &is_here);
    if (!status && !is_here)
        status = qn_id_list_add(ctx, &f->missing, &object->id);
    if (!status && f->missing.count >= f->batch)
        fetch(f);
    return status;
}

/* Commits out of range that border on it: their blobs, too. */
static enum qn_status take_edge(struct qn_ctx *ctx, void *data,
                                const struct qn_id *commit)
{
    struct filling *f = data;
    struct qn_object_walk_options options = {.missing = NULL};
    struct qn_object_walk *walk = NULL;
    struct qn_id tree;
    enum qn_status status =
        qn_revision_peel(ctx, f->cli->odb, commit, QN_OBJECT_TREE, &tree);

    if (!status)
        status = qn_object_walk_new(ctx, f->cli->odb, &options, &walk);
    if (!status)
        status = qn_object_walk_list(ctx, walk, &tree, QN_BYTES_NONE, take, f);
    qn_object_walk_free(walk);
    return status;
}

static enum qn_status refuse(struct qn_ctx *ctx, void *data,
                             const char *const *words, size_t count,
                             size_t *used)
{
    (void)data;
    (void)count;
    *used = 0;
    return words[0][0] == '-'
               ? qn_ctx_fail(ctx, QN_INVALID, "unrecognized argument: %s",
                             words[0])
               : QN_OK;
}

int cmd_backfill(struct cli *cli, int argc, char **argv)
{
    struct filling f = {.cli = cli, .batch = BATCH, .sparse = -1, .edges = 1};
    const struct cli_option options[] = {
        CLI_UNSIGNED(0, "min-batch-size", &f.batch,
                     "so many objects at once, at least"),
        CLI_TRISTATE(0, "sparse", &f.sparse,
                     "only what the sparse checkout has"),
        CLI_TRISTATE(0, "include-edges", &f.edges,
                     "what the range builds on, too"),
        CLI_END};
    struct qn_list_objects listing = {
        .scope = &cli->scope, .each = take, .data = &f};
    struct qn_revision_args args;

    argc = cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_UNKNOWN);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (f.sparse > 0 ||
        (f.sparse < 0 && cli_config_bool(cli, "core.sparsecheckout", false)))
        cli_die_with(cli, "option `sparse' is not done yet");
    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &f.raw));
    qn_revision_args_init(&args);
    args.default_name = "HEAD";
    cli_check(cli, qn_revision_args_parse(cli->ctx, &cli->scope, &args,
                                          (const char *const *)argv,
                                          (size_t)argc, refuse, &f));
    if (args.path_count > 0)
        cli_die_with(cli, "paths are not done yet");
    listing.args = &args;
    if (f.edges) {
        listing.edge = take_edge;
        listing.edge_data = &f;
    }
    cli_check(cli, qn_list_objects_run(cli->ctx, &listing));
    fetch(&f);
    qn_revision_args_dispose(&args);
    qn_id_list_dispose(&f.missing);
    qn_odb_free(f.raw);
    return 0;
}
