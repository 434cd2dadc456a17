/* SPDX-License-Identifier: MIT */
#include "operation/part/delta_islands.h"

#include "base/map.h"
#include "base/memory.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "object/tree.h"
#include "odb/odb_bulk.h"
#include "text/regex.h"
#include "walk/commit_walk.h"

#define GROUPS_MOST 14

struct tips {
    struct qn_id *ids;
    size_t count, capacity;
    uint64_t sum; /* of the ids: equal sets have equal sums */
};

struct qn_delta_islands {
    size_t count;       /* islands */
    size_t words;       /* of a set */
    struct qn_map sets; /* bits to number: items in order; number + 1 is what
                           entries hold */
};

struct search {
    const struct qn_revision_scope *scope;
    struct qn_regex **patterns; /* the last in the configuration first */
    size_t pattern_count;
    struct qn_map names; /* island to struct tips */
    const char *core;
};

size_t qn_delta_islands_count(const struct qn_delta_islands *islands)
{
    return islands ? islands->count : 0;
}

void qn_delta_islands_free(struct qn_delta_islands *islands)
{
    if (!islands)
        return;
    qn_map_dispose(&islands->sets);
    qn_memory_free(islands);
}

bool qn_delta_islands_allow(const struct qn_delta_islands *islands,
                            uint32_t target, uint32_t base)
{
    struct qn_bytes wanted, there;
    size_t i;

    if (target == 0 || target == base)
        return true;
    if (base == 0)
        return false;
    wanted = islands->sets.items[target - 1].key;
    there = islands->sets.items[base - 1].key;
    for (i = 0; i < wanted.size; i++)
        if (wanted.data[i] & ~there.data[i])
            return false;
    return true;
}

static enum qn_status read_patterns(struct qn_ctx *ctx, struct search *search)
{
    const struct qn_config *config = qn_repo_config(search->scope->repo);
    const struct qn_config_entry *entry = qn_config_find(config, "pack.island");
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t capacity = 0;

    search->core = qn_config_string(config, "pack.islandCore", NULL);
    for (; entry && !status; entry = qn_config_previous(config, entry)) {
        if (!entry->value) {
            status =
                qn_ctx_fail(ctx, QN_INVALID, "missing value for 'pack.island'");
            break;
        }
        qn_buf_clear(&text);
        status = qn_memory_grow(ctx, &search->patterns, &capacity,
                                search->pattern_count + 1,
                                sizeof(*search->patterns));
        if (!status)
            status =
                qn_buf_printf(ctx, &text, "%s%s",
                              *entry->value == '^' ? "" : "^", entry->value);
        if (!status &&
            qn_regex_new(ctx, qn_buf_bytes(&text), QN_REGEX_EXTENDED, 0,
                         &search->patterns[search->pattern_count]))
            status = qn_ctx_fail(ctx, QN_INVALID,
                                 "failed to load island regex for '%s': %s",
                                 "pack.island", qn_buf_string(&text));
        if (!status)
            search->pattern_count++;
    }
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status append_name(struct qn_ctx *ctx, struct qn_bytes ref,
                                  const struct qn_regex_match *matches,
                                  struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    bool is_first = true;
    size_t i;

    for (i = 1; i <= GROUPS_MOST + 1 && !status; i++) {
        if (matches[i].start == QN_REGEX_NO_MATCH ||
            matches[i].end > ref.size || matches[i].start > matches[i].end)
            continue;
        if (!is_first)
            status = qn_buf_append_byte(ctx, out, '-');
        is_first = false;
        if (!status)
            status = qn_buf_append(ctx, out, ref.data + matches[i].start,
                                   matches[i].end - matches[i].start);
    }
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct qn_regex_match matches[GROUPS_MOST + 2];
    struct search *search = data;
    struct qn_bytes name = qn_buf_bytes(&ref->name);
    struct qn_buf island = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    struct qn_map_item *item;
    bool found = false;
    uint64_t front;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(matches); i++)
        matches[i].start = QN_REGEX_NO_MATCH;
    for (i = 0; i < search->pattern_count && !found && !status; i++)
        status = qn_regex_find(ctx, search->patterns[i], name, 0, matches,
                               QN_COUNT_OF(matches), &found);
    if (status || !found)
        return status;
    status = append_name(ctx, name, matches, &island);
    item = status
               ? NULL
               : qn_map_put(ctx, &search->names, qn_buf_bytes(&island), NULL);
    if (!status && !item)
        status = QN_NO_MEMORY;
    if (!status && !item->value) {
        item->value = qn_memory_calloc(ctx, 1, sizeof(struct tips));
        if (!item->value)
            status = QN_NO_MEMORY;
    }
    if (!status) {
        struct tips *tips = item->value;

        status = qn_memory_grow(ctx, &tips->ids, &tips->capacity,
                                tips->count + 1, sizeof(*tips->ids));
        if (!status) {
            tips->ids[tips->count++] = ref->id;
            memcpy(&front, ref->id.bytes, sizeof(front));
            tips->sum += front;
        }
    }
    qn_buf_dispose(&island);
    return status;
}

