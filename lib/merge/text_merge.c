/* SPDX-License-Identifier: MIT */
#include "merge/text_merge.h"

#include "base/memory.h"

#define DEFAULT_MARKER_SIZE 7
#define NEAR_LINES          3

enum region_kind { OURS, THEIRS, CONFLICT, NONE, BOTH };

/* A stretch of the three files: base, ours, theirs. */
struct region {
    enum region_kind kind;
    int64_t starts[3];
    int64_t counts[3];
};

struct merger {
    struct qn_ctx *ctx;
    const struct qn_text_merge_options *options;
    struct qn_text_diff diffs[2]; /* base to ours, base to theirs */
    const struct qn_text_lines *files[3];
    unsigned level;
    struct region *regions;
    size_t count;
    size_t capacity;
    struct qn_buf *out;
    int64_t at; /* lines of ours that are written */
};

static int64_t old_end(const struct qn_text_change *change)
{
    return (int64_t)change->old_start + change->old_count;
}

static int64_t region_end(const struct region *region, int file)
{
    return region->starts[file] + region->counts[file];
}

static enum qn_status add_region(struct merger *m, const struct region *region)
{
    struct region *last = m->count ? &m->regions[m->count - 1] : NULL;
    enum qn_status status;
    int i;

    if (last && (region->starts[1] <= region_end(last, 1) ||
                 region->starts[2] <= region_end(last, 2))) {
        if (last->kind != region->kind)
            last->kind = CONFLICT;
        for (i = 0; i < 3; i++)
            last->counts[i] = region_end(region, i) - last->starts[i];
        return QN_OK;
    }
    status = qn_memory_grow(m->ctx, &m->regions, &m->capacity, m->count + 1,
                            sizeof(*m->regions));
    if (!status)
        m->regions[m->count++] = *region;
    return status;
}

/* A change of one side only; `shift` takes base lines to the other side's. */
static enum qn_status add_one_side(struct merger *m, int side,
                                   const struct qn_text_change *change,
                                   int64_t shift)
{
    struct region region = {.kind = side ? THEIRS : OURS};

    region.starts[0] = change->old_start;
    region.counts[0] = change->old_count;
    region.starts[1 + side] = change->new_start;
    region.counts[1 + side] = change->new_count;
    region.starts[2 - side] = change->old_start + shift;
    region.counts[2 - side] = change->old_count;
    return add_region(m, &region);
}

static bool is_same_change(const struct merger *m,
                           const struct qn_text_change *x,
                           const struct qn_text_change *y)
{
    uint32_t i;

    if (x->old_start != y->old_start || x->old_count != y->old_count ||
        x->new_count != y->new_count)
        return false;
    for (i = 0; i < x->new_count; i++)
        if (!qn_text_lines_is_equal(
                qn_text_lines_at(m->files[1], x->new_start + i),
                qn_text_lines_at(m->files[2], y->new_start + i),
                m->options->diff.flags))
            return false;
    return true;
}

static enum qn_status add_conflict(struct merger *m,
                                   const struct qn_text_change *x,
                                   const struct qn_text_change *y)
{
    const struct qn_text_change *changes[2] = {x, y};
    struct region region = {.kind = CONFLICT};
    int64_t start = x->old_start < y->old_start ? x->old_start : y->old_start;
    int64_t end = old_end(x) > old_end(y) ? old_end(x) : old_end(y);
    int i;

    region.starts[0] = start;
    region.counts[0] = end - start;
    for (i = 0; i < 2; i++) {
        const struct qn_text_change *change = changes[i];

        region.starts[1 + i] = change->new_start - (change->old_start - start);
        region.counts[1 + i] = (change->old_start - start) +
                               (int64_t)change->new_count +
                               (end - old_end(change));
    }
    return add_region(m, &region);
}

static int64_t shift_before(const struct qn_text_change *change)
{
    return (int64_t)change->new_start - change->old_start;
}

