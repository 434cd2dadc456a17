/* SPDX-License-Identifier: MIT */
#include "operation/op_fast_import.h"

#include "base/memory.h"
#include "object/commit.h"
#include "operation/part/fast_import_private.h"
#include "os/parallel.h"
#include "path/safe_path.h"
#include "text/ref_name.h"

/* What a worker gets at once. */
#define BATCH_COUNT 64
#define BATCH_BYTES ((size_t)1 << 20)

/* ---- branches */

struct qn_fast_import_branch *
qn_fast_import_find_branch(const struct qn_fast_import *import,
                           const char *name)
{
    const struct qn_map_item *item =
        qn_map_find(&import->branch_names, qn_bytes_from_string(name));

    return item ? import->branches[item->number] : NULL;
}

enum qn_status qn_fast_import_new_branch(struct qn_ctx *ctx,
                                         struct qn_fast_import *import,
                                         const char *name,
                                         struct qn_fast_import_branch **out)
{
    uint32_t algorithm = import->store.algorithm;
    struct qn_fast_import_branch *branch;
    struct qn_map_item *item;
    enum qn_status status;

    if (!qn_ref_name_is_valid(qn_bytes_from_string(name),
                              QN_REF_NAME_ONE_LEVEL))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "branch name doesn't conform to Git standards: %s",
                           name);
    status =
        qn_memory_grow(ctx, &import->branches, &import->branch_capacity,
                       import->branch_count + 1, sizeof(*import->branches));
    if (status)
        return status;
    branch = qn_memory_calloc(ctx, 1, sizeof(*branch));
    if (!branch)
        return QN_NO_MEMORY;
    branch->name = qn_memory_string(ctx, qn_bytes_from_string(name));
    item = branch->name ? qn_map_put(ctx, &import->branch_names,
                                     qn_bytes_from_string(name), NULL)
                        : NULL;
    if (!item) {
        qn_memory_free(branch->name);
        qn_memory_free(branch);
        return QN_NO_MEMORY;
    }
    item->number = import->branch_count;
    qn_id_clear(&branch->id, algorithm);
    branch->old_tree = *qn_id_empty_tree(algorithm);
    branch->pack = QN_IMPORT_NONE;
    qn_import_entry_init(&branch->root, algorithm);
    import->branches[import->branch_count++] = branch;
    *out = branch;
    return QN_OK;
}

static void deactivate(struct qn_fast_import *import,
                       struct qn_fast_import_branch *branch)
{
    qn_import_entry_unload(&branch->root);
    branch->is_active = false;
    import->active_count--;
}

void qn_fast_import_activate(struct qn_fast_import *import,
                             struct qn_fast_import_branch *branch)
{
    size_t i;

    if (branch->is_active)
        return;
    while (import->active_count > 0 &&
           import->active_count >= import->active_limit) {
        struct qn_fast_import_branch *oldest = NULL;

        for (i = 0; i < import->branch_count; i++)
            if (import->branches[i]->is_active &&
                (!oldest || import->branches[i]->clock < oldest->clock))
                oldest = import->branches[i];
        deactivate(import, oldest);
    }
    branch->is_active = true;
    import->active_count++;
}

/* ---- what a word names */

enum qn_status qn_fast_import_tree_of(struct qn_ctx *ctx,
                                      struct qn_fast_import *import,
                                      const struct qn_id *commit,
                                      struct qn_id *out)
{
    uint32_t number = qn_id_map_find(&import->store.ids, commit);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_commit parsed;
    enum qn_status status;

    if (number != QN_ID_MAP_NONE &&
        import->store.objects[number].tree != QN_IMPORT_NONE) {
        qn_import_store_id(&import->store, import->store.objects[number].tree,
                           out);
        return QN_OK;
    }
    status = qn_import_store_read(ctx, &import->store, commit, &import->object);
    if (status == QN_NOT_FOUND ||
        (!status && import->object.type != QN_OBJECT_COMMIT))
        return qn_ctx_fail(ctx, QN_INVALID, "not a valid commit: %s",
                           qn_id_to_hex(commit, hex));
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&import->object),
                                 commit->algorithm, &parsed);
    if (!status)
        *out = parsed.tree;
    return status;
}

