/* SPDX-License-Identifier: MIT */
/* diff, diff-index, diff-files: what they compare with what; the rest is in
 * diff_options.c. */
#include "cli/cli.h"
#include "cli/diff_options.h"
#include "cli/json_output.h"
#include "cli/work.h"
#include "object/commit.h"
#include "operation/op_diff.h"
#include "operation/op_no_index.h"
#include "os/file.h"
#include "walk/merge_base.h"
#include "walk/revision_args.h"

#include <stdio.h>
#include <string.h>

struct command {
    struct cli *cli;
    struct cli_diff diff;
    struct cli_work work;
    struct qn_op_diff op;
    struct qn_pathspec *pathspec;
    struct qn_diff_list list;
    struct qn_patch *patch;
    struct qn_buf out;
    bool shows_unmerged;
    bool is_cached, is_merge_base, is_no_index, takes_no_index;
    bool ignores_missing, is_silent, is_quiet_about_missing;
    int stage;
    const char *name; /* of the tree to compare with */
};

#define STAGE(s, l, n)                                                         \
    {                                                                          \
        CLI_KIND_SET, (s), (l), &c.diff.stage, NULL,                           \
            "unmerged files with that stage", CLI_OPTION_NO_NEGATE, (n), NULL  \
    }
#define STAGES(c)                                                              \
    STAGE('1', "base", 1), STAGE('2', "ours", 2), STAGE('3', "theirs", 3),     \
        STAGE('0', NULL, 0)

enum source { FILES, CACHED, TREE, TREES };

static void set_paths(struct command *c, const char *const *paths, int count)
{
    if (count == 0)
        return;
    c->pathspec = cli_pathspec(c->cli, paths, (size_t)count, 0);
    c->diff.options.pathspec = c->pathspec;
    c->op.pathspec = c->pathspec;
}

/* The sides of an unmerged path against its file, as a combined diff; takes
 * the pairs it stands for out of the list. */
static void show_unmerged(struct command *c)
{
    struct cli *cli = c->cli;
    size_t kept = 0;
    size_t i;

    for (i = 0; i < c->list.count; i++) {
        struct qn_diff_pair *pair = &c->list.pairs[i];
        struct qn_diff_pair pairs[2];
        bool found[2] = {false, false};
        size_t j;

        if (pair->status != QN_DIFF_UNMERGED) {
            c->list.pairs[kept++] = *pair;
            continue;
        }
        for (j = 0; j < 2; j++) {
            size_t at = qn_index_find(c->work.index, pair->new_side.path,
                                      (unsigned)j + 2, &found[j]);
            const struct qn_index_entry *entry =
                at < qn_index_count(c->work.index)
                    ? qn_index_peek(c->work.index, at)
                    : NULL;

            found[j] = entry && entry->stage == j + 2 &&
                       qn_bytes_is_equal(entry->path, pair->new_side.path);
            if (!found[j])
                continue;
            pairs[j] = *pair;
            pairs[j].status = QN_DIFF_MODIFIED;
            pairs[j].old_side.mode = entry->mode;
            pairs[j].old_side.id = entry->id;
            pairs[j].old_side.has_id = true;
        }
        if (!found[0] || !found[1] || !pair->new_side.mode) {
            c->list.pairs[kept++] = *pair;
            continue;
        }
        cli_check(
            cli, qn_patch_combined_path(cli->ctx, c->patch, pairs, 2, &c->out));
        /* what stands behind it is our stage against the file */
        if (i + 1 < c->list.count &&
            qn_bytes_is_equal(c->list.pairs[i + 1].new_side.path,
                              pair->new_side.path))
            i++;
    }
    c->list.count = kept;
}

/* What was made is printed, even if what comes behind it cannot be read. */
static void show(struct command *c, enum qn_status status)
{
    cli_write(c->cli, c->out.data, c->out.size);
    cli_check(c->cli, status);
}

/* The tree of what was named; words as git's, which reads it in another place
 * when two are compared. */
static void find_tree(struct command *c, const struct qn_id *id, bool is_one,
                      struct qn_id *tree)
{
    struct cli *cli = c->cli;
    enum qn_status status =
        qn_revision_peel(cli->ctx, cli->odb, id, QN_OBJECT_TREE, tree);

