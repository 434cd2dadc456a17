/* SPDX-License-Identifier: MIT */
#include "index/untracked_cache.h"

#include "base/endian.h"
#include "base/memory.h"
#include "codec/ewah.h"
#include "codec/varint.h"
#include "index/index_internal.h"

#include <stdlib.h>

#define STAT_SIZE 36u

void qn_untracked_cache_init(struct qn_untracked_cache *cache,
                             uint32_t algorithm)
{
    memset(cache, 0, sizeof(*cache));
    qn_id_clear(&cache->info_id, algorithm);
    qn_id_clear(&cache->excludes_id, algorithm);
    cache->flags = QN_UNTRACKED_CACHE_FLAGS;
    cache->exclude_name = QN_BYTES(".gitignore");
}

void qn_untracked_cache_dispose(struct qn_untracked_cache *cache)
{
    qn_arena_dispose(&cache->arena);
    cache->root = NULL;
}

static enum qn_status fail_corrupt(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-untracked", NULL,
                              "untracked cache is corrupt");
}

static bool take_stat(struct qn_bytes *in, struct qn_index_stat *out)
{
    const uint8_t *p = in->data;

    if (in->size < STAT_SIZE)
        return false;
    qn_index_stat_load(out, p, p + 24);
    *in = qn_bytes_from(*in, STAT_SIZE);
    return true;
}

static bool take_id(struct qn_bytes *in, uint32_t algorithm, struct qn_id *out)
{
    size_t width = qn_id_size(algorithm);

    if (in->size < width)
        return false;
    qn_id_from_row(out, algorithm, in->data);
    *in = qn_bytes_from(*in, width);
    return true;
}

static bool take_string(struct qn_bytes *in, struct qn_bytes *out)
{
    size_t end = qn_bytes_find(*in, 0);

    if (end == in->size)
        return false;
    *out = qn_bytes_first(*in, end);
    *in = qn_bytes_from(*in, end + 1);
    return true;
}

struct nodes {
    struct qn_untracked_node **rows; /* depth first */
    size_t count;
    size_t capacity;
    uint64_t unclaimed; /* directories that no parent spoke of yet */
};

/* A node on the way down: how many of its children are still to come. */
struct pending {
    struct qn_untracked_node *node;
    size_t filled;
};

static enum qn_status take_node(struct qn_ctx *ctx,
                                struct qn_untracked_cache *cache,
                                struct nodes *nodes, struct qn_bytes *in,
                                struct qn_untracked_node **out)
{
    struct qn_arena *arena = &cache->arena;
    struct qn_untracked_node *node;
    uint64_t names, children;

    /* A name takes a byte at least; directories were counted. */
    if (!qn_varint_read_offset(in, &names) ||
        !qn_varint_read_offset(in, &children) || names > in->size ||
        children > nodes->unclaimed)
        return fail_corrupt(ctx);
    nodes->unclaimed -= children;
    node = qn_arena_alloc(ctx, arena, sizeof(*node));
    if (!node)
        return QN_NO_MEMORY;
    memset(node, 0, sizeof(*node));
    qn_id_clear(&node->exclude, cache->info_id.algorithm);
    if (!take_string(in, &node->name))
        return fail_corrupt(ctx);
    node->names =
        qn_arena_alloc(ctx, arena, ((size_t)names + 1) * sizeof(*node->names));
    node->children = qn_arena_alloc(
        ctx, arena, ((size_t)children + 1) * sizeof(*node->children));
    if (!node->names || !node->children)
        return QN_NO_MEMORY;
    node->name_count = (size_t)names;
    node->child_count = (size_t)children;
    for (size_t i = 0; i < node->name_count; i++)
        if (!take_string(in, &node->names[i]))
            return fail_corrupt(ctx);
    *out = node;
    return QN_OK;
}

static enum qn_status take_nodes(struct qn_ctx *ctx,
                                 struct qn_untracked_cache *cache,
                                 struct qn_bytes *in, struct nodes *nodes)
{
    struct pending *stack = NULL;
    size_t depth = 0, capacity = 0;
    enum qn_status status = QN_OK;

    for (;;) {
        struct qn_untracked_node *node = NULL;

        status = take_node(ctx, cache, nodes, in, &node);
        if (!status)
            status = qn_memory_grow(ctx, &nodes->rows, &nodes->capacity,
                                    nodes->count + 1, sizeof(*nodes->rows));
        if (!status)
            status = qn_memory_grow(ctx, &stack, &capacity, depth + 1,
                                    sizeof(*stack));
        if (status)
            break;
        nodes->rows[nodes->count++] = node;
        if (depth == 0)
            cache->root = node;
        else
            stack[depth - 1].node->children[stack[depth - 1].filled++] = node;
        stack[depth++] = (struct pending){node, 0};
        while (depth > 0 &&
               stack[depth - 1].filled == stack[depth - 1].node->child_count)
            depth--;
        if (depth == 0)
            break;
    }
    qn_memory_free(stack);
    return status;
}

