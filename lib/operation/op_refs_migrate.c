/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "config/config_edit.h"
#include "operation/op_refs.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"

#include <string.h>

struct migration {
    struct qn_ctx *ctx;
    struct qn_repo *repo;
    struct qn_op_refs_migrate *how;
    struct qn_refs *from;
    struct qn_refs_store *store;
    struct qn_refs *to;
    struct qn_ref_transaction *transaction;
    struct qn_buf roots; /* names of root refs, a line each */
    const char *log;
};

static enum qn_status copy_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct migration *m = data;
    const char *name = qn_buf_string(&ref->name);
    unsigned flags =
        QN_REF_NO_DEREF | QN_REF_SKIP_REFLOG | QN_REF_SKIP_NAME_CHECK;
    enum qn_status status = QN_OK;

    if (!strchr(name, '/'))
        status = qn_buf_printf(ctx, &m->roots, "%s\n", name);
    if (!status && ref->is_symbolic)
        return qn_ref_transaction_symbolic(ctx, m->transaction, name,
                                           qn_buf_string(&ref->target), NULL,
                                           NULL, flags, NULL);
    if (status || qn_id_is_null(&ref->id))
        return status;
    return qn_ref_transaction_update(ctx, m->transaction, name, &ref->id, NULL,
                                     flags, NULL);
}

static enum qn_status copy_refs(struct migration *m)
{
    const struct qn_refs_writer writer = {.ident = ""};
    enum qn_status status =
        qn_ref_transaction_new(m->ctx, m->to, &m->transaction);

    if (!status)
        status = qn_refs_walk(m->ctx, m->from, "",
                              QN_REFS_INCLUDE_BROKEN | QN_REFS_INCLUDE_ROOT,
                              copy_ref, m);
    if (!status)
        status = qn_ref_transaction_commit(m->ctx, m->transaction, &writer);
    qn_ref_transaction_free(m->transaction);
    return status;
}

static enum qn_status copy_line(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    struct migration *m = data;

    return qn_reflog_copy(ctx, m->to, m->log, entry);
}

static enum qn_status copy_log(struct qn_ctx *ctx, void *data, const char *name)
{
    struct migration *m = data;
    enum qn_status status = qn_reflog_create(ctx, m->to, name);

    m->log = name;
    return status ? status
                  : qn_reflog_walk(ctx, m->from, name, false, copy_line, m);
}

static enum qn_status make_store(struct migration *m)
{
    const char *directory = qn_buf_string(&m->how->directory);
    struct qn_refs_options options = {.git_directory = directory,
                                      .common_directory = directory,
                                      .format = m->how->format,
                                      .algorithm = qn_repo_algorithm(m->repo),
                                      .sync = *qn_repo_sync(m->repo),
                                      .shared_mode =
                                          qn_repo_shared_mode(m->repo),
                                      .files_lock_timeout_ms = 100,
                                      .packed_lock_timeout_ms = 1000,
                                      .reftable_lock_timeout_ms = 100,
                                      .is_bare = true};
    enum qn_status status = qn_refs_store_create(m->ctx, &options);

    if (!status)
        status = qn_refs_store_open(m->ctx, &options, &m->store);
    if (!status)
        status = qn_refs_new(m->ctx, m->store, &m->to);
    return status;
}

static enum qn_status join(struct qn_ctx *ctx, const char *directory,
                           const char *name, struct qn_buf *out)
{
    qn_buf_clear(out);
    return qn_buf_printf(ctx, out, "%s/%s", directory, name);
}

/* Whatever is in a directory goes; the directory stays. */
static enum qn_status empty_directory(struct qn_ctx *ctx, const char *path)
{
    struct qn_directory *directory = NULL;
    struct qn_buf below = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status = qn_directory_open(ctx, path, &directory);

