/* SPDX-License-Identifier: MIT */
/* The approximate reader: words and numbers that move a moment which begins at
 * now.  Never fails. */
#include "text/date_scan.h"

#include "base/ctx.h"

struct approximate {
    const struct qn_env *env;
    struct qn_date_scan scan; /* hour, minute, second are always set */
    struct qn_date_fields now;
    int32_t number; /* waiting; 0: none */
    bool is_recognised;
    bool is_dst;    /* what local time was like at the last settling */
    bool goes_back; /* one day, at the next fill, if no day is set */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Summer time is what differs from the smaller of January's and July's zone. */
static bool is_summer(const struct qn_env *env, int64_t seconds)
{
    struct qn_date_fields fields;
    int winter;
    int other;

    qn_date_split(seconds, &fields);
    fields.day = 1;
    fields.month = 0;
    winter = qn_env_zone(env, qn_date_join(&fields));
    fields.month = 6;
    other = qn_env_zone(env, qn_date_join(&fields));
    return qn_env_zone(env, seconds) > (other < winter ? other : winter);
}

/* Local fields to an instant, with the summer flag that was kept. */
static int64_t to_instant(const struct approximate *a,
                          const struct qn_date_fields *fields)
{
    int64_t instant = qn_date_join_local(a->env, fields);
    bool summer = is_summer(a->env, instant);

    if (summer && !a->is_dst)
        instant += 3600;
    else if (!summer && a->is_dst)
        instant -= 3600;
    return instant;
}

static void to_fields(struct approximate *a, int64_t instant)
{
    struct qn_date_fields fields;

    qn_date_split(instant + (int64_t)qn_env_zone(a->env, instant) * 60,
                  &fields);
    a->scan.year = fields.year;
    a->scan.month = fields.month;
    a->scan.day = fields.day;
    a->scan.hour = fields.hour;
    a->scan.minute = fields.minute;
    a->scan.second = fields.second;
    a->scan.weekday = fields.weekday;
    a->is_dst = is_summer(a->env, instant);
}

/* Fill what is unset from now, and go `shift` seconds back. */
static int64_t fill(struct approximate *a, int64_t shift)
{
    struct qn_date_fields fields = {0};
    int64_t instant;

    if (a->goes_back && a->scan.day < 0 && shift == 0)
        shift = 86400;
    a->goes_back = false;
    if (a->scan.day < 0)
        a->scan.day = a->now.day;
    if (a->scan.month < 0)
        a->scan.month = a->now.month;
    if (a->scan.year < 0) {
        a->scan.year = a->now.year;
        if (a->scan.month > a->now.month)
            a->scan.year--;
    }
    fields.year = a->scan.year;
    fields.month = a->scan.month;
    fields.day = a->scan.day;
    fields.hour = a->scan.hour;
    fields.minute = a->scan.minute;
    fields.second = a->scan.second;
    instant = to_instant(a, &fields) - shift;
    to_fields(a, instant);
    return instant;
}

/* The waiting number becomes a day, month or year. */
static void settle(struct approximate *a)
{
    int32_t number = a->number;

    a->number = 0;
    if (number == 0)
        return;
    if (a->scan.day < 0 && number < 32)
        a->scan.day = number;
    else if (a->scan.month < 0 && number < 13)
        a->scan.month = number - 1;
    else if (a->scan.year < 0) {
        if (number > 1969 && number < 2100)
            a->scan.year = number;
        else if (number > 69 && number < 100)
            a->scan.year = number + 1900;
        else if (number < 38)
            a->scan.year = number + 2000;
    }
}

static void set_hour(struct approximate *a, int hour)
{
    settle(a);
    if (a->scan.day < 0 && a->scan.hour < hour)
        a->goes_back = true;
    a->scan.hour = hour;
    a->scan.minute = a->scan.second = 0;
}

static void unset_day(struct approximate *a)
{
    a->number = 0;
    a->goes_back = false;
    a->scan.day = -1;
}

static void set_half(struct approximate *a, bool is_afternoon)
{
    if (a->number != 0) {
        a->scan.hour = a->number;
        a->scan.minute = a->scan.second = 0;
        a->number = 0;
    }
    a->scan.hour = a->scan.hour % 12 + (is_afternoon ? 12 : 0);
}

static bool is_word(const char *p, const char *word)
{
    return qn_date_scan_match(p, word) == strlen(word);
}

static bool read_special(struct approximate *a, const char *p)
{
    if (is_word(p, "yesterday")) {
        unset_day(a);
        fill(a, 86400);
    } else if (is_word(p, "today")) {
        a->number = 0;
        if (a->scan.hour == a->now.hour && a->scan.minute == a->now.minute &&
            a->scan.second == a->now.second)
            set_hour(a, 0);
        unset_day(a);
        fill(a, 0);
    } else if (is_word(p, "noon")) {
        set_hour(a, 12);
    } else if (is_word(p, "midnight")) {
        set_hour(a, 0);
    } else if (is_word(p, "tea")) {
        set_hour(a, 17);
    } else if (is_word(p, "PM")) {
        set_half(a, true);
    } else if (is_word(p, "AM")) {
        set_half(a, false);
    } else if (is_word(p, "never")) {
        a->number = 0;
        to_fields(a, 0);
    } else if (is_word(p, "now")) {
        a->number = 0;
        fill(a, 0);
    } else {
        return false;
    }
    return true;
}

/* A unit behind a number. */
static void read_unit(struct approximate *a, const char *p)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"seconds", 1},
                 {"minutes", 60},
                 {"hours", 3600},
                 {"days", 86400},
                 {"weeks", 604800}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(units); i++) {
        if (qn_date_scan_match(p, units[i].name) >= strlen(units[i].name) - 1) {
            /* Git multiplies in 32 bits; the wrapping is harmless and ours too
             */
            fill(a, (int32_t)(uint32_t)(units[i].seconds * a->number));
            a->number = 0;
            a->is_recognised = true;
            return;
        }
    }
    for (i = 0; i < 7; i++) {
        if (qn_date_scan_match(p, qn_date_scan_weekdays[i]) >= 3) {
            int64_t back = a->scan.weekday - (int)i;
            int64_t weeks = a->number - 1;

            if (back <= 0)
                weeks++;
            fill(a, (int32_t)(uint32_t)((back + 7 * weeks) * 86400));
            a->number = 0;
            a->is_recognised = true;
            return;
        }
    }
    if (qn_date_scan_match(p, "months") >= 5) {
        int64_t months;

        fill(a, 0);
        months = a->scan.year * 12 + a->scan.month - a->number;
        a->scan.month = (int)((months % 12 + 12) % 12);
        a->scan.year = (months - a->scan.month) / 12;
    } else if (qn_date_scan_match(p, "years") >= 4) {
        fill(a, 0);
        a->scan.year -= a->number;
    } else {
        return;
    }
    if (a->scan.year < 1900)
        a->scan.year = -1;
    a->number = 0;
    a->is_recognised = true;
}

