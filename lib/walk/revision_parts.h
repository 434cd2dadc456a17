/* SPDX-License-Identifier: MIT */
/* What the files of the revision grammar share; nobody else includes this.
 *
 *   revision.c         the whole text: base, suffixes, ":path"
 *   revision_name.c    base: ids, refs, describe output, "@{...}"
 *   revision_remote.c  upstream and push destination
 *   revision_short.c   short ids
 *   revision_search.c  ":/text" and "^{/text}"
 *   revision_path.c    "<rev>:<path>", ":<n>:<path>"
 */
#ifndef QN_WALK_REVISION_PARTS_H
#define QN_WALK_REVISION_PARTS_H

#include "base/memory.h"
#include "object/commit.h"
#include "object/tree.h"
#include "walk/revision.h"

/* Which objects a short id may mean in its place. */
enum qn_revision_kind {
    QN_REVISION_ANY = 0,
    QN_REVISION_COMMIT,
    QN_REVISION_COMMITTISH,
    QN_REVISION_TREE,
    QN_REVISION_TREEISH,
    QN_REVISION_BLOB
};

struct qn_revision_run {
    const struct qn_revision_scope *scope;
    const char *text; /* all of it, for messages */
    enum qn_revision_kind kind;
    bool is_quiet;
    struct qn_revision *out;
};

/* "ambiguous argument ...". */
enum qn_status qn_revision_unknown(struct qn_ctx *ctx, const char *text);

/* The base of a revision to an id.  QN_NOT_FOUND "revision.unknown". */
enum qn_status qn_revision_base(struct qn_ctx *ctx,
                                const struct qn_revision_run *run,
                                struct qn_bytes base,
                                struct qn_id *out) QN_MUST_USE;
/* "@{-1}" and "@{u}" in `text` replaced, "@" made HEAD: appended.  `*changed`
 * false, and nothing appended, when there was nothing to do. */
enum qn_status qn_revision_interpret(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_bytes text, struct qn_buf *out,
                                     bool *changed) QN_MUST_USE;
/* Text, "@{..}" included, to the full name of a ref. */
enum qn_status qn_revision_find_ref(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_bytes text,
                                    struct qn_refs_expansion *out) QN_MUST_USE;
enum qn_status qn_revision_short(struct qn_ctx *ctx,
                                 const struct qn_revision_run *run,
                                 struct qn_bytes hex, bool is_quiet,
                                 struct qn_id *out) QN_MUST_USE;
/* The youngest commit whose message matches, from `start` (NULL: from all refs
 * and HEAD). */
enum qn_status qn_revision_search(struct qn_ctx *ctx,
                                  const struct qn_revision_run *run,
                                  const struct qn_id *start,
                                  struct qn_bytes pattern,
                                  struct qn_id *out) QN_MUST_USE;
/* A revision without a path. */
enum qn_status qn_revision_plain(struct qn_ctx *ctx,
                                 const struct qn_revision_run *run,
                                 struct qn_bytes text,
                                 struct qn_id *out) QN_MUST_USE;
enum qn_status qn_revision_in_tree(struct qn_ctx *ctx,
                                   const struct qn_revision_run *run,
                                   struct qn_bytes revision,
                                   struct qn_bytes path) QN_MUST_USE;
enum qn_status qn_revision_in_index(struct qn_ctx *ctx,
                                    const struct qn_revision_run *run,
                                    unsigned stage,
                                    struct qn_bytes path) QN_MUST_USE;

#endif
