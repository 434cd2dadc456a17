/* SPDX-License-Identifier: MIT */
/* Hashing and compression, in MB/s, beside OpenSSL's EVP where it was found and
 * zlib.  Each row is the best of several runs in processor time. */
#include "base/env.h"
#include "base/memory.h"
#include "codec/deflate.h"
#include "codec/inflate.h"
#include "hash/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

#ifdef BENCH_OPENSSL
#include <openssl/evp.h>
#endif

#define STREAM_SIZE  ((size_t)16 << 20)
#define OBJECT_SIZE  200
#define OBJECT_COUNT 20000
#define RUNS         5

static struct qn_ctx *ctx;
static uint8_t *bytes;       /* STREAM_SIZE random ones */
static uint8_t *text;        /* STREAM_SIZE that deflate well */
static struct qn_buf packed; /* text deflated */
static struct qn_hash_job *jobs;

static void must(int is_true)
{
    if (!is_true) {
        fprintf(stderr, "bench: %s\n", qn_ctx_message(ctx));
        exit(1);
    }
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double best_rate(void (*run)(void), size_t size)
{
    double best = 0;
    int i;

    for (i = 0; i < RUNS; i++) {
        double start = now(), rate;

        run();
        rate = (double)size / (now() - start) / 1e6;
        if (rate > best)
            best = rate;
    }
    return best;
}

static void hash_stream(uint32_t algorithm)
{
    struct qn_id id;

    must(qn_hash_buffer(ctx, algorithm, qn_bytes_make(bytes, STREAM_SIZE),
                        &id) == QN_OK);
}

static void sha1_stream(void)
{
    hash_stream(QN_HASH_SHA1);
}

static void sha1_unchecked(void)
{
    struct qn_hash hash;
    struct qn_id id;

    qn_hash_init_unchecked(&hash, QN_HASH_SHA1);
    qn_hash_update(&hash, bytes, STREAM_SIZE);
    must(qn_hash_final(ctx, &hash, &id) == QN_OK);
}

static void sha256_stream(void)
{
    hash_stream(QN_HASH_SHA256);
}

static void hash_objects(uint32_t algorithm)
{
    struct qn_id id;
    size_t i;

    for (i = 0; i < OBJECT_COUNT; i++)
        must(qn_hash_object(ctx, algorithm, "blob",
                            qn_bytes_make(bytes + i * OBJECT_SIZE, OBJECT_SIZE),
                            &id) == QN_OK);
}

static void sha1_objects(void)
{
    hash_objects(QN_HASH_SHA1);
}

static void sha256_objects(void)
{
    hash_objects(QN_HASH_SHA256);
}

static void prepare_jobs(size_t count, size_t size)
{
    size_t i;

    if (jobs[0].data.size == size) /* the run before did, and took the time */
        return;
    for (i = 0; i < count; i++) {
        jobs[i].prefix_size =
            1 + (uint32_t)snprintf((char *)jobs[i].prefix,
                                   sizeof(jobs[i].prefix), "blob %zu", size);
        jobs[i].data = qn_bytes_make(bytes + i * size, size);
    }
}

static void hash_small(uint32_t algorithm)
{
    prepare_jobs(OBJECT_COUNT, OBJECT_SIZE);
    qn_hash_many(algorithm, jobs, OBJECT_COUNT);
}

static void hash_big(uint32_t algorithm)
{
    prepare_jobs(STREAM_SIZE / 16384, 16384);
    qn_hash_many(algorithm, jobs, STREAM_SIZE / 16384);
}

static void sha1_lanes_small(void)
{
    hash_small(QN_HASH_SHA1);
}

static void sha1_lanes_big(void)
{
    hash_big(QN_HASH_SHA1);
}

static void sha256_lanes_small(void)
{
    hash_small(QN_HASH_SHA256);
}

static void sha256_lanes_big(void)
{
    hash_big(QN_HASH_SHA256);
}

#ifdef BENCH_OPENSSL
static EVP_MD_CTX *md;

static void evp(const EVP_MD *type, const uint8_t *data, size_t size)
{
    unsigned char out[EVP_MAX_MD_SIZE];

    must(EVP_DigestInit_ex(md, type, NULL) &&
         EVP_DigestUpdate(md, data, size) && EVP_DigestFinal_ex(md, out, NULL));
}

static void evp_sha1_stream(void)
{
    evp(EVP_sha1(), bytes, STREAM_SIZE);
}

static void evp_sha256_stream(void)
{
    evp(EVP_sha256(), bytes, STREAM_SIZE);
}

static void evp_sha1_objects(void)
{
    size_t i;

    for (i = 0; i < OBJECT_COUNT; i++)
        evp(EVP_sha1(), bytes + i * OBJECT_SIZE, OBJECT_SIZE);
}

static void evp_sha256_objects(void)
{
    size_t i;

    for (i = 0; i < OBJECT_COUNT; i++)
        evp(EVP_sha256(), bytes + i * OBJECT_SIZE, OBJECT_SIZE);
}
#else
#define evp_sha1_stream    NULL
#define evp_sha256_stream  NULL
#define evp_sha1_objects   NULL
#define evp_sha256_objects NULL
#endif

static void deflate_text(int level)
{
    qn_buf_clear(&packed);
    must(qn_deflate_append(ctx, level, qn_bytes_make(text, STREAM_SIZE),
                           &packed) == QN_OK);
}

static void deflate_1(void)
{
    deflate_text(1);
}

static void deflate_6(void)
{
    deflate_text(6);
}

static void zlib_deflate(int level)
{
    uLongf size = compressBound(STREAM_SIZE);
    Bytef *out = malloc(size);

    must(out != NULL);
    must(compress2(out, &size, text, STREAM_SIZE, level) == Z_OK);
    free(out);
}

static void zlib_deflate_1(void)
{
    zlib_deflate(1);
}

static void zlib_deflate_6(void)
{
    zlib_deflate(6);
}

static void inflate_text(void)
{
    must(qn_inflate_exact(ctx, qn_buf_bytes(&packed), bytes, STREAM_SIZE,
                          NULL) == QN_OK);
}

static void zlib_inflate(void)
{
    uLongf size = STREAM_SIZE;

    must(uncompress(bytes, &size, packed.data, packed.size) == Z_OK);
}

static const struct {
    const char *name;
    void (*ours)(void);
    void (*theirs)(void);
    size_t size;
} rows[] = {
    {"sha1, one stream", sha1_stream, evp_sha1_stream, STREAM_SIZE},
    {"sha1, unchecked (checksums)", sha1_unchecked, evp_sha1_stream,
     STREAM_SIZE},
    {"sha1, 200-byte objects", sha1_objects, evp_sha1_objects,
     (size_t)OBJECT_SIZE *OBJECT_COUNT},
    {"sha1, 200-byte objects in lanes", sha1_lanes_small, evp_sha1_objects,
     (size_t)OBJECT_SIZE *OBJECT_COUNT},
    {"sha1, 16 KiB objects in lanes", sha1_lanes_big, evp_sha1_stream,
     STREAM_SIZE},
    {"sha256, one stream", sha256_stream, evp_sha256_stream, STREAM_SIZE},
    {"sha256, 200-byte objects", sha256_objects, evp_sha256_objects,
     (size_t)OBJECT_SIZE *OBJECT_COUNT},
    {"sha256, 200-byte objects in lanes", sha256_lanes_small,
     evp_sha256_objects, (size_t)OBJECT_SIZE *OBJECT_COUNT},
    {"sha256, 16 KiB objects in lanes", sha256_lanes_big, evp_sha256_stream,
     STREAM_SIZE},
    {"deflate, level 1", deflate_1, zlib_deflate_1, STREAM_SIZE},
    {"deflate, level 6", deflate_6, zlib_deflate_6, STREAM_SIZE},
    {"inflate", inflate_text, zlib_inflate, STREAM_SIZE},
};

static void fill(void)
{
    static const char *const words[] = {"static ", "int ", "return ", "size",
                                        "(",       ");\n", "    ",    "data"};
    uint64_t x = 88172645463325252u;
    size_t i, at = 0;

    for (i = 0; i < STREAM_SIZE; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes[i] = (uint8_t)(x >> 32);
    }
    for (i = 0; at < STREAM_SIZE; i++) {
        const char *word = words[bytes[i] & 7];

        while (*word && at < STREAM_SIZE)
            text[at++] = (uint8_t)*word++;
        if ((bytes[i] & 0xf0) == 0 && at < STREAM_SIZE)
            text[at++] = bytes[i + 1] & 0x7f;
    }
}

int main(void)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_env *env = qn_env_new(&options);
    size_t i;

    ctx = qn_ctx_new(env);
    bytes = malloc(STREAM_SIZE);
    text = malloc(STREAM_SIZE);
    jobs = calloc(OBJECT_COUNT, sizeof(*jobs));
    must(bytes && text && jobs);
    fill();
#ifdef BENCH_OPENSSL
    md = EVP_MD_CTX_new();
#endif
    printf("sha1: %s, sha256: %s\n", qn_hash_implementation(QN_HASH_SHA1),
           qn_hash_implementation(QN_HASH_SHA256));
    printf("%-34s %9s %9s %6s\n", "MB/s", "ours", "theirs", "ratio");
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        double ours = best_rate(rows[i].ours, rows[i].size);
        double theirs =
            rows[i].theirs ? best_rate(rows[i].theirs, rows[i].size) : 0;

        printf("%-34s %9.0f %9.0f %6.2f\n", rows[i].name, ours, theirs,
               theirs > 0 ? ours / theirs : 0);
    }
#ifdef BENCH_OPENSSL
    EVP_MD_CTX_free(md);
#endif
    qn_buf_dispose(&packed);
    qn_ctx_free(ctx);
    qn_env_release(env);
    free(bytes);
    free(text);
    free(jobs);
    return 0;
}
