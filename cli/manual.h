/* SPDX-License-Identifier: MIT */
/* Pages of the manual: where they are, and the programs that show them.
 *
 * Pages are made with the build (docs/man, tools/manual) as NAME.SECTION,
 * NAME.html and NAME.txt.  Installed, they are below the prefix; QUOIN_MANUALS
 * names a directory that has all of them. */
#ifndef QUOIN_CLI_MANUAL_H
#define QUOIN_CLI_MANUAL_H

#include <stdbool.h>

struct cli;

enum cli_manual_format {
    CLI_MANUAL_NONE = 0,
    CLI_MANUAL_MAN,
    CLI_MANUAL_WEB,
    CLI_MANUAL_INFO
};

/* Where pages are installed; printed by --man-path and --html-path. */
const char *cli_manual_man_path(void);
const char *cli_manual_html_path(void);

/* Is there a page of ours about `word` ("status", "git-status", "git",
 * "json")? */
bool cli_manual_has(struct cli *cli, const char *word);

/* Show the page about `word`: ours, or the one that Git's manuals call
 * `git_page`.  Becomes the viewer; comes back only where none can be run, with
 * the exit code, after our page was shown as text or a message was. */
int cli_manual_show(struct cli *cli, enum cli_manual_format format,
                    const char *word, const char *git_page);

#endif
