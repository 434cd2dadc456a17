/* SPDX-License-Identifier: MIT */
/* "commit": its head, the changes of its tree, the object. */
#include "base/memory.h"
#include "operation/part/fast_import_private.h"
#include "path/safe_path.h"
#include "text/date.h"
#include "text/quote.h"
#include "walk/merge_base.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- idents */

/* "<seconds> <zone>", to the letter. */
static bool is_raw_date(const char *text, bool is_strict)
{
    char *end;
    unsigned long zone;

    errno = 0;
    (void)strtoull(text, &end, 10); /* a sign does no harm */
    if (errno || end == text || *end != ' ')
        return false;
    text = end + 1;
    if (*text != '-' && *text != '+')
        return false;
    if (text[1] < '0' || text[1] > '9')
        return false;
    zone = strtoul(text + 1, &end, 10);
    if (*end)
        return false;
    return !is_strict || zone <= 1400;
}

static enum qn_status append_date(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  const char *text, const char *whole,
                                  struct qn_buf *out)
{
    struct qn_buf now = QN_BUF_INIT;
    struct qn_date date;
    enum qn_status status;

    switch (import->date) {
    case QN_FAST_IMPORT_DATE_RAW:
    case QN_FAST_IMPORT_DATE_PERMISSIVE:
        if (!is_raw_date(text, import->date == QN_FAST_IMPORT_DATE_RAW))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "invalid raw date \"%s\" in ident: %s", text,
                               whole);
        return qn_buf_append_string(ctx, out, text);
    case QN_FAST_IMPORT_DATE_RFC2822:
        if (!qn_date_scan(qn_ctx_env(ctx), text, &date))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "invalid rfc2822 date \"%s\" in ident: %s", text,
                               whole);
        return qn_buf_printf(ctx, out, "%" PRId64 " %c%04d", date.seconds,
                             date.zone < 0 ? '-' : '+', abs(date.zone));
    case QN_FAST_IMPORT_DATE_NOW:
        break;
    }
    if (strcmp(text, "now") != 0)
        return qn_ctx_fail(ctx, QN_INVALID, "date in ident must be 'now': %s",
                           whole);
    status = qn_repo_ident(ctx, import->scope->repo, QN_IDENT_COMMITTER, false,
                           &now);
    if (!status) {
        struct qn_bytes when = qn_buf_bytes(&now);

        when = qn_bytes_from(when, qn_bytes_find_last(when, '>') + 2);
        status = qn_buf_append_bytes(ctx, out, when);
    }
    qn_buf_dispose(&now);
    return status;
}

enum qn_status qn_fast_import_ident(struct qn_ctx *ctx,
                                    struct qn_fast_import *import,
                                    const char *text, struct qn_buf *out)
{
    size_t open = strcspn(text, "<>");
    size_t close;
    enum qn_status status;

    if (text[open] != '<')
        return qn_ctx_fail(ctx, QN_INVALID, "missing < in ident string: %s",
                           text);
    if (open > 0 && text[open - 1] != ' ')
        return qn_ctx_fail(ctx, QN_INVALID,
                           "missing space before < in ident string: %s", text);
    close = open + 1 + strcspn(text + open + 1, "<>");
    if (text[close] != '>')
        return qn_ctx_fail(ctx, QN_INVALID, "missing > in ident string: %s",
                           text);
    if (text[close + 1] != ' ')
        return qn_ctx_fail(ctx, QN_INVALID,
                           "missing space after > in ident string: %s", text);
    if (open == 0) /* a name of nothing */
        status = qn_buf_append_byte(ctx, out, ' ');
    else
        status = QN_OK;
    if (!status)
        status = qn_buf_append(ctx, out, text, close + 2);
    return status ? status
                  : append_date(ctx, import, text + close + 2, text, out);
}

/* ---- paths */

enum qn_status qn_fast_import_path(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   const char **at,
                                   const struct qn_fast_import_path *form,
                                   struct qn_buf *out)
{
    const char *line = qn_fast_import_line(import);
    struct qn_bytes text = qn_bytes_from_string(*at);
    size_t used;
    enum qn_status status;

