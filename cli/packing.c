/* SPDX-License-Identifier: MIT */
#include "cli/packing.h"

void cli_packing_print(struct cli *cli,
                       const struct qn_op_pack_objects_result *result,
                       bool shows_names, bool shows_total)
{
    size_t i;

    for (i = 0; i < result->count && shows_names; i++) {
        cli_put_id(cli, &result->packs[i]);
        cli_put(cli, '\n');
    }
    if (shows_total) {
        struct qn_buf line = QN_BUF_INIT;

        cli_check(cli, qn_op_pack_objects_total(cli->ctx, result, &line));
        cli_stderr(cli, "%s", qn_buf_string(&line));
        qn_buf_dispose(&line);
    }
}

static void announce(void *data, uint32_t thread_count)
{
    struct cli *cli = data;

    if (thread_count < 2)
        return;
    cli_stderr(cli, "Delta compression using up to %u threads\n", thread_count);
}

void cli_packing_announce(struct cli *cli, struct qn_op_pack_objects *how)
{
    how->announce = announce;
    how->announce_data = cli;
}
