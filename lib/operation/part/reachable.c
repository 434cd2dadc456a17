/* SPDX-License-Identifier: MIT */
#include "operation/part/reachable.h"

#include "base/memory.h"
#include "object/commit.h"
#include "object/tree.h"
#include "odb/odb_ahead.h"
#include "odb/odb_bulk.h"
#include "odb/odb_pack.h"

#include <stdlib.h>

/* Ids of tree entries that were added lately: the next tree is mostly another
 * version of the same directory. */
#define KNOWN 8192
/* Commits read one by one before others are read ahead; how many then, and the
 * longest of them. */
#define AHEAD_AFTER   64
#define AHEAD_COUNT   2048
#define AHEAD_LENGTH  65536
#define AHEAD_PARENTS 2

struct rows { /* raw ids that are still to be read */
    uint8_t *data;
    size_t count;
    size_t capacity;
};

struct known {
    uint8_t id[QN_ID_MAX_SIZE];
};

/* A commit that was read ahead. */
struct ahead_item {
    uint8_t tree[QN_ID_MAX_SIZE];
    uint8_t parents[AHEAD_PARENTS][QN_ID_MAX_SIZE];
    uint32_t parent_count;
};

struct search {
    const struct qn_reachable *from;
    struct qn_id_map *set;
    uint32_t algorithm;
    size_t id_size;
    struct rows commits; /* a queue: `next_commit` is the first not read */
    size_t next_commit;
    struct rows trees; /* of the next level */
    struct qn_object object;
    struct known *known;
    struct qn_id_map ahead; /* commits; beside it: */
    struct ahead_item *items;
    size_t item_capacity;
    size_t read, used;  /* commits: one by one; of those read ahead */
    size_t after, wait; /* reads until the next look; longer if it was in vain
                         */
};

/* Put an id into the set; if it was not there, into `rows` too (unless NULL).
 */
static enum qn_status add(struct qn_ctx *ctx, struct search *search,
                          const uint8_t *row, struct rows *rows)
{
    enum qn_status status;
    uint32_t position;
    bool is_new;

    status = qn_id_map_put_row(ctx, search->set, row, &position, &is_new);
    if (status || !is_new || !rows)
        return status;
    status = qn_memory_grow(ctx, &rows->data, &rows->capacity, rows->count + 1,
                            search->id_size);
    if (!status)
        memcpy(rows->data + rows->count++ * search->id_size, row,
               search->id_size);
    return status;
}

static bool is_passed_over(const struct search *search, enum qn_status status)
{
    return search->from->ignores_missing &&
           (status == QN_NOT_FOUND || status == QN_PROMISED);
}

/* A tip: tags are followed to what they name. */
static enum qn_status add_tip(struct qn_ctx *ctx, struct search *search,
                              const struct qn_id *tip)
{
    struct qn_odb_info info;
    enum qn_status status;
    struct qn_id id = *tip;
    struct qn_tag tag;

    for (;;) {
        if (qn_id_map_find(search->set, &id) != QN_ID_MAP_NONE)
            return QN_OK;
        status = qn_odb_read_info(ctx, search->from->odb, &id, QN_ODB_WANT_TYPE,
                                  &info);
        if (is_passed_over(search, status)) {
            qn_ctx_clear(ctx);
            return QN_OK;
        }
        if (status)
            return status;
        if (info.type != QN_OBJECT_TAG)
            return add(ctx, search, id.bytes,
                       info.type == QN_OBJECT_COMMIT ? &search->commits
                       : info.type == QN_OBJECT_TREE ? &search->trees
                                                     : NULL);
        status = add(ctx, search, id.bytes, NULL);
        if (!status)
            status = qn_odb_read(ctx, search->from->odb, &id, &search->object);
        if (!status)
            status = qn_tag_parse(ctx, qn_object_bytes(&search->object),
                                  search->algorithm, &tag);
        if (status)
            return status;
        id = tag.object;
    }
}

/* ---- commits, which packs hold in about the order they are asked for in */

static bool is_ahead_wanted(const void *data, const uint8_t *row)
{
    const struct search *search = data;

    return qn_id_map_find_row(&search->ahead, row) == QN_ID_MAP_NONE;
}

static bool parse_ahead(struct qn_ctx *ctx, const void *data,
                        struct qn_bytes content, void *item)
{
    const struct search *search = data;
    struct ahead_item *out = item;
    struct qn_commit commit;
    struct qn_id parent;
    uint32_t i;

    if (qn_commit_parse(ctx, content, search->algorithm, &commit)) {
        qn_ctx_clear(ctx);
        return false;
    }
    if (commit.parent_count > AHEAD_PARENTS)
        return false;
    memcpy(out->tree, commit.tree.bytes, sizeof(out->tree));
    for (i = 0; i < commit.parent_count; i++) {
        qn_commit_parent(&commit, i, &parent);
        memcpy(out->parents[i], parent.bytes, sizeof(out->parents[i]));
    }
    out->parent_count = commit.parent_count;
    return true;
}

