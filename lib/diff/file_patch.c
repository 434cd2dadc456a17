/* SPDX-License-Identifier: MIT */
#include "diff/file_patch.h"

#include "base/memory.h"

#include <string.h>

/* A walk over both texts, line for line. */
struct lines {
    struct qn_bytes plain, colored;
    size_t at, color_at; /* where the current line begins */
    size_t end, color_end;
};

static bool next_line(struct lines *lines)
{
    struct qn_bytes rest = qn_bytes_from(lines->plain, lines->end);
    size_t size;

    lines->at = lines->end;
    lines->color_at = lines->color_end;
    if (rest.size == 0)
        return false;
    size = qn_bytes_find(rest, '\n');
    lines->end += size < rest.size ? size + 1 : size;
    rest = qn_bytes_from(lines->colored, lines->color_end);
    size = qn_bytes_find(rest, '\n');
    lines->color_end += size < rest.size ? size + 1 : size;
    return true;
}

static struct qn_bytes line_of(const struct lines *lines)
{
    return qn_bytes_make(lines->plain.data + lines->at, lines->end - lines->at);
}

static struct qn_bytes color_line_of(const struct lines *lines)
{
    return qn_bytes_from(qn_bytes_first(lines->colored, lines->color_end),
                         lines->color_at);
}

static size_t without_newline(struct qn_bytes text, size_t end)
{
    return end && text.data[end - 1] == '\n' ? end - 1 : end;
}

/* Where `word` is in `text` from `from` on; SIZE_MAX: nowhere. */
static size_t find_word(struct qn_bytes text, size_t from, const char *word)
{
    size_t size = strlen(word);

    for (; from + size <= text.size; from++)
        if (memcmp(text.data + from, word, size) == 0)
            return from;
    return SIZE_MAX;
}

static enum qn_status add_hunk(struct qn_ctx *ctx, struct qn_file_patch *patch,
                               size_t at, const struct qn_file_patch_hunk *hunk)
{
    enum qn_status status =
        qn_memory_grow(ctx, &patch->hunks, &patch->capacity, patch->count + 1,
                       sizeof(*patch->hunks));

    if (status)
        return status;
    memmove(patch->hunks + at + 1, patch->hunks + at,
            (patch->count - at) * sizeof(*patch->hunks));
    patch->hunks[at] = *hunk;
    patch->count++;
    return QN_OK;
}

static uint32_t count_pieces(struct qn_bytes text)
{
    struct lines lines = {.plain = text};
    uint32_t pieces = 0;
    bool is_context = true;

    while (next_line(&lines)) {
        uint8_t kind = text.data[lines.at];

        if (kind == '-' || kind == '+') {
            pieces += is_context;
            is_context = false;
        } else if (kind != '\\') {
            is_context = true;
        }
    }
    return pieces;
}

/* The header of a hunk, in both texts. */
static void read_hunk_header(const struct lines *lines, size_t extra,
                             struct qn_file_patch_hunk *hunk)
{
    struct qn_bytes color = color_line_of(lines);
    size_t first, second = SIZE_MAX;

    hunk->extra = lines->at + extra;
    hunk->extra_end = without_newline(lines->plain, lines->end);
    hunk->start = lines->end;
    hunk->color_start = lines->color_end;
    if (color.size == 0)
        return;
    first = find_word(color, 0, "@@ ");
    if (first != SIZE_MAX)
        second = find_word(color, first + 2, " @@");
    if (second == SIZE_MAX) {
        hunk->has_own_header = true;
        hunk->color_start = lines->color_at;
        return;
    }
    hunk->color_extra = lines->color_at + second + 3;
    hunk->color_extra_end = without_newline(lines->colored, lines->color_end);
}

static uint32_t read_mode(struct qn_bytes line, size_t from)
{
    uint32_t mode = 0;

    for (; from < line.size && line.data[from] >= '0' && line.data[from] <= '7';
         from++)
        mode = mode * 8 + (uint32_t)(line.data[from] - '0');
    return mode;
}

/* A line of the header. */
static void read_head_line(struct qn_file_patch *patch,
                           const struct lines *lines,
                           struct qn_file_patch_hunk *mode)
{
    struct qn_bytes line = line_of(lines);

