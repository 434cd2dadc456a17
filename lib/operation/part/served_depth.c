/* SPDX-License-Identifier: MIT */
#include "operation/part/served_depth.h"
#include "trace/trace.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "walk/commit_table.h"
#include "walk/commit_walk.h"
#include "walk/grafts.h"

#define INFINITE_DEPTH 0x7fffffff /* --unshallow */

struct finding {
    const struct qn_revision_scope *scope;
    const struct qn_fetch_request *request;
    struct qn_served_depth *out;
    struct qn_commit_table *table;
    const struct qn_grafts *grafts; /* where our own history ends; or NULL */
    struct qn_id_map borders;       /* of the client, as it told */
    struct qn_id_map ends;          /* those of out->ends */
};

void qn_served_depth_dispose(struct qn_served_depth *depth)
{
    qn_id_list_dispose(&depth->shallow);
    qn_id_list_dispose(&depth->open);
    qn_id_list_dispose(&depth->ends);
    qn_id_list_dispose(&depth->parents);
}

enum qn_status qn_served_depth_own(struct qn_ctx *ctx,
                                   const struct qn_grafts *grafts,
                                   struct qn_id_list *out)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    for (i = 0; !status && i < grafts->ids.count; i++)
        if (grafts->rows[i].count == 0) {
            qn_id_map_id(&grafts->ids, i, &id);
            status = qn_id_list_add(ctx, out, &id);
        }
    return status;
}

static bool was_border(const struct finding *f, const struct qn_id *id)
{
    return qn_id_map_find(&f->borders, id) != QN_ID_MAP_NONE;
}

static enum qn_status add_end(struct qn_ctx *ctx, struct finding *f,
                              const struct qn_id *id)
{
    uint32_t position;
    bool is_new = false;
    enum qn_status status =
        qn_id_map_put(ctx, &f->ends, id, &position, &is_new);

    return status || !is_new ? status : qn_id_list_add(ctx, &f->out->ends, id);
}

/* A commit that the client will have without its parents. */
static enum qn_status add_border(struct qn_ctx *ctx, struct finding *f,
                                 const struct qn_id *id)
{
    enum qn_status status = add_end(ctx, f, id);

    return status || was_border(f, id)
               ? status
               : qn_id_list_add(ctx, &f->out->shallow, id);
}

/* Does our own history end there? */
static bool is_own_end(const struct finding *f, const struct qn_id *id)
{
    const struct qn_graft *graft =
        f->grafts ? qn_grafts_find(f->grafts, id) : NULL;

    return graft && graft->count == 0;
}

/* One that it will have with them, where it had not. */
static enum qn_status add_open(struct qn_ctx *ctx, struct finding *f,
                               uint32_t row)
{
    const struct qn_commit_row *commit = &f->table->rows[row];
    struct qn_id id, parent;
    enum qn_status status;
    uint32_t i;

    qn_commit_table_id(f->table, row, &id);
    if (commit->parent_count == 0 && is_own_end(f, &id))
        return add_border(ctx, f, &id); /* we have no more ourselves */
    if (!was_border(f, &id))
        return QN_OK;
    status = qn_id_list_add(ctx, &f->out->open, &id);
    for (i = 0; !status && i < commit->parent_count; i++) {
        qn_commit_table_id(f->table, f->table->edges[commit->edge + i],
                           &parent);
        status = qn_id_list_add(ctx, &f->out->parents, &parent);
    }
    /* what the client has ends there, whatever is sent now */
    return status ? status : add_end(ctx, f, &id);
}

/* ---- by depth: a level at a time */

struct level {
    uint32_t *rows;
    size_t count;
    size_t capacity;
};

static enum qn_status level_add(struct qn_ctx *ctx, struct finding *f,
                                struct level *level, uint32_t row)
{
    enum qn_status status = QN_OK;

    if (f->table->rows[row].flags)
        return QN_OK; /* met before, and not deeper */
    status = qn_memory_grow(ctx, &level->rows, &level->capacity,
                            level->count + 1, sizeof(*level->rows));
    if (status)
        return status;
    f->table->rows[row].flags = 1;
    level->rows[level->count++] = row;
    return QN_OK;
}

static enum qn_status level_begin(struct qn_ctx *ctx, struct finding *f,
                                  const struct qn_id_list *ids,
                                  struct level *level)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool is_commit;
    uint32_t row;
    size_t i;

    for (i = 0; !status && i < ids->count; i++) {
        status = qn_revision_peel_if_commit(ctx, f->scope->odb, &ids->ids[i],
                                            &id, &is_commit);
        if (status || !is_commit)
            continue;
        status = qn_commit_table_put(ctx, f->table, &id, &row);
        if (!status)
            status = level_add(ctx, f, level, row);
    }
    return status;
}

