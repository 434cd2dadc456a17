/* SPDX-License-Identifier: MIT */
#include "hash/sha1.h"

#include <string.h>

/* Fewer than this are judged one by one: it is faster. */
#define LANES_WORTH 3

static void judge_all(struct qn_sha1_court *court,
                      struct qn_sha1_suspects *suspects)
{
    uint32_t attacks = 0;
    uint32_t i, k;

    if (court->engine->judge && suspects->count >= LANES_WORTH) {
        attacks = court->engine->judge(suspects);
    } else {
        for (i = 0; i < suspects->count; i++) {
            uint32_t before[5], after[5];

            for (k = 0; k < 5; k++) {
                before[k] = suspects->before[k][i];
                after[k] = suspects->after[k][i];
            }
            if (qn_sha1_recompress(suspects->blocks[i], before, after,
                                   suspects->vectors[i]))
                attacks |= UINT32_C(1) << i;
        }
    }
    for (i = 0; i < suspects->count; i++)
        if (attacks >> i & 1)
            *suspects->flags[i] = 1;
    suspects->count = 0;
}

void qn_sha1_suspects_begin(struct qn_sha1_court *court,
                            const struct qn_sha1_engine *engine)
{
    court->engine = engine;
    court->suspects[0].count = 0;
    court->suspects[0].test_step = 58;
    court->suspects[1].count = 0;
    court->suspects[1].test_step = 65;
}

void qn_sha1_suspects_add(struct qn_sha1_court *court, const uint8_t *block,
                          const uint32_t before[5], const uint32_t after[5],
                          uint32_t vectors, uint32_t *flag)
{
    uint32_t bit, i, k;

    for (bit = 0; vectors >> bit; bit++) {
        const struct qn_sha1_vector *vector = &qn_sha1_vectors[bit];
        struct qn_sha1_suspects *suspects =
            &court->suspects[vector->test_step != 58];

        if (!(vectors >> bit & 1))
            continue;
        i = suspects->count++;
        suspects->vectors[i] = vector;
        suspects->flags[i] = flag;
        for (k = 0; k < 5; k++) {
            suspects->before[k][i] = before[k];
            suspects->after[k][i] = after[k];
        }
        memcpy(suspects->blocks[i], block, QN_SHA1_BLOCK);
        if (suspects->count == QN_SHA1_LANES)
            judge_all(court, suspects);
        if (bit == 31)
            break;
    }
}

void qn_sha1_suspects_end(struct qn_sha1_court *court)
{
    judge_all(court, &court->suspects[0]);
    judge_all(court, &court->suspects[1]);
}
