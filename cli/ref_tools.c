/* SPDX-License-Identifier: MIT */
#include "cli/ref_tools.h"

#include <string.h>

void cli_open_refs(struct cli *cli)
{
    cli_open_repo(cli, CLI_OPEN_VIEWS);
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
        cli_forget(cli);
    return status == QN_OK;
}
