/* SPDX-License-Identifier: MIT */
/* Commands other than "commit". */
#include "base/memory.h"
#include "object/commit.h"
#include "operation/part/fast_import_private.h"
#include "program/verifier.h"
#include "text/quote.h"

#include <inttypes.h>

/* ---- blob */

static enum qn_status skip_original(struct qn_ctx *ctx,
                                    struct qn_fast_import *import)
{
    return qn_fast_import_after(import, "original-oid ")
               ? qn_fast_import_next(ctx, import)
               : QN_OK;
}

static enum qn_status run_blob(struct qn_ctx *ctx,
                               struct qn_fast_import *import)
{
    uint64_t mark = 0;
    uint32_t object;
    enum qn_status status = qn_fast_import_next(ctx, import);

    if (!status)
        status = qn_fast_import_read_mark(ctx, import, &mark);
    if (!status)
        status = skip_original(ctx, import);
    if (!status)
        status = qn_fast_import_blob_data(ctx, import, &object);
    return status ? status : qn_fast_import_set_mark(ctx, import, mark, object);
}

/* ---- tag */

/* What the tag names, of any type. */
static enum qn_status find_tagged(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  const char *word, struct qn_id *id,
                                  uint32_t *object)
{
    const struct qn_fast_import_branch *branch =
        qn_fast_import_find_branch(import, word);
    struct qn_revision revision = QN_REVISION_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    uint64_t mark;
    enum qn_status status;

    if (*word == ':') {
        status = qn_fast_import_parse_mark(ctx, import, &word, &mark);
        if (!status)
            status = qn_fast_import_find_mark(ctx, import, mark, object);
        if (!status)
            qn_import_store_id(&import->store, *object, id);
        return status;
    }
    if (branch) {
        if (qn_id_is_null(&branch->id))
            return qn_ctx_fail(ctx, QN_INVALID, "can't tag an empty branch");
        *id = branch->id;
    } else if (!qn_id_from_hex(id, import->store.algorithm,
                               qn_bytes_from_string(word)) ||
               qn_id_map_find(&import->store.ids, id) == QN_ID_MAP_NONE) {
        status = qn_revision_parse(ctx, import->scope, word, &revision);
        qn_revision_dispose(&revision);
        if (status)
            return status == QN_NO_MEMORY
                       ? status
                       : qn_ctx_fail(ctx, QN_INVALID,
                                     "invalid ref name or SHA1 expression: %s",
                                     word);
        *id = revision.id;
    }
    status = qn_import_store_find(ctx, &import->store, id, object);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail(ctx, QN_INVALID, "not a valid object: %s",
                           qn_id_to_hex(id, hex));
    return status;
}

static enum qn_status keep_tag(struct qn_ctx *ctx,
                               struct qn_fast_import *import, const char *name,
                               uint32_t object)
{
    struct qn_fast_import_tag *tag;
    enum qn_status status =
        qn_memory_grow(ctx, &import->tags, &import->tag_capacity,
                       import->tag_count + 1, sizeof(*import->tags));

    if (status)
        return status;
    tag = &import->tags[import->tag_count];
    tag->name = qn_memory_string(ctx, qn_bytes_from_string(name));
    if (!tag->name)
        return QN_NO_MEMORY;
    qn_import_store_id(&import->store, object, &tag->id);
    tag->pack = import->store.objects[object].pack;
    import->tag_count++;
    return QN_OK;
}

/* A signature of the tag's text, which is in import->text, stays when it is
 * good. */
static enum qn_status check_if_valid(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     size_t headers, size_t end)
{
    struct qn_fast_import_payload what = {.mode = import->signed_tags,
                                          .is_tag = true};
    struct qn_buf signature = QN_BUF_INIT;
    bool keeps;
    enum qn_status status;

    what.payload = qn_bytes_first(qn_buf_bytes(&import->text), headers + end);
    status = qn_buf_append_bytes(
        ctx, &signature,
        qn_bytes_from(qn_buf_bytes(&import->text), headers + end));
    if (!status)
        status = qn_fast_import_check_signature(ctx, import, &what, &signature,
                                                &keeps);
    if (!status) {
        qn_buf_truncate(&import->text, headers + end);
        if (keeps)
            status = qn_buf_append_bytes(ctx, &import->text,
                                         qn_buf_bytes(&signature));
    }
    qn_buf_dispose(&signature);
    return status;
}

