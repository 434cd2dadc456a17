/* SPDX-License-Identifier: MIT */
#include "wire/fetch_request.h"

void qn_fetch_request_init(struct qn_fetch_request *request, uint32_t algorithm)
{
    memset(request, 0, sizeof(*request));
    request->algorithm = algorithm;
    qn_id_map_init(&request->wanted, algorithm);
}

void qn_fetch_request_dispose(struct qn_fetch_request *request)
{
    qn_id_list_dispose(&request->wants);
    qn_id_map_dispose(&request->wanted);
    qn_id_list_dispose(&request->shallow);
    qn_id_list_dispose(&request->haves);
    qn_wire_words_dispose(&request->want_refs);
    qn_map_dispose(&request->wanted_names);
    qn_wire_words_dispose(&request->not_refs);
    qn_buf_dispose(&request->filter);
    qn_buf_dispose(&request->pack_protocols);
    qn_capabilities_dispose(&request->capabilities);
}

bool qn_fetch_request_deepens(const struct qn_fetch_request *request)
{
    return request->depth > 0 || request->has_since ||
           request->not_refs.count > 0;
}

/* ---- writing */

static enum qn_status put_ids(struct qn_ctx *ctx, const char *word,
                              const struct qn_id_list *ids, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < ids->count; i++)
        status = qn_pkt_line_printf(ctx, out, "%s %s\n", word,
                                    qn_id_to_hex(&ids->ids[i], hex));
    return status;
}

static enum qn_status put_words(struct qn_ctx *ctx, const char *word,
                                const struct qn_wire_words *words,
                                struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *one;

    while (!status && (one = qn_wire_words_next(words, &position)))
        status = qn_pkt_line_printf(ctx, out, "%s %s\n", word, one);
    return status;
}

/* Where the history ends for the client, and shall end. */
static enum qn_status put_borders(struct qn_ctx *ctx,
                                  const struct qn_fetch_request *request,
                                  struct qn_buf *out)
{
    enum qn_status status = put_ids(ctx, "shallow", &request->shallow, out);

    if (!status && request->depth > 0)
        status = qn_pkt_line_printf(ctx, out, "deepen %llu\n",
                                    (unsigned long long)request->depth);
    if (!status && request->has_since)
        status = qn_pkt_line_printf(ctx, out, "deepen-since %lld\n",
                                    (long long)request->since);
    if (!status)
        status = put_words(ctx, "deepen-not", &request->not_refs, out);
    return status;
}

enum qn_status qn_fetch_request_write(struct qn_ctx *ctx,
                                      const struct qn_fetch_request *request,
                                      struct qn_buf *out)
{
    const struct {
        bool is_set;
        const char *word;
    } words[] = {{request->is_thin, "thin-pack"},
                 {request->is_quiet, "no-progress"},
                 {request->includes_tags, "include-tag"},
                 {request->names_offsets, "ofs-delta"},
                 {request->multiplexes_all, "sideband-all"},
                 {request->waits_for_done, "wait-for-done"}};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].is_set)
            status = qn_pkt_line_printf(ctx, out, "%s\n", words[i].word);
    if (!status)
        status = put_borders(ctx, request, out);
    if (!status && request->depth > 0 && request->is_depth_relative)
        status = qn_pkt_line_printf(ctx, out, "deepen-relative\n");
    if (!status && request->filter.size > 0)
        status = qn_pkt_line_printf(ctx, out, "filter %s\n",
                                    qn_buf_string(&request->filter));
    if (!status && request->pack_protocols.size > 0)
        status = qn_pkt_line_printf(ctx, out, "packfile-uris %s\n",
                                    qn_buf_string(&request->pack_protocols));
    if (!status)
        status = put_ids(ctx, "want", &request->wants, out);
    if (!status)
        status = put_words(ctx, "want-ref", &request->want_refs, out);
    return status;
}

enum qn_status qn_fetch_request_write_have(struct qn_ctx *ctx,
                                           const struct qn_id *id,
                                           struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_pkt_line_printf(ctx, out, "have %s\n", qn_id_to_hex(id, hex));
}

enum qn_status
qn_fetch_request_write_old(struct qn_ctx *ctx,
                           const struct qn_fetch_request *request,
                           const char *words, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < request->wants.count; i++)
        status = qn_pkt_line_printf(ctx, out, "want %s%s%s\n",
                                    qn_id_to_hex(&request->wants.ids[i], hex),
                                    i == 0 && *words ? " " : "",
                                    i == 0 ? words : "");
    if (!status)
        status = put_borders(ctx, request, out);
    if (!status && request->filter.size > 0)
        status = qn_pkt_line_printf(ctx, out, "filter %s",
                                    qn_buf_string(&request->filter));
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    return status;
}

