/* SPDX-License-Identifier: MIT */
#include "operation/op_patch.h"

#include "base/memory.h"
#include "operation/part/patch_write.h"

#include <string.h>

enum from { FROM_INDEX, FROM_CACHED, FROM_TREE };
enum to { TO_INDEX = 1, TO_FILES = 2 };

static const struct mode {
    struct qn_patch_words words;
    enum from from;
    unsigned to;
    bool shows_reversed; /* diff -R */
} modes[] = {
    [QN_OP_PATCH_ADD] = {{"Stage", "stage", "", "staging", false},
                         FROM_INDEX,
                         TO_INDEX,
                         false},
    [QN_OP_PATCH_RESET_HEAD] = {{"Unstage", "unstage", "", "unstaging", true},
                                FROM_CACHED,
                                TO_INDEX,
                                false},
    [QN_OP_PATCH_RESET_OTHER] = {{"Apply", "apply", " to index", "applying",
                                  false},
                                 FROM_CACHED,
                                 TO_INDEX,
                                 true},
    [QN_OP_PATCH_CHECKOUT_INDEX] = {{"Discard", "discard", " from worktree",
                                     "discarding", true},
                                    FROM_INDEX,
                                    TO_FILES,
                                    false},
    [QN_OP_PATCH_CHECKOUT_HEAD] = {{"Discard", "discard",
                                    " from index and worktree", "discarding",
                                    true},
                                   FROM_TREE,
                                   TO_INDEX | TO_FILES,
                                   false},
    [QN_OP_PATCH_CHECKOUT_OTHER] = {{"Apply", "apply", " to index and worktree",
                                     "applying", false},
                                    FROM_TREE,
                                    TO_INDEX | TO_FILES,
                                    true},
    [QN_OP_PATCH_WORK_HEAD] = {{"Discard", "discard", " from worktree",
                                "discarding", true},
                               FROM_TREE,
                               TO_FILES,
                               false},
    [QN_OP_PATCH_WORK_OTHER] = {{"Apply", "apply", " to worktree", "applying",
                                 false},
                                FROM_TREE,
                                TO_FILES,
                                true},
    [QN_OP_PATCH_STASH] = {{"Stash", "stash", "", "stashing", false},
                           FROM_TREE,
                           TO_INDEX,
                           false},
};

struct patch {
    struct qn_op_patch_options *options;
    const struct mode *mode;
    const struct qn_work_tree *tree;
    struct qn_odb *odb;
    struct qn_diff_list list;
    struct qn_file_patch *files;
    struct qn_bytes *paths; /* of `files` */
    size_t count, capacity, path_capacity;
    size_t seen; /* files that differ, of all kinds */
    size_t binary_count;
};

/* ---- what differs */

static enum qn_status collect(struct qn_ctx *ctx, struct patch *p,
                              struct qn_op_diff *op, struct qn_patch *plain)
{
    enum qn_status status;

    switch (p->mode->from) {
    case FROM_INDEX:
        status = qn_op_diff_files(ctx, op, &p->list);
        break;
    case FROM_CACHED:
        status = qn_op_diff_cached(ctx, op, p->options->tree, &p->list);
        break;
    default:
        status = qn_op_diff_tree(ctx, op, p->options->tree, &p->list);
        break;
    }
    return status ? status : qn_patch_refine(ctx, plain, &p->list);
}

static enum qn_status choose_options(struct qn_ctx *ctx, struct patch *p,
                                     struct qn_diff_options *out)
{
    const struct qn_config *config = qn_repo_config(p->tree->repo);
    const char *algorithm = qn_config_string(config, "diff.algorithm", NULL);
    int64_t context = p->options->context, inter = p->options->inter_hunk;
    enum qn_status status;

    qn_diff_options_init(out);
    status = qn_diff_options_configure(ctx, out, config, false);
    if (!status && context < 0)
        status = qn_config_int64(ctx, config, "diff.context", 3, &context);
    if (!status && inter < 0)
        status =
            qn_config_int64(ctx, config, "diff.interhunkcontext", 0, &inter);
    if (status)
        return status;
    if (context < 0 || inter < 0)
        return qn_ctx_fail(ctx, QN_INVALID, "%s cannot be negative",
                           context < 0 ? "diff.context"
                                       : "diff.interHunkContext");
    if (algorithm &&
        !qn_diff_options_algorithm(algorithm, &out->text.algorithm))
        return qn_ctx_fail(ctx, QN_INVALID, "unknown diff algorithm '%s'",
                           algorithm);
    out->formats = QN_DIFF_FORMAT_PATCH;
    out->context = (uint32_t)context;
    out->inter_hunk = (uint32_t)inter;
    out->is_reversed = p->mode->shows_reversed;
    out->pathspec = p->options->pathspec;
    return QN_OK;
}

