/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "show/ref_atom.h"
#include "show/ref_extra.h"
#include "show/ref_upstream.h"
#include "show/ref_worktrees.h"
#include "show/trailer.h"
#include "walk/commit_table.h"
#include "walk/mailmap.h"
#include "walk/merge_base.h"

#include <string.h>

/* One object of the ref at hand. */
struct object_view {
    bool is_known; /* id and type */
    bool is_read;
    bool exists;
    struct qn_id id;
    enum qn_object_type type;
    struct qn_object object;
    struct qn_commit commit;
    struct qn_tag tag;
};

struct qn_ref_values {
    struct qn_revision_scope scope;
    struct qn_commit_table *commits; /* what merge bases read, for the next */
    struct qn_ref_values_options options;
    struct qn_buf head; /* the branch that HEAD is on */
    bool has_head;
    struct qn_mailmap *mailmap;
    struct object_view own;
    struct object_view peeled;
    const struct qn_ref_item *items; /* all that are listed; borrowed */
    size_t item_count;
    struct qn_id base_for; /* is-base: of this commit it was found out ... */
    bool has_base;
    const char *base; /* ... which ref it is; or NULL */
    struct qn_ref_worktrees worktrees;
};

enum qn_status qn_ref_values_new(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const struct qn_ref_values_options *options,
                                 struct qn_ref_values **out)
{
    struct qn_ref_values *values = qn_memory_calloc(ctx, 1, sizeof(*values));

    if (!values)
        return QN_NO_MEMORY;
    values->scope = *scope;
    if (!scope->kept)
        values->scope.kept = &values->commits;
    values->options = *options;
    *out = values;
    return QN_OK;
}

void qn_ref_values_free(struct qn_ref_values *values)
{
    if (!values)
        return;
    qn_object_dispose(&values->own.object);
    qn_object_dispose(&values->peeled.object);
    qn_buf_dispose(&values->head);
    qn_ref_worktrees_dispose(&values->worktrees);
    qn_commit_table_free(values->commits);
    qn_mailmap_free(values->mailmap);
    qn_memory_free(values);
}

const struct qn_revision_scope *
qn_ref_values_scope(const struct qn_ref_values *values)
{
    return &values->scope;
}

bool qn_ref_values_has_color(const struct qn_ref_values *values)
{
    return values->options.has_color;
}

void qn_ref_values_forget(struct qn_ref_values *values)
{
    values->own.is_known = values->own.is_read = false;
    values->peeled.is_known = values->peeled.is_read = false;
}

/* ------------------------------------------------------------------ objects */

static enum qn_status fail_missing(struct qn_ctx *ctx,
                                   const struct qn_ref_item *item,
                                   const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "refs.missing-object",
                              item->name, "missing object %s for %s",
                              qn_id_to_hex(id, hex), item->name);
}

static enum qn_status read_type(struct qn_ctx *ctx,
                                struct qn_ref_values *values,
                                const struct qn_ref_item *item,
                                struct object_view *view)
{
    struct qn_odb_info info;

    view->is_known = true;
    view->exists = true;
    if (qn_odb_read_info(ctx, values->scope.odb, &view->id, QN_ODB_WANT_TYPE,
                         &info))
        return fail_missing(ctx, item, &view->id);
    view->type = info.type;
    return QN_OK;
}

static enum qn_status read_object(struct qn_ctx *ctx,
                                  struct qn_ref_values *values,
                                  const struct qn_ref_item *item,
                                  struct object_view *view)
{
    uint32_t algorithm = qn_repo_algorithm(values->scope.repo);
    enum qn_status status;

    if (view->is_read || !view->exists)
        return QN_OK;
    status = qn_odb_read(ctx, values->scope.odb, &view->id, &view->object);
    if (status)
        return fail_missing(ctx, item, &view->id);
    view->type = view->object.type;
    if (view->type == QN_OBJECT_COMMIT)
        status = qn_commit_parse(ctx, qn_object_bytes(&view->object), algorithm,
                                 &view->commit);
    else if (view->type == QN_OBJECT_TAG)
        status = qn_tag_parse(ctx, qn_object_bytes(&view->object), algorithm,
                              &view->tag);
    view->is_read = !status;
    return status;
}

