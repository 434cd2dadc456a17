/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_pack.h"

#include "operation/part/http_walk.h"
#include "transport/http_connection.h"

#include "base/endian.h"
#include "object/commit.h"
#include "operation/op_unpack_objects.h"
#include "operation/part/alternate_refs.h"
#include "operation/part/fetch_known.h"
#include "operation/part/fetch_naming.h"
#include "operation/part/fetch_resume.h"
#include "operation/part/fetch_uris.h"
#include "operation/part/object_checker.h"
#include "operation/part/pack_receive.h"
#include "os/file.h"
#include "os/process.h"
#include "os/user.h"
#include "trace/trace.h"
#include "walk/commit_reach.h"
#include "walk/grafts.h"
#include "wire/fetch_client.h"

#include <string.h>

#define HEADER_SIZE  12
#define UNPACK_LIMIT 100

struct fetching {
    const struct qn_fetch_pack *options;
    struct qn_fetch_pack_result *out;
    struct qn_connection *connection;
    const struct qn_config *config;
    struct qn_fetch_request request;
    struct qn_fetch_client *client;
    struct qn_negotiator *negotiator;
    struct qn_id_list *common; /* what is found to be is added; or NULL */
    struct qn_buf to_send;
    size_t told;               /* of options->told and points, so many */
    struct qn_fetch_uris uris; /* packs that are not in the pack */
    struct qn_bytes piece;     /* of the pack, not taken yet */
    bool is_pack_over;
    enum qn_status broken; /* how the connection failed in the pack */
    bool is_unpacked;      /* into loose objects */
    bool is_early;         /* the settings are at fault */
};

bool qn_fetch_depth_is_set(const struct qn_fetch_depth *depth)
{
    return depth &&
           (depth->depth > 0 || depth->has_since || depth->excludes.count > 0);
}

void qn_fetch_pack_result_dispose(struct qn_fetch_pack_result *result)
{
    qn_wire_words_dispose(&result->keeps);
    qn_wire_words_dispose(&result->elsewhere);
    qn_id_list_dispose(&result->shallow);
    qn_id_list_dispose(&result->open);
    qn_remote_refs_dispose(&result->wanted);
}

/* ---- what the client is told, and tells */

static enum qn_status next_have(struct qn_ctx *ctx, void *data,
                                struct qn_id *id, bool *found)
{
    struct fetching *f = data;
    const struct qn_id_list *told = f->options->told;
    const struct qn_id_list *points = f->options->points;
    size_t first = told ? told->count : 0, i = f->told;

    if (!told)
        return qn_negotiator_next(ctx, f->negotiator, id, found);
    *found = i < first + (points ? points->count : 0);
    if (*found)
        *id = i < first ? told->ids[i] : points->ids[i - first];
    f->told += *found;
    return QN_OK;
}

static enum qn_status take_common(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id, bool *is_news)
{
    struct fetching *f = data;
    enum qn_status status =
        qn_negotiator_common(ctx, f->negotiator, id, is_news);

    if (!status && f->common && !qn_id_list_has(f->common, id))
        status = qn_id_list_add(ctx, f->common, id);
    return status;
}

/* Does all that is told of from descend from something that is common? */
static enum qn_status is_enough(struct qn_ctx *ctx, void *data, bool *out)
{
    struct fetching *f = data;
    const struct qn_id_list *tips = f->options->tips;
    struct qn_commit_reach *reach = NULL;
    enum qn_status status = QN_OK;
    size_t i;

    *out = f->common->count > 0;
    if (*out)
        status = qn_commit_reach_new(ctx, f->options->scope, f->common, &reach);
    for (i = 0; !status && *out && tips && i < tips->count; i++)
        status = qn_commit_reach_ask(ctx, reach, &tips->ids[i], out);
    qn_commit_reach_free(reach);
    return status;
}

/* Are all parents of a commit that is here, here? */
static enum qn_status has_parents(struct qn_ctx *ctx, const struct fetching *f,
                                  const struct qn_id *id, bool *out)
{
    struct qn_odb *odb = f->options->scope->odb;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_id parent;
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, id, QN_OBJECT_COMMIT, &object);
    uint32_t i;

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object), id->algorithm,
                                 &commit);
    for (i = 0; !status && *out && i < commit.parent_count; i++) {
        qn_commit_parent(&commit, i, &parent);
        status = qn_odb_exists(ctx, odb, &parent, out);
    }
    qn_object_dispose(&object);
    return status;
}

