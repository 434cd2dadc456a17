/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_known.h"

#include "base/map.h"
#include "hash/id_map.h"
#include "operation/part/alternate_refs.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"
#include "wire/wire_words.h"

struct search {
    const struct qn_fetch_known *known;
    struct qn_id_map tips;  /* what our refs name, tags followed, too */
    struct qn_id_list ends; /* the commits among these */
    struct qn_id_map asked; /* of the other side, and here; value 1: known */
    struct qn_odb *quick;   /* a miss is believed: it costs a fetch at most */
    struct qn_commit_table *table; /* a row with flags is known */
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
    bool is_new;
    uint32_t at;

    status = qn_id_map_put(ctx, &s->tips, id, &at, &is_new);
    if (status || !is_new)
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
    if (info.type == QN_OBJECT_TAG) {
        status = qn_id_map_put(ctx, &s->tips, &commit, &at, &is_new);
        if (status || !is_new)
            return status;
    }
    return qn_id_list_add(ctx, &s->ends, &commit);
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

/* It is known from now on. */
static enum qn_status push(struct qn_ctx *ctx, struct search *s, uint32_t row)
{
    enum qn_status status;

    if (s->table->rows[row].flags)
        return QN_OK;
    s->table->rows[row].flags = 1;
    status = qn_commit_table_load(ctx, s->table, row);
    if (status == QN_NOT_FOUND || status == QN_INVALID ||
        status == QN_CORRUPT) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return status ? status
                  : qn_commit_queue_push(ctx, &s->queue, 0,
                                         s->table->rows[row].time, row);
}

/* When the newest of `asked` was made: they had that, and so we had all of
 * theirs.  `*found` false: nothing of theirs is here. */
static enum qn_status find_newest(struct qn_ctx *ctx, struct search *s,
                                  int64_t *newest, bool *found)
{
    enum qn_status status = QN_OK;
    uint32_t i, row;

    *found = false;
    for (i = 0; !status && i < s->asked.count; i++) {
        struct qn_id id, commit;
        bool is_commit = false;

        qn_id_map_id(&s->asked, i, &id);
        status = qn_revision_peel_if_commit(ctx, s->known->scope->odb, &id,
                                            &commit, &is_commit);
        if (!status && is_commit)
            status = qn_commit_table_put(ctx, s->table, &commit, &row);
        if (!status && is_commit)
            status = qn_commit_table_load(ctx, s->table, row);
        if (status && status != QN_NO_MEMORY) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        if (status || !is_commit)
            continue;
        if (!*found || s->table->rows[row].time > *newest)
            *newest = s->table->rows[row].time;
        *found = true;
    }
    return status;
}

static bool is_known(const struct search *s, const struct qn_id *id)
{
    uint32_t row;

    if (qn_id_map_find(&s->tips, id) != QN_ID_MAP_NONE)
        return true;
    return qn_commit_table_find(s->table, id, &row) &&
           s->table->rows[row].flags != 0;
}

/* History from our refs on, as far back as what they had when we had all of
 * theirs: what is older is seldom looked for, and costs a want at most. */
static enum qn_status walk(struct qn_ctx *ctx, struct search *s)
{
    int64_t newest = 0;
    bool found = false;
    enum qn_status status = find_newest(ctx, s, &newest, &found);
    uint32_t row, i;
    size_t k;

    if (s->known->deepens) /* another end may be of use to what is known */
        return status;
    for (k = 0; !status && found && k < s->ends.count; k++) {
        status = qn_commit_table_put(ctx, s->table, &s->ends.ids[k], &row);
        if (!status)
            status = push(ctx, s, row);
    }
    while (!status && qn_commit_queue_pop(&s->queue, &row) &&
           s->table->rows[row].time >= newest) {
        if (s->known->is_verbose) {
            char hex[QN_ID_MAX_HEX_SIZE + 1];
            struct qn_id id;

            qn_commit_table_id(s->table, row, &id);
            qn_ctx_report(ctx, QN_REPORT_INFO, "", "Marking %s as complete",
                          qn_id_to_hex(&id, hex));
        }
        status = qn_ctx_check(ctx);
        for (i = 0; !status && i < s->table->rows[row].parent_count; i++)
            status =
                push(ctx, s, s->table->edges[s->table->rows[row].edge + i]);
    }
    for (i = 0; !status && i < s->asked.count; i++) {
        struct qn_id id;

        qn_id_map_id(&s->asked, i, &id);
        s->asked.values[i] = is_known(s, &id);
    }
    return status;
}

static bool is_asked_known(const struct search *s, const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&s->asked, id);

    return position != QN_ID_MAP_NONE && s->asked.values[position];
}

