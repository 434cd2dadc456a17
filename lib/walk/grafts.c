/* SPDX-License-Identifier: MIT */
#include "walk/grafts.h"

#include "base/memory.h"
#include "os/file.h"

#include <string.h>

static const char deprecated[] =
    "Support for <GIT_DIR>/info/grafts is deprecated\n"
    "and will be removed in a future Git version.\n"
    "\n"
    "Please use \"git replace --convert-graft-file\"\n"
    "to convert the grafts into replace refs.\n"
    "\n"
    "Turn this message off by running\n"
    "\"git config set advice.graftFileDeprecated false\"";

void qn_grafts_init(struct qn_grafts *grafts, uint32_t algorithm)
{
    memset(grafts, 0, sizeof(*grafts));
    qn_id_map_init(&grafts->ids, algorithm);
}

void qn_grafts_dispose(struct qn_grafts *grafts)
{
    qn_id_map_dispose(&grafts->ids);
    qn_memory_free(grafts->rows);
    qn_memory_free(grafts->parents);
    grafts->rows = NULL;
    grafts->parents = NULL;
    grafts->parent_count = grafts->row_capacity = grafts->parent_capacity = 0;
}

/* What lies beside the objects in the common directory, or where the repository
 * says. */
static enum qn_status read_file(struct qn_ctx *ctx, const struct qn_repo *repo,
                                struct qn_odb *odb, const char *name,
                                struct qn_buf *text, bool *is_there)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (repo)
        status = qn_repo_path(ctx, repo, name, &path);
    else
        status =
            qn_buf_printf(ctx, &path, "%s/../%s",
                          qn_odb_store_directory(qn_odb_get_store(odb)), name);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), text);
    *is_there = !status;
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status add_row(struct qn_ctx *ctx, struct qn_grafts *grafts,
                              const struct qn_id *id, bool *is_new,
                              struct qn_graft **out)
{
    uint32_t position;
    enum qn_status status =
        qn_id_map_put(ctx, &grafts->ids, id, &position, is_new);

    if (!status)
        status = qn_memory_grow(ctx, &grafts->rows, &grafts->row_capacity,
                                (size_t)position + 1, sizeof(*grafts->rows));
    if (status)
        return status;
    *out = &grafts->rows[position];
    if (*is_new)
        memset(*out, 0, sizeof(**out));
    return QN_OK;
}

static bool read_ids(const struct qn_grafts *grafts, struct qn_bytes line,
                     struct qn_id *out, size_t count)
{
    size_t hex_size = qn_id_hex_size(grafts->ids.algorithm);
    size_t i;

    for (i = 0; i < count; i++) {
        if (i > 0 && line.data[i * (hex_size + 1) - 1] != ' ')
            return false;
        if (!qn_id_from_hex(
                &out[i], grafts->ids.algorithm,
                qn_bytes_make(line.data + i * (hex_size + 1), hex_size)))
            return false;
    }
    return true;
}

static enum qn_status add_line(struct qn_ctx *ctx, struct qn_grafts *grafts,
                               struct qn_bytes line)
{
    size_t row_size = qn_id_hex_size(grafts->ids.algorithm) + 1;
    size_t count = (line.size + 1) / row_size;
    struct qn_graft *row;
    struct qn_id *ids;
    enum qn_status status;
    bool is_new;

    status = qn_memory_grow(ctx, &grafts->parents, &grafts->parent_capacity,
                            grafts->parent_count + count + 1,
                            sizeof(*grafts->parents));
    if (status)
        return status;
    ids = grafts->parents + grafts->parent_count;
    if ((line.size + 1) % row_size || !read_ids(grafts, line, ids, count)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "grafts.bad",
                      "bad graft data: %.*s", QN_BYTES_ARG(line));
        return QN_OK;
    }
    status = add_row(ctx, grafts, &ids[0], &is_new, &row);
    if (status)
        return status;
    if (!is_new) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "grafts.bad",
                      "duplicate graft data: %.*s", QN_BYTES_ARG(line));
        return QN_OK;
    }
    row->first = (uint32_t)grafts->parent_count + 1;
    row->count = (uint32_t)count - 1;
    grafts->parent_count += count;
    return QN_OK;
}

