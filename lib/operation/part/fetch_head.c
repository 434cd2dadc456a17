/* SPDX-License-Identifier: MIT */
/* FETCH_HEAD; and refs that nothing is there for any more. */
#include "base/memory.h"
#include "operation/part/fetch_display.h"
#include "operation/part/fetch_update.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

enum qn_status qn_fetch_update_head_begin(struct qn_ctx *ctx,
                                          struct qn_repo *repo)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, "FETCH_HEAD", &path);
    int fd = -1;

    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

/* A line must not end within the URL. */
static enum qn_status put_url(struct qn_ctx *ctx, const char *url,
                              struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    for (; *url && !status; url++)
        status = *url == '\n' ? qn_buf_append_string(ctx, out, "\\n")
                              : qn_buf_append_byte(ctx, out, (uint8_t)*url);
    return status;
}

static enum qn_status put_entry(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_fetch_entry *entry,
                                const char *url, struct qn_buf *out)
{
    bool is_for_merge = entry->head == QN_FETCH_FOR_MERGE;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_odb_info info;
    struct qn_id commit;

    if (entry->head == QN_FETCH_IGNORED)
        return QN_OK;
    if (is_for_merge) { /* only what leads to a commit can be merged */
        is_for_merge = !qn_odb_read_info(ctx, scope->odb, &entry->id,
                                         QN_ODB_WANT_TYPE, &info) &&
                       (info.type == QN_OBJECT_COMMIT ||
                        (info.type == QN_OBJECT_TAG &&
                         !qn_revision_peel(ctx, scope->odb, &entry->id,
                                           QN_OBJECT_COMMIT, &commit)));
        qn_ctx_clear(ctx);
    }
    status = qn_buf_printf(ctx, out, "%s\t%s\t", qn_id_to_hex(&entry->id, hex),
                           is_for_merge ? "" : "not-for-merge");
    if (!status)
        status = qn_fetch_display_note(ctx, entry->source, out);
    if (!status)
        status = put_url(ctx, url, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

enum qn_status qn_fetch_update_head(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_fetch_map *map,
                                    const char *url)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, scope->repo, "FETCH_HEAD", &path);
    int fd = -1;
    size_t i;

    for (i = 0; !status && i < map->count; i++)
        status = put_entry(ctx, scope, &map->entries[i], url, &text);
    if (!status && text.size > 0) {
        status = qn_file_open(ctx, qn_buf_string(&path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_APPEND,
                              0666, &fd);
        if (!status)
            status = qn_file_write(ctx, fd, text.data, text.size);
        if (!status)
            status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
        else
            qn_file_close(fd);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* ---- stale refs */

struct pruning {
    const struct qn_remote_refspecs *list;
    const struct qn_remote_refs *refs;
    const char **names; /* of the refs that are there, sorted */
    size_t count;
    struct qn_fetch_stales *out;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A ref of ours: does a refspec make it of something that is there? */
static enum qn_status look(struct qn_ctx *ctx, void *data,
                           const struct qn_ref *ref)
{
    struct pruning *p = data;
    struct qn_buf source = QN_BUF_INIT;
    bool is_meant = false, is_there = false;
    enum qn_status status = QN_OK;
    struct qn_fetch_stale *stale;
    size_t i;

    if (ref->is_symbolic)
        return QN_OK;
    for (i = 0; !status && !is_there && i < p->list->count; i++) {
        const struct qn_refspec *spec = &p->list->items[i];
        const char *name;
        bool matched = false;

        if (spec->is_negative || !spec->destination || !*spec->destination)
            continue;
        qn_buf_clear(&source);
        status = qn_refspec_map_back(ctx, spec, qn_buf_bytes(&ref->name),
                                     &source, &matched);
        if (status || !matched)
            continue;
        name = qn_buf_string(&source);
        is_meant = true;
        /* What is not to be fetched is not missed either. */
        is_there =
            qn_remote_refspecs_exclude(p->list, name) ||
            (p->count > 0 && bsearch(&name, p->names, p->count,
                                     sizeof(*p->names), compare_names) != NULL);
    }
    qn_buf_dispose(&source);
    if (status || !is_meant || is_there)
        return status;
    status = qn_memory_grow(ctx, &p->out->items, &p->out->capacity,
                            p->out->count + 1, sizeof(*p->out->items));
    if (status)
        return status;
    stale = &p->out->items[p->out->count];
    stale->id = ref->id;
    stale->name = qn_arena_copy(ctx, &p->out->arena, qn_buf_bytes(&ref->name));
    if (!stale->name)
        return QN_NO_MEMORY;
    p->out->count++;
    return QN_OK;
}

enum qn_status qn_fetch_update_find_stale(struct qn_ctx *ctx,
                                          const struct qn_revision_scope *scope,
                                          const struct qn_remote_refspecs *list,
                                          const struct qn_remote_refs *refs,
                                          struct qn_fetch_stales *out)
{
    struct pruning p = {.list = list, .refs = refs, .out = out};
    enum qn_status status;
    size_t i;

    p.names = qn_memory_array(ctx, refs->count + 1, sizeof(*p.names));
    if (!p.names)
        return QN_NO_MEMORY;
    for (i = 0; i < refs->count; i++)
        if (!refs->items[i].is_unborn)
            p.names[p.count++] = refs->items[i].name;
    qsort(p.names, p.count, sizeof(*p.names), compare_names);
    status =
        qn_refs_walk(ctx, scope->refs, "", QN_REFS_INCLUDE_BROKEN, look, &p);
    qn_memory_free((void *)p.names);
    return status;
}

void qn_fetch_stales_dispose(struct qn_fetch_stales *stales)
{
    qn_memory_free(stales->items);
    qn_arena_dispose(&stales->arena);
    memset(stales, 0, sizeof(*stales));
}
