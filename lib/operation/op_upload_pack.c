/* SPDX-License-Identifier: MIT */
#include "operation/op_upload_pack.h"

#include "object/filter_spec.h"
#include "operation/upload_pack_parts.h"
#include "walk/commit_reach.h"
#include "walk/grafts.h"
#include "wire/advertisement.h"
#include "wire/sideband.h"

enum qn_status qn_upload_pack_refuse(struct qn_ctx *ctx,
                                     struct qn_upload_pack *u,
                                     const char *format, ...)
{
    static const char own[] = "upload-pack: ";
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    va_list arguments;

    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, &text, format, arguments);
    va_end(arguments);
    if (!status && u->request.multiplexes_all)
        status = qn_pkt_line_append_band(ctx, &u->io->out, QN_SIDEBAND_ERROR,
                                         qn_buf_bytes(&text));
    if (!status && u->request.multiplexes_all)
        status = qn_service_io_flush(ctx, u->io);
    else if (!status)
        status = qn_service_io_error(ctx, u->io, qn_buf_string(&text));
    if (!status)
        status = qn_ctx_fail_reason(
            ctx, QN_REFUSED, "upload-pack.refused", NULL, "%s%s",
            strncmp(qn_buf_string(&text), own, sizeof(own) - 1) == 0 ? "git "
                                                                     : "",
            qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

/* ---- what may be had */

static enum qn_status configure(struct qn_ctx *ctx, struct qn_upload_pack *u)
{
    bool tip = false, reachable = false, any = false;
    const struct {
        const char *key;
        bool *out;
    } keys[] = {
        {"uploadpack.allowtipsha1inwant", &tip},
        {"uploadpack.allowreachablesha1inwant", &reachable},
        {"uploadpack.allowanysha1inwant", &any},
        {"uploadpack.allowfilter", &u->allows_filter},
        {"uploadpack.allowrefinwant", &u->allows_ref_in_want},
        {"uploadpack.allowsidebandall", &u->allows_all_bands},
        {"transfer.advertisesid", &u->advertises_session},
        {"transfer.advertiseobjectinfo", &u->advertises_object_info},
        {"uploadpack.advertisebundleuris", &u->advertises_bundles},
    };
    const struct qn_config_entry *uris =
        qn_config_find(u->config, "uploadpack.blobpackfileuri");
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < QN_COUNT_OF(keys); i++)
        status =
            qn_config_bool(ctx, u->config, keys[i].key, false, keys[i].out);
    if (!status)
        status =
            qn_config_uint64(ctx, u->config, "uploadpackfilter.tree.maxdepth",
                             UINT64_MAX, &u->deepest);
    u->advertises_session = u->advertises_session && u->options->session;
    u->allows_uris = uris && uris->value;
    u->allows = (tip || any ? QN_UPLOAD_ALLOW_TIP : 0u) |
                (reachable || any ? QN_UPLOAD_ALLOW_REACHABLE : 0u) |
                (any ? QN_UPLOAD_ALLOW_ANY : 0u);
    return status;
}

/* They have its parents, too, without a word. */
static enum qn_status take_parents(struct qn_ctx *ctx, struct qn_upload_pack *u,
                                   uint32_t row)
{
    enum qn_status status = qn_commit_table_load(ctx, u->theirs, row);
    const struct qn_commit_row *commit = &u->theirs->rows[row];
    uint32_t i;

    if (status == QN_INVALID || status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx); /* no commit */
        return QN_OK;
    }
    if (status)
        return status;
    if (u->common.count == 0 || commit->time < u->oldest)
        u->oldest = commit->time;
    for (i = 0; i < commit->parent_count; i++)
        u->theirs->rows[u->theirs->edges[commit->edge + i]].flags = 1;
    return QN_OK;
}

enum qn_status qn_upload_pack_has(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id, bool *out,
                                  bool *is_new)
{
    struct qn_upload_pack *u = data;
    enum qn_status status = qn_odb_exists(ctx, u->scope->odb, id, out);
    uint32_t row;

    *is_new = false;
    if (!status && *out && !u->theirs)
        status = qn_commit_table_new(ctx, u->scope, &u->theirs);
    if (status || !*out)
        return status;
    status = qn_commit_table_put(ctx, u->theirs, id, &row);
    if (status)
        return status;
    *is_new = u->theirs->rows[row].flags == 0;
    u->has_asked = false;
    u->theirs->rows[row].flags = 1;
    status = take_parents(ctx, u, row);
    return status || !*is_new ? status : qn_id_list_add(ctx, &u->common, id);
}

