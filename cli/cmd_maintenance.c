/* SPDX-License-Identifier: MIT */
#include "cli/housekeeping.h"
#include "cli/maintenance.h"
#include "operation/op_gc.h"
#include "operation/part/object_transfer.h"
#include "operation/part/repack_packs.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "text/date.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *const cli_maintenance_usage[] = {
    "git maintenance <subcommand> [<options>]", NULL};

enum task_id {
    PREFETCH,
    LOOSE_OBJECTS,
    INCREMENTAL_REPACK,
    GEOMETRIC_REPACK,
    GC,
    COMMIT_GRAPH,
    PACK_REFS,
    REFLOG_EXPIRE,
    WORKTREE_PRUNE,
    RERERE_GC,
    TASK_COUNT
};
enum schedule { NEVER, WEEKLY, DAILY, HOURLY };

struct run {
    struct cli *cli;
    bool is_auto, quiet;
    int detach;
    enum schedule schedule;
    enum task_id chosen[TASK_COUNT]; /* --task, in order */
    size_t chosen_count;
};

static const char *const names[TASK_COUNT] = {"prefetch",
                                              "loose-objects",
                                              "incremental-repack",
                                              "geometric-repack",
                                              "gc",
                                              "commit-graph",
                                              "pack-refs",
                                              "reflog-expire",
                                              "worktree-prune",
                                              "rerere-gc"};

/* What each strategy does: by hand, and from which schedule on. */
struct strategy {
    const char *name;
    bool by_hand[TASK_COUNT];
    enum schedule schedules[TASK_COUNT];
};
static const struct strategy strategies[] = {
    {"none", {[GC] = true}, {NEVER}},
    {"gc", {[GC] = true}, {[GC] = DAILY}},
    {"incremental",
     {[GC] = true},
     {[PREFETCH] = HOURLY,
      [COMMIT_GRAPH] = HOURLY,
      [LOOSE_OBJECTS] = DAILY,
      [INCREMENTAL_REPACK] = DAILY,
      [PACK_REFS] = WEEKLY}},
    {"geometric",
     {[GEOMETRIC_REPACK] = true,
      [COMMIT_GRAPH] = true,
      [PACK_REFS] = true,
      [REFLOG_EXPIRE] = true,
      [WORKTREE_PRUNE] = true,
      [RERERE_GC] = true},
     {[COMMIT_GRAPH] = HOURLY,
      [GEOMETRIC_REPACK] = DAILY,
      [PACK_REFS] = DAILY,
      [REFLOG_EXPIRE] = WEEKLY,
      [WORKTREE_PRUNE] = WEEKLY,
      [RERERE_GC] = WEEKLY}},
};

/* ---- the tasks */

static bool has_remotes(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const char *key = qn_config_at(config, i)->key;

        if (strncmp(key, "remote.", 7) == 0 && strlen(key) > 11 &&
            strcmp(key + strlen(key) - 4, ".url") == 0)
            return true;
    }
    return false;
}

static int prefetch(struct run *run)
{
    if (!has_remotes(run->cli))
        return 0;
    return cli_error(run->cli, "the task prefetch is not done yet");
}

struct rows {
    uint8_t *data;
    size_t count, capacity, size;
};

static enum qn_status keep_row(struct qn_ctx *ctx, void *data,
                               const struct qn_id *id)
{
    struct rows *rows = data;
    enum qn_status status = qn_memory_grow(ctx, &rows->data, &rows->capacity,
                                           rows->count + 1, rows->size);

    if (!status)
        memcpy(rows->data + rows->size * rows->count++, id->bytes, rows->size);
    return status;
}

static void list_loose(struct cli *cli, struct rows *rows)
{
    cli_open_views(cli);
    rows->size = qn_id_size(qn_odb_algorithm(cli->odb));
    cli_check(cli, qn_odb_list(cli->ctx, cli->odb,
                               QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_PACKED |
                                   QN_ODB_LIST_SORTED,
                               keep_row, rows));
}

static int loose_objects(struct run *run)
{
    struct cli *cli = run->cli;
    struct cli_step step = {0};
    struct rows rows = {0};
    int64_t batch =
        cli_config_int(cli, "maintenance.loose-objects.batchsize", 50000);

    cli_step_add(cli, &step, "prune-packed");
    cli_step_add(cli, &step, "--quiet");
    cli_step_run(cli, &step, true);
    list_loose(cli, &rows);
    if (batch > 0 && rows.count > (size_t)batch)
        rows.count = (size_t)batch;
    if (rows.count > 0) {
        const struct qn_object_transfer transfer = {
            .source = cli->odb,
            .destination = qn_repo_odb_store(cli->repo),
            .rows = rows.data,
            .count = rows.count};

        cli_check(cli, qn_object_transfer_run(cli->ctx, &transfer, NULL));
    }
    qn_memory_free(rows.data);
    cli_step_forget(cli);
    return 0;
}

