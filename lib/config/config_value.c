/* SPDX-License-Identifier: MIT */
/* Keys and values: their grammars and types. */
#include "config/config.h"

#include "config/config_store.h"
#include "os/file.h"
#include "os/user_home.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-';
}

static bool is_letter(char c)
{
    return is_name(c) && c != '-' && !(c >= '0' && c <= '9');
}

static uint8_t lower(char c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static enum qn_status fail_key(struct qn_ctx *ctx, const char *reason,
                               const char *what, const char *key)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, reason, key, "%s: %s", what,
                              key);
}

bool qn_config_key_in(const char *key, const char *section,
                      struct qn_bytes *name, const char **variable)
{
    size_t size = strlen(section);
    const char *dot;

    if (strncmp(key, section, size) != 0 || key[size] != '.')
        return false;
    dot = strrchr(key, '.');
    if (dot == key + size) /* remote.pushDefault */
        return false;
    *name = qn_bytes_make(key + size + 1, (size_t)(dot - key) - size - 1);
    *variable = dot + 1;
    return true;
}

enum qn_status qn_config_normalise_key(struct qn_ctx *ctx, const char *key,
                                       struct qn_buf *out)
{
    const char *last = strrchr(key, '.');
    const char *first = strchr(key, '.');
    const char *p;
    enum qn_status status;

    if (!last || last == key)
        return fail_key(ctx, "config.no-section",
                        "key does not contain a section", key);
    if (!last[1])
        return fail_key(ctx, "config.no-name",
                        "key does not contain variable name", key);
    for (p = key; *p; p++) {
        bool in_name = p > last;

        if (p >= first && p <= last) {
            if (*p == '\n')
                return fail_key(ctx, "config.invalid-key",
                                "invalid key (newline)", key);
            continue;
        }
        if (!is_name(*p) || (in_name && p == last + 1 && !is_letter(*p)))
            return fail_key(ctx, "config.invalid-key", "invalid key", key);
    }
    status = qn_buf_reserve(ctx, out, (size_t)(p - key));
    if (status)
        return status;
    for (p = key; *p; p++)
        out->data[out->size++] =
            p > first && p < last ? (uint8_t)*p : lower(*p);
    out->data[out->size] = '\0';
    return QN_OK;
}

bool qn_config_parse_number(const char *value, int64_t limit, int64_t *out,
                            bool *is_unit)
{
    const char *p = value;
    uint64_t number = 0;
    uint64_t factor = 1;
    bool is_negative = false;
    unsigned base = 10;
    bool any = false;
    bool fits = true;

    *is_unit = true;
    if (!value)
        return false;
    while (isspace((unsigned char)*p))
        p++;
    if (*p == '+' || *p == '-')
        is_negative = *p++ == '-';
    if (*p == '0') {
        base = 8;
        if ((p[1] == 'x' || p[1] == 'X') && isxdigit((unsigned char)p[2])) {
            base = 16;
            p += 2;
        }
    }
    for (;; p++, any = true) {
        unsigned digit;

        if (*p >= '0' && *p <= '9')
            digit = (unsigned)(*p - '0');
        else if (isxdigit((unsigned char)*p))
            digit = (unsigned)(lower(*p) - 'a' + 10);
        else
            break;
        if (digit >= base)
            break;
        if (number > (UINT64_MAX - digit) / base)
            fits = false;
        else
            number = number * base + digit;
    }
    if (any && *p) {
        if (*p == 'k' || *p == 'K')
            factor = 1024;
        else if (*p == 'm' || *p == 'M')
            factor = 1024 * 1024;
        else if (*p == 'g' || *p == 'G')
            factor = 1024 * 1024 * 1024;
        p += factor > 1;
    }
    if (!any || *p)
        return false;
    *is_unit = false;
    /* the range is symmetric but for the one number below it */
    if (!fits || number > (uint64_t)limit / factor + (factor == 1) ||
        (number * factor > (uint64_t)limit && !is_negative))
        return false;
    number *= factor;
    *out = is_negative ? (int64_t)(0 - number) : (int64_t)number;
    return true;
}

