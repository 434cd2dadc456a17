/* SPDX-License-Identifier: MIT */
#include "operation/part/connected.h"

#include "odb/odb_pack.h"
#include "operation/part/alternate_refs.h"
#include "operation/part/list_objects.h"
#include "pack/pack_file.h"

#include <string.h>

bool qn_connected_is_partial(const struct qn_config *config)
{
    size_t count = qn_config_count(config), i;
    bool is_on;

    if (qn_config_find(config, "extensions.partialclone"))
        return true;
    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_bytes name;
        const char *variable;

        if (qn_config_key_in(entry->key, "remote", &name, &variable) &&
            ((strcmp(variable, "promisor") == 0 &&
              qn_config_parse_bool(entry->value, &is_on) && is_on) ||
             strcmp(variable, "partialclonefilter") == 0))
            return true;
    }
    return false;
}

/* All in packs of promisors: what they name is promised. */
static enum qn_status
are_promised(struct qn_ctx *ctx, const struct qn_connected *options, bool *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    *out = true;
    for (i = 0; !status && *out && i < options->ids->count; i++) {
        struct qn_pack_file *pack = NULL;
        uint64_t offset;

        status = qn_odb_pack_locate(ctx, options->scope->odb,
                                    &options->ids->ids[i], &pack, &offset);
        *out = pack && pack->is_promisor;
    }
    return status;
}

static enum qn_status see(struct qn_ctx *ctx, void *data,
                          const struct qn_walk_object *object)
{
    const struct qn_connected *options = data;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_here = true;
    enum qn_status status = QN_OK;

    if (object->type == QN_OBJECT_BLOB)
        status = qn_odb_exists(ctx, options->scope->odb, &object->id, &is_here);
    if (!status && !is_here)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "missing blob object '%s'",
                             qn_id_to_hex(&object->id, hex));
    return status;
}

static enum qn_status add_id(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             struct qn_revision_args *args,
                             const struct qn_id *id, unsigned flags)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i = args->count;
    enum qn_status status =
        qn_revision_args_word(ctx, scope, args, qn_id_to_hex(id, hex));

    for (; !status && i < args->count; i++)
        args->tips[i].flags |= flags;
    return status;
}

/* Where the search ends: own refs, and those of alternates. */
static enum qn_status exclude_known(struct qn_ctx *ctx,
                                    const struct qn_connected *options,
                                    struct qn_revision_args *args)
{
    static const char *const all[] = {"--all"};
    struct qn_id_list borrowed = {0};
    enum qn_status status;
    size_t i, used;

    args->ignores_missing = true;
    args->exclude_hidden = options->hidden;
    status =
        qn_revision_args_refs_option(ctx, options->scope, args, all, 1, &used);
    for (i = 0; i < args->count; i++)
        args->tips[i].flags |= QN_WALK_UNINTERESTING | QN_WALK_BOTTOM;
    if (!status && options->scope->repo)
        status =
            qn_alternate_refs_collect(ctx, options->scope->repo, &borrowed);
    for (i = 0; !status && i < borrowed.count; i++) {
        bool is_here;

        status =
            qn_odb_exists(ctx, options->scope->odb, &borrowed.ids[i], &is_here);
        if (!status && is_here)
            status = add_id(ctx, options->scope, args, &borrowed.ids[i],
                            QN_WALK_UNINTERESTING | QN_WALK_BOTTOM);
    }
    args->ignores_missing = false;
    qn_id_list_dispose(&borrowed);
    return status;
}

static enum qn_status search(struct qn_ctx *ctx,
                             const struct qn_connected *options)
{
    struct qn_list_objects listing = {.scope = options->scope,
                                      .each = see,
                                      .data = (void *)options,
                                      .excludes_promised = options->is_partial};
    struct qn_revision_args args;
    enum qn_status status = QN_OK;
    size_t i;

    qn_revision_args_init(&args);
    if (!options->ignores_refs)
        status = exclude_known(ctx, options, &args);
    for (i = 0; !status && i < options->ids->count; i++)
        status = add_id(ctx, options->scope, &args, &options->ids->ids[i], 0);
    if (options->shallow) {
        args.walk.shallow = options->shallow->ids;
        args.walk.shallow_count = options->shallow->count;
    }
    listing.args = &args;
    if (!status)
        status = qn_list_objects_run(ctx, &listing);
    qn_revision_args_dispose(&args);
    return status;
}

enum qn_status qn_connected_require(struct qn_ctx *ctx,
                                    const struct qn_connected *options)
{
    bool is_promised = false;
    enum qn_status status = QN_OK;

    if (options->ids->count == 0)
        return QN_OK;
    if (options->is_partial)
        status = are_promised(ctx, options, &is_promised);
    return status || is_promised ? status : search(ctx, options);
}

static bool is_answer(enum qn_status status)
{
    return status != QN_NO_MEMORY && status != QN_CANCELLED &&
           status != QN_TIMEOUT && status != QN_IO;
}

enum qn_status qn_connected_tell(struct qn_ctx *ctx,
                                 const struct qn_connected *options, bool *out)
{
    enum qn_status status = qn_connected_require(ctx, options);

    *out = status == QN_OK;
    if (*out || !is_answer(status))
        return status;
    qn_ctx_report(ctx, QN_REPORT_INFO, qn_ctx_reason(ctx), "fatal: %s",
                  qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

enum qn_status qn_connected_check(struct qn_ctx *ctx,
                                  const struct qn_connected *options, bool *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    *out = true;
    for (i = 0; !status && *out && i < options->ids->count; i++)
        status =
            qn_odb_exists(ctx, options->scope->odb, &options->ids->ids[i], out);
    if (status || !*out || options->ids->count == 0)
        return status;
    *out = false;
    if (options->is_partial)
        status = are_promised(ctx, options, out);
    if (status || *out)
        return status;
    status = search(ctx, options);
    *out = status == QN_OK;
    if (is_answer(status)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return status;
}