static int index_packs(struct run *run, const char *verb, uint64_t batch)
{
    struct cli *cli = run->cli;
    struct cli_step step = {0};

    cli_step_add(cli, &step, "multi-pack-index");
    cli_step_add(cli, &step, verb);
    cli_step_add(cli, &step, run->quiet ? "--no-progress" : "--progress");
    if (strcmp(verb, "repack") == 0)
        cli_step_addf(cli, &step, "--batch-size=%llu",
                      (unsigned long long)batch);
    return cli_step_run(cli, &step, false);
}

/* The second largest pack and a byte: all that is smaller is joined. */
static uint64_t batch_size(struct cli *cli)
{
    struct qn_op_gc_state state = {0};
    uint64_t largest, second = 0;
    const char *name, *end;

    cli_open_views(cli);
    cli_check(cli, qn_op_gc_look(cli->ctx, cli->odb, 1, &state));
    largest = state.pack_bytes;
    name = (const char *)state.big.data;
    end = name ? name + state.big.size : NULL;
    for (; name && name < end; name += strlen(name) + 1) {
        struct qn_buf path = QN_BUF_INIT;
        struct qn_file_stat stat = {0};

        cli_check(cli, qn_buf_printf(
                           cli->ctx, &path, "%s/pack/%s",
                           qn_odb_store_directory(qn_odb_get_store(cli->odb)),
                           name));
        cli_check(cli, qn_file_lstat(cli->ctx, qn_buf_string(&path), &stat));
        if (stat.size > second &&
            strcmp(name, qn_buf_string(&state.largest)) != 0)
            second = stat.size;
        qn_buf_dispose(&path);
    }
    qn_op_gc_state_dispose(&state);
    second = second < largest ? second : largest;
    return second + 1 > INT32_MAX ? INT32_MAX : second + 1;
}

static int incremental_repack(struct run *run)
{
    struct cli *cli = run->cli;

    if (!cli_config_bool(cli, "core.multipackindex", true)) {
        cli_warning(cli, "skipping incremental-repack task because "
                         "core.multiPackIndex is disabled");
        return 0;
    }
    if (!cli_find_command("multi-pack-index"))
        return cli_error(cli, "the task incremental-repack is not done yet");
    if (index_packs(run, "write", 0))
        return cli_error(cli, "failed to write multi-pack-index");
    if (index_packs(run, "expire", 0))
        return cli_error(cli, "multi-pack-index expire failed");
    if (index_packs(run, "repack", batch_size(cli)))
        return cli_error(cli, "multi-pack-index repack failed");
    return 0;
}

/* Would all packs become one?  Then what nothing reaches is kept apart. */
static bool rolls_all(struct cli *cli, uint32_t factor)
{
    struct qn_repack_packs packs = {0};
    bool answer = true;
    size_t i;

    cli_open_views(cli);
    cli_check(cli, qn_repack_packs_list(cli->ctx, cli->odb, NULL, 0, &packs));
    qn_repack_packs_split(&packs, factor, false);
    for (i = 0; i < packs.count; i++)
        answer =
            answer && (packs.items[i].is_rolled || packs.items[i].is_kept ||
                       packs.items[i].is_cruft || packs.items[i].is_promisor);
    qn_repack_packs_dispose(&packs);
    return answer;
}

static int geometric_repack(struct run *run)
{
    struct cli *cli = run->cli;
    struct cli_step step = {0};
    int64_t factor =
        cli_config_int(cli, "maintenance.geometric-repack.splitfactor", 2);

    cli_step_add(cli, &step, "repack");
    cli_step_add(cli, &step, "-d");
    cli_step_add(cli, &step, "-l");
    if (rolls_all(cli, (uint32_t)factor)) {
        int64_t expiry;

        cli_step_add(cli, &step, "--cruft");
        cli_step_addf(
            cli, &step, "--cruft-expiration=%s",
            cli_expiry(cli, "gc.pruneexpire", "2.weeks.ago", &expiry));
    } else {
        cli_step_addf(cli, &step, "--geometric=%lld", (long long)factor);
    }
    cli_step_add(cli, &step, "--quiet");
    if (cli_config_bool(cli, "core.multipackindex", true) &&
        cli_find_command("multi-pack-index"))
        cli_step_add(cli, &step, "--write-midx");
    return cli_step_run(cli, &step, false);
}

