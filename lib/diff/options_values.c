/* SPDX-License-Identifier: MIT */
/* What single options and configuration keys may be set to. */
#include "diff/options.h"

#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>

bool qn_diff_options_moved(const char *text, enum qn_diff_moved_mode *out)
{
    static const struct {
        const char *name;
        enum qn_diff_moved_mode mode;
    } modes[] = {{"no", QN_DIFF_MOVED_NO},
                 {"plain", QN_DIFF_MOVED_PLAIN},
                 {"blocks", QN_DIFF_MOVED_BLOCKS},
                 {"zebra", QN_DIFF_MOVED_ZEBRA},
                 {"default", QN_DIFF_MOVED_ZEBRA},
                 {"dimmed-zebra", QN_DIFF_MOVED_DIMMED_ZEBRA},
                 {"dimmed_zebra", QN_DIFF_MOVED_DIMMED_ZEBRA}};
    bool flag = true;
    size_t i;

    if (!text || qn_config_parse_bool(text, &flag)) {
        *out = flag ? QN_DIFF_MOVED_ZEBRA : QN_DIFF_MOVED_NO;
        return true;
    }
    for (i = 0; i < QN_COUNT_OF(modes); i++)
        if (!strcmp(text, modes[i].name)) {
            *out = modes[i].mode;
            return true;
        }
    return false;
}

bool qn_diff_options_moved_space(struct qn_diff_options *options,
                                 const char *text, char *problem, size_t size)
{
    struct qn_bytes rest = qn_bytes_from_string(text);
    struct qn_bytes word;
    unsigned flags = 0;
    bool indentation = false;

    while (qn_bytes_next(&rest, ',', &word)) {
        word = qn_bytes_trim(word);
        if (qn_bytes_is_string(word, "no")) {
            flags = 0;
            indentation = false;
        } else if (qn_bytes_is_string(word, "ignore-space-change")) {
            flags |= QN_TEXT_DIFF_IGNORE_SPACE_CHANGE;
        } else if (qn_bytes_is_string(word, "ignore-space-at-eol")) {
            flags |= QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL;
        } else if (qn_bytes_is_string(word, "ignore-all-space")) {
            flags |= QN_TEXT_DIFF_IGNORE_ALL_SPACE;
        } else if (qn_bytes_is_string(word, "allow-indentation-change")) {
            indentation = true;
        } else {
            snprintf(problem, size,
                     "unknown color-moved-ws mode '%.*s', possible values are "
                     "'ignore-space-change', 'ignore-space-at-eol', "
                     "'ignore-all-space', 'allow-indentation-change'",
                     QN_BYTES_ARG(word));
            return false;
        }
    }
    if (indentation && flags) {
        snprintf(problem, size,
                 "color-moved-ws: allow-indentation-change cannot be combined "
                 "with other whitespace modes");
        return false;
    }
    options->moved_space = flags;
    options->moved_allows_indentation = indentation;
    return true;
}

bool qn_diff_options_ws_highlight(const char *text, unsigned *out, size_t *good)
{
    static const struct {
        const char *name;
        unsigned flags;
    } names[] = {{"new", QN_DIFF_WS_NEW},
                 {"old", QN_DIFF_WS_OLD},
                 {"context", QN_DIFF_WS_CONTEXT}};
    struct qn_bytes rest = qn_bytes_from_string(text);
    struct qn_bytes word;
    unsigned flags = 0;

    *good = 0;
    while (qn_bytes_next(&rest, ',', &word)) {
        size_t i;

        if (qn_bytes_is_string(word, "none")) {
            flags = 0;
        } else if (qn_bytes_is_string(word, "default")) {
            flags = QN_DIFF_WS_NEW;
        } else if (qn_bytes_is_string(word, "all")) {
            flags = QN_DIFF_WS_NEW | QN_DIFF_WS_OLD | QN_DIFF_WS_CONTEXT;
        } else {
            for (i = 0; i < QN_COUNT_OF(names); i++)
                if (qn_bytes_is_string(word, names[i].name))
                    break;
            if (i == QN_COUNT_OF(names))
                return false;
            flags |= names[i].flags;
        }
        *good += word.size + 1;
    }
    *out = flags;
    return true;
}

/* "12.5": the number and its first decimal, as permille. */
static bool parse_permille(struct qn_bytes word, uint32_t *out)
{
    uint32_t value = 0;
    size_t i = 0;

    for (; i < word.size && word.data[i] >= '0' && word.data[i] <= '9'; i++)
        if (value < 100000)
            value = value * 10 + (uint32_t)(word.data[i] - '0');
    value *= 10;
    if (i < word.size && word.data[i] == '.') {
        i++;
        if (i < word.size && word.data[i] >= '0' && word.data[i] <= '9')
            value += (uint32_t)(word.data[i] - '0');
        while (i < word.size && word.data[i] >= '0' && word.data[i] <= '9')
            i++;
    }
    if (i < word.size)
        return false;
    *out = value;
    return true;
}

enum qn_status qn_diff_options_dirstat(struct qn_ctx *ctx,
                                       struct qn_diff_options *options,
                                       const char *text,
                                       struct qn_buf *problems)
{
    struct qn_bytes rest = qn_bytes_from_string(text);
    struct qn_bytes word;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&rest, ',', &word)) {
        bool is_number =
            word.size && word.data[0] >= '0' && word.data[0] <= '9';

        if (qn_bytes_is_string(word, "changes"))
            options->dirstat = QN_DIFF_DIRSTAT_CHANGES;
        else if (qn_bytes_is_string(word, "lines"))
            options->dirstat = QN_DIFF_DIRSTAT_LINES;
        else if (qn_bytes_is_string(word, "files"))
            options->dirstat = QN_DIFF_DIRSTAT_FILES;
        else if (qn_bytes_is_string(word, "cumulative"))
            options->dirstat_is_cumulative = true;
        else if (qn_bytes_is_string(word, "noncumulative"))
            options->dirstat_is_cumulative = false;
        else if (!is_number)
            status = qn_buf_printf(ctx, problems,
                                   "  Unknown dirstat parameter '%.*s'\n",
                                   QN_BYTES_ARG(word));
        else if (!parse_permille(word, &options->dirstat_permille))
            status = qn_buf_printf(
                ctx, problems,
                "  Failed to parse dirstat cut-off percentage '%.*s'\n",
                QN_BYTES_ARG(word));
    }
    return status;
}

bool qn_diff_options_ignore_submodules(const char *text,
                                       enum qn_diff_ignore_submodules *out)
{
    static const struct {
        const char *name;
        enum qn_diff_ignore_submodules value;
    } names[] = {{"all", QN_DIFF_IGNORE_ALL},
                 {"untracked", QN_DIFF_IGNORE_UNTRACKED},
                 {"dirty", QN_DIFF_IGNORE_DIRTY},
                 {"none", QN_DIFF_IGNORE_NONE}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (!strcmp(text, names[i].name)) {
            *out = names[i].value;
            return true;
        }
    return false;
}

bool qn_diff_options_submodule(const char *text,
                               enum qn_diff_submodule_format *out)
{
    if (!strcmp(text, "log"))
        *out = QN_DIFF_SUBMODULE_LOG;
    else if (!strcmp(text, "short"))
        *out = QN_DIFF_SUBMODULE_SHORT;
    else if (!strcmp(text, "diff"))
        *out = QN_DIFF_SUBMODULE_DIFF;
    else
        return false;
    return true;
}
