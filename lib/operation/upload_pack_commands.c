/* SPDX-License-Identifier: MIT */
/* upload-pack in version 2: one command after the other. */
#include "operation/part/promisor_info.h"
#include "operation/upload_pack_parts.h"
#include "walk/grafts.h"
#include "walk/hidden_refs.h"
#include "wire/advertisement.h"
#include "wire/ls_refs.h"
#include "wire/wire_command.h"

struct serving {
    struct qn_upload_pack *u;
    struct qn_wire_command command;
    struct qn_ls_refs refs;
    struct qn_id_list asked; /* object-info */
    struct qn_buf refusal;   /* of what was asked; or nothing */
    bool wants_size;
};

/* lsrefs.unborn: is HEAD told of where its branch is not there; and is that
 * told beforehand? */
static enum qn_status read_unborn(struct qn_ctx *ctx,
                                  const struct qn_upload_pack *u, bool *is_told,
                                  bool *is_advertised)
{
    const struct qn_config_entry *entry =
        qn_config_find(u->config, "lsrefs.unborn");
    const char *value = entry ? entry->value : "advertise";

    if (!value)
        return qn_config_fail_missing(ctx, entry);
    *is_advertised = strcmp(value, "advertise") == 0;
    *is_told = *is_advertised || strcmp(value, "allow") == 0;
    return *is_told || strcmp(value, "ignore") == 0
               ? QN_OK
               : qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-value", NULL,
                                    "invalid value for 'lsrefs.unborn': '%s'",
                                    value);
}

enum qn_status qn_upload_pack_capabilities(struct qn_ctx *ctx,
                                           const struct qn_upload_pack *u,
                                           struct qn_capabilities *out)
{
    struct qn_buf line = QN_BUF_INIT;
    const struct {
        bool is_there;
        const char *format;
        const char *value;
    } lines[] = {
        {true, "agent=%s", u->options->agent},
        {true, "ls-refs%s", ""},
        {true, "fetch=shallow wait-for-done%s",
         u->allows_filter ? " filter" : ""},
        {true, "server-option%s", ""},
        {true, "object-format=%s",
         qn_id_algorithm_name(qn_odb_algorithm(u->scope->odb))},
        {u->advertises_session, "session-id=%s", u->options->session},
        {u->advertises_object_info, "object-info%s", ""},
        {u->advertises_bundles, "bundle-uri%s", ""},
        {u->promisors.size > 0, "promisor-remote=%s",
         qn_buf_string(&u->promisors)},
    };
    bool is_told = false, is_advertised = false;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < QN_COUNT_OF(lines); i++) {
        if (!lines[i].is_there)
            continue;
        qn_buf_clear(&line);
        status = qn_buf_printf(ctx, &line, lines[i].format, lines[i].value);
        if (!status && i == 1)
            status = read_unborn(ctx, u, &is_told, &is_advertised);
        if (!status && i == 1 && is_advertised)
            status = qn_buf_append_string(ctx, &line, "=unborn");
        if (!status && i == 2 && u->allows_ref_in_want)
            status = qn_buf_append_string(ctx, &line, " ref-in-want");
        if (!status && i == 2 && u->allows_all_bands)
            status = qn_buf_append_string(ctx, &line, " sideband-all");
        if (!status && i == 2 && u->allows_uris)
            status = qn_buf_append_string(ctx, &line, " packfile-uris");
        if (!status)
            status = qn_capabilities_add(ctx, out, qn_buf_bytes(&line));
    }
    qn_buf_dispose(&line);
    return status;
}

enum qn_status qn_upload_pack_flush(struct qn_ctx *ctx,
                                    struct qn_upload_pack *u)
{
    enum qn_status status = u->request.multiplexes_all
                                ? qn_fetch_put_in_bands(ctx, &u->io->out)
                                : QN_OK;

    return status ? status : qn_service_io_flush(ctx, u->io);
}

/* ---- ls-refs */

static enum qn_status tell_refs(struct qn_ctx *ctx, struct serving *s)
{
    struct qn_upload_pack *u = s->u;
    struct qn_served_refs served = {.refs = QN_REMOTE_REFS_INIT};
    struct qn_remote_ref unborn = {.name = "HEAD", .is_unborn = true};
    enum qn_status status = qn_served_refs_read(ctx, u->scope, "uploadpack",
                                                s->refs.peels, &served);
    size_t i;

