/* SPDX-License-Identifier: MIT */
#include "walk/pack_graph.h"

#include "base/memory.h"
#include "codec/inflate.h"
#include "object/commit.h"
#include "object/tree.h"
#include "pack/pack_reader.h"
#include "pack/pack_reverse.h"

#include <string.h>

/* Edges that are resolved at once; and how many there may be. */
#define CHUNK    ((size_t)1 << 18)
#define EDGE_MAX ((size_t)1 << 30)
/* Ids are put in order by so many of their first bits. */
#define SORT_BITS 16
/* Bytes of delta bases of what is not a tree, or whose base is not kept. */
#define BASE_CACHE (16u << 20)
/* Objects between two looks at whether to go on. */
#define CHECK_COUNT 1024

struct scan {
    struct qn_pack_graph *graph;
    struct qn_pack_file *pack;
    struct qn_known_trees trees;
    struct qn_known_tree tree;
    struct qn_pack_reader reader;
    struct qn_object object;
    uint32_t *late; /* deltas whose base lies behind them */
    size_t late_count, late_capacity;
    uint32_t *order; /* of a chunk, by id */
    uint32_t number; /* the object at hand */
};

void qn_pack_graph_dispose(struct qn_pack_graph *graph)
{
    qn_memory_free(graph->ranks);
    qn_memory_free(graph->is_part);
    qn_memory_free(graph->first);
    qn_memory_free(graph->degree);
    qn_memory_free(graph->targets);
    qn_memory_free(graph->flags);
    qn_memory_free(graph->rows);
    memset(graph, 0, sizeof(*graph));
}

uint32_t qn_pack_graph_find(const struct qn_pack_graph *graph,
                            const uint8_t *row)
{
    uint32_t position = qn_pack_index_find(&graph->reach->pack->index, row);

    return position == QN_PACK_INDEX_NONE ? QN_PACK_GRAPH_NONE
                                          : graph->ranks[position];
}

/* ---- edges */

static size_t sort_key(const uint8_t *row)
{
    return (size_t)row[0] << 8 | row[1];
}

/* Edges of the chunk in the order of their ids, nearly. */
static enum qn_status sort_chunk(struct qn_ctx *ctx, struct scan *scan)
{
    const struct qn_pack_graph *graph = scan->graph;
    uint32_t *ends =
        qn_memory_calloc(ctx, ((size_t)1 << SORT_BITS) + 1, sizeof(*ends));
    size_t i;

    if (!ends)
        return QN_NO_MEMORY;
    for (i = 0; i < graph->row_count; i++)
        ends[sort_key(graph->rows + i * graph->id_size) + 1]++;
    for (i = 0; i < (size_t)1 << SORT_BITS; i++)
        ends[i + 1] += ends[i];
    for (i = 0; i < graph->row_count; i++)
        scan->order[ends[sort_key(graph->rows + i * graph->id_size)]++] =
            (uint32_t)i;
    qn_memory_free(ends);
    return QN_OK;
}

static enum qn_status resolve_other(struct qn_ctx *ctx,
                                    struct qn_pack_graph *graph,
                                    const uint8_t *row, size_t edge)
{
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put_row(ctx, &graph->reach->others, row, &position, &is_new);

    graph->targets[edge] = position;
    graph->flags[edge] |= QN_PACK_GRAPH_OTHER;
    return status;
}

/* What is looked up one after the other lies together. */
static enum qn_status resolve(struct qn_ctx *ctx, struct scan *scan)
{
    struct qn_pack_graph *graph = scan->graph;
    size_t first = graph->edge_count - graph->row_count, i;
    enum qn_status status = sort_chunk(ctx, scan);

    for (i = 0; i < graph->row_count && !status; i++) {
        size_t k = scan->order[i];
        const uint8_t *row = graph->rows + k * graph->id_size;
        uint32_t number;

        if (i + 8 < graph->row_count)
            QN_PREFETCH(graph->rows +
                        (size_t)scan->order[i + 8] * graph->id_size);
        number = qn_pack_graph_find(graph, row);
        if (number == QN_PACK_GRAPH_NONE)
            status = resolve_other(ctx, graph, row, first + k);
        else
            graph->targets[first + k] = number;
    }
    graph->row_count = 0;
    return status;
}

