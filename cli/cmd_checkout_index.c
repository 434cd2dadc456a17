/* SPDX-License-Identifier: MIT */
#include "cli/work.h"
#include "text/quote.h"
#include "worktree/checkout.h"
#include "worktree/compare.h"

static const char *const usage[] = {
    "git checkout-index [<options>] [--] [<file>...]", NULL};

struct args {
    bool all, force, quiet, no_create, update_stat, from_stdin, nul, temp,
        ignore_skip;
    const char *prefix, *stage;
};

struct chosen {
    size_t *positions;
    size_t count;
    size_t capacity;
};

static void choose(struct cli *cli, struct chosen *chosen, size_t position)
{
    cli_check(cli,
              qn_memory_grow(cli->ctx, &chosen->positions, &chosen->capacity,
                             chosen->count + 1, sizeof(*chosen->positions)));
    chosen->positions[chosen->count++] = position;
}

static bool choose_path(struct cli *cli, struct cli_work *work,
                        const struct args *args, unsigned stage,
                        struct chosen *chosen, const char *path)
{
    struct qn_buf top = QN_BUF_INIT;
    bool found, is_unmerged = false;
    size_t i;

    cli_path_from_top(cli, path, &top);
    i = qn_index_find(work->index, qn_buf_bytes(&top), 0, &found);
    for (; found && i < qn_index_count(work->index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(work->index, i);

        if (!qn_bytes_is_equal(entry->path, qn_buf_bytes(&top)))
            break;
        if (entry->stage == stage) {
            choose(cli, chosen, i);
            qn_buf_dispose(&top);
            return true;
        }
        is_unmerged = true;
    }
    if (!args->quiet) {
        cli_stderr(cli, "git checkout-index: %s ", path);
        if (!found)
            cli_stderr(cli, "is not in the cache\n");
        else if (is_unmerged && stage)
            cli_stderr(cli, "does not exist at stage %u\n", stage);
        else
            cli_stderr(cli, "is unmerged\n");
    }
    qn_buf_dispose(&top);
    return false;
}

/* Files that are as they should be are left. */
static void drop_same(struct cli *cli, struct cli_work *work,
                      struct chosen *chosen)
{
    struct qn_compare compare;
    size_t kept = 0;

    qn_compare_init(&compare, &work->tree, work->index);
    for (size_t i = 0; i < chosen->count; i++) {
        const struct qn_index_entry *entry =
            qn_index_peek(work->index, chosen->positions[i]);
        enum qn_compare_answer answer;
        struct qn_file_stat stat;
        bool is_stale;

        if (entry->stage == 0) {
            cli_check(cli, qn_compare_entry(cli->ctx, &compare, entry, &stat,
                                            &answer, &is_stale));
            if (answer == QN_COMPARE_SAME)
                continue;
        }
        chosen->positions[kept++] = chosen->positions[i];
    }
    chosen->count = kept;
    qn_compare_dispose(&compare);
}

int cmd_checkout_index(struct cli *cli, int argc, char **argv)
{
    struct args args = {0};
    const struct cli_option options[] = {
        CLI_FLAG('a', "all", &args.all, "all files of the index"),
        CLI_FLAG(0, "ignore-skip-worktree-bits", &args.ignore_skip,
                 "skip-worktree files, too"),
        CLI_FLAG('f', "force", &args.force, "overwrite files"),
        CLI_FLAG('q', "quiet", &args.quiet, "no complaints"),
        CLI_FLAG('n', "no-create", &args.no_create, "only files that exist"),
        CLI_FLAG('u', "index", &args.update_stat, "renew stat data"),
        CLI_FLAG('z', NULL, &args.nul, "records end with NUL"),
        CLI_FLAG(0, "stdin", &args.from_stdin, "read paths from stdin"),
        CLI_REFUSED(0, "temp"),
        CLI_STRING(0, "prefix", &args.prefix, "string", "before each path"),
        CLI_STRING(0, "stage", &args.stage, "1|2|3|all", "of unmerged files"),
        CLI_END};
    struct qn_checkout_options checkout = {0};
    struct chosen chosen = {0};
    struct cli_work work;
    unsigned stage = 0;
    bool failed = false;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (args.stage) {
        if (strlen(args.stage) != 1 || args.stage[0] < '1' ||
            args.stage[0] > '3')
            cli_die_with(cli, "stage should be between 1 and 3 or all");
        stage = (unsigned)(args.stage[0] - '0');
    }
    cli_work_open(cli, &work,
                  args.update_stat && !args.prefix ? CLI_WORK_LOCK : 0);
    if (args.all && argc > 0)
        cli_die_with(cli, "git checkout-index: don't mix '--all' and explicit "
                          "filenames");
    if (args.all && args.from_stdin)
        cli_die_with(cli,
                     "git checkout-index: don't mix '--all' and '--stdin'");
    for (int i = 0; i < argc; i++)
        failed |= !choose_path(cli, &work, &args, stage, &chosen, argv[i]);
    if (args.from_stdin) {
        struct qn_buf line = QN_BUF_INIT;

        while (cli_read_record(cli, args.nul ? '\0' : '\n', &line))
            failed |= !choose_path(cli, &work, &args, stage, &chosen,
                                   qn_buf_string(&line));
        qn_buf_dispose(&line);
    }
    for (size_t i = 0; args.all && i < qn_index_count(work.index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(work.index, i);

        if (entry->stage == stage &&
            (args.ignore_skip || !(entry->flags & QN_INDEX_SKIP_WORKTREE)))
            choose(cli, &chosen, i);
    }
    checkout.forces = args.force;
    checkout.is_quiet = args.quiet;
    checkout.skips_new = args.no_create;
    checkout.prefix = args.prefix;
    checkout.leaves_stat = args.prefix != NULL || !args.update_stat;
    if (!args.prefix)
        drop_same(cli, &work, &chosen);
    cli_check(cli,
              qn_checkout_entries(cli->ctx, &work.tree, work.index, cli->odb,
                                  chosen.positions, chosen.count, &checkout));
    if (args.update_stat && !args.prefix)
        cli_work_commit(cli, &work, false);
    qn_memory_free(chosen.positions);
    cli_work_close(&work);
    return failed || checkout.failed_count > 0 ? 1 : 0;
}
