/* SPDX-License-Identifier: MIT */
/* The store: entries in order, and a map from key to the last one. */
#include "config/config.h"

#include "base/memory.h"
#include "config/config_parser.h"
#include "config/config_store.h"
#include "os/file.h"
#include "text/quote.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum qn_status qn_config_new(struct qn_ctx *ctx, struct qn_config **out)
{
    struct qn_config *config = qn_memory_calloc(ctx, 1, sizeof(*config));

    if (!config)
        return QN_NO_MEMORY;
    *out = config;
    return QN_OK;
}

void qn_config_free(struct qn_config *config)
{
    if (!config)
        return;
    qn_map_dispose(&config->keys);
    qn_arena_dispose(&config->text);
    qn_memory_free(config->entries);
    qn_memory_free(config);
}

bool qn_config_wants_urls(const struct qn_config *config)
{
    return config->wants_urls;
}

enum qn_status qn_config_store_add(struct qn_ctx *ctx, struct qn_config *config,
                                   struct qn_bytes key, const char *value,
                                   const struct qn_config_source *source,
                                   uint64_t line)
{
    struct qn_config_stored *stored;
    struct qn_map_item *item;
    enum qn_status status;

    status = qn_memory_grow(ctx, &config->entries, &config->capacity,
                            config->count + 1, sizeof(*config->entries));
    if (status)
        return status;
    item = qn_map_put(ctx, &config->keys, key, NULL);
    if (!item)
        return QN_NO_MEMORY;
    stored = &config->entries[config->count];
    memset(stored, 0, sizeof(*stored));
    stored->entry.key = (const char *)item->key.data;
    stored->entry.value = value;
    stored->entry.scope = source->scope;
    stored->entry.origin_type = source->origin_type;
    stored->entry.origin = source->origin;
    stored->entry.line = line;
    stored->previous = item->number;
    item->number = ++config->count;
    return QN_OK;
}

/* Where a line is, as messages say it: "file F", "standard input". */
static void describe(const struct qn_config_source *source, const char **kind,
                     const char **name)
{
    *kind = source->origin_type;
    *name = source->origin;
    if (strcmp(source->origin_type, "standard input") == 0)
        *name = "";
}

static enum qn_status fail_at(struct qn_ctx *ctx,
                              const struct qn_config_source *source,
                              uint64_t line)
{
    const char *kind;
    const char *name;

    describe(source, &kind, &name);
    return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-line",
                              source->origin, "bad config line %llu in %s%s%s",
                              (unsigned long long)line, kind, *name ? " " : "",
                              name);
}

enum qn_status qn_config_store_read(struct qn_ctx *ctx,
                                    struct qn_config *config,
                                    struct qn_bytes text,
                                    const struct qn_config_source *source)
{
    struct qn_config_parser parser;
    enum qn_config_item item = QN_CONFIG_ITEM_END;
    enum qn_status status;

    qn_config_parser_init(&parser, text);
    do {
        const char *value = NULL;

        status = qn_config_parser_next(ctx, &parser, &item);
        if (status == QN_INVALID)
            status = fail_at(ctx, source, parser.line);
        if (status || item != QN_CONFIG_ITEM_ENTRY)
            continue;
        if (parser.has_value) {
            value =
                qn_arena_copy(ctx, &config->text, qn_buf_bytes(&parser.value));
            if (!value) {
                status = QN_NO_MEMORY;
                break;
            }
        }
        status = qn_config_store_add(ctx, config, qn_buf_bytes(&parser.key),
                                     value, source, parser.entry_line);
        if (!status && source->conditions)
            status = qn_config_store_include(
                ctx, config, qn_buf_bytes(&parser.key), value, source);
        if (status == QN_INVALID &&
            strcmp(qn_ctx_reason(ctx), "config.unreadable") == 0) {
            status = fail_at(ctx, source, parser.entry_line);
        } else if (status == QN_INVALID && qn_ctx_reason(ctx)[0] == '\0') {
            /* what is wrong with the entry, and then where it stands */
            qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", qn_ctx_message(ctx));
            status = fail_at(ctx, source, parser.entry_line);
        }
    } while (!status && item != QN_CONFIG_ITEM_END);
    qn_config_parser_dispose(&parser);
    return status;
}

enum qn_status
qn_config_add_bytes(struct qn_ctx *ctx, struct qn_config *config,
                    struct qn_bytes text, enum qn_config_scope scope,
                    const char *origin_type, const char *origin,
                    const struct qn_config_conditions *conditions)
{
    struct qn_config_source source = {.scope = scope, .conditions = conditions};

    source.origin_type =
        qn_arena_copy(ctx, &config->text, qn_bytes_from_string(origin_type));
    source.origin =
        qn_arena_copy(ctx, &config->text, qn_bytes_from_string(origin));
    if (!source.origin_type || !source.origin)
        return QN_NO_MEMORY;
    return qn_config_store_read(ctx, config, text, &source);
}

