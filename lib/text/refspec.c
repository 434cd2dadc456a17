/* SPDX-License-Identifier: MIT */
#include "text/refspec.h"

#include "base/ctx.h"
#include "base/memory.h"
#include "text/ref_name.h"

static bool is_full_id(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (!((text.data[i] >= '0' && text.data[i] <= '9') ||
              (text.data[i] >= 'a' && text.data[i] <= 'f') ||
              (text.data[i] >= 'A' && text.data[i] <= 'F')))
            return false;
    return text.size == 40 || text.size == 64;
}

static bool has_star(struct qn_bytes text)
{
    return qn_bytes_find(text, '*') < text.size;
}

/* The two sides as they were written. */
struct sides {
    struct qn_bytes source;
    struct qn_bytes destination;
    bool has_destination;
};

static bool fetch_is_valid(const struct sides *sides, struct qn_refspec *spec)
{
    unsigned flags = QN_REF_NAME_ONE_LEVEL;

    if (spec->is_pattern)
        flags |= QN_REF_NAME_PATTERN;
    if (is_full_id(sides->source))
        spec->is_exact_id = true;
    else if (sides->source.size > 0 &&
             !qn_ref_name_is_valid(sides->source, flags))
        return false;
    return sides->destination.size == 0 ||
           qn_ref_name_is_valid(sides->destination, flags);
}

static bool push_is_valid(const struct sides *sides, struct qn_refspec *spec)
{
    unsigned flags = QN_REF_NAME_ONE_LEVEL;

    if (spec->is_pattern)
        flags |= QN_REF_NAME_PATTERN;
    if (spec->is_pattern && !qn_ref_name_is_valid(sides->source, flags))
        return false;
    if (!sides->has_destination)
        return qn_ref_name_is_valid(sides->source, flags);
    return sides->destination.size > 0 &&
           qn_ref_name_is_valid(sides->destination, flags);
}

static bool negative_is_valid(const struct sides *sides,
                              struct qn_refspec *spec)
{
    unsigned flags = QN_REF_NAME_ONE_LEVEL;

    if (spec->is_pattern)
        flags |= QN_REF_NAME_PATTERN;
    return !sides->has_destination && sides->source.size > 0 &&
           !is_full_id(sides->source) &&
           qn_ref_name_is_valid(sides->source, flags);
}

static bool is_valid(const struct sides *sides, enum qn_refspec_use use,
                     struct qn_refspec *spec)
{
    bool left = has_star(sides->source);

    if (use == QN_REFSPEC_PUSH && !spec->is_negative &&
        sides->has_destination && sides->source.size == 0 &&
        sides->destination.size == 0) {
        spec->is_matching = true;
        return true;
    }
    if (sides->has_destination && sides->destination.size > 0 &&
        left != has_star(sides->destination))
        return false;
    if (left && sides->has_destination && sides->destination.size == 0)
        return false;
    if (left && !sides->has_destination && use == QN_REFSPEC_FETCH &&
        !spec->is_negative)
        return false;
    spec->is_pattern = left;
    if (spec->is_negative)
        return negative_is_valid(sides, spec);
    if (use == QN_REFSPEC_FETCH)
        return fetch_is_valid(sides, spec);
    return push_is_valid(sides, spec);
}

enum qn_status qn_refspec_parse(struct qn_ctx *ctx, const char *text,
                                enum qn_refspec_use use, struct qn_refspec *out)
{
    struct qn_refspec spec = QN_REFSPEC_INIT;
    struct sides sides = {QN_BYTES_NONE, QN_BYTES_NONE, false};
    struct qn_bytes rest = qn_bytes_from_string(text);
    size_t colon;

    if (rest.size > 0 && rest.data[0] == '+')
        spec.is_forced = true;
    else if (rest.size > 0 && rest.data[0] == '^')
        spec.is_negative = true;
    rest = qn_bytes_from(rest, spec.is_forced || spec.is_negative);
    colon = qn_bytes_find_last(rest, ':');
    sides.source = qn_bytes_first(rest, colon);
    if (colon < rest.size) {
        sides.has_destination = true;
        sides.destination = qn_bytes_from(rest, colon + 1);
    }
    if (qn_bytes_is_string(sides.source, "@"))
        sides.source = QN_BYTES("HEAD");
    if (!is_valid(&sides, use, &spec))
        return qn_ctx_fail(ctx, QN_INVALID, "invalid refspec '%s'", text);
    spec.text = qn_memory_string(ctx, qn_bytes_from_string(text));
    spec.source = qn_memory_string(ctx, sides.source);
    if (sides.has_destination)
        spec.destination = qn_memory_string(ctx, sides.destination);
    if (!spec.text || !spec.source ||
        (sides.has_destination && !spec.destination)) {
        qn_refspec_dispose(&spec);
        return QN_NO_MEMORY;
    }
    *out = spec;
    return QN_OK;
}

void qn_refspec_dispose(struct qn_refspec *refspec)
{
    qn_memory_free(refspec->source);
    qn_memory_free(refspec->destination);
    qn_memory_free(refspec->text);
    memset(refspec, 0, sizeof(*refspec));
}

bool qn_refspec_side_matches(const char *pattern, struct qn_bytes name,
                             struct qn_bytes *middle)
{
    struct qn_bytes side = qn_bytes_from_string(pattern);
    size_t star = qn_bytes_find(side, '*');
    struct qn_bytes tail = qn_bytes_from(side, star + 1);

    if (star == side.size) {
        if (middle)
            *middle = QN_BYTES_NONE;
        return qn_bytes_is_equal(side, name);
    }
    if (name.size < side.size - 1 || memcmp(name.data, side.data, star) != 0 ||
        (tail.size > 0 &&
         memcmp(name.data + name.size - tail.size, tail.data, tail.size) != 0))
        return false;
    if (middle)
        *middle = qn_bytes_make(name.data + star, name.size - (side.size - 1));
    return true;
}

static enum qn_status map_side(struct qn_ctx *ctx, const char *from,
                               const char *to, struct qn_bytes name,
                               struct qn_buf *out, bool *matched)
{
    struct qn_bytes target = qn_bytes_from_string(to);
    struct qn_bytes middle = QN_BYTES_NONE;
    size_t star = qn_bytes_find(target, '*');
    enum qn_status status;

    *matched = from && to && qn_refspec_side_matches(from, name, &middle);
    if (!*matched)
        return QN_OK;
    status = qn_buf_append_bytes(ctx, out, qn_bytes_first(target, star));
    if (!status && star < target.size)
        status = qn_buf_append_bytes(ctx, out, middle);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_bytes_from(target, star + 1));
    return status;
}

enum qn_status qn_refspec_map(struct qn_ctx *ctx,
                              const struct qn_refspec *refspec,
                              struct qn_bytes name, struct qn_buf *out,
                              bool *matched)
{
    return map_side(ctx, refspec->source, refspec->destination, name, out,
                    matched);
}

enum qn_status qn_refspec_map_back(struct qn_ctx *ctx,
                                   const struct qn_refspec *refspec,
                                   struct qn_bytes name, struct qn_buf *out,
                                   bool *matched)
{
    return map_side(ctx, refspec->destination, refspec->source, name, out,
                    matched);
}
