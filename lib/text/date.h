/* SPDX-License-Identifier: MIT */
/* Dates: read what people and machines write, print in every form of --date.
 *
 *   strict        "2008-02-14 20:30:45 +0100", "@1234567890 +0100", mails
 *   approximate   "yesterday", "3.days.ago", "last friday noon", and strict
 *   expiry        "never", "now", approximate
 *
 * A zone is the decimal number that Git writes: +0130 is 130, -0130 is -130.
 * "Now" and local time come from the environment; GIT_TEST_DATE_NOW (decimal
 * seconds) replaces now for everything here.  git-commit(1) DATE FORMATS,
 * git-log(1) --date.
 */
#ifndef QN_TEXT_DATE_H
#define QN_TEXT_DATE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/env.h"

struct qn_date {
    int64_t seconds; /* since 1970-01-01 UTC */
    int zone;        /* as written: hhmm as a decimal number */
};

#define QN_DATE_NO_ZONE INT32_MAX

/* Broken-down time.  `year` in full, `month` 0..11, `day` 1..31. */
struct qn_date_fields {
    int64_t year;
    int month, day, hour, minute, second;
    int weekday;  /* 0: Sunday */
    int year_day; /* 0: January 1st */
};

enum qn_date_kind {
    QN_DATE_DEFAULT = 0, /* Thu Feb 14 20:30:45 2008 +0100 */
    QN_DATE_RELATIVE,
    QN_DATE_HUMAN,
    QN_DATE_SHORT,
    QN_DATE_ISO,
    QN_DATE_ISO_STRICT,
    QN_DATE_RFC2822,
    QN_DATE_RAW,
    QN_DATE_UNIX,
    QN_DATE_FORMAT /* strftime */
};

struct qn_date_mode {
    enum qn_date_kind kind;
    bool is_local;
    const char *format; /* for QN_DATE_FORMAT; borrowed from what was parsed */
};

/* Seconds of now. */
int64_t qn_date_now(const struct qn_env *env);
/* The local zone at an instant, as a decimal number. */
int qn_date_local_zone(const struct qn_env *env, int64_t seconds);
int qn_date_zone_to_minutes(int zone);
int qn_date_zone_from_minutes(int minutes);

/* Calendar, proleptic; no zone in it. */
void qn_date_split(int64_t seconds, struct qn_date_fields *out);
int64_t qn_date_join(const struct qn_date_fields *fields); /* normalises */
/* The instant at which local clocks show `fields`. */
int64_t qn_date_join_local(const struct qn_env *env,
                           const struct qn_date_fields *fields);

/* Strict; a text without a zone gets the local one.  QN_INVALID "invalid date
 * format: <text>". */
enum qn_status qn_date_parse(struct qn_ctx *ctx, const char *text,
                             struct qn_date *out) QN_MUST_USE;
/* As above without a message; what `commit --date` and fast-import ask. */
bool qn_date_scan(const struct qn_env *env, const char *text,
                  struct qn_date *out);
/* Approximate: always answers; `*recognised` (may be NULL) false when nothing
 * of the text was understood (the answer is now). */
int64_t qn_date_approximate(const struct qn_env *env, const char *text,
                            bool *recognised);
/* Times of expiry: "never" and "false" are 0, "all" and "now" INT64_MAX.
 * QN_INVALID when it is not understood. */
enum qn_status qn_date_expiry(struct qn_ctx *ctx, const char *text,
                              int64_t *out) QN_MUST_USE;

/* A name of --date: "iso", "format-local:%Y", "auto:human" (`is_terminal`).
 * QN_INVALID "unknown date format <text>".  `text` must outlive the mode. */
enum qn_status qn_date_mode_parse(struct qn_ctx *ctx, const char *text,
                                  bool is_terminal,
                                  struct qn_date_mode *out) QN_MUST_USE;
/* Append. */
enum qn_status qn_date_format(struct qn_ctx *ctx, int64_t seconds, int zone,
                              const struct qn_date_mode *mode,
                              struct qn_buf *out) QN_MUST_USE;

#endif
