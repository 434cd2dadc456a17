/* SPDX-License-Identifier: MIT */
/* Ignore files: which untracked paths are left alone (gitignore(5)).
 *
 * Sources, strongest first: command line, .gitignore of the path's directory
 * and its parents, info/exclude, core.excludesFile.  Last match in a file wins;
 * a path below an ignored directory is ignored.  One object a thread: it keeps
 * a stack of the directories last asked about, so ask in directory order.
 */
#ifndef QN_PATH_IGNORE_H
#define QN_PATH_IGNORE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "index/index.h"
#include "repo/repo.h"

struct qn_ignore;

/* The pattern that decided; borrowed until the next call. */
struct qn_ignore_match {
    bool is_ignored;    /* false for a "!" pattern, too */
    bool is_matched;    /* some pattern decided */
    const char *source; /* file as Git prints it, or "" (command line) */
    uint64_t line;
    const char *pattern; /* as written */
};

/* `index` (or NULL) gives .gitignore files that are not in the work tree. */
enum qn_status qn_ignore_new(struct qn_ctx *ctx, struct qn_repo *repo,
                             const struct qn_index *index,
                             bool uses_standard_sources,
                             struct qn_ignore **out) QN_MUST_USE;
void qn_ignore_free(struct qn_ignore *ignore);
enum qn_status qn_ignore_add_pattern(struct qn_ctx *ctx,
                                     struct qn_ignore *ignore,
                                     const char *pattern) QN_MUST_USE;
enum qn_status qn_ignore_add_file(struct qn_ctx *ctx, struct qn_ignore *ignore,
                                  const char *path) QN_MUST_USE;
/* Per-directory files of another name (ls-files --exclude-per-directory). */
enum qn_status qn_ignore_set_directory_file(struct qn_ctx *ctx,
                                            struct qn_ignore *ignore,
                                            const char *name) QN_MUST_USE;
/* `path` relative to the top.  Looks at its parents, too. */
enum qn_status qn_ignore_check(struct qn_ctx *ctx, struct qn_ignore *ignore,
                               struct qn_bytes path, bool is_directory,
                               struct qn_ignore_match *out) QN_MUST_USE;

#endif
