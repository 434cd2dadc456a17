/* SPDX-License-Identifier: MIT */
/* What a fetch settles beside refs that it was asked for: stale ones, where the
 * other side's HEAD is, and what the current branch follows. */
#include "operation/op_fetch_parts.h"
#include "operation/part/tracking.h"

#include <stdio.h>
#include <string.h>

/* ---- pruning */

struct dangling {
    struct qn_fetching *f;
    const struct qn_fetch_stales *stales;
    enum qn_status status;
};

/* A symbolic ref that points to what goes. */
static enum qn_status look_for_dangling(struct qn_ctx *ctx, void *data,
                                        const struct qn_ref *ref)
{
    struct dangling *d = data;
    size_t i;

    if (!ref->is_symbolic)
        return QN_OK;
    for (i = 0; i < d->stales->count; i++) {
        struct qn_ref own = QN_REF_INIT;
        bool found = false;
        enum qn_status status =
            qn_refs_find(ctx, d->f->fetch->scope->refs,
                         qn_buf_string(&ref->name), &own, &found);

        if (!status && found && own.is_symbolic &&
            strcmp(qn_buf_string(&own.target), d->stales->items[i].name) == 0)
            status = qn_buf_printf(
                ctx, &d->f->lines,
                d->f->fetch->is_dry
                    ? "   %s will become dangling after %s is deleted\n"
                    : "   %s has become dangling after %s was deleted\n",
                qn_buf_string(&ref->name), d->stales->items[i].name);
        qn_ref_dispose(&own);
        if (status)
            return status;
    }
    return QN_OK;
}

static enum qn_status delete_stale(struct qn_ctx *ctx, struct qn_fetching *f,
                                   const struct qn_fetch_stales *stales)
{
    const struct qn_revision_scope *scope = f->fetch->scope;
    struct qn_ref_transaction *own = NULL, *transaction = f->transaction;
    struct qn_id none;
    enum qn_status status = QN_OK;
    size_t i;

    qn_id_clear(&none, qn_repo_algorithm(scope->repo));
    if (!transaction) {
        status = qn_ref_transaction_new(ctx, scope->refs, &own);
        transaction = own;
    }
    for (i = 0; !status && i < stales->count; i++)
        status = qn_ref_transaction_update(
            ctx, transaction, stales->items[i].name, &none, NULL,
            QN_REF_NO_DEREF | QN_REF_SKIP_NAME_CHECK, "fetch: prune");
    if (!status && own)
        status = qn_repo_commit_refs(ctx, scope->repo, own);
    qn_ref_transaction_free(own);
    return status;
}

enum qn_status qn_fetch_prune(struct qn_ctx *ctx, struct qn_fetching *f)
{
    const struct qn_remote_refspecs *list =
        f->given.count > 0 ? &f->given : &f->fetch->remote->fetch;
    struct qn_fetch_stales stales = {.items = NULL};
    struct dangling dangling = {.f = f, .stales = &stales};
    enum qn_status status = qn_fetch_update_find_stale(ctx, f->fetch->scope,
                                                       list, f->refs, &stales);
    size_t i;

    if (!status && stales.count > 0 && !f->fetch->is_dry)
        status = delete_stale(ctx, f, &stales);
    if (!status)
        status = qn_fetch_display_measure(ctx, &f->display, &f->map, false);
    for (i = 0; !status && i < stales.count; i++)
        status = qn_fetch_display_pruned(ctx, &f->display, stales.items[i].name,
                                         &stales.items[i].id);
    if (!status && stales.count > 0 && !f->fetch->is_porcelain &&
        !f->fetch->is_quiet)
        status =
            qn_refs_walk(ctx, f->fetch->scope->refs, "", QN_REFS_INCLUDE_BROKEN,
                         look_for_dangling, &dangling);
    qn_fetch_stales_dispose(&stales);
    return status;
}

/* ---- their HEAD */

