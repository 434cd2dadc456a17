/* SPDX-License-Identifier: MIT */
/* Lock files: "<path>.lock" is made exclusively, written, synced, and renamed
 * over "<path>".  Whoever holds the lock owns the file; the rename is the
 * moment of change.
 *
 *   take -> write... -> commit      the new contents are in place
 *                    -> rollback    the lock is gone, nothing changed
 *
 * A lock that is held answers QN_LOCKED, reason "os.locked", subject the path,
 * and Git's message ("Unable to create '<path>.lock': File exists.\n\nAnother
 * git process seems to be running ..."; spec/messages.md).  A held lock is in
 * the list of temporary files, so that a signal removes it.
 */
#ifndef QN_OS_LOCK_FILE_H
#define QN_OS_LOCK_FILE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "os/sync.h"

struct qn_lock_file {
    int fd;             /* -1 when closed */
    struct qn_buf path; /* of the file, symlinks resolved */
    struct qn_buf lock_path;
    bool is_held;
};

#define QN_LOCK_FILE_INIT                                                      \
    {                                                                          \
        .fd = -1, .path = QN_BUF_INIT, .lock_path = QN_BUF_INIT,               \
        .is_held = false                                                       \
    }

/* `timeout_ms`: how long to wait for another holder; 0: not at all; -1: for
 * ever.  `mode`: permission bits before the umask (0666 mostly). */
enum qn_status qn_lock_file_take(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                 const char *path, uint32_t mode,
                                 int64_t timeout_ms) QN_MUST_USE;
/* The same without following a symbolic link at the end of the path: the rename
 * replaces the link (refs). */
enum qn_status qn_lock_file_take_in_place(struct qn_ctx *ctx,
                                          struct qn_lock_file *lock,
                                          const char *path, uint32_t mode,
                                          int64_t timeout_ms) QN_MUST_USE;
/* The same as another name of `other`, a lock file that we hold: far quicker to
 * make, and to be held only; where that cannot be, one of its own. */
enum qn_status qn_lock_file_take_linked(struct qn_ctx *ctx,
                                        struct qn_lock_file *lock,
                                        const char *path, const char *other,
                                        int64_t timeout_ms) QN_MUST_USE;
/* Something is to be written into it after all (closed, or linked): an empty
 * file of its own, without letting go. */
enum qn_status qn_lock_file_open_again(struct qn_ctx *ctx,
                                       struct qn_lock_file *lock,
                                       uint32_t mode) QN_MUST_USE;
/* Sync by policy (NULL: not) and close the descriptor; the lock stays held.
 * For locks in great number. */
enum qn_status qn_lock_file_close(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                  const struct qn_sync *sync,
                                  enum qn_sync_component what) QN_MUST_USE;
enum qn_status qn_lock_file_write(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                  struct qn_bytes bytes) QN_MUST_USE;
/* Sync by policy, close, rename, sync the directory by policy.  On failure the
 * lock is rolled back and the old file is in place. */
enum qn_status qn_lock_file_commit(struct qn_ctx *ctx,
                                   struct qn_lock_file *lock,
                                   const struct qn_sync *sync,
                                   enum qn_sync_component what) QN_MUST_USE;
/* Fine on a lock that is not held. Frees. */
void qn_lock_file_rollback(struct qn_lock_file *lock);

#endif
