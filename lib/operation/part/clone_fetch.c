/* SPDX-License-Identifier: MIT */
#include "operation/part/clone_fetch.h"

#include "base/memory.h"
#include "operation/part/connected.h"
#include "operation/part/helper_fetch.h"
#include "os/file.h"
#include "text/ref_name.h"
#include "text/refspec.h"
#include "trace/trace.h"
#include "walk/grafts.h"

#include <stdlib.h>
#include <string.h>

/* ---- refs */

static enum qn_status add_prefix(struct qn_ctx *ctx, struct qn_ls_refs *out,
                                 const char *text)
{
    return qn_wire_words_add(ctx, &out->prefixes, qn_bytes_from_string(text));
}

static enum qn_status add_revision(struct qn_ctx *ctx, struct qn_ls_refs *out,
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
            status = add_prefix(ctx, out, qn_buf_string(&full));
    }
    qn_buf_dispose(&full);
    return status;
}

/* What a configured refspec takes. */
static enum qn_status add_source(struct qn_ctx *ctx, struct qn_ls_refs *out,
                                 const struct qn_refspec *spec)
{
    struct qn_bytes source;

    if (spec->is_negative || spec->is_exact_id || !spec->source)
        return QN_OK;
    if (!spec->is_pattern)
        return add_revision(ctx, out, spec->source);
    source = qn_bytes_from_string(spec->source);
    return qn_wire_words_add(
        ctx, &out->prefixes,
        qn_bytes_first(source, qn_bytes_find(source, '*')));
}

static enum qn_status make_request(struct qn_ctx *ctx,
                                   const struct qn_clone_fetch *fetch,
                                   struct qn_ls_refs *out)
{
    enum qn_status status;
    size_t i;

    out->peels = out->shows_symrefs = out->shows_unborn = true;
    status = add_prefix(ctx, out, "HEAD");
    for (i = 0; !status && fetch->configured && i < fetch->configured->count;
         i++)
        status = add_source(ctx, out, &fetch->configured->items[i]);
    if (!status && fetch->revision)
        return add_revision(ctx, out, fetch->revision);
    if (!status)
        status =
            add_prefix(ctx, out, fetch->is_mirror ? "refs/" : "refs/heads/");
    if (!status && !fetch->is_mirror && (!fetch->no_tags || fetch->branch))
        status = add_prefix(ctx, out, "refs/tags/");
    return status;
}

static enum qn_status keep(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                           const struct qn_remote_ref *ref)
{
    struct qn_clone_ref *kept;
    enum qn_status status = qn_memory_grow(ctx, &refs->refs, &refs->capacity,
                                           refs->count + 1, sizeof(*kept));

    if (status)
        return status;
    kept = &refs->refs[refs->count];
    kept->name =
        qn_arena_copy(ctx, &refs->arena, qn_bytes_from_string(ref->name));
    if (!kept->name)
        return QN_NO_MEMORY;
    kept->target = NULL;
    kept->is_followed = false;
    kept->id = ref->id;
    refs->count++;
    return QN_OK;
}

static int compare_refs(const void *a, const void *b)
{
    return strcmp(((const struct qn_clone_ref *)a)->name,
                  ((const struct qn_clone_ref *)b)->name);
}

/* The same name told of twice: the last counts. */
static void drop_doubles(struct qn_clone_refs *refs)
{
    size_t i, kept = 0;

    for (i = 0; i < refs->count; i++) {
        if (kept > 0 &&
            strcmp(refs->refs[kept - 1].name, refs->refs[i].name) == 0)
            kept--;
        refs->refs[kept++] = refs->refs[i];
    }
    refs->count = kept;
}

