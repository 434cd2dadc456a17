/* SPDX-License-Identifier: MIT */
#include "refs/refs.h"

#include "base/env.h"
#include "base/memory.h"
#include "os/mutex.h"
#include "refs/refs_backend.h"
#include "text/ref_name.h"
#include "trace/trace.h"

#include <errno.h>
#include <string.h>

static const struct qn_refs_backend *backend_of(enum qn_refs_format format)
{
    switch (format) {
    case QN_REFS_FILES:
        return &qn_refs_files_backend;
    case QN_REFS_REFTABLE:
        return &qn_refs_reftable_backend;
    }
    return NULL;
}

enum qn_status qn_refs_store_open(struct qn_ctx *ctx,
                                  const struct qn_refs_options *options,
                                  struct qn_refs_store **out)
{
    struct qn_refs_store *store;
    enum qn_status status;

    if (!backend_of(options->format))
        return qn_ctx_fail(ctx, QN_UNSUPPORTED, "unknown ref storage format");
    store = qn_memory_calloc(ctx, 1, sizeof(*store));
    if (!store)
        return QN_NO_MEMORY;
    store->count = 1;
    store->options = *options;
    store->backend = backend_of(options->format);
    store->options.git_directory = qn_arena_copy(
        ctx, &store->strings, qn_bytes_from_string(options->git_directory));
    store->options.common_directory = qn_arena_copy(
        ctx, &store->strings, qn_bytes_from_string(options->common_directory));
    status = store->options.git_directory && store->options.common_directory
                 ? qn_mutex_new(ctx, &store->mutex)
                 : QN_NO_MEMORY;
    if (status) {
        qn_arena_dispose(&store->strings);
        qn_memory_free(store);
        return status;
    }
    store->env = qn_env_retain(qn_ctx_env(ctx));
    *out = store;
    return QN_OK;
}

enum qn_status qn_refs_store_create(struct qn_ctx *ctx,
                                    const struct qn_refs_options *options)
{
    const struct qn_refs_backend *backend = backend_of(options->format);

    if (!backend)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED, "unknown ref storage format");
    return backend->create(ctx, options);
}

struct qn_refs_store *qn_refs_store_retain(struct qn_refs_store *store)
{
    qn_mutex_lock(store->mutex);
    store->count++;
    qn_mutex_unlock(store->mutex);
    return store;
}

void qn_refs_store_release(struct qn_refs_store *store)
{
    struct qn_env *env;
    uint64_t left;

    if (!store)
        return;
    qn_mutex_lock(store->mutex);
    left = --store->count;
    qn_mutex_unlock(store->mutex);
    if (left)
        return;
    env = store->env;
    qn_mutex_free(store->mutex);
    qn_arena_dispose(&store->strings);
    qn_memory_free(store);
    qn_env_release(env);
}

enum qn_status qn_refs_new(struct qn_ctx *ctx, struct qn_refs_store *store,
                           struct qn_refs **out)
{
    struct qn_refs *refs = qn_memory_calloc(ctx, 1, sizeof(*refs));
    enum qn_status status;

    if (!refs)
        return QN_NO_MEMORY;
    refs->store = qn_refs_store_retain(store);
    refs->options = &store->options;
    refs->backend = store->backend;
    status = refs->backend->open(ctx, refs);
    if (status) {
        qn_refs_free(refs);
        return status;
    }
    *out = refs;
    return QN_OK;
}

void qn_refs_free(struct qn_refs *refs)
{
    if (!refs)
        return;
    refs->backend->close(refs);
    qn_ref_dispose(&refs->scratch);
    qn_buf_dispose(&refs->path);
    qn_refs_store_release(refs->store);
    qn_memory_free(refs);
}

enum qn_refs_format qn_refs_get_format(const struct qn_refs *refs)
{
    return refs->options->format;
}

void qn_refs_set_observer(struct qn_refs *refs, qn_refs_observe_fn *observe,
                          void *data)
{
    refs->observe = observe;
    refs->observe_data = data;
}

