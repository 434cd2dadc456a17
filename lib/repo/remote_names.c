/* SPDX-License-Identifier: MIT */
/* Which remotes there are, which one is meant when none is named, and groups.
 */
#include "repo/remote_parts.h"

#include <string.h>

enum qn_status qn_remote_words_add(struct qn_ctx *ctx, struct qn_arena *arena,
                                   struct qn_remote_words *words,
                                   struct qn_bytes word)
{
    const char *copy = qn_arena_copy(ctx, arena, word);

    if (!copy)
        return QN_NO_MEMORY;
    if (words->count == words->capacity) {
        size_t capacity = words->capacity ? 2 * words->capacity : 4;
        const char **items =
            qn_arena_calloc(ctx, arena, capacity, sizeof(*items));

        if (!items)
            return QN_NO_MEMORY;
        if (words->count)
            memcpy(items, words->items, words->count * sizeof(*items));
        words->items = items;
        words->capacity = capacity;
    }
    words->items[words->count++] = copy;
    return QN_OK;
}

static bool has_word(const struct qn_remote_words *words, struct qn_bytes word)
{
    size_t i;

    for (i = 0; i < words->count; i++)
        if (qn_bytes_is_equal(qn_bytes_from_string(words->items[i]), word))
            return true;
    return false;
}

enum qn_status qn_remote_names(struct qn_ctx *ctx,
                               const struct qn_config *config,
                               struct qn_arena *arena,
                               struct qn_remote_words *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    *out = (struct qn_remote_words){0};
    for (i = 0; i < qn_config_count(config) && !status; i++) {
        const char *variable;
        struct qn_bytes name;

        if (!qn_config_key_in(qn_config_at(config, i)->key, "remote", &name,
                              &variable) ||
            (name.size && name.data[0] == '/') || has_word(out, name))
            continue;
        status = qn_remote_words_add(ctx, arena, out, name);
    }
    return status;
}

/* branch.<branch>.<variable>; `*out` NULL when it is not set. */
static enum qn_status branch_setting(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     const char *branch, const char *variable,
                                     const char **out)
{
    struct qn_buf key = QN_BUF_INIT;
    const struct qn_config_entry *entry = NULL;
    enum qn_status status =
        qn_buf_printf(ctx, &key, "branch.%s.%s", branch, variable);

    if (!status)
        entry = qn_config_find(config, qn_buf_string(&key));
    qn_buf_dispose(&key);
    *out = entry ? entry->value : NULL;
    if (!status && entry && !entry->value)
        status = qn_config_fail_missing(ctx, entry);
    return status;
}

enum qn_status qn_remote_default(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 const char *branch, bool is_push,
                                 struct qn_arena *arena, const char **out,
                                 bool *is_explicit)
{
    const struct qn_config_entry *entry;
    struct qn_remote_words names;
    enum qn_status status = QN_OK;

    *out = NULL;
    if (branch && is_push)
        status = branch_setting(ctx, config, branch, "pushremote", out);
    if (!status && !*out && is_push) {
        entry = qn_config_find(config, "remote.pushdefault");
        if (entry && !entry->value)
            return qn_config_fail_missing(ctx, entry);
        *out = entry ? entry->value : NULL;
    }
    if (!status && !*out && branch)
        status = branch_setting(ctx, config, branch, "remote", out);
    *is_explicit = *out != NULL;
    if (status || *out)
        return status;
    status = qn_remote_names(ctx, config, arena, &names);
    if (!status)
        *out = names.count == 1 ? names.items[0] : "origin";
    return status;
}

enum qn_status qn_remote_group(struct qn_ctx *ctx,
                               const struct qn_config *config, const char *name,
                               struct qn_arena *arena,
                               struct qn_remote_words *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    *out = (struct qn_remote_words){0};
    for (i = 0; i < qn_config_count(config) && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const char *at = entry->value;

        if (strncmp(entry->key, "remotes.", 8) != 0 ||
            strcmp(entry->key + 8, name) != 0 || !at)
            continue;
        while (*at && !status) {
            size_t size = strcspn(at, " \t\n");

            if (size)
                status = qn_remote_words_add(ctx, arena, out,
                                             qn_bytes_make(at, size));
            at += size;
            at += strspn(at, " \t\n");
        }
    }
    return status;
}
