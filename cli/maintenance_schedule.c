/* SPDX-License-Identifier: MIT */
/* When maintenance runs: crontab, or timers of systemd; which scheduler it is.
 */
#include "cli/maintenance_schedule.h"
#include "base/env.h"
#include "cli/maintenance.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/process.h"
#include "os/temporary.h"
#include "os/user.h"
#include "program/capture.h"

#include <string.h>
#include <unistd.h>

#define BEGIN_LINE "# BEGIN GIT MAINTENANCE SCHEDULE"
#define END_LINE   "# END GIT MAINTENANCE SCHEDULE"

const char *const cli_schedules[3] = {"hourly", "daily", "weekly"};

bool cli_schedule_ask(struct cli *cli, const char *program, const char **words,
                      struct qn_buf *out)
{
    struct qn_process_options how = {.argv = words,
                                     .in = QN_PROCESS_NULL,
                                     .out = out ? QN_PROCESS_PIPE
                                                : QN_PROCESS_NULL,
                                     .err = QN_PROCESS_NULL};
    struct qn_process *process = NULL;
    int code = 1;

    words[0] = program;
    cli_flush(cli);
    if (qn_process_start(cli->ctx, &how, &process) ||
        (out && qn_process_exchange(cli->ctx, process, QN_BYTES(""), out)) ||
        qn_process_wait(cli->ctx, process, &code))
        qn_ctx_clear(cli->ctx);
    return code == 0;
}

bool cli_schedule_ask_of(struct cli *cli, const char *program,
                         const char **words, size_t at,
                         const struct qn_buf *content,
                         const struct qn_buf *path)
{
    struct qn_buf file = QN_BUF_INIT;
    bool is_done;
    int fd = -1;

    cli_check(cli, qn_file_create_temporary(cli->ctx, qn_buf_string(path), 0600,
                                            &fd, &file));
    cli_check(cli, qn_file_write(cli->ctx, fd, content->data, content->size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&file)));
    words[at] = qn_buf_string(&file);
    is_done = cli_schedule_ask(cli, program, words, NULL);
    qn_temporary_remove(qn_buf_string(&file));
    qn_buf_dispose(&file);
    return is_done;
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

unsigned cli_schedule_minute(struct cli *cli)
{
    struct qn_buf text = QN_BUF_INIT;
    unsigned sum = 0;
    size_t i;

    if (qn_env_variable(cli->env, "GIT_TEST_MAINT_SCHEDULER"))
        return 13;
    if (qn_user_host(cli->ctx, &text) ||
        qn_buf_printf(cli->ctx, &text, " %ld", (long)getuid()))
        qn_ctx_clear(cli->ctx);
    for (i = 0; i < text.size; i++)
        sum = sum * 31 + text.data[i];
    qn_buf_dispose(&text);
    return sum % 60;
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
    unsigned minute = cli_schedule_minute(cli);
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
                                qn_buf_string(&program), cli_schedules[i]));
    cli_check(cli, qn_buf_append_string(cli->ctx, out, "\n" END_LINE "\n"));
    qn_buf_dispose(&program);
}

static bool set_crontab(struct cli *cli, const char *program, bool starts)
{
    const char *list[] = {NULL, "-l", NULL}, *words[] = {NULL, NULL, NULL};
    struct qn_buf old = QN_BUF_INIT, text = QN_BUF_INIT, path = QN_BUF_INIT;
    struct qn_bytes rest, line;
    bool is_ours = false, is_done;

    (void)cli_schedule_ask(cli, program, list, &old);
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
    is_done = cli_schedule_ask_of(cli, program, words, 1, &text, &path);
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
    const char *words[] = {NULL, "--user", "list-timers", NULL};

    return cli_schedule_ask(cli, "systemctl", words, NULL);
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

void cli_schedule_write(struct cli *cli, const char *path,
                        const struct qn_buf *text)
{
    int fd = -1;

    cli_check(cli, qn_directory_make_parents(cli->ctx, path, 0777));
    cli_check(cli,
              qn_file_open(cli->ctx, path,
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                           0666, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, text->data, text->size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, path));
}

static void write_unit(struct cli *cli, const char *name,
                       const struct qn_buf *text)
{
    struct qn_buf path = QN_BUF_INIT;

    unit_path(cli, name, &path);
    cli_schedule_write(cli, qn_buf_string(&path), text);
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
    unsigned minute = cli_schedule_minute(cli);
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
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &name, "git-maintenance@%s.timer",
                                cli_schedules[i]));
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

