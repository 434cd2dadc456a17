/* SPDX-License-Identifier: MIT */
#include "diff/options.h"

#include "text/quote.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    const char *sequence;
} slots[QN_DIFF_COLOR_COUNT] = {
    [QN_DIFF_COLOR_RESET] = {NULL, "\033[m"},
    [QN_DIFF_COLOR_CONTEXT] = {"context", ""},
    [QN_DIFF_COLOR_META] = {"meta", "\033[1m"},
    [QN_DIFF_COLOR_FRAG] = {"frag", "\033[36m"},
    [QN_DIFF_COLOR_OLD] = {"old", "\033[31m"},
    [QN_DIFF_COLOR_NEW] = {"new", "\033[32m"},
    [QN_DIFF_COLOR_COMMIT] = {"commit", "\033[33m"},
    [QN_DIFF_COLOR_WHITESPACE] = {"whitespace", "\033[41m"},
    [QN_DIFF_COLOR_FUNC] = {"func", ""},
    [QN_DIFF_COLOR_OLD_MOVED] = {"oldMoved", "\033[1;35m"},
    [QN_DIFF_COLOR_OLD_MOVED_ALTERNATIVE] = {"oldMovedAlternative",
                                             "\033[1;34m"},
    [QN_DIFF_COLOR_OLD_MOVED_DIMMED] = {"oldMovedDimmed", "\033[2m"},
    [QN_DIFF_COLOR_OLD_MOVED_ALTERNATIVE_DIMMED] = {"oldMovedAlternativeDimmed",
                                                    "\033[2;3m"},
    [QN_DIFF_COLOR_NEW_MOVED] = {"newMoved", "\033[1;36m"},
    [QN_DIFF_COLOR_NEW_MOVED_ALTERNATIVE] = {"newMovedAlternative",
                                             "\033[1;33m"},
    [QN_DIFF_COLOR_NEW_MOVED_DIMMED] = {"newMovedDimmed", "\033[2m"},
    [QN_DIFF_COLOR_NEW_MOVED_ALTERNATIVE_DIMMED] = {"newMovedAlternativeDimmed",
                                                    "\033[2;3m"},
};

const char *qn_diff_options_color_name(enum qn_diff_color color)
{
    return slots[color].name;
}

void qn_diff_options_init(struct qn_diff_options *options)
{
    size_t i;

    memset(options, 0, sizeof(*options));
    options->context = 3;
    options->text.flags = QN_TEXT_DIFF_INDENT_HEURISTIC;
    options->abbrev = -1;
    options->source_prefix = "a/";
    options->destination_prefix = "b/";
    memcpy(options->indicators, " -+", 3);
    options->quotes_high = true;
    options->ws_highlight = QN_DIFF_WS_NEW;
    options->dirstat_permille = 30;
    options->rename.limit = UINT32_MAX;
    options->max_depth = -1;
    options->ita_in_index = -1;
    for (i = 0; i < QN_DIFF_COLOR_COUNT; i++)
        options->colors[i] = slots[i].sequence;
}

static bool parse_algorithm(const char *name, enum qn_text_diff_algorithm *out)
{
    static const struct {
        const char *name;
        enum qn_text_diff_algorithm algorithm;
    } table[] = {{"myers", QN_TEXT_DIFF_MYERS},
                 {"default", QN_TEXT_DIFF_MYERS},
                 {"minimal", QN_TEXT_DIFF_MINIMAL},
                 {"patience", QN_TEXT_DIFF_PATIENCE},
                 {"histogram", QN_TEXT_DIFF_HISTOGRAM}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(table); i++)
        if (qn_bytes_is_equal_fold(qn_bytes_from_string(name),
                                   qn_bytes_from_string(table[i].name))) {
            *out = table[i].algorithm;
            return true;
        }
    return false;
}

bool qn_diff_options_algorithm(const char *name,
                               enum qn_text_diff_algorithm *out)
{
    return parse_algorithm(name, out);
}

static enum qn_status read_number(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  const char *key, uint32_t *out)
{
    int64_t value;
    enum qn_status status = qn_config_int64(ctx, config, key, *out, &value);