static enum qn_status combine(struct merger *m)
{
    const struct qn_text_change *x = m->diffs[0].changes;
    const struct qn_text_change *y = m->diffs[1].changes;
    const struct qn_text_change *x_end = x + m->diffs[0].change_count;
    const struct qn_text_change *y_end = y + m->diffs[1].change_count;
    int64_t grown[2];
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; i < 2; i++)
        grown[i] = (int64_t)m->files[1 + i]->count - m->files[0]->count;
    while (x < x_end && y < y_end && !status) {
        int64_t ex = old_end(x);
        int64_t ey = old_end(y);

        if (ex < y->old_start) {
            status = add_one_side(m, 0, x++, shift_before(y));
        } else if (ey < x->old_start) {
            status = add_one_side(m, 1, y++, shift_before(x));
        } else {
            if (m->level < 1 || !is_same_change(m, x, y))
                status = add_conflict(m, x, y);
            y += ex >= ey;
            x += ey >= ex;
        }
    }
    while (x < x_end && !status)
        status = add_one_side(m, 0, x++, grown[1]);
    while (y < y_end && !status)
        status = add_one_side(m, 1, y++, grown[0]);
    return status;
}

static struct qn_bytes lines_of(const struct merger *m, int file, int64_t start,
                                int64_t count)
{
    const struct qn_text_lines *lines = m->files[file];

    return qn_bytes_make(lines->text.data + lines->starts[start],
                         lines->starts[start + count] - lines->starts[start]);
}

/* Split each conflict into one for each change between its two sides. */
static enum qn_status refine(struct merger *m)
{
    struct region *old = m->regions;
    size_t count = m->count;
    enum qn_status status = QN_OK;
    size_t i;

    m->regions = NULL;
    m->count = m->capacity = 0;
    for (i = 0; i < count && !status; i++) {
        struct region *region = &old[i];
        struct qn_text_diff diff = {0};
        size_t pieces = 1;
        size_t j;

        if (region->kind == CONFLICT && region->counts[1] > 0 &&
            region->counts[2] > 0) {
            status = qn_text_diff_run(
                m->ctx, lines_of(m, 1, region->starts[1], region->counts[1]),
                lines_of(m, 2, region->starts[2], region->counts[2]),
                &m->options->diff, &diff);
            pieces = diff.change_count;
            if (pieces == 0) {
                region->kind = NONE;
                pieces = 1;
            }
        }
        if (!status)
            status = qn_memory_grow(m->ctx, &m->regions, &m->capacity,
                                    m->count + pieces, sizeof(*m->regions));
        for (j = 0; j < pieces && !status; j++) {
            struct region *piece = &m->regions[m->count++];

            *piece = *region;
            if (diff.change_count == 0)
                continue;
            piece->starts[1] = region->starts[1] + diff.changes[j].old_start;
            piece->counts[1] = diff.changes[j].old_count;
            piece->starts[2] = region->starts[2] + diff.changes[j].new_start;
            piece->counts[2] = diff.changes[j].new_count;
        }
        qn_text_diff_dispose(&diff);
    }
    qn_memory_free(old);
    return status;
}

static bool has_word(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9'))
            return true;
    }
    return false;
}

/* Join conflicts that are near to each other. */
static void join(struct merger *m)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < m->count; i++) {
        struct region *last = kept ? &m->regions[kept - 1] : NULL;
        struct region *next = &m->regions[i];

        if (last && last->kind == CONFLICT && next->kind == CONFLICT) {
            int64_t gap = next->starts[1] - region_end(last, 1);

            if (gap <= NEAR_LINES ||
                (m->level >= 3 &&
                 !has_word(lines_of(m, 1, region_end(last, 1), gap)))) {
                last->counts[1] = region_end(next, 1) - last->starts[1];
                last->counts[2] = region_end(next, 2) - last->starts[2];
                continue;
            }
        }
        m->regions[kept++] = *next;
    }
    m->count = kept;
}

