/* SPDX-License-Identifier: MIT */
#include "operation/op_reflog.h"

#include "base/env.h"
#include "hash/id_map.h"
#include "operation/part/whole_objects.h"
#include "os/directory.h"
#include "text/date.h"
#include "text/wildmatch.h"
#include "walk/commit_walk.h"

#include <string.h>

#define DAY              (24 * 3600)
#define TOTAL_DAYS       90
#define UNREACHABLE_DAYS 30

static int64_t now_seconds(struct qn_ctx *ctx)
{
    return qn_date_approximate(qn_ctx_env(ctx), "now", NULL);
}

/* One of the two keys for this ref; the last pattern that fits counts before
 * the plain key. */
static enum qn_status read_time(struct qn_ctx *ctx,
                                const struct qn_config *config,
                                const char *name, const char *variable,
                                int64_t *out)
{
    const struct qn_config_entry *found = NULL;
    const char *value = NULL;
    bool is_by_pattern = false;
    enum qn_status status;
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_bytes key = qn_bytes_from_string(entry->key);
        struct qn_bytes pattern;
        size_t size = strlen(variable);

        if (!qn_bytes_has_prefix(key, "gc.") ||
            !qn_bytes_has_suffix(key, variable) ||
            key.data[key.size - size - 1] != '.')
            continue;
        if (key.size == size + 3) {
            if (!is_by_pattern) {
                value = entry->value;
                found = entry;
            }
            continue;
        }
        pattern = qn_bytes_make(key.data + 3, key.size - size - 4);
        if (!qn_wildmatch_matches(pattern, qn_bytes_from_string(name), 0))
            continue;
        value = entry->value;
        found = entry;
        is_by_pattern = true;
    }
    if (!value)
        return QN_OK;
    status = qn_date_expiry(ctx, value, out);
    if (!status)
        return QN_OK;
    qn_ctx_clear(ctx);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "config.bad-value",
                  "'%s' for '%s' is not a valid timestamp", value, found->key);
    return qn_config_fail_entry(ctx, found);
}

enum qn_status qn_op_reflog_times(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  const char *name, bool has_total,
                                  bool has_unreachable,
                                  struct qn_reflog_expiry *out)
{
    int64_t now = now_seconds(ctx);
    int64_t total = now - (int64_t)TOTAL_DAYS * DAY;
    int64_t unreachable = now - (int64_t)UNREACHABLE_DAYS * DAY;
    enum qn_status status;

    if (strcmp(name, "refs/stash") == 0) /* kept for ever, unless told */
        total = unreachable = 0;
    status = read_time(ctx, config, name, "reflogexpire", &total);
    if (!status)
        status = read_time(ctx, config, name, "reflogexpireunreachable",
                           &unreachable);
    if (!has_total)
        out->total = total;
    if (!has_unreachable)
        out->unreachable = unreachable;
    return status;
}

struct expire_state {
    struct qn_ctx *ctx;
    const struct qn_revision_scope *scope;
    const struct qn_reflog_expiry *expiry;
    struct qn_id_map reached;
    bool has_reached;
    bool knows_none; /* no tip is a commit: all are unreachable */
    enum qn_status status;
};

struct tip_list {
    struct qn_commit_walk *walk;
    const struct qn_revision_scope *scope;
    size_t count;
};

