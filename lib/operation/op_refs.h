/* SPDX-License-Identifier: MIT */
/* refs migrate: all refs and reflogs into the other format; refs verify: are
 * the files of the refs well formed?
 *
 * Migration: a whole new store in a directory beside; its files come to their
 * places, where the old store does not look; the configuration says which it is
 * (the moment of change); the old files go.  A cut leaves one of the two whole.
 * Source: git-refs(1), git-fsck(1) on messages, experiments.
 */
#ifndef QN_OPERATION_OP_REFS_H
#define QN_OPERATION_OP_REFS_H

#include "repo/repo.h"

struct qn_op_refs_migrate {
    enum qn_refs_format format;
    bool skips_logs;
    bool is_dry_run;
    struct qn_buf directory; /* out: of a dry run, where the new store is */
};
/* QN_REFUSED with Git's words: the format is used already, there are linked
 * work trees. */
enum qn_status
qn_op_refs_migrate(struct qn_ctx *ctx, struct qn_repo *repo,
                   struct qn_op_refs_migrate *migrate) QN_MUST_USE;

struct qn_op_refs_verify {
    /* A line of what is looked at ("Checking refs/heads/x"); or NULL. */
    void (*chat)(void *data, const char *text);
    /* "refs/heads/x: badRefContent: ..."; only warnings are no errors. */
    void (*report)(void *data, bool is_error, const char *text);
    void *data;
    bool is_strict;
    bool found_errors; /* out */
};
enum qn_status qn_op_refs_verify(struct qn_ctx *ctx, struct qn_repo *repo,
                                 struct qn_op_refs_verify *verify) QN_MUST_USE;

#endif
