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

void cli_check_color(struct cli *cli, const char *key)
{
    const struct qn_config_entry *entry = qn_config_find(cli_config(cli), key);
    bool value;

    if (entry && entry->value && strcmp(entry->value, "always") != 0 &&
        strcmp(entry->value, "never") != 0 &&
        strcmp(entry->value, "auto") != 0 &&
        !qn_config_parse_bool(entry->value, &value))
        (void)cli_config_bool(cli, key, false); /* says so, and ends */
}

/* What the key says, or color.ui; for the whole process it is the same. */
static const char *configured(struct cli *cli, const char *key)
{
    const struct qn_config_entry *entry = NULL;

    if (key) {
        cli_check_color(cli, key);
        entry = qn_config_find(cli_config(cli), key);
    }
    if (!entry)
        entry = qn_config_find(cli_config(cli), "color.ui");
    if (!entry)
        return "auto";
    return entry->value ? entry->value : "true";
}

bool cli_wants_color(struct cli *cli, const char *option, const char *key)
{
    return wants_by_text(cli, option ? option : configured(cli, key));
}

bool cli_wants_stderr_color(struct cli *cli, const char *key)
{
    const char *text = configured(cli, key);
    bool value = false;

    if (strcmp(text, "always") == 0)
        return true;
    if (strcmp(text, "auto") != 0 &&
        (!qn_config_parse_bool(text, &value) || !value))
        return false;
    return !cli_terminal_is_dumb() && isatty(STDERR_FILENO);
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