    qn_buf_clear(out);
    if (**at == '"') {
        status = qn_quote_unquote_c(ctx, text, out, &used);
        if (status == QN_NO_MEMORY)
            return status;
        if (status)
            return qn_ctx_fail(ctx, QN_INVALID, "invalid %s: %s", form->what,
                               line);
        if (out->size && memchr(out->data, 0, out->size))
            return qn_ctx_fail(ctx, QN_INVALID, "NUL in %s: %s", form->what,
                               line);
    } else {
        used = form->ends_at_space ? qn_bytes_find(text, ' ') : text.size;
        status = qn_buf_append_bytes(ctx, out, qn_bytes_first(text, used));
        if (status)
            return status;
    }
    *at += used;
    if (!form->ends_at_space) {
        if (**at)
            return qn_ctx_fail(ctx, QN_INVALID, "garbage after %s: %s",
                               form->what, line);
        return QN_OK;
    }
    if (**at != ' ')
        return qn_ctx_fail(ctx, QN_INVALID, "missing space after %s: %s",
                           form->what, line);
    ++*at;
    return QN_OK;
}

static enum qn_status check_path(struct qn_ctx *ctx,
                                 const struct qn_fast_import *import,
                                 const struct qn_buf *path, uint32_t mode)
{
    struct qn_bytes bytes = qn_buf_bytes(path);

    if (bytes.size > 0 &&
        !qn_safe_path_is_valid(bytes, mode, import->path_flags))
        return qn_ctx_fail(ctx, QN_INVALID, "invalid path '%s'",
                           qn_buf_string(path));
    return QN_OK;
}

/* ---- changes */

static bool parse_mode(const char **at, uint32_t *mode)
{
    const char *text = *at;
    uint32_t value = 0;

    while (*text >= '0' && *text <= '7' && value < 01000000)
        value = value * 8 + (uint32_t)(*text++ - '0');
    if (text == *at || *text != ' ')
        return false;
    *at = text + 1;
    switch (value) {
    case 0644:
    case 0755:
        *mode = value | 0100000;
        return true;
    case QN_MODE_FILE:
    case QN_MODE_EXECUTABLE:
    case QN_MODE_SYMLINK:
    case QN_MODE_GITLINK:
    case QN_MODE_TREE:
        *mode = value;
        return true;
    default:
        return false;
    }
}

/* A commit of another repository, under the name it has here. */
static enum qn_status take_gitlink(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   const char **at, struct qn_id *id)
{
    uint8_t row[QN_ID_MAX_SIZE];
    size_t digits = strcspn(*at, " ");
    uint32_t algorithm = digits == qn_id_hex_size(QN_HASH_SHA256)
                             ? QN_HASH_SHA256
                             : QN_HASH_SHA1;
    struct qn_id foreign;
    bool found;
    enum qn_status status;

    if (!qn_id_from_hex(&foreign, algorithm, qn_bytes_make(*at, digits)) ||
        (algorithm != import->store.algorithm && import->submodule_count == 0))
        return qn_ctx_fail(ctx, QN_INVALID, "invalid dataref: %s",
                           qn_fast_import_line(import));
    memcpy(row, foreign.bytes, sizeof(row));
    *id = foreign;
    *at += digits;
    if (import->submodule_count == 0)
        return QN_OK;
    status = qn_fast_import_rewrite(ctx, import, row, qn_id_size(algorithm), id,
                                    &found);
    if (!status && !found && algorithm != import->store.algorithm)
        return qn_ctx_fail(ctx, QN_INVALID, "invalid dataref: %s",
                           qn_fast_import_line(import));
    return status;
}

/* "<dataref> " of "M"; `*is_inline`: the content follows. */
static enum qn_status
take_dataref(struct qn_ctx *ctx, struct qn_fast_import *import, const char **at,
             struct qn_import_entry *value, bool *is_inline, uint32_t *object)
{
    size_t digits = qn_id_hex_size(import->store.algorithm);
    const char *line = qn_fast_import_line(import);
    const char *after = "mark";
    uint64_t mark;
    enum qn_status status = QN_OK;

