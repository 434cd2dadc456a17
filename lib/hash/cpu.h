/* SPDX-License-Identifier: MIT */
/* What the CPU can do, as far as hashing can use it. */
#ifndef QN_HASH_CPU_H
#define QN_HASH_CPU_H

#include <stdint.h>

enum qn_cpu_feature {
    QN_CPU_SHA = 1,    /* SHA extensions (and SSE 4.1) */
    QN_CPU_AVX2 = 2,   /* AVX2, and the system saves its registers */
    QN_CPU_AVX512 = 4, /* AVX-512 F, BW and VL, likewise */
    QN_CPU_KNOWN = 8,  /* always set */
    QN_CPU_WEAVES = 16 /* both SHA and AVX-512, and they can take turns: some
                          save registers at each change, for 70 cycles */
};

/* A set of enum qn_cpu_feature. */
uint32_t qn_cpu_features(void);

#endif
