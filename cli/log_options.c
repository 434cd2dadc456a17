/* SPDX-License-Identifier: MIT */
#include "cli/log_options.h"

#include "cli/json_output.h"
#include "cli/log_option_parts.h"
#include "operation/part/describe_name.h"

#include "base/memory.h"
#include "path/pathspec.h"
#include "show/diff_json.h"
#include "text/color.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* color.decorate.<slot>, in the order of enum qn_decorate_kind. */
static const char *const decorate_slots[QN_DECORATE_COUNT] = {
    "branch", "remoteBranch", "tag", "stash", "HEAD", "grafted", NULL};

static const char *read_color(struct cli_log *log, const char *key,
                              struct qn_buf *room, const char *fallback)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(log->cli), key);

    if (!entry || !entry->value)
        return fallback;
    cli_config_color(log->cli, entry, room);
    return qn_buf_string(room);
}

static void read_colors(struct cli_log *log)
{
    struct qn_decorate_form *form = &log->pretty.decorate_form;
    size_t i;

    qn_decorations_form_init(form);
    log->pretty.commit_color =
        read_color(log, "color.diff.commit", &log->commit_color, "\033[33m");
    form->commit_color = log->pretty.commit_color;
    for (i = 0; i < QN_DECORATE_COUNT; i++) {
        char key[64];

        if (!decorate_slots[i])
            continue;
        snprintf(key, sizeof(key), "color.decorate.%s", decorate_slots[i]);
        form->colors[i] =
            read_color(log, key, &log->decorate_colors[i], form->colors[i]);
    }
    cli_check_color(log->cli, "color.grep");
    log->pretty.match_color =
        read_color(log, "color.grep.match", &log->match_color, "\033[1;31m");
    log->pretty.match_color =
        read_color(log, "color.grep.matchselected", &log->match_color,
                   log->pretty.match_color);
    log->pretty.selected_color =
        read_color(log, "color.grep.selected", &log->selected_color, NULL);
}

void cli_log_init(struct cli *cli, struct cli_log *log)
{
    const struct qn_pretty_options defaults = QN_PRETTY_OPTIONS_INIT;

    memset(log, 0, sizeof(*log));
    log->cli = cli;
    log->pretty = defaults;
    log->abbrev_commit = log->expand_tabs = log->mailmap_wanted = -1;
    log->options.max_count = -1;
    log->lane_limit = -1;
    log->notes_default = -1;
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_diff_init(cli, &log->diff, true);
    log->diff.options.allows_external = false;
    qn_revision_args_init(&log->args);
    log->format = cli_config_string(cli, "format.pretty", NULL);
    log->date = cli_config_string(cli, "log.date", NULL);
    log->shows_signature = cli_config_bool(cli, "log.showsignature", false);
    if (cli_config_bool(cli, "log.abbrevCommit", false))
        log->abbrev_commit = 1;
}

void cli_log_dispose(struct cli_log *log)
{
    size_t i;

    cli_diff_dispose(&log->diff);
    qn_revision_args_dispose(&log->args);
    qn_decorations_free(log->decorations);
    qn_mailmap_free(log->mailmap);
    qn_describe_name_free(log->describe);
    cli_log_free_notes(log);
    qn_revision_filter_free(log->filter);
    qn_pathspec_free(log->pathspec);
    qn_memory_free((void *)log->config_excluded.items);
    qn_memory_free((void *)log->line_ranges.items);
    for (i = 0; i < log->graph_colors.count; i++)
        qn_memory_free((void *)log->graph_colors.items[i]);
    qn_memory_free((void *)log->graph_colors.items);
    qn_buf_dispose(&log->commit_color);
    qn_buf_dispose(&log->match_color);
    qn_buf_dispose(&log->selected_color);
    for (i = 0; i < QN_DECORATE_COUNT; i++)
        qn_buf_dispose(&log->decorate_colors[i]);
}

/* Things that are wrong together, whatever their order. */
static void check_together(struct cli_log *log)
{
    struct cli *cli = log->cli;

    if (log->args.is_graph && log->args.walk.no_walk)
        cli_die_with(cli, "options '--no-walk' and '--graph' cannot be used "
                          "together");
    if (log->args.is_graph && log->args.walk.walks_reflogs)
        cli_die_with(cli, "cannot combine --walk-reflogs with "
                          "history-limiting options");
    if (log->args.is_graph && log->args.walk.is_reversed)
        cli_die_with(cli, "options '--graph' and '--reverse' cannot be used "
                          "together");
    if (log->args.is_graph && log->line_break)
        cli_die_with(cli, "options '--show-linear-break' and '--graph' cannot "
                          "be used together");
    if (log->args.shows_children &&
        (log->args.shows_parents || log->args.is_graph))
        cli_die_with(cli, "options '--parents' and '--children' cannot be "
                          "used together");
    if (log->lane_limit >= 0 && !log->args.is_graph)
        cli_die_with(cli, "the option '--graph-lane-limit' requires '--graph'");
}

