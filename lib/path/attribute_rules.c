/* SPDX-License-Identifier: MIT */
#include "path/attribute_rules.h"

#include "base/memory.h"
#include "text/quote.h"

#include <inttypes.h>

#define LINE_MOST 2048u

void qn_attribute_rules_reset(struct qn_attribute_rules *rules)
{
    rules->count = 0;
    rules->macro_count = 0;
    qn_arena_reset(&rules->arena);
}

void qn_attribute_rules_dispose(struct qn_attribute_rules *rules)
{
    qn_memory_free(rules->items);
    qn_arena_dispose(&rules->arena);
}

struct parser {
    struct qn_attribute_rules *rules;
    struct qn_attribute_names *names;
    const char *source;
    uint64_t line;
    bool allows_macros;
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word off the front. */
static struct qn_bytes take_word(struct qn_bytes *text)
{
    struct qn_bytes word;
    size_t size = 0;

    while (text->size > 0 && is_blank(text->data[0]))
        *text = qn_bytes_from(*text, 1);
    while (size < text->size && !is_blank(text->data[size]))
        size++;
    word = qn_bytes_first(*text, size);
    *text = qn_bytes_from(*text, size);
    return word;
}

static enum qn_status intern(struct qn_ctx *ctx, struct parser *parser,
                             struct qn_bytes name, uint32_t *out)
{
    bool is_new;
    struct qn_map_item *item =
        qn_map_put(ctx, &parser->names->map, name, &is_new);

    if (!item)
        return QN_NO_MEMORY;
    *out = (uint32_t)(item - parser->names->map.items);
    item->number = *out;
    return QN_OK;
}

static bool is_name_fine(struct qn_ctx *ctx, const struct parser *parser,
                         struct qn_bytes name)
{
    if (qn_attributes_is_valid_name(name) &&
        !qn_bytes_has_prefix(name, "builtin_"))
        return true;
    qn_ctx_report(ctx, QN_REPORT_INFO, "path.bad-attribute",
                  "%.*s is not a valid attribute name: %s:%" PRIu64,
                  (int)name.size, name.size ? (const char *)name.data : "",
                  parser->source, parser->line);
    return false;
}

static enum qn_status parse_setting(struct qn_ctx *ctx, struct parser *parser,
                                    struct qn_bytes word,
                                    struct qn_attribute_setting *out,
                                    bool *is_bad)
{
    struct qn_bytes name = word;
    size_t equal = qn_bytes_find(word, '=');

    out->state = QN_ATTRIBUTE_SET;
    out->value = NULL;
    if (word.data[0] == '-' || word.data[0] == '!') {
        out->state =
            word.data[0] == '-' ? QN_ATTRIBUTE_UNSET : QN_ATTRIBUTE_UNSPECIFIED;
        equal = qn_bytes_find(qn_bytes_from(word, 1), '=');
        name = qn_bytes_first(qn_bytes_from(word, 1), equal);
    } else if (equal < word.size) {
        name = qn_bytes_first(word, equal);
        out->state = QN_ATTRIBUTE_VALUE;
        out->value = qn_arena_copy(ctx, &parser->rules->arena,
                                   qn_bytes_from(word, equal + 1));
        if (!out->value)
            return QN_NO_MEMORY;
    }
    if (!is_name_fine(ctx, parser, name)) {
        *is_bad = true;
        return QN_OK;
    }
    return intern(ctx, parser, name, &out->name);
}

static enum qn_status parse_settings(struct qn_ctx *ctx, struct parser *parser,
                                     struct qn_bytes text,
                                     struct qn_attribute_rule *rule,
                                     bool *is_bad)
{
    struct qn_bytes rest = text, word;
    size_t count = 0;

    while ((word = take_word(&rest)).size > 0)
        count++;
    rule->settings = qn_arena_alloc(ctx, &parser->rules->arena,
                                    (count + 1) * sizeof(*rule->settings));
    if (!rule->settings)
        return QN_NO_MEMORY;
    rest = text;
    while ((word = take_word(&rest)).size > 0) {
        enum qn_status status = parse_setting(
            ctx, parser, word, &rule->settings[rule->count], is_bad);

        if (status || *is_bad)
            return status;
        rule->count++;
    }
    return QN_OK;
}

/* The pattern in front: a word, or quoted as in C. */
static enum qn_status take_pattern(struct qn_ctx *ctx, struct parser *parser,
                                   struct qn_bytes *text, struct qn_bytes *out)
{
    struct qn_buf plain = QN_BUF_INIT;
    struct qn_bytes word;
    size_t used;
    char *copy;

