/* SPDX-License-Identifier: MIT */
#include "worktree/checkout_private.h"

#include "base/memory.h"
#include "hash/id_list.h"
#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/parallel.h"
#include "path/safe_path.h"

#include <errno.h>
#include <string.h>

/* Entries that a thread takes at once. */
#define PIECE_LEAST 16u
#define PIECE_MOST  2048u

static enum qn_status work_path(struct qn_ctx *ctx,
                                const struct qn_checkout_job *job,
                                struct qn_bytes path, struct qn_buf *out)
{
    enum qn_status status;

    qn_buf_clear(out);
    status = qn_buf_printf(ctx, out, "%s/", job->tree->top);
    if (!status && job->options->prefix)
        status = qn_buf_append_string(ctx, out, job->options->prefix);
    return status ? status : qn_buf_append_bytes(ctx, out, path);
}

/* ---- directories */

/* Make sure that `path` (absolute, its first `known` bytes known to be fine)
 * has real directories up to its last slash.  What is behind `start` is ours to
 * name. */
static enum qn_status make_directories(struct qn_ctx *ctx, struct qn_buf *path,
                                       size_t start, size_t known, bool forces)
{
    for (size_t at = known; at < path->size; at++) {
        struct qn_file_stat stat;
        enum qn_status status;

        if (path->data[at] != '/')
            continue;
        path->data[at] = '\0';
        status = qn_file_lstat(ctx, qn_buf_string(path), &stat);
        if (!status && stat.kind != QN_FILE_NONE &&
            stat.kind != QN_FILE_DIRECTORY) {
            if (forces)
                status = qn_file_unlink(ctx, qn_buf_string(path));
            else
                status = qn_ctx_fail(ctx, QN_EXISTS,
                                     "cannot create directory at '%s': "
                                     "File exists",
                                     qn_buf_string(path) + start);
            stat.kind = QN_FILE_NONE;
        }
        if (!status && stat.kind == QN_FILE_NONE)
            status = qn_directory_make(ctx, qn_buf_string(path), 0777);
        path->data[at] = '/';
        if (status)
            return status;
    }
    return QN_OK;
}

static void report_failure(struct qn_ctx *ctx, struct qn_checkout_job *job)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.checkout", "%s",
                  qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    atomic_fetch_add(&job->failed, 1);
}

/* How much of `path` is known from the one made before; at least `least`. */
static size_t shared_directory(const struct qn_buf *path,
                               const struct qn_buf *known, size_t least)
{
    for (size_t at = 0; at < path->size && at < known->size &&
                        path->data[at] == known->data[at];
         at++)
        if (path->data[at] == '/' && at + 1 > least)
            least = at + 1;
    return least;
}

/* All directories, before any file: serial, so that nobody races. */
static enum qn_status prepare_directories(struct qn_ctx *ctx,
                                          struct qn_checkout_job *job)
{
    struct qn_buf path = QN_BUF_INIT, known = QN_BUF_INIT;
    struct qn_bytes last = QN_BYTES_NONE;
    size_t top_size = job->options->prefix && job->options->prefix[0] == '/'
                          ? 1
                          : strlen(job->tree->top) + 1;
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < job->count && !status; i++) {
        const struct qn_index_entry *entry =
            qn_index_peek(job->index, job->positions[i]);
        size_t slash = qn_bytes_find_last(entry->path, '/');
        struct qn_bytes directory;

        if (!qn_safe_path_is_valid(entry->path, entry->mode,
                                   job->tree->safe_flags)) {
            status = qn_ctx_fail(ctx, QN_REFUSED, "invalid path '%s'",
                                 (const char *)entry->path.data);
            break;
        }
        directory = slash == entry->path.size
                        ? QN_BYTES_NONE
                        : qn_bytes_first(entry->path, slash + 1);
        if (i > 0 && qn_bytes_is_equal(directory, last))
            continue;
        last = directory;
        if (directory.size == 0 && !job->options->prefix)
            continue;
        if (job->options->skips_new)
            continue;
        status = work_path(ctx, job, directory, &path);
        if (!status)
            status = make_directories(
                ctx, &path, top_size, shared_directory(&path, &known, top_size),
                job->options->forces || !job->options->skips_existing);
        if (!status) {
            qn_buf_clear(&known);
            status = qn_buf_append_bytes(ctx, &known, qn_buf_bytes(&path));
        }
        if (status && status != QN_NO_MEMORY) {
            report_failure(ctx, job);
            status = QN_OK;
        }
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&known);
    return status;
}

