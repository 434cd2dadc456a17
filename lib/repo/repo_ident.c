/* SPDX-License-Identifier: MIT */
/* Who I am; git-commit(1) COMMIT INFORMATION. */
#include "os/file.h"
#include "os/user.h"
#include "repo/repo_parts.h"
#include "text/date.h"

#include <string.h>

#define MAILNAME_FILE "/etc/mailname"

struct ident {
    struct qn_buf name;
    struct qn_buf mail;
    bool name_is_given; /* by a variable or the configuration */
    bool mail_is_given;
    bool mail_is_bogus;
    bool name_is_variable;
};

static const char help_text[] =
    "%s identity unknown\n"
    "\n"
    "*** Please tell me who you are.\n"
    "\n"
    "Run\n"
    "\n"
    "  git config --global user.email \"you@example.com\"\n"
    "  git config --global user.name \"Your Name\"\n"
    "\n"
    "to set your account's default identity.\n"
    "Omit --global to set the identity only in this repository.\n";

static bool is_crud(uint8_t byte)
{
    return byte <= 32 || byte == ',' || byte == ':' || byte == ';' ||
           byte == '<' || byte == '>' || byte == '"' || byte == '\\' ||
           byte == '\'';
}

/* Append without what would break the line: crud off both ends, angle brackets
 * and newlines everywhere. */
static enum qn_status append_clean(struct qn_ctx *ctx, struct qn_buf *out,
                                   struct qn_bytes text)
{
    enum qn_status status = QN_OK;
    size_t i;

    while (text.size > 0 && is_crud(text.data[text.size - 1]))
        text.size--;
    while (text.size > 0 && is_crud(text.data[0]))
        text = qn_bytes_from(text, 1);
    for (i = 0; i < text.size && !status; i++)
        if (text.data[i] != '<' && text.data[i] != '>' && text.data[i] != '\n')
            status = qn_buf_append_byte(ctx, out, text.data[i]);
    return status;
}

static bool has_only_crud(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (!is_crud(text.data[i]))
            return false;
    return true;
}

static const char *configured(const struct qn_repo *repo,
                              enum qn_ident_role role, const char *own_author,
                              const char *own_committer, const char *user)
{
    const struct qn_config_entry *entry = qn_config_find(
        repo->config, role == QN_IDENT_AUTHOR ? own_author : own_committer);

    if (!entry)
        entry = qn_config_find(repo->config, user);
    return entry ? entry->value ? entry->value : "" : NULL;
}

static enum qn_status guess_name(struct qn_ctx *ctx, struct ident *ident)
{
    struct qn_buf login = QN_BUF_INIT;
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status = qn_user_names(ctx, &login, &full);

    if (!status)
        status = qn_buf_append_bytes(
            ctx, &ident->name, qn_buf_bytes(full.size > 0 ? &full : &login));
    qn_buf_dispose(&login);
    qn_buf_dispose(&full);
    return status;
}

static enum qn_status guess_mail(struct qn_ctx *ctx, struct ident *ident)
{
    struct qn_buf login = QN_BUF_INIT;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_buf host = QN_BUF_INIT;
    struct qn_bytes line;
    enum qn_status status = qn_user_names(ctx, &login, &full);

    if (!status && qn_file_read_all(ctx, MAILNAME_FILE, &host) != QN_OK)
        qn_ctx_clear(ctx);
    line = qn_bytes_trim(qn_buf_bytes(&host));
    line = qn_bytes_first(line, qn_bytes_find(line, '\n'));
    if (!status && line.size > 0) {
        status = qn_buf_printf(ctx, &ident->mail, "%s@%.*s",
                               qn_buf_string(&login), QN_BYTES_ARG(line));
        goto out;
    }
    qn_buf_clear(&host);
    if (!status)
        status = qn_user_host(ctx, &host);
    if (!status)
        status = qn_buf_printf(ctx, &ident->mail, "%s@%s",
                               qn_buf_string(&login), qn_buf_string(&host));
    if (!status && qn_bytes_find(qn_buf_bytes(&host), '.') == host.size) {
        ident->mail_is_bogus = true;
        status = qn_buf_append_string(ctx, &ident->mail, ".(none)");
    }

out:
    qn_buf_dispose(&login);
    qn_buf_dispose(&full);
    qn_buf_dispose(&host);
    return status;
}

static enum qn_status fail_unknown(struct qn_ctx *ctx, enum qn_ident_role role,
                                   const char *message)
{
    qn_ctx_report(ctx, QN_REPORT_INFO, "ident.missing", help_text,
                  role == QN_IDENT_AUTHOR ? "Author" : "Committer");
    return qn_ctx_fail_reason(ctx, QN_NEEDS_USER, "ident.missing", NULL, "%s",
                              message);
}

static const char *identity_variable(struct qn_ctx *ctx,
                                     const struct qn_repo *repo,
                                     const char *name)
{
    return repo->start.uses_identity ? qn_env_variable(qn_ctx_env(ctx), name)
                                     : NULL;
}