    if (status)
        return status;
    if (value < 0)
        return qn_config_fail_entry(ctx, qn_config_find(config, key));
    *out = value > INT32_MAX ? INT32_MAX : (uint32_t)value;
    return QN_OK;
}

static enum qn_status read_flag(struct qn_ctx *ctx,
                                const struct qn_config *config, const char *key,
                                bool *out)
{
    return qn_config_bool(ctx, config, key, *out, out);
}

static enum qn_status read_renames(struct qn_ctx *ctx,
                                   struct qn_diff_options *options,
                                   const struct qn_config *config)
{
    const struct qn_config_entry *entry =
        qn_config_find(config, "diff.renames");
    bool detects = true;
    enum qn_status status = QN_OK;

    options->rename.detect = 1;
    if (!entry)
        return QN_OK;
    if (entry->value &&
        (qn_bytes_is_equal_fold(qn_bytes_from_string(entry->value),
                                QN_BYTES("copies")) ||
         qn_bytes_is_equal_fold(qn_bytes_from_string(entry->value),
                                QN_BYTES("copy")))) {
        options->rename.detect = 2;
        return QN_OK;
    }
    status = read_flag(ctx, config, "diff.renames", &detects);
    options->rename.detect = detects;
    return status;
}

static enum qn_status read_prefixes(struct qn_ctx *ctx,
                                    struct qn_diff_options *options,
                                    const struct qn_config *config)
{
    bool none = false;
    enum qn_status status = read_flag(ctx, config, "diff.noprefix", &none);

    if (status)
        return status;
    options->source_prefix =
        qn_config_string(config, "diff.srcprefix", options->source_prefix);
    options->destination_prefix =
        qn_config_string(config, "diff.dstprefix", options->destination_prefix);
    if (none)
        options->source_prefix = options->destination_prefix = "";
    return QN_OK;
}

/* One entry whose value `set` understands, or the failure that Git has. */
static enum qn_status read_moved(struct qn_ctx *ctx,
                                 struct qn_diff_options *options,
                                 const struct qn_config *config)
{
    const struct qn_config_entry *mode =
        qn_config_find(config, "diff.colormoved");
    const struct qn_config_entry *space =
        qn_config_find(config, "diff.colormovedws");
    char problem[256];

    if (mode && !qn_diff_options_moved(mode->value, &options->moved)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "diff.color-moved",
                      "color moved setting must be one of 'no', 'default', "
                      "'blocks', 'zebra', 'dimmed-zebra', 'plain'");
        return qn_config_fail_entry(ctx, mode);
    }
    if (space && space->value &&
        !qn_diff_options_moved_space(options, space->value, problem,
                                     sizeof(problem))) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "diff.color-moved-ws", "%s",
                      problem);
        return qn_config_fail_entry(ctx, space);
    }
    return QN_OK;
}

static enum qn_status read_highlight(struct qn_ctx *ctx,
                                     struct qn_diff_options *options,
                                     const struct qn_config *config)
{
    const struct qn_config_entry *entry =
        qn_config_find(config, "diff.wserrorhighlight");
    size_t good;

    if (!entry || !entry->value ||
        qn_diff_options_ws_highlight(entry->value, &options->ws_highlight,
                                     &good))
        return QN_OK;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "diff.ws-error-highlight",
                  "unknown value for config 'diff.wserrorhighlight': %s",
                  entry->value);
    return qn_config_fail_entry(ctx, entry);
}

static enum qn_status read_dirstat(struct qn_ctx *ctx,
                                   struct qn_diff_options *options,
                                   const struct qn_config *config)
{
    const char *text = qn_config_string(config, "diff.dirstat", NULL);
    struct qn_buf problems = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (text)
        status = qn_diff_options_dirstat(ctx, options, text, &problems);
    if (!status && problems.size)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "diff.dirstat",
                      "Found errors in 'diff.dirstat' config variable:\n%s",
                      qn_buf_string(&problems));
    qn_buf_dispose(&problems);
    return status;
}