    *is_inline = false;
    *object = QN_IMPORT_NONE;
    if (**at == ':') {
        status = qn_fast_import_parse_mark(ctx, import, at, &mark);
        if (!status)
            status = qn_fast_import_find_mark(ctx, import, mark, object);
        if (!status)
            qn_import_store_id(&import->store, *object, &value->id);
    } else if (strncmp(*at, "inline ", 7) == 0) {
        *is_inline = true;
        *at += 6;
    } else if (qn_mode_is_gitlink(value->mode)) {
        after = "SHA1";
        status = take_gitlink(ctx, import, at, &value->id);
    } else {
        after = "SHA1";
        if (strlen(*at) < digits ||
            !qn_id_from_hex(&value->id, import->store.algorithm,
                            qn_bytes_make(*at, digits)))
            return qn_ctx_fail(ctx, QN_INVALID, "invalid dataref: %s", line);
        *at += digits;
    }
    if (status)
        return status;
    if (**at != ' ')
        return qn_ctx_fail(ctx, QN_INVALID, "missing space after %s: %s", after,
                           line);
    ++*at;
    return QN_OK;
}

/* A named object must be there, and of the kind that the mode says. */
static enum qn_status check_object(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   const struct qn_import_entry *value,
                                   uint32_t object)
{
    enum qn_object_type expected =
        qn_mode_is_tree(value->mode) ? QN_OBJECT_TREE : QN_OBJECT_BLOB;
    enum qn_object_type type;
    enum qn_status status = QN_OK;

    if (object == QN_IMPORT_NONE)
        status = qn_import_store_find(ctx, &import->store, &value->id, &object);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail(ctx, QN_INVALID, "%s not found: %s",
                           qn_object_type_name(expected),
                           qn_fast_import_line(import));
    if (status)
        return status;
    type = (enum qn_object_type)import->store.objects[object].type;
    if (type != expected)
        return qn_ctx_fail(ctx, QN_INVALID, "not a %s (actually a %s): %s",
                           qn_object_type_name(expected),
                           qn_object_type_name(type),
                           qn_fast_import_line(import));
    return QN_OK;
}

/* Answers that may be asked for between "M ... inline" and its data. */
static enum qn_status answer_questions(struct qn_ctx *ctx,
                                       struct qn_fast_import *import)
{
    const char *word;
    enum qn_status status = qn_fast_import_next(ctx, import);

    while (!status && (word = qn_fast_import_after(import, "cat-blob "))) {
        status = qn_fast_import_cat_blob(ctx, import, word);
        if (!status)
            status = qn_fast_import_next(ctx, import);
    }
    return status;
}

static enum qn_status put_inline(struct qn_ctx *ctx,
                                 struct qn_fast_import *import,
                                 struct qn_import_entry *value)
{
    uint32_t object;
    enum qn_status status = answer_questions(ctx, import);

    if (!status)
        status = qn_fast_import_blob_data(ctx, import, &object);
    if (!status)
        qn_import_store_id(&import->store, object, &value->id);
    return status;
}

/* "M <mode> <dataref> <path>" */
static enum qn_status modify(struct qn_ctx *ctx, struct qn_fast_import *import,
                             struct qn_fast_import_branch *branch,
                             const char *at)
{
    static const struct qn_fast_import_path form = {"path", false};
    const char *line = qn_fast_import_line(import);
    struct qn_import_entry value = {0};
    bool is_inline;
    uint32_t object;
    enum qn_status status;

    if (!parse_mode(&at, &value.mode))
        return qn_ctx_fail(ctx, QN_INVALID, "corrupt mode: %s", line);
    status = take_dataref(ctx, import, &at, &value, &is_inline, &object);
    if (!status)
        status = qn_fast_import_path(ctx, import, &at, &form, &import->path);
    if (status)
        return status;
    if (qn_mode_is_tree(value.mode) && !is_inline && import->path.size > 0 &&
        qn_id_is_equal(&value.id, qn_id_empty_tree(value.id.algorithm)))
        return qn_import_tree_remove(ctx, &import->trees, &branch->root,
                                     qn_buf_bytes(&import->path), NULL, NULL);
    if (qn_mode_is_gitlink(value.mode)) {
        if (is_inline)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "Git links cannot be specified 'inline': %s",
                               line);
        if (object != QN_IMPORT_NONE &&
            import->store.objects[object].type != QN_OBJECT_COMMIT)
            return qn_ctx_fail(
                ctx, QN_INVALID, "not a commit (actually a %s): %s",
                qn_object_type_name(
                    (enum qn_object_type)import->store.objects[object].type),
                line);
    } else if (is_inline) {
        if (qn_mode_is_tree(value.mode))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "directories cannot be specified 'inline': %s",
                               line);
        status = put_inline(ctx, import, &value);
    } else {
        status = check_object(ctx, import, &value, object);
    }
    if (!status && import->path.size == 0 && !qn_mode_is_tree(value.mode))
        return qn_ctx_fail(ctx, QN_INVALID, "root cannot be a non-directory");
    if (!status)
        status = check_path(ctx, import, &import->path, value.mode);
    if (!status)
        status = qn_import_tree_set(ctx, &import->trees, &branch->root,
                                    qn_buf_bytes(&import->path), &value);
    return status;
}

