/* SPDX-License-Identifier: MIT */
/* What stands behind refs.h: the view, the transaction, and the table of
 * functions that a storage format fills.
 *
 *   refs.c            views, find, resolve, walk: over `read` and `walk`
 *   ref_transaction.c queueing; ref_prepare.c the checks, alike for all formats
 *   reflog.c          the front of the reflogs
 *   refs_files*.c     the `files` format;  refs_reftable*.c `reftable`
 *
 * A transaction goes: begin, then for each update lock (files), read, check,
 * split symbolic refs, stage (files); then ready, and finish or rollback.
 */
#ifndef QN_REFS_REFS_BACKEND_H
#define QN_REFS_REFS_BACKEND_H

#include "base/arena.h"
#include "base/map.h"
#include "os/lock_file.h"
#include "refs/refs.h"

#define QN_REFS_DEPTH_MAX 5 /* reads of a chain of symbolic refs */

struct qn_refs_store {
    struct qn_env *env;
    uint64_t count; /* of owners; under the mutex */
    struct qn_mutex *mutex;
    struct qn_refs_options options; /* strings are in the arena */
    struct qn_arena strings;
    const struct qn_refs_backend *backend;
};

struct qn_refs {
    struct qn_refs_store *store;
    const struct qn_refs_options *options; /* the store's */
    const struct qn_refs_backend *backend;
    void *state; /* the backend's */
    struct qn_ref scratch;
    struct qn_buf path;
    qn_refs_observe_fn *observe; /* NULL: the store's */
    void *observe_data;
};

/* Forget what was read, keep the room. */
void qn_ref_clear(struct qn_ref *ref, uint32_t algorithm);

/* Whose refs a name belongs to.  `directory`: the git directory that holds it,
 * appended to a buffer; `name`: the name within. */
struct qn_refs_place {
    bool is_shared;           /* in the common directory */
    struct qn_bytes worktree; /* "<id>" of worktrees/<id>/..., else empty */
    bool is_main;             /* main-worktree/... */
    const char *name;
};
void qn_refs_place_of(const char *name, struct qn_refs_place *out);
/* Append the directory of a place. */
enum qn_status qn_refs_place_directory(struct qn_ctx *ctx,
                                       const struct qn_refs_options *options,
                                       const struct qn_refs_place *place,
                                       struct qn_buf *out) QN_MUST_USE;

/* One update of a transaction; the queue's and what prepare found out. */
struct qn_ref_change {
    const char *name;
    struct qn_id new_id;
    struct qn_id old_id;
    bool has_new; /* new_id is to be written, or new_target */
    bool has_old;
    const char *new_target;
    const char *old_target;
    const char *message; /* normalised, "" for none */
    unsigned flags;      /* enum qn_ref_update_flags */
    size_t parent;       /* 1 + position of the update it was split off; or 0 */

    /* Found by prepare. */
    bool is_rejected;
    bool is_refused; /* ... before it was queued */
    bool is_log_only;
    bool is_via_parent; /* log-only because the value goes elsewhere */
    bool exists;        /* the ref itself */
    bool is_symbolic;
    const char *target;      /* before; symbolic only */
    struct qn_id current;    /* value before, followed; null when none */
    struct qn_id logged_new; /* value after, followed */
    bool writes;             /* the stored value changes */
    bool deletes;
    bool logs;                /* a reflog line is due, if the ref has a log */
    struct qn_lock_file lock; /* files */
    bool is_vacant; /* files: nothing was at its path when it was locked */
    bool is_packed; /* files: it is new, and goes into packed-refs */
};

enum qn_ref_transaction_state {
    QN_REF_TRANSACTION_OPEN,
    QN_REF_TRANSACTION_PREPARED,
    QN_REF_TRANSACTION_CLOSED
};

/* What is known of an object: many refs point to few. */
enum qn_ref_sound { QN_REF_SOUND_THERE = 1, QN_REF_SOUND_COMMIT };

struct qn_ref_transaction {
    struct qn_refs *refs;
    struct qn_arena arena;
    struct qn_ref_change *changes;
    size_t count;
    size_t capacity;
    size_t queued_count;   /* those of the caller; the rest were split off */
    struct qn_map names;   /* name -> 1 + position in changes (number) */
    struct qn_map checked; /* prefixes known to be no refs */
    const char **sorted;   /* the queued names, in order */
    enum qn_ref_transaction_state state;
    bool allows_rejections;
    bool is_first;    /* all of it is new: qn_ref_transaction_expect_new */
    bool packs;       /* files: new refs go into packed-refs */
    const char *lock; /* ... whose locks are other names of this one */
    struct qn_ref_rejection *rejections;
    size_t rejection_count;
    size_t rejection_capacity;
    void *backend_state;
    struct qn_buf scratch;
    struct qn_ref ref;
    /* From the first to the second name there is no ref; of the packed ones in
     * `files`.  No second name: to the end. */
    bool has_gap;
    struct qn_buf gap_start, gap_end;
    struct qn_map sound; /* ids that were checked -> enum qn_ref_sound */
};

/* A copy of a string in the transaction's arena. NULL: QN_NO_MEMORY. */
const char *qn_ref_transaction_copy(struct qn_ctx *ctx,
                                    struct qn_ref_transaction *transaction,
                                    const char *text) QN_MUST_USE;
