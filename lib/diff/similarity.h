/* SPDX-License-Identifier: MIT */
/* Similarity of contents: how much of one file is in another, as rename
 * detection counts it.
 *
 *   content -> chunks (a line, at most 64 bytes) -> bytes by chunk hash
 *   score    = 60000 * bytes in common / larger size
 *
 * Rules: docs/formats/renames.md.
 */
#ifndef QN_DIFF_SIMILARITY_H
#define QN_DIFF_SIMILARITY_H

#include "diff/tree_diff.h"

#define QN_SIMILARITY_MAX 60000u

/* Reads a side's content (object, or the work tree's file, filtered). */
struct qn_diff_content {
    enum qn_status (*read)(struct qn_ctx *ctx, void *data,
                           const struct qn_diff_side *side, struct qn_buf *out);
    void *data;
    /* Does the path's diff driver say: 1 binary, 0 text, -1 nothing?  NULL: it
     * never says. */
    int (*is_binary)(struct qn_ctx *ctx, void *data, struct qn_bytes path);
};

struct qn_similarity_span {
    uint32_t hash;
    uint32_t size;
};

/* One file of either side; zero but for `side` at first. */
struct qn_similarity_file {
    const struct qn_diff_side *side;
    uint64_t size;
    struct qn_similarity_span *spans;
    uint32_t span_count;
    bool has_size;
    bool has_spans;
    bool is_ignored; /* as a source of qn_similarity_match */
};
void qn_similarity_file_dispose(struct qn_similarity_file *file);

struct qn_similarity {
    struct qn_odb *odb;
    const struct qn_diff_content *content; /* NULL: objects only */
    uint32_t *table;                       /* bytes by hash; made when needed */
    struct qn_object object;               /* scratch */
    bool tells_progress;                   /* qn_similarity_find does */
};
void qn_similarity_init(struct qn_similarity *engine, struct qn_odb *odb,
                        const struct qn_diff_content *content);
void qn_similarity_dispose(struct qn_similarity *engine);

/* Read a side's content. */
enum qn_status qn_similarity_read(struct qn_ctx *ctx,
                                  struct qn_similarity *engine,
                                  const struct qn_diff_side *side,
                                  struct qn_buf *out) QN_MUST_USE;
/* Fill in the size (cheap) or the spans (reads the content). */
enum qn_status
qn_similarity_need_size(struct qn_ctx *ctx, struct qn_similarity *engine,
                        struct qn_similarity_file *file) QN_MUST_USE;
enum qn_status
qn_similarity_need_spans(struct qn_ctx *ctx, struct qn_similarity *engine,
                         struct qn_similarity_file *file) QN_MUST_USE;

/* Bytes of `from` that are in `to`, and bytes of `to` that are not in `from`.
 */
enum qn_status qn_similarity_count(struct qn_ctx *ctx,
                                   struct qn_similarity *engine,
                                   struct qn_similarity_file *from,
                                   struct qn_similarity_file *to,
                                   uint64_t *copied,
                                   uint64_t *added) QN_MUST_USE;

/* The score; 0 without reading when the sizes alone rule `minimum` out. */
enum qn_status qn_similarity_score(struct qn_ctx *ctx,
                                   struct qn_similarity *engine,
                                   struct qn_similarity_file *from,
                                   struct qn_similarity_file *to,
                                   uint32_t minimum,
                                   uint32_t *score) QN_MUST_USE;

/* The best sources of each destination, and all of them in the order in which
 * they are to be believed. */
struct qn_similarity_match {
    uint32_t source, destination;
    uint32_t score;
    bool has_same_name;
};
enum qn_status qn_similarity_find(struct qn_ctx *ctx,
                                  struct qn_similarity *engine,
                                  struct qn_similarity_file *sources,
                                  size_t source_count,
                                  struct qn_similarity_file *destinations,
                                  size_t destination_count, uint32_t minimum,
                                  struct qn_similarity_match **matches,
                                  size_t *match_count) QN_MUST_USE;

/* The part of a path behind its last "/". */
struct qn_bytes qn_similarity_base_name(struct qn_bytes path);

#endif
