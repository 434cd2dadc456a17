/* SPDX-License-Identifier: MIT */
#include "object/commit.h"

static bool take_value(struct qn_bytes *rest, const char *word,
                       struct qn_bytes *value)
{
    struct qn_bytes line;

    if (!qn_bytes_has_prefix(*rest, word) ||
        qn_bytes_find(*rest, '\n') == rest->size)
        return false;
    qn_bytes_next(rest, '\n', &line);
    *value = qn_bytes_from(line, strlen(word));
    return true;
}

enum qn_status qn_tag_parse(struct qn_ctx *ctx, struct qn_bytes text,
                            uint32_t algorithm, struct qn_tag *out)
{
    struct qn_bytes rest = text, value, line;
    struct qn_tag tag;
    size_t end;

    memset(&tag, 0, sizeof(tag));
    tag.text = text;
    if (!take_value(&rest, "object ", &value) ||
        !qn_id_from_hex(&tag.object, algorithm, value))
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "object.bad-tag", NULL,
                                  "bad tag object: no object line");
    if (!take_value(&rest, "type ", &tag.type))
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "object.bad-tag", NULL,
                                  "bad tag object: no type line");
    if (qn_object_type_from_name(tag.type) == QN_OBJECT_NONE)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "object.bad-tag", NULL,
                                  "unknown tag type '%.*s'",
                                  QN_BYTES_ARG(tag.type));
    if (!take_value(&rest, "tag ", &tag.name))
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "object.bad-tag", NULL,
                                  "bad tag object: no tag line");
    if (!take_value(&rest, "tagger ", &tag.tagger))
        tag.tagger = QN_BYTES_NONE;
    while (rest.size > 0 && rest.data[0] != '\n')
        qn_bytes_next(&rest, '\n', &line);
    end = (size_t)(rest.data - text.data);
    tag.headers = qn_bytes_first(text, end);
    tag.message = qn_bytes_from(text, end + (end < text.size));
    *out = tag;
    return QN_OK;
}
