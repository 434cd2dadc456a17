/* SPDX-License-Identifier: MIT */
#include "operation/part/push_display.h"

#include "text/color.h"
#include "text/ref_name.h"
#include "transport/address.h"

struct telling {
    struct qn_ctx *ctx;
    const struct qn_push_display *how;
    struct qn_buf *out;
    size_t digits;
    bool has_begun;
};

struct line {
    char flag;
    const char *summary;
    const char *source; /* NULL: a deletion */
    const char *name;
    const char *reason; /* NULL: none */
};

static enum qn_status put(struct telling *t, const struct line *line)
{
    int width = (int)(2 * t->digits + 3);
    enum qn_status status = QN_OK;

    if (!t->has_begun) {
        status = qn_buf_append_string(t->ctx, t->out, "To ");
        if (!status)
            status = qn_address_append_shown(
                t->ctx, qn_bytes_from_string(t->how->url), t->out);
        if (!status)
            status = qn_buf_append_byte(t->ctx, t->out, '\n');
        t->has_begun = true;
    }
    if (!status && t->how->is_porcelain)
        status = qn_buf_printf(t->ctx, t->out, "%c\t%s:%s\t%s", line->flag,
                               line->source ? line->source : "", line->name,
                               line->summary);
    else if (!status) {
        struct qn_bytes name =
            qn_ref_name_prettify(qn_bytes_from_string(line->name));
        struct qn_bytes source =
            qn_ref_name_prettify(qn_bytes_from_string(line->source));
        const char *color = line->flag == '!' ? t->how->rejected_color : NULL;

        status = qn_buf_printf(t->ctx, t->out, " %s%c %-*s%s ",
                               color ? color : "", line->flag, width,
                               line->summary, color ? QN_COLOR_RESET : "");
        if (!status && line->source)
            status =
                qn_buf_printf(t->ctx, t->out, "%.*s -> ", QN_BYTES_ARG(source));
        if (!status)
            status = qn_buf_append_bytes(t->ctx, t->out, name);
    }
    if (!status && line->reason)
        status = qn_buf_printf(t->ctx, t->out, " (%s)", line->reason);
    return status ? status : qn_buf_append_byte(t->ctx, t->out, '\n');
}

static enum qn_status append_short(struct telling *t, const struct qn_id *id,
                                   struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 7;
    enum qn_status status =
        qn_odb_abbreviate(t->ctx, t->how->odb, id, 0, &digits);

    qn_id_to_hex(id, hex);
    return status ? status
                  : qn_buf_printf(t->ctx, out, "%.*s", (int)digits, hex);
}

static enum qn_status put_done(struct telling *t, const struct qn_push_row *row,
                               const struct qn_push_outcome *outcome)
{
    const struct qn_id *old_id =
        outcome && outcome->has_old ? &outcome->old_id : &row->old_id;
    const struct qn_id *new_id =
        outcome && outcome->has_new ? &outcome->new_id : &row->new_id;
    bool was_forced = outcome ? outcome->is_forced : row->was_forced;
    struct line line = {.flag = '*',
                        .source = row->source,
                        .name = outcome && outcome->name ? outcome->name
                                                         : row->name};
    struct qn_buf ids = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (qn_id_is_null(new_id)) {
        line.flag = '-';
        line.summary = "[deleted]";
        line.source = NULL;
    } else if (qn_id_is_null(old_id)) {
        line.summary = strncmp(line.name, "refs/tags/", 10) == 0 ? "[new tag]"
                       : strncmp(line.name, "refs/heads/", 11) == 0
                           ? "[new branch]"
                           : "[new reference]";
    } else {
        line.flag = was_forced ? '+' : ' ';
        line.reason = was_forced ? "forced update" : NULL;
        status = append_short(t, old_id, &ids);
        if (!status)
            status =
                qn_buf_append_string(t->ctx, &ids, was_forced ? "..." : "..");
        if (!status)
            status = append_short(t, new_id, &ids);
        line.summary = qn_buf_string(&ids);
    }
    if (!status)
        status = put(t, &line);
    qn_buf_dispose(&ids);
    return status;
}

