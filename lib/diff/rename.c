/* SPDX-License-Identifier: MIT */
#include "diff/rename.h"

#include "base/env.h"
#include "base/map.h"
#include "base/memory.h"
#include "hash/hash.h"
#include "hash/id_list.h"
#include "hash/id_map.h"
#include "object/tree.h"

#include <stdlib.h>

#define BREAK_MINIMUM_SIZE  400
#define DEFAULT_BREAK_SCORE 30000u
#define DEFAULT_MERGE_SCORE 36000u
#define EXACT_CANDIDATES    100
#define NO_SOURCE           UINT32_MAX

/* A pair on its way through the stages. */
struct item {
    struct qn_diff_pair pair;
    uint32_t score;  /* of 60000: a match's, or what a broken pair keeps */
    uint32_t source; /* matched with this source */
    bool is_half;    /* of a broken pair */
    bool is_dropped;
};

struct source {
    struct qn_similarity_file file;
    struct qn_diff_side side; /* a copy: items change */
    uint32_t item;
    uint32_t uses;
    bool is_unchanged;
};

struct destination {
    struct qn_similarity_file file;
    struct qn_diff_side side;
    uint32_t item;
    bool is_matched;
};

struct detector {
    struct qn_odb *odb;
    struct qn_rename_options *options;
    struct qn_similarity engine;
    uint32_t minimum;
    uint32_t algorithm;
    bool has_broken;
    struct item *items;
    size_t item_count, item_capacity;
    struct source *sources;
    size_t source_count;
    struct destination *destinations;
    size_t destination_count;
    uint8_t *is_culled; /* one flag a source: not for inexact ones */
};

uint32_t qn_rename_parse_score(const char *text, size_t *used)
{
    uint64_t value = 0;
    uint64_t scale = 1;
    bool has_dot = false;
    size_t at = 0;

    for (;; at++) {
        char c = text[at];

        if (c >= '0' && c <= '9') {
            if (scale < 100000) {
                value = 10 * value + (uint64_t)(c - '0');
                scale *= 10;
            }
        } else if (c == '.' && !has_dot) {
            has_dot = true;
            scale = 1;
        } else if (c == '%') {
            scale = has_dot ? scale * 100 : 100;
            at++;
            break;
        } else {
            break;
        }
    }
    if (used)
        *used = at;
    return value >= scale ? QN_SIMILARITY_MAX
                          : (uint32_t)(QN_SIMILARITY_MAX * value / scale);
}

static bool has_old(const struct qn_diff_pair *pair)
{
    return pair->old_side.mode != 0;
}

static bool has_new(const struct qn_diff_pair *pair)
{
    return pair->new_side.mode != 0;
}

static bool is_unmerged(const struct qn_diff_pair *pair)
{
    return pair->status == QN_DIFF_UNMERGED;
}

static bool is_unchanged(const struct qn_diff_pair *pair)
{
    return has_old(pair) && has_new(pair) && pair->old_side.has_id &&
           pair->new_side.has_id &&
           pair->old_side.mode == pair->new_side.mode &&
           !pair->new_side.is_dirty_submodule &&
           qn_id_is_equal(&pair->old_side.id, &pair->new_side.id) &&
           qn_bytes_is_equal(pair->old_side.path, pair->new_side.path);
}

static struct item *add_item(struct qn_ctx *ctx, struct detector *d)
{
    struct item *item;

    if (qn_memory_grow(ctx, &d->items, &d->item_capacity, d->item_count + 1,
                       sizeof(*d->items)))
        return NULL;
    item = &d->items[d->item_count++];
    memset(item, 0, sizeof(*item));
    item->source = NO_SOURCE;
    return item;
}

/* ---- breaking */

static bool is_blob(uint32_t mode)
{
    return qn_mode_is_file(mode) || qn_mode_is_symlink(mode);
}

