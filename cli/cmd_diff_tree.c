/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/diff_options.h"
#include "cli/json_output.h"
#include "object/commit.h"
#include "path/pathspec.h"
#include "show/decorations.h"
#include "show/notes.h"
#include "show/pretty.h"
#include "walk/merge_base.h"
#include "walk/revision_args.h"

#include <stdio.h>
#include <string.h>

struct diff_tree {
    struct cli *cli;
    struct cli_diff diff;
    struct qn_patch *patch;
    struct qn_pathspec *pathspec;
    struct qn_buf out;
    struct qn_object object;
    bool is_recursive, shows_trees, reads_stdin, shows_root, shows_merges;
    bool is_verbose, is_oneline, abbreviates, hides_id, is_merge_base, always;
    const char *format; /* --pretty, --format */
    const char *date, *notes;
    struct qn_notes *shown_notes;
    struct qn_decorations *decorations;
    struct qn_pretty_options pretty_options;
    struct qn_pretty *pretty; /* NULL: ids only */
    bool was_shown;           /* a commit stands above */
    bool was_printed;         /* something was */
    size_t count;
};

/* The tree that a tree-ish id leads to. */
static void peel(struct diff_tree *d, const struct qn_id *id, struct qn_id *out)
{
    struct qn_ctx *ctx = d->cli->ctx;
    enum qn_status status =
        qn_revision_peel(ctx, d->cli->odb, id, QN_OBJECT_TREE, out);

    if (status == QN_NOT_FOUND)
        status = qn_ctx_fail(ctx, status, "unable to read tree (%s)",
                             qn_ctx_subject(ctx));
    cli_check(d->cli, status);
}

static void check_is_there(struct diff_tree *d, const struct qn_id *id,
                           const char *name)
{
    struct qn_odb_info info = {QN_OBJECT_NONE};
    enum qn_status status =
        qn_odb_read_info(d->cli->ctx, d->cli->odb, id, QN_ODB_WANT_TYPE, &info);

    if (status == QN_NOT_FOUND)
        cli_die_with(d->cli, "bad object %s", name);
    cli_check(d->cli, status);
}

static bool parse(struct diff_tree *d, const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    bool found = qn_id_from_hex(out, qn_odb_algorithm(d->cli->odb),
                                qn_bytes_from_string(text));

    if (!found && qn_revision_parse(d->cli->ctx, &d->cli->scope, text,
                                    &revision) == QN_OK) {
        *out = revision.id;
        found = true;
    }
    if (!found)
        cli_forget(d->cli);
    else
        check_is_there(d, out, text);
    qn_revision_dispose(&revision);
    return found;
}

static void show(struct diff_tree *d)
{
    d->was_printed |= d->out.size > 0;
    cli_write(d->cli, d->out.data, d->out.size);
    qn_buf_clear(&d->out);
}

static void diff_trees(struct diff_tree *d, const struct qn_id *a,
                       const struct qn_id *b)
{
    size_t count = 0;

    enum qn_status status =
        qn_patch_trees(d->cli->ctx, d->patch, a, b, &d->out, &count);

    d->count += count - qn_patch_same_count(d->patch);
    show(d);
    cli_check(d->cli, status);
}

/* The commit's text, as log has it, before what was printed from `at` on. */
static void put_text(struct diff_tree *d, const struct qn_id *id, size_t at)
{
    struct cli *cli = d->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_commit commit;
    struct qn_pretty_item item = {.id = id, .commit = &commit};
    enum qn_pretty_kind kind = d->pretty_options.kind;
    bool has_diff = d->out.size > at;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                     &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   id->algorithm, &commit));
    qn_grafts_apply(cli_grafts(cli), id, &commit);
    if (d->was_shown && !d->pretty_options.is_terminator)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &text, '\n'));
    cli_check(cli, qn_pretty_append(cli->ctx, d->pretty, &item, &text));
    if (d->pretty_options.is_terminator)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &text, '\n'));
    if (has_diff && kind != QN_PRETTY_ONELINE)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &text, '\n'));
    cli_check(cli,
              qn_buf_splice(cli->ctx, &d->out, at, 0, qn_buf_bytes(&text)));
    d->was_shown = true;
    qn_buf_dispose(&text);
    qn_object_dispose(&object);
}

/* The commit's line, before what was printed from `at` on. */
static void put_id(struct diff_tree *d, const struct qn_id *id, char *hex,
                   size_t at)
{
    size_t size;

    if (d->pretty) {
        put_text(d, id, at);
        return;
    }
    if (d->hides_id)
        return;
    size = strlen(qn_id_to_hex(id, hex));

    hex[size] = d->diff.options.is_nul_terminated ? '\0' : '\n';
    cli_check(d->cli, qn_buf_splice(d->cli->ctx, &d->out, at, 0,
                                    qn_bytes_make(hex, size + 1)));
}