/* ---- files */

/* Something is at the path: may it be replaced? `*skips` when not. */
static enum qn_status clear_place(struct qn_ctx *ctx,
                                  struct qn_checkout_job *job, const char *path,
                                  struct qn_bytes name, bool *skips)
{
    struct qn_file_stat stat;
    enum qn_status status = qn_file_lstat(ctx, path, &stat);

    *skips = false;
    if (status || stat.kind == QN_FILE_NONE)
        return status;
    if (!job->options->forces) {
        *skips = true;
        if (!job->options->skips_existing) {
            if (!job->options->is_quiet)
                qn_ctx_report(ctx, QN_REPORT_INFO, "worktree.exists",
                              "%s%.*s already exists, no checkout",
                              job->options->prefix ? job->options->prefix : "",
                              QN_BYTES_ARG(name));
            atomic_fetch_add(&job->failed, 1);
        }
        return QN_OK;
    }
    if (stat.kind == QN_FILE_DIRECTORY)
        return qn_directory_remove_all(ctx, path);
    return qn_file_unlink(ctx, path);
}

static enum qn_status open_new(struct qn_ctx *ctx, struct qn_checkout_job *job,
                               const char *path, struct qn_bytes name,
                               uint32_t mode, int *fd, bool *skips)
{
    unsigned flags =
        QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE | QN_FILE_NO_FOLLOW;
    enum qn_status status;

    *skips = false;
    *fd = -1;
    status = qn_file_open(ctx, path, flags, mode, fd);
    if (status != QN_EXISTS)
        return status;
    qn_ctx_clear(ctx);
    status = clear_place(ctx, job, path, name, skips);
    if (status || *skips)
        return status;
    return qn_file_open(ctx, path, flags, mode, fd);
}

static enum qn_status stream_out(struct qn_ctx *ctx,
                                 struct qn_checkout_worker *worker,
                                 const struct qn_id *id, int fd)
{
    struct qn_odb_stream *stream = NULL;
    enum qn_object_type type;
    uint64_t size;
    size_t got;
    enum qn_status status =
        qn_odb_stream_open(ctx, worker->odb, id, &type, &size, &stream);

    qn_buf_clear(&worker->filtered);
    if (!status)
        status = qn_buf_reserve(ctx, &worker->filtered, 65536);
    while (!status) {
        status =
            qn_odb_stream_read(ctx, stream, worker->filtered.data, 65536, &got);
        if (status || got == 0)
            break;
        status = qn_file_write(ctx, fd, worker->filtered.data, got);
    }
    if (stream)
        qn_odb_stream_close(stream);
    return status;
}

/* How an entry's content comes. */
enum way {
    WAY_HELD,   /* it is there */
    WAY_STREAM, /* too big to be held */
    WAY_LATER,  /* not now: its turn was set */
    WAY_NONE    /* what is there stays */
};

struct content {
    enum way way;
    struct qn_bytes bytes; /* in the object or `filtered` */
};

/* What is to be done on the content's way out, and by whom. */
static enum qn_status prepare_filter(struct qn_ctx *ctx,
                                     struct qn_checkout_job *job,
                                     struct qn_checkout_worker *worker,
                                     const struct qn_index_entry *entry,
                                     struct qn_filter_plan *plan,
                                     struct content *out)
{
    enum qn_status status =
        qn_filter_plan(ctx, worker->filter, entry->path, plan);
    bool skips = false;

