/* SPDX-License-Identifier: MIT */
/* How old objects are: a loose file is as old as it says, what is packed as old
 * as its pack, or as a cruft pack's .mtimes says.
 */
#ifndef QN_OPERATION_PART_OBJECT_AGE_H
#define QN_OPERATION_PART_OBJECT_AGE_H

#include "hash/id_map.h"
#include "odb/odb.h"
#include "repo/repo.h"

/* `mtime` in seconds. */
typedef enum qn_status qn_object_age_fn(struct qn_ctx *ctx, void *data,
                                        const struct qn_id *id, uint32_t mtime);
/* Every object of the repository's own directory, an object that is there twice
 * two times. */
enum qn_status qn_object_age_each(struct qn_ctx *ctx, struct qn_odb *odb,
                                  qn_object_age_fn *each,
                                  void *data) QN_MUST_USE;
/* gc.recentObjectsHook: the ids that its commands name are added. */
enum qn_status qn_object_age_hook(struct qn_ctx *ctx, struct qn_repo *repo,
                                  struct qn_id_map *ids) QN_MUST_USE;
/* A loose file of a packed object, as old as it was there; one that is there
 * already is made as new as that. */
enum qn_status qn_object_age_unpack(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_id *id,
                                    const struct qn_object *object,
                                    int64_t mtime) QN_MUST_USE;

#endif
