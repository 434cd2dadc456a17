/* SPDX-License-Identifier: MIT */
/* What an object refers to, as fsck takes it apart: no stricter and no more
 * lenient than Git, with its words for what cannot be read.  (By experiment.)
 */
#include "object/commit.h"
#include "object/tree.h"
#include "operation/part/fsck_private.h"

/* "<word> <id>\n" at the front. */
static bool take_line(const struct qn_fsck *fsck, struct qn_bytes *text,
                      const char *word, struct qn_id *id)
{
    size_t size = strlen(word), hex = qn_id_hex_size(fsck->algorithm);

    if (text->size < size + hex + 1 || !qn_bytes_has_prefix(*text, word) ||
        text->data[size + hex] != '\n' ||
        !qn_id_from_hex(id, fsck->algorithm,
                        qn_bytes_first(qn_bytes_from(*text, size), hex)))
        return false;
    *text = qn_bytes_from(*text, size + hex + 1);
    return true;
}

static enum qn_status walk_commit(struct qn_ctx *ctx,
                                  const struct qn_fsck *fsck,
                                  const struct qn_fsck_links_of *links)
{
    size_t line = strlen("parent ") + qn_id_hex_size(fsck->algorithm) + 1;
    struct qn_bytes text = links->content;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    struct qn_id id;

    if (!take_line(fsck, &text, "tree ", &id) || text.size == 0)
        return text.size > line - 2 && qn_bytes_has_prefix(text, "tree ") &&
                       text.data[line - 3] == '\n'
                   ? qn_ctx_fail(ctx, QN_CORRUPT,
                                 "bad tree pointer in commit %s",
                                 qn_id_to_hex(links->id, hex))
                   : qn_ctx_fail(ctx, QN_CORRUPT, "bogus commit object %s",
                                 qn_id_to_hex(links->id, hex));
    status = links->each(ctx, links->data, QN_OBJECT_TREE, id.bytes);
    while (!status && text.size >= line &&
           qn_bytes_has_prefix(text, "parent ")) {
        if (text.size == line || !take_line(fsck, &text, "parent ", &id))
            return qn_ctx_fail(ctx, QN_CORRUPT, "bad parents in commit %s",
                               qn_id_to_hex(links->id, hex));
        if (!links->without_parents)
            status = links->each(ctx, links->data, QN_OBJECT_COMMIT, id.bytes);
    }
    return status;
}

#define LONGEST_TYPE 19 /* a longer word is not looked at */

/* A tag that cannot be read is told of without a word, but for its type. */
static enum qn_status walk_tag(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                               const struct qn_fsck_links_of *links)
{
    struct qn_bytes text = links->content, word;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_object_type type;
    struct qn_id id;

    if (!take_line(fsck, &text, "object ", &id) ||
        !qn_bytes_has_prefix(text, "type ") ||
        qn_bytes_find(text, '\n') == text.size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "%s", "");
    qn_bytes_next(&text, '\n', &word);
    word = qn_bytes_from(word, strlen("type "));
    type = qn_object_type_from_name(word);
    if (word.size > LONGEST_TYPE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "%s", "");
    if (type == QN_OBJECT_NONE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "unknown tag type '%.*s' in %s",
                           QN_BYTES_ARG(word), qn_id_to_hex(links->id, hex));
    if (!qn_bytes_has_prefix(text, "tag ") ||
        qn_bytes_find(text, '\n') == text.size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "%s", "");
    return links->each(ctx, links->data, type, id.bytes);
}

static enum qn_status walk_tree(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                                const struct qn_fsck_links_of *links)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;

    qn_tree_reader_init(&reader, links->content, fsck->algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK) {
        uint32_t kind = entry.mode & 0170000u;

        if (links->entry_count)
            ++*links->entry_count;

        if (kind != 0040000 && kind != 0100000 && kind != 0120000)
            continue; /* what is none of these is another repository's */
        status = links->each(ctx, links->data,
                             kind == 0040000 ? QN_OBJECT_TREE : QN_OBJECT_BLOB,
                             entry.id);
        if (status)
            return status;
    }
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_fsck_parse(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                             const struct qn_fsck_links_of *links)
{
    if (links->type == QN_OBJECT_COMMIT)
        return walk_commit(ctx, fsck, links);
    if (links->type == QN_OBJECT_TREE)
        return walk_tree(ctx, fsck, links);
    if (links->type == QN_OBJECT_TAG)
        return walk_tag(ctx, fsck, links);
    return QN_OK;
}
