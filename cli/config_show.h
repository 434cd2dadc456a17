/* SPDX-License-Identifier: MIT */
/* config: entries chosen and printed. */
#ifndef QUOIN_CLI_CONFIG_SHOW_H
#define QUOIN_CLI_CONFIG_SHOW_H

#include "cli/cli.h"
#include "show/json.h"
#include "text/regex.h"

struct config_show {
    struct cli *cli;
    const struct qn_config *config;
    const char *type;     /* "bool", "int", ...; NULL: as it is */
    struct qn_json *json; /* --json: records go there; or NULL */
    bool ends_in_nul;     /* -z */
    bool name_only;
    bool shows_names;
    bool shows_origin;
    bool shows_scope;
    bool is_list;          /* "key=value" instead of "key value" */
    bool all;              /* every match, not the last */
    const char *fallback;  /* --default; or NULL */
    const char *typed_key; /* as given; names a fallback in messages */
    /* the key: normalised, or an expression */
    const char *key;
    struct qn_regex *key_pattern;
    struct qn_regex *value_pattern;
    bool negates;
    const char *fixed_value;
};

/* Print what matches; answers the exit code: 0, or 1 when nothing does. */
int config_show_run(struct config_show *show);
/* Only see whether what matches is of the type; dies when it is not. */
void config_show_check(struct config_show *show);
/* Print one entry as the options say. */
void config_show_print(struct config_show *show,
                       const struct qn_config_entry *entry);
/* Append a value in its type's form.  False: an optional path that is not
 * there. */
bool config_show_value(struct config_show *show,
                       const struct qn_config_entry *entry, struct qn_buf *out);

#endif
