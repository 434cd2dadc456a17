/* SPDX-License-Identifier: MIT */
#include "cli/work.h"
#include "object/tree.h"
#include "odb/odb_batch.h"
#include "os/file.h"
#include "path/safe_path.h"
#include "text/quote.h"
#include "worktree/add.h"
#include "worktree/fsmonitor.h"
#include "worktree/refresh.h"
#include "worktree/status.h"

#include <stdlib.h>

static const char *const usage[] = {
    "git update-index [<options>] [--] [<file>...]", NULL};

/* of u.untracked_cache */
#define TEST_CACHE 3

struct update {
    struct cli *cli;
    struct cli_work work;
    bool add, remove, replace, force_remove, info_only, quiet, ignore_missing,
        allow_unmerged, nul, verbose, from_stdin, index_info, force_write,
        ignore_submodules, ignore_skipped;
    int chmod;                                 /* '+', '-' or 0 */
    int mark_valid, mark_skip, mark_fsmonitor; /* 0: no, 1: set, -1: clear */
    int refresh; /* 1: --refresh, 2: --really-refresh */
    bool has_errors;
    int split, untracked_cache, fsmonitor; /* -1: not said */
    int version;                           /* -1: show it */
    bool clears_undo;
    enum rest { REST_NONE, REST_AGAIN, REST_UNRESOLVE } rest;
};

static void fail_path(struct update *u, const char *path)
{
    cli_die_with(u->cli, "Unable to process path %s", path);
}

static void say(struct update *u, const char *what, const char *path)
{
    if (u->verbose)
        cli_printf(u->cli, "%s '%s'\n", what, path);
}

static void set_flag(struct update *u, struct qn_bytes path, uint8_t flag,
                     int how, const char *shown)
{
    bool found;
    size_t i = qn_index_find(u->work.index, path, 0, &found);
    struct qn_index_entry *entry;

    if (!found || qn_index_peek(u->work.index, i)->stage != 0)
        cli_die_with(u->cli, "Unable to mark file %s", (const char *)path.data);
    entry = qn_index_at(u->work.index, i);
    if (how > 0)
        entry->flags |= flag;
    else
        entry->flags &= (uint8_t)~flag;
    qn_index_mark_changed(u->work.index);
}

/* --add is needed for what is new, --replace for what takes another's place. */
static bool enter(struct update *u, const struct qn_index_entry *entry)
{
    struct qn_index_entry entered = *entry;
    bool found;
    enum qn_status status;
    const char *path = (const char *)entry->path.data;

    (void)qn_index_find(u->work.index, entry->path, 0, &found);
    if (!found && !u->add) {
        cli_error(u->cli, "%s: cannot add to the index - missing --add option?",
                  path);
        return false;
    }
    if (u->work.tree.ignores_stat)
        entered.flags |= QN_INDEX_ASSUME_VALID;
    status = qn_index_add(u->cli->ctx, u->work.index, &entered, u->replace);
    if (status == QN_CONFLICT) {
        cli_error(u->cli, "%s", qn_ctx_message(u->cli->ctx));
        qn_ctx_clear(u->cli->ctx);
        cli_error(u->cli, "%s: cannot add to the index - missing --add option?",
                  path);
        return false;
    }
    cli_check(u->cli, status);
    return true;
}

static bool remove_path(struct update *u, struct qn_bytes path)
{
    cli_check(u->cli,
              qn_index_remove_resolved(u->cli->ctx, u->work.index, path));
    return true;
}

