/* SPDX-License-Identifier: MIT */
/* Commits: header lines, an empty line, the message.  Parsed in place.
 *
 *   tree <hex>\n (parent <hex>\n)* author <ident>\n committer <ident>\n
 *   (encoding <name>\n)? (gpgsig <lines>)? (other headers)* \n message
 */
#ifndef QN_OBJECT_COMMIT_H
#define QN_OBJECT_COMMIT_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "object/object.h"

/* A parsed view of a commit's bytes; everything is borrowed from them. */
struct qn_commit {
    struct qn_bytes text; /* the whole object */
    struct qn_id tree;
    struct qn_id first_parent;   /* when there is one */
    const uint8_t *parent_hex;   /* parent lines: "parent <hex>\n" each */
    const struct qn_id *grafted; /* the parents, when they are not those of the
                                    lines (walk/grafts.h); or NULL */
    uint32_t parent_count;
    uint32_t algorithm;
    struct qn_bytes author;    /* the ident text, without "author " */
    struct qn_bytes committer; /* likewise */
    struct qn_bytes encoding;  /* empty: UTF-8 */
    struct qn_bytes headers;   /* all of the header lines */
    struct qn_bytes message;   /* behind the empty line */
    int64_t committer_time;    /* seconds; 0 when it cannot be read, as Git */
};

enum qn_status qn_commit_parse(struct qn_ctx *ctx, struct qn_bytes text,
                               uint32_t algorithm,
                               struct qn_commit *out) QN_MUST_USE;
void qn_commit_parent(const struct qn_commit *commit, uint32_t i,
                      struct qn_id *out);
/* The value of a header ("gpgsig", "mergetag"), its continuation lines joined
 * with their leading space dropped, appended to `out`; `*found` tells. */
enum qn_status qn_commit_header(struct qn_ctx *ctx,
                                const struct qn_commit *commit,
                                const char *name, struct qn_buf *out,
                                bool *found) QN_MUST_USE;

/* "Name <mail> 1234567890 +0100", split; views into `text`. */
struct qn_ident {
    struct qn_bytes name;
    struct qn_bytes mail;
    int64_t seconds;
    int zone;      /* as written: +0130 is 130 */
    bool has_date; /* false when there was none to be read */
};
/* False when there is no mail to be found at all. */
bool qn_ident_parse(struct qn_bytes text, struct qn_ident *out);

struct qn_tag {
    struct qn_bytes text;
    struct qn_id object;
    struct qn_bytes type; /* "commit", ... */
    struct qn_bytes name;
    struct qn_bytes tagger;  /* may be empty: old tags have none */
    struct qn_bytes message; /* behind the empty line, signature included */
    struct qn_bytes headers;
};
enum qn_status qn_tag_parse(struct qn_ctx *ctx, struct qn_bytes text,
                            uint32_t algorithm, struct qn_tag *out) QN_MUST_USE;

#endif
