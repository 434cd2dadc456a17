/* SPDX-License-Identifier: MIT */
#include "cli/diff_options.h"
#include "operation/op_fast_export.h"
#include "os/file.h"

#include <errno.h>
#include <string.h>

static const char *const usage[] = {"git fast-export [<rev-list-opts>]", NULL};

struct exporting {
    struct cli *cli;
    const struct cli_option *options;
    struct qn_op_fast_export op;
    struct qn_anonymizer anonymizer;
    struct cli_list refspecs, tokens;
    bool is_anonymous;
    int progress, has_no_data;
    const char *signed_tags, *signed_commits, *filtered, *reencode;
    const char *export_marks, *import_marks, *import_marks_if_exists;
};

/* Position of the word among the names, which end with NULL; -1. */
static int find_word(const char *const *names, const char *word)
{
    int i;

    for (i = 0; names[i]; i++)
        if (strcmp(names[i], word) == 0)
            return i;
    return -1;
}

static int take_signed(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    static const char *const names[] = {"abort",  "verbatim",   "warn-verbatim",
                                        "strip",  "warn-strip", "warn",
                                        "ignore", NULL};
    static const enum qn_fast_export_signed values[] = {
        QN_FAST_EXPORT_SIGNED_ABORT,
        QN_FAST_EXPORT_SIGNED_VERBATIM,
        QN_FAST_EXPORT_SIGNED_WARN_VERBATIM,
        QN_FAST_EXPORT_SIGNED_STRIP,
        QN_FAST_EXPORT_SIGNED_WARN_STRIP,
        QN_FAST_EXPORT_SIGNED_WARN_VERBATIM,
        QN_FAST_EXPORT_SIGNED_VERBATIM};
    enum qn_fast_export_signed *value = option->value;
    int i;

    if (is_negated) /* changes nothing */
        return 0;
    i = find_word(names, argument);
    if (i < 0) {
        cli_error(cli, "unknown %s mode: %s", option->long_name, argument);
        return -1;
    }
    *value = values[i];
    return 0;
}

static int take_filtered(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    static const char *const names[] = {"abort", "drop", "rewrite", NULL};
    enum qn_fast_export_filtered *value = option->value;
    int i = is_negated ? 0 : find_word(names, argument);

    if (i < 0) {
        cli_error(cli, "unknown tag-of-filtered mode: %s", argument);
        return -1;
    }
    *value = (enum qn_fast_export_filtered)i;
    return 0;
}

static int take_reencode(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    static const char *const names[] = {"abort", NULL};
    enum qn_fast_export_reencode *value = option->value;
    bool flag;

    if (is_negated || find_word(names, argument) == 0)
        *value = QN_FAST_EXPORT_REENCODE_ABORT;
    else if (qn_config_parse_bool(argument, &flag))
        *value =
            flag ? QN_FAST_EXPORT_REENCODE_YES : QN_FAST_EXPORT_REENCODE_NO;
    else {
        cli_error(cli, "unknown reencoding mode: %s", argument);
        return -1;
    }
    return 0;
}

/* --anonymize-map=<from>[:<to>] */
static int take_token(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct exporting *e = option->value;
    struct qn_bytes text = qn_bytes_from_string(argument);
    size_t colon = qn_bytes_find(text, ':');
    struct qn_bytes to =
        colon < text.size ? qn_bytes_from(text, colon + 1) : text;

    (void)is_negated;
    if (colon == 0 || to.size == 0) {
        cli_error(cli, "--anonymize-map token cannot be empty");
        return -1;
    }
    cli_list_add(cli, &e->tokens, argument);
    cli_check(cli, qn_anonymizer_give(cli->ctx, &e->anonymizer,
                                      qn_bytes_first(text, colon), to));
    return 0;
}

/* What is no option of ours and none of rev-list's is none at all. */
static enum qn_status take_other(struct qn_ctx *ctx, void *data,
                                 const char *const *words, size_t count,
                                 size_t *used)
{
    struct exporting *e = data;

    (void)ctx;
    (void)count;
    *used = strcmp(words[0], "--indexed-objects") == 0; /* no commits in it */
    if (*used)
        return QN_OK;
    if (words[0][0] == '-')
        cli_usage(e->cli, usage, e->options);
    return QN_OK;
}

