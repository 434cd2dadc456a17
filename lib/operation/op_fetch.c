/* SPDX-License-Identifier: MIT */
#include "operation/op_fetch.h"

#include "operation/op_fetch_parts.h"
#include "operation/part/bundle_uri.h"
#include "operation/part/connected.h"
#include "operation/part/helper_fetch.h"
#include "operation/part/promised.h"
#include "operation/part/served_depth.h"
#include "os/file.h"
#include "trace/trace.h"
#include "transport/address.h"
#include "transport/helper.h"
#include "walk/commit_reach.h"
#include "walk/grafts.h"
#include "walk/merge_base.h"

#include <string.h>

static void tell(struct qn_fetching *f)
{
    const struct qn_op_fetch_calls *calls = &f->fetch->calls;

    if (f->lines.size > 0 && calls->tell)
        calls->tell(calls->data, qn_buf_bytes(&f->lines),
                    f->fetch->is_porcelain);
    qn_buf_clear(&f->lines);
}

/* ---- before anything */

static enum qn_status find_branch(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_find(ctx, f->fetch->scope->refs, "HEAD", &head, &found);

    if (!status && found && head.is_symbolic &&
        qn_bytes_has_prefix(qn_buf_bytes(&head.target), "refs/heads/"))
        status = qn_buf_append_string(ctx, &f->branch,
                                      qn_buf_string(&head.target) + 11);
    qn_ref_dispose(&head);
    return status;
}

static enum qn_status configured_bool(struct qn_ctx *ctx,
                                      const struct qn_fetching *f, int said,
                                      int of_remote, const char *key, bool *out)
{
    if (said >= 0 || of_remote >= 0) {
        *out = said >= 0 ? said > 0 : of_remote > 0;
        return QN_OK;
    }
    return qn_config_bool(ctx, f->config, key, false, out);
}

/* From now on the remote has what the filter leaves out. */
static enum qn_status register_promise(struct qn_ctx *ctx,
                                       struct qn_fetching *f)
{
    struct qn_repo *repo = f->fetch->scope->repo;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, "config", &path);

    if (!status)
        status = qn_promised_register(ctx, qn_buf_string(&path),
                                      f->fetch->remote->name,
                                      qn_buf_string(&f->filter));
    if (!status)
        status = qn_repo_reload_config(ctx, repo);
    f->config = qn_repo_config(repo);
    qn_buf_dispose(&path);
    return status;
}

/* The filter is the remote's, when it promises objects and nothing was said. */
static enum qn_status choose_filter(struct qn_ctx *ctx, struct qn_fetching *f)
{
    const struct qn_op_fetch *fetch = f->fetch;
    const char *filter = fetch->filter;
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    enum qn_status status = QN_OK;

    f->is_partial = fetch->remote->is_promisor ||
                    fetch->remote->partial_clone_filter ||
                    (fetch->filter && *fetch->filter);
    if (!filter && f->is_partial)
        filter = fetch->remote->partial_clone_filter;
    if (!filter || !*filter)
        return QN_OK;
    spec.allows_auto = true;
    status = qn_filter_spec_parse(ctx, &spec, qn_bytes_from_string(filter));
    if (!status)
        status = qn_filter_spec_append(ctx, &spec, &f->filter);
    qn_filter_spec_dispose(&spec);
    if (!status && fetch->filter &&
        !(fetch->remote->is_promisor && fetch->remote->partial_clone_filter))
        status = register_promise(ctx, f);
    return status;
}

static enum qn_status copy_given(struct qn_ctx *ctx, struct qn_fetching *f)
{
    const struct qn_remote_refspecs *given = f->fetch->given;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && given && i < given->count; i++)
        status = qn_remote_refspecs_add(ctx, &f->given, given->items[i].text,
                                        QN_REFSPEC_FETCH);
    return status;
}

