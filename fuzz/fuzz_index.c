/* SPDX-License-Identifier: MIT */
/* The index: read, checked for its invariants, changed, written, read again. */
#include "fuzz.h"

#include "index/index.h"
#include "index/untracked_cache.h"

static void check_order(const struct qn_index *index)
{
    for (size_t i = 1; i < qn_index_count(index); i++) {
        const struct qn_index_entry *a = qn_index_peek(index, i - 1);
        const struct qn_index_entry *b = qn_index_peek(index, i);
        int order = qn_bytes_compare(a->path, b->path);

        fuzz_check(order < 0 || (order == 0 && a->stage < b->stage));
        fuzz_check(b->path.data[b->path.size] == '\0');
    }
}

/* What was read is written, and reads again as the same bytes. */
static void read_untracked(struct qn_ctx *ctx, struct qn_bytes bytes,
                           uint32_t algorithm)
{
    struct qn_untracked_cache cache, again;
    struct qn_buf first = QN_BUF_INIT, second = QN_BUF_INIT;

    if (qn_untracked_cache_parse(ctx, algorithm, bytes, &cache) == QN_OK) {
        fuzz_check(qn_untracked_cache_append(ctx, &cache, &first) == QN_OK);
        fuzz_check(qn_untracked_cache_parse(
                       ctx, algorithm, qn_buf_bytes(&first), &again) == QN_OK);
        fuzz_check(qn_untracked_cache_append(ctx, &again, &second) == QN_OK);
        fuzz_check(
            qn_bytes_is_equal(qn_buf_bytes(&first), qn_buf_bytes(&second)));
        qn_untracked_cache_dispose(&again);
        qn_untracked_cache_dispose(&cache);
    }
    qn_ctx_clear(ctx);
    qn_buf_dispose(&first);
    qn_buf_dispose(&second);
}

static void run(struct qn_ctx *ctx, struct qn_bytes bytes, uint32_t algorithm)
{
    struct qn_index_write_options options = {.records_eoie = true};
    struct qn_index_entry entry = {.path = QN_BYTES("m/n"), .mode = 0100644};
    struct qn_index *index = NULL, *again = NULL;
    struct qn_buf written = QN_BUF_INIT;
    size_t count;

    if (qn_index_parse(ctx, bytes, algorithm, "no/such/place/index", &index)) {
        qn_ctx_clear(ctx);
        return;
    }
    check_order(index);
    fuzz_ignore(qn_index_verify(ctx, index));
    read_untracked(ctx, qn_index_untracked(index), algorithm);
    qn_id_clear(&entry.id, algorithm);
    fuzz_ignore(qn_index_add(ctx, index, &entry, true));
    if (qn_index_count(index) > 1)
        qn_index_remove_at(index, qn_index_count(index) / 2);
    check_order(index);
    count = qn_index_count(index);
    if (!qn_index_is_split(index) &&
        qn_index_serialise(ctx, index, &options, &written) == QN_OK) {
        fuzz_check(qn_index_parse(ctx, qn_buf_bytes(&written), algorithm, "x",
                                  &again) == QN_OK);
        fuzz_check(qn_index_count(again) == count);
        fuzz_check(qn_index_verify(ctx, again) == QN_OK);
    }
    qn_ctx_clear(ctx);
    qn_index_free(again);
    qn_index_free(index);
    qn_buf_dispose(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();

    run(ctx, qn_bytes_make(data, size), QN_HASH_SHA1);
    run(ctx, qn_bytes_make(data, size), QN_HASH_SHA256);
    fuzz_end(ctx);
    return 0;
}
