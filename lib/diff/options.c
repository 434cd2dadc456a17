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
        return qn_ctx_fail(ctx, QN_INVALID, "bad config variable '%s'", key);
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

static enum qn_status read_porcelain(struct qn_ctx *ctx,
                                     struct qn_diff_options *options,
                                     const struct qn_config *config)
{
    enum qn_status status = read_renames(ctx, options, config);
    const char *submodule = qn_config_string(config, "diff.submodule", NULL);
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
    if (submodule && !strcmp(submodule, "log"))
        options->submodule = QN_DIFF_SUBMODULE_LOG;
    else if (submodule && !strcmp(submodule, "diff"))
        options->submodule = QN_DIFF_SUBMODULE_DIFF;
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

    (void)ctx;
    if (!value || !strcmp(value, "auto"))
        return QN_OK;
    if (qn_config_parse_int64(value, &number) && number > 0)
        options->abbrev = (int)number;
    else if (qn_config_parse_bool(value, &flag) && !flag)
        options->abbrev = 0;
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
        !parse_algorithm(algorithm, &options->text.algorithm))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "unknown value for config 'diff.algorithm': %s",
                           algorithm);
    options->whitespace =
        qn_config_string(config, "core.whitespace", options->whitespace);
    return is_porcelain ? read_porcelain(ctx, options, config) : QN_OK;
}
