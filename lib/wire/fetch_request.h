/* SPDX-License-Identifier: MIT */
/* What a client asks of upload-pack, in the forms of version 2 (arguments of
 * the command fetch) and of 0 and 1 (want lines with capabilities), both ends.
 *
 *   2     want, want-ref, shallow, deepen*, filter, words, have..., [done],
 *         flush; all of it again in every round
 *   0, 1  want... shallow... deepen... filter, flush; then in rounds have...,
 *         flush or done; over http all of the common ones again
 *
 * gitprotocol-v2(5), gitprotocol-pack(5).
 */
#ifndef QN_WIRE_FETCH_REQUEST_H
#define QN_WIRE_FETCH_REQUEST_H

#include "base/map.h"
#include "codec/pkt_line.h"
#include "hash/id_list.h"
#include "hash/id_map.h"
#include "wire/capabilities.h"

enum qn_fetch_acks { /* how common commits are told, versions 0 and 1 */
                     QN_FETCH_ACKS_NONE = 0,
                     QN_FETCH_ACKS_MULTI = 1,
                     QN_FETCH_ACKS_DETAILED = 2
};

struct qn_fetch_request {
    uint32_t algorithm;
    struct qn_id_list wants;        /* taken: each once */
    struct qn_id_map wanted;        /* the same, taken, to be looked up */
    struct qn_wire_words want_refs; /* 2 */
    struct qn_map wanted_names;     /* the same, taken, to be looked up */
    struct qn_id_list shallow;      /* what the client has without parents */
    struct qn_id_list haves; /* read: of this round; written: by the caller */
    uint64_t depth;          /* 0: not asked for */
    bool is_depth_relative;
    bool has_since;
    int64_t since;                 /* seconds */
    struct qn_wire_words not_refs; /* deepen-not */
    struct qn_buf filter;          /* a spec; empty: none */
    bool is_thin;
    bool is_quiet; /* no-progress */
    bool includes_tags;
    bool names_offsets; /* ofs-delta */
    bool is_done;
    bool waits_for_done;          /* 2 */
    bool multiplexes_all;         /* 2: sideband-all */
    struct qn_buf pack_protocols; /* 2: packfile-uris; empty: none */
    /* 0, 1: */
    enum qn_fetch_acks acks;
    bool needs_no_done;
    uint32_t band_size;                  /* 0: no bands; 1000 or 65520 */
    struct qn_capabilities capabilities; /* read: all words, agent and such */
};

void qn_fetch_request_init(struct qn_fetch_request *request,
                           uint32_t algorithm);
void qn_fetch_request_dispose(struct qn_fetch_request *request);
/* Does the client ask for another border of its history? */
bool qn_fetch_request_deepens(const struct qn_fetch_request *request);

/* ---- version 2 */

/* The arguments up to where haves follow: no flush. */
enum qn_status qn_fetch_request_write(struct qn_ctx *ctx,
                                      const struct qn_fetch_request *request,
                                      struct qn_buf *out) QN_MUST_USE;
/* An argument.  QN_INVALID ("wire.fetch"). */
enum qn_status qn_fetch_request_take(struct qn_ctx *ctx,
                                     struct qn_fetch_request *request,
                                     struct qn_bytes argument) QN_MUST_USE;

/* ---- versions 0 and 1 */

/* Wants with `words` (capabilities, with spaces between) behind the first,
 * shallow, deepen and filter lines, flush. */
enum qn_status
qn_fetch_request_write_old(struct qn_ctx *ctx,
                           const struct qn_fetch_request *request,
                           const char *words, struct qn_buf *out) QN_MUST_USE;
/* A line of that; `*is_done` at the flush.  QN_INVALID ("wire.fetch"). */
enum qn_status qn_fetch_request_take_old(struct qn_ctx *ctx,
                                         struct qn_fetch_request *request,
                                         const struct qn_pkt_line *packet,
                                         bool *is_done) QN_MUST_USE;
enum qn_status qn_fetch_request_write_have(struct qn_ctx *ctx,
                                           const struct qn_id *id,
                                           struct qn_buf *out) QN_MUST_USE;

#endif
