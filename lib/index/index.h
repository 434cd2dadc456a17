/* SPDX-License-Identifier: MIT */
/* The index: the staging file, in memory.
 *
 * Invariants: entries are sorted by path bytes, then stage; a path has either
 * one entry of stage 0 or some of stages 1 to 3; no path is a directory of
 * another at the same stage.  Format: gitformat-index(5),
 * docs/formats/index.md.
 */
#ifndef QN_INDEX_INDEX_H
#define QN_INDEX_INDEX_H

#include "base/arena.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "odb/odb.h"
#include "os/file.h"
#include "os/lock_file.h"

enum qn_index_flag {
    QN_INDEX_ASSUME_VALID = 1,
    QN_INDEX_INTENT_TO_ADD = 2,
    QN_INDEX_SKIP_WORKTREE = 4,
    QN_INDEX_FSMONITOR_VALID = 8,
    /* In memory only: */
    QN_INDEX_UPTODATE = 16, /* compared with the file in this process */
    QN_INDEX_REMOVED = 32   /* dropped at the next qn_index_compact */
};

/* Stat data as the file keeps it: 32 bits each. */
struct qn_index_stat {
    uint32_t ctime_seconds, ctime_nanoseconds;
    uint32_t mtime_seconds, mtime_nanoseconds;
    uint32_t device, inode, uid, gid, size;
};

struct qn_index_entry {
    struct qn_bytes path; /* NUL terminated, in the index's arena */
    struct qn_id id;
    struct qn_index_stat stat;
    uint32_t mode; /* 0100644 0100755 0120000 0160000; 040000: sparse dir */
    uint8_t stage; /* 0 to 3 */
    uint8_t flags; /* enum qn_index_flag */
};

struct qn_index;

enum qn_status qn_index_new(struct qn_ctx *ctx, uint32_t algorithm,
                            struct qn_index **out) QN_MUST_USE;
void qn_index_free(struct qn_index *index);
/* Read a file (with its shared index when split).  Not there: an empty index.
 * QN_CORRUPT with Git's words. */
enum qn_status qn_index_read(struct qn_ctx *ctx, const char *path,
                             uint32_t algorithm,
                             struct qn_index **out) QN_MUST_USE;

/* From the bytes of a file (copied); `path` says where a shared one is. */
enum qn_status qn_index_parse(struct qn_ctx *ctx, struct qn_bytes bytes,
                              uint32_t algorithm, const char *path,
                              struct qn_index **out) QN_MUST_USE;
/* Compare the bytes that were read with their checksum (reading does not: Git
 * trusts its own file). */
enum qn_status qn_index_verify(struct qn_ctx *ctx,
                               const struct qn_index *index) QN_MUST_USE;
/* Was there a file? */
bool qn_index_has_file(const struct qn_index *index);
uint32_t qn_index_algorithm(const struct qn_index *index);

size_t qn_index_count(const struct qn_index *index);
struct qn_index_entry *qn_index_at(struct qn_index *index, size_t i);
const struct qn_index_entry *qn_index_peek(const struct qn_index *index,
                                           size_t i);
/* Position of the first entry of `path` with stage >= `stage`; when `*found` is
 * false, the position where it would be inserted. */
size_t qn_index_find(const struct qn_index *index, struct qn_bytes path,
                     unsigned stage, bool *found);
/* Is any entry below "path/"? */
bool qn_index_has_directory(const struct qn_index *index, struct qn_bytes path);
/* The entries below "path/" ("" for all): [start, end). */
bool qn_index_directory_range(const struct qn_index *index,
                              struct qn_bytes path, size_t *out_start,
                              size_t *out_end);
bool qn_index_is_unmerged(const struct qn_index *index);

/* A sparse index has whole directories as entries ("a/b/", mode 040000).
 * Expand puts their files in their places, marked skip-worktree. */
bool qn_index_is_sparse(const struct qn_index *index);
/* It was, as it was read. */
bool qn_index_was_sparse(const struct qn_index *index);
enum qn_status qn_index_expand(struct qn_ctx *ctx, struct qn_index *index,
                               struct qn_odb *odb) QN_MUST_USE;

