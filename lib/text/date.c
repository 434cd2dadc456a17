/* SPDX-License-Identifier: MIT */
/* The calendar, modes, and output. */
#include "text/date.h"

#include "base/ctx.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec"};
static const char weekday_names[7][4] = {"Sun", "Mon", "Tue", "Wed",
                                         "Thu", "Fri", "Sat"};

int64_t qn_date_now(const struct qn_env *env)
{
    const char *fixed = qn_env_variable(env, "GIT_TEST_DATE_NOW");

    if (fixed && *fixed)
        return strtoll(fixed, NULL, 10);
    return qn_env_clock(env, true) / 1000000000;
}

int qn_date_zone_to_minutes(int zone)
{
    int size = zone < 0 ? -zone : zone;
    int minutes = size / 100 * 60 + size % 100;

    return zone < 0 ? -minutes : minutes;
}

int qn_date_zone_from_minutes(int minutes)
{
    int size = minutes < 0 ? -minutes : minutes;
    int zone = size / 60 * 100 + size % 60;

    return minutes < 0 ? -zone : zone;
}

int qn_date_local_zone(const struct qn_env *env, int64_t seconds)
{
    return qn_date_zone_from_minutes(qn_env_zone(env, seconds));
}

/* Days since 1970-01-01 of a date whose month is 0..11. */
static int64_t days_of(int64_t year, int month, int64_t day)
{
    int64_t era;
    int64_t year_of_era;
    int64_t day_of_year;

    month += 1;
    year -= month <= 2;
    era = (year >= 0 ? year : year - 399) / 400;
    year_of_era = year - era * 400;
    day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 -
           year_of_era / 100 + day_of_year + day - 1 - 719468;
}

void qn_date_split(int64_t seconds, struct qn_date_fields *out)
{
    int64_t days = seconds / 86400;
    int64_t second = seconds % 86400;
    int64_t era;
    int64_t day_of_era;
    int64_t year_of_era;
    int64_t day_of_year;
    int64_t shifted_month;

    if (second < 0) {
        second += 86400;
        days--;
    }
    out->weekday = (int)(((days + 4) % 7 + 7) % 7);
    out->hour = (int)(second / 3600);
    out->minute = (int)(second / 60 % 60);
    out->second = (int)(second % 60);
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    day_of_era = days - era * 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                   day_of_era / 146096) /
                  365;
    day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    shifted_month = (5 * day_of_year + 2) / 153;
    out->day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    out->month =
        (int)(shifted_month < 10 ? shifted_month + 2 : shifted_month - 10);
    out->year = year_of_era + era * 400 + (out->month <= 1);
    out->year_day = (int)(days - 719468 - days_of(out->year, 0, 1));
}

int64_t qn_date_join(const struct qn_date_fields *fields)
{
    int64_t year = fields->year;
    int64_t month = fields->month;

    year += month / 12;
    month %= 12;
    if (month < 0) {
        month += 12;
        year--;
    }
    return days_of(year, (int)month, fields->day) * 86400 +
           (int64_t)fields->hour * 3600 + (int64_t)fields->minute * 60 +
           fields->second;
}

int64_t qn_date_join_local(const struct qn_env *env,
                           const struct qn_date_fields *fields)
{
    int64_t clock = qn_date_join(fields);
    int64_t first = clock - (int64_t)qn_env_zone(env, clock) * 60;
    int64_t second = clock - (int64_t)qn_env_zone(env, first) * 60;

    /* in a gap or an overlap the two differ: stay on the earlier side */
    if (clock - (int64_t)qn_env_zone(env, second) * 60 == second)
        return second;
    return first;
}

/* A name of a mode at the front of `text`: the rest behind it, or NULL. */
static const char *skip_name(const char *text, const char *name)
{
    size_t size = strlen(name);

    return strncmp(text, name, size) == 0 ? text + size : NULL;
}

