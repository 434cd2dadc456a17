/* SPDX-License-Identifier: MIT */
#include "diff/patch_internal.h"

#include "hash/hash.h"
#include "object/tree.h"
#include "text/quote.h"

struct pair_text {
    struct qn_patch *patch;
    const struct qn_diff_pair *pair;
    struct qn_bytes texts[2];
    bool is_forced; /* the header is shown without a hunk, too */
};

static enum qn_status put_meta(struct qn_ctx *ctx, struct qn_patch *patch,
                               struct qn_buf *out, struct qn_bytes line)
{
    const struct qn_diff_options *options = &patch->options;
    enum qn_status status = QN_OK;

    if (options->has_color)
        status =
            qn_buf_append_string(ctx, out, options->colors[QN_DIFF_COLOR_META]);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, line);
    if (!status && options->has_color)
        status = qn_buf_append_string(ctx, out,
                                      options->colors[QN_DIFF_COLOR_RESET]);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_meta_name(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_buf *out, const char *word,
                                    const char *prefix, struct qn_bytes path)
{
    enum qn_status status;

    qn_buf_clear(&patch->scratch);
    status = qn_buf_append_string(ctx, &patch->scratch, word);
    if (!status)
        status =
            qn_patch_append_name(ctx, patch, prefix, path, &patch->scratch);
    return status ? status
                  : put_meta(ctx, patch, out, qn_buf_bytes(&patch->scratch));
}

static enum qn_status put_mode(struct qn_ctx *ctx, struct qn_patch *patch,
                               struct qn_buf *out, const char *word,
                               uint32_t mode)
{
    enum qn_status status;

    qn_buf_clear(&patch->scratch);
    status = qn_buf_printf(ctx, &patch->scratch, "%s%06o", word, mode);
    return status ? status
                  : put_meta(ctx, patch, out, qn_buf_bytes(&patch->scratch));
}

static enum qn_status put_percent(struct qn_ctx *ctx, struct qn_patch *patch,
                                  struct qn_buf *out, const char *word,
                                  unsigned percent)
{
    enum qn_status status;

    qn_buf_clear(&patch->scratch);
    status = qn_buf_printf(ctx, &patch->scratch, "%s%u%%", word, percent);
    return status ? status
                  : put_meta(ctx, patch, out, qn_buf_bytes(&patch->scratch));
}

/* The id of a side; that of a work tree file is computed from its content. */
static enum qn_status side_id(struct qn_ctx *ctx, struct pair_text *t, int side,
                              struct qn_id *out)
{
    const struct qn_diff_side *own =
        side ? &t->pair->new_side : &t->pair->old_side;

    *out = own->id;
    if (own->mode == 0 || own->is_stream)
        qn_id_clear(out, t->patch->algorithm);
    else if (!own->has_id && !qn_mode_is_gitlink(own->mode))
        return qn_hash_object(ctx, t->patch->algorithm, "blob", t->texts[side],
                              out);
    return QN_OK;
}

static enum qn_status put_index(struct qn_ctx *ctx, struct pair_text *t,
                                bool is_full, struct qn_buf *out)
{
    struct qn_patch *patch = t->patch;
    struct qn_buf *line = &patch->scratch;
    int digits =
        is_full || patch->options.has_full_index ? 0 : patch->options.abbrev;
    struct qn_id ids[2];
    enum qn_status status = side_id(ctx, t, 0, &ids[0]);

    if (!status)
        status = side_id(ctx, t, 1, &ids[1]);
    if (status)
        return status;
    if (memcmp(ids[0].bytes, ids[1].bytes, sizeof(ids[0].bytes)) == 0)
        return QN_OK;
    qn_buf_clear(line);
    status = qn_buf_append_string(ctx, line, "index ");
    if (!status)
        status = qn_patch_append_id(ctx, patch, &ids[0], digits, line);
    if (!status)
        status = qn_buf_append_string(ctx, line, "..");
    if (!status)
        status = qn_patch_append_id(ctx, patch, &ids[1], digits, line);
    if (!status && t->pair->old_side.mode == t->pair->new_side.mode)
        status = qn_buf_printf(ctx, line, " %06o", t->pair->new_side.mode);
    return status ? status : put_meta(ctx, patch, out, qn_buf_bytes(line));
}

