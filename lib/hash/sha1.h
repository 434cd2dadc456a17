/* SPDX-License-Identifier: MIT */
/* SHA-1's compression function with collision detection, in the ways the CPU
 * may know.  All give the same states and the same verdicts.
 *
 * `blocks` is `count` blocks of 64 bytes; true when one of them is half of a
 * collision attack (the state is then that of plain SHA-1).
 */
#ifndef QN_HASH_SHA1_H
#define QN_HASH_SHA1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const uint32_t qn_sha1_start[5];

bool qn_sha1_portable(uint32_t state[5], const uint8_t *blocks, size_t count);

#endif
