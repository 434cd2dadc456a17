/* SPDX-License-Identifier: MIT */
#include "object/commit.h"

/* "parent " <hex> "\n" */
#define PARENT_WORD 7

/* Take "<word><hex>\n" off the front of `rest`; false when it is not there. */
static bool take_id_line(struct qn_bytes *rest, const char *word,
                         size_t word_size, uint32_t algorithm,
                         struct qn_id *out)
{
    size_t hex_size = qn_id_hex_size(algorithm);

    if (rest->size < word_size + hex_size + 1 ||
        memcmp(rest->data, word, word_size) != 0 ||
        rest->data[word_size + hex_size] != '\n' ||
        !qn_id_from_hex(out, algorithm,
                        qn_bytes_make(rest->data + word_size, hex_size)))
        return false;
    *rest = qn_bytes_from(*rest, word_size + hex_size + 1);
    return true;
}

/* The text of the line at the front of `rest` behind `word`; empty when it
 * begins otherwise. */
static bool take_line(struct qn_bytes *rest, const char *word,
                      struct qn_bytes *value)
{
    struct qn_bytes line;
    size_t word_size = strlen(word);

    if (!qn_bytes_has_prefix(*rest, word))
        return false;
    qn_bytes_next(rest, '\n', &line);
    *value = qn_bytes_from(line, word_size);
    return true;
}

/* Seconds behind the last '>' of an ident, leniently, as Git reads the date
 * that orders commits: 0 when it is not a number that fits. */
static int64_t ident_seconds(struct qn_bytes ident)
{
    size_t at = qn_bytes_find_last(ident, '>');
    uint64_t seconds = 0;

    if (at == ident.size)
        return 0;
    for (at++; at < ident.size && ident.data[at] == ' '; at++)
        continue;
    for (; at < ident.size && ident.data[at] >= '0' && ident.data[at] <= '9';
         at++) {
        unsigned digit = (unsigned)(ident.data[at] - '0');

        if (seconds > ((uint64_t)INT64_MAX - digit) / 10)
            return 0;
        seconds = seconds * 10 + digit;
    }
    return (int64_t)seconds;
}

/* The offset of the empty line that ends the headers; text.size when there is
 * none. */
static size_t find_headers_end(struct qn_bytes text, size_t from)
{
    while (from < text.size) {
        const uint8_t *end;

        if (text.data[from] == '\n')
            return from;
        end = memchr(text.data + from, '\n', text.size - from);
        if (!end)
            return text.size;
        from = (size_t)(end - text.data) + 1;
    }
    return text.size;
}

enum qn_status qn_commit_parse(struct qn_ctx *ctx, struct qn_bytes text,
                               uint32_t algorithm, struct qn_commit *out)
{
    struct qn_bytes rest = text;
    struct qn_commit commit;
    struct qn_id parent;
    size_t end;

    memset(&commit, 0, sizeof(commit));
    commit.text = text;
    commit.algorithm = algorithm;
    if (!take_id_line(&rest, "tree ", 5, algorithm, &commit.tree))
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "object.bogus-commit", NULL,
                                  "bogus commit object");
    commit.parent_hex = rest.data + PARENT_WORD;
    while (qn_bytes_has_prefix(rest, "parent ")) {
        if (!take_id_line(&rest, "parent ", PARENT_WORD, algorithm, &parent))
            return qn_ctx_fail_reason(ctx, QN_CORRUPT, "object.bad-parents",
                                      NULL, "bad parents in commit");
        if (commit.parent_count++ == 0)
            commit.first_parent = parent;
    }
    if (commit.parent_count == 0)
        commit.parent_hex = NULL;
    if (take_line(&rest, "author ", &commit.author))
        if (take_line(&rest, "committer ", &commit.committer))
            commit.committer_time = ident_seconds(commit.committer);
    end = find_headers_end(text, (size_t)(rest.data - text.data));
    commit.headers = qn_bytes_first(text, end);
    commit.message = qn_bytes_from(text, end + (end < text.size));
    /* Encoding may stand behind other headers. */
    rest = qn_bytes_first(rest, end - (size_t)(rest.data - text.data));
    while (rest.size > 0) {
        struct qn_bytes line;

        if (take_line(&rest, "encoding ", &commit.encoding))
            break;
        qn_bytes_next(&rest, '\n', &line);
    }
    *out = commit;
    return QN_OK;
}

