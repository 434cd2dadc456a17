/* SPDX-License-Identifier: MIT */
/* Combined diffs: a merge's result against all its parents at once.
 *
 *   result lines 1 .. n; slot k is the place before line k+1 with that line
 *   mark   the parents that have not the line
 *   lost   lines that parents have there and the result has not
 *
 * Rules: docs/formats/diff.md.
 */
#include "base/memory.h"
#include "diff/patch_internal.h"
#include "object/tree.h"

#define MAX_PARENTS  64
#define HEADING_SIZE 40

struct lost {
    struct lost *next;
    struct qn_bytes text; /* without its LF */
    uint64_t parents;
};

struct slot {
    uint64_t mark;
    struct lost *lost;
    bool is_hot;
    bool is_shown;
    bool hides_lost;
};

/* One path that differs from every parent. */
struct combined_path {
    struct qn_bytes path;
    const struct qn_diff_side *result;
    const struct qn_diff_pair **pairs; /* one a parent */
};

struct combined {
    struct qn_patch *patch;
    size_t count; /* of parents */
    struct qn_diff_list *lists;
    struct combined_path *paths;
    size_t path_count, path_capacity;
    struct qn_arena arena;
    /* the path at hand */
    const struct combined_path *at;
    struct qn_text_lines lines;
    struct slot *slots;  /* lines.count + 1 of them */
    uint64_t *positions; /* slot * count + parent */
    struct qn_buf text;
    struct qn_buf other;
};

/* ---- which paths */

static const struct qn_diff_pair *find_pair(const struct qn_diff_list *list,
                                            struct qn_bytes path, size_t *at)
{
    /* lists are in the order of new paths, but for order files */
    size_t i;

    for (i = *at; i < list->count; i++) {
        int order = qn_bytes_compare(list->pairs[i].new_side.path, path);

        if (order == 0) {
            *at = i + 1;
            return &list->pairs[i];
        }
        if (order > 0)
            break;
    }
    *at = i;
    return NULL;
}

static enum qn_status intersect(struct qn_ctx *ctx, struct combined *c)
{
    size_t *at = qn_memory_calloc(ctx, c->count, sizeof(*at));
    enum qn_status status = at ? QN_OK : QN_NO_MEMORY;
    size_t i;
    size_t p;

    for (i = 0; i < c->lists[0].count && !status; i++) {
        const struct qn_diff_pair *first = &c->lists[0].pairs[i];
        struct combined_path path = {.path = first->new_side.path,
                                     .result = &first->new_side};
        bool in_all = true;

        path.pairs =
            qn_arena_calloc(ctx, &c->arena, c->count, sizeof(*path.pairs));
        if (!path.pairs) {
            status = QN_NO_MEMORY;
            break;
        }
        path.pairs[0] = first;
        for (p = 1; p < c->count && in_all; p++) {
            path.pairs[p] = find_pair(&c->lists[p], path.path, &at[p]);
            in_all = path.pairs[p] != NULL;
        }
        if (!in_all)
            continue;
        status = qn_memory_grow(ctx, &c->paths, &c->path_capacity,
                                c->path_count + 1, sizeof(*c->paths));
        if (!status)
            c->paths[c->path_count++] = path;
    }
    qn_memory_free(at);
    return status;
}

/* ---- lost lines and marks */

static struct qn_bytes without_end(struct qn_bytes line)
{
    if (line.size && line.data[line.size - 1] == '\n')
        line.size--;
    return line;
}