static enum qn_status take_head(struct qn_ctx *ctx,
                                const struct qn_remote_ref *head,
                                const char *likely, struct qn_clone_refs *out,
                                const char **unborn)
{
    const char *target = head->target;

    if (target && (!qn_ref_name_is_valid(qn_bytes_from_string(target), 0) ||
                   !qn_ref_name_is_safe(qn_bytes_from_string(target))))
        target = NULL;
    if (head->is_unborn) {
        if (!target)
            return QN_OK;
        *unborn = qn_arena_copy(ctx, &out->arena, qn_bytes_from_string(target));
        return *unborn ? QN_OK : QN_NO_MEMORY;
    }
    out->has_head = true;
    out->head_id = head->id;
    if (!target)
        target = qn_clone_refs_guess(out, likely);
    if (!target || strncmp(target, "refs/heads/", 11) != 0 ||
        !qn_clone_refs_find(out, target)) /* they do not tell of it */
        return QN_OK;
    out->head_target =
        qn_arena_copy(ctx, &out->arena, qn_bytes_from_string(target));
    return out->head_target ? QN_OK : QN_NO_MEMORY;
}

/* ---- what a remote helper is asked for, by name */

static enum qn_status add_name(struct qn_ctx *ctx,
                               const struct qn_remote_ref *ref,
                               struct qn_wire_words *out)
{
    return qn_wire_words_add(
        ctx, out, qn_bytes_from_string(ref->target ? ref->target : ref->name));
}

static enum qn_status add_below(struct qn_ctx *ctx, const char *prefix,
                                const struct qn_remote_refs *refs,
                                struct qn_wire_words *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < refs->count; i++)
        if (strncmp(refs->items[i].name, prefix, strlen(prefix)) == 0)
            status = add_name(ctx, &refs->items[i], out);
    return status;
}

/* The branch or tag that was named, or what a revision means. */
static enum qn_status add_named(struct qn_ctx *ctx,
                                const struct qn_clone_fetch *fetch,
                                const struct qn_remote_refs *refs,
                                struct qn_wire_words *out)
{
    static const char *const places[] = {"refs/heads/", "refs/tags/"};
    struct qn_buf full = QN_BUF_INIT;
    const struct qn_remote_ref *ref = NULL;
    size_t count =
        fetch->revision ? QN_REF_NAME_RULE_COUNT : QN_COUNT_OF(places);
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && !ref && i < count; i++) {
        qn_buf_clear(&full);
        status =
            fetch->revision
                ? qn_ref_name_expand(
                      ctx, i, qn_bytes_from_string(fetch->revision), &full)
                : qn_buf_printf(ctx, &full, "%s%s", places[i], fetch->branch);
        if (!status)
            ref = qn_remote_refs_find(refs, qn_buf_string(&full));
    }
    if (!status && ref)
        status = add_name(ctx, ref, out);
    qn_buf_dispose(&full);
    return status;
}

static enum qn_status choose_names(struct qn_ctx *ctx,
                                   const struct qn_clone_fetch *fetch,
                                   const struct qn_remote_refs *refs,
                                   struct qn_wire_words *out)
{
    const struct qn_remote_ref *head = qn_remote_refs_find(refs, "HEAD");
    const struct qn_remote_ref *target;
    enum qn_status status = QN_OK;

    if (fetch->revision || (fetch->single_branch && fetch->branch))
        return add_named(ctx, fetch, refs, out);
    if (head)
        status = add_name(ctx, head, out);
    if (fetch->single_branch) {
        target = head && head->target ? qn_remote_refs_find(refs, head->target)
                                      : NULL;
        return status || !target ? status : add_name(ctx, target, out);
    }
    if (!status)
        status = add_below(ctx, fetch->is_mirror ? "refs/" : "refs/heads/",
                           refs, out);
    if (!status && !fetch->is_mirror && (!fetch->no_tags || fetch->branch))
        status = add_below(ctx, "refs/tags/", refs, out);
    return status;
}

/* The refs' values come of an import, where they are not known. */
static enum qn_status ask_helper(struct qn_ctx *ctx,
                                 const struct qn_clone_fetch *fetch,
                                 const struct qn_remote_refs *refs)
{
    bool is_unknown = false;
    enum qn_status status =
        fetch->settle ? fetch->settle(ctx, fetch->data) : QN_OK;
    size_t i;

    if (!fetch->source->connection || !fetch->source->connection->helper)
        return status;
    if (!status)
        status = choose_names(ctx, fetch, refs, fetch->names);
    for (i = 0; i < refs->count; i++)
        is_unknown |= qn_id_is_null(&refs->items[i].id);
    if (!status && is_unknown &&
        qn_helper_fetch_imports(fetch->source->connection))
        status = qn_fetch_source_import(ctx, fetch->source, fetch->scope,
                                        fetch->names);
    return status;
}

