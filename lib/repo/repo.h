/* SPDX-License-Identifier: MIT */
/* A repository: found, trusted, opened.
 *
 *   directory -> discovery -> layout (git dir, common dir, work tree)
 *             -> format keys (config, without includes) -> trust
 *             -> refs, odb -> full configuration
 *
 * A qn_repo is shared by threads and counted.  Views of its odb and refs belong
 * to one thread and one operation.  gitrepository-layout(5).
 */
#ifndef QN_REPO_REPO_H
#define QN_REPO_REPO_H

#include "base/buf.h"
#include "base/ctx.h"
#include "config/config.h"
#include "odb/odb.h"
#include "refs/refs.h"

struct qn_repo;

struct qn_repo_open_options {
    const char *start; /* where discovery starts; NULL: the env's directory */
    const char *git_directory; /* --git-dir / GIT_DIR, or NULL */
    const char *work_tree;     /* --work-tree / GIT_WORK_TREE, or NULL */
    bool ignores_variables;    /* do not look at GIT_* of the environment */
    bool keeps_identity;       /* ... but for who it is that commits */
    bool wants_bare;           /* --bare */
    const char *const
        *parameters; /* -c: "key=value"..., NULL terminated; or NULL */
    const char *const *config_env; /* reserved; NULL */
};

/* QN_NOT_FOUND, reason "repo.not-found", with Git's message; QN_REFUSED for
 * safe.directory ("repo.dubious-ownership") and safe.bareRepository
 * ("repo.bare-refused"); QN_UNSUPPORTED for versions and extensions. */
enum qn_status qn_repo_open(struct qn_ctx *ctx,
                            const struct qn_repo_open_options *options,
                            struct qn_repo **out) QN_MUST_USE;
/* safe.directory for a repository that was opened by name, where its files are
 * to be linked or copied as they are: QN_REFUSED, "repo.dubious-ownership". */
enum qn_status qn_repo_check_owner(struct qn_ctx *ctx,
                                   const struct qn_repo *repo) QN_MUST_USE;
struct qn_repo *qn_repo_retain(struct qn_repo *repo);
void qn_repo_release(struct qn_repo *repo);

/* All borrowed from the repo, absolute, without a trailing slash. */
const char *qn_repo_git_directory(const struct qn_repo *repo);
const char *qn_repo_common_directory(const struct qn_repo *repo);
const char *qn_repo_work_tree(const struct qn_repo *repo); /* NULL: bare */
/* "sub/dir/" for a start below the work tree's top, "" at the top or outside.
 */
const char *qn_repo_prefix(const struct qn_repo *repo);
/* The directory where the user stands (which need not be where the command was
 * told to work): it stays when it becomes empty.  Absolute; NULL: none. */
enum qn_status qn_repo_keep_directory(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const char *path) QN_MUST_USE;
const char *qn_repo_kept_directory(const struct qn_repo *repo);
/* As Git prints it (rev-parse --git-dir): ".git", ".", or absolute. */
const char *qn_repo_git_directory_shown(const struct qn_repo *repo);
bool qn_repo_is_bare(const struct qn_repo *repo);
uint32_t qn_repo_algorithm(const struct qn_repo *repo);
enum qn_refs_format qn_repo_refs_format(const struct qn_repo *repo);
const struct qn_config *qn_repo_config(const struct qn_repo *repo);
/* Read the configuration again (after writing to it). Not for threads. */
enum qn_status qn_repo_reload_config(struct qn_ctx *ctx,
                                     struct qn_repo *repo) QN_MUST_USE;
/* What is configured where there is no repository: system, user, command. The
 * caller frees it. */
/* The conditions of includeIf as a repository (or NULL: none) answers them.
 * `conditions` is for qn_config_add_*; dispose when done. */
struct qn_repo_conditions {
    struct qn_config_conditions conditions;
    struct qn_ctx *ctx;
    struct qn_repo *repo;
    struct qn_buf branch;
};
void qn_repo_conditions_init(struct qn_ctx *ctx, struct qn_repo *repo,
                             struct qn_repo_conditions *out);
void qn_repo_conditions_dispose(struct qn_repo_conditions *conditions);

enum qn_status qn_repo_outside_config(struct qn_ctx *ctx,
                                      struct qn_config **out) QN_MUST_USE;
/* NULL until a view was made. */
struct qn_odb_store *qn_repo_odb_store(const struct qn_repo *repo);
struct qn_refs_store *qn_repo_refs_store(const struct qn_repo *repo);
const struct qn_sync *qn_repo_sync(const struct qn_repo *repo);
/* core.sharedRepository as mode bits to add (0660...), 0: umask. */
uint32_t qn_repo_shared_mode(const struct qn_repo *repo);