/* Tags among them count as what they point to; what is no commit reaches
 * nothing. */
static enum qn_status peel_all(struct qn_ctx *ctx,
                               const struct qn_upload_pack *u,
                               const struct qn_id_list *ids,
                               struct qn_id_list *out)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool is_commit;
    size_t i;

    for (i = 0; !status && i < ids->count; i++) {
        status = qn_revision_peel_if_commit(ctx, u->scope->odb, &ids->ids[i],
                                            &id, &is_commit);
        if (!status && is_commit)
            status = qn_id_list_add(ctx, out, &id);
    }
    return status;
}

/* Do all wants reach one of `targets`, by nothing that is older than all that
 * they told of? */
static enum qn_status wants_reach(struct qn_ctx *ctx,
                                  const struct qn_upload_pack *u,
                                  const struct qn_id_list *targets, bool *out)
{
    struct qn_commit_reach *reach = NULL;
    struct qn_id_list tips = {0};
    enum qn_status status = peel_all(ctx, u, &u->request.wants, &tips);
    size_t i;

    *out = targets->count > 0;
    if (!status && *out)
        status = qn_commit_reach_new(ctx, u->scope, targets, &reach);
    if (!status && *out && u->options->version != 2)
        status = qn_commit_reach_cut(ctx, reach, &u->depth.ends);
    if (!status && *out)
        qn_commit_reach_since(reach, u->oldest);
    for (i = 0; !status && *out && i < tips.count; i++)
        status = qn_commit_reach_ask(ctx, reach, &tips.ids[i], out);
    qn_commit_reach_free(reach);
    qn_id_list_dispose(&tips);
    return status;
}

enum qn_status qn_upload_pack_is_enough(struct qn_ctx *ctx, void *data,
                                        bool *out)
{
    struct qn_upload_pack *u = data;
    struct qn_id_list targets = {0};
    enum qn_status status = QN_OK;
    uint32_t row;

    *out = false;
    if (u->common.count == 0)
        return QN_OK;
    for (row = 0; !status && !u->has_asked && row < u->theirs->count; row++) {
        struct qn_id id;
        bool is_commit = false;

        if (!u->theirs->rows[row].flags)
            continue;
        qn_commit_table_id(u->theirs, row, &id);
        status = qn_revision_peel_if_commit(ctx, u->scope->odb, &id, &id,
                                            &is_commit);
        if (!status && is_commit)
            status = qn_id_list_add(ctx, &targets, &id);
    }
    if (!status && !u->has_asked)
        status = wants_reach(ctx, u, &targets, &u->is_enough);
    u->has_asked = !status;
    *out = !status && u->is_enough;
    qn_id_list_dispose(&targets);
    return status;
}

/* Is it reached by what is told of?  All tips ask one table, so that each
 * commit is read once. */
static enum qn_status is_reachable(struct qn_ctx *ctx,
                                   const struct qn_upload_pack *u,
                                   const struct qn_id *id, bool *out)
{
    const struct qn_remote_refs *refs = &u->refs.refs;
    struct qn_id_list one = {0}, tips = {0}, wanted = {0};
    struct qn_commit_reach *reach = NULL;
    enum qn_status status = qn_id_list_add(ctx, &one, id);
    size_t i;

    *out = false;
    if (!status)
        status = peel_all(ctx, u, &one, &wanted);
    for (i = 0; !status && i < refs->count; i++)
        status = qn_id_list_add(ctx, &tips, &refs->items[i].id);
    one.count = 0;
    if (!status)
        status = peel_all(ctx, u, &tips, &one);
    if (!status && wanted.count > 0)
        status = qn_commit_reach_new(ctx, u->scope, &wanted, &reach);
    for (i = 0; !status && reach && !*out && i < one.count; i++)
        status = qn_commit_reach_ask(ctx, reach, &one.ids[i], out);
    qn_commit_reach_free(reach);
    qn_id_list_dispose(&one);
    qn_id_list_dispose(&tips);
    qn_id_list_dispose(&wanted);
    return status;
}