    if (status)
        return status;
    if (plan->driver && !job->is_serial) {
        job->turns[worker->item] = QN_CHECKOUT_TURN_SERIAL;
        out->way = WAY_LATER;
        return QN_OK;
    }
    /* A driver that fails leaves no file, as with Git. */
    if (plan->driver) {
        status = clear_place(ctx, job, qn_buf_string(&worker->path),
                             entry->path, &skips);
        if (skips)
            out->way = WAY_NONE;
    }
    /* One read tells both; only giants are asked about first. */
    if (!status && qn_filter_plan_is_plain_out(plan) &&
        job->tree->big_file_threshold < UINT64_C(64) << 20) {
        struct qn_odb_info info;

        status = qn_odb_read_info(ctx, worker->odb, &entry->id,
                                  QN_ODB_WANT_SIZE, &info);
        if (!status && info.size >= job->tree->big_file_threshold)
            out->way = WAY_STREAM;
    }
    return status;
}

static enum qn_status load_content(struct qn_ctx *ctx,
                                   struct qn_checkout_job *job,
                                   struct qn_checkout_worker *worker,
                                   const struct qn_index_entry *entry,
                                   struct content *out)
{
    struct qn_filter_plan plan = {0};
    bool changed = false;
    enum qn_status status = QN_OK;

    out->way = WAY_HELD;
    if (qn_mode_is_file(entry->mode))
        status = prepare_filter(ctx, job, worker, entry, &plan, out);
    if (status || out->way != WAY_HELD)
        return status;
    status = qn_odb_read_typed(ctx, worker->odb, &entry->id, QN_OBJECT_BLOB,
                               &worker->object);
    if (status == QN_TOO_BIG && qn_filter_plan_is_plain_out(&plan)) {
        qn_ctx_clear(ctx);
        out->way = WAY_STREAM;
        return QN_OK;
    }
    if (status)
        return status;
    out->bytes = qn_object_bytes(&worker->object);
    if (!qn_mode_is_file(entry->mode) || qn_filter_plan_is_plain_out(&plan))
        return QN_OK;
    qn_buf_clear(&worker->filtered);
    status = qn_filter_to_work_tree(ctx, worker->filter, &plan, entry->path,
                                    &entry->id, out->bytes, &worker->filtered,
                                    &changed);
    if (!status && qn_filter_is_delayed(worker->filter)) {
        job->turns[worker->item] = QN_CHECKOUT_TURN_DELAYED;
        worker->process = plan.process;
        out->way = WAY_LATER;
    }
    if (changed)
        out->bytes = qn_buf_bytes(&worker->filtered);
    worker->may_hold = changed && plan.process && job->is_serial;
    return status;
}

static void keep_stat(struct qn_checkout_job *job, struct qn_index_entry *entry,
                      const struct qn_file_stat *stat)
{
    if (job->options->leaves_stat)
        return;
    qn_index_stat_fill(&entry->stat, stat);
    entry->flags |= QN_INDEX_UPTODATE;
    if (job->tree->ignores_stat)
        entry->flags |= QN_INDEX_ASSUME_VALID;
    entry->flags &= (uint8_t)~QN_INDEX_FSMONITOR_VALID;
}

/* Make the file at `path` of its content. */
static enum qn_status
write_content(struct qn_ctx *ctx, struct qn_checkout_job *job,
              struct qn_checkout_worker *worker, struct qn_index_entry *entry,
              const char *path, const struct content *content)
{
    uint32_t mode = entry->mode & 0100 ? 0777 : 0666;
    struct qn_file_stat stat;
    bool skips;
    int fd = -1;
    enum qn_status status =
        open_new(ctx, job, path, entry->path, mode, &fd, &skips);

    if (status || skips)
        return status;
    if (content->way == WAY_STREAM)
        status = stream_out(ctx, worker, &entry->id, fd);
    else if (content->bytes.size > 0)
        status =
            qn_file_write(ctx, fd, content->bytes.data, content->bytes.size);
    if (!status)
        status = qn_file_stat_fd(ctx, fd, &stat);
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, path);
    if (status) {
        (void)!qn_file_unlink_if_exists(ctx, path);
        return status;
    }
    keep_stat(job, entry, &stat);
    atomic_fetch_add(&job->written, 1);
    return QN_OK;
}

