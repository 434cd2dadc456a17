/* SPDX-License-Identifier: MIT */
/* Names of refs: what is well formed, how a short name expands, and which kind
 * a full name is.  Pure strings; nothing here looks at a store.  Rules:
 * git-check-ref-format(1), gitrevisions(7), gitglossary(7). */
#ifndef QN_TEXT_REF_NAME_H
#define QN_TEXT_REF_NAME_H

#include "base/buf.h"
#include "base/bytes.h"

enum qn_ref_name_flags {
    QN_REF_NAME_ONE_LEVEL = 1, /* "HEAD", "main" are fine */
    QN_REF_NAME_PATTERN = 2    /* one "*" is fine */
};

/* Is the name as git-check-ref-format wants it? */
bool qn_ref_name_is_valid(struct qn_bytes name, unsigned flags);

/* Append the name without leading and doubled slashes; QN_INVALID when it is
 * not well formed then ("'<name>' is not a valid ref name"). */
enum qn_status qn_ref_name_normalise(struct qn_ctx *ctx, struct qn_bytes name,
                                     unsigned flags,
                                     struct qn_buf *out) QN_MUST_USE;

/* May a branch (short name) be called so?  Not "HEAD", no leading "-". */
bool qn_ref_name_is_branch(struct qn_bytes name);
/* May a tag (short name) be called so?  No leading "-", not "HEAD". */
bool qn_ref_name_is_tag(struct qn_bytes name);

/* "HEAD", "FETCH_HEAD", "MERGE_HEAD", ...: capitals and "_" without a slash. */
bool qn_ref_name_is_root_syntax(struct qn_bytes name);
/* A root ref that `for-each-ref --include-root-refs` lists: HEAD, *_HEAD but
 * FETCH_HEAD and MERGE_HEAD, and the few irregular names. */
bool qn_ref_name_is_root(struct qn_bytes name);
/* FETCH_HEAD and MERGE_HEAD: files that look like refs. */
bool qn_ref_name_is_pseudo(struct qn_bytes name);
/* One for each work tree: root names, refs/worktree/, refs/bisect/,
 * refs/rewritten/. */
bool qn_ref_name_is_per_worktree(struct qn_bytes name);
/* Safe to use as a path below the git directory: "refs/..." that does not climb
 * out, or a root name. */
bool qn_ref_name_is_safe(struct qn_bytes name);

/* The rules by which a short name is looked up, first match wins. */
struct qn_ref_name_rule {
    const char *prefix;
    const char *suffix;
};
#define QN_REF_NAME_RULE_COUNT 6
extern const struct qn_ref_name_rule qn_ref_name_rules[QN_REF_NAME_RULE_COUNT];

/* Append prefix + name + suffix. */
enum qn_status qn_ref_name_expand(struct qn_ctx *ctx, size_t rule,
                                  struct qn_bytes name,
                                  struct qn_buf *out) QN_MUST_USE;
/* Does the full name come from `rule`?  Then `*short_name` is the middle. */
bool qn_ref_name_match_rule(size_t rule, struct qn_bytes full,
                            struct qn_bytes *short_name);
/* The first rule by which `short_name` means `full`; QN_REF_NAME_RULE_COUNT:
 * none.
 */
size_t qn_ref_name_rule_of(struct qn_bytes short_name, struct qn_bytes full);
/* Could `short_name` mean `full` by any rule? */
bool qn_ref_name_means(struct qn_bytes short_name, struct qn_bytes full);

/* `full` without refs/heads/, refs/tags/ or refs/remotes/, as messages show it.
 */
struct qn_bytes qn_ref_name_prettify(struct qn_bytes full);

#endif
