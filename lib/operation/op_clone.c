/* SPDX-License-Identifier: MIT */
#include "operation/op_clone.h"

#include "base/env.h"
#include "base/memory.h"
#include "config/config_edit.h"
#include "index/index.h"
#include "operation/part/clone_refs.h"
#include "operation/part/clone_source.h"
#include "operation/part/copy_objects.h"
#include "operation/part/local_transfer.h"
#include "operation/part/ref_hook.h"
#include "os/directory.h"
#include "text/pathname.h"
#include "trace/trace.h"
#include "walk/revision.h"
#include "worktree/checkout.h"
#include "worktree/work_tree.h"

struct clone {
    struct qn_ctx *ctx;
    const struct qn_clone_options *options;
    struct qn_clone_source source;
    struct qn_clone_refs refs;
    struct qn_repo *repo; /* the new one */
    struct qn_buf shown;  /* the directory as messages name it */
    struct qn_buf top;    /* the same, absolute */
    struct qn_buf git;    /* the git directory, absolute */
    struct qn_buf config; /* its config file */
    struct qn_buf branch; /* full name of what HEAD is to be on; "": detached */
    struct qn_buf message;
    struct qn_buf ident;
    struct qn_id head; /* null: unborn */
    bool was_there;    /* the directory was, and was empty */
    bool has_begun;
    bool is_whole; /* all but the files is there: it stays */
};

/* Where to: must not be there, or be empty. */
static enum qn_status find_target(struct clone *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;
    const char *path;

    if (options->directory)
        status = qn_buf_append_string(ctx, &clone->shown, options->directory);
    else
        status = qn_clone_source_directory(ctx, options->source,
                                           options->is_bare, &clone->shown);
    while (!status && clone->shown.size > 1 &&
           clone->shown.data[clone->shown.size - 1] == '/')
        qn_buf_truncate(&clone->shown, clone->shown.size - 1);
    if (!status)
        status = qn_pathname_join(
            ctx, qn_bytes_from_string(qn_env_directory(qn_ctx_env(ctx))),
            qn_buf_bytes(&clone->shown), &clone->top);
    if (status)
        return status;
    path = qn_buf_string(&clone->top);
    clone->was_there = qn_file_exists(path);
    if (!clone->was_there)
        return QN_OK;
    if (qn_file_is_directory(path)) {
        status = qn_directory_open(ctx, path, &directory);
        if (status)
            return status;
        if (!qn_directory_next(directory, &name, &kind)) {
            qn_directory_close(directory);
            return QN_OK;
        }
        qn_directory_close(directory);
    }
    return qn_ctx_fail_reason(
        ctx, QN_EXISTS, "clone.not-empty", path,
        "destination path '%s' already exists and is not an empty directory.",
        qn_buf_string(&clone->shown));
}

/* -b: a branch, or a tag (detached); without it the source's HEAD. */
static enum qn_status choose_head(struct clone *clone)
{
    const char *wanted = clone->options->branch;
    struct qn_ctx *ctx = clone->ctx;
    const struct qn_clone_ref *found = NULL;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (!wanted) {
        clone->head = clone->refs.head_id;
        if (clone->refs.head_target)
            status = qn_buf_append_string(ctx, &clone->branch,
                                          clone->refs.head_target);
        return status;
    }
    status = qn_buf_printf(ctx, &name, "refs/heads/%s", wanted);
    if (!status)
        found = qn_clone_refs_find(&clone->refs, qn_buf_string(&name));
    if (found) {
        clone->head = found->id;
        qn_buf_swap(&clone->branch, &name);
    } else if (!status) {
        qn_buf_clear(&name);
        status = qn_buf_printf(ctx, &name, "refs/tags/%s", wanted);
        if (!status)
            found = qn_clone_refs_find(&clone->refs, qn_buf_string(&name));
        if (found)
            clone->head = found->id;
        else if (!status)
            status =
                qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "clone.no-branch", wanted,
                                   "Remote branch %s not found in upstream %s",
                                   wanted, clone->options->remote_name);
    }
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status set(struct clone *clone, const char *section,
                          const char *name, const char *value)
{
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(clone->ctx, &key, "%s.%s", section, name);
    if (!status)
        status = qn_config_edit_set(clone->ctx, qn_buf_string(&clone->config),
                                    qn_buf_string(&key), value);
    qn_buf_dispose(&key);
    return status;
}

