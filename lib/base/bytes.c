/* SPDX-License-Identifier: MIT */
#include "base/bytes.h"

int qn_bytes_compare(struct qn_bytes a, struct qn_bytes b)
{
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;

    if (order)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

size_t qn_bytes_find(struct qn_bytes a, uint8_t byte)
{
    const uint8_t *found = a.size ? memchr(a.data, byte, a.size) : NULL;

    return found ? (size_t)(found - a.data) : a.size;
}

size_t qn_bytes_find_last(struct qn_bytes a, uint8_t byte)
{
    size_t i;

    for (i = a.size; i > 0; i--)
        if (a.data[i - 1] == byte)
            return i - 1;
    return a.size;
}

size_t qn_bytes_find_bytes(struct qn_bytes a, struct qn_bytes needle)
{
    size_t at = 0;

    if (needle.size == 0)
        return 0;
    while (at + needle.size <= a.size) {
        at += qn_bytes_find(qn_bytes_from(a, at), needle.data[0]);
        if (at + needle.size > a.size)
            break;
        if (memcmp(a.data + at, needle.data, needle.size) == 0)
            return at;
        at++;
    }
    return a.size;
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct qn_bytes qn_bytes_trim_end(struct qn_bytes a)
{
    while (a.size > 0 && is_space(a.data[a.size - 1]))
        a.size--;
    return a;
}

struct qn_bytes qn_bytes_trim(struct qn_bytes a)
{
    while (a.size > 0 && is_space(a.data[0]))
        a = qn_bytes_from(a, 1);
    return qn_bytes_trim_end(a);
}

bool qn_bytes_next(struct qn_bytes *rest, uint8_t separator,
                   struct qn_bytes *piece)
{
    size_t end;

    if (rest->size == 0)
        return false;
    end = qn_bytes_find(*rest, separator);
    *piece = qn_bytes_first(*rest, end);
    *rest = qn_bytes_from(*rest, end < rest->size ? end + 1 : end);
    return true;
}

bool qn_bytes_to_u64(struct qn_bytes a, uint64_t *out)
{
    uint64_t value = 0;
    size_t i;

    if (a.size == 0)
        return false;
    for (i = 0; i < a.size; i++) {
        uint64_t digit = (uint64_t)a.data[i] - '0';

        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

static uint8_t fold(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
}

bool qn_bytes_is_equal_fold(struct qn_bytes a, struct qn_bytes b)
{
    size_t i;

    if (a.size != b.size)
        return false;
    for (i = 0; i < a.size; i++)
        if (fold(a.data[i]) != fold(b.data[i]))
            return false;
    return true;
}

uint64_t qn_bytes_hash(struct qn_bytes a)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    size_t i = 0;

    for (; i + 8 <= a.size; i += 8) {
        uint64_t word;

        memcpy(&word, a.data + i, 8);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    for (; i < a.size; i++)
        hash = (hash ^ a.data[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 29;
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    return hash ^ (hash >> 32);
}
