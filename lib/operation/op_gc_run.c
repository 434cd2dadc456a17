/* SPDX-License-Identifier: MIT */
/* gc: its steps in order. */
#include "operation/op_gc.h"

#include "base/memory.h"
#include "config/config.h"
#include "object/filter_spec.h"
#include "operation/part/house.h"
#include "operation/part/run_hook.h"
#include "os/file.h"
#include "text/date.h"

#include <string.h>

#define DEPTH_MAX 4095

struct collecting {
    struct qn_op_gc *op;
    struct qn_repo *repo;
    const struct qn_config *config;
    const char *prune; /* expiry; NULL: never */
    int64_t prune_time;
    bool has_cruft;
    uint64_t max_cruft;
    int64_t depth, window; /* --aggressive */
    bool packs_all;        /* --auto with too many packs, or without --auto */
};

static void say(const struct collecting *gc, const char *text)
{
    if (gc->op->calls && gc->op->calls->say)
        gc->op->calls->say(gc->op->calls->data, text);
}

static enum qn_status log_path(struct qn_ctx *ctx, struct qn_repo *repo,
                               struct qn_buf *out)
{
    return qn_buf_printf(ctx, out, "%s/gc.log", qn_repo_common_directory(repo));
}

/* ---- settings */

static enum qn_status read_settings(struct qn_ctx *ctx, struct collecting *gc)
{
    const struct qn_op_gc *op = gc->op;
    int64_t size = 0;
    enum qn_status status = QN_OK;

    gc->prune = op->prune;
    if (!op->never_prunes && !op->prune)
        status = qn_house_expiry(ctx, gc->repo, "gc.pruneexpire", "2.weeks.ago",
                                 &gc->prune_time, &gc->prune);
    else if (op->prune && qn_date_expiry(ctx, op->prune, &gc->prune_time)) {
        qn_ctx_clear(ctx);
        status =
            qn_ctx_fail(ctx, QN_INVALID,
                        "failed to parse prune expiry value %s", op->prune);
    }
    if (!status)
        status = qn_config_int64(ctx, gc->config, "gc.aggressivedepth", 50,
                                 &gc->depth);
    if (!status)
        status = qn_config_int64(ctx, gc->config, "gc.aggressivewindow", 250,
                                 &gc->window);
    gc->has_cruft = op->cruft > 0;
    if (!status && op->cruft < 0)
        status = qn_config_bool(ctx, gc->config, "gc.cruftpacks", true,
                                &gc->has_cruft);
    gc->max_cruft = op->max_cruft;
    if (!status && !op->max_cruft) {
        status = qn_config_int64(ctx, gc->config, "gc.maxcruftsize", 0, &size);
        gc->max_cruft = (uint64_t)size;
    }
    return status;
}

enum qn_status qn_op_gc_is_needed(struct qn_ctx *ctx, struct qn_repo *repo,
                                  bool *is_needed, bool *packs_all)
{
    struct qn_op_gc_state state = {0};
    struct qn_house house;
    int64_t loose = 6700, packs = 50;
    enum qn_status status =
        qn_config_int64(ctx, qn_repo_config(repo), "gc.auto", loose, &loose);

    *is_needed = *packs_all = false;
    if (!status)
        status = qn_config_int64(ctx, qn_repo_config(repo), "gc.autopacklimit",
                                 packs, &packs);
    if (status || loose <= 0)
        return status;
    status = qn_house_open(ctx, &house, repo);
    if (!status)
        status = qn_op_gc_look(ctx, house.scope.odb, 0, &state);
    *packs_all = packs > 0 && state.packs > (uint64_t)packs;
    *is_needed =
        *packs_all || state.loose / 256 > ((uint64_t)loose + 255) / 256;
    qn_op_gc_state_dispose(&state);
    qn_house_close(&house);
    return status;
}

/* ---- repack */

static bool is_now(const char *text)
{
    return text && strcmp(text, "now") == 0;
}

static bool has_cruft_pack(const struct collecting *gc)
{
    return gc->packs_all && gc->has_cruft &&
           !(is_now(gc->prune) && !gc->op->expire_to);
}

/* What to do with objects that nothing reaches. */
static void choose_unreachable(const struct collecting *gc,
                               struct qn_op_repack *how)
{
    const struct qn_op_gc *op = gc->op;