void cli_log_parse(struct cli_log *log, int argc, char **argv,
                   const char *const *usage, const char *default_name)
{
    struct cli *cli = log->cli;
    struct cli_option own[80];
    size_t i;

    cli_log_fill_table(log, own, QN_COUNT_OF(own));
    argc = cli_diff_parse(cli, &log->diff, argc, argv, own, usage,
                          CLI_PARSE_KEEP_DASHDASH | CLI_PARSE_KEEP_UNKNOWN);
    log->args.default_name = default_name;
    log->args.input_fd = 0;
    log->args.takes_default_with_input = true;
    cli_check(cli, qn_revision_args_parse(cli->ctx, &cli->scope, &log->args,
                                          (const char *const *)argv,
                                          (size_t)argc, NULL, NULL));
    if (log->args.path_count && !log->args.has_dashdash)
        cli_diff_check_order(cli, &log->diff, log->args.paths[0], true);
    if (log->diff.has_merges) /* -c and --cc are options for differences */
        log->diff.options.combined = QN_DIFF_COMBINED_NONE;
    check_together(log);
    for (i = 0; i < log->args.pattern_count; i++)
        if (log->args.patterns[i].field == QN_REVISION_PATTERN_REFLOG &&
            !log->args.walk.walks_reflogs)
            cli_die_with(cli, "the option '--grep-reflog' requires "
                              "'--walk-reflogs'");
    log->args.walk.tracks_children = log->args.shows_children;
    log->options.shows_children = log->args.shows_children;
    log->diff.options.pickaxe_ignores_case = log->args.ignores_case;
}

static void finish_format(struct cli_log *log)
{
    struct cli *cli = log->cli;
    struct qn_pretty_options *pretty = &log->pretty;

    if (log->format && *log->format)
        cli_check(cli, qn_pretty_parse(cli->ctx, log->format, cli_config(cli),
                                       pretty));
    else if (log->format)
        cli_check(cli, qn_pretty_parse(cli->ctx, "format:", NULL, pretty));
    if (log->format && !*log->format)
        pretty->is_terminator = true;
    pretty->abbreviates = log->abbrev_commit > 0;
    if (log->date) {
        cli_check(cli,
                  qn_date_mode_parse(cli->ctx, log->date,
                                     cli_out_is_terminal(cli), &pretty->date));
        /* log.date does not make HEAD@{0} a date. */
        pretty->date_is_given =
            log->date != cli_config_string(cli, "log.date", NULL);
    }
    pretty->abbrev = log->diff.has_abbrev ? log->diff.abbrev : -1;
    pretty->encoding =
        log->encoding
            ? log->encoding
            : cli_config_string(
                  cli, "i18n.logOutputEncoding",
                  cli_config_string(cli, "i18n.commitEncoding", NULL));
    pretty->config = cli_config(cli);
    pretty->shows_signature = log->shows_signature;
    pretty->tab_width = log->expand_tabs;
    pretty->terminal_width = cli_terminal_width(cli);
    pretty->shows_parents = log->args.shows_parents;
    pretty->shows_source = log->shows_source;
    if (pretty->kind == QN_PRETTY_USER &&
        strstr(pretty->format, "%(describe")) {
        cli_check(cli,
                  qn_describe_name_new(cli->ctx, &cli->scope, &log->describe));
        pretty->describe = qn_describe_name_pretty;
        pretty->describe_data = log->describe;
    }
    log->options.has_log_size = log->has_log_size;
    log->options.line_break = log->line_break;
}

bool cli_log_format_uses(const struct qn_pretty_options *pretty,
                         const char *letters)
{
    const char *p = pretty->kind == QN_PRETTY_USER ? pretty->format : "";

    for (; (p = strchr(p, '%')) != NULL; p++) {
        size_t skip = p[1] == '+' || p[1] == '-' || p[1] == ' ' ? 2 : 1;

        if (p[skip] && strchr(letters, p[skip]))
            return true;
        if (p[1] == '%')
            p++;
    }
    return false;
}