static enum qn_status may_want(struct qn_ctx *ctx,
                               const struct qn_upload_pack *u,
                               const struct qn_id *id, bool *out)
{
    const struct qn_remote_refs *refs = &u->refs.refs;
    size_t i;

    *out = true;
    if (u->options->version == 2 || u->allows & QN_UPLOAD_ALLOW_ANY)
        return QN_OK;
    for (i = 0; i < refs->count; i++)
        if (qn_id_is_equal(&refs->items[i].id, id) ||
            (refs->items[i].has_peeled &&
             qn_id_is_equal(&refs->items[i].peeled, id)))
            return QN_OK;
    if (u->allows & QN_UPLOAD_ALLOW_TIP && qn_id_list_has(&u->refs.hidden, id))
        return QN_OK;
    *out = false;
    return u->allows & QN_UPLOAD_ALLOW_REACHABLE || u->options->is_stateless
               ? is_reachable(ctx, u, id, out)
               : QN_OK;
}

static enum qn_status refuse_want(struct qn_ctx *ctx, struct qn_upload_pack *u,
                                  const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_upload_pack_refuse(ctx, u, "upload-pack: not our ref %s",
                                 qn_id_to_hex(id, hex));
}

enum qn_status qn_upload_pack_check_here(struct qn_ctx *ctx,
                                         struct qn_upload_pack *u,
                                         const struct qn_id *id)
{
    bool is_here = false;
    enum qn_status status = qn_odb_exists(ctx, u->scope->odb, id, &is_here);

    return status || is_here ? status : refuse_want(ctx, u, id);
}

enum qn_status qn_upload_pack_check_wants(struct qn_ctx *ctx,
                                          struct qn_upload_pack *u)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < u->request.wants.count; i++) {
        const struct qn_id *id = &u->request.wants.ids[i];
        bool is_here = false, may = true;

        status = qn_odb_exists(ctx, u->scope->odb, id, &is_here);
        if (!status && is_here)
            status = may_want(ctx, u, id, &may);
        if (!status && !(is_here && may))
            status = refuse_want(ctx, u, id);
        if (status == QN_REFUSED && is_here) /* Git tells of it otherwise */
            status = qn_ctx_fail_reason(ctx, QN_REFUSED, "upload-pack.not-ours",
                                        NULL, "git upload-pack: not our ref %s",
                                        qn_id_to_hex(id, hex));
    }
    return status;
}

/* uploadpackfilter.<kind>.allow, or what uploadpackfilter.allow says. */
static enum qn_status allows_kind(struct qn_ctx *ctx, struct qn_upload_pack *u,
                                  const char *kind)
{
    struct qn_buf key = QN_BUF_INIT;
    bool by_default = true, allowed = true;
    enum qn_status status = qn_config_bool(
        ctx, u->config, "uploadpackfilter.allow", true, &by_default);

    if (!status && strcmp(kind, "tree") == 0 &&
        qn_config_string(u->config, "uploadpackfilter.tree.maxdepth", NULL))
        by_default = true;
    if (!status)
        status = qn_buf_printf(ctx, &key, "uploadpackfilter.%s.allow", kind);
    if (!status)
        status = qn_config_bool(ctx, u->config, qn_buf_string(&key), by_default,
                                &allowed);
    if (!status && !allowed)
        status =
            qn_upload_pack_refuse(ctx, u, "filter '%s' not supported", kind);
    qn_buf_dispose(&key);
    return status;
}

enum qn_status qn_upload_pack_check_filter(struct qn_ctx *ctx,
                                           struct qn_upload_pack *u)
{
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    struct qn_bytes text = qn_buf_bytes(&u->request.filter);
    uint64_t deepest = u->deepest;
    enum qn_status status;
    size_t i;

