/* SPDX-License-Identifier: MIT */
#include "base/compiler.h"
#include "base/endian.h"
#include "base/memory.h"
#include "hash/id_seek.h"
#include "walk/changed_paths.h"
#include "walk/commit_graph_private.h"

#define HIGH_BIT     0x80000000u
#define OVERFLOW_ROW 8

void qn_commit_graph_free(struct qn_commit_graph *graph)
{
    uint32_t i;

    if (!graph)
        return;
    for (i = 0; i < graph->layer_count; i++) {
        qn_file_unmap(&graph->layers[i].map);
        qn_memory_free(graph->layers[i].path);
    }
    qn_memory_free(graph->layers);
    qn_memory_free(graph);
}

uint32_t qn_commit_graph_count(const struct qn_commit_graph *graph)
{
    return graph->count;
}

uint32_t qn_commit_graph_layer_count(const struct qn_commit_graph *graph)
{
    return graph->layer_count;
}

bool qn_commit_graph_has_filters(const struct qn_commit_graph *graph)
{
    return graph->layers[graph->layer_count - 1].filters.index != NULL;
}

bool qn_commit_graph_has_dates(const struct qn_commit_graph *graph)
{
    return graph->has_dates;
}

uint32_t qn_commit_graph_find(const struct qn_commit_graph *graph,
                              const struct qn_id *id)
{
    uint32_t i;

    for (i = graph->layer_count; i-- > 0;) {
        const struct qn_graph_layer *layer = &graph->layers[i];
        const uint8_t *fanout = layer->chunks[QN_GRAPH_FANOUT].data;
        const uint8_t *ids = layer->chunks[QN_GRAPH_LOOKUP].data;
        struct qn_id_table table = {fanout,         ids,  graph->id_size,
                                    graph->id_size, NULL, 0};
        bool is_there;
        uint32_t at = qn_id_seek(&table, id->bytes, &is_there);

        if (is_there)
            return layer->first + at;
    }
    return QN_COMMIT_GRAPH_NONE;
}

static const struct qn_graph_layer *
layer_of(const struct qn_commit_graph *graph, uint32_t position)
{
    uint32_t i = graph->layer_count - 1;

    while (graph->layers[i].first > position)
        i--;
    return &graph->layers[i];
}

void qn_commit_graph_id(const struct qn_commit_graph *graph, uint32_t position,
                        struct qn_id *out)
{
    const struct qn_graph_layer *layer = layer_of(graph, position);

    qn_id_from_row(out, graph->algorithm,
                   layer->chunks[QN_GRAPH_LOOKUP].data +
                       (size_t)(position - layer->first) * graph->id_size);
}

static enum qn_status read_generation(struct qn_ctx *ctx,
                                      const struct qn_graph_layer *layer,
                                      uint32_t index, int64_t time,
                                      uint64_t *out)
{
    uint32_t offset = qn_endian_load32(layer->chunks[QN_GRAPH_GENERATION].data +
                                       (size_t)index * QN_GRAPH_GENERATION_ROW);
    const struct qn_graph_chunk *overflow = &layer->chunks[QN_GRAPH_OVERFLOW];

    if (!(offset & HIGH_BIT)) {
        *out = (uint64_t)time + offset;
        return QN_OK;
    }
    offset &= ~HIGH_BIT;
    if (!overflow->data)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "commit-graph requires overflow generation data but "
                           "has none");
    if (offset >= overflow->size / OVERFLOW_ROW)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "commit-graph overflow generation data is too "
                           "small");
    *out = (uint64_t)time +
           qn_endian_load64(overflow->data + (size_t)offset * OVERFLOW_ROW);
    return QN_OK;
}

const uint8_t *qn_commit_graph_tree(const struct qn_commit_graph *graph,
                                    uint32_t position)
{
    const struct qn_graph_layer *layer = layer_of(graph, position);

    return layer->chunks[QN_GRAPH_DATA].data +
           (size_t)(position - layer->first) *
               (graph->id_size + QN_GRAPH_CDAT_TAIL);
}

static enum qn_status invalid_parent(struct qn_ctx *ctx, uint32_t position)
{
    return qn_ctx_fail(ctx, QN_CORRUPT, "invalid parent position %u",
                       (unsigned)position);
}

enum qn_status qn_commit_graph_row(struct qn_ctx *ctx,
                                   const struct qn_commit_graph *graph,
                                   uint32_t position,
                                   struct qn_commit_graph_row *out)
{
    const struct qn_graph_layer *layer = layer_of(graph, position);
    uint32_t index = position - layer->first;
    uint32_t limit = layer->first + layer->count;
    const uint8_t *row = layer->chunks[QN_GRAPH_DATA].data +
                         (size_t)index * (graph->id_size + QN_GRAPH_CDAT_TAIL);
    enum qn_status status = QN_OK;
    uint32_t high;
    int i;

