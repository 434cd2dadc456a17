/* SPDX-License-Identifier: MIT */
/* CRC-32 (the zlib polynomial), as the pack index keeps of each entry. */
#ifndef QN_HASH_CRC32_H
#define QN_HASH_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Start with 0; feed the result back in to go on. */
uint32_t qn_crc32(uint32_t crc, const void *data, size_t size);

#endif
