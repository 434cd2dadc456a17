/* SPDX-License-Identifier: MIT */
/* The inside of the index: what the files of this layer share and nobody else
 * includes.
 *
 * Entries are reached through an array of pointers, so that an insertion moves
 * eight bytes an entry and pointers to entries stay good.  Those of a file live
 * in one block and their paths in the mapped file (versions 2 and 3) or one
 * buffer (version 4); those added later live in the arena.
 */
#ifndef QN_INDEX_INDEX_INTERNAL_H
#define QN_INDEX_INDEX_INTERNAL_H

#include "base/buf.h"
#include "base/endian.h"
#include "index/index.h"

#define QN_INDEX_SIGNATURE   0x44495243u /* "DIRC" */
#define QN_INDEX_HEADER_SIZE 12u

/* Stat data on disk: six words at `p`, three more at `owner` (in an entry the
 * mode is between). */
static inline void qn_index_stat_load(struct qn_index_stat *out,
                                      const uint8_t *p, const uint8_t *owner)
{
    out->ctime_seconds = qn_endian_load32(p);
    out->ctime_nanoseconds = qn_endian_load32(p + 4);
    out->mtime_seconds = qn_endian_load32(p + 8);
    out->mtime_nanoseconds = qn_endian_load32(p + 12);
    out->device = qn_endian_load32(p + 16);
    out->inode = qn_endian_load32(p + 20);
    out->uid = qn_endian_load32(owner);
    out->gid = qn_endian_load32(owner + 4);
    out->size = qn_endian_load32(owner + 8);
}

static inline void qn_index_stat_store(const struct qn_index_stat *stat,
                                       uint8_t *p, uint8_t *owner)
{
    qn_endian_store32(p, stat->ctime_seconds);
    qn_endian_store32(p + 4, stat->ctime_nanoseconds);
    qn_endian_store32(p + 8, stat->mtime_seconds);
    qn_endian_store32(p + 12, stat->mtime_nanoseconds);
    qn_endian_store32(p + 16, stat->device);
    qn_endian_store32(p + 20, stat->inode);
    qn_endian_store32(owner, stat->uid);
    qn_endian_store32(owner + 4, stat->gid);
    qn_endian_store32(owner + 8, stat->size);
}

struct qn_cache_tree_node;

struct qn_index_split {
    struct qn_id base_id;    /* null: no shared file yet */
    struct qn_index *base;   /* the shared file's entries */
    struct qn_buf base_path; /* directory of the index, with its slash */
};

struct qn_index {
    uint32_t algorithm;
    struct qn_index_entry **entries;
    size_t count;
    size_t capacity;
    struct qn_index_entry *block; /* entries of the file */
    char *names;                  /* version 4: paths of the file */
    struct qn_file_map map;
    struct qn_arena arena;

    bool has_file; /* the next two say when it was written */
    uint32_t file_seconds;
    uint32_t file_nanoseconds;
    bool has_coarse_times; /* a tick is a whole second (core.checkStat) */
    struct qn_id checksum; /* as in the file; null when skipped */

    unsigned version_read;   /* 0: no file */
    unsigned version_wanted; /* 0: as read */
    bool is_changed;
    unsigned notes;            /* enum qn_index_note */
    bool is_sparse;            /* has directories as entries ("sdir") */
    struct qn_bytes *expanded; /* "a/b/": those that were; in the arena */
    size_t expanded_count;
    size_t expanded_capacity;

    struct qn_cache_tree_node *tree; /* NULL: none */

    struct qn_index_resolve_undo *undo; /* sorted by path */
    size_t undo_count;
    size_t undo_capacity;

    struct qn_buf untracked; /* UNTR as it will be written; empty: none */
    bool is_untracked_stale; /* its directories are gone */

    bool has_fsmonitor;
    bool is_monitored; /* asked in this process */
    uint32_t fsmonitor_version;
    struct qn_bytes fsmonitor_token; /* in the map or arena */

    struct qn_index_split *split; /* NULL: not split */
    unsigned split_change; /* splitIndex.maxPercentChange + 1; 0: default */
};

/* index.c */
int qn_index_compare_keys(struct qn_bytes a, unsigned a_stage,
                          struct qn_bytes b, unsigned b_stage);

