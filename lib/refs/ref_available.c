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

/* "a/...": nothing may be there when "a" is made. */
static enum qn_status check_below(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  const char *name)
{
    struct qn_refs *refs = transaction->refs;
    struct qn_buf *prefix = &transaction->scratch;
    struct qn_buf below = QN_BUF_INIT;
    const char *queued;
    enum qn_status status;

    qn_buf_clear(prefix);
    status = qn_buf_printf(ctx, prefix, "%s/", name);
    if (!status)
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

    return status ? status : check_below(ctx, transaction, change->name);
}
