/* SPDX-License-Identifier: MIT */
/* Objects that are left out of a pack because they can be had from elsewhere:
 * uploadpack.blobPackfileUri = <object> <pack> <uri>, of which those count
 * whose URI is of a protocol that was asked for.  Each that is left out gives a
 * line,
 * "<pack> <uri>".  Source: technical/packfile-uri.
 */
#ifndef QN_OPERATION_PART_PACK_URIS_H
#define QN_OPERATION_PART_PACK_URIS_H

#include "base/buf.h"
#include "config/config.h"
#include "hash/id_map.h"

struct qn_pack_uris {
    struct qn_id_map ids; /* of objects; values: 1: it was told of */
    const char **uris;    /* the configuration's, from the pack's id on */
    size_t capacity;
    const char *const *protocols; /* the caller's */
    size_t protocol_count;
    struct qn_buf lines; /* of what was left out */
};

/* QN_INVALID: a value is not of that form, or of an object that had one. */
enum qn_status qn_pack_uris_init(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 uint32_t algorithm,
                                 struct qn_pack_uris *out) QN_MUST_USE;
void qn_pack_uris_dispose(struct qn_pack_uris *uris);
/* Is the object to be had elsewhere?  Then there is a line. */
enum qn_status qn_pack_uris_ask(struct qn_ctx *ctx, struct qn_pack_uris *uris,
                                const uint8_t *row,
                                bool *is_elsewhere) QN_MUST_USE;

#endif
