/* SPDX-License-Identifier: MIT */
/* What a remote helper lists:
 *
 *   <hex> <name> [<attribute>...]
 *   @<target> <name>        the value is the target's
 *   ? <name>                not known
 *   :object-format <name>   from there on
 *   (empty)                 the end
 */
#include "transport/helper_private.h"

#include <string.h>

static enum qn_status take_keyword(struct qn_ctx *ctx, const char *line,
                                   uint32_t *algorithm)
{
    static const char format[] = ":object-format ";
    struct qn_bytes name;

    if (strncmp(line, format, strlen(format)) != 0)
        return QN_OK;
    name = qn_bytes_from_string(line + strlen(format));
    *algorithm = qn_id_algorithm_from_name(name);
    return *algorithm == QN_HASH_NONE
               ? qn_helper_lines_fail(ctx, "unsupported object format '",
                                      line + strlen(format), "'")
               : QN_OK;
}

/* Is there " unchanged" among the attributes? */
static bool is_unchanged(struct qn_bytes attributes)
{
    struct qn_bytes word;

    while (qn_bytes_next(&attributes, ' ', &word))
        if (qn_bytes_is_string(word, "unchanged"))
            return true;
    return false;
}

static enum qn_status read_own(struct qn_ctx *ctx,
                               const struct qn_connection_options *options,
                               struct qn_remote_ref *ref)
{
    enum qn_status status = QN_OK;
    bool found = false;

    if (options->read_ref)
        status = options->read_ref(ctx, options->read_ref_data, ref->name,
                                   &ref->id, &found);
    if (!status && !found)
        status =
            qn_helper_lines_fail(ctx, "could not read ref ", ref->name, "");
    return status;
}

static enum qn_status take_ref(struct qn_ctx *ctx,
                               const struct qn_connection_options *options,
                               const char *line, uint32_t algorithm,
                               struct qn_remote_refs *refs)
{
    struct qn_bytes rest = qn_bytes_from_string(line);
    size_t space = qn_bytes_find(rest, ' ');
    struct qn_bytes value = qn_bytes_first(rest, space);
    struct qn_bytes name = qn_bytes_from(rest, space + 1);
    struct qn_remote_ref *ref = NULL;
    struct qn_bytes attributes;
    enum qn_status status;
    struct qn_id id;

    if (space == rest.size)
        return qn_helper_lines_fail(
            ctx, "malformed response in ref list: ", line, "");
    attributes = qn_bytes_from(name, qn_bytes_find(name, ' ') + 1);
    name = qn_bytes_first(name, qn_bytes_find(name, ' '));
    if (!qn_id_from_hex(&id, algorithm, value))
        qn_id_clear(&id, algorithm);
    status = qn_remote_refs_add(ctx, refs, &id, name, &ref);
    if (!status && value.size > 0 && value.data[0] == '@')
        status =
            qn_remote_refs_set_target(ctx, refs, ref, qn_bytes_from(value, 1));
    if (!status && is_unchanged(attributes))
        status = read_own(ctx, options, ref);
    return status;
}

/* Symbolic ones have the value of what they point to, as far as it goes. */
static void resolve(struct qn_remote_refs *refs)
{
    size_t i;

    for (i = 0; i < refs->count; i++) {
        const struct qn_remote_ref *end =
            refs->items[i].target
                ? qn_remote_refs_find(refs, refs->items[i].target)
                : NULL;

        if (end)
            refs->items[i].id = end->id;
    }
}

enum qn_status qn_helper_list(struct qn_ctx *ctx, struct qn_helper *helper,
                              const struct qn_connection_options *options,
                              uint32_t *algorithm, struct qn_remote_refs *refs)
{
    bool for_push = options->service == QN_SERVICE_RECEIVE_PACK;
    const char *line = "";
    enum qn_status status = QN_OK;

    *algorithm = helper->algorithm;
    if (helper->abilities.has_object_format)
        status = qn_helper_set(ctx, helper, "object-format", "true", NULL);
    if (!status)
        status = qn_helper_lines_send(
            ctx, helper,
            for_push && helper->abilities.pushes ? "list for-push" : "list");
    while (!status) {
        status = qn_helper_lines_next(ctx, helper, &line);
        if (status || !*line)
            break;
        status = *line == ':' ? take_keyword(ctx, line, algorithm)
                              : take_ref(ctx, options, line, *algorithm, refs);
    }
    if (!status) {
        qn_helper_lines_show(ctx, helper, "Read ref listing.", "");
        resolve(refs);
    }
    return status;
}
