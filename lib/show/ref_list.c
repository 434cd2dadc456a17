/* SPDX-License-Identifier: MIT */
#include "show/ref_list.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "text/ref_name.h"
#include "text/version_sort.h"
#include "text/wildmatch.h"
#include "walk/commit_reach.h"
#include "walk/commit_walk.h"

#include <stdlib.h>
#include <string.h>

struct fill_state {
    const struct qn_revision_scope *scope;
    const struct qn_ref_filter *filter;
    struct qn_ref_list *list;
    struct qn_id_map merged; /* reachable from filter->merged */
    struct qn_id_map no_merged;
    struct qn_commit_reach *contains; /* NULL: not asked for */
    struct qn_commit_reach *no_contains;
};

/* Literally, up to a slash, or as a pattern. */
static bool matches_full(const char *pattern, struct qn_bytes name,
                         unsigned flags)
{
    struct qn_bytes text = qn_bytes_from_string(pattern);
    struct qn_bytes start = qn_bytes_first(name, text.size);
    bool is_equal = flags & QN_WILDMATCH_CASEFOLD
                        ? qn_bytes_is_equal_fold(start, text)
                        : qn_bytes_is_equal(start, text);

    if (text.size && text.size <= name.size && is_equal &&
        (name.size == text.size || name.data[text.size] == '/' ||
         text.data[text.size - 1] == '/'))
        return true;
    return qn_wildmatch_matches(text, name, flags | QN_WILDMATCH_PATHNAME);
}

/* Without refs/heads/ and its like, as branch and tag compare. */
static struct qn_bytes short_name(struct qn_bytes name)
{
    return qn_ref_name_prettify(name);
}

static bool matches_any(const struct qn_ref_filter *filter,
                        const char *const *patterns, size_t count,
                        struct qn_bytes name)
{
    unsigned flags = filter->ignores_case ? QN_WILDMATCH_CASEFOLD : 0u;
    size_t i;

    for (i = 0; i < count; i++)
        if (filter->kinds
                ? qn_wildmatch_matches(qn_bytes_from_string(patterns[i]),
                                       short_name(name), flags)
                : matches_full(patterns[i], name, flags))
            return true;
    return false;
}

static bool is_of_kind(unsigned kinds, struct qn_bytes name)
{
    return !kinds ||
           ((kinds & QN_REF_LIST_BRANCHES) &&
            qn_bytes_has_prefix(name, "refs/heads/")) ||
           ((kinds & QN_REF_LIST_REMOTES) &&
            qn_bytes_has_prefix(name, "refs/remotes/")) ||
           ((kinds & QN_REF_LIST_TAGS) &&
            qn_bytes_has_prefix(name, "refs/tags/"));
}

static bool is_in(const struct qn_id_list *list, const struct qn_id *id)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (qn_id_is_equal(&list->ids[i], id))
            return true;
    return false;
}

static enum qn_status passes_points_at(struct qn_ctx *ctx,
                                       const struct fill_state *state,
                                       const struct qn_ref *ref, bool *out)
{
    const struct qn_id_list *wanted = &state->filter->points_at;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_tag tag;
    struct qn_odb_info info;
    enum qn_status status;

    *out = is_in(wanted, &ref->id);
    if (*out)
        return QN_OK;
    status = qn_odb_read_info(ctx, state->scope->odb, &ref->id,
                              QN_ODB_WANT_TYPE, &info);
    if (status || info.type != QN_OBJECT_TAG)
        return status;
    status = qn_odb_read(ctx, state->scope->odb, &ref->id, &object);
    if (!status)
        status = qn_tag_parse(ctx, qn_object_bytes(&object), ref->id.algorithm,
                              &tag);
    if (!status)
        *out = is_in(wanted, &tag.object);
    qn_object_dispose(&object);
    return status;
}

/* The commit a ref leads to; false: it leads to none.  Mostly the refs say
 * where a tag leads, and the commit was met before. */
