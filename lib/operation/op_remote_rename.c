/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "config/config_edit.h"
#include "operation/op_remote_parts.h"
#include "os/file.h"

#include <string.h>

enum qn_status qn_op_remote_move_section(struct qn_ctx *ctx,
                                         const struct qn_repo *repo,
                                         const char *from, const char *to)
{
    struct qn_buf path = QN_BUF_INIT, old = QN_BUF_INIT, new = QN_BUF_INIT;
    bool found = false;
    enum qn_status status = qn_repo_path(ctx, repo, "config", &path);

    if (!status)
        status = qn_buf_printf(ctx, &old, "remote.%s", from);
    if (!status && to)
        status = qn_buf_printf(ctx, &new, "remote.%s", to);
    if (!status)
        status = qn_config_edit_section(
            ctx, qn_buf_string(&path), qn_buf_string(&old),
            to ? qn_buf_string(&new) : NULL, false, &found);
    if (!status && !found)
        status = to ? qn_ctx_fail_reason(
                          ctx, QN_IO, "remote.section", from,
                          "Could not rename config section '%s' to '%s'",
                          qn_buf_string(&old), qn_buf_string(&new))
                    : qn_ctx_fail_reason(ctx, QN_IO, "remote.section", from,
                                         "Could not remove config section '%s'",
                                         qn_buf_string(&old));
    qn_buf_dispose(&path);
    qn_buf_dispose(&old);
    qn_buf_dispose(&new);
    return status;
}

/* ------------------------------------------------- who names the remote */

/* Is it "branch.<name>.<variable>"? */
static bool is_of_branch(const char *key, const char *variable)
{
    struct qn_bytes name;
    const char *found;

    return qn_config_key_in(key, "branch", &name, &found) &&
           strcmp(found, variable) == 0;
}

/* branch.<name>.remote goes, and what is to be merged with it. */
static enum qn_status forget_branch(struct qn_ctx *ctx,
                                    const struct qn_repo *repo, const char *key)
{
    struct qn_buf merge = QN_BUF_INIT;
    size_t size = strlen(key) - strlen("remote");
    enum qn_status status = qn_op_remote_edit(ctx, repo, key, NULL, false);

    if (!status)
        status = qn_buf_append_bytes(ctx, &merge, qn_bytes_make(key, size));
    if (!status)
        status = qn_buf_append_string(ctx, &merge, "merge");
    if (!status)
        status =
            qn_op_remote_edit(ctx, repo, qn_buf_string(&merge), NULL, false);
    qn_buf_dispose(&merge);
    return status;
}

static enum qn_status follow_entry(struct qn_ctx *ctx,
                                   const struct qn_repo *repo,
                                   const struct qn_config_entry *entry,
                                   const char *to)
{
    const char *variable = strrchr(entry->key, '.') + 1;
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status;

    if (is_of_branch(entry->key, "remote") && !to)
        return forget_branch(ctx, repo, entry->key);
    /* The letters as Git writes them. */
    status = qn_buf_append_bytes(
        ctx, &key, qn_bytes_make(entry->key, (size_t)(variable - entry->key)));
    if (!status)
        status = qn_buf_append_string(
            ctx, &key,
            strcmp(variable, "pushremote") == 0 ? "pushRemote" : variable);
    if (!status)
        status = qn_op_remote_edit(ctx, repo, qn_buf_string(&key), to, false);
    qn_buf_dispose(&key);
    return status;
}

/* remote.pushDefault is only changed where the repository says it. */
static enum qn_status follow_default(struct qn_ctx *ctx,
                                     const struct qn_repo *repo,
                                     const char *from, const char *to)
{
    const struct qn_config_entry *entry =
        qn_config_find(qn_repo_config(repo), "remote.pushdefault");

    if (!entry || !entry->value || strcmp(entry->value, from) != 0)
        return QN_OK;
    if (entry->scope == QN_CONFIG_SCOPE_LOCAL ||
        entry->scope == QN_CONFIG_SCOPE_WORKTREE)
        return qn_op_remote_edit(ctx, repo, "remote.pushDefault", to, false);
    qn_ctx_report(ctx, QN_REPORT_WARNING, "remote.default",
                  "The %s configuration remote.pushDefault in:\n\t%s:%llu\n"
                  "now names the non-existent remote '%s'",
                  qn_config_scope_name(entry->scope), entry->origin_type,
                  (unsigned long long)entry->line, from);
    return QN_OK;
}