enum qn_status qn_config_add_file(struct qn_ctx *ctx, struct qn_config *config,
                                  const char *path, enum qn_config_scope scope,
                                  const struct qn_config_conditions *conditions,
                                  bool *was_there)
{
    struct qn_config_source source = {
        .scope = scope, .origin_type = "file", .conditions = conditions};
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    int error;

    status = qn_file_read_all(ctx, path, &text);
    error = qn_ctx_errno(ctx);
    if (was_there)
        *was_there = !status;
    if (status == QN_NOT_FOUND || (status && error == ENOTDIR)) {
        qn_ctx_clear(ctx);
        status = QN_OK;
        goto out;
    }
    if (status && error)
        status = qn_ctx_fail_errno(ctx, error, "unable to access '%s'", path);
    if (status)
        goto out;
    source.origin =
        qn_arena_copy(ctx, &config->text, qn_bytes_from_string(path));
    status = source.origin ? qn_config_store_read(ctx, config,
                                                  qn_buf_bytes(&text), &source)
                           : QN_NO_MEMORY;
out:
    qn_buf_dispose(&text);
    return status;
}

/* The command line as a source. */
static enum qn_status add_pair(struct qn_ctx *ctx, struct qn_config *config,
                               const char *key, const char *value,
                               const struct qn_config_conditions *conditions)
{
    struct qn_config_source source = {.scope = QN_CONFIG_SCOPE_COMMAND,
                                      .origin_type = "command line",
                                      .origin = "",
                                      .conditions = conditions};
    struct qn_buf name = QN_BUF_INIT;
    char *copy = NULL;
    enum qn_status status;

    if (!*key)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "config.no-section", NULL,
                                  "empty config key");
    status = qn_config_normalise_key(ctx, key, &name);
    if (!status && value) {
        copy = qn_arena_copy(ctx, &config->text, qn_bytes_from_string(value));
        if (!copy)
            status = QN_NO_MEMORY;
    }
    if (!status)
        status = qn_config_store_add(ctx, config, qn_buf_bytes(&name), copy,
                                     &source, 0);
    if (!status && conditions)
        status = qn_config_store_include(ctx, config, qn_buf_bytes(&name), copy,
                                         &source);
    qn_buf_dispose(&name);
    return status;
}

/* Every fault of the command line is told twice, as Git does. */
static enum qn_status fail_parameters(struct qn_ctx *ctx, enum qn_status status)
{
    if (status != QN_INVALID)
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", qn_ctx_message(ctx));
    return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-parameter", NULL,
                              "unable to parse command-line config");
}

/* "key=value", or "key" alone. */
static enum qn_status
add_parameter(struct qn_ctx *ctx, struct qn_config *config,
              struct qn_bytes text, const char *empty_message,
              const struct qn_config_conditions *conditions)
{
    struct qn_buf pair = QN_BUF_INIT;
    size_t equals = qn_bytes_find(text, '=');
    enum qn_status status;

    if (equals == 0)
        return qn_ctx_fail(ctx, QN_INVALID, "%s%.*s", empty_message,
                           strchr(empty_message, ':') ? (int)text.size : 0,
                           text.data ? (const char *)text.data : "");
    status = qn_buf_append_bytes(ctx, &pair, text);
    if (!status) {
        const char *value = NULL;

        if (equals < text.size) {
            pair.data[equals] = '\0';
            value = (const char *)pair.data + equals + 1;
        }
        status = add_pair(ctx, config, qn_buf_string(&pair), value, conditions);
    }
    qn_buf_dispose(&pair);
    return status;
}

enum qn_status qn_config_add_parameter(struct qn_ctx *ctx,
                                       struct qn_config *config,
                                       const char *text)
{
    return fail_parameters(ctx, add_parameter(ctx, config,
                                              qn_bytes_from_string(text),
                                              "empty config key", NULL));
}

static enum qn_status bogus_format(struct qn_ctx *ctx)
{
    return qn_ctx_fail(ctx, QN_INVALID,
                       "bogus format in GIT_CONFIG_PARAMETERS");
}

/* One of GIT_CONFIG_PARAMETERS: 'key=value', 'key'='value' or 'key'=. */
static enum qn_status add_quoted(struct qn_ctx *ctx, struct qn_config *config,
                                 struct qn_bytes *rest,
                                 const struct qn_config_conditions *conditions)
{
    struct qn_buf key = QN_BUF_INIT;
    struct qn_buf value = QN_BUF_INIT;
    bool has_value = false;
    size_t used = 0;
    enum qn_status status;

    status = qn_quote_unquote_shell(ctx, *rest, &key, &used);
    if (status == QN_INVALID)
        status = bogus_format(ctx);
    if (status)
        goto out;
    *rest = qn_bytes_from(*rest, used);
    if (rest->size == 0 || rest->data[0] == ' ') {
        status = add_parameter(ctx, config, qn_buf_bytes(&key),
                               "bogus config parameter: ", conditions);
        goto out;
    }
    if (rest->data[0] != '=') {
        status = bogus_format(ctx);
        goto out;
    }
    *rest = qn_bytes_from(*rest, 1);
    if (rest->size > 0 && rest->data[0] != ' ') {
        has_value = true;
        status = qn_quote_unquote_shell(ctx, *rest, &value, &used);
        if (!status)
            *rest = qn_bytes_from(*rest, used);
        if (status == QN_INVALID ||
            (!status && rest->size > 0 && rest->data[0] != ' '))
            status = bogus_format(ctx);
    }
    if (!status)
        status = add_pair(ctx, config, qn_buf_string(&key),
                          has_value ? qn_buf_string(&value) : NULL, conditions);
out:
    qn_buf_dispose(&key);
    qn_buf_dispose(&value);
    return status;
}

