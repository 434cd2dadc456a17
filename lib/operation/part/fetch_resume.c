/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_resume.h"

#include "odb/odb_quarantine.h"
#include "operation/part/fetch_missing.h"
#include "operation/part/pack_receive.h"
#include "os/file.h"
#include "trace/trace.h"

#include <string.h>

/* Each brings something, or it is the last: this many are never needed. */
#define ROUND_MAX 1000

struct resuming {
    const struct qn_fetch_pack *options;
    struct qn_fetch_partial *partial;
    struct qn_odb_quarantine *quarantine;
    struct qn_revision_scope scope; /* looks into it */
    struct qn_fetch_pack_result *out;
};

bool qn_fetch_resume_is_possible(const struct qn_fetch_pack *options)
{
    const struct qn_connection *connection = options->connection;

    return connection && !connection->is_dumb && !connection->helper &&
           connection->server.version == 2 && !options->told &&
           !options->refetches && !options->promisor && !options->want_refs &&
           !options->asks_by_name && !(options->filter && *options->filter) &&
           !qn_fetch_depth_is_set(options->depth) &&
           qn_capabilities_has_feature(&connection->server.capabilities,
                                       "fetch", "shallow");
}

/* Views of the quarantine are of one moment. */
static enum qn_status look_again(struct qn_ctx *ctx, struct resuming *r)
{
    qn_odb_free(r->scope.odb);
    r->scope.odb = NULL;
    return qn_odb_new(ctx, qn_odb_quarantine_store(r->quarantine),
                      QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH, &r->scope.odb);
}

/* ---- what came, as far as it is whole */

static enum qn_status salvage(struct qn_ctx *ctx, struct resuming *r)
{
    const char *path = qn_buf_string(&r->partial->arriving);
    struct qn_pack_receive received = {.name = QN_BUF_INIT};
    struct qn_pack_receive_options options = {
        .odb = r->scope.odb, .fixes_thin = true, .level = -1, .salvages = true};
    enum qn_status status =
        qn_file_open_if_exists(ctx, path, QN_FILE_READ, &options.fd);

    if (status || options.fd < 0)
        return status;
    status = qn_pack_receive_run(ctx, &options, &received);
    qn_file_close(options.fd);
    if (status == QN_CORRUPT || status == QN_UNSUPPORTED) {
        qn_ctx_clear(ctx); /* of no use: what is missing is asked for */
        status = QN_OK;
    }
    if (!status)
        status = qn_file_unlink_if_exists(ctx, path);
    qn_pack_receive_dispose(&received);
    return status ? status : look_again(ctx, r);
}

/* ---- what is missing */

/* What both sides had then, whole commits of ours alone, trees and blobs. */
static enum qn_status gather_told(struct qn_ctx *ctx, const struct resuming *r,
                                  const struct qn_fetch_missing *missing,
                                  struct qn_id_list *out)
{
    const struct qn_id_list *haves = &r->partial->haves;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < haves->count; i++)
        status = qn_id_list_add(ctx, out, &haves->ids[i]);
    for (i = 0; !status && i < missing->others.count; i++)
        status = qn_id_list_add(ctx, out, &missing->others.ids[i]);
    return status;
}

static enum qn_status ask(struct qn_ctx *ctx, struct resuming *r,
                          const struct qn_fetch_missing *missing)
{
    struct qn_fetch_pack pack = *r->options;
    struct qn_fetch_pack_result got = {.keeps = QN_WIRE_WORDS_INIT};
    struct qn_id_list told = {0};
    bool is_last = missing->roots.count == 0;
    enum qn_status status = gather_told(ctx, r, missing, &told);
    size_t i;

    /* in the last round all that is here is whole */
    for (i = 0; !status && is_last && i < missing->points.count; i++)
        status = qn_id_list_add(ctx, &told, &missing->points.ids[i]);
    pack.scope = &r->scope;
    pack.wants = is_last ? &missing->later : &missing->roots;
    pack.wants_all = true;
    pack.told = &told;
    pack.points = is_last ? NULL : &missing->points;
    pack.arriving = qn_buf_string(&r->partial->arriving);
    pack.keep = QN_FETCH_KEEP;
    pack.locks_pack = false;
    pack.checks_contained = false;
    pack.includes_tags = false;
    pack.refs = NULL;
    pack.tips = pack.includes = NULL;
    if (!status)
        status = qn_fetch_pack_run(ctx, &pack, &got);
    if (!status && !got.has_pack)
        status = qn_ctx_fail_reason(ctx, QN_NETWORK, "fetch.resume", NULL,
                                    "the server sent nothing of what is "
                                    "missing");
    r->out->has_pack |= got.has_pack;
    r->out->count += got.count;
    qn_fetch_pack_result_dispose(&got);
    qn_id_list_dispose(&told);
    return status ? status : look_again(ctx, r);
}

