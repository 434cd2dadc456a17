/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_map.h"

#include "base/map.h"
#include "base/memory.h"
#include "hash/id_map.h"
#include "text/ref_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct making {
    const struct qn_fetch_map_plan *plan;
    const struct qn_remote_refs *refs;
    struct qn_fetch_map *map;
};

void qn_fetch_map_dispose(struct qn_fetch_map *map)
{
    qn_memory_free(map->entries);
    qn_arena_dispose(&map->arena);
    memset(map, 0, sizeof(*map));
}

static enum qn_status add(struct qn_ctx *ctx, struct qn_fetch_map *map,
                          const struct qn_fetch_entry *entry)
{
    enum qn_status status = qn_memory_grow(ctx, &map->entries, &map->capacity,
                                           map->count + 1, sizeof(*entry));
    struct qn_fetch_entry *kept;

    if (status)
        return status;
    kept = &map->entries[map->count];
    *kept = *entry;
    kept->order = map->count;
    kept->source =
        qn_arena_copy(ctx, &map->arena, qn_bytes_from_string(entry->source));
    if (entry->local)
        kept->local =
            qn_arena_copy(ctx, &map->arena, qn_bytes_from_string(entry->local));
    if (!kept->source || (entry->local && !kept->local))
        return QN_NO_MEMORY;
    map->count++;
    return QN_OK;
}

/* ---- names */

/* A name of theirs may become one of ours only if it is well formed. */
static bool is_sound(const char *name)
{
    return strcmp(name, "HEAD") == 0 ||
           (qn_ref_name_is_valid(qn_bytes_from_string(name), 0) &&
            qn_ref_name_is_safe(qn_bytes_from_string(name)));
}

/* What a pattern makes of a sound name may be none: told of, and passed over.
 */
static bool is_funny(struct qn_ctx *ctx, const struct qn_buf *local)
{
    if (qn_ref_name_is_valid(qn_buf_bytes(local), 0))
        return false;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "fetch.funny-ref",
                  "* Ignoring funny ref '%s' locally", qn_buf_string(local));
    return true;
}

/* The ref that a short name means there: the first rule wins. */
static const struct qn_remote_ref *find_short(const struct qn_remote_refs *refs,
                                              const char *name)
{
    const struct qn_remote_ref *best = NULL;
    struct qn_bytes wanted = qn_bytes_from_string(name), middle;
    size_t best_rule = QN_REF_NAME_RULE_COUNT, i, rule;

    for (i = 0; i < refs->count; i++) {
        struct qn_bytes full = qn_bytes_from_string(refs->items[i].name);

        if (refs->items[i].is_unborn || !qn_bytes_has_suffix(full, name))
            if (refs->items[i].is_unborn || !qn_bytes_has_suffix(full, "/HEAD"))
                continue;
        for (rule = 0; rule < best_rule; rule++)
            if (qn_ref_name_match_rule(rule, full, &middle) &&
                qn_bytes_is_equal(middle, wanted)) {
                best = &refs->items[i];
                best_rule = rule;
            }
    }
    return best;
}

static enum qn_status local_name(struct qn_ctx *ctx, const char *written,
                                 struct qn_buf *out)
{
    bool has_kind = strncmp(written, "heads/", 6) == 0 ||
                    strncmp(written, "tags/", 5) == 0 ||
                    strncmp(written, "remotes/", 8) == 0;

    qn_buf_clear(out);
    if (strncmp(written, "refs/", 5) == 0)
        return qn_buf_append_string(ctx, out, written);
    return qn_buf_printf(ctx, out, has_kind ? "refs/%s" : "refs/heads/%s",
                         written);
}

/* refs/<x> to refs/prefetch/<x>, for --prefetch; what is tracked nowhere, or is
 * a tag, is left out. */
static enum qn_status prefetch_name(struct qn_ctx *ctx, struct qn_buf *name)
{
    return strncmp(qn_buf_string(name), "refs/", 5) == 0
               ? qn_buf_splice(ctx, name, 0, 5, QN_BYTES("refs/prefetch/"))
               : QN_OK;
}

/* ---- one refspec */

