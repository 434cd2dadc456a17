/* SPDX-License-Identifier: MIT */
#include "merge/tree_merge.h"

#include "base/memory.h"
#include "diff/options.h"
#include "merge/merge_state.h"
#include "object/commit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_RECURSION 64

static enum qn_status read_style(struct qn_ctx *ctx,
                                 struct qn_tree_merge_options *options,
                                 const struct qn_config *config)
{
    const char *style =
        qn_config_string(config, "merge.conflictstyle", "merge");

    if (!strcmp(style, "diff3"))
        options->style = QN_TEXT_MERGE_DIFF3;
    else if (!strcmp(style, "zdiff3"))
        options->style = QN_TEXT_MERGE_ZDIFF3;
    else if (strcmp(style, "merge"))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "unknown style '%s' given for 'merge.conflictstyle'",
                           style);
    return QN_OK;
}

enum qn_status qn_tree_merge_options_init(struct qn_ctx *ctx,
                                          struct qn_tree_merge_options *options,
                                          const struct qn_config *config)
{
    const char *directories;
    int64_t limit = 0;
    bool renames = true;
    bool flag;
    enum qn_status status;

    memset(options, 0, sizeof(*options));
    options->diff.algorithm = QN_TEXT_DIFF_HISTOGRAM;
    if (!config)
        return QN_OK;
    options->config = config;
    options->default_driver = qn_config_string(config, "merge.default", NULL);
    status = read_style(ctx, options, config);
    if (!status)
        status = qn_config_int64(ctx, config, "diff.renamelimit", 0, &limit);
    if (!status)
        status =
            qn_config_int64(ctx, config, "merge.renamelimit", limit, &limit);
    if (status)
        return status;
    options->rename_limit = limit > 0 ? (uint32_t)limit : 0;
    directories = qn_config_string(config, "diff.renames", "true");
    if (qn_config_parse_bool(directories, &flag))
        renames = flag;
    directories =
        qn_config_string(config, "merge.renames", renames ? "true" : "false");
    if (qn_config_parse_bool(directories, &flag))
        renames = flag;
    options->skips_renames = !renames;
    directories =
        qn_config_string(config, "merge.directoryrenames", "conflict");
    if (qn_config_parse_bool(directories, &flag))
        options->directory_renames =
            flag ? QN_TREE_MERGE_DIRECTORY_APPLY : QN_TREE_MERGE_DIRECTORY_NONE;
    return QN_OK;
}

static const char *value_of(const char *text, const char *name)
{
    size_t size = strlen(name);

    return !strncmp(text, name, size) ? text + size : NULL;
}

static enum qn_status set_flag(struct qn_tree_merge_options *options,
                               const char *text)
{
    static const struct {
        const char *name;
        unsigned flag;
    } flags[] = {
        {"ignore-space-change", QN_TEXT_DIFF_IGNORE_SPACE_CHANGE},
        {"ignore-all-space", QN_TEXT_DIFF_IGNORE_ALL_SPACE},
        {"ignore-space-at-eol", QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL},
        {"ignore-cr-at-eol", QN_TEXT_DIFF_IGNORE_CR_AT_EOL},
    };
    size_t i;

    for (i = 0; i < QN_COUNT_OF(flags); i++)
        if (!strcmp(text, flags[i].name)) {
            options->diff.flags |= flags[i].flag;
            return QN_OK;
        }
    return QN_NOT_FOUND;
}

enum qn_status qn_tree_merge_options_set(struct qn_tree_merge_options *options,
                                         const char *text)
{
    const char *value;

    if (!strcmp(text, "ours"))
        options->favor = QN_TEXT_MERGE_OURS;
    else if (!strcmp(text, "theirs"))
        options->favor = QN_TEXT_MERGE_THEIRS;
    else if (!strcmp(text, "patience"))
        options->diff.algorithm = QN_TEXT_DIFF_PATIENCE;
    else if (!strcmp(text, "histogram"))
        options->diff.algorithm = QN_TEXT_DIFF_HISTOGRAM;
    else if ((value = value_of(text, "diff-algorithm=")) != NULL)
        return qn_diff_options_algorithm(value, &options->diff.algorithm)
                   ? QN_OK
                   : QN_NOT_FOUND;
    else if (!strcmp(text, "no-renormalize"))
        options->renormalizes = false;
    else if (!strcmp(text, "renormalize"))
        options->renormalizes = true;
    else if (!strcmp(text, "subtree"))
        options->subtree = "";
    else if ((value = value_of(text, "subtree=")) != NULL)
        options->subtree = value;
    else if (!strcmp(text, "no-renames"))
        options->skips_renames = true;
    else if (!strcmp(text, "find-renames")) {
        options->skips_renames = false;
        options->minimum_score = 0;
    } else if ((value = value_of(text, "find-renames=")) != NULL ||
               (value = value_of(text, "rename-threshold=")) != NULL) {
        size_t used;

        options->skips_renames = false;
        options->minimum_score = qn_rename_parse_score(value, &used);
        return value[used] ? QN_NOT_FOUND : QN_OK;
    } else {
        return set_flag(options, text);
    }
    return QN_OK;
}

