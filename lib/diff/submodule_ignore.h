/* SPDX-License-Identifier: MIT */
/* submodule.<name>.ignore: what of a submodule is no difference.
 *
 * From the configuration, otherwise from the work tree's .gitmodules, which
 * also says what a path's name is; git-config(1), gitmodules(5).  Over that, or
 * where nothing is said, stands what the options say.
 */
#ifndef QN_DIFF_SUBMODULE_IGNORE_H
#define QN_DIFF_SUBMODULE_IGNORE_H

#include "diff/options.h"
#include "repo/repo.h"

struct qn_submodule_ignore {
    struct qn_config *modules; /* .gitmodules; made when first needed */
    bool is_loaded;
};
void qn_submodule_ignore_dispose(struct qn_submodule_ignore *ignore);

/* `repo` NULL: what the options say. */
enum qn_status qn_submodule_ignore_find(
    struct qn_ctx *ctx, struct qn_submodule_ignore *ignore,
    struct qn_repo *repo, const struct qn_diff_options *options,
    struct qn_bytes path, enum qn_diff_ignore_submodules *out) QN_MUST_USE;

#endif
