/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_naming.h"

#include "base/map.h"
#include "hash/id_map.h"

struct naming {
    const struct qn_remote_refs *refs;
    struct qn_fetch_request *request;
    struct qn_map theirs;   /* names to positions in `refs` */
    struct qn_map asked;    /* names that are asked for */
    struct qn_id_map wants; /* the value is 1 where a name stands for it */
};

static enum qn_status begin(struct qn_ctx *ctx, struct naming *n)
{
    enum qn_status status = QN_OK;
    size_t position = 0, i;
    const char *name;
    bool is_new;

    for (i = 0; i < n->refs->count; i++) {
        struct qn_map_item *item =
            qn_map_put(ctx, &n->theirs,
                       qn_bytes_from_string(n->refs->items[i].name), &is_new);

        if (!item)
            return QN_NO_MEMORY;
        if (is_new)
            item->number = i;
    }
    while ((name = qn_wire_words_next(&n->request->want_refs, &position)))
        if (!qn_map_put(ctx, &n->asked, qn_bytes_from_string(name), NULL))
            return QN_NO_MEMORY;
    for (i = 0; !status && i < n->request->wants.count; i++) {
        uint32_t at;

        status = qn_id_map_put(ctx, &n->wants, &n->request->wants.ids[i], &at,
                               &is_new);
    }
    return status;
}

static enum qn_status take(struct qn_ctx *ctx, struct naming *n,
                           struct qn_bytes name)
{
    const struct qn_map_item *item = qn_map_find(&n->theirs, name);
    uint32_t at = QN_ID_MAP_NONE;
    bool is_new = false;

    if (item)
        at = qn_id_map_find(&n->wants, &n->refs->items[item->number].id);
    if (at == QN_ID_MAP_NONE)
        return QN_OK;
    if (!qn_map_put(ctx, &n->asked, name, &is_new))
        return QN_NO_MEMORY;
    if (!is_new)
        return QN_OK;
    n->wants.values[at] = 1;
    return qn_wire_words_add(ctx, &n->request->want_refs, name);
}

enum qn_status qn_fetch_naming_run(struct qn_ctx *ctx,
                                   const struct qn_wire_words *names,
                                   const struct qn_remote_refs *refs,
                                   struct qn_fetch_request *request)
{
    struct naming n = {.refs = refs,
                       .request = request,
                       .theirs = QN_MAP_INIT,
                       .asked = QN_MAP_INIT};
    struct qn_id_list *wants = &request->wants;
    enum qn_status status;
    size_t position = 0, kept = 0, i;
    const char *name;

    qn_id_map_init(&n.wants, request->algorithm);
    status = begin(ctx, &n);
    while (!status && (name = qn_wire_words_next(names, &position)))
        status = take(ctx, &n, qn_bytes_from_string(name));
    for (i = 0; !status && i < wants->count; i++)
        if (!n.wants.values[qn_id_map_find(&n.wants, &wants->ids[i])])
            wants->ids[kept++] = wants->ids[i];
    if (!status)
        wants->count = kept;
    qn_map_dispose(&n.theirs);
    qn_map_dispose(&n.asked);
    qn_id_map_dispose(&n.wants);
    return status;
}
