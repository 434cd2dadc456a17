/* SPDX-License-Identifier: MIT */
#include "text/version_sort.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where a suffix stands in a name and which it is. */
struct found {
    size_t start;
    size_t size;
    int position; /* in the list; -1: none */
};

/* The best of the suffixes that begin at or before `at` and reach it. */
static struct found find_suffix(const char *name, size_t at,
                                const char *const *suffixes, size_t count)
{
    struct found best = {0, 0, -1};
    size_t i;

    for (i = 0; i < count; i++) {
        size_t size = strlen(suffixes[i]);
        size_t first = size < at ? at - size : 0;
        size_t start;

        for (start = first; start <= at; start++) {
            if (strncmp(name + start, suffixes[i], size) != 0)
                continue;
            if (best.position < 0 || start < best.start ||
                (start == best.start && size > best.size)) {
                best.start = start;
                best.size = size;
                best.position = (int)i;
            }
            break;
        }
    }
    return best;
}

/* From the first byte that differs, inside digits: numbers, and fractions when
 * a zero leads. */
static int compare_from(const char *a, const char *b, size_t at)
{
    size_t start = at;
    size_t i = at;
    size_t j = at;
    int difference = (int)(uint8_t)a[at] - (int)(uint8_t)b[at];
    bool is_fraction;

    while (start > 0 && is_digit(a[start - 1]))
        start--;
    if (start == at && (!is_digit(a[at]) || !is_digit(b[at])))
        return difference;
    if (start == at)
        is_fraction = a[at] == '0' || b[at] == '0';
    else
        is_fraction = a[start] == '0';
    if (is_fraction) {
        bool only_zeros = true;
        size_t k;

        for (k = start; k < at; k++)
            only_zeros &= a[k] == '0';
        /* after nothing but zeros the name that goes on with digits is first */
        if (only_zeros && start < at) {
            if (is_digit(a[at]) && !is_digit(b[at]))
                return -1;
            if (!is_digit(a[at]) && is_digit(b[at]))
                return 1;
        }
        return difference;
    }
    if (start == at && (!is_digit(a[at]) || !is_digit(b[at])))
        return difference;
    while (is_digit(a[i]))
        i++;
    while (is_digit(b[j]))
        j++;
    if (i != j)
        return i < j ? -1 : 1;
    return difference;
}

int qn_version_sort_compare(const char *a, const char *b,
                            const char *const *suffixes, size_t count)
{
    size_t at = 0;

    while (a[at] && a[at] == b[at])
        at++;
    if (a[at] == b[at])
        return 0;
    if (count > 0) {
        struct found in_a = find_suffix(a, at, suffixes, count);
        struct found in_b = find_suffix(b, at, suffixes, count);

        if (in_a.position != in_b.position) {
            if (in_a.position >= 0 && in_b.position >= 0)
                return in_a.position - in_b.position;
            return in_a.position >= 0 ? -1 : 1;
        }
    }
    return compare_from(a, b, at);
}
