/* SPDX-License-Identifier: MIT */
#include "cli/status_view.h"

#include "cli/columns.h"
#include "cli/status_verbose.h"
#include "text/color.h"
#include "text/ref_name.h"

#include <stdio.h>
#include <stdlib.h>

int cli_status_set_porcelain(struct cli *cli, const struct cli_option *option,
                             const char *argument, bool is_negated)
{
    int *form = option->value;

    if (is_negated)
        *form = CLI_STATUS_NONE;
    else if (!argument || strcmp(argument, "v1") == 0 ||
             strcmp(argument, "1") == 0)
        *form = CLI_STATUS_V1;
    else if (strcmp(argument, "v2") == 0 || strcmp(argument, "2") == 0)
        *form = CLI_STATUS_V2;
    else
        cli_die_with(cli, "unsupported porcelain version '%s'", argument);
    return 0;
}

int cli_status_set_untracked(struct cli *cli, const struct cli_option *option,
                             const char *argument, bool is_negated)
{
    (void)cli;
    *(const char **)option->value = is_negated ? NULL
                                    : argument ? argument
                                               : "all";
    return 0;
}

int cli_status_set_ignored(struct cli *cli, const struct cli_option *option,
                           const char *argument, bool is_negated)
{
    (void)cli;
    *(const char **)option->value = is_negated ? "no"
                                    : argument ? argument
                                               : "traditional";
    return 0;
}

static void refuse_config(struct cli *cli, const char *key, const char *format,
                          const char *value)
{
    struct qn_buf text = QN_BUF_INIT;

    cli_check(cli, qn_buf_printf(cli->ctx, &text, format, value));
    (void)cli_error(cli, "%s", qn_buf_string(&text));
    cli_die_config(cli, key);
}

static void choose_untracked(struct cli_status *args,
                             struct qn_status_options *out)
{
    const char *value = args->untracked;
    bool flag;

    if (!value)
        value =
            cli_config_string(args->cli, "status.showuntrackedfiles", "normal");
    if (strcmp(value, "normal") == 0)
        out->untracked = QN_STATUS_UNTRACKED_NORMAL;
    else if (strcmp(value, "all") == 0)
        out->untracked = QN_STATUS_UNTRACKED_ALL;
    else if (strcmp(value, "no") == 0)
        out->untracked = QN_STATUS_UNTRACKED_NO;
    else if (qn_config_parse_bool(value, &flag))
        out->untracked =
            flag ? QN_STATUS_UNTRACKED_NORMAL : QN_STATUS_UNTRACKED_NO;
    else if (args->untracked)
        cli_die_with(args->cli, "Invalid untracked files mode '%s'", value);
    else
        refuse_config(args->cli, "status.showuntrackedfiles",
                      "Invalid untracked files mode '%s'", value);
    if (!args->ignored || strcmp(args->ignored, "no") == 0)
        out->ignored = QN_WORK_WALK_IGNORED_NONE;
    else if (strcmp(args->ignored, "traditional") == 0)
        out->ignored = QN_WORK_WALK_IGNORED_TRADITIONAL;
    else if (strcmp(args->ignored, "matching") == 0)
        out->ignored = QN_WORK_WALK_IGNORED_MATCHING;
    else
        cli_die_with(args->cli, "Invalid ignored mode '%s'", args->ignored);
    if (out->untracked == QN_STATUS_UNTRACKED_NO &&
        out->ignored == QN_WORK_WALK_IGNORED_MATCHING)
        cli_die_with(args->cli, "Unsupported combination of ignored and "
                                "untracked-files arguments");
    if (out->untracked == QN_STATUS_UNTRACKED_NO)
        out->ignored = QN_WORK_WALK_IGNORED_NONE;
}

static void choose_renames(struct cli_status *args,
                           struct qn_status_options *out)
{
    const char *value =
        cli_config_string(args->cli, "status.renames",
                          cli_config_string(args->cli, "diff.renames", "true"));
    bool flag;
    int64_t limit =
        cli_config_int(args->cli, "status.renamelimit",
                       cli_config_int(args->cli, "diff.renamelimit", -1));