    if (qn_bytes_has_prefix(line, "old mode ")) {
        patch->old_mode = read_mode(line, 9);
        mode->is_mode = true;
        mode->start = lines->at;
        mode->color_start = lines->color_at;
    } else if (qn_bytes_has_prefix(line, "new mode ")) {
        patch->new_mode = read_mode(line, 9);
        mode->end = lines->end;
        mode->color_end = lines->color_end;
    } else if (qn_bytes_has_prefix(line, "new file mode ")) {
        patch->is_added = true;
        patch->new_mode = read_mode(line, 14);
    } else if (qn_bytes_has_prefix(line, "deleted file mode ")) {
        patch->is_deleted = true;
        patch->old_mode = read_mode(line, 18);
    } else if (qn_bytes_has_prefix(line, "index ") && !patch->old_mode &&
               !patch->new_mode) {
        size_t space = find_word(line, 6, " ");

        if (space != SIZE_MAX)
            patch->old_mode = patch->new_mode = read_mode(line, space + 1);
    } else if (qn_bytes_has_prefix(line, "Binary files ") ||
               qn_bytes_has_prefix(line, "GIT binary patch")) {
        patch->is_binary = true;
    }
}

static enum qn_status parse(struct qn_ctx *ctx, struct qn_file_patch *patch)
{
    struct lines lines = {.plain = qn_buf_bytes(&patch->plain),
                          .colored = qn_buf_bytes(&patch->colored)};
    struct qn_file_patch_hunk mode = {.pieces = 1}, *last = NULL;
    enum qn_status status = QN_OK;

    while (!status && next_line(&lines)) {
        struct qn_file_patch_hunk hunk = {.pieces = 1};
        size_t extra;

        if (qn_hunk_apply_parse_header(line_of(&lines), &hunk.range, &extra)) {
            if (!last) {
                patch->head_end = lines.at;
                patch->color_head_end = lines.color_at;
            }
            read_hunk_header(&lines, extra, &hunk);
            status = add_hunk(ctx, patch, patch->count, &hunk);
            last = status ? NULL : &patch->hunks[patch->count - 1];
        } else if (!last) {
            read_head_line(patch, &lines, &mode);
            patch->head_end = lines.end;
            patch->color_head_end = lines.color_end;
            patch->header_lines++;
        }
        if (last) {
            last->end = lines.end;
            last->color_end = lines.color_end;
        }
    }
    for (size_t i = 0; i < patch->count; i++)
        patch->hunks[i].pieces = count_pieces(
            qn_bytes_make(patch->plain.data + patch->hunks[i].start,
                          patch->hunks[i].end - patch->hunks[i].start));
    patch->head_cut = patch->head_next = patch->head_end;
    patch->color_head_cut = patch->color_head_next = patch->color_head_end;
    if (!status && mode.is_mode && mode.end > mode.start &&
        mode.color_end >= mode.color_start) {
        patch->head_cut = mode.start;
        patch->head_next = mode.end;
        patch->color_head_cut = mode.color_start;
        patch->color_head_next = mode.color_end;
        status = add_hunk(ctx, patch, 0, &mode);
    }
    return status;
}

enum qn_status qn_file_patch_parse(struct qn_ctx *ctx, struct qn_bytes plain,
                                   struct qn_bytes colored,
                                   struct qn_file_patch *out)
{
    struct qn_file_patch patch = {.plain = QN_BUF_INIT};
    enum qn_status status = qn_buf_append_bytes(ctx, &patch.plain, plain);

    if (!status)
        status = qn_buf_append_bytes(ctx, &patch.colored, colored);
    if (!status)
        status = parse(ctx, &patch);
    if (status)
        qn_file_patch_dispose(&patch);
    else
        *out = patch;
    return status;
}

void qn_file_patch_dispose(struct qn_file_patch *patch)
{
    qn_buf_dispose(&patch->plain);
    qn_buf_dispose(&patch->colored);
    qn_memory_free(patch->hunks);
    memset(patch, 0, sizeof(*patch));
}

bool qn_file_patch_has_colors(const struct qn_file_patch *patch)
{
    return patch->colored.size > 0;
}

