/* SPDX-License-Identifier: MIT */
/* Signed commits and tags: what was signed, the signature, and what the program
 * that knows says of it.
 *
 *   commit: headers "gpgsig" (SHA-1) or "gpgsig-sha256"; the rest was signed
 *   tag:    the end of the message from the last "-----BEGIN ..." on
 */
#ifndef QN_SHOW_SIGNATURE_H
#define QN_SHOW_SIGNATURE_H

#include "odb/odb.h"
#include "program/verifier.h"

struct qn_signature {
    bool found;
    struct qn_buf payload;
    struct qn_buf text;
    int64_t seconds; /* of the committer or tagger */
};
#define QN_SIGNATURE_INIT                                                      \
    {                                                                          \
        .payload = QN_BUF_INIT, .text = QN_BUF_INIT                            \
    }
void qn_signature_dispose(struct qn_signature *signature);

/* Take a commit or a tag apart; `found` false: it is not signed. */
enum qn_status qn_signature_split(struct qn_ctx *ctx, struct qn_bytes text,
                                  enum qn_object_type type, uint32_t algorithm,
                                  struct qn_signature *out) QN_MUST_USE;
/* The same, and verify; `*found`. */
enum qn_status qn_signature_check(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  struct qn_bytes text,
                                  enum qn_object_type type, uint32_t algorithm,
                                  bool *found,
                                  struct qn_verification *out) QN_MUST_USE;

#endif
