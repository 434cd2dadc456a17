/* SPDX-License-Identifier: MIT */
/* The differences that status -v and commit -v show. */
#ifndef QUOIN_CLI_STATUS_VERBOSE_H
#define QUOIN_CLI_STATUS_VERBOSE_H

#include "cli/work.h"
#include "worktree/status.h"

struct cli_status_verbose {
    int level;           /* how many -v */
    const char *comment; /* before headings; or NULL */
    bool is_template;    /* of a commit: below a line that cuts it off */
    bool uses_color;
    bool has_staged, has_unstaged;
    const struct qn_status_options *rename; /* as the list was made */
};

/* `head`: the tree the index is compared with; NULL: none. */
void cli_status_verbose(struct cli *cli, const struct cli_status_verbose *how,
                        const struct qn_work_tree *tree, struct qn_index *index,
                        const struct qn_id *head, struct qn_buf *out);

#endif