void qn_tree_merge_result_dispose(struct qn_tree_merge_result *result)
{
    qn_memory_free(result->conflicts);
    qn_memory_free(result->messages);
    qn_memory_free(result->submodules);
    qn_arena_dispose(&result->arena);
    memset(result, 0, sizeof(*result));
}

/* ---- the state */

struct qn_merge_path *qn_merge_state_find(const struct qn_merge_state *m,
                                          struct qn_bytes path)
{
    const struct qn_map_item *item = qn_map_find(&m->paths, path);

    return item ? item->value : NULL;
}

struct qn_merge_path *qn_merge_state_path(struct qn_merge_state *m,
                                          struct qn_bytes path)
{
    struct qn_map_item *item = qn_map_put(m->ctx, &m->paths, path, NULL);
    struct qn_merge_path *made;
    int i;

    if (!item)
        return NULL;
    if (item->value)
        return item->value;
    made = qn_arena_calloc(m->ctx, &m->arena, 1, sizeof(*made));
    if (!made)
        return NULL;
    made->path = item->key;
    for (i = 0; i < 3; i++)
        made->names[i] = item->key;
    item->value = made;
    return made;
}

struct qn_bytes qn_merge_state_directory(struct qn_bytes path)
{
    size_t slash = qn_bytes_find_last(path, '/');

    return qn_bytes_first(path, slash == path.size ? 0 : slash);
}

enum qn_status qn_merge_state_unique(struct qn_merge_state *m,
                                     struct qn_bytes path, const char *label,
                                     struct qn_bytes *out)
{
    struct qn_buf name = QN_BUF_INIT;
    unsigned number = 0;
    enum qn_status status;
    size_t base;
    size_t i;
    char *copy;

