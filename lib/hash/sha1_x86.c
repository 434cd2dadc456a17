/* SPDX-License-Identifier: MIT */
/* SHA-1 by the SHA extensions of x86.  Built with -msha. */
#include "hash/sha1_x86.h"

#include "hash/sha1.h"

void qn_sha1_x86_blocks(uint32_t chain[][5], const uint8_t *blocks,
                        size_t count)
{
    __m128i abcd, e, abcd_before, e_before, m[4];
    size_t i;

    QN_SHA1_X86_LOAD_STATE(abcd, e, chain[0]);
    for (i = 0; i < count; i++, blocks += QN_SHA1_BLOCK) {
        abcd_before = abcd;
        e_before = e;
        QN_SHA1_X86_LOAD(m, blocks);
        QN_SHA1_X86_FOUR(0, abcd, e, m);
        QN_SHA1_X86_FOUR(1, abcd, e, m);
        QN_SHA1_X86_FOUR(2, abcd, e, m);
        QN_SHA1_X86_FOUR(3, abcd, e, m);
        QN_SHA1_X86_FOUR(4, abcd, e, m);
        QN_SHA1_X86_FOUR(5, abcd, e, m);
        QN_SHA1_X86_FOUR(6, abcd, e, m);
        QN_SHA1_X86_FOUR(7, abcd, e, m);
        QN_SHA1_X86_FOUR(8, abcd, e, m);
        QN_SHA1_X86_FOUR(9, abcd, e, m);
        QN_SHA1_X86_FOUR(10, abcd, e, m);
        QN_SHA1_X86_FOUR(11, abcd, e, m);
        QN_SHA1_X86_FOUR(12, abcd, e, m);
        QN_SHA1_X86_FOUR(13, abcd, e, m);
        QN_SHA1_X86_FOUR(14, abcd, e, m);
        QN_SHA1_X86_FOUR(15, abcd, e, m);
        QN_SHA1_X86_FOUR(16, abcd, e, m);
        QN_SHA1_X86_FOUR(17, abcd, e, m);
        QN_SHA1_X86_FOUR(18, abcd, e, m);
        QN_SHA1_X86_FOUR(19, abcd, e, m);
        e = _mm_sha1nexte_epu32(e, e_before);
        abcd = _mm_add_epi32(abcd, abcd_before);
        QN_SHA1_X86_STORE_STATE(abcd, e, chain[i + 1]);
    }
}