void qn_commit_parent(const struct qn_commit *commit, uint32_t i,
                      struct qn_id *out)
{
    size_t hex_size = qn_id_hex_size(commit->algorithm);
    const uint8_t *hex;

    if (i == 0 || commit->grafted) {
        *out = i == 0 ? commit->first_parent : commit->grafted[i];
        return;
    }
    hex = commit->parent_hex + i * (PARENT_WORD + hex_size + 1);

    if (!qn_id_from_hex(out, commit->algorithm, qn_bytes_make(hex, hex_size)))
        qn_id_clear(out, commit->algorithm); /* parse has seen it: never */
}

enum qn_status qn_commit_header(struct qn_ctx *ctx,
                                const struct qn_commit *commit,
                                const char *name, struct qn_buf *out,
                                bool *found)
{
    struct qn_bytes rest = commit->headers, line;
    size_t name_size = strlen(name);
    size_t start = out->size;
    enum qn_status status = QN_OK;
    bool is_inside = false;

    *found = false;
    while (qn_bytes_next(&rest, '\n', &line)) {
        if (is_inside) {
            if (line.size == 0 || line.data[0] != ' ')
                break;
            status = qn_buf_append_byte(ctx, out, '\n');
            if (!status)
                status = qn_buf_append_bytes(ctx, out, qn_bytes_from(line, 1));
        } else if (line.size > name_size && line.data[name_size] == ' ' &&
                   memcmp(line.data, name, name_size) == 0) {
            is_inside = true;
            status = qn_buf_append_bytes(ctx, out,
                                         qn_bytes_from(line, name_size + 1));
        }
        if (status) {
            qn_buf_truncate(out, start);
            return status;
        }
    }
    *found = is_inside;
    return QN_OK;
}

/* "1234567890 +0100" at the end of an ident; false when it is not there. */
static bool parse_date(struct qn_bytes text, struct qn_ident *out)
{
    uint64_t seconds = 0;
    size_t i = 0, first;
    int zone = 0, sign;

    while (i < text.size && (text.data[i] == ' ' || text.data[i] == '\t'))
        i++;
    first = i;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        unsigned digit = (unsigned)(text.data[i] - '0');

        if (seconds > ((uint64_t)INT64_MAX - digit) / 10)
            seconds = INT64_MAX / 10 - 1; /* does not fit: as far as we go */
        else
            seconds = seconds * 10 + digit;
    }
    if (i == first)
        return false;
    while (i < text.size && (text.data[i] == ' ' || text.data[i] == '\t'))
        i++;
    if (i >= text.size || (text.data[i] != '+' && text.data[i] != '-'))
        return false;
    sign = text.data[i] == '-' ? -1 : 1;
    first = ++i;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++)
        if (zone < 100000)
            zone = zone * 10 + (text.data[i] - '0');
    if (i == first)
        return false;
    out->seconds = (int64_t)seconds;
    out->zone = sign * zone;
    out->has_date = true;
    return true;
}

bool qn_ident_parse(struct qn_bytes text, struct qn_ident *out)
{
    size_t open = qn_bytes_find(text, '<');
    size_t close, name_end = open;

    memset(out, 0, sizeof(*out));
    if (open == text.size)
        return false;
    close = qn_bytes_find(qn_bytes_from(text, open + 1), '>') + open + 1;
    if (close >= text.size)
        return false;
    while (name_end > 0 &&
           (text.data[name_end - 1] == ' ' || text.data[name_end - 1] == '\t'))
        name_end--;
    out->name = qn_bytes_first(text, name_end);
    while (out->name.size > 0 && out->name.data[0] == ' ')
        out->name = qn_bytes_from(out->name, 1);
    out->mail = qn_bytes_make(text.data + open + 1, close - open - 1);
    /* The date stands behind the last '>', whatever the mail holds. */
    parse_date(qn_bytes_from(text, qn_bytes_find_last(text, '>') + 1), out);
    return true;
}
