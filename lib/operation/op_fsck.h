/* SPDX-License-Identifier: MIT */
/* fsck: is every object what its id says, well formed, and all that is reached
 * there?
 *
 *   objects       packs are indexed again (all cores, hashed in lanes), loose
 *                 files read; contents checked as they come by
 *   connectivity  from the heads on; what is missing, what nothing refers to
 *
 * Findings come out on the caller's thread: of objects in the order of their
 * ids, then of links.  Not looked at: commit-graphs, contents of .gitmodules.
 */
#ifndef QN_OPERATION_OP_FSCK_H
#define QN_OPERATION_OP_FSCK_H

#include "base/ctx.h"
#include "object/check.h"
#include "odb/odb.h"

enum qn_op_fsck_code { /* bits of the exit code, as Git's */
                       QN_FSCK_OBJECT = 1,
                       QN_FSCK_REACHABLE = 2,
                       QN_FSCK_PACK = 4
};

struct qn_op_fsck {
    struct qn_odb_store *store;
    const char *directory_shown; /* the object directory, in messages */
    const struct qn_id *heads;   /* that exist */
    size_t head_count;
    const struct qn_id_map *shallow; /* or NULL */
    bool is_strict;
    bool connectivity_only;
    bool local_only; /* --no-full */
    bool shows_unreachable;
    bool shows_dangling;
    bool shows_root;
    bool shows_tags;
    /* The severity of a finding, when something is configured; or NULL. */
    enum qn_check_severity (*severity)(void *data, const char *name,
                                       enum qn_check_severity severity);
    /* A line of output, without newline; `is_error`: it goes to stderr. */
    void (*line)(void *data, bool is_error, const char *text);
    /* A dangling object, after its line; or NULL. */
    void (*dangling)(void *data, const struct qn_id *id,
                     enum qn_object_type type);
    /* Spellings (path/safe_path.h), as object/check.h wants them. */
    bool (*is_dot_git)(struct qn_bytes name);
    bool (*is_dot_file)(struct qn_bytes name, const char *word,
                        const char *ntfs_hash);
    void *data;
};

/* `*out_code`: bits of enum qn_op_fsck_code. */
enum qn_status qn_op_fsck_run(struct qn_ctx *ctx,
                              const struct qn_op_fsck *options,
                              unsigned *out_code) QN_MUST_USE;

#endif
