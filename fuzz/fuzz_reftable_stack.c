/* SPDX-License-Identifier: MIT */
/* A stack of reftables: the list, up to four tables, read together, then made
 * one; what is left is read the same.
 *
 *   length of the list (1)  its bytes  length of a table (2)  bytes ...
 *
 * "1" to "4" at the start of a line of the list stand for a table's name. */
#include "fuzz_repository.h"

#define TABLES 4

struct seen {
    size_t count;
    uint64_t sum;
};

static enum qn_status see(struct qn_ctx *ctx, void *data,
                          const struct qn_ref *ref)
{
    struct seen *seen = data;
    size_t i;

    (void)ctx;
    seen->count++;
    for (i = 0; i < ref->name.size; i++)
        seen->sum = seen->sum * 31 + ref->name.data[i];
    return QN_OK;
}

static enum qn_status see_log(struct qn_ctx *ctx, void *data, const char *name)
{
    (void)ctx;
    *(size_t *)data += strlen(name);
    return QN_OK;
}

static void put_files(const char *directory, struct qn_bytes in)
{
    size_t length = in.data[0];
    struct qn_bytes text, line;
    char path[200];
    FILE *file;
    int i;

    in = qn_bytes_from(in, 1);
    if (length > in.size)
        length = in.size;
    text = qn_bytes_make(in.data, length);
    in = qn_bytes_from(in, length);
    snprintf(path, sizeof(path), "%s/reftable/tables.list", directory);
    file = fopen(path, "wb");
    fuzz_check(file != NULL);
    while (qn_bytes_next(&text, '\n', &line))
        if (line.size && line.data[0] >= '1' && line.data[0] <= '4')
            fprintf(file, "0x%012d-0x%012d-0000000%c.ref\n", line.data[0] - '0',
                    line.data[0] - '0', line.data[0]);
        else
            fprintf(file, "%.*s\n", QN_BYTES_ARG(line));
    fclose(file);
    for (i = 1; i <= TABLES && in.size > 2; i++) {
        length = (size_t)in.data[0] << 8 | in.data[1];
        in = qn_bytes_from(in, 2);
        if (length > in.size)
            length = in.size;
        snprintf(path, sizeof(path),
                 "%s/reftable/0x%012d-0x%012d-0000000%d.ref", directory, i, i,
                 i);
        fuzz_write_file(path, in.data, length);
        in = qn_bytes_from(in, length);
    }
}

static bool look(struct qn_ctx *ctx, struct qn_refs_store *store,
                 bool is_packing, struct seen *seen)
{
    const struct qn_refs_pack_options options = {.all = true, .prune = true};
    struct qn_refs *refs = NULL;
    size_t logs = 0;
    bool is_sound = false;

    if (qn_refs_new(ctx, store, &refs) == QN_OK) {
        is_sound = qn_refs_walk(ctx, refs, "refs/", QN_REFS_INCLUDE_BROKEN, see,
                                seen) == QN_OK;
        qn_ctx_clear(ctx);
        fuzz_ignore(qn_reflog_list(ctx, refs, see_log, &logs));
        qn_ctx_clear(ctx);
        if (is_packing)
            is_sound &= qn_refs_pack(ctx, refs, &options) == QN_OK;
        qn_ctx_clear(ctx);
    }
    qn_refs_free(refs);
    return is_sound;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_refs_options options = {
        .format = QN_REFS_REFTABLE, .algorithm = QN_HASH_SHA1, .is_bare = true};
    struct seen before = {0}, after = {0};
    struct qn_refs_store *store = NULL;
    struct qn_ctx *ctx;
    char path[96];

    if (size < 1)
        return 0;
    ctx = fuzz_begin();
    snprintf(path, sizeof(path), "%s/quoin-fuzz-%ld", fuzz_place(),
             (long)getpid());
    fuzz_ignore(qn_directory_remove_all(ctx, path));
    qn_ctx_clear(ctx);
    fuzz_check(qn_directory_make_all(ctx, path, 0777) == QN_OK);
    options.git_directory = options.common_directory = path;
    fuzz_check(qn_refs_store_create(ctx, &options) == QN_OK);
    put_files(path, qn_bytes_make(data, size));
    if (qn_refs_store_open(ctx, &options, &store) == QN_OK &&
        look(ctx, store, true, &before)) {
        fuzz_check(look(ctx, store, false, &after));
        fuzz_check(before.count == after.count && before.sum == after.sum);
    }
    qn_ctx_clear(ctx);
    if (store)
        qn_refs_store_release(store);
    fuzz_ignore(qn_directory_remove_all(ctx, path));
    qn_ctx_clear(ctx);
    fuzz_end(ctx);
    return 0;
}
