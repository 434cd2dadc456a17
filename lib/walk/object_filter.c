/* SPDX-License-Identifier: MIT */
#include "walk/object_filter.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "odb/odb.h"
#include "path/ignore_rules.h"

#define FILTERS_MAX    64 /* a bit for each: of frames, of what is left out */
#define RUNNING        SIZE_MAX
#define DEPTH_SHOWN(n) ((uint64_t)(n) + 1)

/* One filter of the spec and what it remembers. */
struct leaf {
    const struct qn_filter_part *part;
    struct qn_ignore_rules rules; /* sparse */
    unsigned bit;                 /* sparse: of the frames */
    uint64_t omits;               /* its bit of what is left out */
    struct qn_id_map depths;      /* tree depth: the least, + 1 */
    struct qn_id_map finals;      /* beside other filters only */
    size_t skips_below;           /* frames; RUNNING: it skips nothing */
};

struct qn_object_filter {
    struct qn_odb *odb;
    struct qn_filter_part *parts; /* copies; their texts are not used */
    struct leaf *leaves;
    size_t count;
    uint64_t *frames; /* of trees entered: what sparse filters say of them */
    size_t depth;
    size_t frame_capacity;
    uint64_t frame;         /* of the tree last asked about */
    struct qn_id_map trees; /* that some sparse filter has given */
    bool keeps_finals;
    bool has_sparse;
    bool notes_omitted;
    struct qn_id_map omitted; /* value: by which filters */
};

void qn_object_filter_free(struct qn_object_filter *filter)
{
    size_t i;

    if (!filter)
        return;
    for (i = 0; i < filter->count; i++) {
        qn_ignore_rules_dispose(&filter->leaves[i].rules);
        qn_id_map_dispose(&filter->leaves[i].depths);
        qn_id_map_dispose(&filter->leaves[i].finals);
    }
    qn_id_map_dispose(&filter->trees);
    qn_id_map_dispose(&filter->omitted);
    qn_memory_free(filter->frames);
    qn_memory_free(filter->leaves);
    qn_memory_free(filter->parts);
    qn_memory_free(filter);
}

/* ---- making */

static enum qn_status read_patterns(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const char *name, struct leaf *leaf)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    revision.is_quiet = true;
    status =
        *name ? qn_revision_parse(ctx, scope, name, &revision) : QN_NOT_FOUND;
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        goto out;
    if (status) {
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "unable to access sparse blob in '%s'", name);
        goto out;
    }
    status = qn_odb_read_typed(ctx, scope->odb, &revision.id, QN_OBJECT_BLOB,
                               &object);
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        goto out;
    if (status) {
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "unable to parse sparse filter data in %s",
                             qn_id_to_hex(&revision.id, hex));
        goto out;
    }
    qn_buf_swap(&leaf->rules.text, &object.data);
    status = qn_ignore_rules_parse(ctx, &leaf->rules);
out:
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
    return status;
}

static enum qn_status make_leaf(struct qn_ctx *ctx,
                                struct qn_object_filter *filter,
                                const struct qn_revision_scope *scope,
                                const struct qn_filter_part *part,
                                unsigned *sparse_count)
{
    struct leaf *leaf = &filter->leaves[filter->count];
    uint32_t algorithm = qn_odb_algorithm(filter->odb);

    leaf->omits = (uint64_t)1 << filter->count;
    filter->parts[filter->count] = *part;
    leaf->part = &filter->parts[filter->count++];
    leaf->skips_below = RUNNING;
    qn_id_map_init(&leaf->depths, algorithm);
    qn_id_map_init(&leaf->finals, algorithm);
    if (part->kind != QN_FILTER_SPARSE_OID)
        return QN_OK;
    leaf->bit = (*sparse_count)++;
    filter->has_sparse = true;
    if (part->is_content) {
        enum qn_status status =
            qn_buf_append_string(ctx, &leaf->rules.text, part->text);

        return status ? status : qn_ignore_rules_parse(ctx, &leaf->rules);
    }
    return read_patterns(ctx, scope, part->text, leaf);
}

enum qn_status qn_object_filter_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_filter_spec *spec,
                                    bool notes_omitted,
                                    struct qn_object_filter **out)
{
    struct qn_object_filter *filter = qn_memory_calloc(ctx, 1, sizeof(*filter));
    enum qn_status status = QN_OK;
    unsigned sparse_count = 0;
    size_t i;