/* "D <path>" */
static enum qn_status delete (struct qn_ctx *ctx, struct qn_fast_import *import,
                              struct qn_fast_import_branch *branch,
                              const char *at) {
    static const struct qn_fast_import_path form = {"path", false};
    enum qn_status status = qn_fast_import_path(ctx, import, &at, &form,
                                                &import->path);

    return status
               ? status
               : qn_import_tree_remove(ctx, &import->trees, &branch->root,
                                       qn_buf_bytes(&import->path), NULL, NULL);
}

/* "C <path> <path>" and "R <path> <path>" */
static enum qn_status copy(struct qn_ctx *ctx, struct qn_fast_import *import,
                           struct qn_fast_import_branch *branch, const char *at,
                           bool is_rename)
{
    static const struct qn_fast_import_path source = {"source", true};
    static const struct qn_fast_import_path destination = {"dest", false};
    struct qn_import_entry *entry = NULL;
    struct qn_import_entry value = {0};
    bool found = false;
    enum qn_status status;

    status = qn_fast_import_path(ctx, import, &at, &source, &import->path);
    if (!status)
        status =
            qn_fast_import_path(ctx, import, &at, &destination, &import->path2);
    if (status)
        return status;
    if (is_rename) {
        status =
            qn_import_tree_remove(ctx, &import->trees, &branch->root,
                                  qn_buf_bytes(&import->path), &value, &found);
    } else {
        status = qn_import_tree_get(ctx, &import->trees, &branch->root,
                                    qn_buf_bytes(&import->path), &entry);
        found = entry != NULL;
        if (!status && found)
            status = qn_import_entry_copy(ctx, entry, &value);
    }
    if (!status && !found)
        status = qn_ctx_fail(ctx, QN_INVALID, "path %s not in branch",
                             qn_buf_string(&import->path));
    if (!status && import->path2.size == 0 && !qn_mode_is_tree(value.mode))
        status = qn_ctx_fail(ctx, QN_INVALID, "root cannot be a non-directory");
    if (!status)
        status = check_path(ctx, import, &import->path2, value.mode);
    if (!status)
        status = qn_import_tree_set(ctx, &import->trees, &branch->root,
                                    qn_buf_bytes(&import->path2), &value);
    qn_import_entry_unload(&value);
    return status;
}

static void delete_all(struct qn_fast_import *import,
                       struct qn_fast_import_branch *branch)
{
    qn_import_entry_unload(&branch->root);
    qn_import_entry_init(&branch->root, import->store.algorithm);
    branch->note_count = 0;
    branch->fanout = 0;
}

/* One line of the body; `*is_one` false: it is of no commit. */
static enum qn_status take_change(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  struct qn_fast_import_branch *branch,
                                  bool *is_one)
{
    const char *at;

    *is_one = true;
    if ((at = qn_fast_import_after(import, "M ")))
        return modify(ctx, import, branch, at);
    if ((at = qn_fast_import_after(import, "D ")))
        return delete (ctx, import, branch, at);
    if ((at = qn_fast_import_after(import, "R ")))
        return copy(ctx, import, branch, at, true);
    if ((at = qn_fast_import_after(import, "C ")))
        return copy(ctx, import, branch, at, false);
    if ((at = qn_fast_import_after(import, "N ")))
        return qn_fast_import_note(ctx, import, branch, at);
    if ((at = qn_fast_import_after(import, "ls ")))
        return qn_fast_import_ls(ctx, import, at, branch);
    if ((at = qn_fast_import_after(import, "cat-blob ")))
        return qn_fast_import_cat_blob(ctx, import, at);
    if (strcmp(qn_fast_import_line(import), "deleteall") == 0) {
        delete_all(import, branch);
        return QN_OK;
    }
    *is_one = false;
    return QN_OK;
}

