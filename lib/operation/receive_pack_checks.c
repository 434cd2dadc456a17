/* SPDX-License-Identifier: MIT */
/* What a repository does not let be done to its refs: receive.deny*. */
#include "operation/receive_pack_parts.h"
#include "os/directory.h"
#include "os/file.h"
#include "text/ref_name.h"
#include "walk/commit_reach.h"

static const char current_branch_text[] =
    "By default, updating the current branch in a non-bare repository\n"
    "is denied, because it will make the index and work tree inconsistent\n"
    "with what you pushed, and will require 'git reset --hard' to match\n"
    "the work tree to HEAD.\n"
    "\n"
    "You can set the 'receive.denyCurrentBranch' configuration variable\n"
    "to 'ignore' or 'warn' in the remote repository to allow pushing into\n"
    "its current branch; however, this is not recommended unless you\n"
    "arranged to update its work tree to match what you pushed in some\n"
    "other way.\n"
    "\n"
    "To squelch this message and still keep the default behaviour, set\n"
    "'receive.denyCurrentBranch' configuration variable to 'refuse'.";

static const char delete_current_text[] =
    "By default, deleting the current branch is denied, because the next\n"
    "'git clone' won't result in any file checked out, causing confusion.\n"
    "\n"
    "You can set 'receive.denyDeleteCurrent' configuration variable to\n"
    "'warn' or 'ignore' in the remote repository to allow deleting the\n"
    "current branch, with or without a warning message.\n"
    "\n"
    "To squelch this message, you can set it to 'refuse'.";

/* ---- where branches are checked out */

static enum qn_status points_to(struct qn_receive_pack *r, const char *head,
                                const char *name, bool *out)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_find(r->ctx, r->scope->refs, head, &ref, &found);

    *out = !status && found && ref.is_symbolic &&
           strcmp(qn_buf_string(&ref.target), name) == 0;
    qn_ref_dispose(&ref);
    return status;
}

/* The work tree whose git directory is worktrees/<id>; `*repo` stays NULL when
 * it is on another branch. */
static enum qn_status look_at_linked(struct qn_receive_pack *r, const char *id,
                                     const char *name, struct qn_repo **repo)
{
    struct qn_repo_open_options options = {.ignores_variables = true};
    struct qn_buf text = QN_BUF_INIT, top = QN_BUF_INIT;
    struct qn_bytes line;
    bool is_it = false;
    enum qn_status status =
        qn_buf_printf(r->ctx, &text, "worktrees/%s/HEAD", id);

    if (!status)
        status = points_to(r, qn_buf_string(&text), name, &is_it);
    if (status || !is_it)
        goto out;
    qn_buf_clear(&text);
    status = qn_buf_printf(r->ctx, &top, "%s/worktrees/%s/gitdir",
                           qn_repo_common_directory(r->scope->repo), id);
    if (!status && qn_file_read_all(r->ctx, qn_buf_string(&top), &text)) {
        qn_ctx_clear(r->ctx); /* it is gone */
        goto out;
    }
    line = qn_bytes_trim(qn_buf_bytes(&text));
    if (qn_bytes_has_suffix(line, "/.git"))
        line.size -= 5;
    qn_buf_clear(&top);
    if (!status)
        status = qn_buf_append_bytes(r->ctx, &top, line);
    options.start = qn_buf_string(&top);
    if (!status && qn_repo_open(r->ctx, &options, repo))
        qn_ctx_clear(r->ctx);
out:
    qn_buf_dispose(&text);
    qn_buf_dispose(&top);
    return status;
}

/* The repository as it is found from its work tree: it was opened by its git
 * directory here, which says nothing of that. */
static enum qn_status open_main(struct qn_receive_pack *r,
                                struct qn_repo **repo)
{
    struct qn_repo_open_options options = {.ignores_variables = true};
    struct qn_bytes common =
        qn_bytes_from_string(qn_repo_common_directory(r->scope->repo));
    struct qn_buf top = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (!qn_bytes_has_suffix(common, "/.git") ||
        qn_config_find(r->config, "core.worktree")) {
        *repo = qn_repo_retain(r->scope->repo);
        return QN_OK;
    }
    status = qn_buf_append_bytes(r->ctx, &top,
                                 qn_bytes_first(common, common.size - 5));
    options.start = qn_buf_string(&top);
    if (!status)
        status = qn_repo_open(r->ctx, &options, repo);
    qn_buf_dispose(&top);
    return status;
}

/* `*repo`: of the work tree where the branch is checked out, for the caller to
 * release; NULL: nowhere. */
