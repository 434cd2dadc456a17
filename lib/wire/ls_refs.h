/* SPDX-License-Identifier: MIT */
/* The command ls-refs of version 2, both ends.
 *
 *   "peel", "symrefs", "unborn", "ref-prefix <prefix>"...
 *   "<id> <name> [symref-target:<name>] [peeled:<id>]"..., flush
 *
 * gitprotocol-v2(5).
 */
#ifndef QN_WIRE_LS_REFS_H
#define QN_WIRE_LS_REFS_H

#include "codec/pkt_line.h"
#include "wire/remote_refs.h"
#include "wire/wire_words.h"

struct qn_ls_refs {
    bool peels;
    bool shows_symrefs;
    bool shows_unborn;
    struct qn_wire_words prefixes; /* none: all */
};

void qn_ls_refs_dispose(struct qn_ls_refs *request);

/* The client's: arguments and flush, behind the head (wire_command.h). */
enum qn_status qn_ls_refs_write(struct qn_ctx *ctx,
                                const struct qn_ls_refs *request,
                                struct qn_buf *out) QN_MUST_USE;
/* A packet of the answer; `*is_done` at its end.  QN_INVALID
 * ("wire.ls-refs"). */
enum qn_status qn_ls_refs_take_ref(struct qn_ctx *ctx,
                                   struct qn_remote_refs *refs,
                                   uint32_t algorithm,
                                   const struct qn_pkt_line *packet,
                                   bool *is_done) QN_MUST_USE;

/* The server's: an argument.  QN_INVALID ("wire.ls-refs") for what it does not
 * know. */
enum qn_status qn_ls_refs_take(struct qn_ctx *ctx, struct qn_ls_refs *request,
                               struct qn_bytes argument) QN_MUST_USE;
/* Is a ref of that name asked for? */
bool qn_ls_refs_wants(const struct qn_ls_refs *request, const char *name);
/* A ref of the answer. */
enum qn_status qn_ls_refs_put(struct qn_ctx *ctx,
                              const struct qn_ls_refs *request,
                              const struct qn_remote_ref *ref,
                              struct qn_buf *out) QN_MUST_USE;

#endif