    if (!status && s->refs.shows_unborn && s->refs.shows_symrefs &&
        served.unborn_target.size > 0 && qn_ls_refs_wants(&s->refs, "HEAD")) {
        unborn.target = qn_buf_string(&served.unborn_target);
        status = qn_ls_refs_put(ctx, &s->refs, &unborn, &u->io->out);
    }
    for (i = 0; !status && i < served.refs.count; i++) {
        const struct qn_remote_ref *ref = &served.refs.items[i];

        if (!qn_ls_refs_wants(&s->refs, ref->name))
            continue;
        status = qn_ls_refs_put(ctx, &s->refs, ref, &u->io->out);
        if (!status && u->io->out.size > ((size_t)1 << 16))
            status = qn_service_io_flush(ctx, u->io);
    }
    if (!status)
        status = qn_pkt_line_append_flush(ctx, &u->io->out);
    if (!status)
        status = qn_service_io_flush(ctx, u->io);
    qn_served_refs_dispose(&served);
    return status;
}

/* ---- fetch */

struct wanted_refs {
    struct qn_buf lines; /* packets of the section */
};

/* What names were asked for is looked up now. */
static enum qn_status take_want_refs(struct qn_ctx *ctx,
                                     struct qn_upload_pack *u,
                                     struct wanted_refs *out)
{
    struct qn_buf full = QN_BUF_INIT, prefix = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = qn_served_refs_prefix(ctx, u->scope, &prefix);
    size_t position = 0;
    const char *name;

    while (!status &&
           (name = qn_wire_words_next(&u->request.want_refs, &position))) {
        bool found = false;

        qn_buf_clear(&full);
        status =
            qn_buf_printf(ctx, &full, "%s%s", qn_buf_string(&prefix), name);
        if (!status && !qn_hidden_refs_has(u->config, "uploadpack", name,
                                           qn_buf_string(&full)))
            status = qn_refs_resolve(ctx, u->scope->refs, qn_buf_string(&full),
                                     &ref, &found);
        if (!status && !found)
            status = qn_upload_pack_refuse(ctx, u, "unknown ref %s", name);
        if (!status)
            status = qn_id_list_add(ctx, &u->request.wants, &ref.id);
        if (!status)
            status = qn_pkt_line_printf(ctx, &out->lines, "%s %s\n",
                                        qn_id_to_hex(&ref.id, hex), name);
    }
    qn_ref_dispose(&ref);
    qn_buf_dispose(&full);
    qn_buf_dispose(&prefix);
    return status;
}

static enum qn_status put_borders(struct qn_ctx *ctx, struct qn_upload_pack *u)
{
    const struct qn_grafts *grafts = NULL;
    struct qn_id_list own = {0};
    struct qn_buf *out = &u->io->out;
    bool deepens = qn_fetch_request_deepens(&u->request);
    bool is_told = deepens;
    enum qn_status status = qn_served_depth_check(ctx, u->scope, &u->request);
    size_t i;

    /* a shallow client is told; of what nobody knows nothing is said */
    for (i = 0; !status && !is_told && i < u->request.shallow.count; i++)
        status = qn_odb_exists(ctx, u->scope->odb, &u->request.shallow.ids[i],
                               &is_told);

    if (!status)
        status = qn_grafts_of(ctx, u->scope, &grafts);
    if (!status && grafts && grafts->is_shallow && !deepens)
        status = qn_served_depth_own(ctx, grafts, &own);
    if (!status && (is_told || own.count > 0))
        status = qn_pkt_line_printf(ctx, out, "shallow-info\n");
    if (!status) /* the header is on its way whatever comes */
        status = qn_upload_pack_flush(ctx, u);
    if (!status)
        status = qn_served_depth_find(ctx, u->scope, &u->request, &u->depth);
    if (!status && (is_told || own.count > 0)) {
        status = qn_fetch_put_borders(
            ctx, own.count > 0 ? &own : &u->depth.shallow, &u->depth.open, out);
        if (!status)
            status = qn_pkt_line_append_delimiter(ctx, out);
    }
    qn_id_list_dispose(&own);
    return status;
}

static enum qn_status answer_fetch(struct qn_ctx *ctx, struct qn_upload_pack *u,
                                   const struct wanted_refs *refs)
{
    struct qn_buf *out = &u->io->out;
    enum qn_status status = put_borders(ctx, u);

    if (!status && refs->lines.size > 0) {
        status = qn_pkt_line_printf(ctx, out, "wanted-refs\n");
        if (!status)
            status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&refs->lines));
        if (!status)
            status = qn_pkt_line_append_delimiter(ctx, out);
    }
    if (!status)
        status = qn_upload_pack_flush(ctx, u);
    u->request.band_size = QN_PKT_LINE_MAX;
    return status ? status : qn_upload_pack_send(ctx, u);
}

