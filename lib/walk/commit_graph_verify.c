/* SPDX-License-Identifier: MIT */
#include "walk/commit_graph_verify.h"

#include "base/compiler.h"
#include "base/endian.h"
#include "base/progress.h"
#include "hash/hash.h"
#include "object/commit.h"
#include "odb/odb_bulk.h"
#include "walk/commit_graph_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define LEVEL_MAX 0x3fffffffu

struct check {
    const struct qn_commit_graph *graph;
    const struct qn_graph_layer *layer;
    struct qn_commit_graph_verify *verify;
    struct qn_buf line;
    struct qn_progress progress;
    bool has_zero, has_number; /* levels */
};

static QN_PRINTF(3, 4) enum qn_status
    tell(struct qn_ctx *ctx, struct check *check, const char *format, ...)
{
    enum qn_status status;
    va_list arguments;

    qn_buf_clear(&check->line);
    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, &check->line, format, arguments);
    va_end(arguments);
    if (!status)
        check->verify->tell(check->verify->data, qn_buf_string(&check->line));
    return status;
}

static QN_PRINTF(3, 4) enum qn_status
    fault(struct qn_ctx *ctx, struct check *check, const char *format, ...)
{
    enum qn_status status;
    va_list arguments;

    check->verify->has_fault = true;
    qn_buf_clear(&check->line);
    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, &check->line, format, arguments);
    va_end(arguments);
    if (!status)
        check->verify->tell(check->verify->data, qn_buf_string(&check->line));
    return status;
}

static const uint8_t *id_at(const struct check *check, uint32_t i)
{
    return check->layer->chunks[QN_GRAPH_LOOKUP].data +
           (size_t)i * check->graph->id_size;
}

static const char *hex_at(const struct check *check, uint32_t i, char *hex)
{
    struct qn_id id;

    qn_id_from_row(&id, check->graph->algorithm, id_at(check, i));
    return qn_id_to_hex(&id, hex);
}

/* ---- the file by itself */

static enum qn_status check_sum(struct qn_ctx *ctx, struct check *check)
{
    const struct qn_file_map *map = &check->layer->map;
    size_t size = map->size - check->graph->id_size;
    struct qn_id sum;

    qn_hash_checksum(check->graph->algorithm, qn_bytes_make(map->data, size),
                     &sum);
    if (memcmp(sum.bytes, map->data + size, check->graph->id_size) == 0)
        return QN_OK;
    check->verify->has_bad_checksum = true;
    return tell(ctx, check,
                "the commit-graph file has incorrect checksum and is likely "
                "corrupt");
}

/* Can the commit be found, and its row be read? */
static enum qn_status check_row(struct qn_ctx *ctx, struct check *check,
                                uint32_t i)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_commit_graph_row row;
    uint32_t parent = 0, j;
    bool is_last = false;
    struct qn_id id;
    enum qn_status status;

    qn_id_from_row(&id, check->graph->algorithm, id_at(check, i));
    if (qn_commit_graph_find(check->graph, &id) == QN_COMMIT_GRAPH_NONE)
        return fault(ctx, check, "failed to parse commit %s from commit-graph",
                     qn_id_to_hex(&id, hex));
    status =
        qn_commit_graph_row(ctx, check->graph, check->layer->first + i, &row);
    for (j = 0; !status && row.has_more && !is_last; j++) {
        status = qn_commit_graph_more_parent(ctx, &row, j, &parent, &is_last);
        if (!status && parent == QN_COMMIT_GRAPH_NONE)
            return fault(ctx, check,
                         "failed to parse commit %s from commit-graph",
                         qn_id_to_hex(&id, hex));
    }
    return status;
}

static enum qn_status check_fanout(struct qn_ctx *ctx, struct check *check,
                                   unsigned *at, unsigned end, uint32_t count)
{
    enum qn_status status = QN_OK;

    for (; *at < end && !status; (*at)++) {
        uint32_t value = qn_endian_load32(
            check->layer->chunks[QN_GRAPH_FANOUT].data + (size_t)*at * 4);

        if (value != count)
            status = fault(ctx, check,
                           "commit-graph has incorrect fanout value: "
                           "fanout[%u] = %u != %u",
                           *at, (unsigned)value, (unsigned)count);
    }
    return status;
}

