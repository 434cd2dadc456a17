/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "object/check.h"
#include "object/commit.h"
#include "os/file.h"

#include <string.h>

static const char *const usage[] = {"git mktag", NULL};

struct mktag {
    struct cli *cli;
    bool is_strict;
};

static bool on_finding(struct qn_ctx *ctx, void *data, const char *name,
                       enum qn_check_severity severity, const char *message)
{
    struct mktag *m = data;

    (void)ctx;
    if (severity <= QN_CHECK_INFO && strcmp(name, "extraHeaderEntry") != 0 &&
        strcmp(name, "badTagName") != 0 && strcmp(name, "missingTaggerEntry"))
        return false;
    if (severity < QN_CHECK_ERROR && !m->is_strict) {
        cli_stderr(m->cli, "warning: tag input does not pass fsck: %s: %s\n",
                   name, message);
        return false;
    }
    cli_error(m->cli, "tag input does not pass fsck: %s: %s", name, message);
    return true;
}

int cmd_mktag(struct cli *cli, int argc, char **argv)
{
    struct mktag m = {cli, true};
    const struct cli_option options[] = {
        CLI_FLAG(0, "strict", &m.is_strict, "check more"), CLI_END};
    struct qn_check check = {
        .is_strict = true, .found = on_finding, .data = &m};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_odb_info info;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_tag tag;
    struct qn_id id;
    bool is_sound = true;

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_hold_objects(cli);
    check.algorithm = qn_repo_algorithm(cli->repo);
    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &text));
    cli_check(cli, qn_check_object(cli->ctx, &check, QN_OBJECT_TAG,
                                   qn_buf_bytes(&text), &is_sound));
    if (!is_sound)
        cli_die_with(cli, "tag on stdin did not pass our strict fsck check");
    cli_check(cli, qn_tag_parse(cli->ctx, qn_buf_bytes(&text), check.algorithm,
                                &tag));
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
