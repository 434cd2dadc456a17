/* SPDX-License-Identifier: MIT */
#include "cli/log_options.h"

#include "path/pathspec.h"
#include "text/color.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum merges_mode {
    MERGES_DEFAULT = 0,
    MERGES_OFF,
    MERGES_FIRST_PARENT,
    MERGES_SEPARATE,
    MERGES_COMBINED,
    MERGES_DENSE
};

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
}

void cli_log_init(struct cli *cli, struct cli_log *log)
{
    const struct qn_pretty_options defaults = QN_PRETTY_OPTIONS_INIT;

    memset(log, 0, sizeof(*log));
    log->cli = cli;
    log->pretty = defaults;
    log->abbrev_commit = log->expand_tabs = log->mailmap_wanted = -1;
    log->options.max_count = -1;
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_diff_init(cli, &log->diff, true);
    log->diff.options.allows_external = false;
    qn_revision_args_init(&log->args);
    log->format = cli_config_string(cli, "format.pretty", NULL);
    log->date = cli_config_string(cli, "log.date", NULL);
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
    qn_notes_free(log->notes);
    qn_revision_filter_free(log->filter);
    qn_pathspec_free(log->pathspec);
    qn_buf_dispose(&log->commit_color);
    for (i = 0; i < QN_DECORATE_COUNT; i++)
        qn_buf_dispose(&log->decorate_colors[i]);
}

static int set_merges(struct cli_log *log, const char *text)
{
    static const struct {
        const char *name;
        enum merges_mode mode;
    } modes[] = {{"off", MERGES_OFF},
                 {"none", MERGES_OFF},
                 {"on", MERGES_SEPARATE},
                 {"m", MERGES_SEPARATE},
                 {"separate", MERGES_SEPARATE},
                 {"1", MERGES_FIRST_PARENT},
                 {"first-parent", MERGES_FIRST_PARENT},
                 {"combined", MERGES_COMBINED},
                 {"c", MERGES_COMBINED},
                 {"dense-combined", MERGES_DENSE},
                 {"cc", MERGES_DENSE}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(modes); i++) {
        if (strcmp(text, modes[i].name) == 0) {
            log->merges = modes[i].mode;
            return 0;
        }
    }
    if (strcmp(text, "remerge") == 0 || strcmp(text, "r") == 0)
        cli_die_with(log->cli, "--diff-merges=remerge is not done yet");
    cli_die_with(log->cli, "invalid value for '--diff-merges': '%s'", text);
    return 0;
}

void cli_log_parse(struct cli_log *log, int argc, char **argv,
                   const char *const *usage, const char *default_name)
{
    struct cli *cli = log->cli;
    bool separate = false;
    bool first_parent = false;
    const struct cli_option own[] = {
        CLI_GROUP("How commits are shown"),
        CLI_STRING_OPTIONAL(0, "pretty", &log->format, "format",
                            "the form of a commit"),
        CLI_STRING(0, "format", &log->format, "format", "the same"),
        CLI_FLAG(0, "oneline", &log->is_oneline, "a line for each commit"),
        CLI_SET(0, "abbrev-commit", &log->abbrev_commit, 1, "short ids"),
        CLI_SET(0, "no-abbrev-commit", &log->abbrev_commit, 0, "full ids"),
        CLI_STRING(0, "date", &log->date, "mode", "the form of dates"),
        CLI_STRING(0, "encoding", &log->encoding, "name",
                   "the encoding of the output"),
        CLI_STRING_OPTIONAL(0, "decorate", &log->decorate_style, "style",
                            "names of commits"),
        CLI_FLAG(0, "no-decorate", &log->no_decorate, "no names of commits"),
        CLI_FLAG(0, "clear-decorations", &log->clear_decorations,
                 "every ref is a name"),
        CLI_LIST(0, "decorate-refs", &log->decorate_refs, "pattern",
                 "only these names"),
        CLI_LIST(0, "decorate-refs-exclude", &log->decorate_refs_exclude,
                 "pattern", "not these names"),
        CLI_FLAG(0, "source", &log->shows_source,
                 "the tip by which a commit was reached"),
        CLI_SET(0, "mailmap", &log->mailmap_wanted, 1, "map names"),
        CLI_SET(0, "no-mailmap", &log->mailmap_wanted, 0, "true names"),
        CLI_SET(0, "use-mailmap", &log->mailmap_wanted, 1, "map names"),
        CLI_SET(0, "no-use-mailmap", &log->mailmap_wanted, 0, "true names"),
        CLI_SET(0, "no-expand-tabs", &log->expand_tabs, 0, "tabs stay"),
        CLI_FLAG('m', NULL, &separate, "merges against each parent"),
        CLI_STRING(0, "diff-merges", &log->diff_merges, "mode",
                   "how merges are compared"),
        CLI_FLAG(0, "dd", &first_parent, "merges against the first parent"),
        CLI_FLAG(0, "root", &log->shows_root_by_option,
                 "the first commit, too"),
        CLI_FLAG_WITH(0, "no-notes", &log->no_notes, "no notes",
                      CLI_OPTION_NO_NEGATE),
        CLI_STRING_OPTIONAL(0, "notes", &log->notes_ref, "ref",
                            "show the notes of commits"),
        CLI_STRING_OPTIONAL(0, "show-notes", &log->notes_ref, "ref",
                            "the same"),
        CLI_REFUSED(0, "standard-notes"),
        CLI_REFUSED(0, "show-signature"),
        CLI_REFUSED(0, "log-size"),
        CLI_REFUSED(0, "show-linear-break"),
        CLI_REFUSED('L', NULL),
        CLI_REFUSED(0, "remerge-diff"),
        CLI_END};

    argc = cli_diff_parse(cli, &log->diff, argc, argv, own, usage,
                          CLI_PARSE_KEEP_DASHDASH | CLI_PARSE_KEEP_UNKNOWN);
    if (log->diff.options.combined)
        log->merges = log->diff.options.combined == QN_DIFF_COMBINED_DENSE
                          ? MERGES_DENSE
                          : MERGES_COMBINED;
    if (separate)
        log->merges = MERGES_SEPARATE;
    if (first_parent)
        log->merges = MERGES_FIRST_PARENT;
    if (log->diff_merges)
        set_merges(log, log->diff_merges);
    log->args.default_name = default_name;
    cli_check(cli, qn_revision_args_parse(cli->ctx, &cli->scope, &log->args,
                                          (const char *const *)argv,
                                          (size_t)argc, NULL, NULL));
    if (log->args.is_graph && log->args.walk.no_walk)
        cli_die_with(cli, "options '--no-walk' and '--graph' cannot be used "
                          "together");
    if (log->args.is_graph && log->args.walk.walks_reflogs)
        cli_die_with(cli, "options '--walk-reflogs' and '--graph' cannot be "
                          "used together");
    if (log->args.is_graph && log->args.walk.is_reversed)
        cli_die_with(cli, "options '--graph' and '--reverse' cannot be used "
                          "together");
    if (log->args.shows_children &&
        (log->args.shows_parents || log->args.is_graph))
        cli_die_with(cli, "options '--parents' and '--children' cannot be "
                          "used together");
    log->args.walk.tracks_children = log->args.shows_children;
    log->options.shows_children = log->args.shows_children;
    if (log->diff.has_follow)
        cli_die_with(cli, "--follow is not done yet");
}

