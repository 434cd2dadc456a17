/* SPDX-License-Identifier: MIT */
#include "walk/commit_queue.h"

#include "base/memory.h"

void qn_commit_queue_dispose(struct qn_commit_queue *queue)
{
    qn_memory_free(queue->entries);
    queue->entries = NULL;
    queue->count = queue->capacity = 0;
}

static bool is_before(const struct qn_commit_queue_entry *a,
                      const struct qn_commit_queue_entry *b)
{
    if (a->generation != b->generation)
        return a->generation > b->generation;
    if (a->time != b->time)
        return a->time > b->time;
    return a->sequence < b->sequence;
}

enum qn_status qn_commit_queue_push(struct qn_ctx *ctx,
                                    struct qn_commit_queue *queue,
                                    uint64_t generation, int64_t time,
                                    uint32_t row)
{
    struct qn_commit_queue_entry entry = {generation, time,
                                          queue->next_sequence, row};
    enum qn_status status =
        qn_memory_grow(ctx, &queue->entries, &queue->capacity, queue->count + 1,
                       sizeof(*queue->entries));
    size_t at;

    if (status)
        return status;
    queue->next_sequence++;
    for (at = queue->count++; at > 0; at = (at - 1) / 2) {
        if (!is_before(&entry, &queue->entries[(at - 1) / 2]))
            break;
        queue->entries[at] = queue->entries[(at - 1) / 2];
    }
    queue->entries[at] = entry;
    return QN_OK;
}

bool qn_commit_queue_pop(struct qn_commit_queue *queue, uint32_t *row)
{
    struct qn_commit_queue_entry last;
    size_t at = 0;

    if (queue->count == 0)
        return false;
    *row = queue->entries[0].row;
    last = queue->entries[--queue->count];
    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= queue->count)
            break;
        if (child + 1 < queue->count &&
            is_before(&queue->entries[child + 1], &queue->entries[child]))
            child++;
        if (!is_before(&queue->entries[child], &last))
            break;
        queue->entries[at] = queue->entries[child];
        at = child;
    }
    if (queue->count > 0)
        queue->entries[at] = last;
    return true;
}
