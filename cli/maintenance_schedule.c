/* SPDX-License-Identifier: MIT */
/* When maintenance runs: crontab, or timers of systemd; the others are of
 * systems that this is not built for. */
#include "base/env.h"
#include "cli/maintenance.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/process.h"
#include "os/temporary.h"
#include "program/capture.h"

#include <string.h>
#include <unistd.h>

#define BEGIN_LINE "# BEGIN GIT MAINTENANCE SCHEDULE"
#define END_LINE   "# END GIT MAINTENANCE SCHEDULE"

static const char *const schedules[] = {"hourly", "daily", "weekly"};

/* Run it; false: it is not there, or did not work.  `out` may be NULL. */
static bool ask(struct cli *cli, const char *const *words, struct qn_buf *out)
{
    struct qn_process_options how = {.argv = words,
                                     .in = QN_PROCESS_NULL,
                                     .out = out ? QN_PROCESS_PIPE
                                                : QN_PROCESS_NULL,
                                     .err = QN_PROCESS_NULL};
    struct qn_process *process = NULL;
    int code = 1;

    cli_flush(cli);
    if (qn_process_start(cli->ctx, &how, &process) ||
        (out && qn_process_exchange(cli->ctx, process, QN_BYTES(""), out)) ||
        qn_process_wait(cli->ctx, process, &code))
        qn_ctx_clear(cli->ctx);
    return code == 0;
}

static void own_program(struct qn_buf *out, struct cli *cli)
{
    const char *path = cli_exec_path();

    cli_check(cli, qn_buf_printf(cli->ctx, out,
                                 "\"%s/git\" --exec-path=\"%s\" -c "
                                 "credential.interactive=false -c "
                                 "core.askPass=true  for-each-repo "
                                 "--keep-going --config=maintenance.repo "
                                 "maintenance run --schedule=",
                                 path, path));
}

/* A minute of the hour that is not everybody's. */
static unsigned own_minute(struct cli *cli)
{
    return (unsigned)((uint64_t)qn_env_clock(cli->env, true) / 1000003 % 60);
}

/* ---- crontab */

static bool has_crontab(struct cli *cli)
{
    static const char *const words[] = {"crontab", "-l", NULL};
    struct qn_process_options how = {.argv = words,
                                     .in = QN_PROCESS_NULL,
                                     .out = QN_PROCESS_NULL,
                                     .err = QN_PROCESS_NULL};
    struct qn_process *process = NULL;
    int code = 0;

    /* It ends with 1 where there is no table yet. */
    if (qn_process_start(cli->ctx, &how, &process) ||
        qn_process_wait(cli->ctx, process, &code)) {
        qn_ctx_clear(cli->ctx);
        return false;
    }
    return true;
}

static void put_schedule(struct cli *cli, struct qn_buf *out)
{
    static const char *const when[] = {"1-23 * * *", "0 * * 1-6", "0 * * 0"};
    unsigned minute = own_minute(cli);
    struct qn_buf program = QN_BUF_INIT;
    size_t i;

    own_program(&program, cli);
    cli_check(cli,
              qn_buf_append_string(
                  cli->ctx, out,
                  BEGIN_LINE "\n# The following schedule was created by Git\n"
                             "# Any edits made in this region might be\n"
                             "# replaced in the future by a Git command.\n\n"));
    for (i = 0; i < 3; i++)
        cli_check(cli,
                  qn_buf_printf(cli->ctx, out, "%u %s %s%s\n", minute, when[i],
                                qn_buf_string(&program), schedules[i]));
    cli_check(cli, qn_buf_append_string(cli->ctx, out, "\n" END_LINE "\n"));
    qn_buf_dispose(&program);
}

