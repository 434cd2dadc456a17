/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_display.h"

#include "text/ref_name.h"
#include "text/utf8.h"
#include "transport/address.h"

#include <string.h>

#define LEAST_WIDTH 10

enum qn_status qn_fetch_display_url(struct qn_ctx *ctx, const char *url,
                                    struct qn_buf *out)
{
    struct qn_bytes text = qn_bytes_from_string(url);

    while (text.size > 0 && text.data[text.size - 1] == '/')
        text.size--;
    if (text.size > 4 && qn_bytes_has_suffix(text, ".git"))
        text.size -= 4;
    return qn_address_append_shown(ctx, text, out);
}

/* The kind of a ref of theirs, and its name without it. */
static const char *split_kind(const char *source, const char **name)
{
    static const struct {
        const char *prefix, *kind;
    } kinds[] = {{"refs/heads/", "branch"},
                 {"refs/tags/", "tag"},
                 {"refs/remotes/", "remote-tracking branch"}};
    size_t i;

    *name = source;
    if (strcmp(source, "HEAD") == 0) {
        *name = "";
        return "";
    }
    for (i = 0; i < QN_COUNT_OF(kinds); i++)
        if (strncmp(source, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
            *name = source + strlen(kinds[i].prefix);
            return kinds[i].kind;
        }
    return "";
}

enum qn_status qn_fetch_display_note(struct qn_ctx *ctx, const char *source,
                                     struct qn_buf *out)
{
    const char *name, *kind = split_kind(source, &name);

    if (!*name)
        return QN_OK;
    return qn_buf_printf(ctx, out, "%s%s'%s' of ", kind, *kind ? " " : "",
                         name);
}

/* ---- widths */

static size_t width_of(struct qn_bytes text)
{
    return qn_utf8_width(text, false);
}

static struct qn_bytes pretty(const char *name)
{
    return qn_ref_name_prettify(qn_bytes_from_string(name));
}

/* Is it shown with a name of ours? */
static bool is_shown(const struct qn_fetch_display *d,
                     const struct qn_fetch_entry *entry)
{
    if (!entry->local)
        return d->has_head && entry->head != QN_FETCH_IGNORED;
    return entry->outcome != QN_FETCH_UP_TO_DATE || d->is_verbose;
}

static enum qn_status measure_ids(struct qn_ctx *ctx,
                                  struct qn_fetch_display *d,
                                  const struct qn_fetch_entry *entry,
                                  size_t *most)
{
    const struct qn_id *ids[] = {&entry->old_id, &entry->id};
    enum qn_status status = QN_OK;
    size_t i, digits;

    for (i = 0; !status && i < 2; i++) {
        if (qn_id_is_null(ids[i]))
            continue;
        status = qn_odb_abbreviate(ctx, d->odb, ids[i], 0, &digits);
        if (!status && digits > *most)
            *most = digits;
    }
    return status;
}

enum qn_status qn_fetch_display_measure(struct qn_ctx *ctx,
                                        struct qn_fetch_display *d,
                                        const struct qn_fetch_map *map,
                                        bool has_failures)
{
    size_t most = 0, i;
    size_t limit = (size_t)(d->terminal_width > 0 ? d->terminal_width : 80);
    enum qn_status status = QN_OK;

    d->width = LEAST_WIDTH;
    if (d->is_compact)
        limit = limit * 2 / 3;
    for (i = 0; !status && i < map->count; i++) {
        const struct qn_fetch_entry *entry = &map->entries[i];
        size_t from, to;

        if (!is_shown(d, entry))
            continue;
        status = measure_ids(ctx, d, entry, &most);
        if (!entry->local)
            continue;
        from = width_of(pretty(entry->source));
        to = width_of(pretty(entry->local));
        if (d->is_compact ? from + 21 + 4 >= limit
                          : from + to + 21 + 4 >= limit)
            continue;
        if (from > d->width)
            d->width = from;
    }
    d->summary_width = has_failures ? 0 : most ? 2 * most + 3 : 17;
    return status;
}

/* ---- lines */

static enum qn_status put_from(struct qn_ctx *ctx, struct qn_fetch_display *d)
{
    if (d->was_told)
        return QN_OK;
    d->was_told = true;
    return qn_buf_printf(ctx, d->out, "From %.*s\n",
                         QN_BYTES_ARG(qn_buf_bytes(&d->url)));
}

static enum qn_status pad(struct qn_ctx *ctx, struct qn_fetch_display *d,
                          struct qn_bytes text, size_t width)
{
    size_t used = width_of(text);
    enum qn_status status = qn_buf_append_bytes(ctx, d->out, text);

    return status || used >= width
               ? status
               : qn_buf_append_repeat(ctx, d->out, ' ', width - used);
}

/* Where one name stands in the other, at a border of its parts: "*" there. */
static bool is_within(struct qn_bytes name, struct qn_bytes other, size_t *at)
{
    size_t i;

    if (name.size == 0 || name.size > other.size)
        return false;
    for (i = 0; i + name.size <= other.size; i++) {
        size_t end = i + name.size;

        if (memcmp(other.data + i, name.data, name.size) != 0)
            continue;
        if ((i == 0 || other.data[i - 1] == '/') &&
            (end == other.size || other.data[end] == '/')) {
            *at = i;
            return true;
        }
        return false;
    }
    return false;
}

static enum qn_status put_pair(struct qn_ctx *ctx, struct qn_fetch_display *d,
                               struct qn_bytes from, struct qn_bytes to)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t at;

    if (d->is_compact && is_within(from, to, &at)) {
        status = qn_buf_append_bytes(ctx, &text, to);
        if (!status)
            status = qn_buf_splice(ctx, &text, at, from.size, QN_BYTES("*"));
        if (!status)
            status = pad(ctx, d, from, d->width);
        if (!status)
            status = qn_buf_append_string(ctx, d->out, " -> ");
        if (!status)
            status = qn_buf_append_bytes(ctx, d->out, qn_buf_bytes(&text));
    } else if (d->is_compact && is_within(to, from, &at)) {
        status = qn_buf_append_bytes(ctx, &text, from);
        if (!status)
            status = qn_buf_splice(ctx, &text, at, to.size, QN_BYTES("*"));
        if (!status)
            status = pad(ctx, d, qn_buf_bytes(&text), d->width);
        if (!status)
            status = qn_buf_append_string(ctx, d->out, " -> ");
        if (!status)
            status = qn_buf_append_bytes(ctx, d->out, to);
    } else {
        status = pad(ctx, d, from, d->width);
        if (!status)
            status = qn_buf_append_string(ctx, d->out, " -> ");
        if (!status)
            status = qn_buf_append_bytes(ctx, d->out, to);
    }
    qn_buf_dispose(&text);
    return status;
}

