/* SPDX-License-Identifier: MIT */
#include "server/status_page.h"

static unsigned long long get(atomic_uint_fast64_t *number)
{
    return (unsigned long long)atomic_load(number);
}

void status_page_health(struct qn_ctx *ctx, struct request *request)
{
    bool is_well = !atomic_load(&request->server->is_stopping);

    if (qn_buf_append_string(ctx, &request->text,
                             is_well ? "ok\n" : "stopping\n")) {
        request_fail(ctx, request);
        return;
    }
    request_header(request, "Content-Type", "text/plain; charset=utf-8");
    request_header(request, "Cache-Control", "no-store");
    request_answer(request, is_well ? 200 : 503);
}

static enum qn_status put_counters(struct qn_ctx *ctx, struct metrics *metrics,
                                   struct qn_buf *out)
{
    const struct {
        const char *name, *help;
        atomic_uint_fast64_t *number;
    } rows[] = {
        {"received_bytes", "bytes of requests", &metrics->bytes_in},
        {"sent_bytes", "bytes of answers", &metrics->bytes_out},
        {"refused", "requests that were refused", &metrics->refused},
        {"timeouts", "requests that took too long", &metrics->timeouts},
        {"failed_sign_ins", "wrong passwords", &metrics->failed_sign_ins},
        {"too_large", "requests that wanted more memory than they may",
         &metrics->too_large},
    };
    enum qn_status status = QN_OK;
    unsigned i;

    status = qn_buf_append_string(ctx, out,
                                  "# HELP quoin_requests_total requests\n"
                                  "# TYPE quoin_requests_total counter\n");
    for (i = 0; !status && i < METRIC_KIND_COUNT; i++)
        status = qn_buf_printf(
            ctx, out, "quoin_requests_total{kind=\"%s\"} %llu\n",
            metrics_kind_name((enum metric_kind)i), get(&metrics->requests[i]));
    if (!status)
        status = qn_buf_append_string(
            ctx, out,
            "# HELP quoin_answers_total answers by status, 0 is cut\n"
            "# TYPE quoin_answers_total counter\n");
    for (i = 0; !status && i < 6; i++)
        status = qn_buf_printf(ctx, out,
                               "quoin_answers_total{status=\"%u%s\"} %llu\n", i,
                               i ? "xx" : "", get(&metrics->statuses[i]));
    for (i = 0; !status && i < QN_COUNT_OF(rows); i++)
        status = qn_buf_printf(ctx, out,
                               "# HELP quoin_%s_total %s\n"
                               "# TYPE quoin_%s_total counter\n"
                               "quoin_%s_total %llu\n",
                               rows[i].name, rows[i].help, rows[i].name,
                               rows[i].name, get(rows[i].number));
    return status;
}

static enum qn_status put_durations(struct qn_ctx *ctx, struct metrics *metrics,
                                    struct qn_buf *out)
{
    unsigned long long count = 0;
    enum qn_status status = qn_buf_append_string(
        ctx, out,
        "# HELP quoin_request_seconds how long requests took\n"
        "# TYPE quoin_request_seconds histogram\n");
    unsigned i;

    for (i = 0; !status && i < METRIC_BUCKETS; i++) {
        unsigned border = metrics_border(i);

        count += get(&metrics->durations[i]);
        status = border ? qn_buf_printf(
                              ctx, out,
                              "quoin_request_seconds_bucket{le=\"%g\"} %llu\n",
                              (double)border / 1000, count)
                        : qn_buf_printf(
                              ctx, out,
                              "quoin_request_seconds_bucket{le=\"+Inf\"} "
                              "%llu\nquoin_request_seconds_sum %g\n"
                              "quoin_request_seconds_count %llu\n",
                              count, (double)get(&metrics->duration_ms) / 1000,
                              count);
    }
    return status;
}

static enum qn_status put_gauges(struct qn_ctx *ctx, struct server *server,
                                 struct qn_buf *out)
{
    uint64_t cached, hits, misses;
    unsigned running, waiting, i;
    enum qn_status status = QN_OK;

    response_cache_count(server->cache, &cached, &hits, &misses);
    jobs_count(server->jobs, &running, &waiting);
    {
        const struct {
            const char *name, *help;
            unsigned long long number;
            bool is_counter;
        } rows[] = {
            {"connections", "open connections",
             (unsigned long long)atomic_load(&server->metrics.connections),
             false},
            {"jobs_running", "requests that are worked on", running, false},
            {"jobs_waiting", "requests that wait", waiting, false},
            {"open_repositories", "repositories that are open",
             repositories_open_count(server->repositories), false},
            {"cached_bytes", "answers that are kept", cached, false},
            {"cache_hits_total", "answers that were there", hits, true},
            {"cache_misses_total", "answers that had to be made", misses, true},
            {"memory_bytes", "memory of the library",
             qn_env_memory_used(server->env), false},
            {"memory_peak_bytes", "the most there ever was",
             qn_env_memory_peak(server->env), false},
        };

        for (i = 0; !status && i < QN_COUNT_OF(rows); i++)
            status = qn_buf_printf(ctx, out,
                                   "# HELP quoin_%s %s\n# TYPE quoin_%s %s\n"
                                   "quoin_%s %llu\n",
                                   rows[i].name, rows[i].help, rows[i].name,
                                   rows[i].is_counter ? "counter" : "gauge",
                                   rows[i].name, rows[i].number);
    }
    return status;
}

void status_page_metrics(struct qn_ctx *ctx, struct request *request)
{
    struct server *server = request->server;
    enum qn_status status = put_counters(ctx, &server->metrics, &request->text);

    if (!status)
        status = put_durations(ctx, &server->metrics, &request->text);
    if (!status)
        status = put_gauges(ctx, server, &request->text);
    if (status) {
        qn_buf_clear(&request->text);
        request_fail(ctx, request);
        return;
    }
    request_header(request, "Content-Type",
                   "text/plain; version=0.0.4; charset=utf-8");
    request_header(request, "Cache-Control", "no-store");
    request_answer(request, 200);
}
