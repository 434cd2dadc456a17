/* SPDX-License-Identifier: MIT */
/* --patch of add, commit, reset, checkout and restore: what the user sees and
 * types; git-add(1) "INTERACTIVE MODE". */
#ifndef QUOIN_CLI_PATCHING_H
#define QUOIN_CLI_PATCHING_H

#include "cli/work.h"
#include "operation/op_patch.h"

/* What belongs to the dialogue. */
struct cli_patch_args {
    bool patch, stays;
    int context, inter_hunk; /* -1: not said */
};
#define CLI_PATCH_ARGS_INIT                                                    \
    {                                                                          \
        .context = -1, .inter_hunk = -1                                        \
    }

#define CLI_PATCH_ADVANCE(args)                                                \
    {                                                                          \
        .kind = CLI_KIND_CALLBACK, .long_name = "auto-advance",                \
        .value = &(args)->stays, .flags = CLI_OPTION_NO_ARGUMENT,              \
        .help = "go on to the next file when one is decided",                  \
        .callback = cli_patch_set_advance                                      \
    }
#define CLI_PATCH_CONTEXT(args)                                                \
    {.kind = CLI_KIND_INTEGER,                                                 \
     .short_name = 'U',                                                        \
     .long_name = "unified",                                                   \
     .value = &(args)->context,                                                \
     .argument = "n",                                                          \
     .help = "lines of context",                                               \
     .flags = CLI_OPTION_NO_NEGATE},                                           \
    {                                                                          \
        .kind = CLI_KIND_INTEGER, .long_name = "inter-hunk-context",           \
        .value = &(args)->inter_hunk, .argument = "n",                         \
        .help = "context that joins hunks", .flags = CLI_OPTION_NO_NEGATE      \
    }

int cli_patch_set_advance(struct cli *cli, const struct cli_option *option,
                          const char *argument, bool is_negated);
/* Without a dialogue these options mean nothing: dies, naming `needed`
 * ("--patch"). */
void cli_patch_check(struct cli *cli, const struct cli_patch_args *args,
                     const char *needed);

struct cli_patch {
    enum qn_op_patch_mode mode;
    const char *revision; /* of the modes with a tree; or NULL: HEAD */
    const struct cli_list *patterns;
    const struct qn_pathspec *pathspec; /* instead of patterns; or NULL */
    struct qn_index *target;            /* as in op_patch */
    bool is_quiet;                      /* do not list what is unmerged */
    bool was_changed;                   /* out */
};
/* The exit code. */
int cli_patch_run(struct cli *cli, struct cli_patch *patch,
                  const struct cli_patch_args *args);

/* ---- for add -i, too */

struct cli_dialogue {
    struct cli *cli;
    struct qn_patch_colors colors;
    struct qn_buf slots[4];
};
void cli_dialogue_open(struct cli *cli, struct cli_dialogue *out);
void cli_dialogue_close(struct cli_dialogue *dialogue);
/* A line, trimmed; false at the end of the input. */
bool cli_dialogue_line(struct cli *cli, struct qn_buf *out);
/* "f: needs merge" for each unmerged path. */
void cli_list_unmerged(struct cli *cli, const struct qn_index *index);

#endif