/* Its content and its path change places with those of the last. */
static void hold(struct qn_checkout_worker *worker)
{
    struct qn_checkout_held *held = &worker->held;
    struct qn_buf content = held->content, path = held->path;

    held->content = worker->filtered;
    held->path = worker->path;
    held->item = worker->item;
    held->is_held = true;
    worker->filtered = content;
    worker->path = path;
}

static enum qn_status write_file(struct qn_ctx *ctx,
                                 struct qn_checkout_job *job,
                                 struct qn_checkout_worker *worker,
                                 struct qn_index_entry *entry)
{
    struct content content = {WAY_HELD, QN_BYTES_NONE};
    enum qn_status status;

    worker->may_hold = false;
    status = load_content(ctx, job, worker, entry, &content);
    if (status || content.way == WAY_LATER || content.way == WAY_NONE)
        return status;
    if (job->is_serial)
        status = qn_checkout_write_held(ctx, job, worker);
    if (!status && worker->may_hold)
        hold(worker);
    else if (!status)
        status = write_content(ctx, job, worker, entry,
                               qn_buf_string(&worker->path), &content);
    return status;
}

static enum qn_status write_link(struct qn_ctx *ctx,
                                 struct qn_checkout_job *job,
                                 struct qn_checkout_worker *worker,
                                 struct qn_index_entry *entry)
{
    const char *path = qn_buf_string(&worker->path);
    struct qn_file_stat stat;
    bool skips;
    enum qn_status status = qn_odb_read_typed(ctx, worker->odb, &entry->id,
                                              QN_OBJECT_BLOB, &worker->object);

    if (!status)
        status = clear_place(ctx, job, path, entry->path, &skips);
    if (status || skips)
        return status;
    status = qn_file_symlink(ctx, qn_buf_string(&worker->object.data), path);
    if (!status)
        status = qn_file_lstat(ctx, path, &stat);
    if (status)
        return status;
    keep_stat(job, entry, &stat);
    atomic_fetch_add(&job->written, 1);
    return QN_OK;
}

/* A submodule: an empty directory, to be filled by others. */
static enum qn_status write_gitlink(struct qn_ctx *ctx,
                                    struct qn_checkout_job *job,
                                    struct qn_checkout_worker *worker,
                                    struct qn_index_entry *entry)
{
    const char *path = qn_buf_string(&worker->path);
    struct qn_file_stat stat;
    bool skips;
    enum qn_status status = qn_file_lstat(ctx, path, &stat);

    if (!status && stat.kind != QN_FILE_NONE &&
        stat.kind != QN_FILE_DIRECTORY) {
        status = clear_place(ctx, job, path, entry->path, &skips);
        if (status || skips)
            return status;
    }
    if (!status)
        status = qn_directory_make(ctx, path, 0777);
    if (!status)
        status = qn_file_lstat(ctx, path, &stat);
    if (!status)
        keep_stat(job, entry, &stat);
    return status;
}

static enum qn_status write_entry(struct qn_ctx *ctx,
                                  struct qn_checkout_job *job,
                                  struct qn_checkout_worker *worker,
                                  struct qn_index_entry *entry)
{
    enum qn_status status = work_path(ctx, job, entry->path, &worker->path);

    if (status)
        return status;
    if (job->options->skips_new) {
        struct qn_file_stat stat;

        status = qn_file_lstat(ctx, qn_buf_string(&worker->path), &stat);
        if (status || stat.kind == QN_FILE_NONE)
            return status;
    }
    if (qn_mode_is_gitlink(entry->mode))
        return write_gitlink(ctx, job, worker, entry);
    if (qn_mode_is_symlink(entry->mode) && job->tree->policy.has_symlinks)
        return write_link(ctx, job, worker, entry);
    return write_file(ctx, job, worker, entry);
}

