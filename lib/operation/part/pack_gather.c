/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_gather.h"

#include "base/memory.h"
#include "hash/id_list.h"
#include "object/commit.h"
#include "operation/part/list_objects.h"
#include "operation/part/pack_bases.h"

bool qn_pack_gather_line(struct qn_bytes *rest, struct qn_bytes *line)
{
    if (!qn_bytes_next(rest, '\n', line))
        return false;
    return true;
}

enum qn_status qn_pack_gather_add(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather,
                                  const struct qn_pack_list_add *add)
{
    enum qn_status status;
    bool is_wanted = true, is_new;
    uint32_t number;
    struct qn_id id;

    if (gather->want &&
        (gather->want->count > 0 || gather->want->foreign_count > 0 ||
         gather->want->options.is_incremental)) {
        qn_id_from_row(&id, gather->list->ids.algorithm, add->row);
        status = qn_pack_want_ask(ctx, gather->want, &id, &is_wanted);
        if (status || !is_wanted)
            return status;
    }
    if (gather->uris && gather->uris->protocol_count > 0) {
        bool is_elsewhere;

        status = qn_pack_uris_ask(ctx, gather->uris, add->row, &is_elsewhere);
        if (status || is_elsewhere)
            return status;
    }
    status = qn_pack_list_put(ctx, gather->list, add, &number, &is_new);
    if (status || !is_new)
        return status;
    if (gather->progress)
        qn_progress_add(ctx, gather->progress, 1);
    if (gather->attributes && add->path.size > 0 &&
        (add->type == QN_OBJECT_BLOB || add->type == QN_OBJECT_NONE)) {
        struct qn_attribute delta = {.name = "delta"};

        status =
            qn_attributes_get(ctx, gather->attributes, add->path, &delta, 1);
        if (delta.state == QN_ATTRIBUTE_UNSET)
            gather->list->entries[number].flags |= QN_PACK_LIST_NO_DELTA;
    }
    return status;
}

/* ---- lines of ids */

enum qn_status qn_pack_gather_lines(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    struct qn_bytes input)
{
    uint32_t algorithm = gather->list->ids.algorithm;
    size_t digits = qn_id_hex_size(algorithm);
    enum qn_status status = QN_OK;
    struct qn_bytes line;

    while (!status && qn_pack_gather_line(&input, &line)) {
        bool is_edge = line.size > 0 && line.data[0] == '-';
        struct qn_bytes text = is_edge ? qn_bytes_from(line, 1) : line;
        struct qn_pack_list_add add = {.type = QN_OBJECT_NONE};
        struct qn_id id;

        if (text.size < digits ||
            !qn_id_from_hex(&id, algorithm, qn_bytes_first(text, digits)))
            return qn_ctx_fail(ctx, QN_INVALID,
                               is_edge
                                   ? "expected edge object ID, got garbage:\n "
                                     "%.*s\n"
                                   : "expected object ID, got garbage:\n "
                                     "%.*s\n",
                               QN_BYTES_ARG(line));
        if (is_edge) {
            status = qn_pack_bases_note(ctx, gather, &id);
            continue;
        }
        add.row = id.bytes;
        add.path = qn_bytes_from(text, digits + 1);
        status = qn_pack_gather_add(ctx, gather, &add);
    }
    if (!status)
        status = qn_pack_bases_add(ctx, gather);
    return status;
}

/* ---- revisions */

struct shallow {
    struct qn_id *ids;
    size_t count, capacity;
};

static enum qn_status take_shallow(struct qn_ctx *ctx, struct shallow *shallow,
                                   uint32_t algorithm, struct qn_bytes text)
{
    enum qn_status status;
    struct qn_id id;

    if (!qn_id_from_hex(&id, algorithm, text))
        return qn_ctx_fail(ctx, QN_INVALID, "not an object name '%.*s'",
                           QN_BYTES_ARG(text));
    status = qn_memory_grow(ctx, &shallow->ids, &shallow->capacity,
                            shallow->count + 1, sizeof(*shallow->ids));
    if (!status)
        shallow->ids[shallow->count++] = id;
    return status;
}

