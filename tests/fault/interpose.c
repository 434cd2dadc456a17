/* SPDX-License-Identifier: MIT */
/* Faults on demand: stands between a program and the C library (LD_PRELOAD),
 * counts the calls that change something, and does something bad at the nth.
 *
 *   QN_FAULT_KIND
 *     kill     SIGKILL before the nth changing call
 *     nospace  the nth and all later writes, creations fail: ENOSPC
 *     once     only the nth changing call fails: EIO
 *     fsync    the nth fsync fails: EIO
 *     alloc    the nth allocation fails
 *     stop     SIGSTOP before the nth changing call
 *     call     the nth call of any kind fails, those that only look as well
 *     files    the nth and all later calls that need a descriptor fail: EMFILE
 *   QN_FAULT_AT     n, from 1; 0 counts only
 *   QN_FAULT_COUNT  a file that gets the number of calls at exit
 *
 * Only the process that was started is hit, not its children.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
    KIND_NONE,
    KIND_KILL,
    KIND_NOSPACE,
    KIND_ONCE,
    KIND_FSYNC,
    KIND_ALLOC,
    KIND_STOP,
    KIND_CALL,
    KIND_FILES
};

static enum kind kind;
static long fault_at;
static atomic_long calls;
static pid_t owner;
static atomic_int is_ready;

__attribute__((constructor)) static void begin(void)
{
    static const char *const names[] = {"none", "kill",  "nospace",
                                        "once", "fsync", "alloc",
                                        "stop", "call",  "files"};
    const char *name = getenv("QN_FAULT_KIND");
    const char *at = getenv("QN_FAULT_AT");
    int i;

    owner = getpid();
    fault_at = at ? atol(at) : 0;
    for (i = 0; name && i < 9; i++)
        if (strcmp(name, names[i]) == 0)
            kind = (enum kind)i;
    unsetenv("LD_PRELOAD"); /* children are left alone */
    is_ready = kind != KIND_NONE;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("QN_FAULT_COUNT");
    char text[32];
    int fd;

    if (!path || getpid() != owner)
        return;
    is_ready = 0;
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    snprintf(text, sizeof(text), "%ld\n", (long)calls);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        abort();
    close(fd);
}

/* What a call is, for those faults that do not hit all of them. */
enum call {
    CALL_OTHER,
    CALL_SPACE, /* needs room on the disk */
    CALL_REMOVE /* kill only: a lock whose removal fails must stay behind */
};