/* The object that an atom speaks of; `exists` false: there is none ("*" of what
 * is no tag). */
static enum qn_status find_view(struct qn_ctx *ctx,
                                struct qn_ref_values *values,
                                const struct qn_ref_item *item, bool is_peeled,
                                struct object_view **out)
{
    struct object_view *own = &values->own;
    struct object_view *view = is_peeled ? &values->peeled : own;
    enum qn_status status = QN_OK;

    *out = view;
    if (!own->is_known) {
        own->id = item->id;
        status = read_type(ctx, values, item, own);
    }
    if (status || !is_peeled || view->is_known)
        return status;
    view->is_known = true;
    view->exists = own->type == QN_OBJECT_TAG;
    if (!view->exists)
        return QN_OK;
    if (item->has_peeled && !qn_id_is_null(&item->peeled))
        view->id = item->peeled;
    else
        status = qn_revision_peel(ctx, values->scope.odb, &own->id,
                                  QN_OBJECT_NONE, &view->id);
    return status ? status : read_type(ctx, values, item, view);
}

static enum qn_status append_id(struct qn_ctx *ctx,
                                struct qn_ref_values *values,
                                const struct qn_id *id,
                                const struct qn_ref_atom *atom,
                                struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = qn_id_hex_size(id->algorithm);
    enum qn_status status = QN_OK;

    if (atom->part == QN_REF_PART_SHORT)
        status = qn_odb_abbreviate(ctx, values->scope.odb, id,
                                   (size_t)atom->number, &digits);
    qn_id_to_hex(id, hex);
    return status ? status : qn_buf_append(ctx, out, hex, digits);
}

/* ------------------------------------------------------------------- persons
 */

static bool find_person(const struct object_view *view, char role,
                        struct qn_bytes *out)
{
    if (view->type == QN_OBJECT_COMMIT) {
        *out = role == 'a'                  ? view->commit.author
               : role == 'c' || role == 'o' ? view->commit.committer
                                            : QN_BYTES_NONE;
        return role != 't';
    }
    if (view->type == QN_OBJECT_TAG) {
        *out = view->tag.tagger;
        return (role == 't' || role == 'o') && out->size;
    }
    return false;
}

static enum qn_status map_person(struct qn_ctx *ctx,
                                 struct qn_ref_values *values,
                                 struct qn_ident *ident)
{
    enum qn_status status;

    if (!values->mailmap) {
        status = qn_mailmap_new(ctx, &values->mailmap);
        if (!status)
            status = qn_mailmap_load(ctx, &values->scope, values->mailmap);
        if (status)
            return status;
    }
    (void)qn_mailmap_map(values->mailmap, &ident->name, &ident->mail);
    return QN_OK;
}

static enum qn_status append_mail(struct qn_ctx *ctx,
                                  const struct qn_ref_atom *atom,
                                  struct qn_bytes mail, struct qn_buf *out)
{
    if (atom->local_part)
        mail = qn_bytes_first(mail, qn_bytes_find(mail, '@'));
    if (atom->trims || atom->local_part)
        return qn_buf_append_bytes(ctx, out, mail);
    return qn_buf_printf(ctx, out, "<%.*s>", QN_BYTES_ARG(mail));
}

static enum qn_status append_person(struct qn_ctx *ctx,
                                    struct qn_ref_values *values,
                                    const struct object_view *view,
                                    const struct qn_ref_atom *atom,
                                    struct qn_buf *out, int64_t *number)
{
    struct qn_bytes text = QN_BYTES_NONE;
    struct qn_ident ident;
    enum qn_status status = QN_OK;

