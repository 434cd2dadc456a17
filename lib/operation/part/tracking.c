/* SPDX-License-Identifier: MIT */
#include "operation/part/tracking.h"

#include "config/config_edit.h"
#include "repo/remote.h"

#include <string.h>

#define HEADS "refs/heads/"

struct tracker {
    struct qn_ctx *ctx;
    struct qn_repo *repo;
    const struct qn_config *config;
    const struct qn_tracking *tracking;
    struct qn_buf remote;  /* "": this repository */
    bool is_inherited;     /* what the start tracks */
    struct qn_buf remotes; /* all that match, for the advice */
    struct qn_buf merges;  /* full names there, a line each */
    size_t matches;
};

static const char *short_of(const char *name)
{
    return strncmp(name, HEADS, strlen(HEADS)) == 0 ? name + strlen(HEADS)
                                                    : name;
}

enum qn_status qn_tracking_default(struct qn_ctx *ctx,
                                   const struct qn_config *config,
                                   enum qn_tracking_mode *out)
{
    const char *value = qn_config_string(config, "branch.autosetupmerge", NULL);
    bool is_on = true;
    enum qn_status status = QN_OK;

    *out = QN_TRACKING_REMOTE;
    if (value && strcmp(value, "always") == 0)
        *out = QN_TRACKING_ALWAYS;
    else if (value && strcmp(value, "inherit") == 0)
        *out = QN_TRACKING_INHERIT;
    else if (value && strcmp(value, "simple") == 0)
        *out = QN_TRACKING_SIMPLE;
    else
        status =
            qn_config_bool(ctx, config, "branch.autosetupmerge", true, &is_on);
    if (!is_on)
        *out = QN_TRACKING_NEVER;
    return status;
}

enum qn_status qn_tracking_can_be(struct qn_ctx *ctx,
                                  const struct qn_repo *repo, const char *name,
                                  bool *out)
{
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_sources sources = {0};
    enum qn_status status = QN_OK;

    *out = strncmp(name, HEADS, strlen(HEADS)) == 0;
    if (!*out) {
        status = qn_remote_find_sources(ctx, qn_repo_config(repo), name, &arena,
                                        &sources);
        *out = sources.count > 0;
    }
    qn_arena_dispose(&arena);
    return status;
}

static enum qn_status find_remote(struct tracker *t)
{
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_sources sources = {0};
    enum qn_status status = qn_remote_find_sources(
        t->ctx, t->config, t->tracking->start, &arena, &sources);
    size_t i;

    if (!status && sources.count) {
        status =
            qn_buf_append_string(t->ctx, &t->remote, sources.items[0].remote);
        if (!status)
            status = qn_buf_printf(t->ctx, &t->merges, "%s\n",
                                   sources.items[0].name);
    }
    for (i = 0; !status && i < sources.count; i++)
        status = qn_buf_printf(t->ctx, &t->remotes, "  %s\n",
                               sources.items[i].remote);
    t->matches = sources.count;
    qn_arena_dispose(&arena);
    if (status || t->matches < 2)
        return status;
    qn_ctx_report(t->ctx, QN_REPORT_INFO, "tracking.ambiguous",
                  "fatal: not tracking: ambiguous information for ref '%s'",
                  t->tracking->start);
    qn_ctx_report(t->ctx, QN_REPORT_HINT, "advice.ambiguousFetchRefspec",
                  "There are multiple remotes whose fetch refspecs map to the "
                  "remote\ntracking ref '%s':\n%s\nThis is typically a "
                  "configuration error.\n\nTo support setting up tracking "
                  "branches, ensure that\ndifferent remotes' fetch refspecs "
                  "map into different\ntracking namespaces.",
                  t->tracking->start, qn_buf_string(&t->remotes));
    return qn_ctx_fail_reason(t->ctx, QN_AMBIGUOUS, "tracking.ambiguous", NULL,
                              "the start is tracked from several remotes");
}

/* What the start tracks; `*found` false: it was said what is missing. */
static enum qn_status inherit(struct tracker *t, bool *found)
{
    const char *start = short_of(t->tracking->start);
    struct qn_buf key = QN_BUF_INIT;
    const char *remote;
    enum qn_status status =
        qn_buf_printf(t->ctx, &key, "branch.%s.remote", start);
    size_t i;

