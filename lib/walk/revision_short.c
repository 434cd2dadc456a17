/* SPDX-License-Identifier: MIT */
/* Short ids: what they may mean, and how an ambiguous one is told. */
#include "text/date.h"
#include "walk/revision_parts.h"

#include <stdlib.h>
#include <string.h>

struct candidates {
    struct qn_id *ids;
    size_t count;
    size_t capacity;
};

static enum qn_status add_candidate(struct qn_ctx *ctx, void *data,
                                    const struct qn_id *id)
{
    struct candidates *list = data;
    enum qn_status status = qn_memory_grow(ctx, &list->ids, &list->capacity,
                                           list->count + 1, sizeof(*list->ids));

    if (!status)
        list->ids[list->count++] = *id;
    return status;
}

static enum qn_object_type type_of(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_id *id)
{
    struct qn_odb_info info;

    if (qn_odb_read_info(ctx, odb, id, QN_ODB_WANT_TYPE, &info)) {
        qn_ctx_clear(ctx);
        return QN_OBJECT_NONE;
    }
    return info.type;
}

/* The type behind tags. */
static enum qn_object_type inner_type(struct qn_ctx *ctx, struct qn_odb *odb,
                                      const struct qn_id *id)
{
    struct qn_id inner;

    if (qn_revision_peel(ctx, odb, id, QN_OBJECT_NONE, &inner)) {
        qn_ctx_clear(ctx);
        return QN_OBJECT_NONE;
    }
    return type_of(ctx, odb, &inner);
}

static bool fits(struct qn_ctx *ctx, struct qn_odb *odb,
                 enum qn_revision_kind kind, const struct qn_id *id)
{
    enum qn_object_type type;

    if (kind == QN_REVISION_ANY)
        return true;
    type = type_of(ctx, odb, id);
    switch (kind) {
    case QN_REVISION_COMMIT:
        return type == QN_OBJECT_COMMIT;
    case QN_REVISION_TREE:
        return type == QN_OBJECT_TREE;
    case QN_REVISION_BLOB:
        return type == QN_OBJECT_BLOB;
    case QN_REVISION_COMMITTISH:
        return type == QN_OBJECT_COMMIT ||
               (type == QN_OBJECT_TAG &&
                inner_type(ctx, odb, id) == QN_OBJECT_COMMIT);
    default:
        if (type == QN_OBJECT_TAG)
            type = inner_type(ctx, odb, id);
        return type == QN_OBJECT_TREE || type == QN_OBJECT_COMMIT;
    }
}

static enum qn_revision_kind configured_kind(const struct qn_revision_run *run)
{
    static const struct {
        const char *name;
        enum qn_revision_kind kind;
    } names[] = {{"commit", QN_REVISION_COMMIT},
                 {"committish", QN_REVISION_COMMITTISH},
                 {"tree", QN_REVISION_TREE},
                 {"treeish", QN_REVISION_TREEISH},
                 {"blob", QN_REVISION_BLOB}};
    const char *text = qn_config_string(qn_repo_config(run->scope->repo),
                                        "core.disambiguate", "none");
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (strcmp(text, names[i].name) == 0)
            return names[i].kind;
    return QN_REVISION_ANY;
}

/* ------------------------------------------------------------ the candidates
 */

struct row {
    struct qn_id id;
    enum qn_object_type type;
};

/* Tags, commits, trees, blobs, what cannot be read; each by id. */
static int compare_rows(const void *a, const void *b)
{
    static const int order[] = {4, 1, 2, 3, 0}; /* by enum qn_object_type */
    const struct row *one = a;
    const struct row *two = b;

    if (one->type != two->type)
        return order[one->type] - order[two->type];
    return qn_id_compare(&one->id, &two->id);
}

static struct qn_bytes first_line(struct qn_bytes text)
{
    while (text.size > 0 && text.data[0] == '\n')
        text = qn_bytes_from(text, 1);
    return qn_bytes_first(text, qn_bytes_find(text, '\n'));
}

static enum qn_status describe_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                      const struct row *row, struct qn_buf *out)
{
    struct qn_date_mode mode = {.kind = QN_DATE_SHORT};
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_tag tag;
    struct qn_ident ident;
    struct qn_bytes who = QN_BYTES_NONE;
    struct qn_bytes title = QN_BYTES_NONE;
    enum qn_status status = qn_odb_read(ctx, odb, &row->id, &object);

