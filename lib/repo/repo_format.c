/* SPDX-License-Identifier: MIT */
#include "os/file.h"
#include "repo/repo_parts.h"
#include "text/pathname.h"

#include <string.h>

void qn_repo_format_dispose(struct qn_repo_format *format)
{
    qn_buf_dispose(&format->work_tree);
    qn_buf_dispose(&format->refs_place);
    qn_buf_dispose(&format->text);
    qn_buf_dispose(&format->origin);
    qn_buf_dispose(&format->base);
}

/* Names of extensions met, for the messages. */
struct extensions {
    struct qn_buf unknown;
    size_t unknown_count;
    struct qn_buf only_v1;
    size_t only_v1_count;
    bool has_compatible;
};

static enum qn_status add_name(struct qn_ctx *ctx, struct qn_buf *list,
                               size_t *count, const char *name)
{
    enum qn_status status = qn_buf_append_string(ctx, list, "\n\t");

    ++*count;
    return status ? status : qn_buf_append_string(ctx, list, name);
}

static enum qn_status bad_line(struct qn_ctx *ctx,
                               const struct qn_config_entry *entry)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-value", entry->key,
                              "bad config line %llu in file %s",
                              (unsigned long long)entry->line, entry->origin);
}

static enum qn_status bad_value(struct qn_ctx *ctx,
                                const struct qn_config_entry *entry)
{
    if (entry->value)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "invalid value for '%s': '%s'",
                      entry->key, entry->value);
    else
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "missing value for '%s'",
                      entry->key);
    return bad_line(ctx, entry);
}

/* "files", "reftable", or one of them with "://" and a place. */
static enum qn_status take_refs_format(struct qn_ctx *ctx, const char *value,
                                       struct qn_repo_format *format,
                                       bool *is_known)
{
    const char *place = value ? strstr(value, "://") : NULL;
    struct qn_bytes name = place ? qn_bytes_make(value, (size_t)(place - value))
                                 : qn_bytes_from_string(value);

    *is_known = true;
    if (qn_bytes_is_string(name, "files"))
        format->refs_format = QN_REFS_FILES;
    else if (qn_bytes_is_string(name, "reftable"))
        format->refs_format = QN_REFS_REFTABLE;
    else
        *is_known = false;
    qn_buf_clear(&format->refs_place);
    return place && *is_known
               ? qn_buf_append_string(ctx, &format->refs_place, place + 3)
               : QN_OK;
}

static enum qn_status take_extension(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     const struct qn_config_entry *entry,
                                     struct qn_repo_format *format,
                                     struct extensions *seen)
{
    const char *name = entry->key + strlen("extensions.");
    struct qn_bytes value = qn_bytes_from_string(entry->value);
    bool flag = false;

    if (strcmp(name, "noop") == 0 || strcmp(name, "partialclone") == 0)
        return QN_OK;
    if (strcmp(name, "preciousobjects") == 0)
        return qn_config_bool(ctx, config, entry->key, false, &flag);
    if (strcmp(name, "worktreeconfig") == 0)
        return qn_config_bool(ctx, config, entry->key, false,
                              &format->has_worktree_config);
    if (strcmp(name, "objectformat") == 0) {
        format->algorithm = qn_id_algorithm_from_name(value);
        if (!entry->value || format->algorithm == QN_HASH_NONE)
            return bad_value(ctx, entry);
    } else if (strcmp(name, "refstorage") == 0) {
        enum qn_status status =
            take_refs_format(ctx, entry->value, format, &flag);

        if (status)
            return status;
        if (!flag)
            return bad_value(ctx, entry);
    } else if (strcmp(name, "compatobjectformat") == 0) {
        seen->has_compatible = true;
    } else if (strcmp(name, "relativeworktrees") == 0) {
        enum qn_status status =
            qn_config_bool(ctx, config, entry->key, false, &flag);

        if (status)
            return status;
    } else if (strcmp(name, "noop-v1") != 0 &&
               strcmp(name, "submodulepathconfig") != 0) {
        return add_name(ctx, &seen->unknown, &seen->unknown_count, name);
    }
    return add_name(ctx, &seen->only_v1, &seen->only_v1_count, name);
}

