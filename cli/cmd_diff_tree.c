/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/diff_options.h"
#include "object/commit.h"
#include "path/pathspec.h"

#include <stdio.h>
#include <string.h>

struct diff_tree {
    struct cli *cli;
    struct cli_diff diff;
    struct qn_patch *patch;
    struct qn_pathspec *pathspec;
    struct qn_buf out;
    struct qn_object object;
    bool is_recursive, shows_trees, reads_stdin, shows_root, shows_merges;
    bool shows_message, is_verbose, hides_id, is_merge_base, always;
    size_t count;
};

/* The tree that a tree-ish id leads to. */
static void peel(struct diff_tree *d, const struct qn_id *id, struct qn_id *out)
{
    cli_check(d->cli, qn_revision_peel(d->cli->ctx, d->cli->odb, id,
                                       QN_OBJECT_TREE, out));
}

static bool parse(struct diff_tree *d, const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    bool found = qn_id_from_hex(out, qn_odb_algorithm(d->cli->odb),
                                qn_bytes_from_string(text));

    if (!found && qn_revision_parse(d->cli->ctx, &d->cli->scope, text,
                                    &revision) == QN_OK) {
        *out = revision.id;
        found = true;
    }
    if (!found)
        qn_ctx_clear(d->cli->ctx);
    qn_revision_dispose(&revision);
    return found;
}

static void show(struct diff_tree *d)
{
    cli_write(d->cli, d->out.data, d->out.size);
    qn_buf_clear(&d->out);
}

static void diff_trees(struct diff_tree *d, const struct qn_id *a,
                       const struct qn_id *b)
{
    size_t count = 0;

    cli_check(d->cli,
              qn_patch_trees(d->cli->ctx, d->patch, a, b, &d->out, &count));
    d->count += count;
    show(d);
}

/* The commit's line, before what was printed from `at` on. */
static void put_id(struct diff_tree *d, char *hex, size_t at)
{
    size_t size = strlen(hex);

    hex[size] = d->diff.options.is_nul_terminated ? '\0' : '\n';
    cli_check(d->cli, qn_buf_splice(d->cli->ctx, &d->out, at, 0,
                                    qn_bytes_make(hex, size + 1)));
}

/* A merge against all of its parents at once. */
static void diff_combined(struct diff_tree *d, const struct qn_id *id,
                          const struct qn_commit *commit)
{
    struct cli *cli = d->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 2];
    struct qn_id trees[64];
    size_t count = 0;
    uint32_t i;

    for (i = 0; i < commit->parent_count && i < QN_COUNT_OF(trees); i++) {
        struct qn_id parent;

        qn_commit_parent(commit, i, &parent);
        peel(d, &parent, &trees[i]);
    }
    cli_check(cli, qn_patch_combined(cli->ctx, d->patch, trees, i,
                                     &commit->tree, &d->out, &count));
    d->count += count;
    if (!d->hides_id) {
        qn_id_to_hex(id, hex);
        put_id(d, hex, 0);
    }
    show(d);
}

/* A commit against its parents. */
static void diff_commit(struct diff_tree *d, const struct qn_id *id)
{
    struct cli *cli = d->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_commit commit;
    struct qn_id parent;
    struct qn_id tree;
    size_t count = 0;
    uint32_t i;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                     &d->object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&d->object),
                                   qn_odb_algorithm(cli->odb), &commit));
    if (commit.parent_count == 0 && !d->shows_root)
        return;
    if (commit.parent_count > 1 && !d->shows_merges &&
        !d->diff.options.combined)
        return;
    tree = commit.tree;
    if (d->diff.options.combined && commit.parent_count > 1) {
        diff_combined(d, id, &commit);
        return;
    }
    for (i = 0; i < (commit.parent_count ? commit.parent_count : 1); i++) {
        size_t start = d->out.size;

        if (commit.parent_count) {
            struct qn_id parent_id;

            qn_commit_parent(&commit, i, &parent_id);
            peel(d, &parent_id, &parent);
        }
        cli_check(cli, qn_patch_trees(cli->ctx, d->patch,
                                      commit.parent_count ? &parent : NULL,
                                      &tree, &d->out, &count));
        d->count += count;
        if (!d->hides_id && (d->out.size > start || (count && !start))) {
            qn_id_to_hex(id, hex);
            put_id(d, hex, start);
        }
        show(d);
    }
}

/* "<commit> <other>...": the others stand for its parents. */
static void diff_given(struct diff_tree *d, const struct qn_id *id,
                       const char *parents)
{
    struct cli *cli = d->cli;
    uint32_t algorithm = qn_odb_algorithm(cli->odb);
    size_t width = qn_id_hex_size(algorithm);
    char hex[QN_ID_MAX_HEX_SIZE + 2];
    struct qn_id parent;
    struct qn_id trees[2];
    size_t count = 0;

    peel(d, id, &trees[1]);
    for (; strlen(parents) > width; parents += width + 1) {
        size_t start = d->out.size;

        if (!qn_id_from_hex(&parent, algorithm,
                            qn_bytes_make(parents + 1, width)))
            break;
        peel(d, &parent, &trees[0]);
        cli_check(cli, qn_patch_trees(cli->ctx, d->patch, &trees[0], &trees[1],
                                      &d->out, &count));
        d->count += count;
        if (!d->hides_id && (d->out.size > start || (count && !start))) {
            qn_id_to_hex(id, hex);
            put_id(d, hex, start);
        }
        show(d);
    }
}

