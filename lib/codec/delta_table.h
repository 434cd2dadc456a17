/* SPDX-License-Identifier: MIT */
/* The tables of the rolling fingerprint that finds deltas: see delta_index.c.
 */
#ifndef QN_CODEC_DELTA_TABLE_H
#define QN_CODEC_DELTA_TABLE_H

#include <stdint.h>

extern const uint32_t qn_delta_table_push[256];
extern const uint32_t qn_delta_table_pop[256];

#endif
