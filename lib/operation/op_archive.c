/* SPDX-License-Identifier: MIT */
#include "operation/op_archive.h"

#include "base/env.h"
#include "base/memory.h"
#include "codec/deflate.h"
#include "object/commit.h"
#include "object/tree.h"
#include "operation/part/archive_fill.h"
#include "operation/part/served_refs.h"
#include "os/file.h"
#include "text/date.h"
#include "trace/trace.h"

#include <string.h>

struct run {
    const struct qn_op_archive *op;
    struct qn_work_tree tree;
    struct qn_id root, commit;
    bool has_commit;
    int64_t mtime;
    struct qn_pathspec *pathspec;
    struct qn_archive_sink sink;
    struct qn_archive_writer writer;
    struct qn_archive_fill fill;
    bool is_zip;
};

/* ---- what is it of? */

/* Another's words: a ref's name, and a path behind a colon at most. */
static enum qn_status check_name(struct qn_ctx *ctx, const struct run *run)
{
    const struct qn_op_archive *op = run->op;
    struct qn_bytes name = qn_bytes_from_string(op->name);
    struct qn_buf ref = QN_BUF_INIT, full = QN_BUF_INIT;
    bool is_open = false, found = false, is_ambiguous = false;
    enum qn_status status =
        qn_config_bool(ctx, qn_repo_config(op->scope->repo),
                       "uploadarchive.allowunreachable", false, &is_open);

    if (status || is_open)
        return status;
    name = qn_bytes_first(name, qn_bytes_find(name, ':'));
    status = qn_buf_append_bytes(ctx, &ref, name);
    if (!status)
        status =
            qn_revision_expand_ref(ctx, op->scope->refs, qn_buf_string(&ref),
                                   &full, &found, &is_ambiguous);
    if (!status && !found)
        status =
            qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "archive.no-ref", op->name,
                               "no such ref: %.*s", QN_BYTES_ARG(name));
    qn_buf_dispose(&ref);
    qn_buf_dispose(&full);
    return status;
}

/* For anybody: the ref is one that a fetch is told of, too; `*out` is the name
 * with its value in its place.  What allowUnreachable opens is the repository,
 * and not what is beside a namespace. */
static enum qn_status find_served(struct qn_ctx *ctx, const struct run *run,
                                  struct qn_buf *out)
{
    const struct qn_op_archive *op = run->op;
    struct qn_bytes all = qn_bytes_from_string(op->name);
    struct qn_bytes name = qn_bytes_first(all, qn_bytes_find(all, ':'));
    struct qn_buf prefix = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_open = false, found = false;
    struct qn_id id;
    enum qn_status status = qn_served_refs_prefix(ctx, op->scope, &prefix);

    if (!status && prefix.size == 0)
        status =
            qn_config_bool(ctx, qn_repo_config(op->scope->repo),
                           "uploadarchive.allowunreachable", false, &is_open);
    if (!status)
        status = qn_served_refs_find(ctx, op->scope, "uploadpack", name, &id,
                                     &found);
    if (!status && found)
        status = qn_buf_printf(ctx, out, "%s%.*s", qn_id_to_hex(&id, hex),
                               QN_BYTES_ARG(qn_bytes_from(all, name.size)));
    else if (!status && is_open)
        status = qn_buf_append_bytes(ctx, out, all);
    else if (!status)
        status =
            qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "archive.no-ref", op->name,
                               "no such ref: %.*s", QN_BYTES_ARG(name));
    qn_buf_dispose(&prefix);
    return status;
}

static enum qn_status find_object(struct qn_ctx *ctx, const struct run *run,
                                  const char *name, struct qn_id *id)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status =
        qn_revision_parse(ctx, run->op->scope, name, &revision);

    if (!status)
        *id = revision.id;
    else if (status != QN_NO_MEMORY && !qn_revision_is_deadly(ctx))
        status = qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, "archive.no-object", run->op->name,
            "not a valid object name: %s", run->op->name);
    qn_revision_dispose(&revision);
    return status;
}

static enum qn_status read_commit(struct qn_ctx *ctx, struct run *run)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    enum qn_status status = qn_odb_read_typed(
        ctx, run->op->scope->odb, &run->commit, QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 run->commit.algorithm, &commit);
    if (!status) {
        run->root = commit.tree;
        run->mtime = commit.committer_time;
        run->has_commit = true;
    }
    qn_object_dispose(&object);
    return status;
}

/* Down to the directory of a commit that is asked for. */
static enum qn_status find_subtree(struct qn_ctx *ctx, struct run *run)
{
    struct qn_object tree = QN_OBJECT_INIT;
    struct qn_bytes rest = run->op->subtree, name;
    struct qn_tree_entry entry;
    bool found = true;
    enum qn_status status = QN_OK;