/* Views; the caller frees them. */
enum qn_status qn_repo_odb(struct qn_ctx *ctx, struct qn_repo *repo,
                           struct qn_odb **out) QN_MUST_USE;
/* The same without replacement objects: for packing what somebody asked for. */
enum qn_status qn_repo_odb_as_is(struct qn_ctx *ctx, struct qn_repo *repo,
                                 struct qn_odb **out) QN_MUST_USE;
/* That, and without fetching what is promised: for checking, housekeeping and
 * serving. */
enum qn_status qn_repo_odb_raw(struct qn_ctx *ctx, struct qn_repo *repo,
                               struct qn_odb **out) QN_MUST_USE;
enum qn_status qn_repo_refs(struct qn_ctx *ctx, struct qn_repo *repo,
                            struct qn_refs **out) QN_MUST_USE;
/* Who is told of the transactions of views made from now on (the
 * reference-transaction hook).  Before other threads use the repo. */
void qn_repo_set_refs_observer(struct qn_repo *repo,
                               qn_refs_observe_fn *observe, void *data);

/* Who fetches objects that are promised and not here (odb/odb.h), for views
 * made from now on that may fetch.  While one thread alone knows it. */
typedef enum qn_status qn_repo_missing_fn(struct qn_ctx *ctx, void *data,
                                          const struct qn_id *ids,
                                          size_t count);
void qn_repo_set_missing(struct qn_repo *repo, qn_repo_missing_fn *missing,
                         void *data);

/* Where attributes are read from instead of the work tree (--attr-source,
 * attr.tree): asked when attributes are first read; `*found` false: the work
 * tree, as always.  NULL: never. */
typedef enum qn_status qn_repo_attribute_fn(struct qn_ctx *ctx, void *data,
                                            struct qn_id *tree, bool *found);
void qn_repo_set_attribute_source(struct qn_repo *repo,
                                  qn_repo_attribute_fn *source, void *data);
enum qn_status qn_repo_attribute_source(struct qn_ctx *ctx,
                                        struct qn_repo *repo,
                                        struct qn_id *tree,
                                        bool *found) QN_MUST_USE;

/* Append the path of a file of the repository: shared ones ("config",
 * "packed-refs", "objects/..", "info/..") in the common directory, per-worktree
 * ones ("HEAD", "index", "MERGE_HEAD", "info/sparse-checkout") in the git
 * directory, as rev-parse --git-path answers (GIT_INDEX_FILE and kin obeyed).
 */
enum qn_status qn_repo_path(struct qn_ctx *ctx, const struct qn_repo *repo,
                            const char *name, struct qn_buf *out) QN_MUST_USE;
/* Append the absolute path of a file in the work tree. */
enum qn_status qn_repo_work_path(struct qn_ctx *ctx, const struct qn_repo *repo,
                                 struct qn_bytes name,
                                 struct qn_buf *out) QN_MUST_USE;

/* init: make the files of a new repository (or complete an old one). */
struct qn_repo_create_options {
    const char *git_directory;          /* where .git goes; absolute */
    const char *work_tree;              /* NULL: bare */
    const char *separate_git_directory; /* gitfile at work_tree/.git; or NULL */
    const char *template_directory;     /* NULL or "": none */
    const char *initial_branch; /* short name; NULL: stop before the refs */
    uint32_t algorithm;
    enum qn_refs_format refs_format;
    const char *shared; /* "group", "all", "0660", ... or NULL */
    bool bare;
    bool has_submodule_paths; /* extensions.submodulePathConfig */
};
/* `*was_there`: it existed, and was completed. */
enum qn_status qn_repo_create(struct qn_ctx *ctx,
                              const struct qn_repo_create_options *options,
                              bool *was_there) QN_MUST_USE;

/* Who I am: "Name <mail> seconds zone" appended, from GIT_AUTHOR_* or
 * GIT_COMMITTER_*, author.*, committer.*, user.*, EMAIL, the system.
 * `is_strict` fails as Git does when there is nothing to go by
 * ("ident.missing"). */
enum qn_ident_role { QN_IDENT_AUTHOR, QN_IDENT_COMMITTER };
enum qn_status qn_repo_ident(struct qn_ctx *ctx, const struct qn_repo *repo,
                             enum qn_ident_role role, bool is_strict,
                             struct qn_buf *out) QN_MUST_USE;
/* Commit a transaction on refs of the repository (refs/refs.h); reflogs name
 * the committer. */
enum qn_status
qn_repo_commit_refs(struct qn_ctx *ctx, const struct qn_repo *repo,
                    struct qn_ref_transaction *transaction) QN_MUST_USE;

#endif
