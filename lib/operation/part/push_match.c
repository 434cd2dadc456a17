/* SPDX-License-Identifier: MIT */
#include "operation/part/push_match.h"

#include "base/memory.h"
#include "text/ref_name.h"
#include "walk/commit_reach.h"

#include <stdio.h>

struct ours { /* our refs, in order */
    struct local {
        const char *name;
        struct qn_id id;
    } * items;
    size_t count, capacity;
};

struct matching {
    struct qn_ctx *ctx;
    const struct qn_push_match *how;
    struct qn_push_rows *rows;
    struct ours ours;
    bool has_failed;
};

void qn_push_rows_dispose(struct qn_push_rows *rows)
{
    qn_memory_free(rows->items);
    qn_map_dispose(&rows->names);
    qn_arena_dispose(&rows->arena);
    memset(rows, 0, sizeof(*rows));
}

struct qn_push_row *qn_push_rows_find(const struct qn_push_rows *rows,
                                      const char *name)
{
    const struct qn_map_item *item =
        qn_map_find(&rows->names, qn_bytes_from_string(name));

    return item ? &rows->items[item->number] : NULL;
}

static void fail(struct matching *m, const char *format, const char *name)
{
    char text[1024];

    snprintf(text, sizeof(text), format, name);
    qn_ctx_report(m->ctx, QN_REPORT_ERROR, "push.refspec", "%s", text);
    m->has_failed = true;
}

static enum qn_status add_row(struct matching *m, const char *name,
                              const struct qn_id *old_id,
                              struct qn_push_row **out)
{
    struct qn_push_rows *rows = m->rows;
    struct qn_map_item *item;
    struct qn_push_row *row;
    enum qn_status status =
        qn_memory_grow(m->ctx, &rows->items, &rows->capacity, rows->count + 1,
                       sizeof(*rows->items));

    if (status)
        return status;
    row = &rows->items[rows->count];
    memset(row, 0, sizeof(*row));
    row->name = qn_arena_copy(m->ctx, &rows->arena, qn_bytes_from_string(name));
    item = qn_map_put(m->ctx, &rows->names, qn_bytes_from_string(name), NULL);
    if (!row->name || !item)
        return QN_NO_MEMORY;
    item->number = rows->count;
    qn_id_clear(&row->old_id, qn_odb_algorithm(m->how->scope->odb));
    row->new_id = row->expected = row->old_id;
    if (old_id)
        row->old_id = *old_id;
    rows->count++;
    if (out)
        *out = row;
    return QN_OK;
}

/* ---- what there is */

static enum qn_status add_ours(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct matching *m = data;
    struct local *local;
    enum qn_status status;

    if (ref->is_broken || qn_id_is_null(&ref->id))
        return QN_OK;
    status = qn_memory_grow(ctx, &m->ours.items, &m->ours.capacity,
                            m->ours.count + 1, sizeof(*m->ours.items));
    if (status)
        return status;
    local = &m->ours.items[m->ours.count];
    local->id = ref->id;
    local->name = qn_arena_copy(ctx, &m->rows->arena, qn_buf_bytes(&ref->name));
    if (!local->name)
        return QN_NO_MEMORY;
    m->ours.count++;
    return QN_OK;
}