    while (!status && found && qn_bytes_next(&rest, '/', &name)) {
        status = qn_odb_read_typed(ctx, run->op->scope->odb, &run->root,
                                   QN_OBJECT_TREE, &tree);
        if (!status)
            status = qn_tree_find(ctx, qn_object_bytes(&tree),
                                  run->root.algorithm, name, &entry, &found);
        if (!status && found && qn_mode_is_tree(entry.mode))
            qn_id_from_row(&run->root, run->root.algorithm, entry.id);
        else
            found = false;
    }
    if (!status && !found)
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "archive.no-object",
                                    NULL, "there is no such directory");
    qn_object_dispose(&tree);
    return status;
}

static enum qn_status resolve(struct qn_ctx *ctx, struct run *run)
{
    const struct qn_op_archive *op = run->op;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf served = QN_BUF_INIT;
    struct qn_id id;
    enum qn_status status = QN_OK;

    run->mtime = qn_date_now(qn_ctx_env(ctx));
    if (op->commit) {
        run->commit = *op->commit;
        status = read_commit(ctx, run);
        return status ? status : find_subtree(ctx, run);
    }
    if (op->is_remote && op->is_served)
        status = find_served(ctx, run, &served);
    else if (op->is_remote)
        status = check_name(ctx, run);
    if (!status)
        status = find_object(
            ctx, run, served.size > 0 ? qn_buf_string(&served) : op->name, &id);
    qn_buf_dispose(&served);
    if (!status)
        status = qn_revision_peel_if_commit(ctx, op->scope->odb, &id,
                                            &run->commit, &run->has_commit);
    if (!status && run->has_commit)
        return read_commit(ctx, run);
    if (!status &&
        qn_revision_peel(ctx, op->scope->odb, &id, QN_OBJECT_TREE, &run->root))
        status =
            qn_ctx_fail_reason(ctx, QN_INVALID, "archive.no-tree", op->name,
                               "not a tree object: %s", qn_id_to_hex(&id, hex));
    return status;
}

/* ---- set-up */

static enum qn_status read_umask(struct qn_ctx *ctx,
                                 const struct qn_config *config, uint32_t user,
                                 uint32_t *out)
{
    const struct qn_config_entry *entry = qn_config_find(config, "tar.umask");
    int64_t number = 0002;
    enum qn_status status = QN_OK;

    if (entry && entry->value && strcmp(entry->value, "user") == 0)
        number = (int64_t)user;
    else if (entry)
        status = qn_config_entry_int(ctx, entry, 32, &number);
    *out = (uint32_t)number;
    return status;
}

enum qn_status qn_op_archive_check(struct qn_ctx *ctx,
                                   const struct qn_config *config)
{
    uint32_t mask;

    return read_umask(ctx, config, 0, &mask);
}

static enum qn_status open_pathspec(struct qn_ctx *ctx, struct run *run)
{
    const struct qn_op_archive *op = run->op;

    return qn_pathspec_new(
        ctx, op->paths, op->path_count, op->directory ? op->directory : "",
        qn_repo_work_tree(op->scope->repo), op->pathspec_flags, &run->pathspec);
}

static enum qn_status open_writer(struct qn_ctx *ctx, struct run *run)
{
    const struct qn_op_archive *op = run->op;
    struct qn_archive_writer *writer = &run->writer;
    const struct qn_env *env = qn_ctx_env(ctx);

    if (op->mtime)
        run->mtime = qn_date_approximate(env, op->mtime, NULL);
    writer->out.write = qn_archive_sink_write;
    writer->out.data = &run->sink;
    writer->mtime = run->mtime;
    writer->commit = run->has_commit ? &run->commit : NULL;
    writer->level = op->level;
    writer->zone = qn_date_zone_to_minutes(qn_date_local_zone(env, run->mtime));
    return read_umask(ctx, qn_repo_config(op->scope->repo), op->user_umask,
                      &writer->umask);
}

/* Where programs run. */
static const char *directory_of(const struct run *run)
{
    return qn_repo_work_tree(run->op->scope->repo);
}

/* ---- what is in no tree */

static enum qn_status add_member(struct qn_ctx *ctx, struct run *run,
                                 struct qn_archive_member *member)
{
    struct qn_archive_packed packed = {.deflated = QN_BUF_INIT};
    struct qn_deflate_stream *deflate = NULL;
    enum qn_status status = QN_OK;

    member->size = member->content.size;
    if (run->is_zip && qn_mode_is_file(member->mode)) {
        status = qn_archive_zip_pack(ctx, member->content, run->op->level,
                                     &deflate, &packed);
        member->packed = &packed;
    }
    if (!status)
        status = qn_archive_fill_add(ctx, &run->fill, member);
    qn_deflate_stream_free(deflate);
    qn_buf_dispose(&packed.deflated);
    return status;
}

