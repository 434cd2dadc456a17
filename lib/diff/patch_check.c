/* SPDX-License-Identifier: MIT */
/* --check: white space errors and leftover conflict markers in added lines.
 * Rules: core.whitespace of git-config(1). */
#include "diff/patch_internal.h"
#include "diff/text_engine.h"

#include <stdlib.h>

enum rule {
    BLANK_AT_EOL = 1,
    SPACE_BEFORE_TAB = 2,
    INDENT_WITH_NON_TAB = 4,
    CR_AT_EOL = 8,
    BLANK_AT_EOF = 16,
    TAB_IN_INDENT = 32,
    INCOMPLETE_LINE = 64
};

#define DEFAULT_RULES (BLANK_AT_EOL | BLANK_AT_EOF | SPACE_BEFORE_TAB)
#define MARKER_SIZE   7

struct rules {
    unsigned flags;
    unsigned tab_width;
};

static void parse_rules(struct qn_bytes text, struct rules *rules)
{
    static const struct {
        const char *name;
        unsigned flags;
    } names[] = {{"trailing-space", BLANK_AT_EOL | BLANK_AT_EOF},
                 {"space-before-tab", SPACE_BEFORE_TAB},
                 {"indent-with-non-tab", INDENT_WITH_NON_TAB},
                 {"cr-at-eol", CR_AT_EOL},
                 {"blank-at-eol", BLANK_AT_EOL},
                 {"blank-at-eof", BLANK_AT_EOF},
                 {"tab-in-indent", TAB_IN_INDENT},
                 {"incomplete-line", INCOMPLETE_LINE}};
    struct qn_bytes word;

    while (qn_bytes_next(&text, ',', &word)) {
        bool negates;
        size_t i;

        word = qn_bytes_trim(word);
        negates = word.size && word.data[0] == '-';
        if (negates)
            word = qn_bytes_from(word, 1);
        if (!word.size)
            continue;
        if (qn_bytes_has_prefix(word, "tabwidth=")) {
            int width = atoi((const char *)word.data + 9);

            if (width > 0 && width < 64)
                rules->tab_width = (unsigned)width;
            continue;
        }
        for (i = 0; i < QN_COUNT_OF(names); i++) {
            if (strncmp(names[i].name, (const char *)word.data, word.size))
                continue;
            if (negates)
                rules->flags &= ~names[i].flags;
            else
                rules->flags |= names[i].flags;
            break;
        }
    }
}

static enum qn_status find_rules(struct qn_ctx *ctx, struct qn_patch *patch,
                                 struct qn_bytes path, struct rules *out)
{
    struct qn_attribute wanted = {.name = "whitespace"};
    enum qn_status status = QN_OK;

    *out = (struct rules){DEFAULT_RULES, 8};
    if (patch->options.whitespace)
        parse_rules(qn_bytes_from_string(patch->options.whitespace), out);
    if (patch->attributes)
        status = qn_attributes_get(ctx, patch->attributes, path, &wanted, 1);
    if (status)
        return status;
    if (wanted.state == QN_ATTRIBUTE_SET) {
        out->flags = ~(unsigned)(CR_AT_EOL | TAB_IN_INDENT);
    } else if (wanted.state == QN_ATTRIBUTE_UNSET) {
        out->flags = 0;
    } else if (wanted.state == QN_ATTRIBUTE_VALUE) {
        *out = (struct rules){DEFAULT_RULES, 8};
        parse_rules(qn_bytes_from_string(wanted.value), out);
    }
    return QN_OK;
}

static unsigned find_errors(struct qn_bytes line, const struct rules *rules)
{
    unsigned errors = 0;
    size_t end;
    size_t indent = 0;
    size_t tab = 0; /* behind the last one */
    size_t i;

    if (line.size && line.data[line.size - 1] == '\n')
        line.size--;
    else if (rules->flags & INCOMPLETE_LINE)
        errors |= INCOMPLETE_LINE;
    if ((rules->flags & CR_AT_EOL) && line.size &&
        line.data[line.size - 1] == '\r')
        line.size--;
    end = line.size;
    while (end > 0 && qn_text_is_space(line.data[end - 1]))
        end--;
    if ((rules->flags & BLANK_AT_EOL) && end < line.size)
        errors |= BLANK_AT_EOL;
    else
        end = line.size;
    while (indent < end &&
           (line.data[indent] == ' ' || line.data[indent] == '\t'))
        indent++;
    for (i = 0; i < indent; i++) {
        if (line.data[i] != '\t')
            continue;
        if ((rules->flags & SPACE_BEFORE_TAB) && tab < i)
            errors |= SPACE_BEFORE_TAB;
        else if (rules->flags & TAB_IN_INDENT)
            errors |= TAB_IN_INDENT;
        tab = i + 1;
    }
    if ((rules->flags & INDENT_WITH_NON_TAB) &&
        indent - tab >= rules->tab_width)
        errors |= INDENT_WITH_NON_TAB;
    return errors;
}

