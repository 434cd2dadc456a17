/* SPDX-License-Identifier: MIT */
/* What a fetch that was cut off leaves, so that the next one goes on.
 *
 *   <git dir>/quoin-resume/
 *     owner      "<pid> <host>\n" while a process fetches
 *     request    "from <url>\n" "want <id>\n"... "have <id>\n"... "end\n":
 *                what was asked for, and what both sides have
 *     arriving   the pack, as far as it came
 *     pack/      packs of what came whole before
 *
 * It is no object store that git would look into: what is in there is seen by
 * nobody before all of it is whole (odb/odb_quarantine.h moves it then).  Any
 * prefix of the writes is fine: a file that is not whole is not believed.
 * docs/decisions/resume.md.
 */
#ifndef QN_OPERATION_PART_FETCH_PARTIAL_H
#define QN_OPERATION_PART_FETCH_PARTIAL_H

#include "hash/id_list.h"
#include "repo/repo.h"

/* A pack of fewer bytes is not worth going on with. */
#define QN_FETCH_PARTIAL_MIN 4096

struct qn_fetch_partial {
    struct qn_buf directory, arriving;
    const char *url;
    bool is_ours; /* nobody else is at it */
    bool is_old;  /* something was there: these asked for it */
    struct qn_id_list wants, haves;
};

/* Take the place; `is_ours` false: another process fetches, or what is there is
 * of another URL, which is borrowed. */
enum qn_status qn_fetch_partial_open(struct qn_ctx *ctx,
                                     const struct qn_repo *repo,
                                     const char *url,
                                     struct qn_fetch_partial *out) QN_MUST_USE;
/* Write down what is asked for. */
enum qn_status qn_fetch_partial_note(
    struct qn_ctx *ctx, const struct qn_fetch_partial *partial,
    const struct qn_id_list *wants, const struct qn_id_list *haves) QN_MUST_USE;
/* What was there is whole: another fetch begins in the same place. */
enum qn_status
qn_fetch_partial_renew(struct qn_ctx *ctx,
                       struct qn_fetch_partial *partial) QN_MUST_USE;
/* All is here: nothing is left to go on with. */
void qn_fetch_partial_remove(struct qn_ctx *ctx,
                             struct qn_fetch_partial *partial);
/* A failure of the way here, and not of what came. */
static inline bool qn_fetch_partial_is_cut(enum qn_status status)
{
    return status == QN_NETWORK || status == QN_TIMEOUT ||
           status == QN_CANCELLED || status == QN_NO_SPACE || status == QN_IO;
}
/* What is of use stays, for the next process. */
void qn_fetch_partial_close(struct qn_ctx *ctx,
                            struct qn_fetch_partial *partial);
/* How many bytes are there to go on with in that directory? */
uint64_t qn_fetch_partial_size(struct qn_ctx *ctx, const char *directory);

#endif