static const struct local *find_ours(const struct matching *m, const char *name)
{
    size_t low = 0, high = m->ours.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int difference = strcmp(m->ours.items[middle].name, name);

        if (difference == 0)
            return &m->ours.items[middle];
        if (difference < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Does the short name mean that ref?  2: in full, or a branch or tag; 1: some
 * other kind. */
static int means(const char *text, const char *name)
{
    size_t rule = qn_ref_name_rule_of(qn_bytes_from_string(text),
                                      qn_bytes_from_string(name));

    if (rule == QN_REF_NAME_RULE_COUNT)
        return 0;
    return rule < 2 || strncmp(name, "refs/heads/", 11) == 0 ||
                   strncmp(name, "refs/tags/", 10) == 0
               ? 2
               : 1;
}

/* ---- one refspec that is in full on neither side */

struct source {
    const char *shown;    /* a full name, or as written */
    const char *resolved; /* the ref it is, or that HEAD is on; or NULL */
    struct qn_id id;
};

/* HEAD as the branch it is on. */
static enum qn_status resolve_head(struct matching *m, const char *text,
                                   struct source *out)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status = QN_OK;

    if (strcmp(text, "HEAD") != 0)
        return QN_OK;
    status = qn_refs_find(m->ctx, m->how->scope->refs, "HEAD", &ref, &found);
    if (!status && found && ref.is_symbolic) {
        out->resolved =
            qn_arena_copy(m->ctx, &m->rows->arena, qn_buf_bytes(&ref.target));
        if (!out->resolved)
            status = QN_NO_MEMORY;
    }
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status find_source(struct matching *m, const char *text,
                                  struct source *out, bool *found)
{
    const struct local *strong = NULL, *weak = NULL;
    size_t strong_count = 0, weak_count = 0, i;
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    *found = false;
    for (i = 0; i < m->ours.count; i++) {
        int how = means(text, m->ours.items[i].name);

        if (strcmp(text, m->ours.items[i].name) == 0) {
            strong = &m->ours.items[i];
            strong_count = 1;
            break;
        }
        if (how == 2 && strong_count++ == 0)
            strong = &m->ours.items[i];
        else if (how == 1 && weak_count++ == 0)
            weak = &m->ours.items[i];
    }
    if (strong_count > 1 || (strong_count == 0 && weak_count > 1)) {
        fail(m, "src refspec %s matches more than one", text);
        return QN_OK;
    }
    if (strong || weak) {
        const struct local *local = strong ? strong : weak;

        out->shown = out->resolved = local->name;
        out->id = local->id;
        *found = true;
        return QN_OK;
    }
    revision.is_quiet = true;
    status = qn_revision_parse(m->ctx, m->how->scope, text, &revision);
    if (!status) {
        out->id = revision.id;
        out->shown = text;
        *found = true;
        status = resolve_head(m, text, out);
    } else if (status != QN_NO_MEMORY) {
        qn_ctx_clear(m->ctx);
        status = QN_OK;
        fail(m, "src refspec %s does not match any", text);
    }
    qn_revision_dispose(&revision);
    return status;
}

/* Their ref of that short name; `*count`: how many it could be. */
static struct qn_push_row *find_theirs(struct matching *m, const char *text,
                                       size_t *count)
{
    struct qn_push_row *strong = NULL, *weak = NULL;
    size_t strong_count = 0, weak_count = 0, i;

    for (i = 0; i < m->rows->count; i++) {
        int how = means(text, m->rows->items[i].name);

        if (strcmp(text, m->rows->items[i].name) == 0) {
            *count = 1;
            return &m->rows->items[i];
        }
        if (how == 2 && strong_count++ == 0)
            strong = &m->rows->items[i];
        else if (how == 1 && weak_count++ == 0)
            weak = &m->rows->items[i];
    }
    *count = strong ? strong_count : weak_count;
    return strong ? strong : weak;
}

static enum qn_status tell_unqualified(struct matching *m,
                                       const struct source *source,
                                       const char *name)
{
    struct qn_odb_info info;
    enum qn_status status = qn_odb_read_info(
        m->ctx, m->how->scope->odb, &source->id, QN_ODB_WANT_TYPE, &info);

    if (status) {
        qn_ctx_clear(m->ctx);
        info.type = QN_OBJECT_NONE;
    }
    m->has_failed = true;
    qn_ctx_report(
        m->ctx, QN_REPORT_ERROR, "push.unqualified",
        "The destination you provided is not a full refname (i.e.,\n"
        "starting with \"refs/\"). We tried to guess what you meant by:\n"
        "\n"
        "- Looking for a ref that matches '%s' on the remote side.\n"
        "- Checking if the <src> being pushed ('%s')\n"
        "  is a ref in \"refs/{heads,tags}/\". If so we add a corresponding\n"
        "  refs/{heads,tags}/ prefix on the remote side.\n"
        "\n"
        "Neither worked, so we gave up. You must fully qualify the ref.",
        name, source->shown);
    if (m->how->unqualified)
        m->how->unqualified(m->how->data, source->shown, name, info.type);
    return QN_OK;
}

/* `*row` NULL: it was told what is wrong. */
static enum qn_status find_destination(struct matching *m,
                                       const struct source *source,
                                       const char *name,
                                       struct qn_push_row **row)
{
    const char *front = NULL;
    struct qn_buf full = QN_BUF_INIT;
    size_t count = 0;
    enum qn_status status = QN_OK;

    *row = find_theirs(m, name, &count);
    if (count > 1) {
        fail(m, "dst refspec %s matches more than one", name);
        *row = NULL;
        return QN_OK;
    }
    if (count == 1)
        return QN_OK;
    if (strncmp(name, "refs/", 5) == 0)
        return add_row(m, name, NULL, row);
    if (!source) {
        fail(m, "unable to delete '%s': remote ref does not exist", name);
        return QN_OK;
    }
    if (source->resolved && strncmp(source->resolved, "refs/heads/", 11) == 0)
        front = "refs/heads/";
    else if (source->resolved &&
             strncmp(source->resolved, "refs/tags/", 10) == 0)
        front = "refs/tags/";
    if (!front)
        return tell_unqualified(m, source, name);
    status = qn_buf_printf(m->ctx, &full, "%s%s", front, name);
    if (!status)
        *row = qn_push_rows_find(m->rows, qn_buf_string(&full));
    if (!status && !*row)
        status = add_row(m, qn_buf_string(&full), NULL, row);
    qn_buf_dispose(&full);
    return status;
}

static void set_row(struct matching *m, struct qn_push_row *row,
                    const struct source *source, bool is_forced)
{
    if (row->has_source) {
        fail(m, "dst ref %s receives from more than one src", row->name);
        return;
    }
    row->has_source = true;
    row->is_forced = is_forced || m->how->is_forced;
    if (source) {
        row->source = source->shown;
        row->new_id = source->id;
    } else {
        qn_id_clear(&row->new_id, row->old_id.algorithm);
    }
}

static enum qn_status match_one(struct matching *m,
                                const struct qn_refspec *refspec)
{
    const char *text = refspec->source, *name = refspec->destination;
    struct qn_push_row *row = NULL;
    struct source source = {0};
    bool is_delete = !text || !*text, found = true;
    enum qn_status status = QN_OK;

    if (text && strcmp(text, "@") == 0)
        text = "HEAD";
    if (!is_delete)
        status = find_source(m, text, &source, &found);
    if (status || !found)
        return status;
    if (!name)
        name = source.resolved ? source.resolved : text;
    status = find_destination(m, is_delete ? NULL : &source, name, &row);
    if (!status && row)
        set_row(m, row, is_delete ? NULL : &source, refspec->is_forced);
    return status;
}

/* ---- patterns, and all of a kind */

static enum qn_status push_to(struct matching *m, const struct local *local,
                              const char *name, bool only_there, bool is_forced)
{
    struct qn_push_row *row = qn_push_rows_find(m->rows, name);
    struct source source = {local->name, local->name, local->id};
    enum qn_status status = QN_OK;

    if (!row && only_there)
        return QN_OK;
    if (row && row->has_source)
        return QN_OK; /* it was named */
    if (!row)
        status = add_row(m, name, NULL, &row);
    if (!status)
        set_row(m, row, &source, is_forced);
    return status;
}

static enum qn_status match_pattern(struct matching *m,
                                    const struct qn_refspec *refspec)
{
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool matched = false;
    size_t i;

    for (i = 0; !status && i < m->ours.count; i++) {
        const struct local *local = &m->ours.items[i];

        if (qn_remote_refspecs_exclude(m->how->refspecs, local->name))
            continue;
        if (refspec->is_matching) {
            if (strncmp(local->name, "refs/heads/", 11) == 0)
                status =
                    push_to(m, local, local->name, true, refspec->is_forced);
            continue;
        }
        qn_buf_clear(&name);
        matched = qn_refspec_side_matches(
            refspec->source, qn_bytes_from_string(local->name), NULL);
        if (matched && refspec->destination)
            status = qn_refspec_map(m->ctx, refspec,
                                    qn_bytes_from_string(local->name), &name,
                                    &matched);
        else if (matched)
            status = qn_buf_append_string(m->ctx, &name, local->name);
        if (!status && matched)
            status = push_to(m, local, qn_buf_string(&name), false,
                             refspec->is_forced);
    }
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status match_all(struct matching *m)
{
    const char *front = m->how->mirrors ? "refs/" : "refs/heads/";
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < m->ours.count; i++)
        if (strncmp(m->ours.items[i].name, front, strlen(front)) == 0)
            status = push_to(m, &m->ours.items[i], m->ours.items[i].name, false,
                             false);
    return status;
}

/* Is it what some refspec makes of a ref that is gone here? */
static enum qn_status is_stale(struct matching *m, const char *name, bool *out)
{
    const struct qn_remote_refspecs *list = m->how->refspecs;
    struct qn_buf source = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    *out = (m->how->mirrors ||
            (m->how->all && strncmp(name, "refs/heads/", 11) == 0)) &&
           !find_ours(m, name);
    for (i = 0; !status && !*out && i < list->count; i++) {
        const struct qn_refspec *refspec = &list->items[i];
        const char *to =
            refspec->destination ? refspec->destination : refspec->source;
        struct qn_bytes middle;

        if (refspec->is_negative)
            continue;
        if (refspec->is_matching) {
            *out = strncmp(name, "refs/heads/", 11) == 0 && !find_ours(m, name);
            continue;
        }
        if (!refspec->is_pattern ||
            !qn_refspec_side_matches(to, qn_bytes_from_string(name), &middle))
            continue;
        qn_buf_clear(&source);
        if (refspec->destination) {
            bool matched = false;

            status = qn_refspec_map_back(
                m->ctx, refspec, qn_bytes_from_string(name), &source, &matched);
        } else {
            status = qn_buf_append_string(m->ctx, &source, name);
        }
        *out = !status && !find_ours(m, qn_buf_string(&source)) &&
               !qn_remote_refspecs_exclude(m->how->refspecs,
                                           qn_buf_string(&source));
    }
    qn_buf_dispose(&source);
    return status;
}

static enum qn_status prune(struct matching *m)
{
    enum qn_status status = QN_OK;
    size_t i, count = m->rows->count;

    for (i = 0; !status && i < count; i++) {
        bool stale = false;

        if (m->rows->items[i].has_source)
            continue;
        status = is_stale(m, m->rows->items[i].name, &stale);
        if (!status && stale)
            set_row(m, &m->rows->items[i], NULL, true);
    }
    return status;
}

/* ---- tags that point into what is pushed */

static enum qn_status note_commit(struct matching *m, const struct qn_id *id,
                                  struct qn_id_list *out)
{
    struct qn_id commit;
    enum qn_status status = qn_revision_peel(m->ctx, m->how->scope->odb, id,
                                             QN_OBJECT_COMMIT, &commit);

    if (status) {
        qn_ctx_clear(m->ctx);
        return status == QN_NO_MEMORY ? status : QN_OK;
    }
    return qn_id_list_add(m->ctx, out, &commit);
}

static enum qn_status follow_tag(struct matching *m, const struct local *local,
                                 const struct qn_id_list *tips)
{
    struct qn_commit_reach *reach = NULL;
    struct qn_id_list one = {0};
    struct qn_odb_info info;
    bool is_reached = false;
    size_t i;
    enum qn_status status = qn_odb_read_info(
        m->ctx, m->how->scope->odb, &local->id, QN_ODB_WANT_TYPE, &info);

    if (!status && info.type != QN_OBJECT_TAG)
        return QN_OK;
    if (!status)
        status = note_commit(m, &local->id, &one);
    if (!status && one.count > 0)
        status = qn_commit_reach_new(m->ctx, m->how->scope, &one, &reach);
    for (i = 0; !status && reach && !is_reached && i < tips->count; i++)
        status = qn_commit_reach_ask(m->ctx, reach, &tips->ids[i], &is_reached);
    if (!status && is_reached)
        status = push_to(m, local, local->name, false, false);
    qn_commit_reach_free(reach);
    qn_id_list_dispose(&one);
    return status;
}

static enum qn_status follow_tags(struct matching *m)
{
    struct qn_id_list tips = {0};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < m->rows->count; i++)
        if (m->rows->items[i].has_source &&
            !qn_id_is_null(&m->rows->items[i].new_id))
            status = note_commit(m, &m->rows->items[i].new_id, &tips);
    /* what they have already reaches tags as well */
    for (i = 0; !status && i < m->rows->count; i++)
        if (!qn_id_is_null(&m->rows->items[i].old_id))
            status = note_commit(m, &m->rows->items[i].old_id, &tips);
    for (i = 0; !status && i < m->ours.count; i++) {
        const struct local *local = &m->ours.items[i];

        if (strncmp(local->name, "refs/tags/", 10) == 0 &&
            !qn_push_rows_find(m->rows, local->name))
            status = follow_tag(m, local, &tips);
    }
    qn_id_list_dispose(&tips);
    return status;
}

enum qn_status qn_push_match_check(struct qn_ctx *ctx,
                                   const struct qn_push_match *how,
                                   bool *is_fine)
{
    struct qn_push_rows rows = {0};
    struct matching m = {.ctx = ctx, .how = how, .rows = &rows};
    enum qn_status status =
        qn_refs_walk(ctx, how->scope->refs, "", 0, add_ours, &m);
    size_t i;

    for (i = 0; !status && i < how->refspecs->count; i++) {
        const struct qn_refspec *refspec = &how->refspecs->items[i];
        struct source source = {0};
        bool found = false;

        if (refspec->is_negative || refspec->is_pattern ||
            refspec->is_matching || !refspec->source || !*refspec->source)
            continue;
        status = find_source(
            &m, strcmp(refspec->source, "@") == 0 ? "HEAD" : refspec->source,
            &source, &found);
    }
    *is_fine = !m.has_failed;
    qn_memory_free(m.ours.items);
    qn_push_rows_dispose(&rows);
    return status;
}

enum qn_status qn_push_match_find(struct qn_ctx *ctx,
                                  const struct qn_push_match *how,
                                  struct qn_push_rows *out, bool *is_fine)
{
    struct matching m = {.ctx = ctx, .how = how, .rows = out};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < how->theirs->count; i++)
        status = add_row(&m, how->theirs->items[i].name,
                         &how->theirs->items[i].id, NULL);
    if (!status)
        status = qn_refs_walk(ctx, how->scope->refs, "", 0, add_ours, &m);
    for (i = 0; !status && i < how->refspecs->count; i++) {
        const struct qn_refspec *refspec = &how->refspecs->items[i];

        if (!refspec->is_negative && !refspec->is_pattern &&
            !refspec->is_matching)
            status = match_one(&m, refspec);
    }
    for (i = 0; !status && i < how->refspecs->count; i++) {
        const struct qn_refspec *refspec = &how->refspecs->items[i];

        if (!refspec->is_negative &&
            (refspec->is_pattern || refspec->is_matching))
            status = match_pattern(&m, refspec);
    }
    if (!status && (how->all || how->mirrors))
        status = match_all(&m);
    if (!status && how->follows_tags && !m.has_failed)
        status = follow_tags(&m);
    if (!status && (how->prunes || how->mirrors))
        status = prune(&m);
    *is_fine = !m.has_failed;
    qn_memory_free(m.ours.items);
    return status;
}