static bool set_crontab(struct cli *cli, bool starts)
{
    static const char *const list[] = {"crontab", "-l", NULL};
    const char *words[] = {"crontab", NULL, NULL};
    struct qn_buf old = QN_BUF_INIT, text = QN_BUF_INIT, path = QN_BUF_INIT;
    struct qn_bytes rest, line;
    bool is_ours = false, is_done;
    int fd = -1;

    (void)ask(cli, list, &old);
    rest = qn_buf_bytes(&old);
    while (qn_bytes_next(&rest, '\n', &line)) {
        if (qn_bytes_is_string(line, BEGIN_LINE))
            is_ours = true;
        if (!is_ours)
            cli_check(cli, qn_buf_printf(cli->ctx, &text, "%.*s\n",
                                         QN_BYTES_ARG(line)));
        if (qn_bytes_is_string(line, END_LINE))
            is_ours = false;
    }
    if (starts)
        put_schedule(cli, &text);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/.git_cron_edit_tmp",
                                 qn_env_variable(cli->env, "TMPDIR")
                                     ? qn_env_variable(cli->env, "TMPDIR")
                                     : "/tmp"));
    qn_buf_clear(&old);
    cli_check(cli, qn_file_create_temporary(cli->ctx, qn_buf_string(&path),
                                            0600, &fd, &old));
    cli_check(cli, qn_file_write(cli->ctx, fd, text.data, text.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&old)));
    words[1] = qn_buf_string(&old);
    is_done = ask(cli, words, NULL);
    qn_temporary_remove(qn_buf_string(&old));
    qn_buf_dispose(&old);
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    if (!is_done)
        cli_error(cli, "'crontab' died");
    return is_done;
}

/* ---- systemd */

static bool has_timers(struct cli *cli)
{
    static const char *const words[] = {"systemctl", "--user", "list-timers",
                                        NULL};

    return ask(cli, words, NULL);
}

static void unit_path(struct cli *cli, const char *name, struct qn_buf *out)
{
    const char *config = qn_env_variable(cli->env, "XDG_CONFIG_HOME");
    const char *home = qn_env_variable(cli->env, "HOME");

    if (config && *config)
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/systemd/user/%s",
                                     config, name));
    else if (home)
        cli_check(cli, qn_buf_printf(cli->ctx, out,
                                     "%s/.config/systemd/user/%s", home, name));
    else
        cli_die_with(cli, "failed to get $XDG_CONFIG_HOME and $HOME");
}

static void write_unit(struct cli *cli, const char *name,
                       const struct qn_buf *text)
{
    struct qn_buf path = QN_BUF_INIT;
    int fd = -1;

    unit_path(cli, name, &path);
    cli_check(cli,
              qn_directory_make_parents(cli->ctx, qn_buf_string(&path), 0777));
    cli_check(cli,
              qn_file_open(cli->ctx, qn_buf_string(&path),
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                           0666, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, text->data, text->size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&path)));
    qn_buf_dispose(&path);
}

#define UNIT_HEAD                                                              \
    "# This file was created and is maintained by Git.\n"                      \
    "# Any edits made in this file might be replaced in the future\n"          \
    "# by a Git command.\n\n[Unit]\n"                                          \
    "Description=Optimize Git repositories data\n\n"

static void write_units(struct cli *cli)
{
    static const char *const when[] = {"*-*-* 1..23", "Tue..Sun *-*-* 0",
                                       "Mon 0"};
    unsigned minute = own_minute(cli);
    struct qn_buf text = QN_BUF_INIT, name = QN_BUF_INIT;
    size_t i;

    for (i = 0; i < 3; i++) {
        qn_buf_clear(&text);
        qn_buf_clear(&name);
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &text,
                                UNIT_HEAD "[Timer]\nOnCalendar=%s:%02u:00\n"
                                          "Persistent=true\n\n[Install]\n"
                                          "WantedBy=timers.target\n",
                                when[i], minute));
        cli_check(cli, qn_buf_printf(cli->ctx, &name,
                                     "git-maintenance@%s.timer", schedules[i]));
        write_unit(cli, qn_buf_string(&name), &text);
    }
    qn_buf_clear(&text);
    cli_check(cli, qn_buf_append_string(cli->ctx, &text,
                                        UNIT_HEAD "[Service]\nType=oneshot\n"
                                                  "ExecStart="));
    own_program(&text, cli);
    cli_check(cli, qn_buf_append_string(
                       cli->ctx, &text,
                       "%i\nLockPersonality=yes\nMemoryDenyWriteExecute=yes\n"
                       "NoNewPrivileges=yes\nRestrictAddressFamilies=AF_UNIX "
                       "AF_INET AF_INET6 AF_VSOCK\nRestrictNamespaces=yes\n"
                       "RestrictRealtime=yes\nRestrictSUIDSGID=yes\n"
                       "SystemCallArchitectures=native\n"
                       "SystemCallFilter=@system-service\n"));
    write_unit(cli, "git-maintenance@.service", &text);
    qn_buf_dispose(&text);
    qn_buf_dispose(&name);
}