static enum qn_status should_break(struct qn_ctx *ctx, struct detector *d,
                                   const struct qn_diff_pair *pair,
                                   bool *breaks, uint32_t *kept)
{
    uint32_t wanted =
        d->options->break_score ? d->options->break_score : DEFAULT_BREAK_SCORE;
    uint32_t merge =
        d->options->merge_score ? d->options->merge_score : DEFAULT_MERGE_SCORE;
    struct qn_similarity_file from = {.side = &pair->old_side};
    struct qn_similarity_file to = {.side = &pair->new_side};
    enum qn_status status;
    uint64_t copied;
    uint64_t added;
    uint64_t removed;
    uint64_t most;
    uint64_t score;

    *breaks = false;
    if (qn_mode_is_file(pair->old_side.mode) !=
        qn_mode_is_file(pair->new_side.mode)) {
        *breaks = true;
        *kept = QN_SIMILARITY_MAX;
        return QN_OK;
    }
    if (pair->old_side.has_id && pair->new_side.has_id &&
        qn_id_is_equal(&pair->old_side.id, &pair->new_side.id))
        return QN_OK;
    status = qn_similarity_need_size(ctx, &d->engine, &from);
    if (!status)
        status = qn_similarity_need_size(ctx, &d->engine, &to);
    most = from.size > to.size ? from.size : to.size;
    if (status || most < BREAK_MINIMUM_SIZE || from.size == 0)
        return status;
    status = qn_similarity_count(ctx, &d->engine, &from, &to, &copied, &added);
    if (status)
        goto out;
    if (copied > from.size)
        copied = from.size;
    if (to.size < copied + added)
        added = to.size > copied ? to.size - copied : 0;
    removed = from.size - copied;
    score = removed * QN_SIMILARITY_MAX / from.size;
    if (score > wanted)
        *breaks = true;
    else if ((removed + added) * QN_SIMILARITY_MAX < wanted * most)
        *breaks = false;
    else
        *breaks = !(from.size * wanted < removed * QN_SIMILARITY_MAX &&
                    20 * added < removed && 20 * added < copied);
    *kept = score >= merge ? (uint32_t)score : 0;
out:
    qn_similarity_file_dispose(&from);
    qn_similarity_file_dispose(&to);
    return status;
}

static enum qn_status add_halves(struct qn_ctx *ctx, struct detector *d,
                                 const struct qn_diff_pair *pair, uint32_t kept)
{
    int i;

    for (i = 0; i < 2; i++) {
        struct item *item = add_item(ctx, d);
        struct qn_diff_side *gone;

        if (!item)
            return QN_NO_MEMORY;
        item->pair = *pair;
        item->is_half = true;
        item->score = kept;
        gone = i == 0 ? &item->pair.new_side : &item->pair.old_side;
        qn_id_clear(&gone->id, d->algorithm);
        gone->mode = 0;
        gone->has_id = false;
        item->pair.status = i == 0 ? QN_DIFF_DELETED : QN_DIFF_ADDED;
    }
    d->has_broken = true;
    return QN_OK;
}

static enum qn_status load_items(struct qn_ctx *ctx, struct detector *d,
                                 const struct qn_diff_list *list)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < list->count && !status; i++) {
        const struct qn_diff_pair *pair = &list->pairs[i];
        bool breaks = false;
        uint32_t kept = 0;
        struct item *item;

        if (d->options->breaks && !is_unmerged(pair) && has_old(pair) &&
            has_new(pair) && is_blob(pair->old_side.mode) &&
            is_blob(pair->new_side.mode) &&
            qn_bytes_is_equal(pair->old_side.path, pair->new_side.path)) {
            status = should_break(ctx, d, pair, &breaks, &kept);
            if (status)
                return status;
        }
        if (breaks) {
            status = add_halves(ctx, d, pair, kept);
            continue;
        }
        item = add_item(ctx, d);
        if (!item)
            return QN_NO_MEMORY;
        item->pair = *pair;
    }
    return status;
}

/* ---- candidates */

static bool is_empty_blob(const struct detector *d,
                          const struct qn_diff_side *side)
{
    return side->has_id &&
           qn_id_is_equal(&side->id, qn_id_empty_blob(d->algorithm));
}

static enum qn_status list_candidates(struct qn_ctx *ctx, struct detector *d)
{
    const struct qn_rename_options *options = d->options;
    size_t i;