static enum qn_status put_moves(struct qn_ctx *ctx, struct pair_text *t,
                                struct qn_buf *out)
{
    const struct qn_diff_pair *pair = t->pair;
    bool is_copy = pair->status == QN_DIFF_COPIED;
    enum qn_status status =
        put_percent(ctx, t->patch, out, "similarity index ", pair->score);

    t->is_forced = true;
    if (!status)
        status = put_meta_name(ctx, t->patch, out,
                               is_copy ? "copy from " : "rename from ", "",
                               pair->old_side.path);
    if (!status)
        status = put_meta_name(ctx, t->patch, out,
                               is_copy ? "copy to " : "rename to ", "",
                               pair->new_side.path);
    return status;
}

static enum qn_status put_remarks(struct qn_ctx *ctx, struct qn_patch *patch,
                                  struct qn_bytes path, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < patch->remark_count && !status; i++) {
        struct qn_bytes rest = patch->remarks[i].text;
        struct qn_bytes line;

        if (!qn_bytes_is_equal(patch->remarks[i].path, path))
            continue;
        while (!status && qn_bytes_next(&rest, '\n', &line)) {
            qn_buf_clear(&patch->scratch);
            status = qn_buf_printf(ctx, &patch->scratch, "remerge %.*s",
                                   QN_BYTES_ARG(line));
            if (!status)
                status =
                    put_meta(ctx, patch, out, qn_buf_bytes(&patch->scratch));
        }
    }
    return status;
}

/* Everything up to, without, the "---" line. */
static enum qn_status build_header(struct qn_ctx *ctx, struct pair_text *t,
                                   bool has_full_ids, struct qn_buf *out)
{
    struct qn_patch *patch = t->patch;
    const struct qn_diff_pair *pair = t->pair;
    struct qn_buf *line = &patch->scratch;
    struct qn_bytes old_path = pair->old_side.path;
    struct qn_bytes new_path = pair->new_side.path;
    enum qn_status status;

    /* --no-index: the side that is not there is called /dev/null */
    if (!qn_patch_has_old(pair))
        old_path = new_path;
    else if (!qn_patch_has_new(pair))
        new_path = old_path;
    qn_buf_clear(line);
    status = qn_buf_append_string(ctx, line, "diff --git ");
    if (!status)
        status = qn_patch_append_name(ctx, patch, patch->options.source_prefix,
                                      old_path, line);
    if (!status)
        status = qn_buf_append_byte(ctx, line, ' ');
    if (!status)
        status = qn_patch_append_name(
            ctx, patch, patch->options.destination_prefix, new_path, line);
    if (!status)
        status = put_meta(ctx, patch, out, qn_buf_bytes(line));
    if (status)
        return status;
    if (!qn_patch_has_old(pair)) {
        status =
            put_mode(ctx, patch, out, "new file mode ", pair->new_side.mode);
        t->is_forced = true;
    } else if (!qn_patch_has_new(pair)) {
        status = put_mode(ctx, patch, out, "deleted file mode ",
                          pair->old_side.mode);
        t->is_forced = true;
    } else if (pair->old_side.mode != pair->new_side.mode) {
        status = put_mode(ctx, patch, out, "old mode ", pair->old_side.mode);
        if (!status)
            status =
                put_mode(ctx, patch, out, "new mode ", pair->new_side.mode);
        t->is_forced = true;
    }
    if (!status &&
        (pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED)) {
        status = put_moves(ctx, t, out);
    } else if (!status && pair->is_broken) {
        status =
            put_percent(ctx, patch, out, "dissimilarity index ", pair->score);
        t->is_forced = true;
    }
    if (!status && patch->remark_count) {
        size_t before = out->size;

        status = put_remarks(ctx, patch, new_path, out);
        t->is_forced |= out->size > before;
    }
    return status ? status : put_index(ctx, t, has_full_ids, out);
}

enum qn_status qn_patch_text_remark(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_bytes path, struct qn_buf *out)
{
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_string(ctx, &line, "diff --git ");

