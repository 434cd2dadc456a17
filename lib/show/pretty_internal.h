/* SPDX-License-Identifier: MIT */
/* What the files of pretty share. */
#ifndef QN_SHOW_PRETTY_INTERNAL_H
#define QN_SHOW_PRETTY_INTERNAL_H

#include "show/pretty.h"
#include "show/signature.h"
#include "walk/revision_args.h"

struct qn_pretty {
    const struct qn_pretty_options *options;
    struct qn_odb *odb;
    struct qn_buf text;      /* the re-encoded commit */
    struct qn_buf scratch;   /* a subject */
    struct qn_buf expansion; /* a padded placeholder */
    struct qn_commit recoded;
    bool auto_color; /* %C(auto) is on */
    /* What is known of the last signature that was asked about. */
    struct qn_verification answer;
    struct qn_id answer_id;
    bool has_answer, is_signed;
};

/* pretty_signature.c: one of %G?, %GG, %GS ...; the lines of --show-signature.
 */
void qn_pretty_signature_dispose(struct qn_pretty *pretty);
enum qn_status qn_pretty_signature_field(struct qn_ctx *ctx,
                                         struct qn_pretty *pretty,
                                         const struct qn_pretty_item *item,
                                         char which,
                                         struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_pretty_signature_append(struct qn_ctx *ctx,
                                          struct qn_pretty *pretty,
                                          const struct qn_pretty_item *item,
                                          struct qn_buf *out) QN_MUST_USE;

/* The commit of an item in the output's encoding. */
enum qn_status qn_pretty_recode(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                const struct qn_pretty_item *item,
                                const struct qn_commit **out) QN_MUST_USE;

/* The name and mail of an ident line; the mailmap applied. */
bool qn_pretty_ident(const struct qn_pretty *pretty, struct qn_bytes text,
                     bool maps, struct qn_ident *out);

/* Rewrap what stands in `out` from `start` on: %w. */
enum qn_status qn_pretty_wrap(struct qn_ctx *ctx, struct qn_buf *out,
                              size_t start, int width, int first_indent,
                              int next_indent) QN_MUST_USE;

/* A line of a message, or an ident, with what was searched for in colour
 * (pretty_match.c). */
enum qn_status qn_pretty_match_append(struct qn_ctx *ctx,
                                      const struct qn_pretty_options *options,
                                      enum qn_revision_pattern_field field,
                                      struct qn_bytes line,
                                      struct qn_buf *out) QN_MUST_USE;

/* Email headers and message. */
enum qn_status qn_pretty_email(struct qn_ctx *ctx, struct qn_pretty *pretty,
                               const struct qn_pretty_item *item,
                               const struct qn_commit *commit,
                               struct qn_buf *out) QN_MUST_USE;

/* The notes of the commit: their texts alone, or as they follow a message. */
enum qn_status qn_pretty_notes(struct qn_ctx *ctx, struct qn_pretty *pretty,
                               const struct qn_pretty_item *item, bool is_raw,
                               struct qn_buf *out) QN_MUST_USE;

#endif
