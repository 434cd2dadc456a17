/* SPDX-License-Identifier: MIT */
/* Reading: source after source, and a second look before a miss is believed. */
#include "odb/odb_private.h"

#include "hash/id.h"
#include "hash/id_list.h"
#include "hash/id_map.h"
#include "trace/trace.h"

/* How often a changing disk is looked at again. */
#define LOOKS 5

enum request_kind { READ, INFO, STREAM };

struct request {
    enum request_kind kind;
    struct qn_object *object;
    unsigned want;
    struct qn_odb_info *info;
    enum qn_object_type type;
    uint64_t size;
    struct qn_odb_stream *stream;
};

static enum qn_status ask(struct qn_ctx *ctx, struct qn_odb_source *source,
                          const struct qn_id *id, struct request *request)
{
    switch (request->kind) {
    case READ:
        return source->table->read(ctx, source, id, request->object);
    case INFO:
        return source->table->read_info(ctx, source, id, request->want,
                                        request->info);
    default:
        return source->table->stream(ctx, source, id, &request->type,
                                     &request->size, &request->stream);
    }
}

/* Ask every source once.  QN_END: none has it. */
static enum qn_status ask_all(struct qn_ctx *ctx, struct qn_odb *odb,
                              const struct qn_id *id, struct request *request)
{
    enum qn_status bad = QN_END;
    size_t i;

    for (i = 0; i < odb->source_count; i++) {
        enum qn_status status = ask(ctx, odb->sources[i], id, request);

        if (status == QN_OK && bad != QN_END)
            qn_ctx_clear(ctx); /* another copy was bad, and said so */
        if (qn_odb_is_final(status))
            return status;
        if (status != QN_END)
            bad = status;
    }
    return bad;
}

/* The empty tree is an object that every repository has. */
static bool is_built_in(const struct qn_odb *odb, const struct qn_id *id)
{
    const struct qn_id *tree = qn_id_empty_tree(odb->store->options.algorithm);

    return id->bytes[0] == tree->bytes[0] && qn_id_is_equal(id, tree);
}

static enum qn_status answer_built_in(struct qn_ctx *ctx, uint32_t algorithm,
                                      struct request *request)
{
    struct qn_buf nothing = QN_BUF_INIT;

    switch (request->kind) {
    case READ:
        request->object->type = QN_OBJECT_TREE;
        qn_buf_clear(&request->object->data);
        return QN_OK;
    case INFO:
        memset(request->info, 0, sizeof(*request->info));
        request->info->type = QN_OBJECT_TREE;
        request->info->delta_base.algorithm = algorithm;
        return QN_OK;
    default:
        request->type = QN_OBJECT_TREE;
        request->size = 0;
        return qn_odb_stream_from_buf(ctx, &nothing, &request->stream);
    }
}

static enum qn_status fail_missing(struct qn_ctx *ctx, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(id, hex);
    qn_trace_count(ctx, QN_COUNTER_ODB_MISS, 1);
    return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "odb.not-found", hex,
                              "unable to read %s", hex);
}

/* The last look of all: into packs that a multi-pack-index spoke for. */
static enum qn_status doubt(struct qn_ctx *ctx, struct qn_odb *odb,
                            const struct qn_id *id, struct request *request)
{
    bool is_there = false;
    enum qn_status status =
        qn_odb_packed_doubt(ctx, odb->packed, id, &is_there);

    if (status)
        return status;
    return is_there ? ask_all(ctx, odb, id, request) : QN_END;
}

static enum qn_status look_again(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id,
                                 struct request *request, enum qn_status status)
{
    int look;

    for (look = 0; look < LOOKS && status == QN_END; look++) {
        const struct qn_odb_snapshot *before = odb->snapshot;

        status = qn_odb_refresh(ctx, odb);
        if (status)
            return status;
        status = ask_all(ctx, odb, id, request);
        if (odb->snapshot == before)
            break;
    }
    return status == QN_END ? doubt(ctx, odb, id, request) : status;
}

/* Reason "odb.corrupt" is for contents: who only asked for type and size may
 * have something else to say. */
static enum qn_status without_content(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "odb.bad-info",
                              qn_ctx_subject(ctx), "%s", qn_ctx_message(ctx));
}

static enum qn_status find(struct qn_ctx *ctx, struct qn_odb *odb,
                           const struct qn_id *id, struct request *request)
{
    const struct qn_odb_calls *calls = &odb->store->options.calls;
    enum qn_status status;
    struct qn_id replacement;

    if (calls->replace && !(odb->flags & QN_ODB_NO_REPLACE) &&
        calls->replace(calls->data, id, &replacement))
        id = &replacement;
    status = qn_odb_ensure(ctx, odb);
    if (QN_UNLIKELY(status))
        return status;
    status = ask_all(ctx, odb, id, request);
    if (QN_LIKELY(status == QN_OK))
        return QN_OK;
    if (status == QN_END && is_built_in(odb, id))
        return answer_built_in(ctx, odb->store->options.algorithm, request);
    if (status == QN_END && !(odb->flags & QN_ODB_NO_REFRESH))
        status = look_again(ctx, odb, id, request, status);
    if (status == QN_END && calls->missing && !(odb->flags & QN_ODB_NO_FETCH)) {
        status = calls->missing(ctx, calls->data, id, 1);
        if (!status)
            status = look_again(ctx, odb, id, request, QN_END);
        else if (status == QN_REFUSED)
            status = QN_END;
    }
    if (status == QN_CORRUPT && request->kind == INFO)
        return without_content(ctx);
    return status == QN_END ? fail_missing(ctx, id) : status;
}