/* A merge against all of its parents at once. */
static void diff_combined(struct diff_tree *d, const struct qn_id *id,
                          const struct qn_commit *commit)
{
    struct cli *cli = d->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 2];
    struct qn_id trees[64];
    size_t count = 0;
    uint32_t i;

    for (i = 0; i < commit->parent_count && i < QN_COUNT_OF(trees); i++) {
        struct qn_id parent;

        qn_commit_parent(commit, i, &parent);
        peel(d, &parent, &trees[i]);
    }
    cli_check(cli, qn_patch_combined(cli->ctx, d->patch, trees, i,
                                     &commit->tree, &d->out, &count));
    d->count += count - qn_patch_same_count(d->patch);
    put_id(d, id, hex, 0);
    show(d);
}

/* A commit against its parents. */
static void diff_commit(struct diff_tree *d, const struct qn_id *id)
{
    struct cli *cli = d->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 2];
    struct qn_commit commit;
    struct qn_id parent;
    struct qn_id tree;
    enum qn_status status;
    size_t count = 0;
    uint32_t i;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                     &d->object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&d->object),
                                   qn_odb_algorithm(cli->odb), &commit));
    qn_grafts_apply(cli_grafts(cli), id, &commit);
    if ((commit.parent_count == 0 && !d->shows_root) ||
        (commit.parent_count > 1 && !d->shows_merges &&
         !d->diff.options.combined)) {
        if (d->always) {
            put_id(d, id, hex, 0);
            show(d);
        }
        return;
    }
    tree = commit.tree;
    if (d->diff.options.combined && commit.parent_count > 1) {
        diff_combined(d, id, &commit);
        return;
    }
    for (i = 0; i < (commit.parent_count ? commit.parent_count : 1); i++) {
        size_t start = d->out.size;

        if (commit.parent_count) {
            struct qn_id parent_id;

            qn_commit_parent(&commit, i, &parent_id);
            peel(d, &parent_id, &parent);
        }
        status = qn_patch_trees(cli->ctx, d->patch,
                                commit.parent_count ? &parent : NULL, &tree,
                                &d->out, &count);
        d->count += count - qn_patch_same_count(d->patch);
        if (d->out.size > start || (count && !start) || d->always)
            put_id(d, id, hex, start);
        show(d);
        cli_check(cli, status);
    }
}

/* "<commit> <other>...": the others stand for its parents. */
static void diff_given(struct diff_tree *d, const struct qn_id *id,
                       const char *parents)
{
    struct cli *cli = d->cli;
    uint32_t algorithm = qn_odb_algorithm(cli->odb);
    size_t width = qn_id_hex_size(algorithm);
    char hex[QN_ID_MAX_HEX_SIZE + 2];
    struct qn_id parent;
    struct qn_id trees[2];
    enum qn_status status;
    size_t count = 0;

    if (strlen(parents) > width + 1 + width && !d->shows_merges &&
        !d->diff.options.combined)
        return;
    peel(d, id, &trees[1]);
    for (; strlen(parents) > width; parents += width + 1) {
        size_t start = d->out.size;

        if (!qn_id_from_hex(&parent, algorithm,
                            qn_bytes_make(parents + 1, width)))
            break;
        peel(d, &parent, &trees[0]);
        status = qn_patch_trees(cli->ctx, d->patch, &trees[0], &trees[1],
                                &d->out, &count);
        d->count += count - qn_patch_same_count(d->patch);
        if (d->out.size > start || (count && !start))
            put_id(d, id, hex, start);
        show(d);
        cli_check(cli, status);
    }
}

static bool is_commit(struct diff_tree *d, const struct qn_id *id,
                      struct qn_id *commit)
{
    if (qn_revision_peel(d->cli->ctx, d->cli->odb, id, QN_OBJECT_COMMIT,
                         commit) == QN_OK)
        return true;
    cli_forget(d->cli);
    return false;
}

static void read_stdin(struct diff_tree *d)
{
    char line[1024];

    while (fgets(line, sizeof(line), stdin)) {
        uint32_t algorithm = qn_odb_algorithm(d->cli->odb);
        size_t width = qn_id_hex_size(algorithm);
        struct qn_id ids[2];
        struct qn_id trees[2];

        line[strcspn(line, "\n")] = '\0';
        if (strlen(line) < width ||
            !qn_id_from_hex(&ids[0], algorithm, qn_bytes_make(line, width))) {
            cli_printf(d->cli, "%s\n", line);
            continue;
        }
        if (line[width] == ' ' &&
            qn_id_from_hex(&ids[1], algorithm,
                           qn_bytes_make(line + width + 1, width)) &&
            !is_commit(d, &ids[0], &trees[0])) {
            peel(d, &ids[0], &trees[0]);
            peel(d, &ids[1], &trees[1]);
            cli_printf(d->cli, "%s\n", line);
            diff_trees(d, &trees[0], &trees[1]);
            continue;
        }
        if (line[width] == ' ')
            diff_given(d, &ids[0], line + width);
        else
            diff_commit(d, &ids[0]);
    }
}

