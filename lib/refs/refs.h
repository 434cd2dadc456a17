/* SPDX-License-Identifier: MIT */
/* Refs: names to ids, with reflogs, over one table of functions: `files` and
 * `reftable`.  Knows no objects.
 *
 * Every change is a transaction with compare-and-swap.  The unit of atomicity
 * is one ref in `files` and a whole transaction in `reftable`.  Per-worktree
 * refs (HEAD, other pseudo-refs, refs/bisect, refs/worktree, refs/rewritten)
 * live in the worktree's own directory; "main-worktree/x" and
 * "worktrees/<id>/x" reach the others'.
 */
#ifndef QN_REFS_REFS_H
#define QN_REFS_REFS_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "os/sync.h"

#include <stdint.h>

struct qn_refs_store; /* shared, counted */
struct qn_refs;       /* a view: one thread, one operation */

enum qn_refs_format { QN_REFS_FILES = 1, QN_REFS_REFTABLE = 2 };

struct qn_refs_calls {
    void *data;
    /* Does the object exist?  For transactions that verify; may be NULL. */
    enum qn_status (*exists)(struct qn_ctx *ctx, void *data,
                             const struct qn_id *id, bool *out);
    /* Peel a tag: `*is_tag` and the id behind it.  For packed-refs and
     * reftable; may be NULL. */
    enum qn_status (*peel)(struct qn_ctx *ctx, void *data,
                           const struct qn_id *id, bool *is_tag,
                           struct qn_id *peeled);
    /* The reference-transaction hook: `state` is "preparing", "prepared",
     * "committed" or "aborted"; `lines` are "<old> SP <new> SP <name> LF".
     * A failure in the first two aborts.  `state` NULL only asks whether
     * anybody listens: QN_END when not.  May be NULL. */
    enum qn_status (*observe)(struct qn_ctx *ctx, void *data, const char *state,
                              struct qn_bytes lines);
    /* Is the object a commit?  Branches point to nothing else; may be NULL. */
    enum qn_status (*is_commit)(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id, bool *out);
};

struct qn_refs_options {
    const char *git_directory;    /* the worktree's own */
    const char *common_directory; /* where refs/ and packed-refs are */
    enum qn_refs_format format;
    uint32_t algorithm;
    struct qn_sync sync;
    uint32_t shared_mode;
    int64_t files_lock_timeout_ms;  /* core.filesRefLockTimeout; default 100 */
    int64_t packed_lock_timeout_ms; /* core.packedRefsTimeout; default 1000 */
    /* core.logAllRefUpdates: 0 never, 1 heads/remotes/notes/HEAD, 2 always */
    int log_updates;
    bool prefers_symlinks; /* core.preferSymlinkRefs */
    /* reftable.*; 0: the default (4096, 16, 2) */
    uint32_t reftable_block_size;
    uint32_t reftable_restart_interval;
    uint32_t reftable_geometric_factor;
    bool reftable_skips_objects;      /* reftable.indexObjects false */
    int64_t reftable_lock_timeout_ms; /* reftable.lockTimeout; default 100 */
    bool is_bare;                     /* logs are off by default there */
    struct qn_refs_calls calls;
};

enum qn_status qn_refs_store_open(struct qn_ctx *ctx,
                                  const struct qn_refs_options *options,
                                  struct qn_refs_store **out) QN_MUST_USE;
/* Make an empty store's files (init). */
enum qn_status
qn_refs_store_create(struct qn_ctx *ctx,
                     const struct qn_refs_options *options) QN_MUST_USE;
struct qn_refs_store *qn_refs_store_retain(struct qn_refs_store *store);
void qn_refs_store_release(struct qn_refs_store *store);
enum qn_status qn_refs_new(struct qn_ctx *ctx, struct qn_refs_store *store,
                           struct qn_refs **out) QN_MUST_USE;
void qn_refs_free(struct qn_refs *refs);
enum qn_refs_format qn_refs_get_format(const struct qn_refs *refs);
/* Another hook for this view's transactions than the store's (calls.observe).
 */
typedef enum qn_status qn_refs_observe_fn(struct qn_ctx *ctx, void *data,
                                          const char *state,
                                          struct qn_bytes lines);
void qn_refs_set_observer(struct qn_refs *refs, qn_refs_observe_fn *observe,
                          void *data);

/* One ref as it stands. */
struct qn_ref {
    struct qn_buf name;
    struct qn_buf target; /* symbolic: the name it points to; else empty */
    struct qn_id id; /* direct: its value; symbolic, after resolve: the end's */
    bool is_symbolic;
    bool is_broken;  /* bad content or bad name, or (resolve) a dangling end */
    bool has_peeled; /* known from packed-refs or reftable: */
    struct qn_id peeled; /* null: not a tag */
};
#define QN_REF_INIT                                                            \
    {                                                                          \
        .name = QN_BUF_INIT, .target = QN_BUF_INIT                             \
    }
