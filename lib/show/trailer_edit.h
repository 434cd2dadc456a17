/* SPDX-License-Identifier: MIT */
/* Add trailers to a message, by the rules of trailer.*;
 * git-interpret-trailers(1).
 *
 *   message, rules, new ones -> message
 */
#ifndef QN_SHOW_TRAILER_EDIT_H
#define QN_SHOW_TRAILER_EDIT_H

#include "base/buf.h"
#include "base/ctx.h"
#include "config/config.h"

enum qn_trailer_where {
    QN_TRAILER_WHERE_DEFAULT = 0,
    QN_TRAILER_END,
    QN_TRAILER_AFTER,
    QN_TRAILER_BEFORE,
    QN_TRAILER_START
};
enum qn_trailer_exists {
    QN_TRAILER_EXISTS_DEFAULT = 0,
    QN_TRAILER_ADD_IF_DIFFERENT_NEIGHBOR,
    QN_TRAILER_ADD_IF_DIFFERENT,
    QN_TRAILER_ADD,
    QN_TRAILER_REPLACE,
    QN_TRAILER_DO_NOTHING
};
enum qn_trailer_missing {
    QN_TRAILER_MISSING_DEFAULT = 0,
    QN_TRAILER_MISSING_ADD,
    QN_TRAILER_MISSING_DO_NOTHING
};
bool qn_trailer_parse_where(const char *text, enum qn_trailer_where *out);
bool qn_trailer_parse_exists(const char *text, enum qn_trailer_exists *out);
bool qn_trailer_parse_missing(const char *text, enum qn_trailer_missing *out);

/* "key: value", "key=value", "key"; what it says of its place goes before the
 * configuration. */
struct qn_trailer_new {
    const char *text;
    enum qn_trailer_where where;
    enum qn_trailer_exists if_exists;
    enum qn_trailer_missing if_missing;
};

struct qn_trailer_edit {
    const struct qn_config *config;
    const struct qn_trailer_new *added;
    size_t added_count;
    bool trims_empty;
    bool only_trailers;
    bool only_input; /* no new ones, no commands */
    bool unfolds;
    bool ignores_divider;
    const char *directory; /* where commands run; NULL: here */
};

/* Append the message with the trailers.  Unknown values of the configuration
 * and new ones without a key are reported, not failures. */
enum qn_status qn_trailer_edit(struct qn_ctx *ctx, struct qn_bytes message,
                               const struct qn_trailer_edit *edit,
                               struct qn_buf *out) QN_MUST_USE;

#endif