/* An end of their history, told unasked: it is one for us if it comes now. */
static enum qn_status take_end(struct qn_ctx *ctx, struct fetching *f,
                               const struct qn_id *id)
{
    bool is_here = false;
    enum qn_status status = QN_OK;

    if (qn_id_list_has(&f->request.shallow, id))
        return QN_OK;
    status = qn_odb_exists(ctx, f->options->scope->odb, id, &is_here);
    if (!status && is_here) /* from a fetch that was given up, maybe */
        status = has_parents(ctx, f, id, &is_here);
    return status || is_here ? status
                             : qn_id_list_add(ctx, &f->out->shallow, id);
}

static enum qn_status take_border(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id, bool is_open)
{
    struct fetching *f = data;
    enum qn_status status;

    if (f->options->told)
        return QN_OK; /* what was told of as an end is none */
    if (is_open && !qn_id_list_has(&f->request.shallow, id))
        return QN_OK; /* it was none */
    if (is_open)
        return qn_id_list_add(ctx, &f->out->open, id);
    if (!qn_fetch_depth_is_set(f->options->depth))
        return take_end(ctx, f, id);
    status = f->connection->server.version == 2
                 ? QN_OK /* all was told of by then */
                 : qn_negotiator_cut(ctx, f->negotiator, id);
    return status ? status : qn_id_list_add(ctx, &f->out->shallow, id);
}

static enum qn_status take_wanted_ref(struct qn_ctx *ctx, void *data,
                                      const struct qn_id *id,
                                      struct qn_bytes name)
{
    struct fetching *f = data;

    return qn_remote_refs_add(ctx, &f->out->wanted, id, name, NULL);
}

static enum qn_status take_uri(struct qn_ctx *ctx, void *data,
                               struct qn_bytes checksum, struct qn_bytes uri)
{
    struct fetching *f = data;

    if (f->request.pack_protocols.size == 0)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                  "packs from URIs were not asked for");
    return qn_fetch_uris_add(ctx, &f->uris, f->request.algorithm, checksum,
                             uri);
}

static enum qn_status take_said(struct qn_ctx *ctx, void *data,
                                struct qn_bytes text)
{
    struct fetching *f = data;

    (void)ctx;
    if (f->options->said)
        f->options->said(f->options->data, text);
    return QN_OK;
}

/* ---- the request */

static bool server_fetches(const struct fetching *f, const char *feature)
{
    const struct qn_advertisement *server = &f->connection->server;

    return server->version == 2
               ? qn_capabilities_has_feature(&server->capabilities, "fetch",
                                             feature)
               : qn_capabilities_has(&server->capabilities, feature);
}

static enum qn_status copy_words(struct qn_ctx *ctx,
                                 const struct qn_wire_words *from,
                                 struct qn_wire_words *to)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *word;

    while (!status && from && (word = qn_wire_words_next(from, &position)))
        status = qn_wire_words_add(ctx, to, qn_bytes_from_string(word));
    return status;
}

static enum qn_status make_request(struct qn_ctx *ctx, struct fetching *f)
{
    const struct qn_fetch_pack *o = f->options;
    const struct qn_fetch_depth *depth = o->depth;
    struct qn_fetch_request *r = &f->request;
    enum qn_status status =
        qn_shallow_file_read(ctx, o->scope->repo, &r->shallow);
    size_t i;

    for (i = 0; !status && o->points && i < o->points->count; i++)
        status = qn_id_list_add(ctx, &r->shallow, &o->points->ids[i]);
    if (!status && depth) {
        r->depth = depth->depth;
        r->is_depth_relative = depth->is_relative;
        r->has_since = depth->has_since;
        r->since = depth->since;
        status = copy_words(ctx, &depth->excludes, &r->not_refs);
    }
    if (!status)
        status = copy_words(ctx, o->want_refs, &r->want_refs);
    if (!status && o->filter && *o->filter) {
        if (server_fetches(f, "filter"))
            status = qn_buf_append_string(ctx, &r->filter, o->filter);
        else
            qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.no-filter",
                          "filtering not recognized by server, ignoring");
    }
    f->uris.protocols = qn_config_string(f->config, "fetch.uriprotocols", "");
    /* what is missing of one that was cut off is better sent at once */
    if (!status && !o->told && f->connection->server.version == 2 &&
        server_fetches(f, "packfile-uris"))
        status =
            qn_fetch_uris_choose(ctx, f->uris.protocols, &r->pack_protocols);
    r->is_thin = !o->is_not_thin;
    r->is_quiet = o->is_quiet;
    r->includes_tags = o->includes_tags;
    r->names_offsets = true;
    r->multiplexes_all =
        f->connection->server.version == 2 && server_fetches(f, "sideband-all");
    return status;
}

