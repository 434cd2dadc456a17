/* SPDX-License-Identifier: MIT */
/* fast-import: a whole stream into a repository; when it is wrong, the report.
 * What got in can be read. */
#include "fuzz_repository.h"

#include "operation/op_fast_import.h"

static enum qn_status swallow(struct qn_ctx *ctx, void *data,
                              enum qn_fast_import_channel channel, int fd,
                              struct qn_bytes text)
{
    (void)ctx;
    (void)channel;
    (void)fd;
    *(size_t *)data += text.size;
    return QN_OK;
}

static enum qn_status look_at_ref(struct qn_ctx *ctx, void *data,
                                  const struct qn_ref *ref)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb *odb = data;

    if (!ref->is_symbolic)
        fuzz_check(qn_odb_read(ctx, odb, &ref->id, &object) == QN_OK);
    qn_object_dispose(&object);
    return QN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_buf path = QN_BUF_INIT;
    struct qn_fast_import *import = NULL;
    struct fuzz_repository r;
    struct qn_odb *odb = NULL;
    size_t told = 0;
    const struct qn_fast_import_calls calls = {.data = &told, .write = swallow};
    bool is_complete = false;
    int fd = fuzz_descriptor(data, size);

    fuzz_repository_open(ctx, &r, true);
    fuzz_check(qn_fast_import_new(ctx, &r.scope, &calls, &import) == QN_OK);
    if (qn_fast_import_run(ctx, import, fd, &is_complete)) {
        qn_ctx_clear(ctx);
        fuzz_ignore(qn_fast_import_crash(ctx, import, "message", 1, 1, &path));
    }
    qn_ctx_clear(ctx);
    fuzz_ignore(qn_fast_import_statistics(ctx, import, &path));
    qn_fast_import_free(import);
    qn_ctx_clear(ctx);
    fuzz_check(qn_repo_odb_raw(ctx, r.repo, &odb) == QN_OK);
    fuzz_ignore(qn_refs_walk(ctx, r.refs, "refs/", 0, look_at_ref, odb));
    qn_odb_free(odb);
    qn_buf_dispose(&path);
    close(fd);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
