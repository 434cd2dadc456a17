/* SPDX-License-Identifier: MIT */
#include "cli/ref_tools.h"
#include "cli/work.h"
#include "diff/options.h"
#include "merge/tree_merge.h"
#include "merge/trivial_tree.h"
#include "operation/part/merge_setup.h"
#include "text/pathname.h"
#include "text/quote.h"
#include "walk/commit_table.h"

#include <string.h>

struct merge_tree {
    struct cli *cli;
    struct qn_tree_merge_options options;
    struct qn_merge_setup setup;
    struct qn_commit_table *commits; /* read for merge bases so far */
    struct cli_list strategy;
    const char *merge_base;
    bool writes_tree, is_trivial, is_nul, is_name_only, is_quiet;
    bool allows_unrelated, reads_stdin;
    int messages; /* -1: when not clean */
};

static void apply_strategy_options(struct merge_tree *t)
{
    size_t i;

    for (i = 0; i < t->strategy.count; i++)
        if (qn_tree_merge_options_set(&t->options, t->strategy.items[i]))
            cli_die_with(t->cli, "unknown strategy option: -X%s",
                         t->strategy.items[i]);
}

static void find_commit(struct cli *cli, const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_odb_info info;

    if (!qn_revision_commit(cli->ctx, &cli->scope, text, out))
        return;
    cli_forget(cli);
    cli_flush(cli);
    if (!qn_revision_parse(cli->ctx, &cli->scope, text, &revision) &&
        !qn_odb_read_info(cli->ctx, cli->odb, &revision.id, QN_ODB_WANT_TYPE,
                          &info) &&
        info.type != QN_OBJECT_TAG)
        cli_error(cli,
                  "%s: expected commit type, but the object dereferences to "
                  "%s type",
                  text, qn_object_type_name(info.type));
    cli_forget(cli);
    cli_stderr(cli, "merge-tree: %s - not something we can merge\n", text);
    cli_exit(cli, 1);
}

static void find_tree(struct cli *cli, const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;

    if (qn_revision_parse(cli->ctx, &cli->scope, text, &revision) ||
        qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_TREE, out))
        cli_die_with(cli, "could not parse as tree '%s'", text);
    qn_revision_dispose(&revision);
}

/* Relative to where we are, but with -z. */
static void put_path(struct merge_tree *t, struct qn_bytes path)
{
    struct qn_buf text = QN_BUF_INIT, relative = QN_BUF_INIT;
    const char *prefix = cli_prefix(t->cli);

    if (prefix && prefix[0]) {
        struct qn_bytes from = qn_bytes_from_string(prefix);

        from.size--;
        cli_check(t->cli,
                  qn_pathname_relative(t->cli->ctx, from, path, &relative));
        path = qn_buf_bytes(&relative);
    }
    if (t->is_nul) {
        cli_write(t->cli, path.data, path.size);
        cli_put(t->cli, '\0');
    } else {
        cli_check(t->cli, qn_quote_path(
                              t->cli->ctx, &text, path,
                              cli_config_bool(t->cli, "core.quotepath", true)));
        cli_write(t->cli, text.data, text.size);
        cli_put(t->cli, '\n');
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&relative);
}

static void put_conflicts(struct merge_tree *t,
                          const struct qn_tree_merge_result *result)
{
    size_t i;
    int j;

    for (i = 0; i < result->conflict_count; i++) {
        const struct qn_tree_merge_conflict *c = &result->conflicts[i];

        if (t->is_name_only) {
            put_path(t, c->path);
            continue;
        }
        for (j = 0; j < 3; j++) {
            if (!c->modes[j])
                continue;
            cli_printf(t->cli, "%06o ", c->modes[j]);
            cli_put_id(t->cli, &c->ids[j]);
            cli_printf(t->cli, " %d\t", j + 1);
            put_path(t, c->path);
        }
    }
}