    if (status == QN_NOT_FOUND && is_one)
        status = qn_ctx_fail_reason(cli->ctx, status, "tree.bad", NULL,
                                    "bad tree object %s",
                                    c->name ? c->name : "HEAD");
    else if (status == QN_NOT_FOUND)
        status = qn_ctx_fail(cli->ctx, status, "unable to read tree (%s)",
                             qn_ctx_subject(cli->ctx));
    cli_check(cli, status);
}

/* Print the list and answer the exit code. */
static int finish(struct command *c)
{
    struct cli *cli = c->cli;
    int code;

    if (c->shows_unmerged && !c->diff.is_json &&
        !(c->diff.options.formats & QN_DIFF_FORMAT_NONE)) {
        if (!c->diff.options.combined)
            qn_patch_options(c->patch)->combined = QN_DIFF_COMBINED_DENSE;
        show_unmerged(c);
    }
    cli_check(cli, qn_patch_refine(cli->ctx, c->patch, &c->list));
    show(c, qn_patch_print(cli->ctx, c->patch, &c->list, &c->out));
    if (c->diff.is_json && c->out.size == 0)
        cli_puts(cli, "[\n]\n");
    code = cli_diff_exit(
        cli, &c->diff, c->list.count - qn_patch_same_count(c->patch), c->patch);
    qn_patch_free(c->patch);
    qn_pathspec_free(c->pathspec);
    qn_diff_list_dispose(&c->list);
    qn_buf_dispose(&c->out);
    qn_op_diff_dispose(&c->op);
    cli_diff_dispose(&c->diff);
    if (c->work.index)
        cli_work_close(&c->work);
    return code;
}

static void open_work(struct command *c, enum source source)
{
    struct cli *cli = c->cli;
    bool needs_tree = source == FILES || source == TREE;

    cli_work_open(cli, &c->work, needs_tree ? 0 : CLI_WORK_NO_TREE);
    qn_op_diff_init(&c->op, cli->odb, c->work.index,
                    c->work.tree.repo ? &c->work.tree : NULL);
}

static int run_work(struct command *c, enum source source,
                    const struct qn_id *tree)
{
    struct cli *cli = c->cli;
    enum qn_status status;

    if (c->diff.options.has_max_depth && c->diff.options.max_depth >= 0)
        cli_die_with(cli, "max-depth is not supported for %s diffs",
                     source == FILES ? "worktree" : "index");
    cli_diff_set_sides(&c->diff, source == FILES ? "i/" : "c/",
                       source == CACHED ? "i/" : "w/");
    c->op.looks_inside = c->diff.is_porcelain &&
                         (c->diff.has_exit_code || c->diff.is_quiet ||
                          cli_config_bool(cli, "diff.autorefreshindex", true));
    c->op.also_unchanged = c->diff.options.rename.finds_copies_harder;
    c->op.options = &c->diff.options;
    c->op.warns_safe = true;
    c->op.ita_is_invisible = c->diff.options.ita_in_index >= 0
                                 ? !c->diff.options.ita_in_index
                             : source == CACHED ? c->diff.is_porcelain
                                                : true;
    c->op.ignores_missing = c->ignores_missing;
    if (c->diff.stage >= 0)
        c->op.stage = c->diff.stage;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &c->diff.options,
                                NULL, &c->patch));
    qn_patch_set_content(c->patch, &c->op.content);
    c->shows_unmerged =
        source == FILES && (c->diff.options.combined ||
                            (c->diff.stage < 0 &&
                             (c->diff.options.formats & QN_DIFF_FORMAT_PATCH)));
    if (source == FILES)
        status = qn_op_diff_files(cli->ctx, &c->op, &c->list);
    else if (source == CACHED)
        status = qn_op_diff_cached(cli->ctx, &c->op, tree, &c->list);
    else
        status = qn_op_diff_tree(cli->ctx, &c->op, tree, &c->list);
    if (status && strcmp(qn_ctx_reason(cli->ctx), "unpack.no-tree") == 0)
        status = qn_ctx_fail_reason(cli->ctx, status, "tree.bad", NULL,
                                    "bad tree object %s",
                                    c->name ? c->name : "HEAD");
    cli_check(cli, status);
    if (c->op.looks_inside && source != CACHED)
        qn_work_tree_write_index_if_free(cli->ctx, cli->repo, c->work.index);
    return finish(c);
}