static enum qn_status add_pattern(struct qn_ctx *ctx, struct making *m,
                                  const struct qn_refspec *spec,
                                  enum qn_fetch_head head)
{
    struct qn_buf local = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < m->refs->count; i++) {
        const struct qn_remote_ref *ref = &m->refs->items[i];
        struct qn_fetch_entry entry = {.source = ref->name,
                                       .id = ref->id,
                                       .head = head,
                                       .is_forced = spec->is_forced};
        bool matched = false;

        if (ref->is_unborn || !is_sound(ref->name))
            continue;
        qn_buf_clear(&local);
        if (spec->destination && *spec->destination)
            status = qn_refspec_map(ctx, spec, qn_bytes_from_string(ref->name),
                                    &local, &matched);
        else
            matched = qn_refspec_side_matches(
                spec->source, qn_bytes_from_string(ref->name), NULL);
        if (status || !matched)
            continue;
        if (local.size && m->plan->is_prefetch) {
            status = prefetch_name(ctx, &local);
            entry.is_forced = true;
        }
        if (local.size && is_funny(ctx, &local))
            continue;
        entry.local = local.size ? qn_buf_string(&local) : NULL;
        if (!status)
            status = add(ctx, m->map, &entry);
    }
    qn_buf_dispose(&local);
    return status;
}

/* One name, or an id.  `may_miss`: one that is not there is passed over. */
static enum qn_status add_one(struct qn_ctx *ctx, struct making *m,
                              const struct qn_refspec *spec,
                              enum qn_fetch_head head, bool may_miss)
{
    const char *name = spec->source && *spec->source ? spec->source : "HEAD";
    struct qn_fetch_entry entry = {
        .head = head, .is_forced = spec->is_forced, .source = name};
    const struct qn_remote_ref *ref = NULL;
    struct qn_buf local = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (spec->is_exact_id) {
        uint32_t algorithm = qn_repo_algorithm(m->plan->scope->repo);

        entry.is_exact_id = true;
        if (!qn_id_from_hex(&entry.id, algorithm, qn_bytes_from_string(name)))
            return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "fetch.no-ref", name,
                                      "couldn't find remote ref %s", name);
    } else {
        ref = find_short(m->refs, name);
        if (!ref || !is_sound(ref->name)) {
            if (may_miss)
                return QN_OK;
            return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "fetch.no-ref", name,
                                      "couldn't find remote ref %s", name);
        }
        entry.source = ref->name;
        entry.id = ref->id;
    }
    if (spec->destination && *spec->destination) {
        if (m->plan->is_prefetch) {
            const char *written = spec->destination;

            status = qn_buf_printf(
                ctx, &local, "refs/prefetch/%s",
                strncmp(written, "refs/", 5) == 0 ? written + 5 : written);
            entry.is_forced = true;
        } else {
            status = local_name(ctx, spec->destination, &local);
        }
        entry.local = qn_buf_string(&local);
    }
    if (!status)
        status = add(ctx, m->map, &entry);
    qn_buf_dispose(&local);
    return status;
}

/* Out of those from `first` on, what a negative refspec names. */
static void drop_negative(struct qn_fetch_map *map, size_t first,
                          const struct qn_remote_refspecs *list)
{
    size_t i, kept = first;

    for (i = first; i < map->count; i++)
        if (!qn_remote_refspecs_exclude(list, map->entries[i].source))
            map->entries[kept++] = map->entries[i];
    map->count = kept;
}

static bool is_left_out(const struct making *m, const struct qn_refspec *spec)
{
    return spec->is_negative ||
           (m->plan->is_prefetch &&
            (!spec->destination || !*spec->destination ||
             (spec->source && strncmp(spec->source, "refs/tags/", 10) == 0)));
}

static enum qn_status add_all(struct qn_ctx *ctx, struct making *m,
                              const struct qn_remote_refspecs *list,
                              enum qn_fetch_head head)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < list->count; i++) {
        const struct qn_refspec *spec = &list->items[i];

        if (is_left_out(m, spec))
            continue;
        if (spec->destination && *spec->destination)
            m->map->follows_tags = true;
        status = spec->is_pattern ? add_pattern(ctx, m, spec, head)
                                  : add_one(ctx, m, spec, head, false);
    }
    return status;
}

/* ---- where the refspecs are from */

/* What was fetched for itself updates what tracks it, too. */
static enum qn_status add_tracking(struct qn_ctx *ctx, struct making *m)
{
    const struct qn_remote_refspecs *list =
        m->plan->refmap ? m->plan->refmap : &m->plan->remote->fetch;
    size_t count = m->map->count, i, k;
    struct qn_buf local = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t first = count;

