/* SPDX-License-Identifier: MIT */
#include "cli/config_show.h"

#include "text/color.h"
#include "text/date.h"

#include <stdio.h>
#include <string.h>

static enum qn_status append_typed(struct qn_ctx *ctx, const char *type,
                                   const struct qn_config_entry *entry,
                                   struct qn_buf *out, bool *found)
{
    const char *value = entry->value ? entry->value : "";
    int64_t number = 0;
    bool flag = false;
    enum qn_status status;

    if (strcmp(type, "bool") == 0) {
        status = qn_config_entry_bool(ctx, entry, &flag);
        return status ? status
                      : qn_buf_append_string(ctx, out, flag ? "true" : "false");
    }
    if (strcmp(type, "int") == 0) {
        status = qn_config_entry_int(ctx, entry, 64, &number);
        return status ? status
                      : qn_buf_printf(ctx, out, "%lld", (long long)number);
    }
    if (strcmp(type, "bool-or-int") == 0) {
        status = qn_config_entry_bool_or_int(ctx, entry, &number, &flag);
        if (status)
            return status;
        if (flag)
            return qn_buf_append_string(ctx, out, number ? "true" : "false");
        return qn_buf_printf(ctx, out, "%lld", (long long)number);
    }
    if (strcmp(type, "bool-or-str") == 0) {
        if (qn_config_parse_bool(entry->value, &flag))
            return qn_buf_append_string(ctx, out, flag ? "true" : "false");
        return qn_buf_append_string(ctx, out, value);
    }
    if (!entry->value &&
        (strcmp(type, "path") == 0 || strcmp(type, "expiry-date") == 0))
        return qn_ctx_fail(ctx, QN_INVALID, "missing value for '%s'",
                           entry->key);
    if (strcmp(type, "path") == 0)
        return qn_config_entry_path(ctx, entry, out, found);
    if (strcmp(type, "expiry-date") == 0) {
        status = qn_date_expiry(ctx, value, &number);
        if (status == QN_INVALID)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "'%s' for '%s' is not a valid "
                               "timestamp",
                               value, entry->key);
        return qn_buf_printf(ctx, out, "%llu",
                             number == INT64_MAX
                                 ? (unsigned long long)UINT64_MAX
                                 : (unsigned long long)number);
    }
    if (!entry->value)
        return qn_ctx_fail(ctx, QN_INVALID, "missing value for '%s'",
                           entry->key);
    return qn_color_parse(ctx, qn_bytes_from_string(value), out);
}

bool config_show_value(struct config_show *show,
                       const struct qn_config_entry *entry, struct qn_buf *out)
{
    struct qn_ctx *ctx = show->cli->ctx;
    bool found = true;

    if (show->type) {
        enum qn_status status =
            append_typed(ctx, show->type, entry, out, &found);

        if (status == QN_INVALID && show->is_list) {
            if (!entry->value && strcmp(show->type, "path") == 0)
                cli_error(show->cli, "%s", qn_ctx_message(ctx));
            qn_ctx_clear(ctx); /* a list leaves out what is not of the type */
            return false;
        }
        if (status == QN_INVALID && entry->line > 0 &&
            strcmp(qn_ctx_reason(ctx), "config.bad-value") != 0) {
            cli_error(show->cli, "%s", qn_ctx_message(ctx));
            cli_die_with(show->cli, "bad config line %llu in %s %s",
                         (unsigned long long)entry->line, entry->origin_type,
                         entry->origin);
        }
        if (status == QN_INVALID && entry->line == 0 &&
            strcmp(qn_ctx_reason(ctx), "config.bad-value") != 0) {
            cli_error(show->cli, "%s", qn_ctx_message(ctx));
            cli_die_with(show->cli, "failed to format default config value: %s",
                         entry->value);
        }
        cli_check(show->cli, status);
    }
    if (!show->type && entry->value)
        cli_check(show->cli, qn_buf_append_string(ctx, out, entry->value));
    return found;
}

/* {"key":"a.b","value":"c","scope":"local","origin":"file:.git/config",
 * "line":3}; null: no value. */
