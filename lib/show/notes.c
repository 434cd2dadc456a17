/* SPDX-License-Identifier: MIT */
#include "show/notes.h"

#include "base/memory.h"
#include "object/tree.h"

struct qn_notes {
    struct qn_id tree;
    struct qn_buf title;
};

enum qn_status qn_notes_new(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            const char *ref, bool is_default,
                            struct qn_notes **out)
{
    struct qn_ref found = QN_REF_INIT;
    struct qn_notes *notes = NULL;
    bool exists = false;
    const char *name = ref;
    enum qn_status status;

    *out = NULL;
    status = qn_refs_resolve(ctx, scope->refs, ref, &found, &exists);
    if (status || !exists)
        goto out;
    notes = qn_memory_calloc(ctx, 1, sizeof(*notes));
    if (!notes) {
        status = QN_NO_MEMORY;
        goto out;
    }
    status = qn_revision_peel(ctx, scope->odb, &found.id, QN_OBJECT_TREE,
                              &notes->tree);
    if (!strncmp(name, "refs/notes/", 11))
        name += 11;
    else if (!strncmp(name, "refs/", 5))
        name += 5;
    if (!status)
        status =
            is_default
                ? qn_buf_append_string(ctx, &notes->title, "\nNotes:\n")
                : qn_buf_printf(ctx, &notes->title, "\nNotes (%s):\n", name);
    if (status)
        qn_notes_free(notes);
    else
        *out = notes;
out:
    qn_ref_dispose(&found);
    return status;
}

void qn_notes_free(struct qn_notes *notes)
{
    if (!notes)
        return;
    qn_buf_dispose(&notes->title);
    qn_memory_free(notes);
}

/* The blob about `id`; each step down takes two digits of its name. */
static enum qn_status find_note(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *root,
                                const struct qn_id *id, struct qn_id *out,
                                bool *found)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_bytes rest = qn_bytes_from_string(qn_id_to_hex(id, hex));
    struct qn_id tree = *root;
    uint32_t algorithm = qn_odb_algorithm(odb);
    enum qn_status status = QN_OK;

    *found = false;
    while (!status && rest.size) {
        struct qn_object object = QN_OBJECT_INIT;
        struct qn_tree_entry entry;
        bool there = false;

        status = qn_odb_read_typed(ctx, odb, &tree, QN_OBJECT_TREE, &object);
        if (!status)
            status = qn_tree_find(ctx, qn_object_bytes(&object), algorithm,
                                  rest, &entry, &there);
        if (!status && there && !qn_mode_is_tree(entry.mode)) {
            *found = true;
            qn_id_from_row(out, algorithm, entry.id);
            rest.size = 0;
        } else if (!status) {
            status = qn_tree_find(ctx, qn_object_bytes(&object), algorithm,
                                  qn_bytes_first(rest, 2), &entry, &there);
            if (!status && there && qn_mode_is_tree(entry.mode)) {
                qn_id_from_row(&tree, algorithm, entry.id);
                rest = qn_bytes_from(rest, 2);
            } else {
                rest.size = 0;
            }
        }
        qn_object_dispose(&object);
    }
    return status;
}

enum qn_status qn_notes_append(struct qn_ctx *ctx, const struct qn_notes *notes,
                               struct qn_odb *odb, const struct qn_id *id,
                               bool is_raw, struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    struct qn_id blob;
    bool found = false;
    enum qn_status status =
        find_note(ctx, odb, &notes->tree, id, &blob, &found);

    if (status || !found)
        return status;
    status = qn_odb_read_typed(ctx, odb, &blob, QN_OBJECT_BLOB, &object);
    if (status)
        return status;
    rest = qn_object_bytes(&object);
    if (!is_raw)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&notes->title));
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (!is_raw)
            status = qn_buf_append_string(ctx, out, "    ");
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    qn_object_dispose(&object);
    return status;
}