static enum qn_status find_work_tree(struct qn_receive_pack *r,
                                     const char *name, struct qn_repo **repo)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;
    bool is_it = false, is_bare = qn_repo_is_bare(r->scope->repo);
    enum qn_status status = QN_OK;

    *repo = NULL;
    if (qn_config_find(r->config, "core.bare"))
        status =
            qn_config_bool(r->ctx, r->config, "core.bare", is_bare, &is_bare);
    if (!status && !is_bare)
        status = points_to(r, "HEAD", name, &is_it);
    if (status || is_it)
        return status ? status : open_main(r, repo);
    status = qn_buf_printf(r->ctx, &path, "%s/worktrees",
                           qn_repo_common_directory(r->scope->repo));
    if (!status && qn_file_is_directory(qn_buf_string(&path)))
        status = qn_directory_open(r->ctx, qn_buf_string(&path), &directory);
    while (!status && directory && !*repo &&
           qn_directory_next(directory, &entry, &kind))
        status = look_at_linked(r, entry, name, repo);
    status = qn_directory_end(r->ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}

/* ---- one after the other */

static bool is_name_fine(const struct qn_receive_command *command)
{
    struct qn_bytes name = qn_bytes_from_string(command->name);

    if (!qn_bytes_has_prefix(name, "refs/"))
        return false;
    /* "refs/x" may be deleted, but not made. */
    return qn_ref_name_is_valid(
        qn_bytes_from(name, 5),
        qn_id_is_null(&command->new_id) ? QN_REF_NAME_ONE_LEVEL : 0);
}

/* `*updates`: the files are to follow. */
static void check_current(struct qn_receive_pack *r,
                          struct qn_receive_command *command, bool *updates)
{
    switch (r->deny_current) {
    case QN_RECEIVE_DENY_IGNORE:
        break;
    case QN_RECEIVE_DENY_WARN:
        qn_receive_warning(r, "updating the current branch");
        break;
    case QN_RECEIVE_DENY_INSTEAD:
        *updates = true;
        break;
    case QN_RECEIVE_DENY_UNSAID:
    case QN_RECEIVE_DENY_REFUSE:
        qn_receive_error(r, "refusing to update checked out branch: %s",
                         command->name);
        if (r->deny_current == QN_RECEIVE_DENY_UNSAID)
            qn_receive_error(r, "%s", current_branch_text);
        command->error = "branch is currently checked out";
        break;
    }
}

static enum qn_status check_delete(struct qn_receive_pack *r,
                                   struct qn_receive_command *command)
{
    struct qn_buf head = QN_BUF_INIT;
    bool is_current = false;
    enum qn_status status;

    if (r->denies_deletes && strncmp(command->name, "refs/heads/", 11) == 0) {
        qn_receive_error(r, "denying ref deletion for %s", command->name);
        command->error = "deletion prohibited";
        return QN_OK;
    }
    status = qn_buf_printf(r->ctx, &head, "%sHEAD", qn_buf_string(&r->prefix));
    if (!status)
        status = points_to(r, qn_buf_string(&head), command->full, &is_current);
    qn_buf_dispose(&head);
    if (status || !is_current)
        return status;
    switch (r->deny_delete_current) {
    case QN_RECEIVE_DENY_IGNORE:
        break;
    case QN_RECEIVE_DENY_WARN:
        qn_receive_warning(r, "deleting the current branch");
        break;
    default:
        if (r->deny_delete_current == QN_RECEIVE_DENY_UNSAID)
            qn_receive_error(r, "%s", delete_current_text);
        qn_receive_error(r, "refusing to delete the current branch: %s",
                         command->name);
        command->error = "deletion of the current branch prohibited";
        break;
    }
    return QN_OK;
}

static enum qn_status check_forward(struct qn_receive_pack *r,
                                    struct qn_receive_command *command)
{
    struct qn_commit_reach *reach = NULL;
    struct qn_id_list one = {0};
    struct qn_id old_id, new_id;
    bool is_forward = false;
    enum qn_status status = qn_revision_peel(
        r->ctx, r->inside.odb, &command->old_id, QN_OBJECT_COMMIT, &old_id);

    if (!status)
        status = qn_revision_peel(r->ctx, r->inside.odb, &command->new_id,
                                  QN_OBJECT_COMMIT, &new_id);
    if (status == QN_NO_MEMORY)
        return status;
    if (status) {
        qn_ctx_clear(r->ctx);
        qn_receive_error(r, "Bad sha1 objects %s and %s", command->name,
                         command->name);
        command->error = "bad ref";
        return QN_OK;
    }
    status = qn_id_list_add(r->ctx, &one, &old_id);
    if (!status)
        status = qn_commit_reach_new(r->ctx, &r->inside, &one, &reach);
    if (!status)
        status = qn_commit_reach_ask(r->ctx, reach, &new_id, &is_forward);
    if (!status && !is_forward) {
        qn_receive_error(r,
                         "denying non-fast-forward %s (you should pull first)",
                         command->name);
        command->error = "non-fast-forward";
    }
    qn_commit_reach_free(reach);
    qn_id_list_dispose(&one);
    return status;
}

