/* SPDX-License-Identifier: MIT */
#include "operation/part/bundle_uri.h"

#include "base/memory.h"
#include "config/config_edit.h"
#include "operation/op_bundle.h"
#include "operation/part/bundle_download.h"
#include "operation/part/connected.h"
#include "text/ref_name.h"
#include "trace/trace.h"
#include "transport/address.h"
#include "walk/grafts.h"
#include "wire/wire_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct held { /* a bundle that is here, and may wait for another one */
    struct qn_bundle_download download;
    char *uri;
    bool is_done; /* unpacked, or of no use */
};

struct session {
    struct qn_bundle_uri *options;
    const struct qn_revision_scope *scope;
    struct qn_buf prefix; /* of temporary files */
    struct held **held;
    size_t count, capacity;
    size_t asked; /* URIs so far */
};

static void free_held(struct held *held)
{
    if (!held)
        return;
    qn_bundle_download_dispose(&held->download);
    qn_memory_free(held->uri);
    qn_memory_free(held);
}

static void close_session(struct session *s)
{
    size_t i;

    for (i = 0; i < s->count; i++)
        free_held(s->held[i]);
    qn_memory_free(s->held);
    qn_buf_dispose(&s->prefix);
}

static enum qn_status open_session(struct qn_ctx *ctx,
                                   struct qn_bundle_uri *options,
                                   struct session *s)
{
    *s = (struct session){.options = options, .scope = options->scope};
    return qn_repo_path(ctx, options->scope->repo, "objects/pack/tmp_bundle_",
                        &s->prefix);
}

/* Failures of one bundle do not end the whole: told of, and forgotten.  What
 * the process lacks does. */
static enum qn_status pass_over(struct qn_ctx *ctx, enum qn_status status,
                                bool tells)
{
    if (status == QN_NO_MEMORY || status == QN_CANCELLED ||
        status == QN_TIMEOUT || status == QN_OK)
        return status;
    if (tells)
        qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                      qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

/* ---- one bundle into the repository */

static void tell_refused(struct qn_ctx *ctx, const char *name, const char *why)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "bundle-uri.ref",
                  "update_ref failed for ref '%s': %s", name, why);
}

/* May it have that name and that value?  `name`: what it would be called. */
static enum qn_status is_ref_good(struct qn_ctx *ctx, const struct session *s,
                                  const struct qn_bundle_ref *ref,
                                  struct qn_buf *name, bool *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf why = QN_BUF_INIT;
    enum qn_status status;
    bool is_here = false;

    *out = false;
    if (strncmp(ref->name, "refs/", 5) != 0)
        return QN_OK;
    qn_buf_clear(name);
    status = qn_buf_printf(ctx, name, "refs/bundles/%s", ref->name + 5);
    if (!status && !qn_ref_name_is_valid(qn_buf_bytes(name), 0))
        status = qn_buf_printf(ctx, &why,
                               "refusing to update ref with bad name '%s'",
                               qn_buf_string(name));
    else if (!status)
        status = qn_odb_exists(ctx, s->scope->odb, &ref->id, &is_here);
    if (!status && why.size == 0 && !is_here)
        status = qn_buf_printf(
            ctx, &why, "trying to write ref '%s' with nonexistent object %s",
            qn_buf_string(name), qn_id_to_hex(&ref->id, hex));
    if (!status && why.size > 0)
        tell_refused(ctx, qn_buf_string(name), qn_buf_string(&why));
    *out = !status && why.size == 0;
    qn_buf_dispose(&why);
    return status;
}

/* What is reached from there is here: no ref says so otherwise. */
static enum qn_status check_whole(struct qn_ctx *ctx, const struct session *s,
                                  const struct held *held,
                                  const struct qn_id_list *ids)
{
    struct qn_connected check = {
        .scope = s->scope,
        .ids = ids,
        .is_partial = held->download.bundle.filter.count > 0 ||
                      (s->options->filter && *s->options->filter)};
    bool is_whole = false;
    enum qn_status status = qn_connected_check(ctx, &check, &is_whole);

    return status || is_whole
               ? status
               : qn_ctx_fail_reason(ctx, QN_CORRUPT, "bundle-uri.incomplete",
                                    held->uri, "bundle '%s' is not whole",
                                    held->uri);
}

