/* SPDX-License-Identifier: MIT */
#include "cli/trace.h"
#include "cli/version_text.h"

#include "cli/cli.h"
#include "text/wildmatch.h"
#include "trace/git_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ANCESTORS_MAX 32

/* One a process, as the variables are. */
static struct {
    struct qn_trace *trace;
    struct qn_git_trace git;
    int own_fd;
    bool own_is_json;
    bool is_on;
    bool has_git;
    bool has_params;   /* told */
    char pending[128]; /* a command whose repository is not open yet */
} the_trace;

static int64_t read_clock(void *data)
{
    struct timespec now;

    (void)data;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t read_wall(void *data, int *microseconds)
{
    struct timespec now;

    (void)data;
    clock_gettime(CLOCK_REALTIME, &now);
    *microseconds = (int)(now.tv_nsec / 1000);
    return now.tv_sec;
}

static int64_t read_zone(void *data, int64_t seconds)
{
    time_t now = (time_t)seconds;
    struct tm local;
    struct tm utc;

    (void)data;
    if (!localtime_r(&now, &local) || !gmtime_r(&now, &utc))
        return 0;
    utc.tm_isdst = local.tm_isdst;
    return (int64_t)difftime(mktime(&local), mktime(&utc));
}

static bool has_trace2(void)
{
    return qn_git_trace_has(&the_trace.git, QN_GIT_TRACE2_NORMAL) ||
           qn_git_trace_has(&the_trace.git, QN_GIT_TRACE2_PERF) ||
           qn_git_trace_has(&the_trace.git, QN_GIT_TRACE2_EVENT);
}

/* The name and the parent of a process; false: the system does not say. */
static bool look_at_process(long pid, char *name, size_t size, long *parent)
{
    char path[64];
    char text[512];
    const char *open_at;
    const char *close_at;
    FILE *file;
    size_t got;
    char state;

    snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
    file = fopen(path, "r");
    if (!file)
        return false;
    got = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[got] = '\0';
    open_at = strchr(text, '(');
    close_at = strrchr(text, ')');
    if (!open_at || !close_at || close_at < open_at ||
        sscanf(close_at + 1, " %c %ld", &state, parent) != 2)
        return false;
    snprintf(name, size, "%.*s", (int)(close_at - open_at - 1), open_at + 1);
    return true;
}

static void trace_ancestry(void)
{
    static char names[ANCESTORS_MAX][64];
    const char *list[ANCESTORS_MAX];
    long pid = (long)getppid();
    int count = 0;

    while (pid > 0 && count < ANCESTORS_MAX &&
           look_at_process(pid, names[count], sizeof(names[count]), &pid)) {
        list[count] = names[count];
        count++;
    }
    qn_git_trace2_ancestry(&the_trace.git, count, list);
}

static void start_git_trace(struct cli *cli, int argc, char **argv)
{
    struct qn_git_trace *git = &the_trace.git;
    const char *nesting;
    const char **words;
    char host[256] = "";

    git->wall = read_wall;
    git->zone = read_zone;
    git->clock = read_clock;
    git->start_ns = read_clock(NULL);
    (void)gethostname(host, sizeof(host) - 1);
    qn_git_trace_set_session(git, getenv("GIT_TRACE2_PARENT_SID"), host,
                             (long)getpid());
    cli_trace_open_targets(cli, git);
    the_trace.has_git = the_trace.is_on = qn_git_trace_is_on(git);
    if (!the_trace.has_git)
        return;
    nesting =
        cli_trace_setting("GIT_TRACE2_EVENT_NESTING", "trace2.eventnesting");
    git->nesting = nesting ? (unsigned)strtoul(nesting, NULL, 10) : 0;
    git->parent_name = getenv("GIT_TRACE2_PARENT_NAME");
    if (has_trace2())
        (void)setenv("GIT_TRACE2_PARENT_SID", git->session, 1);
    words = calloc((size_t)argc + 1, sizeof(*words));
    if (!words)
        abort();
    memcpy(words, argv, (size_t)argc * sizeof(*words)); /* argv gets sorted */
    qn_git_trace2_start(git, GIT_VERSION_TEXT, argc, words);
    if (has_trace2())
        trace_ancestry();
}

static bool add_own_sink(struct cli *cli, const char *value)
{
    size_t size = strcspn(value, ":");
    const char *place = value[size] ? value + size + 1 : "2";
    bool (*add)(struct qn_trace *, qn_trace_write_fn *, void *) = NULL;

    the_trace.own_is_json = size == 4 && strncmp(value, "json", size) == 0;
    if (size == 4 && strncmp(value, "text", size) == 0)
        add = qn_trace_sink_text;
    else if (size == 4 && strncmp(value, "json", size) == 0)
        add = qn_trace_sink_json;
    else if (size == 7 && strncmp(value, "summary", size) == 0)
        add = qn_trace_sink_summary;
    if (!add) {
        if (*value && strcmp(value, "0") != 0)
            cli_warning(cli, "unknown value of QUOIN_TRACE: %s", value);
        return false;
    }
    if (place[0] == '/')
        the_trace.own_fd = cli_trace_open_file(cli, place);
    else
        the_trace.own_fd = (int)strtol(place, NULL, 10);
    return the_trace.own_fd > 0 &&
           add(the_trace.trace, cli_trace_write, &the_trace.own_fd);
}

const char *cli_trace_session(void)
{
    return the_trace.git.session;
}

void cli_trace_start(struct cli *cli, int argc, char **argv)
{
    const char *own = getenv("QUOIN_TRACE");
    bool has_sink = false;

    start_git_trace(cli, argc, argv);
    if (!own && !the_trace.has_git)
        return;
    the_trace.trace = qn_trace_new(read_clock, NULL);
    if (!the_trace.trace)
        return;
    if (own)
        has_sink = add_own_sink(cli, own);
    if (the_trace.has_git)
        has_sink |= qn_git_trace_sink_add(&the_trace.git, the_trace.trace);
    if (!has_sink) {
        qn_trace_free(the_trace.trace);
        the_trace.trace = NULL;
    }
    the_trace.is_on |= has_sink;
}

struct qn_trace *cli_trace_get(void)
{
    return the_trace.trace;
}

/* ------------------------------------------------------------- the command */

static bool is_listed(const char *patterns, const char *name)
{
    struct qn_bytes rest = qn_bytes_from_string(patterns);
    struct qn_bytes pattern;

    while (qn_bytes_next(&rest, ',', &pattern)) {
        while (pattern.size > 0 && pattern.data[0] == ' ')
            pattern = qn_bytes_from(pattern, 1);
        while (pattern.size > 0 && pattern.data[pattern.size - 1] == ' ')
            pattern = qn_bytes_first(pattern, pattern.size - 1);
        if (pattern.size > 0 &&
            qn_wildmatch_matches(pattern, qn_bytes_from_string(name),
                                 QN_WILDMATCH_CASEFOLD))
            return true;
    }
    return false;
}

/* Settings and variables that somebody wants to see. */
static void tell_params(struct cli *cli)
{
    static const char *const scopes[] = {"unknown", "system",   "global",
                                         "local",   "worktree", "command"};
    const char *keys =
        cli_trace_setting("GIT_TRACE2_CONFIG_PARAMS", "trace2.configparams");
    const char *names =
        cli_trace_setting("GIT_TRACE2_ENV_VARS", "trace2.envvars");
    struct qn_bytes rest = qn_bytes_from_string(names ? names : "");
    struct qn_bytes name;
    size_t i;

    if (the_trace.has_params || the_trace.pending[0])
        return;
    the_trace.has_params = true;
    if (keys && *keys && cli->ctx) {
        const struct qn_config *config = cli_config(cli);
        size_t count = qn_config_count(config);

        for (i = 0; i < count; i++) {
            const struct qn_config_entry *entry = qn_config_at(config, i);

            if (is_listed(keys, entry->key))
                qn_git_trace2_param(&the_trace.git, scopes[entry->scope],
                                    entry->key,
                                    entry->value ? entry->value : "");
        }
    }
    while (qn_bytes_next(&rest, ',', &name)) {
        char text[256];
        const char *value;

        while (name.size > 0 && name.data[0] == ' ')
            name = qn_bytes_from(name, 1);
        snprintf(text, sizeof(text), "%.*s", QN_BYTES_ARG(name));
        value = *text ? getenv(text) : NULL;
        if (value && *value)
            qn_git_trace2_param(&the_trace.git, "command", text, value);
    }
}

static void tell_name(void)
{
    char name[sizeof(the_trace.pending)];

    if (!the_trace.pending[0])
        return;
    memcpy(name, the_trace.pending, sizeof(name));
    the_trace.pending[0] = '\0';
    qn_git_trace2_command(&the_trace.git, name);
    if (has_trace2())
        (void)setenv("GIT_TRACE2_PARENT_NAME", the_trace.git.hierarchy, 1);
}

void cli_trace_name(const char *name)
{
    if (!the_trace.has_git)
        return;
    tell_name();
    snprintf(the_trace.pending, sizeof(the_trace.pending), "%s", name);
    tell_name();
}

/* Git opens the repository before most commands, so that def_repo comes
 * first; the name waits for it. */
void cli_trace_command(int argc, char **argv)
{
    if (!the_trace.has_git)
        return;
    qn_git_trace_old_words(&the_trace.git, "trace: built-in: git ", argc,
                           (const char **)argv);
    tell_name();
    snprintf(the_trace.pending, sizeof(the_trace.pending), "%s", argv[0]);
    if (the_trace.git.has_repository || strcmp(argv[0], "rev-parse") == 0)
        tell_name();
}

void cli_trace_mode(const char *name)
{
    if (!the_trace.has_git)
        return;
    tell_name();
    qn_git_trace2_mode(&the_trace.git, name);
}

void cli_trace_dashed(int argc, char **argv, bool found)
{
    struct qn_trace_process process = {.category = "dashed"};
    const char **words;
    char *name;

    if (!the_trace.has_git)
        return;
    words = calloc((size_t)argc + 1, sizeof(*words));
    name = malloc(strlen(argv[0]) + 5);
    if (!words || !name)
        abort();
    sprintf(name, "git-%s", argv[0]);
    memcpy(words, argv, (size_t)argc * sizeof(*words));
    words[0] = name;
    process.argv = words;
    qn_git_trace_old_words(&the_trace.git, "trace: exec: ", argc, words);
    cli_trace_name("_run_dashed_");
    if (found) {
        qn_git_trace2_exec(&the_trace.git, argc, words);
    } else {
        qn_git_trace2_child_start(&the_trace.git, 0, &process);
        qn_git_trace2_child_exit(&the_trace.git, 0, -1, -1, 0);
    }
    free(words);
    free(name);
}

void cli_trace_alias(const char *name, int argc, char **argv, bool is_shell)
{
    struct qn_trace_line line;

    if (!the_trace.has_git)
        return;
    qn_trace_line_init(&line);
    qn_trace_line_printf(&line, "trace: alias expansion: %s => ", name);
    if (!is_shell)
        qn_git_trace_old_words(&the_trace.git, line.data, argc,
                               (const char **)argv);
    qn_trace_line_dispose(&line);
    qn_git_trace2_alias(&the_trace.git, name, argc, (const char **)argv);
    cli_trace_name(is_shell ? "_run_shell_alias_" : "_run_git_alias_");
}

void cli_trace_exec(int argc, char **argv)
{
    if (!the_trace.has_git)
        return;
    qn_git_trace_old_words(&the_trace.git, "trace: exec: ", argc,
                           (const char **)argv);
    qn_git_trace2_exec(&the_trace.git, argc, (const char **)argv);
}

/* Commands that work at the top of the work tree. */
static bool goes_to_top(const char *command)
{
    static const char *const names[] = {
        "add",    "check-ignore", "checkout",   "checkout-index",
        "commit", "diff",         "diff-files", "merge",
        "mv",     "reset",        "restore",    "rm",
        "stage",  "status",       "switch",     "merge-index"};
    size_t i;

    for (i = 0; command && i < QN_COUNT_OF(names); i++)
        if (strcmp(names[i], command) == 0)
            return true;
    return false;
}

/* GIT_TRACE_SETUP: paths as they are looked for, from the top.  Only of
 * commands before which Git sets up. */
static void tell_setup(struct cli *cli)
{
    const char *git = qn_repo_git_directory(cli->repo);
    const char *common = qn_repo_common_directory(cli->repo);
    const char *top = qn_repo_work_tree(cli->repo);
    const char *prefix = qn_repo_prefix(cli->repo);
    const char *cwd = top && !getenv("GIT_DIR") ? top : cli->directory;
    size_t size = strlen(cwd);
    const char *const paths[2] = {git, common};
    static const char *const names[2] = {"git_dir", "git_common_dir"};
    char text[4096];
    size_t i;

    if (!qn_git_trace_has(&the_trace.git, QN_GIT_TRACE_SETUP) ||
        !the_trace.pending[0])
        return;
    for (i = 0; i < 2; i++) {
        const char *path = paths[i];

        if (strcmp(path, cwd) == 0)
            path = ".";
        else if (strncmp(path, cwd, size) == 0 && path[size] == '/')
            path += size + 1;
        snprintf(text, sizeof(text), "setup: %s: %s", names[i], path);
        qn_git_trace_old(&the_trace.git, QN_GIT_TRACE_SETUP, text);
    }
    snprintf(text, sizeof(text), "setup: worktree: %s", top ? top : "(null)");
    qn_git_trace_old(&the_trace.git, QN_GIT_TRACE_SETUP, text);
    snprintf(text, sizeof(text), "setup: cwd: %s", cwd);
    qn_git_trace_old(&the_trace.git, QN_GIT_TRACE_SETUP, text);
    snprintf(text, sizeof(text), "setup: prefix: %s",
             *prefix ? prefix : "(null)");
    qn_git_trace_old(&the_trace.git, QN_GIT_TRACE_SETUP, text);
    if (!top || getenv("GIT_DIR") || !goes_to_top(cli->command))
        return;
    snprintf(text, sizeof(text), "setup: chdir from '%s' to '%s'", top, top);
    qn_git_trace_old(&the_trace.git, QN_GIT_TRACE_SETUP, text);
}

void cli_trace_repository(struct cli *cli)
{
    const char *top = qn_repo_work_tree(cli->repo);

    if (!the_trace.has_git)
        return;
    tell_setup(cli);
    tell_params(cli);
    qn_git_trace2_repository(&the_trace.git,
                             top ? top : qn_repo_git_directory(cli->repo));
    tell_name();
    tell_params(cli);
}

void cli_trace_error(const char *message)
{
    if (!the_trace.has_git)
        return;
    tell_name();
    qn_git_trace2_error(&the_trace.git, message);
}

void cli_trace_reason(const char *reason, const char *message)
{
    char quoted[1024];
    char line[1280];
    int size;

    if (!the_trace.trace || the_trace.own_fd <= 0 || !reason || !*reason)
        return;
    if (the_trace.own_is_json) {
        (void)qn_trace_sink_quote(quoted, sizeof(quoted), message);
        size = snprintf(line, sizeof(line),
                        "{\"event\":\"reason\",\"reason\":\"%s\","
                        "\"message\":%s}\n",
                        reason, quoted);
    } else {
        size = snprintf(line, sizeof(line),
                        "reason: %s; 'quoin explain %s' says more\n", reason,
                        reason);
    }
    if (size > 0 && (size_t)size < sizeof(line))
        cli_trace_write(&the_trace.own_fd, line, (size_t)size);
}

void cli_trace_finish(struct cli *cli, int code)
{
    if (!the_trace.is_on)
        return;
    if (code != 0 && cli->ctx)
        cli_trace_reason(qn_ctx_reason(cli->ctx), qn_ctx_message(cli->ctx));
    the_trace.is_on = false; /* once */
    if (the_trace.has_git) {
        tell_name();
        tell_params(cli);
    }
    if (the_trace.trace) {
        if (cli->ctx)
            qn_trace_flush(cli->ctx);
        qn_trace_free(the_trace.trace);
        the_trace.trace = NULL;
    }
    if (the_trace.has_git)
        qn_git_trace2_exit(&the_trace.git, code);
}