static int run_trees(struct command *c, const struct qn_id *a,
                     const struct qn_id *b)
{
    struct cli *cli = c->cli;
    struct qn_id trees[2];
    size_t count = 0;
    int code;

    find_tree(c, a, false, &trees[0]);
    find_tree(c, b, false, &trees[1]);
    c->diff.options.uses_workers = true;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &c->diff.options,
                                NULL, &c->patch));
    show(c, qn_patch_trees(cli->ctx, c->patch, &trees[0], &trees[1], &c->out,
                           &count));
    code = cli_diff_exit(cli, &c->diff, count - qn_patch_same_count(c->patch),
                         c->patch);
    qn_patch_free(c->patch);
    qn_pathspec_free(c->pathspec);
    qn_buf_dispose(&c->out);
    cli_diff_dispose(&c->diff);
    return code;
}

/* ---- arguments */

struct revisions {
    struct qn_id ids[16];
    struct qn_buf path[2]; /* of "rev:path" */
    uint32_t modes[2];
    int count;
};

/* A name that leads to an object that is not there. */
static void check_is_there(struct cli *cli, const struct qn_id *id,
                           const char *name)
{
    struct qn_odb_info info = {QN_OBJECT_NONE};
    enum qn_status status =
        qn_odb_read_info(cli->ctx, cli->odb, id, QN_ODB_WANT_TYPE, &info);

    if (status == QN_NOT_FOUND)
        cli_die_with(cli, "bad object %s", name);
    cli_check(cli, status);
}

static bool parse_one(struct command *c, const char *text,
                      struct revisions *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    bool found = qn_revision_parse(c->cli->ctx, &c->cli->scope, text,
                                   &revision) == QN_OK;

    if (found && out->count < 2) {
        if (revision.has_path) {
            cli_check(c->cli,
                      qn_buf_append_bytes(c->cli->ctx, &out->path[out->count],
                                          qn_buf_bytes(&revision.path)));
            out->modes[out->count] = revision.mode;
        }
    }
    if (found && out->count < (int)QN_COUNT_OF(out->ids)) {
        check_is_there(c->cli, &revision.id, text);
        c->name = text;
        out->ids[out->count++] = revision.id;
    }
    if (!found && strncmp(qn_ctx_reason(c->cli->ctx), "refs.", 5) == 0)
        cli_die(c->cli); /* not unborn: unreadable */
    if (!found)
        cli_forget(c->cli);
    qn_revision_dispose(&revision);
    return found;
}

static bool parse_range(struct command *c, const char *text,
                        struct revisions *out)
{
    const char *dots = strstr(text, "..");
    struct qn_id_list bases = {NULL, 0, 0};
    struct cli *cli = c->cli;
    char left[512];
    const char *right;
    bool is_symmetric;
    int before = out->count;

    if (!dots || (size_t)(dots - text) >= sizeof(left))
        return false;
    is_symmetric = dots[2] == '.';
    memcpy(left, text, (size_t)(dots - text));
    left[dots - text] = '\0';
    right = dots + (is_symmetric ? 3 : 2);
    if (!*left && !*right)
        return false;
    if (!parse_one(c, *left ? left : "HEAD", out))
        return false;
    if (!parse_one(c, *right ? right : "HEAD", out)) {
        out->count = before;
        return false;
    }
    if (!is_symmetric)
        return true;
    {
        struct qn_id ends[2];
        int i;

        for (i = 0; i < 2; i++)
            cli_check(cli, qn_revision_peel(cli->ctx, cli->odb,
                                            &out->ids[before + i],
                                            QN_OBJECT_COMMIT, &ends[i]));
        cli_check(cli, qn_merge_base_find(cli->ctx, &cli->scope, &ends[0],
                                          &ends[1], 1, &bases));
    }
    if (!bases.count)
        cli_die_with(cli, "%s: no merge base", text);
    out->ids[before] = bases.ids[0];
    qn_id_list_dispose(&bases);
    return true;
}

/* "X^!": X against its parents; of a merge the result comes first. */
static bool parse_alone(struct command *c, const char *text,
                        struct revisions *out)
{
    struct cli *cli = c->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    char name[512];
    size_t size = strlen(text);
    struct qn_id id;
    bool only_parents;
    uint32_t i;

