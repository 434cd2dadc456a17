/* SPDX-License-Identifier: MIT */
#include "operation/op_receive_pack.h"

#include "hash/id_map.h"
#include "operation/part/alternate_refs.h"
#include "operation/part/object_checker.h"
#include "operation/part/served_depth.h"
#include "operation/part/server_info.h"
#include "operation/receive_pack_parts.h"
#include "os/file.h"
#include "walk/grafts.h"
#include "walk/hidden_refs.h"
#include "wire/advertisement.h"

#include <stdio.h>
#include <strings.h>

#define UNPACK_LIMIT 100
#define COMMANDS_SIZE                                                          \
    ((size_t)256 << 20) /* of all that comes before a pack                     \
                         */

/* ---- settings */

static enum qn_status read_deny(struct qn_receive_pack *r, const char *key,
                                bool can_update, enum qn_receive_deny *out)
{
    static const struct {
        const char *word;
        enum qn_receive_deny deny;
    } words[] = {{"ignore", QN_RECEIVE_DENY_IGNORE},
                 {"warn", QN_RECEIVE_DENY_WARN},
                 {"refuse", QN_RECEIVE_DENY_REFUSE},
                 {"updateInstead", QN_RECEIVE_DENY_INSTEAD}};
    const char *value = qn_config_string(r->config, key, NULL);
    bool is_on = false;
    enum qn_status status;
    size_t i;

    if (!qn_config_find(r->config, key))
        return QN_OK;
    for (i = 0; value && i < QN_COUNT_OF(words); i++)
        if (strcasecmp(value, words[i].word) == 0 && (i < 3 || can_update)) {
            *out = words[i].deny;
            return QN_OK;
        }
    status = qn_config_bool(r->ctx, r->config, key, false, &is_on);
    *out = is_on ? QN_RECEIVE_DENY_REFUSE : QN_RECEIVE_DENY_IGNORE;
    return status;
}

static enum qn_status read_numbers(struct qn_receive_pack *r)
{
    int64_t own = -1, all = -1, most = 0;
    enum qn_status status =
        qn_config_int64(r->ctx, r->config, "receive.unpacklimit", -1, &own);

    if (!status)
        status = qn_config_int64(r->ctx, r->config, "transfer.unpacklimit", -1,
                                 &all);
    r->unpack_limit = own >= 0 ? own : all >= 0 ? all : UNPACK_LIMIT;
    if (!status)
        status = qn_config_int64(r->ctx, r->config, "receive.maxinputsize", 0,
                                 &most);
    r->max_input_size = most > 0 ? (uint64_t)most : 0;
    if (!status)
        status = qn_config_int64(r->ctx, r->config, "receive.keepalive", 5,
                                 &r->keep_alive);
    return status;
}

static enum qn_status configure(struct qn_receive_pack *r)
{
    bool checks_all = false;
    const struct {
        const char *key;
        bool fallback;
        bool *out;
    } keys[] = {
        {"receive.advertiseatomic", true, &r->advertises_atomic},
        {"receive.advertisepushoptions", false, &r->advertises_options},
        {"transfer.advertisesid", false, &r->advertises_session},
        {"repack.usedeltabaseoffset", true, &r->prefers_offsets},
        {"receive.denydeletes", false, &r->denies_deletes},
        {"receive.denynonfastforwards", false, &r->denies_non_fast_forwards},
        {"receive.shallowupdate", false, &r->updates_shallow},
        {"receive.updateserverinfo", false, &r->updates_server_info},
        {"receive.autogc", true, &r->runs_upkeep},
        {"transfer.fsckobjects", false, &checks_all},
    };
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < QN_COUNT_OF(keys); i++)
        status = qn_config_bool(r->ctx, r->config, keys[i].key,
                                keys[i].fallback, keys[i].out);
    if (!status)
        status = qn_config_bool(r->ctx, r->config, "receive.fsckobjects",
                                checks_all, &r->checks_objects);
    if (!status)
        status =
            read_deny(r, "receive.denycurrentbranch", true, &r->deny_current);
    if (!status)
        status = read_deny(r, "receive.denydeletecurrent", false,
                           &r->deny_delete_current);
    if (!status)
        status = read_numbers(r);
    if (!status)
        status = qn_object_checker_configure(r->ctx, &r->policy, r->config,
                                             "receive.fsck.", true);
    return status;
}

/* ---- what is told first */

struct telling {
    struct qn_receive_pack *r;
    struct qn_advertiser advertiser;
    struct qn_id_map told;
};

static enum qn_status note_told(struct qn_ctx *ctx, struct telling *telling,
                                const struct qn_id *id, bool *is_new)
{
    uint32_t position;

    return qn_id_map_put(ctx, &telling->told, id, &position, is_new);
}