/* refs/x of the bundle as refs/bundles/x. */
static enum qn_status write_refs(struct qn_ctx *ctx, const struct session *s,
                                 const struct held *held)
{
    const struct qn_bundle_refs *refs = &held->download.bundle.refs;
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf name = QN_BUF_INIT, ident = QN_BUF_INIT;
    struct qn_refs_writer writer = {.ident = NULL};
    struct qn_id_list ids = {0};
    enum qn_status status =
        qn_ref_transaction_new(ctx, s->scope->refs, &transaction);
    size_t i;

    for (i = 0; !status && i < refs->count; i++) {
        const struct qn_bundle_ref *ref = &refs->items[i];
        bool is_good = false;

        status = is_ref_good(ctx, s, ref, &name, &is_good);
        if (status || !is_good)
            continue;
        status = qn_id_list_add(ctx, &ids, &ref->id);
        if (!status)
            status = qn_ref_transaction_update(
                ctx, transaction, qn_buf_string(&name), &ref->id, NULL, 0,
                "fetched from bundle-uri");
    }
    if (!status && ids.count > 0)
        status = check_whole(ctx, s, held, &ids);
    if (!status)
        status = qn_repo_ident(ctx, s->scope->repo, QN_IDENT_COMMITTER, false,
                               &ident);
    writer.ident = qn_buf_string(&ident);
    if (!status && ids.count > 0)
        status = qn_ref_transaction_commit(ctx, transaction, &writer);
    qn_ref_transaction_free(transaction);
    qn_id_list_dispose(&ids);
    qn_buf_dispose(&name);
    qn_buf_dispose(&ident);
    return status;
}

/* Does it lack nothing? */
static enum qn_status is_ready(struct qn_ctx *ctx, const struct session *s,
                               const struct qn_bundle *bundle, bool *out)
{
    struct qn_ctx *quiet = qn_ctx_fork(ctx); /* a "no" is no fault */
    enum qn_status status;

    *out = false;
    if (!quiet)
        return QN_NO_MEMORY;
    status = qn_bundle_check(quiet, s->scope, bundle, out);
    qn_ctx_free(quiet);
    if (status)
        *out = false;
    return status == QN_NO_MEMORY ? status : QN_OK;
}

