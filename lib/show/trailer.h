/* SPDX-License-Identifier: MIT */
/* Trailers: the block of "Key: value" lines at the end of a message.
 * git-interpret-trailers(1). */
#ifndef QN_SHOW_TRAILER_H
#define QN_SHOW_TRAILER_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_trailer_options {
    bool only_trailers;
    bool unfolds;
    bool key_only;
    bool value_only;
    struct qn_bytes separator; /* between lines; has_separator */
    bool has_separator;
    struct qn_bytes key_separator; /* has_key_separator; else ": " */
    bool has_key_separator;
    struct qn_bytes keys[16]; /* only these, in any case */
    size_t key_count;
    bool ignores_divider; /* "---" does not end the message */
};

/* How lines are told to be trailers. */
struct qn_trailer_form {
    const char *separators; /* ":" */
    const char *comment;    /* how lines begin that do not count: "#" */
    bool ignores_divider;   /* "---" does not end the message */
    /* Is it a key that the configuration knows?  NULL: none is. */
    bool (*is_known)(void *data, struct qn_bytes key);
    void *data;
};
/* The block's place in `message`; an empty one, where it would stand, when
 * there is none. */
struct qn_bytes qn_trailer_find_block_as(struct qn_bytes message,
                                         const struct qn_trailer_form *form);
/* Where the separator of a line stands; `fallback` when it has none. */
size_t qn_trailer_separator(struct qn_bytes line, const char *separators,
                            size_t fallback);
/* Take a line with its continuations off the front of a block. */
struct qn_bytes qn_trailer_take_item(struct qn_bytes *block);
/* Lines joined by one space each. */
enum qn_status qn_trailer_append_unfolded(struct qn_ctx *ctx,
                                          struct qn_bytes text,
                                          struct qn_buf *out) QN_MUST_USE;
/* The block's place in `message`; empty when there is none. */
struct qn_bytes qn_trailer_find_block(struct qn_bytes message,
                                      bool ignores_divider);
/* Append the trailers of a message in the form asked for. */
enum qn_status qn_trailer_format(struct qn_ctx *ctx, struct qn_bytes message,
                                 const struct qn_trailer_options *options,
                                 struct qn_buf *out) QN_MUST_USE;

#endif