static enum qn_status add_tip(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct tip_list *tips = data;
    struct qn_id commit;
    enum qn_status status = qn_revision_peel(ctx, tips->scope->odb, &ref->id,
                                             QN_OBJECT_COMMIT, &commit);

    if (status) { /* a blob or the like */
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    tips->count++;
    return qn_commit_walk_add(ctx, tips->walk, &commit, 0, NULL);
}

/* All commits that the ref (for HEAD: any ref) reaches. */
static enum qn_status find_reached(struct expire_state *state, const char *name)
{
    const struct qn_walk_options options = {.min_parents = -1,
                                            .max_parents = -1,
                                            .max_count = -1,
                                            .ignores_missing = true};
    struct qn_ctx *ctx = state->ctx;
    struct tip_list tips = {.scope = state->scope};
    struct qn_ref ref = QN_REF_INIT;
    struct qn_walk_commit commit;
    enum qn_status status;
    uint32_t position;
    bool found, is_new;

    status = qn_commit_walk_new(ctx, state->scope, &options, &tips.walk);
    if (!status && strcmp(name, "HEAD") == 0)
        status = qn_refs_walk(ctx, state->scope->refs, "", 0, add_tip, &tips);
    if (!status)
        status = qn_refs_resolve(ctx, state->scope->refs, name, &ref, &found);
    if (!status && found && !ref.is_broken)
        status = add_tip(ctx, &tips, &ref);
    state->knows_none = tips.count == 0;
    while (!status && tips.count) {
        status = qn_commit_walk_next(ctx, tips.walk, &commit);
        if (!status)
            status = qn_id_map_put(ctx, &state->reached, &commit.id, &position,
                                   &is_new);
    }
    qn_commit_walk_free(tips.walk);
    qn_ref_dispose(&ref);
    state->has_reached = true;
    return status == QN_END ? QN_OK : status;
}

/* An id that no tip reaches; what is no commit here is left alone. */
static bool is_lost(struct expire_state *state, const struct qn_id *id)
{
    struct qn_id commit;

    if (qn_id_is_null(id))
        return false;
    if (state->knows_none)
        return true;
    if (qn_revision_peel(state->ctx, state->scope->odb, id, QN_OBJECT_COMMIT,
                         &commit)) {
        qn_ctx_clear(state->ctx);
        return false;
    }
    return qn_id_map_find(&state->reached, &commit) == QN_ID_MAP_NONE;
}

/* --stale-fix */
static bool is_broken(struct expire_state *state, const struct qn_id *id)
{
    bool is_whole = true;

    if (!state->expiry->whole || qn_id_is_null(id) || state->status)
        return false;
    state->status =
        qn_whole_objects_ask(state->ctx, state->expiry->whole, id, &is_whole);
    return !state->status && !is_whole;
}

static bool is_kept(void *data, const struct qn_reflog_entry *entry)
{
    struct expire_state *state = data;
    const struct qn_reflog_expiry *expiry = state->expiry;
    bool goes = entry->seconds < expiry->total ||
                is_broken(state, &entry->old_id) ||
                is_broken(state, &entry->new_id);

    if (!goes && entry->seconds < expiry->unreachable)
        goes = is_lost(state, &entry->old_id) || is_lost(state, &entry->new_id);
    if (expiry->report)
        expiry->report(expiry->data, !goes, entry);
    return !goes;
}

enum qn_status qn_op_reflog_expire(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *name,
                                   const struct qn_reflog_expiry *expiry)
{
    struct expire_state state = {.ctx = ctx, .scope = scope, .expiry = expiry};
    enum qn_status status = QN_OK;

    qn_id_map_init(&state.reached, qn_repo_algorithm(scope->repo));
    if (expiry->unreachable > expiry->total)
        status = find_reached(&state, name);
    if (!status)
        status = qn_reflog_expire(ctx, scope->refs, name, expiry->flags,
                                  is_kept, &state);
    qn_id_map_dispose(&state.reached);
    return status;
}

/* ---- all of them */

struct names {
    struct qn_buf text; /* a NUL behind each */
};

static enum qn_status note_name(struct qn_ctx *ctx, void *data,
                                const char *name)
{
    struct names *names = data;

    return qn_buf_append(ctx, &names->text, name, strlen(name) + 1);
}

static enum qn_status note_if_there(struct qn_ctx *ctx, struct names *names,
                                    struct qn_refs *refs, const char *name)
{
    bool found = false;
    enum qn_status status = qn_reflog_exists(ctx, refs, name, &found);

    return status || !found ? status : note_name(ctx, names, name);
}

/* The logs of the other work trees' HEADs. */
static enum qn_status note_others(struct qn_ctx *ctx, struct names *names,
                                  const struct qn_revision_scope *scope)
{
    const char *own = qn_repo_git_directory(scope->repo);
    const char *common = qn_repo_common_directory(scope->repo);
    struct qn_directory *directory = NULL;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    enum qn_file_kind kind;
    const char *entry;

    if (strcmp(own, common) != 0)
        status = note_if_there(ctx, names, scope->refs, "main-worktree/HEAD");
    if (!status)
        status = qn_buf_printf(ctx, &text, "%s/worktrees", common);
    if (!status && qn_directory_open(ctx, qn_buf_string(&text), &directory))
        qn_ctx_clear(ctx);
    while (!status && directory &&
           qn_directory_next(directory, &entry, &kind)) {
        qn_buf_clear(&text);
        status = qn_buf_printf(ctx, &text, "%s/worktrees/%s", common, entry);
        if (status || strcmp(own, qn_buf_string(&text)) == 0)
            continue;
        qn_buf_clear(&text);
        status = qn_buf_printf(ctx, &text, "worktrees/%s/HEAD", entry);
        if (!status)
            status =
                note_if_there(ctx, names, scope->refs, qn_buf_string(&text));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_op_reflog_each(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 bool is_single, qn_reflog_name_fn *each,
                                 void *data)
{
    struct names names = {.text = QN_BUF_INIT};
    enum qn_status status = qn_reflog_list(ctx, scope->refs, note_name, &names);
    size_t at;

    if (!status && !is_single)
        status = note_others(ctx, &names, scope);
    for (at = 0; at < names.text.size && !status;) {
        const char *name = (const char *)names.text.data + at;

        status = each(ctx, data, name);
        at += strlen(name) + 1;
    }
    qn_buf_dispose(&names.text);
    return status == QN_END ? QN_OK : status;
}