bool qn_config_parse_int64(const char *value, int64_t *out)
{
    bool is_unit;

    return qn_config_parse_number(value, INT64_MAX, out, &is_unit);
}

/* The words; false when it is none of them. */
static bool parse_word(const char *value, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on"};
    static const char *const no[] = {"false", "no", "off", ""};
    size_t i;

    *out = true;
    if (!value)
        return true;
    for (i = 0; i < QN_COUNT_OF(yes); i++)
        if (strcasecmp(value, yes[i]) == 0)
            return true;
    *out = false;
    for (i = 0; i < QN_COUNT_OF(no); i++)
        if (strcasecmp(value, no[i]) == 0)
            return true;
    return false;
}

bool qn_config_parse_bool(const char *value, bool *out)
{
    int64_t number = 0;
    bool is_unit;
    bool word;

    if (parse_word(value, &word)) {
        *out = word;
        return true;
    }
    if (!qn_config_parse_number(value, INT32_MAX, &number, &is_unit))
        return false;
    *out = number != 0;
    return true;
}

static enum qn_status fail_bool(struct qn_ctx *ctx,
                                const struct qn_config_entry *entry)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-value", entry->key,
                              "bad boolean config value '%s' for '%s'",
                              entry->value ? entry->value : "", entry->key);
}

static enum qn_status fail_number(struct qn_ctx *ctx,
                                  const struct qn_config_entry *entry,
                                  bool is_unit)
{
    const char *kind = entry->origin_type;
    const char *what = is_unit ? "invalid unit" : "out of range";
    const char *value = entry->value ? entry->value : "";
    bool is_named;

    if (!kind || strcmp(kind, "command line") == 0)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-value",
                                  entry->key,
                                  "bad numeric config value '%s' for '%s': %s",
                                  value, entry->key, what);
    is_named = strcmp(kind, "standard input") != 0 && entry->origin[0];
    return qn_ctx_fail_reason(
        ctx, QN_INVALID, "config.bad-value", entry->key,
        "bad numeric config value '%s' for '%s' in %s%s%s: %s", value,
        entry->key, kind, is_named ? " " : "", is_named ? entry->origin : "",
        what);
}

enum qn_status qn_config_entry_bool(struct qn_ctx *ctx,
                                    const struct qn_config_entry *entry,
                                    bool *out)
{
    if (qn_config_parse_bool(entry->value, out))
        return QN_OK;
    return fail_bool(ctx, entry);
}

enum qn_status qn_config_entry_int(struct qn_ctx *ctx,
                                   const struct qn_config_entry *entry,
                                   int bits, int64_t *out)
{
    bool is_unit = true;

    if (qn_config_parse_number(entry->value, bits == 32 ? INT32_MAX : INT64_MAX,
                               out, &is_unit))
        return QN_OK;
    return fail_number(ctx, entry, is_unit);
}

enum qn_status qn_config_entry_bool_or_int(struct qn_ctx *ctx,
                                           const struct qn_config_entry *entry,
                                           int64_t *out, bool *is_bool)
{
    bool word;

    *is_bool = parse_word(entry->value, &word);
    if (*is_bool) {
        *out = word;
        return QN_OK;
    }
    return qn_config_entry_int(ctx, entry, 32, out);
}

enum qn_status qn_config_expand_path(struct qn_ctx *ctx, const char *path,
                                     const char *home, struct qn_buf *out)
{
    const char *slash = strchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : strlen(path);
    size_t start = out->size;
    enum qn_status status;

    if (strncmp(path, "%(prefix)/", 10) == 0) {
        status = qn_buf_append_string(ctx, out, QN_CONFIG_PREFIX);
        return status ? status : qn_buf_append_string(ctx, out, path + 9);
    }
    if (path[0] != '~')
        return qn_buf_append_string(ctx, out, path);
    if (size == 1) {
        if (!home)
            home = qn_env_variable(qn_ctx_env(ctx), "HOME");
        if (!home)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "failed to expand user dir in: '%s'", path);
        status = qn_buf_append_string(ctx, out, home);
    } else {
        bool found = false;
        struct qn_buf user = QN_BUF_INIT;

        status = qn_buf_append(ctx, &user, path + 1, size - 1);
        if (!status)
            status = qn_user_home_find(ctx, qn_buf_string(&user), out, &found);
        qn_buf_dispose(&user);
        if (!status && !found)
            status = qn_ctx_fail(ctx, QN_INVALID,
                                 "failed to expand user dir in: '%s'", path);
    }
    /* a home that ends in a slash does not bring a second one */
    if (!status && slash && out->size > start &&
        out->data[out->size - 1] == '/')
        slash++;
    return status || !slash ? status : qn_buf_append_string(ctx, out, slash);
}