    d->sources = qn_memory_calloc(ctx, d->item_count + 1, sizeof(*d->sources));
    d->destinations =
        qn_memory_calloc(ctx, d->item_count + 1, sizeof(*d->destinations));
    if (!d->sources || !d->destinations)
        return QN_NO_MEMORY;
    for (i = 0; i < d->item_count; i++) {
        struct item *item = &d->items[i];
        struct source *source = &d->sources[d->source_count];
        struct destination *destination =
            &d->destinations[d->destination_count];

        if (is_unmerged(&item->pair))
            continue;
        if (!has_old(&item->pair)) {
            if ((options->skips_empty &&
                 is_empty_blob(d, &item->pair.new_side)) ||
                (options->follow.size &&
                 !qn_bytes_is_equal(options->follow, item->pair.new_side.path)))
                continue;
            destination->item = (uint32_t)i;
            destination->side = item->pair.new_side;
            d->destination_count++;
            continue;
        }
        if (options->skips_empty && is_empty_blob(d, &item->pair.old_side))
            continue;
        if (has_new(&item->pair) && options->detect < 2)
            continue;
        source->item = (uint32_t)i;
        source->side = item->pair.old_side;
        source->is_unchanged = is_unchanged(&item->pair);
        if (has_new(&item->pair) || (item->is_half && item->score == 0))
            source->uses = 1;
        d->source_count++;
    }
    for (i = 0; i < d->source_count; i++)
        d->sources[i].file.side = &d->sources[i].side;
    for (i = 0; i < d->destination_count; i++)
        d->destinations[i].file.side = &d->destinations[i].side;
    return QN_OK;
}

static void record(struct detector *d, size_t destination, size_t source,
                   uint32_t score)
{
    struct item *item = &d->items[d->destinations[destination].item];
    struct source *from = &d->sources[source];

    item->pair.old_side = from->side;
    item->source = (uint32_t)source;
    if (qn_bytes_is_equal(from->side.path, item->pair.new_side.path))
        score = d->items[from->item].score;
    item->score = score;
    from->uses++;
    d->destinations[destination].is_matched = true;
}

/* ---- exact */

static enum qn_status need_id(struct qn_ctx *ctx, struct detector *d,
                              struct qn_diff_side *side)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (side->has_id || qn_mode_is_gitlink(side->mode) ||
        !qn_id_is_null(&side->id))
        return QN_OK;
    status = qn_similarity_read(ctx, &d->engine, side, &text);
    if (!status)
        status = qn_hash_object(ctx, d->algorithm, "blob", qn_buf_bytes(&text),
                                &side->id);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status find_exact(struct qn_ctx *ctx, struct detector *d)
{
    struct qn_id_map map;
    uint32_t *next; /* of a source: the next with the same id + 1 */
    enum qn_status status = QN_OK;
    size_t i;

    next = qn_memory_calloc(ctx, d->source_count + 1, sizeof(*next));
    if (!next)
        return QN_NO_MEMORY;
    qn_id_map_init(&map, d->algorithm);
    for (i = d->source_count; i > 0 && !status; i--) {
        uint32_t position;
        bool is_new;

        status = need_id(ctx, d, &d->sources[i - 1].side);
        if (status)
            break;
        status = qn_id_map_put(ctx, &map, &d->sources[i - 1].side.id, &position,
                               &is_new);
        if (status)
            break;
        next[i - 1] = (uint32_t)map.values[position];
        map.values[position] = i;
    }
    for (i = 0; i < d->destination_count && !status; i++) {
        struct destination *to = &d->destinations[i];
        struct qn_bytes name = qn_similarity_base_name(to->side.path);
        uint32_t first;
        int tried = 0;
        int best_value = -1;
        size_t best = 0;
        uint32_t at, before = 0;

        status = need_id(ctx, d, &to->side);
        if (!status && i % 256 == 0)
            status = qn_ctx_check(ctx);
        if (status)
            break;
        first = qn_id_map_find(&map, &to->side.id);
        for (at = first == QN_ID_MAP_NONE ? 0 : (uint32_t)map.values[first]; at;
             before = at, at = next[at - 1]) {
            struct source *from = &d->sources[at - 1];
            int value;

            /* It is none any more: nobody looks at it again. */
            while (from->uses > 0 && d->options->detect < 2) {
                at = next[at - 1];
                if (before)
                    next[before - 1] = at;
                else
                    map.values[first] = at;
                if (!at)
                    break;
                from = &d->sources[at - 1];
            }
            if (!at)
                break;
            if ((!qn_mode_is_file(from->side.mode) ||
                 !qn_mode_is_file(to->side.mode)) &&
                from->side.mode != to->side.mode)
                continue;
            value = (from->uses == 0) +
                    qn_bytes_is_equal(name,
                                      qn_similarity_base_name(from->side.path));
            if (value > best_value) {
                best_value = value;
                best = at - 1;
            }
            if (value == 2 || ++tried == EXACT_CANDIDATES)
                break;
        }
        if (best_value >= 0)
            record(d, i, best, QN_SIMILARITY_MAX);
    }
    qn_id_map_dispose(&map);
    qn_memory_free(next);
    return status;
}

