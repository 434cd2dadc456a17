/* SPDX-License-Identifier: MIT */
/* Verify: bytes and a signature in, an answer of the program that knows.
 *
 *   "-----BEGIN PGP SIGNATURE-----"  gpg --verify, its status lines are read
 *   "-----BEGIN SIGNED MESSAGE-----" gpgsm --verify, likewise
 *   "-----BEGIN SSH SIGNATURE-----"  ssh-keygen -Y find-principals, verify
 *
 * git-config(1) "gpg"; gpg's doc/DETAILS on status lines; ssh-keygen(1).
 */
#ifndef QN_PROGRAM_VERIFIER_H
#define QN_PROGRAM_VERIFIER_H

#include "program/signer.h"

enum qn_verifier_trust {
    QN_VERIFIER_UNDEFINED = 0,
    QN_VERIFIER_NEVER,
    QN_VERIFIER_MARGINAL,
    QN_VERIFIER_FULLY,
    QN_VERIFIER_ULTIMATE
};

struct qn_verification {
    /* As %G? has it, but 'G' whatever the trust: G, B, X, Y, R, E, N. */
    char grade;
    enum qn_verifier_trust trust;
    bool is_trusted;      /* known, and at least gpg.minTrustLevel */
    struct qn_buf said;   /* for people: %GG, --show-signature */
    struct qn_buf status; /* raw: verify-commit --raw */
    struct qn_buf signer, key, fingerprint, primary;
};
#define QN_VERIFICATION_INIT                                                   \
    {                                                                          \
        .grade = 'N', .said = QN_BUF_INIT, .status = QN_BUF_INIT,              \
        .signer = QN_BUF_INIT, .key = QN_BUF_INIT, .fingerprint = QN_BUF_INIT, \
        .primary = QN_BUF_INIT                                                 \
    }
void qn_verification_dispose(struct qn_verification *verification);
/* What %G? shows: 'U' for a good one of unknown validity. */
char qn_verification_letter(const struct qn_verification *verification);
/* "undefined", "never", "marginal", "fully", "ultimate". */
const char *qn_verification_trust_name(enum qn_verifier_trust trust);
/* Good, and trusted enough. */
bool qn_verification_is_good(const struct qn_verification *verification);

/* Where a signature begins that ends the text; its size when there is none. */
size_t qn_verifier_find_signature(struct qn_bytes text);

/* `seconds`: when the signature says it was made (ssh); 0: not known.  A
 * signature that is bad is an answer, not a failure. */
enum qn_status qn_verifier_check(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 struct qn_bytes payload,
                                 struct qn_bytes signature, int64_t seconds,
                                 struct qn_verification *out) QN_MUST_USE;

#endif
