/* SPDX-License-Identifier: MIT */
/* ":/text" and "^{/text}": the youngest commit whose message matches. */
#include "hash/id_map.h"
#include "text/regex.h"
#include "walk/grafts.h"
#include "walk/revision_parts.h"

#include <string.h>

struct node {
    struct qn_id id;
    int64_t time;
    uint64_t order; /* equal times: first come, first served */
};

struct search {
    struct qn_odb *odb;
    const struct qn_grafts *grafts;
    struct qn_id_map seen;
    struct node *heap;
    size_t count;
    size_t capacity;
    uint64_t next_order;
    struct qn_object object;
};

static bool is_before(const struct node *a, const struct node *b)
{
    return a->time != b->time ? a->time > b->time : a->order < b->order;
}

static void swap_nodes(struct node *a, struct node *b)
{
    struct node spare = *a;

    *a = *b;
    *b = spare;
}

static void sift_up(struct search *search, size_t i)
{
    while (i > 0 && is_before(&search->heap[i], &search->heap[(i - 1) / 2])) {
        swap_nodes(&search->heap[i], &search->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static void pop(struct search *search, struct node *out)
{
    size_t i = 0;

    *out = search->heap[0];
    search->heap[0] = search->heap[--search->count];
    for (;;) {
        size_t best = i;
        size_t child = 2 * i + 1;

        if (child < search->count &&
            is_before(&search->heap[child], &search->heap[best]))
            best = child;
        if (child + 1 < search->count &&
            is_before(&search->heap[child + 1], &search->heap[best]))
            best = child + 1;
        if (best == i)
            return;
        swap_nodes(&search->heap[i], &search->heap[best]);
        i = best;
    }
}

/* Read a commit into search->object; `*commit` is a view of it. */
static enum qn_status load(struct qn_ctx *ctx, struct search *search,
                           const struct qn_id *id, struct qn_commit *commit)
{
    enum qn_status status = qn_odb_read_typed(
        ctx, search->odb, id, QN_OBJECT_COMMIT, &search->object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&search->object),
                                 id->algorithm, commit);
    if (!status)
        qn_grafts_apply(search->grafts, id, commit);
    return status;
}

static enum qn_status push(struct qn_ctx *ctx, struct search *search,
                           const struct qn_id *id)
{
    struct qn_commit commit;
    uint32_t position = 0;
    bool is_new = false;
    enum qn_status status =
        qn_id_map_put(ctx, &search->seen, id, &position, &is_new);

    if (status || !is_new)
        return status;
    status = load(ctx, search, id, &commit);
    if (!status)
        status = qn_memory_grow(ctx, &search->heap, &search->capacity,
                                search->count + 1, sizeof(*search->heap));
    if (status)
        return status;
    search->heap[search->count] =
        (struct node){*id, commit.committer_time, search->next_order++};
    sift_up(search, search->count++);
    return QN_OK;
}

static enum qn_status push_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct search *search = data;
    struct qn_odb_info info;
    struct qn_id id;

    if (ref->is_broken || qn_id_is_null(&ref->id))
        return QN_OK;
    if (qn_revision_peel(ctx, search->odb, &ref->id, QN_OBJECT_NONE, &id) ||
        qn_odb_read_info(ctx, search->odb, &id, QN_ODB_WANT_TYPE, &info)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return info.type == QN_OBJECT_COMMIT ? push(ctx, search, &id) : QN_OK;
}

static enum qn_status push_all(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               struct search *search)
{
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_walk(ctx, scope->refs, "", 0, push_ref, search);

    if (!status)
        status = qn_refs_resolve(ctx, scope->refs, "HEAD", &head, &found);
    if (!status && found)
        status = push_ref(ctx, search, &head);
    qn_ref_dispose(&head);
    return status;
}

/* Visit in order of time until a message matches (or, negated, does not). */
static enum qn_status visit(struct qn_ctx *ctx,
                            const struct qn_revision_run *run,
                            struct search *search, const struct qn_regex *regex,
                            bool is_negated, struct qn_id *out)
{
    struct qn_id *parents = NULL;
    size_t capacity = 0;
    enum qn_status status = QN_OK;

    while (!status && search->count > 0) {
        struct qn_commit commit;
        struct node node;
        uint32_t i;

        status = qn_ctx_check(ctx);
        if (status)
            break;
        pop(search, &node);
        status = load(ctx, search, &node.id, &commit);
        if (status)
            break;
        if (qn_regex_is_match(ctx, regex, commit.message) != is_negated) {
            *out = node.id;
            goto out;
        }
        status = qn_memory_grow(ctx, &parents, &capacity, commit.parent_count,
                                sizeof(*parents));
        if (status)
            break;
        for (i = 0; i < commit.parent_count; i++)
            qn_commit_parent(&commit, i, &parents[i]);
        for (i = 0; i < commit.parent_count && !status; i++)
            status = push(ctx, search, &parents[i]);
    }
    if (!status)
        status = qn_revision_unknown(ctx, run->text);

out:
    qn_memory_free(parents);
    return status;
}

enum qn_status qn_revision_search(struct qn_ctx *ctx,
                                  const struct qn_revision_run *run,
                                  const struct qn_id *start,
                                  struct qn_bytes pattern, struct qn_id *out)
{
    struct search search = {.odb = run->scope->odb};
    struct qn_regex *regex = NULL;
    bool is_negated = false;
    enum qn_status status;

    if (pattern.size > 0 && pattern.data[0] == '!') {
        pattern = qn_bytes_from(pattern, 1);
        if (pattern.size > 0 && pattern.data[0] == '-') {
            is_negated = true;
            pattern = qn_bytes_from(pattern, 1);
        } else if (pattern.size == 0 || pattern.data[0] != '!') {
            return qn_revision_unknown(ctx, run->text);
        }
    }
    if (qn_regex_new(ctx, pattern, QN_REGEX_EXTENDED, 0, &regex))
        return qn_revision_unknown(ctx, run->text);
    qn_id_map_init(&search.seen, qn_repo_algorithm(run->scope->repo));
    status = qn_grafts_of(ctx, run->scope, &search.grafts);
    if (!status)
        status = start ? push(ctx, &search, start)
                       : push_all(ctx, run->scope, &search);
    if (!status)
        status = visit(ctx, run, &search, regex, is_negated, out);
    qn_regex_free(regex);
    qn_id_map_dispose(&search.seen);
    qn_memory_free(search.heap);
    qn_object_dispose(&search.object);
    return status;
}
