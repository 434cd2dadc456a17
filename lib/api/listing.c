/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "base/memory.h"
#include "object/tree.h"

#include <quoin/listing.h>

/* A directory that is being listed, and where its name ends in the path. */
struct level {
    struct qn_object object;
    struct qn_tree_reader reader;
    size_t path_size;
};

struct listing {
    struct qn_repository *repository;
    uint32_t flags;
    qn_listing_each_fn *each;
    void *data;
    struct qn_buf path;
    struct level *levels; /* from the top */
    size_t count;
    size_t capacity;
};

static enum qn_status enter(struct qn_ctx *ctx, struct listing *l,
                            const struct qn_id *tree)
{
    struct level *level;
    enum qn_status status = qn_memory_grow(ctx, &l->levels, &l->capacity,
                                           l->count + 1, sizeof(*l->levels));

    if (status)
        return status;
    level = &l->levels[l->count];
    memset(level, 0, sizeof(*level));
    level->path_size = l->path.size;
    status = qn_odb_read_typed(ctx, l->repository->odb, tree, QN_OBJECT_TREE,
                               &level->object);
    if (status) {
        qn_object_dispose(&level->object);
        return status;
    }
    qn_tree_reader_init(&level->reader, qn_object_bytes(&level->object),
                        tree->algorithm);
    l->count++;
    return QN_OK;
}

static void leave(struct listing *l)
{
    qn_object_dispose(&l->levels[--l->count].object);
}

static enum qn_status give_entry(struct qn_ctx *ctx, struct listing *l,
                                 const struct qn_tree_entry *entry)
{
    bool is_tree = qn_mode_is_tree(entry->mode);
    bool goes_down = is_tree && (l->flags & QN_LISTING_RECURSIVE);
    struct qn_id id;
    enum qn_status status = qn_buf_append_bytes(ctx, &l->path, entry->name);

    qn_id_from_row(&id, qn_repo_algorithm(l->repository->repo), entry->id);
    if (!status && (!goes_down || (l->flags & QN_LISTING_TREES)) &&
        l->each(l->data, qn_buf_string(&l->path), entry->mode, &id))
        return QN_END;
    if (status || !goes_down)
        return status;
    status = qn_buf_append_byte(ctx, &l->path, '/');
    return status ? status : enter(ctx, l, &id);
}

enum qn_status qn_listing_each(struct qn_ctx *ctx,
                               struct qn_repository *repository,
                               const struct qn_id *tree, uint32_t flags,
                               qn_listing_each_fn *each, void *data)
{
    struct listing l = {.repository = repository,
                        .flags = flags,
                        .each = each,
                        .data = data,
                        .path = QN_BUF_INIT};
    struct qn_id top;
    enum qn_status status =
        qn_revision_peel(ctx, repository->odb, tree, QN_OBJECT_TREE, &top);

    if (!status)
        status = enter(ctx, &l, &top);
    while (!status && l.count > 0) {
        struct level *level = &l.levels[l.count - 1];
        struct qn_tree_entry entry;

        qn_buf_truncate(&l.path, level->path_size);
        status = qn_tree_reader_next(ctx, &level->reader, &entry);
        if (status == QN_END) {
            leave(&l);
            status = QN_OK;
            continue;
        }
        if (!status)
            status = give_entry(ctx, &l, &entry);
    }
    while (l.count > 0)
        leave(&l);
    qn_memory_free(l.levels);
    qn_buf_dispose(&l.path);
    return status == QN_END ? QN_OK : status;
}
