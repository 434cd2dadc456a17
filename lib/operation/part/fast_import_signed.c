/* SPDX-License-Identifier: MIT */
/* What becomes of signatures of commits and tags that come in. */
#include "operation/part/fast_import_private.h"
#include "program/signer.h"
#include "program/verifier.h"

/* Does the configured program find it good? */
static enum qn_status verify(struct qn_ctx *ctx, struct qn_fast_import *import,
                             struct qn_bytes payload,
                             const struct qn_buf *signature,
                             struct qn_verification *out)
{
    enum qn_status status =
        qn_verifier_check(ctx, qn_repo_config(import->scope->repo), payload,
                          qn_buf_bytes(signature), 0, out);

    if (!status || status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    qn_ctx_clear(ctx); /* what cannot be checked is not good */
    out->grade = 'E';
    return QN_OK;
}

static enum qn_status sign_anew(struct qn_ctx *ctx,
                                struct qn_fast_import *import,
                                struct qn_bytes payload, const char *kind,
                                struct qn_buf *signature)
{
    struct qn_signer_options options = {.config =
                                            qn_repo_config(import->scope->repo),
                                        .key = import->signing_key};
    struct qn_buf ident = QN_BUF_INIT;
    enum qn_status status;

    status = qn_repo_ident(ctx, import->scope->repo, QN_IDENT_COMMITTER, false,
                           &ident);
    if (!status)
        qn_buf_truncate(&ident,
                        qn_bytes_find_last(qn_buf_bytes(&ident), '>') + 1);
    options.identity = qn_buf_string(&ident);
    qn_buf_clear(signature);
    if (!status)
        status = qn_signer_sign(ctx, &options, payload, signature);
    if (!status && strcmp(kind, "commit") == 0) /* lines of a header */
        while (signature->size > 0 &&
               signature->data[signature->size - 1] == '\n')
            qn_buf_truncate(signature, signature->size - 1);
    if (status && status != QN_NO_MEMORY)
        status = qn_ctx_fail(ctx, QN_REFUSED, "failed to sign %s object", kind);
    qn_buf_dispose(&ident);
    return status;
}

enum qn_status
qn_fast_import_check_signature(struct qn_ctx *ctx,
                               struct qn_fast_import *import,
                               const struct qn_fast_import_payload *what,
                               struct qn_buf *signature, bool *keeps)
{
    struct qn_verification verification = QN_VERIFICATION_INIT;
    const char *kind = what->is_tag ? "tag" : "commit";
    bool is_good,
        is_signed_anew = what->mode == QN_FAST_IMPORT_SIGNED_SIGN_IF_INVALID;
    enum qn_status status;

    *keeps = true;
    status = verify(ctx, import, what->payload, signature, &verification);
    is_good = qn_verification_is_good(&verification);
    if (!status && !is_good &&
        what->mode == QN_FAST_IMPORT_SIGNED_ABORT_IF_INVALID)
        status =
            qn_ctx_fail(ctx, QN_REFUSED, "aborting due to invalid signature");
    if (!status && !is_good && !what->is_tag)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.signature",
                      "%s invalid signature for %s\n  allegedly by %s",
                      is_signed_anew ? "replacing" : "stripping", kind,
                      verification.signer.size
                          ? qn_buf_string(&verification.signer)
                          : "unknown");
    if (!status && !is_good && is_signed_anew)
        status = sign_anew(ctx, import, what->payload, kind, signature);
    else if (!status)
        *keeps = is_good;
    qn_verification_dispose(&verification);
    return status;
}