static enum qn_status add_edge(struct qn_ctx *ctx, void *data,
                               const uint8_t *row, enum qn_object_type type)
{
    struct scan *scan = data;
    struct qn_pack_graph *graph = scan->graph;
    enum qn_status status = QN_OK;

    if (graph->row_count == CHUNK)
        status = resolve(ctx, scan);
    if (!status && graph->edge_count == EDGE_MAX)
        return QN_END;
    if (!status && graph->edge_count == graph->target_capacity)
        status = qn_memory_grow(ctx, &graph->targets, &graph->target_capacity,
                                graph->edge_count + 1, sizeof(*graph->targets));
    if (!status && graph->edge_count == graph->flag_capacity)
        status = qn_memory_grow(ctx, &graph->flags, &graph->flag_capacity,
                                graph->edge_count + 1, sizeof(*graph->flags));
    if (status)
        return status;
    memcpy(graph->rows + graph->row_count++ * graph->id_size, row,
           graph->id_size);
    graph->flags[graph->edge_count++] = (uint8_t)type;
    graph->degree[scan->number]++;
    return QN_OK;
}

/* ---- contents */

static enum qn_status each_entry(struct qn_ctx *ctx,
                                 const struct qn_tree_entry *entry,
                                 size_t id_size, qn_pack_graph_fn *each,
                                 void *data)
{
    static const uint8_t zeros[QN_ID_MAX_SIZE];

    /* the id of zeros is no object, wherever it stands */
    if (qn_mode_is_gitlink(entry->mode) ||
        memcmp(entry->id, zeros, id_size) == 0)
        return QN_OK;
    return each(ctx, data, entry->id,
                qn_mode_is_tree(entry->mode) ? QN_OBJECT_TREE : QN_OBJECT_BLOB);
}

