/* SPDX-License-Identifier: MIT */
#include "cli/work.h"
#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"
#include "path/safe_path.h"
#include "text/pathname.h"
#include "worktree/checkout.h"
#include "worktree/compare.h"
#include "worktree/sparse.h"

static const char *const usage[] = {
    "git mv [-v] [-f] [-n] [-k] <source> <destination>",
    "git mv [-v] [-f] [-n] [-k] <source>... <destination-directory>", NULL};

struct args {
    bool verbose, force, dry_run, skips, sparse;
};

struct move {
    struct qn_buf from, to; /* from the top */
    bool is_directory;
    bool is_inner;    /* a file below a directory that is moved, too */
    bool is_unfilled; /* a file that the sparse checkout leaves out */
    bool is_emptied;  /* it will be left out where it goes */
    bool is_dropped;  /* by -k */
};

struct mover {
    struct cli *cli;
    struct cli_work work;
    const struct args *args;
    struct qn_sparse *sparse; /* NULL: all of it is there */
    struct move *moves;
    size_t count;
    size_t capacity;
    struct qn_buf outside;  /* lines: not moved, since not checked out */
    struct qn_buf modified; /* lines: moved outside, but modified */
    bool is_cone;
    bool wants_directory; /* the destination ended in a slash */
    bool is_into;         /* the destination is a directory */
};

static struct qn_file_stat stat_of(struct mover *mover, const char *path)
{
    struct qn_file_stat stat;

    if (!*path)
        path = ".";
    cli_check(mover->cli,
              qn_file_lstat_at(mover->cli->ctx, mover->work.tree.top_fd, path,
                               &stat));
    return stat;
}

static struct move *add_move(struct mover *mover, const char *from,
                             const char *to)
{
    struct cli *cli = mover->cli;
    struct move *move;

    cli_check(cli, qn_memory_grow(cli->ctx, &mover->moves, &mover->capacity,
                                  mover->count + 1, sizeof(*mover->moves)));
    move = &mover->moves[mover->count++];
    memset(move, 0, sizeof(*move));
    cli_check(cli, qn_buf_append_string(cli->ctx, &move->from, from));
    cli_check(cli, qn_buf_append_string(cli->ctx, &move->to, to));
    return move;
}

static bool is_outside(const struct mover *mover, const char *path)
{
    return !mover->args->sparse &&
           !qn_sparse_is_inside(mover->sparse, qn_bytes_from_string(path));
}

/* A directory of which all files are left out by the sparse checkout. */
static bool is_unfilled_directory(struct mover *mover, const char *path)
{
    struct qn_index *index = mover->work.index;
    size_t start, end;

    if (!mover->sparse || !*path ||
        !qn_index_directory_range(index, qn_bytes_from_string(path), &start,
                                  &end))
        return false;
    for (size_t i = start; i < end; i++)
        if (!(qn_index_peek(index, i)->flags & QN_INDEX_SKIP_WORKTREE))
            return false;
    return true;
}

static const struct qn_index_entry *find_entry(struct mover *mover,
                                               const char *path)
{
    bool found;
    size_t at =
        qn_index_find(mover->work.index, qn_bytes_from_string(path), 0, &found);

    return found ? qn_index_peek(mover->work.index, at) : NULL;
}

/* A source that is not in the work tree. */
static const char *find_fault_of_missing(struct mover *mover, struct move *move)
{
    const char *from = qn_buf_string(&move->from);
    const char *to = qn_buf_string(&move->to);
    const struct qn_index_entry *entry = find_entry(mover, from);

    if (entry && (entry->flags & QN_INDEX_SKIP_WORKTREE)) {
        move->is_unfilled = true;
        if (!mover->args->sparse)
            return NULL;
        if (!mover->args->force &&
            (stat_of(mover, to).kind != QN_FILE_NONE || find_entry(mover, to)))
            return "destination exists";
        return NULL;
    }
    if (!is_unfilled_directory(mover, from))
        return "bad source";
    if (!mover->is_into)
        return "not under version control";
    move->is_directory = move->is_unfilled = true;
    return NULL;
}