/* The signature that ends the text of a tag, as asked. */
static enum qn_status check_tag_signature(struct qn_ctx *ctx,
                                          struct qn_fast_import *import,
                                          const char *name)
{
    size_t headers = import->text.size - import->data.size;
    size_t end = qn_verifier_find_signature(qn_buf_bytes(&import->data));

    if (end >= import->data.size)
        return QN_OK;
    switch (import->signed_tags) {
    case QN_FAST_IMPORT_SIGNED_VERBATIM:
        return QN_OK;
    case QN_FAST_IMPORT_SIGNED_WARN_VERBATIM:
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.signature",
                      "importing a tag signature verbatim for tag '%s'", name);
        return QN_OK;
    case QN_FAST_IMPORT_SIGNED_WARN_STRIP:
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.signature",
                      "stripping a tag signature for tag '%s'", name);
        break;
    case QN_FAST_IMPORT_SIGNED_STRIP:
        break;
    case QN_FAST_IMPORT_SIGNED_ABORT:
        return qn_ctx_fail(ctx, QN_INVALID,
                           "encountered signed tag; use --signed-tags=<mode> "
                           "to handle it");
    default:
        return check_if_valid(ctx, import, headers, end);
    }
    qn_buf_truncate(&import->text, headers + end);
    return QN_OK;
}

static enum qn_status make_tag(struct qn_ctx *ctx,
                               struct qn_fast_import *import, const char *name,
                               uint32_t tagged, const struct qn_buf *tagger,
                               uint32_t *object)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    enum qn_status status;

    qn_import_store_id(&import->store, tagged, &id);
    qn_buf_clear(&import->text);
    status = qn_buf_printf(
        ctx, &import->text, "object %s\ntype %s\ntag %s\n",
        qn_id_to_hex(&id, hex),
        qn_object_type_name(
            (enum qn_object_type)import->store.objects[tagged].type),
        name);
    if (!status && tagger->size)
        status = qn_buf_printf(ctx, &import->text, "tagger %s\n",
                               qn_buf_string(tagger));
    if (!status)
        status = qn_buf_append_byte(ctx, &import->text, '\n');
    if (!status)
        status = qn_buf_append_bytes(ctx, &import->text,
                                     qn_buf_bytes(&import->data));
    if (!status)
        status = check_tag_signature(ctx, import, name);
    return status ? status
                  : qn_import_store_add(ctx, &import->store, QN_OBJECT_TAG,
                                        &import->text, NULL, object);
}

static enum qn_status run_tag(struct qn_ctx *ctx, struct qn_fast_import *import,
                              const char *name)
{
    struct qn_buf tagger = QN_BUF_INIT;
    const char *word;
    struct qn_id id;
    uint64_t mark = 0;
    uint32_t tagged = 0, object;
    enum qn_status status = qn_fast_import_next(ctx, import);

    if (!status)
        status = qn_fast_import_read_mark(ctx, import, &mark);
    if (!status && !(word = qn_fast_import_after(import, "from ")))
        status =
            qn_ctx_fail(ctx, QN_INVALID, "expected 'from' command, got '%s'",
                        qn_fast_import_line(import));
    if (!status)
        status = find_tagged(ctx, import, word, &id, &tagged);
    if (!status)
        status = qn_fast_import_next(ctx, import);
    if (!status)
        status = skip_original(ctx, import);
    if (!status && (word = qn_fast_import_after(import, "tagger "))) {
        status = qn_fast_import_ident(ctx, import, word, &tagger);
        if (!status)
            status = qn_fast_import_next(ctx, import);
    }
    if (!status)
        status = qn_fast_import_data(ctx, import);
    if (!status)
        status = make_tag(ctx, import, name, tagged, &tagger, &object);
    if (!status)
        status = keep_tag(ctx, import, name, object);
    if (!status)
        status = qn_fast_import_set_mark(ctx, import, mark, object);
    qn_buf_dispose(&tagger);
    return status;
}

/* ---- reset, alias */

/* A tag that was kept under the name is one no more. */
static void forget_tag(struct qn_fast_import *import, const char *name)
{
    size_t i;

    if (strncmp(name, "refs/tags/", 10) != 0)
        return;
    for (i = import->tag_count; i-- > 0;)
        if (strcmp(import->tags[i].name, name + 10) == 0) {
            qn_memory_free(import->tags[i].name);
            memmove(&import->tags[i], &import->tags[i + 1],
                    (import->tag_count - i - 1) * sizeof(*import->tags));
            import->tag_count--;
        }
}

static enum qn_status run_reset(struct qn_ctx *ctx,
                                struct qn_fast_import *import, const char *name)
{
    struct qn_fast_import_branch *branch =
        qn_fast_import_find_branch(import, name);
    bool has_from = false;
    enum qn_status status = QN_OK;

