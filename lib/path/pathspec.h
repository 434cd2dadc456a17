/* SPDX-License-Identifier: MIT */
/* Pathspecs: which paths a command is about (gitglossary, "pathspec").
 *
 * Long and short magic: top, literal, icase, glob, attr, exclude; combined with
 * --literal-pathspecs and kin.  Patterns are made relative to the top of the
 * work tree with `prefix`.
 */
#ifndef QN_PATH_PATHSPEC_H
#define QN_PATH_PATHSPEC_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_pathspec;
struct qn_attributes;

enum qn_pathspec_flags {
    QN_PATHSPEC_LITERAL = 1, /* --literal-pathspecs and kin, git(1) */
    QN_PATHSPEC_GLOB = 2,
    QN_PATHSPEC_NOGLOB = 4,
    QN_PATHSPEC_ICASE = 8,
    QN_PATHSPEC_PREFER_CWD = 16 /* none given: "." of the prefix, not all */
};

/* `prefix`: "" or "sub/".  `work_tree`: absolute, to take off absolute paths;
 * or NULL.  QN_INVALID with Git's words (outside repository, unknown magic
 * ...). */
enum qn_status qn_pathspec_new(struct qn_ctx *ctx, const char *const *patterns,
                               size_t count, const char *prefix,
                               const char *work_tree, unsigned flags,
                               struct qn_pathspec **out) QN_MUST_USE;
void qn_pathspec_free(struct qn_pathspec *pathspec);
size_t qn_pathspec_count(const struct qn_pathspec *pathspec);
/* The pattern as the user wrote it. */
const char *qn_pathspec_original(const struct qn_pathspec *pathspec, size_t i);
/* The same relative to the top, without magic (a literal path when
 * qn_pathspec_is_literal). */
struct qn_bytes qn_pathspec_match_text(const struct qn_pathspec *pathspec,
                                       size_t i);
/* How much of that has no wildcards. */
size_t qn_pathspec_literal_size(const struct qn_pathspec *pathspec, size_t i);
bool qn_pathspec_is_literal(const struct qn_pathspec *pathspec, size_t i);
bool qn_pathspec_is_exclude(const struct qn_pathspec *pathspec, size_t i);
bool qn_pathspec_has_attributes(const struct qn_pathspec *pathspec);

/* Does a path (relative to the top, no slash at the end) match?  With no
 * patterns everything does.  `attributes`: NULL unless there is attr magic.
 * `matched`: NULL, or one flag a pattern, set to 1 for those that matched. */
bool qn_pathspec_is_match(struct qn_ctx *ctx,
                          const struct qn_pathspec *pathspec,
                          struct qn_bytes path, bool is_directory,
                          struct qn_attributes *attributes, uint8_t *matched);

enum qn_pathspec_reach {
    QN_PATHSPEC_NONE, /* nothing below this directory can match */
    QN_PATHSPEC_SOME, /* look */
    QN_PATHSPEC_ALL   /* everything below it matches */
};
/* For tree walks: `directory` is "" or "a/b" (no slash at the end). */
enum qn_pathspec_reach
qn_pathspec_reach_below(const struct qn_pathspec *pathspec,
                        struct qn_bytes directory);
/* The directory that all patterns are below, "" or "a/b/"; borrowed. */
struct qn_bytes qn_pathspec_common_prefix(const struct qn_pathspec *pathspec);

#endif
