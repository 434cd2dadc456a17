/* SPDX-License-Identifier: MIT */
/* Counts: --numstat, --stat, --shortstat, --dirstat, --summary. */
#include "base/memory.h"
#include "diff/patch_internal.h"
#include "object/tree.h"
#include "text/utf8.h"

#include <stdlib.h>

struct row {
    const struct qn_diff_pair *pair;
    struct qn_buf name; /* as shown: quoted, renames with braces, comment */
    uint64_t added, deleted;
    bool is_binary, is_unmerged;
    bool is_hidden; /* nothing to say */
};

struct table {
    struct row *rows;
    size_t count;
};

static void table_dispose(struct table *table)
{
    size_t i;

    for (i = 0; i < table->count; i++)
        qn_buf_dispose(&table->rows[i].name);
    qn_memory_free(table->rows);
}

static uint64_t count_all_lines(struct qn_bytes text)
{
    uint64_t count = 0;

    while (text.size) {
        size_t at = qn_bytes_find(text, '\n');

        count++;
        text = qn_bytes_from(text, at + 1);
    }
    return count;
}

static enum qn_status count_changes(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_patch_path paths[2],
                                    struct row *row)
{
    struct qn_text_diff_options text;
    struct qn_hunk_options options;
    struct qn_text_diff diff;
    enum qn_status status;
    bool ignores;
    size_t i;

    qn_patch_text_options(patch, paths, &text, &options);
    ignores =
        (text.flags & QN_TEXT_DIFF_IGNORE_BLANK_LINES) || options.is_ignored;
    status = qn_text_diff_run(ctx, qn_buf_bytes(&patch->texts[0]),
                              qn_buf_bytes(&patch->texts[1]), &text, &diff);
    if (!status && ignores)
        status = qn_hunks_build(ctx, &diff, &options, &patch->hunks);
    for (i = 0; !status && i < (ignores ? patch->hunks.count : 1); i++) {
        size_t first = ignores ? patch->hunks.items[i].first : 0;
        size_t end =
            ignores ? patch->hunks.items[i].last + 1 : diff.change_count;

        for (; first < end; first++) {
            row->added += diff.changes[first].new_count;
            row->deleted += diff.changes[first].old_count;
        }
    }
    qn_text_diff_dispose(&diff);
    return status;
}

static enum qn_status count_row(struct qn_ctx *ctx, struct qn_patch *patch,
                                struct row *row)
{
    const struct qn_diff_pair *pair = row->pair;
    bool is_same = pair->old_side.has_id && pair->new_side.has_id &&
                   pair->old_side.mode && pair->new_side.mode &&
                   qn_id_is_equal(&pair->old_side.id, &pair->new_side.id);
    struct qn_patch_path paths[2];
    enum qn_status status;

    if (pair->status == QN_DIFF_UNMERGED) {
        row->is_unmerged = true;
        return QN_OK;
    }
    status = qn_patch_read_pair(ctx, patch, pair, paths, &row->is_binary);
    if (status)
        return status;
    if (row->is_binary) {
        row->added = is_same ? 0 : patch->texts[1].size;
        row->deleted = is_same ? 0 : patch->texts[0].size;
    } else if (pair->is_broken) {
        row->deleted = count_all_lines(qn_buf_bytes(&patch->texts[0]));
        row->added = count_all_lines(qn_buf_bytes(&patch->texts[1]));
    } else if (!is_same) {
        status = count_changes(ctx, patch, paths, row);
    }
    row->is_hidden = !status && !row->is_binary && !row->added &&
                     !row->deleted && !is_same &&
                     pair->status == QN_DIFF_MODIFIED &&
                     pair->old_side.mode == pair->new_side.mode;
    return status;
}

enum qn_status qn_patch_stat_count(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_diff_pair *pair,
                                   struct qn_patch_counts *out)
{
    struct row row = {.pair = pair};
    enum qn_status status = count_row(ctx, patch, &row);

    out->added = row.added;
    out->deleted = row.deleted;
    out->is_binary = row.is_binary;
    out->is_unmerged = row.is_unmerged;
    return status;
}

