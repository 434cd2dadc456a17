/* SPDX-License-Identifier: MIT */
/* Run a hook of a repository with what githooks(5) says it sees: in the top of
 * the work tree (or the git directory, bare), GIT_DIR set where that is needed,
 * GIT_INDEX_FILE, GIT_EDITOR=":" where no editor will come. */
#ifndef QN_OPERATION_PART_RUN_HOOK_H
#define QN_OPERATION_PART_RUN_HOOK_H

#include "repo/repo.h"

struct qn_run_hook {
    const char *name;
    const char *const *arguments; /* NULL terminated; or NULL */
    const char *index_path;       /* GIT_INDEX_FILE; or NULL */
    bool has_no_editor;           /* GIT_EDITOR=":" */
    const char *action;           /* GIT_REFLOG_ACTION; or NULL */
    struct qn_bytes input;        /* with has_input */
    bool has_input;
    bool keeps_stdout;        /* pre-push: stdout is not sent to stderr */
    bool *was_run;            /* NULL, or: told whether there was one */
    const char *const *extra; /* more variables, up to four; or NULL */
    bool is_asked; /* by `git hook run`: any event may run more than one at once
                    */
    uint32_t jobs; /* with is_asked: so many; 0: as the configuration says */
};

/* Is there such a hook? */
enum qn_status qn_run_hook_exists(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *name, bool *out) QN_MUST_USE;
/* `*exit_code` (may be NULL): 0 when there is none. */
enum qn_status qn_run_hook(struct qn_ctx *ctx, struct qn_repo *repo,
                           const struct qn_run_hook *hook,
                           int *exit_code) QN_MUST_USE;

/* Append the names of what would be run, as `git hook list` prints them. */
enum qn_status qn_run_hook_list(struct qn_ctx *ctx, struct qn_repo *repo,
                                const char *name, char terminator,
                                bool shows_scope,
                                struct qn_buf *out) QN_MUST_USE;

#endif