/* A revision of the repository, as it was before. */
static enum qn_status parse_revision(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     const char *word, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status =
        qn_revision_parse(ctx, import->scope, word, &revision);

    qn_revision_dispose(&revision);

    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    if (status)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "invalid ref name or SHA1 expression: %s", word);
    *out = revision.id;
    return QN_OK;
}

enum qn_status qn_fast_import_commitish(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        const char *word, struct qn_id *out)
{
    const struct qn_fast_import_branch *branch =
        qn_fast_import_find_branch(import, word);
    uint64_t mark;
    uint32_t object;
    enum qn_status status;

    if (branch) {
        *out = branch->id;
        return QN_OK;
    }
    if (*word == ':') {
        status = qn_fast_import_parse_mark(ctx, import, &word, &mark);
        if (!status)
            status = qn_fast_import_find_mark(ctx, import, mark, &object);
        if (status)
            return status;
        qn_import_store_id(&import->store, object, out);
        if (import->store.objects[object].type != QN_OBJECT_COMMIT)
            return qn_ctx_fail(ctx, QN_INVALID, "mark :%llu not a commit",
                               (unsigned long long)mark);
        return QN_OK;
    }
    if (qn_id_from_hex(out, import->store.algorithm,
                       qn_bytes_from_string(word)) &&
        qn_id_map_find(&import->store.ids, out) != QN_ID_MAP_NONE)
        return QN_OK;
    return parse_revision(ctx, import, word, out);
}

static enum qn_status set_from(struct qn_ctx *ctx,
                               struct qn_fast_import *import,
                               struct qn_fast_import_branch *branch,
                               const char *word)
{
    const struct qn_fast_import_branch *other =
        qn_fast_import_find_branch(import, word);
    struct qn_import_entry copy;
    struct qn_id tree;
    enum qn_status status;

    if (other == branch)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "can't create a branch from itself: %s",
                           branch->name);
    branch->is_deleted = false;
    if (other) {
        status = qn_import_entry_copy(ctx, &other->root, &copy);
        if (status)
            return status;
        qn_import_entry_unload(&branch->root);
        branch->root = copy;
        branch->id = other->id;
        branch->old_tree = other->old_tree;
        return QN_OK;
    }
    status = qn_fast_import_commitish(ctx, import, word, &branch->id);
    if (!status && qn_id_is_null(&branch->id)) {
        branch->is_deleted = true;
        tree = *qn_id_empty_tree(import->store.algorithm);
    } else if (!status) {
        status = qn_fast_import_tree_of(ctx, import, &branch->id, &tree);
    }
    if (status)
        return status;
    branch->old_tree = tree;
    if (qn_id_is_equal(&tree, &branch->root.id) &&
        (!branch->root.tree || !branch->root.tree->is_dirty))
        return QN_OK; /* where it stood: what was read is good */
    qn_import_entry_unload(&branch->root);
    qn_import_entry_set_tree(&branch->root, &tree);
    return QN_OK;
}

enum qn_status qn_fast_import_read_from(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        struct qn_fast_import_branch *branch,
                                        bool *found)
{
    const char *word = qn_fast_import_after(import, "from ");
    char *kept;
    enum qn_status status;

    *found = word != NULL;
    if (!word)
        return QN_OK;
    kept = qn_memory_string(ctx, qn_bytes_from_string(word));
    if (!kept)
        return QN_NO_MEMORY;
    status = set_from(ctx, import, branch, kept);
    qn_memory_free(kept);
    branch->note_count = 0;
    return status ? status : qn_fast_import_next(ctx, import);
}

/* ---- lines and data */

const char *qn_fast_import_after(const struct qn_fast_import *import,
                                 const char *prefix)
{
    const char *line = qn_fast_import_line(import);
    size_t size = strlen(prefix);

    return !import->stream.is_end && strncmp(line, prefix, size) == 0
               ? line + size
               : NULL;
}

enum qn_status qn_fast_import_data(struct qn_ctx *ctx,
                                   struct qn_fast_import *import)
{
    struct qn_import_data data;
    enum qn_status status;