    *number = 0;
    if (!find_person(view, atom->role, &text))
        return QN_OK;
    if (atom->part == QN_REF_PART_WHOLE)
        return qn_buf_append_bytes(ctx, out, text);
    if (!qn_ident_parse(text, &ident))
        return QN_OK;
    if (atom->uses_mailmap)
        status = map_person(ctx, values, &ident);
    if (status)
        return status;
    if (atom->part == QN_REF_PART_NAME)
        return qn_buf_append_bytes(ctx, out, ident.name);
    if (atom->part == QN_REF_PART_EMAIL)
        return append_mail(ctx, atom, ident.mail, out);
    if (!ident.has_date)
        return QN_OK;
    *number = ident.seconds;
    return qn_date_format(ctx, ident.seconds, ident.zone, &atom->date, out);
}

/* ------------------------------------------------------------------ messages
 */

static bool is_signature_line(struct qn_bytes line)
{
    return qn_bytes_has_prefix(line, "-----BEGIN PGP SIGNATURE-----") ||
           qn_bytes_has_prefix(line, "-----BEGIN PGP MESSAGE-----") ||
           qn_bytes_has_prefix(line, "-----BEGIN SIGNED MESSAGE-----") ||
           qn_bytes_has_prefix(line, "-----BEGIN SSH SIGNATURE-----");
}

/* Where a signature at the end starts; the size when there is none. */
static size_t find_signature(struct qn_bytes message)
{
    struct qn_bytes rest = message;
    size_t found = message.size;
    struct qn_bytes line;

    while (qn_bytes_next(&rest, '\n', &line))
        if (is_signature_line(line))
            found = (size_t)(line.data - message.data);
    return found;
}

static bool is_blank(struct qn_bytes line)
{
    return qn_bytes_trim(line).size == 0;
}

/* The lines of the first paragraph, and what follows it. */
static void split_message(struct qn_bytes message, struct qn_bytes *subject,
                          struct qn_bytes *body)
{
    struct qn_bytes rest = message;
    struct qn_bytes line;
    const uint8_t *end;

    while (rest.size && rest.data[0] == '\n')
        rest = qn_bytes_from(rest, 1);
    *subject = rest;
    end = rest.data;
    while (qn_bytes_next(&rest, '\n', &line)) {
        if (is_blank(line))
            break;
        end = line.data + line.size;
        *body = rest;
    }
    subject->size = subject->data ? (size_t)(end - subject->data) : 0;
    *body = rest;
    while (body->size && body->data[0] == '\n')
        *body = qn_bytes_from(*body, 1);
}

static enum qn_status
append_subject(struct qn_ctx *ctx, struct qn_bytes subject, struct qn_buf *out)
{
    size_t start = out->size;
    size_t i;
    enum qn_status status = qn_buf_append_bytes(ctx, out, subject);

    for (i = start; !status && i < out->size; i++)
        if (out->data[i] == '\n')
            out->data[i] = ' ';
    return status;
}

/* Letters, digits, "." and "_"; runs of the rest become "-". */
static enum qn_status append_sanitized(struct qn_ctx *ctx,
                                       struct qn_bytes subject,
                                       struct qn_buf *out)
{
    size_t start = out->size;
    enum qn_status status = QN_OK;
    int gap = 2;
    size_t i;

    for (i = 0; !status && i < subject.size; i++) {
        uint8_t c = subject.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') || c == '.' || c == '_') {
            if (gap == 1)
                status = qn_buf_append_byte(ctx, out, '-');
            gap = 0;
            if (!status)
                status = qn_buf_append_byte(ctx, out, c);
            if (c == '.')
                while (i + 1 < subject.size && subject.data[i + 1] == '.')
                    i++;
        } else {
            gap |= 1;
        }
    }
    while (out->size > start &&
           (out->data[out->size - 1] == '.' || out->data[out->size - 1] == '-'))
        qn_buf_truncate(out, out->size - 1);
    return status;
}

