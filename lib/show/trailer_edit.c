/* SPDX-License-Identifier: MIT */
#include "show/trailer_edit.h"

#include "base/memory.h"
#include "program/shell_command.h"
#include "show/trailer.h"

#include <string.h>

/* trailer.<name>.* */
struct rule {
    char *name;
    const char *key; /* borrowed; NULL: the name */
    const char *command, *cmd;
    enum qn_trailer_where where;
    enum qn_trailer_exists if_exists;
    enum qn_trailer_missing if_missing;
};

struct item {
    struct qn_buf key; /* empty: a line that is no trailer, in `value` */
    struct qn_buf value;
    bool is_removed;
};

struct edit {
    struct qn_ctx *ctx;
    const struct qn_trailer_edit *options;
    const char *separators, *comment;
    struct rule defaults;
    struct rule *rules;
    size_t rule_count, rule_capacity;
    struct item *items;
    size_t count, capacity;
};

/* ------------------------------------------------------------------- words */

static bool is_word(const char *text, const char *word)
{
    return qn_bytes_is_equal_fold(qn_bytes_from_string(text),
                                  qn_bytes_from_string(word));
}

bool qn_trailer_parse_where(const char *text, enum qn_trailer_where *out)
{
    if (is_word(text, "end"))
        *out = QN_TRAILER_END;
    else if (is_word(text, "after"))
        *out = QN_TRAILER_AFTER;
    else if (is_word(text, "before"))
        *out = QN_TRAILER_BEFORE;
    else if (is_word(text, "start"))
        *out = QN_TRAILER_START;
    else
        return false;
    return true;
}

bool qn_trailer_parse_exists(const char *text, enum qn_trailer_exists *out)
{
    if (is_word(text, "addIfDifferentNeighbor"))
        *out = QN_TRAILER_ADD_IF_DIFFERENT_NEIGHBOR;
    else if (is_word(text, "addIfDifferent"))
        *out = QN_TRAILER_ADD_IF_DIFFERENT;
    else if (is_word(text, "add"))
        *out = QN_TRAILER_ADD;
    else if (is_word(text, "replace"))
        *out = QN_TRAILER_REPLACE;
    else if (is_word(text, "doNothing"))
        *out = QN_TRAILER_DO_NOTHING;
    else
        return false;
    return true;
}

bool qn_trailer_parse_missing(const char *text, enum qn_trailer_missing *out)
{
    if (is_word(text, "add"))
        *out = QN_TRAILER_MISSING_ADD;
    else if (is_word(text, "doNothing"))
        *out = QN_TRAILER_MISSING_DO_NOTHING;
    else
        return false;
    return true;
}

/* ----------------------------------------------------------- configuration */

static enum qn_status find_rule(struct edit *edit, struct qn_bytes name,
                                struct rule **out)
{
    struct rule *rule;
    enum qn_status status;
    size_t i;

    for (i = 0; i < edit->rule_count; i++)
        if (qn_bytes_is_equal_fold(qn_bytes_from_string(edit->rules[i].name),
                                   name)) {
            *out = &edit->rules[i];
            return QN_OK;
        }
    status = qn_memory_grow(edit->ctx, &edit->rules, &edit->rule_capacity,
                            edit->rule_count + 1, sizeof(*edit->rules));
    if (status)
        return status;
    rule = &edit->rules[edit->rule_count];
    memset(rule, 0, sizeof(*rule));
    rule->name = qn_memory_array(edit->ctx, name.size + 1, 1);
    if (!rule->name)
        return QN_NO_MEMORY;
    memcpy(rule->name, name.data, name.size);
    rule->name[name.size] = '\0';
    edit->rule_count++;
    *out = rule;
    return QN_OK;
}

static void set_text(struct edit *edit, const struct qn_config_entry *entry,
                     const char **target)
{
    if (*target)
        qn_ctx_report(edit->ctx, QN_REPORT_WARNING, "trailer.twice",
                      "more than one %s", entry->key);
    *target = entry->value;
}

