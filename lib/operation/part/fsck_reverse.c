/* SPDX-License-Identifier: MIT */
/* The .rev files beside packs: are they what the indexes say? */
#include "base/buf.h"
#include "base/endian.h"
#include "hash/hash.h"
#include "odb/odb_pack.h"
#include "operation/part/fsck_private.h"
#include "os/file.h"
#include "pack/pack_file.h"

#include <inttypes.h>

#define HEADER_SIZE 12

static enum qn_status compare(struct qn_ctx *ctx, struct qn_fsck *fsck,
                              struct qn_bytes bytes,
                              const struct qn_pack_file *pack, bool *is_sound)
{
    size_t size = bytes.size - fsck->id_size;
    struct qn_pack_reverse order = {0};
    enum qn_status status;
    struct qn_id sum;
    uint32_t i;

    qn_hash_checksum(fsck->algorithm, qn_bytes_first(bytes, size), &sum);
    if (memcmp(sum.bytes, bytes.data + size, fsck->id_size) != 0) {
        qn_fsck_say(ctx, fsck, true, "error: invalid checksum");
        *is_sound = false;
    }
    status = qn_pack_reverse_open(ctx, "", &pack->index, &order);
    for (i = 0; i < pack->index.count && !status; i++) {
        uint32_t has =
            qn_endian_load32(bytes.data + HEADER_SIZE + (size_t)i * 4);
        uint32_t real = qn_pack_reverse_position(&order, i);

        if (has == real)
            continue;
        qn_fsck_say(ctx, fsck, true,
                    "error: invalid rev-index position at %" PRIu32 ": %" PRIu32
                    " != %" PRIu32,
                    i, real, has);
        *is_sound = false;
    }
    qn_pack_reverse_close(&order);
    return status;
}

static void tell_unread(struct qn_ctx *ctx, struct qn_fsck *fsck,
                        const char *shown)
{
    qn_fsck_say(ctx, fsck, true,
                "error: unable to load rev-index for pack '%s'", shown);
    atomic_fetch_or(&fsck->code, QN_FSCK_REVERSE);
}

/* Of one pack.  Without a sound index nothing is known of its order. */
static enum qn_status check(struct qn_ctx *ctx, void *data,
                            struct qn_pack_file *pack)
{
    struct qn_buf path = QN_BUF_INIT, bytes = QN_BUF_INIT;
    struct qn_buf shown = QN_BUF_INIT, file = QN_BUF_INIT;
    struct qn_fsck *fsck = data;
    enum qn_status status;
    bool is_sound = true;

    status = qn_fsck_pack_name(ctx, fsck, pack, &shown);
    if (status)
        goto out;
    if (qn_pack_file_open_index(ctx, pack)) {
        qn_ctx_clear(ctx); /* told of when it was listed */
        tell_unread(ctx, fsck, qn_buf_string(&shown));
        goto out;
    }
    status =
        qn_buf_printf(ctx, &path, "%.*s.rev",
                      (int)(strlen(pack->path) - strlen(".pack")), pack->path);
    if (status || !qn_file_exists(qn_buf_string(&path)))
        goto out;
    status = qn_buf_printf(ctx, &file, "%.*s.rev",
                           (int)(shown.size - strlen(".pack")),
                           qn_buf_string(&shown));
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &bytes);
    if (status)
        goto out;
    if (!qn_pack_reverse_check(ctx, qn_buf_string(&file), qn_buf_bytes(&bytes),
                               &pack->index)) {
        tell_unread(ctx, fsck, qn_buf_string(&shown));
        goto out;
    }
    status = compare(ctx, fsck, qn_buf_bytes(&bytes), pack, &is_sound);
    if (!status && !is_sound) {
        qn_fsck_say(ctx, fsck, true, "error: invalid rev-index for pack '%s'",
                    qn_buf_string(&shown));
        atomic_fetch_or(&fsck->code, QN_FSCK_REVERSE);
    }
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&file);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&shown);
    return status;
}

static enum qn_status count(struct qn_ctx *ctx, void *data,
                            struct qn_pack_file *pack)
{
    (void)ctx, (void)pack;
    ++*(uint64_t *)data;
    return QN_OK;
}

enum qn_status qn_fsck_beside_packs(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    uint64_t packs = 0;
    enum qn_status status = qn_odb_pack_each(ctx, fsck->odb, count, &packs);

    qn_progress_begin(ctx, &fsck->progress, QN_PROGRESS_BEGIN_LATER,
                      "Verifying reverse pack-indexes", packs);
    if (!status)
        status = qn_odb_pack_each(ctx, fsck->odb, check, fsck);
    if (packs)
        qn_progress_set(ctx, &fsck->progress, packs);
    qn_progress_end(ctx, &fsck->progress);
    return status ? status : qn_fsck_bitmaps(ctx, fsck);
}
