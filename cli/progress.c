/* SPDX-License-Identifier: MIT */
/* Progress, drawn on stderr as Git draws it:
 *
 *   Updating files:  50% (4/8)\r ... Updating files: 100% (8/8), done.
 *   Writing objects:  50% (4/8), 1.20 MiB | 3.00 MiB/s\r
 *
 * What moves bytes, of clone, fetch, pull and push on a terminal, has a bar as
 * long as it runs (the last line is Git's again):
 *
 *   Receiving objects:  50% [=========>          ] 1.20 MiB, 3.00 MiB/s, 0:02
 * left
 *
 * --progress=json: a line for each begin, step (ten a second) and end:
 *
 *   {"event":"step","task":"Receiving objects","done":4,"total":8,"bytes":...,
 *    "bytes_per_second":...,"seconds_left":...}
 *
 * Again when the percentage changes, or a second went by; of what may be quick
 * nothing for the first GIT_PROGRESS_DELAY (2) seconds.  What is wider than the
 * terminal has its title on a line of its own.
 */
#include "cli/progress.h"

#include "base/ctx.h"
#include "base/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SECOND  INT64_C(1000000000)
#define BAR_MIN 12 /* narrower, there is none */
#define BAR_MAX 40
/* Git's index-pack says nothing of what it had at once. */
#define BYTES_MIN   65536
#define BAR_PERIOD  (SECOND / 10)
#define TITLE_MOVED "Receiving objects"

static int64_t clock_now(struct cli *cli)
{
    return qn_env_clock(cli->env, false);
}

static int64_t read_delay(struct cli *cli)
{
    const char *text = getenv("GIT_PROGRESS_DELAY");
    int64_t seconds;

    if (!text)
        return 2;
    if (!qn_config_parse_int64(text, &seconds) || seconds < 0)
        cli_die_with(cli, "failed to parse %s", "GIT_PROGRESS_DELAY");
    return seconds;
}

/* Of a job in the background only the end is shown. */
static bool is_in_background(void)
{
    pid_t group = tcgetpgrp(STDERR_FILENO);

    return group >= 0 && group != getpgrp();
}

static size_t width_of_terminal(struct cli *cli)
{
    struct winsize size = {0};

    if (getenv("COLUMNS"))
        return (size_t)cli_terminal_width(cli);
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
               ? size.ws_col
               : 80;
}

/* What is buffered for a pipe stays there. */
static void put(struct cli *cli, const char *format, ...) QN_PRINTF(2, 3);
static void put(struct cli *cli, const char *format, ...)
{
    char text[512];
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (size < 0)
        return;
    if (cli_out_is_terminal(cli))
        cli_flush(cli);
    if ((size_t)size >= sizeof(text))
        size = (int)sizeof(text) - 1;
    (void)!write(STDERR_FILENO, text, (size_t)size);
}

/* ---- bytes */

struct pace {
    uint64_t bytes, rate; /* a second */
    int64_t left;         /* seconds; -1: not known */
};

static struct pace take_pace(struct cli *cli, const struct cli_progress *p,
                             int64_t now)
{
    struct pace out = {qn_ctx_progress_bytes(cli->ctx), 0, -1};
    const double seconds = (double)(now - p->began) / (double)SECOND;

    if (seconds > 0)
        out.rate = (uint64_t)((double)out.bytes / seconds);
    if (p->total && p->done > 0 && p->done <= p->total && seconds > 0)
        out.left =
            (int64_t)(seconds * (double)(p->total - p->done) / (double)p->done +
                      0.5);
    return out;
}

static void print_size(char *out, size_t size, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    unsigned shift = bytes > 1 << 30 ? 30 : bytes > 1 << 20 ? 20 : 10;
    uint64_t part;

    if (bytes < 1024) {
        snprintf(out, size, "%" PRIu64 " bytes", bytes);
        return;
    }
    bytes += (UINT64_C(1) << shift) / 200; /* to the nearest */
    part = bytes & ((UINT64_C(1) << shift) - 1);
    snprintf(out, size, "%" PRIu64 ".%02" PRIu64 " %s", bytes >> shift,
             (part * 100) >> shift, units[shift / 10 - 1]);
}

