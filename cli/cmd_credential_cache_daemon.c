/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/credential_socket.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/local_socket.h"
#include "os/process.h"
#include "os/temporary.h"
#include "program/credential.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How long it waits for a first credential, and after the last. */
#define LINGER_SECONDS 30
/* A client that says nothing does not keep others waiting. */
#define CLIENT_MS   5000
#define REQUEST_MAX ((size_t)1 << 20)

static const char *const usage[] = {
    "git credential-cache--daemon [--debug] <socket-path>", NULL};

struct entry {
    struct qn_credential credential;
    time_t until;
};

struct cache {
    struct cli *cli;
    struct entry *items;
    size_t count, capacity;
    time_t leaves_at; /* when there is nothing */
    const char *path;
    bool is_over;
};

static void drop(struct cache *cache, size_t i)
{
    qn_credential_dispose(&cache->items[i].credential);
    cache->items[i] = cache->items[--cache->count];
}

static void drop_matches(struct cache *cache, const struct qn_credential *want,
                         bool with_password)
{
    size_t i = 0;

    while (i < cache->count)
        if (qn_credential_matches(want, &cache->items[i].credential,
                                  with_password))
            drop(cache, i);
        else
            i++;
}

/* Seconds until something has to be done; 0: it is time to leave. */
static int check_times(struct cache *cache)
{
    time_t now = time(NULL), next = 0;
    size_t i = 0;

    while (i < cache->count) {
        if (cache->items[i].until <= now) {
            drop(cache, i);
            cache->leaves_at = now + LINGER_SECONDS;
            continue;
        }
        if (!next || cache->items[i].until < next)
            next = cache->items[i].until;
        i++;
    }
    if (!cache->count) {
        if (cache->leaves_at <= now)
            return 0;
        next = cache->leaves_at;
    }
    return next - now > 3600 ? 3600 : (int)(next - now);
}

static void answer_get(struct cache *cache, const struct qn_credential *want,
                       struct qn_buf *out)
{
    const struct qn_credential *found = NULL;
    struct qn_ctx *ctx = cache->cli->ctx;
    enum qn_status status;
    size_t i;

    for (i = 0; i < cache->count && !found; i++)
        if (qn_credential_matches(want, &cache->items[i].credential, false))
            found = &cache->items[i].credential;
    if (!found)
        return;
    status = qn_buf_append_string(ctx, out, "capability[]=authtype\n");
    if (!status && found->username)
        status = qn_buf_printf(ctx, out, "username=%s\n", found->username);
    if (!status && found->password)
        status = qn_buf_printf(ctx, out, "password=%s\n", found->password);
    if (!status && want->knows_authtype.is_helpers && found->authtype)
        status = qn_buf_printf(ctx, out, "authtype=%s\n", found->authtype);
    if (!status && want->knows_authtype.is_helpers && found->secret)
        status = qn_buf_printf(ctx, out, "credential=%s\n", found->secret);
    if (!status && found->expiry != INT64_MAX)
        status = qn_buf_printf(ctx, out, "password_expiry_utc=%lld\n",
                               (long long)found->expiry);
    if (!status && found->oauth_refresh_token)
        status = qn_buf_printf(ctx, out, "oauth_refresh_token=%s\n",
                               found->oauth_refresh_token);
    cli_check(cache->cli, status);
}

static void store(struct cache *cache, struct qn_credential *credential,
                  long timeout)
{
    bool is_full = (credential->username && credential->password) ||
                   (credential->authtype && credential->secret);

    if (timeout < 0) {
        cli_warning(cache->cli, "cache client didn't specify a timeout");
    } else if (!is_full) {
        cli_warning(cache->cli, "cache client gave us a partial credential");
    } else if (credential->is_ephemeral) {
        cli_warning(cache->cli, "not storing ephemeral credential");
    } else {
        struct qn_credential name = *credential;

        drop_matches(cache, &name, false);
        cli_check(cache->cli, qn_memory_grow(cache->cli->ctx, &cache->items,
                                             &cache->capacity, cache->count + 1,
                                             sizeof(*cache->items)));
        cache->items[cache->count].credential = *credential;
        cache->items[cache->count++].until = time(NULL) + timeout;
        qn_credential_init(credential);
    }
}

/* "<key>=<value>" off the front; false: it is not there. */
static bool take_line(struct qn_bytes *rest, const char *key,
                      struct qn_bytes *value)
{
    struct qn_bytes line;

    if (!qn_bytes_next(rest, '\n', &line) || !qn_bytes_has_prefix(line, key))
        return false;
    *value = qn_bytes_from(line, strlen(key));
    return true;
}

static void serve(struct cache *cache, struct qn_bytes request,
                  struct qn_buf *out)
{
    struct qn_credential credential;
    struct qn_bytes action, text;
    char number[32] = "";