    if (strcmp(value, "copies") == 0 || strcmp(value, "copy") == 0)
        out->rename = 2;
    else
        out->rename = !qn_config_parse_bool(value, &flag) || flag;
    out->rename_limit = limit < 0 ? UINT32_MAX : (uint32_t)limit;
    if (args->no_renames)
        out->rename = 0;
    if (args->find_renames) {
        char *end;
        unsigned long number = strtoul(args->find_renames, &end, 10);
        double score;

        if (!out->rename)
            out->rename = 1;
        if (*end == '%') {
            score = (double)number / 100;
        } else {
            score = (double)number;
            while (score >= 1)
                score /= 10;
        }
        out->rename_score = (uint32_t)(score * 60000);
    } else if (args->renames_given && !out->rename) {
        out->rename = 1;
    }
    args->rename = *out;
}

/* ---- short and porcelain forms */

static void put_name(struct cli_status *args, struct qn_bytes path)
{
    struct qn_buf text = QN_BUF_INIT;
    struct cli *cli = args->cli;
    bool is_full = !args->relative;

    cli_append_path(cli, &text, path, is_full, !args->nul);
    /* A name with blanks is quoted in the short form, too. */
    if (!args->nul && args->form != CLI_STATUS_V2 && text.size > 0 &&
        text.data[0] != '"' && memchr(text.data, ' ', text.size)) {
        cli_put(cli, '"');
        cli_write(cli, text.data, text.size);
        cli_put(cli, '"');
    } else {
        cli_write(cli, text.data, text.size);
    }
    qn_buf_dispose(&text);
}

static void put_text(struct cli_status *args, enum qn_status_color slot,
                     const char *text)
{
    const char *color = args->color[slot];

    cli_printf(args->cli, "%s%s%s", color, text, *color ? "\033[m" : "");
}

static void put_letter(struct cli_status *args, enum qn_status_color slot,
                       char letter)
{
    const char text[2] = {letter, 0};

    if (letter == ' ')
        cli_put(args->cli, letter);
    else
        put_text(args, slot, text);
}

static const char *conflict_letters(uint8_t stages)
{
    static const char *const letters[] = {"  ", "DD", "AU", "UD",
                                          "UA", "DU", "AA", "UU"};

    return letters[stages & 7];
}

static void put_short_row(struct cli_status *args,
                          const struct qn_status_row *row)
{
    struct cli *cli = args->cli;
    char end = args->nul ? '\0' : '\n';

    if (row->stages) {
        const char *letters = conflict_letters(row->stages);

        put_text(args, QN_STATUS_COLOR_UNMERGED, letters);
    } else {
        put_letter(args, QN_STATUS_COLOR_ADDED, row->staged);
        put_letter(args, QN_STATUS_COLOR_CHANGED, row->unstaged);
    }
    cli_put(cli, ' ');
    if (row->old_path.size > 0 && !args->nul) {
        put_name(args, row->old_path);
        cli_puts(cli, " -> ");
    }
    put_name(args, row->path);
    cli_put(cli, end);
    if (row->old_path.size > 0 && args->nul) {
        put_name(args, row->old_path);
        cli_put(cli, end);
    }
}

static void put_number(struct cli_status *args, enum qn_status_color slot,
                       uint64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    put_text(args, slot, text);
}

/* " [ahead 1, behind 2]" */
static void put_tracking(struct cli_status *args)
{
    const struct qn_status_state *state = &args->state;
    bool has_any = state->upstream_is_gone || state->is_different ||
                   state->ahead || state->behind;

    if (!has_any)
        return;
    put_text(args, QN_STATUS_COLOR_HEADER, " [");
    if (state->upstream_is_gone) {
        put_text(args, QN_STATUS_COLOR_HEADER, "gone");
    } else if (state->is_different) {
        put_text(args, QN_STATUS_COLOR_HEADER, "different");
    } else {
        if (state->ahead) {
            put_text(args, QN_STATUS_COLOR_HEADER, "ahead ");
            put_number(args, QN_STATUS_COLOR_LOCAL_BRANCH, state->ahead);
        }
        if (state->behind) {
            put_text(args, QN_STATUS_COLOR_HEADER,
                     state->ahead ? ", behind " : "behind ");
            put_number(args, QN_STATUS_COLOR_REMOTE_BRANCH, state->behind);
        }
    }
    put_text(args, QN_STATUS_COLOR_HEADER, "]");
}

