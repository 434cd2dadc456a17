/* SPDX-License-Identifier: MIT */
/* What the two files of the commit-graph share: the layout of an open one. */
#ifndef QN_WALK_COMMIT_GRAPH_PRIVATE_H
#define QN_WALK_COMMIT_GRAPH_PRIVATE_H

#include "os/file.h"
#include "walk/commit_graph.h"
#include "walk/commit_graph_filter.h"

#define QN_GRAPH_CDAT_TAIL      16
#define QN_GRAPH_LAYERS_MAX     255
#define QN_GRAPH_GENERATION_ROW 4
#define QN_GRAPH_PARENT_NONE    0x70000000u

struct qn_graph_chunk {
    const uint8_t *data; /* NULL: there is none */
    size_t size;
};

enum qn_graph_chunk_kind {
    QN_GRAPH_FANOUT,
    QN_GRAPH_LOOKUP,
    QN_GRAPH_DATA,
    QN_GRAPH_GENERATION,
    QN_GRAPH_OVERFLOW,
    QN_GRAPH_EDGES,
    QN_GRAPH_BASE,
    QN_GRAPH_FILTER_INDEX,
    QN_GRAPH_FILTER_DATA,
    QN_GRAPH_CHUNK_COUNT
};

struct qn_graph_layer {
    char *path;
    struct qn_file_map map;
    struct qn_graph_chunk chunks[QN_GRAPH_CHUNK_COUNT];
    uint32_t first; /* position of its first commit */
    uint32_t count;
    struct qn_commit_graph_filters filters;
};

struct qn_commit_graph {
    struct qn_graph_layer *layers;
    uint32_t layer_count;
    uint32_t count;
    uint32_t algorithm;
    size_t id_size;
    bool has_dates;
    bool is_single;   /* one file: no chain names it */
    bool is_borrowed; /* some of it is in an alternate's directory */
};

#endif
