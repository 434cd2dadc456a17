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

static struct qn_bytes import_name(const struct qn_remote_ref *ref)
{
    return qn_bytes_from_string(ref->target ? ref->target : ref->name);
}

enum qn_status qn_helper_fetch_import(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_helper *helper,
                                      const struct qn_wire_words *names,
                                      struct qn_remote_refs *refs)
{
    struct qn_remote_refspecs own = {0};
    enum qn_status status =
        private_names(ctx, qn_helper_abilities(helper), &own);
    size_t i;

    if (!status)
        status = qn_helper_import(ctx, helper, names);
    if (!status)
        status = read_stream(ctx, scope, helper);
    for (i = 0; i < refs->count && !status; i++) {
        struct qn_remote_ref *ref = &refs->items[i];

        if (qn_id_is_null(&ref->id) &&
            qn_wire_words_has(names, import_name(ref)))
            status = find_private(ctx, scope, &own, ref);
    }
    qn_remote_refspecs_dispose(&own);
    return status;
}

bool qn_helper_fetch_imports(const struct qn_connection *connection)
{
    const struct qn_helper_abilities *can;

    if (!connection || !connection->helper)
        return false;
    can = qn_helper_abilities(connection->helper);
    return can->imports && !can->fetches;
}

/* ---- fetch */

/* Git says of one that is not known only that it will be ignored. */
static enum qn_status set(struct qn_ctx *ctx, struct qn_helper *helper,
                          const char *name, const char *value)
{
    return qn_helper_set(ctx, helper, name, value, NULL);
}

static enum qn_status add_word(struct qn_ctx *ctx, const char *name,
                               const char *value, struct qn_wire_words *out)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &text, "%s %s", name, value);

    if (!status)
        status = qn_wire_words_add(ctx, out, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status add_depth(struct qn_ctx *ctx,
                                const struct qn_fetch_depth *depth,
                                struct qn_wire_words *out)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *name;
    char number[32];

    if (!depth)
        return QN_OK;
    if (depth->depth) {
        (void)snprintf(number, sizeof(number), "%" PRIu64, depth->depth);
        status = add_word(ctx, "depth", number, out);
    }
    if (!status && depth->has_since) {
        (void)snprintf(number, sizeof(number), "%" PRId64, depth->since);
        status = add_word(ctx, "deepen-since",
                          depth->since_text ? depth->since_text : number, out);
    }
    while (!status && (name = qn_wire_words_next(&depth->excludes, &position)))
        status = add_word(ctx, "deepen-not", name, out);
    if (!status && depth->is_relative)
        status = add_word(ctx, "deepen-relative", "true", out);
    return status;
}

enum qn_status qn_helper_fetch_words(struct qn_ctx *ctx,
                                     const struct qn_helper_fetch *fetch,
                                     struct qn_wire_words *out)
{
    enum qn_status status = fetch->rejects_shallow
                                ? add_word(ctx, "rejectshallow", "1", out)
                                : QN_OK;

    if (!status)
        status = add_depth(ctx, fetch->depth, out);
    if (!status && fetch->follows_tags)
        status = add_word(ctx, "followtags", "true", out);
    if (!status && fetch->updates_shallow)
        status = add_word(ctx, "updateshallow", "yes", out);
    if (!status && fetch->refetches)
        status = add_word(ctx, "refetch", "yes", out);
    if (!status && fetch->filter && *fetch->filter) {
        status = add_word(ctx, "filter", fetch->filter, out);
        if (!status)
            status = add_word(ctx, "from-promisor", "1", out);
    }
    return status;
}

void qn_helper_fetch_say_ignored(struct qn_ctx *ctx,
                                 const struct qn_id_list *tips,
                                 const struct qn_id_list *includes)
{
    static const char *const names[] = {"restrict", "include"};
    const struct qn_id_list *lists[] = {tips, includes};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (lists[i])
            qn_ctx_report(ctx, QN_REPORT_WARNING, "fetch.ignored",
                          "ignoring --negotiation-%s because the protocol does "
                          "not support it.",
                          names[i]);
}

