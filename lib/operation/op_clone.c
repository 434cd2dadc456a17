/* SPDX-License-Identifier: MIT */
#include "operation/op_clone_parts.h"

#include "base/env.h"
#include "base/memory.h"
#include "operation/part/clone_checkout.h"
#include "operation/part/clone_fetch.h"
#include "operation/part/clone_resume.h"
#include "operation/part/copy_objects.h"
#include "operation/part/fetch_partial.h"
#include "operation/part/helper_fetch.h"
#include "operation/part/promised.h"
#include "operation/part/promised_fetch.h"
#include "operation/part/ref_hook.h"
#include "os/directory.h"
#include "repo/remote.h"
#include "text/pathname.h"
#include "text/ref_name.h"
#include "trace/trace.h"
#include "transport/address.h"

#include <stdio.h>
#include <string.h>

static enum qn_status name_git_directory(struct qn_cloning *clone)
{
    enum qn_status status;

    qn_buf_clear(&clone->git);
    status =
        qn_buf_append_bytes(clone->ctx, &clone->git, qn_buf_bytes(&clone->top));
    return status || clone->options->is_bare
               ? status
               : qn_buf_append_string(clone->ctx, &clone->git, "/.git");
}

/* Is it what an earlier clone of the same did not finish? */
static enum qn_status find_unfinished(struct qn_cloning *clone)
{
    enum qn_status status = name_git_directory(clone);

    if (status || clone->options->separate_git_directory)
        return status;
    return qn_clone_resume_check(
        clone->ctx, qn_buf_string(&clone->top), qn_buf_string(&clone->git),
        qn_buf_string(&clone->source.url), &clone->goes_on);
}

/* Where to: must not be there, be empty, or be of a clone that was cut off. */
static enum qn_status find_target(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;
    const char *path;

    if (options->directory && !*options->directory)
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "clone.not-empty", "",
                                  "could not create work tree dir '': No such "
                                  "file or directory");
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
        if (!qn_directory_next(directory, &name, &kind))
            return qn_directory_end(ctx, directory, QN_OK);
        qn_directory_close(directory);
        status = find_unfinished(clone);
        if (status || clone->goes_on)
            return status;
    }
    return qn_ctx_fail_reason(
        ctx, QN_EXISTS, "clone.not-empty", path,
        "destination path '%s' already exists and is not an empty directory.",
        qn_buf_string(&clone->shown));
}

/* --revision: what it names is checked out, and has no name here. */
static enum qn_status choose_revision(struct qn_cloning *clone)
{
    const char *wanted = clone->options->revision;
    uint32_t algorithm = clone->is_local
                             ? qn_repo_algorithm(clone->source.repo)
                             : qn_fetch_source_algorithm(&clone->there);
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t rule;

    if (qn_id_from_hex(&clone->head, algorithm, qn_bytes_from_string(wanted)))
        return QN_OK;
    if (strcmp(wanted, "HEAD") == 0 && clone->refs.has_head) {
        clone->head = clone->refs.head_id;
        return QN_OK;
    }
    for (rule = 0; !status && rule < QN_REF_NAME_RULE_COUNT; rule++) {
        const struct qn_clone_ref *found;

        qn_buf_clear(&name);
        status = qn_ref_name_expand(clone->ctx, rule,
                                    qn_bytes_from_string(wanted), &name);
        if (status)
            break;
        found = qn_clone_refs_find(&clone->refs, qn_buf_string(&name));
        if (found) {
            clone->head = found->id;
            qn_buf_swap(&clone->named, &name);
            break;
        }
    }
    if (!status && rule == QN_REF_NAME_RULE_COUNT &&
        !qn_ref_name_is_valid(qn_bytes_from_string(wanted),
                              QN_REF_NAME_ONE_LEVEL))
        status =
            qn_ctx_fail(clone->ctx, QN_INVALID, "invalid refspec '%s'", wanted);
    else if (!status && rule == QN_REF_NAME_RULE_COUNT &&
             (clone->there.fd >= 0 ||
              (clone->remote->fetch.count > 0 &&
               !clone->remote->fetch.items[0].is_negative)))
        status =
            qn_ctx_fail_reason(clone->ctx, QN_NOT_FOUND, "fetch.no-ref", wanted,
                               "couldn't find remote ref %s", wanted);
    else if (!status && rule == QN_REF_NAME_RULE_COUNT)
        status = qn_ctx_fail_reason(
            clone->ctx, QN_NOT_FOUND, "clone.no-revision", wanted,
            "Remote revision %s not found in upstream %s", wanted,
            clone->options->remote_name);
    qn_buf_dispose(&name);
    return status;
}