static bool update_from_file(struct update *u, struct qn_bytes path)
{
    struct cli *cli = u->cli;
    struct qn_add_options options = {.info_only = u->info_only,
                                     .checks_safe = true};
    struct qn_file_stat stat;
    bool found;
    size_t i;
    struct qn_index *only = u->work.index;
    const char *text = (const char *)path.data;

    cli_check(cli,
              qn_file_lstat_at(cli->ctx, u->work.tree.top_fd, text, &stat));
    i = qn_index_find(only, path, 0, &found);
    /* What is not in the work tree is not looked at there. */
    if (found && (qn_index_peek(only, i)->flags & QN_INDEX_SKIP_WORKTREE))
        return !u->ignore_skipped && u->remove ? remove_path(u, path) : true;
    if (stat.kind == QN_FILE_NONE) {
        if (u->remove && found)
            return remove_path(u, path);
        if (u->ignore_missing)
            return true;
        if (u->remove)
            return true;
        cli_error(cli, "%s: does not exist and --remove not passed", text);
        return false;
    }
    if (stat.kind == QN_FILE_DIRECTORY) {
        size_t start, end;

        if (found && qn_mode_is_gitlink(qn_index_peek(only, i)->mode)) {
            ;
        } else if (qn_index_directory_range(only, path, &start, &end)) {
            cli_error(cli, "%s: is a directory - add individual files instead",
                      text);
            return false;
        } else {
            struct qn_buf git = QN_BUF_INIT;
            bool is_repo;

            cli_check(cli,
                      qn_work_tree_path(cli->ctx, &u->work.tree, path, &git));
            cli_check(cli, qn_buf_append_string(cli->ctx, &git, "/.git"));
            is_repo = qn_file_exists(qn_buf_string(&git));
            qn_buf_dispose(&git);
            if (!is_repo) {
                if (found && u->remove)
                    return remove_path(u, path);
                cli_error(cli,
                          found ? "%s: does not exist and --remove not passed"
                                : "%s: is a directory - add files inside "
                                  "instead",
                          text);
                return false;
            }
        }
    }
    if (!found && !u->add) {
        cli_error(cli, "%s: cannot add to the index - missing --add option?",
                  text);
        return false;
    }
    if (!found && !u->replace) {
        /* Nothing may be where the path's directories are, or below it. */
        struct qn_index_entry probe = {.path = path, .mode = QN_MODE_FILE};
        size_t start, end;

        (void)probe;
        if (qn_index_directory_range(only, path, &start, &end)) {
            cli_error(cli,
                      "%s: cannot add to the index - missing --add option?",
                      text);
            return false;
        }
    }
    if (qn_add_paths(cli->ctx, &u->work.tree, only, cli->odb, &path, 1,
                     &options)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "worktree.add-failed") != 0)
            cli_die(cli);
        qn_ctx_clear(cli->ctx);
        return false;
    }
    return true;
}

static void change_mode(struct update *u, struct qn_bytes path)
{
    struct cli *cli = u->cli;
    bool found;
    size_t i = qn_index_find(u->work.index, path, 0, &found);
    struct qn_index_entry *entry;
    uint32_t mode = u->chmod == '+' ? QN_MODE_EXECUTABLE : QN_MODE_FILE;
    const char *text = (const char *)path.data;

    if (!found || !qn_mode_is_file(qn_index_peek(u->work.index, i)->mode))
        cli_die_with(cli, "git update-index: cannot chmod %cx '%s'", u->chmod,
                     text);
    entry = qn_index_at(u->work.index, i);
    if (entry->mode != mode) {
        entry->mode = mode;
        qn_index_invalidate_path(u->work.index, path);
        qn_index_mark_changed(u->work.index);
    }
    if (u->verbose)
        cli_printf(cli, "chmod %cx '%s'\n", u->chmod, text);
}

static void process_named(struct update *u, struct qn_bytes name,
                          const char *path)
{
    struct cli *cli = u->cli;
    const char *text = (const char *)name.data;

    if (!qn_safe_path_is_valid(name, QN_MODE_FILE, u->work.tree.safe_flags)) {
        cli_stderr(cli, "Ignoring path %s\n", path);
        return;
    }
    if (u->mark_valid || u->mark_skip || u->mark_fsmonitor) {
        if (u->mark_valid)
            set_flag(u, name, QN_INDEX_ASSUME_VALID, u->mark_valid, path);
        if (u->mark_skip)
            set_flag(u, name, QN_INDEX_SKIP_WORKTREE, u->mark_skip, path);
        if (u->mark_fsmonitor)
            set_flag(u, name, QN_INDEX_FSMONITOR_VALID, u->mark_fsmonitor,
                     path);
    } else if (u->force_remove) {
        (void)remove_path(u, name);
        say(u, "remove", text);
    } else {
        if (!update_from_file(u, name))
            fail_path(u, text);
        say(u, "add", text);
        if (u->chmod)
            change_mode(u, name);
    }
}

