/* SPDX-License-Identifier: MIT */
#include "path/pathspec.h"

#include "base/memory.h"
#include "path/pathspec_parse.h"
#include "text/wildmatch.h"

static enum qn_status check_flags(struct qn_ctx *ctx, unsigned flags)
{
    if ((flags & QN_PATHSPEC_GLOB) && (flags & QN_PATHSPEC_NOGLOB))
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "global 'glob' and 'noglob' pathspec settings are incompatible");
    if ((flags & QN_PATHSPEC_LITERAL) &&
        (flags & (QN_PATHSPEC_GLOB | QN_PATHSPEC_NOGLOB | QN_PATHSPEC_ICASE)))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "global 'literal' pathspec setting is incompatible "
                           "with all other global pathspec settings");
    return QN_OK;
}

/* Every item that can match lies below this. */
static struct qn_bytes find_common(const struct qn_pathspec *pathspec)
{
    struct qn_bytes common = QN_BYTES_NONE;
    bool is_first = true;

    for (size_t i = 0; i < pathspec->count; i++) {
        const struct pathspec_item *item = &pathspec->items[i];
        struct qn_bytes text = qn_bytes_first(
            item->text, item->magic & PATHSPEC_ICASE ? item->fixed_size
                                                     : item->literal_size);
        size_t most, same = 0, slash = 0;

        if (item->magic & PATHSPEC_EXCLUDE)
            continue;
        if (is_first) {
            common = text;
            is_first = false;
            most = text.size;
            same = most;
        } else {
            most = common.size < text.size ? common.size : text.size;
            while (same < most && common.data[same] == text.data[same])
                same++;
        }
        for (size_t at = 0; at < same; at++) {
            if (common.data[at] == '/')
                slash = at + 1;
        }
        common.size = slash;
    }
    return common;
}

static enum qn_status add_item(struct qn_ctx *ctx, struct qn_pathspec *pathspec,
                               const struct pathspec_input *input,
                               const char *pattern)
{
    struct pathspec_item *item = &pathspec->items[pathspec->count];
    enum qn_status status =
        qn_pathspec_parse_item(ctx, pathspec, input, pattern, item);

    if (status)
        return status;
    pathspec->count++;
    if (item->magic & PATHSPEC_EXCLUDE)
        pathspec->has_exclude = true;
    else
        pathspec->has_positive = true;
    return QN_OK;
}

static enum qn_status fill(struct qn_ctx *ctx, struct qn_pathspec *pathspec,
                           const char *const *patterns, size_t count,
                           const struct pathspec_input *input)
{
    enum qn_status status = count > 0 ? check_flags(ctx, input->flags) : QN_OK;

    pathspec->items =
        qn_memory_calloc(ctx, count + 1, sizeof(*pathspec->items));
    if (!pathspec->items)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < count && !status; i++) {
        if (patterns[i][0] == '\0')
            status = qn_ctx_fail(
                ctx, QN_INVALID,
                "empty string is not a valid pathspec. please use . instead if "
                "you meant to match all paths");
        /* A lone ":" says that there is no pathspec. */
        else if (!(patterns[i][0] == ':' && patterns[i][1] == '\0' &&
                   count == 1 && !(input->flags & QN_PATHSPEC_LITERAL)))
            status = add_item(ctx, pathspec, input, patterns[i]);
    }
    if (status)
        return status;
    pathspec->shown_count = pathspec->count;
    /* Only exclusions: out of everything.  None: all, or the directory. */
    if (!pathspec->has_positive &&
        (pathspec->has_exclude ||
         ((input->flags & QN_PATHSPEC_PREFER_CWD) && input->prefix[0]))) {
        struct pathspec_input plain = *input;

        plain.flags = 0;
        status =
            add_item(ctx, pathspec, &plain,
                     input->flags & QN_PATHSPEC_PREFER_CWD ? "." : ":(top)");
    }
    pathspec->common = find_common(pathspec);
    return status;
}

enum qn_status qn_pathspec_new(struct qn_ctx *ctx, const char *const *patterns,
                               size_t count, const char *prefix,
                               const char *work_tree, unsigned flags,
                               struct qn_pathspec **out)
{
    struct pathspec_input input = {prefix ? prefix : "", work_tree, flags};
    struct qn_pathspec *pathspec = qn_memory_calloc(ctx, 1, sizeof(*pathspec));
    enum qn_status status;

