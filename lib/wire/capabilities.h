/* SPDX-License-Identifier: MIT */
/* Capabilities: "key" or "key=value", in the order they came.
 *
 * Versions 0 and 1 list them behind a NUL with spaces between, some keys more
 * than once ("symref=", "object-format="); version 2 has one a packet, and
 * values that are lists of words ("fetch=shallow filter").  Unknown keys are
 * kept and mean nothing.  gitprotocol-capabilities(5), gitprotocol-v2(5).
 */
#ifndef QN_WIRE_CAPABILITIES_H
#define QN_WIRE_CAPABILITIES_H

#include "wire/wire_words.h"

struct qn_capabilities {
    struct qn_wire_words words;
};
#define QN_CAPABILITIES_INIT                                                   \
    {                                                                          \
        .words = QN_WIRE_WORDS_INIT                                            \
    }

void qn_capabilities_dispose(struct qn_capabilities *capabilities);
enum qn_status qn_capabilities_add(struct qn_ctx *ctx,
                                   struct qn_capabilities *capabilities,
                                   struct qn_bytes one) QN_MUST_USE;
/* Each word of `list` (spaces between). */
enum qn_status qn_capabilities_add_list(struct qn_ctx *ctx,
                                        struct qn_capabilities *capabilities,
                                        struct qn_bytes list) QN_MUST_USE;
/* Is "key" or "key=..." there? */
bool qn_capabilities_has(const struct qn_capabilities *capabilities,
                         const char *key);
/* The next value of `key` at or behind `*position` (0 at first); false when
 * there is no more.  A key without "=" has an empty value. */
bool qn_capabilities_next(const struct qn_capabilities *capabilities,
                          const char *key, size_t *position,
                          struct qn_bytes *value);
/* The first value; empty when there is none. */
struct qn_bytes
qn_capabilities_value(const struct qn_capabilities *capabilities,
                      const char *key);
/* Is `feature` a word of the value of `key`? ("fetch", "shallow") */
bool qn_capabilities_has_feature(const struct qn_capabilities *capabilities,
                                 const char *key, const char *feature);

/* Report what a server of version 0 or 1 can do, in Git's words. */
void qn_capabilities_tell(struct qn_ctx *ctx,
                          const struct qn_capabilities *caps);

#endif
