/* SPDX-License-Identifier: MIT */
#include "walk/commit_table.h"

#include "base/env.h"
#include "base/memory.h"
#include "object/commit.h"
#include "odb/odb_ahead.h"
#include "odb/odb_alternates.h"
#include "os/file.h"
#include "trace/trace.h"
#include "walk/commit_table_private.h"

#include <string.h>

/* Commits of histories by time are shown soon after they are read: so many are
 * kept, each up to so many bytes. */
#define KEPT_COUNT    1024
#define KEPT_CAPACITY 8192

/* After so many commits read one by one, the next are read ahead: twice as many
 * each time, between these, while most of what lies there are commits. */
#define AHEAD_AFTER  256u
#define AHEAD_LEAST  128u
#define AHEAD_MOST   4096u
#define AHEAD_LENGTH 65536u

/* "<objects>/../name": what lies beside the objects in the common directory. */
static enum qn_status sibling_path(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const char *name, struct qn_buf *out)
{
    qn_buf_clear(out);
    return qn_buf_printf(ctx, out, "%s/../%s",
                         qn_odb_store_directory(qn_odb_get_store(odb)), name);
}

static enum qn_status note_replacement(struct qn_ctx *ctx, void *data,
                                       const struct qn_ref *ref)
{
    (void)ctx;
    (void)ref;
    *(bool *)data = true;
    return QN_END;
}

/* What configuration says of the graph, and refs/replace wherever refs are. */
static enum qn_status is_graph_wanted(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_commit_graph_options *options,
                                      bool *wanted)
{
    const struct qn_config *config;
    enum qn_status status = QN_OK;
    bool has_replacement = false;
    bool has_filters = true;
    int64_t generation = 2;

    *wanted = true;
    options->filter_version = -1;
    if (scope->repo) {
        config = qn_repo_config(scope->repo);
        status = qn_config_bool(ctx, config, "core.commitgraph", true, wanted);
        if (!status)
            status = qn_config_int64(
                ctx, config, "commitgraph.generationversion", 2, &generation);
        if (!status)
            status = qn_config_bool(ctx, config, "commitgraph.readchangedpaths",
                                    true, &has_filters);
        if (!status)
            status =
                qn_config_int64(ctx, config, "commitgraph.changedpathsversion",
                                has_filters ? -1 : 0, &options->filter_version);
        options->uses_levels = generation < 2;
    }
    if (scope->repo)
        has_replacement = qn_odb_replaces(scope->odb);
    else if (!status && *wanted && scope->refs)
        status = qn_refs_walk(ctx, scope->refs, "refs/replace/", 0,
                              note_replacement, &has_replacement);
    if (has_replacement)
        *wanted = false;
    return status == QN_END ? QN_OK : status;
}

/* Where else there are objects; what is wrong with that is told by who reads
 * them. */
static enum qn_status find_alternates(struct qn_ctx *ctx, const char *directory,
                                      struct qn_odb_alternates *out)
{
    const char *variable =
        qn_env_variable(qn_ctx_env(ctx), "GIT_ALTERNATE_OBJECT_DIRECTORIES");
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s/info/alternates", directory);
    struct qn_ctx *quiet = NULL;

    if (!status &&
        ((variable && *variable) || qn_file_exists(qn_buf_string(&path)))) {
        quiet = qn_ctx_fork(ctx);
        status = quiet ? qn_odb_alternates_find(quiet, directory, variable, out)
                       : QN_NO_MEMORY;
        if (quiet && status != QN_NO_MEMORY)
            status = QN_OK;
        qn_ctx_free(quiet);
    }
    qn_buf_dispose(&path);
    return status;
}

/* The graph says what the objects say: not to be used where something else
 * counts. */
