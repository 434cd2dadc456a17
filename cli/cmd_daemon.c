/* SPDX-License-Identifier: MIT */
/* daemon: repositories over git://, for reading by everybody. */
#include "cli/daemon.h"

#include "os/file.h"
#include "os/user_switch.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static const char *const usage[] = {
    "git daemon [<options>] [<directory>...]",
    "git daemon --inetd [<options>] [<directory>...]", NULL};

static int take_number(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    uint64_t *out = option->value;

    (void)is_negated;
    if (!qn_bytes_to_u64(qn_bytes_from_string(argument), out) ||
        *out > INT32_MAX)
        cli_die_with(cli, "invalid %s '%s', expecting a non-negative integer",
                     option->long_name, argument);
    return 0;
}

static int take_port(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    uint64_t port = 0;

    (void)is_negated;
    if (!qn_bytes_to_u64(qn_bytes_from_string(argument), &port) ||
        port > UINT16_MAX) {
        cli_error(cli, "option `port' expects a port number");
        return 1;
    }
    *(int *)option->value = (int)port;
    return 0;
}

static int take_most(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    char *end;
    long number = strtol(argument, &end, 10);

    (void)is_negated;
    if (!*argument || *end || number > INT32_MAX || number < INT32_MIN)
        cli_die_with(cli, "invalid max-connections '%s', expecting an integer",
                     argument);
    *(int *)option->value = number < 0 ? 0 : (int)number;
    return 0;
}

static int take_log(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    int *log = option->value;

    (void)is_negated;
    if (strcmp(argument, "syslog") == 0)
        *log = DAEMON_SYSLOG;
    else if (strcmp(argument, "stderr") == 0)
        *log = DAEMON_STDERR;
    else if (strcmp(argument, "none") == 0)
        *log = DAEMON_NONE;
    else
        cli_die_with(cli, "unknown log destination '%s'", argument);
    return 0;
}

static int take_user_path(struct cli *cli, const struct cli_option *option,
                          const char *argument, bool is_negated)
{
    (void)cli;
    (void)is_negated;
    *(const char **)option->value = argument ? argument : "";
    return 0;
}

/* enable, disable, allow-override, forbid-override (number: 1 on, 2 override).
 */
static int take_service(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct daemon *daemon = option->value;
    size_t i;

    (void)is_negated;
    for (i = 0; i < DAEMON_SERVICE_COUNT; i++)
        if (strcmp(daemon->services[i].name, argument) == 0)
            break;
    if (i == DAEMON_SERVICE_COUNT)
        cli_die_with(cli, "No such service %s", argument);
    if (strcmp(option->long_name, "enable") == 0)
        daemon->services[i].is_on = true;
    else if (strcmp(option->long_name, "disable") == 0)
        daemon->services[i].is_on = false;
    else
        daemon->services[i].is_overridable =
            strcmp(option->long_name, "allow-override") == 0;
    return 0;
}

static void check_options(struct daemon *daemon)
{
    struct cli *cli = daemon->cli;

    if (daemon->log == DAEMON_LOG_UNSET)
        daemon->log =
            daemon->is_inetd || daemon->is_detached || daemon->has_syslog
                ? DAEMON_SYSLOG
                : DAEMON_STDERR;
    if (daemon->log == DAEMON_SYSLOG)
        openlog("git-daemon", LOG_PID, LOG_DAEMON);
    if (daemon->is_inetd &&
        (daemon->is_detached || daemon->user || daemon->group))
        daemon_die(daemon, 1,
                   "--detach, --user and --group are incompatible with "
                   "--inetd");
    if (daemon->is_inetd && (daemon->port || daemon->listen.count > 0))
        daemon_die(daemon, 1,
                   "--listen= and --port= are incompatible with "
                   "--inetd");
    if (daemon->group && !daemon->user)
        cli_die_with(cli, "--group supplied without --user");
    cli_check(cli, qn_user_switch_check(cli->ctx, daemon->user, daemon->group));
    if (daemon->is_strict && daemon->directory_count == 0)
        cli_die_with(cli,
                     "option --strict-paths requires '<directory>' arguments");
    if (daemon->base_path && !qn_file_is_directory(daemon->base_path))
        daemon_die(daemon, daemon->log == DAEMON_SYSLOG ? 1 : 128,
                   "base-path '%s' does not exist or is not a directory",
                   daemon->base_path);
}

