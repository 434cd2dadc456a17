/* SPDX-License-Identifier: MIT */
/* The difference of two trees: the paths, and the patch. */
#ifndef QUOIN_DIFFERENCE_H
#define QUOIN_DIFFERENCE_H

#include <quoin/content.h>
#include <quoin/repository.h>

#ifdef __cplusplus
extern "C" {
#endif

struct qn_difference;

enum qn_difference_flags {
    QN_DIFFERENCE_RENAMES = 1,
    QN_DIFFERENCE_COPIES = 2, /* and renames */
    QN_DIFFERENCE_IGNORE_SPACE_CHANGE = 4,
    QN_DIFFERENCE_IGNORE_ALL_SPACE = 8,
    QN_DIFFERENCE_BINARY = 16 /* binary files, too, so that it can be applied */
};

struct qn_difference_options {
    uint32_t size;            /* sizeof(struct qn_difference_options) */
    uint32_t flags;           /* enum qn_difference_flags */
    uint32_t context;         /* lines around; UINT32_MAX: 3 */
    uint32_t path_count;      /* of paths */
    const char *const *paths; /* pathspecs; none: all */
};
#define QN_DIFFERENCE_OPTIONS_INIT                                             \
    {                                                                          \
        sizeof(struct qn_difference_options), 0, 0xffffffffu, 0, 0             \
    }

/* Of two trees, commits or tags; NULL is the empty tree.  The handle belongs to
 * the thread of the repository handle, which must outlive it. */
QN_API enum qn_status
qn_difference_new(struct qn_ctx *ctx, struct qn_repository *repository,
                  QN_NULLABLE const struct qn_id *old_tree,
                  QN_NULLABLE const struct qn_id *new_tree,
                  QN_NULLABLE const struct qn_difference_options *options,
                  QN_OWNED struct qn_difference **out);
QN_API void qn_difference_free(QN_NULLABLE struct qn_difference *difference);

/* Paths that differ, in order.  `status`: 'A', 'D', 'M', 'R', 'C', 'T'. */
QN_API size_t qn_difference_count(const struct qn_difference *difference);
QN_API char qn_difference_status(const struct qn_difference *difference,
                                 size_t number);
/* NULL where that side has none. */
QN_API QN_BORROWED const char *
qn_difference_old_path(const struct qn_difference *difference, size_t number);
QN_API QN_BORROWED const char *
qn_difference_new_path(const struct qn_difference *difference, size_t number);
/* All zeros where that side has none. */
QN_API void qn_difference_old_id(const struct qn_difference *difference,
                                 size_t number, struct qn_id *out);
QN_API void qn_difference_new_id(const struct qn_difference *difference,
                                 size_t number, struct qn_id *out);
/* Percent: how alike the two sides of R and C are. */
QN_API uint32_t qn_difference_score(const struct qn_difference *difference,
                                    size_t number);

/* The whole in unified form, as `git diff` prints it. */
QN_API enum qn_status qn_difference_patch(struct qn_ctx *ctx,
                                          struct qn_difference *difference,
                                          QN_OWNED struct qn_content **out);

#ifdef __cplusplus
}
#endif

#endif