/* One variable of a rule, or of what holds for all. */
static void set_rule(struct edit *edit, const struct qn_config_entry *entry,
                     const char *word, struct rule *rule, bool is_general)
{
    bool is_fine = true;

    if (strcmp(word, "where") == 0)
        is_fine = qn_trailer_parse_where(entry->value, &rule->where);
    else if (strcmp(word, "ifexists") == 0)
        is_fine = qn_trailer_parse_exists(entry->value, &rule->if_exists);
    else if (strcmp(word, "ifmissing") == 0)
        is_fine = qn_trailer_parse_missing(entry->value, &rule->if_missing);
    else if (is_general && strcmp(word, "separators") == 0)
        edit->separators = entry->value;
    else if (!is_general && strcmp(word, "key") == 0)
        set_text(edit, entry, &rule->key);
    else if (!is_general && strcmp(word, "command") == 0)
        set_text(edit, entry, &rule->command);
    else if (!is_general && strcmp(word, "cmd") == 0)
        set_text(edit, entry, &rule->cmd);
    if (!is_fine)
        qn_ctx_report(edit->ctx, QN_REPORT_WARNING, "trailer.value",
                      "unknown value '%s' for key '%s'", entry->value,
                      entry->key);
}

static bool is_rule_word(const char *word)
{
    static const char *const words[] = {"where", "ifexists", "ifmissing",
                                        "key",   "command",  "cmd"};

    for (size_t i = 0; i < QN_COUNT_OF(words); i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* What holds for all first, then the rules in the order they are met. */
static enum qn_status configure(struct edit *edit)
{
    const struct qn_config *config = edit->options->config;
    size_t count = config ? qn_config_count(config) : 0;
    enum qn_status status;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const char *rest = entry->key + 8;
        const char *dot;
        struct rule *rule = NULL;

        if (strncmp(entry->key, "trailer.", 8) != 0)
            continue;
        dot = strrchr(rest, '.');
        if (!dot) {
            if (!entry->value)
                return qn_config_fail_missing(edit->ctx, entry);
            set_rule(edit, entry, rest, &edit->defaults, true);
            continue;
        }
        if (!is_rule_word(dot + 1))
            continue;
        status =
            find_rule(edit, qn_bytes_make(rest, (size_t)(dot - rest)), &rule);
        if (status)
            return status;
        if (!entry->value) {
            if (strcmp(dot + 1, "key") == 0 && rule->key)
                set_text(edit, entry, &rule->key);
            return qn_config_fail_missing(edit->ctx, entry);
        }
        set_rule(edit, entry, dot + 1, rule, false);
    }
    return QN_OK;
}

/* A key stands for a rule when it is the beginning of its name or key. */
static const struct rule *match_rule(const struct edit *edit,
                                     struct qn_bytes key)
{
    size_t i;

    for (i = 0; i < edit->rule_count && key.size > 0; i++) {
        const struct rule *rule = &edit->rules[i];
        struct qn_bytes name = qn_bytes_from_string(rule->name);
        struct qn_bytes full = qn_bytes_from_string(rule->key ? rule->key : "");

        if ((name.size >= key.size &&
             qn_bytes_is_equal_fold(qn_bytes_first(name, key.size), key)) ||
            (full.size >= key.size &&
             qn_bytes_is_equal_fold(qn_bytes_first(full, key.size), key)))
            return rule;
    }
    return NULL;
}

static bool is_known(void *data, struct qn_bytes key)
{
    return match_rule(data, key) != NULL;
}

/* ------------------------------------------------------------------- items */

static enum qn_status add_item(struct edit *edit, size_t at,
                               struct qn_bytes key, struct qn_bytes value)
{
    struct item *item;
    enum qn_status status;

    status = qn_memory_grow(edit->ctx, &edit->items, &edit->capacity,
                            edit->count + 1, sizeof(*edit->items));
    if (status)
        return status;
    item = &edit->items[at];
    memmove(item + 1, item, (edit->count - at) * sizeof(*item));
    memset(item, 0, sizeof(*item));
    edit->count++;
    status = qn_buf_append_bytes(edit->ctx, &item->key, key);
    return status ? status
                  : qn_buf_append_bytes(edit->ctx, &item->value, value);
}

/* The key as it is written: what the rule says. */
static struct qn_bytes written_key(const struct edit *edit, struct qn_bytes key)
{
    const struct rule *rule = match_rule(edit, key);

    return rule && rule->key ? qn_bytes_from_string(rule->key) : key;
}

static enum qn_status read_block(struct edit *edit, struct qn_bytes block)
{
    enum qn_status status = QN_OK;
    struct qn_buf folded = QN_BUF_INIT;

    while (block.size > 0 && !status) {
        struct qn_bytes item = qn_trailer_take_item(&block);
        size_t at = qn_trailer_separator(item, edit->separators, 0);
        struct qn_bytes value =
            qn_bytes_trim(qn_bytes_from(item, at ? at + 1 : 0));

        if (qn_bytes_has_prefix(item, edit->comment))
            continue;
        if (at == 0) {
            while (item.size > 0 && (item.data[item.size - 1] == '\n' ||
                                     item.data[item.size - 1] == ' '))
                item.size--;
            status = add_item(edit, edit->count, QN_BYTES_NONE, item);
            continue;
        }
        qn_buf_clear(&folded);
        if (edit->options->unfolds) {
            status = qn_trailer_append_unfolded(edit->ctx, value, &folded);
            value = qn_buf_bytes(&folded);
        }
        if (!status)
            status = add_item(
                edit, edit->count,
                written_key(edit, qn_bytes_trim(qn_bytes_first(item, at))),
                value);
    }
    qn_buf_dispose(&folded);
    return status;
}

/* Without what ends it that is no letter or digit. */
static struct qn_bytes bare_key(struct qn_bytes key)
{
    while (key.size > 0) {
        uint8_t c = key.data[key.size - 1];

        if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))
            break;
        key.size--;
    }
    return key;
}