/* Wants that a ref has are asked for by its name. */
static enum qn_status name_wants(struct qn_ctx *ctx, struct fetching *f)
{
    const struct qn_fetch_pack *o = f->options;

    if (!o->asks_by_name || !o->names || !o->refs ||
        f->connection->server.version != 2 || !server_fetches(f, "ref-in-want"))
        return QN_OK;
    return qn_fetch_naming_run(ctx, o->names, o->refs, &f->request);
}

/* What of the wants is to be asked for; who is told of. */
static enum qn_status start_negotiation(struct qn_ctx *ctx, struct fetching *f)
{
    const struct qn_fetch_pack *o = f->options;
    struct qn_fetch_known known = {
        .scope = o->scope,
        .wants = o->wants,
        .names = o->names,
        .refs = o->refs,
        .tips = o->tips,
        .whole = o->whole,
        .negotiator = f->negotiator,
        .skips_wants =
            !o->wants_all && !o->refetches && !qn_fetch_depth_is_set(o->depth),
        .is_verbose = o->is_verbose && !o->refetches,
        .deepens = qn_fetch_depth_is_set(o->depth),
        .tells_nothing = (o->is_clone && !o->whole) || o->refetches || o->told};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && o->includes && i < o->includes->count; i++)
        status =
            qn_negotiator_include(ctx, f->negotiator, &o->includes->ids[i]);
    if (!status)
        status = qn_fetch_known_find(ctx, &known, &f->request.wants);
    return status ? status : name_wants(ctx, f);
}

static enum qn_status make_client(struct qn_ctx *ctx, struct fetching *f,
                                  bool only_negotiates)
{
    const struct qn_fetch_pack *o = f->options;
    struct qn_fetch_client_options options = {
        .server = &f->connection->server,
        .request = &f->request,
        .is_stateless = f->connection->is_stateless,
        .negotiates_only = only_negotiates,
        .is_verbose = o->is_verbose,
        .skips_haves = !o->told && ((o->is_clone && !o->whole) || o->refetches),
        .tells_all = o->told != NULL,
        .agent = o->opened->agent,
        .session = o->opened->session,
        .promisors = o->promisors,
        .server_options = o->server_options,
        .calls = {.data = f,
                  .next = next_have,
                  .common = take_common,
                  .is_enough = is_enough,
                  .shallow = take_border,
                  .wanted_ref = take_wanted_ref,
                  .pack_uri = take_uri,
                  .said = take_said}};

    return qn_fetch_client_new(ctx, &options, &f->client);
}

static enum qn_status talk(struct qn_ctx *ctx, struct fetching *f,
                           enum qn_fetch_client_want *want)
{
    struct qn_connection *c = f->connection;
    enum qn_status status;

    do {
        qn_buf_clear(&f->to_send);
        status =
            qn_fetch_client_step(ctx, f->client, &c->input, &f->to_send, want);
        if (status)
            return status;
        if (*want == QN_FETCH_SEND)
            status =
                qn_connection_send(ctx, c, qn_buf_bytes(&f->to_send), true);
        else if (*want == QN_FETCH_RECEIVE)
            status = qn_connection_fill(ctx, c);
    } while (!status && (*want == QN_FETCH_SEND || *want == QN_FETCH_RECEIVE));
    return status;
}

/* ---- the pack */

/* The connection broke in the pack: that is told, and whoever takes the pack
 * meets its end. */
static enum qn_status take_break(struct qn_ctx *ctx, struct fetching *f,
                                 enum qn_status status)
{
    const char *reason = qn_ctx_reason(ctx);

    if (status == QN_NO_MEMORY || status == QN_CANCELLED ||
        status == QN_TIMEOUT)
        return status;
    if (strcmp(reason, "wire.hung-up") == 0)
        qn_ctx_report(ctx, QN_REPORT_INFO, reason,
                      "fetch-pack: unexpected disconnect while reading "
                      "sideband packet");
    else if (strcmp(reason, "wire.sideband") == 0)
        qn_ctx_report(ctx, QN_REPORT_INFO, reason, "fetch-pack: %s",
                      qn_ctx_message(ctx));
    else if (strcmp(reason, "wire.remote-error") != 0) /* they said it */
        qn_ctx_report(ctx, QN_REPORT_INFO, reason, "fatal: %s",
                      qn_ctx_message(ctx));
    else if (f->options->said)
        f->options->said(f->options->data, QN_BYTES_NONE);
    f->broken = status;
    f->is_pack_over = true;
    f->piece = QN_BYTES_NONE;
    qn_ctx_clear(ctx);
    if (f->options->arriving && status == QN_NETWORK) /* it goes on there */
        f->piece = qn_fetch_client_torn(ctx, f->client, &f->connection->input);
    return QN_OK;
}