static bool is_same_line(const struct merger *m, int64_t ours, int64_t theirs)
{
    return qn_text_lines_is_equal(
        qn_text_lines_at(m->files[1], (uint32_t)ours),
        qn_text_lines_at(m->files[2], (uint32_t)theirs),
        m->options->diff.flags);
}

/* zdiff3: what both sides have in common at the ends is no conflict. */
static void trim_conflicts(struct merger *m)
{
    size_t i;

    for (i = 0; i < m->count; i++) {
        struct region *r = &m->regions[i];

        if (r->kind != CONFLICT)
            continue;
        while (r->counts[1] && r->counts[2] &&
               is_same_line(m, r->starts[1], r->starts[2])) {
            r->starts[1]++;
            r->starts[2]++;
            r->counts[1]--;
            r->counts[2]--;
        }
        while (r->counts[1] && r->counts[2] &&
               is_same_line(m, region_end(r, 1) - 1, region_end(r, 2) - 1)) {
            r->counts[1]--;
            r->counts[2]--;
        }
    }
}

static void favour(struct merger *m)
{
    size_t i;

    for (i = 0; i < m->count; i++) {
        if (m->regions[i].kind != CONFLICT)
            continue;
        switch (m->options->favor) {
        case QN_TEXT_MERGE_OURS:
            m->regions[i].kind = OURS;
            break;
        case QN_TEXT_MERGE_THEIRS:
            m->regions[i].kind = THEIRS;
            break;
        case QN_TEXT_MERGE_UNION:
            m->regions[i].kind = BOTH;
            break;
        default:
            return;
        }
    }
}

/* How line i of a file ends: 1 CRLF, 0 LF, -1 unknown. */
static int line_end(const struct qn_text_lines *lines, int64_t i)
{
    struct qn_bytes line;

    if (lines->count == 0)
        return -1;
    if (i < 0)
        i = 0;
    if (i >= lines->count)
        i = (int64_t)lines->count - 1;
    line = qn_text_lines_at(lines, (uint32_t)i);
    if (line.data[line.size - 1] != '\n') {
        if (i == 0)
            return -1;
        line = qn_text_lines_at(lines, (uint32_t)i - 1);
    }
    return line.size > 1 && line.data[line.size - 2] == '\r';
}

static struct qn_bytes end_of_region(const struct merger *m,
                                     const struct region *region)
{
    bool is_crlf = line_end(m->files[1], region->starts[1] - 1) != 0 &&
                   line_end(m->files[2], region->starts[2] - 1) != 0 &&
                   line_end(m->files[0], 0) == 1;

    return is_crlf ? QN_BYTES("\r\n") : QN_BYTES("\n");
}

static enum qn_status put_lines(struct merger *m, int file,
                                const struct region *region,
                                struct qn_bytes completes)
{
    struct qn_bytes text =
        lines_of(m, file, region->starts[file], region->counts[file]);
    enum qn_status status = qn_buf_append_bytes(m->ctx, m->out, text);

    if (!status && completes.size && text.size &&
        text.data[text.size - 1] != '\n')
        status = qn_buf_append_bytes(m->ctx, m->out, completes);
    return status;
}

static enum qn_status put_marker(struct merger *m, uint8_t sign,
                                 const char *label, struct qn_bytes end)
{
    uint32_t size =
        m->options->marker_size ? m->options->marker_size : DEFAULT_MARKER_SIZE;
    enum qn_status status = qn_buf_append_repeat(m->ctx, m->out, sign, size);

    if (!status && label && *label) {
        status = qn_buf_append_byte(m->ctx, m->out, ' ');
        if (!status)
            status = qn_buf_append_string(m->ctx, m->out, label);
    }
    return status ? status : qn_buf_append_bytes(m->ctx, m->out, end);
}