static void finish_format(struct cli_log *log)
{
    struct cli *cli = log->cli;
    struct qn_pretty_options *pretty = &log->pretty;

    if (log->is_oneline) {
        log->format = "oneline";
        if (log->abbrev_commit < 0)
            log->abbrev_commit = 1;
    }
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
        pretty->date_is_given = true;
    }
    pretty->abbrev = log->diff.has_abbrev ? log->diff.abbrev : -1;
    pretty->encoding =
        log->encoding
            ? log->encoding
            : cli_config_string(
                  cli, "i18n.logOutputEncoding",
                  cli_config_string(cli, "i18n.commitEncoding", NULL));
    pretty->tab_width = log->expand_tabs;
    pretty->terminal_width = cli_terminal_width(cli);
    pretty->shows_parents = log->args.shows_parents;
    pretty->shows_source = log->shows_source;
}

static bool format_uses(const struct qn_pretty_options *pretty,
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

/* Notes follow the message unless a form was asked for. */
static void finish_notes(struct cli_log *log, bool has_form)
{
    struct cli *cli = log->cli;
    struct qn_pretty_options *pretty = &log->pretty;
    const char *variable = getenv("GIT_NOTES_REF");
    const char *ref = variable ? variable
                               : cli_config_string(cli, "core.notesRef",
                                                   "refs/notes/commits");
    struct qn_buf name = QN_BUF_INIT;
    bool is_default;

    pretty->shows_notes = !log->no_notes && (log->notes_ref || !has_form);
    if (log->no_notes || (!pretty->shows_notes && !format_uses(pretty, "N")))
        return;
    if (cli_config_string(cli, "notes.displayRef", NULL) ||
        getenv("GIT_NOTES_DISPLAY_REF"))
        cli_warning(cli, "notes.displayRef is not supported yet");
    if (log->notes_ref && *log->notes_ref)
        ref = log->notes_ref;
    if (strncmp(ref, "refs/", 5) && log->notes_ref)
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &name,
                                       strncmp(ref, "notes/", 6) ? "refs/notes/"
                                                                 : "refs/"));
    cli_check(cli, qn_buf_append_string(cli->ctx, &name, ref));
    is_default = !strcmp(qn_buf_string(&name), "refs/notes/commits");
    cli_check(cli, qn_notes_new(cli->ctx, &cli->scope, qn_buf_string(&name),
                                is_default, &log->notes));
    if (!log->notes && log->notes_ref && *log->notes_ref)
        cli_warning(cli, "notes ref %s is invalid", qn_buf_string(&name));
    qn_buf_dispose(&name);
    pretty->notes = log->notes;
    if (log->notes && pretty->shows_notes && log->notes_ref &&
        (pretty->kind == QN_PRETTY_ONELINE || pretty->kind == QN_PRETTY_EMAIL))
        cli_die_with(cli, "option `notes' is not supported yet in this form");
}