static enum qn_status take_tables(struct qn_ctx *ctx, uint32_t algorithm,
                                  struct qn_bytes *in,
                                  const struct nodes *nodes)
{
    struct qn_ewah bits[3]; /* valid, check only, has a hash */
    enum qn_status status = QN_OK;

    for (int i = 0; i < 3 && !status; i++) {
        status = qn_ewah_parse(ctx, in, &bits[i]);
        if (!status && bits[i].bit_count > nodes->count)
            return fail_corrupt(ctx);
    }
    for (uint32_t i = 0; i < nodes->count && !status; i++) {
        nodes->rows[i]->is_valid = qn_ewah_is_set(&bits[0], i);
        nodes->rows[i]->is_check_only = qn_ewah_is_set(&bits[1], i);
        if (nodes->rows[i]->is_valid && !take_stat(in, &nodes->rows[i]->stat))
            status = fail_corrupt(ctx);
    }
    for (uint32_t i = 0; i < nodes->count && !status; i++)
        if (qn_ewah_is_set(&bits[2], i) &&
            !take_id(in, algorithm, &nodes->rows[i]->exclude))
            status = fail_corrupt(ctx);
    return status;
}

/* All in front of the directories. */
static bool take_head(struct qn_bytes *in, struct qn_untracked_cache *out,
                      uint32_t algorithm)
{
    uint64_t size;

    if (!qn_varint_read_offset(in, &size) || size > in->size)
        return false;
    out->idents = qn_bytes_first(*in, (size_t)size);
    *in = qn_bytes_from(*in, (size_t)size);
    if (!take_stat(in, &out->info_stat) ||
        !take_stat(in, &out->excludes_stat) || in->size < 4)
        return false;
    out->flags = qn_endian_load32(in->data);
    *in = qn_bytes_from(*in, 4);
    return take_id(in, algorithm, &out->info_id) &&
           take_id(in, algorithm, &out->excludes_id) &&
           take_string(in, &out->exclude_name);
}

enum qn_status qn_untracked_cache_parse(struct qn_ctx *ctx, uint32_t algorithm,
                                        struct qn_bytes data,
                                        struct qn_untracked_cache *out)
{
    struct nodes nodes = {NULL, 0, 0, 0};
    struct qn_bytes in = data;
    uint64_t count;
    enum qn_status status = QN_OK;

    qn_untracked_cache_init(out, algorithm);
    if (!take_head(&in, out, algorithm) || !qn_varint_read_offset(&in, &count))
        return fail_corrupt(ctx);
    if (count > in.size)
        return fail_corrupt(ctx);
    if (count > 0) {
        nodes.unclaimed = count - 1;
        status = take_nodes(ctx, out, &in, &nodes);
        if (!status && nodes.count != count)
            status = fail_corrupt(ctx);
        if (!status)
            status = take_tables(ctx, algorithm, &in, &nodes);
    }
    qn_memory_free(nodes.rows);
    if (status)
        qn_untracked_cache_dispose(out);
    return status;
}

void qn_untracked_cache_truncate(struct qn_buf *data, uint32_t algorithm)
{
    struct qn_untracked_cache head;
    struct qn_bytes in = qn_buf_bytes(data);

    qn_untracked_cache_init(&head, algorithm);
    if (!take_head(&in, &head, algorithm) || in.size == 0) {
        qn_buf_clear(data);
        return;
    }
    data->data[data->size - in.size] = 0;
    qn_buf_truncate(data, data->size - in.size + 1);
}

struct qn_untracked_node *
qn_untracked_cache_child(const struct qn_untracked_node *node,
                         struct qn_bytes name)
{
    for (size_t i = 0; node && i < node->child_count; i++)
        if (qn_bytes_is_equal(node->children[i]->name, name))
            return node->children[i];
    return NULL;
}

/* ---- writing */

static enum qn_status put_number(struct qn_ctx *ctx, struct qn_buf *out,
                                 uint64_t value)
{
    uint8_t bytes[QN_VARINT_MAX];

    return qn_buf_append(ctx, out, bytes, qn_varint_write_offset(bytes, value));
}

static enum qn_status put_string(struct qn_ctx *ctx, struct qn_buf *out,
                                 struct qn_bytes text)
{
    enum qn_status status = qn_buf_append_bytes(ctx, out, text);

    return status ? status : qn_buf_append_byte(ctx, out, 0);
}

static enum qn_status put_stat(struct qn_ctx *ctx, struct qn_buf *out,
                               const struct qn_index_stat *stat)
{
    uint8_t p[STAT_SIZE];

    qn_index_stat_store(stat, p, p + 24);
    return qn_buf_append(ctx, out, p, sizeof(p));
}

static int compare_nodes(const void *a, const void *b)
{
    const struct qn_untracked_node *const *left = a, *const *right = b;

    return qn_bytes_compare((*left)->name, (*right)->name);
}

