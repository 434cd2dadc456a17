/* SPDX-License-Identifier: MIT */
#include "operation/part/patch_select_private.h"

#include <stdarg.h>
#include <string.h>

static enum qn_status print(struct qn_ctx *ctx,
                            const struct qn_patch_select_options *options,
                            struct qn_bytes text)
{
    return options->calls.print(ctx, options->calls.data, text);
}

enum qn_status
qn_patch_select_line(struct qn_ctx *ctx,
                     const struct qn_patch_select_options *options,
                     const char *color, const char *format, ...)
{
    struct qn_buf out = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_string(ctx, &out, color);
    va_list arguments;

    va_start(arguments, format);
    if (!status)
        status = qn_buf_vprintf(ctx, &out, format, arguments);
    va_end(arguments);
    if (!status && *color)
        status = qn_buf_append_string(ctx, &out, options->colors.reset);
    if (!status)
        status = qn_buf_append_byte(ctx, &out, '\n');
    if (!status)
        status = print(ctx, options, qn_buf_bytes(&out));
    qn_buf_dispose(&out);
    return status;
}

enum qn_status
qn_patch_select_say(struct qn_ctx *ctx,
                    const struct qn_patch_select_options *options,
                    const char *line)
{
    return qn_patch_select_line(ctx, options, options->colors.error, "%s",
                                line);
}

/* A prompt in its colour. */
static enum qn_status prompt(struct qn_ctx *ctx,
                             const struct qn_patch_select_options *options,
                             const char *text)
{
    struct qn_buf out = QN_BUF_INIT;
    const struct qn_patch_colors *colors = &options->colors;
    enum qn_status status =
        qn_buf_printf(ctx, &out, "%s%s%s", colors->prompt, text,
                      *colors->prompt ? colors->reset : "");

    if (!status)
        status = print(ctx, options, qn_buf_bytes(&out));
    qn_buf_dispose(&out);
    return status;
}