/* What the objects have to say. */
static enum qn_status check_objects(struct qn_receive_pack *r,
                                    struct qn_receive_command *command)
{
    const bool has_old = !qn_id_is_null(&command->old_id);
    const bool has_new = !qn_id_is_null(&command->new_id);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    bool is_here = true;

    if (has_new)
        status =
            qn_odb_exists(r->ctx, r->inside.odb, &command->new_id, &is_here);
    if (!status && !is_here) {
        qn_receive_error(r,
                         "unpack should have generated %s, but I can't find "
                         "it!",
                         qn_id_to_hex(&command->new_id, hex));
        command->error = "bad pack";
        return QN_OK;
    }
    if (!status && has_old && !has_new)
        status = check_delete(r, command);
    if (!status && !command->error && has_old && has_new &&
        r->denies_non_fast_forwards &&
        strncmp(command->name, "refs/heads/", 11) == 0)
        status = check_forward(r, command);
    return status;
}

/* A ref that is deleted without an object that could be what it was. */
static enum qn_status look_at_deleted(struct qn_receive_pack *r,
                                      struct qn_receive_command *command)
{
    struct qn_ref ref = QN_REF_INIT;
    bool is_here = false, found = false;
    enum qn_status status = QN_OK;

    if (!qn_id_is_null(&command->old_id))
        status =
            qn_odb_exists(r->ctx, r->scope->odb, &command->old_id, &is_here);
    if (status || is_here)
        return status;
    status = qn_refs_find(r->ctx, r->scope->refs, command->full, &ref, &found);
    qn_ref_dispose(&ref);
    if (!status && found) {
        qn_receive_warning(r, "allowing deletion of corrupt ref");
    } else if (!status) {
        qn_receive_warning(r, "deleting a non-existent ref");
        command->did_not_exist = true;
    }
    qn_id_clear(&command->old_id, r->request.algorithm);
    return status;
}

enum qn_status qn_receive_check_command(struct qn_receive_pack *r,
                                        struct qn_receive_command *command)
{
    struct qn_repo *repo = NULL;
    bool updates = false, is_fine = true;
    enum qn_status status = QN_OK;

    if (!is_name_fine(command)) {
        qn_receive_error(r, "refusing to update funny ref '%s' remotely",
                         command->name);
        command->error = "funny refname";
        return QN_OK;
    }
    status = find_work_tree(r, command->full, &repo);
    if (!status && repo)
        check_current(r, command, &updates);
    if (!status && !command->error)
        status = check_objects(r, command);
    if (!status && !command->error) {
        status = qn_receive_update_hook(r, command, &is_fine);
        if (!status && !is_fine) {
            qn_receive_error(r, "hook declined to update %s", command->name);
            command->error = "hook declined";
        }
    }
    if (!status && !command->error && updates)
        status = qn_receive_update_instead(r, command, repo, &command->error);
    if (!status && !command->error && qn_id_is_null(&command->new_id))
        status = look_at_deleted(r, command);
    qn_repo_release(repo);
    return status;
}

enum qn_status qn_receive_is_forward(struct qn_receive_pack *r,
                                     const struct qn_receive_command *command,
                                     bool *out)
{
    struct qn_commit_reach *reach = NULL;
    struct qn_id_list one = {0};
    struct qn_id old_id, new_id;
    enum qn_status status = qn_revision_peel(
        r->ctx, r->inside.odb, &command->old_id, QN_OBJECT_COMMIT, &old_id);

    *out = false;
    if (!status)
        status = qn_revision_peel(r->ctx, r->inside.odb, &command->new_id,
                                  QN_OBJECT_COMMIT, &new_id);
    if (status) {
        if (status != QN_NO_MEMORY)
            qn_ctx_clear(r->ctx);
        return status == QN_NO_MEMORY ? status : QN_OK;
    }
    status = qn_id_list_add(r->ctx, &one, &old_id);
    if (!status)
        status = qn_commit_reach_new(r->ctx, &r->inside, &one, &reach);
    if (!status)
        status = qn_commit_reach_ask(r->ctx, reach, &new_id, out);
    qn_commit_reach_free(reach);
    qn_id_list_dispose(&one);
    return status;
}
