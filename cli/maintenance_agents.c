/* SPDX-License-Identifier: MIT */
/* Schedulers of systems that work with files in XML. */
#include "cli/maintenance_schedule.h"
#include "os/file.h"
#include "os/temporary.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- launchctl: ~/Library/LaunchAgents/org.git-scm.git.<schedule>.plist */

static void agent_path(struct cli *cli, const char *schedule,
                       struct qn_buf *out)
{
    const char *home = qn_env_variable(cli->env, "HOME");

    if (!home)
        cli_die_with(cli, "failed to get $HOME");
    cli_check(cli,
              qn_buf_printf(cli->ctx, out,
                            "%s/Library/LaunchAgents/org.git-scm.git.%s.plist",
                            home, schedule));
}

static void put_time(struct cli *cli, struct qn_buf *out, int weekday,
                     unsigned hour)
{
    cli_check(cli, qn_buf_append_string(cli->ctx, out, "<dict>\n"));
    if (weekday >= 0)
        cli_check(cli,
                  qn_buf_printf(cli->ctx, out,
                                "<key>Weekday</key><integer>%d</integer>\n",
                                weekday));
    cli_check(cli, qn_buf_printf(cli->ctx, out,
                                 "<key>Hour</key><integer>%u</integer>\n"
                                 "<key>Minute</key><integer>%u</integer>\n"
                                 "</dict>\n",
                                 hour, cli_schedule_minute(cli)));
}

static void put_agent(struct cli *cli, struct qn_buf *out, size_t schedule)
{
    const char *path = cli_exec_path();
    unsigned i;

    cli_check(
        cli,
        qn_buf_printf(
            cli->ctx, out,
            "<?xml version=\"1.0\"?>\n"
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
            "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
            "<plist version=\"1.0\"><dict>\n"
            "<key>Label</key><string>org.git-scm.git.%s</string>\n"
            "<key>ProgramArguments</key>\n<array>\n"
            "<string>%s/git</string>\n<string>--exec-path=%s</string>\n"
            "<string>-c</string>\n<string>credential.interactive=false</string>"
            "\n<string>-c</string>\n<string>core.askPass=true</string>\n"
            "<string>for-each-repo</string>\n<string>--keep-going</string>\n"
            "<string>--config=maintenance.repo</string>\n"
            "<string>maintenance</string>\n<string>run</string>\n"
            "<string>--schedule=%s</string>\n</array>\n"
            "<key>StartCalendarInterval</key>\n<array>\n",
            cli_schedules[schedule], path, path, cli_schedules[schedule]));
    if (schedule == 0)
        for (i = 1; i < 24; i++)
            put_time(cli, out, -1, i);
    else if (schedule == 1)
        for (i = 1; i < 7; i++)
            put_time(cli, out, (int)i, 0);
    else
        put_time(cli, out, 0, 0);
    cli_check(cli, qn_buf_append_string(cli->ctx, out,
                                        "</array>\n</dict>\n</plist>\n"));
}

static bool boot(struct cli *cli, const char *program, const char *what,
                 const char *path)
{
    char domain[40];
    const char *words[] = {NULL, what, domain, path, NULL};

    snprintf(domain, sizeof(domain), "gui/%lu", (unsigned long)getuid());
    return cli_schedule_ask(cli, program, words, NULL);
}

/* Is there the same one already, and does the system know it? */
static bool is_there(struct cli *cli, const char *program, const char *path,
                     size_t schedule, const struct qn_buf *wanted)
{
    struct qn_buf text = QN_BUF_INIT, name = QN_BUF_INIT;
    const char *words[] = {NULL, "list", NULL, NULL};
    bool answer = false;

    cli_check(cli, qn_buf_printf(cli->ctx, &name, "org.git-scm.git.%s",
                                 cli_schedules[schedule]));
    words[2] = qn_buf_string(&name);
    if (qn_file_exists(path)) {
        cli_check(cli, qn_file_read_all(cli->ctx, path, &text));
        answer = qn_bytes_is_equal(qn_buf_bytes(&text), qn_buf_bytes(wanted)) &&
                 cli_schedule_ask(cli, program, words, NULL);
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&name);
    return answer;
}

static void start_agent(struct cli *cli, const char *program, const char *path,
                        size_t schedule)
{
    struct qn_buf text = QN_BUF_INIT;

    put_agent(cli, &text, schedule);
    if (!is_there(cli, program, path, schedule, &text)) {
        cli_schedule_write(cli, path, &text);
        (void)boot(cli, program, "bootout", path);
        if (!boot(cli, program, "bootstrap", path))
            cli_die_with(cli, "failed to bootstrap service %s", path);
    }
    qn_buf_dispose(&text);
}