static const struct {
    const char *name;
    enum qn_date_kind kind;
} mode_names[] = {
    {"relative", QN_DATE_RELATIVE},
    {"iso8601-strict", QN_DATE_ISO_STRICT},
    {"iso-strict", QN_DATE_ISO_STRICT},
    {"iso8601", QN_DATE_ISO},
    {"iso", QN_DATE_ISO},
    {"rfc2822", QN_DATE_RFC2822},
    {"rfc", QN_DATE_RFC2822},
    {"short", QN_DATE_SHORT},
    {"default", QN_DATE_DEFAULT},
    {"human", QN_DATE_HUMAN},
    {"raw", QN_DATE_RAW},
    {"unix", QN_DATE_UNIX},
    {"format", QN_DATE_FORMAT},
};

enum qn_status qn_date_mode_parse(struct qn_ctx *ctx, const char *text,
                                  bool is_terminal, struct qn_date_mode *out)
{
    struct qn_date_mode mode = {QN_DATE_DEFAULT, false, NULL};
    const char *name = text;
    const char *rest = skip_name(text, "auto:");
    size_t i;

    if (rest)
        name = is_terminal ? rest : "default";
    if (strcmp(name, "local") == 0)
        name = "default-local";
    for (rest = NULL, i = 0; i < QN_COUNT_OF(mode_names) && !rest; i++) {
        rest = skip_name(name, mode_names[i].name);
        mode.kind = mode_names[i].kind;
    }
    if (rest) {
        const char *local = skip_name(rest, "-local");

        mode.is_local = local != NULL;
        rest = local ? local : rest;
    }
    if (rest && mode.kind == QN_DATE_FORMAT) {
        if (*rest != ':')
            return qn_ctx_fail(ctx, QN_INVALID,
                               "date format missing colon separator: %s", text);
        mode.format = rest + 1;
    } else if (!rest || *rest) {
        return qn_ctx_fail(ctx, QN_INVALID, "unknown date format %s", text);
    }
    *out = mode;
    return QN_OK;
}

static enum qn_status append_count(struct qn_ctx *ctx, struct qn_buf *out,
                                   int64_t count, const char *unit)
{
    return qn_buf_printf(ctx, out, "%lld %s%s ago", (long long)count, unit,
                         count == 1 ? "" : "s");
}

static enum qn_status format_relative(struct qn_ctx *ctx, int64_t seconds,
                                      struct qn_buf *out)
{
    int64_t now = qn_date_now(qn_ctx_env(ctx));
    int64_t n;

    if (seconds > now)
        return qn_buf_append_string(ctx, out, "in the future");
    n = now - seconds;
    if (n < 90)
        return append_count(ctx, out, n, "second");
    n = (n + 30) / 60;
    if (n < 90)
        return append_count(ctx, out, n, "minute");
    n = (n + 30) / 60;
    if (n < 36)
        return append_count(ctx, out, n, "hour");
    n = (n + 12) / 24;
    if (n < 14)
        return append_count(ctx, out, n, "day");
    if (n < 70)
        return append_count(ctx, out, (n + 3) / 7, "week");
    if (n < 365)
        return append_count(ctx, out, (n + 15) / 30, "month");
    if (n < 1825) {
        int64_t months = (24 * n + 365) / 730;
        int64_t years = months / 12;

        months %= 12;
        if (months == 0)
            return append_count(ctx, out, years, "year");
        return qn_buf_printf(ctx, out, "%lld year%s, %lld month%s ago",
                             (long long)years, years == 1 ? "" : "s",
                             (long long)months, months == 1 ? "" : "s");
    }
    return append_count(ctx, out, (n + 183) / 365, "year");
}

static enum qn_status append_zone(struct qn_ctx *ctx, struct qn_buf *out,
                                  int zone)
{
    return qn_buf_printf(ctx, out, " %+05d", zone);
}

