/* SPDX-License-Identifier: MIT */
#include "program/hook_private.h"

#include "base/map.h"
#include "os/file.h"

const struct qn_config_entry *qn_hook_setting(struct qn_ctx *ctx,
                                              const struct qn_config *config,
                                              struct qn_bytes name,
                                              const char *key)
{
    struct qn_buf full = QN_BUF_INIT;
    const struct qn_config_entry *entry = NULL;

    if (!qn_buf_printf(ctx, &full, "hook.%.*s.%s", QN_BYTES_ARG(name), key))
        entry = qn_config_find(config, qn_buf_string(&full));
    qn_buf_dispose(&full);
    return entry;
}

static enum qn_status is_enabled(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 struct qn_bytes name, bool *out)
{
    const struct qn_config_entry *entry =
        qn_hook_setting(ctx, config, name, "enabled");

    bool value = true;

    /* What is no bool counts as yes. */
    *out = !entry || !entry->value ||
           !qn_config_parse_bool(entry->value, &value) || value;
    return QN_OK;
}

/* The name in "hook.<name>.event". */
static bool is_event_entry(const struct qn_config_entry *entry,
                           struct qn_bytes *name)
{
    struct qn_bytes key = qn_bytes_from_string(entry->key);

    if (!qn_bytes_has_prefix(key, "hook.") ||
        !qn_bytes_has_suffix(key, ".event") || key.size < 12)
        return false;
    *name = qn_bytes_make(key.data + 5, key.size - 11);
    return true;
}

static const char *const known_events[] = {"applypatch-msg",
                                           "commit-msg",
                                           "fsmonitor-watchman",
                                           "p4-changelist",
                                           "p4-post-changelist",
                                           "p4-pre-submit",
                                           "p4-prepare-changelist",
                                           "post-applypatch",
                                           "post-checkout",
                                           "post-commit",
                                           "post-index-change",
                                           "post-merge",
                                           "post-receive",
                                           "post-rewrite",
                                           "post-update",
                                           "pre-applypatch",
                                           "pre-auto-gc",
                                           "pre-commit",
                                           "pre-merge-commit",
                                           "pre-push",
                                           "pre-rebase",
                                           "pre-receive",
                                           "prepare-commit-msg",
                                           "proc-receive",
                                           "push-to-checkout",
                                           "reference-transaction",
                                           "sendemail-validate",
                                           "update"};

bool qn_hook_is_known(struct qn_bytes event)
{
    for (size_t i = 0; i < QN_COUNT_OF(known_events); i++)
        if (qn_bytes_is_string(event, known_events[i]))
            return true;
    return false;
}

/* A name that is also an event's would make hook.<x>.enabled ambiguous. */
static enum qn_status check_name(struct qn_ctx *ctx, struct qn_bytes name,
                                 const char *event)
{
    if (qn_hook_is_known(name))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "hook friendly-name '%.*s' collides with a known "
                           "event name; please choose a different "
                           "friendly-name",
                           QN_BYTES_ARG(name));
    if (qn_bytes_is_string(name, event))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.ambiguous",
                      "hook friendly-name '%.*s' is the same as its event; "
                      "this may cause ambiguity with hook.%.*s.enabled",
                      QN_BYTES_ARG(name), QN_BYTES_ARG(name));
    return QN_OK;
}

/* Friendly names for the event, in order, into `names`; number: QN_HOOK_. */
static enum qn_status find_configured(struct qn_ctx *ctx,
                                      const struct qn_hook_options *options,
                                      const char *event, struct qn_map *names)
{
    size_t count = options->config ? qn_config_count(options->config) : 0;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(options->config, i);
        struct qn_bytes name;
        struct qn_map_item *item;
        bool enabled = true;
        enum qn_status status;

        if (!is_event_entry(entry, &name) || !entry->value)
            continue;
        status = check_name(ctx, name, entry->value);
        if (status)
            return status;
        if (*entry->value && strcmp(entry->value, event) != 0)
            continue;
        item = qn_map_put(ctx, names, name, NULL);
        if (!item)
            return QN_NO_MEMORY;
        if (!*entry->value) {
            item->number = 0; /* an empty event forgets those before */
            continue;
        }
        status = is_enabled(ctx, options->config, name, &enabled);
        if (status)
            return status;
        item->number = enabled ? QN_HOOK_ACTIVE : QN_HOOK_DISABLED;
    }
    return QN_OK;
}

