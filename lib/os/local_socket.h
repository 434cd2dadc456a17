/* SPDX-License-Identifier: MIT */
/* Sockets of the file system ("Unix domain"). */
#ifndef QN_OS_LOCAL_SOCKET_H
#define QN_OS_LOCAL_SOCKET_H

#include <stdbool.h>

/* A connected descriptor, closed on exec; or -1 and `*problem` (an errno). */
int qn_local_socket_connect(const char *path, bool is_datagram, int *problem);

#endif
