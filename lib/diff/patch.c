/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "diff/patch_internal.h"
#include "object/tree.h"
#include "text/quote.h"
#include "text/wildmatch.h"

#include <stdlib.h>

#define BIG_FILE_SIZE 536870912 /* core.bigFileThreshold, not set */
#define BINARY_SCAN   8000

static enum qn_status compile_patterns(struct qn_ctx *ctx,
                                       struct qn_patch *patch)
{
    const struct qn_diff_options *options = &patch->options;
    enum qn_status status = QN_OK;
    size_t i;

    if (options->ignore_pattern_count) {
        patch->ignored = qn_memory_calloc(ctx, options->ignore_pattern_count,
                                          sizeof(*patch->ignored));
        if (!patch->ignored)
            return QN_NO_MEMORY;
    }
    for (i = 0; i < options->ignore_pattern_count && !status; i++)
        status = qn_regex_new(
            ctx, qn_bytes_from_string(options->ignore_patterns[i]),
            QN_REGEX_EXTENDED, QN_REGEX_NEWLINE, &patch->ignored[i]);
    if (!status && options->words && options->word_regex)
        status = qn_regex_new(ctx, qn_bytes_from_string(options->word_regex),
                              QN_REGEX_EXTENDED, QN_REGEX_NEWLINE,
                              &patch->word_regex);
    if (!status && (options->pickaxe == QN_DIFF_PICKAXE_REGEX ||
                    options->pickaxe == QN_DIFF_PICKAXE_GREP)) {
        status = qn_regex_new(
            ctx, qn_bytes_from_string(options->pickaxe_text), QN_REGEX_EXTENDED,
            QN_REGEX_NEWLINE |
                (options->pickaxe_ignores_case ? QN_REGEX_FOLD : 0u),
            &patch->pickaxe);
        if (status == QN_INVALID)
            (void)qn_ctx_where(ctx, "invalid regex");
    } else if (!status && options->pickaxe == QN_DIFF_PICKAXE_STRING &&
               options->pickaxe_ignores_case)
        status = qn_regex_new(ctx, qn_bytes_from_string(options->pickaxe_text),
                              QN_REGEX_FIXED, QN_REGEX_FOLD, &patch->pickaxe);
    return status;
}

enum qn_status qn_patch_new(struct qn_ctx *ctx, struct qn_repo *repo,
                            struct qn_odb *odb,
                            const struct qn_diff_options *options,
                            struct qn_attributes *attributes,
                            struct qn_patch **out)
{
    struct qn_patch *patch = qn_memory_calloc(ctx, 1, sizeof(*patch));
    enum qn_status status;

    if (!patch)
        return QN_NO_MEMORY;
    patch->repo = repo;
    patch->odb = odb;
    patch->options = *options;
    patch->attributes = attributes;
    patch->algorithm = odb ? qn_odb_algorithm(odb) : QN_HASH_SHA1;
    qn_similarity_init(&patch->engine, odb, NULL);
    if (options->is_reversed) {
        patch->options.source_prefix = options->destination_prefix;
        patch->options.destination_prefix = options->source_prefix;
    }
    patch->big_size = BIG_FILE_SIZE;
    status = compile_patterns(ctx, patch);
    if (!status && repo)
        status =
            qn_config_int64(ctx, qn_repo_config(repo), "core.bigfilethreshold",
                            BIG_FILE_SIZE, &patch->big_size);
    if (status)
        qn_patch_free(patch);
    else
        *out = patch;
    return status;
}

void qn_patch_free(struct qn_patch *patch)
{
    size_t i;

    if (!patch)
        return;
    qn_patch_driver_free_all(patch);
    qn_buf_dispose(&patch->same);
    qn_attributes_free(patch->own_attributes);
    qn_similarity_dispose(&patch->engine);
    qn_buf_dispose(&patch->texts[0]);
    qn_buf_dispose(&patch->texts[1]);
    qn_buf_dispose(&patch->header);
    qn_buf_dispose(&patch->scratch);
    qn_hunks_dispose(&patch->hunks);
    qn_patch_moved_dispose(&patch->moved);
    qn_submodule_ignore_dispose(&patch->ignore);
    for (i = 0; patch->ignored && i < patch->options.ignore_pattern_count; i++)
        qn_regex_free(patch->ignored[i]);
    qn_memory_free(patch->ignored);
    qn_regex_free(patch->pickaxe);
    qn_regex_free(patch->word_regex);
    qn_diff_list_dispose(&patch->list);
    qn_memory_free(patch);
}

