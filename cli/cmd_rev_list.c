/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/diff_options.h"
#include "cli/progress.h"
#include "cli/rev_list.h"
#include "object/commit.h"
#include "operation/part/log_graph.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git rev-list [<options>] <commit>... [--] [<path>...]", NULL};

static bool is_option(const char *word, const char *name)
{
    size_t size = strlen(name);

    return strncmp(word, name, size) == 0 &&
           (word[size] == '\0' || word[size] == '=');
}

static void print_usage_and_exit(struct cli *cli)
{
    const struct cli_option none[] = {CLI_END};

    if (cli->has_help) {
        cli_print_options(cli, false, usage, none, false);
        cli_exit(cli, cli->help_is_page ? 0 : CLI_EXIT_USAGE);
    }
    cli_usage(cli, usage, none);
}

/* Other words say nothing. */
static enum qn_status set_missing(struct rev_list *list, const char *text)
{
    if (!strcmp(text, "error"))
        list->missing = REV_LIST_MISSING_ERROR;
    else if (!strcmp(text, "allow-any"))
        list->missing = REV_LIST_MISSING_ALLOW;
    else if (!strcmp(text, "allow-promisor"))
        list->missing = REV_LIST_MISSING_PROMISED;
    else if (!strcmp(text, "print"))
        list->missing = REV_LIST_MISSING_PRINT;
    else if (!strcmp(text, "print-info"))
        list->missing = REV_LIST_MISSING_PRINT_INFO;
    return QN_OK;
}

static enum qn_status set_filter(struct qn_ctx *ctx, struct rev_list *list,
                                 const char *word)
{
    if (word[2] != 'n')
        return qn_filter_spec_parse(ctx, &list->filter_spec,
                                    qn_bytes_from_string(word + 9));
    qn_filter_spec_clear(&list->filter_spec);
    return QN_OK;
}

static enum qn_status take_option(struct qn_ctx *ctx, void *data,
                                  const char *const *words, size_t count,
                                  size_t *used)
{
    struct rev_list *list = data;
    struct flag {
        const char *name;
        bool *value;
        bool set_to;
    } flags[] = {{"--count", &list->counts, true},
                 {"--quiet", &list->quiet, true},
                 {"--timestamp", &list->timestamp, true},
                 {"--header", &list->header, true},
                 {"--abbrev-commit", &list->abbreviates, true},
                 {"--no-abbrev-commit", &list->abbreviates, false},
                 {"--oneline", &list->oneline, true},
                 {"--objects", &list->lists_objects, true},
                 {"--verify-objects", &list->verifies_objects, true},
                 {"--objects-edge", &list->shows_edges, true},
                 {"--objects-edge-aggressive", &list->edges_are_tips, true},
                 {"--object-names", &list->names_objects, true},
                 {"--no-object-names", &list->names_objects, false},
                 {"--in-commit-order", &list->in_commit_order, true},
                 {"--commit-header", &list->no_commit_header, false},
                 {"--no-commit-header", &list->no_commit_header, true},
                 {"--bisect", &list->bisects, true},
                 {"--bisect-vars", &list->bisects_vars, true},
                 {"--bisect-all", &list->bisects_all, true},
                 {"--indexed-objects", &list->lists_indexed, true},
                 {"--filter-provided-objects", &list->filters_given, true},
                 {"--filter-print-omitted", &list->prints_omitted, true},
                 {"--exclude-promisor-objects", &list->excludes_promised, true},
                 {"--test-bitmap", &list->tests_bitmap, true},
                 {"--use-bitmap-index", &list->uses_bitmap, true},
                 {"--json", &list->is_json, true},
                 {"-z", &list->nul, true}};
    const char *word = words[0];
    size_t i;

    (void)count;
    *used = 1;
    for (i = 0; i < QN_COUNT_OF(flags); i++)
        if (strcmp(word, flags[i].name) == 0) {
            *flags[i].value = flags[i].set_to;
            if (flags[i].value == &list->edges_are_tips)
                list->shows_edges = true;
            if (list->shows_edges || flags[i].value == &list->verifies_objects)
                list->lists_objects = true;
            if (flags[i].value == &list->oneline)
                list->abbreviates = true;
            return QN_OK;
        }
    if (strcmp(word, "--pretty=oneline") == 0 ||
        strcmp(word, "--format=oneline") == 0) {
        list->oneline = true;
        return QN_OK;
    }
    if (strcmp(word, "--pretty") == 0 || strncmp(word, "--pretty=", 9) == 0 ||
        strncmp(word, "--format=", 9) == 0) {
        list->format = word[8] ? word + 9 : "medium";
        return QN_OK;
    }
    if (strncmp(word, "--date=", 7) == 0) {
        list->date = word + 7;
        return QN_OK;
    }
    if (strcmp(word, "--no-abbrev") == 0) {
        list->abbrev = 0;
        return QN_OK;
    }
    if (strcmp(word, "--abbrev") == 0 || strncmp(word, "--abbrev=", 9) == 0) {
        list->abbrev = word[8] ? (int)strtol(word + 9, NULL, 10) : -1;
        return QN_OK;
    }
    if (strcmp(word, "--disk-usage") == 0 ||
        strcmp(word, "--disk-usage=human") == 0) {
        list->has_disk_usage = list->quiet = true;
        list->is_for_people = word[12] != '\0';
        return QN_OK;
    }
    if (is_option(word, "--disk-usage"))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "invalid value for '%s': '%s', the only allowed "
                           "format is 'human'",
                           "--disk-usage=<format>", word + 13);
    if (strncmp(word, "--missing=", 10) == 0)
        return set_missing(list, word + 10);
    if (strncmp(word, "--filter=", 9) == 0 || !strcmp(word, "--no-filter"))
        return set_filter(ctx, list, word);
    if (strncmp(word, "--progress=", 11) == 0) {
        list->progress_title = word + 11;
        return QN_OK;
    }
    *used = 0;
    if (word[0] == '-')
        print_usage_and_exit(list->cli);
    return QN_OK;
}