static void put_short_branch(struct cli_status *args)
{
    struct cli *cli = args->cli;
    const struct qn_status_state *state = &args->state;
    char end = args->nul ? '\0' : '\n';
    const char *name = qn_buf_string(&state->branch);

    put_text(args, QN_STATUS_COLOR_HEADER, "## ");
    if (state->is_detached) {
        put_text(args, QN_STATUS_COLOR_NO_BRANCH, "HEAD (no branch)");
        cli_put(cli, end);
        return;
    }
    if (!qn_ref_name_is_valid(qn_bytes_from_string(name),
                              QN_REF_NAME_ONE_LEVEL))
        return; /* HEAD names what no branch can be called */
    if (state->is_initial)
        put_text(args, QN_STATUS_COLOR_HEADER, "No commits yet on ");
    put_text(args, QN_STATUS_COLOR_LOCAL_BRANCH, name);
    if (state->has_upstream) {
        put_text(args, QN_STATUS_COLOR_HEADER, "...");
        put_text(args, QN_STATUS_COLOR_REMOTE_BRANCH,
                 qn_buf_string(&state->upstream));
        put_tracking(args);
    }
    cli_put(cli, end);
}

static void put_short(struct cli_status *args)
{
    struct cli *cli = args->cli;
    char end = args->nul ? '\0' : '\n';

    if (args->branch > 0)
        put_short_branch(args);
    for (size_t i = 0; i < args->list.count; i++)
        put_short_row(args, &args->list.rows[i]);
    for (int ignored = 0; ignored < 2; ignored++) {
        for (size_t i = 0; i < args->list.extra.count; i++) {
            const struct qn_work_walk_item *item = &args->list.extra.items[i];

            if (item->is_ignored != (ignored == 1))
                continue;
            put_text(args, QN_STATUS_COLOR_UNTRACKED, ignored ? "!!" : "??");
            cli_put(cli, ' ');
            put_name(args, item->path);
            cli_put(cli, end);
        }
    }
}

static void put_v2_header(struct cli_status *args)
{
    struct cli *cli = args->cli;
    const struct qn_status_state *state = &args->state;
    char end = args->nul ? '\0' : '\n';

    if (args->branch > 0) {
        cli_puts(cli, "# branch.oid ");
        if (state->is_initial)
            cli_puts(cli, "(initial)");
        else
            cli_put_id(cli, &state->head);
        cli_put(cli, end);
        cli_printf(cli, "# branch.head %s",
                   state->is_detached ? "(detached)"
                                      : qn_buf_string(&state->branch));
        cli_put(cli, end);
        if (state->has_upstream && !state->is_detached) {
            cli_printf(cli, "# branch.upstream %s",
                       qn_buf_string(&state->upstream));
            cli_put(cli, end);
            if (state->is_different) {
                cli_puts(cli, "# branch.ab +? -?");
                cli_put(cli, end);
            } else if (!state->upstream_is_gone && !state->is_initial) {
                cli_printf(cli, "# branch.ab +%llu -%llu",
                           (unsigned long long)state->ahead,
                           (unsigned long long)state->behind);
                cli_put(cli, end);
            }
        }
    }
    if (args->show_stash && state->stash_count > 0) {
        cli_printf(cli, "# stash %zu", state->stash_count);
        cli_put(cli, end);
    }
}

static char dotted(char letter)
{
    return letter == ' ' ? '.' : letter;
}

static void put_v2_row(struct cli_status *args, const struct qn_status_row *row)
{
    struct cli *cli = args->cli;
    char end = args->nul ? '\0' : '\n';
    bool is_moved = row->old_path.size > 0;
    char sub[5] = "N...";

    if (row->is_submodule) {
        sub[0] = 'S';
        sub[1] = row->has_new_commit ? 'C' : '.';
    }
    cli_printf(cli, "%c %c%c %s %06o %06o %06o ", is_moved ? '2' : '1',
               dotted(row->staged), dotted(row->unstaged), sub, row->head_mode,
               row->index_mode, row->unstaged == 'D' ? 0 : row->work_mode);
    cli_put_id(cli, &row->head_id);
    cli_put(cli, ' ');
    cli_put_id(cli, &row->index_id);
    if (is_moved)
        cli_printf(cli, " %c%d", row->staged, row->score);
    cli_put(cli, ' ');
    put_name(args, row->path);
    if (is_moved) {
        cli_put(cli, args->nul ? '\0' : '\t');
        put_name(args, row->old_path);
    }
    cli_put(cli, end);
}