struct qn_diff_options *qn_patch_options(struct qn_patch *patch)
{
    return &patch->options;
}

void qn_patch_set_content(struct qn_patch *patch,
                          const struct qn_diff_content *content)
{
    patch->content = content;
    patch->engine.content = content;
    patch->options.rename.content = content;
}

bool qn_patch_has_problems(const struct qn_patch *patch)
{
    return patch->has_problems;
}

uint32_t qn_patch_needed_limit(const struct qn_patch *patch, bool *was_degraded)
{
    *was_degraded = patch->was_degraded;
    return patch->needed_limit;
}

struct qn_bytes qn_patch_name(const struct qn_patch *patch,
                              struct qn_bytes path)
{
    const char *relative = patch->options.relative;

    if (relative && qn_bytes_has_prefix(path, relative)) {
        path = qn_bytes_from(path, strlen(relative));
        if (path.size && path.data[0] == '/')
            path = qn_bytes_from(path, 1);
    }
    return path;
}

static bool is_side_prefix(const struct qn_patch *patch, const char *prefix)
{
    return prefix == patch->options.source_prefix ||
           prefix == patch->options.destination_prefix;
}

enum qn_status qn_patch_append_name(struct qn_ctx *ctx,
                                    const struct qn_patch *patch,
                                    const char *prefix, struct qn_bytes path,
                                    struct qn_buf *out)
{
    /* --no-index: an absolute path behind a prefix, even an empty one */
    if (path.size && path.data[0] == '/' && is_side_prefix(patch, prefix))
        path = qn_bytes_from(path, 1);
    return qn_quote_path_with(ctx, out, prefix, qn_patch_name(patch, path),
                              patch->options.quotes_high);
}

static size_t common_prefix(struct qn_bytes a, struct qn_bytes b)
{
    size_t size = 0;
    size_t i;

    for (i = 0; i < a.size && i < b.size && a.data[i] == b.data[i]; i++)
        if (a.data[i] == '/')
            size = i + 1;
    return size;
}

/* The common suffix that begins with a slash; it may take the slash that ends
 * the prefix again. */
static size_t common_suffix(struct qn_bytes a, struct qn_bytes b, size_t prefix)
{
    size_t floor = prefix ? prefix - 1 : 0;
    size_t size = 0;
    size_t i;

    for (i = 1; i + floor <= a.size && i + floor <= b.size &&
                a.data[a.size - i] == b.data[b.size - i];
         i++)
        if (a.data[a.size - i] == '/')
            size = i;
    return size;
}

enum qn_status qn_patch_append_rename(struct qn_ctx *ctx,
                                      const struct qn_patch *patch,
                                      struct qn_bytes old_path,
                                      struct qn_bytes new_path,
                                      struct qn_buf *out)
{
    struct qn_bytes a = qn_patch_name(patch, old_path);
    struct qn_bytes b = qn_patch_name(patch, new_path);
    bool high = patch->options.quotes_high;
    enum qn_status status;
    size_t prefix;
    size_t suffix;
    struct qn_bytes middle[2];
    int i;

    if (qn_quote_is_needed(a, high) || qn_quote_is_needed(b, high)) {
        status = qn_quote_path(ctx, out, a, high);
        if (!status)
            status = qn_buf_append_string(ctx, out, " => ");
        return status ? status : qn_quote_path(ctx, out, b, high);
    }
    prefix = common_prefix(a, b);
    suffix = common_suffix(a, b, prefix);
    if (!prefix && !suffix)
        return qn_buf_printf(ctx, out, "%.*s => %.*s", QN_BYTES_ARG(a),
                             QN_BYTES_ARG(b));
    for (i = 0; i < 2; i++) {
        struct qn_bytes path = i ? b : a;

        middle[i] = qn_bytes_from(path, prefix);
        middle[i].size =
            path.size > prefix + suffix ? path.size - prefix - suffix : 0;
    }
    return qn_buf_printf(ctx, out, "%.*s{%.*s => %.*s}%.*s", (int)prefix,
                         (const char *)a.data, QN_BYTES_ARG(middle[0]),
                         QN_BYTES_ARG(middle[1]), (int)suffix,
                         (const char *)a.data + a.size - suffix);
}