/* ---- reading */

/* `what` ends with the quote that the line is to be in, or with none. */
static enum qn_status fail_line(struct qn_ctx *ctx, const char *what,
                                struct qn_bytes line)
{
    const char *quote = what[strlen(what) - 1] == '\'' ? "'" : "";

    return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL, "%s%.*s%s",
                              what, QN_BYTES_ARG(line), quote);
}

static enum qn_status add_want(struct qn_ctx *ctx,
                               struct qn_fetch_request *request,
                               const struct qn_id *id)
{
    bool is_new = false;
    uint32_t position;
    enum qn_status status =
        qn_id_map_put(ctx, &request->wanted, id, &position, &is_new);

    return status || !is_new ? status
                             : qn_id_list_add(ctx, &request->wants, id);
}

static enum qn_status take_want(struct qn_ctx *ctx,
                                struct qn_fetch_request *request,
                                struct qn_bytes line)
{
    struct qn_id id;

    if (!qn_id_from_hex(&id, request->algorithm, qn_bytes_from(line, 5)))
        return fail_line(ctx,
                         "git upload-pack: protocol error, expected to "
                         "get oid, not '",
                         line);
    return add_want(ctx, request, &id);
}

/* "shallow", "deepen", "deepen-since", "deepen-not", "filter": the same in all
 * versions.  `*taken`: it was one. */
static enum qn_status take_border(struct qn_ctx *ctx,
                                  struct qn_fetch_request *request,
                                  struct qn_bytes line, bool *taken)
{
    uint64_t number;

    *taken = true;
    if (qn_bytes_has_prefix(line, "shallow ")) {
        struct qn_id id;

        if (!qn_id_from_hex(&id, request->algorithm, qn_bytes_from(line, 8)))
            return fail_line(ctx, "invalid shallow line: ", line);
        return qn_id_list_add(ctx, &request->shallow, &id);
    }
    if (qn_bytes_has_prefix(line, "deepen ")) {
        if (!qn_bytes_to_u64(qn_bytes_from(line, 7), &number) || number == 0 ||
            number > INT32_MAX)
            return fail_line(ctx, "Invalid deepen: ", line);
        request->depth = number;
        return QN_OK;
    }
    if (qn_bytes_has_prefix(line, "deepen-since ")) {
        if (!qn_bytes_to_u64(qn_bytes_from(line, 13), &number) || number == 0 ||
            number > INT64_MAX)
            return fail_line(ctx, "Invalid deepen-since: ", line);
        request->since = (int64_t)number;
        request->has_since = true;
        return QN_OK;
    }
    if (qn_bytes_has_prefix(line, "deepen-not "))
        return qn_wire_words_add(ctx, &request->not_refs,
                                 qn_bytes_from(line, 11));
    if (qn_bytes_has_prefix(line, "filter ")) {
        qn_buf_clear(&request->filter);
        return qn_buf_append_bytes(ctx, &request->filter,
                                   qn_bytes_from(line, 7));
    }
    *taken = false;
    return QN_OK;
}

static bool take_word(struct qn_fetch_request *request, struct qn_bytes word)
{
    const struct {
        const char *word;
        bool *flag;
    } words[] = {{"thin-pack", &request->is_thin},
                 {"no-progress", &request->is_quiet},
                 {"include-tag", &request->includes_tags},
                 {"ofs-delta", &request->names_offsets},
                 {"deepen-relative", &request->is_depth_relative},
                 {"sideband-all", &request->multiplexes_all},
                 {"wait-for-done", &request->waits_for_done},
                 {"done", &request->is_done}};
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (qn_bytes_is_string(word, words[i].word)) {
            *words[i].flag = true;
            return true;
        }
    return false;
}

enum qn_status qn_fetch_request_take(struct qn_ctx *ctx,
                                     struct qn_fetch_request *request,
                                     struct qn_bytes argument)
{
    enum qn_status status;
    bool taken;

