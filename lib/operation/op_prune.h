/* SPDX-License-Identifier: MIT */
/* prune: loose objects that nothing reaches, and files that dead writers left.
 *
 * The units it changes: a commit-graph that names what goes, which is written
 * anew at the end; one loose file after another, each removed when it is
 * neither reached from the tips (operation/part/keep_tips.h) nor from an object
 * that is newer than `expire`; then stale temporary files; then lines of
 * `shallow`.  Every prefix of that leaves all that is reached.
 *
 * While it looks and removes it holds the prune marker (odb/odb_lease.h), and
 * removes no object while a writer of ours is at work: docs/decisions.
 */
#ifndef QN_OPERATION_OP_PRUNE_H
#define QN_OPERATION_OP_PRUNE_H

#include "repo/repo.h"

struct qn_op_prune {
    struct qn_repo *repo;
    int64_t expire; /* seconds; only what is older goes; INT64_MAX: all */
    const struct qn_id *heads; /* more tips */
    size_t head_count;
    bool is_dry_run;
    /* An object that goes, and a line as Git words it ("Removing stale
     * temporary file x"); `problem`: for stderr ("bad sha1 file: x"). */
    void (*object)(void *data, const struct qn_id *id,
                   enum qn_object_type type);
    void (*line)(void *data, bool is_problem, const char *text);
    void *data;
    bool was_busy; /* out: writers are at work, objects stay as they are */
};

enum qn_status qn_op_prune_run(struct qn_ctx *ctx,
                               struct qn_op_prune *options) QN_MUST_USE;

#endif
