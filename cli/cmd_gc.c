/* SPDX-License-Identifier: MIT */
#include "cli/housekeeping.h"
#include "operation/op_gc.h"
#include "operation/part/run_hook.h"
#include "os/file.h"
#include "text/date.h"

#include <string.h>

static const char *const usage[] = {"git gc [<options>]", NULL};

struct gc {
    struct cli *cli;
    bool quiet, aggressive, is_auto, is_forced, keeps_largest;
    bool skips_foreground;
    int cruft, detach; /* -1: not said */
    uint64_t max_cruft;
    const char *prune; /* expiry; NULL: --no-prune */
    int64_t prune_time;
    const char *expire_to;
    bool packs_all; /* --auto with too many packs, or without --auto */
    struct qn_op_gc_state state;
};

static int take_prune(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    const char **prune = option->value;

    (void)cli;
    if (is_negated)
        *prune = NULL;
    else if (argument)
        *prune = argument;
    return 0;
}

/* The last one failed: say so, and do not try again for a day. */
static bool has_failed_before(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    bool has_failed = false;
    int64_t expiry = 0;

    cli_expiry(cli, "gc.logexpiry", "1.day.ago", &expiry);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/gc.log",
                                 qn_repo_common_directory(cli->repo)));
    cli_check(cli, qn_file_lstat(cli->ctx, qn_buf_string(&path), &stat));
    if (stat.kind == QN_FILE_NONE || stat.mtime_ns / 1000000000 < expiry)
        goto out;
    cli_check(cli, qn_file_read_all(cli->ctx, qn_buf_string(&path), &text));
    if (text.size == 0)
        goto out;
    has_failed = true;
    qn_buf_clear(&path);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/gc.log",
                                 qn_repo_git_directory_shown(cli->repo)));
    cli_warning(cli,
                "The last gc run reported the following. Please correct the "
                "root cause\nand remove %s\nAutomatic cleanup will not be "
                "performed until the file is removed.\n\n%s",
                qn_buf_string(&path), qn_buf_string(&text));
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return has_failed;
}

static bool hook_allows(struct cli *cli)
{
    const struct qn_run_hook hook = {.name = "pre-auto-gc"};
    int code = 0;

    cli_check(cli, qn_run_hook(cli->ctx, cli->repo, &hook, &code));
    return code == 0;
}

/* What to do with objects that nothing reaches. */
static void add_unreachable(struct gc *gc, struct cli_step *step)
{
    struct cli *cli = gc->cli;

    if (gc->prune && strcmp(gc->prune, "now") == 0) {
        bool keeps = gc->cruft > 0 && gc->expire_to;

        if (!keeps) {
            cli_step_add(cli, step, "-a");
            return;
        }
    }
    if (gc->cruft) {
        cli_step_add(cli, step, "--cruft");
        if (gc->prune)
            cli_step_addf(cli, step, "--cruft-expiration=%s", gc->prune);
        if (gc->max_cruft)
            cli_step_addf(cli, step, "--max-cruft-size=%llu",
                          (unsigned long long)gc->max_cruft);
        if (gc->expire_to)
            cli_step_addf(cli, step, "--expire-to=%s", gc->expire_to);
    } else {
        cli_step_add(cli, step, "-A");
        if (gc->prune)
            cli_step_addf(cli, step, "--unpack-unreachable=%s", gc->prune);
    }
}

static void add_kept(struct gc *gc, struct cli_step *step, struct qn_buf *room)
{
    struct cli *cli = gc->cli;
    int64_t big = cli_config_int(cli, "gc.bigpackthreshold", 0);
    const char *name, *end;

    cli_open_views(cli);
    qn_op_gc_state_dispose(&gc->state);
    memset(&gc->state, 0, sizeof(gc->state));
    cli_check(cli, qn_op_gc_look(cli->ctx, cli->odb,
                                 big > 0 ? (uint64_t)big : 0, &gc->state));
    if (gc->keeps_largest) {
        if (gc->state.largest.size > 0)
            cli_step_addf(cli, step, "--keep-pack=%s",
                          qn_buf_string(&gc->state.largest));
        return;
    }
    name = (const char *)gc->state.big.data;
    if (!name)
        return;
    end = name + gc->state.big.size;
    for (; name < end && step->count + 4 < CLI_STEP_WORDS;
         name += strlen(name) + 1) {
        cli_step_add(cli, step, "--keep-pack");
        cli_check(cli, qn_buf_append_string(cli->ctx, room, ""));
        cli_step_add(cli, step, name);
    }
}

