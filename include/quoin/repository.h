/* SPDX-License-Identifier: MIT */
/* A repository, opened: one thread's handle.
 *
 *   in:  a path (or the environment's directory)
 *   out: a handle with its own views of objects and refs
 *
 * A handle belongs to one thread at a time; qn_repository_fork makes one for
 * another thread, which shares files, caches of the system and configuration.
 * Opening looks at the repository's format, its owner (safe.directory) and its
 * configuration, and reads nothing else.
 */
#ifndef QUOIN_REPOSITORY_H
#define QUOIN_REPOSITORY_H

#include <quoin/api.h>
#include <quoin/ctx.h>
#include <quoin/id.h>
#include <quoin/status.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct qn_repository;

enum qn_repository_flags {
    /* Do not look at GIT_DIR, GIT_WORK_TREE and their kin. */
    QN_REPOSITORY_IGNORES_VARIABLES = 1,
    /* init: no work tree. */
    QN_REPOSITORY_BARE = 2
};

struct qn_repository_options {
    uint32_t size;             /* sizeof(struct qn_repository_options) */
    uint32_t flags;            /* enum qn_repository_flags */
    const char *start;         /* where discovery starts; NULL: the
                                  environment's directory */
    const char *git_directory; /* the very directory: no discovery; or NULL */
    const char *work_tree;     /* with git_directory; or NULL */
};
#define QN_REPOSITORY_OPTIONS_INIT                                             \
    {                                                                          \
        sizeof(struct qn_repository_options), 0, 0, 0, 0                       \
    }

/* Find and open.  QN_NOT_FOUND (reason "repo.not-found"): there is none.
 * QN_REFUSED: it belongs to somebody else.  QN_UNSUPPORTED: an extension that
 * is not known.  `options` NULL: all defaults. */
QN_API enum qn_status
qn_repository_open(struct qn_ctx *ctx,
                   QN_NULLABLE const struct qn_repository_options *options,
                   QN_OWNED struct qn_repository **out);
/* A handle of the same repository for another thread. */
QN_API enum qn_status qn_repository_fork(struct qn_ctx *ctx,
                                         const struct qn_repository *repository,
                                         QN_OWNED struct qn_repository **out);
QN_API void qn_repository_free(QN_NULLABLE struct qn_repository *repository);

struct qn_repository_init_options {
    uint32_t size;              /* sizeof(struct qn_repository_init_options) */
    uint32_t flags;             /* enum qn_repository_flags */
    uint32_t algorithm;         /* enum qn_hash_algorithm; 0: SHA-1 */
    uint32_t uses_reftable;     /* 0: refs are files */
    const char *initial_branch; /* short name; NULL: "main" */
};
#define QN_REPOSITORY_INIT_OPTIONS_INIT                                        \
    {                                                                          \
        sizeof(struct qn_repository_init_options), 0, 0, 0, 0                  \
    }
/* Make an empty repository at `path` (absolute; made where it is missing), or
 * complete the one that is there. */
QN_API enum qn_status qn_repository_init(
    struct qn_ctx *ctx, const char *path,
    QN_NULLABLE const struct qn_repository_init_options *options);

/* Absolute, without a slash at the end; NULL: there is no work tree. */
QN_API QN_BORROWED const char *
qn_repository_git_directory(const struct qn_repository *repository);
QN_API QN_BORROWED const char *
qn_repository_work_tree(const struct qn_repository *repository);
/* enum qn_hash_algorithm of its ids. */
QN_API uint32_t qn_repository_algorithm(const struct qn_repository *repository);

/* What a revision ("main~2", "v1.0^{tree}", "HEAD:README") names: gitrevisions.
 * QN_NOT_FOUND, QN_AMBIGUOUS. */
QN_API enum qn_status qn_repository_resolve(struct qn_ctx *ctx,
                                            struct qn_repository *repository,
                                            const char *revision,
                                            struct qn_id *out);

/* The last value of a key ("user.name", "remote.Origin.url"); NULL: not set.
 * Borrowed: valid while the handle is. */
QN_API QN_BORROWED const char *
qn_repository_setting(const struct qn_repository *repository, const char *key);
/* QN_INVALID: the value is no bool (no number). */
QN_API enum qn_status
qn_repository_setting_bool(struct qn_ctx *ctx,
                           const struct qn_repository *repository,
                           const char *key, int fallback, int *out);
QN_API enum qn_status
qn_repository_setting_int(struct qn_ctx *ctx,
                          const struct qn_repository *repository,
                          const char *key, int64_t fallback, int64_t *out);
/* Every entry in the order of reading.  `value` NULL: the bare form.  Not zero
 * from `each` stops. */
typedef int qn_repository_setting_fn(void *data, const char *key,
                                     const char *value);
QN_API void qn_repository_each_setting(const struct qn_repository *repository,
                                       qn_repository_setting_fn *each,
                                       void *data);

#ifdef __cplusplus
}
#endif

#endif
