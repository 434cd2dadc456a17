/* SPDX-License-Identifier: MIT */
#include "path/attributes.h"

#include "base/env.h"
#include "base/map.h"
#include "base/memory.h"
#include "os/file.h"
#include "path/attribute_rules.h"
#include "path/directory_file.h"

/* A directory on the way to the path last asked about. */
struct frame {
    size_t path_size; /* "a/b/" with its slash; 0: the top */
    struct qn_attribute_rules rules;
};

/* A rule, and how many of its settings are still to be looked at. */
struct cursor {
    const struct qn_attribute_rule *rule;
    size_t left;
};

struct qn_attributes {
    struct qn_directory_file reader;
    struct qn_repo *repo;
    enum qn_attributes_source source;
    struct qn_id tree;
    bool folds_case;
    struct qn_attribute_names names;
    struct qn_attribute_rules builtin, system, user, info;
    bool has_info;
    struct frame *frames;
    size_t depth;
    size_t made_count;
    size_t frame_capacity;
    struct qn_buf path;
    struct qn_buf name;
    struct qn_buf text;

    /* The answer to the last path. */
    struct qn_attribute_state_of *states; /* one for each name */
    size_t state_capacity;
    size_t touched_count;   /* names that were decided */
    struct cursor *pending; /* rules left for a macro's */
    size_t pending_capacity;
    char mode_text[8];
};

static enum qn_status read_directory(struct qn_ctx *ctx,
                                     struct qn_attributes *attributes,
                                     struct qn_bytes name, bool *found)
{
    struct qn_directory_file *reader = &attributes->reader;
    struct qn_buf *text = &attributes->text;
    enum qn_status status = QN_OK;

    *found = false;
    qn_buf_clear(text);
    switch (attributes->source) {
    case QN_ATTRIBUTES_TREE:
        return qn_directory_file_from_tree(ctx, reader, &attributes->tree, name,
                                           text, found);
    case QN_ATTRIBUTES_INDEX:
        return qn_directory_file_from_index(ctx, reader, name, false, text,
                                            found);
    case QN_ATTRIBUTES_INDEX_FIRST:
        status =
            qn_directory_file_from_index(ctx, reader, name, false, text, found);
        if (!status && !*found)
            status = qn_directory_file_from_work_tree(ctx, reader, name, text,
                                                      found);
        return status;
    case QN_ATTRIBUTES_WORK_TREE:
        break;
    }
    status = qn_directory_file_from_work_tree(ctx, reader, name, text, found);
    if (!status && !*found)
        status =
            qn_directory_file_from_index(ctx, reader, name, false, text, found);
    return status;
}

static enum qn_status push_frame(struct qn_ctx *ctx,
                                 struct qn_attributes *attributes,
                                 struct qn_bytes path, size_t size)
{
    struct frame *frame;
    bool found;
    enum qn_status status =
        qn_memory_grow(ctx, &attributes->frames, &attributes->frame_capacity,
                       attributes->depth + 1, sizeof(*attributes->frames));

    if (status)
        return status;
    frame = &attributes->frames[attributes->depth];
    if (attributes->depth == attributes->made_count) {
        memset(frame, 0, sizeof(*frame));
        attributes->made_count++;
    }
    qn_attribute_rules_reset(&frame->rules);
    frame->path_size = size;
    qn_buf_clear(&attributes->path);
    status = qn_buf_append(ctx, &attributes->path, path.data, size);
    qn_buf_clear(&attributes->name);
    if (!status)
        status = qn_buf_append(ctx, &attributes->name, path.data, size);
    if (!status)
        status = qn_buf_append_string(ctx, &attributes->name, ".gitattributes");
    if (!status)
        status = read_directory(ctx, attributes,
                                qn_buf_bytes(&attributes->name), &found);
    if (!status && found)
        status = qn_attribute_rules_parse(
            ctx, &frame->rules, &attributes->names,
            qn_buf_bytes(&attributes->text), qn_buf_string(&attributes->name),
            size == 0);
    if (!status)
        attributes->depth++;
    return status;
}

static enum qn_status read_file(struct qn_ctx *ctx,
                                struct qn_attributes *attributes,
                                const char *path,
                                struct qn_attribute_rules *rules)
{
    bool found;
    enum qn_status status;