static enum qn_status plan(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_op_fetch *fetch = f->fetch;
    enum qn_status status = find_branch(ctx, f);

    if (!status)
        status = configured_bool(ctx, f, fetch->prune, fetch->remote->prune,
                                 "fetch.prune", &f->prunes);
    if (!status)
        status = configured_bool(ctx, f, fetch->prune_tags,
                                 fetch->remote->prune_tags, "fetch.prunetags",
                                 &f->prunes_tags);
    if (!status)
        status = copy_given(ctx, f);
    if (!status && f->prunes_tags && f->given.count == 0)
        /* as if the remote had the refspec of tags */
        status = qn_remote_refspecs_add(
            ctx,
            fetch->remote->origin != QN_REMOTE_NOWHERE ? &fetch->remote->fetch
                                                       : &f->given,
            "refs/tags/*:refs/tags/*", QN_REFSPEC_FETCH);
    f->plan = (struct qn_fetch_map_plan){
        .scope = fetch->scope,
        .remote = fetch->remote,
        .given = &f->given,
        .refmap = fetch->refmap,
        .tags = fetch->tags >= 0 ? (enum qn_remote_tags)fetch->tags
                                 : fetch->remote->tags,
        .branch = f->branch.size ? qn_buf_string(&f->branch) : NULL,
        .is_prefetch = fetch->is_prefetch};
    if (!status)
        status =
            qn_fetch_display_url(ctx, fetch->remote->urls.items[0], &f->url);
    if (!status)
        status =
            qn_buf_append_bytes(ctx, &f->display.url, qn_buf_bytes(&f->url));
    return status ? status : choose_filter(ctx, f);
}

/* ---- the other side */

/* By an option, not by the configuration. */
static bool is_program_said(const struct qn_op_fetch *fetch)
{
    const char *said = fetch->connection->program;
    const char *known = fetch->remote->upload_pack;

    return said && !(known && strcmp(said, known) == 0);
}

/* A bundle is taken as it is. */
static void tell_ignored(struct qn_ctx *ctx, const struct qn_fetching *f)
{
    const struct qn_op_fetch *fetch = f->fetch;
    const struct qn_fetch_depth *depth = fetch->depth;
    const bool has_filter = f->filter.size > 0;
    const struct {
        const char *word;
        bool is_said;
    } words[] = {{"uploadpack", is_program_said(fetch)},
                 {"keep", fetch->keeps_pack},
                 {"depth", depth && depth->depth},
                 {"deepen-since", depth && depth->has_since},
                 {"deepen-not", depth && depth->excludes.count},
                 {"deepen-relative", depth && depth->is_relative},
                 {"updateshallow", fetch->updates_shallow},
                 {"refetch", fetch->refetches},
                 {"filter", has_filter},
                 {"from-promisor", has_filter}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (words[i].is_said)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.bundle-option",
                          "option \"%s\" is ignored for %s", words[i].word,
                          fetch->remote->urls.items[0]);
}

static enum qn_status connect_to(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_connection_options options = *f->fetch->connection;
    const struct qn_helper_fetch words = {.depth = f->fetch->depth,
                                          .filter = qn_buf_string(&f->filter),
                                          .updates_shallow =
                                              f->fetch->updates_shallow,
                                          .refetches = f->fetch->refetches};
    enum qn_status status =
        qn_helper_fetch_words(ctx, &words, &f->helper_words);

    if (status)
        return status;
    options.helper_words = &f->helper_words;
    options.url = f->fetch->remote->urls.items[0];
    options.remote_name = f->fetch->remote->name;
    options.config = f->config;
    options.service = QN_SERVICE_UPLOAD_PACK;
    if (!options.program)
        options.program = f->fetch->remote->upload_pack;
    status = qn_fetch_source_open(ctx, &options, &f->source);
    if (!status && f->source.fd >= 0)
        tell_ignored(ctx, f);
    if (!status)
        status =
            qn_fetch_source_promisors(ctx, &f->source, f->fetch->scope->repo);
    if (!status && qn_fetch_source_algorithm(&f->source) !=
                       qn_repo_algorithm(f->fetch->scope->repo))
        status = qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "wire.object-format", NULL,
            "mismatched algorithms: client %s; server %s",
            qn_id_algorithm_name(qn_repo_algorithm(f->fetch->scope->repo)),
            qn_id_algorithm_name(qn_fetch_source_algorithm(&f->source)));
    return status;
}

