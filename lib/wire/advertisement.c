/* SPDX-License-Identifier: MIT */
#include "wire/advertisement.h"

#include "wire/wire_input.h"

enum state {
    AT_START,
    AT_SERVICE_END, /* behind "# service=" */
    AT_VERSION,     /* behind that: "version ..." or refs */
    AT_FIRST_REF,
    AT_REFS,
    AT_SHALLOW,
    AT_CAPABILITIES /* version 2 */
};

void qn_advertisement_init(struct qn_advertisement *advertisement)
{
    memset(advertisement, 0, sizeof(*advertisement));
    advertisement->algorithm = QN_HASH_SHA1;
}

void qn_advertisement_dispose(struct qn_advertisement *advertisement)
{
    qn_capabilities_dispose(&advertisement->capabilities);
    qn_remote_refs_dispose(&advertisement->refs);
    qn_id_list_dispose(&advertisement->haves);
    qn_id_list_dispose(&advertisement->shallow);
}

static enum qn_status fail_line(struct qn_ctx *ctx, const char *what,
                                struct qn_bytes line)
{
    return qn_wire_fail_line(ctx, "wire.advertisement", what, line, "'");
}

/* The first "object-format=" is that of the ids. */
static enum qn_status take_format(struct qn_ctx *ctx,
                                  struct qn_advertisement *a)
{
    struct qn_bytes name =
        qn_capabilities_value(&a->capabilities, "object-format");

    if (name.size == 0)
        return QN_OK;
    a->algorithm = qn_id_algorithm_from_name(name);
    if (a->algorithm == QN_HASH_NONE)
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "wire.object-format", NULL,
            "unknown object format '%.*s' specified by server",
            QN_BYTES_ARG(name));
    return QN_OK;
}

static enum qn_status take_ref(struct qn_ctx *ctx, struct qn_advertisement *a,
                               struct qn_bytes line)
{
    size_t digits = qn_id_hex_size(a->algorithm);
    struct qn_bytes name = qn_bytes_from(line, digits + 1);
    struct qn_remote_ref *last;
    struct qn_id id;

    if (line.size < digits + 2 || line.data[digits] != ' ' ||
        !qn_id_from_hex(&id, a->algorithm, qn_bytes_first(line, digits)))
        return fail_line(ctx, "protocol error: unexpected '", line);
    if (qn_bytes_is_string(name, ".have"))
        return qn_id_list_add(ctx, &a->haves, &id);
    if (qn_bytes_is_string(name, "capabilities^{}"))
        return qn_id_is_null(&id) && a->state == AT_FIRST_REF
                   ? QN_OK
                   : fail_line(ctx, "protocol error: unexpected '", line);
    if (!qn_bytes_has_suffix(name, "^{}"))
        return qn_remote_refs_add(ctx, &a->refs, &id, name, NULL);
    name.size -= 3;
    last = a->refs.count > 0 ? &a->refs.items[a->refs.count - 1] : NULL;
    if (last && qn_bytes_is_string(name, last->name)) {
        last->peeled = id;
        last->has_peeled = true;
    }
    return QN_OK; /* of a ref that was not told of: nothing to us */
}

static enum qn_status take_first(struct qn_ctx *ctx, struct qn_advertisement *a,
                                 const struct qn_pkt_line *packet)
{
    size_t end = qn_bytes_find(packet->payload, 0);
    struct qn_pkt_line list = *packet;
    enum qn_status status;

    list.payload = qn_bytes_from(packet->payload, end + 1);
    status = qn_capabilities_add_list(ctx, &a->capabilities,
                                      qn_pkt_line_text(&list));
    if (!status)
        status = take_format(ctx, a);
    list.payload = qn_bytes_first(packet->payload, end);
    if (!status)
        status = take_ref(ctx, a, qn_pkt_line_text(&list));
    a->state = AT_REFS;
    return status;
}

/* "symref=HEAD:refs/heads/main" */
static enum qn_status take_symrefs(struct qn_ctx *ctx,
                                   struct qn_advertisement *a)
{
    size_t position = 0, i;
    struct qn_bytes value;

    while (
        qn_capabilities_next(&a->capabilities, "symref", &position, &value)) {
        struct qn_bytes name = qn_bytes_first(value, qn_bytes_find(value, ':'));

        for (i = 0; i < a->refs.count && name.size < value.size; i++)
            if (qn_bytes_is_string(name, a->refs.items[i].name)) {
                enum qn_status status = qn_remote_refs_set_target(
                    ctx, &a->refs, &a->refs.items[i],
                    qn_bytes_from(value, name.size + 1));

                if (status)
                    return status;
                break;
            }
    }
    return QN_OK;
}

static enum qn_status take_shallow(struct qn_ctx *ctx,
                                   struct qn_advertisement *a,
                                   struct qn_bytes line)
{
    struct qn_id id;

