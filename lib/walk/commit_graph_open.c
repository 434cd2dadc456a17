/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/endian.h"
#include "base/memory.h"
#include "hash/hash.h"
#include "walk/commit_graph_private.h"

#include <inttypes.h>
#include <string.h>

#define SIGNATURE   0x43475048u /* "CGPH" */
#define HEADER_SIZE 8
#define TOC_ROW     12
#define FANOUT_SIZE 1024
/* Three chunks and the end of their table. */
#define SMALLEST (HEADER_SIZE + 4 * TOC_ROW + FANOUT_SIZE)

static const char chunk_names[QN_GRAPH_CHUNK_COUNT][5] = {
    "OIDF", "OIDL", "CDAT", "GDA2", "GDO2", "EDGE", "BASE", "BIDX", "BDAT"};

static bool tell(struct qn_ctx *ctx, const char *what)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged", "%s", what);
    return false;
}

static void warn(struct qn_ctx *ctx, const char *what)
{
    qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged", "%s", what);
}

static bool check_header(struct qn_ctx *ctx, const struct qn_file_map *map,
                         const struct qn_commit_graph *graph)
{
    const uint8_t *data = map->data;
    unsigned version = graph->algorithm;

    if (map->size < SMALLEST + graph->id_size)
        return tell(ctx, "commit-graph file is too small");
    if (qn_endian_load32(data) != SIGNATURE) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged",
                      "commit-graph signature %X does not match signature %X",
                      (unsigned)qn_endian_load32(data), SIGNATURE);
        return false;
    }
    if (data[4] != 1) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged",
                      "commit-graph version %X does not match version %X",
                      data[4], 1u);
        return false;
    }
    if (data[5] != version) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged",
                      "commit-graph hash version %X does not match version %X",
                      data[5], version);
        return false;
    }
    if (map->size < HEADER_SIZE + ((size_t)data[6] + 1) * TOC_ROW +
                        FANOUT_SIZE + graph->id_size) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged",
                      "commit-graph file is too small to hold %u chunks",
                      data[6]);
        return false;
    }
    return true;
}

/* Is the name of row `i` in the rows before it? */
static bool is_twice(const uint8_t *rows, uint32_t i)
{
    uint32_t j;

    for (j = 0; j < i; j++)
        if (memcmp(rows + (size_t)j * TOC_ROW, rows + (size_t)i * TOC_ROW, 4) ==
            0)
            return true;
    return false;
}

static bool find_chunks(struct qn_ctx *ctx, struct qn_graph_layer *layer,
                        size_t id_size)
{
    const uint8_t *data = layer->map.data;
    const uint8_t *rows = data + HEADER_SIZE;
    uint32_t chunk_count = data[6];
    uint32_t i;
    int kind;

    for (i = 0; i < chunk_count; i++) {
        const uint8_t *row = rows + (size_t)i * TOC_ROW;
        uint64_t start = qn_endian_load64(row + 4);
        uint64_t end = qn_endian_load64(row + TOC_ROW + 4);

        if (!qn_endian_load32(row))
            return tell(ctx, "terminating chunk id appears earlier than "
                             "expected");
        if (start > end || end > layer->map.size - id_size) {
            qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged",
                          "improper chunk offset(s) %" PRIx64 " and %" PRIx64,
                          start, end);
            return false;
        }
        if (is_twice(rows, i)) {
            qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged",
                          "duplicate chunk ID %x found",
                          (unsigned)qn_endian_load32(row));
            return false;
        }
        for (kind = 0; kind < QN_GRAPH_CHUNK_COUNT; kind++)
            if (memcmp(row, chunk_names[kind], 4) == 0) {
                layer->chunks[kind].data = data + start;
                layer->chunks[kind].size = (size_t)(end - start);
            }
    }
    rows += (size_t)chunk_count * TOC_ROW;
    if (qn_endian_load32(rows)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "commit-graph.damaged",
                      "final chunk has non-zero id %x",
                      (unsigned)qn_endian_load32(rows));
        return false;
    }
    return true;
}

