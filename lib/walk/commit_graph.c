/* SPDX-License-Identifier: MIT */
#include "walk/commit_graph.h"

#include "base/buf.h"
#include "base/compiler.h"
#include "base/endian.h"
#include "base/memory.h"
#include "hash/id_seek.h"
#include "os/file.h"
#include "walk/commit_graph_filter.h"

#include <string.h>

#define SIGNATURE      0x43475048u /* "CGPH" */
#define HEADER_SIZE    8
#define TOC_ROW        12
#define FANOUT_SIZE    1024
#define PARENT_NONE    0x70000000u
#define HIGH_BIT       0x80000000u
#define CDAT_TAIL      16
#define LAYERS_MAX     255
#define GENERATION_ROW 4
#define OVERFLOW_ROW   8

struct chunk {
    const uint8_t *data;
    size_t size;
};

enum {
    CHUNK_FANOUT,
    CHUNK_LOOKUP,
    CHUNK_DATA,
    CHUNK_GENERATION,
    CHUNK_OVERFLOW,
    CHUNK_EDGES,
    CHUNK_FILTER_INDEX,
    CHUNK_FILTER_DATA,
    CHUNK_BASE,
    CHUNK_COUNT
};

static const char chunk_names[CHUNK_COUNT][5] = {
    "OIDF", "OIDL", "CDAT", "GDA2", "GDO2", "EDGE", "BIDX", "BDAT", "BASE"};

struct layer {
    struct qn_file_map map;
    struct chunk chunks[CHUNK_COUNT];
    uint32_t first; /* position of its first commit */
    uint32_t count;
    struct qn_commit_graph_filters filters;
};

struct qn_commit_graph {
    struct layer *layers;
    uint32_t layer_count;
    uint32_t count;
    uint32_t algorithm;
    size_t id_size;
    bool has_dates;
};

static bool find_chunks(struct layer *layer, uint32_t chunk_count)
{
    const uint8_t *data = layer->map.data;
    size_t size = layer->map.size;
    const uint8_t *row = data + HEADER_SIZE;
    uint32_t i;

    if (size < HEADER_SIZE + ((size_t)chunk_count + 1) * TOC_ROW)
        return false;
    for (i = 0; i < chunk_count; i++, row += TOC_ROW) {
        uint64_t start = qn_endian_load64(row + 4);
        uint64_t end = qn_endian_load64(row + TOC_ROW + 4);
        int kind;

        if (start > end || end > size)
            return false;
        for (kind = 0; kind < CHUNK_COUNT; kind++)
            if (memcmp(row, chunk_names[kind], 4) == 0) {
                if (layer->chunks[kind].data)
                    return false;
                layer->chunks[kind].data = data + start;
                layer->chunks[kind].size = (size_t)(end - start);
            }
    }
    return true;
}

static bool check_fanout(struct layer *layer)
{
    const uint8_t *fanout = layer->chunks[CHUNK_FANOUT].data;
    uint32_t before = 0;
    int i;

    if (!fanout || layer->chunks[CHUNK_FANOUT].size != FANOUT_SIZE)
        return false;
    for (i = 0; i < 256; i++) {
        uint32_t now = qn_endian_load32(fanout + (size_t)i * 4);

        if (now < before)
            return false;
        before = now;
    }
    layer->count = before;
    return true;
}

/* NULL when the layer is sound, else what is wrong with it. */
static const char *check_layer(struct layer *layer, size_t id_size,
                               uint32_t algorithm, uint32_t base_count)
{
    const uint8_t *data = layer->map.data;
    const struct chunk *chunks = layer->chunks;

    if (layer->map.size < HEADER_SIZE + TOC_ROW + id_size)
        return "commit-graph file is too small";
    if (qn_endian_load32(data) != SIGNATURE)
        return "commit-graph signature does not match";
    if (data[4] != 1)
        return "commit-graph version does not match";
    if (data[5] != algorithm)
        return "commit-graph hash version does not match";
    if (data[7] != base_count)
        return "commit-graph chain does not match";
    if (!find_chunks(layer, data[6]))
        return "commit-graph chunks go past the file";
    if (!check_fanout(layer))
        return "commit-graph fanout values out of order";
    if (!chunks[CHUNK_LOOKUP].data ||
        chunks[CHUNK_LOOKUP].size != (size_t)layer->count * id_size)
        return "commit-graph OID lookup chunk is the wrong size";
    if (!chunks[CHUNK_DATA].data ||
        chunks[CHUNK_DATA].size != (size_t)layer->count * (id_size + CDAT_TAIL))
        return "commit-graph commit data chunk is wrong size";
    if (chunks[CHUNK_GENERATION].data &&
        chunks[CHUNK_GENERATION].size != (size_t)layer->count * GENERATION_ROW)
        return "commit-graph generations chunk is wrong size";
    if (base_count > 0 && (!chunks[CHUNK_BASE].data ||
                           chunks[CHUNK_BASE].size < base_count * id_size))
        return "commit-graph base graphs chunk is too small";
    qn_commit_graph_filter_open(&layer->filters,
                                qn_bytes_make(chunks[CHUNK_FILTER_INDEX].data,
                                              chunks[CHUNK_FILTER_INDEX].size),
                                qn_bytes_make(chunks[CHUNK_FILTER_DATA].data,
                                              chunks[CHUNK_FILTER_DATA].size),
                                layer->count);
    return NULL;
}