static enum qn_status names_of_tree(struct qn_ctx *ctx, struct qn_bytes content,
                                    uint32_t algorithm, qn_pack_graph_fn *each,
                                    void *data)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;

    qn_tree_reader_init(&reader, content, algorithm);
    while (!(status = qn_tree_reader_next(ctx, &reader, &entry))) {
        status = each_entry(ctx, &entry, qn_id_size(algorithm), each, data);
        if (status)
            return status;
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status names_of_commit(struct qn_ctx *ctx,
                                      struct qn_bytes content,
                                      uint32_t algorithm,
                                      qn_pack_graph_fn *each, void *data)
{
    struct qn_commit commit;
    enum qn_status status = qn_commit_parse(ctx, content, algorithm, &commit);
    uint32_t i;

    if (!status)
        status = each(ctx, data, commit.tree.bytes, QN_OBJECT_TREE);
    for (i = 0; !status && i < commit.parent_count; i++) {
        struct qn_id parent;

        qn_commit_parent(&commit, i, &parent);
        status = each(ctx, data, parent.bytes, QN_OBJECT_COMMIT);
    }
    return status;
}

static enum qn_object_type type_named(struct qn_bytes word)
{
    static const struct {
        const char *word;
        enum qn_object_type type;
    } types[] = {{"commit", QN_OBJECT_COMMIT},
                 {"tree", QN_OBJECT_TREE},
                 {"blob", QN_OBJECT_BLOB},
                 {"tag", QN_OBJECT_TAG}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(types); i++)
        if (qn_bytes_is_equal(word, qn_bytes_from_string(types[i].word)))
            return types[i].type;
    return QN_OBJECT_NONE;
}

enum qn_status qn_pack_graph_names(struct qn_ctx *ctx, struct qn_bytes content,
                                   enum qn_object_type type, uint32_t algorithm,
                                   qn_pack_graph_fn *each, void *data)
{
    struct qn_tag tag;
    enum qn_status status;

    switch (type) {
    case QN_OBJECT_TREE:
        return names_of_tree(ctx, content, algorithm, each, data);
    case QN_OBJECT_COMMIT:
        return names_of_commit(ctx, content, algorithm, each, data);
    case QN_OBJECT_TAG:
        status = qn_tag_parse(ctx, content, algorithm, &tag);
        return status ? status
                      : each(ctx, data, tag.object.bytes, type_named(tag.type));
    default:
        return QN_OK;
    }
}

/* ---- the pass */

/* Offsets and ranks; QN_END: the index is not in order. */
static enum qn_status number_objects(struct qn_ctx *ctx,
                                     struct qn_pack_graph *graph)
{
    struct qn_pack_reach *reach = graph->reach;
    const struct qn_pack_file *pack = reach->pack;
    uint64_t before = 0;
    uint32_t i;

    (void)ctx;
    for (i = 0; i < reach->count; i++) {
        uint32_t position = qn_pack_reverse_position(&pack->reverse, i);

        reach->offsets[i] = qn_pack_index_offset(&pack->index, position);
        if (reach->offsets[i] <= before)
            return QN_END;
        before = reach->offsets[i];
        graph->ranks[position] = i;
    }
    reach->offsets[i] = pack->data_end;
    return i > 0 && reach->offsets[0] == QN_PACK_FILE_HEADER_SIZE &&
                   before < pack->data_end
               ? QN_OK
               : QN_END;
}

static enum qn_status parse(struct qn_ctx *ctx, const struct scan *scan,
                            struct qn_pack_entry *entry)
{
    const struct qn_pack_reach *reach = scan->graph->reach;
    enum qn_status status = qn_pack_entry_parse(
        ctx, qn_pack_reader_bytes(scan->pack), scan->pack->algorithm,
        reach->offsets[scan->number], entry);

    if (!status && entry->data_offset >= reach->offsets[scan->number + 1])
        return QN_END;
    return status;
}

/* The content of the object at hand. */
static enum qn_status read_object(struct qn_ctx *ctx, struct scan *scan,
                                  const struct qn_pack_entry *entry)
{
    struct qn_buf *data = &scan->object.data;
    struct qn_bytes in = qn_bytes_from(qn_pack_reader_bytes(scan->pack),
                                       (size_t)entry->data_offset);
    enum qn_status status;

    if (qn_pack_entry_is_delta(entry) || entry->size > BASE_CACHE)
        return qn_pack_reader_read(ctx, &scan->reader, scan->pack,
                                   entry->offset, &scan->object);
    qn_buf_clear(data);
    status = qn_buf_reserve(ctx, data, (size_t)entry->size);
    if (!status)
        status =
            qn_inflate_exact(ctx, in, data->data, (size_t)entry->size, NULL);
    if (!status)
        data->size = (size_t)entry->size;
    return status;
}

static enum qn_status scan_tree(struct qn_ctx *ctx, struct scan *scan,
                                const struct qn_pack_entry *entry,
                                uint32_t base)
{
    struct qn_pack_graph *graph = scan->graph;
    struct qn_known_tree *tree = &scan->tree;
    enum qn_status status = QN_OK;
    size_t i;

    if (base != QN_PACK_GRAPH_NONE &&
        qn_known_trees_open(ctx, &scan->trees, qn_pack_reader_bytes(scan->pack),
                            entry, base, tree)) {
        graph->is_part[scan->number] = true;
    } else {
        status = read_object(ctx, scan, entry);
        qn_buf_swap(&tree->content, &scan->object.data);
        if (!status)
            status = qn_known_trees_mark(ctx, &scan->trees, tree);
    }
    for (i = 0; i < tree->fresh_count && !status; i++) {
        struct qn_tree_reader reader;
        struct qn_tree_entry found;

        qn_tree_reader_init(
            &reader,
            qn_bytes_from(qn_bytes_make(tree->content.data, tree->size),
                          tree->fresh[i]),
            scan->pack->algorithm);
        status = qn_tree_reader_next(ctx, &reader, &found);
        if (!status)
            status = each_entry(ctx, &found, graph->id_size, add_edge, scan);
    }
    if (!status)
        qn_known_trees_keep(&scan->trees, scan->number, tree);
    return status;
}

/* The number of a delta's base. */
static uint32_t base_of(const struct scan *scan,
                        const struct qn_pack_entry *entry)
{
    return entry->type == QN_PACK_ENTRY_OFFSET_DELTA
               ? qn_pack_reverse_before(scan->graph->reach->offsets,
                                        scan->number, entry->base_offset)
               : qn_pack_graph_find(scan->graph, entry->base_id);
}

static enum qn_status scan_one(struct qn_ctx *ctx, struct scan *scan,
                               bool *is_late)
{
    struct qn_pack_graph *graph = scan->graph;
    struct qn_pack_reach *reach = graph->reach;
    uint32_t base = QN_PACK_GRAPH_NONE;
    struct qn_pack_entry entry;
    enum qn_status status = parse(ctx, scan, &entry);
    enum qn_object_type type;

    *is_late = false;
    if (status)
        return status;
    type = (enum qn_object_type)entry.type;
    if (qn_pack_entry_is_delta(&entry)) {
        base = base_of(scan, &entry);
        if (base == QN_PACK_GRAPH_NONE)
            return QN_END;
        type = (enum qn_object_type)reach->types[base];
        *is_late = type == QN_OBJECT_NONE;
        if (*is_late)
            return QN_OK;
    }
    reach->types[scan->number] = (uint8_t)type;
    reach->bases[scan->number] = base;
    graph->first[scan->number] = (uint32_t)graph->edge_count;
    if (type == QN_OBJECT_BLOB)
        return QN_OK;
    if (type == QN_OBJECT_TREE)
        return scan_tree(ctx, scan, &entry, base);
    status = read_object(ctx, scan, &entry);
    return status
               ? status
               : qn_pack_graph_names(ctx, qn_object_bytes(&scan->object), type,
                                     scan->pack->algorithm, add_edge, scan);
}

/* Deltas whose bases came after them, until none of them can be done. */
static enum qn_status scan_late(struct qn_ctx *ctx, struct scan *scan)
{
    enum qn_status status = QN_OK;
    size_t left = scan->late_count, kept, i;
    bool is_late;

    while (!status && left > 0) {
        for (i = kept = 0; i < left && !status; i++) {
            scan->number = scan->late[i];
            status = scan_one(ctx, scan, &is_late);
            if (is_late)
                scan->late[kept++] = scan->number;
        }
        if (!status && kept == left)
            return QN_END;
        left = kept;
        if (!status)
            status = qn_ctx_check(ctx);
    }
    return status;
}

/* Is it to go on? And whoever waits hears that it does. */
static enum qn_status look_up(struct qn_ctx *ctx, const struct scan *scan)
{
    if (scan->graph->progress)
        qn_progress_add(ctx, scan->graph->progress, 0);
    return qn_ctx_check(ctx);
}

static enum qn_status scan_all(struct qn_ctx *ctx, struct scan *scan)
{
    enum qn_status status = QN_OK;
    uint32_t i;
    bool is_late;

    for (i = 0; i < scan->graph->reach->count && !status; i++) {
        if (i % CHECK_COUNT == 0)
            status = look_up(ctx, scan);
        scan->number = i;
        if (!status)
            status = scan_one(ctx, scan, &is_late);
        if (status || !is_late)
            continue;
        status = qn_memory_grow(ctx, &scan->late, &scan->late_capacity,
                                scan->late_count + 1, sizeof(*scan->late));
        if (!status)
            scan->late[scan->late_count++] = i;
    }
    if (!status)
        status = scan_late(ctx, scan);
    return status ? status : resolve(ctx, scan);
}

static enum qn_status get_room(struct qn_ctx *ctx, struct qn_pack_graph *graph)
{
    struct qn_pack_reach *reach = graph->reach;
    size_t count = (size_t)reach->count + 1;

    reach->offsets = qn_memory_array(ctx, count, sizeof(*reach->offsets));
    reach->types = qn_memory_calloc(ctx, count, 1);
    graph->ranks = qn_memory_array(ctx, count, sizeof(*graph->ranks));
    reach->bases = qn_memory_array(ctx, count, sizeof(*reach->bases));
    graph->is_part = qn_memory_calloc(ctx, count, 1);
    graph->first = qn_memory_calloc(ctx, count, sizeof(*graph->first));
    graph->degree = qn_memory_calloc(ctx, count, sizeof(*graph->degree));
    graph->rows = qn_memory_array(ctx, CHUNK, graph->id_size);
    if (!reach->offsets || !reach->types || !reach->bases || !graph->ranks ||
        !graph->is_part || !graph->first || !graph->degree || !graph->rows)
        return QN_NO_MEMORY;
    return QN_OK;
}

enum qn_status qn_pack_graph_make(struct qn_ctx *ctx,
                                  struct qn_pack_graph *graph)
{
    struct scan scan = {.graph = graph, .pack = graph->reach->pack};
    enum qn_status status;

    graph->id_size = qn_id_size(scan.pack->algorithm);
    qn_pack_reader_init(&scan.reader, BASE_CACHE);
    scan.order = qn_memory_array(ctx, CHUNK, sizeof(*scan.order));
    status = qn_known_trees_init(ctx, &scan.trees, scan.pack->algorithm,
                                 graph->reach->count);
    if (!status)
        status = scan.order ? get_room(ctx, graph) : QN_NO_MEMORY;
    if (!status)
        status = number_objects(ctx, graph);
    if (!status)
        status = scan_all(ctx, &scan);
    qn_known_tree_dispose(&scan.tree);
    qn_known_trees_dispose(&scan.trees);
    qn_pack_reader_dispose(&scan.reader);
    qn_object_dispose(&scan.object);
    qn_memory_free(scan.late);
    qn_memory_free(scan.order);
    return status;
}
