/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "os/file.h"
#include "os/temporary.h"
#include "refs/refs_files.h"
#include "text/ref_name.h"
#include "text/wildmatch.h"

#include <string.h>

#define CHUNK_SIZE (64 * 1024)

enum qn_status
qn_refs_files_packing_begin(struct qn_ctx *ctx, struct qn_refs *refs,
                            struct qn_refs_files_packing *packing)
{
    const struct qn_refs_files *files = refs->state;
    enum qn_status status;

    status = qn_buf_printf(ctx, &packing->path, "%s.new",
                           qn_buf_string(&files->packed_path));
    /* Whoever left one behind is gone: we hold the lock. */
    if (!status)
        status = qn_temporary_add(ctx, qn_buf_string(&packing->path));
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&packing->path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &packing->fd);
    if (!status)
        status = qn_refs_files_share(ctx, refs->options,
                                     qn_buf_string(&packing->path));
    return status ? status
                  : qn_buf_append_string(ctx, &packing->chunk,
                                         QN_PACKED_REFS_HEADER);
}

static enum qn_status flush_chunk(struct qn_ctx *ctx,
                                  struct qn_refs_files_packing *packing)
{
    enum qn_status status = qn_file_write(ctx, packing->fd, packing->chunk.data,
                                          packing->chunk.size);

    qn_buf_clear(&packing->chunk);
    if (status && qn_ctx_errno(ctx))
        status = qn_ctx_fail_errno(
            ctx, qn_ctx_errno(ctx),
            "unable to write new packed-refs: error closing file %s",
            qn_buf_string(&packing->path));
    return status;
}

enum qn_status qn_refs_files_packing_add(struct qn_ctx *ctx,
                                         struct qn_refs_files_packing *packing,
                                         const struct qn_packed_record *record)
{
    enum qn_status status = qn_packed_refs_append(ctx, record, &packing->chunk);

    if (!status && packing->chunk.size >= CHUNK_SIZE)
        status = flush_chunk(ctx, packing);
    return status;
}

enum qn_status qn_refs_files_packing_end(struct qn_ctx *ctx,
                                         struct qn_refs *refs,
                                         struct qn_refs_files_packing *packing)
{
    const char *path = qn_buf_string(&packing->path);
    enum qn_status status = flush_chunk(ctx, packing);

    if (!status)
        status = qn_sync_file(ctx, &refs->options->sync, QN_SYNC_REFERENCE,
                              packing->fd, path);
    if (!status) {
        status = qn_file_close_written(ctx, packing->fd, path);
        packing->fd = -1;
    }
    return status;
}

enum qn_status
qn_refs_files_packing_commit(struct qn_ctx *ctx, struct qn_refs *refs,
                             struct qn_refs_files_packing *packing)
{
    const struct qn_refs_files *files = refs->state;
    enum qn_status status = qn_file_rename(ctx, qn_buf_string(&packing->path),
                                           qn_buf_string(&files->packed_path));

    if (!status) {
        qn_temporary_forget(qn_buf_string(&packing->path));
        qn_buf_clear(&packing->path);
    }
    return status;
}

void qn_refs_files_packing_dispose(struct qn_refs_files_packing *packing)
{
    qn_file_close(packing->fd);
    packing->fd = -1;
    if (packing->path.size)
        qn_temporary_remove(qn_buf_string(&packing->path));
    qn_buf_dispose(&packing->path);
    qn_buf_dispose(&packing->chunk);
    qn_lock_file_rollback(&packing->lock);
}

/* One loose ref that goes into packed-refs. */
struct candidate {
    const char *name;
    struct qn_id id;
};

struct pack_state {
    struct qn_refs *refs;
    const struct qn_refs_pack_options *options;
    struct qn_packed_refs *packed; /* before */
    struct qn_loose_names names;
    struct candidate *candidates;
    size_t count;
    size_t capacity;
};

static bool matches_any(const char *const *patterns, size_t count,
                        struct qn_bytes name)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (qn_wildmatch_matches(qn_bytes_from_string(patterns[i]), name, 0))
            return true;
    return false;
}

