/* SPDX-License-Identifier: MIT */
#include "config/config_edit.h"

#include "base/env.h"
#include "base/memory.h"
#include "config/config.h"
#include "config/config_parser.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "text/regex.h"

#include <errno.h>

/* One item of the file as the edit sees it. */
struct piece {
    enum qn_config_item item;
    size_t start;
    size_t end;
    bool is_ours; /* a header of our section, or an entry below one */
    bool matches; /* an entry to be replaced or removed */
};

struct edit {
    const struct qn_config_edit *options;
    struct qn_bytes text;
    const char *path;
    struct qn_buf key; /* normalised */
    size_t prefix;     /* of the key, up to and with the last dot */
    struct qn_regex *pattern;
    bool negates;
    struct piece *pieces;
    size_t count;
    size_t capacity;
    size_t match_count;
};

/* --- reading ------------------------------------------------------------ */

static bool value_matches(struct qn_ctx *ctx, const struct edit *e,
                          const struct qn_config_parser *parser)
{
    const struct qn_config_edit *options = e->options;

    if (options->appends)
        return false;
    if (!options->value_pattern)
        return true;
    if (options->pattern_is_fixed)
        return !parser->has_value ||
               qn_bytes_is_string(qn_buf_bytes(&parser->value),
                                  options->value_pattern);
    return e->negates !=
           (parser->has_value &&
            qn_regex_is_match(ctx, e->pattern, qn_buf_bytes(&parser->value)));
}

/* A header without quotes is found without looking at case. */
static bool is_our_header(const struct edit *e,
                          const struct qn_config_parser *parser)
{
    struct qn_bytes ours = qn_bytes_first(qn_buf_bytes(&e->key), e->prefix);
    struct qn_bytes theirs = qn_buf_bytes(&parser->key);

    if (parser->is_quoted)
        return qn_bytes_is_equal(ours, theirs);
    return qn_bytes_is_equal_fold(ours, theirs);
}

/* A header that breaks off is told by what was read of its name, unless that
 * ends in a dot. */
static enum qn_status fail_at_line(struct qn_ctx *ctx, const struct edit *e,
                                   struct qn_config_parser *parser)
{
    struct qn_bytes name = qn_buf_bytes(&parser->key);

    if (parser->in_header && !qn_bytes_has_suffix(name, "."))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-header", e->path,
                                  "invalid section name '%.*s'",
                                  QN_BYTES_ARG(name));
    return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-line", e->path,
                              "bad config line %llu in file %s",
                              (unsigned long long)parser->line, e->path);
}

static enum qn_status read_pieces(struct qn_ctx *ctx, struct edit *e)
{
    struct qn_config_parser parser;
    enum qn_config_item item = QN_CONFIG_ITEM_END;
    bool is_ours = false;
    enum qn_status status;

    qn_config_parser_init(&parser, e->text);
    parser.wants_comments = true;
    for (;;) {
        struct piece *piece;

        status = qn_config_parser_next(ctx, &parser, &item);
        if (status == QN_INVALID)
            status = fail_at_line(ctx, e, &parser);
        if (status || item == QN_CONFIG_ITEM_END)
            break;
        status = qn_memory_grow(ctx, &e->pieces, &e->capacity, e->count + 1,
                                sizeof(*e->pieces));
        if (status)
            break;
        piece = &e->pieces[e->count++];
        if (item == QN_CONFIG_ITEM_HEADER)
            is_ours = is_our_header(e, &parser);
        piece->item = item;
        piece->start = parser.start;
        piece->end = parser.end;
        piece->is_ours = is_ours;
        piece->matches = item == QN_CONFIG_ITEM_ENTRY &&
                         qn_bytes_is_equal(qn_buf_bytes(&parser.key),
                                           qn_buf_bytes(&e->key)) &&
                         value_matches(ctx, e, &parser);
        e->match_count += piece->matches;
        if (piece->matches && e->match_count == 2 && !e->options->all)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "", "%s has multiple values",
                          qn_buf_string(&e->key));
    }
    qn_config_parser_dispose(&parser);
    return status;
}

