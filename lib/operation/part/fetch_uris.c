/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_uris.h"

#include "base/env.h"
#include "os/directory.h"
#include "os/file.h"
#include "transport/address.h"
#include "transport/http_client.h"
#include "transport/policy.h"

#include <string.h>

void qn_fetch_uris_dispose(struct qn_fetch_uris *uris)
{
    qn_odb_free(uris->odb);
    qn_odb_quarantine_free(uris->quarantine);
    qn_wire_words_dispose(&uris->words);
    qn_id_map_dispose(&uris->seen);
    uris->odb = NULL;
    uris->quarantine = NULL;
}

/* ---- what is announced */

enum qn_status qn_fetch_uris_choose(struct qn_ctx *ctx, const char *configured,
                                    struct qn_buf *out)
{
    struct qn_bytes rest = qn_bytes_from_string(configured), word;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&rest, ',', &word))
        if (qn_bytes_is_string(word, "http") ||
            qn_bytes_is_string(word, "https"))
            status = qn_buf_printf(ctx, out, "%s%.*s", out->size ? "," : "",
                                   QN_BYTES_ARG(word));
    return status;
}

/* "<protocol>:" of one that was asked for, and that we speak. */
static bool was_asked_for(const struct qn_fetch_uris *uris, struct qn_bytes uri)
{
    struct qn_bytes rest = qn_bytes_from_string(uris->protocols), word;

    if (!qn_bytes_has_prefix(uri, "http://") &&
        !qn_bytes_has_prefix(uri, "https://"))
        return false;
    while (qn_bytes_next(&rest, ',', &word))
        if (word.size > 0 && uri.size > word.size &&
            uri.data[word.size] == ':' &&
            memcmp(uri.data, word.data, word.size) == 0)
            return true;
    return false;
}

static bool is_plain(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] >= 0x7f)
            return false;
    return true;
}

enum qn_status qn_fetch_uris_add(struct qn_ctx *ctx, struct qn_fetch_uris *uris,
                                 uint32_t algorithm, struct qn_bytes checksum,
                                 struct qn_bytes uri)
{
    enum qn_status status;
    uint32_t position;
    struct qn_id id;
    bool is_new;

    if (!qn_id_from_hex(&id, algorithm, checksum) || !is_plain(uri))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                  "expected '<hash> <uri>' of a pack");
    if (!was_asked_for(uris, uri))
        return qn_ctx_fail_reason(
            ctx, QN_REFUSED, "fetch.uri", NULL,
            "the server names a pack by a protocol that was not asked for: "
            "%.*s",
            QN_BYTES_ARG(qn_bytes_first(uri, 200)));
    if (uris->seen.count == 0)
        qn_id_map_init(&uris->seen, algorithm);
    status = qn_id_map_put(ctx, &uris->seen, &id, &position, &is_new);
    if (status || !is_new)
        return status; /* of two objects in one pack */
    if (position >= QN_FETCH_URIS_MAX)
        return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "fetch.uri", NULL,
                                  "the server names too many packs");
    status = qn_wire_words_add(ctx, &uris->words, checksum);
    return status ? status : qn_wire_words_add(ctx, &uris->words, uri);
}

/* Views of a store are of one moment. */
static enum qn_status look_again(struct qn_ctx *ctx, struct qn_fetch_uris *uris)
{
    qn_odb_free(uris->odb);
    uris->odb = NULL;
    return qn_odb_new(ctx, qn_odb_quarantine_store(uris->quarantine),
                      QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH, &uris->odb);
}

enum qn_status qn_fetch_uris_begin(struct qn_ctx *ctx,
                                   struct qn_fetch_uris *uris,
                                   struct qn_odb_store *store)
{
    enum qn_status status =
        qn_odb_quarantine_new(ctx, store, "incoming", &uris->quarantine);

    return status ? status : look_again(ctx, uris);
}

/* ---- one of them */

static struct qn_bytes host_of(const char *uri)
{
    const char *at = strstr(uri, "://"), *end, *user;