/* Does the caller want this one? */
static enum qn_status is_wanted(struct qn_ctx *ctx,
                                const struct pack_state *pack, const char *name,
                                bool *out)
{
    const struct qn_refs_pack_options *options = pack->options;
    struct qn_bytes bytes = qn_bytes_from_string(name);
    struct qn_packed_record record;

    *out = false;
    if (qn_ref_name_is_per_worktree(bytes) || !qn_ref_name_is_valid(bytes, 0) ||
        matches_any(options->excludes, options->exclude_count, bytes))
        return QN_OK;
    *out =
        options->all ||
        matches_any(options->includes, options->include_count, bytes) ||
        (!options->include_count && qn_bytes_has_prefix(bytes, "refs/tags/"));
    if (*out)
        return QN_OK;
    return qn_packed_refs_find(ctx, pack->packed, bytes, &record, out);
}

static enum qn_status gather(struct qn_ctx *ctx, struct pack_state *pack)
{
    const struct qn_refs_calls *calls = &pack->refs->options->calls;
    uint32_t algorithm = pack->refs->options->algorithm;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = QN_OK;
    bool takes;
    size_t i;

    for (i = 0; !status && i < pack->names.count; i++) {
        const char *name = pack->names.names[i];

        status = is_wanted(ctx, pack, name, &takes);
        if (status || !takes)
            continue;
        qn_ref_clear(&ref, algorithm);
        status = qn_loose_refs_read(ctx, pack->refs, name, &ref, &takes);
        if (status || !takes || ref.is_symbolic || ref.is_broken ||
            qn_id_is_null(&ref.id))
            continue;
        if (calls->exists)
            status = calls->exists(ctx, calls->data, &ref.id, &takes);
        if (!status && !takes)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "refs.broken",
                          "%s does not point to a valid object!", name);
        if (status || !takes)
            continue;
        status = qn_memory_grow(ctx, &pack->candidates, &pack->capacity,
                                pack->count + 1, sizeof(*pack->candidates));
        if (!status)
            pack->candidates[pack->count++] =
                (struct candidate){.name = name, .id = ref.id};
    }
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status add_candidate(struct qn_ctx *ctx,
                                    const struct pack_state *pack,
                                    struct qn_refs_files_packing *packing,
                                    const struct candidate *candidate)
{
    const struct qn_refs_calls *calls = &pack->refs->options->calls;
    struct qn_packed_record record = {
        .name = qn_bytes_from_string(candidate->name), .id = candidate->id};
    enum qn_status status = QN_OK;

    if (calls->peel)
        status = calls->peel(ctx, calls->data, &candidate->id,
                             &record.has_peeled, &record.peeled);
    return status ? status : qn_refs_files_packing_add(ctx, packing, &record);
}

/* Old records and new ones side by side. */
static enum qn_status write_merged(struct qn_ctx *ctx,
                                   const struct pack_state *pack,
                                   struct qn_refs_files_packing *packing)
{
    const struct qn_refs_calls *calls = &pack->refs->options->calls;
    struct qn_packed_record record;
    enum qn_status status;
    size_t position = 0;
    size_t i = 0;

    for (;;) {
        int order = -1;

        status = qn_packed_refs_next(ctx, pack->packed, &position, &record);
        if (status)
            break;
        while (!status && i < pack->count &&
               (order = qn_bytes_compare(
                    qn_bytes_from_string(pack->candidates[i].name),
                    record.name)) < 0)
            status = add_candidate(ctx, pack, packing, &pack->candidates[i++]);
        if (status)
            return status;
        if (i < pack->count && order == 0)
            continue; /* replaced */
        if (!record.has_peeled && calls->peel)
            status = calls->peel(ctx, calls->data, &record.id,
                                 &record.has_peeled, &record.peeled);
        if (!status)
            status = qn_refs_files_packing_add(ctx, packing, &record);
        if (status)
            return status;
    }
    if (status != QN_END)
        return status;
    for (status = QN_OK; !status && i < pack->count; i++)
        status = add_candidate(ctx, pack, packing, &pack->candidates[i]);
    return status;
}

