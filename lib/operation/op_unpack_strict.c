/* SPDX-License-Identifier: MIT */
#include "operation/op_unpack_parts.h"

#include "base/memory.h"
#include "operation/part/object_checker.h"
#include "operation/part/object_links.h"

#define EXPECTED 16u /* beside a type: somebody names it, it has not come */
#define EXPANDED (1u << 31) /* on the stack: what it names was pushed */

static void found(struct qn_ctx *ctx, void *data,
                  const struct qn_object_finding *finding)
{
    struct qn_op_unpack_strict *strict = data;
    const bool is_error = finding->severity >= QN_CHECK_ERROR;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    strict->has_error = strict->has_error || is_error;
    qn_ctx_report(ctx, is_error ? QN_REPORT_ERROR : QN_REPORT_WARNING,
                  "fsck.finding", "object %s: %s: %s",
                  qn_id_to_hex(&finding->id, hex), finding->name,
                  finding->message);
}

enum qn_status
qn_op_unpack_strict_begin(struct qn_ctx *ctx,
                          struct qn_op_unpack_strict *strict,
                          const struct qn_op_unpack_objects *options)
{
    uint32_t algorithm = qn_odb_algorithm(options->odb);
    struct qn_object_checker_options how = {.algorithm = algorithm,
                                            .policy = options->policy,
                                            .found = found,
                                            .data = strict,
                                            .big_file_threshold =
                                                options->big_file_threshold};

    memset(strict, 0, sizeof(*strict));
    strict->options = options;
    qn_id_map_init(&strict->ids, algorithm);
    qn_id_map_init(&strict->types, algorithm);
    return qn_object_checker_new(ctx, &how, &strict->checker);
}

void qn_op_unpack_strict_dispose(struct qn_op_unpack_strict *strict)
{
    size_t i;

    for (i = 0; i < strict->ids.count; i++)
        qn_memory_free(strict->held[i].data);
    qn_memory_free(strict->held);
    qn_memory_free(strict->stack);
    qn_object_checker_free(strict->checker);
    qn_id_map_dispose(&strict->ids);
    qn_id_map_dispose(&strict->types);
}

const struct qn_op_unpack_held *
qn_op_unpack_strict_find(const struct qn_op_unpack_strict *strict,
                         const struct qn_id *id)
{
    uint32_t at = qn_id_map_find(&strict->ids, id);

    return at == QN_ID_MAP_NONE ? NULL : &strict->held[at];
}

static void report_type(struct qn_ctx *ctx, const struct qn_id *id,
                        enum qn_object_type is, enum qn_object_type not )
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_ctx_report(ctx, QN_REPORT_ERROR, "fsck.wrong-type",
                  "object %s is a %s, not a %s", qn_id_to_hex(id, hex),
                  qn_object_type_name(is), qn_object_type_name(not ));
}

struct parse { /* a commit or tag whose links are looked at as it comes */
    struct qn_op_unpack_strict *strict;
    const struct qn_id *id;
    enum qn_object_type type;
};

static enum qn_status expect(struct qn_ctx *ctx, void *data,
                             enum qn_object_type type, const uint8_t *row)
{
    struct parse *parse = data;
    struct qn_id_map *types = &parse->strict->types;
    char hex[QN_ID_MAX_HEX_SIZE + 1], other[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_object_type is;
    enum qn_status status;
    struct qn_id id;
    uint32_t at;
    bool is_new;

    status = qn_id_map_put_row(ctx, types, row, &at, &is_new);
    if (status)
        return status;
    if (is_new)
        types->values[at] = EXPECTED | type;
    is = (enum qn_object_type)(types->values[at] & (EXPECTED - 1));
    if (is == type)
        return QN_OK;
    qn_id_map_id(types, at, &id);
    report_type(ctx, &id, is, type);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "fsck.wrong-type",
                  "bad %s pointer %s in %s %s", qn_object_type_name(type),
                  qn_id_to_hex(&id, hex), qn_object_type_name(parse->type),
                  qn_id_to_hex(parse->id, other));
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.wrong-type", other,
                              "invalid %s", qn_object_type_name(parse->type));
}

static enum qn_status note_type(struct qn_ctx *ctx,
                                struct qn_op_unpack_strict *strict,
                                const struct qn_id *id,
                                enum qn_object_type type)
{
    enum qn_object_type expected;
    enum qn_status status;
    uint32_t at;
    bool is_new;

    status = qn_id_map_put(ctx, &strict->types, id, &at, &is_new);
    if (status)
        return status;
    expected = (enum qn_object_type)(strict->types.values[at] & (EXPECTED - 1));
    if (!is_new && expected != type) {
        report_type(ctx, id, expected, type);
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.wrong-type", NULL,
                                  "invalid %s object",
                                  qn_object_type_name(type));
    }
    strict->types.values[at] = type;
    return QN_OK;
}

enum qn_status qn_op_unpack_strict_hold(struct qn_ctx *ctx,
                                        struct qn_op_unpack_strict *strict,
                                        const struct qn_id *id,
                                        enum qn_object_type type,
                                        struct qn_bytes data)
{
    struct parse parse = {strict, id, type};
    enum qn_status status = note_type(ctx, strict, id, type);
    struct qn_op_unpack_held *held;
    uint32_t at;
    bool is_new;