/* -b: a branch, or a tag (detached); without it the source's HEAD. */
static enum qn_status choose_head(struct qn_cloning *clone)
{
    const char *wanted = clone->options->branch;
    struct qn_ctx *ctx = clone->ctx;
    const struct qn_clone_ref *found = NULL;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (clone->options->revision)
        return choose_revision(clone);
    if (!wanted) {
        clone->head = clone->refs.head_id;
        /* only version 2 tells of a branch that is not there yet */
        if (clone->is_local && !clone->refs.has_head &&
            clone->options->connection->version != 2)
            clone->refs.head_target = NULL;
        if (!clone->refs.head_target && !clone->unborn &&
            !clone->refs.has_head && clone->options->default_branch) {
            clone->takes_default = true;
            status = qn_buf_printf(ctx, &clone->branch, "refs/heads/%s",
                                   clone->options->default_branch);
            if (!status && !clone->options->single_branch)
                found = qn_clone_refs_find(&clone->refs,
                                           qn_buf_string(&clone->branch));
            if (found) /* as good as being told */
                clone->head = found->id;
        } else if (clone->refs.head_target || clone->unborn)
            status = qn_buf_append_string(ctx, &clone->branch,
                                          clone->refs.head_target
                                              ? clone->refs.head_target
                                              : clone->unborn);
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
        if (found) {
            clone->head = found->id;
            qn_buf_swap(&clone->named, &name);
        } else if (!status) {
            status =
                qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "clone.no-branch", wanted,
                                   "Remote branch %s not found in upstream %s",
                                   wanted, clone->options->remote_name);
        }
    }
    qn_buf_dispose(&name);
    return status;
}

/* What HEAD and the mapped refs reach, as one pack. */
static enum qn_status receive_objects(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_clone_objects objects = {
        .source = &clone->there,
        .repo = clone->repo,
        .refs = &clone->refs,
        .head = &clone->head,
        .server_options = options->server_options,
        .names = clone->names.count ? &clone->names : NULL,
        .depth = options->depth,
        .filter = options->filter,
        .is_quiet = !(options->shows_progress || options->hears_server) ||
                    options->quiets_server,
        .follows_tags = options->single_branch && !options->no_tags &&
                        !options->is_mirror && !options->revision,
        .borrows = options->references || options->optional_references ||
                   clone->has_bundles,
        .rejects_shallow = options->rejects_shallow,
        .title = options->shows_progress ? "Receiving objects" : NULL,
        .said = options->calls.said,
        .data = options->calls.data};
    struct qn_odb *odb = NULL;
    enum qn_status status = qn_clone_fetch_objects(clone->ctx, &objects);

    if (!status && objects.follows_tags) {
        status = qn_repo_odb_raw(clone->ctx, clone->repo, &odb);
        if (!status)
            status = qn_clone_refs_follow(clone->ctx, &clone->refs, odb);
        qn_odb_free(odb);
    }
    return status;
}

static enum qn_status take_bundles(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_clone_bundles bundles = {
        .source = clone->is_local ? NULL : &clone->there,
        .connection =
            clone->is_local ? options->connection : &clone->there.opened,
        .repo = clone->repo,
        .uri = options->bundle_uri,
        .filter = options->filter};

    return qn_clone_take_bundles(clone->ctx, &bundles, &clone->has_bundles);
}