/* ---- by base name */

static uint32_t base_name_minimum(struct qn_ctx *ctx, uint32_t minimum)
{
    const char *factor =
        qn_env_variable(qn_ctx_env(ctx), "GIT_BASENAME_FACTOR");

    if (factor)
        return minimum + (uint32_t)((QN_SIMILARITY_MAX - minimum) *
                                    (strtod(factor, NULL) / 100.0));
    return minimum + (QN_SIMILARITY_MAX - minimum) / 2;
}

struct name_count {
    uint32_t sources, destinations;
    uint32_t destination;
};

static enum qn_status count_names(struct qn_ctx *ctx, const struct detector *d,
                                  struct qn_map *names,
                                  struct name_count *counts)
{
    size_t i;

    for (i = 0; i < d->source_count + d->destination_count; i++) {
        bool is_source = i < d->source_count;
        size_t n = is_source ? i : i - d->source_count;
        const struct qn_diff_side *side =
            is_source ? &d->sources[n].side : &d->destinations[n].side;
        struct qn_map_item *item;

        if (is_source ? d->is_culled[n] : d->destinations[n].is_matched)
            continue;
        item =
            qn_map_put(ctx, names, qn_similarity_base_name(side->path), NULL);
        if (!item)
            return QN_NO_MEMORY;
        if (!item->number)
            item->number = names->count;
        if (is_source) {
            counts[item->number - 1].sources++;
        } else {
            counts[item->number - 1].destinations++;
            counts[item->number - 1].destination = (uint32_t)n;
        }
    }
    return QN_OK;
}

static enum qn_status find_by_base_name(struct qn_ctx *ctx, struct detector *d)
{
    uint32_t minimum = base_name_minimum(ctx, d->minimum);
    struct qn_map names = QN_MAP_INIT;
    struct name_count *counts;
    enum qn_status status;
    size_t i;

    counts = qn_memory_calloc(ctx, d->source_count + d->destination_count + 1,
                              sizeof(*counts));
    if (!counts)
        return QN_NO_MEMORY;
    status = count_names(ctx, d, &names, counts);
    for (i = 0; i < d->source_count && !status; i++) {
        const struct qn_map_item *item;
        const struct name_count *count;
        uint32_t score;

        if (d->is_culled[i])
            continue;
        item = qn_map_find(&names,
                           qn_similarity_base_name(d->sources[i].side.path));
        count = &counts[item->number - 1];
        if (count->sources != 1 || count->destinations != 1)
            continue;
        status = qn_similarity_score(ctx, &d->engine, &d->sources[i].file,
                                     &d->destinations[count->destination].file,
                                     minimum, &score);
        if (!status && score >= minimum)
            record(d, count->destination, i, score);
    }
    qn_map_dispose(&names);
    qn_memory_free(counts);
    return status;
}

/* ---- inexact */

static void cull_used(struct detector *d)
{
    size_t i;

    for (i = 0; i < d->source_count; i++)
        if (d->sources[i].uses > 0)
            d->is_culled[i] = 1;
}

