/* SPDX-License-Identifier: MIT */
#include "operation/part/commit_author.h"

#include "text/date.h"
#include "walk/mailmap.h"
#include "walk/revision_args.h"

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

/* The author line of the newest commit that the filter wants. */
static enum qn_status walk_authors(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_revision_args *args,
                                   struct qn_buf *line)
{
    struct qn_revision_filter *filter = NULL;
    struct qn_commit_walk *walk = NULL;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_walk_commit found;
    struct qn_commit commit;
    enum qn_status status = qn_revision_filter_new(ctx, scope, args, &filter);

    args->walk.filter = qn_revision_filter_ask;
    args->walk.filter_data = filter;
    if (!status)
        status = qn_commit_walk_new(ctx, scope, &args->walk, &walk);
    if (!status)
        status = qn_revision_args_start(ctx, args, walk);
    if (!status)
        status = qn_commit_walk_next(ctx, walk, &found);
    if (!status)
        status = qn_odb_read_typed(ctx, scope->odb, &found.id, QN_OBJECT_COMMIT,
                                   &object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 found.id.algorithm, &commit);
    if (!status)
        status = qn_buf_append_bytes(ctx, line, commit.author);
    qn_object_dispose(&object);
    qn_commit_walk_free(walk);
    qn_revision_filter_free(filter);
    return status == QN_END ? QN_OK : status;
}

/* Somebody who has written a commit, by a part of the name or mail. */
static enum qn_status find_author(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *part, struct qn_buf *line,
                                  struct qn_ident *out)
{
    struct qn_revision_args args;
    struct qn_buf pattern = QN_BUF_INIT;
    const char *words[4] = {"--all", "-i", NULL, "--max-count=1"};
    struct qn_mailmap *mailmap = NULL;
    struct qn_ident found;
    enum qn_status status = qn_buf_printf(ctx, &pattern, "--author=%s", part);

    words[2] = qn_buf_string(&pattern);
    qn_revision_args_init(&args);
    if (!status)
        status =
            qn_revision_args_parse(ctx, scope, &args, words, 4, NULL, NULL);
    if (!status)
        status = walk_authors(ctx, scope, &args, line);
    if (!status && !qn_ident_parse(qn_buf_bytes(line), &found))
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "--author '%s' is not 'Name <email>' and matches "
                             "no existing author",
                             part);
    if (!status)
        status = qn_mailmap_new(ctx, &mailmap);
    if (!status)
        status = qn_mailmap_load(ctx, scope, mailmap);
    if (!status) {
        struct qn_buf kept = QN_BUF_INIT;

        (void)qn_mailmap_map(mailmap, &found.name, &found.mail);
        /* The names may be the mailmap's own. */
        status =
            qn_buf_printf(ctx, &kept, "%.*s <%.*s>", QN_BYTES_ARG(found.name),
                          QN_BYTES_ARG(found.mail));
        qn_buf_swap(line, &kept);
        qn_buf_dispose(&kept);
        (void)parse_author(qn_buf_bytes(line), &out->name, &out->mail);
    }
    qn_mailmap_free(mailmap);
    qn_revision_args_dispose(&args);
    qn_buf_dispose(&pattern);
    return status;
}

enum qn_status qn_commit_author_check(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *author)
{
    struct qn_buf known = QN_BUF_INIT;
    struct qn_ident ident = {0};
    enum qn_status status = QN_OK;

    if (!parse_author(qn_bytes_from_string(author), &ident.name, &ident.mail))
        status = find_author(ctx, scope, author, &known, &ident);
    qn_buf_dispose(&known);
    return status;
}

enum qn_status qn_commit_author_choose(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const struct qn_commit_options *options,
                                       const struct qn_commit *reused,
                                       struct qn_buf *out, bool *has_date)
{
    struct qn_buf mine = QN_BUF_INIT, known = QN_BUF_INIT;
    struct qn_ident ident = {0};
    struct qn_date date;
    enum qn_status status = QN_OK;

    *has_date = reused != NULL || options->date != NULL;
    if (!reused) {
        status = qn_repo_ident(ctx, scope->repo, QN_IDENT_AUTHOR, true, &mine);
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
        status = find_author(ctx, scope, options->author, &known, &ident);
    if (!status && options->date)
        status = parse_date(ctx, options->date, &date);
    if (!status)
        status = append_ident(ctx, ident.name, ident.mail, &date, out);
    qn_buf_dispose(&mine);
    qn_buf_dispose(&known);
    return status;
}