static void process_path(struct update *u, const char *path)
{
    struct qn_buf top = QN_BUF_INIT;

    cli_path_from_top(u->cli, path, &top);
    process_named(u, qn_buf_bytes(&top), path);
    qn_buf_dispose(&top);
}

/* A path of the index; copied, since its entry may go. */
static void process_top_path(struct update *u, struct qn_bytes path)
{
    struct qn_buf top = QN_BUF_INIT;

    cli_check(u->cli, qn_buf_append_bytes(u->cli->ctx, &top, path));
    process_named(u, qn_buf_bytes(&top), qn_buf_string(&top));
    qn_buf_dispose(&top);
}

static bool parse_mode(const char *text, size_t size, uint32_t *out)
{
    uint32_t mode = 0;

    if (size == 0 || size > 6)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '7')
            return false;
        mode = mode * 8 + (uint32_t)(text[i] - '0');
    }
    *out = mode;
    return true;
}

static bool add_info(struct update *u, uint32_t mode, const struct qn_id *id,
                     const char *path, unsigned stage)
{
    struct qn_index_entry entry = {.path = qn_bytes_from_string(path),
                                   .id = *id,
                                   .mode = mode,
                                   .stage = (uint8_t)stage};

    if (!qn_safe_path_is_valid(entry.path, mode, u->work.tree.safe_flags)) {
        cli_error(u->cli, "Invalid path '%s'", path);
        return false;
    }
    entry.mode = qn_mode_canonical(mode);
    return enter(u, &entry);
}

static void add_cacheinfo(struct update *u, const char *mode_text,
                          size_t mode_size, const char *hex, size_t hex_size,
                          const char *path)
{
    struct qn_id id;
    uint32_t mode = 0;

    if (!parse_mode(mode_text, mode_size, &mode) ||
        !qn_id_from_hex(&id, qn_repo_algorithm(u->cli->repo),
                        qn_bytes_make(hex, hex_size)) ||
        !add_info(u, mode, &id, path, 0))
        cli_die_with(u->cli, "git update-index: --cacheinfo cannot add %s",
                     hex[hex_size] == '\0' ? hex : path);
    say(u, "add", path);
}

static bool is_staged(const struct qn_status_list *rows, size_t *at,
                      struct qn_bytes path)
{
    while (*at < rows->count &&
           qn_bytes_compare(rows->rows[*at].path, path) < 0)
        ++*at;
    return *at < rows->count && qn_bytes_is_equal(rows->rows[*at].path, path) &&
           rows->rows[*at].staged != ' ' && rows->rows[*at].staged != 'D';
}

/* Enter what differs from HEAD, or was only intended to be added; true when an
 * entry went, so that places are no longer what they were. */
static bool update_rows(struct update *u, const struct qn_id *head,
                        const struct qn_status_options *options)
{
    struct cli *cli = u->cli;
    struct qn_status_list rows = QN_STATUS_LIST_INIT;
    size_t count = qn_index_count(u->work.index), at = 0;
    bool has_shrunk = false;

    cli_check(cli, qn_status_run(cli->ctx, NULL, u->work.index, cli->odb, head,
                                 options, &rows));
    for (size_t i = 0; i < count && !has_shrunk; i++) {
        const struct qn_index_entry *entry = qn_index_peek(u->work.index, i);
        bool is_wanted = entry->stage == 0 &&
                         (entry->flags & QN_INDEX_INTENT_TO_ADD) &&
                         (!options->pathspec ||
                          qn_pathspec_is_match(cli->ctx, options->pathspec,
                                               entry->path, false, NULL, NULL));

        if (i > 0 &&
            qn_bytes_is_equal(qn_index_peek(u->work.index, i - 1)->path,
                              entry->path))
            continue;
        if (is_staged(&rows, &at, entry->path) || is_wanted)
            process_top_path(u, entry->path);
        has_shrunk = qn_index_count(u->work.index) != count;
    }
    qn_status_list_dispose(&rows);
    return has_shrunk;
}

/* Do again what was done to the paths that are not as HEAD has them. */
static void update_again(struct update *u, const struct qn_pathspec *pathspec)
{
    struct cli *cli = u->cli;
    struct qn_status_options options = {.untracked = QN_STATUS_UNTRACKED_NO,
                                        .pathspec = pathspec};
    struct qn_id head;
    bool has_head;

    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, NULL, &head,
                                  &has_head));
    while (update_rows(u, has_head ? &head : NULL, &options))
        ;
}

