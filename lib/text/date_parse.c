/* SPDX-License-Identifier: MIT */
/* The strict reader: one walk over the text, a token at a time. */
#include "text/date_scan.h"

#include "base/ctx.h"

#define LAST_SECOND INT64_C(4102444799) /* 2099-12-31T23:59:59Z */

/* The order matters: a leading part means the first that has it. */
static const struct {
    const char *name;
    int hours;
} zone_names[] = {
    {"IDLW", -12}, {"NT", -11},  {"CAT", -10}, {"HST", -10}, {"HDT", -9},
    {"YST", -9},   {"YDT", -8},  {"PST", -8},  {"PDT", -7},  {"MST", -7},
    {"MDT", -6},   {"CST", -6},  {"CDT", -5},  {"EST", -5},  {"EDT", -4},
    {"AST", -3},   {"ADT", -2},  {"WAT", -1},  {"GMT", 0},   {"UTC", 0},
    {"Z", 0},      {"WET", 0},   {"BST", 1},   {"CET", 1},   {"MET", 1},
    {"MEWT", 1},   {"MEST", 2},  {"CEST", 2},  {"MESZ", 2},  {"FWT", 1},
    {"FST", 2},    {"EET", 2},   {"EEST", 3},  {"WAST", 7},  {"WADT", 8},
    {"CCT", 8},    {"JST", 9},   {"EAST", 10}, {"EADT", 11}, {"GST", 10},
    {"NZT", 12},   {"NZST", 12}, {"NZDT", 13}, {"IDLE", 12},
};

