/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "base/memory.h"

#include <string.h>

uint32_t qn_content_type(const struct qn_content *content)
{
    return content->type;
}

const uint8_t *qn_content_data(const struct qn_content *content)
{
    return (const uint8_t *)qn_buf_string(&content->data);
}

size_t qn_content_size(const struct qn_content *content)
{
    return content->data.size;
}

void qn_content_free(struct qn_content *content)
{
    if (!content)
        return;
    qn_buf_dispose(&content->data);
    qn_memory_free(content);
}

enum qn_status qn_content_make(struct qn_ctx *ctx, uint32_t type,
                               struct qn_buf *data, struct qn_content **out)
{
    struct qn_content *content = qn_memory_calloc(ctx, 1, sizeof(*content));

    if (!content)
        return QN_NO_MEMORY;
    content->type = type;
    qn_buf_swap(&content->data, data);
    *out = content;
    return QN_OK;
}

enum qn_status qn_content_options(struct qn_ctx *ctx, const void *given,
                                  void *out, size_t size)
{
    uint32_t given_size;
    size_t i;

    if (!given)
        return QN_OK;
    memcpy(&given_size, given, sizeof(given_size));
    if (given_size < sizeof(given_size))
        return qn_ctx_fail(ctx, QN_INVALID, "options without a size");
    for (i = size; i < given_size; i++)
        if (((const uint8_t *)given)[i])
            return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                               "options of a newer version are set");
    memcpy(out, given, given_size < size ? given_size : size);
    return QN_OK;
}