    if (!take_line(&request, "action=", &action)) {
        cli_warning(cache->cli, "cache client sent bogus action line");
        return;
    }
    if (!take_line(&request, "timeout=", &text)) {
        cli_warning(cache->cli, "cache client sent bogus timeout line");
        return;
    }
    if (text.size < sizeof(number))
        memcpy(number, text.data, text.size);
    qn_credential_init(&credential);
    if (qn_credential_read(cache->cli->ctx, &credential, request,
                           QN_CREDENTIAL_HELPERS))
        qn_ctx_clear(cache->cli->ctx); /* it was told */
    else if (qn_bytes_is_string(action, "get"))
        answer_get(cache, &credential, out);
    else if (qn_bytes_is_string(action, "exit"))
        cache->is_over = true;
    else if (qn_bytes_is_string(action, "erase"))
        drop_matches(cache, &credential, true);
    else if (qn_bytes_is_string(action, "store"))
        store(cache, &credential, strtol(number, NULL, 10));
    else
        cli_warning(cache->cli, "cache client sent unknown action: %.*s",
                    QN_BYTES_ARG(action));
    qn_credential_dispose(&credential);
}

/* All it has to say; false: it took too long, or said too much. */
static bool read_request(struct cache *cache, int fd, struct qn_buf *out)
{
    char room[4096];

    for (;;) {
        ssize_t got;

        if (!qn_local_socket_wait(fd, CLIENT_MS))
            return false;
        got = read(fd, room, sizeof(room));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        if (qn_buf_append(cache->cli->ctx, out, room, (size_t)got)) {
            qn_ctx_clear(cache->cli->ctx);
            return false;
        }
    }
    memset(room, 0, sizeof(room));
    return true;
}

static void leave(struct cache *cache)
{
    qn_temporary_remove(cache->path);
}

static void serve_client(struct cache *cache, int fd)
{
    struct qn_buf request = {.limit = REQUEST_MAX}, answer = QN_BUF_INIT;
    struct qn_bytes rest;

    if (read_request(cache, fd, &request))
        serve(cache, qn_buf_bytes(&request), &answer);
    if (cache->is_over) /* it is gone before the client hears so */
        leave(cache);
    for (rest = qn_buf_bytes(&answer); rest.size > 0;) {
        ptrdiff_t put = qn_process_write(fd, rest.data, rest.size);

        if (put <= 0)
            break;
        rest = qn_bytes_from(rest, (size_t)put);
    }
    if (request.data)
        memset(request.data, 0, request.capacity);
    if (answer.data)
        memset(answer.data, 0, answer.capacity);
    qn_buf_dispose(&request);
    qn_buf_dispose(&answer);
    (void)close(fd);
}

static void serve_all(struct cache *cache, int listener)
{
    cache->leaves_at = time(NULL) + LINGER_SECONDS;
    while (!cache->is_over) {
        int wait = check_times(cache);
        int problem = 0;
        int fd;

        if (wait == 0)
            break;
        fd = qn_local_socket_accept(listener, wait * 1000, &problem);
        if (problem)
            cli_warning(cache->cli, "accept failed: %s", strerror(problem));
        else if (fd >= 0)
            serve_client(cache, fd);
    }
}

/* Nobody else may look into it. */
static void check_directory(struct cli *cli, const char *path)
{
    struct qn_buf directory = QN_BUF_INIT;
    struct stat found;
    const char *name;

    cli_check(cli, qn_buf_append(cli->ctx, &directory, path,
                                 (size_t)(strrchr(path, '/') - path)));
    name = directory.size ? qn_buf_string(&directory) : "/";
    if (stat(name, &found) == 0) {
        if (found.st_mode & 077)
            cli_die_with(cli,
                         "The permissions on your socket directory are too "
                         "loose; other\n"
                         "users may be able to read your cached credentials. "
                         "Consider running:\n\n\tchmod 0700 %s",
                         name);
    } else {
        cli_check(cli, qn_directory_make_parents(cli->ctx, name, 0777));
        if (mkdir(name, 0700))
            cli_die_with(cli, "unable to mkdir '%s': %s", name,
                         strerror(errno));
    }
    if (chdir(name)) /* so that it keeps no other directory busy */
        cli_die_with(cli, "unable to chdir to '%s': %s", name, strerror(errno));
    qn_buf_dispose(&directory);
}

int cmd_credential_cache_daemon(struct cli *cli, int argc, char **argv)
{
    bool is_debug = false;
    const struct cli_option options[] = {
        CLI_FLAG(0, "debug", &is_debug, "go on telling of problems"), CLI_END};
    struct cache cache = {.cli = cli};
    bool ignores_hangup;
    int listener, null;

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    ignores_hangup =
        cli_config_bool(cli, "credentialcache.ignoresighup", false);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc < 1)
        cli_usage(cli, usage, options);
    if (argv[0][0] != '/')
        cli_die_with(cli, "socket directory must be an absolute path");
    cache.path = argv[0];
    check_directory(cli, cache.path);
    cli_check(cli, qn_temporary_add(cli->ctx, cache.path));
    if (ignores_hangup)
        (void)signal(SIGHUP, SIG_IGN);
    listener = cli_credential_listen(cache.path);
    if (listener < 0)
        cli_die_with(cli, "unable to bind to '%s': %s", cache.path,
                     strerror(errno));
    cli_puts(cli, "ok\n");
    cli_flush(cli);
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, STDOUT_FILENO);
        if (!is_debug)
            (void)dup2(null, STDERR_FILENO);
    }
    serve_all(&cache, listener);
    if (!cache.is_over)
        leave(&cache);
    return 0;
}
