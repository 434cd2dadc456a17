/* SPDX-License-Identifier: MIT */
/* push: refs of ours, and the objects they need, to one other repository.
 *
 *   connect -> their refs -> what becomes of which (part/push_match.h)
 *   -> pre-push -> commands and pack (part/send_pack.h) -> told
 *   -> refs that track theirs, upstreams
 *
 * What is kept here of their refs follows only what they have confirmed.
 * git-push(1).
 */
#ifndef QN_OPERATION_OP_PUSH_H
#define QN_OPERATION_OP_PUSH_H

#include "operation/part/send_pack.h"

enum { /* why something was refused here: for hints */
       QN_OP_PUSH_HEAD_BEHIND = 1,
       QN_OP_PUSH_OTHER_BEHIND = 2,
       QN_OP_PUSH_EXISTS = 4,
       QN_OP_PUSH_FETCH_FIRST = 8,
       QN_OP_PUSH_NEEDS_FORCE = 16,
       QN_OP_PUSH_UPDATED = 32
};

struct qn_op_push_calls {
    void *data;
    /* What became of rows. */
    void (*show)(void *data, const struct qn_push_rows *rows);
    /* What the other side says; as it came. */
    void (*said)(void *data, struct qn_bytes text);
    void (*said_last)(void *data, struct qn_bytes text); /* its error */
    /* Lines about the pack. */
    void (*tell)(void *data, struct qn_bytes line);
    /* A ref here that tracks one of theirs is moved; or NULL. */
    void (*tracked)(void *data, const char *name);
    /* See part/push_match.h. */
    void (*unqualified)(void *data, const char *source, const char *name,
                        enum qn_object_type type);
    /* push.negotiate: append commits that the other side has, of what `tips`
     * reach; or NULL. */
    enum qn_status (*negotiate)(struct qn_ctx *ctx, void *data,
                                const struct qn_id_list *tips,
                                struct qn_id_list *common);
    /* With sets_upstream and is_dry. */
    void (*would_track)(void *data, const char *branch, const char *there);
};

struct qn_op_push {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    const struct qn_remote *remote;        /* or NULL: nothing is tracked */
    const struct qn_connection_options *connection;
    struct qn_connection *opened; /* of it, its refs told; ours from now on; or
                                     NULL */
    const struct qn_remote_refspecs *refspecs;
    const struct qn_wire_words *options; /* or NULL */
    const struct qn_push_lease *leases;
    size_t lease_count;
    enum qn_send_pack_signed is_signed;
    bool all, mirrors, prunes, follows_tags, is_forced, leases_all,
        checks_includes, is_dry, is_atomic, is_thin, is_quiet, shows_progress,
        quiets_server, sets_upstream, skips_hook;
    bool checks_first; /* sources, before the other side is asked */
    struct qn_op_push_calls calls;
    /* out */
    bool has_failed;    /* something was refused: exit 1 */
    bool was_shown;     /* it came to the point where rows are shown */
    bool has_bad_end;   /* a remote helper ended badly when all was done */
    bool has_requested; /* over http something was asked for, and it failed */
    bool has_pushed;    /* some row was more than up to date */
    bool is_pointless;  /* they have no refs, and none was named */
    unsigned refusals;  /* bits above */
    struct qn_buf said; /* of upstreams: lines for stdout */
};

enum qn_status qn_op_push_run(struct qn_ctx *ctx,
                              struct qn_op_push *push) QN_MUST_USE;

#endif
