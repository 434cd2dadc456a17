/* SPDX-License-Identifier: MIT */
/* Unified diffs of a batch of file pairs, for comparison with another program.
 *
 *   diff_driver [-a n] [-f flags] [-U n] [-i n] [-W] [-x text]... OLD NEW
 *
 * OLD and NEW are directories; for each name 0, 1, 2, ... that both have,
 * prints
 * "== <name>" and the hunks.  -m BASE: three-way merges instead (BASE, OLD, NEW
 * with style -s, favour -v, level -l). */
#include "base/buf.h"
#include "base/ctx.h"
#include "base/env.h"
#include "diff/hunks.h"
#include "merge/text_merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool read_file(struct qn_ctx *ctx, const char *directory, int number,
                      struct qn_buf *out)
{
    char path[4096];
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), "%s/%d", directory, number);
    file = fopen(path, "rb");
    if (!file)
        return false;
    qn_buf_clear(out);
    for (;;) {
        if (qn_buf_reserve(ctx, out, 65536))
            abort();
        size = fread(out->data + out->size, 1, 65536, file);
        if (size == 0)
            break;
        out->size += size;
    }
    fclose(file);
    return true;
}

static void diff_pair(struct qn_ctx *ctx, struct qn_bytes a, struct qn_bytes b,
                      const struct qn_text_diff_options *options,
                      const struct qn_hunk_options *hunk_options,
                      struct qn_buf *out)
{
    static const struct qn_hunk_style style = {' ', '-', '+', false};
    struct qn_hunks hunks = QN_HUNKS_INIT;
    struct qn_text_diff diff;
    size_t i;

    if (qn_text_diff_run(ctx, a, b, options, &diff) ||
        qn_hunks_build(ctx, &diff, hunk_options, &hunks))
        abort();
    for (i = 0; i < hunks.count; i++)
        if (qn_hunks_append(ctx, &diff, &hunks.items[i], &style, out))
            abort();
    qn_hunks_dispose(&hunks);
    qn_text_diff_dispose(&diff);
}

static void merge_three(struct qn_ctx *ctx, const char *base, int number,
                        struct qn_bytes a, struct qn_bytes b,
                        struct qn_text_merge_options *options,
                        const struct qn_text_diff_options *diff,
                        struct qn_buf *out)
{
    struct qn_buf text = QN_BUF_INIT;
    uint32_t conflicts = 0;

    options->diff = *diff;
    options->our_label = "a";
    options->base_label = "o";
    options->their_label = "b";
    if (!read_file(ctx, base, number, &text) ||
        qn_text_merge_run(ctx, qn_buf_bytes(&text), a, b, options, out,
                          &conflicts) ||
        qn_buf_printf(ctx, out, "\n%u conflicts\n", conflicts))
        abort();
    qn_buf_dispose(&text);
}

int main(int argc, char **argv)
{
    struct qn_env_options env_options = QN_ENV_OPTIONS_INIT;
    struct qn_env *env = qn_env_new(&env_options);
    struct qn_ctx *ctx = qn_ctx_new(env);
    struct qn_text_diff_options options = {.flags =
                                               QN_TEXT_DIFF_INDENT_HEURISTIC};
    struct qn_hunk_options hunks = {.context = 3};
    struct qn_buf a = QN_BUF_INIT, b = QN_BUF_INIT, out = QN_BUF_INIT;
    struct qn_text_merge_options merge = {.level = 3};
    const char *base = NULL;
    const char *anchors[16];
    int number;
    int c;

    options.anchors = anchors;
    while ((c = getopt(argc, argv, "a:f:U:i:Wx:m:s:v:l:")) != -1) {
        switch (c) {
        case 'a':
            options.algorithm = (enum qn_text_diff_algorithm)atoi(optarg);
            break;
        case 'f':
            options.flags = (unsigned)atoi(optarg);
            break;
        case 'U':
            hunks.context = (uint32_t)atoi(optarg);
            break;
        case 'i':
            hunks.inter_hunk = (uint32_t)atoi(optarg);
            break;
        case 'W':
            hunks.has_function_context = true;
            break;
        case 'x':
            anchors[options.anchor_count++] = optarg;
            break;
        case 'm':
            base = optarg;
            break;
        case 's':
            merge.style = (enum qn_text_merge_style)atoi(optarg);
            break;
        case 'v':
            merge.favor = (enum qn_text_merge_favor)atoi(optarg);
            break;
        case 'l':
            merge.level = (unsigned)atoi(optarg);
            break;
        default:
            return 2;
        }
    }
    if (argc - optind != 2)
        return 2;
    if (hunks.context == 0 && !hunks.has_function_context)
        options.flags |= QN_TEXT_DIFF_CUT_TAIL;
    hunks.flags = options.flags;
    for (number = 0; read_file(ctx, argv[optind], number, &a) &&
                     read_file(ctx, argv[optind + 1], number, &b);
         number++) {
        qn_buf_clear(&out);
        if (base)
            merge_three(ctx, base, number, qn_buf_bytes(&a), qn_buf_bytes(&b),
                        &merge, &options, &out);
        else
            diff_pair(ctx, qn_buf_bytes(&a), qn_buf_bytes(&b), &options, &hunks,
                      &out);
        printf("== %d\n", number);
        fwrite(out.data, 1, out.size, stdout);
    }
    qn_buf_dispose(&a);
    qn_buf_dispose(&b);
    qn_buf_dispose(&out);
    qn_ctx_free(ctx);
    qn_env_release(env);
    return 0;
}
