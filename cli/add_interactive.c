/* SPDX-License-Identifier: MIT */
#include "cli/add_interactive.h"

#include "cli/add_menu.h"
#include "cli/diff_options.h"
#include "operation/op_add.h"
#include "operation/op_restore.h"
#include "worktree/status.h"
#include "worktree/work_walk.h"

#include <stdlib.h>
#include <string.h>

struct session {
    struct cli *cli;
    const struct cli_list *patterns;
    const struct cli_patch_args *args;
    struct qn_index *target; /* or NULL */
    struct cli_dialogue dialogue;
    struct cli_menu menu;
};

/* What one command works on. */
struct view {
    struct cli_work work;
    struct qn_index *index;
    struct qn_pathspec *pathspec;
    struct qn_id tree;
    bool has_head;
};

static void open_view(struct session *s, struct view *view, unsigned flags)
{
    struct cli *cli = s->cli;

    memset(view, 0, sizeof(*view));
    cli_work_open(cli, &view->work, s->target ? 0 : flags);
    view->index = s->target ? s->target : view->work.index;
    if (s->patterns->count)
        view->pathspec =
            cli_pathspec(cli, s->patterns->items, s->patterns->count, 0);
    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, NULL,
                                  &view->tree, &view->has_head));
}

static void close_view(struct session *s, struct view *view, bool writes)
{
    if (writes && !s->target)
        cli_work_commit(s->cli, &view->work, true);
    qn_pathspec_free(view->pathspec);
    cli_work_close(&view->work);
}

/* ---- counting changes */

static struct cli_menu_item *find_item(struct cli *cli, struct cli_menu *menu,
                                       struct qn_bytes path)
{
    for (size_t i = 0; i < menu->count; i++)
        if (qn_bytes_is_string(path, menu->items[i].name))
            return &menu->items[i];
    return cli_menu_add(cli, menu, path);
}

/* "3\t4\tname", or "-\t-\tname". */
static void read_counts(struct cli_menu_counts *out, const char *text)
{
    char *end;

    out->is_there = true;
    out->is_binary = *text == '-';
    out->added = strtoul(text, &end, 10);
    out->removed = out->is_binary ? 0 : strtoul(end, NULL, 10);
}

static void count_changes(struct session *s, struct view *view, bool is_staged)
{
    struct cli *cli = s->cli;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_diff_options options;
    struct qn_patch *patch = NULL;
    struct qn_buf line = QN_BUF_INIT;
    struct qn_op_diff op;

    qn_op_diff_init(&op, cli->odb, view->index, &view->work.tree);
    op.pathspec = view->pathspec;
    op.looks_inside = true;
    qn_diff_options_init(&options);
    cli_check(cli, qn_diff_options_configure(cli->ctx, &options,
                                             cli_config(cli), false));
    options.formats = QN_DIFF_FORMAT_NUMSTAT;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &options, NULL,
                                &patch));
    qn_patch_set_content(patch, &op.content);
    cli_check(cli, is_staged ? qn_op_diff_cached(
                                   cli->ctx, &op,
                                   view->has_head ? &view->tree : NULL, &list)
                             : qn_op_diff_files(cli->ctx, &op, &list));
    for (size_t i = 0; i < list.count; i++) {
        struct qn_diff_list one = {.pairs = &list.pairs[i], .count = 1};
        struct cli_menu_item *item =
            find_item(cli, &s->menu, list.pairs[i].new_side.path);

        qn_buf_clear(&line);
        if (list.pairs[i].status == QN_DIFF_UNMERGED) {
            item->is_unmerged = true;
            continue;
        }
        cli_check(cli, qn_patch_print(cli->ctx, patch, &one, &line));
        read_counts(is_staged ? &item->staged : &item->unstaged,
                    qn_buf_string(&line));
    }
    qn_buf_dispose(&line);
    qn_patch_free(patch);
    qn_op_diff_dispose(&op);
    qn_diff_list_dispose(&list);
}

static int by_name(const void *a, const void *b)
{
    const struct cli_menu_item *one = a, *other = b;

    return strcmp(one->name, other->name);
}

enum wanted { ALL, UNSTAGED, STAGED, PATCHABLE };

/* The changed files; `*has_binary`: some were left out for that. */
static void list_changes(struct session *s, enum wanted wanted,
                         bool *has_binary)
{
    struct cli_menu *menu = &s->menu;
    struct view view;
    size_t kept = 0;

    cli_menu_clear(menu);
    open_view(s, &view, 0);
    count_changes(s, &view, true);
    count_changes(s, &view, false);
    close_view(s, &view, false);
    *has_binary = false;
    for (size_t i = 0; i < menu->count; i++) {
        struct cli_menu_item *item = &menu->items[i];
        bool is_wanted =
            wanted == ALL || (wanted == STAGED ? item->staged.is_there
                                               : item->unstaged.is_there);

        if (wanted == PATCHABLE && item->unstaged.is_binary) {
            *has_binary = true;
            is_wanted = false;
        }
        if (wanted == PATCHABLE && item->is_unmerged) {
            cli_stderr(s->cli, "%signoring unmerged: %s%s\n",
                       s->dialogue.colors.error, item->name,
                       s->dialogue.colors.reset);
            is_wanted = false;
        }
        if (is_wanted)
            menu->items[kept++] = *item;
        else
            free(item->name);
    }
    menu->count = kept;
    if (kept)
        qsort(menu->items, kept, sizeof(*menu->items), by_name);
}

