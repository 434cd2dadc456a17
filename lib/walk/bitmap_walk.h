/* SPDX-License-Identifier: MIT */
/* What some objects reach and others do not, by the bitmaps of a pack or of
 * multi-pack-indexes; what those do not have is walked as ever.
 *
 *   new -> (NULL: there is no bitmap) -> want, have... -> run -> each
 *
 * A bitmap that is damaged is reported and done without.
 */
#ifndef QN_WALK_BITMAP_WALK_H
#define QN_WALK_BITMAP_WALK_H

#include "object/filter_spec.h"
#include "odb/odb.h"
#include "walk/bitmap_set.h"

struct qn_bitmap_walk;

/* `*out` NULL when the view has no bitmaps that are of use. */
enum qn_status qn_bitmap_walk_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bitmap_walk **out) QN_MUST_USE;
/* Over these, which are taken over whatever is answered. */
enum qn_status qn_bitmap_walk_new_over(struct qn_ctx *ctx, struct qn_odb *odb,
                                       struct qn_bitmap_set *bitmaps,
                                       struct qn_bitmap_walk **out) QN_MUST_USE;
void qn_bitmap_walk_free(struct qn_bitmap_walk *walk);
/* As it was when it was new. */
void qn_bitmap_walk_reset(struct qn_bitmap_walk *walk);

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

/* Can sets tell what the filter wants? */
bool qn_bitmap_walk_can_filter(const struct qn_filter_spec *spec);
/* Take out of the answer what the filter does not want; what was wanted by name
 * stays, unless `flags` has GIVEN. */
enum qn_bitmap_walk_filter_flags { QN_BITMAP_WALK_FILTER_GIVEN = 1 };
enum qn_status qn_bitmap_walk_filter(struct qn_ctx *ctx,
                                     struct qn_bitmap_walk *walk,
                                     const struct qn_filter_spec *spec,
                                     unsigned flags) QN_MUST_USE;

/* How many objects of a type are in the answer. */
uint64_t qn_bitmap_walk_count(const struct qn_bitmap_walk *walk,
                              enum qn_object_type type);
/* Take an object out of the answer. */
void qn_bitmap_walk_drop(struct qn_bitmap_walk *walk, const struct qn_id *id);
/* The bitmaps, with the order of their bits; the walk's. */
const struct qn_bitmap_set *
qn_bitmap_walk_bitmaps(const struct qn_bitmap_walk *walk);
/* The answer as a plain set. */
const uint64_t *qn_bitmap_walk_plain(const struct qn_bitmap_walk *walk);
/* Is the i-th object, in the order of bits, in the answer? */
bool qn_bitmap_walk_has(const struct qn_bitmap_walk *walk, uint32_t i);
/* Is it reached from what was told by qn_bitmap_walk_have()? */
bool qn_bitmap_walk_had(const struct qn_bitmap_walk *walk, uint32_t i);
/* The hash of the name it was met under; 0: not known. */
uint32_t qn_bitmap_walk_name_hash(const struct qn_bitmap_walk *walk,
                                  uint32_t i);
/* Types of all objects of the bitmaps in the order of bits: enum
 * qn_object_type, one byte each, into `out`. */
void qn_bitmap_walk_types(const struct qn_bitmap_walk *walk, uint8_t *out);
/* Each object of the answer that the bitmaps do not have. */
typedef enum qn_status qn_bitmap_walk_other_fn(struct qn_ctx *ctx, void *data,
                                               const struct qn_id *id,
                                               enum qn_object_type type);
enum qn_status qn_bitmap_walk_others(struct qn_ctx *ctx,
                                     const struct qn_bitmap_walk *walk,
                                     qn_bitmap_walk_other_fn *each,
                                     void *data) QN_MUST_USE;
/* Each object of a type: those of the bitmaps in the order of bits,
 * then others. */
typedef enum qn_status qn_bitmap_walk_fn(struct qn_ctx *ctx, void *data,
                                         const struct qn_id *id);
enum qn_status qn_bitmap_walk_each(struct qn_ctx *ctx,
                                   const struct qn_bitmap_walk *walk,
                                   enum qn_object_type type,
                                   qn_bitmap_walk_fn *each,
                                   void *data) QN_MUST_USE;

#endif