static enum qn_status take_changes(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   struct qn_fast_import_branch *branch)
{
    bool is_one = true;
    enum qn_status status = QN_OK;

    while (!status && !import->stream.is_end && *qn_fast_import_line(import)) {
        status = take_change(ctx, import, branch, &is_one);
        if (status)
            break;
        if (!is_one) {
            qn_import_stream_hold(&import->stream);
            break;
        }
        status = qn_fast_import_next(ctx, import);
    }
    return status;
}

/* ---- the head */

struct head {
    struct qn_buf author, committer, encoding, message;
    struct qn_buf signatures[2]; /* of the two algorithms */
    struct qn_id *merges;
    size_t merge_count, merge_capacity;
    uint64_t mark;
};

static void head_dispose(struct head *head)
{
    qn_buf_dispose(&head->author);
    qn_buf_dispose(&head->committer);
    qn_buf_dispose(&head->encoding);
    qn_buf_dispose(&head->message);
    qn_buf_dispose(&head->signatures[0]);
    qn_buf_dispose(&head->signatures[1]);
    qn_memory_free(head->merges);
}

/* What the mode says of any signature of a commit; `*keeps` false: it goes. */
static enum qn_status judge_signature(struct qn_ctx *ctx,
                                      const struct qn_fast_import *import,
                                      bool *keeps)
{
    *keeps = true;
    switch (import->signed_commits) {
    case QN_FAST_IMPORT_SIGNED_WARN_VERBATIM:
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.signature",
                      "importing a commit signature verbatim");
        break;
    case QN_FAST_IMPORT_SIGNED_WARN_STRIP:
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.signature",
                      "stripping a commit signature");
        *keeps = false;
        break;
    case QN_FAST_IMPORT_SIGNED_STRIP:
        *keeps = false;
        break;
    case QN_FAST_IMPORT_SIGNED_ABORT:
        return qn_ctx_fail(ctx, QN_INVALID,
                           "encountered signed commit; use "
                           "--signed-commits=<mode> to handle it");
    default:
        break;
    }
    return QN_OK;
}

static enum qn_status
check_signature_words(struct qn_ctx *ctx, const char *word, uint32_t *algorithm)
{
    static const char *const formats[] = {"openpgp", "x509", "ssh", "unknown"};
    size_t size = strcspn(word, " ");
    size_t i;

    if (word[size] != ' ')
        return qn_ctx_fail(ctx, QN_INVALID,
                           "expected gpgsig format: 'gpgsig <hash-algo> "
                           "<signature-format>', got 'gpgsig %s'",
                           word);
    *algorithm = qn_id_algorithm_from_name(qn_bytes_make(word, size));
    if (*algorithm == QN_HASH_NONE)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "unknown git hash algorithm in gpgsig: '%.*s'",
                           (int)size, word);
    for (i = 0; i < QN_COUNT_OF(formats); i++)
        if (strcmp(formats[i], word + size + 1) == 0)
            return QN_OK;
    return qn_ctx_fail(ctx, QN_INVALID,
                       "invalid signature format in gpgsig: '%s'",
                       word + size + 1);
}

/* "gpgsig <algorithm> <format>" and its data */
static enum qn_status take_signature(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     struct head *head, const char *word)
{
    struct qn_buf *signature = NULL;
    uint32_t algorithm = QN_HASH_NONE;
    bool keeps;
    enum qn_status status = judge_signature(ctx, import, &keeps);

    if (!status && keeps)
        status = check_signature_words(ctx, word, &algorithm);
    if (!status)
        status = qn_fast_import_next(ctx, import);
    if (!status)
        status = qn_fast_import_data(ctx, import);
    if (!status && keeps)
        signature = &head->signatures[algorithm == QN_HASH_SHA256];
    if (signature && signature->size)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.signature",
                      "multiple %s signatures found, ignoring additional "
                      "signature",
                      algorithm == QN_HASH_SHA256 ? "SHA-256" : "SHA-1");
    else if (signature)
        status =
            qn_buf_append_bytes(ctx, signature, qn_buf_bytes(&import->data));
    return status ? status : qn_fast_import_next(ctx, import);
}