/* A bundle that leaves something out is for a clone that does so, too. */
static enum qn_status check_filter(struct qn_ctx *ctx, const struct session *s,
                                   const struct held *held)
{
    const char *own = s->options->filter;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status =
        qn_filter_spec_append(ctx, &held->download.bundle.filter, &text);

    if (!status && text.size > 0 &&
        (!own || strcmp(own, qn_buf_string(&text)) != 0))
        status = qn_ctx_fail_reason(
            ctx, QN_INVALID, "bundle-uri.filter", held->uri,
            "bundle '%s' is of a partial clone with filter '%s'", held->uri,
            qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

/* `*done`: it was unpacked. */
static enum qn_status unpack(struct qn_ctx *ctx, struct session *s,
                             struct held *held, bool *done)
{
    const struct qn_bundle *bundle = &held->download.bundle;
    bool ready = false;
    enum qn_status status = QN_OK;

    *done = false;
    if (bundle->algorithm == qn_repo_algorithm(s->scope->repo))
        status = is_ready(ctx, s, bundle, &ready);
    else
        ready = true; /* to be refused */
    if (status || !ready)
        return status;
    held->is_done = true; /* it is not tried again, whatever comes */
    if (bundle->algorithm != qn_repo_algorithm(s->scope->repo))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "bundle-uri.algorithm", held->uri,
            "bundle '%s' is of another object format", held->uri);
    status = check_filter(ctx, s, held);
    if (status)
        return status;
    status = qn_bundle_unpack(ctx, s->scope, bundle, held->download.fd,
                              s->options->title);
    if (status == QN_CORRUPT || status == QN_INVALID) {
        /* in Git another program says that, and dies */
        qn_ctx_report(ctx, QN_REPORT_INFO, qn_ctx_reason(ctx), "fatal: %s",
                      qn_ctx_message(ctx));
        status = qn_ctx_fail_reason(ctx, status, "bundle-uri.pack", held->uri,
                                    "index-pack died");
    }
    if (!status)
        status = write_refs(ctx, s, held);
    if (!status) {
        *done = true;
        s->options->has_any = true;
    }
    return status;
}

/* All that can be: each may bring what another one waits for.  Failures of one
 * are told of. */
static enum qn_status unpack_all(struct qn_ctx *ctx, struct session *s)
{
    bool has_moved = true;
    enum qn_status status = QN_OK;
    size_t i;

    while (!status && has_moved) {
        has_moved = false;
        for (i = 0; !status && i < s->count; i++) {
            bool done = false;

            if (s->held[i]->is_done)
                continue;
            status = pass_over(ctx, unpack(ctx, s, s->held[i], &done), true);
            has_moved |= done;
        }
    }
    return status;
}

/* ---- getting them */

/* Where a list is from says whether those that it names are the user's. */
struct place {
    const char *uri;
    unsigned depth; /* lists around it */
    bool is_not_from_user;
};

/* The file, kept when it is a bundle (`*out`); else NULL and its text. */
static enum qn_status download(struct qn_ctx *ctx, struct session *s,
                               const struct place *place, struct held **out)
{
    struct qn_bundle_download_options options = {
        .connection = s->options->connection,
        .prefix = qn_buf_string(&s->prefix),
        .is_not_from_user = place->is_not_from_user};
    struct qn_ctx_sinks sinks;
    struct held *held;
    enum qn_status status;

    if (s->asked++ >= QN_BUNDLE_URI_COUNT_MAX)
        return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "bundle-uri.list",
                                  place->uri, "too many bundles");
    held = qn_memory_calloc(ctx, 1, sizeof(*held));
    if (!held)
        return QN_NO_MEMORY;
    held->download.fd = -1;
    held->uri = qn_memory_string(ctx, qn_bytes_from_string(place->uri));
    sinks = qn_ctx_swap_sinks(ctx, (struct qn_ctx_sinks){.report = NULL});
    status = held->uri ? qn_bundle_download_run(ctx, &options, place->uri,
                                                &held->download)
                       : QN_NO_MEMORY;
    (void)qn_ctx_swap_sinks(ctx, sinks);
    if (status)
        free_held(held);
    else
        *out = held;
    return status;
}

static enum qn_status tell_failed(struct qn_ctx *ctx, enum qn_status status,
                                  const char *uri)
{
    if (pass_over(ctx, status, false))
        return status; /* ends the whole */
    qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.download",
                  "failed to download bundle from URI '%s'", uri);
    return qn_ctx_fail_reason(ctx, QN_NETWORK, "bundle-uri.download", uri,
                              "failed to download bundle from URI '%s'", uri);
}

static enum qn_status keep(struct qn_ctx *ctx, struct session *s,
                           struct held *held)
{
    enum qn_status status = qn_memory_grow(ctx, &s->held, &s->capacity,
                                           s->count + 1, sizeof(struct held *));

    if (status)
        free_held(held);
    else
        s->held[s->count++] = held;
    return status;
}

static enum qn_status take_list(struct qn_ctx *ctx, struct session *s,
                                const struct qn_bundle_list *list,
                                const struct place *place);

/* A path of this machine is in the user's hand, and so is what it says. */
static bool is_on_this_machine(const char *uri)
{
    return strncmp(uri, "file://", 7) == 0 || qn_address_is_local(uri);
}

