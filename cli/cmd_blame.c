/* SPDX-License-Identifier: MIT */
#include "cli/blame.h"
#include "cli/blame_setup.h"
#include "cli/log_options.h"
#include "cli/progress.h"
#include "cli/work.h"
#include "os/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const blame_usage[] = {
    "git blame [<options>] [<rev-opts>] [<rev>] [--] <file>", NULL};
static const char *const annotate_usage[] = {
    "git annotate [<options>] [<rev-opts>] [<rev>] [--] <file>", NULL};

/* What is asked for, as it is read. */
struct request {
    struct blame b;
    struct cli_diff diff;
    struct qn_revision_args args;
    struct qn_op_blame_options options;
    struct cli_list ranges, ignored_revisions, ignored_files;
    struct blame_ignored ignored;
    const char *unknown; /* an option that nobody knows */
    const char *grafts_file, *contents_file;
    struct qn_buf grafts, contents, path;
    bool is_reversed, shows_root, ignores_space;
    const char *const *usage;
    struct qn_id *excluded;
};

/* -M and -C: how often, and the number behind the last one. */
static uint32_t read_score(const char *text, uint32_t fallback)
{
    unsigned long number = text ? strtoul(text, NULL, 10) : 0;

    return number > 0 && number < UINT32_MAX ? (uint32_t)number : fallback;
}

static int take_move(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct request *r = option->value;

    (void)cli;
    (void)is_negated;
    if (argument || !r->options.move_score)
        r->options.move_score = read_score(argument, 20);
    return 0;
}

static int take_copy(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct request *r = option->value;

    (void)cli;
    (void)is_negated;
    if (r->options.copy_level < 3)
        r->options.copy_level++;
    /* One without a number keeps that of one before. */
    if (argument || !r->options.copy_score)
        r->options.copy_score = read_score(argument, 40);
    if (!r->options.move_score)
        r->options.move_score = 20;
    return 0;
}

static int take_algorithm(struct cli *cli, const struct cli_option *option,
                          const char *argument, bool is_negated)
{
    struct request *r = option->value;

    (void)is_negated;
    if (!qn_diff_options_algorithm(argument, &r->options.text.algorithm)) {
        cli_error(cli, "option diff-algorithm accepts \"myers\", \"minimal\", "
                       "\"patience\" and \"histogram\"");
        return -1;
    }
    return 0;
}

static int take_minimal(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct request *r = option->value;

    (void)cli;
    (void)argument;
    r->options.text.algorithm =
        is_negated ? QN_TEXT_DIFF_MYERS : QN_TEXT_DIFF_MINIMAL;
    return 0;
}

/* What rev-list and log know beside walks, and what has no meaning here. */
static enum qn_status take_other(struct qn_ctx *ctx, void *data,
                                 const char *const *words, size_t count,
                                 size_t *used)
{
    static const char *const whole[] = {
        "--oneline",        "--pretty",
        "--abbrev-commit",  "--no-abbrev-commit",
        "--show-signature", "--no-show-signature",
        "--notes",          "--no-notes",
        "--show-notes",     "--relative-date",
        "--header",         "--log-size"};
    static const char *const begun[] = {
        "--pretty=", "--format=", "--notes=", "--show-notes="};
    struct request *r = data;
    size_t i;

    (void)ctx;
    *used = 0;
    if (strncmp(words[0], "--encoding=", 11) == 0) {
        r->b.encoding = words[0] + 11;
        *used = 1;
    } else if (strcmp(words[0], "--encoding") == 0 && count > 1) {
        r->b.encoding = words[1];
        *used = 2;
    } else if (strncmp(words[0], "--date=", 7) == 0) {
        r->b.date = words[0] + 7;
        *used = 1;
    } else if (strcmp(words[0], "--date") == 0 && count > 1) {
        r->b.date = words[1];
        *used = 2;
    }
    for (i = 0; i < QN_COUNT_OF(whole) && !*used; i++)
        *used = strcmp(words[0], whole[i]) == 0;
    for (i = 0; i < QN_COUNT_OF(begun) && !*used; i++)
        *used = strncmp(words[0], begun[i], strlen(begun[i])) == 0;
    if (!*used)
        r->unknown = words[0];
    return QN_OK;
}

/* ---- which file */

