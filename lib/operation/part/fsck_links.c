/* SPDX-License-Identifier: MIT */
/* The second half of fsck: what is reached, what is missing, what is left. */
#include "base/buf.h"
#include "base/memory.h"
#include "object/tree.h"
#include "operation/part/fsck_private.h"
#include "operation/part/object_links.h"
#include "operation/part/reachable.h"
#include "os/directory.h"
#include "os/file.h"

struct walk { /* one object after the other, with what is missing told of */
    struct qn_fsck *fsck;
    uint32_t *stack;
    size_t count;
    size_t capacity;
    uint32_t from;   /* whose links are followed */
    uint32_t parent; /* how many parents of it were */
};

static void put_line(struct qn_ctx *ctx, struct qn_fsck *fsck, const char *word,
                     enum qn_object_type type, const struct qn_id *id)
{
    const char *name = qn_object_type_name(type);
    struct qn_buf text = QN_BUF_INIT;

    if (qn_fsck_describe(ctx, fsck, id, &text) == QN_OK)
        qn_fsck_say(ctx, fsck, false, "%s %s %s", word, name ? name : "unknown",
                    qn_buf_string(&text));
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
    struct qn_buf one = QN_BUF_INIT, two = QN_BUF_INIT;
    const char *from = qn_object_type_name(type_of(ctx, fsck, walk->from));
    const char *name = qn_object_type_name(type);
    struct qn_id id;

    qn_id_map_id(&fsck->ids, walk->from, &id);
    if (qn_fsck_describe(ctx, fsck, &id, &one) == QN_OK &&
        qn_fsck_describe(ctx, fsck, to, &two) == QN_OK)
        qn_fsck_say(ctx, fsck, false,
                    "broken link from %7s %s\n              to %7s %s",
                    from ? from : "unknown", qn_buf_string(&one),
                    name ? name : "unknown", qn_buf_string(&two));
    atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
    qn_buf_dispose(&one);
    qn_buf_dispose(&two);
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

static void name_it(struct qn_ctx *ctx, struct walk *walk,
                    enum qn_object_type type, const struct qn_id *to)
{
    struct qn_fsck *fsck = walk->fsck;
    enum qn_object_type from_type = type_of(ctx, fsck, walk->from);
    struct qn_id from;

    qn_id_map_id(&fsck->ids, walk->from, &from);
    if (from_type == QN_OBJECT_COMMIT && type == QN_OBJECT_COMMIT)
        qn_fsck_name_parent(ctx, fsck, &from, to, walk->parent++);
    else if (from_type != QN_OBJECT_TREE)
        qn_fsck_name_link(ctx, fsck, &from, to,
                          from_type == QN_OBJECT_COMMIT ? type : QN_OBJECT_NONE,
                          QN_BYTES(""));
}

static enum qn_status note_missing(struct qn_ctx *ctx, struct walk *walk,
                                   enum qn_object_type type,
                                   const struct qn_id *id, bool is_gone)
{
    struct qn_fsck *fsck = walk->fsck;
    bool is_promised = false, is_new;
    enum qn_status status;
    uint32_t at;

    if (qn_id_is_equal(id, qn_id_empty_tree(fsck->algorithm)))
        return QN_OK;
    status = qn_fsck_is_promised(ctx, fsck, id, &is_promised);
    if (status || is_promised)
        return status;
    status = qn_id_map_put(ctx, &fsck->missing, id, &at, &is_new);
    if (!status && is_new) { /* said of the first that refers to it */
        fsck->missing.values[at] = type;
        if (is_gone)
            put_broken(ctx, walk, type, id);
    }
    return status;
}

static enum qn_status follow(struct qn_ctx *ctx, void *data,
                             enum qn_object_type type, const uint8_t *row)
{
    struct walk *walk = data;
    struct qn_fsck *fsck = walk->fsck;
    uint32_t position = qn_id_map_find_row(&fsck->ids, row);
    struct qn_id id;