    how->all = true;
    if (is_now(gc->prune) && !has_cruft_pack(gc))
        return;
    if (!gc->has_cruft) {
        how->loosens = true;
        how->has_unpack_since = gc->prune != NULL;
        how->unpack_since = gc->prune_time;
        return;
    }
    how->is_cruft = true;
    how->has_cruft_expiration = gc->prune != NULL;
    how->cruft_expiration = gc->prune_time;
    how->max_cruft_size = gc->max_cruft;
    how->expire_to = op->expire_to;
}

/* Names of packs that stay as they are, NULL behind the last. */
struct kept {
    struct qn_op_gc_state state;
    const char **names;
    size_t count, capacity;
};

/* --auto: as many large packs stay as there may be at all; then only one of
 * them does. */
static bool is_too_much(const struct collecting *gc, int64_t count)
{
    int64_t limit = 50;

    return gc->op->is_auto &&
           qn_config_parse_int64(
               qn_config_string(gc->config, "gc.autopacklimit", "50"),
               &limit) &&
           limit > 0 && count >= limit;
}

static enum qn_status find_kept(struct qn_ctx *ctx, const struct collecting *gc,
                                struct qn_odb *odb, struct kept *kept)
{
    const char *name, *end;
    int64_t big = 0, count = 0;
    enum qn_status status =
        qn_config_int64(ctx, gc->config, "gc.bigpackthreshold", 0, &big);

    if (!status)
        status =
            qn_op_gc_look(ctx, odb, big > 0 ? (uint64_t)big : 0, &kept->state);
    if (status)
        return status;
    name = (const char *)kept->state.big.data;
    end = name ? name + kept->state.big.size : NULL;
    for (; name && name < end; name += strlen(name) + 1)
        count++;
    name = (const char *)kept->state.big.data;
    if (gc->op->keeps_largest || is_too_much(gc, count)) {
        name = (const char *)kept->state.largest.data;
        end = name ? name + 1 : NULL;
    }
    for (; name && name < end && !status; name += strlen(name) + 1) {
        status = qn_memory_grow(ctx, &kept->names, &kept->capacity,
                                kept->count + 1, sizeof(*kept->names));
        if (!status)
            kept->names[kept->count++] = name;
    }
    return status;
}

static void choose_deltas(struct qn_ctx *ctx, const struct collecting *gc,
                          struct qn_house_repack *repack)
{
    struct qn_op_pack_objects *how = &repack->how.how;
    int64_t depth = gc->depth;
    int packs; /* each that is made says it */

    how->reuses_deltas = repack->cruft.reuses_deltas = false;
    if (depth > DEPTH_MAX) {
        for (packs = has_cruft_pack(gc) ? 2 : 1; packs > 0; packs--)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                          "delta chain depth %d is too deep, forcing %d",
                          (int)depth, DEPTH_MAX);
        depth = DEPTH_MAX;
    }
    if (depth > 0)
        how->depth = repack->cruft.depth = (uint32_t)depth;
    if (gc->window > 0)
        how->window = repack->cruft.window = (uint32_t)gc->window;
}

static enum qn_status choose_filter(struct qn_ctx *ctx,
                                    const struct collecting *gc,
                                    struct qn_op_repack *how,
                                    struct qn_filter_spec *filter)
{
    const char *text = qn_config_string(gc->config, "gc.repackfilter", NULL);
    const char *to = qn_config_string(gc->config, "gc.repackfilterto", NULL);
    enum qn_status status = QN_OK;

    if (text && *text) {
        status = qn_filter_spec_parse(ctx, filter, qn_bytes_from_string(text));
        how->filter = filter;
    }
    if (to && *to)
        how->filter_to = to;
    if (!status && how->filter_to && !how->filter)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "option '%s' can only be used along with '%s'",
                             "--filter-to", "--filter");
    return status;
}

static enum qn_status repack_all(struct qn_ctx *ctx,
                                 const struct collecting *gc,
                                 struct qn_house_repack *repack)
{
    struct qn_filter_spec filter = QN_FILTER_SPEC_INIT;
    struct kept kept = {.names = NULL};
    bool bitmaps = false;
    enum qn_status status;

    choose_unreachable(gc, &repack->how);
    status = find_kept(ctx, gc, repack->house.raw, &kept);
    if (!status)
        status = choose_filter(ctx, gc, &repack->how, &filter);
    if (!status)
        status = qn_op_repack_wants_bitmaps(ctx, gc->repo, true, &bitmaps);
    if (!status)
        status = qn_config_bool(ctx, gc->config, "repack.packkeptobjects",
                                bitmaps, &repack->how.packs_kept);
    repack->how.how.writes_bitmap = bitmaps;
    repack->how.keep_packs = kept.names;
    repack->how.keep_count = kept.count;
    if (!status)
        status = qn_house_repack_run(ctx, repack);
    qn_filter_spec_dispose(&filter);
    qn_op_gc_state_dispose(&kept.state);
    qn_memory_free(kept.names);
    return status;
}