static bool is_late(const struct qn_checkout_job *job,
                    const struct qn_index_entry *entry)
{
    return qn_mode_is_symlink(entry->mode) && job->tree->policy.has_symlinks;
}

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    struct qn_checkout_job *job = shared;
    struct qn_checkout_worker *worker = state;
    enum qn_status status = qn_odb_fork(ctx, job->odb, &worker->odb);

    if (!status)
        status = qn_filter_new(ctx, job->tree,
                               job->options->follows_index
                                   ? QN_ATTRIBUTES_INDEX_FIRST
                                   : QN_ATTRIBUTES_WORK_TREE,
                               job->index, &worker->filter);
    return status;
}

static void worker_dispose(void *shared, void *state)
{
    struct qn_checkout_worker *worker = state;

    (void)shared;
    qn_odb_free(worker->odb);
    qn_filter_free(worker->filter);
    qn_object_dispose(&worker->object);
    qn_buf_dispose(&worker->filtered);
    qn_buf_dispose(&worker->path);
    qn_buf_dispose(&worker->held.content);
    qn_buf_dispose(&worker->held.path);
}

/* What stops everything, not only this file. */
static bool is_fatal(struct qn_ctx *ctx, enum qn_status status)
{
    return status == QN_NO_MEMORY || status == QN_CANCELLED ||
           status == QN_TIMEOUT || status == QN_CORRUPT ||
           status == QN_NO_SPACE || qn_filter_stops_all(ctx);
}

/* What failed for one file is told, and the others go on.  What stands at
 * `path` (or NULL) goes all the same where there is no content to replace it:
 * it is no version that was asked for. */
static enum qn_status end_entry(struct qn_ctx *ctx, struct qn_checkout_job *job,
                                const struct qn_index_entry *entry,
                                const char *path, enum qn_status status)
{
    bool is_missing =
        status && strcmp(qn_ctx_reason(ctx), "odb.not-found") == 0;
    bool skips;

    if (!status || is_fatal(ctx, status))
        return status;
    if (is_missing) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        (void)qn_ctx_fail(ctx, status, "unable to read sha1 file of %s (%s)",
                          (const char *)entry->path.data,
                          qn_id_to_hex(&entry->id, hex));
    } else if (strncmp(qn_ctx_message(ctx), "unable to unlink '", 18) == 0 &&
               qn_ctx_errno(ctx)) {
        (void)qn_ctx_fail_errno(ctx, qn_ctx_errno(ctx),
                                "unable to unlink old '%s'",
                                (const char *)entry->path.data);
    } else {
        qn_ctx_where(ctx, "unable to create file %s",
                     (const char *)entry->path.data);
    }
    report_failure(ctx, job);
    return is_missing && path && job->options->forces
               ? clear_place(ctx, job, path, entry->path, &skips)
               : QN_OK;
}

enum qn_status qn_checkout_write_one(struct qn_ctx *ctx,
                                     struct qn_checkout_job *job,
                                     struct qn_checkout_worker *worker,
                                     size_t i)
{
    struct qn_index_entry *entry = qn_index_at(job->index, job->positions[i]);
    enum qn_status status;

    worker->item = i;
    status = write_entry(ctx, job, worker, entry);
    return end_entry(ctx, job, entry, qn_buf_string(&worker->path), status);
}

enum qn_status qn_checkout_write_held(struct qn_ctx *ctx,
                                      struct qn_checkout_job *job,
                                      struct qn_checkout_worker *worker)
{
    struct qn_checkout_held *held = &worker->held;
    struct content content = {WAY_HELD, qn_buf_bytes(&held->content)};
    struct qn_index_entry *entry;

    if (!held->is_held)
        return QN_OK;
    held->is_held = false;
    entry = qn_index_at(job->index, job->positions[held->item]);
    return end_entry(ctx, job, entry, NULL,
                     write_content(ctx, job, worker, entry,
                                   qn_buf_string(&held->path), &content));
}

