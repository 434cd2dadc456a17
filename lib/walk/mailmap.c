/* SPDX-License-Identifier: MIT */
#include "walk/mailmap.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "os/file.h"

/* What a mail, or a mail with a name, is replaced by; NULL: kept. */
struct replacement {
    const char *name;
    const char *mail;
};

struct qn_mailmap {
    struct qn_map plain; /* folded mail -> struct replacement */
    struct qn_map named; /* folded "mail\0name" -> struct replacement */
    struct qn_arena arena;
};

enum qn_status qn_mailmap_new(struct qn_ctx *ctx, struct qn_mailmap **out)
{
    struct qn_mailmap *mailmap = qn_memory_calloc(ctx, 1, sizeof(*mailmap));

    if (!mailmap)
        return QN_NO_MEMORY;
    *out = mailmap;
    return QN_OK;
}

void qn_mailmap_free(struct qn_mailmap *mailmap)
{
    if (!mailmap)
        return;
    qn_map_dispose(&mailmap->plain);
    qn_map_dispose(&mailmap->named);
    qn_arena_dispose(&mailmap->arena);
    qn_memory_free(mailmap);
}

/* Write mail (and NUL and name) in lower case; 0: too long. */
static size_t fold_key(char *key, size_t room, struct qn_bytes mail,
                       const struct qn_bytes *name)
{
    size_t size = mail.size + (name ? 1 + name->size : 0);
    size_t i;

    if (size > room)
        return 0;
    for (i = 0; i < mail.size; i++)
        key[i] = (char)mail.data[i];
    if (name) {
        key[i++] = '\0';
        if (name->size)
            memcpy(key + i, name->data, name->size);
    }
    for (i = 0; i < size; i++)
        if (key[i] >= 'A' && key[i] <= 'Z')
            key[i] = (char)(key[i] + 32);
    return size;
}

/* "Name <mail>" off the front; false when there is no mail. */
static bool take_pair(struct qn_bytes *rest, bool may_be_empty,
                      struct qn_bytes *name, struct qn_bytes *mail)
{
    size_t left = qn_bytes_find(*rest, '<');
    struct qn_bytes tail = qn_bytes_from(*rest, left + 1);
    size_t right = qn_bytes_find(tail, '>');

    if (left >= rest->size || right >= tail.size ||
        (right == 0 && !may_be_empty))
        return false;
    *name = qn_bytes_trim(qn_bytes_first(*rest, left));
    *mail = qn_bytes_first(tail, right);
    *rest = qn_bytes_from(tail, right + 1);
    return true;
}

static enum qn_status add_entry(struct qn_ctx *ctx, struct qn_mailmap *mailmap,
                                struct qn_bytes new_name,
                                struct qn_bytes new_mail,
                                const struct qn_bytes *old_name,
                                struct qn_bytes old_mail)
{
    char key[512];
    size_t size = fold_key(key, sizeof(key), old_mail, old_name);
    struct qn_map *map = old_name ? &mailmap->named : &mailmap->plain;
    struct qn_map_item *item;
    struct replacement *to;

    if (size == 0 && (old_mail.size > 0 || old_name))
        return QN_OK; /* nobody has such a mail */
    item = qn_map_put(ctx, map, qn_bytes_make(key, size), NULL);
    if (!item)
        return QN_NO_MEMORY;
    if (!item->value)
        item->value = qn_arena_calloc(ctx, &mailmap->arena, 1, sizeof(*to));
    to = item->value;
    if (!to)
        return QN_NO_MEMORY;
    if (new_name.size > 0) {
        to->name = qn_arena_copy(ctx, &mailmap->arena, new_name);
        if (!to->name)
            return QN_NO_MEMORY;
    }
    if (new_mail.size > 0) {
        to->mail = qn_arena_copy(ctx, &mailmap->arena, new_mail);
        if (!to->mail)
            return QN_NO_MEMORY;
    }
    return QN_OK;
}