void qn_ref_dispose(struct qn_ref *ref);

/* Read one ref by full name, not followed.  `*found` false when absent. */
enum qn_status qn_refs_find(struct qn_ctx *ctx, struct qn_refs *refs,
                            const char *name, struct qn_ref *out,
                            bool *found) QN_MUST_USE;
/* Follow symbolic refs (5 at most).  `out->name` is the last name; `*found` is
 * false when that one does not exist (an unborn branch), or is there and names
 * nothing (`out->is_broken`). */
enum qn_status qn_refs_resolve(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, struct qn_ref *out,
                               bool *found) QN_MUST_USE;

/* Walk refs in byte order of names.  `prefix` "" is all under refs/ ("HEAD" and
 * other root refs are not in it); QN_END from the callback stops. */
enum qn_refs_walk_flags {
    QN_REFS_INCLUDE_BROKEN = 1,
    QN_REFS_INCLUDE_ROOT = 2 /* HEAD and pseudo-refs, too */
};
typedef enum qn_status qn_refs_each_fn(struct qn_ctx *ctx, void *data,
                                       const struct qn_ref *ref);
enum qn_status qn_refs_walk(struct qn_ctx *ctx, struct qn_refs *refs,
                            const char *prefix, unsigned flags,
                            qn_refs_each_fn *each, void *data) QN_MUST_USE;

/* Who writes to reflogs, and when. */
struct qn_refs_writer {
    const char *ident; /* "Name <mail> 1234567890 +0100" */
};

struct qn_ref_transaction;
enum qn_status
qn_ref_transaction_new(struct qn_ctx *ctx, struct qn_refs *refs,
                       struct qn_ref_transaction **out) QN_MUST_USE;
/* Rolls back what is not committed. NULL is fine. */
void qn_ref_transaction_free(struct qn_ref_transaction *transaction);

enum qn_ref_update_flags {
    QN_REF_NO_DEREF = 1,     /* change the symbolic ref itself */
    QN_REF_FORCE_REFLOG = 2, /* make a reflog where there is none */
    QN_REF_SKIP_REFLOG = 4,
    QN_REF_REFLOG_ONLY = 8,       /* log only, the ref is untouched */
    QN_REF_SKIP_NAME_CHECK = 16,  /* deleting a badly named one */
    QN_REF_DELETE = 32,           /* a symbolic update without target deletes */
    QN_REF_SKIP_OBJECT_CHECK = 64 /* a ref had that value already */
};
/* Queue an update.  `new_id` null deletes; `old_id` NULL: whatever it is, null
 * id: must not exist; `new_id` NULL: only verify `old_id`.  `message` goes into
 * the reflog (NULL or "": none).  Copied. */
enum qn_status qn_ref_transaction_update(
    struct qn_ctx *ctx, struct qn_ref_transaction *transaction,
    const char *name, const struct qn_id *new_id, const struct qn_id *old_id,
    unsigned flags, const char *message) QN_MUST_USE;
/* Queue a symbolic ref.  `target` NULL: only verify `old_target`, or with
 * QN_REF_DELETE delete.  `old_target` NULL: whatever it is. */
enum qn_status
qn_ref_transaction_symbolic(struct qn_ctx *ctx,
                            struct qn_ref_transaction *transaction,
                            const char *name, const char *target,
                            const char *old_target, const struct qn_id *old_id,
                            unsigned flags, const char *message) QN_MUST_USE;
/* The refs of a repository that is being made: `files` puts them into
 * packed-refs, be they few or many. */
void qn_ref_transaction_expect_new(struct qn_ref_transaction *transaction);
/* Take the locks and check every condition.  QN_CHANGED, QN_EXISTS, QN_CONFLICT
 * (directory and file), QN_LOCKED, QN_INVALID (name), with Git's messages. */
enum qn_status
qn_ref_transaction_prepare(struct qn_ctx *ctx,
                           struct qn_ref_transaction *transaction) QN_MUST_USE;
/* Prepare if that was not done, then make it so. */
enum qn_status
qn_ref_transaction_commit(struct qn_ctx *ctx,
                          struct qn_ref_transaction *transaction,
                          const struct qn_refs_writer *writer) QN_MUST_USE;
/* Give up what was prepared and tell the hook. */
enum qn_status
qn_ref_transaction_abort(struct qn_ctx *ctx,
                         struct qn_ref_transaction *transaction) QN_MUST_USE;

/* Let single updates fail (update-ref --batch-updates): one that breaks a
 * condition is left out and remembered; locks and I/O still fail the whole. */
