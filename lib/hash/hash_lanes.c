/* SPDX-License-Identifier: MIT */
#include "hash/hash_lanes.h"

#include "base/endian.h"
#include "hash/sha1.h"

#define BLOCK       QN_SHA1_BLOCK
#define PIECE_COUNT 3

/* A message in blocks: the prefix with the data's beginning, data in place, and
 * the rest with its padding. */
struct lane {
    struct qn_hash_job *job; /* NULL: the lane is idle */
    const uint8_t *at;       /* the next block */
    size_t left;             /* blocks from there on that are contiguous */
    unsigned piece;          /* which piece `at` is in */
    struct {
        const uint8_t *blocks;
        size_t count;
    } pieces[PIECE_COUNT];
    uint8_t head[BLOCK];
    uint8_t tail[2 * BLOCK];
};

struct lanes {
    const struct qn_sha1_engine *engine;
    struct qn_hash_job *next_job;
    size_t jobs_left;
    size_t active;
    uint32_t state[5][QN_SHA1_LANES];
    uint32_t before[5][QN_SHA1_LANES];
    struct lane lane[QN_SHA1_LANES];
    struct qn_sha1_court court;
};

static void begin_piece(struct lane *lane)
{
    while (lane->piece < PIECE_COUNT && lane->pieces[lane->piece].count == 0)
        lane->piece++;
    if (lane->piece < PIECE_COUNT) {
        lane->at = lane->pieces[lane->piece].blocks;
        lane->left = lane->pieces[lane->piece].count;
    }
}

static void cut_message(struct lane *lane, const struct qn_hash_job *job)
{
    struct qn_bytes data = job->data;
    size_t prefix_size = job->prefix_size;
    uint64_t bit_count = ((uint64_t)prefix_size + data.size) << 3;
    size_t held, end;

    lane->pieces[0].count = 0;
    if (prefix_size > 0 && data.size >= BLOCK - prefix_size) {
        size_t first = BLOCK - prefix_size;

        memcpy(lane->head, job->prefix, prefix_size);
        memcpy(lane->head + prefix_size, data.data, first);
        lane->pieces[0].blocks = lane->head;
        lane->pieces[0].count = 1;
        data = qn_bytes_from(data, first);
        prefix_size = 0;
    }
    lane->pieces[1].count = 0;
    if (prefix_size == 0) {
        lane->pieces[1].blocks = data.data;
        lane->pieces[1].count = data.size / BLOCK;
        data = qn_bytes_from(data, data.size / BLOCK * BLOCK);
    }
    memcpy(lane->tail, job->prefix, prefix_size);
    if (data.size > 0)
        memcpy(lane->tail + prefix_size, data.data, data.size);
    held = prefix_size + data.size;
    lane->tail[held++] = 0x80;
    end = held + 8 <= BLOCK ? BLOCK : 2 * BLOCK;
    memset(lane->tail + held, 0, end - 8 - held);
    qn_endian_store64(lane->tail + end - 8, bit_count);
    lane->pieces[2].blocks = lane->tail;
    lane->pieces[2].count = end / BLOCK;
}

/* Give lane `l` the next message, or leave it idle. */
static void load_lane(struct lanes *lanes, size_t l)
{
    static const uint8_t zeros[BLOCK];
    struct lane *lane = &lanes->lane[l];
    size_t i;

    lane->job = NULL;
    lane->at = zeros;
    lane->left = 0;
    if (lanes->jobs_left == 0)
        return;
    lane->job = lanes->next_job++;
    lanes->jobs_left--;
    lanes->active++;
    lane->job->collision = 0;
    cut_message(lane, lane->job);
    lane->piece = 0;
    begin_piece(lane);
    for (i = 0; i < 5; i++)
        lanes->state[i][l] = qn_sha1_start[i];
}

static void end_lane(struct lanes *lanes, size_t l)
{
    struct lane *lane = &lanes->lane[l];
    size_t i;

    qn_id_clear(&lane->job->id, QN_HASH_SHA1);
    for (i = 0; i < 5; i++)
        qn_endian_store32(lane->job->id.bytes + 4 * i, lanes->state[i][l]);
    lanes->active--;
}

static void judge(struct lanes *lanes, size_t l, uint32_t vectors)
{
    uint32_t before[5], after[5];
    size_t i;

    for (i = 0; i < 5; i++) {
        before[i] = lanes->before[i][l];
        after[i] = lanes->state[i][l];
    }
    qn_sha1_suspects_add(&lanes->court, lanes->lane[l].at, before, after,
                         vectors, &lanes->lane[l].job->collision);
}

/* One block of every lane. */
static void step(struct lanes *lanes)
{
    const uint8_t *blocks[QN_SHA1_LANES];
    uint32_t vectors[QN_SHA1_LANES];
    size_t count = lanes->engine->lane_count;
    size_t l;

    for (l = 0; l < count; l++)
        blocks[l] = lanes->lane[l].at;
    memcpy(lanes->before, lanes->state, sizeof(lanes->before));
    lanes->engine->lanes(lanes->state, blocks, vectors);
    for (l = 0; l < count; l++) {
        struct lane *lane = &lanes->lane[l];

        if (!lane->job)
            continue;
        if (vectors[l])
            judge(lanes, l, vectors[l]);
        lane->at += BLOCK;
        if (--lane->left > 0)
            continue;
        lane->piece++;
        begin_piece(lane);
        if (lane->piece == PIECE_COUNT) {
            end_lane(lanes, l);
            load_lane(lanes, l);
        }
    }
}

/* The rest of one lane's message, by itself. */
static void drain_lane(struct lanes *lanes, size_t l)
{
    struct lane *lane = &lanes->lane[l];
    uint32_t state[5];
    size_t i;

    for (i = 0; i < 5; i++)
        state[i] = lanes->state[i][l];
    while (lane->piece < PIECE_COUNT) {
        if (qn_sha1_compress(lanes->engine, state, lane->at, lane->left))
            lane->job->collision = 1;
        lane->piece++;
        begin_piece(lane);
    }
    for (i = 0; i < 5; i++)
        lanes->state[i][l] = state[i];
    end_lane(lanes, l);
}

void qn_hash_lanes_run(const struct qn_sha1_engine *engine,
                       struct qn_hash_job *jobs, size_t count)
{
    struct lanes lanes;
    size_t l;

    lanes.engine = engine;
    lanes.next_job = jobs;
    lanes.jobs_left = count;
    lanes.active = 0;
    qn_sha1_suspects_begin(&lanes.court, engine);
    memset(lanes.state, 0, sizeof(lanes.state));
    for (l = 0; l < engine->lane_count; l++)
        load_lane(&lanes, l);
    while (lanes.active > engine->lane_count / 2)
        step(&lanes);
    for (l = 0; l < engine->lane_count; l++)
        if (lanes.lane[l].job)
            drain_lane(&lanes, l);
    qn_sha1_suspects_end(&lanes.court);
}
