/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "os/file.h"
#include "pack/pack_index.h"

#include <inttypes.h>

static const char *const usage[] = {
    "git show-index [--object-format=<hash>] < <pack-idx-file>", NULL};

int cmd_show_index(struct cli *cli, int argc, char **argv)
{
    const char *format = NULL;
    const struct cli_option options[] = {
        CLI_STRING(0, "object-format", &format, "hash",
                   "the hash algorithm of the index"),
        CLI_END};
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_pack_index index;
    uint32_t algorithm = QN_HASH_SHA1, i;

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (format) {
        algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(format));
        if (algorithm == QN_HASH_NONE)
            cli_die_with(cli, "Unknown hash algorithm");
    } else if (cli->repo) {
        algorithm = qn_repo_algorithm(cli->repo);
    }
    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &bytes));
    if (bytes.size < 8)
        cli_die_with(cli, "unable to read header");
    if (qn_pack_index_parse(cli->ctx, qn_buf_bytes(&bytes), "standard input",
                            algorithm, &index))
        cli_die_with(cli, "unable to read index");
    for (i = 0; i < index.count; i++) {
        struct qn_id id;

        qn_id_from_row(&id, algorithm, qn_pack_index_row(&index, i));
        cli_printf(cli, "%" PRIu64 " ", qn_pack_index_offset(&index, i));
        cli_put_id(cli, &id);
        if (index.crcs)
            cli_printf(cli, " (%08x)",
                       (unsigned)qn_endian_load32(index.crcs + 4 * (size_t)i));
        cli_put(cli, '\n');
    }
    qn_buf_dispose(&bytes);
    return 0;
}
