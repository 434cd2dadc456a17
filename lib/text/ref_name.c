/* SPDX-License-Identifier: MIT */
#include "text/ref_name.h"

#include "base/ctx.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

const struct qn_ref_name_rule qn_ref_name_rules[QN_REF_NAME_RULE_COUNT] = {
    {"", ""},
    {"refs/", ""},
    {"refs/tags/", ""},
    {"refs/heads/", ""},
    {"refs/remotes/", ""},
    {"refs/remotes/", "/HEAD"},
};

/* 0: fine, 1: never, 2: "*", 3: ".", 4: "@"; "/" does not come here. */
static int kind_of(uint8_t byte)
{
    if (byte <= ' ' || byte == 0x7f)
        return 1;
    switch (byte) {
    case '~':
    case '^':
    case ':':
    case '?':
    case '[':
    case '\\':
        return 1;
    case '*':
        return 2;
    case '.':
        return 3;
    case '@':
        return 4;
    default:
        return 0;
    }
}

/* One part between slashes; `*star` counts the "*" seen so far. */
static bool part_is_valid(struct qn_bytes part, unsigned flags, unsigned *star)
{
    size_t i;

    if (part.size == 0 || part.data[0] == '.' ||
        qn_bytes_has_suffix(part, ".lock"))
        return false;
    for (i = 0; i < part.size; i++) {
        switch (kind_of(part.data[i])) {
        case 0:
            break;
        case 2:
            if (!(flags & QN_REF_NAME_PATTERN) || ++*star > 1)
                return false;
            break;
        case 3:
            if (i + 1 < part.size && part.data[i + 1] == '.')
                return false;
            break;
        case 4:
            if (i + 1 < part.size && part.data[i + 1] == '{')
                return false;
            break;
        default:
            return false;
        }
    }
    return true;
}

/* Letters, digits, "-" and "_" mean nothing anywhere. */
static const uint8_t plain[256] = {
    ['-'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
    ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1,
    ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1,
    ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1,
    ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1,
    ['Y'] = 1, ['Z'] = 1, ['_'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1,
    ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1,
    ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1,
    ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1,
    ['z'] = 1};

#if defined(__SSE2__)
/* 16 bytes are plain or slashes, and no slash is behind another: the bits of
 * the slashes, or -1. */
static inline int find_slashes(const uint8_t *bytes)
{
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i lower = _mm_or_si128(text, _mm_set1_epi8(0x20));
    __m128i digit = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    __m128i letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
    __m128i is_slash = _mm_cmpeq_epi8(text, _mm_set1_epi8('/'));
    __m128i is_plain = _mm_or_si128(
        _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit),
        _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter));
    int slashes = _mm_movemask_epi8(is_slash);

    is_plain = _mm_or_si128(is_plain, _mm_cmpeq_epi8(text, _mm_set1_epi8('-')));
    is_plain = _mm_or_si128(is_plain, _mm_cmpeq_epi8(text, _mm_set1_epi8('_')));
    return (_mm_movemask_epi8(is_plain) | slashes) == 0xffff &&
                   !(slashes & slashes >> 1)
               ? slashes
               : -1;
}

/* As below, of 16 bytes or more: pieces share a byte, so that each pair of
 * neighbours is in one. */
static bool is_long_plainly_valid(struct qn_bytes name)
{
    int slashes = 0;

    if (name.data[0] == '/' || name.data[name.size - 1] == '/')
        return false;
    for (size_t i = 0; i + 16 < name.size && slashes >= 0; i += 15)
        slashes |= find_slashes(name.data + i);
    slashes |= find_slashes(name.data + name.size - 16);
    return slashes > 0;
}
#endif

/* The common case at a glance: parts of plain bytes, none of them empty. */
static bool is_plainly_valid(struct qn_bytes name)
{
    size_t i = 0, start;
    size_t parts = 0;

#if defined(__SSE2__)
    if (name.size >= 16)
        return is_long_plainly_valid(name);
#endif
    for (;;) {
        for (start = i; i < name.size && plain[name.data[i]]; i++)
            continue;
        if (i == start)
            return false;
        parts++;
        if (i == name.size)
            return parts > 1;
        if (name.data[i++] != '/')
            return false;
    }
}

bool qn_ref_name_is_valid(struct qn_bytes name, unsigned flags)
{
    unsigned star = 0;
    size_t parts = 0;

    if (is_plainly_valid(name))
        return true;
    if (name.size == 0 || qn_bytes_is_string(name, "@") ||
        name.data[name.size - 1] == '.')
        return false;
    for (;;) {
        size_t slash = qn_bytes_find(name, '/');

        if (!part_is_valid(qn_bytes_first(name, slash), flags, &star))
            return false;
        parts++;
        if (slash == name.size)
            break;
        name = qn_bytes_from(name, slash + 1);
    }
    return parts > 1 || (flags & QN_REF_NAME_ONE_LEVEL);
}