static enum qn_status bring_objects(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    bool is_shared = options->is_shared;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf from = QN_BUF_INIT;
    struct qn_buf to = QN_BUF_INIT;
    enum qn_status status;
    struct qn_span span;

    qn_span_begin(ctx, &span, "operation.clone.objects", NULL);
    if (!clone->is_local) {
        status = receive_objects(clone);
        goto out;
    }
    status = qn_repo_path(ctx, clone->source.repo, "objects", &from);
    if (!status)
        status = qn_repo_path(ctx, clone->repo, "objects", &to);
    if (status)
        ; /* the message is set */
    else if (is_shared)
        status = qn_copy_objects_add_alternate(ctx, qn_buf_string(&to),
                                               qn_buf_string(&from));
    else
        status = qn_repo_check_owner(ctx, clone->source.repo);
    if (!status && !is_shared)
        status = qn_copy_objects(
            ctx, qn_buf_string(&from), qn_buf_string(&to),
            options->local == QN_CLONE_LOCAL_COPY  ? QN_COPY_OBJECTS_NEVER
            : options->local == QN_CLONE_LOCAL_YES ? QN_COPY_OBJECTS_ALWAYS
                                                   : QN_COPY_OBJECTS_TRY);
out:
    qn_span_end(ctx, &span);
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
    return status;
}

/* remotes/<name>/HEAD, when the source's HEAD is on a branch that was taken. */
static enum qn_status write_remote_head(struct qn_cloning *clone,
                                        struct qn_refs *here,
                                        const struct qn_refs_writer *writer)
{
    const char *target = clone->refs.head_target;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (target)
        target = qn_clone_refs_target(&clone->refs, target);
    if (clone->options->is_bare || !target)
        return QN_OK;
    status = qn_buf_printf(ctx, &name, "refs/remotes/%s/HEAD",
                           clone->options->remote_name);
    if (!status)
        status = qn_ref_transaction_new(ctx, here, &transaction);
    if (!status)
        status = qn_ref_transaction_symbolic(
            ctx, transaction, qn_buf_string(&name), target, NULL, NULL, 0,
            qn_buf_string(&clone->message));
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, writer);
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status write_branch_config(struct qn_cloning *clone)
{
    const char *branch = qn_buf_string(&clone->branch);
    const char *rebase = qn_config_string(clone->options->connection->config,
                                          "branch.autosetuprebase", "");
    struct qn_buf section = QN_BUF_INIT;
    enum qn_status status;

    if (clone->options->is_bare || strncmp(branch, "refs/heads/", 11) != 0)
        return QN_OK;
    status = qn_buf_printf(clone->ctx, &section, "branch.%s", branch + 11);
    if (!status)
        status = qn_clone_config_set(clone, qn_buf_string(&section), "remote",
                                     clone->options->remote_name);
    if (!status)
        status = qn_clone_config_set(clone, qn_buf_string(&section), "merge",
                                     branch);
    if (!status &&
        (strcmp(rebase, "always") == 0 || strcmp(rebase, "remote") == 0))
        status = qn_clone_config_set(clone, qn_buf_string(&section), "rebase",
                                     "true");
    qn_buf_dispose(&section);
    return status;
}

/* HEAD: on its branch (which comes into being here), or detached. */
static enum qn_status write_head(struct qn_cloning *clone, struct qn_refs *here,
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
                      "%s %s is not a commit!", qn_buf_string(&clone->named),
                      qn_id_to_hex(&clone->head, hex));
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

static enum qn_status write_refs(struct qn_cloning *clone)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_refs *here = NULL;
    struct qn_refs_writer writer;
    enum qn_status status;

    status = qn_repo_ident(ctx, clone->repo, QN_IDENT_COMMITTER, false,
                           &clone->ident);
    writer.ident = qn_buf_string(&clone->ident);
    if (!status)
        status = qn_buf_append_string(ctx, &clone->message, "clone: from ");
    if (!status)
        status = qn_address_append_shown(ctx, qn_buf_bytes(&clone->source.url),
                                         &clone->message);
    if (!status)
        status = qn_repo_refs(ctx, clone->repo, &here);
    if (!status)
        status = qn_clone_refs_write(ctx, &clone->refs, here, &writer,
                                     qn_buf_string(&clone->message));
    if (!status)
        status = write_remote_head(clone, here, &writer);
    if (!status)
        status = write_branch_config(clone);
    if (!status)
        status = write_head(clone, here, &writer);
    qn_refs_free(here);
    return status;
}