/* May all be compared with all?  False: no. */
static bool is_within_limit(struct detector *d, uint64_t destinations,
                            uint64_t sources, uint64_t changed, bool *degraded)
{
    uint64_t limit = d->options->limit == UINT32_MAX ? QN_RENAME_DEFAULT_LIMIT
                                                     : d->options->limit;

    *degraded = false;
    if (limit == 0 || destinations * sources <= limit * limit)
        return true;
    d->options->needed_limit =
        (uint32_t)(sources > destinations ? sources : destinations);
    if (d->options->finds_copies_harder &&
        destinations * changed <= limit * limit) {
        *degraded = d->options->was_degraded = true;
        return true;
    }
    d->options->was_limited = true;
    return false;
}

static void select_matches(struct detector *d,
                           const struct qn_similarity_match *matches,
                           size_t count, const uint32_t *source_of,
                           const uint32_t *destination_of)
{
    int walks = d->options->detect >= 2 ? 2 : 1;
    int walk;
    size_t i;

    for (walk = 0; walk < walks; walk++)
        for (i = 0; i < count; i++) {
            uint32_t source = source_of[matches[i].source];
            uint32_t destination = destination_of[matches[i].destination];

            if (d->destinations[destination].is_matched ||
                (walk == 0 && d->sources[source].uses > 0))
                continue;
            record(d, destination, source, matches[i].score);
        }
}

static enum qn_status find_inexact(struct qn_ctx *ctx, struct detector *d)
{
    struct qn_similarity_file *files[2] = {NULL, NULL};
    uint32_t *numbers[2] = {NULL, NULL};
    struct qn_similarity_match *matches = NULL;
    size_t match_count = 0;
    size_t counts[2] = {0, 0};
    size_t changed = 0;
    bool degraded;
    enum qn_status status = QN_NO_MEMORY;
    size_t i;

    for (i = 0; i < 2; i++) {
        size_t room = (i ? d->destination_count : d->source_count) + 1;

        files[i] = qn_memory_calloc(ctx, room, sizeof(**files));
        numbers[i] = qn_memory_array(ctx, room, sizeof(**numbers));
        if (!files[i] || !numbers[i])
            goto out;
    }
    for (i = 0; i < d->source_count; i++) {
        if (d->is_culled[i])
            continue;
        numbers[0][counts[0]] = (uint32_t)i;
        files[0][counts[0]++] = d->sources[i].file;
        changed += !d->sources[i].is_unchanged;
    }
    for (i = 0; i < d->destination_count; i++) {
        if (d->destinations[i].is_matched)
            continue;
        numbers[1][counts[1]] = (uint32_t)i;
        files[1][counts[1]++] = d->destinations[i].file;
    }
    status = QN_OK;
    if (counts[0] && counts[1] &&
        is_within_limit(d, counts[1], counts[0], changed, &degraded)) {
        for (i = 0; degraded && i < counts[0]; i++)
            files[0][i].is_ignored = d->sources[numbers[0][i]].is_unchanged;
        status =
            qn_similarity_find(ctx, &d->engine, files[0], counts[0], files[1],
                               counts[1], d->minimum, &matches, &match_count);
    }
    if (!status)
        select_matches(d, matches, match_count, numbers[0], numbers[1]);
    for (i = 0; i < counts[0]; i++) /* spans are the sources' own again */
        d->sources[numbers[0][i]].file = files[0][i];
    for (i = 0; i < counts[1]; i++)
        d->destinations[numbers[1][i]].file = files[1][i];
out:
    for (i = 0; i < 2; i++) {
        qn_memory_free(files[i]);
        qn_memory_free(numbers[i]);
    }
    qn_memory_free(matches);
    return status;
}

/* What is compared next: contents that are promised come at once. */
static enum qn_status fetch_candidates(struct qn_ctx *ctx, struct detector *d)
{
    struct qn_id_list ids = {0};
    enum qn_status status = QN_OK;
    size_t unmatched = 0, unused = 0, i;