    if (qn_bytes_has_prefix(argument, "want "))
        return take_want(ctx, request, argument);
    if (qn_bytes_has_prefix(argument, "have ")) {
        struct qn_bytes hex = qn_bytes_from(argument, 5);
        struct qn_id id;

        return qn_id_from_hex(&id, request->algorithm, hex)
                   ? qn_id_list_add(ctx, &request->haves, &id)
                   : fail_line(ctx,
                               "git upload-pack: expected SHA1 object, got '",
                               hex);
    }
    if (qn_bytes_has_prefix(argument, "want-ref ")) {
        struct qn_bytes name = qn_bytes_from(argument, 9);
        bool is_new = false;

        if (!qn_map_put(ctx, &request->wanted_names, name, &is_new))
            return QN_NO_MEMORY;
        if (!is_new)
            return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                      "duplicate want-ref %.*s",
                                      QN_BYTES_ARG(name));
        return qn_wire_words_add(ctx, &request->want_refs, name);
    }
    if (qn_bytes_has_prefix(argument, "packfile-uris ")) {
        if (request->pack_protocols.size > 0)
            return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                      "multiple packfile-uris lines forbidden");
        return qn_buf_append_bytes(ctx, &request->pack_protocols,
                                   qn_bytes_from(argument, 14));
    }
    if (take_word(request, argument))
        return QN_OK;
    status = take_border(ctx, request, argument, &taken);
    if (!status && !taken)
        status = fail_line(ctx, "unexpected line: '", argument);
    return status;
}

/* The words behind the first want. */
static enum qn_status take_capabilities(struct qn_ctx *ctx,
                                        struct qn_fetch_request *request,
                                        struct qn_bytes list)
{
    const struct qn_capabilities *words = &request->capabilities;
    enum qn_status status =
        qn_capabilities_add_list(ctx, &request->capabilities, list);
    struct qn_bytes format = qn_capabilities_value(words, "object-format");

    if (status)
        return status;
    if (format.size > 0 &&
        qn_id_algorithm_from_name(format) != request->algorithm)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.object-format", NULL,
            "mismatched object format: server %s; client %.*s",
            qn_id_algorithm_name(request->algorithm), QN_BYTES_ARG(format));
    request->acks = qn_capabilities_has(words, "multi_ack_detailed")
                        ? QN_FETCH_ACKS_DETAILED
                    : qn_capabilities_has(words, "multi_ack")
                        ? QN_FETCH_ACKS_MULTI
                        : QN_FETCH_ACKS_NONE;
    request->band_size = qn_capabilities_has(words, "side-band-64k") ? 65520
                         : qn_capabilities_has(words, "side-band")   ? 1000
                                                                     : 0;
    request->is_depth_relative = qn_capabilities_has(words, "deepen-relative");
    request->needs_no_done = qn_capabilities_has(words, "no-done");
    request->is_thin = qn_capabilities_has(words, "thin-pack");
    request->names_offsets = qn_capabilities_has(words, "ofs-delta");
    request->is_quiet = qn_capabilities_has(words, "no-progress");
    request->includes_tags = qn_capabilities_has(words, "include-tag");
    return QN_OK;
}

enum qn_status qn_fetch_request_take_old(struct qn_ctx *ctx,
                                         struct qn_fetch_request *request,
                                         const struct qn_pkt_line *packet,
                                         bool *is_done)
{
    struct qn_bytes line = qn_pkt_line_text(packet), words;
    size_t end = 5 + qn_id_hex_size(request->algorithm);
    struct qn_id id;
    enum qn_status status;
    bool taken, is_first;

    *is_done = packet->kind == QN_PKT_LINE_FLUSH;
    if (*is_done)
        return QN_OK;
    if (packet->kind != QN_PKT_LINE_DATA)
        return fail_line(ctx, "unexpected packet: ", QN_BYTES("delimiter"));
    status = take_border(ctx, request, line, &taken);
    if (status || taken)
        return status;
    if (!qn_bytes_has_prefix(line, "want "))
        return fail_line(ctx,
                         "git upload-pack: protocol error, expected to "
                         "get object ID, not '",
                         line);
    if (!qn_id_from_hex(&id, request->algorithm,
                        qn_bytes_from(qn_bytes_first(line, end), 5)))
        return fail_line(ctx,
                         "git upload-pack: protocol error, expected to "
                         "get object ID, not '",
                         line);
    is_first = request->wants.count == 0;
    status = add_want(ctx, request, &id);
    words = qn_bytes_from(line, end);
    if (!status && words.size > 0 && words.data[0] != ' ')
        status = fail_line(ctx,
                           "git upload-pack: protocol error, expected to "
                           "get object ID, not '",
                           line);
    if (!status && words.size > 0 && is_first)
        status = take_capabilities(ctx, request, words);
    return status;
}
