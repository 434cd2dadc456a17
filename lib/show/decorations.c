/* SPDX-License-Identifier: MIT */
#include "show/decorations.h"

#include "base/arena.h"
#include "base/memory.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "refs/refs.h"
#include "text/wildmatch.h"
#include "walk/grafts.h"

struct decoration {
    struct decoration *next;
    enum qn_decorate_kind kind;
    const char *name; /* as it is shown */
    const char *full;
};

struct qn_decorations {
    struct qn_id_map ids; /* value: position in lists */
    struct decoration **lists;
    size_t capacity;
    struct qn_arena arena;
    const char *head_target; /* full name of the branch, or NULL */
    struct decoration *head_branch;
    const struct qn_decorate_options *options; /* while building */
    struct qn_odb *odb;                        /* while building */
    struct qn_object object;                   /* while building */
};

void qn_decorations_free(struct qn_decorations *d)
{
    if (!d)
        return;
    qn_id_map_dispose(&d->ids);
    qn_arena_dispose(&d->arena);
    qn_object_dispose(&d->object);
    qn_memory_free(d->lists);
    qn_memory_free(d);
}

static bool matches(const char *pattern, struct qn_bytes name)
{
    struct qn_bytes p = qn_bytes_from_string(pattern);

    while (p.size > 0 && p.data[p.size - 1] == '/')
        p.size--;
    if (qn_wildmatch_has_magic(p))
        return qn_wildmatch_matches(p, name, 0);
    return qn_bytes_has_prefix(name, "") && name.size >= p.size &&
           memcmp(name.data, p.data, p.size) == 0 &&
           (name.size == p.size || name.data[p.size] == '/');
}

static bool matches_any(const char *const *patterns, size_t count,
                        struct qn_bytes name)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (matches(patterns[i], name))
            return true;
        /* "heads/x" stands for "refs/heads/x" */
        if (qn_bytes_has_prefix(name, "refs/") &&
            strncmp(patterns[i], "refs/", 5) != 0 &&
            matches(patterns[i], qn_bytes_from(name, 5)))
            return true;
    }
    return false;
}

static bool is_wanted(const struct qn_decorate_options *options,
                      struct qn_bytes name)
{
    if (matches_any(options->exclude, options->exclude_count, name))
        return false;
    if (options->include_count > 0)
        return matches_any(options->include, options->include_count, name);
    if (matches_any(options->config_exclude, options->config_exclude_count,
                    name))
        return false;
    if (options->shows_all)
        return true;
    return qn_bytes_is_string(name, "HEAD") ||
           qn_bytes_has_prefix(name, "refs/heads/") ||
           qn_bytes_has_prefix(name, "refs/remotes/") ||
           qn_bytes_has_prefix(name, "refs/tags/") ||
           qn_bytes_is_string(name, "refs/stash");
}

static enum qn_decorate_kind kind_of(struct qn_bytes name, size_t *cut)
{
    static const struct {
        const char *prefix;
        enum qn_decorate_kind kind;
    } kinds[] = {{"refs/heads/", QN_DECORATE_BRANCH},
                 {"refs/remotes/", QN_DECORATE_REMOTE},
                 {"refs/tags/", QN_DECORATE_TAG}};
    size_t i;

    *cut = 0;
    for (i = 0; i < QN_COUNT_OF(kinds); i++) {
        if (qn_bytes_has_prefix(name, kinds[i].prefix)) {
            *cut = strlen(kinds[i].prefix);
            return kinds[i].kind;
        }
    }
    if (qn_bytes_is_string(name, "refs/stash"))
        return QN_DECORATE_STASH;
    if (qn_bytes_is_string(name, "HEAD"))
        return QN_DECORATE_HEAD;
    if (qn_bytes_is_string(name, "grafted") ||
        qn_bytes_is_string(name, "replaced"))
        return QN_DECORATE_GRAFTED;
    return QN_DECORATE_OTHER;
}

