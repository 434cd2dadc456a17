/* SPDX-License-Identifier: MIT */
/* A fetch through a remote helper that speaks no wire protocol
 * (transport/helper.h): it writes the objects itself ("fetch"), or tells of
 * history as a stream ("import"), which is read into refs of its own
 * ("refspec"). gitremote-helpers(7). */
#ifndef QN_OPERATION_PART_HELPER_FETCH_H
#define QN_OPERATION_PART_HELPER_FETCH_H

#include "operation/part/fetch_pack.h"

/* What a fetch asks for, as it is said to a helper before it lists its refs:
 * "<name> <value>" each, for qn_connection_options.helper_words. */
struct qn_helper_fetch {
    const struct qn_fetch_depth *depth; /* or NULL */
    const char *filter;                 /* in full; or NULL */
    bool follows_tags, updates_shallow, refetches, rejects_shallow;
};
enum qn_status qn_helper_fetch_words(struct qn_ctx *ctx,
                                     const struct qn_helper_fetch *fetch,
                                     struct qn_wire_words *out) QN_MUST_USE;

/* Warn of what helpers are not told. */
void qn_helper_fetch_say_ignored(struct qn_ctx *ctx,
                                 const struct qn_id_list *tips,
                                 const struct qn_id_list *includes);
/* Does it know its refs' values only when they are imported? */
bool qn_helper_fetch_imports(const struct qn_connection *connection);
/* Import these (names of theirs; a symbolic ref's target); those of `refs` that
 * have no id get what came of it.  QN_NOT_FOUND "could not read ref ...". */
enum qn_status qn_helper_fetch_import(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_helper *helper,
                                      const struct qn_wire_words *names,
                                      struct qn_remote_refs *refs) QN_MUST_USE;
/* As qn_fetch_pack_run. */
enum qn_status
qn_helper_fetch_run(struct qn_ctx *ctx, const struct qn_fetch_pack *options,
                    struct qn_fetch_pack_result *out) QN_MUST_USE;

#endif
