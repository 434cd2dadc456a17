/* SPDX-License-Identifier: MIT */
/* How merges are compared: -m, -c, --cc, --dd, --remerge-diff,
 * --diff-merges=. */
#include "cli/log_option_parts.h"

#include <string.h>

/* false: there is no such format. */
static bool find_mode(const char *text, enum cli_log_merges *out)
{
    static const struct {
        const char *name;
        enum cli_log_merges mode;
    } modes[] = {{"off", CLI_LOG_MERGES_OFF},
                 {"none", CLI_LOG_MERGES_OFF},
                 {"separate", CLI_LOG_MERGES_SEPARATE},
                 {"1", CLI_LOG_MERGES_FIRST_PARENT},
                 {"first-parent", CLI_LOG_MERGES_FIRST_PARENT},
                 {"combined", CLI_LOG_MERGES_COMBINED},
                 {"c", CLI_LOG_MERGES_COMBINED},
                 {"dense-combined", CLI_LOG_MERGES_DENSE},
                 {"cc", CLI_LOG_MERGES_DENSE},
                 {"remerge", CLI_LOG_MERGES_REMERGE},
                 {"r", CLI_LOG_MERGES_REMERGE}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(modes); i++)
        if (strcmp(text, modes[i].name) == 0) {
            *out = modes[i].mode;
            return true;
        }
    return false;
}

/* What -m and "on" mean: log.diffMerges. */
static enum cli_log_merges default_mode(struct cli_log *log)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(log->cli), "log.diffmerges");
    enum cli_log_merges mode = CLI_LOG_MERGES_SEPARATE;

    if (!entry || !entry->value || !strcmp(entry->value, "on") ||
        !strcmp(entry->value, "m") || find_mode(entry->value, &mode))
        return mode;
    cli_check(log->cli, qn_config_fail_entry(log->cli->ctx, entry));
    return mode;
}

int cli_log_set_merges(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct cli_log *log = option->value;
    struct qn_diff_options *diff = &log->diff.options;
    enum cli_log_merges mode = (enum cli_log_merges)option->number;

    diff->shows_all_paths = false; /* asked for behind it, or not at all */
    if (is_negated) {
        log->merges = CLI_LOG_MERGES_OFF;
        log->merges_bring_patch = false;
        return 0;
    }
    if (option->short_name == 'm' ||
        (argument && (!strcmp(argument, "on") || !strcmp(argument, "m")))) {
        log->merges = (int)default_mode(log);
        log->merges_bring_patch = option->short_name != 'm';
        return 0;
    }
    if (argument && !find_mode(argument, &mode))
        cli_die_with(cli, "invalid value for '--diff-merges': '%s'", argument);
    log->merges = (int)mode;
    log->merges_bring_patch = mode != CLI_LOG_MERGES_OFF;
    return 0;
}

unsigned cli_log_finish_merges(struct cli_log *log, unsigned format)
{
    static const enum qn_op_log_merges modes[] = {
        [CLI_LOG_MERGES_DEFAULT] = QN_OP_LOG_MERGES_OFF,
        [CLI_LOG_MERGES_OFF] = QN_OP_LOG_MERGES_OFF,
        [CLI_LOG_MERGES_FIRST_PARENT] = QN_OP_LOG_MERGES_FIRST_PARENT,
        [CLI_LOG_MERGES_SEPARATE] = QN_OP_LOG_MERGES_SEPARATE,
        [CLI_LOG_MERGES_COMBINED] = QN_OP_LOG_MERGES_COMBINED,
        [CLI_LOG_MERGES_DENSE] = QN_OP_LOG_MERGES_COMBINED,
        [CLI_LOG_MERGES_REMERGE] = QN_OP_LOG_MERGES_REMERGE};
    struct qn_diff_options *diff = &log->diff.options;

    if (log->merges == CLI_LOG_MERGES_DEFAULT &&
        log->args.walk.first_parent_only)
        log->merges = CLI_LOG_MERGES_FIRST_PARENT;
    else if (log->merges == CLI_LOG_MERGES_DEFAULT && format &&
             !log->is_whatchanged && !log->diff.is_json)
        log->merges = CLI_LOG_MERGES_DENSE;
    if (log->merges == CLI_LOG_MERGES_SEPARATE &&
        log->args.walk.first_parent_only)
        log->merges = CLI_LOG_MERGES_FIRST_PARENT;
    (void)default_mode(log); /* a bad setting is told in any case */
    if (log->merges == CLI_LOG_MERGES_COMBINED)
        diff->combined = QN_DIFF_COMBINED_PLAIN;
    else if (log->merges == CLI_LOG_MERGES_DENSE)
        diff->combined = QN_DIFF_COMBINED_DENSE;
    else
        diff->combined = QN_DIFF_COMBINED_NONE;
    log->options.merges = modes[log->merges];
    return log->merges_bring_patch && !format ? QN_DIFF_FORMAT_PATCH : format;
}
