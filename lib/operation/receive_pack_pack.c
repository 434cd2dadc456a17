/* SPDX-License-Identifier: MIT */
/* Objects of a push: into the quarantine, checked, and out of it. */
#include "base/endian.h"
#include "base/memory.h"
#include "object/commit.h"
#include "operation/op_unpack_objects.h"
#include "operation/part/connected.h"
#include "operation/part/pack_receive.h"
#include "operation/part/served_depth.h"
#include "operation/receive_pack_parts.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "os/process.h"
#include "os/user.h"
#include "walk/commit_reach.h"
#include "walk/grafts.h"

#define HEADER_SIZE 12

/* ---- unpacking */

static enum qn_status read_more(struct qn_ctx *ctx, void *data, void *room,
                                size_t size, size_t *used)
{
    struct qn_receive_pack *r = data;

    return r->io->calls.read(ctx, r->io->calls.data, room, size, used);
}

/* `*count`: how many objects it says it has. */
static enum qn_status read_header(struct qn_receive_pack *r, uint32_t *count)
{
    enum qn_status status = QN_OK;
    struct qn_bytes rest;
    uint32_t version;

    while (!status && !r->io->input.is_over &&
           qn_wire_input_rest(&r->io->input).size < HEADER_SIZE)
        status = qn_service_io_fill(r->ctx, r->io);
    if (status)
        return status;
    rest = qn_wire_input_rest(&r->io->input);
    if (rest.size < HEADER_SIZE) {
        r->unpack_error = "eof before pack header was fully read";
        return QN_OK;
    }
    version = qn_endian_load32(rest.data + 4);
    if (memcmp(rest.data, "PACK", 4) != 0)
        r->unpack_error = "protocol error (pack signature mismatch detected)";
    else if (version != 2 && version != 3)
        r->unpack_error = "protocol error (pack version unsupported)";
    else
        *count = qn_endian_load32(rest.data + 8);
    return QN_OK;
}

static enum qn_status open_quarantine(struct qn_receive_pack *r)
{
    struct qn_odb_store *store = qn_odb_get_store(r->scope->odb);
    enum qn_status status =
        qn_odb_quarantine_new(r->ctx, store, "incoming", &r->quarantine);

    if (!status)
        status = qn_odb_new(r->ctx, qn_odb_quarantine_store(r->quarantine),
                            QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH, &r->odb);
    if (status) {
        r->unpack_error = "unable to create temporary object directory";
        qn_receive_fatal(r, true);
        return QN_OK;
    }
    r->inside.odb = r->odb;
    return QN_OK;
}

static enum qn_status unpack_loose(struct qn_receive_pack *r,
                                   const struct qn_pack_source *source)
{
    struct qn_op_unpack_objects how = {.fd = -1,
                                       .source = source,
                                       .front =
                                           qn_wire_input_rest(&r->io->input),
                                       .odb = r->odb,
                                       .is_strict = r->checks_objects,
                                       .policy = &r->policy,
                                       .max_input_size = r->max_input_size};
    struct qn_op_unpack_objects_result result = {0};
    enum qn_status status = qn_op_unpack_objects_run(r->ctx, &how, &result);

    if (status)
        qn_receive_fatal(r, !r->has_bands);
    if (status || result.has_errors)
        r->unpack_error = "unpack-objects abnormal exit";
    qn_buf_dispose(&result.rest);
    return status == QN_CANCELLED ? status : QN_OK;
}

static enum qn_status append_keep(struct qn_ctx *ctx, struct qn_buf *out)
{
    enum qn_status status =
        qn_buf_printf(ctx, out, "receive-pack %ld on ", qn_process_own_id());

