/* SPDX-License-Identifier: MIT */
/* The longer commands of the dialogue: g, /, e and ?. */
#include "operation/part/patch_select_private.h"

#include "text/regex.h"
#include "text/stripspace.h"

#include <string.h>

#define PAGE_SIZE   20
#define RANGE_WIDTH 20
#define LINE_WIDTH  80

static enum qn_status ask_line(struct qn_ctx *ctx, struct qn_patch_select *all,
                               const char *question, bool *is_end)
{
    const struct qn_patch_calls *calls = &all->options->calls;
    enum qn_status status =
        calls->print(ctx, calls->data, qn_bytes_from_string(question));

    qn_buf_clear(&all->answer);
    return status ? status
                  : calls->ask(ctx, calls->data, false, &all->answer, is_end);
}

/* What follows the letter. */
static enum qn_status take_argument(struct qn_ctx *ctx,
                                    struct qn_patch_select *all)
{
    struct qn_bytes rest =
        qn_bytes_trim(qn_bytes_from(qn_buf_bytes(&all->answer), 1));
    struct qn_buf copy = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_bytes(ctx, &copy, rest);

    if (!status)
        qn_buf_swap(&all->answer, &copy);
    qn_buf_dispose(&copy);
    return status;
}

/* "+ 1:  -1,4 +1,5          -the first line that changes" */
static enum qn_status append_summary(struct qn_ctx *ctx,
                                     const struct qn_file_patch *file, size_t i,
                                     struct qn_buf *out)
{
    const struct qn_file_patch_hunk *hunk = &file->hunks[i];
    struct qn_bytes text =
        qn_bytes_make(file->plain.data + hunk->start, hunk->end - hunk->start);
    struct qn_bytes line;
    size_t start = out->size, body;
    enum qn_status status;

    status = qn_buf_printf(ctx, out, "%c%2zu: ",
                           hunk->use == QN_FILE_PATCH_USE    ? '+'
                           : hunk->use == QN_FILE_PATCH_SKIP ? '-'
                                                             : ' ',
                           i + 1);
    body = out->size;
    if (!status && !hunk->is_mode)
        status = qn_buf_printf(ctx, out, " -%u,%u +%u,%u ",
                               hunk->range.old_start, hunk->range.old_count,
                               hunk->range.new_start, hunk->range.new_count);
    if (!status && out->size - body < RANGE_WIDTH)
        status = qn_buf_append_repeat(ctx, out, ' ',
                                      RANGE_WIDTH - (out->size - body));
    while (!status && qn_bytes_next(&text, '\n', &line)) {
        if (line.size && (line.data[0] == '-' || line.data[0] == '+')) {
            status = qn_buf_append_bytes(ctx, out, line);
            break;
        }
    }
    if (out->size - start > LINE_WIDTH)
        qn_buf_truncate(out, start + LINE_WIDTH);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

/* Show hunks, page after page, until there is a number. */
static enum qn_status choose_hunk(struct qn_ctx *ctx,
                                  struct qn_patch_place *place)
{
    struct qn_patch_select *all = place->all;
    const struct qn_patch_calls *calls = &all->options->calls;
    size_t count = place->file->count;
    size_t i = place->at > PAGE_SIZE / 2 ? place->at - PAGE_SIZE / 2 : 0;
    bool is_end = false;
    enum qn_status status = QN_OK;

    do {
        size_t end = i + PAGE_SIZE < count ? i + PAGE_SIZE : count;

        qn_buf_clear(&all->out);
        for (; i < end && !status; i++)
            status = append_summary(ctx, place->file, i, &all->out);
        if (!status)
            status = calls->print(ctx, calls->data, qn_buf_bytes(&all->out));
        if (!status)
            status =
                ask_line(ctx, all,
                         i < count ? "go to which hunk (<ret> to see more)? "
                                   : "go to which hunk? ",
                         &is_end);
    } while (!status && all->answer.size == 0 && !is_end);
    return status;
}

enum qn_status qn_patch_select_goto(struct qn_ctx *ctx,
                                    struct qn_patch_place *place)
{
    struct qn_patch_select *all = place->all;
    const struct qn_patch_select_options *options = all->options;
    size_t count = place->file->count, number = 0, i = 0;
    const char *text;
    enum qn_status status;

