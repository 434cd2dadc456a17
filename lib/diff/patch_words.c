/* SPDX-License-Identifier: MIT */
/* Word diff: in each hunk the removed and the added lines of a change are
 * texts, cut into words, which are compared as lines are. */
#include "base/memory.h"
#include "diff/patch_internal.h"
#include "diff/text_engine.h"

struct word {
    size_t start, end;
};

struct words {
    struct word *items;
    size_t count, capacity;
    struct qn_buf lines; /* a word a line */
};

struct style {
    const char *before, *after; /* of a piece */
    char sign;                  /* porcelain */
    enum qn_diff_color color;
};

static const struct style styles[2][3] = {
    {{"", "", ' ', QN_DIFF_COLOR_CONTEXT},
     {"", "", '-', QN_DIFF_COLOR_OLD},
     {"", "", '+', QN_DIFF_COLOR_NEW}},
    {{"", "", ' ', QN_DIFF_COLOR_CONTEXT},
     {"[-", "-]", '-', QN_DIFF_COLOR_OLD},
     {"{+", "+}", '+', QN_DIFF_COLOR_NEW}},
};

enum piece { CONTEXT, OLD, NEW };

static enum qn_status add_word(struct qn_ctx *ctx, struct words *words,
                               struct qn_bytes text, size_t start, size_t end)
{
    enum qn_status status =
        qn_memory_grow(ctx, &words->items, &words->capacity, words->count + 1,
                       sizeof(*words->items));

    if (status)
        return status;
    words->items[words->count++] = (struct word){start, end};
    status = qn_buf_append(ctx, &words->lines, text.data + start, end - start);
    return status ? status : qn_buf_append_byte(ctx, &words->lines, '\n');
}

static enum qn_status cut_by_regex(struct qn_ctx *ctx,
                                   const struct qn_regex *regex,
                                   struct qn_bytes text, struct words *words)
{
    size_t at = 0;

    while (at < text.size) {
        struct qn_regex_match match = {0, 0};
        unsigned flags =
            at && text.data[at - 1] != '\n' ? QN_REGEX_NOT_BOL : 0u;
        bool found = false;
        size_t start;
        size_t end;
        enum qn_status status = qn_regex_find(
            ctx, regex, qn_bytes_from(text, at), flags, &match, 1, &found);

        if (status || !found)
            return status;
        start = at + match.start;
        end = at + match.end;
        if (end > start) {
            size_t newline = qn_bytes_find(
                qn_bytes_make(text.data + start, end - start), '\n');

            end = start + newline;
        }
        if (end == start) {
            at = start + 1;
            continue;
        }
        status = add_word(ctx, words, text, start, end);
        if (status)
            return status;
        at = end;
    }
    return QN_OK;
}

static enum qn_status cut_by_space(struct qn_ctx *ctx, struct qn_bytes text,
                                   struct words *words)
{
    size_t at = 0;

    for (;;) {
        size_t start;
        enum qn_status status;

        while (at < text.size && qn_text_is_space(text.data[at]))
            at++;
        if (at == text.size)
            return QN_OK;
        start = at;
        while (at < text.size && !qn_text_is_space(text.data[at]))
            at++;
        status = add_word(ctx, words, text, start, at);
        if (status)
            return status;
    }
}

static enum qn_status cut_words(struct qn_ctx *ctx,
                                const struct qn_patch *patch,
                                struct qn_bytes text, struct words *words)
{
    words->count = 0;
    qn_buf_clear(&words->lines);
    return patch->words ? cut_by_regex(ctx, patch->words, text, words)
                        : cut_by_space(ctx, text, words);
}

static enum qn_status put_part(struct qn_ctx *ctx, const struct qn_patch *patch,
                               const struct style *style, struct qn_bytes part,
                               struct qn_buf *out)
{
    const struct qn_diff_options *options = &patch->options;
    const char *color = options->has_color ? options->colors[style->color] : "";
    enum qn_status status;

    if (options->words == QN_DIFF_WORDS_PORCELAIN) {
        status = qn_buf_append_string(ctx, out, color);
        if (!status)
            status = qn_buf_append_byte(ctx, out, (uint8_t)style->sign);
        if (!status)
            status = qn_buf_append_bytes(ctx, out, part);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status && *color)
            status = qn_buf_append_string(ctx, out,
                                          options->colors[QN_DIFF_COLOR_RESET]);
        return status;
    }
    status = qn_buf_append_string(ctx, out, color);
    if (!status)
        status = qn_buf_append_string(ctx, out, style->before);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, part);
    if (!status)
        status = qn_buf_append_string(ctx, out, style->after);
    if (!status && *color)
        status = qn_buf_append_string(ctx, out,
                                      options->colors[QN_DIFF_COLOR_RESET]);
    return status;
}

static enum qn_status put_piece(struct qn_ctx *ctx,
                                const struct qn_patch *patch, enum piece kind,
                                struct qn_bytes text, struct qn_buf *out)
{
    bool is_porcelain = patch->options.words == QN_DIFF_WORDS_PORCELAIN;
    const struct style *style =
        &styles[patch->options.words == QN_DIFF_WORDS_PLAIN][kind];
    enum qn_status status = QN_OK;

    while (text.size && !status) {
        size_t newline = qn_bytes_find(text, '\n');

        if (newline)
            status =
                put_part(ctx, patch, style, qn_bytes_first(text, newline), out);
        if (!status && newline < text.size)
            status =
                qn_buf_append_string(ctx, out, is_porcelain ? "~\n" : "\n");
        text = qn_bytes_from(text, newline + 1);
    }
    return status;
}

static struct qn_bytes span(struct qn_bytes text, size_t start, size_t end)
{
    return qn_bytes_make(text.data + start, end - start);
}