/* ---- commits */

static void put_children(struct rev_list *list,
                         const struct qn_walk_commit *commit)
{
    const struct qn_id *children;
    size_t count;
    size_t i;

    cli_check(list->cli,
              qn_commit_walk_children(list->cli->ctx, list->walk,
                                      commit->position, &children, &count));
    for (i = 0; i < count; i++) {
        cli_put(list->cli, ' ');
        cli_put_id(list->cli, &children[i]);
    }
}

static enum qn_status list_commits(struct rev_list *list)
{
    struct qn_walk_commit commit;
    enum qn_status status;
    bool is_wanted;

    while (
        !(status = qn_commit_walk_next(list->cli->ctx, list->walk, &commit))) {
        status = rev_list_wants_commit(list, &commit, &is_wanted);
        if (status)
            break;
        if (!is_wanted) {
            status = rev_list_keep_tree(list, &commit);
            if (status)
                break;
            continue;
        }
        if (list->is_json && !list->quiet && !list->counts) {
            rev_list_put_record(list, &commit);
        } else if (!list->quiet) {
            rev_list_put_commit(list, &commit);
            if (list->args.shows_children && !list->counts)
                put_children(list, &commit);
            rev_list_end_commit(list, &commit);
        }
        qn_progress_add(list->cli->ctx, &list->progress, 1);
        status = rev_list_add_disk_usage(list, &commit.id);
        if (status)
            break;
        if (list->lists_objects && !(commit.flags & QN_WALK_UNINTERESTING)) {
            status = rev_list_keep_tree(list, &commit);
            if (status)
                break;
        }
    }
    return status;
}

/* ---- --graph */

/* Below the mark: what end_commit and put_commit print, into a buffer. */
static enum qn_status append_row(struct rev_list *list,
                                 const struct qn_log_graph_row *row,
                                 const struct qn_id *parents)
{
    struct cli *cli = list->cli;
    struct qn_ctx *ctx = cli->ctx;
    bool is_user = list->pretty && list->pretty_options.kind == QN_PRETTY_USER;
    struct qn_commit parsed;
    struct qn_pretty_item item = {.id = &row->id,
                                  .commit = &parsed,
                                  .parents = parents,
                                  .parent_count = row->parent_count};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = qn_id_hex_size(row->id.algorithm);
    enum qn_status status = QN_OK;
    size_t head;
    uint32_t i;

    qn_buf_clear(&list->text);
    if (!list->pretty || (is_user && !list->no_commit_header)) {
        if (list->abbreviates && list->abbrev != 0)
            status = qn_odb_abbreviate(
                ctx, cli->odb, &row->id,
                list->abbrev > 0 ? (size_t)list->abbrev : 0, &digits);
        qn_id_to_hex(&row->id, hex);
        if (!status)
            status = qn_buf_printf(ctx, &list->text, "%s%.*s",
                                   is_user ? "commit " : "", (int)digits, hex);
        for (i = 0; list->args.shows_parents && i < row->parent_count; i++)
            if (!status)
                status = qn_buf_printf(ctx, &list->text, " %s",
                                       qn_id_to_hex(&parents[i], hex));
        if (!status)
            status = qn_buf_append_byte(ctx, &list->text, '\n');
    }
    if (status || !list->pretty)
        return status;
    head = list->text.size;
    status = qn_odb_read_typed(ctx, cli->odb, &row->id, QN_OBJECT_COMMIT,
                               &list->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&list->object),
                                 row->id.algorithm, &parsed);
    if (!status)
        qn_grafts_apply(cli_grafts(cli), &row->id, &parsed);
    if (!status)
        status = qn_pretty_append(ctx, list->pretty, &item, &list->text);
    if (!status && list->text.size > head)
        status = qn_buf_append_byte(ctx, &list->text, '\n');
    return status;
}