enum qn_status qn_op_remote_follow(struct qn_ctx *ctx,
                                   const struct qn_repo *repo, const char *from,
                                   const char *to)
{
    const struct qn_config *config = qn_repo_config(repo);
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < qn_config_count(config) && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (entry->value && strcmp(entry->value, from) == 0 &&
            (is_of_branch(entry->key, "remote") ||
             is_of_branch(entry->key, "pushremote")))
            status = follow_entry(ctx, repo, entry, to);
    }
    return status ? status : follow_default(ctx, repo, from, to);
}

/* ------------------------------------------------------------------ refs */

struct move {
    struct qn_buf from, to;
    struct qn_buf target; /* of a symbolic one: the new one */
    struct qn_buf message;
    struct qn_id id;
    bool is_symbolic;
    bool has_log;
};

struct mover {
    struct qn_ctx *ctx;
    const struct qn_revision_scope *scope;
    const char *old_prefix; /* "refs/remotes/<name>/" */
    const char *new_prefix;
    struct move *moves;
    size_t count;
    size_t capacity;
    struct qn_buf ident;
    struct qn_refs_writer writer;
    const char *name; /* that the log's entries go to */
};

/* Append `name` with the new prefix in the place of the old one, if it has
 * that. */
static enum qn_status append_moved(const struct mover *m, const char *name,
                                   struct qn_buf *out)
{
    size_t size = strlen(m->old_prefix);

    if (strncmp(name, m->old_prefix, size) != 0)
        return qn_buf_append_string(m->ctx, out, name);
    return qn_buf_printf(m->ctx, out, "%s%s", m->new_prefix, name + size);
}

static enum qn_status gather(struct qn_ctx *ctx, void *data,
                             const struct qn_ref *ref)
{
    struct mover *m = data;
    struct move *move;
    enum qn_status status = qn_memory_grow(ctx, &m->moves, &m->capacity,
                                           m->count + 1, sizeof(*m->moves));

    if (status)
        return status;
    move = &m->moves[m->count++];
    *move = (struct move){.id = ref->id, .is_symbolic = ref->is_symbolic};
    status = qn_buf_append_bytes(ctx, &move->from, qn_buf_bytes(&ref->name));
    if (!status)
        status = append_moved(m, qn_buf_string(&ref->name), &move->to);
    if (!status && ref->is_symbolic)
        status = append_moved(m, qn_buf_string(&ref->target), &move->target);
    if (!status)
        status =
            qn_buf_printf(ctx, &move->message, "remote: renamed %s to %s",
                          qn_buf_string(&move->from), qn_buf_string(&move->to));
    if (!status)
        status = qn_reflog_exists(ctx, m->scope->refs,
                                  qn_buf_string(&move->from), &move->has_log);
    return status;
}

static enum qn_status queue_new(const struct mover *m,
                                struct qn_ref_transaction *transaction,
                                const struct move *move)
{
    struct qn_id none = {.algorithm = qn_repo_algorithm(m->scope->repo)};
    const char *to = qn_buf_string(&move->to);

    if (move->is_symbolic)
        return qn_ref_transaction_symbolic(
            m->ctx, transaction, to, qn_buf_string(&move->target), NULL, &none,
            QN_REF_NO_DEREF | QN_REF_SKIP_REFLOG, NULL);
    return qn_ref_transaction_update(
        m->ctx, transaction, to, &move->id, &none,
        QN_REF_NO_DEREF | QN_REF_SKIP_REFLOG | QN_REF_SKIP_OBJECT_CHECK, NULL);
}

static enum qn_status queue_end(const struct mover *m,
                                struct qn_ref_transaction *transaction,
                                const struct move *move, bool is_old)
{
    struct qn_id none = {.algorithm = qn_repo_algorithm(m->scope->repo)};
    const char *name = qn_buf_string(is_old ? &move->from : &move->to);

    if (move->is_symbolic)
        return qn_ref_transaction_symbolic(
            m->ctx, transaction, name, NULL, NULL, NULL,
            QN_REF_NO_DEREF | QN_REF_DELETE, NULL);
    return qn_ref_transaction_update(m->ctx, transaction, name, &none,
                                     &move->id, QN_REF_NO_DEREF, NULL);
}

static enum qn_status copy_entry(struct qn_ctx *ctx, void *data,
                                 const struct qn_reflog_entry *entry)
{
    const struct mover *m = data;

    return qn_reflog_copy(ctx, m->scope->refs, m->name, entry);
}

static enum qn_status copy_log(struct mover *m, const struct move *move)
{
    struct qn_id id = {.algorithm = qn_repo_algorithm(m->scope->repo)};
    enum qn_status status;

