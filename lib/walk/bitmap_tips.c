/* SPDX-License-Identifier: MIT */
/* The commits that refs name, for bitmaps. */
#include "base/memory.h"
#include "config/config.h"
#include "refs/refs.h"
#include "repo/repo.h"
#include "walk/bitmap_build.h"

#include <string.h>

struct reading {
    const struct qn_revision_scope *scope;
    struct qn_bitmap_tips *tips;
    const struct qn_config *config; /* or NULL */
};

/* Is the ref in a hierarchy that is preferred? */
static bool is_preferred(const struct qn_config *config, struct qn_bytes name)
{
    const struct qn_config_entry *entry =
        config ? qn_config_find(config, "pack.preferbitmaptips") : NULL;

    for (; entry; entry = qn_config_previous(config, entry)) {
        size_t size = entry->value ? strlen(entry->value) : 0;

        if (size == 0 || !qn_bytes_has_prefix(name, entry->value))
            continue;
        if (entry->value[size - 1] == '/' ||
            (name.size > size && name.data[size] == '/'))
            return true;
    }
    return false;
}

static enum qn_status add(struct qn_ctx *ctx, struct qn_id **ids, size_t *count,
                          size_t *capacity, const struct qn_id *id)
{
    enum qn_status status =
        qn_memory_grow(ctx, ids, capacity, *count + 1, sizeof(**ids));

    if (!status)
        (*ids)[(*count)++] = *id;
    return status;
}

static enum qn_status add_tip(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct reading *reading = data;
    struct qn_bitmap_tips *tips = reading->tips;
    struct qn_id commit;
    enum qn_status status = qn_revision_peel(ctx, reading->scope->odb, &ref->id,
                                             QN_OBJECT_COMMIT, &commit);

    if (status == QN_NO_MEMORY)
        return status;
    if (status) {
        qn_ctx_clear(ctx); /* it names no commit */
        return QN_OK;
    }
    status =
        add(ctx, &tips->tips, &tips->tip_count, &tips->tip_capacity, &commit);
    if (!status && is_preferred(reading->config, qn_buf_bytes(&ref->name)))
        status = add(ctx, &tips->preferred, &tips->preferred_count,
                     &tips->preferred_capacity, &commit);
    return status;
}

enum qn_status qn_bitmap_tips_read(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_bitmap_tips *out)
{
    struct reading reading = {.scope = scope, .tips = out};

    if (scope->repo)
        reading.config = qn_repo_config(scope->repo);
    return qn_refs_walk(ctx, scope->refs, "", 0, add_tip, &reading);
}

void qn_bitmap_tips_dispose(struct qn_bitmap_tips *tips)
{
    qn_memory_free(tips->tips);
    qn_memory_free(tips->preferred);
}