static bool find_commit(struct qn_ctx *ctx, const struct fill_state *state,
                        const struct qn_ref *ref, struct qn_id *out)
{
    const struct qn_commit_reach *reach =
        state->contains ? state->contains : state->no_contains;

    if (ref->has_peeled && reach) {
        *out = qn_id_is_null(&ref->peeled) ? ref->id : ref->peeled;
        if (qn_commit_reach_knows(reach, out))
            return true;
    }
    if (qn_revision_peel(ctx, state->scope->odb, &ref->id, QN_OBJECT_COMMIT,
                         out) == QN_OK)
        return true;
    qn_ctx_clear(ctx);
    return false;
}

/* The conditions on history. */
static enum qn_status passes_history(struct qn_ctx *ctx,
                                     const struct fill_state *state,
                                     const struct qn_ref *ref, bool *out)
{
    const struct qn_ref_filter *filter = state->filter;
    struct qn_id commit;
    enum qn_status status = QN_OK;

    *out = true;
    if (filter->points_at.count)
        status = passes_points_at(ctx, state, ref, out);
    if (status || !*out ||
        !(filter->contains.count || filter->no_contains.count ||
          filter->merged.count || filter->no_merged.count))
        return status;
    /* Many refs lead to few commits: then this is all. */
    if (state->contains && ref->has_peeled && !filter->merged.count &&
        !filter->no_merged.count && !state->no_contains &&
        qn_commit_reach_known(
            state->contains,
            qn_id_is_null(&ref->peeled) ? &ref->id : &ref->peeled, out))
        return QN_OK;
    if (!find_commit(ctx, state, ref, &commit)) { /* it is in no history */
        *out = false;
        return QN_OK;
    }
    if (filter->merged.count)
        *out = qn_id_map_find(&state->merged, &commit) != QN_ID_MAP_NONE;
    if (*out && filter->no_merged.count)
        *out = qn_id_map_find(&state->no_merged, &commit) == QN_ID_MAP_NONE;
    if (*out && state->contains)
        status = qn_commit_reach_ask(ctx, state->contains, &commit, out);
    if (!status && *out && state->no_contains) {
        status = qn_commit_reach_ask(ctx, state->no_contains, &commit, out);
        *out = !*out;
    }
    return status;
}

static void report_broken(struct qn_ctx *ctx, const struct qn_ref *ref)
{
    const char *name = qn_buf_string(&ref->name);

    if (!qn_ref_name_is_valid(qn_buf_bytes(&ref->name), QN_REF_NAME_ONE_LEVEL))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "refs.broken",
                      "ignoring ref with broken name %s", name);
    else if (!ref->is_symbolic) /* one that dangles may be made whole yet */
        qn_ctx_report(ctx, QN_REPORT_WARNING, "refs.broken",
                      "ignoring broken ref %s", name);
}

/* What a symbolic ref leads to in the end. */
static enum qn_status copy_symref(struct qn_ctx *ctx, struct qn_refs *refs,
                                  struct qn_ref_list *list,
                                  const struct qn_ref *ref, const char **out)
{
    struct qn_ref end = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_resolve(ctx, refs, qn_buf_string(&ref->name), &end, &found);

    if (!status) {
        *out = qn_arena_copy(ctx, &list->arena,
                             found ? qn_buf_bytes(&end.name)
                                   : qn_buf_bytes(&ref->target));
        status = *out ? QN_OK : QN_NO_MEMORY;
    }
    qn_ref_dispose(&end);
    return status;
}