    if (!move->has_log)
        return QN_OK;
    if (!move->is_symbolic)
        id = move->id;
    m->name = qn_buf_string(&move->to);
    status = qn_reflog_walk(m->ctx, m->scope->refs, qn_buf_string(&move->from),
                            false, copy_entry, m);
    if (!status)
        status = qn_reflog_write(m->ctx, m->scope->refs, m->name, &id, &id,
                                 &m->writer, qn_buf_string(&move->message));
    return status;
}

static enum qn_status tell_conflict(struct mover *m, enum qn_status status)
{
    qn_ctx_report(m->ctx, QN_REPORT_ERROR, "remote.refs",
                  "renaming remote references failed: %s",
                  qn_ctx_message(m->ctx));
    qn_ctx_report(
        m->ctx, QN_REPORT_HINT, "remote.refs",
        "The remote you are trying to rename has conflicting references in "
        "the\nnew target refspec. This is most likely caused by you trying to "
        "nest\na remote into itself, e.g. by renaming 'parent' into "
        "'parent/child'\nor by unnesting a remote, e.g. the other way "
        "round.\n\nIf that is the case, you can address this by first "
        "renaming the\nremote to a different name.");
    qn_ctx_clear(m->ctx);
    return qn_ctx_fail_reason(m->ctx, status, "remote.refs", NULL,
                              "renaming remote references failed");
}

enum step { MAKE_NEW, END_OLD, END_NEW };

static enum qn_status change_all(struct mover *m, enum step step)
{
    struct qn_ref_transaction *transaction = NULL;
    size_t i;
    enum qn_status status =
        qn_ref_transaction_new(m->ctx, m->scope->refs, &transaction);

    for (i = 0; i < m->count && !status; i++)
        status = step == MAKE_NEW
                     ? queue_new(m, transaction, &m->moves[i])
                     : queue_end(m, transaction, &m->moves[i], step == END_OLD);
    if (!status)
        status = qn_ref_transaction_commit(m->ctx, transaction, &m->writer);
    qn_ref_transaction_free(transaction);
    return status;
}

/* The new refs, their logs, and then the old ones go: there is no moment at
 * which something of a ref is in no place. */
static enum qn_status move_refs(struct mover *m)
{
    size_t i;
    enum qn_status status = qn_refs_walk(m->ctx, m->scope->refs, m->old_prefix,
                                         QN_REFS_INCLUDE_BROKEN, gather, m);

    if (status || !m->count)
        return status;
    status = qn_repo_ident(m->ctx, m->scope->repo, QN_IDENT_COMMITTER, false,
                           &m->ident);
    if (status)
        return status;
    m->writer.ident = qn_buf_string(&m->ident);
    status = change_all(m, MAKE_NEW);
    if (status)
        return tell_conflict(m, status);
    for (i = 0; i < m->count && !status; i++)
        status = copy_log(m, &m->moves[i]);
    if (!status)
        status = change_all(m, END_OLD);
    if (status) {
        status = tell_conflict(m, status);
        if (change_all(m, END_NEW))
            qn_ctx_clear(m->ctx);
        return qn_ctx_fail_reason(m->ctx, status, "remote.refs", NULL,
                                  "renaming remote references failed");
    }
    return status;
}

static void dispose(struct mover *m)
{
    while (m->count) {
        struct move *move = &m->moves[--m->count];

        qn_buf_dispose(&move->from);
        qn_buf_dispose(&move->to);
        qn_buf_dispose(&move->target);
        qn_buf_dispose(&move->message);
    }
    qn_memory_free(m->moves);
    qn_buf_dispose(&m->ident);
}

/* -------------------------------------------------------------- refspecs */

/* Append `text` with ":refs/remotes/<old>/" made new; `*changed` false: it has
 * none. */
static enum qn_status append_refspec(const struct mover *m, const char *text,
                                     struct qn_buf *out, bool *changed)
{
    const char *colon = strchr(text, ':');
    size_t size = strlen(m->old_prefix);

    *changed = colon && strncmp(colon + 1, m->old_prefix, size) == 0;
    if (!*changed)
        return qn_buf_append_string(m->ctx, out, text);
    return qn_buf_printf(m->ctx, out, "%.*s%s%s", (int)(colon + 1 - text), text,
                         m->new_prefix, colon + 1 + size);
}

/* `*changed`: was there one to change?  Those that name other places stay, and
 * are told of. */