static char graph_mark(const struct rev_list *list, unsigned flags)
{
    if (flags & QN_WALK_BOUNDARY)
        return 'o';
    if (flags & QN_WALK_PATCH_SAME)
        return '=';
    if (list->args.walk.left_right)
        return flags & QN_WALK_LEFT ? '<' : '>';
    return list->args.walk.cherry_mark ? '+' : '*';
}

static enum qn_status list_graph(struct rev_list *list)
{
    struct cli *cli = list->cli;
    struct qn_ctx *ctx = cli->ctx;
    struct qn_log_graph_options options = {.has_color = false};
    struct qn_log_graph *graph = NULL;
    const struct qn_log_graph_row *row;
    const struct qn_id *parents;
    struct qn_buf drawing = QN_BUF_INIT;
    enum qn_status status;
    size_t i;

    options.algorithm = qn_odb_algorithm(cli->odb);
    options.first_parent_only = list->args.walk.first_parent_only;
    status =
        qn_log_graph_new(ctx, qn_log_graph_walk, list->walk, &options, &graph);
    for (i = 0; !status && qn_log_graph_at(graph, i, &row, &parents); i++) {
        qn_buf_clear(&drawing);
        status = append_row(list, row, parents);
        if (!status)
            status = qn_log_graph_draw(
                ctx, graph, i, graph_mark(list, row->flags),
                qn_buf_bytes(&list->text),
                list->text.size - (list->text.size > 0), false, &drawing);
        if (!status)
            cli_write(cli, drawing.data, drawing.size);
    }
    qn_buf_dispose(&drawing);
    qn_log_graph_free(graph);
    return status;
}

static void put_counts(struct rev_list *list)
{
    const struct qn_walk_options *walk = &list->args.walk;

    if (list->is_json) {
        cli_json_begin_report(&list->json, list->cli);
        if (walk->left_right) {
            cli_json_number(&list->json, "left", (int64_t)list->left_count);
            cli_json_number(&list->json, "right", (int64_t)list->right_count);
        } else {
            cli_json_number(&list->json, "count",
                            (int64_t)(list->left_count + list->right_count +
                                      list->object_count));
        }
        if (walk->left_right && walk->cherry_mark)
            cli_json_number(&list->json, "same", (int64_t)list->same_count);
        cli_json_end_report(&list->json);
        return;
    }
    if (walk->left_right && walk->cherry_mark)
        cli_printf(list->cli, "%llu\t%llu\t%llu\n",
                   (unsigned long long)list->left_count,
                   (unsigned long long)list->right_count,
                   (unsigned long long)list->same_count);
    else if (walk->left_right)
        cli_printf(list->cli, "%llu\t%llu\n",
                   (unsigned long long)list->left_count,
                   (unsigned long long)list->right_count);
    else
        cli_printf(list->cli, "%llu\n",
                   (unsigned long long)(list->left_count + list->right_count +
                                        list->object_count));
}

static enum qn_status run_listing(struct rev_list *list,
                                  struct qn_revision_filter **filter)
{
    struct qn_ctx *ctx = list->cli->ctx;
    struct qn_revision_args *args = &list->args;
    enum qn_status status = QN_OK;

