/* SPDX-License-Identifier: MIT */
#include "show/commit_json.h"

#include "base/memory.h"
#include "show/decorations.h"
#include "text/charset.h"

static void put_id(struct qn_json *json, const char *key,
                   const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (key)
        qn_json_key(json, key);
    qn_json_string(json, qn_id_to_hex(id, hex));
}

/* What is written as +0130 is 90 minutes. */
static int minutes_of(int zone)
{
    return zone / 100 * 60 + zone % 100;
}

/* As UTF-8 where it is something else and can be said so. */
static enum qn_status put_text(struct qn_ctx *ctx, struct qn_json *json,
                               struct qn_bytes text, struct qn_bytes encoding)
{
    struct qn_buf converted = QN_BUF_INIT;
    char *name = NULL;

    if (encoding.size > 0 && !qn_charset_is_utf8(encoding)) {
        name = qn_memory_string(ctx, encoding);
        if (!name)
            return QN_NO_MEMORY;
        if (qn_charset_convert(ctx, name, "UTF-8", text, &converted) == QN_OK)
            text = qn_buf_bytes(&converted);
        else
            qn_ctx_clear(ctx);
    }
    qn_json_text(json, text);
    qn_buf_dispose(&converted);
    qn_memory_free(name);
    return json->status;
}

static enum qn_status put_person(struct qn_ctx *ctx, struct qn_json *json,
                                 const char *key, struct qn_bytes line,
                                 struct qn_bytes encoding,
                                 const struct qn_pretty_options *options)
{
    struct qn_ident ident;
    enum qn_status status;

    if (!qn_ident_parse(line, &ident))
        return QN_OK;
    if (options->mailmap && options->maps_builtin)
        qn_mailmap_map(options->mailmap, &ident.name, &ident.mail);
    qn_json_key(json, key);
    qn_json_begin_object(json);
    qn_json_key(json, "name");
    status = put_text(ctx, json, ident.name, encoding);
    qn_json_key(json, "mail");
    if (!status)
        status = put_text(ctx, json, ident.mail, encoding);
    if (ident.has_date) {
        qn_json_key(json, "time");
        qn_json_number(json, ident.seconds);
        qn_json_key(json, "zone");
        qn_json_number(json, minutes_of(ident.zone));
    }
    qn_json_end_object(json);
    return status;
}

static enum qn_status put_message(struct qn_ctx *ctx, struct qn_json *json,
                                  const struct qn_commit *commit)
{
    struct qn_buf subject = QN_BUF_INIT;
    enum qn_status status =
        qn_pretty_subject(ctx, commit->message, " ", &subject, NULL);

    qn_json_key(json, "subject");
    if (!status)
        status = put_text(ctx, json, qn_buf_bytes(&subject), commit->encoding);
    qn_json_key(json, "message");
    if (!status)
        status = put_text(ctx, json, commit->message, commit->encoding);
    qn_buf_dispose(&subject);
    return status;
}

static enum qn_status put_refs(struct qn_ctx *ctx, struct qn_json *json,
                               const struct qn_id *id,
                               const struct qn_decorations *decorations)
{
    struct qn_decorate_form form = {
        .separator = qn_bytes_from_string("\n"),
        .pointer = qn_bytes_from_string("\n"),
    };
    struct qn_buf names = QN_BUF_INIT;
    struct qn_bytes rest, name;
    enum qn_status status =
        qn_decorations_append(ctx, decorations, id, &form, &names);

    qn_json_key(json, "refs");
    qn_json_begin_array(json);
    rest = qn_buf_bytes(&names);
    while (!status && qn_bytes_next(&rest, '\n', &name))
        if (name.size > 0)
            qn_json_text(json, name);
    qn_json_end_array(json);
    qn_buf_dispose(&names);
    return status;
}

/* "Ann <ann@example.com> 1700000000 +0000" and what the entry says. */
static enum qn_status put_reflog(struct qn_ctx *ctx, struct qn_json *json,
                                 const struct qn_pretty_item *item,
                                 const struct qn_pretty_options *options)
{
    enum qn_status status;

    qn_json_key(json, "reflog");
    qn_json_begin_object(json);
    qn_json_key(json, "selector");
    qn_json_string(json, item->reflog_selector);
    status = put_person(ctx, json, "person", item->reflog_ident, QN_BYTES_NONE,
                        options);
    qn_json_key(json, "message");
    qn_json_text(json, item->reflog_message);
    qn_json_end_object(json);
    return status;
}

static void put_parents(struct qn_json *json, const struct qn_pretty_item *item)
{
    uint32_t count =
        item->parents ? item->parent_count : item->commit->parent_count;
    uint32_t i;

    qn_json_key(json, "parents");
    qn_json_begin_array(json);
    for (i = 0; i < count; i++) {
        struct qn_id parent;

        if (item->parents)
            parent = item->parents[i];
        else
            qn_commit_parent(item->commit, i, &parent);
        put_id(json, NULL, &parent);
    }
    qn_json_end_array(json);
}

enum qn_status qn_commit_json_append(struct qn_ctx *ctx, struct qn_json *json,
                                     const struct qn_pretty_item *item,
                                     const struct qn_pretty_options *options)
{
    const struct qn_commit *commit = item->commit;
    char mark[2] = {item->mark, '\0'};
    enum qn_status status;

    put_id(json, "id", item->id);
    put_id(json, "tree", &commit->tree);
    put_parents(json, item);
    status = put_person(ctx, json, "author", commit->author, commit->encoding,
                        options);
    if (!status)
        status = put_person(ctx, json, "committer", commit->committer,
                            commit->encoding, options);
    if (commit->encoding.size > 0) {
        qn_json_key(json, "encoding");
        qn_json_text(json, commit->encoding);
    }
    if (!status)
        status = put_message(ctx, json, commit);
    if (!status && options->shows_decorations && options->decorations)
        status = put_refs(ctx, json, item->id, options->decorations);
    if (item->mark) {
        qn_json_key(json, "mark");
        qn_json_string(json, mark);
    }
    if (options->shows_source && item->source) {
        qn_json_key(json, "source");
        qn_json_string(json, item->source);
    }
    if (!status && item->reflog_selector)
        status = put_reflog(ctx, json, item, options);
    return status ? status : json->status;
}

enum qn_status qn_commit_json_tag(struct qn_ctx *ctx, struct qn_json *json,
                                  const struct qn_id *id,
                                  const struct qn_tag *tag,
                                  const struct qn_pretty_options *options)
{
    enum qn_status status;

    qn_json_key(json, "tag");
    qn_json_text(json, tag->name);
    put_id(json, "id", id);
    put_id(json, "target", &tag->object);
    qn_json_key(json, "target_type");
    qn_json_text(json, tag->type);
    status =
        put_person(ctx, json, "tagger", tag->tagger, QN_BYTES_NONE, options);
    qn_json_key(json, "message");
    qn_json_text(json, tag->message);
    return status ? status : json->status;
}
