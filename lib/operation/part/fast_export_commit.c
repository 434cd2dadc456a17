/* SPDX-License-Identifier: MIT */
/* One commit: what a worker finds out of it, and its text. */
#include "base/memory.h"
#include "operation/part/fast_export_private.h"
#include "text/charset.h"
#include "text/quote.h"

#include <inttypes.h>
#include <stdlib.h>

#define BLOB_LIMIT ((size_t)4 << 20) /* larger ones are read in order */
#define COMMIT_LIMIT                                                           \
    ((size_t)8 << 20) /* contents read ahead for one commit                    \
                       */

#define BLOBS_KEPT 16 /* buffers of a slot, and the largest of them */
#define BLOB_KEPT  ((size_t)64 << 10)

/* ---- a worker's part */

/* Where the pair stands: its path, the old one when it is renamed or copied. */
static struct qn_bytes place_of(const struct qn_diff_pair *pair)
{
    return pair->old_side.mode ? pair->old_side.path : pair->new_side.path;
}

/* What is below a directory before the file of that name, so that either can
 * take the other's place; a file that is renamed goes last. */
static int compare_pairs(const struct qn_diff_pair *a,
                         const struct qn_diff_pair *b)
{
    struct qn_bytes x = place_of(a);
    struct qn_bytes y = place_of(b);
    size_t size = x.size < y.size ? x.size : y.size;
    int order = size ? memcmp(x.data, y.data, size) : 0;

    if (order)
        return order;
    if (x.size != y.size)
        return x.size > y.size ? -1 : 1;
    return (a->status == QN_DIFF_RENAMED) - (b->status == QN_DIFF_RENAMED);
}

static int compare_pointers(const void *a, const void *b)
{
    const struct qn_diff_pair *x = *(const struct qn_diff_pair *const *)a;
    const struct qn_diff_pair *y = *(const struct qn_diff_pair *const *)b;
    int order = compare_pairs(x, y);

    return order ? order : (x > y) - (x < y); /* of one array */
}

static enum qn_status claim(struct qn_ctx *ctx, struct qn_fast_export *run,
                            const struct qn_id *id, bool *is_mine)
{
    uint32_t position;
    enum qn_status status;

    qn_mutex_lock(run->mutex);
    status = qn_id_map_put(ctx, &run->claimed, id, &position, is_mine);
    qn_mutex_unlock(run->mutex);
    return status;
}

/* A blob that cannot be read now is left to the one who writes it. */
static enum qn_status read_ahead(struct qn_ctx *ctx, struct qn_odb *odb,
                                 struct qn_fast_export_commit *item,
                                 const struct qn_id *id, size_t *left)
{
    struct qn_fast_export_blob *blob;
    size_t before = item->blob_capacity;
    enum qn_status status;

    status = qn_memory_grow(ctx, &item->blobs, &item->blob_capacity,
                            item->blob_count + 1, sizeof(*item->blobs));
    if (status)
        return status;
    if (item->blob_capacity > before)
        memset(item->blobs + before, 0,
               (item->blob_capacity - before) * sizeof(*item->blobs));
    blob = &item->blobs[item->blob_count];
    blob->object.data.limit = BLOB_LIMIT;
    status = qn_odb_read_typed(ctx, odb, id, QN_OBJECT_BLOB, &blob->object);
    if (status == QN_NO_MEMORY)
        return status;
    if (status) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    blob->id = *id;
    item->blob_count++;
    *left -= blob->object.data.size < *left ? blob->object.data.size : *left;
    return QN_OK;
}

static enum qn_status read_blobs(struct qn_ctx *ctx, struct qn_fast_export *run,
                                 struct qn_odb *odb,
                                 struct qn_fast_export_commit *item)
{
    size_t left = COMMIT_LIMIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && left > 0 && i < item->changes.count; i++) {
        const struct qn_diff_side *side = &item->changes.pairs[i].new_side;
        bool is_mine = false;

        if (!side->mode || qn_mode_is_gitlink(side->mode))
            continue;
        status = claim(ctx, run, &side->id, &is_mine);
        if (!status && is_mine)
            status = read_ahead(ctx, odb, item, &side->id, &left);
    }
    return status;
}