struct word_diff {
    struct words sides[2];
    struct qn_buf texts[2];
};

static enum qn_status put_changes(struct qn_ctx *ctx,
                                  const struct qn_patch *patch,
                                  struct word_diff *w,
                                  const struct qn_text_diff *diff,
                                  struct qn_buf *out)
{
    struct qn_bytes a = qn_buf_bytes(&w->texts[0]);
    struct qn_bytes b = qn_buf_bytes(&w->texts[1]);
    enum qn_status status = QN_OK;
    size_t at = 0;
    size_t i;

    for (i = 0; i < diff->change_count && !status; i++) {
        const struct qn_text_change *change = &diff->changes[i];
        const struct word *old_words =
            change->old_count ? w->sides[0].items + change->old_start : NULL;
        const struct word *new_words =
            change->new_count ? w->sides[1].items + change->new_start : NULL;
        size_t start;
        size_t end;

        if (change->new_count) {
            start = new_words[0].start;
            end = new_words[change->new_count - 1].end;
        } else {
            start = end = change->new_start
                              ? w->sides[1].items[change->new_start - 1].end
                              : 0;
        }
        if (start > at)
            status = put_piece(ctx, patch, CONTEXT, span(b, at, start), out);
        if (!status && change->old_count)
            status = put_piece(ctx, patch, OLD,
                               span(a, old_words[0].start,
                                    old_words[change->old_count - 1].end),
                               out);
        if (!status && end > start)
            status = put_piece(ctx, patch, NEW, span(b, start, end), out);
        at = end;
    }
    if (!status && at < b.size)
        status = put_piece(ctx, patch, CONTEXT, span(b, at, b.size), out);
    return status;
}

static enum qn_status put_words(struct qn_ctx *ctx,
                                const struct qn_patch *patch,
                                struct word_diff *w, struct qn_buf *out)
{
    static const struct qn_text_diff_options options;
    struct qn_text_diff diff = {0};
    enum qn_status status = QN_OK;
    int i;

    if (w->texts[1].size == 0)
        return put_piece(ctx, patch, OLD, qn_buf_bytes(&w->texts[0]), out);
    for (i = 0; i < 2 && !status; i++)
        status =
            cut_words(ctx, patch, qn_buf_bytes(&w->texts[i]), &w->sides[i]);
    if (!status)
        status =
            qn_text_diff_run(ctx, qn_buf_bytes(&w->sides[0].lines),
                             qn_buf_bytes(&w->sides[1].lines), &options, &diff);
    if (!status)
        status = put_changes(ctx, patch, w, &diff, out);
    qn_text_diff_dispose(&diff);
    return status;
}

static enum qn_status take_lines(struct qn_ctx *ctx, struct qn_buf *text,
                                 const struct qn_text_lines *lines,
                                 uint32_t start, uint32_t count)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    qn_buf_clear(text);
    for (i = 0; i < count && !status; i++) {
        struct qn_bytes line = qn_text_lines_at(lines, start + i);

        status = qn_buf_append_bytes(ctx, text, line);
        if (!status && (!line.size || line.data[line.size - 1] != '\n'))
            status = qn_buf_append_byte(ctx, text, '\n');
    }
    return status;
}

static enum qn_status put_context(struct qn_ctx *ctx,
                                  const struct qn_patch *patch,
                                  const struct qn_text_lines *lines,
                                  uint32_t start, uint32_t end,
                                  struct qn_buf *out)
{
    const struct qn_diff_options *options = &patch->options;
    bool is_porcelain = options->words == QN_DIFF_WORDS_PORCELAIN;
    enum qn_status status = QN_OK;

    for (; start < end && !status; start++) {
        struct qn_bytes line = qn_text_lines_at(lines, start);

        if (line.size && line.data[line.size - 1] == '\n')
            line.size--;
        if (options->has_color)
            status = qn_buf_append_string(
                ctx, out, options->colors[QN_DIFF_COLOR_CONTEXT]);
        if (!status && is_porcelain)
            status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        if (!status && options->has_color && (line.size || is_porcelain))
            status = qn_buf_append_string(ctx, out,
                                          options->colors[QN_DIFF_COLOR_RESET]);
        if (!status)
            status =
                qn_buf_append_string(ctx, out, is_porcelain ? "\n~\n" : "\n");
    }
    return status;
}

enum qn_status qn_patch_words_hunk(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_text_diff *diff,
                                   const struct qn_hunk *hunk,
                                   struct qn_buf *out)
{
    struct word_diff w = {0};
    uint32_t at = hunk->new_start;
    enum qn_status status = patch->options.has_color
                                ? qn_patch_color_header(ctx, patch, hunk, out)
                                : qn_hunks_append_header(ctx, hunk, out);
    size_t i;

    for (i = hunk->first; i <= hunk->last && !status; i++) {
        const struct qn_text_change *change = &diff->changes[i];

        status = put_context(ctx, patch, &diff->new_lines, at,
                             change->new_start, out);
        if (!status)
            status = take_lines(ctx, &w.texts[0], &diff->old_lines,
                                change->old_start, change->old_count);
        if (!status)
            status = take_lines(ctx, &w.texts[1], &diff->new_lines,
                                change->new_start, change->new_count);
        if (!status)
            status = put_words(ctx, patch, &w, out);
        at = change->new_start + change->new_count;
    }
    if (!status)
        status = put_context(ctx, patch, &diff->new_lines, at,
                             hunk->new_start + hunk->new_count, out);
    for (i = 0; i < 2; i++) {
        qn_memory_free(w.sides[i].items);
        qn_buf_dispose(&w.sides[i].lines);
        qn_buf_dispose(&w.texts[i]);
    }
    return status;
}