static int gc(struct run *run)
{
    struct cli *cli = run->cli;
    struct cli_step step = {0};

    cli_step_add(cli, &step, "gc");
    if (run->is_auto)
        cli_step_add(cli, &step, "--auto");
    cli_step_add(cli, &step, run->quiet ? "--quiet" : "--no-quiet");
    cli_step_add(cli, &step, "--no-detach");
    cli_step_add(cli, &step, "--skip-foreground-tasks");
    return cli_step_run(cli, &step, false);
}

static int commit_graph(struct run *run)
{
    struct cli *cli = run->cli;
    struct cli_step step = {0};

    if (!cli_config_bool(cli, "core.commitgraph", true))
        return 0;
    if (!cli_find_command("commit-graph"))
        return cli_error(cli, "the task commit-graph is not done yet");
    cli_step_add(cli, &step, "commit-graph");
    cli_step_add(cli, &step, "write");
    cli_step_add(cli, &step, "--split");
    cli_step_add(cli, &step, "--reachable");
    cli_step_add(cli, &step, run->quiet ? "--no-progress" : "--progress");
    if (cli_step_run(cli, &step, false))
        return cli_error(cli, "failed to write commit-graph");
    return 0;
}

static int pack_refs(struct run *run)
{
    struct cli *cli = run->cli;
    struct cli_step step = {0};

    cli_step_add(cli, &step, "pack-refs");
    cli_step_add(cli, &step, "--all");
    cli_step_add(cli, &step, "--prune");
    if (run->is_auto)
        cli_step_add(cli, &step, "--auto");
    return cli_step_run(cli, &step, false);
}

static int reflog_expire(struct run *run)
{
    cli_step_expire_reflogs(run->cli);
    return 0;
}

static int worktree_prune(struct run *run)
{
    cli_prune_work_trees(run->cli);
    return 0;
}

static int rerere_gc(struct run *run)
{
    cli_prune_resolutions(run->cli);
    return 0;
}

/* ---- is a task worth it (--auto)? */

static int64_t limit_of(struct cli *cli, enum task_id task, int64_t fallback)
{
    char key[80];

    snprintf(key, sizeof(key), "maintenance.%s.auto", names[task]);
    return cli_config_int(cli, key, fallback);
}

static bool loose_is_needed(struct cli *cli)
{
    int64_t limit = limit_of(cli, LOOSE_OBJECTS, 100);
    struct rows rows = {0};
    bool answer;

    if (limit <= 0)
        return limit < 0;
    list_loose(cli, &rows);
    answer = rows.count >= (uint64_t)limit;
    qn_memory_free(rows.data);
    return answer;
}

static bool packs_are_needed(struct cli *cli, enum task_id task,
                             int64_t fallback)
{
    int64_t limit = limit_of(cli, task, fallback);
    struct qn_op_gc_state state = {0};
    bool answer;

    if (limit <= 0)
        return limit < 0;
    cli_open_views(cli);
    cli_check(cli, qn_op_gc_look(cli->ctx, cli->odb, 0, &state));
    if (task == GEOMETRIC_REPACK)
        answer = state.loose / 256 > ((uint64_t)limit + 255) / 256 ||
                 state.packs > 1;
    else
        answer = state.packs >= (uint64_t)limit;
    qn_op_gc_state_dispose(&state);
    return answer;
}

static bool work_trees_are_needed(struct cli *cli)
{
    int64_t limit = limit_of(cli, WORKTREE_PRUNE, 1);
    struct qn_op_gc_work_trees how = {.is_dry_run = true};

    if (limit <= 0)
        return limit < 0;
    cli_expiry(cli, "gc.worktreepruneexpire", "3.months.ago", &how.expire);
    cli_check(cli, qn_op_gc_work_trees(cli->ctx, cli->repo, &how));
    return how.count >= (uint64_t)limit;
}

static bool resolutions_are_needed(struct cli *cli)
{
    int64_t limit = limit_of(cli, RERERE_GC, 1);
    struct qn_buf path = QN_BUF_INIT;
    bool answer;

    if (limit <= 0)
        return limit < 0;
    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "rr-cache", &path));
    answer = qn_file_is_directory(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return answer;
}

static enum qn_status count_entry(struct qn_ctx *ctx, void *data,
                                  const struct qn_reflog_entry *entry)
{
    int64_t *left = data; /* [0]: how many more; [1]: older than that */

    (void)ctx;
    if (entry->seconds < left[1])
        left[0]--;
    return left[0] > 0 ? QN_OK : QN_END;
}

