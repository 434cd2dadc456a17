/* SPDX-License-Identifier: MIT */
#include "worktree/add.h"

#include "base/memory.h"
#include "hash/hash.h"
#include "index/index_fold.h"
#include "object/tree.h"
#include "odb/odb_batch.h"
#include "os/file.h"
#include "os/parallel.h"
#include "path/safe_path.h"
#include "worktree/checkout.h"
#include "worktree/compare.h"

#include <stdatomic.h>

/* Neighbours share their directory's attributes; large files come alone. */
#define GRAIN      16u
#define GRAIN_MANY 64u
#define MANY       4096u

/* What came out for one path. */
struct outcome {
    struct qn_index_entry entry;
    bool is_ready; /* false: failed, or nothing to do */
    bool has_failed;
    bool is_later; /* its filter is a program */
};

struct job {
    const struct qn_work_tree *tree;
    struct qn_index *index;
    struct qn_odb *odb;
    const struct qn_bytes *paths;
    struct outcome *outcomes;
    struct qn_add_options *options;
    struct qn_index_fold *fold; /* core.ignoreCase; or NULL */
    struct qn_buf spelt;
    /* Programs are run one at a time, in the order of the paths: what needs
     * them is left to the end. */
    bool runs_programs;
    atomic_bool has_later;
};

struct worker {
    struct qn_odb *odb;
    struct qn_filter *filter;
    struct qn_compare compare;
    struct qn_buf path;
    struct qn_buf content;
    struct qn_buf filtered;
    bool needs_program; /* the file at hand does, and not now */
};

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    struct job *job = shared;
    struct worker *worker = state;
    enum qn_status status = qn_odb_fork(ctx, job->odb, &worker->odb);

    qn_compare_init(&worker->compare, job->tree, job->index);
    if (!status)
        status = qn_filter_new(ctx, job->tree, QN_ATTRIBUTES_WORK_TREE,
                               job->index, &worker->filter);
    return status;
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    qn_odb_free(worker->odb);
    qn_filter_free(worker->filter);
    qn_compare_dispose(&worker->compare);
    qn_buf_dispose(&worker->path);
    qn_buf_dispose(&worker->content);
    qn_buf_dispose(&worker->filtered);
}

static enum qn_status keep_blob(struct qn_ctx *ctx, struct job *job,
                                struct worker *worker, struct qn_bytes content,
                                struct qn_id *out)
{
    if (job->options->is_dry_run || job->options->info_only)
        return qn_hash_object(ctx, qn_odb_algorithm(job->odb), "blob", content,
                              out);
    return qn_odb_write(ctx, worker->odb, QN_OBJECT_BLOB, content, out);
}

static enum qn_status store_file(struct qn_ctx *ctx, struct job *job,
                                 struct worker *worker, struct qn_bytes path,
                                 const struct qn_file_stat *stat,
                                 struct qn_id *out)
{
    unsigned flags = job->options->checks_safe && !job->options->is_dry_run
                         ? QN_FILTER_CHECK_SAFE
                         : 0;
    struct qn_filter_plan plan;
    struct qn_bytes content;
    bool changed = false;
    int fd = -1;
    enum qn_status status = qn_filter_plan(ctx, worker->filter, path, &plan);

    if (!status && plan.driver && !job->runs_programs) {
        worker->needs_program = true;
        return QN_OK;
    }
    if (job->options->renormalises)
        flags |= QN_FILTER_RENORMALISE;
    if (!status)
        status = qn_work_tree_open_file(ctx, job->tree, &worker->path, &fd);
    if (status)
        return status;
    if (qn_filter_plan_is_plain_in(&plan) && !job->options->is_dry_run &&
        !job->options->info_only &&
        stat->size >= job->tree->big_file_threshold) {
        status = qn_odb_write_stream(ctx, worker->odb, QN_OBJECT_BLOB, fd,
                                     stat->size, out);
        qn_file_close(fd);
        return status;
    }
    qn_buf_clear(&worker->content);
    status = qn_file_read_known(ctx, fd, stat->size, &worker->content);
    qn_file_close(fd);
    content = qn_buf_bytes(&worker->content);
    qn_buf_clear(&worker->filtered);
    if (!status)
        status = qn_filter_to_git(ctx, worker->filter, &plan, path, content,
                                  flags, &worker->filtered, &changed);
    if (!status)
        status =
            keep_blob(ctx, job, worker,
                      changed ? qn_buf_bytes(&worker->filtered) : content, out);
    return status;
}

static enum qn_status store_link(struct qn_ctx *ctx, struct job *job,
                                 struct worker *worker, struct qn_id *out)
{
    enum qn_status status;

    qn_buf_clear(&worker->content);
    status =
        qn_file_readlink(ctx, qn_buf_string(&worker->path), &worker->content);
    return status ? status
                  : keep_blob(ctx, job, worker, qn_buf_bytes(&worker->content),
                              out);
}

