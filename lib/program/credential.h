/* SPDX-License-Identifier: MIT */
/* Who one is to a server: a description, and what helpers, the configuration
 * and a person say to it.
 *
 *   description (url or lines) -> fill -> use -> approve | reject
 *
 *   line = key "=" value LF     key[] may come several times
 *
 * Values are bytes without NUL and LF, which cannot be written: a value that
 * has one is refused, and so is CR unless credential.protectProtocol is false.
 * Secrets are overwritten before their memory is given back.
 * git-credential(1), gitcredentials(7).
 */
#ifndef QN_PROGRAM_CREDENTIAL_H
#define QN_PROGRAM_CREDENTIAL_H

#include "config/config.h"
#include "program/prompt.h"

struct qn_credential_list {
    char **items;
    size_t count;
    size_t capacity;
};

/* Something that not both ends may know of. */
struct qn_credential_capability {
    bool is_asked;    /* by whoever asks for the credential */
    bool is_helpers;  /* by a helper */
    bool is_answered; /* both: the answer may use it */
};

struct qn_credential {
    char *protocol; /* NULL: not known; so the next ones */
    char *host;     /* with a port */
    char *path;
    char *username;
    char *password;
    char *oauth_refresh_token;
    char *authtype;
    char *secret;   /* "credential": what follows the authtype */
    int64_t expiry; /* of the password, seconds since 1970; INT64_MAX: never */
    struct qn_credential_list helpers;
    struct qn_credential_list challenges; /* wwwauth[] */
    struct qn_credential_list states;     /* from the helpers */
    struct qn_credential_list states_to_send;
    struct qn_credential_capability knows_authtype;
    struct qn_credential_capability knows_state;
    bool is_ephemeral;
    bool continues; /* a step of several */
    bool quits;
    bool is_approved;
    bool is_configured;
    bool uses_http_path;
    bool has_own_username; /* not the configuration's */
    bool keeps_prompts;    /* credential.sanitizePrompt=false */
    bool allows_cr;        /* credential.protectProtocol=false */
};

/* Whom to ask. */
struct qn_credential_scope {
    const struct qn_config *config;
    const struct qn_prompt_calls *prompt; /* NULL: no terminal */
    /* Runs our subcommands, and through them anybody's "git-credential-<x>";
     * NULL: "git". */
    const char *own_program;
};

enum qn_credential_stage {
    QN_CREDENTIAL_ASKED,   /* a description, from or for whoever asks */
    QN_CREDENTIAL_HELPERS, /* what a helper says */
    QN_CREDENTIAL_ANSWER   /* all that is known */
};

void qn_credential_init(struct qn_credential *credential);
void qn_credential_dispose(struct qn_credential *credential);
/* Forget what could be wrong: username, password and their kin. */
void qn_credential_forget(struct qn_credential *credential);
/* Replace a field; NULL: not known. */
enum qn_status qn_credential_set(struct qn_ctx *ctx, char **field,
                                 const char *value) QN_MUST_USE;
enum qn_status qn_credential_add(struct qn_ctx *ctx,
                                 struct qn_credential_list *list,
                                 struct qn_bytes value) QN_MUST_USE;
void qn_credential_empty(struct qn_credential_list *list);

/* The parts of a URL, decoded.  QN_INVALID ("credential url cannot be parsed:
 * <url>"), what is wrong is reported. */
enum qn_status qn_credential_from_url(struct qn_ctx *ctx,
                                      struct qn_credential *credential,
                                      const char *url) QN_MUST_USE;
/* Lines up to an empty one.  QN_INVALID ("credential.bad-line") for what is no
 * such line, which is reported as a warning. */
enum qn_status qn_credential_read(struct qn_ctx *ctx,
                                  struct qn_credential *credential,
                                  struct qn_bytes text,
                                  enum qn_credential_stage stage) QN_MUST_USE;
/* Append lines.  QN_INVALID ("credential.newline") with Git's words. */
enum qn_status qn_credential_write(struct qn_ctx *ctx,
                                   const struct qn_credential *credential,
                                   enum qn_credential_stage stage,
                                   struct qn_buf *out) QN_MUST_USE;

/* What the configuration says of it (once). */
enum qn_status
qn_credential_configure(struct qn_ctx *ctx, struct qn_credential *credential,
                        const struct qn_config *config) QN_MUST_USE;
/* Append "<protocol>://<user>@<host>/<path>" as a person is shown it;
 * `is_plain`: nothing is escaped. */
enum qn_status qn_credential_describe(struct qn_ctx *ctx,
                                      const struct qn_credential *credential,
                                      bool is_plain,
                                      struct qn_buf *out) QN_MUST_USE;

/* Username and password, or authtype and secret.  `knows_all`: the caller
 * understands all capabilities.  QN_NEEDS_USER when nobody answers;
 * QN_INVALID ("credential.incomplete") without protocol or host. */
enum qn_status qn_credential_fill(struct qn_ctx *ctx,
                                  struct qn_credential *credential,
                                  const struct qn_credential_scope *scope,
                                  bool knows_all) QN_MUST_USE;
/* It was right: the helpers may store it. */
enum qn_status
qn_credential_approve(struct qn_ctx *ctx, struct qn_credential *credential,
                      const struct qn_credential_scope *scope) QN_MUST_USE;
/* It was wrong: the helpers erase it, and it is forgotten. */
enum qn_status
qn_credential_reject(struct qn_ctx *ctx, struct qn_credential *credential,
                     const struct qn_credential_scope *scope) QN_MUST_USE;
/* Does what is known of `have` go with all that is known of `want`?
 * `with_password`: that counts, too. */
bool qn_credential_matches(const struct qn_credential *want,
                           const struct qn_credential *have,
                           bool with_password);
/* What the helpers said of their state is what they are told next. */
void qn_credential_next_step(struct qn_credential *credential);

#endif