struct line {
    char flag;
    struct qn_bytes summary, from, to;
    const char *reason;
    const struct qn_id *old_id, *new_id;
    const char *local;
};

static enum qn_status put_line(struct qn_ctx *ctx, struct qn_fetch_display *d,
                               const struct line *line)
{
    char old_hex[QN_ID_MAX_HEX_SIZE + 1], new_hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    if (d->is_quiet)
        return QN_OK;
    if (d->is_porcelain)
        return qn_buf_printf(ctx, d->out, "%c %s %s %s\n", line->flag,
                             qn_id_to_hex(line->old_id, old_hex),
                             qn_id_to_hex(line->new_id, new_hex), line->local);
    status = put_from(ctx, d);
    if (!status)
        status = qn_buf_printf(ctx, d->out, " %c ", line->flag);
    if (!status)
        status = pad(ctx, d, line->summary, d->summary_width);
    if (!status)
        status = qn_buf_append_byte(ctx, d->out, ' ');
    if (!status)
        status = put_pair(ctx, d, line->from, line->to);
    if (!status && line->reason)
        status = qn_buf_printf(ctx, d->out, "  (%s)", line->reason);
    return status ? status : qn_buf_append_byte(ctx, d->out, '\n');
}

static enum qn_status put_range(struct qn_ctx *ctx, struct qn_fetch_display *d,
                                const struct qn_fetch_entry *entry,
                                const char *dots, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status =
        qn_odb_abbreviate(ctx, d->odb, &entry->old_id, 0, &digits);

    if (!status)
        status = qn_buf_printf(ctx, out, "%.*s%s", (int)digits,
                               qn_id_to_hex(&entry->old_id, hex), dots);
    if (!status)
        status = qn_odb_abbreviate(ctx, d->odb, &entry->id, 0, &digits);
    return status ? status
                  : qn_buf_printf(ctx, out, "%.*s", (int)digits,
                                  qn_id_to_hex(&entry->id, hex));
}

