/* SPDX-License-Identifier: MIT */
/* The order in which fsck tells of objects is that of a hash table: the first
 * four bytes of the id, little endian, are the place; the next free one is
 * taken; the table is at most half full and doubles from 32 slots.  (By
 * experiment: the order of `git fsck` over some thousand blobs.) */
#include "base/endian.h"
#include "base/memory.h"
#include "operation/part/fsck_private.h"

#define FIRST_SLOTS 32

size_t qn_fsck_order_slots(const struct qn_fsck *fsck)
{
    size_t count = fsck->missing.count, slots, i;

    for (i = 0; i < fsck->ids.count; i++)
        count += !fsck->bad[i];
    slots = count > 0 ? FIRST_SLOTS : 0;
    while (slots / 2 < count)
        slots *= 2;
    return slots;
}

static const uint8_t *row_of(const struct qn_fsck *fsck, size_t i)
{
    return i < fsck->ids.count
               ? fsck->ids.rows + i * fsck->id_size
               : fsck->missing.rows + (i - fsck->ids.count) * fsck->id_size;
}

static void insert(const struct qn_fsck *fsck, uint32_t *slots, size_t size,
                   uint32_t number)
{
    const uint8_t *row = row_of(fsck, number - 1);
    uint32_t place = (uint32_t)row[0] | (uint32_t)row[1] << 8 |
                     (uint32_t)row[2] << 16 | (uint32_t)row[3] << 24;
    size_t at = place & (size - 1);

    while (slots[at])
        at = (at + 1) & (size - 1);
    slots[at] = number;
}

/* The table grows as objects come: each time the old one is gone through in
 * its order. */
static enum qn_status grow(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                           uint32_t **slots, size_t *size)
{
    size_t new_size = *size ? *size * 2 : FIRST_SLOTS, i;
    uint32_t *new_slots = qn_memory_calloc(ctx, new_size, sizeof(**slots));

    if (!new_slots)
        return QN_NO_MEMORY;
    for (i = 0; i < *size; i++)
        if ((*slots)[i])
            insert(fsck, new_slots, new_size, (*slots)[i]);
    qn_memory_free(*slots);
    *slots = new_slots;
    *size = new_size;
    return QN_OK;
}

enum qn_status qn_fsck_order(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                             uint32_t **out, size_t *out_count)
{
    size_t count = fsck->ids.count + fsck->missing.count, i, size = 0, used = 0;
    size_t taken = 0;
    enum qn_status status = QN_OK;
    uint32_t *slots = NULL;

    for (i = 0; i < count && !status; i++) {
        if (i < fsck->ids.count && fsck->bad[i])
            continue;
        if (taken * 2 + 1 > size || size == 0)
            status = grow(ctx, fsck, &slots, &size);
        taken++;
        if (!status)
            insert(fsck, slots, size, (uint32_t)i + 1);
    }
    if (status) {
        qn_memory_free(slots);
        return status;
    }
    for (i = 0; i < size; i++)
        if (slots[i])
            slots[used++] = slots[i] - 1;
    *out = slots;
    *out_count = used;
    return QN_OK;
}