static enum qn_status ask_refs(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_ls_refs request = {.prefixes = QN_WIRE_WORDS_INIT};
    enum qn_status status = qn_fetch_map_prefixes(ctx, &f->plan, &request);
    static const struct qn_remote_refs none = {.items = NULL};

    f->refs = &none;
    /* ids alone need no refs */
    if (!status && (request.prefixes.count > 0 || f->source.fd >= 0 ||
                    f->source.connection->server.version != 2))
        status = qn_fetch_source_refs(ctx, &f->source, &request,
                                      f->fetch->server_options, &f->refs);
    qn_ls_refs_dispose(&request);
    return status;
}

/* ---- objects */

static enum qn_status gather(struct qn_ctx *ctx, const struct qn_fetch_map *map,
                             struct qn_id_list *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < map->count; i++)
        status = qn_id_list_add(ctx, out, &map->entries[i].id);
    return status;
}

static enum qn_status add_name(struct qn_ctx *ctx,
                               const struct qn_fetch_entry *entry,
                               struct qn_wire_words *out)
{
    return qn_wire_words_add(ctx, out, qn_bytes_from_string(entry->source));
}

/* The same without those that are here under their name already; all, when
 * that is so of all (to be deepened). */
static enum qn_status gather_news(struct qn_ctx *ctx,
                                  const struct qn_fetching *f,
                                  const struct qn_fetch_map *map,
                                  struct qn_wire_words *names,
                                  struct qn_id_list *out)
{
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < map->count; i++) {
        const struct qn_fetch_entry *entry = &map->entries[i];
        bool found = false;

        if (entry->local)
            status = qn_refs_resolve(ctx, f->fetch->scope->refs, entry->local,
                                     &ref, &found);
        if (!status && !(found && qn_id_is_equal(&ref.id, &entry->id))) {
            status = qn_id_list_add(ctx, out, &entry->id);
            if (!status)
                status = add_name(ctx, entry, names);
        }
    }
    qn_ref_dispose(&ref);
    if (status || out->count > 0)
        return status;
    for (i = 0; !status && i < map->count; i++)
        status = add_name(ctx, &map->entries[i], names);
    return status ? status : gather(ctx, map, out);
}

static struct qn_connected question(const struct qn_fetching *f,
                                    const struct qn_id_list *ids,
                                    const struct qn_id_list *shallow)
{
    return (struct qn_connected){
        .scope = f->fetch->scope,
        .ids = ids,
        .shallow = shallow,
        .is_partial = qn_connected_is_partial(f->config) || f->is_partial};
}

struct qn_fetch_wants {
    struct qn_id_list ids;
    struct qn_wire_words names;
};

static void say(void *data, struct qn_bytes text)
{
    struct qn_fetching *f = data;

    if (f->fetch->calls.said)
        f->fetch->calls.said(f->fetch->calls.data, text);
}

