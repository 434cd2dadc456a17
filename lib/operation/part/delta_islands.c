/* SPDX-License-Identifier: MIT */
#include "operation/part/delta_islands.h"

#include "base/map.h"
#include "base/memory.h"
#include "hash/id_map.h"
#include "operation/part/reachable.h"
#include "text/regex.h"

#define GROUPS_MOST 14

struct tips {
    struct qn_id *ids;
    size_t count, capacity;
    uint64_t sum; /* of the ids: equal sets have equal sums */
};

struct marks { /* a set of islands, as bits */
    uint64_t *words;
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

/* Mark what one island reaches. */
static enum qn_status mark_island(struct qn_ctx *ctx,
                                  const struct search *search, size_t island,
                                  struct qn_pack_list *list, uint64_t *bits,
                                  size_t words)
{
    const struct tips *tips = search->names.items[island].value;
    struct qn_reachable from = {.odb = list->odb};
    bool is_core =
        search->core &&
        qn_bytes_is_string(search->names.items[island].key, search->core);
    struct qn_id_map set;
    enum qn_status status;
    uint32_t i, number;

    qn_id_map_init(&set, list->ids.algorithm);
    status = qn_reachable_find(ctx, &from, tips->ids, tips->count, &set);
    for (i = 0; i < set.count && !status; i++) {
        number =
            qn_id_map_find_row(&list->ids, set.rows + (size_t)i * set.row_size);
        if (number == QN_ID_MAP_NONE)
            continue;
        bits[number * words + island / 64] |= UINT64_C(1) << (island % 64);
        if (is_core)
            list->entries[number].flags |= QN_PACK_LIST_CORE;
    }
    qn_id_map_dispose(&set);
    return status;
}

/* Sets of islands get numbers. */
static enum qn_status number_sets(struct qn_ctx *ctx,
                                  struct qn_delta_islands *islands,
                                  struct qn_pack_list *list,
                                  const uint64_t *bits)
{
    size_t words = islands->words, i, k;

    for (i = 0; i < qn_pack_list_count(list); i++) {
        const uint64_t *own = bits + i * words;
        struct qn_map_item *item;
        uint64_t any = 0;

        for (k = 0; k < words; k++)
            any |= own[k];
        if (any == 0)
            continue;
        item = qn_map_put(ctx, &islands->sets,
                          qn_bytes_make(own, words * sizeof(*own)), NULL);
        if (!item)
            return QN_NO_MEMORY;
        list->entries[i].island = (uint32_t)(item - islands->sets.items) + 1;
    }
    return QN_OK;
}

enum qn_status qn_delta_islands_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_pack_list *list,
                                    struct qn_delta_islands **out)
{
    struct search search = {.scope = scope};
    struct qn_delta_islands *islands = NULL;
    uint64_t *bits = NULL;
    enum qn_status status;
    size_t i;

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
        bits = qn_memory_calloc(ctx, qn_pack_list_count(list) + 1,
                                islands->words * sizeof(*bits));
        if (!bits)
            status = QN_NO_MEMORY;
    }
    for (i = 0; islands && i < search.names.count && !status; i++) {
        if (is_repeated(&search, i))
            continue;
        islands->count++;
        status = mark_island(ctx, &search, i, list, bits, islands->words);
    }
    if (!status && islands)
        status = number_sets(ctx, islands, list, bits);
    qn_memory_free(bits);
    dispose_search(&search);
    if (status)
        qn_delta_islands_free(islands);
    else
        *out = islands;
    return status;
}
