/* SPDX-License-Identifier: MIT */
/* Stores and views: opening, snapshots, refresh. */
#include "odb/odb_lease.h"
#include "odb/odb_loose.h"
#include "odb/odb_private.h"

#include "base/env.h"
#include "base/memory.h"
#include "os/parallel.h"

#define DEFAULT_BIG_FILE   (512ull << 20)
#define TREE_LEVELS        2049
#define DEFAULT_BASE_CACHE (96ull << 20)

static void free_store(struct qn_odb_store *store)
{
    if (store->mutex)
        qn_odb_lease_drop(store);
    qn_odb_snapshot_release(store->current);
    qn_mutex_free(store->mutex);
    qn_memory_free((void *)(uintptr_t)store->options.directory);
    qn_memory_free((void *)(uintptr_t)store->options.alternates);
    qn_memory_free(store);
}

enum qn_status qn_odb_store_open(struct qn_ctx *ctx,
                                 const struct qn_odb_store_options *options,
                                 struct qn_odb_store **out)
{
    struct qn_odb_store *store = qn_memory_calloc(ctx, 1, sizeof(*store));
    enum qn_status status = QN_OK;

    if (!store)
        return QN_NO_MEMORY;
    atomic_init(&store->owners, 1);
    store->options = *options;
    store->options.directory =
        qn_memory_string(ctx, qn_bytes_from_string(options->directory));
    if (!store->options.directory)
        status = QN_NO_MEMORY;
    store->options.alternates = NULL;
    if (!status && options->alternates) {
        store->options.alternates =
            qn_memory_string(ctx, qn_bytes_from_string(options->alternates));
        if (!store->options.alternates)
            status = QN_NO_MEMORY;
    }
    if (store->options.tree_levels == 0)
        store->options.tree_levels = TREE_LEVELS;
    if (store->options.big_file_threshold == 0)
        store->options.big_file_threshold = DEFAULT_BIG_FILE;
    if (store->options.base_cache_limit == 0)
        store->options.base_cache_limit = DEFAULT_BASE_CACHE;
    if (!status)
        status = qn_mutex_new(ctx, &store->mutex);
    if (status)
        free_store(store);
    else
        *out = store;
    return status;
}

struct qn_odb_store *qn_odb_store_retain(struct qn_odb_store *store)
{
    atomic_fetch_add_explicit(&store->owners, 1, memory_order_relaxed);
    return store;
}

void qn_odb_store_release(struct qn_odb_store *store)
{
    if (store &&
        atomic_fetch_sub_explicit(&store->owners, 1, memory_order_acq_rel) == 1)
        free_store(store);
}

uint32_t qn_odb_store_algorithm(const struct qn_odb_store *store)
{
    return store->options.algorithm;
}

const char *qn_odb_store_directory(const struct qn_odb_store *store)
{
    return store->options.directory;
}

void qn_odb_store_set_missing(struct qn_odb_store *store,
                              enum qn_status (*missing)(struct qn_ctx *ctx,
                                                        void *data,
                                                        const struct qn_id *ids,
                                                        size_t count))
{
    store->options.calls.missing = missing;
}

/* The published snapshot with one more owner; taken first where there is none,
 * or, with `is_fresh`, from another look at the disk. */
static enum qn_status pin_snapshot(struct qn_ctx *ctx,
                                   struct qn_odb_store *store, bool is_fresh,
                                   struct qn_odb_snapshot **out)
{
    struct qn_odb_snapshot *taken = NULL;
    enum qn_status status = QN_OK;

    qn_mutex_lock(store->mutex);
    if (is_fresh || !store->current) {
        status =
            qn_odb_snapshot_take(ctx, &store->options, store->current, &taken);
        if (!status) {
            qn_odb_snapshot_release(store->current);
            store->current = taken;
        }
    }
    if (!status)
        *out = qn_odb_snapshot_retain(store->current);
    qn_mutex_unlock(store->mutex);
    return status;
}

enum qn_status qn_odb_store_refresh(struct qn_ctx *ctx,
                                    struct qn_odb_store *store)
{
    struct qn_odb_snapshot *snapshot = NULL;
    enum qn_status status = pin_snapshot(ctx, store, true, &snapshot);

    qn_odb_snapshot_release(snapshot);
    return status;
}

