/* SPDX-License-Identifier: MIT */
/* What a fetch brings, over a connection that is open: the client of
 * wire/fetch_client.h with commits to tell of, the pack received, and the new
 * border of the history.
 *
 *   wants -> what is here already is left out -> negotiated (walk/negotiator.h)
 *   -> pack: read, inflated and hashed at the same time -> loose objects (a
 *   small one) or a pack with its index -> packs that are to be had elsewhere
 *   (part/fetch_uris.h) -> `shallow`
 *
 * When it returns, all is durable; no ref was touched.  After a failure nothing
 * of a pack is left (of a small one, loose objects that nobody names).
 * git-fetch-pack(1), gitprotocol-v2(5), git-config(1) fetch.*, transfer.*.
 */
#ifndef QN_OPERATION_PART_FETCH_PACK_H
#define QN_OPERATION_PART_FETCH_PACK_H

#include "hash/id_list.h"
#include "object/check_policy.h"
#include "transport/connection.h"
#include "walk/negotiator.h"
#include "wire/fetch_request.h"

/* Which end of history is asked for. */
struct qn_fetch_depth {
    uint64_t depth;   /* 0: not said; 0x7fffffff: all */
    bool is_relative; /* --deepen */
    bool has_since;
    int64_t since;
    const char *since_text; /* as it was written, for remote helpers; or NULL */
    struct qn_wire_words excludes; /* names of refs */
};
bool qn_fetch_depth_is_set(const struct qn_fetch_depth *depth);

enum qn_fetch_keep {
    QN_FETCH_KEEP_BY_SIZE = 0, /* a pack from unpackLimit objects on */
    QN_FETCH_KEEP,             /* always a pack */
    QN_FETCH_KEEP_LOCKED       /* and its .keep file stays */
};

struct qn_fetch_pack {
    const struct qn_revision_scope *scope; /* its odb replaces and fetches
                                              nothing */
    struct qn_connection *connection;
    const struct qn_connection_options *opened; /* agent, session */
    const struct qn_remote_refs *refs; /* that the server told of; or NULL */
    const struct qn_id_list *wants;
    const struct qn_wire_words *names; /* for remote helpers: the refs that are
                                          wanted; NULL: any that have the ids */
    const struct qn_wire_words *want_refs; /* 2, ref-in-want: names; or NULL */
    bool asks_by_name; /* of `names` those that `refs` has are asked for by
                          name where the server offers it: `wanted` says what
                          they are by then */
    const struct qn_wire_words *server_options; /* or NULL */
    const struct qn_fetch_depth *depth;         /* or NULL */
    const char *filter;                         /* a spec in full; or NULL */
    const char *promisor;  /* content of the .promisor file; NULL: none */
    const char *promisors; /* promisor-remote that is accepted; or NULL */
    /* To go on with what was cut off (part/fetch_resume.h): */
    const char *arriving; /* where a pack is written, and stays when it stops
                             short; or NULL */
    const struct qn_id_list *told;   /* tell of these, and no others; or NULL */
    const struct qn_id_list *points; /* of these, too, without what they reach
                                        by their parents; or NULL */
    const struct qn_id_list *whole;  /* no refs, but here with all they reach;
                                        or NULL */
    bool refetches;                  /* tell of nothing: all is to come again */
    bool is_clone;                   /* nothing is here: tell of nothing */
    bool wants_all;                  /* ask for what is here, too */
    bool updates_shallow;            /* for remote helpers */
    bool is_quiet;                   /* no-progress */
    bool is_verbose; /* tell of what is asked, told of and answered */
    bool includes_tags;
    bool is_not_thin;
    enum qn_fetch_keep keep;
    bool locks_pack;       /* with a .keep file, until the refs are there */
    bool checks_contained; /* see `is_contained` */
    enum qn_negotiator_kind negotiator;
    const struct qn_id_list *tips; /* tell only of what these reach; or NULL */
    const struct qn_id_list *includes; /* of these in any case; or NULL */
    const char *title;        /* "Receiving objects"; or NULL: no progress */
    const char *unpack_title; /* "Unpacking objects" */
    void (*said)(void *data, struct qn_bytes text); /* or NULL; nothing: that
                                                       is all behind the pack */
    void *data;                                     /* of it */
};

struct qn_fetch_pack_result {
    bool has_pack;              /* something was sent */
    uint64_t count;             /* of its objects */
    bool is_contained;          /* all that its objects name is in the pack */
    bool is_indexed;            /* it is a pack here: */
    struct qn_id checksum;      /* its name */
    struct qn_wire_words keeps; /* paths, to be unlinked when the refs are
                                   there */
    struct qn_wire_words elsewhere; /* names of packs from URIs */
    struct qn_id_list shallow;      /* new ends of history that were told */
    struct qn_id_list open;         /* ends that are none any more */
    bool changed_shallow;           /* the file was written */
    struct qn_remote_refs wanted;   /* what `want_refs` are */
};

/* `out` is to be disposed of, whatever the answer. */
enum qn_status qn_fetch_pack_run(struct qn_ctx *ctx,
                                 const struct qn_fetch_pack *options,
                                 struct qn_fetch_pack_result *out) QN_MUST_USE;
void qn_fetch_pack_result_dispose(struct qn_fetch_pack_result *result);

/* Only find out what is common (version 2, wait-for-done): append it. */
enum qn_status qn_fetch_pack_negotiate(struct qn_ctx *ctx,
                                       const struct qn_fetch_pack *options,
                                       struct qn_id_list *common) QN_MUST_USE;

/* ---- the file `shallow` (part/shallow_file.c) */

/* The ends that the repository has. */
enum qn_status qn_shallow_file_read(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_id_list *out) QN_MUST_USE;
/* Add those of `add`, take away those of `open`; the file goes when none is
 * left.  `*changed`: it is not as it was. */
enum qn_status qn_shallow_file_update(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const struct qn_id_list *add,
                                      const struct qn_id_list *open,
                                      bool *changed) QN_MUST_USE;

#endif