/* The first lines, each but the first with four blanks in front. */
static enum qn_status append_lines(struct qn_ctx *ctx, struct qn_bytes message,
                                   int count, struct qn_buf *out)
{
    struct qn_bytes line;
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; !status && i < count && qn_bytes_next(&message, '\n', &line);
         i++) {
        if (i)
            status = qn_buf_append_string(ctx, out, "\n    ");
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
    }
    return status;
}

static enum qn_status append_trailers(struct qn_ctx *ctx,
                                      const struct qn_ref_atom *atom,
                                      struct qn_bytes message,
                                      struct qn_buf *out)
{
    struct qn_trailer_options options = {.ignores_divider = true};
    struct qn_bytes rest =
        qn_bytes_from_string(atom->argument ? atom->argument : "");
    struct qn_bytes word;

    while (qn_bytes_next(&rest, ',', &word)) {
        if (qn_bytes_is_string(word, "only") ||
            qn_bytes_is_string(word, "only=true") ||
            qn_bytes_is_string(word, "only=yes")) {
            options.only_trailers = true;
        } else if (qn_bytes_is_string(word, "only=false") ||
                   qn_bytes_is_string(word, "only=no")) {
            options.only_trailers = false;
        } else if (qn_bytes_is_string(word, "unfold=false") ||
                   qn_bytes_is_string(word, "unfold=no")) {
            options.unfolds = false;
        } else if (qn_bytes_is_string(word, "unfold") ||
                   qn_bytes_is_string(word, "unfold=yes") ||
                   qn_bytes_is_string(word, "unfold=true")) {
            options.unfolds = true;
        } else if (qn_bytes_is_string(word, "keyonly")) {
            options.key_only = options.only_trailers = true;
        } else if (qn_bytes_is_string(word, "valueonly")) {
            options.value_only = options.only_trailers = true;
        } else if (qn_bytes_has_prefix(word, "separator=")) {
            options.separator = qn_bytes_from(word, 10);
            options.has_separator = true;
        } else if (qn_bytes_has_prefix(word, "key_value_separator=")) {
            options.key_separator = qn_bytes_from(word, 20);
            options.has_key_separator = true;
        } else if (qn_bytes_has_prefix(word, "key=") &&
                   options.key_count < QN_COUNT_OF(options.keys)) {
            word = qn_bytes_from(word, 4);
            if (qn_bytes_has_suffix(word, ":"))
                word.size--;
            options.keys[options.key_count++] = word;
            options.only_trailers = true;
        } else {
            return qn_ctx_fail(ctx, QN_INVALID,
                               "unknown %%(trailers) argument: %.*s",
                               QN_BYTES_ARG(word));
        }
    }
    return qn_trailer_format(ctx, message, &options, out);
}

static enum qn_status append_message(struct qn_ctx *ctx,
                                     const struct object_view *view,
                                     const struct qn_ref_atom *atom,
                                     struct qn_buf *out)
{
    struct qn_bytes message, subject, body, unsigned_part;

    if (view->type == QN_OBJECT_COMMIT)
        message = view->commit.message;
    else if (view->type == QN_OBJECT_TAG)
        message = view->tag.message;
    else
        return QN_OK;
    unsigned_part = qn_bytes_first(message, find_signature(message));
    split_message(unsigned_part, &subject, &body);
    switch (atom->kind) {
    case QN_REF_ATOM_SUBJECT:
        return atom->part == QN_REF_PART_SANITIZE
                   ? append_sanitized(ctx, subject, out)
                   : append_subject(ctx, subject, out);
    case QN_REF_ATOM_BODY:
        split_message(message, &subject, &body);
        return qn_buf_append_bytes(ctx, out, body);
    case QN_REF_ATOM_TRAILERS:
        return append_trailers(ctx, atom, unsigned_part, out);
    default:
        break;
    }
    switch (atom->part) {
    case QN_REF_PART_SUBJECT:
        return append_subject(ctx, subject, out);
    case QN_REF_PART_BODY:
        return qn_buf_append_bytes(ctx, out, body);
    case QN_REF_PART_SIGNATURE:
        return qn_buf_append_bytes(ctx, out,
                                   qn_bytes_from(message, unsigned_part.size));
    case QN_REF_PART_SIZE:
        return qn_buf_printf(ctx, out, "%zu", message.size);
    case QN_REF_PART_LINES:
        while (unsigned_part.size && unsigned_part.data[0] == '\n')
            unsigned_part = qn_bytes_from(unsigned_part, 1);
        return append_lines(ctx, unsigned_part, atom->number, out);
    default:
        return qn_buf_append_bytes(ctx, out, message);
    }
}

