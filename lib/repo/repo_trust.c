/* SPDX-License-Identifier: MIT */
/* Whose is it?  safe.directory and safe.bareRepository, which only system, user
 * and command configuration may set. */
#include "base/env.h"
#include "os/file.h"
#include "os/user.h"
#include "repo/repo_parts.h"
#include "text/pathname.h"

#include <stdlib.h>
#include <string.h>

static enum qn_status is_owned(struct qn_ctx *ctx,
                               const struct qn_repo_start *start,
                               const char *path, bool *out)
{
    struct qn_file_stat stat;
    uint32_t user = qn_user_id();
    enum qn_status status = qn_file_lstat(ctx, path, &stat);
    const char *sudo;

    *out = false;
    if (status)
        return status;
    if (stat.kind == QN_FILE_NONE || stat.uid == user) {
        *out = stat.kind != QN_FILE_NONE;
        return QN_OK;
    }
    /* root through sudo also trusts what belongs to the person behind it */
    sudo = user == 0 ? qn_repo_variable(ctx, start, "SUDO_UID") : NULL;
    if (sudo && *sudo) {
        uint64_t number = 0;

        *out = qn_bytes_to_u64(qn_bytes_from_string(sudo), &number) &&
               number == stat.uid;
    }
    return QN_OK;
}

/* Does one value of safe.directory name `path`? */
static enum qn_status names_directory(struct qn_ctx *ctx, const char *value,
                                      struct qn_bytes path,
                                      const struct qn_repo_start *start,
                                      bool *out)
{
    struct qn_bytes text = qn_bytes_from_string(value);
    const char *home = qn_repo_variable(ctx, start, "HOME");
    struct qn_buf expanded = QN_BUF_INIT;
    struct qn_buf real = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool is_prefix;

    *out = false;
    if (qn_bytes_is_string(text, "*")) {
        *out = true;
        return QN_OK;
    }
    is_prefix = qn_bytes_has_suffix(text, "/*");
    if (is_prefix)
        text.size -= 2;
    if (qn_bytes_is_string(text, ".")) {
        status = qn_buf_append_string(ctx, &expanded, start->directory);
    } else if (qn_bytes_has_prefix(text, "~/") && home) {
        status = qn_buf_append_string(ctx, &expanded, home);
        text = qn_bytes_from(text, 1);
        if (!status)
            status = qn_buf_append_bytes(ctx, &expanded, text);
    } else {
        status = qn_buf_append_bytes(ctx, &expanded, text);
    }
    if (!status && is_prefix && expanded.size == 0) { /* below the root: all */
        *out = true;
        goto out;
    }
    if (!status && (expanded.size == 0 || expanded.data[0] != '/')) {
        if (value[0] != '~' && strncmp(value, "%(prefix)/", 10) != 0)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                          "safe.directory '%s' not absolute", value);
        goto out;
    }
    if (!status &&
        qn_file_real_path(ctx, qn_buf_string(&expanded), &real) != QN_OK) {
        qn_ctx_clear(ctx);
        status = qn_buf_append_bytes(ctx, &real, qn_buf_bytes(&expanded));
    }
    if (!status && is_prefix)
        *out = path.size > real.size &&
               qn_pathname_is_below(path, qn_buf_bytes(&real), NULL);
    else if (!status)
        *out = qn_bytes_is_equal(path, qn_buf_bytes(&real));

out:
    qn_buf_dispose(&expanded);
    qn_buf_dispose(&real);
    return status;
}

static enum qn_status is_excepted(struct qn_ctx *ctx,
                                  const struct qn_repo_start *start,
                                  const struct qn_config *config,
                                  struct qn_bytes path, bool *out)
{
    size_t count = qn_config_count(config);
    enum qn_status status = QN_OK;
    size_t i;

    *out = false;
    for (i = 0; i < count && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        bool matches = false;

        if (strcmp(entry->key, "safe.directory") != 0)
            continue;
        if (!entry->value || !*entry->value) {
            *out = false; /* an empty value starts the list anew */
            continue;
        }
        status = names_directory(ctx, entry->value, path, start, &matches);
        if (matches)
            *out = true;
    }
    return status;
}

