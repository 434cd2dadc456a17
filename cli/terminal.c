/* SPDX-License-Identifier: MIT */
/* Colour and the terminal. */
#include "cli/cli.h"
#include "os/process.h"
#include "program/pager.h"
#include "program/shell_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool cli_out_is_terminal(struct cli *cli)
{
    return isatty(cli->out_fd) != 0;
}

/* "always", "never", "auto", or a bool (true is auto). */
static bool wants_by_text(struct cli *cli, const char *text)
{
    const char *terminal;
    bool value = false;

    if (strcmp(text, "always") == 0)
        return true;
    if (strcmp(text, "never") == 0)
        return false;
    if (strcmp(text, "auto") != 0 &&
        (!qn_config_parse_bool(text, &value) || !value))
        return false;
    if (cli->pager_process)
        return cli_config_bool(cli, "color.pager", true);
    terminal = getenv("TERM");
    return cli_out_is_terminal(cli) && terminal &&
           strcmp(terminal, "dumb") != 0;
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

/* The program, and its environment; then our stdout goes into it. */
static void launch_pager(struct cli *cli, const char *program)
{
    const char *own[3] = {NULL, NULL, NULL};
    struct qn_shell_command command = QN_SHELL_COMMAND_INIT;
    struct qn_process_options options = {.in = QN_PROCESS_PIPE};
    const char *variables[4] = {NULL, NULL, NULL, NULL};
    char columns[32];

    snprintf(columns, sizeof(columns), "%d", cli_terminal_width(cli));
    setenv("COLUMNS", columns, 0);
    qn_pager_variables(cli->ctx, own);
    variables[0] = own[0];
    variables[1] = own[0] ? own[1] : NULL;
    options.variables = variables;
    if (qn_shell_command_make(cli->ctx, program, NULL, &command))
        cli_die(cli);
    qn_shell_command_fill(&command, &options);
    options.category = "pager";
    if (qn_process_start(cli->ctx, &options, &cli->pager_process)) {
        /* No pager is no reason not to answer. */
        qn_ctx_clear(cli->ctx);
        cli->pager_process = NULL;
    } else {
        setenv("GIT_PAGER_IN_USE", "true", 1);
        if (isatty(STDERR_FILENO))
            dup2(qn_process_in(cli->pager_process), STDERR_FILENO);
        dup2(qn_process_in(cli->pager_process), STDOUT_FILENO);
        qn_process_close_in(cli->pager_process);
    }
    qn_shell_command_dispose(&command);
}

void cli_start_pager(struct cli *cli, bool by_default)
{
    const char *program = NULL;
    bool use = by_default;

    if (cli->pager == 0 || cli->pager_process || !cli_out_is_terminal(cli))
        return;
    cli_check(cli, qn_pager_for_command(cli->ctx, cli_config(cli), cli->command,
                                        by_default, &use, &program));
    if (!use && cli->pager != 1)
        return;
    if (!program)
        program = qn_pager_name(cli->ctx, cli_config(cli));
    if (program && *program && strcmp(program, "cat") != 0)
        launch_pager(cli, program);
}

void cli_end_pager(struct cli *cli)
{
    struct qn_process *process = cli->pager_process;
    int code = 0;

    if (!process)
        return;
    cli->pager_process = NULL;
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    if (qn_process_wait(cli->ctx, process, &code))
        qn_ctx_clear(cli->ctx);
}