static enum qn_status open_graph(struct qn_ctx *ctx,
                                 struct qn_commit_table *table,
                                 const struct qn_revision_scope *scope)
{
    struct qn_commit_graph_options options = {
        .objects_directory =
            qn_odb_store_directory(qn_odb_get_store(table->odb)),
        .algorithm = table->algorithm,
        .proves = true};
    struct qn_odb_alternates alternates = QN_ODB_ALTERNATES_INIT;
    struct qn_buf path = QN_BUF_INIT;
    bool wanted = true;
    enum qn_status status = is_graph_wanted(ctx, scope, &options, &wanted);

    if (status || !wanted || table->grafts.is_shallow ||
        table->grafts.ids.count > 0)
        return status;
    if (!scope->refs && !scope->repo) {
        status = sibling_path(ctx, table->odb, "refs/replace", &path);
        wanted = status || !qn_file_exists(qn_buf_string(&path));
        qn_buf_dispose(&path);
    }
    if (!status && wanted)
        status = find_alternates(ctx, options.objects_directory, &alternates);
    if (!status && wanted) {
        if (alternates.count > 1) { /* the first is its own */
            options.alternates = alternates.paths + 1;
            options.alternate_count = alternates.count - 1;
        }
        status = qn_commit_graph_open(ctx, &options, &table->graph);
    }
    qn_odb_alternates_dispose(&alternates);
    if (status || !table->graph)
        return status;
    table->graph_rows = qn_memory_calloc(
        ctx, qn_commit_graph_count(table->graph), sizeof(uint32_t));
    return table->graph_rows ? QN_OK : QN_NO_MEMORY;
}

enum qn_status qn_commit_table_new(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_commit_table **out)
{
    struct qn_odb *odb = scope->odb;
    struct qn_commit_table *table = qn_memory_calloc(ctx, 1, sizeof(*table));
    enum qn_status status;

    if (!table)
        return QN_NO_MEMORY;
    table->odb = odb;
    table->ahead_after = AHEAD_AFTER;
    table->algorithm = qn_odb_algorithm(odb);
    qn_id_map_init(&table->ids, table->algorithm);
    qn_grafts_init(&table->grafts, table->algorithm);
    status = qn_grafts_load(ctx, &table->grafts, scope->repo, odb);
    if (!status)
        status = open_graph(ctx, table, scope);
    if (status)
        qn_commit_table_free(table);
    else
        *out = table;
    return status;
}

/* From here on the graph is of no use. */
static void drop_graph(struct qn_commit_table *table)
{
    qn_commit_graph_free(table->graph);
    qn_memory_free(table->graph_rows);
    table->graph = NULL;
    table->graph_rows = NULL;
}

enum qn_status qn_commit_table_add_shallow(struct qn_ctx *ctx,
                                           struct qn_commit_table *table,
                                           const struct qn_id *id)
{
    drop_graph(table);
    return qn_grafts_add_shallow(ctx, &table->grafts, id);
}

enum qn_status qn_commit_table_add_grafts(struct qn_ctx *ctx,
                                          struct qn_commit_table *table,
                                          struct qn_bytes text)
{
    drop_graph(table);
    return qn_grafts_add_text(ctx, &table->grafts, text);
}

void qn_commit_table_free(struct qn_commit_table *table)
{
    size_t i;

    if (!table)
        return;
    qn_commit_graph_free(table->graph);
    qn_memory_free(table->graph_rows);
    qn_memory_free(table->rows);
    qn_memory_free(table->edges);
    qn_id_map_dispose(&table->ids);
    qn_memory_free(table->id_rows);
    qn_memory_free(table->trees);
    qn_memory_free(table->ahead);
    qn_grafts_dispose(&table->grafts);
    qn_object_dispose(&table->object);
    for (i = 0; table->kept && i < KEPT_COUNT; i++)
        qn_buf_dispose(&table->kept[i].data);
    qn_memory_free(table->kept);
    qn_memory_free(table);
}

