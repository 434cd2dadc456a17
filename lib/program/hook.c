/* SPDX-License-Identifier: MIT */
#include "program/hook.h"

#include "base/map.h"
#include "os/file.h"
#include "program/shell_command.h"

#include <stdio.h>

/* What "hook.<name>.<key>" says last, or NULL. */
static const struct qn_config_entry *look_up(struct qn_ctx *ctx,
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
    const struct qn_config_entry *entry = look_up(ctx, config, name, "enabled");

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

#define STATE_ACTIVE   1
#define STATE_DISABLED 2

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

/* Friendly names for the event, in order, into `names`; number: STATE_. */
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
        item->number = enabled ? STATE_ACTIVE : STATE_DISABLED;
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

/* Both kinds at once.  `*is_on`: hook.<event>.enabled, for configured ones. */
static enum qn_status find_all(struct qn_ctx *ctx,
                               const struct qn_hook_options *options,
                               const char *event, struct qn_map *names,
                               struct qn_buf *path, bool *is_on)
{
    enum qn_status status = QN_OK;

    *is_on = true;
    if (options->config)
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
        if (names->items[i].number == STATE_ACTIVE)
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

    status = find_all(ctx, options, event, &names, &path, &is_on);
    if (!status)
        *out = (is_on && has_active(&names)) || path.size > 0;
    qn_map_dispose(&names);
    qn_buf_dispose(&path);
    return status;
}

/* The path from the directory where Git runs. */
static const char *skip_directory(const char *path, const char *directory)
{
    size_t size = directory ? strlen(directory) : 0;

    return size > 0 && strncmp(path, directory, size) == 0 && path[size] == '/'
               ? path + size + 1
               : path;
}

static enum qn_status run_one(struct qn_ctx *ctx,
                              const struct qn_hook_options *options,
                              const char *event, const char *command,
                              bool is_path, int *exit_code)
{
    struct qn_process_options with = {0};
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    struct qn_process *process = NULL;
    size_t count = 0;
    int code = 0;
    const char *plain[34] = {command};
    const char *shown[34];
    enum qn_status status = QN_OK;

    while (options->arguments && options->arguments[count])
        count++;
    with.category = "hook";
    with.hook_name = event;
    with.hides_directory = true;
    with.directory = options->work_directory;
    with.variables = options->variables;
    with.in = options->has_input ? QN_PROCESS_PIPE : QN_PROCESS_NULL;
    with.out = options->keeps_stdout ? QN_PROCESS_INHERIT : QN_PROCESS_STDERR;
    if (is_path && count < QN_COUNT_OF(plain) - 1) {
        if (count)
            memcpy(plain + 1, options->arguments, count * sizeof(*plain));
        plain[0] = skip_directory(command, options->work_directory);
        with.argv = plain; /* as it is called from there: its $0 */
        memcpy(shown, plain, sizeof(plain));
        shown[0] = skip_directory(command, options->work_directory);
        with.shown = shown;
    } else {
        status = qn_shell_command_make(ctx, command, options->arguments, &made);
        if (!status)
            qn_shell_command_fill(&made, &with);
    }
    if (!status)
        status = qn_process_start(ctx, &with, &process);
    if (is_path && (status == QN_NOT_FOUND || status == QN_DENIED)) {
        /* There is no such interpreter: the hook failed. */
        qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_INFO, "hook.not-found",
                      "fatal: cannot exec '%s': No such file or directory",
                      skip_directory(command, options->work_directory));
        *exit_code |= 1;
        return QN_OK;
    }
    if (!is_path && (status == QN_NOT_FOUND || status == QN_DENIED)) {
        qn_shell_command_tell(ctx, command);
        qn_shell_command_dispose(&made);
        *exit_code |= 1;
        return QN_OK;
    }
    if (!status && options->has_input) {
        status = qn_process_exchange(ctx, process, options->input, NULL);
        if (status) {
            qn_process_free(process);
            process = NULL;
        }
    }
    if (!status)
        status = qn_process_wait(ctx, process, &code);
    if (!status && code > 128)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "hook.signal",
                      "%s died of signal %d",
                      is_path ? skip_directory(command, options->work_directory)
                              : command,
                      code - 128);
    *exit_code |= code;
    qn_shell_command_dispose(&made);
    return status;
}

/* They run one after another, which every limit allows; but it has to be one.
 */
static void check_jobs(struct qn_ctx *ctx, const struct qn_config *config)
{
    const struct qn_config_entry *entry =
        config ? qn_config_find(config, "hook.jobs") : NULL;
    int64_t jobs = 0;

    if (!entry || !entry->value)
        return;
    if (!qn_config_parse_int64(entry->value, &jobs))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.jobs",
                      "hook.jobs must be an integer, ignoring: '%s'",
                      entry->value);
    else if (jobs < 1 && jobs != -1)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.jobs",
                      "hook.jobs must be a positive integer or -1, ignoring: "
                      "'%s'",
                      entry->value);
}

enum qn_status qn_hook_run(struct qn_ctx *ctx,
                           const struct qn_hook_options *options,
                           const char *event, int *exit_code, bool *was_run)
{
    struct qn_map names = QN_MAP_INIT;
    struct qn_buf path = QN_BUF_INIT;
    size_t i;
    bool is_on;
    enum qn_status status;

    *exit_code = 0;
    status = find_all(ctx, options, event, &names, &path, &is_on);
    if (!status && (names.count > 0 || path.size > 0))
        check_jobs(ctx, options->config);
    if (!status && was_run)
        *was_run = names.count > 0 || path.size > 0;
    for (i = 0; is_on && i < names.count && !status; i++) {
        const struct qn_config_entry *command;

        if (names.items[i].number != STATE_ACTIVE)
            continue;
        command = look_up(ctx, options->config, names.items[i].key, "command");
        if (!command || !command->value)
            status = qn_ctx_fail(
                ctx, QN_INVALID,
                "'hook.%s.command' must be configured or 'hook.%s.event' must "
                "be removed; aborting.",
                (const char *)names.items[i].key.data,
                (const char *)names.items[i].key.data);
        else
            status =
                run_one(ctx, options, event, command->value, false, exit_code);
    }
    if (!status && path.size > 0)
        status =
            run_one(ctx, options, event, qn_buf_string(&path), true, exit_code);
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
        look_up(ctx, options->config, item->key, "command");
    enum qn_status status = QN_OK;

    if (!command || !command->value) {
        if (item->number == STATE_ACTIVE)
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
    else if (!status && item->number == STATE_DISABLED)
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

    status = find_all(ctx, options, event, &names, &path, &is_on);
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
