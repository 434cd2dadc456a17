/* SPDX-License-Identifier: MIT */
#include "cli/json_output.h"

#include <stdio.h>

static void start(struct cli_json *out, struct cli *cli)
{
    static const struct qn_buf none = QN_BUF_INIT;

    out->cli = cli;
    out->text = none;
    qn_json_init(&out->json, cli->ctx, &out->text);
}

static void print(struct cli_json *out)
{
    cli_check(out->cli, out->json.status);
    cli_write(out->cli, out->text.data, out->text.size);
    qn_buf_clear(&out->text);
}

static void finish(struct cli_json *out)
{
    cli_check(out->cli, qn_json_finish(&out->json));
    print(out);
    qn_buf_dispose(&out->text);
}

void cli_json_begin_list(struct cli_json *out, struct cli *cli)
{
    start(out, cli);
    qn_json_begin_array(&out->json);
}

void cli_json_end_list(struct cli_json *out)
{
    qn_json_end_array(&out->json);
    finish(out);
}

void cli_json_begin_report(struct cli_json *out, struct cli *cli)
{
    start(out, cli);
    qn_json_begin_object(&out->json);
}

void cli_json_end_report(struct cli_json *out)
{
    qn_json_end_object(&out->json);
    finish(out);
}

void cli_json_begin(struct cli_json *out)
{
    qn_json_begin_object(&out->json);
}

void cli_json_end(struct cli_json *out)
{
    qn_json_end_object(&out->json);
    print(out);
}

void cli_json_text(struct cli_json *out, const char *key, struct qn_bytes text)
{
    qn_json_key(&out->json, key);
    qn_json_text(&out->json, text);
}

void cli_json_string(struct cli_json *out, const char *key, const char *text)
{
    if (text && *text)
        cli_json_text(out, key, qn_bytes_from_string(text));
}

void cli_json_number(struct cli_json *out, const char *key, int64_t number)
{
    qn_json_key(&out->json, key);
    qn_json_number(&out->json, number);
}

void cli_json_bool(struct cli_json *out, const char *key, bool value)
{
    qn_json_key(&out->json, key);
    qn_json_bool(&out->json, value);
}

void cli_json_id(struct cli_json *out, const char *key, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    cli_json_string(out, key, qn_id_to_hex(id, hex));
}

void cli_json_mode(struct cli_json *out, const char *key, uint32_t mode)
{
    char digits[16];

    snprintf(digits, sizeof(digits), "%06o", (unsigned)mode);
    cli_json_string(out, key, digits);
}

void cli_json_refuse(struct cli *cli, bool is_json, bool is_given,
                     const char *option)
{
    cli_exclude(cli, is_json, "--json", is_given, option);
}
