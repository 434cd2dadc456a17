/* SPDX-License-Identifier: MIT */
/* Options that name many tips at once. */
#include "base/memory.h"
#include "os/file.h"
#include "text/wildmatch.h"
#include "walk/hidden_refs.h"
#include "walk/revision_args_parts.h"

#include <string.h>

struct ref_run {
    const struct qn_revision_scope *scope;
    struct qn_revision_args *args;
    const char *pattern; /* full, or NULL: all */
    size_t strip;        /* of the name for --exclude */
    unsigned flags;
};

static bool is_excluded(const struct ref_run *run, const char *name)
{
    const struct qn_revision_args *args = run->args;
    const char *hidden = args->exclude_hidden;
    size_t i;

    for (i = 0; i < args->exclude_count; i++)
        if (qn_wildmatch_matches(qn_bytes_from_string(args->excludes[i]),
                                 qn_bytes_from_string(name + run->strip), 0))
            return true;
    return hidden && qn_hidden_refs_has(qn_repo_config(run->scope->repo),
                                        hidden, name, name);
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct ref_run *run = data;
    const char *name = qn_buf_string(&ref->name);
    struct qn_revision_tip tip = {
        .id = ref->id, .flags = run->flags, .path = "", .is_from_refs = true};
    struct qn_odb_info info;

    if (ref->is_symbolic && (ref->is_broken || qn_id_is_null(&ref->id)))
        return QN_OK; /* leads nowhere */
    if (run->pattern &&
        !qn_wildmatch_matches(qn_bytes_from_string(run->pattern),
                              qn_bytes_from_string(name), 0))
        return QN_OK;
    if (is_excluded(run, name))
        return QN_OK;
    if (ref->is_broken || qn_id_is_null(&ref->id))
        return run->args->ignores_missing
                   ? QN_OK
                   : qn_ctx_fail_reason(ctx, QN_CORRUPT, "refs.broken", name,
                                        "bad object %s", name + run->strip);
    if (qn_revision_args_has(run->args, &tip)) {
        run->args->has_revision = true;
        return QN_OK;
    }
    tip.name = qn_arena_copy(ctx, &run->args->arena, qn_buf_bytes(&ref->name));
    if (!tip.name)
        return QN_NO_MEMORY;
    tip.ref_name = tip.name;
    if (run->args->ignores_missing &&
        qn_odb_read_info(ctx, run->scope->odb, &tip.id, QN_ODB_WANT_TYPE,
                         &info)) {
        qn_ctx_clear(ctx);
        return run->args->walk.missing
                   ? run->args->walk.missing(ctx, run->args->walk.missing_data,
                                             &tip.id)
                   : QN_OK;
    }
    return qn_revision_args_add(ctx, run->scope, run->args, &tip);
}

static enum qn_status add_head(struct qn_ctx *ctx, struct ref_run *run)
{
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_resolve(ctx, run->scope->refs, "HEAD", &head, &found);

    if (!status && found) {
        qn_buf_clear(&head.name);
        status = qn_buf_append_string(ctx, &head.name, "HEAD");
        if (!status && !is_excluded(run, "HEAD"))
            status = add_ref(ctx, run, &head);
    }
    qn_ref_dispose(&head);
    return status;
}

/* "heads/x*" -> "refs/heads/x*"; without a wildcard "/" and "*" behind it. */
static enum qn_status full_pattern(struct qn_ctx *ctx, const char *prefix,
                                   const char *pattern, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    if (strncmp(pattern, "refs/", 5) != 0 || strcmp(prefix, "refs/") != 0)
        status = qn_buf_append_string(ctx, out, prefix);
    if (!status)
        status = qn_buf_append_string(ctx, out, pattern);
    if (!status && !strpbrk(pattern, "*?[")) {
        if (out->size > 0 && out->data[out->size - 1] != '/')
            status = qn_buf_append_byte(ctx, out, '/');
        if (!status)
            status = qn_buf_append_byte(ctx, out, '*');
    }
    return status;
}