    qn_buf_clear(&attributes->text);
    status = qn_directory_file_from_disk(ctx, path, &attributes->text, &found);
    if (!status && found)
        status = qn_attribute_rules_parse(ctx, rules, &attributes->names,
                                          qn_buf_bytes(&attributes->text), path,
                                          true);
    return status;
}

/* In the order in which Git learns of names, which `check-attr -a` shows. */
static enum qn_status read_standard(struct qn_ctx *ctx,
                                    struct qn_attributes *attributes)
{
    struct qn_buf path = QN_BUF_INIT;
    const char *system = qn_env_variable(qn_ctx_env(ctx), "GIT_ATTR_NOSYSTEM");
    enum qn_status status = qn_attribute_rules_parse(
        ctx, &attributes->builtin, &attributes->names,
        QN_BYTES("[attr]binary -diff -merge -text\n"), "[builtin]", true);

    if (!status && (!system || strcmp(system, "0") == 0 || !*system))
        status = read_file(ctx, attributes, "/etc/gitattributes",
                           &attributes->system);
    if (!status)
        status = qn_directory_file_user_path(
            ctx, attributes->repo, "core.attributesfile", "attributes", &path);
    if (!status && path.size > 0)
        status =
            read_file(ctx, attributes, qn_buf_string(&path), &attributes->user);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_attributes_new(struct qn_ctx *ctx, struct qn_repo *repo,
                                 enum qn_attributes_source source,
                                 const struct qn_index *index,
                                 const struct qn_id *tree,
                                 struct qn_attributes **out)
{
    struct qn_attributes *attributes =
        qn_memory_calloc(ctx, 1, sizeof(*attributes));
    enum qn_status status;

    if (!attributes)
        return QN_NO_MEMORY;
    attributes->repo = repo;
    attributes->reader.repo = repo;
    attributes->reader.index = index;
    attributes->source = source;
    if (tree)
        attributes->tree = *tree;
    status = QN_OK;
    if (source == QN_ATTRIBUTES_WORK_TREE) {
        bool found = false;

        status = qn_repo_attribute_source(ctx, repo, &attributes->tree, &found);
        if (found)
            attributes->source = QN_ATTRIBUTES_TREE;
    }
    if (!status)
        status = qn_config_bool(ctx, qn_repo_config(repo), "core.ignorecase",
                                false, &attributes->folds_case);
    if (!status)
        status = read_standard(ctx, attributes);
    if (status)
        qn_attributes_free(attributes);
    else
        *out = attributes;
    return status;
}

void qn_attributes_free(struct qn_attributes *attributes)
{
    if (!attributes)
        return;
    for (size_t i = 0; i < attributes->made_count; i++)
        qn_attribute_rules_dispose(&attributes->frames[i].rules);
    qn_memory_free(attributes->frames);
    qn_attribute_rules_dispose(&attributes->builtin);
    qn_attribute_rules_dispose(&attributes->system);
    qn_attribute_rules_dispose(&attributes->user);
    qn_attribute_rules_dispose(&attributes->info);
    qn_map_dispose(&attributes->names.map);
    qn_directory_file_dispose(&attributes->reader);
    qn_buf_dispose(&attributes->path);
    qn_buf_dispose(&attributes->name);
    qn_buf_dispose(&attributes->text);
    qn_memory_free(attributes->states);
    qn_memory_free(attributes->pending);
    qn_memory_free(attributes);
}

static enum qn_status enter(struct qn_ctx *ctx,
                            struct qn_attributes *attributes,
                            struct qn_bytes path)
{
    enum qn_status status = QN_OK;
    size_t at;

