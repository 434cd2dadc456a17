/* SPDX-License-Identifier: MIT */
/* Names without meaning for what tells of people and projects: the same text
 * always becomes the same name, in order of first use.
 *
 *   ref     refs/heads/topic/x  -> refs/heads/ref0/ref1
 *   path    src/main.c          -> path0/path1
 *   ident   A <a@x> 1 +0000     -> User 0 <user0@example.com> 1 +0000
 *   texts   messages, contents  -> subject 0, tag message 0, anonymous blob 0
 *   id      of what is not exported -> 0...01
 *
 * git-fast-export(1), "ANONYMIZING"; the forms by watching.
 */
#ifndef QN_OPERATION_PART_ANONYMIZER_H
#define QN_OPERATION_PART_ANONYMIZER_H

#include "base/buf.h"
#include "base/ctx.h"
#include "base/map.h"
#include "hash/id.h"

enum qn_anonymizer_kind {
    QN_ANONYMIZER_REF,
    QN_ANONYMIZER_PATH,
    QN_ANONYMIZER_IDENT,
    QN_ANONYMIZER_TAG_MESSAGE,
    QN_ANONYMIZER_ID,
    QN_ANONYMIZER_KIND_COUNT
};

struct qn_anonymizer {
    struct qn_map given; /* --anonymize-map: token to token (value: string in
                            the arena) */
    struct qn_map seen[QN_ANONYMIZER_KIND_COUNT]; /* number: which it was */
    uint64_t blob_count, message_count;
    struct qn_arena arena;
};

void qn_anonymizer_init(struct qn_anonymizer *anonymizer);
void qn_anonymizer_dispose(struct qn_anonymizer *anonymizer);
/* `from` becomes `to`, wherever it is a whole token. */
enum qn_status qn_anonymizer_give(struct qn_ctx *ctx,
                                  struct qn_anonymizer *anonymizer,
                                  struct qn_bytes from,
                                  struct qn_bytes to) QN_MUST_USE;

/* Each appends. */
enum qn_status qn_anonymizer_ref(struct qn_ctx *ctx,
                                 struct qn_anonymizer *anonymizer,
                                 const char *name,
                                 struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_anonymizer_path(struct qn_ctx *ctx,
                                  struct qn_anonymizer *anonymizer,
                                  struct qn_bytes path,
                                  struct qn_buf *out) QN_MUST_USE;
/* An ident with its date. */
enum qn_status qn_anonymizer_ident(struct qn_ctx *ctx,
                                   struct qn_anonymizer *anonymizer,
                                   struct qn_bytes ident,
                                   struct qn_buf *out) QN_MUST_USE;
/* Of a commit: each has one of its own. */
enum qn_status qn_anonymizer_message(struct qn_ctx *ctx,
                                     struct qn_anonymizer *anonymizer,
                                     struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_anonymizer_tag_message(struct qn_ctx *ctx,
                                         struct qn_anonymizer *anonymizer,
                                         struct qn_bytes message,
                                         struct qn_buf *out) QN_MUST_USE;
/* A content that has not been seen. */
enum qn_status qn_anonymizer_blob(struct qn_ctx *ctx,
                                  struct qn_anonymizer *anonymizer,
                                  struct qn_buf *out) QN_MUST_USE;
/* Hex digits. */
enum qn_status qn_anonymizer_id(struct qn_ctx *ctx,
                                struct qn_anonymizer *anonymizer,
                                const struct qn_id *id,
                                struct qn_buf *out) QN_MUST_USE;

#endif