static enum qn_status find_mail(struct qn_ctx *ctx, const struct qn_repo *repo,
                                enum qn_ident_role role, bool is_strict,
                                bool uses_config_only, struct ident *ident)
{
    const char *text = identity_variable(
        ctx, repo,
        role == QN_IDENT_AUTHOR ? "GIT_AUTHOR_EMAIL" : "GIT_COMMITTER_EMAIL");
    struct qn_buf message = QN_BUF_INIT;
    enum qn_status status;

    if (!text)
        text = configured(repo, role, "author.email", "committer.email",
                          "user.email");
    if (!text) {
        text = identity_variable(ctx, repo, "EMAIL");
        if (text && !*text)
            text = NULL;
    }
    if (text) {
        ident->mail_is_given = true;
        return append_clean(ctx, &ident->mail, qn_bytes_from_string(text));
    }
    if (is_strict && uses_config_only)
        return fail_unknown(
            ctx, role, "no email was given and auto-detection is disabled");
    status = guess_mail(ctx, ident);
    if (status || !is_strict || !ident->mail_is_bogus)
        return status;
    status = qn_buf_printf(ctx, &message,
                           "unable to auto-detect email address (got '%s')",
                           qn_buf_string(&ident->mail));
    if (!status)
        status = fail_unknown(ctx, role, qn_buf_string(&message));
    qn_buf_dispose(&message);
    return status;
}

static enum qn_status find_name(struct qn_ctx *ctx, const struct qn_repo *repo,
                                enum qn_ident_role role, bool is_strict,
                                bool uses_config_only, struct ident *ident)
{
    const char *text = identity_variable(
        ctx, repo,
        role == QN_IDENT_AUTHOR ? "GIT_AUTHOR_NAME" : "GIT_COMMITTER_NAME");
    struct qn_buf raw = QN_BUF_INIT;
    struct qn_buf message = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    ident->name_is_variable = text != NULL;
    if (!text)
        text = configured(repo, role, "author.name", "committer.name",
                          "user.name");
    if (text) {
        status = qn_buf_append_string(ctx, &raw, text);
    } else if (is_strict && uses_config_only) {
        status = fail_unknown(
            ctx, role, "no name was given and auto-detection is disabled");
    } else {
        status = guess_name(ctx, ident);
        qn_buf_swap(&raw, &ident->name);
    }
    if (!status && is_strict && raw.size == 0) {
        status = qn_buf_printf(ctx, &message,
                               "empty ident name (for <%s>) not allowed",
                               qn_buf_string(&ident->mail));
        if (!status)
            status =
                ident->name_is_variable
                    ? qn_ctx_fail_reason(ctx, QN_NEEDS_USER, "ident.missing",
                                         NULL, "%s", qn_buf_string(&message))
                    : fail_unknown(ctx, role, qn_buf_string(&message));
    } else if (!status && is_strict && has_only_crud(qn_buf_bytes(&raw))) {
        status = qn_ctx_fail_reason(
            ctx, QN_INVALID, "ident.missing", NULL,
            "name consists only of disallowed characters: %s",
            qn_buf_string(&raw));
    }
    if (!status)
        status = append_clean(ctx, &ident->name, qn_buf_bytes(&raw));
    qn_buf_dispose(&raw);
    qn_buf_dispose(&message);
    return status;
}

enum qn_status qn_repo_ident(struct qn_ctx *ctx, const struct qn_repo *repo,
                             enum qn_ident_role role, bool is_strict,
                             struct qn_buf *out)
{
    const char *text = identity_variable(
        ctx, repo,
        role == QN_IDENT_AUTHOR ? "GIT_AUTHOR_DATE" : "GIT_COMMITTER_DATE");
    struct ident ident = {.name = QN_BUF_INIT, .mail = QN_BUF_INIT};
    struct qn_date date = {0};
    bool uses_config_only = false;
    enum qn_status status;

    status = qn_config_bool(ctx, repo->config, "user.useconfigonly", false,
                            &uses_config_only);
    if (!status)
        status =
            find_mail(ctx, repo, role, is_strict, uses_config_only, &ident);
    if (!status)
        status =
            find_name(ctx, repo, role, is_strict, uses_config_only, &ident);
    if (!status && text && *text) {
        status = qn_date_parse(ctx, text, &date);
    } else if (!status) {
        date.seconds = qn_date_now(qn_ctx_env(ctx));
        date.zone = qn_date_local_zone(qn_ctx_env(ctx), date.seconds);
    }
    if (!status)
        status = qn_buf_printf(
            ctx, out, "%s <%s> %lld %+05d", qn_buf_string(&ident.name),
            qn_buf_string(&ident.mail), (long long)date.seconds, date.zone);
    qn_buf_dispose(&ident.name);
    qn_buf_dispose(&ident.mail);
    return status;
}

enum qn_status qn_repo_commit_refs(struct qn_ctx *ctx,
                                   const struct qn_repo *repo,
                                   struct qn_ref_transaction *transaction)
{
    struct qn_buf ident = QN_BUF_INIT;
    struct qn_refs_writer writer;
    enum qn_status status =
        qn_repo_ident(ctx, repo, QN_IDENT_COMMITTER, false, &ident);

    writer.ident = qn_buf_string(&ident);
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, &writer);
    qn_buf_dispose(&ident);
    return status;
}