/* Lines of HEAD's log that are too old to be kept. */
static bool logs_are_needed(struct cli *cli)
{
    int64_t left[2];

    left[0] = limit_of(cli, REFLOG_EXPIRE, 100);
    if (left[0] <= 0)
        return left[0] < 0;
    cli_expiry(cli, "gc.reflogexpire", "90.days.ago", &left[1]);
    cli_open_views(cli);
    cli_check(cli, qn_reflog_walk(cli->ctx, cli->refs, "HEAD", false,
                                  count_entry, left));
    return left[0] <= 0;
}

static bool graph_is_needed(struct cli *cli)
{
    int64_t limit = limit_of(cli, COMMIT_GRAPH, 100);

    if (limit <= 0)
        return limit < 0;
    return cli_find_command("commit-graph") &&
           cli_graph_lacks(cli, (uint64_t)limit);
}

static bool is_needed(struct run *run, enum task_id task)
{
    struct cli *cli = run->cli;
    bool packs_all;

    switch (task) {
    case GC:
        return cli_gc_is_needed(cli, &packs_all);
    case LOOSE_OBJECTS:
        return loose_is_needed(cli);
    case INCREMENTAL_REPACK:
        return cli_config_bool(cli, "core.multipackindex", true) &&
               packs_are_needed(cli, task, 10);
    case GEOMETRIC_REPACK:
        return packs_are_needed(cli, task, 100);
    case COMMIT_GRAPH:
        return graph_is_needed(cli);
    case PACK_REFS:
        return cli_refs_want_packing(cli);
    case REFLOG_EXPIRE:
        return logs_are_needed(cli);
    case WORKTREE_PRUNE:
        return work_trees_are_needed(cli);
    case RERERE_GC:
        return resolutions_are_needed(cli);
    default:
        return false;
    }
}

/* ---- which tasks */

static enum schedule parse_schedule(const char *text)
{
    return strcmp(text, "hourly") == 0   ? HOURLY
           : strcmp(text, "daily") == 0  ? DAILY
           : strcmp(text, "weekly") == 0 ? WEEKLY
                                         : NEVER;
}

static const struct strategy *find_strategy(struct run *run)
{
    const char *name =
        cli_config_string(run->cli, "maintenance.strategy", NULL);
    size_t i;

    if (!name)
        return &strategies[run->schedule ? 0 : 3];
    for (i = 1; i < QN_COUNT_OF(strategies); i++)
        if (strcmp(strategies[i].name, name) == 0)
            return &strategies[i];
    cli_die_with(run->cli, "unknown maintenance strategy: '%s'", name);
    return NULL;
}

static bool is_wanted(struct run *run, const struct strategy *strategy,
                      enum task_id task)
{
    struct cli *cli = run->cli;
    enum schedule at = strategy->schedules[task];
    bool wanted = run->schedule ? at != NEVER : strategy->by_hand[task];
    const char *text;
    char key[80];

    snprintf(key, sizeof(key), "maintenance.%s.enabled", names[task]);
    wanted = cli_config_bool(cli, key, wanted);
    snprintf(key, sizeof(key), "maintenance.%s.schedule", names[task]);
    text = cli_config_string(cli, key, NULL);
    if (text)
        at = parse_schedule(text);
    return wanted && (!run->schedule || at >= run->schedule);
}

static void choose(struct run *run)
{
    const struct strategy *strategy = find_strategy(run);
    int task;

    if (run->chosen_count > 0)
        return;
    for (task = 0; task < TASK_COUNT; task++)
        if (is_wanted(run, strategy, (enum task_id)task))
            run->chosen[run->chosen_count++] = (enum task_id)task;
}

/* gc does these two before it goes to the background. */
static void gc_foreground(struct run *run)
{
    if (cli_config_bool(run->cli, "gc.packrefs", true))
        cli_step_pack_refs(run->cli, run->is_auto);
    cli_step_expire_reflogs(run->cli);
}

static int run_task(struct run *run, enum task_id task)
{
    static int (*const functions[TASK_COUNT])(struct run *) = {
        prefetch,
        loose_objects,
        incremental_repack,
        geometric_repack,
        gc,
        commit_graph,
        pack_refs,
        reflog_expire,
        worktree_prune,
        rerere_gc};

    if (functions[task](run)) {
        cli_error(run->cli, "task '%s' failed", names[task]);
        return 1;
    }
    return 0;
}

static bool is_foreground(enum task_id task)
{
    return task == PACK_REFS || task == REFLOG_EXPIRE;
}

