/* SPDX-License-Identifier: MIT */
/* Lists of refspecs: what one of them says of a name. */
#include "base/memory.h"
#include "repo/remote.h"

#include <string.h>

enum qn_status qn_remote_refspecs_add(struct qn_ctx *ctx,
                                      struct qn_remote_refspecs *list,
                                      const char *text, enum qn_refspec_use use)
{
    struct qn_refspec refspec = QN_REFSPEC_INIT;
    enum qn_status status = qn_refspec_parse(ctx, text, use, &refspec);

    if (!status)
        status = qn_memory_grow(ctx, &list->items, &list->capacity,
                                list->count + 1, sizeof(*list->items));
    if (status) {
        qn_refspec_dispose(&refspec);
        return status;
    }
    list->items[list->count++] = refspec;
    return QN_OK;
}

void qn_remote_refspecs_dispose(struct qn_remote_refspecs *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        qn_refspec_dispose(&list->items[i]);
    qn_memory_free(list->items);
    *list = (struct qn_remote_refspecs){0};
}

bool qn_remote_refspecs_exclude(const struct qn_remote_refspecs *list,
                                const char *name)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (list->items[i].is_negative &&
            qn_refspec_side_matches(list->items[i].source,
                                    qn_bytes_from_string(name), NULL))
            return true;
    return false;
}

enum qn_status qn_remote_map(struct qn_ctx *ctx,
                             const struct qn_remote_refspecs *list,
                             const char *name, struct qn_buf *out,
                             bool *matched)
{
    enum qn_status status = QN_OK;
    size_t i;

    *matched = false;
    if (qn_remote_refspecs_exclude(list, name))
        return QN_OK;
    for (i = 0; i < list->count && !*matched && !status; i++)
        if (!list->items[i].is_negative)
            status = qn_refspec_map(ctx, &list->items[i],
                                    qn_bytes_from_string(name), out, matched);
    return status;
}

enum qn_status qn_remote_map_back(struct qn_ctx *ctx,
                                  const struct qn_remote_refspecs *list,
                                  const char *name, struct qn_buf *out,
                                  bool *matched)
{
    enum qn_status status = QN_OK;
    size_t start = out->size;
    size_t i;

    *matched = false;
    for (i = 0; i < list->count && !*matched && !status; i++) {
        if (list->items[i].is_negative || !list->items[i].destination)
            continue;
        status = qn_refspec_map_back(ctx, &list->items[i],
                                     qn_bytes_from_string(name), out, matched);
        if (!status && *matched &&
            qn_remote_refspecs_exclude(list, qn_buf_string(out) + start)) {
            qn_buf_truncate(out, start);
            *matched = false;
        }
    }
    return status;
}
