/* SPDX-License-Identifier: MIT */
#include "os/file.h"

#include "base/checked.h"
#include "base/memory.h"
#include "trace/trace.h"

#include <errno.h>
#include <sys/mman.h>

/* Below this a copy costs less than a mapping's page faults and unmap. */
#define MAP_MIN_SIZE 16384

static enum qn_status copy_whole(struct qn_ctx *ctx, int fd, const char *path,
                                 size_t size, struct qn_file_map *out)
{
    uint8_t *data = qn_memory_array(ctx, size, 1);
    enum qn_status status;
    size_t got;

    if (!data)
        return QN_NO_MEMORY;
    status = qn_file_read_at(ctx, fd, 0, data, size, &got);
    if (status)
        status = qn_ctx_where(ctx, "could not read '%s'", path);
    else if (got != size)
        status = qn_ctx_fail(ctx, QN_IO, "'%s' was cut short", path);
    if (status) {
        qn_memory_free(data);
        return status;
    }
    out->data = data;
    out->size = size;
    out->is_copy = true;
    return QN_OK;
}

enum qn_status qn_file_map_fd(struct qn_ctx *ctx, int fd, const char *path,
                              struct qn_file_map *out)
{
    struct qn_file_stat found;
    enum qn_status status = qn_file_stat_fd(ctx, fd, &found);
    size_t size;
    void *data;

    if (status)
        return status;
    if (found.kind != QN_FILE_REGULAR)
        return qn_ctx_fail(ctx, QN_INVALID, "'%s' is not a regular file", path);
    if (!qn_checked_to_size(found.size, &size))
        return qn_ctx_fail(ctx, QN_TOO_BIG, "'%s' is too large to map", path);
    if (size < MAP_MIN_SIZE)
        return copy_whole(ctx, fd, path, size, out);
    qn_trace_count(ctx, QN_COUNTER_OS_MAP, 1);
    data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return copy_whole(ctx, fd, path, size, out);
    out->data = data;
    out->size = size;
    out->is_copy = false;
    return QN_OK;
}

enum qn_status qn_file_map(struct qn_ctx *ctx, const char *path,
                           struct qn_file_map *out)
{
    enum qn_status status;
    int fd = -1;

    status = qn_file_open(ctx, path, QN_FILE_READ, 0, &fd);
    if (status)
        return status;
    status = qn_file_map_fd(ctx, fd, path, out);
    qn_file_close(fd);
    return status;
}

void qn_file_unmap(struct qn_file_map *map)
{
    if (map->is_copy)
        qn_memory_free((void *)map->data);
    else if (map->data)
        (void)munmap((void *)map->data, map->size);
    map->data = NULL;
    map->size = 0;
    map->is_copy = false;
}