static enum qn_status write_settings(struct clone *clone)
{
    const char *const *setting = clone->options->settings;
    struct qn_ctx *ctx = clone->ctx;
    enum qn_status status = QN_OK;

    for (; setting && *setting && !status; setting++) {
        struct qn_bytes text = qn_bytes_from_string(*setting);
        size_t equal = qn_bytes_find(text, '=');
        struct qn_buf key = QN_BUF_INIT;
        bool has_value = equal < text.size;

        status = qn_buf_append(ctx, &key, text.data, equal);
        if (!status)
            status = qn_config_edit_set(
                ctx, qn_buf_string(&clone->config), qn_buf_string(&key),
                has_value ? *setting + equal + 1 : "true");
        qn_buf_dispose(&key);
    }
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                      qn_ctx_message(ctx));
        status = qn_ctx_fail(ctx, status,
                             "unable to write parameters to config file");
    }
    return status;
}

/* The fetch refspec of the new remote; "": none. */
static enum qn_status make_refspec(struct clone *clone, struct qn_buf *out)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    const char *branch = qn_buf_string(&clone->branch);

    if (options->is_mirror)
        return qn_buf_append_string(ctx, out, "+refs/*:refs/*");
    if (options->is_bare)
        return QN_OK;
    if (!options->single_branch)
        return qn_buf_printf(ctx, out, "+refs/heads/*:refs/remotes/%s/*",
                             options->remote_name);
    if (strncmp(branch, "refs/heads/", 11) != 0)
        return QN_OK;
    return qn_buf_printf(ctx, out, "+%s:refs/remotes/%s/%s", branch,
                         options->remote_name, branch + 11);
}

static enum qn_status write_remote(struct clone *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf section = QN_BUF_INIT;
    struct qn_buf refspec = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &section, "remote.%s", options->remote_name);
    if (!status)
        status = set(clone, qn_buf_string(&section), "url",
                     qn_buf_string(&clone->source.url));
    if (!status && (options->no_tags || options->is_mirror))
        status = set(clone, qn_buf_string(&section), "tagOpt", "--no-tags");
    if (!status)
        status = make_refspec(clone, &refspec);
    if (!status && refspec.size)
        status = set(clone, qn_buf_string(&section), "fetch",
                     qn_buf_string(&refspec));
    if (!status && options->is_mirror)
        status = set(clone, qn_buf_string(&section), "mirror", "true");
    qn_buf_dispose(&section);
    qn_buf_dispose(&refspec);
    return status;
}

/* Git learns the hash from the other side, behind what it wrote of the remote:
 * the key stands where it comes to then. */
static enum qn_status write_format(struct clone *clone)
{
    const char *path = qn_buf_string(&clone->config);
    uint32_t algorithm = qn_repo_algorithm(clone->repo);
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    enum qn_status status;

    if (algorithm == QN_HASH_SHA1)
        return QN_OK;
    edit.key = "extensions.objectformat";
    status = qn_config_edit_file(clone->ctx, path, &edit);
    return status ? status
                  : qn_config_edit_set(clone->ctx, path, edit.key,
                                       qn_id_algorithm_name(algorithm));
}