static enum qn_decorate_style decorate_style(struct cli_log *log)
{
    const char *text = log->decorate_style;
    bool flag = false;

    if (log->no_decorate)
        return QN_DECORATE_NO;
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
    if (strcmp(text, "auto") == 0)
        return cli_out_is_terminal(log->cli) || log->cli->pager_process
                   ? QN_DECORATE_SHORT
                   : QN_DECORATE_NO;
    cli_die_with(log->cli, "invalid --decorate option: %s", text);
    return QN_DECORATE_NO;
}

static void finish_decorations(struct cli_log *log)
{
    struct cli *cli = log->cli;
    struct qn_pretty_options *pretty = &log->pretty;
    enum qn_decorate_style style = decorate_style(log);
    const char *initial =
        cli_config_string(cli, "log.initialDecorationSet", NULL);

    pretty->shows_decorations = style != QN_DECORATE_NO;
    if (!pretty->shows_decorations && !format_uses(pretty, "dD("))
        return;
    log->decorate.style = style ? style : QN_DECORATE_SHORT;
    log->decorate.shows_all =
        log->clear_decorations || (initial && strcmp(initial, "all") == 0);
    log->decorate.include = log->decorate_refs.items;
    log->decorate.include_count = log->decorate_refs.count;
    log->decorate.exclude = log->decorate_refs_exclude.items;
    log->decorate.exclude_count = log->decorate_refs_exclude.count;
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

    if (!wanted && !format_uses(&log->pretty, "ac"))
        return;
    cli_check(cli, qn_mailmap_new(cli->ctx, &log->mailmap));
    cli_check(cli, qn_mailmap_load(cli->ctx, &cli->scope, log->mailmap));
    log->pretty.mailmap = log->mailmap;
    log->pretty.maps_builtin = wanted;
}

static void finish_walk(struct cli_log *log)
{
    struct cli *cli = log->cli;
    struct qn_walk_options *walk = &log->args.walk;

    if (log->args.path_count > 0) {
        cli_check(cli, qn_pathspec_new(cli->ctx, log->args.paths,
                                       log->args.path_count, cli_prefix(cli),
                                       qn_repo_work_tree(cli->repo),
                                       cli->pathspec_flags, &log->pathspec));
        walk->pathspec = log->pathspec;
        log->diff.options.pathspec = log->pathspec;
    }
    if (log->args.pattern_count > 0) {
        cli_check(cli, qn_revision_filter_new(cli->ctx, &cli->scope, &log->args,
                                              &log->filter));
        walk->filter = qn_revision_filter_ask;
        walk->filter_data = log->filter;
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

static void finish_merges(struct cli_log *log)
{
    static const enum qn_op_log_merges modes[] = {
        [MERGES_DEFAULT] = QN_OP_LOG_MERGES_OFF,
        [MERGES_OFF] = QN_OP_LOG_MERGES_OFF,
        [MERGES_FIRST_PARENT] = QN_OP_LOG_MERGES_FIRST_PARENT,
        [MERGES_SEPARATE] = QN_OP_LOG_MERGES_SEPARATE,
        [MERGES_COMBINED] = QN_OP_LOG_MERGES_COMBINED,
        [MERGES_DENSE] = QN_OP_LOG_MERGES_COMBINED,
    };

    if (log->merges == MERGES_DEFAULT && log->args.walk.first_parent_only)
        log->merges = MERGES_FIRST_PARENT;
    if (log->merges == MERGES_COMBINED)
        log->diff.options.combined = QN_DIFF_COMBINED_PLAIN;
    if (log->merges == MERGES_DENSE)
        log->diff.options.combined = QN_DIFF_COMBINED_DENSE;
    log->options.merges = modes[log->merges];
}

void cli_log_finish(struct cli_log *log, unsigned format)
{
    struct cli *cli = log->cli;
    struct qn_diff_options *diff = &log->diff.options;
    bool is_silent;
    bool has_form;

    if (log->merges >= MERGES_COMBINED && !format)
        format = QN_DIFF_FORMAT_PATCH;
    cli_diff_finish(cli, &log->diff, format ? format : QN_DIFF_FORMAT_NONE);
    finish_merges(log);
    log->options.needs_diff =
        diff->pickaxe != QN_DIFF_PICKAXE_NONE || diff->filter != NULL;
    is_silent = diff->formats == 0 || (diff->formats & QN_DIFF_FORMAT_NONE) ||
                (!format && !log->diff.has_format);
    if (!is_silent || log->options.needs_diff)
        log->options.diff = diff;
    log->options.hides_roots = !log->shows_root_by_option &&
                               !cli_config_bool(cli, "log.showRoot", true);
    log->options.is_nul_terminated = diff->is_nul_terminated;
    has_form = log->format || log->is_oneline;
    finish_format(log);
    finish_notes(log, has_form);
    read_colors(log);
    finish_decorations(log);
    finish_mailmap(log);
    finish_walk(log);
    log->pretty.has_color = diff->has_color;
    log->options.pretty = &log->pretty;
}
