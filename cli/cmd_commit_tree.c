/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "object/commit_builder.h"
#include "operation/part/record.h"
#include "os/file.h"
#include "program/signer.h"

#include <string.h>

static const char *const usage[] = {
    "git commit-tree <tree> [(-p <parent>)...]",
    "git commit-tree [(-p <parent>)...] [(-m <message>)...] [(-F <file>)...]\n"
    "                       <tree>",
    NULL};

struct commit_tree {
    struct qn_buf message;
    struct qn_id *parents;
    size_t count;
    size_t capacity;
    bool has_message, signs;
    const char *key; /* --gpg-sign=<key>, or NULL */
};

static void find(struct cli *cli, const char *name, enum qn_object_type wanted,
                 struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_odb_info info;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    revision.wanted = wanted;
    if (qn_revision_parse(cli->ctx, &cli->scope, name, &revision)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "revision.path") == 0)
            cli_die(cli);
        cli_die_with(cli, "not a valid object name %s", name);
    }
    *out = revision.id;
    if (qn_odb_read_info(cli->ctx, cli->odb, out, QN_ODB_WANT_TYPE, &info))
        cli_die_with(cli, "%s is not a valid object", qn_id_to_hex(out, hex));
    if (info.type != wanted)
        cli_die_with(cli, "%s is not a valid '%s' object",
                     qn_id_to_hex(out, hex), qn_object_type_name(wanted));
    qn_revision_dispose(&revision);
}

static int add_parent(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct commit_tree *c = option->value;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    size_t i;

    (void)is_negated;
    find(cli, argument, QN_OBJECT_COMMIT, &id);
    for (i = 0; i < c->count; i++)
        if (qn_id_is_equal(&c->parents[i], &id)) {
            cli_error(cli, "duplicate parent %s ignored",
                      qn_id_to_hex(&id, hex));
            return 0;
        }
    cli_check(cli, qn_memory_grow(cli->ctx, &c->parents, &c->capacity,
                                  c->count + 1, sizeof(*c->parents)));
    c->parents[c->count++] = id;
    return 0;
}

/* Paragraphs are kept apart by an empty line; each ends in a newline. */
static void end_paragraph(struct cli *cli, struct commit_tree *c)
{
    struct qn_buf *text = &c->message;

    if (text->size > 0 && text->data[text->size - 1] != '\n')
        cli_check(cli, qn_buf_append_byte(cli->ctx, text, '\n'));
}

static int add_message(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct commit_tree *c = option->value;

    (void)is_negated;
    c->has_message = true;
    if (c->message.size > 0)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &c->message, '\n'));
    cli_check(cli, qn_buf_append_string(cli->ctx, &c->message, argument));
    end_paragraph(cli, c);
    return 0;
}

static int add_file(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    struct commit_tree *c = option->value;
    int fd = 0;

    (void)is_negated;
    c->has_message = true;
    if (c->message.size > 0)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &c->message, '\n'));
    if (strcmp(argument, "-") != 0 &&
        qn_file_open(cli->ctx, argument, QN_FILE_READ, 0, &fd))
        cli_die_with(cli, "could not open '%s' for reading: %s", argument,
                     strerror(qn_ctx_errno(cli->ctx)));
    cli_check(cli, qn_file_read_rest(cli->ctx, fd, &c->message));
    if (fd > 0)
        qn_file_close(fd);
    return 0;
}

static int set_signing(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct commit_tree *c = option->value;

    (void)cli;
    c->signs = !is_negated;
    c->key = argument;
    return 0;
}

/* "Name <mail>" of an ident. */
static void identity(struct cli *cli, const struct qn_buf *ident,
                     struct qn_buf *out)
{
    struct qn_bytes text = qn_buf_bytes(ident);
    size_t end = qn_bytes_find(text, '>');

    cli_check(cli, qn_buf_append_bytes(
                       cli->ctx, out,
                       qn_bytes_first(text, end < text.size ? end + 1 : end)));
}

int cmd_commit_tree(struct cli *cli, int argc, char **argv)
{
    struct commit_tree c = {.message = QN_BUF_INIT};
    const struct cli_option options[] = {
        CLI_CALLBACK('p', NULL, &c, "parent", "a parent", CLI_OPTION_NO_NEGATE,
                     add_parent),
        CLI_CALLBACK('m', NULL, &c, "message", "a paragraph of the message",
                     CLI_OPTION_NO_NEGATE, add_message),
        CLI_CALLBACK('F', NULL, &c, "file", "read the message from it",
                     CLI_OPTION_NO_NEGATE, add_file),
        CLI_CALLBACK('S', "gpg-sign", &c, "key-id", "sign the commit",
                     CLI_OPTION_OPTIONAL, set_signing),
        CLI_END};
    struct qn_commit_builder builder = {0};
    struct qn_buf author = QN_BUF_INIT;
    struct qn_buf committer = QN_BUF_INIT;
    struct qn_signer_options signer = {.key = NULL};
    struct qn_buf name = QN_BUF_INIT;
    struct qn_id id;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (argc != 1)
        cli_die_with(cli, "must give exactly one tree");
    cli_hold_objects(cli);
    find(cli, argv[0], QN_OBJECT_TREE, &builder.tree);
    if (!c.has_message)
        cli_check(cli, qn_file_read_rest(cli->ctx, 0, &c.message));
    cli_check(cli, qn_repo_ident(cli->ctx, cli->repo, QN_IDENT_AUTHOR, true,
                                 &author));
    cli_check(cli, qn_repo_ident(cli->ctx, cli->repo, QN_IDENT_COMMITTER, true,
                                 &committer));
    builder.parents = c.parents;
    builder.parent_count = c.count;
    builder.author = qn_buf_string(&author);
    builder.committer = qn_buf_string(&committer);
    builder.encoding = cli_config_string(cli, "i18n.commitencoding", NULL);
    builder.message = qn_buf_bytes(&c.message);
    signer.config = cli_config(cli);
    signer.key = c.key;
    identity(cli, &committer, &name);
    signer.identity = qn_buf_string(&name);
    if (qn_record_signed_commit(cli->ctx, cli->odb, &builder,
                                c.signs ? &signer : NULL, &id)) {
        const char *reason = qn_ctx_reason(cli->ctx);

        if (reason && strcmp(reason, "signer.failed") == 0)
            cli_exit(cli, 1); /* the program has said why */
        cli_die(cli);
    }
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    cli_put_id(cli, &id);
    cli_put(cli, '\n');
    qn_buf_dispose(&author);
    qn_buf_dispose(&committer);
    qn_buf_dispose(&name);
    qn_buf_dispose(&c.message);
    qn_memory_free(c.parents);
    return 0;
}