static enum qn_status bring(struct qn_ctx *ctx, struct qn_fetching *f,
                            const struct qn_fetch_wants *wants,
                            bool is_backfill, struct qn_fetch_pack_result *out)
{
    struct qn_op_fetch *fetch = f->fetch;
    bool follows = f->plan.tags == QN_REMOTE_TAGS_AUTO && f->map.follows_tags;
    struct qn_fetch_pack pack = {
        .scope = fetch->scope,
        .refs = f->refs,
        .wants = &wants->ids,
        .names = &wants->names,
        .asks_by_name = f->source.connection &&
                        qn_capabilities_has_feature(
                            &f->source.connection->server.capabilities, "fetch",
                            "ref-in-want"),
        .server_options = fetch->server_options,
        .depth = is_backfill ? NULL : fetch->depth,
        .filter = qn_buf_string(&f->filter),
        .promisor = f->is_partial ? "" : NULL,
        .refetches = fetch->refetches,
        .updates_shallow = fetch->updates_shallow,
        .wants_all = is_backfill,
        .is_quiet = !(fetch->shows_progress || fetch->hears_server) ||
                    fetch->quiets_server,
        .is_verbose =
            fetch->connection->verbosity + fetch->connection->helper_extra > 1,
        .includes_tags = follows && !is_backfill,
        .keep = fetch->keeps_pack ? QN_FETCH_KEEP : QN_FETCH_KEEP_BY_SIZE,
        .locks_pack = true,
        .negotiator = fetch->negotiator,
        .tips = fetch->tips,
        .includes = fetch->includes,
        .title = fetch->shows_progress ? "Receiving objects" : NULL,
        .unpack_title = fetch->hides_unpacking ? NULL : "Unpacking objects",
        .said = say,
        .data = f};

    return qn_fetch_source_run(ctx, &f->source, &pack, out);
}

/* Git ends without another word. */
static enum qn_status fail_incomplete(struct qn_ctx *ctx,
                                      const struct qn_fetching *f)
{
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_status status = qn_address_append_shown(
        ctx, qn_bytes_from_string(f->fetch->remote->urls.items[0]), &shown);

    if (!status)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "fetch.incomplete", NULL,
                                    "%s did not send all necessary objects",
                                    qn_buf_string(&shown));
    qn_buf_dispose(&shown);
    return status;
}

static void forget_grafts(struct qn_fetching *f)
{
    struct qn_grafts **grafts = f->fetch->scope->grafts;

    if (grafts && *grafts) {
        qn_grafts_free(*grafts);
        *grafts = NULL;
    }
}

static bool deepens(const struct qn_fetching *f)
{
    return qn_fetch_depth_is_set(f->fetch->depth);
}

/* Ends that they told of, though nothing was to be deepened: they have no more
 * themselves. */
static enum qn_status settle_ends(struct qn_ctx *ctx, struct qn_fetching *f,
                                  const struct qn_fetch_pack_result *got,
                                  struct qn_id_list *refused)
{
    static const struct qn_id_list none = {.ids = NULL};
    bool changed = false, is_here = false;
    enum qn_status status = QN_OK;
    size_t i;

    if (deepens(f))
        return QN_OK;
    if (got->shallow.count > 0)
        qn_served_depth_trace(ctx);
    for (i = 0; !status && i < got->shallow.count; i++) {
        status = qn_odb_exists(ctx, f->fetch->scope->odb, &got->shallow.ids[i],
                               &is_here);
        if (!status && is_here)
            status = qn_id_list_add(ctx, refused, &got->shallow.ids[i]);
    }
    if (status || !f->fetch->updates_shallow || refused->count == 0)
        return status;
    status = qn_shallow_file_update(ctx, f->fetch->scope->repo, refused, &none,
                                    &changed);
    refused->count = 0;
    forget_grafts(f);
    return status;
}