/* -------------------------------------------------------------------- names */

/* Parts parted by slashes: drop `count` from one end, or all but `-count`. */
static struct qn_bytes strip_name(struct qn_bytes name, int count,
                                  bool from_right)
{
    int parts = 1;
    size_t i;

    for (i = 0; i < name.size; i++)
        parts += name.data[i] == '/';
    if (count < 0) {
        count = parts + count;
        if (count < 0)
            count = 0;
    } else if (count >= parts) {
        return QN_BYTES_NONE;
    }
    for (; count > 0; count--) {
        if (from_right)
            name = qn_bytes_first(name, qn_bytes_find_last(name, '/'));
        else
            name = qn_bytes_from(name, qn_bytes_find(name, '/') + 1);
    }
    return name;
}

static enum qn_status
append_name(struct qn_ctx *ctx, struct qn_ref_values *values, const char *name,
            const struct qn_ref_atom *atom, struct qn_buf *out)
{
    struct qn_bytes text = qn_bytes_from_string(name);

    switch (atom->part) {
    case QN_REF_PART_SHORT:
        return qn_refs_shorten(ctx, values->scope.refs, name,
                               values->options.is_strict, out);
    case QN_REF_PART_LSTRIP:
        return qn_buf_append_bytes(ctx, out,
                                   strip_name(text, atom->number, false));
    case QN_REF_PART_RSTRIP:
        return qn_buf_append_bytes(ctx, out,
                                   strip_name(text, atom->number, true));
    default:
        return qn_buf_append_bytes(ctx, out, text);
    }
}

static enum qn_status append_remote(struct qn_ctx *ctx,
                                    struct qn_ref_values *values,
                                    const struct qn_ref_item *item,
                                    const struct qn_ref_atom *atom,
                                    struct qn_buf *out)
{
    bool is_push = atom->kind == QN_REF_ATOM_PUSH;
    const struct qn_revision_scope *scope = &values->scope;
    struct qn_buf other = QN_BUF_INIT;
    const char *branch, *value;
    enum qn_status status;

    if (strncmp(item->name, "refs/heads/", 11) != 0)
        return QN_OK;
    branch = item->name + 11;
    if (atom->part == QN_REF_PART_REMOTENAME ||
        (!is_push && atom->part == QN_REF_PART_REMOTEREF)) {
        value = qn_ref_upstream_remote(ctx, scope, branch, atom);
        return value ? qn_buf_append_string(ctx, out, value) : QN_OK;
    }
    status = qn_ref_upstream_find(ctx, scope, branch, is_push, &other);
    if (!status && other.size > 0)
        status =
            atom->part == QN_REF_PART_TRACK ||
                    atom->part == QN_REF_PART_TRACKSHORT
                ? qn_ref_upstream_track(ctx, scope, item, qn_buf_string(&other),
                                        atom, out)
                : append_name(ctx, values, qn_buf_string(&other), atom, out);
    qn_buf_dispose(&other);
    return status;
}

static enum qn_status read_head(struct qn_ctx *ctx,
                                struct qn_ref_values *values)
{
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;
    bool found;

