/* SPDX-License-Identifier: MIT */
/* Filters at work: any spec, asked about the objects of a history at their
 * paths and at others.  The first byte: are omitted objects noted, and where
 * do the trees repeat?  Sparse patterns come from the blob "sparse". */
#include "fuzz_repository.h"

#include "walk/object_filter.h"

static enum qn_status noted(struct qn_ctx *ctx, void *data,
                            const struct qn_id *id)
{
    (void)ctx;
    fuzz_check(!qn_id_is_null(id));
    ++*(size_t *)data;
    return QN_OK;
}

static void ask(struct qn_ctx *ctx, struct qn_object_filter *filter,
                enum qn_object_type type, const struct qn_id *id,
                const char *path, struct qn_object_filter_answer *answer)
{
    answer->is_skipped = true;
    if (qn_object_filter_ask(ctx, filter, type, id, qn_bytes_from_string(path),
                             answer))
        qn_ctx_clear(ctx);
}

static void walk(struct qn_ctx *ctx, const struct fuzz_repository *r,
                 struct qn_object_filter *filter, unsigned shape)
{
    static const char *const names[] = {"d", "e/d", "d/d"};
    struct qn_object_filter_answer answer;
    int round;

    for (round = 0; round < 3; round++) {
        ask(ctx, filter, QN_OBJECT_COMMIT, &r->commits[round & 1], "", &answer);
        ask(ctx, filter, QN_OBJECT_TREE, &r->trees[1], "", &answer);
        if (!answer.is_skipped &&
            qn_object_filter_enter(ctx, filter) == QN_OK) {
            ask(ctx, filter, QN_OBJECT_TREE, &r->trees[0],
                names[(shape >> round) % 3], &answer);
            if (!answer.is_skipped &&
                qn_object_filter_enter(ctx, filter) == QN_OK) {
                ask(ctx, filter, QN_OBJECT_BLOB, &r->blobs[0], "d/f", &answer);
                qn_object_filter_leave(filter);
            }
            ask(ctx, filter, QN_OBJECT_BLOB, &r->blobs[1], "f", &answer);
            qn_object_filter_leave(filter);
        }
        qn_ctx_clear(ctx);
        if (shape >> round & 1)
            qn_object_filter_restart(filter);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    struct qn_object_filter *filter = NULL;
    struct fuzz_repository r;
    struct qn_bytes text;
    struct qn_ctx *ctx;
    size_t count = 0;

    if (size < 1)
        return 0;
    ctx = fuzz_begin();
    fuzz_repository_open(ctx, &r, true);
    text = qn_bytes_make(data + 1, size - 1);
    if (qn_filter_spec_parse(ctx, &spec, text) == QN_OK &&
        qn_object_filter_new(ctx, &r.scope, &spec, data[0] & 1, &filter) ==
            QN_OK) {
        walk(ctx, &r, filter, data[0] >> 1);
        fuzz_ignore(qn_object_filter_each_omitted(ctx, filter, noted, &count));
    }
    qn_ctx_clear(ctx);
    qn_object_filter_free(filter);
    qn_filter_spec_dispose(&spec);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
