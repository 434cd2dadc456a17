/* SPDX-License-Identifier: MIT */
/* Options that direct the walk. */
#include "base/memory.h"
#include "text/date.h"
#include "walk/revision_args_parts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static enum qn_status to_number(struct qn_ctx *ctx, const char *text,
                                int64_t *out)
{
    char *end = NULL;
    long long value = strtoll(text, &end, 10);

    if (!*text || *end || value > INT_MAX || value < INT_MIN)
        return qn_ctx_fail(ctx, QN_INVALID, "'%s': not an integer", text);
    *out = value;
    return QN_OK;
}

/* Flags without a value: where in the walk options they are set. */
static bool take_flag(struct qn_revision_args *args, const char *word)
{
    struct qn_walk_options *walk = &args->walk;
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {
        {"--reverse", &walk->is_reversed},
        {"--first-parent", &walk->first_parent_only},
        {"--exclude-first-parent-only", &walk->exclude_first_parent_only},
        {"--boundary", &walk->shows_boundary},
        {"--full-history", &walk->full_history},
        {"--sparse", &walk->dense_off},
        {"--simplify-merges", &walk->simplify_merges},
        {"--simplify-by-decoration", &walk->simplify_by_decoration},
        {"--show-pulls", &walk->show_pulls},
        {"--remove-empty", &walk->remove_empty},
        {"--left-right", &walk->left_right},
        {"--left-only", &walk->left_only},
        {"--right-only", &walk->right_only},
        {"--cherry-mark", &walk->cherry_mark},
        {"--cherry-pick", &walk->cherry_pick},
        {"-g", &walk->walks_reflogs},
        {"--walk-reflogs", &walk->walks_reflogs},
        {"--ignore-missing", &args->ignores_missing},
        {"--unpacked", &walk->unpacked_only},
        {"--merge", &args->is_merge},
        {"--maximal-only", &walk->maximal_only},
        {"--all-match", &args->all_match},
        {"--invert-grep", &args->invert_grep},
        {"-i", &args->ignores_case},
        {"--regexp-ignore-case", &args->ignores_case}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(flags); i++)
        if (strcmp(word, flags[i].name) == 0) {
            *flags[i].flag = true;
            return true;
        }
    return false;
}

static void set_kind(struct qn_revision_args *args, enum qn_regex_kind kind)
{
    args->regex_kind = kind;
    args->has_regex_kind = true;
}

static bool take_order(struct qn_revision_args *args, const char *word)
{
    struct qn_walk_options *walk = &args->walk;

    if (strcmp(word, "--topo-order") == 0)
        walk->order = QN_WALK_TOPO;
    else if (strcmp(word, "--date-order") == 0)
        walk->order = QN_WALK_DATE;
    else if (strcmp(word, "--author-date-order") == 0)
        walk->order = QN_WALK_AUTHOR_DATE;
    else if (strcmp(word, "-E") == 0 || strcmp(word, "--extended-regexp") == 0)
        set_kind(args, QN_REGEX_EXTENDED);
    else if (strcmp(word, "-F") == 0 || strcmp(word, "--fixed-strings") == 0)
        set_kind(args, QN_REGEX_FIXED);
    else if (strcmp(word, "-P") == 0 || strcmp(word, "--perl-regexp") == 0)
        set_kind(args, QN_REGEX_PERL);
    else if (strcmp(word, "--basic-regexp") == 0)
        set_kind(args, QN_REGEX_BASIC);
    else
        return false;
    return true;
}