enum qn_status qn_config_entry_path(struct qn_ctx *ctx,
                                    const struct qn_config_entry *entry,
                                    struct qn_buf *out, bool *found)
{
    static const char optional[] = ":(optional)";
    const char *path = entry->value;
    size_t start = out->size;
    bool is_optional;
    enum qn_status status;

    *found = false;
    if (!path)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "config.missing-value",
                                  entry->key, "missing value for '%s'",
                                  entry->key);
    is_optional = strncmp(path, optional, sizeof(optional) - 1) == 0;
    if (is_optional)
        path += sizeof(optional) - 1;
    status = qn_config_expand_path(ctx, path, NULL, out);
    if (status)
        return status;
    *found = !is_optional || qn_file_exists(qn_buf_string(out) + start);
    if (!*found)
        qn_buf_truncate(out, start);
    return QN_OK;
}

const char *qn_config_string(const struct qn_config *config, const char *key,
                             const char *fallback)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);

    return entry && entry->value ? entry->value : fallback;
}

enum qn_status qn_config_fail_entry(struct qn_ctx *ctx,
                                    const struct qn_config_entry *entry)
{
    if (strcmp(entry->origin_type, "file") == 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "bad config variable '%s' in file '%s' at line %llu",
                           entry->key, entry->origin,
                           (unsigned long long)entry->line);
    return qn_ctx_fail(ctx, QN_INVALID,
                       "unable to parse '%s' from command-line config",
                       entry->key);
}

enum qn_status qn_config_fail_missing(struct qn_ctx *ctx,
                                      const struct qn_config_entry *entry)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "config.missing-value",
                  "missing value for '%s'", entry->key);
    return qn_config_fail_entry(ctx, entry);
}

enum qn_status qn_config_bool(struct qn_ctx *ctx,
                              const struct qn_config *config, const char *key,
                              bool fallback, bool *out)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);

    if (entry)
        return qn_config_entry_bool(ctx, entry, out);
    *out = fallback;
    return QN_OK;
}

enum qn_status qn_config_uint64(struct qn_ctx *ctx,
                                const struct qn_config *config, const char *key,
                                uint64_t fallback, uint64_t *out)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);
    int64_t value = 0;
    enum qn_status status = QN_OK;

    *out = fallback;
    if (!entry)
        return QN_OK;
    if (entry->value && strchr(entry->value, '-'))
        return fail_number(ctx, entry, true);
    status = qn_config_entry_int(ctx, entry, 64, &value);
    if (!status)
        *out = (uint64_t)value;
    return status;
}

enum qn_status qn_config_int64(struct qn_ctx *ctx,
                               const struct qn_config *config, const char *key,
                               int64_t fallback, int64_t *out)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);

    if (entry)
        return qn_config_entry_int(ctx, entry, 64, out);
    *out = fallback;
    return QN_OK;
}

enum qn_status qn_config_bool_or_int(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     const char *key, int64_t fallback,
                                     int64_t *out, bool *is_bool)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);

    if (entry)
        return qn_config_entry_bool_or_int(ctx, entry, out, is_bool);
    *out = fallback;
    *is_bool = false;
    return QN_OK;
}

enum qn_status qn_config_path(struct qn_ctx *ctx,
                              const struct qn_config *config, const char *key,
                              struct qn_buf *out, bool *found)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);

    *found = false;
    return entry ? qn_config_entry_path(ctx, entry, out, found) : QN_OK;
}
