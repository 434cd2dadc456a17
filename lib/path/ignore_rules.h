/* SPDX-License-Identifier: MIT */
/* The rules of one ignore file: parsed in place, asked from the last to the
 * first.  gitignore(5), "PATTERN FORMAT". */
#ifndef QN_PATH_IGNORE_RULES_H
#define QN_PATH_IGNORE_RULES_H

#include "path/ignore.h"
#include "path/path_pattern.h"

struct qn_ignore_rule {
    struct qn_path_pattern pattern;
    uint64_t line;
    const char *written; /* in the list's text */
};

/* The rules of one file. */
struct qn_ignore_rules {
    struct qn_ignore_rule *rules;
    size_t count;
    size_t capacity;
    struct qn_buf text;
    char *source;
};

void qn_ignore_rules_dispose(struct qn_ignore_rules *list);
/* Add one pattern; `text` stays borrowed and has a NUL behind it. */
enum qn_status qn_ignore_rules_add(struct qn_ctx *ctx,
                                   struct qn_ignore_rules *list,
                                   struct qn_bytes text,
                                   uint64_t line) QN_MUST_USE;
/* Size of a line without the blanks at its end that no backslash keeps. */
size_t qn_ignore_rules_trim(const uint8_t *line, size_t size);
/* Add the rules in list->text, which is cut into lines in place. */
enum qn_status qn_ignore_rules_parse(struct qn_ctx *ctx,
                                     struct qn_ignore_rules *list) QN_MUST_USE;
/* The last rule that matches `path` (relative to the file's directory), whose
 * last part is `base`. */
bool qn_ignore_rules_find(const struct qn_ignore_rules *list, bool folds_case,
                          const char *source, struct qn_bytes path,
                          struct qn_bytes base, bool is_directory,
                          struct qn_ignore_match *out);

#endif