    at = at ? at + 3 : uri;
    end = at + strcspn(at, "/?#");
    for (user = end; user > at && user[-1] != '@'; user--)
        continue;
    at = user;
    return *at == '[' ? qn_bytes_make(at, (size_t)(end - at))
                      : qn_bytes_make(at, strcspn(at, ":/?#"));
}

/* Git's http-fetch says the first, and fetch-pack what follows from it. */
static enum qn_status fail_after(struct qn_ctx *ctx, enum qn_status status,
                                 const char *text)
{
    qn_ctx_clear(ctx);
    qn_ctx_report(ctx, QN_REPORT_INFO, "fetch.uri", "fatal: %s", text);
    return qn_ctx_fail_reason(
        ctx, status, "fetch.uri", NULL,
        "fetch-pack: expected keep then TAB at start of http-fetch output");
}

static enum qn_status fail_answer(struct qn_ctx *ctx, const char *uri,
                                  const struct qn_http_engine_outcome *outcome)
{
    const char *redact = qn_env_variable(qn_ctx_env(ctx), "GIT_TRACE_REDACT");
    struct qn_bytes protocol = qn_bytes_make(uri, strcspn(uri, ":"));
    struct qn_buf text = QN_BUF_INIT;
    bool is_redacted = true;
    enum qn_status status;

    if (redact && !qn_config_parse_bool(redact, &is_redacted))
        is_redacted = true;
    if (!is_redacted)
        status =
            qn_buf_printf(ctx, &text, "unable to get pack file '%s'\n", uri);
    else
        status = qn_buf_printf(
            ctx, &text,
            "failed to get '%.*s' url from '%.*s' (full URL redacted due to "
            "GIT_TRACE_REDACT setting)\n",
            QN_BYTES_ARG(protocol), QN_BYTES_ARG(host_of(uri)));
    if (!status)
        status = outcome->status
                     ? qn_buf_printf(ctx, &text,
                                     "The requested URL returned error: %ld",
                                     outcome->status)
                     : qn_buf_append_string(ctx, &text, outcome->message);
    if (!status)
        status = fail_after(ctx, QN_NETWORK, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status fail_pack(struct qn_ctx *ctx, enum qn_status status,
                                const char *checksum, const char *uri)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status out;

    if (strcmp(qn_ctx_reason(ctx), "pack.unexpected") == 0)
        return qn_ctx_fail_reason(
            ctx, status, "fetch.uri", NULL,
            "fetch-pack: pack downloaded from %s does not match expected hash "
            "%s",
            uri, checksum);
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    out = qn_buf_printf(ctx, &text,
                        "%s\nfatal: finish_http_pack_request gave result -1",
                        qn_ctx_message(ctx));
    if (!out)
        out = fail_after(ctx, status, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return out;
}

static enum qn_status read_answer(struct qn_ctx *ctx, void *data, void *room,
                                  size_t size, size_t *used)
{
    return qn_http_answer_read(ctx, data, room, size, used);
}

static enum qn_status check_protocol(struct qn_ctx *ctx, const char *uri,
                                     const struct qn_config *config)
{
    struct qn_address address = QN_ADDRESS_INIT;
    enum qn_status status = qn_address_parse(ctx, uri, &address);

    if (!status)
        status = qn_policy_check(ctx, config, address.protocol, true);
    qn_address_dispose(&address);
    return status;
}

/* What was sent ends with the pack. */
static enum qn_status check_end(struct qn_ctx *ctx,
                                struct qn_http_answer *answer)
{
    uint8_t byte;
    size_t used = 0;
    enum qn_status status =
        qn_http_answer_read(ctx, answer, &byte, sizeof(byte), &used);

    return status || used == 0
               ? status
               : qn_ctx_fail(ctx, QN_CORRUPT, "pack has junk at the end");
}

static enum qn_status receive(struct qn_ctx *ctx, struct qn_fetch_uris *uris,
                              const char *checksum, const char *uri,
                              struct qn_http_answer *answer,
                              const struct qn_pack_receive_options *how)
{
    struct qn_pack_source source = {.read = read_answer, .data = answer};
    struct qn_pack_receive_options options = *how;
    struct qn_pack_receive received = {.name = QN_BUF_INIT};
    struct qn_id expected;
    enum qn_status status = QN_OK;

    (void)qn_id_from_hex(&expected, qn_odb_algorithm(uris->odb),
                         qn_bytes_from_string(checksum));
    options.source = &source;
    options.front = QN_BYTES_NONE;
    options.arriving = NULL;
    options.odb = uris->odb;
    options.expected = &expected;
    status = qn_pack_receive_run(ctx, &options, &received);
    if (!status)
        status = check_end(ctx, answer);
    if (status)
        status = fail_pack(ctx, status, checksum, uri);
    qn_pack_receive_dispose(&received);
    return status;
}

static enum qn_status get(struct qn_ctx *ctx, struct qn_fetch_uris *uris,
                          const char *checksum, const char *uri,
                          const struct qn_connection_options *opened,
                          const struct qn_pack_receive_options *how)
{
    struct qn_connection_options connection = *opened;
    struct qn_http_client *client = NULL;
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    struct qn_http_request request = {.url = uri};
    const struct qn_http_engine_outcome *outcome = &answer.outcome;
    enum qn_status status = check_protocol(ctx, uri, opened->config);

    connection.url = uri;
    connection.remote_name = NULL;
    connection.is_not_from_user = true;
    if (!status)
        status = qn_http_client_new(ctx, &connection, &client);
    if (!status)
        status = qn_http_client_start(ctx, client, &request, &answer);
    if (!status)
        status = qn_http_answer_wait(ctx, &answer);
    if (!status && (outcome->status < 200 || outcome->status >= 300))
        status = fail_answer(ctx, uri, outcome);
    if (!status)
        status = receive(ctx, uris, checksum, uri, &answer, how);
    qn_http_answer_end(&answer);
    qn_http_client_free(client);
    return status;
}

enum qn_status qn_fetch_uris_get(struct qn_ctx *ctx, struct qn_fetch_uris *uris,
                                 const struct qn_connection_options *connection,
                                 const struct qn_pack_receive_options *how)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *checksum;

    while (!status &&
           (checksum = qn_wire_words_next(&uris->words, &position))) {
        const char *uri = qn_wire_words_next(&uris->words, &position);

        status = look_again(ctx, uris);
        if (!status)
            status = get(ctx, uris, checksum, uri, connection, how);
    }
    return status;
}

/* ---- all of them */

/* Is there a pack's .keep file that will be new?  Then it is ours to remove. */
static enum qn_status note_keep(struct qn_ctx *ctx,
                                const struct qn_fetch_uris *uris,
                                struct qn_odb_store *store, const char *name,
                                struct qn_wire_words *keeps)
{
    struct qn_buf from = QN_BUF_INIT, to = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &from, "%s/pack/%s",
                      qn_odb_quarantine_directory(uris->quarantine), name);

    if (!status)
        status = qn_buf_printf(ctx, &to, "%s/pack/%s",
                               qn_odb_store_directory(store), name);
    if (!status && qn_file_exists(qn_buf_string(&from)) &&
        !qn_file_exists(qn_buf_string(&to)))
        status = qn_wire_words_add(ctx, keeps, qn_buf_bytes(&to));
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
    return status;
}

enum qn_status qn_fetch_uris_settle(struct qn_ctx *ctx,
                                    struct qn_fetch_uris *uris,
                                    struct qn_odb_store *store,
                                    struct qn_wire_words *keeps)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status = qn_buf_printf(
        ctx, &path, "%s/pack", qn_odb_quarantine_directory(uris->quarantine));

    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    while (!status && qn_directory_next(directory, &name, &kind)) {
        size_t size = strlen(name);

        if (size > 5 && strcmp(name + size - 5, ".keep") == 0)
            status = note_keep(ctx, uris, store, name, keeps);
    }
    if (directory)
        qn_directory_close(directory);
    if (!status)
        status = qn_odb_quarantine_migrate(ctx, uris->quarantine);
    qn_buf_dispose(&path);
    return status;
}