static enum qn_status fetch(struct qn_ctx *ctx, struct qn_upload_pack *u)
{
    struct wanted_refs refs = {.lines = QN_BUF_INIT};
    struct qn_buf *out = &u->io->out;
    bool is_ready = false, is_here, is_new;
    enum qn_status status = take_want_refs(ctx, u, &refs);
    size_t i;

    if (!status)
        status = qn_upload_pack_check_wants(ctx, u);
    if (!status)
        status = qn_upload_pack_check_filter(ctx, u);
    for (i = 0; !status && i < u->request.haves.count; i++)
        status = qn_upload_pack_has(ctx, u, &u->request.haves.ids[i], &is_here,
                                    &is_new);
    if (status)
        goto out;
    if (u->request.wants.count == 0 && !u->request.waits_for_done)
        goto out; /* nothing was asked for */
    if (!u->request.is_done && u->request.haves.count > 0) {
        if (!u->request.waits_for_done)
            status = qn_upload_pack_is_enough(ctx, u, &is_ready);
        if (!status)
            status =
                qn_fetch_put_acknowledgments(ctx, &u->common, is_ready, out);
        if (!status)
            status = is_ready ? qn_pkt_line_append_delimiter(ctx, out)
                              : qn_pkt_line_append_flush(ctx, out);
        if (status || !is_ready) {
            status = status ? status : qn_upload_pack_flush(ctx, u);
            goto out;
        }
    }
    status = answer_fetch(ctx, u, &refs);
out:
    qn_buf_dispose(&refs.lines);
    return status;
}

/* ---- object-info */

static enum qn_status take_info(struct qn_ctx *ctx, struct serving *s,
                                struct qn_bytes argument)
{
    struct qn_id id;

    if (qn_bytes_is_string(argument, "size")) {
        s->wants_size = s->refusal.size == 0;
        return QN_OK;
    }
    if (s->refusal.size > 0) /* what is behind it is not looked at */
        return QN_OK;
    if (!qn_bytes_has_prefix(argument, "oid ")) {
        s->wants_size = false;
        s->asked.count = 0;
        return qn_buf_printf(ctx, &s->refusal, "unexpected line: '%.*s'",
                             QN_BYTES_ARG(argument));
    }
    argument = qn_bytes_from(argument, 4);
    if (qn_id_from_hex(&id, qn_odb_algorithm(s->u->scope->odb), argument))
        return qn_id_list_add(ctx, &s->asked, &id);
    return qn_buf_printf(ctx, &s->refusal,
                         "protocol error, expected to get oid, not '%.*s'",
                         QN_BYTES_ARG(argument));
}

static enum qn_status tell_info(struct qn_ctx *ctx, struct serving *s)
{
    struct qn_buf *out = &s->u->io->out;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_odb_info info;
    size_t i;

    if (s->wants_size && (s->asked.count > 0 || s->refusal.size > 0))
        status = qn_pkt_line_printf(ctx, out, "size");
    for (i = 0; !status && i < s->asked.count; i++) {
        qn_id_to_hex(&s->asked.ids[i], hex);
        if (qn_odb_read_info(ctx, s->u->scope->odb, &s->asked.ids[i],
                             QN_ODB_WANT_SIZE, &info)) {
            qn_ctx_clear(ctx);
            status = qn_pkt_line_printf(ctx, out, "%s%s", hex,
                                        s->wants_size ? " " : "");
        } else if (s->wants_size) {
            status = qn_pkt_line_printf(ctx, out, "%s %llu", hex,
                                        (unsigned long long)info.size);
        } else {
            status = qn_pkt_line_printf(ctx, out, "%s", hex);
        }
    }
    if (!status && s->refusal.size > 0)
        status = qn_pkt_line_printf(ctx, out, "ERR object-info: %s",
                                    qn_buf_string(&s->refusal));
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    return status ? status : qn_service_io_flush(ctx, s->u->io);
}

/* ---- bundle-uri */

static enum qn_status tell_bundles(struct qn_ctx *ctx, struct serving *s)
{
    const struct qn_config *config = s->u->config;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strncmp(entry->key, "bundle.", 7) == 0 && entry->value)
            status = qn_pkt_line_printf(ctx, &s->u->io->out, "%s=%s",
                                        entry->key, entry->value);
    }
    if (!status)
        status = qn_pkt_line_append_flush(ctx, &s->u->io->out);
    return status ? status : qn_service_io_flush(ctx, s->u->io);
}