static enum qn_status run_one(struct qn_ctx *ctx, struct qn_checkout_job *job,
                              struct qn_checkout_worker *worker, size_t i)
{
    if (is_late(job, qn_index_peek(job->index, job->positions[i])) !=
        job->writes_links)
        return QN_OK;
    if (job->options->progress)
        qn_progress_add(ctx, job->options->progress, 1);
    return qn_checkout_write_one(ctx, job, worker, i);
}

static enum qn_status run_piece(struct qn_ctx *ctx, void *shared, void *state,
                                size_t piece)
{
    struct qn_checkout_job *job = shared;
    enum qn_status status = qn_ctx_check(ctx);

    for (size_t i = job->pieces[piece]; i < job->pieces[piece + 1] && !status;
         i++)
        status = run_one(ctx, job, state, i);
    return status;
}

static struct qn_bytes directory_of(const struct qn_checkout_job *job, size_t i)
{
    struct qn_bytes path = qn_index_peek(job->index, job->positions[i])->path;
    size_t slash = qn_bytes_find_last(path, '/');

    return slash == path.size ? QN_BYTES_NONE : qn_bytes_first(path, slash);
}

/* Cut the job into pieces of whole directories: threads that make files in the
 * same directory only wait for each other in the kernel. */
static enum qn_status cut_pieces(struct qn_ctx *ctx,
                                 struct qn_checkout_job *job)
{
    struct qn_bytes last = QN_BYTES_NONE;

    job->pieces = qn_memory_array(ctx, job->count + 1, sizeof(*job->pieces));
    if (!job->pieces)
        return QN_NO_MEMORY;
    job->piece_count = 0;
    for (size_t i = 0; i < job->count; i++) {
        struct qn_bytes directory = directory_of(job, i);
        size_t size =
            i > 0 ? i - job->pieces[job->piece_count - 1] : PIECE_MOST;

        if (size >= PIECE_MOST ||
            (size >= PIECE_LEAST && !qn_bytes_is_equal(directory, last)))
            job->pieces[job->piece_count++] = i;
        last = directory;
    }
    job->pieces[job->piece_count] = job->count;
    return QN_OK;
}

/* The caller's thread alone: programs are run one after the other. */
static enum qn_status run_serial(struct qn_ctx *ctx,
                                 struct qn_checkout_job *job)
{
    struct qn_checkout_worker worker = {0};
    enum qn_status status = worker_init(ctx, job, &worker);

    job->is_serial = true;
    if (!status)
        status = qn_checkout_delayed_run(ctx, job, &worker);
    if (worker.held.is_held) { /* stopped: it was before what failed */
        struct qn_ctx *after = qn_ctx_fork(ctx);

        if (after && qn_checkout_write_held(after, job, &worker) == QN_OK)
            qn_ctx_join(ctx, after, false);
        qn_ctx_free(after);
    }
    worker_dispose(job, &worker);
    return status;
}

/* All that is to be written and is promised comes at once. */
static enum qn_status prefetch(struct qn_ctx *ctx,
                               const struct qn_checkout_job *job)
{
    struct qn_id_list ids = {0};
    enum qn_status status = QN_OK;
    size_t i;

    if (!qn_odb_fetches(job->odb))
        return QN_OK;
    for (i = 0; !status && i < job->count; i++) {
        const struct qn_index_entry *entry =
            qn_index_peek(job->index, job->positions[i]);

        if (!qn_mode_is_gitlink(entry->mode))
            status = qn_id_list_add(ctx, &ids, &entry->id);
    }
    if (!status)
        status = qn_odb_prefetch(ctx, job->odb, ids.ids, ids.count);
    qn_id_list_dispose(&ids);
    return status;
}

static enum qn_status run_all(struct qn_ctx *ctx, struct qn_checkout_job *job)
{
    struct qn_parallel_options parallel = {
        .grain = 1,
        .shared = job,
        .state_size = sizeof(struct qn_checkout_worker),
        .state_init = worker_init,
        .state_dispose = worker_dispose};
    bool has_links = false, has_drivers = false;
    enum qn_status status;

