/* SPDX-License-Identifier: MIT */
#include "operation/op_fast_export.h"

#include "base/memory.h"
#include "operation/part/fast_export_private.h"
#include "os/parallel.h"

#include <inttypes.h>
#include <stdlib.h>

#define TEXT_SIZE ((size_t)256 << 10)
#define OWN_CACHE ((uint64_t)24 << 20) /* bases, of the thread that writes */

enum qn_status qn_fast_export_flush(struct qn_ctx *ctx,
                                    struct qn_fast_export *run, bool is_all)
{
    enum qn_status status;

    if (run->text.size < (is_all ? 1 : TEXT_SIZE))
        return QN_OK;
    status = run->op->write(ctx, run->op->data, qn_buf_bytes(&run->text));
    qn_buf_clear(&run->text);
    return status;
}

enum qn_status qn_fast_export_count(struct qn_ctx *ctx,
                                    struct qn_fast_export *run)
{
    run->object_count++;
    if (run->op->progress == 0 || run->object_count % run->op->progress)
        return QN_OK;
    return qn_buf_printf(ctx, &run->text, "progress %" PRIu64 " objects\n",
                         run->object_count);
}

enum qn_status qn_fast_export_put_ref(struct qn_ctx *ctx,
                                      struct qn_fast_export *run,
                                      const char *name)
{
    if (run->op->anonymizer)
        return qn_anonymizer_ref(ctx, run->op->anonymizer, name, &run->text);
    return qn_buf_append_string(ctx, &run->text, name);
}

/* ---- tips */

/* The ref behind what was named, through symbolic ones and refspecs; NULL in
 * `*out`: it is no ref. */
static enum qn_status name_of_tip(struct qn_ctx *ctx,
                                  const struct qn_op_fast_export *op,
                                  const struct qn_revision_tip *tip,
                                  const char **out)
{
    struct qn_buf mapped = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = QN_OK;
    bool found = false;
    size_t i;

    *out = NULL;
    if (*tip->ref_name)
        status =
            qn_refs_resolve(ctx, op->scope->refs, tip->ref_name, &ref, &found);
    for (i = 0; !status && found && mapped.size == 0 && i < op->refspec_count;
         i++) {
        bool matched;

        status = qn_refspec_map(ctx, &op->refspecs[i], qn_buf_bytes(&ref.name),
                                &mapped, &matched);
    }
    if (!status && found) {
        *out = qn_arena_copy(ctx, &op->args->arena,
                             qn_buf_bytes(mapped.size ? &mapped : &ref.name));
        if (!*out)
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&mapped);
    qn_ref_dispose(&ref);
    return status;
}

/* A name that something is still to be told on. */
struct late {
    const char *name;
    size_t position; /* in the order found */
    bool is_of_tree; /* a tag that leads to one */
    struct qn_id id;
};
struct late_list {
    struct late *items;
    size_t count;
    size_t capacity;
};

static enum qn_status add_late(struct qn_ctx *ctx, struct late_list *list,
                               const char *name, const struct qn_id *id)
{
    enum qn_status status =
        qn_memory_grow(ctx, &list->items, &list->capacity, list->count + 1,
                       sizeof(*list->items));

    if (status)
        return status;
    list->items[list->count].name = name;
    list->items[list->count].position = list->count;
    list->items[list->count].is_of_tree = false;
    list->items[list->count++].id = *id;
    return QN_OK;
}

