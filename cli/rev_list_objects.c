/* SPDX-License-Identifier: MIT */
/* rev-list --objects and --disk-usage. */
#include "base/memory.h"
#include "cli/rev_list.h"
#include "hash/hash.h"
#include "index/cache_tree.h"
#include "object/commit.h"
#include "object/tree.h"
#include "operation/part/promised.h"
#include "worktree/work_tree.h"

#include <string.h>

/* ---- --disk-usage */

enum qn_status rev_list_add_disk_usage(struct rev_list *list,
                                       const struct qn_id *id)
{
    struct qn_odb_info info;
    enum qn_status status;

    if (!list->has_disk_usage)
        return QN_OK;
    status = qn_odb_read_info(list->cli->ctx, list->cli->odb, id,
                              QN_ODB_WANT_DISK_SIZE, &info);
    if (!status)
        list->disk_usage += info.disk_size;
    return status;
}

void rev_list_put_disk_usage(const struct rev_list *list)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    uint64_t size = list->disk_usage;
    size_t i;

    if (!list->is_for_people) {
        cli_printf(list->cli, "%llu\n", (unsigned long long)size);
        return;
    }
    for (i = QN_COUNT_OF(units); i > 0; i--)
        if (size > (uint64_t)1 << (10 * i)) {
            uint64_t half = ((uint64_t)1 << (10 * i)) / 200; /* of 0.01 */
            uint64_t whole = (size + half) >> (10 * i);
            uint64_t part = (size + half) & (((uint64_t)1 << (10 * i)) - 1);

            cli_printf(list->cli, "%llu.%02llu %s\n", (unsigned long long)whole,
                       (unsigned long long)((part * 100) >> (10 * i)),
                       units[i - 1]);
            return;
        }
    cli_printf(list->cli, "%llu %s\n", (unsigned long long)size,
               size == 1 ? "byte" : "bytes");
}

/* ---- objects */

/* A tree is read; a blob is only asked for. */
static enum qn_status look_for_blob(struct qn_ctx *ctx, struct rev_list *list,
                                    const struct qn_walk_object *object,
                                    bool *exists)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;
    enum qn_status status =
        qn_odb_exists(ctx, list->cli->odb, &object->id, exists);

    if (status || *exists)
        return status;
    if (list->missing)
        return rev_list_miss(ctx, list, object);
    /* who asks for its type gets what is promised */
    status = qn_odb_read_info(ctx, list->cli->odb, &object->id,
                              QN_ODB_WANT_TYPE, &info);
    *exists = status == QN_OK;
    if (status != QN_NOT_FOUND)
        return status;
    qn_ctx_clear(ctx);
    qn_id_to_hex(&object->id, hex);
    return qn_ctx_fail(ctx, QN_NOT_FOUND, "missing blob object '%s'", hex);
}

/* Is it what its id says?  If not that is told, no more. */
static enum qn_status verify_object(struct qn_ctx *ctx, struct rev_list *list,
                                    const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id hashed;
    enum qn_status status = qn_odb_read(ctx, list->cli->odb, id, &list->object);

    if (!status)
        status = qn_hash_object(ctx, id->algorithm,
                                qn_object_type_name(list->object.type),
                                qn_object_bytes(&list->object), &hashed);
    if (!status && !qn_id_is_equal(id, &hashed)) {
        cli_flush(list->cli);
        cli_error(list->cli, "hash mismatch %s", qn_id_to_hex(id, hex));
    }
    return status;
}

static void put_record(struct rev_list *list,
                       const struct qn_walk_object *object)
{
    cli_json_begin(&list->json);
    cli_json_id(&list->json, "id", &object->id);
    cli_json_string(&list->json, "type", qn_object_type_name(object->type));
    if (list->names_objects && object->path.size > 0)
        cli_json_text(&list->json, "path", object->path);
    cli_json_end(&list->json);
}

