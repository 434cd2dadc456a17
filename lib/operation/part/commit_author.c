/* SPDX-License-Identifier: MIT */
#include "operation/part/commit_author.h"

#include "text/date.h"

/* "Name <mail>" as --author takes it. */
static bool parse_author(struct qn_bytes text, struct qn_bytes *name,
                         struct qn_bytes *mail)
{
    size_t open = qn_bytes_find(text, '<');
    size_t close;

    if (open == text.size)
        return false;
    *mail = qn_bytes_from(text, open + 1);
    close = qn_bytes_find(*mail, '>');
    if (close == mail->size)
        return false;
    *mail = qn_bytes_trim(qn_bytes_first(*mail, close));
    *name = qn_bytes_trim(qn_bytes_first(text, open));
    return true;
}

static enum qn_status parse_date(struct qn_ctx *ctx, const char *text,
                                 struct qn_date *out)
{
    bool recognised = false;

    if (qn_date_scan(qn_ctx_env(ctx), text, out))
        return QN_OK;
    out->seconds = qn_date_approximate(qn_ctx_env(ctx), text, &recognised);
    out->zone = qn_date_local_zone(qn_ctx_env(ctx), out->seconds);
    if (recognised)
        return QN_OK;
    return qn_ctx_fail(ctx, QN_INVALID, "invalid date format: %s", text);
}

static enum qn_status append_ident(struct qn_ctx *ctx, struct qn_bytes name,
                                   struct qn_bytes mail,
                                   const struct qn_date *date,
                                   struct qn_buf *out)
{
    int zone = date->zone < 0 ? -date->zone : date->zone;

    return qn_buf_printf(ctx, out, "%.*s <%.*s> %lld %c%04d",
                         QN_BYTES_ARG(name), QN_BYTES_ARG(mail),
                         (long long)date->seconds, date->zone < 0 ? '-' : '+',
                         zone);
}

enum qn_status qn_commit_author_choose(struct qn_ctx *ctx, struct qn_repo *repo,
                                       const struct qn_commit_options *options,
                                       const struct qn_commit *reused,
                                       struct qn_buf *out, bool *has_date)
{
    struct qn_buf mine = QN_BUF_INIT;
    struct qn_ident ident = {0};
    struct qn_date date;
    enum qn_status status = QN_OK;

    *has_date = reused != NULL || options->date != NULL;
    if (!reused) {
        status = qn_repo_ident(ctx, repo, QN_IDENT_AUTHOR, true, &mine);
        if (!status && !qn_ident_parse(qn_buf_bytes(&mine), &ident))
            status = qn_ctx_fail(ctx, QN_INTERNAL, "an ident cannot be read");
    } else if (!qn_ident_parse(reused->author, &ident)) {
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "commit '%s' has malformed author line",
                             options->reuse ? options->reuse : "HEAD");
    }
    date.seconds = ident.seconds;
    date.zone = ident.zone;
    if (!status && options->author &&
        !parse_author(qn_bytes_from_string(options->author), &ident.name,
                      &ident.mail))
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "--author '%s' is not 'Name <email>' and matches "
                             "no existing author",
                             options->author);
    if (!status && options->date)
        status = parse_date(ctx, options->date, &date);
    if (!status)
        status = append_ident(ctx, ident.name, ident.mail, &date, out);
    qn_buf_dispose(&mine);
    return status;
}