/* ---- the commands */

/* The chosen paths as patterns that mean just them. */
static struct qn_pathspec *chosen_pathspec(struct session *s,
                                           struct cli_list *patterns)
{
    struct cli *cli = s->cli;

    for (size_t i = 0; i < s->menu.count; i++) {
        struct qn_buf pattern = QN_BUF_INIT;

        if (!s->menu.items[i].is_chosen)
            continue;
        cli_check(cli, qn_buf_printf(cli->ctx, &pattern, ":(top,literal)%s",
                                     s->menu.items[i].name));
        cli_list_add(cli, patterns, qn_buf_string(&pattern));
    }
    return cli_pathspec(cli, patterns->items, patterns->count, 0);
}

static void dispose_patterns(struct cli_list *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        qn_memory_free((char *)patterns->items[i]);
    qn_memory_free(patterns->items);
}

static void run_status(struct session *s)
{
    bool has_binary;

    list_changes(s, ALL, &has_binary);
    cli_menu_show(&s->menu, false);
    cli_puts(s->cli, "\n");
}

static void say_count(struct session *s, const char *verb, size_t count)
{
    cli_printf(s->cli, count == 1 ? "%s %zu path\n" : "%s %zu paths\n", verb,
               count);
}

static void stage_chosen(struct session *s, const char *verb, size_t count)
{
    struct cli *cli = s->cli;
    struct qn_op_add_options options = {.is_forced = true};
    struct cli_list patterns = {0};
    struct qn_pathspec *pathspec = chosen_pathspec(s, &patterns);
    struct view view;

    open_view(s, &view, CLI_WORK_LOCK);
    cli_check(cli, qn_op_add(cli->ctx, &view.work.tree, view.index, cli->odb,
                             pathspec, &options));
    close_view(s, &view, true);
    say_count(s, verb, count);
    qn_pathspec_free(pathspec);
    dispose_patterns(&patterns);
}

static void run_update(struct session *s)
{
    bool has_binary;
    size_t count;

    list_changes(s, UNSTAGED, &has_binary);
    if (s->menu.count) {
        count = cli_menu_choose(&s->menu, "Update", false);
        if (count)
            stage_chosen(s, "updated", count);
    }
    cli_puts(s->cli, "\n");
}

static void revert_chosen(struct session *s, size_t count)
{
    struct cli *cli = s->cli;
    struct qn_op_restore_options options = {.updates_index = true};
    struct cli_list patterns = {0};
    struct qn_pathspec *pathspec = chosen_pathspec(s, &patterns);
    struct view view;

    open_view(s, &view, CLI_WORK_LOCK);
    options.matched =
        qn_memory_calloc(cli->ctx, qn_pathspec_count(pathspec) + 1, 1);
    options.tree = view.has_head
                       ? &view.tree
                       : qn_id_empty_tree(qn_repo_algorithm(cli->repo));
    cli_check(cli, qn_op_restore(cli->ctx, cli->odb, &view.work.tree,
                                 view.index, pathspec, &options));
    for (size_t i = 0; i < s->menu.count; i++) {
        const char *name = s->menu.items[i].name;
        bool found = false;

        (void)qn_index_find(view.index, qn_bytes_from_string(name), 0, &found);
        if (s->menu.items[i].is_chosen && !found)
            cli_printf(cli, "note: %s is untracked now.\n", name);
    }
    close_view(s, &view, true);
    say_count(s, "reverted", count);
    qn_memory_free(options.matched);
    qn_pathspec_free(pathspec);
    dispose_patterns(&patterns);
}

static void run_revert(struct session *s)
{
    bool has_binary;
    size_t count;

    list_changes(s, STAGED, &has_binary);
    if (s->menu.count) {
        count = cli_menu_choose(&s->menu, "Revert", false);
        if (count)
            revert_chosen(s, count);
    }
    cli_puts(s->cli, "\n");
}

static void run_untracked(struct session *s)
{
    struct cli *cli = s->cli;
    struct qn_work_walk walk = QN_WORK_WALK_INIT;
    struct qn_work_walk_options options = {.lists_untracked = true};
    struct view view;
    size_t count;

    cli_menu_clear(&s->menu);
    open_view(s, &view, 0);
    options.pathspec = view.pathspec;
    cli_check(cli, qn_work_walk_run(cli->ctx, &view.work.tree, view.index,
                                    &options, &walk));
    for (size_t i = 0; i < walk.count; i++)
        cli_menu_add(cli, &s->menu, walk.items[i].path)->is_plain = true;
    close_view(s, &view, false);
    qn_work_walk_dispose(&walk);
    if (s->menu.count == 0)
        cli_puts(cli, "No untracked files.\n");
    else if ((count = cli_menu_choose(&s->menu, "Add untracked", false)) > 0)
        stage_chosen(s, "added", count);
    cli_puts(cli, "\n");
}

