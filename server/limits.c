/* SPDX-License-Identifier: MIT */
#include "server/limits.h"

#include "server/response.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ADDRESSES   1024
#define NAME_SIZE   64
#define MOST_FAILED 20
#define FORGIVE_MS  60000

struct waiting {
    int fd; /* -1: free */
    bool is_body;
    int64_t since_ms;
};

struct address {
    char name[NAME_SIZE]; /* "": free */
    unsigned count, talking, failed;
    int64_t failed_ms;
};

struct limits {
    pthread_mutex_t lock;
    struct waiting *waiting;
    size_t most;
    struct address addresses[ADDRESSES];
};

struct limits *limits_new(size_t most_connections)
{
    struct limits *limits = calloc(1, sizeof(*limits));
    size_t i;

    if (!limits)
        return NULL;
    limits->most = most_connections;
    limits->waiting = calloc(most_connections, sizeof(*limits->waiting));
    if (!limits->waiting) {
        free(limits);
        return NULL;
    }
    for (i = 0; i < most_connections; i++)
        limits->waiting[i].fd = -1;
    (void)pthread_mutex_init(&limits->lock, NULL);
    return limits;
}

void limits_free(struct limits *limits)
{
    if (!limits)
        return;
    (void)pthread_mutex_destroy(&limits->lock);
    free(limits->waiting);
    free(limits);
}

static void wait_for(struct limits *limits, int fd, bool is_body)
{
    struct waiting *room = NULL;
    size_t i;

    (void)pthread_mutex_lock(&limits->lock);
    for (i = 0; i < limits->most; i++) {
        struct waiting *one = &limits->waiting[i];

        if (one->fd == fd || (one->fd < 0 && !room))
            room = one;
        if (one->fd == fd)
            break;
    }
    if (room)
        *room = (struct waiting){fd, is_body, response_clock_ms()};
    (void)pthread_mutex_unlock(&limits->lock);
}

void limits_wait(struct limits *limits, int fd)
{
    wait_for(limits, fd, false);
}

void limits_wait_body(struct limits *limits, int fd)
{
    wait_for(limits, fd, true);
}

static bool is_gone(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void limits_forget(struct limits *limits, int fd)
{
    size_t i;

    (void)pthread_mutex_lock(&limits->lock);
    for (i = 0; i < limits->most; i++)
        if (limits->waiting[i].fd == fd) {
            limits->waiting[i].fd = -1;
            break;
        }
    (void)pthread_mutex_unlock(&limits->lock);
}

unsigned limits_shut(struct limits *limits, unsigned seconds)
{
    int64_t now = response_clock_ms();
    unsigned count = 0;
    size_t i;

    (void)pthread_mutex_lock(&limits->lock);
    for (i = 0; i < limits->most; i++) {
        struct waiting *one = &limits->waiting[i];

        if (one->fd < 0)
            continue;
        if (!one->is_body && now - one->since_ms > (int64_t)seconds * 1000)
            count++;
        else if (!is_gone(one->fd))
            continue;
        (void)shutdown(one->fd, SHUT_RDWR);
        one->fd = -1;
    }
    (void)pthread_mutex_unlock(&limits->lock);
    return count;
}

/* The address's row; a free one, or one that does not matter, when it has none.
 * NULL: all matter.  With the lock held. */
static struct address *find(struct limits *limits, const char *name)
{
    int64_t now = response_clock_ms();
    struct address *room = NULL;
    size_t i;

    for (i = 0; i < ADDRESSES; i++) {
        struct address *one = &limits->addresses[i];

        if (one->name[0] && strncmp(one->name, name, NAME_SIZE - 1) == 0)
            return one;
        if (!room && one->count == 0 &&
            (!one->name[0] || one->failed == 0 ||
             now - one->failed_ms > FORGIVE_MS))
            room = one;
    }
    if (room) {
        memset(room, 0, sizeof(*room));
        strncpy(room->name, name, NAME_SIZE - 1);
    }
    return room;
}

bool limits_enter(struct limits *limits, const char *address, unsigned most)
{
    struct address *one;
    bool may;

    (void)pthread_mutex_lock(&limits->lock);
    one = find(limits, address);
    may = one && one->count < most;
    if (may)
        one->count++;
    (void)pthread_mutex_unlock(&limits->lock);
    return may;
}

void limits_leave(struct limits *limits, const char *address)
{
    struct address *one;

    (void)pthread_mutex_lock(&limits->lock);
    one = find(limits, address);
    if (one && one->count > 0)
        one->count--;
    (void)pthread_mutex_unlock(&limits->lock);
}

void limits_talk(struct limits *limits, const char *address)
{
    struct address *one;

    (void)pthread_mutex_lock(&limits->lock);
    one = find(limits, address);
    if (one)
        one->talking++;
    (void)pthread_mutex_unlock(&limits->lock);
}

void limits_talk_end(struct limits *limits, const char *address)
{
    struct address *one;

    (void)pthread_mutex_lock(&limits->lock);
    one = find(limits, address);
    if (one && one->talking > 0)
        one->talking--;
    (void)pthread_mutex_unlock(&limits->lock);
}

unsigned limits_talks(struct limits *limits, const char *address)
{
    struct address *one;
    unsigned count;

    (void)pthread_mutex_lock(&limits->lock);
    one = find(limits, address);
    count = one ? one->talking : 0;
    (void)pthread_mutex_unlock(&limits->lock);
    return count;
}

bool limits_may_sign_in(struct limits *limits, const char *address)
{
    struct address *one;
    bool may;

    (void)pthread_mutex_lock(&limits->lock);
    one = find(limits, address);
    if (one && response_clock_ms() - one->failed_ms > FORGIVE_MS)
        one->failed = 0;
    may = one && one->failed < MOST_FAILED;
    (void)pthread_mutex_unlock(&limits->lock);
    return may;
}

void limits_sign_in_failed(struct limits *limits, const char *address)
{
    struct address *one;

    (void)pthread_mutex_lock(&limits->lock);
    one = find(limits, address);
    if (one) {
        one->failed++;
        one->failed_ms = response_clock_ms();
    }
    (void)pthread_mutex_unlock(&limits->lock);
}