/* Put a name in front of what the object has already. */
static enum qn_status add(struct qn_ctx *ctx, struct qn_decorations *d,
                          const struct qn_id *id, struct qn_bytes name)
{
    struct decoration *one;
    uint32_t position = 0;
    bool is_new = false;
    size_t cut = 0;
    enum qn_status status;

    one = qn_arena_calloc(ctx, &d->arena, 1, sizeof(*one));
    if (!one)
        return QN_NO_MEMORY;
    one->kind = kind_of(name, &cut);
    one->full = qn_arena_copy(ctx, &d->arena, name);
    if (!one->full)
        return QN_NO_MEMORY;
    one->name = one->full + (d->options->style == QN_DECORATE_FULL ? 0 : cut);
    status = qn_id_map_put(ctx, &d->ids, id, &position, &is_new);
    if (!status)
        status = qn_memory_grow(ctx, &d->lists, &d->capacity, d->ids.count,
                                sizeof(*d->lists));
    if (status)
        return status;
    one->next = is_new ? NULL : d->lists[position];
    d->lists[position] = one;
    if (d->head_target && strcmp(one->full, d->head_target) == 0)
        d->head_branch = one;
    return QN_OK;
}

/* "refs/replace/<id>": that object is shown as another. */
static enum qn_status add_replaced(struct qn_ctx *ctx, struct qn_decorations *d,
                                   struct qn_bytes name)
{
    const struct qn_decorate_options *options = d->options;
    struct qn_id id;

    if (!qn_odb_replaces(d->odb) ||
        matches_any(options->exclude, options->exclude_count, name) ||
        (options->include_count > 0 &&
         !matches_any(options->include, options->include_count, name)) ||
        !qn_id_from_hex(&id, d->ids.algorithm,
                        qn_bytes_from(name, strlen("refs/replace/"))))
        return QN_OK;
    return add(ctx, d, &id, QN_BYTES("replaced"));
}

/* The tag object and all that it leads to. */
static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct qn_decorations *d = data;
    struct qn_bytes name = qn_buf_bytes(&ref->name);
    struct qn_id id = ref->id;
    enum qn_status status;

    if (ref->is_broken)
        return QN_OK;
    if (qn_bytes_has_prefix(name, "refs/replace/"))
        return add_replaced(ctx, d, name);
    if (!is_wanted(d->options, name))
        return QN_OK;
    status = add(ctx, d, &id, name);
    if (ref->has_peeled && !status) {
        struct qn_id none = {{0}, 0};

        if (memcmp(ref->peeled.bytes, none.bytes, sizeof(none.bytes)) == 0)
            return QN_OK;
    } else if (!qn_bytes_has_prefix(name, "refs/tags/")) {
        return status;
    }
    while (!status) {
        struct qn_odb_info info;
        struct qn_tag tag;

        status = qn_odb_read_info(ctx, d->odb, &id, QN_ODB_WANT_TYPE, &info);
        if (!status && info.type != QN_OBJECT_TAG)
            break;
        if (!status)
            status = qn_odb_read(ctx, d->odb, &id, &d->object);
        if (!status)
            status = qn_tag_parse(ctx, qn_object_bytes(&d->object),
                                  id.algorithm, &tag);
        if (status && status != QN_NO_MEMORY) {
            qn_ctx_clear(ctx);
            return QN_OK;
        }
        if (!status) {
            id = tag.object;
            status = add(ctx, d, &id, name);
        }
    }
    return status;
}

static enum qn_status add_head(struct qn_ctx *ctx, struct qn_decorations *d,
                               struct qn_refs *refs, bool only_target)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status;

    if (only_target) {
        status = qn_refs_find(ctx, refs, "HEAD", &ref, &found);
        if (!status && found && ref.is_symbolic) {
            d->head_target =
                qn_arena_copy(ctx, &d->arena, qn_buf_bytes(&ref.target));
            if (!d->head_target)
                status = QN_NO_MEMORY;
        }
    } else {
        status = qn_refs_resolve(ctx, refs, "HEAD", &ref, &found);
        if (!status && found && is_wanted(d->options, QN_BYTES("HEAD")))
            status = add(ctx, d, &ref.id, QN_BYTES("HEAD"));
    }
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status add_grafts(struct qn_ctx *ctx, struct qn_decorations *d,
                                 const struct qn_revision_scope *scope)
{
    const struct qn_grafts *grafts;
    enum qn_status status = qn_grafts_of(ctx, scope, &grafts);
    struct qn_id id;
    uint32_t i;

    for (i = 0; !status && grafts && i < grafts->ids.count; i++) {
        qn_id_map_id(&grafts->ids, i, &id);
        status = add(ctx, d, &id, QN_BYTES("grafted"));
    }
    return status;
}