static enum qn_status add_references(struct clone *clone,
                                     const char *const *paths, bool is_optional)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf objects = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    for (; paths && *paths && !status; paths++) {
        struct qn_clone_source source = QN_CLONE_SOURCE_INIT;
        struct qn_buf line = QN_BUF_INIT;

        status = qn_clone_source_open(ctx, *paths, &source);
        if (status == QN_NOT_FOUND && is_optional) {
            qn_ctx_clear(ctx);
            qn_ctx_report(ctx, QN_REPORT_INFO, "clone.reference",
                          "info: Could not add alternate for '%s': reference "
                          "repository '%s' is not a local repository.",
                          *paths, *paths);
            status = QN_OK;
        } else if (status == QN_NOT_FOUND) {
            status = qn_ctx_fail(
                ctx, QN_NOT_FOUND,
                "reference repository '%s' is not a local repository.", *paths);
        } else if (!status && !clone->options->dissociates) {
            qn_buf_clear(&objects);
            status = qn_repo_path(ctx, clone->repo, "objects", &objects);
            if (!status)
                status = qn_repo_path(ctx, source.repo, "objects", &line);
            if (!status)
                status = qn_copy_objects_add_alternate(
                    ctx, qn_buf_string(&objects), qn_buf_string(&line));
        }
        qn_buf_dispose(&line);
        qn_clone_source_dispose(&source);
    }
    qn_buf_dispose(&objects);
    return status;
}

/* What HEAD and the mapped refs reach, as one pack. */
static enum qn_status send_objects(struct clone *clone)
{
    const struct qn_clone_refs *refs = &clone->refs;
    struct qn_ctx *ctx = clone->ctx;
    enum qn_status status = QN_OK;
    struct qn_id *tips;
    size_t count = 0;
    size_t i;

    tips = qn_memory_array(ctx, refs->count + 1, sizeof(*tips));
    if (!tips)
        return QN_NO_MEMORY;
    for (i = 0; i < refs->count; i++)
        if (refs->refs[i].target)
            tips[count++] = refs->refs[i].id;
    if (!qn_id_is_null(&clone->head))
        tips[count++] = clone->head;
    if (count)
        status = qn_local_transfer(ctx, clone->source.repo, clone->repo, tips,
                                   count);
    qn_memory_free(tips);
    return status;
}

static enum qn_status bring_objects(struct clone *clone, bool is_local)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf from = QN_BUF_INIT;
    struct qn_buf to = QN_BUF_INIT;
    enum qn_status status;
    struct qn_span span;

    qn_span_begin(ctx, &span, "operation.clone.objects", NULL);
    status = qn_repo_path(ctx, clone->source.repo, "objects", &from);
    if (!status)
        status = qn_repo_path(ctx, clone->repo, "objects", &to);
    if (status)
        ; /* the message is set */
    else if (!is_local)
        status = send_objects(clone);
    else if (options->is_shared && !options->dissociates)
        status = qn_copy_objects_add_alternate(ctx, qn_buf_string(&to),
                                               qn_buf_string(&from));
    else
        status = qn_repo_check_owner(ctx, clone->source.repo);
    if (!status && is_local && !(options->is_shared && !options->dissociates))
        status = qn_copy_objects(
            ctx, qn_buf_string(&from), qn_buf_string(&to),
            options->local == QN_CLONE_LOCAL_COPY  ? QN_COPY_OBJECTS_NEVER
            : options->local == QN_CLONE_LOCAL_YES ? QN_COPY_OBJECTS_ALWAYS
                                                   : QN_COPY_OBJECTS_TRY);
    qn_span_end(ctx, &span);
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
    return status;
}

/* remotes/<name>/HEAD, when the source's HEAD is on a branch that was taken. */
static enum qn_status write_remote_head(struct clone *clone,
                                        struct qn_refs *here,
                                        const struct qn_refs_writer *writer)
{
    const char *target = clone->refs.head_target;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_ref_transaction *transaction = NULL;
    const struct qn_clone_ref *branch = NULL;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (target)
        branch = qn_clone_refs_find(&clone->refs, target);
    if (clone->options->is_bare || !branch || !branch->target)
        return QN_OK;
    status = qn_buf_printf(ctx, &name, "refs/remotes/%s/HEAD",
                           clone->options->remote_name);
    if (!status)
        status = qn_ref_transaction_new(ctx, here, &transaction);
    if (!status)
        status = qn_ref_transaction_symbolic(
            ctx, transaction, qn_buf_string(&name), branch->target, NULL, NULL,
            0, qn_buf_string(&clone->message));
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, writer);
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status write_branch_config(struct clone *clone)
{
    const char *branch = qn_buf_string(&clone->branch);
    struct qn_buf section = QN_BUF_INIT;
    enum qn_status status;

    if (clone->options->is_bare || strncmp(branch, "refs/heads/", 11) != 0)
        return QN_OK;
    status = qn_buf_printf(clone->ctx, &section, "branch.%s", branch + 11);
    if (!status)
        status = set(clone, qn_buf_string(&section), "remote",
                     clone->options->remote_name);
    if (!status)
        status = set(clone, qn_buf_string(&section), "merge", branch);
    qn_buf_dispose(&section);
    return status;
}