void qn_ref_transaction_allow_rejections(
    struct qn_ref_transaction *transaction);
struct qn_ref_rejection {
    const char *name;
    const char *new_value; /* hex, a target, or NULL */
    const char *old_value;
    const char *reason;  /* "reference already exists", ...; Git's words */
    const char *message; /* the error as it would have been */
};
size_t qn_ref_transaction_rejection_count(
    const struct qn_ref_transaction *transaction);
const struct qn_ref_rejection *
qn_ref_transaction_rejection(const struct qn_ref_transaction *transaction,
                             size_t position);

/* Rename or copy a branch with its reflog. */
struct qn_refs_rename_options {
    const char *from;
    const char *to;
    bool is_copy;
    const struct qn_refs_writer *writer;
    const char *message;
};
enum qn_status
qn_refs_rename(struct qn_ctx *ctx, struct qn_refs *refs,
               const struct qn_refs_rename_options *options) QN_MUST_USE;

/* pack-refs: all, or those that are packed or tags already. */
struct qn_refs_pack_options {
    bool all;
    bool prune;
    bool is_auto;                /* only if it is worth it */
    const char *const *includes; /* wildmatch patterns; may be NULL */
    size_t include_count;
    const char *const *excludes;
    size_t exclude_count;
};
enum qn_status
qn_refs_pack(struct qn_ctx *ctx, struct qn_refs *refs,
             const struct qn_refs_pack_options *options) QN_MUST_USE;

/* What a short name means here (gitrevisions(7)): the first rule that finds
 * something wins. */
struct qn_refs_expansion {
    struct qn_buf *name; /* the full name is appended */
    struct qn_id id;     /* out: what it resolves to */
    size_t count;        /* out: how many rules found something */
};
enum qn_status qn_refs_expand(struct qn_ctx *ctx, struct qn_refs *refs,
                              const char *name,
                              struct qn_refs_expansion *out) QN_MUST_USE;
/* Append the shortest name that means just this ref; `is_strict` as with
 * core.warnAmbiguousRefs. */
enum qn_status qn_refs_shorten(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, bool is_strict,
                               struct qn_buf *out) QN_MUST_USE;

/* Reflogs. */
struct qn_reflog_entry {
    struct qn_id old_id;
    struct qn_id new_id;
    struct qn_bytes ident; /* "Name <mail>" */
    int64_t seconds;
    int zone;                /* +0130 is 130 */
    struct qn_bytes message; /* without the newline */
};
typedef enum qn_status qn_reflog_each_fn(struct qn_ctx *ctx, void *data,
                                         const struct qn_reflog_entry *entry);
/* Newest first or oldest first; QN_END stops; no log: QN_OK and no call. */
enum qn_status qn_reflog_walk(struct qn_ctx *ctx, struct qn_refs *refs,
                              const char *name, bool newest_first,
                              qn_reflog_each_fn *each, void *data) QN_MUST_USE;
enum qn_status qn_reflog_exists(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name, bool *out) QN_MUST_USE;
/* Rewrite a log, keeping what `keep` answers true for (oldest first). */
typedef bool qn_reflog_keep_fn(void *data, const struct qn_reflog_entry *entry);
enum qn_reflog_expire_flags {
    QN_REFLOG_EXPIRE_REWRITE = 1,    /* old id := the entry before's new id */
    QN_REFLOG_EXPIRE_UPDATE_REF = 2, /* ref := the last entry's new id */
    QN_REFLOG_EXPIRE_DRY_RUN = 4
};
enum qn_status qn_reflog_expire(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name, unsigned flags,
                                qn_reflog_keep_fn *keep,
                                void *data) QN_MUST_USE;
enum qn_status qn_reflog_delete(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name) QN_MUST_USE;
/* Names of all refs that have a log, in order. */
typedef enum qn_status qn_reflog_name_fn(struct qn_ctx *ctx, void *data,
                                         const char *name);
enum qn_status qn_reflog_list(struct qn_ctx *ctx, struct qn_refs *refs,
                              qn_reflog_name_fn *each, void *data) QN_MUST_USE;
/* An empty log, where there is none. */
enum qn_status qn_reflog_create(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name) QN_MUST_USE;
/* Append an entry without touching the ref (reflog write). */
enum qn_status qn_reflog_write(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, const struct qn_id *old_id,
                               const struct qn_id *new_id,
                               const struct qn_refs_writer *writer,
                               const char *message) QN_MUST_USE;
/* Append a line of another log, as it is: who wrote it and when, too. */
enum qn_status qn_reflog_copy(struct qn_ctx *ctx, struct qn_refs *refs,
                              const char *name,
                              const struct qn_reflog_entry *entry) QN_MUST_USE;

#endif