static bool check_fanout(struct qn_ctx *ctx, struct qn_graph_layer *layer)
{
    const struct qn_graph_chunk *fanout = &layer->chunks[QN_GRAPH_FANOUT];
    uint32_t before = 0;
    int i;

    if (!fanout->data)
        return false;
    if (fanout->size != FANOUT_SIZE)
        return tell(ctx, "commit-graph oid fanout chunk is wrong size");
    for (i = 0; i < 256; i++) {
        uint32_t now = qn_endian_load32(fanout->data + (size_t)i * 4);

        if (now < before)
            return tell(ctx, "commit-graph fanout values out of order");
        before = now;
    }
    layer->count = before;
    return true;
}

static bool has_rows(struct qn_ctx *ctx, const struct qn_graph_layer *layer,
                     enum qn_graph_chunk_kind kind, size_t row_size,
                     const char *complaint)
{
    const struct qn_graph_chunk *chunk = &layer->chunks[kind];

    if (!chunk->data)
        return false;
    return chunk->size / row_size == layer->count ? true : tell(ctx, complaint);
}

static bool check_layer(struct qn_ctx *ctx, struct qn_graph_layer *layer,
                        const struct qn_commit_graph *graph,
                        const struct qn_commit_graph_options *options)
{
    struct qn_graph_chunk *chunks = layer->chunks;
    size_t id_size = graph->id_size;

    if (!check_header(ctx, &layer->map, graph) ||
        !find_chunks(ctx, layer, id_size))
        return false;
    if (!check_fanout(ctx, layer))
        return tell(ctx, "commit-graph required OID fanout chunk missing or "
                         "corrupted");
    if (!has_rows(ctx, layer, QN_GRAPH_LOOKUP, id_size,
                  "commit-graph OID lookup chunk is the wrong size"))
        return tell(ctx, "commit-graph required OID lookup chunk missing or "
                         "corrupted");
    if (!has_rows(ctx, layer, QN_GRAPH_DATA, id_size + QN_GRAPH_CDAT_TAIL,
                  "commit-graph commit data chunk is wrong size"))
        return tell(ctx, "commit-graph required commit data chunk missing or "
                         "corrupted");
    if (options->uses_levels ||
        !has_rows(ctx, layer, QN_GRAPH_GENERATION, QN_GRAPH_GENERATION_ROW,
                  "commit-graph generations chunk is wrong size"))
        chunks[QN_GRAPH_GENERATION].data = NULL;
    if (options->filter_version != 0)
        qn_commit_graph_filter_open(
            ctx, &layer->filters,
            qn_bytes_make(chunks[QN_GRAPH_FILTER_INDEX].data,
                          chunks[QN_GRAPH_FILTER_INDEX].size),
            qn_bytes_make(chunks[QN_GRAPH_FILTER_DATA].data,
                          chunks[QN_GRAPH_FILTER_DATA].size),
            layer->count);
    return true;
}

/* Does the layer stand on just those below it, as the chain names them? */
static bool check_base(struct qn_ctx *ctx, const struct qn_commit_graph *graph,
                       const struct qn_graph_layer *layer,
                       const struct qn_id *names)
{
    const struct qn_graph_chunk *base = &layer->chunks[QN_GRAPH_BASE];
    size_t id_size = graph->id_size;
    uint32_t i;

    if (graph->layer_count == 0)
        return true;
    if (!base->data) {
        warn(ctx, "commit-graph has no base graphs chunk");
        return false;
    }
    if (base->size / id_size < graph->layer_count) {
        warn(ctx, "commit-graph base graphs chunk is too small");
        return false;
    }
    for (i = graph->layer_count; i-- > 0;) {
        const struct qn_file_map *below = &graph->layers[i].map;

        if (memcmp(base->data + i * id_size, names[i].bytes, id_size) != 0 ||
            memcmp((const uint8_t *)below->data + below->size - id_size,
                   names[i].bytes, id_size) != 0) {
            warn(ctx, "commit-graph chain does not match");
            return false;
        }
    }
    return true;
}