static enum qn_status check_table(struct qn_ctx *ctx, struct check *check)
{
    enum qn_status status = check_sum(ctx, check);
    char hex[QN_ID_MAX_HEX_SIZE + 1], next[QN_ID_MAX_HEX_SIZE + 1];
    unsigned fanout = 0;
    uint32_t i;

    for (i = 0; i < check->layer->count && !status; i++) {
        if (i > 0 && memcmp(id_at(check, i - 1), id_at(check, i),
                            check->graph->id_size) >= 0)
            status = fault(ctx, check,
                           "commit-graph has incorrect OID order: %s then %s",
                           hex_at(check, i - 1, hex), hex_at(check, i, next));
        if (!status)
            status = check_fanout(ctx, check, &fanout, id_at(check, i)[0], i);
        if (!status)
            status = check_row(ctx, check, i);
    }
    return status ? status
                  : check_fanout(ctx, check, &fanout, 256, check->layer->count);
}

/* ---- beside the objects */

static enum qn_status parent_generation(struct qn_ctx *ctx,
                                        const struct check *check,
                                        uint32_t position, uint64_t *out)
{
    uint32_t level;
    uint64_t date;
    enum qn_status status =
        qn_commit_graph_numbers(ctx, check->graph, position, &level, &date);

    *out = check->graph->has_dates ? date : level;
    return status;
}

struct parents {
    const struct qn_commit *commit;
    const char *hex;
    uint32_t index;
    uint64_t highest;
    bool is_cut; /* the list is too long */
};

static enum qn_status check_parent(struct qn_ctx *ctx, struct check *check,
                                   struct parents *parents, uint32_t position)
{
    char ours[QN_ID_MAX_HEX_SIZE + 1], theirs[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id, parent;
    uint64_t generation;
    enum qn_status status = QN_OK;

    if (parents->is_cut)
        return QN_OK;
    if (parents->index >= parents->commit->parent_count) {
        parents->is_cut = true;
        return fault(ctx, check,
                     "commit-graph parent list for commit %s is too long",
                     parents->hex);
    }
    qn_commit_graph_id(check->graph, position, &id);
    qn_commit_parent(parents->commit, parents->index++, &parent);
    if (!qn_id_is_equal(&id, &parent))
        status = fault(ctx, check, "commit-graph parent for %s is %s != %s",
                       parents->hex, qn_id_to_hex(&id, ours),
                       qn_id_to_hex(&parent, theirs));
    if (!status)
        status = parent_generation(ctx, check, position, &generation);
    if (!status && generation > parents->highest)
        parents->highest = generation;
    return status;
}

static enum qn_status check_parents(struct qn_ctx *ctx, struct check *check,
                                    const struct qn_commit_graph_row *row,
                                    struct parents *parents)
{
    enum qn_status status = QN_OK;
    uint32_t i, parent = 0;
    bool is_last = false;