/* ---- may it be? */

static enum qn_status tracked_id(struct qn_ctx *ctx,
                                 const struct qn_push_match *how,
                                 const char *name, struct qn_id *id,
                                 bool *found)
{
    struct qn_buf local = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    bool matched = false;
    enum qn_status status = QN_OK;

    *found = false;
    if (how->remote)
        status =
            qn_remote_map(ctx, &how->remote->fetch, name, &local, &matched);
    if (!status && matched && local.size > 0)
        status = qn_refs_resolve(ctx, how->scope->refs, qn_buf_string(&local),
                                 &ref, found);
    if (!status && *found)
        *id = ref.id;
    qn_ref_dispose(&ref);
    qn_buf_dispose(&local);
    return status;
}

static enum qn_status lease_row(struct qn_ctx *ctx,
                                const struct qn_push_match *how,
                                struct qn_push_row *row)
{
    const struct qn_push_lease *lease = NULL;
    bool found = false;
    enum qn_status status;
    size_t i;

    for (i = 0; i < how->lease_count && !lease; i++)
        if (means(how->leases[i].name, row->name))
            lease = &how->leases[i];
    if (!lease && !how->leases_all)
        return QN_OK;
    row->has_lease = true;
    if (lease && lease->has_expected) {
        row->expected = lease->expected;
        return QN_OK;
    }
    status = tracked_id(ctx, how, row->name, &row->expected, &found);
    if (!found) /* none is tracked: none should be there */
        qn_id_clear(&row->expected, qn_repo_algorithm(how->scope->repo));
    row->checks_includes = how->checks_includes;
    return status;
}