    if (size < 3 || size >= sizeof(name) ||
        (strcmp(text + size - 2, "^!") && strcmp(text + size - 2, "^@")))
        return false;
    only_parents = text[size - 1] == '@';
    memcpy(name, text, size - 2);
    name[size - 2] = '\0';
    if (qn_revision_commit(cli->ctx, &cli->scope, name, &id)) {
        cli_forget(cli);
        return false;
    }
    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, &id, QN_OBJECT_COMMIT,
                                     &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   qn_odb_algorithm(cli->odb), &commit));
    qn_grafts_apply(cli_grafts(cli), &id, &commit);
    if (commit.parent_count != 1 && !only_parents)
        out->ids[out->count++] = id;
    for (i = 0;
         i < commit.parent_count && out->count < (int)QN_COUNT_OF(out->ids) - 1;
         i++)
        qn_commit_parent(&commit, i, &out->ids[out->count++]);
    if (commit.parent_count == 1 && !only_parents)
        out->ids[out->count++] = id;
    qn_object_dispose(&object);
    return true;
}

/* Revisions, then paths; "--" between. Answers how many are revisions. */
static int take_revisions(struct command *c, int argc, char **argv,
                          struct revisions *out)
{
    int dashes = 0;
    int i;

    while (dashes < argc && strcmp(argv[dashes], "--"))
        dashes++;
    for (i = 0; i < dashes; i++) {
        if (parse_range(c, argv[i], out) || parse_alone(c, argv[i], out) ||
            parse_one(c, argv[i], out))
            continue;
        if (dashes < argc || argv[i][0] == '^')
            cli_die_with(c->cli, "bad revision '%s'", argv[i]);
        if (argv[i][0] == '-' ||
            !qn_revision_args_is_path(c->cli->ctx, &c->cli->scope, argv[i]))
            cli_check(c->cli, qn_revision_args_refuse(c->cli->ctx,
                                                      &c->cli->scope, argv[i]));
        break;
    }
    return i;
}

static void merge_base_of(struct command *c, struct qn_id *id,
                          const struct qn_id *other)
{
    struct qn_id_list bases = {NULL, 0, 0};
    struct cli *cli = c->cli;
    struct qn_id ids[2];

    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                    &ids[0]));
    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, other, QN_OBJECT_COMMIT,
                                    &ids[1]));
    cli_check(cli, qn_merge_base_find(cli->ctx, &cli->scope, &ids[0], &ids[1],
                                      1, &bases));
    if (bases.count == 0)
        cli_die_with(cli, "no merge base found");
    if (bases.count > 1)
        cli_die_with(cli, "multiple merge bases found");
    *id = bases.ids[0];
    qn_id_list_dispose(&bases);
}

/* ---- --no-index */

static int run_no_index(struct command *c, int count, char **argv)
{
    struct cli *cli = c->cli;
    struct qn_op_no_index op;
    int code;

    qn_op_no_index_init(&op);
    if (count > 2)
        cli_check(cli, qn_pathspec_new(cli->ctx, (const char *const *)argv + 2,
                                       (size_t)count - 2, "", NULL,
                                       cli->pathspec_flags, &c->pathspec));
    op.pathspec = c->pathspec;
    if (qn_op_no_index_run(cli->ctx, &op, argv[0], argv[1], &c->list)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_exit(cli, 1);
    }
    cli_diff_set_sides(&c->diff, "1/", "2/");
    c->diff.has_exit_code = true;
    c->diff.options.relative = NULL;
    c->diff.options.rotate_is_strict = false;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &c->diff.options,
                                NULL, &c->patch));
    qn_patch_set_content(c->patch, &op.content);
    code = finish(c);
    qn_op_no_index_dispose(&op);
    return code;
}

/* ---- the commands */

/* "diff <blob> <blob>" */
static int run_blobs(struct command *c, const struct revisions *r)
{
    struct cli *cli = c->cli;
    struct qn_diff_pair *pair = qn_diff_list_add(cli->ctx, &c->list);
    char hexes[2][QN_ID_MAX_HEX_SIZE + 1];
    int i;

    if (!pair)
        cli_die(cli);
    for (i = 0; i < 2; i++) {
        struct qn_diff_side *side = i ? &pair->new_side : &pair->old_side;

        side->mode = r->modes[i] ? r->modes[i] : 0100644;
        side->id = r->ids[i];
        side->has_id = true;
        side->path =
            r->path[i].size
                ? qn_buf_bytes(&r->path[i])
                : qn_bytes_from_string(qn_id_to_hex(&r->ids[i], hexes[i]));
    }
    pair->status = QN_DIFF_MODIFIED;
    if (qn_id_is_equal(&r->ids[0], &r->ids[1]) &&
        pair->old_side.mode == pair->new_side.mode)
        c->list.count = 0;
    c->diff.options.rename.detect = 0;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &c->diff.options,
                                NULL, &c->patch));
    return finish(c);
}