static enum qn_status level_next(struct qn_ctx *ctx, struct finding *f,
                                 const struct level *level, struct level *next)
{
    enum qn_status status = QN_OK;
    size_t i;
    uint32_t k;

    next->count = 0;
    for (i = 0; !status && i < level->count; i++) {
        uint32_t row = level->rows[i];

        status = qn_commit_table_load(ctx, f->table, row);
        if (!status)
            status = add_open(ctx, f, row);
        for (k = 0; !status && k < f->table->rows[row].parent_count; k++)
            status = level_add(ctx, f, next,
                               f->table->edges[f->table->rows[row].edge + k]);
    }
    return status;
}

/* The client's borders that the wants lead to, its other borders being ends:
 * from these it goes deeper. */
static enum qn_status reached_borders(struct qn_ctx *ctx, struct finding *f,
                                      struct qn_id_list *out)
{
    struct level stack = {NULL, 0, 0};
    enum qn_status status = level_begin(ctx, f, &f->request->wants, &stack);
    size_t i;
    uint32_t k;

    while (!status && stack.count > 0) {
        uint32_t row = stack.rows[--stack.count];
        struct qn_id id;

        qn_commit_table_id(f->table, row, &id);
        if (was_border(f, &id)) {
            status = qn_id_list_add(ctx, out, &id);
            continue;
        }
        status = qn_commit_table_load(ctx, f->table, row);
        for (k = 0; !status && k < f->table->rows[row].parent_count; k++)
            status = level_add(ctx, f, &stack,
                               f->table->edges[f->table->rows[row].edge + k]);
    }
    for (i = 0; i < f->table->count; i++)
        f->table->rows[i].flags = 0;
    qn_memory_free(stack.rows);
    return status;
}

static enum qn_status find_by_depth(struct qn_ctx *ctx, struct finding *f)
{
    bool is_relative = f->request->is_depth_relative;
    uint64_t depth = f->request->depth + (is_relative ? 1 : 0), at;
    struct level levels[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
    struct qn_id_list borders = {0};
    enum qn_status status =
        is_relative ? reached_borders(ctx, f, &borders) : QN_OK;
    struct qn_id id;
    size_t i;

    if (!status)
        status = level_begin(
            ctx, f, is_relative ? &borders : &f->request->wants, &levels[0]);
    qn_id_list_dispose(&borders);
    for (at = 1; !status && at < depth && levels[0].count > 0; at++) {
        struct level next = levels[1];

        status = level_next(ctx, f, &levels[0], &next);
        levels[1] = levels[0];
        levels[0] = next;
    }
    for (i = 0; !status && i < levels[0].count; i++) {
        uint32_t row = levels[0].rows[i];

        status = qn_commit_table_load(ctx, f->table, row);
        qn_commit_table_id(f->table, row, &id);
        if (!status) /* the first commit of all is one, too */
            status = f->request->depth < INFINITE_DEPTH
                         ? add_border(ctx, f, &id)
                         : add_open(ctx, f, row);
    }
    qn_memory_free(levels[0].rows);
    qn_memory_free(levels[1].rows);
    return status;
}

/* ---- by time, and by what is left out: a walk says what is in */

static enum qn_status bottom_of(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const char *name, struct qn_id *out)
{
    struct qn_refs_expansion expansion = {.count = 0};
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status;

    expansion.name = &full;
    status = qn_refs_expand(ctx, scope->refs, name, &expansion);
    if (!status && expansion.count != 1)
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", name,
                                    "git upload-pack: deepen-not is not a ref: "
                                    "deepen-not %s",
                                    name);
    if (!status)
        status = qn_revision_peel(ctx, scope->odb, &expansion.id,
                                  QN_OBJECT_COMMIT, out);
    qn_buf_dispose(&full);
    return status;
}

/* What the client has without parents may be unknown here, but no file. */
static enum qn_status check_shallow(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;

    if (qn_odb_read_info(ctx, odb, id, QN_ODB_WANT_TYPE, &info)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return info.type == QN_OBJECT_COMMIT
               ? QN_OK
               : qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                    "invalid shallow object %s",
                                    qn_id_to_hex(id, hex));
}

enum qn_status qn_served_depth_check(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const struct qn_fetch_request *request)
{
    enum qn_status status = QN_OK;
    size_t position = 0, i;
    const char *name;
    struct qn_id id;

    for (i = 0; !status && i < request->shallow.count; i++)
        status = check_shallow(ctx, scope->odb, &request->shallow.ids[i]);
    while (!status &&
           (name = qn_wire_words_next(&request->not_refs, &position)))
        status = bottom_of(ctx, scope, name, &id);
    return status;
}