static enum qn_status check_refspecs(const struct mover *m,
                                     const struct qn_remote *remote,
                                     bool *changed)
{
    struct qn_buf room = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    *changed = false;
    for (i = 0; i < remote->fetch.count && !status; i++) {
        bool is_own = false;

        status = append_refspec(m, remote->fetch.items[i].text, &room, &is_own);
        *changed = *changed || is_own;
        if (!status && !is_own)
            qn_ctx_report(m->ctx, QN_REPORT_WARNING, "remote.refspec",
                          "Not updating non-default fetch refspec\n\t%s\n"
                          "\tPlease update the configuration manually if "
                          "necessary.",
                          remote->fetch.items[i].text);
    }
    qn_buf_dispose(&room);
    return status;
}

static enum qn_status write_refspecs(const struct mover *m,
                                     const struct qn_remote *remote,
                                     const char *name)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status =
        qn_op_remote_set(m->ctx, m->scope->repo, name, "fetch", NULL, false);
    size_t i;

    for (i = 0; i < remote->fetch.count && !status; i++) {
        bool changed;

        qn_buf_clear(&text);
        status =
            append_refspec(m, remote->fetch.items[i].text, &text, &changed);
        if (!status)
            status = qn_op_remote_set(m->ctx, m->scope->repo, name, "fetch",
                                      qn_buf_string(&text), true);
    }
    qn_buf_dispose(&text);
    return status;
}

/* ------------------------------------------------------------- old files */

static enum qn_status convert_refspecs(struct qn_ctx *ctx, struct qn_repo *repo,
                                       const struct qn_remote *remote,
                                       const struct qn_remote_refspecs *list,
                                       const char *variable)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < list->count && !status; i++)
        status = qn_op_remote_set(ctx, repo, remote->name, variable,
                                  list->items[i].text, true);
    return status;
}

/* An old file of a remote becomes a section of the configuration. */
static enum qn_status convert(struct qn_ctx *ctx, struct qn_repo *repo,
                              const struct qn_remote *remote)
{
    const char *folder =
        remote->origin == QN_REMOTE_REMOTES ? "remotes" : "branches";
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < remote->written_urls.count && !status; i++)
        status = qn_op_remote_set(ctx, repo, remote->name, "url",
                                  remote->written_urls.items[i], true);
    if (!status)
        status = convert_refspecs(ctx, repo, remote, &remote->push, "push");
    if (!status)
        status = convert_refspecs(ctx, repo, remote, &remote->fetch, "fetch");
    if (!status)
        status =
            qn_buf_printf(ctx, &path, "%s/%s/%s",
                          qn_repo_common_directory(repo), folder, remote->name);
    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status rename_it(struct mover *m, const struct qn_remote *remote,
                                const char *to)
{
    bool changes = false;
    enum qn_status status =
        qn_op_remote_move_section(m->ctx, m->scope->repo, remote->name, to);

    if (!status)
        status = check_refspecs(m, remote, &changes);
    if (!status && changes)
        status = move_refs(m);
    if (!status && changes)
        status = write_refspecs(m, remote, to);
    if (!status)
        status = qn_op_remote_follow(m->ctx, m->scope->repo, remote->name, to);
    return status;
}

enum qn_status qn_op_remote_rename(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *from, const char *to)
{
    struct mover m = {.ctx = ctx, .scope = scope};
    struct qn_buf old = QN_BUF_INIT, new = QN_BUF_INIT;
    struct qn_remote *remote = NULL;
    bool is_old_file;
    enum qn_status status =
        qn_remote_of(ctx, scope->repo, from, NULL, false, &remote);

    if (!status && !remote->is_in_repo)
        status = qn_op_remote_fail_missing(ctx, from);
    is_old_file = !status && remote->origin != QN_REMOTE_CONFIG;
    if (!status && is_old_file && strcmp(from, to) == 0) {
        status = convert(ctx, scope->repo, remote);
        goto out;
    }
    if (!status)
        status = qn_op_remote_check_free(ctx, scope->repo, to);
    if (!status)
        status = qn_op_remote_check_name(ctx, to);
    if (!status)
        status = qn_buf_printf(ctx, &old, "refs/remotes/%s/", from);
    if (!status)
        status = qn_buf_printf(ctx, &new, "refs/remotes/%s/", to);
    m.old_prefix = qn_buf_string(&old);
    m.new_prefix = qn_buf_string(&new);
    if (!status)
        status = rename_it(&m, remote, to);
out:
    dispose(&m);
    qn_remote_free(remote);
    qn_buf_dispose(&old);
    qn_buf_dispose(&new);
    return status;
}
