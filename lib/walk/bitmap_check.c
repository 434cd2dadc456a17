/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_check.h"

#include "base/memory.h"
#include "base/progress.h"
#include "object/commit.h"
#include "object/tree.h"

struct checking {
    const struct qn_bitmap_check *check;
    struct qn_progress progress;
    uint64_t *seen, *types[QN_PACK_BITMAP_TYPE_COUNT];
    struct qn_id *stack;
    size_t count, capacity;
    struct qn_object object;
};

static enum qn_status measure(struct qn_ctx *ctx, struct qn_bitmap_check *check,
                              const struct qn_pack_bitmap *file)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_ewah ewah;
    struct qn_bytes in;
    enum qn_status status;

    check->bit_count = (uint32_t)qn_ewah_plain_count(file->count) * 64;
    text.limit = SIZE_MAX;
    status = qn_ewah_append(ctx, check->plain, check->bit_count, &text);
    in = qn_buf_bytes(&text);
    if (!status)
        status = qn_ewah_parse(ctx, &in, &ewah);
    if (!status)
        check->checksum = qn_ewah_checksum(&ewah);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_bitmap_check_find(struct qn_ctx *ctx,
                                    struct qn_bitmap_check *check)
{
    const struct qn_bitmap_set *bitmaps = check->bitmaps;
    uint32_t position = qn_bit_order_find(&bitmaps->order, check->commit.bytes);
    uint32_t entry = QN_PACK_BITMAP_NONE;
    const struct qn_pack_bitmap *file = NULL;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (position != QN_BIT_ORDER_NONE)
        file = qn_bitmap_set_find(bitmaps, position, &entry);
    if (!file)
        return qn_ctx_fail(ctx, QN_NOT_FOUND,
                           "commit '%s' doesn't have an indexed bitmap",
                           qn_id_to_hex(&check->commit, hex));
    check->file = (size_t)(file - bitmaps->files);
    check->plain =
        qn_memory_calloc(ctx, bitmaps->words + 1, sizeof(*check->plain));
    if (!check->plain)
        return QN_NO_MEMORY;
    qn_pack_bitmap_expand(file, entry, check->plain, bitmaps->words);
    return measure(ctx, check, file);
}

static enum qn_status push(struct qn_ctx *ctx, struct checking *c,
                           const struct qn_id *id)
{
    enum qn_status status = qn_memory_grow(ctx, &c->stack, &c->capacity,
                                           c->count + 1, sizeof(*c->stack));

    if (!status)
        c->stack[c->count++] = *id;
    return status;
}

/* Each object once: is its bit set, and of what type? */
static enum qn_status see(struct qn_ctx *ctx, struct checking *c,
                          const struct qn_id *id, enum qn_pack_bitmap_type type,
                          bool *is_new)
{
    const struct qn_bit_order *order = &c->check->bitmaps->order;
    uint32_t position = qn_bit_order_find(order, id->bytes);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    uint64_t mask;
    uint32_t bit;

    if (position == QN_BIT_ORDER_NONE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "object not in bitmap: '%s'",
                           qn_id_to_hex(id, hex));
    bit = order->ranks[position];
    mask = (uint64_t)1 << (bit % 64);
    *is_new = !(c->seen[bit / 64] & mask);
    if (!*is_new)
        return QN_OK;
    c->seen[bit / 64] |= mask;
    if (!(c->types[type][bit / 64] & mask))
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "object '%s' not found in type bitmaps",
                           qn_id_to_hex(id, hex));
    qn_progress_add(ctx, &c->progress, 1);
    return QN_OK;
}

static enum qn_status see_tree(struct qn_ctx *ctx, struct checking *c,
                               const struct qn_id *tree)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool is_new;

    qn_tree_reader_init(&reader, qn_object_bytes(&c->object), tree->algorithm);
    while (!status) {
        status = qn_tree_reader_next(ctx, &reader, &entry);
        if (status || qn_mode_is_gitlink(entry.mode))
            continue;
        qn_id_from_row(&id, tree->algorithm, entry.id);
        status = see(ctx, c, &id,
                     qn_mode_is_tree(entry.mode) ? QN_PACK_BITMAP_TREES
                                                 : QN_PACK_BITMAP_BLOBS,
                     &is_new);
        if (!status && is_new && qn_mode_is_tree(entry.mode))
            status = push(ctx, c, &id);
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status see_commit(struct qn_ctx *ctx, struct checking *c,
                                 const struct qn_id *id)
{
    struct qn_commit commit;
    struct qn_id parent;
    enum qn_status status = qn_commit_parse(ctx, qn_object_bytes(&c->object),
                                            id->algorithm, &commit);
    bool is_new;
    uint32_t i;

    for (i = 0; !status && i < commit.parent_count; i++) {
        qn_commit_parent(&commit, i, &parent);
        status = see(ctx, c, &parent, QN_PACK_BITMAP_COMMITS, &is_new);
        if (!status && is_new)
            status = push(ctx, c, &parent);
    }
    if (!status)
        status = see(ctx, c, &commit.tree, QN_PACK_BITMAP_TREES, &is_new);
    return status || !is_new ? status : push(ctx, c, &commit.tree);
}

static enum qn_status walk(struct qn_ctx *ctx, struct checking *c)
{
    bool is_new;
    enum qn_status status =
        see(ctx, c, &c->check->commit, QN_PACK_BITMAP_COMMITS, &is_new);

    if (!status)
        status = push(ctx, c, &c->check->commit);
    while (!status && c->count > 0) {
        struct qn_id id = c->stack[--c->count];

        status = qn_odb_read(ctx, c->check->odb, &id, &c->object);
        if (status)
            break;
        status = c->object.type == QN_OBJECT_TREE ? see_tree(ctx, c, &id)
                                                  : see_commit(ctx, c, &id);
    }
    return status;
}

enum qn_status qn_bitmap_check_walk(struct qn_ctx *ctx,
                                    struct qn_bitmap_check *check)
{
    struct checking c = {.check = check, .progress = QN_PROGRESS_INIT};
    size_t words = check->bitmaps->words, i;
    enum qn_status status = QN_OK;
    uint64_t total = 0;

    c.seen = qn_memory_calloc(ctx, words + 1, sizeof(*c.seen));
    if (!c.seen)
        status = QN_NO_MEMORY;
    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT && !status; i++) {
        c.types[i] = qn_memory_calloc(ctx, words + 1, sizeof(uint64_t));
        if (c.types[i])
            qn_bitmap_set_type(check->bitmaps, (enum qn_pack_bitmap_type)i,
                               c.types[i]);
        else
            status = QN_NO_MEMORY;
    }
    for (i = 0; i < words * 64; i++)
        total += check->plain[i / 64] >> (i % 64) & 1;
    qn_progress_begin(ctx, &c.progress, QN_PROGRESS_BEGIN,
                      "Verifying bitmap entries", total);
    if (!status)
        status = walk(ctx, &c);
    if (!status)
        qn_progress_end(ctx, &c.progress);
    if (!status && memcmp(c.seen, check->plain, words * sizeof(*c.seen)) != 0)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "mismatch in bitmap results");
    qn_memory_free(c.seen);
    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        qn_memory_free(c.types[i]);
    qn_memory_free(c.stack);
    qn_object_dispose(&c.object);
    return status;
}

void qn_bitmap_check_dispose(struct qn_bitmap_check *check)
{
    qn_memory_free(check->plain);
    check->plain = NULL;
}
