/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "operation/part/merge_message.h"
#include "os/file.h"

#include <stdlib.h>

static void dispose(struct qn_merge_head *head)
{
    qn_buf_dispose(&head->name);
    qn_buf_dispose(&head->quoted);
    qn_buf_dispose(&head->source);
    qn_buf_dispose(&head->line);
}

void qn_merge_heads_dispose(struct qn_merge_heads *heads)
{
    size_t i;

    for (i = 0; i < heads->count; i++)
        dispose(&heads->items[i]);
    qn_memory_free(heads->items);
    memset(heads, 0, sizeof(*heads));
}

void qn_merge_heads_remove(struct qn_merge_heads *heads, size_t i)
{
    dispose(&heads->items[i]);
    heads->count--;
    memmove(&heads->items[i], &heads->items[i + 1],
            (heads->count - i) * sizeof(heads->items[0]));
}

static enum qn_status grow(struct qn_ctx *ctx, struct qn_merge_heads *heads,
                           struct qn_merge_head **out)
{
    enum qn_status status =
        qn_memory_grow(ctx, &heads->items, &heads->capacity, heads->count + 1,
                       sizeof(heads->items[0]));

    if (status)
        return status;
    *out = &heads->items[heads->count++];
    memset(*out, 0, sizeof(**out));
    return QN_OK;
}

/* A commit, or a tag of one, that goes by its id. */
static enum qn_status add_id(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             struct qn_merge_heads *heads,
                             const struct qn_id *id, struct qn_merge_head **out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_merge_head *head;
    enum qn_status status = grow(ctx, heads, out);

    if (status)
        return status;
    head = *out;
    head->tag = *id;
    status = qn_revision_peel(ctx, scope->odb, id, QN_OBJECT_COMMIT, &head->id);
    if (!status)
        head->has_tag = !qn_id_is_equal(id, &head->id);
    return status
               ? status
               : qn_buf_append_string(ctx, &head->name, qn_id_to_hex(id, hex));
}

/* The kind of a ref by its full name; false for others. */
static bool kind_of(const char *full, enum qn_merge_head_kind *out)
{
    if (strncmp(full, "refs/heads/", 11) == 0)
        *out = QN_MERGE_HEAD_BRANCH;
    else if (strncmp(full, "refs/tags/", 10) == 0)
        *out = QN_MERGE_HEAD_TAG;
    else if (strncmp(full, "refs/remotes/", 13) == 0)
        *out = QN_MERGE_HEAD_REMOTE;
    else
        return false;
    return true;
}

/* "x~12", "x^^": the size of "x"; `*is_early`: there is something behind the
 * part.  0: no such form. */
static size_t early_part(const char *text, bool *is_early)
{
    size_t size = strlen(text);
    size_t end = size;

    *is_early = true;
    while (end > 0 && text[end - 1] == '^')
        end--;
    if (end < size)
        return end;
    *is_early = false;
    while (end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9') {
        end--;
        *is_early |= text[end] != '0';
    }
    if (end == 0 || text[end - 1] != '~')
        return 0;
    *is_early |= end == size;
    return end - 1;
}

static enum qn_status is_branch(struct qn_ctx *ctx, struct qn_refs *refs,
                                struct qn_bytes name, bool *out)
{
    struct qn_ref ref = QN_REF_INIT;
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &full, "refs/heads/%.*s", QN_BYTES_ARG(name));

    if (!status)
        status = qn_refs_resolve(ctx, refs, qn_buf_string(&full), &ref, out);
    qn_ref_dispose(&ref);
    qn_buf_dispose(&full);
    return status;
}

static enum qn_status describe(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const char *text, struct qn_merge_head *head)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status;
    bool found = false, is_ambiguous;
    size_t size;

    head->kind = QN_MERGE_HEAD_COMMIT;
    status = qn_revision_expand_branch(ctx, scope, text, &name);
    if (status) {
        qn_ctx_clear(ctx);
        qn_buf_clear(&name);
        status = qn_buf_append_string(ctx, &name, text);
    }
    if (!status)
        status = qn_revision_expand_ref(ctx, scope->refs, qn_buf_string(&name),
                                        &full, &found, &is_ambiguous);
    if (!status && found && kind_of(qn_buf_string(&full), &head->kind))
        status = qn_buf_append_bytes(ctx, &head->quoted, qn_buf_bytes(&name));
    size = status || head->quoted.size ? 0 : early_part(text, &head->is_early);
    if (size) {
        status = is_branch(ctx, scope->refs, qn_bytes_make(text, size), &found);
        if (!status && found) {
            head->kind = QN_MERGE_HEAD_BRANCH;
            status = qn_buf_append(ctx, &head->quoted, text, size);
        }
    }
    if (head->kind != QN_MERGE_HEAD_BRANCH)
        head->is_early = false;
    if (!status && !head->quoted.size)
        status = qn_buf_append_string(ctx, &head->quoted, text);
    qn_buf_dispose(&name);
    qn_buf_dispose(&full);
    return status;
}

/* "branch 'x' of url", "tag 'v' of url", "url". */
static enum qn_status read_description(struct qn_ctx *ctx, struct qn_bytes text,
                                       struct qn_merge_head *head)
{
    static const struct {
        const char *prefix;
        enum qn_merge_head_kind kind;
    } kinds[] = {{"branch '", QN_MERGE_HEAD_BRANCH},
                 {"tag '", QN_MERGE_HEAD_TAG},
                 {"remote-tracking branch '", QN_MERGE_HEAD_REMOTE},
                 {"commit '", QN_MERGE_HEAD_COMMIT}};
    enum qn_status status;
    struct qn_bytes rest;
    size_t i, end;