static void put_v2(struct cli_status *args)
{
    struct cli *cli = args->cli;
    char end = args->nul ? '\0' : '\n';

    put_v2_header(args);
    for (size_t i = 0; i < args->list.count; i++) {
        if (!args->list.rows[i].stages)
            put_v2_row(args, &args->list.rows[i]);
    }
    for (size_t i = 0; i < args->list.count; i++) {
        const struct qn_status_row *row = &args->list.rows[i];

        if (!row->stages)
            continue;
        cli_printf(cli, "u %s N... %06o %06o %06o %06o",
                   conflict_letters(row->stages), row->stage_mode[0],
                   row->stage_mode[1], row->stage_mode[2], row->work_mode);
        for (int stage = 0; stage < 3; stage++) {
            cli_put(cli, ' ');
            cli_put_id(cli, &row->stage_id[stage]);
        }
        cli_put(cli, ' ');
        put_name(args, row->path);
        cli_put(cli, end);
    }
    for (int ignored = 0; ignored < 2; ignored++) {
        for (size_t i = 0; i < args->list.extra.count; i++) {
            const struct qn_work_walk_item *item = &args->list.extra.items[i];

            if (item->is_ignored != (ignored == 1))
                continue;
            cli_puts(cli, ignored ? "! " : "? ");
            put_name(args, item->path);
            cli_put(cli, end);
        }
    }
}

/* Names of untracked files in columns, on stdout. */
static enum qn_status lay_out(struct qn_ctx *ctx, void *data,
                              struct qn_bytes names, struct qn_buf *out)
{
    struct cli_status *args = data;
    struct cli *cli = args->cli;
    struct cli_columns columns = {0};
    struct qn_buf indent = QN_BUF_INIT;
    enum qn_status status;
    const char *color = args->color[QN_STATUS_COLOR_UNTRACKED];

    (void)ctx;
    cli_write(cli, out->data, out->size);
    qn_buf_truncate(out, 0);
    (void)cli_columns_decide(cli, "status", args->column, args->has_column,
                             &columns);
    status = qn_buf_printf(
        cli->ctx, &indent, "%s\t%s",
        args->comment ? args->comment
        : cli_config_bool(cli, "status.displaycommentprefix", false)
            ? cli_comment_string(cli)
            : "",
        color);
    columns.indent = qn_buf_string(&indent);
    columns.line_end = *color ? "\033[m\n" : "\n";
    columns.padding = 1;
    columns.has_padding = true;
    if (!status)
        cli_columns_print(cli, &columns, names);
    qn_buf_dispose(&indent);
    return status;
}

static void put_long(struct cli_status *args,
                     const struct qn_status_options *what,
                     struct qn_bytes verbose)
{
    struct cli *cli = args->cli;
    struct qn_buf text = QN_BUF_INIT;
    struct cli_columns columns = {0};
    struct qn_status_text_options options = {
        .prefix = args->relative ? cli_prefix(cli) : "",
        .quotes_high = cli_config_bool(cli, "core.quotepath", true),
        .shows_hints = cli_advice_is_on(cli, "statusHints"),
        .shows_untracked = what->untracked != QN_STATUS_UNTRACKED_NO,
        .shows_ignored = what->ignored != QN_WORK_WALK_IGNORED_NONE,
        .shows_branch = true,
        .shows_stash = args->show_stash,
        .reference = args->is_amend ? "HEAD^1" : "HEAD",
        .colors = args->uses_color ? args->color : NULL,
        .verbose = verbose,
        .comment = args->comment,
        .is_commit = args->is_commit,
        .is_template = args->is_template,
        .is_amend = args->is_amend,
        .shows_nothing_line = !args->is_template};

