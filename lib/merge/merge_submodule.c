/* SPDX-License-Identifier: MIT */
/* Commits of a submodule that both sides moved: one may be an ancestor of the
 * other; else what the submodule has merged already is offered. */
#include "base/memory.h"
#include "merge/merge_state.h"
#include "object/commit.h"
#include "os/file.h"
#include "walk/commit_walk.h"
#include "walk/revision_args.h"

struct submodule {
    struct qn_merge_state *m;
    struct qn_content_merge *merge;
    struct qn_revision_scope scope;
};

static enum qn_status open_submodule(struct submodule *s, bool *found)
{
    struct qn_ctx *ctx = s->m->ctx;
    struct qn_repo_open_options open = {.ignores_variables = true};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    *found = false;
    if (!s->m->options->directory)
        return QN_OK;
    status = qn_buf_printf(ctx, &path, "%s/%.*s/.git", s->m->options->directory,
                           QN_BYTES_ARG(s->merge->path));
    if (!status && !qn_file_exists(qn_buf_string(&path)) &&
        s->m->options->git_directory) {
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/modules/%.*s",
                               s->m->options->git_directory,
                               QN_BYTES_ARG(s->merge->path));
    }
    open.git_directory = qn_buf_string(&path);
    if (!status && qn_file_exists(qn_buf_string(&path))) {
        *found = true;
        if (qn_repo_open(ctx, &open, &s->scope.repo)) {
            qn_ctx_clear(ctx);
            *found = false;
        }
    }
    if (!status && *found)
        status = qn_repo_odb(ctx, s->scope.repo, &s->scope.odb);
    if (!status && *found)
        status = qn_repo_refs(ctx, s->scope.repo, &s->scope.refs);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status fail(struct submodule *s, const char *type,
                           const char *reason)
{
    struct qn_bytes path = s->merge->path;

    return qn_merge_state_say(s->m, path, type, &path, 1,
                              "Failed to merge submodule %.*s%s",
                              QN_BYTES_ARG(path), reason);
}

/* For the advice at the end of a merge. */
static enum qn_status note(struct submodule *s, bool is_reachable)
{
    struct qn_tree_merge_result *result = s->m->result;
    struct qn_tree_merge_submodule *made;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 7;
    enum qn_status status;
    char *name;

    if (s->m->depth)
        return QN_OK;
    status = qn_memory_grow(s->m->ctx, &result->submodules,
                            &result->submodule_capacity,
                            result->submodule_count + 1, sizeof(*made));
    if (status)
        return status;
    name = qn_arena_copy(s->m->ctx, &result->arena, s->merge->path);
    if (!name)
        return QN_NO_MEMORY;
    qn_id_to_hex(&s->merge->versions[2].id, hex);
    if (is_reachable)
        status = qn_odb_abbreviate(s->m->ctx, s->scope.odb,
                                   &s->merge->versions[2].id, 0, &digits);
    made = &result->submodules[result->submodule_count++];
    made->path = qn_bytes_make(name, s->merge->path.size);
    made->short_id[0] = '\0';
    if (!status && is_reachable) {
        memcpy(made->short_id, hex, digits);
        made->short_id[digits] = '\0';
    }
    return status;
}

static enum qn_status has_commits(struct submodule *s, bool *out)
{
    enum qn_status status = QN_OK;
    int i;

    *out = true;
    for (i = 0; i < 3 && !status && *out; i++)
        status = qn_odb_exists(s->m->ctx, s->scope.odb,
                               &s->merge->versions[i].id, out);
    return status;
}

static enum qn_status is_ancestor(struct submodule *s, int a, int b, bool *out)
{
    return qn_merge_base_is_ancestor(s->m->ctx, &s->scope,
                                     &s->merge->versions[a].id,
                                     &s->merge->versions[b].id, out);
}

/* Merges that have both commits, the nearest ones. */
static enum qn_status find_merges(struct submodule *s, struct qn_id_list *out)
{
    struct qn_ctx *ctx = s->m->ctx;
    char excluded[QN_ID_MAX_HEX_SIZE + 2] = "^";
    const char *words[] = {"--all", "--merges", "--ancestry-path", excluded};
    struct qn_revision_args args;
    struct qn_commit_walk *walk = NULL;
    struct qn_id_list all = {0};
    struct qn_walk_commit commit;
    enum qn_status status;
    size_t i, j;