    *out = NULL;
    if (!filter)
        return QN_NO_MEMORY;
    if (spec->count > FILTERS_MAX) {
        qn_memory_free(filter);
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many filters");
    }
    filter->odb = scope->odb;
    filter->notes_omitted = notes_omitted;
    qn_id_map_init(&filter->trees, qn_odb_algorithm(scope->odb));
    qn_id_map_init(&filter->omitted, qn_odb_algorithm(scope->odb));
    filter->leaves =
        qn_memory_calloc(ctx, spec->count + 1, sizeof(*filter->leaves));
    filter->parts =
        qn_memory_calloc(ctx, spec->count + 1, sizeof(*filter->parts));
    if (!filter->leaves || !filter->parts)
        status = QN_NO_MEMORY;
    for (i = 0; i < spec->count && !status; i++) {
        status = make_leaf(ctx, filter, scope, &spec->parts[i], &sparse_count);
        if (spec->count > 1 && (spec->parts[i].kind == QN_FILTER_TREE_DEPTH ||
                                spec->parts[i].kind == QN_FILTER_SPARSE_OID))
            filter->keeps_finals = true;
    }
    if (status)
        qn_object_filter_free(filter);
    else
        *out = filter;
    return status;
}

/* ---- the walk's place */

enum qn_status qn_object_filter_enter(struct qn_ctx *ctx,
                                      struct qn_object_filter *filter)
{
    enum qn_status status =
        qn_memory_grow(ctx, &filter->frames, &filter->frame_capacity,
                       filter->depth + 1, sizeof(*filter->frames));

    if (!status)
        filter->frames[filter->depth++] = filter->frame;
    return status;
}

void qn_object_filter_leave(struct qn_object_filter *filter)
{
    size_t i;

    filter->depth--;
    for (i = 0; i < filter->count; i++)
        if (filter->leaves[i].skips_below == filter->depth)
            filter->leaves[i].skips_below = RUNNING;
}

void qn_object_filter_restart(struct qn_object_filter *filter)
{
    size_t i;

    filter->depth = 0;
    for (i = 0; i < filter->count; i++)
        filter->leaves[i].skips_below = RUNNING;
}

/* ---- single filters */

static enum qn_status note(struct qn_ctx *ctx, struct qn_object_filter *filter,
                           const struct leaf *leaf, const struct qn_id *id,
                           bool is_inside)
{
    enum qn_status status = QN_OK;
    uint32_t position;
    bool is_new;

    if (!filter->notes_omitted)
        return QN_OK;
    if (is_inside) {
        position = qn_id_map_find(&filter->omitted, id);
        if (position != QN_ID_MAP_NONE)
            filter->omitted.values[position] &= ~leaf->omits;
        return QN_OK;
    }
    status = qn_id_map_put(ctx, &filter->omitted, id, &position, &is_new);
    if (!status)
        filter->omitted.values[position] |= leaf->omits;
    return status;
}

static enum qn_status ask_limit(struct qn_ctx *ctx,
                                struct qn_object_filter *filter,
                                const struct leaf *leaf, const struct qn_id *id,
                                bool *is_wanted)
{
    struct qn_odb_info info;
    bool exists = false;
    enum qn_status status = qn_odb_exists(ctx, filter->odb, id, &exists);

    *is_wanted = true; /* what is not here cannot be measured */
    if (status || !exists)
        return status;
    status = qn_odb_read_info(ctx, filter->odb, id, QN_ODB_WANT_SIZE, &info);
    if (status)
        return status;
    *is_wanted = info.size < leaf->part->number;
    return *is_wanted ? QN_OK : note(ctx, filter, leaf, id, false);
}

static enum qn_status ask_depth(struct qn_ctx *ctx,
                                struct qn_object_filter *filter,
                                struct leaf *leaf, bool is_tree,
                                const struct qn_id *id,
                                struct qn_object_filter_answer *out)
{
    bool is_inside = filter->depth < leaf->part->number;
    enum qn_status status;
    uint32_t position;
    uint64_t before;
    bool is_new;

    if (!is_tree) {
        out->is_wanted = out->is_final = is_inside;
        return note(ctx, filter, leaf, id, is_inside);
    }
    status = qn_id_map_put(ctx, &leaf->depths, id, &position, &is_new);
    if (status)
        return status;
    before = leaf->depths.values[position];
    if (!is_new && before <= DEPTH_SHOWN(filter->depth)) {
        out->is_skipped = true;
        return QN_OK;
    }
    leaf->depths.values[position] = DEPTH_SHOWN(filter->depth);
    out->is_wanted = is_inside; /* once more at a lesser depth, as git */
    out->is_skipped = !is_inside && !filter->notes_omitted;
    return note(ctx, filter, leaf, id, is_inside);
}

