/* SPDX-License-Identifier: MIT */
/* What a push asks of receive-pack, both ends.
 *
 *   "shallow <id>"..., "<old> <new> <name>" NUL "<capabilities>", "<old> <new>
 *   <name>"..., flush, [options..., flush]
 *   with a certificate: "push-cert" NUL "<capabilities>", its lines,
 *   "push-cert-end", and the commands are in it
 *
 * The pack follows, unless all that is asked for is deleting.
 * gitprotocol-pack(5).
 */
#ifndef QN_WIRE_PUSH_REQUEST_H
#define QN_WIRE_PUSH_REQUEST_H

#include "base/arena.h"
#include "codec/pkt_line.h"
#include "hash/id_list.h"
#include "wire/capabilities.h"

struct qn_push_command {
    struct qn_id old_id; /* null: the ref is made */
    struct qn_id new_id; /* null: the ref is deleted */
    const char *name;    /* as it came; in the request's arena */
};

struct qn_push_request {
    uint32_t algorithm;
    struct qn_push_command *commands;
    size_t count;
    size_t capacity;
    struct qn_id_list shallow;
    struct qn_capabilities capabilities; /* what the client asked for */
    struct qn_wire_words options;        /* --push-option */
    bool ignores_options;      /* the server's: they were not offered */
    struct qn_buf certificate; /* text and signature; or empty */
    struct qn_arena arena;
    int state; /* within */
};

void qn_push_request_init(struct qn_push_request *request, uint32_t algorithm);
void qn_push_request_dispose(struct qn_push_request *request);
enum qn_status qn_push_request_add(struct qn_ctx *ctx,
                                   struct qn_push_request *request,
                                   const struct qn_id *old_id,
                                   const struct qn_id *new_id,
                                   struct qn_bytes name) QN_MUST_USE;
/* Is there anything but deleting? */
bool qn_push_request_has_pack(const struct qn_push_request *request);

/* The client's: all up to the pack.  `words`: capabilities, with spaces
 * between; options are written when they hold "push-options". */
enum qn_status qn_push_request_write(struct qn_ctx *ctx,
                                     const struct qn_push_request *request,
                                     const char *words,
                                     struct qn_buf *out) QN_MUST_USE;

/* The server's: the next packet; `*is_done`: the pack follows, or nothing.
 * QN_INVALID ("wire.push"). */
enum qn_status qn_push_request_take(struct qn_ctx *ctx,
                                    struct qn_push_request *request,
                                    const struct qn_pkt_line *packet,
                                    bool *is_done) QN_MUST_USE;

#endif
