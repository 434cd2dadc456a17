/* SPDX-License-Identifier: MIT */
/* Objects: what the four types are called, and one object in memory. */
#ifndef QN_OBJECT_OBJECT_H
#define QN_OBJECT_OBJECT_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"

/* The numbers are those of a pack entry's header. */
enum qn_object_type {
    QN_OBJECT_NONE = 0,
    QN_OBJECT_COMMIT = 1,
    QN_OBJECT_TREE = 2,
    QN_OBJECT_BLOB = 3,
    QN_OBJECT_TAG = 4
};

const char *qn_object_type_name(enum qn_object_type type); /* NULL: none */
enum qn_object_type qn_object_type_from_name(struct qn_bytes name);

/* One object's content; `data` is owned and used again by the next read. */
struct qn_object {
    enum qn_object_type type;
    struct qn_buf data;
};

#define QN_OBJECT_INIT                                                         \
    {                                                                          \
        QN_OBJECT_NONE, QN_BUF_INIT                                            \
    }

static inline void qn_object_dispose(struct qn_object *object)
{
    qn_buf_dispose(&object->data);
    object->type = QN_OBJECT_NONE;
}

static inline struct qn_bytes qn_object_bytes(const struct qn_object *object)
{
    return qn_buf_bytes(&object->data);
}

#endif
