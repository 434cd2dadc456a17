/* SPDX-License-Identifier: MIT */
/* Notes: blobs at the hex names of what they are about, spread over directories
 * of two digits when there are many. */
#include "base/memory.h"
#include "operation/part/fast_import_private.h"

#include <inttypes.h>
#include <string.h>

/* Levels of directories for so many notes: one for each eight bits beyond the
 * first. */
static uint32_t levels_for(uint64_t count)
{
    uint32_t levels = 0;

    while ((count >>= 8) > 0)
        levels++;
    return levels;
}

/* "ab/cd/ef01..." */
static enum qn_status note_path(struct qn_ctx *ctx, const char *hex,
                                uint32_t levels, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    qn_buf_clear(out);
    for (; !status && levels > 0 && hex[0] && hex[1] && hex[2]; levels--) {
        status = qn_buf_printf(ctx, out, "%.2s/", hex);
        hex += 2;
    }
    return status ? status : qn_buf_append_string(ctx, out, hex);
}

struct note {
    struct qn_id about;
    struct qn_import_entry value;
    uint32_t levels; /* where it stands */
};
struct notes {
    struct note *items;
    size_t count;
    size_t capacity;
    size_t hex_size;
    uint32_t algorithm;
};

static bool is_hex(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (!(text.data[i] >= '0' && text.data[i] <= '9') &&
            !(text.data[i] >= 'a' && text.data[i] <= 'f'))
            return false;
    return true;
}

/* All notes below; `hex` is what the directories on the way say.  As deep as an
 * id has bytes, no deeper. */
static enum qn_status collect(struct qn_ctx *ctx, struct qn_fast_import *import,
                              struct qn_import_entry *directory,
                              struct qn_buf *hex, uint32_t levels,
                              struct notes *out)
{
    enum qn_status status = qn_import_tree_load(ctx, &import->trees, directory);
    size_t size = hex->size;
    size_t i;

    for (i = 0; !status && i < directory->tree->count; i++) {
        struct qn_import_entry *entry = &directory->tree->entries[i];
        struct qn_bytes name = qn_bytes_make(entry->name, entry->name_size);

        if (!is_hex(name) || size + name.size > out->hex_size)
            continue;
        status = qn_buf_append_bytes(ctx, hex, name);
        if (!status && qn_mode_is_tree(entry->mode)) {
            if (name.size == 2 && hex->size < out->hex_size)
                status = collect(ctx, import, entry, hex, levels + 1, out);
        } else if (!status && hex->size == out->hex_size) {
            status = qn_memory_grow(ctx, &out->items, &out->capacity,
                                    out->count + 1, sizeof(*out->items));
            if (!status) {
                struct note *note = &out->items[out->count++];

                (void)qn_id_from_hex(&note->about, out->algorithm,
                                     qn_buf_bytes(hex));
                note->value = *entry;
                note->levels = levels;
            }
        }
        qn_buf_truncate(hex, size);
    }
    return status;
}

/* Every note to the level that their number asks for. */
static enum qn_status spread(struct qn_ctx *ctx, struct qn_fast_import *import,
                             struct qn_fast_import_branch *branch,
                             struct notes *notes, uint32_t levels)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < notes->count; i++) {
        struct note *note = &notes->items[i];

        if (note->levels == levels)
            continue;
        qn_id_to_hex(&note->about, hex);
        status = note_path(ctx, hex, note->levels, &import->path);
        if (!status)
            status =
                qn_import_tree_remove(ctx, &import->trees, &branch->root,
                                      qn_buf_bytes(&import->path), NULL, NULL);
        if (!status)
            status = note_path(ctx, hex, levels, &import->path);
        if (!status)
            status =
                qn_import_tree_set(ctx, &import->trees, &branch->root,
                                   qn_buf_bytes(&import->path), &note->value);
    }
    branch->fanout = levels;
    return status;
}

/* Count, and put in place, what is there. */
static enum qn_status take_stock(struct qn_ctx *ctx,
                                 struct qn_fast_import *import,
                                 struct qn_fast_import_branch *branch)
{
    struct notes notes = {.algorithm = import->store.algorithm};
    struct qn_buf hex = QN_BUF_INIT;
    enum qn_status status;

    notes.hex_size = qn_id_hex_size(notes.algorithm);
    status = collect(ctx, import, &branch->root, &hex, 0, &notes);
    branch->note_count = notes.count;
    if (!status)
        status = spread(ctx, import, branch, &notes, levels_for(notes.count));
    qn_buf_dispose(&hex);
    qn_memory_free(notes.items);
    return status;
}

