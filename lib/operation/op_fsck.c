/* SPDX-License-Identifier: MIT */
#include "operation/op_fsck.h"

#include "base/buf.h"
#include "base/memory.h"
#include "operation/op_refs.h"
#include "operation/part/fsck_private.h"
#include "operation/part/promised.h"
#include "os/file.h"

#include <stdarg.h>

void qn_fsck_say(struct qn_ctx *ctx, struct qn_fsck *fsck, bool is_error,
                 const char *format, ...)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    va_list arguments;

    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, &text, format, arguments);
    va_end(arguments);
    if (!status)
        fsck->options->line(fsck->options->data, is_error,
                            qn_buf_string(&text));
    qn_buf_dispose(&text);
}

bool qn_fsck_is_here(const struct qn_fsck *fsck, const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&fsck->ids, id);

    return position != QN_ID_MAP_NONE && !atomic_load(&fsck->bad[position]);
}

enum qn_status qn_fsck_is_promised(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                   const struct qn_id *id, bool *out)
{
    enum qn_status status = QN_OK;

    *out = false;
    if (!fsck->has_promised) {
        fsck->has_promised = true;
        status = qn_promised_collect(ctx, fsck->odb, &fsck->promised);
    }
    if (!status)
        *out = qn_id_map_find(&fsck->promised, id) != QN_ID_MAP_NONE;
    return status;
}

static void on_finding(struct qn_ctx *ctx, void *data,
                       const struct qn_object_finding *finding)
{
    bool is_error = finding->severity >= QN_CHECK_ERROR;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_fsck *fsck = data;

    if (qn_object_checker_text(ctx, finding, &text) == QN_OK)
        qn_fsck_keep(ctx, fsck, finding->order, true, "%s in %s",
                     is_error ? "error" : "warning", qn_buf_string(&text));
    qn_buf_dispose(&text);
    if (is_error)
        atomic_fetch_or(&fsck->code, QN_FSCK_OBJECT);
}

static void on_broken(struct qn_ctx *ctx, void *data, uint64_t order,
                      const char *message)
{
    qn_fsck_keep(ctx, data, order, true, "error: %s", message);
}

static enum qn_status read_shallow(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;
    uint32_t position;
    struct qn_id id;
    bool is_new;

    status = qn_repo_path(ctx, fsck->repo, "shallow", &path);
    if (!status && qn_file_read_all(ctx, qn_buf_string(&path), &text))
        qn_ctx_clear(ctx);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        if (qn_id_from_hex(&id, fsck->algorithm, line))
            status =
                qn_id_map_put(ctx, &fsck->shallow, &id, &position, &is_new);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status prepare(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    const unsigned flags =
        QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH | QN_ODB_NO_REFRESH;
    struct qn_object_checker_options how = {.algorithm = fsck->algorithm,
                                            .policy = &fsck->policy,
                                            .found = on_finding,
                                            .broken = on_broken,
                                            .data = fsck};
    const char *git = qn_repo_git_directory(fsck->repo);
    const char *common = qn_repo_common_directory(fsck->repo);
    enum qn_status status;
    struct qn_odb *odb = NULL;
    int64_t threshold = 0;

    if (strcmp(git, common) == 0)
        common = qn_repo_git_directory_shown(fsck->repo);
    fsck->common_shown = qn_memory_string(ctx, qn_bytes_from_string(common));
    fsck->policy.is_strict = fsck->options->is_strict;
    status = fsck->common_shown ? QN_OK : QN_NO_MEMORY;
    if (!status)
        status = qn_object_checker_configure(
            ctx, &fsck->policy, qn_repo_config(fsck->repo), "fsck.", false);
    if (!status)
        status =
            qn_config_int64(ctx, qn_repo_config(fsck->repo),
                            "core.bigfilethreshold", 512 << 20, &threshold);
    how.big_file_threshold = (uint64_t)threshold;
    if (!status)
        status = qn_object_checker_new(ctx, &how, &fsck->checker);
    if (!status)
        status = qn_repo_odb(ctx, fsck->repo, &odb);
    qn_odb_free(odb); /* the store is open now */
    if (!status)
        status = qn_odb_store_refresh(ctx, qn_repo_odb_store(fsck->repo));
    if (!status)
        status =
            qn_odb_new(ctx, qn_repo_odb_store(fsck->repo), flags, &fsck->odb);
    if (!status)
        status = qn_repo_refs(ctx, fsck->repo, &fsck->refs);
    if (!status)
        status = qn_mutex_new(ctx, &fsck->mutex);
    return status ? status : read_shallow(ctx, fsck);
}

struct talk {
    struct qn_ctx *ctx;
    struct qn_fsck *fsck;
};

static void on_ref_chat(void *data, const char *text)
{
    struct talk *talk = data;

    qn_fsck_say(talk->ctx, talk->fsck, true, "%s", text);
}

static void on_ref_report(void *data, bool is_error, const char *text)
{
    struct talk *talk = data;

    qn_fsck_say(talk->ctx, talk->fsck, true, "%s: %s",
                is_error ? "error" : "warning", text);
}

static enum qn_status check_references(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct qn_progress progress = QN_PROGRESS_INIT;
    struct talk talk = {ctx, fsck};
    struct qn_op_refs_verify verify = {
        .chat = fsck->options->is_verbose ? on_ref_chat : NULL,
        .report = on_ref_report,
        .data = &talk,
        .is_strict = fsck->options->is_strict};
    enum qn_status status;

    if (fsck->options->is_verbose)
        qn_fsck_say(ctx, fsck, true, "Checking ref database");
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN,
                      "Checking ref database", 1);
    status = qn_op_refs_verify(ctx, fsck->repo, &verify);
    if (!status && verify.found_errors)
        atomic_fetch_or(&fsck->code, QN_FSCK_REFS);
    qn_progress_set(ctx, &progress, 1);
    qn_progress_end(ctx, &progress);
    return status;
}