static enum qn_status diff_commit(struct qn_ctx *ctx,
                                  struct qn_fast_export *run,
                                  struct qn_odb *odb,
                                  struct qn_fast_export_commit *item)
{
    struct qn_tree_diff_options options = {.is_recursive = true};
    struct qn_rename_options renames = run->op->renames;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit base;
    enum qn_status status = QN_OK;

    options.pathspec = run->op->pathspec;
    options.finds_copies_harder = renames.finds_copies_harder;
    if (item->has_base)
        status = qn_odb_read_typed(ctx, odb, &item->parents[0],
                                   QN_OBJECT_COMMIT, &object);
    if (!status && item->has_base)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 item->id.algorithm, &base);
    if (!status)
        status = qn_tree_diff_run(ctx, odb, item->has_base ? &base.tree : NULL,
                                  &item->commit.tree, &options, &item->changes);
    if (!status)
        status = qn_rename_detect(ctx, odb, &renames, &item->changes);
    qn_object_dispose(&object);
    return status;
}

enum qn_status qn_fast_export_commit_prepare(struct qn_ctx *ctx,
                                             struct qn_fast_export *run,
                                             struct qn_odb *odb,
                                             struct qn_fast_export_commit *item)
{
    enum qn_status status;
    size_t i;

    item->blob_count = 0;
    qn_diff_list_reset(&item->changes);
    status =
        qn_odb_read_typed(ctx, odb, &item->id, QN_OBJECT_COMMIT, &item->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&item->object),
                                 item->id.algorithm, &item->commit);
    if (!status)
        status = diff_commit(ctx, run, odb, item);
    if (!status)
        status = qn_memory_grow(ctx, &item->order, &item->order_capacity,
                                item->changes.count + 1, sizeof(*item->order));
    if (status)
        return status;
    for (i = 0; i < item->changes.count; i++)
        item->order[i] = &item->changes.pairs[i];
    if (item->changes.count)
        qsort(item->order, item->changes.count, sizeof(*item->order),
              compare_pointers);
    if (run->op->has_no_data || run->op->anonymizer)
        return QN_OK;
    return read_blobs(ctx, run, odb, item);
}

void qn_fast_export_commit_dispose(struct qn_fast_export_commit *item)
{
    size_t i;

    for (i = 0; i < item->blob_capacity; i++)
        qn_object_dispose(&item->blobs[i].object);
    qn_memory_free(item->blobs);
    qn_memory_free(item->parents);
    qn_memory_free(item->order);
    qn_object_dispose(&item->object);
    qn_diff_list_dispose(&item->changes);
}

/* ---- blobs */

static enum qn_status begin_blob(struct qn_ctx *ctx, struct qn_fast_export *run,
                                 const struct qn_id *id, uint64_t size)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    uint32_t mark;
    enum qn_status status;

    status = qn_fast_export_add_mark(ctx, run, id, true, &mark);
    if (!status)
        status =
            qn_buf_printf(ctx, &run->text, "blob\nmark :%" PRIu32 "\n", mark);
    if (!status && run->op->shows_original_ids)
        status = qn_buf_printf(ctx, &run->text, "original-oid %s\n",
                               qn_id_to_hex(id, hex));
    if (!status)
        status = qn_buf_printf(ctx, &run->text, "data %" PRIu64 "\n", size);
    return status;
}

static enum qn_status end_blob(struct qn_ctx *ctx, struct qn_fast_export *run)
{
    enum qn_status status = qn_buf_append_byte(ctx, &run->text, '\n');

    if (!status)
        status = qn_fast_export_count(ctx, run);
    return status ? status : qn_fast_export_flush(ctx, run, false);
}

static enum qn_status put_content(struct qn_ctx *ctx,
                                  struct qn_fast_export *run,
                                  const struct qn_id *id,
                                  struct qn_bytes content)
{
    enum qn_status status = begin_blob(ctx, run, id, content.size);

    if (!status)
        status = qn_buf_append_bytes(ctx, &run->text, content);
    return status ? status : end_blob(ctx, run);
}