/* Split: most entries in a shared file beside the index. */
bool qn_index_is_split(const struct qn_index *index);
/* The shared file that it was read with; NULL: none. */
const char *qn_index_shared_path(const struct qn_index *index);
enum qn_status qn_index_set_split(struct qn_ctx *ctx, struct qn_index *index,
                                  bool is_split) QN_MUST_USE;
/* splitIndex.maxPercentChange: 0 to 100. */
void qn_index_set_split_change(struct qn_index *index, unsigned percent);

/* Insert or replace; the entry is copied.  A stage-0 entry removes stages 1 to
 * 3 of its path; with `replaces` it also removes a file that is in the way of a
 * directory and the reverse, otherwise those are QN_CONFLICT. */
enum qn_status qn_index_add(struct qn_ctx *ctx, struct qn_index *index,
                            const struct qn_index_entry *entry,
                            bool replaces) QN_MUST_USE;
/* Append at the end without searching (bulk load; sorted by the caller or by
 * qn_index_sort). */
enum qn_status qn_index_append(struct qn_ctx *ctx, struct qn_index *index,
                               const struct qn_index_entry *entry) QN_MUST_USE;
void qn_index_sort(struct qn_index *index);
void qn_index_remove_at(struct qn_index *index, size_t i);
/* Remove every stage of a path; true when there was one. */
bool qn_index_remove(struct qn_index *index, struct qn_bytes path);
/* The same; stages of an unmerged path are remembered (REUC). */
enum qn_status qn_index_remove_resolved(struct qn_ctx *ctx,
                                        struct qn_index *index,
                                        struct qn_bytes path) QN_MUST_USE;
/* Drop entries flagged QN_INDEX_REMOVED, in one pass. */
void qn_index_compact(struct qn_index *index);
/* The same; stages of unmerged paths are remembered (REUC). */
enum qn_status qn_index_compact_resolved(struct qn_ctx *ctx,
                                         struct qn_index *index) QN_MUST_USE;
void qn_index_clear(struct qn_index *index);
/* It is made anew: what its file was, and in which version, does not count. */
void qn_index_forget_file(struct qn_index *index);

/* Stat data: fill from a file, compare with it.  What is compared follows
 * core.trustctime and core.checkStat. */
struct qn_index_stat_policy {
    bool trusts_ctime;
    bool is_minimal;       /* core.checkStat=minimal */
    bool trusts_file_mode; /* core.fileMode */
    bool has_symlinks;     /* core.symlinks */
};
void qn_index_stat_fill(struct qn_index_stat *out,
                        const struct qn_file_stat *stat);
bool qn_index_stat_is_equal(const struct qn_index_stat *a,
                            const struct qn_file_stat *stat,
                            const struct qn_index_stat_policy *policy);
bool qn_index_is_size_same(const struct qn_index_stat *a,
                           const struct qn_file_stat *stat);
/* True when the entry may have been changed in the same tick as the index file
 * was written: its content has to be looked at. */
bool qn_index_is_racy(const struct qn_index *index,
                      const struct qn_index_entry *entry);
/* A tick is a whole second: what compares stat data looks no closer
 * (qn_index_stat_policy.is_minimal). */
void qn_index_set_coarse_times(struct qn_index *index);

/* The cache tree (TREE extension): ids of directories known to match. */
void qn_index_invalidate_path(struct qn_index *index, struct qn_bytes path);
/* Forget the whole cache tree. */
void qn_index_drop_cached_trees(struct qn_index *index);
/* Write tree objects for the whole index (only those not valid) and answer the
 * root's id.  QN_CONFLICT when unmerged; QN_NOT_FOUND when an object is missing
 * and `allows_missing` is false. */
enum qn_status qn_index_write_tree(struct qn_ctx *ctx, struct qn_index *index,
                                   struct qn_odb *odb, bool allows_missing,
                                   struct qn_id *out) QN_MUST_USE;
/* The id of a directory ("" the root, "a/b" no slash at the end) when the cache
 * tree has a valid one; its entry count below. */