/* A file in the place of another. */
static const char *find_fault_of_place(struct mover *mover,
                                       const struct move *move)
{
    const char *to = qn_buf_string(&move->to);
    struct qn_file_stat target = stat_of(mover, to);
    const struct qn_index_entry *there = find_entry(mover, to);

    if (target.kind == QN_FILE_NONE && there && !mover->args->force &&
        (there->flags & QN_INDEX_SKIP_WORKTREE) && mover->args->sparse)
        return "destination exists in the index";
    if (target.kind != QN_FILE_NONE && mover->wants_directory)
        return "destination directory does not exist";
    if (target.kind != QN_FILE_NONE) {
        if (!mover->args->force)
            return "destination exists";
        if (target.kind == QN_FILE_DIRECTORY)
            return "Cannot overwrite";
    }
    for (const struct move *one = mover->moves; one < move; one++)
        if (!one->is_dropped && strcmp(qn_buf_string(&one->to), to) == 0)
            return "multiple sources for the same target";
    return NULL;
}

/* What is wrong with one move; NULL: nothing. */
static const char *find_fault(struct mover *mover, struct move *move)
{
    const char *from = qn_buf_string(&move->from);
    const char *to = qn_buf_string(&move->to);
    struct qn_file_stat source = stat_of(mover, from);
    struct qn_index *index = mover->work.index;
    size_t size = strlen(from), start, end, at;
    struct qn_bytes from_bytes = qn_bytes_from_string(from);
    bool found;

    if (!*from)
        return "bad source";
    at = qn_index_find(index, from_bytes, 0, &found);
    if (source.kind == QN_FILE_NONE)
        return find_fault_of_missing(mover, move);
    if (from[size - 1] == '/') /* "." below the top */
        return stat_of(mover, to).kind != QN_FILE_NONE
                   ? "destination already exists"
                   : "source directory is empty";
    if (strncmp(to, from, size) == 0 && (to[size] == '\0' || to[size] == '/'))
        return "can not move directory into itself";
    if (source.kind == QN_FILE_DIRECTORY &&
        !(found && qn_mode_is_gitlink(qn_index_peek(index, at)->mode))) {
        if (stat_of(mover, to).kind != QN_FILE_NONE)
            return "destination already exists";
        if (found)
            cli_die_with(mover->cli,
                         "Directory %s is in index and no submodule?", from);
        if (!qn_index_directory_range(index, from_bytes, &start, &end))
            return "source directory is empty";
        move->is_directory = true;
        return NULL;
    }
    if (!found)
        return "not under version control";
    if (qn_index_peek(index, at)->stage != 0)
        return "conflicted";
    return find_fault_of_place(mover, move);
}

/* Does it go to where the sparse checkout has nothing? */
static bool goes_outside(struct mover *mover, const struct move *move)
{
    const char *to = qn_buf_string(&move->to);
    const char *slash = strrchr(to, '/');
    struct qn_buf parent = QN_BUF_INIT;
    bool is_there;

    if (!mover->is_cone || !slash ||
        qn_sparse_is_inside(mover->sparse, qn_bytes_from_string(to)))
        return false;
    cli_check(mover->cli, qn_buf_append(mover->cli->ctx, &parent, to,
                                        (size_t)(slash - to)));
    is_there = stat_of(mover, qn_buf_string(&parent)).kind != QN_FILE_NONE;
    qn_buf_dispose(&parent);
    return !is_there;
}

/* Entries below a directory go along. */
static void add_files_below(struct mover *mover, size_t position)
{
    struct qn_index *index = mover->work.index;
    size_t start, end;

    if (!qn_index_directory_range(
            index, qn_buf_bytes(&mover->moves[position].from), &start, &end))
        return;
    for (size_t i = start; i < end; i++) {
        const struct move *directory = &mover->moves[position];
        const char *path = (const char *)qn_index_peek(index, i)->path.data;
        struct qn_buf target = QN_BUF_INIT;
        struct move *move;

        cli_check(mover->cli, qn_buf_printf(mover->cli->ctx, &target, "%s%s",
                                            qn_buf_string(&directory->to),
                                            path + directory->from.size));
        move = add_move(mover, path, qn_buf_string(&target));
        move->is_inner = true;
        move->is_emptied = mover->moves[position].is_emptied;
        qn_buf_dispose(&target);
    }
}