    while (attributes->depth > 1) {
        size_t size = attributes->frames[attributes->depth - 1].path_size;

        if (path.size > size &&
            memcmp(path.data, attributes->path.data, size) == 0)
            break;
        attributes->depth--;
    }
    if (attributes->depth == 0)
        status = push_frame(ctx, attributes, path, 0);
    at = status ? 0 : attributes->frames[attributes->depth - 1].path_size;
    for (; at < path.size && !status; at++) {
        if (path.data[at] == '/' && at + 1 < path.size)
            status = push_frame(ctx, attributes, path, at + 1);
    }
    if (!status && !attributes->has_info) {
        struct qn_buf name = QN_BUF_INIT;

        attributes->has_info = true;
        status = qn_repo_path(ctx, attributes->repo, "info/attributes", &name);
        if (!status)
            status = read_file(ctx, attributes, qn_buf_string(&name),
                               &attributes->info);
        qn_buf_dispose(&name);
    }
    return status;
}

/* What a rule says counts for names that nothing stronger spoke of.  Settings
 * count from the last to the first; a macro that is set brings its own list
 * along at its place. */
static enum qn_status apply_rule(struct qn_ctx *ctx,
                                 struct qn_attributes *attributes,
                                 const struct qn_attribute_rule *rule)
{
    struct cursor at = {rule, rule->count};
    size_t pending = 0;

    for (;;) {
        const struct qn_attribute_setting *setting;
        struct qn_attribute_state_of *state;
        enum qn_status status;

        if (at.left == 0) {
            if (pending == 0)
                return QN_OK;
            at = attributes->pending[--pending];
            continue;
        }
        setting = &at.rule->settings[--at.left];
        state = &attributes->states[setting->name];
        if (state->is_decided)
            continue;
        state->is_decided = true;
        state->state = setting->state;
        state->value = setting->value;
        attributes->touched_count++;
        if (setting->state != QN_ATTRIBUTE_SET || !state->macro)
            continue;
        status = qn_memory_grow(ctx, &attributes->pending,
                                &attributes->pending_capacity, pending + 1,
                                sizeof(*attributes->pending));
        if (status)
            return status;
        attributes->pending[pending++] = at;
        at = (struct cursor){state->macro, state->macro->count};
    }
}

static enum qn_status apply_rules(struct qn_ctx *ctx,
                                  struct qn_attributes *attributes,
                                  const struct qn_attribute_rules *rules,
                                  struct qn_bytes path, bool is_directory)
{
    size_t slash = qn_bytes_find_last(path, '/');
    struct qn_bytes base =
        slash == path.size ? path : qn_bytes_from(path, slash + 1);

    for (size_t i = rules->count; i-- > 0;) {
        const struct qn_attribute_rule *rule = &rules->items[i];
        enum qn_status status;

        if (rule->is_macro ||
            !qn_path_pattern_matches(&rule->pattern, path, base, is_directory,
                                     attributes->folds_case))
            continue;
        status = apply_rule(ctx, attributes, rule);
        if (status)
            return status;
    }
    return QN_OK;
}

/* The strongest definition of each macro. */
static void note_macros(struct qn_attributes *attributes,
                        const struct qn_attribute_rules *rules)
{
    for (size_t i = rules->macro_count > 0 ? rules->count : 0; i-- > 0;) {
        const struct qn_attribute_rule *rule = &rules->items[i];

        if (rule->is_macro && !attributes->states[rule->macro].macro)
            attributes->states[rule->macro].macro = rule;
    }
}

static enum qn_status collect(struct qn_ctx *ctx,
                              struct qn_attributes *attributes,
                              struct qn_bytes path)
{
    size_t count;
    bool is_directory = false;
    enum qn_status status = enter(ctx, attributes, path);

    if (status)
        return status;
    if (path.size > 0 && path.data[path.size - 1] == '/') {
        is_directory = true;
        path.size--;
    }
    count = attributes->names.map.count;
    status =
        qn_memory_grow(ctx, &attributes->states, &attributes->state_capacity,
                       count + 1, sizeof(*attributes->states));
    if (status)
        return status;
    memset(attributes->states, 0, count * sizeof(*attributes->states));
    attributes->touched_count = 0;
    note_macros(attributes, &attributes->info);
    if (attributes->depth > 0)
        note_macros(attributes, &attributes->frames[0].rules);
    note_macros(attributes, &attributes->user);
    note_macros(attributes, &attributes->system);
    note_macros(attributes, &attributes->builtin);
    status =
        apply_rules(ctx, attributes, &attributes->info, path, is_directory);
    for (size_t i = attributes->depth; i-- > 0 && !status;) {
        const struct frame *frame = &attributes->frames[i];

        if (frame->rules.count > 0)
            status = apply_rules(ctx, attributes, &frame->rules,
                                 qn_bytes_from(path, frame->path_size),
                                 is_directory);
    }
    if (!status)
        status =
            apply_rules(ctx, attributes, &attributes->user, path, is_directory);
    if (!status)
        status = apply_rules(ctx, attributes, &attributes->system, path,
                             is_directory);
    return status;
}

/* builtin_objectmode: what kind of file it is. */
static enum qn_status get_mode(struct qn_ctx *ctx,
                               struct qn_attributes *attributes,
                               struct qn_bytes path, struct qn_attribute *out)
{
    struct qn_buf full = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    const char *text = NULL;
    enum qn_status status = QN_OK;