static enum qn_status ask_sparse(struct qn_ctx *ctx,
                                 struct qn_object_filter *filter,
                                 struct leaf *leaf, bool is_tree,
                                 const struct qn_id *id, struct qn_bytes path,
                                 struct qn_object_filter_answer *out)
{
    uint64_t above = filter->depth ? filter->frames[filter->depth - 1] : 0;
    size_t slash = qn_bytes_find_last(path, '/');
    struct qn_bytes base =
        slash == path.size ? path : qn_bytes_from(path, slash + 1);
    struct qn_ignore_match match;
    bool is_inside = above >> leaf->bit & 1;
    enum qn_status status = QN_OK;
    uint32_t position;

    if (path.size > 0 && qn_ignore_rules_find(&leaf->rules, false, "", path,
                                              base, is_tree, &match))
        is_inside = match.is_ignored;
    if (!is_tree) {
        out->is_wanted = out->is_final = is_inside;
        return note(ctx, filter, leaf, id, is_inside);
    }
    if (is_inside)
        filter->frame |= (uint64_t)1 << leaf->bit;
    /* A tree is given once, by whichever filter met it first. */
    status = qn_id_map_put(ctx, &filter->trees, id, &position, &out->is_wanted);
    return status;
}

static enum qn_status ask_leaf(struct qn_ctx *ctx,
                               struct qn_object_filter *filter,
                               struct leaf *leaf, enum qn_object_type type,
                               const struct qn_id *id, struct qn_bytes path,
                               struct qn_object_filter_answer *out)
{
    const struct qn_filter_part *part = leaf->part;
    bool is_tree = type == QN_OBJECT_TREE;

    if (part->kind == QN_FILTER_OBJECT_TYPE) {
        out->is_final = true;
        out->is_wanted = type == part->type;
        out->is_skipped = is_tree && part->type != QN_OBJECT_TREE &&
                          part->type != QN_OBJECT_BLOB;
        return QN_OK;
    }
    if (!is_tree && type != QN_OBJECT_BLOB) {
        out->is_final = out->is_wanted = true;
        return QN_OK;
    }
    if (part->kind == QN_FILTER_TREE_DEPTH)
        return ask_depth(ctx, filter, leaf, is_tree, id, out);
    if (part->kind == QN_FILTER_SPARSE_OID)
        return ask_sparse(ctx, filter, leaf, is_tree, id, path, out);
    out->is_final = out->is_wanted = true;
    if (is_tree)
        return QN_OK;
    if (part->kind == QN_FILTER_BLOB_NONE) {
        out->is_wanted = false;
        return note(ctx, filter, leaf, id, false);
    }
    if (part->kind == QN_FILTER_BLOB_LIMIT)
        return ask_limit(ctx, filter, leaf, id, &out->is_wanted);
    return QN_OK;
}

/* ---- all of them */

enum qn_status
qn_object_filter_ask(struct qn_ctx *ctx, struct qn_object_filter *filter,
                     enum qn_object_type type, const struct qn_id *id,
                     struct qn_bytes path, struct qn_object_filter_answer *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    out->is_wanted = out->is_final = true;
    out->is_skipped = filter->count > 0;
    filter->frame = 0;
    for (i = 0; i < filter->count && !status; i++) {
        struct leaf *leaf = &filter->leaves[i];
        struct qn_object_filter_answer answer = {false, false, false};
        uint32_t position;
        bool is_new;

        if (leaf->skips_below != RUNNING) { /* it looks at nothing here */
            out->is_wanted = out->is_final = false;
            continue;
        }
        if (filter->keeps_finals &&
            qn_id_map_find(&leaf->finals, id) != QN_ID_MAP_NONE) {
            out->is_wanted = out->is_skipped = false;
            continue;
        }
        status = ask_leaf(ctx, filter, leaf, type, id, path, &answer);
        if (!status && filter->keeps_finals && answer.is_final)
            status = qn_id_map_put(ctx, &leaf->finals, id, &position, &is_new);
        if (answer.is_skipped && filter->count > 1)
            leaf->skips_below = filter->depth;
        out->is_wanted &= answer.is_wanted;
        out->is_final &= answer.is_final;
        out->is_skipped &= answer.is_skipped;
    }
    if (out->is_skipped || type != QN_OBJECT_TREE)
        for (i = 0; i < filter->count; i++) /* the tree is not entered */
            if (filter->leaves[i].skips_below == filter->depth)
                filter->leaves[i].skips_below = RUNNING;
    return status;
}

enum qn_status qn_object_filter_each_omitted(
    struct qn_ctx *ctx, const struct qn_object_filter *filter,
    enum qn_status (*each)(struct qn_ctx *ctx, void *data,
                           const struct qn_id *id),
    void *data)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    for (i = 0; i < filter->omitted.count && !status; i++) {
        if (!filter->omitted.values[i])
            continue;
        qn_id_map_id(&filter->omitted, i, &id);
        status = each(ctx, data, &id);
    }
    return status;
}
