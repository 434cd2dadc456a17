/* SPDX-License-Identifier: MIT */
/* Values of refs that take more than the ref: %(is-base), %(signature). */
#ifndef QN_SHOW_REF_EXTRA_H
#define QN_SHOW_REF_EXTRA_H

#include "show/ref_atom.h"

/* The ref (its name, borrowed) that leaves the fewest commits of the
 * first-parent history of `commit` outside of its own; NULL: none meets it.  Of
 * several the first by name. */
enum qn_status qn_ref_extra_base(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_ref_item *items, size_t count,
                                 const struct qn_id *commit,
                                 const char **out) QN_MUST_USE;
/* Append what the signature of a commit is found to be. */
enum qn_status qn_ref_extra_verified(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     struct qn_bytes text, uint32_t algorithm,
                                     enum qn_ref_atom_part which,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