static enum qn_status check_out(struct qn_cloning *clone)
{
    if (clone->options->is_bare || clone->options->no_checkout ||
        qn_id_is_null(&clone->head))
        return QN_OK;
    return qn_clone_checkout(clone->ctx, clone->repo, &clone->head,
                             qn_buf_string(&clone->branch));
}

static void tell_begin(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;

    if (!clone->has_told && options->calls.begins)
        options->calls.begins(options->calls.data, qn_buf_string(&clone->shown),
                              options->is_bare);
    clone->has_told = true;
}

/* What is cut off can be gone on with, in the same place. */
static bool can_go_on(const struct qn_cloning *clone)
{
    return !clone->is_local && !clone->options->separate_git_directory;
}

static enum qn_status create(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_repo_create_options create = {0};
    struct qn_repo_open_options open = {0};
    struct qn_ctx *ctx = clone->ctx;
    const char *branch = qn_buf_string(&clone->branch);
    enum qn_status status;
    bool was_there;

    status = name_git_directory(clone);
    if (status)
        return status;
    create.git_directory = qn_buf_string(&clone->git);
    create.work_tree = options->is_bare ? NULL : qn_buf_string(&clone->top);
    create.separate_git_directory = options->separate_git_directory;
    create.template_directory = options->template_directory;
    create.initial_branch = strncmp(branch, "refs/heads/", 11) == 0
                                ? branch + 11
                            : options->default_branch ? options->default_branch
                                                      : "master";
    create.algorithm = clone->is_local ? qn_repo_algorithm(clone->source.repo)
                       : clone->there.connection || clone->there.fd >= 0
                           ? qn_fetch_source_algorithm(&clone->there)
                           : QN_HASH_SHA1; /* until it is known */
    create.refs_format =
        options->refs_format ? options->refs_format : QN_REFS_FILES;
    create.bare = options->is_bare;
    create.shared = options->shared;
    create.has_submodule_paths = options->has_submodule_paths;
    clone->has_begun = true;
    tell_begin(clone);
    if (clone->goes_on)
        status = qn_clone_resume_clear(ctx, qn_buf_string(&clone->git), true);
    if (!status && can_go_on(clone))
        status = qn_clone_resume_mark(ctx, qn_buf_string(&clone->git),
                                      qn_buf_string(&clone->source.url));
    if (!status)
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
    qn_buf_clear(&clone->config); /* made a second time, for other ids */
    if (!status)
        status = qn_repo_path(ctx, clone->repo, "config", &clone->config);
    return status;
}

/* A remote helper works in the new repository: it is made before anything is
 * known of what comes into it. */
static enum qn_status make_room(struct qn_cloning *clone,
                                struct qn_connection_options *connection)
{
    const struct qn_clone_options *options = clone->options;
    const struct qn_helper_fetch words = {
        .depth = options->depth,
        .filter = options->filter,
        .follows_tags =
            options->single_branch &&
            (!options->revision || qn_fetch_depth_is_set(options->depth)),
        .rejects_shallow = options->rejects_shallow};
    enum qn_status status = QN_OK;
    bool is_one = false;

    status = qn_connection_uses_helper(clone->ctx, connection, &is_one);
    if (status || !is_one)
        return status;
    status = qn_helper_fetch_words(clone->ctx, &words, &clone->helper_words);
    if (!status)
        status = create(clone);
    if (!status)
        status = qn_clone_config_begin(clone);
    if (!status)
        status = qn_repo_reload_config(clone->ctx, clone->repo);
    if (status)
        return status;
    connection->helper_words = &clone->helper_words;
    connection->git_directory = qn_repo_git_directory(clone->repo);
    connection->algorithm = qn_repo_algorithm(clone->repo);
    return QN_OK;
}

/* What it listed has ids of another kind: the repository, too. */
static enum qn_status settle_room(struct qn_ctx *ctx, void *data)
{
    struct qn_cloning *clone = data;
    enum qn_status status = QN_OK;