/* What sets several things at once. */
static bool take_composed(struct qn_revision_args *args, const char *word)
{
    struct qn_walk_options *walk = &args->walk;

    if (take_flag(args, word)) {
        if (walk->simplify_by_decoration)
            walk->simplify_merges = true;
        if (walk->simplify_merges)
            walk->rewrites_parents = true;
        walk->ignores_missing = args->ignores_missing;
        return true;
    }
    if (take_order(args, word)) {
        args->order_is_given |= walk->order != QN_WALK_DEFAULT;
        return true;
    }
    if (strcmp(word, "--dense") == 0) {
        walk->dense_off = false;
    } else if (strcmp(word, "--cherry") == 0) {
        walk->cherry_mark = true;
        walk->right_only = true;
        walk->no_merges = true;
    } else if (strcmp(word, "--parents") == 0) {
        args->shows_parents = true;
        walk->rewrites_parents = true;
    } else if (strcmp(word, "--children") == 0) {
        args->shows_children = true;
        walk->rewrites_parents = true;
    } else if (strcmp(word, "--graph") == 0) {
        args->is_graph = true;
        walk->rewrites_parents = true;
        if (walk->order == QN_WALK_DEFAULT)
            walk->order = QN_WALK_TOPO;
    } else if (strcmp(word, "--no-graph") == 0) {
        if (args->is_graph && !args->order_is_given)
            walk->order = QN_WALK_DEFAULT;
        args->is_graph = false;
    } else if (strcmp(word, "--merges") == 0) {
        walk->min_parents = 2;
    } else if (strcmp(word, "--no-merges") == 0) {
        walk->max_parents = 1;
    } else if (strcmp(word, "--no-min-parents") == 0) {
        walk->min_parents = -1;
    } else if (strcmp(word, "--no-max-parents") == 0) {
        walk->max_parents = -1;
    } else if (strcmp(word, "--do-walk") == 0) {
        walk->no_walk = false;
    } else if (strcmp(word, "--ancestry-path") == 0) {
        walk->ancestry_path = true;
    } else {
        return false;
    }
    return true;
}

static enum qn_status take_no_walk(struct qn_ctx *ctx,
                                   struct qn_revision_args *args,
                                   const char *word, size_t *used)
{
    const char *value;

    *used = qn_revision_args_value(&word, 1, "--no-walk", false, &value);
    if (!*used)
        return QN_OK;
    args->walk.no_walk = true;
    args->walk.no_walk_unsorted = value && strcmp(value, "unsorted") == 0;
    if (value && strcmp(value, "unsorted") != 0 && strcmp(value, "sorted") != 0)
        return qn_ctx_fail(ctx, QN_INVALID, "invalid argument to --no-walk: %s",
                           value);
    return QN_OK;
}

static enum qn_status take_numbers(struct qn_ctx *ctx,
                                   struct qn_revision_args *args,
                                   const char *const *words, size_t count,
                                   size_t *used)
{
    struct qn_walk_options *walk = &args->walk;
    const char *word = words[0];
    const char *value;
    const struct {
        const char *name;
        int64_t *number;
    } numbers[] = {{"--max-count", &walk->max_count},
                   {"--skip", &walk->skip},
                   {"--min-parents", &walk->min_parents},
                   {"--max-parents", &walk->max_parents},
                   {"--min-age", &walk->until},
                   {"--max-age", &walk->since}};
    size_t i;

    *used = qn_revision_args_value(words, count, "--max-count-oldest", true,
                                   &value);
    if (*used) {
        walk->max_count_is_oldest = true;
        return to_number(ctx, value, &walk->max_count);
    }
    *used = 1;
    if (word[1] >= '0' && word[1] <= '9') {
        walk->no_walk = false;
        return to_number(ctx, word + 1, &walk->max_count);
    }
    if (word[1] == 'n' && word[2]) {
        walk->no_walk = false;
        return to_number(ctx, word + 2, &walk->max_count);
    }
    if (strcmp(word, "-n") == 0) {
        if (count < 2)
            return qn_ctx_fail_reason(ctx, QN_INVALID, "option.error", "-n",
                                      "-n requires an argument");
        *used = 2;
        walk->no_walk = false;
        return to_number(ctx, words[1], &walk->max_count);
    }
    for (i = 0; i < QN_COUNT_OF(numbers); i++) {
        *used = qn_revision_args_value(words, count, numbers[i].name, i < 2,
                                       &value);
        if (*used && numbers[i].number == &walk->max_count)
            walk->no_walk = false;
        if (*used && value)
            return to_number(ctx, value, numbers[i].number);
    }
    *used = 0;
    return QN_OK;
}