static enum qn_status format_human(struct qn_ctx *ctx, int64_t seconds,
                                   int zone,
                                   const struct qn_date_fields *fields,
                                   struct qn_buf *out)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    int64_t now = qn_date_now(env);
    int local_zone = qn_date_local_zone(env, now);
    struct qn_date_fields today;
    enum qn_status status;

    qn_date_split(now + (int64_t)qn_env_zone(env, now) * 60, &today);
    if (today.year == fields->year && today.month == fields->month &&
        today.day == fields->day)
        return format_relative(ctx, seconds, out);
    if (today.year != fields->year)
        return qn_buf_printf(ctx, out, "%s %d %lld", month_names[fields->month],
                             fields->day, (long long)fields->year);
    status = qn_buf_printf(ctx, out, "%s ", weekday_names[fields->weekday]);
    if (status)
        return status;
    if (today.month == fields->month && fields->day < today.day &&
        fields->day + 5 > today.day) {
        status =
            qn_buf_printf(ctx, out, "%02d:%02d", fields->hour, fields->minute);
        if (!status && zone != local_zone)
            status = append_zone(ctx, out, zone);
        return status;
    }
    return qn_buf_printf(ctx, out, "%s %d %02d:%02d",
                         month_names[fields->month], fields->day, fields->hour,
                         fields->minute);
}

/* Write what strftime does not know (%s, %z, %Z) into the format. */
static enum qn_status expand_own(struct qn_ctx *ctx, int64_t seconds, int zone,
                                 const struct qn_date_mode *mode,
                                 struct qn_buf *format)
{
    const char *p;
    enum qn_status status = QN_OK;

    for (p = mode->format; *p && !status; p++) {
        if (*p != '%' || !p[1]) {
            status = qn_buf_append_byte(ctx, format, (uint8_t)*p);
            continue;
        }
        p++;
        if (*p == 's')
            status = qn_buf_printf(ctx, format, "%lld", (long long)seconds);
        else if (*p == 'z')
            status = qn_buf_printf(ctx, format, "%+05d", zone);
        else if (*p != 'Z' || mode->is_local)
            status = qn_buf_append(ctx, format, p - 1, 2);
    }
    return status;
}

static enum qn_status format_strftime(struct qn_ctx *ctx, int64_t seconds,
                                      int zone,
                                      const struct qn_date_fields *fields,
                                      const struct qn_date_mode *mode,
                                      struct qn_buf *out)
{
    struct qn_buf format = QN_BUF_INIT;
    struct tm tm = {0};
    size_t room = 128;
    size_t size = 0;
    enum qn_status status;

    tm.tm_year = (int)(fields->year - 1900);
    tm.tm_mon = fields->month;
    tm.tm_mday = fields->day;
    tm.tm_hour = fields->hour;
    tm.tm_min = fields->minute;
    tm.tm_sec = fields->second;
    tm.tm_wday = fields->weekday;
    tm.tm_yday = fields->year_day;
    status = expand_own(ctx, seconds, zone, mode, &format);
    /* a blank at the end tells an empty result from one that does not fit */
    if (!status)
        status = qn_buf_append_byte(ctx, &format, ' ');
    while (!status && size == 0) {
        status = qn_buf_reserve(ctx, out, room);
        if (!status)
            size = strftime((char *)out->data + out->size, room,
                            qn_buf_string(&format), &tm);
        room *= 2;
    }
    if (!status) {
        out->size += size - 1;
        out->data[out->size] = '\0';
    }
    qn_buf_dispose(&format);
    return status;
}

static char *put_2(char *p, int value)
{
    *p++ = (char)('0' + value / 10 % 10);
    *p++ = (char)('0' + value % 10);
    return p;
}

