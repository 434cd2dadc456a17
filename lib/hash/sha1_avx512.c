/* SPDX-License-Identifier: MIT */
/* Sixteen blocks in lanes: lane l of every register belongs to block l.  Built
 * with -mavx512f -mavx512bw -mavx512vl -msha. */
#include "hash/lanes_avx512.h"
#include "hash/sha1.h"
#include "hash/sha1_conditions.h"
#include "hash/sha1_x86.h"

#include <immintrin.h>

#define LANES 16

/* The word at `w` from those before it. */
static inline __m512i next_word(const __m512i *w)
{
    return _mm512_rol_epi32(
        _mm512_xor_si512(_mm512_ternarylogic_epi32(w[-3], w[-8], w[-14], 0x96),
                         w[-16]),
        1);
}

/* Unrolled, so that the words that the next ones are made of stay in registers:
 * through memory they would wait for themselves. */
#define WORD(i)       w[i] = next_word(w + (i));
#define FOUR_WORDS(i) WORD(i) WORD((i) + 1) WORD((i) + 2) WORD((i) + 3)
#define SIXTEEN_WORDS(i)                                                       \
    FOUR_WORDS(i) FOUR_WORDS((i) + 4) FOUR_WORDS((i) + 8) FOUR_WORDS((i) + 12)

/* From 16 to 64, and from 65 to 79. */
static inline void expand_first_words(__m512i *w)
{
    SIXTEEN_WORDS(16)
    SIXTEEN_WORDS(32)
    SIXTEEN_WORDS(48)
    WORD(64)
}

static inline void expand_last_words(__m512i *w)
{
    WORD(65)
    WORD(66)
    WORD(67)
    FOUR_WORDS(68)
    FOUR_WORDS(72)
    FOUR_WORDS(76)
}

#define TURN(x, n) ((n) ? _mm512_rol_epi32(x, n) : (x))

/* Strike the vectors out of the lanes where the condition does not hold. */
#define STRIKE_FROM(set, i, p, j, q, xor, vectors)                             \
    x = _mm512_xor_si512(w[i], TURN(w[j], ((p) - (q)) & 31));                  \
    (set) = _mm512_mask_and_epi32(                                             \
        set,                                                                   \
        (xor)                                                                  \
            ? _mm512_testn_epi32_mask(x, _mm512_set1_epi32((int)(1u << (p))))  \
            : _mm512_test_epi32_mask(x, _mm512_set1_epi32((int)(1u << (p)))),  \
        set, _mm512_set1_epi32((int)~(vectors)));
#define STRIKE(i, p, j, q, xor, vectors)                                       \
    STRIKE_FROM(set, i, p, j, q, xor, vectors)

/* Four sets in turn, as one would wait for itself; the loop of turns is the
 * compiler's to unroll. */
#define STRIKE_IN_TURN(i, p, j, q, xor, vectors)                               \
    STRIKE_FROM(sets[turn & 3], i, p, j, q, xor, vectors)                      \
    turn++;

static inline __m512i check_words(const __m512i *w)
{
    const __m512i all = _mm512_set1_epi32(-1);
    __m512i sets[4] = {all, all, all, all};
    unsigned turn = 0;
    __m512i x;

    QN_SHA1_CONDITIONS(STRIKE_IN_TURN)
    return _mm512_and_si512(_mm512_and_si512(sets[0], sets[1]),
                            _mm512_and_si512(sets[2], sets[3]));
}

/* The same with four lanes, for short messages. */
static inline void load_four(__m128i *w, const uint8_t *const *blocks)
{
    const __m128i swap =
        _mm_set_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
    __m128i r[4], s[4];
    unsigned from, i;

    for (from = 0; from < 16; from += 4) {
        for (i = 0; i < 4; i++)
            r[i] = _mm_shuffle_epi8(
                _mm_loadu_si128(
                    (const __m128i *)(const void *)(blocks[i] + 4 * from)),
                swap);
        s[0] = _mm_unpacklo_epi32(r[0], r[1]);
        s[1] = _mm_unpackhi_epi32(r[0], r[1]);
        s[2] = _mm_unpacklo_epi32(r[2], r[3]);
        s[3] = _mm_unpackhi_epi32(r[2], r[3]);
        w[from] = _mm_unpacklo_epi64(s[0], s[2]);
        w[from + 1] = _mm_unpackhi_epi64(s[0], s[2]);
        w[from + 2] = _mm_unpacklo_epi64(s[1], s[3]);
        w[from + 3] = _mm_unpackhi_epi64(s[1], s[3]);
    }
}