    *found = false;
    remote = qn_config_string(t->config, qn_buf_string(&key), NULL);
    if (!status && !remote) {
        qn_ctx_report(t->ctx, QN_REPORT_WARNING, "tracking.no-remote",
                      "asked to inherit tracking from '%s', but no remote is "
                      "set",
                      start);
        goto out;
    }
    t->is_inherited = true;
    if (!status && strcmp(remote, ".") != 0)
        status = qn_buf_append_string(t->ctx, &t->remote, remote);
    qn_buf_clear(&key);
    if (!status)
        status = qn_buf_printf(t->ctx, &key, "branch.%s.merge", start);
    for (i = 0; i < qn_config_count(t->config) && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(t->config, i);

        if (entry->value && strcmp(entry->key, qn_buf_string(&key)) == 0)
            status = qn_buf_printf(t->ctx, &t->merges, "%s\n", entry->value);
    }
    *found = t->merges.size > 0;
    if (!status && !*found)
        qn_ctx_report(t->ctx, QN_REPORT_WARNING, "tracking.no-merge",
                      "asked to inherit tracking from '%s', but no merge "
                      "configuration is set",
                      start);
out:
    qn_buf_dispose(&key);
    return status;
}

/* branch.autoSetupRebase */
enum qn_status qn_tracking_check(struct qn_ctx *ctx,
                                 const struct qn_config *config)
{
    static const char *const words[] = {"never", "local", "remote", "always"};
    const char *value =
        qn_config_string(config, "branch.autosetuprebase", "never");
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (strcmp(value, words[i]) == 0)
            return QN_OK;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "config.bad-value",
                  "malformed value for branch.autosetuprebase");
    return qn_config_fail_entry(
        ctx, qn_config_find(config, "branch.autosetuprebase"));
}

static enum qn_status wants_rebase(struct tracker *t, bool *out)
{
    const char *value =
        qn_config_string(t->config, "branch.autosetuprebase", "never");
    bool is_remote = t->remote.size > 0;

    *out = strcmp(value, "always") == 0 ||
           (strcmp(value, "local") == 0 && !is_remote) ||
           (strcmp(value, "remote") == 0 && is_remote);
    return qn_tracking_check(t->ctx, t->config);
}

static enum qn_status set_key(struct tracker *t, const char *path,
                              const char *key, const char *value)
{
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(t->ctx, &full, "branch.%s.%s", t->tracking->branch, key);

    if (!status)
        status = qn_config_edit_set(t->ctx, path, qn_buf_string(&full), value);
    qn_buf_dispose(&full);
    return status;
}

/* All old values of .merge go, the new ones come: behind .remote. */
static enum qn_status set_merges(struct tracker *t, const char *path)
{
    struct qn_bytes rest = qn_buf_bytes(&t->merges);
    struct qn_buf key = QN_BUF_INIT, value = QN_BUF_INIT;
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    struct qn_bytes line;
    enum qn_status status =
        qn_buf_printf(t->ctx, &key, "branch.%s.merge", t->tracking->branch);

    if (!status)
        status = qn_config_edit_unset(t->ctx, path, qn_buf_string(&key));
    edit.key = qn_buf_string(&key);
    edit.appends = true;
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        qn_buf_clear(&value);
        status = qn_buf_append_bytes(t->ctx, &value, line);
        edit.value = qn_buf_string(&value);
        if (!status)
            status = qn_config_edit_file(t->ctx, path, &edit);
    }
    qn_buf_dispose(&key);
    qn_buf_dispose(&value);
    return status;
}

static enum qn_status append_name(struct tracker *t, struct qn_bytes merge,
                                  struct qn_buf *out)
{
    bool is_branch = qn_bytes_has_prefix(merge, HEADS);

    if (is_branch)
        merge = qn_bytes_from(merge, strlen(HEADS));
    if (is_branch && t->is_inherited && !t->remote.size)
        return qn_buf_printf(t->ctx, out, "./%.*s", QN_BYTES_ARG(merge));
    if (is_branch && t->remote.size)
        return qn_buf_printf(t->ctx, out, "%s/%.*s", qn_buf_string(&t->remote),
                             QN_BYTES_ARG(merge));
    return qn_buf_append_bytes(t->ctx, out, merge);
}

static enum qn_status tell(struct tracker *t, bool rebases, struct qn_buf *said)
{
    const char *how = rebases ? " by rebasing" : "";
    struct qn_bytes rest = qn_buf_bytes(&t->merges);
    struct qn_bytes line = QN_BYTES_NONE;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status;

