/* SPDX-License-Identifier: MIT */
/* Greedy matching with two places to go back to.  Within one run between two
 * "**" the first match is as good as any, since what follows can begin anywhere
 * later; within one path part the same holds for "*".  So on a mismatch only
 * the last "*" and then the last "**" need another try. */
#include "text/wildmatch.h"

static uint8_t fold(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
}

static uint8_t unfold(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z' ? (uint8_t)(byte - 32) : byte;
}

static bool is_alpha(uint8_t c)
{
    c = fold(c);
    return c >= 'a' && c <= 'z';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* `*known` false: there is no such class. */
static bool is_in_class(struct qn_bytes name, uint8_t c, bool folds,
                        bool *known)
{
    bool is_print = c >= ' ' && c < 0x7f;
    bool is_upper = c >= 'A' && c <= 'Z';
    bool is_lower = c >= 'a' && c <= 'z';

    *known = true;
    if (qn_bytes_is_string(name, "alnum"))
        return is_alpha(c) || is_digit(c);
    if (qn_bytes_is_string(name, "alpha"))
        return is_alpha(c);
    if (qn_bytes_is_string(name, "blank"))
        return c == ' ' || c == '\t';
    if (qn_bytes_is_string(name, "cntrl"))
        return c < ' ' || c == 0x7f;
    if (qn_bytes_is_string(name, "digit"))
        return is_digit(c);
    if (qn_bytes_is_string(name, "graph"))
        return is_print && c != ' ';
    if (qn_bytes_is_string(name, "lower"))
        return is_lower;
    if (qn_bytes_is_string(name, "print"))
        return is_print;
    if (qn_bytes_is_string(name, "punct"))
        return is_print && c != ' ' && !is_alpha(c) && !is_digit(c);
    if (qn_bytes_is_string(name, "space"))
        return c == ' ' || (c >= '\t' && c <= '\r');
    if (qn_bytes_is_string(name, "upper"))
        return is_upper || (folds && is_lower);
    if (qn_bytes_is_string(name, "xdigit"))
        return is_digit(c) || (fold(c) >= 'a' && fold(c) <= 'f');
    *known = false;
    return false;
}

static bool is_in_range(uint8_t c, uint8_t low, uint8_t high, bool folds)
{
    return (c >= low && c <= high) ||
           (folds && unfold(c) >= low && unfold(c) <= high);
}

/* Find "[:name:]" at `at`; the name's end (of ":]") or 0. */
static size_t class_end(struct qn_bytes pattern, size_t at)
{
    size_t i = at + 2;

    while (i < pattern.size && pattern.data[i] != ']')
        i++;
    if (i >= pattern.size)
        return SIZE_MAX; /* never closed: nothing matches */
    return i > at + 2 && pattern.data[i - 1] == ':' ? i : 0;
}

/* One set, `at` on the byte behind "[".  Answers 1 match, 0 no match, -1 not a
 * set that can match at all; `*end` is past the "]". */
static int match_set(struct qn_bytes pattern, size_t at, uint8_t c, bool folds,
                     size_t *end)
{
    bool is_negated = false;
    bool is_in = false;
    bool is_first = true;
    int previous = -1; /* low end for a range; -1: cannot begin one */

    if (at < pattern.size &&
        (pattern.data[at] == '!' || pattern.data[at] == '^')) {
        is_negated = true;
        at++;
    }
    for (;; is_first = false) {
        uint8_t p;

        if (at >= pattern.size)
            return -1;
        p = pattern.data[at];
        if (p == ']' && !is_first)
            break;
        if (p == '\\') {
            if (++at >= pattern.size)
                return -1;
            p = pattern.data[at];
        } else if (p == '-' && previous >= 0 && at + 1 < pattern.size &&
                   pattern.data[at + 1] != ']') {
            p = pattern.data[++at];
            if (p == '\\') {
                if (++at >= pattern.size)
                    return -1;
                p = pattern.data[at];
            }
            is_in |= is_in_range(c, (uint8_t)previous, p, folds);
            previous = -1;
            at++;
            continue;
        } else if (p == '[' && at + 1 < pattern.size &&
                   pattern.data[at + 1] == ':') {
            size_t stop = class_end(pattern, at);
            bool known = false;

            if (stop == SIZE_MAX)
                return -1;
            if (stop) {
                is_in |= is_in_class(
                    qn_bytes_make(pattern.data + at + 2, stop - 1 - (at + 2)),
                    c, folds, &known);
                if (!known)
                    return -1;
                previous = -1;
                at = stop + 1;
                continue;
            }
        }
        is_in |= c == p;
        previous = p;
        at++;
    }
    *end = at + 1;
    return is_in != is_negated;
}

/* Where to go on after a mismatch: pattern position behind the star, and the
 * text it has swallowed up to.  pattern == SIZE_MAX: nowhere. */
struct star {
    size_t pattern;
    size_t text;
};

struct match {
    struct qn_bytes pattern;
    struct qn_bytes text;
    unsigned flags;
    size_t p;
    size_t t;
    struct star one;         /* last "*" that stops at "/" */
    struct star all;         /* last star that crosses "/" */
    bool all_is_directories; /* that star was a "**" with "/" behind */
};

/* At a run of stars.  True when the rest of the text matches for sure. */
static bool enter_star(struct match *m)
{
    size_t start = m->p;
    size_t end = m->p;
    bool crosses = !(m->flags & QN_WILDMATCH_PATHNAME);
    bool is_directories = false;

    while (end < m->pattern.size && m->pattern.data[end] == '*')
        end++;
    if (!crosses && end - start > 1 &&
        (start == 0 || m->pattern.data[start - 1] == '/')) {
        struct qn_bytes rest = qn_bytes_from(m->pattern, end);

        if (rest.size == 0) {
            crosses = true;
        } else if (rest.data[0] == '/') {
            crosses = is_directories = true;
            end++;
        } else if (rest.size > 1 && rest.data[0] == '\\' &&
                   rest.data[1] == '/') {
            crosses = is_directories = true;
            end += 2;
        }
    }
    m->p = end;
    if (crosses) {
        m->all = (struct star){end, m->t};
        m->all_is_directories = is_directories;
        m->one.pattern = SIZE_MAX;
        return end == m->pattern.size && !is_directories;
    }
    m->one = (struct star){end, m->t};
    return end == m->pattern.size && qn_bytes_find(qn_bytes_from(m->text, m->t),
                                                   '/') == m->text.size - m->t;
}

/* Match one element of the pattern with one byte: 1, 0, -1 (hopeless). */
static int step(struct match *m)
{
    bool folds = m->flags & QN_WILDMATCH_CASEFOLD;
    uint8_t c = m->text.data[m->t];
    uint8_t p = m->pattern.data[m->p];
    size_t end = m->p + 1;
    int answer;

    if (folds)
        c = fold(c);
    switch (p) {
    case '?':
        answer = !((m->flags & QN_WILDMATCH_PATHNAME) && c == '/');
        break;
    case '[':
        answer = match_set(m->pattern, m->p + 1, c, folds, &end);
        if (answer > 0 && (m->flags & QN_WILDMATCH_PATHNAME) && c == '/')
            answer = 0;
        break;
    case '\\':
        if (end >= m->pattern.size)
            return -1;
        p = m->pattern.data[end++];
        answer = c == (folds ? fold(p) : p);
        break;
    default:
        answer = c == (folds ? fold(p) : p);
    }
    if (answer > 0) {
        m->p = end;
        m->t++;
    }
    return answer;
}

/* Give the last star one byte (or directory) more. */
static bool retry(struct match *m)
{
    if (m->one.pattern != SIZE_MAX && m->one.text < m->text.size &&
        m->text.data[m->one.text] != '/') {
        m->p = m->one.pattern;
        m->t = ++m->one.text;
        return true;
    }
    m->one.pattern = SIZE_MAX;
    if (m->all.pattern == SIZE_MAX)
        return false;
    if (m->all_is_directories) {
        size_t slash = qn_bytes_find(qn_bytes_from(m->text, m->all.text), '/');

        if (slash == m->text.size - m->all.text)
            return false;
        m->all.text += slash + 1;
    } else {
        if (m->all.text >= m->text.size)
            return false;
        m->all.text++;
    }
    m->p = m->all.pattern;
    m->t = m->all.text;
    return true;
}

bool qn_wildmatch_matches(struct qn_bytes pattern, struct qn_bytes text,
                          unsigned flags)
{
    struct match m = {.pattern = pattern,
                      .text = text,
                      .flags = flags,
                      .one = {SIZE_MAX, 0},
                      .all = {SIZE_MAX, 0}};

    for (;;) {
        if (m.p < pattern.size && pattern.data[m.p] == '*') {
            if (enter_star(&m))
                return true;
            continue;
        }
        if (m.p == pattern.size && m.t == text.size)
            return true;
        if (m.p < pattern.size && m.t < text.size) {
            int answer = step(&m);

            if (answer < 0)
                return false;
            if (answer > 0)
                continue;
        }
        if (!retry(&m))
            return false;
    }
}

size_t qn_wildmatch_literal_size(struct qn_bytes pattern)
{
    size_t i;

    for (i = 0; i < pattern.size; i++)
        if (pattern.data[i] == '*' || pattern.data[i] == '?' ||
            pattern.data[i] == '[' || pattern.data[i] == '\\')
            break;
    return i;
}
