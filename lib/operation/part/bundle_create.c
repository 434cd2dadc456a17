/* SPDX-License-Identifier: MIT */
/* Writing a bundle: which commits, what the reader must have, which refs. */
#include "base/map.h"
#include "base/memory.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "operation/op_bundle.h"
#include "operation/op_pack_objects.h"
#include "os/file.h"
#include "show/pretty.h"
#include "walk/merge_base.h"

struct creating {
    const struct qn_bundle_create *op;
    struct qn_buf header;
    struct qn_buf revisions; /* for the pack: lines */
    struct qn_id_map shown;  /* commits of the walk */
    struct qn_map names;     /* of refs, once each */
    struct qn_object object;
    size_t prerequisite_count;
};

static enum qn_status add_prerequisite(struct qn_ctx *ctx, struct creating *c,
                                       const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_commit commit;
    enum qn_status status;

    c->prerequisite_count++;
    status = qn_odb_read_typed(ctx, c->op->scope->odb, id, QN_OBJECT_COMMIT,
                               &c->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&c->object),
                                 id->algorithm, &commit);
    if (!status)
        status = qn_buf_printf(ctx, &c->header, "-%s ", qn_id_to_hex(id, hex));
    if (!status)
        status = qn_pretty_subject(ctx, commit.message, " ", &c->header, NULL);
    if (!status)
        status = qn_buf_append_byte(ctx, &c->header, '\n');
    return status ? status : qn_buf_printf(ctx, &c->revisions, "^%s\n", hex);
}

static enum qn_status walk_commits(struct qn_ctx *ctx, struct creating *c)
{
    struct qn_revision_args *args = c->op->args;
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    uint32_t position;
    bool is_new;
    enum qn_status status;

    args->walk.shows_boundary = true;
    args->walk.pathspec = c->op->pathspec;
    status = qn_commit_walk_new(ctx, c->op->scope, &args->walk, &walk);
    if (!status)
        status = qn_revision_args_start(ctx, args, walk);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (status)
            break;
        if (commit.flags & QN_WALK_BOUNDARY)
            status = add_prerequisite(ctx, c, &commit.id);
        else
            status =
                qn_id_map_put(ctx, &c->shown, &commit.id, &position, &is_new);
    }
    qn_commit_walk_free(walk);
    return status == QN_END ? QN_OK : status;
}

/* A tag that is older or younger than the commits asked for. */
static enum qn_status is_in_range(struct qn_ctx *ctx, struct creating *c,
                                  const struct qn_revision_tip *tip,
                                  bool *is_in)
{
    const struct qn_walk_options *walk = &c->op->args->walk;
    struct qn_ident tagger;
    struct qn_tag tag;
    enum qn_status status;

    *is_in = true;
    if ((walk->since == 0 && walk->until == 0) ||
        qn_id_is_equal(&tip->id, &tip->target))
        return QN_OK;
    status = qn_odb_read_typed(ctx, c->op->scope->odb, &tip->id, QN_OBJECT_TAG,
                               &c->object);
    if (!status)
        status = qn_tag_parse(ctx, qn_object_bytes(&c->object),
                              tip->id.algorithm, &tag);
    if (status || !qn_ident_parse(tag.tagger, &tagger) || !tagger.has_date)
        return status;
    *is_in = (walk->since == 0 || tagger.seconds >= walk->since) &&
             (walk->until == 0 || tagger.seconds <= walk->until);
    return QN_OK;
}

/* Was it left out because the reader has it?  Then there is nothing to say. */
static enum qn_status is_excluded(struct qn_ctx *ctx, const struct creating *c,
                                  const struct qn_id *id, bool *out)
{
    const struct qn_revision_args *args = c->op->args;
    enum qn_status status = QN_OK;
    size_t i;

    *out = false;
    for (i = 0; !status && !*out && i < args->count; i++)
        if ((args->tips[i].flags & QN_WALK_UNINTERESTING) &&
            args->tips[i].type == QN_OBJECT_COMMIT)
            status = qn_merge_base_is_ancestor(ctx, c->op->scope, id,
                                               &args->tips[i].target, out);
    return status;
}

static bool is_excluded_tag(const struct creating *c,
                            const struct qn_revision_tip *tip)
{
    const struct qn_revision_args *args = c->op->args;
    size_t i;

    for (i = 0; i < args->count; i++)
        if ((args->tips[i].flags & QN_WALK_UNINTERESTING) &&
            !qn_id_is_equal(&tip->id, &tip->target) &&
            qn_id_is_equal(&args->tips[i].id, &tip->id))
            return true;
    return false;
}

