/* SPDX-License-Identifier: MIT */
/* Packs that a server names instead of sending what is in them: packfile-uris
 * of version 2, for who allows it (fetch.uriProtocols).
 *
 *   lines of the answer, "<checksum> <uri>" -> all packs of this fetch go into
 *   a quarantine -> the inline pack -> each URI asked for over http, indexed as
 *   it comes, proven to be the pack that was announced -> all move at once
 *
 * A URI is a stranger's: its protocol has to be one that was asked for, http or
 * https, and allowed to addresses that are not a person's
 * (protocol.<name>.allow).  No credentials are asked for.  Redirects as of any
 * request but the first (http.followRedirects).  After a failure nothing of any
 * pack is left.
 * gitprotocol-v2(5), technical/packfile-uri.
 */
#ifndef QN_OPERATION_PART_FETCH_URIS_H
#define QN_OPERATION_PART_FETCH_URIS_H

#include "hash/id_map.h"
#include "odb/odb_quarantine.h"
#include "operation/part/pack_receive.h"
#include "transport/connection.h"
#include "wire/wire_words.h"

/* More in one answer are an attack. */
#define QN_FETCH_URIS_MAX 65536

struct qn_fetch_uris {
    const char *protocols; /* that were asked for, "http,https"; borrowed */
    struct qn_wire_words words; /* checksum, URI, checksum ... */
    struct qn_id_map seen;      /* checksums */
    struct qn_odb_quarantine *quarantine;
    struct qn_odb *odb; /* a view of it */
};

/* Of those of fetch.uriProtocols the ones that we speak: "http,https". */
enum qn_status qn_fetch_uris_choose(struct qn_ctx *ctx, const char *configured,
                                    struct qn_buf *out) QN_MUST_USE;
/* A line of the answer.  QN_INVALID ("wire.fetch") for what is none, QN_REFUSED
 * ("fetch.uri") for a protocol that was not asked for. */
enum qn_status qn_fetch_uris_add(struct qn_ctx *ctx, struct qn_fetch_uris *uris,
                                 uint32_t algorithm, struct qn_bytes checksum,
                                 struct qn_bytes uri) QN_MUST_USE;
/* From now on `odb` is where packs go to. */
enum qn_status qn_fetch_uris_begin(struct qn_ctx *ctx,
                                   struct qn_fetch_uris *uris,
                                   struct qn_odb_store *store) QN_MUST_USE;
/* All of them, received as `how` says.  QN_REFUSED ("transport.not-allowed"),
 * QN_NETWORK ("fetch.uri"), QN_CORRUPT. */
enum qn_status
qn_fetch_uris_get(struct qn_ctx *ctx, struct qn_fetch_uris *uris,
                  const struct qn_connection_options *connection,
                  const struct qn_pack_receive_options *how) QN_MUST_USE;
/* To where packs are.  `keeps` gets their .keep files that are new. */
enum qn_status qn_fetch_uris_settle(struct qn_ctx *ctx,
                                    struct qn_fetch_uris *uris,
                                    struct qn_odb_store *store,
                                    struct qn_wire_words *keeps) QN_MUST_USE;
void qn_fetch_uris_dispose(struct qn_fetch_uris *uris);

#endif
