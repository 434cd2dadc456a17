/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/trace.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OUT_CAPACITY ((size_t)64 * 1024)
#define MESSAGE_MAX  4095u /* Git cuts them there */

/* A write that fails ends the process: by SIGPIPE for a closed pipe even where
 * the signal is ignored (exit 141), with Git's words otherwise. */
static void out_write(struct cli *cli, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t done = write(cli->out_fd, data, size);

        if (done < 0) {
            int number = errno;

            if (number == EINTR)
                continue;
            if (cli->out_failed)
                return;
            cli->out_failed = true;
            cli->out_size = 0;
            if (number == EPIPE) {
                signal(SIGPIPE, SIG_DFL);
                raise(SIGPIPE);
                exit(141);
            }
            errno = number;
            cli_fatal(cli, "write failure on standard output: %s",
                      strerror(number));
            exit(CLI_EXIT_FATAL);
        }
        data += done;
        size -= (size_t)done;
    }
}

void cli_flush(struct cli *cli)
{
    size_t size = cli->out_size;

    cli->out_size = 0;
    if (size > 0)
        out_write(cli, cli->out_data, size);
}

void cli_write(struct cli *cli, const void *data, size_t size)
{
    if (QN_UNLIKELY(!cli->out_data)) {
        cli->out_data = malloc(OUT_CAPACITY);
        cli->out_capacity = cli->out_data ? OUT_CAPACITY : 0;
    }
    if (size > cli->out_capacity - cli->out_size) {
        cli_flush(cli);
        if (size >= cli->out_capacity) {
            out_write(cli, data, size);
            return;
        }
    }
    if (size > 0)
        memcpy(cli->out_data + cli->out_size, data, size);
    cli->out_size += size;
}

void cli_puts(struct cli *cli, const char *text)
{
    cli_write(cli, text, strlen(text));
}

void cli_put(struct cli *cli, char byte)
{
    cli_write(cli, &byte, 1);
}

void cli_put_id(struct cli *cli, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    cli_puts(cli, qn_id_to_hex(id, hex));
}

void cli_printf(struct cli *cli, const char *format, ...)
{
    char small[512];
    va_list arguments;
    va_list again;
    int size;

    va_start(arguments, format);
    va_copy(again, arguments);
    size = vsnprintf(small, sizeof(small), format, arguments);
    if (size >= 0 && (size_t)size < sizeof(small)) {
        cli_write(cli, small, (size_t)size);
    } else if (size >= 0) {
        char *large = malloc((size_t)size + 1);

        if (large) {
            vsnprintf(large, (size_t)size + 1, format, again);
            cli_write(cli, large, (size_t)size);
            free(large);
        }
    }
    va_end(again);
    va_end(arguments);
}

/* Files of the object store, and the index, are named as Git does, which goes
 * to the top of the work tree first: ".git/objects/...".  Lock files are always
 * named in full. `size`: of text, which only gets shorter. */
static size_t shorten_path(const struct cli *cli, char *text, size_t size)
{
    const char *full =
        cli->repo ? qn_repo_common_directory(cli->repo) : "/no repository";
    const char *shown = cli->repo ? qn_repo_git_directory_shown(cli->repo) : "";
    size_t full_size = strlen(full), shown_size = strlen(shown);
    char *at = text;

    if (shown_size >= full_size || strstr(text, "Unable to create '") ||
        strstr(text, "alternate object path: ") ||
        strncmp(text + strcspn(text, ":"), ": object directory ", 19) == 0)
        return size;
    while ((at = strstr(at, full)) != NULL) {
        char *rest = at + full_size;

        if (strncmp(rest, "/objects/", 9) != 0 &&
            strncmp(rest, "/index: ", 8) != 0 &&
            strncmp(rest, "/packed-refs:", 13) != 0) {
            at = rest;
            continue;
        }
        memmove(at + shown_size, rest, size - (size_t)(rest - text) + 1);
        memcpy(at, shown, shown_size);
        size -= full_size - shown_size;
    }
    return size;
}

/* One write for the whole line, so that lines of several processes do not mix;
 * control bytes are made harmless as Git does ('?'), but for tab, newline and
 * what colours need. */