    /* in the order of the refspecs, then of what was fetched */
    for (k = 0; !status && k < list->count; k++) {
        const struct qn_refspec *spec = &list->items[k];

        if (spec->is_negative || !spec->destination || !*spec->destination)
            continue;
        for (i = 0; !status && i < count; i++) {
            const struct qn_fetch_entry *from = &m->map->entries[i];
            struct qn_fetch_entry entry = {.source = from->source,
                                           .id = from->id,
                                           .head = QN_FETCH_IGNORED,
                                           .is_forced = spec->is_forced};
            bool matched = false;

            if (from->is_exact_id)
                continue;
            qn_buf_clear(&local);
            if (spec->is_pattern) {
                status = qn_refspec_map(ctx, spec,
                                        qn_bytes_from_string(from->source),
                                        &local, &matched);
            } else if (qn_ref_name_means(
                           qn_bytes_from_string(spec->source && *spec->source
                                                    ? spec->source
                                                    : "HEAD"),
                           qn_bytes_from_string(from->source))) {
                matched = true;
                status = local_name(ctx, spec->destination, &local);
            }
            if (status || !matched || is_funny(ctx, &local))
                continue;
            if (m->plan->is_prefetch) {
                status = prefetch_name(ctx, &local);
                entry.is_forced = true;
            }
            entry.local = qn_buf_string(&local);
            if (!status)
                status = add(ctx, m->map, &entry);
        }
    }
    drop_negative(m->map, first, list);
    qn_buf_dispose(&local);
    return status;
}

static enum qn_status branch_key(struct qn_ctx *ctx, const char *branch,
                                 const char *name, struct qn_buf *out)
{
    qn_buf_clear(out);
    return qn_buf_printf(ctx, out, "branch.%s.%s", branch, name);
}

/* The remote that the current branch merges from, when it says what; or NULL.
 */
static const char *merge_remote(const struct qn_fetch_map_plan *plan)
{
    const struct qn_config *config = qn_repo_config(plan->scope->repo);
    char key[1024];
    const char *remote;
    int size;

    if (!plan->branch || strlen(plan->branch) > 900)
        return NULL;
    size = snprintf(key, sizeof(key), "branch.%s.remote", plan->branch);
    remote = size > 0 ? qn_config_string(config, key, NULL) : NULL;
    snprintf(key, sizeof(key), "branch.%s.merge", plan->branch);
    return remote && qn_config_find(config, key) ? remote : NULL;
}

bool qn_fetch_map_has_merge(const struct qn_fetch_map_plan *plan)
{
    const char *remote = merge_remote(plan);

    return remote && strcmp(remote, plan->remote->name) == 0;
}

/* branch.<name>.merge, in the order written. */
static enum qn_status merge_names(struct qn_ctx *ctx, const struct making *m,
                                  struct qn_arena *arena,
                                  struct qn_remote_words *out)
{
    const struct qn_config *config = qn_repo_config(m->plan->scope->repo);
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status = branch_key(ctx, m->plan->branch, "merge", &key);
    size_t count = qn_config_count(config), i;

    for (i = 0; !status && i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (!entry->value || strcmp(entry->key, qn_buf_string(&key)) != 0)
            continue;
        status = qn_memory_grow(ctx, &out->items, &out->capacity,
                                out->count + 1, sizeof(*out->items));
        if (status)
            break;
        out->items[out->count] =
            qn_arena_copy(ctx, arena, qn_bytes_from_string(entry->value));
        if (!out->items[out->count++])
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&key);
    return status;
}

static enum qn_status mark_merges(struct qn_ctx *ctx, struct making *m)
{
    struct qn_remote_words names = {0};
    size_t count = m->map->count, i, k;
    enum qn_status status = merge_names(ctx, m, &m->map->arena, &names);

    for (k = 0; !status && k < names.count; k++) {
        struct qn_refspec spec = {.source = (char *)names.items[k]};
        bool found = false;

        for (i = 0; i < count && !found; i++)
            if (qn_ref_name_means(
                    qn_bytes_from_string(names.items[k]),
                    qn_bytes_from_string(m->map->entries[i].source))) {
                m->map->entries[i].head = QN_FETCH_FOR_MERGE;
                found = true;
            }
        if (!found)
            status = add_one(ctx, m, &spec, QN_FETCH_FOR_MERGE, true);
    }
    qn_memory_free((void *)names.items);
    return status;
}