/* "'" as a shell reads it, where the path needs quoting. */
static enum qn_status quote_path(struct qn_ctx *ctx, const char *path,
                                 struct qn_buf *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:-+@,%";
    enum qn_status status;

    if (path[strspn(path, plain)] == '\0')
        return qn_buf_append_string(ctx, out, path);
    status = qn_buf_append_byte(ctx, out, '\'');
    for (; *path && !status; path++)
        status = *path == '\'' ? qn_buf_append_string(ctx, out, "'\\''")
                               : qn_buf_append_byte(ctx, out, (uint8_t)*path);
    return status ? status : qn_buf_append_byte(ctx, out, '\'');
}

static enum qn_status refuse_owner(struct qn_ctx *ctx, const char *path)
{
    struct qn_buf quoted = QN_BUF_INIT;
    enum qn_status status = quote_path(ctx, path, &quoted);

    if (!status)
        status = qn_ctx_fail_reason(
            ctx, QN_REFUSED, "repo.dubious-ownership", path,
            "detected dubious ownership in repository at '%s'\n"
            "To add an exception for this directory, call:\n\n"
            "\tgit config --global --add safe.directory %s",
            path, qn_buf_string(&quoted));
    qn_buf_dispose(&quoted);
    return status;
}

/* A git directory inside of a ".git" is not a bare repository of its own. */
static bool is_inside_dot_git(struct qn_bytes path)
{
    return qn_bytes_has_suffix(path, "/.git") ||
           qn_bytes_find_bytes(path, QN_BYTES("/.git/modules/")) < path.size ||
           qn_bytes_find_bytes(path, QN_BYTES("/.git/worktrees/")) < path.size;
}

static enum qn_status check_bare(struct qn_ctx *ctx,
                                 const struct qn_repo_layout *layout,
                                 const struct qn_config *config)
{
    const struct qn_config_entry *entry =
        qn_config_find(config, "safe.barerepository");
    const char *value = entry && entry->value ? entry->value : "all";

    if (entry && (!entry->value || (strcmp(value, "all") != 0 &&
                                    strcmp(value, "explicit") != 0)))
        return qn_config_fail_entry(ctx, entry);
    if (strcmp(value, "explicit") != 0 ||
        is_inside_dot_git(qn_buf_bytes(&layout->git_directory)))
        return QN_OK;
    return qn_ctx_fail_reason(
        ctx, QN_REFUSED, "repo.bare-refused",
        qn_buf_string(&layout->git_directory),
        "cannot use bare repository '%s' (safe.bareRepository is 'explicit')",
        qn_buf_string(&layout->git_directory));
}

enum qn_status qn_repo_trust(struct qn_ctx *ctx,
                             const struct qn_repo_start *start,
                             const struct qn_repo_layout *layout)
{
    const char *path = qn_buf_string(&layout->git_directory);
    struct qn_config *config = NULL;
    enum qn_status status = QN_OK;
    bool is_ours = true;

    if (layout->is_explicit)
        return QN_OK;
    if (layout->gitfile.size > 0)
        status =
            is_owned(ctx, start, qn_buf_string(&layout->gitfile), &is_ours);
    if (!status && is_ours && !layout->is_bare_found) {
        path = qn_buf_string(&layout->found);
        status = is_owned(ctx, start, path, &is_ours);
    }
    if (!status && is_ours)
        status = is_owned(ctx, start, qn_buf_string(&layout->git_directory),
                          &is_ours);
    if (status || (is_ours && !layout->is_bare_found))
        return status;
    if (!layout->is_bare_found)
        path = qn_buf_string(&layout->found);
    status = qn_repo_outside_config(ctx, &config);
    if (!status && !is_ours)
        status = is_excepted(ctx, start, config, qn_bytes_from_string(path),
                             &is_ours);
    if (!status && !is_ours)
        status = refuse_owner(ctx, path);
    if (!status && layout->is_bare_found)
        status = check_bare(ctx, layout, config);
    qn_config_free(config);
    return status;
}

enum qn_status qn_repo_check_owner(struct qn_ctx *ctx,
                                   const struct qn_repo *repo)
{
    const struct qn_repo_start start = {
        .directory = qn_env_directory(qn_ctx_env(ctx)), .uses_variables = true};
    const char *path = qn_repo_git_directory(repo);
    struct qn_config *config = NULL;
    bool is_ours = false;
    enum qn_status status = is_owned(ctx, &start, path, &is_ours);

    if (status || is_ours)
        return status;
    status = qn_repo_outside_config(ctx, &config);
    if (!status)
        status = is_excepted(ctx, &start, config, qn_bytes_from_string(path),
                             &is_ours);
    if (!status && !is_ours)
        status = refuse_owner(ctx, path);
    qn_config_free(config);
    return status;
}