/* Refs that would end where ours do not are left out. */
static enum qn_status refuse_ends(struct qn_ctx *ctx, struct qn_fetching *f,
                                  struct qn_fetch_map *map,
                                  const struct qn_id_list *ends)
{
    const struct qn_revision_scope *scope = f->fetch->scope;
    struct qn_commit_reach *reach = NULL;
    enum qn_status status = QN_OK;
    size_t i, kept = 0;

    if (ends->count == 0)
        return QN_OK;
    status = qn_commit_reach_new(ctx, scope, ends, &reach);
    for (i = 0; !status && i < map->count; i++) {
        const struct qn_fetch_entry *entry = &map->entries[i];
        struct qn_id commit;
        bool reaches = false;

        if (qn_revision_peel(ctx, scope->odb, &entry->id, QN_OBJECT_COMMIT,
                             &commit))
            qn_ctx_clear(ctx); /* no history at all */
        else
            status = qn_commit_reach_ask(ctx, reach, &commit, &reaches);
        if (!status && reaches)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.shallow-root",
                          "rejected %s because shallow roots are not allowed "
                          "to be updated",
                          entry->local ? entry->local : entry->source);
        else
            map->entries[kept++] = *entry;
    }
    map->count = status ? map->count : kept;
    qn_commit_reach_free(reach);
    return status;
}

static enum qn_status check_objects(struct qn_ctx *ctx, struct qn_fetching *f,
                                    const struct qn_id_list *ids,
                                    const struct qn_id_list *ends)
{
    struct qn_connected check = question(f, ids, ends);
    bool is_connected = false;
    enum qn_status status = qn_connected_tell(ctx, &check, &is_connected);

    return status || is_connected ? status : fail_incomplete(ctx, f);
}

/* A ref that was asked for by its name may have moved since it was told of. */
static enum qn_status follow_moves(struct qn_ctx *ctx, struct qn_fetch_map *map,
                                   const struct qn_remote_refs *wanted,
                                   struct qn_id_list *ids)
{
    bool has_moved = false;
    size_t i;

    for (i = 0; i < map->count; i++) {
        struct qn_fetch_entry *entry = &map->entries[i];
        const struct qn_remote_ref *ref =
            qn_remote_refs_find(wanted, entry->source);

        if (!ref || qn_id_is_equal(&ref->id, &entry->id))
            continue;
        entry->id = ref->id;
        has_moved = true;
    }
    if (!has_moved)
        return QN_OK;
    ids->count = 0;
    return gather(ctx, map, ids);
}

/* Bring what the map names, and move its refs. */
static enum qn_status consume(struct qn_ctx *ctx, struct qn_fetching *f,
                              struct qn_fetch_map *map, bool is_backfill)
{
    struct qn_op_fetch *fetch = f->fetch;
    struct qn_fetch_pack_result got = {.keeps = QN_WIRE_WORDS_INIT};
    struct qn_id_list ids = {0}, ends = {0};
    struct qn_fetch_wants news = {.names = QN_WIRE_WORDS_INIT};
    struct qn_fetch_update update = {.scope = fetch->scope,
                                     .action = fetch->action,
                                     .remote_name = fetch->remote->name,
                                     .is_forced = fetch->is_forced,
                                     .is_dry = fetch->is_dry,
                                     .is_atomic = fetch->is_atomic,
                                     .updates_head = fetch->updates_head,
                                     .shows_forced = !fetch->hides_forced,
                                     .has_conflict = fetch->has_conflict,
                                     .transaction = f->transaction};
    bool is_here = false;
    enum qn_status status = gather(ctx, map, &ids);
    size_t i, position = 0;
    const char *keep;