    if (args->pattern_count > 0) {
        status = qn_revision_filter_new(ctx, &list->cli->scope, args, filter);
        args->walk.filter = qn_revision_filter_ask;
        args->walk.filter_data = *filter;
    }
    if (!status && args->path_count > 0)
        status = qn_pathspec_new(ctx, args->paths, args->path_count,
                                 cli_prefix(list->cli),
                                 qn_repo_work_tree(list->cli->repo),
                                 list->cli->pathspec_flags, &list->pathspec);
    args->walk.pathspec = list->pathspec;
    if (list->bisects)
        args->walk.rewrites_parents = true;
    args->walk.filter_reflog =
        args->pattern_count ? qn_revision_filter_ask_reflog : NULL;
    args->walk.tracks_children = args->shows_children;
    if (!status)
        status = rev_list_start_filter(list);
    args->walk.gives_ids_only = !list->is_json && !list->lists_objects &&
                                !list->bisects && !list->pretty &&
                                !args->shows_parents && !args->is_graph;
    if (!status)
        status = qn_commit_walk_new(ctx, &list->cli->scope, &args->walk,
                                    &list->walk);
    if (!status)
        status = qn_revision_args_start(ctx, args, list->walk);
    if (!status && (list->lists_objects || list->pretty))
        qn_commit_walk_prove(list->walk, list->lists_objects);
    if (!status && list->lists_objects) {
        const struct qn_object_walk_options options = {
            .pathspec = list->pathspec,
            .missing = list->missing ? rev_list_miss : NULL,
            .missing_data = list,
            .filter = list->filter,
            .notes_met = true};

        status =
            qn_object_walk_new(ctx, list->cli->odb, &options, &list->objects);
        if (!status)
            status = rev_list_exclude_tips(list);
        if (!status && list->shows_edges)
            rev_list_put_edges(list);
    }
    if (!status && list->excludes_promised)
        status = rev_list_exclude_promised(list);
    if (!status && list->bisects)
        status = rev_list_bisect(list);
    else if (!status)
        status = args->is_graph && !list->quiet ? list_graph(list)
                                                : list_commits(list);
    if (status == QN_END && list->lists_objects)
        status = rev_list_list_objects(list);
    return status == QN_END ? QN_OK : status;
}

/* What Git's rev-list does with both is not done yet. */
static void refuse_beside_graph(const struct rev_list *list)
{
    if (list->args.is_graph && !list->quiet && /* nothing is drawn */
        (list->counts || list->timestamp || list->header ||
         list->lists_objects || list->args.shows_children ||
         list->no_commit_header))
        cli_die_with(list->cli, "option '--graph' together with this one is "
                                "not done yet");
}

static void refuse_beside_json(const struct rev_list *list)
{
    struct cli *cli = list->cli;

    if (!list->is_json)
        return;
    cli_json_refuse(cli, true, list->args.is_graph, "--graph");
    cli_json_refuse(cli, true, list->bisects, "--bisect");
    cli_json_refuse(cli, true, list->has_disk_usage, "--disk-usage");
    cli_json_refuse(cli, true, list->quiet, "--quiet");
    cli_json_refuse(cli, true, list->args.shows_children, "--children");
}

/* --bisect alone: refs/bisect/ say what is good and bad. */
static bool bisects_by_refs(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--bisect") == 0)
            return true;
    return false;
}

/* --missing: tips that are not there are none, wherever it stands, and what is
 * promised stays where it is. */
static void expect_missing(struct rev_list *list, int argc, char **argv)
{
    struct cli *cli = list->cli;
    bool is_expected = false;
    int i;

    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--missing=", 10) != 0 ||
            strcmp(argv[i] + 10, "error") == 0)
            continue;
        list->args.ignores_missing = true;
        list->args.walk.ignores_missing = true;
        list->args.walk.missing = rev_list_miss_commit;
        list->args.walk.missing_data = list;
        is_expected = true;
    }
    if (is_expected && cli->odb)
        qn_odb_forbid_fetch(cli->odb);
}

/* GIT_FLUSH: output is written when it is complete, or at each record where
 * somebody reads along; here it only has to be a bool. */
static void check_flush(struct cli *cli)
{
    const char *value = qn_env_variable(cli->env, "GIT_FLUSH");
    bool flag;

    if (value && *value && !qn_config_parse_bool(value, &flag))
        cli_die_with(cli, "bad boolean environment value '%s' for '%s'", value,
                     "GIT_FLUSH");
}

static void dispose(struct rev_list *list)
{
    qn_pretty_free(list->pretty);
    qn_buf_dispose(&list->text);
    qn_object_dispose(&list->object);
    qn_commit_walk_free(list->walk);
    qn_object_walk_free(list->objects);
    qn_object_filter_free(list->filter);
    qn_filter_spec_dispose(&list->filter_spec);
    qn_id_map_dispose(&list->given);
    qn_id_map_dispose(&list->promised);
    qn_pathspec_free(list->pathspec);
    qn_revision_args_dispose(&list->args);
    qn_memory_free(list->trees);
}

