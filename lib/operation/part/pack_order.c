/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_order.h"

#include "base/memory.h"

struct ordering {
    struct qn_pack_list *list;
    uint32_t *order;
    size_t count;
    uint32_t *stack;
    uint32_t *child;   /* the first of each; NONE: there is none */
    uint32_t *sibling; /* the next of its base's children */
    bool has_core;
    bool is_core; /* the layer at hand */
};

static bool is_in_layer(const struct ordering *ordering,
                        const struct qn_pack_list_entry *entry)
{
    return !ordering->has_core ||
           ((entry->flags & QN_PACK_LIST_CORE) != 0) == ordering->is_core;
}

/* Its bases come first, whatever layer they are of. */
static void add(struct ordering *ordering, uint32_t number)
{
    size_t held = 0;

    while (number != QN_PACK_LIST_NONE) {
        struct qn_pack_list_entry *entry = &ordering->list->entries[number];

        if (entry->flags & (QN_PACK_LIST_ORDERED | QN_PACK_LIST_BASE))
            break;
        entry->flags |= QN_PACK_LIST_ORDERED;
        ordering->stack[held++] = number;
        number = entry->base;
    }
    while (held > 0)
        ordering->order[ordering->count++] = ordering->stack[--held];
}

static void add_family(struct ordering *ordering, uint32_t number)
{
    const struct qn_pack_list_entry *entries = ordering->list->entries;
    uint32_t root = number, at;

    while (entries[root].base != QN_PACK_LIST_NONE)
        root = entries[root].base;
    at = root;
    for (;;) {
        if (is_in_layer(ordering, &entries[at]))
            add(ordering, at);
        if (ordering->child[at] != QN_PACK_LIST_NONE) {
            at = ordering->child[at];
            continue;
        }
        while (at != root && ordering->sibling[at] == QN_PACK_LIST_NONE)
            at = entries[at].base;
        if (at == root)
            return;
        at = ordering->sibling[at];
    }
}

static void link_families(struct ordering *ordering)
{
    size_t i = qn_pack_list_count(ordering->list);

    memset(ordering->child, 0xff, i * sizeof(*ordering->child));
    memset(ordering->sibling, 0xff, i * sizeof(*ordering->sibling));
    while (i-- > 0) {
        const struct qn_pack_list_entry *entry = &ordering->list->entries[i];

        if (entry->flags & QN_PACK_LIST_CORE)
            ordering->has_core = true;
        if (entry->base == QN_PACK_LIST_NONE)
            continue;
        ordering->sibling[i] = ordering->child[entry->base];
        ordering->child[entry->base] = (uint32_t)i;
    }
}

static void add_layer(struct ordering *ordering)
{
    const struct qn_pack_list *list = ordering->list;
    uint32_t count = (uint32_t)qn_pack_list_count(list), i, first;

    for (first = 0; first < count; first++) {
        if (list->entries[first].flags & QN_PACK_LIST_TIP)
            break;
        if (is_in_layer(ordering, &list->entries[first]))
            add(ordering, first);
    }
    for (i = first; i < count; i++)
        if (list->entries[i].flags & QN_PACK_LIST_TIP &&
            is_in_layer(ordering, &list->entries[i]))
            add(ordering, i);
    for (i = first; i < count; i++)
        if ((list->entries[i].type == QN_OBJECT_COMMIT ||
             list->entries[i].type == QN_OBJECT_TAG) &&
            is_in_layer(ordering, &list->entries[i]))
            add(ordering, i);
    for (i = first; i < count; i++)
        if (list->entries[i].type == QN_OBJECT_TREE &&
            is_in_layer(ordering, &list->entries[i]))
            add(ordering, i);
    for (i = first; i < count; i++)
        if (!(list->entries[i].flags &
              (QN_PACK_LIST_ORDERED | QN_PACK_LIST_BASE)) &&
            is_in_layer(ordering, &list->entries[i]))
            add_family(ordering, i);
}

enum qn_status qn_pack_order_make(struct qn_ctx *ctx, struct qn_pack_list *list,
                                  uint32_t **out, size_t *count)
{
    size_t total = qn_pack_list_count(list);
    struct ordering ordering = {.list = list};
    uint32_t *room = qn_memory_array(ctx, total + 1, 3 * sizeof(*room));

    ordering.order = qn_memory_array(ctx, total + 1, sizeof(*ordering.order));
    if (!room || !ordering.order) {
        qn_memory_free(room);
        qn_memory_free(ordering.order);
        return QN_NO_MEMORY;
    }
    ordering.stack = room;
    ordering.child = room + total;
    ordering.sibling = room + 2 * total;
    link_families(&ordering);
    ordering.is_core = true;
    add_layer(&ordering);
    if (ordering.has_core) {
        ordering.is_core = false;
        add_layer(&ordering);
    }
    qn_memory_free(room);
    *out = ordering.order;
    *count = ordering.count;
    return QN_OK;
}
