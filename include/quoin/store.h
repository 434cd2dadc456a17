/* SPDX-License-Identifier: MIT */
/* The objects of a repository: read, look for, write, list. */
#ifndef QUOIN_STORE_H
#define QUOIN_STORE_H

#include <quoin/content.h>
#include <quoin/repository.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The whole object.  QN_NOT_FOUND, QN_PROMISED (a partial clone's),
 * QN_CORRUPT. */
QN_API enum qn_status qn_store_read(struct qn_ctx *ctx,
                                    struct qn_repository *repository,
                                    const struct qn_id *id,
                                    QN_OWNED struct qn_content **out);
/* Type (enum qn_content_type) and size, without the content. */
QN_API enum qn_status qn_store_header(struct qn_ctx *ctx,
                                      struct qn_repository *repository,
                                      const struct qn_id *id, uint32_t *type,
                                      uint64_t *size);
/* `*out`: 1 when it is here. */
QN_API enum qn_status qn_store_exists(struct qn_ctx *ctx,
                                      struct qn_repository *repository,
                                      const struct qn_id *id, int *out);
/* Write, unless it is here already.  Durable after qn_store_sync, which refs'
 * transactions do before they move a ref. */
QN_API enum qn_status qn_store_write(struct qn_ctx *ctx,
                                     struct qn_repository *repository,
                                     uint32_t type,
                                     const void *data QN_COUNTED(size),
                                     size_t size, struct qn_id *out);
QN_API enum qn_status qn_store_sync(struct qn_ctx *ctx,
                                    struct qn_repository *repository);
/* Every object, in the order of the packs.  Not zero from `each` stops. */
typedef int qn_store_each_fn(void *data, const struct qn_id *id);
QN_API enum qn_status qn_store_each(struct qn_ctx *ctx,
                                    struct qn_repository *repository,
                                    qn_store_each_fn *each, void *data);

#ifdef __cplusplus
}
#endif

#endif