    if (!args->comment &&
        cli_config_bool(cli, "status.displaycommentprefix", false))
        options.comment = cli_comment_string(cli);
    if (!args->out && cli_columns_decide(cli, "status", args->column,
                                         args->has_column, &columns)) {
        options.lay_out = lay_out;
        options.lay_out_data = args;
    }
    cli_check(cli,
              qn_status_text_append(cli->ctx, &args->list, &args->state,
                                    &options, args->out ? args->out : &text));
    cli_write(cli, text.data, text.size);
    qn_buf_dispose(&text);
}

static void choose_form(struct cli_status *args)
{
    struct cli *cli = args->cli;

    bool is_short = cli_config_bool(cli, "status.short", false);

    if (args->form == CLI_STATUS_NONE && args->nul)
        args->form = CLI_STATUS_V1;
    if (args->form == CLI_STATUS_NONE)
        args->form = is_short ? CLI_STATUS_SHORT : CLI_STATUS_LONG;
    if (args->nul && args->form == CLI_STATUS_LONG)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--long", "-z");
    if (args->branch < 0)
        args->branch = args->form == CLI_STATUS_SHORT && !args->nul &&
                       cli_config_bool(cli, "status.branch", false);
    args->relative =
        args->form == CLI_STATUS_SHORT || args->form == CLI_STATUS_LONG
            ? cli_config_bool(cli, "status.relativepaths", true)
            : args->form == CLI_STATUS_V2 && !args->nul;
    if (args->nul)
        args->relative = false;
    args->uses_color =
        (args->form == CLI_STATUS_SHORT || args->form == CLI_STATUS_LONG) &&
        !args->nul && !args->is_template &&
        cli_wants_color(cli, NULL, "color.status");
    if (args->ahead_behind < 0)
        args->ahead_behind =
            args->form == CLI_STATUS_V1 || args->form == CLI_STATUS_V2 ||
                    args->form == CLI_STATUS_JSON
                ? 1
                : cli_config_bool(cli, "status.aheadbehind", true);
    if (!args->show_stash && args->form == CLI_STATUS_LONG)
        args->show_stash = cli_config_bool(cli, "status.showstash", false);
}

static void check_color(struct cli *cli, const char *slot, const char *value)
{
    struct qn_buf room = QN_BUF_INIT;
    char key[64];

    if (qn_color_parse(cli->ctx, qn_bytes_from_string(value), &room)) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        snprintf(key, sizeof(key), "color.status.%s", slot);
        cli_die_config(cli, key);
    }
    qn_buf_dispose(&room);
}

static void read_colors(struct cli_status *args)
{
    static const struct {
        const char *keys[2];
        const char *fallback;
    } slots[QN_STATUS_COLOR_COUNT] = {
        [QN_STATUS_COLOR_HEADER] = {{"header", NULL}, ""},
        [QN_STATUS_COLOR_ADDED] = {{"added", "updated"}, "green"},
        [QN_STATUS_COLOR_CHANGED] = {{"changed", NULL}, "red"},
        [QN_STATUS_COLOR_UNTRACKED] = {{"untracked", NULL}, "red"},
        [QN_STATUS_COLOR_BRANCH] = {{"branch", NULL}, ""},
        [QN_STATUS_COLOR_NO_BRANCH] = {{"nobranch", NULL}, "red"},
        [QN_STATUS_COLOR_UNMERGED] = {{"unmerged", NULL}, "red"},
        [QN_STATUS_COLOR_LOCAL_BRANCH] = {{"localbranch", NULL}, "green"},
        [QN_STATUS_COLOR_REMOTE_BRANCH] = {{"remotebranch", NULL}, "red"}};
    struct cli *cli = args->cli;

    for (size_t i = 0; i < QN_STATUS_COLOR_COUNT; i++) {
        const char *value = slots[i].fallback;

        args->color[i] = "";
        if (!args->uses_color)
            continue;
        for (size_t k = 0; k < 2 && slots[i].keys[k]; k++) {
            char key[64];

            snprintf(key, sizeof(key), "color.status.%s", slots[i].keys[k]);
            value = cli_config_string(cli, key, value);
        }
        qn_buf_clear(&args->colors[i]);
        check_color(cli, slots[i].keys[0], value);
        cli_check(cli, qn_color_parse(cli->ctx, qn_bytes_from_string(value),
                                      &args->colors[i]));
        args->color[i] = qn_buf_string(&args->colors[i]);
    }
}

