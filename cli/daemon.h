/* SPDX-License-Identifier: MIT */
/* Shared by the files of daemon; for no one else.
 *
 *   cmd_daemon.c     options; becoming a daemon
 *   daemon_listen.c  sockets; a child process for each connection
 *   daemon_serve.c   one connection: request, service
 *   daemon_access.c  which repository a path names, and may it be served
 *   daemon_hosts.c   names of hosts in path templates
 *   daemon_log.c     what is said, and where
 */
#ifndef QUOIN_DAEMON_H
#define QUOIN_DAEMON_H

#include "cli/service.h"
#include "wire/daemon_request.h"

#include <stdarg.h>

enum daemon_log { DAEMON_LOG_UNSET, DAEMON_STDERR, DAEMON_SYSLOG, DAEMON_NONE };

struct daemon_service {
    const char *name; /* "upload-pack" */
    const char *key;  /* "daemon.uploadpack" */
    bool is_on, is_overridable;
};
#define DAEMON_SERVICE_COUNT 3

struct daemon {
    struct cli *cli;
    struct daemon_service services[DAEMON_SERVICE_COUNT];
    const char *base_path, *interpolated_path, *access_hook, *pid_file;
    const char *user_path; /* "": ~user is the home; NULL: is not allowed */
    const char *user, *group;
    struct cli_list listen;
    int port; /* 0: not said */
    uint64_t timeout, init_timeout;
    int most_children;
    int log;
    bool has_syslog, exports_all, is_strict, base_is_relaxed, is_inetd;
    bool is_detached, reuses_address, is_verbose, is_informative;
    char **directories;
    int directory_count;
};

/* One connection. */
struct daemon_client {
    struct daemon *daemon;
    struct cli_service service;
    struct qn_daemon_request request;
    bool has_host, is_resolved;
    struct qn_buf host, canonical, address, port;
    struct qn_buf path; /* of the repository, as found */
};

/* ---- daemon_log.c */
void daemon_error(struct daemon *daemon, const char *format, ...)
    QN_PRINTF(2, 3);
void daemon_info(struct daemon *daemon, const char *format, ...)
    QN_PRINTF(2, 3);
/* "fatal: ", and the end. */
void daemon_die(struct daemon *daemon, int code, const char *format, ...)
    QN_PRINTF(3, 4);

/* The same with the context's message, unless it is QN_OK. */
void daemon_check(struct daemon *daemon, enum qn_status status);

/* ---- daemon_hosts.c */
void daemon_read_host(struct daemon_client *client);
const char *daemon_canonical_host(struct daemon_client *client);
const char *daemon_host_address(struct daemon_client *client);
/* The template with %H, %CH, %IP, %P, %D and %% put in. */
void daemon_interpolate(struct daemon_client *client, const char *directory,
                        struct qn_buf *out);

/* ---- daemon_access.c */
/* The repository of the request into cli->repo.  False: the client was told. */
bool daemon_open(struct daemon_client *client,
                 const struct daemon_service *service);

/* ---- daemon_serve.c */
/* Answers the exit code. */
int daemon_serve(struct daemon *daemon);
/* "ERR <message>: <path>", or what says less. */
void daemon_refuse(struct daemon_client *client, const char *message);

/* ---- daemon_listen.c */
void daemon_listen(struct daemon *daemon);

#endif
