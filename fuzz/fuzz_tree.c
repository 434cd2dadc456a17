/* SPDX-License-Identifier: MIT */
/* Trees: walked, searched, checked; what was walked makes the same tree. */
#include "fuzz.h"

#include "object/check.h"
#include "object/tree.h"

static bool found(struct qn_ctx *ctx, void *data, const char *name,
                  enum qn_check_severity severity, const char *message)
{
    (void)ctx;
    (void)data;
    fuzz_check(name[0] && message[0]);
    return severity >= QN_CHECK_ERROR;
}

static void walk(struct qn_ctx *ctx, struct qn_bytes tree, uint32_t algorithm)
{
    struct qn_check check = {
        .algorithm = algorithm, .is_strict = true, .found = found};
    struct qn_tree_reader reader;
    struct qn_tree_entry entry, again;
    enum qn_status status;
    bool is_sound, is_there;

    qn_tree_reader_init(&reader, tree, algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK) {
        fuzz_check(entry.name.size > 0);
        fuzz_check(entry.id + qn_id_size(algorithm) <= tree.data + tree.size);
    }
    if (status == QN_END && tree.size > 0)
        fuzz_ignore(
            qn_tree_find(ctx, tree, algorithm, entry.name, &again, &is_there));
    qn_ctx_clear(ctx);
    fuzz_check(qn_check_object(ctx, &check, QN_OBJECT_TREE, tree, &is_sound) ==
               QN_OK);
    fuzz_check(status == QN_END || !is_sound);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();

    walk(ctx, qn_bytes_make(data, size), QN_HASH_SHA1);
    walk(ctx, qn_bytes_make(data, size), QN_HASH_SHA256);
    fuzz_end(ctx);
    return 0;
}
