/* SPDX-License-Identifier: MIT */
#include "operation/part/merge_message.h"
#include "show/signature.h"
#include "text/stripspace.h"

#include "base/memory.h"
#include "object/commit.h"
#include "show/pretty.h"
#include "text/wildmatch.h"
#include "walk/commit_walk.h"

#include <stdio.h>
#include <stdlib.h>

/* Which branch is not worth being named. */
static bool is_suppressed(const struct qn_config *config, const char *into)
{
    const struct qn_config_entry *entry =
        qn_config_find(config, "merge.suppressDest");

    if (!entry)
        return strcmp(into, "main") == 0 || strcmp(into, "master") == 0;
    for (; entry; entry = qn_config_previous(config, entry)) {
        if (!entry->value || !entry->value[0])
            return false; /* an empty one forgets those before it */
        if (qn_wildmatch_matches(qn_bytes_from_string(entry->value),
                                 qn_bytes_from_string(into),
                                 QN_WILDMATCH_PATHNAME))
            return true;
    }
    return false;
}

static bool is_same_source(const struct qn_merge_head *a,
                           const struct qn_merge_head *b)
{
    return qn_bytes_is_equal(qn_buf_bytes(&a->source),
                             qn_buf_bytes(&b->source));
}

/* "branches 'a', 'b' and 'c'": the heads of one kind of one source. */
static enum qn_status append_kind(struct qn_ctx *ctx,
                                  const struct qn_merge_heads *heads,
                                  const struct qn_merge_head *first,
                                  enum qn_merge_head_kind kind,
                                  const char *separator, struct qn_buf *out)
{
    static const char *const one[] = {"branch ", "remote-tracking branch ",
                                      "tag ", "commit "};
    static const char *const many[] = {"branches ", "remote-tracking branches ",
                                       "tags ", "commits "};
    enum qn_status status = QN_OK;
    size_t i, total = 0, done = 0;

    for (i = 0; i < heads->count; i++)
        total += heads->items[i].kind == kind &&
                 is_same_source(first, &heads->items[i]);
    if (!total)
        return QN_OK;
    status = qn_buf_printf(ctx, out, "%s%s", separator,
                           total > 1 ? many[kind] : one[kind]);
    for (i = 0; i < heads->count && !status; i++) {
        const struct qn_merge_head *head = &heads->items[i];

        if (head->kind != kind || !is_same_source(first, head))
            continue;
        done++;
        status = qn_buf_printf(ctx, out, "%s'%.*s'%s",
                               done == 1       ? ""
                               : done == total ? " and "
                                               : ", ",
                               QN_BYTES_ARG(qn_buf_bytes(&head->quoted)),
                               head->is_early ? " (early part)" : "");
    }
    return status;
}

static enum qn_status append_source(struct qn_ctx *ctx,
                                    const struct qn_merge_heads *heads,
                                    const struct qn_merge_head *first,
                                    struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t start = out->size;
    bool has_all = false, has_parts = false;
    size_t i;
    int kind;

    for (i = 0; i < heads->count; i++) {
        if (!is_same_source(first, &heads->items[i]))
            continue;
        if (heads->items[i].kind == QN_MERGE_HEAD_ALL)
            has_all = true;
        else
            has_parts = true;
    }
    if (has_all && !has_parts)
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&first->source));
    if (has_all)
        status = qn_buf_append_string(ctx, out, "HEAD");
    for (kind = QN_MERGE_HEAD_BRANCH; kind <= QN_MERGE_HEAD_COMMIT && !status;
         kind++)
        status = append_kind(ctx, heads, first, (enum qn_merge_head_kind)kind,
                             out->size > start ? ", " : "", out);
    if (!status && first->source.size)
        status = qn_buf_printf(ctx, out, " of %.*s",
                               QN_BYTES_ARG(qn_buf_bytes(&first->source)));
    return status;
}

static enum qn_status append_title(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_merge_heads *heads,
                                   const char *into, struct qn_buf *out)
{
    enum qn_status status = qn_buf_append_string(ctx, out, "Merge ");
    bool is_first = true;
    size_t i, j;

    for (i = 0; i < heads->count && !status; i++) {
        for (j = 0; j < i; j++)
            if (is_same_source(&heads->items[i], &heads->items[j]))
                break;
        if (j < i)
            continue;
        if (!is_first)
            status = qn_buf_append_string(ctx, out, "; ");
        is_first = false;
        if (!status)
            status = append_source(ctx, heads, &heads->items[i], out);
    }
    if (!status && !is_suppressed(qn_repo_config(scope->repo), into))
        status = qn_buf_printf(ctx, out, " into %s", into);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    return status;
}