/* --again and --unresolve: what is behind them are paths. */
static void take_rest(struct update *u, int count, char **words)
{
    struct cli *cli = u->cli;

    if (count > 0 && strcmp(words[0], "--") == 0 && u->rest == REST_AGAIN) {
        words++;
        count--;
    }
    if (u->rest == REST_AGAIN) {
        static const char *const here[] = {"."};
        bool is_here = count == 0 && cli_prefix(cli)[0];
        struct qn_pathspec *pathspec =
            is_here ? cli_pathspec(cli, here, 1, 0)
                    : cli_pathspec(cli, (const char *const *)words,
                                   (size_t)count, 0);

        update_again(u, count > 0 || is_here ? pathspec : NULL);
        qn_pathspec_free(pathspec);
        return;
    }
    for (int i = 0; i < count; i++) {
        struct qn_buf top = QN_BUF_INIT;
        bool is_done;

        cli_path_from_top(cli, words[i], &top);
        cli_check(cli, qn_index_unresolve(cli->ctx, u->work.index,
                                          qn_buf_bytes(&top), &is_done));
        qn_buf_dispose(&top);
    }
}

/* "mode SP sha1 [SP stage] TAB path", "mode SP type SP sha1 TAB path" */
static void read_index_info(struct update *u)
{
    struct cli *cli = u->cli;
    struct qn_buf line = QN_BUF_INIT;
    size_t width = qn_id_hex_size(qn_repo_algorithm(cli->repo));
    char end = u->nul ? '\0' : '\n';
    bool adds = u->add, replaces = u->replace;

    u->add = u->replace = true;
    while (cli_read_record(cli, end, &line)) {
        struct qn_buf plain = QN_BUF_INIT;
        struct qn_bytes text = qn_buf_bytes(&line), head, piece, hex = {0};
        size_t tab = qn_bytes_find(text, '\t');
        const char *path;
        struct qn_id id;
        uint32_t mode = 0;
        unsigned stage = 0;

        head = qn_bytes_first(text, tab);
        if (tab == text.size || !qn_bytes_next(&head, ' ', &piece) ||
            !parse_mode((const char *)piece.data, piece.size, &mode))
            cli_die_with(cli, "malformed index info %s", qn_buf_string(&line));
        while (qn_bytes_next(&head, ' ', &piece)) {
            if (piece.size == width)
                hex = piece;
            else if (piece.size == 1 && piece.data[0] >= '0' &&
                     piece.data[0] <= '3')
                stage = (unsigned)(piece.data[0] - '0');
        }
        if (!hex.data ||
            !qn_id_from_hex(&id, qn_repo_algorithm(cli->repo), hex))
            cli_die_with(cli, "malformed index info %s", qn_buf_string(&line));
        path = (const char *)text.data + tab + 1;
        if (!u->nul && path[0] == '"') {
            if (qn_quote_unquote_c(cli->ctx, qn_bytes_from_string(path), &plain,
                                   NULL))
                cli_die_with(cli, "git update-index: bad quoting of path name");
            path = qn_buf_string(&plain);
        }
        if (!qn_safe_path_is_valid(qn_bytes_from_string(path), mode,
                                   u->work.tree.safe_flags)) {
            cli_stderr(cli, "Ignoring path %s\n", path);
        } else if (mode == 0) {
            (void)remove_path(u, qn_bytes_from_string(path));
        } else if (!add_info(u, mode, &id, path, stage)) {
            cli_die_with(cli, "git update-index: unable to update %s", path);
        }
        qn_buf_dispose(&plain);
    }
    u->add = adds;
    u->replace = replaces;
    qn_buf_dispose(&line);
}

static void read_paths(struct update *u)
{
    struct cli *cli = u->cli;
    struct qn_buf line = QN_BUF_INIT;

    while (cli_read_record(cli, u->nul ? '\0' : '\n', &line)) {
        struct qn_buf plain = QN_BUF_INIT;
        const char *path = qn_buf_string(&line);

        if (!u->nul && path[0] == '"') {
            if (qn_quote_unquote_c(cli->ctx, qn_buf_bytes(&line), &plain, NULL))
                cli_die_with(cli, "line is badly quoted");
            path = qn_buf_string(&plain);
        }
        process_path(u, path);
        qn_buf_dispose(&plain);
    }
    qn_buf_dispose(&line);
}