static enum qn_status keep_ahead(struct qn_ctx *ctx, void *data,
                                 const uint8_t *row, const void *item)
{
    struct search *search = data;
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put_row(ctx, &search->ahead, row, &position, &is_new);

    if (!status)
        status = qn_memory_grow(ctx, &search->items, &search->item_capacity,
                                search->ahead.count, sizeof(*search->items));
    if (!status && is_new)
        memcpy(&search->items[position], item, sizeof(*search->items));
    return status;
}

/* What was read ahead of a commit, or NULL.  Now and then it is read with those
 * that lie behind it; a look that finds little is not to be had again soon. */
static enum qn_status find_ahead(struct qn_ctx *ctx, struct search *search,
                                 const struct qn_id *id,
                                 const struct ahead_item **out)
{
    const struct qn_odb_ahead ahead = {.type = QN_OBJECT_COMMIT,
                                       .count = AHEAD_COUNT,
                                       .largest = AHEAD_LENGTH,
                                       .read = search->read + search->used,
                                       .item_size = sizeof(struct ahead_item),
                                       .is_wanted = is_ahead_wanted,
                                       .parse = parse_ahead,
                                       .each = keep_ahead,
                                       .data = search};
    uint32_t position = qn_id_map_find(&search->ahead, id);
    enum qn_status status = QN_OK;
    size_t made = search->ahead.count, looked = 0;

    *out = NULL;
    if (position == QN_ID_MAP_NONE && ++search->read > search->after &&
        made < search->read / 2 + 2 * search->used + AHEAD_COUNT) {
        status = qn_odb_ahead_read(ctx, search->from->odb, id, &ahead, &looked);
        position = qn_id_map_find(&search->ahead, id);
        made = search->ahead.count - made;
        search->wait = made > looked / 8 ? 0 : 2 * search->wait + 16;
        search->after = search->read + search->wait;
    }
    if (!status && position != QN_ID_MAP_NONE) {
        search->used++;
        *out = &search->items[position];
    }
    return status;
}

static enum qn_status take_ahead(struct qn_ctx *ctx, struct search *search,
                                 const struct ahead_item *item,
                                 bool has_parents)
{
    enum qn_status status = add(ctx, search, item->tree, &search->trees);
    uint32_t i;

    for (i = 0; !status && has_parents && i < item->parent_count; i++)
        status = add(ctx, search, item->parents[i], &search->commits);
    return status;
}

static enum qn_status read_commit(struct qn_ctx *ctx, struct search *search,
                                  const struct qn_id *id)
{
    const struct qn_id_map *shallow = search->from->shallow;
    bool has_parents =
        !shallow || qn_id_map_find(shallow, id) == QN_ID_MAP_NONE;
    const struct ahead_item *item;
    struct qn_commit commit;
    enum qn_status status = find_ahead(ctx, search, id, &item);
    struct qn_id parent;
    uint32_t i;

    if (status)
        return status;
    if (item)
        return take_ahead(ctx, search, item, has_parents);
    status = qn_odb_read_typed(ctx, search->from->odb, id, QN_OBJECT_COMMIT,
                               &search->object);
    if (is_passed_over(search, status)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&search->object),
                                 search->algorithm, &commit);
    if (!status)
        status = add(ctx, search, commit.tree.bytes, &search->trees);
    if (status || !has_parents)
        return status;
    for (i = 0; i < commit.parent_count && !status; i++) {
        qn_commit_parent(&commit, i, &parent);
        status = add(ctx, search, parent.bytes, &search->commits);
    }
    return status;
}

static enum qn_status read_commits(struct qn_ctx *ctx, struct search *search)
{
    enum qn_status status = QN_OK;
    struct qn_id id;

    while (!status && search->next_commit < search->commits.count) {
        qn_id_from_row(&id, search->algorithm,
                       search->commits.data +
                           search->next_commit++ * search->id_size);
        if (search->next_commit % 256 == 0)
            status = qn_ctx_check(ctx);
        if (!status)
            status = read_commit(ctx, search, &id);
    }
    return status;
}

struct place {
    struct qn_pack_file *pack;
    uint64_t offset;
    uint32_t row;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *one = a, *two = b;

    if (one->pack != two->pack)
        return (uintptr_t)one->pack < (uintptr_t)two->pack ? -1 : 1;
    return one->offset < two->offset ? -1 : one->offset > two->offset;
}

/* Bring rows into the order in which they lie in packs, so that deltas find
 * their bases in the cache; `*out` is where each lies, the caller's to free. */