static enum qn_status write_stream(struct qn_ctx *ctx, void *data,
                                   struct qn_bytes text)
{
    struct cli *cli = data;

    (void)ctx;
    cli_write(cli, text.data, text.size);
    return QN_OK;
}

static void read_marks(struct exporting *e, const char *path,
                       bool may_be_absent)
{
    struct cli *cli = e->cli;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = qn_file_read_all(cli->ctx, path, &text);

    if (status == QN_NOT_FOUND && may_be_absent) {
        cli_forget(cli);
        return;
    }
    if (status)
        cli_die_with(cli, "could not open '%s' for reading: %s", path,
                     strerror(qn_ctx_errno(cli->ctx)));
    cli_check(cli, qn_fast_export_marks_read(cli->ctx, e->op.marks, cli->odb,
                                             qn_buf_bytes(&text)));
    qn_buf_dispose(&text);
}

static void write_marks(struct exporting *e, const char *path)
{
    struct cli *cli = e->cli;
    struct qn_buf text = QN_BUF_INIT;
    int fd = -1;

    cli_flush(cli);
    cli_check(cli, qn_fast_export_marks_write(cli->ctx, e->op.marks, &text));
    if (qn_file_open(cli->ctx, path,
                     QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE, 0666,
                     &fd))
        cli_die_with(cli, "unable to open marks file %s for writing.: %s", path,
                     strerror(qn_ctx_errno(cli->ctx)));
    if (qn_file_write(cli->ctx, fd, text.data, text.size) ||
        qn_file_close_written(cli->ctx, fd, path))
        cli_die_with(cli, "unable to write marks file %s.", path);
    qn_buf_dispose(&text);
}

static void read_refspecs(struct exporting *e)
{
    struct cli *cli = e->cli;
    struct qn_refspec *refspecs;
    size_t i;

    refspecs =
        qn_memory_calloc(cli->ctx, e->refspecs.count + 1, sizeof(*refspecs));
    if (!refspecs)
        cli_die(cli);
    for (i = 0; i < e->refspecs.count; i++)
        cli_check(cli, qn_refspec_parse(cli->ctx, e->refspecs.items[i],
                                        QN_REFSPEC_FETCH, &refspecs[i]));
    e->op.refspecs = refspecs;
    e->op.refspec_count = e->refspecs.count;
}

static void run_export(struct exporting *e, struct cli_diff *diff, int argc,
                       char **argv)
{
    struct cli *cli = e->cli;
    struct qn_fast_export_marks marks;
    struct qn_revision_args args;
    struct qn_pathspec *pathspec = NULL;
    uint32_t had;

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    qn_fast_export_marks_init(&marks, qn_repo_algorithm(cli->repo));
    qn_revision_args_init(&args);
    args.input_fd = 0;
    args.keeps_refs = true;
    e->op.marks = &marks;
    cli_check(cli, qn_revision_args_parse(cli->ctx, &cli->scope, &args,
                                          (const char *const *)argv,
                                          (size_t)argc, take_other, e));
    if (args.path_count > 0)
        cli_check(cli,
                  qn_pathspec_new(cli->ctx, args.paths, args.path_count,
                                  cli_prefix(cli), qn_repo_work_tree(cli->repo),
                                  cli->pathspec_flags, &pathspec));
    if (e->import_marks)
        read_marks(e, e->import_marks, false);
    if (e->import_marks_if_exists)
        read_marks(e, e->import_marks_if_exists, true);
    read_refspecs(e);
    had = marks.last;
    e->op.scope = &cli->scope;
    e->op.args = &args;
    e->op.pathspec = pathspec;
    e->op.renames = diff->options.rename;
    e->op.progress = e->progress > 0 ? (uint64_t)e->progress : 0;
    e->op.has_no_data = e->has_no_data != 0;
    e->op.anonymizer = e->is_anonymous ? &e->anonymizer : NULL;
    e->op.write = write_stream;
    e->op.data = cli;
    cli_check(cli, qn_op_fast_export_run(cli->ctx, &e->op));
    if (e->export_marks && marks.last != had)
        write_marks(e, e->export_marks);
    qn_pathspec_free(pathspec);
    qn_revision_args_dispose(&args);
    qn_fast_export_marks_dispose(&marks);
}

