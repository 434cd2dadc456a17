/* SPDX-License-Identifier: MIT */
/* What the two halves of fsck share. */
#ifndef QN_OPERATION_PART_FSCK_PRIVATE_H
#define QN_OPERATION_PART_FSCK_PRIVATE_H

#include "base/progress.h"
#include "hash/id_map.h"
#include "operation/op_fsck.h"
#include "os/mutex.h"

#include <stdatomic.h>

struct qn_fsck_finding { /* a line that is to come out by and by */
    uint32_t position;
    uint32_t serial;
    bool is_error;
    char *text;
};

struct qn_fsck {
    const struct qn_op_fsck *options;
    struct qn_odb *odb; /* replaces, fetches and looks again at nothing */
    uint32_t algorithm;
    size_t id_size;
    struct qn_id_map ids;   /* every object there is */
    atomic_uchar *types;    /* beside them; NONE: not known yet */
    atomic_uchar *used;     /* something refers to it */
    uint8_t *reached;       /* from the heads */
    uint8_t *bad;           /* damaged: as if it were not there */
    struct qn_mutex *mutex; /* guards the findings */
    struct qn_fsck_finding *findings;
    size_t finding_count;
    size_t finding_capacity;
    atomic_size_t broken; /* references to what is not there */
    atomic_uint code;
    struct qn_progress progress;
};

/* Check every object; findings come out before it returns. */
enum qn_status qn_fsck_objects(struct qn_ctx *ctx,
                               struct qn_fsck *fsck) QN_MUST_USE;
/* Reach from the heads; tell of what is missing and what is left. */
enum qn_status qn_fsck_links(struct qn_ctx *ctx,
                             struct qn_fsck *fsck) QN_MUST_USE;

#endif