static enum qn_status add_tip(struct qn_ctx *ctx, struct creating *c,
                              const struct qn_revision_tip *tip)
{
    struct qn_ref ref = QN_REF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const char *name = tip->ref_name;
    bool found = false, is_new = false, is_in;
    enum qn_status status;

    status = qn_refs_find(ctx, c->op->scope->refs, tip->ref_name, &ref, &found);
    if (!status && found && ref.is_symbolic && strcmp(name, "HEAD") != 0) {
        name = tip->name; /* whole: as it was written; short: its end */
        if (strcmp(name, tip->ref_name) != 0)
            status = qn_refs_resolve(ctx, c->op->scope->refs, tip->ref_name,
                                     &ref, &found);
        if (!status && found && strcmp(name, tip->ref_name) != 0)
            name = qn_buf_string(&ref.name);
    }
    if (!status)
        status = is_in_range(ctx, c, tip, &is_in);
    if (status || !found || !is_in)
        goto out;
    if (is_excluded_tag(c, tip))
        goto out;
    if (tip->type == QN_OBJECT_COMMIT &&
        qn_id_is_equal(&tip->id, &tip->target) &&
        qn_id_map_find(&c->shown, &tip->id) == QN_ID_MAP_NONE) {
        status = is_excluded(ctx, c, &tip->id, &is_in);
        if (status || is_in)
            goto out;
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle.excluded",
                      "ref '%s' is excluded by the rev-list options",
                      tip->name);
        goto out;
    }
    if (!qn_map_put(ctx, &c->names, qn_bytes_from_string(name), &is_new))
        status = QN_NO_MEMORY;
    if (status || !is_new)
        goto out;
    qn_id_to_hex(&tip->id, hex);
    status = qn_buf_printf(ctx, &c->header, "%s %s\n", hex, name);
    if (!status)
        status = qn_buf_printf(ctx, &c->revisions, "%s\n", hex);
out:
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status add_refs(struct qn_ctx *ctx, struct creating *c)
{
    const struct qn_revision_args *args = c->op->args;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < args->count; i++)
        if (!(args->tips[i].flags & QN_WALK_UNINTERESTING) &&
            *args->tips[i].ref_name)
            status = add_tip(ctx, c, &args->tips[i]);
    if (!status && c->names.count == 0)
        status =
            qn_ctx_fail(ctx, QN_INVALID, "Refusing to create empty bundle.");
    return status;
}

static enum qn_status begin_header(struct qn_ctx *ctx, struct creating *c)
{
    uint32_t algorithm = qn_odb_algorithm(c->op->scope->odb);
    bool is_filtered = c->op->filter && c->op->filter->count > 0;
    uint32_t least = algorithm != QN_HASH_SHA1 || is_filtered ? 3 : 2;
    uint32_t version = c->op->version ? c->op->version : least;
    enum qn_status status;

    if (version < 2 || version > 3)
        return qn_ctx_fail(ctx, QN_INVALID, "unsupported bundle version %u",
                           (unsigned)version);
    if (version < least)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "cannot write bundle version %u with algorithm %s",
                           (unsigned)version, qn_id_algorithm_name(algorithm));
    status =
        qn_buf_printf(ctx, &c->header, "# v%u git bundle\n", (unsigned)version);
    if (!status && version == 3)
        status = qn_buf_printf(ctx, &c->header, "@object-format=%s\n",
                               qn_id_algorithm_name(algorithm));
    if (!status && is_filtered) {
        status = qn_buf_append_string(ctx, &c->header, "@filter=");
        if (!status)
            status = qn_filter_spec_append(ctx, c->op->filter, &c->header);
        if (!status)
            status = qn_buf_append_byte(ctx, &c->header, '\n');
    }
    return status;
}

static enum qn_status write_pack(struct qn_ctx *ctx, const struct creating *c,
                                 struct qn_op_pack_objects_result *result)
{
    struct qn_op_pack_objects options = {.scope = c->op->scope};
    enum qn_status status =
        qn_op_pack_objects_configure(ctx, c->op->config, &options);

    options.kind = QN_OP_PACK_OBJECTS_REVISIONS;
    options.input = qn_buf_bytes(&c->revisions);
    options.is_thin = true;
    options.names_offsets = true;
    options.reuses_deltas = options.reuses_objects = true;
    options.filter = c->op->filter;
    options.is_stream = true;
    options.fd = c->op->fd;
    options.announce = c->op->announce;
    options.announce_data = c->op->announce_data;
    return status ? status : qn_op_pack_objects_run(ctx, &options, result);
}

enum qn_status qn_bundle_create_run(struct qn_ctx *ctx,
                                    const struct qn_bundle_create *options,
                                    struct qn_op_pack_objects_result *result)
{
    struct creating c = {.op = options};
    enum qn_status status;

    qn_id_map_init(&c.shown, qn_odb_algorithm(options->scope->odb));
    status = begin_header(ctx, &c);
    if (!status)
        status = walk_commits(ctx, &c);
    if (!status)
        status = add_refs(ctx, &c);
    if (!status)
        status = qn_buf_append_byte(ctx, &c.header, '\n');
    if (!status)
        status = qn_file_write(ctx, options->fd, c.header.data, c.header.size);
    if (!status)
        status = write_pack(ctx, &c, result);
    qn_id_map_dispose(&c.shown);
    qn_map_dispose(&c.names);
    qn_object_dispose(&c.object);
    qn_buf_dispose(&c.header);
    qn_buf_dispose(&c.revisions);
    return status;
}