static enum qn_status next_piece(struct qn_ctx *ctx, struct fetching *f)
{
    enum qn_status status = QN_OK;

    while (!status && f->piece.size == 0 && !f->is_pack_over) {
        status = qn_fetch_client_pack(ctx, f->client, &f->connection->input,
                                      &f->piece, &f->is_pack_over);
        if (!status && f->piece.size == 0 && !f->is_pack_over)
            status = qn_connection_fill(ctx, f->connection);
        if (status)
            status = take_break(ctx, f, status);
    }
    return status;
}

static enum qn_status read_pack(struct qn_ctx *ctx, void *data, void *room,
                                size_t size, size_t *used)
{
    struct fetching *f = data;
    enum qn_status status = next_piece(ctx, f);

    *used = size < f->piece.size ? size : f->piece.size;
    if (status || *used == 0)
        return status;
    memcpy(room, f->piece.data, *used);
    f->piece = qn_bytes_from(f->piece, *used);
    return QN_OK;
}

/* What comes behind the pack: what is said, and the end. */
static enum qn_status drain(struct qn_ctx *ctx, struct fetching *f)
{
    enum qn_status status = QN_OK;

    while (!status && !f->is_pack_over) {
        status = next_piece(ctx, f);
        if (!status && f->piece.size > 0)
            return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fetch.junk", NULL,
                                      "pack has junk at the end");
    }
    return status;
}

/* fetch.<x>, else transfer.<x>, else `fallback`. */
static enum qn_status limit_of(struct qn_ctx *ctx, const struct fetching *f,
                               int64_t *out)
{
    int64_t transfer = -1, own = -1;
    enum qn_status status =
        qn_config_int64(ctx, f->config, "fetch.unpacklimit", -1, &own);

    if (!status)
        status = qn_config_int64(ctx, f->config, "transfer.unpacklimit", -1,
                                 &transfer);
    *out = own >= 0 ? own : transfer >= 0 ? transfer : UNPACK_LIMIT;
    return status;
}

static enum qn_status is_checked(struct qn_ctx *ctx, const struct fetching *f,
                                 bool *out)
{
    bool transfer = false;
    enum qn_status status = qn_config_bool(
        ctx, f->config, "transfer.fsckobjects", false, &transfer);

    return status ? status
                  : qn_config_bool(ctx, f->config, "fetch.fsckobjects",
                                   transfer, out);
}

static enum qn_status make_policy(struct qn_ctx *ctx, const struct fetching *f,
                                  struct qn_check_policy *policy)
{
    qn_check_policy_init(policy, f->request.algorithm);
    policy->is_strict = true;
    return qn_object_checker_configure(ctx, policy, f->config, "fetch.fsck.",
                                       true);
}

struct arrival {
    struct qn_bytes header;
    struct qn_pack_source source;
    bool is_checked;
    struct qn_check_policy policy;
    uint64_t big_file_threshold;
};

static enum qn_status unpack(struct qn_ctx *ctx, struct fetching *f,
                             const struct arrival *a)
{
    struct qn_op_unpack_objects options = {
        .fd = -1,
        .source = &a->source,
        .front = a->header,
        .odb = f->options->scope->odb,
        .is_strict = a->is_checked,
        .policy = a->is_checked ? &a->policy : NULL,
        .big_file_threshold = a->big_file_threshold,
        .title = f->options->title ? f->options->unpack_title : NULL};
    struct qn_op_unpack_objects_result result = {.rest = QN_BUF_INIT};
    enum qn_status status = qn_op_unpack_objects_run(ctx, &options, &result);

    f->is_unpacked = true;

    if (!status && result.has_errors)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "fetch.unpack", NULL,
                                    "unpack-objects failed");
    if (!status && result.rest.size > 0)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "fetch.junk", NULL,
                                    "pack has junk at the end");
    qn_buf_dispose(&result.rest);
    return status;
}

