/* SPDX-License-Identifier: MIT */
/* Formats of for-each-ref, branch and tag: "%(align:20)%(refname)%(end) %00".
 *
 *   text -> pieces (literals and atoms) -> for each ref, evaluated over a small
 *   stack of buffers: one for each open %(align) and %(if)
 */
#ifndef QN_SHOW_REF_FORMAT_H
#define QN_SHOW_REF_FORMAT_H

#include "show/ref_atom.h"

enum qn_ref_quote {
    QN_REF_QUOTE_NONE = 0,
    QN_REF_QUOTE_SHELL,
    QN_REF_QUOTE_PERL,
    QN_REF_QUOTE_PYTHON,
    QN_REF_QUOTE_TCL
};

struct qn_ref_format;
/* QN_INVALID; reason "ref-format.malformed" where Git shows its usage. `values`
 * is borrowed. */
enum qn_status qn_ref_format_new(struct qn_ctx *ctx,
                                 struct qn_ref_values *values, const char *text,
                                 enum qn_ref_quote quote,
                                 struct qn_ref_format **out) QN_MUST_USE;
void qn_ref_format_free(struct qn_ref_format *format);
/* Append one ref, without a newline. */
enum qn_status qn_ref_format_append(struct qn_ctx *ctx,
                                    struct qn_ref_format *format,
                                    const struct qn_ref_item *item,
                                    struct qn_buf *out) QN_MUST_USE;

#endif
