/* SPDX-License-Identifier: MIT */
/* SHA-256's compression function (FIPS 180-4), in the ways the CPU may know.
 * `blocks` is `count` blocks of 64 bytes. */
#ifndef QN_HASH_SHA256_H
#define QN_HASH_SHA256_H

#include <stddef.h>
#include <stdint.h>

extern const uint32_t qn_sha256_start[8];
extern const uint32_t qn_sha256_constants[64];

/* By the best that the CPU has. */
void qn_sha256_compress(uint32_t state[8], const uint8_t *blocks, size_t count);
const char *qn_sha256_implementation(void);

void qn_sha256_portable(uint32_t state[8], const uint8_t *blocks, size_t count);
/* Needs the SHA extensions of x86. */
void qn_sha256_x86(uint32_t state[8], const uint8_t *blocks, size_t count);

#endif