    if (!status)
        status = qn_user_host(ctx, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

/* Where the .keep file will be, for it to be removed when refs were moved. */
static enum qn_status note_keep(struct qn_receive_pack *r, const char *name)
{
    const char *slash = strrchr(name, '/');

    return qn_buf_printf(
        r->ctx, &r->keep, "%s/pack%s.keep",
        qn_odb_store_directory(qn_odb_get_store(r->scope->odb)), slash);
}

static enum qn_status index_pack(struct qn_receive_pack *r,
                                 const struct qn_pack_source *source)
{
    struct qn_pack_receive_options how = {
        .fd = -1,
        .source = source,
        .front = qn_wire_input_rest(&r->io->input),
        .odb = r->odb,
        .fixes_thin = !r->options->rejects_thin,
        .check = r->checks_objects
                     ? QN_PACK_RECEIVE_OBJECTS | QN_PACK_RECEIVE_LINKS
                     : 0,
        .policy = &r->policy,
        .level = -1,
        .max_input_size = r->max_input_size,
        .title = "Receiving objects"};
    struct qn_pack_receive received = {.name = QN_BUF_INIT};
    struct qn_buf keep = QN_BUF_INIT;
    enum qn_status status = append_keep(r->ctx, &keep);

    how.keep = qn_buf_string(&keep);
    if (!status)
        status = qn_pack_receive_run(r->ctx, &how, &received);
    if (!status && received.was_kept)
        status = note_keep(r, qn_buf_string(&received.name));
    if (status) {
        qn_receive_fatal(r, !r->has_bands);
        r->unpack_error = "index-pack abnormal exit";
    }
    qn_pack_receive_dispose(&received);
    qn_buf_dispose(&keep);
    return status == QN_CANCELLED ? status : QN_OK;
}

enum qn_status qn_receive_unpack(struct qn_receive_pack *r)
{
    struct qn_pack_source source = {.data = r, .read = read_more};
    uint32_t count = 0;
    enum qn_status status = read_header(r, &count);

    if (!status && !r->unpack_error)
        status = open_quarantine(r);
    if (status || r->unpack_error)
        return status;
    status = (int64_t)count < r->unpack_limit ? unpack_loose(r, &source)
                                              : index_pack(r, &source);
    if (!status)
        status = qn_odb_refresh(r->ctx, r->odb);
    return status;
}

/* ---- borders of shallow histories */

static enum qn_status has_parents(struct qn_receive_pack *r,
                                  const struct qn_id *id, bool *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit = {0};
    enum qn_status status =
        qn_odb_read_typed(r->ctx, r->inside.odb, id, QN_OBJECT_COMMIT, &object);
    uint32_t i;

    *out = true;
    if (!status)
        status = qn_commit_parse(r->ctx, qn_object_bytes(&object),
                                 id->algorithm, &commit);
    for (i = 0; !status && *out && i < commit.parent_count; i++) {
        struct qn_id parent;

        qn_commit_parent(&commit, i, &parent);
        status = qn_odb_exists(r->ctx, r->inside.odb, &parent, out);
    }
    qn_object_dispose(&object);
    return status;
}

/* The client's borders that would be borders here: their parents are neither
 * here nor in the pack. */
static enum qn_status find_borders(struct qn_receive_pack *r)
{
    const struct qn_id_list *told = &r->request.shallow;
    const struct qn_grafts *own = NULL;
    enum qn_status status = qn_grafts_of(r->ctx, r->scope, &own);
    size_t i;

    for (i = 0; !status && i < told->count; i++) {
        bool is_here = false, is_whole = true;

        status = qn_odb_exists(r->ctx, r->inside.odb, &told->ids[i], &is_here);
        if (status || !is_here || (own && qn_grafts_find(own, &told->ids[i])))
            continue;
        status = has_parents(r, &told->ids[i], &is_whole);
        if (!status && !is_whole)
            status = qn_id_list_add(r->ctx, &r->shallow, &told->ids[i]);
    }
    return status;
}

/* History as it will be: with those borders, too. */
static enum qn_status graft(struct qn_receive_pack *r)
{
    struct qn_grafts *grafts = qn_memory_calloc(r->ctx, 1, sizeof(*grafts));
    enum qn_status status;
    size_t i;

    if (!grafts)
        return QN_NO_MEMORY;
    qn_grafts_init(grafts, r->request.algorithm);
    r->grafts_inside = grafts;
    status = qn_grafts_load(r->ctx, grafts, r->scope->repo, r->inside.odb);
    for (i = 0; !status && i < r->shallow.count; i++)
        status = qn_grafts_add_shallow(r->ctx, grafts, &r->shallow.ids[i]);
    return status;
}

static enum qn_status reaches_border(struct qn_receive_pack *r,
                                     const struct qn_id_list *borders,
                                     const struct qn_id *tip, bool *out)
{
    struct qn_commit_reach *reach = NULL;
    struct qn_id commit;
    enum qn_status status;

    *out = false;
    status =
        qn_revision_peel(r->ctx, r->inside.odb, tip, QN_OBJECT_COMMIT, &commit);
    if (status) { /* no commit: the connectivity check will tell */
        qn_ctx_clear(r->ctx);
        return QN_OK;
    }
    status = qn_commit_reach_new(r->ctx, &r->inside, borders, &reach);
    if (!status)
        status = qn_commit_reach_ask(r->ctx, reach, &commit, out);
    qn_commit_reach_free(reach);
    if (status == QN_NOT_FOUND || status == QN_CORRUPT) {
        qn_ctx_clear(r->ctx);
        status = QN_OK;
    }
    return status;
}

static enum qn_status refuse_borders(struct qn_receive_pack *r)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (r->shallow.count > 0)
        qn_served_depth_trace(r->ctx);
    for (i = 0; !status && i < r->count; i++) {
        struct qn_receive_command *command = &r->commands[i];
        bool reaches = false;

        if (command->error || qn_id_is_null(&command->new_id))
            continue;
        status = reaches_border(r, &r->shallow, &command->new_id, &reaches);
        if (!status && reaches && !r->updates_shallow)
            command->error = "shallow update not allowed";
    }
    return status;
}

enum qn_status qn_receive_write_shallow(struct qn_receive_pack *r)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    bool has_more = false;
    size_t i, k;