    for (i = 0; i < QN_COUNT_OF(kinds); i++) {
        if (!qn_bytes_has_prefix(text, kinds[i].prefix))
            continue;
        rest = qn_bytes_from(text, strlen(kinds[i].prefix));
        end = qn_bytes_find(rest, '\'');
        head->kind = kinds[i].kind;
        status =
            qn_buf_append_bytes(ctx, &head->quoted, qn_bytes_first(rest, end));
        rest = qn_bytes_from(rest, end + 1);
        if (!status && qn_bytes_has_prefix(rest, " of "))
            status =
                qn_buf_append_bytes(ctx, &head->source, qn_bytes_from(rest, 4));
        return status;
    }
    head->kind = QN_MERGE_HEAD_ALL;
    return qn_buf_append_bytes(ctx, &head->source, text);
}

/* Each line: id, a tab, "not-for-merge" or nothing, a tab, a description. */
static enum qn_status add_fetched(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_merge_heads *heads)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line, hex, note;
    struct qn_merge_head *head;
    struct qn_id id;
    enum qn_status status;

    status = qn_repo_path(ctx, scope->repo, "FETCH_HEAD", &path);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &text);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (!qn_bytes_next(&line, '\t', &hex) ||
            !qn_bytes_next(&line, '\t', &note) || note.size)
            continue;
        if (!qn_id_from_hex(&id, qn_repo_algorithm(scope->repo), hex)) {
            status = qn_ctx_fail(ctx, QN_CORRUPT,
                                 "not something we can merge "
                                 "in FETCH_HEAD: %.*s",
                                 QN_BYTES_ARG(hex));
            break;
        }
        status = add_id(ctx, scope, heads, &id, &head);
        if (!status)
            status = read_description(ctx, line, head);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* "'x' of y" where neither kind nor source is called what it is: the words
 * before " of " are one commit's name. */
static enum qn_status read_plain(struct qn_ctx *ctx, struct qn_bytes text,
                                 struct qn_merge_head *head)
{
    size_t at = qn_bytes_find_bytes(text, QN_BYTES(" of "));
    struct qn_bytes name = qn_bytes_first(text, at);
    enum qn_status status;

    if (at >= text.size)
        return read_description(ctx, text, head);
    if (name.size > 1 && name.data[0] == '\'' &&
        name.data[name.size - 1] == '\'')
        name = qn_bytes_make(name.data + 1, name.size - 2);
    head->kind = QN_MERGE_HEAD_COMMIT;
    status = qn_buf_append_bytes(ctx, &head->quoted, name);
    return status ? status
                  : qn_buf_append_bytes(ctx, &head->source,
                                        qn_bytes_from(text, at + 4));
}

static bool has_kind(struct qn_bytes text)
{
    return qn_bytes_has_prefix(text, "branch '") ||
           qn_bytes_has_prefix(text, "tag '") ||
           qn_bytes_has_prefix(text, "remote-tracking branch '") ||
           qn_bytes_has_prefix(text, "commit '");
}

enum qn_status qn_merge_heads_add_list(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       struct qn_merge_heads *heads,
                                       struct qn_bytes text)
{
    struct qn_bytes line, rest, hex, note;
    struct qn_merge_head *head;
    struct qn_id id;
    size_t number = 0;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        number++;
        rest = line;
        if (line.size == 0)
            continue;
        if (!qn_bytes_next(&rest, '\t', &hex) || rest.size == 0 ||
            !qn_id_from_hex(&id, qn_repo_algorithm(scope->repo), hex) ||
            qn_bytes_find(rest, '\t') >= rest.size)
            return qn_ctx_fail(ctx, QN_INVALID, "error in line %zu: %.*s",
                               number, QN_BYTES_ARG(line));
        if (!qn_bytes_next(&rest, '\t', &note) || note.size)
            continue;
        status = add_id(ctx, scope, heads, &id, &head);
        if (!status)
            status = has_kind(rest) ? read_description(ctx, rest, head)
                                    : read_plain(ctx, rest, head);
        if (!status && has_kind(rest) && !head->source.size)
            status = qn_buf_append_bytes(ctx, &head->line, rest);
        /* "of ." is this repository, like no source at all. */
        if (!status && qn_bytes_is_string(qn_buf_bytes(&head->source), "."))
            qn_buf_clear(&head->source);
    }
    return status;
}

enum qn_status qn_merge_heads_add(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_merge_heads *heads,
                                  const char *text)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_merge_head *head;
    enum qn_status status;

    if (strcmp(text, "FETCH_HEAD") == 0)
        return add_fetched(ctx, scope, heads);
    status = grow(ctx, heads, &head);
    if (status)
        return status;
    revision.wanted = QN_OBJECT_COMMIT;
    status = qn_revision_parse(ctx, scope, text, &revision);
    if (status && qn_revision_is_deadly(ctx))
        goto out;
    if (status) {
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "merge.no-commit", text,
                                    "%s - not something we can merge", text);
        goto out;
    }
    status = qn_revision_peel(ctx, scope->odb, &revision.id, QN_OBJECT_COMMIT,
                              &head->id);
    if (status) {
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "merge.no-commit", text,
                                    "%s - not something we can merge", text);
        goto out;
    }
    head->has_tag = !qn_id_is_equal(&revision.id, &head->id);
    if (head->has_tag)
        head->tag = revision.id;
    status = qn_buf_append_string(ctx, &head->name, text);
    if (!status)
        status = describe(ctx, scope, text, head);
out:
    qn_revision_dispose(&revision);
    return status;
}
