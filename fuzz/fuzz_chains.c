/* SPDX-License-Identifier: MIT */
/* Chains of commit-graphs and of multi-pack-indexes: the file that names the
 * layers, and three layers by names of their own.
 *
 *   kind (bit 0: multi-pack-index)  length of the chain file (1)  its bytes
 *   length of the first layer (2)  bytes  length of the second ...
 *
 * "1", "2", "3" at the start of a line stand for a layer's name. */
#include "fuzz_repository.h"

#include "walk/commit_graph.h"
#include "walk/commit_graph_verify.h"

#define LAYERS 3

static void put_layers(const struct fuzz_repository *r, bool is_graph,
                       struct qn_bytes rest)
{
    char path[200];
    int i;

    for (i = 0; i < LAYERS; i++) {
        size_t size =
            rest.size < 2 ? 0 : (size_t)rest.data[0] << 8 | rest.data[1];

        rest = qn_bytes_from(rest, rest.size < 2 ? rest.size : 2);
        if (size > rest.size)
            size = rest.size;
        snprintf(path, sizeof(path),
                 is_graph ? "%s/objects/info/commit-graphs/graph-%040d.graph"
                          : "%s/objects/pack/multi-pack-index.d/"
                            "multi-pack-index-%040d.midx",
                 r->path, i + 1);
        fuzz_write_file(path, rest.data, size);
        rest = qn_bytes_from(rest, size);
    }
}

static void put_chain(const struct fuzz_repository *r, bool is_graph,
                      struct qn_bytes text)
{
    char path[200];
    struct qn_bytes line;
    FILE *file;

    snprintf(path, sizeof(path),
             is_graph
                 ? "%s/objects/info/commit-graphs/commit-graph-chain"
                 : "%s/objects/pack/multi-pack-index.d/multi-pack-index-chain",
             r->path);
    file = fopen(path, "wb");
    fuzz_check(file != NULL);
    while (qn_bytes_next(&text, '\n', &line)) {
        if (line.size && line.data[0] >= '1' && line.data[0] <= '3')
            fprintf(file, "%040d%.*s\n", line.data[0] - '0',
                    QN_BYTES_ARG(qn_bytes_from(line, 1)));
        else
            fprintf(file, "%.*s\n", QN_BYTES_ARG(line));
    }
    fclose(file);
}

static void look_at_graph(struct qn_ctx *ctx, const struct fuzz_repository *r)
{
    char objects[128];
    struct qn_commit_graph_options options = {
        .algorithm = QN_HASH_SHA1, .filter_version = -1, .uses_levels = true};
    struct qn_commit_graph *graph = NULL;
    struct qn_commit_graph_row row;
    struct qn_commit_graph_key key;
    uint32_t at, parent;
    bool is_last;

    snprintf(objects, sizeof(objects), "%s/objects", r->path);
    options.objects_directory = objects;
    if (qn_commit_graph_open(ctx, &options, &graph) == QN_OK && graph) {
        qn_commit_graph_key_make(qn_bytes_from_string("d/f"), &key);
        for (at = 0; at < qn_commit_graph_count(graph) && at < 4096; at++) {
            if (qn_commit_graph_row(ctx, graph, at, &row) == QN_OK &&
                row.has_more)
                fuzz_ignore(qn_commit_graph_more_parent(ctx, &row, 0, &parent,
                                                        &is_last));
            (void)qn_commit_graph_has_changed(ctx, graph, at, &key, 1);
            qn_ctx_clear(ctx);
        }
    }
    qn_ctx_clear(ctx);
    qn_commit_graph_free(graph);
}

static enum qn_status count(struct qn_ctx *ctx, void *data,
                            const struct qn_id *id)
{
    (void)ctx;
    (void)id;
    ++*(size_t *)data;
    return QN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct fuzz_repository r;
    struct qn_odb *odb = NULL;
    struct qn_ctx *ctx;
    struct qn_bytes in = qn_bytes_make(data, size);
    size_t length, listed = 0;
    char path[200];
    bool is_graph;

    if (size < 2)
        return 0;
    ctx = fuzz_begin();
    is_graph = (data[0] & 1) == 0;
    fuzz_repository_open(ctx, &r, true);
    snprintf(path, sizeof(path),
             is_graph ? "%s/objects/info/commit-graphs"
                      : "%s/objects/pack/multi-pack-index.d",
             r.path);
    fuzz_check(qn_directory_make_all(ctx, path, 0777) == QN_OK);
    length = data[1];
    in = qn_bytes_from(in, 2);
    if (length > in.size)
        length = in.size;
    put_chain(&r, is_graph, qn_bytes_make(in.data, length));
    put_layers(&r, is_graph, qn_bytes_from(in, length));
    if (is_graph)
        look_at_graph(ctx, &r);
    /* What is loose is found whatever the accelerators say. */
    fuzz_ignore(qn_odb_store_refresh(ctx, qn_odb_get_store(r.odb)));
    qn_ctx_clear(ctx);
    if (qn_repo_odb_raw(ctx, r.repo, &odb) == QN_OK) {
        fuzz_check(qn_odb_read(ctx, odb, &r.commits[1], &object) == QN_OK);
        fuzz_ignore(qn_odb_list(ctx, odb, 0, count, &listed));
        qn_odb_free(odb);
    }
    qn_object_dispose(&object);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
