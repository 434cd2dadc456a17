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
struct qn_revision_scope {
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_refs *refs;
};

struct qn_revision {
    struct qn_id id;
    enum qn_object_type
        wanted;    /* a hint the caller gives: type for short ids */
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

/* QN_NOT_FOUND (reason "revision.unknown"), QN_AMBIGUOUS (the candidates are
 * reported as hints, as Git prints them), QN_INVALID. */
enum qn_status qn_revision_parse(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *text,
                                 struct qn_revision *out) QN_MUST_USE;
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
/* "main" to "refs/heads/main" by the six rules; `*found`; `*is_ambiguous`. */
enum qn_status qn_revision_expand_ref(struct qn_ctx *ctx, struct qn_refs *refs,
                                      const char *text, struct qn_buf *out,
                                      bool *found,
                                      bool *is_ambiguous) QN_MUST_USE;
/* "@{-1}", "@{upstream}", "@" inside a branch name, expanded: appended. */
enum qn_status qn_revision_expand_branch(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const char *text,
                                         struct qn_buf *out) QN_MUST_USE;

#endif