static enum qn_status add_row(struct qn_ctx *ctx, struct qn_commit_table *table,
                              uint32_t graph, uint32_t map, uint32_t *out)
{
    struct qn_commit_row *row;
    enum qn_status status;

    if (table->count >= UINT32_MAX - 1)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many commits");
    status = qn_memory_grow(ctx, &table->rows, &table->capacity,
                            table->count + 1, sizeof(*table->rows));
    if (status)
        return status;
    row = &table->rows[table->count];
    memset(row, 0, sizeof(*row));
    row->generation = QN_COMMIT_GRAPH_INFINITY;
    row->graph = graph;
    row->map = map;
    *out = (uint32_t)table->count++;
    return QN_OK;
}

static enum qn_status put_graph_row(struct qn_ctx *ctx,
                                    struct qn_commit_table *table,
                                    uint32_t graph, uint32_t *out)
{
    enum qn_status status;

    if (table->graph_rows[graph]) {
        *out = table->graph_rows[graph] - 1;
        return QN_OK;
    }
    status = add_row(ctx, table, graph, 0, out);
    if (!status)
        table->graph_rows[graph] = *out + 1;
    return status;
}

enum qn_status qn_commit_table_put_id(struct qn_ctx *ctx,
                                      struct qn_commit_table *table,
                                      const uint8_t *id, uint32_t *out)
{
    bool is_new = false;
    enum qn_status status =
        qn_id_map_put_row(ctx, &table->ids, id, out, &is_new);

    if (status || !is_new)
        return status;
    status = qn_memory_grow(ctx, &table->id_rows, &table->id_row_capacity,
                            (size_t)*out + 1, sizeof(*table->id_rows));
    if (status)
        return status;
    table->id_rows[*out] = 0;
    return qn_memory_grow(ctx, &table->trees, &table->tree_capacity,
                          ((size_t)*out + 1) * table->ids.row_size, 1);
}

/* The row of the commit at a position of the ids. */
static enum qn_status put_id_row(struct qn_ctx *ctx,
                                 struct qn_commit_table *table,
                                 uint32_t position, uint32_t *out)
{
    enum qn_status status;

    if (table->id_rows[position]) {
        *out = table->id_rows[position] - 1;
        return QN_OK;
    }
    status = add_row(ctx, table, QN_COMMIT_GRAPH_NONE, position, out);
    if (!status)
        table->id_rows[position] = *out + 1;
    return status;
}

enum qn_status qn_commit_table_put(struct qn_ctx *ctx,
                                   struct qn_commit_table *table,
                                   const struct qn_id *id, uint32_t *out)
{
    uint32_t position;
    enum qn_status status;

    if (table->graph) {
        uint32_t graph = qn_commit_graph_find(table->graph, id);

        if (graph != QN_COMMIT_GRAPH_NONE)
            return put_graph_row(ctx, table, graph, out);
    }
    status = qn_commit_table_put_id(ctx, table, id->bytes, &position);
    return status ? status : put_id_row(ctx, table, position, out);
}

bool qn_commit_table_find(const struct qn_commit_table *table,
                          const struct qn_id *id, uint32_t *out)
{
    uint32_t position, row = 0;

    position =
        table->graph ? qn_commit_graph_find(table->graph, id) : UINT32_MAX;
    if (table->graph && position != QN_COMMIT_GRAPH_NONE) {
        row = table->graph_rows[position];
    } else {
        position = qn_id_map_find(&table->ids, id);
        if (position != QN_ID_MAP_NONE)
            row = table->id_rows[position];
    }
    *out = row - 1;
    return row != 0;
}

bool qn_commit_table_has(const struct qn_commit_table *table,
                         const struct qn_id *id)
{
    uint32_t position, row;

    if (table->graph) {
        position = qn_commit_graph_find(table->graph, id);
        if (position != QN_COMMIT_GRAPH_NONE)
            return true; /* what is in the graph is a commit */
    }
    position = qn_id_map_find(&table->ids, id);
    if (position == QN_ID_MAP_NONE)
        return false;
    row = table->id_rows[position];
    return row && table->rows[row - 1].state == QN_COMMIT_LOADED;
}

