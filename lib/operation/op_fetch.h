/* SPDX-License-Identifier: MIT */
/* fetch: objects and refs from one other repository.
 *
 *   connect -> refs there -> what is fetched (part/fetch_map.h) -> FETCH_HEAD
 *   emptied -> stale refs pruned -> objects, unless all are here
 *   (part/fetch_pack.h), proven to be connected -> refs moved, FETCH_HEAD
 * written (part/fetch_update.h) -> tags that point into what came -> their HEAD
 *
 * No ref moves before the objects are durable and whole.  Cut off anywhere, the
 * repository is sound: objects that nobody names, or some of the refs; a second
 * run goes on.  git-fetch(1).
 */
#ifndef QN_OPERATION_OP_FETCH_H
#define QN_OPERATION_OP_FETCH_H

#include "operation/part/fetch_map.h"
#include "operation/part/fetch_pack.h"

struct qn_op_fetch;
struct qn_op_fetch_calls {
    void *data;
    /* Lines for the person, or (porcelain) for stdout. */
    void (*tell)(void *data, struct qn_bytes lines, bool is_porcelain);
    /* What the other side says; as it came. */
    void (*said)(void *data, struct qn_bytes text);
    /* Their HEAD is on another branch than `refs/remotes/<r>/HEAD` here says:
     * `here` a branch, or an id when that is detached. */
    void (*head_differs)(void *data, const char *remote, const char *there,
                         const char *here, bool is_detached);
    /* Whether refs were forced was not looked at. */
    void (*is_uncertain)(void *data);
    /* Before objects are asked for: fill in `tips` and `includes` (which say
     * nothing to a bundle: `is_bundle`); or NULL. */
    enum qn_status (*choose_tips)(struct qn_ctx *ctx, void *data,
                                  struct qn_op_fetch *fetch);
};

struct qn_op_fetch {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    struct qn_remote *remote;
    const struct qn_connection_options *connection; /* but for the URL */
    const struct qn_remote_refspecs *given;
    const struct qn_remote_refspecs *refmap; /* or NULL */
    const char *action;                      /* of reflogs */
    const char *filter; /* in full; "": none whatever is configured; NULL: as
                           configured */
    const struct qn_fetch_depth *depth; /* or NULL */
    const struct qn_wire_words *server_options;
    bool is_bundle;                    /* out: it is no server */
    const struct qn_id_list *tips;     /* --negotiation-tip; or NULL */
    const struct qn_id_list *includes; /* or NULL */
    enum qn_negotiator_kind negotiator;
    int tags;       /* enum qn_remote_tags; -1: as the remote has it */
    int prune;      /* -1: as configured */
    int prune_tags; /* the same */
    bool appends, is_atomic, is_dry, is_forced, keeps_pack, updates_head,
        updates_shallow, refetches, skips_fetch_head, hides_forced, is_prefetch,
        sets_upstream, is_unshallow, is_verbose, is_quiet, is_porcelain,
        is_compact, shows_progress, quiets_server /* no progress of its own */;
    bool hears_server;    /* its progress, though none is shown here */
    bool hides_unpacking; /* of loose objects no progress is shown */
    int terminal_width;
    struct qn_op_fetch_calls calls;
    /* out */
    bool has_failed;   /* some ref was refused, and that was told: exit 1 */
    bool has_conflict; /* ... because a directory is in its way */
    bool has_packs;    /* a pack more is here */
    bool has_fetched;  /* objects came */
};

enum qn_status qn_op_fetch_run(struct qn_ctx *ctx,
                               struct qn_op_fetch *fetch) QN_MUST_USE;

/* --negotiate-only: the commits in common are appended. */
enum qn_status qn_op_fetch_negotiate(struct qn_ctx *ctx,
                                     struct qn_op_fetch *fetch,
                                     struct qn_id_list *common) QN_MUST_USE;

#endif
