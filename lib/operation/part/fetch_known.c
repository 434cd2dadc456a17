/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_known.h"

#include "hash/id_map.h"
#include "operation/part/alternate_refs.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"

struct search {
    const struct qn_fetch_known *known;
    struct qn_id_map tips;  /* what our refs name, tags followed, too */
    struct qn_id_map asked; /* of the other side, and here; value 1: known */
    struct qn_odb *quick;   /* a miss is believed: it costs a fetch at most */
    struct qn_commit_table *table;
    struct qn_commit_queue queue;
};

static enum qn_status put(struct qn_ctx *ctx, struct qn_id_map *map,
                          const struct qn_id *id)
{
    uint32_t position;
    bool is_new;

    return qn_id_map_put(ctx, map, id, &position, &is_new);
}

/* An id, and the commit behind it when it is a tag. */
static enum qn_status add_tip(struct qn_ctx *ctx, struct search *s,
                              const struct qn_id *id)
{
    const struct qn_fetch_known *known = s->known;
    struct qn_odb_info info;
    struct qn_id commit;
    enum qn_status status;

    if (qn_id_map_find(&s->tips, id) != QN_ID_MAP_NONE)
        return QN_OK;
    status = put(ctx, &s->tips, id);
    if (status)
        return status;
    status =
        qn_odb_read_info(ctx, known->scope->odb, id, QN_ODB_WANT_TYPE, &info);
    if (!status && info.type != QN_OBJECT_COMMIT && info.type != QN_OBJECT_TAG)
        return QN_OK;
    commit = *id;
    if (!status && info.type == QN_OBJECT_TAG)
        status = qn_revision_peel(ctx, known->scope->odb, id, QN_OBJECT_COMMIT,
                                  &commit);
    if (status) { /* broken, or a tag of something else */
        qn_ctx_clear(ctx);
        return status == QN_NO_MEMORY ? status : QN_OK;
    }
    status = put(ctx, &s->tips, &commit);
    if (!status && !known->tells_nothing && !known->tips)
        status = qn_negotiator_add_tip(ctx, known->negotiator, &commit);
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    if (ref->is_broken || qn_id_is_null(&ref->id))
        return QN_OK;
    return add_tip(ctx, data, &ref->id);
}

static enum qn_status add_tips(struct qn_ctx *ctx, struct search *s)
{
    const struct qn_revision_scope *scope = s->known->scope;
    struct qn_id_list borrowed = {0};
    enum qn_status status = qn_refs_walk(ctx, scope->refs, "", 0, add_ref, s);
    size_t i;

    if (!status)
        status = qn_alternate_refs_collect(ctx, scope->repo, &borrowed);
    for (i = 0; !status && i < borrowed.count; i++)
        status = add_tip(ctx, s, &borrowed.ids[i]);
    for (i = 0; !status && s->known->whole && i < s->known->whole->count; i++)
        status = add_tip(ctx, s, &s->known->whole->ids[i]);
    for (i = 0; !status && s->known->tips && !s->known->tells_nothing &&
                i < s->known->tips->count;
         i++)
        status = qn_negotiator_add_tip(ctx, s->known->negotiator,
                                       &s->known->tips->ids[i]);
    qn_id_list_dispose(&borrowed);
    return status;
}

/* One of the other side's: is it here at all? */
static enum qn_status add_asked(struct qn_ctx *ctx, struct search *s,
                                const struct qn_id *id)
{
    bool is_here;
    enum qn_status status;

    if (qn_id_map_find(&s->asked, id) != QN_ID_MAP_NONE)
        return QN_OK;
    status = qn_odb_exists(ctx, s->quick, id, &is_here);
    return status || !is_here ? status : put(ctx, &s->asked, id);
}

static enum qn_status push(struct qn_ctx *ctx, struct search *s, uint32_t row)
{
    enum qn_status status;

    if (s->table->rows[row].flags)
        return QN_OK;
    status = qn_commit_table_load(ctx, s->table, row);
    if (status == QN_NOT_FOUND || status == QN_INVALID ||
        status == QN_CORRUPT) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status)
        return status;
    s->table->rows[row].flags = 1;
    return qn_commit_queue_push(ctx, &s->queue, 0, s->table->rows[row].time,
                                row);
}

/* The commits among `asked` that no tip is: how old is the oldest? */
static enum qn_status find_oldest(struct qn_ctx *ctx, struct search *s,
                                  int64_t *oldest, size_t *left)
{
    enum qn_status status = QN_OK;
    uint32_t i, row;

    *left = 0;
    for (i = 0; !status && i < s->asked.count; i++) {
        struct qn_odb_info info;
        struct qn_id id;

        qn_id_map_id(&s->asked, i, &id);
        if (qn_id_map_find(&s->tips, &id) != QN_ID_MAP_NONE) {
            s->asked.values[i] = 1;
            continue;
        }
        status = qn_odb_read_info(ctx, s->known->scope->odb, &id,
                                  QN_ODB_WANT_TYPE, &info);
        if (status || info.type != QN_OBJECT_COMMIT) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        status = qn_commit_table_put(ctx, s->table, &id, &row);
        if (!status)
            status = qn_commit_table_load(ctx, s->table, row);
        if (!status && (*left == 0 || s->table->rows[row].time < *oldest))
            *oldest = s->table->rows[row].time;
        ++*left;
    }
    return status;
}

