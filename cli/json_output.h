/* SPDX-License-Identifier: MIT */
/* --json: records printed as they come; show/json.h, docs/decisions/json.md.
 *
 *   struct cli_json json;
 *   cli_json_begin_list(&json, cli);
 *   cli_json_begin(&json);                       a record
 *   cli_json_text(&json, "path", path);
 *   cli_json_end(&json);                         printed here
 *   cli_json_end_list(&json);
 *
 * A report is cli_json_begin_report, values, cli_json_end_report. */
#ifndef QUOIN_CLI_JSON_OUTPUT_H
#define QUOIN_CLI_JSON_OUTPUT_H

#include "cli/cli.h"
#include "show/json.h"

struct cli_json {
    struct cli *cli;
    struct qn_json json;
    struct qn_buf text;
};

void cli_json_begin_list(struct cli_json *out, struct cli *cli);
void cli_json_end_list(struct cli_json *out);
void cli_json_begin_report(struct cli_json *out, struct cli *cli);
void cli_json_end_report(struct cli_json *out);
void cli_json_begin(struct cli_json *out);
void cli_json_end(struct cli_json *out);

/* One value of the record at hand. */
void cli_json_text(struct cli_json *out, const char *key, struct qn_bytes text);
/* Nothing when it is empty or NULL. */
void cli_json_string(struct cli_json *out, const char *key, const char *text);
void cli_json_number(struct cli_json *out, const char *key, int64_t number);
void cli_json_bool(struct cli_json *out, const char *key, bool value);
void cli_json_id(struct cli_json *out, const char *key, const struct qn_id *id);
void cli_json_mode(struct cli_json *out, const char *key, uint32_t mode);

/* Dies: --json and `option` do not go together, when `is_given`. */
void cli_json_refuse(struct cli *cli, bool is_json, bool is_given,
                     const char *option);

#endif