    if (!clone->repo)
        return QN_OK;
    if (qn_fetch_source_algorithm(&clone->there) !=
        qn_repo_algorithm(clone->repo)) {
        qn_repo_release(clone->repo);
        clone->repo = NULL;
        clone->has_url = false;
        status = qn_directory_remove_all(ctx, qn_buf_string(&clone->git));
        if (!status)
            status = create(clone);
        if (!status)
            status = qn_clone_config_begin(clone);
    }
    clone->scope.repo = clone->repo;
    if (!status)
        status = qn_repo_odb_raw(ctx, clone->repo, &clone->scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, clone->repo, &clone->scope.refs);
    return status;
}

/* What was found at the path, as Git names it. */
static enum qn_status name_found(struct qn_cloning *clone, struct qn_buf *url)
{
    static const char *const places[] = {"/.git", "", ".git/.git", ".git"};
    size_t size = url->size, i;

    for (i = 0; i < QN_COUNT_OF(places); i++) {
        enum qn_status status =
            qn_buf_append_string(clone->ctx, url, places[i]);
        size_t end = url->size;

        if (!status)
            status = qn_buf_append_string(clone->ctx, url, "/HEAD");
        if (status)
            return status;
        if (qn_file_exists(qn_buf_string(url))) {
            qn_buf_truncate(url, end);
            return QN_OK;
        }
        qn_buf_truncate(url, size);
    }
    qn_buf_clear(url); /* a gitfile led there */
    return qn_buf_append_string(clone->ctx, url,
                                qn_repo_git_directory(clone->source.repo));
}

/* The first thing that is asked of the other side. */
static enum qn_status connect_to(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_connection_options connection = *options->connection;
    struct qn_clone_fetch fetch = {.source = &clone->there,
                                   .server_options = options->server_options,
                                   .settle = settle_room,
                                   .data = clone,
                                   .scope = &clone->scope,
                                   .names = &clone->names,
                                   .configured = &clone->remote->fetch,
                                   .revision = options->revision,
                                   .branch = options->branch,
                                   .default_branch = options->default_branch,
                                   .single_branch = options->single_branch,
                                   .no_tags = options->no_tags,
                                   .is_mirror = options->is_mirror};
    struct qn_buf url = QN_BUF_INIT;
    struct qn_ctx *ctx = clone->ctx;
    bool matched = false;
    enum qn_status status = qn_remote_rewrite(ctx, connection.config,
                                              qn_buf_string(&clone->source.url),
                                              false, &url, &matched);

    if (!status && clone->source.repo && !matched)
        status = name_found(clone, &url);
    connection.url = qn_buf_string(&url);
    connection.remote_name = options->remote_name;
    connection.service = QN_SERVICE_UPLOAD_PACK;
    connection.is_clone = true;
    connection.shows_progress = options->shows_progress;
    if (!status)
        status = make_room(clone, &connection);
    if (!status)
        status = qn_fetch_source_open(ctx, &connection, &clone->there);
    if (!status && clone->there.fd >= 0 && clone->there.bundle.filter.count > 0)
        status = qn_ctx_fail(ctx, QN_UNSUPPORTED,
                             "cannot clone from filtered bundle");
    if (!status)
        status = qn_fetch_source_promisors(ctx, &clone->there, NULL);
    if (!status)
        status = qn_clone_fetch_refs(ctx, &fetch, &clone->refs, &clone->unborn);
    qn_buf_swap(&clone->connected, &url);
    clone->there.opened.url = qn_buf_string(&clone->connected);
    qn_buf_dispose(&url);
    return status;
}

/* What came is of use to who tries again: only that stays. */
static bool keep_partial(struct qn_ctx *ctx, struct qn_cloning *clone,
                         enum qn_status failure)
{
    struct qn_buf path = QN_BUF_INIT;
    uint64_t size = 0;

