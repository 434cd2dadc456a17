/* SPDX-License-Identifier: MIT */
#include "cli/work.h"
#include "object/tree.h"
#include "os/file.h"
#include "path/safe_path.h"
#include "text/pathname.h"

static const char *const usage[] = {
    "git mv [-v] [-f] [-n] [-k] <source> <destination>",
    "git mv [-v] [-f] [-n] [-k] <source>... <destination-directory>", NULL};

struct args {
    bool verbose, force, dry_run, skips;
};

struct move {
    struct qn_buf from, to; /* from the top */
    bool is_directory;
    bool is_only_index; /* a file below a directory that is moved whole */
};

struct mover {
    struct cli *cli;
    struct cli_work work;
    const struct args *args;
    struct move *moves;
    size_t count;
    size_t capacity;
    bool wants_directory; /* the destination ended in a slash */
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

/* What is wrong with one move; NULL: nothing. */
static const char *find_fault(struct mover *mover, const char *from,
                              const char *to, bool *is_directory)
{
    struct qn_file_stat source = stat_of(mover, from), target;
    struct qn_index *index = mover->work.index;
    size_t size = strlen(from), start, end, at;
    struct qn_bytes from_bytes = qn_bytes_from_string(from);
    bool found;

    *is_directory = false;
    if (!*from)
        return "bad source";
    at = qn_index_find(index, from_bytes, 0, &found);
    if (source.kind == QN_FILE_NONE)
        return "bad source";
    if (strncmp(to, from, size) == 0 && (to[size] == '\0' || to[size] == '/'))
        return "can not move directory into itself";
    target = stat_of(mover, to);
    if (source.kind == QN_FILE_DIRECTORY &&
        !(found && qn_mode_is_gitlink(qn_index_peek(index, at)->mode))) {
        if (target.kind != QN_FILE_NONE)
            return "destination already exists";
        if (!qn_index_directory_range(index, from_bytes, &start, &end))
            return "source directory is empty";
        *is_directory = true;
        return NULL;
    }
    if (!found)
        return "not under version control";
    if (qn_index_peek(index, at)->stage != 0)
        return "conflicted";
    if (target.kind != QN_FILE_NONE && mover->wants_directory)
        return "destination directory does not exist";
    if (target.kind != QN_FILE_NONE) {
        if (!mover->args->force)
            return "destination exists";
        if (target.kind == QN_FILE_DIRECTORY)
            return "Cannot overwrite";
    }
    for (size_t i = 0; i < mover->count; i++) {
        if (strcmp(qn_buf_string(&mover->moves[i].to), to) == 0)
            return "multiple sources for the same target";
    }
    return NULL;
}

/* Entries below a directory go along. */
static void add_files_below(struct mover *mover, const char *from,
                            const char *to)
{
    struct qn_index *index = mover->work.index;
    size_t start, end, size = strlen(from);

    if (!qn_index_directory_range(index, qn_bytes_from_string(from), &start,
                                  &end))
        return;
    for (size_t i = start; i < end; i++) {
        struct qn_buf target = QN_BUF_INIT;
        const char *path = (const char *)qn_index_peek(index, i)->path.data;

        cli_check(mover->cli, qn_buf_printf(mover->cli->ctx, &target, "%s%s",
                                            to, path + size));
        add_move(mover, path, qn_buf_string(&target))->is_only_index = true;
        qn_buf_dispose(&target);
    }
}

static void plan(struct mover *mover, const char *from, const char *to)
{
    struct cli *cli = mover->cli;
    bool is_directory;
    const char *fault;

    if (mover->args->dry_run)
        cli_printf(cli, "Checking rename of '%s' to '%s'\n", from, to);
    fault = find_fault(mover, from, to, &is_directory);
    if (!fault && mover->wants_directory && !is_directory)
        fault = "destination directory does not exist";
    if (fault) {
        if (mover->args->skips)
            return;
        cli_die_with(cli, "%s, source=%s, destination=%s%s", fault, from, to,
                     mover->wants_directory ? "/" : "");
    }
    add_move(mover, from, to)->is_directory = is_directory;
    if (is_directory)
        add_files_below(mover, from, to);
}

static void move_file(struct mover *mover, const struct move *move)
{
    struct cli *cli = mover->cli;
    struct qn_buf from = QN_BUF_INIT, to = QN_BUF_INIT;

    cli_check(cli, qn_work_tree_path(cli->ctx, &mover->work.tree,
                                     qn_buf_bytes(&move->from), &from));
    cli_check(cli, qn_work_tree_path(cli->ctx, &mover->work.tree,
                                     qn_buf_bytes(&move->to), &to));
    if (qn_file_rename(cli->ctx, qn_buf_string(&from), qn_buf_string(&to)))
        cli_die_with(cli, "renaming '%s' failed: %s",
                     qn_buf_string(&move->from),
                     strerror(qn_ctx_errno(cli->ctx)));
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
}

static void move_entry(struct mover *mover, const struct move *move)
{
    struct cli *cli = mover->cli;
    struct qn_index *index = mover->work.index;
    struct qn_index_entry entry;
    struct qn_file_stat stat;
    bool found;
    size_t at = qn_index_find(index, qn_buf_bytes(&move->from), 0, &found);

    if (!found)
        return;
    entry = *qn_index_peek(index, at);
    entry.path = qn_buf_bytes(&move->to);
    /* A rename renews ctime: what was clean stays clean. */
    stat = stat_of(mover, qn_buf_string(&move->to));
    if (stat.kind != QN_FILE_NONE) {
        struct qn_index_stat fresh;

        qn_index_stat_fill(&fresh, &stat);
        if (fresh.size == entry.stat.size &&
            fresh.mtime_seconds == entry.stat.mtime_seconds &&
            fresh.mtime_nanoseconds == entry.stat.mtime_nanoseconds &&
            fresh.inode == entry.stat.inode) {
            entry.stat.ctime_seconds = fresh.ctime_seconds;
            entry.stat.ctime_nanoseconds = fresh.ctime_nanoseconds;
        }
    }
    (void)qn_index_remove(index, qn_buf_bytes(&move->from));
    if (!qn_safe_path_is_valid(entry.path, entry.mode,
                               mover->work.tree.safe_flags)) {
        (void)cli_error(cli, "invalid path '%s'", qn_buf_string(&move->to));
        return;
    }
    cli_check(cli, qn_index_add(cli->ctx, index, &entry, true));
}

static void carry_out(struct mover *mover)
{
    struct cli *cli = mover->cli;

    for (size_t i = 0; i < mover->count; i++) {
        const struct move *move = &mover->moves[i];

        if (mover->args->dry_run || mover->args->verbose) {
            cli_puts(cli, "Renaming ");
            cli_put_path(cli, qn_buf_bytes(&move->from), true, ' ');
            cli_puts(cli, "to ");
            cli_put_path(cli, qn_buf_bytes(&move->to), true, '\n');
        }
        if (mover->args->dry_run)
            continue;
        if (!move->is_only_index)
            move_file(mover, move);
        if (!move->is_directory)
            move_entry(mover, move);
    }
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

int cmd_mv(struct cli *cli, int argc, char **argv)
{
    struct args args = {0};
    bool sparse = false;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &args.verbose, "name each file"),
        CLI_FLAG('n', "dry-run", &args.dry_run, "only show what would be done"),
        CLI_FLAG_WITH('f', "force", &args.force, "overwrite files",
                      CLI_OPTION_NO_COMPLETION),
        CLI_FLAG('k', NULL, &args.skips, "skip what cannot be moved"),
        CLI_FLAG(0, "sparse", &sparse, "outside of the cone, too"),
        CLI_END};
    struct mover mover = {.cli = cli, .args = &args};
    bool into;
    char *target;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc < 2)
        cli_usage(cli, usage, options);
    cli_work_open(cli, &mover.work, CLI_WORK_LOCK);
    target = clean_path(cli, argv[argc - 1]);
    mover.wants_directory = argv[argc - 1][0] != '\0' &&
                            argv[argc - 1][strlen(argv[argc - 1]) - 1] == '/';
    into = !target[0] || stat_of(&mover, target).kind == QN_FILE_DIRECTORY;
    /* A directory moved to its own place is a fault of its own. */
    mover.wants_directory &= !into;
    if (!into && argc > 2)
        cli_die_with(cli, "destination '%s' is not a directory",
                     argv[argc - 1]);
    for (int i = 0; i < argc - 1; i++) {
        char *from = clean_path(cli, argv[i]);
        struct qn_buf to = QN_BUF_INIT;
        struct qn_bytes base = qn_pathname_base(qn_bytes_from_string(from));

        cli_check(cli, qn_buf_append_string(cli->ctx, &to, target));
        if (into) {
            if (to.size > 0)
                cli_check(cli, qn_buf_append_byte(cli->ctx, &to, '/'));
            cli_check(cli, qn_buf_append_bytes(cli->ctx, &to, base));
        }
        plan(&mover, from, qn_buf_string(&to));
        qn_buf_dispose(&to);
        qn_memory_free(from);
    }
    carry_out(&mover);
    if (args.dry_run)
        qn_lock_file_rollback(&mover.work.lock);
    else
        cli_work_commit(cli, &mover.work, false);
    for (size_t i = 0; i < mover.count; i++) {
        qn_buf_dispose(&mover.moves[i].from);
        qn_buf_dispose(&mover.moves[i].to);
    }
    qn_memory_free(mover.moves);
    qn_memory_free(target);
    cli_work_close(&mover.work);
    return 0;
}