static enum qn_status take_text(struct qn_ctx *ctx, struct session *s,
                                const struct held *held,
                                const struct place *place)
{
    struct qn_bundle_list list = QN_BUNDLE_LIST_INIT;
    struct place inner = *place;
    enum qn_status status = qn_bundle_list_parse(
        ctx, &list, place->uri, qn_buf_string(&held->download.path),
        qn_buf_bytes(&held->download.text));

    if (status && !pass_over(ctx, status, true)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.list",
                      "file at URI '%s' is not a bundle or bundle list",
                      place->uri);
        status = qn_ctx_fail_reason(
            ctx, QN_INVALID, "bundle-uri.list", place->uri,
            "file at URI '%s' is not a bundle or bundle list", place->uri);
    }
    inner.depth++;
    inner.is_not_from_user |= !is_on_this_machine(place->uri);
    if (!status && place->depth == 0)
        s->options->has_tokens = list.has_tokens;
    if (!status)
        status = take_list(ctx, s, &list, &inner);
    qn_bundle_list_dispose(&list);
    return status;
}

/* Get it, and all that it leads to. */
static enum qn_status take_uri(struct qn_ctx *ctx, struct session *s,
                               const struct place *place)
{
    struct held *held = NULL;
    enum qn_status status;

    if (place->depth > QN_BUNDLE_URI_DEPTH_MAX) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.depth",
                      "exceeded bundle URI recursion limit (%d)",
                      QN_BUNDLE_URI_DEPTH_MAX);
        return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "bundle-uri.depth",
                                  place->uri,
                                  "exceeded bundle URI recursion limit (%d)",
                                  QN_BUNDLE_URI_DEPTH_MAX);
    }
    status = download(ctx, s, place, &held);
    if (status)
        return tell_failed(ctx, status, place->uri);
    if (held->download.is_bundle)
        return keep(ctx, s, held);
    status = take_text(ctx, s, held, place);
    free_held(held);
    return status;
}

/* ---- lists */

/* Those of a partial clone are for clones with the same filter; when there are
 * such, they are all that is taken. */
static bool is_for_us(const struct session *s,
                      const struct qn_bundle_list *list,
                      const struct qn_bundle_list_entry *entry)
{
    const char *own = s->options->filter;
    size_t i;

    if (!own || !*own)
        return !entry->filter;
    for (i = 0; i < list->count; i++)
        if (list->entries[i].filter &&
            strcmp(list->entries[i].filter, own) == 0)
            return entry->filter && strcmp(entry->filter, own) == 0;
    return !entry->filter;
}

static enum qn_status take_plain(struct qn_ctx *ctx, struct session *s,
                                 const struct qn_bundle_list *list,
                                 const struct place *place)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < list->count; i++) {
        const struct qn_bundle_list_entry *entry = &list->entries[i];
        struct place one = *place;

        if (!entry->uri || !is_for_us(s, list, entry))
            continue;
        one.uri = entry->uri;
        status = take_uri(ctx, s, &one);
        if (!status && list->mode == QN_BUNDLE_LIST_ANY)
            return QN_OK;
        status = pass_over(ctx, status, false);
    }
    return status;
}

/* ---- with creation tokens */

struct dated {
    const struct qn_bundle_list_entry *entry;
    size_t first, end; /* what it led to: held[first..end) */
    bool is_here;
};

static int compare_tokens(const void *a, const void *b)
{
    uint64_t x = ((const struct dated *)a)->entry->token;
    uint64_t y = ((const struct dated *)b)->entry->token;

    return x < y ? 1 : x > y ? -1 : 0; /* the newest first */
}

static enum qn_status store_token(struct qn_ctx *ctx, const struct session *s,
                                  uint64_t token)
{
    struct qn_buf path = QN_BUF_INIT;
    char number[32];
    enum qn_status status = qn_repo_path(ctx, s->scope->repo, "config", &path);

    (void)snprintf(number, sizeof(number), "%" PRIu64, token);
    if (!status)
        status = qn_config_edit_set(ctx, qn_buf_string(&path),
                                    "fetch.bundleCreationToken", number);
    qn_buf_dispose(&path);
    return status;
}