static enum qn_status take_option(struct qn_ctx *ctx,
                                  const struct qn_pack_gather *gather,
                                  struct qn_revision_args *args,
                                  const char *word)
{
    size_t used = 0;

    return qn_revision_args_option(ctx, gather->scope, args, &word, 1, &used);
}

static enum qn_status read_lines(struct qn_ctx *ctx,
                                 const struct qn_pack_gather *gather,
                                 struct qn_bytes input,
                                 struct qn_revision_args *args,
                                 struct shallow *shallow)
{
    enum qn_status status = QN_OK;
    struct qn_bytes line;

    while (!status && qn_pack_gather_line(&input, &line) && line.size > 0) {
        const char *word = qn_arena_copy(ctx, &args->arena, line);

        if (!word)
            return QN_NO_MEMORY;
        if (*word != '-')
            status = qn_revision_args_word(ctx, gather->scope, args, word);
        else if (!strcmp(word, "--not"))
            status = take_option(ctx, gather, args, word);
        else if (!strncmp(word, "--shallow ", 10))
            status = take_shallow(ctx, shallow, gather->list->ids.algorithm,
                                  qn_bytes_from_string(word + 10));
        else
            return qn_ctx_fail(ctx, QN_INVALID, "not a rev '%s'", word);
        if (status == QN_NOT_FOUND)
            return qn_ctx_fail(ctx, status, "bad revision '%s'", word);
    }
    return status;
}

static enum qn_status add_object(struct qn_ctx *ctx, void *data,
                                 const struct qn_walk_object *object)
{
    struct qn_pack_gather *gather = data;
    struct qn_pack_list_add add = {
        .row = object->id.bytes, .type = object->type, .path = object->path};

    if (object->type == QN_OBJECT_BLOB &&
        gather->missing != QN_PACK_GATHER_ERROR) {
        bool exists = true;
        enum qn_status status =
            qn_odb_exists(ctx, gather->scope->odb, &object->id, &exists);

        if (status || !exists)
            return status;
    }
    return qn_pack_gather_add(ctx, gather, &add);
}

/* A tag that a ref names comes early in the pack. */
static enum qn_status mark_tip(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct qn_pack_gather *gather = data;
    struct qn_pack_list *list = gather->list;
    uint32_t number = qn_id_map_find(&list->ids, &ref->id);
    struct qn_id peeled;

    (void)ctx;
    if (number != QN_ID_MAP_NONE)
        list->entries[number].flags |= QN_PACK_LIST_TIP;
    if (ref->has_peeled && !qn_id_is_null(&ref->peeled)) {
        number = qn_id_map_find(&list->ids, &ref->peeled);
    } else if (number != QN_ID_MAP_NONE &&
               list->entries[number].type == QN_OBJECT_TAG) {
        if (qn_revision_peel(ctx, gather->scope->odb, &ref->id, QN_OBJECT_NONE,
                             &peeled)) {
            qn_ctx_clear(ctx);
            return QN_OK;
        }
        number = qn_id_map_find(&list->ids, &peeled);
    }
    if (number != QN_ID_MAP_NONE)
        list->entries[number].flags |= QN_PACK_LIST_TIP;
    return QN_OK;
}

/* Trees and blobs that the other side was said to have. */
static enum qn_status add_named_bases(struct qn_ctx *ctx,
                                      struct qn_pack_gather *gather,
                                      const struct qn_revision_args *args)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; gather->is_thin && !status && i < args->count; i++) {
        const struct qn_revision_tip *tip = &args->tips[i];

        if (tip->flags & QN_WALK_UNINTERESTING &&
            (tip->type == QN_OBJECT_TREE || tip->type == QN_OBJECT_BLOB))
            status = qn_pack_bases_object(ctx, gather, &tip->target, tip->type);
    }
    return status;
}

/* What is promised of it comes at once. */
static enum qn_status fetch_listed(struct qn_ctx *ctx,
                                   const struct qn_pack_gather *gather)
{
    const struct qn_pack_list *list = gather->list;
    struct qn_id_list ids = {0};
    enum qn_status status = QN_OK;
    uint32_t i;

    if (!qn_odb_fetches(gather->scope->odb))
        return QN_OK;
    for (i = 0; !status && i < list->ids.count; i++) {
        struct qn_id id;

        qn_id_map_id(&list->ids, i, &id);
        status = qn_id_list_add(ctx, &ids, &id);
    }
    if (!status)
        status = qn_odb_prefetch(ctx, gather->scope->odb, ids.ids, ids.count);
    qn_id_list_dispose(&ids);
    return status;
}