#define STRIKE_FOUR(i, p, j, q, xor, vectors)                                  \
    x = _mm_xor_si128(w[i], _mm_rol_epi32(w[j], ((p) - (q)) & 31));            \
    set = _mm_mask_and_epi32(                                                  \
        set,                                                                   \
        (xor) ? _mm_testn_epi32_mask(x, _mm_set1_epi32((int)(1u << (p))))      \
              : _mm_test_epi32_mask(x, _mm_set1_epi32((int)(1u << (p)))),      \
        set, _mm_set1_epi32((int)~(vectors)));

static void check_four(const uint8_t *blocks, size_t count, uint32_t *vectors)
{
    __m128i w[QN_SHA1_CONDITIONS_LAST + 1];
    __m128i set = _mm_set1_epi32(-1);
    const uint8_t *places[4];
    __m128i x;
    unsigned i;

    for (i = 0; i < 4; i++)
        places[i] = blocks + (i < count ? i : count - 1) * QN_SHA1_BLOCK;
    load_four(w, places);
    for (i = 16; i <= QN_SHA1_CONDITIONS_LAST; i++)
        w[i] = _mm_rol_epi32(
            _mm_xor_si128(
                _mm_ternarylogic_epi32(w[i - 3], w[i - 8], w[i - 14], 0x96),
                w[i - 16]),
            1);
    QN_SHA1_CONDITIONS(STRIKE_FOUR)
    _mm_mask_storeu_epi32(vectors, (__mmask8)((1u << count) - 1), set);
}

_Static_assert(QN_SHA1_CONDITIONS_LAST == 64, "see expand_first_words");

void qn_sha1_avx512_check(const uint8_t *blocks, size_t count,
                          uint32_t *vectors)
{
    __m512i w[QN_SHA1_CONDITIONS_LAST + 1];
    const uint8_t *places[LANES];
    size_t i;

    if (count <= 4) {
        check_four(blocks, count, vectors);
        return;
    }
    for (i = 0; i < LANES; i++) /* lanes to spare look at the last block */
        places[i] = blocks + (i < count ? i : count - 1) * QN_SHA1_BLOCK;
    qn_lanes_avx512_load(w, places);
    expand_first_words(w);
    _mm512_mask_storeu_epi32(vectors, (__mmask16)((1u << count) - 1),
                             check_words(w));
}

/* A block of SHA-1 in pieces, between which other work is strewn. */
#define BEGIN_BLOCK()                                                          \
    QN_SHA1_X86_LOAD(m, blocks);                                               \
    abcd_before = abcd;                                                        \
    e_before = e;
#define FOUR(t) QN_SHA1_X86_FOUR(t, abcd, e, m);
#define END_BLOCK()                                                            \
    e = _mm_sha1nexte_epu32(e, e_before);                                      \
    abcd = _mm_add_epi32(abcd, abcd_before);                                   \
    chain++;                                                                   \
    QN_SHA1_X86_STORE_STATE(abcd, e, *chain);                                  \
    blocks += QN_SHA1_BLOCK;
#define FOUR_AND_WORD(t)                                                       \
    FOUR(t)                                                                    \
    w[i + (t)] = next_word(w + i + (t));

/* The SHA instructions of a stream wait for each other; the check of the same
 * blocks fills the time: words expand beside the first three blocks, conditions
 * are looked at beside the other thirteen. */
