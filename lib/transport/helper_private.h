/* SPDX-License-Identifier: MIT */
/* What the files of remote helpers share: helper.c starts and connects,
 * helper_lines.c speaks, helper_refs.c lists, helper_transfer.c moves
 * objects. */
#ifndef QN_TRANSPORT_HELPER_PRIVATE_H
#define QN_TRANSPORT_HELPER_PRIVATE_H

#include "transport/helper.h"
#include "transport/link.h"

struct qn_helper {
    struct qn_link *link;
    char *name;
    struct qn_helper_abilities abilities;
    struct qn_buf held; /* read, and not yet taken */
    size_t at;
    struct qn_buf line; /* the last one */
    uint32_t algorithm; /* of the repository here */
    bool is_open;       /* for commands: an empty line ends them */
    bool is_framed;     /* stateless-connect: answers end with a packet */
    bool shows_all;     /* GIT_TRANSPORT_HELPER_DEBUG */
    /* Of a framed answer: bytes of the packet at hand that are still to come,
     * and the digits of its length so far. */
    size_t packet_left;
    char digits[4];
    size_t digit_count;
    bool has_ended; /* the last read gave the end of an answer */
};

/* The longest line that one may say. */
#define QN_HELPER_LINE_MAX ((size_t)1 << 20)

/* What it can. */
enum qn_status qn_helper_ask(struct qn_ctx *ctx, struct qn_helper *helper);

/* Send "<text>\n"; the next line without its end, which lives until the next
 * call (in `helper->line`). QN_NETWORK ("transport.helper-ended"). */
enum qn_status qn_helper_lines_send(struct qn_ctx *ctx,
                                    struct qn_helper *helper, const char *text);
enum qn_status qn_helper_lines_next(struct qn_ctx *ctx,
                                    struct qn_helper *helper,
                                    const char **line);
/* A line for GIT_TRANSPORT_HELPER_DEBUG. */
void qn_helper_lines_show(struct qn_ctx *ctx, const struct qn_helper *helper,
                          const char *what, const char *line);
/* "<name> unexpectedly said: '<line>'". */
void qn_helper_lines_wonder(struct qn_ctx *ctx, const struct qn_helper *helper,
                            const char *line);
/* QN_INVALID ("transport.helper"): `before`, the line as it may be shown. */
enum qn_status qn_helper_lines_fail(struct qn_ctx *ctx, const char *before,
                                    const char *line, const char *after);
/* Answers of a framed conversation, without the packets that end them. */
enum qn_status qn_helper_lines_read(struct qn_ctx *ctx,
                                    struct qn_helper *helper, void *room,
                                    size_t size, size_t *used);

#endif
