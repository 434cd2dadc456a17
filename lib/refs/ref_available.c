/* SPDX-License-Identifier: MIT */
#include "refs/refs_backend.h"
#include "trace/trace.h"

#include <string.h>

static enum qn_status take_first(struct qn_ctx *ctx, void *data,
                                 const struct qn_ref *ref)
{
    enum qn_status status =
        qn_buf_append_bytes(ctx, data, qn_buf_bytes(&ref->name));

    return status ? status : QN_END;
}

static bool is_queued(const struct qn_ref_transaction *transaction,
                      struct qn_bytes name)
{
    const struct qn_map_item *item = qn_map_find(&transaction->names, name);

    return item && item->number &&
           !transaction->changes[item->number - 1].is_rejected;
}

/* "a" and "a/b" of "a/b/c": none of them may be a ref. */
static enum qn_status check_above(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  const char *name)
{
    struct qn_refs *refs = transaction->refs;
    struct qn_buf *prefix = &transaction->scratch;
    enum qn_status status;
    const char *slash;
    bool found, is_new;

    for (slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        struct qn_bytes part = qn_bytes_make(name, (size_t)(slash - name));

        if (!qn_map_find(&transaction->checked, part)) {
            qn_buf_clear(prefix);
            status = qn_buf_append_bytes(ctx, prefix, part);
            if (status)
                return status;
            status = refs->backend->read(ctx, refs, qn_buf_string(prefix),
                                         &transaction->ref, &found);
            if (status)
                return status;
            if (found)
                return qn_ctx_fail_reason(ctx, QN_CONFLICT,
                                          "refs.name-conflict", name,
                                          "'%s' exists; cannot create '%s'",
                                          qn_buf_string(prefix), name);
            if (!qn_map_put(ctx, &transaction->checked, part, &is_new))
                return QN_NO_MEMORY;
        }
        if (is_queued(transaction, part))
            return qn_ctx_fail_reason(
                ctx, QN_CONFLICT, "refs.name-conflict", name,
                "cannot process '%s' and '%.*s' at the same time", name,
                QN_BYTES_ARG(part));
    }
    return QN_OK;
}

/* The first of the queued names that starts with `prefix`, or NULL. */
static const char *find_queued(const struct qn_ref_transaction *transaction,
                               struct qn_bytes prefix)
{
    size_t low = 0;
    size_t high = transaction->sorted ? transaction->queued_count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (qn_bytes_compare(qn_bytes_from_string(transaction->sorted[middle]),
                             prefix) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; transaction->sorted && low < transaction->queued_count; low++) {
        struct qn_bytes name = qn_bytes_from_string(transaction->sorted[low]);

        if (name.size < prefix.size ||
            memcmp(name.data, prefix.data, prefix.size) != 0)
            return NULL;
        if (is_queued(transaction, name))
            return transaction->sorted[low];
    }
    return NULL;
}

/* Loose refs have been looked for, or there are none. */
static bool can_skip(const struct qn_ref_transaction *transaction,
                     const struct qn_ref_change *change)
{
    struct qn_refs_place place;

    qn_refs_place_of(change->name, &place);
    return place.is_shared &&
           (change->is_vacant ||
            transaction->refs->backend->format != QN_REFS_FILES);
}

static bool starts_with(struct qn_bytes name, struct qn_bytes prefix)
{
    return name.size >= prefix.size &&
           memcmp(name.data, prefix.data, prefix.size) == 0;
}

static bool is_in_gap(const struct qn_ref_transaction *transaction,
                      struct qn_bytes prefix)
{
    struct qn_bytes end = qn_buf_bytes(&transaction->gap_end);

    return transaction->has_gap &&
           qn_bytes_compare(qn_buf_bytes(&transaction->gap_start), prefix) <=
               0 &&
           (end.size == 0 ||
            (qn_bytes_compare(prefix, end) < 0 && !starts_with(end, prefix)));
}

/* As a walk of the prefix by take_first(); names mostly come in order, and then
 * one look tells of many. */
static enum qn_status find_below(struct qn_ctx *ctx,
                                 struct qn_ref_transaction *transaction,
                                 struct qn_bytes prefix, struct qn_buf *below)
{
    struct qn_refs *refs = transaction->refs;
    struct qn_buf *end = &transaction->gap_end;
    enum qn_status status;
    bool found;

    if (is_in_gap(transaction, prefix))
        return QN_OK;
    transaction->has_gap = false;
    qn_buf_clear(&transaction->gap_start);
    qn_buf_clear(end);
    status = refs->backend->next(ctx, refs, prefix, end, &found);
    if (status)
        return status;
    if (found && starts_with(qn_buf_bytes(end), prefix)) {
        status = qn_buf_append_bytes(ctx, below, qn_buf_bytes(end));
        return status ? status : QN_END;
    }
    status = qn_buf_append_bytes(ctx, &transaction->gap_start, prefix);
    transaction->has_gap = !status;
    return status;
}

/* "a/...": nothing may be there when "a" is made. */
static enum qn_status check_below(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  const struct qn_ref_change *change)
{
    const char *name = change->name;
    struct qn_refs *refs = transaction->refs;
    struct qn_buf *prefix = &transaction->scratch;
    struct qn_buf below = QN_BUF_INIT;
    const char *queued;
    enum qn_status status;

    qn_buf_clear(prefix);
    status = qn_buf_append_string(ctx, prefix, name);
    if (!status)
        status = qn_buf_append_byte(ctx, prefix, '/');
    if (!status && can_skip(transaction, change))
        status = find_below(ctx, transaction, qn_buf_bytes(prefix), &below);
    else if (!status)
        status = refs->backend->walk(ctx, refs, qn_buf_string(prefix), 0,
                                     take_first, &below);
    if (status == QN_END)
        status = qn_ctx_fail_reason(ctx, QN_CONFLICT, "refs.name-conflict",
                                    name, "'%s' exists; cannot create '%s'",
                                    qn_buf_string(&below), name);
    if (!status) {
        queued = find_queued(transaction, qn_buf_bytes(prefix));
        if (queued)
            status = qn_ctx_fail_reason(
                ctx, QN_CONFLICT, "refs.name-conflict", name,
                "cannot process '%s' and '%s' at the same time", name, queued);
    }
    qn_buf_dispose(&below);
    return status;
}

enum qn_status qn_ref_available_check(struct qn_ctx *ctx,
                                      struct qn_ref_transaction *transaction,
                                      const struct qn_ref_change *change)
{
    enum qn_status status = check_above(ctx, transaction, change->name);

    return status ? status : check_below(ctx, transaction, change);
}