/* Was what they have in our branch at some time?  Its reflog knows. */
struct entries {
    struct qn_commit_reach *reach;
    bool is_in;
};

static enum qn_status see_entry(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    struct entries *entries = data;
    enum qn_status status;

    if (qn_id_is_null(&entry->new_id))
        return QN_OK;
    status = qn_commit_reach_ask(ctx, entries->reach, &entry->new_id,
                                 &entries->is_in);
    if (status == QN_NOT_FOUND || status == QN_CORRUPT) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status ? status : entries->is_in ? QN_END : QN_OK;
}

static enum qn_status includes(struct qn_ctx *ctx,
                               const struct qn_push_match *how,
                               const struct qn_push_row *row, bool *out)
{
    struct entries entries = {0};
    struct qn_id_list one = {0};
    enum qn_status status = qn_id_list_add(ctx, &one, &row->old_id);

    if (!status)
        status = qn_commit_reach_new(ctx, how->scope, &one, &entries.reach);
    if (!status && row->source)
        status = qn_reflog_walk(ctx, how->scope->refs, row->source, true,
                                see_entry, &entries);
    *out = entries.is_in;
    qn_commit_reach_free(entries.reach);
    qn_id_list_dispose(&one);
    return status == QN_END ? QN_OK : status;
}

static enum qn_status type_of(struct qn_ctx *ctx,
                              const struct qn_push_match *how,
                              const struct qn_id *id, enum qn_object_type *out)
{
    struct qn_odb_info info;
    struct qn_id peeled;
    enum qn_status status =
        qn_revision_peel(ctx, how->scope->odb, id, QN_OBJECT_NONE, &peeled);

    if (!status)
        status = qn_odb_read_info(ctx, how->scope->odb, &peeled,
                                  QN_ODB_WANT_TYPE, &info);
    *out = status ? QN_OBJECT_NONE : info.type;
    return status;
}

