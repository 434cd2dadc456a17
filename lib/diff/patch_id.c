/* SPDX-License-Identifier: MIT */
#include "diff/patch_id.h"

#include <string.h>

void qn_patch_id_begin(struct qn_patch_id *id, uint32_t algorithm,
                       bool is_stable, bool is_verbatim)
{
    memset(id, 0, sizeof(*id));
    id->algorithm = algorithm;
    id->is_stable = is_stable;
    id->is_verbatim = is_verbatim;
    qn_hash_init(&id->hash, algorithm);
}

static void add_text(struct qn_patch_id *id, struct qn_bytes line)
{
    uint8_t room[256];
    size_t used = 0;
    size_t i;

    if (id->is_verbatim) {
        qn_hash_update(&id->hash, line.data, line.size);
        qn_hash_update(&id->hash, "\n", 1);
        return;
    }
    for (i = 0; i < line.size; i++) {
        uint8_t byte = line.data[i];

        if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
            continue;
        room[used++] = byte;
        if (used == sizeof(room)) {
            qn_hash_update(&id->hash, room, used);
            used = 0;
        }
    }
    qn_hash_update(&id->hash, room, used);
}

/* The digest so far is added to the sum, byte 0 first, carries going up. */
static enum qn_status add_digest(struct qn_ctx *ctx, struct qn_patch_id *id)
{
    size_t size = qn_id_size(id->algorithm);
    struct qn_id digest;
    unsigned carry = 0;
    enum qn_status status = qn_hash_final(ctx, &id->hash, &digest);
    size_t i;

    if (status)
        return status;
    for (i = 0; i < size; i++) {
        carry += (unsigned)id->sum[i] + digest.bytes[i];
        id->sum[i] = (uint8_t)carry;
        carry >>= 8;
    }
    qn_hash_init(&id->hash, id->algorithm);
    return QN_OK;
}

static uint64_t read_number(struct qn_bytes *text)
{
    uint64_t value = 0;

    while (text->size > 0 && text->data[0] >= '0' && text->data[0] <= '9' &&
           value < UINT32_MAX) {
        value = value * 10 + (uint64_t)(text->data[0] - '0');
        *text = qn_bytes_from(*text, 1);
    }
    return value;
}

/* "12,3" to 3, "12" to 1. */
static uint64_t read_count(struct qn_bytes *text)
{
    (void)read_number(text);
    if (text->size == 0 || text->data[0] != ',')
        return 1;
    *text = qn_bytes_from(*text, 1);
    return read_number(text);
}

static void begin_hunk(struct qn_patch_id *id, struct qn_bytes line)
{
    struct qn_bytes rest = qn_bytes_from(line, 4); /* behind "@@ -" */

    id->old_left = read_count(&rest);
    rest = qn_bytes_from(rest, 2); /* " +" */
    id->new_left = read_count(&rest);
}

static void hunk_line(struct qn_patch_id *id, struct qn_bytes line)
{
    uint8_t kind = line.size ? line.data[0] : ' ';

    if (kind == '\\')
        return;
    if (kind != '+' && id->old_left > 0)
        id->old_left--;
    if (kind != '-' && id->new_left > 0)
        id->new_left--;
    add_text(id, line);
}

static void note_index(struct qn_patch_id *id, struct qn_bytes line)
{
    struct qn_bytes rest = qn_bytes_from(line, 6);
    size_t dots = qn_bytes_find_bytes(rest, QN_BYTES(".."));

    id->old_blob = qn_bytes_first(rest, dots);
    rest = qn_bytes_from(rest, dots + 2);
    id->new_blob = qn_bytes_first(rest, qn_bytes_find(rest, ' '));
}

enum qn_status qn_patch_id_line(struct qn_ctx *ctx, struct qn_patch_id *id,
                                struct qn_bytes line)
{
    if (id->is_over)
        return QN_OK;
    if (id->old_left > 0 || id->new_left > 0) {
        hunk_line(id, line);
        return QN_OK;
    }
    if (qn_bytes_has_prefix(line, "diff ")) {
        enum qn_status status = QN_OK;

        if (id->has_file && id->is_stable)
            status = add_digest(ctx, id);
        id->has_file = true;
        id->is_binary = id->has_hunk = false;
        add_text(id, line);
        return status;
    }
    if (!id->has_file || id->is_binary || qn_bytes_has_prefix(line, "\\ "))
        return QN_OK;
    if (qn_bytes_has_prefix(line, "index ")) {
        note_index(id, line);
    } else if (qn_bytes_has_prefix(line, "@@ -")) {
        id->has_hunk = true;
        begin_hunk(id, line);
    } else if (id->has_hunk) {
        id->is_over = true;
    } else if (qn_bytes_has_prefix(line, "Binary files ") ||
               qn_bytes_has_prefix(line, "GIT binary patch")) {
        add_text(id, id->old_blob);
        add_text(id, id->new_blob);
        id->is_binary = true;
        if (id->is_stable) /* here, too, and again at the end: as Git */
            return add_digest(ctx, id);
    } else {
        add_text(id, line);
    }
    return QN_OK;
}

bool qn_patch_id_is_in_hunk(const struct qn_patch_id *id)
{
    return id->old_left > 0 || id->new_left > 0;
}

enum qn_status qn_patch_id_end(struct qn_ctx *ctx, struct qn_patch_id *id,
                               struct qn_id *out, bool *is_empty)
{
    enum qn_status status = QN_OK;

    *is_empty = !id->has_file;
    if (id->has_file)
        status = add_digest(ctx, id);
    if (!status)
        qn_id_from_row(out, id->algorithm, id->sum);
    return status;
}

enum qn_status qn_patch_id_text(struct qn_ctx *ctx, uint32_t algorithm,
                                struct qn_bytes patch, struct qn_id *out,
                                bool *is_empty)
{
    struct qn_patch_id id;
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    qn_patch_id_begin(&id, algorithm, true, false);
    while (!status && qn_bytes_next(&patch, '\n', &line))
        status = qn_patch_id_line(ctx, &id, line);
    return status ? status : qn_patch_id_end(ctx, &id, out, is_empty);
}