static enum qn_status add_source(struct qn_ctx *ctx, struct qn_odb *odb,
                                 struct qn_odb_source *source)
{
    enum qn_status status =
        qn_memory_grow(ctx, &odb->sources, &odb->source_capacity,
                       odb->source_count + 1, sizeof(*odb->sources));

    if (status) {
        source->table->free(source);
        return status;
    }
    odb->sources[odb->source_count++] = source;
    return QN_OK;
}

/* A loose source for each directory of the snapshot that has none yet: those
 * from `first` on. */
static enum qn_status add_loose(struct qn_ctx *ctx, struct qn_odb *odb,
                                size_t first)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = first; i < odb->snapshot->count && !status; i++) {
        const struct qn_odb_directory *directory =
            &odb->snapshot->directories[i];
        struct qn_odb_source *source = NULL;

        status = qn_odb_loose_new(ctx, &odb->store->options, directory->path,
                                  directory->is_local, &source);
        if (!status)
            status = add_source(ctx, odb, source);
        if (!status && i == 0)
            odb->loose = source;
    }
    return status;
}

static void free_sources(struct qn_odb *odb)
{
    size_t i;

    for (i = 0; i < odb->source_count; i++)
        odb->sources[i]->table->free(odb->sources[i]);
    qn_memory_free(odb->sources);
    odb->sources = NULL;
    odb->source_count = odb->source_capacity = 0;
    odb->memory = odb->packed = odb->loose = NULL;
}

static enum qn_status fill_view(struct qn_ctx *ctx, struct qn_odb *odb)
{
    struct qn_odb_source *source = NULL;
    enum qn_status status = QN_OK;

    if (odb->flags & QN_ODB_IN_MEMORY) {
        status = qn_odb_memory_new(ctx, odb->store->options.algorithm, &source);
        if (!status)
            status = add_source(ctx, odb, source);
        if (!status)
            odb->memory = source;
    }
    if (!status)
        status = qn_odb_packed_new(ctx, odb->base_cache_limit, odb->snapshot,
                                   &source);
    if (!status)
        status = add_source(ctx, odb, source);
    if (!status)
        odb->packed = source;
    return status ? status : add_loose(ctx, odb, 0);
}

enum qn_status qn_odb_fill(struct qn_ctx *ctx, struct qn_odb *odb)
{
    struct qn_odb_snapshot *snapshot = NULL;
    enum qn_status status = pin_snapshot(ctx, odb->store, false, &snapshot);

    if (status)
        return status;
    odb->snapshot = snapshot;
    status = fill_view(ctx, odb);
    if (!status)
        return QN_OK;
    free_sources(odb);
    odb->snapshot = NULL;
    qn_odb_snapshot_release(snapshot);
    return status;
}

static struct qn_odb *make_view(struct qn_ctx *ctx, struct qn_odb_store *store,
                                unsigned flags)
{
    struct qn_odb *odb = qn_memory_calloc(ctx, 1, sizeof(*odb));

    if (!odb)
        return NULL;
    odb->store = qn_odb_store_retain(store);
    atomic_fetch_add(&odb->store->views, 1);
    odb->flags = flags;
    odb->base_cache_limit = store->options.base_cache_limit;
    return odb;
}

enum qn_status qn_odb_new(struct qn_ctx *ctx, struct qn_odb_store *store,
                          unsigned flags, struct qn_odb **out)
{
    struct qn_odb *odb = make_view(ctx, store, flags);
    enum qn_status status = QN_OK;

    if (!odb)
        return QN_NO_MEMORY;
    if (flags & QN_ODB_IN_MEMORY) /* forks look at what it holds */
        status = qn_odb_fill(ctx, odb);
    if (status)
        qn_odb_free(odb);
    else
        *out = odb;
    return status;
}

enum qn_status qn_odb_fork(struct qn_ctx *ctx, const struct qn_odb *odb,
                           struct qn_odb **out)
{
    struct qn_odb *fork = make_view(ctx, odb->store, odb->flags);
    enum qn_status status = QN_OK;
    uint32_t count;

