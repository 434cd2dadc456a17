/* SPDX-License-Identifier: MIT */
#include "program/hook_private.h"

#include "os/parallel.h"

/* The middle of "hook.<middle>.<key>". */
static bool is_setting(const struct qn_config_entry *entry, const char *suffix,
                       struct qn_bytes *middle)
{
    struct qn_bytes key = qn_bytes_from_string(entry->key);
    size_t end = strlen(suffix);

    if (!qn_bytes_has_prefix(key, "hook.") ||
        !qn_bytes_has_suffix(key, suffix) || key.size < 5 + 1 + end)
        return false;
    *middle = qn_bytes_make(key.data + 5, key.size - 5 - end);
    return true;
}

/* As many as processors for -1; 0 for what is no number of jobs. */
static uint32_t parse_jobs(const char *text)
{
    int64_t jobs = 0;

    if (!text || !qn_config_parse_int64(text, &jobs))
        return 0;
    if (jobs == -1)
        return qn_os_processor_count();
    return jobs > 0 && jobs <= INT32_MAX ? (uint32_t)jobs : 0;
}

static void check_jobs(struct qn_ctx *ctx, const struct qn_config_entry *entry)
{
    int64_t jobs = 0;

    if (!qn_config_parse_int64(entry->value, &jobs))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.jobs",
                      "%s must be an integer, ignoring: '%s'", entry->key,
                      entry->value);
    else if (!parse_jobs(entry->value))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.jobs",
                      "%s must be a positive integer or -1, ignoring: '%s'",
                      entry->key, entry->value);
}

/* Does some hook.<name>.event speak of a hook of that name? */
static bool is_friendly_name(const struct qn_config *config,
                             struct qn_bytes name)
{
    for (size_t i = 0; i < qn_config_count(config); i++) {
        struct qn_bytes other;

        if (is_setting(qn_config_at(config, i), ".event", &other) &&
            qn_bytes_is_equal(name, other))
            return true;
    }
    return false;
}

/* A job count of one hook is not looked at: it belongs to events. */
static void check_places(struct qn_ctx *ctx, const struct qn_config *config)
{
    for (size_t i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_bytes name;

        if (is_setting(entry, ".jobs", &name) && parse_jobs(entry->value) &&
            is_friendly_name(config, name))
            qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.jobs",
                          "hook.%.*s.jobs is set but '%.*s' looks like a hook "
                          "friendly-name, not an event name; "
                          "hook.<event>.jobs uses the event name (e.g. "
                          "hook.post-receive.jobs), so this setting will be "
                          "ignored",
                          QN_BYTES_ARG(name), QN_BYTES_ARG(name));
    }
}

enum qn_status qn_hook_jobs_check(struct qn_ctx *ctx,
                                  const struct qn_config *config)
{
    bool has_places = false;

    for (size_t i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_bytes name;
        bool value;

        if (strcmp(entry->key, "hook.jobs") == 0) {
            if (entry->value)
                check_jobs(ctx, entry);
        } else if (is_setting(entry, ".jobs", &name)) {
            if (!entry->value)
                return qn_config_fail_missing(ctx, entry);
            check_jobs(ctx, entry);
            has_places = true;
        } else if (is_setting(entry, ".parallel", &name)) {
            if (!entry->value)
                return qn_config_fail_missing(ctx, entry);
            if (!qn_config_parse_bool(entry->value, &value))
                qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.jobs",
                              "%s must be a boolean, ignoring: '%s'",
                              entry->key, entry->value);
        }
    }
    if (has_places)
        check_places(ctx, config);
    return QN_OK;
}

/* The last value of the key that is one; 0: none. */
static uint32_t configured_jobs(const struct qn_config *config, const char *key)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);
    uint32_t jobs = 0;

    for (; entry && !jobs; entry = qn_config_previous(config, entry))
        jobs = parse_jobs(entry->value);
    return jobs;
}

static bool is_parallel(struct qn_ctx *ctx, const struct qn_config *config,
                        struct qn_bytes name)
{
    const struct qn_config_entry *entry =
        qn_hook_setting(ctx, config, name, "parallel");
    bool value = false;

    for (; entry; entry = qn_config_previous(config, entry))
        if (entry->value && qn_config_parse_bool(entry->value, &value))
            return value;
    return false;
}

/* Whoever asks for so many gets them, and is told of each that did not say it
 * is ready for that; what the configuration asks for all have to agree to. */
static uint32_t limit(struct qn_ctx *ctx, const struct qn_hook_options *options,
                      const struct qn_map *names, uint32_t jobs)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct qn_map_item *item = &names->items[i];

        if (!item->number || is_parallel(ctx, options->config, item->key))
            continue;
        if (!options->jobs)
            return 1;
        qn_ctx_report(ctx, QN_REPORT_WARNING, "hook.parallel",
                      "hook '%.*s' is not marked as parallel=true, running in "
                      "parallel anyway due to -j%u",
                      QN_BYTES_ARG(item->key), (unsigned)jobs);
    }
    return jobs;
}

uint32_t qn_hook_jobs(struct qn_ctx *ctx, const struct qn_hook_options *options,
                      const char *event, const struct qn_map *names)
{
    struct qn_buf key = QN_BUF_INIT;
    uint32_t jobs = options->jobs;

    if (options->is_serial || options->listener)
        return 1;
    if (!jobs && options->config &&
        !qn_buf_printf(ctx, &key, "hook.%s.jobs", event))
        jobs = configured_jobs(options->config, qn_buf_string(&key));
    if (!jobs && options->config)
        jobs = configured_jobs(options->config, "hook.jobs");
    qn_buf_dispose(&key);
    return jobs > 1 ? limit(ctx, options, names, jobs) : 1;
}