    if (text->data[0] == '"') {
        enum qn_status status = qn_quote_unquote_c(ctx, *text, &plain, &used);

        if (status == QN_OK) {
            copy =
                qn_arena_copy(ctx, &parser->rules->arena, qn_buf_bytes(&plain));
            *out = qn_bytes_make(copy, plain.size);
            *text = qn_bytes_from(*text, used);
            qn_buf_dispose(&plain);
            return copy ? QN_OK : QN_NO_MEMORY;
        }
        qn_buf_dispose(&plain);
        if (status == QN_NO_MEMORY)
            return status;
        qn_ctx_clear(ctx);
    }
    word = take_word(text);
    copy = qn_arena_copy(ctx, &parser->rules->arena, word);
    *out = qn_bytes_make(copy, word.size);
    return copy ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status parse_head(struct qn_ctx *ctx, struct parser *parser,
                                 struct qn_bytes *text,
                                 struct qn_attribute_rule *rule, bool *is_bad)
{
    struct qn_bytes pattern;
    enum qn_status status;

    if (qn_bytes_has_prefix(*text, "[attr]")) {
        struct qn_bytes line = *text, name;

        if (!parser->allows_macros) {
            qn_ctx_report(ctx, QN_REPORT_INFO, "path.macro-not-allowed",
                          "%.*s not allowed: %s:%" PRIu64, QN_BYTES_ARG(line),
                          parser->source, parser->line);
            *is_bad = true;
            return QN_OK;
        }
        *text = qn_bytes_from(*text, 6);
        name = take_word(text);
        *is_bad = !is_name_fine(ctx, parser, name);
        rule->is_macro = true;
        return *is_bad ? QN_OK : intern(ctx, parser, name, &rule->macro);
    }
    status = take_pattern(ctx, parser, text, &pattern);
    if (status)
        return status;
    qn_path_pattern_parse(&rule->pattern, pattern);
    return QN_OK;
}

static enum qn_status parse_line(struct qn_ctx *ctx, struct parser *parser,
                                 struct qn_bytes text)
{
    struct qn_attribute_rules *rules = parser->rules;
    struct qn_attribute_rule rule = {0};
    bool is_bad = false;
    enum qn_status status;

    while (text.size > 0 && is_blank(text.data[0]))
        text = qn_bytes_from(text, 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    if (text.size == 0 || text.data[0] == '#')
        return QN_OK;
    if (text.size >= LINE_MOST) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "path.long-attribute",
                      "ignoring overly long attributes line %" PRIu64,
                      parser->line);
        return QN_OK;
    }
    status = parse_head(ctx, parser, &text, &rule, &is_bad);
    if (!status && !is_bad)
        status = parse_settings(ctx, parser, text, &rule, &is_bad);
    if (status || is_bad)
        return status;
    if (rule.pattern.is_negative) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "path.negative-attribute",
                      "Negative patterns are ignored in git attributes\n"
                      "Use '\\!' for literal leading exclamation.");
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &rules->items, &rules->capacity,
                            rules->count + 1, sizeof(*rules->items));
    if (status)
        return status;
    rules->items[rules->count++] = rule;
    rules->macro_count += rule.is_macro;
    return QN_OK;
}

enum qn_status qn_attribute_rules_parse(struct qn_ctx *ctx,
                                        struct qn_attribute_rules *rules,
                                        struct qn_attribute_names *names,
                                        struct qn_bytes text,
                                        const char *source, bool allows_macros)
{
    struct parser parser = {.rules = rules,
                            .names = names,
                            .source = source,
                            .allows_macros = allows_macros};
    struct qn_bytes line;

    if (qn_bytes_has_prefix(text, "\xef\xbb\xbf"))
        text = qn_bytes_from(text, 3);
    while (qn_bytes_next(&text, '\n', &line)) {
        enum qn_status status;

        parser.line++;
        status = parse_line(ctx, &parser, line);
        if (status)
            return status;
    }
    return QN_OK;
}