/* Missing: not because a file is where its directory should be, nor a directory
 * where the file should. */
static bool is_missing(struct update *u, struct qn_bytes path)
{
    struct qn_file_stat stat = {0};

    cli_check(u->cli, qn_file_lstat_at(u->cli->ctx, u->work.tree.top_fd,
                                       (const char *)path.data, &stat));
    return stat.kind == QN_FILE_NONE &&
           !qn_work_tree_is_below_file(u->cli->ctx, &u->work.tree, path);
}

static void refresh(struct update *u)
{
    struct cli *cli = u->cli;
    struct qn_index *index = u->work.index;
    size_t count = qn_index_count(index);
    uint8_t *answers = qn_memory_calloc(cli->ctx, count + 1, 1);

    cli_check(cli,
              qn_refresh_run(cli->ctx, &u->work.tree, index, NULL,
                             u->refresh == 2 ? QN_REFRESH_REALLY : 0, answers));
    for (size_t i = 0; i < count; i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);
        const char *what = "needs update";
        bool is_quiet = u->quiet;

        if (entry->stage != 0) {
            if (u->allow_unmerged ||
                (i > 0 && qn_bytes_is_equal(qn_index_peek(index, i - 1)->path,
                                            entry->path)))
                continue;
            what = "needs merge";
            is_quiet = false;
        } else if (answers[i] == QN_COMPARE_SAME ||
                   (answers[i] == QN_COMPARE_DELETED && u->ignore_missing &&
                    is_missing(u, entry->path)) ||
                   (qn_mode_is_gitlink(entry->mode) && u->ignore_submodules)) {
            continue;
        }
        if (is_quiet)
            continue;
        cli_printf(cli, "%s: %s\n", (const char *)entry->path.data, what);
        u->has_errors = true;
    }
    qn_memory_free(answers);
}

static int set_chmod(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    (void)is_negated;
    if (!argument || (argument[0] != '+' && argument[0] != '-') ||
        argument[1] != 'x' || argument[2])
        return cli_error(cli, "option 'chmod' expects \"+x\" or \"-x\"");
    *(int *)option->value = argument[0];
    return 0;
}

/* Both are options of their own: the one does not say no to the other. */
#define MARK(l, v, h, off)                                                     \
    {                                                                          \
        CLI_KIND_CALLBACK, 0, (l), (v), NULL, (h),                             \
            CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, (off), set_mark     \
    }
static int set_mark(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    (void)is_negated;
    *(int *)option->value = option->number ? -1 : 1;
    return 0;
}

static int do_refresh(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct update *u = option->value;

    (void)cli;
    (void)argument;
    (void)is_negated;
    u->refresh = (int)option->number;
    refresh(u);
    return 0;
}

/* --cacheinfo mode,id,path: entered with what was said before it. */
static int do_cacheinfo(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct update *u = option->value;
    const char *first, *second;
    struct qn_id id;
    uint32_t mode;

    (void)is_negated;
    first = strchr(argument, ',');
    second = first ? strchr(first + 1, ',') : NULL;
    if (!second || !parse_mode(argument, (size_t)(first - argument), &mode) ||
        !qn_id_from_hex(&id, qn_repo_algorithm(cli->repo),
                        qn_bytes_make(first + 1, (size_t)(second - first - 1))))
        return cli_error(cli,
                         "option 'cacheinfo' expects <mode>,<sha1>,<path>");
    add_cacheinfo(u, argument, (size_t)(first - argument), first + 1,
                  (size_t)(second - first - 1), second + 1);
    return 0;
}

static int set_rest(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    struct update *u = option->value;

    (void)cli;
    (void)argument;
    (void)is_negated;
    u->rest = (enum rest)option->number;
    return 0;
}