static enum qn_status repack(struct qn_ctx *ctx, const struct collecting *gc)
{
    struct qn_house_repack repack;
    enum qn_status status = qn_house_repack_begin(ctx, gc->repo, &repack);

    if (!gc->op->is_quiet)
        repack.calls = gc->op->calls;
    if (!status && gc->op->is_aggressive)
        choose_deltas(ctx, gc, &repack);
    if (!status)
        status = gc->packs_all ? repack_all(ctx, gc, &repack)
                               : qn_house_repack_run(ctx, &repack);
    qn_house_repack_end(&repack);
    return status;
}

/* ---- steps */

static enum qn_status write_graph(struct qn_ctx *ctx,
                                  const struct collecting *gc)
{
    bool wanted = true, is_on = true;
    enum qn_status status =
        qn_config_bool(ctx, gc->config, "gc.writecommitgraph", true, &wanted);

    if (!status && wanted)
        status =
            qn_config_bool(ctx, gc->config, "core.commitgraph", true, &is_on);
    if (status || !wanted)
        return status;
    if (is_on)
        return qn_house_commit_graph(ctx, gc->repo, false);
    qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                  "attempting to write a commit-graph, but "
                  "'core.commitGraph' is disabled");
    return QN_OK;
}

/* As if it were a command of its own: first what it says, then that it
 * failed. */
static enum qn_status end_step(struct qn_ctx *ctx, enum qn_status status,
                               const char *name)
{
    if (!status || status == QN_CANCELLED)
        return status;
    qn_ctx_report(ctx, QN_REPORT_INFO, "", "fatal: %s", qn_ctx_message(ctx));
    return qn_ctx_fail(ctx, status, "failed to run %s", name);
}

enum qn_status qn_op_gc_foreground(struct qn_ctx *ctx, struct qn_repo *repo,
                                   bool is_auto)
{
    const struct qn_config *config = qn_repo_config(repo);
    const char *text = qn_config_string(config, "gc.packrefs", "true");
    bool wants = !qn_repo_is_bare(repo);
    enum qn_status status = QN_OK;

    if (strcmp(text, "notbare") != 0)
        status = qn_config_bool(ctx, config, "gc.packrefs", true, &wants);
    if (!status && wants)
        status =
            end_step(ctx, qn_house_pack_refs(ctx, repo, is_auto), "pack-refs");
    if (!status &&
        (strcmp(qn_config_string(config, "gc.reflogexpire", ""), "never") !=
             0 ||
         strcmp(qn_config_string(config, "gc.reflogexpireunreachable", ""),
                "never") != 0))
        status = end_step(ctx, qn_house_expire_reflogs(ctx, repo), "reflog");
    return status;
}

static enum qn_status background(struct qn_ctx *ctx,
                                 const struct collecting *gc)
{
    bool is_precious = false;
    size_t count;
    enum qn_status status = qn_house_is_precious(ctx, gc->repo, &is_precious);

    if (!status && !is_precious)
        status = end_step(ctx, repack(ctx, gc), "repack");
    if (!status && !is_precious && gc->prune)
        status = end_step(ctx, qn_house_prune(ctx, gc->repo, gc->prune_time),
                          "prune");
    if (!status)
        status = qn_house_work_trees(ctx, gc->repo, false, &count);
    if (!status)
        status = end_step(ctx, qn_house_resolutions(ctx, gc->repo), "rerere");
    return status ? status : write_graph(ctx, gc);
}

/* ---- may it begin? */