static enum qn_status add_bottoms(struct qn_ctx *ctx, struct finding *f,
                                  struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *name;
    struct qn_id id;

    while (!status &&
           (name = qn_wire_words_next(&f->request->not_refs, &position))) {
        status = bottom_of(ctx, f->scope, name, &id);
        if (!status)
            status =
                qn_commit_walk_add(ctx, walk, &id, QN_WALK_UNINTERESTING, NULL);
    }
    return status;
}

static enum qn_status walk_tips(struct qn_ctx *ctx, struct finding *f,
                                struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool is_commit;
    size_t i;

    for (i = 0; !status && i < f->request->wants.count; i++) {
        status = qn_revision_peel_if_commit(
            ctx, f->scope->odb, &f->request->wants.ids[i], &id, &is_commit);
        if (!status && is_commit)
            status = qn_commit_walk_add(ctx, walk, &id, 0, NULL);
    }
    return status;
}

/* Every commit of `rows` with a parent that is not in them is a border. */
static enum qn_status take_borders(struct qn_ctx *ctx, struct finding *f,
                                   const struct level *in)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t i;
    uint32_t k;

    for (i = 0; !status && i < in->count; i++) {
        const struct qn_commit_row *row;
        bool is_border = false;

        status = qn_commit_table_load(ctx, f->table, in->rows[i]);
        row = &f->table->rows[in->rows[i]];
        for (k = 0; !status && k < row->parent_count; k++)
            is_border = is_border ||
                        !f->table->rows[f->table->edges[row->edge + k]].flags;
        qn_commit_table_id(f->table, in->rows[i], &id);
        if (!status)
            status = is_border ? add_border(ctx, f, &id)
                               : add_open(ctx, f, in->rows[i]);
    }
    return status;
}

static enum qn_status find_by_walk(struct qn_ctx *ctx, struct finding *f)
{
    struct qn_walk_options options = {
        .min_parents = -1,
        .max_parents = -1,
        .max_count = -1,
        .since = f->request->has_since ? f->request->since : 0,
        .gives_ids_only = true};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    struct level in = {NULL, 0, 0};
    enum qn_status status = qn_commit_walk_new(ctx, f->scope, &options, &walk);
    uint32_t row;

    if (!status)
        status = walk_tips(ctx, f, walk);
    if (!status)
        status = add_bottoms(ctx, f, walk);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status)
            status = qn_commit_table_put(ctx, f->table, &commit.id, &row);
        if (!status)
            status = level_add(ctx, f, &in, row);
    }
    if (status == QN_END)
        status = in.count > 0 ? take_borders(ctx, f, &in)
                              : qn_ctx_fail_reason(
                                    ctx, QN_INVALID, "wire.fetch", NULL,
                                    "no commits selected for shallow requests");
    qn_commit_walk_free(walk);
    qn_memory_free(in.rows);
    return status;
}

enum qn_status qn_served_depth_find(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_fetch_request *request,
                                    struct qn_served_depth *out)
{
    struct finding f = {.scope = scope, .request = request, .out = out};
    enum qn_status status = QN_OK;
    uint32_t position;
    bool is_new;
    size_t i;

    if (request->depth > 0 && (request->has_since || request->not_refs.count))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.fetch", NULL,
            "git upload-pack: deepen and deepen-since (or deepen-not) cannot "
            "be used together");
    qn_id_map_init(&f.borders, request->algorithm);
    qn_id_map_init(&f.ends, request->algorithm);
    for (i = 0; !status && i < request->shallow.count; i++)
        status = qn_id_map_put(ctx, &f.borders, &request->shallow.ids[i],
                               &position, &is_new);
    if (!status && qn_fetch_request_deepens(request)) {
        status = qn_commit_table_new(ctx, scope, &f.table);
        if (!status)
            status = qn_grafts_of(ctx, scope, &f.grafts);
        if (!status)
            status = request->has_since || request->not_refs.count > 0
                         ? find_by_walk(ctx, &f)
                         : find_by_depth(ctx, &f);
        qn_commit_table_free(f.table);
    }
    for (i = 0; !status && i < request->shallow.count; i++)
        status = add_end(ctx, &f, &request->shallow.ids[i]);
    qn_id_map_dispose(&f.borders);
    qn_id_map_dispose(&f.ends);
    return status;
}

void qn_served_depth_trace(struct qn_ctx *ctx)
{
    static const char *const steps[] = {
        "prepare_shallow_info", "remove_nonexistent_theirs_shallow",
        "assign_shallow_commits_to_refs", "post_assign_shallow"};
    size_t i;

    for (i = 0; qn_trace_wants(ctx, QN_TRACE_SHALLOW) && i < QN_COUNT_OF(steps);
         i++)
        qn_trace_say_line(ctx, QN_TRACE_SHALLOW, "shallow: %s", steps[i]);
}
