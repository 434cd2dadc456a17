/* SPDX-License-Identifier: MIT */
#include "path/pathspec_parse.h"

#include "base/memory.h"
#include "text/pathname.h"
#include "text/wildmatch.h"

static const struct {
    const char *name;
    unsigned magic;
} words[] = {
    {"top", PATHSPEC_TOP},         {"literal", PATHSPEC_LITERAL},
    {"glob", PATHSPEC_GLOB},       {"icase", PATHSPEC_ICASE},
    {"exclude", PATHSPEC_EXCLUDE},
};

/* Punctuation that is neither a glob's, nor a regular expression's, nor ":". */
static bool is_magic_signature(char c)
{
    return c != '\0' && strchr("!\"#%&',-/;<=>@^_`~", c) != NULL;
}

bool qn_attributes_is_valid_name(struct qn_bytes name)
{
    if (name.size == 0 || name.data[0] == '-')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

/* "value" with its backslashes taken off. */
static enum qn_status copy_value(struct qn_ctx *ctx,
                                 struct qn_pathspec *pathspec,
                                 struct qn_bytes value, const char **out)
{
    char *copy = qn_arena_copy(ctx, &pathspec->arena, value);
    size_t kept = 0;

    if (!copy)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < value.size; i++) {
        uint8_t c = value.data[i];

        if (c == '\\') {
            if (++i == value.size)
                return qn_ctx_fail(ctx, QN_INVALID,
                                   "Escape character '\\' not allowed as last "
                                   "character in attr value");
            c = value.data[i];
        }
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || strchr("-_.,", c)))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "cannot use '%c' for value matching", c);
        copy[kept++] = (char)c;
    }
    copy[kept] = '\0';
    *out = copy;
    return QN_OK;
}

static enum qn_status parse_requirement(struct qn_ctx *ctx,
                                        struct qn_pathspec *pathspec,
                                        struct qn_bytes text,
                                        struct pathspec_requirement *out)
{
    struct qn_bytes name = text;
    enum qn_status status = QN_OK;

    out->value = NULL;
    out->state = QN_ATTRIBUTE_SET;
    if (text.data[0] == '!' || text.data[0] == '-') {
        out->state =
            text.data[0] == '!' ? QN_ATTRIBUTE_UNSPECIFIED : QN_ATTRIBUTE_UNSET;
        name = qn_bytes_from(text, 1);
    } else {
        size_t equal = qn_bytes_find(text, '=');

        if (equal < text.size) {
            out->state = QN_ATTRIBUTE_VALUE;
            name = qn_bytes_first(text, equal);
            status = copy_value(ctx, pathspec, qn_bytes_from(text, equal + 1),
                                &out->value);
        }
    }
    if (status)
        return status;
    if (!qn_attributes_is_valid_name(name))
        return qn_ctx_fail(ctx, QN_INVALID, "invalid attribute name %.*s",
                           QN_BYTES_ARG(name));
    out->name = qn_arena_copy(ctx, &pathspec->arena, name);
    return out->name ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status parse_attributes(struct qn_ctx *ctx,
                                       struct qn_pathspec *pathspec,
                                       struct qn_bytes text,
                                       struct pathspec_item *item)
{
    struct qn_bytes word;
    size_t most = text.size / 2 + 1;

    if (text.size == 0)
        return qn_ctx_fail(ctx, QN_INVALID, "attr spec must not be empty");
    if (item->magic & PATHSPEC_ATTR)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "Only one 'attr:' specification is allowed.");
    item->magic |= PATHSPEC_ATTR;
    pathspec->has_attributes = true;
    item->requirements = qn_arena_calloc(ctx, &pathspec->arena, most,
                                         sizeof(*item->requirements));
    if (!item->requirements)
        return QN_NO_MEMORY;
    while (qn_bytes_next(&text, ' ', &word)) {
        enum qn_status status;

        if (word.size == 0)
            continue;
        status = parse_requirement(
            ctx, pathspec, word, &item->requirements[item->requirement_count]);
        if (status)
            return status;
        item->requirement_count++;
    }
    return QN_OK;
}