static enum qn_status keep_text(struct qn_ctx *ctx, struct qn_buf *out)
{
    enum qn_status status =
        qn_buf_printf(ctx, out, "fetch-pack %ld on ", qn_process_own_id());

    if (!status)
        status = qn_user_host(ctx, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

/* Git's index-pack or unpack-objects says why, and fetch that it failed.  The
 * status is that of the connection, if that is why. */
static enum qn_status fail_receiving(struct qn_ctx *ctx,
                                     const struct fetching *f,
                                     enum qn_status status)
{
    bool is_unsound =
        strncmp(qn_ctx_reason(ctx), "fsck.", 5) == 0 || f->is_early;
    bool was_told = strcmp(qn_ctx_reason(ctx), "fetch.unpack") == 0;
    bool is_done = strncmp(qn_ctx_reason(ctx), "fetch.", 6) == 0 && !was_told;

    if (status == QN_NO_MEMORY || status == QN_CANCELLED ||
        status == QN_TIMEOUT || status == QN_IO || status == QN_NO_SPACE)
        return status;
    if (is_done)
        return status;
    if (!was_told)
        qn_ctx_report(ctx, QN_REPORT_INFO, qn_ctx_reason(ctx), "fatal: %s",
                      qn_ctx_message(ctx));
    return qn_ctx_fail_reason(ctx, f->broken ? f->broken : status,
                              is_unsound       ? "fetch.unsound"
                              : f->is_unpacked ? "fetch.unpack"
                                               : "fetch.damaged",
                              NULL, "%s",
                              is_unsound ? "index-pack failed"
                              : f->is_unpacked
                                  ? "unpack-objects failed"
                                  : "fetch-pack: invalid index-pack output");
}

/* Behind the pack, what it goes without; then all of it is to be seen. */
static enum qn_status get_others(struct qn_ctx *ctx, struct fetching *f,
                                 const struct qn_pack_receive_options *how)
{
    struct qn_odb_store *store = qn_odb_get_store(f->options->scope->odb);
    struct qn_connection_options opened = *f->options->opened;
    size_t position = 0;
    const char *checksum;
    enum qn_status status = drain(ctx, f);

    opened.config = f->config;
    if (!status)
        status = qn_fetch_uris_get(ctx, &f->uris, &opened, how);
    if (!status)
        status = qn_fetch_uris_settle(ctx, &f->uris, store, &f->out->keeps);
    if (f->options->keep == QN_FETCH_KEEP_LOCKED) /* these stay */
        qn_wire_words_dispose(&f->out->keeps);
    while (!status &&
           (checksum = qn_wire_words_next(&f->uris.words, &position))) {
        status = qn_wire_words_add(ctx, &f->out->elsewhere,
                                   qn_bytes_from_string(checksum));
        (void)qn_wire_words_next(&f->uris.words, &position);
    }
    return status;
}

static enum qn_status index_pack(struct qn_ctx *ctx, struct fetching *f,
                                 const struct arrival *a)
{
    const struct qn_fetch_pack *o = f->options;
    bool has_others = f->uris.words.count > 0;
    /* where history is cut, links lead nowhere; as where a part is elsewhere */
    bool looks = o->checks_contained && f->out->shallow.count == 0 &&
                 f->request.shallow.count == 0 && !has_others;
    bool is_locked = o->locks_pack || o->keep == QN_FETCH_KEEP_LOCKED;
    struct qn_buf keep = QN_BUF_INIT;
    struct qn_pack_receive received = {.name = QN_BUF_INIT};
    struct qn_pack_receive_options options = {
        .fd = -1,
        .source = &a->source,
        .front = a->header,
        .odb = o->scope->odb,
        .arriving = o->arriving,
        .fixes_thin =
            f->request.is_thin && (!o->is_clone || o->told || o->whole),
        .check =
            (a->is_checked ? QN_PACK_RECEIVE_OBJECTS : 0) |
            (looks ? QN_PACK_RECEIVE_LINKS | QN_PACK_RECEIVE_CONTAINED : 0),
        .policy = a->is_checked ? &a->policy : NULL,
        .promisor = o->promisor,
        .level = -1,
        .big_file_threshold = a->big_file_threshold,
        .title = o->title};
    enum qn_status status = is_locked ? keep_text(ctx, &keep) : QN_OK;

    options.keep = is_locked ? qn_buf_string(&keep) : NULL;
    if (!status && has_others) {
        status =
            qn_fetch_uris_begin(ctx, &f->uris, qn_odb_get_store(o->scope->odb));
        options.odb = f->uris.odb;
    }
    if (!status)
        status = qn_pack_receive_run(ctx, &options, &received);
    f->out->is_indexed = !status;
    f->out->checksum = received.checksum;
    f->out->is_contained = !status && looks && received.is_contained;
    if (!status && has_others) {
        status = get_others(ctx, f, &options);
    } else if (!status && received.was_kept &&
               o->keep != QN_FETCH_KEEP_LOCKED) {
        status = qn_buf_append_string(ctx, &received.name, ".keep");
        if (!status)
            status = qn_wire_words_add(ctx, &f->out->keeps,
                                       qn_buf_bytes(&received.name));
    }
    qn_pack_receive_dispose(&received);
    qn_buf_dispose(&keep);
    return status;
}

/* Who keeps the pack does not look at its header; nor does Git. */
static enum qn_status check_header(struct qn_ctx *ctx, const struct fetching *f,
                                   struct qn_bytes header)
{
    bool looks = f->options->keep == QN_FETCH_KEEP_BY_SIZE;
    enum qn_status status = f->broken ? f->broken : QN_NETWORK;
    uint32_t version;

    if (header.size < HEADER_SIZE) {
        if (looks)
            return qn_ctx_fail_reason(ctx, status, "fetch.no-header", NULL,
                                      "protocol error: bad pack header");
        qn_ctx_report(ctx, QN_REPORT_INFO, "fetch.no-header",
                      "fatal: early EOF");
        return qn_ctx_fail_reason(ctx, status, "fetch.no-header", NULL,
                                  "fetch-pack: invalid index-pack output");
    }
    version = qn_endian_load32(header.data + 4);
    return looks && (memcmp(header.data, "PACK", 4) != 0 ||
                     (version != 2 && version != 3))
               ? qn_ctx_fail_reason(ctx, QN_CORRUPT, "fetch.no-header", NULL,
                                    "protocol error: bad pack header")
               : QN_OK;
}

static enum qn_status receive(struct qn_ctx *ctx, struct fetching *f)
{
    uint8_t header[HEADER_SIZE];
    struct arrival a = {.source = {.read = read_pack, .data = f}};
    size_t size = 0, used = 1;
    int64_t limit = 0;
    enum qn_status status = limit_of(ctx, f, &limit);
    struct qn_span span;

    if (!status)
        status = is_checked(ctx, f, &a.is_checked);
    if (!status)
        status = qn_config_uint64(ctx, f->config, "core.bigfilethreshold", 0,
                                  &a.big_file_threshold);
    if (status)
        return status;
    status = make_policy(ctx, f, &a.policy);
    f->is_early = status != QN_OK;
    if (status)
        status = fail_receiving(ctx, f, status);
    qn_span_begin(ctx, &span, "operation.fetch.receive", NULL);
    while (!status && size < sizeof(header) && used > 0) {
        status = read_pack(ctx, f, header + size, sizeof(header) - size, &used);
        size += used;
    }
    a.header = qn_bytes_make(header, size);
    if (!status)
        status = check_header(ctx, f, a.header);
    if (!status) {
        f->out->has_pack = true;
        f->out->count = qn_endian_load32(header + 8);
        if (f->options->keep == QN_FETCH_KEEP_BY_SIZE &&
            f->uris.words.count == 0 && !f->options->promisor &&
            !a.is_checked && (int64_t)f->out->count < limit)
            status = unpack(ctx, f, &a);
        else
            status = index_pack(ctx, f, &a);
        if (status)
            status = fail_receiving(ctx, f, status);
    }
    if (!status)
        status = drain(ctx, f);
    if (!status && f->options->said)
        f->options->said(f->options->data, QN_BYTES_NONE);
    if (!status && f->broken)
        status = qn_ctx_fail_reason(ctx, f->broken, "fetch.broken", NULL,
                                    "error in sideband demultiplexer");
    qn_span_end(ctx, &span);
    qn_check_policy_dispose(&a.policy);
    return status;
}

/* ---- all of it */

static enum qn_status begin(struct qn_ctx *ctx, struct fetching *f)
{
    const struct qn_fetch_pack *o = f->options;
    enum qn_status status;

    qn_fetch_request_init(&f->request, qn_repo_algorithm(o->scope->repo));
    status = make_request(ctx, f);
    if (!status)
        status =
            qn_negotiator_new(ctx, o->scope, o->negotiator, &f->negotiator);
    return status;
}

/* Versions 0 and 1 tell of them at once. */
static enum qn_status take_ends(struct qn_ctx *ctx, struct fetching *f)
{
    const struct qn_advertisement *server = &f->connection->server;
    enum qn_status status = QN_OK;
    size_t i;

    if (qn_fetch_depth_is_set(f->options->depth))
        return QN_OK;
    for (i = 0; !status && i < server->shallow.count; i++)
        status = take_end(ctx, f, &server->shallow.ids[i]);
    return status;
}

static void dispose(struct fetching *f)
{
    qn_fetch_uris_dispose(&f->uris);
    qn_fetch_client_free(f->client);
    qn_negotiator_free(f->negotiator);
    qn_fetch_request_dispose(&f->request);
    qn_buf_dispose(&f->to_send);
}

/* The border is where the server said.  Grafts that were loaded are of before.
 */
static enum qn_status settle_shallow(struct qn_ctx *ctx, struct fetching *f)
{
    const struct qn_revision_scope *scope = f->options->scope;
    enum qn_status status;

    if (f->connection->server.version != 2 &&
        qn_trace_wants(ctx, QN_TRACE_SHALLOW))
        qn_trace_say_line(ctx, QN_TRACE_SHALLOW,
                          "shallow: prepare_shallow_info");
    status = qn_shallow_file_update(ctx, scope->repo, &f->out->shallow,
                                    &f->out->open, &f->out->changed_shallow);

    if (f->out->changed_shallow && scope->grafts) {
        qn_grafts_free(*scope->grafts);
        *scope->grafts = NULL;
    }
    return status;
}

/* The other side is plain files over http: what is not here is looked for, file
 * by file. */
static enum qn_status walk_files(struct qn_ctx *ctx,
                                 const struct qn_fetch_pack *options,
                                 struct qn_fetch_pack_result *out)
{
    struct qn_http_walk walk = {
        .scope = options->scope,
        .client = qn_http_connection_client(options->connection),
        .opened = options->opened,
        .ids = options->wants->ids,
        .count = options->wants->count,
        .recovers = options->refetches};
    enum qn_status status;

    if (qn_fetch_depth_is_set(options->depth))
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "fetch.dumb", NULL,
            "dumb http transport does not support shallow capabilities");
    if (!walk.client || !walk.opened)
        return qn_ctx_fail(ctx, QN_INTERNAL, "no client for plain files");
    status = qn_http_walk_run(ctx, &walk);
    out->has_pack = !status;
    return status;
}

static enum qn_status run_one(struct qn_ctx *ctx,
                              const struct qn_fetch_pack *options,
                              struct qn_fetch_partial *partial,
                              struct qn_fetch_pack_result *out)
{
    struct fetching f = {.options = options,
                         .out = out,
                         .connection = options->connection,
                         .config = qn_repo_config(options->scope->repo)};
    enum qn_fetch_client_want want = QN_FETCH_END;
    enum qn_status status = begin(ctx, &f);

