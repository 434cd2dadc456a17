/* SPDX-License-Identifier: MIT */
/* Where the files of the system and of the user are.
 *
 *   system   GIT_CONFIG_SYSTEM, else the path of the build; none with
 *            GIT_CONFIG_NOSYSTEM
 *   global   GIT_CONFIG_GLOBAL alone, else $XDG_CONFIG_HOME/git/config (or
 *            ~/.config/git/config), then ~/.gitconfig
 */
#ifndef QN_CONFIG_CONFIG_FILES_H
#define QN_CONFIG_CONFIG_FILES_H

#include "config/config.h"

/* Append the path; nothing is appended when there is none to be read. */
enum qn_status qn_config_files_system(struct qn_ctx *ctx,
                                      struct qn_buf *out) QN_MUST_USE;
/* The same whether GIT_CONFIG_NOSYSTEM is set or not: for writing. */
enum qn_status qn_config_files_system_path(struct qn_ctx *ctx,
                                           struct qn_buf *out) QN_MUST_USE;
/* `xdg` and `user` are read in this order; either may stay empty. */
enum qn_status qn_config_files_global(struct qn_ctx *ctx, struct qn_buf *xdg,
                                      struct qn_buf *user) QN_MUST_USE;
/* The one that `--global` writes: the user's, unless only the other is there.
 * QN_NOT_FOUND "$HOME not set". */
enum qn_status qn_config_files_global_path(struct qn_ctx *ctx,
                                           struct qn_buf *out) QN_MUST_USE;
/* Append the path of a file of the user's git directory ("ignore",
 * "attributes"): $XDG_CONFIG_HOME/git/<name>; nothing without a home. */
enum qn_status qn_config_files_xdg(struct qn_ctx *ctx, const char *name,
                                   struct qn_buf *out) QN_MUST_USE;

/* Read system and global files into `config`. */
enum qn_status
qn_config_files_add(struct qn_ctx *ctx, struct qn_config *config,
                    const struct qn_config_conditions *conditions) QN_MUST_USE;

#endif
