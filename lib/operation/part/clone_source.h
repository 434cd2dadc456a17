/* SPDX-License-Identifier: MIT */
/* Where a clone comes from: what the user wrote, to a repository on this
 * machine and the name of the directory to make. */
#ifndef QN_OPERATION_PART_CLONE_SOURCE_H
#define QN_OPERATION_PART_CLONE_SOURCE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "repo/repo.h"

#include <stdbool.h>

struct qn_clone_source {
    struct qn_buf url;    /* as configured: absolute, or as it was written */
    bool is_url;          /* file:// and other addresses: never linked */
    bool is_bundle;       /* a file */
    struct qn_repo *repo; /* of a path; else NULL */
};

#define QN_CLONE_SOURCE_INIT                                                   \
    {                                                                          \
        .url = QN_BUF_INIT, .is_url = false, .repo = NULL                      \
    }

/* The repository that a path names: there, or below it as ".git", or with
 * ".git" behind it; `is_strict`: there.  `*out` NULL: there is none. */
enum qn_status qn_clone_source_find(struct qn_ctx *ctx, const char *directory,
                                    bool is_strict,
                                    struct qn_repo **out) QN_MUST_USE;

/* A file that is named itself leads to a repository, or fails: a gitfile. */
enum qn_status qn_clone_source_gitfile(struct qn_ctx *ctx, const char *path,
                                       struct qn_repo **out) QN_MUST_USE;

/* QN_NOT_FOUND ("clone.no-repository"). */
enum qn_status qn_clone_source_open(struct qn_ctx *ctx, const char *text,
                                    struct qn_clone_source *out) QN_MUST_USE;
void qn_clone_source_dispose(struct qn_clone_source *source);

/* Append the directory that Git would make for `text`: its last part without
 * "/.git", ".git", ".bundle"; with ".git" behind it when bare. */
enum qn_status qn_clone_source_directory(struct qn_ctx *ctx, const char *text,
                                         bool is_bare,
                                         struct qn_buf *out) QN_MUST_USE;

#endif