static enum qn_decorate_style decorate_style(struct cli_log *log)
{
    const char *text = log->decorate_style;
    bool flag = false;

    if (text && !*text)
        return QN_DECORATE_SHORT;
    if (!text) {
        const struct qn_config_entry *entry =
            qn_config_find(cli_config(log->cli), "log.decorate");

        if (entry && !entry->value)
            return QN_DECORATE_SHORT;
        text = entry ? entry->value : "auto";
        if (qn_config_parse_bool(text, &flag))
            return flag ? QN_DECORATE_SHORT : QN_DECORATE_NO;
    }
    if (strcmp(text, "full") == 0)
        return QN_DECORATE_FULL;
    if (strcmp(text, "short") == 0)
        return QN_DECORATE_SHORT;
    if (strcmp(text, "no") == 0)
        return QN_DECORATE_NO;
    if (strcmp(text, "auto") == 0 && log->diff.is_json)
        return QN_DECORATE_NO;
    if (strcmp(text, "auto") == 0)
        return cli_out_is_terminal(log->cli) || cli_pager_is_used(log->cli)
                   ? QN_DECORATE_SHORT
                   : QN_DECORATE_NO;
    if (log->decorate_style)
        cli_die_with(log->cli, "invalid --decorate option: %s", text);
    return QN_DECORATE_NO;
}

static void read_excluded(struct cli_log *log)
{
    const struct qn_config *config = cli_config(log->cli);
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (!strcmp(entry->key, "log.excludedecoration") && entry->value)
            cli_list_add(log->cli, &log->config_excluded, entry->value);
    }
}

static void finish_decorations(struct cli_log *log)
{
    struct cli *cli = log->cli;
    struct qn_pretty_options *pretty = &log->pretty;
    enum qn_decorate_style style = decorate_style(log);
    const char *initial =
        cli_config_string(cli, "log.initialDecorationSet", NULL);

    pretty->shows_decorations = style != QN_DECORATE_NO;
    if (!pretty->shows_decorations && !cli_log_format_uses(pretty, "dD("))
        return;
    log->decorate.style = style ? style : QN_DECORATE_SHORT;
    log->decorate.shows_all =
        log->clear_decorations || (initial && strcmp(initial, "all") == 0);
    log->decorate.include = log->decorate_refs.items;
    log->decorate.include_count = log->decorate_refs.count;
    log->decorate.exclude = log->decorate_refs_exclude.items;
    log->decorate.exclude_count = log->decorate_refs_exclude.count;
    read_excluded(log);
    log->decorate.config_exclude = log->config_excluded.items;
    log->decorate.config_exclude_count = log->config_excluded.count;
    cli_check(cli, qn_decorations_new(cli->ctx, &cli->scope, &log->decorate,
                                      &log->decorations));
    pretty->decorations = log->decorations;
}

static void finish_mailmap(struct cli_log *log)
{
    struct cli *cli = log->cli;
    bool wanted = log->mailmap_wanted < 0
                      ? cli_config_bool(cli, "log.mailmap", true)
                      : log->mailmap_wanted > 0;

    if (!wanted && !cli_log_format_uses(&log->pretty, "ac"))
        return;
    cli_check(cli, qn_mailmap_new(cli->ctx, &log->mailmap));
    cli_check(cli, qn_mailmap_load(cli->ctx, &cli->scope, log->mailmap));
    log->pretty.mailmap = log->mailmap;
    log->pretty.maps_builtin = wanted;
}

/* --follow, or log.follow where it can be done. */
static void settle_follow(struct cli_log *log)
{
    struct cli *cli = log->cli;

    log->follows = log->diff.follow > 0 ||
                   (log->diff.follow < 0 && log->args.path_count == 1 &&
                    cli_config_bool(cli, "log.follow", false));
    if (log->follows && log->args.path_count != 1)
        cli_die_with(cli, "--follow requires exactly one pathspec");
}

static enum qn_status append_notes(struct qn_ctx *ctx, void *data,
                                   const struct qn_id *id, struct qn_buf *out)
{
    const struct cli_log *log = data;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < log->notes_count && !status; i++)
        status =
            qn_notes_append(ctx, log->notes[i], log->cli->odb, id, true, out);
    return status;
}

