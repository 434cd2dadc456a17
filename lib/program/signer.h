/* SPDX-License-Identifier: MIT */
/* Sign: bytes in, an armoured signature out, made by the configured program.
 *
 *   gpg.format = openpgp   gpg.program, gpg.openpgp.program ("gpg")
 *                x509      gpg.x509.program ("gpgsm")
 *                ssh       gpg.ssh.program ("ssh-keygen"), with a key file, or
 *                          a key itself ("key::...", "ssh-..."), or what
 *                          gpg.ssh.defaultKeyCommand prints
 *
 * git-config(1) "gpg", "user.signingKey".  Nothing is written but temporary
 * files, which are gone afterwards.
 */
#ifndef QN_PROGRAM_SIGNER_H
#define QN_PROGRAM_SIGNER_H

#include "base/buf.h"
#include "base/ctx.h"
#include "config/config.h"

enum qn_signer_format { QN_SIGNER_OPENPGP = 0, QN_SIGNER_X509, QN_SIGNER_SSH };

struct qn_signer_options {
    const struct qn_config *config;
    const char *key; /* --gpg-sign=<key>; NULL or "": user.signingKey */
    /* "Name <email>" of the committer: the key when none is configured
     * (openpgp, x509). */
    const char *identity;
};

/* gpg.format.  QN_INVALID with Git's words. */
/* Fails for a key that needs a value and has none. */
enum qn_status qn_signer_check(struct qn_ctx *ctx,
                               const struct qn_config *config) QN_MUST_USE;
enum qn_status qn_signer_format(struct qn_ctx *ctx,
                                const struct qn_config *config,
                                enum qn_signer_format *out) QN_MUST_USE;
/* The program of a format. */
const char *qn_signer_program(const struct qn_config *config,
                              enum qn_signer_format format);
/* Append the signature (with its last line end, without CRs) to `out`.
 * QN_REFUSED, reason "signer.failed": the program said no; what it said was
 * reported.  Reason "signer.no-key": nothing says what to sign with. */
enum qn_status qn_signer_sign(struct qn_ctx *ctx,
                              const struct qn_signer_options *options,
                              struct qn_bytes data,
                              struct qn_buf *out) QN_MUST_USE;
/* Append whom a push certificate names: the fingerprint of an ssh key, else the
 * key as it is named, or the identity. */
enum qn_status qn_signer_name_key(struct qn_ctx *ctx,
                                  const struct qn_signer_options *options,
                                  struct qn_buf *out) QN_MUST_USE;

#endif