static void detach(struct daemon *daemon)
{
    pid_t pid = fork();

    if (pid < 0)
        daemon_die(daemon, 128, "fork failed");
    if (pid > 0)
        _exit(0);
    if (setsid() < 0)
        daemon_die(daemon, 128, "setsid failed");
    (void)close(STDIN_FILENO);
    (void)close(STDOUT_FILENO);
    (void)close(STDERR_FILENO);
}

static void parse(struct daemon *daemon, int argc, char **argv)
{
    struct cli *cli = daemon->cli;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &daemon->is_verbose,
                 "tell of connections and requests"),
        CLI_FLAG(0, "syslog", &daemon->has_syslog,
                 "the same as --log-destination=syslog"),
        CLI_CALLBACK(0, "log-destination", &daemon->log, "where",
                     "stderr, syslog or none", CLI_OPTION_NO_NEGATE, take_log),
        CLI_FLAG(0, "export-all", &daemon->exports_all,
                 "serve repositories without git-daemon-export-ok, too"),
        CLI_FLAG(0, "strict-paths", &daemon->is_strict,
                 "paths are just what they say"),
        CLI_STRING(0, "base-path", &daemon->base_path, "path",
                   "paths of requests begin here"),
        CLI_FLAG(0, "base-path-relaxed", &daemon->base_is_relaxed,
                 "try them without that, too"),
        CLI_STRING(0, "interpolated-path", &daemon->interpolated_path,
                   "template", "a path made of %H, %CH, %IP, %P and %D"),
        CLI_CALLBACK(0, "user-path", &daemon->user_path, "path",
                     "serve ~user, or that path below it",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE,
                     take_user_path),
        CLI_FLAG(0, "inetd", &daemon->is_inetd,
                 "one client, on stdin and stdout"),
        CLI_LIST(0, "listen", &daemon->listen, "host",
                 "an address to listen on"),
        CLI_CALLBACK(0, "port", &daemon->port, "n", "the port; 9418",
                     CLI_OPTION_NO_NEGATE, take_port),
        CLI_CALLBACK(0, "init-timeout", &daemon->init_timeout, "n",
                     "seconds up to the request", CLI_OPTION_NO_NEGATE,
                     take_number),
        CLI_CALLBACK(0, "timeout", &daemon->timeout, "n",
                     "seconds of silence within the service",
                     CLI_OPTION_NO_NEGATE, take_number),
        CLI_CALLBACK(0, "max-connections", &daemon->most_children, "n",
                     "how many at once; 32, 0 for any number",
                     CLI_OPTION_NO_NEGATE, take_most),
        CLI_FLAG(0, "reuseaddr", &daemon->reuses_address,
                 "do not wait for old connections of the address"),
        CLI_FLAG(0, "detach", &daemon->is_detached, "go into the background"),
        CLI_STRING(0, "pid-file", &daemon->pid_file, "file",
                   "where the process id is written"),
        CLI_STRING(0, "user", &daemon->user, "name", "become that user"),
        CLI_STRING(0, "group", &daemon->group, "name", "and that group"),
        CLI_CALLBACK(0, "enable", daemon, "service", "offer it",
                     CLI_OPTION_NO_NEGATE, take_service),
        CLI_CALLBACK(0, "disable", daemon, "service", "do not offer it",
                     CLI_OPTION_NO_NEGATE, take_service),
        CLI_CALLBACK(0, "allow-override", daemon, "service",
                     "repositories may say otherwise", CLI_OPTION_NO_NEGATE,
                     take_service),
        CLI_CALLBACK(0, "forbid-override", daemon, "service",
                     "repositories may not", CLI_OPTION_NO_NEGATE,
                     take_service),
        CLI_STRING(0, "access-hook", &daemon->access_hook, "path",
                   "a program that is asked about each client"),
        CLI_FLAG(0, "informative-errors", &daemon->is_informative,
                 "tell clients what is wrong"),
        CLI_END};

    daemon->directory_count = cli_parse(cli, argc, argv, options, usage, 0);
    daemon->directories = argv;
}

int cmd_daemon(struct cli *cli, int argc, char **argv)
{
    static struct daemon daemon = {
        .services = {{"upload-archive", "daemon.uploadarch", false, true},
                     {"upload-pack", "daemon.uploadpack", true, true},
                     {"receive-pack", "daemon.receivepack", false, true}},
        .most_children = 32};

    daemon.cli = cli;
    parse(&daemon, argc, argv);
    check_options(&daemon);
    if (daemon.is_inetd)
        return daemon_serve(&daemon);
    if (daemon.is_detached)
        detach(&daemon);
    daemon_listen(&daemon);
    return 0;
}
