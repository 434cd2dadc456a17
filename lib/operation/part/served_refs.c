/* SPDX-License-Identifier: MIT */
#include "operation/part/served_refs.h"

#include "base/env.h"
#include "text/ref_name.h"
#include "walk/hidden_refs.h"

#include <string.h>

struct reading {
    const struct qn_revision_scope *scope;
    const char *section;
    bool peels;
    struct qn_served_refs *out;
};

void qn_served_refs_dispose(struct qn_served_refs *refs)
{
    qn_remote_refs_dispose(&refs->refs);
    qn_id_list_dispose(&refs->hidden);
    qn_buf_dispose(&refs->prefix);
    qn_buf_dispose(&refs->unborn_target);
}

enum qn_status qn_served_refs_prefix(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_buf *out)
{
    const char *name = scope->served_namespace
                           ? scope->served_namespace
                           : qn_env_variable(qn_ctx_env(ctx), "GIT_NAMESPACE");
    struct qn_bytes rest = qn_bytes_from_string(name), part;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&rest, '/', &part))
        if (part.size > 0)
            status = qn_buf_printf(ctx, out, "refs/namespaces/%.*s/",
                                   QN_BYTES_ARG(part));
    if (!status && out->size > 0) {
        struct qn_bytes whole =
            qn_bytes_first(qn_buf_bytes(out), out->size - 1);

        if (!qn_ref_name_is_valid(whole, 0))
            return qn_ctx_fail_reason(ctx, QN_INVALID, "refs.bad-namespace",
                                      name, "bad git namespace path \"%s\"",
                                      name);
    }
    return status;
}

/* What a tag points to in the end. */
static enum qn_status peel(struct qn_ctx *ctx, const struct reading *reading,
                           const struct qn_ref *ref, struct qn_remote_ref *out)
{
    struct qn_odb_info info;
    enum qn_status status;

    if (ref->has_peeled) {
        out->has_peeled = !qn_id_is_null(&ref->peeled);
        out->peeled = ref->peeled;
        return QN_OK;
    }
    status = qn_odb_read_info(ctx, reading->scope->odb, &ref->id,
                              QN_ODB_WANT_TYPE, &info);
    if (!status && info.type == QN_OBJECT_TAG)
        status = qn_revision_peel(ctx, reading->scope->odb, &ref->id,
                                  QN_OBJECT_NONE, &out->peeled);
    if (status) { /* it is told of as it is: who wants it will hear */
        qn_ctx_clear(ctx);
        return status == QN_NO_MEMORY ? status : QN_OK;
    }
    out->has_peeled = info.type == QN_OBJECT_TAG;
    return QN_OK;
}

static enum qn_status add(struct qn_ctx *ctx, struct reading *reading,
                          const struct qn_ref *ref, struct qn_bytes full,
                          const char *target)
{
    struct qn_served_refs *out = reading->out;
    struct qn_bytes name = qn_bytes_from(full, out->prefix.size);
    struct qn_remote_ref *row;
    enum qn_status status =
        qn_remote_refs_add(ctx, &out->refs, &ref->id, name, &row);

    if (!status && target)
        status = qn_remote_refs_set_target(ctx, &out->refs, row,
                                           qn_bytes_from_string(target));
    if (!status && reading->peels)
        status = peel(ctx, reading, ref, row);
    return status;
}

/* What a symbolic ref points to, as it is called in the namespace. */
static const char *shown_target(const struct qn_served_refs *refs,
                                const char *target)
{

    return strncmp(target, qn_buf_string(&refs->prefix), refs->prefix.size) == 0
               ? target + refs->prefix.size
               : target;
}

static enum qn_status each(struct qn_ctx *ctx, void *data,
                           const struct qn_ref *ref)
{
    struct reading *reading = data;
    const char *full = qn_buf_string(&ref->name);
    const char *name = full + reading->out->prefix.size;
    struct qn_ref end = QN_REF_INIT;
    enum qn_status status = QN_OK;
    bool found;

    if (ref->is_broken || qn_id_is_null(&ref->id) ||
        strncmp(name, "refs/", 5) != 0) /* a namespace's HEAD was told of */
        return QN_OK;
    if (qn_hidden_refs_has(qn_repo_config(reading->scope->repo),
                           reading->section, name, full))
        return qn_id_list_add(ctx, &reading->out->hidden, &ref->id);
    if (ref->is_symbolic) /* to the end: a target may be symbolic, too */
        status = qn_refs_resolve(ctx, reading->scope->refs, full, &end, &found);
    if (!status)
        status = add(ctx, reading, ref, qn_buf_bytes(&ref->name),
                     ref->is_symbolic
                         ? shown_target(reading->out, qn_buf_string(&end.name))
                         : NULL);
    qn_ref_dispose(&end);
    return status;
}