/* What -v shows. */
static void show_changes(struct cli_status *args,
                         const struct qn_work_tree *tree,
                         struct qn_index *index, const struct qn_id *head,
                         bool is_staged, struct qn_buf *out)
{
    struct cli *cli = args->cli;
    struct cli_status_verbose how = {
        .level = args->verbose,
        .comment = args->comment,
        .uses_color = cli_wants_color(cli, NULL, "color.diff"),
        .has_staged = is_staged,
        .rename = &args->rename};

    if (!how.comment &&
        cli_config_bool(cli, "status.displaycommentprefix", false))
        how.comment = cli_comment_string(cli);
    for (size_t i = 0; i < args->list.count; i++)
        how.has_unstaged |=
            args->list.rows[i].unstaged != ' ' && !args->list.rows[i].stages;
    cli_status_verbose(cli, &how, tree, index, head, out);
}

/* Of an index that has whole directories. */
#define CLI_SPARSE_UNKNOWN 101

/* How much of a sparse checkout is there; -1: it is none. */
static int sparse_percent(struct cli *cli, const struct qn_index *index)
{
    size_t count = qn_index_count(index), skipped = 0;

    if (count == 0 || !cli_config_bool(cli, "core.sparsecheckout", false))
        return -1;
    for (size_t i = 0; i < count; i++)
        skipped +=
            (qn_index_peek(index, i)->flags & QN_INDEX_SKIP_WORKTREE) != 0;
    /* How many files are in the directories was not looked at. */
    return qn_index_was_sparse(index) ? CLI_SPARSE_UNKNOWN
                                      : 100 - (int)(100 * skipped / count);
}

bool cli_status_show(struct cli_status *args, const struct qn_work_tree *tree,
                     struct qn_index *index, const struct qn_id *head,
                     const struct qn_pathspec *pathspec)
{
    struct cli *cli = args->cli;
    struct qn_status_options options = {.pathspec = pathspec};
    struct qn_buf verbose = QN_BUF_INIT;
    bool is_staged = false;

    choose_form(args);
    read_colors(args);
    choose_untracked(args, &options);
    choose_renames(args, &options);
    options.ignores_submodules =
        args->submodules && strcmp(args->submodules, "all") == 0;
    options.tells_progress = true;
    cli_check(cli, qn_status_run(cli->ctx, tree, index, cli->odb, head,
                                 &options, &args->list));
    if (args->form == CLI_STATUS_LONG || args->form == CLI_STATUS_JSON ||
        args->branch > 0 || args->show_stash)
        cli_check(cli,
                  qn_status_state_read(cli->ctx, &cli->scope,
                                       args->ahead_behind != 0, &args->state));
    /* A first commit that is amended has none before it. */
    args->state.is_initial |= args->is_amend && !head;
    args->state.has_unmerged = qn_index_is_unmerged(index);
    args->state.sparse_percent = sparse_percent(cli, index);
    for (size_t i = 0; i < args->list.count; i++)
        args->state.is_dirty |= args->list.rows[i].unstaged != ' ';
    for (size_t i = 0; i < args->list.count; i++)
        is_staged |=
            args->list.rows[i].staged != ' ' && !args->list.rows[i].stages;
    if (args->form == CLI_STATUS_LONG && args->verbose > 0 && !args->out)
        show_changes(args, tree, index, head, is_staged, &verbose);
    if (args->form == CLI_STATUS_LONG)
        put_long(args, &options, qn_buf_bytes(&verbose));
    else if (args->form == CLI_STATUS_JSON)
        cli_status_json(args);
    else if (args->form == CLI_STATUS_V2)
        put_v2(args);
    else
        put_short(args);
    qn_buf_dispose(&verbose);
    return is_staged;
}

void cli_status_dispose(struct cli_status *args)
{
    qn_status_list_dispose(&args->list);
    qn_status_state_dispose(&args->state);
    for (size_t i = 0; i < QN_STATUS_COLOR_COUNT; i++)
        qn_buf_dispose(&args->colors[i]);
}
