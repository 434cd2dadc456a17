/* SPDX-License-Identifier: MIT */
#include "cli/asking.h"

#include "cli/connecting.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool put_all(int fd, const char *text)
{
    size_t size = strlen(text);

    while (size > 0) {
        ssize_t put = write(fd, text, size);

        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            text += put;
            size -= (size_t)put;
        }
    }
    return true;
}

/* A line, without its end; -1: errno, which is 0 when there is none. */
static int read_line(struct qn_ctx *ctx, int fd, struct qn_buf *answer)
{
    for (;;) {
        char c;
        ssize_t got = read(fd, &c, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got > 0 && c == '\n')
            return 0;
        if (got == 0) {
            errno = 0;
            return -1;
        }
        if (c != '\r' && qn_buf_append_byte(ctx, answer, (uint8_t)c))
            return -1;
    }
}

static enum qn_status ask(struct qn_ctx *ctx, void *data, const char *prompt,
                          bool echoes, struct qn_buf *answer)
{
    struct cli *cli = data;
    struct termios before;
    bool is_hidden = false;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    bool is_read;
    int problem;

    if (fd < 0)
        return qn_ctx_fail_errno(ctx, errno, "could not open /dev/tty");
    cli_flush(cli);
    if (!echoes && tcgetattr(fd, &before) == 0) {
        struct termios hidden = before;

        hidden.c_lflag &= ~(tcflag_t)ECHO;
        cli_signals_restore_at(fd, &before);
        is_hidden = tcsetattr(fd, TCSAFLUSH, &hidden) == 0;
    }
    is_read = put_all(fd, prompt) && read_line(ctx, fd, answer) == 0;
    problem = errno;
    if (is_hidden) {
        (void)put_all(fd, "\n");
        (void)tcsetattr(fd, TCSAFLUSH, &before);
    }
    cli_signals_restore(NULL);
    (void)close(fd);
    if (is_read)
        return QN_OK;
    return problem ? qn_ctx_fail_errno(ctx, problem, "could not read /dev/tty")
                   : qn_ctx_fail(ctx, QN_NEEDS_USER, "no answer");
}

const struct qn_prompt_calls *cli_prompt_calls(struct cli *cli)
{
    static struct qn_prompt_calls calls;

    calls.data = cli;
    calls.ask = ask;
    return &calls;
}

struct qn_credential_scope cli_credential_scope(struct cli *cli)
{
    const char *const *own = cli_own_program(cli);
    struct qn_credential_scope scope = {.config = cli_config(cli),
                                        .prompt = cli_prompt_calls(cli),
                                        .own_program = own ? own[0] : NULL};

    return scope;
}

void cli_read_credential(struct cli *cli, struct qn_credential *out,
                         enum qn_credential_stage stage, const char *complaint)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    qn_credential_init(out);
    cli_check(cli, qn_file_read_rest(cli->ctx, STDIN_FILENO, &text));
    status = qn_credential_read(cli->ctx, out, qn_buf_bytes(&text), stage);
    if (status && strcmp(qn_ctx_reason(cli->ctx), "credential.bad-line") == 0)
        cli_die_with(cli, "%s", complaint);
    cli_check(cli, status);
    if (text.data)
        memset(text.data, 0, text.capacity);
    qn_buf_dispose(&text);
}