static enum qn_status compare_commits(struct qn_ctx *ctx,
                                      const struct qn_push_match *how,
                                      const struct qn_push_row *row,
                                      enum qn_push_status *out)
{
    enum qn_object_type old_type, new_type;
    bool is_here = false, is_forward = false;
    struct qn_commit_reach *reach = NULL;
    struct qn_id_list one = {0};
    struct qn_id old_id, new_id;
    enum qn_status status =
        qn_odb_exists(ctx, how->scope->odb, &row->old_id, &is_here);

    if (!status && !is_here) {
        *out = QN_PUSH_REJECT_FETCH_FIRST;
        return QN_OK;
    }
    if (!status)
        status = type_of(ctx, how, &row->old_id, &old_type);
    if (!status)
        status = type_of(ctx, how, &row->new_id, &new_type);
    if (status)
        return status;
    if (old_type != QN_OBJECT_COMMIT || new_type != QN_OBJECT_COMMIT) {
        *out = QN_PUSH_REJECT_NEEDS_FORCE;
        return QN_OK;
    }
    status = qn_revision_peel(ctx, how->scope->odb, &row->old_id,
                              QN_OBJECT_COMMIT, &old_id);
    if (!status)
        status = qn_revision_peel(ctx, how->scope->odb, &row->new_id,
                                  QN_OBJECT_COMMIT, &new_id);
    if (!status)
        status = qn_id_list_add(ctx, &one, &old_id);
    if (!status)
        status = qn_commit_reach_new(ctx, how->scope, &one, &reach);
    if (!status)
        status = qn_commit_reach_ask(ctx, reach, &new_id, &is_forward);
    *out = is_forward ? QN_PUSH_OK : QN_PUSH_REJECT_NON_FORWARD;
    qn_commit_reach_free(reach);
    qn_id_list_dispose(&one);
    return status;
}