static enum qn_status put_conflict(struct merger *m,
                                   const struct region *region)
{
    struct qn_bytes end = end_of_region(m, region);
    enum qn_status status = put_marker(m, '<', m->options->our_label, end);

    if (!status)
        status = put_lines(m, 1, region, end);
    if (!status && m->options->style != QN_TEXT_MERGE_MERGE) {
        status = put_marker(m, '|', m->options->base_label, end);
        if (!status)
            status = put_lines(m, 0, region, end);
    }
    if (!status)
        status = put_marker(m, '=', NULL, end);
    if (!status)
        status = put_lines(m, 2, region, end);
    return status ? status : put_marker(m, '>', m->options->their_label, end);
}

static enum qn_status put_region(struct merger *m, const struct region *region)
{
    enum qn_status status;

    if (region->kind == NONE)
        return QN_OK;
    status = qn_buf_append_bytes(
        m->ctx, m->out, lines_of(m, 1, m->at, region->starts[1] - m->at));
    if (status)
        return status;
    m->at = region_end(region, 1);
    switch (region->kind) {
    case OURS:
        return put_lines(m, 1, region, QN_BYTES_NONE);
    case THEIRS:
        return put_lines(m, 2, region, QN_BYTES_NONE);
    case BOTH:
        status = put_lines(m, 1, region, end_of_region(m, region));
        return status ? status : put_lines(m, 2, region, QN_BYTES_NONE);
    default:
        return put_conflict(m, region);
    }
}

static enum qn_status put_all(struct merger *m, uint32_t *conflict_count)
{
    enum qn_status status = QN_OK;
    size_t i;

    *conflict_count = 0;
    for (i = 0; i < m->count && !status; i++) {
        *conflict_count += m->regions[i].kind == CONFLICT;
        status = put_region(m, &m->regions[i]);
    }
    if (status)
        return status;
    return qn_buf_append_bytes(
        m->ctx, m->out,
        lines_of(m, 1, m->at, (int64_t)m->files[1]->count - m->at));
}

static enum qn_status merge_changes(struct merger *m, uint32_t *conflict_count)
{
    enum qn_status status;

    m->files[0] = &m->diffs[0].old_lines;
    m->files[1] = &m->diffs[0].new_lines;
    m->files[2] = &m->diffs[1].new_lines;
    status = combine(m);
    if (!status && m->level >= 2) {
        status = refine(m);
        if (!status)
            join(m);
    }
    if (status)
        return status;
    if (m->options->style == QN_TEXT_MERGE_ZDIFF3)
        trim_conflicts(m);
    favour(m);
    return put_all(m, conflict_count);
}

enum qn_status qn_text_merge_run(struct qn_ctx *ctx, struct qn_bytes base,
                                 struct qn_bytes ours, struct qn_bytes theirs,
                                 const struct qn_text_merge_options *options,
                                 struct qn_buf *out, uint32_t *conflict_count)
{
    struct merger m = {
        .ctx = ctx, .options = options, .level = options->level, .out = out};
    enum qn_status status;
    size_t before = out->size;

    if (options->style != QN_TEXT_MERGE_MERGE && m.level > 1)
        m.level = 1;
    *conflict_count = 0;
    status = qn_text_diff_run(ctx, base, ours, &options->diff, &m.diffs[0]);
    if (!status)
        status =
            qn_text_diff_run(ctx, base, theirs, &options->diff, &m.diffs[1]);
    if (!status && m.diffs[0].change_count == 0)
        status = qn_buf_append_bytes(ctx, out, theirs);
    else if (!status && m.diffs[1].change_count == 0)
        status = qn_buf_append_bytes(ctx, out, ours);
    else if (!status)
        status = merge_changes(&m, conflict_count);
    if (status)
        qn_buf_truncate(out, before);
    qn_memory_free(m.regions);
    qn_text_diff_dispose(&m.diffs[0]);
    qn_text_diff_dispose(&m.diffs[1]);
    return status;
}
