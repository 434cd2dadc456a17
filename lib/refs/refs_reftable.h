/* SPDX-License-Identifier: MIT */
/* The `reftable` format as a store: one stack for what is shared, one for each
 * worktree's own.  A transaction is one table in each stack it touches. */
#ifndef QN_REFS_REFS_REFTABLE_H
#define QN_REFS_REFS_REFTABLE_H

#include "refs/refs_backend.h"
#include "refs/reftable_stack.h"

/* The stacks opened so far; the directory tells them apart. */
struct qn_refs_reftable {
    struct qn_reftable_stack **stacks;
    size_t count;
    size_t capacity;
    struct qn_buf path;
    struct qn_reftable_stack *shared; /* one of them, once it is open */
};

/* The stack that holds a name, refreshed; `*local` is the name within. */
enum qn_status qn_refs_reftable_stack(struct qn_ctx *ctx, struct qn_refs *refs,
                                      const char *name,
                                      struct qn_reftable_stack **out,
                                      const char **local) QN_MUST_USE;
/* Forget what this table's writer needs to know of git's options. */
enum qn_status
qn_refs_reftable_writer(struct qn_ctx *ctx, const struct qn_refs *refs,
                        uint64_t min_index, uint64_t max_index,
                        struct qn_reftable_writer **out) QN_MUST_USE;

/* Records gathered before a table is written: any order in, sorted out. */
struct qn_refs_reftable_batch {
    struct qn_arena arena;
    struct qn_reftable_record *refs;
    size_t ref_count;
    size_t ref_capacity;
    struct qn_reftable_record *logs;
    size_t log_count;
    size_t log_capacity;
    uint64_t min_index;
    uint64_t max_index;
    struct qn_id last_id; /* the last one that was peeled: many refs share it */
    struct qn_id last_peeled;
    bool last_is_tag;
    bool has_last;
};
void qn_refs_reftable_batch_dispose(struct qn_refs_reftable_batch *batch);
/* Add a record with a key; the caller fills in the rest. NULL: QN_NO_MEMORY. */
struct qn_reftable_record *
qn_refs_reftable_batch_ref(struct qn_ctx *ctx,
                           struct qn_refs_reftable_batch *batch,
                           const char *name) QN_MUST_USE;
struct qn_reftable_record *
qn_refs_reftable_batch_log(struct qn_ctx *ctx,
                           struct qn_refs_reftable_batch *batch,
                           const char *name, uint64_t update_index) QN_MUST_USE;
/* A value as a record has it, peeled where the caller's tables can. */
enum qn_status
qn_refs_reftable_batch_value(struct qn_ctx *ctx, const struct qn_refs *refs,
                             struct qn_refs_reftable_batch *batch,
                             const struct qn_id *id,
                             struct qn_reftable_record *record) QN_MUST_USE;
/* One line of a log. */
struct qn_refs_reftable_line {
    const char *name;
    const struct qn_id *old_id;
    const struct qn_id *new_id;
    const char *ident; /* "Name <mail> seconds zone"; NULL: an empty one */
    const char *message;
};
enum qn_status
qn_refs_reftable_batch_line(struct qn_ctx *ctx, const struct qn_refs *refs,
                            struct qn_refs_reftable_batch *batch,
                            const struct qn_refs_reftable_line *line,
                            uint64_t update_index) QN_MUST_USE;
/* Tombstones for every line of a log. */
enum qn_status qn_refs_reftable_batch_drop_log(
    struct qn_ctx *ctx, struct qn_refs_reftable_batch *batch,
    struct qn_reftable_stack *stack, const char *name) QN_MUST_USE;
/* Sort, write, append to the locked stack, compact. Nothing for none. */
enum qn_status
qn_refs_reftable_batch_write(struct qn_ctx *ctx, const struct qn_refs *refs,
                             struct qn_refs_reftable_batch *batch,
                             struct qn_reftable_stack *stack,
                             struct qn_lock_file *lock) QN_MUST_USE;
/* Lock a stack; a lock that is held has Git's short text. */
enum qn_status
qn_refs_reftable_lock_stack(struct qn_ctx *ctx, const struct qn_refs *refs,
                            struct qn_reftable_stack *stack,
                            struct qn_lock_file *lock) QN_MUST_USE;

enum qn_status qn_refs_reftable_lock(struct qn_ctx *ctx,
                                     struct qn_ref_transaction *transaction,
                                     struct qn_ref_change *change) QN_MUST_USE;
enum qn_status
qn_refs_reftable_finish(struct qn_ctx *ctx,
                        struct qn_ref_transaction *transaction,
                        const struct qn_refs_writer *writer) QN_MUST_USE;
void qn_refs_reftable_rollback(struct qn_ref_transaction *transaction);
enum qn_status qn_refs_reftable_rename(
    struct qn_ctx *ctx, struct qn_refs *refs,
    const struct qn_refs_rename_options *options) QN_MUST_USE;

enum qn_status qn_refs_reftable_log_walk(struct qn_ctx *ctx,
                                         struct qn_refs *refs, const char *name,
                                         bool newest_first,
                                         qn_reflog_each_fn *each,
                                         void *data) QN_MUST_USE;
enum qn_status qn_refs_reftable_log_exists(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name,
                                           bool *out) QN_MUST_USE;
enum qn_status qn_refs_reftable_log_expire(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name, unsigned flags,
                                           qn_reflog_keep_fn *keep,
                                           void *data) QN_MUST_USE;
enum qn_status qn_refs_reftable_log_create(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name) QN_MUST_USE;
enum qn_status qn_refs_reftable_log_delete(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name) QN_MUST_USE;
enum qn_status qn_refs_reftable_log_list(struct qn_ctx *ctx,
                                         struct qn_refs *refs,
                                         qn_reflog_name_fn *each,
                                         void *data) QN_MUST_USE;

#endif