enum qn_status qn_patch_append_id(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_id *id, int digits,
                                  struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t full = qn_id_hex_size(patch->algorithm);
    size_t shown = full;
    struct qn_id own = *id;
    enum qn_status status;

    own.algorithm = patch->algorithm;
    qn_id_to_hex(&own, hex);
    if (digits > 0 && qn_id_is_null(id)) {
        shown = (size_t)digits;
    } else if (digits < 0 && qn_id_is_null(id) && patch->null_digits) {
        shown = patch->null_digits;
    } else if (digits != 0 && patch->odb) {
        status = qn_odb_abbreviate(ctx, patch->odb, &own,
                                   digits < 0 ? 0 : (size_t)digits, &shown);
        if (status)
            return status;
        if (digits < 0 && qn_id_is_null(id))
            patch->null_digits = shown;
    } else if (digits != 0) {
        shown = digits < 0 ? 7 : (size_t)digits;
    }
    return qn_buf_append(ctx, out, hex, shown < full ? shown : full);
}

enum qn_status qn_patch_read_side(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_side *side,
                                  struct qn_buf *out)
{
    qn_buf_clear(out);
    if (side->mode == 0)
        return QN_OK;
    return qn_similarity_read(ctx, &patch->engine, side, out);
}

static bool looks_binary(struct qn_bytes text)
{
    struct qn_bytes head = qn_bytes_first(text, BINARY_SCAN);

    return qn_bytes_find(head, 0) < head.size;
}

enum qn_status qn_patch_read_pair(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_pair *pair,
                                  struct qn_patch_path paths[2],
                                  bool *is_binary)
{
    const struct qn_diff_side *sides[2] = {&pair->old_side, &pair->new_side};
    enum qn_status status = QN_OK;
    int i;

    *is_binary = false;
    for (i = 0; i < 2 && !status; i++) {
        paths[i] = (struct qn_patch_path){NULL, -1};
        /* Attributes are of files: a link is its text. */
        if (sides[i]->mode != 0 && !qn_mode_is_file(sides[i]->mode))
            status = QN_OK;
        else if (i == 1 && qn_bytes_is_equal(sides[0]->path, sides[1]->path) &&
                 (sides[0]->mode == 0 || qn_mode_is_file(sides[0]->mode)))
            paths[1] = paths[0];
        else
            status =
                qn_patch_driver_find(ctx, patch, sides[i]->path, &paths[i]);
        if (!status)
            status = qn_patch_read_side(ctx, patch, sides[i], &patch->texts[i]);
        if (status || sides[i]->mode == 0 || patch->options.is_text ||
            qn_patch_command_converts(patch, sides[i], &paths[i]))
            continue;
        if (paths[i].is_binary >= 0)
            *is_binary |= paths[i].is_binary;
        else
            *is_binary |= patch->texts[i].size > (uint64_t)patch->big_size ||
                          looks_binary(qn_buf_bytes(&patch->texts[i]));
    }
    return status;
}

static bool is_ignored_line(struct qn_ctx *ctx, void *data,
                            struct qn_bytes line)
{
    const struct qn_patch *patch = data;
    size_t i;

    for (i = 0; i < patch->options.ignore_pattern_count; i++)
        if (qn_regex_is_match(ctx, patch->ignored[i], line))
            return true;
    return false;
}

void qn_patch_text_options(const struct qn_patch *patch,
                           const struct qn_patch_path paths[2],
                           struct qn_text_diff_options *text,
                           struct qn_hunk_options *hunks)
{
    const struct qn_diff_options *options = &patch->options;
    const struct qn_patch_driver *driver = paths[0].driver;

    if (!driver || !driver->heading_count)
        driver = paths[1].driver;
    *text = options->text;
    memset(hunks, 0, sizeof(*hunks));
    if (!options->algorithm_is_chosen && paths[0].driver &&
        paths[0].driver->algorithm >= 0)
        text->algorithm =
            (enum qn_text_diff_algorithm)paths[0].driver->algorithm;
    if (options->context == 0 && !options->has_function_context)
        text->flags |= QN_TEXT_DIFF_CUT_TAIL;
    hunks->context = options->context;
    hunks->inter_hunk = options->inter_hunk;
    hunks->has_function_context = options->has_function_context;
    hunks->flags = text->flags;
    if (driver && driver->heading_count) {
        hunks->heading = qn_patch_driver_heading;
        hunks->heading_data = (void *)driver;
    }
    if (options->ignore_pattern_count) {
        hunks->is_ignored = is_ignored_line;
        hunks->ignored_data = (void *)patch;
    }
}