static enum qn_status set_all(struct qn_ctx *ctx, struct qn_helper *helper,
                              const struct qn_fetch_pack *options)
{
    enum qn_status status = QN_OK;

    if (options->opened)
        status = qn_helper_tell_program(ctx, helper, options->opened);
    if (!status && options->opened && options->opened->is_clone &&
        qn_helper_abilities(helper)->checks_connectivity)
        status = set(ctx, helper, "check-connectivity", "true");
    if (!status && options->opened && options->opened->is_clone)
        status = set(ctx, helper, "cloning", "true");
    if (!status && options->updates_shallow)
        status = set(ctx, helper, "update-shallow", "true");
    if (!status && options->refetches)
        status = set(ctx, helper, "refetch", "true");
    if (!status && options->filter && *options->filter)
        status = set(ctx, helper, "filter", options->filter);
    if (!status)
        qn_helper_fetch_say_ignored(ctx, options->tips, options->includes);
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

/* The refs that have what is wanted, in the order in which it is wanted. */
static size_t choose(const struct qn_fetch_pack *options,
                     const struct qn_remote_ref **out, size_t most)
{
    const struct qn_remote_refs *refs =
        options->refs ? options->refs : &options->connection->server.refs;
    size_t position = 0;
    size_t count = 0;
    const char *name;
    size_t i, k;

    while (options->names && count < most &&
           (name = qn_wire_words_next(options->names, &position))) {
        out[count] = qn_remote_refs_find(refs, name);
        count += out[count] != NULL;
    }
    if (options->names)
        return count;
    for (i = 0; i < options->wants->count; i++) {
        const struct qn_remote_ref *ref =
            find_ref(refs, &options->wants->ids[i]);

        for (k = 0; k < count && out[k] != ref;)
            k++;
        if (ref && k == count)
            out[count++] = ref;
    }
    return count;
}

static enum qn_status import_chosen(struct qn_ctx *ctx,
                                    const struct qn_fetch_pack *options,
                                    const struct qn_remote_ref *const *chosen,
                                    size_t count)
{
    struct qn_remote_refs none = {.items = NULL};
    struct qn_wire_words names = QN_WIRE_WORDS_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < count; i++)
        status = qn_wire_words_add(ctx, &names, import_name(chosen[i]));
    if (!status)
        status = qn_helper_fetch_import(
            ctx, options->scope, options->connection->helper, &names, &none);
    qn_wire_words_dispose(&names);
    return status;
}

enum qn_status qn_helper_fetch_run(struct qn_ctx *ctx,
                                   const struct qn_fetch_pack *options,
                                   struct qn_fetch_pack_result *out)
{
    struct qn_helper *helper = options->connection->helper;
    const struct qn_helper_abilities *can = qn_helper_abilities(helper);
    const struct qn_remote_ref **chosen = NULL;
    struct qn_wire_words locks = QN_WIRE_WORDS_INIT;
    enum qn_status status = QN_OK;
    size_t most =
        options->names ? options->names->count : options->wants->count;
    size_t position = 0;
    size_t count = 0;
    const char *lock;

    if (!can->fetches && !can->imports)
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "fetch.helper", NULL,
                                  "remote helper '%s' cannot fetch",
                                  qn_helper_name(helper));
    chosen = qn_memory_array(ctx, most + 1, sizeof(*chosen));
    if (!chosen)
        return QN_NO_MEMORY;
    count = choose(options, chosen, most);
    status = set_all(ctx, helper, options);
    if (!status && count && can->fetches)
        status = qn_helper_fetch(ctx, helper, chosen, count,
                                 options->opened && options->opened->is_clone,
                                 &locks, &out->is_contained);
    else if (!status && count)
        status = import_chosen(ctx, options, chosen, count);
    while (!status && (lock = qn_wire_words_next(&locks, &position)))
        status =
            qn_wire_words_add(ctx, &out->keeps, qn_bytes_from_string(lock));
    out->has_pack = !status && count > 0;
    qn_wire_words_dispose(&locks);
    qn_memory_free(chosen);
    return status;
}
