/* SPDX-License-Identifier: MIT */
/* Format strings: placeholders, padding, wrapping. */
#include "base/env.h"
#include "hash/id.h"
#include "show/pretty_internal.h"
#include "show/trailer.h"
#include "text/color.h"
#include "text/utf8.h"

#include <stdlib.h>

enum pad_kind { PAD_NONE, PAD_RIGHT, PAD_LEFT, PAD_STEAL, PAD_BOTH };
enum cut_kind { CUT_NONE, CUT_RIGHT, CUT_LEFT, CUT_MIDDLE };

struct expansion {
    struct qn_pretty *pretty;
    const struct qn_pretty_item *item;
    const struct qn_commit *commit;
    struct qn_buf *out;
    size_t start; /* of this commit in out */
    enum pad_kind pad;
    enum cut_kind cut;
    bool to_column;
    int columns;
    size_t wrap_start;
    int wrap_width, wrap_first, wrap_next; /* width -1: none */
};

/* --- small pieces ----------------------------------------------------------
 */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* %n, %%, %x00: how much of `p` (behind the "%") it is; 0: none of them. */
static size_t literal_code(const char *p, uint8_t *byte)
{
    if (*p == 'n' || *p == '%') {
        *byte = *p == 'n' ? '\n' : '%';
        return 1;
    }
    if (*p != 'x' || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0)
        return 0;
    *byte = (uint8_t)(hex_digit(p[1]) * 16 + hex_digit(p[2]));
    return 3;
}

static enum qn_status append_colored_id(struct qn_ctx *ctx, struct expansion *x,
                                        const struct qn_id *id, bool short_id,
                                        struct qn_buf *out)
{
    const struct qn_pretty_options *options = x->pretty->options;
    bool has_color = x->pretty->auto_color && options->has_color;
    enum qn_status status = QN_OK;

    if (has_color)
        status = qn_buf_append_string(ctx, out, options->commit_color);
    if (!status)
        status = qn_pretty_append_id(ctx, x->pretty, id, short_id, out);
    if (!status && has_color)
        status = qn_buf_append_string(ctx, out, QN_COLOR_RESET);
    return status;
}

static enum qn_status append_parents(struct qn_ctx *ctx, struct expansion *x,
                                     bool short_ids, struct qn_buf *out)
{
    const struct qn_pretty_item *item = x->item;
    uint32_t count =
        item->parents ? item->parent_count : item->commit->parent_count;
    uint32_t i;
    enum qn_status status = QN_OK;

    for (i = 0; i < count && !status; i++) {
        struct qn_id parent;

        if (item->parents)
            parent = item->parents[i];
        else
            qn_commit_parent(item->commit, i, &parent);
        if (i > 0)
            status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status =
                qn_pretty_append_id(ctx, x->pretty, &parent, short_ids, out);
    }
    return status;
}

static enum qn_status append_date(struct qn_ctx *ctx, struct expansion *x,
                                  const struct qn_ident *ident, char which,
                                  struct qn_buf *out)
{
    struct qn_date_mode mode = x->pretty->options->date;
    static const struct {
        char letter;
        enum qn_date_kind kind;
    } kinds[] = {{'D', QN_DATE_RFC2822},    {'r', QN_DATE_RELATIVE},
                 {'t', QN_DATE_UNIX},       {'i', QN_DATE_ISO},
                 {'I', QN_DATE_ISO_STRICT}, {'s', QN_DATE_SHORT},
                 {'h', QN_DATE_HUMAN}};
    size_t i;

    if (!ident->has_date)
        return QN_OK;
    if (which != 'd') {
        mode.is_local = false;
        for (i = 0; i < QN_COUNT_OF(kinds); i++)
            if (kinds[i].letter == which)
                mode.kind = kinds[i].kind;
    }
    return qn_date_format(ctx, ident->seconds, ident->zone, &mode, out);
}

/* %an and kin; `which` is the second letter. */
static enum qn_status append_person(struct qn_ctx *ctx, struct expansion *x,
                                    struct qn_bytes text, char which,
                                    struct qn_buf *out, size_t *used)
{
    struct qn_ident ident;
    bool maps = which == 'N' || which == 'E' || which == 'L';

