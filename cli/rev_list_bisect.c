/* SPDX-License-Identifier: MIT */
/* rev-list --bisect, --bisect-vars, --bisect-all. */
#include "base/memory.h"
#include "cli/rev_list.h"
#include "operation/part/bisect_weights.h"

#include <stdlib.h>
#include <string.h>

struct row {
    struct qn_id id;
    uint32_t distance;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? 1 : -1;
    return memcmp(x->id.bytes, y->id.bytes, sizeof(x->id.bytes));
}

/* " (names, dist=3)" behind the commit. */
static void put_distance(struct rev_list *list, const struct row *row)
{
    struct qn_decorate_form form;
    struct qn_buf text = QN_BUF_INIT;

    qn_decorations_form_init(&form);
    form.suffix = QN_BYTES_NONE;
    cli_check(list->cli,
              qn_decorations_append(list->cli->ctx, list->decorations, &row->id,
                                    &form, &text));
    cli_check(list->cli, qn_buf_printf(list->cli->ctx, &text, "%sdist=%u)",
                                       text.size ? ", " : " (", row->distance));
    cli_write(list->cli, text.data, text.size);
    qn_buf_dispose(&text);
}

static void put_all(struct rev_list *list,
                    const struct qn_bisect_weights *weights)
{
    const struct qn_decorate_options options = {.style = QN_DECORATE_SHORT};
    struct cli *cli = list->cli;
    struct row *rows =
        qn_memory_array(cli->ctx, weights->count + 1, sizeof(*rows));
    size_t i;

    if (!rows)
        cli_die(cli);
    cli_check(cli, qn_decorations_new(cli->ctx, &cli->scope, &options,
                                      &list->decorations));
    for (i = 0; i < weights->count; i++) {
        rows[i].id = weights->rows[i].id;
        rows[i].distance = qn_bisect_weights_distance(weights, i);
    }
    if (weights->count)
        qsort(rows, weights->count, sizeof(*rows), compare_rows);
    for (i = 0; i < weights->count; i++) {
        struct qn_walk_commit commit = {.id = rows[i].id};

        if (list->quiet)
            break;
        rev_list_put_commit(list, &commit);
        if (!list->counts)
            put_distance(list, &rows[i]);
        rev_list_end_commit(list, &commit);
    }
    qn_memory_free(rows);
    qn_decorations_free(list->decorations);
}

static void put_vars(struct rev_list *list,
                     const struct qn_bisect_weights *weights)
{
    uint32_t all = (uint32_t)weights->count;
    uint32_t reached = weights->rows[weights->chosen].weight;
    uint32_t good = all - reached - 1;
    uint32_t bad = reached - 1;
    struct cli *cli = list->cli;

    if (reached >= all)
        good = 0;
    cli_puts(cli, "bisect_rev='");
    cli_put_id(cli, &weights->rows[weights->chosen].id);
    cli_printf(cli,
               "'\nbisect_nr=%d\nbisect_good=%d\nbisect_bad=%d\n"
               "bisect_all=%u\nbisect_steps=%u\n",
               (int)(good > bad ? good : bad), (int)all - (int)reached - 1,
               (int)bad, all, qn_bisect_weights_steps(all));
}

enum qn_status rev_list_bisect(struct rev_list *list)
{
    struct qn_ctx *ctx = list->cli->ctx;
    struct qn_bisect_weights weights = QN_BISECT_WEIGHTS_INIT;
    enum qn_status status = qn_bisect_weights_run(
        ctx, list->walk, list->args.walk.first_parent_only, list->bisects_all,
        &weights);

    if (!status && weights.count) {
        if (list->bisects_all)
            put_all(list, &weights);
        if (list->bisects_vars && list->bisects_all)
            cli_puts(list->cli, "------\n");
        if (list->bisects_vars) {
            put_vars(list, &weights);
        } else if (!list->bisects_all) {
            struct qn_walk_commit commit = {
                .id = weights.rows[weights.chosen].id};

            if (!list->quiet) {
                rev_list_put_commit(list, &commit);
                rev_list_end_commit(list, &commit);
            }
        }
    }
    qn_bisect_weights_dispose(&weights);
    return status;
}