static enum qn_status parse_word(struct qn_ctx *ctx,
                                 struct qn_pathspec *pathspec,
                                 struct qn_bytes word, const char *pattern,
                                 struct pathspec_item *item, uint64_t *prefix)
{
    for (size_t i = 0; i < QN_COUNT_OF(words); i++) {
        if (qn_bytes_is_string(word, words[i].name)) {
            item->magic |= words[i].magic;
            return QN_OK;
        }
    }
    if (qn_bytes_has_prefix(word, "prefix:")) {
        if (!qn_bytes_to_u64(qn_bytes_from(word, 7), prefix))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "invalid parameter for pathspec magic 'prefix'");
        return QN_OK;
    }
    if (qn_bytes_has_prefix(word, "attr:"))
        return parse_attributes(ctx, pathspec, qn_bytes_from(word, 5), item);
    if (qn_bytes_is_string(word, "attr"))
        return QN_OK;
    return qn_ctx_fail(ctx, QN_INVALID, "Invalid pathspec magic '%.*s' in '%s'",
                       QN_BYTES_ARG(word), pattern);
}

/* ":(word,word)rest" */
static enum qn_status parse_long(struct qn_ctx *ctx,
                                 struct qn_pathspec *pathspec,
                                 const char *pattern,
                                 struct pathspec_item *item, uint64_t *prefix,
                                 const char **rest)
{
    const char *at = pattern + 2;

    while (*at != '\0' && *at != ')') {
        size_t size = 0;
        enum qn_status status;

        /* A comma behind a backslash belongs to an attribute's value. */
        while (at[size] != '\0' && at[size] != ')' && at[size] != ',')
            size += at[size] == '\\' && at[size + 1] != '\0' ? 2 : 1;
        if (size > 0) {
            status = parse_word(ctx, pathspec, qn_bytes_make(at, size), pattern,
                                item, prefix);
            if (status)
                return status;
        }
        at += size;
        if (*at == ',')
            at++;
    }
    if (*at != ')')
        return qn_ctx_fail(ctx, QN_INVALID,
                           "Missing ')' at the end of pathspec magic in '%s'",
                           pattern);
    *rest = at + 1;
    return QN_OK;
}

/* ":!/rest", ":/:rest" */
static enum qn_status parse_short(struct qn_ctx *ctx, const char *pattern,
                                  struct pathspec_item *item, const char **rest)
{
    const char *at = pattern + 1;

    for (; *at != '\0' && *at != ':'; at++) {
        if (!is_magic_signature(*at))
            break;
        if (*at == '/')
            item->magic |= PATHSPEC_TOP;
        else if (*at == '!' || *at == '^')
            item->magic |= PATHSPEC_EXCLUDE;
        else
            return qn_ctx_fail(ctx, QN_INVALID,
                               "Unimplemented pathspec magic '%c' in '%s'", *at,
                               pattern);
    }
    *rest = *at == ':' ? at + 1 : at;
    return QN_OK;
}

static enum qn_status fail_outside(struct qn_ctx *ctx,
                                   const struct pathspec_input *input,
                                   const char *pattern, const char *path)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "path.outside", path,
                              "%s: '%s' is outside repository at '%s'", pattern,
                              path, input->work_tree ? input->work_tree : "");
}

/* The pattern's path from the top, clean, into the item. */
static enum qn_status relate(struct qn_ctx *ctx, struct qn_pathspec *pathspec,
                             const struct pathspec_input *input,
                             const char *pattern, const char *path,
                             struct pathspec_item *item)
{
    struct qn_buf joined = QN_BUF_INIT, clean = QN_BUF_INIT;
    struct qn_bytes text = qn_bytes_from_string(path), rest;
    size_t fixed = 0;
    enum qn_status status = QN_OK;
    char *copy;

