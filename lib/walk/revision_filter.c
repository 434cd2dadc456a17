/* SPDX-License-Identifier: MIT */
/* --grep, --author, --committer: which commits of a walk are wanted. */
#include "base/memory.h"
#include "object/commit.h"
#include "walk/mailmap.h"
#include "walk/revision_args.h"

#include <string.h>

struct pattern {
    enum qn_revision_pattern_field field;
    struct qn_regex *regex;
};

struct qn_revision_filter {
    struct qn_odb *odb;
    struct pattern *patterns;
    size_t count;
    bool all_match;
    bool is_inverted;
    const struct qn_mailmap *mailmap; /* names are compared mapped; or NULL */
    struct qn_buf ident;
    struct qn_object object;
    qn_revision_notes_fn *notes; /* searched, too; or NULL */
    void *notes_data;
    struct qn_buf note;
};

static enum qn_regex_kind find_kind(const struct qn_revision_scope *scope,
                                    const struct qn_revision_args *args)
{
    const struct qn_config *config = qn_repo_config(scope->repo);
    const char *type;
    bool is_extended = false;

    if (args->has_regex_kind)
        return args->regex_kind;
    type = qn_config_string(config, "grep.patterntype", "default");
    if (strcmp(type, "extended") == 0)
        return QN_REGEX_EXTENDED;
    if (strcmp(type, "fixed") == 0)
        return QN_REGEX_FIXED;
    if (strcmp(type, "perl") == 0)
        return QN_REGEX_PERL;
    if (strcmp(type, "basic") == 0)
        return QN_REGEX_BASIC;
    type = qn_config_string(config, "grep.extendedregexp", NULL);
    if (type && qn_config_parse_bool(type, &is_extended) && is_extended)
        return QN_REGEX_EXTENDED;
    return QN_REGEX_BASIC;
}

enum qn_status qn_revision_filter_new(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const struct qn_revision_args *args,
                                      struct qn_revision_filter **out)
{
    enum qn_regex_kind kind = find_kind(scope, args);
    struct qn_revision_filter *filter;
    enum qn_status status = QN_OK;
    size_t i;

    filter = qn_memory_calloc(ctx, 1, sizeof(*filter));
    if (!filter)
        return QN_NO_MEMORY;
    filter->odb = scope->odb;
    filter->all_match = args->all_match;
    filter->is_inverted = args->invert_grep;
    filter->patterns = qn_memory_calloc(ctx, args->pattern_count + 1,
                                        sizeof(*filter->patterns));
    if (!filter->patterns)
        status = QN_NO_MEMORY;
    for (i = 0; i < args->pattern_count && !status; i++) {
        filter->patterns[i].field = args->patterns[i].field;
        status = qn_regex_new(
            ctx, qn_bytes_from_string(args->patterns[i].text), kind,
            (args->ignores_case ? QN_REGEX_FOLD : 0u) | QN_REGEX_NEWLINE,
            &filter->patterns[i].regex);
        if (status == QN_INVALID)
            (void)qn_ctx_where(ctx, "%s, '%s'",
                               args->patterns[i].field ==
                                       QN_REVISION_PATTERN_MESSAGE
                                   ? "command line"
                                   : "header",
                               args->patterns[i].text);
        filter->count++;
    }
    if (status) {
        qn_revision_filter_free(filter);
        return status;
    }
    *out = filter;
    return QN_OK;
}

void qn_revision_filter_free(struct qn_revision_filter *filter)
{
    size_t i;

    if (!filter)
        return;
    for (i = 0; i < filter->count; i++)
        qn_regex_free(filter->patterns[i].regex);
    qn_memory_free(filter->patterns);
    qn_object_dispose(&filter->object);
    qn_buf_dispose(&filter->ident);
    qn_buf_dispose(&filter->note);
    qn_memory_free(filter);
}

/* "Name <mail>" without the date. */
static struct qn_bytes without_date(struct qn_bytes ident)
{
    size_t end = qn_bytes_find_last(ident, '>');

    return end < ident.size ? qn_bytes_first(ident, end + 1) : ident;
}

void qn_revision_filter_set_mailmap(struct qn_revision_filter *filter,
                                    const struct qn_mailmap *mailmap)
{
    filter->mailmap = mailmap;
}

void qn_revision_filter_set_notes(struct qn_revision_filter *filter,
                                  qn_revision_notes_fn *notes, void *data)
{
    filter->notes = notes;
    filter->notes_data = data;
}

/* The name and mail that a pattern is held against. */
static enum qn_status shown_ident(struct qn_ctx *ctx,
                                  struct qn_revision_filter *filter,
                                  struct qn_bytes text, struct qn_bytes *out)
{
    struct qn_ident ident;
    enum qn_status status;

