/* SPDX-License-Identifier: MIT */
#include "walk/pseudo_merge.h"

#include "base/map.h"
#include "base/memory.h"
#include "config/config.h"
#include "refs/refs.h"
#include "repo/repo.h"
#include "text/date.h"
#include "text/regex.h"

#include <stdlib.h>
#include <string.h>

#define SECTION       "bitmappseudomerge."
#define CAPTURES_MOST 16
#define LEAST_SIZE    8 /* what would be smaller goes together */
#define TABLE_SIZE    64
#define STEEPEST      64 /* decay beyond this changes nothing */

struct list {
    struct qn_pseudo_merge_commit *items;
    size_t count, capacity;
};

struct part { /* refs with the same captures */
    char *key;
    struct list stable, unstable;
};

struct group {
    char *name;
    struct qn_regex *pattern;
    size_t capture_count;
    unsigned decay;
    double sample_rate;
    int64_t threshold, stable_threshold;
    uint64_t merges, stable_size;
    struct part **parts; /* as they were met */
    size_t part_count, part_capacity;
    struct qn_map by_key; /* of them */
};

struct choosing {
    const struct qn_pseudo_merge_source *source;
    struct group *groups; /* sorted by name when read */
    size_t count, capacity;
};

/* ---- configuration */

static enum qn_status new_group(struct qn_ctx *ctx, struct choosing *c,
                                struct qn_bytes name, struct group **out)
{
    static const struct qn_map no_parts = QN_MAP_INIT;
    struct group *group;
    size_t i;
    enum qn_status status;

    for (i = 0; i < c->count; i++)
        if (qn_bytes_is_equal(qn_bytes_from_string(c->groups[i].name), name)) {
            *out = &c->groups[i];
            return QN_OK;
        }
    status = qn_memory_grow(ctx, &c->groups, &c->capacity, c->count + 1,
                            sizeof(*c->groups));
    if (status)
        return status;
    group = &c->groups[c->count];
    memset(group, 0, sizeof(*group));
    group->by_key = no_parts;
    group->decay = 1;
    group->sample_rate = 1;
    group->merges = 64;
    group->stable_size = 512;
    group->name = qn_memory_string(ctx, name);
    if (!group->name)
        return QN_NO_MEMORY;
    c->count++;
    status = qn_date_expiry(ctx, "1.week.ago", &group->threshold);
    if (!status)
        status = qn_date_expiry(ctx, "1.month.ago", &group->stable_threshold);
    *out = group;
    return status;
}

static enum qn_status read_pattern(struct qn_ctx *ctx, struct group *group,
                                   const struct qn_config_entry *entry)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    const char *at;

    if (!entry->value)
        return qn_config_fail_missing(ctx, entry);
    status = qn_buf_printf(ctx, &text, "%s%s", *entry->value == '^' ? "" : "^",
                           entry->value);
    qn_regex_free(group->pattern);
    group->pattern = NULL;
    if (!status && qn_regex_new(ctx, qn_buf_bytes(&text), QN_REGEX_EXTENDED, 0,
                                &group->pattern)) {
        group->pattern = NULL;
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "failed to load pseudo-merge regex for "
                             "%s.pattern: '%s'",
                             group->name, qn_buf_string(&text));
    }
    group->capture_count = 0;
    for (at = entry->value; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '(')
            group->capture_count++;
    }
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status read_double(struct qn_ctx *ctx,
                                  const struct qn_config_entry *entry,
                                  double *out)
{
    char *end = NULL;

    if (!entry->value)
        return qn_config_fail_missing(ctx, entry);
    *out = strtod(entry->value, &end);
    if (end != entry->value && *end == '\0')
        return QN_OK;
    return qn_ctx_fail_reason(
        ctx, QN_INVALID, "config.bad-value", NULL,
        "bad numeric config value '%s' for '%s': invalid unit", entry->value,
        entry->key);
}

static void warn(struct qn_ctx *ctx, const struct qn_config_entry *entry,
                 const char *what)
{
    qn_ctx_report(ctx, QN_REPORT_WARNING, "", "%s must be %s, using default",
                  entry->key, what);
}

static enum qn_status
read_time(struct qn_ctx *ctx, const struct qn_config_entry *entry, int64_t *out)
{
    if (!entry->value)
        return qn_config_fail_missing(ctx, entry);
    if (qn_date_expiry(ctx, entry->value, out) == QN_OK)
        return QN_OK;
    qn_ctx_clear(ctx);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                  "'%s' for '%s' is not a valid timestamp", entry->value,
                  entry->key);
    return qn_config_fail_entry(ctx, entry);
}