enum qn_status qn_decorations_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_decorate_options *options,
                                  struct qn_decorations **out)
{
    struct qn_decorations *d = qn_memory_calloc(ctx, 1, sizeof(*d));
    enum qn_status status;

    if (!d)
        return QN_NO_MEMORY;
    d->options = options;
    d->odb = scope->odb;
    qn_id_map_init(&d->ids, qn_odb_algorithm(scope->odb));
    status = add_head(ctx, d, scope->refs, true);
    if (!status)
        status = qn_refs_walk(ctx, scope->refs, "", 0, add_ref, d);
    if (!status)
        status = add_head(ctx, d, scope->refs, false);
    if (!status)
        status = add_grafts(ctx, d, scope);
    if (status) {
        qn_decorations_free(d);
        return status;
    }
    d->options = NULL;
    d->odb = NULL;
    *out = d;
    return QN_OK;
}

bool qn_decorations_has(const struct qn_decorations *d, const struct qn_id *id)
{
    return d && qn_id_map_find(&d->ids, id) != QN_ID_MAP_NONE;
}

void qn_decorations_form_init(struct qn_decorate_form *form)
{
    static const char *const colors[QN_DECORATE_COUNT] = {
        "\033[1;32m", "\033[1;31m", "\033[1;33m", "\033[1;35m",
        "\033[1;36m", "\033[1;34m", "\033[m"};

    memset(form, 0, sizeof(*form));
    form->prefix = QN_BYTES(" (");
    form->suffix = QN_BYTES(")");
    form->separator = QN_BYTES(", ");
    form->pointer = QN_BYTES(" -> ");
    form->tag = QN_BYTES("tag: ");
    form->commit_color = "\033[33m";
    memcpy(form->colors, colors, sizeof(colors));
}

static enum qn_status put(struct qn_ctx *ctx,
                          const struct qn_decorate_form *form,
                          const char *color, struct qn_bytes text,
                          struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    if (text.size == 0)
        return QN_OK;
    if (!form->has_color || !color || !*color)
        return qn_buf_append_bytes(ctx, out, text);
    status = qn_buf_append_string(ctx, out, color);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, text);
    return status ? status : qn_buf_append_string(ctx, out, "\033[m");
}

enum qn_status qn_decorations_append(struct qn_ctx *ctx,
                                     const struct qn_decorations *d,
                                     const struct qn_id *id,
                                     const struct qn_decorate_form *form,
                                     struct qn_buf *out)
{
    uint32_t position = d ? qn_id_map_find(&d->ids, id) : QN_ID_MAP_NONE;
    const struct decoration *one;
    bool has_pointer = false;
    bool has_head = false;
    struct qn_bytes before = form->prefix;
    enum qn_status status = QN_OK;

    if (position == QN_ID_MAP_NONE)
        return QN_OK;
    for (one = d->lists[position]; one; one = one->next) {
        has_pointer |= one == d->head_branch;
        has_head |= one->kind == QN_DECORATE_HEAD;
    }
    has_pointer = has_pointer && has_head;
    for (one = d->lists[position]; one && !status; one = one->next) {
        if (has_pointer && one == d->head_branch)
            continue;
        status = put(ctx, form, form->commit_color, before, out);
        if (!status && one->kind == QN_DECORATE_TAG)
            status = put(ctx, form, form->colors[one->kind], form->tag, out);
        if (!status)
            status = put(ctx, form, form->colors[one->kind],
                         qn_bytes_from_string(one->name), out);
        if (!status && one->kind == QN_DECORATE_HEAD && has_pointer) {
            status = put(ctx, form, form->commit_color, form->pointer, out);
            if (!status)
                status = put(ctx, form, form->colors[d->head_branch->kind],
                             qn_bytes_from_string(d->head_branch->name), out);
        }
        before = form->separator;
    }
    return status ? status
                  : put(ctx, form, form->commit_color, form->suffix, out);
}
