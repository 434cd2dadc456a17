/* SPDX-License-Identifier: MIT */
/* --walk-reflogs: commits are what refs were, the newest first; parents are not
 * followed.  With several reflogs the newest entry of all comes next. */
#include "walk/commit_walk_private.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    struct qn_commit_walk *walk;
    struct walk_reflog *log;
};

static enum qn_status add_entry(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    struct reading *reading = data;
    struct walk_reflog *log = reading->log;
    struct qn_arena *arena = &reading->walk->reflog_arena;
    struct walk_reflog_row *row;
    enum qn_status status;
    const char *ident;
    const char *message;

    status = qn_memory_grow(ctx, &log->rows, &log->capacity, log->count + 1,
                            sizeof(*log->rows));
    if (status)
        return status;
    ident = qn_arena_copy(ctx, arena, entry->ident);
    message = qn_arena_copy(ctx, arena, entry->message);
    if (!ident || !message)
        return QN_NO_MEMORY;
    row = &log->rows[log->count];
    memset(row, 0, sizeof(*row));
    row->id = entry->new_id;
    row->entry.name = log->name;
    row->entry.short_name = log->short_name;
    row->entry.index = log->count;
    row->entry.ident = qn_bytes_from_string(ident);
    row->entry.message = qn_bytes_from_string(message);
    row->entry.seconds = entry->seconds;
    row->entry.zone = entry->zone;
    row->entry.by_date = log->by_date;
    log->count++;
    return QN_OK;
}

/* NULL: no memory. */
static const char *copy_short(struct qn_ctx *ctx, struct qn_arena *arena,
                              const char *name)
{
    static const char *const prefixes[] = {"refs/heads/", "refs/tags/",
                                           "refs/remotes/", "refs/"};
    struct qn_bytes text = qn_bytes_from_string(name);
    size_t i;

    for (i = 0; i < QN_COUNT_OF(prefixes); i++)
        if (qn_bytes_has_prefix(text, prefixes[i])) {
            text = qn_bytes_from(text, strlen(prefixes[i]));
            break;
        }
    if (i == 2 && qn_bytes_has_suffix(text, "/HEAD"))
        text.size -= strlen("/HEAD"); /* the remote's name means it */
    return qn_arena_copy(ctx, arena, text);
}

/* "name@{2}" begins at entry 2, "name@{<date>}" at the beginning but is counted
 * by dates. */
static void read_suffix(struct walk_reflog *log, const char *suffix)
{
    char *end = NULL;
    unsigned long long number = strtoull(suffix, &end, 10);

    if (suffix[0] >= '0' && suffix[0] <= '9' && end && strcmp(end, "}") == 0)
        log->next = (size_t)number;
    else
        log->by_date = true;
}

/* A symbolic ref without a log (HEAD) is shown with that of its target. */
static enum qn_status read_target(struct qn_ctx *ctx,
                                  struct qn_commit_walk *walk, const char *name,
                                  struct reading *reading)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status = qn_refs_find(ctx, walk->refs, name, &ref, &found);

    if (!status && found && ref.is_symbolic)
        status = qn_reflog_walk(ctx, walk->refs, qn_buf_string(&ref.target),
                                true, add_entry, reading);
    qn_ref_dispose(&ref);
    return status;
}

/* "x" for refs/x and refs/heads/x; others are called by their full names, and
 * "@" is HEAD. */
static bool is_found_as_given(const char *full, struct qn_bytes name)
{
    static const char *const prefixes[] = {"", "refs/", "refs/heads/"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(prefixes); i++) {
        size_t size = strlen(prefixes[i]);

        if (strncmp(full, prefixes[i], size) == 0 &&
            qn_bytes_is_string(name, full + size))
            return true;
    }
    return strncmp(full, "refs/", 5) != 0 && !qn_bytes_is_string(name, "@");
}

enum qn_status qn_commit_walk_add_reflog(struct qn_ctx *ctx,
                                         struct qn_commit_walk *walk,
                                         const char *ref_name, const char *name)
{
    const char *at = strstr(name, "@{");
    struct qn_bytes text =
        qn_bytes_make(name, at ? (size_t)(at - name) : strlen(name));
    struct reading reading = {walk, NULL};
    enum qn_status status;
    char *copy;

    status = qn_memory_grow(ctx, &walk->reflogs, &walk->reflog_capacity,
                            walk->reflog_count + 1, sizeof(*walk->reflogs));
    if (status)
        return status;
    if (text.size == 0) /* "@{1}": of the branch that HEAD is on */
        text = qn_bytes_from_string(ref_name);
    if (!is_found_as_given(ref_name, text))
        text = qn_bytes_from_string(ref_name);
    copy = qn_arena_copy(ctx, &walk->reflog_arena, text);
    if (!copy)
        return QN_NO_MEMORY;
    reading.log = &walk->reflogs[walk->reflog_count++];
    memset(reading.log, 0, sizeof(*reading.log));
    reading.log->name = copy;
    reading.log->short_name = copy_short(ctx, &walk->reflog_arena, copy);
    if (!reading.log->short_name)
        return QN_NO_MEMORY;
    if (at)
        read_suffix(reading.log, at + 2);
    status =
        qn_reflog_walk(ctx, walk->refs, ref_name, true, add_entry, &reading);
    if (!status && !reading.log->count)
        status = read_target(ctx, walk, ref_name, &reading);
    return status;
}

/* What is no commit, or is gone, is passed over. */
static enum qn_status load_entry(struct qn_ctx *ctx,
                                 struct qn_commit_walk *walk,
                                 const struct qn_id *id, uint32_t *row,
                                 bool *is_commit)
{
    enum qn_status status = QN_OK;

    *is_commit = false;
    if (qn_id_is_null(id))
        return QN_OK;
    status = qn_commit_table_put(ctx, walk->table, id, row);
    if (!status)
        status = qn_commit_table_load(ctx, walk->table, *row);
    if (status == QN_NOT_FOUND || status == QN_INVALID) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    *is_commit = !status;
    return status;
}

enum qn_status qn_commit_walk_next_reflog(struct qn_ctx *ctx,
                                          struct qn_commit_walk *walk,
                                          uint32_t *row)
{
    for (;;) {
        struct walk_reflog *newest = NULL;
        enum qn_status status;
        bool is_commit;
        size_t i;

        for (i = 0; i < walk->reflog_count; i++) {
            struct walk_reflog *log = &walk->reflogs[i];

            if (log->next < log->count &&
                (!newest || log->rows[log->next].entry.seconds >
                                newest->rows[newest->next].entry.seconds))
                newest = log;
        }
        if (!newest)
            return QN_END;
        walk->reflog_row = &newest->rows[newest->next++];
        status = load_entry(ctx, walk, &walk->reflog_row->id, row, &is_commit);
        if (!status && !is_commit)
            continue;
        if (status)
            return status;
        /* A commit may come again and again. */
        walk_row(walk, *row)->flags &= ~(uint32_t)WALK_SHOWN;
        if (walk->options.pathspec &&
            !(walk_row(walk, *row)->flags & WALK_ADDED)) {
            walk_row(walk, *row)->flags |= WALK_ADDED;
            status = qn_commit_walk_compare(ctx, walk, *row);
        }
        return status;
    }
}

void qn_commit_walk_drop_reflogs(struct qn_commit_walk *walk)
{
    size_t i;

    for (i = 0; i < walk->reflog_count; i++)
        qn_memory_free(walk->reflogs[i].rows);
    qn_memory_free(walk->reflogs);
    qn_arena_dispose(&walk->reflog_arena);
}