    if (!which || !strchr("nNeElLdDrtiIsh", which))
        return QN_OK;
    *used = 2;
    if (!qn_pretty_ident(x->pretty, text, maps, &ident))
        return QN_OK;
    switch (which) {
    case 'n':
    case 'N':
        return qn_buf_append_bytes(ctx, out, ident.name);
    case 'e':
    case 'E':
        return qn_buf_append_bytes(ctx, out, ident.mail);
    case 'l':
    case 'L':
        return qn_buf_append_bytes(
            ctx, out,
            qn_bytes_first(ident.mail, qn_bytes_find(ident.mail, '@')));
    default:
        /* without a date Git leaves the three newer ones as they are */
        if (!ident.has_date && strchr("Ish", which))
            *used = 0;
        return append_date(ctx, x, &ident, which, out);
    }
}

static bool is_name_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '_';
}

/* %f: the subject as a part of a file name. */
static enum qn_status append_file_name(struct qn_ctx *ctx,
                                       struct qn_bytes subject,
                                       struct qn_buf *out)
{
    size_t start = out->size;
    bool needs_dash = false;
    size_t i;
    enum qn_status status = QN_OK;

    for (i = 0; i < subject.size && !status; i++) {
        uint8_t c = subject.data[i];

        if (!is_name_byte(c)) {
            needs_dash = true;
            continue;
        }
        if (needs_dash && out->size > start)
            status = qn_buf_append_byte(ctx, out, '-');
        needs_dash = false;
        if (!status)
            status = qn_buf_append_byte(ctx, out, c);
        while (c == '.' && i + 1 < subject.size && subject.data[i + 1] == '.')
            i++;
    }
    while (out->size > start &&
           (out->data[out->size - 1] == '.' || out->data[out->size - 1] == '-'))
        qn_buf_truncate(out, out->size - 1);
    return status;
}

static enum qn_status append_subject(struct qn_ctx *ctx, struct expansion *x,
                                     bool as_file_name, struct qn_buf *out)
{
    struct qn_buf *scratch = &x->pretty->scratch;
    struct qn_bytes subject;
    enum qn_status status;

    if (!as_file_name)
        return qn_pretty_subject(ctx, x->commit->message, " ", out, NULL);
    qn_buf_clear(scratch);
    status = qn_pretty_subject(ctx, x->commit->message, "\n", scratch, NULL);
    subject = qn_buf_bytes(scratch);
    subject = qn_bytes_first(subject, qn_bytes_find(subject, '\n'));
    return status ? status : append_file_name(ctx, subject, out);
}

static enum qn_status append_body(struct qn_ctx *ctx, struct expansion *x,
                                  struct qn_buf *out)
{
    struct qn_bytes rest = QN_BYTES_NONE;
    enum qn_status status;

    qn_buf_clear(&x->pretty->scratch);
    status = qn_pretty_subject(ctx, x->commit->message, " ",
                               &x->pretty->scratch, &rest);
    return status ? status : qn_buf_append_bytes(ctx, out, rest);
}

static enum qn_status append_reflog(struct qn_ctx *ctx, struct expansion *x,
                                    char which, struct qn_buf *out,
                                    size_t *used)
{
    const struct qn_pretty_item *item = x->item;

    if (!which || !strchr("DdsnNeE", which))
        return QN_OK;
    *used = 2;
    if (!item->reflog_selector)
        return QN_OK;
    if (which == 'D')
        return qn_buf_append_string(ctx, out, item->reflog_selector);
    if (which == 'd')
        return qn_buf_append_string(ctx, out, item->reflog_short_selector);
    if (which == 's')
        return qn_buf_append_bytes(ctx, out, item->reflog_message);
    return append_person(ctx, x, item->reflog_ident, which, out, used);
}

/* Without a configuration: what can be told without asking anybody. */
static enum qn_status append_signature(struct qn_ctx *ctx, struct expansion *x,
                                       char which, struct qn_buf *out,
                                       size_t *used)
{
    bool found = false;
    enum qn_status status;

    if (!which || !strchr("?GSKFPT", which))
        return QN_OK;
    *used = 2;
    if (x->pretty->options->config)
        return qn_pretty_signature_field(ctx, x->pretty, x->item, which, out);
    qn_buf_clear(&x->pretty->scratch);
    status = qn_commit_header(ctx, x->item->commit, "gpgsig",
                              &x->pretty->scratch, &found);
    if (!status && which == '?')
        status = qn_buf_append_byte(ctx, out, found ? 'E' : 'N');
    if (!status && which == 'T')
        status = qn_buf_append_string(ctx, out, "undefined");
    return status;
}