    if (can_go_on(clone) && qn_fetch_partial_is_cut(failure) &&
        !qn_buf_printf(ctx, &path, "%s/quoin-resume",
                       qn_buf_string(&clone->git)))
        size = qn_fetch_partial_size(ctx, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return size > 0 &&
           !qn_clone_resume_clear(ctx, qn_buf_string(&clone->git), false);
}

/* A failure leaves nothing behind: what was made goes, what was there stays. */
static void remove_all(struct qn_cloning *clone, enum qn_status failure)
{
    struct qn_ctx *scratch = qn_ctx_fork(clone->ctx);
    const char *separate = clone->options->separate_git_directory;

    if (!scratch)
        return;
    if (keep_partial(scratch, clone, failure)) {
        qn_ctx_free(scratch);
        return;
    }
    (void)!qn_directory_remove_all(scratch, qn_buf_string(&clone->top));
    if (clone->was_there)
        (void)!qn_directory_make(scratch, qn_buf_string(&clone->top), 0777);
    if (separate)
        (void)!qn_directory_remove_all(scratch, separate);
    qn_ctx_free(scratch);
}

/* A partial clone says so before its objects come: those that are not there
 * are promised. */
static enum qn_status write_promisor(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_connection_options again;
    enum qn_status status;

    if (!options->filter || !*options->filter)
        return QN_OK;
    if (clone->is_local || !clone->there.connection) /* it is ignored */
        return qn_promised_register(clone->ctx, qn_buf_string(&clone->config),
                                    options->remote_name, options->filter);
    again = clone->there.opened;
    status = qn_promised_fetch_new(clone->ctx, clone->repo, &again,
                                   &clone->promised);
    if (!status)
        qn_repo_set_missing(clone->repo, qn_promised_fetch_run,
                            clone->promised);
    if (!status)
        status = qn_promised_register(clone->ctx, qn_buf_string(&clone->config),
                                      options->remote_name, options->filter);
    return status;
}

static enum qn_status prepare(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_clone_refs_plan plan = {
        .is_bare = options->is_bare,
        .is_mirror = options->is_mirror,
        /* Git takes them when a branch is
named, whatever else is said */
        .no_tags =
            options->no_tags && (!options->branch || options->single_branch),
        .is_nothing = options->revision != NULL,
        .is_only_mapped = !clone->is_local && options->single_branch,
        .is_single = options->single_branch && !options->is_mirror,
        .configured = &clone->remote->fetch,
        .remote_name = options->remote_name};
    enum qn_status status;

    if (options->single_branch && !options->revision) {
        if (!options->branch && !clone->refs.has_head)
            plan.only_branch = ""; /* whichever that would be */
        else if (clone->branch.size)
            plan.only_branch = qn_buf_string(&clone->branch);
        else if (clone->named.size)
            plan.only_branch = qn_buf_string(&clone->named);
        else if (!clone->is_local)
            plan.only_branch = ""; /* HEAD alone */
    }
    status = qn_clone_config_begin(clone);
    if (!status)
        status = qn_clone_config_end(clone);
    if (!status)
        status = write_promisor(clone);
    if (!status)
        status = qn_clone_refs_map(clone->ctx, &clone->refs, &plan);
    if (!status)
        status = qn_clone_add_references(clone, options->references);
    if (!status)
        status = qn_clone_add_references(clone, options->optional_references);
    return status;
}

/* Nothing is taken at all. */
static bool is_empty(const struct qn_cloning *clone)
{
    size_t i;

    if (clone->options->revision || !qn_id_is_null(&clone->head))
        return false;
    for (i = 0; i < clone->refs.count; i++)
        if (clone->refs.refs[i].target && !clone->refs.refs[i].is_followed)
            return false;
    return clone->refs.extra_count == 0;
}

static enum qn_status set_sparse(struct qn_cloning *clone)
{
    if (!clone->options->is_bare)
        return qn_clone_config_sparse(clone);
    qn_ctx_report(clone->ctx, QN_REPORT_INFO, "clone.sparse",
                  "fatal: this operation must be run in a work tree");
    return qn_ctx_fail_reason(clone->ctx, QN_INVALID, "clone.sparse", NULL,
                              "failed to initialize sparse-checkout");
}

static enum qn_status fill(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    enum qn_status status = prepare(clone);

    if (!status && is_empty(clone))
        qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.empty",
                      "You appear to have cloned an empty repository.");
    if (!status && clone->takes_default && options->calls.takes_default)
        options->calls.takes_default(options->calls.data);
    if (!status && clone->takes_default &&
        !qn_ref_name_is_branch(qn_bytes_from_string(options->default_branch)))
        status = qn_ctx_fail(clone->ctx, QN_INVALID,
                             "invalid branch name: init.defaultBranch = %s",
                             options->default_branch);
    if (!status)
        status = qn_repo_reload_config(clone->ctx, clone->repo);
    if (!status)
        status = take_bundles(clone);
    if (!status)
        status = bring_objects(clone);
    if (!status && options->calls.has_objects)
        options->calls.has_objects(options->calls.data, clone->is_local);
    if (!status)
        status = write_refs(clone);
    if (!status)
        status = qn_clone_dissociate(clone);
    if (!status && !is_empty(clone) && qn_id_is_null(&clone->head) &&
        !options->branch && !options->is_bare && !options->no_checkout &&
        !options->revision)
        qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.no-head",
                      "remote HEAD refers to nonexistent ref, unable to "
                      "checkout");
    if (!status && !clone->is_local) {
        status = qn_fetch_source_finish(clone->ctx, &clone->there);
        if (status == QN_NETWORK && clone->has_url && clone->scope.repo) {
            qn_ctx_clear(clone->ctx); /* all that it had to do is done */
            status = QN_OK;
        }
    }
    if (!status && can_go_on(clone))
        status = qn_clone_resume_unmark(clone->ctx, qn_buf_string(&clone->git));
    if (!status) {
        if (options->is_sparse)
            status = set_sparse(clone);
        clone->is_whole = !status;
        if (!status)
            status = check_out(clone);
        if (status && clone->is_whole && options->calls.misses_files)
            options->calls.misses_files(options->calls.data);
        if (!status)
            status = qn_clone_refuse_submodules(clone);
    }
    return status;
}

