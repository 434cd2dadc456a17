/* SPDX-License-Identifier: MIT */
/* include.path and includeIf.<condition>.path. */
#include "config/config_store.h"

#include "os/file.h"
#include "text/pathname.h"
#include "text/wildmatch.h"

#include <errno.h>

/* "pattern/" means everything below. */
static enum qn_status append_below(struct qn_ctx *ctx, struct qn_buf *pattern)
{
    if (pattern->size > 0 && pattern->data[pattern->size - 1] == '/')
        return qn_buf_append_string(ctx, pattern, "**");
    return QN_OK;
}

/* Append where a file is that may be named from the top of a work tree. */
static enum qn_status find_file(struct qn_ctx *ctx,
                                const struct qn_config_source *source,
                                const char *path, struct qn_buf *out)
{
    const char *base = source->conditions->base;

    if (base && path[0] != '/')
        return qn_pathname_join(ctx, qn_bytes_from_string(base),
                                qn_bytes_from_string(path), out);
    return qn_buf_append_string(ctx, out, path);
}

/* Make the pattern of a gitdir condition whole; `*literal` is how much of it
 * is no pattern but a path. */
static enum qn_status prepare_gitdir(struct qn_ctx *ctx,
                                     struct qn_bytes condition,
                                     const struct qn_config_source *source,
                                     struct qn_buf *pattern, size_t *literal)
{
    const char *home = source->conditions->home;
    enum qn_status status = QN_OK;

    *literal = 0;
    if (!home)
        home = qn_env_variable(qn_ctx_env(ctx), "HOME");
    if (qn_bytes_has_prefix(condition, "~/") && home) {
        status = qn_buf_append_string(ctx, pattern, home);
        condition = qn_bytes_from(condition, 1);
        *literal = pattern->size;
    } else if (qn_bytes_has_prefix(condition, "./")) {
        struct qn_buf place = QN_BUF_INIT;
        struct qn_bytes parent;

        if (strcmp(source->origin_type, "file") != 0)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "relative config include conditionals must come "
                               "from files");
        status = find_file(ctx, source, source->origin, &place);
        if (!status)
            status = qn_file_real_path(ctx, qn_buf_string(&place), pattern);
        qn_buf_dispose(&place);
        if (status)
            return status;
        parent = qn_pathname_directory(qn_buf_bytes(pattern));
        qn_buf_truncate(pattern, parent.size);
        condition = qn_bytes_from(condition, 1);
        *literal = pattern->size;
    } else if (!qn_pathname_is_absolute(condition)) {
        status = qn_buf_append_string(ctx, pattern, "**/");
    }
    if (!status)
        status = qn_buf_append_bytes(ctx, pattern, condition);
    return status ? status : append_below(ctx, pattern);
}

static bool gitdir_matches(struct qn_bytes pattern, size_t literal,
                           struct qn_bytes path, bool folds)
{
    if (literal > 0) {
        struct qn_bytes front = qn_bytes_first(pattern, literal);

        if (path.size < literal ||
            (folds
                 ? !qn_bytes_is_equal_fold(front, qn_bytes_first(path, literal))
                 : memcmp(front.data, path.data, literal) != 0))
            return false;
        pattern = qn_bytes_from(pattern, literal);
        path = qn_bytes_from(path, literal);
    }
    return qn_wildmatch_matches(pattern, path,
                                QN_WILDMATCH_PATHNAME |
                                    (folds ? QN_WILDMATCH_CASEFOLD : 0));
}