/* Align what is in a slot already with what one more parent lost there. */
static enum qn_status coalesce(struct qn_ctx *ctx, struct combined *c,
                               struct slot *slot, struct lost *const *mine,
                               size_t m)
{
    unsigned flags = c->patch->options.text.flags;
    struct lost **theirs = NULL;
    struct lost *merged = NULL;
    uint32_t *table;
    struct lost *line;
    size_t l = 0;
    size_t i;
    size_t j;

    for (line = slot->lost; line; line = line->next)
        l++;
    table = qn_memory_calloc(ctx, (l + 1) * (m + 1), sizeof(*table));
    theirs = qn_memory_array(ctx, l + 1, sizeof(*theirs));
    if (!table || !theirs) {
        qn_memory_free(table);
        qn_memory_free((void *)theirs);
        return QN_NO_MEMORY;
    }
    for (i = 0, line = slot->lost; line; line = line->next)
        theirs[i++] = line;
#define AT(x, y) table[(x) * (m + 1) + (y)]
    for (i = 1; i <= l; i++)
        for (j = 1; j <= m; j++)
            AT(i, j) = qn_text_lines_is_equal(theirs[i - 1]->text,
                                              mine[j - 1]->text, flags)
                           ? AT(i - 1, j - 1) + 1
                       : AT(i, j - 1) >= AT(i - 1, j) ? AT(i, j - 1)
                                                      : AT(i - 1, j);
    i = l;
    j = m;
    while (i || j) {
        if (i && j &&
            qn_text_lines_is_equal(theirs[i - 1]->text, mine[j - 1]->text,
                                   flags)) {
            line = theirs[--i];
            line->parents |= mine[--j]->parents;
        } else if (j && (!i || AT(i, j - 1) >= AT(i - 1, j))) {
            line = mine[--j];
        } else {
            line = theirs[--i];
        }
        line->next = merged;
        merged = line;
    }
#undef AT
    slot->lost = merged;
    qn_memory_free(table);
    qn_memory_free((void *)theirs);
    return QN_OK;
}

static enum qn_status add_change(struct qn_ctx *ctx, struct combined *c,
                                 const struct qn_text_diff *diff,
                                 const struct qn_text_change *change, size_t p)
{
    struct lost **mine = NULL;
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < change->new_count; i++)
        c->slots[change->new_start + i].mark |= (uint64_t)1 << p;
    if (!change->old_count)
        return QN_OK;
    mine = qn_memory_array(ctx, change->old_count, sizeof(*mine));
    if (!mine)
        return QN_NO_MEMORY;
    for (i = 0; i < change->old_count && !status; i++) {
        char *copy;
        struct qn_bytes text = without_end(
            qn_text_lines_at(&diff->old_lines, change->old_start + i));

        mine[i] = qn_arena_alloc(ctx, &c->arena, sizeof(**mine));
        copy = mine[i] ? qn_arena_copy(ctx, &c->arena, text) : NULL;
        if (copy)
            *mine[i] = (struct lost){NULL, qn_bytes_make(copy, text.size),
                                     (uint64_t)1 << p};
        else
            status = QN_NO_MEMORY;
    }
    if (!status)
        status = coalesce(ctx, c, &c->slots[change->new_start], mine,
                          change->old_count);
    qn_memory_free((void *)mine);
    return status;
}

static void copy_parent(struct combined *c, size_t from, size_t to)
{
    uint32_t k;

    for (k = 0; k <= c->lines.count; k++) {
        struct lost *line;

        if (c->slots[k].mark >> from & 1)
            c->slots[k].mark |= (uint64_t)1 << to;
        for (line = c->slots[k].lost; line; line = line->next)
            if (line->parents >> from & 1)
                line->parents |= (uint64_t)1 << to;
    }
}

static enum qn_status compare_parent(struct qn_ctx *ctx, struct combined *c,
                                     size_t p)
{
    const struct qn_diff_side *own = &c->at->pairs[p]->old_side;
    struct qn_text_diff_options options = c->patch->options.text;
    struct qn_text_diff diff = {0};
    enum qn_status status;
    size_t i;

    for (i = 0; i < p; i++)
        if (own->mode && c->at->pairs[i]->old_side.mode &&
            qn_id_is_equal(&own->id, &c->at->pairs[i]->old_side.id)) {
            copy_parent(c, i, p);
            return QN_OK;
        }
    status = qn_patch_read_side(ctx, c->patch, own, &c->other);
    options.flags |= QN_TEXT_DIFF_CUT_TAIL;
    if (!status)
        status = qn_text_diff_run(ctx, qn_buf_bytes(&c->other),
                                  qn_buf_bytes(&c->text), &options, &diff);
    for (i = 0; i < diff.change_count && !status; i++)
        status = add_change(ctx, c, &diff, &diff.changes[i], p);
    qn_text_diff_dispose(&diff);
    return status;
}

