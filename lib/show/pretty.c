/* SPDX-License-Identifier: MIT */
/* The built-in formats. */
#include "show/pretty.h"

#include "base/memory.h"
#include "hash/id.h"
#include "show/pretty_internal.h"
#include "text/charset.h"
#include "text/utf8.h"

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const struct {
    const char *name;
    enum qn_pretty_kind kind;
} names[] = {
    {"raw", QN_PRETTY_RAW},
    {"medium", QN_PRETTY_MEDIUM},
    {"short", QN_PRETTY_SHORT},
    {"email", QN_PRETTY_EMAIL},
    {"mboxrd", QN_PRETTY_MBOXRD},
    {"full", QN_PRETTY_FULL},
    {"fuller", QN_PRETTY_FULLER},
    {"oneline", QN_PRETTY_ONELINE},
    {"reference", QN_PRETTY_REFERENCE},
};

enum qn_status qn_pretty_parse(struct qn_ctx *ctx, const char *text,
                               const struct qn_config *config,
                               struct qn_pretty_options *out)
{
    const char *asked = text;
    char key[256];
    int depth;
    size_t size;
    size_t i;

    for (depth = 0; depth < 10; depth++) {
        const char *next;
        size_t key_size;

        if (strncmp(text, "format:", 7) == 0 ||
            strncmp(text, "tformat:", 8) == 0 || strchr(text, '%')) {
            out->kind = QN_PRETTY_USER;
            out->is_terminator = text[0] != 'f' || strncmp(text, "format:", 7);
            out->format = strncmp(text, "format:", 7) == 0    ? text + 7
                          : strncmp(text, "tformat:", 8) == 0 ? text + 8
                                                              : text;
            return QN_OK;
        }
        if (*text == '\0') {
            out->kind = QN_PRETTY_USER;
            out->is_terminator = true;
            out->format = "";
            return QN_OK;
        }
        size = strlen(text);
        for (i = 0; i < QN_COUNT_OF(names); i++) {
            if (strncmp(names[i].name, text, size) != 0)
                continue;
            out->kind = names[i].kind;
            out->is_terminator = out->kind == QN_PRETTY_ONELINE ||
                                 out->kind == QN_PRETTY_REFERENCE;
            return QN_OK;
        }
        key_size = 7 + size;
        if (!config || key_size >= sizeof(key))
            break;
        memcpy(key, "pretty.", 7);
        memcpy(key + 7, text, size + 1);
        next = qn_config_string(config, key, NULL);
        if (!next)
            break;
        text = next;
    }
    return qn_ctx_fail_reason(ctx, QN_INVALID, "pretty.unknown", asked,
                              "invalid --pretty format: %s", asked);
}

enum qn_status qn_pretty_new(struct qn_ctx *ctx, struct qn_odb *odb,
                             const struct qn_pretty_options *options,
                             struct qn_pretty **out)
{
    struct qn_pretty *pretty = qn_memory_calloc(ctx, 1, sizeof(*pretty));

    if (!pretty)
        return QN_NO_MEMORY;
    pretty->options = options;
    pretty->odb = odb;
    *out = pretty;
    return QN_OK;
}

void qn_pretty_free(struct qn_pretty *pretty)
{
    if (!pretty)
        return;
    qn_buf_dispose(&pretty->text);
    qn_buf_dispose(&pretty->scratch);
    qn_buf_dispose(&pretty->expansion);
    qn_pretty_signature_dispose(pretty);
    qn_memory_free(pretty);
}

enum qn_status qn_pretty_append_id(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                   const struct qn_id *id, bool abbreviates,
                                   struct qn_buf *out)
{
    int abbrev = pretty->options->abbrev;
    size_t digits = (size_t)qn_id_size(id->algorithm) * 2;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    if (abbreviates && abbrev != 0) {
        status = qn_odb_abbreviate(ctx, pretty->odb, id,
                                   abbrev > 0 ? (size_t)abbrev : 0, &digits);
        if (status)
            return status;
    }
    qn_id_to_hex(id, hex);
    return qn_buf_append(ctx, out, hex, digits);
}