/* A tag, and the tags it leads to: each is told under the one name. */
static enum qn_status take_tags(struct qn_ctx *ctx, struct qn_fast_export *run,
                                const struct qn_revision_tip *tip,
                                const char *name, struct late_list *tags)
{
    struct qn_id id = tip->id;
    struct qn_tag tag;
    enum qn_status status = QN_OK;

    while (!status) {
        status = qn_odb_read(ctx, run->op->scope->odb, &id, &run->object);
        if (status || run->object.type != QN_OBJECT_TAG)
            break;
        status = add_late(ctx, tags, name, &id);
        if (!status)
            tags->items[tags->count - 1].is_of_tree =
                tip->type == QN_OBJECT_TREE;
        if (!status)
            status = qn_tag_parse(ctx, qn_object_bytes(&run->object),
                                  id.algorithm, &tag);
        if (!status)
            id = tag.object;
    }
    if (status || tip->type == QN_OBJECT_COMMIT)
        return status;
    if (tip->type == QN_OBJECT_BLOB)
        return qn_fast_export_put_blob(ctx, run, &id);
    qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-export.skipped",
                  "tag points to object of unexpected type %s, skipping.",
                  qn_object_type_name(tip->type));
    return QN_OK;
}

static enum qn_status take_tips(struct qn_ctx *ctx, struct qn_fast_export *run,
                                struct late_list *refs, struct late_list *tags)
{
    struct qn_revision_args *args = run->op->args;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < args->count; i++) {
        struct qn_revision_tip *tip = &args->tips[i];
        const char *name;

        if (tip->flags & QN_WALK_UNINTERESTING)
            continue;
        status = name_of_tip(ctx, run->op, tip, &name);
        if (status || !name)
            continue;
        tip->name = name; /* what the walk tells as the source */
        if (!qn_id_is_equal(&tip->id, &tip->target))
            status = take_tags(ctx, run, tip, name, tags);
        else if (tip->type == QN_OBJECT_COMMIT)
            status = add_late(ctx, refs, name, &tip->target);
        else
            qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-export.skipped",
                          "%s: unexpected object of type %s, skipping.", name,
                          qn_object_type_name(tip->type));
    }
    return status;
}

/* Names backwards; under one name what was found last comes first. */
static int compare_late(const void *a, const void *b)
{
    const struct late *x = a;
    const struct late *y = b;
    int order = strcmp(y->name, x->name);

    return order ? order
                 : (x->position < y->position) - (x->position > y->position);
}

static void sort_late(struct late_list *list)
{
    if (list->count)
        qsort(list->items, list->count, sizeof(*list->items), compare_late);
}

/* ---- what comes behind the commits */

/* The first parent from which nothing differs below the paths. */
static enum qn_status same_parent(struct qn_ctx *ctx,
                                  struct qn_fast_export *run,
                                  const struct qn_id *id, struct qn_id *out,
                                  bool *found)
{
    struct qn_odb *odb = run->op->scope->odb;
    struct qn_tree_diff_options options = {.is_recursive = true,
                                           .stops_at_first = true};
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_commit commit, parent;
    enum qn_status status;
    uint32_t i;

    *found = false;
    options.pathspec = run->op->pathspec;
    status = qn_odb_read_typed(ctx, odb, id, QN_OBJECT_COMMIT, &run->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&run->object),
                                 id->algorithm, &commit);
    for (i = 0; !status && !*found && i < commit.parent_count; i++) {
        qn_commit_parent(&commit, i, out);
        status = qn_odb_read_typed(ctx, odb, out, QN_OBJECT_COMMIT, &object);
        if (!status)
            status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                     id->algorithm, &parent);
        qn_diff_list_reset(&list);
        if (!status)
            status = qn_tree_diff_run(ctx, odb, &parent.tree, &commit.tree,
                                      &options, &list);
        *found = !status && list.count == 0;
    }
    qn_diff_list_dispose(&list);
    qn_object_dispose(&object);
    return status;
}

enum qn_status qn_fast_export_rewrite(struct qn_ctx *ctx,
                                      struct qn_fast_export *run,
                                      const struct qn_id *id, struct qn_id *out,
                                      bool *found)
{
    enum qn_status status = QN_OK;

    *out = *id;
    *found = true;
    while (!status && *found && run->op->pathspec &&
           !qn_fast_export_mark(run, out)) {
        struct qn_id here = *out;

        status = same_parent(ctx, run, &here, out, found);
    }
    return status;
}

