/* SPDX-License-Identifier: MIT */
#include "operation/part/describe_name.h"

#include "base/arena.h"
#include "base/memory.h"
#include "config/config.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "os/mutex.h"
#include "text/wildmatch.h"
#include "walk/commit_queue.h"

#include <stdlib.h>

#define MAX_CANDIDATES 10

/* A ref below refs/tags/ and the commit it leads to. */
struct name {
    const char *text; /* behind refs/tags/ */
    struct qn_id commit;
    int64_t date; /* the tagger's */
    bool is_annotated;
};

struct qn_describe_name {
    struct qn_mutex *mutex;
    struct qn_odb *odb;
    struct name *names;
    size_t count, capacity;
    struct qn_arena arena;
};

struct options {
    bool takes_all; /* lightweight tags, too */
    int abbrev;     /* -1: default; 0: the name alone */
    struct qn_bytes matches[8], excludes[8];
    size_t match_count, exclude_count;
};

struct candidate {
    const struct name *name;
    uint32_t depth;
    uint32_t order;
    uint32_t bit;
};

/* A commit that was met. */
struct met {
    struct qn_id id;
    int64_t time;
    uint32_t within; /* candidates it was reached from, as bits */
    bool is_read;
    bool is_queued;
};

struct search {
    struct qn_describe_name *describe;
    const struct options *options;
    struct qn_id_map named; /* commit -> name's number + 1 */
    struct qn_id_map met;   /* commit -> number in `rows` */
    struct met *rows;
    size_t row_count, row_capacity;
    struct qn_commit_queue queue;
    size_t queued_outside; /* rows of the queue that are not within the best */
    struct candidate candidates[MAX_CANDIDATES];
    size_t candidate_count;
    size_t name_count;
    struct qn_object object;
};

/* ---- names */

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct qn_describe_name *d = data;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb_info info = {QN_OBJECT_NONE};
    struct name *name;
    struct qn_tag tag;
    struct qn_ident ident;
    enum qn_status status;

    if (ref->is_broken || ref->is_symbolic)
        return QN_OK;
    status = qn_memory_grow(ctx, &d->names, &d->capacity, d->count + 1,
                            sizeof(*d->names));
    if (status)
        return status;
    name = &d->names[d->count];
    memset(name, 0, sizeof(*name));
    if (qn_revision_peel(ctx, d->odb, &ref->id, QN_OBJECT_COMMIT,
                         &name->commit)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    name->text = qn_arena_copy(ctx, &d->arena,
                               qn_bytes_from(qn_buf_bytes(&ref->name), 10));
    if (!name->text)
        return QN_NO_MEMORY;
    status = qn_odb_read_info(ctx, d->odb, &ref->id, QN_ODB_WANT_TYPE, &info);
    if (!status && info.type == QN_OBJECT_TAG) {
        name->is_annotated = true;
        status =
            qn_odb_read_typed(ctx, d->odb, &ref->id, QN_OBJECT_TAG, &object);
        if (!status)
            status = qn_tag_parse(ctx, qn_object_bytes(&object),
                                  ref->id.algorithm, &tag);
        if (!status && qn_ident_parse(tag.tagger, &ident) && ident.has_date)
            name->date = ident.seconds;
    }
    qn_object_dispose(&object);
    d->count += !status;
    return status;
}

enum qn_status qn_describe_name_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_describe_name **out)
{
    struct qn_describe_name *d = qn_memory_calloc(ctx, 1, sizeof(*d));
    enum qn_status status;

    if (!d)
        return QN_NO_MEMORY;
    status = qn_mutex_new(ctx, &d->mutex);
    if (!status)
        status = qn_odb_fork(ctx, scope->odb, &d->odb);
    if (!status)
        status = qn_refs_walk(ctx, scope->refs, "refs/tags/", 0, add_ref, d);
    if (status)
        qn_describe_name_free(d);
    else
        *out = d;
    return status;
}

void qn_describe_name_free(struct qn_describe_name *d)
{
    if (!d)
        return;
    qn_mutex_free(d->mutex);
    qn_odb_free(d->odb);
    qn_memory_free(d->names);
    qn_arena_dispose(&d->arena);
    qn_memory_free(d);
}

/* ---- options */

static bool parse_option(struct qn_bytes word, struct options *options)
{
    size_t equals = qn_bytes_find(word, '=');
    bool has_value = equals < word.size;
    struct qn_bytes name = qn_bytes_first(word, equals);
    struct qn_bytes value =
        has_value ? qn_bytes_from(word, equals + 1) : QN_BYTES_NONE;
    char text[32] = "";
    char *end;

    if (value.size && value.size < sizeof(text))
        memcpy(text, value.data, value.size);
    if (qn_bytes_is_string(name, "tags")) {
        options->takes_all = true;
        return !has_value || qn_config_parse_bool(text, &options->takes_all);
    }
    if (!has_value || !value.size)
        return false;
    if (qn_bytes_is_string(name, "abbrev")) {
        options->abbrev = (int)strtol(text, &end, 10);
        if (options->abbrev && options->abbrev < 4)
            options->abbrev = 4;
        return !*end;
    }
    if (qn_bytes_is_string(name, "match") &&
        options->match_count < QN_COUNT_OF(options->matches)) {
        options->matches[options->match_count++] = value;
        return true;
    }
    if (qn_bytes_is_string(name, "exclude") &&
        options->exclude_count < QN_COUNT_OF(options->excludes)) {
        options->excludes[options->exclude_count++] = value;
        return true;
    }
    return false;
}