static enum qn_status put(struct qn_ctx *ctx, struct telling *telling,
                          const struct qn_id *id, const char *name)
{
    enum qn_status status =
        qn_advertiser_put(ctx, &telling->advertiser, id, name, "");

    if (!status && telling->r->io->out.size > ((size_t)1 << 16))
        status = qn_service_io_flush(ctx, telling->r->io);
    return status;
}

/* An object that is here, though no name is told for it. */
static enum qn_status put_have(struct qn_ctx *ctx, void *data,
                               const struct qn_id *id)
{
    struct telling *telling = data;
    bool is_new = false;
    enum qn_status status = note_told(ctx, telling, id, &is_new);

    return status || !is_new ? status : put(ctx, telling, id, ".have");
}

static enum qn_status put_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct telling *telling = data;
    const struct qn_buf *prefix = &telling->r->prefix;
    const char *full = qn_buf_string(&ref->name), *name = full;
    bool is_new = false;
    enum qn_status status;

    if (ref->is_broken || qn_id_is_null(&ref->id))
        return QN_OK;
    if (prefix->size > 0) { /* what is outside of the namespace has no name */
        if (strncmp(full, qn_buf_string(prefix), prefix->size) != 0)
            return put_have(ctx, telling, &ref->id);
        name = full + prefix->size;
    }
    if (qn_hidden_refs_has(telling->r->config, "receive", name, full))
        return QN_OK;
    status = note_told(ctx, telling, &ref->id, &is_new);
    return status ? status : put(ctx, telling, &ref->id, name);
}

static enum qn_status append_capabilities(struct qn_receive_pack *r,
                                          struct qn_buf *out)
{
    enum qn_status status = qn_buf_append_string(
        r->ctx, out,
        "report-status report-status-v2 delete-refs side-band-64k quiet");

    if (!status && r->advertises_atomic)
        status = qn_buf_append_string(r->ctx, out, " atomic");
    if (!status && r->prefers_offsets)
        status = qn_buf_append_string(r->ctx, out, " ofs-delta");
    if (!status && r->nonce)
        status = qn_buf_printf(r->ctx, out, " push-cert=%s", r->nonce);
    if (!status && r->advertises_options)
        status = qn_buf_append_string(r->ctx, out, " push-options");
    if (!status && r->advertises_session && r->options->session)
        status =
            qn_buf_printf(r->ctx, out, " session-id=%s", r->options->session);
    if (!status)
        status = qn_buf_printf(r->ctx, out, " object-format=%s agent=%s",
                               qn_id_algorithm_name(r->request.algorithm),
                               r->options->agent);
    return status;
}

static enum qn_status advertise(struct qn_receive_pack *r)
{
    struct telling telling = {
        .r = r,
        .advertiser = {.out = &r->io->out, .algorithm = r->request.algorithm}};
    const struct qn_grafts *grafts = NULL;
    struct qn_buf words = QN_BUF_INIT;
    struct qn_id_list shallow = {0};
    enum qn_status status = append_capabilities(r, &words);

    qn_id_map_init(&telling.told, r->request.algorithm);
    telling.advertiser.capabilities = qn_buf_string(&words);
    if (!status)
        status = qn_advertiser_begin(r->ctx, &telling.advertiser,
                                     r->options->version == 1 ? 1 : 0);
    if (!status)
        status = qn_refs_walk(r->ctx, r->scope->refs, "", 0, put_ref, &telling);
    if (!status)
        status =
            qn_alternate_refs_walk(r->ctx, r->scope->repo, put_have, &telling);
    if (!status)
        status = qn_grafts_of(r->ctx, r->scope, &grafts);
    if (!status && grafts && grafts->is_shallow)
        status = qn_served_depth_own(r->ctx, grafts, &shallow);
    if (!status)
        status = qn_advertiser_end(r->ctx, &telling.advertiser, &shallow);
    if (!status)
        status = qn_service_io_flush(r->ctx, r->io);
    qn_id_map_dispose(&telling.told);
    qn_id_list_dispose(&shallow);
    qn_buf_dispose(&words);
    return status;
}

/* ---- what is asked for */

static enum qn_status fail_hung_up(struct qn_ctx *ctx)
{
    return qn_wire_fail_hung_up(ctx);
}

static enum qn_status take_request(struct qn_receive_pack *r)
{
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;
    bool is_done = false, is_over = false, is_first = true;
    size_t taken = 0;

    r->request.ignores_options = !r->advertises_options;
    while (!status && !is_done) {
        status = qn_service_io_next(r->ctx, r->io, &packet, &is_over);
        if (!status && is_over)
            return fail_hung_up(r->ctx);
        /* A delimiter where a command is due ends it, as Git has it. */
        if (!status && is_first && packet.kind != QN_PKT_LINE_DATA)
            return QN_OK;
        is_first = false;
        if (!status)
            status =
                qn_push_request_take(r->ctx, &r->request, &packet, &is_done);
        taken += packet.payload.size + 4;
        if (!status && taken > COMMANDS_SIZE)
            status = qn_ctx_fail_reason(r->ctx, QN_TOO_BIG, "wire.push", NULL,
                                        "too many commands in a push");
    }
    return status;
}