static enum qn_status read_count(struct qn_ctx *ctx,
                                 const struct qn_config_entry *entry,
                                 int64_t least, const char *what, uint64_t *out)
{
    int64_t number = 0;
    enum qn_status status = qn_config_entry_int(ctx, entry, 32, &number);

    if (!status && number < least)
        warn(ctx, entry, what);
    else if (!status)
        *out = (uint64_t)number;
    return status;
}

static enum qn_status read_entry(struct qn_ctx *ctx, struct group *group,
                                 const struct qn_config_entry *entry,
                                 const char *variable)
{
    enum qn_status status = QN_OK;
    double number = 0;

    if (strcmp(variable, "pattern") == 0)
        return read_pattern(ctx, group, entry);
    if (strcmp(variable, "threshold") == 0)
        return read_time(ctx, entry, &group->threshold);
    if (strcmp(variable, "stablethreshold") == 0)
        return read_time(ctx, entry, &group->stable_threshold);
    if (strcmp(variable, "maxmerges") == 0)
        return read_count(ctx, entry, 0, "non-negative", &group->merges);
    if (strcmp(variable, "stablesize") == 0)
        return read_count(ctx, entry, 1, "positive", &group->stable_size);
    if (strcmp(variable, "decay") == 0) {
        status = read_double(ctx, entry, &number);
        if (!status && number < 0)
            warn(ctx, entry, "non-negative");
        else if (!status)
            group->decay = number > STEEPEST ? STEEPEST : (unsigned)number;
    } else if (strcmp(variable, "samplerate") == 0) {
        status = read_double(ctx, entry, &number);
        if (!status && !(number > 0 && number <= 1))
            warn(ctx, entry, "between 0 (exclusive) and 1");
        else if (!status)
            group->sample_rate = number;
    }
    return status;
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *first = a, *second = b;

    return strcmp(first->name, second->name);
}

static enum qn_status read_groups(struct qn_ctx *ctx, struct choosing *c)
{
    const struct qn_config *config = qn_repo_config(c->source->scope->repo);
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < qn_config_count(config) && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const char *name, *dot;
        struct group *group;

        if (strncmp(entry->key, SECTION, sizeof(SECTION) - 1) != 0)
            continue;
        name = entry->key + sizeof(SECTION) - 1;
        dot = strrchr(name, '.');
        if (!dot)
            continue;
        status = new_group(ctx, c, qn_bytes_make(name, (size_t)(dot - name)),
                           &group);
        if (!status)
            status = read_entry(ctx, group, entry, dot + 1);
    }
    if (c->count > 1)
        qsort(c->groups, c->count, sizeof(*c->groups), compare_groups);
    for (i = 0; i < c->count && !status; i++) {
        if (!c->groups[i].pattern)
            status = qn_ctx_fail(ctx, QN_INVALID,
                                 "pseudo-merge group '%s' missing required "
                                 "pattern",
                                 c->groups[i].name);
        else if (c->groups[i].threshold < c->groups[i].stable_threshold)
            status = qn_ctx_fail(ctx, QN_INVALID,
                                 "pseudo-merge group '%s' has unstable "
                                 "threshold before stable one",
                                 c->groups[i].name);
    }
    return status;
}

/* ---- refs */

static enum qn_status make_key(struct qn_ctx *ctx, const struct group *group,
                               struct qn_bytes name,
                               const struct qn_regex_match *matches,
                               struct qn_buf *key)
{
    enum qn_status status = QN_OK;
    bool is_first = true;
    size_t i;

    if (group->capture_count == 0) /* then it is all that matched */
        return qn_buf_append(ctx, key, name.data + matches[0].start,
                             matches[0].end - matches[0].start);
    for (i = 1; i <= CAPTURES_MOST && !status; i++) {
        if (matches[i].start == QN_REGEX_NO_MATCH)
            continue;
        if (!is_first)
            status = qn_buf_append_byte(ctx, key, '-');
        is_first = false;
        if (!status)
            status = qn_buf_append(ctx, key, name.data + matches[i].start,
                                   matches[i].end - matches[i].start);
    }
    return status;
}

static enum qn_status find_part(struct qn_ctx *ctx, struct group *group,
                                struct qn_bytes key, struct part **out)
{
    struct qn_map_item *item = qn_map_put(ctx, &group->by_key, key, NULL);
    struct part *part;
    enum qn_status status;

