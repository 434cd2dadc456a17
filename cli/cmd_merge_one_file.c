/* SPDX-License-Identifier: MIT */
/* merge-one-file: what merge-index runs for a path: take what only one side
 * changed, merge the text where both did.  git-merge-one-file(1).
 *
 * Arguments: the blobs of base, ours, theirs, the path, the three modes; what
 * is not there is empty. */
#include "cli/cli.h"
#include "cli/work.h"
#include "merge/text_merge.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

static const char *const usage[] = {
    "git merge-one-file <orig blob> <our blob> <their blob> <path> <orig mode> "
    "<our mode> <their mode>",
    "", "Blob ids and modes are empty for files that are not there.", NULL};

struct one_file {
    struct cli *cli;
    const char *base, *ours, *theirs;
    const char *path;
    const char *base_mode, *our_mode, *their_mode;
};

static bool is_same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* Run a command of ours as the script would. */
static int run_words(struct cli *cli,
                     int (*run)(struct cli *cli, int argc, char **argv),
                     const char *const *words)
{
    char *copies[8];
    int count = 0;

    for (; words[count] && count < 7; count++)
        copies[count] = (char *)(uintptr_t)words[count];
    copies[count] = NULL;
    return run(cli, count, copies);
}

static int enter(struct one_file *f, const char *mode, const char *hex)
{
    struct qn_buf info = QN_BUF_INIT;
    const char *words[5] = {"update-index", "--add", "--cacheinfo", NULL, NULL};
    int code;

    cli_check(f->cli, qn_buf_printf(f->cli->ctx, &info, "%s,%s,%s", mode, hex,
                                    f->path));
    words[3] = qn_buf_string(&info);
    code = run_words(f->cli, cmd_update_index, words);
    qn_buf_dispose(&info);
    return code;
}

static int write_out(struct one_file *f, bool forces)
{
    const char *forced[] = {"checkout-index", "-f", "--stage=2", "--",
                            f->path,          NULL};
    const char *plain[] = {"checkout-index", "-u", "--", f->path, NULL};

    return run_words(f->cli, cmd_checkout_index, forces ? forced : plain);
}

static int remove_entry(struct one_file *f)
{
    const char *words[] = {"update-index", "--remove", "--", f->path, NULL};

    return run_words(f->cli, cmd_update_index, words);
}

static bool is_there(struct one_file *f)
{
    struct qn_file_stat stat;

    cli_check(f->cli, qn_file_stat(f->cli->ctx, f->path, &stat));
    return stat.kind != QN_FILE_NONE;
}

/* Gone on one side, as it was on the other. */
static int take_removal(struct one_file *f)
{
    struct cli *cli = f->cli;

    const char *mode = *f->ours ? f->our_mode : f->their_mode;

    if ((!*f->ours && !*f->theirs) || !is_same(f->base_mode, mode)) {
        cli_stderr(cli, "ERROR: File %s deleted on one branch but had its\n",
                   f->path);
        cli_stderr(cli, "ERROR: permissions changed on the other.\n");
        return 1;
    }
    if (*f->ours) {
        cli_printf(cli, "Removing %s\n", f->path);
        if (is_there(f)) {
            cli_check(cli, qn_file_unlink(cli->ctx, f->path));
            qn_directory_prune_parents(f->path, ".");
        }
    } else if (is_there(f)) {
        cli_error(cli, "%s: cannot add to the index - missing --add option?",
                  f->path);
        return cli_fatal(cli, "Unable to process path %s", f->path);
    }
    return remove_entry(f);
}

static int take_theirs(struct one_file *f)
{
    struct cli *cli = f->cli;
    int code;

    cli_printf(cli, "Adding %s\n", f->path);
    if (is_there(f)) {
        cli_stderr(cli, "ERROR: untracked %s is overwritten by the merge.\n",
                   f->path);
        return 1;
    }
    code = enter(f, f->their_mode, f->theirs);
    return code ? code : write_out(f, false);
}

static int take_both(struct one_file *f)
{
    int code;

    if (!is_same(f->our_mode, f->their_mode)) {
        cli_stderr(f->cli,
                   "ERROR: File %s added identically in both branches,\n",
                   f->path);
        cli_stderr(f->cli, "ERROR: but permissions conflict %s->%s.\n",
                   f->our_mode, f->their_mode);
        return 1;
    }
    cli_printf(f->cli, "Adding %s\n", f->path);
    code = enter(f, f->our_mode, f->ours);
    return code ? code : write_out(f, false);
}

