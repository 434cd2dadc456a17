/* SPDX-License-Identifier: MIT */
/* What the files of op_merge share. */
#ifndef QN_OPERATION_OP_MERGE_PARTS_H
#define QN_OPERATION_OP_MERGE_PARTS_H

#include "operation/op_merge.h"
#include "operation/part/apply_merge.h"

struct qn_op_merge_run {
    struct qn_ctx *ctx;
    struct qn_repo *repo;
    struct qn_merge_options *options;
    struct qn_revision_scope scope;
    struct qn_work_tree tree;
    struct qn_index *index;
    struct qn_lock_file lock;
    struct qn_id head; /* null: unborn */
    struct qn_id head_tree;
    struct qn_id result_tree;
    struct qn_buf branch; /* short name; "HEAD": detached */
    struct qn_buf action; /* "merge x": what reflogs begin with */
    struct qn_buf message;
    bool has_tree;
    bool has_stash;                                  /* MERGE_AUTOSTASH */
    const struct qn_merge_strategy_choice *strategy; /* the one that runs */
    struct qn_id_list bases;                         /* of the only head */
    bool drops_head; /* octopus: HEAD is in one of the heads */
};

/* "text" and a newline, on stdout. */
enum qn_status qn_op_merge_parts_say(struct qn_op_merge_run *run,
                                     const char *format, ...)
    QN_PRINTF(2, 3) QN_MUST_USE;
enum qn_status qn_op_merge_parts_tree_of(struct qn_op_merge_run *run,
                                         const struct qn_id *commit,
                                         struct qn_id *out) QN_MUST_USE;
/* Index, locked and read. */
enum qn_status
qn_op_merge_parts_open_index(struct qn_op_merge_run *run) QN_MUST_USE;
/* HEAD's branch moves on; the stat; post-merge. */
enum qn_status qn_op_merge_parts_finish(struct qn_op_merge_run *run,
                                        const struct qn_id *commit,
                                        const char *words) QN_MUST_USE;

/* op_merge_strategy.c: index and work tree become the merge of HEAD and the
 * heads.  Conflicts: `*is_clean` false. */
enum qn_status qn_op_merge_strategy_run(struct qn_op_merge_run *run,
                                        bool *is_clean) QN_MUST_USE;
struct qn_apply_merge qn_op_merge_strategy_apply(struct qn_op_merge_run *run);
/* "Merge with strategy x failed." */
enum qn_status qn_op_merge_strategy_fail(struct qn_op_merge_run *run);
/* op_merge_strategy.c: in the index alone, when no file needs more than one
 * side's version; `*done`. */
enum qn_status qn_op_merge_strategy_trivial(struct qn_op_merge_run *run,
                                            bool *done) QN_MUST_USE;
/* op_merge_octopus.c: several heads, one after the other; or one. */
enum qn_status qn_op_merge_octopus_resolve(struct qn_op_merge_run *run,
                                           bool *is_clean) QN_MUST_USE;
enum qn_status qn_op_merge_octopus_base(struct qn_op_merge_run *run,
                                        const struct qn_id_list *bases,
                                        const struct qn_id *ours,
                                        const struct qn_id *theirs,
                                        struct qn_id *out) QN_MUST_USE;
enum qn_status qn_op_merge_octopus_run(struct qn_op_merge_run *run,
                                       bool *is_clean) QN_MUST_USE;
/* op_merge_external.c: a program of the strategy's name. */
enum qn_status qn_op_merge_external_run(struct qn_op_merge_run *run,
                                        bool *is_clean) QN_MUST_USE;
/* op_merge_record.c: the commit of a clean merge. */
enum qn_status qn_op_merge_record(struct qn_op_merge_run *run,
                                  const char *words) QN_MUST_USE;
/* After all: the autostash back, the state files gone. */
enum qn_status qn_op_merge_record_end(struct qn_op_merge_run *run) QN_MUST_USE;
/* MERGE_HEAD, MERGE_MODE, MERGE_MSG; squash: SQUASH_MSG. */
enum qn_status qn_op_merge_record_stop(struct qn_op_merge_run *run) QN_MUST_USE;
/* "# Conflicts:" and the paths behind MERGE_MSG. */
enum qn_status
qn_op_merge_record_conflicts(struct qn_op_merge_run *run) QN_MUST_USE;

#endif
