/* SPDX-License-Identifier: MIT */
#include "show/json.h"

#include "codec/base64.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdio.h>

void qn_json_init(struct qn_json *json, struct qn_ctx *ctx, struct qn_buf *out)
{
    json->ctx = ctx;
    json->out = out;
    json->depth = 0;
    json->has_items = 0;
    json->is_list = false;
    json->status = QN_OK;
}

void qn_json_init_within(struct qn_json *json, struct qn_ctx *ctx,
                         struct qn_buf *out)
{
    qn_json_init(json, ctx, out);
    json->depth = 1;
}

static void put(struct qn_json *json, const char *text, size_t size)
{
    if (!json->status)
        json->status = qn_buf_append(json->ctx, json->out, text, size);
}

static void put_string(struct qn_json *json, const char *text)
{
    put(json, text, strlen(text));
}

/* A comma between values; each item of the outermost list on its own line. */
static void separate(struct qn_json *json)
{
    uint64_t bit = (uint64_t)1 << json->depth;

    if (json->out->size > 0 && json->out->data[json->out->size - 1] == ':')
        return; /* behind its key */
    if (json->has_items & bit)
        put(json, ",", 1);
    if (json->depth == 1 && json->is_list)
        put(json, "\n", 1);
    json->has_items |= bit;
}

static void begin(struct qn_json *json, const char *mark)
{
    separate(json);
    if (json->depth == 0)
        json->is_list = *mark == '[';
    put(json, mark, 1);
    if (json->depth + 1 < QN_JSON_MAX_DEPTH)
        json->depth++;
    else if (!json->status)
        json->status = qn_ctx_fail(json->ctx, QN_TOO_BIG, "JSON is too deep");
    json->has_items &= ~((uint64_t)1 << json->depth);
}

static void end(struct qn_json *json, const char *mark)
{
    assert(json->depth > 0);
    if (json->depth == 1 && *mark == ']')
        put(json, "\n", 1);
    put(json, mark, 1);
    json->depth--;
}

void qn_json_begin_array(struct qn_json *json)
{
    begin(json, "[");
}

void qn_json_end_array(struct qn_json *json)
{
    end(json, "]");
}

void qn_json_begin_object(struct qn_json *json)
{
    begin(json, "{");
}

void qn_json_end_object(struct qn_json *json)
{
    end(json, "}");
}

static void put_quoted(struct qn_json *json, struct qn_bytes text)
{
    size_t start = 0;
    size_t i;

    put(json, "\"", 1);
    for (i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        char escape[8];

        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        put(json, (const char *)text.data + start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\')
            snprintf(escape, sizeof(escape), "\\%c", c);
        else if (c == '\n')
            snprintf(escape, sizeof(escape), "\\n");
        else if (c == '\t')
            snprintf(escape, sizeof(escape), "\\t");
        else
            snprintf(escape, sizeof(escape), "\\u%04x", c);
        put_string(json, escape);
    }
    put(json, (const char *)text.data + start, text.size - start);
    put(json, "\"", 1);
}

void qn_json_key(struct qn_json *json, const char *key)
{
    separate(json);
    put_quoted(json, qn_bytes_from_string(key));
    put(json, ":", 1);
}

void qn_json_text(struct qn_json *json, struct qn_bytes text)
{
    separate(json);
    if (qn_utf8_is_valid(text)) {
        put_quoted(json, text);
        return;
    }
    put_string(json, "{\"bytes\":\"");
    if (!json->status)
        json->status = qn_base64_encode(json->ctx, text, json->out);
    put_string(json, "\"}");
}

void qn_json_string(struct qn_json *json, const char *text)
{
    if (text)
        qn_json_text(json, qn_bytes_from_string(text));
    else
        qn_json_null(json);
}

void qn_json_number(struct qn_json *json, int64_t number)
{
    char digits[32];

    separate(json);
    snprintf(digits, sizeof(digits), "%lld", (long long)number);
    put_string(json, digits);
}

void qn_json_bool(struct qn_json *json, bool value)
{
    separate(json);
    put_string(json, value ? "true" : "false");
}

void qn_json_null(struct qn_json *json)
{
    separate(json);
    put_string(json, "null");
}

enum qn_status qn_json_finish(struct qn_json *json)
{
    assert(json->status || json->depth == 0);
    put(json, "\n", 1);
    return json->status;
}
