/* SPDX-License-Identifier: MIT */
#include "cli/work.h"
#include "object/tree.h"
#include "os/file.h"
#include "worktree/checkout.h"
#include "worktree/compare.h"
#include "worktree/sparse.h"
#include "worktree/status.h"
#include "worktree/unpack_trees.h"

#include <errno.h>

static const char *const usage[] = {"git rm [<options>] [--] <file>...", NULL};

struct args {
    bool force, recurse, cached, dry_run, quiet, ignore_unmatch, sparse, nul;
    const char *from_file;
};

/* What is to go. */
struct chosen {
    const struct qn_pathspec *pathspec;
    const size_t *positions;
    size_t count;
};

/* Files that may not go, by reason. */
struct refused {
    struct qn_buf both, staged, local;
    size_t both_count, staged_count, local_count;
};

static const struct qn_unpack_file *find_file(const struct qn_unpack_list *list,
                                              struct qn_bytes path)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = qn_bytes_compare(list->files[middle].path, path);

        if (order == 0)
            return &list->files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void check_one(struct cli *cli, const struct args *args,
                      struct qn_compare *compare,
                      const struct qn_unpack_list *head,
                      const struct qn_index_entry *entry,
                      struct refused *refused)
{
    const struct qn_unpack_file *file = find_file(head, entry->path);
    const char *path = (const char *)entry->path.data;
    enum qn_compare_answer answer;
    struct qn_file_stat stat;
    bool is_stale, is_local, is_staged;

    if (entry->stage != 0)
        return;
    cli_check(cli, qn_compare_entry(cli->ctx, compare, entry, &stat, &answer,
                                    &is_stale));
    if (answer == QN_COMPARE_DELETED)
        return;
    is_local = answer != QN_COMPARE_SAME;
    is_staged = !file || !qn_id_is_equal(&file->id, &entry->id) ||
                file->mode != qn_mode_canonical(entry->mode);
    if (is_local && is_staged) {
        if (args->cached && (entry->flags & QN_INDEX_INTENT_TO_ADD))
            return;
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &refused->both, "\n    %s", path));
        refused->both_count++;
    } else if (!args->cached && is_staged) {
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &refused->staged, "\n    %s", path));
        refused->staged_count++;
    } else if (!args->cached && is_local) {
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &refused->local, "\n    %s", path));
        refused->local_count++;
    }
}

static bool say_refused(struct cli *cli, size_t count, const char *one,
                        const char *many, const struct qn_buf *paths,
                        const char *hint)
{
    if (count == 0)
        return false;
    cli_error(cli, "%s%s%s", count == 1 ? one : many, qn_buf_string(paths),
              cli_advice_is_on(cli, "rmHints") ? hint : "");
    return true;
}

static bool check_all(struct cli *cli, struct cli_work *work,
                      const struct args *args, const struct chosen *chosen)
{
    struct refused refused = {0};
    struct qn_unpack_trees trees = {.count = 1, .pathspec = chosen->pathspec};
    struct qn_compare compare;
    struct qn_id head;
    bool has_head, is_refused = false;

    if (qn_status_head(cli->ctx, cli->odb, cli->refs, NULL, &head, &has_head)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "status.bad-head") != 0)
            cli_die(cli);
        cli_forget(cli);
        has_head = false;
    }
    if (has_head) {
        cli_check(cli, qn_unpack_trees_read(
                           cli->ctx, cli->odb, work->index, &head, 1, "",
                           !qn_index_is_sparse(work->index), &trees));
        cli_check(cli, qn_unpack_trees_complete(cli->ctx, work->index, &trees));
    }
    qn_compare_init(&compare, &work->tree, work->index);
    for (size_t i = 0; i < chosen->count; i++)
        check_one(cli, args, &compare, &trees.lists[0],
                  qn_index_peek(work->index, chosen->positions[i]), &refused);
    qn_compare_dispose(&compare);
    qn_unpack_trees_dispose(&trees);
    is_refused |= say_refused(
        cli, refused.both_count,
        "the following file has staged content different from both the\nfile "
        "and the HEAD:",
        "the following files have staged content different from both the\nfile "
        "and the HEAD:",
        &refused.both, "\n(use -f to force removal)");
    is_refused |= say_refused(
        cli, refused.staged_count,
        "the following file has changes staged in the index:",
        "the following files have changes staged in the index:",
        &refused.staged,
        "\n(use --cached to keep the file, or -f to force removal)");
    is_refused |= say_refused(
        cli, refused.local_count, "the following file has local modifications:",
        "the following files have local modifications:", &refused.local,
        "\n(use --cached to keep the file, or -f to force removal)");
    qn_buf_dispose(&refused.both);
    qn_buf_dispose(&refused.staged);
    qn_buf_dispose(&refused.local);
    return !is_refused;
}