/* --- writing ------------------------------------------------------------ */

static enum qn_status write_value(struct qn_ctx *ctx, const char *value,
                                  struct qn_buf *out)
{
    size_t size = strlen(value);
    bool quotes = size > 0 && (value[0] == ' ' || value[size - 1] == ' ');
    const char *p;
    enum qn_status status = QN_OK;

    for (p = value; *p; p++)
        quotes |= *p == ';' || *p == '#' || *p == '\r';
    if (quotes)
        status = qn_buf_append_byte(ctx, out, '"');
    for (p = value; *p && !status; p++) {
        if (*p == '\n')
            status = qn_buf_append_string(ctx, out, "\\n");
        else if (*p == '\t')
            status = qn_buf_append_string(ctx, out, "\\t");
        else if (*p == '"' || *p == '\\')
            status = qn_buf_printf(ctx, out, "\\%c", *p);
        else
            status = qn_buf_append_byte(ctx, out, (uint8_t)*p);
    }
    if (!status && quotes)
        status = qn_buf_append_byte(ctx, out, '"');
    return status;
}

static enum qn_status write_comment(struct qn_ctx *ctx, const char *comment,
                                    struct qn_buf *out)
{
    const char *p = comment;

    while (*p == ' ' || *p == '\t')
        p++;
    if (*p == '#' && p > comment)
        return qn_buf_append_string(ctx, out, comment);
    return qn_buf_printf(ctx, out, "%s%s",
                         *p == '#' && p == comment ? " " : " # ", comment);
}

/* A value that goes on behind the last line break (the text ends there) must
 * not take what is put behind it. */
static enum qn_status end_value(struct qn_ctx *ctx, struct qn_buf *out)
{
    if (out->size < 2 || out->data[out->size - 1] != '\n' ||
        out->data[out->size - 2] != '\\')
        return QN_OK;
    return qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status write_line(struct qn_ctx *ctx, const struct edit *e,
                                 struct qn_buf *out)
{
    const char *name = strrchr(e->options->key, '.') + 1;
    enum qn_status status = QN_OK;

