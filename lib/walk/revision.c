/* SPDX-License-Identifier: MIT */
#include "walk/revision.h"

#include "base/memory.h"
#include "walk/commit_table.h"

#include "walk/revision_parts.h"

#include <string.h>

#define TAG_DEPTH_MAX 10000

void qn_revision_dispose(struct qn_revision *revision)
{
    qn_buf_dispose(&revision->path);
    qn_buf_dispose(&revision->ref_name);
}

enum qn_status qn_revision_unknown(struct qn_ctx *ctx, const char *text)
{
    return qn_ctx_fail_reason(
        ctx, QN_NOT_FOUND, "revision.unknown", text,
        "ambiguous argument '%s': unknown revision or path not in the working "
        "tree.\nUse '--' to separate paths from revisions, like this:\n"
        "'git <command> [<revision>...] -- [<file>...]'",
        text);
}

/* ------------------------------------------------------------------- peeling
 */

/* One step towards the inside: a tag's object, a commit's tree.  QN_END: there
 * is none. */
static enum qn_status step_in(struct qn_ctx *ctx, struct qn_odb *odb,
                              const struct qn_id *id, enum qn_object_type type,
                              struct qn_id *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_tag tag;
    enum qn_status status;

    if (type != QN_OBJECT_TAG && type != QN_OBJECT_COMMIT)
        return QN_END;
    status = qn_odb_read(ctx, odb, id, &object);
    if (!status && type == QN_OBJECT_TAG) {
        status = qn_tag_parse(ctx, qn_object_bytes(&object),
                              qn_odb_algorithm(odb), &tag);
        if (!status)
            *out = tag.object;
    } else if (!status) {
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(odb), &commit);
        if (!status)
            *out = commit.tree;
    }
    qn_object_dispose(&object);
    return status;
}

/* `*last`: the type at which it ended, when that is not what was wanted. */
static enum qn_status peel(struct qn_ctx *ctx, struct qn_odb *odb,
                           const struct qn_id *id, enum qn_object_type wanted,
                           struct qn_id *out, enum qn_object_type *last)
{
    struct qn_odb_info info;
    struct qn_id at = *id;
    enum qn_status status;
    int depth;

    for (depth = 0; depth < TAG_DEPTH_MAX; depth++) {
        struct qn_id next;

        status = qn_odb_read_info(ctx, odb, &at, QN_ODB_WANT_TYPE, &info);
        if (status)
            return status;
        if (info.type == wanted ||
            (wanted == QN_OBJECT_NONE && info.type != QN_OBJECT_TAG)) {
            *out = at;
            return QN_OK;
        }
        *last = info.type;
        if ((wanted == QN_OBJECT_NONE || wanted == QN_OBJECT_COMMIT) &&
            info.type != QN_OBJECT_TAG)
            return QN_END;
        status = step_in(ctx, odb, &at, info.type, &next);
        if (status)
            return status;
        at = next;
    }
    return qn_ctx_fail(ctx, QN_TOO_BIG, "too many tags behind each other");
}

enum qn_status qn_revision_peel(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *id,
                                enum qn_object_type type, struct qn_id *out)
{
    enum qn_object_type last = QN_OBJECT_NONE;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = peel(ctx, odb, id, type, out, &last);

    if (status == QN_CORRUPT && strcmp(qn_ctx_reason(ctx), "odb.bad-info") == 0)
        return qn_ctx_fail_reason(ctx, status, "odb.bad-header",
                                  qn_ctx_subject(ctx), "%s",
                                  qn_ctx_message(ctx));
    if (status != QN_END)
        return status;
    return qn_ctx_fail_reason(
        ctx, QN_INVALID, "odb.wrong-type", qn_id_to_hex(id, hex),
        "object %s is a %s, not a %s", hex, qn_object_type_name(last),
        qn_object_type_name(type));
}

enum qn_status qn_revision_peel_if_commit(struct qn_ctx *ctx,
                                          struct qn_odb *odb,
                                          const struct qn_id *id,
                                          struct qn_id *out, bool *is_commit)
{
    struct qn_odb_info info;
    enum qn_status status = qn_revision_peel(ctx, odb, id, QN_OBJECT_NONE, out);

    *is_commit = false;
    if (!status)
        status = qn_odb_read_info(ctx, odb, out, QN_ODB_WANT_TYPE, &info);
    if (!status)
        *is_commit = info.type == QN_OBJECT_COMMIT;
    return status;
}

/* ------------------------------------------------------------------- suffixes
 */

