/* SPDX-License-Identifier: MIT */
/* The `files` format: loose files over packed-refs, logs beside them.
 *
 * Order of system calls; every prefix leaves what git accepts:
 *
 *   update   <ref>.lock made, old value read, new value written, synced, closed
 *            ... for every ref; then for every ref: log line appended, lock
 *            renamed over the ref (the moment of change), directory synced
 *   create many (refs_files_many.c)
 *            <ref>.lock made for each, empty (names of one file, since making
 *            thousands of files is dear); packed-refs.lock made,
 *            packed-refs.new written and synced; log lines appended; renamed
 *            (the moment of change of all of them); locks removed
 *   delete   <ref>.lock made, packed-refs.lock made, packed-refs.new written
 *            and synced; log removed, packed-refs.new renamed, loose file
 *            removed (the moment of change), lock removed, empty directories
 *            removed
 *   pack     packed-refs.lock, packed-refs.new, rename; then for every packed
 *            ref: <ref>.lock, same value still?, loose file removed
 *   rename   log moved to refs/.tmp-renamed-log and on to its new name, new ref
 *            written, old one deleted (deleted first where one name is a
 *            directory of the other)
 */
#ifndef QN_REFS_REFS_FILES_H
#define QN_REFS_REFS_FILES_H

#include "refs/loose_refs.h"
#include "refs/packed_refs.h"
#include "refs/refs_backend.h"

struct qn_refs_files {
    struct qn_packed_refs *packed; /* the last snapshot; may be NULL */
    struct qn_buf packed_path;
    struct qn_loose_names names;
    /* The name that was locked last, if nothing is at its path: the next read
     * of it need not look. */
    const char *vacant;
    bool finishes;         /* every ref that is written is locked: */
    struct qn_buf logless; /* a directory of logs that is not there, then */
};

/* packed-refs as it is now; borrowed until the next call. */
enum qn_status qn_refs_files_packed(struct qn_ctx *ctx, struct qn_refs *refs,
                                    struct qn_packed_refs **out) QN_MUST_USE;
enum qn_status qn_refs_files_read(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const char *name, struct qn_ref *out,
                                  bool *found) QN_MUST_USE;
/* 0666 widened by core.sharedRepository is done by chmod behind it. */
enum qn_status qn_refs_files_share(struct qn_ctx *ctx,
                                   const struct qn_refs_options *options,
                                   const char *path) QN_MUST_USE;
/* Take <ref>.lock, making directories as needed; as another name of the lock
 * file `other`, if that is not NULL. */
enum qn_status qn_refs_files_take_lock(struct qn_ctx *ctx, struct qn_refs *refs,
                                       const char *name, const char *other,
                                       struct qn_lock_file *lock) QN_MUST_USE;
/* Remove directories that are empty, or hold only such, at `path`; whether it
 * is gone is for the caller to see. */
void qn_refs_files_remove_empty(struct qn_ctx *ctx, const char *path);
/* Remove the empty parents of a ref's (or log's) file. */
enum qn_status qn_refs_files_prune(struct qn_ctx *ctx, struct qn_refs *refs,
                                   const char *top,
                                   const char *name) QN_MUST_USE;

/* packed-refs being rewritten: locked, and written to packed-refs.new. */
struct qn_refs_files_packing {
    struct qn_lock_file lock;
    struct qn_buf path; /* packed-refs.new; empty: nothing to write */
    struct qn_buf chunk;
    int fd;
};
#define QN_REFS_FILES_PACKING_INIT                                             \
    {                                                                          \
        QN_LOCK_FILE_INIT, QN_BUF_INIT, QN_BUF_INIT, -1                        \
    }
enum qn_status
qn_refs_files_packing_begin(struct qn_ctx *ctx, struct qn_refs *refs,
                            struct qn_refs_files_packing *packing) QN_MUST_USE;
enum qn_status
qn_refs_files_packing_add(struct qn_ctx *ctx,
                          struct qn_refs_files_packing *packing,
                          const struct qn_packed_record *record) QN_MUST_USE;
/* All is written: flush, sync, close. */
enum qn_status
qn_refs_files_packing_end(struct qn_ctx *ctx, struct qn_refs *refs,
                          struct qn_refs_files_packing *packing) QN_MUST_USE;
/* Rename into place; the lock stays. */
enum qn_status
qn_refs_files_packing_commit(struct qn_ctx *ctx, struct qn_refs *refs,
                             struct qn_refs_files_packing *packing) QN_MUST_USE;
void qn_refs_files_packing_dispose(struct qn_refs_files_packing *packing);