static enum qn_status is_shallow(struct qn_cloning *clone, bool *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        qn_repo_path(clone->ctx, clone->source.repo, "shallow", &path);

    *out = !status && qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

/* refs/remotes/<name>/x has to be a name of a ref. */
static bool is_remote_name(const char *name)
{
    char ref[512];
    int size = snprintf(ref, sizeof(ref), "refs/remotes/%s/x", name);

    return size > 0 && (size_t)size < sizeof(ref) &&
           qn_ref_name_is_valid(qn_bytes_from_string(ref), 0);
}

/* Are files linked or copied?  What cannot be had that way is told of. */
static enum qn_status choose_way(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    const struct qn_fetch_depth *depth = options->depth;
    const struct {
        bool is_given;
        const char *name;
    } ignored[] = {{depth && depth->depth, "--depth"},
                   {depth && depth->has_since, "--shallow-since"},
                   {depth && depth->excludes.count, "--shallow-exclude"},
                   {options->filter && *options->filter, "--filter"}};
    enum qn_status status = QN_OK;
    bool is_ended = false;
    size_t i;

    /* A program that is named is run, not passed over. */
    clone->is_local =
        clone->source.repo && options->local != QN_CLONE_LOCAL_NO &&
        (!options->connection->program ||
         strcmp(options->connection->program, "git-upload-pack") == 0);
    if (clone->is_local)
        status = is_shallow(clone, &is_ended);
    if (status)
        return status;
    tell_begin(clone);
    if (!is_remote_name(options->remote_name))
        return qn_ctx_fail(clone->ctx, QN_INVALID,
                           "'%s' is not a valid remote name",
                           options->remote_name);
    if (options->filters_submodules && !(options->filter && *options->filter))
        return qn_ctx_fail(clone->ctx, QN_INVALID,
                           "the option '%s' requires '%s'",
                           "--also-filter-submodules", "--filter");
    if (options->filters_submodules && !options->submodules)
        return qn_ctx_fail(clone->ctx, QN_INVALID,
                           "the option '%s' requires '%s'",
                           "--also-filter-submodules", "--recurse-submodules");
    if (is_ended && options->rejects_shallow)
        return qn_ctx_fail_reason(
            clone->ctx, QN_REFUSED, "clone.shallow", NULL,
            "source repository is shallow, reject to clone.");
    tell_begin(clone);
    for (i = 0; clone->is_local && i < QN_COUNT_OF(ignored); i++)
        if (ignored[i].is_given)
            qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.ignored",
                          "%s is ignored in local clones; use file:// instead.",
                          ignored[i].name);
    if (is_ended) {
        if (options->local == QN_CLONE_LOCAL_YES)
            qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.local",
                          "source repository is shallow, ignoring --local");
        clone->is_local = false;
    }
    if (options->local == QN_CLONE_LOCAL_YES && !clone->is_local)
        qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "clone.local",
                      "--local is ignored");
    if (options->revision && (options->branch || options->is_mirror))
        return qn_ctx_fail(clone->ctx, QN_INVALID,
                           "options '%s' and '%s' cannot be used together",
                           "--revision",
                           options->branch ? "--branch" : "--mirror");
    return QN_OK;
}