static size_t count_lines(struct qn_bytes text)
{
    size_t count = 0;

    while (text.size) {
        text = qn_bytes_from(text, qn_bytes_find(text, '\n') + 1);
        count++;
    }
    return count;
}

/* The first `count` lines of `*rest`, taken off. */
static struct qn_bytes take_lines(struct qn_bytes *rest, size_t count)
{
    size_t size = 0;
    struct qn_bytes all = *rest;

    for (; count && rest->size; count--) {
        size_t line = qn_bytes_find(*rest, '\n') + 1;

        line = line < rest->size ? line : rest->size;
        size += line;
        *rest = qn_bytes_from(*rest, line);
    }
    return qn_bytes_first(all, size);
}

/* The next "diff ..." of `*rest`, taken off. */
static struct qn_bytes take_section(struct qn_bytes *rest)
{
    size_t at = 0;
    struct qn_bytes section = *rest;

    do {
        at += qn_bytes_find(qn_bytes_from(*rest, at), '\n') + 1;
    } while (at < rest->size &&
             !qn_bytes_has_prefix(qn_bytes_from(*rest, at), "diff "));
    section = qn_bytes_first(section, at);
    *rest = qn_bytes_from(*rest, at);
    return section;
}

static enum qn_status add_file(struct qn_ctx *ctx, struct patch *p,
                               struct qn_bytes path, struct qn_bytes plain,
                               struct qn_bytes colored)
{
    enum qn_status status = qn_memory_grow(ctx, &p->files, &p->capacity,
                                           p->count + 1, sizeof(*p->files));

    if (!status)
        status = qn_memory_grow(ctx, &p->paths, &p->path_capacity, p->count + 1,
                                sizeof(*p->paths));
    if (status)
        return status;
    p->seen++;
    status = qn_file_patch_parse(ctx, plain, colored, &p->files[p->count]);
    if (status)
        return status;
    if (p->files[p->count].is_binary) {
        p->binary_count++;
        qn_file_patch_dispose(&p->files[p->count]);
        return QN_OK;
    }
    p->paths[p->count++] = path;
    return QN_OK;
}

/* Print every pair; then, when there are colours, all of them again. */
static enum qn_status print_all(struct qn_ctx *ctx, struct patch *p,
                                struct qn_patch *patch, struct qn_buf *out,
                                size_t *ends)
{
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < p->list.count && !status; i++) {
        struct qn_diff_list one = {.pairs = &p->list.pairs[i], .count = 1};

        /* An unmerged path, and our stage of it against the file, are not to be
         * chosen from; but they are not "no changes". */
        if (p->list.pairs[i].status == QN_DIFF_UNMERGED)
            p->seen++;
        else if (i == 0 || p->list.pairs[i - 1].status != QN_DIFF_UNMERGED ||
                 !qn_bytes_is_equal(p->list.pairs[i - 1].new_side.path,
                                    p->list.pairs[i].new_side.path))
            status = qn_patch_print(ctx, patch, &one, out);
        if (ends)
            ends[i] = out->size;
    }
    return status;
}

static enum qn_status mismatched(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "patch.mismatched", NULL,
                              "mismatched output from interactive.diffFilter");
}

static enum qn_status take_apart(struct qn_ctx *ctx, struct patch *p,
                                 struct qn_bytes plain, const size_t *ends,
                                 struct qn_bytes colored, bool has_color)
{
    enum qn_status status = QN_OK;
    size_t start = 0;

    if (has_color && count_lines(plain) != count_lines(colored))
        return mismatched(ctx);
    for (size_t i = 0; i < p->list.count && !status; start = ends[i++]) {
        struct qn_bytes rest =
            qn_bytes_first(qn_bytes_from(plain, start), ends[i] - start);

        while (rest.size && !status) {
            struct qn_bytes section = take_section(&rest);

            status = add_file(
                ctx, p, p->list.pairs[i].new_side.path, section,
                take_lines(&colored, has_color ? count_lines(section) : 0));
        }
    }
    return status;
}

static enum qn_status make_patch(struct qn_ctx *ctx, struct patch *p,
                                 struct qn_op_diff *op,
                                 const struct qn_diff_options *diff,
                                 struct qn_patch **out)
{
    enum qn_status status =
        qn_patch_new(ctx, p->tree->repo, p->odb, diff, NULL, out);

    if (!status)
        qn_patch_set_content(*out, &op->content);
    return status;
}