    for (size_t i = 0; i < job->count && !has_links; i++)
        has_links = is_late(job, qn_index_peek(job->index, job->positions[i]));
    status = qn_work_tree_workers(ctx, job->tree, job->count,
                                  &parallel.thread_count);
    if (!status)
        status = prefetch(ctx, job);
    if (!status)
        status = prepare_directories(ctx, job);
    if (!status)
        status = cut_pieces(ctx, job);
    /* Names that the file system takes for one must not race: in order, then.
     */
    if (job->tree->ignores_case)
        parallel.thread_count = 1;
    if (!status && job->count > 0)
        status = qn_parallel_for(ctx, &parallel, job->piece_count, run_piece);
    for (size_t i = 0; i < job->count && !has_drivers; i++)
        has_drivers = job->turns[i] == QN_CHECKOUT_TURN_SERIAL;
    if (!status && has_drivers)
        status = run_serial(ctx, job);
    if (!status && has_links) {
        job->writes_links = true;
        parallel.thread_count = 1;
        status = qn_parallel_for(ctx, &parallel, job->piece_count, run_piece);
    }
    return status;
}

enum qn_status qn_checkout_entries(struct qn_ctx *ctx,
                                   const struct qn_work_tree *tree,
                                   struct qn_index *index, struct qn_odb *odb,
                                   const size_t *positions, size_t count,
                                   struct qn_checkout_options *options)
{
    struct qn_checkout_job job = {.tree = tree,
                                  .index = index,
                                  .odb = odb,
                                  .positions = positions,
                                  .count = count,
                                  .options = options};
    enum qn_status status = QN_OK;

    atomic_init(&job.failed, 0);
    atomic_init(&job.written, 0);
    options->delayed_errors = 0;
    job.turns = qn_memory_calloc(ctx, count + 1, sizeof(*job.turns));
    if (!job.turns)
        return QN_NO_MEMORY;
    status = run_all(ctx, &job);
    if (!options->leaves_stat && count > 0)
        qn_index_mark_changed(index);
    options->failed_count = atomic_load(&job.failed);
    options->written_count = atomic_load(&job.written);
    qn_memory_free(job.turns);
    qn_memory_free(job.pieces);
    return status;
}

enum qn_status qn_checkout_write(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_bytes path, uint32_t mode,
                                 struct qn_bytes content)
{
    struct qn_checkout_options options = {.forces = true};
    struct qn_checkout_job job = {.tree = tree, .options = &options};
    struct qn_buf full = QN_BUF_INIT, target = QN_BUF_INIT;
    bool skips = false;
    int fd = -1;
    enum qn_status status;

    atomic_init(&job.failed, 0);
    atomic_init(&job.written, 0);
    if (!qn_safe_path_is_valid(path, mode, tree->safe_flags))
        return qn_ctx_fail(ctx, QN_REFUSED, "invalid path '%.*s'",
                           QN_BYTES_ARG(path));
    status = qn_work_tree_path(ctx, tree, path, &full);
    if (!status)
        status = make_directories(ctx, &full, strlen(tree->top) + 1,
                                  strlen(tree->top) + 1, true);
    if (!status && qn_mode_is_symlink(mode) && tree->policy.has_symlinks) {
        status = qn_buf_append_bytes(ctx, &target, content);
        if (!status)
            status = clear_place(ctx, &job, qn_buf_string(&full), path, &skips);
        if (!status)
            status = qn_file_symlink(ctx, qn_buf_string(&target),
                                     qn_buf_string(&full));
        goto out;
    }
    if (!status)
        status = open_new(ctx, &job, qn_buf_string(&full), path,
                          mode & 0100 ? 0777 : 0666, &fd, &skips);
    if (!status && content.size > 0)
        status = qn_file_write(ctx, fd, content.data, content.size);
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(&full));
out:
    qn_buf_dispose(&full);
    qn_buf_dispose(&target);
    return status;
}
