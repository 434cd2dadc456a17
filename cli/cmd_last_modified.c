/* SPDX-License-Identifier: MIT */
#include "cli/json_output.h"
#include "cli/log_options.h"
#include "cli/work.h"
#include "operation/op_last_modified.h"
#include "walk/revision_args.h"

#include <string.h>

static const char *const usage[] = {
    "git last-modified [--recursive] [--show-trees] [--max-depth=<depth>] [-z]",
    "                  [<revision-range>] [[--] <pathspec>...]", NULL};

struct last_modified {
    struct cli *cli;
    bool shows_trees, nul, is_json;
    int max_depth;
    struct cli_json json;
};

static enum qn_status put(struct qn_ctx *ctx, void *data,
                          const struct qn_op_last_modified *found)
{
    struct last_modified *l = data;

    (void)ctx;
    if (l->is_json) {
        cli_json_begin(&l->json);
        cli_json_text(&l->json, "path", found->path);
        cli_json_id(&l->json, "commit", found->commit);
        if (found->is_boundary)
            cli_json_bool(&l->json, "is_boundary", true);
        cli_json_end(&l->json);
        return QN_OK;
    }
    if (found->is_boundary)
        cli_put(l->cli, '^');
    cli_put_id(l->cli, found->commit);
    cli_put(l->cli, '\t');
    cli_put_path(l->cli, found->path, true, l->nul ? '\0' : '\n');
    return QN_OK;
}

static int take_recursive(struct cli *cli, const struct cli_option *option,
                          const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated ? 0 : -1;
    return 0;
}

/* Words that name revisions, and how many; what else git takes here (it takes
 * every option of log and diff, and then does without most) has no meaning. */
static bool is_ours(const char *word)
{
    static const char *const whole[] = {
        "--not",      "--all",   "--branches",       "--tags",
        "--remotes",  "--stdin", "--end-of-options", "-n",
        "--max-count"};
    static const char *const begun[] = {
        "--branches=", "--tags=",      "--remotes=",       "--glob=",
        "--exclude=",  "--max-count=", "--exclude-hidden="};
    size_t i;

    if (word[0] != '-' || !word[1])
        return true;
    for (i = 0; i < QN_COUNT_OF(whole); i++)
        if (strcmp(word, whole[i]) == 0)
            return true;
    for (i = 0; i < QN_COUNT_OF(begun); i++)
        if (strncmp(word, begun[i], strlen(begun[i])) == 0)
            return true;
    i = word[1] == 'n' ? 2 : 1;
    return word[i] && strspn(word + i, "0123456789") == strlen(word + i);
}

static void check_words(struct cli *cli, int argc, char **argv,
                        const struct cli_option *options)
{
    int i;

    for (i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--end-of-options") == 0)
            break;
        if (!is_ours(argv[i])) {
            cli_error(cli, "unknown last-modified argument: %s", argv[i]);
            cli_usage(cli, usage, options);
        }
    }
}

/* "a...b" where one is the other's ancestor. */
static bool is_excluded(const struct qn_revision_args *args,
                        const struct qn_id *id)
{
    size_t i;

    for (i = 0; i < args->count; i++)
        if ((args->tips[i].flags & QN_WALK_UNINTERESTING) &&
            qn_id_is_equal(&args->tips[i].target, id))
            return true;
    return false;
}

/* The one commit asked about; NULL: there is none.  Not one: exits. */
static const struct qn_id *choose_tip(struct cli *cli,
                                      const struct qn_revision_args *args)
{
    const struct qn_revision_tip *tip = NULL;
    const char *type;
    size_t i;

    for (i = 0; i < args->count; i++) {
        if ((args->tips[i].flags & QN_WALK_UNINTERESTING) ||
            is_excluded(args, &args->tips[i].id))
            continue;
        if (tip) {
            cli_error(cli, "last-modified can only operate on one commit at a "
                           "time");
            cli_exit(cli, 255);
        }
        tip = &args->tips[i];
    }
    if (tip && tip->type != QN_OBJECT_COMMIT) {
        type = qn_object_type_name(tip->type);
        if (tip->path && *tip->path)
            cli_error(cli,
                      "%s: expected commit type, but the object dereferences "
                      "to %s type",
                      tip->path, type);
        cli_error(cli, "revision argument '%s' is a %s, not a commit-ish",
                  tip->name, type);
        cli_exit(cli, 255);
    }
    return tip ? &tip->target : NULL;
}

static void run(struct last_modified *l, const struct qn_revision_args *args,
                const struct qn_id *commit, const struct qn_pathspec *pathspec)
{
    struct cli *cli = l->cli;
    struct qn_op_last_modified_options options = {.pathspec = pathspec,
                                                  .shows_trees = l->shows_trees,
                                                  .max_depth = l->max_depth,
                                                  .max_count =
                                                      args->walk.max_count,
                                                  .each = put,
                                                  .data = l};
    struct qn_id *excluded = NULL;
    size_t i;

    excluded = qn_memory_calloc(cli->ctx, args->count + 1, sizeof(*excluded));
    if (!excluded)
        cli_die(cli);
    for (i = 0; i < args->count; i++)
        if ((args->tips[i].flags & QN_WALK_UNINTERESTING) &&
            args->tips[i].type == QN_OBJECT_COMMIT)
            excluded[options.excluded_count++] = args->tips[i].target;
    options.excluded = excluded;
    if (l->is_json)
        cli_json_begin_list(&l->json, cli);
    if (commit)
        cli_check(cli, qn_op_last_modified_run(cli->ctx, &cli->scope, commit,
                                               &options));
    if (l->is_json)
        cli_json_end_list(&l->json);
    qn_memory_free(excluded);
}

int cmd_last_modified(struct cli *cli, int argc, char **argv)
{
    struct last_modified l = {.cli = cli};
    const struct cli_option options[] = {
        {CLI_KIND_CALLBACK, 'r', "recursive", &l.max_depth, NULL,
         "go into all subtrees", CLI_OPTION_NO_ARGUMENT, 0, take_recursive},
        CLI_FLAG('t', "show-trees", &l.shows_trees,
                 "show trees that are gone into"),
        {CLI_KIND_INTEGER, 0, "max-depth", &l.max_depth, "n",
         "how many levels to go into subtrees", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG_WITH('z', NULL, &l.nul, "end lines with NUL",
                      CLI_OPTION_NO_NEGATE),
        CLI_JSON(&l.is_json),
        CLI_END};
    struct qn_revision_args args;
    struct qn_pathspec *pathspec = NULL;

    argc = cli_parse(cli, argc, argv, options, usage,
                     CLI_PARSE_KEEP_UNKNOWN | CLI_PARSE_KEEP_DASHDASH);
    cli_json_refuse(cli, l.is_json, l.nul, "-z");
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    check_words(cli, argc, argv, options);
    qn_revision_args_init(&args);
    args.default_name = "HEAD";
    args.input_fd = 0;
    cli_check(cli, qn_revision_args_parse(cli->ctx, &cli->scope, &args,
                                          (const char *const *)argv,
                                          (size_t)argc, NULL, NULL));
    if (!args.has_revision && !args.has_default)
        cli_log_refuse_unborn(cli);
    pathspec = cli_pathspec(cli, args.paths, args.path_count, 0);
    run(&l, &args, choose_tip(cli, &args), pathspec);
    qn_pathspec_free(pathspec);
    qn_revision_args_dispose(&args);
    return 0;
}