static enum qn_status add_line(struct qn_ctx *ctx, struct qn_mailmap *mailmap,
                               struct qn_bytes line)
{
    struct qn_bytes name[2] = {QN_BYTES_NONE, QN_BYTES_NONE};
    struct qn_bytes mail[2] = {QN_BYTES_NONE, QN_BYTES_NONE};

    if (line.size == 0 || line.data[0] == '#' ||
        !take_pair(&line, false, &name[0], &mail[0]))
        return QN_OK;
    if (!take_pair(&line, true, &name[1], &mail[1]))
        return add_entry(ctx, mailmap, name[0], QN_BYTES_NONE, NULL, mail[0]);
    return add_entry(ctx, mailmap, name[0], mail[0],
                     name[1].size > 0 ? &name[1] : NULL, mail[1]);
}

enum qn_status qn_mailmap_add_text(struct qn_ctx *ctx,
                                   struct qn_mailmap *mailmap,
                                   struct qn_bytes text)
{
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&text, '\n', &line))
        status = add_line(ctx, mailmap, line);
    return status;
}

enum qn_status qn_mailmap_add_file(struct qn_ctx *ctx,
                                   struct qn_mailmap *mailmap, const char *path)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = qn_file_read_all(ctx, path, &text);

    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    } else if (!status) {
        status = qn_mailmap_add_text(ctx, mailmap, qn_buf_bytes(&text));
    }
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status add_blob(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               struct qn_mailmap *mailmap, const char *name)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status;

    status = qn_revision_parse(ctx, scope, name, &revision);
    if (!status)
        status = qn_odb_read_typed(ctx, scope->odb, &revision.id,
                                   QN_OBJECT_BLOB, &object);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx); /* a blob that is not there is no fault */
        status = QN_OK;
    } else if (!status) {
        status = qn_mailmap_add_text(ctx, mailmap, qn_object_bytes(&object));
    }
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
    return status;
}

enum qn_status qn_mailmap_load(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               struct qn_mailmap *mailmap)
{
    const struct qn_config *config = qn_repo_config(scope->repo);
    const char *blob = qn_config_string(config, "mailmap.blob", NULL);
    struct qn_buf path = QN_BUF_INIT;
    bool found = false;
    enum qn_status status = QN_OK;

    if (qn_repo_work_tree(scope->repo)) {
        status =
            qn_repo_work_path(ctx, scope->repo, QN_BYTES(".mailmap"), &path);
        if (!status)
            status = qn_mailmap_add_file(ctx, mailmap, qn_buf_string(&path));
    } else if (!blob) {
        blob = "HEAD:.mailmap";
    }
    if (!status && blob)
        status = add_blob(ctx, scope, mailmap, blob);
    qn_buf_clear(&path);
    if (!status)
        status = qn_config_path(ctx, config, "mailmap.file", &path, &found);
    if (!status && found)
        status = qn_mailmap_add_file(ctx, mailmap, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

bool qn_mailmap_map(const struct qn_mailmap *mailmap, struct qn_bytes *name,
                    struct qn_bytes *mail)
{
    char key[512];
    const struct qn_map_item *item = NULL;
    const struct replacement *to;
    size_t size;

    if (!mailmap || (mailmap->plain.count == 0 && mailmap->named.count == 0))
        return false;
    if (mailmap->named.count > 0) {
        size = fold_key(key, sizeof(key), *mail, name);
        if (size)
            item = qn_map_find(&mailmap->named, qn_bytes_make(key, size));
    }
    if (!item && mail->size <= sizeof(key)) {
        size = fold_key(key, sizeof(key), *mail, NULL);
        item = qn_map_find(&mailmap->plain, qn_bytes_make(key, size));
    }
    if (!item)
        return false;
    to = item->value;
    if (to->name)
        *name = qn_bytes_from_string(to->name);
    if (to->mail)
        *mail = qn_bytes_from_string(to->mail);
    return true;
}