    if (text.size == 0)
        return QN_OK;
    if (!u->allows_filter)
        return qn_ctx_fail_reason(ctx, QN_REFUSED, "upload-pack.refused", NULL,
                                  "git upload-pack: filtering not supported");
    status = qn_filter_spec_parse(ctx, &spec, text);
    if (!status && spec.count > 1)
        status = allows_kind(ctx, u, "combine");
    for (i = 0; !status && i < spec.count; i++) {
        const struct qn_filter_part *part = &spec.parts[i];

        status = allows_kind(ctx, u, qn_filter_spec_kind_name(part->kind));
        if (!status && part->kind == QN_FILTER_TREE_DEPTH &&
            part->number > deepest)
            status = qn_upload_pack_refuse(
                ctx, u, "tree filter allows max depth %llu, but got %llu",
                (unsigned long long)deepest, (unsigned long long)part->number);
    }
    qn_filter_spec_dispose(&spec);
    return status;
}

/* ---- versions 0 and 1 */

static enum qn_status old_capabilities(struct qn_ctx *ctx,
                                       struct qn_upload_pack *u,
                                       struct qn_buf *out)
{
    const struct qn_remote_ref *head =
        qn_remote_refs_find(&u->refs.refs, "HEAD");
    enum qn_status status = qn_buf_append_string(
        ctx, out,
        "multi_ack thin-pack side-band side-band-64k ofs-delta shallow "
        "deepen-since deepen-not deepen-relative no-progress include-tag "
        "multi_ack_detailed");

    if (!status && u->allows & QN_UPLOAD_ALLOW_TIP)
        status = qn_buf_append_string(ctx, out, " allow-tip-sha1-in-want");
    if (!status && u->allows & QN_UPLOAD_ALLOW_REACHABLE)
        status =
            qn_buf_append_string(ctx, out, " allow-reachable-sha1-in-want");
    if (!status && (u->options->is_stateless || u->options->advertises_only))
        status = qn_buf_append_string(ctx, out, " no-done");
    if (!status && head && head->target)
        status = qn_buf_printf(ctx, out, " symref=HEAD:%s", head->target);
    if (!status && u->allows_filter)
        status = qn_buf_append_string(ctx, out, " filter");
    if (!status && u->advertises_session)
        status = qn_buf_printf(ctx, out, " session-id=%s", u->options->session);
    if (!status)
        status =
            qn_buf_printf(ctx, out, " object-format=%s agent=%s",
                          qn_id_algorithm_name(qn_odb_algorithm(u->scope->odb)),
                          u->options->agent);
    return status;
}

static enum qn_status advertise(struct qn_ctx *ctx, struct qn_upload_pack *u)
{
    struct qn_buf words = QN_BUF_INIT;
    struct qn_advertiser a = {.out = &u->io->out,
                              .algorithm = qn_odb_algorithm(u->scope->odb)};
    enum qn_status status = old_capabilities(ctx, u, &words);
    const struct qn_grafts *grafts = NULL;
    struct qn_id_list shallow = {0};
    size_t i;

    a.capabilities = qn_buf_string(&words);
    if (!status)
        status = qn_advertiser_begin(ctx, &a, u->options->version);
    for (i = 0; !status && i < u->refs.refs.count; i++) {
        const struct qn_remote_ref *ref = &u->refs.refs.items[i];

        status = qn_advertiser_put(ctx, &a, &ref->id, ref->name, "");
        if (!status && ref->has_peeled)
            status = qn_advertiser_put(ctx, &a, &ref->peeled, ref->name, "^{}");
        if (!status && u->io->out.size > ((size_t)1 << 16))
            status = qn_service_io_flush(ctx, u->io);
    }
    if (!status)
        status = qn_grafts_of(ctx, u->scope, &grafts);
    if (!status && grafts && grafts->is_shallow)
        status = qn_served_depth_own(ctx, grafts, &shallow);
    if (!status)
        status = qn_advertiser_end(ctx, &a, &shallow);
    if (!status)
        status = qn_service_io_flush(ctx, u->io);
    qn_id_list_dispose(&shallow);
    qn_buf_dispose(&words);
    return status;
}