static enum qn_status judge_row(struct qn_ctx *ctx,
                                const struct qn_push_match *how,
                                struct qn_push_row *row)
{
    const bool is_delete = qn_id_is_null(&row->new_id);
    const bool is_there = !qn_id_is_null(&row->old_id);
    enum qn_push_status refused = QN_PUSH_OK;
    bool is_forced = row->is_forced, is_in = true;
    enum qn_status status = QN_OK;

    if (!is_delete && qn_id_is_equal(&row->old_id, &row->new_id)) {
        row->status = QN_PUSH_UP_TO_DATE;
        return QN_OK;
    }
    row->status = QN_PUSH_OK;
    if (row->has_lease) {
        if (!qn_id_is_equal(&row->expected, &row->old_id)) {
            refused = QN_PUSH_REJECT_STALE;
        } else {
            if (row->checks_includes && is_there)
                status = includes(ctx, how, row, &is_in);
            if (is_in)
                is_forced = true;
            else
                refused = QN_PUSH_REJECT_UPDATED;
        }
    }
    if (!status && refused == QN_PUSH_OK && !is_delete && is_there) {
        if (strncmp(row->name, "refs/tags/", 10) == 0)
            refused = QN_PUSH_REJECT_EXISTS;
        else
            status = compare_commits(ctx, how, row, &refused);
    }
    if (status || refused == QN_PUSH_OK)
        return status;
    if (is_forced)
        row->was_forced = true;
    else
        row->status = refused;
    return QN_OK;
}

enum qn_status qn_push_match_judge(struct qn_ctx *ctx,
                                   const struct qn_push_match *how,
                                   struct qn_push_rows *rows)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < rows->count; i++) {
        struct qn_push_row *row = &rows->items[i];

        if (!row->has_source)
            continue;
        status = lease_row(ctx, how, row);
        if (!status)
            status = judge_row(ctx, how, row);
    }
    return status;
}
