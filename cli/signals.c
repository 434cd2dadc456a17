/* SPDX-License-Identifier: MIT */
/* Signals that end the process take its temporary files and locks with them. */
#include "cli/cli.h"
#include "os/temporary.h"

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t pager;
static volatile sig_atomic_t has_terminal;
static struct termios terminal; /* as it was */
static volatile sig_atomic_t terminal_fd;

void cli_signals_restore(const struct termios *before)
{
    cli_signals_restore_at(STDIN_FILENO, before);
}

void cli_signals_restore_at(int fd, const struct termios *before)
{
    has_terminal = 0;
    if (before) {
        terminal = *before;
        terminal_fd = fd;
        has_terminal = 1;
    }
}

static void on_signal(int number)
{
    struct sigaction action = {0};
    sigset_t set;

    qn_temporary_unlink_all();
    if (has_terminal)
        (void)tcsetattr((int)terminal_fd, TCSADRAIN, &terminal);
    if (pager > 0) {
        pid_t id = (pid_t)pager;

        pager = 0;
        (void)close(STDOUT_FILENO);
        (void)close(STDERR_FILENO);
        (void)waitpid(id, NULL, 0);
    }
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
}

void cli_catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction action = {0};
    size_t i;

    /* A parent may have left SIGPIPE ignored; a closed pipe is to end us. */
    signal(SIGPIPE, SIG_DFL);
    for (i = 0; i < QN_COUNT_OF(numbers); i++) {
        struct sigaction old;

        action.sa_handler = on_signal;
        if (sigaction(numbers[i], &action, &old) == 0 &&
            old.sa_handler == SIG_IGN)
            sigaction(numbers[i], &old, NULL); /* nohup: stay ignored */
    }
}

void cli_signals_wait_for(long id)
{
    struct sigaction action = {.sa_handler = id ? on_signal : SIG_DFL};

    pager = (sig_atomic_t)id;
    (void)sigaction(SIGPIPE, &action, NULL);
}