/* -v, --pretty and what goes with them. */
static void start_pretty(struct diff_tree *d)
{
    static const struct qn_pretty_options defaults = QN_PRETTY_OPTIONS_INIT;
    struct qn_pretty_options *o = &d->pretty_options;
    const struct qn_decorate_options decorate = {.style = QN_DECORATE_SHORT};
    struct cli *cli = d->cli;

    *o = defaults;
    if (d->is_oneline) {
        d->format = "oneline";
        d->abbreviates = true;
    }
    if (!d->format && !d->is_verbose)
        return;
    cli_check(cli, qn_pretty_parse(
                       cli->ctx, d->format && *d->format ? d->format : "medium",
                       cli_config(cli), o));
    if (d->date) {
        cli_check(cli, qn_date_mode_parse(cli->ctx, d->date, false, &o->date));
        o->date_is_given = true;
    }
    o->abbreviates = d->abbreviates;
    o->tab_width = -1;
    o->abbrev = d->diff.has_abbrev ? d->diff.abbrev : 0;
    qn_decorations_form_init(&o->decorate_form);
    if (o->kind == QN_PRETTY_USER && strpbrk(o->format, "dD(")) {
        cli_check(cli, qn_decorations_new(cli->ctx, &cli->scope, &decorate,
                                          &d->decorations));
        o->decorations = d->decorations;
    }
    if (d->notes) {
        cli_check(cli, qn_notes_new(cli->ctx, &cli->scope, "refs/notes/commits",
                                    true, &d->shown_notes));
        o->shows_notes = d->shown_notes != NULL;
        o->notes = (const struct qn_notes *const *)&d->shown_notes;
        o->notes_count = d->shown_notes ? 1 : 0;
    }
    cli_check(cli, qn_pretty_new(cli->ctx, cli->odb, o, &d->pretty));
}

/* --merge-base: the first becomes the one merge base of both. */
static void take_merge_base(struct diff_tree *d, struct qn_id ids[2])
{
    struct qn_id_list bases = {NULL, 0, 0};
    struct cli *cli = d->cli;
    struct qn_id commits[2];
    int i;

    for (i = 0; i < 2; i++)
        cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &ids[i],
                                        QN_OBJECT_COMMIT, &commits[i]));
    cli_check(cli, qn_merge_base_find(cli->ctx, &cli->scope, &commits[0],
                                      &commits[1], 1, &bases));
    if (bases.count == 0)
        cli_die_with(cli, "no merge base found");
    if (bases.count > 1)
        cli_die_with(cli, "multiple merge bases found");
    ids[0] = bases.ids[0];
    qn_id_list_dispose(&bases);
}

static void start(struct diff_tree *d, const char *const *paths, size_t count)
{
    struct cli *cli = d->cli;

    if (count) {
        cli_check(cli, qn_pathspec_new(cli->ctx, paths, count, cli_prefix(cli),
                                       qn_repo_work_tree(cli->repo),
                                       cli->pathspec_flags, &d->pathspec));
        d->diff.options.pathspec = d->pathspec;
    }
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &d->diff.options,
                                NULL, &d->patch));
}

static bool parse_quietly(struct cli *cli, const char *word)
{
    struct qn_revision revision = QN_REVISION_INIT;
    bool is_one =
        qn_revision_parse(cli->ctx, &cli->scope, word, &revision) == QN_OK;

    qn_ctx_clear(cli->ctx);
    qn_revision_dispose(&revision);
    return is_one;
}

/* Behind "--", or words that are there. */
static void check_paths(struct cli *cli, const struct cli_diff *diff, int *argc,
                        char ***argv)
{
    int i;

    if (*argc && !strcmp((*argv)[0], "--")) {
        (*argv)++;
        (*argc)--;
        return;
    }
    for (i = 0; i < *argc && strcmp((*argv)[i], "--"); i++)
        ;
    if (i < *argc)
        cli_die_with(cli, "bad revision '%s'", (*argv)[0]);
    if (*argc)
        cli_diff_check_order(cli, diff, (*argv)[0], false);
    for (i = 0; i < *argc; i++) {
        const char *word = (*argv)[i];

        if (word[0] != '-' &&
            qn_revision_args_is_path(cli->ctx, &cli->scope, word))
            continue;
        if (i == 0 && word[0] != '-' && parse_quietly(cli, word))
            return; /* a third tree, and what is behind it */
        if (i == 0 || word[0] == '-')
            cli_check(cli,
                      qn_revision_args_refuse(cli->ctx, &cli->scope, word));
        cli_die_with(cli,
                     "%s: no such path in the working tree.\n"
                     "Use 'git <command> -- <path>...' to specify paths that "
                     "do not exist locally.",
                     word);
    }
}