    if (values->has_head)
        return QN_OK;
    status = qn_refs_find(ctx, values->scope.refs, "HEAD", &ref, &found);
    if (!status && found && ref.is_symbolic)
        status =
            qn_buf_append_bytes(ctx, &values->head, qn_buf_bytes(&ref.target));
    values->has_head = !status;
    qn_ref_dispose(&ref);
    return status;
}

static bool is_head(const struct qn_ref_values *values, const char *name)
{
    return qn_bytes_is_string(qn_buf_bytes(&values->head), name);
}

static enum qn_status append_worktree(struct qn_ctx *ctx,
                                      struct qn_ref_values *values,
                                      const char *name, struct qn_buf *out)
{
    const char *work_tree = qn_repo_work_tree(values->scope.repo);
    enum qn_status status = read_head(ctx, values);

    if (!status && work_tree && is_head(values, name))
        return qn_buf_append_string(ctx, out, work_tree);
    return status ? status
                  : qn_ref_worktrees_append(ctx, &values->worktrees,
                                            &values->scope, name, out);
}

/* ------------------------------------------------------------------- answers
 */

static enum qn_status append_ahead_behind(struct qn_ctx *ctx,
                                          struct qn_ref_values *values,
                                          const struct qn_ref_item *item,
                                          const struct qn_ref_atom *atom,
                                          struct qn_buf *out)
{
    uint64_t ahead, behind;
    struct qn_id commit;
    enum qn_status status;

    if (qn_revision_peel(ctx, values->scope.odb, &item->id, QN_OBJECT_COMMIT,
                         &commit)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "ref-format.no-commit", "%s",
                      qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    status = qn_merge_base_ahead_behind(ctx, &values->scope, &commit,
                                        &atom->commit, &ahead, &behind);
    return status
               ? status
               : qn_buf_printf(ctx, out, "%llu %llu", (unsigned long long)ahead,
                               (unsigned long long)behind);
}

void qn_ref_values_set_items(struct qn_ref_values *values,
                             const struct qn_ref_item *items, size_t count)
{
    values->items = items;
    values->item_count = count;
    values->has_base = false;
}

static enum qn_status append_is_base(struct qn_ctx *ctx,
                                     struct qn_ref_values *values,
                                     const struct qn_ref_item *item,
                                     const struct qn_ref_atom *atom,
                                     struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    if (!values->has_base ||
        !qn_id_is_equal(&values->base_for, &atom->commit)) {
        values->has_base = true;
        values->base_for = atom->commit;
        status =
            qn_ref_extra_base(ctx, values->scope.odb, values->items,
                              values->item_count, &atom->commit, &values->base);
    }
    if (!status && values->base && strcmp(values->base, item->name) == 0)
        status = qn_buf_printf(ctx, out, "(%s)", atom->argument);
    return status;
}

static enum qn_status append_description(struct qn_ctx *ctx,
                                         struct qn_ref_values *values,
                                         const struct qn_ref_item *item,
                                         const struct qn_ref_atom *atom,
                                         struct qn_buf *out)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_id commit;
    enum qn_status status = QN_OK;

    if (!values->options.describe)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "%%(describe) is not available here");
    if (qn_revision_peel(ctx, values->scope.odb, &item->id, QN_OBJECT_COMMIT,
                         &commit)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (atom->argument)
        status = qn_buf_printf(ctx, &text, ":%s", atom->argument);
    if (!status)
        status = values->options.describe(ctx, values->options.describe_data,
                                          &commit, qn_buf_bytes(&text), out);
    qn_buf_dispose(&text);
    return status;
}

/* Sizes, and where the object is stored. */
static enum qn_status append_storage(struct qn_ctx *ctx,
                                     struct qn_ref_values *values,
                                     const struct object_view *view,
                                     const struct qn_ref_atom *atom,
                                     struct qn_buf *out, int64_t *number)
{
    bool is_disk = atom->part == QN_REF_PART_DISK;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;
    unsigned want = QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE;
    enum qn_status status;