/* Patterns that match nothing, or directories without -r.  False: some match
 * only what is outside of the sparse checkout. */
static bool check_patterns(struct cli *cli, const struct args *args,
                           const struct cli_work *work,
                           const struct qn_pathspec *pathspec,
                           const uint8_t *matched, const uint8_t *outside)
{
    struct qn_buf lines = QN_BUF_INIT;
    size_t included = 0;
    bool is_good;

    for (size_t i = 0; i < qn_pathspec_count(pathspec); i++) {
        struct qn_bytes text = qn_pathspec_match_text(pathspec, i);
        size_t start, end;

        if (qn_pathspec_is_exclude(pathspec, i))
            continue;
        included++;
        if (!matched[i]) {
            if (args->ignore_unmatch)
                continue;
            if (outside[i]) {
                cli_check(cli,
                          qn_buf_printf(cli->ctx, &lines, "%s\n",
                                        qn_pathspec_original(pathspec, i)));
                continue;
            }
            cli_die_with(cli, "pathspec '%s' did not match any files",
                         qn_pathspec_original(pathspec, i));
        }
        if (text.size > 0 && text.data[text.size - 1] == '/')
            text.size--;
        if (!args->recurse && qn_pathspec_is_literal(pathspec, i) &&
            qn_index_directory_range(work->index, text, &start, &end))
            cli_die_with(cli, "not removing '%s' recursively without -r",
                         qn_pathspec_original(pathspec, i)[0]
                             ? qn_pathspec_original(pathspec, i)
                             : ".");
    }
    if (included == 0 && !args->recurse) /* all but some */
        cli_die_with(cli, "not removing '%s' recursively without -r", ".");
    is_good = lines.size == 0;
    if (!is_good)
        cli_advise_sparse(cli, qn_buf_string(&lines));
    qn_buf_dispose(&lines);
    return is_good;
}

/* A directory in the place of a file stays; when it is the first, nothing goes.
 * The paths that are left are moved together. */
static size_t skip_directories(struct cli *cli, const struct cli_work *work,
                               struct qn_bytes *paths, size_t count)
{
    struct qn_buf full = QN_BUF_INIT;
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        bool found;
        size_t at = qn_index_find(work->index, paths[i], 0, &found);

        cli_check(cli,
                  qn_work_tree_path(cli->ctx, &work->tree, paths[i], &full));
        if (found &&
            !qn_mode_is_gitlink(qn_index_peek(work->index, at)->mode) &&
            qn_file_is_directory(qn_buf_string(&full))) {
            if (kept == 0)
                cli_die_with(cli, "git rm: '%.*s': %s", QN_BYTES_ARG(paths[i]),
                             strerror(EISDIR));
            continue;
        }
        paths[kept++] = paths[i];
    }
    qn_buf_dispose(&full);
    return kept;
}