enum qn_status qn_pretty_recode(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                const struct qn_pretty_item *item,
                                const struct qn_commit **out)
{
    const struct qn_commit *commit = item->commit;
    const char *to = pretty->options->encoding;
    char from[64];
    enum qn_status status;

    *out = commit;
    if (!to)
        to = "UTF-8";
    if (qn_charset_is_same(commit->encoding, qn_bytes_from_string(to)) ||
        commit->encoding.size >= sizeof(from))
        return QN_OK;
    if (commit->encoding.size > 0)
        memcpy(from, commit->encoding.data, commit->encoding.size);
    from[commit->encoding.size] = '\0';
    qn_buf_clear(&pretty->text);
    status = qn_charset_convert(ctx, *from ? from : "UTF-8", to, commit->text,
                                &pretty->text);
    if (status == QN_INVALID || status == QN_UNSUPPORTED) {
        qn_ctx_clear(ctx); /* shown as it is */
        return QN_OK;
    }
    if (!status)
        status = qn_commit_parse(ctx, qn_buf_bytes(&pretty->text),
                                 item->id->algorithm, &pretty->recoded);
    pretty->recoded.grafted = commit->grafted;
    pretty->recoded.parent_count = commit->parent_count;
    pretty->recoded.first_parent = commit->first_parent;
    if (!status)
        *out = &pretty->recoded;
    return status;
}

bool qn_pretty_ident(const struct qn_pretty *pretty, struct qn_bytes text,
                     bool maps, struct qn_ident *out)
{
    if (!qn_ident_parse(text, out))
        return false;
    if (maps && pretty->options->mailmap)
        qn_mailmap_map(pretty->options->mailmap, &out->name, &out->mail);
    return true;
}

static struct qn_bytes trim_end(struct qn_bytes line)
{
    while (line.size > 0 && is_space(line.data[line.size - 1]))
        line.size--;
    return line;
}

/* Take a line off the front, its newline dropped. */
static struct qn_bytes take_line(struct qn_bytes *rest)
{
    size_t size = qn_bytes_find(*rest, '\n');
    struct qn_bytes line = qn_bytes_first(*rest, size);

    *rest = qn_bytes_from(*rest, size + 1);
    return line;
}

static struct qn_bytes skip_blank_lines(struct qn_bytes text)
{
    while (text.size > 0) {
        struct qn_bytes rest = text;

        if (trim_end(take_line(&rest)).size > 0)
            break;
        text = rest;
    }
    return text;
}

enum qn_status qn_pretty_subject(struct qn_ctx *ctx, struct qn_bytes message,
                                 const char *joiner, struct qn_buf *out,
                                 struct qn_bytes *rest)
{
    bool is_first = true;
    enum qn_status status = QN_OK;

    message = skip_blank_lines(message);
    while (message.size > 0 && !status) {
        struct qn_bytes line = trim_end(take_line(&message));

        if (line.size == 0)
            break;
        if (!is_first)
            status = qn_buf_append_string(ctx, out, joiner);
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        is_first = false;
    }
    if (rest)
        *rest = skip_blank_lines(message);
    return status;
}

static enum qn_status append_line(struct qn_ctx *ctx,
                                  const struct qn_pretty_options *options,
                                  struct qn_bytes line, int tab_width,
                                  struct qn_buf *out)
{
    size_t columns = 0;
    enum qn_status status = qn_buf_append_string(ctx, out, "    ");