/* The message of a tag; of a signed one with the signature, and what is said of
 * it, as comments. */
static enum qn_status append_tag(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 struct qn_bytes text, const char *comment,
                                 struct qn_buf *out)
{
    uint32_t algorithm = qn_odb_algorithm(scope->odb);
    struct qn_signature signature = QN_SIGNATURE_INIT;
    struct qn_verification answer = QN_VERIFICATION_INIT;
    struct qn_tag tag;
    enum qn_status status =
        qn_signature_split(ctx, text, QN_OBJECT_TAG, algorithm, &signature);

    if (!status)
        status = qn_tag_parse(ctx, qn_buf_bytes(&signature.payload), algorithm,
                              &tag);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, tag.message);
    if (!status && tag.message.size &&
        tag.message.data[tag.message.size - 1] != '\n')
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status && signature.found) {
        status = qn_verifier_check(
            ctx, qn_repo_config(scope->repo), qn_buf_bytes(&signature.payload),
            qn_buf_bytes(&signature.text), signature.seconds, &answer);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_stripspace_comment(ctx, qn_buf_bytes(&signature.text),
                                           comment, out);
        if (!status && answer.said.size)
            status = qn_stripspace_comment(ctx, qn_buf_bytes(&answer.said),
                                           comment, out);
        else if (!status)
            status = qn_stripspace_comment(
                ctx, QN_BYTES("gpg verification failed.\n"), comment, out);
    }
    qn_verification_dispose(&answer);
    qn_signature_dispose(&signature);
    return status;
}

/* What annotated tags say. With several, each has its name in front. */
static enum qn_status append_tags(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_merge_heads *heads,
                                  const char *comment, struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    size_t i, count = 0;

    for (i = 0; i < heads->count; i++)
        count += heads->items[i].has_tag;
    for (i = 0; i < heads->count && !status; i++) {
        const struct qn_merge_head *head = &heads->items[i];

        if (!head->has_tag)
            continue;
        status = qn_odb_read_typed(ctx, scope->odb, &head->tag, QN_OBJECT_TAG,
                                   &object);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status && count > 1)
            status = qn_buf_printf(ctx, out, "%s tag '%.*s'\n", comment,
                                   QN_BYTES_ARG(qn_buf_bytes(&head->quoted)));
        if (!status)
            status =
                append_tag(ctx, scope, qn_object_bytes(&object), comment, out);
    }
    qn_object_dispose(&object);
    return status;
}

/* ---- the list of commits */

struct person {
    struct qn_bytes name; /* in the arena of `people` */
    size_t count;
};

struct people {
    struct person *items;
    size_t count, capacity;
    struct qn_buf names;
};

struct shortlog {
    struct qn_ctx *ctx;
    const struct qn_revision_scope *scope;
    const struct qn_merge_message_options *options;
    struct qn_object object;
    struct qn_buf subjects;
    struct people authors;
    struct people committers; /* of merges, and of the newest other commit */
    size_t count;
};

static enum qn_status add_person(struct qn_ctx *ctx, struct people *people,
                                 struct qn_bytes ident)
{
    struct qn_ident parsed;
    enum qn_status status;
    char *copy;
    size_t i;

    if (!qn_ident_parse(ident, &parsed))
        return QN_OK;
    for (i = 0; i < people->count; i++) {
        if (qn_bytes_is_equal(people->items[i].name, parsed.name)) {
            people->items[i].count++;
            return QN_OK;
        }
    }
    status = qn_memory_grow(ctx, &people->items, &people->capacity,
                            people->count + 1, sizeof(people->items[0]));
    if (status)
        return status;
    copy = qn_memory_array(ctx, parsed.name.size + 1, 1);
    if (!copy)
        return QN_NO_MEMORY;
    memcpy(copy, parsed.name.data, parsed.name.size);
    people->items[people->count].name = qn_bytes_make(copy, parsed.name.size);
    people->items[people->count++].count = 1;
    return QN_OK;
}

static void dispose_people(struct people *people)
{
    size_t i;

    for (i = 0; i < people->count; i++)
        qn_memory_free((void *)people->items[i].name.data);
    qn_memory_free(people->items);
    memset(people, 0, sizeof(*people));
}

static int compare_people(const void *a, const void *b)
{
    const struct person *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return qn_bytes_compare(x->name, y->name);
}