static bool is_commit(struct diff_tree *d, const struct qn_id *id,
                      struct qn_id *commit)
{
    if (qn_revision_peel(d->cli->ctx, d->cli->odb, id, QN_OBJECT_COMMIT,
                         commit) == QN_OK)
        return true;
    qn_ctx_clear(d->cli->ctx);
    return false;
}

static void read_stdin(struct diff_tree *d)
{
    char line[1024];

    while (fgets(line, sizeof(line), stdin)) {
        uint32_t algorithm = qn_odb_algorithm(d->cli->odb);
        size_t width = qn_id_hex_size(algorithm);
        struct qn_id ids[2];
        struct qn_id trees[2];

        line[strcspn(line, "\n")] = '\0';
        if (strlen(line) < width ||
            !qn_id_from_hex(&ids[0], algorithm, qn_bytes_make(line, width))) {
            cli_printf(d->cli, "%s\n", line);
            continue;
        }
        if (line[width] == ' ' &&
            qn_id_from_hex(&ids[1], algorithm,
                           qn_bytes_make(line + width + 1, width)) &&
            !is_commit(d, &ids[0], &trees[0])) {
            peel(d, &ids[0], &trees[0]);
            peel(d, &ids[1], &trees[1]);
            cli_printf(d->cli, "%s\n", line);
            diff_trees(d, &trees[0], &trees[1]);
            continue;
        }
        if (line[width] == ' ')
            diff_given(d, &ids[0], line + width);
        else
            diff_commit(d, &ids[0]);
    }
}

static void start(struct diff_tree *d, const char *const *paths, size_t count)
{
    struct cli *cli = d->cli;

    if (count) {
        cli_check(cli, qn_pathspec_new(cli->ctx, paths, count, cli_prefix(cli),
                                       qn_repo_work_tree(cli->repo),
                                       cli->pathspec_flags, &d->pathspec));
        d->diff.options.pathspec = d->pathspec;
    }
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &d->diff.options,
                                NULL, &d->patch));
}

int cmd_diff_tree(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git diff-tree [<options>] <tree-ish> [<tree-ish>] [<path>...]", NULL};
    struct diff_tree d = {.cli = cli};
    const struct cli_option own[] = {
        CLI_FLAG_WITH('r', NULL, &d.is_recursive, "go into directories", 0),
        CLI_FLAG_WITH('t', NULL, &d.shows_trees, "directories, too", 0),
        CLI_FLAG_WITH('m', NULL, &d.shows_merges, "merges, too", 0),
        CLI_FLAG(0, "root", &d.shows_root, "the first commit, too"),
        CLI_FLAG(0, "stdin", &d.reads_stdin, "ids from standard input"),
        CLI_FLAG(0, "no-commit-id", &d.hides_id, "do not print the commit"),
        CLI_REFUSED('v', NULL),
        CLI_REFUSED(0, "pretty"),
        CLI_REFUSED(0, "merge-base"),
        CLI_REFUSED(0, "always"),
        CLI_END};
    struct qn_id ids[2];
    struct qn_id trees[2];
    struct qn_id commit;
    int id_count = 0;
    int code;

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_diff_init(cli, &d.diff, false);
    argc = cli_diff_parse(cli, &d.diff, argc, argv, own, usage,
                          CLI_PARSE_KEEP_DASHDASH);
    d.diff.options.is_recursive |= d.is_recursive;
    d.diff.options.shows_trees = d.shows_trees;
    cli_diff_finish(cli, &d.diff,
                    d.diff.options.combined == QN_DIFF_COMBINED_DENSE
                        ? QN_DIFF_FORMAT_PATCH
                        : QN_DIFF_FORMAT_RAW);
    while (id_count < 2 && id_count < argc && strcmp(argv[id_count], "--") &&
           parse(&d, argv[id_count], &ids[id_count]))
        id_count++;
    argv += id_count;
    argc -= id_count;
    if (argc && !strcmp(argv[0], "--")) {
        argv++;
        argc--;
    }
    if (!id_count && !d.reads_stdin)
        cli_usage(cli, usage, own);
    start(&d, (const char *const *)argv, (size_t)argc);
    if (id_count == 2) {
        peel(&d, &ids[0], &trees[0]);
        peel(&d, &ids[1], &trees[1]);
        diff_trees(&d, &trees[0], &trees[1]);
    } else if (id_count == 1) {
        if (!is_commit(&d, &ids[0], &commit))
            cli_die(cli);
        diff_commit(&d, &commit);
    }
    if (d.reads_stdin)
        read_stdin(&d);
    code = cli_diff_exit(cli, &d.diff, d.count, d.patch);
    qn_patch_free(d.patch);
    qn_pathspec_free(d.pathspec);
    qn_buf_dispose(&d.out);
    qn_object_dispose(&d.object);
    cli_diff_dispose(&d.diff);
    return code;
}
