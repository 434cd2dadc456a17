/* SPDX-License-Identifier: MIT */
/* What the files of remotes share. */
#ifndef QN_REPO_REMOTE_PARTS_H
#define QN_REPO_REMOTE_PARTS_H

#include "repo/remote.h"

enum qn_status qn_remote_words_add(struct qn_ctx *ctx, struct qn_arena *arena,
                                   struct qn_remote_words *words,
                                   struct qn_bytes word) QN_MUST_USE;
/* $GIT_DIR/remotes/<name>, $GIT_DIR/branches/<name>; `origin` of `remote` tells
 * whether there was one. */
enum qn_status qn_remote_read_files(struct qn_ctx *ctx, const char *directory,
                                    struct qn_remote *remote) QN_MUST_USE;

#endif
