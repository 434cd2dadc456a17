/* SPDX-License-Identifier: MIT */
/* Housekeeping, step by step: each step does what a command of that name does
 * without options, as the repository is configured, with fresh views of refs
 * and objects.  op_gc.h and op_maintain.h put them in order.
 */
#ifndef QN_OPERATION_PART_HOUSE_H
#define QN_OPERATION_PART_HOUSE_H

#include "operation/op_repack.h"

/* What the program has to do; all of them may be NULL. */
struct qn_house_calls {
    void *data;
    /* Go on in a process of its own; false: that could not be. */
    bool (*detach)(void *data);
    /* In the background: what is said from now on into gc.log; and no more. */
    void (*log_begin)(void *data);
    void (*log_end)(void *data);
    /* A line for the user. */
    void (*say)(void *data, const char *text);
    /* The same, as what the command answers. */
    void (*answer)(void *data, const char *text);
};

struct qn_house {
    struct qn_repo *repo;
    struct qn_grafts *grafts;
    struct qn_odb *raw; /* replaces nothing */
    struct qn_revision_scope scope;
};

/* Views for one step: open, then close; zeros in between. */
enum qn_status qn_house_open(struct qn_ctx *ctx, struct qn_house *house,
                             struct qn_repo *repo) QN_MUST_USE;
void qn_house_close(struct qn_house *house);

enum qn_status qn_house_pack_refs(struct qn_ctx *ctx, struct qn_repo *repo,
                                  bool is_auto) QN_MUST_USE;
/* All reflogs, of all work trees. */
enum qn_status qn_house_expire_reflogs(struct qn_ctx *ctx,
                                       struct qn_repo *repo) QN_MUST_USE;
/* `how` was configured by qn_house_repack_begin, and the caller added what
 * differs. */
struct qn_house_repack {
    struct qn_op_repack how;
    struct qn_op_pack_objects cruft;
    struct qn_house house;
    const struct qn_house_calls *calls; /* NULL: nothing is said */
};
enum qn_status qn_house_repack_begin(struct qn_ctx *ctx, struct qn_repo *repo,
                                     struct qn_house_repack *out) QN_MUST_USE;
enum qn_status qn_house_repack_run(struct qn_ctx *ctx,
                                   struct qn_house_repack *repack) QN_MUST_USE;
void qn_house_repack_end(struct qn_house_repack *repack);
enum qn_status qn_house_prune(struct qn_ctx *ctx, struct qn_repo *repo,
                              int64_t expire) QN_MUST_USE;
/* Of all that refs reach. */
enum qn_status qn_house_commit_graph(struct qn_ctx *ctx, struct qn_repo *repo,
                                     bool is_split) QN_MUST_USE;
/* Work trees that are gone; recorded resolutions that are old. */
enum qn_status qn_house_work_trees(struct qn_ctx *ctx, struct qn_repo *repo,
                                   bool is_dry_run, size_t *count) QN_MUST_USE;
enum qn_status qn_house_resolutions(struct qn_ctx *ctx,
                                    struct qn_repo *repo) QN_MUST_USE;

/* extensions.preciousObjects, which only the repository itself can say. */
enum qn_status qn_house_is_precious(struct qn_ctx *ctx, struct qn_repo *repo,
                                    bool *out) QN_MUST_USE;
/* A time of expiry of the configuration, or `fallback` ("2.weeks.ago"); `text`
 * (or NULL) is told its words.  Fails as Git does when it is none. */
enum qn_status qn_house_expiry(struct qn_ctx *ctx, struct qn_repo *repo,
                               const char *key, const char *fallback,
                               int64_t *seconds, const char **text) QN_MUST_USE;

#endif
