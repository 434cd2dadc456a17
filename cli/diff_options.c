/* SPDX-License-Identifier: MIT */
#include "cli/diff_options.h"

#include "cli/diff_option_parts.h"
#include "cli/json_output.h"
#include "show/diff_json.h"

#include "operation/part/submodule_diff.h"
#include "os/file.h"
#include "text/color.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Told by their addresses: diff.mnemonicPrefix may put others in. */
static const char mnemonic_old[] = "a/";
static const char mnemonic_new[] = "b/";

void cli_diff_read_colors(struct cli *cli, struct cli_diff *diff)
{
    size_t i;

    for (i = 0; i < QN_DIFF_COLOR_COUNT; i++) {
        const char *name = qn_diff_options_color_name((enum qn_diff_color)i);
        const struct qn_config_entry *entry;
        char key[64];

        if (!name)
            continue;
        snprintf(key, sizeof(key), "color.diff.%s", name);
        entry = qn_config_find(cli_config(cli), key);
        if (!entry && i == QN_DIFF_COLOR_CONTEXT)
            entry = qn_config_find(cli_config(cli), "color.diff.plain");
        if (!entry || !entry->value)
            continue;
        cli_config_color(cli, entry, &diff->colors[i]);
        diff->options.colors[i] = qn_buf_string(&diff->colors[i]);
    }
}

/* GIT_DIFF_OPTS: "-u<n>" or "--unified=<n>"; it wins over -U. */
static void read_environment(struct cli *cli, struct cli_diff *diff)
{
    const char *text = getenv("GIT_DIFF_OPTS");
    int number;

    (void)cli;
    if (!text)
        return;
    if (!strncmp(text, "--unified=", 10))
        text += 10;
    else if (!strncmp(text, "-u", 2))
        text += 2;
    else
        return;
    number = atoi(text);
    if (number >= 0)
        diff->options.context = (uint32_t)number;
}

/* Keys that name files or depend on where the user is. */
static void read_porcelain(struct cli *cli, struct cli_diff *diff)
{
    bool found = false;

    cli_check(cli, qn_config_path(cli->ctx, cli_config(cli), "diff.orderfile",
                                  &diff->order_path, &found));
    if (found)
        diff->order_file = qn_buf_string(&diff->order_path);
    if (cli->repo && cli_config_bool(cli, "diff.relative", false)) {
        diff->has_relative = true;
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &diff->relative,
                                       cli_prefix(cli) ? cli_prefix(cli) : ""));
    }
}

void cli_diff_init(struct cli *cli, struct cli_diff *diff, bool is_porcelain)
{
    memset(diff, 0, sizeof(*diff));
    diff->cli = cli;
    diff->is_porcelain = is_porcelain;
    qn_diff_options_init(&diff->options);
    diff->abbrev = -1;
    diff->has_abbrev_default = is_porcelain;
    cli_check(cli, qn_diff_options_configure(cli->ctx, &diff->options,
                                             cli_config(cli), is_porcelain));
    diff->abbrev = diff->options.abbrev;
    diff->options.is_recursive = is_porcelain;
    diff->options.allows_textconv = is_porcelain;
    diff->options.allows_external = is_porcelain;
    diff->options.show_submodule = qn_submodule_diff_show;
    diff->stage = -1;
    diff->follow = -1;
    cli_diff_read_colors(cli, diff);
    if (is_porcelain)
        read_porcelain(cli, diff);
    if (is_porcelain && cli_config_bool(cli, "diff.mnemonicPrefix", false) &&
        !cli_config_bool(cli, "diff.noPrefix", false)) {
        diff->options.source_prefix = mnemonic_old;
        diff->options.destination_prefix = mnemonic_new;
    }
}

void cli_diff_set_sides(struct cli_diff *diff, const char *source,
                        const char *destination)
{
    if (diff->options.source_prefix == mnemonic_old)
        diff->options.source_prefix = source;
    if (diff->options.destination_prefix == mnemonic_new)
        diff->options.destination_prefix = destination;
}

void cli_diff_dispose(struct cli_diff *diff)
{
    size_t i;

    free(diff->typed);
    qn_memory_free((void *)diff->anchors.items);
    qn_memory_free((void *)diff->ignored.items);
    qn_memory_free((void *)diff->order.items);
    qn_buf_dispose(&diff->order_text);
    qn_buf_dispose(&diff->order_path);
    qn_buf_dispose(&diff->relative);
    qn_buf_dispose(&diff->filter);
    for (i = 0; i < QN_DIFF_COLOR_COUNT; i++)
        qn_buf_dispose(&diff->colors[i]);
}

static void keep_order(struct cli_diff *diff, int argc, char **argv)
{
    free(diff->typed);
    diff->typed = calloc((size_t)argc + 1, sizeof(*diff->typed));
    for (int i = 0; diff->typed && i < argc; i++)
        diff->typed[i] = argv[i];
}

