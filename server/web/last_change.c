/* SPDX-License-Identifier: MIT */
#include "server/web/last_change.h"

#include "base/memory.h"
#include "object/commit.h"
#include "object/tree.h"

#include <stdlib.h>

#define MOST         3000 /* commits */
#define MOST_WAITING 1024
#define MOST_PARENTS 64

/* A commit that still has entries to account for. */
struct waiting {
    struct qn_id id, directory; /* of `path` in it */
    int64_t seconds;
    uint8_t *entries; /* one byte each: is it here? */
};

struct search {
    const struct qn_revision_scope *scope;
    struct qn_bytes path, tree; /* at the tip */
    struct last_change *rows;
    size_t count, asked;
    struct waiting waiting[MOST_WAITING];
    size_t waiting_count;
};

size_t last_change_count(struct qn_ctx *ctx, struct qn_bytes tree,
                         uint32_t algorithm)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    size_t count = 0;

    qn_tree_reader_init(&reader, tree, algorithm);
    while (!qn_tree_reader_next(ctx, &reader, &entry))
        count++;
    qn_ctx_clear(ctx);
    return count;
}

void last_change_dispose(struct last_change *rows, size_t count)
{
    size_t i;

    for (i = 0; rows && i < count; i++)
        qn_buf_dispose(&rows[i].subject);
    free(rows);
}

/* The directory of a commit; null when there is none. */
static enum qn_status find_directory(struct qn_ctx *ctx, struct search *search,
                                     const struct qn_id *tree,
                                     struct qn_id *out)
{
    struct qn_odb *odb = search->scope->odb;
    uint32_t algorithm = qn_odb_algorithm(odb);
    struct qn_bytes rest = search->path, part;
    enum qn_status status = QN_OK;

    *out = *tree;
    while (!status && qn_bytes_next(&rest, '/', &part)) {
        struct qn_object object = {0};
        struct qn_tree_entry entry;
        bool found = false;

        status = qn_odb_read_typed(ctx, odb, out, QN_OBJECT_TREE, &object);
        if (!status)
            status = qn_tree_find(ctx, qn_object_bytes(&object), algorithm,
                                  part, &entry, &found);
        if (!status && found && qn_mode_is_tree(entry.mode))
            qn_id_from_row(out, algorithm, entry.id);
        else
            qn_id_clear(out, algorithm);
        qn_object_dispose(&object);
        if (qn_id_is_null(out))
            return status;
    }
    return status;
}

/* The row of that commit, or a new one (kept in no order: the newest is looked
 * for). NULL: too many. */
static struct waiting *wait_for(struct search *search, const struct qn_id *id,
                                const struct qn_id *directory, int64_t seconds)
{
    struct waiting *row;
    size_t i;

    for (i = 0; i < search->waiting_count; i++)
        if (qn_id_is_equal(&search->waiting[i].id, id))
            return &search->waiting[i];
    if (search->waiting_count == MOST_WAITING)
        return NULL;
    row = &search->waiting[search->waiting_count];
    row->entries = calloc(search->count, 1);
    if (!row->entries)
        return NULL;
    row->id = *id;
    row->directory = *directory;
    row->seconds = seconds;
    search->waiting_count++;
    return row;
}

static struct waiting take_newest(struct search *search)
{
    struct waiting newest;
    size_t i, at = 0;

    for (i = 1; i < search->waiting_count; i++)
        if (search->waiting[i].seconds > search->waiting[at].seconds)
            at = i;
    newest = search->waiting[at];
    search->waiting[at] = search->waiting[--search->waiting_count];
    return newest;
}