    if (status || type == QN_OBJECT_BLOB)
        return status;
    status = qn_memory_grow(ctx, &strict->held, &strict->capacity,
                            strict->ids.count + 1, sizeof(*strict->held));
    if (!status)
        status = qn_id_map_put(ctx, &strict->ids, id, &at, &is_new);
    if (status || !is_new)
        return status;
    held = &strict->held[at];
    memset(held, 0, sizeof(*held));
    held->type = type;
    held->data = qn_memory_array(ctx, data.size + 1, 1);
    if (!held->data)
        return QN_NO_MEMORY;
    if (data.size > 0)
        memcpy(held->data, data.data, data.size);
    held->size = data.size;
    if (type != QN_OBJECT_TREE)
        status = qn_object_links_each(ctx, id->algorithm, type,
                                      qn_bytes_make(held->data, held->size),
                                      false, expect, &parse);
    if (status == QN_CORRUPT &&
        strcmp(qn_ctx_reason(ctx), "fsck.wrong-type") != 0) {
        qn_ctx_clear(ctx); /* said better when it is checked */
        status = QN_OK;
    }
    return status;
}

struct visit {
    struct qn_op_unpack_strict *strict;
    const struct qn_id *id;
    size_t *count;
};

static enum qn_status push(struct qn_ctx *ctx,
                           struct qn_op_unpack_strict *strict, size_t *count,
                           uint32_t item)
{
    enum qn_status status =
        qn_memory_grow(ctx, &strict->stack, &strict->stack_capacity, *count + 1,
                       sizeof(*strict->stack));

    if (!status)
        strict->stack[(*count)++] = item;
    return status;
}

/* What an object names: held, so that it is next; or here already. */
static enum qn_status visit_link(struct qn_ctx *ctx, void *data,
                                 enum qn_object_type type, const uint8_t *row)
{
    struct visit *visit = data;
    struct qn_op_unpack_strict *strict = visit->strict;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info = {0};
    enum qn_status status;
    struct qn_id id;
    uint32_t at = qn_id_map_find_row(&strict->types, row);

    qn_id_from_row(&id, visit->id->algorithm, row);
    if (at != QN_ID_MAP_NONE && strict->types.values[at] < EXPECTED &&
        strict->types.values[at] != type) {
        report_type(ctx, &id, (enum qn_object_type)strict->types.values[at],
                    type);
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.wrong-type", NULL,
                                  "Error on reachable objects of %s",
                                  qn_id_to_hex(visit->id, hex));
    }
    at = qn_id_map_find_row(&strict->ids, row);
    if (at != QN_ID_MAP_NONE)
        return strict->held[at].is_reached
                   ? QN_OK
                   : push(ctx, strict, visit->count, at);
    status = qn_odb_read_info(ctx, strict->options->odb, &id, QN_ODB_WANT_TYPE,
                              &info);
    if (status == QN_PROMISED) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status == QN_NOT_FOUND || (!status && info.type != type))
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.missing-link", NULL,
                                  "object of unexpected type");
    return status;
}

static enum qn_status expand(struct qn_ctx *ctx,
                             struct qn_op_unpack_strict *strict, uint32_t at,
                             size_t *count)
{
    struct qn_op_unpack_held *held = &strict->held[at];
    struct qn_bytes data = qn_bytes_make(held->data, held->size);
    struct visit visit = {.strict = strict, .count = count};
    enum qn_status status;
    bool is_sound = true;
    struct qn_id id;

    held->is_reached = true;
    qn_id_map_id(&strict->ids, at, &id);
    visit.id = &id;
    status = qn_object_checker_look(ctx, strict->checker, &id, held->type, data,
                                    at, &is_sound);
    if (!status && !is_sound)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.bad-object", NULL,
                                    "fsck error in packed object");
    if (!status)
        status = push(ctx, strict, count, at | EXPANDED);
    if (!status)
        status = qn_object_links_each(ctx, id.algorithm, held->type, data,
                                      false, visit_link, &visit);
    return status;
}

static enum qn_status
write_held(struct qn_ctx *ctx, struct qn_op_unpack_strict *strict, uint32_t at)
{
    struct qn_op_unpack_held *held = &strict->held[at];
    enum qn_status status;
    struct qn_id id;

    if (held->is_written)
        return QN_OK;
    status = qn_odb_write(ctx, strict->options->odb, held->type,
                          qn_bytes_make(held->data, held->size), &id);
    held->is_written = true;
    qn_memory_free(held->data);
    held->data = NULL;
    held->size = 0;
    return status;
}

enum qn_status qn_op_unpack_strict_finish(struct qn_ctx *ctx,
                                          struct qn_op_unpack_strict *strict)
{
    enum qn_status status = QN_OK;
    bool is_sound = true;
    size_t count = 0;
    uint32_t i;

    for (i = 0; i < strict->ids.count && !status; i++) {
        if (strict->held[i].is_reached)
            continue;
        status = push(ctx, strict, &count, i);
        while (!status && count > 0) {
            uint32_t item = strict->stack[--count];

            status = qn_ctx_check(ctx);
            if (status)
                break;
            if (item & EXPANDED)
                status = write_held(ctx, strict, item & ~EXPANDED);
            else if (!strict->held[item].is_reached)
                status = expand(ctx, strict, item, &count);
        }
    }
    if (!status)
        status = qn_object_checker_finish(ctx, strict->checker,
                                          strict->options->odb, &is_sound);
    if (!status && !is_sound)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "fsck.bad-object", NULL,
                                    "fsck error in pack objects");
    return status;
}
