/* SPDX-License-Identifier: MIT */
#include "hash/id_seek.h"

#include "base/compiler.h"
#include "base/endian.h"

#include <string.h>

/* After so many guesses a table is not spread as ids are: halve from there. */
#define MAX_GUESSES 8

/* Ids are spread evenly: the eight bytes behind the first decide nearly every
 * comparison, and say how far away the wanted one is likely to be. */
uint32_t qn_id_seek(const struct qn_id_table *table, const uint8_t *row,
                    bool *is_there)
{
    uint32_t high = qn_endian_load32(table->fanout + 4 * row[0]);
    uint32_t low =
        row[0] ? qn_endian_load32(table->fanout + 4 * (row[0] - 1)) : 0;
    uint64_t wanted = qn_endian_load64(row + 1);
    uint64_t count = high - low;
    uint64_t guess = low + ((wanted >> 32) * count >> 32);
    int guesses = 0;

    if (table->beside)
        QN_PREFETCH(table->beside + (size_t)guess * table->beside_stride);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *at;
        uint64_t here;
        int order;

        if (guesses++ < MAX_GUESSES)
            middle = guess < low     ? low
                     : guess >= high ? high - 1
                                     : (uint32_t)guess;
        at = table->rows + (size_t)middle * table->stride;
        here = qn_endian_load64(at + 1);
        order = here < wanted   ? -1
                : here > wanted ? 1
                                : memcmp(at, row, table->id_size);
        if (order == 0) {
            *is_there = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
            guess = middle + (((wanted - here) >> 32) * count >> 32);
        } else {
            uint64_t back = ((here - wanted) >> 32) * count >> 32;

            high = middle;
            guess = back < middle ? middle - back : 0;
        }
    }
    *is_there = false;
    return low;
}
