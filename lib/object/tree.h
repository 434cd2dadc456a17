/* SPDX-License-Identifier: MIT */
/* Trees: "<mode octal> <name>\0<raw id>" for each entry, sorted by name as if
 * directories ended in "/".  Format: docs/formats/tree.md. */
#ifndef QN_OBJECT_TREE_H
#define QN_OBJECT_TREE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "object/object.h"

#define QN_MODE_TREE       0040000u
#define QN_MODE_FILE       0100644u
#define QN_MODE_EXECUTABLE 0100755u
#define QN_MODE_SYMLINK    0120000u
#define QN_MODE_GITLINK    0160000u
#define QN_MODE_KIND_MASK  0170000u

static inline bool qn_mode_is_tree(uint32_t mode)
{
    return (mode & QN_MODE_KIND_MASK) == QN_MODE_TREE;
}

static inline bool qn_mode_is_symlink(uint32_t mode)
{
    return (mode & QN_MODE_KIND_MASK) == QN_MODE_SYMLINK;
}

static inline bool qn_mode_is_gitlink(uint32_t mode)
{
    return (mode & QN_MODE_KIND_MASK) == QN_MODE_GITLINK;
}

static inline bool qn_mode_is_file(uint32_t mode)
{
    return (mode & QN_MODE_KIND_MASK) == 0100000u;
}

/* What Git makes of a mode from outside: 644, 755, symlink, gitlink or tree. */
uint32_t qn_mode_canonical(uint32_t mode);
/* The type an entry of that mode names. */
enum qn_object_type qn_mode_object_type(uint32_t mode);

struct qn_tree_entry {
    uint32_t mode;        /* as written, not canonical */
    struct qn_bytes name; /* borrowed from the tree's bytes */
    const uint8_t *id;    /* raw row in the tree's bytes */
};

/* Walks raw tree bytes; nothing is copied. */
struct qn_tree_reader {
    struct qn_bytes rest;
    uint32_t algorithm;
};

static inline void qn_tree_reader_init(struct qn_tree_reader *reader,
                                       struct qn_bytes tree, uint32_t algorithm)
{
    reader->rest = tree;
    reader->algorithm = algorithm;
}

/* QN_OK, QN_END, or QN_CORRUPT with Git's words ("too-short tree object", ...).
 */
enum qn_status qn_tree_reader_next(struct qn_ctx *ctx,
                                   struct qn_tree_reader *reader,
                                   struct qn_tree_entry *entry) QN_MUST_USE;

/* Find one name in a tree.  `*found` false when it is not there. */
enum qn_status qn_tree_find(struct qn_ctx *ctx, struct qn_bytes tree,
                            uint32_t algorithm, struct qn_bytes name,
                            struct qn_tree_entry *entry,
                            bool *found) QN_MUST_USE;

/* Git's order: bytes, with "/" behind directories. */
int qn_tree_compare_names(struct qn_bytes a, bool a_is_tree, struct qn_bytes b,
                          bool b_is_tree);

/* Append one entry; the caller brings them in order. */
enum qn_status qn_tree_append(struct qn_ctx *ctx, struct qn_buf *tree,
                              uint32_t mode, struct qn_bytes name,
                              const struct qn_id *id) QN_MUST_USE;

#endif
