/* SPDX-License-Identifier: MIT */
/* Quoting: C style (paths in diffs and listings), shell, and the languages that
 * for-each-ref speaks; and back.
 *
 *   C      "a\tb\303\244"   \a \b \t \n \v \f \r \" \\ and octal
 *   shell  'it'\''s'        "'" and "!" outside the quotes
 */
#ifndef QN_TEXT_QUOTE_H
#define QN_TEXT_QUOTE_H

#include "base/buf.h"
#include "base/bytes.h"

/* `quotes_high`: core.quotePath, bytes from 0x80 on are quoted too. */
bool qn_quote_is_needed(struct qn_bytes text, bool quotes_high);
/* Append `text`, inside double quotes and escaped when that is needed. */
enum qn_status qn_quote_path(struct qn_ctx *ctx, struct qn_buf *out,
                             struct qn_bytes text,
                             bool quotes_high) QN_MUST_USE;
/* The same of prefix + text as one ("a/" and a path). */
enum qn_status qn_quote_path_with(struct qn_ctx *ctx, struct qn_buf *out,
                                  const char *prefix, struct qn_bytes text,
                                  bool quotes_high) QN_MUST_USE;
/* Append the escaped text without the double quotes around. */
enum qn_status qn_quote_c_bare(struct qn_ctx *ctx, struct qn_buf *out,
                               struct qn_bytes text,
                               bool quotes_high) QN_MUST_USE;
/* `text` begins with a double quote: append what it means; `*used` (may be
 * NULL: then nothing may follow) is the size up to the closing one. QN_INVALID
 * when it is not well formed. */
enum qn_status qn_quote_unquote_c(struct qn_ctx *ctx, struct qn_bytes text,
                                  struct qn_buf *out, size_t *used) QN_MUST_USE;

/* Append in single quotes for a POSIX shell. */
enum qn_status qn_quote_shell(struct qn_ctx *ctx, struct qn_buf *out,
                              struct qn_bytes text) QN_MUST_USE;
/* As above, but bare when it is not empty and has only letters, digits and
 * +,-./:=@_^ in it (as trace and bisect print arguments). */
enum qn_status qn_quote_shell_pretty(struct qn_ctx *ctx, struct qn_buf *out,
                                     struct qn_bytes text) QN_MUST_USE;
/* `text` begins with a single-quoted word: append what it means, `*used` is its
 * size.  Only '...', \' and \! as written by qn_quote_shell. */
enum qn_status qn_quote_unquote_shell(struct qn_ctx *ctx, struct qn_bytes text,
                                      struct qn_buf *out,
                                      size_t *used) QN_MUST_USE;

enum qn_status qn_quote_perl(struct qn_ctx *ctx, struct qn_buf *out,
                             struct qn_bytes text) QN_MUST_USE;
enum qn_status qn_quote_python(struct qn_ctx *ctx, struct qn_buf *out,
                               struct qn_bytes text) QN_MUST_USE;
enum qn_status qn_quote_tcl(struct qn_ctx *ctx, struct qn_buf *out,
                            struct qn_bytes text) QN_MUST_USE;

#endif