    while (!status && qn_directory_next(directory, &name, &kind)) {
        status = join(ctx, path, name, &below);
        if (!status)
            status = kind == QN_FILE_DIRECTORY
                         ? qn_directory_remove_all(ctx, qn_buf_string(&below))
                         : qn_file_unlink(ctx, qn_buf_string(&below));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&below);
    return status;
}

/* What is at this place in the repository goes.  "refs" is only emptied:
 * without it there is no repository, and a directory takes the place of an
 * empty one in one step. */
static enum qn_status clear_place(struct migration *m, const char *name)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        join(m->ctx, qn_repo_git_directory(m->repo), name, &path);
    const char *place = qn_buf_string(&path);

    if (!status && qn_file_is_directory(place))
        status = strcmp(name, "refs") == 0
                     ? empty_directory(m->ctx, place)
                     : qn_directory_remove_all(m->ctx, place);
    else if (!status && strcmp(name, "HEAD") != 0)
        status = qn_file_unlink_if_exists(m->ctx, place);
    qn_buf_dispose(&path);
    return status;
}

/* One of the new store's files, if it has that. */
static enum qn_status move_file(struct migration *m, const char *name)
{
    const char *from = qn_buf_string(&m->how->directory);
    struct qn_buf old = QN_BUF_INIT, new = QN_BUF_INIT;
    enum qn_status status = join(m->ctx, from, name, &old);

    if (!status)
        status = join(m->ctx, qn_repo_git_directory(m->repo), name, &new);
    if (!status && qn_file_exists(qn_buf_string(&old)))
        status =
            qn_file_rename(m->ctx, qn_buf_string(&old), qn_buf_string(&new));
    qn_buf_dispose(&old);
    qn_buf_dispose(&new);
    return status;
}

/* Everything of the new store that has not been moved yet: each to its place.
 */
static enum qn_status move_rest(struct migration *m)
{
    const char *from = qn_buf_string(&m->how->directory);
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status = qn_directory_open(m->ctx, from, &directory);

    while (!status && qn_directory_next(directory, &name, &kind)) {
        status = clear_place(m, name);
        if (!status)
            status = move_file(m, name);
    }
    return qn_directory_end(m->ctx, directory, status);
}

/* Root refs of the files that went; HEAD is overwritten. */
static enum qn_status remove_roots(struct migration *m)
{
    struct qn_bytes rest = qn_buf_bytes(&m->roots);
    struct qn_buf name = QN_BUF_INIT;
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        qn_buf_clear(&name);
        status = qn_buf_append_bytes(m->ctx, &name, line);
        if (!status)
            status = clear_place(m, qn_buf_string(&name));
    }
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status write_config(struct migration *m, bool *has_changed)
{
    struct qn_buf path = QN_BUF_INIT;
    bool is_files = m->how->format == QN_REFS_FILES;
    bool needs_one = !is_files || qn_repo_algorithm(m->repo) == QN_HASH_SHA256;
    enum qn_status status = qn_repo_path(m->ctx, m->repo, "config", &path);

    /* With a version of 1 the extension may be there or not. */
    if (!status && is_files)
        status = qn_config_edit_unset(m->ctx, qn_buf_string(&path),
                                      "extensions.refstorage");
    if (!status)
        status = qn_config_edit_set(m->ctx, qn_buf_string(&path),
                                    "core.repositoryformatversion",
                                    needs_one ? "1" : "0");
    if (!status && !is_files)
        status = qn_config_edit_set(m->ctx, qn_buf_string(&path),
                                    "extensions.refstorage", "reftable");
    *has_changed = !status;
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status check(struct migration *m)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *name;
    bool has_worktrees = false;
    enum qn_status status;

    if (qn_repo_refs_format(m->repo) == m->how->format)
        return qn_ctx_fail(
            m->ctx, QN_REFUSED, "repository already uses '%s' format",
            m->how->format == QN_REFS_FILES ? "files" : "reftable");
    status = qn_buf_printf(m->ctx, &path, "%s/worktrees",
                           qn_repo_common_directory(m->repo));
    if (!status && qn_file_is_directory(qn_buf_string(&path)) &&
        !qn_directory_open(m->ctx, qn_buf_string(&path), &directory)) {
        has_worktrees = qn_directory_next(directory, &name, &kind);
        status = qn_directory_end(m->ctx, directory, status);
    }
    qn_buf_dispose(&path);
    if (!status && has_worktrees)
        return qn_ctx_fail(m->ctx, QN_REFUSED,
                           "migrating repositories with worktrees is not "
                           "supported yet");
    return status;
}