static enum qn_status check_version(struct qn_ctx *ctx,
                                    const struct qn_repo_format *format,
                                    const struct extensions *seen)
{
    if (format->version > 1)
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "repo.version", NULL,
                                  "Expected git repo version <= 1, found %lld",
                                  (long long)format->version);
    if (format->version >= 1 && seen->unknown_count > 0)
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "repo.extension", NULL,
                                  "unknown repository extension%s found:%s",
                                  seen->unknown_count > 1 ? "s" : "",
                                  qn_buf_string(&seen->unknown));
    if (format->version == 0 && seen->only_v1_count > 0)
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "repo.extension", NULL,
            "repo version is 0, but v1-only extension%s found:%s",
            seen->only_v1_count > 1 ? "s" : "", qn_buf_string(&seen->only_v1));
    if (seen->has_compatible)
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "repo.extension", "compatobjectformat",
            "compatibility hash algorithm support requires Rust");
    return QN_OK;
}

static enum qn_status read_keys(struct qn_ctx *ctx,
                                const struct qn_config *config,
                                const struct qn_repo_layout *layout,
                                struct qn_repo_format *format)
{
    struct extensions seen = {QN_BUF_INIT, 0, QN_BUF_INIT, 0, false};
    const struct qn_config_entry *entry;
    enum qn_status status;
    size_t count = qn_config_count(config);
    size_t i;

    status = qn_config_int64(ctx, config, "core.repositoryformatversion", 0,
                             &format->version);
    for (i = 0; i < count && !status; i++) {
        entry = qn_config_at(config, i);
        if (strncmp(entry->key, "extensions.", 11) == 0)
            status = take_extension(ctx, config, entry, format, &seen);
    }
    if (!status)
        status = check_version(ctx, format, &seen);
    if (!status && !layout->has_common) {
        bool bare = false;

        if (qn_config_find(config, "core.bare")) {
            status = qn_config_bool(ctx, config, "core.bare", false, &bare);
            format->bare = bare ? 1 : 0;
        }
        entry = qn_config_find(config, "core.worktree");
        if (!status && entry && entry->value)
            status =
                qn_buf_append_string(ctx, &format->work_tree, entry->value);
    }
    qn_buf_dispose(&seen.unknown);
    qn_buf_dispose(&seen.only_v1);
    return status;
}

/* Messages name the file as Git sees it, which goes to the top of the work tree
 * first. */
static enum qn_status name_file(struct qn_ctx *ctx,
                                const struct qn_repo_start *start,
                                const struct qn_repo_layout *layout,
                                const char *path, struct qn_repo_format *out)
{
    const char *work_tree = qn_repo_variable(ctx, start, "GIT_WORK_TREE");
    const char *base = start->directory;
    enum qn_status status;

    if (start->work_tree)
        work_tree = start->work_tree;
    if (layout->gitfile.size > 0 || layout->has_common)
        return qn_buf_append_string(ctx, &out->origin, path);
    if (layout->is_explicit) {
        const char *given = start->git_directory
                                ? start->git_directory
                                : qn_repo_variable(ctx, start, "GIT_DIR");

        if (!given || given[0] == '/' ||
            (work_tree && strcmp(work_tree, ".") != 0))
            return qn_buf_append_string(ctx, &out->origin, path);
        status = qn_buf_printf(ctx, &out->origin, "%s/config", given);
    } else if (!layout->is_bare_found) {
        base = qn_buf_string(&layout->found);
        status = qn_buf_append_string(ctx, &out->origin, ".git/config");
    } else if (qn_bytes_is_string(qn_buf_bytes(&layout->git_directory),
                                  start->directory)) {
        status = qn_buf_append_string(ctx, &out->origin, "config");
    } else {
        return qn_buf_append_string(ctx, &out->origin, path);
    }
    return status ? status : qn_buf_append_string(ctx, &out->base, base);
}

/* GIT_REFERENCE_BACKEND counts more than the repository. */
static enum qn_status use_variable(struct qn_ctx *ctx,
                                   const struct qn_repo_start *start,
                                   struct qn_repo_format *out)
{
    const char *value = qn_repo_variable(ctx, start, "GIT_REFERENCE_BACKEND");
    bool is_known = false;
    enum qn_status status;