    if (options->is_verbose && f.connection->server.version != 2)
        qn_capabilities_tell(ctx, &f.connection->server.capabilities);
    if (!status)
        status = start_negotiation(ctx, &f);
    if (!status && f.request.wants.count == 0 && f.request.want_refs.count == 0)
        goto out; /* all is here */
    if (!status && partial)
        f.common = &partial->haves;
    if (!status)
        status = make_client(ctx, &f, false);
    if (!status)
        status = take_ends(ctx, &f);
    if (!status)
        status = talk(ctx, &f, &want);
    if (!status && options->keep == QN_FETCH_KEEP_BY_SIZE &&
        qn_fetch_client_is_strange(f.client))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.strange",
                      "no common commits");
    if (!status && want == QN_FETCH_PACK && partial)
        status = qn_fetch_partial_note(ctx, partial, &f.request.wants,
                                       &partial->haves);
    if (!status && want == QN_FETCH_PACK)
        status = receive(ctx, &f);
    if (!status && qn_fetch_depth_is_set(options->depth))
        status = settle_shallow(ctx, &f);
out:
    dispose(&f);
    return status;
}

/* `partial` NULL: it cannot be gone on with. */
static void tell_cut(struct qn_ctx *ctx, enum qn_status status,
                     const struct qn_fetch_partial *partial,
                     const struct qn_fetch_pack_result *out)
{
    uint64_t size =
        partial && partial->is_ours && qn_fetch_partial_is_cut(status)
            ? qn_fetch_partial_size(ctx, qn_buf_string(&partial->directory))
            : 0;

    if (size > 0)
        qn_ctx_report(ctx, QN_REPORT_INFO, "fetch.cut",
                      "%llu KiB of it are kept: the same command goes on from "
                      "there",
                      (unsigned long long)(size >> 10));
    else if (qn_fetch_partial_is_cut(status) && out->has_pack &&
             strcmp(qn_ctx_reason(ctx), "fetch.uri") != 0)
        qn_ctx_report(ctx, QN_REPORT_INFO, "fetch.cut",
                      "nothing of it is kept: the same command starts again");
    else if (status == QN_REFUSED && partial && partial->is_old)
        qn_ctx_report(ctx, QN_REPORT_INFO, "fetch.cut",
                      "what was kept of it is of no use any more: the same "
                      "command starts again");
}