    for (i = 0; i < 2 && !status && row->parents[i] != QN_COMMIT_GRAPH_NONE;
         i++)
        status = check_parent(ctx, check, parents, row->parents[i]);
    for (i = 0; !status && row->has_more && !is_last; i++) {
        status = qn_commit_graph_more_parent(ctx, row, i, &parent, &is_last);
        if (!status && parent != QN_COMMIT_GRAPH_NONE)
            status = check_parent(ctx, check, parents, parent);
    }
    if (!status && !parents->is_cut &&
        parents->index < parents->commit->parent_count)
        status = fault(ctx, check,
                       "commit-graph parent list for commit %s terminates "
                       "early",
                       parents->hex);
    return status;
}

static enum qn_status check_numbers(struct qn_ctx *ctx, struct check *check,
                                    const struct qn_commit_graph_row *row,
                                    const struct parents *parents)
{
    uint64_t highest = parents->highest;
    enum qn_status status = QN_OK;

    if (!check->graph->has_dates) {
        check->has_zero |= row->generation == 0;
        check->has_number |= row->generation != 0;
        if (row->generation == 0)
            return QN_OK;
        if (highest == LEVEL_MAX)
            highest--;
    }
    if (row->generation < highest + 1)
        status = fault(ctx, check,
                       "commit-graph generation for commit %s is %" PRIu64
                       " < %" PRIu64,
                       parents->hex, row->generation, highest + 1);
    if (!status && row->time != parents->commit->committer_time)
        status =
            fault(ctx, check,
                  "commit date for commit %s in commit-graph is %" PRId64
                  " != %" PRId64,
                  parents->hex, row->time, parents->commit->committer_time);
    return status;
}

static enum qn_status check_commit(struct qn_ctx *ctx, void *data,
                                   const struct qn_odb_bulk_item *item)
{
    struct check *check = data;
    char hex[QN_ID_MAX_HEX_SIZE + 1], own[QN_ID_MAX_HEX_SIZE + 1];
    char named[QN_ID_MAX_HEX_SIZE + 1];
    struct parents parents = {.hex = qn_id_to_hex(&item->id, hex)};
    struct qn_commit_graph_row row;
    struct qn_commit commit;
    struct qn_id tree;
    enum qn_status status = item->status;

    qn_progress_add(ctx, &check->progress, 1);
    if (status)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "Could not read %s", hex);
    if (!status && item->info.type != QN_OBJECT_COMMIT)
        status = QN_CORRUPT;
    if (!status)
        status = qn_commit_parse(ctx, item->data, item->id.algorithm, &commit);
    if (status) {
        qn_ctx_clear(ctx);
        return fault(ctx, check,
                     "failed to parse commit %s from object database for "
                     "commit-graph",
                     hex);
    }
    status = qn_commit_graph_row(ctx, check->graph,
                                 check->layer->first + (uint32_t)item->position,
                                 &row);
    if (status)
        return status;
    qn_id_from_row(&tree, item->id.algorithm, row.tree);
    if (!qn_id_is_equal(&tree, &commit.tree))
        status = fault(ctx, check,
                       "root tree OID for commit %s in commit-graph is %s != "
                       "%s",
                       hex, qn_id_to_hex(&tree, named),
                       qn_id_to_hex(&commit.tree, own));
    parents.commit = &commit;
    if (!status)
        status = check_parents(ctx, check, &row, &parents);
    return status ? status : check_numbers(ctx, check, &row, &parents);
}

static enum qn_status check_layer(struct qn_ctx *ctx, struct check *check)
{
    struct qn_odb_bulk bulk = {.rows =
                                   check->layer->chunks[QN_GRAPH_LOOKUP].data,
                               .count = check->layer->count,
                               .want = QN_ODB_WANT_TYPE,
                               .wants_content = true,
                               .each = check_commit,
                               .data = check};
    enum qn_status status = check_table(ctx, check);

    if (status || check->verify->has_fault)
        return status;
    status = qn_odb_bulk_read(ctx, check->verify->odb, &bulk);
    if (!status && check->has_zero && check->has_number)
        status = fault(ctx, check,
                       "commit-graph has both zero and non-zero generations");
    check->has_zero = check->has_number = false;
    return status;
}

enum qn_status qn_commit_graph_verify_run(struct qn_ctx *ctx,
                                          const struct qn_commit_graph *graph,
                                          struct qn_commit_graph_verify *verify)
{
    struct check check = {.graph = graph,
                          .verify = verify,
                          .line = QN_BUF_INIT,
                          .progress = QN_PROGRESS_INIT};
    const struct qn_graph_layer *top = &graph->layers[graph->layer_count - 1];
    enum qn_status status = QN_OK;
    uint32_t i;

    qn_progress_begin(ctx, &check.progress, QN_PROGRESS_BEGIN,
                      "Verifying commits in commit graph",
                      verify->only_tip ? top->count : graph->count);
    for (i = graph->layer_count; i-- > 0 && !status;) {
        check.layer = &graph->layers[i];
        status = check_layer(ctx, &check);
        if (verify->only_tip)
            break;
    }
    qn_progress_end(ctx, &check.progress);
    qn_buf_dispose(&check.line);
    return status;
}