    if (!fork)
        return QN_NO_MEMORY;
    /* Those who work side by side share what one may keep.  This may be a
     * worker's own call: the number is asked of the environment. */
    count = qn_env_thread_count(qn_ctx_env(ctx));
    fork->base_cache_limit /= count ? count : qn_os_processor_count();
    /* The other thread may be filling its view just now: nothing else of it is
     * looked at. */
    if (odb->flags & QN_ODB_IN_MEMORY) {
        status = qn_odb_fill(ctx, fork);
        if (!status)
            status = qn_odb_memory_copy(ctx, odb->memory, fork->memory);
    }
    if (status) {
        qn_odb_free(fork);
        return status;
    }
    fork->batch = odb->batch;
    fork->borrows_batch = true;
    *out = fork;
    return QN_OK;
}

void qn_odb_free(struct qn_odb *odb)
{
    if (!odb)
        return;
    if (!odb->borrows_batch)
        qn_odb_batch_free(odb->batch);
    free_sources(odb);
    qn_buf_dispose(&odb->scratch);
    qn_odb_snapshot_release(odb->snapshot);
    if (atomic_fetch_sub(&odb->store->views, 1) == 1 && odb->store->lease)
        qn_odb_lease_drop(odb->store);
    qn_odb_store_release(odb->store);
    qn_memory_free(odb);
}

void qn_odb_shed(struct qn_odb *odb)
{
    if (odb->packed)
        qn_odb_packed_shed(odb->packed, odb->base_cache_limit);
}

void qn_odb_limit_cache(struct qn_odb *odb, uint64_t size)
{
    if (odb->base_cache_limit > size)
        odb->base_cache_limit = size;
    if (odb->packed)
        qn_odb_packed_shed(odb->packed, odb->base_cache_limit);
}

bool qn_odb_replaces(const struct qn_odb *odb)
{
    return odb->store->options.calls.replace &&
           !(odb->flags & QN_ODB_NO_REPLACE);
}

uint32_t qn_odb_algorithm(const struct qn_odb *odb)
{
    return odb->store->options.algorithm;
}

enum qn_status qn_odb_check_depth(struct qn_ctx *ctx, const struct qn_odb *odb,
                                  size_t depth)
{
    if (depth < odb->store->options.tree_levels)
        return QN_OK;
    return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "tree.too-deep", NULL,
                              "exceeded maximum allowed tree depth");
}

struct qn_odb_store *qn_odb_get_store(const struct qn_odb *odb)
{
    return odb->store;
}

/* The directories of a snapshot are those of an older one, and perhaps more
 * behind them; loose sources of directories that are gone simply miss. */
static bool has_same_directories(const struct qn_odb_snapshot *a,
                                 const struct qn_odb_snapshot *b)
{
    size_t i;

    if (a->count != b->count)
        return false;
    for (i = 0; i < a->count; i++)
        if (strcmp(a->directories[i].path, b->directories[i].path) != 0)
            return false;
    return true;
}

static enum qn_status replace_loose(struct qn_ctx *ctx, struct qn_odb *odb)
{
    size_t kept = odb->memory ? 2 : 1; /* memory and packed stay */

    /* The one written to knows what is to be synced: keep it too. */
    kept++;
    while (odb->source_count > kept) {
        struct qn_odb_source *last = odb->sources[--odb->source_count];

        last->table->free(last);
    }
    return add_loose(ctx, odb, 1);
}

enum qn_status qn_odb_refresh(struct qn_ctx *ctx, struct qn_odb *odb)
{
    struct qn_odb_snapshot *snapshot = NULL, *before = odb->snapshot;
    enum qn_status status = pin_snapshot(ctx, odb->store, true, &snapshot);
    size_t i;

    if (status)
        return status;
    if (!before) {
        qn_odb_snapshot_release(snapshot); /* it is the published one */
        return qn_odb_fill(ctx, odb);
    }
    odb->snapshot = snapshot;
    if (!has_same_directories(before, snapshot))
        status = replace_loose(ctx, odb);
    qn_odb_snapshot_release(before);
    for (i = 0; i < odb->source_count && !status; i++)
        status =
            odb->sources[i]->table->refresh(ctx, odb->sources[i], snapshot);
    return status;
}

uint64_t qn_odb_approximate_count(struct qn_ctx *ctx, struct qn_odb *odb)
{
    if (qn_odb_ensure(ctx, odb)) {
        qn_ctx_clear(ctx);
        return 0;
    }
    return qn_odb_packed_count(ctx, odb->packed);
}
