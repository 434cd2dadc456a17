/* SPDX-License-Identifier: MIT */
#include "operation/part/line_range.h"

#include "diff/text_diff.h"
#include "text/regex.h"

#include <stdio.h>
#include <stdlib.h>

struct lines {
    struct qn_text_lines lines;
    struct qn_patch *patch; /* knows what heads a function */
    struct qn_bytes path;
};

enum qn_status qn_line_range_split(struct qn_ctx *ctx, const char *text,
                                   struct qn_line_range *out)
{
    const char *at = text;
    char end;

    if (*at == ':')
        at++;
    while (*at && *at != ':') {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '/' && *text != ':') { /* a regex may hold a colon */
            const char *close = at + 1;

            while (*close && *close != '/')
                close += *close == '\\' && close[1] ? 2 : 1;
            at = *close ? close : at;
        }
        at++;
    }
    end = *at;
    if (!end || !at[1] ||
        (*text != ':' && *text != '/' && *text != '^' && *text != ',' &&
         *text != '+' && *text != '-' && (*text < '0' || *text > '9')))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "-L argument not 'start,end:file' or "
                           "':funcname:file': %s",
                           text);
    out->range = qn_bytes_make(text, (size_t)(at - text));
    out->path = qn_bytes_from_string(at + 1);
    return QN_OK;
}

static enum qn_status no_match(struct qn_ctx *ctx, struct qn_bytes pattern,
                               uint32_t from, const char *words)
{
    return qn_ctx_fail(ctx, QN_NOT_FOUND,
                       "-L parameter '%.*s' starting at line %u: %s",
                       QN_BYTES_ARG(pattern), from + 1, words);
}

static enum qn_status find_line(struct qn_ctx *ctx, const struct lines *l,
                                struct qn_bytes pattern, bool needs_heading,
                                uint32_t from, uint32_t *line, bool *found)
{
    struct qn_regex *regex = NULL;
    enum qn_status status =
        qn_regex_new(ctx, pattern, QN_REGEX_BASIC, QN_REGEX_NEWLINE, &regex);

    *found = false;
    if (status && status != QN_NO_MEMORY) {
        char words[200];

        snprintf(words, sizeof(words), "%s", qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        return no_match(ctx, pattern, from, words);
    }
    for (; !status && from < l->lines.count && !*found; from++) {
        struct qn_bytes text = qn_text_lines_at(&l->lines, from);

        if (text.size && text.data[text.size - 1] == '\n')
            text.size--;
        if (!qn_regex_is_match(ctx, regex, text))
            continue;
        if (needs_heading && !qn_patch_is_heading(ctx, l->patch, l->path, text))
            continue;
        *found = true;
        *line = from;
    }
    qn_regex_free(regex);
    return status;
}

static enum qn_status bad_range(struct qn_ctx *ctx,
                                const struct qn_line_range *spec)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "line-range.bad", NULL,
                              "-L argument not 'start,end:file' or "
                              "':funcname:file': %.*s:%.*s",
                              QN_BYTES_ARG(spec->range),
                              QN_BYTES_ARG(spec->path));
}

/* ":name": from the line that heads it to the next one that heads another. */
static enum qn_status find_function(struct qn_ctx *ctx, const struct lines *l,
                                    const struct qn_line_range *spec,
                                    struct qn_patch_range *out)
{
    bool from_top = spec->range.data[0] == '^';
    struct qn_bytes name = qn_bytes_from(spec->range, from_top ? 2 : 1);
    uint32_t from = from_top ? 0 : spec->after;
    bool found = false;
    enum qn_status status;

    if (!name.size)
        return bad_range(ctx, spec);
    status = find_line(ctx, l, name, true, from, &out->start, &found);
    if (!status && !found)
        return no_match(ctx, name, from, "no match");
    for (out->end = out->start + 1; !status && out->end < l->lines.count;
         out->end++)
        if (qn_patch_is_heading(ctx, l->patch, l->path,
                                qn_text_lines_at(&l->lines, out->end)))
            break;
    return status;
}

/* One end: a number, /regex/, ^/regex/, or (`from` is the start's line) +n and
 * -n.  `*line` is 1-based; `*text` goes behind it. */