/* HEAD: on its branch (which comes into being here), or detached. */
static enum qn_status write_head(struct clone *clone, struct qn_refs *here,
                                 const struct qn_refs_writer *writer)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_ref_transaction *transaction = NULL;
    struct qn_odb *odb = NULL;
    struct qn_id commit;
    enum qn_status status;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_detached = clone->branch.size == 0;

    if (qn_id_is_null(&clone->head) ||
        (clone->options->is_bare && !is_detached))
        return QN_OK;
    status = qn_repo_odb(ctx, clone->repo, &odb);
    if (!status)
        status =
            qn_revision_peel(ctx, odb, &clone->head, QN_OBJECT_COMMIT, &commit);
    if (!status && !qn_id_is_equal(&commit, &clone->head))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "clone.not-a-commit",
                      "refs/tags/%s %s is not a commit!",
                      clone->options->branch, qn_id_to_hex(&clone->head, hex));
    if (!status)
        status = qn_ref_transaction_new(ctx, here, &transaction);
    if (!status)
        status = qn_ref_transaction_update(
            ctx, transaction, "HEAD", &commit, NULL,
            is_detached ? QN_REF_NO_DEREF : 0, qn_buf_string(&clone->message));
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, writer);
    if (!status) {
        clone->head = commit;
        if (is_detached && clone->options->calls.is_detached)
            clone->options->calls.is_detached(clone->options->calls.data,
                                              qn_id_to_hex(&commit, hex));
    }
    qn_ref_transaction_free(transaction);
    qn_odb_free(odb);
    return status;
}

static enum qn_status write_refs(struct clone *clone)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_refs *here = NULL;
    struct qn_refs_writer writer;
    enum qn_status status;

    status = qn_repo_ident(ctx, clone->repo, QN_IDENT_COMMITTER, false,
                           &clone->ident);
    writer.ident = qn_buf_string(&clone->ident);
    if (!status)
        status = qn_buf_printf(ctx, &clone->message, "clone: from %s",
                               qn_buf_string(&clone->source.url));
    if (!status)
        status = qn_repo_refs(ctx, clone->repo, &here);
    if (!status)
        status = qn_clone_refs_write(ctx, &clone->refs, here, &writer);
    if (!status)
        status = write_remote_head(clone, here, &writer);
    if (!status)
        status = write_branch_config(clone);
    if (!status)
        status = write_head(clone, here, &writer);
    qn_refs_free(here);
    return status;
}

static enum qn_status write_all_entries(struct clone *clone,
                                        struct qn_index *index,
                                        struct qn_odb *odb)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_progress progress = QN_PROGRESS_INIT;
    struct qn_checkout_options checkout = {
        .forces = true, .follows_index = true, .progress = &progress};
    const char *branch = qn_buf_string(&clone->branch);
    struct qn_work_tree tree;
    enum qn_status status;
    size_t count = qn_index_count(index);
    size_t *positions;
    size_t i;

    positions = qn_memory_array(ctx, count + 1, sizeof(*positions));
    if (!positions)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++)
        positions[i] = i;
    status = qn_work_tree_open(ctx, clone->repo, &tree);
    if (!status) {
        tree.source = clone->head;
        if (strncmp(branch, "refs/heads/", 11) == 0)
            tree.source_ref = branch;
        qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                          "Updating files", count);
        status = qn_checkout_entries(ctx, &tree, index, odb, positions, count,
                                     &checkout);
        qn_progress_end(ctx, &progress);
        qn_work_tree_close(&tree);
    }
    qn_memory_free(positions);
    if (!status && (checkout.failed_count || checkout.delayed_errors))
        status = qn_ctx_fail_reason(ctx, QN_IO, "clone.checkout", NULL,
                                    "unable to checkout working tree");
    return status;
}