/* --- %C ------------------------------------------------------------------ */

static enum qn_status append_color(struct qn_ctx *ctx, struct expansion *x,
                                   const char *p, struct qn_buf *out,
                                   size_t *used)
{
    static const struct {
        const char *name;
        const char *sequence;
    } plain[] = {{"red", "\033[31m"},
                 {"green", "\033[32m"},
                 {"blue", "\033[34m"},
                 {"reset", "\033[m"}};
    bool wanted = x->pretty->options->has_color;
    size_t i;

    if (p[1] == '(') {
        const char *end = strchr(p, ')');
        struct qn_bytes spec;

        if (!end)
            return QN_OK;
        spec = qn_bytes_make(p + 2, (size_t)(end - p - 2));
        *used = (size_t)(end - p) + 1;
        if (qn_bytes_is_string(spec, "auto")) {
            x->pretty->auto_color = true;
            if (wanted && out->size > x->start)
                return qn_buf_append_string(ctx, out, QN_COLOR_RESET);
            return QN_OK;
        }
        x->pretty->auto_color = false;
        if (qn_bytes_has_prefix(spec, "auto,")) {
            spec = qn_bytes_from(spec, 5);
        } else if (qn_bytes_has_prefix(spec, "always,")) {
            spec = qn_bytes_from(spec, 7);
            wanted = true;
        }
        return wanted ? qn_color_parse(ctx, spec, out) : QN_OK;
    }
    for (i = 0; i < QN_COUNT_OF(plain); i++) {
        size_t size = strlen(plain[i].name);

        if (strncmp(p + 1, plain[i].name, size) != 0)
            continue;
        *used = size + 1;
        x->pretty->auto_color = false;
        return wanted ? qn_buf_append_string(ctx, out, plain[i].sequence)
                      : QN_OK;
    }
    return QN_OK;
}

/* --- %(name:option=value,...) --------------------------------------------- */

/* Is `p` "(name" with ":" or ")" behind?  `*options` then stands behind. */
static bool is_named(const char *p, const char *name, const char **options)
{
    size_t size = strlen(name);

    if (strncmp(p + 1, name, size) != 0 ||
        (p[1 + size] != ')' && p[1 + size] != ':'))
        return false;
    *options = p + 1 + size + (p[1 + size] == ':');
    return true;
}

/* Take one option: false at ")" or where there is none. */
static bool take_option(const char **p, struct qn_bytes *name,
                        struct qn_bytes *value, bool *has_value)
{
    size_t size = strcspn(*p, ",)");
    struct qn_bytes text = qn_bytes_make(*p, size);
    size_t equals = qn_bytes_find(text, '=');

    if (size == 0)
        return false;
    *name = qn_bytes_first(text, equals);
    *has_value = equals < text.size;
    *value = qn_bytes_from(text, equals + 1);
    *p += size;
    if (**p == ',')
        ++*p;
    return true;
}

/* %x2C and kin in a value. */
static enum qn_status unfold_value(struct qn_ctx *ctx, struct qn_bytes value,
                                   struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    qn_buf_clear(out);
    while (value.size > 0 && !status) {
        uint8_t byte = value.data[0];
        size_t used = 0;
        char code[4] = "";

        if (byte == '%') {
            struct qn_bytes tail = qn_bytes_first(qn_bytes_from(value, 1), 3);

            memcpy(code, tail.data, tail.size);
            used = literal_code(code, &byte);
        }
        status = qn_buf_append_byte(ctx, out, used ? byte : value.data[0]);
        value = qn_bytes_from(value, 1 + used);
    }
    return status;
}

static bool value_is_true(struct qn_bytes value, bool has_value)
{
    char text[16];
    bool answer = true;

    if (!has_value || value.size >= sizeof(text))
        return true;
    if (value.size)
        memcpy(text, value.data, value.size);
    text[value.size] = '\0';
    return !qn_config_parse_bool(text, &answer) || answer;
}

