/* SPDX-License-Identifier: MIT */
/* Phase two: the renames of each side, from the candidates of the walk. */
#include "base/memory.h"
#include "hash/id_map.h"
#include "merge/merge_state.h"

#define DEFAULT_SCORE    30000u
#define DEFAULT_LIMIT    7000u
#define EXACT_CANDIDATES 100

struct source {
    struct qn_similarity_file file;
    struct qn_diff_side side;
    struct qn_merge_path *path;
    enum qn_merge_relevance relevance;
    bool is_used;
    bool is_culled;
};

struct destination {
    struct qn_similarity_file file;
    struct qn_diff_side side;
    struct qn_merge_path *path;
    struct qn_merge_path *from; /* matched with it; or NULL */
};

struct detector {
    struct qn_merge_state *m;
    int number; /* the side */
    struct qn_similarity engine;
    uint32_t minimum;
    struct source *sources;
    size_t source_count;
    struct destination *destinations;
    size_t destination_count;
};

static void fill_side(struct qn_diff_side *side, const struct qn_merge_path *p,
                      int version)
{
    memset(side, 0, sizeof(*side));
    side->path = p->path;
    side->mode = p->versions[version].mode;
    side->id = p->versions[version].id;
    side->has_id = true;
}

static enum qn_status load(struct detector *d)
{
    struct qn_merge_state *m = d->m;
    const struct qn_merge_candidates *from = &m->sources[d->number];
    const struct qn_merge_candidates *to = &m->destinations[d->number];
    const struct qn_id *empty = qn_id_empty_blob(m->algorithm);
    size_t i;

    d->sources = qn_memory_calloc(m->ctx, from->count + 1, sizeof(*d->sources));
    d->destinations =
        qn_memory_calloc(m->ctx, to->count + 1, sizeof(*d->destinations));
    if (!d->sources || !d->destinations)
        return QN_NO_MEMORY;
    for (i = 0; i < from->count; i++) {
        struct source *s = &d->sources[d->source_count];

        if (qn_id_is_equal(&from->items[i].path->versions[0].id, empty))
            continue;
        s->path = from->items[i].path;
        s->relevance = from->items[i].relevance;
        fill_side(&s->side, s->path, 0);
        s->file.side = &s->side;
        d->source_count++;
    }
    for (i = 0; i < to->count; i++) {
        struct destination *t = &d->destinations[d->destination_count];

        t->path = to->items[i].path;
        fill_side(&t->side, t->path, d->number);
        t->file.side = &t->side;
        d->destination_count++;
    }
    return QN_OK;
}

static enum qn_status record(struct detector *d, size_t destination,
                             size_t source)
{
    d->destinations[destination].from = d->sources[source].path;
    d->sources[source].is_used = true;
    return qn_merge_directories_count(d->m, d->number,
                                      d->sources[source].path->path,
                                      d->destinations[destination].path->path);
}

static bool is_empty(const struct detector *d, const struct destination *to)
{
    return qn_id_is_equal(&to->side.id, qn_id_empty_blob(d->m->algorithm));
}

static enum qn_status find_exact(struct detector *d)
{
    struct qn_ctx *ctx = d->m->ctx;
    struct qn_id_map map;
    uint32_t *next;
    enum qn_status status = QN_OK;
    size_t i;

    next = qn_memory_calloc(ctx, d->source_count + 1, sizeof(*next));
    if (!next)
        return QN_NO_MEMORY;
    qn_id_map_init(&map, d->m->algorithm);
    for (i = d->source_count; i > 0 && !status; i--) {
        uint32_t position;
        bool is_new;

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
        uint32_t first = qn_id_map_find(&map, &to->side.id);
        uint32_t at;
        int tried = 0;
        int best_value = -1;
        size_t best = 0;

        if (first == QN_ID_MAP_NONE || is_empty(d, to))
            continue;
        for (at = (uint32_t)map.values[first]; at; at = next[at - 1]) {
            struct source *from = &d->sources[at - 1];
            int value;

            if ((!qn_mode_is_file(from->side.mode) ||
                 !qn_mode_is_file(to->side.mode)) &&
                from->side.mode != to->side.mode)
                continue;
            if (from->is_used)
                continue;
            value = 1 + qn_bytes_is_equal(
                            name, qn_similarity_base_name(from->side.path));
            if (value > best_value) {
                best_value = value;
                best = at - 1;
            }
            if (value == 2 || ++tried == EXACT_CANDIDATES)
                break;
        }
        if (best_value >= 0)
            status = record(d, i, best);
    }
    qn_id_map_dispose(&map);
    qn_memory_free(next);
    return status;
}