int cmd_diff_tree(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git diff-tree [<options>] <tree-ish> [<tree-ish>] [<path>...]", NULL};
    struct diff_tree d = {.cli = cli};
    const struct cli_option own[] = {
        CLI_FLAG_WITH('r', NULL, &d.is_recursive, "go into directories", 0),
        CLI_FLAG_WITH('t', NULL, &d.shows_trees, "directories, too", 0),
        CLI_FLAG_WITH('m', NULL, &d.shows_merges, "merges, too", 0),
        CLI_FLAG(0, "root", &d.shows_root, "the first commit, too"),
        CLI_FLAG(0, "stdin", &d.reads_stdin, "ids from standard input"),
        CLI_FLAG(0, "no-commit-id", &d.hides_id, "do not print the commit"),
        CLI_FLAG_WITH('v', NULL, &d.is_verbose, "the message, too", 0),
        CLI_STRING_OPTIONAL(0, "pretty", &d.format, "format",
                            "the form of a commit"),
        CLI_STRING(0, "format", &d.format, "format", "the same"),
        CLI_FLAG(0, "oneline", &d.is_oneline, "a line for each commit"),
        CLI_STRING(0, "date", &d.date, "mode", "the form of dates"),
        CLI_FLAG(0, "abbrev-commit", &d.abbreviates, "short ids"),
        CLI_STRING_OPTIONAL(0, "notes", &d.notes, "ref", "notes, too"),
        CLI_FLAG(0, "merge-base", &d.is_merge_base, "from the merge base on"),
        CLI_FLAG(0, "always", &d.always, "a commit without changes, too"),
        CLI_END};
    struct qn_id ids[2];
    struct qn_id trees[2];
    struct qn_id commit;
    int id_count = 0;
    int code;

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_diff_init(cli, &d.diff, false);
    argc = cli_diff_parse(cli, &d.diff, argc, argv, own, usage,
                          CLI_PARSE_KEEP_DASHDASH);
    d.diff.options.is_recursive |= d.is_recursive;
    d.diff.options.shows_trees = d.shows_trees;
    cli_diff_finish(cli, &d.diff,
                    d.diff.options.combined == QN_DIFF_COMBINED_DENSE
                        ? QN_DIFF_FORMAT_PATCH
                        : QN_DIFF_FORMAT_RAW);
    while (id_count < 2 && id_count < argc && strcmp(argv[id_count], "--") &&
           parse(&d, argv[id_count], &ids[id_count]))
        id_count++;
    argv += id_count;
    argc -= id_count;
    check_paths(cli, &d.diff, &argc, &argv);
    if (!id_count && !d.reads_stdin) {
        start(&d, (const char *const *)argv, (size_t)argc); /* bad paths */
        cli_usage(cli, usage, own);
    }
    if (d.is_merge_base && d.reads_stdin)
        cli_die_with(cli, "options '--stdin' and '--merge-base' cannot be used "
                          "together");
    if (d.is_merge_base && id_count != 2)
        cli_die_with(cli, "--merge-base only works with two commits");
    start(&d, (const char *const *)argv, (size_t)argc);
    if (d.diff.is_json) {
        cli_json_refuse(cli, true, d.reads_stdin, "--stdin");
        cli_json_refuse(cli, true, d.shows_merges, "-m");
        cli_json_refuse(cli, true, d.format != NULL, "--pretty");
        d.hides_id = true;
    }
    start_pretty(&d);
    if (d.is_merge_base)
        take_merge_base(&d, ids);
    if (id_count == 2) {
        peel(&d, &ids[0], &trees[0]);
        peel(&d, &ids[1], &trees[1]);
        diff_trees(&d, &trees[0], &trees[1]);
    } else if (id_count == 1) {
        if (!qn_revision_peel(cli->ctx, cli->odb, &ids[0], QN_OBJECT_COMMIT,
                              &commit))
            diff_commit(&d, &commit);
        else if (strstr(qn_ctx_message(cli->ctx), ", not a commit"))
            (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        else
            cli_die(cli);
    }
    if (d.reads_stdin)
        read_stdin(&d);
    if (d.diff.is_json && !d.was_printed)
        cli_puts(cli, "[\n]\n");
    code = cli_diff_exit(cli, &d.diff, d.count, d.patch);
    qn_patch_free(d.patch);
    qn_pretty_free(d.pretty);
    qn_notes_free(d.shown_notes);
    qn_decorations_free(d.decorations);
    qn_pathspec_free(d.pathspec);
    qn_buf_dispose(&d.out);
    qn_object_dispose(&d.object);
    cli_diff_dispose(&d.diff);
    return code;
}
