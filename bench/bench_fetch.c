/* SPDX-License-Identifier: MIT */
/* Many clients of a server of smart http, or of git://, that want all there is
 * and drop what they get, so that servers are compared and not clients.
 *
 *   bench_fetch http://127.0.0.1:PORT/x.git CLIENTS FETCHES
 *   bench_fetch git://127.0.0.1:PORT/x.git CLIENTS FETCHES
 *
 * Each fetch is what `git clone` asks for in version 2: what the server can do,
 * refs, the pack.  Prints fetches a second, milliseconds at 50 and 99 percent,
 * bytes of one answer.
 */
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_BODY (4u << 20)

struct target {
    char host[256], port[16], path[1024];
    bool is_git;
};

struct client {
    pthread_t thread;
    const struct target *target;
    unsigned fetches, failures;
    double *times;
    uint64_t bytes;
    char *body;
    size_t body_size;
};

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static int open_connection(const struct target *target)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int fd = -1;

    if (getaddrinfo(target->host, target->port, &hints, &found) != 0)
        return -1;
    fd = socket(found->ai_family, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        (void)close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static bool send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t count = send(fd, data, size, MSG_NOSIGNAL);

        if (count <= 0)
            return false;
        data += count;
        size -= (size_t)count;
    }
    return true;
}

/* Up to the end of the connection; the first bytes are kept, the last three
 * have to be a flush packet's within chunks or not. */
static uint64_t read_all(int fd, char *kept, size_t room, size_t *kept_size)
{
    static _Thread_local char piece[1 << 18];
    uint64_t bytes = 0;
    ssize_t count;

    *kept_size = 0;
    while ((count = recv(fd, piece, sizeof(piece), 0)) > 0) {
        size_t size = (size_t)count;

        if (size > room - *kept_size)
            size = room - *kept_size;
        memcpy(kept + *kept_size, piece, size);
        *kept_size += size;
        bytes += (uint64_t)count;
    }
    return bytes;
}

static const char ls_refs[] = "0014command=ls-refs\n0016object-format=sha1"
                              "00010009peel\n000csymrefs\n0000";

/* One request over http on a connection of its own. */
static uint64_t request(const struct target *target, const char *line,
                        const char *body, size_t size, char *kept, size_t room,
                        size_t *kept_size)
{
    char head[2048];
    int fd = open_connection(target);
    uint64_t bytes = 0;
    int head_size;

    *kept_size = 0;
    if (fd < 0)
        return 0;
    head_size = snprintf(
        head, sizeof(head),
        "%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nGit-Protocol: "
        "version=2\r\nContent-Type: application/x-git-upload-pack-request\r\n"
        "Content-Length: %zu\r\n\r\n",
        line, target->host, size);
    if (send_all(fd, head, (size_t)head_size) && send_all(fd, body, size))
        bytes = read_all(fd, kept, room, kept_size);
    (void)close(fd);
    return bytes;
}

static void add_packet(struct client *client, const char *text)
{
    client->body_size += (size_t)snprintf(client->body + client->body_size,
                                          MOST_BODY - client->body_size,
                                          "%04zx%s", strlen(text) + 4, text);
}

/* Wants of all ids that the answer has, each once in a row. */
static void make_wants(struct client *client, const char *answer, size_t size)
{
    char last[64] = "", line[80];
    size_t i;

    client->body_size = 0;
    add_packet(client, "command=fetch");
    add_packet(client, "object-format=sha1");
    client->body_size +=
        (size_t)snprintf(client->body + client->body_size, 5, "0001");
    add_packet(client, "ofs-delta");
    for (i = 0; i + 46 < size; i++) {
        if (answer[i + 44] != ' ' ||
            strspn(answer + i, "0123456789abcdef") < 44)
            continue;
        if (memcmp(last, answer + i + 4, 40) != 0) {
            memcpy(last, answer + i + 4, 40);
            snprintf(line, sizeof(line), "want %.40s\n", last);
            if (client->body_size + 200 < MOST_BODY)
                add_packet(client, line);
        }
        i += 44;
    }
    add_packet(client, "done\n");
    client->body_size +=
        (size_t)snprintf(client->body + client->body_size, 5, "0000");
}

static uint64_t fetch_http(struct client *client, char *kept)
{
    const struct target *target = client->target;
    char line[1200];
    size_t size;
    uint64_t bytes;

    snprintf(line, sizeof(line), "GET %s/info/refs?service=git-upload-pack",
             target->path);
    if (request(target, line, "", 0, kept, MOST_BODY, &size) == 0)
        return 0;
    snprintf(line, sizeof(line), "POST %s/git-upload-pack", target->path);
    if (request(target, line, ls_refs, sizeof(ls_refs) - 1, kept, MOST_BODY,
                &size) == 0)
        return 0;
    make_wants(client, kept, size);
    bytes = request(target, line, client->body, client->body_size, kept, 4096,
                    &size);
    kept[size < 4096 ? size : 4095] = '\0';
    return size > 12 && memcmp(kept + 9, "200", 3) == 0 ? bytes : 0;
}