/* ---- what is of interest */

/* The end of a run: without the last slot when that has lost lines only. */
static uint32_t context_start(const struct combined *c, uint32_t j)
{
    return j > 0 && !c->slots[j - 1].mark ? j - 1 : j;
}

static uint32_t next_hot(const struct combined *c, uint32_t k)
{
    while (k <= c->lines.count && !c->slots[k].is_hot)
        k++;
    return k;
}

static uint32_t limit(const struct combined *c, uint64_t k)
{
    uint64_t end = (uint64_t)c->lines.count + 1;

    return (uint32_t)(k < end ? k : end);
}

static uint32_t group_end(const struct combined *c, uint32_t j)
{
    uint64_t context = c->patch->options.context;

    for (;;) {
        uint32_t end;
        uint32_t k;
        uint32_t last = 0;
        bool goes_on = false;

        while (j <= c->lines.count && c->slots[j].is_hot)
            j++;
        end = limit(c, context_start(c, j) + context);
        for (k = j; k < end; k++)
            if (c->slots[k].is_hot) {
                last = k;
                goes_on = true;
            }
        if (!goes_on)
            return j;
        j = last;
    }
}

/* Did the result take one side everywhere in the group? */
static bool is_dull(const struct combined *c, uint32_t start, uint32_t end)
{
    uint64_t all = c->count == 64 ? UINT64_MAX : ((uint64_t)1 << c->count) - 1;
    uint64_t same = 0;
    bool has_same = false;
    uint32_t k;

    for (k = start; k < end; k++) {
        const struct slot *slot = &c->slots[k];
        const struct lost *line;

        if (!slot->is_hot)
            continue;
        if (slot->mark) {
            if (has_same && same != slot->mark)
                return false;
            same = slot->mark;
            has_same = true;
        }
        for (line = slot->lost; line; line = line->next) {
            if (has_same && same != line->parents)
                return false;
            same = line->parents;
            has_same = true;
        }
    }
    return same != all;
}

static void choose_hot(struct combined *c)
{
    bool is_dense = c->patch->options.combined == QN_DIFF_COMBINED_DENSE;
    uint32_t k;
    uint32_t start;

    for (k = 0; k <= c->lines.count; k++)
        c->slots[k].is_hot = c->slots[k].mark || c->slots[k].lost;
    for (start = next_hot(c, 0); is_dense && start <= c->lines.count;
         start = next_hot(c, k)) {
        k = group_end(c, start);
        if (is_dull(c, start, k)) {
            uint32_t i;

            for (i = start; i < k; i++)
                c->slots[i].is_hot = false;
        }
    }
}

static void show_before(struct combined *c, uint32_t from, uint32_t k)
{
    uint32_t context = c->patch->options.context;
    uint32_t start = k > context ? k - context : 0;

    if (start < from)
        start = from;
    for (; start < k; start++) {
        if (c->slots[start].is_shown)
            continue;
        c->slots[start].is_shown = true;
        c->slots[start].hides_lost = true;
    }
}

static bool choose_shown(struct combined *c)
{
    uint64_t context = c->patch->options.context;
    uint32_t k = next_hot(c, 0);
    bool has_any = k <= c->lines.count;

    if (has_any)
        show_before(c, 0, k);
    while (k <= c->lines.count) {
        uint32_t end;
        uint32_t next;
        uint32_t from;

        while (k <= c->lines.count && c->slots[k].is_hot)
            c->slots[k++].is_shown = true;
        from = context_start(c, k);
        next = next_hot(c, k);
        if (next <= c->lines.count && next < from + context) {
            for (; k < next; k++)
                c->slots[k].is_shown = true;
            continue;
        }
        end = limit(c, from + context);
        for (; from < end; from++)
            c->slots[from].is_shown = true;
        if (next <= c->lines.count)
            show_before(c, 0, next);
        k = next;
    }
    return has_any;
}

