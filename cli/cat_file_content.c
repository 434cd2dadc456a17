/* SPDX-License-Identifier: MIT */
/* Contents as cat-file shows them: filtered, converted, with mapped names. */
#include "cli/cat_file.h"
#include "cli/cli.h"
#include "cli/work.h"
#include "object/commit.h"
#include "os/file.h"
#include "os/temporary.h"
#include "path/attributes.h"
#include "program/shell_command.h"
#include "walk/mailmap.h"
#include "worktree/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cli_cat_file_filtered(struct cli *cli, const char *path,
                           const struct qn_id *id, struct qn_bytes content)
{
    struct qn_work_tree tree;
    struct qn_filter *filter = NULL;
    struct qn_filter_plan plan;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_bytes name = qn_bytes_from_string(path);
    bool changed = false;

    cli_check(cli, qn_work_tree_open(cli->ctx, cli->repo, &tree));
    cli_check(cli, qn_filter_new(cli->ctx, &tree, QN_ATTRIBUTES_WORK_TREE, NULL,
                                 &filter));
    cli_check(cli, qn_filter_plan(cli->ctx, filter, name, &plan));
    cli_check(cli, qn_filter_to_work_tree(cli->ctx, filter, &plan, name, id,
                                          content, &out, &changed));
    if (changed)
        cli_write(cli, out.data, out.size);
    else
        cli_write(cli, content.data, content.size);
    qn_filter_free(filter);
    qn_buf_dispose(&out);
    qn_work_tree_close(&tree);
}

void cli_cat_file_converted(struct cli *cli, const char *path,
                            struct qn_bytes content)
{
    struct qn_attributes *attributes = NULL;
    struct qn_attribute diff = {.name = "diff"};
    struct qn_buf key = QN_BUF_INIT;
    struct qn_buf file = QN_BUF_INIT;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_process_options options = {0};
    const char *arguments[2] = {NULL, NULL};
    const char *command = NULL;
    const char *base = getenv("TMPDIR");
    int code = 0;
    int fd = -1;

    cli_check(cli,
              qn_attributes_new(cli->ctx, cli->repo, QN_ATTRIBUTES_WORK_TREE,
                                NULL, NULL, &attributes));
    cli_check(cli, qn_attributes_get(cli->ctx, attributes,
                                     qn_bytes_from_string(path), &diff, 1));
    if (diff.state == QN_ATTRIBUTE_VALUE) {
        cli_check(
            cli, qn_buf_printf(cli->ctx, &key, "diff.%s.textconv", diff.value));
        command = cli_config_string(cli, qn_buf_string(&key), NULL);
    }
    qn_attributes_free(attributes);
    qn_buf_clear(&key);
    if (!command) {
        cli_write(cli, content.data, content.size);
        return;
    }
    cli_check(cli, qn_buf_printf(cli->ctx, &key, "%s/textconv_",
                                 base && *base ? base : "/tmp"));
    cli_check(cli, qn_file_create_temporary(cli->ctx, qn_buf_string(&key), 0600,
                                            &fd, &file));
    cli_check(cli, qn_file_write(cli->ctx, fd, content.data, content.size));
    qn_file_close(fd);
    arguments[0] = qn_buf_string(&file);
    options.out = QN_PROCESS_PIPE;
    cli_check(cli,
              qn_shell_command_filter(cli->ctx, command, arguments, &options,
                                      QN_BYTES_NONE, &out, &code));
    qn_temporary_remove(qn_buf_string(&file));
    if (code)
        cli_die_with(cli, "unable to read files to diff");
    cli_write(cli, out.data, out.size);
    qn_buf_dispose(&key);
    qn_buf_dispose(&file);
    qn_buf_dispose(&out);
}

/* A line "<word> name <mail> date" of a header, mapped. */
static bool map_line(const struct qn_mailmap *mailmap, struct qn_bytes line,
                     struct qn_bytes *word, struct qn_ident *ident)
{
    static const char *const words[] = {"author ", "committer ", "tagger "};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++) {
        if (!qn_bytes_has_prefix(line, words[i]))
            continue;
        *word = qn_bytes_first(line, strlen(words[i]));
        return qn_ident_parse(qn_bytes_from(line, word->size), ident) &&
               qn_mailmap_map(mailmap, &ident->name, &ident->mail);
    }
    return false;
}

void cli_cat_file_mapped(struct cli *cli, const struct qn_mailmap *mailmap,
                         struct qn_bytes text, struct qn_buf *out)
{
    struct qn_bytes rest = text;
    struct qn_bytes line;

    qn_buf_clear(out);
    while (rest.size && rest.data[0] != '\n' &&
           qn_bytes_next(&rest, '\n', &line)) {
        struct qn_bytes word;
        struct qn_ident ident;
        size_t mail_end;

        if (!map_line(mailmap, line, &word, &ident)) {
            cli_check(cli, qn_buf_append_bytes(cli->ctx, out, line));
            cli_check(cli, qn_buf_append_byte(cli->ctx, out, '\n'));
            continue;
        }
        mail_end = qn_bytes_find_last(line, '>');
        cli_check(cli,
                  qn_buf_printf(cli->ctx, out, "%.*s%.*s <%.*s>%.*s\n",
                                QN_BYTES_ARG(word), QN_BYTES_ARG(ident.name),
                                QN_BYTES_ARG(ident.mail),
                                (int)(line.size - mail_end - 1),
                                (const char *)line.data + mail_end + 1));
    }
    cli_check(cli, qn_buf_append_bytes(cli->ctx, out, rest));
}

const struct qn_mailmap *cli_cat_file_mailmap(struct cli *cli,
                                              struct qn_mailmap **room)
{
    if (!*room) {
        cli_check(cli, qn_mailmap_new(cli->ctx, room));
        cli_check(cli, qn_mailmap_load(cli->ctx, &cli->scope, *room));
    }
    return *room;
}