    if (!status)
        status = qn_patch_append_name(ctx, patch, patch->options.source_prefix,
                                      path, &line);
    if (!status)
        status = qn_buf_append_byte(ctx, &line, ' ');
    if (!status)
        status = qn_patch_append_name(
            ctx, patch, patch->options.destination_prefix, path, &line);
    if (!status)
        status = put_meta(ctx, patch, out, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    return status ? status : put_remarks(ctx, patch, path, out);
}

static enum qn_status append_side_name(struct qn_ctx *ctx, struct pair_text *t,
                                       int side, struct qn_buf *out)
{
    const struct qn_diff_side *own =
        side ? &t->pair->new_side : &t->pair->old_side;
    const struct qn_diff_options *options = &t->patch->options;

    if (own->mode == 0)
        return qn_buf_append_string(ctx, out, "/dev/null");
    return qn_patch_append_name(ctx, t->patch,
                                side ? options->destination_prefix
                                     : options->source_prefix,
                                own->path, out);
}

static enum qn_status put_names(struct qn_ctx *ctx, struct pair_text *t,
                                struct qn_buf *out)
{
    static const char *const words[2] = {"--- ", "+++ "};
    struct qn_buf *line = &t->patch->scratch;
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; i < 2 && !status; i++) {
        const struct qn_diff_side *own =
            i ? &t->pair->new_side : &t->pair->old_side;

        qn_buf_clear(line);
        status = qn_buf_append_string(ctx, line, words[i]);
        if (!status)
            status = append_side_name(ctx, t, i, line);
        if (!status)
            status = put_meta(ctx, t->patch, out, qn_buf_bytes(line));
        if (!status && own->mode &&
            qn_bytes_find(qn_patch_name(t->patch, own->path), ' ') <
                qn_patch_name(t->patch, own->path).size) {
            out->size--;
            status = qn_buf_append_string(ctx, out, "\t\n");
        }
    }
    return status;
}

static enum qn_status put_binary(struct qn_ctx *ctx, struct pair_text *t,
                                 struct qn_buf *out)
{
    enum qn_status status;

    if (qn_bytes_is_equal(t->texts[0], t->texts[1]))
        return t->is_forced ? qn_buf_append_bytes(
                                  ctx, out, qn_buf_bytes(&t->patch->header))
                            : QN_OK;
    status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&t->patch->header));
    if (status)
        return status;
    if (t->patch->options.has_binary) {
        int64_t level = 1; /* core.compression: quick unless it says more */

        if (t->patch->repo)
            status = qn_config_int64(ctx, qn_repo_config(t->patch->repo),
                                     "core.compression", 1, &level);
        return status ? status
                      : qn_patch_binary_print(ctx, t->texts[0], t->texts[1],
                                              (int)level, out);
    }
    status = qn_buf_append_string(ctx, out, "Binary files ");
    if (!status)
        status = append_side_name(ctx, t, 0, out);
    if (!status)
        status = qn_buf_append_string(ctx, out, " and ");
    if (!status)
        status = append_side_name(ctx, t, 1, out);
    return status ? status : qn_buf_append_string(ctx, out, " differ\n");
}

static enum qn_status put_hunk(struct qn_ctx *ctx, struct qn_patch *patch,
                               const struct qn_text_diff *diff,
                               const struct qn_hunk *hunk, struct qn_buf *out)
{
    const struct qn_diff_options *options = &patch->options;
    struct qn_hunk_style style = {
        options->indicators[0], options->indicators[1], options->indicators[2],
        options->suppresses_blank_empty};

    if (patch->moved.is_collecting)
        return qn_patch_color_collect(ctx, patch, diff, hunk);
    if (options->words)
        return qn_patch_words_hunk(ctx, patch, diff, hunk, out);
    if (options->has_color)
        return qn_patch_color_hunk(ctx, patch, diff, hunk, out);
    return qn_hunks_append(ctx, diff, hunk, &style, out);
}

static enum qn_status put_hunks(struct qn_ctx *ctx, struct pair_text *t,
                                const struct qn_patch_path paths[2],
                                struct qn_buf *out)
{
    struct qn_patch *patch = t->patch;
    struct qn_text_diff_options text;
    struct qn_hunk_options options;
    struct qn_text_diff diff;
    enum qn_status status;
    size_t i;

