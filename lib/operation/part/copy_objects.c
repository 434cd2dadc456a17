/* SPDX-License-Identifier: MIT */
#include "operation/part/copy_objects.h"

#include "base/buf.h"
#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "text/pathname.h"

#define COPY_SIZE (128 * 1024)

struct copy {
    struct qn_ctx *ctx;
    const char *from; /* the top */
    const char *to;
    enum qn_copy_objects_links links;
    uint8_t *room;
    struct qn_buf source; /* the path at hand */
    struct qn_buf target;
};

static enum qn_status copy_bytes(struct copy *copy, int in, int out)
{
    struct qn_ctx *ctx = copy->ctx;
    enum qn_status status;
    size_t size;

    if (!copy->room) {
        copy->room = qn_memory_array(ctx, COPY_SIZE, 1);
        if (!copy->room)
            return QN_NO_MEMORY;
    }
    do {
        status = qn_file_read(ctx, in, copy->room, COPY_SIZE, &size);
        if (!status && size)
            status = qn_file_write(ctx, out, copy->room, size);
    } while (!status && size == COPY_SIZE);
    return status;
}

static enum qn_status copy_file(struct copy *copy)
{
    struct qn_ctx *ctx = copy->ctx;
    const char *source = qn_buf_string(&copy->source);
    const char *target = qn_buf_string(&copy->target);
    struct qn_file_stat stat;
    enum qn_status status;
    int in = -1;
    int out = -1;

    status = qn_file_open_if_exists(ctx, source,
                                    QN_FILE_READ | QN_FILE_NO_FOLLOW, &in);
    if (status || in < 0)
        return status;
    status = qn_file_stat_fd(ctx, in, &stat);
    if (!status)
        status = qn_file_open(
            ctx, target, QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE,
            stat.mode & 0777, &out);
    if (!status)
        status = copy_bytes(copy, in, out);
    qn_file_close(in);
    if (out < 0)
        return status;
    if (status) {
        qn_file_close(out);
        return status;
    }
    status = qn_file_close_written(ctx, out, target);
    if (!status)
        status = qn_file_touch(ctx, target, stat.mtime_ns);
    return status;
}

static enum qn_status link_or_copy(struct copy *copy)
{
    enum qn_status status;

    if (copy->links == QN_COPY_OBJECTS_NEVER)
        return copy_file(copy);
    status = qn_file_link(copy->ctx, qn_buf_string(&copy->source),
                          qn_buf_string(&copy->target));
    if (!status)
        return QN_OK;
    if (status == QN_NOT_FOUND) { /* it vanished: a repack beside us */
        qn_ctx_clear(copy->ctx);
        return QN_OK;
    }
    if (copy->links == QN_COPY_OBJECTS_ALWAYS)
        return status;
    qn_ctx_clear(copy->ctx);
    copy->links = QN_COPY_OBJECTS_NEVER; /* another device: do not try again */
    return copy_file(copy);
}

enum qn_status qn_copy_objects_add_alternate(struct qn_ctx *ctx,
                                             const char *objects,
                                             const char *alternate)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &path, "%s/info/alternates", objects);
    if (!status)
        status = qn_buf_printf(ctx, &line, "%s\n", alternate);
    if (!status)
        status = qn_directory_make_parents(ctx, qn_buf_string(&path), 0777);
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_APPEND,
                              0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, line.data, line.size);
    if (fd >= 0 && status)
        qn_file_close(fd);
    else if (fd >= 0)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    qn_buf_dispose(&path);
    qn_buf_dispose(&line);
    return status;
}

/* The source's own alternates, so that what it borrows is found from here. */
static enum qn_status copy_alternates(struct copy *copy)
{
    struct qn_ctx *ctx = copy->ctx;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf joined = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    enum qn_status status;

    status = qn_file_read_all(ctx, qn_buf_string(&copy->source), &text);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (line.size == 0 || line.data[0] == '#')
            continue;
        qn_buf_clear(&joined);
        qn_buf_clear(&path);
        status = qn_pathname_join(ctx, qn_bytes_from_string(copy->from), line,
                                  &joined);
        if (!status)
            status = qn_pathname_normalise(ctx, qn_buf_bytes(&joined), &path);
        if (!status)
            status = qn_copy_objects_add_alternate(ctx, copy->to,
                                                   qn_buf_string(&path));
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    qn_buf_dispose(&joined);
    return status;
}

/* Goes down by calling itself: as deep as a path can be long, and objects/ is
 * two levels deep. */
static enum qn_status copy_directory(struct copy *copy);

static enum qn_status copy_name(struct copy *copy, const char *name,
                                enum qn_file_kind kind)
{
    struct qn_ctx *ctx = copy->ctx;
    size_t source_size = copy->source.size;
    size_t target_size = copy->target.size;
    enum qn_status status;
    struct qn_file_stat stat;

    status = qn_buf_printf(ctx, &copy->source, "/%s", name);
    if (!status)
        status = qn_buf_printf(ctx, &copy->target, "/%s", name);
    if (!status && kind == QN_FILE_NONE) {
        status = qn_file_lstat(ctx, qn_buf_string(&copy->source), &stat);
        kind = stat.kind;
    }
    if (status) {
        /* the message is set */
    } else if (kind == QN_FILE_SYMLINK) {
        status = qn_ctx_fail_reason(
            ctx, QN_REFUSED, "clone.symlink", qn_buf_string(&copy->source),
            "symlink '%s' exists, refusing to clone",
            qn_buf_string(&copy->source) + strlen(copy->from) + 1);
    } else if (kind == QN_FILE_DIRECTORY) {
        status = copy_directory(copy);
    } else if (kind == QN_FILE_REGULAR) {
        if (strcmp(qn_buf_string(&copy->source) + strlen(copy->from),
                   "/info/alternates") == 0)
            status = copy_alternates(copy);
        else
            status = link_or_copy(copy);
    }
    qn_buf_truncate(&copy->source, source_size);
    qn_buf_truncate(&copy->target, target_size);
    return status;
}

static enum qn_status copy_directory(struct copy *copy)
{
    struct qn_ctx *ctx = copy->ctx;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    status = qn_ctx_check(ctx);
    if (!status)
        status = qn_directory_make(ctx, qn_buf_string(&copy->target), 0777);
    if (!status)
        status =
            qn_directory_open(ctx, qn_buf_string(&copy->source), &directory);
    while (!status && qn_directory_next(directory, &name, &kind))
        status = copy_name(copy, name, kind);
    return qn_directory_end(ctx, directory, status);
}

enum qn_status qn_copy_objects(struct qn_ctx *ctx, const char *from,
                               const char *to, enum qn_copy_objects_links links)
{
    struct copy copy = {.ctx = ctx,
                        .from = from,
                        .to = to,
                        .links = links,
                        .source = QN_BUF_INIT,
                        .target = QN_BUF_INIT};
    enum qn_status status;

    status = qn_buf_append_string(ctx, &copy.source, from);
    if (!status)
        status = qn_buf_append_string(ctx, &copy.target, to);
    if (!status)
        status = copy_directory(&copy);
    qn_memory_free(copy.room);
    qn_buf_dispose(&copy.source);
    qn_buf_dispose(&copy.target);
    return status;
}