/* "# By A (3) and B (1)": nothing when it was only me. */
static enum qn_status append_people(struct shortlog *log, struct people *people,
                                    const char *word, enum qn_ident_role role,
                                    struct qn_buf *out)
{
    struct qn_ctx *ctx = log->ctx;
    struct qn_buf me = QN_BUF_INIT;
    struct qn_ident ident;
    const struct person *p = people->items;
    enum qn_status status = QN_OK;

    if (people->count == 0)
        return QN_OK;
    if (people->count == 1) {
        status = qn_repo_ident(ctx, log->scope->repo, role, false, &me);
        if (!status && qn_ident_parse(qn_buf_bytes(&me), &ident) &&
            qn_bytes_is_equal(ident.name, p->name))
            goto out;
    }
    qsort(people->items, people->count, sizeof(*p), compare_people);
    if (!status)
        status = qn_buf_printf(ctx, out, "%s %s %.*s", log->options->comment,
                               word, QN_BYTES_ARG(p[0].name));
    if (!status && people->count > 1)
        status = qn_buf_printf(ctx, out, " (%zu) and ", p[0].count);
    if (!status && people->count == 2)
        status = qn_buf_printf(ctx, out, "%.*s (%zu)", QN_BYTES_ARG(p[1].name),
                               p[1].count);
    if (!status && people->count > 2)
        status = qn_buf_append_string(ctx, out, "others");
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
out:
    qn_buf_dispose(&me);
    return status;
}

static enum qn_status add_commit(struct shortlog *log,
                                 const struct qn_walk_commit *item)
{
    struct qn_ctx *ctx = log->ctx;
    struct qn_commit commit;
    enum qn_status status;

    status = qn_odb_read_typed(ctx, log->scope->odb, &item->id,
                               QN_OBJECT_COMMIT, &log->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&log->object),
                                 item->id.algorithm, &commit);
    if (status)
        return status;
    if (item->parent_count > 1)
        return add_person(ctx, &log->committers, commit.committer);
    if (log->count == 0)
        status = add_person(ctx, &log->committers, commit.committer);
    if (!status)
        status = add_person(ctx, &log->authors, commit.author);
    if (status || ++log->count > log->options->log_size)
        return status;
    status = qn_buf_append_string(ctx, &log->subjects, "  ");
    if (!status)
        status =
            qn_pretty_subject(ctx, commit.message, " ", &log->subjects, NULL);
    if (!status)
        status = qn_buf_append_byte(ctx, &log->subjects, '\n');
    return status;
}

static enum qn_status walk_new(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_id *head,
                               struct qn_commit_walk **out)
{
    struct qn_walk_options options = {
        .min_parents = -1, .max_parents = -1, .max_count = -1};
    enum qn_status status = qn_commit_walk_new(ctx, scope, &options, out);

    if (!status && head && !qn_id_is_null(head))
        status =
            qn_commit_walk_add(ctx, *out, head, QN_WALK_UNINTERESTING, NULL);
    return status;
}

/* branch.<name>.description, each line behind "  : ". */
static enum qn_status append_description(struct shortlog *log,
                                         const struct qn_merge_head *head,
                                         struct qn_buf *out)
{
    const struct qn_config *config = qn_repo_config(log->scope->repo);
    struct qn_buf key = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;
    bool is_wanted = false;

    status =
        qn_config_bool(log->ctx, config, "merge.branchdesc", false, &is_wanted);
    if (status || !is_wanted || head->line.size ||
        head->kind != QN_MERGE_HEAD_BRANCH || head->source.size)
        return status;
    status = qn_buf_printf(log->ctx, &key, "branch.%s.description",
                           qn_buf_string(&head->quoted));
    if (!status) {
        rest = qn_bytes_from_string(
            qn_config_string(config, qn_buf_string(&key), ""));
        while (!status && qn_bytes_next(&rest, '\n', &line))
            status =
                qn_buf_printf(log->ctx, out, "  : %.*s\n", QN_BYTES_ARG(line));
    }
    qn_buf_dispose(&key);
    return status;
}

static enum qn_status append_head_name(struct qn_ctx *ctx,
                                       const struct qn_merge_head *head,
                                       struct qn_buf *out)
{
    static const char *const kinds[] = {"", "remote-tracking branch ", "tag ",
                                        "commit "};