    if (count < 2)
        return qn_patch_select_say(ctx, options, "No other hunks to goto");
    status = take_argument(ctx, all);
    if (!status && all->answer.size == 0)
        status = choose_hunk(ctx, place);
    if (status)
        return status;
    text = qn_buf_string(&all->answer);
    for (; text[i] >= '0' && text[i] <= '9'; i++)
        number = number < 1000000000 ? number * 10 + (size_t)(text[i] - '0')
                                     : number;
    if (i == 0 || text[i])
        return qn_patch_select_line(ctx, options, options->colors.error,
                                    "Invalid number: '%s'", text);
    if (number == 0 || number > count)
        return qn_patch_select_line(ctx, options, options->colors.error,
                                    count == 1
                                        ? "Sorry, only %zu hunk available."
                                        : "Sorry, only %zu hunks available.",
                                    count);
    place->at = number - 1;
    return QN_OK;
}

enum qn_status qn_patch_select_search(struct qn_ctx *ctx,
                                      struct qn_patch_place *place)
{
    struct qn_patch_select *all = place->all;
    const struct qn_patch_select_options *options = all->options;
    size_t count = place->file->count;
    struct qn_regex *regex = NULL;
    bool is_end = false;
    enum qn_status status;

    if (count < 2)
        return qn_patch_select_say(ctx, options, "No other hunks to search");
    status = take_argument(ctx, all);
    if (!status && all->answer.size == 0)
        status = ask_line(ctx, all, "search for regex? ", &is_end);
    if (status || is_end || all->answer.size == 0)
        return status;
    if (qn_regex_new(ctx, qn_buf_bytes(&all->answer), QN_REGEX_EXTENDED,
                     QN_REGEX_NEWLINE, &regex)) {
        qn_ctx_clear(ctx);
        return qn_patch_select_line(
            ctx, options, options->colors.error,
            "Malformed search regexp %s: Invalid regular expression",
            qn_buf_string(&all->answer));
    }
    for (size_t away = 0; away < count && !status; away++) {
        size_t i = (place->at + away) % count;

        qn_buf_clear(&all->out);
        status = qn_file_patch_show_hunk(ctx, place->file, i, NULL, &all->out);
        if (!status && qn_regex_is_match(ctx, regex, qn_buf_bytes(&all->out))) {
            place->at = i;
            goto out;
        }
    }
    if (!status)
        status = qn_patch_select_say(ctx, options,
                                     "No hunk matches the given pattern");
out:
    qn_regex_free(regex);
    return status;
}

/* ---- editing */

static enum qn_status
append_guide(struct qn_ctx *ctx, const struct qn_patch_select_options *options,
             struct qn_buf *out)
{
    bool is_reversed = options->words.is_reversed;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(
        ctx, &text,
        "---\n"
        "To remove '%c' lines, make them ' ' lines (context).\n"
        "To remove '%c' lines, delete them.\n"
        "Lines starting with %s will be removed.\n"
        "If the patch applies cleanly, the edited hunk will immediately be "
        "marked for %s.\n"
        "If it does not apply cleanly, you will be given an opportunity to\n"
        "edit again.  If all lines of the hunk are removed, then the edit is\n"
        "aborted and the hunk is left unchanged.\n",
        is_reversed ? '+' : '-', is_reversed ? '-' : '+', options->comment,
        options->words.editing);

    if (!status)
        status = qn_stripspace_comment(ctx, qn_buf_bytes(&text),
                                       options->comment, out);
    qn_buf_dispose(&text);
    return status;
}

/* One try.  `*is_done`: it was replaced; `*is_given_up`: the user left
 * nothing. */
static enum qn_status try_edit(struct qn_ctx *ctx, struct qn_patch_place *place,
                               bool *is_done, bool *is_given_up)
{
    struct qn_patch_select *all = place->all;
    const struct qn_patch_select_options *options = all->options;
    struct qn_file_patch_hunk before = place->file->hunks[place->at];
    struct qn_buf text = QN_BUF_INIT, hunks = QN_BUF_INIT;
    enum qn_status status;

    status = qn_stripspace_comment(
        ctx,
        qn_bytes_from_string(
            "Manual hunk edit mode -- see bottom for a quick guide.\n"),
        options->comment, &text);
    if (!status)
        status =
            qn_file_patch_show_hunk(ctx, place->file, place->at, NULL, &text);
    if (!status)
        status = append_guide(ctx, options, &text);
    if (status || !options->calls.edit(ctx, options->calls.data, &text))
        goto out;
    status = qn_file_patch_replace(ctx, place->file, place->at,
                                   qn_buf_bytes(&text), options->comment,
                                   &options->hunk_colors, is_given_up);
    if (status || *is_given_up)
        goto out;
    status = qn_file_patch_assemble(ctx, place->file, true, &hunks);
    if (!status)
        *is_done = options->calls.check(ctx, options->calls.data, place->number,
                                        qn_buf_bytes(&hunks));
    if (!*is_done)
        place->file->hunks[place->at] = before;
out:
    qn_buf_dispose(&text);
    qn_buf_dispose(&hunks);
    return status;
}

enum qn_status qn_patch_select_edit(struct qn_ctx *ctx,
                                    struct qn_patch_place *place, bool *is_done)
{
    bool is_given_up = false, goes_on = true;
    enum qn_status status = QN_OK;

