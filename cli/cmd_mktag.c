/* SPDX-License-Identifier: MIT */
#include "cli/object_check.h"
#include "object/commit.h"
#include "os/file.h"

static const char *const usage[] = {"git mktag", NULL};

int cmd_mktag(struct cli *cli, int argc, char **argv)
{
    bool is_strict = true;
    const struct cli_option options[] = {
        CLI_FLAG(0, "strict", &is_strict, "check more"), CLI_END};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_odb_info info;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_tag tag;
    struct qn_id id;

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_hold_objects(cli);
    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &text));
    cli_check_tag(cli, qn_buf_bytes(&text), is_strict);
    cli_check(cli, qn_tag_parse(cli->ctx, qn_buf_bytes(&text),
                                qn_repo_algorithm(cli->repo), &tag));
    if (qn_odb_read_info(cli->ctx, cli->odb, &tag.object, QN_ODB_WANT_TYPE,
                         &info))
        cli_die_with(cli, "could not read tagged object '%s'",
                     qn_id_to_hex(&tag.object, hex));
    if (!qn_bytes_is_string(tag.type, qn_object_type_name(info.type)))
        cli_die_with(cli, "object '%s' tagged as '%.*s', but is a '%s' type",
                     qn_id_to_hex(&tag.object, hex), QN_BYTES_ARG(tag.type),
                     qn_object_type_name(info.type));
    cli_check(cli, qn_odb_write(cli->ctx, cli->odb, QN_OBJECT_TAG,
                                qn_buf_bytes(&text), &id));
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    cli_put_id(cli, &id);
    cli_put(cli, '\n');
    qn_buf_dispose(&text);
    return 0;
}