/* Settings that speak against what was asked for are told of. */
static void change_caches(struct update *u)
{
    struct cli *cli = u->cli;
    const struct qn_config *config = qn_repo_config(cli->repo);
    const char *top = qn_repo_work_tree(cli->repo);
    bool is_set;

    if (u->untracked_cache >= 0) {
        bool is_enabled = u->untracked_cache > 0;

        is_set = qn_config_find(config, "core.untrackedcache") &&
                 strcmp(cli_config_string(cli, "core.untrackedcache", ""),
                        "keep") != 0 &&
                 cli_config_bool(cli, "core.untrackedcache", is_enabled) !=
                     is_enabled;
        if (is_set)
            cli_warning(cli,
                        "core.untrackedCache is set to %s; remove or change "
                        "it, if you really want to %s the untracked cache",
                        is_enabled ? "false" : "true",
                        is_enabled ? "enable" : "disable");
        cli_check(cli, qn_work_tree_set_untracked_cache(
                           cli->ctx, cli->repo, u->work.index, is_enabled));
        if (u->verbose && is_enabled)
            cli_printf(cli, "Untracked cache enabled for '%s'\n",
                       top ? top : "");
        else if (u->verbose)
            cli_puts(cli, "Untracked cache disabled\n");
    }
    if (u->fsmonitor >= 0) {
        bool is_enabled = u->fsmonitor > 0;

        is_set = qn_fsmonitor_is_configured(config);
        if (is_enabled != is_set)
            cli_warning(cli, is_enabled
                                 ? "core.fsmonitor is unset; set it if you "
                                   "really want to enable fsmonitor"
                                 : "core.fsmonitor is set; remove it if you "
                                   "really want to disable fsmonitor");
        cli_check(cli, qn_fsmonitor_set(cli->ctx, u->work.index, is_enabled));
        if (u->verbose)
            cli_puts(cli, is_enabled ? "fsmonitor enabled\n"
                                     : "fsmonitor disabled\n");
    }
}

static void change_split(struct update *u)
{
    struct cli *cli = u->cli;
    bool is_enabled = u->split > 0;

    if (u->split < 0)
        return;
    if (qn_config_find(qn_repo_config(cli->repo), "core.splitindex") &&
        cli_config_bool(cli, "core.splitindex", is_enabled) != is_enabled)
        cli_warning(cli,
                    "core.splitIndex is set to %s; remove or change it, if "
                    "you really want to %s split index",
                    is_enabled ? "false" : "true",
                    is_enabled ? "enable" : "disable");
    cli_check(cli, qn_index_set_split(cli->ctx, u->work.index, is_enabled));
}

static void finish(struct update *u)
{
    struct cli *cli = u->cli;

    if (u->version > 0) {
        if (u->version < 2 || u->version > 4)
            cli_die_with(cli, "index-version %d not in range: %d..%d",
                         u->version, 2, 4);
        if (u->verbose)
            cli_printf(cli, "index-version: was %u, set to %d\n",
                       qn_index_version(u->work.index), u->version);
        qn_index_set_version(u->work.index, (unsigned)u->version);
    }
    if (u->clears_undo)
        qn_index_resolve_undo_clear(u->work.index);
    change_split(u);
    change_caches(u);
    if (u->force_write)
        qn_index_mark_changed(u->work.index);
    qn_index_add_note(u->work.index, QN_INDEX_NOTE_SKIPPED);
    cli_work_commit(cli, &u->work, false);
}

/* --stdin and --index-info end the options. */
static void check_last(struct cli *cli, int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            break;
        if (strcmp(argv[i], "--stdin") == 0 ||
            strcmp(argv[i], "--index-info") == 0) {
            cli_error(cli, "option '%s' must be the last argument",
                      argv[i] + 2);
            cli_exit(cli, CLI_EXIT_USAGE);
        }
    }
}

