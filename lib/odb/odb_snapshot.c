/* SPDX-License-Identifier: MIT */
#include "odb/odb_snapshot.h"

#include "base/arena.h"
#include "base/memory.h"
#include "hash/hash.h"
#include "odb/odb_alternates.h"
#include "os/directory.h"

#include <stdlib.h>

struct qn_odb_snapshot *qn_odb_snapshot_retain(struct qn_odb_snapshot *snapshot)
{
    atomic_fetch_add_explicit(&snapshot->owners, 1, memory_order_relaxed);
    return snapshot;
}

static void release_layers(struct qn_odb_layers *layers)
{
    size_t i;

    if (!layers || atomic_fetch_sub_explicit(&layers->owners, 1,
                                             memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < layers->count; i++)
        qn_multi_pack_index_close(&layers->indexes[i]);
    qn_memory_free(layers->indexes);
    qn_memory_free(layers);
}

static void dispose_directory(struct qn_odb_directory *directory)
{
    size_t i;

    for (i = 0; i < directory->pack_count; i++)
        qn_pack_file_release(directory->packs[i]);
    if (directory->layer_packs)
        for (i = 0; i < directory->layers->count; i++)
            qn_memory_free(directory->layer_packs[i]);
    qn_memory_free(directory->layer_packs);
    qn_memory_free(directory->is_covered);
    release_layers(directory->layers);
    qn_memory_free(directory->packs);
    qn_memory_free(directory->path);
}

void qn_odb_snapshot_release(struct qn_odb_snapshot *snapshot)
{
    size_t i;

    if (!snapshot || atomic_fetch_sub_explicit(&snapshot->owners, 1,
                                               memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < snapshot->count; i++)
        dispose_directory(&snapshot->directories[i]);
    qn_memory_free(snapshot->directories);
    qn_memory_free(snapshot);
}

static struct qn_odb_directory *find_directory(struct qn_odb_snapshot *snapshot,
                                               const char *path)
{
    size_t i;

    for (i = 0; snapshot && i < snapshot->count; i++)
        if (strcmp(snapshot->directories[i].path, path) == 0)
            return &snapshot->directories[i];
    return NULL;
}

static struct qn_pack_file *find_pack(const struct qn_odb_directory *directory,
                                      const char *path)
{
    size_t i;

    for (i = 0; directory && i < directory->pack_count; i++)
        if (strcmp(directory->packs[i]->path, path) == 0)
            return directory->packs[i];
    return NULL;
}

/* The names in a pack directory, sorted: what lies beside a pack is told from
 * them, without a call for each. */
struct listing {
    struct qn_arena arena;
    const char **names;
    size_t count;
    size_t capacity;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum qn_status read_listing(struct qn_ctx *ctx, const char *path,
                                   struct listing *list)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    status = qn_directory_open(ctx, path, &directory);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    while (!status && qn_directory_next(directory, &name, &kind)) {
        status = qn_memory_grow(ctx, &list->names, &list->capacity,
                                list->count + 1, sizeof(*list->names));
        if (status)
            break;
        list->names[list->count] =
            qn_arena_copy(ctx, &list->arena, qn_bytes_from_string(name));
        if (!list->names[list->count++])
            status = QN_NO_MEMORY;
    }
    status = qn_directory_end(ctx, directory, status);
    if (!status && list->count > 1)
        qsort(list->names, list->count, sizeof(*list->names), compare_names);
    return status;
}

static void dispose_listing(struct listing *list)
{
    qn_arena_dispose(&list->arena);
    qn_memory_free(list->names);
}

/* Does the pack's file with this extension lie there? */
static enum qn_status has_sibling(struct qn_ctx *ctx,
                                  const struct listing *list,
                                  const struct qn_pack_file *pack,
                                  const char *extension, bool *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_pack_file_sibling(ctx, pack, extension, &path);

    if (!status) {
        const char *name = strrchr(qn_buf_string(&path), '/') + 1;

        *out = bsearch(&name, list->names, list->count, sizeof(*list->names),
                       compare_names) != NULL;
    }
    qn_buf_dispose(&path);
    return status;
}

/* Open a pack that was not known.  `*out` NULL: its .pack is gone. */
static enum qn_status make_pack(struct qn_ctx *ctx, const char *path,
                                uint32_t algorithm, bool is_local,
                                const struct listing *list,
                                struct qn_pack_file **out)
{
    struct qn_pack_file *pack = NULL;
    struct qn_file_stat stat;
    enum qn_status status;

    *out = NULL;
    status = qn_file_stat(ctx, path, &stat);
    if (status || stat.kind != QN_FILE_REGULAR)
        return status;
    status = qn_pack_file_new(ctx, path, algorithm, &pack);
    if (status)
        return status;
    pack->size = stat.size;
    pack->mtime_ns = stat.mtime_ns;
    pack->is_local = is_local;
    status = has_sibling(ctx, list, pack, ".keep", &pack->is_kept);
    if (!status)
        status = has_sibling(ctx, list, pack, ".promisor", &pack->is_promisor);
    if (!status)
        status = has_sibling(ctx, list, pack, ".mtimes", &pack->is_cruft);
    if (status)
        qn_pack_file_release(pack);
    else
        *out = pack;
    return status;
}

static int compare_packs(const void *a, const void *b)
{
    const struct qn_pack_file *one = *(struct qn_pack_file *const *)a;
    const struct qn_pack_file *two = *(struct qn_pack_file *const *)b;

    if (one->is_cruft != two->is_cruft) /* they are looked at last */
        return one->is_cruft ? 1 : -1;
    if (one->mtime_ns != two->mtime_ns)
        return one->mtime_ns > two->mtime_ns ? -1 : 1;
    return strcmp(one->path, two->path);
}

static enum qn_status add_pack(struct qn_ctx *ctx,
                               struct qn_odb_directory *directory,
                               const struct qn_odb_directory *previous,
                               uint32_t algorithm, const struct listing *list,
                               const char *path)
{
    struct qn_pack_file *pack = find_pack(previous, path);
    enum qn_status status = QN_OK;

    if (pack)
        qn_pack_file_retain(pack);
    else
        status =
            make_pack(ctx, path, algorithm, directory->is_local, list, &pack);
    if (!status && pack)
        directory->packs[directory->pack_count++] = pack;
    return status;
}

static enum qn_status list_packs(struct qn_ctx *ctx,
                                 struct qn_odb_directory *directory,
                                 const struct qn_odb_directory *previous,
                                 uint32_t algorithm)
{
    struct listing list = {.arena = QN_ARENA_INIT};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    size_t stem, i;

    status = qn_buf_printf(ctx, &path, "%s/pack", directory->path);
    if (!status)
        status = read_listing(ctx, qn_buf_string(&path), &list);
    if (!status) {
        directory->packs =
            qn_memory_calloc(ctx, list.count + 1, sizeof(*directory->packs));
        if (!directory->packs)
            status = QN_NO_MEMORY;
    }
    stem = path.size;
    for (i = 0; i < list.count && !status; i++) {
        struct qn_bytes text = qn_bytes_from_string(list.names[i]);

        if (!qn_bytes_has_suffix(text, ".idx") ||
            qn_bytes_has_prefix(text, "tmp_"))
            continue;
        qn_buf_truncate(&path, stem);
        status = qn_buf_printf(ctx, &path, "/%.*s.pack", (int)(text.size - 4),
                               list.names[i]);
        if (!status)
            status = add_pack(ctx, directory, previous, algorithm, &list,
                              qn_buf_string(&path));
    }
    dispose_listing(&list);
    qn_buf_dispose(&path);
    if (!status && directory->pack_count > 1)
        qsort(directory->packs, directory->pack_count,
              sizeof(*directory->packs), compare_packs);
    return status;
}

static enum qn_status stat_layers(struct qn_ctx *ctx, const char *directory,
                                  struct qn_file_stat *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &path, "%s/pack/multi-pack-index", directory);
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&path), out);
    qn_buf_clear(&path);
    if (!status && out->kind == QN_FILE_NONE) {
        status = qn_buf_printf(
            ctx, &path, "%s/pack/multi-pack-index.d/multi-pack-index-chain",
            directory);
        if (!status)
            status = qn_file_stat(ctx, qn_buf_string(&path), out);
    }
    qn_buf_dispose(&path);
    return status;
}