static void dispose_search(struct search *search)
{
    size_t i;

    for (i = 0; i < search->pattern_count; i++)
        qn_regex_free(search->patterns[i]);
    qn_memory_free(search->patterns);
    for (i = 0; i < search->names.count; i++) {
        struct tips *tips = search->names.items[i].value;

        if (tips)
            qn_memory_free(tips->ids);
        qn_memory_free(tips);
    }
    qn_map_dispose(&search->names);
}

/* Islands with the same tips are one: the first of them counts. */
static bool is_repeated(const struct search *search, size_t island)
{
    const struct tips *tips = search->names.items[island].value;
    size_t i;

    for (i = 0; i < island; i++) {
        const struct tips *other = search->names.items[i].value;

        if (other->sum == tips->sum && other->count == tips->count)
            return true;
    }
    return false;
}

/* ---- marks: sets of islands, each with a number; 0: none */

#define UNIONS 4096 /* answers that are remembered */

struct uniting {
    uint32_t one, other, both;
};

struct marking {
    struct qn_delta_islands *islands;
    struct qn_pack_list *list;
    struct qn_id_map marks; /* of commits, trees, and what refs name: values */
    struct uniting *unions;
    uint64_t *words;  /* one set, for a moment */
    uint8_t *changed; /* rows of trees whose marks have to go on */
    size_t changed_count, changed_capacity;
};

static enum qn_status number_of(struct qn_ctx *ctx, struct marking *m,
                                uint32_t *out)
{
    struct qn_map *sets = &m->islands->sets;
    const struct qn_map_item *item = qn_map_put(
        ctx, sets,
        qn_bytes_make(m->words, m->islands->words * sizeof(*m->words)), NULL);

    if (!item)
        return QN_NO_MEMORY;
    *out = (uint32_t)(item - sets->items) + 1;
    return QN_OK;
}

static enum qn_status unite(struct qn_ctx *ctx, struct marking *m, uint32_t one,
                            uint32_t other, uint32_t *out)
{
    struct uniting *known;
    const uint8_t *a, *b;
    uint8_t *both = (uint8_t *)m->words;
    enum qn_status status;
    size_t i;

    if (one == other || one == 0 || other == 0) {
        *out = one ? one : other;
        return QN_OK;
    }
    known = &m->unions[(one * UINT32_C(2654435761) ^ other) % UNIONS];
    if (known->one != one || known->other != other) {
        a = m->islands->sets.items[one - 1].key.data;
        b = m->islands->sets.items[other - 1].key.data;
        for (i = 0; i < m->islands->words * sizeof(*m->words); i++)
            both[i] = a[i] | b[i];
        status = number_of(ctx, m, out);
        if (status)
            return status;
        known->one = one;
        known->other = other;
        known->both = *out;
    }
    *out = known->both;
    return QN_OK;
}

/* Add marks to an object; has it more of them now? */
static enum qn_status mark(struct qn_ctx *ctx, struct marking *m,
                           const uint8_t *row, uint32_t marks, bool *is_more)
{
    uint32_t position, both;
    bool is_new;
    enum qn_status status =
        qn_id_map_put_row(ctx, &m->marks, row, &position, &is_new);

    if (status)
        return status;
    if (is_new)
        m->marks.values[position] = 0;
    status = unite(ctx, m, (uint32_t)m->marks.values[position], marks, &both);
    *is_more = !status && both != m->marks.values[position];
    if (!status)
        m->marks.values[position] = both;
    return status;
}