static enum qn_status add_counted(struct qn_ctx *ctx, struct qn_config *config,
                                  const char *count,
                                  const struct qn_config_conditions *conditions)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    char *end;
    unsigned long total;
    unsigned long i;
    enum qn_status status = QN_OK;

    errno = 0;
    total = strtoul(count, &end, 10);
    if (*end)
        return qn_ctx_fail(ctx, QN_INVALID, "bogus count in GIT_CONFIG_COUNT");
    if (total > INT_MAX || errno)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "too many entries in GIT_CONFIG_COUNT");
    for (i = 0; i < total && !status; i++) {
        char name[64];
        const char *key;
        const char *value;

        snprintf(name, sizeof(name), "GIT_CONFIG_KEY_%lu", i);
        key = qn_env_variable(env, name);
        if (!key)
            return qn_ctx_fail(ctx, QN_INVALID, "missing config key %s", name);
        snprintf(name, sizeof(name), "GIT_CONFIG_VALUE_%lu", i);
        value = qn_env_variable(env, name);
        if (!value)
            return qn_ctx_fail(ctx, QN_INVALID, "missing config value %s",
                               name);
        status = add_pair(ctx, config, key, value, conditions);
    }
    return status;
}

enum qn_status
qn_config_add_variables(struct qn_ctx *ctx, struct qn_config *config,
                        const struct qn_config_conditions *conditions)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    const char *count = qn_env_variable(env, "GIT_CONFIG_COUNT");
    const char *parameters = qn_env_variable(env, "GIT_CONFIG_PARAMETERS");
    struct qn_bytes rest = qn_bytes_from_string(parameters);
    enum qn_status status = QN_OK;

    if (count && *count)
        status = add_counted(ctx, config, count, conditions);
    while (!status && rest.size > 0) {
        status = add_quoted(ctx, config, &rest, conditions);
        while (rest.size > 0 && rest.data[0] == ' ')
            rest = qn_bytes_from(rest, 1);
    }
    return fail_parameters(ctx, status);
}

size_t qn_config_count(const struct qn_config *config)
{
    return config->count;
}

const struct qn_config_entry *qn_config_at(const struct qn_config *config,
                                           size_t i)
{
    return &config->entries[i].entry;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Section and name in lower case, the rest as it is. */
static void fold_key(char *out, const char *key, size_t size)
{
    const char *first = memchr(key, '.', size);
    size_t section = first ? (size_t)(first - key) : size;
    size_t name = size;
    size_t i;

    while (name > 0 && key[name - 1] != '.')
        name--;
    for (i = 0; i < size; i++)
        out[i] = i < section || i >= name ? lower(key[i]) : key[i];
    out[size] = '\0';
}

/* For keys too long for the stack: every entry is looked at. */
static const struct qn_config_entry *find_slowly(const struct qn_config *config,
                                                 const char *key, size_t size)
{
    const char *first = strchr(key, '.');
    const char *last = strrchr(key, '.');
    size_t i;

    for (i = config->count; i > 0; i--) {
        const struct qn_config_entry *entry = &config->entries[i - 1].entry;
        size_t at = 0;

        while (at < size) {
            const char *here = key + at;
            bool exact = first && here > first && here < last;

            if ((exact ? *here : lower(*here)) != entry->key[at])
                break;
            at++;
        }
        if (at == size && entry->key[size] == '\0')
            return entry;
    }
    return NULL;
}

const struct qn_config_entry *qn_config_find(const struct qn_config *config,
                                             const char *key)
{
    char folded[256];
    size_t size = strlen(key);
    const struct qn_map_item *item;

    if (size >= sizeof(folded))
        return find_slowly(config, key, size);
    fold_key(folded, key, size);
    item = qn_map_find(&config->keys, qn_bytes_make(folded, size));
    return item ? &config->entries[item->number - 1].entry : NULL;
}

const struct qn_config_entry *
qn_config_previous(const struct qn_config *config,
                   const struct qn_config_entry *entry)
{
    /* `entry` is the first member */
    const struct qn_config_stored *stored = (const void *)entry;

    if (stored->previous == 0)
        return NULL;
    return &config->entries[stored->previous - 1].entry;
}

const char *qn_config_scope_name(enum qn_config_scope scope)
{
    static const char *const names[] = {"unknown", "system",   "global",
                                        "local",   "worktree", "command"};

    return names[scope];
}