    status = qn_import_stream_begin_data(ctx, &import->stream, &data);
    return status ? status
                  : qn_import_stream_read_data(ctx, &import->stream, &data,
                                               &import->data);
}

/* Never in memory as a whole. */
static enum qn_status large_blob(struct qn_ctx *ctx,
                                 struct qn_fast_import *import, uint64_t size,
                                 uint32_t *object)
{
    struct qn_import_store *store = &import->store;
    enum qn_status status = qn_import_store_begin_blob(ctx, store, size);
    struct qn_bytes piece;

    if (status)
        return status;
    while (!status && size > 0) {
        status =
            qn_import_stream_read_piece(ctx, &import->stream, size, &piece);
        if (!status)
            status = qn_import_store_put_blob(ctx, store, piece);
        size -= status ? 0 : piece.size;
    }
    if (!status)
        status = qn_import_store_end_blob(ctx, store, object);
    if (status) {
        qn_import_store_drop_blob(ctx, store);
        return status;
    }
    return qn_import_stream_skip_lf(ctx, &import->stream);
}

enum qn_status qn_fast_import_blob_data(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        uint32_t *object)
{
    struct qn_import_data data;
    enum qn_status status =
        qn_import_stream_begin_data(ctx, &import->stream, &data);

    if (!status && data.is_counted &&
        qn_import_store_is_large(&import->store, data.size))
        return large_blob(ctx, import, data.size, object);
    if (!status)
        status = qn_import_stream_read_data(ctx, &import->stream, &data,
                                            &import->data);
    return status ? status
                  : qn_import_store_add(ctx, &import->store, QN_OBJECT_BLOB,
                                        &import->data, NULL, object);
}

enum qn_status qn_fast_import_say(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  enum qn_fast_import_channel channel,
                                  struct qn_bytes text)
{
    return import->calls.write(ctx, import->calls.data, channel,
                               import->response_fd, text);
}

/* ---- the pipeline */

static bool is_batch_full(const struct qn_fast_import *import)
{
    return import->store.pending.count >= BATCH_COUNT ||
           import->store.pending.bytes >= BATCH_BYTES;
}

/* What went wrong is told when all that came before is in the pack. */
static enum qn_status keep_failure(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   enum qn_status status)
{
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    import->failure = status;
    import->is_usage = strcmp(qn_ctx_reason(ctx), "fast-import.mode") == 0;
    import->is_done = true;
    qn_buf_clear(&import->message);
    if (qn_buf_append_string(ctx, &import->message, qn_ctx_message(ctx)))
        return QN_NO_MEMORY;
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *slot)
{
    struct qn_fast_import *import = shared;
    enum qn_status status = QN_OK;

    while (!status && !import->is_done && !import->is_checkpoint &&
           !is_batch_full(import)) {
        status = qn_fast_import_command(ctx, import);
        if (status)
            status = keep_failure(ctx, import, status);
    }
    if (status)
        return status;
    if (import->store.pending.count == 0)
        return QN_END;
    qn_import_store_take(&import->store, slot);
    return QN_OK;
}

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *state,
                              void *slot)
{
    struct qn_fast_import *import = shared;

    (void)state;
    return qn_import_store_work(ctx, &import->store, slot);
}

static enum qn_status consume(struct qn_ctx *ctx, void *shared, void *slot)
{
    struct qn_fast_import *import = shared;

    return qn_import_store_write(ctx, &import->store, slot);
}

static void slot_dispose(void *shared, void *slot)
{
    struct qn_fast_import *import = shared;

    qn_import_batch_dispose(&import->store, slot);
}

static enum qn_status run_commands(struct qn_ctx *ctx,
                                   struct qn_fast_import *import)
{
    const struct qn_parallel_options options = {.shared = import};
    const struct qn_parallel_pipeline pipeline = {
        .slot_size = sizeof(struct qn_import_batch),
        .slot_dispose = slot_dispose,
        .produce = produce,
        .compute = compute,
        .consume = consume};

    return qn_parallel_pipeline_run(ctx, &options, &pipeline);
}