    if (out->size > 0 && out->data[out->size - 1] != '\n')
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status)
        status = end_value(ctx, out);
    if (!status)
        status = qn_buf_printf(ctx, out, "\t%s = ", name);
    if (!status)
        status = write_value(ctx, e->options->value, out);
    if (!status && e->options->comment)
        status = write_comment(ctx, e->options->comment, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

/* "[a]" or "[a "b"]" of a name "a" or "a.b"; `size` bytes of it. */
static enum qn_status write_header(struct qn_ctx *ctx, const char *name,
                                   size_t size, struct qn_buf *out)
{
    const char *dot = memchr(name, '.', size);
    size_t i;
    enum qn_status status;

    status = qn_buf_append_byte(ctx, out, '[');
    if (!status)
        status =
            qn_buf_append(ctx, out, name, dot ? (size_t)(dot - name) : size);
    if (!status && dot) {
        status = qn_buf_append_string(ctx, out, " \"");
        for (i = (size_t)(dot - name) + 1; i < size && !status; i++) {
            if (name[i] == '"' || name[i] == '\\')
                status = qn_buf_append_byte(ctx, out, '\\');
            if (!status)
                status = qn_buf_append_byte(ctx, out, (uint8_t)name[i]);
        }
        if (!status)
            status = qn_buf_append_byte(ctx, out, '"');
    }
    return status ? status : qn_buf_append_string(ctx, out, "]\n");
}

/* The text from `from` to `to`. */
static enum qn_status write_old(struct qn_ctx *ctx, const struct edit *e,
                                size_t from, size_t to, struct qn_buf *out)
{
    if (from >= to)
        return QN_OK;
    return qn_buf_append(ctx, out, e->text.data + from, to - from);
}

/* Where the blanks in front of `at` on its line begin. */
static size_t blanks_before(struct qn_bytes text, size_t at)
{
    while (at > 0 && (text.data[at - 1] == ' ' || text.data[at - 1] == '\t'))
        at--;
    return at;
}

/* Nothing matches: the line goes behind the last entry of the last header of
 * the section, or with a header of its own to the end. */
static enum qn_status insert(struct qn_ctx *ctx, const struct edit *e,
                             struct qn_buf *out)
{
    size_t at = SIZE_MAX;
    bool under_last = false;
    size_t i;
    enum qn_status status;

    for (i = 0; i < e->count; i++) {
        const struct piece *piece = &e->pieces[i];

        if (piece->item == QN_CONFIG_ITEM_HEADER) {
            under_last = piece->is_ours;
            if (under_last)
                at = piece->end;
        } else if (piece->item == QN_CONFIG_ITEM_ENTRY && under_last) {
            at = piece->end;
        }
    }
    if (at != SIZE_MAX) {
        if (at + 1 < e->text.size && e->text.data[at] == '\r' &&
            e->text.data[at + 1] == '\n')
            at += 2; /* CR LF stays */
        status = write_old(ctx, e, 0, at, out);
        if (!status)
            status = write_line(ctx, e, out);
        if (status)
            return status;
        /* the line break that stood behind the header is in the new line */
        if (at < e->text.size && e->text.data[at - 1] != '\n' &&
            e->text.data[at] == '\n')
            at++;
        return write_old(ctx, e, at, e->text.size, out);
    }
    status = write_old(ctx, e, 0, e->text.size, out);
    if (!status && out->size > 0 && out->data[out->size - 1] != '\n')
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status && e->count > 0 &&
        e->pieces[e->count - 1].item == QN_CONFIG_ITEM_ENTRY)
        status = end_value(ctx, out);
    if (!status)
        status = write_header(ctx, e->options->key, e->prefix - 1, out);
    return status ? status : write_line(ctx, e, out);
}

/* What was cut stood behind a header: its line still ends. */
static enum qn_status end_line(struct qn_ctx *ctx, struct qn_buf *out)
{
    if (out->size == 0 || out->data[out->size - 1] == '\n')
        return QN_OK;
    return qn_buf_append_byte(ctx, out, '\n');
}

/* Of a CR LF behind what is cut, CR goes with it. */
static size_t behind(const struct edit *e, size_t end)
{
    return end + 1 < e->text.size && e->text.data[end] == '\r' &&
                   e->text.data[end + 1] == '\n'
               ? end + 1
               : end;
}

static enum qn_status replace(struct qn_ctx *ctx, const struct edit *e,
                              struct qn_buf *out)
{
    size_t done = 0;
    size_t seen = 0;
    size_t i;
    enum qn_status status = QN_OK;

    for (i = 0; i < e->count && !status; i++) {
        const struct piece *piece = &e->pieces[i];

        if (!piece->matches)
            continue;
        status =
            write_old(ctx, e, done, blanks_before(e->text, piece->start), out);
        done = behind(e, piece->end);
        if (!status && ++seen == e->match_count)
            status = write_line(ctx, e, out);
        else if (!status)
            status = end_line(ctx, out);
    }
    return status ? status : write_old(ctx, e, done, e->text.size, out);
}

/* May the header go with the match at `at`?  Then `*start` and `*end` are what
 * goes, and `*next` the first piece behind. */
static bool takes_header(const struct edit *e, size_t at, size_t *start,
                         size_t *end, size_t *next)
{
    bool has_header = false;
    size_t first = 0;
    size_t whole;
    size_t next_piece;
    size_t i;

    for (i = at; i > 0; i--) {
        const struct piece *piece = &e->pieces[i - 1];

        if (piece->item == QN_CONFIG_ITEM_COMMENT)
            return false;
        if (piece->item == QN_CONFIG_ITEM_ENTRY) {
            if (has_header)
                break;
            return false;
        }
        if (!piece->is_ours)
            break;
        has_header = true;
        first = piece->start;
    }
    if (!has_header)
        return false;
    for (i = at + 1; i < e->count; i++) {
        const struct piece *piece = &e->pieces[i];

        if (piece->item == QN_CONFIG_ITEM_COMMENT)
            return false;
        if (piece->item == QN_CONFIG_ITEM_ENTRY && !piece->matches)
            return false;
        if (piece->item == QN_CONFIG_ITEM_HEADER && !piece->is_ours)
            break;
    }
    whole = first;
    next_piece = i;
    while (first > 0 && strchr(" \t\r\n", e->text.data[first - 1]))
        first--;
    /* The end of the line before stays, with what trails there. */
    for (i = first; i < whole && e->text.data[i] != '\n'; i++)
        ;
    if (first > 0 && i < whole)
        first = i + 1;
    *start = first;
    *next = next_piece;
    *end = next_piece < e->count ? e->pieces[next_piece].start : e->text.size;
    return true;
}

static enum qn_status remove_matches(struct qn_ctx *ctx, const struct edit *e,
                                     struct qn_buf *out)
{
    size_t done = 0;
    size_t i = 0;
    enum qn_status status = QN_OK;

