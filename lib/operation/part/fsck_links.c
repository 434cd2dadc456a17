/* SPDX-License-Identifier: MIT */
/* The second half of fsck: what is reached, what is missing, what is left. */
#include "base/memory.h"
#include "operation/part/fsck_private.h"
#include "operation/part/object_links.h"
#include "operation/part/reachable.h"

struct missing { /* an id that something refers to, and which is not there */
    struct qn_id_map ids; /* values: the type it should have */
};

struct walk { /* one object after the other, with what is missing told of */
    struct qn_fsck *fsck;
    struct missing missing;
    uint32_t *stack;
    size_t count;
    size_t capacity;
    uint32_t from; /* whose links are followed */
};

static void put_line(struct qn_ctx *ctx, struct qn_fsck *fsck, const char *word,
                     enum qn_object_type type, const struct qn_id *id)
{
    const char *name = qn_object_type_name(type);
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (qn_buf_printf(ctx, &text, "%s %s %s", word, name ? name : "unknown",
                      qn_id_to_hex(id, hex)) == QN_OK)
        fsck->options->line(fsck->options->data, false, qn_buf_string(&text));
    qn_buf_dispose(&text);
}

static enum qn_object_type type_of(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                   uint32_t position)
{
    enum qn_object_type type = (enum qn_object_type)atomic_load_explicit(
        &fsck->types[position], memory_order_relaxed);
    struct qn_odb_info info;
    struct qn_ctx *quiet;
    struct qn_id id;

    if (type != QN_OBJECT_NONE)
        return type;
    quiet = qn_ctx_fork(ctx); /* damage was told of already, or is not asked */
    if (!quiet)
        return QN_OBJECT_NONE;
    qn_id_map_id(&fsck->ids, position, &id);
    if (qn_odb_read_info(quiet, fsck->odb, &id, QN_ODB_WANT_TYPE, &info) ==
        QN_OK) {
        type = info.type;
        atomic_store(&fsck->types[position], (unsigned char)type);
    }
    qn_ctx_free(quiet);
    return type;
}

static void put_broken(struct qn_ctx *ctx, struct walk *walk,
                       enum qn_object_type type, const struct qn_id *to)
{
    struct qn_fsck *fsck = walk->fsck;
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1], other[QN_ID_MAX_HEX_SIZE + 1];
    const char *from = qn_object_type_name(type_of(ctx, fsck, walk->from));
    const char *name = qn_object_type_name(type);
    struct qn_id id;

    qn_id_map_id(&fsck->ids, walk->from, &id);
    if (qn_buf_printf(
            ctx, &text, "broken link from %7s %s\n              to %7s %s",
            from ? from : "unknown", qn_id_to_hex(&id, hex),
            name ? name : "unknown", qn_id_to_hex(to, other)) == QN_OK)
        fsck->options->line(fsck->options->data, false, qn_buf_string(&text));
    atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
    qn_buf_dispose(&text);
}

static enum qn_status reach(struct qn_ctx *ctx, struct walk *walk,
                            uint32_t position)
{
    enum qn_status status;

    if (walk->fsck->reached[position])
        return QN_OK;
    walk->fsck->reached[position] = 1;
    status = qn_memory_grow(ctx, &walk->stack, &walk->capacity, walk->count + 1,
                            sizeof(*walk->stack));
    if (!status)
        walk->stack[walk->count++] = position;
    return status;
}

static enum qn_status follow(struct qn_ctx *ctx, void *data,
                             enum qn_object_type type, const uint8_t *row)
{
    struct walk *walk = data;
    uint32_t position = qn_id_map_find_row(&walk->fsck->ids, row), at;
    enum qn_status status;
    struct qn_id id;
    bool is_new;

    if (position != QN_ID_MAP_NONE && !walk->fsck->bad[position])
        return reach(ctx, walk, position);
    qn_id_from_row(&id, walk->fsck->algorithm, row);
    if (qn_id_is_equal(&id, qn_id_empty_tree(walk->fsck->algorithm)))
        return QN_OK;
    status = qn_id_map_put(ctx, &walk->missing.ids, &id, &at, &is_new);
    if (!status && is_new) { /* said of the first that refers to it */
        put_broken(ctx, walk, type, &id);
        walk->missing.ids.values[at] = type;
    }
    return status;
}

static bool is_shallow(const struct qn_fsck *fsck, const struct qn_id *id)
{
    return fsck->options->shallow &&
           qn_id_map_find(fsck->options->shallow, id) != QN_ID_MAP_NONE;
}

static enum qn_status put_error(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &text, "error: %s", qn_ctx_message(ctx));
    if (!status)
        fsck->options->line(fsck->options->data, true, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status visit(struct qn_ctx *ctx, struct walk *walk,
                            uint32_t position, struct qn_object *object,
                            qn_object_links_fn *each, void *data)
{
    struct qn_fsck *fsck = walk->fsck;
    enum qn_object_type type = type_of(ctx, fsck, position);
    enum qn_status status;
    struct qn_id id;

    if (type == QN_OBJECT_BLOB || type == QN_OBJECT_NONE)
        return QN_OK;
    qn_id_map_id(&fsck->ids, position, &id);
    status = qn_odb_read(ctx, fsck->odb, &id, object);
    if (status == QN_CORRUPT || status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx); /* said when objects were checked */
        atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
        return QN_OK;
    }
    walk->from = position;
    if (!status)
        status = qn_object_links_each(ctx, fsck->algorithm, object->type,
                                      qn_object_bytes(object),
                                      is_shallow(fsck, &id), each, data);
    if (status != QN_CORRUPT)
        return status;
    if (fsck->options->connectivity_only)
        status = put_error(ctx, fsck);
    else /* said when objects were checked */
        status = QN_OK;
    qn_ctx_clear(ctx);
    return status;
}

