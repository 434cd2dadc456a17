/* SPDX-License-Identifier: MIT */
/* Who somebody is: names with hashed passwords and tokens.
 *
 *   <user>:<hash of crypt(5): yescrypt, sha512crypt, bcrypt>
 *   <user>:token:<SHA-256 of the token, in hex>
 *
 * A user may have several lines.  Hashing a password takes long by design, so
 * what was right a moment ago is remembered (as a keyed hash).  A name that is
 * not there takes as long as one that is.  Safe for threads.
 */
#ifndef QUOIN_SERVER_PASSWORDS_H
#define QUOIN_SERVER_PASSWORDS_H

#include "base/buf.h"
#include "base/ctx.h"

struct passwords;

/* `path` NULL: nobody.  QN_INVALID ("serve.passwords"), with the line. */
enum qn_status passwords_load(struct qn_ctx *ctx, const char *path,
                              struct passwords **out) QN_MUST_USE;
enum qn_status passwords_parse(struct qn_ctx *ctx, struct qn_bytes text,
                               struct passwords **out) QN_MUST_USE;
void passwords_free(struct passwords *passwords);
bool passwords_has_any(const struct passwords *passwords);

/* "Authorization: Basic ..." or "Bearer <token>" to the user's name, appended;
 * `*is_right` false: it is not. */
enum qn_status passwords_check(struct qn_ctx *ctx, struct passwords *passwords,
                               const char *authorization, struct qn_buf *user,
                               bool *is_right) QN_MUST_USE;

/* A line's hash for a new password, appended. */
enum qn_status passwords_hash(struct qn_ctx *ctx, const char *password,
                              struct qn_buf *out) QN_MUST_USE;

#endif