static void put_json(struct config_show *show,
                     const struct qn_config_entry *entry,
                     const struct qn_buf *value)
{
    struct qn_json *json = show->json;
    struct qn_buf origin = QN_BUF_INIT;

    cli_check(show->cli, qn_buf_printf(show->cli->ctx, &origin, "%s:%s",
                                       entry->origin_type, entry->origin));
    qn_json_begin_object(json);
    qn_json_key(json, "key");
    qn_json_string(json, entry->key);
    qn_json_key(json, "value");
    if (value)
        qn_json_text(json, qn_buf_bytes(value));
    else
        qn_json_null(json);
    qn_json_key(json, "scope");
    qn_json_string(json, qn_config_scope_name(entry->scope));
    qn_json_key(json, "origin");
    qn_json_text(json, qn_buf_bytes(&origin));
    qn_json_key(json, "line");
    qn_json_number(json, (int64_t)entry->line);
    qn_json_end_object(json);
    qn_buf_dispose(&origin);
}

void config_show_print(struct config_show *show,
                       const struct qn_config_entry *entry)
{
    struct cli *cli = show->cli;
    char end = show->ends_in_nul ? '\0' : '\n';
    char tab = show->ends_in_nul ? '\0' : '\t';
    struct qn_buf value = QN_BUF_INIT;
    bool has_value = !show->name_only && (entry->value || show->type);

    if (!show->name_only && !config_show_value(show, entry, &value)) {
        qn_buf_dispose(&value);
        return;
    }
    if (show->json) {
        put_json(show, entry, has_value ? &value : NULL);
        qn_buf_dispose(&value);
        return;
    }
    if (show->shows_scope)
        cli_printf(cli, "%s%c", qn_config_scope_name(entry->scope), tab);
    if (show->shows_origin)
        cli_printf(cli, "%s:%s%c", entry->origin_type, entry->origin, tab);
    if (show->shows_names)
        cli_puts(cli, entry->key);
    if (show->shows_names && has_value)
        cli_put(cli, show->ends_in_nul ? '\n' : show->is_list ? '=' : ' ');
    cli_write(cli, value.data, value.size);
    cli_put(cli, (uint8_t)end);
    qn_buf_dispose(&value);
}

static bool matches(struct config_show *show,
                    const struct qn_config_entry *entry)
{
    struct qn_ctx *ctx = show->cli->ctx;

    if (show->key && strcmp(show->key, entry->key) != 0)
        return false;
    if (show->key_pattern &&
        !qn_regex_is_match(ctx, show->key_pattern,
                           qn_bytes_from_string(entry->key)))
        return false;
    if (show->fixed_value)
        return entry->value && strcmp(show->fixed_value, entry->value) == 0;
    if (!show->value_pattern)
        return true;
    return show->negates !=
           qn_regex_is_match(
               ctx, show->value_pattern,
               qn_bytes_from_string(entry->value ? entry->value : ""));
}

void config_show_check(struct config_show *show)
{
    struct qn_buf value = QN_BUF_INIT;
    size_t i;

    for (i = 0; i < qn_config_count(show->config); i++) {
        const struct qn_config_entry *entry = qn_config_at(show->config, i);

        qn_buf_clear(&value);
        if (matches(show, entry))
            (void)config_show_value(show, entry, &value);
    }
    qn_buf_dispose(&value);
}

int config_show_run(struct config_show *show)
{
    const struct qn_config_entry *last = NULL;
    size_t i;

    if (show->all && show->type && !show->is_list)
        config_show_check(show);
    for (i = 0; i < qn_config_count(show->config); i++) {
        const struct qn_config_entry *entry = qn_config_at(show->config, i);

        if (!matches(show, entry))
            continue;
        if (show->all)
            config_show_print(show, entry);
        else {
            /* values that will not be shown are checked all the same; an
             * optional path that is not there does not count */
            struct qn_buf value = QN_BUF_INIT;
            bool found = config_show_value(show, entry, &value);

            qn_buf_dispose(&value);
            if (!found)
                continue;
        }
        last = entry;
    }
    if (!last && show->fallback) {
        const struct qn_config_entry made = {
            .key = show->typed_key ? show->typed_key : "",
            .value = show->fallback,
            .scope = QN_CONFIG_SCOPE_COMMAND,
            .origin_type = "command line",
            .origin = ""};

        config_show_print(show, &made);
        return 0;
    }
    if (!last)
        return show->is_list ? 0 : 1;
    if (!show->all)
        config_show_print(show, last);
    return 0;
}
