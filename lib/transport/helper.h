/* SPDX-License-Identifier: MIT */
/* Remote helpers: programs git-remote-<name> that speak for a protocol.
 * gitremote-helpers(7).
 *
 *   open -> capabilities -> connected (connect, stateless-connect): the wire
 *                           protocol over its streams, as any connection
 *                        -> else: options, list, and a batch of
 *                           fetch | import (a fast-import stream comes)
 *                           push | export (a fast-export stream goes)
 *
 * qn_connection_open makes one; a connection whose `helper` is set was not
 * connected: its refs come from qn_connection_refs all the same, and whoever
 * fetches or pushes uses what is here.
 */
#ifndef QN_TRANSPORT_HELPER_H
#define QN_TRANSPORT_HELPER_H

#include "transport/connection.h"

struct qn_helper;

struct qn_helper_abilities {
    bool fetches;
    bool imports;
    bool is_bidi; /* bidi-import: answers of cat-blob and ls go back to it */
    bool pushes;
    bool exports;
    bool connects;
    bool connects_stateless;
    bool has_options;
    bool checks_connectivity;
    bool keeps_private; /* no-private-update */
    bool has_signed_tags;
    bool has_object_format;
    bool gets;
    struct qn_wire_words refspecs; /* none: "*:*" */
    struct qn_buf import_marks;    /* files; empty: none */
    struct qn_buf export_marks;
};

/* Start it, `arguments` behind the name (one or two, NULL terminated), and ask
 * what it can.  QN_NETWORK ("transport.helper-aborted"), QN_UNSUPPORTED for
 * something it needs and we do not know. */
enum qn_status qn_helper_open(struct qn_ctx *ctx,
                              const struct qn_connection_options *options,
                              const char *name, const char *const *arguments,
                              struct qn_helper **out) QN_MUST_USE;
void qn_helper_free(struct qn_helper *helper); /* NULL is fine */
/* The end in good order; QN_NETWORK ("transport.program-failed"). */
enum qn_status qn_helper_finish(struct qn_ctx *ctx,
                                struct qn_helper *helper) QN_MUST_USE;
const char *qn_helper_name(const struct qn_helper *helper);
const struct qn_helper_abilities *
qn_helper_abilities(const struct qn_helper *helper);

/* Tell it an option; `*is_known` false: it does not know it, or has none at all
 * (may be NULL).  QN_INVALID for an error that it tells of. */
enum qn_status qn_helper_set(struct qn_ctx *ctx, struct qn_helper *helper,
                             const char *name, const char *value,
                             bool *is_known) QN_MUST_USE;
/* The same of one that has to be known: "helper <name> does not support
 * <what>". */
enum qn_status qn_helper_need(struct qn_ctx *ctx, struct qn_helper *helper,
                              const char *name, const char *value,
                              const char *what) QN_MUST_USE;

/* Connect to the service; `*is_connected` false: it cannot, or falls back. */
enum qn_status qn_helper_connect(struct qn_ctx *ctx, struct qn_helper *helper,
                                 const struct qn_connection_options *options,
                                 struct qn_connection *connection,
                                 bool *is_connected) QN_MUST_USE;

/* Where the other side's program is, if that was said ("servpath"). */
enum qn_status
qn_helper_tell_program(struct qn_ctx *ctx, struct qn_helper *helper,
                       const struct qn_connection_options *options) QN_MUST_USE;

/* The refs.  One whose value it does not know has a null id.  `*algorithm`: of
 * the repository here, or what it says. */
enum qn_status qn_helper_list(struct qn_ctx *ctx, struct qn_helper *helper,
                              const struct qn_connection_options *options,
                              uint32_t *algorithm,
                              struct qn_remote_refs *refs) QN_MUST_USE;

/* Fetch the objects of these refs (with `asks_connectivity` the option
 * check-connectivity was set, if it can) into the repository here.  Files that
 * keep packs are added to `locks` (the caller removes them when refs name what
 * came); `*is_connected`: it vouches for that all is there. */
enum qn_status qn_helper_fetch(struct qn_ctx *ctx, struct qn_helper *helper,
                               const struct qn_remote_ref *const *refs,
                               size_t count, bool asks_connectivity,
                               struct qn_wire_words *locks,
                               bool *is_connected) QN_MUST_USE;

/* What became of a push, a ref at a time. */
struct qn_helper_results {
    void *data;
    /* "ok" or "error" with its message; NULL: none. */
    enum qn_status (*result)(struct qn_ctx *ctx, void *data, const char *name,
                             bool is_ok, const char *message);
    /* Behind a result: "refname", "old-oid", "new-oid", "forced-update"; or
     * NULL. */
    enum qn_status (*option)(struct qn_ctx *ctx, void *data, const char *key,
                             const char *value);
};
/* `specs`: "[+]<src>:<dst>".  QN_NETWORK ("transport.helper-ended") when it
 * ended before it told of all. */
enum qn_status
qn_helper_push(struct qn_ctx *ctx, struct qn_helper *helper,
               const struct qn_wire_words *specs,
               const struct qn_helper_results *results) QN_MUST_USE;

/* Ask for a stream of these; then read it, up to its "done". */
enum qn_status qn_helper_import(struct qn_ctx *ctx, struct qn_helper *helper,
                                const struct qn_wire_words *names) QN_MUST_USE;
/* Where the stream can be read from, when nothing was read ahead: behind
 * qn_helper_import nothing was. */
int qn_helper_descriptor(const struct qn_helper *helper);
/* As qn_connection_calls.read: bytes of the stream. */
enum qn_status qn_helper_read(struct qn_ctx *ctx, struct qn_helper *helper,
                              void *room, size_t size,
                              size_t *used) QN_MUST_USE;
/* Download a file: "get".  QN_UNSUPPORTED for one that cannot. */
enum qn_status qn_helper_get(struct qn_ctx *ctx, struct qn_helper *helper,
                             const char *uri, const char *path) QN_MUST_USE;
/* It takes a stream from now on (also: answers of a bidi-import); behind the
 * stream's "done" comes the report. */
enum qn_status qn_helper_export(struct qn_ctx *ctx,
                                struct qn_helper *helper) QN_MUST_USE;
enum qn_status qn_helper_write(struct qn_ctx *ctx, struct qn_helper *helper,
                               struct qn_bytes bytes) QN_MUST_USE;
enum qn_status
qn_helper_report(struct qn_ctx *ctx, struct qn_helper *helper,
                 const struct qn_helper_results *results) QN_MUST_USE;

#endif
