/* SPDX-License-Identifier: MIT */
/* Requests of version 2:
 *
 *   "command=<name>", capabilities, delimiter, arguments, flush
 *
 * The arguments belong to the command (ls_refs.h, fetch_request.h): a reader
 * is told of each as it comes, so that nothing is kept twice.
 * gitprotocol-v2(5).
 */
#ifndef QN_WIRE_WIRE_COMMAND_H
#define QN_WIRE_WIRE_COMMAND_H

#include "codec/pkt_line.h"
#include "wire/capabilities.h"

struct qn_wire_command {
    struct qn_buf name; /* "fetch" */
    struct qn_capabilities capabilities;
    bool has_arguments; /* within: behind the delimiter */
};
#define QN_WIRE_COMMAND_INIT                                                   \
    {                                                                          \
        .name = QN_BUF_INIT                                                    \
    }

enum qn_wire_command_event {
    QN_WIRE_COMMAND_MORE = 0, /* it was of the head */
    QN_WIRE_COMMAND_ARGUMENT, /* the packet is an argument */
    QN_WIRE_COMMAND_WHOLE,    /* that was its end */
    QN_WIRE_COMMAND_NONE      /* an empty request: the client is done */
};

void qn_wire_command_dispose(struct qn_wire_command *command);
/* For the next request. */
void qn_wire_command_clear(struct qn_wire_command *command);
/* Take the next packet.  QN_INVALID ("wire.command") with Git's words. */
enum qn_status
qn_wire_command_take(struct qn_ctx *ctx, struct qn_wire_command *command,
                     const struct qn_pkt_line *packet,
                     enum qn_wire_command_event *event) QN_MUST_USE;

/* Append the head of a request, with the delimiter; arguments and a flush
 * follow.  `agent` and `session` are sent where the server tells of its own
 * (`server`), each option of `options` as "server-option="; NULL: none. */
struct qn_wire_command_head {
    const char *name;
    const struct qn_capabilities *server;
    const char *agent;
    const char *session;
    const char *object_format;
    const char *promisors; /* accepted, encoded; or NULL */
    const struct qn_wire_words *options;
};
enum qn_status qn_wire_command_write(struct qn_ctx *ctx,
                                     const struct qn_wire_command_head *head,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