/* What was read gets its place; then refs move to it. */
static enum qn_status settle(struct qn_ctx *ctx, struct qn_fast_import *import)
{
    enum qn_status status = qn_import_store_finish(ctx, &import->store);

    if (!status)
        status = qn_fast_import_update_refs(ctx, import);
    return status ? status : qn_fast_import_write_marks(ctx, import);
}

enum qn_status qn_fast_import_run(struct qn_ctx *ctx,
                                  struct qn_fast_import *import, int fd,
                                  bool *complete)
{
    enum qn_status status = QN_OK;

    import->stream.fd = fd;
    while (!status && !import->is_done) {
        status = run_commands(ctx, import);
        if (!status && import->failure)
            return qn_ctx_fail_reason(
                ctx, import->failure,
                import->is_usage ? "fast-import.mode" : "", "", "%s",
                qn_buf_string(&import->message));
        if (!status && import->is_checkpoint)
            status = settle(ctx, import);
        import->is_checkpoint = false;
    }
    if (!status)
        status = settle(ctx, import);
    *complete = !import->is_incomplete;
    return status;
}

/* ---- begin and end */

static unsigned path_flags(const struct qn_config *config)
{
    bool flag;
    unsigned flags = QN_SAFE_PATH_NTFS;
    const char *value = qn_config_string(config, "core.protectHFS", NULL);

    if (value && qn_config_parse_bool(value, &flag) && flag)
        flags |= QN_SAFE_PATH_HFS;
    value = qn_config_string(config, "core.protectNTFS", NULL);
    if (value && qn_config_parse_bool(value, &flag) && !flag)
        flags &= ~(unsigned)QN_SAFE_PATH_NTFS;
    return flags;
}

enum qn_status qn_fast_import_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_fast_import_calls *calls,
                                  struct qn_fast_import **out)
{
    struct qn_fast_import *import = qn_memory_calloc(ctx, 1, sizeof(*import));

    if (!import)
        return QN_NO_MEMORY;
    import->scope = scope;
    import->calls = *calls;
    import->response_fd = -1;
    import->active_limit = 5;
    import->mark_limit = 1024;
    import->path_flags = path_flags(qn_repo_config(scope->repo));
    qn_import_stream_init(&import->stream, -1);
    qn_import_store_init(&import->store, scope->odb);
    qn_import_trees_init(&import->trees, &import->store);
    import->store.finished = qn_fast_import_put_edges;
    import->store.finished_data = import;
    *out = import;
    return qn_fast_import_configure(ctx, import);
}

static void free_submodule(struct qn_fast_import_submodule *submodule)
{
    qn_memory_free(submodule->name);
    qn_memory_free(submodule->ids);
    qn_map_dispose(&submodule->from);
    qn_map_dispose(&submodule->to);
}

void qn_fast_import_free(struct qn_fast_import *import)
{
    size_t i;

    if (!import)
        return;
    for (i = 0; i < import->branch_count; i++) {
        qn_import_entry_unload(&import->branches[i]->root);
        qn_memory_free(import->branches[i]->name);
        qn_memory_free(import->branches[i]);
    }
    for (i = 0; i < import->tag_count; i++)
        qn_memory_free(import->tags[i].name);
    for (i = 0; i < import->submodule_count; i++)
        free_submodule(&import->submodules[i]);
    qn_memory_free(import->branches);
    qn_memory_free(import->tags);
    qn_memory_free(import->submodules);
    qn_map_dispose(&import->branch_names);
    qn_map_dispose(&import->marks);
    qn_import_trees_dispose(&import->trees);
    qn_import_store_dispose(&import->store);
    qn_import_stream_dispose(&import->stream);
    qn_buf_dispose(&import->data);
    qn_buf_dispose(&import->path);
    qn_buf_dispose(&import->path2);
    qn_buf_dispose(&import->text);
    qn_buf_dispose(&import->message);
    qn_object_dispose(&import->object);
    qn_memory_free(import->signing_key);
    qn_memory_free(import->export_marks);
    qn_memory_free(import->import_marks);
    qn_memory_free(import->pack_edges);
    qn_buf_dispose(&import->said);
    qn_memory_free(import);
}
