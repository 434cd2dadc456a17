/* SPDX-License-Identifier: MIT */
/* Lines of blame for people: what is known of each line in columns of one
 * width, then the line. */
#include "cli/blame.h"

#include "text/color.h"
#include "text/utf8.h"

#include <stdio.h>
#include <string.h>

struct columns {
    size_t id; /* bytes of ids with their marks */
    size_t path, author, number, from, score;
    bool shows_path;
};

void blame_append_date(struct blame *b, const struct blame_person *author,
                       struct qn_buf *out)
{
    size_t start = out->size;
    size_t width;

    if (b->is_raw_time) {
        cli_check(b->cli, qn_buf_printf(b->cli->ctx, out, "%lld %+05d",
                                        (long long)author->time, author->zone));
        return;
    }
    cli_check(b->cli, qn_date_format(b->cli->ctx, author->time, author->zone,
                                     &b->date_mode, out));
    width = qn_utf8_width(qn_bytes_from(qn_buf_bytes(out), start), false);
    if (width < b->date_width)
        cli_check(b->cli, qn_buf_append_repeat(b->cli->ctx, out, ' ',
                                               b->date_width - width));
}

static size_t digits_of(uint64_t number)
{
    size_t digits = 1;

    while (number >= 10) {
        number /= 10;
        digits++;
    }
    return digits;
}

static uint32_t score_of(const struct qn_blame *blame,
                         const struct qn_blame_hunk *hunk)
{
    const struct qn_text_lines *lines = qn_blame_lines(blame);
    const uint8_t *at = lines->text.data + lines->starts[hunk->line];
    const uint8_t *end =
        lines->text.data + lines->starts[hunk->line + hunk->count];
    uint32_t score = 1;

    for (; at < end; at++)
        score += (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
                 (*at >= 'A' && *at <= 'Z');
    return score;
}

static void widen(size_t *width, size_t size)
{
    if (size > *width)
        *width = size;
}

static void measure_id(struct blame *b, const struct qn_blame_source *source,
                       struct columns *columns)
{
    struct cli *cli = b->cli;
    size_t digits = 0;

    if (b->abbrev >= 0)
        return;
    cli_check(cli, qn_odb_abbreviate(cli->ctx, cli->odb, &source->commit, 0,
                                     &digits));
    widen(&columns->id, digits + 1);
}

static void measure(struct blame *b, const struct qn_blame *blame,
                    struct columns *columns)
{
    size_t full = qn_id_hex_size(b->cli->odb ? qn_odb_algorithm(b->cli->odb)
                                             : QN_HASH_SHA1);
    const struct qn_blame_source *last = NULL;
    size_t i;

    memset(columns, 0, sizeof(*columns));
    for (i = 0; i < qn_blame_count(blame); i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);
        const struct blame_commit *commit;

        widen(&columns->number, digits_of(hunk->line + hunk->count));
        widen(&columns->from, digits_of(hunk->from + hunk->count));
        if (b->shows_score)
            widen(&columns->score, digits_of(score_of(blame, hunk)));
        if (hunk->source == last)
            continue;
        last = hunk->source;
        commit = blame_commit_find(b, blame, last);
        widen(&columns->author,
              qn_utf8_width(b->shows_email ? commit->author.mail
                                           : commit->author.name,
                            false));
        widen(&columns->path, last->path.size);
        columns->shows_path |= !qn_bytes_is_equal(b->path, last->path);
        measure_id(b, last, columns);
    }
    if (b->is_long || b->abbrev == 0)
        columns->id = full;
    else if (b->abbrev > 0)
        columns->id = (size_t)b->abbrev + ((size_t)b->abbrev < full);
}

/* How many hold on to a source: its hunks, and those that came from it. */
static unsigned count_holders(const struct qn_blame *blame,
                              const struct qn_blame_source *source)
{
    unsigned count = 0;
    size_t i;

    for (i = 0; i < qn_blame_count(blame); i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);
        size_t k;

        count += hunk->source == source;
        if (hunk->source->previous != source)
            continue;
        for (k = 0; k < i; k++)
            if (qn_blame_at(blame, k)->source == hunk->source)
                break;
        count += k == i;
    }
    return count;
}

