/* SPDX-License-Identifier: MIT */
/* Words that came one by one (prefixes, options, names): one block, each with a
 * NUL behind it, in the order added. */
#ifndef QN_WIRE_WIRE_WORDS_H
#define QN_WIRE_WIRE_WORDS_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_wire_words {
    struct qn_buf text;
    size_t count;
};
#define QN_WIRE_WORDS_INIT                                                     \
    {                                                                          \
        .text = QN_BUF_INIT                                                    \
    }

void qn_wire_words_dispose(struct qn_wire_words *words);
/* Up to the first NUL of `word`. */
enum qn_status qn_wire_words_add(struct qn_ctx *ctx,
                                 struct qn_wire_words *words,
                                 struct qn_bytes word) QN_MUST_USE;
/* The word at `*position` (0 at first), which moves on; NULL at the end. */
const char *qn_wire_words_next(const struct qn_wire_words *words,
                               size_t *position);
/* A look at each: for lists of our own, not for what a peer sent. */
bool qn_wire_words_has(const struct qn_wire_words *words, struct qn_bytes word);

#endif
