/* SPDX-License-Identifier: MIT */
/* Strategies that are programs: git-merge-<name> on PATH.
 *
 *   git-merge-<name> [--<option>...] <base>... -- HEAD <head>...
 *
 * It leaves its result in index and work tree; it ends with 0 when all is done,
 * 1 for conflicts, and something else when it could not do it.
 */
#include "operation/op_merge_parts.h"

#include "base/memory.h"
#include "os/process.h"

struct words {
    char **items;
    size_t count;
    size_t capacity;
};

static enum qn_status add_word(struct qn_ctx *ctx, struct words *words,
                               const char *before, const char *text)
{
    struct qn_buf word = QN_BUF_INIT;
    enum qn_status status =
        qn_memory_grow(ctx, &words->items, &words->capacity, words->count + 2,
                       sizeof(*words->items));

    if (!status)
        status = qn_buf_printf(ctx, &word, "%s%s", before, text);
    if (!status) {
        words->items[words->count] = qn_buf_detach(ctx, &word);
        status = words->items[words->count] ? QN_OK : QN_NO_MEMORY;
    }
    if (!status)
        words->items[++words->count] = NULL;
    qn_buf_dispose(&word);
    return status;
}

static void dispose_words(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        qn_memory_free(words->items[i]);
    qn_memory_free(words->items);
}

static enum qn_status find_bases(struct qn_op_merge_run *run,
                                 struct qn_id_list *out)
{
    const struct qn_merge_heads *heads = run->options->heads;
    struct qn_id *commits =
        qn_memory_array(run->ctx, heads->count + 1, sizeof(*commits));
    enum qn_status status = commits ? QN_OK : QN_NO_MEMORY;

    for (size_t i = 0; i < heads->count && !status; i++)
        commits[i + 1] = heads->items[i].id;
    if (!status) {
        commits[0] = run->head;
        status =
            heads->count == 1
                ? qn_merge_base_find(run->ctx, &run->scope, &run->head,
                                     &commits[1], 1, out)
                : qn_merge_base_find_octopus(run->ctx, &run->scope, commits,
                                             heads->count + 1, out);
    }
    qn_memory_free(commits);
    return status;
}

static enum qn_status make_command(struct qn_op_merge_run *run,
                                   struct words *command)
{
    const struct qn_merge_options *options = run->options;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id_list bases = {0};
    enum qn_status status = find_bases(run, &bases);

    if (!status)
        status = add_word(run->ctx, command, "git-merge-", run->strategy->name);
    for (size_t i = 0; i < options->strategy_word_count && !status; i++)
        status = add_word(run->ctx, command, "--", options->strategy_words[i]);
    for (size_t i = 0; i < bases.count && !status; i++)
        status =
            add_word(run->ctx, command, "", qn_id_to_hex(&bases.ids[i], hex));
    if (!status)
        status = add_word(run->ctx, command, "--", "");
    if (!status)
        status = add_word(run->ctx, command, "", "HEAD");
    for (size_t i = 0; i < options->heads->count && !status; i++)
        status = add_word(run->ctx, command, "",
                          qn_id_to_hex(&options->heads->items[i].id, hex));
    qn_id_list_dispose(&bases);
    return status;
}

/* What the heads were called, and what reflogs begin with. */
static enum qn_status make_variables(struct qn_op_merge_run *run,
                                     struct words *variables)
{
    const struct qn_merge_heads *heads = run->options->heads;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = add_word(
        run->ctx, variables, "GIT_REFLOG_ACTION=", qn_buf_string(&run->action));

    for (size_t i = 0; i < heads->count && !status; i++) {
        qn_buf_clear(&name);
        status = qn_buf_printf(run->ctx, &name, "GITHEAD_%s=",
                               qn_id_to_hex(&heads->items[i].id, hex));
        if (!status)
            status = add_word(run->ctx, variables, qn_buf_string(&name),
                              qn_buf_string(&heads->items[i].name));
    }
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_op_merge_external_run(struct qn_op_merge_run *run,
                                        bool *is_clean)
{
    struct qn_ctx *ctx = run->ctx;
    struct words command = {0}, variables = {0};
    struct qn_process_options options = {.directory =
                                             qn_repo_work_tree(run->repo)};
    struct qn_process *process = NULL;
    int code = -1;
    enum qn_status status = make_command(run, &command);

    if (!status)
        status = make_variables(run, &variables);
    /* The index is the program's meanwhile. */
    qn_lock_file_rollback(&run->lock);
    qn_index_free(run->index);
    run->index = NULL;
    run->options->calls.warn(run->options->calls.data, "");
    options.argv = (const char *const *)command.items;
    options.variables = (const char *const *)variables.items;
    if (!status)
        status = qn_process_start(ctx, &options, &process);
    if (!status)
        status = qn_process_wait(ctx, process, &code);
    dispose_words(&command);
    dispose_words(&variables);
    if (status == QN_NOT_FOUND || (!status && code != 0 && code != 1)) {
        qn_ctx_clear(ctx);
        return qn_op_merge_strategy_fail(run);
    }
    if (!status)
        status = qn_odb_refresh(ctx, run->scope.odb);
    if (!status)
        status = qn_op_merge_parts_open_index(run);
    if (status)
        return status;
    *is_clean = code == 0 && !qn_index_is_unmerged(run->index);
    return *is_clean ? qn_index_write_tree(ctx, run->index, run->scope.odb,
                                           false, &run->result_tree)
                     : QN_OK;
}