/* Wants that are here are commits whose history is whole by then. */
static enum qn_status find(struct qn_ctx *ctx, struct resuming *r,
                           struct qn_fetch_missing *missing)
{
    const struct qn_id_list *wants = &r->partial->wants;
    enum qn_status status = qn_fetch_missing_find(
        ctx, &r->scope, wants, r->partial->haves.count > 0, missing);
    bool is_here = false;
    size_t i;

    if (status || missing->roots.count > 0 || missing->later.count == 0)
        return status;
    for (i = 0; !status && i < wants->count; i++) {
        status = qn_odb_exists(ctx, r->scope.odb, &wants->ids[i], &is_here);
        if (!status && is_here)
            status = qn_id_list_add(ctx, &missing->points, &wants->ids[i]);
    }
    return status;
}

static enum qn_status complete(struct qn_ctx *ctx, struct resuming *r)
{
    enum qn_status status = QN_OK;
    bool is_whole = false;
    int round;

    for (round = 0; !status && !is_whole && round < ROUND_MAX; round++) {
        struct qn_fetch_missing missing = {.roots = {0}};

        status = find(ctx, r, &missing);
        is_whole =
            !status && missing.roots.count == 0 && missing.later.count == 0;
        if (!status && !is_whole)
            status = ask(ctx, r, &missing);
        qn_fetch_missing_dispose(&missing);
    }
    if (!status && !is_whole)
        status = qn_ctx_fail_reason(ctx, QN_NETWORK, "fetch.resume", NULL,
                                    "what is missing does not come");
    return status;
}

static void tell(struct qn_ctx *ctx, const struct resuming *r)
{
    uint64_t size =
        qn_fetch_partial_size(ctx, qn_buf_string(&r->partial->directory));

    qn_ctx_report(ctx, QN_REPORT_INFO, "fetch.resumes",
                  "Going on where it was cut off: %llu KiB are here.",
                  (unsigned long long)(size >> 10));
}

static enum qn_status keep_whole(struct qn_ctx *ctx, struct resuming *r,
                                 struct qn_id_list *whole)
{
    const struct qn_id_list *wants = &r->partial->wants;
    enum qn_status status = qn_odb_quarantine_migrate(ctx, r->quarantine);
    size_t i;

    for (i = 0; !status && i < wants->count; i++)
        status = qn_id_list_add(ctx, whole, &wants->ids[i]);
    return status;
}

enum qn_status qn_fetch_resume_run(struct qn_ctx *ctx,
                                   const struct qn_fetch_pack *options,
                                   struct qn_fetch_partial *partial,
                                   struct qn_id_list *whole,
                                   struct qn_fetch_pack_result *out)
{
    struct resuming r = {.options = options,
                         .partial = partial,
                         .scope = *options->scope,
                         .out = out};
    struct qn_span span;
    enum qn_status status;

    r.scope.odb = NULL;
    r.scope.kept = NULL;
    qn_span_begin(ctx, &span, "operation.fetch.resume", NULL);
    tell(ctx, &r);
    status = qn_odb_quarantine_open(ctx, qn_odb_get_store(options->scope->odb),
                                    qn_buf_string(&partial->directory),
                                    &r.quarantine);
    if (!status)
        status = look_again(ctx, &r);
    if (!status)
        status = salvage(ctx, &r);
    if (!status)
        status = complete(ctx, &r);
    if (!status)
        status = keep_whole(ctx, &r, whole);
    if (!status)
        status = qn_odb_refresh(ctx, options->scope->odb);
    qn_odb_free(r.scope.odb);
    qn_odb_quarantine_free(r.quarantine);
    qn_span_end(ctx, &span);
    return status;
}
