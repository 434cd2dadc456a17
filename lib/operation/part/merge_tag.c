/* SPDX-License-Identifier: MIT */
#include "operation/part/merge_tag.h"

#include "program/verifier.h"

enum qn_status qn_merge_tag_append(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_id *tag, struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_bytes rest, line;
    const char *before = "mergetag ";
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, tag, QN_OBJECT_TAG, &object);

    rest = status ? QN_BYTES_NONE : qn_object_bytes(&object);
    if (qn_verifier_find_signature(rest) == rest.size)
        rest = QN_BYTES_NONE;
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        status =
            qn_buf_printf(ctx, out, "%s%.*s\n", before, QN_BYTES_ARG(line));
        before = " ";
    }
    qn_object_dispose(&object);
    return status;
}