/* Look at one move; those below a directory are put behind all others. */
static void plan(struct mover *mover, size_t i)
{
    struct cli *cli = mover->cli;
    struct move *move = &mover->moves[i];
    char *from = qn_memory_string(cli->ctx, qn_buf_bytes(&move->from));
    char *to = qn_memory_string(cli->ctx, qn_buf_bytes(&move->to));
    const char *fault, *outside = NULL;

    if (!from || !to)
        cli_die(cli);
    if (mover->args->dry_run)
        cli_printf(cli, "Checking rename of '%s' to '%s'\n", from, to);
    fault = find_fault(mover, move);
    if (!fault && mover->wants_directory && !move->is_directory &&
        !move->is_inner)
        fault = "destination directory does not exist";
    if (fault && !mover->args->skips)
        cli_die_with(cli, "%s, source=%s, destination=%s%s", fault, from, to,
                     mover->wants_directory ? "/" : "");
    if (fault) {
        move->is_dropped = true;
    } else if (!move->is_directory) {
        if (move->is_unfilled && !mover->args->sparse)
            outside = from;
        else if (mover->args->force && stat_of(mover, to).kind != QN_FILE_NONE)
            outside = NULL; /* forced over a file: nobody asks */
        else if (is_outside(mover, from))
            outside = from;
        else if (is_outside(mover, to))
            outside = to;
        if (!move->is_inner)
            move->is_emptied = !move->is_unfilled && goes_outside(mover, move);
    }
    if (outside) {
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &mover->outside, "%s\n", outside));
        if (outside == from && !move->is_unfilled && is_outside(mover, to))
            cli_check(cli,
                      qn_buf_printf(cli->ctx, &mover->outside, "%s\n", to));
        move->is_dropped = true;
    }
    if (move->is_directory) {
        move->is_emptied = goes_outside(mover, move);
        add_files_below(mover, i);
    }
    qn_memory_free(from);
    qn_memory_free(to);
}

static void move_file(struct mover *mover, const struct move *move)
{
    struct cli *cli = mover->cli;
    struct qn_buf from = QN_BUF_INIT, to = QN_BUF_INIT;

    cli_check(cli, qn_work_tree_path(cli->ctx, &mover->work.tree,
                                     qn_buf_bytes(&move->from), &from));
    cli_check(cli, qn_work_tree_path(cli->ctx, &mover->work.tree,
                                     qn_buf_bytes(&move->to), &to));
    if (mover->sparse && mover->args->sparse)
        cli_check(
            cli, qn_directory_make_parents(cli->ctx, qn_buf_string(&to), 0777));
    if (qn_file_rename(cli->ctx, qn_buf_string(&from), qn_buf_string(&to)))
        cli_die_with(cli, "renaming '%s' failed: %s",
                     qn_buf_string(&move->from),
                     strerror(qn_ctx_errno(cli->ctx)));
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
}

/* A clean file that goes outside is there no more; one that is modified goes
 * with its changes, and that is said.  Is it gone? */
static bool empty_file(struct mover *mover, const struct move *move)
{
    struct cli *cli = mover->cli;
    const struct qn_index_entry *entry =
        find_entry(mover, qn_buf_string(&move->from));
    struct qn_bytes path = qn_buf_bytes(&move->from);
    struct qn_compare compare;
    enum qn_compare_answer answer;
    struct qn_file_stat stat;
    bool is_stale;

    qn_compare_init(&compare, &mover->work.tree, mover->work.index);
    cli_check(cli, qn_compare_entry(cli->ctx, &compare, entry, &stat, &answer,
                                    &is_stale));
    qn_compare_dispose(&compare);
    if (answer == QN_COMPARE_SAME) {
        cli_check(cli,
                  qn_checkout_remove(cli->ctx, &mover->work.tree, &path, 1));
        return true;
    }
    move_file(mover, move);
    cli_check(cli, qn_buf_printf(cli->ctx, &mover->modified, "%s\n",
                                 qn_buf_string(&move->to)));
    return false;
}

/* A rename renews ctime: what was clean stays clean. */
static void renew_stat(struct mover *mover, struct qn_index_entry *entry)
{
    struct qn_file_stat stat = stat_of(mover, (const char *)entry->path.data);
    struct qn_index_stat fresh;

    if (stat.kind == QN_FILE_NONE)
        return;
    qn_index_stat_fill(&fresh, &stat);
    if (fresh.size == entry->stat.size &&
        fresh.mtime_seconds == entry->stat.mtime_seconds &&
        fresh.mtime_nanoseconds == entry->stat.mtime_nanoseconds &&
        fresh.inode == entry->stat.inode) {
        entry->stat.ctime_seconds = fresh.ctime_seconds;
        entry->stat.ctime_nanoseconds = fresh.ctime_nanoseconds;
    }
}