static enum qn_status put_pieces(struct qn_ctx *ctx, struct qn_fast_export *run,
                                 struct qn_odb_stream *stream)
{
    enum qn_status status = QN_OK;
    size_t size = 1;

    while (!status && size > 0) {
        status = qn_buf_reserve(ctx, &run->text, 65536);
        if (!status)
            status = qn_odb_stream_read(
                ctx, stream, run->text.data + run->text.size, 65536, &size);
        if (!status) {
            run->text.size += size;
            status = qn_fast_export_flush(ctx, run, false);
        }
    }
    return status;
}

enum qn_status qn_fast_export_put_blob(struct qn_ctx *ctx,
                                       struct qn_fast_export *run,
                                       const struct qn_id *id)
{
    struct qn_odb_stream *stream = NULL;
    enum qn_object_type type;
    uint64_t size;
    enum qn_status status;

    if (run->op->has_no_data || qn_fast_export_mark(run, id))
        return QN_OK;
    if (run->op->anonymizer) {
        qn_buf_clear(&run->scratch);
        status = qn_anonymizer_blob(ctx, run->op->anonymizer, &run->scratch);
        return status ? status
                      : put_content(ctx, run, id, qn_buf_bytes(&run->scratch));
    }
    status =
        qn_odb_stream_open(ctx, run->op->scope->odb, id, &type, &size, &stream);
    if (status) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        return qn_ctx_fail(ctx, status, "could not read blob %s",
                           qn_id_to_hex(id, hex));
    }
    status = begin_blob(ctx, run, id, size);
    if (!status)
        status = put_pieces(ctx, run, stream);
    qn_odb_stream_close(stream);
    return status ? status : end_blob(ctx, run);
}

static enum qn_status put_blobs(struct qn_ctx *ctx, struct qn_fast_export *run,
                                const struct qn_fast_export_commit *item)
{
    enum qn_status status = QN_OK;
    size_t next = 0;
    size_t i;

    for (i = 0; !status && i < item->changes.count; i++) {
        const struct qn_diff_side *side = &item->changes.pairs[i].new_side;

        if (!side->mode || qn_mode_is_gitlink(side->mode))
            continue;
        if (next < item->blob_count &&
            qn_id_is_equal(&side->id, &item->blobs[next].id)) {
            struct qn_bytes content =
                qn_object_bytes(&item->blobs[next++].object);

            if (!qn_fast_export_mark(run, &side->id))
                status = put_content(ctx, run, &side->id, content);
            continue;
        }
        status = qn_fast_export_put_blob(ctx, run, &side->id);
    }
    return status;
}

/* ---- paths */

static enum qn_status put_path(struct qn_ctx *ctx, struct qn_fast_export *run,
                               struct qn_bytes path)
{
    struct qn_buf *out = &run->text;
    enum qn_status status = QN_OK;

    if (run->op->anonymizer) {
        qn_buf_clear(&run->scratch);
        status =
            qn_anonymizer_path(ctx, run->op->anonymizer, path, &run->scratch);
        path = qn_buf_bytes(&run->scratch);
    }
    if (status)
        return status;
    if (qn_quote_is_needed(path, true))
        return qn_quote_path(ctx, out, path, true);
    if (qn_bytes_find(path, ' ') < path.size)
        return qn_buf_printf(ctx, out, "\"%.*s\"", QN_BYTES_ARG(path));
    return qn_buf_append_bytes(ctx, out, path);
}

static enum qn_status put_id(struct qn_ctx *ctx, struct qn_fast_export *run,
                             const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (run->op->anonymizer)
        return qn_anonymizer_id(ctx, run->op->anonymizer, id, &run->text);
    return qn_buf_append_string(ctx, &run->text, qn_id_to_hex(id, hex));
}

static enum qn_status put_modified(struct qn_ctx *ctx,
                                   struct qn_fast_export *run,
                                   const struct qn_diff_side *side)
{
    enum qn_status status =
        qn_buf_printf(ctx, &run->text, "M %06o ", (unsigned)side->mode);

    if (!status && (run->op->has_no_data || qn_mode_is_gitlink(side->mode)))
        status = put_id(ctx, run, &side->id);
    else if (!status)
        status = qn_buf_printf(ctx, &run->text, ":%" PRIu32,
                               qn_fast_export_mark(run, &side->id));
    if (!status)
        status = qn_buf_append_byte(ctx, &run->text, ' ');
    if (!status)
        status = put_path(ctx, run, side->path);
    return status ? status : qn_buf_append_byte(ctx, &run->text, '\n');
}