/* ---- text */

static void count_positions(struct combined *c)
{
    size_t k;
    size_t p;

    for (p = 0; p < c->count; p++)
        c->positions[p] = 1;
    for (k = 0; k <= c->lines.count; k++) {
        const struct slot *slot = &c->slots[k];
        const struct lost *line;

        for (p = 0; p < c->count; p++) {
            uint64_t next = c->positions[k * c->count + p];

            for (line = slot->lost; line; line = line->next)
                next += line->parents >> p & 1;
            if (k < c->lines.count && !(slot->mark >> p & 1))
                next++;
            c->positions[(k + 1) * c->count + p] = next;
        }
    }
}

static enum qn_status put_color(struct qn_ctx *ctx, struct combined *c,
                                enum qn_diff_color color, struct qn_buf *out)
{
    if (!c->patch->options.has_color)
        return QN_OK;
    return qn_buf_append_string(ctx, out, c->patch->options.colors[color]);
}

/* A line of the header, or all of a hunk's first line. */
static enum qn_status put_colored(struct qn_ctx *ctx, struct combined *c,
                                  enum qn_diff_color color,
                                  struct qn_bytes text, struct qn_buf *out)
{
    enum qn_status status = put_color(ctx, c, color, out);

    if (!status)
        status = qn_buf_append_bytes(ctx, out, text);
    return status ? status : put_color(ctx, c, QN_DIFF_COLOR_RESET, out);
}

static enum qn_status put_heading(struct qn_ctx *ctx, struct combined *c,
                                  uint32_t from, uint32_t to,
                                  struct qn_buf *out)
{
    while (to > from) {
        struct qn_bytes line = qn_text_lines_at(&c->lines, --to);
        size_t size = 0;
        size_t i;
        uint8_t first = line.data[0];

        if (!((first >= 'a' && first <= 'z') ||
              (first >= 'A' && first <= 'Z') || first == '_' || first == '$'))
            continue;
        for (i = 0; i < HEADING_SIZE && i < line.size; i++) {
            if (line.data[i] == '\n')
                break;
            if (line.data[i] != ' ' && line.data[i] != '\t' &&
                line.data[i] != '\r')
                size = i;
        }
        if (size == 0)
            return QN_OK;
        if (put_colored(ctx, c, QN_DIFF_COLOR_CONTEXT, QN_BYTES(" "), out))
            return QN_NO_MEMORY;
        return put_colored(ctx, c, QN_DIFF_COLOR_FUNC,
                           qn_bytes_first(line, size), out);
    }
    return QN_OK;
}

