/* SPDX-License-Identifier: MIT */
#include "operation/part/helper_fetch.h"

#include "base/memory.h"
#include "operation/op_fast_import.h"
#include "repo/remote.h"
#include "transport/helper.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- import */

static enum qn_status answer(struct qn_ctx *ctx, void *data,
                             enum qn_fast_import_channel channel, int fd,
                             struct qn_bytes text)
{
    (void)fd;
    return channel == QN_FAST_IMPORT_RESPONSE ? qn_helper_write(ctx, data, text)
                                              : QN_OK;
}

static enum qn_status read_stream(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_helper *helper)
{
    struct qn_fast_import_calls calls = {.data = helper, .write = answer};
    struct qn_fast_import *import = NULL;
    bool is_known = false;
    bool is_complete = false;
    enum qn_status status = qn_fast_import_new(ctx, scope, &calls, &import);

    if (!status)
        status = qn_fast_import_option(ctx, import, "quiet", &is_known);
    if (!status && qn_helper_abilities(helper)->is_bidi)
        status = qn_fast_import_option(ctx, import, "cat-blob-fd=1", &is_known);
    if (!status)
        status = qn_fast_import_run(ctx, import, qn_helper_descriptor(helper),
                                    &is_complete);
    if (!status && !is_complete)
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "fetch.import", NULL,
                                    "error while running fast-import");
    qn_fast_import_free(import);
    return status;
}

static enum qn_status private_names(struct qn_ctx *ctx,
                                    const struct qn_helper_abilities *can,
                                    struct qn_remote_refspecs *out)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *text;

    while (!status && (text = qn_wire_words_next(&can->refspecs, &position)))
        status = qn_remote_refspecs_add(ctx, out, text, QN_REFSPEC_FETCH);
    return status;
}

/* Where the import put it. */
static enum qn_status find_private(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_remote_refspecs *names,
                                   struct qn_remote_ref *ref)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_ref found_ref = QN_REF_INIT;
    const char *full = ref->target ? ref->target : ref->name;
    bool matched = false;
    bool found = false;
    enum qn_status status = QN_OK;

    if (names->count)
        status = qn_remote_map(ctx, names, full, &name, &matched);
    if (!status && !matched)
        status = qn_buf_append_string(ctx, &name, full);
    if (!status)
        status = qn_refs_resolve(ctx, scope->refs, qn_buf_string(&name),
                                 &found_ref, &found);
    if (!status && !found)
        status =
            qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "fetch.import", full,
                               "could not read ref %s", qn_buf_string(&name));
    if (!status)
        ref->id = found_ref.id;
    qn_ref_dispose(&found_ref);
    qn_buf_dispose(&name);
    return status;
}

/* Not known, asked for, and (where there are private names) one of those that
 * have such. */
static enum qn_status is_asked_for(struct qn_ctx *ctx,
                                   const struct qn_ls_refs *request,
                                   const struct qn_remote_refspecs *names,
                                   const struct qn_remote_ref *ref, bool *out)
{
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    *out = qn_id_is_null(&ref->id) && qn_ls_refs_wants(request, ref->name);
    if (*out && names->count)
        status = qn_remote_map(
            ctx, names, ref->target ? ref->target : ref->name, &name, out);
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_helper_fetch_import(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_helper *helper,
                                      const struct qn_ls_refs *request,
                                      struct qn_remote_refs *refs)
{
    const struct qn_helper_abilities *can = qn_helper_abilities(helper);
    struct qn_remote_refspecs names = {0};
    struct qn_wire_words words = QN_WIRE_WORDS_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (can->fetches || !can->imports || !scope)
        return QN_OK;
    status = private_names(ctx, can, &names);
    for (i = 0; i < refs->count && !status; i++) {
        const struct qn_remote_ref *ref = &refs->items[i];
        struct qn_bytes name =
            qn_bytes_from_string(ref->target ? ref->target : ref->name);
        bool is_one = false;

        status = is_asked_for(ctx, request, &names, ref, &is_one);
        if (!status && is_one && !qn_wire_words_has(&words, name))
            status = qn_wire_words_add(ctx, &words, name);
    }
    if (!status && words.count) {
        status = qn_helper_import(ctx, helper, &words);
        if (!status)
            status = read_stream(ctx, scope, helper);
    }
    for (i = 0; i < refs->count && !status && words.count; i++) {
        bool is_one = false;

        status = is_asked_for(ctx, request, &names, &refs->items[i], &is_one);
        if (!status && is_one)
            status = find_private(ctx, scope, &names, &refs->items[i]);
    }
    qn_remote_refspecs_dispose(&names);
    qn_wire_words_dispose(&words);
    return status;
}

/* ---- fetch */

/* Git says of one that is not known only that it will be ignored. */
static enum qn_status set(struct qn_ctx *ctx, struct qn_helper *helper,
                          const char *name, const char *value)
{
    return qn_helper_set(ctx, helper, name, value, NULL);
}

static enum qn_status set_depth(struct qn_ctx *ctx, struct qn_helper *helper,
                                const struct qn_fetch_depth *depth)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *name;
    char number[32];

    if (!depth)
        return QN_OK;
    if (depth->depth) {
        (void)snprintf(number, sizeof(number), "%" PRIu64, depth->depth);
        status = set(ctx, helper, "depth", number);
    }
    if (!status && depth->has_since) {
        (void)snprintf(number, sizeof(number), "%" PRId64, depth->since);
        status = set(ctx, helper, "deepen-since", number);
    }
    while (!status && (name = qn_wire_words_next(&depth->excludes, &position)))
        status = set(ctx, helper, "deepen-not", name);
    if (!status && depth->is_relative)
        status = set(ctx, helper, "deepen-relative", "true");
    return status;
}

