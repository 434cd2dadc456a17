/* SPDX-License-Identifier: MIT */
/* Notes of commits: git-notes(1).
 *
 *   a ref names a commit (or tree); its tree has, below directories of two
 *   hex digits each (or none), blobs named by the objects they are about
 *
 * Immutable once it is made: workers share one, each with its own odb.
 */
#ifndef QN_SHOW_NOTES_H
#define QN_SHOW_NOTES_H

#include "base/buf.h"
#include "odb/odb.h"
#include "walk/revision.h"

struct qn_notes;

/* `ref`: full name.  `*out` NULL when there is no such ref.  The ref
 * refs/notes/commits is shown as "Notes:", others as "Notes (name):". */
enum qn_status qn_notes_new(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            const char *ref, bool is_default,
                            struct qn_notes **out) QN_MUST_USE;
void qn_notes_free(struct qn_notes *notes);

/* Append the note of an object, or nothing: `is_raw`: its text alone,
 * otherwise a blank line, the title, the text indented. */
enum qn_status qn_notes_append(struct qn_ctx *ctx, const struct qn_notes *notes,
                               struct qn_odb *odb, const struct qn_id *id,
                               bool is_raw, struct qn_buf *out) QN_MUST_USE;

#endif
