/* SPDX-License-Identifier: MIT */
/* A connection to a service of another repository: upload-pack, receive-pack,
 * upload-archive; over a process (local, ssh, ext, a remote helper), a socket
 * (git://) or requests (http).
 *
 *   open -> what the server says first (`server`) -> send, read, ... -> finish
 *
 * Two kinds.  One that stays: what is sent and what is read are two streams.
 * One that forgets (`is_stateless`: http, a helper's stateless-connect): what
 * is sent up to and with `is_end` is one request; reading then gives its
 * answer, whose end is `is_over`; the next send begins another request.
 * Whoever speaks over it (wire/fetch_client.h, a push) need know no more.
 *
 * A connection belongs to one thread.  gitprotocol-pack(5), gitprotocol-v2(5),
 * gitprotocol-http(5).
 */
#ifndef QN_TRANSPORT_CONNECTION_H
#define QN_TRANSPORT_CONNECTION_H

#include "config/config.h"
#include "program/prompt.h"
#include "wire/advertisement.h"
#include "wire/ls_refs.h"
#include "wire/wire_input.h"

enum qn_service {
    QN_SERVICE_UPLOAD_PACK = 0,
    QN_SERVICE_RECEIVE_PACK,
    QN_SERVICE_UPLOAD_ARCHIVE
};
/* "git-upload-pack" and its kin. */
const char *qn_service_name(enum qn_service service);

/* What a kind of connection is made of; filled by what opens one. */
struct qn_connection_calls {
    void *data;
    /* Send all of `bytes`; `is_end`: the request is whole.  QN_NETWORK. */
    enum qn_status (*send)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes bytes, bool is_end);
    /* At least one byte into `room`, or `*used` 0 at the end. */
    enum qn_status (*read)(struct qn_ctx *ctx, void *data, void *room,
                           size_t size, size_t *used);
    /* Nothing more will be sent (what stays, and is no socket: its writing end
     * is closed).  May be NULL. */
    enum qn_status (*close_send)(struct qn_ctx *ctx, void *data);
    /* Both ends are done: wait for the program's end.  QN_NETWORK when it
     * failed.  May be NULL. */
    enum qn_status (*finish)(struct qn_ctx *ctx, void *data);
    void (*free)(void *data); /* whatever happened before */
};

/* More bytes than this tell of no refs: some millions of them. */
#define QN_CONNECTION_REFS_MAX ((uint64_t)512 << 20)

struct qn_helper;
struct qn_connection {
    struct qn_connection_calls calls;
    enum qn_service service;
    bool is_stateless;
    bool is_over;                   /* of the answer that is being read */
    struct qn_wire_input input;     /* what was read, and not yet taken */
    struct qn_advertisement server; /* what it said first */
    const char *traced;             /* GIT_TRACE_PACKET: whose packets */
    uint64_t filled;                /* bytes read, since it was cleared */
    struct qn_buf *heard;           /* what is read is copied there; or NULL */
    bool has_asked;                 /* for more than refs */
    bool is_sending;                /* a request that is not whole yet */
    bool is_dumb; /* plain files over http: only refs are known of it */
    /* A remote helper that speaks no wire protocol: only refs are known of it;
     * objects go by transport/helper.h.  Else NULL. */
    struct qn_helper *helper;
};

/* Progress that a person should see while a connection is made, and what is
 * asked of a person, is for the opener's caller: prompts go through
 * program/credential.h. */
