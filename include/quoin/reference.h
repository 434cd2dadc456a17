/* SPDX-License-Identifier: MIT */
/* Refs: look up, walk, change in transactions with compare-and-swap. */
#ifndef QUOIN_REFERENCE_H
#define QUOIN_REFERENCE_H

#include <quoin/repository.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The value of a ref by its full name ("refs/heads/main", "HEAD"), symbolic
 * refs followed.  QN_NOT_FOUND. */
QN_API enum qn_status qn_reference_find(struct qn_ctx *ctx,
                                        struct qn_repository *repository,
                                        const char *name, struct qn_id *out);

/* Refs whose names begin with `prefix` ("": all under refs/), in byte order.
 * `target`: where a symbolic ref points, else NULL.  Not zero from `each`
 * stops. */
typedef int qn_reference_each_fn(void *data, const char *name,
                                 const struct qn_id *id, const char *target);
QN_API enum qn_status qn_reference_each(struct qn_ctx *ctx,
                                        struct qn_repository *repository,
                                        const char *prefix,
                                        qn_reference_each_fn *each, void *data);

/* Changes that happen together or, where the store can, not at all. */
struct qn_reference_changes;
QN_API enum qn_status
qn_reference_changes_new(struct qn_ctx *ctx, struct qn_repository *repository,
                         QN_OWNED struct qn_reference_changes **out);
/* What was not committed is given up. */
QN_API void
qn_reference_changes_free(QN_NULLABLE struct qn_reference_changes *changes);
/* Set `name` to `new_id`.  `old_id`: what it must be now (all zeros: it must
 * not exist); NULL: whatever it is.  `message`: for the reflog, or NULL. */
QN_API enum qn_status qn_reference_changes_set(
    struct qn_ctx *ctx, struct qn_reference_changes *changes, const char *name,
    const struct qn_id *new_id, QN_NULLABLE const struct qn_id *old_id,
    QN_NULLABLE const char *message);
QN_API enum qn_status qn_reference_changes_remove(
    struct qn_ctx *ctx, struct qn_reference_changes *changes, const char *name,
    QN_NULLABLE const struct qn_id *old_id);
/* Point a symbolic ref to another one. */
QN_API enum qn_status qn_reference_changes_point(
    struct qn_ctx *ctx, struct qn_reference_changes *changes, const char *name,
    const char *target, QN_NULLABLE const char *message);
/* QN_CHANGED: a ref is not what it had to be; QN_EXISTS, QN_CONFLICT (a name
 * in the way), QN_LOCKED, QN_REFUSED (the hook).  Objects that were written are
 * made durable first. */
QN_API enum qn_status
qn_reference_changes_commit(struct qn_ctx *ctx,
                            struct qn_reference_changes *changes);

#ifdef __cplusplus
}
#endif

#endif