static enum qn_status add_item(struct qn_ctx *ctx, struct qn_refs *refs,
                               struct qn_ref_list *list,
                               const struct qn_ref *ref)
{
    struct qn_ref_item *item;
    enum qn_status status;

    status = qn_memory_grow(ctx, &list->items, &list->capacity, list->count + 1,
                            sizeof(*item));
    if (status)
        return status;
    item = &list->items[list->count];
    memset(item, 0, sizeof(*item));
    item->name = qn_arena_copy(ctx, &list->arena, qn_buf_bytes(&ref->name));
    if (!item->name)
        return QN_NO_MEMORY;
    if (ref->is_symbolic) {
        status = copy_symref(ctx, refs, list, ref, &item->symref);
        if (status)
            return status;
    }
    item->id = ref->id;
    item->has_peeled = ref->has_peeled;
    item->peeled = ref->peeled;
    list->count++;
    return QN_OK;
}

static enum qn_status fill_one(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct fill_state *state = data;
    const struct qn_ref_filter *filter = state->filter;
    struct qn_bytes name = qn_buf_bytes(&ref->name);
    enum qn_status status;
    bool passes;

    if (!is_of_kind(filter->kinds, name) ||
        (filter->pattern_count &&
         !matches_any(filter, filter->patterns, filter->pattern_count, name)) ||
        (filter->exclude_count &&
         matches_any(filter, filter->excludes, filter->exclude_count, name)) ||
        (filter->start_after &&
         strcmp(qn_buf_string(&ref->name), filter->start_after) <= 0))
        return QN_OK;
    if (ref->is_broken) {
        report_broken(ctx, ref);
        return QN_OK;
    }
    status = passes_history(ctx, state, ref, &passes);
    if (status || !passes)
        return status;
    return add_item(ctx, state->scope->refs, state->list, ref);
}

/* Everything that the commits reach. */
static enum qn_status find_reached(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_id_list *tips,
                                   struct qn_id_map *out)
{
    const struct qn_walk_options options = {
        .min_parents = -1, .max_parents = -1, .max_count = -1};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    enum qn_status status;
    uint32_t position;
    bool is_new;
    size_t i;

    if (!tips->count)
        return QN_OK;
    status = qn_commit_walk_new(ctx, scope, &options, &walk);
    for (i = 0; !status && i < tips->count; i++)
        status = qn_commit_walk_add(ctx, walk, &tips->ids[i], 0, NULL);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status)
            status = qn_id_map_put(ctx, out, &commit.id, &position, &is_new);
    }
    qn_commit_walk_free(walk);
    return status == QN_END ? QN_OK : status;
}

/* The part that all patterns start with, as far as it is plain. */
static struct qn_bytes common_prefix(const struct qn_ref_filter *filter)
{
    struct qn_bytes first;

    if (filter->kinds == QN_REF_LIST_BRANCHES)
        return QN_BYTES("refs/heads/");
    if (filter->kinds == QN_REF_LIST_REMOTES)
        return QN_BYTES("refs/remotes/");
    if (filter->kinds == QN_REF_LIST_TAGS)
        return QN_BYTES("refs/tags/");
    if (filter->kinds || filter->pattern_count != 1 || filter->ignores_case)
        return QN_BYTES_NONE;
    first = qn_bytes_from_string(filter->patterns[0]);
    return qn_bytes_first(first, qn_wildmatch_literal_size(first));
}

/* HEAD, when it is on no branch. */
static enum qn_status add_detached(struct qn_ctx *ctx,
                                   const struct fill_state *state)
{
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;
    bool passes = false;
    bool found;

    status = qn_refs_resolve(ctx, state->scope->refs, "HEAD", &ref, &found);
    if (!status && found && !state->filter->pattern_count)
        status = passes_history(ctx, state, &ref, &passes);
    if (!status && passes) {
        ref.is_symbolic = false;
        status = add_item(ctx, state->scope->refs, state->list, &ref);
        if (!status)
            state->list->items[state->list->count - 1].detached =
                state->filter->detached;
    }
    qn_ref_dispose(&ref);
    return status;
}