static enum qn_status put(struct qn_ctx *ctx, const struct qn_buf *text,
                          size_t start, size_t end, struct qn_buf *out)
{
    return qn_buf_append(ctx, out, text->data + start, end - start);
}

enum qn_status qn_file_patch_show_head(struct qn_ctx *ctx,
                                       const struct qn_file_patch *patch,
                                       struct qn_buf *out)
{
    enum qn_status status;

    if (qn_file_patch_has_colors(patch)) {
        status = put(ctx, &patch->colored, 0, patch->color_head_cut, out);
        if (!status)
            status = put(ctx, &patch->colored, patch->color_head_next,
                         patch->color_head_end, out);
        return status;
    }
    status = put(ctx, &patch->plain, 0, patch->head_cut, out);
    if (!status)
        status =
            put(ctx, &patch->plain, patch->head_next, patch->head_end, out);
    return status;
}

static enum qn_status put_range(struct qn_ctx *ctx,
                                const struct qn_hunk_range *range,
                                struct qn_buf *out)
{
    enum qn_status status = qn_buf_printf(ctx, out, "@@ -%u", range->old_start);

    if (!status && range->old_count != 1)
        status = qn_buf_printf(ctx, out, ",%u", range->old_count);
    if (!status)
        status = qn_buf_printf(ctx, out, " +%u", range->new_start);
    if (!status && range->new_count != 1)
        status = qn_buf_printf(ctx, out, ",%u", range->new_count);
    return status ? status : qn_buf_append_string(ctx, out, " @@");
}

enum qn_status
qn_file_patch_show_hunk(struct qn_ctx *ctx, const struct qn_file_patch *patch,
                        size_t i, const struct qn_file_patch_colors *colors,
                        struct qn_buf *out)
{
    const struct qn_file_patch_hunk *hunk = &patch->hunks[i];
    enum qn_status status = QN_OK;

    if (hunk->is_mode || (colors && hunk->has_own_header))
        return colors ? put(ctx, &patch->colored, hunk->color_start,
                            hunk->color_end, out)
                      : put(ctx, &patch->plain, hunk->start, hunk->end, out);
    if (colors)
        status = qn_buf_append_string(ctx, out, colors->frag);
    if (!status)
        status = put_range(ctx, &hunk->range, out);
    if (!status && colors && hunk->color_extra < hunk->color_extra_end)
        status = put(ctx, &patch->colored, hunk->color_extra,
                     hunk->color_extra_end, out);
    else if (!status)
        status = put(ctx, &patch->plain, hunk->extra, hunk->extra_end, out);
    if (!status && colors && hunk->color_extra == hunk->color_extra_end)
        status = qn_buf_append_string(ctx, out, colors->reset);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    if (status)
        return status;
    return colors ? put(ctx, &patch->colored, hunk->color_start,
                        hunk->color_end, out)
                  : put(ctx, &patch->plain, hunk->start, hunk->end, out);
}

/* ---- splitting */

struct position {
    size_t at, color_at;
    uint32_t old_line, new_line;
};

static void begin_piece(struct qn_file_patch_hunk *piece,
                        const struct position *from)
{
    piece->start = from->at;
    piece->color_start = from->color_at;
    piece->range.old_start = from->old_line;
    piece->range.new_start = from->new_line;
    piece->extra = piece->extra_end = 0;
    piece->color_extra = piece->color_extra_end = 0;
    piece->has_own_header = false;
}

static void end_piece(struct qn_file_patch_hunk *piece,
                      const struct position *to)
{
    piece->end = to->at;
    piece->color_end = to->color_at;
    piece->range.old_count = to->old_line - piece->range.old_start;
    piece->range.new_count = to->new_line - piece->range.new_start;
    piece->pieces = 1;
    piece->use = QN_FILE_PATCH_UNDECIDED;
}

enum qn_status qn_file_patch_split(struct qn_ctx *ctx,
                                   struct qn_file_patch *patch, size_t i)
{
    struct qn_file_patch_hunk piece = patch->hunks[i];
    struct lines lines = {
        .plain = qn_bytes_make(patch->plain.data, piece.end),
        .colored = qn_bytes_make(patch->colored.data, piece.color_end),
        .end = piece.start,
        .color_end = piece.color_start};
    struct position here = {piece.start, piece.color_start,
                            piece.range.old_start, piece.range.new_start};
    struct position context = here;
    bool has_change = false, is_context = true;
    enum qn_status status = QN_OK;
    size_t to = i;