/* Append an update (all fields cleared but the name). NULL: QN_NO_MEMORY. */
struct qn_ref_change *
qn_ref_transaction_add(struct qn_ctx *ctx,
                       struct qn_ref_transaction *transaction,
                       const char *name) QN_MUST_USE;
/* Turn the failure in `ctx` into a rejection of `change` if that is allowed:
 * QN_OK then, else `status`. */
enum qn_status qn_ref_transaction_reject(struct qn_ctx *ctx,
                                         struct qn_ref_transaction *transaction,
                                         struct qn_ref_change *change,
                                         enum qn_status status) QN_MUST_USE;
/* Tell the hook, if there is one, of what is no transaction of its own: changes
 * of packed-refs.  "<old> <new> <name>" is appended by the second. */
enum qn_status qn_ref_transaction_tell(struct qn_ctx *ctx, struct qn_refs *refs,
                                       const char *state,
                                       struct qn_bytes lines) QN_MUST_USE;
enum qn_status qn_ref_transaction_line(struct qn_ctx *ctx,
                                       const struct qn_id *old_id,
                                       const struct qn_id *new_id,
                                       const char *name,
                                       struct qn_buf *out) QN_MUST_USE;
/* Could `change` exist beside the refs there are and those of the transaction?
 * QN_CONFLICT, with Git's message; ref_available.c. */
enum qn_status
qn_ref_available_check(struct qn_ctx *ctx,
                       struct qn_ref_transaction *transaction,
                       const struct qn_ref_change *change) QN_MUST_USE;

struct qn_refs_backend {
    enum qn_refs_format format;
    /* Make an empty store's files. */
    enum qn_status (*create)(struct qn_ctx *ctx,
                             const struct qn_refs_options *options);
    enum qn_status (*open)(struct qn_ctx *ctx, struct qn_refs *refs);
    void (*close)(struct qn_refs *refs);
    /* One ref, not followed.  Bad content: found, is_broken. */
    enum qn_status (*read)(struct qn_ctx *ctx, struct qn_refs *refs,
                           const char *name, struct qn_ref *out, bool *found);
    /* Refs below a prefix, not followed, in order, broken ones too. */
    enum qn_status (*walk)(struct qn_ctx *ctx, struct qn_refs *refs,
                           const char *prefix, unsigned flags,
                           qn_refs_each_fn *each, void *data);

    /* In a transaction: the first shared ref that is not before `start`,
     * appended to `name`.  files: of the packed ones, as they were seen last.
     */
    enum qn_status (*next)(struct qn_ctx *ctx, struct qn_refs *refs,
                           struct qn_bytes start, struct qn_buf *name,
                           bool *found);

    /* The transaction; each of these may be NULL but finish and rollback. */
    enum qn_status (*begin)(struct qn_ctx *ctx,
                            struct qn_ref_transaction *transaction);
    enum qn_status (*lock)(struct qn_ctx *ctx,
                           struct qn_ref_transaction *transaction,
                           struct qn_ref_change *change);
    enum qn_status (*stage)(struct qn_ctx *ctx,
                            struct qn_ref_transaction *transaction,
                            struct qn_ref_change *change);
    enum qn_status (*ready)(struct qn_ctx *ctx,
                            struct qn_ref_transaction *transaction);
    enum qn_status (*finish)(struct qn_ctx *ctx,
                             struct qn_ref_transaction *transaction,
                             const struct qn_refs_writer *writer);
    void (*rollback)(struct qn_ref_transaction *transaction);

    enum qn_status (*rename)(struct qn_ctx *ctx, struct qn_refs *refs,
                             const struct qn_refs_rename_options *options);
    enum qn_status (*pack)(struct qn_ctx *ctx, struct qn_refs *refs,
                           const struct qn_refs_pack_options *options);

    enum qn_status (*log_walk)(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, bool newest_first,
                               qn_reflog_each_fn *each, void *data);
    enum qn_status (*log_exists)(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *name, bool *out);
    enum qn_status (*log_expire)(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *name, unsigned flags,
                                 qn_reflog_keep_fn *keep, void *data);
    enum qn_status (*log_create)(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *name);
    enum qn_status (*log_delete)(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *name);
    enum qn_status (*log_list)(struct qn_ctx *ctx, struct qn_refs *refs,
                               qn_reflog_name_fn *each, void *data);
};

extern const struct qn_refs_backend qn_refs_files_backend;
extern const struct qn_refs_backend qn_refs_reftable_backend;

/* Does core.logAllRefUpdates give this ref a log of its own accord? */
bool qn_reflog_is_automatic(const struct qn_refs_options *options,
                            const char *name);
/* One line of a log file, without the newline; false when it is not one. */
bool qn_reflog_parse(uint32_t algorithm, struct qn_bytes line,
                     struct qn_reflog_entry *out);
/* Append the line of an entry, newline included. */
enum qn_status qn_reflog_format(struct qn_ctx *ctx,
                                const struct qn_reflog_entry *entry,
                                struct qn_buf *out) QN_MUST_USE;
/* Split "Name <mail> seconds zone" into an entry's fields. */
bool qn_reflog_parse_ident(struct qn_bytes ident, struct qn_reflog_entry *out);

#endif
