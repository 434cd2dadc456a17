/* SPDX-License-Identifier: MIT */
/* check-mailmap: the names and mails by which people want to be known. */
#include "cli/cli.h"
#include "cli/work.h"
#include "os/file.h"
#include "walk/mailmap.h"

static const char *const usage[] = {
    "git check-mailmap [<options>] <contact>...", NULL};

/* "Name <mail>", "<mail>", "mail". */
static void split(struct qn_bytes contact, struct qn_bytes *name,
                  struct qn_bytes *mail)
{
    size_t open = qn_bytes_find(contact, '<');
    struct qn_bytes rest = qn_bytes_from(contact, open + 1);
    size_t close = qn_bytes_find(rest, '>');

    *name = QN_BYTES_NONE;
    *mail = contact;
    if (open >= contact.size || close >= rest.size)
        return;
    *name = qn_bytes_trim(qn_bytes_first(contact, open));
    *mail = qn_bytes_first(rest, close);
}

static void check(struct cli *cli, const struct qn_mailmap *mailmap,
                  struct qn_bytes contact)
{
    struct qn_bytes name;
    struct qn_bytes mail;

    split(contact, &name, &mail);
    qn_mailmap_map(mailmap, &name, &mail);
    if (name.size > 0)
        cli_printf(cli, "%.*s ", QN_BYTES_ARG(name));
    cli_printf(cli, "<%.*s>\n", QN_BYTES_ARG(mail));
}

static void add_blob(struct cli *cli, struct qn_mailmap *mailmap,
                     const char *name)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;

    revision.is_quiet = true;
    if (!qn_revision_parse(cli->ctx, &cli->scope, name, &revision) &&
        !qn_odb_read_typed(cli->ctx, cli->odb, &revision.id, QN_OBJECT_BLOB,
                           &object))
        cli_check(cli, qn_mailmap_add_text(cli->ctx, mailmap,
                                           qn_object_bytes(&object)));
    else
        qn_ctx_clear(cli->ctx); /* one that is not there is no fault */
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
}

int cmd_check_mailmap(struct cli *cli, int argc, char **argv)
{
    bool from_stdin = false;
    const char *file = NULL;
    const char *blob = NULL;
    const struct cli_option options[] = {
        CLI_FLAG(0, "stdin", &from_stdin, "read contacts from stdin, too"),
        CLI_FILE(0, "mailmap-file", &file, "one more file of entries"),
        CLI_STRING(0, "mailmap-blob", &blob, "blob",
                   "one more blob of entries"),
        CLI_END};
    struct qn_mailmap *mailmap = NULL;
    struct qn_buf line = QN_BUF_INIT;
    int i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (argc == 0 && !from_stdin)
        cli_die_with(cli, "no contacts specified");
    cli_check(cli, qn_mailmap_new(cli->ctx, &mailmap));
    cli_check(cli, qn_mailmap_load(cli->ctx, &cli->scope, mailmap));
    if (blob)
        add_blob(cli, mailmap, blob);
    if (file)
        cli_check(cli, qn_mailmap_add_file(cli->ctx, mailmap, file));
    for (i = 0; i < argc; i++)
        check(cli, mailmap, qn_bytes_from_string(argv[i]));
    while (from_stdin && cli_read_record(cli, '\n', &line)) {
        check(cli, mailmap, qn_buf_bytes(&line));
        cli_flush(cli);
    }
    qn_buf_dispose(&line);
    qn_mailmap_free(mailmap);
    return 0;
}
