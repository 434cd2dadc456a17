/* SPDX-License-Identifier: MIT */
#include "server/response_cache.h"

#include <pthread.h>
#include <stdlib.h>

#define ROWS 512

struct row {
    struct qn_id key;
    struct response *response; /* NULL: free */
    uint64_t used;
};

struct response_cache {
    pthread_mutex_t lock;
    uint64_t most, clock, hits, misses;
    int64_t stall_ms;
    struct row rows[ROWS];
};

struct response_cache *response_cache_new(uint64_t most, int64_t stall_ms)
{
    struct response_cache *cache = calloc(1, sizeof(*cache));

    if (!cache)
        return NULL;
    cache->most = most;
    cache->stall_ms = stall_ms;
    (void)pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

static void drop(struct row *row)
{
    response_release(row->response);
    row->response = NULL;
}

void response_cache_clear(struct response_cache *cache)
{
    size_t i;

    (void)pthread_mutex_lock(&cache->lock);
    for (i = 0; i < ROWS; i++)
        drop(&cache->rows[i]);
    (void)pthread_mutex_unlock(&cache->lock);
}

void response_cache_free(struct response_cache *cache)
{
    if (!cache)
        return;
    response_cache_clear(cache);
    (void)pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/* Bytes of all that is worth keeping; what is not goes. */
static uint64_t count_bytes(struct response_cache *cache)
{
    uint64_t bytes = 0;
    size_t i;

    for (i = 0; i < ROWS; i++) {
        struct row *row = &cache->rows[i];

        if (row->response && !response_is_good(row->response))
            drop(row);
        if (row->response)
            bytes += response_size(row->response);
    }
    return bytes;
}

static struct row *find_row(struct response_cache *cache,
                            const struct qn_id *key)
{
    size_t i;

    for (i = 0; i < ROWS; i++)
        if (cache->rows[i].response && qn_id_is_equal(&cache->rows[i].key, key))
            return &cache->rows[i];
    return NULL;
}

/* A free row, with room for what is to come. */
static struct row *make_room(struct response_cache *cache)
{
    uint64_t bytes = count_bytes(cache);

    for (;;) {
        struct row *oldest = NULL;
        size_t i;

        for (i = 0; i < ROWS; i++) {
            struct row *row = &cache->rows[i];

            if (!row->response && bytes <= cache->most)
                return row;
            if (row->response && (!oldest || row->used < oldest->used))
                oldest = row;
        }
        if (!oldest)
            return &cache->rows[0];
        bytes -= response_size(oldest->response);
        drop(oldest);
    }
}

bool response_cache_get(struct response_cache *cache, const struct qn_id *key,
                        struct response_reader *reader, struct response **out)
{
    /* One answer may take a half of all; more than that rolls by. */
    uint64_t window = key ? cache->most / 2 : (uint64_t)256 << 10;
    struct response *response;
    struct row *row;
    bool done = false;

    *out = NULL;
    (void)pthread_mutex_lock(&cache->lock);
    row = key ? find_row(cache, key) : NULL;
    if (row && response_attach(row->response, reader)) {
        row->used = ++cache->clock;
        cache->hits++;
        done = true;
        goto out;
    }
    if (row)
        drop(row);
    if (window < (uint64_t)256 << 10)
        window = (uint64_t)256 << 10;
    response = response_new(window, cache->stall_ms);
    if (!response || !response_attach(response, reader)) {
        response_release(response);
        goto out;
    }
    if (key && cache->most > 0) {
        row = make_room(cache);
        row->key = *key;
        row->used = ++cache->clock;
        row->response = response_retain(response);
        cache->misses++;
    }
    *out = response;
    done = true;
out:
    (void)pthread_mutex_unlock(&cache->lock);
    return done;
}

void response_cache_count(struct response_cache *cache, uint64_t *bytes,
                          uint64_t *hits, uint64_t *misses)
{
    (void)pthread_mutex_lock(&cache->lock);
    *bytes = count_bytes(cache);
    *hits = cache->hits;
    *misses = cache->misses;
    (void)pthread_mutex_unlock(&cache->lock);
}