/* ---- all of them */

enum kind { LS_REFS, FETCH, OBJECT_INFO, BUNDLE_URI, UNKNOWN };

static enum kind kind_of(const struct serving *s)
{
    const char *name = qn_buf_string(&s->command.name);

    return strcmp(name, "ls-refs") == 0 ? LS_REFS
           : strcmp(name, "fetch") == 0 ? FETCH
           : strcmp(name, "object-info") == 0 && s->u->advertises_object_info
               ? OBJECT_INFO
           : strcmp(name, "bundle-uri") == 0 && s->u->advertises_bundles
               ? BUNDLE_URI
               : UNKNOWN;
}

static enum qn_status take_argument(struct qn_ctx *ctx, struct serving *s,
                                    struct qn_bytes argument)
{
    struct qn_upload_pack *u = s->u;
    enum qn_status status;
    size_t count;

    switch (kind_of(s)) {
    case LS_REFS:
        if (qn_bytes_is_string(argument, "unborn")) {
            bool is_advertised;

            return read_unborn(ctx, u, &s->refs.shows_unborn, &is_advertised);
        }
        return qn_ls_refs_take(ctx, &s->refs, argument);
    case FETCH:
        /* what was not told of is no word of ours */
        if ((!u->allows_filter && qn_bytes_has_prefix(argument, "filter ")) ||
            (!u->allows_ref_in_want &&
             qn_bytes_has_prefix(argument, "want-ref ")) ||
            (!u->allows_all_bands &&
             qn_bytes_is_string(argument, "sideband-all")) ||
            (!u->allows_uris &&
             qn_bytes_has_prefix(argument, "packfile-uris ")))
            return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                      "unexpected line: '%.*s'",
                                      QN_BYTES_ARG(argument));
        if (qn_bytes_has_prefix(argument, "want-ref ") &&
            qn_map_find(&u->request.wanted_names, qn_bytes_from(argument, 9)))
            return qn_upload_pack_refuse(
                ctx, u, "duplicate want-ref %.*s",
                QN_BYTES_ARG(qn_bytes_from(argument, 9)));
        if (qn_bytes_has_prefix(argument, "packfile-uris ") &&
            u->request.pack_protocols.size > 0)
            return qn_upload_pack_refuse(
                ctx, u, "multiple packfile-uris lines forbidden");
        count = u->request.wants.count;
        status = qn_fetch_request_take(ctx, &u->request, argument);
        return status || u->request.wants.count == count
                   ? status
                   : qn_upload_pack_check_here(ctx, u,
                                               &u->request.wants.ids[count]);
    case OBJECT_INFO:
        return take_info(ctx, s, argument);
    default:
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.command", NULL,
                                  "bundle-uri: unexpected argument: '%.*s'",
                                  QN_BYTES_ARG(argument));
    }
}

/* Behind the head: is it a command, and are the capabilities known? */
static enum qn_status check_head(struct qn_ctx *ctx, struct serving *s)
{
    static const char *const known[] = {"agent", "object-format",
                                        "server-option", "session-id",
                                        "promisor-remote"};
    const struct qn_capabilities *caps = &s->command.capabilities;
    const char *own = qn_id_algorithm_name(qn_odb_algorithm(s->u->scope->odb));
    struct qn_bytes format = qn_capabilities_value(caps, "object-format");
    size_t position = 0, i;
    const char *one;

    while ((one = qn_wire_words_next(&caps->words, &position))) {
        size_t size = strcspn(one, "=");

        for (i = 0; i < QN_COUNT_OF(known); i++)
            if (strlen(known[i]) == size && strncmp(one, known[i], size) == 0)
                break;
        if (i == QN_COUNT_OF(known) ||
            (strcmp(known[i], "session-id") == 0 && !s->u->advertises_session))
            return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.command", NULL,
                                      "unknown capability '%s'", one);
    }
    if (kind_of(s) == UNKNOWN)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.command", NULL,
                                  "invalid command '%s'",
                                  qn_buf_string(&s->command.name));
    if (qn_capabilities_has(caps, "object-format") && format.size == 0)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.object-format", NULL,
            "object-format capability requires an argument");
    if (format.size > 0 && !qn_id_algorithm_from_name(format))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.object-format", NULL,
                                  "unknown object format '%.*s'",
                                  QN_BYTES_ARG(format));
    if (!qn_bytes_is_string(format.size ? format : QN_BYTES("sha1"), own))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.object-format", NULL,
            "mismatched object format: server %s; client %.*s", own,
            QN_BYTES_ARG(format.size ? format : QN_BYTES("sha1")));
    return QN_OK;
}