static const char *refusal(const struct qn_push_row *row)
{
    switch (row->status) {
    case QN_PUSH_REJECT_NON_FORWARD:
        return "non-fast-forward";
    case QN_PUSH_REJECT_EXISTS:
        return "already exists";
    case QN_PUSH_REJECT_NO_DELETE:
        return "remote does not support deleting refs";
    case QN_PUSH_REJECT_FETCH_FIRST:
        return "fetch first";
    case QN_PUSH_REJECT_NEEDS_FORCE:
        return "needs force";
    case QN_PUSH_REJECT_STALE:
        return "stale info";
    case QN_PUSH_REJECT_UPDATED:
        return "remote ref updated since checkout";
    case QN_PUSH_ATOMIC_FAILED:
        return "atomic push failed";
    case QN_PUSH_WAITING:
        return "remote failed to report status";
    default:
        return row->reason;
    }
}

/* From where it was to come: of what the other side had no say in, in words,
 * too.
 */
static const char *shown_source(const struct qn_push_row *row)
{
    if (!qn_id_is_null(&row->new_id))
        return row->source;
    return row->status == QN_PUSH_REJECT_STALE ||
                   row->status == QN_PUSH_REJECT_UPDATED ||
                   row->status == QN_PUSH_ATOMIC_FAILED
               ? "(delete)"
               : NULL;
}

static enum qn_status put_row(struct telling *t, const struct qn_push_row *row)
{
    const struct qn_push_outcome *outcome;
    struct line line = {.flag = '!',
                        .summary = "[rejected]",
                        .source = shown_source(row),
                        .name = row->name,
                        .reason = refusal(row)};
    enum qn_status status = QN_OK;

    if (row->status == QN_PUSH_UP_TO_DATE) {
        line.flag = '=';
        line.summary = "[up to date]";
        line.reason = NULL;
        return put(t, &line);
    }
    if (row->status == QN_PUSH_OK) {
        if (!row->outcomes)
            return put_done(t, row, NULL);
        for (outcome = row->outcomes; !status && outcome;
             outcome = outcome->next)
            status = put_done(t, row, outcome);
        return status;
    }
    if (row->status == QN_PUSH_REMOTE_REJECT)
        line.summary = "[remote rejected]";
    else if (row->status == QN_PUSH_WAITING)
        line.summary = "[remote failure]";
    return put(t, &line);
}

static enum qn_status measure(struct telling *t,
                              const struct qn_push_rows *rows)
{
    enum qn_status status = QN_OK;
    size_t i, k;

    t->digits = 7;
    for (i = 0; !status && i < rows->count; i++) {
        const struct qn_push_row *row = &rows->items[i];
        const struct qn_id *ids[2] = {&row->old_id, &row->new_id};

        for (k = 0; !status && row->has_source && k < 2; k++) {
            size_t digits = 0;

            if (!qn_id_is_null(ids[k]))
                status =
                    qn_odb_abbreviate(t->ctx, t->how->odb, ids[k], 0, &digits);
            t->digits = digits > t->digits ? digits : t->digits;
        }
    }
    return status;
}

enum qn_status qn_push_display_rows(struct qn_ctx *ctx,
                                    const struct qn_push_display *display,
                                    const struct qn_push_rows *rows,
                                    struct qn_buf *out)
{
    struct telling t = {.ctx = ctx, .how = display, .out = out};
    enum qn_status status = measure(&t, rows);
    int round;
    size_t i;

    for (round = 0; !status && round < 3; round++)
        for (i = 0; !status && i < rows->count; i++) {
            const struct qn_push_row *row = &rows->items[i];
            int own = row->status == QN_PUSH_UP_TO_DATE ? 0
                      : row->status == QN_PUSH_OK       ? 1
                                                        : 2;

            if (!row->has_source || row->status == QN_PUSH_NONE ||
                own != round ||
                (own == 0 && !display->is_verbose && !display->is_porcelain))
                continue;
            status = put_row(&t, row);
        }
    return status;
}
