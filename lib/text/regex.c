/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text/regex.h"

#include "base/ctx.h"
#include "base/memory.h"

#include <limits.h>
#include <pcre2.h>
#include <regex.h>

#define GROUPS_MAX 10

struct qn_regex {
    enum qn_regex_kind kind;
    unsigned flags;
    struct qn_buf literal; /* fixed, case counts */
    pcre2_code *perl;      /* perl; fixed with folded case */
    regex_t posix;
    bool has_posix;
};

static void free_match_data(void *data)
{
    pcre2_match_data_free(data);
}

/* This thread's room for the offsets of a match. */
static pcre2_match_data *match_data(struct qn_ctx *ctx)
{
    pcre2_match_data *data = qn_ctx_slot(ctx, QN_CTX_SLOT_REGEX);

    if (!data) {
        data = pcre2_match_data_create(32, NULL);
        if (data)
            qn_ctx_set_slot(ctx, QN_CTX_SLOT_REGEX, data, free_match_data);
    }
    return data;
}

static enum qn_status compile_perl(struct qn_ctx *ctx, struct qn_bytes pattern,
                                   struct qn_regex *regex)
{
    uint32_t options = 0;
    int error = 0;
    PCRE2_SIZE offset = 0;

    if (regex->flags & QN_REGEX_FOLD)
        options |= PCRE2_CASELESS;
    if (regex->flags & QN_REGEX_UTF8)
        options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    if (regex->kind == QN_REGEX_FIXED)
        options |= PCRE2_LITERAL;
    else if (regex->flags & QN_REGEX_NEWLINE)
        options |= PCRE2_MULTILINE;
    regex->perl =
        pcre2_compile(pattern.data ? pattern.data : (const uint8_t *)"",
                      pattern.size, options, &error, &offset, NULL);
    if (!regex->perl) {
        char message[256] = "";

        pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof(message));
        return qn_ctx_fail(ctx, QN_INVALID, "%s", message);
    }
    (void)pcre2_jit_compile(regex->perl, PCRE2_JIT_COMPLETE);
    return QN_OK;
}

static enum qn_status compile_posix(struct qn_ctx *ctx, struct qn_bytes pattern,
                                    struct qn_regex *regex)
{
    struct qn_buf text = QN_BUF_INIT;
    int options = 0;
    int error;
    enum qn_status status;

    if (regex->kind == QN_REGEX_EXTENDED)
        options |= REG_EXTENDED;
    if (regex->flags & QN_REGEX_FOLD)
        options |= REG_ICASE;
    if (regex->flags & QN_REGEX_NEWLINE)
        options |= REG_NEWLINE;
    status = qn_buf_append_bytes(ctx, &text, pattern);
    if (!status) {
        error = regcomp(&regex->posix, qn_buf_string(&text), options);
        if (error) {
            char message[256] = "";

            regerror(error, &regex->posix, message, sizeof(message));
            status = qn_ctx_fail(ctx, QN_INVALID, "%s", message);
        }
    }
    regex->has_posix = !status;
    qn_buf_dispose(&text);
    return status;
}

/* No byte of a basic or extended expression that means anything special. */
static bool is_plain(struct qn_bytes pattern)
{
    size_t i;

    for (i = 0; i < pattern.size; i++)
        if (pattern.data[i] == '\0' || pattern.data[i] == '\n' ||
            strchr("\\^$.[]|()*+?{}", pattern.data[i]))
            return false;
    return pattern.size > 0;
}

enum qn_status qn_regex_new(struct qn_ctx *ctx, struct qn_bytes pattern,
                            enum qn_regex_kind kind, unsigned flags,
                            struct qn_regex **out)
{
    struct qn_regex *regex = qn_memory_calloc(ctx, 1, sizeof(*regex));
    enum qn_status status;

    if (!regex)
        return QN_NO_MEMORY;
    if ((kind == QN_REGEX_BASIC || kind == QN_REGEX_EXTENDED) &&
        is_plain(pattern))
        kind = QN_REGEX_FIXED;
    regex->kind = kind;
    regex->flags = flags;
    if (kind == QN_REGEX_FIXED && !(flags & QN_REGEX_FOLD))
        status = qn_buf_append_bytes(ctx, &regex->literal, pattern);
    else if (kind == QN_REGEX_FIXED || kind == QN_REGEX_PERL)
        status = compile_perl(ctx, pattern, regex);
    else
        status = compile_posix(ctx, pattern, regex);
    if (status)
        qn_regex_free(regex);
    else
        *out = regex;
    return status;
}

