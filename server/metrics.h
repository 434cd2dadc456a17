/* SPDX-License-Identifier: MIT */
/* Numbers that only go up, and what they look like to Prometheus. */
#ifndef QUOIN_SERVER_METRICS_H
#define QUOIN_SERVER_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

enum metric_kind { /* of requests */
                   METRIC_REFS,
                   METRIC_FETCH,
                   METRIC_PUSH,
                   METRIC_ARCHIVE,
                   METRIC_FILE,
                   METRIC_PAGE,
                   METRIC_GIT, /* git:// */
                   METRIC_OTHER,
                   METRIC_KIND_COUNT
};

#define METRIC_BUCKETS 8

struct metrics {
    atomic_uint_fast64_t requests[METRIC_KIND_COUNT];
    atomic_uint_fast64_t statuses[6]; /* 1xx..5xx; 0: cut */
    atomic_uint_fast64_t bytes_in, bytes_out;
    atomic_uint_fast64_t refused, timeouts, failed_sign_ins, too_large;
    atomic_uint_fast64_t duration_ms;
    atomic_uint_fast64_t durations[METRIC_BUCKETS]; /* not cumulated */
    atomic_int connections;
    atomic_int asked; /* requests over http that have no whole answer yet */
};

const char *metrics_kind_name(enum metric_kind kind);
void metrics_count(struct metrics *metrics, enum metric_kind kind,
                   unsigned status, int64_t duration_ms);
/* The upper border of a bucket, in milliseconds; 0: there is none. */
unsigned metrics_border(unsigned bucket);

#endif