/* "<letter> <path>[ <path>]" */
static enum qn_status put_line(struct qn_ctx *ctx, struct qn_fast_export *run,
                               char letter, struct qn_bytes first,
                               const struct qn_bytes *second)
{
    enum qn_status status = qn_buf_append_byte(ctx, &run->text, letter);

    if (!status)
        status = qn_buf_append_byte(ctx, &run->text, ' ');
    if (!status)
        status = put_path(ctx, run, first);
    if (!status && second) {
        status = qn_buf_append_byte(ctx, &run->text, ' ');
        if (!status)
            status = put_path(ctx, run, *second);
    }
    return status ? status : qn_buf_append_byte(ctx, &run->text, '\n');
}

static enum qn_status put_change(struct qn_ctx *ctx, struct qn_fast_export *run,
                                 const struct qn_diff_pair *pair)
{
    const struct qn_diff_side *a = &pair->old_side;
    const struct qn_diff_side *b = &pair->new_side;
    enum qn_status status;

    if (pair->status == QN_DIFF_DELETED)
        return put_line(ctx, run, 'D', a->path, NULL);
    if (pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED) {
        status = put_line(ctx, run, pair->status, a->path, &b->path);
        if (status || (a->mode == b->mode && qn_id_is_equal(&a->id, &b->id)))
            return status;
    }
    return put_modified(ctx, run, b);
}

static enum qn_status put_changes(struct qn_ctx *ctx,
                                  struct qn_fast_export *run,
                                  const struct qn_fast_export_commit *item)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (run->op->is_full_tree)
        status = qn_buf_append_string(ctx, &run->text, "deleteall\n");
    for (i = 0; !status && i < item->changes.count; i++)
        status = put_change(ctx, run, item->order[i]);
    return status;
}

/* ---- the head of a commit */

static enum qn_status put_idents(struct qn_ctx *ctx, struct qn_fast_export *run,
                                 const struct qn_fast_export_commit *item)
{
    struct qn_bytes author = item->commit.author;
    struct qn_bytes committer = item->commit.committer;
    struct qn_buf second = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (run->op->anonymizer) { /* the committer is numbered first */
        qn_buf_clear(&run->scratch);
        status = qn_anonymizer_ident(ctx, run->op->anonymizer, committer,
                                     &run->scratch);
        if (!status)
            status =
                qn_anonymizer_ident(ctx, run->op->anonymizer, author, &second);
        author = qn_buf_bytes(&second);
        committer = qn_buf_bytes(&run->scratch);
    }
    if (!status)
        status = qn_buf_append_string(ctx, &run->text, "author ");
    if (!status)
        status = qn_buf_append_bytes(ctx, &run->text, author);
    if (!status)
        status = qn_buf_append_string(ctx, &run->text, "\ncommitter ");
    if (!status)
        status = qn_buf_append_bytes(ctx, &run->text, committer);
    if (!status)
        status = qn_buf_append_byte(ctx, &run->text, '\n');
    qn_buf_dispose(&second);
    return status;
}

static const char *signature_format(struct qn_bytes signature)
{
    if (qn_bytes_has_prefix(signature, "-----BEGIN PGP SIGNATURE-----") ||
        qn_bytes_has_prefix(signature, "-----BEGIN PGP MESSAGE-----"))
        return "openpgp";
    if (qn_bytes_has_prefix(signature, "-----BEGIN SIGNED MESSAGE-----"))
        return "x509";
    if (qn_bytes_has_prefix(signature, "-----BEGIN SSH SIGNATURE-----"))
        return "ssh";
    return "unknown";
}

