/* SPDX-License-Identifier: MIT */
/* What the files of `repo` share; nobody else includes this.
 *
 *   repo_discover.c  a directory -> layout
 *   repo_format.c    layout -> format keys
 *   repo_trust.c     is it ours, may it be used
 *   repo_config.c    the sources of configuration, in order
 *   repo.c           opening, views, getters
 */
#ifndef QN_REPO_REPO_PARTS_H
#define QN_REPO_REPO_PARTS_H

#include "base/env.h"
#include "base/memory.h"
#include "hash/id_map.h"
#include "os/mutex.h"
#include "repo/remote.h"
#include "repo/repo.h"

#include <stdatomic.h>

/* Where things are.  Paths are absolute, without a slash at the end. */
struct qn_repo_layout {
    struct qn_buf git_directory;
    struct qn_buf common_directory;
    struct qn_buf work_tree;   /* empty: none */
    struct qn_buf shown;       /* the git directory as Git prints it */
    struct qn_buf found;       /* discovery: the directory that has ".git" */
    struct qn_buf gitfile;     /* the file that named the git directory */
    bool has_common;           /* a linked work tree */
    bool is_explicit;          /* GIT_DIR, not discovered */
    bool is_bare_found;        /* discovery stood in a git directory */
    bool has_work_tree_option; /* GIT_WORK_TREE */
};
#define QN_REPO_LAYOUT_INIT                                                    \
    {                                                                          \
        .git_directory = QN_BUF_INIT, .common_directory = QN_BUF_INIT,         \
        .work_tree = QN_BUF_INIT, .shown = QN_BUF_INIT, .found = QN_BUF_INIT,  \
        .gitfile = QN_BUF_INIT                                                 \
    }
void qn_repo_layout_dispose(struct qn_repo_layout *layout);

/* The start of everything, from options and variables. */
struct qn_repo_start {
    const char *directory; /* where the user is */
    const char *git_directory;
    const char *work_tree;
    bool uses_variables;
    bool uses_identity; /* GIT_AUTHOR_*, GIT_COMMITTER_*, EMAIL */
};
/* A variable of the environment, unless they are ignored. NULL: not set. */
const char *qn_repo_variable(struct qn_ctx *ctx,
                             const struct qn_repo_start *start,
                             const char *name);

enum qn_status qn_repo_discover(struct qn_ctx *ctx,
                                const struct qn_repo_start *start,
                                struct qn_repo_layout *out) QN_MUST_USE;
/* Is there a git directory at `path`?  Fills git_directory, common_directory
 * and has_common when there is. */
enum qn_status qn_repo_probe(struct qn_ctx *ctx,
                             const struct qn_repo_start *start,
                             const char *path, struct qn_repo_layout *layout,
                             bool *found) QN_MUST_USE;

/* The format keys of <common>/config. */
struct qn_repo_format {
    int64_t version;
    uint32_t algorithm;
    enum qn_refs_format refs_format;
    bool has_worktree_config;
    int bare;                 /* -1: not set */
    struct qn_buf work_tree;  /* core.worktree as written; empty: not set */
    struct qn_buf refs_place; /* where refs are, when not in the common
                                 directory; relative to the git directory */
    struct qn_buf text;       /* the file itself */
    struct qn_buf origin;     /* its name in messages */
    struct qn_buf base;       /* what `origin` is relative to, if it is */
};
void qn_repo_format_dispose(struct qn_repo_format *format);
enum qn_status qn_repo_format_read(struct qn_ctx *ctx,
                                   const struct qn_repo_start *start,
                                   const struct qn_repo_layout *layout,
                                   struct qn_repo_format *out) QN_MUST_USE;
/* Decide on the work tree, and finish `layout->shown`. */
enum qn_status qn_repo_settle(struct qn_ctx *ctx,
                              const struct qn_repo_start *start,
                              const struct qn_repo_format *format,
                              struct qn_repo_layout *layout,
                              bool *is_bare) QN_MUST_USE;

/* QN_REFUSED when the layout was discovered and belongs to somebody else. */
enum qn_status qn_repo_trust(struct qn_ctx *ctx,
                             const struct qn_repo_start *start,
                             const struct qn_repo_layout *layout) QN_MUST_USE;

struct qn_repo {
    atomic_uint owners;
    struct qn_env *env;
    struct qn_repo_start start; /* strings owned below */
    char *directory;
    char *git_directory;
    char *common_directory;
    char *work_tree; /* NULL: bare */
    char *shown;
    char *prefix;
    char *kept; /* or NULL */
    bool is_bare;
    bool has_common;
    struct qn_repo_format format;
    struct qn_config *config;
    struct qn_sync sync;
    uint32_t shared_mode;
    struct qn_mutex *mutex; /* over what is opened lazily: */
    struct qn_odb_store *odb_store;
    struct qn_refs_store *refs_store;
    qn_refs_observe_fn *observe; /* of the views of refs; or NULL */
    void *observe_data;
    qn_repo_missing_fn *missing; /* or NULL */
    void *missing_data;
    qn_repo_attribute_fn *attribute_source; /* or NULL */
    void *attribute_data;
    struct qn_refs *spare_refs; /* a view that was used at the start, for the
                                 * first who asks; or NULL */
    struct qn_odb *calls_odb;   /* for the refs' questions about objects */
    struct qn_arena told_arena;
    struct qn_remote_words told_remotes; /* whose file was warned of */
    bool has_told_remotes;          /* what is wrong with their configuration */
    struct qn_remote **old_remotes; /* of files, by name; see remote.h */
    size_t old_remote_count;
    size_t old_remote_capacity;
    bool has_replace; /* the map below was filled */
    struct qn_id_map replace_from;
    struct qn_id *replace_to; /* beside replace_from's positions */
    size_t replace_capacity;
};

/* Sources in order; `repo` NULL: outside of any. */
enum qn_status qn_repo_load_config(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_config **out) QN_MUST_USE;
/* Fill repo->replace_*. */
enum qn_status qn_repo_load_replace(struct qn_ctx *ctx,
                                    struct qn_repo *repo) QN_MUST_USE;
/* With the mutex held: open if that was not done. */
enum qn_status qn_repo_open_refs_store(struct qn_ctx *ctx,
                                       struct qn_repo *repo) QN_MUST_USE;

#endif
