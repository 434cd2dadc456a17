/* SPDX-License-Identifier: MIT */
/* Many new refs at once: into packed-refs, in one piece.
 *
 *   <ref>.lock of every one, empty -> packed-refs.lock -> is anything in the
 *   way? -> packed-refs.new -> renamed: all of them are there
 *   -> is anything in the way now?  then the old file is put back
 *
 * The locks keep others from making the same ref.  Whoever makes "a" beside our
 * "a/b", or the other way round, holds its lock before looking at what there
 * is: who looked before our rename is seen by our second look (a lock or a file
 * above, a directory that is not empty below), who looks after it sees ours.
 */
#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "refs/refs_files.h"

#include <stdlib.h>
#include <string.h>

#define MANY_MIN 200
/* What one ref of its own costs, in bytes of packed-refs copied; roughly. */
#define COST_OF_ONE ((uint64_t)64 * 1024)

static bool is_creation(const struct qn_ref_transaction *transaction,
                        const struct qn_ref_change *change)
{
    struct qn_refs_place place;

    if (!change->has_new || change->new_target || change->is_log_only ||
        change->is_rejected || qn_id_is_null(&change->new_id) ||
        strncmp(change->name, "refs/", 5) != 0)
        return false;
    qn_refs_place_of(change->name, &place);
    return place.is_shared &&
           (transaction->is_first ||
            (change->has_old && qn_id_is_null(&change->old_id)));
}

enum qn_status qn_refs_files_begin(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction)
{
    struct qn_packed_refs *packed;
    uint64_t count = 0;
    enum qn_status status;
    size_t i;

    transaction->packs = transaction->is_first;
    if (transaction->is_first || transaction->count < MANY_MIN)
        return QN_OK;
    for (i = 0; i < transaction->count; i++)
        count += is_creation(transaction, &transaction->changes[i]);
    if (count < MANY_MIN)
        return QN_OK;
    status = qn_refs_files_packed(ctx, transaction->refs, &packed);
    if (!status)
        transaction->packs = packed->stat.size / COST_OF_ONE <= count;
    return status;
}

bool qn_refs_files_may_take(const struct qn_ref_transaction *transaction,
                            const struct qn_ref_change *change)
{
    return transaction->packs && is_creation(transaction, change);
}

bool qn_refs_files_takes(const struct qn_ref_transaction *transaction,
                         const struct qn_ref_change *change)
{
    return change->writes && !change->exists &&
           qn_refs_files_may_take(transaction, change);
}

static bool is_added(const struct qn_ref_change *change)
{
    return change->is_packed && !change->is_rejected;
}

size_t qn_refs_files_added(const struct qn_ref_transaction *transaction)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < transaction->count; i++)
        count += is_added(&transaction->changes[i]);
    return count;
}

/* ---- what is in the way */

/* A ref, or one in the making, where one of ours has a directory. */
static enum qn_status look_above(struct qn_ctx *ctx,
                                 struct qn_ref_transaction *transaction,
                                 bool *is_free)
{
    const struct qn_map *above = &transaction->checked;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && *is_free && i < above->count; i++) {
        const char *name = (const char *)above->items[i].key.data;

        if (!strchr(name, '/'))
            continue;
        qn_buf_clear(&path);
        status =
            qn_buf_printf(ctx, &path, "%s/%s",
                          transaction->refs->options->common_directory, name);
        if (!status)
            status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
        if (!status && stat.kind != QN_FILE_NONE &&
            stat.kind != QN_FILE_DIRECTORY)
            *is_free = false;
        if (!status)
            status = qn_buf_append_string(ctx, &path, ".lock");
        if (!status)
            status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
        if (!status && stat.kind != QN_FILE_NONE)
            *is_free = false;
    }
    qn_buf_dispose(&path);
    return status;
}