/* The branch of theirs that HEAD is on: told, or the only one with its id. */
static const char *head_branch(const struct qn_remote_refs *refs)
{
    const struct qn_remote_ref *head = qn_remote_refs_find(refs, "HEAD");
    const char *branch = NULL;
    size_t i;

    if (!head || head->is_unborn)
        return NULL;
    if (head->target)
        return strncmp(head->target, "refs/heads/", 11) == 0 ? head->target + 11
                                                             : NULL;
    for (i = 0; i < refs->count; i++) {
        const struct qn_remote_ref *ref = &refs->items[i];

        if (strncmp(ref->name, "refs/heads/", 11) != 0 ||
            !qn_id_is_equal(&ref->id, &head->id))
            continue;
        if (branch)
            return NULL; /* it could be on either */
        branch = ref->name + 11;
    }
    return branch;
}

/* Is anything fetched tracked below refs/remotes/<r>/? */
static bool tracks(const struct qn_fetching *f)
{
    const struct qn_remote_refspecs *list = &f->fetch->remote->fetch;
    char prefix[512];
    size_t i, size;
    int made = snprintf(prefix, sizeof(prefix), "refs/remotes/%s/",
                        f->fetch->remote->name);

    if (made < 0 || (size_t)made >= sizeof(prefix))
        return false;
    size = (size_t)made;
    for (i = 0; i < list->count; i++)
        if (list->items[i].destination &&
            strncmp(list->items[i].destination, prefix, size) == 0)
            return true;
    return false;
}

struct remote_head {
    struct qn_buf name;   /* refs/remotes/<r>/HEAD */
    struct qn_buf target; /* where it should lead */
    struct qn_ref now;
    bool found;
};

static enum qn_status look_at_head(struct qn_ctx *ctx, struct qn_fetching *f,
                                   const char *branch, struct remote_head *h)
{
    const char *remote = f->fetch->remote->name;
    struct qn_refs *refs = f->fetch->scope->refs;
    struct qn_ref end = QN_REF_INIT;
    bool exists = false;
    enum qn_status status =
        qn_buf_printf(ctx, &h->name, "refs/remotes/%s/HEAD", remote);

    if (!status)
        status = qn_buf_printf(ctx, &h->target, "refs/remotes/%s/%s", remote,
                               branch);
    if (!status)
        status =
            qn_refs_find(ctx, refs, qn_buf_string(&h->target), &end, &exists);
    if (!status && !exists)
        qn_buf_clear(&h->target);
    if (!status && exists)
        status = qn_refs_find(ctx, refs, qn_buf_string(&h->name), &h->now,
                              &h->found);
    qn_ref_dispose(&end);
    return status;
}

static enum qn_status write_head(struct qn_ctx *ctx, struct qn_fetching *f,
                                 const struct remote_head *h)
{
    const struct qn_revision_scope *scope = f->fetch->scope;
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status =
        qn_ref_transaction_new(ctx, scope->refs, &transaction);

    if (!status)
        status = qn_ref_transaction_symbolic(
            ctx, transaction, qn_buf_string(&h->name),
            qn_buf_string(&h->target), NULL, NULL, QN_REF_NO_DEREF, "fetch");
    if (!status)
        status = qn_repo_commit_refs(ctx, scope->repo, transaction);
    qn_ref_transaction_free(transaction);
    return status;
}

/* It is there already: Git's log has a line of it nevertheless. */
static enum qn_status note_head(struct qn_ctx *ctx, struct qn_fetching *f,
                                const struct remote_head *h)
{
    const struct qn_revision_scope *scope = f->fetch->scope;
    const char *name = qn_buf_string(&h->name);
    struct qn_buf ident = QN_BUF_INIT;
    struct qn_ref end = QN_REF_INIT;
    struct qn_refs_writer writer;
    bool found = false;
    enum qn_status status = qn_reflog_exists(ctx, scope->refs, name, &found);

    if (!status && found)
        status = qn_refs_resolve(ctx, scope->refs, name, &end, &found);
    if (!status && found)
        status =
            qn_repo_ident(ctx, scope->repo, QN_IDENT_COMMITTER, false, &ident);
    writer.ident = qn_buf_string(&ident);
    if (!status && found)
        status = qn_reflog_write(ctx, scope->refs, name, &end.id, &end.id,
                                 &writer, "fetch");
    qn_ref_dispose(&end);
    qn_buf_dispose(&ident);
    return status;
}

