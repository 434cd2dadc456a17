/* SPDX-License-Identifier: MIT */
#include "operation/op_pack_redundant.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "odb/odb_pack.h"
#include "os/file.h"
#include "pack/pack_file.h"

#include <string.h>

#define NOBODY  UINT32_MAX
#define ANYBODY (UINT32_MAX - 1) /* more than one */

struct choosing {
    struct qn_op_pack_redundant *op;
    struct qn_id_map ids;
    uint32_t *owners; /* by position in ids: the only pack, or ANYBODY */
    size_t owner_capacity;
    bool *is_needed; /* no pack that stays has it yet */
};

void qn_op_pack_redundant_dispose(struct qn_op_pack_redundant *op)
{
    size_t i;

    for (i = 0; i < op->count; i++)
        qn_memory_free(op->packs[i].path);
    qn_memory_free(op->packs);
    op->packs = NULL;
    op->count = op->capacity = 0;
}

/* ---- which packs */

static enum qn_status add_pack(struct qn_ctx *ctx, void *data,
                               struct qn_pack_file *pack)
{
    struct qn_op_pack_redundant *op = data;
    struct qn_op_pack_redundant_pack *item;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    enum qn_status status;

    if (!pack->is_local) {
        op->alternate_packs++;
        return QN_OK;
    }
    status = qn_pack_file_open_index(ctx, pack);
    if (!status)
        status = qn_memory_grow(ctx, &op->packs, &op->capacity, op->count + 1,
                                sizeof(*op->packs));
    if (status)
        return status;
    item = &op->packs[op->count];
    memset(item, 0, sizeof(*item));
    item->path = qn_memory_string(ctx, qn_bytes_from_string(pack->path));
    if (!item->path)
        return QN_NO_MEMORY;
    op->count++;
    item->file = pack;
    item->count = pack->index.count;
    status =
        qn_buf_printf(ctx, &path, "%.*s.idx", (int)pack->stem_size, pack->path);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    item->size = pack->size + stat.size;
    qn_buf_dispose(&path);
    return status;
}

/* Only those that were named. */
static enum qn_status keep_named(struct qn_ctx *ctx,
                                 struct qn_op_pack_redundant *op)
{
    size_t i, k, left = 0;
    bool *wanted = qn_memory_calloc(ctx, op->count + 1, sizeof(*wanted));
    enum qn_status status = wanted ? QN_OK : QN_NO_MEMORY;

    for (k = 0; k < op->name_count && !status; k++) {
        bool found = false;

        for (i = 0; i < op->count && strlen(op->names[k]) >= 40; i++)
            if (strstr(op->packs[i].path, op->names[k]))
                found = wanted[i] = true;
        if (!found)
            status = qn_ctx_fail(ctx, QN_NOT_FOUND, "Bad pack filename: %s",
                                 op->names[k]);
    }
    for (i = 0; i < op->count && !status && op->name_count; i++) {
        if (wanted[i])
            op->packs[left++] = op->packs[i];
        else
            qn_memory_free(op->packs[i].path);
    }
    if (!status && op->name_count)
        op->count = left;
    qn_memory_free(wanted);
    return status;
}

/* ---- which objects */

static enum qn_status note_objects(struct qn_ctx *ctx, struct choosing *c,
                                   uint32_t number)
{
    const struct qn_pack_file *pack = c->op->packs[number].file;
    enum qn_status status = QN_OK;
    uint32_t i, position;
    struct qn_id id;
    bool is_new;

    for (i = 0; i < pack->index.count && !status; i++) {
        qn_id_from_row(&id, c->ids.algorithm,
                       qn_pack_index_row(&pack->index, i));
        status = qn_id_map_put(ctx, &c->ids, &id, &position, &is_new);
        if (!status)
            status = qn_memory_grow(ctx, &c->owners, &c->owner_capacity,
                                    (size_t)position + 1, sizeof(*c->owners));
        if (!status)
            c->owners[position] = is_new ? number : ANYBODY;
    }
    return status;
}