    if (branch) {
        qn_import_entry_unload(&branch->root);
        qn_import_entry_init(&branch->root, import->store.algorithm);
        qn_id_clear(&branch->id, import->store.algorithm);
        branch->old_tree = *qn_id_empty_tree(import->store.algorithm);
        branch->note_count = 0;
    } else {
        status = qn_fast_import_new_branch(ctx, import, name, &branch);
    }
    if (!status)
        status = qn_fast_import_next(ctx, import);
    if (!status)
        status = qn_fast_import_read_from(ctx, import, branch, &has_from);
    if (!status && branch->is_deleted)
        forget_tag(import, branch->name);
    if (!status && !import->stream.is_end && *qn_fast_import_line(import))
        qn_import_stream_hold(&import->stream);
    return status;
}

static enum qn_status run_alias(struct qn_ctx *ctx,
                                struct qn_fast_import *import)
{
    struct qn_id id;
    uint64_t mark;
    uint32_t object;
    const char *word;
    enum qn_status status = qn_fast_import_next(ctx, import);

    if (!status && !qn_fast_import_after(import, "mark :"))
        return qn_ctx_fail(ctx, QN_INVALID, "expected 'mark' command, got %s",
                           import->stream.is_end ? "alias"
                                                 : qn_fast_import_line(import));
    if (!status)
        status = qn_fast_import_read_mark(ctx, import, &mark);
    if (status)
        return status;
    word = qn_fast_import_after(import, "to ");
    if (!word)
        return qn_ctx_fail(ctx, QN_INVALID, "expected 'to' command, got %s",
                           qn_fast_import_line(import));
    status = qn_fast_import_commitish(ctx, import, word, &id);
    if (!status)
        status = qn_import_store_find(ctx, &import->store, &id, &object);
    if (!status)
        status = qn_fast_import_set_mark(ctx, import, mark, object);
    return status ? status : qn_import_stream_skip_lf(ctx, &import->stream);
}

/* ---- questions */

enum qn_status qn_fast_import_cat_blob(struct qn_ctx *ctx,
                                       struct qn_fast_import *import,
                                       const char *word)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    uint64_t mark;
    uint32_t object;
    enum qn_status status = QN_OK;

    if (*word == ':') {
        status = qn_fast_import_parse_mark(ctx, import, &word, &mark);
        if (!status)
            status = qn_fast_import_find_mark(ctx, import, mark, &object);
        if (!status && *word)
            status = qn_ctx_fail(ctx, QN_INVALID, "garbage after mark: %s",
                                 qn_fast_import_line(import));
        if (!status)
            qn_import_store_id(&import->store, object, &id);
    } else if (!qn_id_from_hex(&id, import->store.algorithm,
                               qn_bytes_from_string(word))) {
        status = qn_ctx_fail(ctx, QN_INVALID, "invalid dataref: %s",
                             qn_fast_import_line(import));
    }
    if (status)
        return status;
    qn_id_to_hex(&id, hex);
    qn_buf_clear(&import->text);
    status = qn_import_store_read(ctx, &import->store, &id, &import->object);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = qn_buf_printf(ctx, &import->text, "%s missing\n", hex);
        return status ? status
                      : qn_fast_import_say(ctx, import, QN_FAST_IMPORT_RESPONSE,
                                           qn_buf_bytes(&import->text));
    }
    if (!status && import->object.type != QN_OBJECT_BLOB)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "object %s is a %s but a blob was expected.", hex,
                           qn_object_type_name(import->object.type));
    if (!status)
        status = qn_buf_printf(ctx, &import->text, "%s blob %zu\n", hex,
                               import->object.data.size);
    if (!status)
        status = qn_buf_append_bytes(ctx, &import->text,
                                     qn_object_bytes(&import->object));
    if (!status)
        status = qn_buf_append_byte(ctx, &import->text, '\n');
    return status ? status
                  : qn_fast_import_say(ctx, import, QN_FAST_IMPORT_RESPONSE,
                                       qn_buf_bytes(&import->text));
}

static enum qn_status run_get_mark(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   const char *word)
{
    char line[QN_ID_MAX_HEX_SIZE + 2];
    struct qn_id id;
    uint64_t mark;
    uint32_t object;
    enum qn_status status;