static enum qn_status take_request(struct qn_ctx *ctx, struct serving *s,
                                   bool *is_over)
{
    enum qn_wire_command_event event = QN_WIRE_COMMAND_MORE;
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;
    bool is_checked = false;

    while (!status && event != QN_WIRE_COMMAND_WHOLE) {
        status = qn_service_io_next(ctx, s->u->io, &packet, is_over);
        if (!status && *is_over && s->command.name.size > 0)
            return qn_wire_fail_hung_up(ctx);
        if (status || *is_over)
            return status;
        status = qn_wire_command_take(ctx, &s->command, &packet, &event);
        *is_over = !status && event == QN_WIRE_COMMAND_NONE;
        if (status || *is_over)
            return status;
        if (!is_checked && (event != QN_WIRE_COMMAND_MORE ||
                            packet.kind == QN_PKT_LINE_DELIMITER)) {
            status = check_head(ctx, s);
            is_checked = true;
        }
        if (!status && event == QN_WIRE_COMMAND_ARGUMENT)
            status = take_argument(ctx, s, qn_pkt_line_text(&packet));
    }
    return status;
}

static void forget_request(struct serving *s)
{
    struct qn_upload_pack *u = s->u;

    qn_wire_command_clear(&s->command);
    qn_ls_refs_dispose(&s->refs);
    memset(&s->refs, 0, sizeof(s->refs));
    s->asked.count = 0;
    qn_buf_clear(&s->refusal);
    s->wants_size = false;
    qn_fetch_request_dispose(&u->request);
    qn_fetch_request_init(&u->request, qn_odb_algorithm(u->scope->odb));
    qn_served_depth_dispose(&u->depth);
    memset(&u->depth, 0, sizeof(u->depth));
    u->common.count = 0;
    u->has_asked = false;
    qn_commit_table_free(u->theirs);
    u->theirs = NULL;
}

static enum qn_status answer(struct qn_ctx *ctx, struct serving *s)
{
    /* Clients say so with their first command only. */
    if (qn_capabilities_value(&s->command.capabilities, "promisor-remote").size)
        s->u->leaves_promised = true;
    switch (kind_of(s)) {
    case LS_REFS:
        return tell_refs(ctx, s);
    case FETCH:
        return fetch(ctx, s->u);
    case OBJECT_INFO:
        return tell_info(ctx, s);
    default:
        return tell_bundles(ctx, s);
    }
}

/* Git is in the middle of it when it meets a value that is none. */
static void tell_beginning(struct qn_ctx *ctx, struct qn_upload_pack *u,
                           const struct qn_capabilities *list)
{
    struct qn_ctx *scratch = qn_ctx_fork(ctx); /* why it ends stays */
    size_t position = 0;
    const char *word;
    enum qn_status status;

    if (!scratch)
        return;
    status = qn_pkt_line_printf(scratch, &u->io->out, "version 2\n");
    while (!status && (word = qn_wire_words_next(&list->words, &position)))
        status = qn_pkt_line_printf(scratch, &u->io->out, "%s\n", word);
    if (!status)
        (void)!qn_service_io_flush(scratch, u->io);
    qn_ctx_free(scratch);
}

enum qn_status qn_upload_pack_commands(struct qn_ctx *ctx,
                                       struct qn_upload_pack *u)
{
    struct serving s = {.u = u, .command = QN_WIRE_COMMAND_INIT};
    struct qn_capabilities list = QN_CAPABILITIES_INIT;
    bool is_over = false;
    enum qn_status status = QN_OK;

    if (u->options->advertises_only || !u->options->is_stateless) {
        status = qn_promisor_info_advertise(ctx, u->config, &u->promisors);
        if (!status) {
            status = qn_upload_pack_capabilities(ctx, u, &list);
            if (status)
                tell_beginning(ctx, u, &list);
        }
        if (!status)
            status = qn_advertiser_version_2(ctx, &u->io->out, &list);
        if (!status)
            status = qn_service_io_flush(ctx, u->io);
    }
    while (!status && !is_over && !u->options->advertises_only) {
        forget_request(&s);
        status = take_request(ctx, &s, &is_over);
        if (!status && !is_over)
            status = answer(ctx, &s);
        is_over = is_over || u->options->is_stateless;
    }
    qn_capabilities_dispose(&list);
    qn_wire_command_dispose(&s.command);
    qn_ls_refs_dispose(&s.refs);
    qn_id_list_dispose(&s.asked);
    qn_buf_dispose(&s.refusal);
    return status;
}