static bool read_blob(struct one_file *f, const char *hex, struct qn_buf *out)
{
    struct cli *cli = f->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_id id;

    if (!*hex)
        return true;
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (!qn_id_from_hex(&id, qn_repo_algorithm(cli->repo),
                        qn_bytes_from_string(hex))) {
        cli_fatal(cli, "Not a valid object name %s", hex);
        return false;
    }
    if (qn_odb_read_typed(cli->ctx, cli->odb, &id, QN_OBJECT_BLOB, &object)) {
        cli_fatal(cli, "unable to read blob object %s", hex);
        return false;
    }
    cli_check(cli,
              qn_buf_append_bytes(cli->ctx, out, qn_object_bytes(&object)));
    qn_object_dispose(&object);
    return true;
}

static void write_text(struct one_file *f, struct qn_bytes text)
{
    struct cli *cli = f->cli;
    int fd = -1;

    cli_check(cli, qn_file_open(cli->ctx, f->path,
                                QN_FILE_WRITE | QN_FILE_TRUNCATE, 0666, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, text.data, text.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, f->path));
}

static int merge_texts(struct one_file *f)
{
    struct qn_text_merge_options options = {.level = 2,
                                            .our_label = f->path,
                                            .base_label = "base",
                                            .their_label = f->path};
    struct cli *cli = f->cli;
    struct qn_buf texts[3] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT};
    struct qn_buf merged = QN_BUF_INIT;
    uint32_t conflicts = 0;
    bool clashes = *f->base == '\0' || !is_same(f->our_mode, f->their_mode);
    int code = 1;

    if (*f->base)
        cli_printf(cli, "Auto-merging %s\n", f->path);
    else
        cli_printf(cli, "Added %s in both, but differently.\n", f->path);
    if (!read_blob(f, f->base, &texts[0]) ||
        !read_blob(f, f->ours, &texts[1]) ||
        !read_blob(f, f->theirs, &texts[2]))
        goto out;
    cli_check(cli, qn_text_merge_run(cli->ctx, qn_buf_bytes(&texts[0]),
                                     qn_buf_bytes(&texts[1]),
                                     qn_buf_bytes(&texts[2]), &options, &merged,
                                     &conflicts));
    /* Our version first, with its mode; then the text over it. */
    code = write_out(f, true);
    if (code)
        goto out;
    write_text(f, qn_buf_bytes(&merged));
    if (!is_same(f->our_mode, f->their_mode) && *f->base)
        cli_stderr(cli, "ERROR: permissions conflict: %s->%s,%s in %s\n",
                   f->base_mode, f->our_mode, f->their_mode, f->path);
    if (conflicts > 0 || *f->base == '\0')
        cli_stderr(cli, "ERROR: content conflict in %s\n", f->path);
    code = conflicts > 0 || clashes;
    if (!code) {
        const char *words[] = {"update-index", "--", f->path, NULL};

        code = run_words(cli, cmd_update_index, words);
    }
out:
    for (size_t i = 0; i < 3; i++)
        qn_buf_dispose(&texts[i]);
    qn_buf_dispose(&merged);
    return code;
}

static int merge_both(struct one_file *f)
{
    if (is_same(f->our_mode, "120000") || is_same(f->their_mode, "120000")) {
        cli_stderr(f->cli, "ERROR: %s: Not merging symbolic link changes.\n",
                   f->path);
        return 1;
    }
    if (is_same(f->our_mode, "160000") || is_same(f->their_mode, "160000")) {
        cli_stderr(f->cli,
                   "ERROR: %s: Not merging conflicting submodule changes.\n",
                   f->path);
        return 1;
    }
    return merge_texts(f);
}

int cmd_merge_one_file(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    struct one_file f = {.cli = cli};

    if (argc != 8) {
        cli_print_options(cli, false, usage, options, false);
        return argc == 2 && strcmp(argv[1], "-h") == 0 ? 0 : 1;
    }
    f.base = argv[1];
    f.ours = argv[2];
    f.theirs = argv[3];
    f.path = argv[4];
    f.base_mode = argv[5];
    f.our_mode = argv[6];
    f.their_mode = argv[7];
    cli_open_repo(cli, CLI_OPEN_NEEDS_WORK_TREE | CLI_OPEN_VIEWS);
    if (*f.base && (!*f.ours || !*f.theirs) &&
        (!*f.ours || is_same(f.base, f.ours)) &&
        (!*f.theirs || is_same(f.base, f.theirs)))
        return take_removal(&f);
    if (!*f.base && *f.ours && !*f.theirs)
        return enter(&f, f.our_mode, f.ours);
    if (!*f.base && !*f.ours && *f.theirs)
        return take_theirs(&f);
    if (!*f.base && *f.ours && is_same(f.ours, f.theirs))
        return take_both(&f);
    if (*f.ours && *f.theirs)
        return merge_both(&f);
    cli_stderr(cli, "ERROR: %s: Not handling case %s -> %s -> %s\n", f.path,
               f.base, f.ours, f.theirs);
    return 1;
}
