/* SPDX-License-Identifier: MIT */
/* add and remove; op_remote_rename.c renames. */
#include "operation/op_remote.h"

#include "base/memory.h"
#include "config/config_edit.h"
#include "operation/op_remote_parts.h"
#include "text/ref_name.h"

#include <string.h>

enum qn_status qn_op_remote_fail_missing(struct qn_ctx *ctx, const char *name)
{
    return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "remote.missing", name,
                              "No such remote: '%s'", name);
}

enum qn_status qn_op_remote_edit(struct qn_ctx *ctx, const struct qn_repo *repo,
                                 const char *key, const char *value,
                                 bool appends)
{
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, "config", &path);

    edit.key = key;
    edit.value = value;
    edit.appends = appends;
    edit.all = !value;
    if (!status)
        status = qn_config_edit_file(ctx, qn_buf_string(&path), &edit);
    if (status == QN_NOT_FOUND && !value) { /* there was none to remove */
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_op_remote_set(struct qn_ctx *ctx, const struct qn_repo *repo,
                                const char *name, const char *variable,
                                const char *value, bool appends)
{
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &key, "remote.%s.%s", name, variable);

    if (!status)
        status =
            qn_op_remote_edit(ctx, repo, qn_buf_string(&key), value, appends);
    qn_buf_dispose(&key);
    return status;
}

enum qn_status qn_op_remote_check_name(struct qn_ctx *ctx, const char *name)
{
    struct qn_buf ref = QN_BUF_INIT;
    struct qn_refspec refspec = QN_REFSPEC_INIT;
    bool is_good = false;
    enum qn_status status =
        qn_buf_printf(ctx, &ref, "refs/heads/test:refs/remotes/%s/test", name);

    if (!status &&
        qn_refspec_parse(ctx, qn_buf_string(&ref), QN_REFSPEC_FETCH, &refspec))
        qn_ctx_clear(ctx);
    else
        is_good = !status;
    qn_refspec_dispose(&refspec);
    qn_buf_dispose(&ref);
    if (status || is_good)
        return status;
    return qn_ctx_fail_reason(ctx, QN_INVALID, "remote.name", name,
                              "'%s' is not a valid remote name", name);
}

/* ------------------------------------------------------------------- add */

enum qn_status qn_op_remote_add_branch(struct qn_ctx *ctx, struct qn_repo *repo,
                                       const char *remote, const char *branch,
                                       bool is_mirror)
{
    struct qn_buf refspec = QN_BUF_INIT;
    enum qn_status status =
        is_mirror
            ? qn_buf_printf(ctx, &refspec, "+refs/%s:refs/%s", branch, branch)
            : qn_buf_printf(ctx, &refspec, "+refs/heads/%s:refs/remotes/%s/%s",
                            branch, remote, branch);

    if (!status)
        status = qn_op_remote_set(ctx, repo, remote, "fetch",
                                  qn_buf_string(&refspec), true);
    qn_buf_dispose(&refspec);
    return status;
}

/* Is `inner` "<outer>/..."? */
static bool is_inside(const char *inner, const char *outer)
{
    size_t size = strlen(outer);

    return strncmp(inner, outer, size) == 0 && inner[size] == '/';
}

/* One remote's refs would lie among another one's. */
static enum qn_status check_nesting(struct qn_ctx *ctx,
                                    const struct qn_config *config,
                                    const char *name)
{
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_words names;
    enum qn_status status = qn_remote_names(ctx, config, &arena, &names);
    size_t i;

    for (i = 0; !status && i < names.count; i++) {
        if (is_inside(name, names.items[i]))
            status = qn_ctx_fail_reason(
                ctx, QN_CONFLICT, "remote.nested", name,
                "remote name '%s' is a subset of existing remote '%s'", name,
                names.items[i]);
        else if (is_inside(names.items[i], name))
            status = qn_ctx_fail_reason(
                ctx, QN_CONFLICT, "remote.nested", name,
                "remote name '%s' is a superset of existing remote '%s'", name,
                names.items[i]);
    }
    qn_arena_dispose(&arena);
    return status;
}

enum qn_status qn_op_remote_check_free(struct qn_ctx *ctx, struct qn_repo *repo,
                                       const char *name)
{
    struct qn_remote *remote = NULL;
    enum qn_status status = qn_remote_of(ctx, repo, name, NULL, false, &remote);

    if (!status && remote->is_in_repo)
        status = qn_ctx_fail_reason(ctx, QN_EXISTS, "remote.exists", name,
                                    "remote %s already exists.", name);
    qn_remote_free(remote);
    return status;
}

static enum qn_status add_refspecs(struct qn_ctx *ctx, struct qn_repo *repo,
                                   const struct qn_op_remote_add *add)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (!add->branch_count)
        return qn_op_remote_add_branch(ctx, repo, add->name, "*",
                                       add->mirrors_fetch);
    for (i = 0; i < add->branch_count && !status; i++)
        status = qn_op_remote_add_branch(ctx, repo, add->name, add->branches[i],
                                         add->mirrors_fetch);
    return status;
}