    if (!status && !deepens(f) && !fetch->refetches) {
        struct qn_ctx *quiet = qn_ctx_fork(ctx); /* a "no" is no fault */
        struct qn_connected check = question(f, &ids, NULL);

        if (!quiet)
            status = QN_NO_MEMORY;
        else if (qn_connected_check(quiet, &check, &is_here))
            is_here = false;
        qn_ctx_free(quiet);
    }
    if (!status && !is_here && map->count > 0) {
        status = gather_news(ctx, f, map, &news.names, &news.ids);
        if (!status)
            status = bring(ctx, f, &news, is_backfill, &got);
        if (!status)
            status = follow_moves(ctx, map, &got.wanted, &ids);
        if (!status)
            status = settle_ends(ctx, f, &got, &ends);
        if (!status)
            status = check_objects(ctx, f, &ids, &ends);
        if (!status)
            status = refuse_ends(ctx, f, map, &ends);
        while ((keep = qn_wire_words_next(&got.keeps, &position)))
            if (qn_wire_words_add(ctx, &f->keeps, qn_bytes_from_string(keep)))
                status = status ? status : QN_NO_MEMORY;
        fetch->has_packs |= got.has_pack;
        fetch->has_fetched |= got.has_pack;
    }
    if (!status)
        status = qn_fetch_update_run(ctx, &update, map);
    fetch->has_failed |= update.has_failed;
    fetch->has_conflict |= update.has_conflict;
    if (!status && fetch->hides_forced && fetch->calls.is_uncertain)
        fetch->calls.is_uncertain(fetch->calls.data);
    if (!status && !fetch->skips_fetch_head && !fetch->is_dry &&
        !(fetch->is_atomic && update.has_failed))
        status = qn_fetch_update_head(ctx, fetch->scope, map,
                                      qn_buf_string(&f->url));
    if (!status)
        status =
            qn_fetch_display_measure(ctx, &f->display, map, update.was_refused);
    for (i = 0; !status && i < map->count; i++)
        status = qn_fetch_display_entry(ctx, &f->display, &map->entries[i]);
    qn_fetch_pack_result_dispose(&got);
    qn_id_list_dispose(&ids);
    qn_id_list_dispose(&news.ids);
    qn_wire_words_dispose(&news.names);
    qn_id_list_dispose(&ends);
    return status;
}

/* ---- all of it */

static enum qn_status begin_transaction(struct qn_ctx *ctx,
                                        struct qn_fetching *f)
{
    return f->fetch->is_atomic
               ? qn_ref_transaction_new(ctx, f->fetch->scope->refs,
                                        &f->transaction)
               : QN_OK;
}

static enum qn_status end_transaction(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_fetch_update update = {.scope = f->fetch->scope,
                                     .transaction = f->transaction};

    if (!f->transaction || f->fetch->has_failed || f->fetch->is_dry)
        return QN_OK;
    return qn_fetch_update_commit(ctx, &update);
}

/* A remote helper learns what refs are by importing them, those at least that
 * are wanted. */
static enum qn_status import_refs(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_wire_words names = QN_WIRE_WORDS_INIT;
    enum qn_status status = QN_OK;
    bool is_unknown = false;
    size_t i;

    if (!qn_helper_fetch_imports(f->source.connection))
        return QN_OK;
    for (i = 0; !status && i < f->map.count; i++) {
        const struct qn_fetch_entry *entry = &f->map.entries[i];
        const struct qn_remote_ref *ref =
            qn_remote_refs_find(f->refs, entry->source);

        is_unknown |= qn_id_is_null(&entry->id);
        if (ref)
            status = qn_wire_words_add(
                ctx, &names,
                qn_bytes_from_string(ref->target ? ref->target : ref->name));
    }
    if (!status && is_unknown)
        qn_helper_fetch_say_ignored(ctx, f->fetch->tips, f->fetch->includes);
    if (!status && is_unknown && f->fetch->updates_shallow)
        status = qn_helper_set(ctx, f->source.connection->helper,
                               "update-shallow", "true", NULL);
    if (!status && is_unknown && f->fetch->refetches)
        status = qn_helper_set(ctx, f->source.connection->helper, "refetch",
                               "true", NULL);
    if (!status && is_unknown)
        status =
            qn_fetch_source_import(ctx, &f->source, f->fetch->scope, &names);
    for (i = 0; !status && i < f->map.count; i++) {
        struct qn_fetch_entry *entry = &f->map.entries[i];
        const struct qn_remote_ref *ref =
            qn_remote_refs_find(f->refs, entry->source);

        if (ref && qn_id_is_null(&entry->id))
            entry->id = ref->id;
    }
    qn_wire_words_dispose(&names);
    return status;
}

