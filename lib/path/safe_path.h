/* SPDX-License-Identifier: MIT */
/* What a safe path is: the one gate for every path that comes from a tree, an
 * index, a patch or a configuration, before anything is written there. */
#ifndef QN_PATH_SAFE_PATH_H
#define QN_PATH_SAFE_PATH_H

#include "base/bytes.h"

#include <stdint.h>

enum qn_safe_path_flags {
    QN_SAFE_PATH_HFS = 1, /* core.protectHFS */
    QN_SAFE_PATH_NTFS = 2 /* core.protectNTFS (on by default) */
};

/* Pure: no "", ".", "..", ".git" in any folded spelling, no absolute path, no
 * empty component; symlinks may not be called .gitmodules and kin. */
bool qn_safe_path_is_valid(struct qn_bytes path, uint32_t mode, unsigned flags);
/* One component (no slash). */
bool qn_safe_path_is_valid_component(struct qn_bytes name, uint32_t mode,
                                     unsigned flags);
/* Is `name` a spelling of ".<word>"?  `word` in lower case ("gitmodules"),
 * `ntfs_hash`: the first six letters of the short name that NTFS makes from a
 * hash when the plain ones are taken ("gi7eba").  gitattributes: "gi7d29",
 * gitignore: "gi250a", mailmap: "maba30". */
bool qn_safe_path_is_dot_file(struct qn_bytes name, const char *word,
                              const char *ntfs_hash, unsigned flags);
bool qn_safe_path_is_dot_git(struct qn_bytes name, unsigned flags);

#endif