/* ---- from trees to the list that is shown */

static void reverse_list(struct qn_diff_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        struct qn_diff_pair *pair = &list->pairs[i];
        struct qn_diff_side side = pair->old_side;

        if (pair->status == QN_DIFF_UNMERGED)
            continue;
        pair->old_side = pair->new_side;
        pair->new_side = side;
        if (pair->status == QN_DIFF_ADDED)
            pair->status = QN_DIFF_DELETED;
        else if (pair->status == QN_DIFF_DELETED)
            pair->status = QN_DIFF_ADDED;
    }
}

static bool is_wanted_letter(const char *filter,
                             const struct qn_diff_pair *pair)
{
    char upper = pair->status;
    char lower = (char)(upper - 'A' + 'a');
    bool has_include = false;
    bool includes = false;
    const char *at;

    for (at = filter; *at; at++) {
        if (*at == lower)
            return false;
        if (*at >= 'A' && *at <= 'Z')
            has_include = true;
        if (*at == upper || (*at == 'B' && pair->is_broken))
            includes = true;
    }
    return !has_include || includes;
}

static void filter_list(const char *filter, struct qn_diff_list *list)
{
    bool all_or_none = strchr(filter, '*') != NULL;
    bool has_star_match = false;
    size_t kept = 0;
    size_t i;

    if (all_or_none) {
        for (i = 0; i < list->count; i++)
            has_star_match |= strchr(filter, list->pairs[i].status) != NULL;
        if (!has_star_match)
            list->count = 0;
        return;
    }
    for (i = 0; i < list->count; i++)
        if (is_wanted_letter(filter, &list->pairs[i]))
            list->pairs[kept++] = list->pairs[i];
    list->count = kept;
}

/* -O: the first pattern that matches the path or a leading part of it. */
static size_t order_of(const struct qn_diff_options *options,
                       const struct qn_diff_pair *pair)
{
    size_t i;

    for (i = 0; i < options->order_count; i++) {
        struct qn_bytes pattern = qn_bytes_from_string(options->order[i]);
        struct qn_bytes path = pair->new_side.path;

        for (;;) {
            size_t slash;

            if (qn_wildmatch_matches(pattern, path, 0))
                return i;
            slash = qn_bytes_find_last(path, '/');
            if (slash == path.size)
                break;
            path.size = slash;
        }
    }
    return options->order_count;
}

/* Insertion by rank: stable, and lists with an order file are short. */
static enum qn_status order_list(struct qn_ctx *ctx,
                                 const struct qn_diff_options *options,
                                 struct qn_diff_list *list)
{
    struct qn_diff_pair *sorted;
    size_t *ranks;
    size_t used = 0;
    size_t rank;
    size_t i;

    sorted = qn_memory_array(ctx, list->count + 1, sizeof(*sorted));
    ranks = qn_memory_array(ctx, list->count + 1, sizeof(*ranks));
    if (!sorted || !ranks) {
        qn_memory_free(sorted);
        qn_memory_free(ranks);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < list->count; i++)
        ranks[i] = order_of(options, &list->pairs[i]);
    for (rank = 0; rank <= options->order_count; rank++)
        for (i = 0; i < list->count; i++)
            if (ranks[i] == rank)
                sorted[used++] = list->pairs[i];
    memcpy(list->pairs, sorted, list->count * sizeof(*sorted));
    qn_memory_free(sorted);
    qn_memory_free(ranks);
    return QN_OK;
}

static enum qn_status rotate_list(struct qn_ctx *ctx,
                                  const struct qn_diff_options *options,
                                  struct qn_diff_list *list)
{
    const char *wanted =
        options->rotate_to ? options->rotate_to : options->skip_to;
    struct qn_diff_pair *copy;
    size_t i;

