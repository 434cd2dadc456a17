/* SPDX-License-Identifier: MIT */
#include "server/upload.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROOM ((size_t)256 << 10)

struct upload {
    pthread_mutex_t lock;
    pthread_cond_t came;
    void (*sleep)(void *data);
    void (*wake)(void *data);
    void *data;
    size_t first, count;
    bool is_waiting, is_over, is_cut, is_closed;
    uint8_t ring[ROOM];
};

struct upload *upload_new(void (*sleep)(void *data), void (*wake)(void *data),
                          void *data)
{
    struct upload *upload = calloc(1, sizeof(*upload));
    pthread_condattr_t attributes;

    if (!upload)
        return NULL;
    upload->sleep = sleep;
    upload->wake = wake;
    upload->data = data;
    (void)pthread_mutex_init(&upload->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&upload->came, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    return upload;
}

void upload_free(struct upload *upload)
{
    if (!upload)
        return;
    (void)pthread_cond_destroy(&upload->came);
    (void)pthread_mutex_destroy(&upload->lock);
    free(upload);
}

size_t upload_put(struct upload *upload, const void *data, size_t size)
{
    const uint8_t *from = data;
    size_t done = 0;

    (void)pthread_mutex_lock(&upload->lock);
    if (upload->is_closed)
        done = size;
    while (done < size && upload->count < ROOM) {
        size_t at = (upload->first + upload->count) % ROOM;
        size_t piece = ROOM - upload->count;

        if (piece > ROOM - at)
            piece = ROOM - at;
        if (piece > size - done)
            piece = size - done;
        memcpy(upload->ring + at, from + done, piece);
        upload->count += piece;
        done += piece;
    }
    upload->is_waiting = done == 0 && size > 0;
    if (upload->is_waiting)
        upload->sleep(upload->data);
    (void)pthread_cond_signal(&upload->came);
    (void)pthread_mutex_unlock(&upload->lock);
    return done;
}

void upload_end(struct upload *upload, bool is_cut)
{
    (void)pthread_mutex_lock(&upload->lock);
    if (!upload->is_over) {
        upload->is_over = true;
        upload->is_cut = is_cut;
    }
    (void)pthread_cond_signal(&upload->came);
    (void)pthread_mutex_unlock(&upload->lock);
}

static void wake(struct upload *upload)
{
    if (!upload->is_waiting)
        return;
    upload->is_waiting = false;
    upload->wake(upload->data);
}

enum qn_status upload_take(struct qn_ctx *ctx, struct upload *upload,
                           void *room, size_t size, size_t *used)
{
    enum qn_status status = QN_OK;
    struct timespec until;

    *used = 0;
    (void)pthread_mutex_lock(&upload->lock);
    while (!status && upload->count == 0 && !upload->is_over) {
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        (void)pthread_cond_timedwait(&upload->came, &upload->lock, &until);
        status = qn_ctx_check(ctx);
    }
    if (!status && upload->count == 0 && upload->is_cut)
        status = qn_ctx_fail_reason(ctx, QN_NETWORK, "serve.cut", NULL,
                                    "the client went away");
    if (!status && upload->count > 0) {
        size_t piece = ROOM - upload->first;

        if (piece > upload->count)
            piece = upload->count;
        if (piece > size)
            piece = size;
        memcpy(room, upload->ring + upload->first, piece);
        upload->first = (upload->first + piece) % ROOM;
        upload->count -= piece;
        *used = piece;
        if (upload->count < ROOM / 2)
            wake(upload);
    }
    (void)pthread_mutex_unlock(&upload->lock);
    return status;
}

void upload_close(struct upload *upload)
{
    (void)pthread_mutex_lock(&upload->lock);
    upload->is_closed = true;
    upload->count = 0;
    wake(upload);
    (void)pthread_mutex_unlock(&upload->lock);
}