static enum qn_status read_submodules(struct qn_ctx *ctx,
                                      struct qn_diff_options *options,
                                      const struct qn_config *config)
{
    const char *format = qn_config_string(config, "diff.submodule", NULL);
    const char *ignore =
        qn_config_string(config, "diff.ignoresubmodules", NULL);

    if (format && !qn_diff_options_submodule(format, &options->submodule))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "diff.submodule",
                      "Unknown value for 'diff.submodule' config variable: "
                      "'%s'",
                      format);
    if (ignore &&
        !qn_diff_options_ignore_submodules(ignore, &options->ignore_submodules))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "bad --ignore-submodules argument: %s", ignore);
    return QN_OK;
}

static enum qn_status read_porcelain(struct qn_ctx *ctx,
                                     struct qn_diff_options *options,
                                     const struct qn_config *config)
{
    enum qn_status status = read_renames(ctx, options, config);
    uint32_t number = 0;

    if (!status)
        status = read_prefixes(ctx, options, config);
    if (!status)
        status = read_number(ctx, config, "diff.context", &options->context);
    if (!status)
        status = read_number(ctx, config, "diff.interhunkcontext",
                             &options->inter_hunk);
    if (!status)
        status = read_number(ctx, config, "diff.statnamewidth", &number);
    options->stat_name_width = (int)number;
    number = 0;
    if (!status)
        status = read_number(ctx, config, "diff.statgraphwidth", &number);
    options->stat_graph_width = (int)number;
    if (!status)
        status = read_submodules(ctx, options, config);
    if (!status)
        status = read_moved(ctx, options, config);
    if (!status)
        status = read_highlight(ctx, options, config);
    if (!status)
        status = read_flag(ctx, config, "diff.trustexitcode",
                           &options->trusts_exit_code);
    options->word_regex =
        qn_config_string(config, "diff.wordregex", options->word_regex);
    return status;
}

static enum qn_status read_abbrev(struct qn_ctx *ctx,
                                  struct qn_diff_options *options,
                                  const struct qn_config *config)
{
    const char *value = qn_config_string(config, "core.abbrev", NULL);
    int64_t number;
    bool flag;

    if (!value || !strcmp(value, "auto"))
        return QN_OK;
    if (qn_config_parse_int64(value, &number) && number > 0)
        options->abbrev = (int)number;
    else if (qn_config_parse_bool(value, &flag) && !flag)
        options->abbrev = 0;
    else
        return qn_config_int64(ctx, config, "core.abbrev", 0, &number);
    return QN_OK;
}

enum qn_status qn_diff_options_configure(struct qn_ctx *ctx,
                                         struct qn_diff_options *options,
                                         const struct qn_config *config,
                                         bool is_porcelain)
{
    const char *algorithm = qn_config_string(config, "diff.algorithm", NULL);
    bool indent = true;
    int64_t limit;
    enum qn_status status;

    status = qn_config_int64(ctx, config, "diff.renamelimit",
                             QN_RENAME_DEFAULT_LIMIT, &limit);
    if (status)
        return status;
    options->rename.limit = limit <= 0 ? 0 : (uint32_t)limit;
    status = read_abbrev(ctx, options, config);
    if (!status)
        status = read_flag(ctx, config, "diff.indentheuristic", &indent);
    if (!status)
        status =
            read_flag(ctx, config, "core.quotepath", &options->quotes_high);
    if (!status)
        status = read_flag(ctx, config, "diff.suppressblankempty",
                           &options->suppresses_blank_empty);
    if (status)
        return status;
    if (!indent)
        options->text.flags &= ~(unsigned)QN_TEXT_DIFF_INDENT_HEURISTIC;
    if (algorithm && is_porcelain &&
        !parse_algorithm(algorithm, &options->text.algorithm)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "diff.algorithm",
                      "unknown value for config 'diff.algorithm': %s",
                      algorithm);
        return qn_config_fail_entry(ctx,
                                    qn_config_find(config, "diff.algorithm"));
    }
    status = read_dirstat(ctx, options, config);
    if (status)
        return status;
    options->whitespace =
        qn_config_string(config, "core.whitespace", options->whitespace);
    return is_porcelain ? read_porcelain(ctx, options, config) : QN_OK;
}