static enum qn_status set_all(struct qn_ctx *ctx, struct qn_helper *helper,
                              const struct qn_fetch_pack *options)
{
    enum qn_status status = set_depth(ctx, helper, options->depth);

    if (!status && options->filter && *options->filter) {
        status = set(ctx, helper, "filter", options->filter);
        if (!status)
            status = set(ctx, helper, "from-promisor", "1");
    }
    if (!status && options->is_clone)
        status = set(ctx, helper, "cloning", "true");
    if (!status && options->includes_tags)
        status = set(ctx, helper, "followtags", "true");
    if (!status && options->refetches)
        status = set(ctx, helper, "refetch", "true");
    return status;
}

/* A ref that has the id: the objects are the same whichever it is. */
static const struct qn_remote_ref *find_ref(const struct qn_remote_refs *refs,
                                            const struct qn_id *id)
{
    size_t i;

    for (i = 0; refs && i < refs->count; i++)
        if (qn_id_is_equal(&refs->items[i].id, id))
            return &refs->items[i];
    return NULL;
}

enum qn_status qn_helper_fetch_run(struct qn_ctx *ctx,
                                   const struct qn_fetch_pack *options,
                                   struct qn_fetch_pack_result *out)
{
    struct qn_helper *helper = options->connection->helper;
    const struct qn_remote_ref **chosen = NULL;
    struct qn_wire_words locks = QN_WIRE_WORDS_INIT;
    enum qn_status status = QN_OK;
    size_t position = 0;
    size_t count = 0;
    const char *lock;
    size_t i;

    if (!qn_helper_abilities(helper)->fetches) {
        if (qn_helper_abilities(helper)->imports)
            return QN_OK; /* it is all here (qn_helper_fetch_import) */
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "fetch.helper", NULL,
                                  "remote helper '%s' cannot fetch",
                                  qn_helper_name(helper));
    }
    chosen = qn_memory_array(ctx, options->wants->count + 1, sizeof(*chosen));
    if (!chosen)
        return QN_NO_MEMORY;
    for (i = 0; i < options->wants->count; i++) {
        const struct qn_remote_ref *ref = find_ref(
            options->refs ? options->refs : &options->connection->server.refs,
            &options->wants->ids[i]);

        size_t k = 0;

        while (k < count && chosen[k] != ref)
            k++;
        if (ref && k == count)
            chosen[count++] = ref;
    }
    status = set_all(ctx, helper, options);
    if (!status && count)
        status = qn_helper_fetch(ctx, helper, chosen, count, options->is_clone,
                                 &locks, &out->is_contained);
    lock = qn_wire_words_next(&locks, &position);
    if (!status && lock)
        status = qn_buf_append_string(ctx, &out->keep_path, lock);
    out->has_pack = !status && count > 0;
    qn_wire_words_dispose(&locks);
    qn_memory_free(chosen);
    return status;
}
