/* SPDX-License-Identifier: MIT */
#include "walk/path_values.h"

#include "base/memory.h"
#include "diff/tree_diff.h"
#include "object/tree.h"

#include <string.h>

#define PATHS_MAX  8
#define CACHE_SIZE 4096 /* a power of two */

/* One path of the pathspec. */
struct path {
    struct qn_bytes text; /* without slashes at the end */
    bool must_be_tree;
};

/* What a name is in a tree: answers are kept by tree, path and depth. */
struct answer {
    uint8_t tree[QN_ID_MAX_SIZE];
    uint8_t id[QN_ID_MAX_SIZE];
    uint32_t mode; /* 0: nothing there */
    uint16_t path;
    uint16_t depth; /* 0: this answer is free */
};

struct value {
    uint32_t mode;
    uint8_t id[QN_ID_MAX_SIZE];
};

struct qn_path_values {
    struct qn_odb *odb;
    struct path paths[PATHS_MAX];
    size_t path_count;
    struct answer *cache;
    struct value *rows; /* path_count for each row that was asked for */
    size_t row_count;   /* in values */
    size_t row_capacity;
    uint32_t *places; /* by row: place of its values + 1, counted in rows */
    size_t place_count;
    size_t place_capacity;
    struct qn_object tree;
    struct qn_id tree_id; /* of `tree`; null: none */
    uint32_t algorithm;
};

enum qn_status qn_path_values_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_pathspec *pathspec,
                                  struct qn_path_values **out)
{
    size_t count = qn_pathspec_count(pathspec);
    struct qn_path_values *values;
    size_t i;

    *out = NULL;
    if (count == 0 || count > PATHS_MAX || qn_pathspec_has_attributes(pathspec))
        return QN_OK;
    for (i = 0; i < count; i++)
        if (!qn_pathspec_is_literal(pathspec, i) ||
            qn_pathspec_match_text(pathspec, i).size == 0)
            return QN_OK;
    values = qn_memory_calloc(ctx, 1, sizeof(*values));
    if (!values)
        return QN_NO_MEMORY;
    values->cache = qn_memory_calloc(ctx, CACHE_SIZE, sizeof(struct answer));
    if (!values->cache) {
        qn_memory_free(values);
        return QN_NO_MEMORY;
    }
    values->odb = odb;
    values->algorithm = qn_odb_algorithm(odb);
    values->path_count = count;
    for (i = 0; i < count; i++) {
        struct path *path = &values->paths[i];

        path->text = qn_pathspec_match_text(pathspec, i);
        while (path->text.size > 0 &&
               path->text.data[path->text.size - 1] == '/') {
            path->text.size--;
            path->must_be_tree = true;
        }
    }
    *out = values;
    return QN_OK;
}

void qn_path_values_free(struct qn_path_values *values)
{
    if (!values)
        return;
    qn_memory_free(values->cache);
    qn_memory_free(values->rows);
    qn_memory_free(values->places);
    qn_object_dispose(&values->tree);
    qn_memory_free(values);
}

static struct answer *find_answer(struct qn_path_values *values,
                                  const uint8_t *tree, size_t path,
                                  size_t depth)
{
    uint32_t hash;

    memcpy(&hash, tree, sizeof(hash));
    hash += (uint32_t)(path * 977 + depth * 131);
    return &values->cache[hash & (CACHE_SIZE - 1)];
}

/* Find a name in a tree; the tree read last is kept. */
static enum qn_status look_up(struct qn_ctx *ctx, struct qn_path_values *values,
                              const struct qn_id *tree, struct qn_bytes name,
                              struct value *out)
{
    struct qn_tree_entry entry;
    enum qn_status status = QN_OK;
    bool found = false;

    if (!qn_id_is_equal(tree, &values->tree_id)) {
        memset(&values->tree_id, 0, sizeof(values->tree_id));
        status = qn_tree_diff_read(ctx, values->odb, tree, &values->tree);
        if (status)
            return status;
        values->tree_id = *tree;
    }
    status = qn_tree_find(ctx, qn_object_bytes(&values->tree),
                          values->algorithm, name, &entry, &found);
    if (status)
        return status;
    memset(out, 0, sizeof(*out));
    if (found) {
        out->mode = qn_mode_canonical(entry.mode);
        memcpy(out->id, entry.id, qn_id_size(values->algorithm));
    }
    return QN_OK;
}

static enum qn_status resolve_path(struct qn_ctx *ctx,
                                   struct qn_path_values *values, size_t i,
                                   const struct qn_id *root, struct value *out)
{
    struct qn_bytes rest = values->paths[i].text;
    struct qn_id tree = *root;
    struct qn_bytes name;
    size_t depth = 0;

    while (qn_bytes_next(&rest, '/', &name)) {
        struct answer *answer = find_answer(values, tree.bytes, i, depth);
        enum qn_status status = QN_OK;

        if (depth > 0 && answer->depth == depth && answer->path == i &&
            memcmp(answer->tree, tree.bytes, sizeof(answer->tree)) == 0) {
            out->mode = answer->mode;
            memcpy(out->id, answer->id, sizeof(out->id));
        } else {
            status = look_up(ctx, values, &tree, name, out);
            if (status)
                return status;
            if (depth > 0 && depth < UINT16_MAX) {
                answer->depth = (uint16_t)depth;
                answer->path = (uint16_t)i;
                answer->mode = out->mode;
                memcpy(answer->tree, tree.bytes, sizeof(answer->tree));
                memcpy(answer->id, out->id, sizeof(answer->id));
            }
        }
        depth++;
        if (rest.size > 0 && !qn_mode_is_tree(out->mode)) {
            memset(out, 0, sizeof(*out));
            return QN_OK;
        }
        memcpy(tree.bytes, out->id, sizeof(tree.bytes));
    }
    if (values->paths[i].must_be_tree && !qn_mode_is_tree(out->mode) &&
        !qn_mode_is_gitlink(out->mode))
        memset(out, 0, sizeof(*out));
    return QN_OK;
}

enum qn_status qn_path_values_get(struct qn_ctx *ctx,
                                  struct qn_path_values *values, uint32_t row,
                                  const struct qn_id *tree, size_t *out_offset)
{
    enum qn_status status;
    size_t old = values->place_count;
    size_t i;

    if (row < old && values->places[row]) {
        *out_offset = (size_t)(values->places[row] - 1) * values->path_count;
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &values->places, &values->place_capacity,
                            (size_t)row + 1, sizeof(*values->places));
    if (!status)
        status = qn_memory_grow(ctx, &values->rows, &values->row_capacity,
                                values->row_count + values->path_count,
                                sizeof(*values->rows));
    if (status)
        return status;
    if (row >= old) {
        memset(values->places + old, 0,
               ((size_t)row + 1 - old) * sizeof(*values->places));
        values->place_count = (size_t)row + 1;
    }
    for (i = 0; i < values->path_count; i++) {
        status = resolve_path(ctx, values, i, tree,
                              &values->rows[values->row_count + i]);
        if (status)
            return status;
    }
    *out_offset = values->row_count;
    values->row_count += values->path_count;
    values->places[row] = (uint32_t)(values->row_count / values->path_count);
    return QN_OK;
}

bool qn_path_values_is_equal(const struct qn_path_values *values, size_t a,
                             size_t b)
{
    return memcmp(values->rows + a, values->rows + b,
                  values->path_count * sizeof(*values->rows)) == 0;
}

bool qn_path_values_is_empty(const struct qn_path_values *values, size_t a)
{
    size_t i;

    for (i = 0; i < values->path_count; i++)
        if (values->rows[a + i].mode)
            return false;
    return true;
}