    if (*word != ':')
        return qn_ctx_fail(ctx, QN_INVALID, "not a mark: %s", word);
    status = qn_fast_import_parse_mark(ctx, import, &word, &mark);
    if (!status && *word)
        status = qn_ctx_fail(ctx, QN_INVALID, "garbage after mark: %s",
                             qn_fast_import_line(import));
    if (!status)
        status = qn_fast_import_find_mark(ctx, import, mark, &object);
    if (status)
        return status;
    qn_import_store_id(&import->store, object, &id);
    qn_id_to_hex(&id, line);
    strcat(line, "\n");
    return qn_fast_import_say(ctx, import, QN_FAST_IMPORT_RESPONSE,
                              qn_bytes_from_string(line));
}

/* Tags followed, of commits the tree. */
static enum qn_status peel_to_tree(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   struct qn_id *id)
{
    struct qn_commit commit;
    struct qn_tag tag;
    enum qn_status status = QN_OK;

    while (!status) {
        status = qn_import_store_read(ctx, &import->store, id, &import->object);
        if (status)
            break;
        if (import->object.type == QN_OBJECT_TREE)
            return QN_OK;
        if (import->object.type == QN_OBJECT_BLOB)
            return qn_ctx_fail(ctx, QN_INVALID, "not a tree-ish: %s",
                               qn_fast_import_line(import));
        if (import->object.type == QN_OBJECT_COMMIT) {
            status = qn_commit_parse(ctx, qn_object_bytes(&import->object),
                                     id->algorithm, &commit);
            *id = commit.tree;
            return status;
        }
        status = qn_tag_parse(ctx, qn_object_bytes(&import->object),
                              id->algorithm, &tag);
        if (!status)
            *id = tag.object;
    }
    return status;
}

/* "<dataref> " */
static enum qn_status take_treeish(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   const char **at, struct qn_id *id)
{
    size_t digits = qn_id_hex_size(import->store.algorithm);
    uint64_t mark;
    uint32_t object;
    enum qn_status status = QN_OK;

    if (**at == ':') {
        status = qn_fast_import_parse_mark(ctx, import, at, &mark);
        if (!status)
            status = qn_fast_import_find_mark(ctx, import, mark, &object);
        if (!status)
            qn_import_store_id(&import->store, object, id);
    } else {
        if (strlen(*at) < digits || !qn_id_from_hex(id, import->store.algorithm,
                                                    qn_bytes_make(*at, digits)))
            return qn_ctx_fail(ctx, QN_INVALID, "invalid dataref: %s",
                               qn_fast_import_line(import));
        *at += digits;
    }
    if (status)
        return status;
    if (**at != ' ')
        return qn_ctx_fail(ctx, QN_INVALID, "missing space after tree-ish: %s",
                           qn_fast_import_line(import));
    ++*at;
    return peel_to_tree(ctx, import, id);
}

static enum qn_status say_entry(struct qn_ctx *ctx,
                                struct qn_fast_import *import,
                                const struct qn_import_entry *entry)
{
    struct qn_bytes path = qn_buf_bytes(&import->path);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    qn_buf_clear(&import->text);
    if (!entry) {
        status = qn_buf_append_string(ctx, &import->text, "missing ");
    } else {
        const char *type = qn_mode_is_tree(entry->mode)      ? "tree"
                           : qn_mode_is_gitlink(entry->mode) ? "commit"
                                                             : "blob";

        status = qn_buf_printf(ctx, &import->text, "%06o %s %s\t",
                               (unsigned)entry->mode, type,
                               qn_id_to_hex(&entry->id, hex));
    }
    if (!status)
        status = qn_quote_path(ctx, &import->text, path, true);
    if (!status)
        status = qn_buf_append_byte(ctx, &import->text, '\n');
    return status ? status
                  : qn_fast_import_say(ctx, import, QN_FAST_IMPORT_RESPONSE,
                                       qn_buf_bytes(&import->text));
}

enum qn_status qn_fast_import_ls(struct qn_ctx *ctx,
                                 struct qn_fast_import *import,
                                 const char *word,
                                 struct qn_fast_import_branch *branch)
{
    static const struct qn_fast_import_path form = {"path", false};
    struct qn_import_entry other = {0};
    struct qn_import_entry *root = branch ? &branch->root : NULL;
    struct qn_import_entry *entry = NULL;
    struct qn_id id;
    enum qn_status status = QN_OK;

    if (*word != '"') {
        status = take_treeish(ctx, import, &word, &id);
        if (!status)
            qn_import_entry_set_tree(&other, &id);
        root = &other;
    } else if (!branch) {
        return qn_ctx_fail(ctx, QN_INVALID, "not in a commit: %s",
                           qn_fast_import_line(import));
    }
    if (!status)
        status = qn_fast_import_path(ctx, import, &word, &form, &import->path);
    if (!status)
        status = qn_import_tree_get(ctx, &import->trees, root,
                                    qn_buf_bytes(&import->path), &entry);
    if (!status && entry)
        status = qn_import_tree_store(ctx, &import->trees, entry);
    if (!status)
        status = say_entry(ctx, import, entry);
    qn_import_entry_unload(&other);
    return status;
}