/* A tree of the list, with all below. */
static enum qn_status mark_tree(struct qn_ctx *ctx, struct marking *m,
                                const uint8_t *row, uint32_t marks)
{
    size_t size = qn_id_size(m->list->ids.algorithm);
    enum qn_status status;
    bool is_more;

    if (qn_id_map_find_row(&m->list->ids, row) == QN_ID_MAP_NONE)
        return QN_OK;
    status = mark(ctx, m, row, marks, &is_more);
    if (status || !is_more)
        return status;
    status = qn_memory_grow(ctx, &m->changed, &m->changed_capacity,
                            m->changed_count + 1, size);
    if (!status)
        memcpy(m->changed + m->changed_count++ * size, row, size);
    return status;
}

static enum qn_status mark_tip(struct qn_ctx *ctx, struct marking *m,
                               const struct qn_id *tip, uint32_t marks,
                               struct qn_commit_walk *walk)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb_info info;
    struct qn_id id = *tip;
    enum qn_status status;
    struct qn_tag tag;
    bool is_more;

    for (;;) {
        status =
            qn_odb_read_info(ctx, m->list->odb, &id, QN_ODB_WANT_TYPE, &info);
        if (!status && info.type == QN_OBJECT_TREE) {
            status = mark_tree(ctx, m, id.bytes, marks);
            break;
        }
        if (!status)
            status = mark(ctx, m, id.bytes, marks, &is_more);
        if (!status && info.type == QN_OBJECT_COMMIT)
            status = qn_commit_walk_add(ctx, walk, &id, 0, NULL);
        if (status || info.type != QN_OBJECT_TAG)
            break;
        status = qn_odb_read(ctx, m->list->odb, &id, &object);
        if (!status)
            status =
                qn_tag_parse(ctx, qn_object_bytes(&object), id.algorithm, &tag);
        if (status)
            break;
        id = tag.object;
    }
    qn_object_dispose(&object);
    return status;
}

/* What the refs of each island name. */
static enum qn_status mark_tips(struct qn_ctx *ctx, struct marking *m,
                                const struct search *search,
                                struct qn_commit_walk *walk)
{
    size_t words = m->islands->words, i, k;
    enum qn_status status = QN_OK;
    uint32_t marks;

    for (i = 0; i < search->names.count && !status; i++) {
        const struct tips *tips = search->names.items[i].value;

        if (is_repeated(search, i))
            continue;
        m->islands->count++;
        memset(m->words, 0, words * sizeof(*m->words));
        m->words[i / 64] |= UINT64_C(1) << (i % 64);
        status = number_of(ctx, m, &marks);
        for (k = 0; k < tips->count && !status; k++)
            status = mark_tip(ctx, m, &tips->ids[k], marks, walk);
    }
    return status;
}

/* Children come before their parents. */
static enum qn_status mark_commits(struct qn_ctx *ctx, struct marking *m,
                                   struct qn_commit_walk *walk)
{
    struct qn_walk_commit commit;
    enum qn_status status;
    bool is_more;
    uint32_t i;