static bool matches_any(const struct qn_bytes *patterns, size_t count,
                        const char *text)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (qn_wildmatch_matches(patterns[i], qn_bytes_from_string(text), 0))
            return true;
    return false;
}

static bool is_usable(const struct options *options, const struct name *name)
{
    if (matches_any(options->excludes, options->exclude_count, name->text))
        return false;
    return !options->match_count ||
           matches_any(options->matches, options->match_count, name->text);
}

/* ---- the search */

static bool is_better(const struct name *a, const struct name *b)
{
    if (a->is_annotated != b->is_annotated)
        return a->is_annotated;
    return a->is_annotated && a->date > b->date;
}

static enum qn_status choose_names(struct qn_ctx *ctx, struct search *s)
{
    struct qn_describe_name *d = s->describe;
    enum qn_status status = QN_OK;
    uint32_t position;
    bool is_new;
    size_t i;

    for (i = 0; i < d->count && !status; i++) {
        if (!is_usable(s->options, &d->names[i]))
            continue;
        status = qn_id_map_put(ctx, &s->named, &d->names[i].commit, &position,
                               &is_new);
        if (!status &&
            (is_new ||
             is_better(&d->names[i], &d->names[s->named.values[position] - 1])))
            s->named.values[position] = i + 1;
        s->name_count += !status && is_new;
    }
    return status;
}

static const struct name *name_of(const struct search *s,
                                  const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&s->named, id);
    const struct name *name;

    if (position == QN_ID_MAP_NONE)
        return NULL;
    name = &s->describe->names[s->named.values[position] - 1];
    return name->is_annotated || s->options->takes_all ? name : NULL;
}

/* The commit's number; it is queued when it was not met before. */
static enum qn_status meet(struct qn_ctx *ctx, struct search *s,
                           const struct qn_id *id, uint32_t within)
{
    struct qn_ident ident;
    struct qn_commit commit;
    struct met *row;
    uint32_t position;
    bool is_new;
    enum qn_status status;

    status = qn_id_map_put(ctx, &s->met, id, &position, &is_new);
    if (status)
        return status;
    if (!is_new) {
        s->rows[s->met.values[position]].within |= within;
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &s->rows, &s->row_capacity, s->row_count + 1,
                            sizeof(*s->rows));
    if (!status)
        status = qn_odb_read_typed(ctx, s->describe->odb, id, QN_OBJECT_COMMIT,
                                   &s->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&s->object),
                                 id->algorithm, &commit);
    if (status)
        return status;
    s->met.values[position] = s->row_count;
    row = &s->rows[s->row_count];
    memset(row, 0, sizeof(*row));
    row->id = *id;
    row->within = within;
    if (qn_ident_parse(commit.committer, &ident) && ident.has_date)
        row->time = ident.seconds;
    return qn_commit_queue_push(ctx, &s->queue, 0, row->time,
                                (uint32_t)s->row_count++);
}

static enum qn_status meet_parents(struct qn_ctx *ctx, struct search *s,
                                   uint32_t number)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_id id = s->rows[number].id;
    struct qn_commit commit;
    enum qn_status status;
    uint32_t i;

    status = qn_odb_read_typed(ctx, s->describe->odb, &id, QN_OBJECT_COMMIT,
                               &object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object), id.algorithm,
                                 &commit);
    for (i = 0; !status && i < commit.parent_count; i++) {
        struct qn_id parent;

        qn_commit_parent(&commit, i, &parent);
        status = meet(ctx, s, &parent, s->rows[number].within);
    }
    qn_object_dispose(&object);
    return status;
}

/* Is the commit reached from all candidates of the smallest depth? */
static bool is_within_best(const struct search *s, uint32_t within)
{
    uint32_t least = UINT32_MAX;
    size_t i;

    for (i = 0; i < s->candidate_count; i++)
        if (s->candidates[i].depth < least)
            least = s->candidates[i].depth;
    for (i = 0; i < s->candidate_count; i++)
        if (s->candidates[i].depth == least && !(within & s->candidates[i].bit))
            return false;
    return true;
}