    if (head->line.size)
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&head->line));
    if (head->kind == QN_MERGE_HEAD_ALL)
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&head->source));
    if (head->kind == QN_MERGE_HEAD_BRANCH && !head->source.size)
        return qn_buf_printf(ctx, out,
                             head->is_early ? "'%s' (early part)" : "%s",
                             qn_buf_string(&head->quoted));
    return qn_buf_printf(
        ctx, out, "%s'%s'%s%s", kinds[head->kind], qn_buf_string(&head->quoted),
        head->source.size ? " of " : "", qn_buf_string(&head->source));
}

static enum qn_status append_head_log(struct shortlog *log,
                                      const struct qn_merge_head *head,
                                      struct qn_buf *out)
{
    struct qn_commit_walk *walk = NULL;
    struct qn_ctx *ctx = log->ctx;
    struct qn_walk_commit item;
    enum qn_status status;

    log->count = 0;
    qn_buf_clear(&log->subjects);
    status = walk_new(ctx, log->scope, log->options->head, &walk);
    if (!status)
        status = qn_commit_walk_add(ctx, walk, &head->id, 0, NULL);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &item);
        if (!status)
            status = add_commit(log, &item);
    }
    qn_commit_walk_free(walk);
    if (status != QN_END)
        return status;
    status = qn_buf_append_byte(ctx, out, '\n');
    if (!status && log->options->credits)
        status = append_people(log, &log->authors, "By", QN_IDENT_AUTHOR, out);
    if (!status && log->options->credits)
        status = append_people(log, &log->committers, "Via", QN_IDENT_COMMITTER,
                               out);
    if (!status)
        status = qn_buf_append_string(ctx, out, "* ");
    if (!status)
        status = append_head_name(ctx, head, out);
    if (!status && log->count > log->options->log_size)
        status = qn_buf_printf(ctx, out, ": (%zu commits)\n", log->count);
    else if (!status)
        status = qn_buf_append_string(ctx, out, ":\n");
    if (!status)
        status = append_description(log, head, out);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&log->subjects));
    if (!status && log->count > log->options->log_size)
        status = qn_buf_append_string(ctx, out, "  ...\n");
    return status;
}

static enum qn_status
append_logs(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
            const struct qn_merge_heads *heads,
            const struct qn_merge_message_options *options, struct qn_buf *out)
{
    struct shortlog log = {.ctx = ctx,
                           .scope = scope,
                           .options = options,
                           .object = QN_OBJECT_INIT};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < heads->count && !status; i++) {
        status = append_head_log(&log, &heads->items[i], out);
        dispose_people(&log.authors);
        dispose_people(&log.committers);
    }
    qn_object_dispose(&log.object);
    qn_buf_dispose(&log.subjects);
    return status;
}

enum qn_status qn_merge_message_append(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    const struct qn_merge_heads *heads,
    const struct qn_merge_message_options *options, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    if (options->has_title) {
        status = append_title(ctx, scope, heads, options->into, out);
        if (!status)
            status = append_tags(ctx, scope, heads, options->comment, out);
    } else if (out->size && out->data[out->size - 1] != '\n') {
        status = qn_buf_append_byte(ctx, out, '\n');
    }
    if (!status && options->log_size)
        status = append_logs(ctx, scope, heads, options, out);
    return status;
}

enum qn_status qn_merge_message_squash(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const struct qn_merge_heads *heads,
                                       const struct qn_id *head,
                                       struct qn_buf *out)
{
    struct qn_pretty_options form = QN_PRETTY_OPTIONS_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit_walk *walk = NULL;
    struct qn_pretty *pretty = NULL;
    struct qn_walk_commit item;
    struct qn_commit commit;
    enum qn_status status;
    size_t i;

    status =
        qn_buf_append_string(ctx, out, "Squashed commit of the following:\n");
    if (!status)
        status = qn_pretty_new(ctx, scope->odb, &form, &pretty);
    if (!status)
        status = walk_new(ctx, scope, head, &walk);
    for (i = 0; i < heads->count && !status; i++)
        status = qn_commit_walk_add(ctx, walk, &heads->items[i].id, 0, NULL);
    while (!status) {
        struct qn_pretty_item shown = {.id = &item.id, .commit = &commit};

        status = qn_commit_walk_next(ctx, walk, &item);
        if (!status)
            status = qn_odb_read_typed(ctx, scope->odb, &item.id,
                                       QN_OBJECT_COMMIT, &object);
        if (!status)
            status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                     item.id.algorithm, &commit);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_pretty_append(ctx, pretty, &shown, out);
        if (!status && out->data[out->size - 1] != '\n')
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    qn_commit_walk_free(walk);
    qn_pretty_free(pretty);
    qn_object_dispose(&object);
    return status == QN_END ? QN_OK : status;
}