/* The options in front of the first path, one at a time. */
static void take_options(struct update *u, int *argc, char ***argv,
                         const struct cli_option *options)
{
    struct cli *cli = u->cli;

    /* Options count for the paths behind them: one argument at a time. */
    while (u->rest == REST_NONE) {
        /* "--cacheinfo mode id path", the older form, in four words. */
        if (*argc > 4 && strcmp((*argv)[1], "--cacheinfo") == 0 &&
            !strchr((*argv)[2], ',')) {
            add_cacheinfo(u, (*argv)[2], strlen((*argv)[2]), (*argv)[3],
                          strlen((*argv)[3]), (*argv)[4]);
            *argv += 4;
            *argc -= 4;
            continue;
        }
        if (*argc > 1 && strncmp((*argv)[1], "--cacheinfo", 11) != 0 &&
            (*argv)[1][0] == '-' && (*argv)[1][1] == '-' && (*argv)[1][2]) {
            /* One option, with its argument when that is a word of its own. */
            char *pair[3] = {(*argv)[0], (*argv)[1], NULL};
            bool takes_word = strcmp((*argv)[1], "--index-version") == 0 ||
                              strcmp((*argv)[1], "--chmod") == 0;
            char *triple[4] = {(*argv)[0], (*argv)[1],
                               *argc > 2 ? (*argv)[2] : NULL, NULL};

            if (takes_word && *argc > 2)
                (void)cli_parse(cli, 3, triple, options, usage, 0);
            else
                (void)cli_parse(cli, 2, pair, options, usage, 0);
            *argv += takes_word && *argc > 2 ? 2 : 1;
            *argc -= takes_word && *argc > 2 ? 2 : 1;
            continue;
        }
        if (*argc > 1 && strcmp((*argv)[1], "--cacheinfo") == 0 && *argc > 2) {
            char *triple[4] = {(*argv)[0], (*argv)[1], (*argv)[2], NULL};

            (void)cli_parse(cli, 3, triple, options, usage, 0);
            *argv += 2;
            *argc -= 2;
            continue;
        }
        if (u->rest == REST_NONE && *argc > 1 && (*argv)[1][0] == '-' &&
            (*argv)[1][1] && strcmp((*argv)[1], "--") != 0) {
            char *pair[3] = {(*argv)[0], (*argv)[1], NULL};

            (void)cli_parse(cli, 2, pair, options, usage, 0);
            ++*argv;
            --*argc;
            continue;
        }
        break;
    }
}

/* Paths, and options between them. */
static void take_paths(struct update *u, int argc, char **argv,
                       const struct cli_option *options)
{
    struct cli *cli = u->cli;

    for (int i = 1; i < argc; i++) {
        if (u->rest != REST_NONE) {
            take_rest(u, argc - i, argv + i);
            return;
        }
        if (strcmp(argv[i], "--") == 0 && i == 1)
            continue;
        if (argv[i][0] == '-' && argv[i][1] && strcmp(argv[1], "--") != 0) {
            /* Options between paths. */
            int used = 1;
            char *triple[4] = {argv[0], argv[i],
                               i + 1 < argc ? argv[i + 1] : NULL, NULL};

            if (i + 1 < argc && (strcmp(argv[i], "--cacheinfo") == 0 ||
                                 strcmp(argv[i], "--chmod") == 0 ||
                                 strcmp(argv[i], "--index-version") == 0))
                used = 2;
            (void)cli_parse(cli, used + 1, triple, options, usage, 0);
            i += used - 1;
            continue;
        }
        process_path(u, argv[i]);
    }
    if (u->rest != REST_NONE)
        take_rest(u, 0, NULL);
}

/* One of the rarer things to do with the untracked cache; --no-x: none. */
static int set_cache(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated ? -1 : (int)option->number;
    return 0;
}