static enum qn_status add_layer(struct qn_ctx *ctx,
                                struct qn_commit_graph *graph, const char *path)
{
    struct layer *layer = &graph->layers[graph->layer_count];
    enum qn_status status = qn_file_map(ctx, path, &layer->map);
    const char *fault;

    if (status)
        return status;
    fault = check_layer(layer, graph->id_size, graph->algorithm,
                        graph->layer_count);
    if (!fault && layer->count > PARENT_NONE - graph->count)
        fault = "commit-graph has too many commits";
    if (fault) {
        qn_file_unmap(&layer->map);
        memset(layer, 0, sizeof(*layer));
        return qn_ctx_fail(ctx, QN_CORRUPT, "%s", fault);
    }
    layer->first = graph->count;
    graph->count += layer->count;
    if (!layer->chunks[CHUNK_GENERATION].data)
        graph->has_dates = false;
    graph->layer_count++;
    return QN_OK;
}

static enum qn_status open_chain(struct qn_ctx *ctx,
                                 struct qn_commit_graph *graph,
                                 const char *objects_directory)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf chain = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    enum qn_status status;

    status =
        qn_buf_printf(ctx, &path, "%s/info/commit-graphs/commit-graph-chain",
                      objects_directory);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &chain);
    rest = qn_buf_bytes(&chain);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        struct qn_id id;

        if (!qn_id_from_hex(&id, graph->algorithm, line) ||
            graph->layer_count == LAYERS_MAX) {
            status = qn_ctx_fail(ctx, QN_CORRUPT,
                                 "invalid commit-graph chain: line '%.*s' not "
                                 "a hash",
                                 QN_BYTES_ARG(line));
            break;
        }
        qn_buf_clear(&path);
        status =
            qn_buf_printf(ctx, &path, "%s/info/commit-graphs/graph-%.*s.graph",
                          objects_directory, QN_BYTES_ARG(line));
        if (!status)
            status = add_layer(ctx, graph, qn_buf_string(&path));
        if (status == QN_NOT_FOUND)
            status = qn_ctx_fail(ctx, QN_CORRUPT,
                                 "unable to find all commit-graph files");
    }
    qn_buf_dispose(&chain);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_commit_graph_open(struct qn_ctx *ctx,
                                    const char *objects_directory,
                                    uint32_t algorithm,
                                    struct qn_commit_graph **out)
{
    struct qn_commit_graph *graph = qn_memory_calloc(ctx, 1, sizeof(*graph));
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_NO_MEMORY;

    if (!graph)
        return QN_NO_MEMORY;
    graph->algorithm = algorithm;
    graph->id_size = qn_id_size(algorithm);
    graph->has_dates = true;
    graph->layers = qn_memory_calloc(ctx, LAYERS_MAX, sizeof(*graph->layers));
    if (graph->layers)
        status = qn_buf_printf(ctx, &path, "%s/info/commit-graph",
                               objects_directory);
    if (!status)
        status = add_layer(ctx, graph, qn_buf_string(&path));
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = open_chain(ctx, graph, objects_directory);
    }
    qn_buf_dispose(&path);
    if (!status && graph->count > 0) {
        *out = graph;
        return QN_OK;
    }
    qn_commit_graph_free(graph);
    *out = NULL;
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    if (status && status != QN_NOT_FOUND) /* damaged: do without */
        qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged", "%s",
                      qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

void qn_commit_graph_free(struct qn_commit_graph *graph)
{
    uint32_t i;

    if (!graph)
        return;
    for (i = 0; i < graph->layer_count; i++)
        qn_file_unmap(&graph->layers[i].map);
    qn_memory_free(graph->layers);
    qn_memory_free(graph);
}

