/* SPDX-License-Identifier: MIT */
/* Lists of refspecs: what one of them says of a name. */
#include "base/memory.h"
#include "repo/remote_parts.h"

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

static enum qn_status add_source(struct qn_ctx *ctx, struct qn_arena *arena,
                                 struct qn_remote_sources *list,
                                 const char *remote, struct qn_bytes name)
{
    struct qn_remote_source source = {.remote = remote};

    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 4;
        struct qn_remote_source *items =
            qn_arena_calloc(ctx, arena, capacity, sizeof(*items));

        if (!items)
            return QN_NO_MEMORY;
        if (list->count)
            memcpy(items, list->items, list->count * sizeof(*items));
        list->items = items;
        list->capacity = capacity;
    }
    source.name = qn_arena_copy(ctx, arena, name);
    if (!source.name)
        return QN_NO_MEMORY;
    list->items[list->count++] = source;
    return QN_OK;
}

/* The fetch refspecs of one remote, as the configuration alone has them. */
static enum qn_status read_fetch(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 const char *remote,
                                 struct qn_remote_refspecs *out)
{
    struct qn_bytes wanted = qn_bytes_from_string(remote);
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < qn_config_count(config) && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const char *variable;
        struct qn_bytes name;

        if (entry->value &&
            qn_config_key_in(entry->key, "remote", &name, &variable) &&
            strcmp(variable, "fetch") == 0 && qn_bytes_is_equal(name, wanted))
            status = qn_remote_refspecs_add(ctx, out, entry->value,
                                            QN_REFSPEC_FETCH);
    }
    return status;
}

enum qn_status qn_remote_find_sources(struct qn_ctx *ctx,
                                      const struct qn_config *config,
                                      const char *tracking,
                                      struct qn_arena *arena,
                                      struct qn_remote_sources *out)
{
    struct qn_remote_words names;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = qn_remote_names(ctx, config, arena, &names);
    size_t i;

    *out = (struct qn_remote_sources){0};
    for (i = 0; !status && i < names.count; i++) {
        struct qn_remote_refspecs fetch = {0};
        bool matched = false;

        qn_buf_clear(&name);
        status = read_fetch(ctx, config, names.items[i], &fetch);
        if (!status)
            status = qn_remote_map_back(ctx, &fetch, tracking, &name, &matched);
        if (!status && matched)
            status = add_source(ctx, arena, out, names.items[i],
                                qn_buf_bytes(&name));
        qn_remote_refspecs_dispose(&fetch);
    }
    qn_buf_dispose(&name);
    return status;
}