static enum qn_status add_configured(struct qn_ctx *ctx, struct making *m)
{
    const struct qn_remote_refspecs *list = &m->plan->remote->fetch;
    struct qn_refspec head = {.source = (char *)"HEAD"};
    bool has_merge = qn_fetch_map_has_merge(m->plan);
    enum qn_status status;

    if (list->count == 0 && !has_merge)
        return m->plan->is_prefetch
                   ? QN_OK
                   : add_one(ctx, m, &head, QN_FETCH_FOR_MERGE, false);
    status = add_all(ctx, m, list, QN_FETCH_NOT_FOR_MERGE);
    /* what is merged from elsewhere leaves nothing to merge from here */
    if (!status && !merge_remote(m->plan) && m->map->count > 0 &&
        !list->items[0].is_pattern && !list->items[0].is_negative)
        m->map->entries[0].head = QN_FETCH_FOR_MERGE;
    drop_negative(m->map, 0, list);
    if (!status && has_merge)
        status = mark_merges(ctx, m);
    return status;
}

/* --prefetch leaves out refspecs without a destination: when these are all
 * there is, what is configured holds, of the refs they name. */
static bool only_restricts(const struct making *m)
{
    const struct qn_remote_refspecs *given = m->plan->given;
    size_t i;

    if (!m->plan->is_prefetch)
        return false;
    for (i = 0; i < given->count; i++)
        if (!is_left_out(m, &given->items[i]))
            return false;
    return true;
}

static void keep_named(struct qn_fetch_map *map,
                       const struct qn_remote_refspecs *given)
{
    size_t i, k, kept = 0;

    for (i = 0; i < map->count; i++) {
        struct qn_bytes source = qn_bytes_from_string(map->entries[i].source);
        bool is_named = false;

        for (k = 0; k < given->count && !is_named; k++) {
            const struct qn_refspec *spec = &given->items[k];

            is_named =
                spec->source &&
                (spec->is_pattern
                     ? qn_refspec_side_matches(spec->source, source, NULL)
                     : qn_ref_name_means(qn_bytes_from_string(spec->source),
                                         source));
        }
        if (is_named)
            map->entries[kept++] = map->entries[i];
    }
    map->count = kept;
}

static enum qn_status add_tags(struct qn_ctx *ctx, struct making *m)
{
    struct qn_refspec tags = {.source = (char *)"refs/tags/*",
                              .destination = (char *)"refs/tags/*",
                              .is_pattern = true};

    /* --prefetch moves what refspecs say, not these */
    struct qn_fetch_map_plan plan = *m->plan;
    struct making as_it_is = *m;

    plan.is_prefetch = false;
    as_it_is.plan = &plan;
    return add_pattern(ctx, &as_it_is, &tags, QN_FETCH_NOT_FOR_MERGE);
}

/* ---- two ways to one ref */

static enum qn_status drop_doubles(struct qn_ctx *ctx, struct qn_fetch_map *map)
{
    struct qn_map seen = QN_MAP_INIT;
    enum qn_status status = QN_OK;
    size_t i, kept = 0;

    for (i = 0; !status && i < map->count; i++) {
        struct qn_fetch_entry *entry = &map->entries[i];
        struct qn_fetch_entry *first;
        struct qn_map_item *item;
        bool is_new;

        if (!entry->local) {
            map->entries[kept++] = *entry;
            continue;
        }
        item =
            qn_map_put(ctx, &seen, qn_bytes_from_string(entry->local), &is_new);
        if (!item) {
            status = QN_NO_MEMORY;
            break;
        }
        if (is_new) {
            item->number = kept;
            map->entries[kept++] = *entry;
            continue;
        }
        first = &map->entries[item->number];
        if (strcmp(first->source, entry->source) != 0 &&
            entry->head == QN_FETCH_IGNORED)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.tracks",
                          "%s usually tracks %s, not %s", entry->local,
                          entry->source, first->source);
        else if (strcmp(first->source, entry->source) != 0)
            status =
                qn_ctx_fail_reason(ctx, QN_INVALID, "fetch.both", entry->local,
                                   "Cannot fetch both %s and %s to %s",
                                   first->source, entry->source, entry->local);
        else if (entry->head < first->head)
            first->head = entry->head;
    }
    map->count = status ? map->count : kept;
    qn_map_dispose(&seen);
    return status;
}