/* ---- the rest */

static enum qn_status run_progress(struct qn_ctx *ctx,
                                   struct qn_fast_import *import)
{
    enum qn_status status;

    qn_buf_clear(&import->text);
    status =
        qn_buf_printf(ctx, &import->text, "%s\n", qn_fast_import_line(import));
    if (!status)
        status = qn_fast_import_say(ctx, import, QN_FAST_IMPORT_OUTPUT,
                                    qn_buf_bytes(&import->text));
    return status ? status : qn_import_stream_skip_lf(ctx, &import->stream);
}

/* The first command that is no option: marks are read now, so that a command
 * line has had its say. */
static enum qn_status begin_data(struct qn_ctx *ctx,
                                 struct qn_fast_import *import)
{
    enum qn_status status;

    if (import->has_seen_data)
        return QN_OK;
    import->has_seen_data = true;
    status = qn_fast_import_say_again(ctx, import);
    if (status)
        return status;
    return import->import_marks ? qn_fast_import_read_marks(ctx, import)
                                : QN_OK;
}

static enum qn_status end_stream(struct qn_ctx *ctx,
                                 struct qn_fast_import *import, bool is_done)
{
    enum qn_status status = begin_data(ctx, import);

    import->is_done = true;
    if (!status && !is_done && import->needs_done)
        status = qn_ctx_fail(ctx, QN_INVALID, "stream ends early");
    return status;
}

static enum qn_status run_word(struct qn_ctx *ctx,
                               struct qn_fast_import *import, const char *line)
{
    const char *word;

    if (strcmp(line, "blob") == 0)
        return run_blob(ctx, import);
    if ((word = qn_fast_import_after(import, "commit "))) {
        char *name = qn_memory_string(ctx, qn_bytes_from_string(word));
        enum qn_status status =
            name ? qn_fast_import_commit(ctx, import, name) : QN_NO_MEMORY;

        qn_memory_free(name);
        return status;
    }
    if ((word = qn_fast_import_after(import, "tag "))) {
        char *name = qn_memory_string(ctx, qn_bytes_from_string(word));
        enum qn_status status =
            name ? run_tag(ctx, import, name) : QN_NO_MEMORY;

        qn_memory_free(name);
        return status;
    }
    if ((word = qn_fast_import_after(import, "reset "))) {
        char *name = qn_memory_string(ctx, qn_bytes_from_string(word));
        enum qn_status status =
            name ? run_reset(ctx, import, name) : QN_NO_MEMORY;

        qn_memory_free(name);
        return status;
    }
    if ((word = qn_fast_import_after(import, "ls ")))
        return qn_fast_import_ls(ctx, import, word, NULL);
    if ((word = qn_fast_import_after(import, "cat-blob ")))
        return qn_fast_import_cat_blob(ctx, import, word);
    if ((word = qn_fast_import_after(import, "get-mark ")))
        return run_get_mark(ctx, import, word);
    if (strcmp(line, "checkpoint") == 0) {
        import->is_checkpoint = true;
        return qn_import_stream_skip_lf(ctx, &import->stream);
    }
    if (strcmp(line, "alias") == 0)
        return run_alias(ctx, import);
    if (qn_fast_import_after(import, "progress "))
        return run_progress(ctx, import);
    return qn_ctx_fail(ctx, QN_INVALID, "unsupported command: %s", line);
}

enum qn_status qn_fast_import_command(struct qn_ctx *ctx,
                                      struct qn_fast_import *import)
{
    const char *line, *word;
    enum qn_status status = qn_fast_import_next(ctx, import);

    if (status)
        return status;
    if (import->stream.is_end)
        return end_stream(ctx, import, false);
    line = qn_fast_import_line(import);
    if (strcmp(line, "done") == 0)
        return end_stream(ctx, import, true);
    if ((word = qn_fast_import_after(import, "feature ")))
        return qn_fast_import_feature(ctx, import, word);
    if ((word = qn_fast_import_after(import, "option git ")))
        return qn_fast_import_stream_option(ctx, import, word);
    if (qn_fast_import_after(import, "option "))
        return QN_OK; /* somebody else's */
    status = begin_data(ctx, import);
    return status ? status : run_word(ctx, import, line);
}