static enum qn_status add_below(struct qn_ctx *ctx, struct ref_run *run,
                                const char *prefix, const char *pattern)
{
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    run->strip = pattern || strcmp(prefix, "refs/") == 0 ? 0 : strlen(prefix);
    if (pattern && strcmp(prefix, "refs/") != 0)
        run->strip = strlen(prefix);
    if (pattern) {
        status = full_pattern(ctx, prefix, pattern, &full);
        run->pattern = qn_buf_string(&full);
    }
    if (!status)
        status = qn_refs_walk(ctx, run->scope->refs, prefix,
                              QN_REFS_INCLUDE_BROKEN, add_ref, run);
    qn_buf_dispose(&full);
    return status;
}

/* ----------------------------------------------------------- reflogs, bisect
 */

static enum qn_status add_log_entry(struct qn_ctx *ctx, void *data,
                                    const struct qn_reflog_entry *entry)
{
    struct ref_run *run = data;
    const struct qn_id *ids[2] = {&entry->old_id, &entry->new_id};
    int i;

    for (i = 0; i < 2; i++) {
        struct qn_revision_tip tip = {.id = *ids[i],
                                      .flags = run->flags,
                                      .name = "",
                                      .ref_name = "",
                                      .path = "",
                                      .is_from_refs = true};
        bool exists = false;
        enum qn_status status;

        if (qn_id_is_null(ids[i]))
            continue;
        status = qn_odb_exists(ctx, run->scope->odb, ids[i], &exists);
        if (!status && exists)
            status = qn_revision_args_add(ctx, run->scope, run->args, &tip);
        if (status)
            return status;
    }
    return QN_OK;
}

static enum qn_status add_log(struct qn_ctx *ctx, void *data, const char *name)
{
    struct ref_run *run = data;

    return qn_reflog_walk(ctx, run->scope->refs, name, false, add_log_entry,
                          run);
}

static enum qn_status add_bisect(struct qn_ctx *ctx, struct ref_run *run)
{
    enum qn_status status =
        qn_refs_walk(ctx, run->scope->refs, "refs/bisect/bad", 0, add_ref, run);

    run->flags ^= QN_WALK_UNINTERESTING;
    if (!status)
        status = qn_refs_walk(ctx, run->scope->refs, "refs/bisect/good-", 0,
                              add_ref, run);
    return status;
}

/* ---------------------------------------------------------------------- stdin
 */

static enum qn_status read_stdin(struct qn_ctx *ctx, struct ref_run *run)
{
    struct qn_revision_args *args = run->args;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    bool was_not = args->is_not;
    bool is_paths = false;
    enum qn_status status;

    if (args->input_fd < 0)
        return qn_ctx_fail(ctx, QN_INVALID, "--stdin is not allowed here");
    status = qn_file_read_rest(ctx, args->input_fd, &text);
    rest = qn_buf_bytes(&text);
    args->is_not = false;
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        const char *word;
        size_t used = 0;

        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        word = qn_arena_copy(ctx, &args->arena, line);
        if (!word) {
            status = QN_NO_MEMORY;
        } else if (is_paths) {
            status = qn_memory_grow(ctx, &args->paths, &args->path_capacity,
                                    args->path_count + 1, sizeof(*args->paths));
            if (!status)
                args->paths[args->path_count++] = word;
        } else if (!*word) {
            break;
        } else if (strcmp(word, "--") == 0) {
            is_paths = true;
        } else if (word[0] == '-') {
            status = qn_revision_args_refs_option(ctx, run->scope, args, &word,
                                                  1, &used);
            if (!status && used == 0)
                status =
                    qn_ctx_fail(ctx, QN_INVALID,
                                "invalid option '%s' in --stdin mode", word);
        } else {
            status = qn_revision_args_word(ctx, run->scope, args, word);
            if (status == QN_NOT_FOUND)
                status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "revision.bad",
                                            word, "bad revision '%s'", word);
        }
    }
    args->is_not = was_not;
    args->has_revision = !args->takes_default_with_input || args->count > 0;
    qn_buf_dispose(&text);
    return status;
}

