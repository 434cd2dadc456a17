/* SPDX-License-Identifier: MIT */
#include "cli/conflict_style.h"
#include "cli/switching_private.h"
#include "cli/trace.h"
#include "operation/part/source_name.h"
#include "walk/merge_base.h"
#include "worktree/status.h"

/* "a...b": their merge base; else the text itself. */
static void find_source(struct cli *cli, const char *source, struct qn_id *out)
{
    struct qn_id commit;
    bool found;

    if (!strstr(source, "...")) {
        cli_tree_id(cli, source, NULL, out);
        return;
    }
    cli_check(cli, qn_merge_base_of_range(cli->ctx, &cli->scope, source,
                                          &commit, &found));
    if (!found)
        cli_die_with(cli, "could not resolve '%s'", source);
    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &commit, QN_OBJECT_TREE,
                                    out));
}

static void say_counts(struct cli *cli, const struct cli_restore *how,
                       const struct qn_op_restore_options *options,
                       const struct qn_id *tree)
{
    struct qn_buf from = QN_BUF_INIT;
    unsigned long long merged = options->merged_count;

    if (merged)
        cli_stderr(cli, "Recreated %llu merge conflict%s\n", merged,
                   merged == 1 ? "" : "s");
    if (how->source)
        cli_append_short_id(cli, tree, &from);
    if (how->source || !merged || options->written_count)
        cli_stderr(cli, "Updated %llu path%s from %s\n",
                   (unsigned long long)options->written_count,
                   options->written_count == 1 ? "" : "s",
                   how->source ? qn_buf_string(&from) : "the index");
    qn_buf_dispose(&from);
}

static int finish_restore(struct cli *cli)
{
    struct qn_id head;
    bool found;

    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &head, NULL,
                                  &found));
    if (!found)
        qn_id_clear(&head, qn_repo_algorithm(cli->repo));
    return cli_switch_run_hook(cli, &head, &head, false);
}

/* For long-running filters: the commit, or the tree that it is. */
static void note_source(struct cli *cli, const char *source,
                        const struct qn_id *tree, struct qn_work_tree *work,
                        struct qn_buf *name)
{
    struct qn_id commit;
    bool has_commit =
        qn_revision_commit(cli->ctx, &cli->scope, source, &commit) == QN_OK;

    cli_forget(cli);
    cli_check(cli, qn_source_name_set(cli->ctx, &cli->scope, source,
                                      has_commit ? &commit : tree, work, name));
}

int cli_restore_run(struct cli *cli, const struct cli_restore *how)
{
    struct qn_op_restore_options options = {
        .updates_index = how->updates_index,
        .updates_files = how->updates_files,
        .overlays = how->overlays,
        .skips_unmerged = how->skips_unmerged,
        .stage = how->stage,
        .merges = how->merges,
        .takes_skipped = how->takes_skipped};
    struct cli_work work;
    struct qn_pathspec *pathspec;
    struct qn_buf source_name = QN_BUF_INIT;
    struct qn_id tree;
    int code = 0;
    enum qn_status status;

    if (how->conflict) {
        options.merges = options.has_style = true;
        options.style = cli_switch_style(cli, how->conflict);
    }
    (void)cli_conflict_style(cli, QN_TEXT_MERGE_MERGE);
    cli_work_open(cli, &work, CLI_WORK_LOCK);
    if (how->refuses_submodules)
        cli_switch_refuse_submodules(cli);
    if (how->source) {
        find_source(cli, how->source, &tree);
        options.tree = &tree;
        note_source(cli, how->source, &tree, &work.tree, &source_name);
    }
    pathspec = cli_pathspec(cli, how->patterns.items, how->patterns.count,
                            how->patterns.count ? 0 : QN_PATHSPEC_PREFER_CWD);
    options.matched =
        qn_memory_calloc(cli->ctx, qn_pathspec_count(pathspec) + 1, 1);
    if (!options.matched)
        cli_die(cli);
    cli_trace_mode("path");
    status = qn_op_restore(cli->ctx, cli->odb, &work.tree, work.index, pathspec,
                           &options);
    if (status && strcmp(qn_ctx_reason(cli->ctx), "path.unmatched") == 0) {
        for (size_t i = 0; i < qn_pathspec_count(pathspec); i++) {
            if (!options.matched[i])
                cli_error(
                    cli, "pathspec '%s' did not match any file(s) known to git",
                    qn_pathspec_original(pathspec, i));
        }
        code = 1;
    } else if (status &&
               strcmp(qn_ctx_reason(cli->ctx), "restore.unmerged") == 0) {
        code = 1;
    } else if (status) {
        cli_die(cli);
    }
    if (code == 0 && (how->updates_index || !how->source))
        cli_work_commit(cli, &work, false);
    if (code == 0 && how->says_count && !how->quiet)
        say_counts(cli, how, &options, &tree);
    if (options.failed_count > 0)
        code = 255;
    else if (options.delayed_errors > 0)
        code = (int)(options.delayed_errors & 255);
    if (code == 0)
        code = finish_restore(cli);
    qn_memory_free(how->patterns.items); /* the list was made for us */
    qn_memory_free(options.matched);
    qn_pathspec_free(pathspec);
    cli_work_close(&work);
    qn_buf_dispose(&source_name);
    return code;
}
