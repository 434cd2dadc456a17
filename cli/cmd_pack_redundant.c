/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "operation/op_pack_redundant.h"
#include "os/file.h"

#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git pack-redundant [--verbose] [--alt-odb] (--all | <pack-filename>...)",
    NULL};

static void refuse(struct cli *cli)
{
    cli_stderr(
        cli,
        "'git pack-redundant' is nominated for removal.\n"
        "If you still use this command, here's what you can do:\n\n"
        "- read https://git-scm.com/docs/BreakingChanges.html\n"
        "- check if anyone has discussed this on the mailing\n"
        "  list and if they came up with something that can\n"
        "  help you: https://lore.kernel.org/git/?q=git%%20pack-redundant\n"
        "- send an email to <git@vger.kernel.org> to let us\n"
        "  know that you still use this command and were unable\n"
        "  to determine a suitable replacement\n\n");
    cli_die_with(cli, "refusing to run without --i-still-use-this");
}

/* Ids on stdin, unless somebody sits there. */
static struct qn_id *read_ignored(struct cli *cli, size_t *count)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    struct qn_id *ids = NULL;
    size_t capacity = 0;

    *count = 0;
    if (isatty(0))
        return NULL;
    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &text));
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        cli_check(cli, qn_memory_grow(cli->ctx, &ids, &capacity, *count + 1,
                                      sizeof(*ids)));
        if (!qn_id_from_hex(&ids[*count], qn_repo_algorithm(cli->repo), line))
            cli_die_with(cli, "Bad object ID on stdin: %.*s\n",
                         QN_BYTES_ARG(line));
        ++*count;
    }
    qn_buf_dispose(&text);
    return ids;
}

/* As Git names it: below the repository as it is shown. */
static void put_path(struct cli *cli, const char *path, struct qn_buf *out)
{
    const char *name = strrchr(path, '/');

    qn_buf_clear(out);
    cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/objects/pack/%s",
                                 qn_repo_git_directory_shown(cli->repo),
                                 name ? name + 1 : path));
}

static void show_statistics(struct cli *cli,
                            const struct qn_op_pack_redundant *op)
{
    struct qn_buf path = QN_BUF_INIT;
    uint64_t kept = 0;
    size_t i;

    cli_stderr(cli, "There are %lu packs available in alt-odbs.\n",
               (unsigned long)op->alternate_packs);
    cli_stderr(cli, "The smallest (bytewise) set of packs is:\n");
    for (i = 0; i < op->count; i++)
        if (!op->packs[i].is_redundant) {
            put_path(cli, op->packs[i].path, &path);
            cli_stderr(cli, "\t%s\n", qn_buf_string(&path));
            kept += op->packs[i].size;
        }
    cli_stderr(cli,
               "containing %lu duplicate objects with a total size of %lukb.\n",
               (unsigned long)op->duplicates, (unsigned long)(kept / 1024));
    cli_stderr(cli, "A total of %lu unique objects were considered.\n",
               (unsigned long)op->objects);
    cli_stderr(cli, "Redundant packs (with indexes):\n");
    qn_buf_dispose(&path);
}

static void show_packs(struct cli *cli, const struct qn_op_pack_redundant *op,
                       bool is_verbose)
{
    struct qn_buf path = QN_BUF_INIT;
    uint64_t gone = 0;
    size_t i;

    if (is_verbose)
        show_statistics(cli, op);
    for (i = 0; i < op->count; i++) {
        if (!op->packs[i].is_redundant)
            continue;
        put_path(cli, op->packs[i].path, &path);
        cli_printf(cli, "%.*s.idx\n%s\n", (int)path.size - 5,
                   qn_buf_string(&path), qn_buf_string(&path));
        gone += op->packs[i].size;
    }
    if (is_verbose)
        cli_stderr(cli, "%luMB of redundant packs in total.\n",
                   (unsigned long)(gone / (1024 * 1024)));
    qn_buf_dispose(&path);
}

int cmd_pack_redundant(struct cli *cli, int argc, char **argv)
{
    struct qn_op_pack_redundant op = {.odb = NULL};
    bool all = false, is_verbose = false, is_sure = false;
    const struct cli_option options[] = {
        CLI_FLAG_WITH(0, "all", &all, "all packs", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "alt-odb", &op.uses_alternates,
                      "what alternates have is not needed here",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "verbose", &is_verbose, "say what was looked at",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "i-still-use-this", &is_sure,
                      "though it is to go from Git", CLI_OPTION_NO_NEGATE),
        CLI_END};
    struct qn_id *ignored;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (!is_sure)
        refuse(cli);
    op.odb = cli->odb;
    op.names = all ? NULL : (const char *const *)argv;
    op.name_count = all ? 0 : (size_t)argc;
    if (!all && argc == 0)
        cli_die_with(cli, "Zero packs found!");
    ignored = read_ignored(cli, &op.ignored_count);
    op.ignored = ignored;
    cli_check(cli, qn_op_pack_redundant_run(cli->ctx, &op));
    show_packs(cli, &op, is_verbose);
    qn_op_pack_redundant_dispose(&op);
    qn_memory_free(ignored);
    return 0;
}