static void repack(struct gc *gc)
{
    struct cli *cli = gc->cli;
    struct cli_step step = {0};
    struct qn_buf room = QN_BUF_INIT;
    const char *filter = cli_config_string(cli, "gc.repackfilter", NULL);
    const char *filter_to = cli_config_string(cli, "gc.repackfilterto", NULL);

    cli_step_add(cli, &step, "repack");
    cli_step_add(cli, &step, "-d");
    cli_step_add(cli, &step, "-l");
    if (gc->aggressive) {
        int64_t depth = cli_config_int(cli, "gc.aggressivedepth", 50);
        int64_t window = cli_config_int(cli, "gc.aggressivewindow", 250);

        cli_step_add(cli, &step, "-f");
        if (depth > 0)
            cli_step_addf(cli, &step, "--depth=%lld", (long long)depth);
        if (window > 0)
            cli_step_addf(cli, &step, "--window=%lld", (long long)window);
    }
    if (gc->quiet)
        cli_step_add(cli, &step, "-q");
    if (gc->packs_all) {
        struct cli_step kept = {0};
        size_t i;

        add_unreachable(gc, &step);
        add_kept(gc, &kept, &room);
        for (i = 0; i < kept.count; i++)
            cli_step_add(cli, &step, kept.words[i]);
        if (filter && *filter) {
            cli_step_add(cli, &step, "--filter");
            cli_step_add(cli, &step, filter);
        }
        if (filter_to && *filter_to) {
            cli_step_add(cli, &step, "--filter-to");
            cli_step_add(cli, &step, filter_to);
        }
        cli_step_run(cli, &step, true);
        for (i = 0; i < kept.rooms; i++)
            qn_buf_dispose(&kept.room[i]);
    } else {
        cli_step_add(cli, &step, "--no-write-bitmap-index");
        cli_step_run(cli, &step, true);
    }
    qn_buf_dispose(&room);
}

static void prune(struct gc *gc)
{
    struct cli *cli = gc->cli;
    struct cli_step step = {0};

    if (!gc->prune)
        return;
    cli_step_add(cli, &step, "prune");
    cli_step_add(cli, &step, "--expire");
    cli_step_add(cli, &step, gc->prune);
    if (gc->quiet)
        cli_step_add(cli, &step, "--no-progress");
    cli_step_run(cli, &step, true);
}

static void write_graph(struct gc *gc)
{
    struct cli *cli = gc->cli;
    struct cli_step step = {0};

    if (!cli_config_bool(cli, "gc.writecommitgraph", true))
        return;
    if (!cli_config_bool(cli, "core.commitgraph", true)) {
        cli_warning(cli, "attempting to write a commit-graph, but "
                         "'core.commitGraph' is disabled");
        return;
    }
    cli_step_add(cli, &step, "commit-graph");
    cli_step_add(cli, &step, "write");
    cli_step_add(cli, &step, "--reachable");
    cli_step_add(cli, &step, gc->quiet ? "--no-progress" : "--progress");
    if (cli_find_command("commit-graph"))
        cli_step_run(cli, &step, false);
}

static void foreground(struct gc *gc)
{
    struct cli *cli = gc->cli;
    const char *packs_refs = cli_config_string(cli, "gc.packrefs", "true");
    bool wants = true;

    if (gc->skips_foreground)
        return;
    if (strcmp(packs_refs, "notbare") == 0)
        wants = !qn_repo_is_bare(cli->repo);
    else
        wants = cli_config_bool(cli, "gc.packrefs", true);
    if (wants)
        cli_step_pack_refs(cli, gc->is_auto);
    if (strcmp(cli_config_string(cli, "gc.reflogexpire", ""), "never") != 0 ||
        strcmp(cli_config_string(cli, "gc.reflogexpireunreachable", ""),
               "never") != 0)
        cli_step_expire_reflogs(cli);
}

static void background(struct gc *gc)
{
    struct cli *cli = gc->cli;

    if (!cli_has_precious_objects(cli)) {
        repack(gc);
        prune(gc);
    }
    cli_prune_work_trees(cli);
    cli_prune_resolutions(cli);
    write_graph(gc);
}

