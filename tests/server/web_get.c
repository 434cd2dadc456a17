/* SPDX-License-Identifier: MIT */
/* One page of a repository, without a server:
 *
 *   web_get [-c] [-e ETAG] REPOSITORY URL     "/x.git/-/tree/src?rev=main"
 *
 * Status, headers, an empty line and the body go to stdout, as HTTP has them.
 * -c: instead of the body, what the object store was asked ("name count"), and
 * how long it took. */
#include "base/env.h"
#include "server/web/web.h"
#include "trace/trace_sink.h"
#include "wire/http_route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct driver {
    bool counts;
    uint64_t size;
};

static enum qn_status begin(struct qn_ctx *ctx, void *data,
                            const struct web_head *head)
{
    unsigned i;

    (void)ctx;
    (void)data;
    printf("HTTP %u\n", head->status);
    for (i = 0; i < head->count; i++)
        printf("%s: %s\n", head->headers[i].name, head->headers[i].value);
    putchar('\n');
    return QN_OK;
}

static enum qn_status append(struct qn_ctx *ctx, void *data,
                             struct qn_bytes bytes)
{
    struct driver *driver = data;

    (void)ctx;
    driver->size += bytes.size;
    if (!driver->counts)
        (void)fwrite(bytes.data, 1, bytes.size, stdout);
    return QN_OK;
}

static enum qn_status names(struct qn_ctx *ctx, void *data, void *list)
{
    (void)data;
    return web_list_add(ctx, list, "/x.git");
}

static double clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int64_t clock_ns(void *data)
{
    (void)data;
    return (int64_t)(clock_ms() * 1e6);
}

static void print_totals(void *data, const uint64_t *totals, int64_t elapsed_ns)
{
    unsigned i;

    (void)elapsed_ns;
    for (i = 0; i < QN_COUNTER_COUNT && ((struct driver *)data)->counts; i++)
        if (totals[i])
            printf("%s %llu\n", qn_counter_name((enum qn_counter)i),
                   (unsigned long long)totals[i]);
}

static int get(struct qn_ctx *ctx, struct driver *driver,
               struct web_request *request, const char *repository,
               const char *url)
{
    struct qn_repo_open_options options = {.start = repository,
                                           .ignores_variables = true};
    const struct web_answer answer = {begin, append, driver};
    struct qn_bytes path = qn_bytes_from_string(url);
    size_t end = qn_bytes_find(path, '?');
    struct qn_buf plain = QN_BUF_INIT;
    double from = clock_ms();
    enum qn_status status =
        qn_http_route_unescape(ctx, qn_bytes_first(path, end), false, &plain);

    request->query = qn_bytes_from(path, end + 1);
    request->title = "Repositories";
    request->names = names;
    web_route_find(qn_buf_bytes(&plain), &request->route);
    if (!status)
        status = qn_repo_open(ctx, &options, &request->repo);
    if (!status)
        status = web_get(ctx, request, &answer);
    if (status)
        printf("HTTP 500\n\n%s\n", qn_ctx_message(ctx));
    if (driver->counts)
        printf("ms %.1f\nbytes %llu\n", clock_ms() - from,
               (unsigned long long)driver->size);
    qn_repo_release(request->repo);
    qn_buf_dispose(&plain);
    return status ? 1 : 0;
}

static const char *variable(void *data, const char *name)
{
    (void)data;
    return getenv(name);
}

int main(int argc, char **argv)
{
    struct driver driver = {.counts = false};
    struct web_request request = {.title = NULL};
    struct qn_env *env = NULL;
    struct qn_ctx *ctx = NULL;
    const struct qn_trace_sink sink = {.data = &driver, .finish = print_totals};
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    char directory[4096];
    int code = 2;

    while (argc > 1 && argv[1][0] == '-') {
        if (strcmp(argv[1], "-c") == 0) {
            driver.counts = true;
        } else if (strcmp(argv[1], "-e") == 0 && argc > 2) {
            request.etag = argv[2];
            argc--;
            argv++;
        }
        argc--;
        argv++;
    }
    if (driver.counts) {
        options.trace = qn_trace_new(clock_ns, NULL);
        if (!options.trace || !qn_trace_add_sink(options.trace, &sink))
            return 2;
    }
    options.directory = getcwd(directory, sizeof(directory));
    options.variable = variable;
    options.forbids_processes = true;
    if (argc == 3)
        env = qn_env_new(&options);
    if (env)
        ctx = qn_ctx_new(env);
    if (ctx)
        code = get(ctx, &driver, &request, argv[1], argv[2]);
    qn_ctx_free(ctx);
    qn_env_release(env);
    qn_trace_free(options.trace);
    return code;
}
