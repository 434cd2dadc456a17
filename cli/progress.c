/* SPDX-License-Identifier: MIT */
/* Progress, drawn on stderr as Git draws it:
 *
 *   Updating files:  50% (4/8)\r ... Updating files: 100% (8/8), done.
 *
 * Again when the percentage changes, or a second went by; of what may be quick
 * nothing for the first GIT_PROGRESS_DELAY (2) seconds.  What is wider than the
 * terminal has its title on a line of its own.
 */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

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

/* `end`: the last words, or NULL. */
static void draw(struct cli *cli, struct cli_progress *p, const char *end)
{
    const bool is_end = end != NULL;
    char counts[80];
    size_t title = strlen(p->title);
    size_t size, width;
    int pad = 0;

    if (p->total)
        snprintf(counts, sizeof(counts), "%3u%% (%" PRIu64 "/%" PRIu64 ")",
                 (unsigned)((double)p->done / (double)p->total * 100), p->done,
                 p->total);
    else
        snprintf(counts, sizeof(counts), "%" PRIu64, p->done);
    size = strlen(counts);
    if (!is_end && is_in_background())
        return;
    if (size < p->last_size)
        pad = (int)(p->last_size - size);
    p->last_size = size;
    if (is_end)
        pad = 0;
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

static void step(struct cli *cli, struct cli_progress *p, uint64_t done)
{
    unsigned percent = 0;
    int64_t now;

    p->done = done;
    p->has_step = true;
    if (p->total)
        percent = 1 + (unsigned)((double)done / (double)p->total * 100);
    if (percent == p->percent && p->total && done % 4096)
        return;
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
        p->again = now + SECOND;
        p->from = now;
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
        if ((p->has_step || done > 0) && clock_now(cli) >= p->from)
            draw(cli, p, title && title != p->title ? title : "done");
        p->title = NULL;
        break;
    }
}

void cli_show_progress(struct cli *cli, bool is_on)
{
    qn_ctx_set_progress(cli->ctx, is_on ? on_progress : NULL, cli);
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