static void put_id(struct blame *b, const struct qn_blame_hunk *hunk,
                   size_t width)
{
    struct cli *cli = b->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t size;

    qn_id_to_hex(&hunk->source->commit, hex);
    if (hunk->source->is_boundary) {
        if (b->blanks_boundary) {
            memset(hex, ' ', strlen(hex));
        } else if (!b->annotates) {
            cli_put(cli, '^');
            width--;
        }
    }
    if (hunk->is_unblamable && b->marks_unblamable) {
        cli_put(cli, '*');
        width--;
    }
    if (hunk->is_ignored && b->marks_ignored) {
        cli_put(cli, '?');
        width--;
    }
    size = strlen(hex);
    cli_write(cli, hex, size < width ? size : width);
}

static void put_padded(struct cli *cli, struct qn_bytes text, size_t width,
                       size_t shown)
{
    cli_write(cli, text.data, text.size);
    for (; shown < width; shown++)
        cli_put(cli, ' ');
}

static void put_annotated(struct blame *b, const struct blame_commit *commit,
                          uint32_t number)
{
    struct qn_bytes name =
        b->shows_email ? commit->author.mail : commit->author.name;

    qn_buf_clear(&b->room);
    blame_append_date(b, &commit->author, &b->room);
    cli_printf(b->cli, "\t(%10.*s\t%10s\t%u)", QN_BYTES_ARG(name),
               qn_buf_string(&b->room), number);
}

static void put_columns(struct blame *b, const struct qn_blame *blame,
                        const struct qn_blame_hunk *hunk,
                        const struct columns *columns, uint32_t line)
{
    struct cli *cli = b->cli;
    const struct blame_commit *commit =
        blame_commit_find(b, blame, hunk->source);
    struct qn_bytes name =
        b->shows_email ? commit->author.mail : commit->author.name;

    if (b->shows_score)
        cli_printf(cli, " %*u %02u", (int)columns->score, score_of(blame, hunk),
                   count_holders(blame, hunk->source));
    if (b->shows_name || columns->shows_path) {
        cli_put(cli, ' ');
        put_padded(cli, hunk->source->path, columns->path,
                   hunk->source->path.size);
    }
    if (b->shows_number)
        cli_printf(cli, " %*u", (int)columns->from,
                   hunk->from + 1 + line - hunk->line);
    if (!b->is_short) {
        cli_puts(cli, " (");
        put_padded(cli, name, columns->author, qn_utf8_width(name, false));
        qn_buf_clear(&b->room);
        blame_append_date(b, &commit->author, &b->room);
        cli_printf(cli, " %10s", qn_buf_string(&b->room));
    }
    cli_printf(cli, " %*u) ", (int)columns->number, line + 1);
}

static const char *choose_color(const struct blame *b,
                                const struct blame_commit *commit,
                                bool is_repeated)
{
    size_t i;

    if (b->colors_lines && is_repeated)
        return qn_buf_string(&b->repeat_color);
    if (!b->colors_age || !b->age_count)
        return "";
    for (i = 0; i + 1 < b->age_count; i++)
        if (commit->author.time < b->ages[i].until)
            break;
    return qn_buf_string(&b->ages[i].color);
}

void blame_show_lines(struct blame *b, const struct qn_blame *blame)
{
    const struct qn_text_lines *lines = qn_blame_lines(blame);
    struct cli *cli = b->cli;
    struct columns columns;
    uint32_t line = 0;
    size_t i;

    measure(b, blame, &columns);
    for (i = 0; i < qn_blame_count(blame); i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);
        const struct blame_commit *commit =
            blame_commit_find(b, blame, hunk->source);

        for (line = hunk->line; line < hunk->line + hunk->count; line++) {
            struct qn_bytes text = qn_text_lines_at(lines, line);
            bool is_repeated =
                line > hunk->line ||
                (i > 0 &&
                 qn_id_is_equal(&qn_blame_at(blame, i - 1)->source->commit,
                                &hunk->source->commit));
            const char *color =
                b->annotates ? "" : choose_color(b, commit, is_repeated);

            cli_puts(cli, color);
            put_id(b, hunk, columns.id);
            if (b->annotates)
                put_annotated(b, commit, line + 1);
            else
                put_columns(b, blame, hunk, &columns, line);
            if (*color)
                cli_puts(cli, QN_COLOR_RESET);
            cli_write(cli, text.data, text.size);
            if (!text.size || text.data[text.size - 1] != '\n')
                cli_put(cli, '\n');
        }
    }
}