enum qn_status qn_pack_gather_revisions(struct qn_ctx *ctx,
                                        struct qn_pack_gather *gather,
                                        struct qn_bytes input)
{
    struct qn_list_objects listing = {
        .scope = gather->scope,
        .indexed = gather->indexed,
        .filter = gather->filter,
        .each = add_object,
        .data = gather,
        .takes_tips = gather->looks_harder,
        .excludes_promised = gather->excludes_promised,
        .spares_workers = gather->spares_workers,
        .allows_missing = gather->missing != QN_PACK_GATHER_ERROR};
    struct qn_revision_args args;
    struct shallow shallow = {NULL, 0, 0};
    enum qn_status status = QN_OK;

    qn_revision_args_init(&args);
    args.ignores_missing = args.walk.ignores_missing = listing.allows_missing;
    if (gather->all)
        status = take_option(ctx, gather, &args, "--all");
    if (!status && gather->reflog)
        status = take_option(ctx, gather, &args, "--reflog");
    if (!status && gather->unpacked)
        status = take_option(ctx, gather, &args, "--unpacked");
    if (!status)
        status = read_lines(ctx, gather, input, &args, &shallow);
    args.walk.shallow = shallow.ids;
    args.walk.shallow_count = shallow.count;
    listing.args = &args;
    if (!status && gather->uses_bitmap && shallow.count == 0) {
        bool is_done = false;

        status = qn_pack_gather_by_bitmap(ctx, gather, &args, &is_done);
        if (status || is_done)
            goto out;
    }
    if (!status && gather->scans && shallow.count == 0) {
        bool is_done = false;

        status = qn_pack_gather_by_scan(ctx, gather, &args, &is_done);
        if (status || is_done)
            goto out;
    }
    if (gather->is_thin) {
        listing.edge = qn_pack_bases_edge;
        listing.edge_data = gather;
    }
    if (!status)
        status = qn_list_objects_run(ctx, &listing);
    if (!status)
        status = fetch_listed(ctx, gather);
    if (!status)
        status = qn_pack_bases_add(ctx, gather);
    if (!status)
        status = add_named_bases(ctx, gather, &args);
    if (!status && gather->keeps_true_parents)
        status = qn_list_objects_true_parents(ctx, &listing);
    if (!status)
        status = qn_refs_walk(ctx, gather->scope->refs, "refs/tags/", 0,
                              mark_tip, gather);
out:
    qn_revision_args_dispose(&args);
    qn_memory_free(shallow.ids);
    return status;
}

/* ---- tags of what is in the list */

static enum qn_status add_tag(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct qn_pack_gather *gather = data;
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    struct qn_id id = ref->id, end;
    struct qn_tag tag;

    if (ref->has_peeled && qn_id_is_null(&ref->peeled))
        return QN_OK;
    if (qn_pack_list_has(gather->list, &id))
        return QN_OK;
    if (ref->has_peeled) {
        end = ref->peeled;
    } else if (qn_revision_peel(ctx, gather->scope->odb, &id, QN_OBJECT_NONE,
                                &end)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!qn_pack_list_has(gather->list, &end))
        return QN_OK;
    while (!status && !qn_id_is_equal(&id, &end)) {
        struct qn_pack_list_add add = {.row = id.bytes, .type = QN_OBJECT_TAG};

        if (!qn_pack_list_has(gather->list, &id))
            status = qn_pack_gather_add(ctx, gather, &add);
        if (!status)
            status = qn_odb_read_typed(ctx, gather->scope->odb, &id,
                                       QN_OBJECT_TAG, &object);
        if (!status)
            status =
                qn_tag_parse(ctx, qn_object_bytes(&object), id.algorithm, &tag);
        if (!status)
            id = tag.object;
    }
    qn_object_dispose(&object);
    return status;
}

enum qn_status qn_pack_gather_tags(struct qn_ctx *ctx,
                                   struct qn_pack_gather *gather)
{
    return qn_refs_walk(ctx, gather->scope->refs, "refs/tags/", 0, add_tag,
                        gather);
}
