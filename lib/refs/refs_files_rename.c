/* SPDX-License-Identifier: MIT */
#include "os/directory.h"
#include "os/file.h"
#include "refs/refs_files.h"

#include <string.h>

#define PARKED "refs/.tmp-renamed-log"

static bool is_below(const char *name, const char *top)
{
    size_t size = strlen(top);

    return strncmp(name, top, size) == 0 && name[size] == '/';
}

/* Move a log to another name, or copy it; `*moved`: there was one. */
static enum qn_status move_log(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *from, const char *to, bool copies,
                               bool *moved)
{
    struct qn_buf from_path = QN_BUF_INIT;
    struct qn_buf to_path = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_loose_refs_path(ctx, refs->options, "logs/", from, &from_path);
    if (!status)
        status = qn_loose_refs_path(ctx, refs->options, "logs/", to, &to_path);
    *moved = !status && qn_file_exists(qn_buf_string(&from_path)) &&
             !qn_file_is_directory(qn_buf_string(&from_path));
    if (status || !*moved)
        goto out;
    if (qn_file_is_directory(qn_buf_string(&to_path)))
        qn_refs_files_remove_empty(ctx, qn_buf_string(&to_path));
    status = qn_directory_make_parents(ctx, qn_buf_string(&to_path), 0777);
    if (!status && !copies)
        status = qn_file_rename(ctx, qn_buf_string(&from_path),
                                qn_buf_string(&to_path));
    if (!status && copies) {
        status = qn_file_read_all(ctx, qn_buf_string(&from_path), &text);
        if (!status)
            status = qn_file_open(
                ctx, qn_buf_string(&to_path),
                QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE, 0666, &fd);
        if (!status)
            status = qn_file_write(ctx, fd, text.data, text.size);
        qn_file_close(fd);
    }
out:
    qn_buf_dispose(&from_path);
    qn_buf_dispose(&to_path);
    qn_buf_dispose(&text);
    return status;
}

/* One update in a transaction of its own. */
static enum qn_status change_one(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *name, const struct qn_id *new_id,
                                 const struct qn_id *old_id,
                                 const struct qn_refs_rename_options *options)
{
    struct qn_ref_transaction *transaction = NULL;
    unsigned flags = QN_REF_NO_DEREF;
    enum qn_status status = qn_ref_transaction_new(ctx, refs, &transaction);

    if (!qn_id_is_null(new_id))
        flags |= QN_REF_SKIP_REFLOG;
    if (!status)
        status = qn_ref_transaction_update(
            ctx, transaction, name, new_id, old_id,
            flags | QN_REF_SKIP_OBJECT_CHECK, options->message);
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, options->writer);
    qn_ref_transaction_free(transaction);
    return status;
}

static enum qn_status write_new(struct qn_ctx *ctx, struct qn_refs *refs,
                                const struct qn_id *id, bool has_log,
                                const struct qn_refs_rename_options *options)
{
    const struct qn_refs_files_line line = {.name = options->to,
                                            .old_id = id,
                                            .new_id = id,
                                            .message = options->message,
                                            .forces = false};
    enum qn_status status = QN_OK;

    if (has_log)
        status = move_log(ctx, refs, PARKED, options->to, false, &has_log);
    if (!status)
        status = change_one(ctx, refs, options->to, id, NULL, options);
    if (!status)
        status = qn_refs_files_log_append(ctx, refs, &line, options->writer);
    return status;
}

static enum qn_status delete_one(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *name, const struct qn_id *id,
                                 const struct qn_refs_rename_options *options)
{
    struct qn_id null_id;

    qn_id_clear(&null_id, refs->options->algorithm);
    return change_one(ctx, refs, name, &null_id, id, options);
}

/* What is there now, and may it be done? */
static enum qn_status check_rename(struct qn_ctx *ctx, struct qn_refs *refs,
                                   const struct qn_refs_rename_options *options,
                                   struct qn_ref *ref)
{
    enum qn_status status;
    bool found;