enum qn_status qn_clone_fetch_refs(struct qn_ctx *ctx,
                                   const struct qn_clone_fetch *fetch,
                                   struct qn_clone_refs *out,
                                   const char **unborn)
{
    struct qn_ls_refs request = {.prefixes = QN_WIRE_WORDS_INIT};
    const struct qn_remote_refs *refs = NULL;
    const struct qn_remote_ref *head;
    enum qn_status status = make_request(ctx, fetch, &request);
    size_t i;

    if (!status)
        status = qn_fetch_source_refs(ctx, fetch->source, &request,
                                      fetch->server_options, &refs);
    if (!status)
        status = ask_helper(ctx, fetch, refs);
    for (i = 0; !status && i < refs->count; i++) {
        const struct qn_remote_ref *ref = &refs->items[i];
        struct qn_bytes name = qn_bytes_from_string(ref->name);

        if (qn_id_is_null(&ref->id) || ref->is_unborn ||
            strncmp(ref->name, "refs/", 5) != 0)
            continue;
        /* what could not be a ref here is none */
        if (qn_ref_name_is_valid(name, 0) && qn_ref_name_is_safe(name))
            status = keep(ctx, out, ref);
    }
    if (!status && out->count > 1)
        qsort(out->refs, out->count, sizeof(*out->refs), compare_refs);
    drop_doubles(out);
    head = status ? NULL : qn_remote_refs_find(refs, "HEAD");
    if (head)
        status = take_head(ctx, head, fetch->default_branch, out, unborn);
    qn_ls_refs_dispose(&request);
    return status;
}

/* ---- objects */

struct clone_wanted {
    struct qn_id_list ids;
    struct qn_wire_words names;
};

static enum qn_status add_wanted(struct qn_ctx *ctx, struct clone_wanted *out,
                                 const struct qn_id *id, const char *name)
{
    enum qn_status status = qn_id_list_add(ctx, &out->ids, id);

    return status ? status
                  : qn_wire_words_add(ctx, &out->names,
                                      qn_bytes_from_string(name));
}

static enum qn_status gather(struct qn_ctx *ctx,
                             const struct qn_clone_objects *o,
                             struct clone_wanted *out, struct qn_buf *promised)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    if (!qn_id_is_null(o->head)) {
        status = add_wanted(ctx, out, o->head, "HEAD");
        if (!status)
            status = qn_buf_printf(ctx, promised, "%s HEAD\n",
                                   qn_id_to_hex(o->head, hex));
    }
    for (i = 0; !status && i < o->refs->count + o->refs->extra_count; i++) {
        const struct qn_clone_ref *ref =
            i < o->refs->count ? &o->refs->refs[i]
                               : &o->refs->extras[i - o->refs->count];

        if (!ref->target)
            continue;
        status = add_wanted(ctx, out, &ref->id, ref->name);
        if (!status)
            status = qn_buf_printf(ctx, promised, "%s %s\n",
                                   qn_id_to_hex(&ref->id, hex), ref->name);
    }
    return status;
}

static enum qn_status refuse_shallow(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_REFUSED, "clone.shallow", NULL,
                              "source repository is shallow, reject to clone.");
}