/* index_read.c */
enum qn_status qn_index_read_bytes(struct qn_ctx *ctx, struct qn_index *index,
                                   const char *path, bool is_shared);

/* Extensions that speak of the whole list of entries, which a split index has
 * only once both files are read. */
struct qn_index_late {
    struct qn_bytes link;
    struct qn_bytes tree;
    struct qn_bytes fsmonitor;
};

/* index_extension.c */
enum qn_status qn_index_extension_read(struct qn_ctx *ctx,
                                       struct qn_index *index,
                                       const uint8_t *signature,
                                       struct qn_bytes data,
                                       struct qn_index_late *late);
enum qn_status qn_index_fsmonitor_read(struct qn_ctx *ctx,
                                       struct qn_index *index,
                                       struct qn_bytes data);
enum qn_status qn_index_extension_append(struct qn_ctx *ctx, struct qn_buf *out,
                                         const char *signature,
                                         struct qn_bytes data);
enum qn_status qn_index_fsmonitor_append(struct qn_ctx *ctx,
                                         const struct qn_index *index,
                                         struct qn_buf *out);

/* sparse_index.c: the entries with directories in place of what was expanded,
 * for the time of writing.  begin gives the index back its own with end. */
struct qn_sparse_index_kept {
    struct qn_index_entry **entries;
    size_t count;
    struct qn_index_entry *directories; /* mode 0: stays expanded */
    size_t *sizes;                      /* entries of each */
    bool is_active;
};
enum qn_status qn_sparse_index_begin(struct qn_ctx *ctx, struct qn_index *index,
                                     struct qn_sparse_index_kept *kept);
void qn_sparse_index_end(struct qn_index *index,
                         struct qn_sparse_index_kept *kept);
/* Add to the counts of entries of the directories above "a/b/". */
void qn_sparse_index_adjust(struct qn_index *index, struct qn_bytes path,
                            int64_t difference);

/* resolve_undo.c */
enum qn_status qn_resolve_undo_read(struct qn_ctx *ctx, struct qn_index *index,
                                    struct qn_bytes data);
enum qn_status qn_resolve_undo_append(struct qn_ctx *ctx,
                                      const struct qn_index *index,
                                      struct qn_buf *out);
enum qn_status qn_resolve_undo_record(struct qn_ctx *ctx,
                                      struct qn_index *index,
                                      const struct qn_index_entry *entry);

/* cache_tree.c */
void qn_cache_tree_free(struct qn_cache_tree_node *root);
enum qn_status qn_cache_tree_read(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_bytes data);
enum qn_status qn_cache_tree_append(struct qn_ctx *ctx,
                                    const struct qn_index *index,
                                    struct qn_buf *out);

/* split_index.c */
void qn_split_index_free(struct qn_index_split *split);
enum qn_status qn_split_index_read(struct qn_ctx *ctx, struct qn_index *index,
                                   const char *path, struct qn_bytes data);

/* What a write puts into the file of a split index. */
struct qn_split_index_plan {
    struct qn_index_entry **entries; /* replaced, then added */
    size_t count;
    size_t replaced_count; /* the first ones, written without a name */
    struct qn_buf link;    /* data of the extension */
};
enum qn_status qn_split_index_plan_make(struct qn_ctx *ctx,
                                        struct qn_index *index,
                                        struct qn_split_index_plan *out);
void qn_split_index_plan_dispose(struct qn_split_index_plan *plan);

/* Before a write: make a shared file when there is none, or too little of it
 * is used still. `path`: of the index. */
enum qn_status qn_split_index_prepare(struct qn_ctx *ctx,
                                      struct qn_index *index, const char *path);
/* Remove shared files beside the index at `path` that were neither made nor
 * read since `expiry` (seconds); the one in use stays. What cannot be removed
 * is left. */
void qn_split_index_expire(struct qn_ctx *ctx, const struct qn_index *index,
                           const char *path, int64_t expiry);

/* index_write.c: header, entries and checksum, which is answered in `id`. */
enum qn_status qn_index_serialise_shared(struct qn_ctx *ctx,
                                         struct qn_index *index,
                                         struct qn_buf *out, struct qn_id *id);

#endif
