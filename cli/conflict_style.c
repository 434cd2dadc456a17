/* SPDX-License-Identifier: MIT */
#include "cli/conflict_style.h"

#define KEY "merge.conflictstyle"

enum qn_text_merge_style cli_conflict_style(struct cli *cli,
                                            enum qn_text_merge_style fallback)
{
    const struct qn_config_entry *entry = qn_config_find(cli_config(cli), KEY);
    const char *value = entry ? entry->value : NULL;

    if (!entry)
        return fallback;
    if (value && strcmp(value, "merge") == 0)
        return QN_TEXT_MERGE_MERGE;
    if (value && strcmp(value, "diff3") == 0)
        return QN_TEXT_MERGE_DIFF3;
    if (value && strcmp(value, "zdiff3") == 0)
        return QN_TEXT_MERGE_ZDIFF3;
    if (value)
        (void)cli_error(cli, "unknown style '%s' given for '%s'", value, KEY);
    else
        (void)cli_error(cli, "missing value for '%s'", KEY);
    if (strcmp(entry->origin_type, "file") == 0)
        cli_die_with(cli, "bad config variable '%s' in file '%s' at line %llu",
                     KEY, entry->origin, (unsigned long long)entry->line);
    cli_die_with(cli, "unable to parse '%s' from command-line config", KEY);
    return fallback;
}