/* One may be the beginning of the other. */
static bool has_same_key(const struct item *item, struct qn_bytes key)
{
    struct qn_bytes one = bare_key(qn_buf_bytes(&item->key));
    struct qn_bytes two = bare_key(key);
    size_t size = one.size < two.size ? one.size : two.size;

    return item->key.size > 0 &&
           qn_bytes_is_equal_fold(qn_bytes_first(one, size),
                                  qn_bytes_first(two, size));
}

static bool is_same(const struct item *item, struct qn_bytes key,
                    struct qn_bytes value)
{
    return has_same_key(item, key) &&
           qn_bytes_is_equal_fold(qn_buf_bytes(&item->value), value);
}

/* ---------------------------------------------------------------- new ones */

/* Run the command of a rule for a value; its output is the new value. */
static enum qn_status run_command(struct edit *edit, const struct rule *rule,
                                  const char *argument, struct qn_buf *out)
{
    struct qn_process_options options = {.in = QN_PROCESS_NULL,
                                         .directory = edit->options->directory};
    const char *arguments[2] = {argument, NULL};
    const char *shown = rule->cmd ? rule->cmd : rule->command;
    struct qn_buf command = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes result;
    const char *place;
    int code = 0;
    enum qn_status status = QN_OK;

    if (!rule->cmd && (place = strstr(shown, "$ARG")) != NULL)
        status =
            qn_buf_printf(edit->ctx, &command, "%.*s%s%s", (int)(place - shown),
                          shown, argument, place + 4);
    else
        status = qn_buf_append_string(edit->ctx, &command, shown);
    if (!status) {
        status = qn_shell_command_filter(edit->ctx, qn_buf_string(&command),
                                         rule->cmd ? arguments : NULL, &options,
                                         QN_BYTES_NONE, &text, &code);
        if (status == QN_NOT_FOUND) {
            qn_ctx_report(edit->ctx, QN_REPORT_ERROR, "trailer.command",
                          "cannot run %s: No such file or directory", shown);
            qn_ctx_clear(edit->ctx);
            status = QN_OK;
            code = 127;
        }
    }
    if (!status && code)
        qn_ctx_report(edit->ctx, QN_REPORT_ERROR, "trailer.command",
                      "running trailer command '%s' failed", shown);
    else if (!status) {
        result = qn_bytes_trim(qn_buf_bytes(&text));
        status = qn_buf_append_bytes(edit->ctx, out, result);
    }
    qn_buf_dispose(&command);
    qn_buf_dispose(&text);
    return status;
}

static bool has_pair(const struct edit *edit, struct qn_bytes key,
                     struct qn_bytes value)
{
    size_t i;

    for (i = 0; i < edit->count; i++)
        if (is_same(&edit->items[i], key, value))
            return true;
    return false;
}

static void remove_item(struct edit *edit, size_t at)
{
    qn_buf_dispose(&edit->items[at].key);
    qn_buf_dispose(&edit->items[at].value);
    edit->count--;
    memmove(&edit->items[at], &edit->items[at + 1],
            (edit->count - at) * sizeof(*edit->items));
}

/* Where it would go: in front of `*at`, beside `*neighbor`. */
static void find_place(const struct edit *edit, enum qn_trailer_where where,
                       size_t same, size_t *at, size_t *neighbor)
{
    bool has_same = same < edit->count;

    switch (where) {
    case QN_TRAILER_AFTER:
        *at = has_same ? same + 1 : edit->count;
        *neighbor = has_same ? same : edit->count - 1;
        break;
    case QN_TRAILER_BEFORE:
        *at = has_same ? same : 0;
        *neighbor = has_same ? same : 0;
        break;
    case QN_TRAILER_START:
        *at = 0;
        *neighbor = 0;
        break;
    default:
        *at = edit->count;
        *neighbor = edit->count - 1;
        break;
    }
}