static bool is_blob(struct cli *cli, const struct qn_id *id)
{
    struct qn_odb_info info = {QN_OBJECT_NONE};

    return qn_odb_read_info(cli->ctx, cli->odb, id, QN_ODB_WANT_TYPE, &info) ==
               QN_OK &&
           info.type == QN_OBJECT_BLOB;
}

/* "diff <blob> <path>" */
static int run_blob_file(struct command *c, const struct revisions *r,
                         const char *path)
{
    struct cli *cli = c->cli;
    struct qn_diff_pair *pair = qn_diff_list_add(cli->ctx, &c->list);
    struct qn_buf name = QN_BUF_INIT;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const char *prefix = cli_prefix(cli);
    int code;

    if (!pair)
        cli_die(cli);
    if (path[0] == '/' || path[0] == '.')
        cli_die_with(cli, "comparing a blob with '%s' is not supported yet",
                     path);
    cli_check(cli, qn_file_lstat(cli->ctx, path, &stat));
    if (stat.kind == QN_FILE_NONE)
        cli_die_with(cli, "failed to stat '%s': No such file or directory",
                     path);
    pair->new_side.mode = stat.kind == QN_FILE_SYMLINK ? 0120000
                          : stat.mode & 0100           ? 0100755
                                                       : 0100644;
    cli_check(cli, qn_buf_printf(cli->ctx, &name, "%s%s", prefix ? prefix : "",
                                 path));
    pair->new_side.path = qn_buf_bytes(&name);
    pair->old_side.mode = r->modes[0] ? r->modes[0] : 0100644;
    pair->old_side.id = r->ids[0];
    pair->old_side.has_id = true;
    pair->old_side.path =
        r->path[0].size ? qn_buf_bytes(&r->path[0])
                        : qn_bytes_from_string(qn_id_to_hex(&r->ids[0], hex));
    pair->status = QN_DIFF_MODIFIED;
    open_work(c, TREE);
    cli_diff_set_sides(&c->diff, "o/", "w/");
    c->diff.options.rename.detect = 0;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &c->diff.options,
                                NULL, &c->patch));
    qn_patch_set_content(c->patch, &c->op.content);
    code = finish(c);
    qn_buf_dispose(&name);
    return code;
}

/* The first of several revisions against all others. */
static int run_combined(struct command *c, const struct revisions *r,
                        const char *const *paths, int path_count)
{
    struct cli *cli = c->cli;
    struct qn_id trees[QN_COUNT_OF(r->ids)];
    size_t shown = 0;
    int code;
    int i;

    for (i = 0; i < r->count; i++)
        cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &r->ids[i],
                                        QN_OBJECT_TREE, &trees[i]));
    set_paths(c, paths, path_count);
    if (!c->diff.options.combined)
        c->diff.options.combined = QN_DIFF_COMBINED_DENSE;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &c->diff.options,
                                NULL, &c->patch));
    show(c,
         qn_patch_combined(cli->ctx, c->patch, trees + 1, (size_t)r->count - 1,
                           &trees[0], &c->out, &shown));
    code = cli_diff_exit(cli, &c->diff, shown, c->patch);
    qn_patch_free(c->patch);
    qn_pathspec_free(c->pathspec);
    qn_buf_dispose(&c->out);
    cli_diff_dispose(&c->diff);
    return code;
}

static const char *const diff_usage[] = {
    "git diff [<options>] [<commit>] [--] [<path>...]",
    "git diff [<options>] --cached [<commit>] [--] [<path>...]",
    "git diff [<options>] <commit> [<commit>] [--] [<path>...]",
    "git diff [<options>] --no-index [--] <path> <path>", NULL};