    if (!value)
        return QN_OK;
    status = take_refs_format(ctx, value, out, &is_known);
    if (status || is_known)
        return status;
    return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "repo.ref-format", NULL,
                              "unknown ref storage format: '%.*s'",
                              (int)strcspn(value, ":"), value);
}

enum qn_status qn_repo_format_read(struct qn_ctx *ctx,
                                   const struct qn_repo_start *start,
                                   const struct qn_repo_layout *layout,
                                   struct qn_repo_format *out)
{
    struct qn_config *config = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    out->algorithm = QN_HASH_SHA1;
    out->refs_format = QN_REFS_FILES;
    out->bare = -1;
    status = qn_pathname_join(ctx, qn_buf_bytes(&layout->common_directory),
                              QN_BYTES("config"), &path);
    if (!status)
        status = name_file(ctx, start, layout, qn_buf_string(&path), out);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &out->text);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = use_variable(ctx, start, out);
        goto out;
    }
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "", "unable to access '%s': %s",
                      qn_buf_string(&out->origin), strerror(qn_ctx_errno(ctx)));
        status = qn_ctx_fail(ctx, status,
                             "unknown error occurred while reading the "
                             "configuration files");
    }
    if (!status)
        status = qn_config_new(ctx, &config);
    if (!status)
        status = qn_config_add_bytes(ctx, config, qn_buf_bytes(&out->text),
                                     QN_CONFIG_SCOPE_LOCAL, "file",
                                     qn_buf_string(&out->origin), NULL);
    if (!status)
        status = read_keys(ctx, config, layout, out);
    if (!status)
        status = use_variable(ctx, start, out);

out:
    qn_config_free(config);
    qn_buf_dispose(&path);
    if (status)
        qn_repo_format_dispose(out);
    return status;
}

/* core.worktree of config.worktree, for a linked work tree. */
static enum qn_status read_worktree_keys(struct qn_ctx *ctx,
                                         const struct qn_repo_layout *layout,
                                         struct qn_buf *work_tree, int *bare)
{
    struct qn_config *config = NULL;
    struct qn_buf path = QN_BUF_INIT;
    const struct qn_config_entry *entry;
    enum qn_status status;
    bool value = false;

    status = qn_pathname_join(ctx, qn_buf_bytes(&layout->git_directory),
                              QN_BYTES("config.worktree"), &path);
    if (!status)
        status = qn_config_new(ctx, &config);
    if (!status)
        status = qn_config_add_file(ctx, config, qn_buf_string(&path),
                                    QN_CONFIG_SCOPE_WORKTREE, NULL, NULL);
    if (!status && qn_config_find(config, "core.bare")) {
        status = qn_config_bool(ctx, config, "core.bare", false, &value);
        *bare = value ? 1 : 0;
    }
    entry = status ? NULL : qn_config_find(config, "core.worktree");
    if (entry && entry->value) { /* instead of that of the common one */
        qn_buf_clear(work_tree);
        status = qn_buf_append_string(ctx, work_tree, entry->value);
    }
    qn_config_free(config);
    qn_buf_dispose(&path);
    return status;
}

/* The real path of `name` seen from `from`; a path that does not exist stays as
 * it is, cleaned. */
static enum qn_status resolve(struct qn_ctx *ctx, const char *from,
                              const char *name, struct qn_buf *out)
{
    struct qn_buf joined = QN_BUF_INIT;
    enum qn_status status = qn_pathname_join(
        ctx, qn_bytes_from_string(from), qn_bytes_from_string(name), &joined);

    qn_buf_clear(out);
    if (!status &&
        qn_file_real_path(ctx, qn_buf_string(&joined), out) != QN_OK) {
        qn_ctx_clear(ctx);
        status = qn_pathname_normalise(ctx, qn_buf_bytes(&joined), out);
    }
    while (!status && out->size > 1 && out->data[out->size - 1] == '/')
        qn_buf_truncate(out, out->size - 1);
    qn_buf_dispose(&joined);
    return status;
}

/* core.worktree.  Git goes there from the git directory to see where it is: a
 * relative one must be there. */