    qn_patch_text_options(patch, paths, &text, &options);
    patch->words = patch->word_regex ? patch->word_regex
                   : paths[0].driver && paths[0].driver->words
                       ? paths[0].driver->words
                   : paths[1].driver ? paths[1].driver->words
                                     : NULL;
    status = qn_text_diff_run(ctx, t->texts[0], t->texts[1], &text, &diff);
    if (status == QN_TOO_BIG)
        (void)qn_ctx_fail(ctx, status, "unable to generate diff for %.*s",
                          QN_BYTES_ARG(t->pair->new_side.path));
    if (!status)
        status = qn_hunks_build(ctx, &diff, &options, &patch->hunks);
    if (!status && (t->is_forced || patch->hunks.count))
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&patch->header));
    if (!status && patch->hunks.count)
        status = put_names(ctx, t, out);
    if (!status && patch->ranges)
        status = qn_patch_ranges_put(ctx, patch, &diff,
                                     qn_patch_has_old(t->pair), put_hunk, out);
    for (i = 0; i < patch->hunks.count && !status && !patch->ranges; i++)
        status = put_hunk(ctx, patch, &diff, &patch->hunks.items[i], out);
    qn_text_diff_dispose(&diff);
    return status;
}

static void swap_prefixes(struct qn_diff_options *options)
{
    const char *prefix = options->source_prefix;

    options->source_prefix = options->destination_prefix;
    options->destination_prefix = prefix;
}

/* -D: what was there is not shown. */
static enum qn_status put_irreversible(struct qn_ctx *ctx,
                                       struct qn_patch *patch,
                                       const struct qn_text_diff *diff,
                                       struct qn_buf *out)
{
    struct qn_buf hunk_text = QN_BUF_INIT;
    struct qn_text_change change = {.new_count = diff->new_lines.count};
    struct qn_hunk hunk = {.new_count = diff->new_lines.count};
    struct qn_text_diff only_new = *diff;
    struct qn_bytes rest;
    enum qn_status status;
    size_t at;

    only_new.changes = &change;
    only_new.change_count = 1;
    status = put_hunk(ctx, patch, &only_new, &hunk, &hunk_text);
    if (status || patch->moved.is_collecting) {
        qn_buf_dispose(&hunk_text);
        return status;
    }
    rest = qn_buf_bytes(&hunk_text);
    at = qn_bytes_find_bytes(rest, QN_BYTES("-0,0"));
    if (!status)
        status = qn_buf_append(ctx, out, rest.data, at);
    if (!status)
        status = qn_buf_append_string(ctx, out, "-?,?");
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_bytes_from(rest, at + 4));
    qn_buf_dispose(&hunk_text);
    return status;
}

/* One hunk that takes all of old away and brings all of new. */
static enum qn_status put_rewrite(struct qn_ctx *ctx, struct pair_text *t,
                                  struct qn_buf *out)
{
    struct qn_patch *patch = t->patch;
    struct qn_text_diff diff = {0};
    struct qn_text_change change = {0};
    struct qn_hunk hunk = {0};
    enum qn_status status;

    status = qn_text_lines_split(ctx, t->texts[0], &diff.old_lines);
    if (!status)
        status = qn_text_lines_split(ctx, t->texts[1], &diff.new_lines);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&t->patch->header));
    /* With -R git does not swap the prefixes here. */
    if (patch->options.is_reversed)
        swap_prefixes(&patch->options);
    if (!status)
        status = put_names(ctx, t, out);
    if (patch->options.is_reversed)
        swap_prefixes(&patch->options);
    if (status)
        goto out;
    hunk.old_count = change.old_count = diff.old_lines.count;
    hunk.new_count = change.new_count = diff.new_lines.count;
    diff.changes = &change;
    diff.change_count = 1;
    if (patch->options.is_irreversible)
        status = put_irreversible(ctx, patch, &diff, out);
    else
        status = put_hunk(ctx, patch, &diff, &hunk, out);
out:
    diff.changes = NULL;
    qn_text_diff_dispose(&diff);
    return status;
}