static enum qn_status put_object(struct qn_ctx *ctx, void *data,
                                 const struct qn_walk_object *object)
{
    struct rev_list *list = data;
    struct cli *cli = list->cli;
    bool exists = true;

    if (object->type == QN_OBJECT_BLOB) {
        enum qn_status status = look_for_blob(ctx, list, object, &exists);

        if (status || !exists)
            return status;
    }
    if (list->verifies_objects) {
        enum qn_status status = verify_object(ctx, list, &object->id);

        if (status)
            return status;
    }
    if (list->args.walk.unpacked_only) {
        struct qn_odb_info info;
        enum qn_status status = qn_odb_read_info(ctx, cli->odb, &object->id,
                                                 QN_ODB_WANT_DISK_SIZE, &info);

        if (status || info.is_packed)
            return status;
    }
    list->object_count++;
    qn_progress_add(ctx, &list->progress, 1);
    if (list->has_disk_usage)
        return rev_list_add_disk_usage(list, &object->id);
    if (list->counts || list->quiet)
        return QN_OK;
    if (list->is_json) {
        put_record(list, object);
        return QN_OK;
    }
    cli_put_id(cli, &object->id);
    if (list->nul) {
        cli_put(cli, '\0');
        if (list->names_objects && object->path.size > 0) {
            cli_puts(cli, "path=");
            cli_write(cli, object->path.data, object->path.size);
            cli_put(cli, '\0');
        }
        return QN_OK;
    }
    if (list->names_objects) { /* a name ends at its first line feed */
        size_t size = qn_bytes_find(object->path, '\n');

        cli_put(cli, ' ');
        cli_write(cli, object->path.data, size);
    }
    cli_put(cli, '\n');
    return QN_OK;
}

/* A blob or tag: what was asked for by name is wanted whatever it is. */
static enum qn_status meet_tip(struct rev_list *list,
                               const struct qn_walk_object *object,
                               bool *is_wanted)
{
    return qn_object_walk_meet(list->cli->ctx, list->objects, object,
                               !list->filters_given, is_wanted);
}

/* A tag and the tags it points to, by the names in them. */
static enum qn_status put_tags(struct rev_list *list,
                               const struct qn_revision_tip *tip)
{
    struct cli *cli = list->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_id id = tip->id;
    enum qn_status status = QN_OK;
    bool is_new;

    while (!status && !qn_id_is_equal(&id, &tip->target)) {
        struct qn_walk_object row = {.type = QN_OBJECT_TAG, .id = id};
        struct qn_tag tag;

        status = qn_odb_read(cli->ctx, cli->odb, &id, &object);
        if (!status)
            status = qn_tag_parse(cli->ctx, qn_object_bytes(&object),
                                  id.algorithm, &tag);
        if (status)
            break;
        row.path = tag.name;
        status = meet_tip(list, &row, &is_new);
        if (status)
            break;
        if (is_new && !(tip->flags & QN_WALK_UNINTERESTING))
            status = put_object(cli->ctx, list, &row);
        id = tag.object;
    }
    qn_object_dispose(&object);
    return status;
}

enum qn_status rev_list_exclude_tips(struct rev_list *list)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status = QN_OK;
    bool is_new;
    size_t i;

    for (i = 0; i < list->args.count && list->edges_are_tips && !status; i++) {
        const struct qn_revision_tip *tip = &list->args.tips[i];

        if (tip->type == QN_OBJECT_COMMIT &&
            qn_id_is_equal(&tip->id, &tip->target))
            status = qn_commit_walk_add_edge(ctx, list->walk, &tip->id);
    }
    if (!status)
        status = qn_commit_walk_exclude_trees(ctx, list->walk, list->objects);
    for (i = 0; i < list->args.count && !status; i++) {
        const struct qn_revision_tip *tip = &list->args.tips[i];

        if (!(tip->flags & QN_WALK_UNINTERESTING))
            continue;
        if (!qn_id_is_equal(&tip->id, &tip->target))
            status = put_tags(list, tip);
        if (!status && tip->type == QN_OBJECT_TREE)
            status = qn_object_walk_exclude(ctx, list->objects, &tip->target);
        else if (!status && tip->type == QN_OBJECT_BLOB)
            status =
                qn_object_walk_see(ctx, list->objects, &tip->target, &is_new);
    }
    return status;
}

