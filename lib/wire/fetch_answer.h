/* SPDX-License-Identifier: MIT */
/* The server's side of a fetch: how common commits are acknowledged, and the
 * parts of an answer.
 *
 *   2     [acknowledgments delimiter] [shallow-info delimiter] [wanted-refs
 *         delimiter] [packfile-uris delimiter] packfile bands flush
 *   0, 1  [shallow lines, flush] ACK and NAK, then the pack
 *
 * What is common, and when it is enough, is for the caller to say: objects are
 * not known here.  gitprotocol-v2(5), gitprotocol-pack(5).
 */
#ifndef QN_WIRE_FETCH_ANSWER_H
#define QN_WIRE_FETCH_ANSWER_H

#include "hash/id_list.h"
#include "wire/fetch_request.h"

/* ---- versions 0 and 1: one "have" after the other */

struct qn_fetch_acks_state {
    const struct qn_fetch_request *request;
    bool is_stateless;
    struct qn_fetch_acks_answers {
        void *data;
        /* Is it here?  Then it counts as common from now on; `*is_new`: it
         * did not, and no child of it does. */
        enum qn_status (*has)(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id, bool *out, bool *is_new);
        /* Do all wants reach something common? */
        enum qn_status (*is_enough)(struct qn_ctx *ctx, void *data, bool *out);
    } answers;
    struct qn_id last; /* the last that is common */
    size_t news;       /* so many were new */
    bool has_common, has_other, is_ready;
    bool was_common, was_other; /* within: of this round */
};

enum qn_fetch_acks_event {
    QN_FETCH_ACKS_MORE = 0, /* read on */
    QN_FETCH_ACKS_FLUSH,    /* what was answered is to be sent now; a stateless
                               request ends here */
    QN_FETCH_ACKS_PACK      /* the pack follows */
};

/* Take a packet behind the wants; what is said goes to `out`.  QN_INVALID
 * ("wire.fetch"). */
enum qn_status qn_fetch_acks_take(struct qn_ctx *ctx,
                                  struct qn_fetch_acks_state *state,
                                  const struct qn_pkt_line *packet,
                                  struct qn_buf *out,
                                  enum qn_fetch_acks_event *event) QN_MUST_USE;

/* ---- parts */

/* "shallow" and "unshallow" lines. */
enum qn_status qn_fetch_put_borders(struct qn_ctx *ctx,
                                    const struct qn_id_list *shallow,
                                    const struct qn_id_list *open,
                                    struct qn_buf *out) QN_MUST_USE;
/* The packets of `out`, each with data as band 1 (sideband-all). */
enum qn_status qn_fetch_put_in_bands(struct qn_ctx *ctx,
                                     struct qn_buf *out) QN_MUST_USE;
/* "acknowledgments": ACK for each, or NAK; `is_ready`. */
enum qn_status qn_fetch_put_acknowledgments(struct qn_ctx *ctx,
                                            const struct qn_id_list *common,
                                            bool is_ready,
                                            struct qn_buf *out) QN_MUST_USE;

#endif
