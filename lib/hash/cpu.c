/* SPDX-License-Identifier: MIT */
#include "hash/cpu.h"

#include <stdatomic.h>
#include <stdbool.h>

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

static uint64_t cycles(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

/* No flag tells: sixteen turns are timed, the best of a few times.  They take
 * about 100 cycles, or more than 2,000. */
static bool can_weave(void)
{
    const uint64_t limit = 800;
    uint64_t best = UINT64_MAX;
    unsigned i;

    for (i = 0; i < 4 && best > limit; i++) {
        uint64_t start = cycles();

        __asm__ volatile(".rept 16\n\t"
                         "vpaddd %%zmm0, %%zmm0, %%zmm0\n\t"
                         "sha1rnds4 $0, %%xmm1, %%xmm1\n\t"
                         ".endr\n\t"
                         "vzeroupper" ::
                             : "xmm0", "xmm1", "memory");
        start = cycles() - start;
        if (start < best)
            best = start;
    }
    return best <= limit;
}

static uint32_t find_features(void)
{
    const uint32_t both = QN_CPU_SHA | QN_CPU_AVX512;
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
    if ((features & both) == both && can_weave())
        features |= QN_CPU_WEAVES;
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