static enum qn_status skip_original(struct qn_ctx *ctx,
                                    struct qn_fast_import *import)
{
    return qn_fast_import_after(import, "original-oid ")
               ? qn_fast_import_next(ctx, import)
               : QN_OK;
}

static enum qn_status take_people(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  struct head *head)
{
    const char *word = qn_fast_import_after(import, "author ");
    enum qn_status status = QN_OK;

    if (word) {
        status = qn_fast_import_ident(ctx, import, word, &head->author);
        if (!status)
            status = qn_fast_import_next(ctx, import);
    }
    if (status)
        return status;
    word = qn_fast_import_after(import, "committer ");
    if (!word)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "expected committer but didn't get one");
    status = qn_fast_import_ident(ctx, import, word, &head->committer);
    return status ? status : qn_fast_import_next(ctx, import);
}

static enum qn_status take_merges(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  struct head *head)
{
    const char *word;
    enum qn_status status = QN_OK;

    while (!status && (word = qn_fast_import_after(import, "merge "))) {
        struct qn_id tree;

        status = qn_memory_grow(ctx, &head->merges, &head->merge_capacity,
                                head->merge_count + 1, sizeof(*head->merges));
        if (!status)
            status = qn_fast_import_commitish(ctx, import, word,
                                              &head->merges[head->merge_count]);
        if (!status &&
            qn_fast_import_tree_of(ctx, import,
                                   &head->merges[head->merge_count], &tree))
            status =
                qn_ctx_fail(ctx, QN_INVALID, "not a valid commit: %s", word);
        head->merge_count += !status;
        if (!status)
            status = qn_fast_import_next(ctx, import);
    }
    return status;
}

static enum qn_status take_head(struct qn_ctx *ctx,
                                struct qn_fast_import *import,
                                struct qn_fast_import_branch *branch,
                                struct head *head)
{
    const char *word;
    bool has_from;
    enum qn_status status;

    status = qn_fast_import_next(ctx, import);
    if (!status)
        status = qn_fast_import_read_mark(ctx, import, &head->mark);
    if (!status)
        status = skip_original(ctx, import);
    if (!status)
        status = take_people(ctx, import, head);
    while (!status && (word = qn_fast_import_after(import, "gpgsig ")))
        status = take_signature(ctx, import, head, word);
    if (!status && (word = qn_fast_import_after(import, "encoding "))) {
        status = qn_buf_append_string(ctx, &head->encoding, word);
        if (!status)
            status = qn_fast_import_next(ctx, import);
    }
    if (!status)
        status = qn_fast_import_data(ctx, import);
    if (status)
        return status;
    qn_buf_swap(&head->message, &import->data);
    status = qn_fast_import_next(ctx, import);
    if (!status)
        status = qn_fast_import_read_from(ctx, import, branch, &has_from);
    return status ? status : take_merges(ctx, import, head);
}

/* ---- the object */

static enum qn_status append_headers(struct qn_ctx *ctx,
                                     const struct qn_fast_import_branch *branch,
                                     const struct head *head,
                                     struct qn_buf *out)
{
    const struct qn_buf *author =
        head->author.size ? &head->author : &head->committer;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    size_t i;

    status = qn_buf_printf(ctx, out, "tree %s\n",
                           qn_id_to_hex(&branch->root.id, hex));
    if (!status && !qn_id_is_null(&branch->id))
        status = qn_buf_printf(ctx, out, "parent %s\n",
                               qn_id_to_hex(&branch->id, hex));
    for (i = 0; !status && i < head->merge_count; i++)
        status = qn_buf_printf(ctx, out, "parent %s\n",
                               qn_id_to_hex(&head->merges[i], hex));
    if (!status)
        status = qn_buf_printf(ctx, out, "author %s\ncommitter %s\n",
                               qn_buf_string(author),
                               qn_buf_string(&head->committer));
    if (!status && head->encoding.size)
        status = qn_buf_printf(ctx, out, "encoding %s\n",
                               qn_buf_string(&head->encoding));
    return status;
}