static enum qn_status append_trailers(struct qn_ctx *ctx, struct expansion *x,
                                      const char *p, const char *options_text,
                                      struct qn_buf *out, size_t *used)
{
    struct qn_trailer_options options = {.ignores_divider = true};
    struct qn_buf separators[2] = {QN_BUF_INIT, QN_BUF_INIT};
    struct qn_bytes name, value;
    bool has_value = false;
    bool is_known = true;
    enum qn_status status = QN_OK;

    while (!status && is_known &&
           take_option(&options_text, &name, &value, &has_value)) {
        bool flag = value_is_true(value, has_value);

        if (qn_bytes_is_string(name, "key") && has_value &&
            options.key_count < QN_COUNT_OF(options.keys)) {
            options.keys[options.key_count++] = value;
            options.only_trailers = true;
        } else if (qn_bytes_is_string(name, "only")) {
            options.only_trailers = flag;
        } else if (qn_bytes_is_string(name, "unfold")) {
            options.unfolds = flag;
        } else if (qn_bytes_is_string(name, "keyonly")) {
            options.key_only = flag;
        } else if (qn_bytes_is_string(name, "valueonly")) {
            options.value_only = flag;
        } else if (qn_bytes_is_string(name, "separator")) {
            status = unfold_value(ctx, value, &separators[0]);
            options.has_separator = true;
        } else if (qn_bytes_is_string(name, "key_value_separator")) {
            status = unfold_value(ctx, value, &separators[1]);
            options.has_key_separator = true;
        } else {
            is_known = false;
        }
    }
    options.separator = qn_buf_bytes(&separators[0]);
    options.key_separator = qn_buf_bytes(&separators[1]);
    if (!status && is_known && *options_text == ')') {
        *used = (size_t)(options_text - p) + 1;
        status = qn_trailer_format(ctx, x->commit->message, &options, out);
    }
    qn_buf_dispose(&separators[0]);
    qn_buf_dispose(&separators[1]);
    return status;
}

static enum qn_status append_decorate(struct qn_ctx *ctx, struct expansion *x,
                                      const char *p, const char *options_text,
                                      struct qn_buf *out, size_t *used)
{
    static const char *const known[] = {"prefix", "suffix", "separator",
                                        "pointer", "tag"};
    struct qn_decorate_form form = x->pretty->options->decorate_form;
    struct qn_bytes *fields[] = {&form.prefix, &form.suffix, &form.separator,
                                 &form.pointer, &form.tag};
    struct qn_buf values[5] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT,
                               QN_BUF_INIT, QN_BUF_INIT};
    struct qn_bytes name, value;
    bool has_value = false;
    size_t i = 0;
    enum qn_status status = QN_OK;

    while (!status && i < 5 &&
           take_option(&options_text, &name, &value, &has_value)) {
        for (i = 0; i < 5 && !qn_bytes_is_string(name, known[i]);)
            i++;
        if (i < 5) {
            status = unfold_value(ctx, value, &values[i]);
            *fields[i] = qn_buf_bytes(&values[i]);
        }
    }
    form.has_color = x->pretty->options->has_color && x->pretty->auto_color;
    if (!status && i < 5 && *options_text == ')') {
        *used = (size_t)(options_text - p) + 1;
        status = qn_decorations_append(ctx, x->pretty->options->decorations,
                                       x->item->id, &form, out);
    }
    for (i = 0; i < 5; i++)
        qn_buf_dispose(&values[i]);
    return status;
}

static enum qn_status append_named(struct qn_ctx *ctx, struct expansion *x,
                                   const char *p, struct qn_buf *out,
                                   size_t *used)
{
    const struct qn_pretty_options *options = x->pretty->options;
    const char *rest;
    enum qn_status status;

    if (is_named(p, "trailers", &rest))
        return append_trailers(ctx, x, p, rest, out, used);
    if (is_named(p, "decorate", &rest))
        return append_decorate(ctx, x, p, rest, out, used);
    if (is_named(p, "describe", &rest)) {
        size_t size = strcspn(rest, ")");

        if (rest[size] != ')')
            return QN_OK;
        if (!options->describe)
            return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                               "%%(describe) is not supported yet");
        status = options->describe(ctx, options->describe_data, x->item->id,
                                   qn_bytes_make(rest, size), out);
        if (!status)
            *used = (size_t)(rest - p) + size + 1;
        /* options that are wrong: the text stays as it is */
        return status == QN_INVALID ? QN_OK : status;
    }
    return QN_OK;
}