/* History from our refs on, as far back as the oldest that is looked for. */
static enum qn_status walk(struct qn_ctx *ctx, struct search *s)
{
    int64_t oldest = 0;
    size_t left = 0;
    enum qn_status status = find_oldest(ctx, s, &oldest, &left);
    uint32_t i, row;

    for (i = 0; !status && left > 0 && i < s->tips.count; i++) {
        struct qn_odb_info info;
        struct qn_id id;

        qn_id_map_id(&s->tips, i, &id);
        if (qn_odb_read_info(ctx, s->known->scope->odb, &id, QN_ODB_WANT_TYPE,
                             &info) ||
            info.type != QN_OBJECT_COMMIT) {
            qn_ctx_clear(ctx);
            continue;
        }
        status = qn_commit_table_put(ctx, s->table, &id, &row);
        if (!status)
            status = push(ctx, s, row);
    }
    while (!status && left > 0 && qn_commit_queue_pop(&s->queue, &row)) {
        struct qn_id id;
        uint32_t position;

        if (s->table->rows[row].time < oldest)
            break;
        qn_commit_table_id(s->table, row, &id);
        position = qn_id_map_find(&s->asked, &id);
        if (position != QN_ID_MAP_NONE && !s->asked.values[position]) {
            s->asked.values[position] = 1;
            left--;
        }
        status = qn_ctx_check(ctx);
        for (i = 0; !status && i < s->table->rows[row].parent_count; i++)
            status =
                push(ctx, s, s->table->edges[s->table->rows[row].edge + i]);
    }
    return status;
}

static bool is_known(const struct search *s, const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&s->asked, id);

    return position != QN_ID_MAP_NONE && s->asked.values[position];
}

static enum qn_status gather_wants(struct qn_ctx *ctx, struct search *s,
                                   struct qn_id_list *out)
{
    const struct qn_id_list *wants = s->known->wants;
    enum qn_status status = QN_OK;
    struct qn_id_map seen;
    size_t i;

    qn_id_map_init(&seen, qn_odb_algorithm(s->known->scope->odb));
    for (i = 0; !status && i < wants->count; i++) {
        uint32_t position;
        bool is_new;

        status = qn_id_map_put(ctx, &seen, &wants->ids[i], &position, &is_new);
        if (!status && is_new &&
            !(s->known->skips_wants && is_known(s, &wants->ids[i])))
            status = qn_id_list_add(ctx, out, &wants->ids[i]);
    }
    qn_id_map_dispose(&seen);
    return status;
}

static enum qn_status tell_common(struct qn_ctx *ctx, struct search *s)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; !status && i < s->asked.count; i++) {
        struct qn_id id, commit;

        if (!s->asked.values[i])
            continue;
        qn_id_map_id(&s->asked, i, &id);
        status = qn_revision_peel(ctx, s->known->scope->odb, &id,
                                  QN_OBJECT_COMMIT, &commit);
        if (!status)
            status =
                qn_negotiator_known_common(ctx, s->known->negotiator, &commit);
        else if (status != QN_NO_MEMORY) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    return status;
}

enum qn_status qn_fetch_known_find(struct qn_ctx *ctx,
                                   const struct qn_fetch_known *known,
                                   struct qn_id_list *out)
{
    struct search s = {.known = known};
    enum qn_status status = QN_OK;
    size_t i;

    qn_id_map_init(&s.tips, qn_odb_algorithm(known->scope->odb));
    qn_id_map_init(&s.asked, qn_odb_algorithm(known->scope->odb));
    if (known->tells_nothing && !known->skips_wants) {
        status = gather_wants(ctx, &s, out);
        goto out;
    }
    status = qn_odb_new(ctx, qn_odb_get_store(known->scope->odb),
                        QN_ODB_NO_REFRESH | QN_ODB_NO_FETCH, &s.quick);
    if (!status)
        status = qn_commit_table_new(ctx, known->scope, &s.table);
    if (!status)
        status = add_tips(ctx, &s);
    for (i = 0; !status && i < known->wants->count; i++)
        status = add_asked(ctx, &s, &known->wants->ids[i]);
    for (i = 0; !status && known->refs && i < known->refs->count; i++)
        if (!known->refs->items[i].is_unborn)
            status = add_asked(ctx, &s, &known->refs->items[i].id);
    if (!status)
        status = walk(ctx, &s);
    if (!status && !known->tells_nothing && !known->tips)
        status = tell_common(ctx, &s);
    if (!status)
        status = gather_wants(ctx, &s, out);
out:
    qn_id_map_dispose(&s.tips);
    qn_id_map_dispose(&s.asked);
    qn_commit_table_free(s.table);
    qn_odb_free(s.quick);
    qn_commit_queue_dispose(&s.queue);
    return status;
}
