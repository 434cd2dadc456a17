/* SPDX-License-Identifier: MIT */
#include "operation/part/keep_tips.h"

#include "base/buf.h"
#include "base/memory.h"
#include "index/cache_tree.h"
#include "index/index.h"
#include "os/directory.h"
#include "os/file.h"

struct collection {
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_refs *refs;
    struct qn_id_map *tips;
    const char *prefix; /* of the names of a work tree's own refs */
};

static enum qn_status add(struct qn_ctx *ctx, struct collection *c,
                          const struct qn_id *id)
{
    enum qn_status status;
    uint32_t position;
    bool exists = false, is_new;

    if (qn_id_is_null(id) || qn_id_map_find(c->tips, id) != QN_ID_MAP_NONE)
        return QN_OK;
    status = qn_odb_exists(ctx, c->odb, id, &exists);
    if (!status && exists)
        status = qn_id_map_put(ctx, c->tips, id, &position, &is_new);
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    return ref->is_symbolic ? QN_OK : add(ctx, data, &ref->id);
}

static enum qn_status add_entry(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    enum qn_status status = add(ctx, data, &entry->old_id);

    return status ? status : add(ctx, data, &entry->new_id);
}

static enum qn_status add_log(struct qn_ctx *ctx, void *data, const char *name)
{
    struct collection *c = data;

    return qn_reflog_walk(ctx, c->refs, name, false, add_entry, c);
}

static enum qn_status add_nodes(struct qn_ctx *ctx, struct collection *c,
                                struct qn_cache_tree_node *root)
{
    struct qn_cache_tree_node **stack = NULL;
    size_t count = 0, capacity = 0, i;
    enum qn_status status = QN_OK;

    if (root)
        status = qn_memory_grow(ctx, &stack, &capacity, 1, sizeof(*stack));
    if (root && !status)
        stack[count++] = root;
    while (count > 0 && !status) {
        struct qn_cache_tree_node *node = stack[--count];

        if (node->entry_count >= 0)
            status = add(ctx, c, &node->id);
        if (!status)
            status =
                qn_memory_grow(ctx, &stack, &capacity,
                               count + node->child_count + 1, sizeof(*stack));
        for (i = 0; i < node->child_count && !status; i++)
            stack[count++] = node->children[i];
    }
    qn_memory_free(stack);
    return status;
}

static enum qn_status add_index(struct qn_ctx *ctx, struct collection *c,
                                const char *path)
{
    struct qn_index *index = NULL;
    enum qn_status status;
    size_t i, stage;

    status = qn_index_read(ctx, path, qn_repo_algorithm(c->repo), &index);
    for (i = 0; !status && i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);

        if ((entry->mode & 0170000u) != 0160000u)
            status = add(ctx, c, &entry->id);
    }
    if (!status)
        status = add_nodes(ctx, c, qn_cache_tree_peek(index));
    for (i = 0; !status && i < qn_index_resolve_undo_count(index); i++) {
        const struct qn_index_resolve_undo *undo =
            qn_index_resolve_undo_at(index, i);

        for (stage = 0; stage < 3 && !status; stage++)
            if (undo->mode[stage])
                status = add(ctx, c, &undo->id[stage]);
    }
    qn_index_free(index);
    return status;
}

/* The refs of its own, their logs and the index.  `directory`: its own. */
static enum qn_status add_work_tree(struct qn_ctx *ctx, struct collection *c,
                                    const char *prefix, const char *directory)
{
    static const char *const own[] = {"HEAD", "refs/bisect/", "refs/worktree/",
                                      "refs/rewritten/"};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_ref head = QN_REF_INIT;
    enum qn_status status;
    bool found = false;
    size_t i;

    status = qn_buf_printf(ctx, &text, "%sHEAD", prefix);
    if (!status)
        status =
            qn_refs_resolve(ctx, c->refs, qn_buf_string(&text), &head, &found);
    if (!status && found)
        status = add(ctx, c, &head.id);
    if (!status)
        status = add_log(ctx, c, qn_buf_string(&text));
    for (i = 1; i < QN_COUNT_OF(own) && !status && *prefix; i++) {
        qn_buf_clear(&text);
        status = qn_buf_printf(ctx, &text, "%s%s", prefix, own[i]);
        if (!status)
            status =
                qn_refs_walk(ctx, c->refs, qn_buf_string(&text), 0, add_ref, c);
    }
    qn_buf_clear(&text);
    if (!status)
        status = qn_buf_printf(ctx, &text, "%s/index", directory);
    if (!status)
        status = add_index(ctx, c, qn_buf_string(&text));
    qn_ref_dispose(&head);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status add_work_trees(struct qn_ctx *ctx, struct collection *c)
{
    const char *common = qn_repo_common_directory(c->repo);
    const char *own = qn_repo_git_directory(c->repo);
    bool is_main = strcmp(common, own) == 0;
    struct qn_buf path = QN_BUF_INIT, prefix = QN_BUF_INIT;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    status = add_work_tree(ctx, c, is_main ? "" : "main-worktree/", common);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/worktrees", common);
    if (!status && qn_file_is_directory(qn_buf_string(&path)))
        status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    while (!status && directory && qn_directory_next(directory, &name, &kind)) {
        qn_buf_clear(&path);
        qn_buf_clear(&prefix);
        status = qn_buf_printf(ctx, &path, "%s/worktrees/%s", common, name);
        if (!status && strcmp(qn_buf_string(&path), own) != 0)
            status = qn_buf_printf(ctx, &prefix, "worktrees/%s/", name);
        if (!status)
            status = add_work_tree(ctx, c, qn_buf_string(&prefix),
                                   qn_buf_string(&path));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_clear(&path);
    if (!status) /* GIT_INDEX_FILE may name another one */
        status = qn_repo_path(ctx, c->repo, "index", &path);
    if (!status)
        status = add_index(ctx, c, qn_buf_string(&path));
    qn_buf_dispose(&path);
    qn_buf_dispose(&prefix);
    return status;
}

enum qn_status qn_keep_tips_collect(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_odb *odb, struct qn_id_map *tips)
{
    struct collection c = {.repo = repo, .odb = odb, .tips = tips};
    enum qn_status status = qn_repo_refs(ctx, repo, &c.refs);

    if (!status)
        status =
            qn_refs_walk(ctx, c.refs, "", QN_REFS_INCLUDE_BROKEN, add_ref, &c);
    if (!status)
        status = qn_reflog_list(ctx, c.refs, add_log, &c);
    if (!status)
        status = add_work_trees(ctx, &c);
    qn_refs_free(c.refs);
    return status;
}