static enum qn_status read_end(struct qn_ctx *ctx, const struct lines *l,
                               struct qn_bytes *text, uint32_t from,
                               bool is_end, int64_t *line, bool *is_given)
{
    struct qn_bytes rest = *text;
    bool from_top = false;
    size_t i = 0;
    enum qn_status status = QN_OK;

    *is_given = rest.size && rest.data[0] != ',';
    if (!*is_given)
        return QN_OK;
    if (is_end && (rest.data[0] == '+' || rest.data[0] == '-')) {
        bool is_minus = rest.data[0] == '-';
        int64_t count = strtoll((const char *)rest.data + 1, NULL, 10);

        if (count == 0)
            return qn_ctx_fail(ctx, QN_INVALID, "-L invalid empty range");
        *line =
            is_minus ? (int64_t)from - count + 1 : (int64_t)from + count - 1;
        if (*line < 1)
            *line = 1;
        for (i = 1;
             i < rest.size && rest.data[i] >= '0' && rest.data[i] <= '9';)
            i++;
        *text = qn_bytes_from(rest, i);
        return QN_OK;
    }
    if (!is_end && rest.data[0] == '^') {
        from_top = true;
        rest = qn_bytes_from(rest, 1);
    }
    if (rest.size && rest.data[0] == '/') {
        struct qn_bytes pattern;
        uint32_t found_line = 0;
        bool found = false;
        uint32_t start = from_top ? 0 : from;

        for (i = 1; i < rest.size && rest.data[i] != '/'; i++)
            if (rest.data[i] == '\\' && i + 1 < rest.size)
                i++;
        if (i >= rest.size) { /* it does not end: not understood */
            *line = start + 1;
            return QN_OK;
        }
        pattern = qn_bytes_make(rest.data + 1, i - 1);
        *text = qn_bytes_from(rest, i + 1);
        status = find_line(ctx, l, pattern, false, start, &found_line, &found);
        if (!status && !found)
            return no_match(ctx, pattern, start, "No match");
        *line = (int64_t)found_line + 1;
        return status;
    }
    *line = 0;
    i = rest.size && rest.data[0] == '-';
    for (; i < rest.size && rest.data[i] >= '0' && rest.data[i] <= '9'; i++)
        if (*line <= UINT32_MAX)
            *line = *line * 10 + (rest.data[i] - '0');
    if (i == 0 || (i == 1 && rest.data[0] == '-'))
        return QN_OK; /* no number: what is left is not understood */
    *text = qn_bytes_from(rest, i);
    if (rest.data[0] == '-' || *line == 0)
        return qn_ctx_fail(ctx, QN_INVALID, "-L invalid line number: %lld",
                           (long long)(rest.data[0] == '-' ? -*line : *line));
    return QN_OK;
}

static enum qn_status find_numbers(struct qn_ctx *ctx, const struct lines *l,
                                   const struct qn_line_range *spec,
                                   struct qn_patch_range *out)
{
    struct qn_bytes rest = spec->range;
    int64_t start = 1;
    int64_t end = l->lines.count;
    bool has_start = false;
    bool has_end = false;
    enum qn_status status =
        read_end(ctx, l, &rest, spec->after, false, &start, &has_start);

    if (!has_start)
        start = 1;
    if (!status && rest.size && rest.data[0] == ',') {
        bool is_relative;

        rest = qn_bytes_from(rest, 1);
        is_relative = rest.size && (rest.data[0] == '+' || rest.data[0] == '-');
        status = read_end(ctx, l, &rest, (uint32_t)start, true, &end, &has_end);
        if (!has_end)
            end = l->lines.count;
        if (is_relative && end < start) {
            int64_t swap = start;

            start = end;
            end = swap;
        }
    }
    if (!status && rest.size)
        return bad_range(ctx, spec);
    if (status)
        return status;
    if (has_start && has_end && end < start) {
        int64_t swap = start;

        start = end;
        end = swap;
    }
    if (start > (int64_t)l->lines.count)
        return qn_ctx_fail(ctx, QN_INVALID, "file %.*s has only %u line%s",
                           QN_BYTES_ARG(spec->path), l->lines.count,
                           l->lines.count == 1 ? "" : "s");
    if (start < 1)
        start = 1;
    if (end > (int64_t)l->lines.count)
        end = l->lines.count;
    out->start = (uint32_t)start - 1;
    out->end = (uint32_t)end;
    return QN_OK;
}

enum qn_status qn_line_range_in(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_text_lines *lines,
                                const struct qn_line_range *spec,
                                struct qn_patch_range *out)
{
    struct qn_diff_options options;
    struct lines l = {.lines = *lines, .path = spec->path};
    enum qn_status status;

    qn_diff_options_init(&options);
    status =
        qn_patch_new(ctx, scope->repo, scope->odb, &options, NULL, &l.patch);
    if (!status && (qn_bytes_has_prefix(spec->range, ":") ||
                    qn_bytes_has_prefix(spec->range, "^:")))
        status = find_function(ctx, &l, spec, out);
    else if (!status)
        status = find_numbers(ctx, &l, spec, out);
    qn_patch_free(l.patch);
    return status;
}

enum qn_status qn_line_range_find(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_id *commit,
                                  const struct qn_line_range *spec,
                                  struct qn_patch_range *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_text_lines lines = {.starts = NULL};
    struct qn_buf name = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    status = qn_buf_printf(ctx, &name, "%s:%.*s", qn_id_to_hex(commit, hex),
                           QN_BYTES_ARG(spec->path));
    revision.is_quiet = true;
    if (!status &&
        qn_revision_parse(ctx, scope, qn_buf_string(&name), &revision)) {
        qn_ctx_clear(ctx);
        status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                             "There is no path %.*s in the commit",
                             QN_BYTES_ARG(spec->path));
    }
    if (!status)
        status = qn_odb_read_typed(ctx, scope->odb, &revision.id,
                                   QN_OBJECT_BLOB, &object);
    if (!status)
        status = qn_text_lines_split(ctx, qn_object_bytes(&object), &lines);
    if (!status)
        status = qn_line_range_in(ctx, scope, &lines, spec, out);
    qn_text_lines_dispose(&lines);
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
    qn_buf_dispose(&name);
    return status;
}
