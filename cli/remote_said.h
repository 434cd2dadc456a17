/* SPDX-License-Identifier: MIT */
/* What the other side says meanwhile, on stderr: "remote: " in front of lines,
 * colours by color.remote, and nothing that commands a terminal but what
 * sideband.allowControlCharacters lets through. */
#ifndef QUOIN_REMOTE_SAID_H
#define QUOIN_REMOTE_SAID_H

#include "cli/cli.h"
#include "wire/sideband.h"

struct cli_remote_said {
    struct cli *cli;
    struct qn_sideband_text text;
    struct qn_buf colors[4];
};

/* `url` (or NULL): for sideband.<url>.*. */
void cli_remote_said_begin(struct cli *cli, struct cli_remote_said *said,
                           const char *url);
void cli_remote_said_take(void *said, struct qn_bytes bytes);
/* What it ends with when it goes wrong. */
void cli_remote_said_last(void *said, struct qn_bytes bytes);
/* The last line, when it has no end. */
void cli_remote_said_end(struct cli_remote_said *said);

#endif
