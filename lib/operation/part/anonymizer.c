/* SPDX-License-Identifier: MIT */
#include "operation/part/anonymizer.h"

#include "object/commit.h"

#include <inttypes.h>

void qn_anonymizer_init(struct qn_anonymizer *anonymizer)
{
    memset(anonymizer, 0, sizeof(*anonymizer));
}

void qn_anonymizer_dispose(struct qn_anonymizer *anonymizer)
{
    size_t i;

    qn_map_dispose(&anonymizer->given);
    for (i = 0; i < QN_ANONYMIZER_KIND_COUNT; i++)
        qn_map_dispose(&anonymizer->seen[i]);
    qn_arena_dispose(&anonymizer->arena);
}

enum qn_status qn_anonymizer_give(struct qn_ctx *ctx,
                                  struct qn_anonymizer *anonymizer,
                                  struct qn_bytes from, struct qn_bytes to)
{
    struct qn_map_item *item = qn_map_put(ctx, &anonymizer->given, from, NULL);

    if (!item)
        return QN_NO_MEMORY;
    item->value = qn_arena_copy(ctx, &anonymizer->arena, to);
    return item->value ? QN_OK : QN_NO_MEMORY;
}

/* The number of a text among those of its kind; or what was given for it. */
static enum qn_status look_up(struct qn_ctx *ctx,
                              struct qn_anonymizer *anonymizer,
                              enum qn_anonymizer_kind kind,
                              struct qn_bytes text, const char **given,
                              uint64_t *number)
{
    struct qn_map *seen = &anonymizer->seen[kind];
    struct qn_map_item *item = qn_map_find(&anonymizer->given, text);
    size_t before = seen->count;
    bool is_new;

    *given = item ? item->value : NULL;
    *number = 0;
    if (*given)
        return QN_OK;
    item = qn_map_put(ctx, seen, text, &is_new);
    if (!item)
        return QN_NO_MEMORY;
    if (is_new)
        item->number = before;
    *number = item->number;
    return QN_OK;
}

static enum qn_status append_name(struct qn_ctx *ctx,
                                  struct qn_anonymizer *anonymizer,
                                  enum qn_anonymizer_kind kind,
                                  struct qn_bytes text, const char *format,
                                  struct qn_buf *out)
{
    const char *given;
    uint64_t number;
    enum qn_status status =
        look_up(ctx, anonymizer, kind, text, &given, &number);

    if (status)
        return status;
    if (given)
        return qn_buf_append_string(ctx, out, given);
    return qn_buf_printf(ctx, out, "%s%" PRIu64, format, number);
}

/* Slash by slash. */
static enum qn_status append_components(struct qn_ctx *ctx,
                                        struct qn_anonymizer *anonymizer,
                                        enum qn_anonymizer_kind kind,
                                        struct qn_bytes text, const char *word,
                                        struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    while (!status && text.size) {
        size_t end = qn_bytes_find(text, '/');

        status = append_name(ctx, anonymizer, kind, qn_bytes_first(text, end),
                             word, out);
        if (!status && end < text.size)
            status = qn_buf_append_byte(ctx, out, '/');
        text = qn_bytes_from(text, end + 1);
    }
    return status;
}

enum qn_status qn_anonymizer_ref(struct qn_ctx *ctx,
                                 struct qn_anonymizer *anonymizer,
                                 const char *name, struct qn_buf *out)
{
    static const char *const kept[] = {"refs/heads/", "refs/tags/",
                                       "refs/remotes/", "refs/"};
    struct qn_bytes text = qn_bytes_from_string(name);
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(kept); i++)
        if (qn_bytes_has_prefix(text, kept[i])) {
            status = qn_buf_append_string(ctx, out, kept[i]);
            text = qn_bytes_from(text, strlen(kept[i]));
            break;
        }
    return status ? status
                  : append_components(ctx, anonymizer, QN_ANONYMIZER_REF, text,
                                      "ref", out);
}

enum qn_status qn_anonymizer_path(struct qn_ctx *ctx,
                                  struct qn_anonymizer *anonymizer,
                                  struct qn_bytes path, struct qn_buf *out)
{
    return append_components(ctx, anonymizer, QN_ANONYMIZER_PATH, path, "path",
                             out);
}

enum qn_status qn_anonymizer_ident(struct qn_ctx *ctx,
                                   struct qn_anonymizer *anonymizer,
                                   struct qn_bytes ident, struct qn_buf *out)
{
    size_t end = qn_bytes_find_last(ident, '>');
    struct qn_bytes who = qn_bytes_first(ident, end + (end < ident.size));
    struct qn_bytes when = qn_bytes_from(ident, who.size);
    const char *given;
    uint64_t number;
    enum qn_status status;

    if (end == ident.size) /* nothing in it can be told from the name */
        return qn_buf_append_string(
            ctx, out, "Malformed Ident <malformed@example.com> 0 -0000");
    status =
        look_up(ctx, anonymizer, QN_ANONYMIZER_IDENT, who, &given, &number);
    if (!status && given)
        status = qn_buf_append_string(ctx, out, given);
    else if (!status)
        status = qn_buf_printf(ctx, out,
                               "User %" PRIu64 " <user%" PRIu64 "@example.com>",
                               number, number);
    return status ? status : qn_buf_append_bytes(ctx, out, when);
}

enum qn_status qn_anonymizer_message(struct qn_ctx *ctx,
                                     struct qn_anonymizer *anonymizer,
                                     struct qn_buf *out)
{
    return qn_buf_printf(ctx, out, "subject %" PRIu64 "\n\nbody\n",
                         anonymizer->message_count++);
}

enum qn_status qn_anonymizer_tag_message(struct qn_ctx *ctx,
                                         struct qn_anonymizer *anonymizer,
                                         struct qn_bytes message,
                                         struct qn_buf *out)
{
    return append_name(ctx, anonymizer, QN_ANONYMIZER_TAG_MESSAGE, message,
                       "tag message ", out);
}

enum qn_status qn_anonymizer_blob(struct qn_ctx *ctx,
                                  struct qn_anonymizer *anonymizer,
                                  struct qn_buf *out)
{
    return qn_buf_printf(ctx, out, "anonymous blob %" PRIu64,
                         anonymizer->blob_count++);
}

enum qn_status qn_anonymizer_id(struct qn_ctx *ctx,
                                struct qn_anonymizer *anonymizer,
                                const struct qn_id *id, struct qn_buf *out)
{
    const char *given;
    uint64_t number;
    enum qn_status status = look_up(
        ctx, anonymizer, QN_ANONYMIZER_ID,
        qn_bytes_make(id->bytes, qn_id_size(id->algorithm)), &given, &number);

    if (status)
        return status;
    return qn_buf_printf(ctx, out, "%0*" PRIx64,
                         (int)qn_id_hex_size(id->algorithm), number + 1);
}