void qn_sha1_avx512_woven(uint32_t chain[][5], const uint8_t *blocks,
                          uint32_t *vectors)
{
    __m512i w[16 + 3 * 20];
    __m512i set = _mm512_set1_epi32(-1), x;
    __m128i abcd, e, abcd_before, e_before, m[4];
    const uint8_t *places[LANES];
    unsigned i;

    QN_SHA1_X86_LOAD_STATE(abcd, e, chain[0]);
    for (i = 0; i < LANES; i++)
        places[i] = blocks + i * QN_SHA1_BLOCK;
    qn_lanes_avx512_load(w, places);
    for (i = 16; i < 16 + 3 * 20; i += 20) {
        BEGIN_BLOCK()
        FOUR_AND_WORD(0)
        FOUR_AND_WORD(1)
        FOUR_AND_WORD(2)
        FOUR_AND_WORD(3)
        FOUR_AND_WORD(4)
        FOUR_AND_WORD(5)
        FOUR_AND_WORD(6)
        FOUR_AND_WORD(7)
        FOUR_AND_WORD(8)
        FOUR_AND_WORD(9)
        FOUR_AND_WORD(10)
        FOUR_AND_WORD(11)
        FOUR_AND_WORD(12)
        FOUR_AND_WORD(13)
        FOUR_AND_WORD(14)
        FOUR_AND_WORD(15)
        FOUR_AND_WORD(16)
        FOUR_AND_WORD(17)
        FOUR_AND_WORD(18)
        FOUR_AND_WORD(19)
        END_BLOCK()
    }
    QN_SHA1_CONDITIONS_WOVEN(BEGIN_BLOCK, FOUR, STRIKE, END_BLOCK)
    _mm512_storeu_si512(vectors, set);
}

#define ROTATE(x, n) _mm512_rol_epi32(x, n)
#define ADD(x, y)    _mm512_add_epi32(x, y)
/* 0xca: choose, 0x96: parity, 0xe8: majority */
#define STEP(a, b, c, d, e, table, i)                                          \
    e = ADD(ADD(e, ADD(w[i], k)),                                              \
            ADD(ROTATE(a, 5), _mm512_ternarylogic_epi32(b, c, d, table)));     \
    b = ROTATE(b, 30);
#define WORD_AND_STEP(a, b, c, d, e, table, i)                                 \
    WORD(i)                                                                    \
    STEP(a, b, c, d, e, table, i)
#define FIVE(ONE, table, i)                                                    \
    ONE(a, b, c, d, e, table, i)                                               \
    ONE(e, a, b, c, d, table, (i) + 1)                                         \
    ONE(d, e, a, b, c, table, (i) + 2)                                         \
    ONE(c, d, e, a, b, table, (i) + 3)                                         \
    ONE(b, c, d, e, a, table, (i) + 4)
#define TWENTY(table, i)                                                       \
    FIVE(WORD_AND_STEP, table, i)                                              \
    FIVE(WORD_AND_STEP, table, (i) + 5)                                        \
    FIVE(WORD_AND_STEP, table, (i) + 10)                                       \
    FIVE(WORD_AND_STEP, table, (i) + 15)

/* All steps, given the first sixteen words; makes the others. */
static inline void run_steps(__m512i s[5], __m512i w[80])
{
    __m512i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], k;

    k = _mm512_set1_epi32(0x5a827999);
    FIVE(STEP, 0xca, 0)
    FIVE(STEP, 0xca, 5)
    FIVE(STEP, 0xca, 10)
    STEP(a, b, c, d, e, 0xca, 15)
    WORD_AND_STEP(e, a, b, c, d, 0xca, 16)
    WORD_AND_STEP(d, e, a, b, c, 0xca, 17)
    WORD_AND_STEP(c, d, e, a, b, 0xca, 18)
    WORD_AND_STEP(b, c, d, e, a, 0xca, 19)
    k = _mm512_set1_epi32(0x6ed9eba1);
    TWENTY(0x96, 20)
    k = _mm512_set1_epi32((int)0x8f1bbcdc);
    TWENTY(0xe8, 40)
    k = _mm512_set1_epi32((int)0xca62c1d6);
    TWENTY(0x96, 60)
    s[0] = ADD(s[0], a);
    s[1] = ADD(s[1], b);
    s[2] = ADD(s[2], c);
    s[3] = ADD(s[3], d);
    s[4] = ADD(s[4], e);
}

