/* SPDX-License-Identifier: MIT */
/* Upstream and push destination of a branch; git-config(1) branch.*, remote.*,
 * push.default. */
#include "repo/remote.h"
#include "walk/revision_parts.h"

#include <string.h>

static const char *branch_key(struct qn_ctx *ctx,
                              const struct qn_config *config,
                              const char *section, const char *name,
                              const char *key, struct qn_buf *scratch)
{
    qn_buf_clear(scratch);
    if (qn_buf_printf(ctx, scratch, "%s.%s.%s", section, name, key))
        return NULL;
    return qn_config_string(config, qn_buf_string(scratch), NULL);
}

/* Map `name` by the fetch refspecs of the remote; `*matched`.  Negative ones
 * say nothing here, as in Git.  Read straight from the configuration, since
 * this is asked for each of many branches. */
static enum qn_status map_fetch(struct qn_ctx *ctx, struct qn_repo *repo,
                                const char *remote, const char *name,
                                struct qn_buf *out, bool *matched)
{
    const struct qn_config *config = qn_repo_config(repo);
    const struct qn_config_entry *entry = NULL;
    const struct qn_remote *old = NULL;
    struct qn_buf key = QN_BUF_INIT;
    size_t start = out->size;
    enum qn_status status = qn_buf_printf(ctx, &key, "remote.%s.fetch", remote);

    *matched = false;
    if (!status)
        entry = qn_config_find(config, qn_buf_string(&key));
    if (!status && !entry)
        status = qn_remote_of_files(ctx, repo, remote, &old);
    if (!status && old)
        status = qn_remote_map(ctx, &old->fetch, name, out, matched);
    /* From the last on: what the first one says is left. */
    for (; entry && !status; entry = qn_config_previous(config, entry)) {
        struct qn_refspec refspec = QN_REFSPEC_INIT;
        struct qn_buf mapped = QN_BUF_INIT;
        bool found = false;

        if (!entry->value)
            continue;
        status =
            qn_refspec_parse(ctx, entry->value, QN_REFSPEC_FETCH, &refspec);
        if (!status && !refspec.is_negative)
            status = qn_refspec_map(ctx, &refspec, qn_bytes_from_string(name),
                                    &mapped, &found);
        if (!status && found) {
            *matched = true;
            qn_buf_truncate(out, start);
            status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&mapped));
        }
        qn_buf_dispose(&mapped);
        qn_refspec_dispose(&refspec);
    }
    qn_buf_dispose(&key);
    return status;
}

static void turn_round(struct qn_remote_refspecs *list)
{
    size_t i;

    for (i = 0; i < list->count / 2; i++) {
        struct qn_refspec other = list->items[i];

        list->items[i] = list->items[list->count - 1 - i];
        list->items[list->count - 1 - i] = other;
    }
}

/* By its push refspecs, negative ones too; QN_INVALID when there are some and
 * none of them says where. */
static enum qn_status map_push(struct qn_ctx *ctx, struct qn_repo *repo,
                               const char *remote, const char *name,
                               struct qn_buf *out, bool *matched)
{
    const struct qn_config *config = qn_repo_config(repo);
    const struct qn_config_entry *entry = NULL;
    struct qn_remote_refspecs list = {0};
    const struct qn_remote *old = NULL;
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &key, "remote.%s.push", remote);

    *matched = false;
    if (!status)
        entry = qn_config_find(config, qn_buf_string(&key));
    if (!status && !entry)
        status = qn_remote_of_files(ctx, repo, remote, &old);
    for (; entry && !status; entry = qn_config_previous(config, entry))
        if (entry->value)
            status = qn_remote_refspecs_add(ctx, &list, entry->value,
                                            QN_REFSPEC_PUSH);
    turn_round(&list); /* it was read from the last on */
    if (!status)
        status =
            qn_remote_map(ctx, old ? &old->push : &list, name, out, matched);
    if (!status && !*matched && (old ? &old->push : &list)->count)
        status =
            qn_ctx_fail_reason(ctx, QN_INVALID, "revision.no-push", name,
                               "push refspecs for '%s' do not include '%s'",
                               remote, name + strlen("refs/heads/"));
    qn_remote_refspecs_dispose(&list);
    qn_buf_dispose(&key);
    return status;
}

static enum qn_status has_branch(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *branch, bool *out)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &name, "refs/heads/%s", branch);

    if (!status)
        status =
            qn_refs_find(ctx, scope->refs, qn_buf_string(&name), &ref, out);
    qn_buf_dispose(&name);
    qn_ref_dispose(&ref);
    return status;
}

enum qn_status qn_revision_upstream(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const char *branch, struct qn_buf *out)
{
    const struct qn_config *config = qn_repo_config(scope->repo);
    struct qn_buf key = QN_BUF_INIT;
    const char *remote =
        branch_key(ctx, config, "branch", branch, "remote", &key);
    const char *merge =
        branch_key(ctx, config, "branch", branch, "merge", &key);
    bool exists = true;
    bool matched = false;
    enum qn_status status = QN_OK;