struct strict {
    struct qn_date_scan scan;
    int zone_minutes; /* QN_DATE_NO_ZONE: none yet */
    bool is_epoch;    /* seconds were given: a zone does not shift them */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *read_letters(struct strict *s, const char *p)
{
    size_t size;
    size_t i;

    for (i = 0; i < 12; i++) {
        size = qn_date_scan_match(p, qn_date_scan_months[i]);
        if (size >= 3) {
            s->scan.month = (int)i;
            return p + size;
        }
    }
    for (i = 0; i < 7; i++) {
        size = qn_date_scan_match(p, qn_date_scan_weekdays[i]);
        if (size >= 3)
            return p + size;
    }
    for (i = 0; i < QN_COUNT_OF(zone_names); i++) {
        size = qn_date_scan_match(p, zone_names[i].name);
        if (size >= 3 || size == strlen(zone_names[i].name)) {
            if (s->zone_minutes == QN_DATE_NO_ZONE)
                s->zone_minutes = zone_names[i].hours * 60;
            return p + size;
        }
    }
    if (qn_date_scan_match(p, "PM") == 2) {
        s->scan.hour = s->scan.hour % 12 + 12;
        return p + 2;
    }
    if (qn_date_scan_match(p, "AM") == 2) {
        s->scan.hour = s->scan.hour % 12;
        return p + 2;
    }
    if (*p == 'T' && is_digit(p[1]) && s->scan.hour == -1) {
        s->scan.minute = s->scan.second = 0;
        return p + 1;
    }
    while (is_letter(*p))
        p++;
    return p;
}

static bool is_untouched(const struct qn_date_scan *scan)
{
    return scan->year == -1 && scan->month == -1 && scan->day == -1 &&
           scan->hour == -1 && scan->minute == -1 && scan->second == -1;
}

static void set_epoch(struct strict *s, int64_t seconds)
{
    struct qn_date_fields fields;

    qn_date_split(seconds, &fields);
    s->scan.year = fields.year;
    s->scan.month = fields.month;
    s->scan.day = fields.day;
    s->scan.hour = fields.hour;
    s->scan.minute = fields.minute;
    s->scan.second = fields.second;
    s->is_epoch = true;
}

/* A run that means itself by its number of digits. */
static const char *read_run(struct strict *s, int64_t value, size_t digits,
                            const char *end)
{
    struct qn_date_scan *scan = &s->scan;

    if (scan->hour == -1 && scan->minute == 0 && scan->second == 0) {
        if (digits == 4 &&
            qn_date_scan_set_time(scan, value / 100, value % 100, 0))
            return end;
        if (digits == 2 && qn_date_scan_set_time(scan, value, 0, 0))
            return end;
        scan->minute = scan->second = -1;
    }
    if (digits == 4) {
        if (value <= 1400 && s->zone_minutes == QN_DATE_NO_ZONE)
            s->zone_minutes = (int)(value / 100 * 60 + value % 100);
        else if (value > 1900 && value < 2100)
            scan->year = value;
        return end;
    }
    if (digits > 2)
        return end;
    if (value > 0 && value < 32 && scan->day == -1) {
        scan->day = (int)value;
        return end;
    }
    if (digits == 2 && scan->year == -1) {
        if (value < 10 && scan->day >= 0) {
            scan->year = value + 2000;
            return end;
        }
        if (value >= 70) {
            scan->year = value + 1900;
            return end;
        }
    }
    if (value > 0 && value < 13 && scan->month == -1)
        scan->month = (int)value - 1;
    return end;
}

static const char *read_digits(struct strict *s, const char *p)
{
    const char *end;
    int64_t value = qn_date_scan_number(p, &end);
    size_t digits = (size_t)(end - p);
    const char *used;

    if (value >= 100000000 && is_untouched(&s->scan)) {
        if (value > LAST_SECOND * 1000)
            value = LAST_SECOND * 1000;
        set_epoch(s, value);
        return end;
    }
    if ((*end == ':' || *end == '.' || *end == '/' || *end == '-') &&
        is_digit(end[1])) {
        used = qn_date_scan_group(&s->scan, p);
        if (used)
            return used;
    }
    if (digits == 8) {
        (void)qn_date_scan_set_date(&s->scan, value / 10000, value / 100 % 100,
                                    value % 100);
        return end;
    }
    if (digits == 6) {
        (void)qn_date_scan_set_time(&s->scan, value / 10000, value / 100 % 100,
                                    value % 100);
        if (*end == '.' && is_digit(end[1]))
            qn_date_scan_number(end + 1, &end);
        return end;
    }
    return read_run(s, value, digits, end);
}

static const char *read_zone(struct strict *s, const char *p)
{
    const char *end;
    int64_t hours = qn_date_scan_number(p + 1, &end);
    size_t digits = (size_t)(end - p - 1);
    int64_t minutes = 0;

    if (digits == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (digits != 2) {
        minutes = 99;
    } else if (*end == ':') {
        const char *colon = end;

        if (is_digit(end[1])) {
            minutes = qn_date_scan_number(end + 1, &end);
            if (end - colon != 3)
                minutes = 99;
        }
    }
    if (minutes < 60 && hours < 24) {
        int zone = (int)(hours * 60 + minutes);

        s->zone_minutes = *p == '-' ? -zone : zone;
    }
    return end;
}

/* "@1234567890 +0100" to the letter. */
static bool read_literal(const char *p, struct qn_date *out)
{
    const char *end;
    int64_t seconds;
    int64_t zone;
    char sign;

    if (*p != '@' || !is_digit(p[1]))
        return false;
    seconds = qn_date_scan_number(p + 1, &end);
    if (*end != ' ' || (end[1] != '+' && end[1] != '-'))
        return false;
    sign = end[1];
    p = end + 2;
    zone = qn_date_scan_number(p, &end);
    if (end - p != 4 || (*end != '\0' && *end != '\n'))
        return false;
    out->seconds = seconds;
    out->zone = (int)(sign == '-' ? -zone : zone);
    return true;
}

static bool finish(const struct qn_env *env, struct strict *s,
                   struct qn_date *out)
{
    const struct qn_date_scan *scan = &s->scan;
    struct qn_date_fields fields = {0};
    int64_t seconds;

    if (scan->year < 1970 || scan->year > 2099 || scan->month < 0 ||
        scan->hour < 0 || scan->minute < 0 || scan->second < 0)
        return false;
    fields.year = scan->year;
    fields.month = scan->month;
    fields.day = scan->day;
    fields.hour = scan->hour;
    fields.minute = scan->minute;
    fields.second = scan->second;
    seconds = qn_date_join(&fields);
    if (s->is_epoch) {
        if (s->zone_minutes == QN_DATE_NO_ZONE)
            s->zone_minutes = qn_env_zone(env, seconds);
    } else if (s->zone_minutes == QN_DATE_NO_ZONE) {
        int64_t instant = qn_date_join_local(env, &fields);

        s->zone_minutes = (int)((seconds - instant) / 60);
        seconds = instant;
    } else {
        seconds -= (int64_t)s->zone_minutes * 60;
    }
    if (seconds < 0 || seconds > LAST_SECOND)
        return false;
    out->seconds = seconds;
    out->zone = qn_date_zone_from_minutes(s->zone_minutes);
    return true;
}

bool qn_date_scan(const struct qn_env *env, const char *text,
                  struct qn_date *out)
{
    struct strict s = {.scan = {-1, -1, -1, -1, -1, -1, -1, 0},
                       .zone_minutes = QN_DATE_NO_ZONE};
    const char *p = text;

    if (read_literal(text, out))
        return true;
    /* the true clock: Git's tests pin "now" for other readers only */
    s.scan.now = qn_env_clock(env, true) / 1000000000;
    while (*p && *p != '\n') {
        if (is_letter(*p))
            p = read_letters(&s, p);
        else if (is_digit(*p))
            p = read_digits(&s, p);
        else if ((*p == '+' || *p == '-') && is_digit(p[1]))
            p = read_zone(&s, p);
        else
            p++;
    }
    return finish(env, &s, out);
}

enum qn_status qn_date_parse(struct qn_ctx *ctx, const char *text,
                             struct qn_date *out)
{
    if (qn_date_scan(qn_ctx_env(ctx), text, out))
        return QN_OK;
    return qn_ctx_fail(ctx, QN_INVALID, "invalid date format: %s", text);
}