static bool is_file(struct cli *cli, const char *path)
{
    struct qn_file_stat stat;
    bool is_there;

    is_there =
        !qn_file_lstat(cli->ctx, path, &stat) && stat.kind != QN_FILE_NONE;
    qn_ctx_clear(cli->ctx);
    return is_there;
}

static bool is_revision(struct cli *cli, const char *word)
{
    struct qn_revision revision = QN_REVISION_INIT;
    bool is_one;

    revision.is_quiet = true;
    is_one = !qn_revision_parse(cli->ctx, &cli->scope, word, &revision);
    qn_ctx_clear(cli->ctx);
    qn_revision_dispose(&revision);
    return is_one;
}

/* Is it an option of revisions that stands among them, as a revision does? */
static bool is_pseudo(const char *word)
{
    static const char *const begun[] = {
        "--all",     "--branches", "--tags",  "--remotes",
        "--reflog",  "--not",      "--glob",  "--exclude",
        "--no-walk", "--do-walk",  "--stdin", "--indexed-objects"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(begun); i++)
        if (strncmp(word, begun[i], strlen(begun[i])) == 0)
            return true;
    return false;
}

/* Options of walks (with words of their own behind them) go in front: what is
 * left are revisions and the path.  How many went. */
static int move_options(int argc, char **argv)
{
    static const char *const wordy[] = {
        "-n",      "--max-count", "--skip",      "--since",   "--until",
        "--after", "--before",    "--date",      "--min-age", "--max-age",
        "--grep",  "--author",    "--committer", "--encoding"};
    int front = 0, at = 0, size, i;
    size_t k;

    while (at < argc && strcmp(argv[at], "--") != 0) {
        if (argv[at][0] != '-' || !argv[at][1] || is_pseudo(argv[at])) {
            at++;
            continue;
        }
        size = 1;
        for (k = 0; k < QN_COUNT_OF(wordy); k++)
            if (strcmp(argv[at], wordy[k]) == 0 && at + 1 < argc)
                size = 2;
        for (i = 0; i < size; i++) {
            char *word = argv[at + i];

            memmove(argv + front + 1, argv + front,
                    (size_t)(at + i - front) * sizeof(*argv));
            argv[front++] = word;
        }
        at += size;
    }
    return front;
}

/* "<rev>... -- <path>", "<rev> <path>", "<path> <rev>": the path; it is taken
 * out. */
static const char *take_path(struct request *r, int *argc, char **argv)
{
    struct cli *cli = r->b.cli;
    const struct cli_option none[] = {CLI_END};
    const char *path = NULL;
    int dash = 0, moved;

    while (dash < *argc && strcmp(argv[dash], "--") != 0)
        dash++;
    if (dash < *argc) {
        switch (*argc - dash - 1) {
        case 2: /* "-- <path> <rev>" */
            if (dash != 0)
                cli_usage(cli, r->usage, none);
            path = argv[1];
            argv[0] = argv[2];
            *argc = 1;
            break;
        case 1:
            path = argv[dash + 1];
            *argc = dash;
            break;
        default:
            cli_usage(cli, r->usage, none);
        }
        return path;
    }
    moved = move_options(*argc, argv);
    if (*argc - moved < 1)
        cli_usage(cli, r->usage, none);
    path = argv[*argc - 1];
    if (*argc - moved == 2 && is_revision(cli, path)) {
        path = argv[moved];
        argv[moved] = argv[moved + 1];
    } else if (*argc - moved == 1 && !qn_repo_work_tree(cli->repo) &&
               is_revision(cli, path)) {
        cli_die_with(cli, "missing <path> to blame");
    }
    --*argc;
    return path;
}

/* ---- which commits */

/* Out of range by another name, as one side of a...b may be. */
static bool is_out(const struct request *r, const struct qn_id *id)
{
    size_t i;

    for (i = 0; i < r->args.count; i++)
        if ((r->args.tips[i].flags & QN_WALK_UNINTERESTING) &&
            qn_id_is_equal(&r->args.tips[i].target, id))
            return true;
    return false;
}

static const struct qn_revision_tip *only_tip(struct request *r,
                                              bool is_excluded)
{
    const struct qn_revision_tip *found = NULL;
    size_t i;

    for (i = 0; i < r->args.count; i++) {
        const struct qn_revision_tip *tip = &r->args.tips[i];

        if (is_excluded ? !(tip->flags & QN_WALK_UNINTERESTING)
                        : is_out(r, &tip->target))
            continue;
        if (tip->type != QN_OBJECT_COMMIT)
            cli_die_with(r->b.cli, "Non commit %s?", tip->name);
        if (found)
            cli_die_with(r->b.cli,
                         is_excluded
                             ? "More than one commit to dig up from, %s and %s?"
                             : "More than one commit to dig from %s and %s?",
                         tip->name, found->name);
        found = tip;
    }
    return found;
}

