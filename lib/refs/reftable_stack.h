/* SPDX-License-Identifier: MIT */
/* A stack of reftables: the files that `tables.list` names, oldest first.
 *
 *   append   tables.list.lock, stack read anew, new table written beside,
 *            synced, renamed to its name, list written to the lock, synced,
 *            renamed (the moment of change), then compaction
 *   compact  tables.list.lock, <table>.lock for each of the segment, list
 *            unlocked; merged table written, synced, renamed; list locked
 *            again, segment still there?, list written, renamed (the moment of
 *            change); old tables and their locks removed
 *
 * A table that is not in the list is no part of the store, so that every prefix
 * of these is sound.  Invariant: neighbours keep to a geometric order of sizes.
 */
#ifndef QN_REFS_REFTABLE_STACK_H
#define QN_REFS_REFTABLE_STACK_H

#include "os/lock_file.h"
#include "refs/refs.h"
#include "refs/reftable.h"

struct qn_reftable_stack {
    const struct qn_refs_options *options;
    struct qn_buf directory; /* .../reftable */
    struct qn_buf list_path;
    struct qn_file_stat stat; /* of the list that was read */
    struct qn_reftable **tables;
    size_t count;
    bool is_pinned; /* we hold the lock: nobody else changes it */
};

/* `git_directory`: what holds "reftable/". */
enum qn_status
qn_reftable_stack_new(struct qn_ctx *ctx, const struct qn_refs_options *options,
                      struct qn_bytes git_directory,
                      struct qn_reftable_stack **out) QN_MUST_USE;
void qn_reftable_stack_free(struct qn_reftable_stack *stack);
/* Look whether the list changed, and follow. */
enum qn_status
qn_reftable_stack_refresh(struct qn_ctx *ctx,
                          struct qn_reftable_stack *stack) QN_MUST_USE;
/* The newest record with just this key, tombstones too; `cursor` is the
 * caller's to dispose when found. */
enum qn_status qn_reftable_stack_find(struct qn_ctx *ctx,
                                      struct qn_reftable_stack *stack,
                                      enum qn_reftable_section section,
                                      struct qn_bytes key,
                                      struct qn_reftable_cursor *cursor,
                                      bool *found) QN_MUST_USE;
/* The update index for the next table. */
uint64_t qn_reftable_stack_next_index(const struct qn_reftable_stack *stack);

/* Take tables.list.lock and read the list again. QN_LOCKED. */
enum qn_status qn_reftable_stack_lock(struct qn_ctx *ctx,
                                      struct qn_reftable_stack *stack,
                                      int64_t timeout_ms,
                                      struct qn_lock_file *lock) QN_MUST_USE;
/* Write a finished table and append it; the lock is used up. */
enum qn_status qn_reftable_stack_append(struct qn_ctx *ctx,
                                        struct qn_reftable_stack *stack,
                                        struct qn_reftable_writer *writer,
                                        uint64_t min_index, uint64_t max_index,
                                        struct qn_lock_file *lock) QN_MUST_USE;

/* Put the bytes of a table under a new name, which is appended to `name`. */
enum qn_status qn_reftable_stack_write(struct qn_ctx *ctx,
                                       struct qn_reftable_stack *stack,
                                       struct qn_reftable_writer *writer,
                                       uint64_t min_index, uint64_t max_index,
                                       struct qn_buf *name) QN_MUST_USE;
/* Write the list with tables [start, end) replaced by `name` ("": by nothing);
 * the lock is used up. */
enum qn_status qn_reftable_stack_publish(struct qn_ctx *ctx,
                                         struct qn_reftable_stack *stack,
                                         size_t start, size_t end,
                                         const char *name,
                                         struct qn_lock_file *lock) QN_MUST_USE;

/* reftable_compact.c: keep the order of sizes, or make one table of all. */
enum qn_status
qn_reftable_compact_auto(struct qn_ctx *ctx,
                         struct qn_reftable_stack *stack) QN_MUST_USE;
enum qn_status
qn_reftable_compact_all(struct qn_ctx *ctx,
                        struct qn_reftable_stack *stack) QN_MUST_USE;
/* The tables that have to become one: [*start, *end); false when none. */
bool qn_reftable_compact_segment(const uint64_t *sizes, size_t count,
                                 uint32_t factor, size_t *start, size_t *end);

#endif