/* One that can be gone on with, and before it what was cut off. */
static enum qn_status run_kept(struct qn_ctx *ctx,
                               const struct qn_fetch_pack *options,
                               struct qn_fetch_pack_result *out)
{
    struct qn_fetch_partial partial;
    struct qn_fetch_pack pack = *options;
    struct qn_fetch_pack_result before = {.keeps = QN_WIRE_WORDS_INIT};
    struct qn_id_list whole = {0};
    enum qn_status status = qn_fetch_partial_open(
        ctx, options->scope->repo, options->opened ? options->opened->url : "",
        &partial);

    if (status)
        return status;
    if (partial.is_ours && partial.is_old) {
        status = qn_fetch_resume_run(ctx, options, &partial, &whole, &before);
        if (!status)
            status = qn_fetch_partial_renew(ctx, &partial);
    }
    if (whole.count > 0) {
        pack.whole = &whole;
        pack.checks_contained = false;
    }
    if (partial.is_ours)
        pack.arriving = qn_buf_string(&partial.arriving);
    if (!status)
        status = run_one(ctx, &pack, partial.is_ours ? &partial : NULL, out);
    out->has_pack |= before.has_pack;
    out->count += before.count;
    tell_cut(ctx, status, &partial, out);
    if (qn_fetch_partial_is_cut(status))
        qn_fetch_partial_close(ctx, &partial);
    else
        qn_fetch_partial_remove(ctx, &partial);
    qn_id_list_dispose(&whole);
    return status;
}

