/* SPDX-License-Identifier: MIT */
/* The rules of one attributes file.
 *
 *   line   = pattern setting...  |  "[attr]" macro setting...
 *   setting = name | -name | !name | name=value
 *
 * Names are numbers from a shared table.  A line with a bad name is left out
 * whole, with a report, as Git does.
 */
#ifndef QN_PATH_ATTRIBUTE_RULES_H
#define QN_PATH_ATTRIBUTE_RULES_H

#include "base/arena.h"
#include "base/map.h"
#include "path/attributes.h"
#include "path/path_pattern.h"

struct qn_attribute_names {
    struct qn_map map; /* item i is the attribute of number i */
};

struct qn_attribute_setting {
    uint32_t name;
    enum qn_attribute_state state;
    const char *value;
};

struct qn_attribute_rule {
    struct qn_path_pattern pattern;
    struct qn_attribute_setting *settings;
    size_t count;
    uint32_t macro; /* number of the name defined */
    bool is_macro;
};

struct qn_attribute_rules {
    struct qn_attribute_rule *items;
    size_t count;
    size_t capacity;
    size_t macro_count;
    struct qn_arena arena;
};

/* What is known of a name for one path. */
struct qn_attribute_state_of {
    bool is_decided;
    enum qn_attribute_state state;
    const char *value;
    const struct qn_attribute_rule *macro;
};

void qn_attribute_rules_reset(struct qn_attribute_rules *rules);
void qn_attribute_rules_dispose(struct qn_attribute_rules *rules);
/* Append the rules in `text`; `source` for reports; macros only where
 * `allows_macros`. */
enum qn_status
qn_attribute_rules_parse(struct qn_ctx *ctx, struct qn_attribute_rules *rules,
                         struct qn_attribute_names *names, struct qn_bytes text,
                         const char *source, bool allows_macros) QN_MUST_USE;

#endif