/* Put one in, as its rules say. */
static enum qn_status put(struct edit *edit, struct qn_bytes key,
                          struct qn_bytes value, const struct rule *rule)
{
    bool is_late =
        rule->where == QN_TRAILER_END || rule->where == QN_TRAILER_AFTER;
    size_t same = edit->count;
    size_t at, neighbor, i;
    enum qn_status status;

    for (i = 0; i < edit->count; i++)
        if (has_same_key(&edit->items[i], key)) {
            same = i;
            if (!is_late)
                break;
        }
    find_place(edit, rule->where, same, &at, &neighbor);
    if (same == edit->count) {
        if (rule->if_missing == QN_TRAILER_MISSING_DO_NOTHING)
            return QN_OK;
        return add_item(edit, at, key, value);
    }
    switch (rule->if_exists) {
    case QN_TRAILER_DO_NOTHING:
        return QN_OK;
    case QN_TRAILER_ADD:
        return add_item(edit, at, key, value);
    case QN_TRAILER_ADD_IF_DIFFERENT:
        return has_pair(edit, key, value) ? QN_OK
                                          : add_item(edit, at, key, value);
    case QN_TRAILER_REPLACE:
        status = add_item(edit, at, key, value);
        if (!status)
            remove_item(edit, same >= at ? same + 1 : same);
        return status;
    default:
        if (is_same(&edit->items[neighbor], key, value))
            return QN_OK;
        return add_item(edit, at, key, value);
    }
}

/* The new one's wishes, then the rule's, then those for all, then Git's. */
static struct rule settle(const struct edit *edit, const struct rule *rule,
                          const struct qn_trailer_new *added)
{
    struct rule out = {.where = QN_TRAILER_END,
                       .if_exists = QN_TRAILER_ADD_IF_DIFFERENT_NEIGHBOR,
                       .if_missing = QN_TRAILER_MISSING_ADD};
    const struct rule own = {.where = added ? added->where : 0,
                             .if_exists = added ? added->if_exists : 0,
                             .if_missing = added ? added->if_missing : 0};
    const struct rule *order[3];
    size_t i;

    order[0] = &edit->defaults;
    order[1] = rule;
    order[2] = &own;
    for (i = 0; i < 3; i++) {
        if (!order[i])
            continue;
        if (order[i]->where)
            out.where = order[i]->where;
        if (order[i]->if_exists)
            out.if_exists = order[i]->if_exists;
        if (order[i]->if_missing)
            out.if_missing = order[i]->if_missing;
    }
    return out;
}

static enum qn_status add_one(struct edit *edit, struct qn_bytes key,
                              struct qn_bytes value, const struct rule *rule,
                              const struct qn_trailer_new *added)
{
    struct rule settled = settle(edit, rule, added);
    struct qn_buf argument = QN_BUF_INIT;
    struct qn_buf result = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (rule && (rule->cmd || rule->command)) {
        status = qn_buf_append_bytes(edit->ctx, &argument, value);
        if (!status)
            status = run_command(edit, rule, qn_buf_string(&argument), &result);
        value = qn_buf_bytes(&result);
    }
    if (!status)
        status =
            put(edit, rule && rule->key ? qn_bytes_from_string(rule->key) : key,
                value, &settled);
    qn_buf_dispose(&argument);
    qn_buf_dispose(&result);
    return status;
}

static enum qn_status add_new(struct edit *edit,
                              const struct qn_trailer_new *added)
{
    struct qn_bytes text = qn_bytes_from_string(added->text);
    struct qn_buf separators = QN_BUF_INIT;
    struct qn_bytes key, value = QN_BYTES_NONE;
    size_t at;
    enum qn_status status;

    status = qn_buf_printf(edit->ctx, &separators, "=%s", edit->separators);
    if (status)
        return status;
    at = qn_trailer_separator(text, qn_buf_string(&separators), SIZE_MAX);
    qn_buf_dispose(&separators);
    if (at == 0) {
        qn_ctx_report(edit->ctx, QN_REPORT_ERROR, "trailer.no-key",
                      "empty trailer token in trailer '%s'", added->text);
        return QN_OK;
    }
    key = qn_bytes_trim(at == SIZE_MAX ? text : qn_bytes_first(text, at));
    if (at != SIZE_MAX)
        value = qn_bytes_trim(qn_bytes_from(text, at + 1));
    return add_one(edit, key, value, match_rule(edit, key), added);
}