/* Count a changing call; true when it is to fail (errno is set). */
static int strikes(enum call call)
{
    long n;

    if (!is_ready || kind == KIND_ALLOC || kind == KIND_FSYNC ||
        kind == KIND_FILES || getpid() != owner)
        return 0;
    n = atomic_fetch_add(&calls, 1) + 1;
    if (fault_at == 0)
        return 0;
    if (kind == KIND_KILL && n == fault_at)
        kill(owner, SIGKILL);
    if (kind == KIND_STOP && n == fault_at)
        kill(owner, SIGSTOP);
    if ((kind == KIND_ONCE || kind == KIND_CALL) && n == fault_at &&
        call != CALL_REMOVE) {
        errno = EIO;
        return 1;
    }
    if (kind == KIND_NOSPACE && n >= fault_at && call == CALL_SPACE) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

/* Count a call that only looks, or makes a process; the nth fails with `error`.
 */
static int looks(int error)
{
    if (!is_ready || kind != KIND_CALL || getpid() != owner ||
        atomic_fetch_add(&calls, 1) + 1 != fault_at)
        return 0;
    errno = error;
    return 1;
}

/* Count a call that makes a descriptor. */
static int runs_out(void)
{
    if (!is_ready || kind != KIND_FILES || getpid() != owner ||
        atomic_fetch_add(&calls, 1) + 1 < fault_at || fault_at == 0)
        return 0;
    errno = EMFILE;
    return 1;
}

#define REAL(type, name, ...)                                                  \
    static type (*real)(__VA_ARGS__);                                          \
    if (!real)                                                                 \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                                             \
    int name(const char *path, int flags, ...)                                 \
    {                                                                          \
        va_list list;                                                          \
        mode_t mode;                                                           \
        REAL(int, name, const char *, int, ...);                               \
        va_start(list, flags);                                                 \
        mode = (flags & O_CREAT) ? va_arg(list, mode_t) : 0;                   \
        va_end(list);                                                          \
        if (runs_out() || ((flags & (O_CREAT | O_TRUNC)) ? strikes(CALL_SPACE) \
                                                         : looks(EIO)))        \
            return -1;                                                         \
        return real(path, flags, mode);                                        \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                           \
    int name(int at, const char *path, int flags, ...)                         \
    {                                                                          \
        va_list list;                                                          \
        mode_t mode;                                                           \
        REAL(int, name, int, const char *, int, ...);                          \
        va_start(list, flags);                                                 \
        mode = (flags & O_CREAT) ? va_arg(list, mode_t) : 0;                   \
        va_end(list);                                                          \
        if (runs_out() || ((flags & (O_CREAT | O_TRUNC)) ? strikes(CALL_SPACE) \
                                                         : looks(EIO)))        \
            return -1;                                                         \
        return real(at, path, flags, mode);                                    \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size)
{
    REAL(ssize_t, write, int, const void *, size_t);
    if (fd > 2 && strikes(CALL_SPACE))
        return -1;
    return real(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *vectors, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (fd > 2 && strikes(CALL_SPACE))
        return -1;
    return real(fd, vectors, count);
}

#define PWRITE(name)                                                           \
    ssize_t name(int fd, const void *data, size_t size, off_t offset)          \
    {                                                                          \
        REAL(ssize_t, name, int, const void *, size_t, off_t);                 \
        if (strikes(CALL_SPACE))                                               \
            return -1;                                                         \
        return real(fd, data, size, offset);                                   \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define TWO(name, call)                                                        \
    int name(const char *a, const char *b)                                     \
    {                                                                          \
        REAL(int, name, const char *, const char *);                           \
        if (strikes(call))                                                     \
            return -1;                                                         \
        return real(a, b);                                                     \
    }
TWO(rename, CALL_OTHER)
TWO(link, CALL_SPACE)
TWO(symlink, CALL_SPACE)

int renameat(int a, const char *from, int b, const char *to)
{
    REAL(int, renameat, int, const char *, int, const char *);
    return strikes(CALL_OTHER) ? -1 : real(a, from, b, to);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    return strikes(CALL_SPACE) ? -1 : real(path, mode);
}

#define ONE(name)                                                              \
    int name(const char *path)                                                 \
    {                                                                          \
        REAL(int, name, const char *);                                         \
        return strikes(CALL_REMOVE) ? -1 : real(path);                         \
    }
ONE(unlink)
ONE(rmdir)

int unlinkat(int at, const char *path, int flags)
{
    REAL(int, unlinkat, int, const char *, int);
    return strikes(CALL_REMOVE) ? -1 : real(at, path, flags);
}

static int sync_strikes(void)
{
    long n;

    if (kind != KIND_FSYNC)
        return strikes(CALL_OTHER);
    if (!is_ready || getpid() != owner)
        return 0;
    n = atomic_fetch_add(&calls, 1) + 1;
    if (n != fault_at)
        return 0;
    errno = EIO;
    return 1;
}

int fsync(int fd)
{
    REAL(int, fsync, int);
    return sync_strikes() ? -1 : real(fd);
}

int fdatasync(int fd)
{
    REAL(int, fdatasync, int);
    return sync_strikes() ? -1 : real(fd);
}

int ftruncate(int fd, off_t size)
{
    REAL(int, ftruncate, int, off_t);
    return strikes(CALL_SPACE) ? -1 : real(fd, size);
}

ssize_t read(int fd, void *data, size_t size)
{
    REAL(ssize_t, read, int, void *, size_t);
    return fd > 2 && looks(EIO) ? -1 : real(fd, data, size);
}

#define PREAD(name)                                                            \
    ssize_t name(int fd, void *data, size_t size, off_t offset)                \
    {                                                                          \
        REAL(ssize_t, name, int, void *, size_t, off_t);                       \
        return looks(EIO) ? -1 : real(fd, data, size, offset);                 \
    }
PREAD(pread)
PREAD(pread64)

#define MMAP(name)                                                             \
    void *name(void *at, size_t size, int protection, int flags, int fd,       \
               off_t offset)                                                   \
    {                                                                          \
        REAL(void *, name, void *, size_t, int, int, int, off_t);              \
        return fd >= 0 && looks(ENOMEM)                                        \
                   ? (void *)-1                                                \
                   : real(at, size, protection, flags, fd, offset);            \
    }
MMAP(mmap)
MMAP(mmap64)

#define STAT(name, type)                                                       \
    int name(type what, struct stat64 *out)                                    \
    {                                                                          \
        REAL(int, name, type, struct stat64 *);                                \
        return looks(EIO) ? -1 : real(what, out);                              \
    }
STAT(stat64, const char *)
STAT(lstat64, const char *)
STAT(fstat64, int)

int fstatat64(int at, const char *path, struct stat64 *out, int flags)
{
    REAL(int, fstatat64, int, const char *, struct stat64 *, int);
    return looks(EIO) ? -1 : real(at, path, out, flags);
}

ssize_t getdents64(int fd, void *data, size_t size)
{
    REAL(ssize_t, getdents64, int, void *, size_t);
    return looks(EIO) ? -1 : real(fd, data, size);
}

ssize_t readlink(const char *path, char *out, size_t size)
{
    REAL(ssize_t, readlink, const char *, char *, size_t);
    return looks(EIO) ? -1 : real(path, out, size);
}

char *getcwd(char *out, size_t size)
{
    REAL(char *, getcwd, char *, size_t);
    return looks(ENOENT) ? NULL : real(out, size);
}

int pipe(int ends[2])
{
    REAL(int, pipe, int *);
    return runs_out() || looks(EMFILE) ? -1 : real(ends);
}

pid_t fork(void)
{
    REAL(pid_t, fork, void);
    return looks(EAGAIN) ? -1 : real();
}

int dup2(int from, int to)
{
    REAL(int, dup2, int, int);
    return looks(EBADF) ? -1 : real(from, to);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*run)(void *), void *data)
{
    REAL(int, pthread_create, pthread_t *, const pthread_attr_t *,
         void *(*)(void *), void *);
    return looks(EAGAIN) ? EAGAIN : real(thread, attributes, run, data);
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static int allocation_strikes(void)
{
    if (!is_ready || kind != KIND_ALLOC || getpid() != owner ||
        atomic_fetch_add(&calls, 1) + 1 != fault_at)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return allocation_strikes() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return allocation_strikes() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size)
{
    return size && allocation_strikes() ? NULL : __libc_realloc(pointer, size);
}
