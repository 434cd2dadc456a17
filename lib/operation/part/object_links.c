/* SPDX-License-Identifier: MIT */
#include "operation/part/object_links.h"

#include "object/commit.h"
#include "object/tree.h"

struct walk {
    uint32_t algorithm;
    bool without_parents;
    qn_object_links_fn *each;
    void *data;
};

static enum qn_status walk_commit(struct qn_ctx *ctx, const struct walk *walk,
                                  struct qn_bytes content)
{
    struct qn_commit commit;
    enum qn_status status;
    struct qn_id parent;
    uint32_t i;

    status = qn_commit_parse(ctx, content, walk->algorithm, &commit);
    if (status)
        return status;
    status = walk->each(ctx, walk->data, QN_OBJECT_TREE, commit.tree.bytes);
    for (i = 0; i < commit.parent_count && !status && !walk->without_parents;
         i++) {
        qn_commit_parent(&commit, i, &parent);
        status = walk->each(ctx, walk->data, QN_OBJECT_COMMIT, parent.bytes);
    }
    return status;
}

static enum qn_status walk_tree(struct qn_ctx *ctx, const struct walk *walk,
                                struct qn_bytes content)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;

    qn_tree_reader_init(&reader, content, walk->algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK) {
        if (qn_mode_is_gitlink(entry.mode))
            continue;
        status = walk->each(ctx, walk->data, qn_mode_object_type(entry.mode),
                            entry.id);
        if (status)
            return status;
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status walk_tag(struct qn_ctx *ctx, const struct walk *walk,
                               struct qn_bytes content)
{
    enum qn_status status;
    struct qn_tag tag;

    status = qn_tag_parse(ctx, content, walk->algorithm, &tag);
    if (status)
        return status;
    return walk->each(ctx, walk->data, qn_object_type_from_name(tag.type),
                      tag.object.bytes);
}

enum qn_status qn_object_links_each(struct qn_ctx *ctx, uint32_t algorithm,
                                    enum qn_object_type type,
                                    struct qn_bytes content,
                                    bool without_parents,
                                    qn_object_links_fn *each, void *data)
{
    struct walk walk = {algorithm, without_parents, each, data};
    enum qn_status status = QN_OK;

    if (type == QN_OBJECT_COMMIT)
        status = walk_commit(ctx, &walk, content);
    if (type == QN_OBJECT_TREE)
        status = walk_tree(ctx, &walk, content);
    if (type == QN_OBJECT_TAG)
        status = walk_tag(ctx, &walk, content);
    return status;
}