static enum qn_status to_commit(struct qn_ctx *ctx,
                                const struct qn_revision_run *run,
                                struct qn_id *id)
{
    enum qn_object_type last = QN_OBJECT_NONE;
    enum qn_status status =
        peel(ctx, run->scope->odb, id, QN_OBJECT_COMMIT, id, &last);

    if (status == QN_END) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];
        struct qn_id end = *id;

        /* Git names the object that tags led to. */
        if (qn_revision_peel(ctx, run->scope->odb, id, QN_OBJECT_NONE, &end))
            qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "object %s is a %s, not a commit",
                      qn_id_to_hex(&end, hex), qn_object_type_name(last));
        return qn_revision_unknown(ctx, run->text);
    }
    return status;
}

/* Go to the nth parent (0: stay), `times` times: by the rows of a walk, so that
 * the commit-graph is used and shallow boundaries count. */
static enum qn_status follow_parents(struct qn_ctx *ctx,
                                     const struct qn_revision_run *run,
                                     uint64_t n, uint64_t times,
                                     bool uses_graph, struct qn_id *id,
                                     bool *is_sound)
{
    struct qn_commit_table *table = NULL;
    enum qn_status status = qn_commit_table_new(ctx, run->scope, &table);
    uint32_t row;

    if (!status && !uses_graph) {
        qn_commit_table_tell_damage(ctx, table);
        status = qn_commit_table_drop_graph(ctx, table, 0);
    }
    if (!status)
        status = qn_commit_table_put(ctx, table, id, &row);
    for (; times > 0 && !status; times--) {
        status = qn_commit_table_load(ctx, table, row);
        if (!status && n > table->rows[row].parent_count)
            status = qn_revision_unknown(ctx, run->text);
        else if (!status)
            row = table->edges[table->rows[row].edge + n - 1];
    }
    if (!status)
        status = qn_commit_table_check(ctx, table, row, is_sound);
    if (!status)
        qn_commit_table_id(table, row, id);
    qn_commit_table_free(table);
    return status;
}

static enum qn_status to_parent(struct qn_ctx *ctx,
                                const struct qn_revision_run *run, uint64_t n,
                                uint64_t times, struct qn_id *id)
{
    struct qn_id begin, found;
    bool is_sound = true;
    enum qn_status status = to_commit(ctx, run, id);

    if (status || n == 0 || times == 0)
        return status;
    begin = found = *id;
    status = follow_parents(ctx, run, n, times, true, &found, &is_sound);
    if (!status && !is_sound) {
        found = begin;
        status = follow_parents(ctx, run, n, times, false, &found, &is_sound);
    }
    if (!status)
        *id = found;
    return status;
}

/* "^{what}", the end of `whole`. */
static enum qn_status to_inside(struct qn_ctx *ctx,
                                const struct qn_revision_run *run,
                                struct qn_bytes whole, struct qn_bytes what,
                                struct qn_id *id)
{
    enum qn_object_type wanted = QN_OBJECT_NONE;
    enum qn_object_type last = QN_OBJECT_NONE;
    struct qn_odb_info info;
    struct qn_id inner;
    enum qn_status status;

    if (what.size > 0 && what.data[0] == '/') {
        wanted = QN_OBJECT_COMMIT;
    }
    if (qn_bytes_is_string(what, "object"))
        return qn_odb_read_info(ctx, run->scope->odb, id, QN_ODB_WANT_TYPE,
                                &info);
    if (what.size > 0 && wanted == QN_OBJECT_NONE) {
        wanted = qn_object_type_from_name(what);
        if (wanted == QN_OBJECT_NONE)
            return qn_revision_unknown(ctx, run->text);
    }
    status = peel(ctx, run->scope->odb, id, wanted, &inner, &last);
    if (status == QN_END) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "%.*s: expected %s type, but the object dereferences "
                      "to %s type",
                      QN_BYTES_ARG(whole), qn_object_type_name(wanted),
                      qn_object_type_name(last));
        return qn_revision_unknown(ctx, run->text);
    }
    if (!status)
        *id = inner;
    if (!status && what.size > 1 && what.data[0] == '/')
        status = qn_revision_search(ctx, run, id, qn_bytes_from(what, 1), id);
    return status;
}

/* "^2", "~", "^{tree}": text[start..end). */
struct suffix {
    size_t start;
    size_t end;
};

struct suffixes {
    struct suffix *items; /* the last one first */
    size_t count;
    size_t capacity;
};

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* A type ends at the first brace: what follows does not count, as in
 * "main^{commit}@{0}". */
static struct qn_bytes onion_core(struct qn_bytes what)
{
    return what.size > 0 && what.data[0] == '/'
               ? what
               : qn_bytes_first(what, qn_bytes_find(what, '}'));
}