static enum qn_status append_refs(struct qn_ctx *ctx, struct expansion *x,
                                  bool is_bare, struct qn_buf *out)
{
    struct qn_decorate_form form = x->pretty->options->decorate_form;

    form.has_color = x->pretty->options->has_color && x->pretty->auto_color;
    if (is_bare)
        form.prefix = form.suffix = QN_BYTES_NONE;
    return qn_decorations_append(ctx, x->pretty->options->decorations,
                                 x->item->id, &form, out);
}

/* One placeholder, `p` behind its "%".  `*used` 0: it is none. */
static enum qn_status expand_one(struct qn_ctx *ctx, struct expansion *x,
                                 const char *p, struct qn_buf *out,
                                 size_t *used)
{
    const struct qn_pretty_item *item = x->item;
    uint8_t byte;

    *used = literal_code(p, &byte);
    if (*used)
        return qn_buf_append_byte(ctx, out, byte);
    switch (*p) {
    case 'a':
        return append_person(ctx, x, x->commit->author, p[1], out, used);
    case 'c':
        return append_person(ctx, x, x->commit->committer, p[1], out, used);
    case 'g':
        return append_reflog(ctx, x, p[1], out, used);
    case 'G':
        return append_signature(ctx, x, p[1], out, used);
    case 'C':
        return append_color(ctx, x, p, out, used);
    case '(':
        return append_named(ctx, x, p, out, used);
    default:
        break;
    }
    *used = 1;
    switch (*p) {
    case 'H':
    case 'h':
        return append_colored_id(ctx, x, item->id, *p == 'h', out);
    case 'T':
    case 't':
        return qn_pretty_append_id(ctx, x->pretty, &item->commit->tree,
                                   *p == 't', out);
    case 'P':
    case 'p':
        return append_parents(ctx, x, *p == 'p', out);
    case 'm':
        return qn_buf_append_byte(ctx, out,
                                  (uint8_t)(item->mark ? item->mark : '>'));
    case 'd':
    case 'D':
        return append_refs(ctx, x, *p == 'D', out);
    case 'S':
        return item->source ? qn_buf_append_string(ctx, out, item->source)
                            : QN_OK;
    case 'e':
        return qn_buf_append_bytes(ctx, out, item->commit->encoding);
    case 's':
    case 'f':
        return append_subject(ctx, x, *p == 'f', out);
    case 'b':
        return append_body(ctx, x, out);
    case 'B':
        return qn_buf_append_bytes(ctx, out, x->commit->message);
    case 'N':
        if (x->pretty->options->knows_no_notes) {
            *used = 0;
            return QN_OK;
        }
        return qn_pretty_notes(ctx, x->pretty, item, true, out);
    default:
        *used = 0;
        return QN_OK;
    }
}

/* --- %<(), %>() ------------------------------------------------------------
 */

/* A number with blanks around it; false when there is none. */
static bool take_number(const char **p, int *out)
{
    char *end;
    long value = strtol(*p, &end, 10);

    if (end == *p || value < -10000 || value > 10000)
        return false;
    while (*end == ' ')
        end++;
    *p = end;
    *out = (int)value;
    return true;
}

/* The size of a padding placeholder at `p`; 0: it is none. */
static size_t parse_padding(struct expansion *x, const char *p)
{
    const char *start = p;
    enum pad_kind pad = PAD_RIGHT;
    enum cut_kind cut = CUT_NONE;
    bool to_column = false;
    int columns = 0;

    if (*p == '>') {
        pad = PAD_LEFT;
        p++;
        if (*p == '<')
            pad = PAD_BOTH;
        else if (*p == '>')
            pad = PAD_STEAL;
        p += pad != PAD_LEFT;
    } else {
        p++;
    }
    if (*p == '|') {
        to_column = true;
        p++;
    }
    if (*p++ != '(' || !take_number(&p, &columns))
        return 0;
    if (columns == 0 || (columns < 0 && !to_column))
        return 0;
    if (*p == ',') {
        p++;
        while (*p == ' ')
            p++;
        if (strncmp(p, "trunc)", 6) == 0)
            cut = CUT_RIGHT;
        else if (strncmp(p, "ltrunc)", 7) == 0)
            cut = CUT_LEFT;
        else if (strncmp(p, "mtrunc)", 7) == 0)
            cut = CUT_MIDDLE;
        else
            return 0;
        p += strcspn(p, ")");
    }
    if (*p != ')')
        return 0;
    x->pad = pad;
    x->cut = cut;
    x->to_column = to_column;
    x->columns = columns;
    return (size_t)(p - start) + 1;
}

