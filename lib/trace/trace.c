/* SPDX-License-Identifier: MIT */
#include "trace/trace.h"

static const char *const counter_names[QN_COUNTER_COUNT] = {
    [QN_COUNTER_OS_OPEN] = "os.open",
    [QN_COUNTER_OS_STAT] = "os.stat",
    [QN_COUNTER_OS_READ_BYTES] = "os.read_bytes",
    [QN_COUNTER_OS_WRITE_BYTES] = "os.write_bytes",
    [QN_COUNTER_OS_MAP] = "os.map",
    [QN_COUNTER_OS_FSYNC] = "os.fsync",
    [QN_COUNTER_OS_PROCESS] = "os.process",
    [QN_COUNTER_HASH_BYTES] = "hash.bytes",
    [QN_COUNTER_CODEC_INFLATE_BYTES] = "codec.inflate_bytes",
    [QN_COUNTER_CODEC_DEFLATE_BYTES] = "codec.deflate_bytes",
    [QN_COUNTER_CODEC_DELTA_APPLY] = "codec.delta_apply",
    [QN_COUNTER_PACK_OPEN] = "pack.open",
    [QN_COUNTER_PACK_LOOKUP] = "pack.lookup",
    [QN_COUNTER_ODB_READ] = "odb.read",
    [QN_COUNTER_ODB_READ_HEADER] = "odb.read_header",
    [QN_COUNTER_ODB_EXISTS] = "odb.exists",
    [QN_COUNTER_ODB_WRITE] = "odb.write",
    [QN_COUNTER_ODB_MISS] = "odb.miss",
    [QN_COUNTER_ODB_BASE_CACHE_HIT] = "odb.base_cache_hit",
    [QN_COUNTER_REF_READ] = "ref.read",
    [QN_COUNTER_REF_WRITE] = "ref.write",
    [QN_COUNTER_WALK_COMMIT] = "walk.commit",
    [QN_COUNTER_DIFF_TREE] = "diff.tree",
    [QN_COUNTER_DIFF_BLOB] = "diff.blob",
    [QN_COUNTER_WORKTREE_LSTAT] = "worktree.lstat",
    [QN_COUNTER_WORKTREE_READ] = "worktree.read",
    [QN_COUNTER_WORKTREE_WRITE] = "worktree.write",
};

const char *qn_counter_name(enum qn_counter counter)
{
    return counter_names[counter];
}

void qn_trace_add(struct qn_ctx *ctx, enum qn_counter counter, uint64_t amount)
{
    (void)ctx;
    (void)counter;
    (void)amount;
}

void qn_trace_begin(struct qn_ctx *ctx, struct qn_span *span, const char *name,
                    const char *detail)
{
    (void)ctx;
    (void)span;
    (void)name;
    (void)detail;
}

void qn_trace_end(struct qn_ctx *ctx, struct qn_span *span)
{
    (void)ctx;
    (void)span;
}