enum qn_status qn_ref_name_normalise(struct qn_ctx *ctx, struct qn_bytes name,
                                     unsigned flags, struct qn_buf *out)
{
    size_t start = out->size;
    uint8_t last = '/';
    size_t i;
    enum qn_status status = qn_buf_reserve(ctx, out, name.size);

    if (status)
        return status;
    for (i = 0; i < name.size; i++) {
        uint8_t byte = name.data[i];

        if (byte != '/' || last != '/')
            out->data[out->size++] = byte;
        last = byte;
    }
    if (out->data)
        out->data[out->size] = '\0';
    if (qn_ref_name_is_valid(qn_bytes_from(qn_buf_bytes(out), start), flags))
        return QN_OK;
    qn_buf_truncate(out, start);
    return qn_ctx_fail(ctx, QN_INVALID, "'%.*s' is not a valid ref name",
                       QN_BYTES_ARG(name));
}

bool qn_ref_name_is_branch(struct qn_bytes name)
{
    return name.size > 0 && name.data[0] != '-' &&
           !qn_bytes_is_string(name, "HEAD") &&
           (qn_bytes_is_string(name, "@") ||
            qn_ref_name_is_valid(name, QN_REF_NAME_ONE_LEVEL));
}

bool qn_ref_name_is_tag(struct qn_bytes name)
{
    return qn_ref_name_is_branch(name);
}

bool qn_ref_name_is_root_syntax(struct qn_bytes name)
{
    size_t i;

    for (i = 0; i < name.size; i++)
        if (!((name.data[i] >= 'A' && name.data[i] <= 'Z') ||
              name.data[i] == '-' || name.data[i] == '_'))
            return false;
    return name.size > 0;
}

bool qn_ref_name_is_pseudo(struct qn_bytes name)
{
    return qn_bytes_is_string(name, "FETCH_HEAD") ||
           qn_bytes_is_string(name, "MERGE_HEAD");
}

bool qn_ref_name_is_root(struct qn_bytes name)
{
    static const char *const irregular[] = {
        "HEAD",
        "AUTO_MERGE",
        "BISECT_EXPECTED_REV",
        "NOTES_MERGE_PARTIAL",
        "NOTES_MERGE_REF",
        "MERGE_AUTOSTASH",
    };
    size_t i;

    if (!qn_ref_name_is_root_syntax(name) || qn_ref_name_is_pseudo(name))
        return false;
    for (i = 0; i < QN_COUNT_OF(irregular); i++)
        if (qn_bytes_is_string(name, irregular[i]))
            return true;
    return qn_bytes_has_suffix(name, "_HEAD");
}

bool qn_ref_name_is_per_worktree(struct qn_bytes name)
{
    return qn_ref_name_is_root_syntax(name) ||
           qn_bytes_has_prefix(name, "refs/worktree/") ||
           qn_bytes_has_prefix(name, "refs/bisect/") ||
           qn_bytes_has_prefix(name, "refs/rewritten/");
}

bool qn_ref_name_is_safe(struct qn_bytes name)
{
    if (!qn_bytes_has_prefix(name, "refs/"))
        return qn_ref_name_is_root_syntax(name);
    name = qn_bytes_from(name, 5);
    if (name.size == 0)
        return false;
    for (;;) {
        size_t slash = qn_bytes_find(name, '/');
        struct qn_bytes part = qn_bytes_first(name, slash);

        if (part.size == 0 || qn_bytes_is_string(part, ".") ||
            qn_bytes_is_string(part, ".."))
            return false;
        if (slash == name.size)
            return true;
        name = qn_bytes_from(name, slash + 1);
    }
}

enum qn_status qn_ref_name_expand(struct qn_ctx *ctx, size_t rule,
                                  struct qn_bytes name, struct qn_buf *out)
{
    enum qn_status status;

    status = qn_buf_append_string(ctx, out, qn_ref_name_rules[rule].prefix);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, name);
    if (!status)
        status = qn_buf_append_string(ctx, out, qn_ref_name_rules[rule].suffix);
    return status;
}

bool qn_ref_name_match_rule(size_t rule, struct qn_bytes full,
                            struct qn_bytes *short_name)
{
    const struct qn_ref_name_rule *r = &qn_ref_name_rules[rule];
    size_t before = strlen(r->prefix);
    size_t behind = strlen(r->suffix);

    if (full.size <= before + behind || !qn_bytes_has_prefix(full, r->prefix) ||
        !qn_bytes_has_suffix(full, r->suffix))
        return false;
    *short_name =
        qn_bytes_make(full.data + before, full.size - before - behind);
    return true;
}

size_t qn_ref_name_rule_of(struct qn_bytes short_name, struct qn_bytes full)
{
    struct qn_bytes middle;
    size_t i;

    for (i = 0; i < QN_REF_NAME_RULE_COUNT; i++)
        if (qn_ref_name_match_rule(i, full, &middle) &&
            qn_bytes_is_equal(middle, short_name))
            break;
    return i;
}

bool qn_ref_name_means(struct qn_bytes short_name, struct qn_bytes full)
{
    return qn_ref_name_rule_of(short_name, full) < QN_REF_NAME_RULE_COUNT;
}

struct qn_bytes qn_ref_name_prettify(struct qn_bytes full)
{
    static const char *const prefixes[] = {"refs/heads/", "refs/tags/",
                                           "refs/remotes/"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(prefixes); i++)
        if (qn_bytes_has_prefix(full, prefixes[i]))
            return qn_bytes_from(full, strlen(prefixes[i]));
    return full;
}
