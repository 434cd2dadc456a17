/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "os/file.h"
#include "os/temporary.h"

static const char *const usage[] = {"git unpack-file <blob>", NULL};

int cmd_unpack_file(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {CLI_END};
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_odb_stream *stream = NULL;
    enum qn_object_type type = QN_OBJECT_NONE;
    uint8_t piece[8192];
    uint64_t size = 0;
    size_t used = 1;
    struct qn_buf path = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    int fd = -1;

    if (cli->has_help || (argc == 2 && strncmp(argv[1], "--help", 6) == 0))
        argc = cli_parse(cli, argc, argv, options, usage, 0);
    argc--; /* there are no options: a dash begins a name */
    argv++;
    if (argc != 1)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (qn_revision_parse(cli->ctx, &cli->scope, argv[0], &revision))
        cli_die_with(cli, "Not a valid object name %s", argv[0]);
    if (qn_odb_stream_open(cli->ctx, cli->odb, &revision.id, &type, &size,
                           &stream) ||
        type != QN_OBJECT_BLOB)
        cli_die_with(cli, "unable to read blob object %s",
                     qn_id_to_hex(&revision.id, hex));
    cli_check(cli, qn_file_create_temporary(cli->ctx, ".merge_file_", 0600, &fd,
                                            &path));
    while (used > 0) {
        cli_check(cli, qn_odb_stream_read(cli->ctx, stream, piece,
                                          sizeof(piece), &used));
        cli_check(cli, qn_file_write(cli->ctx, fd, piece, used));
    }
    qn_odb_stream_close(stream);
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&path)));
    qn_temporary_forget(qn_buf_string(&path));
    cli_printf(cli, "%s\n", qn_buf_string(&path));
    qn_buf_dispose(&path);
    qn_revision_dispose(&revision);
    return 0;
}
