/* SPDX-License-Identifier: MIT */
/* A bundle: its header, are its prerequisites here, and its pack unpacked. */
#include "fuzz_repository.h"

#include "operation/op_bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct fuzz_repository r;
    struct qn_bundle bundle;
    bool is_complete = false;
    size_t i;
    int fd = fuzz_descriptor(data, size);

    fuzz_repository_open(ctx, &r, true);
    qn_bundle_init(&bundle);
    if (qn_bundle_read(ctx, &bundle, fd, "fuzz") == QN_OK) {
        for (i = 0; i < bundle.refs.count; i++)
            fuzz_check(bundle.refs.items[i].name != NULL);
        if (bundle.algorithm == QN_HASH_SHA1 &&
            qn_bundle_check(ctx, &r.scope, &bundle, &is_complete) == QN_OK)
            fuzz_ignore(qn_bundle_unpack(ctx, &r.scope, &bundle, fd, NULL));
    }
    qn_bundle_dispose(&bundle);
    close(fd);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
