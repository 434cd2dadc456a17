/* SPDX-License-Identifier: MIT */
/* merge-file: three files (or blobs) to one text. */
#include "cli/conflict_style.h"
#include "diff/options.h"
#include "merge/text_merge.h"
#include "os/file.h"

#include <string.h>

static const char *const usage[] = {
    "git merge-file [<options>] [-L <ours> [-L <base> [-L <theirs>]]] <ours> "
    "<base> <theirs>",
    NULL};

/* What Git answers for anything wrong; conflicts are counted up to 127. */
#define FAILED         255
#define MOST_CONFLICTS 127

/* Where NUL is looked for. */
#define BINARY_WINDOW 8000

struct merge_file {
    struct cli *cli;
    const char *labels[3];
    size_t label_count;
    int style;
    int favor;
    int marker_size;
    bool to_stdout;
    bool takes_ids;
    bool is_quiet;
    struct qn_text_merge_options options;
    struct qn_buf texts[3];
};

static int add_label(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct merge_file *merge = option->value;

    if (is_negated) {
        merge->label_count = 0;
        return 0;
    }
    if (merge->label_count == 3) {
        cli_error(cli, "too many labels on the command line");
        return 1;
    }
    merge->labels[merge->label_count++] = argument;
    return 0;
}

static int set_algorithm(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    struct merge_file *merge = option->value;

    (void)is_negated;
    if (qn_diff_options_algorithm(argument, &merge->options.diff.algorithm))
        return 0;
    cli_error(cli, "option diff-algorithm accepts \"myers\", \"minimal\", "
                   "\"patience\" and \"histogram\"");
    return 1;
}

/* False after saying why. */
static bool complain(struct merge_file *merge, const char *what,
                     const char *name, const char *why)
{
    if (!merge->is_quiet)
        cli_error(merge->cli, "%s%s%s", what, name, why);
    return false;
}

static bool complain_errno(struct merge_file *merge, const char *format,
                           const char *name)
{
    const char *why = strerror(qn_ctx_errno(merge->cli->ctx));

    if (!merge->is_quiet)
        cli_error(merge->cli, "%s %s: %s", format, name, why);
    return false;
}

/* Named from the top, as it was written. */
static bool complain_missing(struct merge_file *merge, const char *name)
{
    const char *prefix =
        merge->cli->repo && name[0] != '/' ? cli_prefix(merge->cli) : "";

    if (!merge->is_quiet)
        cli_error(merge->cli, "Could not stat %s%s: No such file or directory",
                  prefix, name);
    return false;
}

static bool read_file(struct merge_file *merge, const char *name,
                      struct qn_buf *out)
{
    struct cli *cli = merge->cli;
    struct qn_file_stat stat;

    cli_check(cli, qn_file_stat(cli->ctx, name, &stat));
    if (stat.kind == QN_FILE_NONE)
        return complain_missing(merge, name);
    if (stat.kind == QN_FILE_DIRECTORY)
        return complain(merge, "Could not open ", name, ": Is a directory");
    if (qn_file_read_all(cli->ctx, name, out))
        return complain_errno(merge, "Could not open", name);
    return true;
}

static bool read_blob(struct merge_file *merge, const char *name,
                      struct qn_buf *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct cli *cli = merge->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    revision.wanted = QN_OBJECT_BLOB;
    revision.is_quiet = true;
    if (qn_revision_parse(cli->ctx, &cli->scope, name, &revision)) {
        qn_revision_dispose(&revision);
        return complain(merge, "object '", name, "' does not exist");
    }
    if (qn_odb_read_typed(cli->ctx, cli->odb, &revision.id, QN_OBJECT_BLOB,
                          &object)) {
        qn_id_to_hex(&revision.id, hex);
        cli_die_with(cli, "unable to read blob object %s", hex);
    }
    cli_check(cli,
              qn_buf_append_bytes(cli->ctx, out, qn_object_bytes(&object)));
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
    return true;
}

static bool is_binary(const struct qn_buf *text)
{
    struct qn_bytes start = qn_bytes_first(qn_buf_bytes(text), BINARY_WINDOW);

    return text->size > QN_TEXT_DIFF_MAX_SIZE ||
           qn_bytes_find(start, '\0') < start.size;
}

static bool read_all(struct merge_file *merge, char **names)
{
    size_t i;

    for (i = 0; i < 3; i++) {
        if (!(merge->takes_ids ? read_blob : read_file)(merge, names[i],
                                                        &merge->texts[i]))
            return false;
        if (is_binary(&merge->texts[i]))
            return complain(merge, "Cannot merge binary files: ", names[i], "");
    }
    return true;
}

