/* SPDX-License-Identifier: MIT */
/* An answer that is being made, and those who read it: one writes, any number
 * read from the beginning, each as fast as they are.
 *
 *   small       in memory
 *   on disk     what is larger, up to `window`, in a file without a name
 *   rolling     beyond `window` only the last `window` bytes are kept: the
 *               writer waits for the slowest reader, nobody may join any more,
 *               and who does not move for STALL seconds is dropped
 *
 * So memory is bounded whatever is asked for, and a slow client holds nobody
 * up.  Counted; safe for threads.
 */
#ifndef QUOIN_SERVER_RESPONSE_H
#define QUOIN_SERVER_RESPONSE_H

#include "base/bytes.h"
#include "base/ctx.h"

#include <stdatomic.h>

struct response;

/* Workers that wait for a client now, in all answers and over git://.  When
 * there are more than `most`, who holds one up with an answer and stands still
 * makes way soon. */
struct response_crowd {
    atomic_uint waiting;
    unsigned most;
};

enum response_state {
    RESPONSE_DATA,
    RESPONSE_WAIT,
    RESPONSE_END,
    RESPONSE_CUT
};

/* One who reads; lives in the caller's structure while attached. */
struct response_reader {
    struct response *response;
    uint64_t offset;
    /* Both called with the response locked; or NULL. */
    void (*sleep)(void *data); /* it is about to wait */
    void (*wake)(void *data);
    void *data;
    bool is_waiting, is_dropped;
    int64_t moved_ms;
    struct response_reader *next;
};

/* `window`: bytes; on disk when it is more than fits memory.  `stall_ms`: how
 * long a reader may stand still.  NULL: no memory. */
struct response *response_new(uint64_t window, int64_t stall_ms);
/* Before anybody writes; the crowd outlives the response. */
void response_join(struct response *response, struct response_crowd *crowd);
struct response *response_retain(struct response *response);
void response_release(struct response *response);

/* The writer's.  QN_CANCELLED: nobody reads any more. */
enum qn_status response_append(struct qn_ctx *ctx, struct response *response,
                               struct qn_bytes bytes) QN_MUST_USE;
void response_finish(struct response *response, bool is_whole);

/* False: too late to begin at the beginning. */
bool response_attach(struct response *response, struct response_reader *reader);
void response_detach(struct response_reader *reader);
/* Does not wait: RESPONSE_WAIT asks for `wake`. */
enum response_state response_read(struct response_reader *reader, void *room,
                                  size_t size, size_t *used);
/* The same, and waits. */
enum response_state response_await(struct response_reader *reader, void *room,
                                   size_t size, size_t *used);

uint64_t response_size(struct response *response);
/* What was given to response_new. */
uint64_t response_window(const struct response *response);
/* Whole, or still growing as it should: worth keeping. */
bool response_is_good(struct response *response);
/* Whole: `*size` bytes, in a file or (fd -1) in memory that stays. */
bool response_whole(struct response *response, int *fd, const uint8_t **data,
                    uint64_t *size);

int64_t response_clock_ms(void);

#endif
