/* SPDX-License-Identifier: MIT */
#include "object/object.h"

static const char *const type_names[] = {NULL, "commit", "tree", "blob", "tag"};

const char *qn_object_type_name(enum qn_object_type type)
{
    if ((unsigned)type >= QN_COUNT_OF(type_names))
        return NULL;
    return type_names[type];
}

enum qn_object_type qn_object_type_from_name(struct qn_bytes name)
{
    unsigned i;

    for (i = 1; i < QN_COUNT_OF(type_names); i++)
        if (qn_bytes_is_string(name, type_names[i]))
            return (enum qn_object_type)i;
    return QN_OBJECT_NONE;
}