    if (!item)
        return QN_NO_MEMORY;
    *out = item->value;
    if (*out)
        return QN_OK;
    status = qn_memory_grow(ctx, &group->parts, &group->part_capacity,
                            group->part_count + 1, sizeof(*group->parts));
    if (status)
        return status;
    part = qn_memory_calloc(ctx, 1, sizeof(*part));
    if (!part)
        return QN_NO_MEMORY;
    group->parts[group->part_count++] = part;
    part->key = qn_memory_string(ctx, key);
    if (!part->key)
        return QN_NO_MEMORY;
    *out = item->value = part;
    return QN_OK;
}

static enum qn_status add_commit(struct qn_ctx *ctx, const struct group *group,
                                 struct part *part,
                                 const struct qn_pseudo_merge_commit *commit)
{
    struct list *list = NULL;
    enum qn_status status;

    if (commit->time <= group->stable_threshold)
        list = &part->stable;
    else if (commit->time <= group->threshold && !commit->is_chosen)
        list = &part->unstable;
    if (!list)
        return QN_OK;
    status = qn_memory_grow(ctx, &list->items, &list->capacity, list->count + 1,
                            sizeof(*list->items));
    if (!status)
        list->items[list->count++] = *commit;
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct choosing *c = data;
    struct qn_bytes name = qn_buf_bytes(&ref->name);
    struct qn_pseudo_merge_commit commit;
    struct qn_buf key = QN_BUF_INIT;
    struct qn_id id;
    enum qn_status status = qn_revision_peel(ctx, c->source->scope->odb,
                                             &ref->id, QN_OBJECT_COMMIT, &id);
    size_t i, k;

    if (status) {
        if (status == QN_NO_MEMORY)
            return status;
        qn_ctx_clear(ctx); /* it names no commit */
        return QN_OK;
    }
    if (!c->source->find(c->source->data, &id, &commit))
        return QN_OK;
    for (i = 0; i < c->count && !status; i++) {
        struct qn_regex_match matches[CAPTURES_MOST + 1];
        struct part *part = NULL;
        bool found = false;

        for (k = 0; k < QN_COUNT_OF(matches); k++)
            matches[k].start = QN_REGEX_NO_MATCH;
        status = qn_regex_find(ctx, c->groups[i].pattern, name, 0, matches,
                               QN_COUNT_OF(matches), &found);
        if (status || !found)
            continue;
        qn_buf_clear(&key);
        status = make_key(ctx, &c->groups[i], name, matches, &key);
        if (!status)
            status = find_part(ctx, &c->groups[i], qn_buf_bytes(&key), &part);
        if (!status)
            status = add_commit(ctx, &c->groups[i], part, &commit);
    }
    qn_buf_dispose(&key);
    return status;
}

/* ---- bundles */

static int compare_times(const void *a, const void *b)
{
    const struct qn_pseudo_merge_commit *first = a, *second = b;

    if (first->time != second->time)
        return first->time < second->time ? -1 : 1;
    return first->number < second->number ? -1 : first->number > second->number;
}

/* Every `step`-th of all of these is taken. */
static enum qn_status put(struct qn_ctx *ctx, struct qn_pseudo_merges *out,
                          const struct list *list, size_t from, size_t to,
                          size_t step)
{
    struct qn_pseudo_merge *merge;
    enum qn_status status = qn_memory_grow(ctx, &out->items, &out->capacity,
                                           out->count + 1, sizeof(*out->items));
    size_t i;

    if (status)
        return status;
    merge = &out->items[out->count];
    merge->count = 0;
    merge->commits =
        qn_memory_array(ctx, to - from + 1, sizeof(*merge->commits));
    if (!merge->commits)
        return QN_NO_MEMORY;
    out->count++;
    for (i = (from + step - 1) / step * step; i < to; i += step)
        merge->commits[merge->count++] = list->items[i].number;
    if (merge->count == 0)
        qn_memory_free(out->items[--out->count].commits);
    return QN_OK;
}

static enum qn_status put_stable(struct qn_ctx *ctx, const struct group *group,
                                 const struct list *list,
                                 struct qn_pseudo_merges *out)
{
    enum qn_status status = QN_OK;
    size_t from, size;

    for (from = 0; from < list->count && !status; from += size) {
        size = list->count - from;
        if (size > group->stable_size)
            size = (size_t)group->stable_size;
        status = put(ctx, out, list, from, from + size, 1);
    }
    return status;
}

/* n to the power of -decay */
static double weight(const struct group *group, size_t n)
{
    double result = 1;
    unsigned i;

    for (i = 0; i < group->decay; i++)
        result /= (double)n;
    return result;
}