static void choose_range(struct request *r)
{
    struct cli *cli = r->b.cli;
    const struct qn_revision_tip *tip;
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    size_t i;

    if (r->is_reversed && r->args.count == 1) {
        /* "<start>" is "<start>..HEAD". */
        r->args.tips[0].flags |= QN_WALK_UNINTERESTING;
        cli_check(cli, qn_revision_args_word(cli->ctx, &cli->scope, &r->args,
                                             "HEAD"));
    }
    if (r->is_reversed) {
        tip = only_tip(r, true);
        if (!tip)
            cli_die_with(cli, "No commit to dig up from?");
        r->options.start = tip->target;
        r->options.tip_name = tip->name;
        r->options.is_reversed = true;
    }
    r->excluded =
        qn_memory_calloc(cli->ctx, r->args.count + 1, sizeof(*r->excluded));
    if (!r->excluded)
        cli_die(cli);
    for (i = 0; i < r->args.count; i++) {
        if (!(r->args.tips[i].flags & QN_WALK_UNINTERESTING))
            continue;
        if (r->args.tips[i].type == QN_OBJECT_COMMIT)
            r->excluded[r->options.excluded_count++] = r->args.tips[i].target;
    }
    r->options.excluded = r->excluded;
    r->options.since = r->args.walk.since;
    r->options.first_parent = r->args.walk.first_parent_only;
    if (r->is_reversed) {
        for (i = 0; i < r->args.count; i++)
            if (!(r->args.tips[i].flags & QN_WALK_UNINTERESTING) &&
                r->args.tips[i].type == QN_OBJECT_COMMIT)
                r->options.tip = &r->args.tips[i].target;
        return;
    }
    tip = only_tip(r, false);
    if (tip) {
        r->options.tip = &tip->target;
        r->options.tip_name = tip->name;
    } else if (r->args.count == 0 && !r->contents_file &&
               !qn_repo_work_tree(cli->repo)) {
        /* bare: what HEAD has */
        cli_check(cli,
                  qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &head, &found));
        if (!found)
            cli_die_with(cli, "no such ref: HEAD");
        cli_check(cli, qn_revision_args_word(cli->ctx, &cli->scope, &r->args,
                                             "HEAD"));
        r->options.tip = &r->args.tips[r->args.count - 1].target;
        r->options.tip_name = "HEAD";
        qn_ref_dispose(&head);
    }
}

/* ---- files that are read first */

static void read_files(struct request *r)
{
    struct cli *cli = r->b.cli;
    struct qn_buf path = QN_BUF_INIT;

    if (r->grafts_file) {
        if (qn_file_read_all(cli->ctx,
                             blame_setup_path(cli, r->grafts_file, &path),
                             &r->grafts))
            cli_die_with(cli, "reading graft file '%s' failed: %s",
                         r->grafts_file, strerror(errno));
        r->options.grafts = qn_buf_bytes(&r->grafts);
    }
    if (!r->contents_file)
        goto out;
    r->options.has_contents = true;
    if (strcmp(r->contents_file, "-") == 0) {
        cli_check(cli, qn_file_read_rest(cli->ctx, 0, &r->contents));
    } else {
        r->options.contents_name = r->contents_file;
        blame_setup_path(cli, r->contents_file, &path);
        if (!is_file(cli, qn_buf_string(&path)))
            cli_die_with(cli, "Cannot stat '%s': %s", r->contents_file,
                         strerror(ENOENT));
        cli_check(cli, qn_file_read_all(cli->ctx, qn_buf_string(&path),
                                        &r->contents));
    }
    r->options.contents = qn_buf_bytes(&r->contents);
out:
    qn_buf_dispose(&path);
}

