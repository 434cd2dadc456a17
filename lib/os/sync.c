/* SPDX-License-Identifier: MIT */
/* For sync_file_range, where the system has it. */
#define _GNU_SOURCE

#include "os/sync.h"

#include "base/bytes.h"
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define OBJECTS          (QN_SYNC_LOOSE_OBJECT | QN_SYNC_PACK)
#define DERIVED_METADATA (QN_SYNC_PACK_METADATA | QN_SYNC_COMMIT_GRAPH)
#define COMMITTED        OBJECTS
#define ADDED            (COMMITTED | QN_SYNC_INDEX)
#define ALL              (OBJECTS | DERIVED_METADATA | QN_SYNC_INDEX | QN_SYNC_REFERENCE)
#define PLATFORM_DEFAULT ((OBJECTS | DERIVED_METADATA) & ~QN_SYNC_LOOSE_OBJECT)

static const struct {
    const char *name;
    uint32_t bits;
} components[] = {
    {"loose-object", QN_SYNC_LOOSE_OBJECT},
    {"pack", QN_SYNC_PACK},
    {"pack-metadata", QN_SYNC_PACK_METADATA},
    {"commit-graph", QN_SYNC_COMMIT_GRAPH},
    {"index", QN_SYNC_INDEX},
    {"objects", OBJECTS},
    {"reference", QN_SYNC_REFERENCE},
    {"derived-metadata", DERIVED_METADATA},
    {"committed", COMMITTED},
    {"added", ADDED},
    {"all", ALL},
};

static bool find_component(struct qn_bytes name, uint32_t *bits)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(components); i++)
        if (qn_bytes_is_string(name, components[i].name)) {
            *bits = components[i].bits;
            return true;
        }
    return false;
}

/* The set starts with the platform's default; what "-" names is taken off that,
 * the others are added; "none" forgets the default and what came before. */
static uint32_t parse_components(struct qn_ctx *ctx, const char *text)
{
    struct qn_bytes rest = qn_bytes_from_string(text);
    uint32_t current = PLATFORM_DEFAULT;
    uint32_t positive = 0;
    uint32_t negative = 0;

    while (rest.size > 0) {
        struct qn_bytes name;
        bool is_negative = false;
        uint32_t bits;
        size_t size = 0;

        while (size < rest.size && !memchr(", \t\n\r", rest.data[size], 5))
            size++;
        name = qn_bytes_first(rest, size);
        rest = qn_bytes_from(rest, size + 1);
        if (name.size == 0)
            continue;
        if (qn_bytes_is_string(name, "none")) {
            current = positive = negative = 0;
            continue;
        }
        if (name.data[0] == '-') {
            is_negative = true;
            name = qn_bytes_from(name, 1);
        }
        if (name.size == 0 || !find_component(name, &bits))
            qn_ctx_report(ctx, QN_REPORT_WARNING, "config.unknown-value",
                          "ignoring unknown core.fsync component '%.*s'",
                          QN_BYTES_ARG(name));
        else if (is_negative)
            negative |= bits;
        else
            positive |= bits;
    }
    return (current & ~negative) | positive;
}

enum qn_status qn_sync_parse(struct qn_ctx *ctx, const char *core_fsync,
                             const char *method, struct qn_sync *out)
{
    struct qn_sync sync = {PLATFORM_DEFAULT, QN_SYNC_FSYNC};

    if (core_fsync)
        sync.components = parse_components(ctx, core_fsync);
    if (method) {
        struct qn_bytes name = qn_bytes_from_string(method);

        if (qn_bytes_is_string(name, "fsync"))
            sync.method = QN_SYNC_FSYNC;
        else if (qn_bytes_is_string(name, "writeout-only"))
            sync.method = QN_SYNC_WRITEOUT_ONLY;
        else if (qn_bytes_is_string(name, "batch"))
            sync.method = QN_SYNC_BATCH;
        else
            qn_ctx_report(ctx, QN_REPORT_WARNING, "config.unknown-value",
                          "ignoring unknown core.fsyncMethod value '%s'",
                          method);
    }
    *out = sync;
    return QN_OK;
}

/* POSIX has no call that only starts the write-out: where the system has none
 * the weaker methods do what "fsync" does, never less than was asked for. */
static int flush(int fd, enum qn_sync_method method)
{
#ifdef SYNC_FILE_RANGE_WRITE
    if (method == QN_SYNC_WRITEOUT_ONLY) {
        if (sync_file_range(fd, 0, 0,
                            SYNC_FILE_RANGE_WAIT_BEFORE |
                                SYNC_FILE_RANGE_WRITE |
                                SYNC_FILE_RANGE_WAIT_AFTER) == 0)
            return 0;
        if (errno != ENOSYS && errno != EINVAL && errno != ESPIPE)
            return -1;
    }
#else
    (void)method;
#endif
    return fsync(fd);
}

enum qn_status qn_sync_file(struct qn_ctx *ctx, const struct qn_sync *sync,
                            enum qn_sync_component what, int fd,
                            const char *path)
{
    int result;

    if (!sync || !(sync->components & (uint32_t)what))
        return QN_OK;
    qn_trace_count(ctx, QN_COUNTER_OS_FSYNC, 1);
    do
        result = flush(fd, sync->method);
    while (result && errno == EINTR);
    if (result)
        return qn_ctx_fail_errno(ctx, errno, "fsync error on '%s'", path);
    return QN_OK;
}

void qn_sync_begin(const struct qn_sync *sync, enum qn_sync_component what,
                   int fd, uint64_t offset, uint64_t size)
{
    if (!sync || !(sync->components & (uint32_t)what) || fd < 0)
        return;
#ifdef SYNC_FILE_RANGE_WRITE
    (void)sync_file_range(fd, (off64_t)offset, (off64_t)size,
                          SYNC_FILE_RANGE_WRITE);
#else
    (void)offset;
    (void)size;
#endif
}
