/* SPDX-License-Identifier: MIT */
#include "hash/crc32.h"

#ifndef QN_SMALL

#include <libdeflate.h>

uint32_t qn_crc32(uint32_t crc, const void *data, size_t size)
{
    /* libdeflate answers the start value for NULL, whatever `crc` is */
    return data ? libdeflate_crc32(crc, data, size) : crc;
}

#else

/* Four bits at a time: 64 bytes of table. */
uint32_t qn_crc32(uint32_t crc, const void *data, size_t size)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    const uint8_t *byte = data;

    crc = ~crc;
    while (size-- > 0) {
        crc ^= *byte++;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

#endif