void qn_ref_dispose(struct qn_ref *ref)
{
    qn_buf_dispose(&ref->name);
    qn_buf_dispose(&ref->target);
}

void qn_refs_place_of(const char *name, struct qn_refs_place *out)
{
    static const char main_prefix[] = "main-worktree/";
    static const char other_prefix[] = "worktrees/";
    const char *slash;

    memset(out, 0, sizeof(*out));
    out->name = name;
    if (strncmp(name, main_prefix, sizeof(main_prefix) - 1) == 0) {
        out->is_main = true;
        out->name = name + sizeof(main_prefix) - 1;
    } else if (strncmp(name, other_prefix, sizeof(other_prefix) - 1) == 0) {
        name += sizeof(other_prefix) - 1;
        slash = strchr(name, '/');
        if (slash && slash != name) {
            out->worktree = qn_bytes_make(name, (size_t)(slash - name));
            out->name = slash + 1;
        }
    }
    if (!qn_ref_name_is_per_worktree(qn_bytes_from_string(out->name)) &&
        strncmp(out->name, "refs/", 5) == 0) {
        out->is_shared = true;
        out->worktree = QN_BYTES_NONE;
        out->is_main = false;
    }
}

enum qn_status qn_refs_place_directory(struct qn_ctx *ctx,
                                       const struct qn_refs_options *options,
                                       const struct qn_refs_place *place,
                                       struct qn_buf *out)
{
    if (place->worktree.size)
        return qn_buf_printf(ctx, out, "%s/worktrees/%.*s",
                             options->common_directory,
                             QN_BYTES_ARG(place->worktree));
    return qn_buf_append_string(ctx, out,
                                place->is_shared || place->is_main
                                    ? options->common_directory
                                    : options->git_directory);
}

void qn_ref_clear(struct qn_ref *ref, uint32_t algorithm)
{
    qn_buf_clear(&ref->name);
    qn_buf_clear(&ref->target);
    qn_id_clear(&ref->id, algorithm);
    qn_id_clear(&ref->peeled, algorithm);
    ref->is_symbolic = false;
    ref->is_broken = false;
    ref->has_peeled = false;
}

/* One read of the store, told to GIT_TRACE_REFS as Git tells it. */
static enum qn_status read_ref(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, struct qn_ref *out,
                               bool *found)
{
    enum qn_status status = refs->backend->read(ctx, refs, name, out, found);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!qn_trace_wants(ctx, QN_TRACE_REFS))
        return status;
    if (status || !*found)
        qn_trace_say_line(ctx, QN_TRACE_REFS, "read_raw_ref: %s: -1 (errno %d)",
                          name, status ? EIO : ENOENT);
    else
        qn_trace_say_line(ctx, QN_TRACE_REFS,
                          "read_raw_ref: %s: %s (=> %s) type %x: 0", name,
                          qn_id_to_hex(&out->id, hex),
                          out->is_symbolic ? qn_buf_string(&out->target) : name,
                          (unsigned)(out->is_symbolic ? 1 : 0));
    return status;
}

enum qn_status qn_refs_find(struct qn_ctx *ctx, struct qn_refs *refs,
                            const char *name, struct qn_ref *out, bool *found)
{
    qn_ref_clear(out, refs->options->algorithm);
    *found = false;
    if (!qn_ref_name_is_valid(qn_bytes_from_string(name),
                              QN_REF_NAME_ONE_LEVEL) &&
        !qn_ref_name_is_safe(qn_bytes_from_string(name)))
        return QN_OK;
    qn_trace_count(ctx, QN_COUNTER_REF_READ, 1);
    return read_ref(ctx, refs, name, out, found);
}

/* Follow the symbolic `ref`, of which one read was done.  The end's name, value
 * and peeled value go into `ref`. */
