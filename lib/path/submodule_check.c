/* SPDX-License-Identifier: MIT */
#include "path/submodule_check.h"

#include "base/buf.h"
#include "config/config_parser.h"
#include "config/url_match.h"

static bool is_separator(uint8_t byte)
{
    return byte == '/' || byte == '\\';
}

bool qn_submodule_check_is_name(struct qn_bytes name)
{
    size_t i, start = 0;

    if (name.size == 0)
        return false;
    for (i = 0; i <= name.size; i++) {
        if (i < name.size && !is_separator(name.data[i]))
            continue;
        if (i - start == 2 && name.data[start] == '.' &&
            name.data[start + 1] == '.')
            return false;
        start = i + 1;
    }
    return true;
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* A line end, plain or as %0a. */
static bool has_line_end(struct qn_bytes url)
{
    size_t i;

    for (i = 0; i < url.size; i++) {
        if (url.data[i] == '\n')
            return true;
        if (url.data[i] == '%' && i + 2 < url.size &&
            hex_digit(url.data[i + 1]) == 0 && hex_digit(url.data[i + 2]) == 10)
            return true;
    }
    return false;
}

/* Behind "./" and "../"; how many of the latter there were. */
static size_t skip_ups(struct qn_bytes *url)
{
    size_t count = 0;

    for (;;) {
        if (url->size >= 3 && url->data[0] == '.' && url->data[1] == '.' &&
            is_separator(url->data[2])) {
            count++;
            *url = qn_bytes_from(*url, 3);
        } else if (url->size >= 2 && url->data[0] == '.' &&
                   is_separator(url->data[1])) {
            *url = qn_bytes_from(*url, 2);
        } else {
            return count;
        }
    }
}

/* What a helper for HTTP or FTP would be given; false: another transport. */
static bool is_web(struct qn_bytes *url)
{
    static const char *const helpers[] = {
        "http::", "https::", "ftp::", "ftps::"};
    static const char *const schemes[] = {"http://", "https://", "ftp://",
                                          "ftps://"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(helpers); i++) {
        if (qn_bytes_has_prefix(*url, helpers[i])) {
            *url = qn_bytes_from(*url, strlen(helpers[i]));
            return true;
        }
        if (qn_bytes_has_prefix(*url, schemes[i]))
            return true;
    }
    return false;
}

enum qn_status qn_submodule_check_url(struct qn_ctx *ctx, struct qn_bytes url,
                                      bool *is_safe)
{
    struct qn_bytes rest = url;
    size_t ups = skip_ups(&rest);
    struct qn_url_match parts = QN_URL_MATCH_INIT;
    enum qn_status status;

    *is_safe = false;
    if (url.size > 0 && url.data[0] == '-')
        return QN_OK;
    if (rest.size < url.size) {
        *is_safe = !has_line_end(url) &&
                   !(ups > 0 && rest.size > 0 &&
                     (rest.data[0] == ':' || rest.data[0] == '/'));
        return QN_OK;
    }
    rest = url;
    if (!is_web(&rest)) {
        *is_safe = true;
        return QN_OK;
    }
    status = qn_url_match_parse(ctx, rest, &parts);
    *is_safe = status == QN_OK && parts.host.size > 0 &&
               parts.host.data[0] != ':' && !has_line_end(rest);
    qn_url_match_dispose(&parts);
    if (status != QN_INVALID)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

struct file_check {
    qn_submodule_check_fn *each;
    void *data;
    struct qn_buf text;
};

static enum qn_status tell(struct qn_ctx *ctx, struct file_check *check,
                           const char *finding, const char *what,
                           struct qn_bytes subject)
{
    enum qn_status status;

    qn_buf_clear(&check->text);
    status = qn_buf_printf(ctx, &check->text, "disallowed submodule %s: %.*s",
                           what, QN_BYTES_ARG(subject));
    if (!status)
        check->each(check->data, finding, qn_buf_string(&check->text));
    return status;
}

/* "submodule.<name>.<word>" */
static enum qn_status check_entry(struct qn_ctx *ctx, struct file_check *check,
                                  const struct qn_config_parser *parser)
{
    struct qn_bytes key = qn_buf_bytes(&parser->key), name, word;
    struct qn_bytes value = qn_buf_bytes(&parser->value);
    enum qn_status status = QN_OK;
    bool is_safe = true;
    size_t dot;

    if (!qn_bytes_has_prefix(key, "submodule."))
        return QN_OK;
    name = qn_bytes_from(key, strlen("submodule."));
    dot = qn_bytes_find_last(name, '.');
    if (dot == name.size)
        return QN_OK;
    word = qn_bytes_from(name, dot + 1);
    name = qn_bytes_first(name, dot);
    if (!qn_submodule_check_is_name(name))
        status = tell(ctx, check, "gitmodulesName", "name", name);
    if (status || !parser->has_value)
        return status;
    if (qn_bytes_is_string(word, "url")) {
        status = qn_submodule_check_url(ctx, value, &is_safe);
        if (!status && !is_safe)
            status = tell(ctx, check, "gitmodulesUrl", "url", value);
    } else if (qn_bytes_is_string(word, "path")) {
        if (value.size > 0 && value.data[0] == '-')
            status = tell(ctx, check, "gitmodulesPath", "path", value);
    } else if (qn_bytes_is_string(word, "update")) {
        if (value.size > 0 && value.data[0] == '!')
            status =
                tell(ctx, check, "gitmodulesUpdate", "update setting", value);
    }
    return status;
}

enum qn_status qn_submodule_check_file(struct qn_ctx *ctx, struct qn_bytes text,
                                       qn_submodule_check_fn *each, void *data)
{
    struct file_check check = {each, data, QN_BUF_INIT};
    struct qn_config_parser parser;
    enum qn_config_item item = QN_CONFIG_ITEM_END;
    enum qn_status status;

    qn_config_parser_init(&parser, text);
    do {
        status = qn_config_parser_next(ctx, &parser, &item);
        if (status == QN_INVALID) {
            qn_ctx_clear(ctx);
            each(data, "gitmodulesParse", "could not parse gitmodules blob");
            status = QN_END;
        } else if (!status && item == QN_CONFIG_ITEM_ENTRY) {
            status = check_entry(ctx, &check, &parser);
        }
    } while (!status && item != QN_CONFIG_ITEM_END);
    qn_config_parser_dispose(&parser);
    qn_buf_dispose(&check.text);
    return status == QN_END ? QN_OK : status;
}
