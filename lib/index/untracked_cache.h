/* SPDX-License-Identifier: MIT */
/* The untracked cache (extension UNTR): which names of each directory nobody
 * tracks, and what must not have changed for that to be true still.
 *
 *   cache = idents, stat and hash of info/exclude and core.excludesFile, flags,
 *           name of the ignore file of a directory, directories
 *   node  = name, untracked names (a directory's end in "/"), directories
 *
 * A node that is valid holds while its directory's stat data and the content of
 * its ignore file are the same, and ignore files above it.  Format:
 * gitformat-index(5).  In: the bytes of the extension.  Out: a tree in an
 * arena.
 */
#ifndef QN_INDEX_UNTRACKED_CACHE_H
#define QN_INDEX_UNTRACKED_CACHE_H

#include "index/index.h"

struct qn_untracked_node {
    struct qn_bytes name; /* no slash; "" the top */
    struct qn_bytes *names;
    size_t name_count;
    struct qn_untracked_node **children;
    size_t child_count;
    struct qn_index_stat stat;
    struct qn_id exclude; /* null: there is no ignore file */
    bool is_valid;
    bool is_check_only; /* only asked whether there is anything in it */
};

struct qn_untracked_cache {
    struct qn_bytes idents; /* each with its NUL */
    struct qn_index_stat info_stat, excludes_stat;
    uint32_t flags;
    struct qn_id info_id, excludes_id;
    struct qn_bytes exclude_name;
    struct qn_untracked_node *root; /* NULL: nothing known yet */
    struct qn_arena arena;
};

/* SHOW_OTHER_DIRECTORIES and HIDE_EMPTY_DIRECTORIES: what status asks for. */
#define QN_UNTRACKED_CACHE_FLAGS 6u

void qn_untracked_cache_init(struct qn_untracked_cache *cache,
                             uint32_t algorithm);
void qn_untracked_cache_dispose(struct qn_untracked_cache *cache);
/* QN_CORRUPT: not to be used (it is a cache). */
enum qn_status
qn_untracked_cache_parse(struct qn_ctx *ctx, uint32_t algorithm,
                         struct qn_bytes data,
                         struct qn_untracked_cache *out) QN_MUST_USE;
enum qn_status qn_untracked_cache_append(struct qn_ctx *ctx,
                                         const struct qn_untracked_cache *cache,
                                         struct qn_buf *out) QN_MUST_USE;
/* The child of that name, or NULL. */
struct qn_untracked_node *
qn_untracked_cache_child(const struct qn_untracked_node *node,
                         struct qn_bytes name);
/* Keep what says that there is a cache, and forget the directories. */
void qn_untracked_cache_truncate(struct qn_buf *data, uint32_t algorithm);

/* The bytes that the index holds; empty: no cache.  Replacing them marks the
 * index changed. */
struct qn_bytes qn_index_untracked(const struct qn_index *index);
enum qn_status qn_index_set_untracked(struct qn_ctx *ctx,
                                      struct qn_index *index,
                                      struct qn_bytes data) QN_MUST_USE;

#endif