    status = qn_buf_printf(m->ctx, &name, "%.*s~%s", QN_BYTES_ARG(path), label);
    base = name.size;
    for (i = path.size; i < base && !status; i++)
        if (name.data[i] == '/')
            name.data[i] = '_';
    while (!status && qn_merge_state_find(m, qn_buf_bytes(&name))) {
        qn_buf_truncate(&name, base);
        status = qn_buf_printf(m->ctx, &name, "_%u", number++);
    }
    if (!status) {
        copy = qn_arena_copy(m->ctx, &m->arena, qn_buf_bytes(&name));
        if (copy)
            *out = qn_bytes_make(copy, name.size);
        else
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status copy_bytes(struct qn_merge_state *m, struct qn_bytes from,
                                 struct qn_bytes *out)
{
    char *copy = qn_arena_copy(m->ctx, &m->told->arena, from);

    if (!copy)
        return QN_NO_MEMORY;
    *out = qn_bytes_make(copy, from.size);
    return QN_OK;
}

enum qn_status qn_merge_state_say(struct qn_merge_state *m,
                                  struct qn_bytes path, const char *type,
                                  const struct qn_bytes *paths,
                                  size_t path_count, const char *format, ...)
{
    struct qn_tree_merge_result *result = m->told;
    struct qn_tree_merge_message message = {.type = type};
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    va_list arguments;
    size_t i;

    if (m->depth && m->options->verbosity < 5)
        return QN_OK;
    status = m->depth ? qn_buf_printf(m->ctx, &text, "  From inner merge:%*s",
                                      (int)(2 * m->depth), "")
                      : QN_OK;
    va_start(arguments, format);
    if (!status)
        status = qn_buf_vprintf(m->ctx, &text, format, arguments);
    va_end(arguments);
    if (!status)
        status = copy_bytes(m, qn_buf_bytes(&text), &message.text);
    qn_buf_dispose(&text);
    if (!status)
        status = copy_bytes(m, path, &message.path);
    if (status)
        return status;
    message.paths = qn_arena_calloc(m->ctx, &result->arena, path_count + 1,
                                    sizeof(*message.paths));
    if (!message.paths)
        return QN_NO_MEMORY;
    for (i = 0; i < path_count && !status; i++)
        status = copy_bytes(m, paths[i], &message.paths[i]);
    message.path_count = path_count;
    if (!status)
        status =
            qn_memory_grow(m->ctx, &result->messages, &result->message_capacity,
                           result->message_count + 1, sizeof(message));
    if (!status)
        result->messages[result->message_count++] = message;
    return status;
}

/* By path, and in the order said; few enough to insert one by one. */
static void sort_messages(struct qn_tree_merge_result *result)
{
    size_t i;
    size_t j;

    for (i = 1; i < result->message_count; i++) {
        struct qn_tree_merge_message message = result->messages[i];

        for (j = i; j > 0 && qn_bytes_compare(result->messages[j - 1].path,
                                              message.path) > 0;
             j--)
            result->messages[j] = result->messages[j - 1];
        result->messages[j] = message;
    }
}

static void state_dispose(struct qn_merge_state *m)
{
    size_t j;
    int i;

    for (i = 0; i < 3; i++) {
        qn_memory_free(m->sources[i].items);
        qn_memory_free(m->destinations[i].items);
        qn_memory_free(m->renames[i].items);
        qn_memory_free(m->postponed[i]);
        qn_map_dispose(&m->removed[i]);
        for (j = 0; j < m->counts[i].count; j++)
            if (m->counts[i].items[j].value)
                qn_map_dispose(m->counts[i].items[j].value);
        qn_map_dispose(&m->counts[i]);
        qn_map_dispose(&m->moves[i]);
        qn_buf_dispose(&m->texts[i]);
    }
    qn_buf_dispose(&m->merged);
    qn_map_dispose(&m->paths);
    qn_arena_dispose(&m->arena);
}

struct labels {
    const char *base, *ours, *theirs;
};

/* Theirs and the base, each put where it belongs in ours. */
static enum qn_status shift_trees(struct qn_merge_state *m,
                                  const struct qn_id *trees[3],
                                  struct qn_id shifted[2])
{
    enum qn_status status;

    if (!m->options->subtree)
        return QN_OK;
    status = qn_merge_subtree_shift(m, trees[1], trees[2], &shifted[1]);
    if (status)
        return status;
    trees[2] = &shifted[1];
    if (!trees[0])
        return QN_OK;
    status = qn_merge_subtree_shift(m, trees[1], trees[0], &shifted[0]);
    trees[0] = &shifted[0];
    return status;
}

/* `told`: where the messages go; that of the merge that was asked for. */
struct merge_place {
    const struct labels *labels;
    unsigned depth;
    struct qn_tree_merge_result *told;
};

static enum qn_status merge_once(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *trees[3],
                                 const struct qn_tree_merge_options *options,
                                 const struct merge_place *place,
                                 struct qn_tree_merge_result *out)
{
    const struct labels *labels = place->labels;
    struct qn_id shifted[2];
    struct qn_merge_state m = {.ctx = ctx,
                               .odb = odb,
                               .options = options,
                               .algorithm = qn_odb_algorithm(odb),
                               .depth = place->depth,
                               .result = out,
                               .told = place->told};
    enum qn_status status;

    m.labels[0] = labels->base;
    m.labels[1] = labels->ours;
    m.labels[2] = labels->theirs;
    out->is_clean = true;
    status = shift_trees(&m, trees, shifted);
    if (!status)
        status = qn_merge_walk_run(&m, trees);
    if (!status)
        status = qn_merge_renames_run(&m);
    if (!status)
        status = qn_merge_directories_run(&m);
    if (!status)
        status = qn_merge_apply_run(&m);
    if (!status)
        status = qn_merge_resolve_run(&m);
    if (!m.depth)
        sort_messages(out);
    state_dispose(&m);
    return status;
}

enum qn_status qn_tree_merge_trees(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_id *base,
                                   const struct qn_id *ours,
                                   const struct qn_id *theirs,
                                   const struct qn_tree_merge_options *options,
                                   struct qn_tree_merge_result *out)
{
    const struct qn_id *trees[3] = {base, ours, theirs};
    struct labels labels = {options->base_label ? options->base_label
                                                : "empty tree",
                            options->our_label, options->their_label};

    struct merge_place place = {.labels = &labels, .told = out};

    memset(out, 0, sizeof(*out));
    return merge_once(ctx, odb, trees, options, &place, out);
}

/* ---- commits */

struct recursion {
    struct qn_ctx *ctx;
    const struct qn_revision_scope *scope;
    const struct qn_tree_merge_options *options;
    struct qn_tree_merge_result *told;
};

/* A commit, or one made up of several: its tree, and the real ones it stands
 * on. */
struct head {
    struct qn_id tree;
    struct qn_id *commits;
    size_t count, capacity;
};

static enum qn_status read_tree_of(struct recursion *r, const struct qn_id *id,
                                   struct qn_id *tree)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    enum qn_status status =
        qn_odb_read_typed(r->ctx, r->scope->odb, id, QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(r->ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(r->scope->odb), &commit);
    if (!status)
        *tree = commit.tree;
    qn_object_dispose(&object);
    return status;
}

static enum qn_status add_commit(struct recursion *r, struct head *head,
                                 const struct qn_id *id)
{
    enum qn_status status =
        qn_memory_grow(r->ctx, &head->commits, &head->capacity, head->count + 1,
                       sizeof(*head->commits));

    if (!status)
        head->commits[head->count++] = *id;
    return status;
}

static enum qn_status merge_heads(struct recursion *r, const struct head *one,
                                  const struct head *two, unsigned depth,
                                  size_t *base_count,
                                  struct qn_tree_merge_result *out);

/* Fold several bases into one tree, oldest first. */
static enum qn_status fold_bases(struct recursion *r,
                                 const struct qn_id_list *bases, unsigned depth,
                                 struct qn_id *tree)
{
    struct head all = {.count = 0};
    enum qn_status status;
    size_t i;

    status = read_tree_of(r, &bases->ids[bases->count - 1], &all.tree);
    if (!status)
        status = add_commit(r, &all, &bases->ids[bases->count - 1]);
    for (i = bases->count - 1; i > 0 && !status; i--) {
        struct head next = {.count = 0};
        struct qn_tree_merge_result result = {.is_clean = true};

        status = read_tree_of(r, &bases->ids[i - 1], &next.tree);
        if (!status)
            status = add_commit(r, &next, &bases->ids[i - 1]);
        if (!status)
            status = merge_heads(r, &all, &next, depth + 1, NULL, &result);
        if (!status)
            all.tree = result.tree;
        if (!status)
            status = add_commit(r, &all, &bases->ids[i - 1]);
        qn_tree_merge_result_dispose(&result);
        qn_memory_free(next.commits);
    }
    *tree = all.tree;
    qn_memory_free(all.commits);
    return status;
}

static enum qn_status name_base(struct recursion *r,
                                const struct qn_id_list *bases, char *name,
                                size_t size)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status;

    if (bases->count != 1) {
        snprintf(name, size, "%s",
                 bases->count ? "merged common ancestors" : "empty tree");
        return QN_OK;
    }
    status =
        qn_odb_abbreviate(r->ctx, r->scope->odb, &bases->ids[0], 0, &digits);
    qn_id_to_hex(&bases->ids[0], hex);
    snprintf(name, size, "%.*s", (int)digits, hex);
    return status;
}

/* `two` is one real commit. */
static enum qn_status merge_heads(struct recursion *r, const struct head *one,
                                  const struct head *two, unsigned depth,
                                  size_t *base_count,
                                  struct qn_tree_merge_result *out)
{
    struct qn_id_list bases = {0};
    struct labels labels = {NULL, "Temporary merge branch 1",
                            "Temporary merge branch 2"};
    const struct qn_id *trees[3] = {NULL, &one->tree, &two->tree};
    char name[QN_ID_MAX_HEX_SIZE + 32];
    struct qn_id base;
    enum qn_status status;