/* Helpers are told whether tags come along. */
static enum qn_status tell_helper(struct qn_ctx *ctx, struct qn_fetching *f,
                                  const char *name, const char *value)
{
    struct qn_connection *connection = f->source.connection;

    if (!connection || !connection->helper ||
        f->plan.tags != QN_REMOTE_TAGS_AUTO || !f->map.follows_tags)
        return QN_OK;
    return qn_helper_set(ctx, connection->helper, name, value, NULL);
}

/* Tags that point into what came. */
static enum qn_status backfill(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_fetch_map tags = {.entries = NULL};
    const struct qn_fetch_map *known = &tags;
    enum qn_status status = QN_OK;

    if (f->plan.tags != QN_REMOTE_TAGS_AUTO || !f->map.follows_tags)
        return QN_OK;
    /* What waits in the transaction is not to be seen yet; of a dry run Git
     * tells twice. */
    if (f->transaction && !f->fetch->is_dry)
        known = &f->map;
    status = qn_fetch_map_follow(ctx, &f->plan, f->refs, known, &tags);
    if (!status && tags.count > 0)
        status = tell_helper(ctx, f, "followtags", "false");
    if (!status && tags.count > 0)
        status = tell_helper(ctx, f, "depth", "0");
    if (!status && tags.count > 0)
        status = tell_helper(ctx, f, "deepen-relative", "false");
    if (!status && tags.count > 0)
        status = consume(ctx, f, &tags, true);
    qn_fetch_map_dispose(&tags);
    return status;
}

static enum qn_status fetch_all(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_op_fetch *fetch = f->fetch;
    enum qn_status status = ask_refs(ctx, f);

    fetch->is_bundle = f->source.fd >= 0;
    if (!status && fetch->calls.choose_tips)
        status = fetch->calls.choose_tips(ctx, fetch->calls.data, fetch);
    if (!status)
        status = qn_fetch_map_make(ctx, &f->plan, f->refs, &f->map);
    if (!status && !fetch->updates_head)
        status = qn_fetch_update_check(ctx, fetch->scope, &f->map);
    if (!status)
        status = tell_helper(ctx, f, "followtags", "true");
    if (!status)
        status = import_refs(ctx, f);
    if (!status)
        status = begin_transaction(ctx, f);
    if (!status && f->prunes)
        status = qn_fetch_prune(ctx, f);
    tell(f);
    if (!status)
        status = consume(ctx, f, &f->map, false);
    if (!status && !fetch->has_failed)
        status = backfill(ctx, f);
    if (!status)
        status = end_transaction(ctx, f);
    if (!status && fetch->sets_upstream && !fetch->has_failed)
        status = qn_fetch_set_upstream(ctx, f);
    if (!status)
        status = qn_fetch_remote_head(ctx, f);
    tell(f);
    return status;
}

/* The refs are there, or will not be: packs need no guard any more. */
static void unlock_packs(struct qn_ctx *ctx, struct qn_fetching *f)
{
    struct qn_ctx *scratch = qn_ctx_fork(ctx);
    size_t position = 0;
    const char *path;

    while (scratch && (path = qn_wire_words_next(&f->keeps, &position)))
        (void)!qn_file_unlink_if_exists(scratch, path);
    if (scratch)
        qn_ctx_free(scratch);
}

static void dispose(struct qn_fetching *f)
{
    qn_wire_words_dispose(&f->keeps);
    qn_wire_words_dispose(&f->helper_words);
    qn_ref_transaction_free(f->transaction);
    qn_fetch_source_dispose(&f->source);
    qn_fetch_map_dispose(&f->map);
    qn_remote_refspecs_dispose(&f->given);
    qn_buf_dispose(&f->display.url);
    qn_buf_dispose(&f->lines);
    qn_buf_dispose(&f->url);
    qn_buf_dispose(&f->branch);
    qn_buf_dispose(&f->filter);
}