static enum qn_status store_gitlink(struct qn_ctx *ctx, struct worker *worker,
                                    struct qn_bytes path, struct qn_bytes shown,
                                    struct qn_id *out)
{
    bool found;
    enum qn_status status =
        qn_compare_gitlink(ctx, &worker->compare, path, out, &found);

    if (!status && !found)
        return qn_ctx_fail(ctx, QN_NOT_FOUND,
                           "'%.*s' does not have a commit checked out",
                           QN_BYTES_ARG(shown));
    return status;
}

/* The entry of the index that tells what the mode was: stage 0, or ours. */
static const struct qn_index_entry *find_old(const struct qn_index *index,
                                             struct qn_bytes path)
{
    const struct qn_index_entry *old = NULL;
    bool found;
    size_t i = qn_index_find(index, path, 0, &found);

    for (; found && i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);

        if (!qn_bytes_is_equal(entry->path, path) || entry->stage > 2)
            break;
        old = entry;
    }
    return old;
}

static enum qn_status add_one(struct qn_ctx *ctx, struct job *job,
                              struct worker *worker, size_t i)
{
    struct outcome *outcome = &job->outcomes[i];
    struct qn_index_entry *entry = &outcome->entry;
    const struct qn_index_entry *old = find_old(job->index, job->paths[i]);
    struct qn_bytes path = job->paths[i];
    struct qn_file_stat stat;
    enum qn_status status;

    worker->needs_program = false;
    if (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    status = qn_work_tree_path(ctx, job->tree, path, &worker->path);
    if (!status)
        status = qn_work_tree_lstat(ctx, job->tree, &worker->path, &stat);
    if (status)
        return status;
    if (stat.kind == QN_FILE_NONE)
        return qn_ctx_fail(ctx, QN_NOT_FOUND,
                           "unable to stat '%.*s': No such file or directory",
                           QN_BYTES_ARG(path));
    entry->path = path;
    entry->mode = qn_work_tree_mode(job->tree, &stat, old ? old->mode : 0);
    if (entry->mode == 0)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "%.*s: can only add regular files, symbolic links or "
            "git-directories",
            QN_BYTES_ARG(path));
    if (job->options->chmod && qn_mode_is_file(entry->mode))
        entry->mode =
            job->options->chmod == '+' ? QN_MODE_EXECUTABLE : QN_MODE_FILE;
    qn_index_stat_fill(&entry->stat, &stat);
    if (job->tree->ignores_stat && qn_mode_is_file(entry->mode))
        entry->flags |= QN_INDEX_ASSUME_VALID;
    if (job->options->is_intent) {
        memset(&entry->stat, 0, sizeof(entry->stat));
        entry->flags = QN_INDEX_INTENT_TO_ADD;
        /* git wants the empty blob to be there. */
        status = keep_blob(ctx, job, worker, QN_BYTES_NONE, &entry->id);
    } else if (qn_mode_is_gitlink(entry->mode)) {
        status = store_gitlink(ctx, worker, path, job->paths[i], &entry->id);
    } else if (stat.kind == QN_FILE_SYMLINK) {
        status = store_link(ctx, job, worker, &entry->id);
    } else {
        status = store_file(ctx, job, worker, path, &stat, &entry->id);
    }
    if (!status && worker->needs_program) {
        memset(outcome, 0, sizeof(*outcome));
        outcome->is_later = true;
        atomic_store_explicit(&job->has_later, true, memory_order_relaxed);
    } else if (!status) {
        entry->flags |= QN_INDEX_UPTODATE;
        if (qn_index_is_monitored(job->index) && !job->options->is_intent &&
            !qn_mode_is_gitlink(entry->mode))
            entry->flags |= QN_INDEX_FSMONITOR_VALID;
        outcome->is_ready = true;
    }
    return status;
}

static enum qn_status run_one(struct qn_ctx *ctx, void *shared, void *state,
                              size_t i)
{
    struct job *job = shared;
    enum qn_status status = add_one(ctx, job, state, i);

    if (!status || status == QN_NO_MEMORY || status == QN_CANCELLED ||
        status == QN_NO_SPACE ||
        strcmp(qn_ctx_reason(ctx), "worktree.safe-crlf") == 0 ||
        strcmp(qn_ctx_reason(ctx), "worktree.encoding") == 0 ||
        qn_filter_stops_all(ctx))
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.add", "%s",
                  qn_ctx_message(ctx));
    qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.add",
                  "unable to index file '%.*s'", QN_BYTES_ARG(job->paths[i]));
    qn_ctx_clear(ctx);
    job->outcomes[i].has_failed = true;
    return QN_OK;
}

