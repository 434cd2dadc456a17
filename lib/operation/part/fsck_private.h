/* SPDX-License-Identifier: MIT */
/* What the parts of fsck share. */
#ifndef QN_OPERATION_PART_FSCK_PRIVATE_H
#define QN_OPERATION_PART_FSCK_PRIVATE_H

#include "base/arena.h"
#include "base/progress.h"
#include "hash/id_map.h"
#include "operation/op_fsck.h"
#include "operation/part/object_checker.h"
#include "operation/part/object_links.h"
#include "os/mutex.h"
#include "pack/pack_file.h"

#include <stdatomic.h>

struct qn_fsck_finding { /* a line that is to come out by and by */
    uint64_t order;
    uint32_t serial;
    bool is_error;
    char *text;
};

struct qn_fsck_names { /* how objects are reached; begins as zeros */
    struct qn_id_map ids;
    const char **texts; /* beside them */
    size_t capacity;
    struct qn_arena arena;
};

struct qn_fsck {
    const struct qn_op_fsck *options;
    struct qn_repo *repo;
    struct qn_odb *odb; /* replaces, fetches and looks again at nothing */
    struct qn_refs *refs;
    struct qn_check_policy policy;
    struct qn_object_checker *checker;
    char *common_shown; /* the common directory, in messages */
    uint32_t algorithm;
    size_t id_size;
    struct qn_id_map shallow;
    struct qn_id_map ids;   /* every object there is, as they are stored */
    atomic_uchar *types;    /* beside them; NONE: not known yet */
    atomic_uchar *claims;   /* bits: as which types others refer to it */
    uint8_t *reached;       /* from the heads */
    atomic_uchar *bad;      /* damaged: as if it were not there */
    struct qn_mutex *mutex; /* guards the findings */
    struct qn_fsck_finding *findings;
    size_t finding_count;
    size_t finding_capacity;
    atomic_size_t broken; /* references to what is not there */
    atomic_uint code;
    struct qn_progress progress;
    struct qn_id *heads; /* that exist; and what the index names */
    size_t head_count;
    size_t head_capacity;
    size_t default_count; /* refs that there are */
    struct qn_fsck_names names;
    struct qn_id_map missing; /* values: the type it should have */
    struct qn_id_map promised;
    bool has_promised; /* that table is filled */
};

/* What an object refers to.  QN_CORRUPT: the message is Git's, or empty where
 * Git says nothing; what came before was handed over. */
struct qn_fsck_links_of {
    const struct qn_id *id;
    enum qn_object_type type;
    struct qn_bytes content;
    bool without_parents;
    qn_object_links_fn *each;
    void *data;
    uint32_t *entry_count; /* out: of a tree; or NULL */
};
enum qn_status qn_fsck_parse(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                             const struct qn_fsck_links_of *links) QN_MUST_USE;

/* A line at once. */
void qn_fsck_say(struct qn_ctx *ctx, struct qn_fsck *fsck, bool is_error,
                 const char *format, ...) QN_PRINTF(4, 5);
/* A line when all objects were looked at, in their order.  Any thread. */
void qn_fsck_keep(struct qn_ctx *ctx, struct qn_fsck *fsck, uint64_t order,
                  bool is_error, const char *format, ...) QN_PRINTF(5, 6);

/* How an object is reached: the first name stays.  Nothing unless names are
 * wanted. */
void qn_fsck_name_put(struct qn_ctx *ctx, struct qn_fsck *fsck,
                      const struct qn_id *id, const char *format, ...)
    QN_PRINTF(4, 5);
/* The name of what `from` refers to; `entry`: in a tree. */
void qn_fsck_name_link(struct qn_ctx *ctx, struct qn_fsck *fsck,
                       const struct qn_id *from, const struct qn_id *to,
                       enum qn_object_type type, struct qn_bytes entry);
void qn_fsck_name_parent(struct qn_ctx *ctx, struct qn_fsck *fsck,
                         const struct qn_id *from, const struct qn_id *to,
                         uint32_t number);
/* "<hex>" or "<hex> (<name>)". */
enum qn_status qn_fsck_describe(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                const struct qn_id *id,
                                struct qn_buf *out) QN_MUST_USE;
void qn_fsck_names_dispose(struct qn_fsck_names *names);

/* Is it in the store, and sound? */
bool qn_fsck_is_here(const struct qn_fsck *fsck, const struct qn_id *id);
/* May it be missing, because a promisor has it?  The table is made at the first
 * question. */
enum qn_status qn_fsck_is_promised(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                   const struct qn_id *id,
                                   bool *out) QN_MUST_USE;
enum qn_status qn_fsck_add_head(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                const struct qn_id *id) QN_MUST_USE;

/* Refs and HEADs, or the arguments. */
enum qn_status qn_fsck_heads(struct qn_ctx *ctx,
                             struct qn_fsck *fsck) QN_MUST_USE;
/* Reflogs and indexes, when objects were looked at. */
enum qn_status qn_fsck_reflogs(struct qn_ctx *ctx,
                               struct qn_fsck *fsck) QN_MUST_USE;
enum qn_status qn_fsck_indexes(struct qn_ctx *ctx,
                               struct qn_fsck *fsck) QN_MUST_USE;
/* Fill the table of objects. */
enum qn_status qn_fsck_list(struct qn_ctx *ctx,
                            struct qn_fsck *fsck) QN_MUST_USE;
/* Check every object; findings come out before it returns. */
enum qn_status qn_fsck_objects(struct qn_ctx *ctx,
                               struct qn_fsck *fsck) QN_MUST_USE;
/* A pack's path, as messages name it, appended. */
enum qn_status qn_fsck_pack_name(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                                 const struct qn_pack_file *pack,
                                 struct qn_buf *out) QN_MUST_USE;
/* The .bitmap files. */
enum qn_status qn_fsck_bitmaps(struct qn_ctx *ctx,
                               struct qn_fsck *fsck) QN_MUST_USE;
/* The .rev files, and those. */
enum qn_status qn_fsck_beside_packs(struct qn_ctx *ctx,
                                    struct qn_fsck *fsck) QN_MUST_USE;
/* Look at one: any thread.  `position` in the table; `place`: the file. */
enum qn_status qn_fsck_look(struct qn_ctx *ctx, struct qn_fsck *fsck,
                            uint32_t position, enum qn_object_type type,
                            struct qn_bytes content) QN_MUST_USE;
enum qn_status qn_fsck_loose(struct qn_ctx *ctx,
                             struct qn_fsck *fsck) QN_MUST_USE;
/* Objects that others take for another type than they are. */
enum qn_status qn_fsck_conflicts(struct qn_ctx *ctx,
                                 struct qn_fsck *fsck) QN_MUST_USE;
/* Reach from the heads; tell of what is missing and what is left. */
enum qn_status qn_fsck_links(struct qn_ctx *ctx,
                             struct qn_fsck *fsck) QN_MUST_USE;

/* In which order Git tells of objects: positions in the table (but for those
 * that are bad), and of `missing` behind its count.  The caller frees it. */
enum qn_status qn_fsck_order(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                             uint32_t **out, size_t *out_count) QN_MUST_USE;
/* How many slots Git's table has for them. */
size_t qn_fsck_order_slots(const struct qn_fsck *fsck);

#endif