static const char *read_letters(struct approximate *a, const char *p)
{
    static const char *const numbers[] = {"",      "one",  "two", "three",
                                          "four",  "five", "six", "seven",
                                          "eight", "nine", "ten"};
    const char *end = p;
    size_t i;

    while (is_letter(*end))
        end++;
    for (i = 0; i < 12; i++) {
        if (qn_date_scan_match(p, qn_date_scan_months[i]) >= 3) {
            a->scan.month = (int)i;
            a->is_recognised = true;
            return end;
        }
    }
    if (read_special(a, p)) {
        a->is_recognised = true;
        return end;
    }
    if (a->number != 0) {
        read_unit(a, p);
        return end;
    }
    for (i = 1; i < QN_COUNT_OF(numbers); i++) {
        if (is_word(p, numbers[i])) {
            a->number = (int32_t)i;
            a->is_recognised = true;
            return end;
        }
    }
    if (is_word(p, "last")) {
        a->number = 1;
        a->is_recognised = true;
    }
    return end;
}

static const char *read_digits(struct approximate *a, const char *p)
{
    const char *end;
    int64_t number = qn_date_scan_number(p, &end);

    settle(a);
    a->is_recognised = true;
    if ((*end == ':' || *end == '.' || *end == '/' || *end == '-') &&
        is_digit(end[1])) {
        const char *used = qn_date_scan_group(&a->scan, p);

        if (used) {
            if (a->scan.day >= 0)
                a->goes_back = false;
            return used;
        }
    }
    if (*p != '0' || end - p <= 2)
        a->number = (int32_t)(uint32_t)number;
    return end;
}

int64_t qn_date_approximate(const struct qn_env *env, const char *text,
                            bool *recognised)
{
    struct approximate a = {.env = env};
    struct qn_date date;
    const char *p = text;

    if (recognised)
        *recognised = true;
    if (qn_date_scan(env, text, &date))
        return date.seconds;
    a.scan.now = qn_date_now(env);
    to_fields(&a, a.scan.now);
    qn_date_split(a.scan.now + (int64_t)qn_env_zone(env, a.scan.now) * 60,
                  &a.now);
    a.scan.year = a.scan.month = a.scan.day = -1;
    while (*p) {
        if (is_digit(*p))
            p = read_digits(&a, p);
        else if (is_letter(*p))
            p = read_letters(&a, p);
        else
            p++;
    }
    settle(&a);
    if (recognised)
        *recognised = a.is_recognised;
    return fill(&a, 0);
}

enum qn_status qn_date_expiry(struct qn_ctx *ctx, const char *text,
                              int64_t *out)
{
    bool recognised = true;
    int64_t seconds;

    if (strcmp(text, "never") == 0 || strcmp(text, "false") == 0) {
        *out = 0;
        return QN_OK;
    }
    if (strcmp(text, "all") == 0 || strcmp(text, "now") == 0) {
        *out = INT64_MAX;
        return QN_OK;
    }
    seconds = qn_date_approximate(qn_ctx_env(ctx), text, &recognised);
    if (!recognised)
        return qn_ctx_fail(ctx, QN_INVALID, "invalid date format: %s", text);
    *out = seconds;
    return QN_OK;
}
