/* SPDX-License-Identifier: MIT */
#include "object/tree.h"

#define PERMISSION_EXECUTE 0100u

uint32_t qn_mode_canonical(uint32_t mode)
{
    if (qn_mode_is_file(mode))
        return mode & PERMISSION_EXECUTE ? QN_MODE_EXECUTABLE : QN_MODE_FILE;
    if (qn_mode_is_symlink(mode))
        return QN_MODE_SYMLINK;
    if (qn_mode_is_tree(mode))
        return QN_MODE_TREE;
    return QN_MODE_GITLINK;
}

enum qn_object_type qn_mode_object_type(uint32_t mode)
{
    if (qn_mode_is_tree(mode))
        return QN_OBJECT_TREE;
    if (qn_mode_is_gitlink(mode))
        return QN_OBJECT_COMMIT;
    return QN_OBJECT_BLOB;
}

enum qn_status qn_tree_reader_next(struct qn_ctx *ctx,
                                   struct qn_tree_reader *reader,
                                   struct qn_tree_entry *entry)
{
    const uint8_t *at = reader->rest.data;
    size_t left = reader->rest.size;
    size_t id_size = qn_id_size(reader->algorithm);
    uint32_t mode = 0;
    const uint8_t *name, *end;
    size_t used;

    if (left == 0)
        return QN_END;
    if (left < id_size + 3 || at[left - (id_size + 1)] != '\0')
        return qn_ctx_fail(ctx, QN_CORRUPT, "too-short tree object");
    if (*at == ' ')
        return qn_ctx_fail(ctx, QN_CORRUPT, "malformed mode in tree entry");
    /* The NUL that was just seen stops both loops. */
    while (*at != ' ') {
        if (*at < '0' || *at > '7' || mode > UINT32_MAX >> 3)
            return qn_ctx_fail(ctx, QN_CORRUPT, "malformed mode in tree entry");
        mode = mode << 3 | (uint32_t)(*at - '0');
        at++;
    }
    name = at + 1;
    end = memchr(name, '\0', left - (size_t)(name - reader->rest.data));
    if (!end)
        return qn_ctx_fail(ctx, QN_CORRUPT, "too-short tree object");
    if (end == name)
        return qn_ctx_fail(ctx, QN_CORRUPT, "empty filename in tree entry");
    used = (size_t)(end - reader->rest.data) + 1;
    if (left - used < id_size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "too-short tree file");
    entry->mode = mode;
    entry->name = qn_bytes_make(name, (size_t)(end - name));
    entry->id = end + 1;
    reader->rest.data += used + id_size;
    reader->rest.size = left - used - id_size;
    return QN_OK;
}

enum qn_status qn_tree_find(struct qn_ctx *ctx, struct qn_bytes tree,
                            uint32_t algorithm, struct qn_bytes name,
                            struct qn_tree_entry *entry, bool *found)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry next;
    enum qn_status status;

    *found = false;
    qn_tree_reader_init(&reader, tree, algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &next)) == QN_OK) {
        if (qn_bytes_is_equal(next.name, name)) {
            *entry = next;
            *found = true;
            return QN_OK;
        }
        /* A directory sorts behind what begins with its name and a byte
         * below '/', so only a name that is greater by its own bytes, and
         * does not begin with the one sought, ends the search. */
        if (next.name.size > 0 && name.size > 0 &&
            next.name.data[0] > name.data[0])
            return QN_OK;
    }
    return status == QN_END ? QN_OK : status;
}

int qn_tree_compare_names(struct qn_bytes a, bool a_is_tree, struct qn_bytes b,
                          bool b_is_tree)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    int a_next, b_next;

    if (order)
        return order;
    a_next = a.size > common ? a.data[common] : a_is_tree ? '/' : 0;
    b_next = b.size > common ? b.data[common] : b_is_tree ? '/' : 0;
    return a_next - b_next;
}

enum qn_status qn_tree_append(struct qn_ctx *ctx, struct qn_buf *tree,
                              uint32_t mode, struct qn_bytes name,
                              const struct qn_id *id)
{
    size_t id_size = qn_id_size(id->algorithm);
    enum qn_status status;
    char digits[12];
    size_t first = sizeof(digits);
    uint8_t *out;

    digits[--first] = ' ';
    do {
        digits[--first] = (char)('0' + (mode & 7));
        mode >>= 3;
    } while (mode);
    status = qn_buf_reserve(ctx, tree,
                            sizeof(digits) - first + name.size + 1 + id_size);
    if (status)
        return status;
    out = tree->data + tree->size;
    memcpy(out, digits + first, sizeof(digits) - first);
    out += sizeof(digits) - first;
    if (name.size)
        memcpy(out, name.data, name.size);
    out += name.size;
    *out++ = '\0';
    memcpy(out, id->bytes, id_size);
    out += id_size;
    *out = '\0';
    tree->size = (size_t)(out - tree->data);
    return QN_OK;
}