static uint64_t stored_token(const struct session *s)
{
    const char *text = qn_config_string(qn_repo_config(s->scope->repo),
                                        "fetch.bundlecreationtoken", NULL);
    uint64_t token = 0;

    return text && qn_bytes_to_u64(qn_bytes_from_string(text), &token) ? token
                                                                       : 0;
}

static bool are_done(const struct session *s, const struct dated *dated)
{
    size_t i;

    for (i = dated->first; i < dated->end; i++)
        if (!s->held[i]->is_done)
            return false;
    return true;
}

/* From the newest on: as soon as one that is here lacks nothing, the newer ones
 * find what they lack, or older ones are asked for.  `*is_whole`: nothing that
 * is here waits. */
static enum qn_status take_dated(struct qn_ctx *ctx, struct session *s,
                                 struct dated *list, size_t count,
                                 const struct place *place, bool *is_whole)
{
    enum qn_status status = QN_OK;
    size_t i, k;

    *is_whole = false;
    for (i = 0; !status && i < count; i++) {
        struct place one = *place;

        if (*is_whole && list[i].entry->token < list[i - 1].entry->token)
            break; /* those of one age belong together */

        one.uri = list[i].entry->uri;
        list[i].first = s->count;
        status = take_uri(ctx, s, &one);
        list[i].is_here = !status;
        list[i].end = s->count;
        status = pass_over(ctx, status, false);
        if (!status && list[i].is_here)
            status = unpack_all(ctx, s);
        *is_whole = list[i].is_here;
        for (k = 0; k <= i && *is_whole; k++)
            *is_whole = !list[k].is_here || are_done(s, &list[k]);
    }
    return status;
}

static enum qn_status fail_dated(struct qn_ctx *ctx, const struct place *place)
{
    if (place->uri)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.list",
                      "file at URI '%s' is not a bundle or bundle list",
                      place->uri);
    return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "bundle-uri.list", place->uri,
                              "no bundle of the list could be used");
}

static enum qn_status take_by_token(struct qn_ctx *ctx, struct session *s,
                                    const struct qn_bundle_list *list,
                                    const struct place *place)
{
    uint64_t least = stored_token(s), newest = 0;
    struct dated *dated;
    size_t count = 0, i;
    bool is_whole = false, has_any = false;
    enum qn_status status;

    dated = qn_memory_calloc(ctx, list->count + 1, sizeof(*dated));
    if (!dated)
        return QN_NO_MEMORY;
    for (i = 0; i < list->count; i++) {
        const struct qn_bundle_list_entry *entry = &list->entries[i];

        if (!entry->token || !entry->uri || !is_for_us(s, list, entry))
            continue;
        has_any = true;
        if (entry->token > least || !s->options->is_incremental)
            dated[count++].entry = entry;
    }
    if (count > 1)
        qsort(dated, count, sizeof(*dated), compare_tokens);
    status = take_dated(ctx, s, dated, count, place, &is_whole);
    for (i = 0; i < count; i++)
        if (is_whole && dated[i].is_here && dated[i].entry->token > newest)
            newest = dated[i].entry->token;
    if (!status && newest > least)
        status = store_token(ctx, s, newest);
    if (!status && !is_whole && (count > 0 || !has_any))
        status = fail_dated(ctx, place);
    qn_memory_free(dated);
    return status;
}

static enum qn_status take_list(struct qn_ctx *ctx, struct session *s,
                                const struct qn_bundle_list *list,
                                const struct place *place)
{
    return list->has_tokens ? take_by_token(ctx, s, list, place)
                            : take_plain(ctx, s, list, place);
}

/* ---- the whole */