static enum qn_status find_files(struct qn_ctx *ctx, struct patch *p)
{
    struct qn_op_patch_options *options = p->options;
    struct qn_buf plain = QN_BUF_INIT, colored = QN_BUF_INIT;
    struct qn_patch *patches[2] = {NULL, NULL};
    struct qn_diff_options diff;
    struct qn_op_diff op;
    size_t *ends = NULL;
    enum qn_status status = choose_options(ctx, p, &diff);

    qn_op_diff_init(&op, p->odb, options->index, p->tree);
    op.pathspec = options->pathspec;
    op.looks_inside = true;
    op.warns_safe = true;
    op.ita_is_invisible = p->mode->from != FROM_CACHED;
    if (!status)
        status = make_patch(ctx, p, &op, &diff, &patches[0]);
    if (!status)
        status = collect(ctx, p, &op, patches[0]);
    if (!status) {
        ends = qn_memory_calloc(ctx, p->list.count + 1, sizeof(*ends));
        status =
            ends ? print_all(ctx, p, patches[0], &plain, ends) : QN_NO_MEMORY;
    }
    if (!status && options->has_color && plain.size) {
        memcpy(diff.colors, options->colors, sizeof(diff.colors));
        diff.has_color = true;
    }
    if (!status && diff.has_color) {
        status = make_patch(ctx, p, &op, &diff, &patches[1]);
        if (!status)
            status = print_all(ctx, p, patches[1], &colored, NULL);
        if (!status && options->filter)
            status = options->filter(ctx, options->select.calls.data, &colored);
        options->select.hunk_colors = (struct qn_file_patch_colors){
            diff.colors[QN_DIFF_COLOR_FRAG], diff.colors[QN_DIFF_COLOR_CONTEXT],
            diff.colors[QN_DIFF_COLOR_OLD], diff.colors[QN_DIFF_COLOR_NEW],
            diff.colors[QN_DIFF_COLOR_RESET]};
    }
    if (!status)
        status = take_apart(ctx, p, qn_buf_bytes(&plain), ends,
                            qn_buf_bytes(&colored),
                            options->has_color && plain.size);
    qn_patch_free(patches[0]);
    qn_patch_free(patches[1]);
    qn_op_diff_dispose(&op);
    qn_buf_dispose(&plain);
    qn_buf_dispose(&colored);
    qn_memory_free(ends);
    return status;
}

/* ---- applying */

static struct qn_patch_write describe(const struct patch *p, size_t i,
                                      struct qn_bytes hunks)
{
    const struct qn_file_patch *file = &p->files[i];

    return (struct qn_patch_write){
        .tree = p->tree,
        .odb = p->odb,
        .index = p->options->target ? p->options->target : p->options->index,
        .path = p->paths[i],
        .file = file,
        .hunks = hunks,
        .is_reversed = p->mode->words.is_reversed,
        .changes_mode = file->count && file->hunks[0].is_mode &&
                        file->hunks[0].use == QN_FILE_PATCH_USE};
}

static bool check(struct qn_ctx *ctx, void *data, size_t i,
                  struct qn_bytes hunks)
{
    struct patch *p = data;
    struct qn_patch_write write = describe(p, i, hunks);
    bool applies = false;
    enum qn_status status;

    write.is_check = true;
    status = p->mode->to == TO_INDEX
                 ? qn_patch_write_index(ctx, &write, &applies)
                 : qn_patch_write_file(ctx, &write, &applies);
    if (status) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed", "%s",
                      qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
    }
    if (!applies)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed",
                      "'git apply --cached' failed");
    return applies;
}

/* Into the index: the one given, or the repository's under its lock. */
static enum qn_status change_index(struct qn_ctx *ctx, struct patch *p,
                                   struct qn_patch_write *write, bool *applies)
{
    struct qn_repo *repo = p->tree->repo;
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_index *index = NULL;
    enum qn_status status;

    if (p->options->target)
        return qn_patch_write_index(ctx, write, applies);
    status = qn_work_tree_lock_index(ctx, repo, &lock);
    if (!status)
        status = qn_work_tree_read_index(ctx, repo, p->odb, &index);
    write->index = index;
    if (!status)
        status = qn_patch_write_index(ctx, write, applies);
    if (!status && *applies && !write->is_check)
        status = qn_work_tree_write_index(ctx, repo, index, &lock);
    qn_lock_file_rollback(&lock);
    qn_index_free(index);
    return status;
}

/* Both: the index has to take it, or the user is asked. */
static enum qn_status change_both(struct qn_ctx *ctx, struct patch *p,
                                  struct qn_patch_write *write, bool *applies)
{
    const struct qn_patch_select_options *select = &p->options->select;
    bool fits_index = false, fits_file = false, goes_on = false;
    enum qn_status status;

