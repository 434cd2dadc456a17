/* SPDX-License-Identifier: MIT */
/* A list of bundles: the first byte says whether it is a file, or lines that a
 * server sent. */
#include "fuzz.h"

#include "operation/part/bundle_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bundle_list list = QN_BUNDLE_LIST_INIT;
    struct qn_bytes rest = qn_bytes_make(data, size), line;
    size_t i;

    if (size > 0 && data[0] & 1) {
        fuzz_ignore(qn_bundle_list_parse(ctx, &list, "http://h/p/list", "fuzz",
                                         qn_bytes_from(rest, 1)));
    } else {
        rest = qn_bytes_from(rest, 1);
        while (qn_bytes_next(&rest, '\n', &line))
            fuzz_ignore(
                qn_bundle_list_take(ctx, &list, "http://h/p/list", line));
    }
    fuzz_check(list.count <= QN_BUNDLE_LIST_MAX);
    for (i = 0; i < list.count; i++)
        fuzz_check(list.entries[i].id != NULL);
    qn_bundle_list_dispose(&list);
    fuzz_end(ctx);
    return 0;
}