enum qn_status qn_ref_list_fill(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_ref_filter *filter,
                                struct qn_ref_list *list)
{
    struct fill_state state = {.scope = scope, .filter = filter, .list = list};
    uint32_t algorithm = qn_repo_algorithm(scope->repo);
    unsigned flags = QN_REFS_INCLUDE_BROKEN |
                     (filter->includes_root ? QN_REFS_INCLUDE_ROOT : 0u);
    struct qn_bytes common = common_prefix(filter);
    struct qn_buf prefix = QN_BUF_INIT;
    enum qn_status status;

    qn_id_map_init(&state.merged, algorithm);
    qn_id_map_init(&state.no_merged, algorithm);
    status = qn_buf_append_bytes(ctx, &prefix, common);
    if (!status)
        status = find_reached(ctx, scope, &filter->merged, &state.merged);
    if (!status)
        status = find_reached(ctx, scope, &filter->no_merged, &state.no_merged);
    if (!status && filter->contains.count)
        status =
            qn_commit_reach_new(ctx, scope, &filter->contains, &state.contains);
    if (!status && filter->no_contains.count)
        status = qn_commit_reach_new(ctx, scope, &filter->no_contains,
                                     &state.no_contains);
    if (!status)
        status = qn_refs_walk(ctx, scope->refs, qn_buf_string(&prefix), flags,
                              fill_one, &state);
    if (!status && filter->detached)
        status = add_detached(ctx, &state);
    qn_id_map_dispose(&state.merged);
    qn_id_map_dispose(&state.no_merged);
    qn_commit_reach_free(state.contains);
    qn_commit_reach_free(state.no_contains);
    qn_buf_dispose(&prefix);
    return status;
}

void qn_ref_list_dispose(struct qn_ref_list *list)
{
    qn_memory_free(list->items);
    qn_arena_dispose(&list->arena);
    memset(list, 0, sizeof(*list));
}

/* ---------------------------------------------------------------------- sort
 */

struct sort_key {
    struct qn_ref_atom atom;
    bool is_descending;
};

struct sort_value {
    const char *text;
    int64_t number;
    bool is_number;
};

struct sort_row {
    struct qn_ref_item item;
    struct sort_value *values;
    const struct sort_order *order;
};

struct sort_order {
    struct sort_key *keys;
    size_t count;
    bool ignores_case;
    const char **suffixes;
    size_t suffix_count;
};

static int compare_fold(const char *a, const char *b)
{
    for (;; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : (unsigned char)*a;
        int y = *b >= 'A' && *b <= 'Z' ? *b + 32 : (unsigned char)*b;

        if (x != y || !x)
            return x - y;
    }
}

static int compare_values(const struct sort_order *order,
                          const struct sort_key *key,
                          const struct sort_value *a,
                          const struct sort_value *b)
{
    if (key->atom.is_version)
        return qn_version_sort_compare(a->text, b->text, order->suffixes,
                                       order->suffix_count);
    if (a->is_number)
        return (a->number > b->number) - (a->number < b->number);
    return order->ignores_case ? compare_fold(a->text, b->text)
                               : strcmp(a->text, b->text);
}

static int compare_rows(const void *left, const void *right)
{
    const struct sort_row *a = left, *b = right;
    const struct sort_order *order = a->order;
    size_t i;

    if (!a->item.detached != !b->item.detached)
        return a->item.detached ? -1 : 1; /* HEAD comes first */
    for (i = order->count; i > 0; i--) {
        const struct sort_key *key = &order->keys[i - 1];
        int result =
            compare_values(order, key, &a->values[i - 1], &b->values[i - 1]);

        if (result)
            return key->is_descending ? -result : result;
    }
    return order->ignores_case && compare_fold(a->item.name, b->item.name)
               ? compare_fold(a->item.name, b->item.name)
               : strcmp(a->item.name, b->item.name);
}

