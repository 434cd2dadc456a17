/* SPDX-License-Identifier: MIT */
#include "hash/hash_lanes.h"

#include "base/endian.h"
#include "hash/sha1.h"
#include "hash/sha256.h"

#define BLOCK       QN_SHA1_BLOCK
#define LANES       QN_SHA1_LANES
#define MAX_WORDS   8
#define PIECE_COUNT 3

/* A message in blocks: the prefix with the data's beginning, data in place, and
 * the rest with its padding. */
struct lane {
    struct qn_hash_job *job; /* NULL: the lane is idle */
    unsigned piece;          /* which piece its next block is in */
    struct {
        const uint8_t *blocks;
        size_t count;
    } pieces[PIECE_COUNT];
    uint8_t head[BLOCK];
    uint8_t tail[2 * BLOCK];
};

/* Either algorithm's lanes: the words of a state that it has not are idle. */
struct lanes {
    const struct qn_sha1_engine *sha1; /* one of the two */
    const struct qn_sha256_engine *sha256;
    uint32_t lane_count;
    uint32_t lane_floor; /* with fewer at work they end one by one */
    uint32_t word_count;
    const uint32_t *start;
    struct qn_hash_job *next_job;
    size_t jobs_left;
    size_t active;
    uint32_t state[MAX_WORDS][LANES];
    uint32_t before[QN_SHA1_WORDS][LANES]; /* SHA-1 alone */
    const uint8_t *at[LANES];              /* the next block of each */
    size_t left[LANES]; /* blocks from there on that are contiguous */
    struct lane lane[LANES];
    struct qn_sha1_court court;
};

static const uint8_t zeros[BLOCK]; /* what idle lanes look at */

