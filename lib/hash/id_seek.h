/* SPDX-License-Identifier: MIT */
/* Search in a sorted table of raw ids: pack indexes, multi-pack-indexes and
 * commit-graphs have the same one, with a fan-out of 256 counts in front. */
#ifndef QN_HASH_ID_SEEK_H
#define QN_HASH_ID_SEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qn_id_table {
    const uint8_t *fanout; /* 256 big-endian counts, checked: none falls, and
                            * the last is the number of rows */
    const uint8_t *rows;
    size_t stride; /* bytes from row to row */
    size_t id_size;
    const uint8_t *beside; /* a column that is read next, fetched meanwhile; */
    size_t beside_stride;  /* or NULL */
};

/* The first position whose id is not below `row`. */
uint32_t qn_id_seek(const struct qn_id_table *table, const uint8_t *row,
                    bool *is_there);

#endif