/* What needs programs, by the caller's thread alone. */
static enum qn_status run_later(struct qn_ctx *ctx, struct job *job,
                                size_t count)
{
    struct worker worker = {0};
    enum qn_status status = worker_init(ctx, job, &worker);

    job->runs_programs = true;
    for (size_t i = 0; i < count && !status; i++) {
        if (!job->outcomes[i].is_later)
            continue;
        job->outcomes[i].is_later = false;
        status = run_one(ctx, job, &worker, i);
    }
    worker_dispose(job, &worker);
    return status;
}

/* core.ignoreCase: a path gets the case that the index has for it. */
static enum qn_status spell(struct qn_ctx *ctx, struct job *job,
                            struct qn_index_entry *entry)
{
    bool found;
    enum qn_status status;

    (void)qn_index_find(job->index, entry->path, 0, &found);
    if (found || !job->fold)
        return QN_OK;
    qn_buf_clear(&job->spelt);
    status = qn_index_fold_spell(ctx, job->fold, entry->path, &job->spelt);
    if (!status)
        status = qn_index_fold_add(ctx, job->fold, qn_buf_bytes(&job->spelt));
    entry->path = qn_buf_bytes(&job->spelt);
    return status;
}

static enum qn_status enter(struct qn_ctx *ctx, struct job *job, size_t i,
                            unsigned flags)
{
    struct outcome *outcome = &job->outcomes[i];
    struct qn_index_entry *entry = &outcome->entry;
    bool found, is_changed = true;
    enum qn_status status;
    size_t at;

    if (!qn_safe_path_is_valid(entry->path, entry->mode, flags)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.bad-path",
                      "invalid path '%.*s'", QN_BYTES_ARG(entry->path));
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.bad-path",
                      "unable to add '%.*s' to index",
                      QN_BYTES_ARG(entry->path));
        return qn_ctx_fail_reason(ctx, QN_REFUSED, "worktree.add-failed",
                                  (const char *)entry->path.data,
                                  "adding files failed");
    }
    status = spell(ctx, job, entry);
    if (status)
        return status;
    at = qn_index_find(job->index, entry->path, 0, &found);
    if (found) {
        const struct qn_index_entry *old = qn_index_peek(job->index, at);

        if (old->stage == 0 && old->mode == entry->mode &&
            qn_id_is_equal(&old->id, &entry->id))
            is_changed = false; /* also when it was intended and is empty */
        if (old->stage == 0 && job->options->is_intent) {
            /* It is there already; that it was looked at is told. */
            if (job->options->changed)
                job->options->changed[i] =
                    !(old->flags & QN_INDEX_INTENT_TO_ADD);
            return QN_OK;
        }
        if (!job->options->renormalises)
            entry->flags |= old->flags & QN_INDEX_ASSUME_VALID;
    }
    if (job->options->changed)
        job->options->changed[i] = is_changed;
    if (job->options->is_dry_run)
        return QN_OK;
    return qn_index_add(ctx, job->index, entry, true);
}

enum qn_status qn_add_paths(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                            struct qn_index *index, struct qn_odb *odb,
                            const struct qn_bytes *paths, size_t count,
                            struct qn_add_options *options)
{
    struct job job = {.tree = tree,
                      .index = index,
                      .odb = odb,
                      .paths = paths,
                      .options = options};
    struct qn_parallel_options parallel = {.grain = count > MANY ? GRAIN_MANY
                                                                 : GRAIN,
                                           .shared = &job,
                                           .state_size = sizeof(struct worker),
                                           .state_init = worker_init,
                                           .state_dispose = worker_dispose};
    enum qn_status status;

    atomic_init(&job.has_later, false);
    options->failed_count = 0;
    if (count == 0)
        return QN_OK;
    job.outcomes = qn_memory_calloc(ctx, count, sizeof(*job.outcomes));
    if (!job.outcomes)
        return QN_NO_MEMORY;
    status = options->is_dry_run ? QN_OK : qn_odb_batch_begin(ctx, odb);
    if (!status) {
        enum qn_status ended;

        status = qn_parallel_for(ctx, &parallel, count, run_one);
        if (!status && atomic_load(&job.has_later))
            status = run_later(ctx, &job, count);
        ended =
            options->is_dry_run ? QN_OK : qn_odb_batch_end(ctx, odb, !status);
        if (!status)
            status = ended;
    }
    if (!status && tree->ignores_case)
        status = qn_index_fold_new(ctx, index, &job.fold);
    for (size_t i = 0; i < count && !status; i++) {
        if (job.outcomes[i].has_failed) {
            options->failed_count++;
            if (!options->ignores_errors)
                status = qn_ctx_fail_reason(ctx, QN_IO, "worktree.add-failed",
                                            (const char *)paths[i].data,
                                            "adding files failed");
        } else if (job.outcomes[i].is_ready) {
            status = enter(ctx, &job, i, tree->safe_flags);
        }
    }
    qn_memory_free(job.outcomes);
    qn_index_fold_free(job.fold);
    qn_buf_dispose(&job.spelt);
    return status;
}