static void finish_walk(struct cli_log *log)
{
    struct cli *cli = log->cli;
    struct qn_walk_options *walk = &log->args.walk;

    settle_follow(log);
    if (log->args.path_count > 0) {
        cli_check(cli, qn_pathspec_new(cli->ctx, log->args.paths,
                                       log->args.path_count, cli_prefix(cli),
                                       qn_repo_work_tree(cli->repo),
                                       cli->pathspec_flags, &log->pathspec));
        walk->pathspec = log->pathspec;
        if (!log->has_full_diff)
            log->diff.options.pathspec = log->pathspec;
    }
    if (log->follows) {
        log->options.follow =
            (const char *)qn_pathspec_match_text(log->pathspec, 0).data;
        walk->pathspec = NULL;
        log->diff.options.pathspec = NULL;
        log->options.needs_diff = true;
        log->options.diff = &log->diff.options;
    }
    if (log->args.pattern_count > 0) {
        cli_check(cli, qn_revision_filter_new(cli->ctx, &cli->scope, &log->args,
                                              &log->filter));
        walk->filter = qn_revision_filter_ask;
        walk->filter_data = log->filter;
        walk->filter_reflog = qn_revision_filter_ask_reflog;
        log->pretty.matches = log->filter;
        if (log->pretty.shows_notes && log->notes_count)
            qn_revision_filter_set_notes(log->filter, append_notes, log);
        if (log->pretty.maps_builtin)
            qn_revision_filter_set_mailmap(log->filter, log->mailmap);
    }
    log->options.shows_marks =
        walk->left_right || walk->cherry_mark || walk->shows_boundary;
    log->options.has_left_right = walk->left_right;
    log->options.marks_equal = walk->cherry_mark;
    log->options.uses_parents = walk->rewrites_parents;
    log->options.has_graph = log->args.is_graph;
    log->options.first_parent_only = walk->first_parent_only;
    if (log->args.is_graph) {
        walk->rewrites_parents = true;
        if (walk->order == QN_WALK_DEFAULT)
            walk->order = QN_WALK_TOPO;
    }
    if (log->options.needs_diff || log->args.is_graph) {
        log->options.max_count = walk->max_count;
        walk->max_count = -1;
    }
}

/* log.graphColors: the cycle of the lanes. */
static void read_graph_colors(struct cli_log *log)
{
    struct cli *cli = log->cli;
    const char *text = cli_config_string(cli, "log.graphColors", NULL);
    struct qn_bytes rest = qn_bytes_from_string(text ? text : "");
    struct qn_bytes word;

    while (qn_bytes_next(&rest, ',', &word)) {
        struct qn_buf color = QN_BUF_INIT;

        word = qn_bytes_trim(word);
        if (qn_color_parse(cli->ctx, word, &color)) {
            qn_ctx_clear(cli->ctx);
            (void)cli_error(cli, "invalid color value: %.*s",
                            QN_BYTES_ARG(word));
            cli_warning(cli, "ignored invalid color '%.*s' in log.graphColors",
                        QN_BYTES_ARG(word));
        } else {
            char *copy = qn_memory_string(cli->ctx, qn_buf_bytes(&color));

            if (!copy)
                cli_die(cli);
            cli_list_add(cli, &log->graph_colors, copy);
        }
        qn_buf_dispose(&color);
    }
    log->options.graph_colors.items = log->graph_colors.items;
    log->options.graph_colors.count = log->graph_colors.count;
    if (log->lane_limit > 0)
        log->options.lane_limit = log->lane_limit;
}

/* -L: needs one commit to begin with. */
static void finish_lines(struct cli_log *log)
{
    const unsigned can = QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_NONE |
                         QN_DIFF_FORMAT_RAW | QN_DIFF_FORMAT_NAME_ONLY |
                         QN_DIFF_FORMAT_NAME_STATUS | QN_DIFF_FORMAT_SUMMARY;
    const struct qn_revision_tip *tip = NULL;
    struct cli *cli = log->cli;
    size_t i;

    if (!log->line_ranges.count)
        return;
    if (log->args.path_count)
        cli_die_with(cli, "-L<range>:<file> cannot be used with pathspec");
    if (log->diff.options.formats & ~can)
        cli_die_with(cli, "-L does not yet support the requested diff format");
    for (i = 0; i < log->args.count; i++) {
        const struct qn_revision_tip *other = &log->args.tips[i];

        if ((other->flags & QN_WALK_UNINTERESTING) ||
            other->type != QN_OBJECT_COMMIT)
            continue;
        if (tip)
            cli_die_with(cli, "More than one commit to dig from: %s and %s?",
                         tip->name, other->name);
        tip = other;
    }
    if (!tip)
        cli_die_with(cli, "No commit specified?");
    log->options.line_ranges = log->line_ranges.items;
    log->options.line_range_count = log->line_ranges.count;
    log->options.line_tip = tip->target;
    log->options.needs_diff = false;
    log->options.diff = &log->diff.options;
    if (log->args.walk.order == QN_WALK_DEFAULT)
        log->args.walk.order = QN_WALK_TOPO;
    log->options.max_count = log->args.walk.max_count;
    log->args.walk.max_count = -1;
    log->options.reverses_rows = log->args.walk.is_reversed;
    log->args.walk.is_reversed = false;
}