    if (!pathspec)
        return QN_NO_MEMORY;
    status = fill(ctx, pathspec, patterns, count, &input);
    if (status)
        qn_pathspec_free(pathspec);
    else
        *out = pathspec;
    return status;
}

void qn_pathspec_free(struct qn_pathspec *pathspec)
{
    if (!pathspec)
        return;
    qn_memory_free(pathspec->items);
    qn_arena_dispose(&pathspec->arena);
    qn_memory_free(pathspec);
}

size_t qn_pathspec_count(const struct qn_pathspec *pathspec)
{
    return pathspec ? pathspec->shown_count : 0;
}

const char *qn_pathspec_original(const struct qn_pathspec *pathspec, size_t i)
{
    return pathspec->items[i].original;
}

struct qn_bytes qn_pathspec_match_text(const struct qn_pathspec *pathspec,
                                       size_t i)
{
    return pathspec->items[i].text;
}

size_t qn_pathspec_literal_size(const struct qn_pathspec *pathspec, size_t i)
{
    return pathspec->items[i].magic & PATHSPEC_ICASE
               ? 0
               : pathspec->items[i].literal_size;
}

bool qn_pathspec_is_literal(const struct qn_pathspec *pathspec, size_t i)
{
    const struct pathspec_item *item = &pathspec->items[i];

    return item->literal_size == item->text.size &&
           !(item->magic & (PATHSPEC_ICASE | PATHSPEC_ATTR | PATHSPEC_EXCLUDE));
}

bool qn_pathspec_is_exclude(const struct qn_pathspec *pathspec, size_t i)
{
    return (pathspec->items[i].magic & PATHSPEC_EXCLUDE) != 0;
}

bool qn_pathspec_has_attributes(const struct qn_pathspec *pathspec)
{
    return pathspec && pathspec->has_attributes;
}

struct qn_bytes qn_pathspec_common_prefix(const struct qn_pathspec *pathspec)
{
    return pathspec ? pathspec->common : QN_BYTES_NONE;
}

static uint8_t fold(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* The first `size` bytes of both, which both have; case folded where the item
 * says so. */
static bool is_same_start(const struct pathspec_item *item,
                          struct qn_bytes path, size_t size)
{
    const uint8_t *a = item->text.data, *b = path.data;

    if (!(item->magic & PATHSPEC_ICASE))
        return size == 0 || memcmp(a, b, size) == 0;
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i] && (i < item->fixed_size || fold(a[i]) != fold(b[i])))
            return false;
    }
    return true;
}

static bool has_attributes(struct qn_ctx *ctx, const struct pathspec_item *item,
                           struct qn_bytes path,
                           struct qn_attributes *attributes)
{
    for (size_t i = 0; i < item->requirement_count; i++) {
        const struct pathspec_requirement *wanted = &item->requirements[i];
        struct qn_attribute got = {.name = wanted->name};

        if (!attributes)
            return false;
        if (qn_attributes_get(ctx, attributes, path, &got, 1)) {
            qn_ctx_clear(ctx);
            return false;
        }
        if (got.state != wanted->state ||
            (got.state == QN_ATTRIBUTE_VALUE &&
             strcmp(got.value, wanted->value) != 0))
            return false;
    }
    return true;
}

/* The item's path itself, or something below it. */
static bool is_literal_match(const struct pathspec_item *item,
                             struct qn_bytes path, bool is_directory)
{
    struct qn_bytes text = item->text;

    if (text.size == 0)
        return true;
    if (text.data[text.size - 1] == '/') {
        /* "a/" wants a directory. */
        if (path.size >= text.size)
            return is_same_start(item, path, text.size);
        return is_directory && path.size == text.size - 1 &&
               is_same_start(item, path, path.size);
    }
    if (path.size < text.size ||
        (path.size > text.size && path.data[text.size] != '/'))
        return false;
    return is_same_start(item, path, text.size);
}

static bool is_item_match(const struct pathspec_item *item,
                          struct qn_bytes path, bool is_directory)
{
    unsigned flags = 0;

    if (is_literal_match(item, path, is_directory))
        return true;
    if (item->literal_size == item->text.size ||
        path.size < item->literal_size ||
        !is_same_start(item, path, item->literal_size))
        return false;
    if (item->magic & PATHSPEC_GLOB)
        flags |= QN_WILDMATCH_PATHNAME;
    if (item->magic & PATHSPEC_ICASE)
        flags |= QN_WILDMATCH_CASEFOLD;
    /* From the first wildcard on, as Git does: "a**" crosses directories where
     * it would not as a whole pattern. */
    return qn_wildmatch_matches(qn_bytes_from(item->text, item->literal_size),
                                qn_bytes_from(path, item->literal_size), flags);
}

