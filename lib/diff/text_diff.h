/* SPDX-License-Identifier: MIT */
/* Text diff: two byte strings to the changes between their lines.
 *
 * Algorithms: Myers with Git's heuristics, minimal, patience, histogram; then
 * sliding of change groups and the indent heuristic.  Rules: spec text-diff;
 * docs/formats/text-diff.md.
 */
#ifndef QN_DIFF_TEXT_DIFF_H
#define QN_DIFF_TEXT_DIFF_H

#include "base/buf.h"
#include "base/ctx.h"

enum qn_text_diff_algorithm {
    QN_TEXT_DIFF_MYERS = 0,
    QN_TEXT_DIFF_MINIMAL,
    QN_TEXT_DIFF_PATIENCE,
    QN_TEXT_DIFF_HISTOGRAM
};

enum qn_text_diff_flags {
    QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL = 1,
    QN_TEXT_DIFF_IGNORE_SPACE_CHANGE = 2,
    QN_TEXT_DIFF_IGNORE_ALL_SPACE = 4,
    QN_TEXT_DIFF_IGNORE_CR_AT_EOL = 8,
    QN_TEXT_DIFF_IGNORE_BLANK_LINES = 16,
    QN_TEXT_DIFF_INDENT_HEURISTIC = 32,
    /* Git's cut of the common tail, made when no context is wanted (-U0, blame,
     * stat with context 0): both line tables then end before the cut. */
    QN_TEXT_DIFF_CUT_TAIL = 64
};
#define QN_TEXT_DIFF_IGNORE_SPACE_MASK 15u

/* Texts beyond this are refused (QN_TOO_BIG), as Git does. */
#define QN_TEXT_DIFF_MAX_SIZE ((size_t)1023 * 1024 * 1024)

struct qn_text_diff_options {
    enum qn_text_diff_algorithm algorithm;
    unsigned flags;
    const char *const *anchors; /* --anchored=; or NULL */
    size_t anchor_count;
};

/* Lines old_start .. old_start+old_count-1 (0-based) were replaced by those of
 * the new side. */
struct qn_text_change {
    uint32_t old_start, old_count;
    uint32_t new_start, new_count;
};

/* Where each line starts; lines[count] is the end of the text. */
struct qn_text_lines {
    struct qn_bytes text;
    uint32_t *starts; /* count + 1 of them */
    uint32_t count;
};

struct qn_text_diff {
    struct qn_text_lines old_lines;
    struct qn_text_lines new_lines;
    struct qn_text_change *changes; /* in order, never touching */
    size_t change_count;
};

/* `out` is initialised here; the texts stay borrowed.  Dispose always. */
enum qn_status qn_text_diff_run(struct qn_ctx *ctx, struct qn_bytes old_text,
                                struct qn_bytes new_text,
                                const struct qn_text_diff_options *options,
                                struct qn_text_diff *out) QN_MUST_USE;
/* Split a text; `out->starts` is owned (qn_text_lines_dispose). */
enum qn_status qn_text_lines_split(struct qn_ctx *ctx, struct qn_bytes text,
                                   struct qn_text_lines *out) QN_MUST_USE;
void qn_text_lines_dispose(struct qn_text_lines *lines);

/* Line i with its LF. */
static inline struct qn_bytes
qn_text_lines_at(const struct qn_text_lines *lines, uint32_t i)
{
    return qn_bytes_make(lines->text.data + lines->starts[i],
                         lines->starts[i + 1] - lines->starts[i]);
}

/* Are two lines equal under the white space flags? */
bool qn_text_lines_is_equal(struct qn_bytes a, struct qn_bytes b,
                            unsigned flags);

void qn_text_diff_dispose(struct qn_text_diff *diff);

#endif