/* ------------------------------------------------------------------ output */

static enum qn_status append_item(struct edit *edit, const struct item *item,
                                  struct qn_buf *out)
{
    struct qn_bytes key = qn_buf_bytes(&item->key);
    struct qn_bytes bare = qn_bytes_trim(key);
    enum qn_status status;

    if (edit->options->trims_empty && item->value.size == 0)
        return QN_OK;
    if (key.size == 0 && edit->options->only_trailers)
        return QN_OK;
    status = qn_buf_append_bytes(edit->ctx, out, key);
    /* A key that ends in a separator has all it needs. */
    if (!status && bare.size > 0 &&
        !strchr(edit->separators, bare.data[bare.size - 1]))
        status = qn_buf_printf(edit->ctx, out, "%c ", edit->separators[0]);
    if (!status)
        status =
            qn_buf_append_bytes(edit->ctx, out, qn_buf_bytes(&item->value));
    return status ? status : qn_buf_append_byte(edit->ctx, out, '\n');
}

static enum qn_status append_head(struct edit *edit, struct qn_bytes head,
                                  bool has_block, struct qn_buf *out)
{
    struct qn_ctx *ctx = edit->ctx;
    size_t last;
    enum qn_status status = qn_buf_append_bytes(ctx, out, head);

    if (!status && head.size > 0 && head.data[head.size - 1] != '\n')
        status = qn_buf_append_byte(ctx, out, '\n');
    if (status || has_block)
        return status;
    /* An empty line between the text and trailers, even where none come. */
    last = head.size;
    if (last > 0 && head.data[last - 1] == '\n')
        last--;
    while (last > 0 &&
           (head.data[last - 1] == ' ' || head.data[last - 1] == '\t'))
        last--;
    if (head.size > 0 && last > 0 && head.data[last - 1] == '\n')
        return QN_OK;
    return qn_buf_append_byte(ctx, out, '\n');
}

static void dispose(struct edit *edit)
{
    size_t i;

    for (i = 0; i < edit->count; i++) {
        qn_buf_dispose(&edit->items[i].key);
        qn_buf_dispose(&edit->items[i].value);
    }
    for (i = 0; i < edit->rule_count; i++)
        qn_memory_free(edit->rules[i].name);
    qn_memory_free(edit->items);
    qn_memory_free(edit->rules);
}

static enum qn_status add_all(struct edit *edit)
{
    const struct qn_trailer_edit *options = edit->options;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < edit->rule_count && !status; i++) {
        const struct rule *rule = &edit->rules[i];

        if (rule->command && !rule->cmd)
            status = add_one(edit, qn_bytes_from_string(rule->name),
                             QN_BYTES_NONE, rule, NULL);
    }
    for (i = 0; i < options->added_count && !status; i++)
        status = add_new(edit, &options->added[i]);
    return status;
}

enum qn_status qn_trailer_edit(struct qn_ctx *ctx, struct qn_bytes message,
                               const struct qn_trailer_edit *options,
                               struct qn_buf *out)
{
    struct edit edit = {
        .ctx = ctx, .options = options, .separators = ":", .comment = "#"};
    struct qn_trailer_form form = {.is_known = is_known, .data = &edit};
    const char *comment = NULL;
    struct qn_bytes block;
    size_t start, i;
    enum qn_status status;

    if (options->config) {
        comment = qn_config_string(
            options->config, "core.commentstring",
            qn_config_string(options->config, "core.commentchar", NULL));
        if (comment && *comment && strcmp(comment, "auto") != 0)
            edit.comment = comment;
    }
    status = configure(&edit);
    form.separators = edit.separators;
    form.comment = edit.comment;
    form.ignores_divider = options->ignores_divider;
    block = qn_trailer_find_block_as(message, &form);
    start = message.size > 0 ? (size_t)(block.data - message.data) : 0;
    if (!status)
        status = read_block(&edit, block);
    if (!status && !options->only_input)
        status = add_all(&edit);
    if (!status && !options->only_trailers)
        status = append_head(&edit, qn_bytes_first(message, start),
                             block.size > 0, out);
    for (i = 0; i < edit.count && !status; i++)
        status = append_item(&edit, &edit.items[i], out);
    if (!status && !options->only_trailers)
        status = qn_buf_append_bytes(
            ctx, out, qn_bytes_from(message, start + block.size));
    dispose(&edit);
    return status;
}