static enum qn_status add_edge(struct qn_ctx *ctx,
                               struct qn_commit_table *table, uint32_t parent)
{
    enum qn_status status =
        qn_memory_grow(ctx, &table->edges, &table->edge_capacity,
                       table->edge_count + 1, sizeof(*table->edges));

    if (!status)
        table->edges[table->edge_count++] = parent;
    return status;
}

/* The parents from the second on; `*is_sound` false: not in the graph. */
static enum qn_status add_more_parents(struct qn_ctx *ctx,
                                       struct qn_commit_table *table,
                                       const struct qn_commit_graph_row *found,
                                       bool *is_sound)
{
    enum qn_status status = QN_OK;
    bool is_last = false;
    uint32_t parent = 0;
    uint32_t i;

    for (i = 0; !status && !is_last; i++) {
        status = qn_commit_graph_more_parent(ctx, found, i, &parent, &is_last);
        if (!status && parent == QN_COMMIT_GRAPH_NONE) {
            *is_sound = false;
            return QN_OK;
        }
        if (!status)
            status = put_graph_row(ctx, table, parent, &parent);
        if (!status)
            status = add_edge(ctx, table, parent);
    }
    return status;
}

static enum qn_status load_raw_row(struct qn_ctx *ctx,
                                   struct qn_commit_table *table, uint32_t row);

/* What the graph has of a commit leads out of the graph: read the commit. */
static enum qn_status do_without(struct qn_ctx *ctx,
                                 struct qn_commit_table *table, uint32_t row)
{
    enum qn_status status;

    if (!table->is_damage_told)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged", "%s",
                      qn_ctx_message(ctx));
    table->is_damage_told = true;
    qn_ctx_clear(ctx);
    status = qn_commit_table_leave_graph(ctx, table, row);
    return status ? status : load_raw_row(ctx, table, row);
}

static enum qn_status
load_graph_row(struct qn_ctx *ctx, struct qn_commit_table *table, uint32_t row)
{
    uint32_t graph = table->rows[row].graph;
    size_t first = table->edge_count;
    struct qn_commit_graph_row found;
    bool is_sound = true;
    uint32_t parent = 0;
    enum qn_status status;
    uint32_t i;

    status = qn_commit_graph_row(ctx, table->graph, graph, &found);
    if (status)
        return status == QN_CORRUPT ? do_without(ctx, table, row) : status;
    /* Ids are in no order of history: each row is far from the last. */
    for (i = 0; i < 2; i++)
        qn_commit_graph_prefetch(table->graph, found.parents[i]);
    for (i = 0; i < 2 && !status; i++) {
        if (found.parents[i] == QN_COMMIT_GRAPH_NONE)
            break;
        status = put_graph_row(ctx, table, found.parents[i], &parent);
        if (!status)
            status = add_edge(ctx, table, parent);
    }
    if (!status && found.has_more)
        status = add_more_parents(ctx, table, &found, &is_sound);
    if (status == QN_CORRUPT) {
        table->edge_count = first;
        return do_without(ctx, table, row);
    }
    if (status)
        return status;
    table->rows[row].generation = found.generation;
    if (!is_sound) {
        table->edge_count = first;
        return load_raw_row(ctx, table, row);
    }
    table->rows[row].edge = (uint32_t)first;
    table->rows[row].parent_count = (uint32_t)(table->edge_count - first);
    table->rows[row].time = found.time;
    table->rows[row].state = QN_COMMIT_LOADED;
    return QN_OK;
}

enum qn_status qn_commit_table_keep(struct qn_ctx *ctx,
                                    struct qn_commit_table *table)
{
    if (!table->kept)
        table->kept = qn_memory_calloc(ctx, KEPT_COUNT, sizeof(*table->kept));
    return table->kept ? QN_OK : QN_NO_MEMORY;
}