uint32_t qn_commit_graph_count(const struct qn_commit_graph *graph)
{
    return graph->count;
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
        const struct layer *layer = &graph->layers[i];
        const uint8_t *fanout = layer->chunks[CHUNK_FANOUT].data;
        const uint8_t *ids = layer->chunks[CHUNK_LOOKUP].data;
        struct qn_id_table table = {fanout,         ids,  graph->id_size,
                                    graph->id_size, NULL, 0};
        bool is_there;
        uint32_t at = qn_id_seek(&table, id->bytes, &is_there);

        if (is_there)
            return layer->first + at;
    }
    return QN_COMMIT_GRAPH_NONE;
}

static const struct layer *layer_of(const struct qn_commit_graph *graph,
                                    uint32_t position)
{
    uint32_t i = graph->layer_count - 1;

    while (graph->layers[i].first > position)
        i--;
    return &graph->layers[i];
}

void qn_commit_graph_id(const struct qn_commit_graph *graph, uint32_t position,
                        struct qn_id *out)
{
    const struct layer *layer = layer_of(graph, position);

    qn_id_from_row(out, graph->algorithm,
                   layer->chunks[CHUNK_LOOKUP].data +
                       (size_t)(position - layer->first) * graph->id_size);
}

static bool read_generation(const struct layer *layer, uint32_t index,
                            int64_t time, uint64_t *out)
{
    uint32_t offset = qn_endian_load32(layer->chunks[CHUNK_GENERATION].data +
                                       (size_t)index * GENERATION_ROW);
    const struct chunk *overflow = &layer->chunks[CHUNK_OVERFLOW];

    if (!(offset & HIGH_BIT)) {
        *out = (uint64_t)time + offset;
        return true;
    }
    offset &= ~HIGH_BIT;
    if (!overflow->data || offset >= overflow->size / OVERFLOW_ROW)
        return false;
    *out = (uint64_t)time +
           qn_endian_load64(overflow->data + (size_t)offset * OVERFLOW_ROW);
    return true;
}

bool qn_commit_graph_row(const struct qn_commit_graph *graph, uint32_t position,
                         struct qn_commit_graph_row *out)
{
    const struct layer *layer = layer_of(graph, position);
    uint32_t index = position - layer->first;
    uint32_t limit = layer->first + layer->count;
    const uint8_t *row = layer->chunks[CHUNK_DATA].data +
                         (size_t)index * (graph->id_size + CDAT_TAIL);
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
    out->has_more =
        out->parents[1] != PARENT_NONE && (out->parents[1] & HIGH_BIT) != 0;
    out->edge = out->parents[1] & ~HIGH_BIT;
    if (out->has_more)
        out->parents[1] = QN_COMMIT_GRAPH_NONE;
    for (i = 0; i < 2; i++) {
        if (out->parents[i] == PARENT_NONE)
            out->parents[i] = QN_COMMIT_GRAPH_NONE;
        else if (out->parents[i] != QN_COMMIT_GRAPH_NONE &&
                 out->parents[i] >= limit)
            return false;
    }
    return !graph->has_dates ||
           read_generation(layer, index, out->time, &out->generation);
}

void qn_commit_graph_prefetch(const struct qn_commit_graph *graph,
                              uint32_t position)
{
    const struct layer *layer;
    size_t index;

    if (position >= graph->count)
        return;
    layer = layer_of(graph, position);
    index = position - layer->first;
    QN_PREFETCH(layer->chunks[CHUNK_DATA].data +
                index * (graph->id_size + CDAT_TAIL));
    QN_PREFETCH(layer->chunks[CHUNK_DATA].data +
                (index + 1) * (graph->id_size + CDAT_TAIL) - 1);
    QN_PREFETCH(layer->chunks[CHUNK_LOOKUP].data + index * graph->id_size);
    if (graph->has_dates)
        QN_PREFETCH(layer->chunks[CHUNK_GENERATION].data +
                    index * GENERATION_ROW);
}

bool qn_commit_graph_more_parent(const struct qn_commit_graph *graph,
                                 const struct qn_commit_graph_row *row,
                                 uint32_t i, uint32_t *parent, bool *is_last)
{
    const struct layer *layer = row->layer;
    const struct chunk *edges = &layer->chunks[CHUNK_EDGES];
    uint64_t index = (uint64_t)row->edge + i;
    uint32_t value;

    (void)graph;
    if (!edges->data || index >= edges->size / 4)
        return false;
    value = qn_endian_load32(edges->data + (size_t)index * 4);
    *is_last = (value & HIGH_BIT) != 0;
    *parent = value & ~HIGH_BIT;
    return *parent < layer->first + layer->count;
}

enum qn_commit_graph_answer qn_commit_graph_has_changed(
    const struct qn_commit_graph *graph, uint32_t position,
    const struct qn_commit_graph_key *keys, size_t key_count)
{
    const struct layer *layer = layer_of(graph, position);

    return qn_commit_graph_filter_ask(&layer->filters, position - layer->first,
                                      keys, key_count);
}
