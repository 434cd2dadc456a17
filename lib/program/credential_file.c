/* SPDX-License-Identifier: MIT */
#include "program/credential_file.h"

#include "os/file.h"
#include "os/lock_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define MODE 0600

static void forget_text(struct qn_buf *text)
{
    if (text->data)
        memset(text->data, 0, text->capacity);
    qn_buf_dispose(text);
}

/* As Git writes these files: small hex digits. */
static enum qn_status encode(struct qn_ctx *ctx, const char *text,
                             const char *plain, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    const uint8_t *at = (const uint8_t *)text;

    for (; at && *at && !status; at++) {
        uint8_t c = *at;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') || strchr("-._~", c) || strchr(plain, c))
            status = qn_buf_append_byte(ctx, out, c);
        else
            status = qn_buf_printf(ctx, out, "%%%02x", c);
    }
    return status;
}

/* A line of the file, if it is one.  What is wrong with others is nobody's
 * business: reports go nowhere, since a file is full of secrets. */
static bool parse_line(struct qn_ctx *ctx, const char *line,
                       struct qn_credential *out)
{
    const char *scheme = strstr(line, "://");

    if (!scheme || scheme == line || strstr(line, "%0a") || strstr(line, "%0A"))
        return false;
    if (qn_credential_from_url(ctx, out, line)) {
        qn_ctx_clear(ctx);
        return false;
    }
    return out->username && out->password;
}

typedef enum qn_status line_fn(struct qn_ctx *ctx, void *data, const char *line,
                               const struct qn_credential *entry);

/* Each line of a file: `entry` NULL when it is none.  QN_END from the function
 * stops. */
static enum qn_status walk(struct qn_ctx *ctx, const char *path, line_fn *call,
                           void *data)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf line = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_bytes one;
    enum qn_status status = qn_file_read_all(ctx, path, &text);

    if (status == QN_NOT_FOUND || status == QN_DENIED) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &one)) {
        struct qn_credential entry;
        bool is_one;

        qn_credential_init(&entry);
        qn_buf_clear(&line);
        status = qn_buf_append_bytes(ctx, &line, one);
        is_one = !status && parse_line(ctx, qn_buf_string(&line), &entry);
        if (!status)
            status =
                call(ctx, data, qn_buf_string(&line), is_one ? &entry : NULL);
        qn_credential_dispose(&entry);
    }
    forget_text(&text);
    forget_text(&line);
    return status;
}

/* ---- get */

static enum qn_status take_match(struct qn_ctx *ctx, void *data,
                                 const char *line,
                                 const struct qn_credential *entry)
{
    struct qn_credential *credential = data;
    enum qn_status status;

    (void)line;
    if (!entry || !qn_credential_matches(credential, entry, false))
        return QN_OK;
    status = qn_credential_set(ctx, &credential->username, entry->username);
    if (!status)
        status = qn_credential_set(ctx, &credential->password, entry->password);
    return status ? status : QN_END;
}

enum qn_status qn_credential_file_get(struct qn_ctx *ctx,
                                      const struct qn_credential_files *files,
                                      struct qn_credential *credential,
                                      bool *found)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; files->paths[i] && !status; i++)
        status = walk(ctx, files->paths[i], take_match, credential);
    *found = status == QN_END;
    return status == QN_END ? QN_OK : status;
}

/* ---- store, erase: the file without what is replaced */

struct rewrite {
    const struct qn_credential *credential;
    bool with_password;
    struct qn_buf out;
};

static enum qn_status keep_other(struct qn_ctx *ctx, void *data,
                                 const char *line,
                                 const struct qn_credential *entry)
{
    struct rewrite *rewrite = data;

    if (entry && qn_credential_matches(rewrite->credential, entry,
                                       rewrite->with_password))
        return QN_OK;
    return qn_buf_printf(ctx, &rewrite->out, "%s\n", line);
}

static enum qn_status write_entry(struct qn_ctx *ctx,
                                  const struct qn_credential *credential,
                                  struct qn_buf *out)
{
    enum qn_status status =
        qn_buf_printf(ctx, out, "%s://", credential->protocol);

    if (!status)
        status = encode(ctx, credential->username, "", out);
    if (!status)
        status = qn_buf_append_byte(ctx, out, ':');
    if (!status)
        status = encode(ctx, credential->password, "", out);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '@');
    if (!status && credential->host)
        status = encode(ctx, credential->host, "", out);
    if (!status && credential->path) {
        status = qn_buf_append_byte(ctx, out, '/');
        if (!status)
            status = encode(ctx, credential->path, "!*'();:@&=+$,/?#[]", out);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status take_lock(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                const char *path, int64_t timeout_ms)
{
    enum qn_status status =
        qn_lock_file_take(ctx, lock, path, MODE, timeout_ms);
    int number = qn_ctx_errno(ctx);

    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED)
        return qn_ctx_fail_reason(
            ctx, QN_LOCKED, "credential.locked", path,
            "unable to get credential storage lock in %" PRId64 " ms: %s",
            timeout_ms, strerror(number ? number : EEXIST));
    return status;
}

static enum qn_status rewrite_file(struct qn_ctx *ctx,
                                   const struct qn_credential_files *files,
                                   const char *path,
                                   const struct qn_credential *credential,
                                   bool is_new)
{
    struct rewrite rewrite = {
        .credential = credential, .with_password = !is_new, .out = QN_BUF_INIT};
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    enum qn_status status = take_lock(ctx, &lock, path, files->lock_timeout_ms);

    if (!status && is_new)
        status = write_entry(ctx, credential, &rewrite.out);
    if (!status)
        status = walk(ctx, path, keep_other, &rewrite);
    if (!status)
        status = qn_lock_file_write(ctx, &lock, qn_buf_bytes(&rewrite.out));
    if (!status)
        status = qn_lock_file_commit(ctx, &lock, NULL, 0);
    qn_lock_file_rollback(&lock);
    forget_text(&rewrite.out);
    return status;
}

enum qn_status qn_credential_file_store(struct qn_ctx *ctx,
                                        const struct qn_credential_files *files,
                                        const struct qn_credential *credential)
{
    size_t i;

    if (!credential->protocol || !(credential->host || credential->path) ||
        !credential->username || !credential->password || !files->paths[0])
        return QN_OK;
    for (i = 0; files->paths[i]; i++)
        if (qn_file_exists(files->paths[i]))
            break;
    return rewrite_file(ctx, files, files->paths[files->paths[i] ? i : 0],
                        credential, true);
}

enum qn_status qn_credential_file_erase(struct qn_ctx *ctx,
                                        const struct qn_credential_files *files,
                                        const struct qn_credential *credential)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (!credential->protocol && !credential->host && !credential->path &&
        !credential->username)
        return QN_OK;
    for (i = 0; files->paths[i] && !status; i++)
        if (qn_file_exists(files->paths[i]))
            status =
                rewrite_file(ctx, files, files->paths[i], credential, false);
    return status;
}