/* ---- by base name, and by where the directory seems to have gone */

struct name_count {
    uint32_t sources, destinations;
    uint32_t destination;
};

static enum qn_status count_names(struct detector *d, struct qn_map *names,
                                  struct name_count *counts)
{
    size_t i;

    for (i = 0; i < d->source_count + d->destination_count; i++) {
        bool is_source = i < d->source_count;
        size_t n = is_source ? i : i - d->source_count;
        struct qn_bytes path =
            is_source ? d->sources[n].side.path : d->destinations[n].side.path;
        struct qn_map_item *item;

        if (is_source ? d->sources[n].is_culled
                      : d->destinations[n].from != NULL ||
                            is_empty(d, &d->destinations[n]))
            continue;
        item =
            qn_map_put(d->m->ctx, names, qn_similarity_base_name(path), NULL);
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

/* Old directory to the new one that most exact renames went to. */
static enum qn_status guess_directories(struct detector *d,
                                        struct qn_map *guesses)
{
    const struct qn_map *counts = &d->m->counts[d->number];
    size_t i;

    for (i = 0; i < counts->count; i++) {
        const struct qn_map *targets = counts->items[i].value;
        struct qn_map_item *item;
        size_t best = 0;
        size_t j;

        for (j = 1; j < targets->count; j++)
            if (targets->items[j].number > targets->items[best].number)
                best = j;
        item = qn_map_put(d->m->ctx, guesses, counts->items[i].key, NULL);
        if (!item)
            return QN_NO_MEMORY;
        item->value = (void *)targets->items[best].key.data;
        item->number = targets->items[best].key.size;
    }
    return QN_OK;
}

/* The unmatched destination that a source's guess names; or none. */
static enum qn_status guess_destination(struct detector *d,
                                        const struct qn_map *guesses,
                                        const struct qn_map *by_path,
                                        const struct source *source,
                                        size_t *out, bool *found)
{
    const struct qn_map_item *guess =
        qn_map_find(guesses, qn_merge_state_directory(source->side.path));
    const struct qn_map_item *item;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    *found = false;
    if (!guess)
        return QN_OK;
    status =
        qn_buf_append(d->m->ctx, &path, guess->value, (size_t)guess->number);
    if (!status)
        status = qn_buf_append_byte(d->m->ctx, &path, '/');
    if (!status)
        status = qn_buf_append_bytes(
            d->m->ctx, &path, qn_similarity_base_name(source->side.path));
    item = status ? NULL : qn_map_find(by_path, qn_buf_bytes(&path));
    if (item && !d->destinations[item->number].from) {
        *out = (size_t)item->number;
        *found = true;
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status map_destinations(struct detector *d, struct qn_map *out)
{
    size_t i;

    for (i = 0; i < d->destination_count; i++) {
        struct qn_map_item *item;

        if (d->destinations[i].from || is_empty(d, &d->destinations[i]))
            continue;
        item = qn_map_put(d->m->ctx, out, d->destinations[i].side.path, NULL);
        if (!item)
            return QN_NO_MEMORY;
        item->number = i;
    }
    return QN_OK;
}

static enum qn_status find_by_base_name(struct detector *d)
{
    struct qn_ctx *ctx = d->m->ctx;
    uint32_t minimum = d->minimum + (QN_SIMILARITY_MAX - d->minimum) / 2;
    struct qn_map names = QN_MAP_INIT;
    struct qn_map guesses = QN_MAP_INIT;
    struct qn_map by_path = QN_MAP_INIT;
    struct name_count *counts;
    enum qn_status status;
    size_t i;

    counts = qn_memory_calloc(ctx, d->source_count + d->destination_count + 1,
                              sizeof(*counts));
    if (!counts)
        return QN_NO_MEMORY;
    status = count_names(d, &names, counts);
    if (!status)
        status = guess_directories(d, &guesses);
    if (!status)
        status = map_destinations(d, &by_path);
    for (i = 0; i < d->source_count && !status; i++) {
        struct source *source = &d->sources[i];
        const struct name_count *count;
        size_t destination;
        bool found = true;
        uint32_t score = 0;

        if (source->is_culled || source->relevance == QN_MERGE_IRRELEVANT)
            continue;
        count = &counts[qn_map_find(&names,
                                    qn_similarity_base_name(source->side.path))
                            ->number -
                        1];
        destination = count->destination;
        if (count->destinations == 0)
            continue;
        if (count->sources != 1 || count->destinations != 1)
            status = guess_destination(d, &guesses, &by_path, source,
                                       &destination, &found);
        if (status || !found || d->destinations[destination].from)
            continue;
        status = qn_similarity_score(ctx, &d->engine, &source->file,
                                     &d->destinations[destination].file,
                                     minimum, &score);
        if (!status && score >= minimum)
            status = record(d, destination, i);
    }
    qn_map_dispose(&names);
    qn_map_dispose(&guesses);
    qn_map_dispose(&by_path);
    qn_memory_free(counts);
    return status;
}

/* ---- what need not be looked for any more */

static bool is_below(struct qn_bytes path, struct qn_bytes directory)
{
    return directory.size == 0 ||
           (path.size > directory.size && path.data[directory.size] == '/' &&
            memcmp(path.data, directory.data, directory.size) == 0);
}

/* A directory whose answer cannot change with what is left. */
static bool is_settled(const struct detector *d, struct qn_bytes directory)
{
    const struct qn_map_item *item =
        qn_map_find(&d->m->counts[d->number], directory);
    const struct qn_map *targets = item ? item->value : NULL;
    uint64_t first = 0;
    uint64_t second = 0;
    uint64_t unknown = 0;
    size_t i;

    for (i = 0; targets && i < targets->count; i++) {
        uint64_t count = targets->items[i].number;

        if (count >= first) {
            second = first;
            first = count;
        } else if (count > second) {
            second = count;
        }
    }
    for (i = 0; i < d->source_count; i++)
        if (!d->sources[i].is_culled &&
            is_below(d->sources[i].side.path, directory))
            unknown++;
    return first > second + unknown;
}

static bool needs_location(const struct detector *d, struct qn_bytes path)
{
    const struct qn_map *removed = &d->m->removed[d->number];
    struct qn_bytes directory = qn_merge_state_directory(path);

    for (;;) {
        const struct qn_map_item *item = qn_map_find(removed, directory);

        if (!item || !item->number)
            return false;
        if (item->number == QN_MERGE_WANTED)
            return true;
        if (directory.size == 0)
            return false;
        directory = qn_merge_state_directory(directory);
    }
}

static void cull(struct detector *d, bool drops_irrelevant)
{
    struct qn_map *removed = &d->m->removed[d->number];
    size_t i;

    for (i = 0; i < d->source_count; i++)
        if (d->sources[i].is_used ||
            (drops_irrelevant &&
             d->sources[i].relevance == QN_MERGE_IRRELEVANT))
            d->sources[i].is_culled = true;
    if (!drops_irrelevant)
        return;
    for (i = 0; i < removed->count; i++)
        if (removed->items[i].number == QN_MERGE_WANTED &&
            is_settled(d, removed->items[i].key))
            removed->items[i].number = QN_MERGE_FOR_ANCESTORS;
    for (i = 0; i < d->source_count; i++)
        if (!d->sources[i].is_culled &&
            d->sources[i].relevance == QN_MERGE_LOCATION &&
            !needs_location(d, d->sources[i].side.path))
            d->sources[i].is_culled = true;
}

/* ---- all against all */

static enum qn_status take_matches(struct detector *d,
                                   const struct qn_similarity_match *matches,
                                   size_t count, const uint32_t *source_of,
                                   const uint32_t *destination_of)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < count && !status; i++) {
        uint32_t source = source_of[matches[i].source];
        uint32_t destination = destination_of[matches[i].destination];

        if (!d->destinations[destination].from && !d->sources[source].is_used)
            status = record(d, destination, source);
    }
    return status;
}

static enum qn_status find_inexact(struct detector *d)
{
    struct qn_ctx *ctx = d->m->ctx;
    uint64_t limit = d->m->options->rename_limit ? d->m->options->rename_limit
                                                 : DEFAULT_LIMIT;
    struct qn_similarity_file *files[2] = {NULL, NULL};
    uint32_t *numbers[2] = {NULL, NULL};
    struct qn_similarity_match *matches = NULL;
    size_t match_count = 0;
    uint64_t counts[2] = {0, 0};
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
        if (d->sources[i].is_culled)
            continue;
        numbers[0][counts[0]] = (uint32_t)i;
        files[0][counts[0]++] = d->sources[i].file;
    }
    for (i = 0; i < d->destination_count; i++) {
        if (d->destinations[i].from || is_empty(d, &d->destinations[i]))
            continue;
        numbers[1][counts[1]] = (uint32_t)i;
        files[1][counts[1]++] = d->destinations[i].file;
    }
    status = QN_OK;
    if (counts[0] * counts[1] > limit * limit) {
        uint64_t needed = counts[0] > counts[1] ? counts[0] : counts[1];

        if (d->m->result->needed_limit < needed)
            d->m->result->needed_limit = (uint32_t)needed;
        goto out;
    }
    if (counts[0] && counts[1]) {
        status = qn_similarity_find(
            ctx, &d->engine, files[0], (size_t)counts[0], files[1],
            (size_t)counts[1], d->minimum, &matches, &match_count);
        for (i = 0; i < counts[0]; i++)
            d->sources[numbers[0][i]].file = files[0][i];
        for (i = 0; i < counts[1]; i++)
            d->destinations[numbers[1][i]].file = files[1][i];
    }
    if (!status)
        status = take_matches(d, matches, match_count, numbers[0], numbers[1]);
out:
    for (i = 0; i < 2; i++) {
        qn_memory_free(files[i]);
        qn_memory_free(numbers[i]);
    }
    qn_memory_free(matches);
    return status;
}

static bool is_worth_it(const struct detector *d)
{
    const struct qn_merge_candidates *from = &d->m->sources[d->number];
    size_t i;

    if (d->m->options->skips_renames || !d->destination_count)
        return false;
    for (i = 0; i < from->count; i++)
        if (from->items[i].relevance != QN_MERGE_IRRELEVANT)
            return true;
    return false;
}

static enum qn_status detect(struct detector *d)
{
    enum qn_status status = find_exact(d);