static enum qn_status take_capabilities(struct qn_receive_pack *r)
{
    const struct qn_capabilities *words = &r->request.capabilities;
    struct qn_bytes format = qn_capabilities_value(words, "object-format");

    if (qn_capabilities_has(words, "report-status-v2"))
        r->report_version = 2;
    else if (qn_capabilities_has(words, "report-status"))
        r->report_version = 1;
    r->has_bands = qn_capabilities_has(words, "side-band-64k");
    r->is_quiet = r->options->is_quiet || qn_capabilities_has(words, "quiet");
    r->is_atomic = r->advertises_atomic && qn_capabilities_has(words, "atomic");
    r->has_options =
        r->advertises_options && qn_capabilities_has(words, "push-options");
    if (format.size == 0)
        format = QN_BYTES("sha1");
    if (words->words.text.size > 0 &&
        !qn_bytes_is_string(format, qn_id_algorithm_name(r->request.algorithm)))
        return qn_ctx_fail_reason(r->ctx, QN_INVALID, "wire.push", NULL,
                                  "error: unsupported object format '%.*s'",
                                  QN_BYTES_ARG(format));
    return QN_OK;
}

static enum qn_status make_commands(struct qn_receive_pack *r)
{
    size_t i;

    r->count = r->request.count;
    r->commands =
        qn_arena_calloc(r->ctx, &r->arena, r->count + 1, sizeof(*r->commands));
    if (!r->commands)
        return QN_NO_MEMORY;
    for (i = 0; i < r->count; i++) {
        const struct qn_push_command *from = &r->request.commands[i];
        struct qn_receive_command *command = &r->commands[i];
        size_t size = r->prefix.size + strlen(from->name) + 1;
        char *full = qn_arena_alloc(r->ctx, &r->arena, size);

        if (!full)
            return QN_NO_MEMORY;
        snprintf(full, size, "%s%s", qn_buf_string(&r->prefix), from->name);
        command->name = from->name;
        command->full = full;
        command->old_id = from->old_id;
        command->new_id = from->new_id;
    }
    return QN_OK;
}

/* ---- what became of it */

static enum qn_status add_results(struct qn_receive_pack *r,
                                  const struct qn_receive_command *command,
                                  struct qn_push_report *report)
{
    const struct qn_receive_outcome *outcome =
        command->error ? NULL : command->outcomes;
    struct qn_bytes name = qn_bytes_from_string(command->name);
    struct qn_push_result *result = NULL;
    bool is_again = false;
    enum qn_status status;

    if (!outcome)
        return qn_push_report_add(r->ctx, report, name, command->error, NULL);
    for (status = QN_OK; !status && outcome; outcome = outcome->next) {
        status = qn_push_report_add(r->ctx, report, name, NULL, &result);
        if (status)
            break;
        result->ref_name = outcome->name;
        result->has_old = outcome->has_old;
        result->has_new = outcome->has_new;
        result->old_id = outcome->old_id;
        result->new_id = outcome->new_id;
        result->is_forced = outcome->is_forced;
        result->is_again = is_again;
        is_again = true;
    }
    return status;
}

static enum qn_status report(struct qn_receive_pack *r)
{
    struct qn_push_report told;
    struct qn_buf packets = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (r->report_version == 0)
        return QN_OK;
    packets.limit = SIZE_MAX;
    qn_push_report_init(&told, r->request.algorithm);
    told.unpack_error = r->unpack_error;
    for (i = 0; !status && i < r->count; i++)
        status = add_results(r, &r->commands[i], &told);
    if (!status)
        status =
            qn_push_report_write(r->ctx, &told, r->report_version, &packets);
    if (!status && r->has_bands)
        qn_receive_put_band(r, QN_SIDEBAND_DATA, qn_buf_bytes(&packets));
    else if (!status)
        status = qn_service_io_send(r->ctx, r->io, qn_buf_bytes(&packets));
    qn_push_report_dispose(&told);
    qn_buf_dispose(&packets);
    return status;
}

/* ---- all of it */

static void remove_keep(struct qn_receive_pack *r)
{
    if (r->keep.size > 0 &&
        qn_file_unlink_if_exists(r->ctx, qn_buf_string(&r->keep)))
        qn_ctx_clear(r->ctx);
}

/* Rules of the caller's.  `*any`: something is left to be done. */
static enum qn_status ask_rules(struct qn_receive_pack *r, bool *any)
{
    bool is_refused = false;
    enum qn_status status = QN_OK;
    size_t i;

