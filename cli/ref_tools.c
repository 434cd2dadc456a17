/* SPDX-License-Identifier: MIT */
#include "cli/ref_tools.h"

#include "program/hook.h"

#include <string.h>

/* The reference-transaction hook. */
static enum qn_status run_hook(struct qn_ctx *ctx, void *data,
                               const char *state, struct qn_bytes lines)
{
    struct cli *cli = data;
    const char *const arguments[] = {state, NULL};
    struct qn_buf directory = QN_BUF_INIT;
    struct qn_hook_options options = {.config = qn_repo_config(cli->repo),
                                      .arguments = arguments,
                                      .input = lines,
                                      .has_input = true};
    enum qn_status status;
    bool exists = false;
    int code = 0;

    status = qn_repo_path(ctx, cli->repo, "hooks", &directory);
    options.directory = qn_buf_string(&directory);
    options.work_directory = qn_repo_work_tree(cli->repo);
    if (!status)
        status =
            qn_hook_exists(ctx, &options, "reference-transaction", &exists);
    if (!status && exists) {
        cli_flush(cli);
        status =
            qn_hook_run(ctx, &options, "reference-transaction", &code, NULL);
    }
    qn_buf_dispose(&directory);
    if (!status && code)
        status = qn_ctx_fail(ctx, QN_REFUSED, "the hook said no");
    return status;
}

void cli_open_refs(struct cli *cli)
{
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    qn_refs_set_observer(cli->refs, run_hook, cli);
}

const struct qn_refs_writer *cli_ref_writer(struct cli *cli)
{
    static struct qn_buf ident = QN_BUF_INIT;
    static struct qn_refs_writer writer;

    if (!writer.ident) {
        cli_check(cli, qn_repo_ident(cli->ctx, cli->repo, QN_IDENT_COMMITTER,
                                     false, &ident));
        writer.ident = qn_buf_string(&ident);
    }
    return &writer;
}

bool cli_find_id(struct cli *cli, const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    if (qn_id_from_hex(out, qn_repo_algorithm(cli->repo),
                       qn_bytes_from_string(text)))
        return true;
    revision.is_quiet = true;
    status = qn_revision_parse(cli->ctx, &cli->scope, text, &revision);
    *out = revision.id;
    qn_revision_dispose(&revision);
    if (status)
        qn_ctx_clear(cli->ctx);
    return status == QN_OK;
}