    if (!remote || !merge) {
        status = has_branch(ctx, scope, branch, &exists);
        if (!status)
            status = exists
                         ? qn_ctx_fail_reason(
                               ctx, QN_INVALID, "revision.no-upstream", branch,
                               "no upstream configured for branch '%s'", branch)
                         : qn_ctx_fail_reason(ctx, QN_INVALID,
                                              "revision.no-branch", branch,
                                              "no such branch: '%s'", branch);
    } else if (strcmp(remote, ".") == 0) {
        status = qn_buf_append_string(ctx, out, merge);
    } else {
        status = map_fetch(ctx, scope->repo, remote, merge, out, &matched);
        if (!status && !matched)
            status = qn_ctx_fail_reason(
                ctx, QN_INVALID, "revision.no-tracking", merge,
                "upstream branch '%s' not stored as a remote-tracking branch",
                merge);
    }
    qn_buf_dispose(&key);
    return status;
}

/* Where the remote's branch `name` is kept here. */
static enum qn_status track(struct qn_ctx *ctx, struct qn_repo *repo,
                            const char *remote, const char *name,
                            struct qn_buf *out)
{
    bool matched = false;
    enum qn_status status = map_fetch(ctx, repo, remote, name, out, &matched);

    if (!status && !matched)
        status = qn_ctx_fail_reason(
            ctx, QN_INVALID, "revision.no-tracking", name,
            "push destination '%s' on remote '%s' has no local tracking branch",
            name, remote);
    return status;
}

static const char *push_remote(struct qn_ctx *ctx,
                               const struct qn_config *config,
                               const char *branch, struct qn_buf *key)
{
    const char *name =
        branch_key(ctx, config, "branch", branch, "pushremote", key);

    if (!name)
        name = qn_config_string(config, "remote.pushdefault", NULL);
    if (!name)
        name = branch_key(ctx, config, "branch", branch, "remote", key);
    return name ? name : "origin";
}

static enum qn_status push_simple(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *branch, const char *remote,
                                  const char *full, struct qn_buf *out)
{
    struct qn_buf upstream = QN_BUF_INIT;
    struct qn_buf own = QN_BUF_INIT;
    enum qn_status status = qn_revision_upstream(ctx, scope, branch, &upstream);

    if (!status)
        status = track(ctx, scope->repo, remote, full, &own);
    if (!status &&
        !qn_bytes_is_equal(qn_buf_bytes(&upstream), qn_buf_bytes(&own)))
        status = qn_ctx_fail_reason(
            ctx, QN_INVALID, "revision.no-push", branch,
            "cannot resolve 'simple' push to a single destination");
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&own));
    qn_buf_dispose(&upstream);
    qn_buf_dispose(&own);
    return status;
}

static enum qn_status push_by_default(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *branch, const char *remote,
                                      const char *full, struct qn_buf *out)
{
    const struct qn_config *config = qn_repo_config(scope->repo);
    const char *mode = qn_config_string(config, "push.default", "simple");
    bool is_mirror = false;
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &key, "remote.%s.mirror", remote);
    if (!status)
        status =
            qn_config_bool(ctx, config, qn_buf_string(&key), false, &is_mirror);
    qn_buf_dispose(&key);
    if (status)
        return status;
    if (is_mirror || strcmp(mode, "current") == 0 ||
        strcmp(mode, "matching") == 0)
        return track(ctx, scope->repo, remote, full, out);
    if (strcmp(mode, "nothing") == 0)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "revision.no-push", branch,
            "push has no destination (push.default is 'nothing')");
    if (strcmp(mode, "upstream") == 0 || strcmp(mode, "tracking") == 0)
        return qn_revision_upstream(ctx, scope, branch, out);
    return push_simple(ctx, scope, branch, remote, full, out);
}

enum qn_status qn_revision_push(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const char *branch, struct qn_buf *out)
{
    const struct qn_config *config = qn_repo_config(scope->repo);
    struct qn_buf key = QN_BUF_INIT;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_buf there = QN_BUF_INIT;
    const char *remote = push_remote(ctx, config, branch, &key);
    bool matched = false;
    enum qn_status status;

    status = qn_buf_printf(ctx, &full, "refs/heads/%s", branch);
    if (!status)
        status = map_push(ctx, scope->repo, remote, qn_buf_string(&full),
                          &there, &matched);
    if (!status && matched)
        status = track(ctx, scope->repo, remote, qn_buf_string(&there), out);
    else if (!status)
        status = push_by_default(ctx, scope, branch, remote,
                                 qn_buf_string(&full), out);
    qn_buf_dispose(&key);
    qn_buf_dispose(&full);
    qn_buf_dispose(&there);
    return status;
}