    if (fsck->options->names_objects) {
        qn_id_from_row(&id, fsck->algorithm, row);
        name_it(ctx, walk, type, &id);
    }
    if (position != QN_ID_MAP_NONE && fsck->options->connectivity_only &&
        type == QN_OBJECT_BLOB)
        atomic_fetch_or(&fsck->claims[position],
                        (unsigned char)(1u << QN_OBJECT_BLOB));
    if (position != QN_ID_MAP_NONE && !fsck->bad[position])
        return reach(ctx, walk, position);
    qn_id_from_row(&id, fsck->algorithm, row);
    return note_missing(ctx, walk, type, &id, position == QN_ID_MAP_NONE);
}

static bool is_shallow(const struct qn_fsck *fsck, const struct qn_id *id)
{
    return fsck->shallow.count > 0 &&
           qn_id_map_find(&fsck->shallow, id) != QN_ID_MAP_NONE;
}

/* Entries of a tree have their names in it. */
static void name_entries(struct qn_ctx *ctx, struct qn_fsck *fsck,
                         const struct qn_id *id, struct qn_bytes content)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    struct qn_id to;

    qn_tree_reader_init(&reader, content, fsck->algorithm);
    while (qn_tree_reader_next(ctx, &reader, &entry) == QN_OK) {
        if (qn_mode_is_gitlink(entry.mode))
            continue;
        qn_id_from_row(&to, fsck->algorithm, entry.id);
        qn_fsck_name_link(ctx, fsck, id, &to, qn_mode_object_type(entry.mode),
                          entry.name);
    }
    qn_ctx_clear(ctx);
}