/* --line-prefix stands before every line, not only those of differences. */
static void finish_prefix(struct cli_log *log)
{
    struct qn_diff_options *diff = &log->diff.options;

    log->options.line_prefix = diff->line_prefix;
    diff->line_prefix = NULL;
    if (log->options.line_prefix && diff->stat_width > 0)
        diff->stat_width -= (int)strlen(log->options.line_prefix);
}

enum qn_status cli_log_write(struct qn_ctx *ctx, void *data,
                             struct qn_bytes text)
{
    struct cli_log *log = data;

    if (log->options.is_json && !log->has_begun && text.size > 0) {
        cli_put(log->cli, '[');
        text = qn_bytes_from(text, 1); /* a comma stands before each record */
        log->has_begun = true;
    }
    cli_write(log->cli, text.data, text.size);
    return qn_ctx_check(ctx);
}

void cli_log_end_json(struct cli_log *log)
{
    if (log->options.is_json)
        cli_puts(log->cli, log->has_begun ? "\n]\n" : "[\n]\n");
}

/* Records have no place for what is drawn, nor for a merge against several
 * parents; what was asked for by name is refused. */
static void finish_json(struct cli_log *log)
{
    struct cli *cli = log->cli;

    cli_json_refuse(cli, true, log->args.is_graph, "--graph");
    cli_json_refuse(cli, true, log->line_break != NULL, "--show-linear-break");
    cli_json_refuse(cli, true, log->line_ranges.count > 0, "-L");
    cli_json_refuse(cli, true, log->has_log_size, "--log-size");
    cli_json_refuse(cli, true, log->args.shows_children, "--children");
    cli_json_refuse(cli, true, log->options.merges == QN_OP_LOG_MERGES_SEPARATE,
                    "-m");
    cli_json_refuse(cli, true, log->options.merges == QN_OP_LOG_MERGES_COMBINED,
                    "--cc");
    cli_json_refuse(cli, true, log->options.merges == QN_OP_LOG_MERGES_REMERGE,
                    "--remerge-diff");
    log->options.is_json = true;
    log->pretty.is_terminator = true;
    log->diff.options.render = qn_diff_json_value;
}

void cli_log_finish(struct cli_log *log, unsigned format)
{
    struct cli *cli = log->cli;
    struct qn_diff_options *diff = &log->diff.options;
    bool is_silent;
    bool has_form;

    format = cli_log_finish_merges(log, format);
    if (log->line_ranges.count && !format)
        format = QN_DIFF_FORMAT_PATCH;
    cli_diff_finish(cli, &log->diff, format ? format : QN_DIFF_FORMAT_NONE);
    if (log->is_quiet)
        diff->formats = QN_DIFF_FORMAT_NONE;
    log->options.needs_diff = diff->pickaxe != QN_DIFF_PICKAXE_NONE ||
                              diff->filter != NULL || log->is_whatchanged;
    is_silent = diff->formats == 0 || (diff->formats & QN_DIFF_FORMAT_NONE) ||
                (!format && !log->diff.has_format);
    if (!is_silent || log->options.needs_diff || log->diff.has_exit_code)
        log->options.diff = diff;
    log->options.hides_roots = !log->shows_root_by_option &&
                               !cli_config_bool(cli, "log.showRoot", true);
    log->options.is_nul_terminated = diff->is_nul_terminated;
    has_form = log->format != NULL;
    finish_format(log);
    cli_log_finish_notes(log, has_form);
    read_colors(log);
    finish_decorations(log);
    finish_mailmap(log);
    finish_walk(log);
    finish_prefix(log);
    finish_lines(log);
    if (log->args.is_graph)
        read_graph_colors(log);
    if (log->diff.is_json)
        finish_json(log);
    log->pretty.has_color = diff->has_color;
    log->options.pretty = &log->pretty;
}

int cli_log_exit(const struct cli_log *log,
                 const struct qn_op_log_result *result)
{
    int code = result->has_problems ? 2 : 0;

    if (log->diff.has_exit_code && result->has_difference)
        code |= 1;
    return code;
}