static const char *summary_comment(const struct qn_diff_pair *pair)
{
    bool is_move =
        pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED;
    uint32_t a = pair->old_side.mode;
    uint32_t b = pair->new_side.mode;

    if (!is_move && pair->status == QN_DIFF_ADDED)
        return qn_mode_is_symlink(b) ? "new +l"
               : (b & 0777) == 0755  ? "new +x"
                                     : "new";
    if (!is_move && pair->status == QN_DIFF_DELETED)
        return "gone";
    if (qn_mode_is_symlink(a) && !qn_mode_is_symlink(b))
        return "mode -l";
    if (!qn_mode_is_symlink(a) && qn_mode_is_symlink(b))
        return "mode +l";
    if (a && b && (a & 0777) == 0644 && (b & 0777) == 0755)
        return "mode +x";
    if (a && b && (a & 0777) == 0755 && (b & 0777) == 0644)
        return "mode -x";
    return NULL;
}

/* Has it two names?  Without being a move: --no-index. */
static bool is_move(const struct qn_diff_pair *pair)
{
    return pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED ||
           !qn_bytes_is_equal(pair->old_side.path, pair->new_side.path);
}

static enum qn_status name_row(struct qn_ctx *ctx, struct qn_patch *patch,
                               struct row *row)
{
    const struct qn_diff_pair *pair = row->pair;
    const char *comment =
        patch->options.is_compact_summary ? summary_comment(pair) : NULL;
    enum qn_status status;

    if (is_move(pair))
        status = qn_patch_append_rename(ctx, patch, pair->old_side.path,
                                        pair->new_side.path, &row->name);
    else
        status = qn_patch_append_name(ctx, patch, "", pair->new_side.path,
                                      &row->name);
    if (!status && comment)
        status = qn_buf_printf(ctx, &row->name, " (%s)", comment);
    return status;
}

/* Shown (-t, --max-depth), but nothing to count. */
static bool is_directory(const struct qn_diff_pair *pair)
{
    return qn_mode_is_tree(pair->old_side.mode) ||
           qn_mode_is_tree(pair->new_side.mode);
}

static enum qn_status table_fill(struct qn_ctx *ctx, struct qn_patch *patch,
                                 const struct qn_diff_list *list,
                                 struct table *table)
{
    enum qn_status status = QN_OK;
    size_t i;

    table->rows = qn_memory_calloc(ctx, list->count + 1, sizeof(*table->rows));
    if (!table->rows)
        return QN_NO_MEMORY;
    for (i = 0; i < list->count && !status; i++) {
        struct row *row = &table->rows[table->count];

        if (is_directory(&list->pairs[i]))
            continue;
        memset(row, 0, sizeof(*row));
        row->pair = &list->pairs[i];
        status = count_row(ctx, patch, row);
        if (status || row->is_hidden)
            continue;
        table->count++;
        status = name_row(ctx, patch, row);
    }
    return status;
}

/* ---- numstat */

static enum qn_status put_numstat(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct table *table, struct qn_buf *out)
{
    bool is_nul = patch->options.is_nul_terminated;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < table->count && !status; i++) {
        const struct row *row = &table->rows[i];
        const struct qn_diff_pair *pair = row->pair;

        if (row->is_binary)
            status = qn_buf_append_string(ctx, out, "-\t-\t");
        else
            status = qn_buf_printf(ctx, out, "%llu\t%llu\t",
                                   (unsigned long long)row->added,
                                   (unsigned long long)row->deleted);
        if (status)
            break;
        if (!is_nul) {
            if (is_move(pair))
                status = qn_patch_append_rename(ctx, patch, pair->old_side.path,
                                                pair->new_side.path, out);
            else
                status = qn_patch_append_name(ctx, patch, "",
                                              pair->new_side.path, out);
            if (!status)
                status = qn_buf_append_byte(ctx, out, '\n');
            continue;
        }
        if (is_move(pair)) {
            status = qn_buf_append_byte(ctx, out, '\0');
            if (!status)
                status = qn_buf_append_bytes(
                    ctx, out, qn_patch_name(patch, pair->old_side.path));
            if (!status)
                status = qn_buf_append_byte(ctx, out, '\0');
        }
        if (!status)
            status = qn_buf_append_bytes(
                ctx, out, qn_patch_name(patch, pair->new_side.path));
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\0');
    }
    return status;
}

/* ---- stat */

struct layout {
    int64_t number; /* width of the count */
    int64_t graph;
    int64_t name;
    int64_t most; /* greatest added + deleted */
    size_t shown; /* rows */
};

static int64_t digits_of(uint64_t number)
{
    int64_t digits = 1;

    while (number >= 10) {
        number /= 10;
        digits++;
    }
    return digits;
}

static int64_t name_width(const struct row *row)
{
    return (int64_t)qn_utf8_width(qn_buf_bytes(&row->name), false);
}

