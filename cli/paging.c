/* SPDX-License-Identifier: MIT */
/* The pager: when, which, and how it ends. */
#include "cli/cli.h"
#include "os/process.h"
#include "program/pager.h"
#include "program/shell_command.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cli_pager_is_used(struct cli *cli)
{
    const char *value;
    bool is_used = false;

    if (cli->pager_process)
        return true;
    value = getenv("GIT_PAGER_IN_USE"); /* of the one who called us */
    return value && qn_config_parse_bool(value, &is_used) && is_used;
}

static void refuse_start(struct cli *cli, const char *program)
{
    qn_shell_command_tell(cli->ctx, program);
    cli->pager_process = NULL;
    cli_exit(cli, cli_fatal(cli, "unable to execute pager '%s'", program));
}

/* The program, and its environment; then our stdout goes into it. */
static void launch_pager(struct cli *cli, const char *program)
{
    const char *own[3] = {NULL, NULL, NULL};
    struct qn_shell_command command = QN_SHELL_COMMAND_INIT;
    struct qn_process_options options = {.in = QN_PROCESS_PIPE};
    const char *variables[4] = {"GIT_PAGER_IN_USE", NULL, NULL, NULL};
    char columns[32];

    snprintf(columns, sizeof(columns), "%d", cli_terminal_width(cli));
    setenv("COLUMNS", columns, 0);
    qn_pager_variables(cli->ctx, own);
    variables[1] = own[0];
    variables[2] = own[0] ? own[1] : NULL;
    options.variables = variables;
    if (qn_shell_command_make(cli->ctx, program, NULL, &command))
        cli_die(cli);
    qn_shell_command_fill(&command, &options);
    options.category = "pager";
    cli_flush(cli);
    if (qn_process_start(cli->ctx, &options, &cli->pager_process))
        refuse_start(cli, program);
    setenv("GIT_PAGER_IN_USE", "true", 1);
    if (isatty(STDERR_FILENO))
        dup2(qn_process_in(cli->pager_process), STDERR_FILENO);
    dup2(qn_process_in(cli->pager_process), STDOUT_FILENO);
    qn_process_close_in(cli->pager_process);
    cli_signals_wait_for(qn_process_id(cli->pager_process));
    qn_shell_command_dispose(&command);
}

static void start_pager(struct cli *cli, const char *program)
{
    if (!program)
        program = qn_pager_name(cli->ctx, cli_config(cli));
    if (!program || !*program || strcmp(program, "cat") == 0)
        return;
    (void)cli_config_bool(cli, "color.pager", true); /* a bad one ends here */
    launch_pager(cli, program);
}

bool cli_will_page(struct cli *cli, bool by_default, const char **program)
{
    bool use = by_default;

    *program = NULL;
    if (cli->pager == 0 || cli->pager_process || !cli_out_is_terminal(cli))
        return false;
    cli_check(cli, qn_pager_for_command(cli->ctx, cli_config(cli), cli->command,
                                        by_default, &use, program));
    if (cli->pager == 1 && cli->pager_program)
        *program = cli->pager_program;
    if (!use && cli->pager != 1)
        return false;
    if (!*program)
        *program = qn_pager_name(cli->ctx, cli_config(cli));
    return *program && **program && strcmp(*program, "cat") != 0;
}

void cli_start_pager(struct cli *cli, bool by_default)
{
    const char *program = NULL;

    if (cli_will_page(cli, by_default, &program))
        start_pager(cli, program);
}

void cli_choose_pager(struct cli *cli, const char *name)
{
    const char *program = NULL;
    bool is_set = false;

    if (cli->pager != -1 || !cli_out_is_terminal(cli))
        return;
    cli_check(cli, qn_pager_for_command(cli->ctx, cli_config(cli), name, false,
                                        &is_set, &program));
    if (is_set) {
        cli->pager = 1;
        cli->pager_program = program;
        return;
    }
    cli_check(cli, qn_pager_for_command(cli->ctx, cli_config(cli), name, true,
                                        &is_set, &program));
    if (!is_set)
        cli->pager = 0;
}

void cli_start_chosen_pager(struct cli *cli)
{
    if (cli->pager == 1 && !cli->pager_process && cli_out_is_terminal(cli))
        start_pager(cli, cli->pager_program);
}

int cli_become(struct cli *cli, const char *program, char **argv)
{
    struct qn_process_options options = {.argv = (const char *const *)argv};
    struct qn_process *process = NULL;
    int code = 0;

    cli_flush(cli);
    if (!cli->pager_process) {
        execvp(program, argv);
        return -1;
    }
    argv[0] = (char *)(uintptr_t)program;
    if (qn_process_start(cli->ctx, &options, &process)) {
        qn_ctx_clear(cli->ctx);
        return -1;
    }
    if (qn_process_wait(cli->ctx, process, &code))
        return cli_fail(cli);
    return code;
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
    cli_signals_wait_for(0);
    if (qn_process_wait(cli->ctx, process, &code))
        qn_ctx_clear(cli->ctx);
}