static enum qn_status put_reset(struct qn_ctx *ctx, struct qn_fast_export *run,
                                const struct late *late)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    uint32_t mark;
    bool found;
    enum qn_status status;

    status = qn_fast_export_rewrite(ctx, run, &late->id, &id, &found);
    if (status)
        return status;
    mark = found ? qn_fast_export_mark(run, &id) : 0;
    status = qn_buf_append_string(ctx, &run->text, "reset ");
    if (!status)
        status = qn_fast_export_put_ref(ctx, run, late->name);
    if (!status && mark)
        status =
            qn_buf_printf(ctx, &run->text, "\nfrom :%" PRIu32 "\n\n", mark);
    else if (!status) {
        if (!run->op->refers_to_excluded || !found)
            qn_id_clear(&id, late->id.algorithm);
        status = qn_buf_printf(ctx, &run->text, "\nfrom %s\n\n",
                               qn_id_to_hex(&id, hex));
    }
    if (!status)
        status = qn_fast_export_count(ctx, run);
    return status;
}

/* Refs that no commit was told on, each once. */
static enum qn_status put_resets(struct qn_ctx *ctx, struct qn_fast_export *run,
                                 const struct late_list *refs)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < refs->count; i++) {
        bool is_new = false;

        if (!qn_map_put(ctx, &run->moved,
                        qn_bytes_from_string(refs->items[i].name), &is_new))
            status = QN_NO_MEMORY;
        else if (is_new)
            status = put_reset(ctx, run, &refs->items[i]);
    }
    return status;
}

static enum qn_status put_tags(struct qn_ctx *ctx, struct qn_fast_export *run,
                               const struct late_list *tags)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < tags->count; i++)
        status = qn_fast_export_put_tag(ctx, run, tags->items[i].name,
                                        &tags->items[i].id,
                                        tags->items[i].is_of_tree);
    return status;
}

/* Refspecs without a source: refs that are to go. */
static enum qn_status put_deletions(struct qn_ctx *ctx,
                                    struct qn_fast_export *run)
{
    const struct qn_op_fast_export *op = run->op;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_id none;
    size_t i;

    qn_id_clear(&none, qn_odb_algorithm(op->scope->odb));
    for (i = 0; !status && i < op->refspec_count; i++) {
        const struct qn_refspec *refspec = &op->refspecs[i];

        if (refspec->is_negative || (refspec->source && *refspec->source))
            continue;
        status = qn_buf_printf(ctx, &run->text, "reset %s\nfrom %s\n\n",
                               refspec->destination ? refspec->destination : "",
                               qn_id_to_hex(&none, hex));
        if (!status)
            status = qn_fast_export_count(ctx, run);
    }
    return status;
}

/* ---- the pipeline */

struct worker {
    struct qn_odb *odb;
};

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct qn_fast_export *run = shared;
    struct worker *worker = state;

    return qn_odb_fork(ctx, run->op->scope->odb, &worker->odb);
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    qn_odb_free(worker->odb);
}

static void slot_dispose(void *shared, void *slot)
{
    (void)shared;
    qn_fast_export_commit_dispose(slot);
}

static enum qn_status expect(struct qn_ctx *ctx, struct qn_fast_export *run,
                             const struct qn_id *id)
{
    uint32_t position;
    bool is_new;

    return qn_id_map_put(ctx, &run->expected, id, &position, &is_new);
}

static bool is_expected(const struct qn_fast_export *run,
                        const struct qn_id *id)
{
    return qn_id_map_find(&run->expected, id) != QN_ID_MAP_NONE ||
           qn_id_map_find(&run->op->marks->ids, id) != QN_ID_MAP_NONE;
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *slot)
{
    struct qn_fast_export *run = shared;
    struct qn_fast_export_commit *item = slot;
    struct qn_walk_commit commit;
    enum qn_status status;

    do {
        status = qn_commit_walk_next(ctx, run->walk, &commit);
        if (status)
            return status;
    } while (qn_fast_export_mark(run, &commit.id));
    item->id = commit.id;
    item->source = commit.source;
    item->parent_count = commit.parent_count;
    status =
        qn_memory_grow(ctx, &item->parents, &item->parent_capacity,
                       (size_t)commit.parent_count + 1, sizeof(*item->parents));
    if (status)
        return status;
    if (commit.parent_count)
        memcpy(item->parents, commit.parents,
               commit.parent_count * sizeof(*item->parents));
    item->has_base =
        !run->op->is_full_tree && commit.parent_count > 0 &&
        (run->op->refers_to_excluded || is_expected(run, &item->parents[0]));
    return expect(ctx, run, &commit.id);
}

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *state,
                              void *slot)
{
    struct worker *worker = state;

    return qn_fast_export_commit_prepare(ctx, shared, worker->odb, slot);
}

