/* SPDX-License-Identifier: MIT */
#include "hash/cpu.h"

#include <stdatomic.h>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

#include <cpuid.h>

/* What the system saves on a task switch; without it the registers are not
 * usable.  Asked for with an instruction that has no intrinsic everywhere. */
static uint32_t saved_registers(void)
{
    uint32_t low, high;

    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static uint32_t find_features(void)
{
    const uint32_t f_bw_vl = 1u << 16 | 1u << 30 | 1u << 31;
    uint32_t a, b, c, d, leaf1_c, saved, features = QN_CPU_KNOWN;

    if (!__get_cpuid(1, &a, &b, &leaf1_c, &d) ||
        !__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return features;
    if ((b & 1u << 29) && (leaf1_c & 1u << 19))
        features |= QN_CPU_SHA;
    saved = leaf1_c & 1u << 27 ? saved_registers() : 0;
    if ((b & 1u << 5) && (saved & 0x06) == 0x06)
        features |= QN_CPU_AVX2;
    if ((b & f_bw_vl) == f_bw_vl && (saved & 0xe6) == 0xe6)
        features |= QN_CPU_AVX512;
    return features;
}

#else

static uint32_t find_features(void)
{
    return QN_CPU_KNOWN;
}

#endif

uint32_t qn_cpu_features(void)
{
    /* A cache, not state: every thread would store the same.  The question
     * itself costs microseconds inside a virtual machine. */
    static atomic_uint known;
    uint32_t features = atomic_load_explicit(&known, memory_order_relaxed);

    if (features == 0) {
        features = find_features();
        atomic_store_explicit(&known, features, memory_order_relaxed);
    }
    return features;
}
