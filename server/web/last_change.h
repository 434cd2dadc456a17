/* SPDX-License-Identifier: MIT */
/* Which commit last changed each entry of a directory, by one walk: entries are
 * handed from a commit to the first parent that has them the same; those that
 * no parent has are the commit's.  Asks for at most MOST commits; what is left
 * then is not known. */
#ifndef QUOIN_SERVER_WEB_LAST_CHANGE_H
#define QUOIN_SERVER_WEB_LAST_CHANGE_H

#include "walk/revision.h"

struct last_change {
    struct qn_id commit;
    bool is_known;
    int64_t seconds;
    struct qn_buf subject;
};

/* `tree`: bytes of the directory `path` ("" the top) at `commit`, with `count`
 * entries; `out` has a row for each, disposed of with last_change_dispose. */
enum qn_status last_change_find(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_id *commit,
                                struct qn_bytes path, struct qn_bytes tree,
                                struct last_change *out) QN_MUST_USE;
size_t last_change_count(struct qn_ctx *ctx, struct qn_bytes tree,
                         uint32_t algorithm);
void last_change_dispose(struct last_change *rows, size_t count);

#endif