    if (!qn_id_from_hex(&id, a->algorithm, qn_bytes_from(line, 8)))
        return fail_line(ctx, "protocol error: expected shallow sha-1, got '",
                         line);
    a->state = AT_SHALLOW;
    return qn_id_list_add(ctx, &a->shallow, &id);
}

/* "version 1" or "version 2": false when it is something else. */
static bool take_version(struct qn_advertisement *a, struct qn_bytes line)
{
    if (qn_bytes_is_string(line, "version 2")) {
        a->version = 2;
        a->state = AT_CAPABILITIES;
    } else if (qn_bytes_is_string(line, "version 1") ||
               qn_bytes_is_string(line, "version 0")) {
        a->version = line.data[8] - (uint32_t)'0';
        a->state = AT_FIRST_REF;
    } else {
        return false;
    }
    return true;
}

static enum qn_status take_data(struct qn_ctx *ctx, struct qn_advertisement *a,
                                const struct qn_pkt_line *packet)
{
    struct qn_bytes line = qn_pkt_line_text(packet);

    if (a->state == AT_CAPABILITIES)
        return qn_capabilities_add(ctx, &a->capabilities, line);
    if (a->state == AT_START && qn_bytes_has_prefix(line, "# service=")) {
        a->state = AT_SERVICE_END;
        return QN_OK;
    }
    if (a->state == AT_SERVICE_END)
        return fail_line(ctx, "protocol error: expected flush, got '", line);
    if (a->state == AT_START || a->state == AT_VERSION) {
        if (take_version(a, line))
            return QN_OK;
        if (qn_bytes_has_prefix(line, "version "))
            return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "wire.version", NULL,
                                      "server is speaking an unknown protocol");
        a->state = AT_FIRST_REF;
    }
    if (qn_bytes_has_prefix(line, "shallow "))
        return take_shallow(ctx, a, line);
    if (a->state == AT_SHALLOW)
        return fail_line(ctx, "protocol error: unexpected '", line);
    return a->state == AT_FIRST_REF ? take_first(ctx, a, packet)
                                    : take_ref(ctx, a, line);
}

enum qn_status qn_advertisement_take(struct qn_ctx *ctx,
                                     struct qn_advertisement *advertisement,
                                     const struct qn_pkt_line *packet,
                                     bool *is_done)
{
    struct qn_advertisement *a = advertisement;

    *is_done = false;
    if (packet->kind == QN_PKT_LINE_DATA)
        return take_data(ctx, a, packet);
    if (packet->kind != QN_PKT_LINE_FLUSH)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.advertisement", NULL,
                                  a->state == AT_SERVICE_END
                                      ? "protocol error: expected flush"
                                      : "invalid packet");
    if (a->state == AT_SERVICE_END) {
        a->state = AT_VERSION;
        return QN_OK;
    }
    *is_done = true;
    if (a->state == AT_CAPABILITIES)
        return take_format(ctx, a);
    return take_symrefs(ctx, a);
}

/* ---- the other end */

enum qn_status qn_advertiser_begin(struct qn_ctx *ctx,
                                   struct qn_advertiser *advertiser,
                                   uint32_t version)
{
    advertiser->has_first = false;
    return version == 1
               ? qn_pkt_line_printf(ctx, advertiser->out, "version 1\n")
               : QN_OK;
}

enum qn_status qn_advertiser_put(struct qn_ctx *ctx,
                                 struct qn_advertiser *advertiser,
                                 const struct qn_id *id, const char *name,
                                 const char *suffix)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(id, hex);
    if (advertiser->has_first)
        return qn_pkt_line_printf(ctx, advertiser->out, "%s %s%s\n", hex, name,
                                  suffix);
    advertiser->has_first = true;
    return qn_pkt_line_printf(ctx, advertiser->out, "%s %s%s%c%s\n", hex, name,
                              suffix, 0, advertiser->capabilities);
}

enum qn_status qn_advertiser_end(struct qn_ctx *ctx,
                                 struct qn_advertiser *advertiser,
                                 const struct qn_id_list *shallow)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_id none;
    size_t i;

    qn_id_clear(&none, advertiser->algorithm);
    if (!advertiser->has_first)
        status =
            qn_advertiser_put(ctx, advertiser, &none, "capabilities", "^{}");
    for (i = 0; !status && shallow && i < shallow->count; i++)
        status = qn_pkt_line_printf(ctx, advertiser->out, "shallow %s\n",
                                    qn_id_to_hex(&shallow->ids[i], hex));
    if (!status)
        status = qn_pkt_line_append_flush(ctx, advertiser->out);
    return status;
}

enum qn_status qn_advertiser_version_2(struct qn_ctx *ctx, struct qn_buf *out,
                                       const struct qn_capabilities *list)
{
    enum qn_status status = qn_pkt_line_printf(ctx, out, "version 2\n");
    size_t position = 0;
    const char *one;

    while (!status && (one = qn_wire_words_next(&list->words, &position)))
        status = qn_pkt_line_printf(ctx, out, "%s\n", one);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    return status;
}