static enum qn_status sort_rows(struct qn_ctx *ctx, struct search *search,
                                struct rows *rows,
                                struct qn_odb_bulk_place **out)
{
    struct place *places =
        qn_memory_array(ctx, rows->count + 1, sizeof(*places));
    uint8_t *sorted = qn_memory_array(ctx, rows->count + 1, search->id_size);
    enum qn_status status = QN_OK;
    size_t i;

    *out = qn_memory_array(ctx, rows->count + 1, sizeof(**out));
    if (!places || !sorted || !*out)
        status = QN_NO_MEMORY;
    for (i = 0; i < rows->count && !status; i++) {
        struct qn_id id;

        places[i].pack = NULL;
        qn_id_from_row(&id, search->algorithm,
                       rows->data + i * search->id_size);
        status = qn_odb_pack_locate(ctx, search->from->odb, &id,
                                    &places[i].pack, &places[i].offset);
        places[i].row = (uint32_t)i;
    }
    if (status) {
        qn_memory_free(places);
        qn_memory_free(sorted);
        return status;
    }
    qsort(places, rows->count, sizeof(*places), compare_places);
    for (i = 0; i < rows->count; i++) {
        memcpy(sorted + i * search->id_size,
               rows->data + (size_t)places[i].row * search->id_size,
               search->id_size);
        (*out)[i].pack = places[i].pack;
        (*out)[i].offset = places[i].offset;
    }
    qn_memory_free(places);
    qn_memory_free(rows->data);
    rows->data = sorted;
    rows->capacity = rows->count + 1;
    return QN_OK;
}

static enum qn_status fail_item(struct qn_ctx *ctx,
                                const struct qn_odb_bulk_item *item)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(&item->id, hex);
    return qn_ctx_fail_reason(
        ctx, item->status, item->status == QN_NOT_FOUND ? "odb.not-found" : "",
        hex, "%s", item->message);
}

static enum qn_status read_tree(struct qn_ctx *ctx, void *data,
                                const struct qn_odb_bulk_item *item)
{
    struct search *search = data;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;

    if (is_passed_over(search, item->status))
        return QN_OK;
    if (item->status)
        return fail_item(ctx, item);
    if (item->info.type != QN_OBJECT_TREE) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        return qn_ctx_fail_reason(ctx, QN_INVALID, "odb.wrong-type", NULL,
                                  "object %s is a %s, not a %s",
                                  qn_id_to_hex(&item->id, hex),
                                  qn_object_type_name(item->info.type), "tree");
    }
    qn_tree_reader_init(&reader, item->data, search->algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK) {
        struct known *known =
            &search->known[((size_t)entry.id[1] << 8 | entry.id[2]) % KNOWN];

        if (qn_mode_is_gitlink(entry.mode) ||
            memcmp(known->id, entry.id, search->id_size) == 0)
            continue;
        status = add(ctx, search, entry.id,
                     qn_mode_is_tree(entry.mode) ? &search->trees : NULL);
        if (status)
            return status;
        memcpy(known->id, entry.id, search->id_size);
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status read_trees(struct qn_ctx *ctx, struct search *search)
{
    enum qn_status status = QN_OK;

    while (!status && search->trees.count > 0) {
        struct rows level = search->trees;
        struct qn_odb_bulk bulk = {
            .wants_content = true, .each = read_tree, .data = search};
        struct qn_odb_bulk_place *places = NULL;

        memset(&search->trees, 0, sizeof(search->trees));
        status = sort_rows(ctx, search, &level, &places);
        bulk.places = places;
        bulk.rows = level.data;
        bulk.count = level.count;
        if (!status)
            status = qn_odb_bulk_read(ctx, search->from->odb, &bulk);
        qn_memory_free(level.data);
        qn_memory_free(places);
    }
    return status;
}

enum qn_status qn_reachable_find(struct qn_ctx *ctx,
                                 const struct qn_reachable *from,
                                 const struct qn_id *tips, size_t count,
                                 struct qn_id_map *set)
{
    struct search search = {.from = from, .set = set, .after = AHEAD_AFTER};
    enum qn_status status = QN_OK;
    size_t i;

    search.algorithm = qn_odb_algorithm(from->odb);
    search.id_size = qn_id_size(search.algorithm);
    qn_id_map_init(&search.ahead, search.algorithm);
    search.known = qn_memory_calloc(ctx, KNOWN, sizeof(*search.known));
    if (!search.known)
        return QN_NO_MEMORY;
    for (i = 0; i < count && !status; i++)
        status = add_tip(ctx, &search, &tips[i]);
    if (!status)
        status = read_commits(ctx, &search);
    if (!status)
        status = read_trees(ctx, &search);
    qn_memory_free(search.commits.data);
    qn_memory_free(search.trees.data);
    qn_memory_free(search.known);
    qn_memory_free(search.items);
    qn_id_map_dispose(&search.ahead);
    qn_object_dispose(&search.object);
    return status;
}