static void lay_out(const struct qn_patch *patch, const struct table *table,
                    struct layout *l)
{
    const struct qn_diff_options *options = &patch->options;
    int64_t width = options->stat_width ? options->stat_width : 80;
    int64_t longest = 0;
    int64_t binary = 0;
    bool has_binary = false;
    size_t i;

    memset(l, 0, sizeof(*l));
    l->shown = table->count;
    if (options->stat_count > 0 && (size_t)options->stat_count < l->shown)
        l->shown = (size_t)options->stat_count;
    for (i = 0; i < l->shown; i++) {
        const struct row *row = &table->rows[i];
        int64_t wide = name_width(row);
        int64_t needs = 0;

        if (wide > longest)
            longest = wide;
        if (row->is_unmerged)
            needs = 8;
        else if (row->is_binary)
            needs = 14 + digits_of(row->added) + digits_of(row->deleted);
        else if ((int64_t)(row->added + row->deleted) > l->most)
            l->most = (int64_t)(row->added + row->deleted);
        has_binary |= row->is_binary;
        if (needs > binary)
            binary = needs;
    }
    l->number = digits_of((uint64_t)l->most);
    if (has_binary && l->number < 3)
        l->number = 3;
    if (width < 22 + l->number)
        width = 22 + l->number;
    l->graph = l->most + 4 > binary ? l->most : binary - 4;
    if (options->stat_graph_width && options->stat_graph_width < l->graph)
        l->graph = options->stat_graph_width;
    l->name = options->stat_name_width > 0 && options->stat_name_width < longest
                  ? options->stat_name_width
                  : longest;
    if (l->name + l->number + 6 + l->graph > width) {
        int64_t limit = width * 3 / 8 - l->number - 6;

        if (l->graph > limit)
            l->graph = limit > 6 ? limit : 6;
        if (options->stat_graph_width && l->graph > options->stat_graph_width)
            l->graph = options->stat_graph_width;
        if (l->name > width - l->number - 6 - l->graph)
            l->name = width - l->number - 6 - l->graph;
        else
            l->graph = width - l->number - 6 - l->name;
    }
}

static enum qn_status put_name(struct qn_ctx *ctx, const struct row *row,
                               int64_t wide, struct qn_buf *out)
{
    struct qn_bytes name = qn_buf_bytes(&row->name);
    int64_t has = name_width(row);
    bool is_cut = has > wide;
    enum qn_status status = qn_buf_append_byte(ctx, out, ' ');
    size_t slash;

    if (is_cut) {
        int64_t room = wide > 3 ? wide - 3 : 0;
        bool is_utf8 = qn_utf8_is_valid(name);

        wide = room;
        while (has > room) {
            uint32_t c = 0;
            size_t size = is_utf8 ? qn_utf8_next(name, &c) : 1;
            int columns = is_utf8 ? qn_utf8_char_width(c) : 1;

            name = qn_bytes_from(name, size ? size : 1);
            has -= columns > 0 ? columns : 0;
            if (!name.size)
                break;
        }
        slash = qn_bytes_find(name, '/');
        if (slash < name.size)
            name = qn_bytes_from(name, slash);
        has = (int64_t)qn_utf8_width(name, false);
        if (!status)
            status = qn_buf_append_string(ctx, out, "...");
    }
    if (!status)
        status = qn_buf_append_bytes(ctx, out, name);
    if (!status && wide > has)
        status = qn_buf_append_repeat(ctx, out, ' ', (size_t)(wide - has));
    return status ? status : qn_buf_append_string(ctx, out, " | ");
}

static int64_t scale(const struct layout *l, int64_t x)
{
    return x == 0 ? 0 : 1 + x * (l->graph - 1) / l->most;
}

static enum qn_status put_signs(struct qn_ctx *ctx,
                                const struct qn_patch *patch, uint8_t sign,
                                int64_t count, struct qn_buf *out)
{
    const char *const *colors = patch->options.colors;
    bool has_color = patch->options.has_color;
    enum qn_status status = QN_OK;

    if (count <= 0)
        return QN_OK;
    if (has_color)
        status = qn_buf_append_string(
            ctx, out,
            colors[sign == '+' ? QN_DIFF_COLOR_NEW : QN_DIFF_COLOR_OLD]);
    if (!status)
        status = qn_buf_append_repeat(ctx, out, sign, (size_t)count);
    if (!status && has_color)
        status = qn_buf_append_string(ctx, out, colors[QN_DIFF_COLOR_RESET]);
    return status;
}

