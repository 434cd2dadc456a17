/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "transport/http_connection.h"

static enum qn_status fail_not_git(struct qn_ctx *ctx,
                                   struct qn_http_client *client)
{
    const char *base = qn_http_client_base(client);

    return qn_ctx_fail_reason(
        ctx, QN_INVALID, "http.not-git", base,
        "%sinfo/refs not valid: is this a git repository?", base);
}

static enum qn_status take_line(struct qn_ctx *ctx,
                                struct qn_http_client *client,
                                struct qn_bytes line,
                                struct qn_advertisement *out)
{
    size_t tab = qn_bytes_find(line, '\t');
    struct qn_bytes name = qn_bytes_from(line, tab + 1);
    struct qn_remote_ref *before = NULL;
    struct qn_id id;

    if (tab == line.size || !name.size)
        return fail_not_git(ctx, client);
    if (!out->refs.count) /* the first one tells which ids they are */
        out->algorithm = tab == 64 ? QN_HASH_SHA256 : QN_HASH_SHA1;
    if (!qn_id_from_hex(&id, out->algorithm, qn_bytes_first(line, tab)))
        return fail_not_git(ctx, client);
    if (!qn_bytes_has_suffix(name, "^{}"))
        return qn_remote_refs_add(ctx, &out->refs, &id, name, NULL);
    name.size -= 3;
    if (out->refs.count)
        before = &out->refs.items[out->refs.count - 1];
    if (before && qn_bytes_is_string(name, before->name)) {
        before->peeled = id;
        before->has_peeled = true;
    }
    return QN_OK;
}

/* HEAD is no line of that list: it is a file of its own, and comes first. */
static enum qn_status take_head(struct qn_ctx *ctx,
                                struct qn_http_client *client,
                                struct qn_advertisement *out)
{
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    static const char *const headers[] = {"Pragma: no-cache", NULL};
    struct qn_http_request request = {.headers = headers, .is_optional = true};
    struct qn_buf url = QN_BUF_INIT;
    struct qn_buf text = {.limit = 4096};
    struct qn_bytes line;
    enum qn_status status =
        qn_buf_printf(ctx, &url, "%sHEAD", qn_http_client_base(client));

    request.url = qn_buf_string(&url);
    if (!status)
        status = qn_http_client_request(ctx, client, &request, &answer);
    if (!status && !answer.is_missing)
        status = qn_http_answer_read_all(ctx, &answer, &text);
    line = qn_bytes_trim_end(qn_buf_bytes(&text));
    if (!status && qn_bytes_has_prefix(line, "ref: ")) {
        struct qn_bytes target = qn_bytes_from(line, 5);
        char *name = qn_memory_string(ctx, target);
        const struct qn_remote_ref *found =
            name ? qn_remote_refs_find(&out->refs, name) : NULL;

        if (!name)
            status = QN_NO_MEMORY;
        if (found) {
            struct qn_id id = found->id;
            struct qn_remote_ref *made = NULL;
            struct qn_remote_ref swap;
            size_t i;

            status = qn_remote_refs_add(ctx, &out->refs, &id, QN_BYTES("HEAD"),
                                        &made);
            if (!status)
                status =
                    qn_remote_refs_set_target(ctx, &out->refs, made, target);
            if (!status) {
                swap = out->refs.items[out->refs.count - 1];
                for (i = out->refs.count - 1; i > 0; i--)
                    out->refs.items[i] = out->refs.items[i - 1];
                out->refs.items[0] = swap;
            }
        }
        qn_memory_free(name);
    }
    qn_http_answer_end(&answer);
    qn_buf_dispose(&url);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_http_refs_read(struct qn_ctx *ctx,
                                 struct qn_http_client *client,
                                 struct qn_bytes text,
                                 struct qn_advertisement *out)
{
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&text, '\n', &line))
        status = take_line(ctx, client, line, out);
    return status ? status : take_head(ctx, client, out);
}
