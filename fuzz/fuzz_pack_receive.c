/* SPDX-License-Identifier: MIT */
/* A pack that comes in, made of what the input says, so that checksums and
 * streams are right and the rest is reached; or the input as it is.
 *
 *   flags (bit 0: as it is; 1: fix thin; 2-4: what is checked; 5: one at a
 *   time, into loose files)   count
 *   entry: type  size that is claimed (1)  length (1)  bytes
 *     type 6: distance (1) before; type 7: number of an object that is here (1)
 *
 * What was received is read back, and nothing temporary is left. */
#include "fuzz_repository.h"

#include "codec/deflate.h"
#include "hash/hash.h"
#include "operation/op_unpack_objects.h"
#include "operation/part/pack_receive.h"

static uint8_t take(struct qn_bytes *in)
{
    uint8_t byte = in->size ? in->data[0] : 0;

    *in = qn_bytes_from(*in, in->size ? 1 : 0);
    return byte;
}

static void put_entry(struct qn_ctx *ctx, const struct fuzz_repository *r,
                      struct qn_bytes *in, struct qn_buf *pack)
{
    uint8_t type = take(in) & 7, claimed = take(in);
    size_t size = take(in);
    uint8_t head[3] = {(uint8_t)(type << 4 | (claimed & 15)), claimed >> 4, 0};
    uint8_t more;

    if (claimed > 15)
        head[0] |= 0x80;
    fuzz_check(qn_buf_append(ctx, pack, head, claimed > 15 ? 2 : 1) == QN_OK);
    if (type == 6) {
        more = take(in) & 0x7f;
        fuzz_check(qn_buf_append(ctx, pack, &more, 1) == QN_OK);
    } else if (type == 7) {
        more = take(in);
        fuzz_check(qn_buf_append(ctx, pack,
                                 more & 1 ? r->blobs[more >> 1 & 1].bytes
                                          : r->trees[more >> 1 & 1].bytes,
                                 20) == QN_OK);
    }
    if (size > in->size)
        size = in->size;
    fuzz_check(qn_deflate_append(ctx, 1, qn_bytes_make(in->data, size), pack) ==
               QN_OK);
    *in = qn_bytes_from(*in, size);
}

static void make_pack(struct qn_ctx *ctx, const struct fuzz_repository *r,
                      struct qn_bytes in, struct qn_buf *pack)
{
    uint8_t front[12] = "PACK\0\0\0\2\0\0\0";
    struct qn_id checksum;
    unsigned i;

    front[11] = take(&in) & 31;
    fuzz_check(qn_buf_append(ctx, pack, front, 12) == QN_OK);
    for (i = 0; i < front[11] && in.size; i++)
        put_entry(ctx, r, &in, pack);
    qn_hash_checksum(QN_HASH_SHA1, qn_buf_bytes(pack), &checksum);
    fuzz_check(qn_buf_append(ctx, pack, checksum.bytes, 20) == QN_OK);
}

static enum qn_status read_back(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;

    fuzz_check(qn_odb_read(ctx, data, id, &object) == QN_OK);
    qn_object_dispose(&object);
    return QN_OK;
}

static void check_directory(struct qn_ctx *ctx, const char *below,
                            const struct fuzz_repository *r)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    char path[128];

    snprintf(path, sizeof(path), "%s/objects/%s", r->path, below);
    fuzz_check(qn_directory_open(ctx, path, &directory) == QN_OK);
    while (qn_directory_next(directory, &name, &kind))
        fuzz_check(strncmp(name, "tmp_", 4) != 0);
    qn_directory_close(directory);
}

static void receive(struct qn_ctx *ctx, struct fuzz_repository *r,
                    struct qn_bytes pack, uint8_t flags)
{
    int fd = fuzz_descriptor(pack.data, pack.size);
    struct qn_pack_receive_options options = {.fd = fd,
                                              .odb = r->odb,
                                              .fixes_thin = flags & 2,
                                              .check = flags >> 2 & 7,
                                              .level = 1,
                                              .thread_count = 1};
    struct qn_pack_receive received;

    memset(&received, 0, sizeof(received));
    fuzz_ignore(qn_pack_receive_run(ctx, &options, &received));
    qn_pack_receive_dispose(&received);
    close(fd);
}

static void unpack(struct qn_ctx *ctx, struct fuzz_repository *r,
                   struct qn_bytes pack, uint8_t flags)
{
    int fd = fuzz_descriptor(pack.data, pack.size);
    struct qn_op_unpack_objects options = {.fd = fd,
                                           .odb = r->odb,
                                           .keeps_going = flags & 2,
                                           .is_strict = flags & 4};
    struct qn_op_unpack_objects_result result;

    memset(&result, 0, sizeof(result));
    fuzz_ignore(qn_op_unpack_objects_run(ctx, &options, &result));
    qn_buf_dispose(&result.rest);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx;
    struct fuzz_repository r;
    struct qn_buf pack = QN_BUF_INIT;
    struct qn_odb *odb = NULL;
    struct qn_bytes in;

    if (size < 2)
        return 0;
    ctx = fuzz_begin();
    fuzz_repository_open(ctx, &r, true);
    in = qn_bytes_make(data + 1, size - 1);
    if ((data[0] & 1) == 0) {
        make_pack(ctx, &r, in, &pack);
        in = qn_buf_bytes(&pack);
    }
    if (data[0] & 32)
        unpack(ctx, &r, in, data[0]);
    else
        receive(ctx, &r, in, data[0]);
    qn_ctx_clear(ctx);
    check_directory(ctx, "pack", &r);
    check_directory(ctx, "", &r);
    fuzz_check(qn_repo_odb_raw(ctx, r.repo, &odb) == QN_OK);
    fuzz_check(qn_odb_list(ctx, odb, 0, read_back, odb) == QN_OK);
    qn_odb_free(odb);
    qn_buf_dispose(&pack);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
