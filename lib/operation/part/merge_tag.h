/* SPDX-License-Identifier: MIT */
/* The header "mergetag" of a commit that merges a signed tag: the whole tag, so
 * that the signature can be verified when the tag itself is gone. */
#ifndef QN_OPERATION_PART_MERGE_TAG_H
#define QN_OPERATION_PART_MERGE_TAG_H

#include "odb/odb.h"

/* Append "mergetag object ...\n"; nothing when the tag is not signed. */
enum qn_status qn_merge_tag_append(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_id *tag,
                                   struct qn_buf *out) QN_MUST_USE;

#endif
