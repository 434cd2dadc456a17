/* SPDX-License-Identifier: MIT */
#include "cli/switching.h"
#include "cli/tagging.h"
#include "object/commit.h"
#include "os/file.h"
#include "program/editor.h"
#include "text/date.h"
#include "text/ref_name.h"
#include "text/stripspace.h"

#include <string.h>

static const char *comment_string(struct cli *cli)
{
    const char *text = cli_config_string(cli, "core.commentstring", NULL);

    if (!text)
        text = cli_config_string(cli, "core.commentchar", NULL);
    return text && *text && strcmp(text, "auto") != 0 ? text : "#";
}

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
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s%s\n", i ? "\n" : "",
                                     options->messages.items[i]));
    if (!options->file)
        return options->messages.count > 0;
    if (strcmp(options->file, "-") == 0)
        status = qn_file_read_rest(cli->ctx, 0, out);
    else
        status = qn_file_read_all(cli->ctx, options->file, out);
    if (status)
        cli_die_with(cli, "could not open or read '%s': %s", options->file,
                     strerror(qn_ctx_errno(cli->ctx)));
    return true;
}

/* Let the person write it: what was there, and what it is about. */
static void edit_message(struct cli *cli, const char *name,
                         const struct qn_id *previous, struct qn_buf *message)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT, help = QN_BUF_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_tag tag;
    int fd = -1;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "TAG_EDITMSG", &path));
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &text, qn_buf_bytes(message)));
    if (!text.size && !qn_id_is_null(previous) &&
        !qn_odb_read_typed(cli->ctx, cli->odb, previous, QN_OBJECT_TAG,
                           &object) &&
        !qn_tag_parse(cli->ctx, qn_object_bytes(&object), previous->algorithm,
                      &tag))
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &text, tag.message));
    qn_ctx_clear(cli->ctx);
    if (!text.size)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &text, '\n'));
    cli_check(cli,
              qn_buf_printf(cli->ctx, &help,
                            "\nWrite a message for tag:\n  %s\nLines starting "
                            "with '%s' will be ignored.\n",
                            name, comment_string(cli)));
    cli_check(cli, qn_stripspace_comment(cli->ctx, qn_buf_bytes(&help),
                                         comment_string(cli), &text));
    cli_check(cli,
              qn_file_open(cli->ctx, qn_buf_string(&path),
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                           0666, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, text.data, text.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&path)));
    cli_flush(cli);
    if (qn_editor_run(cli->ctx, qn_editor_name(cli->ctx, cli_config(cli)),
                      qn_buf_string(&path), NULL)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_stderr(cli, "Please supply the message using either -m or -F "
                        "option.\n");
        cli_exit(cli, 1);
    }
    qn_buf_clear(message);
    cli_check(cli, qn_file_read_all(cli->ctx, qn_buf_string(&path), message));
    if (qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)))
        qn_ctx_clear(cli->ctx);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    qn_buf_dispose(&help);
    qn_object_dispose(&object);
}

static void clean_message(struct cli *cli, const struct tag_options *options,
                          struct qn_buf *message)
{
    struct qn_buf clean = QN_BUF_INIT;
    const char *comment = comment_string(cli);

    if (options->cleanup && strcmp(options->cleanup, "verbatim") == 0)
        return;
    if (options->cleanup && strcmp(options->cleanup, "whitespace") == 0)
        comment = NULL;
    else if (options->cleanup && strcmp(options->cleanup, "strip") != 0)
        cli_die_with(cli, "Invalid cleanup mode %s", options->cleanup);
    cli_check(cli,
              qn_stripspace(cli->ctx, qn_buf_bytes(message), comment, &clean));
    qn_buf_swap(message, &clean);
    qn_buf_dispose(&clean);
}

static void make_object(struct cli *cli, const struct tag_options *options,
                        const char *name, const struct qn_id *target,
                        const struct qn_id *previous, const char *shown,
                        struct qn_id *out)
{
    struct qn_buf message = QN_BUF_INIT, text = QN_BUF_INIT,
                  ident = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;
    bool is_given = read_given(cli, options, &message);

