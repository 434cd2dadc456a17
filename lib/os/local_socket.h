/* SPDX-License-Identifier: MIT */
/* Sockets of the file system ("Unix domain"). */
#ifndef QN_OS_LOCAL_SOCKET_H
#define QN_OS_LOCAL_SOCKET_H

#include <stdbool.h>

/* A connected descriptor, closed on exec; or -1 and `*problem` (an errno). */
int qn_local_socket_connect(const char *path, bool is_datagram, int *problem);

/* Bound to a path that must not be there, and listening.  As above. */
int qn_local_socket_listen(const char *path, int *problem);
/* The next who connects, or -1 when nobody does for so long (`*problem` 0) or
 * it fails. */
int qn_local_socket_accept(int listener, int timeout_ms, int *problem);
/* Is there something to read, or an end, before so much time is over? */
bool qn_local_socket_wait(int fd, int timeout_ms);
/* Nothing more will be written to it. */
void qn_local_socket_end_write(int fd);

#endif