/* What is there, up to a flush packet. */
static bool read_flush(int fd, char *kept, size_t *size)
{
    *size = 0;
    while (*size < MOST_BODY) {
        ssize_t count = recv(fd, kept + *size, MOST_BODY - *size, 0);

        if (count <= 0)
            return false;
        *size += (size_t)count;
        if (*size >= 4 && memcmp(kept + *size - 4, "0000", 4) == 0)
            return true;
    }
    return false;
}

static uint64_t fetch_git(struct client *client, char *kept)
{
    const struct target *target = client->target;
    char first[1200];
    int fd = open_connection(target), size;
    uint64_t bytes = 0;
    size_t kept_size;

    if (fd < 0)
        return 0;
    size = snprintf(first + 4, sizeof(first) - 4,
                    "git-upload-pack %s%chost=%s%c%cversion=2%c", target->path,
                    0, target->host, 0, 0, 0) +
           4;
    {
        char length[5];

        snprintf(length, sizeof(length), "%04x", (unsigned)size);
        memcpy(first, length, 4);
    }
    if (send_all(fd, first, (size_t)size) && read_flush(fd, kept, &kept_size) &&
        send_all(fd, ls_refs, sizeof(ls_refs) - 1) &&
        read_flush(fd, kept, &kept_size)) {
        make_wants(client, kept, kept_size);
        if (send_all(fd, client->body, client->body_size) &&
            send_all(fd, "0000", 4))
            bytes = read_all(fd, kept, 4096, &kept_size);
    }
    (void)close(fd);
    return bytes;
}

static void *run(void *data)
{
    struct client *client = data;
    char *kept = malloc(MOST_BODY);
    unsigned i;

    client->body = malloc(MOST_BODY);
    for (i = 0; kept && client->body && i < client->fetches; i++) {
        double began = now_ms();
        uint64_t bytes = client->target->is_git ? fetch_git(client, kept)
                                                : fetch_http(client, kept);

        client->times[i] = now_ms() - began;
        client->failures += bytes == 0;
        if (bytes > client->bytes)
            client->bytes = bytes;
    }
    free(kept);
    free(client->body);
    return NULL;
}

static bool parse(const char *url, struct target *out)
{
    const char *at = strstr(url, "://"), *slash, *colon;

    memset(out, 0, sizeof(*out));
    if (!at || !(slash = strchr(at + 3, '/')) ||
        !(colon = strchr(at + 3, ':')) || colon > slash ||
        (size_t)(colon - at - 3) >= sizeof(out->host) ||
        (size_t)(slash - colon - 1) >= sizeof(out->port) ||
        strlen(slash) >= sizeof(out->path))
        return false;
    out->is_git = strncmp(url, "git:", 4) == 0;
    memcpy(out->host, at + 3, (size_t)(colon - at - 3));
    memcpy(out->port, colon + 1, (size_t)(slash - colon - 1));
    strcpy(out->path, slash);
    return true;
}

static int compare(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;

    return (one > two) - (one < two);
}

int main(int argc, char **argv)
{
    struct target target;
    unsigned count, fetches, i, failures = 0;
    struct client *clients;
    uint64_t bytes = 0;
    double *times, began;
    size_t total;

    if (argc != 4 || !parse(argv[1], &target)) {
        fprintf(stderr, "usage: bench_fetch URL CLIENTS FETCHES\n");
        return 2;
    }
    count = (unsigned)atoi(argv[2]);
    fetches = (unsigned)atoi(argv[3]);
    total = (size_t)count * fetches;
    clients = calloc(count, sizeof(*clients));
    times = calloc(total, sizeof(*times));
    if (!clients || !times || total == 0)
        return 2;
    began = now_ms();
    for (i = 0; i < count; i++) {
        clients[i].target = &target;
        clients[i].fetches = fetches;
        clients[i].times = times + (size_t)i * fetches;
        if (pthread_create(&clients[i].thread, NULL, run, &clients[i]) != 0)
            return 2;
    }
    for (i = 0; i < count; i++) {
        (void)pthread_join(clients[i].thread, NULL);
        failures += clients[i].failures;
        if (clients[i].bytes > bytes)
            bytes = clients[i].bytes;
    }
    began = now_ms() - began;
    qsort(times, total, sizeof(*times), compare);
    printf("fetches/s %.2f  p50 %.1f ms  p99 %.1f ms  bytes %llu  failures "
           "%u\n",
           (double)total * 1000 / began, times[total / 2],
           times[total - 1 - total / 100], (unsigned long long)bytes, failures);
    free(times);
    free(clients);
    return failures > 0;
}