/* A directory of its own beside the others. */
static enum qn_status make_directory(struct migration *m)
{
    struct qn_buf prefix = QN_BUF_INIT;
    int fd = -1;
    enum qn_status status = qn_buf_printf(m->ctx, &prefix, "%s/ref_migration.",
                                          qn_repo_git_directory(m->repo));

    /* The name of a temporary file, then a directory of that name. */
    if (!status)
        status = qn_file_create_temporary(m->ctx, qn_buf_string(&prefix), 0600,
                                          &fd, &m->how->directory);
    if (fd >= 0)
        qn_file_close(fd);
    if (!status) {
        qn_temporary_remove(qn_buf_string(&m->how->directory));
        status =
            qn_directory_make(m->ctx, qn_buf_string(&m->how->directory), 0777);
    }
    qn_buf_dispose(&prefix);
    return status;
}

/* Until the configuration says otherwise, the old store is what counts and the
 * new one's files are in nobody's way; from then on it is the other way round.
 */
static enum qn_status change_over(struct migration *m, bool *has_changed)
{
    const bool is_files = m->how->format == QN_REFS_FILES;
    enum qn_status status;

    if (is_files) {
        /* What an earlier migration was stopped at. */
        status = clear_place(m, "logs");
        if (!status)
            status = clear_place(m, "packed-refs");
        if (!status)
            status = move_rest(m);
    } else {
        status = clear_place(m, "reftable");
        if (!status)
            status = move_file(m, "reftable");
    }
    if (!status)
        status = qn_directory_sync(m->ctx, qn_repo_git_directory(m->repo));
    if (!status)
        status = write_config(m, has_changed);
    if (status)
        return status;
    if (is_files)
        return clear_place(m, "reftable");
    status = clear_place(m, "packed-refs");
    if (!status)
        status = clear_place(m, "logs");
    if (!status)
        status = remove_roots(m);
    return status ? status : move_rest(m);
}

/* What is left of the directory beside, and after a failure of what came out
 * of it. */
static void clean_up(struct migration *m, bool has_changed, bool has_failed)
{
    const char *directory = qn_buf_string(&m->how->directory);

    if (*directory && qn_file_is_directory(directory))
        (void)!qn_directory_remove_all(m->ctx, directory);
    if (*directory && !has_changed && m->how->format == QN_REFS_REFTABLE)
        (void)!clear_place(m, "reftable");
    if (!has_failed)
        qn_ctx_clear(m->ctx);
}

enum qn_status qn_op_refs_migrate(struct qn_ctx *ctx, struct qn_repo *repo,
                                  struct qn_op_refs_migrate *how)
{
    struct migration m = {.ctx = ctx, .repo = repo, .how = how};
    bool has_changed = false;
    enum qn_status status = check(&m);

    if (!status)
        status = qn_repo_refs(ctx, repo, &m.from);
    if (!status)
        status = make_directory(&m);
    if (!status)
        status = make_store(&m);
    if (!status)
        status = copy_refs(&m);
    if (!status && !how->skips_logs)
        status = qn_reflog_list(ctx, m.from, copy_log, &m);
    qn_refs_free(m.to);
    if (m.store)
        qn_refs_store_release(m.store);
    qn_refs_free(m.from);
    if (!status && !how->is_dry_run)
        status = change_over(&m, &has_changed);
    if (status || !how->is_dry_run)
        clean_up(&m, has_changed, status != QN_OK);
    qn_buf_dispose(&m.roots);
    return status;
}
