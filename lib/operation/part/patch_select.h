/* SPDX-License-Identifier: MIT */
/* Choosing hunks: the dialogue of add -p and its kin.
 *
 *   files' patches -> header, hunk, "(1/2) Stage this hunk [y,n,...]? "
 *   -> an answer -> ... -> each file's chosen hunks, handed to `apply`
 *
 * Nothing is printed or read here but through the table of calls.  With
 * auto-advance a file is applied when it is decided; without, all are at the
 * end.  The end of the input is a "q".  Source: git-add(1) "INTERACTIVE MODE",
 * experiments.
 */
#ifndef QN_OPERATION_PART_PATCH_SELECT_H
#define QN_OPERATION_PART_PATCH_SELECT_H

#include "diff/file_patch.h"

/* How the mode speaks. */
struct qn_patch_words {
    const char *title;   /* "Stage": begins prompts */
    const char *verb;    /* "stage" */
    const char *suffix;  /* " from worktree"; "" */
    const char *editing; /* "staging": "marked for ..." */
    bool is_reversed;    /* the patch is applied in reverse */
};

struct qn_patch_colors {
    const char *prompt, *header, *help, *error, *reset; /* "" : none */
};

struct qn_patch_calls {
    void *data;
    /* To the user (standard output). */
    enum qn_status (*print)(struct qn_ctx *ctx, void *data,
                            struct qn_bytes text);
    /* A line from the user (`by_key`: or a key, if that is set up), without
     * white space around it; `*is_end`: there is none. */
    enum qn_status (*ask)(struct qn_ctx *ctx, void *data, bool by_key,
                          struct qn_buf *answer, bool *is_end);
    enum qn_status (*page)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes text);
    /* Let the user edit `text`; false: it went wrong, which was said. */
    bool (*edit)(struct qn_ctx *ctx, void *data, struct qn_buf *text);
    /* Do these hunks of file i apply?  False: no, which was said. */
    bool (*check)(struct qn_ctx *ctx, void *data, size_t i,
                  struct qn_bytes hunks);
    /* File i is decided, and something of it chosen. */
    enum qn_status (*apply)(struct qn_ctx *ctx, void *data, size_t i);
};

struct qn_patch_select_options {
    struct qn_patch_words words;
    struct qn_patch_colors colors;
    struct qn_file_patch_colors hunk_colors;
    const char *comment; /* core.commentString */
    bool stays;          /* --no-auto-advance */
    struct qn_patch_calls calls;
};

struct qn_patch_select {
    const struct qn_patch_select_options *options;
    struct qn_file_patch *files;
    size_t count;
    struct qn_buf out;    /* of one call */
    struct qn_buf answer; /* of the user */
    bool is_over;
};

enum qn_status
qn_patch_select_run(struct qn_ctx *ctx, struct qn_file_patch *files,
                    size_t count,
                    const struct qn_patch_select_options *options) QN_MUST_USE;

/* A question whose answer is y or n; the end of the input is n. */
enum qn_status
qn_patch_select_ask(struct qn_ctx *ctx,
                    const struct qn_patch_select_options *options,
                    const char *question, bool *is_yes) QN_MUST_USE;
/* A line in the colour of errors, to the user. */
enum qn_status
qn_patch_select_say(struct qn_ctx *ctx,
                    const struct qn_patch_select_options *options,
                    const char *line) QN_MUST_USE;
/* Is anything of the file chosen? */
bool qn_patch_select_has_chosen(const struct qn_file_patch *file);

#endif
