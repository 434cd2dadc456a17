/* SPDX-License-Identifier: MIT */
/* A store in a fresh directory, for each format and hash. */
#ifndef QN_UNIT_REFS_STORE_H
#define QN_UNIT_REFS_STORE_H

#include "unit.h"

#include "refs/refs.h"

struct cell {
    const char *name;
    enum qn_refs_format format;
    uint32_t algorithm;
};

static const struct cell cells[] = {
    {"files sha1", QN_REFS_FILES, QN_HASH_SHA1},
    {"files sha256", QN_REFS_FILES, QN_HASH_SHA256},
    {"reftable sha1", QN_REFS_REFTABLE, QN_HASH_SHA1},
    {"reftable sha256", QN_REFS_REFTABLE, QN_HASH_SHA256},
};

static const struct qn_refs_writer writer = {
    "C O Mitter <c@x> 1700000000 +0130"};

static inline struct qn_refs *open_store(struct qn_ctx *ctx,
                                         const struct cell *cell,
                                         const char *directory, bool is_new)
{
    const struct qn_refs_options options = {.git_directory = directory,
                                            .common_directory = directory,
                                            .format = cell->format,
                                            .algorithm = cell->algorithm,
                                            .files_lock_timeout_ms = 2000,
                                            .packed_lock_timeout_ms = 2000,
                                            .reftable_lock_timeout_ms = 5000,
                                            .log_updates = 1};
    struct qn_refs_store *store = NULL;
    struct qn_refs *refs = NULL;

    if (is_new)
        unit_assert_ok(ctx, qn_refs_store_create(ctx, &options));
    unit_assert_ok(ctx, qn_refs_store_open(ctx, &options, &store));
    unit_assert_ok(ctx, qn_refs_new(ctx, store, &refs));
    qn_refs_store_release(store);
    return refs;
}

static inline struct qn_id number_id(const struct cell *cell, uint32_t number)
{
    struct qn_id id;

    qn_id_clear(&id, cell->algorithm);
    id.bytes[0] = 0xab;
    id.bytes[16] = (uint8_t)(number >> 8);
    id.bytes[17] = (uint8_t)number;
    if (!number)
        id.bytes[0] = 0;
    return id;
}

/* One update of its own; `old` NULL: whatever it is. */
static inline enum qn_status set_ref(struct qn_ctx *ctx, struct qn_refs *refs,
                                     const char *name, const struct qn_id *id,
                                     const struct qn_id *old,
                                     const char *message)
{
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status = qn_ref_transaction_new(ctx, refs, &transaction);

    if (!status)
        status = qn_ref_transaction_update(ctx, transaction, name, id, old, 0,
                                           message);
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, &writer);
    qn_ref_transaction_free(transaction);
    return status;
}

#endif