static void put_messages(struct merge_tree *t,
                         const struct qn_tree_merge_result *result)
{
    size_t i;
    size_t j;

    cli_put(t->cli, t->is_nul ? '\0' : '\n');
    for (i = 0; i < result->message_count; i++) {
        const struct qn_tree_merge_message *m = &result->messages[i];

        if (t->is_nul) {
            cli_printf(t->cli, "%zu", m->path_count);
            cli_put(t->cli, '\0');
            for (j = 0; j < m->path_count; j++)
                put_path(t, m->paths[j]);
            cli_puts(t->cli, m->type);
            cli_put(t->cli, '\0');
        }
        cli_write(t->cli, m->text.data, m->text.size);
        cli_put(t->cli, '\n');
        if (t->is_nul)
            cli_put(t->cli, '\0');
    }
}

static int merge(struct merge_tree *t, const char *base, const char *ours,
                 const char *theirs)
{
    struct cli *cli = t->cli;
    struct qn_tree_merge_result result = {.is_clean = true};
    struct qn_id ids[3];
    size_t base_count = 1;
    bool is_clean;

    t->options.our_label = ours;
    t->options.their_label = theirs;
    if (base) {
        t->options.base_label = base;
        find_tree(cli, base, &ids[0]);
        find_tree(cli, ours, &ids[1]);
        find_tree(cli, theirs, &ids[2]);
        cli_check(cli, qn_tree_merge_trees(cli->ctx, cli->odb, &ids[0], &ids[1],
                                           &ids[2], &t->options, &result));
    } else {
        t->options.base_label = NULL;
        find_commit(cli, ours, &ids[1]);
        find_commit(cli, theirs, &ids[2]);
        cli_check(cli,
                  qn_tree_merge_commits(cli->ctx, &cli->scope, &ids[1], &ids[2],
                                        &t->options, &base_count, &result));
        if (!base_count && !t->allows_unrelated)
            cli_die_with(cli, "refusing to merge unrelated histories");
    }
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    is_clean = result.is_clean;
    if (t->reads_stdin) {
        cli_put(cli, is_clean ? '1' : '0');
        cli_put(cli, '\0');
    }
    if (!t->is_quiet) {
        cli_put_id(cli, &result.tree);
        cli_put(cli, t->is_nul ? '\0' : '\n');
        if (!is_clean)
            put_conflicts(t, &result);
        if (t->messages > 0 || (t->messages < 0 && !is_clean))
            put_messages(t, &result);
        qn_merge_setup_advise(cli->ctx, &result);
    }
    if (t->reads_stdin)
        cli_put(cli, '\0');
    qn_tree_merge_result_dispose(&result);
    return is_clean ? 0 : 1;
}

static int read_stdin(struct merge_tree *t)
{
    struct qn_buf line = QN_BUF_INIT;

    while (cli_read_record(t->cli, '\n', &line)) {
        char *text = line.data ? (char *)line.data : NULL;
        char *words[5] = {NULL};
        char *rest = text;
        int count = 0;

        while (rest && count < 5) {
            rest += strspn(rest, " \t\r");
            if (!*rest)
                break;
            words[count++] = rest;
            rest += strcspn(rest, " \t\r");
            if (*rest)
                *rest++ = '\0';
        }
        if (count == 4 && !strcmp(words[1], "--"))
            merge(t, words[0], words[2], words[3]);
        else if (count == 2)
            merge(t, NULL, words[0], words[1]);
        else
            cli_die_with(t->cli, "malformed input line: '%s'.",
                         count ? words[0] : "");
    }
    qn_buf_dispose(&line);
    return 0;
}