static bool is_marker(struct qn_bytes line)
{
    size_t i;

    if (line.size < MARKER_SIZE + 1 || !memchr("<|=>", line.data[0], 4))
        return false;
    for (i = 1; i < MARKER_SIZE; i++)
        if (line.data[i] != line.data[0])
            return false;
    if (line.data[0] == '<' || line.data[0] == '>')
        return line.data[MARKER_SIZE] == ' ';
    return qn_text_is_space(line.data[MARKER_SIZE]);
}

static enum qn_status put_errors(struct qn_ctx *ctx, unsigned errors,
                                 struct qn_buf *out)
{
    static const struct {
        unsigned flag;
        const char *text;
    } texts[] = {{BLANK_AT_EOL, "trailing whitespace"},
                 {BLANK_AT_EOF, "new blank line at EOF"},
                 {SPACE_BEFORE_TAB, "space before tab in indent"},
                 {INDENT_WITH_NON_TAB, "indent with spaces"},
                 {TAB_IN_INDENT, "tab in indent"},
                 {INCOMPLETE_LINE, "no newline at the end of file"}};
    enum qn_status status = QN_OK;
    bool is_first = true;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(texts) && !status; i++) {
        if (!(errors & texts[i].flag))
            continue;
        status = qn_buf_printf(ctx, out, "%s%s", is_first ? "" : ", ",
                               texts[i].text);
        is_first = false;
    }
    return status ? status : qn_buf_append_string(ctx, out, ".\n");
}

static enum qn_status check_line(struct qn_ctx *ctx, struct qn_patch *patch,
                                 const struct rules *rules,
                                 struct qn_bytes path, uint32_t number,
                                 struct qn_bytes line, struct qn_buf *out)
{
    unsigned errors = find_errors(line, rules);
    enum qn_status status = QN_OK;

    if (is_marker(line)) {
        patch->has_problems = true;
        status = qn_buf_printf(ctx, out, "%.*s:%u: leftover conflict marker\n",
                               QN_BYTES_ARG(path), number);
    }
    if (status || !errors)
        return status;
    patch->has_problems = true;
    status = qn_buf_printf(ctx, out, "%.*s:%u: ", QN_BYTES_ARG(path), number);
    if (!status)
        status = put_errors(ctx, errors, out);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '+');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, line);
    if (!status && (!line.size || line.data[line.size - 1] != '\n'))
        status = qn_buf_append_byte(ctx, out, '\n');
    return status;
}

static uint32_t trailing_blanks(const struct qn_text_lines *lines)
{
    uint32_t count = 0;

    while (count < lines->count) {
        struct qn_bytes line =
            qn_text_lines_at(lines, lines->count - 1 - count);

        while (line.size && qn_text_is_space(line.data[line.size - 1]))
            line.size--;
        if (line.size)
            break;
        count++;
    }
    return count;
}

enum qn_status qn_patch_check_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_diff_pair *pair,
                                    struct qn_buf *out)
{
    struct qn_bytes path = qn_patch_name(patch, pair->new_side.path);
    struct qn_patch_path paths[2];
    struct qn_text_diff_options text;
    struct qn_hunk_options hunks;
    struct qn_text_diff diff = {0};
    struct rules rules;
    bool is_binary = false;
    uint32_t blanks;
    enum qn_status status;
    size_t i;

    if (!qn_patch_has_new(pair) || pair->status == QN_DIFF_UNMERGED)
        return QN_OK;
    status = qn_patch_read_pair(ctx, patch, pair, paths, &is_binary);
    if (!status)
        status = find_rules(ctx, patch, pair->new_side.path, &rules);
    if (status || is_binary)
        return status;
    qn_patch_text_options(patch, paths, &text, &hunks);
    text.flags &= ~(QN_TEXT_DIFF_CUT_TAIL | QN_TEXT_DIFF_IGNORE_SPACE_MASK);
    status = qn_text_diff_run(ctx, qn_buf_bytes(&patch->texts[0]),
                              qn_buf_bytes(&patch->texts[1]), &text, &diff);
    for (i = 0; i < diff.change_count && !status; i++) {
        const struct qn_text_change *change = &diff.changes[i];
        uint32_t j;

        for (j = change->new_start;
             j < change->new_start + change->new_count && !status; j++)
            status = check_line(ctx, patch, &rules, path, j + 1,
                                qn_text_lines_at(&diff.new_lines, j), out);
    }
    blanks = status ? 0 : trailing_blanks(&diff.new_lines);
    if (!status && (rules.flags & BLANK_AT_EOF) &&
        blanks > trailing_blanks(&diff.old_lines)) {
        patch->has_problems = true;
        status = qn_buf_printf(ctx, out, "%.*s:%u: new blank line at EOF.\n",
                               QN_BYTES_ARG(path),
                               diff.new_lines.count - blanks + 1);
    }
    qn_text_diff_dispose(&diff);
    return status;
}