static int run_tasks(struct run *run)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT;
    struct cli *cli = run->cli;
    bool needed[TASK_COUNT];
    int code = 0;
    size_t i;

    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/objects/maintenance",
                                 qn_repo_common_directory(cli->repo)));
    if (qn_lock_file_take(cli->ctx, &lock, qn_buf_string(&path), 0666, 0)) {
        qn_ctx_clear(cli->ctx);
        if (!run->is_auto && !run->quiet)
            cli_warning(cli, "lock file '%s.lock' exists, skipping maintenance",
                        qn_buf_string(&path));
        qn_buf_dispose(&path);
        return 0;
    }
    for (i = 0; i < run->chosen_count; i++)
        needed[i] = !run->is_auto || is_needed(run, run->chosen[i]);
    for (i = 0; i < run->chosen_count; i++) {
        if (needed[i] && is_foreground(run->chosen[i]))
            code |= run_task(run, run->chosen[i]);
        else if (needed[i] && run->chosen[i] == GC)
            gc_foreground(run);
    }
    if (run->detach > 0) {
        qn_lock_file_rollback(&lock);
        (void)cli_go_to_background(cli);
        if (qn_lock_file_take(cli->ctx, &lock, qn_buf_string(&path), 0666, 0))
            cli_die(cli);
    }
    for (i = 0; i < run->chosen_count; i++)
        if (needed[i] && !is_foreground(run->chosen[i]))
            code |= run_task(run, run->chosen[i]);
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&path);
    return code;
}

/* ---- options */

static int take_task(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct run *run = option->value;
    size_t i;
    int task = 0;

    (void)is_negated;
    while (task < TASK_COUNT && strcmp(names[task], argument) != 0)
        task++;
    if (task == TASK_COUNT) {
        cli_error(cli, "'%s' is not a valid task", argument);
        return 1;
    }
    for (i = 0; i < run->chosen_count; i++)
        if (run->chosen[i] == (enum task_id)task) {
            cli_error(cli, "task '%s' cannot be selected multiple times",
                      argument);
            return 1;
        }
    run->chosen[run->chosen_count++] = (enum task_id)task;
    return 0;
}

static int take_schedule(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    struct run *run = option->value;

    run->schedule = NEVER;
    if (is_negated)
        return 0;
    run->schedule = parse_schedule(argument);
    if (run->schedule == NEVER)
        cli_die_with(cli, "unrecognized --schedule argument '%s'", argument);
    return 0;
}

static int run(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance run [--auto] [--[no-]quiet] [--task=<task>] "
        "[--schedule]",
        NULL};
    struct run run = {.cli = cli, .detach = -1, .quiet = !isatty(2)};
    const struct cli_option options[] = {
        CLI_FLAG(0, "auto", &run.is_auto, "only tasks that are worth it"),
        CLI_TRISTATE(0, "detach", &run.detach, "go on in the background"),
        {CLI_KIND_CALLBACK, 0, "schedule", &run, "frequency",
         "tasks that are due so often", 0, 0, take_schedule},
        CLI_FLAG(0, "quiet", &run.quiet, "say nothing"),
        {CLI_KIND_CALLBACK, 0, "task", &run, "task", "this task",
         CLI_OPTION_NO_NEGATE, 0, take_task},
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    if (run.is_auto && run.schedule)
        cli_die_with(cli, "options '--auto' and '--schedule=' cannot be used "
                          "together");
    if (run.chosen_count > 0 && run.schedule)
        cli_die_with(cli, "options '--task=' and '--schedule=' cannot be used "
                          "together");
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    choose(&run);
    if (run.detach < 0)
        run.detach = 0;
    return run_tasks(&run);
}

static int needed(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance is-needed [--task=<task>] [--schedule]", NULL};
    struct run run = {.cli = cli, .quiet = true};
    const struct cli_option options[] = {
        CLI_FLAG(0, "auto", &run.is_auto, "only tasks that are worth it"),
        {CLI_KIND_CALLBACK, 0, "schedule", &run, "frequency",
         "tasks that are due so often", 0, 0, take_schedule},
        {CLI_KIND_CALLBACK, 0, "task", &run, "task", "this task",
         CLI_OPTION_NO_NEGATE, 0, take_task},
        CLI_END};
    size_t i;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    choose(&run);
    for (i = 0; i < run.chosen_count; i++)
        if (!run.is_auto || is_needed(&run, run.chosen[i]))
            return 0;
    return 1;
}

int cmd_maintenance(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {
        {"run", run, false},
        {"start", cli_maintenance_start, false},
        {"stop", cli_maintenance_stop, false},
        {"register", cli_maintenance_register, false},
        {"unregister", cli_maintenance_unregister, false},
        {"is-needed", needed, false},
        {NULL, NULL, false}};

    return cli_run_subcommand(cli, argc, argv, list, cli_maintenance_usage);
}
