/* SPDX-License-Identifier: MIT */
#include "path/path_pattern.h"

#include "text/wildmatch.h"

void qn_path_pattern_parse(struct qn_path_pattern *pattern,
                           struct qn_bytes text)
{
    memset(pattern, 0, sizeof(*pattern));
    if (text.size > 0 && text.data[0] == '!') {
        pattern->is_negative = true;
        text = qn_bytes_from(text, 1);
    }
    if (text.size > 0 && text.data[text.size - 1] == '/') {
        pattern->is_for_directory = true;
        text.size--;
    }
    pattern->is_base = qn_bytes_find(text, '/') == text.size;
    if (text.size > 0 && text.data[0] == '/')
        text = qn_bytes_from(text, 1);
    pattern->text = text;
    pattern->literal_size = qn_wildmatch_literal_size(text);
    if (pattern->literal_size == text.size)
        pattern->kind = QN_PATH_PATTERN_LITERAL;
    else if (pattern->is_base && text.data[0] == '*' &&
             !qn_wildmatch_has_magic(qn_bytes_from(text, 1)))
        pattern->kind = QN_PATH_PATTERN_SUFFIX;
}

static bool is_same(struct qn_bytes a, struct qn_bytes b, bool folds_case)
{
    return folds_case ? qn_bytes_is_equal_fold(a, b) : qn_bytes_is_equal(a, b);
}

bool qn_path_pattern_matches(const struct qn_path_pattern *pattern,
                             struct qn_bytes path, struct qn_bytes base,
                             bool is_directory, bool folds_case)
{
    struct qn_bytes subject = pattern->is_base ? base : path, tail;

    if (pattern->is_for_directory && !is_directory)
        return false;
    switch (pattern->kind) {
    case QN_PATH_PATTERN_LITERAL:
        return subject.size == pattern->text.size &&
               is_same(subject, pattern->text, folds_case);
    case QN_PATH_PATTERN_SUFFIX:
        tail = qn_bytes_from(pattern->text, 1);
        return subject.size >= tail.size &&
               is_same(qn_bytes_from(subject, subject.size - tail.size), tail,
                       folds_case);
    default:
        if (subject.size < pattern->literal_size ||
            !is_same(qn_bytes_first(subject, pattern->literal_size),
                     qn_bytes_first(pattern->text, pattern->literal_size),
                     folds_case))
            return false;
        return qn_wildmatch_matches(
            pattern->text, subject,
            QN_WILDMATCH_PATHNAME | (folds_case ? QN_WILDMATCH_CASEFOLD : 0));
    }
}
