/* SPDX-License-Identifier: MIT */
/* Filter specs of partial clone: what `--filter=` says, as a list of filters
 * that all have to accept an object.
 *
 *   blob:none   blob:limit=<n>[kmg]   tree:<depth>   object:type=<type>
 *   sparse:oid=<blob-ish>   combine:<filter>+<filter>...   auto
 *
 * Within "combine:" each filter is percent-encoded; combined ones are taken
 * apart, so that the list is flat.  Described in git-rev-list(1).
 */
#ifndef QN_OBJECT_FILTER_SPEC_H
#define QN_OBJECT_FILTER_SPEC_H

#include "base/buf.h"
#include "base/ctx.h"
#include "object/object.h"

enum qn_filter_kind {
    QN_FILTER_BLOB_NONE,
    QN_FILTER_BLOB_LIMIT,  /* number: blobs of this size or more are left out */
    QN_FILTER_TREE_DEPTH,  /* number: this deep or deeper is left out */
    QN_FILTER_OBJECT_TYPE, /* type */
    QN_FILTER_SPARSE_OID,  /* text: names a blob with patterns */
    QN_FILTER_AUTO         /* what the other side's promisors say */
};

struct qn_filter_part {
    enum qn_filter_kind kind;
    enum qn_object_type type;
    uint64_t number;
    char *text;      /* owned; NULL but for sparse:oid */
    bool is_content; /* `text` is what the blob would have */
};

struct qn_filter_spec {
    struct qn_filter_part *parts;
    size_t count; /* 0: nothing is left out */
    size_t capacity;
    bool allows_auto; /* the caller's: "auto" is understood here */
};

#define QN_FILTER_SPEC_INIT                                                    \
    {                                                                          \
        NULL, 0, 0, false                                                      \
    }

void qn_filter_spec_dispose(struct qn_filter_spec *spec);
/* Forget all (--no-filter). */
void qn_filter_spec_clear(struct qn_filter_spec *spec);
/* Add sparse patterns that are here, as a sparse:oid that has them would; such
 * a spec cannot be written. */
enum qn_status
qn_filter_spec_add_patterns(struct qn_ctx *ctx, struct qn_filter_spec *spec,
                            struct qn_bytes patterns) QN_MUST_USE;
/* Add what `text` says.  QN_INVALID with Git's message; `spec` is as before
 * then. */
enum qn_status qn_filter_spec_parse(struct qn_ctx *ctx,
                                    struct qn_filter_spec *spec,
                                    struct qn_bytes text) QN_MUST_USE;
/* Append the spec as one word, numbers written out: "combine:" when there are
 * several; nothing when there is none. */
enum qn_status qn_filter_spec_append(struct qn_ctx *ctx,
                                     const struct qn_filter_spec *spec,
                                     struct qn_buf *out) QN_MUST_USE;
/* The first word of a part as Git names it in messages: "blob:none", "tree". */
const char *qn_filter_spec_kind_name(enum qn_filter_kind kind);

#endif
