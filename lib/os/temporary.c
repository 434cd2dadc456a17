/* SPDX-License-Identifier: MIT */
#include "os/temporary.h"

#include "base/bytes.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one piece of process-wide state in the library: a signal handler has no
 * other way to find what to remove.  Entries are never freed, only used again,
 * so that a handler may walk the list at any moment; they come from malloc,
 * because they belong to the process and not to an environment. */
enum { ENTRY_FREE, ENTRY_BUSY, ENTRY_LIVE };

struct entry {
    struct entry *next;  /* fixed once it is in the list */
    struct entry *older; /* likewise, among all */
    atomic_int state;
    long process;
    uint64_t hash;
    size_t room;
    char path[];
};

#define LIST_COUNT 4096 /* a power of two */

/* By the hash of the path, so that thousands of locks stay quick to find. */
static _Atomic(struct entry *) lists[LIST_COUNT];
/* And all of them, for who looks at each. */
static _Atomic(struct entry *) newest;

static _Atomic(struct entry *) *list_of(uint64_t hash)
{
    return &lists[hash & (LIST_COUNT - 1)];
}

#define PATH_ROOM 4096
#define MIN_ROOM  256

/* The absolute form in `room`, or NULL when it does not fit or there is no
 * directory. */
static const char *absolute_path(const char *path, char *room, size_t size)
{
    size_t length;

    if (path[0] == '/')
        return path;
    if (!getcwd(room, size))
        return NULL;
    length = strlen(room);
    if (length + 1 + strlen(path) + 1 > size)
        return NULL;
    if (length == 0 || room[length - 1] != '/')
        room[length++] = '/';
    strcpy(room + length, path);
    return room;
}

static struct entry *take_entry(uint64_t hash, size_t size)
{
    _Atomic(struct entry *) *list = list_of(hash);
    struct entry *entry;
    size_t room;

    for (entry = atomic_load(list); entry; entry = entry->next) {
        int expected = ENTRY_FREE;

        if (entry->room >= size &&
            atomic_load_explicit(&entry->state, memory_order_relaxed) ==
                ENTRY_FREE &&
            atomic_compare_exchange_strong(&entry->state, &expected,
                                           ENTRY_BUSY))
            return entry;
    }
    room = size < MIN_ROOM ? MIN_ROOM : size;
    entry = malloc(sizeof(*entry) + room);
    if (!entry)
        return NULL;
    atomic_init(&entry->state, ENTRY_BUSY);
    entry->room = room;
    entry->next = atomic_load(list);
    while (!atomic_compare_exchange_weak(list, &entry->next, entry))
        ;
    entry->older = atomic_load(&newest);
    while (!atomic_compare_exchange_weak(&newest, &entry->older, entry))
        ;
    return entry;
}

enum qn_status qn_temporary_add(struct qn_ctx *ctx, const char *path)
{
    char room[PATH_ROOM];
    const char *absolute = absolute_path(path, room, sizeof(room));
    struct entry *entry;
    uint64_t hash;

    if (!absolute)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "path '%s' is too long", path);
    hash = qn_bytes_hash(qn_bytes_from_string(absolute));
    entry = take_entry(hash, strlen(absolute) + 1);
    if (!entry)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    strcpy(entry->path, absolute);
    entry->hash = hash;
    entry->process = (long)getpid();
    atomic_store_explicit(&entry->state, ENTRY_LIVE, memory_order_release);
    return QN_OK;
}

/* Take the entry out; true when it was there. */
static bool forget_path(const char *path)
{
    char room[PATH_ROOM];
    const char *absolute = absolute_path(path, room, sizeof(room));
    struct entry *entry;
    uint64_t hash;

    if (!absolute)
        return false;
    hash = qn_bytes_hash(qn_bytes_from_string(absolute));
    for (entry = atomic_load(list_of(hash)); entry; entry = entry->next) {
        int expected = ENTRY_LIVE;

        /* Only its owner forgets an entry, so a live match stays one. */
        if (atomic_load_explicit(&entry->state, memory_order_acquire) ==
                ENTRY_LIVE &&
            entry->hash == hash && strcmp(entry->path, absolute) == 0 &&
            atomic_compare_exchange_strong(&entry->state, &expected,
                                           ENTRY_FREE))
            return true;
    }
    return false;
}

void qn_temporary_forget(const char *path)
{
    (void)forget_path(path);
}

void qn_temporary_remove(const char *path)
{
    (void)unlink(path);
    (void)forget_path(path);
}

void qn_temporary_unlink_all(void)
{
    long process = (long)getpid();
    struct entry *entry;

    for (entry = atomic_load(&newest); entry; entry = entry->older)
        if (atomic_load_explicit(&entry->state, memory_order_acquire) ==
                ENTRY_LIVE &&
            entry->process == process)
            (void)unlink(entry->path);
}