/* Transactions (refs_files_transaction.c). */
enum qn_status qn_refs_files_lock(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  struct qn_ref_change *change) QN_MUST_USE;
enum qn_status qn_refs_files_stage(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   struct qn_ref_change *change) QN_MUST_USE;
enum qn_status
qn_refs_files_ready(struct qn_ctx *ctx,
                    struct qn_ref_transaction *transaction) QN_MUST_USE;
enum qn_status
qn_refs_files_finish(struct qn_ctx *ctx, struct qn_ref_transaction *transaction,
                     const struct qn_refs_writer *writer) QN_MUST_USE;
void qn_refs_files_rollback(struct qn_ref_transaction *transaction);

/* What stands behind one transaction: packed-refs, when refs are deleted or
 * many are made. */
struct qn_refs_files_transaction {
    struct qn_refs_files_packing packing;
    struct qn_packed_refs *before; /* when many are made */
    struct qn_buf deletions;       /* what the hook is told of packed-refs */
    bool changes_packed;           /* ... and there is something to change */
};

/* Many new refs (refs_files_many.c).  Is this a transaction of such? */
enum qn_status
qn_refs_files_begin(struct qn_ctx *ctx,
                    struct qn_ref_transaction *transaction) QN_MUST_USE;
/* Is this one that may go into packed-refs, as far as that is known before its
 * lock is taken? */
bool qn_refs_files_may_take(const struct qn_ref_transaction *transaction,
                            const struct qn_ref_change *change);
/* Does this one go into packed-refs? */
bool qn_refs_files_takes(const struct qn_ref_transaction *transaction,
                         const struct qn_ref_change *change);
size_t qn_refs_files_added(const struct qn_ref_transaction *transaction);
/* Could they be files: is no directory or file of another ref in the way? */
enum qn_status qn_refs_files_look(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  bool *is_free) QN_MUST_USE;
/* With the lock of packed-refs: write packed-refs.new, deletions left out. */
enum qn_status
qn_refs_files_write_many(struct qn_ctx *ctx,
                         struct qn_ref_transaction *transaction,
                         struct qn_refs_files_transaction *state) QN_MUST_USE;
/* Rename it into place; QN_CONFLICT: it is as it was. */
enum qn_status
qn_refs_files_publish_many(struct qn_ctx *ctx,
                           struct qn_ref_transaction *transaction,
                           struct qn_refs_files_transaction *state) QN_MUST_USE;
/* Let their locks go. */
enum qn_status
qn_refs_files_leave_many(struct qn_ctx *ctx,
                         struct qn_ref_transaction *transaction) QN_MUST_USE;

/* Packing and renaming. */
enum qn_status
qn_refs_files_pack(struct qn_ctx *ctx, struct qn_refs *refs,
                   const struct qn_refs_pack_options *options) QN_MUST_USE;
enum qn_status
qn_refs_files_rename(struct qn_ctx *ctx, struct qn_refs *refs,
                     const struct qn_refs_rename_options *options) QN_MUST_USE;

/* Logs (refs_files_log.c). */
struct qn_refs_files_line {
    const char *name;
    const struct qn_id *old_id;
    const struct qn_id *new_id;
    const char *message;
    bool forces; /* make the log */
};
enum qn_status
qn_refs_files_log_append(struct qn_ctx *ctx, struct qn_refs *refs,
                         const struct qn_refs_files_line *line,
                         const struct qn_refs_writer *writer) QN_MUST_USE;
enum qn_status qn_refs_files_log_walk(struct qn_ctx *ctx, struct qn_refs *refs,
                                      const char *name, bool newest_first,
                                      qn_reflog_each_fn *each,
                                      void *data) QN_MUST_USE;
enum qn_status qn_refs_files_log_exists(struct qn_ctx *ctx,
                                        struct qn_refs *refs, const char *name,
                                        bool *out) QN_MUST_USE;
enum qn_status qn_refs_files_log_expire(struct qn_ctx *ctx,
                                        struct qn_refs *refs, const char *name,
                                        unsigned flags, qn_reflog_keep_fn *keep,
                                        void *data) QN_MUST_USE;
enum qn_status qn_refs_files_log_create(struct qn_ctx *ctx,
                                        struct qn_refs *refs,
                                        const char *name) QN_MUST_USE;
enum qn_status qn_refs_files_log_delete(struct qn_ctx *ctx,
                                        struct qn_refs *refs,
                                        const char *name) QN_MUST_USE;
enum qn_status qn_refs_files_log_list(struct qn_ctx *ctx, struct qn_refs *refs,
                                      qn_reflog_name_fn *each,
                                      void *data) QN_MUST_USE;

#endif
