/* SPDX-License-Identifier: MIT */
/* Sockets of every address that is asked for, and a process for each client.
 * Forked while this process has one thread only. */
#include "cli/daemon.h"

#include "os/listener.h"
#include "os/user_switch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_PORT  9418
#define MOST_CHILDREN 4096

struct child {
    pid_t pid;
    char address[QN_LISTENER_NAME_SIZE]; /* without the port */
};

struct listening {
    struct daemon *daemon;
    struct qn_listener sockets;
    struct child children[MOST_CHILDREN]; /* oldest first */
    size_t child_count;
};

static volatile sig_atomic_t child_ended;

static void on_child(int number)
{
    (void)number;
    child_ended = 1;
}

static void on_report(void *data, int level, const char *reason,
                      const char *message)
{
    (void)level;
    (void)reason;
    daemon_error(data, "%s", message);
}

static void open_sockets(struct listening *listening)
{
    struct daemon *daemon = listening->daemon;
    struct cli *cli = daemon->cli;
    int port = daemon->port ? daemon->port : DEFAULT_PORT;
    size_t i, added = 0;

    qn_ctx_set_report(cli->ctx, on_report, daemon);
    if (daemon->listen.count == 0)
        cli_check(cli,
                  qn_listener_open(cli->ctx, NULL, port, daemon->reuses_address,
                                   &listening->sockets, &added));
    for (i = 0; i < daemon->listen.count; i++) {
        const char *host = daemon->listen.items[i];

        cli_check(cli,
                  qn_listener_open(cli->ctx, host, port, daemon->reuses_address,
                                   &listening->sockets, &added));
        if (added == 0)
            daemon_error(daemon,
                         "unable to allocate any listen sockets for host %s "
                         "on port %u",
                         host, (unsigned)port);
    }
    if (listening->sockets.count == 0)
        daemon_die(daemon, 128,
                   "unable to allocate any listen sockets on port %u",
                   (unsigned)port);
}

/* ---- clients */

static void reap(struct listening *listening)
{
    size_t i = 0;
    int status;

    while (i < listening->child_count) {
        struct child *child = &listening->children[i];
        pid_t ended = waitpid(child->pid, &status, WNOHANG);

        if (ended != child->pid) {
            i++;
            continue;
        }
        daemon_info(listening->daemon, "[%ld] Disconnected%s", (long)ended,
                    status ? " (with error)" : "");
        memmove(child, child + 1,
                (listening->child_count - i - 1) * sizeof(*child));
        listening->child_count--;
    }
}

/* The newest connection of a host that has others: the rest may get theirs. */
static void kill_some_child(struct listening *listening)
{
    size_t i, k;

    for (i = listening->child_count; i-- > 0;)
        for (k = 0; k < i; k++)
            if (strcmp(listening->children[i].address,
                       listening->children[k].address) == 0) {
                (void)kill(listening->children[i].pid, SIGTERM);
                return;
            }
}

static bool has_room(struct listening *listening)
{
    int most = listening->daemon->most_children;

    if (most <= 0)
        return listening->child_count < MOST_CHILDREN;
    if (listening->child_count < (size_t)most)
        return true;
    kill_some_child(listening);
    sleep(1); /* it is polite to wait for its end */
    reap(listening);
    return listening->child_count < (size_t)most;
}

static int run_child(struct listening *listening, int fd)
{
    qn_listener_close(&listening->sockets);
    (void)signal(SIGCHLD, SIG_DFL);
    if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
        return 1;
    (void)close(fd);
    return daemon_serve(listening->daemon);
}

static void take_client(struct listening *listening, int fd)
{
    struct daemon *daemon = listening->daemon;
    struct child child = {0};
    char port[QN_LISTENER_PORT_SIZE];
    bool is_version_6;

    if (!has_room(listening)) {
        daemon_error(daemon, "Too many children, dropping connection");
        return;
    }
    (void)qn_listener_peer(fd, child.address, port, &is_version_6);
    cli_flush(daemon->cli);
    child.pid = fork();
    if (child.pid == 0)
        cli_exit(daemon->cli, run_child(listening, fd));
    if (child.pid < 0)
        daemon_error(daemon, "unable to fork");
    else
        listening->children[listening->child_count++] = child;
}

static void accept_clients(struct listening *listening)
{
    size_t next = 0;

    for (;;) {
        int fd;

        reap(listening);
        /* A child's end between the two is heard of a little later. */
        fd = qn_listener_accept(&listening->sockets, 10000, &next);
        if (fd < 0)
            continue;
        take_client(listening, fd);
        (void)close(fd);
    }
}

static void write_pid(struct daemon *daemon)
{
    FILE *file;

    if (!daemon->pid_file)
        return;
    file = fopen(daemon->pid_file, "w");
    if (!file)
        daemon_die(daemon, 128, "could not open '%s' for writing: %s",
                   daemon->pid_file, strerror(errno));
    fprintf(file, "%ld\n", (long)getpid());
    if (fclose(file) != 0)
        daemon_die(daemon, 128, "could not write '%s': %s", daemon->pid_file,
                   strerror(errno));
}

void daemon_listen(struct daemon *daemon)
{
    static struct listening listening;
    struct sigaction action = {.sa_handler = on_child};

    listening.daemon = daemon;
    (void)sigaction(SIGCHLD, &action, NULL);
    write_pid(daemon);
    open_sockets(&listening);
    if (daemon->user)
        cli_check(daemon->cli, qn_user_switch(daemon->cli->ctx, daemon->user,
                                              daemon->group));
    daemon_info(daemon, "Ready to rumble");
    accept_clients(&listening);
}