static bool set_timers(struct cli *cli, const char *program, bool starts)
{
    struct qn_buf name = QN_BUF_INIT, path = QN_BUF_INIT;
    bool is_done = true;
    size_t i;

    if (starts)
        write_units(cli);
    for (i = 0; i < 3; i++) {
        const char *words[] = {NULL,    "--user", starts ? "enable" : "disable",
                               "--now", NULL,     NULL};

        qn_buf_clear(&name);
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &name, "git-maintenance@%s.timer",
                                cli_schedules[i]));
        words[4] = qn_buf_string(&name);
        is_done = cli_schedule_ask(cli, program, words, NULL) && is_done;
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
    if (!is_done && starts)
        cli_error(cli, "failed to run systemctl");
    return is_done;
}

/* ---- which one */

struct scheduler {
    const char *name, *other_name; /* as --scheduler names it */
    const char *program;
    bool (*is_there)(struct cli *cli);
    bool (*set)(struct cli *cli, const char *program, bool starts);
};
static const struct scheduler schedulers[] = {
    {"crontab", "cron", "crontab", has_crontab, set_crontab},
    {"systemd-timer", "systemd", "systemctl", has_timers, set_timers},
    {"launchctl", NULL, "launchctl", NULL, cli_schedule_launchctl},
    {"schtasks", NULL, "schtasks", NULL, cli_schedule_schtasks}};

enum { CRONTAB, TIMERS, SCHEDULER_COUNT = QN_COUNT_OF(schedulers) };

/* Is there that scheduler?  GIT_TEST_MAINT_SCHEDULER, "<program>:<another>"
 * with commas between, says which ones there are.  `room` holds the program. */
static bool find_program(struct cli *cli, const struct scheduler *scheduler,
                         struct qn_buf *room)
{
    const char *test = qn_env_variable(cli->env, "GIT_TEST_MAINT_SCHEDULER");
    struct qn_bytes rest, item, name;

    qn_buf_clear(room);
    if (!test) {
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, room, scheduler->program));
        return scheduler->is_there && scheduler->is_there(cli);
    }
    rest = qn_bytes_from_string(test);
    while (qn_bytes_next(&rest, ',', &item))
        if (qn_bytes_next(&item, ':', &name) &&
            qn_bytes_is_string(name, scheduler->program)) {
            cli_check(cli, qn_buf_append(cli->ctx, room, item.data, item.size));
            return true;
        }
    return false;
}

static const struct scheduler *choose(struct cli *cli, const char *name)
{
    struct qn_buf room = QN_BUF_INIT;
    const struct scheduler *found = NULL;
    size_t i;

    if (strcmp(name, "auto") == 0) {
        if (find_program(cli, &schedulers[TIMERS], &room))
            found = &schedulers[TIMERS];
        else if (find_program(cli, &schedulers[CRONTAB], &room))
            found = &schedulers[CRONTAB];
        else
            cli_die_with(cli,
                         "neither systemd timers nor crontab are available");
    }
    for (i = 0; i < SCHEDULER_COUNT && !found; i++)
        if (strcmp(schedulers[i].name, name) == 0 ||
            (schedulers[i].other_name &&
             strcmp(schedulers[i].other_name, name) == 0))
            found = &schedulers[i];
    if (found && !find_program(cli, found, &room))
        cli_die_with(cli, "%s scheduler is not available", found->program);
    qn_buf_dispose(&room);
    return found;
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
    const struct scheduler *chosen;
    struct qn_buf program = QN_BUF_INIT;
    bool is_done = true;
    size_t i;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, 0);
    chosen = choose(cli, scheduler);
    if (!chosen) {
        cli_error(cli, "unrecognized --scheduler argument '%s'", scheduler);
        return CLI_EXIT_USAGE;
    }
    /* One at a time: the others are told to stop. */
    for (i = 0; i < SCHEDULER_COUNT; i++)
        if (&schedulers[i] != chosen &&
            find_program(cli, &schedulers[i], &program))
            (void)schedulers[i].set(cli, qn_buf_string(&program), false);
    if (find_program(cli, chosen, &program))
        is_done = chosen->set(cli, qn_buf_string(&program), true);
    qn_buf_dispose(&program);
    if (!is_done)
        cli_die_with(cli, "failed to set up maintenance schedule");
    return cli_maintenance_register(cli, 1, no_words);
}

int cli_maintenance_stop(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {"git maintenance stop", NULL};
    const struct cli_option options[] = {CLI_END};
    struct qn_buf program = QN_BUF_INIT;
    bool is_done = true;
    size_t i;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    for (i = 0; i < SCHEDULER_COUNT; i++)
        if (find_program(cli, &schedulers[i], &program))
            is_done = schedulers[i].set(cli, qn_buf_string(&program), false) &&
                      is_done;
    qn_buf_dispose(&program);
    return !is_done;
}
