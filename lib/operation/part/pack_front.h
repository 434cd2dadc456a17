/* SPDX-License-Identifier: MIT */
/* The fronts of a list (part/pack_list.h) into the new pack: entries in the
 * order they lie in, without a look at their contents.
 *
 * As they are, where deltas may name offsets: bases lie as far back as before.
 * Where they may not, offset deltas get a new header that names the base's id,
 * which the index of the pack knows; all bytes behind it are the same.
 */
#ifndef QN_OPERATION_PART_PACK_FRONT_H
#define QN_OPERATION_PART_PACK_FRONT_H

#include "operation/part/pack_list.h"
#include "pack/pack_writer.h"

enum qn_status qn_pack_front_copy(struct qn_ctx *ctx,
                                  const struct qn_pack_list_front *front,
                                  struct qn_pack_writer *writer) QN_MUST_USE;
/* A front with a set: runs of entries as they lie; where something between a
 * delta and its base is left out, the delta gets a new header.  `cuts` of the
 * front are filled.  QN_CORRUPT: as below. */
enum qn_status
qn_pack_front_copy_set(struct qn_ctx *ctx, struct qn_pack_list_front *front,
                       struct qn_pack_writer *writer) QN_MUST_USE;
/* Where the i-th entry of a pack begins, and the last one ends. */
uint64_t qn_pack_front_begin(const struct qn_pack_file *pack, uint32_t i);
/* Where what begins at this offset is now. */
uint64_t qn_pack_front_place(const struct qn_pack_list_front *front,
                             uint64_t offset);
/* With ids for offsets.  QN_CORRUPT: an offset names no entry. */
enum qn_status
qn_pack_front_copy_named(struct qn_ctx *ctx,
                         const struct qn_pack_list_front *front,
                         struct qn_pack_writer *writer) QN_MUST_USE;
/* The raw id of the entry at an offset of the pack, or NULL. */
const uint8_t *qn_pack_front_row(const struct qn_pack_list_front *front,
                                 uint64_t offset);

#endif
