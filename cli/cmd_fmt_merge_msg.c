/* SPDX-License-Identifier: MIT */
/* fmt-merge-msg: the message of a merge from a list like FETCH_HEAD. */
#include "cli/cli.h"
#include "operation/part/merge_message.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git fmt-merge-msg [-m <message>] [--log[=<n>] | --no-log] [--file <file>]",
    NULL};

#define DEFAULT_LOG_SIZE 20

/* merge.log (or merge.summary): a number, or yes for 20. */
static int configured_size(struct cli *cli)
{
    const char *keys[] = {"merge.log", "merge.summary"};
    bool flag = false;

    for (size_t i = 0; i < QN_COUNT_OF(keys); i++) {
        const struct qn_config_entry *entry =
            qn_config_find(cli_config(cli), keys[i]);

        if (!entry)
            continue;
        if (!entry->value || (qn_config_parse_bool(entry->value, &flag) &&
                              (entry->value[0] < '0' || entry->value[0] > '9')))
            return !entry->value || flag ? DEFAULT_LOG_SIZE : 0;
        return (int)cli_config_int(cli, keys[i], 0);
    }
    return 0;
}

/* The branch merged into: "HEAD" when there is none. */
static const char *current_branch(struct cli *cli, struct qn_ref *ref)
{
    bool found = false;

    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", ref, &found));
    if (!found || !ref->is_symbolic)
        return "HEAD";
    if (qn_bytes_has_prefix(qn_buf_bytes(&ref->target), "refs/heads/"))
        return qn_buf_string(&ref->target) + 11;
    return qn_buf_string(&ref->target);
}

static void read_list(struct cli *cli, const char *path, struct qn_buf *out)
{
    int fd = STDIN_FILENO;

    if (path && strcmp(path, "-") != 0) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            cli_die_with(cli, "cannot open '%s': %s", path, strerror(errno));
    }
    cli_check(cli, qn_file_read_rest(cli->ctx, fd, out));
    if (fd != STDIN_FILENO)
        close(fd);
}

int cmd_fmt_merge_msg(struct cli *cli, int argc, char **argv)
{
    const char *file = NULL, *message = NULL, *into = NULL;
    int log_size = -1;
    const struct cli_option options[] = {
        {CLI_KIND_INTEGER, 0, "log", &log_size, "n", "list so many commits",
         CLI_OPTION_OPTIONAL, DEFAULT_LOG_SIZE, NULL},
        {CLI_KIND_INTEGER, 0, "summary", &log_size, "n", "the same",
         CLI_OPTION_OPTIONAL | CLI_OPTION_HIDDEN, DEFAULT_LOG_SIZE, NULL},
        CLI_STRING('m', "message", &message, "text", "instead of the title"),
        CLI_STRING(0, "into-name", &into, "name",
                   "instead of the branch that is checked out"),
        CLI_FILE('F', "file", &file, "read the list from it"),
        CLI_END};
    struct qn_merge_heads heads = {NULL, 0, 0};
    struct qn_merge_message_options how = {.comment = "#"};
    struct qn_buf text = QN_BUF_INIT, out = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_revision head = QN_REVISION_INIT;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (log_size == -1)
        log_size = configured_size(cli);
    if (log_size < 0)
        cli_die_with(cli, "Negative --log=<n>");
    read_list(cli, file, &text);
    cli_check(cli, qn_merge_heads_add_list(cli->ctx, &cli->scope, &heads,
                                           qn_buf_bytes(&text)));
    head.is_quiet = true;
    if (qn_revision_parse(cli->ctx, &cli->scope, "HEAD", &head))
        qn_ctx_clear(cli->ctx);
    how.head = &head.id;
    how.into = into ? into : current_branch(cli, &ref);
    how.log_size = (size_t)log_size;
    how.has_title = !message;
    how.credits = true;
    if (message) {
        cli_check(cli, qn_buf_append_string(cli->ctx, &out, message));
        cli_check(cli, qn_buf_append_byte(cli->ctx, &out, '\n'));
    }
    if (heads.count > 0)
        cli_check(cli, qn_merge_message_append(cli->ctx, &cli->scope, &heads,
                                               &how, &out));
    cli_write(cli, out.data, out.size);
    qn_merge_heads_dispose(&heads);
    qn_revision_dispose(&head);
    qn_buf_dispose(&text);
    qn_buf_dispose(&out);
    qn_ref_dispose(&ref);
    return 0;
}