    for (i = 0; i < list->count; i++)
        if (qn_bytes_is_string(list->pairs[i].new_side.path, wanted))
            break;
    if (i == list->count)
        return list->count == 0 || !options->rotate_is_strict
                   ? QN_OK
                   : qn_ctx_fail(ctx, QN_INVALID,
                                 "No such path '%s' in the diff", wanted);
    copy = qn_memory_array(ctx, list->count, sizeof(*copy));
    if (!copy)
        return QN_NO_MEMORY;
    memcpy(copy, list->pairs, list->count * sizeof(*copy));
    memcpy(list->pairs, copy + i, (list->count - i) * sizeof(*copy));
    if (options->rotate_to)
        memcpy(list->pairs + (list->count - i), copy, i * sizeof(*copy));
    else
        list->count -= i;
    qn_memory_free(copy);
    return QN_OK;
}

static void keep_relative(const char *relative, struct qn_diff_list *list)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < list->count; i++)
        if (qn_bytes_has_prefix(list->pairs[i].new_side.path, relative))
            list->pairs[kept++] = list->pairs[i];
    list->count = kept;
}

static enum qn_status drop_submodules(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      struct qn_diff_list *list)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < list->count; i++) {
        struct qn_diff_pair *pair = &list->pairs[i];
        enum qn_diff_ignore_submodules ignore = QN_DIFF_IGNORE_NONE;

        if (qn_mode_is_gitlink(pair->old_side.mode) ||
            qn_mode_is_gitlink(pair->new_side.mode)) {
            enum qn_status status = qn_submodule_ignore_find(
                ctx, &patch->ignore, patch->repo, &patch->options,
                pair->new_side.path, &ignore);

            if (status)
                return status;
        }
        if (ignore != QN_DIFF_IGNORE_ALL)
            list->pairs[kept++] = *pair;
    }
    list->count = kept;
    return QN_OK;
}

/* Formats that read no content. */
#define CONTENTLESS                                                            \
    (QN_DIFF_FORMAT_RAW | QN_DIFF_FORMAT_NAME_ONLY |                           \
     QN_DIFF_FORMAT_NAME_STATUS | QN_DIFF_FORMAT_SUMMARY |                     \
     QN_DIFF_FORMAT_NONE)

/* What is shown is the contents of all pairs. */
static bool shows_contents(const struct qn_diff_options *options)
{
    return options->render || (options->formats & ~(unsigned)CONTENTLESS);
}

/* What is shown, or searched. */
static bool needs_contents(const struct qn_diff_options *options)
{
    return shows_contents(options) ||
           (options->pickaxe && options->pickaxe != QN_DIFF_PICKAXE_OBJECT);
}

enum qn_status qn_patch_refine(struct qn_ctx *ctx, struct qn_patch *patch,
                               struct qn_diff_list *list)
{
    struct qn_diff_options *options = &patch->options;
    enum qn_status status;

    if (options->is_reversed)
        reverse_list(list);
    if (options->relative)
        keep_relative(options->relative, list);
    status = drop_submodules(ctx, patch, list);
    if (!status && needs_contents(options))
        status = qn_diff_list_prefetch(ctx, patch->odb, list);
    if (!status)
        status = qn_rename_detect(ctx, patch->odb, &options->rename, list);
    if (options->rename.needed_limit > patch->needed_limit)
        patch->needed_limit = options->rename.needed_limit;
    patch->was_degraded |= options->rename.was_degraded;
    if (!status && options->pickaxe)
        status = qn_patch_pickaxe_run(ctx, patch, list);
    if (!status && options->order_count)
        status = order_list(ctx, options, list);
    if (!status && (options->rotate_to || options->skip_to))
        status = rotate_list(ctx, options, list);
    if (!status && options->filter)
        filter_list(options->filter, list);
    return status;
}

static enum qn_status compare_trees(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_id *old_tree,
                                    const struct qn_id *new_tree,
                                    struct qn_diff_list *list)
{
    const struct qn_diff_options *options = &patch->options;
    const struct qn_tree_diff_options tree_options = {
        .pathspec = options->pathspec,
        .shows_trees = options->shows_trees,
        .has_max_depth = options->has_max_depth,
        .max_depth = options->max_depth,
        .is_recursive = options->is_recursive || options->shows_trees,
        .stops_at_first = options->finds_first,
        .finds_copies_harder = options->rename.finds_copies_harder};
    return qn_tree_diff_run(ctx, patch->odb, old_tree, new_tree, &tree_options,
                            list);
}