    status = qn_refs_files_read(ctx, refs, options->from, ref, &found);
    if (status)
        return status;
    if (!found || ref->is_broken)
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "refs.missing",
                                  options->from, "refname %s not found",
                                  options->from);
    if (ref->is_symbolic)
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "refs.symbolic", options->from,
            "refname %s is a symbolic ref, %s it is not supported",
            options->from, options->is_copy ? "copying" : "renaming");
    return QN_OK;
}

/* The hook is told of deletions only: of the old name, and of what stood at the
 * new one. */
static enum qn_status tell_deletion(struct qn_ctx *ctx, struct qn_refs *refs,
                                    const char *name, const struct qn_id *id)
{
    struct qn_buf lines[2] = {QN_BUF_INIT, QN_BUF_INIT};
    struct qn_packed_record record;
    struct qn_packed_refs *packed;
    bool is_packed = false;
    struct qn_id none;
    enum qn_status status;

    qn_id_clear(&none, refs->options->algorithm);
    status = qn_refs_files_packed(ctx, refs, &packed);
    if (!status)
        status = qn_packed_refs_find(ctx, packed, qn_bytes_from_string(name),
                                     &record, &is_packed);
    if (!status)
        status = qn_ref_transaction_line(ctx, id ? id : &none, &none, name,
                                         &lines[0]);
    if (!status)
        status = qn_ref_transaction_line(ctx, &none, &none, name, &lines[1]);
    if (!status)
        status = qn_ref_transaction_tell(ctx, refs, "preparing",
                                         qn_buf_bytes(&lines[0]));
    if (!status)
        status = qn_ref_transaction_tell(ctx, refs,
                                         is_packed ? "preparing" : "aborted",
                                         qn_buf_bytes(&lines[1]));
    if (!status && is_packed)
        status = qn_ref_transaction_tell(ctx, refs, "prepared",
                                         qn_buf_bytes(&lines[1]));
    if (!status)
        status = qn_ref_transaction_tell(ctx, refs, "prepared",
                                         qn_buf_bytes(&lines[0]));
    if (!status && is_packed)
        status = qn_ref_transaction_tell(ctx, refs, "committed",
                                         qn_buf_bytes(&lines[1]));
    if (!status)
        status = qn_ref_transaction_tell(ctx, refs, "committed",
                                         qn_buf_bytes(&lines[0]));
    qn_buf_dispose(&lines[0]);
    qn_buf_dispose(&lines[1]);
    return status;
}

static enum qn_status stay_silent(struct qn_ctx *ctx, void *data,
                                  const char *state, struct qn_bytes lines)
{
    (void)ctx;
    (void)data;
    (void)state;
    (void)lines;
    return QN_OK;
}

static enum qn_status tell_all(struct qn_ctx *ctx, struct qn_refs *refs,
                               const struct qn_refs_rename_options *options,
                               const struct qn_id *id)
{
    struct qn_ref target = QN_REF_INIT;
    bool found = false;
    enum qn_status status = QN_OK;

    if (options->is_copy)
        return QN_OK;
    status = tell_deletion(ctx, refs, options->from, id);
    if (!status)
        status = qn_refs_files_read(ctx, refs, options->to, &target, &found);
    if (!status && found)
        status = tell_deletion(ctx, refs, options->to, NULL);
    qn_ref_dispose(&target);
    return status;
}

static enum qn_status
rename_silently(struct qn_ctx *ctx, struct qn_refs *refs,
                const struct qn_refs_rename_options *options);

enum qn_status
qn_refs_files_rename(struct qn_ctx *ctx, struct qn_refs *refs,
                     const struct qn_refs_rename_options *options)
{
    qn_refs_observe_fn *observe = refs->observe;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = check_rename(ctx, refs, options, &ref);

    if (!status)
        status = tell_all(ctx, refs, options, &ref.id);
    refs->observe = stay_silent;
    if (!status)
        status = rename_silently(ctx, refs, options);
    refs->observe = observe;
    qn_ref_dispose(&ref);
    return status;
}