    if (!qn_odb_fetches(d->odb))
        return QN_OK;
    for (i = 0; !status && i < d->destination_count; i++) {
        const struct destination *to = &d->destinations[i];

        if (to->is_matched || qn_mode_is_gitlink(to->side.mode))
            continue;
        unmatched++;
        if (to->side.has_id)
            status = qn_id_list_add(ctx, &ids, &to->side.id);
    }
    for (i = 0; !status && unmatched && i < d->source_count; i++) {
        const struct source *from = &d->sources[i];
        bool is_used = d->options->detect < 2 && !d->has_broken && from->uses;

        if (is_used || qn_mode_is_gitlink(from->side.mode))
            continue;
        unused++;
        if (from->side.has_id)
            status = qn_id_list_add(ctx, &ids, &from->side.id);
    }
    if (!status && unmatched && unused)
        status = qn_odb_prefetch(ctx, d->odb, ids.ids, ids.count);
    qn_id_list_dispose(&ids);
    return status;
}

static enum qn_status detect(struct qn_ctx *ctx, struct detector *d)
{
    enum qn_status status = list_candidates(ctx, d);

    if (status || !d->source_count || !d->destination_count)
        return status;
    d->is_culled = qn_memory_calloc(ctx, d->source_count, 1);
    if (!d->is_culled)
        return QN_NO_MEMORY;
    status = find_exact(ctx, d);
    if (status || d->minimum == QN_SIMILARITY_MAX)
        return status;
    status = fetch_candidates(ctx, d);
    if (status)
        return status;
    if (d->options->detect < 2 && !d->has_broken) {
        cull_used(d);
        status = find_by_base_name(ctx, d);
        if (status)
            return status;
        cull_used(d);
    }
    return find_inexact(ctx, d);
}

/* ---- the resulting list */

/* The other half of a broken pair, further down. */
static struct item *other_half(struct detector *d, size_t i)
{
    size_t j;

    for (j = i + 1; j < d->item_count; j++) {
        struct item *other = &d->items[j];

        if (other->is_half && !other->is_dropped &&
            other->source == NO_SOURCE &&
            has_old(&other->pair) != has_old(&d->items[i].pair) &&
            qn_bytes_is_equal(other->pair.old_side.path,
                              d->items[i].pair.old_side.path))
            return other;
    }
    return NULL;
}

static void drop_items(struct detector *d)
{
    size_t i;

    for (i = 0; i < d->item_count; i++) {
        struct item *item = &d->items[i];
        struct qn_diff_pair *pair = &item->pair;

        if (is_unmerged(pair) || !has_old(pair) || item->source != NO_SOURCE)
            continue;
        if (has_new(pair)) {
            item->is_dropped = is_unchanged(pair);
        } else if (item->is_half) {
            /* its creation half is the next item */
            item->is_dropped = d->items[i + 1].source != NO_SOURCE;
        }
    }
    for (i = 0; i < d->source_count; i++) {
        struct item *item = &d->items[d->sources[i].item];

        if (!item->is_half && !has_new(&item->pair) && d->sources[i].uses > 0)
            item->is_dropped = true;
    }
}

static void join_halves(struct detector *d)
{
    size_t i;
    size_t j;

    for (i = 0; i < d->item_count; i++) {
        struct item *item = &d->items[i];
        struct item *other;

        if (!item->is_half || item->is_dropped || item->source != NO_SOURCE)
            continue;
        other = other_half(d, i);
        if (!other)
            continue;
        if (has_old(&item->pair))
            item->pair.new_side = other->pair.new_side;
        else
            item->pair.old_side = other->pair.old_side;
        for (j = 0; j < d->source_count; j++)
            if (d->sources[j].item == i ||
                &d->items[d->sources[j].item] == other)
                d->sources[j].uses++;
        item->is_half = false;
        item->pair.is_broken =
            item->score > 0 &&
            ((item->pair.old_side.mode ^ item->pair.new_side.mode) &
             QN_MODE_KIND_MASK) == 0;
        other->is_dropped = true;
    }
}