static enum qn_status list_tips(struct rev_list *list)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status = QN_OK;
    bool is_new;
    size_t i;

    for (i = 0; i < list->args.count && !status; i++) {
        const struct qn_revision_tip *tip = &list->args.tips[i];
        struct qn_bytes path = qn_bytes_from_string(tip->path);

        if (tip->flags & QN_WALK_UNINTERESTING)
            continue;
        status = put_tags(list, tip);
        if (!status && tip->type == QN_OBJECT_TREE) {
            status = !list->filters_given
                         ? qn_object_walk_list_given(ctx, list->objects,
                                                     &tip->target, path,
                                                     put_object, list)
                         : qn_object_walk_list(ctx, list->objects, &tip->target,
                                               path, put_object, list);
        } else if (!status && tip->type == QN_OBJECT_BLOB) {
            struct qn_walk_object row = {
                .type = QN_OBJECT_BLOB, .id = tip->target, .path = path};

            status = meet_tip(list, &row, &is_new);
            if (!status && is_new)
                status = put_object(ctx, list, &row);
        }
    }
    return status;
}

/* Once. */
static enum qn_status collect_promised(struct qn_ctx *ctx,
                                       struct rev_list *list)
{
    if (list->has_promised)
        return QN_OK;
    list->has_promised = true;
    return qn_promised_collect(ctx, list->cli->odb, &list->promised);
}

enum qn_status rev_list_exclude_promised(struct rev_list *list)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status = collect_promised(ctx, list);
    bool exists, is_new;
    struct qn_id id;
    uint32_t i;

    for (i = 0; !status && i < list->promised.count; i++) {
        qn_id_map_id(&list->promised, i, &id);
        if (list->promised.values[i] != QN_OBJECT_COMMIT) {
            if (list->objects)
                status = qn_object_walk_see(ctx, list->objects, &id, &is_new);
            continue;
        }
        status = qn_odb_exists(ctx, list->cli->odb, &id, &exists);
        if (!status && exists)
            status = qn_commit_walk_add(ctx, list->walk, &id,
                                        QN_WALK_UNINTERESTING, "");
    }
    return status;
}

/* --missing: something that is not here. */
enum qn_status rev_list_miss(struct qn_ctx *ctx, void *data,
                             const struct qn_walk_object *object)
{
    struct rev_list *list = data;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    uint32_t position = 0;
    enum qn_status status;
    bool is_new = false;

    if (list->missing == REV_LIST_MISSING_PROMISED) {
        status = collect_promised(ctx, list);
        if (!status &&
            qn_id_map_find(&list->promised, &object->id) == QN_ID_MAP_NONE)
            status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                                 "unexpected missing %s object '%s'",
                                 qn_object_type_name(object->type),
                                 qn_id_to_hex(&object->id, hex));
        return status;
    }
    if (list->missing < REV_LIST_MISSING_PRINT)
        return QN_OK;
    if (list->is_json) {
        cli_json_begin(&list->json);
        cli_json_id(&list->json, "id", &object->id);
        cli_json_string(&list->json, "type", qn_object_type_name(object->type));
        cli_json_bool(&list->json, "missing", true);
        cli_json_end(&list->json);
        return QN_OK;
    }
    status = qn_id_map_put(ctx, &list->missed, &object->id, &position, &is_new);
    if (status || !is_new)
        return status;
    status = qn_buf_printf(ctx, &list->missed_lines, "?%s",
                           qn_id_to_hex(&object->id, hex));
    if (!status && list->missing == REV_LIST_MISSING_PRINT_INFO &&
        object->path.size > 0)
        status = qn_buf_printf(ctx, &list->missed_lines, " path=%.*s",
                               QN_BYTES_ARG(object->path));
    if (!status && list->missing == REV_LIST_MISSING_PRINT_INFO)
        status = qn_buf_printf(ctx, &list->missed_lines, " type=%s",
                               qn_object_type_name(object->type));
    return status ? status
                  : qn_buf_append_byte(ctx, &list->missed_lines,
                                       list->nul ? '\0' : '\n');
}