static void move_entry(struct mover *mover, const struct move *move,
                       bool is_gone)
{
    struct cli *cli = mover->cli;
    struct qn_index *index = mover->work.index;
    struct qn_checkout_options checkout = {.forces = true};
    struct qn_index_entry entry;
    bool found, fills;
    size_t at = qn_index_find(index, qn_buf_bytes(&move->from), 0, &found);

    if (!found)
        return;
    entry = *qn_index_peek(index, at);
    entry.path = qn_buf_bytes(&move->to);
    renew_stat(mover, &entry);
    fills = move->is_unfilled && mover->is_cone &&
            qn_sparse_is_inside(mover->sparse, entry.path);
    if (is_gone)
        entry.flags |= QN_INDEX_SKIP_WORKTREE;
    if (fills)
        entry.flags &= (uint8_t)~QN_INDEX_SKIP_WORKTREE;
    (void)qn_index_remove(index, qn_buf_bytes(&move->from));
    if (!qn_safe_path_is_valid(entry.path, entry.mode,
                               mover->work.tree.safe_flags)) {
        (void)cli_error(cli, "invalid path '%s'", qn_buf_string(&move->to));
        return;
    }
    cli_check(cli, qn_index_add(cli->ctx, index, &entry, true));
    at = qn_index_find(index, qn_buf_bytes(&move->to), 0, &found);
    if (fills && found)
        cli_check(cli, qn_checkout_entries(cli->ctx, &mover->work.tree, index,
                                           cli->odb, &at, 1, &checkout));
}

static void carry_out(struct mover *mover)
{
    struct cli *cli = mover->cli;

    for (size_t i = 0; i < mover->count; i++) {
        const struct move *move = &mover->moves[i];
        bool is_gone = false;

        if (move->is_dropped)
            continue;
        if (mover->args->dry_run || mover->args->verbose)
            cli_printf(cli, "Renaming %s to %s\n", qn_buf_string(&move->from),
                       qn_buf_string(&move->to));
        if (mover->args->dry_run)
            continue;
        if (move->is_emptied && !move->is_directory)
            is_gone = empty_file(mover, move);
        else if (!move->is_inner && !move->is_unfilled && !move->is_emptied)
            move_file(mover, move);
        if (!move->is_directory)
            move_entry(mover, move, is_gone);
    }
    if (mover->modified.size == 0)
        return;
    cli_stderr(cli,
               "The following paths have been moved outside the\n"
               "sparse-checkout definition but are not sparse due to local\n"
               "modifications.\n%s",
               qn_buf_string(&mover->modified));
    cli_advise(cli, "updateSparsePath",
               "To correct the sparsity of these paths, do the following:\n"
               "* Use \"git add --sparse <paths>\" to update the index\n"
               "* Use \"git sparse-checkout reapply\" to apply the sparsity "
               "rules");
}

/* As cli_path_from_top, without the argument before the complaint. */
static void cli_mv_path(struct cli *cli, const char *path, struct qn_buf *out)
{
    struct qn_buf joined = QN_BUF_INIT;

    if (path[0] == '/') {
        cli_path_from_top(cli, path, out);
        return;
    }
    cli_check(cli,
              qn_buf_printf(cli->ctx, &joined, "%s%s", cli_prefix(cli), path));
    if (qn_pathname_normalise(cli->ctx, qn_buf_bytes(&joined), out))
        cli_die_with(cli, "'%s' is outside repository at '%s'", path,
                     qn_repo_work_tree(cli->repo));
    qn_buf_dispose(&joined);
}

static char *clean_path(struct cli *cli, const char *path)
{
    struct qn_buf top = QN_BUF_INIT;

    if (path[0] == '/') {
        const char *tree = qn_repo_work_tree(cli->repo);

        if (strncmp(path, tree, strlen(tree)) != 0)
            cli_die_with(cli, "'%s' is outside repository at '%s'", path, tree);
    }
    cli_mv_path(cli, path, &top);
    while (top.size > 0 && top.data[top.size - 1] == '/')
        qn_buf_truncate(&top, top.size - 1);
    if (top.size == 0)
        cli_check(cli, qn_buf_append_string(cli->ctx, &top, ""));
    return qn_buf_detach(cli->ctx, &top);
}

