/* SPDX-License-Identifier: MIT */
#include "cli/housekeeping.h"

#include "odb/odb_lease.h"
#include "os/file.h"
#include "os/temporary.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Views and leases of what was done so far are given back. */
static void forget(struct cli *cli)
{
    qn_grafts_free(cli->grafts);
    cli->grafts = NULL;
    qn_odb_free(cli->odb);
    qn_refs_free(cli->refs);
    cli->odb = NULL;
    cli->refs = NULL;
    if (qn_repo_odb_store(cli->repo))
        qn_odb_lease_drop(qn_repo_odb_store(cli->repo));
}

/* Go on in a process of its own, the caller's ends with code 0. */
static bool go_to_background(void *data)
{
    struct cli *cli = data;
    pid_t child;
    int null;

    cli_flush(cli);
    forget(cli);
    child = fork();
    if (child < 0)
        return false;
    if (child > 0)
        _exit(0); /* what is temporary is the child's now */
    (void)setsid();
    null = open("/dev/null", O_RDWR);
    if (null >= 0) {
        (void)dup2(null, 0);
        (void)dup2(null, 1);
        (void)dup2(null, 2);
        if (null > 2)
            close(null);
    }
    return true;
}

static void log_path(struct cli *cli, const char *name, struct qn_buf *out)
{
    cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/%s",
                                 qn_repo_common_directory(cli->repo), name));
}

/* stderr into gc.log from now on; kept at the end if there is any. */
static void log_begin(void *data)
{
    struct cli *cli = data;
    struct qn_buf path = QN_BUF_INIT;
    int fd;

    log_path(cli, "gc.log.lock", &path);
    fd = open(qn_buf_string(&path), O_CREAT | O_EXCL | O_WRONLY, 0666);
    if (fd >= 0) {
        cli_check(cli, qn_temporary_add(cli->ctx, qn_buf_string(&path)));
        (void)dup2(fd, 2);
        close(fd);
    }
    qn_buf_dispose(&path);
}

static void log_end(void *data)
{
    struct cli *cli = data;
    struct qn_buf path = QN_BUF_INIT, log = QN_BUF_INIT;
    struct qn_file_stat stat = {0};

    log_path(cli, "gc.log.lock", &path);
    log_path(cli, "gc.log", &log);
    if (!qn_file_lstat(cli->ctx, qn_buf_string(&path), &stat) &&
        stat.kind == QN_FILE_REGULAR && stat.size > 0) {
        qn_temporary_forget(qn_buf_string(&path));
        if (qn_file_rename(cli->ctx, qn_buf_string(&path), qn_buf_string(&log)))
            qn_ctx_clear(cli->ctx);
    } else {
        qn_temporary_remove(qn_buf_string(&path));
        if (qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&log)))
            qn_ctx_clear(cli->ctx);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&log);
}

static void say(void *data, const char *text)
{
    cli_stderr(data, "%s\n", text);
}

static void answer(void *data, const char *text)
{
    cli_printf(data, "%s\n", text);
}

struct qn_house_calls cli_house_calls(struct cli *cli)
{
    const struct qn_house_calls calls = {.data = cli,
                                         .detach = go_to_background,
                                         .log_begin = log_begin,
                                         .log_end = log_end,
                                         .say = say,
                                         .answer = answer};

    return calls;
}

bool cli_has_precious_objects(struct cli *cli)
{
    bool answer = false;

    cli_check(cli, qn_house_is_precious(cli->ctx, cli->repo, &answer));
    return answer;
}