static enum qn_status put_unstable(struct qn_ctx *ctx,
                                   const struct group *group,
                                   const struct list *list,
                                   struct qn_pseudo_merges *out)
{
    size_t step = (size_t)(1 / group->sample_rate);
    enum qn_status status = QN_OK;
    size_t from = 0, n, size;
    double sum = 0;

    for (n = 1; n <= group->merges && n <= list->count * 8 + 8; n++)
        sum += weight(group, n);
    for (n = 1; n <= group->merges && from < list->count && !status; n++) {
        size = (size_t)((double)list->count / sum * weight(group, n) + 0.5);
        if (size < LEAST_SIZE || size > list->count - from ||
            n == group->merges)
            size = list->count - from;
        status = put(ctx, out, list, from, from + size, step);
        from += size;
    }
    return status;
}

/* The parts come in the order of a table with a place for each hash. */
static uint32_t place_of(const char *key, size_t size)
{
    uint32_t hash = 0x811c9dc5;

    for (; *key; key++)
        hash = hash * 0x01000193 ^ (uint8_t)*key;
    return hash & (uint32_t)(size - 1);
}

static enum qn_status put_part(struct qn_ctx *ctx, const struct group *group,
                               struct part *part, struct qn_pseudo_merges *out)
{
    enum qn_status status;

    if (part->stable.count > 1)
        qsort(part->stable.items, part->stable.count,
              sizeof(*part->stable.items), compare_times);
    if (part->unstable.count > 1)
        qsort(part->unstable.items, part->unstable.count,
              sizeof(*part->unstable.items), compare_times);
    status = put_stable(ctx, group, &part->stable, out);
    return status ? status : put_unstable(ctx, group, &part->unstable, out);
}

static int compare_places(const void *a, const void *b)
{
    const uint64_t *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

static enum qn_status put_group(struct qn_ctx *ctx, const struct group *group,
                                struct qn_pseudo_merges *out)
{
    uint64_t *places =
        qn_memory_array(ctx, group->part_count + 1, sizeof(*places));
    enum qn_status status = places ? QN_OK : QN_NO_MEMORY;
    size_t size = TABLE_SIZE, i;

    while (group->part_count > size * 4 / 5)
        size *= 4;
    for (i = 0; i < group->part_count && !status; i++) /* the last one first */
        places[i] = (uint64_t)place_of(group->parts[i]->key, size) << 32 |
                    (UINT32_MAX - i);
    if (!status && group->part_count > 1)
        qsort(places, group->part_count, sizeof(*places), compare_places);
    for (i = 0; i < group->part_count && !status; i++)
        status = put_part(ctx, group,
                          group->parts[UINT32_MAX - (uint32_t)places[i]], out);
    qn_memory_free(places);
    return status;
}

static void dispose(struct choosing *c)
{
    size_t i, k;

    for (i = 0; i < c->count; i++) {
        struct group *group = &c->groups[i];

        for (k = 0; k < group->part_count; k++) {
            qn_memory_free(group->parts[k]->key);
            qn_memory_free(group->parts[k]->stable.items);
            qn_memory_free(group->parts[k]->unstable.items);
            qn_memory_free(group->parts[k]);
        }
        qn_memory_free(group->parts);
        qn_map_dispose(&group->by_key);
        qn_memory_free(group->name);
        qn_regex_free(group->pattern);
    }
    qn_memory_free(c->groups);
}

enum qn_status
qn_pseudo_merge_choose(struct qn_ctx *ctx,
                       const struct qn_pseudo_merge_source *source,
                       struct qn_pseudo_merges *out)
{
    struct choosing c = {.source = source};
    enum qn_status status = QN_OK;
    size_t i;

    memset(out, 0, sizeof(*out));
    if (source->scope->repo)
        status = read_groups(ctx, &c);
    if (!status && c.count > 0)
        status = qn_refs_walk(ctx, source->scope->refs, "", 0, add_ref, &c);
    for (i = 0; i < c.count && !status; i++)
        status = put_group(ctx, &c.groups[i], out);
    dispose(&c);
    if (status)
        qn_pseudo_merges_dispose(out);
    return status;
}

void qn_pseudo_merges_dispose(struct qn_pseudo_merges *merges)
{
    size_t i;

    for (i = 0; i < merges->count; i++)
        qn_memory_free(merges->items[i].commits);
    qn_memory_free(merges->items);
    memset(merges, 0, sizeof(*merges));
}