static bool check_sum(struct qn_ctx *ctx, const struct qn_commit_graph *graph,
                      const struct qn_commit_graph_options *options,
                      const struct qn_graph_layer *layer, const char *path)
{
    if (!options->proves ||
        qn_hash_proves(graph->algorithm,
                       qn_bytes_make(layer->map.data, layer->map.size)))
        return true;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged",
                  "commit-graph file '%s' has an incorrect checksum; doing "
                  "without it",
                  path);
    return false;
}

/* Put the file at `path` upon the layers; `*added` false: it cannot be used,
 * and that was told unless there is no such file. */
static enum qn_status add_layer(struct qn_ctx *ctx,
                                struct qn_commit_graph *graph,
                                const struct qn_commit_graph_options *options,
                                const char *path, const struct qn_id *names,
                                bool *added)
{
    struct qn_graph_layer *layer = &graph->layers[graph->layer_count];
    enum qn_status status = qn_file_map(ctx, path, &layer->map);

    *added = false;
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    if (status) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    *added = check_layer(ctx, layer, graph, options) &&
             check_base(ctx, graph, layer, names) &&
             check_sum(ctx, graph, options, layer, path) &&
             layer->count <= QN_GRAPH_PARENT_NONE - graph->count;
    if (*added) {
        layer->path = qn_memory_string(ctx, qn_bytes_from_string(path));
        if (!layer->path)
            status = QN_NO_MEMORY;
    }
    if (!*added || status) {
        qn_file_unmap(&layer->map);
        memset(layer, 0, sizeof(*layer));
        return status;
    }
    layer->first = graph->count;
    graph->count += layer->count;
    if (!layer->chunks[QN_GRAPH_GENERATION].data)
        graph->has_dates = false;
    graph->layer_count++;
    return QN_OK;
}

static enum qn_status add_line(struct qn_ctx *ctx,
                               struct qn_commit_graph *graph,
                               const struct qn_commit_graph_options *options,
                               const char *directory, struct qn_bytes line,
                               struct qn_id *names, bool *added)
{
    struct qn_buf path = QN_BUF_INIT;
    size_t hex_size = graph->id_size * 2;
    enum qn_status status = QN_OK;
    size_t i;

    *added = false;
    if (line.size < hex_size ||
        !qn_id_from_hex(&names[graph->layer_count], graph->algorithm,
                        qn_bytes_first(line, hex_size))) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged",
                      "invalid commit-graph chain: line '%.*s' not a hash",
                      QN_BYTES_ARG(line));
        return QN_OK;
    }
    for (i = 0; i <= options->alternate_count && !status && !*added; i++) {
        qn_buf_clear(&path);
        status = qn_buf_printf(
            ctx, &path, "%s/info/commit-graphs/graph-%.*s.graph",
            i ? options->alternates[i - 1] : directory, QN_BYTES_ARG(line));
        if (!status)
            status = add_layer(ctx, graph, options, qn_buf_string(&path), names,
                               added);
        if (*added && i > 0)
            graph->is_borrowed = true;
    }
    if (!status && !*added)
        warn(ctx, "unable to find all commit-graph files");
    qn_buf_dispose(&path);
    return status;
}

/* Filters of another kind than those of the uppermost layer that has any are
 * not used. */
static void match_filters(struct qn_ctx *ctx, struct qn_commit_graph *graph)
{
    const struct qn_commit_graph_filters *top = NULL;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    uint32_t i;

    for (i = graph->layer_count; i-- > 0;) {
        struct qn_graph_layer *layer = &graph->layers[i];
        struct qn_commit_graph_filters *filters = &layer->filters;

        if (!filters->index)
            continue;
        if (!top) {
            top = filters;
            continue;
        }
        if (filters->version == top->version &&
            filters->hash_count == top->hash_count &&
            filters->bits_per_entry == top->bits_per_entry)
            continue;
        filters->index = NULL;
        qn_id_from_row(&id, graph->algorithm,
                       (const uint8_t *)layer->map.data + layer->map.size -
                           graph->id_size);
        qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged",
                      "disabling Bloom filters for commit-graph layer '%s' due "
                      "to incompatible settings",
                      qn_id_to_hex(&id, hex));
    }
}