enum qn_status qn_fast_import_settle_notes(struct qn_ctx *ctx,
                                           struct qn_fast_import *import,
                                           struct qn_fast_import_branch *branch)
{
    if (branch->note_count == 0 ||
        levels_for(branch->note_count) == branch->fanout)
        return QN_OK;
    return take_stock(ctx, import, branch);
}

/* The blob's id, in `value`; "inline" is answered by `*is_inline`. */
static enum qn_status take_blob(struct qn_ctx *ctx,
                                struct qn_fast_import *import, const char **at,
                                struct qn_import_entry *value, bool *is_inline,
                                uint32_t *object)
{
    size_t digits = qn_id_hex_size(import->store.algorithm);
    const char *line = qn_fast_import_line(import);
    const char *what = "mark";
    uint64_t mark;
    enum qn_status status = QN_OK;

    *is_inline = false;
    *object = QN_IMPORT_NONE;
    if (**at == ':') {
        status = qn_fast_import_parse_mark(ctx, import, at, &mark);
        if (!status)
            status = qn_fast_import_find_mark(ctx, import, mark, object);
        if (!status)
            qn_import_store_id(&import->store, *object, &value->id);
    } else if (strncmp(*at, "inline ", 7) == 0) {
        *is_inline = true;
        *at += 6;
    } else {
        what = "SHA1";
        if (strlen(*at) < digits ||
            !qn_id_from_hex(&value->id, import->store.algorithm,
                            qn_bytes_make(*at, digits)))
            return qn_ctx_fail(ctx, QN_INVALID, "invalid dataref: %s", line);
        *at += digits;
    }
    if (status)
        return status;
    if (**at != ' ')
        return qn_ctx_fail(ctx, QN_INVALID, "missing space after %s: %s", what,
                           line);
    ++*at;
    return QN_OK;
}

static enum qn_status check_blob(struct qn_ctx *ctx,
                                 struct qn_fast_import *import,
                                 const struct qn_id *id, uint32_t object)
{
    enum qn_status status = QN_OK;
    enum qn_object_type type;

    if (object == QN_IMPORT_NONE)
        status = qn_import_store_find(ctx, &import->store, id, &object);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail(ctx, QN_INVALID, "blob not found: %s",
                           qn_fast_import_line(import));
    if (status)
        return status;
    type = (enum qn_object_type)import->store.objects[object].type;
    if (type != QN_OBJECT_BLOB)
        return qn_ctx_fail(ctx, QN_INVALID, "not a blob (actually a %s): %s",
                           qn_object_type_name(type),
                           qn_fast_import_line(import));
    return QN_OK;
}

/* The commit that the note is about, which must be one. */
static enum qn_status take_about(struct qn_ctx *ctx,
                                 struct qn_fast_import *import,
                                 const char *word, struct qn_id *out)
{
    struct qn_id tree;
    enum qn_status status = qn_fast_import_commitish(ctx, import, word, out);

    if (!status && qn_fast_import_tree_of(ctx, import, out, &tree))
        status = qn_ctx_fail(ctx, QN_INVALID, "not a valid commit: %s", word);
    return status;
}

enum qn_status qn_fast_import_note(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   struct qn_fast_import_branch *branch,
                                   const char *word)
{
    struct qn_import_entry value = {.mode = QN_MODE_FILE};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id about;
    bool is_inline, found = false;
    uint32_t object;
    enum qn_status status = QN_OK;

    if (branch->note_count == 0)
        status = take_stock(ctx, import, branch);
    if (!status)
        status = take_blob(ctx, import, &word, &value, &is_inline, &object);
    if (!status)
        status = take_about(ctx, import, word, &about);
    if (!status && is_inline) {
        status = qn_fast_import_next(ctx, import);
        if (!status)
            status = qn_fast_import_blob_data(ctx, import, &object);
        if (!status)
            qn_import_store_id(&import->store, object, &value.id);
    } else if (!status && !qn_id_is_null(&value.id)) {
        status = check_blob(ctx, import, &value.id, object);
    }
    if (!status)
        status = note_path(ctx, qn_id_to_hex(&about, hex), branch->fanout,
                           &import->path);
    if (!status)
        status =
            qn_import_tree_remove(ctx, &import->trees, &branch->root,
                                  qn_buf_bytes(&import->path), NULL, &found);
    branch->note_count -= found;
    if (status || qn_id_is_null(&value.id))
        return status;
    status = qn_import_tree_set(ctx, &import->trees, &branch->root,
                                qn_buf_bytes(&import->path), &value);
    branch->note_count += !status;
    return status;
}