bool qn_commit_table_kept(const struct qn_commit_table *table, uint32_t row,
                          struct qn_bytes *out)
{
    const struct qn_commit_kept *kept;

    if (!table->kept)
        return false;
    kept = &table->kept[row % KEPT_COUNT];
    if (kept->row != row + 1)
        return false;
    *out = qn_buf_bytes(&kept->data);
    return true;
}

/* The commit just read changes places with one long past. */
static void keep_bytes(struct qn_commit_table *table, uint32_t row)
{
    struct qn_commit_kept *kept = &table->kept[row % KEPT_COUNT];
    struct qn_buf data = table->object.data;

    if (data.capacity > KEPT_CAPACITY) {
        qn_buf_dispose(&table->object.data);
        return;
    }
    table->object.data = kept->data;
    kept->data = data;
    kept->row = row + 1;
}

static enum qn_status load_raw_row(struct qn_ctx *ctx,
                                   struct qn_commit_table *table, uint32_t row)
{
    size_t id_size = qn_id_size(table->algorithm);
    bool is_in_graph = table->rows[row].graph != QN_COMMIT_GRAPH_NONE;
    uint32_t map = table->rows[row].map;
    size_t first = table->edge_count;
    struct qn_commit commit;
    struct qn_id id;
    enum qn_status status;
    uint32_t i;

    qn_commit_table_id(table, row, &id);
    status = qn_odb_read_typed(ctx, table->odb, &id, QN_OBJECT_COMMIT,
                               &table->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&table->object),
                                 table->algorithm, &commit);
    if (status) {
        if (status == QN_NOT_FOUND)
            table->rows[row].state = QN_COMMIT_MISSING;
        return status;
    }
    qn_grafts_apply(&table->grafts, &id, &commit);
    for (i = 0; i < commit.parent_count && !status; i++) {
        struct qn_id parent;
        uint32_t parent_row = 0;

        qn_commit_parent(&commit, i, &parent);
        status = qn_commit_table_put(ctx, table, &parent, &parent_row);
        if (!status)
            status = add_edge(ctx, table, parent_row);
    }
    if (status)
        return status;
    if (!is_in_graph)
        memcpy(table->trees + (size_t)map * id_size, commit.tree.bytes,
               id_size);
    table->rows[row].edge = (uint32_t)first;
    table->rows[row].parent_count = commit.parent_count;
    table->rows[row].time = commit.committer_time;
    table->rows[row].state = QN_COMMIT_LOADED;
    if (table->kept)
        keep_bytes(table, row);
    return QN_OK;
}

/* What a commit says, in ids. */
struct ahead_item {
    int64_t time;
    uint32_t parent_count;
    uint8_t tree[QN_ID_MAX_SIZE];
    uint8_t parents[2][QN_ID_MAX_SIZE];
};

static bool is_known(const struct qn_commit_table *table, uint32_t position)
{
    uint32_t row = table->id_rows[position];

    return (position < table->ahead_count && table->ahead[position].known) ||
           (row && table->rows[row - 1].state != QN_COMMIT_NEW);
}

/* On any thread, as the next: nothing is changed meanwhile. */
static bool is_ahead_wanted(const void *data, const uint8_t *id)
{
    const struct qn_commit_table *table = data;
    uint32_t position = qn_id_map_find_row(&table->ids, id);

    return position == QN_ID_MAP_NONE || !is_known(table, position);
}

static bool parse_ahead(struct qn_ctx *ctx, const void *data,
                        struct qn_bytes content, void *item)
{
    const struct qn_commit_table *table = data;
    struct ahead_item *out = item;
    struct qn_commit commit;