int cmd_update_index(struct cli *cli, int argc, char **argv)
{
    struct update u = {
        .cli = cli, .split = -1, .untracked_cache = -1, .fsmonitor = -1};
    const struct cli_option options[] = {
        CLI_FLAG('q', NULL, &u.quiet, "go on though files need an update"),
        CLI_FLAG(0, "ignore-submodules", &u.ignore_submodules,
                 "refresh: leave submodules"),
        CLI_FLAG(0, "add", &u.add, "enter new files"),
        CLI_FLAG(0, "replace", &u.replace, "files may replace directories"),
        CLI_FLAG(0, "remove", &u.remove, "missing files are removed"),
        CLI_FLAG(0, "unmerged", &u.allow_unmerged, "refresh: leave unmerged"),
        CLI_CALLBACK(0, "refresh", &u, NULL, "renew stat data",
                     CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, do_refresh),
        {CLI_KIND_CALLBACK, 0, "really-refresh", &u, NULL,
         "the same for assume-unchanged files",
         CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, 2, do_refresh},
        CLI_CALLBACK(0, "cacheinfo", &u, "mode,id,path", "enter this",
                     CLI_OPTION_NO_NEGATE | CLI_OPTION_COMPLETE_BARE,
                     do_cacheinfo),
        CLI_CALLBACK(0, "chmod", &u.chmod, "(+|-)x", "the executable bit",
                     CLI_OPTION_NO_NEGATE, set_chmod),
        MARK("assume-unchanged", &u.mark_valid, "mark as not changing", 0),
        MARK("no-assume-unchanged", &u.mark_valid, "take that mark away", 1),
        MARK("skip-worktree", &u.mark_skip, "mark as not in the work tree", 0),
        MARK("no-skip-worktree", &u.mark_skip, "take that mark away", 1),
        CLI_FLAG(0, "ignore-skip-worktree-entries", &u.ignore_skipped,
                 "leave skip-worktree entries"),
        CLI_FLAG(0, "info-only", &u.info_only, "write no objects"),
        CLI_FLAG(0, "force-remove", &u.force_remove,
                 "remove though the file is there"),
        CLI_FLAG('z', NULL, &u.nul, "records end with NUL"),
        CLI_FLAG_WITH(0, "stdin", &u.from_stdin, "read paths from stdin",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "index-info", &u.index_info, "read entries from stdin",
                      CLI_OPTION_NO_NEGATE),
        {CLI_KIND_CALLBACK, 0, "unresolve", &u, NULL,
         "the paths behind it are unmerged again",
         CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, REST_UNRESOLVE,
         set_rest},
        {CLI_KIND_CALLBACK, 'g', "again", &u, NULL,
         "the paths that are not as in HEAD",
         CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, REST_AGAIN, set_rest},
        CLI_FLAG(0, "ignore-missing", &u.ignore_missing,
                 "refresh: leave missing files"),
        CLI_FLAG(0, "verbose", &u.verbose, "say what is done"),
        CLI_FLAG_WITH(0, "clear-resolve-undo", &u.clears_undo,
                      "forget what was unmerged", CLI_OPTION_NO_NEGATE),
        CLI_INTEGER(0, "index-version", &u.version, "format of the file"),
        {CLI_KIND_SET, 0, "show-index-version", &u.version, NULL,
         "show the format of the file", 0, -1, NULL},
        CLI_TRISTATE(0, "split-index", &u.split, "share entries"),
        CLI_TRISTATE(0, "untracked-cache", &u.untracked_cache,
                     "keep a list of untracked files"),
        {CLI_KIND_CALLBACK, 0, "test-untracked-cache", &u.untracked_cache, NULL,
         "see whether the file system can serve it", CLI_OPTION_NO_ARGUMENT,
         TEST_CACHE, set_cache},
        {CLI_KIND_CALLBACK, 0, "force-untracked-cache", &u.untracked_cache,
         NULL, "keep it without a test", CLI_OPTION_NO_ARGUMENT, 2, set_cache},
        CLI_FLAG(0, "force-write-index", &u.force_write, "write always"),
        CLI_TRISTATE(0, "fsmonitor", &u.fsmonitor, "use the monitor"),
        MARK("fsmonitor-valid", &u.mark_fsmonitor,
             "mark as known to the monitor", 0),
        MARK("no-fsmonitor-valid", &u.mark_fsmonitor, "take that mark away", 1),
        CLI_END};

    /* -h and errors of usage need no repository. */
    if (cli->has_help) {
        cli_parse(cli, argc, argv, options, usage, 0);
        return 0;
    }
    cli_work_open(cli, &u.work, CLI_WORK_LOCK | CLI_WORK_NO_TREE);
    check_last(cli, argc, argv);
    cli_check(cli, qn_odb_batch_begin(cli->ctx, cli->odb));
    take_options(&u, &argc, &argv, options);
    take_paths(&u, argc, argv, options);
    if (u.index_info)
        read_index_info(&u);
    if (u.from_stdin)
        read_paths(&u);
    cli_check(cli, qn_odb_batch_end(cli->ctx, cli->odb, true));
    if (u.untracked_cache == TEST_CACHE) {
        int code = cli_untracked_test(cli, qn_repo_work_tree(cli->repo));

        cli_work_close(&u.work);
        return code;
    }
    if (u.version == -1)
        cli_printf(cli, "%u\n",
                   qn_index_has_file(u.work.index)
                       ? qn_index_version(u.work.index)
                       : 0);
    finish(&u);
    cli_work_close(&u.work);
    return u.has_errors ? 1 : 0;
}