bool qn_index_cached_tree(const struct qn_index *index, struct qn_bytes path,
                          struct qn_id *out, uint32_t *entry_count);
/* The index may be just that tree: make the cache tree say so, in each
 * directory where it is true.  Reads only directories that are not valid. */
enum qn_status qn_index_prime_tree(struct qn_ctx *ctx, struct qn_index *index,
                                   struct qn_odb *odb,
                                   const struct qn_id *tree) QN_MUST_USE;
/* Replace entries by those of a tree (stage 0) and make the cache tree valid.
 */
enum qn_status qn_index_read_tree(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_odb *odb,
                                  const struct qn_id *tree) QN_MUST_USE;

/* FSMN: what a file system monitor said last.  The flags of the entries count
 * only when it was asked again (worktree/fsmonitor.h), which
 * qn_index_is_monitored tells. */
bool qn_index_has_fsmonitor(const struct qn_index *index);
struct qn_bytes qn_index_fsmonitor_token(const struct qn_index *index);
enum qn_status qn_index_set_fsmonitor_token(struct qn_ctx *ctx,
                                            struct qn_index *index,
                                            struct qn_bytes token) QN_MUST_USE;
void qn_index_drop_fsmonitor(struct qn_index *index);
void qn_index_set_monitored(struct qn_index *index);
bool qn_index_is_monitored(const struct qn_index *index);

/* Versions 2, 3, 4; 0: as read, or the least that can say it. */
void qn_index_set_version(struct qn_index *index, unsigned version);
unsigned qn_index_version(const struct qn_index *index);
bool qn_index_is_changed(const struct qn_index *index);
void qn_index_mark_changed(struct qn_index *index);

/* What the hook post-index-change is told. */
enum qn_index_note {
    QN_INDEX_NOTE_FILES = 1,  /* the work tree went along */
    QN_INDEX_NOTE_SKIPPED = 2 /* skip-worktree may have changed */
};
void qn_index_add_note(struct qn_index *index, enum qn_index_note note);
unsigned qn_index_notes(const struct qn_index *index);

#define QN_INDEX_BLOCKS_AUTO UINT32_MAX

struct qn_index_write_options {
    bool skips_hash;   /* index.skipHash */
    bool records_eoie; /* index.recordEndOfIndexEntries */
    /* index.recordOffsetTable: blocks of entries that threads could read; 0 or
     * 1: no table; QN_INDEX_BLOCKS_AUTO: as there are threads and work for. */
    uint32_t block_count;
    bool collapses; /* index.sparse: directories that were expanded */
    /* splitIndex.sharedIndexExpire: once a new shared file is there, those that
     * were not used since then go (seconds; INT64_MAX: all, 0: none). */
    int64_t shared_expiry;
    const struct qn_sync *sync;
};
/* Write through a held lock and commit it.  Entries that are racy are written
 * with size 0, as Git does ("smudged"). */
enum qn_status
qn_index_write_locked(struct qn_ctx *ctx, struct qn_index *index,
                      struct qn_lock_file *lock,
                      const struct qn_index_write_options *options) QN_MUST_USE;
/* The bytes a write would make, appended. */
enum qn_status qn_index_serialise(struct qn_ctx *ctx, struct qn_index *index,
                                  const struct qn_index_write_options *options,
                                  struct qn_buf *out) QN_MUST_USE;

/* REUC: what an unmerged path was before it was resolved. */
struct qn_index_resolve_undo {
    struct qn_bytes path;
    uint32_t mode[3]; /* 0: stage was not there */
    struct qn_id id[3];
};
size_t qn_index_resolve_undo_count(const struct qn_index *index);
const struct qn_index_resolve_undo *
qn_index_resolve_undo_at(const struct qn_index *index, size_t i);
void qn_index_resolve_undo_clear(struct qn_index *index);
/* False when there was none. */
bool qn_index_resolve_undo_remove(struct qn_index *index, struct qn_bytes path);
/* Bring back the stages that a resolved path had; `*is_done` false when none
 * are known, or it is unmerged. */
enum qn_status qn_index_unresolve(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_bytes path,
                                  bool *is_done) QN_MUST_USE;

#endif