/* A small layer whose checksum is wrong is done without, and so are those above
 * it. */
static void drop_unproven(struct qn_ctx *ctx, struct qn_odb_layers *layers,
                          uint32_t algorithm, const char *directory)
{
    size_t good = 0;

    while (good < layers->count &&
           qn_hash_proves(algorithm,
                          qn_bytes_make(layers->indexes[good].map.data,
                                        layers->indexes[good].map.size)))
        good++;
    if (good == layers->count)
        return;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "multi-pack-index.damaged",
                  "multi-pack-index of '%s/pack' has an incorrect checksum; "
                  "doing without it",
                  directory);
    while (layers->count > good)
        qn_multi_pack_index_close(&layers->indexes[--layers->count]);
}

static enum qn_status open_layers(struct qn_ctx *ctx,
                                  struct qn_odb_directory *directory,
                                  const struct qn_odb_directory *previous,
                                  uint32_t algorithm)
{
    struct qn_odb_layers *layers;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status;

    status = stat_layers(ctx, directory->path, &stat);
    if (status || stat.kind != QN_FILE_REGULAR)
        return status;
    if (previous && previous->layers &&
        previous->layers->mtime_ns == stat.mtime_ns &&
        previous->layers->inode == stat.inode) {
        directory->layers = previous->layers;
        atomic_fetch_add(&directory->layers->owners, 1);
        return QN_OK;
    }
    layers = qn_memory_calloc(ctx, 1, sizeof(*layers));
    if (!layers)
        return QN_NO_MEMORY;
    atomic_init(&layers->owners, 1);
    layers->mtime_ns = stat.mtime_ns;
    layers->inode = stat.inode;
    status = qn_buf_printf(ctx, &path, "%s/pack", directory->path);
    if (!status)
        status =
            qn_multi_pack_index_open_all(ctx, qn_buf_string(&path), algorithm,
                                         &layers->indexes, &layers->count);
    qn_buf_dispose(&path);
    if (status) {
        qn_memory_free(layers);
        return status;
    }
    drop_unproven(ctx, layers, algorithm, directory->path);
    directory->layers = layers;
    return QN_OK;
}