    if (!status && row->type == QN_OBJECT_COMMIT) {
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 row->id.algorithm, &commit);
        if (!status) {
            who = commit.author;
            title = first_line(commit.message);
        }
    } else if (!status) {
        status = qn_tag_parse(ctx, qn_object_bytes(&object), row->id.algorithm,
                              &tag);
        if (!status) {
            who = tag.tagger;
            title = tag.name;
        }
    }
    if (!status) {
        status =
            qn_buf_printf(ctx, out, " %s ", qn_object_type_name(row->type));
        if (!status && qn_ident_parse(who, &ident) && ident.has_date)
            status = qn_date_format(ctx, ident.seconds, ident.zone, &mode, out);
        if (!status)
            status = qn_buf_printf(ctx, out, " - %.*s", QN_BYTES_ARG(title));
    } else {
        qn_ctx_clear(ctx);
        status = qn_buf_printf(ctx, out, " [bad %s, could not parse it]",
                               qn_object_type_name(row->type));
    }
    qn_object_dispose(&object);
    return status;
}

static enum qn_status describe_row(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct row *row, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status = qn_odb_abbreviate(ctx, odb, &row->id, 0, &digits);

    if (!status)
        status = qn_buf_printf(ctx, out, "\n  %.*s", (int)digits,
                               qn_id_to_hex(&row->id, hex));
    if (status)
        return status;
    if (row->type == QN_OBJECT_NONE)
        return qn_buf_append_string(ctx, out, " [bad object]");
    if (row->type == QN_OBJECT_TREE || row->type == QN_OBJECT_BLOB)
        return qn_buf_printf(ctx, out, " %s", qn_object_type_name(row->type));
    return describe_commit(ctx, odb, row, out);
}

static enum qn_status report_candidates(struct qn_ctx *ctx,
                                        const struct qn_revision_run *run,
                                        enum qn_revision_kind kind,
                                        const struct candidates *list,
                                        struct qn_bytes prefix)
{
    struct qn_odb *odb = run->scope->odb;
    struct row *rows = qn_memory_calloc(ctx, list->count, sizeof(*rows));
    struct qn_buf text = QN_BUF_INIT;
    size_t count = 0;
    size_t i;
    enum qn_status status = rows ? QN_OK : QN_NO_MEMORY;

    for (i = 0; i < list->count && !status; i++)
        if (fits(ctx, odb, kind, &list->ids[i])) {
            rows[count].id = list->ids[i];
            rows[count++].type = type_of(ctx, odb, &list->ids[i]);
        }
    for (i = 0; i < list->count && !status && count == 0; i++) {
        rows[i].id = list->ids[i];
        rows[i].type = type_of(ctx, odb, &list->ids[i]);
    }
    if (!status && count == 0)
        count = list->count;
    if (!status) {
        qsort(rows, count, sizeof(*rows), compare_rows);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "short object ID %.*s is ambiguous",
                      QN_BYTES_ARG(prefix));
        status = qn_buf_append_string(ctx, &text, "The candidates are:");
    }
    for (i = 0; i < count && !status; i++)
        status = describe_row(ctx, odb, &rows[i], &text);
    if (!status)
        qn_ctx_report(ctx, QN_REPORT_HINT, "", "%s", qn_buf_string(&text));
    qn_memory_free(rows);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_revision_short(struct qn_ctx *ctx,
                                 const struct qn_revision_run *run,
                                 struct qn_bytes hex, bool is_quiet,
                                 struct qn_id *out)
{
    enum qn_revision_kind kind = run->kind;
    char lower[QN_ID_MAX_HEX_SIZE + 1];
    struct candidates list = {NULL, 0, 0};
    struct qn_bytes prefix = qn_bytes_make(lower, hex.size);
    size_t chosen = 0;
    size_t count = 0;
    size_t i;
    enum qn_status status;

    for (i = 0; i < hex.size; i++)
        lower[i] = (char)(hex.data[i] >= 'A' && hex.data[i] <= 'F'
                              ? hex.data[i] - 'A' + 'a'
                              : hex.data[i]);
    status =
        qn_odb_find_prefix(ctx, run->scope->odb, prefix, add_candidate, &list);
    if (status)
        goto out;
    if (list.count == 0) {
        status = qn_revision_unknown(ctx, run->text);
        goto out;
    }
    if (list.count == 1) {
        *out = list.ids[0];
        goto out;
    }
    if (kind == QN_REVISION_ANY)
        kind = configured_kind(run);
    for (i = 0; i < list.count; i++)
        if (fits(ctx, run->scope->odb, kind, &list.ids[i])) {
            chosen = i;
            count++;
        }
    if (kind != QN_REVISION_ANY && count == 1) {
        *out = list.ids[chosen];
        goto out;
    }
    if (!is_quiet)
        status = report_candidates(ctx, run, kind, &list, prefix);
    if (!status) {
        status = qn_revision_unknown(ctx, run->text);
        if (status == QN_NOT_FOUND)
            status = qn_ctx_fail_reason(
                ctx, QN_AMBIGUOUS, "revision.ambiguous", run->text,
                "ambiguous argument '%s': unknown revision or path not in the "
                "working tree.\nUse '--' to separate paths from revisions, "
                "like this:\n'git <command> [<revision>...] -- [<file>...]'",
                run->text);
    }

out:
    qn_memory_free(list.ids);
    return status;
}