static void settle(struct request *r, int argc, char **argv)
{
    struct blame *b = &r->b;
    struct cli *cli = b->cli;
    const struct cli_option none[] = {CLI_END};
    const char *path;
    enum qn_status status;

    qn_revision_args_init(&r->args);
    r->args.input_fd = 0;
    path = take_path(r, &argc, argv);
    cli_path_from_top(cli, path, &r->path);
    r->options.path = b->path = qn_buf_bytes(&r->path);
    /* Nothing of what is left is a path. */
    argv[argc] = (char *)(uintptr_t) "--";
    status = qn_revision_args_parse(cli->ctx, &cli->scope, &r->args,
                                    (const char *const *)argv, (size_t)argc + 1,
                                    take_other, r);
    if (r->unknown) {
        cli_error(cli, "unknown option `%s'", r->unknown);
        cli_usage(cli, r->usage, none);
    }
    cli_check(cli, status);
    if (b->is_incremental || b->is_porcelain || b->is_line_porcelain) {
        if (b->progress > 0)
            cli_die_with(cli, "--progress can't be used with --incremental or "
                              "porcelain formats");
        b->progress = 0;
    }
    if (r->contents_file && r->is_reversed)
        cli_die_with(cli, "--contents and --reverse do not blend well.");
    if (!b->encoding)
        b->encoding = cli_config_string(
            cli, "i18n.logOutputEncoding",
            cli_config_string(cli, "i18n.commitEncoding", "UTF-8"));
    blame_setup_dates(b);
    blame_setup_colors(b);
    choose_range(r);
    blame_setup_ignored(cli, &r->ignored_revisions, &r->ignored_files,
                        &r->ignored);
    read_files(r);
}

static void put_stats(struct cli *cli, const struct qn_blame *blame)
{
    const struct qn_blame_stats *stats = qn_blame_stats(blame);

    cli_printf(
        cli, "num read blob: %llu\nnum get patch: %llu\nnum commits: %llu\n",
        (unsigned long long)stats->blobs_read,
        (unsigned long long)stats->patches, (unsigned long long)stats->commits);
}