static int compare_entries(const void *a, const void *b)
{
    const struct qn_fetch_entry *one = a, *other = b;

    if (one->head != other->head)
        return one->head < other->head ? -1 : 1;
    return one->order < other->order ? -1 : one->order > other->order;
}

enum qn_status qn_fetch_map_make(struct qn_ctx *ctx,
                                 const struct qn_fetch_map_plan *plan,
                                 const struct qn_remote_refs *refs,
                                 struct qn_fetch_map *out)
{
    struct making m = {.plan = plan, .refs = refs, .map = out};
    enum qn_status status;
    size_t i;

    /* of .git/branches: always, as in Git */
    out->follows_tags = plan->remote->origin == QN_REMOTE_BRANCHES;
    if (plan->given->count > 0 && only_restricts(&m)) {
        status = add_configured(ctx, &m);
        keep_named(out, plan->given);
    } else if (plan->given->count > 0) {
        status = add_all(ctx, &m, plan->given, QN_FETCH_FOR_MERGE);
        drop_negative(out, 0, plan->given);
        if (!status && plan->tags == QN_REMOTE_TAGS_ALL)
            status = add_tags(ctx, &m);
        if (!status)
            status = add_tracking(ctx, &m);
    } else if (plan->refmap) {
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "fetch.refmap", NULL,
                                    "--refmap option is only meaningful with "
                                    "command-line refspec(s)");
    } else {
        status = add_configured(ctx, &m);
        if (!status && plan->tags == QN_REMOTE_TAGS_ALL)
            status = add_tags(ctx, &m);
    }
    if (!status && plan->tags == QN_REMOTE_TAGS_AUTO && out->follows_tags)
        status = qn_fetch_map_follow(ctx, plan, refs, out, out);
    if (!status)
        status = drop_doubles(ctx, out);
    for (i = 0; i < out->count; i++)
        out->entries[i].order = i;
    if (!status && out->count > 1)
        qsort(out->entries, out->count, sizeof(*out->entries), compare_entries);
    return status;
}

/* ---- tags that point to what is fetched */

/* From so many tags on those that are here are listed, not looked for one by
 * one. */
#define MANY_TAGS 16

static enum qn_status note_name(struct qn_ctx *ctx, void *data,
                                const struct qn_ref *ref)
{
    return qn_map_put(ctx, data, qn_buf_bytes(&ref->name), NULL) ? QN_OK
                                                                 : QN_NO_MEMORY;
}

/* `*is_listed` false: each is to be looked for. */
static enum qn_status list_tags(struct qn_ctx *ctx,
                                const struct qn_fetch_map_plan *plan,
                                const struct qn_remote_refs *refs,
                                struct qn_map *out, bool *is_listed)
{
    size_t count = 0, i;

    for (i = 0; i < refs->count; i++)
        count += strncmp(refs->items[i].name, "refs/tags/", 10) == 0;
    *is_listed = count >= MANY_TAGS;
    return *is_listed ? qn_refs_walk(ctx, plan->scope->refs, "refs/tags/",
                                     QN_REFS_INCLUDE_BROKEN, note_name, out)
                      : QN_OK;
}

static int compare_sources(const void *a, const void *b)
{
    return strcmp(((const struct qn_fetch_entry *)a)->source,
                  ((const struct qn_fetch_entry *)b)->source);
}

enum qn_status qn_fetch_map_follow(struct qn_ctx *ctx,
                                   const struct qn_fetch_map_plan *plan,
                                   const struct qn_remote_refs *refs,
                                   const struct qn_fetch_map *known,
                                   struct qn_fetch_map *out)
{
    struct qn_ref here = QN_REF_INIT;
    struct qn_map names = QN_MAP_INIT, taken = QN_MAP_INIT;
    struct qn_id_map wanted;
    bool is_listed, is_new;
    enum qn_status status = list_tags(ctx, plan, refs, &names, &is_listed);
    size_t i, count = known->count, first = out->count;
    uint32_t position;