    if (qn_commit_parse(ctx, content, table->algorithm, &commit) ||
        commit.parent_count > 2)
        return false;
    out->time = commit.committer_time;
    out->parent_count = commit.parent_count;
    memcpy(out->tree, commit.tree.bytes, QN_ID_MAX_SIZE);
    for (uint32_t i = 0; i < 2 && i < commit.parent_count; i++) {
        struct qn_id parent;

        qn_commit_parent(&commit, i, &parent);
        memcpy(out->parents[i], parent.bytes, QN_ID_MAX_SIZE);
    }
    return true;
}

static enum qn_status keep_ahead(struct qn_ctx *ctx, void *data,
                                 const uint8_t *id, const void *item)
{
    struct qn_commit_table *table = data;
    const struct ahead_item *found = item;
    struct qn_commit_ahead *ahead;
    uint32_t position, parents[2] = {0, 0};
    size_t before = table->ahead_count;
    enum qn_status status = qn_commit_table_put_id(ctx, table, id, &position);

    for (uint32_t i = 0; i < found->parent_count && !status; i++)
        status =
            qn_commit_table_put_id(ctx, table, found->parents[i], &parents[i]);
    if (!status)
        status = qn_memory_grow(ctx, &table->ahead, &table->ahead_capacity,
                                table->ids.count, sizeof(*table->ahead));
    if (status)
        return status;
    if (before < table->ids.count) {
        memset(table->ahead + before, 0,
               (table->ids.count - before) * sizeof(*table->ahead));
        table->ahead_count = table->ids.count;
    }
    ahead = &table->ahead[position];
    ahead->time = found->time;
    ahead->known = found->parent_count + 1;
    memcpy(ahead->parents, parents, sizeof(parents));
    memcpy(table->trees + (size_t)position * table->ids.row_size, found->tree,
           table->ids.row_size);
    table->ahead_made++;
    return QN_OK;
}

/* Read this commit and those that lie behind it in its pack, when many were
 * read and what was read ahead was of use.  Not where commits are read as
 * something else than what is stored, and not where their bytes are wanted. */
static enum qn_status read_ahead(struct qn_ctx *ctx,
                                 struct qn_commit_table *table, uint32_t row)
{
    struct qn_odb_ahead ahead = {.type = QN_OBJECT_COMMIT,
                                 .largest = AHEAD_LENGTH,
                                 .item_size = sizeof(struct ahead_item),
                                 .is_wanted = is_ahead_wanted,
                                 .parse = parse_ahead,
                                 .each = keep_ahead,
                                 .data = table};
    size_t made = table->ahead_made, looked = 0;
    struct qn_id id;
    enum qn_status status;

    if (++table->raw_count <= table->ahead_after || table->graph ||
        table->kept || table->grafts.is_shallow ||
        table->grafts.ids.count > 0 || qn_odb_replaces(table->odb) ||
        made > AHEAD_AFTER + 2 * table->ahead_used + table->raw_count / 2)
        return QN_OK;
    ahead.count = table->ahead_next < AHEAD_LEAST  ? AHEAD_LEAST
                  : table->ahead_next > AHEAD_MOST ? AHEAD_MOST
                                                   : table->ahead_next;
    ahead.read = table->raw_count + table->ahead_used;
    qn_commit_table_id(table, row, &id);
    status = qn_odb_ahead_read(ctx, table->odb, &id, &ahead, &looked);
    /* Looking at what is no commit costs, too; and a look that finds nothing
     * is not to be had again and again. */
    made = table->ahead_made - made;
    table->ahead_made += (looked - made) / 8;
    table->ahead_next = made > looked / 2 ? 2 * ahead.count : 0;
    table->ahead_wait = made > looked / 8 ? 0 : 2 * table->ahead_wait + 16;
    table->ahead_after = table->raw_count + table->ahead_wait;
    return status;
}

