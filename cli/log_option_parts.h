/* SPDX-License-Identifier: MIT */
/* The inside of cli/log_options.h. */
#ifndef QUOIN_CLI_LOG_OPTION_PARTS_H
#define QUOIN_CLI_LOG_OPTION_PARTS_H

#include "cli/log_options.h"

enum cli_log_merges {
    CLI_LOG_MERGES_DEFAULT = 0, /* nothing was said */
    CLI_LOG_MERGES_OFF,
    CLI_LOG_MERGES_FIRST_PARENT,
    CLI_LOG_MERGES_SEPARATE,
    CLI_LOG_MERGES_COMBINED,
    CLI_LOG_MERGES_DENSE,
    CLI_LOG_MERGES_REMERGE
};

/* log_option_table.c */
void cli_log_fill_table(struct cli_log *log, struct cli_option *out,
                        size_t room);

/* log_merges.c: --diff-merges and kin; log.diffMerges. */
cli_option_fn cli_log_set_merges;
/* Settle how merges are compared; answers the format to show when none was
 * asked for, which some of these options bring along. */
unsigned cli_log_finish_merges(struct cli_log *log, unsigned format);

/* log_notes.c: --notes and kin; notes.displayRef. */
cli_option_fn cli_log_set_notes;
void cli_log_finish_notes(struct cli_log *log, bool has_form);
void cli_log_free_notes(struct cli_log *log);

/* Does the user's format use a placeholder that begins with one of these? */
bool cli_log_format_uses(const struct qn_pretty_options *pretty,
                         const char *letters);

#endif