static enum qn_status find_candidates(struct qn_ctx *ctx, struct search *s,
                                      uint32_t *gave_up)
{
    size_t limit =
        s->name_count < MAX_CANDIDATES ? s->name_count : MAX_CANDIDATES;
    bool has_annotated = false;
    uint32_t popped = 0;
    uint32_t number;
    enum qn_status status = QN_OK;

    *gave_up = UINT32_MAX;
    while (!status && qn_commit_queue_pop(&s->queue, &number)) {
        const struct name *name;
        size_t i;

        popped++;
        if (s->candidate_count == limit) {
            *gave_up = number;
            break;
        }
        name = name_of(s, &s->rows[number].id);
        if (name) {
            struct candidate *c = &s->candidates[s->candidate_count];

            c->name = name;
            c->depth = popped - 1;
            c->order = (uint32_t)s->candidate_count;
            c->bit = 1u << s->candidate_count;
            s->rows[number].within |= c->bit;
            s->candidate_count++;
            has_annotated |= name->is_annotated;
        }
        for (i = 0; i < s->candidate_count; i++)
            if (!(s->rows[number].within & s->candidates[i].bit))
                s->candidates[i].depth++;
        if (has_annotated && !s->queue.count &&
            is_within_best(s, s->rows[number].within))
            break;
        status = meet_parents(ctx, s, number);
    }
    return status;
}

/* Are all commits of the queue within the candidate? */
static bool is_queue_within(const struct search *s, uint32_t bit)
{
    size_t i;

    for (i = 0; i < s->queue.count; i++)
        if (!(s->rows[s->queue.entries[i].row].within & bit))
            return false;
    return true;
}

static enum qn_status finish_depth(struct qn_ctx *ctx, struct search *s,
                                   struct candidate *best, uint32_t gave_up)
{
    uint32_t number;
    enum qn_status status = QN_OK;

    if (gave_up != UINT32_MAX)
        status = qn_commit_queue_push(ctx, &s->queue, 0, s->rows[gave_up].time,
                                      gave_up);
    while (!status && qn_commit_queue_pop(&s->queue, &number)) {
        if (s->rows[number].within & best->bit) {
            if (is_queue_within(s, best->bit))
                break;
        } else {
            best->depth++;
        }
        status = meet_parents(ctx, s, number);
    }
    return status;
}

static struct candidate *best_of(struct search *s)
{
    struct candidate *best = NULL;
    size_t i;

    for (i = 0; i < s->candidate_count; i++)
        if (!best || s->candidates[i].depth < best->depth)
            best = &s->candidates[i];
    return best;
}

static enum qn_status append_name(struct qn_ctx *ctx, struct search *s,
                                  const struct qn_id *id,
                                  const struct candidate *best,
                                  struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status;

    if (s->options->abbrev == 0)
        return qn_buf_append_string(ctx, out, best->name->text);
    status = qn_odb_abbreviate(
        ctx, s->describe->odb, id,
        s->options->abbrev < 0 ? 0 : (size_t)s->options->abbrev, &digits);
    qn_id_to_hex(id, hex);
    if (!status)
        status = qn_buf_printf(ctx, out, "%s-%u-g%.*s", best->name->text,
                               best->depth, (int)digits, hex);
    return status;
}

static enum qn_status describe(struct qn_ctx *ctx, struct search *s,
                               const struct qn_id *id, struct qn_buf *out)
{
    const struct name *name;
    struct candidate *best;
    uint32_t gave_up = UINT32_MAX;
    enum qn_status status = choose_names(ctx, s);

    if (status || !s->name_count)
        return status;
    name = name_of(s, id);
    if (name)
        return qn_buf_append_string(ctx, out, name->text);
    status = meet(ctx, s, id, 0);
    if (!status)
        status = find_candidates(ctx, s, &gave_up);
    best = best_of(s);
    if (status || !best)
        return status;
    status = finish_depth(ctx, s, best, gave_up);
    return status ? status : append_name(ctx, s, id, best, out);
}

enum qn_status qn_describe_name_pretty(struct qn_ctx *ctx, void *data,
                                       const struct qn_id *id,
                                       struct qn_bytes text, struct qn_buf *out)
{
    struct qn_describe_name *d = data;
    struct options options = {.abbrev = -1};
    struct search s = {.describe = d, .options = &options};
    struct qn_bytes word;
    enum qn_status status;

    if (text.size && text.data[0] == ':')
        text = qn_bytes_from(text, 1);
    while (qn_bytes_next(&text, ',', &word))
        if (!parse_option(word, &options))
            return QN_INVALID;
    qn_mutex_lock(d->mutex);
    qn_id_map_init(&s.named, id->algorithm);
    qn_id_map_init(&s.met, id->algorithm);
    status = describe(ctx, &s, id, out);
    qn_id_map_dispose(&s.named);
    qn_id_map_dispose(&s.met);
    qn_commit_queue_dispose(&s.queue);
    qn_memory_free(s.rows);
    qn_object_dispose(&s.object);
    qn_mutex_unlock(d->mutex);
    return status;
}
