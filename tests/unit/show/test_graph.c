/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "show/graph.h"

int test_graph(void);

/* Commits are letters; a row is the commit, then its visible parents. */
static const struct {
    const char *const commits[8];
    const char *drawing; /* rows, their trailing blanks cut */
} histories[] = {
    {{"ab", "b", NULL}, "*\n*\n"},
    {{"abc", "cd", "bd", "d", NULL}, "*\n|\\\n| *\n* |\n|/\n*\n"},
    {{"abc", "be", "cd", "de", "e", NULL}, "*\n|\\\n* |\n| *\n| *\n|/\n*\n"},
    {{"abcd", "d", "c", "b", NULL}, "*-.\n|\\ \\\n| | *\n| *\n*\n"},
};

static struct qn_id make_id(char letter)
{
    struct qn_id id = {{0}, QN_HASH_SHA1};

    id.bytes[0] = (uint8_t)letter;
    return id;
}

static enum qn_status draw(struct qn_ctx *ctx, const char *const *commits,
                           struct qn_buf *out)
{
    struct qn_graph *graph = NULL;
    enum qn_status status = qn_graph_new(ctx, false, NULL, 0, &graph);

    for (; *commits && !status; commits++) {
        struct qn_id ids[4];
        const struct qn_id *parents[4];
        struct qn_graph_commit commit = {.id = &ids[0], .mark = '*'};
        bool is_commit = false;
        size_t i;

        for (i = 0; (*commits)[i]; i++) {
            ids[i] = make_id((*commits)[i]);
            if (i > 0)
                parents[commit.parent_count++] = &ids[i];
        }
        commit.parents = parents;
        status = qn_graph_begin(ctx, graph, &commit);
        while (!status && (!is_commit || !qn_graph_is_finished(graph))) {
            bool is_mark = false;

            status = qn_graph_row(ctx, graph, out, &is_mark);
            is_commit |= is_mark;
            while (out->size > 0 && out->data[out->size - 1] == ' ')
                qn_buf_truncate(out, out->size - 1);
            if (!status)
                status = qn_buf_append_byte(ctx, out, '\n');
        }
    }
    qn_graph_free(graph);
    return status;
}

static enum qn_status draw_all(struct qn_ctx *ctx, void *data)
{
    struct qn_buf buf = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(histories) && !status; i++) {
        qn_buf_clear(&buf);
        status = draw(ctx, histories[i].commits, &buf);
        if (!status)
            assert_string_equal(qn_buf_string(&buf), histories[i].drawing);
    }
    qn_buf_dispose(&buf);
    return status;
}

static void draws(void **state)
{
    (void)state;
    unit_each_allocation(draw_all, NULL);
}

int test_graph(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws),
    };

    return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