    while (i < e->count && !status) {
        const struct piece *piece = &e->pieces[i];
        size_t start = blanks_before(e->text, piece->start);
        size_t end = piece->end;
        size_t next = i + 1;

        if (piece->matches) {
            if (takes_header(e, i, &start, &end, &next) && start < done)
                start = done;
            status = write_old(ctx, e, done, start, out);
            if (!status && next == i + 1 && end == piece->end)
                status = end_line(ctx, out);
            done = behind(e, end);
        }
        i = next;
    }
    return status ? status : write_old(ctx, e, done, e->text.size, out);
}

/* --- the whole ------------------------------------------------------------ */

static enum qn_status check_options(struct qn_ctx *ctx, struct edit *e)
{
    const struct qn_config_edit *options = e->options;
    const char *pattern = options->value_pattern;
    enum qn_status status;

    if (options->comment && strchr(options->comment, '\n'))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-comment", NULL,
                                  "no multi-line comment allowed: '%s'",
                                  options->comment);
    status = qn_config_normalise_key(ctx, options->key, &e->key);
    if (status)
        return status;
    e->prefix = qn_bytes_find_last(qn_buf_bytes(&e->key), '.') + 1;
    if (!pattern || options->pattern_is_fixed || options->appends)
        return QN_OK;
    e->negates = pattern[0] == '!';
    status = qn_regex_new(ctx, qn_bytes_from_string(pattern + e->negates),
                          QN_REGEX_EXTENDED, 0, &e->pattern);
    if (status == QN_INVALID)
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-pattern", NULL,
                                    "invalid pattern: %s", pattern);
    return status;
}

enum qn_status qn_config_edit_text(struct qn_ctx *ctx, struct qn_bytes text,
                                   const struct qn_config_edit *edit,
                                   const char *path, struct qn_buf *out)
{
    struct edit e = {.options = edit, .text = text, .path = path};
    size_t size = out->size;
    enum qn_status status;

    status = check_options(ctx, &e);
    if (!status)
        status = read_pieces(ctx, &e);
    if (status)
        goto out;
    if (e.match_count > 1 && !edit->all) {
        status =
            qn_ctx_fail_reason(ctx, QN_AMBIGUOUS, "config.multiple-values",
                               edit->key, "%s has multiple values", edit->key);
        goto out;
    }
    if (!edit->value && e.match_count == 0)
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "config.nothing",
                                    edit->key, "no such value: %s", edit->key);
    else if (!edit->value)
        status = remove_matches(ctx, &e, out);
    else if (e.match_count == 0)
        status = insert(ctx, &e, out);
    else
        status = replace(ctx, &e, out);
    if (status)
        qn_buf_truncate(out, size);
out:
    qn_regex_free(e.pattern);
    qn_memory_free(e.pieces);
    qn_buf_dispose(&e.key);
    return status;
}

