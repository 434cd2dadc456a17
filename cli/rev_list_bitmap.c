/* SPDX-License-Identifier: MIT */
/* rev-list --use-bitmap-index: sets instead of a walk, where that gives what
 * was asked for. */
#include "cli/progress.h"
#include "cli/rev_list.h"
#include "walk/bitmap_check.h"
#include "walk/bitmap_walk.h"

/* A set has no order, no paths and no ends but those that were named. */
static bool is_for_sets(const struct rev_list *list)
{
    const struct qn_revision_args *args = &list->args;
    const struct qn_walk_options *walk = &args->walk;

    if (args->path_count > 0 || args->pattern_count > 0 || args->is_graph ||
        args->shows_parents || args->shows_children || list->is_json ||
        list->pretty || list->timestamp || list->header || list->nul ||
        list->shows_edges || list->bisects || list->missing ||
        list->excludes_promised || list->lists_indexed || list->abbreviates ||
        !qn_bitmap_walk_can_filter(&list->filter_spec))
        return false;
    if (walk->max_count >= 0 || walk->skip > 0 || walk->since || walk->until ||
        walk->since_as_filter || walk->min_parents > 0 ||
        walk->max_parents >= 0 || walk->merges_only || walk->no_merges ||
        walk->first_parent_only || walk->ancestry_path || walk->left_right ||
        walk->left_only || walk->right_only || walk->cherry_mark ||
        walk->cherry_pick || walk->walks_reflogs || walk->no_walk ||
        walk->shows_boundary || walk->is_reversed || walk->unpacked_only ||
        walk->simplify_by_decoration || walk->maximal_only)
        return false;
    return true;
}

static enum qn_status note_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    bool *found = data;

    (void)ctx;
    (void)ref;
    *found = true;
    return QN_END;
}

/* Sets are of objects as they are: commits with other parents, and objects that
 * stand for others, are not in them. */
static enum qn_status is_plain(struct rev_list *list, bool *out)
{
    struct cli *cli = list->cli;
    const struct qn_grafts *grafts = cli_grafts(cli);
    bool found = grafts && grafts->ids.count > 0;
    enum qn_status status = QN_OK;

    if (!found && qn_odb_replaces(cli->odb))
        status = qn_refs_walk(cli->ctx, cli->refs, "refs/replace/", 0, note_ref,
                              &found);
    *out = !found;
    return status;
}

static enum qn_status put_object(struct qn_ctx *ctx, void *data,
                                 const struct qn_id *id)
{
    struct rev_list *list = data;
    struct cli *cli = list->cli;

    (void)ctx;
    if (list->has_disk_usage)
        return rev_list_add_disk_usage(list, id);
    cli_put_id(cli, id);
    cli_put(cli, '\n');
    return QN_OK;
}

static enum qn_status put_sets(struct rev_list *list,
                               const struct qn_bitmap_walk *walk)
{
    static const enum qn_object_type types[] = {
        QN_OBJECT_COMMIT, QN_OBJECT_TREE, QN_OBJECT_BLOB, QN_OBJECT_TAG};
    size_t kinds = list->lists_objects ? QN_COUNT_OF(types) : 1;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < kinds; i++) {
        if (list->counts)
            list->object_count += qn_bitmap_walk_count(walk, types[i]);
        else if (!list->quiet || list->has_disk_usage)
            status = qn_bitmap_walk_each(list->cli->ctx, walk, types[i],
                                         put_object, list);
    }
    return status;
}

enum qn_status rev_list_by_bitmap(struct rev_list *list, bool *is_done)
{
    struct qn_ctx *ctx = list->cli->ctx;
    struct qn_bitmap_walk *walk = NULL;
    enum qn_status status = QN_OK;
    bool plain;
    size_t i;

    *is_done = false;
    if (!is_for_sets(list))
        return QN_OK;
    status = is_plain(list, &plain);
    if (status || !plain)
        return status;
    status = qn_bitmap_walk_new(ctx, list->cli->odb, &walk);
    if (status || !walk)
        return status;
    for (i = 0; !status && i < list->args.count; i++) {
        const struct qn_revision_tip *tip = &list->args.tips[i];

        status = tip->flags & QN_WALK_UNINTERESTING
                     ? qn_bitmap_walk_have(ctx, walk, &tip->id)
                     : qn_bitmap_walk_want(ctx, walk, &tip->id);
    }
    if (!status)
        status = qn_bitmap_walk_run(ctx, walk);
    if (!status && list->filter_spec.count > 0)
        status = qn_bitmap_walk_filter(
            ctx, walk, &list->filter_spec,
            list->filters_given ? QN_BITMAP_WALK_FILTER_GIVEN : 0);
    if (!status)
        status = put_sets(list, walk);
    *is_done = !status;
    qn_bitmap_walk_free(walk);
    return status;
}

static void tell_bitmaps(struct cli *cli, const struct qn_bitmap_set *bitmaps)
{
    const struct qn_pack_bitmap *top = &bitmaps->files[bitmaps->file_count - 1];
    uint64_t total = 0;
    size_t i;

    for (i = 0; i < bitmaps->file_count; i++)
        total += bitmaps->files[i].entry_count;
    cli_stderr(cli, "Bitmap v1 test (%u entries%s, %llu total)\n",
               (unsigned)top->entry_count,
               top->has_lookup_table ? "" : " loaded",
               (unsigned long long)total);
}

static enum qn_status test_one(struct rev_list *list,
                               struct qn_bitmap_check *check)
{
    struct cli *cli = list->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    enum qn_status status = qn_bitmap_check_find(cli->ctx, check);

    if (status)
        return status;
    cli_stderr(cli, "Found bitmap for '%s'. %u bits / %08x checksum\n",
               qn_id_to_hex(&check->commit, hex), (unsigned)check->bit_count,
               (unsigned)check->checksum);
    qn_bitmap_set_checksum(check->bitmaps, check->file, &id);
    cli_stderr(cli, "Located via %s '%s'.\n",
               check->bitmaps->order.index ? "pack" : "MIDX",
               qn_id_to_hex(&id, hex));
    cli_show_progress(cli, true);
    status = qn_bitmap_check_walk(cli->ctx, check);
    if (!status)
        cli_stderr(cli, "OK!\n");
    return status;
}

enum qn_status rev_list_test_bitmap(struct rev_list *list)
{
    struct cli *cli = list->cli;
    struct qn_bitmap_set bitmaps;
    struct qn_bitmap_check check = {.odb = cli->odb, .bitmaps = &bitmaps};
    enum qn_status status = qn_bitmap_set_open(cli->ctx, cli->odb, &bitmaps);

    if (!status && bitmaps.file_count == 0)
        status = qn_ctx_fail(cli->ctx, QN_NOT_FOUND,
                             "failed to load bitmap indexes");
    else if (!status && list->args.count != 1)
        status = qn_ctx_fail(cli->ctx, QN_INVALID,
                             "you must specify exactly one commit to test");
    if (!status) {
        tell_bitmaps(cli, &bitmaps);
        check.commit = list->args.tips[0].id;
        status = test_one(list, &check);
    }
    qn_bitmap_check_dispose(&check);
    qn_bitmap_set_close(&bitmaps);
    return status;
}
