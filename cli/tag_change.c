/* SPDX-License-Identifier: MIT */
#include "cli/switching.h"
#include "cli/tagging.h"
#include "cli/verifying.h"
#include "operation/op_tag.h"
#include "os/file.h"

#include <string.h>

/* -m (paragraphs) or -F. */
static bool read_given(struct cli *cli, const struct tag_options *options,
                       struct qn_buf *out)
{
    enum qn_status status;
    size_t i;

    if (options->messages.count && options->file)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together", "-F",
                     "-m");
    for (i = 0; i < options->messages.count; i++)
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s%s", i ? "\n\n" : "",
                                     options->messages.items[i]));
    if (!options->file)
        return options->messages.count > 0;
    if (strcmp(options->file, "-") == 0)
        status = qn_file_read_rest(cli->ctx, 0, out);
    else
        status = qn_file_read_all(cli->ctx, options->file, out);
    if (status)
        cli_die_with(cli, "could not open or read '%s%s': %s",
                     options->file[0] == '/' ? "" : cli_prefix(cli),
                     options->file, strerror(qn_ctx_errno(cli->ctx)));
    return true;
}

static enum qn_tag_cleanup choose_cleanup(struct cli *cli, const char *mode)
{
    if (!mode || strcmp(mode, "strip") == 0)
        return QN_TAG_CLEANUP_STRIP;
    if (strcmp(mode, "whitespace") == 0)
        return QN_TAG_CLEANUP_WHITESPACE;
    if (strcmp(mode, "verbatim") != 0)
        cli_die_with(cli, "Invalid cleanup mode %s", mode);
    return QN_TAG_CLEANUP_VERBATIM;
}

static enum qn_status edit(struct qn_ctx *ctx, void *data, const char *path)
{
    struct cli *cli = data;

    (void)ctx;
    return cli_edit(cli, path, NULL);
}

static int explain(struct cli *cli)
{
    const char *reason = qn_ctx_reason(cli->ctx);

    if (strcmp(reason, "tag.editor") == 0) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_stderr(cli, "Please supply the message using either -m or -F "
                        "option.\n");
        return 1;
    }
    if (strcmp(reason, "signer.failed") == 0) {
        struct qn_buf path = QN_BUF_INIT;

        cli_error(cli, "unable to sign the tag");
        cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/TAG_EDITMSG",
                                     qn_repo_git_directory_shown(cli->repo)));
        cli_stderr(cli, "The tag message has been left in %s\n",
                   qn_buf_string(&path));
        return CLI_EXIT_FATAL;
    }
    return cli_fail(cli);
}

int tag_create(struct cli *cli, struct tag_options *options, const char *name,
               const char *object)
{
    struct qn_buf message = QN_BUF_INIT, old = QN_BUF_INIT;
    struct qn_op_tag_options tag = {
        .name = name,
        .object = object,
        .is_annotated = options->annotates || options->signs ||
                        options->messages.count || options->file ||
                        options->edits || options->trailers.count,
        .forces = options->force,
        .makes_log = options->makes_log,
        .edits = options->edits,
        .comment = cli_comment_string(cli),
        .signs = options->signs,
        .key = options->key,
        .edit = edit,
        .data = cli};
    struct qn_op_tag_result result;
    int code = 0;

    if (tag.is_annotated) {
        if (read_given(cli, options, &message))
            tag.message = &message;
        tag.cleanup = choose_cleanup(cli, options->cleanup);
    }
    if (options->trailers.count) {
        cli_list_add(cli, &options->trailers, NULL);
        tag.trailers = options->trailers.items;
    }
    if (qn_op_tag(cli->ctx, &cli->scope, &tag, &result)) {
        code = explain(cli);
    } else if (tag.forces && result.was_there &&
               !qn_id_is_equal(&result.previous, &result.id)) {
        cli_append_short_id(cli, &result.previous, &old);
        cli_printf(cli, "Updated tag '%s' (was %s)\n", name,
                   qn_buf_string(&old));
    }
    qn_buf_dispose(&message);
    qn_buf_dispose(&old);
    return code;
}

struct deletion {
    struct cli *cli;
    struct qn_buf lines;
    int code;
};

static enum qn_status note_deleted(struct qn_ctx *ctx, void *data,
                                   const char *name, const struct qn_id *id)
{
    struct deletion *d = data;
    enum qn_status status;

    if (!id) {
        d->code = cli_error(d->cli, "tag '%s' not found.", name);
        return QN_OK;
    }
    status = qn_buf_printf(ctx, &d->lines, "Deleted tag '%s' (was ", name);
    if (!status)
        cli_append_short_id(d->cli, id, &d->lines);
    return status ? status : qn_buf_append_string(ctx, &d->lines, ")\n");
}

int tag_delete(struct cli *cli, int argc, char **argv)
{
    struct deletion d = {.cli = cli, .lines = QN_BUF_INIT};
    const struct qn_op_tag_delete tags = {.names = (const char *const *)argv,
                                          .count = (size_t)argc,
                                          .each = note_deleted,
                                          .data = &d};

    if (qn_op_tag_delete(cli->ctx, &cli->scope, &tags))
        d.code =
            argc == 1
                ? cli_error(cli, "could not delete reference refs/tags/%s: %s",
                            argv[0], qn_ctx_message(cli->ctx))
                : cli_error(cli, "could not delete references: %s",
                            qn_ctx_message(cli->ctx));
    else
        cli_puts(cli, qn_buf_string(&d.lines));
    qn_buf_dispose(&d.lines);
    return d.code;
}

int tag_verify(struct cli *cli, const char *format, int argc, char **argv)
{
    const struct cli_verify verify = {
        .type = QN_OBJECT_TAG, .is_verbose = true, .format = format};
    struct qn_buf full = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    int code = 0, i;

    for (i = 0; i < argc; i++) {
        bool found;

        qn_buf_clear(&full);
        cli_check(cli, qn_buf_printf(cli->ctx, &full, "refs/tags/%s", argv[i]));
        cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs,
                                       qn_buf_string(&full), &ref, &found));
        if (found)
            code |= cli_verify_object(cli, &verify, argv[i], &ref.id);
        else
            code |= cli_error(cli, "tag '%s' not found.", argv[i]) != 0;
    }
    qn_buf_dispose(&full);
    qn_ref_dispose(&ref);
    return code;
}