bool qn_pathspec_is_match(struct qn_ctx *ctx,
                          const struct qn_pathspec *pathspec,
                          struct qn_bytes path, bool is_directory,
                          struct qn_attributes *attributes, uint8_t *matched)
{
    bool is_match = false;

    if (!pathspec || pathspec->count == 0)
        return true;
    for (size_t i = 0; i < pathspec->count; i++) {
        const struct pathspec_item *item = &pathspec->items[i];

        if ((item->magic & PATHSPEC_EXCLUDE) ||
            (is_match &&
             !(matched && i < pathspec->shown_count && !matched[i])) ||
            !is_item_match(item, path, is_directory) ||
            !has_attributes(ctx, item, path, attributes))
            continue;
        is_match = true;
        if (matched && i < pathspec->shown_count)
            matched[i] = 1;
        if (!matched)
            break;
    }
    if (!is_match || !pathspec->has_exclude)
        return is_match;
    for (size_t i = 0; i < pathspec->count; i++) {
        const struct pathspec_item *item = &pathspec->items[i];

        if (!(item->magic & PATHSPEC_EXCLUDE) ||
            !is_item_match(item, path, is_directory) ||
            !has_attributes(ctx, item, path, attributes))
            continue;
        if (matched && i < pathspec->shown_count)
            matched[i] = 1;
        return false;
    }
    return true;
}

/* What one item says of everything below a directory. */
static enum qn_pathspec_reach item_reach(const struct pathspec_item *item,
                                         struct qn_bytes directory)
{
    struct qn_bytes text = item->text;
    size_t size;

    if (text.size > 0 && text.data[text.size - 1] == '/')
        text.size--;
    if (text.size == 0 ||
        (directory.size >= text.size &&
         (directory.size == text.size || directory.data[text.size] == '/') &&
         is_same_start(item, directory, text.size)))
        return item->requirement_count > 0 ? QN_PATHSPEC_SOME : QN_PATHSPEC_ALL;
    if (directory.size == 0)
        return QN_PATHSPEC_SOME;
    /* Only as far as the wildcards: behind them, who knows. */
    if (directory.size >= item->literal_size) {
        if (item->literal_size == item->text.size)
            return QN_PATHSPEC_NONE;
        return is_same_start(item, directory, item->literal_size)
                   ? QN_PATHSPEC_SOME
                   : QN_PATHSPEC_NONE;
    }
    size = directory.size;
    if (text.data[size] != '/' || !is_same_start(item, directory, size))
        return QN_PATHSPEC_NONE;
    return QN_PATHSPEC_SOME;
}

enum qn_pathspec_reach
qn_pathspec_reach_below(const struct qn_pathspec *pathspec,
                        struct qn_bytes directory)
{
    enum qn_pathspec_reach reach = QN_PATHSPEC_NONE;

    if (!pathspec || pathspec->count == 0)
        return QN_PATHSPEC_ALL;
    for (size_t i = 0; i < pathspec->count && reach != QN_PATHSPEC_ALL; i++) {
        const struct pathspec_item *item = &pathspec->items[i];
        enum qn_pathspec_reach one;

        if (item->magic & PATHSPEC_EXCLUDE)
            continue;
        one = item_reach(item, directory);
        if (one > reach)
            reach = one;
    }
    for (size_t i = 0; i < pathspec->count && reach != QN_PATHSPEC_NONE; i++) {
        const struct pathspec_item *item = &pathspec->items[i];
        enum qn_pathspec_reach one;

        if (!(item->magic & PATHSPEC_EXCLUDE))
            continue;
        one = item_reach(item, directory);
        if (one == QN_PATHSPEC_ALL)
            reach = QN_PATHSPEC_NONE;
        else if (one == QN_PATHSPEC_SOME)
            reach = QN_PATHSPEC_SOME;
        else if (item->literal_size < item->text.size &&
                 qn_wildmatch_matches(
                     item->text, directory,
                     item->magic & PATHSPEC_GLOB ? QN_WILDMATCH_PATHNAME : 0))
            reach = QN_PATHSPEC_SOME;
    }
    return reach;
}