static enum qn_status open_chain(struct qn_ctx *ctx,
                                 struct qn_commit_graph *graph,
                                 const struct qn_commit_graph_options *options,
                                 const char *directory)
{
    size_t row_size = graph->id_size * 2 + 1;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf chain = QN_BUF_INIT;
    struct qn_id *names = NULL;
    struct qn_bytes rest;
    struct qn_bytes line;
    enum qn_status status;
    size_t count;
    bool added = true;

    status = qn_buf_printf(
        ctx, &path, "%s/info/commit-graphs/commit-graph-chain", directory);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &chain);
    if (status || !chain.size)
        goto out;
    if (chain.size < row_size - 1) {
        warn(ctx, "commit-graph chain file too small");
        goto out;
    }
    names = qn_memory_calloc(ctx, QN_GRAPH_LAYERS_MAX + 1, sizeof(*names));
    if (!names) {
        status = QN_NO_MEMORY;
        goto out;
    }
    rest = qn_buf_bytes(&chain);
    for (count = chain.size / row_size;
         count > 0 && !status && added &&
         graph->layer_count < QN_GRAPH_LAYERS_MAX &&
         qn_bytes_next(&rest, '\n', &line);
         count--)
        status = add_line(ctx, graph, options, directory, line, names, &added);
    if (!status)
        match_filters(ctx, graph);
out:
    qn_memory_free(names);
    qn_buf_dispose(&chain);
    qn_buf_dispose(&path);
    return status;
}

/* What one object directory has: a file, or else a chain. */
static enum qn_status open_in(struct qn_ctx *ctx, struct qn_commit_graph *graph,
                              const struct qn_commit_graph_options *options,
                              const char *directory)
{
    struct qn_buf path = QN_BUF_INIT;
    bool added = false;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s/info/commit-graph", directory);

    if (!status)
        status =
            add_layer(ctx, graph, options, qn_buf_string(&path), NULL, &added);
    graph->is_single = added;
    if (!status && !added)
        status = open_chain(ctx, graph, options, directory);
    qn_buf_dispose(&path);
    if (status != QN_NO_MEMORY && status != QN_CANCELLED) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return status;
}

enum qn_status
qn_commit_graph_open(struct qn_ctx *ctx,
                     const struct qn_commit_graph_options *options,
                     struct qn_commit_graph **out)
{
    struct qn_commit_graph *graph = qn_memory_calloc(ctx, 1, sizeof(*graph));
    enum qn_status status = QN_NO_MEMORY;
    uint32_t i;
    size_t j;

    *out = NULL;
    if (!graph)
        return QN_NO_MEMORY;
    graph->algorithm = options->algorithm;
    graph->id_size = qn_id_size(options->algorithm);
    graph->has_dates = true;
    graph->layers =
        qn_memory_calloc(ctx, QN_GRAPH_LAYERS_MAX, sizeof(*graph->layers));
    if (graph->layers)
        status = open_in(ctx, graph, options, options->objects_directory);
    for (j = 0;
         !status && graph->layer_count == 0 && j < options->alternate_count;
         j++) {
        status = open_in(ctx, graph, options, options->alternates[j]);
        graph->is_borrowed = graph->layer_count > 0;
    }
    for (i = 0; !status && i < graph->layer_count; i++)
        if (options->filter_version > 0 &&
            graph->layers[i].filters.version != options->filter_version)
            graph->layers[i].filters.index = NULL;
    if (!status && graph->count > 0) {
        *out = graph;
        return QN_OK;
    }
    qn_commit_graph_free(graph);
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}
