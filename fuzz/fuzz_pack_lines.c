/* SPDX-License-Identifier: MIT */
/* What pack-objects is told on its input: ids, revisions, names of packs, a
 * cruft pack's names; any options.  The pack that comes out can be indexed.
 *
 *   kind (2 bits), options (6 bits)   text, in which "%C" is the second
 *   commit's id, "%c" the first's, "%T" a tree's, "%B" a blob's */
#include "fuzz_repository.h"

#include "operation/op_pack_objects.h"

static void expand(struct qn_ctx *ctx, const struct fuzz_repository *r,
                   struct qn_bytes in, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const struct qn_id *id;
    size_t i;

    for (i = 0; i < in.size; i++) {
        id = NULL;
        if (in.data[i] == '%' && i + 1 < in.size)
            id = in.data[i + 1] == 'C'   ? &r->commits[1]
                 : in.data[i + 1] == 'c' ? &r->commits[0]
                 : in.data[i + 1] == 'T' ? &r->trees[1]
                 : in.data[i + 1] == 'B' ? &r->blobs[0]
                                         : NULL;
        if (id)
            fuzz_check(qn_buf_append_string(ctx, out, qn_id_to_hex(id, hex)) ==
                       QN_OK);
        else
            fuzz_check(qn_buf_append(ctx, out, in.data + i, 1) == QN_OK);
        i += id != NULL;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_op_pack_objects options = {.fd = -1};
    struct qn_op_pack_objects_result result;
    struct qn_buf text = QN_BUF_INIT;
    struct fuzz_repository r;
    struct qn_ctx *ctx;
    char path[128];

    if (size < 1)
        return 0;
    ctx = fuzz_begin();
    memset(&result, 0, sizeof(result));
    fuzz_repository_open(ctx, &r, true);
    expand(ctx, &r, qn_bytes_make(data + 1, size - 1), &text);
    fuzz_check(qn_op_pack_objects_configure(ctx, qn_repo_config(r.repo),
                                            &options) == QN_OK);
    options.scope = &r.scope;
    options.kind = (enum qn_op_pack_objects_input)(data[0] & 3);
    options.input = qn_buf_bytes(&text);
    options.is_thin = data[0] & 4;
    options.all = options.kind == QN_OP_PACK_OBJECTS_REVISIONS && data[0] & 8;
    options.includes_tags = data[0] & 16;
    options.follows = data[0] & 32;
    options.by_path = data[0] & 64;
    options.missing = data[0] & 128 ? QN_PACK_GATHER_ALLOW_ANY : 0;
    options.threads = 1;
    options.is_stream = true;
    snprintf(path, sizeof(path), "%s/out", r.path);
    options.fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fuzz_check(options.fd >= 0);
    fuzz_ignore(qn_op_pack_objects_run(ctx, &options, &result));
    qn_op_pack_objects_result_dispose(&result);
    qn_ctx_clear(ctx);
    close(options.fd);
    qn_buf_dispose(&text);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
