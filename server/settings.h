/* SPDX-License-Identifier: MIT */
/* The command line of quoin-serve. */
#ifndef QUOIN_SERVER_SETTINGS_H
#define QUOIN_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings {
    const char *listen;     /* host:port, host, :port */
    const char *git_listen; /* the same for git://; NULL: not at all */
    const char *access, *users;
    const char *certificate, *key; /* files; NULL: no TLS */
    const char *pid_file, *title;
    const char *shell;   /* --shell=<user>: one command of sshd */
    const char *command; /* -c <command> with it */
    uint64_t cache_size, request_size, push_size, memory;
    uint64_t request_memory;
    uint64_t workers, waiting, open_repositories, connections, per_client;
    uint64_t seconds, stall_seconds, header_seconds, grace_seconds, slowest;
    bool allows_git_push, has_no_web, is_quiet, hashes_password, wants_help;
    const char **folders;
    size_t folder_count;
};

/* False: what is wrong was said. */
bool settings_parse(struct settings *settings, int argc, char **argv);
void settings_help(void);

#endif