static void run(struct request *r)
{
    struct blame *b = &r->b;
    struct cli *cli = b->cli;
    struct qn_blame *blame = NULL;
    enum qn_status status;

    r->options.shows_root = r->shows_root;
    r->options.ranges = r->ranges.items;
    r->options.range_count = r->ranges.count;
    r->options.ignored = r->ignored.ids;
    r->options.ignored_count = r->ignored.count;
    /* Of the options for differences only these count, as in git. */
    r->options.text.flags =
        r->diff.options.text.flags & QN_TEXT_DIFF_INDENT_HEURISTIC;
    if (r->ignores_space)
        r->options.text.flags |= QN_TEXT_DIFF_IGNORE_ALL_SPACE;
    r->options.allows_textconv = r->diff.options.allows_textconv;
    r->options.tells_progress = cli_wants_progress(b->progress);
    cli_show_progress(cli, r->options.tells_progress);
    if (b->is_incremental) {
        r->options.each = blame_show_found;
        r->options.data = b;
    }
    cli_check(cli, qn_mailmap_new(cli->ctx, &b->mailmap));
    cli_check(cli, qn_mailmap_load(cli->ctx, &cli->scope, b->mailmap));
    if (!b->is_incremental)
        cli_start_pager(cli, true);
    status = qn_op_blame_run(cli->ctx, &cli->scope, &r->options, &blame);
    if (status && !strcmp(qn_ctx_reason(cli->ctx), "line-range.bad")) {
        cli_stderr(cli, "usage: %s\n", r->usage[0]);
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    cli_check(cli, status);
    if (b->is_json)
        blame_show_json(b, blame);
    else if (!b->is_incremental && (b->is_porcelain || b->is_line_porcelain))
        blame_show_porcelain(b, blame);
    else if (!b->is_incremental)
        blame_show_lines(b, blame);
    if (b->shows_stats && !b->is_incremental)
        put_stats(cli, blame);
    qn_blame_free(blame);
}

static int run_blame(struct cli *cli, int argc, char **argv, bool annotates)
{
    struct request r = {.b = {.cli = cli,
                              .annotates = annotates,
                              .is_annotate = annotates,
                              .progress = -1,
                              .abbrev = -1},
                        .usage = annotates ? annotate_usage : blame_usage};
    struct blame *b = &r.b;
    const struct cli_option own[] = {
        CLI_FLAG(0, "incremental", &b->is_incremental,
                 "tell of lines as they are found"),
        CLI_FLAG_WITH('b', NULL, &b->blanks_boundary,
                      "no ids of commits where history ends", 0),
        CLI_FLAG(0, "root", &r.shows_root,
                 "the first commit is no end of history"),
        CLI_FLAG(0, "show-stats", &b->shows_stats, "how much work it was"),
        CLI_PROGRESS(&b->progress),
        CLI_FLAG(0, "score-debug", &b->shows_score, "scores of pieces"),
        CLI_FLAG('f', "show-name", &b->shows_name, "the name of the file then"),
        CLI_FLAG('n', "show-number", &b->shows_number,
                 "the number of the line then"),
        CLI_FLAG('p', "porcelain", &b->is_porcelain, "for programs"),
        CLI_FLAG(0, "line-porcelain", &b->is_line_porcelain,
                 "the same, everything for each line"),
        CLI_FLAG_WITH('c', NULL, &b->annotates, "as annotate prints", 0),
        CLI_FLAG_WITH('t', NULL, &b->is_raw_time, "times as numbers", 0),
        CLI_FLAG_WITH('l', NULL, &b->is_long, "ids in full", 0),
        CLI_FLAG_WITH('s', NULL, &b->is_short, "no author and no time", 0),
        CLI_FLAG('e', "show-email", &b->shows_email,
                 "the author's mail instead of the name"),
        CLI_FLAG_WITH('w', NULL, &r.ignores_space, "ignore white space", 0),
        CLI_CALLBACK(0, "diff-algorithm", &r, "algorithm",
                     "which lines are the same", CLI_OPTION_NO_NEGATE,
                     take_algorithm),
        CLI_LIST(0, "ignore-rev", &r.ignored_revisions, "rev",
                 "as if that had not been"),
        CLI_LIST(0, "ignore-revs-file", &r.ignored_files, "file",
                 "those listed in a file"),
        CLI_FLAG(0, "color-lines", &b->colors_lines,
                 "another colour for what is said again"),
        CLI_FLAG(0, "color-by-age", &b->colors_age, "colours by age"),
        CLI_CALLBACK(0, "minimal", &r, NULL, "the smallest difference",
                     CLI_OPTION_NO_ARGUMENT | CLI_OPTION_HIDDEN, take_minimal),
        CLI_STRING('S', NULL, &r.grafts_file, "file",
                   "commits and parents from a file"),
        CLI_STRING(0, "contents", &r.contents_file, "file",
                   "the file's content as the newest"),
        CLI_CALLBACK('C', NULL, &r, "score", "find copies in other files",
                     CLI_OPTION_OPTIONAL, take_copy),
        CLI_CALLBACK('M', NULL, &r, "score", "find lines that moved",
                     CLI_OPTION_OPTIONAL, take_move),
        CLI_LIST('L', NULL, &r.ranges, "range",
                 "only <start>,<end> or the function :<name>"),
        CLI_ABBREV(&b->abbrev),
        {CLI_KIND_FLAG, 0, "reverse", &r.is_reversed, NULL, "forward in time",
         CLI_OPTION_NO_NEGATE | CLI_OPTION_HIDDEN, 0, NULL},
        CLI_END};

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    r.shows_root = cli_config_bool(cli, "blame.showroot", false);
    b->shows_email = cli_config_bool(cli, "blame.showemail", false);
    b->blanks_boundary = cli_config_bool(cli, "blame.blankboundary", false);
    b->marks_ignored = cli_config_bool(cli, "blame.markignoredlines", false);
    b->marks_unblamable =
        cli_config_bool(cli, "blame.markunblamablelines", false);
    cli_diff_init(cli, &r.diff, true);
    r.diff.is_unlisted = true;
    r.options.text.algorithm = r.diff.options.text.algorithm;
    argc = cli_diff_parse(cli, &r.diff, argc, argv, own, r.usage,
                          CLI_PARSE_KEEP_UNKNOWN | CLI_PARSE_KEEP_DASHDASH);
    b->is_json = r.diff.is_json;
    settle(&r, argc, argv);
    run(&r);
    blame_names_dispose(b);
    qn_memory_free(r.excluded);
    qn_memory_free(r.ignored.ids);
    qn_buf_dispose(&r.grafts);
    qn_buf_dispose(&r.contents);
    qn_buf_dispose(&r.path);
    qn_revision_args_dispose(&r.args);
    cli_diff_dispose(&r.diff);
    return 0;
}

int cmd_blame(struct cli *cli, int argc, char **argv)
{
    return run_blame(cli, argc, argv, false);
}

int cmd_annotate(struct cli *cli, int argc, char **argv)
{
    return run_blame(cli, argc, argv, true);
}
