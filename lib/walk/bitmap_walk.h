/* SPDX-License-Identifier: MIT */
/* What some objects reach and others do not, by the bitmaps of a pack; what the
 * pack does not have is walked as ever.
 *
 *   new -> (NULL: there is no bitmap) -> want, have... -> run -> each
 *
 * A bitmap that is damaged is reported and done without.
 */
#ifndef QN_WALK_BITMAP_WALK_H
#define QN_WALK_BITMAP_WALK_H

#include "odb/odb.h"
#include "pack/pack_bitmap.h"

struct qn_bitmap_walk;

/* `*out` NULL when no pack of the view has a bitmap that is of use. */
enum qn_status qn_bitmap_walk_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bitmap_walk **out) QN_MUST_USE;
void qn_bitmap_walk_free(struct qn_bitmap_walk *walk);

/* Objects of any type. */
enum qn_status qn_bitmap_walk_want(struct qn_ctx *ctx,
                                   struct qn_bitmap_walk *walk,
                                   const struct qn_id *id) QN_MUST_USE;
enum qn_status qn_bitmap_walk_have(struct qn_ctx *ctx,
                                   struct qn_bitmap_walk *walk,
                                   const struct qn_id *id) QN_MUST_USE;
/* Find the answer. */
enum qn_status qn_bitmap_walk_run(struct qn_ctx *ctx,
                                  struct qn_bitmap_walk *walk) QN_MUST_USE;

/* How many objects of a type are in the answer. */
uint64_t qn_bitmap_walk_count(const struct qn_bitmap_walk *walk,
                              enum qn_object_type type);
/* The pack whose bitmap it is, its reverse table open; the walk's. */
struct qn_pack_file *qn_bitmap_walk_pack(const struct qn_bitmap_walk *walk);
/* Is the i-th object of the pack, in its order, in the answer? */
bool qn_bitmap_walk_has(const struct qn_bitmap_walk *walk, uint32_t i);
/* The hash of the name it was met under; 0: not known. */
uint32_t qn_bitmap_walk_name_hash(const struct qn_bitmap_walk *walk,
                                  uint32_t i);
/* Types of all objects of the pack in its order: enum qn_object_type, one byte
 * each, into `out`. */
void qn_bitmap_walk_types(const struct qn_bitmap_walk *walk, uint8_t *out);
/* Each object of the answer that the pack does not have. */
typedef enum qn_status qn_bitmap_walk_other_fn(struct qn_ctx *ctx, void *data,
                                               const struct qn_id *id,
                                               enum qn_object_type type);
enum qn_status qn_bitmap_walk_others(struct qn_ctx *ctx,
                                     const struct qn_bitmap_walk *walk,
                                     qn_bitmap_walk_other_fn *each,
                                     void *data) QN_MUST_USE;
/* Each object of a type: those of the pack in its order, then others. */
typedef enum qn_status qn_bitmap_walk_fn(struct qn_ctx *ctx, void *data,
                                         const struct qn_id *id);
enum qn_status qn_bitmap_walk_each(struct qn_ctx *ctx,
                                   const struct qn_bitmap_walk *walk,
                                   enum qn_object_type type,
                                   qn_bitmap_walk_fn *each,
                                   void *data) QN_MUST_USE;

#endif