/* A directory, with something in it, where one of ours is. */
static enum qn_status look_below(struct qn_ctx *ctx,
                                 struct qn_ref_transaction *transaction,
                                 bool *is_free)
{
    struct qn_file_stat stat;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && *is_free && i < transaction->count; i++) {
        const char *path = qn_buf_string(&transaction->changes[i].lock.path);

        if (!is_added(&transaction->changes[i]))
            continue;
        status = qn_file_lstat(ctx, path, &stat);
        if (status || stat.kind == QN_FILE_NONE)
            continue;
        if (stat.kind == QN_FILE_DIRECTORY) {
            qn_refs_files_remove_empty(ctx, path);
            status = qn_file_lstat(ctx, path, &stat);
        }
        *is_free = !status && stat.kind == QN_FILE_NONE;
    }
    return status;
}

enum qn_status qn_refs_files_look(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  bool *is_free)
{
    enum qn_status status;

    *is_free = true;
    if (transaction->is_first) /* nobody else is here */
        return QN_OK;
    status = look_above(ctx, transaction, is_free);
    return status ? status : look_below(ctx, transaction, is_free);
}

/* ---- packed-refs */

static int compare_changes(const void *a, const void *b)
{
    const struct qn_ref_change *const *x = a;
    const struct qn_ref_change *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

static enum qn_status put_new(struct qn_ctx *ctx, struct qn_refs *refs,
                              struct qn_refs_files_packing *packing,
                              const struct qn_ref_change *change)
{
    const struct qn_refs_calls *calls = &refs->options->calls;
    struct qn_packed_record record = {
        .name = qn_bytes_from_string(change->name), .id = change->new_id};
    enum qn_status status = QN_OK;

    if (calls->peel)
        status = calls->peel(ctx, calls->data, &change->new_id,
                             &record.has_peeled, &record.peeled);
    if (status == QN_NOT_FOUND) { /* it need not be there */
        qn_ctx_clear(ctx);
        record.has_peeled = false;
        status = QN_OK;
    }
    return status ? status : qn_refs_files_packing_add(ctx, packing, &record);
}

static bool is_dropped(const struct qn_ref_transaction *transaction,
                       struct qn_bytes name)
{
    const struct qn_map_item *item = qn_map_find(&transaction->names, name);
    const struct qn_ref_change *change;

    if (!item || !item->number)
        return false;
    change = &transaction->changes[item->number - 1];
    return !change->is_rejected && (change->deletes || change->is_packed);
}

static enum qn_status put_old(struct qn_ctx *ctx, struct qn_refs *refs,
                              struct qn_refs_files_packing *packing,
                              struct qn_packed_record *record)
{
    const struct qn_refs_calls *calls = &refs->options->calls;
    enum qn_status status = QN_OK;

    if (!record->has_peeled && calls->peel)
        status = calls->peel(ctx, calls->data, &record->id, &record->has_peeled,
                             &record->peeled);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status ? status : qn_refs_files_packing_add(ctx, packing, record);
}

/* The file as it is, without what goes, with what comes. */
static enum qn_status merge(struct qn_ctx *ctx,
                            struct qn_ref_transaction *transaction,
                            struct qn_refs_files_transaction *state,
                            const struct qn_ref_change *const *added,
                            size_t count)
{
    struct qn_refs *refs = transaction->refs;
    struct qn_packed_record record;
    enum qn_status status = QN_OK;
    size_t position = 0;
    size_t i = 0;

    for (;;) {
        status = qn_packed_refs_next(ctx, state->before, &position, &record);
        if (status)
            break;
        while (!status && i < count &&
               qn_bytes_compare(qn_bytes_from_string(added[i]->name),
                                record.name) < 0)
            status = put_new(ctx, refs, &state->packing, added[i++]);
        if (!status && !is_dropped(transaction, record.name))
            status = put_old(ctx, refs, &state->packing, &record);
        if (status)
            return status;
    }
    if (status != QN_END)
        return status;
    for (status = QN_OK; !status && i < count; i++)
        status = put_new(ctx, refs, &state->packing, added[i]);
    return status;
}

enum qn_status qn_refs_files_write_many(struct qn_ctx *ctx,
                                        struct qn_ref_transaction *transaction,
                                        struct qn_refs_files_transaction *state)
{
    size_t count = qn_refs_files_added(transaction);
    const struct qn_ref_change **added =
        qn_memory_array(ctx, count + 1, sizeof(*added));
    struct qn_packed_refs *packed;
    enum qn_status status;
    size_t i;

    if (!added)
        return QN_NO_MEMORY;
    for (i = 0, count = 0; i < transaction->count; i++)
        if (is_added(&transaction->changes[i]))
            added[count++] = &transaction->changes[i];
    qsort((void *)added, count, sizeof(*added), compare_changes);
    status = qn_refs_files_packed(ctx, transaction->refs, &packed);
    if (!status) {
        state->before = qn_packed_refs_retain(packed);
        status = qn_refs_files_packing_begin(ctx, transaction->refs,
                                             &state->packing);
    }
    if (!status)
        status = merge(ctx, transaction, state, added, count);
    if (!status)
        status =
            qn_refs_files_packing_end(ctx, transaction->refs, &state->packing);
    qn_memory_free((void *)added);
    return status;
}

/* ---- the moment of change */

/* As it was; nobody else has changed it: we hold its lock. */
static enum qn_status put_back(struct qn_ctx *ctx,
                               struct qn_ref_transaction *transaction,
                               struct qn_refs_files_transaction *state)
{
    struct qn_refs *refs = transaction->refs;
    struct qn_packed_record record;
    size_t position = 0;
    enum qn_status status =
        qn_refs_files_packing_begin(ctx, refs, &state->packing);

    while (!status) {
        status = qn_packed_refs_next(ctx, state->before, &position, &record);
        if (!status)
            status = put_old(ctx, refs, &state->packing, &record);
    }
    if (status == QN_END)
        status = qn_refs_files_packing_end(ctx, refs, &state->packing);
    return status ? status
                  : qn_refs_files_packing_commit(ctx, refs, &state->packing);
}

enum qn_status
qn_refs_files_publish_many(struct qn_ctx *ctx,
                           struct qn_ref_transaction *transaction,
                           struct qn_refs_files_transaction *state)
{
    const struct qn_refs_options *options = transaction->refs->options;
    bool is_free = true;
    enum qn_status status =
        qn_refs_files_packing_commit(ctx, transaction->refs, &state->packing);

    if (!status)
        status = qn_refs_files_look(ctx, transaction, &is_free);
    if (!status && is_free) {
        if (options->sync.components & (uint32_t)QN_SYNC_REFERENCE)
            status = qn_directory_sync(ctx, options->common_directory);
        return status;
    }
    if (!status)
        status = put_back(ctx, transaction, state);
    return status ? status
                  : qn_ctx_fail_reason(
                        ctx, QN_CONFLICT, "refs.name-conflict", NULL,
                        "cannot write packed-refs: another process makes a ref "
                        "whose name is a directory of one of these");
}

/* Empty directories that the locks had made. */
enum qn_status qn_refs_files_leave_many(struct qn_ctx *ctx,
                                        struct qn_ref_transaction *transaction)
{
    const char *last = "";
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < transaction->count; i++)
        if (transaction->changes[i].is_packed)
            qn_lock_file_rollback(&transaction->changes[i].lock);
    if (transaction->is_first)
        return QN_OK;
    for (i = 0; !status && i < transaction->count; i++) {
        const char *name = transaction->changes[i].name;
        const char *slash = strrchr(name, '/');

        if (!transaction->changes[i].is_packed || !slash ||
            (strrchr(last, '/') && strrchr(last, '/') - last == slash - name &&
             memcmp(last, name, (size_t)(slash - name)) == 0))
            continue;
        status = qn_refs_files_prune(ctx, transaction->refs, "", name);
        last = name;
    }
    return status;
}