static enum qn_status put_bar(struct qn_ctx *ctx, const struct qn_patch *patch,
                              const struct layout *l, const struct row *row,
                              struct qn_buf *out)
{
    int64_t plus = (int64_t)row->added;
    int64_t minus = (int64_t)row->deleted;
    enum qn_status status;

    if (l->graph <= l->most) {
        int64_t total = scale(l, plus + minus);

        if (total < 2 && plus && minus)
            total = 2;
        if (plus < minus) {
            plus = scale(l, plus);
            minus = total - plus;
        } else {
            minus = scale(l, minus);
            plus = total - minus;
        }
    }
    status = put_signs(ctx, patch, '+', plus, out);
    return status ? status : put_signs(ctx, patch, '-', minus, out);
}

static enum qn_status put_row(struct qn_ctx *ctx, const struct qn_patch *patch,
                              const struct layout *l, const struct row *row,
                              struct qn_buf *out)
{
    enum qn_status status = put_name(ctx, row, l->name, out);

    if (status)
        return status;
    if (row->is_unmerged)
        return qn_buf_printf(ctx, out, "%*s\n", (int)l->number, "Unmerged");
    if (row->is_binary) {
        const char *const *colors = patch->options.colors;
        bool has_color = patch->options.has_color;
        const char *reset = has_color ? colors[QN_DIFF_COLOR_RESET] : "";

        status = qn_buf_printf(ctx, out, "%*s", (int)l->number, "Bin");
        if (!status && (row->added || row->deleted))
            status = qn_buf_printf(ctx, out, " %s%llu%s -> %s%llu%s bytes",
                                   has_color ? colors[QN_DIFF_COLOR_OLD] : "",
                                   (unsigned long long)row->deleted, reset,
                                   has_color ? colors[QN_DIFF_COLOR_NEW] : "",
                                   (unsigned long long)row->added, reset);
        return status ? status : qn_buf_append_byte(ctx, out, '\n');
    }
    status = qn_buf_printf(ctx, out, "%*llu", (int)l->number,
                           (unsigned long long)(row->added + row->deleted));
    if (!status && row->added + row->deleted)
        status = qn_buf_append_byte(ctx, out, ' ');
    if (!status)
        status = put_bar(ctx, patch, l, row, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_totals(struct qn_ctx *ctx, const struct table *table,
                                 struct qn_buf *out)
{
    unsigned long long added = 0;
    unsigned long long deleted = 0;
    unsigned long long files = 0;
    enum qn_status status;
    size_t i;

    for (i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];

        if (row->is_unmerged)
            continue;
        files++;
        if (row->is_binary)
            continue;
        added += row->added;
        deleted += row->deleted;
    }
    if (files == 0)
        return qn_buf_append_string(ctx, out, " 0 files changed\n");
    status = qn_buf_printf(ctx, out, " %llu file%s changed", files,
                           files == 1 ? "" : "s");
    if (!status && (added || !deleted))
        status = qn_buf_printf(ctx, out, ", %llu insertion%s(+)", added,
                               added == 1 ? "" : "s");
    if (!status && (deleted || !added))
        status = qn_buf_printf(ctx, out, ", %llu deletion%s(-)", deleted,
                               deleted == 1 ? "" : "s");
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_stat(struct qn_ctx *ctx, const struct qn_patch *patch,
                               const struct table *table, struct qn_buf *out)
{
    struct layout l;
    enum qn_status status = QN_OK;
    size_t i;

    if (table->count == 0)
        return QN_OK;
    lay_out(patch, table, &l);
    for (i = 0; i < l.shown && !status; i++)
        status = put_row(ctx, patch, &l, &table->rows[i], out);
    /* left out: what is only unmerged is not missed */
    while (i < table->count && table->rows[i].is_unmerged)
        i++;
    if (!status && i < table->count)
        status = qn_buf_append_string(ctx, out, " ...\n");
    return status ? status : put_totals(ctx, table, out);
}

/* ---- dirstat */

struct damage {
    struct qn_bytes path;
    uint64_t amount;
};

static int compare_damage(const void *one, const void *two)
{
    return qn_bytes_compare(((const struct damage *)one)->path,
                            ((const struct damage *)two)->path);
}

static enum qn_status damage_of(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct row *row, uint64_t *out)
{
    const struct qn_diff_pair *pair = row->pair;
    struct qn_similarity_file from = {.side = &pair->old_side};
    struct qn_similarity_file to = {.side = &pair->new_side};
    enum qn_status status = QN_OK;
    uint64_t copied = 0;
    uint64_t added = 0;

    *out = 0;
    if (pair->old_side.mode && pair->new_side.mode && pair->old_side.has_id &&
        pair->new_side.has_id &&
        qn_id_is_equal(&pair->old_side.id, &pair->new_side.id))
        return QN_OK;
    switch (patch->options.dirstat) {
    case QN_DIFF_DIRSTAT_FILES:
        *out = 1;
        return QN_OK;
    case QN_DIFF_DIRSTAT_LINES:
        *out = row->added + row->deleted;
        if (row->is_binary)
            *out = (*out + 63) / 64;
        return QN_OK;
    default:
        break;
    }
    if (!pair->old_side.mode && !pair->new_side.mode)
        return QN_OK; /* unmerged */
    if (pair->old_side.mode)
        status = qn_similarity_need_size(ctx, &patch->engine, &from);
    if (!status && pair->new_side.mode)
        status = qn_similarity_need_size(ctx, &patch->engine, &to);
    if (!status && pair->old_side.mode && pair->new_side.mode)
        status = qn_similarity_count(ctx, &patch->engine, &from, &to, &copied,
                                     &added);
    else
        added = to.size;
    *out = from.size - (copied < from.size ? copied : from.size) + added;
    if (*out == 0)
        *out = 1;
    qn_similarity_file_dispose(&from);
    qn_similarity_file_dispose(&to);
    return status;
}

struct dirstat {
    const struct qn_patch *patch;
    const struct damage *items;
    size_t count;
    size_t at;
    uint64_t total;
    struct qn_buf *out;
};

/* A directory on the way down. */
struct open_directory {
    size_t size; /* of its path, with the slash */
    uint64_t sum;
    uint64_t sources;
};

static enum qn_status close_directory(struct qn_ctx *ctx, struct dirstat *d,
                                      struct qn_bytes path,
                                      struct open_directory *own,
                                      struct open_directory *parent)
{
    uint64_t permille = own->sum * 1000 / d->total;
    enum qn_status status = QN_OK;

    parent->sources++;
    if (own->sources != 1 && own->sum > 0 &&
        permille >= d->patch->options.dirstat_permille) {
        status = qn_buf_printf(ctx, d->out, "%4d.%d%% %.*s\n",
                               (int)(permille / 10), (int)(permille % 10),
                               (int)own->size, (const char *)path.data);
        if (!d->patch->options.dirstat_is_cumulative)
            own->sum = 0;
    }
    parent->sum += own->sum;
    return status;
}

static enum qn_status walk_damage(struct qn_ctx *ctx, struct dirstat *d)
{
    struct open_directory *stack = NULL;
    struct qn_bytes last = QN_BYTES_NONE;
    size_t capacity = 0;
    size_t depth = 1;
    enum qn_status status =
        qn_memory_grow(ctx, &stack, &capacity, 1, sizeof(*stack));

    if (status)
        return status;
    stack[0] = (struct open_directory){0, 0, 0};
    for (d->at = 0; d->at <= d->count && !status; d->at++) {
        struct qn_bytes path =
            d->at < d->count ? d->items[d->at].path : QN_BYTES_NONE;
        size_t i;

        while (depth > 1 && !status &&
               (path.size < stack[depth - 1].size ||
                memcmp(path.data, last.data, stack[depth - 1].size) != 0)) {
            status = close_directory(ctx, d, last, &stack[depth - 1],
                                     &stack[depth - 2]);
            depth--;
        }
        if (d->at == d->count)
            break;
        for (i = stack[depth - 1].size; i < path.size && !status; i++) {
            if (path.data[i] != '/')
                continue;
            status = qn_memory_grow(ctx, &stack, &capacity, depth + 1,
                                    sizeof(*stack));
            if (!status)
                stack[depth++] = (struct open_directory){i + 1, 0, 0};
        }
        stack[depth - 1].sum += d->items[d->at].amount;
        stack[depth - 1].sources += 2;
        last = path;
    }
    qn_memory_free(stack);
    return status;
}

static enum qn_status put_dirstat(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_list *list,
                                  const struct table *table, struct qn_buf *out)
{
    struct damage *items =
        qn_memory_calloc(ctx, list->count + 1, sizeof(*items));
    struct dirstat d = {.patch = patch, .items = items, .out = out};
    enum qn_status status = QN_OK;
    size_t i, r = 0;

    if (!items)
        return QN_NO_MEMORY;
    for (i = 0; i < list->count && !status; i++) {
        const struct qn_diff_pair *pair = &list->pairs[i];
        struct row hidden = {.pair = pair};
        bool is_shown = r < table->count && table->rows[r].pair == pair;
        struct damage *item = &items[d.count];

        if (is_directory(pair))
            continue;
        item->path = pair->new_side.path; /* whole, where names are relative */
        status = damage_of(ctx, patch, is_shown ? &table->rows[r] : &hidden,
                           &item->amount);
        r += is_shown;
        d.total += item->amount;
        d.count++;
    }
    if (!status && d.total) {
        qsort(items, d.count, sizeof(*items), compare_damage);
        status = walk_damage(ctx, &d);
    }
    qn_memory_free(items);
    return status;
}

enum qn_status qn_patch_stat_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_diff_list *list,
                                   struct qn_buf *out)
{
    unsigned formats = patch->options.formats;
    struct table table = {0};
    enum qn_status status;

