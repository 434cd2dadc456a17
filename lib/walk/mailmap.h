/* SPDX-License-Identifier: MIT */
/* Mailmap: the names and mails that people want to be known by.  gitmailmap(5).
 * Immutable once read; look-ups take no context. */
#ifndef QN_WALK_MAILMAP_H
#define QN_WALK_MAILMAP_H

#include "base/buf.h"
#include "base/ctx.h"
#include "odb/odb.h"
#include "repo/repo.h"
#include "walk/revision.h"

struct qn_mailmap;

enum qn_status qn_mailmap_new(struct qn_ctx *ctx,
                              struct qn_mailmap **out) QN_MUST_USE;
void qn_mailmap_free(struct qn_mailmap *mailmap);
/* Add the lines of one file; later ones override. */
enum qn_status qn_mailmap_add_text(struct qn_ctx *ctx,
                                   struct qn_mailmap *mailmap,
                                   struct qn_bytes text) QN_MUST_USE;
enum qn_status qn_mailmap_add_file(struct qn_ctx *ctx,
                                   struct qn_mailmap *mailmap,
                                   const char *path) QN_MUST_USE;
/* .mailmap of the work tree, mailmap.blob (HEAD:.mailmap when bare),
 * mailmap.file. */
enum qn_status qn_mailmap_load(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               struct qn_mailmap *mailmap) QN_MUST_USE;
/* Replace what is to be replaced.  True when there was an entry. */
bool qn_mailmap_map(const struct qn_mailmap *mailmap, struct qn_bytes *name,
                    struct qn_bytes *mail);

#endif