    out->tree = row;
    row += graph->id_size;
    out->parents[0] = qn_endian_load32(row);
    out->parents[1] = qn_endian_load32(row + 4);
    high = qn_endian_load32(row + 8);
    out->time =
        (int64_t)((uint64_t)(high & 3) << 32 | qn_endian_load32(row + 12));
    out->generation = high >> 2;
    out->layer = layer;
    out->has_more = out->parents[0] != QN_GRAPH_PARENT_NONE &&
                    out->parents[1] != QN_GRAPH_PARENT_NONE &&
                    (out->parents[1] & HIGH_BIT) != 0;
    out->edge = out->parents[1] & ~HIGH_BIT;
    if (graph->has_dates)
        status =
            read_generation(ctx, layer, index, out->time, &out->generation);
    if (out->has_more || out->parents[0] == QN_GRAPH_PARENT_NONE)
        out->parents[1] = QN_GRAPH_PARENT_NONE;
    for (i = 0; i < 2 && !status; i++) {
        if (out->parents[i] == QN_GRAPH_PARENT_NONE)
            out->parents[i] = QN_COMMIT_GRAPH_NONE;
        else if (out->parents[i] >= limit)
            status = invalid_parent(ctx, out->parents[i]);
    }
    return status;
}

enum qn_status qn_commit_graph_numbers(struct qn_ctx *ctx,
                                       const struct qn_commit_graph *graph,
                                       uint32_t position, uint32_t *level,
                                       uint64_t *date)
{
    const struct qn_graph_layer *layer = layer_of(graph, position);
    uint32_t index = position - layer->first;
    const uint8_t *row = layer->chunks[QN_GRAPH_DATA].data +
                         (size_t)index * (graph->id_size + QN_GRAPH_CDAT_TAIL) +
                         graph->id_size;
    uint32_t high = qn_endian_load32(row + 8);
    int64_t time =
        (int64_t)((uint64_t)(high & 3) << 32 | qn_endian_load32(row + 12));

    *level = high >> 2;
    *date = 0;
    return layer->chunks[QN_GRAPH_GENERATION].data
               ? read_generation(ctx, layer, index, time, date)
               : QN_OK;
}

struct qn_bytes qn_commit_graph_filter(struct qn_ctx *ctx,
                                       const struct qn_commit_graph *graph,
                                       uint32_t position, uint32_t version)
{
    const struct qn_graph_layer *layer = layer_of(graph, position);

    if (layer->filters.version != version ||
        layer->filters.hash_count != QN_CHANGED_PATHS_HASHES ||
        layer->filters.bits_per_entry != QN_CHANGED_PATHS_BITS)
        return QN_BYTES_NONE;
    return qn_commit_graph_filter_get(ctx, layer, position - layer->first);
}

void qn_commit_graph_prefetch(const struct qn_commit_graph *graph,
                              uint32_t position)
{
    const struct qn_graph_layer *layer;
    size_t index;

    if (position >= graph->count)
        return;
    layer = layer_of(graph, position);
    index = position - layer->first;
    QN_PREFETCH(layer->chunks[QN_GRAPH_DATA].data +
                index * (graph->id_size + QN_GRAPH_CDAT_TAIL));
    QN_PREFETCH(layer->chunks[QN_GRAPH_DATA].data +
                (index + 1) * (graph->id_size + QN_GRAPH_CDAT_TAIL) - 1);
    QN_PREFETCH(layer->chunks[QN_GRAPH_LOOKUP].data + index * graph->id_size);
    if (graph->has_dates)
        QN_PREFETCH(layer->chunks[QN_GRAPH_GENERATION].data +
                    index * QN_GRAPH_GENERATION_ROW);
}

enum qn_status
qn_commit_graph_more_parent(struct qn_ctx *ctx,
                            const struct qn_commit_graph_row *row, uint32_t i,
                            uint32_t *parent, bool *is_last)
{
    const struct qn_graph_layer *layer = row->layer;
    const struct qn_graph_chunk *edges = &layer->chunks[QN_GRAPH_EDGES];
    uint64_t index = (uint64_t)row->edge + i;
    uint32_t value;

    if (!edges->data || index >= edges->size / 4) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "commit-graph extra-edges pointer out of bounds");
        *parent = QN_COMMIT_GRAPH_NONE;
        *is_last = true;
        return QN_OK;
    }
    value = qn_endian_load32(edges->data + (size_t)index * 4);
    *is_last = (value & HIGH_BIT) != 0;
    *parent = value & ~HIGH_BIT;
    return *parent < layer->first + layer->count ? QN_OK
                                                 : invalid_parent(ctx, *parent);
}

enum qn_commit_graph_answer qn_commit_graph_has_changed(
    struct qn_ctx *ctx, const struct qn_commit_graph *graph, uint32_t position,
    const struct qn_commit_graph_key *keys, size_t key_count)
{
    const struct qn_graph_layer *layer = layer_of(graph, position);

    return qn_commit_graph_filter_ask(ctx, layer, position - layer->first, keys,
                                      key_count);
}