static char lower(uint8_t byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

enum qn_status
qn_patch_select_ask(struct qn_ctx *ctx,
                    const struct qn_patch_select_options *options,
                    const char *question, bool *is_yes)
{
    struct qn_buf answer = QN_BUF_INIT;
    bool is_end = false;
    enum qn_status status = QN_OK;
    char letter = 0;

    while (!status && !is_end && letter != 'y' && letter != 'n') {
        status = prompt(ctx, options, question);
        if (!status)
            status = options->calls.ask(ctx, options->calls.data, true, &answer,
                                        &is_end);
        letter = answer.size ? lower(answer.data[0]) : 0;
    }
    *is_yes = letter == 'y' && !is_end;
    qn_buf_dispose(&answer);
    return status;
}

bool qn_patch_select_has_chosen(const struct qn_file_patch *file)
{
    for (size_t i = 0; i < file->count; i++)
        if (file->hunks[i].use == QN_FILE_PATCH_USE)
            return true;
    return file->count == 0 && file->use == QN_FILE_PATCH_USE;
}

static enum qn_file_patch_use *use_of(struct qn_patch_place *place)
{
    return place->file->count ? &place->file->hunks[place->at].use
                              : &place->file->use;
}

/* The other hunks that are not decided, on both sides. */
static void look_around(struct qn_patch_place *place)
{
    size_t count = place->file->count;

    place->next_open = place->last_open = QN_PATCH_NOWHERE;
    for (size_t away = 1; away < count; away++) {
        size_t behind = (place->at + away) % count;
        size_t before = (place->at + count - away) % count;

        if (place->next_open == QN_PATCH_NOWHERE &&
            place->file->hunks[behind].use == QN_FILE_PATCH_UNDECIDED)
            place->next_open = behind;
        if (place->last_open == QN_PATCH_NOWHERE &&
            place->file->hunks[before].use == QN_FILE_PATCH_UNDECIDED)
            place->last_open = before;
    }
}

static bool is_editable(const struct qn_patch_place *place)
{
    return place->file->count && !place->file->is_deleted &&
           !place->file->hunks[place->at].is_mode;
}

/* The letters behind y,n,q,a,d, in their order. */
static void list_keys(const struct qn_patch_place *place, char *keys)
{
    const struct qn_file_patch *file = place->file;
    bool has_open = place->next_open != QN_PATCH_NOWHERE;
    bool has_others = file->count > 1;

    if (has_open)
        *keys++ = 'k';
    if (has_others)
        *keys++ = 'K';
    if (has_open)
        *keys++ = 'j';
    if (has_others) {
        *keys++ = 'J';
        *keys++ = 'g';
        *keys++ = '/';
    }
    if (file->count && file->hunks[place->at].pieces > 1)
        *keys++ = 's';
    if (is_editable(place))
        *keys++ = 'e';
    if (place->all->options->stays && place->all->count > 1) {
        *keys++ = '>';
        *keys++ = '<';
    }
    if (file->count || file->is_deleted) {
        *keys++ = 'p';
        *keys++ = 'P';
    }
    *keys = 0;
}

static enum qn_status show_hunk(struct qn_ctx *ctx,
                                struct qn_patch_place *place)
{
    struct qn_patch_select *all = place->all;
    enum qn_status status = QN_OK;

    if (place->shown == place->at || place->file->count == 0)
        return QN_OK;
    qn_buf_clear(&all->out);
    status = qn_file_patch_show_hunk(ctx, place->file, place->at,
                                     qn_file_patch_has_colors(place->file)
                                         ? &all->options->hunk_colors
                                         : NULL,
                                     &all->out);
    if (!status)
        status = print(ctx, all->options, qn_buf_bytes(&all->out));
    place->shown = place->at;
    return status;
}

static enum qn_status
show_prompt(struct qn_ctx *ctx, struct qn_patch_place *place, const char *keys)
{
    struct qn_patch_select *all = place->all;
    const struct qn_patch_words *words = &all->options->words;
    const struct qn_file_patch *file = place->file;
    enum qn_file_patch_use use = *use_of(place);
    const char *what = file->count && file->hunks[place->at].is_mode
                           ? "mode change"
                       : file->is_deleted ? "deletion"
                       : file->is_added   ? "addition"
                                          : "this hunk";
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &text, "(%zu/%zu) %s %s%s%s [y,n,q,a,d",
                           place->at + 1, file->count ? file->count : 1,
                           words->title, what, words->suffix,
                           use == QN_FILE_PATCH_USE    ? " (was: y)"
                           : use == QN_FILE_PATCH_SKIP ? " (was: n)"
                                                       : "");
    for (; !status && *keys; keys++)
        status = qn_buf_printf(ctx, &text, ",%c", *keys);
    if (!status)
        status = qn_buf_append_string(ctx, &text, ",?]? ");
    if (!status)
        status = prompt(ctx, all->options, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

/* Decided: on to the next that is not, around the end. */
static void advance(struct qn_patch_place *place)
{
    place->at = place->next_open != QN_PATCH_NOWHERE ? place->next_open : 0;
}

static void decide_rest(struct qn_patch_place *place,
                        enum qn_file_patch_use use)
{
    struct qn_file_patch *file = place->file;

    if (file->count == 0)
        file->use = file->use ? file->use : use;
    for (size_t i = place->at; i < file->count; i++)
        if (file->hunks[i].use == QN_FILE_PATCH_UNDECIDED)
            file->hunks[i].use = use;
    place->at = 0;
    if (file->count && file->hunks[0].use != QN_FILE_PATCH_UNDECIDED) {
        look_around(place);
        advance(place);
    }
}

static enum qn_status split(struct qn_ctx *ctx, struct qn_patch_place *place)
{
    struct qn_file_patch *file = place->file;
    uint32_t pieces;
    enum qn_status status;

    if (file->count == 0 || file->hunks[place->at].pieces < 2)
        return qn_patch_select_say(ctx, place->all->options,
                                   "Sorry, cannot split this hunk");
    pieces = file->hunks[place->at].pieces;
    status = qn_file_patch_split(ctx, file, place->at);
    place->shown = QN_PATCH_NOWHERE;
    return status ? status
                  : qn_patch_select_line(ctx, place->all->options,
                                         place->all->options->colors.header,
                                         "Split into %u hunks.", pieces);
}

static enum qn_status edit(struct qn_ctx *ctx, struct qn_patch_place *place)
{
    enum qn_status status;
    bool is_done = false;

    if (!is_editable(place))
        return qn_patch_select_say(ctx, place->all->options,
                                   "Sorry, cannot edit this hunk");
    status = qn_patch_select_edit(ctx, place, &is_done);
    if (!status && is_done) {
        *use_of(place) = QN_FILE_PATCH_USE;
        place->shown = QN_PATCH_NOWHERE;
        advance(place);
    }
    return status;
}

/* Print it, on the screen (again) or through the pager. */
static enum qn_status reprint(struct qn_ctx *ctx, struct qn_patch_place *place,
                              bool through_pager)
{
    struct qn_patch_select *all = place->all;
    enum qn_status status;

    place->shown = QN_PATCH_NOWHERE;
    if (!through_pager || place->file->count == 0)
        return QN_OK;
    qn_buf_clear(&all->out);
    status = qn_file_patch_show_hunk(ctx, place->file, place->at,
                                     qn_file_patch_has_colors(place->file)
                                         ? &all->options->hunk_colors
                                         : NULL,
                                     &all->out);
    place->shown = place->at;
    if (!status)
        status = all->options->calls.page(ctx, all->options->calls.data,
                                          qn_buf_bytes(&all->out));
    return status;
}

static enum qn_status go_to_file(struct qn_ctx *ctx,
                                 struct qn_patch_place *place, int step)
{
    if (place->all->count < 2)
        return qn_patch_select_say(ctx, place->all->options,
                                   step > 0 ? "No next file"
                                            : "No previous file");
    place->is_left = true;
    place->step = step;
    return QN_OK;
}

static enum qn_status move(struct qn_ctx *ctx, struct qn_patch_place *place,
                           char key)
{
    size_t count = place->file->count;
    size_t to = key == 'j' ? place->next_open : place->last_open;

    if (key == 'J' || key == 'K') {
        if (count < 2)
            return qn_patch_select_say(ctx, place->all->options,
                                       "No other hunk");
        to = (place->at + (key == 'J' ? 1 : count - 1)) % count;
    } else if (to == QN_PATCH_NOWHERE) {
        return qn_patch_select_say(ctx, place->all->options,
                                   "No other undecided hunk");
    }
    place->at = to;
    return QN_OK;
}

static enum qn_status obey(struct qn_ctx *ctx, struct qn_patch_place *place,
                           const char *keys)
{
    struct qn_patch_select *all = place->all;
    const char *answer = qn_buf_string(&all->answer);

    if (answer[1] && answer[0] != 'g' && answer[0] != '/')
        return qn_patch_select_line(
            ctx, all->options, all->options->colors.error,
            "Only one letter is expected, got '%s'", answer);
    switch (lower((uint8_t)answer[0])) {
    case 'y':
    case 'n':
        *use_of(place) = lower((uint8_t)answer[0]) == 'y' ? QN_FILE_PATCH_USE
                                                          : QN_FILE_PATCH_SKIP;
        advance(place);
        return QN_OK;
    case 'a':
        decide_rest(place, QN_FILE_PATCH_USE);
        return QN_OK;
    case 'q':
        all->is_over = true;
        /* fallthrough */
    case 'd':
        decide_rest(place, QN_FILE_PATCH_SKIP);
        return QN_OK;
    default:
        break;
    }
    switch (answer[0]) {
    case 'j':
    case 'J':
    case 'k':
    case 'K':
        return move(ctx, place, answer[0]);
    case 'g':
        return qn_patch_select_goto(ctx, place);
    case '/':
        return qn_patch_select_search(ctx, place);
    case 's':
        return split(ctx, place);
    case 'e':
        return edit(ctx, place);
    case 'p':
    case 'P':
        return reprint(ctx, place, answer[0] == 'P');
    case '?':
        return qn_patch_select_help(ctx, place, keys);
    case '>':
    case '<':
        if (all->options->stays)
            return go_to_file(ctx, place, answer[0] == '>' ? 1 : -1);
        /* fallthrough */
    default:
        return qn_patch_select_line(
            ctx, all->options, all->options->colors.error,
            "Unknown command '%s' (use '?' for help)", answer);
    }
}

/* The dialogue about one file. */
static enum qn_status talk(struct qn_ctx *ctx, struct qn_patch_place *place)
{
    struct qn_patch_select *all = place->all;
    const struct qn_patch_select_options *options = all->options;
    char keys[16];
    bool is_end = false;
    enum qn_status status;

    qn_buf_clear(&all->out);
    status = qn_file_patch_show_head(ctx, place->file, &all->out);
    if (!status)
        status = print(ctx, options, qn_buf_bytes(&all->out));
    while (!status && !place->is_left && !all->is_over) {
        look_around(place);
        if (!options->stays && place->next_open == QN_PATCH_NOWHERE &&
            *use_of(place) != QN_FILE_PATCH_UNDECIDED)
            break;
        list_keys(place, keys);
        status = show_hunk(ctx, place);
        if (!status)
            status = show_prompt(ctx, place, keys);
        qn_buf_clear(&all->answer);
        if (!status)
            status = options->calls.ask(ctx, options->calls.data, true,
                                        &all->answer, &is_end);
        if (!status && is_end)
            all->is_over = true;
        else if (!status && all->answer.size)
            status = obey(ctx, place, keys);
    }
    return status;
}

static enum qn_status finish(struct qn_ctx *ctx, struct qn_patch_select *all,
                             size_t i)
{
    if (!qn_patch_select_has_chosen(&all->files[i]))
        return QN_OK;
    return all->options->calls.apply(ctx, all->options->calls.data, i);
}

enum qn_status
qn_patch_select_run(struct qn_ctx *ctx, struct qn_file_patch *files,
                    size_t count, const struct qn_patch_select_options *options)
{
    struct qn_patch_select all = {
        .options = options, .files = files, .count = count};
    enum qn_status status = QN_OK;
    size_t i = 0;

    while (!status && i < count && !all.is_over) {
        struct qn_patch_place place = {.all = &all,
                                       .file = &files[i],
                                       .number = i,
                                       .shown = QN_PATCH_NOWHERE};

        status = talk(ctx, &place);
        if (!status && !options->stays)
            status = finish(ctx, &all, i);
        if (!status && options->stays && all.is_over)
            for (size_t k = 0; k < count && !status; k++)
                status = finish(ctx, &all, k);
        if (!status)
            status = print(ctx, options, qn_bytes_from_string("\n"));
        if (options->stays)
            i = (i + (place.step > 0 ? 1 : count - 1)) % count;
        else
            i++;
    }
    qn_buf_dispose(&all.out);
    qn_buf_dispose(&all.answer);
    return status;
}
