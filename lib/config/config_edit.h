/* SPDX-License-Identifier: MIT */
/* Change a configuration file in place: everything that is not touched keeps
 * its bytes, comments and order included.
 *
 *   text -> items (config_parser) -> byte ranges to drop, one line to put in
 *
 * Through "<file>.lock"; the file's mode stays.  What is matched, where a new
 * line goes and when a header goes with its last entry:
 * docs/provenance/config.md.
 */
#ifndef QN_CONFIG_CONFIG_EDIT_H
#define QN_CONFIG_CONFIG_EDIT_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_config_edit {
    const char *key;           /* as typed: its letter case is written */
    const char *value;         /* NULL: remove */
    const char *value_pattern; /* only entries whose value matches; or NULL */
    bool pattern_is_fixed;     /* compare instead of an extended expression */
    bool all;                  /* every match, not at most one */
    bool appends;              /* match nothing: a line more */
    const char *comment;       /* behind the value; or NULL */
    int64_t lock_timeout_ms;   /* core.configLockTimeout; -1: for ever */
};

#define QN_CONFIG_EDIT_INIT                                                    \
    {                                                                          \
        .lock_timeout_ms = 1000                                                \
    }

/* The edit on text alone: append the new text to `out`.  Failures as below. */
enum qn_status qn_config_edit_text(struct qn_ctx *ctx, struct qn_bytes text,
                                   const struct qn_config_edit *edit,
                                   const char *path,
                                   struct qn_buf *out) QN_MUST_USE;

/* QN_INVALID: key ("config.no-section", "config.no-name",
 * "config.invalid-key"), pattern ("config.bad-pattern"), file
 * ("config.bad-line"); QN_AMBIGUOUS: several matches and not `all`
 * ("config.multiple-values", a warning is reported); QN_NOT_FOUND: nothing to
 * remove ("config.nothing"); QN_LOCKED ("config.locked"). */
enum qn_status
qn_config_edit_file(struct qn_ctx *ctx, const char *path,
                    const struct qn_config_edit *edit) QN_MUST_USE;

/* Set one value: the plain form, for the library's own use. */
enum qn_status qn_config_edit_set(struct qn_ctx *ctx, const char *path,
                                  const char *key,
                                  const char *value) QN_MUST_USE;
/* Remove all values of a key; none is fine. */
enum qn_status qn_config_edit_unset(struct qn_ctx *ctx, const char *path,
                                    const char *key) QN_MUST_USE;

/* Rename ("a.b" for [a "b"]), or remove with a NULL `to`, or copy.  `*found`
 * false when there is no such section (and nothing is written).  QN_INVALID
 * "invalid section name: <to>". */
enum qn_status qn_config_edit_section(struct qn_ctx *ctx, const char *path,
                                      const char *from, const char *to,
                                      bool copies, bool *found) QN_MUST_USE;
enum qn_status qn_config_edit_section_text(
    struct qn_ctx *ctx, struct qn_bytes text, const char *from, const char *to,
    bool copies, const char *path, struct qn_buf *out, bool *found) QN_MUST_USE;

#endif
