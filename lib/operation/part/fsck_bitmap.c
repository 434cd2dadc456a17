/* SPDX-License-Identifier: MIT */
/* The .bitmap files of packs and of multi-pack-indexes: have they the checksums
 * of what is in them? */
#include "base/buf.h"
#include "hash/hash.h"
#include "odb/odb_chain.h"
#include "odb/odb_pack.h"
#include "operation/part/fsck_private.h"
#include "os/file.h"
#include "pack/pack_file.h"

static enum qn_status check_file(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 const char *path, const char *shown)
{
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_id sum;
    enum qn_status status;
    bool is_sound = false;

    if (!qn_file_exists(path))
        return QN_OK;
    bytes.limit = SIZE_MAX;
    status = qn_file_read_all(ctx, path, &bytes);
    if (!status && bytes.size >= fsck->id_size) {
        size_t size = bytes.size - fsck->id_size;

        qn_hash_checksum(fsck->algorithm,
                         qn_bytes_first(qn_buf_bytes(&bytes), size), &sum);
        is_sound = memcmp(sum.bytes, bytes.data + size, fsck->id_size) == 0;
    }
    qn_buf_dispose(&bytes);
    if (status || is_sound)
        return status;
    qn_fsck_say(ctx, fsck, true, "error: bitmap file '%s' has invalid checksum",
                shown);
    atomic_fetch_or(&fsck->code, QN_FSCK_BITMAP);
    return QN_OK;
}

static enum qn_status check_pack(struct qn_ctx *ctx, void *data,
                                 struct qn_pack_file *pack)
{
    struct qn_buf path = QN_BUF_INIT, shown = QN_BUF_INIT;
    struct qn_fsck *fsck = data;
    enum qn_status status = qn_pack_file_sibling(ctx, pack, ".bitmap", &path);

    if (!status)
        status = qn_fsck_pack_name(ctx, fsck, pack, &shown);
    if (!status) {
        qn_buf_truncate(&shown, shown.size - (sizeof(".pack") - 1));
        status = qn_buf_append_string(ctx, &shown, ".bitmap");
    }
    if (!status)
        status =
            check_file(ctx, fsck, qn_buf_string(&path), qn_buf_string(&shown));
    qn_buf_dispose(&path);
    qn_buf_dispose(&shown);
    return status;
}

static enum qn_status check_layer(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                  const struct qn_odb_chain *chain,
                                  size_t number, bool is_local)
{
    static const char *const folders[] = {"pack", "pack/multi-pack-index.d"};
    const struct qn_multi_pack_index *layer = &chain->layers[number];
    struct qn_buf path = QN_BUF_INIT, shown = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t i;

    qn_id_from_row(&id, layer->algorithm,
                   layer->map.data + layer->map.size - layer->id_size);
    qn_id_to_hex(&id, hex);
    for (i = 0; i < QN_COUNT_OF(folders) && !status; i++) {
        qn_buf_clear(&path);
        qn_buf_clear(&shown);
        status = qn_buf_printf(ctx, &path, "%s/%s/multi-pack-index-%s.bitmap",
                               chain->directory, folders[i], hex);
        if (!status && is_local)
            status = qn_buf_printf(ctx, &shown,
                                   "%s/objects/%s/multi-pack-index-%s.bitmap",
                                   fsck->common_shown, folders[i], hex);
        if (!status)
            status = check_file(ctx, fsck, qn_buf_string(&path),
                                qn_buf_string(is_local ? &shown : &path));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&shown);
    return status;
}

enum qn_status qn_fsck_bitmaps(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    enum qn_status status = QN_OK;
    bool is_there = true;
    size_t i, k;

    for (i = 0; !status && is_there; i++) {
        struct qn_odb_chain chain = {.count = 0};

        status = qn_odb_chain_open(ctx, fsck->odb, i, &chain, &is_there);
        for (k = 0; !status && is_there && k < chain.count; k++)
            status = check_layer(ctx, fsck, &chain, k, i == 0);
        qn_odb_chain_close(&chain);
    }
    return status ? status : qn_odb_pack_each(ctx, fsck->odb, check_pack, fsck);
}
