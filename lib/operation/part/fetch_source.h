/* SPDX-License-Identifier: MIT */
/* Where a fetch or a clone is from: a connection, or a bundle.
 *
 *   URL -> open -> the refs that are there -> objects (part/fetch_pack.h, or
 * the bundle's pack) -> close
 */
#ifndef QN_OPERATION_PART_FETCH_SOURCE_H
#define QN_OPERATION_PART_FETCH_SOURCE_H

#include "operation/op_bundle.h"
#include "operation/part/fetch_pack.h"
#include "operation/part/promisor_info.h"

struct qn_fetch_source {
    struct qn_connection_options opened; /* as it is opened */
    struct qn_connection *connection;    /* NULL: not yet, or a bundle */
    struct qn_bundle bundle;
    int fd; /* of the bundle; -1: it is none */
    struct qn_buf path;
    struct qn_remote_refs bundle_refs;
    struct qn_remote_refs refs;          /* kept over a second connection */
    struct qn_promisor_choice promisors; /* that are accepted */
    bool has_refs;
    bool has_fetched;  /* over this connection */
    bool has_imported; /* from a helper: all is here */
};

/* A file that is a bundle, or else a connection.  `options` is copied, what it
 * points to is not. */
enum qn_status qn_fetch_source_open(struct qn_ctx *ctx,
                                    const struct qn_connection_options *options,
                                    struct qn_fetch_source *out) QN_MUST_USE;
/* QN_HASH_SHA1 or SHA256, of the other side. */
uint32_t qn_fetch_source_algorithm(const struct qn_fetch_source *source);
/* Which of the promisor remotes that the server tells of are accepted; before
 * anything is asked.  `repo`: where fields may be stored; or NULL. */
enum qn_status qn_fetch_source_promisors(struct qn_ctx *ctx,
                                         struct qn_fetch_source *source,
                                         struct qn_repo *repo) QN_MUST_USE;
/* The refs; `*refs` lives as long as the source. */
enum qn_status
qn_fetch_source_refs(struct qn_ctx *ctx, struct qn_fetch_source *source,
                     const struct qn_ls_refs *request,
                     const struct qn_wire_words *server_options,
                     const struct qn_remote_refs **refs) QN_MUST_USE;
/* Of a remote helper that knows its refs' values only when they are imported
 * (qn_helper_fetch_imports): import those named, which gives them their ids. */
enum qn_status
qn_fetch_source_import(struct qn_ctx *ctx, struct qn_fetch_source *source,
                       const struct qn_revision_scope *scope,
                       const struct qn_wire_words *names) QN_MUST_USE;
/* Objects: `pack` with all but its connection filled in.  A second time over
 * another connection when the first allows no more. */
enum qn_status
qn_fetch_source_run(struct qn_ctx *ctx, struct qn_fetch_source *source,
                    struct qn_fetch_pack *pack,
                    struct qn_fetch_pack_result *out) QN_MUST_USE;
/* In good order. */
enum qn_status
qn_fetch_source_finish(struct qn_ctx *ctx,
                       struct qn_fetch_source *source) QN_MUST_USE;
void qn_fetch_source_dispose(struct qn_fetch_source *source);

#endif