static void set_letter(struct detector *d, struct item *item)
{
    struct qn_diff_pair *pair = &item->pair;

    pair->score = (uint16_t)((uint64_t)item->score * 100 / QN_SIMILARITY_MAX);
    if (is_unmerged(pair))
        return;
    if (!has_old(pair)) {
        pair->status = QN_DIFF_ADDED;
        pair->score = 0;
    } else if (!has_new(pair)) {
        pair->status = QN_DIFF_DELETED;
        pair->score = 0;
    } else if ((pair->old_side.mode ^ pair->new_side.mode) &
               QN_MODE_KIND_MASK) {
        pair->status = QN_DIFF_TYPE_CHANGED;
    } else if (item->source != NO_SOURCE) {
        if (qn_bytes_is_equal(pair->old_side.path, pair->new_side.path)) {
            pair->status = QN_DIFF_MODIFIED;
            pair->is_broken = item->score > 0;
        } else if (--d->sources[item->source].uses > 0) {
            pair->status = QN_DIFF_COPIED;
        } else {
            pair->status = QN_DIFF_RENAMED;
        }
    } else {
        pair->status = QN_DIFF_MODIFIED;
    }
}

static enum qn_status write_list(struct qn_ctx *ctx, struct detector *d,
                                 struct qn_diff_list *list)
{
    size_t i;

    list->count = 0;
    for (i = 0; i < d->item_count; i++) {
        struct qn_diff_pair *pair;

        if (d->items[i].is_dropped)
            continue;
        set_letter(d, &d->items[i]);
        pair = qn_diff_list_add(ctx, list);
        if (!pair)
            return QN_NO_MEMORY;
        *pair = d->items[i].pair;
    }
    return QN_OK;
}

static bool needs_detection(const struct qn_rename_options *options,
                            const struct qn_diff_list *list)
{
    bool has_source = options->detect >= 2 || options->breaks;
    bool has_destination = options->breaks;
    size_t i;

    if (!options->detect && !options->breaks && !options->finds_copies_harder)
        return false;
    if (options->finds_copies_harder)
        return true;
    for (i = 0; i < list->count; i++) {
        has_source |= list->pairs[i].new_side.mode == 0;
        has_destination |= list->pairs[i].old_side.mode == 0;
    }
    return has_source && has_destination;
}

/* Ids that were computed on the way are known from now on. */
static void keep_ids(struct detector *d)
{
    size_t i;

    for (i = 0; i < d->destination_count; i++)
        d->items[d->destinations[i].item].pair.new_side.id =
            d->destinations[i].side.id;
    for (i = 0; i < d->source_count; i++) {
        struct qn_diff_side *side = &d->items[d->sources[i].item].pair.old_side;

        if (side->mode &&
            qn_bytes_is_equal(side->path, d->sources[i].side.path))
            side->id = d->sources[i].side.id;
    }
}

enum qn_status qn_rename_detect(struct qn_ctx *ctx, struct qn_odb *odb,
                                struct qn_rename_options *options,
                                struct qn_diff_list *list)
{
    struct detector d = {.odb = odb, .options = options};
    enum qn_status status;
    size_t i;

    options->was_limited = options->was_degraded = false;
    options->needed_limit = 0;
    if (!needs_detection(options, list))
        return QN_OK;
    d.minimum = options->minimum_score ? options->minimum_score
                                       : QN_RENAME_DEFAULT_SCORE;
    d.algorithm = qn_odb_algorithm(odb);
    qn_similarity_init(&d.engine, odb, options->content);
    status = options->breaks ? qn_diff_list_prefetch(ctx, odb, list) : QN_OK;
    if (!status)
        status = load_items(ctx, &d, list);
    if (!status && options->detect)
        status = detect(ctx, &d);
    if (!status) {
        keep_ids(&d);
        drop_items(&d);
        if (d.has_broken)
            join_halves(&d);
        status = write_list(ctx, &d, list);
    }
    for (i = 0; i < d.source_count; i++)
        qn_similarity_file_dispose(&d.sources[i].file);
    for (i = 0; i < d.destination_count; i++)
        qn_similarity_file_dispose(&d.destinations[i].file);
    qn_similarity_dispose(&d.engine);
    qn_memory_free(d.items);
    qn_memory_free(d.sources);
    qn_memory_free(d.destinations);
    qn_memory_free(d.is_culled);
    return status;
}
