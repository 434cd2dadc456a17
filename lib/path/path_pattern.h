/* SPDX-License-Identifier: MIT */
/* One pattern of an ignore or attributes file, made ready for quick matching.
 *
 *   "*.o"        a suffix of the last part     "name"     the last part
 *   "/a/b", "a/b"  the whole path              the rest   wildmatch
 *
 * Paths are relative to the directory of the file that the pattern is in.
 */
#ifndef QN_PATH_PATH_PATTERN_H
#define QN_PATH_PATH_PATTERN_H

#include "base/bytes.h"

enum qn_path_pattern_kind {
    QN_PATH_PATTERN_WILD,
    QN_PATH_PATTERN_LITERAL,
    QN_PATH_PATTERN_SUFFIX
};

struct qn_path_pattern {
    struct qn_bytes text;  /* without "!" and outer slashes; borrowed */
    size_t literal_size;   /* bytes in front that stand for themselves */
    uint8_t kind;          /* enum qn_path_pattern_kind */
    bool is_negative;      /* began with "!" */
    bool is_for_directory; /* ended in "/" */
    bool is_base;          /* no slash within: looks at the last part only */
};

/* `text` stays borrowed. */
void qn_path_pattern_parse(struct qn_path_pattern *pattern,
                           struct qn_bytes text);

/* `path` relative to the pattern's directory, `base` its last part. */
bool qn_path_pattern_matches(const struct qn_path_pattern *pattern,
                             struct qn_bytes path, struct qn_bytes base,
                             bool is_directory, bool folds_case);

#endif
