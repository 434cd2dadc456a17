/* SPDX-License-Identifier: MIT */
#include "server/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

void log_line(const char *format, ...)
{
    char line[1024];
    struct tm tm;
    time_t now = time(NULL);
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    va_list arguments;
    size_t size, i;
    int count;

    (void)gmtime_r(&now, &tm);
    size = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%SZ ", &tm);
    va_start(arguments, format);
    count = vsnprintf(line + size, sizeof(line) - size - 1, format, arguments);
    va_end(arguments);
    if (count < 0)
        return;
    if ((size_t)count > sizeof(line) - size - 2)
        count = (int)(sizeof(line) - size - 2);
    for (i = size, size += (size_t)count; i < size; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    line[size++] = '\n';
    /* At once: no lines are mixed.  Nobody waits for who reads them. */
    if (poll(&out, 1, 0) == 1 && out.revents & POLLOUT)
        (void)!write(STDERR_FILENO, line, size);
}