/* base, ours, theirs: the old form. */
static int merge_trivially(struct merge_tree *t, char **names)
{
    struct cli *cli = t->cli;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_id trees[3];
    int i;

    for (i = 0; i < 3; i++) {
        struct qn_id id;

        if (!cli_find_id(cli, names[i], &id))
            cli_die_with(cli, "unknown rev %s", names[i]);
        if (qn_revision_peel(cli->ctx, cli->odb, &id, QN_OBJECT_TREE,
                             &trees[i]))
            cli_die_with(cli, "%s is not a tree", names[i]);
    }
    cli_check(cli, qn_trivial_tree_run(cli->ctx, cli->odb, trees, &text));
    cli_write(cli, text.data, text.size);
    qn_buf_dispose(&text);
    return 0;
}

static void check_together(struct cli *cli, bool is_given, const char *one,
                           const char *two)
{
    if (is_given)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together", one,
                     two);
}

/* What the options say about each other. */
static void check_options(struct merge_tree *t)
{
    struct cli *cli = t->cli;

    if (t->is_quiet) {
        check_together(cli, t->messages >= 0, "--quiet", "--messages");
        check_together(cli, t->is_name_only, "--quiet", "--name-only");
        check_together(cli, t->reads_stdin, "--quiet", "--stdin");
        check_together(cli, t->is_nul, "--quiet", "-z");
    }
    if (t->is_trivial && (t->is_quiet || t->messages >= 0 || t->is_name_only ||
                          t->reads_stdin || t->is_nul || t->strategy.count ||
                          t->merge_base || t->allows_unrelated))
        cli_die_with(cli, "--trivial-merge is incompatible with all other "
                          "options");
    check_together(cli, t->reads_stdin && t->merge_base, "--merge-base",
                   "--stdin");
}

int cmd_merge_tree(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git merge-tree [--write-tree] [<options>] <branch1> <branch2>", NULL};
    struct merge_tree t = {.cli = cli, .messages = -1};
    const struct cli_option options[] = {
        CLI_FLAG_WITH(0, "write-tree", &t.writes_tree, "the default",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "trivial-merge", &t.is_trivial, "the old form",
                      CLI_OPTION_NO_NEGATE),
        CLI_TRISTATE(0, "messages", &t.messages, "show messages"),
        CLI_FLAG_WITH('z', NULL, &t.is_nul, "end with NUL", 0),
        CLI_FLAG_WITH(0, "quiet", &t.is_quiet, "only the exit code",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "name-only", &t.is_name_only, "names of conflicts",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "allow-unrelated-histories", &t.allows_unrelated,
                      "merge without a base", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "stdin", &t.reads_stdin, "many merges",
                      CLI_OPTION_NO_NEGATE),
        CLI_STRING(0, "merge-base", &t.merge_base, "tree-ish", "the base"),
        CLI_LIST('X', "strategy-option", &t.strategy, "option",
                 "for the strategy"),
        CLI_END};
    int code;

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    check_options(&t);
    if (t.is_trivial && argc != 3)
        cli_usage(cli, usage, options);
    if (t.is_trivial ||
        (argc == 3 && !t.writes_tree && !t.is_quiet && t.messages < 0 &&
         !t.is_name_only && !t.reads_stdin && !t.is_nul && !t.strategy.count &&
         !t.merge_base && !t.allows_unrelated))
        return merge_trivially(&t, argv);
    cli_check(
        cli, qn_tree_merge_options_init(cli->ctx, &t.options, cli_config(cli)));
    t.options.renormalizes = cli_config_bool(cli, "merge.renormalize", false);
    apply_strategy_options(&t);
    cli_check(cli,
              qn_merge_setup_begin(cli->ctx, cli->repo, &t.options, &t.setup));
    if (t.reads_stdin) {
        t.is_nul = true;
        cli->scope.kept = &t.commits;
        code = read_stdin(&t);
        cli->scope.kept = NULL;
        qn_commit_table_free(t.commits);
    } else {
        if (argc != 2)
            cli_usage(cli, usage, options);
        code = merge(&t, t.merge_base, argv[0], argv[1]);
    }
    qn_merge_setup_end(&t.setup);
    qn_memory_free((void *)t.strategy.items);
    return code;
}