    qn_id_map_init(&wanted, qn_repo_algorithm(plan->scope->repo));
    for (i = 0; !status && i < count; i++) {
        const struct qn_fetch_entry *entry = &known->entries[i];

        status = qn_id_map_put(ctx, &wanted, &entry->id, &position, &is_new);
        /* In a transaction it is not to be seen yet. */
        if (!status && entry->local &&
            !qn_map_put(ctx, &taken, qn_bytes_from_string(entry->local), NULL))
            status = QN_NO_MEMORY;
    }
    for (i = 0; !status && i < refs->count; i++) {
        const struct qn_remote_ref *ref = &refs->items[i];
        struct qn_fetch_entry entry = {.source = ref->name,
                                       .local = ref->name,
                                       .id = ref->id,
                                       .head = QN_FETCH_NOT_FOR_MERGE};
        const struct qn_id *target = ref->has_peeled ? &ref->peeled : &ref->id;
        bool found = false, is_here = false;

        if (strncmp(ref->name, "refs/tags/", 10) != 0 || ref->is_unborn ||
            !is_sound(ref->name) ||
            qn_map_find(&taken, qn_bytes_from_string(ref->name)))
            continue;
        if (is_listed)
            found = qn_map_find(&names, qn_bytes_from_string(ref->name));
        else
            status =
                qn_refs_find(ctx, plan->scope->refs, ref->name, &here, &found);
        if (status || found)
            continue;
        if (qn_id_map_find(&wanted, target) == QN_ID_MAP_NONE)
            status = qn_odb_exists(ctx, plan->scope->odb, target, &is_here);
        else
            is_here = true;
        if (!status && is_here)
            status = add(ctx, out, &entry);
    }
    if (!status && out->count - first > 1) /* a bundle has them in any order */
        qsort(out->entries + first, out->count - first, sizeof(*out->entries),
              compare_sources);
    qn_ref_dispose(&here);
    qn_map_dispose(&names);
    qn_map_dispose(&taken);
    qn_id_map_dispose(&wanted);
    return status;
}

/* ---- what to ask for */

static enum qn_status add_prefix(struct qn_ctx *ctx, struct qn_ls_refs *out,
                                 struct qn_bytes text)
{
    return qn_wire_words_add(ctx, &out->prefixes, text);
}

/* All that a short name may mean. */
static enum qn_status add_short(struct qn_ctx *ctx, struct qn_ls_refs *out,
                                const char *name)
{
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t rule;

    for (rule = 0; !status && rule < QN_REF_NAME_RULE_COUNT; rule++) {
        qn_buf_clear(&full);
        status =
            qn_ref_name_expand(ctx, rule, qn_bytes_from_string(name), &full);
        if (!status)
            status = add_prefix(ctx, out, qn_buf_bytes(&full));
    }
    qn_buf_dispose(&full);
    return status;
}

static enum qn_status add_spec(struct qn_ctx *ctx, struct qn_ls_refs *out,
                               const struct qn_refspec *spec)
{
    struct qn_bytes source = qn_bytes_from_string(spec->source);

    if (spec->is_negative || spec->is_exact_id)
        return QN_OK;
    if (spec->is_pattern)
        return add_prefix(ctx, out,
                          qn_bytes_first(source, qn_bytes_find(source, '*')));
    return add_short(ctx, out, source.size ? spec->source : "HEAD");
}

enum qn_status qn_fetch_map_prefixes(struct qn_ctx *ctx,
                                     const struct qn_fetch_map_plan *plan,
                                     struct qn_ls_refs *out)
{
    const struct qn_remote_refspecs *list =
        plan->given->count ? plan->given : &plan->remote->fetch;
    struct making m = {.plan = plan};
    struct qn_remote_words names = {0};
    struct qn_arena arena = QN_ARENA_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    out->peels = out->shows_symrefs = out->shows_unborn = true;
    for (i = 0; !status && i < list->count; i++)
        status = add_spec(ctx, out, &list->items[i]);
    if (!status && plan->given->count == 0 && qn_fetch_map_has_merge(plan)) {
        status = merge_names(ctx, &m, &arena, &names);
        for (i = 0; !status && i < names.count; i++)
            status = add_prefix(ctx, out, qn_bytes_from_string(names.items[i]));
    }
    if (!status && plan->tags != QN_REMOTE_TAGS_NONE &&
        (out->prefixes.count > 0 || plan->given->count == 0))
        status = add_prefix(ctx, out, QN_BYTES("refs/tags/"));
    /* where their HEAD is, is of interest wherever it is tracked */
    if (!status && plan->given->count == 0)
        status = add_prefix(ctx, out, QN_BYTES("HEAD"));
    qn_memory_free((void *)names.items);
    qn_arena_dispose(&arena);
    return status;
}