static enum qn_status print_pair(struct qn_ctx *ctx, struct qn_patch *patch,
                                 const struct qn_diff_pair *pair,
                                 struct qn_buf *out)
{
    struct pair_text t = {.patch = patch, .pair = pair};
    bool is_same = pair->old_side.has_id && pair->new_side.has_id &&
                   pair->old_side.mode && pair->new_side.mode &&
                   !pair->old_side.is_dirty_submodule &&
                   !pair->new_side.is_dirty_submodule &&
                   qn_id_is_equal(&pair->old_side.id, &pair->new_side.id);
    struct qn_patch_path paths[2];
    bool is_binary = false;
    enum qn_status status;
    int i;

    qn_buf_clear(&patch->header);
    if (is_same) {
        status = build_header(ctx, &t, false, &patch->header);
        if (!status && t.is_forced)
            status =
                qn_buf_append_bytes(ctx, out, qn_buf_bytes(&patch->header));
        return status;
    }
    patch->converts = patch->options.allows_textconv;
    status = qn_patch_read_pair(ctx, patch, pair, paths, &is_binary);
    if (status)
        goto out;
    t.texts[0] = qn_buf_bytes(&patch->texts[0]);
    t.texts[1] = qn_buf_bytes(&patch->texts[1]);
    status = build_header(ctx, &t, is_binary && patch->options.has_binary,
                          &patch->header);
    if (!status && patch->options.is_irreversible && !qn_patch_has_new(pair)) {
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&patch->header));
        goto out;
    }
    if (!status && patch->options.has_color)
        status = qn_patch_driver_attributes(ctx, patch);
    if (!status && patch->options.has_color)
        status = qn_whitespace_find(
            ctx, patch->attributes, patch->options.whitespace,
            qn_patch_has_new(pair) ? pair->new_side.path : pair->old_side.path,
            &patch->whitespace);
    for (i = 0; i < 2 && !status; i++) {
        status = qn_patch_command_convert(ctx, patch,
                                          i ? &pair->new_side : &pair->old_side,
                                          &paths[i], &patch->texts[i]);
        t.texts[i] = qn_buf_bytes(&patch->texts[i]);
    }
    if (status)
        goto out;
    if (is_binary)
        status = put_binary(ctx, &t, out);
    else if (pair->is_broken && pair->status == QN_DIFF_MODIFIED)
        status = put_rewrite(ctx, &t, out);
    else
        status = put_hunks(ctx, &t, paths, out);
out:
    patch->converts = false;
    return status;
}

enum qn_status qn_patch_text_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_diff_pair *pair,
                                   struct qn_buf *out)
{
    struct qn_diff_pair half;
    struct qn_patch_command command;
    enum qn_status status;

    if (pair->status == QN_DIFF_UNMERGED) {
        status = qn_buf_append_string(ctx, out, "* Unmerged path ");
        if (!status)
            status =
                qn_patch_append_name(ctx, patch, "", pair->new_side.path, out);
        return status ? status : qn_buf_append_byte(ctx, out, '\n');
    }
    if (qn_mode_is_tree(pair->old_side.mode) ||
        qn_mode_is_tree(pair->new_side.mode))
        return QN_OK;
    if (patch->options.submodule != QN_DIFF_SUBMODULE_SHORT &&
        patch->options.show_submodule &&
        (!pair->old_side.mode || qn_mode_is_gitlink(pair->old_side.mode)) &&
        (!pair->new_side.mode || qn_mode_is_gitlink(pair->new_side.mode)))
        return patch->moved.is_collecting
                   ? QN_OK
                   : patch->options.show_submodule(ctx, patch->repo,
                                                   &patch->options, pair, out);
    status = qn_patch_command_find(ctx, patch, pair, &command);
    if (status)
        return status;
    if (command.words && patch->moved.is_collecting)
        return QN_OK;
    if (command.words)
        return qn_patch_command_run(ctx, patch, pair, &command, out);
    if (pair->status != QN_DIFF_TYPE_CHANGED)
        return print_pair(ctx, patch, pair, out);
    half = *pair;
    half.status = QN_DIFF_DELETED;
    half.new_side.mode = 0;
    half.new_side.has_id = false;
    status = print_pair(ctx, patch, &half, out);
    if (status)
        return status;
    half = *pair;
    half.status = QN_DIFF_ADDED;
    half.old_side.mode = 0;
    half.old_side.has_id = false;
    return print_pair(ctx, patch, &half, out);
}