static enum qn_status add_extra(struct qn_ctx *ctx, struct run *run,
                                struct qn_attributes *attributes,
                                uint64_t number)
{
    const struct qn_archive_extra *extra = &run->op->extras[number - 1];
    struct qn_archive_member member = {
        .path = qn_bytes_from_string(extra->name),
        .mode = extra->path && (extra->mode & 0111) ? QN_MODE_EXECUTABLE
                                                    : QN_MODE_FILE,
        .content = extra->content};
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    int i;

    /* It has no id; headers that need one count. */
    member.id.algorithm = run->root.algorithm;
    for (i = 0; i < 8; i++)
        member.id.bytes[7 - i] = (uint8_t)(number >> (8 * i));
    if (extra->path) {
        status = qn_file_read_all(ctx, extra->path, &text);
        member.content = qn_buf_bytes(&text);
    }
    if (!status && run->is_zip)
        status = qn_archive_walk_is_binary(ctx, attributes,
                                           qn_repo_config(run->op->scope->repo),
                                           member.path, &member.is_binary);
    if (!status)
        status = add_member(ctx, run, &member);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status add_extras(struct qn_ctx *ctx, void *data,
                                 struct qn_attributes *attributes)
{
    struct run *run = data;
    enum qn_status status = QN_OK;
    size_t i;

    run->fill.tell = NULL; /* as in Git */
    for (i = 0; !status && i < run->op->extra_count; i++)
        status = add_extra(ctx, run, attributes, i + 1);
    return status;
}

/* The folder that the prefix makes. */
static enum qn_status add_prefix(struct qn_ctx *ctx, struct run *run)
{
    struct qn_bytes prefix = qn_bytes_from_string(run->fill.prefix);
    struct qn_archive_member member = {.mode = QN_MODE_TREE, .id = run->root};

    if (prefix.size == 0 || prefix.data[prefix.size - 1] != '/')
        return QN_OK;
    while (prefix.size > 1 && prefix.data[prefix.size - 2] == '/')
        prefix.size--;
    member.path = prefix;
    return qn_archive_fill_add(ctx, &run->fill, &member);
}

/* ---- */

static enum qn_status begin(struct qn_ctx *ctx, void *data)
{
    struct run *run = data;
    const struct qn_op_archive *op = run->op;
    const struct qn_archive_sink_options options = {
        .command = op->format->command,
        .directory = directory_of(run),
        .level = op->level,
        .out = op->out};
    enum qn_status status = open_writer(ctx, run);

    if (!status)
        status = qn_archive_sink_open(ctx, &options, &run->sink);
    if (!status && !run->is_zip)
        status = qn_archive_tar_begin(ctx, &run->writer);
    return status ? status : add_prefix(ctx, run);
}

static enum qn_status fill(struct qn_ctx *ctx, struct run *run)
{
    const struct qn_op_archive *op = run->op;
    enum qn_status status;

    run->is_zip = op->format->kind == QN_ARCHIVE_ZIP;
    run->fill = (struct qn_archive_fill){
        .scope = op->scope,
        .tree = &run->tree,
        .source = op->uses_work_tree_attributes ? QN_ATTRIBUTES_WORK_TREE
                                                : QN_ATTRIBUTES_TREE,
        .root = &run->root,
        .commit = run->has_commit ? &run->commit : NULL,
        .pathspec = run->pathspec,
        .directory = qn_bytes_from_string(op->directory),
        .prefix = op->prefix ? op->prefix : "",
        .kind = op->format->kind,
        .is_served = op->is_served,
        .writer = &run->writer,
        .begin = begin,
        .end = add_extras,
        .data = run,
        .tell = op->tell,
        .tell_data = op->tell_data};
    status = qn_archive_fill_run(ctx, &run->fill);
    if (!status)
        status = run->is_zip ? qn_archive_zip_end(ctx, &run->writer)
                             : qn_archive_tar_end(ctx, &run->writer);
    return status ? status : qn_archive_sink_end(ctx, &run->sink);
}

enum qn_status qn_op_archive_run(struct qn_ctx *ctx,
                                 const struct qn_op_archive *options)
{
    struct run run = {.op = options};
    struct qn_span span;
    enum qn_status status;

    qn_span_begin(ctx, &span, "operation.archive", options->name);
    status = resolve(ctx, &run);
    if (!status)
        status = open_pathspec(ctx, &run);
    if (!status)
        status =
            qn_work_tree_open_settings(ctx, options->scope->repo, &run.tree);
    if (!status) {
        run.tree.source_ref = NULL;
        if (run.has_commit)
            run.tree.source = run.commit;
        status = fill(ctx, &run);
    }
    qn_archive_sink_dispose(&run.sink);
    qn_archive_writer_dispose(&run.writer);
    qn_pathspec_free(run.pathspec);
    qn_work_tree_close(&run.tree);
    qn_span_end(ctx, &span);
    return status;
}