/* Without "--" words behind the first path are paths, too. */
static void check_paths(struct command *c, char **argv, int argc)
{
    int i;

    for (i = 0; i < argc; i++) {
        if (argv[i][0] == '-')
            cli_die_with(c->cli,
                         "option '%s' must come before non-option arguments",
                         argv[i]);
        if (qn_revision_args_is_path(c->cli->ctx, &c->cli->scope, argv[i]))
            continue;
        cli_die_with(
            c->cli,
            "%s: no such path in the working tree.\n"
            "Use 'git <command> -- <path>...' to specify paths that do "
            "not exist locally.",
            argv[i]);
    }
}

/* "--", or words that have to be paths. */
static void skip_dashes(struct command *c, int *argc, char ***argv)
{
    if (*argc && !strcmp((*argv)[0], "--")) {
        (*argv)++;
        (*argc)--;
    } else if (*argc) {
        cli_diff_check_order(c->cli, &c->diff, (*argv)[0], false);
        check_paths(c, *argv, *argc);
    }
}

static int run_diff(struct command *c, int argc, char **argv)
{
    static const struct cli_option none[] = {CLI_END};
    struct cli *cli = c->cli;
    struct revisions r = {.path = {QN_BUF_INIT, QN_BUF_INIT}};
    struct qn_id tree;
    bool has_head;
    int taken = take_revisions(c, argc, argv, &r);
    enum source source = c->is_cached   ? CACHED
                         : r.count == 0 ? FILES
                         : r.count == 1 ? TREE
                                        : TREES;

    argv += taken;
    argc -= taken;
    if (c->is_cached && r.count > 1)
        cli_usage(cli, diff_usage, none);
    skip_dashes(c, &argc, &argv);
    if (cli->pages_later)
        cli_start_pager(cli, true);
    cli_json_refuse(cli, c->diff.is_json, r.count > 2, "--cc");
    if (r.count > 2)
        return run_combined(c, &r, (const char *const *)argv, argc);
    if (r.count == 2 && is_blob(cli, &r.ids[0]) && is_blob(cli, &r.ids[1]))
        return run_blobs(c, &r);
    if (r.count == 1 && argc == 1 && !c->is_cached && is_blob(cli, &r.ids[0]))
        return run_blob_file(c, &r, argv[0]);
    if (source == TREES) {
        if (c->is_merge_base)
            merge_base_of(c, &r.ids[0], &r.ids[1]);
        set_paths(c, (const char *const *)argv, argc);
        return run_trees(c, &r.ids[0], &r.ids[1]);
    }
    open_work(c, source);
    set_paths(c, (const char *const *)argv, argc);
    if (source == FILES)
        return run_work(c, source, NULL);
    has_head = r.count > 0 || parse_one(c, "HEAD", &r);
    if (c->is_merge_base) {
        struct revisions head = {.count = 0};

        if (!parse_one(c, "HEAD", &head))
            cli_die_with(cli, "unable to get HEAD");
        merge_base_of(c, &r.ids[0], &head.ids[0]);
    }
    if (has_head)
        find_tree(c, &r.ids[0], true, &tree);
    return run_work(c, source, has_head ? &tree : NULL);
}