bool cli_schedule_launchctl(struct cli *cli, const char *program, bool starts)
{
    struct qn_buf path = QN_BUF_INIT;
    bool is_done = true;
    size_t i;

    for (i = 0; i < 3; i++) {
        qn_buf_clear(&path);
        agent_path(cli, cli_schedules[i], &path);
        if (starts) {
            start_agent(cli, program, qn_buf_string(&path), i);
            continue;
        }
        is_done =
            boot(cli, program, "bootout", qn_buf_string(&path)) && is_done;
        cli_check(cli,
                  qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)));
    }
    qn_buf_dispose(&path);
    return is_done;
}

/* ---- schtasks: a task is told by a file, which goes then */

static const char *const triggers[] = {
    "<ScheduleByDay>\n<DaysInterval>1</DaysInterval>\n</ScheduleByDay>\n"
    "<Repetition>\n<Interval>PT1H</Interval>\n<Duration>PT23H</Duration>\n"
    "<StopAtDurationEnd>false</StopAtDurationEnd>\n</Repetition>\n",
    "<ScheduleByWeek>\n<DaysOfWeek>\n<Monday />\n<Tuesday />\n<Wednesday />\n"
    "<Thursday />\n<Friday />\n<Saturday />\n</DaysOfWeek>\n"
    "<WeeksInterval>1</WeeksInterval>\n</ScheduleByWeek>\n",
    "<ScheduleByWeek>\n<DaysOfWeek>\n<Sunday />\n</DaysOfWeek>\n"
    "<WeeksInterval>1</WeeksInterval>\n</ScheduleByWeek>\n"};

static void put_task(struct cli *cli, struct qn_buf *out, size_t schedule)
{
    const char *path = cli_exec_path();

    cli_check(
        cli,
        qn_buf_printf(
            cli->ctx, out,
            "<?xml version=\"1.0\" ?>\n<Task version=\"1.4\" "
            "xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\n"
            "<Triggers>\n<CalendarTrigger>\n"
            "<StartBoundary>2020-01-01T%02u:%02u:00</StartBoundary>\n"
            "<Enabled>true</Enabled>\n%s</CalendarTrigger>\n</Triggers>\n",
            schedule == 0 ? 1u : 0u, cli_schedule_minute(cli),
            triggers[schedule]));
    cli_check(
        cli,
        qn_buf_printf(
            cli->ctx, out,
            "<Principals>\n<Principal id=\"Author\">\n"
            "<LogonType>InteractiveToken</LogonType>\n"
            "<RunLevel>LeastPrivilege</RunLevel>\n</Principal>\n</Principals>\n"
            "<Settings>\n"
            "<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n"
            "<Enabled>true</Enabled>\n<Hidden>true</Hidden>\n"
            "<UseUnifiedSchedulingEngine>true</UseUnifiedSchedulingEngine>\n"
            "<WakeToRun>false</WakeToRun>\n"
            "<ExecutionTimeLimit>PT72H</ExecutionTimeLimit>\n"
            "<Priority>7</Priority>\n</Settings>\n"
            "<Actions Context=\"Author\">\n<Exec>\n"
            "<Command>\"%s\\headless-git.exe\"</Command>\n"
            "<Arguments>--exec-path=\"%s\" -c credential.interactive=false -c "
            "core.askPass=true  for-each-repo --keep-going "
            "--config=maintenance.repo maintenance run --schedule=%s"
            "</Arguments>\n</Exec>\n</Actions>\n</Task>\n",
            path, path, cli_schedules[schedule]));
}

static bool create_task(struct cli *cli, const char *program, const char *name,
                        size_t schedule)
{
    struct qn_buf text = QN_BUF_INIT, path = QN_BUF_INIT;
    const char *words[] = {NULL, "/create", "/tn", name,
                           "/f", "/xml",    NULL,  NULL};
    bool is_done;

    put_task(cli, &text, schedule);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/schedule_%s_",
                                 qn_repo_common_directory(cli->repo),
                                 cli_schedules[schedule]));
    is_done = cli_schedule_ask_of(cli, program, words, 6, &text, &path);
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    return is_done;
}

bool cli_schedule_schtasks(struct cli *cli, const char *program, bool starts)
{
    bool is_done = true;
    char name[60];
    size_t i;

    for (i = 0; i < 3 && is_done; i++) {
        const char *words[] = {NULL, "/delete", "/tn", name, "/f", NULL};

        snprintf(name, sizeof(name), "Git Maintenance (%s)", cli_schedules[i]);
        is_done = starts ? create_task(cli, program, name, i)
                         : cli_schedule_ask(cli, program, words, NULL);
    }
    return is_done;
}
