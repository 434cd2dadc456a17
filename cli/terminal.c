/* SPDX-License-Identifier: MIT */
/* Colour and the terminal. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool cli_out_is_terminal(struct cli *cli)
{
    return isatty(cli->out_fd) != 0;
}

bool cli_terminal_is_dumb(void)
{
    const char *terminal = getenv("TERM");

    return !terminal || strcmp(terminal, "dumb") == 0;
}

/* "always", "never", "auto", or a bool (true is auto). */
static bool wants_by_text(struct cli *cli, const char *text)
{
    bool value = false;

    if (strcmp(text, "always") == 0)
        return true;
    if (strcmp(text, "never") == 0)
        return false;
    if (strcmp(text, "auto") != 0 &&
        (!qn_config_parse_bool(text, &value) || !value))
        return false;
    if (cli_terminal_is_dumb())
        return false;
    if (cli_pager_is_used(cli) || cli->pages_later)
        return cli_config_bool(cli, "color.pager", true);
    return cli_out_is_terminal(cli);
}

bool cli_wants_color(struct cli *cli, const char *option, const char *key)
{
    const struct qn_config_entry *entry = NULL;

    if (option)
        return wants_by_text(cli, option);
    if (key)
        entry = qn_config_find(cli_config(cli), key);
    if (!entry)
        entry = qn_config_find(cli_config(cli), "color.ui");
    return wants_by_text(cli, entry && entry->value ? entry->value : "auto");
}

int cli_terminal_width(struct cli *cli)
{
    const char *columns = getenv("COLUMNS");
    int width = columns ? atoi(columns) : 0;
#ifdef TIOCGWINSZ
    struct winsize size;

    if (width <= 0 && ioctl(cli->out_fd, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
#else
    (void)cli;
#endif
    return width > 0 ? width : 80;
}