    while ((status = qn_commit_walk_next(ctx, walk, &commit)) == QN_OK) {
        uint32_t at = qn_id_map_find(&m->marks, &commit.id);
        uint32_t marks =
            at == QN_ID_MAP_NONE ? 0 : (uint32_t)m->marks.values[at];

        for (i = 0; i < commit.parent_count && !status; i++)
            status = mark(ctx, m, commit.parents[i].bytes, marks, &is_more);
        if (!status)
            status = mark_tree(ctx, m, commit.tree.bytes, marks);
        if (status)
            return status;
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status mark_entries(struct qn_ctx *ctx, void *data,
                                   const struct qn_odb_bulk_item *item)
{
    struct marking *m = data;
    uint32_t at = qn_id_map_find(&m->marks, &item->id), number, both;
    uint32_t marks = (uint32_t)m->marks.values[at];
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status = QN_OK;

    if (item->status) /* told where it is packed */
        return QN_OK;
    qn_tree_reader_init(&reader, item->data, item->id.algorithm);
    while (!status && qn_tree_reader_next(ctx, &reader, &entry) == QN_OK) {
        if (qn_mode_is_gitlink(entry.mode))
            continue;
        if (qn_mode_is_tree(entry.mode)) {
            status = mark_tree(ctx, m, entry.id, marks);
            continue;
        }
        number = qn_id_map_find_row(&m->list->ids, entry.id);
        if (number == QN_ID_MAP_NONE)
            continue;
        status = unite(ctx, m, m->list->entries[number].island, marks, &both);
        if (!status)
            m->list->entries[number].island = both;
    }
    if (!status)
        qn_ctx_clear(ctx); /* of a tree that is bad */
    return status;
}

/* A level after the other.  A tree that gets more marks later comes again. */
static enum qn_status mark_trees(struct qn_ctx *ctx, struct marking *m)
{
    enum qn_status status = QN_OK;

    while (!status && m->changed_count > 0) {
        uint8_t *rows = m->changed;
        struct qn_odb_bulk bulk = {.rows = rows,
                                   .count = m->changed_count,
                                   .wants_content = true,
                                   .each = mark_entries,
                                   .data = m};

        m->changed = NULL;
        m->changed_count = m->changed_capacity = 0;
        status = qn_odb_bulk_read(ctx, m->list->odb, &bulk);
        qn_memory_free(rows);
    }
    return status;
}

/* Into the list; what is in the core island comes first in the pack. */
static void keep_marks(const struct marking *m, const struct search *search)
{
    struct qn_pack_list *list = m->list;
    size_t core = search->names.count, i;
    uint32_t at;

    for (i = 0; i < search->names.count && search->core; i++)
        if (qn_bytes_is_string(search->names.items[i].key, search->core) &&
            !is_repeated(search, i))
            core = i;
    for (i = 0; i < qn_pack_list_count(list); i++) {
        struct qn_pack_list_entry *entry = &list->entries[i];
        uint64_t word;

        at = qn_id_map_find_row(&m->marks,
                                list->ids.rows + i * list->ids.row_size);
        if (at != QN_ID_MAP_NONE && m->marks.values[at])
            entry->island = (uint32_t)m->marks.values[at];
        if (entry->island == 0 || core == search->names.count)
            continue;
        memcpy(&word,
               m->islands->sets.items[entry->island - 1].key.data +
                   core / 64 * sizeof(word),
               sizeof(word));
        if (word >> (core % 64) & 1)
            entry->flags |= QN_PACK_LIST_CORE;
    }
}

static enum qn_status mark_list(struct qn_ctx *ctx, const struct search *search,
                                struct qn_delta_islands *islands,
                                struct qn_pack_list *list)
{
    struct qn_walk_options options = {.order = QN_WALK_TOPO,
                                      .min_parents = -1,
                                      .max_parents = -1,
                                      .max_count = -1};
    struct marking m = {.islands = islands, .list = list};
    struct qn_commit_walk *walk = NULL;
    enum qn_status status = QN_NO_MEMORY;

    qn_id_map_init(&m.marks, list->ids.algorithm);
    m.unions = qn_memory_calloc(ctx, UNIONS, sizeof(*m.unions));
    m.words = qn_memory_calloc(ctx, islands->words, sizeof(*m.words));
    if (m.unions && m.words)
        status = qn_commit_walk_new(ctx, search->scope, &options, &walk);
    if (!status)
        status = mark_tips(ctx, &m, search, walk);
    if (!status)
        status = mark_commits(ctx, &m, walk);
    if (!status)
        status = mark_trees(ctx, &m);
    if (!status)
        keep_marks(&m, search);
    qn_commit_walk_free(walk);
    qn_id_map_dispose(&m.marks);
    qn_memory_free(m.unions);
    qn_memory_free(m.words);
    qn_memory_free(m.changed);
    return status;
}

enum qn_status qn_delta_islands_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_pack_list *list,
                                    struct qn_delta_islands **out)
{
    struct search search = {.scope = scope};
    struct qn_delta_islands *islands = NULL;
    enum qn_status status;

    *out = NULL;
    status = read_patterns(ctx, &search);
    if (!status && search.pattern_count > 0)
        status = qn_refs_walk(ctx, scope->refs, "", 0, add_ref, &search);
    if (!status && search.names.count > 0) {
        islands = qn_memory_calloc(ctx, 1, sizeof(*islands));
        if (!islands)
            status = QN_NO_MEMORY;
    }
    if (!status && islands) {
        islands->words = (search.names.count + 63) / 64;
        status = mark_list(ctx, &search, islands, list);
    }
    dispose_search(&search);
    if (status)
        qn_delta_islands_free(islands);
    else
        *out = islands;
    return status;
}