    if (path[0] == '/') {
        status = qn_pathname_normalise(ctx, text, &clean);
        if (status || !input->work_tree ||
            !qn_pathname_is_below(qn_buf_bytes(&clean),
                                  qn_bytes_from_string(input->work_tree),
                                  &rest)) {
            if (status != QN_NO_MEMORY)
                status = fail_outside(ctx, input, pattern, path);
            goto out;
        }
        text = rest;
    } else {
        if (!(item->magic & PATHSPEC_TOP)) {
            status = qn_buf_append_string(ctx, &joined, input->prefix);
            fixed = joined.size;
        }
        if (!status)
            status = qn_buf_append_bytes(ctx, &joined, text);
        if (!status)
            status = qn_pathname_normalise(ctx, qn_buf_bytes(&joined), &clean);
        if (status) {
            if (status != QN_NO_MEMORY)
                status = fail_outside(ctx, input, pattern, path);
            goto out;
        }
        text = qn_buf_bytes(&clean);
    }
    copy = qn_arena_copy(ctx, &pathspec->arena, text);
    if (!copy) {
        status = QN_NO_MEMORY;
        goto out;
    }
    item->text = qn_bytes_make(copy, text.size);
    /* "../x" leaves less of the prefix than there was. */
    for (size_t i = 0; i < fixed; i++) {
        if (i >= text.size || text.data[i] != (uint8_t)input->prefix[i]) {
            while (i > 0 && text.data[i - 1] != '/')
                i--;
            fixed = i;
            break;
        }
    }
    item->fixed_size = fixed < text.size ? fixed : text.size;
out:
    qn_buf_dispose(&joined);
    qn_buf_dispose(&clean);
    return status;
}

static enum qn_status
parse_magic(struct qn_ctx *ctx, struct qn_pathspec *pathspec,
            const struct pathspec_input *input, const char *pattern,
            struct pathspec_item *item, uint64_t *prefix, const char **rest)
{
    unsigned flags = input->flags;
    enum qn_status status = QN_OK;

    *rest = pattern;
    if (pattern[0] == ':' && !(flags & QN_PATHSPEC_LITERAL)) {
        if (pattern[1] == '(')
            status = parse_long(ctx, pathspec, pattern, item, prefix, rest);
        else
            status = parse_short(ctx, pattern, item, rest);
        if (status)
            return status;
    }
    if ((item->magic & PATHSPEC_LITERAL) && (item->magic & PATHSPEC_GLOB))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "%s: 'literal' and 'glob' are incompatible",
                           pattern);
    if ((flags & QN_PATHSPEC_LITERAL) ||
        ((flags & QN_PATHSPEC_NOGLOB) && !(item->magic & PATHSPEC_GLOB)))
        item->magic |= PATHSPEC_LITERAL;
    if ((flags & QN_PATHSPEC_GLOB) && !(item->magic & PATHSPEC_LITERAL))
        item->magic |= PATHSPEC_GLOB;
    if (flags & QN_PATHSPEC_ICASE)
        item->magic |= PATHSPEC_ICASE;
    return QN_OK;
}

enum qn_status qn_pathspec_parse_item(struct qn_ctx *ctx,
                                      struct qn_pathspec *pathspec,
                                      const struct pathspec_input *input,
                                      const char *pattern,
                                      struct pathspec_item *out)
{
    struct pathspec_item item = {0};
    uint64_t prefix = UINT64_MAX;
    const char *rest;
    enum qn_status status;

    item.original =
        qn_arena_copy(ctx, &pathspec->arena, qn_bytes_from_string(pattern));
    if (!item.original)
        return QN_NO_MEMORY;
    status = parse_magic(ctx, pathspec, input, pattern, &item, &prefix, &rest);
    if (status)
        return status;
    if (prefix != UINT64_MAX) {
        item.magic |= PATHSPEC_TOP;
        status = relate(ctx, pathspec, input, pattern, rest, &item);
        item.fixed_size =
            prefix < item.text.size ? (size_t)prefix : item.text.size;
    } else {
        status = relate(ctx, pathspec, input, pattern, rest, &item);
    }
    if (status)
        return status;
    item.literal_size =
        item.magic & PATHSPEC_LITERAL
            ? item.text.size
            : item.fixed_size + qn_wildmatch_literal_size(
                                    qn_bytes_from(item.text, item.fixed_size));
    *out = item;
    return QN_OK;
}
