/* SPDX-License-Identifier: MIT */
/* The bytes of a commit-graph file, chunk after chunk. */
#include "base/endian.h"
#include "base/memory.h"
#include "base/progress.h"
#include "hash/hash.h"
#include "walk/changed_paths.h"
#include "walk/commit_graph_build.h"
#include "walk/commit_graph_private.h"

#include <stdio.h>
#include <string.h>

#define HEADER_SIZE    8
#define TOC_ROW        12
#define FANOUT_SIZE    1024
#define HIGH_BIT       0x80000000u
#define OFFSET_MAX     0x7fffffffu
#define TIME_MASK      (((uint64_t)1 << 34) - 1)
#define CHUNKS_MAX     9
#define FILTERS_HEADER 12

struct encoder {
    const struct qn_graph_build *build;
    struct qn_buf *out;
    size_t id_size;
    size_t edge_count;     /* of the extra edges */
    size_t overflow_count; /* of large date offsets */
    uint64_t filter_size;
};

static enum qn_status put32(struct qn_ctx *ctx, struct qn_buf *out,
                            uint32_t value)
{
    uint8_t bytes[4];

    qn_endian_store32(bytes, value);
    return qn_buf_append(ctx, out, bytes, sizeof(bytes));
}

static enum qn_status put64(struct qn_ctx *ctx, struct qn_buf *out,
                            uint64_t value)
{
    uint8_t bytes[8];

    qn_endian_store64(bytes, value);
    return qn_buf_append(ctx, out, bytes, sizeof(bytes));
}

static const struct qn_commit_row *row_of(const struct encoder *encoder,
                                          size_t i)
{
    return &encoder->build->table->rows[encoder->build->commits[i].row];
}

/* Behind the time as the file holds it. */
static uint64_t date_offset(const struct encoder *encoder, size_t i)
{
    return encoder->build->commits[i].date -
           ((uint64_t)row_of(encoder, i)->time & TIME_MASK);
}

static void measure(struct encoder *encoder)
{
    size_t i;

    for (i = 0; i < encoder->build->count; i++) {
        uint32_t parents = row_of(encoder, i)->parent_count;

        if (parents > 2)
            encoder->edge_count += parents - 1;
        if (encoder->build->has_dates && date_offset(encoder, i) > OFFSET_MAX)
            encoder->overflow_count++;
        encoder->filter_size += encoder->build->commits[i].filter_size;
    }
}

/* ---- chunks */

static enum qn_status put_fanout(struct qn_ctx *ctx,
                                 const struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t at = 0;
    unsigned first;

    for (first = 0; first < 256 && !status; first++) {
        while (at < encoder->build->count &&
               encoder->build->ids[at * encoder->id_size] <= first)
            at++;
        status = put32(ctx, encoder->out, (uint32_t)at);
    }
    return status;
}

static enum qn_status put_data(struct qn_ctx *ctx,
                               const struct encoder *encoder)
{
    const struct qn_graph_build *build = encoder->build;
    enum qn_status status = QN_OK;
    uint32_t edge = 0;
    struct qn_id tree;
    size_t i;

    for (i = 0; i < build->count && !status; i++) {
        const struct qn_commit_row *row = row_of(encoder, i);
        uint64_t time = (uint64_t)row->time & TIME_MASK;
        uint8_t tail[QN_GRAPH_CDAT_TAIL];
        uint32_t second = QN_GRAPH_PARENT_NONE;

        qn_commit_table_tree(build->table, build->commits[i].row, &tree);
        if (row->parent_count == 2) {
            second = build->positions[build->table->edges[row->edge + 1]];
        } else if (row->parent_count > 2) {
            second = HIGH_BIT | edge;
            edge += row->parent_count - 1;
        }
        qn_endian_store32(tail, build->commits[i].parent);
        qn_endian_store32(tail + 4, second);
        qn_endian_store32(tail + 8, build->commits[i].level << 2 |
                                        (uint32_t)(time >> 32));
        qn_endian_store32(tail + 12, (uint32_t)time);
        status = qn_buf_append(ctx, encoder->out, tree.bytes, encoder->id_size);
        if (!status)
            status = qn_buf_append(ctx, encoder->out, tail, sizeof(tail));
    }
    return status;
}

static enum qn_status put_dates(struct qn_ctx *ctx,
                                const struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    uint32_t overflow = 0;
    size_t i;

    for (i = 0; i < encoder->build->count && !status; i++) {
        uint64_t offset = date_offset(encoder, i);

        status = put32(ctx, encoder->out,
                       offset > OFFSET_MAX ? HIGH_BIT | overflow++
                                           : (uint32_t)offset);
    }
    return status;
}

static enum qn_status put_overflow(struct qn_ctx *ctx,
                                   const struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < encoder->build->count && !status; i++) {
        uint64_t offset = date_offset(encoder, i);

        if (offset > OFFSET_MAX)
            status = put64(ctx, encoder->out, offset);
    }
    return status;
}

static enum qn_status put_edges(struct qn_ctx *ctx,
                                const struct encoder *encoder)
{
    const struct qn_graph_build *build = encoder->build;
    enum qn_status status = QN_OK;
    size_t i;
    uint32_t j;

    for (i = 0; i < build->count; i++) {
        const struct qn_commit_row *row = row_of(encoder, i);

        for (j = 1; row->parent_count > 2 && j < row->parent_count && !status;
             j++)
            status =
                put32(ctx, encoder->out,
                      build->positions[build->table->edges[row->edge + j]] |
                          (j + 1 == row->parent_count ? HIGH_BIT : 0));
    }
    return status;
}