    cli_check(cli, qn_odb_read_info(cli->ctx, cli->odb, target,
                                    QN_ODB_WANT_TYPE, &info));
    if (info.type == QN_OBJECT_TAG) {
        struct qn_buf advice = QN_BUF_INIT;

        cli_check(cli,
                  qn_buf_printf(
                      cli->ctx, &advice,
                      "You have created a nested tag. The object referred to "
                      "by your new tag is\nalready a tag. If you meant to tag "
                      "the object that it points to, use:\n\n\tgit tag -f %s "
                      "%s^{}",
                      name, shown));
        cli_advise(cli, "nestedTag", qn_buf_string(&advice));
        qn_buf_dispose(&advice);
    }
    cli_check(cli, qn_repo_ident(cli->ctx, cli->repo, QN_IDENT_COMMITTER, true,
                                 &ident));
    if (!is_given || options->edits)
        edit_message(cli, name, previous, &message);
    clean_message(cli, options, &message);
    if (!is_given && !message.size)
        cli_die_with(cli, "no tag message?");
    cli_check(cli, qn_buf_printf(cli->ctx, &text,
                                 "object %s\ntype %s\ntag %s\ntagger %s\n\n",
                                 qn_id_to_hex(target, hex),
                                 qn_object_type_name(info.type), name,
                                 qn_buf_string(&ident)));
    cli_check(cli,
              qn_buf_append_bytes(cli->ctx, &text, qn_buf_bytes(&message)));
    cli_check(cli, qn_odb_write(cli->ctx, cli->odb, QN_OBJECT_TAG,
                                qn_buf_bytes(&text), out));
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    qn_buf_dispose(&message);
    qn_buf_dispose(&text);
    qn_buf_dispose(&ident);
}

/* "tag: tagging 90d9b6f (subject, 2020-09-13)". */
static void reflog_message(struct cli *cli, const struct qn_id *target,
                           struct qn_buf *out)
{
    const char *action = qn_env_variable(cli->env, "GIT_REFLOG_ACTION");
    const struct qn_date_mode mode = {.kind = QN_DATE_SHORT};
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_ident ident;

    if (action && *action) {
        cli_check(cli, qn_buf_append_string(cli->ctx, out, action));
        return;
    }
    cli_check(cli, qn_buf_append_string(cli->ctx, out, "tag: tagging "));
    cli_append_short_id(cli, target, out);
    cli_check(cli, qn_odb_read(cli->ctx, cli->odb, target, &object));
    cli_check(cli, qn_buf_append_string(cli->ctx, out, " ("));
    if (object.type == QN_OBJECT_COMMIT &&
        !qn_commit_parse(cli->ctx, qn_object_bytes(&object), target->algorithm,
                         &commit)) {
        cli_append_subject(cli, target, out);
        if (qn_ident_parse(commit.committer, &ident) && ident.has_date) {
            cli_check(cli, qn_buf_append_string(cli->ctx, out, ", "));
            cli_check(cli, qn_date_format(cli->ctx, ident.seconds, ident.zone,
                                          &mode, out));
        }
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, out,
                                            object.type == QN_OBJECT_TREE
                                                ? "tree object"
                                            : object.type == QN_OBJECT_BLOB
                                                ? "blob object"
                                                : "other tag object"));
    }
    cli_check(cli, qn_buf_append_byte(cli->ctx, out, ')'));
    qn_object_dispose(&object);
}

static void write_ref(struct cli *cli, const struct tag_options *options,
                      const char *full, const struct qn_id *id,
                      const struct qn_id *previous, const char *message)
{
    struct qn_ref_transaction *transaction = NULL;

    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    cli_check(cli, qn_ref_transaction_update(
                       cli->ctx, transaction, full, id, previous,
                       options->makes_log ? QN_REF_FORCE_REFLOG : 0, message));
    cli_check(cli, qn_ref_transaction_commit(cli->ctx, transaction,
                                             cli_ref_writer(cli)));
    qn_ref_transaction_free(transaction);
}

