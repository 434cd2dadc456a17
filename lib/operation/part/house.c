/* SPDX-License-Identifier: MIT */
#include "operation/part/house.h"

#include "base/env.h"
#include "config/config.h"
#include "odb/odb_lease.h"
#include "operation/op_commit_graph.h"
#include "operation/op_gc.h"
#include "operation/op_prune.h"
#include "operation/op_reflog.h"
#include "text/date.h"
#include "walk/grafts.h"

#include <string.h>

#define DAY 86400

/* ---- views */

enum qn_status qn_house_open(struct qn_ctx *ctx, struct qn_house *house,
                             struct qn_repo *repo)
{
    enum qn_status status = QN_OK;

    memset(house, 0, sizeof(*house));
    house->repo = repo;
    if (qn_repo_odb_store(repo)) {
        qn_odb_lease_drop(qn_repo_odb_store(repo));
        status = qn_odb_store_refresh(ctx, qn_repo_odb_store(repo));
    }
    if (!status)
        status = qn_repo_odb(ctx, repo, &house->scope.odb);
    if (!status)
        status = qn_repo_odb_raw(ctx, repo, &house->raw);
    if (!status)
        status = qn_repo_refs(ctx, repo, &house->scope.refs);
    house->scope.repo = repo;
    house->scope.grafts = &house->grafts;
    return status;
}

void qn_house_close(struct qn_house *house)
{
    qn_grafts_free(house->grafts);
    qn_odb_free(house->scope.odb);
    qn_odb_free(house->raw);
    qn_refs_free(house->scope.refs);
    memset(house, 0, sizeof(*house));
}

/* ---- settings */

enum qn_status qn_house_expiry(struct qn_ctx *ctx, struct qn_repo *repo,
                               const char *key, const char *fallback,
                               int64_t *seconds, const char **text)
{
    const struct qn_config_entry *entry =
        qn_config_find(qn_repo_config(repo), key);
    const char *words = entry && entry->value ? entry->value : fallback;

    if (text)
        *text = words;
    if (qn_date_expiry(ctx, words, seconds) == QN_OK)
        return QN_OK;
    qn_ctx_clear(ctx);
    if (!entry)
        return qn_ctx_fail(ctx, QN_INVALID, "failed to parse '%s' value '%s'",
                           key, words);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "config.bad-value", "Invalid %s: '%s'",
                  key, words);
    return qn_config_fail_entry(ctx, entry);
}

enum qn_status qn_house_is_precious(struct qn_ctx *ctx, struct qn_repo *repo,
                                    bool *out)
{
    const struct qn_config *config = qn_repo_config(repo);
    const struct qn_config_entry *entry =
        qn_config_find(config, "extensions.preciousobjects");

    *out = false;
    while (entry && entry->scope != QN_CONFIG_SCOPE_LOCAL)
        entry = qn_config_previous(config, entry);
    return entry ? qn_config_entry_bool(ctx, entry, out) : QN_OK;
}

/* ---- refs and logs */

enum qn_status qn_house_pack_refs(struct qn_ctx *ctx, struct qn_repo *repo,
                                  bool is_auto)
{
    const struct qn_refs_pack_options how = {
        .all = true, .prune = true, .is_auto = is_auto};
    struct qn_house house;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    if (!status)
        status = qn_refs_pack(ctx, house.scope.refs, &how);
    qn_house_close(&house);
    return status;
}

static enum qn_status expire_log(struct qn_ctx *ctx, void *data,
                                 const char *name)
{
    const struct qn_house *house = data;
    struct qn_reflog_expiry expiry = {0};
    enum qn_status status = qn_op_reflog_times(ctx, qn_repo_config(house->repo),
                                               name, false, false, &expiry);

    return status ? status
                  : qn_op_reflog_expire(ctx, &house->scope, name, &expiry);
}

enum qn_status qn_house_expire_reflogs(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_house house;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    if (!status)
        status =
            qn_op_reflog_each(ctx, &house.scope, false, expire_log, &house);
    qn_house_close(&house);
    return status;
}

