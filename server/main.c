/* SPDX-License-Identifier: MIT */
/* quoin-serve: one process that serves every repository below its folders.
 *
 *   http_listener, git_listener   connections (event loops)
 *     -> jobs -> http_job         what is asked, by whom, may they
 *     -> git_service              the library's upload-pack and receive-pack
 *     -> response (cache)         one answer for all who ask the same
 */
#include "server/git_listener.h"
#include "server/http_listener.h"
#include "server/log.h"
#include "server/server.h"
#include "server/shell.h"

#include "os/temporary.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static const char *get_variable(void *data, const char *name)
{
    (void)data;
    /* Whose repository is meant is not for our own variables to say. */
    if (strncmp(name, "GIT_", 4) == 0 && strncmp(name, "GIT_CONFIG_", 11) != 0)
        return NULL;
    return getenv(name);
}

static struct qn_env *make_env(const struct settings *settings)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    static char directory[4096];

    if (!getcwd(directory, sizeof(directory)))
        return NULL;
    options.variable = get_variable;
    options.directory = directory;
    options.memory_limit = settings->memory;
    if (getenv("QUOIN_THREADS"))
        options.thread_count = (uint32_t)atoi(getenv("QUOIN_THREADS"));
    return qn_env_new(&options);
}

static int hash_password(struct qn_ctx *ctx)
{
    char password[1024];
    struct qn_buf out = QN_BUF_INIT;

    if (!fgets(password, sizeof(password), stdin))
        return 1;
    password[strcspn(password, "\r\n")] = '\0';
    if (passwords_hash(ctx, password, &out)) {
        fprintf(stderr, "error: %s\n", qn_ctx_message(ctx));
        return 1;
    }
    printf("%s\n", qn_buf_string(&out));
    qn_buf_dispose(&out);
    return 0;
}

static bool open_server(struct qn_ctx *ctx, struct server *server)
{
    const struct settings *settings = server->settings;
    struct jobs_options jobs = {.workers = (unsigned)settings->workers,
                                .talks = server_talks(settings),
                                .most_waiting = (unsigned)settings->waiting,
                                .seconds = (int64_t)settings->seconds,
                                .memory = settings->request_memory};
    struct utsname system;

    snprintf(server->agent, sizeof(server->agent), "quoin/%s-%.32s",
             QUOIN_VERSION_TEXT,
             uname(&system) == 0 ? system.sysname : "unknown");
    (void)pthread_mutex_init(&server->lock, NULL);
    server->crowd.most = server_talks(settings) - 1;
    server->umask = (uint32_t)umask(0);
    (void)umask((mode_t)server->umask);
    server->repositories =
        repositories_new(ctx, settings->folders, settings->folder_count,
                         (unsigned)settings->open_repositories);
    if (!server->repositories || server_reload(ctx, server)) {
        fprintf(stderr, "error: %s\n", qn_ctx_message(ctx));
        return false;
    }
    server->cache = response_cache_new(settings->cache_size,
                                       (int64_t)settings->stall_seconds * 1000);
    server->limits = limits_new((size_t)settings->connections * 2);
    if (settings->shell)
        return server->cache && server->limits;
    server->jobs = jobs_new(server->env, &jobs);
    return server->cache && server->limits && server->jobs;
}

static bool write_pid(const char *path)
{
    FILE *file = path ? fopen(path, "w") : NULL;

    if (!path)
        return true;
    if (!file || fprintf(file, "%ld\n", (long)getpid()) < 0 ||
        fclose(file) != 0) {
        fprintf(stderr, "error: cannot write '%s'\n", path);
        return false;
    }
    return true;
}

/* Rules and users together, and the certificate with its key: what is wrong
 * with one of the two changes nothing of it. */
static void reload(struct qn_ctx *ctx, struct server *server,
                   struct http_listener *http)
{
    bool is_done = true;

    if (server_reload(ctx, server)) {
        log_line("not reloaded: %s", qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        is_done = false;
    }
    if (http_listener_reload(ctx, http)) {
        log_line("not reloaded: %s", qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        is_done = false;
    }
    repositories_forget(server->repositories);
    response_cache_clear(server->cache);
    if (is_done)
        log_line("reloaded");
}

/* Signals are taken here, between looks at clients that are too slow. */
static void watch(struct qn_ctx *ctx, struct server *server,
                  struct http_listener *http, const sigset_t *signals)
{
    const struct timespec tick = {0, 300000000};

    for (;;) {
        int number = sigtimedwait(signals, NULL, &tick);
        unsigned shut = limits_shut(server->limits,
                                    (unsigned)server->settings->header_seconds);

        atomic_fetch_add(&server->metrics.timeouts, shut);
        http_listener_sweep(http);
        if (number == SIGTERM || number == SIGINT)
            return;
        if (number == SIGHUP)
            reload(ctx, server, http);
    }
}

static int run(struct qn_ctx *ctx, struct server *server)
{
    const struct settings *settings = server->settings;
    struct http_listener *http;
    struct git_listener *git = NULL;
    sigset_t signals;
    int port = 0, git_port = 0;
    int64_t until;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (!open_server(ctx, server))
        return 1;
    http = http_listener_start(ctx, server, &port);
    if (http && settings->git_listen)
        git = git_listener_start(ctx, server, &git_port);
    if (!http || (settings->git_listen && !git) ||
        !write_pid(settings->pid_file))
        return 1;
    qn_ctx_set_report(ctx, NULL, NULL);
    log_line("serving on port %d%s", port,
             settings->certificate ? " (tls)" : "");
    if (git)
        log_line("serving git:// on port %d", git_port);
    watch(ctx, server, http, &signals);
    log_line("stopping");
    atomic_store(&server->is_stopping, true);
    http_listener_quiesce(http);
    git_listener_stop(git);
    until = response_clock_ms() + (int64_t)settings->grace_seconds * 1000;
    jobs_close(server->jobs, (unsigned)settings->grace_seconds);
    http_listener_stop(http, until);
    jobs_free(server->jobs); /* open connections may have asked for more */
    free(git);
    if (settings->pid_file)
        (void)unlink(settings->pid_file);
    log_line("stopped");
    return 0;
}

int main(int argc, char **argv)
{
    static struct settings settings;
    static struct server server;
    struct qn_ctx *ctx;
    int code;

    if (!settings_parse(&settings, argc, argv)) {
        fprintf(stderr, "hint: quoin serve --help\n");
        return 129;
    }
    if (settings.wants_help) {
        settings_help();
        return 0;
    }
    server.settings = &settings;
    server.env = make_env(&settings);
    ctx = server.env ? qn_ctx_new(server.env) : NULL;
    if (!ctx) {
        fprintf(stderr, "fatal: out of memory\n");
        return 128;
    }
    if (settings.hashes_password)
        code = hash_password(ctx);
    else if (settings.shell)
        code = open_server(ctx, &server) ? shell_run(ctx, &server) : 1;
    else
        code = run(ctx, &server);
    repositories_free(server.repositories);
    response_cache_free(server.cache);
    limits_free(server.limits);
    server_policy_release(server.policy);
    qn_temporary_unlink_all();
    qn_ctx_free(ctx);
    qn_env_release(server.env);
    return code;
}
