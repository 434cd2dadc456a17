/* SPDX-License-Identifier: MIT */
/* Clients that are too slow, too many or guess passwords.
 *
 * A connection without a whole head of a request in time is shut; the library
 * that speaks http counts each byte as a sign of life, so this is ours to do.
 * Safe for threads. */
#ifndef QUOIN_SERVER_LIMITS_H
#define QUOIN_SERVER_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limits;

struct limits *limits_new(size_t most_connections);
void limits_free(struct limits *limits);

/* A connection waits for the head of a request ... */
void limits_wait(struct limits *limits, int fd);
/* ... or for the rest of its body. */
void limits_wait_body(struct limits *limits, int fd);
/* All is there, or it is closed. */
void limits_forget(struct limits *limits, int fd);
/* Shut those that wait for a head longer than `seconds`, and those whose other
 * end is gone (an edge that the event loop may miss); how many of the first. */
unsigned limits_shut(struct limits *limits, unsigned seconds);

/* One more of that address: false when it has `most` already. */
bool limits_enter(struct limits *limits, const char *address, unsigned most);
void limits_leave(struct limits *limits, const char *address);

/* One more conversation with that address; one less; how many. */
void limits_talk(struct limits *limits, const char *address);
void limits_talk_end(struct limits *limits, const char *address);
unsigned limits_talks(struct limits *limits, const char *address);

/* Sign-ins that failed, lately, from there: too many? */
bool limits_may_sign_in(struct limits *limits, const char *address);
void limits_sign_in_failed(struct limits *limits, const char *address);

#endif