static void tell_of_head(struct qn_fetching *f, const struct remote_head *h,
                         const char *branch)
{
    const struct qn_remote *remote = f->fetch->remote;
    const char *here = qn_buf_string(&h->now.target);
    char prefix[512], hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!f->fetch->calls.head_differs || f->fetch->is_quiet ||
        (remote->follow == QN_REMOTE_FOLLOW_WARN_IF_NOT &&
         remote->follow_branch && strcmp(remote->follow_branch, branch) == 0))
        return;
    if (!h->now.is_symbolic) {
        f->fetch->calls.head_differs(f->fetch->calls.data, remote->name, branch,
                                     qn_id_to_hex(&h->now.id, hex), true);
        return;
    }
    if (strcmp(here, qn_buf_string(&h->target)) == 0)
        return;
    snprintf(prefix, sizeof(prefix), "refs/remotes/%s/", remote->name);
    if (strncmp(here, prefix, strlen(prefix)) == 0)
        here += strlen(prefix);
    f->fetch->calls.head_differs(f->fetch->calls.data, remote->name, branch,
                                 here, false);
}

enum qn_status qn_fetch_remote_head(struct qn_ctx *ctx, struct qn_fetching *f)
{
    const struct qn_remote *remote = f->fetch->remote;
    const char *branch = head_branch(f->refs);
    struct remote_head h = {
        .name = QN_BUF_INIT, .target = QN_BUF_INIT, .now = QN_REF_INIT};
    bool follows;
    enum qn_status status = QN_OK;

    if (f->fetch->is_dry || f->fetch->is_prefetch || !branch ||
        f->fetch->has_failed || remote->origin == QN_REMOTE_NOWHERE ||
        f->given.count > 0 || remote->is_mirror || !tracks(f) ||
        remote->follow == QN_REMOTE_FOLLOW_NEVER ||
        qn_repo_is_bare(f->fetch->scope->repo))
        return QN_OK;
    follows = remote->follow == QN_REMOTE_FOLLOW_ALWAYS;
    status = look_at_head(ctx, f, branch, &h);
    if (!status && h.target.size > 0) {
        if (!h.found)
            status = write_head(ctx, f, &h);
        else if (follows && h.now.is_symbolic &&
                 strcmp(qn_buf_string(&h.now.target),
                        qn_buf_string(&h.target)) == 0)
            status = note_head(ctx, f, &h);
        else if (follows)
            status = write_head(ctx, f, &h);
        else if (remote->follow == QN_REMOTE_FOLLOW_WARN ||
                 remote->follow == QN_REMOTE_FOLLOW_WARN_IF_NOT)
            tell_of_head(f, &h, branch);
    }
    qn_ref_dispose(&h.now);
    qn_buf_dispose(&h.name);
    qn_buf_dispose(&h.target);
    return status;
}

/* ---- --set-upstream */

enum qn_status qn_fetch_set_upstream(struct qn_ctx *ctx, struct qn_fetching *f)
{
    const struct qn_fetch_entry *source = NULL;
    const char *warning = NULL;
    size_t i;

    if (f->branch.size == 0) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.upstream",
                      "could not set upstream of HEAD to '%s' from '%s' when "
                      "it does not point to any branch.",
                      "HEAD", f->fetch->remote->name);
        return QN_OK;
    }
    for (i = 0; i < f->map.count && !warning; i++) {
        const struct qn_fetch_entry *entry = &f->map.entries[i];

        if (entry->local || entry->head != QN_FETCH_FOR_MERGE)
            continue;
        if (source)
            warning = "multiple branches detected, incompatible with "
                      "--set-upstream";
        source = entry;
    }
    if (!warning && !source)
        warning = "no source branch found;\n"
                  "you need to specify exactly one branch with the "
                  "--set-upstream option";
    if (!warning && strcmp(source->source, "HEAD") != 0 &&
        strncmp(source->source, "refs/heads/", 11) != 0)
        warning = strncmp(source->source, "refs/remotes/", 13) == 0
                      ? "not setting upstream for a remote remote-tracking "
                        "branch"
                  : strncmp(source->source, "refs/tags/", 10) == 0
                      ? "not setting upstream for a remote tag"
                      : "unknown branch type";
    if (warning) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.upstream", "%s", warning);
        return QN_OK;
    }
    return qn_tracking_record(ctx, f->fetch->scope->repo,
                              qn_buf_string(&f->branch), f->fetch->remote->name,
                              source->source, NULL);
}
