/* SPDX-License-Identifier: MIT */
/* Between http_walk.c (what is asked for), http_walk_source.c (where it is) and
 * http_walk_loose.c (a loose object, as it comes). */
#ifndef QN_OPERATION_PART_HTTP_WALK_PRIVATE_H
#define QN_OPERATION_PART_HTTP_WALK_PRIVATE_H

#include "operation/part/http_walk.h"
#include "pack/pack_index.h"

/* A pack of a server. */
struct qn_http_walk_pack {
    char name[2 * QN_ID_MAX_SIZE + 1]; /* the hex in its name */
    struct qn_buf bytes;               /* of its index */
    struct qn_pack_index index;
    bool has_index;
    bool is_bad; /* fetched, or not to be had */
};

/* A repository on a server: the one asked for, then its alternates. */
struct qn_http_walk_place {
    struct qn_http_client *client;
    bool is_own; /* the client is this place's to free */
    bool has_packs, has_alternates;
    struct qn_http_walk_pack *packs;
    size_t pack_count, pack_capacity;
};

struct qn_http_walk_source {
    const struct qn_http_walk *walk;
    struct qn_odb *odb;
    struct qn_http_walk_place *places;
    size_t count, capacity;
    size_t index_size; /* of all indexes that are kept */
};

enum qn_status
qn_http_walk_source_open(struct qn_ctx *ctx, const struct qn_http_walk *walk,
                         struct qn_http_walk_source *out) QN_MUST_USE;
void qn_http_walk_source_dispose(struct qn_http_walk_source *source);
void qn_http_walk_tell(struct qn_ctx *ctx, const struct qn_http_walk *walk,
                       const char *format, ...) QN_PRINTF(3, 4);

/* Begin to ask the first place for a loose file. */
enum qn_status qn_http_walk_source_start(
    struct qn_ctx *ctx, struct qn_http_walk_source *source, size_t place,
    const struct qn_id *id, struct qn_http_answer *answer) QN_MUST_USE;
/* What came: hash it, write it.  `*found` false: it is not there.  `*type`,
 * and `content` are the object's. */
enum qn_status
qn_http_walk_source_take(struct qn_ctx *ctx, struct qn_http_walk_source *source,
                         const struct qn_id *id, struct qn_http_answer *answer,
                         struct qn_object *out, bool *found) QN_MUST_USE;
/* The answer is the file of this object: hashed, written.  A large blob is not
 * in `out`.  QN_CORRUPT ("http.bad-object"). */
enum qn_status qn_http_walk_loose_take(struct qn_ctx *ctx,
                                       struct qn_http_walk_source *source,
                                       const struct qn_id *id,
                                       struct qn_http_answer *answer,
                                       struct qn_object *out) QN_MUST_USE;
/* In the packs whose indexes were seen already: the pack is fetched. */
enum qn_status qn_http_walk_source_pack(struct qn_ctx *ctx,
                                        struct qn_http_walk_source *source,
                                        const struct qn_id *id,
                                        bool *found) QN_MUST_USE;
/* It was no loose file of the first place: everywhere else. */
enum qn_status qn_http_walk_source_search(struct qn_ctx *ctx,
                                          struct qn_http_walk_source *source,
                                          const struct qn_id *id,
                                          bool *found) QN_MUST_USE;

#endif
