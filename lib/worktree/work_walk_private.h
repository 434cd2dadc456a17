/* SPDX-License-Identifier: MIT */
/* The inside of the walk over the work tree: what its files share. */
#ifndef QN_WORKTREE_WORK_WALK_PRIVATE_H
#define QN_WORKTREE_WORK_WALK_PRIVATE_H

#include "index/index_fold.h"
#include "os/directory.h"
#include "os/mutex.h"
#include "os/parallel.h"
#include "worktree/compare.h"
#include "worktree/untracked.h"
#include "worktree/work_walk.h"

#include <stdatomic.h>

struct qn_work_walker {
    const struct qn_work_tree *tree;
    struct qn_index *index;
    const struct qn_work_walk_options *options;
    struct qn_work_walk *out;
    struct qn_mutex *mutex;     /* of `out` */
    atomic_bool has_renewed;    /* stat data of an entry */
    atomic_bool has_later;      /* entries whose filter is a program */
    struct qn_untracked *cache; /* NULL: none is used */
    struct qn_index_fold *fold; /* core.ignoreCase; or NULL */
};

struct qn_work_found {
    struct qn_bytes path;
    bool is_ignored;
};

/* A directory with tracked files somewhere below a tracked directory. */
struct qn_work_child {
    size_t start, end; /* its entries of the index */
    bool is_there;
};

/* A directory with tracked files in it: entries [start, end) of the index are
 * below it.  Or, `is_piece`: compare these entries and no more.  Or,
 * `is_below`: an untracked directory, whose parent does not care what is found
 * in it. */
struct qn_work_task {
    size_t start, end;
    size_t size;
    bool is_piece;
    bool is_below;
    bool is_ignored;                 /* with is_below */
    struct qn_untracked_node *old;   /* of the untracked cache, or NULL */
    struct qn_untracked_node *fresh; /* to be filled in, or NULL */
    char path[];                     /* "" or "a/b/" */
};

/* One thread's tools and what it found. */
struct qn_work_walk_worker {
    struct qn_ignore *ignore;
    struct qn_buf path; /* relative, of what is looked at */
    struct qn_arena arena;
    struct qn_work_found *found;
    size_t count;
    size_t capacity;
    struct qn_buf *names; /* stack of listings, one for each depth */
    size_t name_capacity;
    /* Comparing the tracked files on the way: */
    struct qn_compare compare;
    struct qn_work_child *children; /* of the directory, in order */
    size_t child_count;
    size_t child_capacity;
    size_t file_count; /* tracked files that are there... */
    bool is_counted;   /* ...when all were looked at */
    /* For the untracked cache: */
    struct qn_untracked_node **fresh; /* directories of the directory */
    size_t fresh_count;
    size_t fresh_capacity;
    bool has_untracked_directory;
    bool keeps_children; /* what is known of those below still counts */
};

/* A directory with tracked files that is open. */
struct qn_work_opened {
    struct qn_parallel_tree *tree;
    int fd;
    size_t path_size; /* of its path, with the slash */
};

/* A listing: the names are in worker->names[depth]. */
struct qn_work_listing {
    struct qn_directory *directory; /* while it is open */
    bool is_there;
    bool has_git;
    bool has_unknown;  /* names of which the kind was not told */
    size_t file_count; /* names that are no directories */
};

/* work_walk_list.c */
/* Open the directory worker->path; `out->directory` stays NULL when it is not
 * there or may not be read (which is reported). */
enum qn_status qn_work_walk_open(struct qn_ctx *ctx,
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, struct qn_work_listing *out);
/* Read its names. */
enum qn_status qn_work_walk_read(struct qn_ctx *ctx,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, struct qn_work_listing *out);
/* List the directory worker->path into worker->names[depth]: kind byte, name,
 * NUL, ... */
enum qn_status qn_work_walk_list(struct qn_ctx *ctx,
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, struct qn_work_listing *out);
/* The next name of a listing; the kind is found out where the file system did
 * not say.  worker->path is the directory (its first `size` bytes), and becomes
 * the path of the name. */
enum qn_status qn_work_walk_next(struct qn_ctx *ctx,
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, size_t *at, size_t size,
                                 enum qn_file_kind *kind, bool *is_end);
