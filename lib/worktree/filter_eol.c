/* SPDX-License-Identifier: MIT */
/* Line ends and $Id$: the conversions that are ours. */
#include "worktree/filter_steps.h"

void qn_filter_text_stat(struct qn_bytes text, struct qn_filter_text_stat *out)
{
    struct qn_filter_text_stat stat = {0};
    const uint8_t *p = text.data;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = p[i];

        if (c >= 32 && c != 127) {
            stat.printable++;
        } else if (c == '\n') {
            stat.lone_lf++;
        } else if (c == '\r') {
            if (i + 1 < text.size && p[i + 1] == '\n') {
                stat.crlf++;
                i++;
            } else {
                stat.lone_cr++;
            }
        } else if (c == '\b' || c == '\t' || c == 033 || c == '\f') {
            stat.printable++;
        } else {
            if (c == 0)
                stat.nul++;
            stat.nonprintable++;
        }
    }
    /* A DOS end-of-file mark is no sign of anything. */
    if (text.size > 0 && p[text.size - 1] == 032)
        stat.nonprintable--;
    *out = stat;
}

bool qn_filter_is_binary(const struct qn_filter_text_stat *stat)
{
    return stat->lone_cr || stat->nul ||
           (stat->printable >> 7) < stat->nonprintable;
}

bool qn_filter_step_is_auto(enum qn_filter_eol eol)
{
    return eol == QN_FILTER_EOL_AUTO_LF || eol == QN_FILTER_EOL_AUTO_CRLF;
}

/* Would a text with these line ends get CRLF when it is checked out? */
bool qn_filter_step_adds_cr(enum qn_filter_eol eol,
                            const struct qn_filter_text_stat *stat)
{
    if ((eol != QN_FILTER_EOL_CRLF && eol != QN_FILTER_EOL_AUTO_CRLF) ||
        stat->lone_lf == 0)
        return false;
    if (eol == QN_FILTER_EOL_AUTO_CRLF &&
        (stat->lone_cr || stat->crlf || qn_filter_is_binary(stat)))
        return false;
    return true;
}

enum qn_status qn_filter_step_drop_cr(struct qn_ctx *ctx, struct qn_bytes in,
                                      struct qn_buf *out)
{
    enum qn_status status = qn_buf_reserve(ctx, out, in.size);
    uint8_t *to;

    if (status)
        return status;
    to = out->data + out->size;
    for (size_t i = 0; i < in.size; i++) {
        if (in.data[i] == '\r' && i + 1 < in.size && in.data[i + 1] == '\n')
            continue;
        *to++ = in.data[i];
    }
    *to = '\0';
    out->size = (size_t)(to - out->data);
    return QN_OK;
}

enum qn_status qn_filter_step_add_cr(struct qn_ctx *ctx, struct qn_bytes in,
                                     uint64_t lf_count, struct qn_buf *out)
{
    enum qn_status status =
        qn_buf_reserve(ctx, out, in.size + (size_t)lf_count);
    uint8_t *to;

    if (status)
        return status;
    to = out->data + out->size;
    for (size_t i = 0; i < in.size; i++) {
        if (in.data[i] == '\n' && (i == 0 || in.data[i - 1] != '\r'))
            *to++ = '\r';
        *to++ = in.data[i];
    }
    *to = '\0';
    out->size = (size_t)(to - out->data);
    return QN_OK;
}

/* The next "$Id$" or "$Id: ...$" from `from` on; false when there is none. */
static bool find_ident(struct qn_bytes in, size_t from, size_t *start,
                       size_t *end)
{
    while (from + 4 <= in.size) {
        const uint8_t *dollar = memchr(in.data + from, '$', in.size - from);
        struct qn_bytes rest;
        size_t stop;

        if (!dollar)
            return false;
        from = (size_t)(dollar - in.data);
        rest = qn_bytes_from(in, from);
        from++;
        if (qn_bytes_has_prefix(rest, "$Id$")) {
            *start = from - 1;
            *end = from + 3;
            return true;
        }
        if (!qn_bytes_has_prefix(rest, "$Id:"))
            continue;
        stop = 4;
        while (stop < rest.size && rest.data[stop] != '$' &&
               rest.data[stop] != '\n')
            stop++;
        if (stop == rest.size || rest.data[stop] == '\n')
            continue;
        *start = from - 1;
        *end = from + stop;
        return true;
    }
    return false;
}

/* A foreign id, as other systems expand it ("$Id: f.c 1.1 2004 $"), has a blank
 * inside, and is left alone. */
static bool is_foreign(struct qn_bytes ident)
{
    struct qn_bytes inside;

    if (ident.size <= 4)
        return false;
    inside = qn_bytes_make(ident.data + 4, ident.size - 5);
    if (inside.size > 0 && inside.data[0] == ' ')
        inside = qn_bytes_from(inside, 1);
    if (inside.size > 0 && inside.data[inside.size - 1] == ' ')
        inside.size--;
    return qn_bytes_find(inside, ' ') < inside.size;
}

enum qn_status qn_filter_step_ident(struct qn_ctx *ctx, struct qn_bytes in,
                                    const struct qn_id *id, struct qn_buf *out,
                                    bool *changed)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t at = 0, start, end;
    enum qn_status status = QN_OK;

    *changed = false;
    while (!status && find_ident(in, at, &start, &end)) {
        struct qn_bytes found = qn_bytes_make(in.data + start, end - start);

        status = qn_buf_append(ctx, out, in.data + at, start - at);
        if (status)
            return status;
        if (id && is_foreign(found))
            status = qn_buf_append_bytes(ctx, out, found);
        else if (id)
            status =
                qn_buf_printf(ctx, out, "$Id: %s $", qn_id_to_hex(id, hex));
        else
            status = qn_buf_append_string(ctx, out, "$Id$");
        at = end;
        *changed = true;
    }
    if (!status && *changed)
        status = qn_buf_append(ctx, out, in.data + at, in.size - at);
    return status;
}