    if (atom->kind == QN_REF_ATOM_DELTABASE)
        want = QN_ODB_WANT_TYPE | QN_ODB_WANT_DELTA_BASE;
    else if (is_disk)
        want = QN_ODB_WANT_TYPE | QN_ODB_WANT_DISK_SIZE;
    status = qn_odb_read_info(ctx, values->scope.odb, &view->id, want, &info);
    if (status)
        return status;
    if (atom->kind == QN_REF_ATOM_DELTABASE) {
        info.delta_base.algorithm = view->id.algorithm;
        return qn_buf_append_string(ctx, out,
                                    qn_id_to_hex(&info.delta_base, hex));
    }
    *number = (int64_t)(is_disk ? info.disk_size : info.size);
    return qn_buf_printf(ctx, out, "%lld", (long long)*number);
}

static enum qn_status append_parents(struct qn_ctx *ctx,
                                     struct qn_ref_values *values,
                                     const struct object_view *view,
                                     const struct qn_ref_atom *atom,
                                     struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    struct qn_id parent;
    uint32_t i;

    for (i = 0; !status && i < view->commit.parent_count; i++) {
        if (i)
            status = qn_buf_append_byte(ctx, out, ' ');
        qn_commit_parent(&view->commit, i, &parent);
        if (!status)
            status = append_id(ctx, values, &parent, atom, out);
    }
    return status;
}

/* Fields of the object itself. */
static enum qn_status append_object(struct qn_ctx *ctx,
                                    struct qn_ref_values *values,
                                    const struct qn_ref_item *item,
                                    const struct qn_ref_atom *atom,
                                    struct qn_buf *out, int64_t *number)
{
    struct object_view *view;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    /* its name is known without the object, which may not be here */
    if (atom->kind == QN_REF_ATOM_OBJECTNAME && !atom->is_peeled)
        return append_id(ctx, values, &item->id, atom, out);
    status = find_view(ctx, values, item, atom->is_peeled, &view);
    if (status || !view->exists)
        return status;
    switch (atom->kind) {
    case QN_REF_ATOM_OBJECTTYPE:
        return qn_buf_append_string(ctx, out, qn_object_type_name(view->type));
    case QN_REF_ATOM_OBJECTNAME:
        return append_id(ctx, values, &view->id, atom, out);
    case QN_REF_ATOM_OBJECTSIZE:
    case QN_REF_ATOM_DELTABASE:
        return append_storage(ctx, values, view, atom, out, number);
    default:
        break;
    }
    status = read_object(ctx, values, item, view);
    if (status)
        return status;
    switch (atom->kind) {
    case QN_REF_ATOM_VERIFIED:
        return view->type == QN_OBJECT_COMMIT
                   ? qn_ref_extra_verified(ctx,
                                           qn_repo_config(values->scope.repo),
                                           qn_object_bytes(&view->object),
                                           view->id.algorithm, atom->part, out)
                   : QN_OK;
    case QN_REF_ATOM_TREE:
        return view->type == QN_OBJECT_COMMIT
                   ? append_id(ctx, values, &view->commit.tree, atom, out)
                   : QN_OK;
    case QN_REF_ATOM_PARENT:
        return view->type == QN_OBJECT_COMMIT
                   ? append_parents(ctx, values, view, atom, out)
                   : QN_OK;
    case QN_REF_ATOM_NUMPARENT:
        if (view->type != QN_OBJECT_COMMIT)
            return QN_OK;
        *number = view->commit.parent_count;
        return qn_buf_printf(ctx, out, "%u", view->commit.parent_count);
    case QN_REF_ATOM_OBJECT:
        return view->type == QN_OBJECT_TAG
                   ? qn_buf_append_string(ctx, out,
                                          qn_id_to_hex(&view->tag.object, hex))
                   : QN_OK;
    case QN_REF_ATOM_TYPE:
        return view->type == QN_OBJECT_TAG
                   ? qn_buf_append_bytes(ctx, out, view->tag.type)
                   : QN_OK;
    case QN_REF_ATOM_TAG:
        return view->type == QN_OBJECT_TAG
                   ? qn_buf_append_bytes(ctx, out, view->tag.name)
                   : QN_OK;
    case QN_REF_ATOM_PERSON:
        return append_person(ctx, values, view, atom, out, number);
    case QN_REF_ATOM_RAW:
        if (atom->part == QN_REF_PART_SIZE)
            return qn_buf_printf(ctx, out, "%zu", view->object.data.size);
        return qn_buf_append_bytes(ctx, out, qn_object_bytes(&view->object));
    default:
        return append_message(ctx, view, atom, out);
    }
}

