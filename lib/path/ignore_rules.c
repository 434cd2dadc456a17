/* SPDX-License-Identifier: MIT */
#include "path/ignore_rules.h"

#include "base/memory.h"

void qn_ignore_rules_dispose(struct qn_ignore_rules *list)
{
    qn_memory_free(list->rules);
    qn_buf_dispose(&list->text);
    qn_memory_free(list->source);
}

enum qn_status qn_ignore_rules_add(struct qn_ctx *ctx,
                                   struct qn_ignore_rules *list,
                                   struct qn_bytes text, uint64_t line)
{
    struct qn_ignore_rule *rule;
    enum qn_status status =
        qn_memory_grow(ctx, &list->rules, &list->capacity, list->count + 1,
                       sizeof(*list->rules));

    if (status)
        return status;
    rule = &list->rules[list->count++];
    qn_path_pattern_parse(&rule->pattern, text);
    rule->line = line;
    rule->written = (const char *)text.data;
    return QN_OK;
}

/* Blanks at the end go, unless a backslash keeps them. */
size_t qn_ignore_rules_trim(const uint8_t *line, size_t size)
{
    size_t kept = 0;

    for (size_t i = 0; i < size; i++) {
        if (line[i] == '\\' && i + 1 < size) {
            i++;
            kept = i + 1;
        } else if (line[i] != ' ') {
            kept = i + 1;
        }
    }
    return kept;
}

/* Cut the text into lines in place (a NUL behind each pattern). */
enum qn_status qn_ignore_rules_parse(struct qn_ctx *ctx,
                                     struct qn_ignore_rules *list)
{
    uint8_t *text = list->text.data;
    size_t size = list->text.size, at = 0;
    uint64_t number = 0;

    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    while (at < size) {
        uint8_t *line = text + at;
        size_t length = qn_bytes_find(qn_bytes_make(line, size - at), '\n');
        enum qn_status status;

        at += length + 1;
        number++;
        if (length > 0 && line[length - 1] == '\r')
            length--;
        if (length == 0 || line[0] == '#')
            continue;
        length = qn_ignore_rules_trim(line, length);
        if (length == 0)
            continue;
        line[length] = '\0'; /* the buffer has a NUL behind its end */
        status =
            qn_ignore_rules_add(ctx, list, qn_bytes_make(line, length), number);
        if (status)
            return status;
    }
    return QN_OK;
}

/* The last rule of a list that matches `path` below its directory. */
bool qn_ignore_rules_find(const struct qn_ignore_rules *list, bool folds_case,
                          const char *source, struct qn_bytes path,
                          struct qn_bytes base, bool is_directory,
                          struct qn_ignore_match *out)
{
    for (size_t i = list->count; i-- > 0;) {
        const struct qn_ignore_rule *rule = &list->rules[i];

        if (!qn_path_pattern_matches(&rule->pattern, path, base, is_directory,
                                     folds_case))
            continue;
        out->is_ignored = !rule->pattern.is_negative;
        out->is_matched = true;
        out->source = source;
        out->line = rule->line;
        out->pattern = rule->written;
        return true;
    }
    return false;
}