/* Append the path of the directory's hook if it can be run. */
static enum qn_status find_in_directory(struct qn_ctx *ctx,
                                        const struct qn_hook_options *options,
                                        const char *event, struct qn_buf *out)
{
    const char *shown = options->shown_directory ? options->shown_directory
                                                 : options->directory;
    struct qn_file_stat stat;
    enum qn_status status;

    if (!options->directory)
        return QN_OK;
    status = qn_buf_printf(ctx, out, "%s/%s", options->directory, event);
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(out), &stat);
    if (status)
        return status;
    if (stat.kind == QN_FILE_NONE || stat.kind == QN_FILE_DIRECTORY) {
        qn_buf_clear(out);
    } else if (!(stat.mode & 0111)) {
        qn_buf_clear(out);
        qn_ctx_report(ctx, QN_REPORT_HINT, "advice.ignoredHook",
                      "The '%s/%s' hook was ignored because it's not set as "
                      "executable.\nYou can disable this warning with `git "
                      "config set advice.ignoredHook false`.",
                      shown, event);
    }
    return QN_OK;
}

enum qn_status qn_hook_find(struct qn_ctx *ctx,
                            const struct qn_hook_options *options,
                            const char *event, struct qn_map *names,
                            struct qn_buf *path, bool *is_on)
{
    enum qn_status status = QN_OK;

    *is_on = true;
    if (options->config)
        status = qn_hook_jobs_check(ctx, options->config);
    if (!status && options->config)
        status = is_enabled(ctx, options->config, qn_bytes_from_string(event),
                            is_on);
    if (!status)
        status = find_configured(ctx, options, event, names);
    return status ? status : find_in_directory(ctx, options, event, path);
}

static bool has_active(const struct qn_map *names)
{
    size_t i;

    for (i = 0; i < names->count; i++)
        if (names->items[i].number == QN_HOOK_ACTIVE)
            return true;
    return false;
}

enum qn_status qn_hook_exists(struct qn_ctx *ctx,
                              const struct qn_hook_options *options,
                              const char *event, bool *out)
{
    struct qn_map names = QN_MAP_INIT;
    struct qn_buf path = QN_BUF_INIT;
    bool is_on;
    enum qn_status status;

    status = qn_hook_find(ctx, options, event, &names, &path, &is_on);
    if (!status)
        *out = (is_on && has_active(&names)) || path.size > 0;
    qn_map_dispose(&names);
    qn_buf_dispose(&path);
    return status;
}

/* The scope of the entry that names the event. */
static const char *scope_of(const struct qn_config *config,
                            struct qn_bytes wanted, const char *event)
{
    const char *scope = "unknown";
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_bytes name;

        if (is_event_entry(entry, &name) && entry->value &&
            qn_bytes_is_equal(name, wanted) && strcmp(entry->value, event) == 0)
            scope = qn_config_scope_name(entry->scope);
    }
    return scope;
}

/* "local<tab>disabled<tab>name". */
static enum qn_status list_one(struct qn_ctx *ctx,
                               const struct qn_hook_options *options,
                               const char *event,
                               const struct qn_map_item *item, bool is_on,
                               struct qn_buf *out)
{
    const char *name = (const char *)item->key.data;
    const struct qn_config_entry *command =
        qn_hook_setting(ctx, options->config, item->key, "command");
    enum qn_status status = QN_OK;

    if (!command || !command->value) {
        if (item->number == QN_HOOK_ACTIVE)
            return qn_ctx_fail(
                ctx, QN_INVALID,
                "'hook.%s.command' must be configured or 'hook.%s.event' must "
                "be removed; aborting.",
                name, name);
        qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.no-command",
                      "disabled hook '%s' has no command configured", name);
    }
    if (options->shows_scope)
        status = qn_buf_printf(ctx, out, "%s\t",
                               scope_of(options->config, item->key, event));
    if (!status && !is_on)
        status = qn_buf_append_string(ctx, out, "event-disabled\t");
    else if (!status && item->number == QN_HOOK_DISABLED)
        status = qn_buf_append_string(ctx, out, "disabled\t");
    return status ? status : qn_buf_append_string(ctx, out, name);
}

enum qn_status qn_hook_list(struct qn_ctx *ctx,
                            const struct qn_hook_options *options,
                            const char *event, char terminator,
                            struct qn_buf *out)
{
    struct qn_map names = QN_MAP_INIT;
    struct qn_buf path = QN_BUF_INIT;
    bool is_on;
    size_t i;
    enum qn_status status;

    status = qn_hook_find(ctx, options, event, &names, &path, &is_on);
    for (i = 0; i < names.count && !status; i++) {
        if (!names.items[i].number)
            continue;
        status = list_one(ctx, options, event, &names.items[i], is_on, out);
        if (!status)
            status = qn_buf_append_byte(ctx, out, (uint8_t)terminator);
    }
    if (!status && path.size > 0)
        status = qn_buf_printf(ctx, out, "hook from hookdir%c", terminator);
    qn_map_dispose(&names);
    qn_buf_dispose(&path);
    return status;
}