/* The "^{...}" at the end of text[0..end), or false.  What stands in it is a
 * type, nothing, or a search that goes on to the end. */
static bool find_onion(struct qn_bytes text, size_t end, size_t *start)
{
    struct qn_bytes what;
    size_t i;

    if (end < 4 || text.data[end - 1] != '}')
        return false;
    for (i = end - 1; i > 0; i--)
        if (text.data[i] == '{' && text.data[i - 1] == '^')
            break;
    if (i == 0)
        return false;
    what = onion_core(qn_bytes_make(text.data + i + 1, end - i - 2));
    *start = i - 1;
    return what.size == 0 || what.data[0] == '/' ||
           qn_bytes_is_string(what, "object") ||
           qn_object_type_from_name(what) != QN_OBJECT_NONE;
}

/* Take suffixes off the end; what is left is the base. */
static enum qn_status take_suffixes(struct qn_ctx *ctx, struct qn_bytes text,
                                    struct suffixes *out, size_t *base)
{
    size_t end = text.size;

    for (;;) {
        size_t start = end;
        enum qn_status status;

        while (start > 0 && is_digit(text.data[start - 1]))
            start--;
        if (start > 0 &&
            (text.data[start - 1] == '^' || text.data[start - 1] == '~'))
            start--;
        else if (!find_onion(text, end, &start))
            break;
        status = qn_memory_grow(ctx, &out->items, &out->capacity,
                                out->count + 1, sizeof(*out->items));
        if (status)
            return status;
        out->items[out->count].start = start;
        out->items[out->count++].end = end;
        end = start;
    }
    *base = end;
    return QN_OK;
}

/* `text` ends with the suffix that begins at `start`. */
static enum qn_status apply_suffix(struct qn_ctx *ctx,
                                   const struct qn_revision_run *run,
                                   struct qn_bytes text, size_t start,
                                   struct qn_id *id)
{
    struct qn_bytes suffix = qn_bytes_from(text, start);
    uint64_t n = 1;

    if (suffix.size > 1 && suffix.data[1] == '{')
        return to_inside(
            ctx, run, text,
            onion_core(qn_bytes_make(suffix.data + 2, suffix.size - 3)), id);
    if (suffix.size > 1 &&
        (!qn_bytes_to_u64(qn_bytes_from(suffix, 1), &n) || n > INT32_MAX))
        return qn_revision_unknown(ctx, run->text);
    if (suffix.data[0] == '^')
        return to_parent(ctx, run, n, 1, id);
    return to_parent(ctx, run, 1, n, id);
}

/* What a suffix says of the kind of what stands before it. */
static enum qn_revision_kind kind_before(struct qn_bytes suffix)
{
    if (qn_bytes_has_prefix(suffix, "^{tree}"))
        return QN_REVISION_TREEISH;
    if (qn_bytes_has_prefix(suffix, "^{blob}"))
        return QN_REVISION_BLOB;
    if (qn_bytes_has_prefix(suffix, "^{") &&
        !qn_bytes_has_prefix(suffix, "^{commit}") &&
        !qn_bytes_has_prefix(suffix, "^{/"))
        return QN_REVISION_ANY;
    return QN_REVISION_COMMITTISH;
}

/* Suffixes are read from the end, so that nothing is looked at (and complained
 * of) where the end makes no sense; then they are applied from the base on.  A
 * "^{...}" that fails may still be part of "name@{...}". */
enum qn_status qn_revision_plain(struct qn_ctx *ctx,
                                 const struct qn_revision_run *run,
                                 struct qn_bytes text, struct qn_id *out)
{
    struct suffixes suffixes = {NULL, 0, 0};
    struct qn_revision_run inner = *run;
    struct qn_id id;
    size_t base = 0;
    size_t i;
    enum qn_status status = take_suffixes(ctx, text, &suffixes, &base);

    if (!status && base == 0)
        status = qn_revision_unknown(ctx, run->text);
    if (!status && suffixes.count > 0)
        inner.kind = kind_before(qn_bytes_from(
            qn_bytes_first(text, suffixes.items[suffixes.count - 1].end),
            base));
    if (!status)
        status = qn_revision_base(ctx, &inner, qn_bytes_first(text, base), &id);
    if (!status && suffixes.count > 0 && run->out)
        qn_buf_clear(&run->out->ref_name);
    for (i = suffixes.count; i > 0; i--) {
        const struct suffix *suffix = &suffixes.items[i - 1];
        struct qn_bytes whole = qn_bytes_first(text, suffix->end);

        if (!status)
            status = apply_suffix(ctx, run, whole, suffix->start, &id);
        if (status == QN_NOT_FOUND && text.data[suffix->end - 1] == '}' &&
            qn_bytes_find_bytes(qn_bytes_from(whole, suffix->start),
                                QN_BYTES("@{")) < suffix->end - suffix->start) {
            qn_ctx_clear(ctx);
            status = qn_revision_base(ctx, run, whole, &id);
        }
    }
    qn_memory_free(suffixes.items);
    if (!status)
        *out = id;
    return status;
}

