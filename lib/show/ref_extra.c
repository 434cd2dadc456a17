/* SPDX-License-Identifier: MIT */
#include "show/ref_extra.h"

#include "hash/id_map.h"
#include "object/commit.h"
#include "show/signature.h"
#include "walk/merge_base.h"

#include <string.h>

/* The first parent; `*has` false at a root. */
static enum qn_status first_parent(struct qn_ctx *ctx, struct qn_odb *odb,
                                   struct qn_id *id, bool *has)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, id, QN_OBJECT_COMMIT, &object);

    *has = false;
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object), id->algorithm,
                                 &commit);
    if (!status && commit.parent_count) {
        qn_commit_parent(&commit, 0, id);
        *has = true;
    }
    qn_object_dispose(&object);
    return status;
}

#define NOT_REACHED UINT64_MAX

/* Follow first parents to a commit whose distance is known, and know it for
 * all on the way. */
static enum qn_status find_distance(struct qn_ctx *ctx, struct qn_odb *odb,
                                    struct qn_id_map *known,
                                    const struct qn_id *from, uint64_t *out)
{
    struct qn_id_list way = {0};
    struct qn_id id = *from;
    enum qn_status status = QN_OK;
    bool has = true, is_new;
    uint32_t position;
    size_t i;

    *out = NOT_REACHED;
    while (!status && has) {
        position = qn_id_map_find(known, &id);
        if (position != QN_ID_MAP_NONE) {
            *out = known->values[position];
            break;
        }
        status = qn_id_list_add(ctx, &way, &id);
        if (!status)
            status = first_parent(ctx, odb, &id, &has);
    }
    for (i = 0; i < way.count && !status; i++) {
        status = qn_id_map_put(ctx, known, &way.ids[i], &position, &is_new);
        /* Low half: how far it is to where they meet. */
        if (!status)
            known->values[position] =
                *out == NOT_REACHED ? *out : *out + (way.count - i);
    }
    if (*out != NOT_REACHED)
        *out += way.count;
    qn_id_list_dispose(&way);
    return status;
}

enum qn_status qn_ref_extra_base(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_ref_item *items, size_t count,
                                 const struct qn_id *commit, const char **out)
{
    struct qn_id_map known;
    struct qn_id id = *commit;
    uint64_t best = NOT_REACHED, distance;
    enum qn_status status = QN_OK;
    bool has = true, is_new;
    uint32_t position;
    size_t i;

    *out = NULL;
    qn_id_map_init(&known, commit->algorithm);
    for (distance = 0; has && !status; distance++) {
        status = qn_id_map_put(ctx, &known, &id, &position, &is_new);
        if (!status)
            known.values[position] = distance << 32;
        if (!status)
            status = first_parent(ctx, odb, &id, &has);
    }
    for (i = 0; i < count && !status; i++) {
        const struct qn_ref_item *item = &items[i];

        if (qn_revision_peel(ctx, odb, &item->id, QN_OBJECT_COMMIT, &id)) {
            qn_ctx_clear(ctx);
            continue;
        }
        status = find_distance(ctx, odb, &known, &id, &distance);
        if (!status && distance != NOT_REACHED &&
            (distance < best ||
             (distance == best && strcmp(item->name, *out) < 0))) {
            best = distance;
            *out = item->name;
        }
    }
    qn_id_map_dispose(&known);
    return status;
}

enum qn_status qn_ref_extra_verified(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     struct qn_bytes text, uint32_t algorithm,
                                     enum qn_ref_atom_part which,
                                     struct qn_buf *out)
{
    struct qn_verification answer = QN_VERIFICATION_INIT;
    const struct qn_buf *part = NULL;
    bool found;
    enum qn_status status;

    status = qn_signature_check(ctx, config, text, QN_OBJECT_COMMIT, algorithm,
                                &found, &answer);
    switch (which) {
    case QN_REF_PART_GRADE:
        if (!status)
            status = qn_buf_append_byte(
                ctx, out, (uint8_t)qn_verification_letter(&answer));
        break;
    case QN_REF_PART_TRUST:
        if (!status)
            status = qn_buf_append_string(
                ctx, out, qn_verification_trust_name(answer.trust));
        break;
    case QN_REF_PART_SIGNER:
        part = &answer.signer;
        break;
    case QN_REF_PART_KEY:
        part = &answer.key;
        break;
    case QN_REF_PART_FINGERPRINT:
        part = &answer.fingerprint;
        break;
    case QN_REF_PART_PRIMARY:
        part = &answer.primary;
        break;
    default:
        part = &answer.said;
        break;
    }
    if (!status && part)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(part));
    qn_verification_dispose(&answer);
    return status;
}