enum qn_status qn_work_walk_add(struct qn_ctx *ctx,
                                struct qn_work_walk_worker *worker,
                                struct qn_bytes path, bool is_directory,
                                bool is_ignored);
/* Is worker->path ignored? */
enum qn_status qn_work_walk_check_ignored(struct qn_ctx *ctx,
                                          struct qn_work_walk_worker *worker,
                                          bool is_directory, bool *out);
/* Is it in the index but for case? */
bool qn_work_walk_is_other_case(const struct qn_work_walker *walker,
                                struct qn_bytes path, bool is_directory);
bool qn_work_walk_is_wanted(struct qn_ctx *ctx,
                            const struct qn_work_walker *walker,
                            struct qn_bytes path, bool is_directory);
enum qn_pathspec_reach qn_work_walk_reach(const struct qn_work_walker *walker,
                                          struct qn_bytes directory);

/* Go on to the next name that is a directory's. */
void qn_work_walk_skip_files(struct qn_work_walk_worker *worker, size_t depth,
                             size_t *at);

/* work_walk.c: entries [start, end) are to be compared by whoever is free. */
enum qn_status qn_work_walk_push_piece(struct qn_ctx *ctx,
                                       struct qn_parallel_tree *tree,
                                       size_t start, size_t end);

/* worker->path is an untracked directory, to be walked by whoever is free. */
enum qn_status qn_work_walk_push_below(struct qn_ctx *ctx,
                                       const struct qn_work_walk_worker *worker,
                                       struct qn_parallel_tree *tree,
                                       bool is_ignored);

/* work_walk_compare.c */
/* Entries of which the directory is not open, or not there. */
enum qn_status qn_work_walk_compare_range(struct qn_ctx *ctx,
                                          struct qn_work_walker *walker,
                                          struct qn_work_walk_worker *worker,
                                          size_t start, size_t end);
/* The entries [start, end), which are below an open directory: those in it are
 * compared, and its directories noted as worker->children. */
enum qn_status qn_work_walk_compare(struct qn_ctx *ctx,
                                    struct qn_work_walker *walker,
                                    struct qn_work_walk_worker *worker,
                                    const struct qn_work_opened *opened,
                                    size_t start, size_t end);
/* What needs programs, by the caller's thread alone. */
enum qn_status qn_work_walk_compare_later(struct qn_ctx *ctx,
                                          struct qn_work_walker *walker);
/* The child whose entries begin at `start` is there; false when that was known.
 */
bool qn_work_walk_note_child(struct qn_work_walk_worker *worker, size_t start);
/* Compare what is below children that are not there. */
enum qn_status qn_work_walk_compare_missing(struct qn_ctx *ctx,
                                            struct qn_work_walker *walker,
                                            struct qn_work_walk_worker *worker);

/* work_walk_cache.c */
/* The directory is open, and its tracked files were compared: may what the
 * cache says of it be used?  Then it is in worker->names[0], as a listing. */
enum qn_status qn_work_walk_recall(struct qn_ctx *ctx,
                                   struct qn_work_walker *walker,
                                   struct qn_work_walk_worker *worker,
                                   struct qn_work_task *task,
                                   const struct qn_work_listing *listing,
                                   bool *is_known);
/* A node for a directory of this one that has tracked files. */
enum qn_status qn_work_walk_expect(struct qn_ctx *ctx,
                                   struct qn_work_walker *walker,
                                   struct qn_work_walk_worker *worker,
                                   const struct qn_work_task *task,
                                   struct qn_work_task *child);
/* The directory is done: keep what was found. */
enum qn_status qn_work_walk_remember(struct qn_ctx *ctx,
                                     struct qn_work_walker *walker,
                                     struct qn_work_walk_worker *worker,
                                     const struct qn_work_task *task);

/* work_walk_below.c */
/* Walk an untracked directory (worker->path) to the end; what is below it and
 * stands for itself is pushed. */
enum qn_status qn_work_walk_below(struct qn_ctx *ctx,
                                  const struct qn_work_walker *walker,
                                  struct qn_work_walk_worker *worker,
                                  struct qn_parallel_tree *tree,
                                  bool is_ignored);

#endif
