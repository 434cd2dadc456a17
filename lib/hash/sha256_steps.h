/* SPDX-License-Identifier: MIT */
/* The steps of SHA-256 in registers of any width, lane l of each belonging to
 * stream l.  Who includes this defines ADD, RIGHT, ROTATE, PARITY (x ^ y ^ z),
 * CHOOSE, MAJORITY and SET (one word into all lanes); the registers are a to h,
 * the words w, the constants k.
 *
 * Format: FIPS 180-4, 6.2.2. */
#ifndef QN_HASH_SHA256_STEPS_H
#define QN_HASH_SHA256_STEPS_H

#define SUM_A(x) PARITY(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22))
#define SUM_E(x) PARITY(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25))
#define MIX_0(x) PARITY(ROTATE(x, 7), ROTATE(x, 18), RIGHT(x, 3))
#define MIX_1(x) PARITY(ROTATE(x, 17), ROTATE(x, 19), RIGHT(x, 10))

#define STEP(a, b, c, d, e, f, g, h, i)                                        \
    h = ADD(ADD(h, ADD(w[i], SET(k[i]))), ADD(SUM_E(e), CHOOSE(e, f, g)));     \
    d = ADD(d, h);                                                             \
    h = ADD(h, ADD(SUM_A(a), MAJORITY(a, b, c)))
#define EIGHT_STEPS(i)                                                         \
    STEP(a, b, c, d, e, f, g, h, (i));                                         \
    STEP(h, a, b, c, d, e, f, g, (i) + 1);                                     \
    STEP(g, h, a, b, c, d, e, f, (i) + 2);                                     \
    STEP(f, g, h, a, b, c, d, e, (i) + 3);                                     \
    STEP(e, f, g, h, a, b, c, d, (i) + 4);                                     \
    STEP(d, e, f, g, h, a, b, c, (i) + 5);                                     \
    STEP(c, d, e, f, g, h, a, b, (i) + 6);                                     \
    STEP(b, c, d, e, f, g, h, a, (i) + 7)
/* The word sixteen steps on, in its place. */
#define EXPAND(i)                                                              \
    w[i] = ADD(ADD(w[i], MIX_0(w[((i) + 1) % 16])),                            \
               ADD(w[((i) + 9) % 16], MIX_1(w[((i) + 14) % 16])))

#endif
