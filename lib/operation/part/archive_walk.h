/* SPDX-License-Identifier: MIT */
/* The entries of an archive: a tree, in its order, without what the attribute
 * export-ignore or a pathspec leaves out.
 *
 *   tree -> directories (of which a file is wanted, also if export-ignore takes
 *   it away), files, links, submodules (as directories)
 *
 * Memory: one tree object for each level.  A path that could leave the folder
 * that an archive is unpacked in is as it is in the tree, as in Git.
 */
#ifndef QN_OPERATION_PART_ARCHIVE_WALK_H
#define QN_OPERATION_PART_ARCHIVE_WALK_H

#include "odb/odb.h"
#include "path/attributes.h"
#include "path/pathspec.h"

struct qn_archive_item {
    struct qn_bytes path; /* "a/b"; directories "a/b/"; of the walk */
    uint32_t mode;        /* canonical */
    struct qn_id id;
    bool has_subst; /* export-subst */
    int is_binary;  /* with asks_binary: 1, 0, -1: the content decides */
};

struct qn_archive_walk_frame;
struct qn_archive_walk {
    struct qn_odb *odb;                 /* borrowed */
    struct qn_attributes *attributes;   /* borrowed */
    const struct qn_pathspec *pathspec; /* borrowed; NULL: all */
    struct qn_bytes directory;      /* "a/b/": only what is below; or empty */
    const struct qn_config *config; /* of diff drivers: is_binary is asked for;
                                       or NULL */
    /* within */
    struct qn_archive_walk_frame *frames;
    size_t depth, made_count, capacity;
    size_t told, due; /* frames whose directory was told, is to be told */
    struct qn_buf path;
    struct qn_archive_item held; /* waits for its directories */
    bool has_held;
};

/* The borrowed fields are set. */
enum qn_status qn_archive_walk_begin(struct qn_ctx *ctx,
                                     struct qn_archive_walk *walk,
                                     const struct qn_id *tree) QN_MUST_USE;
/* QN_END when there is no more. */
enum qn_status qn_archive_walk_next(struct qn_ctx *ctx,
                                    struct qn_archive_walk *walk,
                                    struct qn_archive_item *item) QN_MUST_USE;
/* Each pattern must match something, and nothing outside of `directory`:
 * QN_INVALID with Git's words. */
enum qn_status qn_archive_walk_check(struct qn_ctx *ctx, struct qn_odb *odb,
                                     const struct qn_id *tree,
                                     const struct qn_pathspec *pathspec,
                                     struct qn_attributes *attributes,
                                     struct qn_bytes directory) QN_MUST_USE;
/* Do the attributes say that a path is binary: 1, 0, -1: they do not. */
enum qn_status qn_archive_walk_is_binary(struct qn_ctx *ctx,
                                         struct qn_attributes *attributes,
                                         const struct qn_config *config,
                                         struct qn_bytes path,
                                         int *out) QN_MUST_USE;
void qn_archive_walk_dispose(struct qn_archive_walk *walk);

#endif
