/* SPDX-License-Identifier: MIT */
#include "cli/work.h"
#include "text/quote.h"
#include "worktree/checkout.h"
#include "worktree/compare.h"

static const char *const usage[] = {
    "git checkout-index [<options>] [--] [<file>...]", NULL};

struct args {
    bool all, force, quiet, no_create, update_stat, from_stdin, nul,
        ignore_skip;
    int temp; /* -1: not said */
    const char *prefix, *stage;
};

#define STAGE_ALL 4u

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
    bool found, is_unmerged = false, is_taken = false, is_skipped = false;
    size_t i;

    cli_path_from_top(cli, path, &top);
    i = qn_index_find(work->index, qn_buf_bytes(&top), 0, &found);
    for (; found && i < qn_index_count(work->index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(work->index, i);

        if (!qn_bytes_is_equal(entry->path, qn_buf_bytes(&top)))
            break;
        is_unmerged |= entry->stage != 0;
        if ((entry->flags & QN_INDEX_SKIP_WORKTREE) && !args->ignore_skip) {
            is_skipped = true;
        } else if (stage == STAGE_ALL) {
            is_taken = true;
            if (entry->stage != 0)
                choose(cli, chosen, i);
        } else if (entry->stage == stage) {
            is_taken = true;
            choose(cli, chosen, i);
        }
    }
    if (!is_taken && !args->quiet) {
        cli_stderr(cli, "git checkout-index: %s ", qn_buf_string(&top));
        if (!found)
            cli_stderr(cli, "is not in the cache\n");
        else if (is_skipped)
            cli_stderr(cli, "has skip-worktree enabled; use "
                            "'--ignore-skip-worktree-bits' to checkout\n");
        else if (stage)
            cli_stderr(cli, "does not exist at stage %u\n", stage);
        else
            cli_stderr(cli, "is unmerged\n");
    }
    qn_buf_dispose(&top);
    return is_taken;
}

static void choose_all(struct cli_work *work, const struct args *args,
                       unsigned stage, struct cli *cli, struct chosen *chosen)
{
    for (size_t i = 0; i < qn_index_count(work->index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(work->index, i);
        const char *prefix = cli_prefix(cli);

        if (stage == STAGE_ALL ? entry->stage == 0 : entry->stage != stage)
            continue;
        if ((entry->flags & QN_INDEX_SKIP_WORKTREE) && !args->ignore_skip)
            continue;
        if (qn_bytes_has_prefix(entry->path, prefix))
            choose(cli, chosen, i);
    }
}

/* "names TAB path" for one path; for all stages three names, "." where there is
 * none. */
static void tell_temporary(struct cli *cli, const struct args *args,
                           const struct qn_buf *names, unsigned stage,
                           struct qn_bytes path)
{
    for (unsigned i = 1; i <= 3 && stage == STAGE_ALL; i++)
        cli_printf(cli, "%s%c", names[i].size ? qn_buf_string(&names[i]) : ".",
                   i < 3 ? ' ' : '\t');
    for (unsigned i = 0; i <= 3 && stage != STAGE_ALL; i++)
        if (names[i].size)
            cli_printf(cli, "%s\t", qn_buf_string(&names[i]));
    cli_put_path(cli, path, false, args->nul ? '\0' : '\n');
}

static void write_temporaries(struct cli *cli, struct cli_work *work,
                              const struct args *args, unsigned stage,
                              const struct chosen *chosen)
{
    for (size_t i = 0; i < chosen->count;) {
        struct qn_buf names[4] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT,
                                  QN_BUF_INIT};
        struct qn_bytes path =
            qn_index_peek(work->index, chosen->positions[i])->path;

        for (; i < chosen->count; i++) {
            const struct qn_index_entry *entry =
                qn_index_peek(work->index, chosen->positions[i]);

            if (!qn_bytes_is_equal(entry->path, path) ||
                names[entry->stage].size > 0)
                break;
            cli_check(cli, qn_checkout_temporary(cli->ctx, &work->tree,
                                                 work->index, cli->odb, entry,
                                                 &names[entry->stage]));
        }
        tell_temporary(cli, args, names, stage, path);
        for (int k = 0; k < 4; k++)
            qn_buf_dispose(&names[k]);
    }
}

/* Files that are as they should be by what the index knows of them are left;
 * one that merely has the same content is in the way. */
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
            if (answer == QN_COMPARE_SAME &&
                (!is_stale || qn_compare_is_stat_same(&compare, entry, &stat)))
                continue;
        }
        chosen->positions[kept++] = chosen->positions[i];
    }
    chosen->count = kept;
    qn_compare_dispose(&compare);
}

static int set_temp(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = !is_negated;
    return 0;
}