void qn_regex_free(struct qn_regex *regex)
{
    if (!regex)
        return;
    if (regex->perl)
        pcre2_code_free(regex->perl);
    if (regex->has_posix)
        regfree(&regex->posix);
    qn_buf_dispose(&regex->literal);
    qn_memory_free(regex);
}

static void find_literal(const struct qn_regex *regex, struct qn_bytes text,
                         struct qn_regex_match *matches, size_t count,
                         bool *found)
{
    struct qn_bytes needle = qn_buf_bytes(&regex->literal);
    size_t at = qn_bytes_find_bytes(text, needle);
    size_t i;

    *found = at < text.size || needle.size == 0;
    for (i = 0; i < count && *found; i++) {
        matches[i].start = i ? QN_REGEX_NO_MATCH : at;
        matches[i].end = i ? QN_REGEX_NO_MATCH : at + needle.size;
    }
}

static enum qn_status find_perl(struct qn_ctx *ctx,
                                const struct qn_regex *regex,
                                struct qn_bytes text, unsigned flags,
                                struct qn_regex_match *matches, size_t count,
                                bool *found)
{
    pcre2_match_data *data = match_data(ctx);
    const PCRE2_SIZE *offsets;
    int result;
    size_t i;

    if (!data)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    result = pcre2_match(
        regex->perl, text.data ? text.data : (const uint8_t *)"", text.size, 0,
        flags & QN_REGEX_NOT_BOL ? PCRE2_NOTBOL : 0, data, NULL);
    *found = result >= 0;
    if (result < 0 && result != PCRE2_ERROR_NOMATCH) {
        char message[256] = "";

        pcre2_get_error_message(result, (PCRE2_UCHAR *)message,
                                sizeof(message));
        return qn_ctx_fail(ctx, QN_INVALID,
                           "pcre2_match failed with error code %d: %s", result,
                           message);
    }
    offsets = pcre2_get_ovector_pointer(data);
    for (i = 0; i < count && *found; i++) {
        bool is_set = (int)i < result || (result == 0 && i < 32);

        matches[i].start = is_set ? offsets[2 * i] : QN_REGEX_NO_MATCH;
        matches[i].end = is_set ? offsets[2 * i + 1] : QN_REGEX_NO_MATCH;
    }
    return QN_OK;
}

static enum qn_status find_posix(struct qn_ctx *ctx,
                                 const struct qn_regex *regex,
                                 struct qn_bytes text, unsigned flags,
                                 struct qn_regex_match *matches, size_t count,
                                 bool *found)
{
    regmatch_t groups[GROUPS_MAX];
    int options = flags & QN_REGEX_NOT_BOL ? REG_NOTBOL : 0;
    int result;
    size_t i;
#ifdef REG_STARTEND
    const char *start = text.data ? (const char *)text.data : "";

    if (text.size > INT_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "text too big to be searched");
    groups[0].rm_so = 0;
    groups[0].rm_eo = (regoff_t)text.size;
    result = regexec(&regex->posix, start, GROUPS_MAX, groups,
                     options | REG_STARTEND);
#else
    struct qn_buf copy = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_bytes(ctx, &copy, text);

    if (status)
        return status;
    result = regexec(&regex->posix, qn_buf_string(&copy), GROUPS_MAX, groups,
                     options);
    qn_buf_dispose(&copy);
#endif
    *found = result == 0;
    for (i = 0; i < count && *found; i++) {
        bool is_set = i < GROUPS_MAX && groups[i].rm_so >= 0;

        matches[i].start = is_set ? (size_t)groups[i].rm_so : QN_REGEX_NO_MATCH;
        matches[i].end = is_set ? (size_t)groups[i].rm_eo : QN_REGEX_NO_MATCH;
    }
    if (result != 0 && result != REG_NOMATCH)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "regular expression failed");
    return QN_OK;
}

enum qn_status qn_regex_find(struct qn_ctx *ctx, const struct qn_regex *regex,
                             struct qn_bytes text, unsigned flags,
                             struct qn_regex_match *matches, size_t count,
                             bool *found)
{
    if (regex->perl)
        return find_perl(ctx, regex, text, flags, matches, count, found);
    if (regex->has_posix)
        return find_posix(ctx, regex, text, flags, matches, count, found);
    find_literal(regex, text, matches, count, found);
    return QN_OK;
}

bool qn_regex_is_match(struct qn_ctx *ctx, const struct qn_regex *regex,
                       struct qn_bytes text)
{
    bool found = false;

    if (qn_regex_find(ctx, regex, text, 0, NULL, 0, &found)) {
        qn_ctx_clear(ctx);
        return false;
    }
    return found;
}