/* Everything is there, and was read: the parallel search does. */
static enum qn_status reach_fast(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 bool *is_done)
{
    const struct qn_op_fsck *options = fsck->options;
    struct qn_reachable from = {fsck->odb, options->shallow};
    struct qn_id_map set;
    enum qn_status status;
    uint32_t i;

    *is_done = false;
    qn_id_map_init(&set, fsck->algorithm);
    status = qn_reachable_find(ctx, &from, options->heads, options->head_count,
                               &set);
    for (i = 0; i < set.count && !status; i++) {
        uint32_t position =
            qn_id_map_find_row(&fsck->ids, set.rows + i * fsck->id_size);

        if (position == QN_ID_MAP_NONE)
            status = QN_END;
        else
            fsck->reached[position] = 1;
    }
    *is_done = status == QN_OK;
    if (status != QN_NO_MEMORY && status != QN_CANCELLED) {
        qn_ctx_clear(ctx); /* the slow way says what is wrong */
        status = QN_OK;
    }
    qn_id_map_dispose(&set);
    return status;
}

static enum qn_status reach_slow(struct qn_ctx *ctx, struct walk *walk)
{
    struct qn_fsck *fsck = walk->fsck;
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    memset(fsck->reached, 0, fsck->ids.count);
    for (i = 0; i < fsck->options->head_count && !status; i++) {
        uint32_t position =
                     qn_id_map_find(&fsck->ids, &fsck->options->heads[i]),
                 at;
        bool is_new;

        if (position != QN_ID_MAP_NONE && !fsck->bad[position]) {
            status = reach(ctx, walk, position);
        } else if (!qn_id_is_equal(&fsck->options->heads[i],
                                   qn_id_empty_tree(fsck->algorithm))) {
            status = qn_id_map_put(ctx, &walk->missing.ids,
                                   &fsck->options->heads[i], &at, &is_new);
            if (!status && is_new) /* only the index names what is not there */
                walk->missing.ids.values[at] = QN_OBJECT_BLOB;
        }
    }
    while (!status && walk->count > 0) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = visit(ctx, walk, walk->stack[--walk->count], &object,
                           follow, walk);
    }
    qn_object_dispose(&object);
    return status;
}

static enum qn_status note_used(struct qn_ctx *ctx, void *data,
                                enum qn_object_type type, const uint8_t *row)
{
    struct walk *walk = data;
    uint32_t position = qn_id_map_find_row(&walk->fsck->ids, row);

    (void)ctx;
    (void)type;
    if (position != QN_ID_MAP_NONE)
        atomic_store(&walk->fsck->used[position], 1);
    return QN_OK;
}

/* Objects were not looked at: do it for those that are left. */
static enum qn_status find_used(struct qn_ctx *ctx, struct walk *walk)
{
    struct qn_fsck *fsck = walk->fsck;
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < fsck->ids.count && !status; i++)
        if (!fsck->reached[i])
            status = visit(ctx, walk, i, &object, note_used, walk);
    qn_object_dispose(&object);
    return status;
}

static void put_rest(struct qn_ctx *ctx, struct walk *walk)
{
    struct qn_fsck *fsck = walk->fsck;
    const struct qn_op_fsck *options = fsck->options;
    struct qn_id id;
    uint32_t i;

    for (i = 0; i < walk->missing.ids.count; i++) {
        qn_id_map_id(&walk->missing.ids, i, &id);
        put_line(ctx, fsck, "missing",
                 (enum qn_object_type)walk->missing.ids.values[i], &id);
        atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
    }
    for (i = 0; i < fsck->ids.count; i++) {
        if (fsck->reached[i] || fsck->bad[i])
            continue;
        qn_id_map_id(&fsck->ids, i, &id);
        if (options->shows_unreachable)
            put_line(ctx, fsck, "unreachable", type_of(ctx, fsck, i), &id);
        if (atomic_load(&fsck->used[i]) || !options->shows_dangling)
            continue;
        if (!options->shows_unreachable)
            put_line(ctx, fsck, "dangling", type_of(ctx, fsck, i), &id);
        if (options->dangling)
            options->dangling(options->data, &id, type_of(ctx, fsck, i));
    }
}

enum qn_status qn_fsck_links(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct walk walk = {.fsck = fsck};
    enum qn_status status = QN_OK;
    bool is_done = false;

    qn_id_map_init(&walk.missing.ids, fsck->algorithm);
    if (atomic_load(&fsck->broken) == 0 && atomic_load(&fsck->code) == 0)
        status = reach_fast(ctx, fsck, &is_done);
    if (!status && !is_done)
        status = reach_slow(ctx, &walk);
    if (!status && fsck->options->connectivity_only &&
        fsck->options->shows_dangling)
        status = find_used(ctx, &walk);
    if (!status)
        put_rest(ctx, &walk);
    qn_memory_free(walk.stack);
    qn_id_map_dispose(&walk.missing.ids);
    return status;
}