static enum qn_status append_refname(struct qn_ctx *ctx,
                                     struct qn_ref_values *values,
                                     const struct qn_ref_item *item,
                                     const struct qn_ref_atom *atom,
                                     struct qn_buf *out)
{
    enum qn_status status;

    if (item->detached)
        return qn_buf_append_string(ctx, out, item->detached);
    status = append_name(ctx, values, item->name, atom, out);
    if (!status && atom->is_peeled)
        status = qn_buf_append_string(ctx, out, "^{}");
    return status;
}

enum qn_status qn_ref_values_worktree(struct qn_ctx *ctx,
                                      struct qn_ref_values *values,
                                      const char *name, struct qn_buf *out)
{
    return append_worktree(ctx, values, name, out);
}

enum qn_status qn_ref_values_append(struct qn_ctx *ctx,
                                    struct qn_ref_values *values,
                                    const struct qn_ref_item *item,
                                    const struct qn_ref_atom *atom,
                                    struct qn_buf *out, int64_t *number,
                                    bool *is_number)
{
    int64_t ignored = 0;
    enum qn_status status;

    if (!number)
        number = &ignored;
    if (is_number)
        *is_number = atom->kind == QN_REF_ATOM_OBJECTSIZE ||
                     atom->kind == QN_REF_ATOM_NUMPARENT ||
                     (atom->kind == QN_REF_ATOM_PERSON &&
                      atom->part == QN_REF_PART_DATE && !atom->has_date);
    switch (atom->kind) {
    case QN_REF_ATOM_REFNAME:
        return append_refname(ctx, values, item, atom, out);
    case QN_REF_ATOM_SYMREF:
        return item->symref ? append_name(ctx, values, item->symref, atom, out)
                            : QN_OK;
    case QN_REF_ATOM_HEAD:
        status = read_head(ctx, values);
        if (status)
            return status;
        return qn_buf_append_byte(
            ctx, out,
            item->detached || is_head(values, item->name) ? '*' : ' ');
    case QN_REF_ATOM_UPSTREAM:
    case QN_REF_ATOM_PUSH:
        return append_remote(ctx, values, item, atom, out);
    case QN_REF_ATOM_COLOR:
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&atom->color));
    case QN_REF_ATOM_WORKTREEPATH:
        return append_worktree(ctx, values, item->name, out);
    case QN_REF_ATOM_AHEAD_BEHIND:
        return append_ahead_behind(ctx, values, item, atom, out);
    case QN_REF_ATOM_IS_BASE:
        return append_is_base(ctx, values, item, atom, out);
    case QN_REF_ATOM_DESCRIBE:
        return append_description(ctx, values, item, atom, out);
    case QN_REF_ATOM_FLAG:
        return qn_buf_append_string(ctx, out, item->symref ? "symref" : "");
    case QN_REF_ATOM_ALIGN:
    case QN_REF_ATOM_END:
    case QN_REF_ATOM_IF:
    case QN_REF_ATOM_THEN:
    case QN_REF_ATOM_ELSE:
        return QN_OK;
    default:
        return append_object(ctx, values, item, atom, out, number);
    }
}