static enum qn_status ask_gitdir(struct qn_ctx *ctx, struct qn_bytes condition,
                                 const struct qn_config_source *source,
                                 bool folds, bool *holds)
{
    const char *directory = source->conditions->git_directory;
    struct qn_buf pattern = QN_BUF_INIT;
    struct qn_buf real = QN_BUF_INIT;
    size_t literal = 0;
    enum qn_status status;

    *holds = false;
    if (!directory)
        return QN_OK;
    status = prepare_gitdir(ctx, condition, source, &pattern, &literal);
    if (!status)
        *holds = gitdir_matches(qn_buf_bytes(&pattern), literal,
                                qn_bytes_from_string(directory), folds);
    if (!status && !*holds) {
        if (qn_file_real_path(ctx, directory, &real) == QN_OK)
            *holds = gitdir_matches(qn_buf_bytes(&pattern), literal,
                                    qn_buf_bytes(&real), folds);
        else
            qn_ctx_clear(ctx);
    }
    qn_buf_dispose(&pattern);
    qn_buf_dispose(&real);
    return status;
}

static enum qn_status ask_branch(struct qn_ctx *ctx, struct qn_bytes condition,
                                 const struct qn_config_source *source,
                                 bool *holds)
{
    const struct qn_config_conditions *conditions = source->conditions;
    const char *branch =
        conditions->branch ? conditions->branch(conditions->data) : NULL;
    struct qn_buf pattern = QN_BUF_INIT;
    enum qn_status status;

    *holds = false;
    if (!branch)
        return QN_OK;
    status = qn_buf_append_bytes(ctx, &pattern, condition);
    if (!status)
        status = append_below(ctx, &pattern);
    if (!status)
        *holds = qn_wildmatch_matches(qn_buf_bytes(&pattern),
                                      qn_bytes_from_string(branch),
                                      QN_WILDMATCH_PATHNAME);
    qn_buf_dispose(&pattern);
    return status;
}

static bool is_remote_url(struct qn_bytes key)
{
    return qn_bytes_has_prefix(key, "remote.") &&
           qn_bytes_has_suffix(key, ".url") && key.size > 11;
}

static enum qn_status ask_urls(struct qn_ctx *ctx, struct qn_config *config,
                               struct qn_bytes condition,
                               const struct qn_config_source *source,
                               bool *holds)
{
    const struct qn_config *urls = source->conditions->urls;
    struct qn_buf pattern = QN_BUF_INIT;
    enum qn_status status;
    size_t i;

    *holds = false;
    if (!urls) {
        config->wants_urls = true;
        return QN_OK;
    }
    status = qn_buf_append_bytes(ctx, &pattern, condition);
    if (!status)
        status = append_below(ctx, &pattern);
    for (i = 0; i < urls->count && !status && !*holds; i++) {
        const struct qn_config_entry *entry = &urls->entries[i].entry;

        *holds = entry->value &&
                 is_remote_url(qn_bytes_from_string(entry->key)) &&
                 qn_wildmatch_matches(qn_buf_bytes(&pattern),
                                      qn_bytes_from_string(entry->value),
                                      QN_WILDMATCH_PATHNAME);
    }
    qn_buf_dispose(&pattern);
    return status;
}

/* `*forbids`: the file may not name remotes. */
static enum qn_status ask(struct qn_ctx *ctx, struct qn_config *config,
                          struct qn_bytes condition,
                          const struct qn_config_source *source, bool *holds,
                          bool *forbids)
{
    static const char has_url[] = "hasconfig:remote.*.url:";

    *holds = *forbids = false;
    if (qn_bytes_has_prefix(condition, "gitdir:"))
        return ask_gitdir(ctx, qn_bytes_from(condition, 7), source, false,
                          holds);
    if (qn_bytes_has_prefix(condition, "gitdir/i:"))
        return ask_gitdir(ctx, qn_bytes_from(condition, 9), source, true,
                          holds);
    if (qn_bytes_has_prefix(condition, "onbranch:"))
        return ask_branch(ctx, qn_bytes_from(condition, 9), source, holds);
    if (qn_bytes_has_prefix(condition, has_url)) {
        *forbids = true;
        return ask_urls(ctx, config,
                        qn_bytes_from(condition, sizeof(has_url) - 1), source,
                        holds);
    }
    return QN_OK;
}

/* Append the path of the file to read, relative ones beside the one that
 * includes them. */