/* "lib/." is "lib/", which is another thing than "lib". */
static bool ends_in_dot(const char *path)
{
    size_t size = strlen(path);

    while (size > 1 && path[size - 1] == '/')
        size--;
    return size > 0 && path[size - 1] == '.' &&
           (size == 1 || path[size - 2] == '/');
}

/* The arguments: where each goes. */
static void gather(struct mover *mover, int argc, char **argv)
{
    struct cli *cli = mover->cli;
    char *target = clean_path(cli, argv[argc - 1]);

    mover->wants_directory = argv[argc - 1][0] != '\0' &&
                             argv[argc - 1][strlen(argv[argc - 1]) - 1] == '/';
    mover->is_into = !target[0] ||
                     stat_of(mover, target).kind == QN_FILE_DIRECTORY ||
                     is_unfilled_directory(mover, target);
    /* A directory moved to its own place is a fault of its own. */
    mover->wants_directory &= !mover->is_into;
    if (!mover->is_into && argc > 2)
        cli_die_with(cli, "destination '%s' is not a directory", target);
    for (int i = 0; i < argc - 1; i++) {
        char *from = clean_path(cli, argv[i]);
        struct qn_buf to = QN_BUF_INIT;
        struct qn_bytes base = qn_pathname_base(qn_bytes_from_string(from));

        if (ends_in_dot(argv[i]) && *from) {
            struct qn_buf slashed = QN_BUF_INIT;

            cli_check(cli, qn_buf_printf(cli->ctx, &slashed, "%s/", from));
            qn_memory_free(from);
            from = qn_buf_detach(cli->ctx, &slashed);
            base = QN_BYTES_NONE;
        }

        cli_check(cli, qn_buf_append_string(cli->ctx, &to, target));
        if (mover->is_into) {
            if (to.size > 0)
                cli_check(cli, qn_buf_append_byte(cli->ctx, &to, '/'));
            cli_check(cli, qn_buf_append_bytes(cli->ctx, &to, base));
        }
        add_move(mover, from, qn_buf_string(&to));
        qn_buf_dispose(&to);
        qn_memory_free(from);
    }
    qn_memory_free(target);
}

int cmd_mv(struct cli *cli, int argc, char **argv)
{
    struct args args = {0};
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &args.verbose, "name each file"),
        CLI_FLAG('n', "dry-run", &args.dry_run, "only show what would be done"),
        CLI_FLAG_WITH('f', "force", &args.force, "overwrite files",
                      CLI_OPTION_NO_COMPLETION),
        CLI_FLAG('k', NULL, &args.skips, "skip what cannot be moved"),
        CLI_FLAG(0, "sparse", &args.sparse, "outside of the cone, too"),
        CLI_END};
    struct mover mover = {.cli = cli, .args = &args};
    int code = 0;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc < 2)
        cli_usage(cli, usage, options);
    cli_work_open(cli, &mover.work, CLI_WORK_LOCK);
    cli_check(cli, qn_sparse_open(cli->ctx, cli->repo, &mover.sparse));
    mover.is_cone =
        mover.sparse && cli_config_bool(cli, "core.sparsecheckoutcone", true);
    gather(&mover, argc, argv);
    for (size_t i = 0; i < mover.count; i++)
        plan(&mover, i);
    if (mover.outside.size > 0) {
        cli_advise_sparse(cli, qn_buf_string(&mover.outside));
        code = !args.skips;
    }
    if (code == 0)
        carry_out(&mover);
    if (args.dry_run || code)
        qn_lock_file_rollback(&mover.work.lock);
    else
        cli_work_commit(cli, &mover.work, false);
    for (size_t i = 0; i < mover.count; i++) {
        qn_buf_dispose(&mover.moves[i].from);
        qn_buf_dispose(&mover.moves[i].to);
    }
    qn_memory_free(mover.moves);
    qn_sparse_free(mover.sparse);
    qn_buf_dispose(&mover.outside);
    qn_buf_dispose(&mover.modified);
    cli_work_close(&mover.work);
    return code;
}