/* Put ".." in the place of `count` columns from column `from` on. */
static enum qn_status cut_columns(struct qn_ctx *ctx, struct qn_buf *text,
                                  size_t from, size_t count)
{
    size_t at = 0;
    size_t column = 0;
    size_t start = SIZE_MAX;
    size_t end = text->size;

    while (at < text->size) {
        struct qn_bytes rest = qn_bytes_from(qn_buf_bytes(text), at);
        size_t size = qn_utf8_escape_size(rest);
        uint32_t c = 0;
        int width;

        if (size > 0) {
            at += size;
            continue;
        }
        if (start == SIZE_MAX && column >= from)
            start = at;
        if (start != SIZE_MAX && column >= from + count) {
            end = at;
            break;
        }
        size = qn_utf8_next(rest, &c);
        if (size == 0)
            return QN_OK;
        width = qn_utf8_char_width(c);
        column += width > 0 ? (size_t)width : 0;
        at += size;
    }
    if (start == SIZE_MAX)
        return QN_OK;
    return qn_buf_splice(ctx, text, start, end - start, QN_BYTES(".."));
}

static size_t column_of(const struct expansion *x)
{
    struct qn_bytes text = qn_bytes_from(qn_buf_bytes(x->out), x->start);
    size_t newline = qn_bytes_find_last(text, '\n');

    if (newline < text.size)
        text = qn_bytes_from(text, newline + 1);
    return qn_utf8_width(text, true);
}

static enum qn_status append_padded(struct qn_ctx *ctx, struct expansion *x,
                                    struct qn_buf *text)
{
    struct qn_buf *out = x->out;
    int columns = x->columns;
    size_t width = qn_utf8_width(qn_buf_bytes(text), true);
    size_t wanted;
    size_t left = 0;
    size_t right = 0;
    enum pad_kind pad = x->pad;
    enum qn_status status = QN_OK;

    x->pad = PAD_NONE;
    if (x->to_column) {
        int terminal = x->pretty->options->terminal_width;

        if (columns < 0)
            columns += terminal > 0 ? terminal : 80;
        columns -= (int)column_of(x);
    }
    wanted = columns > 0 ? (size_t)columns : 0;
    if (pad == PAD_STEAL && width > wanted) {
        while (width > wanted && out->size > x->start &&
               out->data[out->size - 1] == ' ') {
            qn_buf_truncate(out, out->size - 1);
            wanted++;
        }
    }
    if (width > wanted) {
        size_t over = width - wanted + 2;

        if (x->cut == CUT_LEFT)
            status = cut_columns(ctx, text, 0, over);
        else if (x->cut == CUT_MIDDLE)
            status =
                cut_columns(ctx, text, wanted > 1 ? wanted / 2 - 1 : 0, over);
        else if (x->cut == CUT_RIGHT)
            status = cut_columns(ctx, text, wanted > 2 ? wanted - 2 : 0, over);
    } else if (pad == PAD_BOTH) {
        left = (wanted - width) / 2;
        right = wanted - width - left;
    } else if (pad == PAD_RIGHT) {
        right = wanted - width;
    } else {
        left = wanted - width;
    }
    if (!status)
        status = qn_buf_append_repeat(ctx, out, ' ', left);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(text));
    return status ? status : qn_buf_append_repeat(ctx, out, ' ', right);
}