static void begin_piece(struct lanes *lanes, size_t l)
{
    struct lane *lane = &lanes->lane[l];

    while (lane->piece < PIECE_COUNT && lane->pieces[lane->piece].count == 0)
        lane->piece++;
    if (lane->piece < PIECE_COUNT) {
        lanes->at[l] = lane->pieces[lane->piece].blocks;
        lanes->left[l] = lane->pieces[lane->piece].count;
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
    struct lane *lane = &lanes->lane[l];
    size_t i;

    lane->job = NULL;
    lanes->at[l] = zeros;
    lanes->left[l] = SIZE_MAX;
    if (lanes->jobs_left == 0)
        return;
    lane->job = lanes->next_job++;
    lanes->jobs_left--;
    lanes->active++;
    lane->job->collision = 0;
    cut_message(lane, lane->job);
    lane->piece = 0;
    begin_piece(lanes, l);
    for (i = 0; i < lanes->word_count; i++)
        lanes->state[i][l] = lanes->start[i];
}

static void end_lane(struct lanes *lanes, size_t l)
{
    struct lane *lane = &lanes->lane[l];
    size_t i;

    qn_id_clear(&lane->job->id, lanes->sha1 ? QN_HASH_SHA1 : QN_HASH_SHA256);
    for (i = 0; i < lanes->word_count; i++)
        qn_endian_store32(lane->job->id.bytes + 4 * i, lanes->state[i][l]);
    lanes->active--;
}

static void judge(struct lanes *lanes, size_t l, uint32_t vectors)
{
    uint32_t before[QN_SHA1_WORDS], after[QN_SHA1_WORDS];
    size_t i;

    for (i = 0; i < QN_SHA1_WORDS; i++) {
        before[i] = lanes->before[i][l];
        after[i] = lanes->state[i][l];
    }
    qn_sha1_suspects_add(&lanes->court, lanes->at[l], before, after, vectors,
                         &lanes->lane[l].job->collision);
}

/* One block of every lane. */
static void compress_lanes(struct lanes *lanes)
{
    uint32_t vectors[LANES], any = 0;
    size_t l;

    if (!lanes->sha1) {
        lanes->sha256->lanes(lanes->state, lanes->at);
        return;
    }
    memcpy(lanes->before, lanes->state, sizeof(lanes->before));
    lanes->sha1->lanes(lanes->state, lanes->at, vectors);
    for (l = 0; l < lanes->lane_count; l++)
        any |= vectors[l];
    for (l = 0; any && l < lanes->lane_count; l++)
        if (vectors[l] && lanes->lane[l].job)
            judge(lanes, l, vectors[l]);
}

/* As many blocks of every lane as none of them ends a piece before. */
static void step(struct lanes *lanes)
{
    const bool is_full = lanes->active == lanes->lane_count;
    size_t count = SIZE_MAX, i, l;

    for (l = 0; l < LANES; l++)
        count = lanes->left[l] < count ? lanes->left[l] : count;
    for (i = 0; i < count; i++) {
        compress_lanes(lanes);
        for (l = 0; l < lanes->lane_count; l++)
            lanes->at[l] += BLOCK;
        for (l = 0; !is_full && l < lanes->lane_count; l++)
            if (!lanes->lane[l].job)
                lanes->at[l] = zeros;
    }
    for (l = 0; l < lanes->lane_count; l++) {
        struct lane *lane = &lanes->lane[l];

        if (!lane->job)
            continue;
        lanes->left[l] -= count;
        if (lanes->left[l] > 0)
            continue;
        lane->piece++;
        begin_piece(lanes, l);
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
    uint32_t state[MAX_WORDS];
    size_t i;

    for (i = 0; i < lanes->word_count; i++)
        state[i] = lanes->state[i][l];
    while (lane->piece < PIECE_COUNT) {
        if (!lanes->sha1)
            lanes->sha256->blocks(state, lanes->at[l], lanes->left[l]);
        else if (qn_sha1_compress(lanes->sha1, state, lanes->at[l],
                                  lanes->left[l]))
            lane->job->collision = 1;
        lane->piece++;
        begin_piece(lanes, l);
    }
    for (i = 0; i < lanes->word_count; i++)
        lanes->state[i][l] = state[i];
    end_lane(lanes, l);
}

static void run(struct lanes *lanes, struct qn_hash_job *jobs, size_t count)
{
    size_t l;

    lanes->next_job = jobs;
    lanes->jobs_left = count;
    lanes->active = 0;
    memset(lanes->state, 0, sizeof(lanes->state));
    for (l = 0; l < LANES; l++) { /* those that there are not stay idle */
        lanes->at[l] = zeros;
        lanes->left[l] = SIZE_MAX;
    }
    for (l = 0; l < lanes->lane_count; l++)
        load_lane(lanes, l);
    while (lanes->active >= lanes->lane_floor)
        step(lanes);
    for (l = 0; l < lanes->lane_count; l++)
        while (lanes->lane[l].job) {
            drain_lane(lanes, l);
            load_lane(lanes, l);
        }
}

void qn_hash_lanes_run(const struct qn_sha1_engine *engine,
                       struct qn_hash_job *jobs, size_t count)
{
    struct lanes lanes;

    lanes.sha1 = engine;
    lanes.sha256 = NULL;
    lanes.lane_count = engine->lane_count;
    lanes.lane_floor = engine->lane_count / 2 + 1;
    lanes.word_count = QN_SHA1_WORDS;
    lanes.start = qn_sha1_start;
    qn_sha1_suspects_begin(&lanes.court, engine);
    run(&lanes, jobs, count);
    qn_sha1_suspects_end(&lanes.court);
}

void qn_hash_lanes_run_sha256(const struct qn_sha256_engine *engine,
                              struct qn_hash_job *jobs, size_t count)
{
    struct lanes lanes;

    lanes.sha1 = NULL;
    lanes.sha256 = engine;
    lanes.lane_count = engine->lane_count;
    lanes.lane_floor = engine->lane_floor;
    lanes.word_count = QN_SHA256_WORDS;
    lanes.start = qn_sha256_start;
    run(&lanes, jobs, count);
}
