/* SPDX-License-Identifier: MIT */
#include "operation/part/bundle_list.h"

#include "base/memory.h"
#include "config/config.h"

#include <string.h>

void qn_bundle_list_dispose(struct qn_bundle_list *list)
{
    qn_memory_free(list->entries);
    qn_map_dispose(&list->ids);
    qn_arena_dispose(&list->arena);
}

/* ---- addresses */

/* The size of "<protocol>://<host>", or 0. */
static size_t authority_size(const char *uri)
{
    const char *colon = strstr(uri, "://");
    const char *slash = strchr(uri, '/');

    if (!colon || slash != colon + 1)
        return 0;
    slash = strchr(colon + 3, '/');
    return slash ? (size_t)(slash - uri) : strlen(uri);
}

/* Without the last part; never shorter than `least`. */
static struct qn_bytes directory_of(struct qn_bytes path, size_t least)
{
    size_t slash = qn_bytes_find_last(path, '/');

    if (slash == path.size || slash < least)
        return qn_bytes_first(path, least);
    return qn_bytes_first(path, slash);
}

enum qn_status qn_bundle_list_resolve(struct qn_ctx *ctx, const char *base,
                                      const char *uri, struct qn_buf *out)
{
    size_t least = authority_size(base);
    struct qn_bytes front, rest = qn_bytes_from_string(uri);
    enum qn_status status;

    if (strstr(uri, "://") || strstr(uri, "::") || (*uri == '/' && !least))
        return qn_buf_append_string(ctx, out, uri);
    if (*uri == '/')
        front = qn_bytes_make(base, least);
    else
        front = directory_of(qn_bytes_from_string(base), least);
    while (*uri != '/') {
        if (qn_bytes_has_prefix(rest, "./")) {
            rest = qn_bytes_from(rest, 2);
        } else if (qn_bytes_has_prefix(rest, "../") && front.size > least) {
            front = directory_of(front, least);
            rest = qn_bytes_from(rest, 3);
        } else {
            break;
        }
    }
    status = qn_buf_append_bytes(ctx, out, front);
    if (!status && *uri != '/' && (front.size > 0 || *base == '/'))
        status = qn_buf_append_byte(ctx, out, '/');
    return status ? status : qn_buf_append_bytes(ctx, out, rest);
}

/* ---- settings */

static enum qn_status fail_list(struct qn_ctx *ctx, const char *key,
                                const char *value)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "bundle-uri.list", key,
                              "bad value of '%s' in a list of bundles: '%s'",
                              key, value);
}

static enum qn_status set_whole(struct qn_ctx *ctx, struct qn_bundle_list *list,
                                const char *key, const char *value)
{
    const char *name = key + 7;

    if (strcmp(name, "version") == 0) {
        int64_t number = 0;

        if (!qn_config_parse_int64(value, &number) || number != 1)
            return fail_list(ctx, key, value);
        list->version = number;
    } else if (strcmp(name, "mode") == 0) {
        if (strcmp(value, "all") == 0)
            list->mode = QN_BUNDLE_LIST_ALL;
        else if (strcmp(value, "any") == 0)
            list->mode = QN_BUNDLE_LIST_ANY;
        else
            return fail_list(ctx, key, value);
    } else if (strcmp(name, "heuristic") == 0) {
        list->has_tokens = strcmp(value, "creationToken") == 0;
    }
    return QN_OK; /* what is not known means nothing */
}

/* The entry of that id; a new one at first. */
static enum qn_status find_entry(struct qn_ctx *ctx,
                                 struct qn_bundle_list *list,
                                 struct qn_bytes id,
                                 struct qn_bundle_list_entry **out)
{
    bool is_new;
    struct qn_map_item *item = qn_map_put(ctx, &list->ids, id, &is_new);
    enum qn_status status;

    if (!item)
        return QN_NO_MEMORY;
    if (!is_new) {
        *out = &list->entries[item->number];
        return QN_OK;
    }
    if (list->count >= QN_BUNDLE_LIST_MAX)
        return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "bundle-uri.list", NULL,
                                  "a list of more than %d bundles",
                                  QN_BUNDLE_LIST_MAX);
    status = qn_memory_grow(ctx, &list->entries, &list->capacity,
                            list->count + 1, sizeof(*list->entries));
    if (status)
        return status;
    item->number = list->count;
    *out = &list->entries[list->count++];
    **out = (struct qn_bundle_list_entry){
        .id = qn_arena_copy(ctx, &list->arena, id)};
    return (*out)->id ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status set_uri(struct qn_ctx *ctx, struct qn_bundle_list *list,
                              const char *base,
                              struct qn_bundle_list_entry *entry,
                              const char *value)
{
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status;

    if (entry->uri)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "bundle-uri.list", entry->id,
                                  "bundle '%s' has two addresses", entry->id);
    status = qn_bundle_list_resolve(ctx, base, value, &full);
    if (!status) {
        entry->uri = qn_arena_copy(ctx, &list->arena, qn_buf_bytes(&full));
        if (!entry->uri)
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&full);
    return status;
}