static enum qn_status parse_keys(struct qn_ctx *ctx,
                                 struct qn_ref_values *values,
                                 const char *const *keys,
                                 struct sort_order *order, size_t count)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < count; i++) {
        const char *text = keys[i];

        if (*text == '-') {
            order->keys[i].is_descending = true;
            text++;
        }
        status = qn_ref_atom_parse(ctx, values, qn_bytes_from_string(text),
                                   true, &order->keys[i].atom);
        if (!status)
            order->count++;
    }
    return status;
}

static enum qn_status read_suffixes(struct qn_ctx *ctx,
                                    const struct qn_config *config,
                                    struct sort_order *order)
{
    const char *key = qn_config_find(config, "versionsort.suffix")
                          ? "versionsort.suffix"
                          : "versionsort.prereleasesuffix";
    size_t capacity = 0;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strcmp(entry->key, key) != 0 || !entry->value)
            continue;
        status =
            qn_memory_grow(ctx, &order->suffixes, &capacity,
                           order->suffix_count + 1, sizeof(*order->suffixes));
        if (!status)
            order->suffixes[order->suffix_count++] = entry->value;
    }
    return status;
}

static enum qn_status read_values(struct qn_ctx *ctx,
                                  struct qn_ref_values *values,
                                  struct qn_ref_list *list,
                                  const struct sort_order *order,
                                  struct sort_row *row)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    row->order = order;
    row->values =
        qn_arena_calloc(ctx, &list->arena, order->count, sizeof(*row->values));
    if (!row->values)
        return QN_NO_MEMORY;
    qn_ref_values_forget(values);
    for (i = 0; !status && i < order->count; i++) {
        struct sort_value *value = &row->values[i];

        qn_buf_clear(&text);
        status =
            qn_ref_values_append(ctx, values, &row->item, &order->keys[i].atom,
                                 &text, &value->number, &value->is_number);
        if (status)
            break;
        value->text = "";
        if (!value->is_number && text.size)
            value->text = qn_arena_copy(ctx, &list->arena, qn_buf_bytes(&text));
        if (!value->text)
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_ref_list_sort(struct qn_ctx *ctx,
                                struct qn_ref_values *values,
                                const char *const *keys, size_t key_count,
                                bool ignores_case, struct qn_ref_list *list)
{
    const struct qn_repo *repo = qn_ref_values_scope(values)->repo;
    struct sort_order order = {.ignores_case = ignores_case};
    struct sort_row *rows = NULL;
    enum qn_status status = QN_OK;
    size_t i;

    qn_ref_values_set_items(values, list->items, list->count);
    if (!key_count && !ignores_case) { /* in order already, but for HEAD */
        if (list->count && list->items[list->count - 1].detached) {
            struct qn_ref_item head = list->items[list->count - 1];

            memmove(list->items + 1, list->items,
                    (list->count - 1) * sizeof(head));
            list->items[0] = head;
        }
        return QN_OK;
    }
    order.keys = qn_memory_calloc(ctx, key_count + 1, sizeof(*order.keys));
    rows = qn_memory_calloc(ctx, list->count + 1, sizeof(*rows));
    if (!order.keys || !rows)
        status = QN_NO_MEMORY;
    if (!status)
        status = parse_keys(ctx, values, keys, &order, key_count);
    if (!status)
        status =
            repo ? read_suffixes(ctx, qn_repo_config(repo), &order) : QN_OK;
    for (i = 0; !status && i < list->count; i++) {
        rows[i].item = list->items[i];
        status = read_values(ctx, values, list, &order, &rows[i]);
    }
    if (!status && list->count > 1)
        qsort(rows, list->count, sizeof(*rows), compare_rows);
    for (i = 0; !status && i < list->count; i++)
        list->items[i] = rows[i].item;
    for (i = 0; order.keys && i < order.count; i++)
        qn_ref_atom_dispose(&order.keys[i].atom);
    qn_memory_free((void *)order.suffixes);
    qn_memory_free(order.keys);
    qn_memory_free(rows);
    return status;
}
