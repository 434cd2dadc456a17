/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "hash/id_list.h"
#include "hash/id_map.h"
#include "object/filter_spec.h"
#include "operation/part/list_objects.h"
#include "os/file.h"
#include "walk/object_walk.h"
#include "walk/revision_args.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git backfill [--min-batch-size=<n>] [--[no-]sparse]\n"
    "             [--[no-]include-edges] [<revision-range>]",
    NULL};

#define BATCH 50000

struct missing {
    struct qn_id id;
    size_t path; /* in `paths` */
    const char *name;
};

struct filling {
    struct cli *cli;
    struct qn_odb *raw; /* never fetches: what is here? */
    struct missing *items;
    size_t count, capacity;
    struct qn_id_map seen;
    struct qn_buf paths;
    struct qn_revision_args args;
    struct qn_pathspec *pathspec;
    struct qn_revision_filter *matches;
    struct qn_filter_spec filter, asked;
    uint64_t batch;
    int sparse, edges;
    bool lists_objects;
};

/* ---- what is not here */

static enum qn_status take(struct qn_ctx *ctx, void *data,
                           const struct qn_walk_object *object)
{
    struct filling *f = data;
    bool is_here = true;
    bool is_new = false;
    uint32_t position;
    struct missing *m;
    enum qn_status status = QN_OK;

    if (object->type == QN_OBJECT_BLOB)
        status = qn_odb_exists(ctx, f->raw, &object->id, &is_here);
    if (status || is_here)
        return status;
    status = qn_id_map_put(ctx, &f->seen, &object->id, &position, &is_new);
    if (status || !is_new)
        return status;
    status = qn_memory_grow(ctx, &f->items, &f->capacity, f->count + 1,
                            sizeof(*f->items));
    if (status)
        return status;
    m = &f->items[f->count++];
    m->id = object->id;
    m->path = f->paths.size;
    status = qn_buf_append_bytes(ctx, &f->paths, object->path);
    return status ? status : qn_buf_append_byte(ctx, &f->paths, '\0');
}

/* Commits out of range that border on it: their blobs, too. */
static enum qn_status take_edge(struct qn_ctx *ctx, void *data,
                                const struct qn_id *commit)
{
    struct filling *f = data;
    struct qn_object_filter *filter = NULL;
    struct qn_object_walk_options options = {.pathspec = f->pathspec};
    struct qn_object_walk *walk = NULL;
    struct qn_id tree;
    enum qn_status status =
        qn_revision_peel(ctx, f->cli->odb, commit, QN_OBJECT_TREE, &tree);

    if (!status && f->filter.count)
        status = qn_object_filter_new(ctx, &f->cli->scope, &f->filter, false,
                                      &filter);
    options.filter = filter;
    if (!status)
        status = qn_object_walk_new(ctx, f->cli->odb, &options, &walk);
    if (!status)
        status = qn_object_walk_list(ctx, walk, &tree, QN_BYTES_NONE, take, f);
    qn_object_walk_free(walk);
    qn_object_filter_free(filter);
    return status;
}

/* ---- fetched path by path: versions of a file make good deltas */

static int compare(const void *a, const void *b)
{
    const struct missing *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : x->path < y->path ? -1 : x->path > y->path;
}

static void fetch(struct filling *f)
{
    struct cli *cli = f->cli;
    struct qn_id_list batch = {0};
    const char *paths;
    size_t i;

    paths = qn_buf_string(&f->paths);
    for (i = 0; i < f->count; i++)
        f->items[i].name = paths + f->items[i].path;
    if (f->count)
        qsort(f->items, f->count, sizeof(*f->items), compare);
    for (i = 0; i < f->count; i++) {
        bool is_last = i + 1 == f->count ||
                       strcmp(f->items[i].name, f->items[i + 1].name) != 0;

        cli_check(cli, qn_id_list_add(cli->ctx, &batch, &f->items[i].id));
        if (i + 1 < f->count && !(is_last && batch.count >= f->batch))
            continue;
        cli_check(cli,
                  qn_odb_prefetch(cli->ctx, cli->odb, batch.ids, batch.count));
        batch.count = 0;
    }
    qn_id_list_dispose(&batch);
}

/* ---- what is asked for */