struct qn_connection_options {
    const struct qn_config *config;
    const char *url;         /* rewritten already (repo/remote.h) */
    const char *remote_name; /* for remote.<name>.* and helpers; or NULL */
    const char *helper;      /* remote.<name>.vcs; or NULL */
    enum qn_service service;
    const char *program;   /* --upload-pack, --receive-pack; NULL: its name */
    const char *traced;    /* GIT_TRACE_PACKET: "fetch", "ls-remote"; or NULL */
    const char *directory; /* where a path of this machine starts, and programs
                              run; NULL: here */
    uint32_t version;      /* asked for: 0, 1, 2 */
    int family;            /* 4 or 6; 0: any */
    uint32_t algorithm;    /* of the repository here, for helpers; 0: SHA-1 */
    const char *git_directory; /* of the repository here; NULL: none */
    /* The command that serves a repository on this machine when no `program` is
     * named: the arguments in front of "upload-pack", NULL terminated.  NULL:
     * the service's name, through the shell. */
    const char *const *own_program;
    const struct qn_prompt_calls *prompt; /* NULL: there is nobody to ask */
    /* The value of a ref here, for helpers that know only that theirs is the
     * same; or NULL. */
    enum qn_status (*read_ref)(struct qn_ctx *ctx, void *data, const char *name,
                               struct qn_id *id, bool *found);
    void *read_ref_data;
    const char *agent;     /* "quoin/1.0-Linux" */
    const char *session;   /* transfer.advertiseSID; or NULL */
    const char *promisors; /* accepted promisor remotes, encoded; or NULL */
    int verbosity;         /* -1: quiet; 0; 1: -v, tells of connecting: */
    int helper_extra;      /* by how much more helpers are to say */
    const struct qn_wire_words *helper_words;   /* for helpers: options, "<name>
                                                   <value>" each; or NULL */
    void (*tell)(void *data, const char *text); /* for stderr; or NULL */
    void *tell_data;
    struct qn_buf *heard; /* what the server says first, as it came; or NULL */
    bool shows_progress;
    bool is_not_from_user; /* a server or a submodule named it: only "always" */
    bool is_clone;         /* for helpers: "cloning" */
    bool skips_advertisement; /* upload-archive says nothing first */
};

/* QN_REFUSED ("transport.not-allowed"), QN_INVALID ("transport.strange",
 * "transport.no-path"), QN_NETWORK ("transport.no-answer", "wire.hung-up"),
 * QN_AUTHENTICATION, QN_UNSUPPORTED with Git's words.  What an ended connection
 * says (qn_connection_finish) is QN_NETWORK ("transport.program-failed"): Git
 * prints nothing for it, fetch exits with 1, ls-remote with 0. */
enum qn_status qn_connection_open(struct qn_ctx *ctx,
                                  const struct qn_connection_options *options,
                                  struct qn_connection **out) QN_MUST_USE;
/* Ends it in good order; what is left is freed by qn_connection_free. */
enum qn_status
qn_connection_finish(struct qn_ctx *ctx,
                     struct qn_connection *connection) QN_MUST_USE;
void qn_connection_free(struct qn_connection *connection); /* NULL is fine */

/* Will a remote helper be started for it? */
enum qn_status
qn_connection_uses_helper(struct qn_ctx *ctx,
                          const struct qn_connection_options *options,
                          bool *out) QN_MUST_USE;

/* For those who make one themselves: take what the server says first. */
enum qn_status
qn_connection_greet(struct qn_ctx *ctx,
                    struct qn_connection *connection) QN_MUST_USE;
/* QN_TOO_BIG ("transport.endless") when what was read since `filled` was
 * cleared cannot be a list of refs. */
enum qn_status
qn_connection_check_size(struct qn_ctx *ctx,
                         const struct qn_connection *connection) QN_MUST_USE;
/* QN_NETWORK ("transport.no-answer"): "Could not read from remote
 * repository..." */
enum qn_status qn_connection_fail_unreadable(struct qn_ctx *ctx);

enum qn_status qn_connection_send(struct qn_ctx *ctx,
                                  struct qn_connection *connection,
                                  struct qn_bytes bytes,
                                  bool is_end) QN_MUST_USE;
/* Nothing more will be sent, and the other side may know.  QN_NETWORK
 * ("wire.hung-up"): it did not take all that was. */
enum qn_status
qn_connection_close_send(struct qn_ctx *ctx,
                         struct qn_connection *connection) QN_MUST_USE;
/* Read more into `input`; at its end `input.is_over`. */
enum qn_status qn_connection_fill(struct qn_ctx *ctx,
                                  struct qn_connection *connection) QN_MUST_USE;
/* The next packet, read as far as it takes. */
enum qn_status qn_connection_next(struct qn_ctx *ctx,
                                  struct qn_connection *connection,
                                  struct qn_pkt_line *packet) QN_MUST_USE;

/* The refs of the other side: by ls-refs (2) what `request` asks for, else all
 * that it told of already.  `*refs` is the connection's. */
enum qn_status qn_connection_refs(struct qn_ctx *ctx,
                                  struct qn_connection *connection,
                                  const struct qn_connection_options *options,
                                  const struct qn_ls_refs *request,
                                  const struct qn_wire_words *server_options,
                                  struct qn_remote_refs **refs) QN_MUST_USE;

#endif
