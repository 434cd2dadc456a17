/* SPDX-License-Identifier: MIT */
/* add --edit. */
#include "cli/add_interactive.h"
#include "operation/op_patch.h"
#include "os/file.h"

#define CONTEXT 7

/* What is only intended to be added counts as added, and empty. */
static void show_intended(struct qn_diff_list *list,
                          const struct qn_index *index)
{
    for (size_t i = 0; i < list->count; i++) {
        struct qn_diff_pair *pair = &list->pairs[i];
        bool found = false;
        size_t at = qn_index_find(index, pair->new_side.path, 0, &found);

        if (!found || pair->old_side.mode || pair->status == QN_DIFF_UNMERGED)
            continue;
        pair->old_side.mode = qn_index_peek(index, at)->mode;
        pair->old_side.id = *qn_id_empty_blob(qn_index_algorithm(index));
        pair->old_side.has_id = true;
        pair->status = QN_DIFF_MODIFIED;
    }
}

static void write_patch(struct cli *cli, struct cli_work *work,
                        const struct qn_pathspec *pathspec, const char *path)
{
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_diff_options options;
    struct qn_patch *patch = NULL;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_op_diff op;
    int fd = -1;

    qn_op_diff_init(&op, cli->odb, work->index, &work->tree);
    op.pathspec = pathspec;
    op.looks_inside = true;
    qn_diff_options_init(&options);
    cli_check(cli, qn_diff_options_configure(cli->ctx, &options,
                                             cli_config(cli), false));
    options.formats = QN_DIFF_FORMAT_PATCH;
    options.context = CONTEXT;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &options, NULL,
                                &patch));
    qn_patch_set_content(patch, &op.content);
    cli_check(cli, qn_op_diff_files(cli->ctx, &op, &list));
    show_intended(&list, work->index);
    cli_check(cli, qn_patch_refine(cli->ctx, patch, &list));
    cli_check(cli, qn_patch_print(cli->ctx, patch, &list, &out));
    cli_check(cli,
              qn_file_open(cli->ctx, path,
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                           0666, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, out.data, out.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, path));
    qn_buf_dispose(&out);
    qn_patch_free(patch);
    qn_op_diff_dispose(&op);
    qn_diff_list_dispose(&list);
}

static void check_path(struct cli *cli, const char *path)
{
    struct qn_buf full = QN_BUF_INIT;

    cli_check(cli, cli_absolute_path(cli, path, &full));
    if (!qn_file_exists(qn_buf_string(&full)) && !strpbrk(path, "*?[") &&
        path[0] != ':')
        cli_die_with(
            cli,
            "ambiguous argument '%s': unknown revision or path not in the "
            "working tree.\nUse '--' to separate paths from revisions, like "
            "this:\n'git <command> [<revision>...] -- [<file>...]'",
            path);
    qn_buf_dispose(&full);
}

int cli_add_edit(struct cli *cli, const struct cli_list *patterns)
{
    struct cli_work work;
    struct qn_pathspec *pathspec = NULL;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    bool applies = false;

    cli_work_open(cli, &work, CLI_WORK_LOCK);
    for (size_t i = 0; i < patterns->count; i++)
        check_path(cli, patterns->items[i]);
    if (patterns->count)
        pathspec = cli_pathspec(cli, patterns->items, patterns->count, 0);
    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "ADD_EDIT.patch", &path));
    write_patch(cli, &work, pathspec, qn_buf_string(&path));
    if (cli_edit(cli, qn_buf_string(&path), NULL)) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_die_with(cli, "editing patch failed");
    }
    cli_check(cli, qn_file_read_all(cli->ctx, qn_buf_string(&path), &text));
    if (text.size == 0)
        cli_die_with(cli, "empty patch. aborted");
    cli_check(cli, qn_op_patch_text(cli->ctx, &work.tree, cli->odb, work.index,
                                    qn_buf_bytes(&text), &applies));
    if (!applies)
        cli_die_with(cli, "could not apply '%s'", ".git/ADD_EDIT.patch");
    cli_work_commit(cli, &work, true);
    cli_check(cli, qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)));
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    qn_pathspec_free(pathspec);
    cli_work_close(&work);
    return 0;
}
