/* SPDX-License-Identifier: MIT */
#include "server/response.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MEMORY_MOST ((uint64_t)256 << 10)
#define TICK_NS     250000000L
#define PATIENCE_MS 900 /* with who stands still, in a crowd */

struct response {
    pthread_mutex_t lock;
    pthread_cond_t moved; /* bytes came, or room did */
    unsigned count;       /* owners */
    uint64_t window, size;
    int64_t stall_ms;
    uint8_t *data; /* while it is in memory */
    size_t room;
    int fd; /* then; or -1 */
    bool is_over, is_whole, had_readers;
    struct response_reader *readers;
    struct response_crowd *crowd; /* or NULL */
};

int64_t response_clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct response *response_new(uint64_t window, int64_t stall_ms)
{
    struct response *response = calloc(1, sizeof(*response));
    pthread_condattr_t attributes;

    if (!response)
        return NULL;
    response->count = 1;
    response->fd = -1;
    response->window = window;
    response->stall_ms = stall_ms;
    (void)pthread_mutex_init(&response->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&response->moved, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    return response;
}

void response_join(struct response *response, struct response_crowd *crowd)
{
    response->crowd = crowd;
}

struct response *response_retain(struct response *response)
{
    (void)pthread_mutex_lock(&response->lock);
    response->count++;
    (void)pthread_mutex_unlock(&response->lock);
    return response;
}

void response_release(struct response *response)
{
    unsigned left;

    if (!response)
        return;
    (void)pthread_mutex_lock(&response->lock);
    left = --response->count;
    (void)pthread_mutex_unlock(&response->lock);
    if (left > 0)
        return;
    if (response->fd >= 0)
        (void)close(response->fd);
    free(response->data);
    (void)pthread_cond_destroy(&response->moved);
    (void)pthread_mutex_destroy(&response->lock);
    free(response);
}

/* ---- storage; all with the lock held */

static bool write_file(int fd, const uint8_t *data, size_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t count = pwrite(fd, data, size, (off_t)at);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        data += count;
        size -= (size_t)count;
        at += (uint64_t)count;
    }
    return true;
}

/* A file that nobody else can open, and that is gone when we are. */
static bool go_to_disk(struct response *response)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    size_t size = folder ? strlen(folder) : 0;

    if (size == 0 || size > sizeof(path) - 32) {
        folder = "/tmp";
        size = 4;
    }
    memcpy(path, folder, size);
    memcpy(path + size, "/quoin-serve-XXXXXX", 20);
    response->fd = mkstemp(path);
    if (response->fd < 0)
        return false;
    (void)fcntl(response->fd, F_SETFD, FD_CLOEXEC);
    (void)unlink(path);
    if (!write_file(response->fd, response->data, (size_t)response->size, 0))
        return false;
    free(response->data);
    response->data = NULL;
    response->room = 0;
    return true;
}

static bool grow(struct response *response, size_t more)
{
    uint64_t wanted = response->size + more, room = response->room;
    uint8_t *data;

    if (wanted > response->window)
        wanted = response->window; /* it goes round */
    if (wanted <= room)
        return true;
    room = room * 2 > wanted ? room * 2 : wanted;
    if (room < 4096)
        room = 4096;
    if (room > response->window)
        room = response->window;
    data = realloc(response->data, (size_t)room);
    if (!data)
        return false;
    response->data = data;
    response->room = (size_t)room;
    return true;
}

/* `bytes` fit: they overwrite nothing that somebody will read. */
static bool store(struct response *response, struct qn_bytes bytes)
{
    if (response->fd < 0 && response->size + bytes.size > MEMORY_MOST &&
        response->window > MEMORY_MOST && !go_to_disk(response))
        return false;
    if (response->fd < 0 && !grow(response, bytes.size))
        return false;
    while (bytes.size > 0) {
        uint64_t at = response->size % response->window;
        uint64_t most = response->window - at;
        size_t size = bytes.size < most ? bytes.size : (size_t)most;

        if (response->fd < 0)
            memcpy(response->data + at, bytes.data, size);
        else if (!write_file(response->fd, bytes.data, size, at))
            return false;
        response->size += size;
        bytes = qn_bytes_from(bytes, size);
    }
    return true;
}

static void wake_all(struct response *response)
{
    struct response_reader *reader;

    for (reader = response->readers; reader; reader = reader->next)
        if (reader->is_waiting) {
            reader->is_waiting = false;
            if (reader->wake)
                reader->wake(reader->data);
        }
    (void)pthread_cond_broadcast(&response->moved);
}

/* How many bytes may be written now; SIZE_MAX-like for all of them. */
static uint64_t free_room(const struct response *response)
{
    const struct response_reader *reader;
    uint64_t slowest = response->size;

    for (reader = response->readers; reader; reader = reader->next)
        if (!reader->is_dropped && reader->offset < slowest)
            slowest = reader->offset;
    return response->window - (response->size - slowest);
}

static bool has_readers(const struct response *response)
{
    const struct response_reader *reader;

    for (reader = response->readers; reader; reader = reader->next)
        if (!reader->is_dropped)
            return true;
    return false;
}

/* Wait a while for somebody to read; who stands still too long is dropped. */
static void wait_for_room(struct response *response)
{
    struct response_crowd *crowd = response->crowd;
    struct response_reader *reader;
    struct timespec until;
    int64_t now, patience = response->stall_ms;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    if (crowd)
        atomic_fetch_add(&crowd->waiting, 1);
    (void)pthread_cond_timedwait(&response->moved, &response->lock, &until);
    if (crowd && atomic_fetch_sub(&crowd->waiting, 1) > crowd->most &&
        patience > PATIENCE_MS)
        patience = PATIENCE_MS;
    now = response_clock_ms();
    for (reader = response->readers; reader; reader = reader->next)
        if (response->size - reader->offset >= response->window &&
            now - reader->moved_ms > patience)
            reader->is_dropped = true;
}

