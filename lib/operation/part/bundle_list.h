/* SPDX-License-Identifier: MIT */
/* Lists of bundles: what a server tells of, or a file in the form of Git's
 * configuration.
 *
 *   bundle.version            1, when it is said
 *   bundle.mode               all | any; not said: all
 *   bundle.heuristic          creationToken; others mean nothing
 *   bundle.<id>.uri           absolute, or relative to where the list is from
 *   bundle.<id>.filter        of a partial clone
 *   bundle.<id>.creationToken the larger, the newer
 *
 * Who wrote it is not trusted: what is no list is told of and refused, keys
 * that mean nothing are passed over, there are QN_BUNDLE_LIST_MAX entries at
 * most.  technical/bundle-uri, gitprotocol-v2(5), git-config(1).
 */
#ifndef QN_OPERATION_PART_BUNDLE_LIST_H
#define QN_OPERATION_PART_BUNDLE_LIST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/map.h"

enum qn_bundle_list_mode {
    QN_BUNDLE_LIST_NO_MODE = 0,
    QN_BUNDLE_LIST_ALL, /* all of them are needed */
    QN_BUNDLE_LIST_ANY  /* one is as good as the other */
};

struct qn_bundle_list_entry { /* texts in the list's arena */
    const char *id;
    const char *uri; /* absolute as far as the list's own is; NULL: none */
    const char *filter;
    uint64_t token; /* 0: none */
};

struct qn_bundle_list {
    struct qn_bundle_list_entry *entries; /* in the order they came */
    size_t count;
    size_t capacity;
    enum qn_bundle_list_mode mode;
    int64_t version; /* 0: not said */
    bool has_tokens; /* bundle.heuristic=creationToken */
    struct qn_map ids;
    struct qn_arena arena;
};
#define QN_BUNDLE_LIST_INIT                                                    \
    {                                                                          \
        .entries = NULL, .ids = QN_MAP_INIT, .arena = QN_ARENA_INIT            \
    }

/* More are no list of bundles. */
#define QN_BUNDLE_LIST_MAX 10000
/* Nor is a larger file. */
#define QN_BUNDLE_LIST_SIZE_MAX ((size_t)4 << 20)

void qn_bundle_list_dispose(struct qn_bundle_list *list);
/* One setting, its key normalised.  `base`: where the list is from.
 * QN_INVALID for what makes it none. */
enum qn_status qn_bundle_list_set(struct qn_ctx *ctx,
                                  struct qn_bundle_list *list, const char *base,
                                  const char *key,
                                  const char *value) QN_MUST_USE;
/* "key=value", as a server sends it.  What is no setting is told of and passed
 * over. */
enum qn_status qn_bundle_list_take(struct qn_ctx *ctx,
                                   struct qn_bundle_list *list,
                                   const char *base,
                                   struct qn_bytes line) QN_MUST_USE;
/* A file, `file` for messages.  QN_INVALID for what is no list of bundles. */
enum qn_status qn_bundle_list_parse(struct qn_ctx *ctx,
                                    struct qn_bundle_list *list,
                                    const char *base, const char *file,
                                    struct qn_bytes text) QN_MUST_USE;
/* Append `uri`, seen from `base`: as it is when it names a protocol. */
enum qn_status qn_bundle_list_resolve(struct qn_ctx *ctx, const char *base,
                                      const char *uri,
                                      struct qn_buf *out) QN_MUST_USE;

#endif
