/* SPDX-License-Identifier: MIT */
#include "merge/merge_command.h"

#include "os/file.h"
#include "os/temporary.h"
#include "program/shell_command.h"
#include "text/quote.h"

#include <stdlib.h>

struct command {
    struct qn_merge_state *m;
    struct qn_buf paths[3]; /* base, ours, theirs; "": not made */
    struct qn_buf text;     /* for the shell */
};

static enum qn_status write_file(struct command *c, int i)
{
    const char *directory = c->m->options->directory;
    const struct qn_buf *content = &c->m->texts[i];
    struct qn_ctx *ctx = c->m->ctx;
    struct qn_buf prefix = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &prefix, "%s%s.merge_file_",
                           directory ? directory : "", directory ? "/" : "");
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0600,
                                          &fd, &c->paths[i]);
    if (!status)
        status = qn_file_write(ctx, fd, content->data, content->size);
    if (fd >= 0 && status)
        qn_file_close(fd);
    else if (fd >= 0)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&c->paths[i]));
    qn_buf_dispose(&prefix);
    return status;
}

/* As the command sees it: it runs where the files are. */
static struct qn_bytes name_of(const struct qn_buf *path)
{
    struct qn_bytes text = qn_buf_bytes(path);
    size_t slash = qn_bytes_find_last(text, '/');

    return slash == text.size ? text : qn_bytes_from(text, slash + 1);
}

static enum qn_status expand_one(struct command *c, char letter,
                                 const struct qn_content_merge *merge,
                                 uint32_t marker_size,
                                 const struct qn_buf labels[3])
{
    struct qn_ctx *ctx = c->m->ctx;

    switch (letter) {
    case 'O':
        return qn_buf_append_bytes(ctx, &c->text, name_of(&c->paths[0]));
    case 'A':
        return qn_buf_append_bytes(ctx, &c->text, name_of(&c->paths[1]));
    case 'B':
        return qn_buf_append_bytes(ctx, &c->text, name_of(&c->paths[2]));
    case 'L':
        return qn_buf_printf(ctx, &c->text, "%u", marker_size);
    case 'P':
        return qn_quote_shell(ctx, &c->text, merge->path);
    case 'S':
        return qn_quote_shell(ctx, &c->text, qn_buf_bytes(&labels[0]));
    case 'X':
        return qn_quote_shell(ctx, &c->text, qn_buf_bytes(&labels[1]));
    case 'Y':
        return qn_quote_shell(ctx, &c->text, qn_buf_bytes(&labels[2]));
    case '%':
        return qn_buf_append_byte(ctx, &c->text, '%');
    default:
        return qn_buf_printf(ctx, &c->text, "%%%c", letter);
    }
}

static enum qn_status expand(struct command *c, const char *command,
                             const struct qn_content_merge *merge,
                             uint32_t marker_size,
                             const struct qn_buf labels[3])
{
    enum qn_status status = QN_OK;

    for (; *command && !status; command++) {
        if (*command != '%' || !command[1])
            status = qn_buf_append_byte(c->m->ctx, &c->text, (uint8_t)*command);
        else
            status = expand_one(c, *++command, merge, marker_size, labels);
    }
    return status;
}

static enum qn_status run(struct command *c, struct qn_content_merge *merge)
{
    struct qn_process_options options = {.directory = c->m->options->directory};
    struct qn_ctx *ctx = c->m->ctx;
    enum qn_status status;
    int code = 0;

    status = qn_shell_command_run(ctx, qn_buf_string(&c->text), NULL, &options,
                                  &code);
    if (!status && code > 128)
        status = qn_ctx_fail_reason(ctx, QN_IO, "merge.driver", NULL,
                                    "failed to execute internal merge for %.*s",
                                    QN_BYTES_ARG(merge->path));
    qn_buf_clear(&c->m->merged);
    if (!status)
        status =
            qn_file_read_all(ctx, qn_buf_string(&c->paths[1]), &c->m->merged);
    if (!status)
        status = qn_odb_write(ctx, c->m->odb, QN_OBJECT_BLOB,
                              qn_buf_bytes(&c->m->merged), &merge->result.id);
    if (code)
        merge->is_clean = false;
    return status;
}

enum qn_status qn_merge_command_run(struct qn_merge_state *m,
                                    struct qn_content_merge *merge,
                                    const char *command, uint32_t marker_size,
                                    const struct qn_buf labels[3])
{
    struct command c = {.m = m};
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; i < 3 && !status; i++)
        status = write_file(&c, i);
    if (!status)
        status = expand(&c, command, merge, marker_size, labels);
    if (!status)
        status = run(&c, merge);
    for (i = 0; i < 3; i++) {
        if (c.paths[i].size)
            qn_temporary_remove(qn_buf_string(&c.paths[i]));
        qn_buf_dispose(&c.paths[i]);
    }
    qn_buf_dispose(&c.text);
    return status;
}