enum qn_status qn_bundle_list_set(struct qn_ctx *ctx,
                                  struct qn_bundle_list *list, const char *base,
                                  const char *key, const char *value)
{
    struct qn_bundle_list_entry *entry = NULL;
    struct qn_bytes rest = qn_bytes_from_string(key);
    const char *name;
    size_t dot;
    enum qn_status status;

    if (!qn_bytes_has_prefix(rest, "bundle."))
        return fail_list(ctx, key, value);
    rest = qn_bytes_from(rest, 7);
    dot = qn_bytes_find_last(rest, '.');
    if (dot == rest.size)
        return set_whole(ctx, list, key, value);
    name = key + 7 + dot + 1;
    status = find_entry(ctx, list, qn_bytes_first(rest, dot), &entry);
    if (status)
        return status;
    if (strcmp(name, "uri") == 0)
        return set_uri(ctx, list, base, entry, value);
    if (strcmp(name, "filter") == 0) {
        entry->filter =
            qn_arena_copy(ctx, &list->arena, qn_bytes_from_string(value));
        return entry->filter ? QN_OK : QN_NO_MEMORY;
    }
    if (strcmp(name, "creationtoken") == 0 &&
        !qn_bytes_to_u64(qn_bytes_from_string(value), &entry->token))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.token",
                      "could not parse bundle list key %s with value '%s'",
                      "creationToken", value);
    return QN_OK;
}

enum qn_status qn_bundle_list_take(struct qn_ctx *ctx,
                                   struct qn_bundle_list *list,
                                   const char *base, struct qn_bytes line)
{
    size_t equal = qn_bytes_find(line, '=');
    struct qn_buf name = QN_BUF_INIT, key = QN_BUF_INIT, value = QN_BUF_INIT;
    enum qn_status status;

    if (equal == 0 || equal + 1 >= line.size)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "bundle-uri.list", NULL,
                                  "bundle-uri: line is not of the form "
                                  "'key=value'");
    status = qn_buf_append_bytes(ctx, &name, qn_bytes_first(line, equal));
    if (!status)
        status =
            qn_buf_append_bytes(ctx, &value, qn_bytes_from(line, equal + 1));
    if (!status)
        status = qn_config_normalise_key(ctx, qn_buf_string(&name), &key);
    if (!status)
        status = qn_bundle_list_set(ctx, list, base, qn_buf_string(&key),
                                    qn_buf_string(&value));
    qn_buf_dispose(&name);
    qn_buf_dispose(&key);
    qn_buf_dispose(&value);
    return status;
}

enum qn_status qn_bundle_list_parse(struct qn_ctx *ctx,
                                    struct qn_bundle_list *list,
                                    const char *base, const char *file,
                                    struct qn_bytes text)
{
    struct qn_config *config = NULL;
    enum qn_status status = qn_config_new(ctx, &config);
    size_t i;

    if (!status)
        status = qn_config_add_bytes(ctx, config, text, QN_CONFIG_SCOPE_UNKNOWN,
                                     "file", file, NULL);
    for (i = 0; !status && i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        status = entry->value ? qn_bundle_list_set(ctx, list, base, entry->key,
                                                   entry->value)
                              : fail_list(ctx, entry->key, "");
        if (status == QN_INVALID)
            status = qn_ctx_fail_reason(ctx, QN_INVALID, "bundle-uri.list",
                                        base, "bad config line %llu in file %s",
                                        (unsigned long long)entry->line, file);
    }
    qn_config_free(config);
    for (i = 0; !status && i < list->count; i++)
        if (!list->entries[i].uri)
            status = qn_ctx_fail_reason(
                ctx, QN_INVALID, "bundle-uri.list", base,
                "bundle list at '%s': bundle '%s' has no uri", base,
                list->entries[i].id);
    return status;
}
