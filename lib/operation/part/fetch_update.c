/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_update.h"

#include "base/memory.h"
#include "hash/id_list.h"
#include "show/ref_worktrees.h"
#include "walk/merge_base.h"

#include <string.h>

struct updating {
    struct qn_fetch_update *update;
    struct qn_ref_transaction *transaction;
    struct qn_buf ident;
    struct qn_buf message;
    struct qn_buf head; /* the branch that is checked out; "": none */
};

/* ---- branches that are checked out */

static enum qn_status current_branch(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_buf *out)
{
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_find(ctx, scope->refs, "HEAD", &head, &found);

    if (!status && found && head.is_symbolic)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&head.target));
    qn_ref_dispose(&head);
    return status;
}

enum qn_status qn_fetch_update_check(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const struct qn_fetch_map *map)
{
    const char *top = qn_repo_work_tree(scope->repo);
    struct qn_ref_worktrees others = {.rows = NULL};
    struct qn_buf head = QN_BUF_INIT, path = QN_BUF_INIT;
    enum qn_status status = current_branch(ctx, scope, &head);
    size_t i;

    for (i = 0; !status && i < map->count; i++) {
        const char *local = map->entries[i].local;

        if (!local || strncmp(local, "refs/heads/", 11) != 0)
            continue;
        qn_buf_clear(&path);
        if (top && strcmp(local, qn_buf_string(&head)) == 0)
            status = qn_buf_append_string(ctx, &path, top);
        else
            status = qn_ref_worktrees_append(ctx, &others, scope, local, &path);
        if (!status && path.size > 0)
            status = qn_ctx_fail_reason(
                ctx, QN_REFUSED, "fetch.checked-out", local,
                "refusing to fetch into branch '%s' checked out at '%s'", local,
                qn_buf_string(&path));
    }
    qn_ref_worktrees_dispose(&others);
    qn_buf_dispose(&head);
    qn_buf_dispose(&path);
    return status;
}

/* ---- what becomes of an entry */

static enum qn_status commit_of(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_id *id, struct qn_id *out,
                                bool *is_commit)
{
    struct qn_odb_info info;
    enum qn_status status =
        qn_odb_read_info(ctx, scope->odb, id, QN_ODB_WANT_TYPE, &info);

    *is_commit = false;
    if (!status && info.type != QN_OBJECT_COMMIT && info.type != QN_OBJECT_TAG)
        return QN_OK;
    if (!status)
        status = qn_revision_peel(ctx, scope->odb, id, QN_OBJECT_COMMIT, out);
    *is_commit = !status;
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return status;
}

static void refuse(struct qn_fetch_update *update, struct qn_fetch_entry *entry,
                   enum qn_fetch_outcome outcome, const char *reason)
{
    entry->outcome = outcome;
    entry->reason = reason;
    update->has_failed = update->was_refused = true;
}

/* A ref of branches or tags that moves: where from? */
static enum qn_status look_at_history(struct qn_ctx *ctx,
                                      struct qn_fetch_update *update,
                                      struct qn_fetch_entry *entry,
                                      const struct qn_id *from,
                                      const struct qn_id *to)
{
    bool is_forward = true;
    enum qn_status status = QN_OK;

    if (update->shows_forced)
        status = qn_merge_base_is_ancestor(ctx, update->scope, from, to,
                                           &is_forward);
    if (status)
        return status;
    if (is_forward) {
        entry->outcome = QN_FETCH_FORWARD;
    } else if (update->is_forced || entry->is_forced) {
        entry->outcome = QN_FETCH_FORCED;
        entry->reason = "forced update";
    } else {
        refuse(update, entry, QN_FETCH_REJECTED, "non-fast-forward");
    }
    return QN_OK;
}

static enum qn_status decide(struct qn_ctx *ctx, struct updating *u,
                             struct qn_fetch_entry *entry)
{
    struct qn_fetch_update *update = u->update;
    bool is_tag = strncmp(entry->local, "refs/tags/", 10) == 0;
    bool had = !qn_id_is_null(&entry->old_id), was_commit = false,
         is_commit = false;
    struct qn_id from, to;
    enum qn_status status;

