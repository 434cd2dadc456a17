/* SPDX-License-Identifier: MIT */
#include "cli/status_verbose.h"

#include "cli/diff_options.h"
#include "operation/op_diff.h"
#include "text/stripspace.h"

static void put_line(struct cli *cli, const struct cli_status_verbose *how,
                     const char *line, struct qn_buf *out)
{
    cli_check(cli, qn_buf_printf(cli->ctx, out, "%s%s%s\n",
                                 how->comment ? how->comment : "",
                                 how->comment && *line ? " " : "", line));
}

static void put_diff(struct cli *cli, const struct cli_status_verbose *how,
                     struct qn_op_diff *op, bool is_staged,
                     const struct qn_id *head, struct qn_buf *out)
{
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_patch *patch = NULL;
    struct cli_diff diff;

    cli_diff_init(cli, &diff, true);
    cli_diff_finish(cli, &diff, QN_DIFF_FORMAT_PATCH);
    diff.options.has_color = how->uses_color;
    diff.options.rename.detect = how->rename->rename;
    diff.options.rename.limit = how->rename->rename_limit;
    if (how->rename->rename_score)
        diff.options.rename.minimum_score = how->rename->rename_score;
    cli_diff_set_sides(&diff, "c/", "i/");
    if (how->level > 1 && (!is_staged || how->has_staged)) {
        diff.options.source_prefix = is_staged ? "c/" : "i/";
        diff.options.destination_prefix = is_staged ? "i/" : "w/";
    }
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &diff.options,
                                NULL, &patch));
    qn_patch_set_content(patch, &op->content);
    if (is_staged)
        cli_check(cli, qn_op_diff_cached(cli->ctx, op, head, &list));
    else
        cli_check(cli, qn_op_diff_files(cli->ctx, op, &list));
    cli_check(cli, qn_patch_refine(cli->ctx, patch, &list));
    cli_check(cli, qn_patch_print(cli->ctx, patch, &list, out));
    qn_patch_free(patch);
    qn_diff_list_dispose(&list);
    cli_diff_dispose(&diff);
}

void cli_status_verbose(struct cli *cli, const struct cli_status_verbose *how,
                        const struct qn_work_tree *tree, struct qn_index *index,
                        const struct qn_id *head, struct qn_buf *out)
{
    struct qn_op_diff op;

    if (how->is_template)
        cli_check(cli,
                  qn_stripspace_comment(
                      cli->ctx,
                      QN_BYTES(QN_STRIPSPACE_CUT
                               "\nDo not modify or remove the line above.\n"
                               "Everything below it will be ignored.\n"),
                      how->comment, out));
    if (how->level > 1 && how->has_staged) {
        if (how->is_template)
            put_line(cli, how, "", out);
        put_line(cli, how, "Changes to be committed:", out);
    }
    qn_op_diff_init(&op, cli->odb, index, tree);
    op.looks_inside = true;
    op.warns_safe = true;
    put_diff(cli, how, &op, true, head, out);
    if (how->level > 1 && how->has_unstaged) {
        put_line(cli, how, "--------------------------------------------------",
                 out);
        put_line(cli, how, "Changes not staged for commit:", out);
        put_diff(cli, how, &op, false, NULL, out);
    }
    qn_op_diff_dispose(&op);
}