/* Take the lock and read what stands there; a missing file is no text. */
static enum qn_status begin(struct qn_ctx *ctx, const char *path,
                            int64_t timeout_ms, struct qn_lock_file *lock,
                            struct qn_buf *text)
{
    struct qn_file_stat stat;
    enum qn_status status;

    status = qn_lock_file_take(ctx, lock, path, 0666, timeout_ms);
    if (status == QN_LOCKED)
        return qn_ctx_fail_reason(ctx, QN_LOCKED, "config.locked", path,
                                  "could not lock config file %s: File exists",
                                  path);
    if (status) {
        int error = qn_ctx_errno(ctx);

        return error ? qn_ctx_fail_errno(ctx, error,
                                         "could not lock config file %s", path)
                     : status;
    }
    status = qn_file_stat(ctx, path, &stat);
    if (status || stat.kind == QN_FILE_NONE)
        return status;
    status = qn_file_read_all(ctx, path, text);
    if (!status)
        status = qn_file_chmod(ctx, qn_buf_string(&lock->lock_path),
                               stat.mode & 07777);
    return status;
}

static enum qn_status finish(struct qn_ctx *ctx, struct qn_lock_file *lock,
                             const struct qn_buf *text)
{
    enum qn_status status;

    status = qn_lock_file_write(ctx, lock, qn_buf_bytes(text));
    if (status) {
        const char *path = qn_buf_string(&lock->lock_path);
        const char *top = *path == '/' ? "" : qn_env_directory(qn_ctx_env(ctx));

        status =
            qn_ctx_fail_reason(ctx, status, "config.not-written", NULL,
                               "failed to write new configuration file %s%s%s",
                               top, *top ? "/" : "", path);
    }
    if (!status)
        status = qn_lock_file_commit(ctx, lock, NULL, QN_SYNC_NONE);
    return status;
}

enum qn_status qn_config_edit_file(struct qn_ctx *ctx, const char *path,
                                   const struct qn_config_edit *edit)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf before = QN_BUF_INIT;
    struct qn_buf after = QN_BUF_INIT;
    enum qn_status status;

    /* a bad key is told before the lock is taken */
    status = qn_config_normalise_key(ctx, edit->key, &after);
    qn_buf_clear(&after);
    if (!status)
        status = begin(ctx, path, edit->lock_timeout_ms, &lock, &before);
    if (!status)
        status =
            qn_config_edit_text(ctx, qn_buf_bytes(&before), edit, path, &after);
    if (!status)
        status = finish(ctx, &lock, &after);
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&before);
    qn_buf_dispose(&after);
    return status;
}

enum qn_status qn_config_edit_set(struct qn_ctx *ctx, const char *path,
                                  const char *key, const char *value)
{
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;

    edit.key = key;
    edit.value = value;
    return qn_config_edit_file(ctx, path, &edit);
}

enum qn_status qn_config_edit_unset(struct qn_ctx *ctx, const char *path,
                                    const char *key)
{
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    enum qn_status status;

    edit.key = key;
    edit.all = true;
    status = qn_config_edit_file(ctx, path, &edit);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status;
}

/* --- sections ------------------------------------------------------------- */

/* Is the line a header?  `*end` is behind its "]"; `*matches`: byte for byte
 * the one that is called `name`. */
static bool read_header_line(struct qn_bytes line, const char *name,
                             size_t *end, bool *matches)
{
    size_t i = 0;
    bool in_quotes = false;
    bool same = true;

    while (i < line.size && (line.data[i] == ' ' || line.data[i] == '\t'))
        i++;
    if (i >= line.size || line.data[i] != '[')
        return false;
    for (i++; i < line.size; i++) {
        uint8_t c = line.data[i];

        if (!in_quotes && c == ']')
            break;
        if (!in_quotes && (c == ' ' || c == '\t')) {
            while (i + 1 < line.size &&
                   (line.data[i + 1] == ' ' || line.data[i + 1] == '\t'))
                i++;
            if (i + 1 < line.size && line.data[i + 1] == '"')
                i++;
            in_quotes = true;
            c = '.';
        } else if (in_quotes && c == '"') {
            in_quotes = false;
            continue;
        } else if (in_quotes && c == '\\' && i + 1 < line.size) {
            c = line.data[++i];
        }
        same = same && *name == (char)c && c != '\0';
        name += same;
    }
    *matches = same && *name == '\0';
    *end = i < line.size ? i + 1 : line.size;
    return true;
}