/* These the log commands read before all others, wherever they stand. */
static bool is_read_first(const char *word)
{
    static const char *const names[] = {
        "quiet",         "source",
        "use-mailmap",   "mailmap",
        "decorate",      "clear-decorations",
        "decorate-refs", "decorate-refs-exclude"};

    if (strcmp(word, "-q") == 0 || strncmp(word, "-L", 2) == 0)
        return true;
    if (strncmp(word, "--", 2) != 0)
        return false;
    word += strncmp(word, "--no-", 5) == 0 ? 5 : 2;
    for (size_t i = 0; i < QN_COUNT_OF(names); i++)
        if (strcspn(word, "=") == strlen(names[i]) &&
            strncmp(word, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

void cli_diff_check_order(struct cli *cli, const struct cli_diff *diff,
                          const char *path, bool is_log)
{
    const char **word = diff->typed;

    while (word && *word && *word != path && strcmp(*word, "--") != 0)
        word++;
    if (!word || *word != path)
        return;
    for (word++; *word; word++)
        if ((*word)[0] == '-' && (*word)[1] && strcmp(*word, "--") != 0 &&
            !(is_log && is_read_first(*word)))
            cli_die_with(cli,
                         "option '%s' must come before non-option arguments",
                         *word);
}

int cli_diff_parse(struct cli *cli, struct cli_diff *diff, int argc,
                   char **argv, const struct cli_option *own,
                   const char *const *usage, unsigned flags)
{
    const struct cli_option json = CLI_JSON(&diff->is_json);
    struct cli_option table[300];
    size_t count = 0, first;
    static const struct cli_option end = CLI_END;

    while (own && own->kind != CLI_KIND_END && count < 128) {
        table[count] = *own++;
        if (!diff->is_unlisted)
            table[count].flags |= CLI_OPTION_UNLISTED;
        count++;
    }
    table[count++] = json;
    first = count;
    count +=
        cli_diff_fill_table(diff, table + count, QN_COUNT_OF(table) - count);
    for (; diff->is_unlisted && first < count; first++)
        table[first].flags |= CLI_OPTION_UNLISTED;
    table[count] = end;
    keep_order(diff, argc, argv);
    return cli_parse(cli, argc, argv, table, usage, flags);
}

static void read_order(struct cli *cli, struct cli_diff *diff)
{
    struct qn_buf path = QN_BUF_INIT;
    const char *top = NULL;
    char *at;

    /* the configuration's is beside the top of the work tree */
    if (diff->order_file == (const char *)diff->order_path.data && cli->repo)
        top = qn_repo_work_tree(cli->repo);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s%s%s",
                                 top && *diff->order_file != '/' ? top : "",
                                 top && *diff->order_file != '/' ? "/" : "",
                                 diff->order_file));
    if (qn_file_read_all(cli->ctx, qn_buf_string(&path), &diff->order_text))
        cli_die_with(cli, "failed to read orderfile '%s': %s", diff->order_file,
                     strerror(errno));
    qn_buf_dispose(&path);
    if (!diff->order_text.data)
        return;
    at = (char *)diff->order_text.data;
    while (*at) {
        char *end = strchr(at, '\n');

        if (end)
            *end = '\0';
        if (*at && *at != '#')
            cli_list_add(cli, &diff->order, at);
        if (!end)
            break;
        at = end + 1;
    }
    diff->options.order = diff->order.items;
    diff->options.order_count = diff->order.count;
}

/* Formats say what the records have besides names, modes and ids. */
static void finish_json(struct cli *cli, struct cli_diff *diff)
{
    struct qn_diff_options *o = &diff->options;

    cli_json_refuse(cli, true, o->combined != QN_DIFF_COMBINED_NONE, "--cc");
    cli_json_refuse(cli, true, (o->formats & QN_DIFF_FORMAT_CHECK) != 0,
                    "--check");
    cli_json_refuse(cli, true, (o->formats & QN_DIFF_FORMAT_DIRSTAT) != 0,
                    "--dirstat");
    o->render = qn_diff_json_list;
    o->line_prefix = NULL;
    diff->color = "never";
}

static void finish_formats(struct cli *cli, struct cli_diff *diff,
                           unsigned format)
{
    struct qn_diff_options *o = &diff->options;
    unsigned alone =
        o->formats & (QN_DIFF_FORMAT_NAME_ONLY | QN_DIFF_FORMAT_NAME_STATUS |
                      QN_DIFF_FORMAT_CHECK | QN_DIFF_FORMAT_NONE);

    if (alone & (alone - 1))
        cli_die_with(cli, "options '--name-only', '--name-status', '--check', "
                          "and '-s' cannot be used together");
    if (alone)
        o->formats = alone;
    if (!o->formats)
        o->formats =
            o->words && diff->is_porcelain ? QN_DIFF_FORMAT_PATCH : format;
    if (o->formats &
        (QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_CHECK |
         QN_DIFF_FORMAT_NUMSTAT | QN_DIFF_FORMAT_SHORTSTAT |
         QN_DIFF_FORMAT_DIRSTAT | QN_DIFF_FORMAT_SUMMARY))
        o->is_recursive = true;
    if (o->pickaxe || diff->follow > 0 || o->rename.finds_copies_harder)
        o->is_recursive = true;
    if ((o->formats & QN_DIFF_FORMAT_STAT) && !o->stat_width &&
        diff->is_porcelain)
        o->stat_width = cli_terminal_width(cli);
}

static void check_pickaxe(struct cli *cli, const struct cli_diff *diff)
{
    unsigned kinds = diff->pickaxe_kinds;

    if (kinds & (kinds - 1))
        cli_die_with(cli, "options '-G', '-S', and '--find-object' cannot be "
                          "used together");
    if ((kinds & 1u << QN_DIFF_PICKAXE_GREP) && diff->is_pickaxe_regex)
        cli_die_with(cli, "options '-G' and '--pickaxe-regex' cannot be used "
                          "together, use '--pickaxe-regex' with '-S'");
    if ((kinds & 1u << QN_DIFF_PICKAXE_OBJECT) &&
        diff->options.pickaxe_shows_all)
        cli_die_with(cli, "options '--pickaxe-all' and '--find-object' cannot "
                          "be used together, use '--pickaxe-all' with '-G' and "
                          "'-S'");
}

void cli_diff_finish(struct cli *cli, struct cli_diff *diff, unsigned format)
{
    struct qn_diff_options *o = &diff->options;

    read_environment(cli, diff);
    if (diff->is_json)
        finish_json(cli, diff);
    finish_formats(cli, diff,
                   diff->is_json && format && format != QN_DIFF_FORMAT_NONE
                       ? QN_DIFF_FORMAT_RAW
                       : format);
    if (o->rename.finds_copies_harder)
        o->rename.detect = 2;
    o->text.anchors = diff->anchors.items;
    o->text.anchor_count = diff->anchors.count;
    o->ignore_patterns = diff->ignored.items;
    o->ignore_pattern_count = diff->ignored.count;
    check_pickaxe(cli, diff);
    if (o->shows_all_paths && o->combined == QN_DIFF_COMBINED_NONE)
        cli_die_with(cli,
                     "--combined-all-paths makes no sense without -c or --cc");
    if (diff->is_pickaxe_regex && o->pickaxe == QN_DIFF_PICKAXE_STRING)
        o->pickaxe = QN_DIFF_PICKAXE_REGEX;
    if (diff->order_file)
        read_order(cli, diff);
    if (diff->has_relative)
        o->relative = qn_buf_string(&diff->relative);
    if (diff->is_quiet) {
        o->formats = QN_DIFF_FORMAT_NONE;
        o->rename.detect = 0;
    }
    o->tells_exit_code = diff->has_exit_code;
    o->abbrev = diff->abbrev;
    o->raw_abbreviates =
        diff->has_abbrev ? diff->abbrev != 0 : diff->has_abbrev_default;
    if (diff->has_abbrev && diff->abbrev == 0)
        o->abbrev = 0;
    o->has_color = (diff->is_porcelain || diff->color) &&
                   cli_wants_color(cli, diff->color, "color.diff");
}

/* Where a command may have to say whether files differ, Git asks it while it
 * prints; these formats have nothing to ask it, and so find no difference. */
static bool is_blind(const struct qn_diff_options *o)
{
    unsigned blind = QN_DIFF_FORMAT_SUMMARY;

    if (o->dirstat != QN_DIFF_DIRSTAT_LINES)
        blind |= QN_DIFF_FORMAT_DIRSTAT;
    return o->allows_external && o->formats && !(o->formats & ~blind);
}

int cli_diff_exit(struct cli *cli, const struct cli_diff *diff, size_t count,
                  const struct qn_patch *patch)
{
    bool degraded = false;
    uint32_t needed = patch ? qn_patch_needed_limit(patch, &degraded) : 0;

    if (needed) {
        if (degraded)
            cli_warning(cli, "only found copies from modified paths due to "
                             "too many files.");
        else
            cli_warning(cli, "exhaustive rename detection was skipped due to "
                             "too many files.");
        cli_warning(cli,
                    "you may want to set your diff.renameLimit variable to at "
                    "least %u and retry the command.",
                    needed);
    }
    if (patch && qn_patch_has_problems(patch))
        return 2 | (diff->has_exit_code && count);
    return diff->has_exit_code && count && !is_blind(&diff->options) ? 1 : 0;
}