static int run(struct cli *cli, const struct args *args,
               const struct cli_list *patterns)
{
    struct cli_work work;
    struct qn_pathspec *pathspec;
    struct qn_bytes *paths;
    struct qn_sparse *sparse = NULL;
    struct chosen chosen;
    uint8_t *matched, *outside;
    size_t *positions, count = 0, path_count = 0;
    int code = 0;

    cli_work_open(cli, &work,
                  CLI_WORK_LOCK | (args->cached ? CLI_WORK_NO_TREE : 0));
    pathspec = cli_pathspec(cli, patterns->items, patterns->count,
                            QN_PATHSPEC_PREFER_CWD);
    matched = qn_memory_calloc(cli->ctx, qn_pathspec_count(pathspec) + 1, 1);
    outside = qn_memory_calloc(cli->ctx, qn_pathspec_count(pathspec) + 1, 1);
    cli_check(cli, qn_sparse_open(cli->ctx, cli->repo, &sparse));
    positions = qn_memory_array(cli->ctx, qn_index_count(work.index) + 1,
                                sizeof(*positions));
    paths = qn_memory_array(cli->ctx, qn_index_count(work.index) + 1,
                            sizeof(*paths));
    if (!matched || !outside || !positions || !paths)
        cli_die(cli);
    for (size_t i = 0; i < qn_index_count(work.index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(work.index, i);

        if (!args->sparse && ((entry->flags & QN_INDEX_SKIP_WORKTREE) ||
                              !qn_sparse_is_inside(sparse, entry->path))) {
            (void)qn_pathspec_is_match(cli->ctx, pathspec, entry->path, false,
                                       NULL, outside);
            continue;
        }
        if (!qn_pathspec_is_match(cli->ctx, pathspec, entry->path, false, NULL,
                                  matched))
            continue;
        positions[count++] = i;
        if (path_count == 0 ||
            !qn_bytes_is_equal(paths[path_count - 1], entry->path))
            paths[path_count++] = entry->path;
    }
    chosen = (struct chosen){pathspec, positions, count};
    code = !check_patterns(cli, args, &work, pathspec, matched, outside);
    if (!args->force && work.tree.repo &&
        !check_all(cli, &work, args, &chosen)) {
        code = 1;
        goto out;
    }
    for (size_t i = 0; i < path_count && !args->quiet; i++) {
        cli_puts(cli, "rm '");
        cli_write(cli, paths[i].data, paths[i].size);
        cli_puts(cli, "'\n");
    }
    if (args->dry_run)
        goto out;
    if (!args->cached)
        path_count = skip_directories(cli, &work, paths, path_count);
    if (!args->cached && path_count > 0)
        cli_check(cli,
                  qn_checkout_remove(cli->ctx, &work.tree, paths, path_count));
    for (size_t i = 0; i < count; i++)
        qn_index_at(work.index, positions[i])->flags |= QN_INDEX_REMOVED;
    cli_check(cli, qn_index_compact_resolved(cli->ctx, work.index));
    cli_work_commit(cli, &work, false);
out:
    qn_memory_free(paths);
    qn_memory_free(positions);
    qn_memory_free(matched);
    qn_memory_free(outside);
    qn_sparse_free(sparse);
    qn_pathspec_free(pathspec);
    cli_work_close(&work);
    return code;
}

int cmd_rm(struct cli *cli, int argc, char **argv)
{
    struct args args = {0};
    struct cli_list patterns = {0};
    int code;
    const struct cli_option options[] = {
        CLI_FLAG('n', "dry-run", &args.dry_run, "only show what would be done"),
        CLI_FLAG('q', "quiet", &args.quiet, "do not list what goes"),
        CLI_FLAG(0, "cached", &args.cached, "only from the index"),
        CLI_FLAG_WITH('f', "force", &args.force, "though it is changed",
                      CLI_OPTION_NO_COMPLETION),
        CLI_FLAG('r', NULL, &args.recurse, "directories, too"),
        CLI_FLAG(0, "ignore-unmatch", &args.ignore_unmatch,
                 "nothing to remove is fine"),
        CLI_FLAG(0, "sparse", &args.sparse, "outside of the cone, too"),
        CLI_FILE(0, "pathspec-from-file", &args.from_file, "read pathspecs"),
        CLI_FLAG(0, "pathspec-file-nul", &args.nul, "which end with NUL"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    for (int i = 0; i < argc; i++)
        cli_list_add(cli, &patterns, argv[i]);
    if (args.from_file) {
        if (argc > 0)
            cli_die_with(cli,
                         "'%s' and pathspec arguments cannot be used together",
                         "--pathspec-from-file");
        cli_pathspec_from_file(cli, args.from_file, args.nul, &patterns);
    } else if (args.nul) {
        cli_die_with(cli, "the option '%s' requires '%s'",
                     "--pathspec-file-nul", "--pathspec-from-file");
    }
    if (patterns.count == 0)
        cli_die_with(cli,
                     "No pathspec was given. Which files should I remove?");
    code = run(cli, &args, &patterns);
    qn_memory_free(patterns.items);
    return code;
}
