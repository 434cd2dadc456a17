/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_uris.h"

#include "base/memory.h"

#define KEY "uploadpack.blobpackfileuri"

static enum qn_status add(struct qn_ctx *ctx, struct qn_pack_uris *uris,
                          const char *value)
{
    struct qn_bytes text = qn_bytes_from_string(value);
    size_t digits = qn_id_hex_size(uris->ids.algorithm);
    enum qn_status status;
    struct qn_id id, pack;
    uint32_t position;
    bool is_new;

    if (text.size < 2 * digits + 2 || value[digits] != ' ' ||
        value[2 * digits + 1] != ' ' ||
        !qn_id_from_hex(&id, uris->ids.algorithm,
                        qn_bytes_first(text, digits)) ||
        !qn_id_from_hex(
            &pack, uris->ids.algorithm,
            qn_bytes_first(qn_bytes_from(text, digits + 1), digits)))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "value of " KEY " must be of the form '<object-hash>"
                           " <pack-hash> <uri>' (got '%s')",
                           value);
    status = qn_id_map_put(ctx, &uris->ids, &id, &position, &is_new);
    if (!status && !is_new)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "object already configured in another " KEY " (got '%s')", value);
    if (!status)
        status = qn_memory_grow(ctx, &uris->uris, &uris->capacity,
                                (size_t)position + 1, sizeof(*uris->uris));
    if (!status)
        uris->uris[position] = value + digits + 1;
    return status;
}

enum qn_status qn_pack_uris_init(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 uint32_t algorithm, struct qn_pack_uris *out)
{
    const struct qn_config_entry *entry = qn_config_find(config, KEY);
    const struct qn_config_entry **entries = NULL;
    enum qn_status status = QN_OK;
    size_t count = 0, capacity = 0;

    memset(out, 0, sizeof(*out));
    qn_id_map_init(&out->ids, algorithm);
    for (; entry && !status; entry = qn_config_previous(config, entry)) {
        status = qn_memory_grow(ctx, &entries, &capacity, count + 1,
                                sizeof(*entries));
        if (!status)
            entries[count++] = entry;
    }
    while (!status && count > 0) { /* the last one was found first */
        entry = entries[--count];
        status = entry->value ? add(ctx, out, entry->value)
                              : qn_ctx_fail(ctx, QN_INVALID,
                                            "missing value for '" KEY "'");
    }
    qn_memory_free(entries);
    return status;
}

void qn_pack_uris_dispose(struct qn_pack_uris *uris)
{
    qn_id_map_dispose(&uris->ids);
    qn_memory_free(uris->uris);
    qn_buf_dispose(&uris->lines);
}

static bool is_of(const struct qn_pack_uris *uris, const char *uri)
{
    size_t i, size;

    for (i = 0; i < uris->protocol_count; i++) {
        size = strlen(uris->protocols[i]);
        if (strncmp(uri, uris->protocols[i], size) == 0 && uri[size] == ':')
            return true;
    }
    return false;
}

enum qn_status qn_pack_uris_ask(struct qn_ctx *ctx, struct qn_pack_uris *uris,
                                const uint8_t *row, bool *is_elsewhere)
{
    uint32_t at = qn_id_map_find_row(&uris->ids, row);
    const char *line = at == QN_ID_MAP_NONE ? NULL : uris->uris[at];
    enum qn_status status;

    *is_elsewhere =
        line && is_of(uris, line + qn_id_hex_size(uris->ids.algorithm) + 1);
    if (!*is_elsewhere || uris->ids.values[at])
        return QN_OK;
    status = qn_buf_printf(ctx, &uris->lines, "%s\n", line);
    if (!status)
        uris->ids.values[at] = 1;
    return status;
}
