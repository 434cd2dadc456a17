/* SPDX-License-Identifier: MIT */
/* How status reads: the long form (also commit's template), from rows and what
 * is going on in the repository. */
#ifndef QN_OPERATION_PART_STATUS_TEXT_H
#define QN_OPERATION_PART_STATUS_TEXT_H

#include "walk/revision.h"
#include "worktree/status.h"

/* The branch beside another ref. */
struct qn_status_tracking {
    struct qn_buf name;        /* short, of the other one */
    bool is_upstream, is_push; /* what it is to the branch */
    bool is_gone;
    bool is_different; /* --no-ahead-behind: only that they differ */
    uint64_t ahead, behind;
};

/* What is going on. */
struct qn_status_state {
    bool is_initial; /* no commit yet */
    bool is_detached;
    bool is_detached_at;  /* "at": HEAD is still where it was detached */
    struct qn_buf branch; /* short name; detached: what it was detached from */
    struct qn_id head;    /* commit */
    bool has_upstream;
    bool upstream_is_gone;
    struct qn_buf upstream; /* short name */
    uint64_t ahead, behind; /* with has_counts */
    bool has_counts;
    bool is_different; /* --no-ahead-behind: only that they differ */
    /* What the long form says, by status.compareBranches. */
    struct qn_status_tracking tracking[2];
    size_t tracking_count;
    bool is_merging, is_picking, is_reverting, is_applying, is_rebasing,
        is_interactive, is_bisecting;
    bool has_unmerged;                        /* set by the caller */
    struct qn_buf rebase_branch, rebase_onto; /* short names */
    struct qn_buf pick;   /* short id of what is picked or reverted; or "" */
    struct qn_buf bisect; /* where bisect started */
    size_t stash_count;
    /* An interactive rebase: the last two commands and the next two, a line
     * each, and how many there are. */
    struct qn_buf done, next;
    size_t done_count, next_count;
    bool has_no_todo;  /* the list is missing */
    bool is_splitting; /* a commit was taken back */
    bool has_message;  /* MERGE_MSG: something waits to be concluded */
    bool is_empty_patch;
    /* Set by the caller: how much of a sparse checkout is there; over 100: not
     * known; -1: it is
     * none. */
    int sparse_percent;
    bool is_dirty; /* set by the caller: the work tree has changes */
};
#define QN_STATUS_STATE_INIT                                                   \
    {                                                                          \
        .branch = QN_BUF_INIT, .sparse_percent = -1                            \
    }
void qn_status_state_dispose(struct qn_status_state *state);
enum qn_status qn_status_state_read(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    bool counts_ahead,
                                    struct qn_status_state *out) QN_MUST_USE;
/* Of it only what is in progress: a merge, a rebase, and so on. */
enum qn_status
qn_status_state_read_progress(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              struct qn_status_state *out) QN_MUST_USE;

/* Slots of color.status.<slot>. */
enum qn_status_color {
    QN_STATUS_COLOR_HEADER = 0,
    QN_STATUS_COLOR_ADDED, /* or "updated" */
    QN_STATUS_COLOR_CHANGED,
    QN_STATUS_COLOR_UNTRACKED,
    QN_STATUS_COLOR_BRANCH,
    QN_STATUS_COLOR_NO_BRANCH,
    QN_STATUS_COLOR_UNMERGED,
    QN_STATUS_COLOR_LOCAL_BRANCH,
    QN_STATUS_COLOR_REMOTE_BRANCH,
    QN_STATUS_COLOR_COUNT
};

/* Of qn_status_state_read: how the branch stands beside others. */
enum qn_status qn_status_state_read_tracking(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    bool counts_ahead, struct qn_status_state *state) QN_MUST_USE;

/* Of qn_status_state_read. */
enum qn_status
qn_status_progress_rebase(struct qn_ctx *ctx,
                          const struct qn_revision_scope *scope,
                          struct qn_status_state *state) QN_MUST_USE;
enum qn_status
qn_status_progress_sequence(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            struct qn_status_state *state) QN_MUST_USE;

struct qn_status_text_options {
    const char *comment; /* put before each line ("#"); NULL: none */
    const char *prefix;  /* paths relative to this ("sub/"), or "" */
    bool quotes_high;    /* core.quotePath */
    bool shows_hints;    /* advice.statusHints */
    bool shows_untracked;
    bool shows_ignored;
    bool shows_branch;
    bool is_commit;   /* commit asks, not status */
    bool is_template; /* no hints on files */
    bool is_amend;
    bool shows_stash;
    const char *reference;     /* "HEAD"; amend: "HEAD^1" */
    const char *const *colors; /* sequences; NULL: no colours */
    bool shows_nothing_line;   /* the closing line */
    struct qn_bytes verbose;   /* what -v shows, before the closing line */
    /* Append the names of untracked or ignored files (a line each) as they are
     * laid out; NULL: a line each. */
    enum qn_status (*lay_out)(struct qn_ctx *ctx, void *data,
                              struct qn_bytes names, struct qn_buf *out);
    void *lay_out_data;
};
enum qn_status
qn_status_text_append(struct qn_ctx *ctx, const struct qn_status_list *list,
                      const struct qn_status_state *state,
                      const struct qn_status_text_options *options,
                      struct qn_buf *out) QN_MUST_USE;
/* "Your branch is ahead of ..." lines, also of checkout.  `advises_divergence`:
 * what to do about branches that have diverged is said (commit does not). */
enum qn_status qn_status_text_tracking(struct qn_ctx *ctx,
                                       const struct qn_status_state *state,
                                       bool shows_hints,
                                       bool advises_divergence,
                                       struct qn_buf *out) QN_MUST_USE;

#endif
