/* SPDX-License-Identifier: MIT */
/* Editor and pager: which one, as git-var(1) says. */
#ifndef QN_PROGRAM_EDITOR_H
#define QN_PROGRAM_EDITOR_H

#include "base/buf.h"
#include "base/ctx.h"
#include "config/config.h"

/* GIT_EDITOR, core.editor, VISUAL (unless the terminal is dumb), EDITOR, vi.
 * NULL when there is none: a dumb terminal and nothing set. */
const char *qn_editor_name(struct qn_ctx *ctx, const struct qn_config *config);
/* GIT_SEQUENCE_EDITOR, sequence.editor, then the editor. */
const char *qn_editor_sequence_name(struct qn_ctx *ctx,
                                    const struct qn_config *config);

/* Let the person edit `path`.  QN_REFUSED "Terminal is dumb, but EDITOR unset";
 * QN_NEEDS_USER when the editor failed ("there was a problem with the editor
 * '<name>'") or did not start (reason "editor.not-started"); QN_CANCELLED when
 * a key ended it ("editor.interrupted", "editor.quit"). */
enum qn_status qn_editor_run(struct qn_ctx *ctx, const char *editor,
                             const char *path,
                             const char *const *variables) QN_MUST_USE;

#endif