static enum qn_status put_signature(struct qn_ctx *ctx,
                                    struct qn_fast_export *run,
                                    const char *algorithm,
                                    const struct qn_buf *signature)
{
    struct qn_bytes text = qn_buf_bytes(signature);
    enum qn_status status;

    status = qn_buf_printf(ctx, &run->text, "gpgsig %s %s\ndata %zu\n",
                           algorithm, signature_format(text), text.size);
    if (!status)
        status = qn_buf_append_bytes(ctx, &run->text, text);
    return status ? status : qn_buf_append_byte(ctx, &run->text, '\n');
}

static enum qn_status put_signatures(struct qn_ctx *ctx,
                                     struct qn_fast_export *run,
                                     const struct qn_fast_export_commit *item)
{
    static const char *const names[2][2] = {{"gpgsig", "sha1"},
                                            {"gpgsig-sha256", "sha256"}};
    enum qn_fast_export_signed mode = run->op->signed_commits;
    struct qn_buf signatures[2] = {QN_BUF_INIT, QN_BUF_INIT};
    bool found[2] = {false, false};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; !status && i < 2; i++)
        status = qn_commit_header(ctx, &item->commit, names[i][0],
                                  &signatures[i], &found[i]);
    if (status || (!found[0] && !found[1]))
        goto out;
    qn_id_to_hex(&item->id, hex);
    if (mode == QN_FAST_EXPORT_SIGNED_ABORT)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "encountered signed commit %s; use "
                             "--signed-commits=<mode> to handle it",
                             hex);
    else if (mode == QN_FAST_EXPORT_SIGNED_WARN_VERBATIM)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-export.signed",
                      "exporting %d signature(s) for commit %s",
                      found[0] + found[1], hex);
    else if (mode == QN_FAST_EXPORT_SIGNED_WARN_STRIP)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-export.signed",
                      "stripping signature(s) from commit %s", hex);
    if (mode == QN_FAST_EXPORT_SIGNED_VERBATIM ||
        mode == QN_FAST_EXPORT_SIGNED_WARN_VERBATIM)
        for (i = 0; !status && i < 2; i++)
            if (found[i])
                status = put_signature(ctx, run, names[i][1], &signatures[i]);
out:
    qn_buf_dispose(&signatures[0]);
    qn_buf_dispose(&signatures[1]);
    return status;
}

/* The message in UTF-8, or as it is with its encoding told. */
static enum qn_status put_encoding(struct qn_ctx *ctx,
                                   struct qn_fast_export *run,
                                   const struct qn_fast_export_commit *item,
                                   struct qn_bytes *message)
{
    struct qn_bytes encoding = item->commit.encoding;
    char *name;
    enum qn_status status;

    if (encoding.size == 0)
        return QN_OK;
    if (run->op->reencode == QN_FAST_EXPORT_REENCODE_YES) {
        name = qn_memory_string(ctx, encoding);
        if (!name)
            return QN_NO_MEMORY;
        qn_buf_clear(&run->scratch);
        status =
            qn_charset_convert(ctx, name, "UTF-8", *message, &run->scratch);
        qn_memory_free(name);
        if (status == QN_OK)
            *message = qn_buf_bytes(&run->scratch);
        if (status == QN_OK || status == QN_NO_MEMORY)
            return status;
        qn_ctx_clear(ctx); /* told as it is */
    }
    return qn_buf_printf(ctx, &run->text, "encoding %.*s\n",
                         QN_BYTES_ARG(encoding));
}

static enum qn_status put_message(struct qn_ctx *ctx,
                                  struct qn_fast_export *run,
                                  const struct qn_fast_export_commit *item)
{
    struct qn_bytes message = item->commit.message;
    enum qn_status status = QN_OK;

    if (run->op->anonymizer) {
        qn_buf_clear(&run->scratch);
        status = qn_anonymizer_message(ctx, run->op->anonymizer, &run->scratch);
        message = qn_buf_bytes(&run->scratch);
    } else {
        status = put_encoding(ctx, run, item, &message);
    }
    if (!status)
        status = qn_buf_printf(ctx, &run->text, "data %zu\n", message.size);
    return status ? status : qn_buf_append_bytes(ctx, &run->text, message);
}