enum qn_status qn_fetch_pack_run(struct qn_ctx *ctx,
                                 const struct qn_fetch_pack *options,
                                 struct qn_fetch_pack_result *out)
{
    struct qn_span span;
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    qn_span_begin(ctx, &span, "operation.fetch.pack", NULL);
    if (options->connection->is_dumb)
        status = walk_files(ctx, options, out);
    else if (qn_fetch_resume_is_possible(options))
        status = run_kept(ctx, options, out);
    else {
        status = run_one(ctx, options, NULL, out);
        if (!options->told)
            tell_cut(ctx, status, NULL, out);
    }
    qn_span_end(ctx, &span);
    return status;
}

enum qn_status qn_fetch_pack_negotiate(struct qn_ctx *ctx,
                                       const struct qn_fetch_pack *options,
                                       struct qn_id_list *common)
{
    struct qn_fetch_pack_result out = {.keeps = QN_WIRE_WORDS_INIT};
    struct fetching f = {.options = options,
                         .out = &out,
                         .connection = options->connection,
                         .config = qn_repo_config(options->scope->repo),
                         .common = common};
    enum qn_fetch_client_want want;
    enum qn_status status;
    size_t i;

    if (options->connection->server.version != 2 ||
        !qn_capabilities_has_feature(&options->connection->server.capabilities,
                                     "fetch", "wait-for-done"))
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "fetch.wait-for-done",
                                  NULL,
                                  "server does not support wait-for-done");
    status = begin(ctx, &f);
    f.request.waits_for_done = true;
    f.request.is_thin = f.request.names_offsets = f.request.is_quiet = false;
    for (i = 0; !status && options->tips && i < options->tips->count; i++)
        status =
            qn_negotiator_add_tip(ctx, f.negotiator, &options->tips->ids[i]);
    for (i = 0; !status && options->includes && i < options->includes->count;
         i++)
        status = qn_negotiator_include(ctx, f.negotiator,
                                       &options->includes->ids[i]);
    if (!status)
        status = make_client(ctx, &f, true);
    if (!status)
        status = talk(ctx, &f, &want);
    dispose(&f);
    qn_fetch_pack_result_dispose(&out);
    return status;
}