static void begin(struct qn_fetching *f, struct qn_op_fetch *fetch)
{
    memset(f, 0, sizeof(*f));
    f->fetch = fetch;
    f->config = qn_repo_config(fetch->scope->repo);
    f->source.fd = -1;
    f->display =
        (struct qn_fetch_display){.odb = fetch->scope->odb,
                                  .is_porcelain = fetch->is_porcelain,
                                  .is_compact = fetch->is_compact,
                                  .is_verbose = fetch->is_verbose,
                                  .is_quiet = fetch->is_quiet,
                                  .terminal_width = fetch->terminal_width,
                                  .has_head = !fetch->skips_fetch_head,
                                  .out = &f->lines};
}

/* fetch.bundleURI: what it does not bring comes from the server. */
static enum qn_status take_bundles(struct qn_ctx *ctx,
                                   const struct qn_fetching *f)
{
    const char *uri = qn_config_string(f->config, "fetch.bundleuri", NULL);
    struct qn_connection_options connection = *f->fetch->connection;
    struct qn_bundle_uri bundles = {.scope = f->fetch->scope,
                                    .connection = &connection,
                                    .filter = qn_buf_string(&f->filter),
                                    .is_incremental = true};
    enum qn_status status;

    if (!uri || !*uri)
        return QN_OK;
    connection.config = f->config;
    status = qn_bundle_uri_fetch(ctx, &bundles, uri);
    if (!status || status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    qn_ctx_clear(ctx);
    qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.failed",
                  "failed to fetch bundles from '%s'", uri);
    return QN_OK;
}

enum qn_status qn_op_fetch_run(struct qn_ctx *ctx, struct qn_op_fetch *fetch)
{
    struct qn_fetching f;
    struct qn_span span;
    enum qn_status status;

    if (fetch->remote->urls.count == 0)
        return QN_OK; /* there is no remote at all */
    fetch->has_failed = fetch->has_conflict = false;
    qn_span_begin(ctx, &span, "operation.fetch", fetch->remote->name);
    begin(&f, fetch);
    status = plan(ctx, &f);
    if (!status)
        status = take_bundles(ctx, &f);
    if (!status && !fetch->appends && !fetch->is_dry &&
        !fetch->skips_fetch_head)
        status = qn_fetch_update_head_begin(ctx, fetch->scope->repo);
    if (!status)
        status = connect_to(ctx, &f);
    if (!status)
        status = fetch_all(ctx, &f);
    unlock_packs(ctx, &f);
    if (!status)
        status = qn_fetch_source_finish(ctx, &f.source);
    dispose(&f);
    qn_span_end(ctx, &span);
    return status;
}

enum qn_status qn_op_fetch_negotiate(struct qn_ctx *ctx,
                                     struct qn_op_fetch *fetch,
                                     struct qn_id_list *common)
{
    struct qn_fetch_pack pack = {.scope = fetch->scope,
                                 .server_options = fetch->server_options,
                                 .negotiator = fetch->negotiator,
                                 .tips = fetch->tips,
                                 .includes = fetch->includes};
    struct qn_fetching f;
    enum qn_status status;

    if (fetch->remote->urls.count == 0)
        return QN_OK;
    begin(&f, fetch);
    status = plan(ctx, &f);
    if (!status)
        status = take_bundles(ctx, &f);
    if (!status)
        status = connect_to(ctx, &f);
    if (!status && f.source.fd >= 0)
        status = qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "fetch.protocol", NULL,
                                    "protocol does not support "
                                    "--negotiate-only, exiting");
    pack.connection = f.source.connection;
    pack.opened = &f.source.opened;
    if (!status)
        status = qn_fetch_pack_negotiate(ctx, &pack, common);
    if (!status)
        status = qn_fetch_source_finish(ctx, &f.source);
    dispose(&f);
    return status;
}