/* Twice a second, and at the end, what Git says of bytes. */
static void print_moved(struct cli *cli, struct cli_progress *p, bool is_end)
{
    const int64_t now = clock_now(cli);
    const struct pace pace = take_pace(cli, p, now);
    char size[32], rate[32];

    if (pace.bytes == 0 || (!is_end && now < p->moved_again) ||
        (pace.bytes < BYTES_MIN && strcmp(p->title, TITLE_MOVED) == 0))
        return;
    print_size(size, sizeof(size), pace.bytes);
    print_size(rate, sizeof(rate), pace.rate);
    snprintf(p->moved, sizeof(p->moved), ", %s | %s/s", size, rate);
    p->moved_again = now + SECOND / 2;
}

static void draw_bar(struct cli *cli, struct cli_progress *p)
{
    const struct pace pace = take_pace(cli, p, clock_now(cli));
    const unsigned percent = qn_progress_step(p->done, p->total) - 1;
    char size[32], rate[32], left[32] = "", line[256], bar[BAR_MAX + 4] = "";
    size_t width = width_of_terminal(cli), used, room, full;

    if (is_in_background())
        return;
    print_size(size, sizeof(size), pace.bytes);
    print_size(rate, sizeof(rate), pace.rate);
    if (pace.left >= 3600)
        snprintf(left, sizeof(left), ", %d:%02d:%02d left",
                 (int)(pace.left / 3600), (int)(pace.left / 60 % 60),
                 (int)(pace.left % 60));
    else if (pace.left >= 0)
        snprintf(left, sizeof(left), ", %d:%02d left", (int)(pace.left / 60),
                 (int)(pace.left % 60));
    used = strlen(p->title) + strlen(": 100%  , /s") + strlen(size) +
           strlen(rate) + strlen(left);
    room = width > used + 3 ? width - used - 3 : 0; /* 2 brackets, the edge */
    if (room > BAR_MAX)
        room = BAR_MAX;
    if (room >= BAR_MIN) {
        full = room * percent / 100;
        bar[0] = '[';
        memset(bar + 1, ' ', room);
        memset(bar + 1, '=', full);
        if (full < room)
            bar[1 + full] = '>';
        memcpy(bar + 1 + room, "] ", 3);
    }
    snprintf(line, sizeof(line), "%s: %3u%% %s%s, %s/s%s", p->title, percent,
             bar, size, rate, left);
    if (width > 1 && width - 1 < sizeof(line))
        line[width - 1] = '\0';
    used = strlen(line);
    put(cli, "%s%*s\r", line,
        used < p->bar_size ? (int)(p->bar_size - used) : 0, "");
    p->bar_size = used;
    p->is_barred = true;
}

/* Titles and last words are ASCII, without quotes. */
static void print_json(struct cli *cli, const struct cli_progress *p,
                       const char *event, const char *note)
{
    const struct pace pace = take_pace(cli, p, clock_now(cli));
    char total[40] = "", moved[100] = "", left[40] = "", words[120] = "";

    if (p->total)
        snprintf(total, sizeof(total), ",\"total\":%" PRIu64, p->total);
    if (pace.bytes)
        snprintf(moved, sizeof(moved),
                 ",\"bytes\":%" PRIu64 ",\"bytes_per_second\":%" PRIu64,
                 pace.bytes, pace.rate);
    if (pace.left >= 0)
        snprintf(left, sizeof(left), ",\"seconds_left\":%" PRId64, pace.left);
    if (note)
        snprintf(words, sizeof(words), ",\"note\":\"%s\"", note);
    put(cli,
        "{\"event\":\"%s\",\"task\":\"%s\",\"done\":%" PRIu64 "%s%s%s%s}\n",
        event, p->title, p->done, total, moved, left, words);
}

/* `end`: the last words, or NULL. */
static void draw(struct cli *cli, struct cli_progress *p, const char *end)
{
    const bool is_end = end != NULL;
    char counts[160], number[QN_PROGRESS_COUNTS];
    size_t title = strlen(p->title);
    size_t size, width;
    int pad = 0;

    print_moved(cli, p, is_end);
    snprintf(counts, sizeof(counts), "%s%s",
             qn_progress_print(number, p->done, p->total), p->moved);
    size = strlen(counts);
    if (!is_end && is_in_background())
        return;
    if (size < p->last_size)
        pad = (int)(p->last_size - size);
    p->last_size = size;
    if (is_end)
        pad = 0;
    if (p->is_barred)
        put(cli, "%*s\r", (int)p->bar_size, "");
    p->is_barred = false;
    width = width_of_terminal(cli);
    if (p->is_split) {
        put(cli, "  %s%*s%s%s%s", counts, pad, "", is_end ? ", " : "",
            is_end ? end : "", is_end ? ".\n" : "\r");
    } else if (!is_end && width < title + size + 2) {
        put(cli, "%s:%*s\n  %s\r", p->title,
            width > title + 1 ? (int)(width - title - 1) : 0, "", counts);
        p->is_split = true;
    } else {
        put(cli, "%s: %s%*s%s%s%s", p->title, counts, pad, "",
            is_end ? ", " : "", is_end ? end : "", is_end ? ".\n" : "\r");
    }
}

