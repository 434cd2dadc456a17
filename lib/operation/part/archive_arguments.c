/* SPDX-License-Identifier: MIT */
#include "operation/part/archive_arguments.h"

#include <stddef.h>
#include <string.h>

enum kind { FLAG, TEXT, TEXT_ONLY, FILES };

struct option {
    const char *name;
    char letter;
    enum kind kind;
    size_t offset;
};

#define AT(field) offsetof(struct qn_archive_arguments, field)

static const struct option options[] = {
    {"format", 0, TEXT, AT(format)},
    {"prefix", 0, TEXT, AT(prefix)},
    {"add-file", 0, FILES, AT(has_file)},
    {"add-virtual-file", 0, FILES, AT(has_file)},
    {"output", 'o', TEXT, AT(output)},
    {"worktree-attributes", 0, FLAG, AT(uses_work_tree_attributes)},
    {"verbose", 'v', FLAG, AT(is_verbose)},
    {"mtime", 0, TEXT_ONLY, AT(mtime)},
    {"list", 'l', FLAG, AT(lists)},
    {"remote", 0, TEXT, AT(remote)},
    {"exec", 0, TEXT, AT(program)}};

struct parse {
    struct qn_ctx *ctx;
    struct qn_archive_arguments *out;
    const char **words;
    size_t count, next;
};

static enum qn_status fail(struct parse *p, bool wants_usage,
                           const char *format, const char *name)
{
    char text[256];

    p->out->wants_usage = wants_usage;
    /* A name that nobody has can be long. */
    strncpy(text, name, sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    return qn_ctx_fail_reason(p->ctx, QN_INVALID, "archive.arguments", NULL,
                              "error: %s `%s'%s", format, text,
                              wants_usage ? "" : " requires a value");
}

static enum qn_status fail_value(struct parse *p, const char *prefix,
                                 const char *name)
{
    return qn_ctx_fail_reason(p->ctx, QN_INVALID, "archive.arguments", NULL,
                              "error: option `%s%s' takes no value", prefix,
                              name);
}

/* `value` NULL: there was none beside the name. */
static enum qn_status apply(struct parse *p, const struct option *option,
                            const char *shown, const char *value,
                            bool is_negated)
{
    const char letter[2] = {option->letter, '\0'};
    char *base = (char *)p->out;

    if (option->kind == FLAG || is_negated) {
        if (value)
            return fail_value(p, is_negated ? "no-" : "", option->name);
        if (option->kind == FLAG || option->kind == FILES)
            *(bool *)(base + option->offset) = !is_negated;
        else
            *(const char **)(base + option->offset) = NULL;
        return QN_OK;
    }
    if (!value && p->next == p->count)
        return *shown ? fail(p, false, "option", option->name)
                      : fail(p, false, "switch", letter);
    if (!value)
        value = p->words[p->next++];
    if (option->kind == FILES)
        *(bool *)(base + option->offset) = true;
    else
        *(const char **)(base + option->offset) = value;
    return QN_OK;
}

/* The one that `name` (`size` bytes) is, or is the beginning of. */
static const struct option *find(const char *name, size_t size,
                                 const struct option **other)
{
    const struct option *found = NULL;
    size_t i;

    *other = NULL;
    for (i = 0; i < QN_COUNT_OF(options); i++) {
        if (strncmp(options[i].name, name, size) != 0)
            continue;
        if (options[i].name[size] == '\0') {
            *other = NULL;
            return &options[i];
        }
        if (found)
            *other = &options[i];
        else
            found = &options[i];
    }
    return found;
}

static enum qn_status take_long(struct parse *p, const char *word)
{
    const char *value = strchr(word, '='), *name = word;
    size_t size = value ? (size_t)(value - word) : strlen(word);
    const struct option *option, *other;
    bool is_negated = false;

    option = find(name, size, &other);
    if (!option && strncmp(word, "no-", 3) == 0) {
        is_negated = true;
        name += 3;
        size -= 3;
        option = size > 0 ? find(name, size, &other) : NULL;
        if (option && option->kind == TEXT_ONLY)
            option = NULL;
    }
    if (!option)
        return fail(p, true, "unknown option", word);
    if (other)
        return qn_ctx_fail_reason(
            p->ctx, QN_INVALID, "archive.arguments", NULL,
            "error: ambiguous option: %.64s (could be --%s or --%s)", word,
            option->name, other->name);
    return apply(p, option, name, value ? value + 1 : NULL, is_negated);
}

static enum qn_status take_letters(struct parse *p, const char *letters)
{
    char shown[2] = "";
    size_t i;

    if (*letters >= '0' && *letters <= '9' &&
        strspn(letters, "0123456789") == strlen(letters)) {
        for (p->out->level = 0; *letters && p->out->level < 1000; letters++)
            p->out->level = p->out->level * 10 + (*letters - '0');
        return QN_OK;
    }
    for (; *letters; letters++) {
        const char *rest = letters + 1;
        enum qn_status status;

        for (i = 0; i < QN_COUNT_OF(options); i++)
            if (options[i].letter == *letters)
                break;
        shown[0] = *letters;
        if (i == QN_COUNT_OF(options))
            return fail(p, true, "unknown switch", shown);
        if (options[i].kind == FLAG) {
            status = apply(p, &options[i], "", NULL, false);
            if (status)
                return status;
            continue;
        }
        return apply(p, &options[i], "", *rest ? rest : NULL, false);
    }
    return QN_OK;
}

static enum qn_status take_all(struct parse *p)
{
    bool is_over = false;
    enum qn_status status = QN_OK;

    while (!status && p->next < p->count) {
        const char *word = p->words[p->next++];

        if (is_over || word[0] != '-' || word[1] == '\0')
            p->out->names[p->out->count++] = word;
        else if (strcmp(word, "--") == 0 ||
                 strcmp(word, "--end-of-options") == 0)
            is_over = true;
        else if (word[1] == '-')
            status = take_long(p, word + 2);
        else
            status = take_letters(p, word + 1);
    }
    return status;
}

enum qn_status qn_archive_arguments_parse(struct qn_ctx *ctx,
                                          const char **words, size_t count,
                                          struct qn_archive_arguments *out)
{
    struct parse parse = {
        .ctx = ctx, .out = out, .words = words, .count = count};
    const char *refused = NULL;
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    out->level = -1;
    out->names = words;
    status = take_all(&parse);
    if (status)
        return status;
    if (out->remote)
        refused = "Unexpected option --remote";
    else if (out->program)
        refused = "the option '--exec' requires '--remote'";
    else if (out->output)
        refused = "Unexpected option --output";
    else if (out->has_file)
        refused = "options '--add-file' and '--remote' cannot be used together";
    if (refused)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "archive.refused", NULL,
                                  "%s", refused);
    return QN_OK;
}