static void run_patch(struct session *s)
{
    struct cli *cli = s->cli;
    struct cli_list patterns = {0};
    struct cli_patch patch = {
        .mode = QN_OP_PATCH_ADD, .target = s->target, .is_quiet = true};
    struct qn_pathspec *pathspec;
    bool has_binary;

    list_changes(s, PATCHABLE, &has_binary);
    if (s->menu.count == 0) {
        cli_stderr(cli, "%s%s%s\n", s->dialogue.colors.error,
                   has_binary ? "Only binary files changed." : "No changes.",
                   s->dialogue.colors.reset);
        return;
    }
    if (cli_menu_choose(&s->menu, "Patch update", false)) {
        pathspec = chosen_pathspec(s, &patterns);
        patch.pathspec = pathspec;
        (void)cli_patch_run(cli, &patch, s->args);
        qn_pathspec_free(pathspec);
        dispose_patterns(&patterns);
        return;
    }
    cli_puts(cli, "\n");
}

static void show_staged(struct session *s)
{
    struct cli *cli = s->cli;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct cli_diff diff;
    struct cli_list patterns = {0};
    struct qn_pathspec *pathspec = chosen_pathspec(s, &patterns);
    struct qn_patch *patch = NULL;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_op_diff op;
    struct view view;

    open_view(s, &view, 0);
    cli_diff_init(cli, &diff, true);
    cli_diff_finish(cli, &diff, QN_DIFF_FORMAT_PATCH);
    qn_op_diff_init(&op, cli->odb, view.index, &view.work.tree);
    op.pathspec = pathspec;
    op.looks_inside = true;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &diff.options,
                                NULL, &patch));
    cli_check(cli, qn_op_diff_cached(cli->ctx, &op,
                                     view.has_head ? &view.tree : NULL, &list));
    cli_check(cli, qn_patch_refine(cli->ctx, patch, &list));
    cli_check(cli, qn_patch_print(cli->ctx, patch, &list, &out));
    cli_write(cli, out.data, out.size);
    qn_buf_dispose(&out);
    qn_patch_free(patch);
    qn_op_diff_dispose(&op);
    qn_diff_list_dispose(&list);
    cli_diff_dispose(&diff);
    qn_pathspec_free(pathspec);
    dispose_patterns(&patterns);
    close_view(s, &view, false);
}

static void run_diff(struct session *s)
{
    bool has_binary;

    list_changes(s, STAGED, &has_binary);
    if (s->menu.count && cli_menu_choose(&s->menu, "Review diff", true))
        show_staged(s);
    cli_puts(s->cli, "\n");
}

static void run_help(struct session *s)
{
    static const char *const lines[] = {
        "status        - show paths with changes",
        "update        - add working tree state to the staged set of changes",
        "revert        - revert staged set of changes back to the HEAD version",
        "patch         - pick hunks and update selectively",
        "diff          - view diff between HEAD and index",
        "add untracked - add contents of untracked files to the staged set of "
        "changes"};

    for (size_t i = 0; i < QN_COUNT_OF(lines); i++)
        cli_printf(s->cli, "%s%s%s\n", s->dialogue.colors.help, lines[i],
                   s->dialogue.colors.reset);
}

int cli_add_interactive(struct cli *cli, const struct cli_list *patterns,
                        const struct cli_patch_args *args,
                        struct qn_index *target)
{
    static const struct {
        const char *name;
        void (*run)(struct session *s);
    } commands[] = {{"status", run_status}, {"update", run_update},
                    {"revert", run_revert}, {"add untracked", run_untracked},
                    {"patch", run_patch},   {"diff", run_diff},
                    {"quit", NULL},         {"help", run_help}};
    struct session s = {
        .cli = cli, .patterns = patterns, .args = args, .target = target};
    struct cli_menu top = {.cli = cli, .dialogue = &s.dialogue};
    size_t chosen;

    cli_open_repo(cli, CLI_OPEN_NEEDS_WORK_TREE | CLI_OPEN_VIEWS);
    cli_dialogue_open(cli, &s.dialogue);
    s.menu.cli = cli;
    s.menu.dialogue = &s.dialogue;
    for (size_t i = 0; i < QN_COUNT_OF(commands); i++)
        cli_menu_add(cli, &top, qn_bytes_from_string(commands[i].name))
            ->is_plain = true;
    run_status(&s);
    for (;;) {
        bool is_end = false;

        chosen = cli_menu_pick(&top, "*** Commands ***", "What now", &is_end);
        if (is_end)
            cli_puts(cli, "\n");
        if (is_end || (chosen < top.count && !commands[chosen].run))
            break;
        if (chosen < top.count)
            commands[chosen].run(&s);
    }
    cli_puts(cli, "Bye.\n");
    cli_menu_clear(&top);
    cli_menu_clear(&s.menu);
    free(top.items);
    free(s.menu.items);
    cli_dialogue_close(&s.dialogue);
    return 0;
}