enum qn_status qn_odb_read(struct qn_ctx *ctx, struct qn_odb *odb,
                           const struct qn_id *id, struct qn_object *out)
{
    struct request request = {.kind = READ, .object = out};

    qn_trace_count(ctx, QN_COUNTER_ODB_READ, 1);
    return find(ctx, odb, id, &request);
}

enum qn_status qn_odb_read_typed(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id,
                                 enum qn_object_type type,
                                 struct qn_object *out)
{
    enum qn_status status = qn_odb_read(ctx, odb, id, out);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (status || out->type == type)
        return status;
    qn_id_to_hex(id, hex);
    return qn_ctx_fail_reason(
        ctx, QN_INVALID, "odb.wrong-type", hex, "object %s is a %s, not a %s",
        hex, qn_object_type_name(out->type), qn_object_type_name(type));
}

enum qn_status qn_odb_read_info(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *id, unsigned want,
                                struct qn_odb_info *out)
{
    struct request request = {.kind = INFO, .want = want, .info = out};

    qn_trace_count(ctx, QN_COUNTER_ODB_READ_HEADER, 1);
    return find(ctx, odb, id, &request);
}

enum qn_status qn_odb_stream_open(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_id *id,
                                  enum qn_object_type *type, uint64_t *size,
                                  struct qn_odb_stream **out)
{
    struct request request = {.kind = STREAM};
    enum qn_status status = find(ctx, odb, id, &request);

    if (status)
        return status;
    *type = request.type;
    *size = request.size;
    *out = request.stream;
    return QN_OK;
}

static enum qn_status exists_now(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id, bool *out)
{
    enum qn_status status;
    size_t i;

    *out = false;
    status = qn_odb_ensure(ctx, odb);
    for (i = 0; i < odb->source_count && !status && !*out; i++)
        status = odb->sources[i]->table->exists(ctx, odb->sources[i], id, out);
    return status;
}

bool qn_odb_fetches(const struct qn_odb *odb)
{
    return odb->store->options.calls.missing && !(odb->flags & QN_ODB_NO_FETCH);
}

void qn_odb_forbid_fetch(struct qn_odb *odb)
{
    odb->flags |= QN_ODB_NO_FETCH;
}

/* Who asks for many at once is told that nobody may fetch. */
static enum qn_status fail_refused(struct qn_ctx *ctx, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_ctx_report(ctx, QN_REPORT_WARNING, "odb.no-lazy-fetch",
                  "lazy fetching disabled; some objects may not be available");
    qn_id_to_hex(id, hex);
    return qn_ctx_fail_reason(ctx, QN_PROMISED, "odb.promised", hex,
                              "could not fetch %s from promisor remote", hex);
}

enum qn_status qn_odb_prefetch(struct qn_ctx *ctx, struct qn_odb *odb,
                               const struct qn_id *ids, size_t count)
{
    const struct qn_odb_calls *calls = &odb->store->options.calls;
    struct qn_id_list wanted = {0};
    struct qn_id_map seen;
    enum qn_status status = QN_OK;
    size_t i;

    if (!qn_odb_fetches(odb) || count == 0)
        return QN_OK;
    qn_id_map_init(&seen, odb->store->options.algorithm);
    for (i = 0; !status && i < count; i++) {
        bool is_here = true, is_new = false;
        uint32_t position;

        if (qn_id_is_null(&ids[i]))
            continue;
        status = qn_id_map_put(ctx, &seen, &ids[i], &position, &is_new);
        if (!status && is_new)
            status = exists_now(ctx, odb, &ids[i], &is_here);
        if (!status && is_new && !is_here && !is_built_in(odb, &ids[i]))
            status = qn_id_list_add(ctx, &wanted, &ids[i]);
    }
    if (!status && wanted.count > 0) {
        status = calls->missing(ctx, calls->data, wanted.ids, wanted.count);
        if (!status)
            status = qn_odb_refresh(ctx, odb);
        else if (status == QN_END)
            status = QN_OK;
        else if (status == QN_REFUSED)
            status = fail_refused(ctx, &wanted.ids[0]);
    }
    qn_id_list_dispose(&wanted);
    qn_id_map_dispose(&seen);
    return status;
}

enum qn_status qn_odb_exists(struct qn_ctx *ctx, struct qn_odb *odb,
                             const struct qn_id *id, bool *out)
{
    enum qn_status status;
    int look;

    qn_trace_count(ctx, QN_COUNTER_ODB_EXISTS, 1);
    status = exists_now(ctx, odb, id, out);
    if (!status && !*out && is_built_in(odb, id))
        *out = true;
    if (status || *out || odb->flags & QN_ODB_NO_REFRESH)
        return status;
    for (look = 0; look < LOOKS && !status && !*out; look++) {
        const struct qn_odb_snapshot *before = odb->snapshot;

        status = qn_odb_refresh(ctx, odb);
        if (!status)
            status = exists_now(ctx, odb, id, out);
        if (odb->snapshot == before)
            break;
    }
    if (!status && !*out)
        status = qn_odb_packed_doubt(ctx, odb->packed, id, out);
    return status;
}
