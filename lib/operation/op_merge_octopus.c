/* SPDX-License-Identifier: MIT */
/* Several heads at once: each is merged into the tree so far, without renames.
 * Nothing is touched before the last one is done; only that may conflict. */
#include "merge/several_bases.h"
#include "operation/op_merge_parts.h"
#include "operation/part/merge_setup.h"

#include <stdarg.h>

struct octopus {
    struct qn_op_merge_run *run;
    struct qn_tree_merge_options options;
    struct qn_id_list references; /* what the tree so far is a merge of */
    struct qn_id tree;
    struct qn_tree_merge_result result; /* of the last real merge */
    bool is_real; /* something else than fast-forwards was done */
    bool has_result;
};

static bool has_id(const struct qn_id_list *list, const struct qn_id *id)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (qn_id_is_equal(&list->ids[i], id))
            return true;
    return false;
}

static bool is_same_list(const struct qn_id_list *a, const struct qn_id_list *b)
{
    size_t i;

    for (i = 0; i < a->count; i++)
        if (!has_id(b, &a->ids[i]))
            return false;
    return a->count == b->count;
}

/* The per-file merge is merge-file's: no renames, its own algorithm. */
static void begin_options(struct octopus *o)
{
    o->options.diff.algorithm = QN_TEXT_DIFF_MYERS;
    o->options.skips_renames = true;
    o->options.subtree = NULL;
    o->options.favor = QN_TEXT_MERGE_NORMAL;
    o->options.our_label = "HEAD";
}

static enum qn_status check_index(struct octopus *o,
                                  const struct qn_apply_merge *apply)
{
    struct qn_buf names = QN_BUF_INIT;
    enum qn_status status = qn_apply_merge_check(o->run->ctx, apply, &names);
    struct qn_bytes rest = qn_buf_bytes(&names);
    struct qn_bytes name;

    if (!status && names.size) {
        status = qn_op_merge_parts_say(
            o->run, "Error: Your local changes to the following files would be "
                    "overwritten by merge");
        rest = qn_bytes_from(rest, 1);
        while (!status && qn_bytes_next(&rest, ' ', &name))
            status =
                qn_op_merge_parts_say(o->run, "    %.*s", QN_BYTES_ARG(name));
        if (!status)
            status = qn_op_merge_strategy_fail(o->run);
    }
    qn_buf_dispose(&names);
    return status;
}

static enum qn_status warn(struct octopus *o, const char *format, ...)
    QN_PRINTF(2, 3);

static enum qn_status warn(struct octopus *o, const char *format, ...)
{
    const struct qn_merge_calls *calls = &o->run->options->calls;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    va_list arguments;