enum qn_status rev_list_miss_commit(struct qn_ctx *ctx, void *data,
                                    const struct qn_id *id)
{
    struct qn_walk_object object = {.type = QN_OBJECT_COMMIT, .id = *id};

    return rev_list_miss(ctx, data, &object);
}

void rev_list_put_missed(struct rev_list *list)
{
    cli_write(list->cli, list->missed_lines.data, list->missed_lines.size);
    qn_buf_dispose(&list->missed_lines);
    qn_id_map_dispose(&list->missed);
}

static enum qn_status list_indexed_tree(struct rev_list *list,
                                        const struct qn_id *tree,
                                        struct qn_bytes path)
{
    struct qn_ctx *ctx = list->cli->ctx;

    return list->filters_given
               ? qn_object_walk_list(ctx, list->objects, tree, path, put_object,
                                     list)
               : qn_object_walk_list_given(ctx, list->objects, tree, path,
                                           put_object, list);
}

/* The trees that the index knows of, those below a changed one, too. */
static enum qn_status list_cache_tree(struct rev_list *list,
                                      struct qn_index *index)
{
    struct at {
        const struct qn_cache_tree_node *node;
        size_t next, size; /* the child that is next; size of the path */
    } *stack = NULL;
    struct qn_ctx *ctx = list->cli->ctx;
    struct qn_cache_tree_node *root = NULL;
    struct qn_buf path = QN_BUF_INIT;
    size_t depth = 0, capacity = 0;
    enum qn_status status = qn_cache_tree_root(ctx, index, false, &root);

    if (!status && root->entry_count >= 0)
        status = list_indexed_tree(list, &root->id, QN_BYTES_NONE);
    if (!status)
        status = qn_memory_grow(ctx, &stack, &capacity, 1, sizeof(*stack));
    if (!status)
        stack[depth++] = (struct at){root, 0, 0};
    while (!status && depth) {
        struct at *at = &stack[depth - 1];
        const struct qn_cache_tree_node *child;

        qn_buf_truncate(&path, at->size);
        if (at->next == at->node->child_count) {
            depth--;
            continue;
        }
        child = at->node->children[at->next++];
        if (path.size)
            status = qn_buf_append_byte(ctx, &path, '/');
        if (!status)
            status = qn_buf_append_bytes(ctx, &path, child->name);
        if (!status && child->entry_count >= 0)
            status = list_indexed_tree(list, &child->id, qn_buf_bytes(&path));
        if (!status)
            status = qn_memory_grow(ctx, &stack, &capacity, depth + 1,
                                    sizeof(*stack));
        if (!status)
            stack[depth++] = (struct at){child, 0, path.size};
    }
    qn_memory_free(stack);
    qn_buf_dispose(&path);
    return status;
}

/* --indexed-objects: what the index names. */
static enum qn_status list_indexed(struct rev_list *list)
{
    struct qn_index *index = NULL;
    enum qn_status status = qn_work_tree_read_index(
        list->cli->ctx, list->cli->repo, list->cli->odb, &index);
    size_t i;
    bool is_new;

    for (i = 0; !status && i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);
        struct qn_walk_object row = {.type = QN_OBJECT_BLOB,
                                     .mode = entry->mode,
                                     .id = entry->id,
                                     .path = entry->path};

        if (qn_mode_is_gitlink(entry->mode))
            continue;
        status = meet_tip(list, &row, &is_new);
        if (!status && is_new)
            status = put_object(list->cli->ctx, list, &row);
    }
    if (!status)
        status = list_cache_tree(list, index);
    qn_index_free(index);
    return status;
}