static uint32_t position_of(const struct qn_odb_directory *directory,
                            const char *index_name)
{
    size_t stem = strlen(index_name), i;

    if (stem > 4 && strcmp(index_name + stem - 4, ".idx") == 0)
        stem -= 4;
    for (i = 0; i < directory->pack_count; i++) {
        const struct qn_pack_file *pack = directory->packs[i];

        if (pack->stem_size > stem &&
            pack->path[pack->stem_size - stem - 1] == '/' &&
            memcmp(pack->path + pack->stem_size - stem, index_name, stem) == 0)
            return (uint32_t)i;
    }
    return QN_ODB_LAYER_NO_PACK;
}

/* Which pack of the directory each pack of each layer is. */
static enum qn_status match_layers(struct qn_ctx *ctx,
                                   struct qn_odb_directory *directory)
{
    struct qn_odb_layers *layers = directory->layers;
    size_t i;
    uint32_t j;

    directory->is_covered =
        qn_memory_calloc(ctx, directory->pack_count + 1, sizeof(bool));
    if (!directory->is_covered)
        return QN_NO_MEMORY;
    if (!layers)
        return QN_OK;
    directory->layer_packs = qn_memory_calloc(ctx, layers->count + 1,
                                              sizeof(*directory->layer_packs));
    if (!directory->layer_packs)
        return QN_NO_MEMORY;
    for (i = 0; i < layers->count; i++) {
        const struct qn_multi_pack_index *index = &layers->indexes[i];
        uint32_t *packs =
            qn_memory_array(ctx, (size_t)index->pack_count + 1, sizeof(*packs));

        if (!packs)
            return QN_NO_MEMORY;
        directory->layer_packs[i] = packs;
        for (j = 0; j < index->pack_count; j++) {
            packs[j] = position_of(directory, index->names[j]);
            if (packs[j] != QN_ODB_LAYER_NO_PACK)
                directory->is_covered[packs[j]] = true;
        }
    }
    return QN_OK;
}

static bool is_same(const struct qn_odb_snapshot *a,
                    const struct qn_odb_snapshot *b)
{
    size_t i, j;

    if (!a || a->count != b->count)
        return false;
    for (i = 0; i < a->count; i++) {
        const struct qn_odb_directory *one = &a->directories[i];
        const struct qn_odb_directory *two = &b->directories[i];

        if (strcmp(one->path, two->path) != 0 || one->layers != two->layers ||
            one->pack_count != two->pack_count)
            return false;
        for (j = 0; j < one->pack_count; j++)
            if (one->packs[j] != two->packs[j])
                return false;
    }
    return true;
}

static enum qn_status fill_directory(struct qn_ctx *ctx,
                                     const struct qn_odb_store_options *options,
                                     struct qn_odb_snapshot *previous,
                                     const char *path,
                                     struct qn_odb_directory *directory)
{
    const struct qn_odb_directory *before = find_directory(previous, path);
    enum qn_status status;

    directory->path = qn_memory_string(ctx, qn_bytes_from_string(path));
    if (!directory->path)
        return QN_NO_MEMORY;
    status = list_packs(ctx, directory, before, options->algorithm);
    if (!status && options->uses_multi_pack_index && directory->pack_count > 0)
        status = open_layers(ctx, directory, before, options->algorithm);
    if (!status)
        status = match_layers(ctx, directory);
    return status;
}

enum qn_status qn_odb_snapshot_take(struct qn_ctx *ctx,
                                    const struct qn_odb_store_options *options,
                                    struct qn_odb_snapshot *previous,
                                    struct qn_odb_snapshot **out)
{
    struct qn_odb_alternates list = QN_ODB_ALTERNATES_INIT;
    struct qn_odb_snapshot *snapshot = NULL;
    enum qn_status status;
    size_t i;

    status = qn_odb_alternates_find(ctx, options->directory,
                                    options->alternates, &list);
    if (status)
        return status;
    snapshot = qn_memory_calloc(ctx, 1, sizeof(*snapshot));
    if (snapshot) {
        atomic_init(&snapshot->owners, 1);
        snapshot->directories =
            qn_memory_calloc(ctx, list.count, sizeof(*snapshot->directories));
    }
    if (!snapshot || !snapshot->directories) {
        status = QN_NO_MEMORY;
        goto out;
    }
    for (i = 0; i < list.count && !status; i++) {
        snapshot->count = i + 1;
        snapshot->directories[i].is_local = i == 0;
        status = fill_directory(ctx, options, previous, list.paths[i],
                                &snapshot->directories[i]);
    }
    if (status)
        goto out;
    if (is_same(previous, snapshot))
        *out = qn_odb_snapshot_retain(previous);
    else
        *out = qn_odb_snapshot_retain(snapshot);
out:
    qn_odb_snapshot_release(snapshot);
    qn_odb_alternates_dispose(&list);
    return status;
}
