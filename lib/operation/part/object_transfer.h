/* SPDX-License-Identifier: MIT */
/* Objects from one repository of this machine into another, as a pack: what a
 * fetch by way of upload-pack and index-pack does, without the processes.
 *
 *   ids -> entries copied from the source's packs -> a temporary pack in the
 *   destination -> every object made and hashed anew -> named and indexed
 *
 * Nothing is linked or shared; only what is listed goes over; a damaged source
 * makes it fail, and leaves nothing behind.
 */
#ifndef QN_OPERATION_OBJECT_TRANSFER_H
#define QN_OPERATION_OBJECT_TRANSFER_H

#include "odb/odb.h"

struct qn_object_transfer {
    struct qn_odb *source; /* a view */
    struct qn_odb_store *destination;
    const uint8_t *rows; /* raw ids, each once */
    size_t count;
    const char *keep;     /* content of a .keep file, or NULL */
    const char *promisor; /* content of a .promisor file, or NULL */
};

/* QN_OK with no objects does nothing.  `out_name` (may be NULL): the pack's
 * path without extension.  QN_CORRUPT when an object is not what its id says.
 */
enum qn_status qn_object_transfer_run(struct qn_ctx *ctx,
                                      const struct qn_object_transfer *transfer,
                                      struct qn_buf *out_name) QN_MUST_USE;

#endif
