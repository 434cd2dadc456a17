/* SPDX-License-Identifier: MIT */
/* receive-pack: what a client pushes, taken over one connection.
 *
 *   advertisement -> commands (and a certificate, options) -> pack
 *   -> quarantine: indexed or unpacked, checked -> connected? -> pre-receive
 *   -> migrated -> (proc-receive) -> update hooks and checks, command by
 *   command -> transaction -> report -> post-receive, post-update
 *
 * Objects are in place and durable before a ref names them; whoever is
 * interrupted before that leaves a quarantine that nobody sees.  Without
 * "atomic" refs that are deleted go first, in a transaction of their own; then
 * all others, of which some may be refused.  With updateInstead the files of
 * the work tree come before the ref.  No child process but hooks and what
 * core.alternateRefsCommand names.
 *
 * git-receive-pack(1), gitprotocol-pack(5), githooks(5), git-config(1).
 */
#ifndef QN_OPERATION_OP_RECEIVE_PACK_H
#define QN_OPERATION_OP_RECEIVE_PACK_H

#include "operation/part/service_io.h"
#include "walk/revision.h"

enum qn_op_receive_kind {
    QN_OP_RECEIVE_CREATE,
    QN_OP_RECEIVE_FORWARD,
    QN_OP_RECEIVE_FORCE, /* what was there is not reached any more */
    QN_OP_RECEIVE_DELETE
};

struct qn_op_receive_pack {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    struct qn_service_io *io;
    uint32_t version;     /* what the client asked for: 0, 1 (2 is 0) */
    bool is_stateless;    /* one request and its answer */
    bool advertises_only; /* what http's info/refs answers */
    bool skips_connectivity;
    bool rejects_thin;   /* a pack that is to be indexed must be whole */
    bool is_quiet;       /* no progress, whatever the client asked for */
    const char *agent;   /* "quoin/1.0-Linux" */
    const char *session; /* told when transfer.advertiseSID says so; or NULL */
    /* The server's own rules, beside receive.*: NULL, or why this is refused.
     * Asked for each command before any hook runs, with the objects still in
     * quarantine.  Or NULL. */
    const char *(*refuses)(void *data, const char *ref,
                           enum qn_op_receive_kind kind);
    void *refuses_data;
    const char *committer; /* "Name <mail>" for reflogs; NULL: as configured */
    /* "NAME=value" for all hooks but those of refs, NULL terminated; or NULL */
    const char *const *hook_variables;
    /* out */
    bool has_changed;  /* refs were moved */
    bool wants_upkeep; /* ... and receive.autogc does not forbid it */
};

/* QN_OK when the client was told what became of its push, be it that all was
 * refused.  What is said to the user goes over the connection where that has
 * bands, else to the context's reports. */
enum qn_status
qn_op_receive_pack_run(struct qn_ctx *ctx,
                       struct qn_op_receive_pack *options) QN_MUST_USE;

#endif