int cmd_fast_export(struct cli *cli, int argc, char **argv)
{
    struct exporting e = {.cli = cli};
    struct cli_diff diff;
    const struct cli_option options[] = {
        CLI_INTEGER(0, "progress", &e.progress,
                    "tell how many objects there were, after each so many"),
        CLI_CALLBACK(0, "signed-tags", &e.op.signed_tags, "mode",
                     "what to do with signed tags", 0, take_signed),
        CLI_CALLBACK(0, "signed-commits", &e.op.signed_commits, "mode",
                     "what to do with signed commits", 0, take_signed),
        CLI_CALLBACK(0, "tag-of-filtered-object", &e.op.filtered, "mode",
                     "what to do with tags of what is not exported", 0,
                     take_filtered),
        CLI_CALLBACK(0, "reencode", &e.op.reencode, "mode",
                     "what to do with messages that are not in UTF-8", 0,
                     take_reencode),
        CLI_STRING(0, "export-marks", &e.export_marks, "file",
                   "write the marks into this file"),
        CLI_STRING(0, "import-marks", &e.import_marks, "file",
                   "read marks from this file"),
        CLI_STRING(0, "import-marks-if-exists", &e.import_marks_if_exists,
                   "file", "read marks from this file, if it is there"),
        CLI_FLAG(0, "fake-missing-tagger", &e.op.fakes_tagger,
                 "make up a tagger for tags without one"),
        CLI_FLAG(0, "full-tree", &e.op.is_full_tree,
                 "tell the whole tree of each commit"),
        CLI_FLAG(0, "use-done-feature", &e.op.says_done,
                 "end the stream with \"done\""),
        {CLI_KIND_SET, 0, "no-data", &e.has_no_data, NULL,
         "leave out the contents of files", CLI_OPTION_NO_NEGATE, 1, NULL},
        CLI_SET(0, "data", &e.has_no_data, 0, "the opposite of --no-data"),
        CLI_LIST(0, "refspec", &e.refspecs, "refspec",
                 "rename refs as it says"),
        CLI_FLAG(0, "anonymize", &e.is_anonymous,
                 "put names without meaning in the place of all text"),
        CLI_CALLBACK(0, "anonymize-map", &e, "from:to",
                     "put <to> in the place of <from>", CLI_OPTION_NO_NEGATE,
                     take_token),
        CLI_FLAG(0, "reference-excluded-parents", &e.op.refers_to_excluded,
                 "name parents that are not in the stream by their ids"),
        CLI_FLAG(0, "show-original-ids", &e.op.shows_original_ids,
                 "tell the ids that objects have here"),
        CLI_FLAG(0, "mark-tags", &e.op.marks_tags, "give tags marks, too"),
        CLI_END};

    e.options = options;
    e.op.signed_commits = QN_FAST_EXPORT_SIGNED_STRIP;
    qn_anonymizer_init(&e.anonymizer);
    if (argc == 1)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, cli->has_help ? CLI_OPEN_GENTLY : 0);
    cli_diff_init(cli, &diff, false);
    diff.is_unlisted = true;
    /* The first "--" is dropped, as by Git: what stands behind it is guessed.
     */
    argc = cli_diff_parse(cli, &diff, argc, argv, options, usage,
                          CLI_PARSE_KEEP_UNKNOWN);
    if (e.tokens.count > 0 && !e.is_anonymous)
        cli_die_with(cli, "the option '--anonymize-map' requires "
                          "'--anonymize'");
    run_export(&e, &diff, argc, argv);
    qn_anonymizer_dispose(&e.anonymizer);
    cli_diff_dispose(&diff);
    return 0;
}