/* Git's words for what cannot be done, in its order. */
static void check_together(const struct rev_list *list)
{
    struct cli *cli = list->cli;

    if (list->filter_spec.count > 0 && !list->lists_objects)
        cli_die_with(cli, "object filtering requires --objects");
    if (!list->args.has_revision && list->args.count == 0 && !list->bisects &&
        !list->lists_indexed && !list->lists_objects && !list->tests_bitmap) {
        struct qn_pathspec *pathspec = NULL;

        cli_check(cli, qn_pathspec_new(cli->ctx, list->args.paths,
                                       list->args.path_count, cli_prefix(cli),
                                       qn_repo_work_tree(cli->repo),
                                       cli->pathspec_flags, &pathspec));
        print_usage_and_exit(cli);
    }
    if (list->args.shows_children &&
        (list->args.shows_parents || list->args.is_graph ||
         list->args.walk.simplify_merges ||
         list->args.walk.simplify_by_decoration))
        cli_die_with(cli, "options '--parents' and '--children' cannot be used "
                          "together");
    if (list->args.is_graph && list->args.walk.no_walk)
        cli_die_with(cli, "options '--no-walk' and '--graph' cannot be used "
                          "together");
    if (list->nul && (list->format || list->oneline || list->header ||
                      list->args.is_graph || list->has_disk_usage))
        cli_die_with(cli, "-z option used with unsupported option");
    if (list->args.walk.left_only && list->args.walk.right_only)
        cli_die_with(cli, "options '--right-only' and '--left-only' cannot be "
                          "used together");
    refuse_beside_graph(list);
    refuse_beside_json(list);
}

int cmd_rev_list(struct cli *cli, int argc, char **argv)
{
    struct rev_list list = {.cli = cli, .names_objects = true, .abbrev = -1};
    struct qn_revision_filter *filter = NULL;
    bool is_done = false;

    if (argc < 2)
        print_usage_and_exit(cli);
    if (argc == 2 && strncmp(argv[1], "--git-completion-helper", 23) == 0) {
        struct cli_diff diff; /* Git's words are those of differences */

        cli_open_repo(cli, CLI_OPEN_GENTLY);
        cli_diff_init(cli, &diff, false);
        (void)cli_diff_parse(cli, &diff, argc, argv, NULL, usage, 0);
    }
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    check_flush(cli);
    qn_revision_args_init(&list.args);
    list.args.input_fd = 0;
    if (cli->repo) { /* there may be none for -h */
        qn_id_map_init(&list.missed, qn_repo_algorithm(cli->repo));
        qn_id_map_init(&list.given, qn_repo_algorithm(cli->repo));
        qn_id_map_init(&list.promised, qn_repo_algorithm(cli->repo));
    }
    expect_missing(&list, argc, argv);
    cli_check(cli,
              qn_revision_args_parse(cli->ctx, &cli->scope, &list.args,
                                     (const char *const *)argv + 1,
                                     (size_t)argc - 1, take_option, &list));
    list.bisects =
        bisects_by_refs(argc, argv) || list.bisects_vars || list.bisects_all;
    check_together(&list);
    if (list.args.is_graph && list.oneline && !list.format)
        list.format = "oneline";
    rev_list_start_pretty(&list);
    if (list.progress_title) {
        cli_show_progress(cli, true);
        qn_progress_begin(cli->ctx, &list.progress, QN_PROGRESS_BEGIN_LATER,
                          list.progress_title, 0);
    }
    if (list.is_json && !list.counts)
        cli_json_begin_list(&list.json, cli);
    if (list.tests_bitmap) {
        cli_check(cli, rev_list_test_bitmap(&list));
        is_done = true;
    } else if (list.uses_bitmap && !list.verifies_objects)
        cli_check(cli, rev_list_by_bitmap(&list, &is_done));
    if (!is_done)
        cli_check(cli, run_listing(&list, &filter));
    if (!is_done)
        rev_list_put_omitted(&list);
    if (list.is_json && !list.counts)
        cli_json_end_list(&list.json);
    qn_progress_end(cli->ctx, &list.progress);
    rev_list_put_missed(&list);
    if (is_done && list.counts) /* sets are counted, and nothing else */
        list.has_disk_usage = false;
    if (list.has_disk_usage) /* what is summed up is not counted */
        list.left_count = list.right_count = list.same_count =
            list.object_count = 0;
    if (list.tests_bitmap)
        ; /* nothing is listed */
    else if (list.counts)
        put_counts(&list);
    if (list.has_disk_usage && !list.tests_bitmap)
        rev_list_put_disk_usage(&list);
    qn_revision_filter_free(filter);
    dispose(&list);
    return 0;
}
