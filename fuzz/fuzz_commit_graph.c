/* SPDX-License-Identifier: MIT */
/* Commit-graphs: every row, parent, filter and look-up stays inside. */
#include "fuzz.h"

#include "walk/commit_graph.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];
static char path[128];

static void make_directory(void)
{
    char info[96];

    if (*directory)
        return;
    snprintf(directory, sizeof(directory), "%s/quoin-fuzz-%ld",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
             (long)getpid());
    snprintf(info, sizeof(info), "%s/info", directory);
    snprintf(path, sizeof(path), "%s/commit-graph", info);
    mkdir(directory, 0700);
    fuzz_check(mkdir(info, 0700) == 0);
}

static void remove_directory(void)
{
    char info[96];

    snprintf(info, sizeof(info), "%s/info", directory);
    unlink(path);
    rmdir(info);
    rmdir(directory);
    *directory = '\0';
}

static void look_at_row(struct qn_ctx *ctx, const struct qn_commit_graph *graph,
                        uint32_t position)
{
    struct qn_commit_graph_row row;
    struct qn_commit_graph_key key;
    struct qn_id id;
    uint32_t parent, i, level;
    uint64_t date;
    bool is_last = false;

    qn_commit_graph_id(graph, position, &id);
    (void)qn_commit_graph_find(graph, &id);
    qn_commit_graph_prefetch(graph, position);
    (void)qn_commit_graph_tree(graph, position);
    if (qn_commit_graph_row(ctx, graph, position, &row) == QN_OK &&
        row.has_more)
        for (i = 0; i < 64 && !is_last; i++)
            if (qn_commit_graph_more_parent(ctx, &row, i, &parent, &is_last))
                break;
    qn_commit_graph_key_make(qn_bytes_from_string("a/b"), &key);
    (void)qn_commit_graph_filter(ctx, graph, position, 1);
    if (qn_commit_graph_numbers(ctx, graph, position, &level, &date))
        qn_ctx_clear(ctx);
    (void)qn_commit_graph_has_changed(ctx, graph, position, &key, 1);
    qn_ctx_clear(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_commit_graph_options options = {.algorithm = QN_HASH_SHA1,
                                              .filter_version = -1};
    FILE *file;

    make_directory();
    file = fopen(path, "wb");
    fuzz_check(file != NULL);
    fwrite(data, 1, size, file);
    fclose(file);
    options.objects_directory = directory;
    for (int i = 0; i < 2; i++) {
        struct qn_commit_graph *graph = NULL;

        if (qn_commit_graph_open(ctx, &options, &graph) == QN_OK && graph) {
            uint32_t count = qn_commit_graph_count(graph);

            for (uint32_t at = 0; at < count && at < 4096; at++)
                look_at_row(ctx, graph, at);
        }
        qn_ctx_clear(ctx);
        qn_commit_graph_free(graph);
        options.algorithm = QN_HASH_SHA256;
        options.uses_levels = true;
    }
    remove_directory();
    fuzz_end(ctx);
    return 0;
}
