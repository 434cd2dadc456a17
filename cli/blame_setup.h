/* SPDX-License-Identifier: MIT */
/* What the configuration says of blame. */
#ifndef QUOIN_CLI_BLAME_SETUP_H
#define QUOIN_CLI_BLAME_SETUP_H

#include "cli/blame.h"

struct blame_ignored {
    struct qn_id *ids;
    size_t count, capacity;
};
/* blame.ignoreRevsFile, --ignore-revs-file, --ignore-rev; dies when one cannot
 * be read. */
void blame_setup_ignored(struct cli *cli, const struct cli_list *revisions,
                         const struct cli_list *files,
                         struct blame_ignored *out);
/* Files are named from the top of the work tree, wherever one stands. */
const char *blame_setup_path(struct cli *cli, const char *path,
                             struct qn_buf *room);
/* blame.coloring and color.blame.*. */
void blame_setup_colors(struct blame *b);
/* --date or blame.date, and how wide that is. */
void blame_setup_dates(struct blame *b);

#endif