/* --auto: is there anything to do?  Tells that it begins. */
static bool begins(struct gc *gc, bool detaches)
{
    struct cli *cli = gc->cli;

    if (!cli_gc_is_needed(cli, &gc->packs_all) || !hook_allows(cli))
        return false;
    if (!gc->quiet)
        cli_stderr(cli, detaches
                            ? "Auto packing the repository in background for "
                              "optimum performance.\n"
                            : "Auto packing the repository for optimum "
                              "performance.\n");
    if (!gc->quiet)
        cli_stderr(cli, "See \"git help gc\" for manual housekeeping.\n");
    return true;
}

static int keep_house(struct gc *gc)
{
    struct cli *cli = gc->cli;
    struct qn_op_gc_lock lock = {0};
    bool detaches, is_held = false, is_behind = false;

    detaches = gc->detach >= 0
                   ? gc->detach
                   : gc->is_auto && cli_config_bool(cli, "gc.autodetach", true);
    if (gc->is_auto) {
        if (!begins(gc, detaches))
            return 0;
    } else {
        gc->packs_all = true;
    }
    if (detaches && has_failed_before(cli))
        return 0;
    cli_check(cli, qn_op_gc_lock_take(cli->ctx, cli->repo, gc->is_forced, &lock,
                                      &is_held));
    if (!is_held && gc->is_auto)
        return 0;
    if (!is_held)
        cli_die_with(cli,
                     "gc is already running on machine '%s' pid %llu (use "
                     "--force if not)",
                     lock.host, lock.pid);
    foreground(gc);
    if (detaches) {
        qn_op_gc_lock_release(&lock);
        is_behind = cli_go_to_background(cli);
        cli_check(cli, qn_op_gc_lock_take(cli->ctx, cli->repo, gc->is_forced,
                                          &lock, &is_held));
        if (!is_held)
            return 0;
    }
    if (is_behind)
        cli_log_begin(cli);
    background(gc);
    if (gc->is_auto && cli_gc_is_needed(cli, &gc->packs_all) && !gc->packs_all)
        cli_warning(cli, "There are too many unreachable loose objects; run "
                         "'git prune' to remove them.");
    if (is_behind)
        cli_log_end(cli);
    else if (!gc->is_auto) {
        struct qn_buf path = QN_BUF_INIT; /* what failed is mended now */

        cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/gc.log",
                                     qn_repo_common_directory(cli->repo)));
        cli_check(cli,
                  qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)));
        qn_buf_dispose(&path);
    }
    qn_op_gc_lock_release(&lock);
    return 0;
}

int cmd_gc(struct cli *cli, int argc, char **argv)
{
    struct gc gc = {.cli = cli, .cruft = -1, .detach = -1};
    const char *said = "";
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &gc.quiet, "show no progress"),
        {CLI_KIND_CALLBACK, 0, "prune", &said, "date",
         "what nothing reaches and is older goes", CLI_OPTION_OPTIONAL, 0,
         take_prune},
        CLI_TRISTATE(0, "cruft", &gc.cruft,
                     "what nothing reaches into a pack of its own"),
        {CLI_KIND_UNSIGNED, 0, "max-cruft-size", &gc.max_cruft, "n",
         "the most bytes of such a pack", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "aggressive", &gc.aggressive, "search for better deltas"),
        CLI_FLAG(0, "auto", &gc.is_auto, "only if there is much to do"),
        CLI_TRISTATE(0, "detach", &gc.detach, "go on in the background"),
        CLI_FLAG(0, "force", &gc.is_forced, "even if another one runs"),
        CLI_FLAG(0, "keep-largest-pack", &gc.keeps_largest,
                 "leave the largest pack as it is"),
        CLI_STRING(0, "expire-to", &gc.expire_to, "dir",
                   "what is pruned into a pack there"),
        {CLI_KIND_FLAG, 0, "skip-foreground-tasks", &gc.skips_foreground, NULL,
         "refs and reflogs are done already", CLI_OPTION_HIDDEN, 0, NULL},
        CLI_END};
    int code;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    gc.prune = said && !*said ? cli_expiry(cli, "gc.pruneexpire", "2.weeks.ago",
                                           &gc.prune_time)
                              : said;
    if (gc.prune && qn_date_expiry(cli->ctx, gc.prune, &gc.prune_time))
        cli_die_with(cli, "failed to parse prune expiry value %s", gc.prune);
    if (gc.cruft < 0)
        gc.cruft = cli_config_bool(cli, "gc.cruftpacks", true);
    if (!gc.max_cruft)
        gc.max_cruft = (uint64_t)cli_config_int(cli, "gc.maxcruftsize", 0);
    code = keep_house(&gc);
    qn_op_gc_state_dispose(&gc.state);
    return code;
}