void qn_sha1_avx512_lanes(uint32_t state[5][QN_SHA1_LANES],
                          const uint8_t *const *blocks, uint32_t *vectors)
{
    __m512i w[80], s[5];
    unsigned i;

    qn_lanes_avx512_load(w, blocks);
    for (i = 0; i < 5; i++)
        s[i] = _mm512_loadu_si512(state[i]);
    run_steps(s, w);
    for (i = 0; i < 5; i++)
        _mm512_storeu_si512(state[i], s[i]);
    _mm512_storeu_si512(vectors, check_words(w));
}

#define BACK(table, constant, begin)                                           \
    for (; i > to && i > (begin); i--) {                                       \
        __m512i t = a;                                                         \
                                                                               \
        a = b;                                                                 \
        b = ROTATE(c, 2);                                                      \
        c = d;                                                                 \
        d = e;                                                                 \
        t = _mm512_sub_epi32(                                                  \
            t, ADD(ROTATE(a, 5),                                               \
                   ADD(w[i - 1], _mm512_set1_epi32((int)(constant)))));        \
        e = _mm512_sub_epi32(t, _mm512_ternarylogic_epi32(b, c, d, table));    \
    }

/* Undo the steps below `from` down to `to`. */
static inline void undo_steps(__m512i s[5], const __m512i w[80], unsigned from,
                              unsigned to)
{
    __m512i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    unsigned i = from;

    BACK(0x96, 0xca62c1d6, 60)
    BACK(0xe8, 0x8f1bbcdc, 40)
    BACK(0x96, 0x6ed9eba1, 20)
    BACK(0xca, 0x5a827999, 0)
    s[0] = a;
    s[1] = b;
    s[2] = c;
    s[3] = d;
    s[4] = e;
}

#define FORTH(table, constant, end)                                            \
    for (; i < (end); i++) {                                                   \
        __m512i t =                                                            \
            ADD(ADD(e, ADD(w[i], _mm512_set1_epi32((int)(constant)))),         \
                ADD(ROTATE(a, 5), _mm512_ternarylogic_epi32(b, c, d, table))); \
                                                                               \
        e = d;                                                                 \
        d = c;                                                                 \
        c = ROTATE(b, 30);                                                     \
        b = a;                                                                 \
        a = t;                                                                 \
    }

/* The steps from `from` on, which is at least 40. */
static inline void redo_steps(__m512i s[5], const __m512i w[80], unsigned from)
{
    __m512i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    unsigned i = from;

    FORTH(0xe8, 0x8f1bbcdc, 60)
    FORTH(0x96, 0xca62c1d6, 80)
    s[0] = a;
    s[1] = b;
    s[2] = c;
    s[3] = d;
    s[4] = e;
}

uint32_t qn_sha1_avx512_judge(const struct qn_sha1_suspects *suspects)
{
    __m512i w[80], other[80], start[5], end[5], rows[16];
    const uint8_t *blocks[LANES];
    __mmask16 attacks = 0xffff;
    unsigned i;

    for (i = 0; i < LANES; i++) {
        blocks[i] = suspects->blocks[i];
        rows[i] = _mm512_loadu_si512(
            suspects->vectors[i < suspects->count ? i : 0]->words);
    }
    qn_lanes_avx512_load(w, blocks);
    qn_lanes_avx512_turn(other, rows);
    for (i = 0; i < 16; i++)
        other[i] = _mm512_xor_si512(other[i], w[i]);
    expand_first_words(w);
    expand_last_words(w);
    expand_first_words(other);
    expand_last_words(other);
    for (i = 0; i < 5; i++)
        start[i] = _mm512_sub_epi32(_mm512_loadu_si512(suspects->after[i]),
                                    _mm512_loadu_si512(suspects->before[i]));
    undo_steps(start, w, 80, suspects->test_step);
    for (i = 0; i < 5; i++) /* the other half of the attack shares this */
        end[i] = start[i];
    redo_steps(end, other, suspects->test_step);
    undo_steps(start, other, suspects->test_step, 0);
    for (i = 0; i < 5; i++)
        attacks &= _mm512_cmpeq_epi32_mask(
            ADD(start[i], end[i]), _mm512_loadu_si512(suspects->after[i]));
    return attacks;
}
