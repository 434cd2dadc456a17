/* SPDX-License-Identifier: MIT */
/* Small files of the git directory that say what is going on: MERGE_HEAD,
 * MERGE_MSG, ORIG_HEAD, ...  Written whole. */
#ifndef QN_OPERATION_PART_STATE_FILE_H
#define QN_OPERATION_PART_STATE_FILE_H

#include "repo/repo.h"

enum qn_status qn_state_file_write(struct qn_ctx *ctx, struct qn_repo *repo,
                                   const char *name,
                                   struct qn_bytes text) QN_MUST_USE;
/* Append to the file, made when it is not there. */
enum qn_status qn_state_file_add(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const char *name,
                                 struct qn_bytes text) QN_MUST_USE;
/* One id and a newline. */
enum qn_status qn_state_file_write_id(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const char *name,
                                      const struct qn_id *id) QN_MUST_USE;
/* Append the contents; not there: nothing, `*found` false. */
enum qn_status qn_state_file_read(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *name, struct qn_buf *out,
                                  bool *found) QN_MUST_USE;
enum qn_status qn_state_file_exists(struct qn_ctx *ctx, struct qn_repo *repo,
                                    const char *name, bool *out) QN_MUST_USE;

#endif
