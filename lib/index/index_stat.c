/* SPDX-License-Identifier: MIT */
#include "index/index.h"
#include "index/index_internal.h"
#include "object/tree.h"

static uint32_t seconds_of(int64_t ns)
{
    int64_t seconds = ns / 1000000000;

    if (ns % 1000000000 < 0)
        seconds--;
    return (uint32_t)seconds;
}

static uint32_t nanoseconds_of(int64_t ns)
{
    int64_t rest = ns % 1000000000;

    return (uint32_t)(rest < 0 ? rest + 1000000000 : rest);
}

/* 32 bits of a size; 0 stays what it means, "look at the content". */
static uint32_t size_of(uint64_t size)
{
    uint32_t cut = (uint32_t)size;

    return cut == 0 && size != 0 ? UINT32_C(1) << 31 : cut;
}

void qn_index_stat_fill(struct qn_index_stat *out,
                        const struct qn_file_stat *stat)
{
    out->ctime_seconds = seconds_of(stat->ctime_ns);
    out->ctime_nanoseconds = nanoseconds_of(stat->ctime_ns);
    out->mtime_seconds = seconds_of(stat->mtime_ns);
    out->mtime_nanoseconds = nanoseconds_of(stat->mtime_ns);
    out->device = (uint32_t)stat->device;
    out->inode = (uint32_t)stat->inode;
    out->uid = stat->uid;
    out->gid = stat->gid;
    out->size = size_of(stat->size);
}

/* An entry without nanoseconds was written by somebody who does not have them:
 * they say nothing. */
static bool is_same_time(uint32_t seconds, uint32_t nanoseconds, int64_t ns)
{
    if (seconds != seconds_of(ns))
        return false;
    return nanoseconds == 0 || nanoseconds == nanoseconds_of(ns);
}

bool qn_index_stat_is_equal(const struct qn_index_stat *a,
                            const struct qn_file_stat *stat,
                            const struct qn_index_stat_policy *policy)
{
    if (a->size != size_of(stat->size))
        return false;
    if (policy->is_minimal)
        return a->mtime_seconds == seconds_of(stat->mtime_ns);
    if (!is_same_time(a->mtime_seconds, a->mtime_nanoseconds, stat->mtime_ns))
        return false;
    if (policy->trusts_ctime &&
        !is_same_time(a->ctime_seconds, a->ctime_nanoseconds, stat->ctime_ns))
        return false;
    return a->uid == stat->uid && a->gid == stat->gid &&
           a->inode == (uint32_t)stat->inode;
}

bool qn_index_is_size_same(const struct qn_index_stat *a,
                           const struct qn_file_stat *stat)
{
    return a->size == size_of(stat->size);
}

void qn_index_set_coarse_times(struct qn_index *index)
{
    index->has_coarse_times = true;
}

bool qn_index_is_racy(const struct qn_index *index,
                      const struct qn_index_entry *entry)
{
    if (!index->has_file || qn_mode_is_gitlink(entry->mode))
        return false;
    if (entry->stat.mtime_seconds != index->file_seconds)
        return entry->stat.mtime_seconds > index->file_seconds;
    return index->has_coarse_times || entry->stat.mtime_nanoseconds == 0 ||
           entry->stat.mtime_nanoseconds >= index->file_nanoseconds;
}