enum qn_status qn_bundle_uri_fetch(struct qn_ctx *ctx,
                                   struct qn_bundle_uri *options,
                                   const char *uri)
{
    struct place place = {.uri = uri};
    struct session s;
    struct qn_span span;
    enum qn_status status;

    qn_span_begin(ctx, &span, "operation.bundle_uri", uri);
    status = open_session(ctx, options, &s);
    if (!status)
        status = take_uri(ctx, &s, &place);
    if (!status)
        status = unpack_all(ctx, &s);
    close_session(&s);
    qn_span_end(ctx, &span);
    return status;
}

enum qn_status qn_bundle_uri_fetch_list(struct qn_ctx *ctx,
                                        struct qn_bundle_uri *options,
                                        const struct qn_bundle_list *list)
{
    struct place place = {.depth = 1, .is_not_from_user = true};
    struct session s;
    struct qn_span span;
    enum qn_status status;

    qn_span_begin(ctx, &span, "operation.bundle_uri", NULL);
    status = open_session(ctx, options, &s);
    if (!status)
        status = take_list(ctx, &s, list, &place);
    if (!status)
        status = unpack_all(ctx, &s);
    close_session(&s);
    qn_span_end(ctx, &span);
    return status;
}

/* ---- what a server tells of */

/* Lines that are none are told of; the list counts for nothing then. */
static enum qn_status read_list(struct qn_ctx *ctx,
                                struct qn_connection *connection,
                                const char *base, struct qn_bundle_list *list,
                                bool *is_good)
{
    struct qn_pkt_line packet = {.kind = QN_PKT_LINE_MORE};
    size_t lines = 0;
    enum qn_status status = QN_OK;

    while (!status) {
        status = qn_connection_next(ctx, connection, &packet);
        if (status || packet.kind == QN_PKT_LINE_FLUSH)
            break;
        if (packet.kind != QN_PKT_LINE_DATA ||
            ++lines > 4 * (size_t)QN_BUNDLE_LIST_MAX)
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "bundle-uri.list", NULL,
                "expected flush after bundle-uri listing");
        status =
            qn_bundle_list_take(ctx, list, base, qn_pkt_line_text(&packet));
        if (status && !pass_over(ctx, status, false)) {
            status = QN_OK;
            if (*is_good)
                qn_ctx_report(ctx, QN_REPORT_ERROR, "bundle-uri.list",
                              "error on bundle-uri response line %zu: %.*s",
                              lines + 1,
                              QN_BYTES_ARG(qn_pkt_line_text(&packet)));
            *is_good = false;
        }
    }
    return status;
}

enum qn_status qn_bundle_uri_ask(struct qn_ctx *ctx,
                                 struct qn_connection *connection,
                                 const struct qn_connection_options *options,
                                 struct qn_bundle_list *list, bool *found)
{
    const struct qn_advertisement *server = &connection->server;
    struct qn_wire_command_head head = {
        .name = "bundle-uri",
        .server = &server->capabilities,
        .agent = options->agent,
        .session = options->session,
        .object_format = qn_id_algorithm_name(server->algorithm)};
    struct qn_buf out = QN_BUF_INIT, base = QN_BUF_INIT;
    bool had_asked = connection->has_asked, is_good = true;
    enum qn_status status;

    *found = false;
    if (server->version != 2 || connection->helper || connection->is_dumb ||
        !qn_capabilities_has(&server->capabilities, "bundle-uri"))
        return QN_OK;
    status = qn_wire_command_write(ctx, &head, &out);
    if (!status) /* what is relative is so to the repository */
        status = qn_buf_printf(ctx, &base, "%s/", options->url);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, &out);
    if (!status)
        status = qn_connection_send(ctx, connection, qn_buf_bytes(&out), true);
    if (!status)
        status =
            read_list(ctx, connection, qn_buf_string(&base), list, &is_good);
    if (!status && !is_good)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "bundle-uri.list",
                      "could not retrieve server-advertised bundle-uri list");
    *found = !status && is_good && list->count > 0;
    connection->has_asked = had_asked;
    qn_buf_dispose(&out);
    qn_buf_dispose(&base);
    return status;
}