static enum qn_status resolve_named(struct qn_ctx *ctx, const char *from,
                                    const char *name, struct qn_buf *out)
{
    enum qn_status status = resolve(ctx, from, name, out);
    struct qn_file_stat stat;

    if (status || name[0] == '/')
        return status;
    status = qn_file_stat(ctx, qn_buf_string(out), &stat);
    if (status || stat.kind == QN_FILE_DIRECTORY)
        return status;
    return qn_ctx_fail(ctx, QN_NOT_FOUND, "cannot chdir to '%s': %s", name,
                       stat.kind ? "Not a directory"
                                 : "No such file or directory");
}

/* A work tree that was named: inside it Git goes to its top and shows the git
 * directory absolute. */
static enum qn_status settle_named(struct qn_ctx *ctx,
                                   const struct qn_repo_start *start,
                                   struct qn_repo_layout *layout)
{
    struct qn_bytes here = qn_bytes_from_string(start->directory);

    if (qn_bytes_is_equal(here, qn_buf_bytes(&layout->work_tree)) ||
        !qn_pathname_is_below(here, qn_buf_bytes(&layout->work_tree), NULL))
        return QN_OK;
    qn_buf_clear(&layout->shown);
    return qn_file_real_path(ctx, qn_buf_string(&layout->git_directory),
                             &layout->shown);
}

static enum qn_status show_discovered(struct qn_ctx *ctx,
                                      const struct qn_repo_start *start,
                                      struct qn_repo_layout *layout)
{
    bool is_here =
        qn_bytes_is_string(qn_buf_bytes(&layout->found), start->directory);

    if (layout->gitfile.size > 0 || !is_here) {
        if (layout->gitfile.size > 0 || layout->is_bare_found)
            return qn_buf_append_bytes(ctx, &layout->shown,
                                       qn_buf_bytes(&layout->git_directory));
        /* ".git" may be a symbolic link. */
        return qn_file_real_path(ctx, qn_buf_string(&layout->git_directory),
                                 &layout->shown);
    }
    return qn_buf_append_string(ctx, &layout->shown,
                                layout->is_bare_found ? "." : ".git");
}

enum qn_status qn_repo_settle(struct qn_ctx *ctx,
                              const struct qn_repo_start *start,
                              const struct qn_repo_format *format,
                              struct qn_repo_layout *layout, bool *is_bare)
{
    const char *implicit =
        qn_repo_variable(ctx, start, "GIT_IMPLICIT_WORK_TREE");
    struct qn_buf named = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool wants_implicit = true;
    int bare = format->bare;

    if (implicit)
        (void)qn_config_parse_bool(implicit, &wants_implicit);
    if (!layout->is_explicit)
        status = show_discovered(ctx, start, layout);
    if (!status && format->work_tree.size > 0)
        status =
            qn_buf_append_bytes(ctx, &named, qn_buf_bytes(&format->work_tree));
    if (!status && format->has_worktree_config)
        status = read_worktree_keys(ctx, layout, &named, &bare);
    if (status)
        goto out;
    if (start->work_tree && !*start->work_tree) {
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "The empty string is not a valid path");
    } else if (start->work_tree) {
        status = resolve(ctx, start->directory, start->work_tree,
                         &layout->work_tree);
        bare = 0;
        if (!status)
            status = settle_named(ctx, start, layout);
    } else if (named.size > 0 && bare == 1) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "core.bare and core.worktree do not make sense");
    } else if (named.size > 0) {
        status = resolve_named(ctx, qn_buf_string(&layout->git_directory),
                               qn_buf_string(&named), &layout->work_tree);
        if (!status)
            status = settle_named(ctx, start, layout);
    } else if (bare == 1 || layout->is_bare_found ||
               (layout->is_explicit && !wants_implicit)) {
        ; /* none */
    } else if (layout->is_explicit) {
        status =
            qn_buf_append_string(ctx, &layout->work_tree, start->directory);
    } else {
        status = qn_buf_append_bytes(ctx, &layout->work_tree,
                                     qn_buf_bytes(&layout->found));
    }
    *is_bare = bare >= 0 && !(layout->is_explicit && !wants_implicit)
                   ? bare == 1
                   : layout->work_tree.size == 0;

out:
    qn_buf_dispose(&named);
    return status;
}
