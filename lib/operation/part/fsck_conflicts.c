/* SPDX-License-Identifier: MIT */
/* Objects that others take for another type than they are: rare, and looked at
 * one after the other, in order, only when the parallel pass saw one. What an
 * object is taken for is settled by whoever speaks of it first, as Git does. */
#include "base/buf.h"
#include "base/memory.h"
#include "object/tree.h"
#include "operation/part/fsck_private.h"
#include "operation/part/object_links.h"

struct conflicts {
    struct qn_fsck *fsck;
    uint8_t *known;    /* the type each is taken for */
    uint32_t position; /* that is read */
    struct qn_id id;
    enum qn_object_type type;
    uint32_t count; /* of its links so far */
};

static bool is_conflict(const struct qn_fsck *fsck, uint32_t i)
{
    unsigned type = atomic_load(&fsck->types[i]);
    unsigned claims = atomic_load(&fsck->claims[i]);

    if (type != QN_OBJECT_NONE)
        claims |= 1u << type;
    return (claims & (claims - 1)) != 0;
}

/* "object x is a tree, not a blob" */
static void say_types(struct qn_ctx *ctx, struct conflicts *c,
                      const struct qn_id *id, enum qn_object_type is,
                      enum qn_object_type wanted)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_fsck_keep(ctx, c->fsck, c->position, true,
                 "error: object %s is a %s, not a %s", qn_id_to_hex(id, hex),
                 qn_object_type_name(is), qn_object_type_name(wanted));
}

static void say_pointer(struct qn_ctx *ctx, struct conflicts *c,
                        const struct qn_id *to, enum qn_object_type wanted)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1], from[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(to, hex);
    qn_id_to_hex(&c->id, from);
    if (c->type == QN_OBJECT_TAG)
        qn_fsck_keep(ctx, c->fsck, c->position, true,
                     "error: bad tag pointer to %s in %s", hex, from);
    else if (wanted == QN_OBJECT_TREE)
        qn_fsck_keep(ctx, c->fsck, c->position, true,
                     "error: bad tree pointer %s in commit %s", hex, from);
    else
        qn_fsck_keep(ctx, c->fsck, c->position, true,
                     "error: bad parent %s in commit %s", hex, from);
}

static enum qn_status on_link(struct qn_ctx *ctx, void *data,
                              enum qn_object_type type, const uint8_t *row)
{
    struct conflicts *c = data;
    uint32_t at = qn_id_map_find_row(&c->fsck->ids, row);
    struct qn_id id;

    if (at == QN_ID_MAP_NONE)
        return QN_OK;
    if (c->known[at] == QN_OBJECT_NONE)
        c->known[at] = (uint8_t)type;
    if (c->known[at] == (uint8_t)type)
        return QN_OK;
    qn_id_from_row(&id, c->fsck->algorithm, row);
    say_types(ctx, c, &id, (enum qn_object_type)c->known[at], type);
    if (c->type != QN_OBJECT_TREE)
        say_pointer(ctx, c, &id, type);
    return QN_END;
}

static void reject(struct qn_ctx *ctx, struct conflicts *c)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(&c->id, hex);
    qn_fsck_keep(ctx, c->fsck, c->position, true,
                 "error: %s: object could not be parsed: %s/objects/%.2s/%s",
                 hex, c->fsck->common_shown, hex, hex + 2);
    atomic_store(&c->fsck->bad[c->position], 1);
    atomic_fetch_or(&c->fsck->code, QN_FSCK_OBJECT);
}

static enum qn_status look_again(struct qn_ctx *ctx, struct conflicts *c,
                                 struct qn_object *object)
{
    struct qn_fsck *fsck = c->fsck;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    c->type = (enum qn_object_type)atomic_load(&fsck->types[c->position]);
    if (c->type == QN_OBJECT_NONE || atomic_load(&fsck->bad[c->position]))
        return QN_OK;
    qn_id_map_id(&fsck->ids, c->position, &c->id);
    if (c->known[c->position] == QN_OBJECT_NONE)
        c->known[c->position] = (uint8_t)c->type;
    if (c->known[c->position] != (uint8_t)c->type) {
        say_types(ctx, c, &c->id, (enum qn_object_type)c->known[c->position],
                  c->type);
        reject(ctx, c);
        return QN_OK;
    }
    if (c->type == QN_OBJECT_BLOB)
        return QN_OK;
    status = qn_odb_read(ctx, fsck->odb, &c->id, object);
    if (!status)
        status =
            qn_fsck_parse(ctx, fsck,
                          &(struct qn_fsck_links_of){&c->id, object->type,
                                                     qn_object_bytes(object),
                                                     false, on_link, c, NULL});
    if (status == QN_END && c->type == QN_OBJECT_TREE) {
        qn_fsck_keep(ctx, fsck, c->position, true,
                     "error in tree %s: broken links",
                     qn_id_to_hex(&c->id, hex));
        atomic_fetch_or(&fsck->code, QN_FSCK_OBJECT);
    } else if (status == QN_END) {
        reject(ctx, c);
    }
    if (status == QN_END || status == QN_CORRUPT) {
        qn_ctx_clear(ctx); /* damage was told of */
        status = QN_OK;
    }
    return status;
}

static enum qn_status settle(struct qn_ctx *ctx, void *data,
                             enum qn_object_type type, const uint8_t *row)
{
    struct conflicts *c = data;
    uint32_t at = qn_id_map_find_row(&c->fsck->ids, row);

    (void)ctx;
    if (at != QN_ID_MAP_NONE && c->known[at] == QN_OBJECT_NONE)
        c->known[at] = (uint8_t)type;
    return QN_OK;
}

/* Refs were looked at before all others; trees are not taken apart then. */
static enum qn_status settle_head(struct qn_ctx *ctx, struct conflicts *c,
                                  const struct qn_id *id,
                                  struct qn_object *object)
{
    uint32_t at = qn_id_map_find(&c->fsck->ids, id);
    enum qn_status status;

    if (at == QN_ID_MAP_NONE || atomic_load(&c->fsck->bad[at]))
        return QN_OK;
    status = qn_odb_read(ctx, c->fsck->odb, id, object);
    if (!status && c->known[at] == QN_OBJECT_NONE)
        c->known[at] = (uint8_t)object->type;
    if (!status && object->type != QN_OBJECT_TREE)
        status = qn_fsck_parse(ctx, c->fsck,
                               &(struct qn_fsck_links_of){
                                   id, object->type, qn_object_bytes(object),
                                   false, settle, c, NULL});
    if (status == QN_CORRUPT) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status;
}

enum qn_status qn_fsck_conflicts(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct conflicts c = {.fsck = fsck};
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    uint32_t i = 0;

    while (i < fsck->ids.count && !is_conflict(fsck, i))
        i++;
    if (i == fsck->ids.count)
        return QN_OK;
    c.known = qn_memory_calloc(ctx, fsck->ids.count, 1);
    if (!c.known)
        return QN_NO_MEMORY;
    for (i = 0; i < fsck->head_count && !status; i++)
        status = settle_head(ctx, &c, &fsck->heads[i], &object);
    for (i = 0; i < fsck->ids.count && !status; i++) {
        c.position = i;
        status = look_again(ctx, &c, &object);
    }
    qn_object_dispose(&object);
    qn_memory_free(c.known);
    return status;
}
