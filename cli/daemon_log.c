/* SPDX-License-Identifier: MIT */
#include "cli/daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

static void put(struct daemon *daemon, int priority, const char *before,
                const char *format, va_list arguments)
{
    char text[2048];

    vsnprintf(text, sizeof(text), format, arguments);
    if (daemon->log == DAEMON_SYSLOG)
        syslog(priority, "%s%s", before, text);
    else if (daemon->log == DAEMON_STDERR)
        cli_stderr(daemon->cli, "[%ld] %s%s\n", (long)getpid(), before, text);
}

void daemon_error(struct daemon *daemon, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put(daemon, LOG_ERR, "", format, arguments);
    va_end(arguments);
}

void daemon_info(struct daemon *daemon, const char *format, ...)
{
    va_list arguments;

    if (!daemon->is_verbose)
        return;
    va_start(arguments, format);
    put(daemon, LOG_INFO, "", format, arguments);
    va_end(arguments);
}

void daemon_die(struct daemon *daemon, int code, const char *format, ...)
{
    char text[2048];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (daemon->log == DAEMON_SYSLOG)
        syslog(LOG_ERR, "fatal: %s", text);
    else if (daemon->log != DAEMON_NONE)
        cli_fatal(daemon->cli, "%s", text);
    cli_exit(daemon->cli, code);
}

void daemon_check(struct daemon *daemon, enum qn_status status)
{
    if (status)
        daemon_die(daemon, 128, "%s", qn_ctx_message(daemon->cli->ctx));
}