enum qn_status qn_grafts_add_text(struct qn_ctx *ctx, struct qn_grafts *grafts,
                                  struct qn_bytes text)
{
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        while (line.size > 0 && (line.data[line.size - 1] == ' ' ||
                                 line.data[line.size - 1] == '\r' ||
                                 line.data[line.size - 1] == '\t'))
            line.size--;
        if (line.size > 0 && line.data[0] != '#')
            status = add_line(ctx, grafts, line);
    }
    return status;
}

static enum qn_status load_grafts(struct qn_ctx *ctx, struct qn_grafts *grafts,
                                  struct qn_bytes text)
{
    qn_ctx_report(ctx, QN_REPORT_HINT, "advice.graftFileDeprecated", "%s",
                  deprecated);
    return qn_grafts_add_text(ctx, grafts, text);
}

enum qn_status qn_grafts_add_shallow(struct qn_ctx *ctx,
                                     struct qn_grafts *grafts,
                                     const struct qn_id *id)
{
    struct qn_graft *row;
    bool is_new;
    enum qn_status status = add_row(ctx, grafts, id, &is_new, &row);

    if (!status)
        row->count = 0;
    grafts->is_shallow = true;
    return status;
}

static enum qn_status load_shallow(struct qn_ctx *ctx, struct qn_grafts *grafts,
                                   struct qn_bytes text)
{
    struct qn_bytes line;
    struct qn_graft *row;
    struct qn_id id;
    enum qn_status status = QN_OK;
    bool is_new;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        if (!qn_id_from_hex(&id, grafts->ids.algorithm, line))
            return qn_ctx_fail(ctx, QN_CORRUPT, "bad shallow line: %.*s%s",
                               QN_BYTES_ARG(line),
                               text.data > line.data + line.size ? "\n" : "");
        status = add_row(ctx, grafts, &id, &is_new, &row);
        if (!status)
            row->count = 0;
    }
    return status;
}

enum qn_status qn_grafts_load(struct qn_ctx *ctx, struct qn_grafts *grafts,
                              const struct qn_repo *repo, struct qn_odb *odb)
{
    struct qn_buf text = QN_BUF_INIT;
    bool is_there = false;
    enum qn_status status =
        read_file(ctx, repo, odb, "info/grafts", &text, &is_there);

    if (!status && is_there)
        status = load_grafts(ctx, grafts, qn_buf_bytes(&text));
    qn_buf_clear(&text);
    if (!status)
        status =
            read_file(ctx, repo, odb, "shallow", &text, &grafts->is_shallow);
    if (!status)
        status = load_shallow(ctx, grafts, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

const struct qn_graft *qn_grafts_find(const struct qn_grafts *grafts,
                                      const struct qn_id *id)
{
    uint32_t position;

    if (grafts->ids.count == 0)
        return NULL;
    position = qn_id_map_find(&grafts->ids, id);
    return position == QN_ID_MAP_NONE ? NULL : &grafts->rows[position];
}

void qn_grafts_apply(const struct qn_grafts *grafts, const struct qn_id *id,
                     struct qn_commit *commit)
{
    const struct qn_graft *row = grafts ? qn_grafts_find(grafts, id) : NULL;

    if (!row)
        return;
    commit->grafted =
        row->count ? grafts->parents + row->first : grafts->parents;
    commit->parent_count = row->count;
    if (row->count > 0)
        commit->first_parent = commit->grafted[0];
}

enum qn_status qn_grafts_of(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            const struct qn_grafts **out)
{
    struct qn_grafts *grafts;
    enum qn_status status;

    *out = NULL;
    if (!scope->grafts)
        return QN_OK;
    if (!*scope->grafts) {
        grafts = qn_memory_calloc(ctx, 1, sizeof(*grafts));
        if (!grafts)
            return QN_NO_MEMORY;
        qn_grafts_init(grafts, qn_odb_algorithm(scope->odb));
        status = qn_grafts_load(ctx, grafts, scope->repo, scope->odb);
        if (status) {
            qn_grafts_free(grafts);
            return status;
        }
        *scope->grafts = grafts;
    }
    *out = *scope->grafts;
    return QN_OK;
}

void qn_grafts_free(struct qn_grafts *grafts)
{
    if (!grafts)
        return;
    qn_grafts_dispose(grafts);
    qn_memory_free(grafts);
}