    *any = !r->options->refuses;
    for (i = 0; !status && r->options->refuses && i < r->count; i++) {
        struct qn_receive_command *command = &r->commands[i];
        enum qn_op_receive_kind kind = QN_OP_RECEIVE_CREATE;
        bool is_forward = true;

        if (command->error)
            continue;
        if (qn_id_is_null(&command->new_id)) {
            kind = QN_OP_RECEIVE_DELETE;
        } else if (!qn_id_is_null(&command->old_id)) {
            status = qn_receive_is_forward(r, command, &is_forward);
            kind = is_forward ? QN_OP_RECEIVE_FORWARD : QN_OP_RECEIVE_FORCE;
        }
        if (!status)
            command->error = r->options->refuses(r->options->refuses_data,
                                                 command->name, kind);
        is_refused = is_refused || command->error;
        *any = *any || !command->error;
    }
    if (!status && is_refused && r->is_atomic) {
        for (i = 0; i < r->count; i++)
            if (!r->commands[i].error)
                r->commands[i].error = "atomic push failure";
        *any = false;
    }
    return status;
}

static enum qn_status execute(struct qn_receive_pack *r)
{
    enum qn_status status = QN_OK;
    bool any = false;
    size_t i;

    if (qn_push_request_has_pack(&r->request))
        status = qn_receive_unpack(r);
    if (!status && r->unpack_error) {
        for (i = 0; i < r->count; i++)
            r->commands[i].error = "unpacker error";
        return QN_OK;
    }
    if (!status)
        status = qn_receive_check_certificate(r);
    if (!status)
        status = qn_receive_check_connected(r);
    if (!status)
        status = ask_rules(r, &any);
    if (!status && any)
        status = qn_receive_update_refs(r);
    remove_keep(r);
    return status;
}

static enum qn_status finish(struct qn_receive_pack *r)
{
    enum qn_status status = report(r);
    size_t i;

    for (i = 0; i < r->count; i++)
        if (!r->commands[i].error)
            r->options->has_changed = true;
    r->options->wants_upkeep = r->options->has_changed && r->runs_upkeep;
    if (!status)
        status = qn_receive_post_hooks(r);
    if (!status && r->updates_server_info && r->options->has_changed)
        status = qn_server_info_write(r->ctx, r->scope, false);
    return status;
}

static enum qn_status serve(struct qn_receive_pack *r)
{
    enum qn_status status = take_request(r);

    if (status || r->request.count == 0)
        return status;
    status = take_capabilities(r);
    if (!status)
        status = make_commands(r);
    if (status)
        return status;
    qn_refs_set_observer(r->scope->refs, qn_receive_observe, r);
    qn_receive_speak(r);
    status = execute(r);
    if (!status)
        status = finish(r);
    qn_receive_hush(r);
    qn_refs_set_observer(r->scope->refs, NULL, NULL);
    if (!status && r->has_bands && !r->is_gone) {
        status = qn_pkt_line_append_flush(r->ctx, &r->io->out);
        if (!status)
            status = qn_service_io_flush(r->ctx, r->io);
    }
    return status;
}

static void dispose(struct qn_receive_pack *r)
{
    qn_odb_free(r->odb);
    qn_odb_quarantine_free(r->quarantine);
    qn_grafts_free(r->grafts_inside);
    qn_push_request_dispose(&r->request);
    qn_check_policy_dispose(&r->policy);
    qn_id_list_dispose(&r->shallow);
    qn_buf_dispose(&r->prefix);
    qn_buf_dispose(&r->keep);
    qn_buf_dispose(&r->certificate_variables);
    qn_arena_dispose(&r->arena);
}

enum qn_status qn_op_receive_pack_run(struct qn_ctx *ctx,
                                      struct qn_op_receive_pack *options)
{
    struct qn_receive_pack r = {.ctx = ctx,
                                .options = options,
                                .scope = options->scope,
                                .inside = *options->scope,
                                .config = qn_repo_config(options->scope->repo),
                                .io = options->io};
    uint32_t algorithm = qn_repo_algorithm(options->scope->repo);
    enum qn_status status;

    r.inside.kept = NULL;
    r.inside.grafts = &r.grafts_inside;
    options->has_changed = options->wants_upkeep = false;
    options->io->input.is_local = true;
    options->io->input.traced = "receive-pack";
    qn_push_request_init(&r.request, algorithm);
    qn_check_policy_init(&r.policy, algorithm);
    status = configure(&r);
    if (!status)
        status = qn_served_refs_prefix(ctx, options->scope, &r.prefix);
    if (!status)
        status = qn_receive_make_nonce(&r);
    if (!status && (options->advertises_only || !options->is_stateless))
        status = advertise(&r);
    if (!status && !options->advertises_only)
        status = serve(&r);
    dispose(&r);
    return status;
}