static void forget(struct choosing *c, const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&c->ids, id);

    if (position != QN_ID_MAP_NONE)
        c->owners[position] = NOBODY;
}

static enum qn_status forget_alternate(struct qn_ctx *ctx, void *data,
                                       struct qn_pack_file *pack)
{
    struct choosing *c = data;
    enum qn_status status;
    struct qn_id id;
    uint32_t i;

    if (pack->is_local)
        return QN_OK;
    status = qn_pack_file_open_index(ctx, pack);
    for (i = 0; i < pack->index.count && !status; i++) {
        qn_id_from_row(&id, c->ids.algorithm,
                       qn_pack_index_row(&pack->index, i));
        forget(c, &id);
    }
    return status;
}

/* Objects of a pack that are still needed; with `takes` they are not then. */
static uint64_t weigh(struct choosing *c, uint32_t number, bool takes)
{
    const struct qn_pack_file *pack = c->op->packs[number].file;
    uint64_t count = 0;
    struct qn_id id;
    uint32_t i, position;

    for (i = 0; i < pack->index.count; i++) {
        qn_id_from_row(&id, c->ids.algorithm,
                       qn_pack_index_row(&pack->index, i));
        position = qn_id_map_find(&c->ids, &id);
        count += c->is_needed[position];
        if (takes)
            c->is_needed[position] = false;
    }
    return count;
}

static enum qn_status choose(struct qn_ctx *ctx, struct choosing *c)
{
    struct qn_op_pack_redundant *op = c->op;
    uint64_t kept = 0, most, count;
    uint32_t i, best;

    c->is_needed =
        qn_memory_calloc(ctx, (size_t)c->ids.count + 1, sizeof(*c->is_needed));
    if (!c->is_needed)
        return QN_NO_MEMORY;
    for (i = 0; i < op->count; i++)
        op->packs[i].is_redundant = true;
    for (i = 0; i < c->ids.count; i++) {
        c->is_needed[i] = c->owners[i] != NOBODY;
        op->objects += c->is_needed[i];
        if (c->owners[i] < ANYBODY)
            op->packs[c->owners[i]].is_redundant = false;
    }
    for (i = 0; i < op->count; i++)
        if (!op->packs[i].is_redundant)
            (void)weigh(c, i, true);
    do {
        most = 0;
        best = 0;
        for (i = 0; i < op->count; i++) {
            count = op->packs[i].is_redundant ? weigh(c, i, false) : 0;
            if (count > most) {
                most = count;
                best = i;
            }
        }
        if (most > 0) {
            op->packs[best].is_redundant = false;
            (void)weigh(c, best, true);
        }
    } while (most > 0);
    for (i = 0; i < op->count; i++)
        kept += op->packs[i].is_redundant ? 0 : op->packs[i].count;
    op->duplicates = kept > c->ids.count ? kept - c->ids.count : 0;
    return QN_OK;
}

enum qn_status qn_op_pack_redundant_run(struct qn_ctx *ctx,
                                        struct qn_op_pack_redundant *op)
{
    struct choosing c = {.op = op};
    enum qn_status status = qn_odb_pack_each(ctx, op->odb, add_pack, op);
    size_t i;

    qn_id_map_init(&c.ids, qn_odb_algorithm(op->odb));
    if (!status)
        status = keep_named(ctx, op);
    if (!status && op->count == 0)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "Zero packs found!");
    for (i = 0; i < op->count && !status; i++)
        status = note_objects(ctx, &c, (uint32_t)i);
    if (!status && op->uses_alternates)
        status = qn_odb_pack_each(ctx, op->odb, forget_alternate, &c);
    for (i = 0; i < op->ignored_count && !status; i++)
        forget(&c, &op->ignored[i]);
    if (!status)
        status = choose(ctx, &c);
    qn_id_map_dispose(&c.ids);
    qn_memory_free(c.owners);
    qn_memory_free(c.is_needed);
    return status;
}