static enum qn_status follow_ref(struct qn_ctx *ctx, struct qn_refs *refs,
                                 struct qn_ref *ref, struct qn_buf *end_name,
                                 bool *found)
{
    struct qn_ref hop = QN_REF_INIT;
    enum qn_status status = QN_OK;
    int reads;

    *found = false;
    qn_buf_clear(end_name);
    status = qn_buf_append_bytes(ctx, end_name, qn_buf_bytes(&ref->target));
    for (reads = 1; !status && reads < QN_REFS_DEPTH_MAX; reads++) {
        if (!qn_ref_name_is_valid(qn_buf_bytes(end_name),
                                  QN_REF_NAME_ONE_LEVEL)) {
            ref->is_broken = true;
            goto out;
        }
        qn_ref_clear(&hop, refs->options->algorithm);
        status = read_ref(ctx, refs, qn_buf_string(end_name), &hop, found);
        if (status || !*found)
            goto out;
        if (!hop.is_symbolic || hop.is_broken) {
            ref->id = hop.id;
            ref->is_broken = hop.is_broken;
            ref->has_peeled = hop.has_peeled;
            ref->peeled = hop.peeled;
            goto out;
        }
        qn_buf_swap(end_name, &hop.target);
    }
    *found = false;
    ref->is_broken = true;
out:
    qn_ref_dispose(&hop);
    return status;
}

enum qn_status qn_refs_resolve(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, struct qn_ref *out,
                               bool *found)
{
    struct qn_buf end_name = QN_BUF_INIT;
    enum qn_status status = qn_refs_find(ctx, refs, name, out, found);

    if (!status && !*found && out->name.size == 0)
        status = qn_buf_append_string(ctx, &out->name, name);
    if (!status && *found && out->is_symbolic) {
        status = follow_ref(ctx, refs, out, &end_name, found);
        if (!status) {
            qn_buf_swap(&out->name, &end_name);
            qn_buf_clear(&out->target);
            status = qn_buf_append_bytes(ctx, &out->target,
                                         qn_buf_bytes(&out->name));
        }
    }
    if (!status && out->is_broken)
        *found = false; /* it names nothing; a transaction refuses it */
    qn_buf_dispose(&end_name);
    return status;
}

struct walk_state {
    struct qn_refs *refs;
    unsigned flags;
    qn_refs_each_fn *each;
    void *data;
    struct qn_ref followed;
    struct qn_buf end_name;
};

/* Between the backend and the caller: follow, and leave out the broken. */
static enum qn_status walk_one(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct walk_state *walk = data;
    struct qn_ref *followed = &walk->followed;
    enum qn_status status;
    bool found = true;

    if (ref->is_symbolic && !ref->is_broken) {
        qn_ref_clear(followed, walk->refs->options->algorithm);
        status =
            qn_buf_append_bytes(ctx, &followed->name, qn_buf_bytes(&ref->name));
        if (!status)
            status = qn_buf_append_bytes(ctx, &followed->target,
                                         qn_buf_bytes(&ref->target));
        followed->is_symbolic = true;
        if (!status)
            status =
                follow_ref(ctx, walk->refs, followed, &walk->end_name, &found);
        if (status)
            return status;
        if (!found)
            followed->is_broken = true;
        ref = followed;
    }
    if (ref->is_broken && !(walk->flags & QN_REFS_INCLUDE_BROKEN))
        return QN_OK;
    qn_trace_count(ctx, QN_COUNTER_REF_READ, 1);
    if (qn_trace_wants(ctx, QN_TRACE_REFS))
        qn_trace_say_line(ctx, QN_TRACE_REFS, "iterator_advance: %s (0)",
                          qn_buf_string(&ref->name));
    return walk->each(ctx, walk->data, ref);
}