/* ---- packs */

enum qn_status qn_house_repack_begin(struct qn_ctx *ctx, struct qn_repo *repo,
                                     struct qn_house_repack *out)
{
    enum qn_status status = qn_house_open(ctx, &out->house, repo);

    memset(&out->how, 0, sizeof(out->how));
    out->calls = NULL;
    if (!status)
        status = qn_op_repack_configure(ctx, repo, &out->how, &out->cruft);
    out->how.deletes = true;
    out->how.how.want.is_local = true;
    qn_odb_free(out->house.scope.odb);
    out->house.scope.odb = out->house.raw; /* which is freed once */
    return status;
}

enum qn_status qn_house_repack_run(struct qn_ctx *ctx,
                                   struct qn_house_repack *repack)
{
    struct qn_op_repack_result result = {.pack_count = 0};
    enum qn_status status;

    repack->how.scope = &repack->house.scope;
    repack->how.cruft_how = &repack->cruft;
    status = qn_op_repack_run(ctx, &repack->how, &result);
    if (!status && result.pack_count == 0 && repack->calls)
        repack->calls->answer(repack->calls->data, "Nothing new to pack.");
    return status;
}

void qn_house_repack_end(struct qn_house_repack *repack)
{
    repack->house.scope.odb = NULL;
    qn_house_close(&repack->house);
}

enum qn_status qn_house_prune(struct qn_ctx *ctx, struct qn_repo *repo,
                              int64_t expire)
{
    struct qn_op_prune how = {.repo = repo, .expire = expire};
    struct qn_house house; /* what was done before is seen, leases are gone */
    enum qn_status status = qn_house_open(ctx, &house, repo);

    qn_house_close(&house);
    if (!status)
        status = qn_op_prune_run(ctx, &how);
    if (!status && how.was_busy)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "odb.writers",
                      "objects are being written; nothing that is unreachable "
                      "was removed");
    return status;
}

enum qn_status qn_house_commit_graph(struct qn_ctx *ctx, struct qn_repo *repo,
                                     bool is_split)
{
    struct qn_op_commit_graph graph = {.from = QN_OP_COMMIT_GRAPH_REACHABLE,
                                       .write = {.filters = -1}};
    struct qn_house house;
    bool written;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    if (is_split)
        graph.write.split = QN_COMMIT_GRAPH_SPLIT;
    if (!status)
        status = qn_op_commit_graph_write(ctx, &house.scope, &graph, &written);
    qn_house_close(&house);
    return status;
}

/* ---- what is only administration */

enum qn_status qn_house_work_trees(struct qn_ctx *ctx, struct qn_repo *repo,
                                   bool is_dry_run, size_t *count)
{
    struct qn_op_gc_work_trees how = {.is_dry_run = is_dry_run};
    enum qn_status status = qn_house_expiry(ctx, repo, "gc.worktreepruneexpire",
                                            "3.months.ago", &how.expire, NULL);

    if (!status)
        status = qn_op_gc_work_trees(ctx, repo, &how);
    *count = how.count;
    return status;
}

enum qn_status qn_house_resolutions(struct qn_ctx *ctx, struct qn_repo *repo)
{
    static const char *const keys[] = {"gc.rerereresolved",
                                       "gc.rerereunresolved"};
    static const int64_t days[] = {60, 15};
    int64_t now = qn_env_clock(qn_ctx_env(ctx), true) / 1000000000;
    int64_t times[2], number;
    size_t i;

    for (i = 0; i < 2; i++) {
        const char *text =
            qn_config_string(qn_repo_config(repo), keys[i], NULL);

        times[i] = now - days[i] * DAY;
        if (!text)
            continue;
        if (qn_config_parse_int64(text, &number))
            times[i] = number > 0 ? now - number * DAY : 0;
        else if (qn_date_expiry(ctx, text, &times[i])) {
            qn_ctx_clear(ctx); /* as Git: what is no time is left alone */
            times[i] = now - days[i] * DAY;
        }
    }
    return qn_op_gc_rerere(ctx, repo, times[0], times[1]);
}