static enum qn_status put_filter_index(struct qn_ctx *ctx,
                                       const struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    uint32_t end = 0;
    size_t i;

    for (i = 0; i < encoder->build->count && !status; i++) {
        end += encoder->build->commits[i].filter_size;
        status = put32(ctx, encoder->out, end);
    }
    return status;
}

static enum qn_status put_filters(struct qn_ctx *ctx,
                                  const struct encoder *encoder)
{
    const struct qn_graph_build *build = encoder->build;
    enum qn_status status = put32(ctx, encoder->out, build->filter_version);
    size_t i;

    if (!status)
        status = put32(ctx, encoder->out, QN_CHANGED_PATHS_HASHES);
    if (!status)
        status = put32(ctx, encoder->out, QN_CHANGED_PATHS_BITS);
    for (i = 0; i < build->count && !status; i++) {
        const struct qn_graph_commit *commit = &build->commits[i];

        if (commit->filter_size > 0)
            status = qn_buf_append(ctx, encoder->out,
                                   build->filters[commit->filter].data +
                                       commit->filter_at,
                                   commit->filter_size);
    }
    return status;
}

/* The names of the layers below: their checksums. */
static enum qn_status put_bases(struct qn_ctx *ctx,
                                const struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < encoder->build->base_layers && !status; i++) {
        const struct qn_file_map *map =
            &encoder->build->table->graph->layers[i].map;

        status = qn_buf_append(ctx, encoder->out,
                               map->data + map->size - encoder->id_size,
                               encoder->id_size);
    }
    return status;
}

static enum qn_status put_ids(struct qn_ctx *ctx, const struct encoder *encoder)
{
    return qn_buf_append(ctx, encoder->out, encoder->build->ids,
                         encoder->build->count * encoder->id_size);
}

/* ---- the file */

struct chunk {
    const char *name;
    uint64_t size;
    enum qn_status (*put)(struct qn_ctx *ctx, const struct encoder *encoder);
    bool is_there;
};

static enum qn_status put_file(struct qn_ctx *ctx,
                               const struct encoder *encoder,
                               const struct chunk *chunks)
{
    static const char signature[4] = {'C', 'G', 'P', 'H'};
    struct qn_buf *out = encoder->out;
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status = QN_OK;
    uint8_t header[HEADER_SIZE];
    uint64_t at = HEADER_SIZE + TOC_ROW;
    uint64_t size = 0;
    char title[64];
    uint8_t count = 0;
    size_t i;

    for (i = 0; i < CHUNKS_MAX; i++)
        if (chunks[i].is_there) {
            at += TOC_ROW;
            size += chunks[i].size;
            count++;
        }
    memcpy(header, signature, 4);
    header[4] = 1;
    header[5] = encoder->build->table->algorithm == QN_HASH_SHA256 ? 2 : 1;
    header[6] = count;
    header[7] = (uint8_t)encoder->build->base_layers;
    status = qn_buf_reserve(ctx, out, (size_t)(at + size) + encoder->id_size);
    if (!status)
        status = qn_buf_append(ctx, out, header, sizeof(header));
    for (i = 0; i < CHUNKS_MAX && !status; i++) {
        if (!chunks[i].is_there)
            continue;
        status = qn_buf_append(ctx, out, chunks[i].name, 4);
        if (!status)
            status = put64(ctx, out, at);
        at += chunks[i].size;
    }
    if (!status)
        status = put32(ctx, out, 0);
    if (!status)
        status = put64(ctx, out, at);
    snprintf(title, sizeof(title), "Writing out commit graph in %u pass%s",
             count, count == 1 ? "" : "es");
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER, title,
                      count * encoder->build->count);
    for (i = 0; i < CHUNKS_MAX && !status; i++)
        if (chunks[i].is_there) {
            status = chunks[i].put(ctx, encoder);
            qn_progress_add(ctx, &progress, encoder->build->count);
        }
    qn_progress_end(ctx, &progress);
    return status;
}

enum qn_status qn_graph_build_encode(struct qn_ctx *ctx,
                                     const struct qn_graph_build *build,
                                     struct qn_buf *out, struct qn_id *name)
{
    struct encoder encoder = {.build = build,
                              .out = out,
                              .id_size = qn_id_size(build->table->algorithm)};
    uint64_t count = build->count;
    enum qn_status status;

    measure(&encoder);
    if (encoder.filter_size > UINT32_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG,
                           "too much changed-path data for a commit-graph");
    {
        const struct chunk chunks[CHUNKS_MAX] = {
            {"OIDF", FANOUT_SIZE, put_fanout, true},
            {"OIDL", count * encoder.id_size, put_ids, true},
            {"CDAT", count * (encoder.id_size + QN_GRAPH_CDAT_TAIL), put_data,
             true},
            {"GDA2", count * 4, put_dates, build->has_dates},
            {"GDO2", encoder.overflow_count * 8, put_overflow,
             encoder.overflow_count > 0},
            {"EDGE", encoder.edge_count * 4, put_edges, encoder.edge_count > 0},
            {"BIDX", count * 4, put_filter_index, build->has_filters},
            {"BDAT", FILTERS_HEADER + encoder.filter_size, put_filters,
             build->has_filters},
            {"BASE", build->base_layers * encoder.id_size, put_bases,
             build->base_layers > 0},
        };

        status = put_file(ctx, &encoder, chunks);
    }
    if (status)
        return status;
    qn_hash_checksum(build->table->algorithm, qn_buf_bytes(out), name);
    return qn_buf_append(ctx, out, name->bytes, encoder.id_size);
}