    out->state = QN_ATTRIBUTE_UNSPECIFIED;
    if (attributes->source != QN_ATTRIBUTES_WORK_TREE) {
        bool found = false;
        size_t i =
            attributes->reader.index
                ? qn_index_find(attributes->reader.index, path, 0, &found)
                : 0;

        if (found) {
            unsigned mode = qn_index_peek(attributes->reader.index, i)->mode;

            for (int digit = 5; digit >= 0; digit--, mode >>= 3)
                attributes->mode_text[digit] = (char)('0' + (mode & 7));
            attributes->mode_text[6] = '\0';
            text = attributes->mode_text;
        }
    } else {
        status = qn_repo_work_path(ctx, attributes->repo, path, &full);
        if (!status)
            status = qn_file_lstat(ctx, qn_buf_string(&full), &stat);
        if (status)
            goto out;
        switch (stat.kind) {
        case QN_FILE_NONE:
            status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                                 "unable to stat '%.*s': No such file or "
                                 "directory",
                                 QN_BYTES_ARG(path));
            goto out;
        case QN_FILE_DIRECTORY:
            text = "040000";
            break;
        case QN_FILE_SYMLINK:
            text = "120000";
            break;
        default:
            text = stat.mode & 0100 ? "100755" : "100644";
        }
    }
    if (text) {
        out->state = QN_ATTRIBUTE_VALUE;
        out->value = text;
    }
out:
    qn_buf_dispose(&full);
    return status;
}

enum qn_status qn_attributes_get(struct qn_ctx *ctx,
                                 struct qn_attributes *attributes,
                                 struct qn_bytes path,
                                 struct qn_attribute *wanted, size_t count)
{
    enum qn_status status = collect(ctx, attributes, path);

    for (size_t i = 0; i < count && !status; i++) {
        const struct qn_map_item *item;
        const struct qn_attribute_state_of *state;

        wanted[i].state = QN_ATTRIBUTE_UNSPECIFIED;
        wanted[i].value = NULL;
        if (strcmp(wanted[i].name, "builtin_objectmode") == 0) {
            status = get_mode(ctx, attributes, path, &wanted[i]);
            continue;
        }
        if (attributes->touched_count == 0)
            continue;
        item = qn_map_find(&attributes->names.map,
                           qn_bytes_from_string(wanted[i].name));
        if (!item)
            continue;
        state = &attributes->states[item->number];
        if (state->is_decided) {
            wanted[i].state = state->state;
            wanted[i].value = state->value;
        }
    }
    return status;
}

enum qn_status
qn_attributes_all(struct qn_ctx *ctx, struct qn_attributes *attributes,
                  struct qn_bytes path,
                  enum qn_status (*each)(struct qn_ctx *ctx, void *data,
                                         const struct qn_attribute *attribute),
                  void *data)
{
    enum qn_status status = collect(ctx, attributes, path);
    size_t count = status ? 0 : attributes->names.map.count;

    for (size_t i = 0; i < count && !status; i++) {
        const struct qn_attribute_state_of *state = &attributes->states[i];
        struct qn_attribute attribute;

        if (!state->is_decided || state->state == QN_ATTRIBUTE_UNSPECIFIED)
            continue;
        attribute.name = (const char *)attributes->names.map.items[i].key.data;
        attribute.state = state->state;
        attribute.value = state->value;
        status = each(ctx, data, &attribute);
    }
    return status;
}
