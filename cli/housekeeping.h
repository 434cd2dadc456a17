/* SPDX-License-Identifier: MIT */
/* What gc and maintenance share: other commands run one after the other in
 * this process, with fresh views each; in the background; the log. */
#ifndef QUOIN_HOUSEKEEPING_H
#define QUOIN_HOUSEKEEPING_H

#include "cli/cli.h"

#define CLI_STEP_WORDS 512

struct cli_step { /* begins as zeros */
    const char *words[CLI_STEP_WORDS];
    size_t count;
    struct qn_buf room[4]; /* for words that are made */
    size_t rooms;
};
void cli_step_add(struct cli *cli, struct cli_step *step, const char *word);
void cli_step_addf(struct cli *cli, struct cli_step *step, const char *format,
                   ...) QN_PRINTF(3, 4);
/* Run it and forget it; answers its exit code.  Dies "failed to run <name>"
 * when that is not 0 and `must`.  A command that is not there yet: 0. */
int cli_step_run(struct cli *cli, struct cli_step *step, bool must);
/* Views and leases of what was done so far are given back. */
void cli_step_forget(struct cli *cli);

/* Go on in a process of its own, the caller's ends with code 0.  False: that
 * could not be. */
bool cli_go_to_background(struct cli *cli);
/* stderr into gc.log from now on; kept at the end if there is any. */
void cli_log_begin(struct cli *cli);
void cli_log_end(struct cli *cli);

/* The parts that are no commands. */
void cli_prune_work_trees(struct cli *cli);
void cli_prune_resolutions(struct cli *cli);
void cli_step_pack_refs(struct cli *cli, bool is_auto);
void cli_step_expire_reflogs(struct cli *cli);
/* A time of expiry of the configuration: its text, or `fallback`; dies when it
 * is none. */
const char *cli_expiry(struct cli *cli, const char *key, const char *fallback,
                       int64_t *seconds);
/* extensions.preciousObjects, which only the repository itself can say. */
bool cli_has_precious_objects(struct cli *cli);
/* gc --auto: is there so much to do?  `*packs_all`: everything is repacked. */
bool cli_gc_is_needed(struct cli *cli, bool *packs_all);

#endif
