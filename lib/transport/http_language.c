/* SPDX-License-Identifier: MIT */
#include "transport/http_language.h"

#include "base/env.h"

#include <string.h>

#define TAGS_MAX      1000
#define LINE_MAX_SIZE 4000

static const char *find_locale(const struct qn_env *env)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *found = NULL;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names) && (!found || !*found); i++)
        found = qn_env_variable(env, names[i]);
    if (!found || strcmp(found, "C") == 0 || strcmp(found, "POSIX") == 0)
        return "";
    return found;
}

/* "de_DE.UTF-8@euro" -> "de-DE" */
static enum qn_status append_tag(struct qn_ctx *ctx, struct qn_bytes word,
                                 struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < word.size && !status; i++) {
        uint8_t c = word.data[i];

        if (c == '.' || c == '@')
            break;
        if (c > ' ' && c < 0x7f && c != ',' && c != ';')
            status = qn_buf_append_byte(ctx, out, c == '_' ? '-' : c);
    }
    return status;
}

/* "0.9", "0.8"...: as many digits as it takes to go down to the last. */
static enum qn_status append_weight(struct qn_ctx *ctx, size_t position,
                                    size_t count, struct qn_buf *out)
{
    int digits = 1;
    size_t unit = 10;

    while (unit < count + 1) {
        unit *= 10;
        digits++;
    }
    return qn_buf_printf(ctx, out, ";q=0.%0*zu", digits, unit - position);
}

enum qn_status qn_http_language_line(struct qn_ctx *ctx, struct qn_buf *out)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    const char *text = qn_env_variable(env, "LANGUAGE");
    struct qn_bytes rest;
    struct qn_bytes word;
    size_t count = 0;
    size_t position = 0;
    enum qn_status status = QN_OK;

    if (!text || !*text)
        text = find_locale(env);
    for (rest = qn_bytes_from_string(text); qn_bytes_next(&rest, ':', &word);)
        count += word.size > 0 && count < TAGS_MAX;
    if (!count)
        return QN_OK;
    status = qn_buf_append_string(ctx, out, "Accept-Language: ");
    for (rest = qn_bytes_from_string(text); !status && position < count &&
                                            out->size < LINE_MAX_SIZE &&
                                            qn_bytes_next(&rest, ':', &word);) {
        if (!word.size)
            continue;
        status = append_tag(ctx, word, out);
        if (!status && position)
            status = append_weight(ctx, position, count, out);
        if (!status)
            status = qn_buf_append_string(ctx, out, ", ");
        position++;
    }
    if (!status)
        status = qn_buf_append_byte(ctx, out, '*');
    return status ? status : append_weight(ctx, position, count, out);
}
