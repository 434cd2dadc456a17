/* SPDX-License-Identifier: MIT */
/* What a server says first.
 *
 *   0, 1   ["version 1"] "<id> <name>" NUL "<capabilities>", "<id> <name>"...,
 *          "<id> <name>^{}" behind a tag, "shallow <id>"..., flush; without
 *          refs "<zeros> capabilities^{}" NUL "<capabilities>"
 *   2      "version 2", a capability a packet, flush
 *   http   "# service=<name>", flush in front (versions 0 and 1)
 *
 * gitprotocol-pack(5), gitprotocol-v2(5), gitprotocol-http(5).
 */
#ifndef QN_WIRE_ADVERTISEMENT_H
#define QN_WIRE_ADVERTISEMENT_H

#include "codec/pkt_line.h"
#include "hash/id_list.h"
#include "wire/capabilities.h"
#include "wire/remote_refs.h"

struct qn_advertisement {
    uint32_t version;   /* 0, 1, 2 */
    uint32_t algorithm; /* of the ids; SHA-1 when nothing is said */
    struct qn_capabilities capabilities;
    struct qn_remote_refs refs; /* 0, 1 */
    struct qn_id_list haves;    /* ".have": objects that no ref of its names */
    struct qn_id_list shallow;
    int state; /* within */
};

void qn_advertisement_init(struct qn_advertisement *advertisement);
void qn_advertisement_dispose(struct qn_advertisement *advertisement);
/* Take the next packet; `*is_done` when that was the last.  QN_INVALID
 * ("wire.advertisement") for what does not belong there; QN_UNSUPPORTED for a
 * version or an object format that is not known. */
enum qn_status qn_advertisement_take(struct qn_ctx *ctx,
                                     struct qn_advertisement *advertisement,
                                     const struct qn_pkt_line *packet,
                                     bool *is_done) QN_MUST_USE;

/* The other end.  Versions 0 and 1: begin, a call for each ref in order, end.
 */
struct qn_advertiser {
    struct qn_buf *out;
    const char *capabilities; /* with spaces between */
    uint32_t algorithm;
    bool has_first;
};
enum qn_status qn_advertiser_begin(struct qn_ctx *ctx,
                                   struct qn_advertiser *advertiser,
                                   uint32_t version) QN_MUST_USE;
/* `suffix`: "" or "^{}". */
enum qn_status qn_advertiser_put(struct qn_ctx *ctx,
                                 struct qn_advertiser *advertiser,
                                 const struct qn_id *id, const char *name,
                                 const char *suffix) QN_MUST_USE;
/* Commits without parents here, and the end.  `shallow` may be NULL. */
enum qn_status qn_advertiser_end(struct qn_ctx *ctx,
                                 struct qn_advertiser *advertiser,
                                 const struct qn_id_list *shallow) QN_MUST_USE;
/* Version 2, whole. */
enum qn_status
qn_advertiser_version_2(struct qn_ctx *ctx, struct qn_buf *out,
                        const struct qn_capabilities *list) QN_MUST_USE;

#endif
