/* SPDX-License-Identifier: MIT */
#include "operation/part/http_walk.h"

#include "base/memory.h"
#include "hash/id_list.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "object/tree.h"
#include "operation/part/http_walk_private.h"
#include "operation/part/reachable.h"
#include "trace/trace.h"

#include <string.h>

#define FLIGHTS_MAX 32

struct step {
    struct qn_id id;
    enum qn_object_type type; /* as whoever names it says; or NONE */
};

struct steps {
    struct step *items;
    size_t first, count, capacity; /* items[first..count) */
};

struct flight {
    struct step step;
    struct qn_http_answer answer;
};

struct walking {
    const struct qn_http_walk *walk;
    struct qn_http_walk_source source;
    struct qn_id_map seen;
    struct steps here;                  /* to be looked at */
    struct steps missing;               /* to be fetched */
    struct flight flights[FLIGHTS_MAX]; /* a ring */
    size_t flight_first, flight_count, flight_limit;
    struct qn_object object;
    struct qn_id commit; /* that is being looked at, for words */
    uint32_t algorithm;
};

static enum qn_status put_step(struct qn_ctx *ctx, struct steps *steps,
                               const struct qn_id *id, enum qn_object_type type)
{
    enum qn_status status;

    if (steps->first == steps->count)
        steps->first = steps->count = 0;
    status = qn_memory_grow(ctx, &steps->items, &steps->capacity,
                            steps->count + 1, sizeof(*steps->items));
    if (status)
        return status;
    steps->items[steps->count].id = *id;
    steps->items[steps->count++].type = type;
    return QN_OK;
}

static enum qn_status name_object(struct qn_ctx *ctx, struct walking *w,
                                  const struct qn_id *id,
                                  enum qn_object_type type)
{
    bool is_new = false;
    uint32_t position;
    enum qn_status status =
        qn_id_map_put(ctx, &w->seen, id, &position, &is_new);

    return status || !is_new ? status : put_step(ctx, &w->here, id, type);
}

/* ---- what an object names */

static enum qn_status take_commit(struct qn_ctx *ctx, struct walking *w,
                                  const struct qn_id *id)
{
    char hex[2 * QN_ID_MAX_SIZE + 1];
    struct qn_commit commit;
    struct qn_id parent;
    uint32_t i;
    enum qn_status status = qn_commit_parse(ctx, qn_object_bytes(&w->object),
                                            w->algorithm, &commit);

    if (status)
        return status;
    w->commit = *id;
    qn_id_to_hex(id, hex);
    qn_http_walk_tell(ctx, w->walk, "walk %s", hex);
    status = name_object(ctx, w, &commit.tree, QN_OBJECT_TREE);
    for (i = 0; i < commit.parent_count && !status; i++) {
        qn_commit_parent(&commit, i, &parent);
        status = name_object(ctx, w, &parent, QN_OBJECT_COMMIT);
    }
    return status;
}

static enum qn_status take_tree(struct qn_ctx *ctx, struct walking *w)
{
    struct qn_tree_reader reader;
    enum qn_status status = QN_OK;

    qn_tree_reader_init(&reader, qn_object_bytes(&w->object), w->algorithm);
    while (!status) {
        struct qn_tree_entry entry;
        struct qn_id id;

        status = qn_tree_reader_next(ctx, &reader, &entry);
        if (status)
            break;
        if ((entry.mode & 0170000) == 0160000)
            continue; /* a commit of another repository */
        qn_id_from_row(&id, w->algorithm, entry.id);
        status =
            name_object(ctx, w, &id,
                        (entry.mode & 0170000) == 0040000 ? QN_OBJECT_TREE
                                                          : QN_OBJECT_BLOB);
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status take_object(struct qn_ctx *ctx, struct walking *w,
                                  const struct qn_id *id)
{
    struct qn_tag tag;
    enum qn_status status;

    switch (w->object.type) {
    case QN_OBJECT_COMMIT:
        return take_commit(ctx, w, id);
    case QN_OBJECT_TREE:
        return take_tree(ctx, w);
    case QN_OBJECT_TAG:
        status =
            qn_tag_parse(ctx, qn_object_bytes(&w->object), w->algorithm, &tag);
        return status ? status
                      : name_object(ctx, w, &tag.object,
                                    qn_object_type_from_name(tag.type));
    default:
        return QN_OK;
    }
}

/* ---- what is here */

static enum qn_status look(struct qn_ctx *ctx, struct walking *w,
                           const struct step *step)
{
    bool is_here = false;
    enum qn_status status =
        qn_odb_exists(ctx, w->source.odb, &step->id, &is_here);

    if (status)
        return status;
    if (!is_here)
        return put_step(ctx, &w->missing, &step->id, step->type);
    if (step->type == QN_OBJECT_BLOB)
        return QN_OK;
    status = qn_odb_read(ctx, w->source.odb, &step->id, &w->object);
    return status ? status : take_object(ctx, w, &step->id);
}

/* ---- what is not */

static enum qn_status fail_missing(struct qn_ctx *ctx, const struct walking *w,
                                   const struct step *step)
{
    const char *name = qn_object_type_name(step->type);
    const char *base = qn_http_client_base(w->walk->client);
    char hex[2 * QN_ID_MAX_SIZE + 1];

    qn_id_to_hex(&step->id, hex);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "http.walk",
                  "Unable to find %s under %.*s", hex, (int)strlen(base) - 1,
                  base);
    qn_ctx_report(ctx, QN_REPORT_INFO, "http.walk",
                  "Cannot obtain needed %s %s", name ? name : "object", hex);
    if (!qn_id_is_null(&w->commit)) {
        qn_id_to_hex(&w->commit, hex);
        qn_ctx_report(ctx, QN_REPORT_INFO, "http.walk",
                      "while processing commit %s.", hex);
    }
    return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "http.walk", NULL,
                              "fetch failed.");
}