    (void)qn_bytes_next(&rest, '\n', &line);
    if (!rest.size) {
        status = append_name(t, line, &name);
        if (!status)
            status = qn_buf_printf(
                t->ctx, said, "branch '%s' set up to track '%s'%s.\n",
                t->tracking->branch, qn_buf_string(&name), how);
        qn_buf_dispose(&name);
        return status;
    }
    rest = qn_buf_bytes(&t->merges);
    status = qn_buf_printf(t->ctx, said, "branch '%s' set up to track%s:\n",
                           t->tracking->branch, rebases ? " by rebasing" : "");
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        status = qn_buf_append_string(t->ctx, said, "  ");
        if (!status)
            status = append_name(t, line, said);
        if (!status)
            status = qn_buf_append_byte(t->ctx, said, '\n');
    }
    return status;
}

/* The branch itself, in this repository. */
static bool is_own(const struct tracker *t)
{
    struct qn_bytes merge = qn_buf_bytes(&t->merges);

    return !t->remote.size && qn_bytes_has_prefix(merge, HEADS) &&
           merge.size == strlen(HEADS) + strlen(t->tracking->branch) + 1 &&
           memcmp(merge.data + strlen(HEADS), t->tracking->branch,
                  strlen(t->tracking->branch)) == 0;
}

static enum qn_status install(struct tracker *t, struct qn_buf *said)
{
    struct qn_buf path = QN_BUF_INIT;
    bool rebases = false;
    enum qn_status status = wants_rebase(t, &rebases);

    if (!status && is_own(t)) {
        qn_ctx_report(t->ctx, QN_REPORT_WARNING, "tracking.own",
                      "not setting branch '%s' as its own upstream",
                      t->tracking->branch);
        return QN_OK;
    }
    if (!status)
        status = qn_repo_path(t->ctx, t->repo, "config", &path);
    if (!status)
        status = set_key(t, qn_buf_string(&path), "remote",
                         t->remote.size ? qn_buf_string(&t->remote) : ".");
    if (!status)
        status = set_merges(t, qn_buf_string(&path));
    if (!status && rebases)
        status = set_key(t, qn_buf_string(&path), "rebase", "true");
    if (!status)
        status = qn_repo_reload_config(t->ctx, t->repo);
    qn_buf_dispose(&path);
    return status || !said ? status : tell(t, rebases, said);
}

enum qn_status qn_tracking_record(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *branch, const char *remote,
                                  const char *merge, struct qn_buf *said)
{
    const struct qn_tracking tracking = {.branch = branch};
    struct tracker t = {.ctx = ctx,
                        .repo = repo,
                        .config = qn_repo_config(repo),
                        .tracking = &tracking};
    enum qn_status status = QN_OK;

    if (strcmp(remote, ".") != 0)
        status = qn_buf_append_string(ctx, &t.remote, remote);
    if (!status)
        status = qn_buf_printf(ctx, &t.merges, "%s\n", merge);
    if (!status)
        status = install(&t, said);
    qn_buf_dispose(&t.remote);
    qn_buf_dispose(&t.merges);
    return status;
}

/* Does the branch have the name it has at the remote? */
static bool has_same_name(const struct tracker *t)
{
    struct qn_bytes merge = qn_buf_bytes(&t->merges);

    return qn_bytes_has_prefix(merge, HEADS) &&
           merge.size == strlen(HEADS) + strlen(t->tracking->branch) + 1 &&
           memcmp(merge.data + strlen(HEADS), t->tracking->branch,
                  strlen(t->tracking->branch)) == 0;
}

enum qn_status qn_tracking_set(struct qn_ctx *ctx, struct qn_repo *repo,
                               const struct qn_tracking *tracking,
                               struct qn_buf *said)
{
    struct tracker t = {.ctx = ctx,
                        .repo = repo,
                        .config = qn_repo_config(repo),
                        .tracking = tracking};
    enum qn_tracking_mode mode = tracking->mode;
    enum qn_status status = QN_OK;
    bool goes = mode != QN_TRACKING_NEVER;

    if (mode == QN_TRACKING_INHERIT)
        status = inherit(&t, &goes);
    else if (goes)
        status = find_remote(&t);
    if (!status && goes && !t.merges.size) {
        if (mode == QN_TRACKING_REMOTE || mode == QN_TRACKING_SIMPLE)
            goes = false;
        else
            status = qn_buf_printf(ctx, &t.merges, "%s\n", tracking->start);
    }
    if (!status && goes && mode == QN_TRACKING_SIMPLE && !has_same_name(&t))
        goes = false;
    if (!status && goes)
        status = install(&t, said);
    qn_buf_dispose(&t.remote);
    qn_buf_dispose(&t.remotes);
    qn_buf_dispose(&t.merges);
    return status;
}
