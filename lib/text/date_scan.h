/* SPDX-License-Identifier: MIT */
/* What the strict and the approximate reader of dates share: the words, and
 * numbers in groups ("2008-02-14", "20:30").  Only text/date*.c use this. */
#ifndef QN_TEXT_DATE_SCAN_H
#define QN_TEXT_DATE_SCAN_H

#include "text/date.h"

/* Fields as they become known; -1: not yet. */
struct qn_date_scan {
    int64_t year;
    int month; /* 0..11 */
    int day;
    int hour;
    int minute;
    int second;
    int weekday;
    int64_t now;
};

extern const char *const qn_date_scan_months[12];
extern const char *const qn_date_scan_weekdays[7]; /* "Sundays", ... */

/* How many letters of `text` are a leading part of `name`; 0 when the word goes
 * on otherwise. */
size_t qn_date_scan_match(const char *text, const char *name);
/* The value of a run of digits, saturating; `*end` behind it. */
int64_t qn_date_scan_number(const char *text, const char **end);
bool qn_date_scan_set_time(struct qn_date_scan *scan, int64_t hour,
                           int64_t minute, int64_t second);
/* year, month 1..12, day; as in the first rule of groups: month and day stay
 * set even when the year is refused. */
bool qn_date_scan_set_date(struct qn_date_scan *scan, int64_t year,
                           int64_t month, int64_t day);
/* `text` is a number with `: . / -` and a digit behind it.  What was used, NULL
 * when the group is refused. */
const char *qn_date_scan_group(struct qn_date_scan *scan, const char *text);

#endif
