/* SPDX-License-Identifier: MIT */
/* Where fsck begins: refs, HEADs, reflogs and indexes of all work trees. */
#include "base/memory.h"
#include "hash/hash.h"
#include "index/cache_tree.h"
#include "operation/part/fsck_private.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdlib.h>

struct work_tree {
    char *prefix; /* of names of refs: "", "worktrees/<id>/",
                     "main-worktree/" */
    char *shown;  /* its git directory, in messages */
    bool is_current;
};

struct heads {
    struct qn_fsck *fsck;
    struct work_tree *trees;
    size_t count;
    size_t capacity;
    const struct work_tree *tree; /* that is looked at */
    const char *log;              /* that is walked */
};

enum qn_status qn_fsck_add_head(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                const struct qn_id *id)
{
    enum qn_status status =
        qn_memory_grow(ctx, &fsck->heads, &fsck->head_capacity,
                       fsck->head_count + 1, sizeof(*fsck->heads));

    if (!status)
        fsck->heads[fsck->head_count++] = *id;
    return status;
}

static enum qn_status add_tree(struct qn_ctx *ctx, struct heads *heads,
                               const char *prefix, const char *shown,
                               bool is_current)
{
    enum qn_status status =
        qn_memory_grow(ctx, &heads->trees, &heads->capacity, heads->count + 1,
                       sizeof(*heads->trees));
    struct work_tree *tree;

    if (status)
        return status;
    tree = &heads->trees[heads->count++];
    tree->is_current = is_current;
    tree->prefix = qn_memory_string(ctx, qn_bytes_from_string(prefix));
    tree->shown = qn_memory_string(ctx, qn_bytes_from_string(shown));
    return tree->prefix && tree->shown ? QN_OK : QN_NO_MEMORY;
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in "worktrees", sorted; the caller frees them. */
static enum qn_status list_names(struct qn_ctx *ctx, const char *path,
                                 char ***out, size_t *out_count)
{
    struct qn_directory *directory = NULL;
    size_t count = 0, capacity = 0;
    enum qn_file_kind kind;
    enum qn_status status;
    char **names = NULL;
    const char *name;

    status = qn_directory_open(ctx, path, &directory);
    if (status) {
        qn_ctx_clear(ctx);
        status = QN_OK;
        directory = NULL;
    }
    while (directory && !status && qn_directory_next(directory, &name, &kind)) {
        status =
            qn_memory_grow(ctx, &names, &capacity, count + 1, sizeof(*names));
        if (status)
            break;
        names[count] = qn_memory_string(ctx, qn_bytes_from_string(name));
        status = names[count] ? QN_OK : QN_NO_MEMORY;
        count += names[count] != NULL;
    }
    status = qn_directory_end(ctx, directory, status);
    if (count > 1)
        qsort(names, count, sizeof(*names), compare_strings);
    *out = names;
    *out_count = count;
    return status;
}

static enum qn_status list_trees(struct qn_ctx *ctx, struct heads *heads)
{
    struct qn_repo *repo = heads->fsck->repo;
    const char *common = qn_repo_common_directory(repo);
    bool is_main = strcmp(common, qn_repo_git_directory(repo)) == 0;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    char **names = NULL;
    size_t count = 0, i;
    enum qn_status status;

    status = add_tree(ctx, heads, is_main ? "" : "main-worktree/",
                      heads->fsck->common_shown, is_main);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/worktrees", common);
    if (!status)
        status = list_names(ctx, qn_buf_string(&path), &names, &count);
    for (i = 0; i < count && !status; i++) {
        bool is_current;

        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/worktrees/%s/gitdir", common,
                               names[i]);
        if (status || !qn_file_exists(qn_buf_string(&path)))
            continue;
        qn_buf_clear(&path);
        qn_buf_clear(&text);
        status = qn_buf_printf(ctx, &path, "%s/worktrees/%s", common, names[i]);
        is_current = !status && strcmp(qn_buf_string(&path),
                                       qn_repo_git_directory(repo)) == 0;
        qn_buf_clear(&path);
        if (!status)
            status = qn_buf_printf(ctx, &path, "%s/worktrees/%s",
                                   heads->fsck->common_shown, names[i]);
        if (!status)
            status = qn_buf_printf(ctx, &text, "worktrees/%s/", names[i]);
        if (!status)
            status =
                add_tree(ctx, heads, is_current ? "" : qn_buf_string(&text),
                         qn_buf_string(&path), is_current);
    }
    for (i = 0; i < count; i++)
        qn_memory_free(names[i]);
    qn_memory_free(names);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

static void dispose_trees(struct heads *heads)
{
    size_t i;

    for (i = 0; i < heads->count; i++) {
        qn_memory_free(heads->trees[i].prefix);
        qn_memory_free(heads->trees[i].shown);
    }
    qn_memory_free(heads->trees);
}

/* Read an object and hash it; QN_NOT_FOUND when it is not what it should be.
 * Other damage ends everything, as with Git. */
static enum qn_status parse(struct qn_ctx *ctx, struct qn_fsck *fsck,
                            const struct qn_id *id, struct qn_object *object)
{
    enum qn_status status = qn_odb_read(ctx, fsck->odb, id, object);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id real;

    if (!status)
        status = qn_hash_object(ctx, fsck->algorithm,
                                qn_object_type_name(object->type),
                                qn_object_bytes(object), &real);
    if (status || qn_id_is_equal(&real, id))
        return status;
    qn_fsck_say(ctx, fsck, true, "error: hash mismatch %s",
                qn_id_to_hex(id, hex));
    return QN_NOT_FOUND;
}

static enum qn_status bad_pointer(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                  const char *name, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_promised = false;
    enum qn_status status;

    qn_ctx_clear(ctx);
    status = qn_fsck_is_promised(ctx, fsck, id, &is_promised);
    if (status || is_promised)
        return status;
    qn_fsck_say(ctx, fsck, true, "error: %s: invalid sha1 pointer %s", name,
                qn_id_to_hex(id, hex));
    atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
    return QN_OK;
}

static enum qn_status add_ref_id(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 const char *name, const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = parse(ctx, fsck, id, &object);

    if (status == QN_NOT_FOUND || status == QN_PROMISED) {
        status = bad_pointer(ctx, fsck, name, id);
        goto out;
    }
    if (status)
        goto out;
    if (object.type != QN_OBJECT_COMMIT &&
        (strncmp(name, "refs/heads/", 11) == 0 || strcmp(name, "HEAD") == 0)) {
        qn_fsck_say(ctx, fsck, true, "error: %s: not a commit", name);
        atomic_fetch_or(&fsck->code, QN_FSCK_REFS);
    }
    fsck->default_count++;
    qn_fsck_name_put(ctx, fsck, id, "%s", name);
    status = qn_fsck_add_head(ctx, fsck, id);
out:
    qn_object_dispose(&object);
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct heads *heads = data;
    const char *name = qn_buf_string(&ref->name);
    struct qn_ref end = QN_REF_INIT;
    enum qn_status status = QN_OK;
    struct qn_id id = ref->id;
    bool found = true;

    if (ref->is_symbolic) {
        status = qn_refs_resolve(ctx, heads->fsck->refs, name, &end, &found);
        id = end.id;
        qn_ref_dispose(&end);
    }
    if (!status && !found)
        status = bad_pointer(ctx, heads->fsck, name, &id);
    else if (!status)
        status = add_ref_id(ctx, heads->fsck, name, &id);
    return status;
}

static enum qn_status add_head_of(struct qn_ctx *ctx, struct heads *heads,
                                  const struct work_tree *tree)
{
    struct qn_fsck *fsck = heads->fsck;
    struct qn_buf name = QN_BUF_INIT;
    struct qn_ref head = QN_REF_INIT;
    enum qn_status status;
    bool found = false;

    status = qn_buf_printf(ctx, &name, "%sHEAD", tree->prefix);
    if (!status)
        status = qn_refs_resolve(ctx, fsck->refs, qn_buf_string(&name), &head,
                                 &found);
    if (!status && found && !qn_id_is_null(&head.id))
        status = add_ref_id(ctx, fsck, qn_buf_string(&name), &head.id);
    qn_ref_dispose(&head);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status add_arguments(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    const struct qn_op_fsck *options = fsck->options;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < options->head_count && !status; i++) {
        status = add_ref_id(ctx, fsck, options->heads[i].name,
                            &options->heads[i].id);
        if (status == QN_NOT_FOUND)
            status = QN_OK;
    }
    return status;
}

enum qn_status qn_fsck_heads(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct heads heads = {.fsck = fsck};
    enum qn_status status;
    size_t i;

    if (fsck->options->has_arguments)
        return add_arguments(ctx, fsck);
    status = list_trees(ctx, &heads);
    if (!status)
        status = qn_refs_walk(ctx, fsck->refs, "", QN_REFS_INCLUDE_BROKEN,
                              add_ref, &heads);
    for (i = 0; i < heads.count && !status; i++)
        status = add_head_of(ctx, &heads, &heads.trees[i]);
    dispose_trees(&heads);
    return status;
}

static enum qn_status add_log_id(struct qn_ctx *ctx, struct heads *heads,
                                 const struct qn_id *id, int64_t seconds)
{
    struct qn_fsck *fsck = heads->fsck;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_promised = false;
    enum qn_status status;

    if (qn_id_is_null(id))
        return QN_OK;
    if (qn_fsck_is_here(fsck, id)) {
        qn_fsck_name_put(ctx, fsck, id, "%s@{%lld}", heads->log,
                         (long long)seconds);
        return qn_fsck_add_head(ctx, fsck, id);
    }
    status = qn_fsck_is_promised(ctx, fsck, id, &is_promised);
    if (status || is_promised)
        return status;
    qn_fsck_say(ctx, fsck, true, "error: %s: invalid reflog entry %s",
                heads->log, qn_id_to_hex(id, hex));
    atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
    return QN_OK;
}

static enum qn_status add_entry(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    struct heads *heads = data;
    char old[QN_ID_MAX_HEX_SIZE + 1], new[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    if (heads->fsck->options->is_verbose)
        qn_fsck_say(ctx, heads->fsck, true, "Checking reflog %s->%s",
                    qn_id_to_hex(&entry->old_id, old),
                    qn_id_to_hex(&entry->new_id, new));
    status = add_log_id(ctx, heads, &entry->old_id, 0);
    if (!status)
        status = add_log_id(ctx, heads, &entry->new_id, entry->seconds);
    return status;
}

struct log_list {
    char **names;
    size_t count;
    size_t capacity;
};

static enum qn_status keep_log(struct qn_ctx *ctx, void *data, const char *name)
{
    struct log_list *list = data;
    enum qn_status status =
        qn_memory_grow(ctx, &list->names, &list->capacity, list->count + 1,
                       sizeof(*list->names));

    if (status)
        return status;
    list->names[list->count] =
        qn_memory_string(ctx, qn_bytes_from_string(name));
    if (!list->names[list->count])
        return QN_NO_MEMORY;
    list->count++;
    return QN_OK;
}

static bool is_per_worktree(const char *name)
{
    return strncmp(name, "refs/", 5) != 0 ||
           strncmp(name, "refs/bisect/", 12) == 0 ||
           strncmp(name, "refs/worktree/", 14) == 0 ||
           strncmp(name, "refs/rewritten/", 15) == 0;
}

/* Shared logs are seen from each work tree, as Git does. */
static enum qn_status walk_logs(struct qn_ctx *ctx, struct heads *heads,
                                const struct log_list *logs,
                                const struct work_tree *tree)
{
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < logs->count && !status; i++) {
        qn_buf_clear(&name);
        status =
            qn_buf_printf(ctx, &name, "%s%s",
                          is_per_worktree(logs->names[i]) ? tree->prefix : "",
                          logs->names[i]);
        heads->log = qn_buf_string(&name);
        if (!status)
            status = qn_reflog_walk(ctx, heads->fsck->refs, heads->log, false,
                                    add_entry, heads);
    }
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_fsck_reflogs(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct heads heads = {.fsck = fsck};
    struct log_list logs = {0};
    enum qn_status status = list_trees(ctx, &heads);
    size_t i;

    if (!status)
        status = qn_reflog_list(ctx, fsck->refs, keep_log, &logs);
    for (i = 0; i < heads.count && !status; i++)
        status = walk_logs(ctx, &heads, &logs, &heads.trees[i]);
    for (i = 0; i < logs.count; i++)
        qn_memory_free(logs.names[i]);
    qn_memory_free(logs.names);
    dispose_trees(&heads);
    return status;
}

/* A directory that the index knows: its tree must be there and a tree. */
static enum qn_status check_node(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 const struct qn_cache_tree_node *node,
                                 const char *path, bool *is_there)
{
    struct qn_object object = QN_OBJECT_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    qn_id_to_hex(&node->id, hex);
    status = parse(ctx, fsck, &node->id, &object);
    *is_there = status == QN_OK;
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        qn_fsck_say(ctx, fsck, true,
                    "error: %s: invalid sha1 pointer in cache-tree of %s", hex,
                    path);
        atomic_fetch_or(&fsck->code, QN_FSCK_REFS);
        status = QN_OK;
    } else if (!status) {
        qn_fsck_name_put(ctx, fsck, &node->id, ":");
        if (object.type != QN_OBJECT_TREE) {
            qn_fsck_say(ctx, fsck, true,
                        "error: %s: non-tree in cache-tree of"
                        " %s",
                        hex, path);
            atomic_fetch_or(&fsck->code, QN_FSCK_OBJECT);
        }
        status = qn_fsck_add_head(ctx, fsck, &node->id);
    }
    qn_object_dispose(&object);
    return status;
}

/* The node, then its children, in order. */
static enum qn_status check_cache_tree(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                       struct qn_cache_tree_node *root,
                                       const char *path)
{
    struct qn_cache_tree_node **stack = NULL;
    size_t count = 0, capacity = 0, i;
    enum qn_status status;

    status = qn_memory_grow(ctx, &stack, &capacity, 1, sizeof(*stack));
    if (!status)
        stack[count++] = root;
    while (count > 0 && !status) {
        struct qn_cache_tree_node *node = stack[--count];
        bool is_there = true;

        if (fsck->options->is_verbose)
            qn_fsck_say(ctx, fsck, true, "Checking cache tree of %s", path);
        if (node->entry_count >= 0)
            status = check_node(ctx, fsck, node, path, &is_there);
        if (!is_there)
            continue;
        if (!status)
            status =
                qn_memory_grow(ctx, &stack, &capacity,
                               count + node->child_count + 1, sizeof(*stack));
        for (i = node->child_count; i > 0 && !status; i--)
            stack[count++] = node->children[i - 1];
    }
    qn_memory_free(stack);
    return status;
}

static enum qn_status check_undo(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 const struct qn_index *index, const char *path)
{
    size_t count = qn_index_resolve_undo_count(index), i, stage;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;

    for (i = 0; i < count; i++) {
        const struct qn_index_resolve_undo *undo =
            qn_index_resolve_undo_at(index, i);

        for (stage = 0; stage < 3 && !status; stage++) {
            if (!undo->mode[stage])
                continue;
            if (!qn_fsck_is_here(fsck, &undo->id[stage])) {
                qn_fsck_say(ctx, fsck, true,
                            "error: %s: invalid sha1 pointer in resolve-undo of"
                            " %s",
                            qn_id_to_hex(&undo->id[stage], hex), path);
                atomic_fetch_or(&fsck->code, QN_FSCK_REFS);
                continue;
            }
            qn_fsck_name_put(ctx, fsck, &undo->id[stage], ":(%zu):%.*s", stage,
                             QN_BYTES_ARG(undo->path));
            status = qn_fsck_add_head(ctx, fsck, &undo->id[stage]);
        }
    }
    return status;
}

static enum qn_status add_index(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                struct qn_index *index,
                                const struct work_tree *tree, const char *path)
{
    struct qn_cache_tree_node *root = qn_cache_tree_peek(index);
    enum qn_status status = QN_OK;
    uint32_t position;
    size_t i;

    for (i = 0; i < qn_index_count(index) && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);

        if ((entry->mode & 0170000u) == 0160000u)
            continue;
        qn_fsck_name_put(ctx, fsck, &entry->id, "%s:%.*s",
                         tree->is_current ? "" : path,
                         QN_BYTES_ARG(entry->path));
        status = qn_fsck_add_head(ctx, fsck, &entry->id);
        position = qn_id_map_find(&fsck->ids, &entry->id);
        if (fsck->options->connectivity_only && position != QN_ID_MAP_NONE)
            atomic_fetch_or(&fsck->claims[position],
                            (unsigned char)(1u << QN_OBJECT_BLOB));
    }
    if (!status && root)
        status = check_cache_tree(ctx, fsck, root, path);
    if (!status)
        status = check_undo(ctx, fsck, index, path);
    return status;
}

enum qn_status qn_fsck_indexes(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct heads heads = {.fsck = fsck};
    struct qn_buf path = QN_BUF_INIT, shown = QN_BUF_INIT;
    enum qn_status status = list_trees(ctx, &heads);
    size_t i;

    for (i = 0; i < heads.count && !status; i++) {
        const struct work_tree *tree = &heads.trees[i];
        const char *id = strstr(tree->shown, "/worktrees/");
        struct qn_index *index = NULL;

        qn_buf_clear(&path);
        qn_buf_clear(&shown);
        if (tree->is_current)
            status = qn_repo_path(ctx, fsck->repo, "index", &path);
        else
            status = qn_buf_printf(ctx, &path, "%s%s/index",
                                   qn_repo_common_directory(fsck->repo),
                                   i > 0 && id ? id : "");
        if (!status)
            status = qn_buf_printf(ctx, &shown, "%s/index", tree->shown);
        if (!status)
            status = qn_index_read(ctx, qn_buf_string(&path), fsck->algorithm,
                                   &index);
        if (!status)
            status = add_index(ctx, fsck, index, tree, qn_buf_string(&shown));
        qn_index_free(index);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&shown);
    dispose_trees(&heads);
    return status;
}