int tag_create(struct cli *cli, const struct tag_options *options,
               const char *name, const char *object)
{
    bool is_object = options->annotates || options->messages.count ||
                     options->file || options->edits;
    struct qn_buf full = QN_BUF_INIT, message = QN_BUF_INIT, old = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id target, id, previous;
    bool found;

    if (!cli_find_id(cli, object, &target))
        cli_die_with(cli, "Failed to resolve '%s' as a valid ref.", object);
    if (!qn_ref_name_is_tag(qn_bytes_from_string(name)))
        cli_die_with(cli, "'%s' is not a valid tag name.", name);
    cli_check(cli, qn_buf_printf(cli->ctx, &full, "refs/tags/%s", name));
    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, qn_buf_string(&full),
                                   &ref, &found));
    qn_id_clear(&previous, target.algorithm);
    if (found)
        previous = ref.id;
    if (found && !options->force)
        cli_die_with(cli, "tag '%s' already exists", name);
    reflog_message(cli, &target, &message);
    id = target;
    if (is_object)
        make_object(cli, options, name, &target, &previous, object, &id);
    write_ref(cli, options, qn_buf_string(&full), &id, &previous,
              qn_buf_string(&message));
    if (options->force && found && !qn_id_is_equal(&previous, &id)) {
        cli_append_short_id(cli, &previous, &old);
        cli_printf(cli, "Updated tag '%s' (was %s)\n", name,
                   qn_buf_string(&old));
    }
    qn_buf_dispose(&full);
    qn_buf_dispose(&message);
    qn_buf_dispose(&old);
    qn_ref_dispose(&ref);
    return 0;
}

int tag_delete(struct cli *cli, int argc, char **argv)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf full = QN_BUF_INIT, lines = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id none;
    bool found;
    int code = 0, i;

    qn_id_clear(&none, qn_repo_algorithm(cli->repo));
    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    for (i = 0; i < argc; i++) {
        qn_buf_clear(&full);
        cli_check(cli, qn_buf_printf(cli->ctx, &full, "refs/tags/%s", argv[i]));
        cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs,
                                       qn_buf_string(&full), &ref, &found));
        if (!found) {
            code = cli_error(cli, "tag '%s' not found.", argv[i]);
            continue;
        }
        cli_check(cli, qn_ref_transaction_update(
                           cli->ctx, transaction, qn_buf_string(&full), &none,
                           ref.is_symbolic || ref.is_broken ? NULL : &ref.id,
                           QN_REF_NO_DEREF | QN_REF_SKIP_NAME_CHECK, NULL));
        cli_check(cli, qn_buf_printf(cli->ctx, &lines, "Deleted tag '%s' (was ",
                                     argv[i]));
        cli_append_short_id(cli, &ref.id, &lines);
        cli_check(cli, qn_buf_append_string(cli->ctx, &lines, ")\n"));
    }
    if (lines.size &&
        qn_ref_transaction_commit(cli->ctx, transaction, cli_ref_writer(cli)))
        code = cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    else
        cli_puts(cli, qn_buf_string(&lines));
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&full);
    qn_buf_dispose(&lines);
    qn_ref_dispose(&ref);
    return code;
}

/* Signatures are not looked at yet: what has none says so, as git does. */
static int verify_one(struct cli *cli, const char *name)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    bool found;
    int code = 1;

    cli_check(cli, qn_buf_printf(cli->ctx, &full, "refs/tags/%s", name));
    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, qn_buf_string(&full),
                                   &ref, &found));
    if (!found) {
        cli_error(cli, "tag '%s' not found.", name);
        goto out;
    }
    cli_check(cli, qn_odb_read(cli->ctx, cli->odb, &ref.id, &object));
    if (object.type != QN_OBJECT_TAG) {
        cli_error(cli, "%s: cannot verify a non-tag object of type %s.", name,
                  qn_object_type_name(object.type));
        goto out;
    }
    if (qn_bytes_find_bytes(qn_object_bytes(&object),
                            QN_BYTES("\n-----BEGIN ")) < object.data.size)
        cli_die_with(cli, "verifying signatures (tag -v) is not done yet");
    cli_write(cli, object.data.data, object.data.size);
    cli_error(cli, "no signature found");
out:
    qn_object_dispose(&object);
    qn_buf_dispose(&full);
    qn_ref_dispose(&ref);
    return code;
}

int tag_verify(struct cli *cli, int argc, char **argv)
{
    int code = 0, i;

    for (i = 0; i < argc; i++)
        code |= verify_one(cli, argv[i]);
    return code;
}