static enum qn_status check_out(struct clone *clone)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_index *index = NULL;
    struct qn_odb *odb = NULL;
    enum qn_status status;
    struct qn_id tree;

    if (clone->options->is_bare || clone->options->no_checkout ||
        qn_id_is_null(&clone->head))
        return QN_OK;
    status = qn_repo_odb(ctx, clone->repo, &odb);
    if (!status)
        status =
            qn_revision_peel(ctx, odb, &clone->head, QN_OBJECT_TREE, &tree);
    if (!status)
        status = qn_work_tree_lock_index(ctx, clone->repo, &lock);
    if (!status)
        status = qn_index_new(ctx, qn_repo_algorithm(clone->repo), &index);
    if (!status)
        status = qn_index_read_tree(ctx, index, odb, &tree);
    if (!status)
        status = write_all_entries(clone, index, odb);
    if (!status)
        status = qn_work_tree_write_index(ctx, clone->repo, index, &lock);
    qn_lock_file_rollback(&lock);
    qn_index_free(index);
    qn_odb_free(odb);
    return status;
}

static enum qn_status create(struct clone *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_repo_create_options create = {0};
    struct qn_repo_open_options open = {0};
    struct qn_ctx *ctx = clone->ctx;
    const char *branch = qn_buf_string(&clone->branch);
    enum qn_status status;
    bool was_there;

    status = qn_buf_append_bytes(ctx, &clone->git, qn_buf_bytes(&clone->top));
    if (!status && !options->is_bare)
        status = qn_buf_append_string(ctx, &clone->git, "/.git");
    if (status)
        return status;
    create.git_directory = qn_buf_string(&clone->git);
    create.work_tree = options->is_bare ? NULL : qn_buf_string(&clone->top);
    create.separate_git_directory = options->separate_git_directory;
    create.template_directory = options->template_directory;
    create.initial_branch =
        strncmp(branch, "refs/heads/", 11) == 0 ? branch + 11 : "master";
    create.algorithm = qn_repo_algorithm(clone->source.repo);
    create.refs_format =
        options->refs_format ? options->refs_format : QN_REFS_FILES;
    create.bare = options->is_bare;
    create.has_submodule_paths = options->has_submodule_paths;
    clone->has_begun = true;
    if (options->calls.begins)
        options->calls.begins(options->calls.data, qn_buf_string(&clone->shown),
                              options->is_bare);
    status = qn_repo_create(ctx, &create, &was_there);
    open.git_directory = options->separate_git_directory
                             ? options->separate_git_directory
                             : qn_buf_string(&clone->git);
    if (!options->is_bare)
        open.work_tree = qn_buf_string(&clone->top);
    open.start = qn_buf_string(&clone->top);
    if (!status)
        status = qn_repo_open(ctx, &open, &clone->repo);
    if (!status)
        qn_repo_set_refs_observer(clone->repo, qn_ref_hook_run, clone->repo);
    if (!status)
        status = qn_repo_path(ctx, clone->repo, "config", &clone->config);
    return status;
}

/* A failure leaves nothing behind: what was made goes, what was there stays. */
static void remove_all(struct clone *clone)
{
    struct qn_ctx *scratch = qn_ctx_fork(clone->ctx);
    const char *separate = clone->options->separate_git_directory;

    if (!scratch)
        return;
    (void)!qn_directory_remove_all(scratch, qn_buf_string(&clone->top));
    if (clone->was_there)
        (void)!qn_directory_make(scratch, qn_buf_string(&clone->top), 0777);
    if (separate)
        (void)!qn_directory_remove_all(scratch, separate);
    qn_ctx_free(scratch);
}