/* --------------------------------------------------------------- the whole
 * text
 */

/* The first ":" outside of braces, or text.size. */
static size_t find_colon(struct qn_bytes text)
{
    size_t depth = 0;
    size_t i;

    for (i = 0; i < text.size; i++) {
        if (text.data[i] == '{')
            depth++;
        else if (text.data[i] == '}' && depth > 0)
            depth--;
        else if (text.data[i] == ':' && depth == 0)
            return i;
    }
    return text.size;
}

static enum qn_revision_kind kind_of(enum qn_object_type wanted)
{
    switch (wanted) {
    case QN_OBJECT_COMMIT:
        return QN_REVISION_COMMITTISH;
    case QN_OBJECT_TREE:
        return QN_REVISION_TREEISH;
    case QN_OBJECT_BLOB:
        return QN_REVISION_BLOB;
    default:
        return QN_REVISION_ANY;
    }
}

static enum qn_status parse_colon(struct qn_ctx *ctx,
                                  const struct qn_revision_run *run,
                                  struct qn_bytes text)
{
    unsigned stage = 0;

    if (text.size > 1 && text.data[1] == '/') {
        if (text.size == 2)
            return qn_revision_unknown(ctx, run->text);
        return qn_revision_search(ctx, run, NULL, qn_bytes_from(text, 2),
                                  &run->out->id);
    }
    text = qn_bytes_from(text, 1);
    if (text.size > 1 && text.data[1] == ':' && text.data[0] >= '0' &&
        text.data[0] <= '3') {
        stage = text.data[0] - '0';
        text = qn_bytes_from(text, 2);
    }
    return qn_revision_in_index(ctx, run, stage, text);
}

enum qn_status qn_revision_parse(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *text, struct qn_revision *out)
{
    struct qn_bytes all = qn_bytes_from_string(text);
    struct qn_revision_run run = {scope, text, kind_of(out->wanted),
                                  out->is_quiet, out};
    size_t colon = find_colon(all);
    enum qn_status status;

    out->has_path = false;
    out->mode = 0;
    qn_buf_clear(&out->path);
    qn_buf_clear(&out->ref_name);
    if (colon == 0 && all.size > 0)
        return parse_colon(ctx, &run, all);
    if (colon < all.size)
        return qn_revision_in_tree(ctx, &run, qn_bytes_first(all, colon),
                                   qn_bytes_from(all, colon + 1));
    status = qn_revision_plain(ctx, &run, all, &out->id);
    /* An object of the chain that is missing makes the text unknown. */
    if (status == QN_NOT_FOUND &&
        strncmp(qn_ctx_reason(ctx), "revision.", 9) != 0)
        status = qn_revision_unknown(ctx, text);
    return status;
}

enum qn_status qn_revision_need_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                       const struct qn_id *id,
                                       struct qn_id *out)
{
    enum qn_status status =
        qn_revision_peel(ctx, odb, id, QN_OBJECT_COMMIT, out);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;

    if (status && !qn_odb_read_info(ctx, odb, id, QN_ODB_WANT_TYPE, &info)) {
        if (info.type != QN_OBJECT_COMMIT && info.type != QN_OBJECT_TAG)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "revision.no-commit",
                          "object %s is a %s, not a commit",
                          qn_id_to_hex(id, hex),
                          qn_object_type_name(info.type));
        status = qn_ctx_fail(ctx, QN_INVALID, "object %s is not a commit",
                             qn_id_to_hex(id, hex));
    }
    return status;
}

bool qn_revision_is_deadly(const struct qn_ctx *ctx)
{
    static const char *const reasons[] = {
        "revision.log-short", "revision.no-upstream", "revision.no-branch",
        "revision.no-tracking", "revision.no-push"};

    for (size_t i = 0; i < QN_COUNT_OF(reasons); i++)
        if (strcmp(qn_ctx_reason(ctx), reasons[i]) == 0)
            return true;
    return false;
}

enum qn_status qn_revision_commit(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    revision.wanted = QN_OBJECT_COMMIT;
    status = qn_revision_parse(ctx, scope, text, &revision);
    if (!status)
        status = qn_revision_peel(ctx, scope->odb, &revision.id,
                                  QN_OBJECT_COMMIT, out);
    qn_revision_dispose(&revision);
    return status;
}