static void message_write(struct cli *cli, const char *prefix,
                          const char *format, va_list arguments, bool ends_line)
{
    char small[4096];
    size_t start = strlen(prefix);
    va_list again;
    char *text = small;
    size_t done = 0;
    size_t size;
    size_t i;
    int count;

    va_copy(again, arguments);
    count = vsnprintf(small, 0, format, arguments);
    size = start + (count > 0 ? (size_t)count : 0);
    if (size + 2 > sizeof(small))
        text = malloc(size + 2);
    if (text) {
        memcpy(text, prefix, start);
        vsnprintf(text + start, size + 1 - start, format, again);
        size = shorten_path(cli, text, size);
        if (start > 0 && size > MESSAGE_MAX)
            size = MESSAGE_MAX;
        if (start > 0)
            for (i = start; i < size; i++)
                if (((unsigned char)text[i] < 0x20 && text[i] != '\t' &&
                     text[i] != '\n') ||
                    text[i] == 0x7f)
                    text[i] = '?';
        text[size] = '\0';
        if (strcmp(prefix, "fatal: ") == 0 || strcmp(prefix, "error: ") == 0)
            cli_trace_error(text + start);
        if (ends_line)
            text[size++] = '\n';
        if (cli->out_size > 0 && !cli->out_failed)
            cli_flush(cli);
        while (done < size) {
            ssize_t written = write(STDERR_FILENO, text + done, size - done);

            if (written <= 0 && errno != EINTR)
                break;
            if (written > 0)
                done += (size_t)written;
        }
    }
    if (text != small)
        free(text);
    va_end(again);
}

void cli_stderr(struct cli *cli, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    message_write(cli, "", format, arguments, false);
    va_end(arguments);
}

int cli_fatal(struct cli *cli, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    message_write(cli, "fatal: ", format, arguments, true);
    va_end(arguments);
    return CLI_EXIT_FATAL;
}

/* Some revisions end the command, whoever asked. */
static void die_of_revision(struct cli *cli)
{
    if (cli->ctx && qn_revision_is_deadly(cli->ctx))
        cli_exit(cli, cli_fatal(cli, "%s", qn_ctx_message(cli->ctx)));
}

int cli_error(struct cli *cli, const char *format, ...)
{
    va_list arguments;

    die_of_revision(cli);
    va_start(arguments, format);
    message_write(cli, "error: ", format, arguments, true);
    va_end(arguments);
    return 1;
}

void cli_warning(struct cli *cli, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    message_write(cli, "warning: ", format, arguments, true);
    va_end(arguments);
}

int cli_fail(struct cli *cli)
{
    const char *message = cli->ctx ? qn_ctx_message(cli->ctx) : "";

    /* Whoever ended said why. */
    if (cli->ctx &&
        strcmp(qn_ctx_reason(cli->ctx), "transport.helper-ended") == 0)
        return CLI_EXIT_FATAL;
    /* A few are only called errors, with the same exit code. */
    if (cli->ctx && (strcmp(qn_ctx_reason(cli->ctx), "option.error") == 0 ||
                     strcmp(qn_ctx_reason(cli->ctx), "tree.bad") == 0)) {
        cli_error(cli, "%s", message);
        return CLI_EXIT_FATAL;
    }
    return cli_fatal(cli, "%s", *message ? message : "out of memory");
}

void cli_die(struct cli *cli)
{
    cli_exit(cli, cli_fail(cli));
}

/* The same for an object whose content is damaged. */
static void die_of_damage(struct cli *cli)
{
    const char *reason = qn_ctx_reason(cli->ctx);

    die_of_revision(cli);
    if (strcmp(reason, "odb.corrupt") == 0 ||
        strcmp(reason, "refs.packed-corrupt") == 0 ||
        strcmp(reason, "odb.bad-header") == 0)
        cli_die(cli);
}

void cli_forget(struct cli *cli)
{
    die_of_damage(cli);
    qn_ctx_clear(cli->ctx);
}

void cli_die_with(struct cli *cli, const char *format, ...)
{
    va_list arguments;

    die_of_damage(cli);
    va_start(arguments, format);
    message_write(cli, "fatal: ", format, arguments, true);
    va_end(arguments);
    cli_exit(cli, CLI_EXIT_FATAL);
}