/* Entries that are the same in both directories go to the parent. */
static enum qn_status hand_on(struct qn_ctx *ctx, struct search *search,
                              struct waiting *from, const struct qn_id *parent,
                              size_t *left)
{
    struct qn_odb *odb = search->scope->odb;
    uint32_t algorithm = qn_odb_algorithm(odb);
    struct qn_object object = {0}, tree = {0};
    struct qn_tree_reader reader;
    struct qn_tree_entry entry, other;
    struct qn_commit commit;
    struct qn_id directory;
    struct waiting *to = NULL;
    bool is_same = false;
    size_t i = 0;
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, parent, QN_OBJECT_COMMIT, &object);

    if (!status)
        status =
            qn_commit_parse(ctx, qn_object_bytes(&object), algorithm, &commit);
    if (!status)
        status = find_directory(ctx, search, &commit.tree, &directory);
    if (status || qn_id_is_null(&directory))
        goto out;
    is_same = qn_id_is_equal(&directory, &from->directory);
    if (!is_same)
        status = qn_odb_read_typed(ctx, odb, &directory, QN_OBJECT_TREE, &tree);
    /* What waits has the tip's entries: it is compared with these. */
    qn_tree_reader_init(&reader, search->tree, algorithm);
    for (; !status && !qn_tree_reader_next(ctx, &reader, &entry); i++) {
        bool found = is_same;

        if (!from->entries[i])
            continue;
        if (!is_same)
            status = qn_tree_find(ctx, qn_object_bytes(&tree), algorithm,
                                  entry.name, &other, &found);
        if (status || !found ||
            (!is_same &&
             (other.mode != entry.mode ||
              memcmp(other.id, entry.id, qn_id_size(algorithm)) != 0)))
            continue;
        if (!to)
            to = wait_for(search, parent, &directory, commit.committer_time);
        if (!to)
            break;
        to->entries[i] = 1;
        from->entries[i] = 0;
        (*left)--;
    }
out:
    qn_object_dispose(&object);
    qn_object_dispose(&tree);
    return status;
}

static enum qn_status account_for(struct qn_ctx *ctx, struct search *search,
                                  struct waiting *one)
{
    struct qn_object object = {0};
    struct qn_commit commit;
    size_t left = 0, i;
    uint32_t parent;
    enum qn_status status = qn_odb_read_typed(ctx, search->scope->odb, &one->id,
                                              QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(search->scope->odb), &commit);
    for (i = 0; i < search->count; i++)
        left += one->entries[i];
    for (parent = 0; !status && left > 0 && parent < commit.parent_count &&
                     parent < MOST_PARENTS;
         parent++) {
        struct qn_id id;

        qn_commit_parent(&commit, parent, &id);
        if (hand_on(ctx, search, one, &id, &left))
            qn_ctx_clear(ctx); /* a shallow border: it is the commit's */
        status = qn_ctx_check(ctx);
    }
    for (i = 0; !status && i < search->count; i++) {
        struct last_change *row = &search->rows[i];
        size_t end;

        if (!one->entries[i])
            continue;
        row->commit = one->id;
        row->seconds = commit.committer_time;
        row->is_known = true;
        end = qn_bytes_find(commit.message, '\n');
        status = qn_buf_append_bytes(
            ctx, &row->subject,
            qn_bytes_first(commit.message, end < 200 ? end : 200));
    }
    qn_object_dispose(&object);
    return status;
}

enum qn_status last_change_find(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_id *commit,
                                struct qn_bytes path, struct qn_bytes tree,
                                struct last_change *out)
{
    struct search *search = calloc(1, sizeof(*search));
    struct waiting *tip;
    struct qn_id directory;
    enum qn_status status = QN_OK;

    if (!search)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    search->scope = scope;
    search->path = path;
    search->tree = tree;
    search->rows = out;
    search->count = last_change_count(ctx, tree, qn_odb_algorithm(scope->odb));
    qn_id_clear(&directory, qn_odb_algorithm(scope->odb));
    tip = wait_for(search, commit, &directory, INT64_MAX);
    if (!tip)
        status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    else
        memset(tip->entries, 1, search->count);
    while (!status && search->waiting_count > 0 && search->asked++ < MOST) {
        struct waiting one = take_newest(search);

        status = account_for(ctx, search, &one);
        free(one.entries);
    }
    while (search->waiting_count > 0)
        free(search->waiting[--search->waiting_count].entries);
    free(search);
    return status;
}