/* All nodes, depth first, children by name. */
static enum qn_status gather(struct qn_ctx *ctx, struct qn_untracked_node *root,
                             struct nodes *out)
{
    struct nodes stack = {NULL, 0, 0, 0};
    enum qn_status status = qn_memory_grow(ctx, &stack.rows, &stack.capacity, 1,
                                           sizeof(*stack.rows));

    if (!status)
        stack.rows[stack.count++] = root;
    while (!status && stack.count > 0) {
        struct qn_untracked_node *node = stack.rows[--stack.count];

        if (node->child_count > 1)
            qsort(node->children, node->child_count, sizeof(*node->children),
                  compare_nodes);
        status = qn_memory_grow(ctx, &out->rows, &out->capacity, out->count + 1,
                                sizeof(*out->rows));
        if (!status)
            status = qn_memory_grow(ctx, &stack.rows, &stack.capacity,
                                    stack.count + node->child_count,
                                    sizeof(*stack.rows));
        if (status)
            break;
        out->rows[out->count++] = node;
        for (size_t i = node->child_count; i-- > 0;)
            stack.rows[stack.count++] = node->children[i];
    }
    qn_memory_free(stack.rows);
    return status;
}

static bool has_bit(const struct qn_untracked_node *node, int which)
{
    return which == 0   ? node->is_valid
           : which == 1 ? node->is_check_only
                        : !qn_id_is_null(&node->exclude);
}

static enum qn_status put_tables(struct qn_ctx *ctx, const struct nodes *nodes,
                                 struct qn_buf *out)
{
    size_t words = qn_ewah_plain_count(nodes->count) + 1;
    uint64_t *bits = qn_memory_array(ctx, words, sizeof(*bits));
    enum qn_status status = QN_OK;

    if (!bits)
        return QN_NO_MEMORY;
    for (int which = 0; which < 3 && !status; which++) {
        memset(bits, 0, words * sizeof(*bits));
        for (size_t i = 0; i < nodes->count; i++)
            if (has_bit(nodes->rows[i], which))
                bits[i / 64] |= UINT64_C(1) << (i % 64);
        status = qn_ewah_append(ctx, bits, (uint32_t)nodes->count, out);
    }
    qn_memory_free(bits);
    for (size_t i = 0; i < nodes->count && !status; i++)
        if (nodes->rows[i]->is_valid)
            status = put_stat(ctx, out, &nodes->rows[i]->stat);
    for (size_t i = 0; i < nodes->count && !status; i++)
        if (has_bit(nodes->rows[i], 2))
            status =
                qn_buf_append(ctx, out, nodes->rows[i]->exclude.bytes,
                              qn_id_size(nodes->rows[i]->exclude.algorithm));
    return status ? status : qn_buf_append_byte(ctx, out, 0);
}

static enum qn_status put_nodes(struct qn_ctx *ctx, const struct nodes *nodes,
                                struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < nodes->count && !status; i++) {
        const struct qn_untracked_node *node = nodes->rows[i];

        status = put_number(ctx, out, node->name_count);
        if (!status)
            status = put_number(ctx, out, node->child_count);
        if (!status)
            status = put_string(ctx, out, node->name);
        for (size_t k = 0; k < node->name_count && !status; k++)
            status = put_string(ctx, out, node->names[k]);
    }
    return status;
}

enum qn_status qn_untracked_cache_append(struct qn_ctx *ctx,
                                         const struct qn_untracked_cache *cache,
                                         struct qn_buf *out)
{
    size_t width = qn_id_size(cache->info_id.algorithm);
    struct nodes nodes = {NULL, 0, 0, 0};
    uint8_t flags[4];
    enum qn_status status = put_number(ctx, out, cache->idents.size);

    qn_endian_store32(flags, cache->flags);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, cache->idents);
    if (!status)
        status = put_stat(ctx, out, &cache->info_stat);
    if (!status)
        status = put_stat(ctx, out, &cache->excludes_stat);
    if (!status)
        status = qn_buf_append(ctx, out, flags, 4);
    if (!status)
        status = qn_buf_append(ctx, out, cache->info_id.bytes, width);
    if (!status)
        status = qn_buf_append(ctx, out, cache->excludes_id.bytes, width);
    if (!status)
        status = put_string(ctx, out, cache->exclude_name);
    if (!status && !cache->root)
        return qn_buf_append_byte(ctx, out, 0);
    if (!status)
        status = gather(ctx, cache->root, &nodes);
    if (!status)
        status = put_number(ctx, out, nodes.count);
    if (!status)
        status = put_nodes(ctx, &nodes, out);
    if (!status)
        status = put_tables(ctx, &nodes, out);
    qn_memory_free(nodes.rows);
    return status;
}

struct qn_bytes qn_index_untracked(const struct qn_index *index)
{
    return qn_buf_bytes(&index->untracked);
}

enum qn_status qn_index_set_untracked(struct qn_ctx *ctx,
                                      struct qn_index *index,
                                      struct qn_bytes data)
{
    qn_buf_clear(&index->untracked);
    index->is_changed = true;
    index->is_untracked_stale = false;
    return qn_buf_append_bytes(ctx, &index->untracked, data);
}
