/* SPDX-License-Identifier: MIT */
/* merge: other histories into the current branch.
 *
 *   heads -> merge bases -> nothing to do | fast-forward | strategy
 *         -> index and work tree -> hooks, message -> commit -> HEAD
 *         -> (stopped: MERGE_HEAD, MERGE_MODE, MERGE_MSG)
 *
 * Order of units: objects; files of the work tree; index; AUTO_MERGE; the state
 * files; commit; ref with reflog; state files removed.  A cut in between leaves
 * what --abort mends, or a merge that is concluded by commit.
 * Source: git-merge(1), githooks(5), experiments.
 */
#ifndef QN_OPERATION_OP_MERGE_H
#define QN_OPERATION_OP_MERGE_H

#include "merge/tree_merge.h"
#include "operation/op_commit.h"
#include "operation/part/merge_message.h"

enum qn_merge_fast_forward {
    QN_MERGE_FF_ALLOWED = 0,
    QN_MERGE_FF_NEVER,
    QN_MERGE_FF_ONLY
};

enum qn_merge_strategy {
    QN_MERGE_ORT = 0, /* recursive, too */
    QN_MERGE_SUBTREE, /* the same, with theirs moved to where it belongs */
    QN_MERGE_OURS,
    QN_MERGE_OCTOPUS,
    QN_MERGE_RESOLVE,
    QN_MERGE_EXTERNAL /* git-merge-<name>, on PATH */
};
struct qn_merge_strategy_choice {
    enum qn_merge_strategy kind;
    const char *name; /* as reported */
};

/* What belongs to the command. */
struct qn_merge_calls {
    void *data;
    /* What is said while it goes on; for stdout. */
    void (*say)(void *data, struct qn_bytes text);
    void (*warn)(void *data, const char *text); /* for stderr */
    /* Once it is known what is left of `heads`: fill in the strategies and
     * `fast_forward`.  Not called when nothing is left, or HEAD is unborn. */
    void (*choose)(void *data);
    /* Before the default strategy runs: fill in `tree` of the options.  Not
     * called when there is nothing for it to do. */
    enum qn_status (*prepare)(struct qn_ctx *ctx, void *data);
    /* The difference that was brought in (trees). */
    enum qn_status (*show_stat)(struct qn_ctx *ctx, void *data,
                                const struct qn_id *from,
                                const struct qn_id *to);
    enum qn_status (*edit)(struct qn_ctx *ctx, void *data, const char *path);
};

struct qn_merge_options {
    struct qn_merge_heads *heads; /* those that are in others are dropped */
    const struct qn_buf *message; /* -m, -F; or NULL: the default one */
    const char *into_name;        /* or NULL */
    size_t log_size;
    enum qn_merge_fast_forward fast_forward;
    bool never_of_strategy; /* NEVER was not asked for: the strategy is so */
    const struct qn_merge_strategy_choice *strategies; /* tried in turn */
    size_t strategy_count;
    const char *const *strategy_words; /* -X, for strategies on PATH */
    size_t strategy_word_count;
    struct qn_tree_merge_options *tree; /* labels are set here */
    bool squashes;
    bool stops;              /* --no-commit */
    bool stashes;            /* --autostash */
    bool is_trivial_allowed; /* no strategy minds a merge in the index */
    int signing;             /* -S; -1: as commit.gpgSign says */
    const char *signing_key; /* of -S; NULL: the default one */
    bool verifies;           /* heads must be signed, and well */
    bool says_good;          /* and it is said of those that are */
    bool edits;
    bool signs_off;
    bool skips_hooks;
    bool allows_unrelated;
    bool keeps_ignored; /* --no-overwrite-ignore */
    bool is_quiet;
    bool has_verbosity; /* messages of the strategy are shown */
    enum qn_commit_cleanup cleanup;
    const char *comment;
    struct qn_merge_calls calls;
};

/* QN_OK: done, or nothing was to be done.
 * QN_CONFLICT "merge.stopped": conflicts are in index and work tree;
 * "merge.strategy": it could not be started (the reason was reported; "Merge
 * with strategy ort failed."); "merge.fast-forward": files in the way (the
 * subject of both is "said" when that was reported already);
 * "merge.not-committed": a hook or an empty message; "signer.failed";
 * QN_REFUSED "merge.not-fast-forward"; others as they come, with Git's words.
 */
enum qn_status qn_op_merge(struct qn_ctx *ctx, struct qn_repo *repo,
                           struct qn_merge_options *options) QN_MUST_USE;

/* May a merge begin?  QN_CONFLICT "merge.unmerged" for an index in conflict,
 * "merge.unfinished" with Git's words for a merge or a pick that goes on. */
enum qn_status qn_op_merge_check(struct qn_ctx *ctx,
                                 struct qn_repo *repo) QN_MUST_USE;

#endif