enum qn_status qn_patch_collect(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_id *old_tree,
                                const struct qn_id *new_tree,
                                struct qn_diff_list *list)
{
    enum qn_status status = compare_trees(ctx, patch, old_tree, new_tree, list);

    if (status || list->count == 0)
        return status;
    return qn_patch_refine(ctx, patch, list);
}

/* Renames are looked for where there is both: what came and what went. */
static enum qn_status foresee_renames(struct qn_ctx *ctx,
                                      const struct qn_diff_list *list,
                                      struct qn_id_list *ids)
{
    struct qn_diff_list both = QN_DIFF_LIST_INIT;
    size_t came = 0, went = 0, i;
    enum qn_status status = QN_OK;

    for (i = 0; i < list->count; i++) {
        came += list->pairs[i].status == QN_DIFF_ADDED;
        went += list->pairs[i].status == QN_DIFF_DELETED;
    }
    for (i = 0; !status && came && went && i < list->count; i++) {
        const struct qn_diff_pair *pair = &list->pairs[i];
        struct qn_diff_pair *kept;

        if (pair->status != QN_DIFF_ADDED && pair->status != QN_DIFF_DELETED)
            continue;
        kept = qn_diff_list_add(ctx, &both);
        if (!kept)
            status = QN_NO_MEMORY;
        else
            *kept = *pair;
    }
    if (!status)
        status = qn_diff_list_blobs(ctx, &both, ids);
    qn_diff_list_dispose(&both);
    return status;
}

enum qn_status qn_patch_foresee(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_id *old_tree,
                                const struct qn_id *new_tree,
                                struct qn_id_list *ids)
{
    const struct qn_diff_options *options = &patch->options;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    enum qn_status status =
        compare_trees(ctx, patch, old_tree, new_tree, &list);

    if (!status && needs_contents(options))
        status = qn_diff_list_blobs(ctx, &list, ids);
    else if (!status && options->rename.detect)
        status = foresee_renames(ctx, &list, ids);
    qn_diff_list_dispose(&list);
    return status;
}

/* ---- printing */

void qn_patch_set_remarks(struct qn_patch *patch,
                          const struct qn_patch_remark *remarks, size_t count)
{
    patch->remarks = remarks;
    patch->remark_count = count;
}

bool qn_patch_shows_anything(const struct qn_patch *patch,
                             const struct qn_diff_list *list)
{
    return list->count > 0 || (patch->remark_count > 0 &&
                               (patch->options.formats & QN_DIFF_FORMAT_PATCH));
}

/* The remarks on paths before that of pair `i` that do not differ. */
static enum qn_status put_remarks(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_list *list, size_t i,
                                  size_t *remark, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    while (!status && *remark < patch->remark_count) {
        struct qn_bytes path = patch->remarks[*remark].path;
        int order = i < list->count
                        ? qn_bytes_compare(path, list->pairs[i].new_side.path)
                        : -1;

        if (order > 0)
            break;
        if (order < 0)
            status = qn_patch_text_remark(ctx, patch, path, out);
        while (*remark < patch->remark_count &&
               qn_bytes_is_equal(patch->remarks[*remark].path, path))
            ++*remark;
    }
    return status;
}

static enum qn_status print_all(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_diff_list *list,
                                struct qn_buf *out)
{
    unsigned formats = patch->options.formats;
    bool needs_gap =
        formats & (QN_DIFF_FORMAT_RAW | QN_DIFF_FORMAT_NAME_ONLY |
                   QN_DIFF_FORMAT_NAME_STATUS | QN_DIFF_FORMAT_NUMSTAT |
                   QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_SHORTSTAT);
    bool is_done = false;
    enum qn_status status;
    size_t remark = 0;
    size_t before;
    size_t i;

    status = qn_patch_raw_print(ctx, patch, list, out);
    for (i = 0; (formats & QN_DIFF_FORMAT_CHECK) && i < list->count && !status;
         i++)
        status = qn_patch_check_print(ctx, patch, &list->pairs[i], out);
    if (!status)
        status = qn_patch_stat_print(ctx, patch, list, out);
    before = out->size;
    if (!status && (formats & QN_DIFF_FORMAT_SUMMARY))
        status = qn_patch_summary_print(ctx, patch, list, out);
    if (status || !(formats & QN_DIFF_FORMAT_PATCH))
        return status;
    needs_gap |= out->size > before;
    if (needs_gap)
        status = qn_buf_append_byte(
            ctx, out, patch->options.is_nul_terminated ? '\0' : '\n');
    if (!status)
        status = qn_patch_workers_print(ctx, patch, list, out, &is_done);
    if (is_done)
        return status;
    for (i = 0; i < list->count && !status; i++) {
        status = put_remarks(ctx, patch, list, i, &remark, out);
        if (!status)
            status =
                patch->same.size
                    ? qn_patch_text_print(ctx, patch, &list->pairs[i], out)
                    : qn_patch_differs_print(ctx, patch, &list->pairs[i], out);
    }
    return status ? status : put_remarks(ctx, patch, list, i, &remark, out);
}