static unsigned parse_stage(struct cli *cli, struct args *args)
{
    if (!args->stage)
        return 0;
    if (strcmp(args->stage, "all") == 0) {
        if (args->temp == 0)
            cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                         "--stage=all", "--no-temp");
        args->temp = 1;
        return STAGE_ALL;
    }
    if (strlen(args->stage) != 1 || args->stage[0] < '1' ||
        args->stage[0] > '3')
        cli_die_with(cli, "stage should be between 1 and 3 or all");
    return (unsigned)(args->stage[0] - '0');
}

static bool choose_from_stdin(struct cli *cli, struct cli_work *work,
                              const struct args *args, unsigned stage,
                              struct chosen *chosen)
{
    struct qn_buf line = QN_BUF_INIT;
    bool is_good = true;

    while (cli_read_record(cli, args->nul ? '\0' : '\n', &line)) {
        struct qn_buf plain = QN_BUF_INIT;
        const char *path = qn_buf_string(&line);

        if (!args->nul && path[0] == '"') {
            if (qn_quote_unquote_c(cli->ctx, qn_buf_bytes(&line), &plain, NULL))
                cli_die_with(cli, "line is badly quoted");
            path = qn_buf_string(&plain);
        }
        is_good &= choose_path(cli, work, args, stage, chosen, path);
        qn_buf_dispose(&plain);
    }
    qn_buf_dispose(&line);
    return is_good;
}

/* Write the files themselves. */
static bool write_files(struct cli *cli, struct cli_work *work,
                        const struct args *args, struct chosen *chosen)
{
    struct qn_checkout_options options = {.forces = args->force,
                                          .is_quiet = args->quiet,
                                          .skips_new = args->no_create,
                                          .waits_for_filters = true,
                                          .prefix = args->prefix,
                                          .leaves_stat = args->prefix != NULL ||
                                                         !args->update_stat};

    if (!args->prefix)
        drop_same(cli, work, chosen);
    cli_check(cli,
              qn_checkout_entries(cli->ctx, &work->tree, work->index, cli->odb,
                                  chosen->positions, chosen->count, &options));
    return options.failed_count == 0;
}

int cmd_checkout_index(struct cli *cli, int argc, char **argv)
{
    struct args args = {.temp = -1};
    const struct cli_option options[] = {
        CLI_FLAG('a', "all", &args.all, "all files of the index"),
        CLI_FLAG(0, "ignore-skip-worktree-bits", &args.ignore_skip,
                 "skip-worktree files, too"),
        CLI_FLAG('f', "force", &args.force, "overwrite files"),
        CLI_FLAG('q', "quiet", &args.quiet, "no complaints"),
        CLI_FLAG('n', "no-create", &args.no_create, "only files that exist"),
        CLI_FLAG('u', "index", &args.update_stat, "renew stat data"),
        CLI_FLAG_WITH('z', NULL, &args.nul, "records end with NUL",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG(0, "stdin", &args.from_stdin, "read paths from stdin"),
        CLI_CALLBACK(0, "temp", &args.temp, NULL, "into temporary files",
                     CLI_OPTION_NO_ARGUMENT, set_temp),
        CLI_STRING(0, "prefix", &args.prefix, "string", "before each path"),
        {CLI_KIND_STRING, 0, "stage", &args.stage, "(1|2|3|all)",
         "of unmerged files", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_END};
    struct chosen chosen = {0};
    struct cli_work work;
    bool is_good = true, renews;
    unsigned stage;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    stage = parse_stage(cli, &args);
    renews = args.update_stat && !args.prefix && args.temp <= 0;
    cli_work_open(cli, &work, renews ? CLI_WORK_LOCK : 0);
    if (args.all && argc > 0)
        cli_die_with(cli, "git checkout-index: don't mix '--all' and explicit "
                          "filenames");
    if (args.all && args.from_stdin)
        cli_die_with(cli,
                     "git checkout-index: don't mix '--all' and '--stdin'");
    if (args.from_stdin && argc > 0)
        cli_die_with(cli, "git checkout-index: don't mix '--stdin' and "
                          "explicit filenames");
    for (int i = 0; i < argc; i++)
        is_good &= choose_path(cli, &work, &args, stage, &chosen, argv[i]);
    if (args.from_stdin)
        is_good &= choose_from_stdin(cli, &work, &args, stage, &chosen);
    if (args.all)
        choose_all(&work, &args, stage, cli, &chosen);
    if (args.temp > 0)
        write_temporaries(cli, &work, &args, stage, &chosen);
    else
        is_good &= write_files(cli, &work, &args, &chosen);
    if (renews)
        cli_work_commit(cli, &work, false);
    qn_memory_free(chosen.positions);
    cli_work_close(&work);
    return is_good ? 0 : 1;
}