static bool set_timers(struct cli *cli, bool starts)
{
    struct qn_buf name = QN_BUF_INIT, path = QN_BUF_INIT;
    bool is_done = true;
    size_t i;

    if (starts)
        write_units(cli);
    for (i = 0; i < 3; i++) {
        const char *words[] = {
            "systemctl", "--user", starts ? "enable" : "disable",
            "--now",     NULL,     NULL};

        qn_buf_clear(&name);
        cli_check(cli, qn_buf_printf(cli->ctx, &name,
                                     "git-maintenance@%s.timer", schedules[i]));
        words[4] = qn_buf_string(&name);
        is_done = ask(cli, words, NULL) && is_done;
        qn_buf_clear(&path);
        unit_path(cli, qn_buf_string(&name), &path);
        if (!starts && qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)))
            qn_ctx_clear(cli->ctx);
    }
    qn_buf_clear(&path);
    unit_path(cli, "git-maintenance@.service", &path);
    if (!starts && qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)))
        qn_ctx_clear(cli->ctx);
    qn_buf_dispose(&name);
    qn_buf_dispose(&path);
    return is_done;
}

/* ---- start and stop */

int cli_maintenance_start(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance start [--scheduler=<scheduler>]", NULL};
    const char *scheduler = "auto";
    const struct cli_option options[] = {
        {CLI_KIND_STRING, 0, "scheduler", &scheduler, "scheduler",
         "who is to start maintenance", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_END};
    char *no_words[] = {(char *)(uintptr_t) "register", NULL};
    bool uses_timers, is_done;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    if (strcmp(scheduler, "launchctl") == 0 ||
        strcmp(scheduler, "schtasks") == 0)
        cli_die_with(cli, "%s scheduler is not available", scheduler);
    if (strcmp(scheduler, "auto") != 0 && strcmp(scheduler, "crontab") != 0 &&
        strcmp(scheduler, "cron") != 0 &&
        strcmp(scheduler, "systemd-timer") != 0 &&
        strcmp(scheduler, "systemd") != 0) {
        cli_error(cli, "unrecognized --scheduler argument '%s'", scheduler);
        return CLI_EXIT_USAGE;
    }
    cli_open_repo(cli, 0);
    uses_timers = strncmp(scheduler, "systemd", 7) == 0;
    if (strcmp(scheduler, "auto") == 0) {
        uses_timers = has_timers(cli);
        if (!uses_timers && !has_crontab(cli))
            cli_die_with(cli,
                         "neither systemd timers nor crontab are available");
    } else if (uses_timers ? !has_timers(cli) : !has_crontab(cli)) {
        cli_die_with(cli, "%s scheduler is not available",
                     uses_timers ? "systemctl" : "crontab");
    }
    /* One at a time: the other one is told to stop. */
    if (uses_timers && has_crontab(cli))
        (void)set_crontab(cli, false);
    else if (!uses_timers && has_timers(cli))
        (void)set_timers(cli, false);
    is_done = uses_timers ? set_timers(cli, true) : set_crontab(cli, true);
    if (!is_done)
        cli_die_with(cli, "failed to set up background maintenance");
    return cli_maintenance_register(cli, 1, no_words);
}

int cli_maintenance_stop(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {"git maintenance stop", NULL};
    const struct cli_option options[] = {CLI_END};
    bool is_done = true;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (has_crontab(cli))
        is_done = set_crontab(cli, false);
    if (has_timers(cli))
        is_done = set_timers(cli, false) && is_done;
    return !is_done;
}