static bool is_section_name(const char *name)
{
    const char *p = name;

    while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
           (*p >= '0' && *p <= '9') || *p == '-')
        p++;
    return (p > name && *p == '\0') || *p == '.';
}

/* Text that stood behind a header on its line gets a line of its own. */
static enum qn_status write_tail(struct qn_ctx *ctx, struct qn_bytes line,
                                 size_t end, struct qn_buf *out)
{
    struct qn_bytes tail = qn_bytes_from(line, end);
    enum qn_status status;

    while (tail.size > 0 && (tail.data[0] == ' ' || tail.data[0] == '\t' ||
                             tail.data[0] == '\r' || tail.data[0] == '\n'))
        tail = qn_bytes_from(tail, 1);
    if (tail.size == 0)
        return QN_OK;
    status = qn_buf_append_byte(ctx, out, '\t');
    return status ? status : qn_buf_append_bytes(ctx, out, tail);
}

enum qn_status qn_config_edit_section_text(struct qn_ctx *ctx,
                                           struct qn_bytes text,
                                           const char *from, const char *to,
                                           bool copies, const char *path,
                                           struct qn_buf *out, bool *found)
{
    struct qn_buf copy = QN_BUF_INIT;
    bool removing = false;
    bool copying = false;
    uint64_t number = 0;
    enum qn_status status = QN_OK;

    *found = false;
    while (text.size > 0 && !status) {
        size_t size = qn_bytes_find(text, '\n');
        struct qn_bytes line;
        size_t end = 0;
        bool matches = false;

        line = qn_bytes_first(text, size < text.size ? size + 1 : size);
        text = qn_bytes_from(text, line.size);
        number++;
        if (line.size > 512 * 1024) {
            status = qn_ctx_fail(
                ctx, QN_INVALID,
                "refusing to work with overly long line in '%s' on line %llu",
                path, (unsigned long long)number);
            break;
        }
        if (read_header_line(line, from, &end, &matches)) {
            if (copying) {
                status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&copy));
                qn_buf_clear(&copy);
            }
            removing = matches && !to;
            copying = matches && to && copies;
            *found |= matches;
            if (!status && copying) {
                status = write_header(ctx, to, strlen(to), &copy);
                if (!status)
                    status = write_tail(ctx, line, end, &copy);
            } else if (!status && matches && to) {
                status = write_header(ctx, to, strlen(to), out);
                if (!status)
                    status = write_tail(ctx, line, end, out);
                continue;
            }
        } else if (copying) {
            status = qn_buf_append_bytes(ctx, &copy, line);
        }
        if (!status && !removing)
            status = qn_buf_append_bytes(ctx, out, line);
    }
    if (!status && copying) {
        if (out->size > 0 && out->data[out->size - 1] != '\n')
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&copy));
    }
    qn_buf_dispose(&copy);
    return status;
}

enum qn_status qn_config_edit_section(struct qn_ctx *ctx, const char *path,
                                      const char *from, const char *to,
                                      bool copies, bool *found)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf before = QN_BUF_INIT;
    struct qn_buf after = QN_BUF_INIT;
    enum qn_status status;

    *found = false;
    if (to && !is_section_name(to))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-section", to,
                                  "invalid section name: %s", to);
    status = begin(ctx, path, 1000, &lock, &before);
    if (!status)
        status = qn_config_edit_section_text(ctx, qn_buf_bytes(&before), from,
                                             to, copies, path, &after, found);
    if (!status && *found)
        status = finish(ctx, &lock, &after);
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&before);
    qn_buf_dispose(&after);
    return status;
}