static enum qn_status look(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    const struct qn_op_fsck *options = fsck->options;
    struct qn_op_fsck adjusted = *options;
    enum qn_status status = QN_OK;

    if (options->checks_references)
        status = check_references(ctx, fsck);
    if (!status)
        status = qn_fsck_heads(ctx, fsck);
    if (!status && options->connectivity_only)
        status = qn_fsck_loose(ctx, fsck);
    else if (!status)
        status = qn_fsck_objects(ctx, fsck);
    if (status)
        return status;
    if (!options->has_arguments && options->uses_reflogs)
        status = qn_fsck_reflogs(ctx, fsck);
    if (!status && fsck->default_count == 0) {
        qn_fsck_say(ctx, fsck, true, "notice: No default references");
        adjusted.shows_unreachable = false; /* it would be everything */
        fsck->options = &adjusted;
    }
    if (!status && (options->uses_indexes || !options->has_arguments))
        status = qn_fsck_indexes(ctx, fsck);
    if (!status)
        status = qn_fsck_beside_packs(ctx, fsck);
    if (status)
        return status;
    qn_progress_begin(ctx, &fsck->progress, QN_PROGRESS_BEGIN_LATER,
                      "Checking connectivity", 0);
    status = qn_fsck_links(ctx, fsck);
    qn_progress_set(ctx, &fsck->progress, fsck->ids.count);
    qn_progress_end(ctx, &fsck->progress);
    fsck->options = options;
    return status;
}

enum qn_status qn_op_fsck_run(struct qn_ctx *ctx,
                              const struct qn_op_fsck *options,
                              unsigned *out_code)
{
    struct qn_fsck fsck = {.options = options, .repo = options->repo};
    enum qn_status status;

    fsck.algorithm = qn_repo_algorithm(options->repo);
    fsck.id_size = qn_id_size(fsck.algorithm);
    qn_check_policy_init(&fsck.policy, fsck.algorithm);
    qn_id_map_init(&fsck.ids, fsck.algorithm);
    qn_id_map_init(&fsck.shallow, fsck.algorithm);
    qn_id_map_init(&fsck.missing, fsck.algorithm);
    qn_id_map_init(&fsck.promised, fsck.algorithm);
    qn_id_map_init(&fsck.names.ids, fsck.algorithm);
    status = prepare(ctx, &fsck);
    if (!status)
        status = look(ctx, &fsck);
    if (!status)
        *out_code = atomic_load(&fsck.code);
    qn_memory_free((void *)fsck.types);
    qn_memory_free((void *)fsck.claims);
    qn_memory_free((void *)fsck.bad);
    qn_memory_free(fsck.reached);
    qn_memory_free(fsck.heads);
    qn_memory_free(fsck.common_shown);
    qn_mutex_free(fsck.mutex);
    qn_object_checker_free(fsck.checker);
    qn_check_policy_dispose(&fsck.policy);
    qn_refs_free(fsck.refs);
    qn_odb_free(fsck.odb);
    qn_fsck_names_dispose(&fsck.names);
    qn_id_map_dispose(&fsck.ids);
    qn_id_map_dispose(&fsck.shallow);
    qn_id_map_dispose(&fsck.missing);
    qn_id_map_dispose(&fsck.promised);
    return status;
}