int cmd_diff(struct cli *cli, int argc, char **argv)
{
    const char *const *const usage = diff_usage;
    const char *program;
    struct command c = {.cli = cli};
    const struct cli_option own[] = {
        CLI_FLAG_WITH(0, "cached", &c.is_cached, "the index with a commit",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "staged", &c.is_cached, "the same",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "merge-base", &c.is_merge_base,
                      "from the merge base on", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('q', NULL, &c.is_silent, "nothing", 0),
        CLI_FLAG_WITH('t', NULL, &c.diff.options.shows_trees,
                      "directories, too", CLI_OPTION_HIDDEN),
        CLI_FLAG_WITH(0, "stdin", &c.is_silent, "nothing", CLI_OPTION_HIDDEN),
        STAGES(c),
        CLI_FLAG_WITH(0, "no-index", &c.is_no_index, "two paths",
                      CLI_OPTION_NO_NEGATE),
        CLI_END};

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (cli->repo)
        cli_open_views(cli);
    cli_diff_init(cli, &c.diff, true);
    argc = cli_diff_parse(cli, &c.diff, argc, argv, own, usage,
                          CLI_PARSE_KEEP_DASHDASH);
    cli->pages_later = !c.diff.has_exit_code && !c.diff.is_quiet &&
                       cli_will_page(cli, true, &program);
    cli_diff_finish(cli, &c.diff, QN_DIFF_FORMAT_PATCH);
    c.diff.options.rotate_is_strict = true;
    if (c.is_no_index || !cli->repo) {
        int kept = 0;
        int i;

        for (i = 0; i < argc; i++) /* a "--" may stand anywhere */
            if (strcmp(argv[i], "--"))
                argv[kept++] = argv[i];
        if (kept < 2 && !c.is_no_index)
            cli_warning(cli, "Not a git repository. Use --no-index to compare "
                             "two paths outside a working tree");
        if (kept > 2 &&
            !(qn_file_is_directory(argv[0]) && qn_file_is_directory(argv[1]))) {
            cli_warning(cli, "Limiting comparison with pathspecs is only "
                             "supported if both paths are directories.");
            kept = 0;
        }
        if (kept < 2)
            cli_usage(cli, usage, own);
        if (cli->pages_later)
            cli_start_pager(cli, true);
        return run_no_index(&c, kept, argv);
    }
    return run_diff(&c, argc, argv);
}

/* -c and --cc alone ask for patches. */
static unsigned default_format(const struct command *c)
{
    return c->diff.options.combined ? QN_DIFF_FORMAT_PATCH : QN_DIFF_FORMAT_RAW;
}

int cmd_diff_index(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git diff-index [-m] [--cached] [<options>] <tree-ish> [<path>...]",
        NULL};
    struct command c = {.cli = cli};
    struct revisions r = {.path = {QN_BUF_INIT, QN_BUF_INIT}};
    const struct cli_option own[] = {
        CLI_FLAG_WITH(0, "cached", &c.is_cached, "the index only",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "merge-base", &c.is_merge_base,
                      "from the merge base on", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('r', NULL, &c.is_silent, "always so", 0),
        CLI_FLAG_WITH('m', NULL, &c.ignores_missing,
                      "files that are not there are unchanged", 0),
        CLI_END};
    struct qn_id tree;
    int taken;

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_diff_init(cli, &c.diff, false);
    argc = cli_diff_parse(cli, &c.diff, argc, argv, own, usage,
                          CLI_PARSE_KEEP_DASHDASH);
    cli_diff_finish(cli, &c.diff, default_format(&c));
    taken = take_revisions(&c, argc, argv, &r);
    argv += taken;
    argc -= taken;
    skip_dashes(&c, &argc, &argv);
    if (r.count != 1) {
        set_paths(&c, (const char *const *)argv, argc); /* may be worse */
        cli_usage(cli, usage, own);
    }
    if (c.is_merge_base) {
        struct revisions head = {.count = 0};

        if (!parse_one(&c, "HEAD", &head))
            cli_die_with(cli, "Not a valid object name HEAD");
        merge_base_of(&c, &r.ids[0], &head.ids[0]);
    }
    find_tree(&c, &r.ids[0], true, &tree);
    open_work(&c, c.is_cached ? CACHED : TREE);
    set_paths(&c, (const char *const *)argv, argc);
    return run_work(&c, c.is_cached ? CACHED : TREE, &tree);
}

int cmd_diff_files(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git diff-files [-q] [<options>] [<path>...]", NULL};
    struct command c = {.cli = cli};
    struct revisions r = {.path = {QN_BUF_INIT, QN_BUF_INIT}};
    int taken;
    const struct cli_option own[] = {
        CLI_FLAG_WITH('q', NULL, &c.is_silent, "say nothing of deleted files",
                      0),
        CLI_FLAG_WITH('r', NULL, &c.is_silent, "always so", 0), STAGES(c),
        CLI_END};

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_diff_init(cli, &c.diff, false);
    argc = cli_diff_parse(cli, &c.diff, argc, argv, own, usage,
                          CLI_PARSE_KEEP_DASHDASH);
    cli_diff_finish(cli, &c.diff, default_format(&c));
    taken = take_revisions(&c, argc, argv, &r);
    if (r.count)
        cli_usage(cli, usage, own);
    argv += taken;
    argc -= taken;
    skip_dashes(&c, &argc, &argv);
    open_work(&c, FILES);
    set_paths(&c, (const char *const *)argv, argc);
    return run_work(&c, FILES, NULL);
}