static bool give_out(struct merge_file *merge, const char *name,
                     const struct qn_buf *text)
{
    struct cli *cli = merge->cli;
    struct qn_id id;
    int fd = -1;

    if (merge->to_stdout) {
        cli_write(cli, text->data, text->size);
        return true;
    }
    if (merge->takes_ids) {
        cli_check(cli, qn_odb_write(cli->ctx, cli->odb, QN_OBJECT_BLOB,
                                    qn_buf_bytes(text), &id));
        cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
        cli_put_id(cli, &id);
        cli_put(cli, '\n');
        return true;
    }
    if (qn_file_open(cli->ctx, name,
                     QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE, 0666,
                     &fd)) {
        if (!merge->is_quiet)
            cli_error(cli, "Could not open %s for writing: %s", name,
                      strerror(qn_ctx_errno(cli->ctx)));
        cli_forget(cli);
        return false;
    }
    if (qn_file_write(cli->ctx, fd, text->data, text->size)) {
        qn_file_close(fd);
        return complain_errno(merge, "Could not write to", name);
    }
    if (qn_file_close_written(cli->ctx, fd, name))
        return complain_errno(merge, "Could not close", name);
    return true;
}

/* The exit code. */
static int merge_files(struct merge_file *merge, char **names)
{
    struct qn_text_merge_options *options = &merge->options;
    struct qn_buf text = QN_BUF_INIT;
    struct cli *cli = merge->cli;
    uint32_t conflicts = 0;
    size_t i;
    int code = FAILED;

    for (i = merge->label_count; i < 3; i++)
        merge->labels[i] = names[i];
    options->our_label = merge->labels[0];
    options->base_label = merge->labels[1];
    options->their_label = merge->labels[2];
    options->style = (enum qn_text_merge_style)merge->style;
    options->favor = (enum qn_text_merge_favor)merge->favor;
    options->level = 3;
    options->marker_size =
        merge->marker_size > 0 ? (uint32_t)merge->marker_size : 0;
    if (read_all(merge, names)) {
        cli_check(cli,
                  qn_text_merge_run(cli->ctx, qn_buf_bytes(&merge->texts[1]),
                                    qn_buf_bytes(&merge->texts[0]),
                                    qn_buf_bytes(&merge->texts[2]), options,
                                    &text, &conflicts));
        if (give_out(merge, names[0], &text))
            code = conflicts < MOST_CONFLICTS ? (int)conflicts : MOST_CONFLICTS;
    }
    qn_buf_dispose(&text);
    for (i = 0; i < 3; i++)
        qn_buf_dispose(&merge->texts[i]);
    return code;
}

#define CHOICE(name, target, number, help)                                     \
    {                                                                          \
        CLI_KIND_SET, 0, (name), (target), NULL, (help), 0, (number), NULL     \
    }

int cmd_merge_file(struct cli *cli, int argc, char **argv)
{
    struct merge_file merge = {.cli = cli};
    const struct cli_option table[] = {
        CLI_FLAG('p', "stdout", &merge.to_stdout, "write the result to stdout"),
        CLI_FLAG(0, "object-id", &merge.takes_ids,
                 "blobs of the repository instead of files"),
        CHOICE("diff3", &merge.style, QN_TEXT_MERGE_DIFF3,
               "conflicts show the base, too"),
        CHOICE("zdiff3", &merge.style, QN_TEXT_MERGE_ZDIFF3,
               "the same, without what both sides have in common"),
        CHOICE("ours", &merge.favor, QN_TEXT_MERGE_OURS,
               "conflicts take our lines"),
        CHOICE("theirs", &merge.favor, QN_TEXT_MERGE_THEIRS,
               "conflicts take their lines"),
        CHOICE("union", &merge.favor, QN_TEXT_MERGE_UNION,
               "conflicts take the lines of both"),
        CLI_CALLBACK(0, "diff-algorithm", &merge, "algorithm",
                     "how lines are matched", CLI_OPTION_NO_NEGATE,
                     set_algorithm),
        CLI_INTEGER(0, "marker-size", &merge.marker_size,
                    "length of conflict markers"),
        CLI_FLAG('q', "quiet", &merge.is_quiet, "do not complain"),
        CLI_CALLBACK('L', NULL, &merge, "name",
                     "what to call ours, base, theirs in markers",
                     CLI_OPTION_NO_NEGATE, add_label),
        CLI_END};

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    merge.style = cli_conflict_style(cli, QN_TEXT_MERGE_MERGE);
    argc = cli_parse(cli, argc, argv, table, usage, 0);
    if (argc != 3)
        cli_usage(cli, usage, table);
    if (merge.takes_ids) {
        cli_open_repo(cli, CLI_OPEN_VIEWS);
        cli_open_views(cli);
    }
    return merge_files(&merge, argv);
}