/* The repository was made before it was known what HEAD is on. */
static enum qn_status move_head(struct qn_cloning *clone)
{
    const char *branch = qn_buf_string(&clone->branch);
    struct qn_ref_transaction *transaction = NULL;
    struct qn_refs_writer writer = {""};
    enum qn_status status;

    if (strncmp(branch, "refs/heads/", 11) != 0)
        return QN_OK;
    status =
        qn_ref_transaction_new(clone->ctx, clone->scope.refs, &transaction);
    if (!status)
        status =
            qn_ref_transaction_symbolic(clone->ctx, transaction, "HEAD", branch,
                                        NULL, NULL, QN_REF_NO_DEREF, NULL);
    if (!status)
        status = qn_ref_transaction_commit(clone->ctx, transaction, &writer);
    qn_ref_transaction_free(transaction);
    return status;
}

static void dispose(struct qn_cloning *clone)
{
    qn_odb_free(clone->scope.odb);
    qn_refs_free(clone->scope.refs);
    qn_wire_words_dispose(&clone->helper_words);
    qn_wire_words_dispose(&clone->names);
    qn_repo_release(clone->repo);
    qn_promised_fetch_free(clone->promised);
    qn_fetch_source_dispose(&clone->there);
    qn_clone_source_dispose(&clone->source);
    qn_clone_refs_dispose(&clone->refs);
    qn_remote_free(clone->remote);
    qn_buf_dispose(&clone->shown);
    qn_buf_dispose(&clone->top);
    qn_buf_dispose(&clone->git);
    qn_buf_dispose(&clone->config);
    qn_buf_dispose(&clone->branch);
    qn_buf_dispose(&clone->named);
    qn_buf_dispose(&clone->connected);
    qn_buf_dispose(&clone->message);
    qn_buf_dispose(&clone->ident);
}

enum qn_status qn_op_clone(struct qn_ctx *ctx,
                           const struct qn_clone_options *options)
{
    struct qn_cloning clone = {.ctx = ctx,
                               .options = options,
                               .source = QN_CLONE_SOURCE_INIT,
                               .there = {.fd = -1},
                               .refs = QN_CLONE_REFS_INIT};
    enum qn_status status;
    struct qn_span span;

    qn_span_begin(ctx, &span, "operation.clone", options->source);
    status = qn_clone_source_open(ctx, options->source, &clone.source);
    if (!status)
        status = find_target(&clone);
    if (!status)
        status = choose_way(&clone);
    if (!status)
        status = qn_clone_config_check(&clone);
    if (!status)
        status = qn_remote_open(ctx, options->connection->config, NULL,
                                options->remote_name, &clone.remote);
    if (!status)
        status = qn_clone_check_references(&clone);
    if (!status && clone.is_local)
        status = qn_clone_refs_read(ctx, clone.source.repo,
                                    options->default_branch, &clone.refs);
    else if (!status)
        status = connect_to(&clone);
    if (!status)
        status = choose_head(&clone);
    if (!status)
        status = clone.repo ? move_head(&clone) : create(&clone);
    if (!status)
        status = fill(&clone);
    if (status && clone.has_begun && !clone.is_whole)
        remove_all(&clone, status);
    dispose(&clone);
    qn_span_end(ctx, &span);
    return status;
}