/* "Thu Feb 14 20:30:45 2008": the hot one, without printf for usual years. */
static enum qn_status format_default(struct qn_ctx *ctx, int zone,
                                     const struct qn_date_fields *f,
                                     bool is_local, struct qn_buf *out)
{
    char text[40];
    char *p = text;
    int size = zone < 0 ? -zone : zone;

    if (f->year < 1000 || f->year > 9999 || size > 9999) {
        enum qn_status status = qn_buf_printf(
            ctx, out, "%s %s %d %02d:%02d:%02d %lld", weekday_names[f->weekday],
            month_names[f->month], f->day, f->hour, f->minute, f->second,
            (long long)f->year);

        return status || is_local ? status : append_zone(ctx, out, zone);
    }
    memcpy(p, weekday_names[f->weekday], 3);
    p[3] = ' ';
    memcpy(p + 4, month_names[f->month], 3);
    p[7] = ' ';
    p += 8;
    if (f->day > 9)
        p = put_2(p, f->day);
    else
        *p++ = (char)('0' + f->day);
    *p++ = ' ';
    p = put_2(p, f->hour);
    *p++ = ':';
    p = put_2(p, f->minute);
    *p++ = ':';
    p = put_2(p, f->second);
    *p++ = ' ';
    p = put_2(p, (int)(f->year / 100));
    p = put_2(p, (int)(f->year % 100));
    if (!is_local) {
        *p++ = ' ';
        *p++ = zone < 0 ? '-' : '+';
        p = put_2(p, size / 100);
        p = put_2(p, size % 100);
    }
    return qn_buf_append(ctx, out, text, (size_t)(p - text));
}

static enum qn_status format_iso(struct qn_ctx *ctx, int zone,
                                 const struct qn_date_fields *f, bool is_strict,
                                 struct qn_buf *out)
{
    int size = zone < 0 ? -zone : zone;
    enum qn_status status;

    status =
        qn_buf_printf(ctx, out, "%04lld-%02d-%02d%c%02d:%02d:%02d",
                      (long long)f->year, f->month + 1, f->day,
                      is_strict ? 'T' : ' ', f->hour, f->minute, f->second);
    if (status)
        return status;
    if (!is_strict)
        return append_zone(ctx, out, zone);
    if (zone == 0)
        return qn_buf_append_byte(ctx, out, 'Z');
    return qn_buf_printf(ctx, out, "%c%02d:%02d", zone < 0 ? '-' : '+',
                         size / 100, size % 100);
}

enum qn_status qn_date_format(struct qn_ctx *ctx, int64_t seconds, int zone,
                              const struct qn_date_mode *mode,
                              struct qn_buf *out)
{
    /* where the C library gives up: years that no int holds */
    const int64_t limit = INT64_C(67767976233532799);
    struct qn_date_fields f;

    if (mode->kind == QN_DATE_UNIX)
        return qn_buf_printf(ctx, out, "%lld", (long long)seconds);
    if (mode->is_local)
        zone = qn_date_local_zone(qn_ctx_env(ctx), seconds);
    if (mode->kind == QN_DATE_RAW)
        return qn_buf_printf(ctx, out, "%lld %+05d", (long long)seconds, zone);
    if (mode->kind == QN_DATE_RELATIVE)
        return format_relative(ctx, seconds, out);
    if (seconds < -limit || seconds > limit)
        seconds = zone = 0;
    qn_date_split(seconds + (int64_t)qn_date_zone_to_minutes(zone) * 60, &f);
    switch (mode->kind) {
    case QN_DATE_HUMAN:
        return format_human(ctx, seconds, zone, &f, out);
    case QN_DATE_SHORT:
        return qn_buf_printf(ctx, out, "%04lld-%02d-%02d", (long long)f.year,
                             f.month + 1, f.day);
    case QN_DATE_ISO:
    case QN_DATE_ISO_STRICT:
        return format_iso(ctx, zone, &f, mode->kind == QN_DATE_ISO_STRICT, out);
    case QN_DATE_RFC2822:
        return qn_buf_printf(ctx, out, "%s, %d %s %lld %02d:%02d:%02d %+05d",
                             weekday_names[f.weekday], f.day,
                             month_names[f.month], (long long)f.year, f.hour,
                             f.minute, f.second, zone);
    case QN_DATE_FORMAT:
        return format_strftime(ctx, seconds, zone, &f, mode, out);
    default:
        return format_default(ctx, zone, &f, mode->is_local, out);
    }
}