/* A header of several lines. */
static enum qn_status append_signature(struct qn_ctx *ctx, const char *name,
                                       const struct qn_buf *signature,
                                       struct qn_buf *out)
{
    struct qn_bytes rest = qn_buf_bytes(signature);
    bool is_last = rest.size == 0;
    enum qn_status status = QN_OK;

    if (is_last)
        return QN_OK;
    status = qn_buf_append_string(ctx, out, name);
    while (!status && !is_last) { /* what is behind a line feed is a line */
        size_t end = qn_bytes_find(rest, '\n');

        is_last = end == rest.size;
        status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, qn_bytes_first(rest, end));
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        rest = qn_bytes_from(rest, end + 1);
    }
    return status;
}

/* The text that signatures are over, and what becomes of them. */
static enum qn_status settle_signatures(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        struct head *head)
{
    struct qn_buf payload = QN_BUF_INIT;
    bool is_256 = import->store.algorithm == QN_HASH_SHA256;
    struct qn_buf *own = &head->signatures[is_256];
    struct qn_fast_import_payload what = {.mode = import->signed_commits};
    bool keeps = true;
    enum qn_status status;

    if (!qn_fast_import_is_conditional(import->signed_commits) ||
        (head->signatures[0].size == 0 && head->signatures[1].size == 0))
        return QN_OK;
    status = qn_buf_append_bytes(ctx, &payload, qn_buf_bytes(&import->text));
    if (!status)
        status = qn_buf_append_byte(ctx, &payload, '\n');
    if (!status)
        status =
            qn_buf_append_bytes(ctx, &payload, qn_buf_bytes(&head->message));
    what.payload = qn_buf_bytes(&payload);
    if (!status)
        status =
            qn_fast_import_check_signature(ctx, import, &what, own, &keeps);
    qn_buf_dispose(&payload);
    if (!keeps) {
        qn_buf_clear(&head->signatures[0]);
        qn_buf_clear(&head->signatures[1]);
    }
    return status;
}

static enum qn_status make_commit(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  struct qn_fast_import_branch *branch,
                                  struct head *head)
{
    struct qn_buf *text = &import->text;
    uint32_t object, tree;
    enum qn_status status;

    qn_buf_clear(text);
    status = append_headers(ctx, branch, head, text);
    if (!status)
        status = settle_signatures(ctx, import, head);
    if (!status)
        status = append_signature(ctx, "gpgsig", &head->signatures[0], text);
    if (!status)
        status =
            append_signature(ctx, "gpgsig-sha256", &head->signatures[1], text);
    if (!status)
        status = qn_buf_append_byte(ctx, text, '\n');
    if (!status)
        status = qn_buf_append_bytes(ctx, text, qn_buf_bytes(&head->message));
    if (!status)
        status = qn_import_store_add(ctx, &import->store, QN_OBJECT_COMMIT,
                                     text, NULL, &object);
    if (status)
        return status;
    qn_import_store_id(&import->store, object, &branch->id);
    tree = qn_id_map_find(&import->store.ids, &branch->root.id);
    if (tree != QN_ID_MAP_NONE)
        import->store.objects[object].tree = tree;
    branch->pack = import->store.objects[object].pack;
    branch->clock = ++import->commit_count;
    branch->old_tree = branch->root.id;
    branch->is_deleted = false;
    return qn_fast_import_set_mark(ctx, import, head->mark, object);
}

enum qn_status qn_fast_import_commit(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     const char *name)
{
    struct qn_fast_import_branch *branch =
        qn_fast_import_find_branch(import, name);
    struct head head = {.mark = 0};
    enum qn_status status = QN_OK;

    if (!branch)
        status = qn_fast_import_new_branch(ctx, import, name, &branch);
    if (!status) {
        import->current = branch;
        qn_fast_import_activate(import, branch);
        status = take_head(ctx, import, branch, &head);
    }
    if (!status)
        status = take_changes(ctx, import, branch);
    if (!status)
        status = qn_fast_import_settle_notes(ctx, import, branch);
    if (!status)
        status = qn_import_tree_store(ctx, &import->trees, &branch->root);
    if (!status)
        status = make_commit(ctx, import, branch, &head);
    if (!status)
        import->current = NULL;
    head_dispose(&head);
    return status;
}