    write->is_check = true;
    status = change_index(ctx, p, write, &fits_index);
    write->index = p->options->index;
    if (!status)
        status = qn_patch_write_file(ctx, write, &fits_file);
    write->is_check = false;
    *applies = true; /* whatever follows was said */
    if (!status && fits_index && fits_file) {
        status = change_index(ctx, p, write, applies);
        write->index = p->options->index;
        return status ? status : qn_patch_write_file(ctx, write, applies);
    }
    if (status || fits_index)
        return status;
    status = qn_patch_select_say(
        ctx, select, "The selected hunks do not apply to the index!");
    if (!status)
        status = qn_patch_select_ask(
            ctx, select, "Apply them to the worktree anyway? ", &goes_on);
    if (!status && goes_on)
        return qn_patch_write_file(ctx, write, applies);
    return status ? status
                  : qn_patch_select_say(ctx, select, "Nothing was applied.\n");
}

static enum qn_status apply(struct qn_ctx *ctx, void *data, size_t i)
{
    struct patch *p = data;
    struct qn_buf hunks = QN_BUF_INIT;
    struct qn_patch_write write;
    bool applies = false;
    enum qn_status status =
        qn_file_patch_assemble(ctx, &p->files[i], false, &hunks);

    write = describe(p, i, qn_buf_bytes(&hunks));
    if (!status && p->mode->to == (TO_INDEX | TO_FILES))
        status = change_both(ctx, p, &write, &applies);
    else if (!status && p->mode->to == TO_INDEX)
        status = change_index(ctx, p, &write, &applies);
    else if (!status)
        status = qn_patch_write_file(ctx, &write, &applies);
    if (!status && !applies)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed",
                      "'git apply' failed");
    p->options->was_changed |= applies;
    qn_buf_dispose(&hunks);
    return status;
}

/* The calls that are the operation's own, before the command's. */

struct calls {
    struct patch *patch;
    struct qn_patch_calls outer;
};

static enum qn_status call_print(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes text)
{
    struct calls *calls = data;

    return calls->outer.print(ctx, calls->outer.data, text);
}

static enum qn_status call_ask(struct qn_ctx *ctx, void *data, bool by_key,
                               struct qn_buf *answer, bool *is_end)
{
    struct calls *calls = data;

    return calls->outer.ask(ctx, calls->outer.data, by_key, answer, is_end);
}

static enum qn_status call_page(struct qn_ctx *ctx, void *data,
                                struct qn_bytes text)
{
    struct calls *calls = data;

    return calls->outer.page(ctx, calls->outer.data, text);
}

static bool call_edit(struct qn_ctx *ctx, void *data, struct qn_buf *text)
{
    struct calls *calls = data;

    return calls->outer.edit(ctx, calls->outer.data, text);
}

static bool call_check(struct qn_ctx *ctx, void *data, size_t i,
                       struct qn_bytes hunks)
{
    return check(ctx, ((struct calls *)data)->patch, i, hunks);
}

static enum qn_status call_apply(struct qn_ctx *ctx, void *data, size_t i)
{
    return apply(ctx, ((struct calls *)data)->patch, i);
}

static enum qn_status talk(struct qn_ctx *ctx, struct patch *p)
{
    struct qn_op_patch_options *options = p->options;
    struct calls calls = {p, options->select.calls};
    struct qn_patch_select_options select = options->select;

    options->select.words = p->mode->words;
    select.words = p->mode->words;
    select.calls = (struct qn_patch_calls){
        .data = &calls,
        .print = call_print,
        .ask = call_ask,
        .page = call_page,
        .edit = call_edit,
        .check = call_check,
        .apply = call_apply,
    };
    return qn_patch_select_run(ctx, p->files, p->count, &select);
}

enum qn_status qn_op_patch(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                           struct qn_odb *odb,
                           struct qn_op_patch_options *options)
{
    struct patch p = {.options = options,
                      .mode = &modes[options->mode],
                      .tree = tree,
                      .odb = odb,
                      .list = QN_DIFF_LIST_INIT};
    enum qn_status status;

    options->was_changed = false;
    status = find_files(ctx, &p);
    options->was_empty = p.seen == 0;
    options->was_binary = false;
    options->was_binary = p.binary_count > 0 && p.binary_count == p.seen;
    if (!status && p.count > 0)
        status = talk(ctx, &p);
    for (size_t i = 0; i < p.count; i++)
        qn_file_patch_dispose(&p.files[i]);
    qn_memory_free(p.files);
    qn_memory_free(p.paths);
    qn_diff_list_dispose(&p.list);
    return status;
}