    if (had && qn_id_is_equal(&entry->old_id, &entry->id)) {
        entry->outcome = QN_FETCH_UP_TO_DATE;
        return QN_OK;
    }
    status = commit_of(ctx, update->scope, &entry->id, &to, &is_commit);
    if (status)
        return status;
    if (had && !update->updates_head &&
        qn_repo_work_tree(update->scope->repo) &&
        strcmp(entry->local, qn_buf_string(&u->head)) == 0) {
        refuse(update, entry, QN_FETCH_REJECTED,
               "can't fetch into checked-out branch");
        return QN_OK;
    }
    if (had && is_tag) {
        if (update->is_forced || entry->is_forced)
            entry->outcome = QN_FETCH_TAG;
        else
            refuse(update, entry, QN_FETCH_REJECTED,
                   "would clobber existing tag");
        return QN_OK;
    }
    if (had)
        status =
            commit_of(ctx, update->scope, &entry->old_id, &from, &was_commit);
    if (status)
        return status;
    if (!had || !was_commit || !is_commit) {
        entry->outcome = QN_FETCH_NEW;
        return QN_OK;
    }
    return look_at_history(ctx, update, entry, &from, &to);
}

static const char *reflog_words(const struct qn_fetch_entry *entry)
{
    switch (entry->outcome) {
    case QN_FETCH_TAG:
        return "updating tag";
    case QN_FETCH_FORWARD:
        return "fast-forward";
    case QN_FETCH_FORCED:
        return "forced-update";
    default:
        return strncmp(entry->source, "refs/tags/", 10) == 0    ? "storing tag"
               : strncmp(entry->source, "refs/heads/", 11) == 0 ? "storing head"
                                                                : "storing ref";
    }
}

static bool is_hard(enum qn_status status)
{
    return status == QN_NO_MEMORY || status == QN_CANCELLED ||
           status == QN_TIMEOUT;
}

/* A failure that concerns one ref only: told, and the others go on. */
static enum qn_status fail_entry(struct qn_ctx *ctx, struct updating *u,
                                 struct qn_fetch_entry *entry,
                                 enum qn_status status)
{
    if (is_hard(status))
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                  qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    refuse(u->update, entry, QN_FETCH_FAILED, "unable to update local ref");
    return QN_OK;
}

static enum qn_status queue(struct qn_ctx *ctx, struct updating *u,
                            struct qn_fetch_entry *entry)
{
    struct qn_id old = entry->old_id;
    bool is_commit = true;
    struct qn_odb_info info;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;

    qn_buf_clear(&u->message);
    status = qn_buf_printf(ctx, &u->message, "%s: %s", u->update->action,
                           reflog_words(entry));
    if (!status && strncmp(entry->local, "refs/heads/", 11) == 0) {
        status = qn_odb_read_info(ctx, u->update->scope->odb, &entry->id,
                                  QN_ODB_WANT_TYPE, &info);
        is_commit = !status && info.type == QN_OBJECT_COMMIT;
    }
    if (!status && !is_commit)
        status =
            qn_ctx_fail(ctx, QN_INVALID,
                        "trying to write non-commit object %s to branch '%s'",
                        qn_id_to_hex(&entry->id, hex), entry->local);
    if (!status)
        status = qn_ref_transaction_update(ctx, u->transaction, entry->local,
                                           &entry->id, &old, 0,
                                           qn_buf_string(&u->message));
    return status ? fail_entry(ctx, u, entry, status) : QN_OK;
}

static enum qn_status take_entry(struct qn_ctx *ctx, struct updating *u,
                                 struct qn_fetch_entry *entry)
{
    const struct qn_revision_scope *scope = u->update->scope;
    struct qn_ref ref = QN_REF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool found = false, is_here = false;
    enum qn_status status =
        qn_odb_exists(ctx, scope->odb, &entry->id, &is_here);

    if (!status && !is_here)
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "fetch.no-object", NULL,
                                    "object %s not found",
                                    qn_id_to_hex(&entry->id, hex));
    qn_id_clear(&entry->old_id, entry->id.algorithm);
    if (!status)
        status = qn_refs_resolve(ctx, scope->refs, entry->local, &ref, &found);
    if (!status && found)
        entry->old_id = ref.id;
    qn_ref_dispose(&ref);
    if (!status)
        status = decide(ctx, u, entry);
    if (!status && entry->outcome > QN_FETCH_UP_TO_DATE &&
        entry->outcome < QN_FETCH_REJECTED && !u->update->is_dry)
        status = queue(ctx, u, entry);
    return status;
}

/* ---- the transaction */

