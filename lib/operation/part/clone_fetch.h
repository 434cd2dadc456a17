/* SPDX-License-Identifier: MIT */
/* A clone's refs and objects from a connection, or from a bundle. */
#ifndef QN_OPERATION_PART_CLONE_FETCH_H
#define QN_OPERATION_PART_CLONE_FETCH_H

#include "operation/part/clone_refs.h"
#include "operation/part/fetch_source.h"

struct qn_clone_fetch {
    struct qn_fetch_source *source; /* open */
    const struct qn_wire_words *server_options;
    const struct qn_remote_refspecs *configured; /* remote.<name>.fetch */
    const char *revision;       /* --revision: a name, or an id; or NULL */
    const char *branch;         /* -b, or NULL */
    const char *default_branch; /* short; what HEAD is likely to be on */
    bool single_branch, no_tags, is_mirror;
    /* The hash of the other side is known now; or NULL. */
    enum qn_status (*settle)(struct qn_ctx *ctx, void *data);
    void *data;
    const struct qn_revision_scope *scope; /* where a remote helper imports to,
                                              once settled; or NULL */
    struct qn_wire_words *names; /* out: for a remote helper, what is wanted */
};
/* Everything below refs/ that is asked for, in order of names, and HEAD.
 * `*unborn` (in the arena of `out`): the branch that HEAD is on and that does
 * not exist. */
enum qn_status qn_clone_fetch_refs(struct qn_ctx *ctx,
                                   const struct qn_clone_fetch *fetch,
                                   struct qn_clone_refs *out,
                                   const char **unborn) QN_MUST_USE;

struct qn_clone_objects {
    struct qn_fetch_source *source;
    struct qn_repo *repo;             /* the new one */
    const struct qn_clone_refs *refs; /* mapped */
    const struct qn_id *head;         /* null: unborn */
    const struct qn_wire_words *server_options;
    const struct qn_wire_words *names; /* for a remote helper; or NULL */
    const struct qn_fetch_depth *depth;
    const char *filter; /* in full, or NULL */
    bool is_quiet;
    bool follows_tags; /* of a single branch: those that point into it */
    bool borrows;      /* there are alternates or bundles: they are told of */
    bool rejects_shallow;
    const char *title; /* of progress, or NULL */
    void (*said)(void *data, struct qn_bytes text);
    void *data;
};
/* Objects of all that is mapped, and of HEAD; whole when it returns.
 * QN_REFUSED "source repository is shallow, reject to clone." */
enum qn_status
qn_clone_fetch_objects(struct qn_ctx *ctx,
                       const struct qn_clone_objects *options) QN_MUST_USE;

/* Bundles of `uri`, or else (transfer.bundleURI) those that the server tells
 * of; a later fetch may ask the same list again (fetch.bundleURI).  What does
 * not work is told of.  `*has_any`: objects and refs/bundles/x are here
 * (part/clone_bundles.c). */
struct qn_clone_bundles {
    struct qn_fetch_source *source; /* open; or NULL: of a local clone */
    const struct qn_connection_options *connection;
    struct qn_repo *repo; /* the new one */
    const char *uri;      /* or NULL */
    const char *filter;   /* in full, or NULL */
};
enum qn_status qn_clone_take_bundles(struct qn_ctx *ctx,
                                     const struct qn_clone_bundles *options,
                                     bool *has_any) QN_MUST_USE;

#endif