    while (!status && tab_width > 0) {
        size_t tab = qn_bytes_find(line, '\t');
        struct qn_bytes before = qn_bytes_first(line, tab);
        size_t blanks;

        if (tab == line.size || !qn_utf8_is_valid(before))
            break;
        status = qn_pretty_match_append(
            ctx, options, QN_REVISION_PATTERN_MESSAGE, before, out);
        columns += qn_utf8_width(before, false);
        blanks = (size_t)tab_width - columns % (size_t)tab_width;
        if (!status)
            status = qn_buf_append_repeat(ctx, out, ' ', blanks);
        columns += blanks;
        line = qn_bytes_from(line, tab + 1);
    }
    if (!status)
        status = qn_pretty_match_append(ctx, options,
                                        QN_REVISION_PATTERN_MESSAGE, line, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

/* The message, indented; without blank lines at both ends. */
static enum qn_status append_message(struct qn_ctx *ctx,
                                     struct qn_pretty *pretty,
                                     struct qn_bytes message, bool only_subject,
                                     struct qn_buf *out)
{
    enum qn_pretty_kind kind = pretty->options->kind;
    int tab_width = pretty->options->tab_width;
    size_t pending = 0; /* blank lines not printed yet */
    enum qn_status status = QN_OK;

    if (tab_width < 0)
        tab_width = kind == QN_PRETTY_MEDIUM || kind == QN_PRETTY_FULL ||
                            kind == QN_PRETTY_FULLER
                        ? 8
                        : 0;
    message = skip_blank_lines(message);
    while (message.size > 0 && !status) {
        struct qn_bytes line = trim_end(take_line(&message));

        if (line.size == 0) {
            if (only_subject)
                break;
            pending++;
            continue;
        }
        for (; pending > 0 && !status; pending--)
            status = qn_buf_append_string(ctx, out, "    \n");
        if (!status)
            status = append_line(ctx, pretty->options, line, tab_width, out);
    }
    return status;
}

static enum qn_status append_ident(struct qn_ctx *ctx,
                                   const struct qn_pretty_options *options,
                                   enum qn_revision_pattern_field field,
                                   const struct qn_ident *ident,
                                   struct qn_buf *out)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf *to = options->matches && options->has_color ? &text : out;
    enum qn_status status = qn_buf_append_bytes(ctx, to, ident->name);

    if (!status)
        status = qn_buf_append_string(ctx, to, " <");
    if (!status)
        status = qn_buf_append_bytes(ctx, to, ident->mail);
    if (!status)
        status = qn_buf_append_byte(ctx, to, '>');
    if (!status && to == &text)
        status = qn_pretty_match_append(ctx, options, field,
                                        qn_buf_bytes(&text), out);
    qn_buf_dispose(&text);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status append_person(struct qn_ctx *ctx,
                                    struct qn_pretty *pretty, const char *label,
                                    struct qn_bytes text,
                                    const char *date_label, struct qn_buf *out)
{
    struct qn_ident ident;
    enum qn_status status;

    if (!qn_pretty_ident(pretty, text, pretty->options->maps_builtin, &ident))
        return QN_OK;
    status = qn_buf_append_string(ctx, out, label);
    if (!status)
        status = append_ident(ctx, pretty->options,
                              label[0] == 'A' ? QN_REVISION_PATTERN_AUTHOR
                                              : QN_REVISION_PATTERN_COMMITTER,
                              &ident, out);
    if (status || !date_label)
        return status;
    status = qn_buf_append_string(ctx, out, date_label);
    if (!status)
        status = qn_date_format(ctx, ident.has_date ? ident.seconds : 0,
                                ident.has_date ? ident.zone : 0,
                                &pretty->options->date, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status append_decorations(struct qn_ctx *ctx,
                                         struct qn_pretty *pretty,
                                         const struct qn_pretty_item *item,
                                         struct qn_buf *out)
{
    const struct qn_pretty_options *options = pretty->options;
    struct qn_decorate_form form = options->decorate_form;
    enum qn_status status = QN_OK;

    if (options->shows_source && item->source)
        status = qn_buf_printf(ctx, out, "\t%s", item->source);
    if (status || !options->shows_decorations)
        return status;
    form.has_color = options->has_color;
    return qn_decorations_append(ctx, options->decorations, item->id, &form,
                                 out);
}

/* "commit <id> (names)", or the id alone for oneline. */
static enum qn_status append_title(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                   const struct qn_pretty_item *item,
                                   struct qn_buf *out)
{
    const struct qn_pretty_options *options = pretty->options;
    bool has_color = options->has_color && *options->commit_color;
    uint32_t i;
    enum qn_status status = QN_OK;

    if (has_color)
        status = qn_buf_append_string(ctx, out, options->commit_color);
    if (!status && options->kind != QN_PRETTY_ONELINE)
        status = qn_buf_append_string(ctx, out, "commit ");
    if (!status && item->mark)
        status = qn_buf_printf(ctx, out, "%c ", item->mark);
    if (!status)
        status = qn_pretty_append_id(ctx, pretty, item->id,
                                     options->abbreviates, out);
    for (i = 0; options->shows_parents && i < item->parent_count && !status;
         i++) {
        status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_pretty_append_id(ctx, pretty, &item->parents[i],
                                         options->abbreviates, out);
    }
    for (i = 0; i < item->child_count && !status; i++) {
        status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_pretty_append_id(ctx, pretty, &item->children[i],
                                         options->abbreviates, out);
    }
    if (!status && has_color)
        status = qn_buf_append_string(ctx, out, "\033[m");
    return status ? status : append_decorations(ctx, pretty, item, out);
}

static enum qn_status append_merge(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                   const struct qn_pretty_item *item,
                                   struct qn_buf *out)
{
    uint32_t count =
        item->parents ? item->parent_count : item->commit->parent_count;
    uint32_t i;
    enum qn_status status;

    if (count < 2)
        return QN_OK;
    status = qn_buf_append_string(ctx, out, "Merge:");
    for (i = 0; i < count && !status; i++) {
        struct qn_id parent;

        if (item->parents)
            parent = item->parents[i];
        else
            qn_commit_parent(item->commit, i, &parent);
        status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_pretty_append_id(ctx, pretty, &parent, true, out);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

/* The header lines as they are, but for an encoding that no longer holds. */
static enum qn_status append_raw(struct qn_ctx *ctx,
                                 const struct qn_commit *commit,
                                 bool was_recoded, struct qn_buf *out)
{
    struct qn_bytes headers = commit->headers;
    enum qn_status status = QN_OK;

    while (headers.size > 0 && !status) {
        struct qn_bytes line = take_line(&headers);

        if (was_recoded && qn_bytes_has_prefix(line, "encoding "))
            continue;
        status = qn_buf_append_bytes(ctx, out, line);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    return status;
}

static enum qn_status append_people(struct qn_ctx *ctx,
                                    struct qn_pretty *pretty,
                                    const struct qn_commit *commit,
                                    struct qn_buf *out)
{
    enum qn_status status;

    switch (pretty->options->kind) {
    case QN_PRETTY_SHORT:
        return append_person(ctx, pretty, "Author: ", commit->author, NULL,
                             out);
    case QN_PRETTY_FULL:
        status =
            append_person(ctx, pretty, "Author: ", commit->author, NULL, out);
        return status ? status
                      : append_person(ctx, pretty,
                                      "Commit: ", commit->committer, NULL, out);
    case QN_PRETTY_FULLER:
        status = append_person(ctx, pretty, "Author:     ", commit->author,
                               "AuthorDate: ", out);
        return status ? status
                      : append_person(ctx, pretty,
                                      "Commit:     ", commit->committer,
                                      "CommitDate: ", out);
    default:
        return append_person(ctx, pretty, "Author: ", commit->author,
                             "Date:   ", out);
    }
}

static enum qn_status append_reflog(struct qn_ctx *ctx,
                                    struct qn_pretty *pretty,
                                    const struct qn_pretty_item *item,
                                    struct qn_buf *out)
{
    if (!item->reflog_selector)
        return QN_OK;
    return qn_buf_printf(ctx, out, "Reflog: %s (%.*s)\nReflog message: %.*s\n",
                         item->reflog_selector,
                         QN_BYTES_ARG(item->reflog_ident),
                         QN_BYTES_ARG(item->reflog_message));
}

enum qn_status qn_pretty_notes(struct qn_ctx *ctx, struct qn_pretty *pretty,
                               const struct qn_pretty_item *item, bool is_raw,
                               struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < pretty->options->notes_count && !status; i++)
        status = qn_notes_append(ctx, pretty->options->notes[i], pretty->odb,
                                 item->id, is_raw, out);
    return status;
}

static enum qn_status append_notes(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                   const struct qn_pretty_item *item,
                                   struct qn_buf *out)
{
    const struct qn_pretty_options *options = pretty->options;

    if (!options->shows_notes)
        return QN_OK;
    return qn_pretty_notes(ctx, pretty, item, false, out);
}

static enum qn_status append_lines(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                   const struct qn_pretty_item *item,
                                   const struct qn_commit *commit,
                                   struct qn_buf *out)
{
    enum qn_pretty_kind kind = pretty->options->kind;
    size_t start;
    enum qn_status status;

    status = append_title(ctx, pretty, item, out);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status)
        status = append_reflog(ctx, pretty, item, out);
    if (!status)
        status = qn_pretty_signature_append(ctx, pretty, item, out);
    if (!status && kind == QN_PRETTY_RAW) {
        status = append_raw(ctx, commit, commit != item->commit, out);
    } else if (!status) {
        status = append_merge(ctx, pretty, item, out);
        if (!status)
            status = append_people(ctx, pretty, commit, out);
    }
    start = out->size;
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status)
        status = append_message(ctx, pretty, commit->message,
                                kind == QN_PRETTY_SHORT, out);
    if (!status && out->size == start + 1)
        qn_buf_truncate(out, start); /* no message: no blank line */
    return status ? status : append_notes(ctx, pretty, item, out);
}

static enum qn_status append_oneline(struct qn_ctx *ctx,
                                     struct qn_pretty *pretty,
                                     const struct qn_pretty_item *item,
                                     const struct qn_commit *commit,
                                     struct qn_buf *out)
{
    enum qn_status status = append_title(ctx, pretty, item, out);

    if (!status)
        status = qn_buf_append_byte(ctx, out, ' ');
    if (!status)
        status = qn_pretty_signature_append(ctx, pretty, item, out);
    if (!status && item->reflog_selector)
        return qn_buf_printf(ctx, out, "%s: %.*s", item->reflog_selector,
                             QN_BYTES_ARG(item->reflog_message));
    if (!status)
        status = qn_pretty_subject(ctx, commit->message, " ", out, NULL);
    if (status || !pretty->options->shows_notes)
        return status;
    /* a note begins with a blank line, which ends the subject's here */
    return append_notes(ctx, pretty, item, out);
}

static enum qn_status append_reference(struct qn_ctx *ctx,
                                       struct qn_pretty *pretty,
                                       const struct qn_pretty_item *item,
                                       struct qn_buf *out)
{
    const struct qn_pretty_options *options = pretty->options;
    struct qn_pretty_options dated = *options;
    enum qn_status status;

    if (!options->date_is_given)
        dated.date.kind = QN_DATE_SHORT;
    pretty->options = &dated;
    status = qn_pretty_expand(ctx, pretty, item, "%C(auto)%h (%s, %ad)", out);
    pretty->options = options;
    return status;
}

enum qn_status qn_pretty_append(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                const struct qn_pretty_item *item,
                                struct qn_buf *out)
{
    const struct qn_commit *commit = NULL;
    enum qn_status status;

    if (pretty->options->kind == QN_PRETTY_USER) {
        status = qn_pretty_signature_append(ctx, pretty, item, out);
        return status ? status
                      : qn_pretty_expand(ctx, pretty, item,
                                         pretty->options->format, out);
    }
    if (pretty->options->kind == QN_PRETTY_REFERENCE)
        return append_reference(ctx, pretty, item, out);
    status = qn_pretty_recode(ctx, pretty, item, &commit);
    if (status)
        return status;
    switch (pretty->options->kind) {
    case QN_PRETTY_ONELINE:
        return append_oneline(ctx, pretty, item, commit, out);
    case QN_PRETTY_EMAIL:
    case QN_PRETTY_MBOXRD:
        return qn_pretty_email(ctx, pretty, item, commit, out);
    default:
        return append_lines(ctx, pretty, item, commit, out);
    }
}
