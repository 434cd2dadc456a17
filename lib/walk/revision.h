/* SPDX-License-Identifier: MIT */
/* The revision grammar: gitrevisions(7), names to ids. */
#ifndef QN_WALK_REVISION_H
#define QN_WALK_REVISION_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "object/object.h"
#include "repo/repo.h"

/* What a revision needs to be looked up; views are the caller's. */
struct qn_commit_table;

struct qn_revision_scope {
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_refs *refs;
    /* Where the commits that merge bases read are kept for the next question,
     * for who asks many; made when first needed, freed by the owner
     * (qn_commit_table_free).  NULL: each question reads anew. */
    struct qn_commit_table **kept;
    /* The same for commits with other parents (walk/grafts.h,
     * qn_grafts_free).  NULL: what shows or searches single commits goes by
     * the parents they name. */
    struct qn_grafts **grafts;
    /* Whose refs are served, "a/b" (gitnamespaces(7)); NULL: as GIT_NAMESPACE
     * says. */
    const char *served_namespace;
};

struct qn_revision {
    struct qn_id id;
    enum qn_object_type
        wanted;    /* a hint the caller gives: type for short ids */
    bool is_quiet; /* the caller's: no warnings or errors are reported */
    bool has_path; /* "<rev>:path" or ":n:path" */
    uint32_t mode; /* of that path; 0: none */
    struct qn_buf path;
    struct qn_buf ref_name; /* full name when the text named a ref, else "" */
};
#define QN_REVISION_INIT                                                       \
    {                                                                          \
        .path = QN_BUF_INIT, .ref_name = QN_BUF_INIT                           \
    }
void qn_revision_dispose(struct qn_revision *revision);

/* QN_NOT_FOUND: reason "revision.unknown" with the message "ambiguous argument
 * ...", or "revision.path" with what is wrong with <path> of "<rev>:<path>".
 * QN_AMBIGUOUS: a short id; the candidates were reported, the message is that
 * of "revision.unknown".  QN_INVALID and others: Git dies with the message. */
enum qn_status qn_revision_parse(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *text,
                                 struct qn_revision *out) QN_MUST_USE;
/* Peel to a commit; what is something else is reported as an error ("object X
 * is a tree, not a commit"), and then the call fails. */
enum qn_status qn_revision_need_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                       const struct qn_id *id,
                                       struct qn_id *out) QN_MUST_USE;
/* As parse, and peeled to a commit (tags followed). */
enum qn_status qn_revision_commit(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *text,
                                  struct qn_id *out) QN_MUST_USE;
/* Peel `id` to `type` (QN_OBJECT_NONE: to whatever is not a tag). */
enum qn_status qn_revision_peel(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *id,
                                enum qn_object_type type,
                                struct qn_id *out) QN_MUST_USE;
/* Follow tags: is there a commit at the end?  `out` is what is there. */
enum qn_status qn_revision_peel_if_commit(struct qn_ctx *ctx,
                                          struct qn_odb *odb,
                                          const struct qn_id *id,
                                          struct qn_id *out,
                                          bool *is_commit) QN_MUST_USE;
/* "main" to "refs/heads/main" by the six rules; `*found`; `*is_ambiguous`. */
enum qn_status qn_revision_expand_ref(struct qn_ctx *ctx, struct qn_refs *refs,
                                      const char *text, struct qn_buf *out,
                                      bool *found,
                                      bool *is_ambiguous) QN_MUST_USE;
/* "HEAD", "@{u}", "main" or an id: the full name of the ref that `text` names
 * with nothing behind it, appended; `*found` false when it is no name. */
enum qn_status qn_revision_full_name(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const char *text, struct qn_buf *out,
                                     bool *found) QN_MUST_USE;
/* The full name of the branch's upstream ("refs/remotes/origin/x"), appended.
 * `branch` is short.  Git's messages when there is none. */
enum qn_status qn_revision_upstream(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const char *branch,
                                    struct qn_buf *out) QN_MUST_USE;
/* The same for what a push of it would update. */
enum qn_status qn_revision_push(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const char *branch,
                                struct qn_buf *out) QN_MUST_USE;
/* "@{-1}", "@{upstream}", "@" inside a branch name, expanded: appended. */
enum qn_status qn_revision_expand_branch(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const char *text,
                                         struct qn_buf *out) QN_MUST_USE;

/* Git ends with the message whoever asked and whatever the caller wanted to do
 * without the revision: a reflog that is too short, a branch without upstream.
 */
bool qn_revision_is_deadly(const struct qn_ctx *ctx);

#endif