enum qn_status response_append(struct qn_ctx *ctx, struct response *response,
                               struct qn_bytes bytes)
{
    enum qn_status status = QN_OK;

    (void)pthread_mutex_lock(&response->lock);
    while (!status && bytes.size > 0) {
        uint64_t room = response->size + bytes.size <= response->window
                            ? bytes.size
                            : free_room(response);
        struct qn_bytes piece = qn_bytes_first(
            bytes, room < bytes.size ? (size_t)room : bytes.size);

        if (response->had_readers && !has_readers(response)) {
            status = qn_ctx_fail_reason(ctx, QN_CANCELLED, "serve.gone", NULL,
                                        "nobody reads the answer any more");
        } else if (piece.size == 0) {
            wait_for_room(response);
            status = qn_ctx_check(ctx);
        } else if (!store(response, piece)) {
            status = qn_ctx_fail_errno(ctx, errno ? errno : ENOMEM,
                                       "cannot keep an answer");
        } else {
            bytes = qn_bytes_from(bytes, piece.size);
            wake_all(response);
        }
    }
    (void)pthread_mutex_unlock(&response->lock);
    return status;
}

void response_finish(struct response *response, bool is_whole)
{
    (void)pthread_mutex_lock(&response->lock);
    response->is_over = true;
    response->is_whole = is_whole;
    wake_all(response);
    (void)pthread_mutex_unlock(&response->lock);
}

/* ---- readers */

bool response_attach(struct response *response, struct response_reader *reader)
{
    bool may;

    (void)pthread_mutex_lock(&response->lock);
    may = response->size <= response->window &&
          (!response->is_over || response->is_whole);
    if (may) {
        response->count++;
        response->had_readers = true;
        reader->response = response;
        reader->offset = 0;
        reader->is_waiting = reader->is_dropped = false;
        reader->moved_ms = response_clock_ms();
        reader->next = response->readers;
        response->readers = reader;
    }
    (void)pthread_mutex_unlock(&response->lock);
    return may;
}

void response_detach(struct response_reader *reader)
{
    struct response *response = reader->response;
    struct response_reader **at;

    if (!response)
        return;
    (void)pthread_mutex_lock(&response->lock);
    for (at = &response->readers; *at && *at != reader; at = &(*at)->next)
        ;
    if (*at)
        *at = reader->next;
    (void)pthread_cond_broadcast(&response->moved);
    (void)pthread_mutex_unlock(&response->lock);
    reader->response = NULL;
    response_release(response);
}

static enum response_state take(struct response_reader *reader, void *room,
                                size_t size, size_t *used)
{
    struct response *response = reader->response;
    uint64_t there = response->size - reader->offset;
    uint64_t at = reader->offset % response->window;

    *used = 0;
    if (reader->is_dropped)
        return RESPONSE_CUT;
    if (there == 0)
        return !response->is_over   ? RESPONSE_WAIT
               : response->is_whole ? RESPONSE_END
                                    : RESPONSE_CUT;
    if (size > there)
        size = (size_t)there;
    if (size > response->window - at)
        size = (size_t)(response->window - at);
    if (response->fd < 0) {
        memcpy(room, response->data + at, size);
    } else {
        ssize_t count = pread(response->fd, room, size, (off_t)at);

        if (count <= 0)
            return RESPONSE_CUT;
        size = (size_t)count;
    }
    *used = size;
    reader->offset += size;
    reader->moved_ms = response_clock_ms();
    if (response->size > response->window)
        (void)pthread_cond_broadcast(&response->moved);
    return RESPONSE_DATA;
}

enum response_state response_read(struct response_reader *reader, void *room,
                                  size_t size, size_t *used)
{
    struct response *response = reader->response;
    enum response_state state;

    (void)pthread_mutex_lock(&response->lock);
    state = take(reader, room, size, used);
    reader->is_waiting = state == RESPONSE_WAIT;
    if (reader->is_waiting && reader->sleep)
        reader->sleep(reader->data);
    (void)pthread_mutex_unlock(&response->lock);
    return state;
}

enum response_state response_await(struct response_reader *reader, void *room,
                                   size_t size, size_t *used)
{
    struct response *response = reader->response;
    enum response_state state;

    (void)pthread_mutex_lock(&response->lock);
    while ((state = take(reader, room, size, used)) == RESPONSE_WAIT)
        (void)pthread_cond_wait(&response->moved, &response->lock);
    (void)pthread_mutex_unlock(&response->lock);
    return state;
}

uint64_t response_size(struct response *response)
{
    uint64_t size;

    (void)pthread_mutex_lock(&response->lock);
    size = response->size;
    (void)pthread_mutex_unlock(&response->lock);
    return size;
}

uint64_t response_window(const struct response *response)
{
    return response->window;
}

bool response_is_good(struct response *response)
{
    bool is;

    (void)pthread_mutex_lock(&response->lock);
    is = response->size <= response->window &&
         (!response->is_over || response->is_whole);
    (void)pthread_mutex_unlock(&response->lock);
    return is;
}

bool response_whole(struct response *response, int *fd, const uint8_t **data,
                    uint64_t *size)
{
    bool is;

    (void)pthread_mutex_lock(&response->lock);
    is = response->is_over && response->is_whole &&
         response->size <= response->window;
    *fd = response->fd;
    *data = response->data;
    *size = response->size;
    (void)pthread_mutex_unlock(&response->lock);
    return is;
}
