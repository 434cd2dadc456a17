/* SPDX-License-Identifier: MIT */
#include "server/metrics.h"

static const unsigned borders[METRIC_BUCKETS] = {5,    20,    100,   500,
                                                 2000, 10000, 60000, 0};

const char *metrics_kind_name(enum metric_kind kind)
{
    static const char *const names[METRIC_KIND_COUNT] = {
        "refs", "fetch", "push", "archive", "file", "page", "git", "other"};

    return names[kind];
}

unsigned metrics_border(unsigned bucket)
{
    return borders[bucket];
}

void metrics_count(struct metrics *metrics, enum metric_kind kind,
                   unsigned status, int64_t duration_ms)
{
    unsigned i = 0;

    atomic_fetch_add(&metrics->requests[kind], 1);
    atomic_fetch_add(&metrics->statuses[status / 100 < 6 ? status / 100 : 0],
                     1);
    atomic_fetch_add(&metrics->duration_ms, (uint64_t)duration_ms);
    while (borders[i] && duration_ms > (int64_t)borders[i])
        i++;
    atomic_fetch_add(&metrics->durations[i], 1);
}
