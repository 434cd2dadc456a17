/* SPDX-License-Identifier: MIT */
#include "operation/op_structure.h"

#include "base/memory.h"
#include "object/commit.h"
#include "object/tree.h"
#include "odb/odb_bulk.h"
#include "operation/part/reachable.h"

struct look {
    struct qn_op_structure *out;
    struct qn_id_map tips;
    uint32_t algorithm;
};

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    const char *name = qn_buf_string(&ref->name);
    struct look *look = data;
    uint32_t position;
    bool is_new;

    if (strncmp(name, "refs/heads/", 11) == 0)
        look->out->branches++;
    else if (strncmp(name, "refs/tags/", 10) == 0)
        look->out->tags++;
    else if (strncmp(name, "refs/remotes/", 13) == 0)
        look->out->remotes++;
    else
        look->out->others++;
    if (qn_id_is_null(&ref->id))
        return QN_OK;
    return qn_id_map_put(ctx, &look->tips, &ref->id, &position, &is_new);
}

static void take_most(struct qn_op_structure_most *most, uint64_t value,
                      const struct qn_id *id)
{
    if (value <= most->value && !qn_id_is_null(&most->id))
        return;
    most->value = value;
    most->id = *id;
}

static enum qn_status count_entries(struct qn_ctx *ctx, struct look *look,
                                    const struct qn_odb_bulk_item *item)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;
    uint64_t count = 0;

    qn_tree_reader_init(&reader, item->data, look->algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK)
        count++;
    if (status == QN_END)
        take_most(&look->out->entries, count, &item->id);
    return status == QN_END ? QN_OK : status;
}

static enum qn_status count_parents(struct qn_ctx *ctx, struct look *look,
                                    const struct qn_odb_bulk_item *item)
{
    struct qn_commit commit;
    enum qn_status status =
        qn_commit_parse(ctx, item->data, look->algorithm, &commit);

    if (!status)
        take_most(&look->out->parents, commit.parent_count, &item->id);
    return status;
}

/* First sizes of all, then contents of commits and trees. */
static enum qn_status add_size(struct qn_ctx *ctx, void *data,
                               const struct qn_odb_bulk_item *item)
{
    struct qn_op_structure_kind *kind;
    struct look *look = data;

    if (item->status)
        return qn_ctx_fail(ctx, item->status, "%s",
                           item->message ? item->message : "bad object");
    kind = &look->out->kinds[item->info.type];
    kind->count++;
    kind->inflated += item->info.size;
    kind->disk += item->info.disk_size;
    take_most(&kind->size, item->info.size, &item->id);
    return QN_OK;
}

static enum qn_status add_content(struct qn_ctx *ctx, void *data,
                                  const struct qn_odb_bulk_item *item)
{
    if (item->status || item->is_large)
        return QN_OK; /* told of with the sizes */
    if (item->info.type == QN_OBJECT_TREE)
        return count_entries(ctx, data, item);
    return item->info.type == QN_OBJECT_COMMIT ? count_parents(ctx, data, item)
                                               : QN_OK;
}

struct split { /* rows of commits and trees */
    struct look *look;
    uint8_t *rows;
    size_t count, size;
};

static enum qn_status split_row(struct qn_ctx *ctx, void *data,
                                const struct qn_odb_bulk_item *item)
{
    struct split *split = data;
    enum qn_status status = add_size(ctx, split->look, item);

    if (!status && (item->info.type == QN_OBJECT_TREE ||
                    item->info.type == QN_OBJECT_COMMIT))
        memcpy(split->rows + split->size * split->count++, item->id.bytes,
               split->size);
    return status;
}

static enum qn_status read_all(struct qn_ctx *ctx, struct qn_odb *odb,
                               struct look *look, const struct qn_id_map *all)
{
    struct qn_odb_bulk bulk = {.rows = all->rows,
                               .count = all->count,
                               .want = QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE |
                                       QN_ODB_WANT_DISK_SIZE,
                               .each = split_row};
    struct split split = {look, NULL, 0, all->row_size};
    enum qn_status status;

    split.rows = qn_memory_calloc(ctx, all->count + 1, all->row_size);
    if (!split.rows)
        return QN_NO_MEMORY;
    bulk.data = &split;
    status = qn_odb_bulk_read(ctx, odb, &bulk);
    if (!status) {
        bulk = (struct qn_odb_bulk){.rows = split.rows,
                                    .count = split.count,
                                    .want = QN_ODB_WANT_TYPE,
                                    .wants_content = true,
                                    .each = add_content,
                                    .data = look};
        status = qn_odb_bulk_read(ctx, odb, &bulk);
    }
    qn_memory_free(split.rows);
    return status;
}

enum qn_status qn_op_structure_look(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_op_structure *out)
{
    struct look look = {.out = out, .algorithm = qn_repo_algorithm(repo)};
    struct qn_reachable how = {0};
    struct qn_refs *refs = NULL;
    struct qn_id *ids = NULL;
    struct qn_id_map all;
    enum qn_status status;
    uint32_t i;

    memset(out, 0, sizeof(*out));
    qn_id_map_init(&look.tips, look.algorithm);
    qn_id_map_init(&all, look.algorithm);
    status = qn_repo_odb_raw(ctx, repo, &how.odb);
    if (!status)
        status = qn_repo_refs(ctx, repo, &refs);
    if (!status)
        status = qn_refs_walk(ctx, refs, "", 0, add_ref, &look);
    if (!status) {
        ids = qn_memory_calloc(ctx, look.tips.count + 1, sizeof(*ids));
        status = ids ? QN_OK : QN_NO_MEMORY;
    }
    for (i = 0; i < look.tips.count && !status; i++)
        qn_id_map_id(&look.tips, i, &ids[i]);
    if (!status)
        status = qn_reachable_find(ctx, &how, ids, look.tips.count, &all);
    if (!status)
        status = read_all(ctx, how.odb, &look, &all);
    qn_memory_free(ids);
    qn_id_map_dispose(&look.tips);
    qn_id_map_dispose(&all);
    qn_refs_free(refs);
    qn_odb_free(how.odb);
    return status;
}