static enum qn_status take_option(struct qn_ctx *ctx, void *data,
                                  const char *const *words, size_t count,
                                  size_t *used)
{
    struct filling *f = data;
    const char *word = words[0];

    (void)count;
    *used = 1;
    if (strcmp(word, "--objects") == 0) {
        f->lists_objects = true;
        return QN_OK;
    }
    if (strcmp(word, "--no-filter") == 0) {
        qn_filter_spec_clear(&f->asked);
        return QN_OK;
    }
    if (strncmp(word, "--filter=", 9) == 0)
        return qn_filter_spec_parse(ctx, &f->asked,
                                    qn_bytes_from_string(word + 9));
    *used = 0;
    return word[0] == '-'
               ? qn_ctx_fail(ctx, QN_INVALID, "unrecognized argument: %s", word)
               : QN_OK;
}

/* The patterns of the sparse checkout, as a filter of their own. */
static void add_sparse(struct filling *f)
{
    struct cli *cli = f->cli;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    bool is_sparse = cli_config_bool(cli, "core.sparsecheckout", false);

    if (f->sparse == 0 || (f->sparse < 0 && !is_sparse))
        return;
    cli_check(cli,
              qn_repo_path(cli->ctx, cli->repo, "info/sparse-checkout", &path));
    if (!is_sparse || !qn_file_exists(qn_buf_string(&path))) {
        cli_error(cli, "problem loading sparse-checkout");
        cli_exit(cli, 255);
    }
    cli_check(cli, qn_file_read_all(cli->ctx, qn_buf_string(&path), &text));
    cli_check(cli, qn_filter_spec_add_patterns(cli->ctx, &f->filter,
                                               qn_buf_bytes(&text)));
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
}

static void prepare(struct filling *f, int argc, char **argv)
{
    struct cli *cli = f->cli;

    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &f->raw));
    qn_id_map_init(&f->seen, qn_repo_algorithm(cli->repo));
    qn_revision_args_init(&f->args);
    f->args.default_name = "HEAD";
    f->args.input_fd = 0;
    cli_check(cli, qn_revision_args_parse(cli->ctx, &cli->scope, &f->args,
                                          (const char *const *)argv,
                                          (size_t)argc, take_option, f));
    if (f->args.path_count)
        cli_check(cli,
                  qn_pathspec_new(cli->ctx, f->args.paths, f->args.path_count,
                                  cli_prefix(cli), qn_repo_work_tree(cli->repo),
                                  cli->pathspec_flags, &f->pathspec));
    f->args.walk.pathspec = f->pathspec;
    if (f->args.pattern_count > 0) {
        cli_check(cli, qn_revision_filter_new(cli->ctx, &cli->scope, &f->args,
                                              &f->matches));
        f->args.walk.filter = qn_revision_filter_ask;
        f->args.walk.filter_data = f->matches;
    }
    if (f->asked.count && !f->lists_objects)
        cli_die_with(cli, "object filtering requires --objects");
    f->filter = f->asked;
    add_sparse(f);
}

int cmd_backfill(struct cli *cli, int argc, char **argv)
{
    struct filling f = {.cli = cli,
                        .batch = BATCH,
                        .sparse = -1,
                        .edges = 1,
                        .filter = QN_FILTER_SPEC_INIT,
                        .asked = QN_FILTER_SPEC_INIT};
    const struct cli_option options[] = {
        {CLI_KIND_UNSIGNED, 0, "min-batch-size", &f.batch, "n",
         "so many objects at once, at least", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_TRISTATE(0, "sparse", &f.sparse,
                     "only what the sparse checkout has"),
        CLI_TRISTATE(0, "include-edges", &f.edges,
                     "what the range builds on, too"),
        CLI_END};
    struct qn_list_objects listing = {
        .scope = &cli->scope, .keeps_borders = true, .each = take, .data = &f};

    argc = cli_parse(cli, argc, argv, options, usage,
                     CLI_PARSE_KEEP_UNKNOWN | CLI_PARSE_KEEP_DASHDASH);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    prepare(&f, argc, argv);
    listing.args = &f.args;
    listing.pathspec = f.pathspec;
    listing.filter = f.filter.count ? &f.filter : NULL;
    if (f.edges) {
        listing.edge = take_edge;
        listing.edge_data = &f;
    }
    cli_check(cli, qn_list_objects_run(cli->ctx, &listing));
    fetch(&f);
    qn_revision_args_dispose(&f.args);
    qn_pathspec_free(f.pathspec);
    qn_revision_filter_free(f.matches);
    qn_filter_spec_dispose(&f.filter);
    qn_id_map_dispose(&f.seen);
    qn_memory_free(f.items);
    qn_buf_dispose(&f.paths);
    qn_odb_free(f.raw);
    return 0;
}
