/* SPDX-License-Identifier: MIT */
/* A connection of two pipes that is cut: `between [OPTIONS] HOST COMMAND`,
 * called as an ssh is, runs COMMAND here and passes on bytes.
 *
 *   CUT_AT     the connection ends after so many bytes (-1: never)
 *   CUT_SIDE   of which direction: up (to COMMAND) or down
 *   CUT_COUNT  a file that gets both sums at the end
 *
 * It ends after COMMAND has ended, as a server that is left alone does by
 * itself.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct way {
    int from, to;
    long sum, limit; /* -1: none */
};

/* Pass on what is there; 0: goes on, 1: the end of this direction, 2: cut. */
static int carry(struct way *way)
{
    char data[4096];
    size_t room = sizeof(data);
    ssize_t size, done, one;

    if (way->limit >= 0 && (size_t)(way->limit - way->sum) < room)
        room = (size_t)(way->limit - way->sum);
    size = room > 0 ? read(way->from, data, room) : 0;
    if (size < 0 && errno == EINTR)
        return 0;
    if (room > 0 && size <= 0)
        return 1;
    for (done = 0; done < size; done += one) {
        one = write(way->to, data + done, (size_t)(size - done));
        if (one <= 0)
            return 1;
    }
    way->sum += size;
    return way->limit >= 0 && way->sum >= way->limit ? 2 : 0;
}

static pid_t start(const char *command, int ends[2])
{
    int in[2], out[2];
    pid_t pid;

    if (pipe(in) || pipe(out))
        exit(2);
    pid = fork();
    if (pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(in[0]), close(out[1]);
    ends[0] = in[1], ends[1] = out[0];
    return pid;
}

static void put_sums(long up, long down)
{
    FILE *file = fopen(getenv("CUT_COUNT"), "w");

    if (file) {
        fprintf(file, "%ld %ld", up, down);
        fclose(file);
    }
}

int main(int argc, char **argv)
{
    int ends[2], status = 0, how[2] = {0, 0}, i;
    long limit = atol(getenv("CUT_AT"));
    int is_up = strcmp(getenv("CUT_SIDE"), "up") == 0;
    pid_t pid = start(argv[argc - 1], ends);
    struct way ways[2] = {{0, ends[0], 0, is_up ? limit : -1},
                          {ends[1], 1, 0, is_up ? -1 : limit}};

    signal(SIGPIPE, SIG_IGN);
    while (how[1] == 0 && how[0] != 2) {
        struct pollfd polls[2];

        for (i = 0; i < 2; i++) {
            polls[i].fd = how[i] ? -1 : ways[i].from;
            polls[i].events = POLLIN;
            polls[i].revents = 0;
        }
        if (poll(polls, 2, -1) < 0)
            continue;
        for (i = 0; i < 2; i++) {
            if (!polls[i].revents)
                continue;
            how[i] = carry(&ways[i]);
            if (how[i] == 1 && i == 0)
                close(ways[0].to);
        }
    }
    close(0), close(1);
    close(ends[1]);
    if (how[0] != 1)
        close(ends[0]);
    waitpid(pid, &status, 0);
    put_sums(ways[0].sum, ways[1].sum);
    return how[0] == 2 || how[1] == 2 ? 255 : WEXITSTATUS(status);
}
