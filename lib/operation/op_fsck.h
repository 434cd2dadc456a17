/* SPDX-License-Identifier: MIT */
/* fsck: is every object what its id says, well formed, and all that is reached
 * there?
 *
 *   references    the files of the refs (operation/op_refs.h)
 *   heads         refs and HEADs of all work trees
 *   objects       packs are indexed again (all cores, hashed in lanes), loose
 *                 files read; contents checked as they come by
 *   more heads    reflogs and indexes of all work trees
 *   connectivity  from the heads on; what is missing, what nothing refers to
 *
 * Commit-graphs and multi-pack-indexes have verifiers of their own, which the
 * command runs afterwards.
 *
 * Findings come out on the caller's thread: of objects in the order in which
 * they are stored, of links in the order in which Git's table of objects has
 * them.  Nothing is written but lost-found.  git-fsck(1).
 */
#ifndef QN_OPERATION_OP_FSCK_H
#define QN_OPERATION_OP_FSCK_H

#include "object/check_policy.h"
#include "repo/repo.h"

enum qn_op_fsck_code { /* bits of the exit code, as Git's */
                       QN_FSCK_OBJECT = 1,
                       QN_FSCK_REACHABLE = 2,
                       QN_FSCK_PACK = 4,
                       QN_FSCK_REFS = 8,
                       QN_FSCK_COMMIT_GRAPH = 16,
                       QN_FSCK_MULTI_PACK_INDEX = 32,
                       QN_FSCK_REVERSE = 64,
                       QN_FSCK_BITMAP = 128
};

struct qn_op_fsck_head { /* an argument */
    struct qn_id id;
    const char *name; /* as it was written */
};

struct qn_op_fsck {
    struct qn_repo *repo;
    /* NULL: refs, reflogs and indexes, as far as they are wanted. */
    const struct qn_op_fsck_head *heads;
    size_t head_count;
    bool has_arguments; /* there were some, even if none was of use */
    bool is_strict;
    bool connectivity_only;
    bool local_only; /* --no-full */
    bool uses_reflogs;
    bool uses_indexes; /* beside arguments, too */
    bool checks_references;
    bool shows_unreachable;
    bool shows_dangling;
    bool shows_root;
    bool shows_tags;
    bool is_verbose;
    bool names_objects;
    bool keeps_lost; /* lost-found/{commit,other}/<id> */
    /* A line of output, without newline; `is_error`: it goes to stderr. */
    void (*line)(void *data, bool is_error, const char *text);
    void *data;
};

/* `*out_code`: bits of enum qn_op_fsck_code. */
enum qn_status qn_op_fsck_run(struct qn_ctx *ctx,
                              const struct qn_op_fsck *options,
                              unsigned *out_code) QN_MUST_USE;

#endif