    if (depth > MAX_RECURSION)
        return qn_ctx_fail(r->ctx, QN_TOO_BIG,
                           "merge bases are nested too deeply");
    status = qn_merge_base_find(r->ctx, r->scope, &two->commits[0],
                                one->commits, one->count, &bases);
    if (!status)
        status = name_base(r, &bases, name, sizeof(name));
    if (!status && bases.count == 1)
        status = read_tree_of(r, &bases.ids[0], &base);
    else if (!status && bases.count > 1)
        status = fold_bases(r, &bases, depth, &base);
    if (!status) {
        if (bases.count)
            trees[0] = &base;
        labels.base = name;
        if (!depth) {
            labels.ours = r->options->our_label;
            labels.theirs = r->options->their_label;
            if (r->options->base_label)
                labels.base = r->options->base_label;
        }
        if (base_count)
            *base_count = bases.count;
        status =
            merge_once(r->ctx, r->scope->odb, trees, r->options,
                       &(struct merge_place){&labels, depth, r->told}, out);
    }
    qn_id_list_dispose(&bases);
    return status;
}

enum qn_status
qn_tree_merge_commits(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                      const struct qn_id *ours, const struct qn_id *theirs,
                      const struct qn_tree_merge_options *options,
                      size_t *base_count, struct qn_tree_merge_result *out)
{
    struct recursion r = {ctx, scope, options, out};
    struct head one = {.count = 0};
    struct head two = {.count = 0};
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    status = read_tree_of(&r, ours, &one.tree);
    if (!status)
        status = add_commit(&r, &one, ours);
    if (!status)
        status = read_tree_of(&r, theirs, &two.tree);
    if (!status)
        status = add_commit(&r, &two, theirs);
    if (!status)
        status = merge_heads(&r, &one, &two, 0, base_count, out);
    qn_memory_free(one.commits);
    qn_memory_free(two.commits);
    return status;
}