    va_start(arguments, format);
    status = qn_buf_vprintf(o->run->ctx, &text, format, arguments);
    va_end(arguments);
    if (!status)
        calls->warn(calls->data, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

static const char *hex_of(const struct qn_tree_merge_conflict *conflict, int i,
                          char *hex)
{
    hex[0] = '\0';
    return conflict->modes[i] ? qn_id_to_hex(&conflict->ids[i], hex) : hex;
}

static enum qn_status say_conflict(struct octopus *o,
                                   const struct qn_tree_merge_conflict *c)
{
    char hex[3][QN_ID_MAX_HEX_SIZE + 1];

    if (c->modes[1] && c->modes[2])
        return warn(o, "ERROR: content conflict in %.*s\n",
                    QN_BYTES_ARG(c->path));
    return warn(o, "ERROR: %.*s: Not handling case %s -> %s -> %s\n",
                QN_BYTES_ARG(c->path), hex_of(c, 0, hex[0]),
                hex_of(c, 1, hex[1]), hex_of(c, 2, hex[2]));
}

/* What the merge of single files would have said. */
static enum qn_status say_automatic(struct octopus *o, const char *first)
{
    const struct qn_tree_merge_result *result = &o->result;
    enum qn_status status = qn_op_merge_parts_say(o->run, "%s", first);
    size_t i;

    for (i = 0; i < result->message_count && !status; i++) {
        struct qn_bytes text = result->messages[i].text;

        if (qn_bytes_has_prefix(text, "Auto-merging "))
            status = qn_op_merge_parts_say(o->run, "%.*s", QN_BYTES_ARG(text));
    }
    for (i = 0; i < result->conflict_count && !status; i++)
        status = say_conflict(o, &result->conflicts[i]);
    if (!status && !result->is_clean)
        status = warn(o, "fatal: merge program failed\n");
    return status;
}

/* One tree for all bases. */
enum qn_status qn_op_merge_octopus_base(struct qn_op_merge_run *run,
                                        const struct qn_id_list *bases,
                                        const struct qn_id *ours,
                                        const struct qn_id *theirs,
                                        struct qn_id *out)
{
    struct qn_id_list trees = {0};
    struct qn_several_bases several = {.ours = ours, .theirs = theirs};
    enum qn_status status = QN_OK;
    size_t i;

    if (bases->count == 1)
        return qn_op_merge_parts_tree_of(run, &bases->ids[0], out);
    for (i = 0; i < bases->count && !status; i++) {
        struct qn_id tree;

        status = qn_op_merge_parts_tree_of(run, &bases->ids[i], &tree);
        if (!status)
            status = qn_id_list_add(run->ctx, &trees, &tree);
    }
    several.bases = trees.ids;
    several.count = trees.count;
    if (!status)
        status = qn_several_bases_run(run->ctx, run->scope.odb, &several, out);
    qn_id_list_dispose(&trees);
    return status;
}

static enum qn_status merge_one(struct octopus *o,
                                const struct qn_merge_head *head,
                                const struct qn_id_list *bases)
{
    struct qn_op_merge_run *run = o->run;
    struct qn_id base, theirs;
    enum qn_status status;

    status = qn_op_merge_parts_say(run, "Trying simple merge with %s",
                                   qn_buf_string(&head->name));
    if (!status)
        status = qn_op_merge_parts_tree_of(run, &head->id, &theirs);
    if (!status)
        status = qn_op_merge_octopus_base(run, bases, &o->tree, &theirs, &base);
    o->is_real = true;
    if (o->has_result)
        qn_tree_merge_result_dispose(&o->result);
    o->has_result = false;
    o->options.their_label = qn_buf_string(&head->name);
    if (status)
        return status;
    o->has_result = true;
    status = qn_tree_merge_trees(run->ctx, run->scope.odb, &base, &o->tree,
                                 &theirs, &o->options, &o->result);
    if (!status && o->result.message_count)
        status = say_automatic(
            o, "Simple merge did not work, trying automatic merge.");
    o->tree = o->result.tree;
    if (!status)
        status = qn_id_list_add(run->ctx, &o->references, &head->id);
    return status;
}

static enum qn_status add_head(struct octopus *o,
                               const struct qn_merge_head *head)
{
    struct qn_op_merge_run *run = o->run;
    struct qn_id_list bases = {0};
    enum qn_status status;

    if (o->has_result && !o->result.is_clean) {
        status = qn_op_merge_parts_say(run, "Automated merge did not work.\n"
                                            "Should not be doing an octopus.");
        return status ? status : qn_op_merge_strategy_fail(run);
    }
    status = qn_merge_base_find(run->ctx, &run->scope, &head->id,
                                o->references.ids, o->references.count, &bases);
    if (!status && bases.count == 0) {
        status = warn(o, "Unable to find common commit with %s\n",
                      qn_buf_string(&head->name));
        if (!status)
            status = qn_op_merge_strategy_fail(run);
    } else if (!status && has_id(&bases, &head->id)) {
        status = qn_op_merge_parts_say(run, "Already up to date with %s",
                                       qn_buf_string(&head->name));
    } else if (!status && !o->is_real && is_same_list(&bases, &o->references)) {
        status = qn_op_merge_parts_say(run, "Fast-forwarding to: %s",
                                       qn_buf_string(&head->name));
        o->references.count = 0;
        if (!status)
            status = qn_id_list_add(run->ctx, &o->references, &head->id);
        if (!status)
            status = qn_op_merge_parts_tree_of(run, &head->id, &o->tree);
    } else if (!status) {
        status = merge_one(o, head, &bases);
    }
    qn_id_list_dispose(&bases);
    return status;
}

static enum qn_status apply(struct octopus *o, struct qn_apply_merge *how)
{
    const struct qn_merge_calls *calls = &o->run->options->calls;
    enum qn_status status;

    how->keeps_auto_merge = true;
    status = qn_apply_merge_run(o->run->ctx, how, &o->tree,
                                o->has_result ? o->result.conflicts : NULL,
                                o->has_result ? o->result.conflict_count : 0);
    if (status == QN_CONFLICT) {
        calls->warn(calls->data, "Aborting\n");
        status = qn_op_merge_strategy_fail(o->run);
    }
    return status;
}

enum qn_status qn_op_merge_octopus_run(struct qn_op_merge_run *run,
                                       bool *is_clean)
{
    const struct qn_merge_heads *heads = run->options->heads;
    struct qn_apply_merge how = qn_op_merge_strategy_apply(run);
    struct octopus o = {
        .run = run, .options = *run->options->tree, .tree = run->head_tree};
    struct qn_merge_setup setup = {0};
    enum qn_status status;
    size_t i;

    if (heads->count < 2)
        return qn_op_merge_strategy_fail(run);
    begin_options(&o);
    status = check_index(&o, &how);
    if (!status)
        status = qn_merge_setup_begin(run->ctx, run->repo, &o.options, &setup);
    if (!status)
        status = qn_id_list_add(run->ctx, &o.references, &run->head);
    for (i = 0; i < heads->count && !status; i++)
        status = add_head(&o, &heads->items[i]);
    if (!status)
        status = apply(&o, &how);
    if (!status) {
        run->result_tree = o.tree;
        *is_clean = !o.has_result || o.result.is_clean;
    }
    if (o.has_result)
        qn_tree_merge_result_dispose(&o.result);
    qn_merge_setup_end(&setup);
    qn_id_list_dispose(&o.references);
    return status;
}

/* The only head, over one tree for all bases. */
enum qn_status qn_op_merge_octopus_resolve(struct qn_op_merge_run *run,
                                           bool *is_clean)
{
    const struct qn_merge_heads *heads = run->options->heads;
    struct octopus o = {
        .run = run, .options = *run->options->tree, .tree = run->head_tree};
    struct qn_apply_merge how = qn_op_merge_strategy_apply(run);
    struct qn_merge_setup setup = {0};
    struct qn_id base, theirs;
    enum qn_status status;

    if (heads->count != 1 || !run->bases.count)
        return qn_op_merge_strategy_fail(run);
    begin_options(&o);
    o.options.their_label = qn_buf_string(&heads->items[0].name);
    status = check_index(&o, &how);
    if (!status)
        status = qn_op_merge_parts_say(run, "Trying simple merge.");
    if (!status)
        status = qn_merge_setup_begin(run->ctx, run->repo, &o.options, &setup);
    if (!status)
        status = qn_op_merge_parts_tree_of(run, &heads->items[0].id, &theirs);
    if (!status)
        status =
            qn_op_merge_octopus_base(run, &run->bases, &o.tree, &theirs, &base);
    if (!status) {
        o.has_result = true;
        status = qn_tree_merge_trees(run->ctx, run->scope.odb, &base, &o.tree,
                                     &theirs, &o.options, &o.result);
    }
    o.tree = o.result.tree;
    if (!status && o.result.message_count)
        status =
            say_automatic(&o, "Simple merge failed, trying Automatic merge.");
    if (!status)
        status = apply(&o, &how);
    run->result_tree = o.tree;
    *is_clean = o.result.is_clean;
    if (o.has_result)
        qn_tree_merge_result_dispose(&o.result);
    qn_merge_setup_end(&setup);
    return status;
}