static enum qn_status visit(struct qn_ctx *ctx, struct walk *walk,
                            uint32_t position, struct qn_object *object,
                            qn_object_links_fn *each, void *data)
{
    struct qn_fsck *fsck = walk->fsck;
    enum qn_object_type type = type_of(ctx, fsck, position);
    enum qn_status status;
    struct qn_id id;

    if (type == QN_OBJECT_BLOB ||
        (type == QN_OBJECT_NONE &&
         (!fsck->options->connectivity_only ||
          atomic_load(&fsck->claims[position]) == 1u << QN_OBJECT_BLOB)))
        return QN_OK; /* of a blob that is there no byte matters */
    qn_id_map_id(&fsck->ids, position, &id);
    status = qn_odb_read(ctx, fsck->odb, &id, object);
    if (status == QN_NOT_FOUND ||
        (status == QN_CORRUPT && !fsck->options->connectivity_only)) {
        qn_ctx_clear(ctx); /* said when objects were checked */
        atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
        return QN_OK;
    }
    if (status)
        return status;
    walk->from = position;
    walk->parent = 0;
    if (fsck->options->names_objects && type == QN_OBJECT_TREE)
        name_entries(ctx, fsck, &id, qn_object_bytes(object));
    status = qn_fsck_parse(
        ctx, fsck,
        &(struct qn_fsck_links_of){&id, object->type, qn_object_bytes(object),
                                   is_shallow(fsck, &id), each, data, NULL});
    if (status != QN_CORRUPT)
        return status;
    if (fsck->options->connectivity_only && *qn_ctx_message(ctx)) /* said */
        qn_fsck_say(ctx, fsck, true, "error: %s", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

/* Everything is there, and was read: the parallel search does. */
static enum qn_status reach_fast(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 bool *is_done)
{
    struct qn_reachable from = {.odb = fsck->odb, .shallow = &fsck->shallow};
    struct qn_id_map set;
    enum qn_status status;
    uint32_t i;

    *is_done = false;
    qn_id_map_init(&set, fsck->algorithm);
    status = qn_reachable_find(ctx, &from, fsck->heads, fsck->head_count, &set);
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

/* What others take it for. */
static enum qn_object_type claimed_type(const struct qn_fsck *fsck,
                                        uint32_t position)
{
    unsigned claims, type;

    if (position == QN_ID_MAP_NONE)
        return QN_OBJECT_BLOB;
    claims = atomic_load(&fsck->claims[position]);
    for (type = QN_OBJECT_COMMIT; type <= QN_OBJECT_TAG; type++)
        if (claims & (1u << type))
            return (enum qn_object_type)type;
    return QN_OBJECT_BLOB;
}

static enum qn_status reach_slow(struct qn_ctx *ctx, struct walk *walk)
{
    struct qn_fsck *fsck = walk->fsck;
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    memset(fsck->reached, 0, fsck->ids.count);
    for (i = 0; i < fsck->head_count && !status; i++) {
        uint32_t position = qn_id_map_find(&fsck->ids, &fsck->heads[i]);

        if (position != QN_ID_MAP_NONE && !fsck->bad[position])
            status = reach(ctx, walk, position);
        else /* only the index names what is not there */
            status = note_missing(ctx, walk, claimed_type(fsck, position),
                                  &fsck->heads[i], false);
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
    if (position != QN_ID_MAP_NONE)
        atomic_fetch_or(&walk->fsck->claims[position],
                        (unsigned char)(1u << type));
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

/* lost-found/commit/<id> or other/<id>: a blob's content, or the id. */
static enum qn_status keep_lost(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                const struct qn_id *id,
                                enum qn_object_type type)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf path = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    int fd = -1;

    qn_id_to_hex(id, hex);
    status = qn_buf_printf(ctx, &path, "%s/lost-found/%s/%s",
                           qn_repo_git_directory(fsck->repo),
                           type == QN_OBJECT_COMMIT ? "commit" : "other", hex);
    if (!status && type == QN_OBJECT_BLOB)
        status = qn_odb_read(ctx, fsck->odb, id, &object);
    else if (!status)
        status = qn_buf_printf(ctx, &object.data, "%s\n", hex);
    if (!status)
        status = qn_directory_make_parents(ctx, qn_buf_string(&path), 0777);
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status) {
        status = qn_file_write(ctx, fd, object.data.data, object.data.size);
        if (status)
            qn_file_close(fd);
        else
            status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    }
    qn_object_dispose(&object);
    qn_buf_dispose(&path);
    return status;
}

static void chat(struct qn_ctx *ctx, struct qn_fsck *fsck,
                 const struct qn_id *id)
{
    struct qn_buf text = QN_BUF_INIT;

    if (fsck->options->is_verbose &&
        qn_fsck_describe(ctx, fsck, id, &text) == QN_OK)
        qn_fsck_say(ctx, fsck, true, "Checking %s", qn_buf_string(&text));
    qn_buf_dispose(&text);
}

static enum qn_status put_object(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 uint32_t i)
{
    const struct qn_op_fsck *options = fsck->options;
    struct qn_id id;

    qn_id_map_id(&fsck->ids, i, &id);
    chat(ctx, fsck, &id);
    if (fsck->reached[i])
        return QN_OK;
    if (options->shows_unreachable) {
        put_line(ctx, fsck, "unreachable", type_of(ctx, fsck, i), &id);
        return QN_OK;
    }
    if (atomic_load(&fsck->claims[i]))
        return QN_OK;
    if (options->shows_dangling)
        put_line(ctx, fsck, "dangling", type_of(ctx, fsck, i), &id);
    if (options->keeps_lost)
        return keep_lost(ctx, fsck, &id, type_of(ctx, fsck, i));
    return QN_OK;
}

static enum qn_status put_rest(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    uint32_t *order = NULL;
    enum qn_status status;
    size_t count = 0, i;
    struct qn_id id;

    status = qn_fsck_order(ctx, fsck, &order, &count);
    for (i = 0; i < count && !status; i++) {
        uint32_t at = order[i];

        if (at < fsck->ids.count) {
            status = put_object(ctx, fsck, at);
            continue;
        }
        at -= (uint32_t)fsck->ids.count;
        qn_id_map_id(&fsck->missing, at, &id);
        chat(ctx, fsck, &id);
        put_line(ctx, fsck, "missing",
                 (enum qn_object_type)fsck->missing.values[at], &id);
        atomic_fetch_or(&fsck->code, QN_FSCK_REACHABLE);
    }
    qn_memory_free(order);
    return status;
}

static bool says_something(const struct qn_fsck *fsck)
{
    uint32_t i;

    if (fsck->missing.count > 0 || fsck->options->is_verbose)
        return true;
    if (!fsck->options->shows_unreachable && !fsck->options->shows_dangling &&
        !fsck->options->keeps_lost)
        return false;
    for (i = 0; i < fsck->ids.count; i++)
        if (!fsck->reached[i])
            return true;
    return false;
}

enum qn_status qn_fsck_links(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    const struct qn_op_fsck *options = fsck->options;
    struct walk walk = {.fsck = fsck};
    enum qn_status status = QN_OK;
    bool is_done = false;

    if (atomic_load(&fsck->broken) == 0 && atomic_load(&fsck->code) == 0 &&
        !options->names_objects)
        status = reach_fast(ctx, fsck, &is_done);
    if (!status && !is_done)
        status = reach_slow(ctx, &walk);
    if (!status && options->connectivity_only &&
        (options->shows_dangling || options->keeps_lost))
        status = find_used(ctx, &walk);
    if (!status && options->is_verbose)
        qn_fsck_say(ctx, fsck, true, "Checking connectivity (%zu objects)",
                    qn_fsck_order_slots(fsck));
    if (!status && says_something(fsck))
        status = put_rest(ctx, fsck);
    qn_memory_free(walk.stack);
    return status;
}