    if (!(formats & (QN_DIFF_FORMAT_NUMSTAT | QN_DIFF_FORMAT_STAT |
                     QN_DIFF_FORMAT_SHORTSTAT | QN_DIFF_FORMAT_DIRSTAT)))
        return QN_OK;
    status = table_fill(ctx, patch, list, &table);
    if (!status && (formats & QN_DIFF_FORMAT_NUMSTAT))
        status = put_numstat(ctx, patch, &table, out);
    if (!status && (formats & QN_DIFF_FORMAT_STAT))
        status = put_stat(ctx, patch, &table, out);
    if (!status && (formats & QN_DIFF_FORMAT_SHORTSTAT) && table.count)
        status = put_totals(ctx, &table, out);
    if (!status && (formats & QN_DIFF_FORMAT_DIRSTAT))
        status = put_dirstat(ctx, patch, list, &table, out);
    table_dispose(&table);
    return status;
}

/* ---- summary */

static enum qn_status put_mode_change(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_pair *pair,
                                      bool shows_name, struct qn_buf *out)
{
    enum qn_status status;

    if (!pair->old_side.mode || !pair->new_side.mode ||
        pair->old_side.mode == pair->new_side.mode)
        return QN_OK;
    status = qn_buf_printf(ctx, out, " mode change %06o => %06o",
                           pair->old_side.mode, pair->new_side.mode);
    if (!status && shows_name) {
        status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status =
                qn_patch_append_name(ctx, patch, "", pair->new_side.path, out);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status summarise(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_diff_pair *pair,
                                struct qn_buf *out)
{
    enum qn_status status;

    switch (pair->status) {
    case QN_DIFF_ADDED:
    case QN_DIFF_DELETED:
        status =
            qn_buf_printf(ctx, out, " %s mode %06o ",
                          pair->status == QN_DIFF_ADDED ? "create" : "delete",
                          pair->status == QN_DIFF_ADDED ? pair->new_side.mode
                                                        : pair->old_side.mode);
        if (!status)
            status = qn_patch_append_name(ctx, patch, "",
                                          pair->status == QN_DIFF_ADDED
                                              ? pair->new_side.path
                                              : pair->old_side.path,
                                          out);
        return status ? status : qn_buf_append_byte(ctx, out, '\n');
    case QN_DIFF_RENAMED:
    case QN_DIFF_COPIED:
        status =
            qn_buf_printf(ctx, out, " %s ",
                          pair->status == QN_DIFF_RENAMED ? "rename" : "copy");
        if (!status)
            status = qn_patch_append_rename(ctx, patch, pair->old_side.path,
                                            pair->new_side.path, out);
        if (!status)
            status = qn_buf_printf(ctx, out, " (%u%%)\n", pair->score);
        if (!status)
            status = put_mode_change(ctx, patch, pair, false, out);
        return status;
    default:
        if (pair->is_broken || pair->score) {
            status = qn_buf_append_string(ctx, out, " rewrite ");
            if (!status)
                status = qn_patch_append_name(ctx, patch, "",
                                              pair->new_side.path, out);
            if (!status)
                status = qn_buf_printf(ctx, out, " (%u%%)\n", pair->score);
            if (status)
                return status;
        }
        return put_mode_change(ctx, patch, pair,
                               !pair->is_broken && !pair->score, out);
    }
}

enum qn_status qn_patch_summary_print(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_list *list,
                                      struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < list->count && !status; i++)
        if (list->pairs[i].status != QN_DIFF_UNMERGED)
            status = summarise(ctx, patch, &list->pairs[i], out);
    return status;
}