static enum qn_status tell_pruning(struct qn_ctx *ctx, struct qn_refs *refs,
                                   const struct candidate *candidate,
                                   const char *state)
{
    struct qn_buf line = QN_BUF_INIT;
    struct qn_id none;
    enum qn_status status;

    qn_id_clear(&none, refs->options->algorithm);
    status = qn_ref_transaction_line(ctx, &candidate->id, &none,
                                     candidate->name, &line);
    if (!status)
        status = qn_ref_transaction_tell(ctx, refs, state, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    return status;
}

/* Take away the loose file if it still says what was packed. */
static enum qn_status prune_one(struct qn_ctx *ctx, struct qn_refs *refs,
                                const struct candidate *candidate,
                                struct qn_ref *ref)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    enum qn_status status;
    bool found;

    status = qn_refs_files_take_lock(ctx, refs, candidate->name, NULL, &lock);
    if (status == QN_LOCKED) { /* somebody works on it: leave it loose */
        qn_ctx_report(ctx, QN_REPORT_ERROR, "refs.locked",
                      "cannot lock ref '%s': %s", candidate->name,
                      qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status)
        return status;
    qn_ref_clear(ref, refs->options->algorithm);
    status = qn_loose_refs_read(ctx, refs, candidate->name, ref, &found);
    if (!status && found && !ref->is_symbolic && !ref->is_broken &&
        qn_id_is_equal(&ref->id, &candidate->id)) {
        status = tell_pruning(ctx, refs, candidate, "preparing");
        if (!status)
            status = tell_pruning(ctx, refs, candidate, "prepared");
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&lock.path));
        if (!status && tell_pruning(ctx, refs, candidate, "committed"))
            qn_ctx_clear(ctx);
    }
    qn_lock_file_rollback(&lock);
    return status ? status
                  : qn_refs_files_prune(ctx, refs, "", candidate->name);
}

/* What is packed, for the hook. */
static enum qn_status tell_packing(struct qn_ctx *ctx, struct pack_state *pack,
                                   const char *state)
{
    struct qn_buf lines = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    struct qn_id none;
    size_t i;

    if (!pack->count)
        return QN_OK;
    qn_id_clear(&none, pack->refs->options->algorithm);
    for (i = 0; i < pack->count && !status; i++)
        status = qn_ref_transaction_line(ctx, &none, &pack->candidates[i].id,
                                         pack->candidates[i].name, &lines);
    if (!status)
        status = qn_ref_transaction_tell(ctx, pack->refs, state,
                                         qn_buf_bytes(&lines));
    qn_buf_dispose(&lines);
    return status;
}

/* Enough loose refs that a rewrite pays: at least 16, and more the larger the
 * file is. */
static bool is_worth_it(const struct pack_state *pack)
{
    uint64_t size = pack->packed->stat.size / 100;
    size_t limit = 0;

    while (size > 1) {
        size >>= 1;
        limit += 5;
    }
    return pack->count >= (limit > 16 ? limit : 16);
}

static enum qn_status pack_locked(struct qn_ctx *ctx, struct pack_state *pack,
                                  struct qn_refs_files_packing *packing)
{
    enum qn_status status;

    status = qn_refs_files_packing_begin(ctx, pack->refs, packing);
    if (!status)
        status = write_merged(ctx, pack, packing);
    if (!status)
        status = qn_refs_files_packing_end(ctx, pack->refs, packing);
    if (!status)
        status = qn_refs_files_packing_commit(ctx, pack->refs, packing);
    return status;
}

enum qn_status qn_refs_files_pack(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const struct qn_refs_pack_options *options)
{
    struct qn_refs_files_packing packing = QN_REFS_FILES_PACKING_INIT;
    struct pack_state pack = {
        .refs = refs, .options = options, .names = QN_LOOSE_NAMES_INIT};
    const struct qn_refs_files *files = refs->state;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_packed_refs *packed;
    enum qn_status status;
    size_t i;

    status = qn_lock_file_take(ctx, &packing.lock,
                               qn_buf_string(&files->packed_path), 0666,
                               refs->options->packed_lock_timeout_ms);
    if (!status)
        status =
            qn_loose_refs_list(ctx, refs->options, "", "refs/", 0, &pack.names);
    if (!status)
        status = qn_refs_files_packed(ctx, refs, &packed);
    if (!status) {
        pack.packed = qn_packed_refs_retain(packed);
        status = gather(ctx, &pack);
    }
    if (!status && options->is_auto && !is_worth_it(&pack))
        goto out;
    if (!status)
        status = tell_packing(ctx, &pack, "preparing");
    if (!status)
        status = tell_packing(ctx, &pack, "prepared");
    if (!status)
        status = pack_locked(ctx, &pack, &packing);
    qn_refs_files_packing_dispose(&packing);
    if (!status && tell_packing(ctx, &pack, "committed"))
        qn_ctx_clear(ctx);
    /* As Git does it: the last one first. */
    for (i = pack.count; !status && options->prune && i > 0; i--)
        status = prune_one(ctx, refs, &pack.candidates[i - 1], &ref);
out:
    qn_refs_files_packing_dispose(&packing);
    qn_packed_refs_release(pack.packed);
    qn_memory_free(pack.candidates);
    qn_loose_refs_names_dispose(&pack.names);
    qn_ref_dispose(&ref);
    return status;
}