/* The client's wants; `*is_over`: it wants nothing. */
static enum qn_status take_wants(struct qn_ctx *ctx, struct qn_upload_pack *u,
                                 bool *is_over)
{
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;
    bool is_done = false;
    size_t count;

    *is_over = false;
    while (!status && !is_done) {
        status = qn_service_io_next(ctx, u->io, &packet, is_over);
        if (!status && *is_over)
            return qn_wire_fail_hung_up(ctx);
        if (status)
            return status;
        count = u->request.wants.count;
        status = qn_fetch_request_take_old(ctx, &u->request, &packet, &is_done);
        if (!status && u->request.wants.count > count)
            status =
                qn_upload_pack_check_here(ctx, u, &u->request.wants.ids[count]);
        if (!status && packet.kind == QN_PKT_LINE_DATA &&
            qn_bytes_has_prefix(packet.payload, "filter "))
            status = qn_upload_pack_check_filter(ctx, u);
    }
    *is_over = u->request.wants.count == 0;
    return status;
}

static enum qn_status tell_borders(struct qn_ctx *ctx, struct qn_upload_pack *u)
{
    enum qn_status status =
        qn_served_depth_find(ctx, u->scope, &u->request, &u->depth);

    if (status || !qn_fetch_request_deepens(&u->request))
        return status;
    status = qn_fetch_put_borders(ctx, &u->depth.shallow, &u->depth.open,
                                  &u->io->out);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, &u->io->out);
    return status ? status : qn_service_io_flush(ctx, u->io);
}

static enum qn_status take_haves(struct qn_ctx *ctx, struct qn_upload_pack *u,
                                 bool *is_over)
{
    struct qn_fetch_acks_state acks = {
        .request = &u->request,
        .is_stateless = u->options->is_stateless,
        .answers = {u, qn_upload_pack_has, qn_upload_pack_is_enough}};
    enum qn_fetch_acks_event event = QN_FETCH_ACKS_MORE;
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;
    bool is_first = true;

    while (!status && event != QN_FETCH_ACKS_PACK) {
        status = qn_service_io_next(ctx, u->io, &packet, is_over);
        /* who forgets may have come for the borders only */
        if (!status && *is_over && !(is_first && u->options->is_stateless))
            status = qn_wire_fail_hung_up(ctx);
        if (status || *is_over)
            return status;
        is_first = false;
        status = qn_fetch_acks_take(ctx, &acks, &packet, &u->io->out, &event);
        /* an answer is said at once: who listens need not tell more */
        if (!status && (event != QN_FETCH_ACKS_MORE || u->io->out.size > 0))
            status = qn_service_io_flush(ctx, u->io);
        if (event == QN_FETCH_ACKS_FLUSH && u->options->is_stateless) {
            *is_over = true;
            return status;
        }
    }
    return status;
}

static enum qn_status serve_old(struct qn_ctx *ctx, struct qn_upload_pack *u)
{
    bool is_over = false;
    enum qn_status status =
        qn_served_refs_read(ctx, u->scope, "uploadpack", true, &u->refs);

    if (!status && (u->options->advertises_only || !u->options->is_stateless))
        status = advertise(ctx, u);
    if (status || u->options->advertises_only)
        return status;
    status = take_wants(ctx, u, &is_over);
    if (status || is_over)
        return status;
    status = qn_upload_pack_check_wants(ctx, u);
    if (!status)
        status = tell_borders(ctx, u);
    if (!status)
        status = take_haves(ctx, u, &is_over);
    return status || is_over ? status : qn_upload_pack_send(ctx, u);
}

enum qn_status qn_op_upload_pack_run(struct qn_ctx *ctx,
                                     const struct qn_op_upload_pack *options)
{
    struct qn_upload_pack u = {.options = options,
                               .scope = options->scope,
                               .config = qn_repo_config(options->scope->repo),
                               .io = options->io};
    enum qn_status status = configure(ctx, &u);

    options->io->input.is_local = true;
    options->io->input.traced = "upload-pack";
    qn_fetch_request_init(&u.request, qn_odb_algorithm(options->scope->odb));
    if (!status)
        status = options->version == 2 ? qn_upload_pack_commands(ctx, &u)
                                       : serve_old(ctx, &u);
    qn_buf_dispose(&u.promisors);
    qn_served_refs_dispose(&u.refs);
    qn_served_depth_dispose(&u.depth);
    qn_id_list_dispose(&u.common);
    qn_commit_table_free(u.theirs);
    qn_fetch_request_dispose(&u.request);
    return status;
}
