/* SPDX-License-Identifier: MIT */
#include "text/date_scan.h"

#define FUTURE_SECONDS 864000 /* ten days */

const char *const qn_date_scan_months[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
const char *const qn_date_scan_weekdays[7] = {
    "Sundays",   "Mondays", "Tuesdays", "Wednesdays",
    "Thursdays", "Fridays", "Saturdays"};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static bool is_alnum(char c)
{
    return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'Z');
}

size_t qn_date_scan_match(const char *text, const char *name)
{
    size_t i;

    for (i = 0; text[i]; i++) {
        if (name[i] && upper(text[i]) == upper(name[i]))
            continue;
        if (!is_alnum(text[i]))
            break;
        return 0;
    }
    return i;
}

int64_t qn_date_scan_number(const char *text, const char **end)
{
    int64_t value = 0;

    for (; is_digit(*text); text++)
        value = value > INT64_MAX / 10 - 10 ? INT64_MAX / 10 - 10
                                            : value * 10 + (*text - '0');
    *end = text;
    return value;
}

bool qn_date_scan_set_time(struct qn_date_scan *scan, int64_t hour,
                           int64_t minute, int64_t second)
{
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 ||
        second > 60)
        return false;
    scan->hour = (int)hour;
    scan->minute = (int)minute;
    scan->second = (int)second;
    return true;
}

/* The year that a written number means; -1: none. */
static int64_t map_year(int64_t year)
{
    if (year >= 1970 && year < 2100)
        return year;
    if (year > 70 && year < 100)
        return year + 1900;
    if (year >= 0 && year < 38)
        return year + 2000;
    return -1;
}

bool qn_date_scan_set_date(struct qn_date_scan *scan, int64_t year,
                           int64_t month, int64_t day)
{
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    scan->month = (int)month - 1;
    scan->day = (int)day;
    if (year < 0)
        return true;
    if (map_year(year) < 0)
        return false;
    scan->year = map_year(year);
    return true;
}

/* The candidates that must not lie in the future; all or nothing. */
static bool set_past_date(struct qn_date_scan *scan, int64_t year,
                          int64_t month, int64_t day)
{
    struct qn_date_scan trial = *scan;
    struct qn_date_fields fields = {0};

    if (!qn_date_scan_set_date(&trial, year, month, day))
        return false;
    if (scan->hour >= 0 && scan->minute >= 0 && scan->second >= 0) {
        fields.year = trial.year;
        if (year < 0) {
            qn_date_split(scan->now, &fields);
        }
        fields.month = trial.month;
        fields.day = trial.day;
        fields.hour = scan->hour;
        fields.minute = scan->minute;
        fields.second = scan->second;
        if (qn_date_join(&fields) > scan->now + FUTURE_SECONDS)
            return false;
    }
    if (year < 0)
        trial.year = scan->year;
    *scan = trial;
    return true;
}

const char *qn_date_scan_group(struct qn_date_scan *scan, const char *text)
{
    const char *end;
    int64_t a = qn_date_scan_number(text, &end);
    char separator = *end;
    int64_t b = qn_date_scan_number(end + 1, &end);
    int64_t c = -1;

    if (*end == separator && is_digit(end[1]))
        c = qn_date_scan_number(end + 1, &end);
    if (separator == ':') {
        if (!qn_date_scan_set_time(scan, a, b, c < 0 ? 0 : c))
            return NULL;
        if (*end == '.' && is_digit(end[1]) && scan->year >= 0 &&
            scan->month >= 0 && scan->day >= 0)
            qn_date_scan_number(end + 1, &end);
        return end;
    }
    if (a > 70 && (qn_date_scan_set_date(scan, a, b, c) ||
                   qn_date_scan_set_date(scan, a, c, b)))
        return end;
    if ((separator != '.' && set_past_date(scan, c, a, b)) ||
        set_past_date(scan, c, b, a) ||
        (separator == '.' && set_past_date(scan, c, a, b)))
        return end;
    return NULL;
}
