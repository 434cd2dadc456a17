/* SPDX-License-Identifier: MIT */
#include "operation/part/archive_fill.h"

#include "base/memory.h"
#include "operation/part/describe_name.h"
#include "show/pretty.h"

#include <string.h>

struct qn_archive_subst {
    const struct qn_revision_scope *scope;
    struct qn_id id;
    struct qn_object object;
    struct qn_commit commit;
    struct qn_pretty_options options;
    struct qn_pretty *pretty;
    struct qn_describe_name *describe;
    struct qn_decorations *decorations;
    struct qn_mailmap *mailmap;
    bool is_served;
    bool has_described; /* once for an archive, as it can take long */
    struct qn_buf format;
};

static enum qn_status describe_once(struct qn_ctx *ctx, void *data,
                                    const struct qn_id *id,
                                    struct qn_bytes text, struct qn_buf *out)
{
    struct qn_archive_subst *subst = data;

    /* What is not answered stays as it is. */
    if (subst->has_described || !subst->describe)
        return qn_ctx_fail(ctx, QN_INVALID, "described already");
    subst->has_described = true;
    return qn_describe_name_pretty(ctx, subst->describe, id, text, out);
}

/* Does a format ask for the names of refs? */
static bool uses_refs(const char *format)
{
    for (; (format = strchr(format, '%')) != NULL; format++) {
        size_t skip = strspn(format + 1, "+- ");

        if (strchr("dD", format[1 + skip]) ||
            strncmp(format + 1 + skip, "(decorate", 9) == 0)
            return true;
    }
    return false;
}

/* Names of refs, which may be many, are read when they are asked for. */
static enum qn_status need_pretty(struct qn_ctx *ctx,
                                  struct qn_archive_subst *subst)
{
    const struct qn_decorate_options decorate = {.style = QN_DECORATE_SHORT};
    enum qn_status status = QN_OK;

    if (!subst->is_served && !subst->decorations &&
        uses_refs(qn_buf_string(&subst->format))) {
        status = qn_decorations_new(ctx, subst->scope, &decorate,
                                    &subst->decorations);
        subst->options.decorations = subst->decorations;
        qn_pretty_free(subst->pretty);
        subst->pretty = NULL;
    }
    if (!status && !subst->pretty)
        status = qn_pretty_new(ctx, subst->scope->odb, &subst->options,
                               &subst->pretty);
    return status;
}

static enum qn_status set_up(struct qn_ctx *ctx, struct qn_archive_subst *subst)
{
    static const struct qn_pretty_options defaults = QN_PRETTY_OPTIONS_INIT;
    const struct qn_config *config = qn_repo_config(subst->scope->repo);
    enum qn_status status;

    subst->options = defaults;
    qn_decorations_form_init(&subst->options.decorate_form);
    subst->options.knows_no_notes = true;
    subst->options.describe = describe_once;
    subst->options.describe_data = subst;
    subst->options.encoding =
        qn_config_string(config, "i18n.logoutputencoding",
                         qn_config_string(config, "i18n.commitencoding", NULL));
    status = qn_mailmap_new(ctx, &subst->mailmap);
    if (!status)
        status = qn_mailmap_load(ctx, subst->scope, subst->mailmap);
    subst->options.mailmap = subst->mailmap;
    if (status || subst->is_served)
        return status;
    subst->options.config = config;
    return qn_describe_name_new(ctx, subst->scope, &subst->describe);
}

enum qn_status qn_archive_subst_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_id *commit, bool is_served,
                                    struct qn_archive_subst **out)
{
    struct qn_archive_subst *made = qn_memory_calloc(ctx, 1, sizeof(*made));
    enum qn_status status;

    if (!made)
        return QN_NO_MEMORY;
    made->scope = scope;
    made->id = *commit;
    made->is_served = is_served;
    status = qn_odb_read_typed(ctx, scope->odb, commit, QN_OBJECT_COMMIT,
                               &made->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&made->object),
                                 commit->algorithm, &made->commit);
    if (!status)
        status = set_up(ctx, made);
    if (status)
        qn_archive_subst_free(made);
    else
        *out = made;
    return status;
}

void qn_archive_subst_free(struct qn_archive_subst *subst)
{
    if (!subst)
        return;
    qn_pretty_free(subst->pretty);
    qn_decorations_free(subst->decorations);
    qn_describe_name_free(subst->describe);
    qn_mailmap_free(subst->mailmap);
    qn_object_dispose(&subst->object);
    qn_buf_dispose(&subst->format);
    qn_memory_free(subst);
}

enum qn_status qn_archive_subst_expand(struct qn_ctx *ctx,
                                       struct qn_archive_subst *subst,
                                       struct qn_bytes in, struct qn_buf *out,
                                       bool *changed)
{
    const struct qn_bytes mark = QN_BYTES("$Format:");
    const struct qn_pretty_item item = {.id = &subst->id,
                                        .commit = &subst->commit};
    enum qn_status status = QN_OK;

    *changed = false;
    while (!status) {
        size_t at = qn_bytes_find_bytes(in, mark);
        struct qn_bytes format = qn_bytes_from(in, at + mark.size);
        size_t end = qn_bytes_find(format, '$');

        if (at == in.size || end == format.size)
            break;
        *changed = true;
        qn_buf_clear(&subst->format);
        status = qn_buf_append_bytes(ctx, &subst->format,
                                     qn_bytes_first(format, end));
        if (!status)
            status = qn_buf_append_bytes(ctx, out, qn_bytes_first(in, at));
        if (!status)
            status = need_pretty(ctx, subst);
        if (!status)
            status = qn_pretty_expand(ctx, subst->pretty, &item,
                                      qn_buf_string(&subst->format), out);
        in = qn_bytes_from(format, end + 1);
    }
    if (!status && *changed)
        status = qn_buf_append_bytes(ctx, out, in);
    return status;
}
