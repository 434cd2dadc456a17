/* SPDX-License-Identifier: MIT */
/* Trees of branches in memory: read when a path leads into them, changed in
 * place, written when a commit is made.
 *
 * An entry that is a directory has its tree here, or only its id.  Entries are
 * sorted by name as bytes; Git's order is made when a tree is written.  No
 * recursion: paths may be as deep as somebody likes.
 */
#ifndef QN_OPERATION_PART_IMPORT_TREE_H
#define QN_OPERATION_PART_IMPORT_TREE_H

#include "base/map.h"
#include "object/tree.h"
#include "operation/part/import_store.h"

struct qn_import_tree;

struct qn_import_entry {
    const char *name; /* one copy for all that have it */
    uint32_t name_size;
    uint32_t mode;               /* 0: there is none */
    struct qn_id id;             /* of a dirty tree: not the one it has */
    struct qn_import_tree *tree; /* owned; NULL: not read, or no directory */
};

struct qn_import_tree {
    struct qn_import_entry *entries;
    size_t count;
    size_t capacity;
    bool is_dirty;
    struct qn_buf written; /* the bytes that were written last */
    uint32_t object;       /* of those; QN_IMPORT_NONE */
};

struct qn_import_trees {
    struct qn_import_store *store;
    struct qn_map names;
    uint64_t load_count;
    struct qn_object object;
    struct qn_buf text;
};

void qn_import_trees_init(struct qn_import_trees *trees,
                          struct qn_import_store *store);
void qn_import_trees_dispose(struct qn_import_trees *trees);

/* An empty root. */
void qn_import_entry_init(struct qn_import_entry *root, uint32_t algorithm);
/* A directory that is known by its id. */
void qn_import_entry_set_tree(struct qn_import_entry *root,
                              const struct qn_id *id);
/* What is below; the entry stays as its id. */
void qn_import_entry_unload(struct qn_import_entry *entry);
/* The entry with all below, once more. */
enum qn_status qn_import_entry_copy(struct qn_ctx *ctx,
                                    const struct qn_import_entry *from,
                                    struct qn_import_entry *out) QN_MUST_USE;

/* Put `value` (its tree is taken over) at the path, in the place of whatever is
 * there; directories on the way are made.  "" is the root.  The path has no
 * empty component. */
enum qn_status qn_import_tree_set(struct qn_ctx *ctx,
                                  struct qn_import_trees *trees,
                                  struct qn_import_entry *root,
                                  struct qn_bytes path,
                                  struct qn_import_entry *value) QN_MUST_USE;
/* Take the path out, with directories that are empty then; into `taken`, unless
 * that is NULL.  `*found` (may be NULL). */
enum qn_status
qn_import_tree_remove(struct qn_ctx *ctx, struct qn_import_trees *trees,
                      struct qn_import_entry *root, struct qn_bytes path,
                      struct qn_import_entry *taken, bool *found) QN_MUST_USE;
/* The entry at the path, borrowed; NULL: there is none. */
enum qn_status qn_import_tree_get(struct qn_ctx *ctx,
                                  struct qn_import_trees *trees,
                                  struct qn_import_entry *root,
                                  struct qn_bytes path,
                                  struct qn_import_entry **out) QN_MUST_USE;
/* Read a directory's entries, if that was not done. */
enum qn_status qn_import_tree_load(struct qn_ctx *ctx,
                                   struct qn_import_trees *trees,
                                   struct qn_import_entry *entry) QN_MUST_USE;
/* Write what is dirty; the root's id is right then. */
enum qn_status qn_import_tree_store(struct qn_ctx *ctx,
                                    struct qn_import_trees *trees,
                                    struct qn_import_entry *root) QN_MUST_USE;

#endif
