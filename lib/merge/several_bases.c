/* SPDX-License-Identifier: MIT */
#include "merge/several_bases.h"

#include "base/memory.h"
#include "object/tree.h"

#include <stdlib.h>

#define MAX_BASES 32
#define MAX_DEPTH 512

struct version {
    uint32_t mode; /* 0: none */
    struct qn_id id;
};

/* One directory of all the trees; the last two are ours and theirs. */
struct level {
    struct qn_object objects[MAX_BASES + 2];
    struct qn_bytes texts[MAX_BASES + 2];
};

struct chooser {
    struct qn_ctx *ctx;
    struct qn_odb *odb;
    uint32_t algorithm;
    size_t count; /* of bases */
    unsigned depth;
};

struct name {
    struct qn_bytes name;
    bool is_tree;
};

static int compare_names(const void *a, const void *b)
{
    const struct name *x = a;
    const struct name *y = b;

    return qn_tree_compare_names(x->name, x->is_tree, y->name, y->is_tree);
}

static bool is_equal(const struct version *a, const struct version *b)
{
    return a->mode == b->mode && (!a->mode || qn_id_is_equal(&a->id, &b->id));
}

static enum qn_status choose_tree(struct chooser *c,
                                  const struct version *versions,
                                  struct qn_id *out, bool *is_empty);

/* The version of one path that stands for all bases. */
static enum qn_status choose(struct chooser *c, const struct version *versions,
                             struct version *out)
{
    const struct version *ours = &versions[c->count];
    const struct version *theirs = &versions[c->count + 1];
    enum qn_status status;
    bool has_tree = false, is_empty;
    size_t i;

    for (i = 0; i < c->count; i++) {
        *out = versions[i];
        if (is_equal(out, ours))
            return QN_OK;
    }
    for (i = 0; i < c->count; i++) {
        *out = versions[i];
        if (is_equal(out, theirs))
            return QN_OK;
        has_tree |= qn_mode_is_tree(out->mode);
    }
    if (has_tree &&
        (qn_mode_is_tree(ours->mode) || qn_mode_is_tree(theirs->mode))) {
        status = choose_tree(c, versions, &out->id, &is_empty);
        out->mode = is_empty ? 0 : QN_MODE_TREE;
        return status;
    }
    for (i = 0; i < c->count; i++)
        if (versions[i].mode) {
            *out = versions[i];
            break;
        }
    return QN_OK;
}

static enum qn_status collect_names(struct chooser *c,
                                    const struct level *level,
                                    struct name **names, size_t *count)
{
    size_t capacity = 0;
    size_t i;

    for (i = 0; i < c->count; i++) {
        struct qn_tree_reader reader;
        struct qn_tree_entry entry;
        enum qn_status status;

        qn_tree_reader_init(&reader, level->texts[i], c->algorithm);
        while (!(status = qn_tree_reader_next(c->ctx, &reader, &entry))) {
            status = qn_memory_grow(c->ctx, names, &capacity, *count + 1,
                                    sizeof(**names));
            if (status)
                return status;
            (*names)[(*count)++] =
                (struct name){entry.name, qn_mode_is_tree(entry.mode)};
        }
        if (status != QN_END)
            return status;
    }
    if (*count)
        qsort(*names, *count, sizeof(**names), compare_names);
    return QN_OK;
}

static enum qn_status choose_one(struct chooser *c, const struct level *level,
                                 struct qn_bytes name, struct qn_buf *out)
{
    struct version versions[MAX_BASES + 2] = {{0}};
    struct version chosen = {0};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < c->count + 2 && !status; i++) {
        struct qn_tree_entry entry;
        bool found = false;

        status = qn_tree_find(c->ctx, level->texts[i], c->algorithm, name,
                              &entry, &found);
        if (status || !found)
            continue;
        versions[i].mode = qn_mode_canonical(entry.mode);
        qn_id_from_row(&versions[i].id, c->algorithm, entry.id);
    }
    if (!status)
        status = choose(c, versions, &chosen);
    if (!status && chosen.mode)
        status = qn_tree_append(c->ctx, out, chosen.mode, name, &chosen.id);
    return status;
}

static enum qn_status choose_tree(struct chooser *c,
                                  const struct version *versions,
                                  struct qn_id *out, bool *is_empty)
{
    struct level *level;
    struct name *names = NULL;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t count = 0;
    size_t i;

    if (++c->depth > MAX_DEPTH)
        return qn_ctx_fail(c->ctx, QN_TOO_BIG, "the trees are too deep");
    level = qn_memory_calloc(c->ctx, 1, sizeof(*level));
    if (!level)
        return QN_NO_MEMORY;
    for (i = 0; i < c->count + 2 && !status; i++) {
        if (!qn_mode_is_tree(versions[i].mode))
            continue;
        status = qn_odb_read_typed(c->ctx, c->odb, &versions[i].id,
                                   QN_OBJECT_TREE, &level->objects[i]);
        level->texts[i] = qn_object_bytes(&level->objects[i]);
    }
    if (!status)
        status = collect_names(c, level, &names, &count);
    for (i = 0; i < count && !status; i++)
        if (!i || !qn_bytes_is_equal(names[i].name, names[i - 1].name))
            status = choose_one(c, level, names[i].name, &text);
    *is_empty = text.size == 0;
    if (!status)
        status = qn_odb_write(c->ctx, c->odb, QN_OBJECT_TREE,
                              qn_buf_bytes(&text), out);
    for (i = 0; i < c->count + 2; i++)
        qn_object_dispose(&level->objects[i]);
    qn_memory_free(level);
    qn_memory_free(names);
    qn_buf_dispose(&text);
    c->depth--;
    return status;
}

enum qn_status qn_several_bases_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_several_bases *bases,
                                    struct qn_id *out)
{
    struct chooser c = {.ctx = ctx,
                        .odb = odb,
                        .algorithm = qn_odb_algorithm(odb),
                        .count = bases->count};
    struct version versions[MAX_BASES + 2] = {{0}};
    bool is_empty;
    size_t i;

    if (bases->count > MAX_BASES)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many merge bases");
    for (i = 0; i < bases->count + 2; i++) {
        versions[i].mode = QN_MODE_TREE;
        versions[i].id = i < bases->count    ? bases->bases[i]
                         : i == bases->count ? *bases->ours
                                             : *bases->theirs;
    }
    return choose_tree(&c, versions, out, &is_empty);
}