    if (status || d->minimum == QN_SIMILARITY_MAX)
        return status;
    cull(d, false);
    status = find_by_base_name(d);
    if (status)
        return status;
    cull(d, true);
    return find_inexact(d);
}

/* What became of each added file. */
static enum qn_status list_renames(struct detector *d)
{
    struct qn_merge_renames *list = &d->m->renames[d->number];
    size_t i;

    for (i = 0; i < d->destination_count; i++) {
        enum qn_status status =
            qn_memory_grow(d->m->ctx, &list->items, &list->capacity,
                           list->count + 1, sizeof(*list->items));

        if (status)
            return status;
        list->items[list->count++] = (struct qn_merge_rename){
            d->destinations[i].from, d->destinations[i].path, d->number};
    }
    return QN_OK;
}

enum qn_status qn_merge_renames_run(struct qn_merge_state *m)
{
    enum qn_status status = QN_OK;
    int side;

    for (side = 1; side < 3 && !status; side++) {
        struct detector d = {.m = m, .number = side};
        size_t i;

        d.minimum = m->options->minimum_score ? m->options->minimum_score
                                              : DEFAULT_SCORE;
        qn_similarity_init(&d.engine, m->odb, NULL);
        d.engine.tells_progress = m->options->tells_progress;
        status = load(&d);
        if (!status && is_worth_it(&d))
            status = detect(&d);
        if (!status)
            status = list_renames(&d);
        for (i = 0; i < d.source_count; i++)
            qn_similarity_file_dispose(&d.sources[i].file);
        for (i = 0; i < d.destination_count; i++)
            qn_similarity_file_dispose(&d.destinations[i].file);
        qn_memory_free(d.sources);
        qn_memory_free(d.destinations);
        qn_similarity_dispose(&d.engine);
    }
    return status;
}
