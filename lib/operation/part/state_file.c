/* SPDX-License-Identifier: MIT */
#include "operation/part/state_file.h"

#include "os/file.h"

static enum qn_status write_text(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const char *name, struct qn_bytes text,
                                 unsigned how)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_repo_path(ctx, repo, name, &path);
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&path),
                              QN_FILE_WRITE | QN_FILE_CREATE | how, 0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (fd >= 0 && status)
        qn_file_close(fd);
    else if (fd >= 0)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_state_file_write(struct qn_ctx *ctx, struct qn_repo *repo,
                                   const char *name, struct qn_bytes text)
{
    return write_text(ctx, repo, name, text, QN_FILE_TRUNCATE);
}

enum qn_status qn_state_file_add(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const char *name, struct qn_bytes text)
{
    return write_text(ctx, repo, name, text, QN_FILE_APPEND);
}

enum qn_status qn_state_file_write_id(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const char *name, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 2];
    size_t size = qn_id_hex_size(id->algorithm);

    qn_id_to_hex(id, hex);
    hex[size] = '\n';
    return qn_state_file_write(ctx, repo, name, qn_bytes_make(hex, size + 1));
}

enum qn_status qn_state_file_read(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *name, struct qn_buf *out,
                                  bool *found)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, name, &path);

    *found = false;
    if (!status) {
        status = qn_file_read_all(ctx, qn_buf_string(&path), out);
        *found = !status;
        if (status == QN_NOT_FOUND) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_state_file_exists(struct qn_ctx *ctx, struct qn_repo *repo,
                                    const char *name, bool *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, name, &path);

    *out = !status && qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}