/* The old name could not be deleted: the new one is again as it was, and so is
 * the log.  The first failure is what is told. */
static void take_back(struct qn_ctx *ctx, struct qn_refs *refs,
                      const struct qn_refs_rename_options *options,
                      const struct qn_id *id, const struct qn_ref *target)
{
    struct qn_ctx *other = qn_ctx_fork(ctx);
    struct qn_buf path = QN_BUF_INIT;
    bool moved;

    if (!other)
        return;
    if (move_log(other, refs, options->to, options->from, false, &moved))
        qn_ctx_clear(other);
    if (target && !target->is_symbolic && !target->is_broken) {
        if (change_one(other, refs, options->to, &target->id, id, options))
            qn_ctx_clear(other);
    } else if (qn_loose_refs_path(other, refs->options, "", options->to,
                                  &path) ||
               qn_file_unlink_if_exists(other, qn_buf_string(&path)) ||
               qn_refs_files_prune(other, refs, "", options->to)) {
        qn_ctx_clear(other);
    }
    qn_buf_dispose(&path);
    qn_ctx_free(other);
}

/* In Git's words, which has it deleted before the new one is written. */
static enum qn_status fail_deletion(struct qn_ctx *ctx, enum qn_status status,
                                    const char *name)
{
    const char *message = qn_ctx_message(ctx);
    const char *reason = strstr(message, "': ");

    struct qn_buf why = QN_BUF_INIT;

    qn_ctx_report(ctx, QN_REPORT_ERROR, "refs.locked", "%s", message);
    if (strncmp(message, "cannot lock ref '", 17) || !reason ||
        qn_buf_append_string(ctx, &why, reason + 3))
        return qn_ctx_fail_reason(ctx, status, "refs.locked", name,
                                  "unable to delete old %s", name);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "refs.locked",
                  "unable to delete old %s", name);
    status = qn_ctx_fail_reason(ctx, status, "refs.locked", name,
                                "unable to lock %s for rollback: %s", name,
                                qn_buf_string(&why));
    qn_buf_dispose(&why);
    return status;
}

static enum qn_status
rename_silently(struct qn_ctx *ctx, struct qn_refs *refs,
                const struct qn_refs_rename_options *options)
{
    struct qn_ref ref = QN_REF_INIT;
    struct qn_ref target = QN_REF_INIT;
    const char *from = options->from;
    const char *to = options->to;
    bool is_nested =
        is_below(from, to) || is_below(to, from) || strcmp(from, to) == 0;
    bool has_log = false;
    bool found = false;
    enum qn_status status = check_rename(ctx, refs, options, &ref);

    if (!status)
        status = move_log(ctx, refs, from, PARKED, options->is_copy, &has_log);
    if (!status && is_nested && !options->is_copy)
        status = delete_one(ctx, refs, from, &ref.id, options);
    if (!status)
        status = qn_refs_files_read(ctx, refs, to, &target, &found);
    if (!status && found && target.is_symbolic)
        status = delete_one(ctx, refs, to, NULL, options);
    if (!status) {
        status = write_new(ctx, refs, &ref.id, has_log, options);
        if (status && is_nested && !options->is_copy) {
            /* Put the old one back; the first failure is what is told. */
            struct qn_ctx *other = qn_ctx_fork(ctx);

            if (other && change_one(other, refs, from, &ref.id, NULL, options))
                qn_ctx_clear(other);
            qn_ctx_free(other);
        }
    }
    if (!status && !is_nested && !options->is_copy) {
        status = delete_one(ctx, refs, from, &ref.id, options);
        if (status) {
            take_back(ctx, refs, options, &ref.id, found ? &target : NULL);
            status = fail_deletion(ctx, status, from);
        }
    }
    qn_ref_dispose(&ref);
    qn_ref_dispose(&target);
    return status;
}