/* The last one failed: say so, and do not try again for a day. */
static enum qn_status has_failed_before(struct qn_ctx *ctx,
                                        const struct collecting *gc,
                                        bool *has_failed)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    int64_t expiry = 0;
    enum qn_status status = qn_house_expiry(ctx, gc->repo, "gc.logexpiry",
                                            "1.day.ago", &expiry, NULL);

    *has_failed = false;
    if (!status)
        status = log_path(ctx, gc->repo, &path);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    if (status || stat.kind == QN_FILE_NONE ||
        stat.mtime_ns / 1000000000 < expiry)
        goto out;
    status = qn_file_read_all(ctx, qn_buf_string(&path), &text);
    if (status || text.size == 0)
        goto out;
    *has_failed = true;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                  "The last gc run reported the following. Please correct the "
                  "root cause\nand remove %s/gc.log\nAutomatic cleanup will "
                  "not be performed until the file is removed.\n\n%s",
                  qn_repo_git_directory_shown(gc->repo), qn_buf_string(&text));
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* --auto: is there anything to do?  Tells that it begins. */
static enum qn_status begins(struct qn_ctx *ctx, struct collecting *gc,
                             bool detaches, bool *answer)
{
    const struct qn_run_hook hook = {.name = "pre-auto-gc"};
    int code = 0;
    enum qn_status status =
        qn_op_gc_is_needed(ctx, gc->repo, answer, &gc->packs_all);

    if (!status && *answer)
        status = qn_run_hook(ctx, gc->repo, &hook, &code);
    *answer = *answer && code == 0;
    if (status || !*answer || gc->op->is_quiet)
        return status;
    say(gc, detaches ? "Auto packing the repository in background for optimum "
                       "performance."
                     : "Auto packing the repository for optimum performance.");
    say(gc, "See \"git help gc\" for manual housekeeping.");
    return status;
}

static enum qn_status take_lock(struct qn_ctx *ctx, const struct collecting *gc,
                                struct qn_op_gc_lock *lock, bool *is_held)
{
    enum qn_status status =
        qn_op_gc_lock_take(ctx, gc->repo, gc->op->is_forced, lock, is_held);

    if (!status && !*is_held && !gc->op->is_auto)
        status = qn_ctx_fail(ctx, QN_LOCKED,
                             "gc is already running on machine '%s' pid %llu "
                             "(use --force if not)",
                             lock->host, lock->pid);
    return status;
}

static enum qn_status warn_of_loose(struct qn_ctx *ctx,
                                    const struct collecting *gc)
{
    bool is_needed = false, packs_all = false;
    enum qn_status status =
        qn_op_gc_is_needed(ctx, gc->repo, &is_needed, &packs_all);

    if (!status && is_needed && !packs_all)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "There are too many unreachable loose objects; run "
                      "'git prune' to remove them.");
    return status;
}

/* What failed is mended now. */
static enum qn_status forget_log(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = log_path(ctx, repo, &path);

    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status keep_house(struct qn_ctx *ctx, struct collecting *gc,
                                 bool detaches, struct qn_op_gc_lock *lock)
{
    const struct qn_house_calls *calls = gc->op->calls;
    bool is_behind = false, is_held = true;
    enum qn_status status = QN_OK;

    if (!gc->op->skips_foreground)
        status = qn_op_gc_foreground(ctx, gc->repo, gc->op->is_auto);
    if (!status && detaches && calls && calls->detach) {
        qn_op_gc_lock_release(lock);
        is_behind = calls->detach(calls->data);
        status = take_lock(ctx, gc, lock, &is_held);
        if (status || !is_held)
            return status;
    }
    if (is_behind && calls->log_begin)
        calls->log_begin(calls->data);
    if (!status)
        status = background(ctx, gc);
    if (!status && gc->op->is_auto)
        status = warn_of_loose(ctx, gc);
    if (status && is_behind) /* into the log */
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", qn_ctx_message(ctx));
    if (is_behind && calls->log_end)
        calls->log_end(calls->data);
    if (!status && !is_behind && !gc->op->is_auto)
        status = forget_log(ctx, gc->repo);
    return status;
}

enum qn_status qn_op_gc_run(struct qn_ctx *ctx, struct qn_op_gc *op)
{
    struct collecting gc = {
        .op = op, .repo = op->repo, .config = qn_repo_config(op->repo)};
    struct qn_op_gc_lock lock = {0};
    bool detaches = op->detach > 0, is_held = false, answer = true;
    enum qn_status status = read_settings(ctx, &gc);

    if (!status && op->detach < 0 && op->is_auto)
        status =
            qn_config_bool(ctx, gc.config, "gc.autodetach", true, &detaches);
    gc.packs_all = true;
    if (!status && op->is_auto)
        status = begins(ctx, &gc, detaches, &answer);
    if (!status && answer && detaches) {
        status = has_failed_before(ctx, &gc, &answer);
        answer = !answer;
    }
    if (status || !answer)
        return status;
    status = take_lock(ctx, &gc, &lock, &is_held);
    if (!status && is_held)
        status = keep_house(ctx, &gc, detaches, &lock);
    qn_op_gc_lock_release(&lock);
    return status;
}