static enum qn_status resolve(struct qn_ctx *ctx, const char *value,
                              const struct qn_config_source *source,
                              struct qn_buf *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    status = qn_config_expand_path(ctx, value, source->conditions->home, &path);
    if (status == QN_INVALID)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "could not expand include path '%s'", value);
    if (status)
        goto out;
    if (!qn_pathname_is_absolute(qn_buf_bytes(&path)) &&
        strcmp(source->origin_type, "file") != 0) {
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "relative config includes must come from files");
        goto out;
    }
    status = qn_pathname_join(
        ctx, qn_pathname_directory(qn_bytes_from_string(source->origin)),
        qn_buf_bytes(&path), out);
out:
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status read_include(struct qn_ctx *ctx, struct qn_config *config,
                                   const char *path,
                                   const struct qn_config_source *source,
                                   bool forbids)
{
    struct qn_config_source inner = *source;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf place = QN_BUF_INIT;
    enum qn_status status = find_file(ctx, source, path, &place);

    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&place), &text);
    if (status && status != QN_NO_MEMORY) {
        int error = qn_ctx_errno(ctx);

        if (error != ENOENT && error != ENOTDIR)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "", "unable to access '%s'%s",
                          path, error == EISDIR ? ": Is a directory" : "");
        qn_ctx_clear(ctx);
        status = error == EISDIR
                     ? qn_ctx_fail_reason(ctx, QN_INVALID, "config.unreadable",
                                          path, "cannot read '%s'", path)
                     : QN_OK;
        goto out;
    }
    if (status)
        goto out;
    if (source->depth + 1 > QN_CONFIG_STORE_DEPTH) {
        status = qn_ctx_fail_reason(
            ctx, QN_INVALID, "config.include-depth", path,
            "exceeded maximum include depth (%d) while including\n\t%s\n"
            "from\n\t%s\nThis might be due to circular includes.",
            QN_CONFIG_STORE_DEPTH, path,
            source->origin[0] ? source->origin : "the command line");
        goto out;
    }
    inner.origin_type = "file";
    inner.origin =
        qn_arena_copy(ctx, &config->text, qn_bytes_from_string(path));
    inner.parent = source;
    inner.depth++;
    inner.forbids_urls |= forbids;
    status = inner.origin ? qn_config_store_read(ctx, config,
                                                 qn_buf_bytes(&text), &inner)
                          : QN_NO_MEMORY;
out:
    qn_buf_dispose(&text);
    qn_buf_dispose(&place);
    return status;
}

enum qn_status qn_config_store_include(struct qn_ctx *ctx,
                                       struct qn_config *config,
                                       struct qn_bytes key, const char *value,
                                       const struct qn_config_source *source)
{
    struct qn_buf path = QN_BUF_INIT;
    bool holds = true;
    bool forbids = false;
    enum qn_status status = QN_OK;

    if (source->forbids_urls && is_remote_url(key))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "config.forbidden-url", NULL,
            "remote URLs cannot be configured in file directly or indirectly "
            "included by includeIf.hasconfig:remote.*.url");
    if (key.size < 12 || key.data[0] != 'i' ||
        !qn_bytes_has_prefix(key, "include"))
        return QN_OK;
    if (qn_bytes_has_prefix(key, "includeif.") &&
        qn_bytes_has_suffix(key, ".path") && key.size > 15)
        status = ask(ctx, config, qn_bytes_make(key.data + 10, key.size - 15),
                     source, &holds, &forbids);
    else if (!qn_bytes_is_string(key, "include.path"))
        return QN_OK;
    if (status || !holds)
        return status;
    if (!value)
        return qn_ctx_fail(ctx, QN_INVALID, "missing value for '%.*s'",
                           QN_BYTES_ARG(key));
    status = resolve(ctx, value, source, &path);
    if (!status)
        status =
            read_include(ctx, config, qn_buf_string(&path), source, forbids);
    qn_buf_dispose(&path);
    return status;
}
