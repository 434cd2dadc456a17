/* SPDX-License-Identifier: MIT */
/* Some lines of a patch: for each range of the new side what stands there, and
 * what was there before. */
#include "base/memory.h"
#include "diff/patch_internal.h"

#define LEAST_CONTEXT 3

enum qn_status qn_patch_print_ranges(struct qn_ctx *ctx, struct qn_patch *patch,
                                     const struct qn_diff_pair *pair,
                                     const struct qn_patch_range *ranges,
                                     size_t count, struct qn_buf *out)
{
    struct qn_diff_options saved = patch->options;
    uint32_t span = LEAST_CONTEXT;
    enum qn_status status;
    size_t i;

    for (i = 0; i < count; i++)
        if (ranges[i].end - ranges[i].start > span)
            span = ranges[i].end - ranges[i].start;
    patch->options.context = span; /* headings are those of such hunks */
    patch->options.inter_hunk = 0;
    patch->options.has_function_context = false;
    patch->ranges = ranges;
    patch->range_count = count;
    status = qn_patch_text_print(ctx, patch, pair, out);
    patch->ranges = NULL;
    patch->options = saved;
    return status;
}

bool qn_patch_is_heading(struct qn_ctx *ctx, struct qn_patch *patch,
                         struct qn_bytes path, struct qn_bytes line)
{
    struct qn_patch_path found;
    struct qn_bytes heading;
    uint8_t first = line.size ? line.data[0] : 0;

    if (qn_patch_driver_find(ctx, patch, path, &found)) {
        qn_ctx_clear(ctx);
        return false;
    }
    if (found.driver && found.driver->heading_count)
        return qn_patch_driver_heading(ctx, (void *)found.driver, line,
                                       &heading);
    return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
           first == '_' || first == '$';
}

/* The part of a change that lies in the range; false: none does. */
static bool clip(const struct qn_text_change *from,
                 const struct qn_patch_range *range, struct qn_text_change *out)
{
    uint32_t end = from->new_start + from->new_count;

    if (from->new_count
            ? from->new_start >= range->end || end <= range->start
            : from->new_start <= range->start || from->new_start >= range->end)
        return false;
    *out = *from;
    if (from->new_start < range->start) { /* what was there came before */
        out->old_start = from->old_start + from->old_count;
        out->old_count = 0;
        out->new_start = range->start;
    }
    out->new_count = (end < range->end ? end : range->end) - out->new_start;
    return true;
}

/* The hunk of the whole patch that the range lies in. */
static struct qn_bytes heading_of(const struct qn_patch *patch,
                                  const struct qn_patch_range *range)
{
    size_t i;

    for (i = 0; i < patch->hunks.count; i++) {
        const struct qn_hunk *hunk = &patch->hunks.items[i];

        if (range->start < hunk->new_start + hunk->new_count &&
            range->end > hunk->new_start)
            return hunk->heading;
    }
    return QN_BYTES_NONE;
}

/* Fill in where the hunk stands in the old side. */
static void place(const struct qn_text_diff *diff,
                  const struct qn_patch_range *range, bool has_old,
                  struct qn_hunk *hunk)
{
    int64_t start = range->start;
    int64_t end = range->end;
    bool start_is_set = false;
    size_t i;

    for (i = 0; i < diff->change_count; i++) {
        const struct qn_text_change *c = &diff->changes[i];
        uint32_t new_end = c->new_start + c->new_count;
        uint32_t old_end = c->old_start + c->old_count;

        if (c->new_start < range->start && new_end > range->start) {
            start = old_end;
            start_is_set = true;
        } else if (c->new_start == range->start && c->new_count) {
            start = c->old_start;
            start_is_set = true;
        } else if (!start_is_set && new_end <= range->start) {
            start = (int64_t)range->start + old_end - new_end;
        }
        if (c->new_start < range->end && new_end >= range->end && c->new_count)
            end = old_end;
        else if (new_end < range->end ||
                 (new_end == range->end && c->new_start < range->end))
            end = (int64_t)range->end + old_end - new_end;
    }
    hunk->old_start = (uint32_t)start;
    hunk->old_count = end > start ? (uint32_t)(end - start) : 0;
    if (!has_old) {
        hunk->old_start = UINT32_MAX;
        hunk->old_count = 0;
    }
}

enum qn_status qn_patch_ranges_put(
    struct qn_ctx *ctx, struct qn_patch *patch, const struct qn_text_diff *diff,
    bool has_old,
    enum qn_status (*put)(struct qn_ctx *ctx, struct qn_patch *patch,
                          const struct qn_text_diff *diff,
                          const struct qn_hunk *hunk, struct qn_buf *out),
    struct qn_buf *out)
{
    struct qn_text_change *changes =
        qn_memory_array(ctx, diff->change_count + 1, sizeof(*changes));
    enum qn_status status = changes ? QN_OK : QN_NO_MEMORY;
    size_t i;

    for (i = 0; i < patch->range_count && !status; i++) {
        const struct qn_patch_range *range = &patch->ranges[i];
        struct qn_text_diff part = *diff;
        struct qn_hunk hunk = {.new_start = range->start,
                               .new_count = range->end - range->start,
                               .has_counts = true};
        size_t j;

        part.changes = changes;
        part.change_count = 0;
        for (j = 0; j < diff->change_count; j++)
            part.change_count +=
                clip(&diff->changes[j], range, &changes[part.change_count]);
        if (!part.change_count)
            continue;
        hunk.last = part.change_count - 1;
        hunk.heading = heading_of(patch, range);
        place(diff, range, has_old, &hunk);
        status = put(ctx, patch, &part, &hunk, out);
    }
    qn_memory_free(changes);
    return status;
}
