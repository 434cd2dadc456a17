/* SPDX-License-Identifier: MIT */
/* Is an object well formed?  The checks that fsck, hash-object, mktag, mktree
 * and receiving with fsckObjects make, with Git's names and texts
 * (git-fsck(1), "FSCK MESSAGES").
 *
 * Pure but for the reports: what an object refers to is not looked at.  Which
 * finding counts as an error is the caller's affair: its callback says so.
 */
#ifndef QN_OBJECT_CHECK_H
#define QN_OBJECT_CHECK_H

#include "base/ctx.h"
#include "hash/id.h"
#include "object/object.h"

enum qn_check_severity {
    QN_CHECK_IGNORE = 0,
    QN_CHECK_INFO = 1,
    QN_CHECK_WARN = 2,
    QN_CHECK_ERROR = 3,
    QN_CHECK_FATAL = 4
};

/* The severity of a finding ("missingEmail") where nothing is configured, by
 * its name in any case; QN_CHECK_IGNORE and `*is_known` false for others. */
enum qn_check_severity qn_check_default(const char *name, bool *is_known);

/* Its place in the list of findings; SIZE_MAX for an unknown one. */
size_t qn_check_ordinal(const char *name);

struct qn_check_policy;

struct qn_check {
    uint32_t algorithm;
    /* What is configured (object/check_policy.h): a finding that is ignored
     * is not handed over.  NULL: each with its default severity. */
    const struct qn_check_policy *policy;
    bool is_strict; /* modes that old versions wrote (100664) count too */
    /* One finding; true: it counts as an error (then checks that build on what
     * was wrong are left out).  `message`: "invalid author/committer line -
     * missing email". */
    bool (*found)(struct qn_ctx *ctx, void *data, const char *name,
                  enum qn_check_severity severity, const char *message);
    /* A .gitmodules or .gitattributes entry of a tree, to be looked at as a
     * blob; or NULL. */
    void (*special)(void *data, const char *name, const uint8_t *row);
    /* What keeps a tree from being read; NULL: it is reported. */
    void (*broken)(struct qn_ctx *ctx, void *data, const char *message);
    void *data;
    /* Spellings that a file system folds together (path/safe_path.h); NULL:
     * only the plain ones are known. */
    bool (*is_dot_git)(struct qn_bytes name);
    bool (*is_dot_file)(struct qn_bytes name, const char *word,
                        const char *ntfs_hash);
};

/* Check one object's content.  `*is_sound` false when a finding counted as an
 * error.  Fails only for lack of memory and such. */
enum qn_status qn_check_object(struct qn_ctx *ctx, const struct qn_check *check,
                               enum qn_object_type type, struct qn_bytes data,
                               bool *is_sound) QN_MUST_USE;

#endif