    if (piece.has_own_header) { /* one line of colours more */
        size_t size =
            qn_bytes_find(qn_bytes_from(lines.colored, lines.color_end), '\n');

        lines.color_end += size + 1;
    }
    while (!status && next_line(&lines)) {
        uint8_t kind = lines.plain.data[lines.at];

        here.at = lines.at;
        here.color_at = lines.color_at;
        if (kind == '-' || kind == '+') {
            if (is_context && has_change) {
                end_piece(&piece, &here);
                status = to == i ? QN_OK : add_hunk(ctx, patch, to, &piece);
                if (to == i)
                    patch->hunks[i] = piece;
                to++;
                begin_piece(&piece, &context);
            }
            has_change = true;
            is_context = false;
        } else if (kind != '\\') {
            if (!is_context)
                context = here;
            is_context = true;
        }
        here.old_line += kind != '+' && kind != '\\';
        here.new_line += kind != '-' && kind != '\\';
    }
    here.at = lines.end;
    here.color_at = lines.color_end;
    end_piece(&piece, &here);
    if (!status && to > i)
        status = add_hunk(ctx, patch, to, &piece);
    return status;
}

/* ---- editing */

static void recount(struct qn_file_patch *patch,
                    struct qn_file_patch_hunk *hunk)
{
    struct lines lines = {.plain = qn_bytes_make(patch->plain.data, hunk->end),
                          .end = hunk->start};

    hunk->range.old_count = hunk->range.new_count = 0;
    while (next_line(&lines)) {
        uint8_t kind = patch->plain.data[lines.at];
        bool is_context = kind == ' ' || kind == '\n' || kind == '\r';

        hunk->range.old_count += kind == '-' || is_context;
        hunk->range.new_count += kind == '+' || is_context;
    }
}

void qn_file_patch_recount(struct qn_file_patch *patch)
{
    for (size_t i = 0; i < patch->count; i++)
        if (!patch->hunks[i].is_mode)
            recount(patch, &patch->hunks[i]);
}