/* A placeholder (with the colours in front of it) under a padding. */
static enum qn_status expand_padded(struct qn_ctx *ctx, struct expansion *x,
                                    const char *p, size_t *used)
{
    struct qn_buf text = QN_BUF_INIT;
    size_t total = 0;
    enum qn_status status;

    qn_buf_swap(&text, &x->pretty->expansion);
    qn_buf_clear(&text);
    for (;;) {
        bool is_color = p[total] == 'C';
        size_t one = 0;

        status = expand_one(ctx, x, p + total, &text, &one);
        if (status || one == 0)
            break;
        total += one;
        if (!is_color || p[total] != '%')
            break;
        total++;
    }
    *used = total;
    if (!status && total > 0)
        status = append_padded(ctx, x, &text);
    qn_buf_swap(&text, &x->pretty->expansion);
    return status;
}

/* --- %w() ---------------------------------------------------------------- */

static enum qn_status end_wrap(struct qn_ctx *ctx, struct expansion *x)
{
    if (x->wrap_width < 0)
        return QN_OK;
    return qn_pretty_wrap(ctx, x->out, x->wrap_start, x->wrap_width,
                          x->wrap_first, x->wrap_next);
}

static enum qn_status begin_wrap(struct qn_ctx *ctx, struct expansion *x,
                                 const char *p, size_t *used)
{
    const char *at = p + 2;
    int numbers[3] = {0, 0, 0};
    size_t i;
    enum qn_status status;

    *used = 0;
    if (p[1] != '(')
        return QN_OK;
    for (i = 0; i < 3 && *at != ')'; i++) {
        char *end;
        long value = strtol(at, &end, 10);

        if (end == at || value < 0 || value > 10000)
            return QN_OK;
        numbers[i] = (int)value;
        at = end;
        if (*at == ',')
            at++;
    }
    if (*at != ')')
        return QN_OK;
    *used = (size_t)(at - p) + 1;
    status = end_wrap(ctx, x);
    x->wrap_start = x->out->size;
    x->wrap_width = numbers[0];
    x->wrap_first = numbers[1];
    x->wrap_next = numbers[2];
    return status;
}

/* --- the whole ------------------------------------------------------------ */

/* %+x, %-x, "% x": what goes in front, by whether anything came out. */
static enum qn_status apply_modifier(struct qn_ctx *ctx, struct expansion *x,
                                     char modifier, size_t before)
{
    struct qn_buf *out = x->out;

    if (out->size == before) {
        while (modifier == '-' && out->size > x->start &&
               out->data[out->size - 1] == '\n')
            qn_buf_truncate(out, out->size - 1);
        return QN_OK;
    }
    if (modifier == '+')
        return qn_buf_splice(ctx, out, before, 0, QN_BYTES("\n"));
    if (modifier == ' ')
        return qn_buf_splice(ctx, out, before, 0, QN_BYTES(" "));
    return QN_OK;
}

static enum qn_status expand_next(struct qn_ctx *ctx, struct expansion *x,
                                  const char **format)
{
    const char *p = *format; /* behind "%" */
    char modifier = *p == '+' || *p == '-' || *p == ' ' ? *p : '\0';
    size_t before = x->out->size;
    size_t used = 0;
    enum qn_status status = QN_OK;

    p += modifier != '\0';
    if (*p == '<' || *p == '>')
        used = parse_padding(x, p);
    else if (*p == 'w')
        status = begin_wrap(ctx, x, p, &used);
    else if (x->pad != PAD_NONE)
        status = expand_padded(ctx, x, p, &used);
    else
        status = expand_one(ctx, x, p, x->out, &used);
    if (status)
        return status;
    if (used == 0)
        return qn_buf_append_byte(ctx, x->out, '%');
    *format = p + used;
    return modifier ? apply_modifier(ctx, x, modifier, before) : QN_OK;
}

enum qn_status qn_pretty_expand(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                const struct qn_pretty_item *item,
                                const char *format, struct qn_buf *out)
{
    struct expansion x = {.pretty = pretty,
                          .item = item,
                          .out = out,
                          .start = out->size,
                          .wrap_width = -1};
    enum qn_status status;

    pretty->auto_color = false;
    status = qn_pretty_recode(ctx, pretty, item, &x.commit);
    while (*format && !status) {
        size_t literal = strcspn(format, "%");

        status = qn_buf_append(ctx, out, format, literal);
        format += literal;
        if (!status && *format == '%') {
            format++;
            status = expand_next(ctx, &x, &format);
        }
    }
    return status ? status : end_wrap(ctx, &x);
}
