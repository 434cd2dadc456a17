/* SPDX-License-Identifier: MIT */
/* Refspecs: "[+|^]<source>[:<destination>]" of fetch and push, parsed, checked
 * and applied.  git-fetch(1), git-push(1). */
#ifndef QN_TEXT_REFSPEC_H
#define QN_TEXT_REFSPEC_H

#include "base/buf.h"
#include "base/bytes.h"

struct qn_refspec {
    char *source;      /* owned; NULL: none was written (push ":x", fetch) */
    char *destination; /* owned; NULL: no ":"; "" for "a:" */
    char *text;        /* owned; as it was written */
    bool is_forced;    /* "+" */
    bool is_negative;  /* "^" */
    bool is_pattern;   /* both sides have one "*" */
    bool is_matching;  /* push ":" */
    bool is_exact_id;  /* the source is a full object id */
};

#define QN_REFSPEC_INIT                                                        \
    {                                                                          \
        NULL, NULL, NULL, false, false, false, false, false                    \
    }

enum qn_refspec_use { QN_REFSPEC_FETCH, QN_REFSPEC_PUSH };

/* QN_INVALID "invalid refspec '<text>'". */
enum qn_status qn_refspec_parse(struct qn_ctx *ctx, const char *text,
                                enum qn_refspec_use use,
                                struct qn_refspec *out) QN_MUST_USE;
void qn_refspec_dispose(struct qn_refspec *refspec);

/* Is `name` what `pattern` (with at most one "*") says?  `*middle` (may be
 * NULL) is what "*" stands for. */
bool qn_refspec_side_matches(const char *pattern, struct qn_bytes name,
                             struct qn_bytes *middle);

/* Append the destination of the ref `name`, if the source side says it;
 * `*matched` tells. */
enum qn_status qn_refspec_map(struct qn_ctx *ctx,
                              const struct qn_refspec *refspec,
                              struct qn_bytes name, struct qn_buf *out,
                              bool *matched) QN_MUST_USE;
/* The other way: from a destination to its source. */
enum qn_status qn_refspec_map_back(struct qn_ctx *ctx,
                                   const struct qn_refspec *refspec,
                                   struct qn_bytes name, struct qn_buf *out,
                                   bool *matched) QN_MUST_USE;

#endif