/* Fill the ring with what has to be asked for. */
static enum qn_status take_off(struct qn_ctx *ctx, struct walking *w)
{
    enum qn_status status = QN_OK;

    while (!status && w->flight_count < w->flight_limit &&
           w->missing.first < w->missing.count) {
        struct step step = w->missing.items[w->missing.first++];
        struct flight *flight =
            &w->flights[(w->flight_first + w->flight_count) % FLIGHTS_MAX];
        bool found = false;

        /* A pack that came meanwhile, or one that is known to have it. */
        status = qn_odb_exists(ctx, w->source.odb, &step.id, &found);
        if (!status && !found)
            status =
                qn_http_walk_source_pack(ctx, &w->source, &step.id, &found);
        if (!status && found) {
            status = put_step(ctx, &w->here, &step.id, step.type);
            continue;
        }
        if (status)
            break;
        flight->step = step;
        memset(&flight->answer, 0, sizeof(flight->answer));
        status = qn_http_walk_source_start(ctx, &w->source, 0, &step.id,
                                           &flight->answer);
        if (!status)
            w->flight_count++;
    }
    return status;
}

/* The oldest of the ring. */
static enum qn_status land(struct qn_ctx *ctx, struct walking *w)
{
    struct flight *flight = &w->flights[w->flight_first];
    struct step step = flight->step;
    bool found = false;
    enum qn_status status = qn_http_walk_source_take(
        ctx, &w->source, &step.id, &flight->answer, &w->object, &found);

    w->flight_first = (w->flight_first + 1) % FLIGHTS_MAX;
    w->flight_count--;
    if (status)
        return status;
    if (found)
        return take_object(ctx, w, &step.id);
    status = qn_odb_exists(ctx, w->source.odb, &step.id, &found);
    if (!status && !found)
        status = qn_http_walk_source_search(ctx, &w->source, &step.id, &found);
    if (status)
        return status;
    return found ? put_step(ctx, &w->here, &step.id, step.type)
                 : fail_missing(ctx, w, &step);
}

static enum qn_status walk_all(struct qn_ctx *ctx, struct walking *w)
{
    enum qn_status status = QN_OK;

    while (!status) {
        status = qn_ctx_check(ctx);
        if (status)
            break;
        if (w->here.first < w->here.count) {
            struct step step = w->here.items[w->here.first++];

            status = look(ctx, w, &step);
            continue;
        }
        status = take_off(ctx, w);
        if (status || w->here.first < w->here.count)
            continue;
        if (!w->flight_count)
            break;
        status = land(ctx, w);
    }
    return status;
}

/* ---- what is here for sure: all that refs reach */

static enum qn_status add_tip(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    return ref->is_symbolic || ref->is_broken
               ? QN_OK
               : qn_id_list_add(ctx, data, &ref->id);
}

static enum qn_status find_complete(struct qn_ctx *ctx, struct walking *w)
{
    struct qn_reachable from = {.odb = w->source.odb, .ignores_missing = true};
    struct qn_id_list tips = {NULL, 0, 0};
    enum qn_status status = QN_OK;

    if (!w->walk->recovers && w->walk->scope->refs)
        status = qn_refs_walk(ctx, w->walk->scope->refs, "", 0, add_tip, &tips);
    if (!status && tips.count)
        status = qn_reachable_find(ctx, &from, tips.ids, tips.count, &w->seen);
    qn_id_list_dispose(&tips);
    return status;
}

enum qn_status qn_http_walk_run(struct qn_ctx *ctx,
                                const struct qn_http_walk *walk)
{
    struct walking *w = qn_memory_calloc(ctx, 1, sizeof(*w));
    long most = qn_http_client_settings(walk->client)->max_requests;
    struct qn_span span;
    enum qn_status status;
    size_t i;

    if (!w)
        return QN_NO_MEMORY;
    qn_span_begin(ctx, &span, "operation.http.walk", NULL);
    w->walk = walk;
    w->algorithm = qn_odb_algorithm(walk->scope->odb);
    w->flight_limit = most < 1             ? 1
                      : most > FLIGHTS_MAX ? FLIGHTS_MAX
                                           : (size_t)most;
    qn_id_map_init(&w->seen, w->algorithm);
    status = qn_http_walk_source_open(ctx, walk, &w->source);
    if (!status)
        status = find_complete(ctx, w);
    for (i = 0; i < walk->count && !status; i++)
        status = name_object(ctx, w, &walk->ids[i], QN_OBJECT_NONE);
    if (!status)
        status = walk_all(ctx, w);
    if (!status)
        status = qn_odb_sync(ctx, w->source.odb);
    for (i = 0; i < FLIGHTS_MAX; i++)
        qn_http_answer_end(&w->flights[i].answer);
    qn_http_walk_source_dispose(&w->source);
    qn_id_map_dispose(&w->seen);
    qn_object_dispose(&w->object);
    qn_memory_free(w->here.items);
    qn_memory_free(w->missing.items);
    qn_memory_free(w);
    qn_span_end(ctx, &span);
    return status;
}
