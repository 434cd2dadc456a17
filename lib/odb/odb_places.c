/* SPDX-License-Identifier: MIT */
#include "odb/odb_places.h"

#include "base/endian.h"
#include "base/memory.h"

static size_t first_cell(const struct qn_odb_places *places, const uint8_t *row)
{
    return qn_endian_load32(row) & places->mask;
}

static uint32_t mark_of(const uint8_t *row)
{
    return (uint32_t)row[6] << 24 | (uint32_t)row[7] << 16;
}

enum qn_status qn_odb_places_new(struct qn_ctx *ctx,
                                 struct qn_odb_places *places, size_t count)
{
    size_t size = 64;

    while (size < 2 * count)
        size *= 2;
    places->cells = qn_memory_calloc(ctx, size, sizeof(*places->cells));
    places->mask = size - 1;
    return places->cells ? QN_OK : QN_NO_MEMORY;
}

void qn_odb_places_dispose(struct qn_odb_places *places)
{
    qn_memory_free(places->cells);
    places->cells = NULL;
}

void qn_odb_places_add(struct qn_odb_places *places,
                       const struct qn_pack_index *index, size_t slot)
{
    for (uint32_t i = 0; i < index->count; i++) {
        const uint8_t *row = qn_pack_index_row(index, i);
        size_t at = first_cell(places, row);

        while (places->cells[at])
            at = (at + 1) & places->mask;
        places->cells[at] = mark_of(row) | (uint32_t)(slot + 1);
    }
}

bool qn_odb_places_get(const struct qn_odb_places *places, const uint8_t *row,
                       size_t at, size_t *slot)
{
    uint32_t cell =
        places->cells[(first_cell(places, row) + at) & places->mask];

    if (!cell || at > places->mask)
        return false;
    *slot = (cell ^ mark_of(row)) > 0xffffu ? SIZE_MAX : (cell & 0xffffu) - 1;
    return true;
}
