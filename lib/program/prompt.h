/* SPDX-License-Identifier: MIT */
/* Asking a person: a program of theirs (GIT_ASKPASS, core.askPass,
 * SSH_ASKPASS), else the terminal, which the caller's table reaches.
 * gitcredentials(7).
 */
#ifndef QN_PROGRAM_PROMPT_H
#define QN_PROGRAM_PROMPT_H

#include "config/config.h"

/* The terminal, or whatever stands for it. */
struct qn_prompt_calls {
    void *data;
    /* Show `prompt`, append the answer without its end of line.  Any failure:
     * there is nobody; its errno tells why. */
    enum qn_status (*ask)(struct qn_ctx *ctx, void *data, const char *prompt,
                          bool echoes, struct qn_buf *answer);
};

struct qn_prompt {
    const struct qn_config *config;      /* or NULL */
    const struct qn_prompt_calls *calls; /* NULL: there is no terminal */
    bool echoes;
};

/* Append the answer.  QN_NEEDS_USER ("prompt.nobody", "could not read <what>:
 * <why>", the prompt without its ": "). */
enum qn_status qn_prompt_ask(struct qn_ctx *ctx, const struct qn_prompt *prompt,
                             const char *text,
                             struct qn_buf *answer) QN_MUST_USE;

#endif