static enum qn_status put_hunk_header(struct qn_ctx *ctx, struct combined *c,
                                      uint32_t start, uint32_t end,
                                      uint32_t last, struct qn_buf *out)
{
    struct qn_buf *line = &c->patch->scratch;
    uint64_t count = end - start - (end > c->lines.count);
    uint64_t bare = 0;
    enum qn_status status;
    size_t p;
    uint32_t k;

    for (k = start; !c->patch->options.context && k < end; k++)
        bare += !c->slots[k].mark;
    qn_buf_clear(line);
    status = qn_buf_append_repeat(ctx, line, '@', c->count + 1);
    for (p = 0; p < c->count && !status; p++) {
        uint64_t from = c->positions[(size_t)start * c->count + p];
        uint64_t to = c->positions[(size_t)end * c->count + p];

        status =
            qn_buf_printf(ctx, line, " -%llu,%llu", (unsigned long long)from,
                          (unsigned long long)(to - from - bare));
    }
    if (!status)
        status = qn_buf_printf(ctx, line, " +%llu,%llu ",
                               (unsigned long long)start + 1,
                               (unsigned long long)(count - bare));
    if (!status)
        status = qn_buf_append_repeat(ctx, line, '@', c->count + 1);
    if (!status)
        status =
            put_colored(ctx, c, QN_DIFF_COLOR_FRAG, qn_buf_bytes(line), out);
    if (!status)
        status = put_heading(ctx, c, last, start, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_line(struct qn_ctx *ctx, struct combined *c,
                               char sign, uint64_t parents,
                               struct qn_bytes text, struct qn_buf *out)
{
    enum qn_diff_color color = !parents      ? QN_DIFF_COLOR_CONTEXT
                               : sign == '-' ? QN_DIFF_COLOR_OLD
                                             : QN_DIFF_COLOR_NEW;
    enum qn_status status = put_color(ctx, c, color, out);
    size_t p;

    for (p = 0; p < c->count && !status; p++)
        status = qn_buf_append_byte(
            ctx, out, parents >> p & 1 ? (uint8_t)sign : (uint8_t)' ');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, text);
    if (!status)
        status = put_color(ctx, c, QN_DIFF_COLOR_RESET, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_slot(struct qn_ctx *ctx, struct combined *c,
                               uint32_t k, struct qn_buf *out)
{
    const struct slot *slot = &c->slots[k];
    const struct lost *line;
    enum qn_status status = QN_OK;

    for (line = slot->hides_lost ? NULL : slot->lost; line && !status;
         line = line->next)
        status = put_line(ctx, c, '-', line->parents, line->text, out);
    if (status || k == c->lines.count ||
        (!slot->mark && !c->patch->options.context))
        return status;
    return put_line(ctx, c, '+', slot->mark,
                    without_end(qn_text_lines_at(&c->lines, k)), out);
}

static enum qn_status put_hunks(struct qn_ctx *ctx, struct combined *c,
                                struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    uint32_t last = 0;
    uint32_t k = 0;

    while (k <= c->lines.count && !status) {
        uint32_t end;

        if (!c->slots[k].is_shown) {
            k++;
            continue;
        }
        for (end = k; end <= c->lines.count && c->slots[end].is_shown; end++)
            ;
        status = put_hunk_header(ctx, c, k, end, last, out);
        for (; k < end && !status; k++)
            status = put_slot(ctx, c, k, out);
        last = end;
    }
    return status;
}

static bool is_everywhere(const struct combined *c, char letter)
{
    size_t p;

    for (p = 0; p < c->count; p++)
        if (c->at->pairs[p]->status != letter)
            return false;
    return true;
}

static bool has_mode_change(const struct combined *c)
{
    size_t p;

    for (p = 0; p < c->count; p++)
        if (c->at->pairs[p]->old_side.mode != c->at->result->mode)
            return true;
    return false;
}

static enum qn_status put_header_line(struct qn_ctx *ctx, struct combined *c,
                                      struct qn_buf *out)
{
    enum qn_status status = put_colored(ctx, c, QN_DIFF_COLOR_META,
                                        qn_buf_bytes(&c->patch->scratch), out);

    qn_buf_clear(&c->patch->scratch);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_modes(struct qn_ctx *ctx, struct combined *c,
                                struct qn_buf *out)
{
    struct qn_buf *line = &c->patch->scratch;
    enum qn_status status;
    size_t p;

    if (is_everywhere(c, QN_DIFF_ADDED)) {
        status =
            qn_buf_printf(ctx, line, "new file mode %06o", c->at->result->mode);
        return status ? status : put_header_line(ctx, c, out);
    }
    status = qn_buf_append_string(
        ctx, line, c->at->result->mode ? "mode " : "deleted file mode ");
    for (p = 0; p < c->count && !status; p++)
        status = qn_buf_printf(ctx, line, "%s%06o", p ? "," : "",
                               c->at->pairs[p]->old_side.mode);
    if (status || !c->at->result->mode)
        return status ? status : put_header_line(ctx, c, out);
    /* this line has no colour of its own, but is reset */
    status = qn_buf_printf(ctx, line, "..%06o", c->at->result->mode);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(line));
    if (!status)
        status = put_color(ctx, c, QN_DIFF_COLOR_RESET, out);
    qn_buf_clear(line);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_file_names(struct qn_ctx *ctx, struct combined *c,
                                     struct qn_buf *out)
{
    const struct qn_diff_options *options = &c->patch->options;
    struct qn_buf *line = &c->patch->scratch;
    size_t names = options->shows_all_paths ? c->count : 1;
    /* -R turns nothing around here */
    const char *from = options->is_reversed ? options->destination_prefix
                                            : options->source_prefix;
    const char *to = options->is_reversed ? options->source_prefix
                                          : options->destination_prefix;
    enum qn_status status = QN_OK;
    size_t p;

    for (p = 0; p < names && !status; p++) {
        const struct qn_diff_pair *pair = c->at->pairs[p];
        bool is_none = options->shows_all_paths
                           ? pair->status == QN_DIFF_ADDED
                           : is_everywhere(c, QN_DIFF_ADDED);

        status =
            qn_buf_append_string(ctx, line, is_none ? "--- /dev/null" : "--- ");
        if (!status && !is_none)
            status = qn_patch_append_name(
                ctx, c->patch, from,
                options->shows_all_paths ? pair->old_side.path : c->at->path,
                line);
        if (!status)
            status = put_header_line(ctx, c, out);
    }
    if (!status)
        status = qn_buf_append_string(
            ctx, line, c->at->result->mode ? "+++ " : "+++ /dev/null");
    if (!status && c->at->result->mode)
        status = qn_patch_append_name(ctx, c->patch, to, c->at->path, line);
    return status ? status : put_header_line(ctx, c, out);
}

static enum qn_status put_header(struct qn_ctx *ctx, struct combined *c,
                                 bool has_names, struct qn_buf *out)
{
    static const struct qn_id none;
    const struct qn_diff_options *options = &c->patch->options;
    int digits = options->has_full_index ? 0 : options->abbrev;
    struct qn_buf *line = &c->patch->scratch;
    enum qn_status status;
    size_t p;

    qn_buf_clear(line);
    status = qn_buf_append_string(ctx, line,
                                  options->combined == QN_DIFF_COMBINED_DENSE
                                      ? "diff --cc "
                                      : "diff --combined ");
    if (!status)
        status = qn_patch_append_name(ctx, c->patch, "", c->at->path, line);
    if (!status)
        status = put_header_line(ctx, c, out);
    if (!status)
        status = qn_buf_append_string(ctx, line, "index ");
    for (p = 0; p < c->count && !status; p++) {
        const struct qn_diff_side *own = &c->at->pairs[p]->old_side;

        if (p)
            status = qn_buf_append_byte(ctx, line, ',');
        if (!status)
            status = qn_patch_append_id(
                ctx, c->patch, own->mode ? &own->id : &none, digits, line);
    }
    if (!status)
        status = qn_buf_append_string(ctx, line, "..");
    if (!status)
        status = qn_patch_append_id(
            ctx, c->patch, c->at->result->has_id ? &c->at->result->id : &none,
            digits, line);
    if (!status)
        status = put_header_line(ctx, c, out);
    if (!status && has_mode_change(c))
        status = put_modes(ctx, c, out);
    return status || !has_names ? status : put_file_names(ctx, c, out);
}

static bool looks_binary(struct qn_bytes text)
{
    struct qn_bytes head = qn_bytes_first(text, 8000);

    return qn_bytes_find(head, 0) < head.size;
}

static enum qn_status is_binary(struct qn_ctx *ctx, struct combined *c,
                                bool *out)
{
    struct qn_patch_path path;
    enum qn_status status =
        qn_patch_driver_find(ctx, c->patch, c->at->path, &path);
    size_t p;

    *out = false;
    if (status || c->patch->options.is_text)
        return status;
    if (path.is_binary >= 0) {
        *out = path.is_binary;
        return QN_OK;
    }
    *out = looks_binary(qn_buf_bytes(&c->text));
    for (p = 0; p < c->count && !status && !*out; p++) {
        status = qn_patch_read_side(ctx, c->patch, &c->at->pairs[p]->old_side,
                                    &c->other);
        *out = !status && looks_binary(qn_buf_bytes(&c->other));
    }
    return status;
}

static enum qn_status fill_slots(struct qn_ctx *ctx, struct combined *c)
{
    size_t room;
    enum qn_status status =
        qn_text_lines_split(ctx, qn_buf_bytes(&c->text), &c->lines);
    size_t p;

    if (status)
        return status;
    room = (size_t)c->lines.count + 2;
    c->slots = qn_memory_calloc(ctx, room, sizeof(*c->slots));
    c->positions =
        qn_memory_calloc(ctx, room * c->count, sizeof(*c->positions));
    if (!c->slots || !c->positions)
        return QN_NO_MEMORY;
    for (p = 0; p < c->count && !status; p++)
        status = compare_parent(ctx, c, p);
    return status;
}

static enum qn_status print_path(struct qn_ctx *ctx, struct combined *c,
                                 struct qn_buf *out)
{
    bool binary = false;
    enum qn_status status =
        qn_patch_read_side(ctx, c->patch, c->at->result, &c->text);

    if (!status)
        status = is_binary(ctx, c, &binary);
    if (status)
        return status;
    if (binary) {
        status = put_header(ctx, c, false, out);
        return status ? status
                      : qn_buf_append_string(ctx, out, "Binary files differ\n");
    }
    status = fill_slots(ctx, c);
    if (!status) {
        bool has_hunks;

        choose_hot(c);
        has_hunks = choose_shown(c);
        count_positions(c);
        if (has_hunks || has_mode_change(c) || !c->at->result->has_id)
            status = put_header(ctx, c, true, out);
        if (!status && has_hunks)
            status = put_hunks(ctx, c, out);
    }
    qn_text_lines_dispose(&c->lines);
    qn_memory_free(c->slots);
    qn_memory_free(c->positions);
    c->slots = NULL;
    c->positions = NULL;
    return status;
}

/* ---- raw */

#define FORMATS_RAW                                                            \
    (QN_DIFF_FORMAT_RAW | QN_DIFF_FORMAT_NAME_ONLY | QN_DIFF_FORMAT_NAME_STATUS)

static enum qn_status print_raw(struct qn_ctx *ctx, struct combined *c,
                                const struct combined_path *path,
                                struct qn_buf *out)
{
    static const struct qn_id none;
    const struct qn_diff_options *options = &c->patch->options;
    int digits = options->raw_abbreviates ? options->abbrev : 0;
    uint8_t end = options->is_nul_terminated ? '\0' : '\n';
    enum qn_status status = QN_OK;
    size_t p;

    if (options->formats & QN_DIFF_FORMAT_RAW) {
        status = qn_buf_append_repeat(ctx, out, ':', c->count);
        for (p = 0; p < c->count && !status; p++)
            status =
                qn_buf_printf(ctx, out, "%06o ", path->pairs[p]->old_side.mode);
        if (!status)
            status = qn_buf_printf(ctx, out, "%06o", path->result->mode);
        for (p = 0; p <= c->count && !status; p++) {
            const struct qn_diff_side *side =
                p < c->count ? &path->pairs[p]->old_side : path->result;

            status = qn_buf_append_byte(ctx, out, ' ');
            if (!status)
                status = qn_patch_append_id(
                    ctx, c->patch,
                    side->mode && side->has_id ? &side->id : &none, digits,
                    out);
        }
        if (!status)
            status = qn_buf_append_byte(ctx, out, ' ');
    }
    if (!status && !(options->formats & QN_DIFF_FORMAT_NAME_ONLY)) {
        for (p = 0; p < c->count && !status; p++)
            status =
                qn_buf_append_byte(ctx, out, (uint8_t)path->pairs[p]->status);
        if (!status)
            status = qn_buf_append_byte(
                ctx, out, options->is_nul_terminated ? '\0' : '\t');
    }
    if (!status && options->is_nul_terminated)
        status =
            qn_buf_append_bytes(ctx, out, qn_patch_name(c->patch, path->path));
    else if (!status)
        status = qn_patch_append_name(ctx, c->patch, "", path->path, out);
    return status ? status : qn_buf_append_byte(ctx, out, end);
}

static enum qn_status print_all(struct qn_ctx *ctx, struct combined *c,
                                struct qn_buf *out)
{
    unsigned formats = c->patch->options.formats;
    unsigned stat = QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_NUMSTAT |
                    QN_DIFF_FORMAT_SHORTSTAT | QN_DIFF_FORMAT_DIRSTAT |
                    QN_DIFF_FORMAT_SUMMARY;
    enum qn_status status = QN_OK;
    size_t start = out->size;
    size_t i;

    for (i = 0; (formats & FORMATS_RAW) && i < c->path_count && !status; i++)
        status = print_raw(ctx, c, &c->paths[i], out);
    if (!status && (formats & stat)) {
        c->patch->options.formats = formats & stat;
        status = qn_patch_print(ctx, c->patch, &c->lists[0], out);
        c->patch->options.formats = formats;
    }
    if (status || !(formats & QN_DIFF_FORMAT_PATCH))
        return status;
    if (out->size > start && c->path_count)
        status = qn_buf_append_byte(
            ctx, out, c->patch->options.is_nul_terminated ? '\0' : '\n');
    for (i = 0; i < c->path_count && !status; i++) {
        c->at = &c->paths[i];
        status = print_path(ctx, c, out);
    }
    return status;
}

enum qn_status qn_patch_combined(struct qn_ctx *ctx, struct qn_patch *patch,
                                 const struct qn_id *parents, size_t count,
                                 const struct qn_id *tree, struct qn_buf *out,
                                 size_t *shown)
{
    struct combined c = {.patch = patch, .count = count};
    enum qn_status status = QN_OK;
    size_t p;

    if (count == 0 || count > MAX_PARENTS)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "a combined diff of %zu parents", count);
    c.lists = qn_memory_calloc(ctx, count, sizeof(*c.lists));
    if (!c.lists)
        return QN_NO_MEMORY;
    for (p = 0; p < count && !status; p++) {
        bool is_recursive = patch->options.is_recursive;

        patch->options.is_recursive = true;
        status = qn_patch_collect(ctx, patch, &parents[p], tree, &c.lists[p]);
        patch->options.is_recursive = is_recursive;
    }
    if (!status)
        status = intersect(ctx, &c);
    if (!status && !(patch->options.formats & QN_DIFF_FORMAT_NONE))
        status = print_all(ctx, &c, out);
    if (!status && shown)
        *shown = c.path_count;
    for (p = 0; p < count; p++)
        qn_diff_list_dispose(&c.lists[p]);
    qn_memory_free(c.lists);
    qn_memory_free(c.paths);
    qn_arena_dispose(&c.arena);
    qn_buf_dispose(&c.text);
    qn_buf_dispose(&c.other);
    return status;
}

enum qn_status qn_patch_combined_path(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_pair *pairs,
                                      size_t count, struct qn_buf *out)
{
    const struct qn_diff_options *options = &patch->options;
    const struct qn_diff_pair *all[MAX_PARENTS];
    size_t start = out->size;
    int abbrev = options->abbrev;
    struct combined_path path = {.path = pairs[0].new_side.path,
                                 .result = &pairs[0].new_side,
                                 .pairs = all};
    struct combined c = {.patch = patch, .count = count, .at = &path};
    enum qn_status status;
    size_t p;

    if (count > MAX_PARENTS)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "a combined diff of %zu parents", count);
    if (options->relative && !qn_bytes_has_prefix(path.path, options->relative))
        return QN_OK;
    for (p = 0; p < count; p++)
        all[p] = &pairs[p];
    if (!(options->formats & FORMATS_RAW))
        patch->options.abbrev = -1; /* whatever was asked for */
    if (options->formats & FORMATS_RAW)
        status = print_raw(ctx, &c, &path, out);
    else if (options->formats & QN_DIFF_FORMAT_PATCH)
        status = print_path(ctx, &c, out);
    else
        status = QN_OK;
    patch->options.abbrev = abbrev;
    if (!status && options->line_prefix && options->line_prefix[0])
        status = qn_patch_prefix_lines(ctx, patch, out, start);
    qn_arena_dispose(&c.arena);
    qn_buf_dispose(&c.text);
    qn_buf_dispose(&c.other);
    return status;
}
