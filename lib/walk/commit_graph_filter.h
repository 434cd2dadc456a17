/* SPDX-License-Identifier: MIT */
/* Changed-path filters of one commit-graph file: Bloom filters over the paths
 * that a commit changed against its first parent, and their directories.
 * Format: gitformat-commit-graph(5), BIDX and BDAT. */
#ifndef QN_WALK_COMMIT_GRAPH_FILTER_H
#define QN_WALK_COMMIT_GRAPH_FILTER_H

#include "base/bytes.h"
#include "base/ctx.h"
#include "walk/commit_graph.h"

struct qn_graph_layer;

struct qn_commit_graph_filters {
    const uint8_t *index; /* NULL: there are none */
    const uint8_t *data;  /* behind the chunk's header */
    size_t size;
    uint32_t version; /* 1 or 2 can be read */
    uint32_t hash_count;
    uint32_t bits_per_entry;
};

/* Damaged ones are reported and done without. */
void qn_commit_graph_filter_open(struct qn_ctx *ctx,
                                 struct qn_commit_graph_filters *filters,
                                 struct qn_bytes index, struct qn_bytes data,
                                 uint32_t commit_count);
enum qn_commit_graph_answer qn_commit_graph_filter_ask(
    struct qn_ctx *ctx, const struct qn_graph_layer *layer, uint32_t commit,
    const struct qn_commit_graph_key *keys, size_t key_count);
/* Murmur3, 32 bits; version 1 reads bytes as signed. */
uint32_t qn_commit_graph_filter_hash(uint32_t seed, struct qn_bytes text,
                                     bool is_signed);
/* Both hashes of a path, the first one in the upper half. */
uint64_t qn_commit_graph_filter_pair(struct qn_bytes path, uint32_t version);
/* A commit's filter as it stands in the file; empty when there is none. */
struct qn_bytes qn_commit_graph_filter_get(struct qn_ctx *ctx,
                                           const struct qn_graph_layer *layer,
                                           uint32_t commit);

#endif
