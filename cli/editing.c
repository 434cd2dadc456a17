/* SPDX-License-Identifier: MIT */
/* The editor, from a terminal: what is said while it is open, and keys that are
 * meant for it. */
#include "cli/cli.h"
#include "program/editor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void let_pass(int number)
{
    (void)number; /* the editor has it, too, and decides */
}

enum qn_status cli_edit(struct cli *cli, const char *path,
                        const char *const *variables)
{
    static const int numbers[2] = {SIGINT, SIGQUIT};
    const char *editor = qn_editor_name(cli->ctx, cli_config(cli));
    bool tells = editor && strcmp(editor, ":") != 0 && isatty(STDERR_FILENO) &&
                 cli_advice_is_on(cli, "waitingForEditor");
    struct sigaction action = {.sa_handler = let_pass, .sa_flags = SA_RESTART};
    struct sigaction before[2];
    enum qn_status status;
    const char *reason;
    int i;

    cli_flush(cli);
    if (tells)
        cli_stderr(cli, "hint: Waiting for your editor to close the file...%c",
                   cli_terminal_is_dumb() ? '\n' : ' ');
    for (i = 0; i < 2; i++)
        (void)sigaction(numbers[i], &action, &before[i]);
    status = qn_editor_run(cli->ctx, editor, path, variables);
    for (i = 0; i < 2; i++)
        (void)sigaction(numbers[i], &before[i], NULL);
    reason = status ? qn_ctx_reason(cli->ctx) : "";
    if (strcmp(reason, "editor.interrupted") == 0)
        raise(SIGINT);
    if (strcmp(reason, "editor.quit") == 0)
        raise(SIGQUIT);
    if (tells && strcmp(reason, "editor.not-started") != 0 &&
        !cli_terminal_is_dumb())
        cli_stderr(cli, "\r\033[K");
    return status;
}