/* -------------------------------------------------------------------- options
 */

size_t qn_revision_args_value(const char *const *words, size_t count,
                              const char *name, bool takes_next,
                              const char **value)
{
    size_t size = strlen(name);

    *value = NULL;
    if (strncmp(words[0], name, size) != 0)
        return 0;
    if (words[0][size] == '=') {
        *value = words[0] + size + 1;
        return 1;
    }
    if (words[0][size] != '\0')
        return 0;
    if (takes_next && count > 1) {
        *value = words[1];
        return 2;
    }
    return takes_next ? 0 : 1;
}

static void end_excludes(struct qn_revision_args *args)
{
    args->exclude_count = 0;
    args->exclude_hidden = NULL;
    args->has_revision = true;
}

static enum qn_status take_exclude(struct qn_ctx *ctx,
                                   struct qn_revision_args *args,
                                   const char *const *words, size_t count,
                                   size_t *used)
{
    const char *value;
    enum qn_status status = QN_OK;

    *used = qn_revision_args_value(words, count, "--exclude", true, &value);
    if (*used) {
        status =
            qn_memory_grow(ctx, &args->excludes, &args->exclude_capacity,
                           args->exclude_count + 1, sizeof(*args->excludes));
        if (!status)
            args->excludes[args->exclude_count++] = value;
        return status;
    }
    *used =
        qn_revision_args_value(words, count, "--exclude-hidden", true, &value);
    if (*used) {
        if (strcmp(value, "fetch") != 0 && strcmp(value, "receive") != 0 &&
            strcmp(value, "uploadpack") != 0)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "unsupported section for hidden refs: %s",
                               value);
        if (args->exclude_hidden)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "--exclude-hidden= passed more than once");
        args->exclude_hidden = value;
    }
    return status;
}

enum qn_status qn_revision_args_refs_option(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    struct qn_revision_args *args, const char *const *words, size_t count,
    size_t *used)
{
    static const struct {
        const char *option;
        const char *prefix;
    } groups[] = {{"--branches", "refs/heads/"},
                  {"--tags", "refs/tags/"},
                  {"--remotes", "refs/remotes/"}};
    struct ref_run run = {
        .scope = scope,
        .args = args,
        .flags = args->is_not ? QN_WALK_UNINTERESTING | QN_WALK_BOTTOM : 0};
    const char *word = words[0];
    const char *value;
    size_t i;
    enum qn_status status = take_exclude(ctx, args, words, count, used);

    if (status || *used)
        return status;
    *used = 1;
    if (strcmp(word, "--not") == 0) {
        args->is_not = !args->is_not;
        return QN_OK;
    }
    if (strcmp(word, "--all") == 0) {
        status = add_below(ctx, &run, "refs/", NULL);
        if (!status)
            status = add_head(ctx, &run);
        end_excludes(args);
        return status;
    }
    if (strcmp(word, "--bisect") == 0) {
        status = add_bisect(ctx, &run);
        end_excludes(args);
        return status;
    }
    if (strcmp(word, "--reflog") == 0) {
        status = qn_reflog_list(ctx, scope->refs, add_log, &run);
        end_excludes(args);
        return status;
    }
    if (strcmp(word, "--stdin") == 0)
        return read_stdin(ctx, &run);
    if (strcmp(word, "--single-worktree") == 0)
        return QN_OK;
    for (i = 0; i < QN_COUNT_OF(groups); i++) {
        if (!qn_revision_args_value(words, count, groups[i].option, false,
                                    &value))
            continue;
        status = add_below(ctx, &run, groups[i].prefix, value);
        end_excludes(args);
        return status;
    }
    if (strcmp(word, "--glob") == 0 && count < 2)
        return qn_ctx_fail(ctx, QN_INVALID, "Option '--glob' requires a value");
    *used = qn_revision_args_value(words, count, "--glob", true, &value);
    if (*used) {
        status = add_below(ctx, &run, "refs/", value);
        end_excludes(args);
    }
    return status;
}