static enum qn_status read_head(struct qn_ctx *ctx, struct reading *reading)
{
    struct qn_served_refs *out = reading->out;
    struct qn_ref head = QN_REF_INIT, end = QN_REF_INIT;
    struct qn_buf name = QN_BUF_INIT;
    bool found = false, is_born = false;
    const char *target = NULL;
    enum qn_status status =
        qn_buf_printf(ctx, &name, "%sHEAD", qn_buf_string(&out->prefix));

    if (!status)
        status = qn_refs_find(ctx, reading->scope->refs, qn_buf_string(&name),
                              &head, &found);
    if (status || !found)
        goto out;
    status = qn_refs_resolve(ctx, reading->scope->refs, qn_buf_string(&name),
                             &end, &is_born);
    if (status)
        goto out;
    if (head.is_symbolic)
        target = shown_target(out, qn_buf_string(&end.name));
    if (qn_hidden_refs_has(qn_repo_config(reading->scope->repo),
                           reading->section, "HEAD", qn_buf_string(&name))) {
        if (is_born)
            status = qn_id_list_add(ctx, &out->hidden, &end.id);
        goto out;
    }
    if (is_born)
        status = add(ctx, reading, &end, qn_buf_bytes(&name), target);
    else if (target)
        status = qn_buf_append_string(ctx, &out->unborn_target, target);
out:
    qn_ref_dispose(&head);
    qn_ref_dispose(&end);
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_served_refs_read(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *section, bool peels,
                                   struct qn_served_refs *out)
{
    struct reading reading = {scope, section, peels, out};
    enum qn_status status = qn_served_refs_prefix(ctx, scope, &out->prefix);

    if (!status)
        status = read_head(ctx, &reading);
    if (!status)
        status = qn_refs_walk(ctx, scope->refs, qn_buf_string(&out->prefix), 0,
                              each, &reading);
    return status;
}

/* ---- one of them */

static bool is_hidden(const struct qn_revision_scope *scope,
                      const char *section, const struct qn_buf *prefix,
                      const char *full)
{
    const char *name = full;

    if (strncmp(full, qn_buf_string(prefix), prefix->size) == 0)
        name += prefix->size;
    return qn_hidden_refs_has(qn_repo_config(scope->repo), section, name, full);
}

static enum qn_status find_full(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const char *section,
                                const struct qn_buf *prefix, const char *full,
                                struct qn_id *out, bool *found)
{
    struct qn_ref end = QN_REF_INIT;
    bool is_there = false;
    enum qn_status status =
        qn_refs_resolve(ctx, scope->refs, full, &end, &is_there);

    if (!status && is_there && !end.is_broken && !qn_id_is_null(&end.id) &&
        !is_hidden(scope, section, prefix, full) &&
        !is_hidden(scope, section, prefix, qn_buf_string(&end.name))) {
        *out = end.id;
        *found = true;
    }
    qn_ref_dispose(&end);
    return status;
}

enum qn_status qn_served_refs_find(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *section, struct qn_bytes text,
                                   struct qn_id *out, bool *found)
{
    struct qn_buf prefix = QN_BUF_INIT, full = QN_BUF_INIT;
    enum qn_status status = qn_served_refs_prefix(ctx, scope, &prefix);
    size_t i;

    *found = false;
    for (i = 0; !status && !*found && i < QN_REF_NAME_RULE_COUNT; i++) {
        struct qn_bytes name;

        qn_buf_clear(&full);
        status = qn_buf_append_bytes(ctx, &full, qn_buf_bytes(&prefix));
        if (!status)
            status = qn_ref_name_expand(ctx, i, text, &full);
        if (status)
            break;
        name = qn_bytes_from(qn_buf_bytes(&full), prefix.size);
        if (qn_bytes_is_string(name, "HEAD") ||
            (qn_bytes_has_prefix(name, "refs/") &&
             qn_ref_name_is_valid(name, 0)))
            status = find_full(ctx, scope, section, &prefix,
                               qn_buf_string(&full), out, found);
    }
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&full);
    return status;
}