    *is_done = false;
    while (!status && goes_on) {
        status = try_edit(ctx, place, is_done, &is_given_up);
        if (status || *is_done || is_given_up)
            return status;
        status = qn_patch_select_ask(ctx, place->all->options,
                                     "Your edited hunk does not apply. Edit "
                                     "again (saying \"no\" discards!) [y/n]? ",
                                     &goes_on);
    }
    return status;
}

/* ---- help */

static const struct {
    char key;
    const char *text;
} help_lines[] = {
    {'j', "j - go to the next undecided hunk, roll over at the bottom"},
    {'J', "J - go to the next hunk, roll over at the bottom"},
    {'k', "k - go to the previous undecided hunk, roll over at the top"},
    {'K', "K - go to the previous hunk, roll over at the top"},
    {'g', "g - select a hunk to go to"},
    {'/', "/ - search for a hunk matching the given regex"},
    {'s', "s - split the current hunk into smaller hunks"},
    {'e', "e - manually edit the current hunk"},
    {'p', "p - print the current hunk"},
    {'P', "P - print the current hunk using the pager"},
    {'>', "> - go to the next file, roll over at the bottom"},
    {'<', "< - go to the previous file, roll over at the top"},
};

/* When all of a file is decided. */
static enum qn_status append_tally(struct qn_ctx *ctx,
                                   const struct qn_patch_place *place)
{
    const struct qn_patch_select_options *options = place->all->options;
    const struct qn_file_patch *file = place->file;
    size_t used = 0, skipped = 0;

    for (size_t i = 0; i < file->count; i++) {
        used += file->hunks[i].use == QN_FILE_PATCH_USE;
        skipped += file->hunks[i].use == QN_FILE_PATCH_SKIP;
    }
    if (!options->stays || used + skipped < file->count || file->count == 0)
        return QN_OK;
    return qn_patch_select_line(
        ctx, options, options->colors.help,
        "HUNKS SUMMARY - Hunks: %zu, USE: %zu, SKIP: %zu\n", file->count, used,
        skipped);
}

enum qn_status qn_patch_select_help(struct qn_ctx *ctx,
                                    struct qn_patch_place *place,
                                    const char *keys)
{
    const struct qn_patch_select_options *options = place->all->options;
    const struct qn_patch_words *words = &options->words;
    struct qn_buf text = QN_BUF_INIT;
    const char *color = options->colors.help;
    enum qn_status status;

    status = qn_buf_printf(
        ctx, &text,
        "%s"
        "y - %s this hunk%s\n"
        "n - do not %s this hunk%s\n"
        "q - quit; do not %s this hunk or any of the remaining ones\n"
        "a - %s this hunk and all later hunks in the file\n"
        "d - do not %s this hunk or any of the later hunks in the file\n%s",
        color, words->verb, words->suffix, words->verb, words->suffix,
        words->verb, words->verb, words->verb,
        *color ? options->colors.reset : "");
    if (!status)
        status =
            options->calls.print(ctx, options->calls.data, qn_buf_bytes(&text));
    for (size_t i = 0; i < QN_COUNT_OF(help_lines) && !status; i++)
        if (strchr(keys, help_lines[i].key))
            status = qn_patch_select_line(ctx, options, color, "%s",
                                          help_lines[i].text);
    if (!status)
        status = qn_patch_select_line(ctx, options, color, "? - print help");
    if (!status)
        status = append_tally(ctx, place);
    qn_buf_dispose(&text);
    return status;
}