enum qn_status qn_refs_walk(struct qn_ctx *ctx, struct qn_refs *refs,
                            const char *prefix, unsigned flags,
                            qn_refs_each_fn *each, void *data)
{
    struct walk_state walk = {.refs = refs,
                              .flags = flags,
                              .each = each,
                              .data = data,
                              .followed = QN_REF_INIT,
                              .end_name = QN_BUF_INIT};
    enum qn_status status;

    if (qn_trace_wants(ctx, QN_TRACE_REFS))
        qn_trace_say_line(ctx, QN_TRACE_REFS,
                          "ref_iterator_begin: \"%s\" (0x%x)",
                          prefix ? prefix : "", flags);
    status = refs->backend->walk(ctx, refs, prefix, flags, walk_one, &walk);
    if (qn_trace_wants(ctx, QN_TRACE_REFS))
        qn_trace_say_line(ctx, QN_TRACE_REFS, "iterator_advance: (-1)");
    qn_ref_dispose(&walk.followed);
    qn_buf_dispose(&walk.end_name);
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_refs_rename(struct qn_ctx *ctx, struct qn_refs *refs,
                              const struct qn_refs_rename_options *options)
{
    return refs->backend->rename(ctx, refs, options);
}

enum qn_status qn_refs_pack(struct qn_ctx *ctx, struct qn_refs *refs,
                            const struct qn_refs_pack_options *options)
{
    return refs->backend->pack(ctx, refs, options);
}

enum qn_status qn_refs_expand(struct qn_ctx *ctx, struct qn_refs *refs,
                              const char *name, struct qn_refs_expansion *out)
{
    struct qn_buf full = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = QN_OK;
    bool found;
    size_t rule;

    out->count = 0;
    for (rule = 0; !status && rule < QN_REF_NAME_RULE_COUNT; rule++) {
        qn_buf_clear(&full);
        status =
            qn_ref_name_expand(ctx, rule, qn_bytes_from_string(name), &full);
        if (status ||
            !qn_ref_name_is_valid(qn_buf_bytes(&full), QN_REF_NAME_ONE_LEVEL))
            continue;
        status = qn_refs_resolve(ctx, refs, qn_buf_string(&full), &ref, &found);
        /* A file of another name beside HEAD may be anything. */
        if (!status && ref.is_broken && !strchr(qn_buf_string(&full), '/'))
            continue;
        if (!status && ref.is_broken)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "refs.broken",
                          "ignoring %s %s",
                          ref.is_symbolic ? "dangling symref" : "broken ref",
                          qn_buf_string(&full));
        else if (!status && found && ++out->count == 1) {
            out->id = ref.id;
            status = qn_buf_append_bytes(ctx, out->name, qn_buf_bytes(&full));
        } else if (!status && !found && ref.is_symbolic &&
                   strcmp(qn_buf_string(&full), "HEAD") != 0)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                          "ignoring dangling symref %s", qn_buf_string(&full));
    }
    qn_buf_dispose(&full);
    qn_ref_dispose(&ref);
    return status;
}

/* Would the short form mean something else by another rule? */
static enum qn_status is_taken(struct qn_ctx *ctx, struct qn_refs *refs,
                               struct qn_bytes short_name, size_t rule,
                               bool is_strict, bool *out)
{
    struct qn_buf full = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    size_t limit = is_strict ? QN_REF_NAME_RULE_COUNT : rule;
    enum qn_status status = QN_OK;
    bool found;
    size_t i;

    *out = false;
    for (i = 0; !status && !*out && i < limit; i++) {
        if (i == rule)
            continue;
        qn_buf_clear(&full);
        status = qn_ref_name_expand(ctx, i, short_name, &full);
        if (!status)
            status =
                qn_refs_find(ctx, refs, qn_buf_string(&full), &ref, &found);
        if (!status && found && !ref.is_broken)
            *out = true;
    }
    qn_buf_dispose(&full);
    qn_ref_dispose(&ref);
    return status;
}

enum qn_status qn_refs_shorten(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, bool is_strict,
                               struct qn_buf *out)
{
    struct qn_bytes full = qn_bytes_from_string(name);
    struct qn_bytes short_name;
    enum qn_status status;
    bool taken;
    size_t rule;

    for (rule = QN_REF_NAME_RULE_COUNT - 1; rule > 0; rule--) {
        if (!qn_ref_name_match_rule(rule, full, &short_name))
            continue;
        status = is_taken(ctx, refs, short_name, rule, is_strict, &taken);
        if (status)
            return status;
        if (!taken)
            return qn_buf_append_bytes(ctx, out, short_name);
    }
    return qn_buf_append_bytes(ctx, out, full);
}