enum qn_status qn_patch_prefix_lines(struct qn_ctx *ctx,
                                     const struct qn_patch *patch,
                                     struct qn_buf *out, size_t start)
{
    const char *prefix = patch->options.line_prefix;
    bool ends_words = patch->options.words == QN_DIFF_WORDS_PORCELAIN;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    struct qn_bytes rest;

    status = qn_buf_append(ctx, &text, out->data + start, out->size - start);
    if (!status)
        qn_buf_truncate(out, start);
    rest = qn_buf_bytes(&text);
    while (!status && rest.size) {
        size_t size = qn_bytes_find(rest, '\n');

        size += size < rest.size;
        if (!qn_bytes_has_prefix(rest, "* Unmerged path ") &&
            !(ends_words && qn_bytes_has_prefix(rest, "~\n")))
            status = qn_buf_append_string(ctx, out, prefix);
        if (!status)
            status = qn_buf_append(ctx, out, rest.data, size);
        rest = qn_bytes_from(rest, size);
    }
    qn_buf_dispose(&text);
    return status;
}

/* Go through all texts once to see which lines moved. */
static enum qn_status find_moved(struct qn_ctx *ctx, struct qn_patch *patch,
                                 const struct qn_diff_list *list)
{
    struct qn_buf nothing = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    qn_patch_moved_begin(&patch->moved);
    for (i = 0; i < list->count && !status; i++) {
        qn_patch_moved_break(&patch->moved);
        status = qn_patch_text_print(ctx, patch, &list->pairs[i], &nothing);
        qn_buf_clear(&nothing);
    }
    qn_buf_dispose(&nothing);
    if (!status)
        status = qn_patch_moved_settle(ctx, &patch->moved, &patch->options);
    patch->moved.is_collecting = false;
    return status;
}

enum qn_status qn_patch_print(struct qn_ctx *ctx, struct qn_patch *patch,
                              const struct qn_diff_list *list,
                              struct qn_buf *out)
{
    const struct qn_diff_options *options = &patch->options;
    size_t start = out->size;
    enum qn_status status;

    patch->total_count = list->count;
    patch->shown_count = 0;
    patch->moved.is_settled = false;
    if (shows_contents(options)) {
        status = qn_diff_list_prefetch(ctx, patch->odb, list);
        if (status)
            return status;
    }
    status = qn_patch_differs_find(ctx, patch, list);
    if (status || !qn_patch_shows_anything(patch, list) ||
        (options->formats & QN_DIFF_FORMAT_NONE))
        return status;
    if (options->render) { /* which may print pairs one by one */
        status = options->render(ctx, options->render_data, patch, list, out);
        return status ? status : qn_patch_differs_find(ctx, patch, list);
    }
    if (options->moved && options->has_color && !options->words &&
        (options->formats & QN_DIFF_FORMAT_PATCH))
        status = find_moved(ctx, patch, list);
    if (!status)
        status = print_all(ctx, patch, list, out);
    if (!status && options->line_prefix && options->line_prefix[0] &&
        out->size > start)
        status = qn_patch_prefix_lines(ctx, patch, out, start);
    return status;
}

enum qn_status qn_patch_trees(struct qn_ctx *ctx, struct qn_patch *patch,
                              const struct qn_id *old_tree,
                              const struct qn_id *new_tree, struct qn_buf *out,
                              size_t *count)
{
    enum qn_status status;

    qn_diff_list_reset(&patch->list);
    status = qn_patch_collect(ctx, patch, old_tree, new_tree, &patch->list);
    if (!status && count)
        *count = patch->list.count;
    if (!status)
        status = qn_patch_print(ctx, patch, &patch->list, out);
    return status;
}