/* A bar, or JSON. */
static void step_often(struct cli *cli, struct cli_progress *p)
{
    const int64_t now = clock_now(cli);

    if (now < p->again)
        return;
    p->again = now + BAR_PERIOD;
    if (cli->progress_style == CLI_PROGRESS_JSON)
        print_json(cli, p, "step", NULL);
    else
        draw_bar(cli, p);
}

/* Does it have one? */
static bool is_barred(struct cli *cli, const struct cli_progress *p)
{
    return cli->progress_style == CLI_PROGRESS_BAR && p->total > 0 &&
           qn_ctx_progress_bytes(cli->ctx) > 0;
}

static void step(struct cli *cli, struct cli_progress *p, uint64_t done)
{
    const unsigned percent = qn_progress_step(done, p->total);
    int64_t now;

    p->done = done;
    p->has_step = true;
    if (cli->progress_style == CLI_PROGRESS_JSON || is_barred(cli, p)) {
        step_often(cli, p);
        return;
    }
    now = clock_now(cli);
    if (now < p->from || (percent == p->percent && now < p->again))
        return;
    if (!p->total && now < p->again)
        return;
    p->percent = percent;
    p->again = now + SECOND;
    draw(cli, p, NULL);
}

static void on_progress(void *data, int event, const char *title, uint64_t done,
                        uint64_t total)
{
    struct cli *cli = data;
    struct cli_progress *p = &cli->progress;
    int64_t now;

    switch (event) {
    case QN_PROGRESS_BEGIN:
    case QN_PROGRESS_BEGIN_LATER:
        memset(p, 0, sizeof(*p));
        now = clock_now(cli);
        p->title = title;
        p->total = total;
        p->began = now;
        p->moved_again = now + SECOND / 2;
        p->again = now + SECOND;
        p->from = now;
        if (cli->progress_style != CLI_PROGRESS_GIT)
            p->again = now;
        if (cli->progress_style == CLI_PROGRESS_JSON) {
            print_json(cli, p, "begin", NULL);
            break;
        }
        if (event == QN_PROGRESS_BEGIN_LATER)
            p->from += read_delay(cli) * SECOND;
        break;
    case QN_PROGRESS_STEP:
        if (p->title)
            step(cli, p, done);
        break;
    default:
        if (!p->title)
            break;
        p->done = done;
        if (cli->progress_style == CLI_PROGRESS_JSON)
            print_json(cli, p, "end", title != p->title ? title : NULL);
        else if ((p->has_step || done > 0) && clock_now(cli) >= p->from)
            draw(cli, p, title && title != p->title ? title : "done");
        p->title = NULL;
        break;
    }
}

void cli_show_progress(struct cli *cli, bool is_on)
{
    qn_ctx_set_progress(cli->ctx, is_on ? on_progress : NULL, cli);
}

void cli_show_transfer(struct cli *cli, bool is_on, int option)
{
    const char *terminal = getenv("TERM");

    cli->progress_style =
        option == CLI_PROGRESS_IS_JSON ? CLI_PROGRESS_JSON
        : isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0
            ? CLI_PROGRESS_BAR
            : CLI_PROGRESS_GIT;
    cli_show_progress(cli, is_on);
}

int cli_set_transfer_progress(struct cli *cli, const struct cli_option *option,
                              const char *argument, bool is_negated)
{
    if (argument && strcmp(argument, "json") != 0) {
        cli_error(cli, "option `progress' takes no value");
        return 1;
    }
    *(int *)option->value = argument     ? CLI_PROGRESS_IS_JSON
                            : is_negated ? 0
                                         : 1;
    return 0;
}

bool cli_wants_progress(int option)
{
    return option >= 0 ? option != 0 : isatty(STDERR_FILENO) != 0;
}

int cli_set_progress(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = !is_negated;
    return 0;
}
