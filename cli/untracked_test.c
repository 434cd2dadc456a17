/* SPDX-License-Identifier: MIT */
/* update-index --test-untracked-cache: does a directory's time change when, and
 * only when, a name in it comes or goes? */
#include "cli/work.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"

#include <time.h>
#include <unistd.h>

struct test {
    struct cli *cli;
    struct qn_buf directory, file, inner, deep;
    int64_t last;
};

/* Longer than the coarsest clock of a file system we care for. */
static void wait_tick(void)
{
    struct timespec time = {1, 100000000};

    (void)nanosleep(&time, NULL);
}

static void append(struct test *test, struct qn_buf *out, const char *name)
{
    cli_check(test->cli, qn_buf_printf(test->cli->ctx, out, "%s/%s",
                                       qn_buf_string(&test->directory), name));
}

static int64_t time_of(struct test *test)
{
    struct qn_file_stat stat;

    cli_check(test->cli, qn_file_stat(test->cli->ctx,
                                      qn_buf_string(&test->directory), &stat));
    return stat.mtime_ns;
}

static void write_file(struct test *test, const struct qn_buf *path,
                       unsigned flags)
{
    int fd = -1;

    cli_check(test->cli, qn_file_open(test->cli->ctx, qn_buf_string(path),
                                      QN_FILE_WRITE | flags, 0666, &fd));
    cli_check(test->cli, qn_file_write(test->cli->ctx, fd, "data", 4));
    cli_check(test->cli,
              qn_file_close_written(test->cli->ctx, fd, qn_buf_string(path)));
}

/* One step is done: the time must have changed, or must not have. */
static bool see(struct test *test, bool changes, const char *what)
{
    int64_t now = time_of(test);
    bool is_good = (now != test->last) == changes;

    test->last = now;
    if (is_good) {
        cli_stderr(test->cli, ".");
        return true;
    }

    cli_stderr(test->cli, "\ndirectory stat info %s after %s\n",
               changes ? "does not change" : "changes", what);
    return false;
}

static bool run(struct test *test)
{
    struct qn_ctx *ctx = test->cli->ctx;

    test->last = time_of(test);
    wait_tick();
    write_file(test, &test->file, QN_FILE_CREATE);
    if (!see(test, true, "adding a new file"))
        return false;
    wait_tick();
    cli_check(test->cli,
              qn_directory_make(ctx, qn_buf_string(&test->inner), 0777));
    if (!see(test, true, "adding a new directory"))
        return false;
    wait_tick();
    write_file(test, &test->file, QN_FILE_TRUNCATE);
    if (!see(test, false, "updating a file"))
        return false;
    wait_tick();
    write_file(test, &test->deep, QN_FILE_CREATE);
    if (!see(test, false, "adding a file inside subdirectory"))
        return false;
    wait_tick();
    cli_check(test->cli, qn_file_unlink(ctx, qn_buf_string(&test->file)));
    if (!see(test, true, "deleting a file"))
        return false;
    wait_tick();
    cli_check(test->cli, qn_file_unlink(ctx, qn_buf_string(&test->deep)));
    cli_check(test->cli, qn_directory_remove(ctx, qn_buf_string(&test->inner)));
    return see(test, true, "deleting a directory");
}

int cli_untracked_test(struct cli *cli, const char *top)
{
    struct test test = {.cli = cli};
    struct qn_buf prefix = QN_BUF_INIT;
    int fd = -1;
    bool is_good;

    cli_check(cli, qn_buf_printf(cli->ctx, &prefix, "%s/mtime-test-", top));
    cli_check(cli, qn_file_create_temporary(cli->ctx, qn_buf_string(&prefix),
                                            0600, &fd, &test.directory));
    /* The name is ours; a directory takes the file's place. */
    qn_file_close(fd);
    qn_temporary_remove(qn_buf_string(&test.directory));
    cli_check(
        cli, qn_directory_make(cli->ctx, qn_buf_string(&test.directory), 0777));
    append(&test, &test.file, "newfile");
    append(&test, &test.inner, "new-dir");
    append(&test, &test.deep, "new-dir/new");
    cli_stderr(cli, "Testing mtime in '%s' ", top);
    is_good = run(&test);
    if (is_good)
        cli_stderr(cli, " OK\n");
    (void)!qn_directory_remove_all(cli->ctx, qn_buf_string(&test.directory));
    qn_buf_dispose(&test.directory);
    qn_buf_dispose(&test.file);
    qn_buf_dispose(&test.inner);
    qn_buf_dispose(&test.deep);
    qn_buf_dispose(&prefix);
    return is_good ? 0 : 1;
}