static enum qn_status settle(struct qn_ctx *ctx,
                             const struct qn_clone_objects *o,
                             const struct qn_revision_scope *scope,
                             const struct qn_id_list *wants,
                             const struct qn_fetch_pack_result *got)
{
    static const struct qn_id_list none = {.ids = NULL};
    struct qn_connected check = {.scope = scope,
                                 .ids = wants,
                                 .is_partial = o->filter && *o->filter,
                                 .ignores_refs = !o->borrows};
    bool changed = false, is_whole = got->is_contained;
    enum qn_status status = QN_OK;

    if (!qn_fetch_depth_is_set(o->depth) && got->shallow.count > 0 &&
        qn_trace_wants(ctx, QN_TRACE_SHALLOW))
        qn_trace_say_line(ctx, QN_TRACE_SHALLOW,
                          "shallow: prepare_shallow_info");
    /* where their history ends, ours does */
    if (!qn_fetch_depth_is_set(o->depth) && got->shallow.count > 0)
        status = qn_shallow_file_update(ctx, o->repo, &got->shallow, &none,
                                        &changed);
    if (!status && scope->grafts && *scope->grafts) {
        qn_grafts_free(*scope->grafts);
        *scope->grafts = NULL;
    }
    if (!status && !is_whole)
        status = qn_connected_tell(ctx, &check, &is_whole);
    return status || is_whole
               ? status
               : qn_ctx_fail_reason(
                     ctx, QN_CORRUPT, "clone.incomplete", NULL,
                     "remote did not send all necessary objects");
}

static enum qn_status run(struct qn_ctx *ctx, const struct qn_clone_objects *o,
                          const struct qn_revision_scope *scope,
                          const struct clone_wanted *wanted,
                          const char *promised)
{
    const struct qn_connection_options *opened = &o->source->opened;
    const struct qn_id_list *wants = &wanted->ids;
    bool is_partial = o->filter && *o->filter;
    struct qn_fetch_pack_result got = {.keeps = QN_WIRE_WORDS_INIT};
    struct qn_fetch_pack pack = {
        .scope = scope,
        .wants = wants,
        .names = o->names ? o->names : &wanted->names,
        .refs = &o->source->refs,
        .is_verbose = opened->verbosity + opened->helper_extra > 1,
        .server_options = o->server_options,
        .depth = o->depth,
        .filter = o->filter,
        .promisor = is_partial ? promised : NULL,
        .is_clone = !o->borrows,
        .is_quiet = o->is_quiet,
        .includes_tags = o->follows_tags,
        .keep = QN_FETCH_KEEP,
        .locks_pack = true,
        .checks_contained = !is_partial && !qn_fetch_depth_is_set(o->depth),
        .title = o->title,
        .said = o->said,
        .data = o->data};
    size_t position = 0;
    const char *path;
    enum qn_status status = qn_fetch_source_run(ctx, o->source, &pack, &got);

    if (!status && o->rejects_shallow && got.shallow.count > 0 &&
        !qn_fetch_depth_is_set(o->depth))
        status = refuse_shallow(ctx);
    if (!status)
        status = settle(ctx, o, scope, wants, &got);
    while ((path = qn_wire_words_next(&got.keeps, &position))) {
        enum qn_status last = qn_file_unlink_if_exists(ctx, path);

        status = status ? status : last;
    }
    qn_fetch_pack_result_dispose(&got);
    return status;
}

enum qn_status qn_clone_fetch_objects(struct qn_ctx *ctx,
                                      const struct qn_clone_objects *options)
{
    struct qn_grafts *grafts = NULL;
    struct qn_revision_scope scope = {.repo = options->repo, .grafts = &grafts};
    struct clone_wanted wants = {.names = QN_WIRE_WORDS_INIT};
    struct qn_buf promised = QN_BUF_INIT;
    enum qn_status status = gather(ctx, options, &wants, &promised);

    if (!status)
        status = qn_repo_odb_raw(ctx, options->repo, &scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, options->repo, &scope.refs);
    if (!status && options->rejects_shallow && options->source->connection &&
        options->source->connection->server.shallow.count > 0)
        status = refuse_shallow(ctx);
    if (!status && wants.ids.count > 0)
        status = run(ctx, options, &scope, &wants, qn_buf_string(&promised));
    qn_odb_free(scope.odb);
    qn_refs_free(scope.refs);
    qn_grafts_free(grafts);
    qn_id_list_dispose(&wants.ids);
    qn_wire_words_dispose(&wants.names);
    qn_buf_dispose(&promised);
    return status;
}
