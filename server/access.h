/* SPDX-License-Identifier: MIT */
/* Who may do what: one small file, read whole, believed whole or not at all.
 *
 *   # a comment
 *   group <name> <user>...
 *   repository <pattern>...                 of names as URLs have them
 *       read   <who>...
 *       push   <who>... [on <ref pattern>...]   new refs, and forward
 *       force  <who>... [on <ref pattern>...]   ... and back
 *       delete <who>... [on <ref pattern>...]
 *       namespace <name>                    only its refs (gitnamespaces(7))
 *
 *   who = anyone | users (whoever signed in) | <user> | @<group>
 *
 * Rights of all sections that match add up; what no line allows is refused. Any
 * right includes reading; force includes push.  Patterns are wildmatch's, "*"
 * goes over slashes.  docs/decisions/access-rules.md.
 */
#ifndef QUOIN_SERVER_ACCESS_H
#define QUOIN_SERVER_ACCESS_H

#include "base/bytes.h"
#include "base/ctx.h"

enum access_right {
    ACCESS_READ = 1,
    ACCESS_PUSH = 2,
    ACCESS_FORCE = 4,
    ACCESS_DELETE = 8
};

struct access;

/* QN_INVALID ("serve.access"), with the line. */
enum qn_status access_parse(struct qn_ctx *ctx, struct qn_bytes text,
                            struct access **out) QN_MUST_USE;
/* `path` NULL: anyone reads, nobody pushes. */
enum qn_status access_load(struct qn_ctx *ctx, const char *path,
                           struct access **out) QN_MUST_USE;
void access_free(struct access *access);

/* The namespace whose refs alone are served under that name (".git" may be
 * missing); NULL: all are. */
const char *access_namespace(const struct access *access,
                             const char *repository);

/* `user` NULL: did not sign in.  `ref` NULL: any ref will do. */
bool access_allows(const struct access *access, const char *repository,
                   const char *user, enum access_right right, const char *ref);

#endif