static const char *new_kind(const char *source)
{
    return strncmp(source, "refs/tags/", 10) == 0    ? "[new tag]"
           : strncmp(source, "refs/heads/", 11) == 0 ? "[new branch]"
                                                     : "[new ref]";
}

/* What goes into FETCH_HEAD only. */
static enum qn_status put_fetched(struct qn_ctx *ctx,
                                  struct qn_fetch_display *d,
                                  const struct qn_fetch_entry *entry)
{
    const char *name, *kind = split_kind(entry->source, &name);
    struct line line = {.flag = '*',
                        .summary =
                            qn_bytes_from_string(*kind ? kind : "branch"),
                        .from = qn_bytes_from_string(*name ? name : "HEAD"),
                        .to = QN_BYTES("FETCH_HEAD"),
                        .old_id = &entry->old_id,
                        .new_id = &entry->id,
                        .local = "FETCH_HEAD"};

    return put_line(ctx, d, &line);
}

enum qn_status qn_fetch_display_entry(struct qn_ctx *ctx,
                                      struct qn_fetch_display *d,
                                      const struct qn_fetch_entry *entry)
{
    static const struct {
        char flag;
        const char *summary;
    } kinds[] = {[QN_FETCH_UP_TO_DATE] = {'=', "[up to date]"},
                 [QN_FETCH_NEW] = {'*', NULL},
                 [QN_FETCH_FORWARD] = {' ', NULL},
                 [QN_FETCH_FORCED] = {'+', NULL},
                 [QN_FETCH_TAG] = {'t', "[tag update]"},
                 [QN_FETCH_REJECTED] = {'!', "[rejected]"},
                 [QN_FETCH_FAILED] = {'!', NULL}};
    struct qn_buf summary = QN_BUF_INIT;
    struct line line = {.old_id = &entry->old_id,
                        .new_id = &entry->id,
                        .local = entry->local,
                        .reason = entry->reason};
    bool is_new = qn_id_is_null(&entry->old_id);
    enum qn_status status = QN_OK;

    if (!is_shown(d, entry))
        return QN_OK;
    if (!entry->local)
        return put_fetched(ctx, d, entry);
    line.flag = kinds[entry->outcome].flag;
    line.from = pretty(entry->source);
    line.to = pretty(entry->local);
    if (kinds[entry->outcome].summary)
        status =
            qn_buf_append_string(ctx, &summary, kinds[entry->outcome].summary);
    else if (entry->outcome == QN_FETCH_NEW ||
             (entry->outcome == QN_FETCH_FAILED && is_new))
        status = qn_buf_append_string(ctx, &summary, new_kind(entry->source));
    else
        status = put_range(ctx, d, entry,
                           entry->outcome == QN_FETCH_FORCED ? "..." : "..",
                           &summary);
    line.summary = qn_buf_bytes(&summary);
    if (!status)
        status = put_line(ctx, d, &line);
    qn_buf_dispose(&summary);
    return status;
}

enum qn_status qn_fetch_display_pruned(struct qn_ctx *ctx,
                                       struct qn_fetch_display *d,
                                       const char *name,
                                       const struct qn_id *old_id)
{
    struct qn_id none;
    struct line line = {.flag = '-',
                        .summary = QN_BYTES("[deleted]"),
                        .from = QN_BYTES("(none)"),
                        .to = pretty(name),
                        .old_id = old_id,
                        .new_id = &none,
                        .local = name};

    qn_id_clear(&none, old_id->algorithm);
    return put_line(ctx, d, &line);
}
