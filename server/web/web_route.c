/* SPDX-License-Identifier: MIT */
#include "server/web/web_route.h"

#include "wire/http_route.h"

#include <string.h>

#define MOST_REV  1024
#define MOST_SKIP 1000000

static const struct {
    const char *word;
    enum web_kind kind;
} words[] = {
    {"refs", WEB_REFS}, {"log", WEB_LOG},     {"commit", WEB_COMMIT},
    {"tree", WEB_TREE}, {"blob", WEB_BLOB},   {"raw", WEB_RAW},
    {"atom", WEB_ATOM}, {"blame", WEB_BLAME}, {"archive", WEB_ARCHIVE}};

const char *web_route_word(enum web_kind kind)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (words[i].kind == kind)
            return words[i].word;
    return NULL;
}

/* No empty, "." or ".." part and no NUL; nothing at all is fine. */
static bool is_plain(struct qn_bytes path)
{
    struct qn_bytes part;

    if (qn_bytes_find(path, 0) < path.size ||
        (path.size > 0 && path.data[path.size - 1] == '/'))
        return false;
    while (qn_bytes_next(&path, '/', &part))
        if (part.size == 0 || qn_bytes_is_string(part, ".") ||
            qn_bytes_is_string(part, ".."))
            return false;
    return true;
}

static struct qn_bytes without_slash(struct qn_bytes path)
{
    if (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    return path;
}

void web_route_find(struct qn_bytes path, struct web_route *out)
{
    size_t at = qn_bytes_find_bytes(path, QN_BYTES("/-/"));
    struct qn_bytes rest = qn_bytes_from(path, at + 3);
    struct qn_bytes word = qn_bytes_first(rest, qn_bytes_find(rest, '/'));
    size_t i;

    memset(out, 0, sizeof(*out));
    if (path.size == 0 || path.data[0] != '/')
        return;
    if (path.size == 1) {
        out->kind = WEB_LIST;
        return;
    }
    if (at == 0) {
        out->kind =
            qn_bytes_is_string(rest, "style.css") ? WEB_STYLE : WEB_NONE;
        return;
    }
    out->name = without_slash(qn_bytes_first(path, at));
    out->path = without_slash(qn_bytes_from(rest, word.size + 1));
    if (!is_plain(qn_bytes_from(out->name, 1)) || !is_plain(out->path))
        return;
    if (at == path.size) {
        out->kind = WEB_SUMMARY;
        return;
    }
    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (qn_bytes_is_string(word, words[i].word))
            out->kind = words[i].kind;
}

enum qn_status web_route_arguments(struct qn_ctx *ctx, struct qn_bytes query,
                                   struct web_arguments *out, bool *is_sound)
{
    struct qn_buf skip = QN_BUF_INIT;
    bool found = false;
    enum qn_status status =
        qn_http_route_parameter(ctx, query, "rev", &out->rev, &found);
    struct qn_bytes rev = qn_buf_bytes(&out->rev);

    *is_sound = rev.size <= MOST_REV && qn_bytes_find(rev, 0) == rev.size;
    if (!*is_sound)
        qn_buf_clear(&out->rev);
    if (!status)
        status = qn_http_route_parameter(ctx, query, "skip", &skip, &found);
    if (!status && (!qn_bytes_to_u64(qn_buf_bytes(&skip), &out->skip) ||
                    out->skip > MOST_SKIP))
        out->skip = 0;
    if (!status)
        status =
            qn_http_route_parameter(ctx, query, "format", &out->format, &found);
    qn_buf_dispose(&skip);
    return status;
}