    *out = without_date(text);
    if (!filter->mailmap || !qn_ident_parse(text, &ident) ||
        !qn_mailmap_map(filter->mailmap, &ident.name, &ident.mail))
        return QN_OK;
    qn_buf_clear(&filter->ident);
    status = qn_buf_printf(ctx, &filter->ident, "%.*s <%.*s>",
                           QN_BYTES_ARG(ident.name), QN_BYTES_ARG(ident.mail));
    *out = qn_buf_bytes(&filter->ident);
    return status;
}

/* --grep-reflog. */
enum qn_status qn_revision_filter_ask_reflog(struct qn_ctx *ctx, void *data,
                                             struct qn_bytes message,
                                             bool *keep)
{
    struct qn_revision_filter *filter = data;
    bool is_asked = false;
    size_t i;

    *keep = false;
    for (i = 0; i < filter->count; i++)
        if (filter->patterns[i].field == QN_REVISION_PATTERN_REFLOG) {
            is_asked = true;
            *keep |= qn_regex_is_match(ctx, filter->patterns[i].regex, message);
        }
    *keep |= !is_asked;
    return QN_OK;
}

bool qn_revision_filter_find(struct qn_ctx *ctx,
                             const struct qn_revision_filter *filter,
                             enum qn_revision_pattern_field field,
                             struct qn_bytes text, unsigned flags,
                             size_t *start, size_t *end)
{
    bool is_there = false;
    size_t i;

    for (i = 0; i < filter->count; i++) {
        struct qn_regex_match match;
        bool found = false;

        if (filter->patterns[i].field != field ||
            qn_regex_find(ctx, filter->patterns[i].regex, text, flags, &match,
                          1, &found) ||
            !found || (is_there && match.start >= *start))
            continue;
        *start = match.start;
        *end = match.end;
        is_there = true;
    }
    return is_there && *end > *start;
}

static bool matches_line(struct qn_ctx *ctx, const struct qn_regex *regex,
                         struct qn_bytes text)
{
    struct qn_bytes line;

    while (qn_bytes_next(&text, '\n', &line))
        if (qn_regex_is_match(ctx, regex, line))
            return true;
    return false;
}

/* Patterns of one field are alternatives (--all-match: of the message, all are
 * needed); different fields all have to match. */
enum qn_status qn_revision_filter_ask(struct qn_ctx *ctx, void *data,
                                      const struct qn_id *id, bool *keep)
{
    struct qn_revision_filter *filter = data;
    struct qn_commit commit;
    bool asked[4] = {false};
    bool found[4] = {false};
    bool missed = false;
    bool matches = true;
    size_t i;
    enum qn_status status;

    *keep = true;
    if (filter->count == 0)
        return QN_OK;
    status = qn_odb_read_typed(ctx, filter->odb, id, QN_OBJECT_COMMIT,
                               &filter->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&filter->object),
                                 id->algorithm, &commit);
    qn_buf_clear(&filter->note);
    if (!status && filter->notes)
        status = filter->notes(ctx, filter->notes_data, id, &filter->note);
    if (status)
        return status;
    for (i = 0; i < filter->count; i++) {
        const struct pattern *pattern = &filter->patterns[i];
        bool fits;
        struct qn_bytes ident;

        if (pattern->field == QN_REVISION_PATTERN_REFLOG)
            continue;
        asked[pattern->field] = true;
        if (pattern->field != QN_REVISION_PATTERN_MESSAGE) {
            status = shown_ident(ctx, filter,
                                 pattern->field == QN_REVISION_PATTERN_AUTHOR
                                     ? commit.author
                                     : commit.committer,
                                 &ident);
            if (status)
                return status;
            fits = qn_regex_is_match(ctx, pattern->regex, ident);
        } else {
            fits =
                matches_line(ctx, pattern->regex, commit.message) ||
                matches_line(ctx, pattern->regex, qn_buf_bytes(&filter->note));
        }
        if (fits)
            found[pattern->field] = true;
        else if (pattern->field == QN_REVISION_PATTERN_MESSAGE)
            missed = true;
    }
    if (filter->all_match && missed)
        found[QN_REVISION_PATTERN_MESSAGE] = false;
    if (filter->is_inverted && asked[QN_REVISION_PATTERN_MESSAGE])
        found[QN_REVISION_PATTERN_MESSAGE] =
            !found[QN_REVISION_PATTERN_MESSAGE];
    for (i = 0; i < QN_COUNT_OF(asked); i++)
        if (asked[i] && !found[i])
            matches = false;
    *keep = matches;
    return QN_OK;
}