static enum qn_status color_lines(struct qn_ctx *ctx,
                                  struct qn_file_patch *patch,
                                  struct qn_file_patch_hunk *hunk,
                                  const struct qn_file_patch_colors *colors)
{
    struct lines lines = {.plain = qn_bytes_make(patch->plain.data, hunk->end),
                          .end = hunk->start};
    struct qn_buf *out = &patch->colored;
    enum qn_status status = QN_OK;

    hunk->color_start = out->size;
    while (!status && next_line(&lines)) {
        uint8_t kind = patch->plain.data[lines.at];
        size_t end = without_newline(lines.plain, lines.end);

        status = qn_buf_append_string(ctx, out,
                                      kind == '-'   ? colors->old_line
                                      : kind == '+' ? colors->new_line
                                                    : colors->context);
        if (!status)
            status = put(ctx, &patch->plain, lines.at, end, out);
        if (!status)
            status = qn_buf_append_string(ctx, out, colors->reset);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    hunk->color_end = out->size;
    return status;
}

enum qn_status qn_file_patch_replace(struct qn_ctx *ctx,
                                     struct qn_file_patch *patch, size_t i,
                                     struct qn_bytes text, const char *comment,
                                     const struct qn_file_patch_colors *colors,
                                     bool *is_empty)
{
    struct qn_file_patch_hunk hunk = patch->hunks[i];
    struct lines lines = {.plain = text};
    struct qn_hunk_range range;
    size_t extra;
    bool is_first = true;
    enum qn_status status = QN_OK;

    hunk.start = patch->plain.size;
    while (!status && next_line(&lines)) {
        struct qn_bytes line = line_of(&lines);

        if (qn_bytes_has_prefix(line, comment))
            continue;
        status = qn_buf_append_bytes(ctx, &patch->plain, line);
        if (!status && lines.end == text.size &&
            text.data[text.size - 1] != '\n')
            status = qn_buf_append_byte(ctx, &patch->plain, '\n');
        if (!status && is_first &&
            qn_hunk_apply_parse_header(line, &range, &extra)) {
            hunk.range = range;
            hunk.extra = hunk.start + extra;
            hunk.extra_end = patch->plain.size - 1;
            hunk.start = patch->plain.size;
        }
        is_first = false;
    }
    *is_empty = is_first;
    if (status || is_first)
        return status;
    hunk.end = patch->plain.size;
    hunk.has_own_header = false;
    hunk.color_extra = hunk.color_extra_end = 0;
    recount(patch, &hunk);
    hunk.pieces = count_pieces(
        qn_bytes_make(patch->plain.data + hunk.start, hunk.end - hunk.start));
    if (qn_file_patch_has_colors(patch))
        status = color_lines(ctx, patch, &hunk, colors);
    if (!status)
        patch->hunks[i] = hunk;
    return status;
}

/* ---- putting together */

/* How many lines at the head of `next` are those at the tail of `range`. */
static uint32_t overlap_of(const struct qn_hunk_range *range,
                           const struct qn_hunk_range *next)
{
    int64_t old_lines =
        (int64_t)range->old_start + range->old_count - (int64_t)next->old_start;
    int64_t new_lines =
        (int64_t)range->new_start + range->new_count - (int64_t)next->new_start;
    int64_t lines = old_lines > new_lines ? old_lines : new_lines;

    return lines > 0 && range->old_count && next->old_count ? (uint32_t)lines
                                                            : 0;
}

/* Append `next` without what both have.  False: they do not fit, which was
 * reported. */
static enum qn_status join(struct qn_ctx *ctx,
                           const struct qn_file_patch *patch,
                           const struct qn_file_patch_hunk *next,
                           uint32_t overlap, struct qn_buf *out, bool *fits)
{
    struct qn_bytes text =
        qn_bytes_make(patch->plain.data + next->start, next->end - next->start);
    struct lines lines = {.plain = text};
    struct qn_bytes made = qn_buf_bytes(out), shared;

    *fits = false;
    for (uint32_t i = 0; i < overlap; i++) {
        if (next_line(&lines) && text.data[lines.at] == ' ')
            continue;
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.overlap",
                      "expected context line #%u in\n%.*s", i + 1,
                      QN_BYTES_ARG(text));
        return QN_OK;
    }
    shared = qn_bytes_first(text, lines.end);
    if (made.size < shared.size ||
        !qn_bytes_is_equal(qn_bytes_from(made, made.size - shared.size),
                           shared)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.overlap",
                      "hunks do not overlap:\n%.*s\n\tdoes not end with:\n%.*s",
                      QN_BYTES_ARG(made), QN_BYTES_ARG(shared));
        return QN_OK;
    }
    *fits = true;
    return qn_buf_append_bytes(ctx, out, qn_bytes_from(text, lines.end));
}

enum qn_status qn_file_patch_assemble(struct qn_ctx *ctx,
                                      const struct qn_file_patch *patch,
                                      bool all, struct qn_buf *out)
{
    struct qn_buf body = QN_BUF_INIT;
    struct qn_hunk_range range;
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < patch->count && !status;) {
        const struct qn_file_patch_hunk *hunk = &patch->hunks[i++];

        if (hunk->is_mode || (!all && hunk->use != QN_FILE_PATCH_USE))
            continue;
        range = hunk->range;
        qn_buf_clear(&body);
        status = put(ctx, &patch->plain, hunk->start, hunk->end, &body);
        while (!status && i < patch->count &&
               (all || patch->hunks[i].use == QN_FILE_PATCH_USE)) {
            const struct qn_file_patch_hunk *next = &patch->hunks[i];
            uint32_t overlap = overlap_of(&range, &next->range);
            bool fits = false;

            if (overlap)
                status = join(ctx, patch, next, overlap, &body, &fits);
            if (!fits)
                break;
            range.old_count += next->range.old_count - overlap;
            range.new_count += next->range.new_count - overlap;
            i++;
        }
        if (!status)
            status = put_range(ctx, &range, out);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&body));
    }
    qn_buf_dispose(&body);
    return status;
}