/* From what was read ahead; false: it was not. */
static enum qn_status take_ahead(struct qn_ctx *ctx,
                                 struct qn_commit_table *table, uint32_t row,
                                 bool *is_taken)
{
    uint32_t map = table->rows[row].map;
    size_t first = table->edge_count;
    struct qn_commit_ahead *ahead;
    enum qn_status status = QN_OK;

    *is_taken = false;
    if (table->rows[row].graph != QN_COMMIT_GRAPH_NONE ||
        map >= table->ahead_count || !table->ahead[map].known)
        return QN_OK;
    ahead = &table->ahead[map];
    for (uint32_t i = 0; i + 1 < ahead->known && !status; i++) {
        uint32_t parent = 0;

        status = put_id_row(ctx, table, ahead->parents[i], &parent);
        if (!status)
            status = add_edge(ctx, table, parent);
    }
    if (status)
        return status;
    table->rows[row].edge = (uint32_t)first;
    table->rows[row].parent_count = ahead->known - 1;
    table->rows[row].time = ahead->time;
    table->rows[row].state = QN_COMMIT_LOADED;
    ahead->known = 0;
    table->ahead_used++;
    *is_taken = true;
    return QN_OK;
}

/* A commit that is not in the graph. */
static enum qn_status load_row(struct qn_ctx *ctx,
                               struct qn_commit_table *table, uint32_t row)
{
    bool is_taken = false;
    enum qn_status status = take_ahead(ctx, table, row, &is_taken);

    if (status || is_taken)
        return status;
    status = read_ahead(ctx, table, row);
    if (!status)
        status = take_ahead(ctx, table, row, &is_taken);
    if (status || is_taken)
        return status;
    return load_raw_row(ctx, table, row);
}

enum qn_status qn_commit_table_load(struct qn_ctx *ctx,
                                    struct qn_commit_table *table, uint32_t row)
{
    struct qn_id id;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (table->rows[row].state == QN_COMMIT_LOADED)
        return QN_OK;
    qn_trace_count(ctx, QN_COUNTER_WALK_COMMIT, 1);
    if (table->rows[row].state == QN_COMMIT_MISSING) {
        qn_commit_table_id(table, row, &id);
        qn_id_to_hex(&id, hex);
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "odb.not-found", hex,
                                  "Could not read %s", hex);
    }
    if (table->rows[row].graph != QN_COMMIT_GRAPH_NONE)
        return load_graph_row(ctx, table, row);
    return load_row(ctx, table, row);
}

void qn_commit_table_id(const struct qn_commit_table *table, uint32_t row,
                        struct qn_id *out)
{
    const struct qn_commit_row *own = &table->rows[row];

    if (own->graph != QN_COMMIT_GRAPH_NONE)
        qn_commit_graph_id(table->graph, own->graph, out);
    else
        qn_id_map_id(&table->ids, own->map, out);
}

void qn_commit_table_tree(const struct qn_commit_table *table, uint32_t row,
                          struct qn_id *out)
{
    const struct qn_commit_row *own = &table->rows[row];

    if (own->graph == QN_COMMIT_GRAPH_NONE) {
        qn_id_from_row(out, table->algorithm,
                       table->trees +
                           (size_t)own->map * qn_id_size(table->algorithm));
        return;
    }
    qn_id_from_row(out, table->algorithm,
                   qn_commit_graph_tree(table->graph, own->graph));
}

enum qn_status qn_commit_table_author_time(struct qn_ctx *ctx,
                                           struct qn_commit_table *table,
                                           uint32_t row, int64_t *out)
{
    struct qn_commit commit;
    struct qn_ident ident;
    struct qn_id id;
    enum qn_status status;

    qn_commit_table_id(table, row, &id);
    status = qn_odb_read_typed(ctx, table->odb, &id, QN_OBJECT_COMMIT,
                               &table->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&table->object),
                                 table->algorithm, &commit);
    if (status)
        return status;
    *out = qn_ident_parse(commit.author, &ident) && ident.has_date
               ? ident.seconds
               : 0;
    return QN_OK;
}
