/* SPDX-License-Identifier: MIT */
/* Credentials in plain files: what credential-store does.
 *
 *   file = line...   line = <protocol> "://" <user> ":" <password> "@" <host>
 *                           ["/" <path>] LF, each part percent-encoded
 *
 * Lines that are none of that are kept as they are.  Files are for their owner
 * alone, and replaced under a lock.  git-credential-store(1).
 */
#ifndef QN_PROGRAM_CREDENTIAL_FILE_H
#define QN_PROGRAM_CREDENTIAL_FILE_H

#include "program/credential.h"

struct qn_credential_files {
    const char *const *paths; /* in order of precedence; NULL terminated */
    int64_t lock_timeout_ms;
};

/* Username and password of the first that fits; `*found`. */
enum qn_status qn_credential_file_get(struct qn_ctx *ctx,
                                      const struct qn_credential_files *files,
                                      struct qn_credential *credential,
                                      bool *found) QN_MUST_USE;
/* Into the first file that is there, else into the first; in the place of what
 * has the same name.  Does nothing for one that is not complete. */
enum qn_status
qn_credential_file_store(struct qn_ctx *ctx,
                         const struct qn_credential_files *files,
                         const struct qn_credential *credential) QN_MUST_USE;
/* Out of all files. */
enum qn_status
qn_credential_file_erase(struct qn_ctx *ctx,
                         const struct qn_credential_files *files,
                         const struct qn_credential *credential) QN_MUST_USE;

#endif
