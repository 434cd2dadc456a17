/* SPDX-License-Identifier: MIT */
/* Where a repository is: a path or URL, taken apart.
 *
 *   path, ./a:b                          local
 *   file://[<host>]<path>                file
 *   [<user>@]<host>:<path>               ssh; <host> may be in brackets, which
 *                                        may hold a port: "[host:22]:path"
 *   ssh://, git+ssh://, ssh+git://       ssh, "[<user>@]<host>[:<port>]/<path>"
 *   git://<host>[:<port>]/<path>         git
 *   http, https, ftp, ftps ://           http
 *   <helper>::<address>, <helper>://...  helper
 *
 * "/~" at the beginning of a path of ssh and git is "~".  "%xx" means the byte
 * in all that is before "://" known here; helpers and http get theirs as it is
 * written.  Nothing is looked at on disk.  git-fetch(1) "GIT URLS",
 * gitremote-helpers(7).
 */
#ifndef QN_TRANSPORT_ADDRESS_H
#define QN_TRANSPORT_ADDRESS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"

enum qn_address_kind {
    QN_ADDRESS_LOCAL = 0,
    QN_ADDRESS_FILE,
    QN_ADDRESS_SSH,
    QN_ADDRESS_GIT,
    QN_ADDRESS_HTTP,
    QN_ADDRESS_HELPER
};

struct qn_address {
    enum qn_address_kind kind;
    const char *protocol; /* as protocol.<name>.allow has it: "file", "ssh",
                             "git", "https", the helper's name */
    const char *host;     /* ssh: with the user, without brackets; git: as it
                             is sent, with brackets and port; NULL: none */
    const char *name;     /* git: the host alone */
    const char *port;     /* NULL: none */
    const char *path;     /* helper, http: all that the program is told */
    struct qn_arena arena;
};
#define QN_ADDRESS_INIT                                                        \
    {                                                                          \
        .kind = QN_ADDRESS_LOCAL, .arena = QN_ARENA_INIT                       \
    }

/* QN_INVALID ("transport.no-path", "transport.strange") for a URL without a
 * path, with a host, port or path that a program could read as an option, or
 * whose protocol is no word. */
enum qn_status qn_address_parse(struct qn_ctx *ctx, const char *url,
                                struct qn_address *out) QN_MUST_USE;
void qn_address_dispose(struct qn_address *address);
/* Is it a path on this machine, and no URL ("file://" is one)? */
bool qn_address_is_local(const char *url);
/* Append the URL without who logs in there ("<user>[:<password>]@"): for
 * everybody to read. */
enum qn_status qn_address_append_shown(struct qn_ctx *ctx, struct qn_bytes url,
                                       struct qn_buf *out) QN_MUST_USE;

#endif