static enum qn_status take_dates(struct qn_ctx *ctx,
                                 struct qn_revision_args *args,
                                 const char *const *words, size_t count,
                                 size_t *used)
{
    struct qn_walk_options *walk = &args->walk;
    const char *value;
    const struct {
        const char *name;
        int64_t *seconds;
    } dates[] = {{"--since", &walk->since},
                 {"--after", &walk->since},
                 {"--since-as-filter", &walk->since_as_filter},
                 {"--until", &walk->until},
                 {"--before", &walk->until}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(dates); i++) {
        *used =
            qn_revision_args_value(words, count, dates[i].name, true, &value);
        if (!*used)
            continue;
        *dates[i].seconds = qn_date_approximate(qn_ctx_env(ctx), value, NULL);
        return QN_OK;
    }
    return QN_OK;
}

static enum qn_status take_patterns(struct qn_ctx *ctx,
                                    struct qn_revision_args *args,
                                    const char *const *words, size_t count,
                                    size_t *used)
{
    static const struct {
        const char *name;
        enum qn_revision_pattern_field field;
    } names[] = {{"--grep", QN_REVISION_PATTERN_MESSAGE},
                 {"--author", QN_REVISION_PATTERN_AUTHOR},
                 {"--committer", QN_REVISION_PATTERN_COMMITTER},
                 {"--grep-reflog", QN_REVISION_PATTERN_REFLOG}};
    const char *value;
    size_t i;
    enum qn_status status;

    for (i = 0; i < QN_COUNT_OF(names); i++) {
        *used =
            qn_revision_args_value(words, count, names[i].name, true, &value);
        if (!*used)
            continue;
        status =
            qn_memory_grow(ctx, &args->patterns, &args->pattern_capacity,
                           args->pattern_count + 1, sizeof(*args->patterns));
        if (!status)
            args->patterns[args->pattern_count++] =
                (struct qn_revision_pattern){names[i].field, value};
        return status;
    }
    return QN_OK;
}

static enum qn_status take_ancestry(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_revision_args *args,
                                    const char *word, size_t *used)
{
    enum qn_status status;
    struct qn_id id;

    if (strncmp(word, "--ancestry-path=", 16) != 0)
        return QN_OK;
    *used = 1;
    args->walk.ancestry_path = true;
    if (qn_revision_commit(ctx, scope, word + 16, &id))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "could not get commit for --ancestry-path argument "
                           "%s",
                           word + 16);
    status = qn_memory_grow(ctx, &args->ancestry, &args->ancestry_capacity,
                            args->ancestry_count + 1, sizeof(id));
    if (status)
        return status;
    args->ancestry[args->ancestry_count++] = id;
    args->walk.ancestry = args->ancestry;
    args->walk.ancestry_count = args->ancestry_count;
    return QN_OK;
}

enum qn_status qn_revision_args_option(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       struct qn_revision_args *args,
                                       const char *const *words, size_t count,
                                       size_t *used)
{
    const char *value;
    enum qn_status status;

    *used = 0;
    if (take_composed(args, words[0])) {
        *used = 1;
        return QN_OK;
    }
    status = qn_revision_args_refs_option(ctx, scope, args, words, count, used);
    if (!status && !*used)
        status = take_numbers(ctx, args, words, count, used);
    if (!status && !*used)
        status = take_dates(ctx, args, words, count, used);
    if (!status && !*used)
        status = take_patterns(ctx, args, words, count, used);
    if (!status && !*used)
        status = take_no_walk(ctx, args, words[0], used);
    if (!status && !*used)
        status = take_ancestry(ctx, scope, args, words[0], used);
    if (!status && !*used) {
        *used = qn_revision_args_value(words, count, "--default", true, &value);
        if (*used)
            args->default_name = value;
    }
    return status;
}