enum qn_status qn_op_remote_add(struct qn_ctx *ctx, struct qn_repo *repo,
                                const struct qn_op_remote_add *add)
{
    bool mirrors_only_push = add->mirrors_push && !add->mirrors_fetch;
    enum qn_status status = qn_op_remote_check_free(ctx, repo, add->name);

    if (!status)
        status = qn_op_remote_check_name(ctx, add->name);
    if (!status)
        status = check_nesting(ctx, qn_repo_config(repo), add->name);
    if (!status)
        status = qn_op_remote_set(ctx, repo, add->name, "url", add->url, false);
    if (!status && !mirrors_only_push)
        status = add_refspecs(ctx, repo, add);
    if (!status && add->mirrors_push)
        status =
            qn_op_remote_set(ctx, repo, add->name, "mirror", "true", false);
    if (!status && add->tags != QN_REMOTE_TAGS_AUTO)
        status = qn_op_remote_set(
            ctx, repo, add->name, "tagOpt",
            add->tags == QN_REMOTE_TAGS_ALL ? "--tags" : "--no-tags", false);
    return status;
}

/* ---------------------------------------------------------------- remove */

struct remover {
    struct qn_ctx *ctx;
    const struct qn_revision_scope *scope;
    const char *name;
    struct qn_remote **remotes; /* all; the one that goes is the first */
    size_t count;
    struct qn_ref_transaction *transaction;
    size_t doomed;
    qn_op_remote_kept_fn *kept;
    void *data;
};

/* Does the remote write the ref `name`? */
static enum qn_status writes(struct qn_ctx *ctx, const struct qn_remote *remote,
                             const char *name, bool *out)
{
    struct qn_buf source = QN_BUF_INIT;
    enum qn_status status =
        qn_remote_map_back(ctx, &remote->fetch, name, &source, out);

    qn_buf_dispose(&source);
    return status;
}

static enum qn_status doom_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct remover *r = data;
    const char *name = qn_buf_string(&ref->name);
    struct qn_id none = {.algorithm = qn_repo_algorithm(r->scope->repo)};
    bool is_its = false;
    size_t i;
    enum qn_status status = writes(ctx, r->remotes[0], name, &is_its);

    if (status || !is_its)
        return status;
    for (i = 1; i < r->count; i++) {
        bool is_others = false;

        status = writes(ctx, r->remotes[i], name, &is_others);
        if (status || is_others)
            return status;
    }
    if (strncmp(name, "refs/remotes/", 13) != 0) {
        if (r->kept && strncmp(name, "refs/heads/", 11) == 0)
            r->kept(r->data, name + 11);
        return QN_OK;
    }
    r->doomed++;
    if (ref->is_symbolic)
        return qn_ref_transaction_symbolic(
            ctx, r->transaction, name, NULL, NULL, NULL,
            QN_REF_NO_DEREF | QN_REF_DELETE, NULL);
    return qn_ref_transaction_update(ctx, r->transaction, name, &none, &ref->id,
                                     QN_REF_NO_DEREF, NULL);
}

static enum qn_status open_remotes(struct remover *r)
{
    const struct qn_config *config = qn_repo_config(r->scope->repo);
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_words names;
    enum qn_status status = qn_remote_names(r->ctx, config, &arena, &names);
    size_t i;

    if (!status) {
        r->remotes = qn_memory_calloc(r->ctx, names.count + 1,
                                      sizeof(struct qn_remote *));
        status = r->remotes ? QN_OK : QN_NO_MEMORY;
    }
    if (!status)
        status = qn_remote_of(r->ctx, r->scope->repo, r->name, NULL, false,
                              &r->remotes[r->count]);
    if (!status)
        r->count++;
    for (i = 0; !status && i < names.count; i++) {
        if (strcmp(names.items[i], r->name) == 0)
            continue;
        status = qn_remote_of(r->ctx, r->scope->repo, names.items[i], NULL,
                              false, &r->remotes[r->count]);
        if (!status)
            r->count++;
    }
    qn_arena_dispose(&arena);
    return status;
}

static enum qn_status delete_refs(struct remover *r)
{
    enum qn_status status =
        qn_ref_transaction_new(r->ctx, r->scope->refs, &r->transaction);

    if (!status)
        status = qn_refs_walk(r->ctx, r->scope->refs, "",
                              QN_REFS_INCLUDE_BROKEN, doom_ref, r);
    if (!status && r->doomed)
        status = qn_repo_commit_refs(r->ctx, r->scope->repo, r->transaction);
    qn_ref_transaction_free(r->transaction);
    return status;
}

enum qn_status qn_op_remote_remove(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *name, qn_op_remote_kept_fn *kept,
                                   void *data)
{
    struct remover r = {
        .ctx = ctx, .scope = scope, .name = name, .kept = kept, .data = data};
    enum qn_status status = open_remotes(&r);

    if (!status && !r.remotes[0]->is_in_repo)
        status = qn_op_remote_fail_missing(ctx, name);
    if (!status)
        status = qn_op_remote_follow(ctx, scope->repo, name, NULL);
    if (!status)
        status = delete_refs(&r);
    if (!status)
        status = qn_op_remote_move_section(ctx, scope->repo, name, NULL);
    while (r.count)
        qn_remote_free(r.remotes[--r.count]);
    qn_memory_free(r.remotes);
    return status;
}