static enum qn_status fill(struct clone *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_clone_refs_plan plan = {.is_bare = options->is_bare,
                                      .is_mirror = options->is_mirror,
                                      .no_tags = options->no_tags,
                                      .remote_name = options->remote_name};
    bool is_local =
        options->local != QN_CLONE_LOCAL_NO && !clone->source.is_url;
    enum qn_status status;

    if (clone->source.is_url && options->local == QN_CLONE_LOCAL_YES)
        qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.local",
                      "--local is ignored");

    if (options->single_branch && clone->branch.size)
        plan.only_branch = qn_buf_string(&clone->branch);
    status = write_settings(clone);
    if (!status)
        status = write_remote(clone);
    if (!status)
        status = write_format(clone);
    if (!status)
        status = qn_clone_refs_map(clone->ctx, &clone->refs, &plan);
    if (!status)
        status = add_references(clone, options->references, false);
    if (!status)
        status = add_references(clone, options->optional_references, true);
    if (!status && clone->refs.count == 0 && !clone->refs.has_head)
        qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.empty",
                      "You appear to have cloned an empty repository.");
    if (!status)
        status = bring_objects(clone, is_local);
    if (!status && options->calls.has_objects)
        options->calls.has_objects(options->calls.data, is_local);
    if (!status)
        status = qn_repo_reload_config(clone->ctx, clone->repo);
    if (!status)
        status = write_refs(clone);
    if (!status && clone->refs.count && !clone->refs.has_head &&
        !options->branch && !options->is_bare && !options->no_checkout)
        qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.no-head",
                      "remote HEAD refers to nonexistent ref, unable to "
                      "checkout");
    if (!status) {
        clone->is_whole = true;
        status = check_out(clone);
        if (status && options->calls.misses_files)
            options->calls.misses_files(options->calls.data);
    }
    return status;
}

static enum qn_status check_depth(struct clone *clone)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    status = qn_repo_path(clone->ctx, clone->source.repo, "shallow", &path);
    if (!status && qn_file_exists(qn_buf_string(&path)))
        status = qn_ctx_fail(clone->ctx, QN_REFUSED,
                             "source repository is shallow, reject to clone.");
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_op_clone(struct qn_ctx *ctx,
                           const struct qn_clone_options *options)
{
    struct clone clone = {.ctx = ctx,
                          .options = options,
                          .source = QN_CLONE_SOURCE_INIT,
                          .refs = QN_CLONE_REFS_INIT};
    enum qn_status status;
    struct qn_span span;

    qn_span_begin(ctx, &span, "operation.clone", options->source);
    status = qn_clone_source_open(ctx, options->source, &clone.source);
    if (!status)
        status = find_target(&clone);
    if (!status && options->rejects_shallow)
        status = check_depth(&clone);
    if (!status)
        status = qn_clone_refs_read(ctx, clone.source.repo, &clone.refs);
    if (!status && !clone.has_begun) {
        status = choose_head(&clone);
        if (status == QN_NOT_FOUND && options->calls.begins)
            options->calls.begins(options->calls.data,
                                  qn_buf_string(&clone.shown),
                                  options->is_bare);
    }
    if (!status)
        status = create(&clone);
    if (!status)
        status = fill(&clone);
    if (status && clone.has_begun && !clone.is_whole)
        remove_all(&clone);
    qn_repo_release(clone.repo);
    qn_clone_source_dispose(&clone.source);
    qn_clone_refs_dispose(&clone.refs);
    qn_buf_dispose(&clone.shown);
    qn_buf_dispose(&clone.top);
    qn_buf_dispose(&clone.git);
    qn_buf_dispose(&clone.config);
    qn_buf_dispose(&clone.branch);
    qn_buf_dispose(&clone.message);
    qn_buf_dispose(&clone.ident);
    qn_span_end(ctx, &span);
    return status;
}
