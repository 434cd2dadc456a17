/* SPDX-License-Identifier: MIT */
#include "program/capture.h"

#include "base/env.h"
#include "os/file.h"
#include "os/process.h"
#include "os/temporary.h"

static enum qn_status make_file(struct qn_ctx *ctx, const char *name, int *fd,
                                struct qn_buf *path)
{
    const char *directory = qn_env_variable(qn_ctx_env(ctx), "TMPDIR");
    struct qn_buf prefix = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &prefix, "%s/%s",
                      directory && *directory ? directory : "/tmp", name);

    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0600, fd,
                                          path);
    qn_buf_dispose(&prefix);
    return status;
}

enum qn_status qn_capture_write(struct qn_ctx *ctx, const char *name,
                                struct qn_bytes content, struct qn_buf *path)
{
    int fd = -1;
    enum qn_status status = make_file(ctx, name, &fd, path);

    if (!status)
        status = qn_file_write(ctx, fd, content.data, content.size);
    if (fd >= 0)
        qn_file_close(fd);
    return status;
}

void qn_capture_remove(struct qn_buf *path)
{
    if (path->size > 0)
        qn_temporary_remove(qn_buf_string(path));
    qn_buf_dispose(path);
}

static enum qn_status run(struct qn_ctx *ctx, struct qn_capture *capture,
                          int err_fd)
{
    struct qn_process_options options = {
        .argv = capture->argv,
        .in = QN_PROCESS_PIPE,
        .out = capture->out ? QN_PROCESS_PIPE : QN_PROCESS_INHERIT,
        .err = QN_PROCESS_FD,
        .err_fd = err_fd};
    struct qn_process *process = NULL;
    struct qn_buf none = QN_BUF_INIT;
    enum qn_status status = qn_process_start(ctx, &options, &process);

    if (status == QN_NOT_FOUND || status == QN_DENIED) {
        qn_ctx_clear(ctx);
        capture->is_missing = true;
        return QN_OK;
    }
    if (status)
        return status;
    status = qn_process_exchange(ctx, process, capture->input,
                                 capture->out ? capture->out : &none);
    qn_buf_dispose(&none);
    if (!status)
        return qn_process_wait(ctx, process, &capture->code);
    qn_process_free(process);
    return status;
}

enum qn_status qn_capture_run(struct qn_ctx *ctx, struct qn_capture *capture)
{
    struct qn_buf path = QN_BUF_INIT;
    int err_fd = -1;
    enum qn_status status = make_file(ctx, ".git_said_tmp", &err_fd, &path);

    capture->code = 127;
    capture->is_missing = false;
    qn_buf_clear(capture->err);
    if (!status)
        status = run(ctx, capture, err_fd);
    if (err_fd >= 0)
        qn_file_close(err_fd);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), capture->err);
    qn_capture_remove(&path);
    return status;
}
