/* SPDX-License-Identifier: MIT */
/* Every stream of a pack, inflated by libdeflate and by our own short inflater:
 * both must answer the same bytes, and how long each took is told by size.
 *
 *   bench_inflate FILE.pack [RUNS]
 */
#include "base/env.h"
#include "base/memory.h"
#include "codec/short_inflate.h"
#include "pack/pack_reader.h"

#include <inttypes.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLASSES  12      /* up to 64, 128, ... bytes, and what is larger */
#define OUT_SIZE 1048576 /* of the largest stream that is timed */

struct stream {
    struct qn_bytes in;
    size_t size;
};

static struct qn_ctx *ctx;
static struct qn_short_inflate brief;
static struct libdeflate_decompressor *whole;
static struct stream *streams[CLASSES];
static size_t counts[CLASSES], capacities[CLASSES];

static void must(int is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "bench: %s %s\n", what, qn_ctx_message(ctx));
        exit(1);
    }
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void collect(struct qn_pack_file *pack)
{
    struct qn_bytes bytes = qn_pack_reader_bytes(pack);
    uint32_t i;

    for (i = 0; i < pack->index.count; i++) {
        struct qn_pack_entry entry;
        struct stream *at;
        size_t class = 0;

        must(qn_pack_entry_parse(ctx, bytes, pack->algorithm,
                                 qn_pack_index_offset(&pack->index, i),
                                 &entry) == QN_OK,
             "entry");
        if (entry.size == 0 || entry.size > OUT_SIZE)
            continue;
        while (class < CLASSES - 1 && entry.size > (uint64_t)64 << class)
            class ++;
        must(qn_memory_grow(ctx, &streams[class], &capacities[class],
                            counts[class] + 1,
                            sizeof(*streams[class])) == QN_OK,
             "memory");
        at = &streams[class][counts[class]++];
        at->in = qn_bytes_from(bytes, (size_t)entry.data_offset);
        at->size = (size_t)entry.size;
    }
}

static size_t by_libdeflate(const struct stream *stream, uint8_t *out)
{
    size_t used = 0;

    must(libdeflate_zlib_decompress_ex(whole, stream->in.data, stream->in.size,
                                       out, stream->size, &used,
                                       NULL) == LIBDEFLATE_SUCCESS,
         "libdeflate");
    return used;
}

static size_t by_ours(const struct stream *stream, uint8_t *out)
{
    size_t used = 0;
    uint32_t adler = 0;

    must(qn_short_inflate(&brief, stream->in, out, stream->size, &used,
                          &adler) &&
             libdeflate_adler32(1, out, stream->size) == adler,
         "ours");
    return used;
}

static double measure(size_t (*run)(const struct stream *, uint8_t *),
                      size_t class, uint8_t *out, int runs)
{
    double best = 1e9;

    for (; runs > 0; runs--) {
        double start = now(), time;
        size_t i;

        for (i = 0; i < counts[class]; i++)
            (void)run(&streams[class][i], out);
        time = now() - start;
        if (time < best)
            best = time;
    }
    return best;
}

static void report(size_t class, uint8_t *out, uint8_t *other, int runs)
{
    size_t i, made = 0, read = 0;
    double theirs, ours;

    if (counts[class] == 0)
        return;
    for (i = 0; i < counts[class]; i++) {
        const struct stream *stream = &streams[class][i];
        size_t used = by_libdeflate(stream, out);

        must(by_ours(stream, other) == used &&
                 memcmp(out, other, stream->size) == 0,
             "the two differ");
        made += stream->size;
        read += used;
    }
    theirs = measure(by_libdeflate, class, out, runs);
    ours = measure(by_ours, class, out, runs);
    printf("%8zu %9zu %7zu %7zu %10.0f %10.0f %6.2f\n", (size_t)64 << class,
           counts[class], made / counts[class], read / counts[class],
           1e9 * theirs / (double)counts[class],
           1e9 * ours / (double)counts[class], ours / theirs);
}

int main(int count, char **words)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_env *env = qn_env_new(&options);
    uint8_t *out = malloc(OUT_SIZE), *other = malloc(OUT_SIZE);
    struct qn_pack_file *pack = NULL;
    int runs = count > 2 ? atoi(words[2]) : 3;
    size_t class;

    ctx = env ? qn_ctx_new(env) : NULL;
    whole = libdeflate_alloc_decompressor();
    if (count < 2 || !ctx || !out || !other || !whole)
        return 1;
    must(qn_pack_file_new(ctx, words[1], QN_HASH_SHA1, &pack) == QN_OK, "");
    must(qn_pack_file_open_index(ctx, pack) == QN_OK, "");
    must(qn_pack_file_open_data(ctx, pack) == QN_OK, "");
    collect(pack);
    printf("%8s %9s %7s %7s %10s %10s %6s\n", "up to", "streams", "bytes",
           "packed", "libdeflate", "ours (ns)", "ratio");
    for (class = 0; class < CLASSES; class ++)
        report(class, out, other, runs);
    return 0;
}