static enum qn_status put_parents(struct qn_ctx *ctx,
                                  struct qn_fast_export *run,
                                  const struct qn_fast_export_commit *item)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    bool is_first = true;
    size_t i;

    for (i = 0; !status && i < item->parent_count; i++) {
        uint32_t mark = qn_fast_export_mark(run, &item->parents[i]);
        const char *word = is_first ? "from" : "merge";

        if (mark)
            status =
                qn_buf_printf(ctx, &run->text, "%s :%" PRIu32 "\n", word, mark);
        else if (run->op->refers_to_excluded)
            status = qn_buf_printf(ctx, &run->text, "%s %s\n", word,
                                   qn_id_to_hex(&item->parents[i], hex));
        else
            continue;
        is_first = false;
    }
    return status;
}

static enum qn_status put_head(struct qn_ctx *ctx, struct qn_fast_export *run,
                               const struct qn_fast_export_commit *item)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf *out = &run->text;
    uint32_t mark = 0;
    enum qn_status status = QN_OK;

    if (item->parent_count == 0) {
        status = qn_buf_append_string(ctx, out, "reset ");
        if (!status)
            status = qn_fast_export_put_ref(ctx, run, item->source);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    if (!status)
        status = qn_buf_append_string(ctx, out, "commit ");
    if (!status)
        status = qn_fast_export_put_ref(ctx, run, item->source);
    if (!status)
        status = qn_fast_export_add_mark(ctx, run, &item->id, false, &mark);
    if (!status)
        status = qn_buf_printf(ctx, out, "\nmark :%" PRIu32 "\n", mark);
    if (!status && run->op->shows_original_ids)
        status = qn_buf_printf(ctx, out, "original-oid %s\n",
                               qn_id_to_hex(&item->id, hex));
    return status;
}

/* Obstacles for which nothing of the commit is told. */
static enum qn_status check_commit(struct qn_ctx *ctx,
                                   const struct qn_fast_export *run,
                                   const struct qn_fast_export_commit *item)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!item->commit.author.data || !item->commit.committer.data)
        return qn_ctx_fail(ctx, QN_CORRUPT, "could not find %s in commit %s",
                           item->commit.author.data ? "committer" : "author",
                           qn_id_to_hex(&item->id, hex));
    if (item->commit.encoding.size == 0 || run->op->anonymizer ||
        run->op->reencode != QN_FAST_EXPORT_REENCODE_ABORT)
        return QN_OK;
    return qn_ctx_fail(ctx, QN_INVALID,
                       "encountered commit-specific encoding %.*s in commit "
                       "%s; use --reencode=[yes|no] to handle it",
                       QN_BYTES_ARG(item->commit.encoding),
                       qn_id_to_hex(&item->id, hex));
}

/* Slots are used again: what one large commit needed is not kept for all. */
static void forget_blobs(struct qn_fast_export_commit *item)
{
    size_t i;

    for (i = 0; i < item->blob_count; i++) {
        struct qn_object *object = &item->blobs[i].object;

        if (i >= BLOBS_KEPT || object->data.capacity > BLOB_KEPT)
            qn_object_dispose(object);
    }
}

enum qn_status qn_fast_export_commit_put(struct qn_ctx *ctx,
                                         struct qn_fast_export *run,
                                         struct qn_fast_export_commit *item)
{
    bool is_new;
    enum qn_status status = put_blobs(ctx, run, item);

    forget_blobs(item);
    if (!status && !qn_map_put(ctx, &run->moved,
                               qn_bytes_from_string(item->source), &is_new))
        status = QN_NO_MEMORY;
    if (!status)
        status = check_commit(ctx, run, item);
    if (!status)
        status = put_head(ctx, run, item);
    if (!status)
        status = put_idents(ctx, run, item);
    if (!status)
        status = put_signatures(ctx, run, item);
    if (!status)
        status = put_message(ctx, run, item);
    if (!status)
        status = put_parents(ctx, run, item);
    if (!status)
        status = put_changes(ctx, run, item);
    if (!status)
        status = qn_buf_append_byte(ctx, &run->text, '\n');
    if (!status)
        status = qn_fast_export_count(ctx, run);
    return status ? status : qn_fast_export_flush(ctx, run, false);
}