    if (r->shallow.count == 0 || !r->updates_shallow)
        return QN_OK;
    status = qn_repo_path(r->ctx, r->scope->repo, "shallow", &path);
    if (!status)
        status =
            qn_lock_file_take(r->ctx, &lock, qn_buf_string(&path), 0666, 1000);
    if (!status && qn_file_exists(qn_buf_string(&path)))
        status = qn_file_read_all(r->ctx, qn_buf_string(&path), &text);
    for (k = 0; !status && k < r->shallow.count; k++) {
        struct qn_id_list one = {0};
        bool reaches = false;

        status = qn_id_list_add(r->ctx, &one, &r->shallow.ids[k]);
        for (i = 0; !status && !reaches && i < r->count; i++)
            if (!r->commands[i].error && !qn_id_is_null(&r->commands[i].new_id))
                status =
                    reaches_border(r, &one, &r->commands[i].new_id, &reaches);
        if (!status && reaches)
            status = qn_buf_printf(r->ctx, &text, "%s\n",
                                   qn_id_to_hex(&r->shallow.ids[k], hex));
        has_more = has_more || reaches;
        qn_id_list_dispose(&one);
    }
    if (!status && has_more) {
        status = qn_lock_file_write(r->ctx, &lock, qn_buf_bytes(&text));
        if (!status)
            status = qn_lock_file_commit(
                r->ctx, &lock, qn_repo_sync(r->scope->repo), QN_SYNC_REFERENCE);
    }
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* ---- are they connected? */

static enum qn_status check_tips(struct qn_receive_pack *r,
                                 const struct qn_id_list *tips)
{
    struct qn_connected how = {.scope = &r->inside,
                               .ids = tips,
                               .hidden = "receive",
                               .is_partial =
                                   qn_connected_is_partial(r->config)};

    if (r->shallow.count > 0)
        how.shallow = &r->shallow;
    return qn_connected_require(r->ctx, &how);
}

static bool is_ordinary(enum qn_status status)
{
    return status == QN_NOT_FOUND || status == QN_CORRUPT ||
           status == QN_INVALID || status == QN_PROMISED ||
           status == QN_TOO_BIG;
}

/* One after the other, to find out whose they are. */
static enum qn_status blame_each(struct qn_receive_pack *r)
{
    struct qn_id_list one = {0};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < r->count; i++) {
        struct qn_receive_command *command = &r->commands[i];

        if (command->error || qn_id_is_null(&command->new_id))
            continue;
        one.count = 0;
        status = qn_id_list_add(r->ctx, &one, &command->new_id);
        if (!status)
            status = check_tips(r, &one);
        if (!is_ordinary(status))
            continue;
        qn_receive_fatal(r, true);
        command->error = "missing necessary objects";
        status = QN_OK;
    }
    qn_id_list_dispose(&one);
    return status;
}

enum qn_status qn_receive_check_connected(struct qn_receive_pack *r)
{
    struct qn_id_list tips = {0};
    enum qn_status status = QN_OK;
    size_t i;

    if (r->request.shallow.count > 0 && r->quarantine)
        status = find_borders(r);
    if (!status && r->shallow.count > 0)
        status = graft(r);
    if (!status && r->shallow.count > 0)
        status = refuse_borders(r);
    for (i = 0; !status && i < r->count; i++)
        if (!r->commands[i].error && !qn_id_is_null(&r->commands[i].new_id))
            status = qn_id_list_add(r->ctx, &tips, &r->commands[i].new_id);
    if (!status && !r->options->skips_connectivity)
        status = check_tips(r, &tips);
    if (is_ordinary(status)) {
        qn_receive_fatal(r, !r->has_bands);
        status = blame_each(r);
    }
    qn_id_list_dispose(&tips);
    return status;
}

/* ---- out of quarantine */

enum qn_status qn_receive_migrate(struct qn_receive_pack *r)
{
    enum qn_status status;

    if (!r->quarantine)
        return QN_OK;
    status = qn_odb_sync(r->ctx, r->odb);
    if (!status)
        status = qn_odb_quarantine_migrate(r->ctx, r->quarantine);
    /* What is inside is outside now. */
    r->inside.odb = r->scope->odb;
    if (!status)
        status = qn_odb_refresh(r->ctx, r->scope->odb);
    return status;
}