static enum qn_status consume(struct qn_ctx *ctx, void *shared, void *slot)
{
    return qn_fast_export_commit_put(ctx, shared, slot);
}

static enum qn_status put_commits(struct qn_ctx *ctx,
                                  struct qn_fast_export *run)
{
    const struct qn_parallel_options options = {
        .shared = run,
        .state_size = sizeof(struct worker),
        .state_init = worker_init,
        .state_dispose = worker_dispose};
    const struct qn_parallel_pipeline pipeline = {
        .slot_size = sizeof(struct qn_fast_export_commit),
        .slot_count = 32,
        .slot_dispose = slot_dispose,
        .produce = produce,
        .compute = compute,
        .consume = consume};
    struct qn_revision_args *args = run->op->args;
    enum qn_status status;

    /* Nearly all is read by workers, on views of their own. */
    qn_odb_limit_cache(run->op->scope->odb, OWN_CACHE);
    args->walk.is_reversed = true;
    args->walk.rewrites_parents = true;
    if (args->walk.order == QN_WALK_DEFAULT)
        args->walk.order = QN_WALK_TOPO;
    args->walk.pathspec = run->op->pathspec;
    status = qn_commit_walk_new(ctx, run->op->scope, &args->walk, &run->walk);
    if (!status)
        status = qn_revision_args_start(ctx, args, run->walk);
    if (!status)
        qn_commit_walk_prove(run->walk, false);
    if (!status)
        status = qn_parallel_pipeline_run(ctx, &options, &pipeline);
    return status;
}

enum qn_status qn_op_fast_export_run(struct qn_ctx *ctx,
                                     const struct qn_op_fast_export *options)
{
    struct qn_fast_export run = {.op = options};
    struct late_list refs = {NULL, 0, 0};
    struct late_list tags = {NULL, 0, 0};
    uint32_t algorithm = qn_odb_algorithm(options->scope->odb);
    enum qn_status status;
    enum qn_status flushed;

    qn_id_map_init(&run.expected, algorithm);
    qn_id_map_init(&run.claimed, algorithm);
    status = qn_mutex_new(ctx, &run.mutex);
    if (!status && options->says_done)
        status = qn_buf_append_string(ctx, &run.text, "feature done\n");
    if (!status)
        status = take_tips(ctx, &run, &refs, &tags);
    sort_late(&refs);
    sort_late(&tags);
    if (!status)
        status = put_commits(ctx, &run);
    if (!status)
        status = put_resets(ctx, &run, &refs);
    if (!status)
        status = put_tags(ctx, &run, &tags);
    if (!status)
        status = put_deletions(ctx, &run);
    if (!status && options->says_done)
        status = qn_buf_append_string(ctx, &run.text, "done\n");
    flushed = qn_fast_export_flush(ctx, &run, true);
    if (!status)
        status = flushed;
    qn_commit_walk_free(run.walk);
    qn_mutex_free(run.mutex);
    qn_id_map_dispose(&run.expected);
    qn_id_map_dispose(&run.claimed);
    qn_map_dispose(&run.moved);
    qn_object_dispose(&run.object);
    qn_buf_dispose(&run.text);
    qn_buf_dispose(&run.scratch);
    qn_memory_free(refs.items);
    qn_memory_free(tags.items);
    return status;
}