/* Did somebody else, a fetch beside us, make it what we wanted? */
static bool is_done(struct qn_ctx *ctx, const struct updating *u,
                    const struct qn_fetch_map *map, const char *name)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    size_t i;

    if (qn_refs_resolve(ctx, u->update->scope->refs, name, &ref, &found))
        qn_ctx_clear(ctx);
    for (i = 0; found && i < map->count; i++)
        if (map->entries[i].local && strcmp(map->entries[i].local, name) == 0 &&
            !qn_id_is_equal(&map->entries[i].id, &ref.id))
            found = false;
    qn_ref_dispose(&ref);
    return found;
}

/* What the transaction left out. */
static enum qn_status take_rejections(struct qn_ctx *ctx, struct updating *u,
                                      struct qn_fetch_map *map)
{
    size_t count = qn_ref_transaction_rejection_count(u->transaction), i, k;

    for (i = 0; i < count; i++) {
        const struct qn_ref_rejection *rejection =
            qn_ref_transaction_rejection(u->transaction, i);
        bool is_conflict = strstr(rejection->reason, "conflict") != NULL ||
                           strstr(rejection->message, "cannot create") != NULL;

        if (!is_conflict && is_done(ctx, u, map, rejection->name))
            continue;
        u->update->has_failed = true;
        if (is_conflict && !u->update->has_conflict)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "fetch.conflict",
                          "some local refs could not be updated; try running\n"
                          " 'git remote prune %s' to remove any old, "
                          "conflicting branches",
                          u->update->remote_name);
        else
            qn_ctx_report(ctx, QN_REPORT_ERROR, "fetch.ref", "%s",
                          rejection->message);
        u->update->has_conflict |= is_conflict;
        for (k = 0; k < map->count; k++)
            if (map->entries[k].local &&
                strcmp(map->entries[k].local, rejection->name) == 0 &&
                map->entries[k].outcome > QN_FETCH_UP_TO_DATE) {
                map->entries[k].outcome = QN_FETCH_FAILED;
                map->entries[k].reason = "unable to update local ref";
            }
    }
    return QN_OK;
}

static enum qn_status begin(struct qn_ctx *ctx, struct updating *u)
{
    const struct qn_revision_scope *scope = u->update->scope;
    enum qn_status status = current_branch(ctx, scope, &u->head);

    u->transaction = u->update->transaction;
    if (!status && !u->transaction) {
        status = qn_ref_transaction_new(ctx, scope->refs, &u->transaction);
        if (!status)
            qn_ref_transaction_allow_rejections(u->transaction);
    }
    return status;
}

enum qn_status qn_fetch_update_run(struct qn_ctx *ctx,
                                   struct qn_fetch_update *update,
                                   struct qn_fetch_map *map)
{
    struct updating u = {.update = update};
    enum qn_status status = begin(ctx, &u);
    bool writes = false;
    size_t i;

    for (i = 0; !status && i < map->count; i++) {
        qn_id_clear(&map->entries[i].old_id, map->entries[i].id.algorithm);
        if (!map->entries[i].local)
            continue;
        status = take_entry(ctx, &u, &map->entries[i]);
        writes |= map->entries[i].outcome > QN_FETCH_UP_TO_DATE &&
                  map->entries[i].outcome < QN_FETCH_REJECTED;
    }
    if (!status && writes && !update->is_dry && !update->transaction) {
        status = qn_repo_commit_refs(ctx, update->scope->repo, u.transaction);
        if (status && !is_hard(status)) {
            qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                          qn_ctx_message(ctx));
            qn_ctx_clear(ctx);
            update->has_failed = true;
            for (i = 0; i < map->count; i++)
                if (map->entries[i].local &&
                    map->entries[i].outcome > QN_FETCH_UP_TO_DATE &&
                    map->entries[i].outcome < QN_FETCH_REJECTED) {
                    map->entries[i].outcome = QN_FETCH_FAILED;
                    map->entries[i].reason = "unable to update local ref";
                }
            status = QN_OK;
        } else if (!status) {
            status = take_rejections(ctx, &u, map);
        }
    }
    if (!update->transaction)
        qn_ref_transaction_free(u.transaction);
    qn_buf_dispose(&u.ident);
    qn_buf_dispose(&u.message);
    qn_buf_dispose(&u.head);
    return status;
}

enum qn_status qn_fetch_update_commit(struct qn_ctx *ctx,
                                      struct qn_fetch_update *update)
{
    return qn_repo_commit_refs(ctx, update->scope->repo, update->transaction);
}