enum qn_status rev_list_list_objects(struct rev_list *list)
{
    enum qn_status status = list->tips_are_listed ? QN_OK : list_tips(list);

    if (!status && list->lists_indexed)
        status = list_indexed(list);
    return status ? status
                  : qn_object_walk_list_all(list->cli->ctx, list->objects,
                                            list->trees, list->tree_count,
                                            put_object, list);
}

enum qn_status rev_list_keep_tree(struct rev_list *list,
                                  const struct qn_walk_commit *commit)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status =
        qn_object_walk_note_met(ctx, list->objects, &commit->tree);

    if (status)
        return status;
    if (list->in_commit_order && !list->tips_are_listed) {
        list->tips_are_listed = true;
        status = list_tips(list);
        if (status)
            return status;
    }
    if (list->in_commit_order)
        return qn_object_walk_list(ctx, list->objects, &commit->tree,
                                   QN_BYTES_NONE, put_object, list);
    status = qn_memory_grow(ctx, &list->trees, &list->tree_capacity,
                            list->tree_count + 1, sizeof(*list->trees));
    if (!status)
        list->trees[list->tree_count++] = commit->tree;
    return status;
}

/* ---- --filter */

enum qn_status rev_list_start_filter(struct rev_list *list)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status = QN_OK;
    uint32_t position;
    bool is_new;
    size_t i;

    if (list->filter_spec.count == 0)
        return QN_OK;
    for (i = 0; !list->filters_given && i < list->args.count && !status; i++)
        if (list->args.tips[i].type == QN_OBJECT_COMMIT)
            status =
                qn_id_map_put(ctx, &list->given, &list->args.tips[i].target,
                              &position, &is_new);
    return status ? status
                  : qn_object_filter_new(ctx, &list->cli->scope,
                                         &list->filter_spec,
                                         list->prints_omitted, &list->filter);
}

enum qn_status rev_list_wants_commit(struct rev_list *list,
                                     const struct qn_walk_commit *commit,
                                     bool *is_wanted)
{
    struct qn_object_filter_answer answer;
    enum qn_status status;

    *is_wanted = true;
    if (!list->filter || (commit->flags & QN_WALK_BOUNDARY) ||
        qn_id_map_find(&list->given, &commit->id) != QN_ID_MAP_NONE)
        return QN_OK;
    qn_object_filter_restart(list->filter);
    status =
        qn_object_filter_ask(list->cli->ctx, list->filter, QN_OBJECT_COMMIT,
                             &commit->id, QN_BYTES_NONE, &answer);
    if (!status)
        *is_wanted = answer.is_wanted;
    return status;
}

static enum qn_status put_omitted(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id)
{
    struct rev_list *list = data;

    (void)ctx;
    if (list->is_json) {
        cli_json_begin(&list->json);
        cli_json_id(&list->json, "id", id);
        cli_json_bool(&list->json, "omitted", true);
        cli_json_end(&list->json);
        return QN_OK;
    }
    cli_put(list->cli, '~');
    cli_put_id(list->cli, id);
    cli_put(list->cli, '\n');
    return QN_OK;
}

void rev_list_put_omitted(struct rev_list *list)
{
    if (list->filter && list->prints_omitted)
        cli_check(list->cli,
                  qn_object_filter_each_omitted(list->cli->ctx, list->filter,
                                                put_omitted, list));
}

void rev_list_put_edges(struct rev_list *list)
{
    size_t next = 0;
    struct qn_id id;
    enum qn_status status;

    while (!(status =
                 qn_commit_walk_edge(list->cli->ctx, list->walk, &next, &id))) {
        if (list->is_json) {
            cli_json_begin(&list->json);
            cli_json_id(&list->json, "id", &id);
            cli_json_bool(&list->json, "edge", true);
            cli_json_end(&list->json);
            continue;
        }
        cli_put(list->cli, '-');
        cli_put_id(list->cli, &id);
        cli_put(list->cli, '\n');
    }
    if (status != QN_END)
        cli_die(list->cli);
}