    qn_id_to_hex(&s->merge->versions[1].id, excluded + 1);
    qn_revision_args_init(&args);
    status = qn_revision_args_parse(ctx, &s->scope, &args, words,
                                    QN_COUNT_OF(words), NULL, NULL);
    if (!status)
        status = qn_commit_walk_new(ctx, &s->scope, &args.walk, &walk);
    if (!status)
        status = qn_revision_args_start(ctx, &args, walk);
    while (!status) {
        bool has_theirs = false;

        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status)
            status = qn_merge_base_is_ancestor(ctx, &s->scope,
                                               &s->merge->versions[2].id,
                                               &commit.id, &has_theirs);
        if (!status && has_theirs)
            status = qn_id_list_add(ctx, &all, &commit.id);
    }
    if (status == QN_END)
        status = QN_OK;
    for (i = 0; i < all.count && !status; i++) {
        bool contains = false;

        for (j = 0; j < all.count && !status && !contains; j++)
            if (i != j)
                status = qn_merge_base_is_ancestor(ctx, &s->scope, &all.ids[j],
                                                   &all.ids[i], &contains);
        if (!status && !contains)
            status = qn_id_list_add(ctx, out, &all.ids[i]);
    }
    qn_id_list_dispose(&all);
    qn_commit_walk_free(walk);
    qn_revision_args_dispose(&args);
    return status;
}

/* "    <short id> <subject>\n" */
static enum qn_status append_line(struct submodule *s, const struct qn_id *id,
                                  struct qn_buf *out)
{
    struct qn_ctx *ctx = s->m->ctx;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status =
        qn_odb_read_typed(ctx, s->scope.odb, id, QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(s->scope.odb), &commit);
    if (!status)
        status = qn_odb_abbreviate(ctx, s->scope.odb, id, 0, &digits);
    if (!status) {
        struct qn_bytes message = commit.message;
        struct qn_bytes line = QN_BYTES_NONE;

        while (qn_bytes_next(&message, '\n', &line) && !line.size)
            ;
        qn_id_to_hex(id, hex);
        status = qn_buf_printf(ctx, out, "    %.*s %.*s\n", (int)digits, hex,
                               QN_BYTES_ARG(line));
    }
    qn_object_dispose(&object);
    return status;
}

static enum qn_status offer(struct submodule *s)
{
    struct qn_id_list merges = {0};
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = find_merges(s, &merges);
    size_t i;

    if (!status && merges.count)
        status = qn_buf_append_string(
            s->m->ctx, &text,
            merges.count == 1 ? ", but a possible merge resolution exists: "
                              : ", but multiple possible merges exist:\n");
    for (i = 0; i < merges.count && !status; i++)
        status = append_line(s, &merges.ids[i], &text);
    if (!status)
        status = fail(s,
                      merges.count ? "CONFLICT (submodule with possible "
                                     "resolution)"
                                   : "CONFLICT (submodule)",
                      qn_buf_string(&text));
    if (!status)
        status = note(s, true);
    qn_id_list_dispose(&merges);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status fast_forward(struct submodule *s, int to)
{
    struct qn_content_merge *merge = s->merge;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    merge->is_clean = true;
    merge->result.id = merge->versions[to].id;
    return qn_merge_state_say(
        s->m, merge->path, "Fast forwarding submodule", &merge->path, 1,
        "Note: Fast-forwarding submodule %.*s to %s", QN_BYTES_ARG(merge->path),
        qn_id_to_hex(&merge->versions[to].id, hex));
}

static enum qn_status merge_checked_out(struct submodule *s)
{
    bool yes = false;
    enum qn_status status = has_commits(s, &yes);

    if (status)
        return status;
    if (!yes) {
        status = fail(s, "CONFLICT (submodule history not available)",
                      " (commits not present)");
        return status ? status : note(s, false);
    }
    status = is_ancestor(s, 0, 1, &yes);
    if (!status && yes)
        status = is_ancestor(s, 0, 2, &yes);
    if (!status && !yes) {
        status = fail(s, "CONFLICT (submodule may have rewinds)",
                      " (commits don't follow merge-base)");
        return status ? status : note(s, true);
    }
    if (!status)
        status = is_ancestor(s, 1, 2, &yes);
    if (!status && yes)
        return fast_forward(s, 2);
    if (!status)
        status = is_ancestor(s, 2, 1, &yes);
    if (!status && yes)
        return fast_forward(s, 1);
    return status || s->m->depth ? status : offer(s);
}

enum qn_status qn_merge_submodule_run(struct qn_merge_state *m,
                                      struct qn_content_merge *merge)
{
    struct submodule s = {.m = m, .merge = merge};
    enum qn_status status;
    bool found = false;

    merge->is_clean = false;
    merge->result.id = merge->versions[m->depth ? 0 : 1].id;
    status = open_submodule(&s, &found);
    if (!status && !found) {
        status = fail(&s, "CONFLICT (submodule not initialized)",
                      " (not checked out)");
        if (!status)
            status = note(&s, false);
    } else if (!status && !merge->versions[0].mode) {
        status = fail(&s, "CONFLICT (submodule lacks merge base)",
                      " (no merge base)");
        if (!status)
            status = note(&s, true);
    } else if (!status) {
        status = merge_checked_out(&s);
    }
    qn_refs_free(s.scope.refs);
    qn_odb_free(s.scope.odb);
    if (s.scope.repo)
        qn_repo_release(s.scope.repo);
    return status;
}