static enum qn_status add_want(struct qn_ctx *ctx, const struct search *s,
                               const struct qn_id *id, const char *name,
                               struct qn_id_list *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool has = s->known->skips_wants && is_asked_known(s, id);

    qn_id_to_hex(id, hex);
    if (s->known->is_verbose)
        qn_ctx_report(ctx, QN_REPORT_INFO, "", "%s %s (%s)",
                      has ? "already have" : "want", hex, name ? name : hex);
    return has ? QN_OK : qn_id_list_add(ctx, out, id);
}

/* The names in the order in which they were told of, then what has none. */
static enum qn_status gather_named(struct qn_ctx *ctx, const struct search *s,
                                   struct qn_id_list *out)
{
    const struct qn_fetch_known *known = s->known;
    struct qn_map names = QN_MAP_INIT, told = QN_MAP_INIT;
    enum qn_status status = QN_OK;
    struct qn_map_item *item;
    size_t position = 0, i;
    const char *name;
    bool is_new;

    for (i = 0; !status && (name = qn_wire_words_next(known->names, &position));
         i++) {
        item = qn_map_put(ctx, &names, qn_bytes_from_string(name), &is_new);
        if (!item)
            status = QN_NO_MEMORY;
        else if (is_new)
            item->number = i;
    }
    for (i = 0; !status && i < known->refs->count; i++) {
        const struct qn_remote_ref *ref = &known->refs->items[i];

        item = qn_map_find(&names, qn_bytes_from_string(ref->name));
        if (ref->is_unborn || !item ||
            !qn_id_is_equal(&ref->id, &known->wants->ids[item->number]))
            continue;
        if (!qn_map_put(ctx, &told, qn_bytes_from_string(ref->name), &is_new))
            status = QN_NO_MEMORY;
        else
            status = add_want(ctx, s, &ref->id, ref->name, out);
    }
    for (i = 0, position = 0;
         !status && i < known->wants->count &&
         (name = qn_wire_words_next(known->names, &position));
         i++)
        if (!qn_map_find(&told, qn_bytes_from_string(name)))
            status = add_want(ctx, s, &known->wants->ids[i], name, out);
    qn_map_dispose(&names);
    qn_map_dispose(&told);
    return status;
}

static enum qn_status gather_wants(struct qn_ctx *ctx, const struct search *s,
                                   struct qn_id_list *out)
{
    const struct qn_fetch_known *known = s->known;
    enum qn_status status = QN_OK;
    size_t i;

    if (known->refs && known->names &&
        known->names->count == known->wants->count)
        return gather_named(ctx, s, out);
    for (i = 0; !status && i < known->wants->count; i++)
        status = add_want(ctx, s, &known->wants->ids[i], NULL, out);
    return status;
}

/* What is known to be common first: tips that are that are told of as such. */
static enum qn_status tell_negotiator(struct qn_ctx *ctx, struct search *s)
{
    const struct qn_fetch_known *known = s->known;
    const struct qn_id_list *tips = known->tips ? known->tips : &s->ends;
    enum qn_status status = QN_OK;
    struct qn_id id, commit;
    bool is_commit;
    uint32_t row;
    size_t i;

    for (row = 0; !status && row < s->table->count; row++) {
        if (s->table->rows[row].state != QN_COMMIT_LOADED)
            continue;
        qn_commit_table_id(s->table, row, &id);
        status = qn_negotiator_met(ctx, known->negotiator, &id);
    }
    for (i = 0; !status && i < s->asked.count; i++) {
        if (!s->asked.values[i])
            continue;
        qn_id_map_id(&s->asked, (uint32_t)i, &id);
        status = qn_revision_peel_if_commit(ctx, known->scope->odb, &id,
                                            &commit, &is_commit);
        if (!status && is_commit)
            status =
                qn_negotiator_known_common(ctx, known->negotiator, &commit);
        if (status && status != QN_NO_MEMORY) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    for (i = 0; !status && i < tips->count; i++)
        status = qn_negotiator_add_tip(ctx, known->negotiator, &tips->ids[i]);
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
    for (i = 0; !status && !known->refs && i < known->wants->count; i++)
        status = add_asked(ctx, &s, &known->wants->ids[i]);
    for (i = 0; !status && known->refs && i < known->refs->count; i++) {
        const struct qn_remote_ref *ref = &known->refs->items[i];

        if (!ref->is_unborn)
            status = add_asked(ctx, &s, &ref->id);
        if (!status && ref->has_peeled)
            status = add_asked(ctx, &s, &ref->peeled);
    }
    if (!status)
        status = walk(ctx, &s);
    if (!status && !known->tells_nothing)
        status = tell_negotiator(ctx, &s);
    if (!status)
        status = gather_wants(ctx, &s, out);
out:
    qn_id_map_dispose(&s.tips);
    qn_id_map_dispose(&s.asked);
    qn_id_list_dispose(&s.ends);
    qn_commit_table_free(s.table);
    qn_odb_free(s.quick);
    qn_commit_queue_dispose(&s.queue);
    return status;
}
